/* What was typed: the actions, the parts of each agenda, the faults, and the values that would be recorded.
 */
#include "web/pages/meeting_holding.h"

#include "base/text.h"

#include <string.h>

enum { ROWS_AT_FIRST = 2 };

static bool row_is_empty(struct typed typed, const char *prefix)
{
    for (size_t i = 0; i < typed.count; i++) {
        if (text_starts_with(typed.pairs[i].name, prefix) && !text_is_blank(typed.pairs[i].text)) {
            return false;
        }
    }
    return true;
}

const char *holding_row_prefix(struct arena *arena, const struct meeting_child *child, size_t row)
{
    return arena_printf(arena, "%sa%zu-", child->prefix, row + 1);
}

/* An action that is agreed at a meeting has an owner, an agency and a date (11.40). */
static void read_action(struct request *request, struct holding *holding, struct holding_child *child,
                        const char *prefix)
{
    static const char *const needed[] = {"action", "owner", "agency", "due_at"};
    static const char *const say[] = {"Say what is to be done", "Say who does it",
                                      "Say which agency they are from", "Say by when it is done"};
    struct arena *arena = request->arena;
    const struct entry_type *type = holding->action;
    const struct value *values;
    const struct error *faults =
        form_values(arena, holding->sheet.pack, type, prefix, holding->form.typed, NULL, 0, &values);
    for (size_t i = 0; i < 4; i++) {
        const struct field *field = entry_type_field(type, needed[i]);
        bool said = false;
        for (const struct error *at = faults; at != NULL && field != NULL; at = at->next) {
            said = said || text_equal(at->field, arena_printf(arena, "%s%s", prefix, field->id));
        }
        if (field != NULL && !said && values[field->index].kind == VALUE_NONE) {
            faults = form_faults_join(arena, faults,
                                      error_field(arena, ERROR_INVALID,
                                                  arena_printf(arena, "%s%s", prefix, field->id), NULL,
                                                  "%s (paragraph 11.40)", say[i]));
        }
    }
    child->actions[child->action_count++] = (struct holding_row){prefix, values};
    holding->faults = form_faults_join(arena, holding->faults, faults);
}

static void read_actions(struct request *request, struct holding *holding, struct holding_child *child)
{
    const char *text =
        typed_first(holding->form.typed, arena_printf(request->arena, "%srows", child->child->prefix));
    int64_t rows;
    child->rows = text != NULL && number_parse(text, 1, MOST_ACTIONS, &rows) ? (size_t)rows : ROWS_AT_FIRST;
    for (size_t i = 0; i < child->rows; i++) {
        const char *prefix = holding_row_prefix(request->arena, child->child, i);
        if (!row_is_empty(holding->form.typed, prefix)) {
            read_action(request, holding, child, prefix);
        }
    }
}

/* "Did the review come up": a part is dealt with when something was answered under it, or when that is
 * ticked. */
static bool is_dealt_with(struct arena *arena, const struct holding *holding,
                          const struct holding_child *child, const struct agenda_item *item)
{
    for (size_t f = 0; f < item->part->field_count; f++) {
        if (child->values[item->part->fields[f]].kind != VALUE_NONE) {
            return true;
        }
    }
    return typed_has(holding->form.typed,
                     arena_printf(arena, "%sdealt-%s", child->child->prefix, item->part->code->id), "yes");
}

static bool has_fault(struct arena *arena, const struct error *faults, const struct holding *holding,
                      const char *prefix, const struct agenda_part *part)
{
    for (const struct error *at = faults; at != NULL; at = at->next) {
        for (size_t f = 0; f < part->field_count; f++) {
            if (text_equal(at->field,
                           arena_printf(arena, "%s%s", prefix, holding->type->fields[part->fields[f]].id))) {
                return true;
            }
        }
    }
    return false;
}

static const struct error *open_parts(struct arena *arena, const struct holding *holding,
                                      const struct holding_child *child, const struct error *faults)
{
    const struct error *first = NULL;
    for (size_t i = child->child->agenda_count; i > 0; i--) {
        const struct agenda_item *item = &child->child->agenda[i - 1];
        if (!is_dealt_with(arena, holding, child, item) &&
            !has_fault(arena, faults, holding, child->child->prefix, item->part)) {
            const char *name = arena_printf(arena, "%sdealt-%s", child->child->prefix, item->part->code->id);
            first =
                error_field(arena, ERROR_INVALID, name, first,
                            "“%s” is not dealt with: write what was said, or tick that it was (paragraph %s)",
                            item->part->code->title, item->part->paragraph);
        }
    }
    return first;
}

static void put_agenda(struct arena *arena, const struct holding *holding, const struct holding_child *child,
                       struct value *values)
{
    const struct field *field = entry_type_field(holding->type, "agenda");
    const struct code **codes = arena_many(arena, const struct code *, child->child->agenda_count);
    size_t count = 0;
    for (size_t i = 0; i < child->child->agenda_count; i++) {
        if (is_dealt_with(arena, holding, child, &child->child->agenda[i])) {
            codes[count++] = child->child->agenda[i].part->code;
        }
    }
    if (field != NULL && count > 0) {
        values[field->index] = (struct value){.kind = VALUE_CODES, .list = {codes, count}};
    }
}

const struct error *holding_named(struct arena *arena, const struct holding *holding,
                                  const struct error *faults)
{
    const struct error *first = NULL;
    for (const struct error *at = faults; at != NULL; at = at->next) {
        struct error *copy = arena_one(arena, struct error);
        *copy = *at;
        for (size_t c = 0; c < holding->sheet.count; c++) {
            for (size_t i = 0; i < holding->common_count; i++) {
                const char *id = holding->type->fields[holding->common[i]].id;
                if (text_equal(at->field,
                               arena_printf(arena, "%s%s", holding->sheet.children[c].prefix, id))) {
                    copy->field = id;
                }
            }
        }
        bool said = false;
        for (const struct error *other = first; other != NULL; other = other->next) {
            said = said || (copy->field != NULL && text_equal(other->field, copy->field));
        }
        if (!said) {
            copy->next = NULL;
            first = form_faults_join(arena, first, copy);
        }
    }
    return first;
}

static void read_child(struct request *request, struct holding *holding, size_t index)
{
    struct arena *arena = request->arena;
    struct holding_child *child = &holding->children[index];
    const struct meeting_child *of = child->child;
    const struct pack *pack = holding->sheet.pack;
    const struct entry_type *type = holding->type;
    const struct position *position = of->frame.view->position;
    const struct value *read;
    struct value *values = arena_many(arena, struct value, type->field_count);
    const struct error *faults = form_values(arena, pack, type, of->prefix, holding->form.typed,
                                             child->fields, child->field_count, &read);
    memcpy(values, read, type->field_count * sizeof *values);
    for (size_t i = 0; i < holding->common_count; i++) {
        values[holding->common[i]] = holding->common_values[holding->common[i]];
    }
    values[type->part_key] = (struct value){.kind = VALUE_CODE, .code = holding->sheet.kind->code};
    child->values = form_asked(arena, pack, type, values, &position->standing, holding->form.occurred.day);
    holding->unasked[index + 1] =
        (struct unasked){.type = type, .prefix = of->prefix, .typed = read, .asked = child->values};
    if (index == 0) {
        holding->unasked[0] = (struct unasked){
            .type = type, .prefix = "", .typed = holding->common_values, .asked = child->values};
    }
    memcpy(values, child->values, type->field_count * sizeof *values);
    child->values = values;
    holding_put_meeting(holding, index, values);
    holding_put_attendance(request, holding, index, values);
    holding_put_quorum(request, holding, values);
    put_agenda(arena, holding, child, values);
    if (faults == NULL) {
        struct entry entry = {.type = type, .values = values, .occurred = holding->form.occurred};
        const struct error *more = form_asks(arena, pack, type, "", values, child->fields, child->field_count,
                                             &position->standing, holding->form.occurred.day);
        more = form_faults_join(arena, more, entry_validate(arena, pack, &entry, &position->standing));
        if (more == NULL) {
            more = gates_check(arena, position, &entry);
        }
        faults = form_prefixed(arena, more, of->prefix);
    }
    faults = form_faults_join(arena, faults, open_parts(arena, holding, child, faults));
    holding->faults = form_faults_join(arena, holding->faults, faults);
    read_actions(request, holding, child);
}

void holding_read(struct request *request, struct holding *holding)
{
    struct arena *arena = request->arena;
    const struct pack *pack = holding->sheet.pack;
    const struct position *position = holding->sheet.children[0].frame.view->position;
    holding->form.occurred = moment_of_instant(pack, request->act.now);
    holding->faults =
        form_moment(arena, pack, "occurred_at", "When was it held?", holding->form.typed,
                    holding->type->needs_minute, &holding->form.occurred, &holding->form.is_dated);
    entry_form_sharpen(request, pack, &holding->form.occurred);
    const struct error *faults = form_values(arena, pack, holding->type, "", holding->form.typed,
                                             holding->common, holding->common_count, &holding->common_values);
    if (faults == NULL) {
        faults = form_asks(arena, pack, holding->type, "", holding->common_values, holding->common,
                           holding->common_count, &position->standing, holding->form.occurred.day);
    }
    holding->faults = form_faults_join(arena, holding->faults, faults);
    holding->row_count = meeting_attendance(arena, &holding->sheet, holding->form.typed, &holding->rows);
    for (size_t i = 0; i < holding->sheet.count; i++) {
        read_child(request, holding, i);
    }
    holding->faults =
        form_faults_join(arena, unasked_fault(request, holding->unasked, holding->sheet.count + 1),
                         holding_named(arena, holding, holding->faults));
}
