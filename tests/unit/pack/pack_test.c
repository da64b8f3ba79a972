#include "base/buf.h"
#include "base/file.h"
#include "base/text.h"
#include "calendar/calendar.h"
#include "pack/pack.h"

#include <dirent.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

enum { CAP = 256 * 1024 * 1024 };

/* A folder of our own, emptied when the test ends. */
struct folder {
    char path[64];
};

static struct folder folder_new(void)
{
    struct folder folder = {"/tmp/waymark-pack-XXXXXX"};
    assert_non_null(mkdtemp(folder.path));
    return folder;
}

static void each_file(const char *path, void (*take)(const char *path, const char *name, void *context),
                      void *context)
{
    DIR *listing = opendir(path);
    assert_non_null(listing);
    for (const struct dirent *entry = readdir(listing); entry != NULL; entry = readdir(listing)) {
        if (entry->d_name[0] != '.') {
            take(path, entry->d_name, context);
        }
    }
    closedir(listing);
}

static void remove_one(const char *path, const char *name, void *context)
{
    (void)context;
    char whole[512];
    snprintf(whole, sizeof whole, "%s/%s", path, name);
    unlink(whole);
}

static void folder_remove(struct folder *folder)
{
    each_file(folder->path, remove_one, NULL);
    rmdir(folder->path);
}
#define FOLDER_CLEANUP __attribute__((cleanup(folder_remove)))

static void put_file(const struct folder *folder, const char *name, const void *bytes, size_t size)
{
    char path[512];
    snprintf(path, sizeof path, "%s/%s", folder->path, name);
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, size, file), size);
    assert_int_equal(fclose(file), 0);
}

static void copy_one(const char *path, const char *name, void *context)
{
    const struct folder *folder = context;
    char whole[512];
    snprintf(whole, sizeof whole, "%s/%s", path, name);
    size_t length = strlen(name);
    bool wanted =
        length > 4 && (strcmp(name + length - 4, ".csv") == 0 || strcmp(name + length - 5, ".yaml") == 0);
    if (!wanted) {
        return;
    }
    ARENA_CLEANUP struct arena *arena = arena_new(CAP);
    const char *bytes = NULL;
    size_t size = 0;
    assert_null(file_read(arena, whole, CAP, &bytes, &size));
    put_file(folder, name, bytes, size);
}

static void copy_pack(const struct folder *folder, const char *name)
{
    char path[512];
    snprintf(path, sizeof path, WM_SOURCE "/tests/golden/packs/%s", name);
    each_file(path, copy_one, (void *)(uintptr_t)folder);
}

/* The faults as a golden file has them: without the folder. */
static const char *faults_of(struct arena *arena, const char *path)
{
    const struct pack *pack = NULL;
    const struct pack_fault *faults = NULL;
    size_t count = 0;
    const struct error *error = pack_load(arena, path, &pack, &faults, &count);
    assert_int_equal(error == NULL, pack != NULL);
    assert_int_equal(error == NULL, count == 0);
    struct buf buf;
    buf_init(&buf, arena, 1 << 20);
    for (size_t i = 0; i < count; i++) {
        assert_true(text_starts_with(faults[i].file, path));
        assert_true(faults[i].line >= 1);
        const char *text = faults[i].text;
        const char *inside = strstr(text, path);
        buf_printf(&buf, "%s:%d: ", faults[i].file + strlen(path) + 1, faults[i].line);
        if (inside != NULL) {
            buf_put_n(&buf, text, (size_t)(inside - text));
            text = inside + strlen(path) + 1;
        }
        buf_printf(&buf, "%s\n", text);
    }
    return buf_text(&buf);
}

struct golden {
    int seen;
    int wrong;
};

/* cmocka cuts long messages, so the first line that differs is said. */
static void say_difference(const char *name, const char *expected, const char *found)
{
    size_t line = 0;
    for (size_t i = 0; expected[i] == found[i] && expected[i] != '\0'; i++) {
        line = expected[i] == '\n' ? i + 1 : line;
    }
    fprintf(stderr, "%s: expected \"%.*s\" but found \"%.*s\"\n", name, (int)strcspn(expected + line, "\n"),
            expected + line, (int)strcspn(found + line, "\n"), found + line);
}

static void one_golden_pack(const char *path, const char *name, void *context)
{
    struct golden *golden = context;
    char expected_path[1024];
    snprintf(expected_path, sizeof expected_path, "%s/%s/expected.txt", path, name);
    if (!file_exists(expected_path)) {
        assert_string_equal(name, "README");
        return;
    }
    FOLDER_CLEANUP struct folder folder = folder_new();
    ARENA_CLEANUP struct arena *arena = arena_new(CAP);
    copy_pack(&folder, "base");
    if (strcmp(name, "base") != 0) {
        copy_pack(&folder, name);
    }
    const char *expected = NULL;
    size_t size = 0;
    assert_null(file_read(arena, expected_path, CAP, &expected, &size));
    const char *found = faults_of(arena, folder.path);
    if (strcmp(found, expected) != 0) {
        say_difference(name, expected, found);
        golden->wrong++;
    }
    golden->seen++;
}

static void every_golden_pack_has_the_faults_that_its_file_says(void **state)
{
    (void)state;
    struct golden golden = {0, 0};
    each_file(WM_SOURCE "/tests/golden/packs", one_golden_pack, &golden);
    assert_true(golden.seen >= 30);
    assert_int_equal(golden.wrong, 0);
}

/* Loads base with one more file and gives the faults. */
static const char *faults_with(struct arena *arena, const char *bytes, size_t size)
{
    FOLDER_CLEANUP struct folder folder = folder_new();
    copy_pack(&folder, "base");
    put_file(&folder, "extra.yaml", bytes, size);
    return faults_of(arena, folder.path);
}

static void an_alias_bomb_is_refused_and_never_expanded(void **state)
{
    (void)state;
    ARENA_CLEANUP struct arena *arena = arena_new(8 * 1024 * 1024);
    static const char bomb[] = "codes:\n"
                               "  - &a [lol,lol,lol,lol,lol,lol,lol,lol,lol]\n"
                               "  - &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\n"
                               "  - &c [*b,*b,*b,*b,*b,*b,*b,*b,*b]\n"
                               "  - &d [*c,*c,*c,*c,*c,*c,*c,*c,*c]\n"
                               "  - &e [*d,*d,*d,*d,*d,*d,*d,*d,*d]\n"
                               "  - &f [*e,*e,*e,*e,*e,*e,*e,*e,*e]\n"
                               "  - &g [*f,*f,*f,*f,*f,*f,*f,*f,*f]\n"
                               "  - &h [*g,*g,*g,*g,*g,*g,*g,*g,*g]\n"
                               "  - &i [*h,*h,*h,*h,*h,*h,*h,*h,*h]\n";
    const char *faults = faults_with(arena, bomb, sizeof bomb - 1);
    assert_non_null(strstr(faults, "extra.yaml:2: anchors (&) are not allowed in a pack\n"));
    assert_non_null(strstr(faults, "extra.yaml:10: aliases (*) are not allowed in a pack\n"));
    assert_true(arena_used(arena) < 4 * 1024 * 1024);
}

static void a_file_of_100_megabytes_is_refused_before_it_is_read(void **state)
{
    (void)state;
    FOLDER_CLEANUP struct folder folder = folder_new();
    ARENA_CLEANUP struct arena *arena = arena_new(8 * 1024 * 1024);
    copy_pack(&folder, "base");
    char path[512];
    snprintf(path, sizeof path, "%s/big.yaml", folder.path);
    FD_CLEANUP int fd = open(path, O_CREAT | O_WRONLY | O_CLOEXEC, 0600);
    assert_true(fd >= 0);
    assert_int_equal(ftruncate(fd, 100 * 1024 * 1024), 0);
    assert_string_equal(faults_of(arena, folder.path), "big.yaml:1: larger than 4 MB (104857600 bytes)\n");
    assert_true(arena_used(arena) < 1024 * 1024);
}

static void many_large_files_are_refused_before_they_are_all_read(void **state)
{
    (void)state;
    FOLDER_CLEANUP struct folder folder = folder_new();
    ARENA_CLEANUP struct arena *arena = arena_new(64 * 1024 * 1024);
    copy_pack(&folder, "base");
    for (int i = 0; i < 25; i++) {
        char path[512];
        snprintf(path, sizeof path, "%s/z%02d.yaml", folder.path, i);
        FD_CLEANUP int fd = open(path, O_CREAT | O_WRONLY | O_CLOEXEC, 0600);
        assert_true(fd >= 0);
        assert_int_equal(ftruncate(fd, 4 * 1024 * 1024), 0);
    }
    assert_string_equal(faults_of(arena, folder.path),
                        "z02.yaml:1: with the files before it the pack is larger than 12 MB\n");
}

static const char *faults_of_repeated(struct arena *arena, const char *head, const char *unit, size_t size)
{
    size_t one = strlen(unit);
    size_t first = strlen(head);
    size_t times = size / one;
    char *text = arena_alloc(arena, first + times * one + 1);
    memcpy(text, head, first);
    for (size_t i = 0; i < times; i++) {
        memcpy(text + first + i * one, unit, one);
    }
    return faults_with(arena, text, first + times * one);
}

static void bombs_of_every_shape_are_refused_in_bounded_memory(void **state)
{
    (void)state;
    static const struct {
        const char *head;
        const char *unit;
        const char *fault;
    } bombs[] = {
        {"codes: ", "[", "nested deeper than a pack may be"},
        {"codes: ", "{a: ", "nested deeper than a pack may be"},
        {"codes:\n", "- ", "nested deeper than a pack may be"},
        {"codes: [", "a,", "more values than a pack may hold"},
        {"codes:\n", "- a\n", "more values than a pack may hold"},
        {"", "? ", ""},
        {"codes: \"", "\\u263a", "extra.yaml:1: "},
        {"codes: ", "!a ", "extra.yaml:1: "},
        {"codes: ", "&a ", "extra.yaml:1: "},
        {"codes: >\n", " a\n", "'codes' must be a list"},
    };
    for (size_t i = 0; i < sizeof bombs / sizeof bombs[0]; i++) {
        ARENA_CLEANUP struct arena *arena = arena_new(CAP);
        const char *faults = faults_of_repeated(arena, bombs[i].head, bombs[i].unit, 1024 * 1024);
        if (*faults == '\0' || strstr(faults, bombs[i].fault) == NULL) {
            print_error("bomb %zu: %s", i, faults);
            fail();
        }
        assert_true(arena_used(arena) < 100 * 1024 * 1024);
    }
}

static void a_mapping_of_too_many_keys_is_refused(void **state)
{
    (void)state;
    ARENA_CLEANUP struct arena *arena = arena_new(CAP);
    struct buf buf;
    buf_init(&buf, arena, 1 << 20);
    buf_put(&buf, "codes:\n  - id: wide\n    codes:\n");
    for (int i = 0; i < 600; i++) {
        buf_printf(&buf, "      c%d: C\n", i);
    }
    const char *faults = faults_with(arena, buf_text(&buf), buf.size);
    assert_string_equal(faults, "extra.yaml:516: more keys in one mapping than a pack may hold\n");
}

static void memory_that_runs_out_anywhere_leaves_nothing_behind(void **state)
{
    (void)state;
    unsigned long at = 1;
    for (bool done = false; !done; at += at / 3 + 1) {
        struct arena *volatile arena = arena_new(CAP);
        const struct pack *pack = NULL;
        const struct pack_fault *faults = NULL;
        size_t count = 0;
        volatile bool out = false;
        if (setjmp(*arena_edge(arena))) {
            out = true;
        } else {
            arena_fail_nth(at, 0);
            assert_null(pack_load(arena, WM_SOURCE "/procedures/llr-chapter-11", &pack, &faults, &count));
        }
        arena_fail_nth(0, 0);
        arena_free(arena);
        done = !out;
    }
    assert_true(at > 1000);
}

static void a_pack_that_is_not_there_is_an_error_and_not_a_fault(void **state)
{
    (void)state;
    ARENA_CLEANUP struct arena *arena = arena_new(CAP);
    const struct pack *pack = NULL;
    const struct pack_fault *faults = NULL;
    size_t count = 0;
    const struct error *error = pack_load(arena, "/nowhere/at/all", &pack, &faults, &count);
    assert_non_null(error);
    assert_int_equal(error->code, ERROR_IO);
    assert_int_equal(count, 0);
    FOLDER_CLEANUP struct folder folder = folder_new();
    assert_string_equal(faults_of(arena, folder.path), "pack.yaml:1: there is no *.yaml file here\n");
}

static const struct pack *load_real(struct arena *arena)
{
    const struct pack *pack = NULL;
    const struct pack_fault *faults = NULL;
    size_t count = 0;
    const struct error *error =
        pack_load(arena, WM_SOURCE "/procedures/llr-chapter-11", &pack, &faults, &count);
    for (size_t i = 0; i < count; i++) {
        print_error("%s:%d: %s\n", faults[i].file, faults[i].line, faults[i].text);
    }
    assert_null(error);
    return pack;
}

static void a_bundle_gives_the_same_pack_and_a_damaged_one_none(void **state)
{
    (void)state;
    ARENA_CLEANUP struct arena *arena = arena_new(CAP);
    const struct pack *pack = load_real(arena);
    const char *text = NULL;
    size_t size = 0;
    const char *folder = WM_SOURCE "/procedures/llr-chapter-11";
    assert_null(pack_bundle(arena, folder, &text, &size));
    const struct pack *again = NULL;
    const struct pack_fault *faults = NULL;
    size_t count = 0;
    assert_null(pack_load_bundle(arena, text, size, folder, &again, &faults, &count));
    assert_memory_equal(again->hash, pack->hash, sizeof pack->hash);
    assert_int_equal(again->type_count, pack->type_count);
    for (size_t cut = 0; cut < size; cut += size / 50 + 1) {
        assert_non_null(pack_load_bundle(arena, text, cut, folder, &again, &faults, &count));
    }
    char *changed = arena_copy_n(arena, text, size);
    char *word = strstr(changed, "Leicester");
    assert_non_null(word);
    *word = 'l';
    assert_null(pack_load_bundle(arena, changed, size, folder, &again, &faults, &count));
    assert_memory_not_equal(again->hash, pack->hash, sizeof pack->hash);
}

/* ---- the pack of chapter 11, against the vocabulary */

static void the_pack_of_the_chapter_has_every_entry_type_of_the_vocabulary(void **state)
{
    (void)state;
    static const char *const types[][16] = {
        {"consultation", "adviser", "question", "advice", "leads_to_referral"},
        {"referral", "notified_at", "source_agency", "referrer", "involvement", "immediate_danger",
         "exchange", "parents_informed", "parents_informed_reason", "child_views", "narrative", "child"},
        {"referral-decision", "initial_assessment", "reasons", "immediate_danger"},
        {"initial-assessment", "involvement", "significant_harm", "harm_criteria", "core_assessment",
         "immediate_danger"},
        {"core-assessment", "health_needs", "education_needs", "outcome"},
        {"enquiry-started", "agencies"},
        {"enquiry-concluded", "agencies", "outcome", "family_can_protect"},
        {"meeting-arranged", "kind", "chair", "chair_role", "invited"},
        {"meeting-held", "kind", "chair", "chair_role", "invited", "attended", "quorate", "exit_plan",
         "decisions", "reconvene_at", "continuing_risk", "family_can_protect"},
        {"plan-made", "kind", "lead_agency", "lead_worker", "agreed_by_child", "agreed_by_family",
         "next_review_at"},
        {"plan-reviewed", "kind", "lead_agency", "lead_worker", "agreed_by_child", "agreed_by_family",
         "next_review_at"},
        {"plan-ended", "kind"},
        {"action-agreed", "action", "owner", "agency", "due_at"},
        {"action-progressed", "action", "owner", "agency", "due_at", "progress", "reason"},
        {"vulnerability-began", "vulnerability"},
        {"vulnerability-ended", "vulnerability"},
        {"police-protection-began", "officer", "place"},
        {"police-protection-ended", "officer", "place", "destination"},
        {"police-contact", "circumstances", "section_46_considered", "referred_to_social_care",
         "referred_to_caiu"},
        {"alleged-abuser-identified", "person", "family_member", "area", "has_children", "children_concern"},
        {"police-informed", "unit"},
        {"household-child-recorded", "person", "relation", "date_of_birth"},
        {"household-child-left", "person"},
        {"household-child-assessed", "person", "at_risk", "needs"},
        {"service-requested", "service", "agency"},
        {"service-started", "service", "agency"},
        {"service-ended", "service", "agency"},
        {"child-views", "how_obtained", "views", "not_obtained_reason"},
        {"risk-screen", "screen", "version", "answers", "score", "band", "professional_band",
         "override_reason"},
        {"disclosure", "to_agency", "to_person", "what", "purpose", "legal_basis", "consent",
         "consent_reason", "immediate_risk"},
        {"parental-information-decision", "inform", "reason", "decided_in"},
        {"relocation", "to_area", "reason", "approved_by"},
        {"criminal-action-considered", "consulted", "diversion_considered", "disposal_considered",
         "youth_offending_protocol", "decision"},
        {"outreach-contact", "setting", "named_child", "summary"},
        {"learning-recommendation", "recommendation", "owner", "due_at"},
        {"correction", "corrects", "fields"},
        {"case-closed", "reasons", "agreed_by"},
        {"case-reopened", "reasons", "agreed_by"},
        {"person-details", "given_name", "family_name", "date_of_birth", "sex", "ethnicity", "disability",
         "address", "postcode"},
    };
    ARENA_CLEANUP struct arena *arena = arena_new(CAP);
    const struct pack *pack = load_real(arena);
    for (size_t t = 0; t < sizeof types / sizeof types[0]; t++) {
        const struct entry_type *type = pack_type(pack, types[t][0]);
        if (type == NULL) {
            fail_msg("no type %s", types[t][0]);
        }
        for (size_t f = 1; f < 16 && types[t][f] != NULL; f++) {
            if (entry_type_field(type, types[t][f]) == NULL) {
                fail_msg("%s has no %s", types[t][0], types[t][f]);
            }
        }
    }
    /* what the pack adds begins no duty by itself but those of its own */
    assert_true(pack->type_count >= sizeof types / sizeof types[0]);
}

static void the_code_lists_are_those_of_the_vocabulary(void **state)
{
    (void)state;
    static const struct {
        const char *type;
        const char *field;
        const char *codes; /* all of them, in order */
    } rows[] = {
        {"referral", "involvement", "at-risk likely involved"},
        {"referral", "exchange", "money drink drugs accommodation gifts other"},
        {"referral", "parents_informed", "yes no later"},
        {"referral", "source_agency",
         "social-care police health education housing youth-offending voluntary other"},
        {"referral", "immediate_danger", "yes no"},
        {"referral-decision", "initial_assessment", "required not-required"},
        {"initial-assessment", "involvement", "none at-risk likely involved"},
        {"initial-assessment", "core_assessment", "required not-required"},
        {"enquiry-concluded", "outcome",
         "substantiated-continuing-risk substantiated-no-continuing-risk not-substantiated"},
        {"meeting-held", "kind",
         "strategy conference family-group plan-review looked-after-review pathway-review complex-abuse"},
        {"meeting-held", "chair_role", "social-care-manager reviewing-officer conference-chair"},
        {"meeting-held", "exit_plan", "agreed considered-not-agreed"},
        {"meeting-held", "continuing_risk", "yes no"},
        {"plan-made", "kind", "child-protection exit-strategy care pathway risk-management"},
        {"action-progressed", "progress", "open done dropped"},
        {"vulnerability-began", "vulnerability",
         "looked-after-residential looked-after-foster missing missing-education "
         "unaccompanied-asylum-seeking possibly-trafficked care-leaver"},
        {"police-informed", "unit", "divisional local-policing-unit caiu"},
        {"alleged-abuser-identified", "has_children", "yes no unknown"},
        {"alleged-abuser-identified", "children_concern", "yes no unknown"},
        {"disclosure", "consent", "given refused not-sought"},
        {"parental-information-decision", "inform", "now later not"},
        {"person-details", "sex", "F M U"},
        {"person-details", "disability", "NONE MOB HAND PC INC COMM LD HEAR VIS BEH CON AUT DDA"},
    };
    ARENA_CLEANUP struct arena *arena = arena_new(CAP);
    const struct pack *pack = load_real(arena);
    for (size_t r = 0; r < sizeof rows / sizeof rows[0]; r++) {
        const struct field *field = entry_type_field(pack_type(pack, rows[r].type), rows[r].field);
        struct buf buf;
        buf_init(&buf, arena, 4096);
        for (size_t c = 0; c < field->codes->code_count; c++) {
            buf_printf(&buf, "%s%s", c == 0 ? "" : " ", field->codes->codes[c].id);
        }
        assert_string_equal(buf_text(&buf), rows[r].codes);
    }
    assert_int_equal(entry_type_field(pack_type(pack, "person-details"), "disability")->kind, FIELD_CODES);
    assert_int_equal(entry_type_field(pack_type(pack, "referral"), "exchange")->kind, FIELD_CODES);
    assert_int_equal(entry_type_field(pack_type(pack, "referral"), "notified_at")->kind, FIELD_INSTANT);
    assert_true(pack_type(pack, "police-protection-began")->needs_minute);
    assert_true(entry_type_field(pack_type(pack, "referral"), "child")->system);
}

static void the_duties_are_those_of_the_table_with_their_limits(void **state)
{
    (void)state;
    static const struct {
        const char *id;
        const char *paragraph;
        enum limit_unit unit;
        int limit;
        enum duty_anchor anchor;
    } rows[] = {
        {"decide-initial-assessment", "11.18", LIMIT_HOURS, 24, ANCHOR_EACH},
        {"decide-core-assessment", "11.18", LIMIT_DAYS, 7, ANCHOR_EACH},
        {"complete-core-assessment", "11.19", LIMIT_WORKING_DAYS, 35, ANCHOR_EACH},
        {"start-enquiry", "11.20", LIMIT_NONE, 0, ANCHOR_EACH},
        {"hold-strategy-meeting", "11.21", LIMIT_NONE, 0, ANCHOR_EACH},
        {"reconvene-strategy-meeting", "11.43", LIMIT_NONE, 0, ANCHOR_EACH},
        {"convene-conference", "11.27", LIMIT_DAYS, 15, ANCHOR_LAST},
        {"secure-immediate-safety", "11.23", LIMIT_AT_ONCE, 0, ANCHOR_EACH},
        {"end-police-protection", "11.23", LIMIT_HOURS, 72, ANCHOR_EACH},
        {"tell-divisional-police", "11.35", LIMIT_NONE, 0, ANCHOR_EACH},
        {"tell-local-policing-unit", "11.35", LIMIT_NONE, 0, ANCHOR_EACH},
        {"tell-child-abuse-unit", "11.36", LIMIT_NONE, 0, ANCHOR_EACH},
        {"refer-to-social-care", "11.33", LIMIT_NONE, 0, ANCHOR_EACH},
        {"refer-to-child-abuse-unit", "11.33", LIMIT_NONE, 0, ANCHOR_EACH},
        {"consider-abusers-children", "11.37", LIMIT_NONE, 0, ANCHOR_EACH},
        {"assess-household-child", "11.26", LIMIT_DUTY, 0, ANCHOR_EACH},
        {"review-pathway-plan", "11.47", LIMIT_MONTHS, 6, ANCHOR_LAST},
        {"review-pathway-plan-urgently", "11.48", LIMIT_NONE, 0, ANCHOR_EACH},
        {"review-plan", "11.29", LIMIT_FIELD, 0, ANCHOR_LAST},
    };
    ARENA_CLEANUP struct arena *arena = arena_new(CAP);
    const struct pack *pack = load_real(arena);
    for (size_t r = 0; r < sizeof rows / sizeof rows[0]; r++) {
        const struct duty_rule *rule = pack_rule(pack, rows[r].id);
        if (rule == NULL) {
            fail_msg("no duty %s", rows[r].id);
        }
        assert_string_equal(rule->paragraph, rows[r].paragraph);
        assert_int_equal(rule->limit_unit, rows[r].unit);
        assert_int_equal(rule->limit, rows[r].limit);
        assert_int_equal(rule->anchor, rows[r].anchor);
    }
}

/* A client that knows only the table sees only the table: what the pack adds are prompts, or begins with
   entries of its own. */
static void duties_beside_the_table_begin_only_with_entries_beside_it(void **state)
{
    (void)state;
    static const char *const added[] = {"be-at-hearing", "tell-child-outcome",
                                        "answer-looked-after-recommendation", "review-family-plan"};
    static const char *const begin_with[] = {"hearing-set", "investigation-recorded",
                                             "looked-after-recommendation", "family-plan-made"};
    ARENA_CLEANUP struct arena *arena = arena_new(CAP);
    const struct pack *pack = load_real(arena);
    size_t duties = 0;
    for (size_t r = 0; r < pack->rule_count; r++) {
        duties += pack->rules[r].prompt ? 0 : 1;
    }
    assert_int_equal(duties, 19 + sizeof added / sizeof added[0]);
    for (size_t i = 0; i < sizeof added / sizeof added[0]; i++) {
        const struct duty_rule *rule = pack_rule(pack, added[i]);
        int type = pack_type(pack, begin_with[i])->index;
        assert_false(rule->prompt);
        const struct pattern *entry = &rule->begins[0].entry;
        assert_true(entry->type == type || (entry->types != NULL && entry->types[type]));
    }
}

static void every_stage_asks_about_immediate_danger_and_later_ones_come_later(void **state)
{
    (void)state;
    static const char *const stages[] = {"referral",        "referral-decision", "initial-assessment",
                                         "core-assessment", "enquiry-started",   "enquiry-concluded",
                                         "meeting-held",    "plan-made",         "plan-reviewed"};
    ARENA_CLEANUP struct arena *arena = arena_new(CAP);
    const struct pack *pack = load_real(arena);
    const struct pattern *begins = &pack_rule(pack, "secure-immediate-safety")->begins[0].entry;
    int last = 0;
    for (size_t i = 0; i < sizeof stages / sizeof stages[0]; i++) {
        const struct entry_type *type = pack_type(pack, stages[i]);
        assert_non_null(entry_type_field(type, "immediate_danger"));
        assert_true(type->stage > last);
        assert_true(begins->types[type->index]);
        last = type->stage;
    }
}

static void every_form_of_the_referral_journey_has_guidance_with_its_paragraph(void **state)
{
    (void)state;
    ARENA_CLEANUP struct arena *arena = arena_new(CAP);
    const struct pack *pack = load_real(arena);
    const struct entry_type *type = &pack->types[pack->start_type];
    for (size_t p = 0; p < type->page_count; p++) {
        assert_non_null(type->pages[p].guidance);
        assert_non_null(type->pages[p].guidance_paragraph);
    }
    assert_true(type->page_count >= 8);
}

/* The term that law and practice have dropped stands nowhere but in the source that is quoted. */
static void the_outdated_term_stands_only_in_the_quoted_source(void **state)
{
    (void)state;
    ARENA_CLEANUP struct arena *arena = arena_new(CAP);
    const char *text = NULL;
    size_t size = 0;
    assert_null(pack_bundle(arena, WM_SOURCE "/procedures/llr-chapter-11", &text, &size));
    int found = 0;
    for (const char *at = strcasestr(text, "prostitut"); at != NULL; at = strcasestr(at + 1, "prostitut")) {
        found++;
    }
    assert_int_equal(found, 1);
    assert_non_null(strcasestr(load_real(arena)->source, "prostitut"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_golden_pack_has_the_faults_that_its_file_says),
        cmocka_unit_test(an_alias_bomb_is_refused_and_never_expanded),
        cmocka_unit_test(a_file_of_100_megabytes_is_refused_before_it_is_read),
        cmocka_unit_test(many_large_files_are_refused_before_they_are_all_read),
        cmocka_unit_test(bombs_of_every_shape_are_refused_in_bounded_memory),
        cmocka_unit_test(a_mapping_of_too_many_keys_is_refused),
        cmocka_unit_test(memory_that_runs_out_anywhere_leaves_nothing_behind),
        cmocka_unit_test(a_pack_that_is_not_there_is_an_error_and_not_a_fault),
        cmocka_unit_test(a_bundle_gives_the_same_pack_and_a_damaged_one_none),
        cmocka_unit_test(the_pack_of_the_chapter_has_every_entry_type_of_the_vocabulary),
        cmocka_unit_test(the_code_lists_are_those_of_the_vocabulary),
        cmocka_unit_test(the_duties_are_those_of_the_table_with_their_limits),
        cmocka_unit_test(duties_beside_the_table_begin_only_with_entries_beside_it),
        cmocka_unit_test(every_stage_asks_about_immediate_danger_and_later_ones_come_later),
        cmocka_unit_test(every_form_of_the_referral_journey_has_guidance_with_its_paragraph),
        cmocka_unit_test(the_outdated_term_stands_only_in_the_quoted_source),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
