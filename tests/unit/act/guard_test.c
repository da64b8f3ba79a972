/* Restricted cases, conflicts of interest and broken glass: row 36 of the security requirements. */
#include "support.h"

#include "calendar/calendar.h"
#include "store/notice.h"

#include <string.h>

static struct act at(const struct state *state, struct actor *actor, int64_t seconds)
{
    struct act act = act_at(state, actor, seconds);
    actor->proved_at = act.now;
    return act;
}

/* A case that the nurse referred, and an officer who has nothing to do with it. */
struct scene {
    struct state *state;
    const char *reference;
    struct actor officer;
    struct actor lead;
};

static struct scene scene_of(void **context, const char *name)
{
    struct scene scene = {.state = *context};
    struct recorded recorded;
    struct act act = act_at(scene.state, &scene.state->nurse, 100);
    struct referral_input input = referral_of(scene.state, name, NULL);
    GOOD(act_referral_make(&act, &input, &recorded));
    scene.reference = arena_copy(scene.state->arena, recorded.reference.text);
    char *low = arena_copy(scene.state->arena, name);
    low[0] = (char)(low[0] | 0x20);
    add_account(scene.state, arena_printf(scene.state->arena, "officer-%s", low), "police-officer", "police",
                &scene.officer);
    add_account(scene.state, arena_printf(scene.state->arena, "lead-%s", low), "information-lead",
                "social-care", &scene.lead);
    struct act officer = act_at(scene.state, &scene.officer, 101);
    bring_in(scene.state, scene.reference, &officer);
    return scene;
}

static const char *id_of(const struct scene *scene, const struct actor *actor)
{
    char id[ID_TEXT];
    id_format(actor->account, id);
    return arena_copy(scene->state->arena, id);
}

static void restrict_case(const struct scene *scene, int64_t seconds)
{
    struct act manager = at(scene->state, &scene->state->manager, seconds);
    GOOD(act_case_restrict(&manager, scene->reference, true, "The mother is a colleague."));
}

static bool finds(const struct scene *scene, struct actor *actor, int64_t seconds)
{
    const struct match *matches;
    size_t count;
    struct act act = at(scene->state, actor, seconds);
    GOOD(act_case_search(&act, scene->reference, &matches, &count));
    return count > 0;
}

static void a_restricted_case_is_for_those_on_it(void **context)
{
    struct scene scene = scene_of(context, "Phalarope");
    const struct case_view *view;
    restrict_case(&scene, 200);
    struct act nurse = at(scene.state, &scene.state->nurse, 201);
    GOOD(act_case_read(&nurse, scene.reference, INSTANT_NEVER, &view)); /* she referred the child */
    assert_true(view->restricted);
    struct act officer = at(scene.state, &scene.officer, 202);
    FAILS(ERROR_NEEDS_REASON, act_case_read(&officer, scene.reference, INSTANT_NEVER, &view));
    assert_false(finds(&scene, &scene.officer, 203));
    assert_true(finds(&scene, &scene.state->nurse, 203));
    /* it says whom to ask */
    struct glass_ask ask;
    GOOD(act_glass_ask(&officer, scene.reference, &ask));
    assert_true(ask.opens && !ask.needless);
    assert_non_null(ask.why);
    assert_non_null(ask.ask);
    assert_int_equal(ask.hours, 4);
    /* and is a look at this case */
    struct act lead = at(scene.state, &scene.lead, 204);
    struct looks_asked asked = {
        .reference = scene.reference, .act = "glass-ask", .until = INSTANT_NEVER, .limit = 1};
    struct looks_view looks;
    GOOD(act_looks(&lead, &asked, &looks));
    assert_int_equal(looks.count, 1);
    assert_string_equal(looks.list[0].reference.text, scene.reference);
}

static void only_managers_restrict_and_lift(void **context)
{
    struct scene scene = scene_of(context, "Godwit");
    struct guard_view view;
    const struct case_view *read;
    struct act nurse = at(scene.state, &scene.state->nurse, 200);
    struct act manager = at(scene.state, &scene.state->manager, 200);
    FAILS(ERROR_NOT_ALLOWED, act_case_restrict(&nurse, scene.reference, true, "Because"));
    FAILS(ERROR_NOT_ALLOWED, act_case_guard(&nurse, scene.reference, &view));
    FAILS(ERROR_INVALID, act_case_restrict(&manager, scene.reference, true, "  "));
    FAILS(ERROR_INVALID, act_case_restrict(&manager, scene.reference, false, "It is not restricted"));
    FAILS(ERROR_NOT_FOUND, act_case_restrict(&manager, "2222222222", true, "Because"));
    GOOD(act_case_restrict(&manager, scene.reference, true, "A colleague's child."));
    GOOD(act_case_read(&nurse, scene.reference, INSTANT_NEVER, &read));
    struct act same = at(scene.state, &scene.state->manager, 201);
    GOOD(act_case_guard(&same, scene.reference, &view)); /* who restricted it can lift it */
}

static void a_restriction_is_lifted_by_who_made_it(void **context)
{
    struct scene scene = scene_of(context, "Knot");
    struct guard_view view;
    struct actor other;
    const struct case_view *read;
    add_account(scene.state, "other-manager", "team-manager", "social-care", &other);
    restrict_case(&scene, 200);
    struct act stranger = at(scene.state, &other, 299);
    FAILS(ERROR_NEEDS_REASON, act_case_guard(&stranger, scene.reference, &view));
    struct act manager = at(scene.state, &scene.state->manager, 300);
    GOOD(act_case_guard(&manager, scene.reference, &view));
    assert_true(view.restricted);
    assert_string_equal(view.reason, "The mother is a colleague.");
    assert_string_equal(view.child_name, "Knot Tarn");
    GOOD(act_case_restrict(&manager, scene.reference, false, "She works elsewhere now."));
    struct act officer = at(scene.state, &scene.officer, 301);
    GOOD(act_case_read(&officer, scene.reference, INSTANT_NEVER, &read));
    assert_false(read->restricted);
}

static void a_conflict_hides_the_case_and_no_reason_opens_it(void **context)
{
    struct scene scene = scene_of(context, "Ruff");
    const struct case_view *view;
    struct guard_view guard;
    struct glass_ask ask;
    struct instant until;
    struct act manager = at(scene.state, &scene.state->manager, 200);
    FAILS(ERROR_INVALID, act_conflict_declare(&manager, scene.reference, "", "Her uncle"));
    FAILS(ERROR_INVALID, act_conflict_declare(&manager, scene.reference, id_of(&scene, &scene.officer), ""));
    GOOD(act_conflict_declare(&manager, scene.reference, id_of(&scene, &scene.officer), "Her uncle"));
    struct act officer = at(scene.state, &scene.officer, 201);
    FAILS(ERROR_NOT_FOUND, act_case_read(&officer, scene.reference, INSTANT_NEVER, &view));
    FAILS(ERROR_NOT_FOUND, act_glass_ask(&officer, scene.reference, &ask));
    FAILS(ERROR_NOT_FOUND, act_glass_break(&officer, scene.reference, "I want to know it now", &until));
    assert_false(finds(&scene, &scene.officer, 202));
    /* as though it were not there: the same words as of a reference that nobody has */
    const struct error *hidden = act_case_read(&officer, scene.reference, INSTANT_NEVER, &view);
    const struct error *missing = act_case_read(&officer, "2222222222", INSTANT_NEVER, &view);
    assert_non_null(hidden);
    assert_non_null(missing);
    assert_int_equal(hidden->code, missing->code);
    assert_ptr_equal(hidden->sentence, missing->sentence);
    assert_true(hidden->detail == missing->detail);
    GOOD(act_case_guard(&manager, scene.reference, &guard));
    assert_int_equal(guard.conflict_count, 1);
    assert_string_equal(guard.conflicts[0].reason, "Her uncle");
    FAILS(ERROR_NOT_ALLOWED,
          act_conflict_end(&officer, scene.reference, id_of(&scene, &scene.officer), "It is over"));
    GOOD(act_conflict_end(&manager, scene.reference, id_of(&scene, &scene.officer), "It was a mistake"));
    GOOD(act_case_read(&officer, scene.reference, INSTANT_NEVER, &view));
    GOOD(act_case_guard(&manager, scene.reference, &guard));
    assert_int_equal(guard.conflict_count, 0);
}

/* The others stand as they were declared. */
static void of_several_conflicts_one_ends(void **context)
{
    struct scene scene = scene_of(context, "Wigeon");
    static const char *const reasons[] = {"An uncle", "A neighbour", "A friend"};
    struct actor officers[3];
    struct guard_view guard;
    struct act manager = at(scene.state, &scene.state->manager, 200);
    for (size_t i = 0; i < 3; i++) {
        add_account(scene.state, arena_printf(scene.state->arena, "kin-%zu", i), "police-officer", "police",
                    &officers[i]);
        GOOD_ONCE(act_conflict_declare(&manager, scene.reference, id_of(&scene, &officers[i]), reasons[i]));
    }
    GOOD_ONCE(act_conflict_end(&manager, scene.reference, id_of(&scene, &officers[0]), "It was a mistake"));
    GOOD_ONCE(act_case_guard(&manager, scene.reference, &guard));
    assert_int_equal(guard.conflict_count, 2);
    for (size_t i = 0; i < 2; i++) {
        assert_true(id_equal(guard.conflicts[i].account, officers[i + 1].account));
        assert_string_equal(guard.conflicts[i].reason, reasons[i + 1]);
    }
    GOOD_ONCE(act_conflict_end(&manager, scene.reference, id_of(&scene, &officers[2]), "It was a mistake"));
    GOOD_ONCE(act_case_guard(&manager, scene.reference, &guard));
    assert_int_equal(guard.conflict_count, 1);
    assert_true(id_equal(guard.conflicts[0].account, officers[1].account));
}

static void a_conflict_of_ones_own_tells_nothing(void **context)
{
    struct scene scene = scene_of(context, "Sanderling");
    const struct case_view *view;
    struct act nurse = at(scene.state, &scene.state->nurse, 200);
    FAILS(ERROR_INVALID, act_conflict_declare(&nurse, scene.reference, NULL, " "));
    FAILS(ERROR_INVALID, act_conflict_declare(&nurse, "not a reference", NULL, "My niece"));
    GOOD(act_conflict_declare(&nurse, "2222222222", NULL, "My niece")); /* whether or not there is one */
    GOOD(act_conflict_declare(&nurse, scene.reference, NULL, "My niece"));
    FAILS(ERROR_NOT_FOUND, act_case_read(&nurse, scene.reference, INSTANT_NEVER, &view));
    struct act manager = at(scene.state, &scene.state->manager, 201);
    GOOD(act_conflict_declare(&manager, scene.reference, id_of(&scene, &scene.state->manager), "And mine"));
    manager = at(scene.state, &scene.state->manager, 202);
    FAILS(ERROR_NOT_FOUND,
          act_conflict_end(&manager, scene.reference, id_of(&scene, &scene.state->manager), "It is over"));
}

static size_t notices_of(const struct scene *scene, struct actor *actor, int64_t seconds, const char *title)
{
    const struct notice_view *notices;
    size_t count;
    size_t found = 0;
    const char *next;
    struct act act = at(scene->state, actor, seconds);
    GOOD(act_notices(&act, NULL, &notices, &count, &next));
    for (size_t i = 0; i < count; i++) {
        found += strstr(notices[i].title, title) != NULL ? 1 : 0;
    }
    return found;
}

static const struct glass_view *line_of(const struct scene *scene, int64_t seconds)
{
    const struct glass_view *list;
    size_t count;
    struct act lead = at(scene->state, (struct actor *)(uintptr_t)&scene->lead, seconds);
    GOOD(act_glass_list(&lead, &list, &count));
    for (size_t i = 0; i < count; i++) {
        if (strcmp(list[i].reference.text, scene->reference) == 0) {
            return &list[i];
        }
    }
    return NULL;
}

/* So many characters, each of which is more than one byte. */
static const char *of_length(const struct scene *scene, size_t length)
{
    char *text = arena_alloc(scene->state->arena, 2 * length + 1);
    for (size_t i = 0; i < length; i++) {
        memcpy(text + 2 * i, "é", 2);
    }
    text[2 * length] = '\0';
    return text;
}

static void a_reason_is_as_long_as_it_may_be(void **context)
{
    struct scene scene = scene_of(context, "Redshank");
    struct instant until;
    struct act manager = act_at(scene.state, &scene.state->manager, 150);
    FAILS(ERROR_INVALID, act_case_restrict(&manager, scene.reference, true, of_length(&scene, 4001)));
    GOOD_ONCE(act_case_restrict(&manager, scene.reference, true, of_length(&scene, 4000)));
    static const size_t lengths[] = {10, 4000};
    for (size_t i = 0; i < 2; i++) {
        struct actor reader;
        add_account(scene.state, arena_printf(scene.state->arena, "reader-%zu", i), "police-officer",
                    "police", &reader);
        struct act act = at(scene.state, &reader, 160 + (int64_t)i);
        reader.proved_at = act.now;
        GOOD_ONCE(act_glass_break(&act, scene.reference, of_length(&scene, lengths[i]), &until));
        struct act lead = at(scene.state, &scene.lead, 170);
        const struct glass_view *line = line_of(&scene, 170);
        char id[ID_TEXT];
        assert_non_null(line);
        id_format(line->id, id);
        GOOD_ONCE(act_review(&lead, id, "explained", of_length(&scene, 4000)));
    }
}

static void a_reason_opens_it_for_a_time_and_is_reviewed(void **context)
{
    enum { BROKEN = 1000, HOURS = 4 * 3600 };
    struct scene scene = scene_of(context, "Turnstone");
    const struct case_view *view;
    struct instant until;
    restrict_case(&scene, 200);
    struct act officer = at(scene.state, &scene.officer, BROKEN);
    FAILS(ERROR_INVALID, act_glass_break(&officer, scene.reference, NULL, &until));
    FAILS(ERROR_INVALID, act_glass_break(&officer, scene.reference, "  short  ", &until));
    FAILS(ERROR_INVALID, act_glass_break(&officer, scene.reference, " nine sign ", &until));
    FAILS(ERROR_INVALID, act_glass_break(&officer, scene.reference, of_length(&scene, 4001), &until));
    FAILS(ERROR_NEEDS_REASON, act_case_read(&officer, scene.reference, INSTANT_NEVER, &view));
    scene.officer.proved_at.ms = officer.now.ms - (PROOF_SECONDS + 1) * (int64_t)MS_PER_SECOND;
    FAILS(ERROR_PROVE_AGAIN,
          act_glass_break(&officer, scene.reference, "She is in my car and has nowhere to go", &until));
    scene.officer.proved_at = officer.now;
    GOOD(act_glass_break(&officer, scene.reference, "She is in my car and has nowhere to go", &until));
    assert_int_equal(until.ms, officer.now.ms + HOURS * (int64_t)MS_PER_SECOND);
    GOOD(act_case_read(&officer, scene.reference, INSTANT_NEVER, &view));
    assert_int_equal(view->glass_until.ms, until.ms);
    /* for nobody else */
    struct scene other = scene;
    add_account(scene.state, "officer-b", "police-officer", "police", &other.officer);
    struct act stranger = at(scene.state, &other.officer, BROKEN + 1);
    FAILS(ERROR_NEEDS_REASON, act_case_read(&stranger, scene.reference, INSTANT_NEVER, &view));
    /* the information lead is told at once, and of nothing else */
    assert_int_equal(notices_of(&scene, &scene.lead, BROKEN + 1, "Glass was broken"), 1);
    const struct glass_view *line = line_of(&scene, BROKEN + 1);
    assert_non_null(line);
    assert_string_equal(line->reason, "She is in my car and has nowhere to go");
    assert_true(line->open && !line->overdue);
    assert_null(line->review.outcome);
    /* up to the last moment, and not after it */
    officer = at(scene.state, &scene.officer, BROKEN + HOURS - 1);
    GOOD(act_case_read(&officer, scene.reference, INSTANT_NEVER, &view));
    officer = at(scene.state, &scene.officer, BROKEN + HOURS);
    FAILS(ERROR_NEEDS_REASON, act_case_read(&officer, scene.reference, INSTANT_NEVER, &view));
    assert_false(finds(&scene, &scene.officer, BROKEN + HOURS));
    /* listed until it is reviewed, late after the next working day */
    line = line_of(&scene, 40 * 24 * 3600);
    assert_non_null(line);
    assert_true(line->overdue && !line->open);
    char id[ID_TEXT];
    id_format(line->id, id);
    struct act lead = at(scene.state, &scene.lead, 40 * 24 * 3600);
    FAILS(ERROR_NOT_ALLOWED, act_review(&officer, id, "explained", "I was right"));
    FAILS(ERROR_INVALID, act_review(&lead, id, "perhaps", "Asked the officer"));
    FAILS(ERROR_INVALID, act_review(&lead, id, "explained", " "));
    FAILS(ERROR_NOT_FOUND, act_review(&lead, "00", "explained", "Asked the officer"));
    FAILS(ERROR_INVALID, act_review(&lead, id, "explained", of_length(&scene, 4001)));
    GOOD(act_review(&lead, id, "explained", "Asked the officer and her sergeant."));
    line = line_of(&scene, 40 * 24 * 3600 + 1);
    assert_string_equal(line->review.outcome, "explained");
    assert_string_equal(line->review.note, "Asked the officer and her sergeant.");
    assert_false(line->overdue);
}

static void the_review_is_due_at_the_end_of_the_next_working_day(void **context)
{
    struct scene scene = scene_of(context, "Whimbrel");
    struct instant until;
    restrict_case(&scene, 200);
    struct act officer = at(scene.state, &scene.officer, 300); /* Thursday, 28 May 2026, in the evening */
    GOOD(act_glass_break(&officer, scene.reference, "A reason that is long enough", &until));
    const struct glass_view *line = line_of(&scene, 301);
    struct local_time local = calendar_local(service_pack(scene.state->service)->calendar, line->review_by);
    struct local_time broken = calendar_local(service_pack(scene.state->service)->calendar, officer.now);
    assert_int_equal(local.day.number, broken.day.number + 1); /* Friday */
    assert_int_equal(local.hour, 23);
}

static void who_reviews_reads_no_case_and_who_inspects_changes_nothing(void **context)
{
    struct scene scene = scene_of(context, "Curlew");
    struct actor inspector;
    const struct case_view *view;
    const struct glass_view *list;
    struct instant until;
    size_t count;
    struct recorded recorded;
    struct looks_view looks;
    struct looks_asked all = {.until = INSTANT_NEVER};
    add_account(scene.state, "inspector", "inspector", "other", &inspector);
    struct act lead = at(scene.state, &scene.lead, 300);
    FAILS(ERROR_NOT_ALLOWED, act_case_read(&lead, scene.reference, INSTANT_NEVER, &view));
    GOOD(act_looks(&lead, &all, &looks));
    struct act inspecting = at(scene.state, &inspector, 300);
    struct referral_input input = referral_of(scene.state, "Nobody", NULL);
    GOOD(act_case_read(&inspecting, scene.reference, INSTANT_NEVER, &view));
    FAILS(ERROR_NOT_ALLOWED, act_referral_make(&inspecting, &input, &recorded));
    FAILS(ERROR_NOT_ALLOWED, act_case_restrict(&inspecting, scene.reference, true, "Because"));
    FAILS(ERROR_NOT_ALLOWED, act_looks(&inspecting, &all, &looks));
    restrict_case(&scene, 400);
    inspecting = at(scene.state, &inspector, 401);
    FAILS(ERROR_NOT_ALLOWED,
          act_glass_break(&inspecting, scene.reference, "A reason that is long enough", &until));
    struct act officer = at(scene.state, &scene.officer, 402);
    FAILS(ERROR_NOT_ALLOWED, act_glass_list(&officer, &list, &count));
    FAILS(ERROR_NOT_ALLOWED, act_looks(&officer, &all, &looks));
}

static void the_record_of_it_is_whole(void **context)
{
    const struct state *state = *context;
    struct verify_result result;
    GOOD_ONCE(store_verify(service_store(state->service), state->arena, &result));
    assert_null(result.broken);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_restricted_case_is_for_those_on_it),
        cmocka_unit_test(only_managers_restrict_and_lift),
        cmocka_unit_test(a_restriction_is_lifted_by_who_made_it),
        cmocka_unit_test(a_conflict_hides_the_case_and_no_reason_opens_it),
        cmocka_unit_test(of_several_conflicts_one_ends),
        cmocka_unit_test(a_conflict_of_ones_own_tells_nothing),
        cmocka_unit_test(a_reason_is_as_long_as_it_may_be),
        cmocka_unit_test(a_reason_opens_it_for_a_time_and_is_reviewed),
        cmocka_unit_test(the_review_is_due_at_the_end_of_the_next_working_day),
        cmocka_unit_test(who_reviews_reads_no_case_and_who_inspects_changes_nothing),
        cmocka_unit_test(the_record_of_it_is_whole),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
