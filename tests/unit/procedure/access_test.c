/* The policy of the default pack, asked cell by cell; moments at which things begin and end; labels as sets.
 */
#include "pack/pack.h"
#include "procedure/access.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>
#include <string.h>

static struct arena *arena;
static const struct pack *packs[2];
static const struct instant now = {1000000};
#define ALWAYS                                                                                               \
    {                                                                                                        \
        {0},                                                                                                 \
        {                                                                                                    \
            INT64_MAX                                                                                        \
        }                                                                                                    \
    }
static const struct access_span always = ALWAYS;
static const struct access_span never_given = {{0}, {0}};
static const struct access_involvement as_agency[] = {{INVOLVED_AGENCY, ALWAYS}};
static const struct access_involvement as_person[] = {{INVOLVED_PERSON, ALWAYS}};
static const struct access_involvement as_team[] = {{INVOLVED_TEAM, ALWAYS}};

static int set_up(void **state)
{
    (void)state;
    static const char *const folders[] = {WM_SOURCE "/procedures/llr-chapter-11",
                                          WM_SOURCE "/procedures/working-together"};
    arena = arena_new(256U * 1024 * 1024);
    for (size_t i = 0; i < 2; i++) {
        const struct pack_fault *faults = NULL;
        size_t count = 0;
        const struct error *error = pack_load(arena, folders[i], &packs[i], &faults, &count);
        assert_null(error);
    }
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    arena_free(arena);
    return 0;
}

/* ---- who gets the case ---- */

enum involvement { NOBODY, AGENCY, PERSON, TEAM };
enum state { PLAIN = 0, RESTRICTED = 1, CONFLICT = 2, GRANTED = 4 };

static struct access_actor somebody(const char *role, const char *agency, enum involvement involvement,
                                    unsigned state)
{
    const struct access_involvement *lists[] = {NULL, as_agency, as_person, as_team};
    return (struct access_actor){
        .role = role,
        .agency = agency,
        .involvements = lists[involvement],
        .involvement_count = involvement == NOBODY ? 0 : 1,
        .conflict = (state & CONFLICT) != 0,
        .granted = (state & GRANTED) != 0 ? always : never_given,
    };
}

struct case_cell {
    const char *role;
    const char *agency;
    enum involvement involvement;
    unsigned state;
    enum access_act act;
    enum access_answer answer;
    const char *rule;
};

static const struct case_cell case_cells[] = {
    {"referrer", "health", NOBODY, PLAIN, ACCESS_FIND, ACCESS_NO, "not-involved-hidden"},
    {"referrer", "health", NOBODY, PLAIN, ACCESS_READ, ACCESS_WITH_REASON, "not-involved"},
    {"referrer", "health", NOBODY, PLAIN, ACCESS_RECORD, ACCESS_WITH_REASON, "not-involved"},
    {"referrer", "health", NOBODY, GRANTED, ACCESS_READ, ACCESS_YES, "glass-broken"},
    {"referrer", "health", AGENCY, PLAIN, ACCESS_FIND, ACCESS_YES, "involved"},
    {"referrer", "health", AGENCY, PLAIN, ACCESS_RECORD, ACCESS_YES, "involved"},
    {"referrer", "education", PERSON, PLAIN, ACCESS_READ, ACCESS_YES, "involved"},
    {"social-worker", "social-care", TEAM, PLAIN, ACCESS_READ, ACCESS_YES, "involved"},
    {"social-worker", "social-care", NOBODY, PLAIN, ACCESS_FIND, ACCESS_NO, "not-involved-hidden"},
    {"police-officer", "police", NOBODY, PLAIN, ACCESS_READ, ACCESS_WITH_REASON, "not-involved"},
    {"police-officer", "police", AGENCY, PLAIN, ACCESS_READ, ACCESS_YES, "involved"},
    {"duty-manager", "social-care", NOBODY, PLAIN, ACCESS_FIND, ACCESS_YES, "supervises"},
    {"team-manager", "social-care", NOBODY, PLAIN, ACCESS_RECORD, ACCESS_YES, "supervises"},
    {"reviewing-officer", "social-care", NOBODY, PLAIN, ACCESS_READ, ACCESS_YES, "supervises"},
    {"team-manager", "social-care", NOBODY, RESTRICTED, ACCESS_FIND, ACCESS_NO, "restricted-hidden"},
    {"team-manager", "social-care", AGENCY, RESTRICTED, ACCESS_READ, ACCESS_WITH_REASON, "restricted"},
    {"social-worker", "social-care", PERSON, RESTRICTED, ACCESS_FIND, ACCESS_YES, "restricted-named"},
    {"social-worker", "social-care", AGENCY, RESTRICTED | GRANTED, ACCESS_READ, ACCESS_YES, "glass-broken"},
    {"duty-manager", "social-care", PERSON, CONFLICT, ACCESS_READ, ACCESS_NO, "conflict-of-interest"},
    {"duty-manager", "social-care", PERSON, CONFLICT | GRANTED, ACCESS_READ, ACCESS_NO,
     "conflict-of-interest"},
};

static void test_cases(void **state)
{
    (void)state;
    for (size_t p = 0; p < 2; p++) {
        for (size_t i = 0; i < sizeof case_cells / sizeof *case_cells; i++) {
            const struct case_cell *cell = &case_cells[i];
            struct access_actor actor = somebody(cell->role, cell->agency, cell->involvement, cell->state);
            struct access_thing thing = {.about = ABOUT_CASE, .restricted = (cell->state & RESTRICTED) != 0};
            struct access_ruling ruling = access_may(&packs[p]->access, &actor, cell->act, &thing, now);
            assert_non_null(ruling.rule);
            assert_string_equal(ruling.rule->id, cell->rule);
            assert_int_equal(ruling.answer, cell->answer);
            assert_true(ruling.answer == ACCESS_YES || ruling.rule->ask != NULL);
            assert_true(*ruling.rule->why != '\0' && ruling.rule->paragraph != NULL);
        }
    }
}

/* ---- what of it ---- */

struct entry_cell {
    const char *role;
    const char *agency;
    enum involvement involvement;
    const char *label;
    enum access_own own;
    bool disclosed;
    const char *rule; /* "closed" is no, all others are yes */
};

static const struct entry_cell entry_cells[] = {
    {"referrer", "health", AGENCY, "standard", OWN_OTHER, false, "open"},
    {"referrer", "health", AGENCY, "police-evidence", OWN_OTHER, false, "closed"},
    {"referrer", "health", AGENCY, "police-evidence", OWN_OTHER, true, "disclosed"},
    {"referrer", "health", AGENCY, "police-evidence", OWN_SELF, false, "own-words"},
    {"police-officer", "police", AGENCY, "police-evidence", OWN_OTHER, false, "evidence-police"},
    {"team-manager", "social-care", AGENCY, "police-evidence", OWN_OTHER, false, "closed"},
    {"referrer", "health", AGENCY, "health", OWN_OTHER, false, "health-own"},
    {"referrer", "health", AGENCY, "sexual-health", OWN_OTHER, false, "health-own"},
    {"social-worker", "social-care", AGENCY, "health", OWN_OTHER, false, "health-social-care"},
    {"social-worker", "social-care", AGENCY, "sexual-health", OWN_OTHER, false, "closed"},
    {"referrer", "education", AGENCY, "health", OWN_OTHER, false, "closed"},
    {"police-officer", "police", AGENCY, "health", OWN_OTHER, true, "disclosed"},
    {"social-worker", "social-care", PERSON, "child-confidence", OWN_OTHER, false, "confidence-named"},
    {"social-worker", "social-care", AGENCY, "child-confidence", OWN_AGENCY, false, "closed"},
    {"social-worker", "social-care", AGENCY, "placement", OWN_OTHER, false, "placement-social-care"},
    {"police-officer", "police", AGENCY, "placement", OWN_AGENCY, false, "placement-own"},
    {"police-officer", "police", AGENCY, "placement", OWN_OTHER, false, "closed"},
    {"police-officer", "police", AGENCY, "third-party", OWN_OTHER, false, "third-party-social-care"},
    {"referrer", "education", AGENCY, "third-party", OWN_OTHER, false, "closed"},
    {"team-manager", "social-care", AGENCY, "legal-advice", OWN_OTHER, false, "legal-advice-managers"},
    {"social-worker", "social-care", PERSON, "legal-advice", OWN_AGENCY, false, "closed"},
    {"team-manager", "social-care", AGENCY, "allegation", OWN_OTHER, false, "allegation-managers"},
    {"duty-manager", "social-care", AGENCY, "allegation", OWN_OTHER, false, "closed"},
};

static void test_entries(void **state)
{
    (void)state;
    for (size_t p = 0; p < 2; p++) {
        const struct access_policy *policy = &packs[p]->access;
        for (size_t i = 0; i < sizeof entry_cells / sizeof *entry_cells; i++) {
            const struct entry_cell *cell = &entry_cells[i];
            struct access_actor actor = somebody(cell->role, cell->agency, cell->involvement, PLAIN);
            struct access_thing thing = {
                .about = ABOUT_ENTRY,
                .label = access_labels_parse(policy, cell->label),
                .own = cell->own,
                .disclosed = cell->disclosed ? always : (struct access_span){INSTANT_NEVER, INSTANT_NEVER},
            };
            struct access_ruling ruling = access_may(policy, &actor, ACCESS_READ, &thing, now);
            assert_non_null(ruling.rule);
            assert_string_equal(ruling.rule->id, cell->rule);
            assert_int_equal(ruling.answer == ACCESS_YES, strcmp(cell->rule, "closed") != 0);
        }
    }
}

/* ---- moments ---- */

static enum access_answer answer_at(struct access_span span, int64_t at)
{
    struct access_involvement involvement = {INVOLVED_AGENCY, span};
    struct access_actor actor = {
        .role = "referrer", .agency = "health", .involvements = &involvement, .involvement_count = 1};
    struct access_thing thing = {.about = ABOUT_CASE};
    return access_may(&packs[0]->access, &actor, ACCESS_READ, &thing, (struct instant){at}).answer;
}

static void test_moments(void **state)
{
    (void)state;
    struct access_span span = {{500}, {900}};
    assert_int_equal(answer_at(span, 499), ACCESS_WITH_REASON);
    assert_int_equal(answer_at(span, 500), ACCESS_YES);
    assert_int_equal(answer_at(span, 899), ACCESS_YES);
    assert_int_equal(answer_at(span, 900), ACCESS_WITH_REASON);
    span.until = INSTANT_NEVER;
    assert_int_equal(answer_at(span, 900), ACCESS_YES);
    assert_int_equal(answer_at((struct access_span){INSTANT_NEVER, INSTANT_NEVER}, INT64_MAX),
                     ACCESS_WITH_REASON);
    /* the glass too: for a limited time, and for disclosures from then on */
    struct access_actor actor = somebody("referrer", "health", NOBODY, PLAIN);
    struct access_thing thing = {.about = ABOUT_CASE};
    actor.granted = (struct access_span){{500}, {900}};
    assert_int_equal(access_may(&packs[0]->access, &actor, ACCESS_READ, &thing, (struct instant){899}).answer,
                     ACCESS_YES);
    assert_int_equal(access_may(&packs[0]->access, &actor, ACCESS_READ, &thing, (struct instant){900}).answer,
                     ACCESS_WITH_REASON);
    thing = (struct access_thing){.about = ABOUT_ENTRY,
                                  .label = access_labels_parse(&packs[0]->access, "police-evidence"),
                                  .own = OWN_OTHER,
                                  .disclosed = {{700}, INSTANT_NEVER}};
    assert_int_equal(access_may(&packs[0]->access, &actor, ACCESS_READ, &thing, (struct instant){699}).answer,
                     ACCESS_NO);
    assert_int_equal(access_may(&packs[0]->access, &actor, ACCESS_READ, &thing, (struct instant){700}).answer,
                     ACCESS_YES);
}

/* ---- labels as sets, and the sight of a case ---- */

static void test_labels(void **state)
{
    (void)state;
    const struct access_policy *policy = &packs[0]->access;
    assert_int_equal(access_labels_parse(policy, NULL), 0);
    assert_int_equal(access_labels_parse(policy, ""), 0);
    assert_int_equal(access_labels_parse(policy, "standard"), 0);
    label_set health = access_labels_parse(policy, "health");
    assert_true(health != 0);
    assert_int_equal(access_labels_parse(policy, "health+legal-advice"),
                     health | access_labels_parse(policy, "legal-advice"));
    assert_int_equal(access_labels_parse(policy, "restricted"), access_labels_parse(policy, "placement"));
    assert_int_equal(access_labels_parse(policy, "nobody-knows"), LABEL_UNKNOWN);
    assert_int_equal(access_labels_parse(policy, "healthy"), LABEL_UNKNOWN);
    assert_null(access_label(policy, "heal"));
}

static void test_sight(void **state)
{
    (void)state;
    static const enum access_own owns[] = {OWN_SELF, OWN_AGENCY, OWN_OTHER};
    size_t cells = 0;
    for (size_t p = 0; p < 2; p++) {
        const struct access_policy *policy = &packs[p]->access;
        for (size_t r = 0; r < packs[p]->role_count; r++) {
            for (int i = NOBODY; i <= TEAM; i++) {
                const char *agency = packs[p]->roles[r].agency;
                struct access_actor actor = somebody(
                    packs[p]->roles[r].id, agency == NULL ? "health" : agency, (enum involvement)i, PLAIN);
                struct access_sight sight;
                access_look(policy, &actor, false, now, &sight);
                for (size_t l = 0; l < policy->label_count * 3 * 2; l++) {
                    label_set label = LABEL_BIT(l / 6) & ~LABEL_BIT(LABEL_OPEN);
                    struct access_thing thing = {
                        .about = ABOUT_ENTRY,
                        .label = label,
                        .own = owns[l % 3],
                        .disclosed = l % 6 < 3 ? always : (struct access_span){INSTANT_NEVER, INSTANT_NEVER},
                    };
                    bool may = access_may(policy, &actor, ACCESS_READ, &thing, now).answer == ACCESS_YES;
                    assert_int_equal(access_sees(&sight, owns[l % 3], label, l % 6 < 3 ? label : 0), may);
                    cells++;
                }
            }
        }
    }
    assert_true(cells > 1000);
}

static void test_several_labels(void **state)
{
    (void)state;
    const struct access_policy *policy = &packs[0]->access;
    label_set health = access_labels_parse(policy, "health");
    label_set evidence = access_labels_parse(policy, "police-evidence");
    struct access_actor nurse = somebody("referrer", "health", AGENCY, PLAIN);
    struct access_sight sight;
    access_look(policy, &nurse, false, now, &sight);
    assert_true(access_sees(&sight, OWN_OTHER, health, 0));
    assert_false(access_sees(&sight, OWN_OTHER, health | evidence, 0));
    assert_false(access_sees(&sight, OWN_OTHER, health | evidence, health));
    assert_true(access_sees(&sight, OWN_OTHER, health | evidence, evidence));
    assert_false(access_sees(&sight, OWN_OTHER, LABEL_UNKNOWN, LABEL_UNKNOWN));
}

/* Each question that a rule may ask alone: it answers for whom it asks about, and for nobody else. */
static void test_each_question(void **state)
{
    (void)state;
    static const unsigned involved[] = {INVOLVED_NOT, INVOLVED_AGENCY, INVOLVED_PERSON, INVOLVED_TEAM};
    static const unsigned yes_or_no[] = {ASKED_NO, ASKED_YES};
    static const enum access_own owns[] = {OWN_SELF, OWN_AGENCY, OWN_OTHER};
    for (unsigned way = 0; way < 4 * 8; way++) {
        unsigned restricted = way / 4 & RESTRICTED;
        unsigned conflict = way / 4 & CONFLICT;
        unsigned granted = way / 4 & GRANTED;
        struct access_actor actor = somebody("referrer", "health", (enum involvement)(way % 4), way / 4);
        struct access_thing thing = {.about = ABOUT_CASE, .restricted = restricted != 0};
        const struct access_rule rules[] = {{.involved = involved[way % 4]},
                                            {.restricted = yes_or_no[restricted != 0]},
                                            {.conflict = yes_or_no[conflict != 0]},
                                            {.granted = yes_or_no[granted != 0]}};
        for (size_t r = 0; r < sizeof rules / sizeof rules[0]; r++) {
            struct access_rule rule = rules[r];
            struct access_policy policy = {.cases = &rule, .case_count = 1};
            rule.answer = ACCESS_YES;
            assert_int_equal(access_may(&policy, &actor, ACCESS_READ, &thing, now).answer, ACCESS_YES);
            rule.involved = rule.involved == 0 ? 0 : involved[(way + 1) % 4];
            rule.restricted = rule.restricted == 0 ? 0 : yes_or_no[restricted == 0];
            rule.conflict = rule.conflict == 0 ? 0 : yes_or_no[conflict == 0];
            rule.granted = rule.granted == 0 ? 0 : yes_or_no[granted == 0];
            assert_int_equal(access_may(&policy, &actor, ACCESS_READ, &thing, now).answer, ACCESS_NO);
        }
    }
    struct access_actor actor = somebody("referrer", "health", NOBODY, PLAIN);
    for (unsigned way = 0; way < 3 * 2 * 2; way++) {
        bool open = way / 6 == 0;
        struct access_thing thing = {.about = ABOUT_ENTRY,
                                     .own = owns[way % 3],
                                     .label = open ? 0 : LABEL_BIT(3),
                                     .disclosed = way / 3 % 2 == 1 ? always : never_given};
        const struct access_rule rules[] = {{.own = owns[way % 3]},
                                            {.labels = open ? LABEL_BIT(LABEL_OPEN) : LABEL_BIT(3)},
                                            {.disclosed = yes_or_no[way / 3 % 2]}};
        for (size_t r = 0; r < sizeof rules / sizeof rules[0]; r++) {
            struct access_rule rule = rules[r];
            struct access_policy policy = {.entries = &rule, .entry_count = 1};
            rule.answer = ACCESS_YES;
            assert_int_equal(access_may(&policy, &actor, ACCESS_READ, &thing, now).answer, ACCESS_YES);
            rule.own = rule.own == 0 ? 0 : owns[(way + 1) % 3];
            rule.labels = rule.labels == 0 ? 0 : LABEL_BIT(4);
            rule.disclosed = rule.disclosed == 0 ? 0 : yes_or_no[way / 3 % 2 == 0];
            assert_int_equal(access_may(&policy, &actor, ACCESS_READ, &thing, now).answer, ACCESS_NO);
        }
    }
}

/* A policy that says nothing gives nothing. */
static void test_no_policy(void **state)
{
    (void)state;
    struct access_policy nothing = {0};
    struct access_actor actor = somebody("team-manager", "social-care", PERSON, GRANTED);
    struct access_thing thing = {.about = ABOUT_CASE};
    struct access_ruling ruling = access_may(&nothing, &actor, ACCESS_READ, &thing, now);
    assert_int_equal(ruling.answer, ACCESS_NO);
    assert_null(ruling.rule);
    struct access_sight sight;
    access_look(&nothing, &actor, false, now, &sight);
    assert_false(access_sees(&sight, OWN_SELF, 0, 0));
    nothing.label_count = packs[0]->access.label_count; /* nor does one that only has labels */
    access_look(&nothing, &actor, false, now, &sight);
    for (size_t l = 0; l < nothing.label_count; l++) {
        assert_false(access_sees(&sight, OWN_SELF, LABEL_BIT(l), LABEL_BIT(l)));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_cases),     cmocka_unit_test(test_entries),
        cmocka_unit_test(test_moments),   cmocka_unit_test(test_labels),
        cmocka_unit_test(test_sight),     cmocka_unit_test(test_several_labels),
        cmocka_unit_test(test_no_policy), cmocka_unit_test(test_each_question),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
