/*
 * For the tests: what a store holds, read by the acts, in an order of its own (ids and references are random,
 * so cases are told apart by their child). A JSON object:
 * {"cases":[{"child","entries","duties"}],"contacts"}.
 *
 *     dump_store DATA PACK TIME
 */
#include "act/act.h"
#include "record/decode.h"

#include <string.h>

enum { MEMORY = 1024 * 1024 * 1024, MOST = 4000 };

static json_t *instant_json(struct instant at)
{
    char text[INSTANT_TEXT];
    if (instant_is_never(at)) {
        return json_null();
    }
    instant_format(at, text);
    return json_string(text);
}

static json_t *case_json(const struct case_view *view)
{
    json_t *entries = json_array();
    json_t *duties = json_array();
    const struct entry details = {.type = &view->pack->types[view->pack->details_type],
                                  .values = view->child.values};
    for (size_t i = 0; i < view->entry_count; i++) {
        const struct entry *entry = view->entries[i];
        json_t *fields = fields_to_json(view->pack, entry);
        json_object_del(fields, "child"); /* ids */
        json_object_del(fields, "routed_point");
        json_array_append_new(entries,
                              json_pack("{s:s, s:s, s:o, s:o, s:o}", "type", entry->type->id, "by",
                                        entry->recorded_name, "occurred", instant_json(entry->occurred.start),
                                        "recorded", instant_json(entry->recorded_at), "fields", fields));
    }
    for (size_t i = 0; i < view->position->duty_count; i++) {
        const struct duty *duty = &view->position->duties[i];
        json_array_append_new(
            duties, json_pack("{s:s, s:s, s:o, s:o, s:o}", "duty", duty->rule->id, "state",
                              duty_state_name(duty->state), "begun", instant_json(duty->begun_at), "due",
                              instant_json(duty->due_at), "met", instant_json(duty->met_at)));
    }
    return json_pack("{s:s, s:o, s:o, s:o}", "name", view->child.full_name, "child",
                     fields_to_json(view->pack, &details), "entries", entries, "duties", duties);
}

/* Every case has duties: their references are those of all cases. */
static const struct error *all_references(const struct act *act, const char **references, size_t *ret_count)
{
    const char *cursor = NULL;
    size_t count = 0;
    do {
        const struct work_line *lines;
        size_t line_count;
        struct duties_filter filter = {.cursor = cursor, .limit = 200};
        TRY(act_duties(act, &filter, &lines, &line_count, &cursor));
        for (size_t i = 0; i < line_count; i++) {
            size_t at = 0;
            while (at < count && strcmp(references[at], lines[i].reference.text) != 0) {
                at++;
            }
            if (at == count && count < MOST) {
                references[count++] = arena_copy(act->arena, lines[i].reference.text);
            }
        }
    } while (cursor != NULL);
    *ret_count = count;
    return NULL;
}

static const struct error *dump(struct service *service, struct arena *arena, struct instant now,
                                json_t *cases, json_t *contacts)
{
    struct actor actor = {.username = "test",
                          .role = pack_role(service_pack(service), "duty-manager"),
                          .agency = "social-care",
                          .purpose = "direct-work"};
    const struct act act = {service, arena, &actor, now};
    const char **references = arena_many(arena, const char *, MOST);
    size_t count;
    TRY(all_references(&act, references, &count));
    for (size_t i = 0; i < count; i++) {
        const struct case_view *view;
        TRY(act_case_read(&act, references[i], INSTANT_NEVER, &view));
        json_array_append_new(cases, case_json(view));
    }
    const struct contact_view *list;
    TRY(act_directory_list(&act, &list, &count));
    for (size_t i = 0; i < count; i++) {
        json_array_append_new(
            contacts, json_pack("[s, s, s, s]", list[i].agency, list[i].name, list[i].phone, list[i].email));
    }
    return NULL;
}

int main(int argc, char **argv)
{
    struct instant now;
    struct service *service;
    struct arena *arena = arena_new(MEMORY);
    if (argc != 4 || arena == NULL || !instant_parse(argv[3], &now)) {
        fputs("dump_store DATA PACK TIME\n", stderr);
        return 2;
    }
    json_t *cases = json_array();
    json_t *contacts = json_array();
    const struct error *error = service_open(arena, argv[1], NULL, argv[2], &service);
    if (error == NULL) {
        error = dump(service, arena, now, cases, contacts);
        service_close(service);
    }
    if (error != NULL) {
        fprintf(stderr, "%s\n", error_text(arena, error));
        return 1;
    }
    json_t *all = json_pack("{s:o, s:o}", "cases", cases, "contacts", contacts);
    json_dumpf(all, stdout, JSON_SORT_KEYS);
    json_decref(all);
    arena_free(arena);
    return 0;
}
