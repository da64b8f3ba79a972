/* What tests of whole cases share: entries made of JSON, a case with its first entry, a procedure that was
 * changed. */
#ifndef WM_ACT_TEST_SCENE_H
#define WM_ACT_TEST_SCENE_H

#include "support.h"

#include "base/buf.h"

#include <dirent.h>
#include <string.h>
#include <sys/stat.h>

static inline struct entry_input entry_input_of(const struct state *state, const char *type_id,
                                                const char *json)
{
    const struct entry_type *type = pack_type(service_pack(state->service), type_id);
    assert_non_null(type);
    return (struct entry_input){.type = type, .values = fields(state, type->index, json)};
}

static inline const struct error *record_on(const struct state *state, const struct act *act,
                                            const char *reference, const char *type_id, const char *json,
                                            const char *labels)
{
    struct entry_input input = entry_input_of(state, type_id, json);
    struct recorded recorded;
    input.labels = labels;
    return act_entry_record(act, reference, &input, &recorded);
}

/* What a referral says, with `more` of its answers (", \"area\": ..."). */
static inline const struct value *referral_values(const struct state *state, const char *agency,
                                                  const char *danger, const char *more)
{
    static const char asked[] =
        "{\"narrative\":\"Came home with a new phone.\",\"involvement\":\"likely\","
        "\"immediate_danger\":\"%s\",\"notified_at\":\"2026-05-28T08:00:00Z\",\"referrer\":\"N\","
        "\"source_agency\":\"%s\",\"parents_informed\":\"yes\"%s}";
    return fields(state, service_pack(state->service)->start_type,
                  arena_printf(state->arena, asked, danger, agency, more));
}

static inline const char *case_of(const struct state *state, const struct act *act, const char *given,
                                  const struct value *values)
{
    struct referral_input input = referral_of(state, given, NULL);
    struct recorded recorded;
    input.values = values == NULL ? input.values : values;
    GOOD(act_referral_make(act, &input, &recorded));
    return arena_copy(state->arena, recorded.reference.text);
}

static inline const char *new_case(const struct state *state, const char *given, int64_t seconds)
{
    struct act act = act_at(state, &state->nurse, seconds);
    return case_of(state, &act, given, NULL);
}

/* A correction that says `json`, of an entry of that type. */
static inline const struct error *correct(const struct act *act, const char *reference, const char *json,
                                          const struct entry_type *target)
{
    const struct pack *pack;
    struct recorded recorded;
    TRY(act_case_pack(act, reference, &pack));
    struct entry_input input = {.type = pack_type(pack, "correction")};
    json_t *object = json_loads(json, 0, NULL);
    assert_non_null(object);
    const struct error *error = fields_from_json(act->arena, pack, input.type, object, target, &input.values);
    json_decref(object);
    return error != NULL ? error : act_entry_record(act, reference, &input, &recorded);
}

/* ---- another version of a procedure ---- */

struct pack_edit {
    const char *file;
    const char *from; /* stands there once or more; the first is changed */
    const char *to;
};

static inline const char *file_text(struct arena *arena, const char *path)
{
    enum { MOST = 1 << 20 };
    char *text = arena_alloc(arena, MOST);
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    size_t size = fread(text, 1, MOST - 1, file);
    fclose(file);
    text[size] = '\0';
    return text;
}

static inline void put_text(const char *path, const char *text)
{
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(text, 1, strlen(text), file), strlen(text));
    assert_int_equal(fclose(file), 0);
}

static inline const char *edited(struct arena *arena, const char *text, const struct pack_edit *edit)
{
    const char *found = strstr(text, edit->from);
    if (found == NULL) {
        fail_msg("%s has no \"%s\"", edit->file, edit->from);
    }
    return arena_printf(arena, "%s%s%s", arena_copy_n(arena, text, (size_t)(found - text)), edit->to,
                        found + strlen(edit->from));
}

static inline void copy_folder(const struct state *state, const char *from, const char *to,
                               const struct pack_edit *edits, size_t count)
{
    DIR *dir = opendir(from);
    assert_non_null(dir);
    assert_int_equal(mkdir(to, 0700), 0);
    for (const struct dirent *row = readdir(dir); row != NULL; row = readdir(dir)) {
        if (row->d_name[0] != '.') {
            const char *text =
                file_text(state->arena, arena_printf(state->arena, "%s/%s", from, row->d_name));
            for (size_t i = 0; i < count; i++) {
                text = strcmp(edits[i].file, row->d_name) == 0 ? edited(state->arena, text, &edits[i]) : text;
            }
            put_text(arena_printf(state->arena, "%s/%s", to, row->d_name), text);
        }
    }
    closedir(dir);
}

/* The procedure of that folder, changed, in a folder of its own below the test's. */
static inline const char *pack_changed(const struct state *state, const char *folder, const char *name,
                                       const struct pack_edit *edits, size_t count)
{
    const char *made = arena_printf(state->arena, "%s/%s", state->top, name);
    const char *calendars = arena_printf(state->arena, "%s/calendars", state->top);
    if (access(calendars, F_OK) != 0) {
        copy_folder(state, WM_SOURCE "/procedures/calendars", calendars, NULL, 0);
    }
    copy_folder(state, arena_printf(state->arena, "%s/%s", WM_SOURCE, folder), made, edits, count);
    return made;
}

/* The same of one that was made so. */
static inline const char *pack_of_pack(const struct state *state, const char *from, const char *name,
                                       const struct pack_edit *edits, size_t count)
{
    const char *made = arena_printf(state->arena, "%s/%s", state->top, name);
    copy_folder(state, arena_printf(state->arena, "%s/%s", state->top, from), made, edits, count);
    return made;
}

/* A small procedure, with few types and fields, whose cases are open to everybody. */
static inline const char *small_pack(const struct state *state, const char *name)
{
    static const struct pack_edit edits[] = {
        {"pack.yaml", "holidays: holidays.csv", "holidays: ../calendars/england-wales.csv"},
        {"codes.yaml", "roles:\n",
         "access:\n  labels:\n"
         "    - {id: standard, title: Open, text: All read it., paragraph: \"1.1\"}\n"
         "  cases:\n    - {id: all, paragraph: \"1.1\", answer: yes, why: Because.}\n"
         "  entries:\n"
         "    - {id: open, paragraph: \"1.1\", when: {label: standard}, answer: yes, why: Because.}\n"
         "roles:\n"},
        {"codes.yaml", "reads_cases: true", "reads_cases: true\n    moves_cases: true\n    counts: true"}};
    return pack_changed(state, "tests/golden/packs/base", name, edits, sizeof edits / sizeof *edits);
}

/* The same store, with other procedures. */
static inline struct service *open_with(const struct state *state, const char *const *dirs, size_t count)
{
    struct service *service;
    GOOD_ONCE(service_open_packs(state->arena, arena_printf(state->arena, "%s/store", state->top), NULL, dirs,
                                 count, &service));
    service_allow_one_factor(service);
    return service;
}

static inline struct actor actor_in(const struct state *state, struct service *service, const char *username)
{
    struct act nobody = {service, state->arena, NULL, start};
    struct actor actor;
    const char *token;
    GOOD_ONCE(act_account_token(&nobody, username, &token));
    GOOD_ONCE(act_bearer(&nobody, token, &actor));
    return actor;
}

#endif
