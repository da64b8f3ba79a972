/* Which question is asked where: once for all children, on a part of the agenda of a child, or after it. */
#include "web/pages/meeting_holding.h"

#include <string.h>

static bool is_worked_out(const struct entry_type *type, const struct field *field)
{
    static const char *const names[] = {"invited",        "attended", "apologies", "quorate",
                                        "quorum_missing", "agenda",   NULL};
    for (size_t i = 0; names[i] != NULL; i++) {
        if (strcmp(names[i], field->id) == 0) {
            return true;
        }
    }
    return field->system || field->index == type->part_key;
}

static bool is_common(const struct field *field)
{
    return strcmp(field->id, "chair") == 0 || strcmp(field->id, "chair_role") == 0 ||
           strcmp(field->id, "reconvene_at") == 0;
}

static bool is_in_a_part(const struct pack *pack, int field)
{
    for (size_t i = 0; i < pack->agenda_count; i++) {
        for (size_t f = 0; f < pack->agenda[i].field_count; f++) {
            if (pack->agenda[i].fields[f] == field) {
                return true;
            }
        }
    }
    return false;
}

static void lay_out_child(struct arena *arena, const struct holding *holding, struct holding_child *child)
{
    const struct entry_type *type = holding->type;
    int *fields = arena_many(arena, int, type->field_count);
    for (size_t i = 0; i < child->child->agenda_count; i++) {
        const struct agenda_part *part = child->child->agenda[i].part;
        for (size_t f = 0; f < part->field_count; f++) {
            fields[child->field_count++] = part->fields[f];
        }
    }
    child->part_fields = child->field_count;
    for (size_t f = 0; f < type->field_count; f++) {
        const struct field *field = &type->fields[f];
        if (!is_worked_out(type, field) && !is_common(field) && !is_in_a_part(holding->sheet.pack, (int)f)) {
            fields[child->field_count++] = (int)f;
        }
    }
    child->fields = fields;
}

static void lay_out(struct arena *arena, struct holding *holding)
{
    const struct entry_type *type = holding->type;
    int *common = arena_many(arena, int, type->field_count);
    for (size_t f = 0; f < type->field_count; f++) {
        if (is_common(&type->fields[f])) {
            common[holding->common_count++] = (int)f;
        }
    }
    holding->common = common;
    for (size_t i = 0; i < holding->sheet.count; i++) {
        holding->children[i].child = &holding->sheet.children[i];
        lay_out_child(arena, holding, &holding->children[i]);
    }
}

/* ---- what was typed ---- */

const struct error *holding_begin(struct request *request, struct holding **ret_holding)
{
    struct holding *holding = arena_one(request->arena, struct holding);
    TRY(meeting_sheet_read(request, &holding->sheet));
    const struct pack *pack = holding->sheet.pack;
    holding->type = pack_part(pack, PART_MEETING, STEP_END);
    holding->action = pack_part(pack, PART_ACTION, STEP_BEGIN);
    if (holding->action == NULL) {
        return error_of(ERROR_NOT_FOUND);
    }
    if (!act_may_record(&request->session.actor, pack, holding->type)) {
        return error_of(ERROR_NOT_ALLOWED);
    }
    const struct case_frame *frame = &holding->sheet.children[0].frame;
    holding->form = (struct entry_form){.frame = frame, .type = holding->type, .seq = frame->view->seq};
    lay_out(request->arena, holding);
    *ret_holding = holding;
    return NULL;
}
