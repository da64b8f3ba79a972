/*
 * Meetings: their kinds with chair and quorum, who is asked to come, and the agenda. All three speak of the
 * entry types that arrange and hold meetings, so they are read last. What an author leaves out of the agenda
 * is not lost: the page of a meeting asks every other question of the form after it.
 */
#include "pack/loader.h"

#include "base/text.h"

#include <string.h>

/* The code lists that the sections take their words from: NULL where the form has no such question. */
struct words {
    const struct entry_type *held;
    const struct code_list *kinds;
    const struct code_list *agenda;
    const struct code_list *chairs;
    const struct code_list *agencies;
};

static const struct code_list *list_of(const struct entry_type *type, const char *field_id)
{
    const struct field *field = type == NULL ? NULL : entry_type_field(type, field_id);
    return field == NULL ? NULL : field->codes;
}

static struct words words_of(const struct loader *loader)
{
    const struct entry_type *held = pack_part(loader->pack, PART_MEETING, STEP_END);
    const struct field *kind = held == NULL || held->part_key < 0 ? NULL : &held->fields[held->part_key];
    return (struct words){
        .held = held,
        .kinds = kind == NULL ? NULL : kind->codes,
        .agenda = list_of(held, "agenda"),
        .chairs = list_of(held, "chair_role"),
        .agencies = pack_codes(loader->pack, "agency"),
    };
}

static const struct code *load_code(struct loader *loader, const struct yaml *node,
                                    const struct code_list *list, const char *text, const char *what)
{
    const struct code *code = list == NULL || text == NULL ? NULL : code_find(list, text);
    if (code == NULL && text != NULL) {
        FAULT(loader, node, "%s: '%.80s' is no code of %s", what, text,
              list == NULL ? "the form that holds meetings" : list->id);
    }
    return code;
}

/* `meetings:` the kinds it is for; all of them when the key is left out. */
static const bool *load_kinds(struct loader *loader, const struct yaml *map, const char *what)
{
    struct pack *pack = loader->pack;
    bool *kinds = arena_many(loader->arena, bool, pack->meeting_count);
    size_t count = 0;
    const struct yaml *item = load_list(loader, yaml_get(map, "meetings"), &count);
    for (size_t i = 0; i < pack->meeting_count && count == 0; i++) {
        kinds[i] = true;
    }
    for (; item != NULL; item = item->next) {
        const struct meeting_kind *kind = item->kind == YAML_TEXT ? pack_meeting(pack, item->text) : NULL;
        if (kind == NULL) {
            FAULT(loader, item, "%s: there is no meeting '%.80s'", what,
                  item->kind == YAML_TEXT ? item->text : "");
        } else {
            kinds[kind - pack->meetings] = true;
        }
    }
    return kinds;
}

static void load_case_conditions(struct loader *loader, const struct yaml *list, const char *what,
                                 struct conditions *ret_conditions)
{
    const struct scope scope = {.type = ANY_TYPE, .of_case = true, .of_no_entry = true, .what = what};
    load_conditions(loader, list, &scope, ret_conditions);
}

/* [{entry: referral, field: trusted_worker, when: [...]}] */
static const struct drawn *load_drawn(struct loader *loader, const struct yaml *list, const char *what,
                                      size_t *ret_count)
{
    static const char *const more[] = {"field", NULL};
    size_t count = 0;
    const struct yaml *item = load_list(loader, list, &count);
    struct drawn *drawn = arena_many(loader->arena, struct drawn, count);
    *ret_count = 0;
    for (; item != NULL; item = item->next) {
        struct drawn *one = &drawn[*ret_count];
        load_pattern(loader, item, more, what, &one->from);
        const char *name = item->kind == YAML_MAP ? load_text(loader, item, "field", true, what) : NULL;
        if (name == NULL || one->from.type == ANY_TYPE) {
            FAULT(loader, item, "%s: name one entry type and the field that is read", what);
            continue;
        }
        const struct field *field = entry_type_field(&loader->types[one->from.type], name);
        bool text = field != NULL && (field->kind == FIELD_TEXT || field->kind == FIELD_NARRATIVE ||
                                      field->kind == FIELD_PERSON || field->kind == FIELD_TEXTS);
        if (!text) {
            FAULT(loader, item, "%s: '%.80s' is no field of '%s' that holds a text", what, name,
                  loader->types[one->from.type].id);
            continue;
        }
        one->field = field->index;
        (*ret_count)++;
    }
    return drawn;
}

/* ---- kinds ---- */

static void load_chairs(struct loader *loader, const struct yaml *map, const struct words *words,
                        const char *what, struct meeting_kind *kind)
{
    static const char *const keys[] = {"role", "when", NULL};
    size_t count = 0;
    const struct yaml *item = load_list(loader, yaml_get(map, "chair"), &count);
    struct chair_choice *chairs = arena_many(loader->arena, struct chair_choice, count);
    kind->chairs = chairs;
    for (; item != NULL; item = item->next) {
        if (!load_map(loader, item, what, keys)) {
            continue;
        }
        struct chair_choice *chair = &chairs[kind->chair_count];
        const char *role = load_text(loader, item, "role", true, what);
        const struct code *code = load_code(loader, item, words->chairs, role, what);
        load_case_conditions(loader, yaml_get(item, "when"), what, &chair->when);
        if (code != NULL) {
            chair->role = code->id;
            kind->chair_count++;
        }
    }
}

static void load_kind_rows(struct loader *loader, const struct words *words)
{
    static const char *const keys[] = {"id", "paragraph", "help", "chair", "quorum", "linked", NULL};
    const struct items *items = &loader->sections[SECTION_MEETINGS];
    struct meeting_kind *kinds = arena_many(loader->arena, struct meeting_kind, items->count);
    size_t count = 0;
    for (size_t i = 0; i < items->count; i++) {
        const struct yaml *node = items->list[i];
        const char *id = load_id(loader, node, '-', "meeting");
        const char *what = arena_printf(loader->arena, "meeting '%s'", id);
        struct meeting_kind *kind = &kinds[count];
        load_map(loader, node, what, keys);
        kind->code = load_code(loader, node, words->kinds, id, what);
        kind->paragraph = load_paragraph(loader, node, "paragraph", true, what);
        kind->help = load_text(loader, node, "help", false, what);
        kind->quorum = (int)load_number(loader, node, "quorum", 1, 50, 0, what);
        kind->linked = load_bool(loader, node, "linked", what);
        load_chairs(loader, node, words, what, kind);
        count += kind->code == NULL ? 0 : 1;
    }
    loader->pack->meetings = kinds;
    loader->pack->meeting_count = count;
    for (size_t c = 0; words->kinds != NULL && items->count > 0 && c < words->kinds->code_count; c++) {
        const struct code *code = &words->kinds->codes[c];
        if (!code->superseded && pack_meeting(loader->pack, code->id) == NULL) {
            FAULT(loader, items->list[0], "the meeting '%s' stands in %s and not in 'meetings'", code->id,
                  words->kinds->id);
        }
    }
}

/* ---- who is asked ---- */

static void load_invitees(struct loader *loader, const struct words *words)
{
    static const char *const keys[] = {"id",       "title", "agency", "paragraph", "meetings", "when",
                                       "when_any", "from",  "needed", "knows",     NULL};
    const struct items *items = &loader->sections[SECTION_INVITEES];
    struct invitee *invitees = arena_many(loader->arena, struct invitee, items->count);
    for (size_t i = 0; i < items->count; i++) {
        const struct yaml *node = items->list[i];
        struct invitee *invitee = &invitees[i];
        invitee->id = load_id(loader, node, '-', "invitee");
        const char *what = arena_printf(loader->arena, "invitee '%s'", invitee->id);
        load_map(loader, node, what, keys);
        const char *title = load_text(loader, node, "title", true, what);
        invitee->title = title == NULL ? "" : title;
        const char *agency = load_text(loader, node, "agency", false, what);
        const struct code *code = load_code(loader, node, words->agencies, agency, what);
        invitee->agency = code == NULL ? NULL : code->id;
        invitee->paragraph = load_paragraph(loader, node, "paragraph", false, what);
        invitee->kinds = load_kinds(loader, node, what);
        invitee->needed = load_bool(loader, node, "needed", what);
        invitee->knows = load_bool(loader, node, "knows", what);
        load_case_conditions(loader, yaml_get(node, "when"), what, &invitee->when);
        load_case_conditions(loader, yaml_get(node, "when_any"), what, &invitee->when_any);
        invitee->from = load_drawn(loader, yaml_get(node, "from"), what, &invitee->from_count);
        if (invitee->knows && (agency != NULL || invitee->from_count > 0)) {
            FAULT(loader, node,
                  "%s: with 'knows' the agencies come from the case: leave out 'agency' and 'from'", what);
        }
    }
    loader->pack->invitees = invitees;
    loader->pack->invitee_count = items->count;
}

/* ---- the agenda ---- */

static void load_part_fields(struct loader *loader, const struct yaml *map, const struct words *words,
                             const char *what, bool *taken, struct agenda_part *part)
{
    size_t count = 0;
    const struct yaml *item = load_list(loader, yaml_get(map, "fields"), &count);
    int *fields = arena_many(loader->arena, int, count);
    part->fields = fields;
    for (; item != NULL; item = item->next) {
        const char *name = item->kind == YAML_TEXT ? item->text : "";
        const struct field *field = words->held == NULL ? NULL : entry_type_field(words->held, name);
        if (field == NULL || field->system) {
            FAULT(loader, item, "%s: '%.80s' is no question of the form that holds meetings", what, name);
        } else if (taken[field->index]) {
            FAULT(loader, item, "%s: '%.80s' is asked under another part already", what, name);
        } else {
            taken[field->index] = true;
            fields[part->field_count++] = field->index;
        }
    }
}

static void load_until(struct loader *loader, const struct yaml *map, const char *what,
                       struct agenda_part *part)
{
    const char *name = load_text(loader, map, "until", false, what);
    part->until_rule = -1;
    if (name == NULL) {
        return;
    }
    const struct duty_rule *rule = pack_rule(loader->pack, name);
    if (rule == NULL) {
        FAULT(loader, yaml_get(map, "until"), "%s: there is no duty '%.80s'", what, name);
    } else if (part->put_count == 0) {
        FAULT(loader, yaml_get(map, "until"), "%s: 'until' says how long what 'puts' names stays there",
              what);
    } else {
        part->until_rule = rule->index;
    }
}

static void load_agenda(struct loader *loader, const struct words *words)
{
    static const char *const keys[] = {"id",     "paragraph", "meetings", "when",         "when_any",
                                       "fields", "puts",      "until",    "open_actions", NULL};
    const struct items *items = &loader->sections[SECTION_AGENDA];
    struct agenda_part *parts = arena_many(loader->arena, struct agenda_part, items->count);
    bool *taken = arena_many(loader->arena, bool, words->held == NULL ? 1 : words->held->field_count);
    size_t count = 0;
    for (size_t i = 0; i < items->count; i++) {
        const struct yaml *node = items->list[i];
        struct agenda_part *part = &parts[count];
        const char *id = load_id(loader, node, '-', "part of the agenda");
        const char *what = arena_printf(loader->arena, "part of the agenda '%s'", id);
        load_map(loader, node, what, keys);
        part->code = load_code(loader, node, words->agenda, id, what);
        part->paragraph = load_paragraph(loader, node, "paragraph", true, what);
        part->kinds = load_kinds(loader, node, what);
        load_case_conditions(loader, yaml_get(node, "when"), what, &part->when);
        load_case_conditions(loader, yaml_get(node, "when_any"), what, &part->when_any);
        load_part_fields(loader, node, words, what, taken, part);
        part->puts = load_drawn(loader, yaml_get(node, "puts"), what, &part->put_count);
        part->open_actions = load_bool(loader, node, "open_actions", what);
        load_until(loader, node, what, part);
        count += part->code == NULL ? 0 : 1;
    }
    loader->pack->agenda = parts;
    loader->pack->agenda_count = count;
}

void load_meetings(struct loader *loader)
{
    const struct words words = words_of(loader);
    load_kind_rows(loader, &words);
    load_invitees(loader, &words);
    load_agenda(loader, &words);
}
