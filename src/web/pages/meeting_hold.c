/*
 * The chair's page: who came, the agenda of each child part by part with its questions, what was decided and
 * agreed. What is typed is kept as a draft while the meeting runs. Finishing it records the meeting and its
 * actions on every child's case in one write; it does not finish while a part is open or an action has no
 * owner, agency or date.
 */
#include "web/pages/meeting_sheet.h"
#include "web/pages/pages.h"

#include "base/text.h"

#include <string.h>

enum { MOST_ACTIONS = 40, ROWS_AT_FIRST = 2, ROWS_MORE = 3 };

struct row {
    const char *prefix;
    const struct value *values;
};

struct holding_child {
    const struct meeting_child *child;
    const int *fields; /* asked for this child: those of its agenda, then what no part asks */
    size_t field_count;
    size_t part_fields; /* how many of them are of the agenda */
    const struct value *values;
    struct row actions[MOST_ACTIONS]; /* those that hold anything */
    size_t action_count;
    size_t rows; /* shown */
};

struct holding {
    struct meeting_sheet sheet;
    const struct entry_type *type;
    const struct entry_type *action;
    struct entry_form form; /* of the first child: draft, sequence, moment */
    const int *common;
    size_t common_count;
    const struct value *common_values;
    const struct attendance *rows;
    size_t row_count;
    struct holding_child children[MOST_CHILDREN];
    struct unasked unasked[MOST_CHILDREN + 1]; /* of what is asked once, then of each child */
    const struct error *faults;
};

/* ---- which question is asked where ---- */

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

static const struct error *begin(struct request *request, struct holding **ret_holding)
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

static bool row_is_empty(struct typed typed, const char *prefix)
{
    for (size_t i = 0; i < typed.count; i++) {
        if (text_starts_with(typed.pairs[i].name, prefix) && !text_is_blank(typed.pairs[i].text)) {
            return false;
        }
    }
    return true;
}

static const char *row_prefix(struct arena *arena, const struct meeting_child *child, size_t row)
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
    child->actions[child->action_count++] = (struct row){prefix, values};
    holding->faults = form_faults_join(arena, holding->faults, faults);
}

static void read_actions(struct request *request, struct holding *holding, struct holding_child *child)
{
    const char *text =
        typed_first(holding->form.typed, arena_printf(request->arena, "%srows", child->child->prefix));
    int64_t rows;
    child->rows = text != NULL && number_parse(text, 1, MOST_ACTIONS, &rows) ? (size_t)rows : ROWS_AT_FIRST;
    for (size_t i = 0; i < child->rows; i++) {
        const char *prefix = row_prefix(request->arena, child->child, i);
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

/* ---- what follows from it ---- */

static void put_texts(struct value *values, const struct entry_type *type, const char *name,
                      const char **texts, size_t count)
{
    const struct field *field = entry_type_field(type, name);
    if (field != NULL && count > 0) {
        values[field->index] = (struct value){.kind = VALUE_TEXTS, .list = {texts, count}};
    }
}

static size_t more_who_came(struct request *request, const struct holding *holding,
                            const struct meeting_child *child, const char *const **ret_lines)
{
    return meeting_lines(
        request->arena,
        typed_first(holding->form.typed, arena_printf(request->arena, "%sattended_more", child->prefix)),
        ret_lines);
}

/* Only those who were asked for this child stand in this child's record. */
static void put_attendance(struct request *request, const struct holding *holding, size_t index,
                           struct value *values)
{
    const struct meeting_child *child = &holding->sheet.children[index];
    const char *const *more;
    size_t more_count = more_who_came(request, holding, child, &more);
    const char **invited = arena_many(request->arena, const char *, holding->row_count);
    const char **came = arena_many(request->arena, const char *, holding->row_count + more_count);
    const char **sorry = arena_many(request->arena, const char *, holding->row_count);
    size_t counts[3] = {0};
    for (size_t i = 0; i < holding->row_count; i++) {
        const struct attendance *row = &holding->rows[i];
        if ((row->children & (uint32_t)1 << index) == 0) {
            continue;
        }
        invited[counts[0]++] = row->asked.text;
        if (strcmp(row->answer, "came") == 0) {
            came[counts[1]++] = row->asked.text;
        } else if (strcmp(row->answer, "apologies") == 0) {
            sorry[counts[2]++] = row->asked.text;
        }
    }
    for (size_t i = 0; i < more_count; i++) {
        came[counts[1]++] = more[i];
    }
    put_texts(values, holding->type, "invited", invited, counts[0]);
    put_texts(values, holding->type, "attended", came, counts[1]);
    put_texts(values, holding->type, "apologies", sorry, counts[2]);
}

/* The record of the meeting that was begun when it was arranged for several children. */
static void put_meeting(const struct holding *holding, size_t index, struct value *values)
{
    const struct field *field = entry_type_field(holding->type, "meeting");
    const struct value *meeting = meeting_value(holding->sheet.children[index].arranged, "meeting");
    if (field != NULL && meeting->kind == VALUE_TEXT) {
        values[field->index] = *meeting;
    }
}

static void put_quorum(struct request *request, const struct holding *holding, struct value *values)
{
    const struct field *quorate = entry_type_field(holding->type, "quorate");
    const struct field *missing = entry_type_field(holding->type, "quorum_missing");
    struct arena *arena = request->arena;
    struct asked *asked = arena_many(arena, struct asked, holding->row_count + (size_t)MOST_CHILDREN * 200);
    bool *came = arena_many(arena, bool, holding->row_count + (size_t)MOST_CHILDREN * 200);
    size_t count = 0;
    for (size_t i = 0; i < holding->row_count; i++, count++) {
        asked[count] = holding->rows[i].asked;
        came[count] = strcmp(holding->rows[i].answer, "came") == 0;
    }
    for (size_t c = 0; c < holding->sheet.count; c++) {
        const char *const *more;
        size_t more_count = more_who_came(request, holding, &holding->sheet.children[c], &more);
        for (size_t i = 0; i < more_count; i++, count++) {
            asked[count] = meeting_asked_of(arena, holding->sheet.pack, NULL, 0, more[i]);
            came[count] = true;
        }
    }
    const char *why;
    bool enough = meeting_quorate(arena, holding->sheet.kind, asked, count, came, &why);
    if (quorate != NULL && quorate->codes != NULL) {
        values[quorate->index] =
            (struct value){.kind = VALUE_CODE, .code = code_find(quorate->codes, enough ? "yes" : "no")};
    }
    if (missing != NULL && !enough) {
        values[missing->index] = (struct value){.kind = VALUE_TEXT, .text = show_sentence(arena, why)};
    }
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

/* Faults of the questions that are asked once for all children have their own names, and are said once. */
static const struct error *common_named(struct arena *arena, const struct holding *holding,
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
    put_meeting(holding, index, values);
    put_attendance(request, holding, index, values);
    put_quorum(request, holding, values);
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

static void read_typed(struct request *request, struct holding *holding)
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
                         common_named(arena, holding, holding->faults));
}

/* ---- the page ---- */

static void write_open_actions(struct ui *ui, const struct case_state *state)
{
    const char **lines = arena_many(ui->arena, const char *, state->action_count);
    size_t count = 0;
    for (size_t i = 0; i < state->action_count; i++) {
        const struct known *agreed = state->actions[i].agreed;
        if (state->actions[i].open) {
            const struct field *due = entry_type_field(agreed->type, "due_at");
            const char *by =
                due == NULL ? "" : show_value(ui->arena, ui->pack, due, &agreed->values[due->index]);
            lines[count++] = arena_printf(ui->arena, "%s%s%s",
                                          show_summary(ui->arena, ui->pack, agreed->type, agreed->values),
                                          by[0] == '\0' ? "" : ", by ", by);
        }
    }
    if (count > 0) {
        ui_text(ui, "Still open:");
        ui_bullets(ui, lines, count);
    }
}

/* Where a question of the part must be answered anyway, no tick can stand for it. */
static bool must_be_answered(const struct entry_type *type, const struct agenda_part *part)
{
    for (size_t i = 0; i < part->field_count; i++) {
        const struct field *field = &type->fields[part->fields[i]];
        if (field->required || field->form_required || field->form_required_when.count > 0) {
            return true;
        }
    }
    return false;
}

static void write_part(struct ui *ui, const struct holding *holding, const struct holding_child *child,
                       size_t number, const struct agenda_item *item)
{
    const struct agenda_part *part = item->part;
    const struct meeting_child *of = child->child;
    const char *name = arena_printf(ui->arena, "%sdealt-%s", of->prefix, part->code->id);
    const char *title = holding->sheet.count == 1
                            ? arena_printf(ui->arena, "%zu. %s", number, part->code->title)
                            : arena_printf(ui->arena, "%zu. %s: %s", number, part->code->title,
                                           of->frame.view->child.full_name);
    ui_part(ui, title);
    ui_hint(ui, arena_printf(ui->arena, "Paragraph %s", part->paragraph));
    for (size_t p = 0; p < item->put_count; p++) {
        ui_inset(ui, arena_printf(ui->arena, "From the record: %s", item->puts[p]));
    }
    if (part->open_actions) {
        write_open_actions(ui, of->frame.view->state);
    }
    ui_pack_fields(ui, &(struct ui_fields){.type = holding->type,
                                           .fields = part->fields,
                                           .count = part->field_count,
                                           .prefix = of->prefix,
                                           .typed = holding->form.typed,
                                           .values = child->values,
                                           .standing = &of->frame.view->position->standing,
                                           .on = holding->form.occurred.day});
    if (!must_be_answered(holding->type, part)) {
        struct ui_choice dealt = {.value = "yes",
                                  .text = "Yes, and nothing more is to be written down",
                                  .checked = typed_has(holding->form.typed, name, "yes")};
        ui_checkboxes(ui, &(struct ui_field){
                              .name = name,
                              .label = arena_printf(ui->arena, "Was “%s” dealt with?", part->code->title),
                              .choices = &dealt,
                              .choice_count = 1});
    }
    ui_part_end(ui);
}

static void write_action_row(struct ui *ui, const struct holding *holding, const struct holding_child *child,
                             size_t row)
{
    static const char *const names[] = {"action", "owner", "agency"};
    const char *prefix = row_prefix(ui->arena, child->child, row);
    const struct entry_type *type = holding->action;
    int fields[3];
    size_t count = 0;
    for (size_t i = 0; i < 3; i++) {
        const struct field *field = entry_type_field(type, names[i]);
        if (field != NULL) {
            fields[count++] = field->index;
        }
    }
    ui_h3(ui, arena_printf(ui->arena, "Action %zu", row + 1));
    ui_pack_fields(
        ui,
        &(struct ui_fields){
            .type = type, .fields = fields, .count = count, .prefix = prefix, .typed = holding->form.typed});
    ui_date(ui,
            &(struct ui_field){.name = arena_printf(ui->arena, "%sdue_at", prefix),
                               .label = "By when?",
                               .hint = "For example, 27 3 2026."},
            holding->form.typed, false);
}

static void write_actions(struct ui *ui, const struct holding *holding, const struct holding_child *child)
{
    const struct meeting_child *of = child->child;
    ui_part(ui, holding->sheet.count == 1
                    ? "Actions agreed"
                    : arena_printf(ui->arena, "Actions agreed for %s", of->frame.view->child.full_name));
    ui_hint(ui, "Each has one owner, their agency and a date. Leave empty what you do not need.");
    ui_hidden(ui, arena_printf(ui->arena, "%srows", of->prefix), arena_printf(ui->arena, "%zu", child->rows));
    for (size_t i = 0; i < child->rows; i++) {
        write_action_row(ui, holding, child, i);
    }
    if (child->rows < MOST_ACTIONS) {
        ui_button(ui, BUTTON_SECONDARY,
                  holding->sheet.count == 1 ? "Room for more actions"
                                            : arena_printf(ui->arena, "Room for more actions for %s",
                                                           of->frame.view->child.given_name),
                  "_go", arena_printf(ui->arena, "more:%s", of->prefix));
    }
    ui_part_end(ui);
}

static void write_child(struct ui *ui, const struct holding *holding, const struct holding_child *child)
{
    const struct meeting_child *of = child->child;
    for (size_t i = 0; i < of->agenda_count; i++) {
        write_part(ui, holding, child, i + 1, &of->agenda[i]);
    }
    if (child->field_count > child->part_fields) {
        ui_part(ui, holding->sheet.count == 1
                        ? "Decisions"
                        : arena_printf(ui->arena, "Decisions for %s", of->frame.view->child.full_name));
        ui_pack_fields(ui, &(struct ui_fields){.type = holding->type,
                                               .fields = child->fields + child->part_fields,
                                               .count = child->field_count - child->part_fields,
                                               .prefix = of->prefix,
                                               .typed = holding->form.typed,
                                               .values = child->values,
                                               .standing = &of->frame.view->position->standing,
                                               .on = holding->form.occurred.day});
        ui_part_end(ui);
    }
    write_actions(ui, holding, child);
}

static void write_who_came(struct ui *ui, const struct holding *holding)
{
    ui_part(ui, "Who came");
    meeting_attendance_write(ui, &holding->sheet, holding->rows, holding->row_count, "came", "apologies",
                             "absent");
    for (size_t i = 0; i < holding->sheet.count; i++) {
        const struct meeting_child *child = &holding->sheet.children[i];
        const char *name = arena_printf(ui->arena, "%sattended_more", child->prefix);
        ui_area(ui,
                &(struct ui_field){
                    .name = name,
                    .label = holding->sheet.count == 1
                                 ? "Who else came? (optional)"
                                 : arena_printf(ui->arena, "Who else came for %s? (optional)",
                                                child->frame.view->child.full_name),
                    .hint = "One on each line, with their agency. They stand in this child's record only.",
                    .text = typed_first(holding->form.typed, name),
                    .rows = 2});
    }
    ui_part_end(ui);
}

static void write_danger(struct ui *ui, const struct holding *holding)
{
    for (size_t i = 0; i < holding->sheet.count; i++) {
        const struct case_view *view = holding->sheet.children[i].frame.view;
        const struct mark *mark = pack_mark(view->pack, "immediate-danger");
        if (mark != NULL && view->position->marks[mark->index]) {
            ui_warning(ui, arena_printf(ui->arena, "%s: %s", view->child.full_name, mark->text));
        }
    }
}

static const char *child_names(struct ui *ui, const struct holding *holding)
{
    const char *names = "";
    for (size_t i = 0; i < holding->sheet.count; i++) {
        const struct case_view *view = holding->sheet.children[i].frame.view;
        names = arena_printf(ui->arena, "%s%s%s, %s", names, i == 0 ? "" : "; ", view->child.full_name,
                             view->reference.text);
    }
    return names;
}

static void write_page(struct request *request, const struct holding *holding, int status,
                       struct reply *reply)
{
    const struct meeting_sheet *sheet = &holding->sheet;
    const char *title = sheet->kind->code->title;
    struct ui *ui = case_frame_begin(request, &sheet->children[0].frame, title, NULL);
    ui->faults = holding->faults;
    ui_title(ui, child_names(ui, holding), title);
    if (status >= 500) {
        ui_banner(ui, false, "It could not be recorded",
                  "What you typed is kept on this page. Wait a moment and try again.");
    }
    entry_form_since(ui, &holding->form);
    write_danger(ui, holding);
    ui_text(ui,
            "What you type is kept as your draft while the meeting runs. Nothing is on the record until you "
            "finish the meeting.");
    ui_draft_form(ui, arena_printf(ui->arena, "%s/hold", sheet->path));
    entry_form_hidden(ui, &holding->form);
    unasked_write(ui, holding->unasked, sheet->count + 1);
    for (size_t i = 1; i < sheet->count; i++) {
        ui_hidden(ui, arena_printf(ui->arena, "_seq%zu", i),
                  arena_printf(ui->arena, "%llu", (unsigned long long)sheet->children[i].frame.view->seq));
    }
    ui_part(ui, "The meeting");
    ui_date(ui,
            &(struct ui_field){.name = "occurred_at",
                               .label = "When was it held?",
                               .hint = "Day and time, such as 27 3 2026 at 14:30."},
            holding->form.typed, true);
    ui_pack_fields(ui, &(struct ui_fields){.type = holding->type,
                                           .fields = holding->common,
                                           .count = holding->common_count,
                                           .prefix = "",
                                           .typed = holding->form.typed,
                                           .values = holding->children[0].values,
                                           .standing = &sheet->children[0].frame.view->position->standing,
                                           .on = holding->form.occurred.day});
    ui_part_end(ui);
    write_who_came(ui, holding);
    for (size_t i = 0; i < sheet->count; i++) {
        write_child(ui, holding, &holding->children[i]);
    }
    ui_buttons(ui);
    ui_button(ui, BUTTON_MAIN, "Finish the meeting and record it", "_go", "record");
    ui_button(ui, BUTTON_SECONDARY, "Save and come back later", "_go", "save");
    ui_buttons_end(ui);
    ui_form_end(ui);
    ui_finish(ui, reply, status);
}

/* ---- opened ---- */

static struct typed with_pairs(struct arena *arena, struct typed typed, const struct pair *pairs,
                               size_t count)
{
    return typed_merge(arena, (struct typed){pairs, count}, typed);
}

/* The chair as it was arranged; the role that the facts ask for. */
static struct typed typed_at_first(struct request *request, const struct holding *holding)
{
    const struct meeting_child *first = &holding->sheet.children[0];
    const struct value *chair = meeting_value(first->arranged, "chair");
    const struct value *role = meeting_value(first->arranged, "chair_role");
    const char *asked = meeting_chair(first->frame.view->position, holding->sheet.kind);
    struct pair *pairs = arena_many(request->arena, struct pair, 2);
    size_t count = 0;
    if (chair->kind == VALUE_TEXT) {
        pairs[count++] = (struct pair){"chair", chair->text};
    }
    if (role->kind == VALUE_CODE || asked != NULL) {
        pairs[count++] = (struct pair){"chair_role", role->kind == VALUE_CODE ? role->code->id : asked};
    }
    struct typed typed = typed_of_moment(request->arena, holding->sheet.pack, "occurred_at",
                                         moment_of_instant(holding->sheet.pack, request->act.now));
    return with_pairs(request->arena, typed, pairs, count);
}

const struct error *page_meeting_hold(struct request *request, struct reply *reply)
{
    struct holding *holding;
    struct draft_view draft;
    struct id id;
    TRY(begin(request, &holding));
    const char *draft_id = request_query(request, "draft");
    if (draft_id != NULL && id_parse(draft_id, &id)) {
        TRY(act_draft_read(&request->act, id, &draft));
        holding->form.draft = draft_id;
        holding->form.typed = typed_of_draft(request->arena, &draft);
    } else {
        holding->form.typed = typed_at_first(request, holding);
    }
    read_typed(request, holding);
    holding->faults = NULL; /* nobody is told of faults in what they have not sent */
    write_page(request, holding, 200, reply);
    return NULL;
}

/* ---- sent ---- */

/* The draft remembers the page it belongs to. */
static const char *keep(struct request *request, struct holding *holding)
{
    struct pair *pair = arena_one(request->arena, struct pair);
    struct entry_form form = holding->form;
    *pair = (struct pair){".hold", holding->sheet.path};
    form.typed = typed_merge(request->arena, form.typed, (struct typed){pair, 1});
    return entry_form_keep(request, &form, holding->type->id);
}

static uint64_t seq_of(const struct request *request, size_t index)
{
    const char *text = request_form(request, arena_printf(request->arena, "_seq%zu", index));
    int64_t seq;
    return index == 0                                               ? entry_form_seq(request)
           : text != NULL && number_parse(text, 0, INT64_MAX, &seq) ? (uint64_t)seq
                                                                    : 0;
}

static const struct error *record(struct request *request, const struct holding *holding,
                                  struct recorded *recorded)
{
    struct case_part *parts = arena_many(request->arena, struct case_part, holding->sheet.count);
    const struct moment *occurred = holding->form.is_dated ? &holding->form.occurred : NULL;
    for (size_t i = 0; i < holding->sheet.count; i++) {
        const struct holding_child *child = &holding->children[i];
        struct part_entry *entries = arena_many(request->arena, struct part_entry, child->action_count + 1);
        entries[0] = (struct part_entry){.type = holding->type,
                                         .values = child->values,
                                         .occurred = occurred,
                                         .prefix = child->child->prefix};
        for (size_t a = 0; a < child->action_count; a++) {
            entries[a + 1] = (struct part_entry){.type = holding->action,
                                                 .values = child->actions[a].values,
                                                 .occurred = occurred,
                                                 .prefix = child->actions[a].prefix};
        }
        parts[i] = (struct case_part){.reference = child->child->frame.view->reference.text,
                                      .expected_seq = seq_of(request, i),
                                      .entries = entries,
                                      .count = child->action_count + 1};
    }
    struct together_input input = {
        .parts = parts, .count = holding->sheet.count, .idempotency_key = request_form(request, "_form")};
    if (holding->form.draft != NULL) {
        (void)id_parse(holding->form.draft, &input.draft);
    }
    return act_together_record(&request->act, &input, recorded);
}

/* "more:PREFIX": room for more actions of that child. */
static bool gives_room(struct request *request, struct holding *holding, const char *go)
{
    if (go == NULL || !text_starts_with(go, "more:")) {
        return false;
    }
    for (size_t i = 0; i < holding->sheet.count; i++) {
        struct holding_child *child = &holding->children[i];
        if (text_equal(go + 5, child->child->prefix)) {
            child->rows = child->rows + ROWS_MORE > MOST_ACTIONS ? MOST_ACTIONS : child->rows + ROWS_MORE;
        }
    }
    holding->faults = NULL;
    (void)request;
    return true;
}

static void show_conflict(struct holding *holding, const struct recorded *recorded)
{
    holding->form.since = recorded->since;
    holding->form.since_count = recorded->since_count;
    for (size_t i = 0; i < holding->sheet.count; i++) {
        struct meeting_child *child = &holding->sheet.children[i];
        if (id_equal(child->frame.view->id, recorded->case_id)) {
            holding->form.frame = &child->frame;
        }
    }
    holding->form.seq = holding->sheet.children[0].frame.view->seq;
}

const struct error *page_meeting_hold_post(struct request *request, struct reply *reply)
{
    struct holding *holding;
    struct recorded recorded = {0};
    TRY(begin(request, &holding));
    const char *go = request_form(request, "_go");
    holding->form.typed = typed_of_request(request);
    holding->form.draft = request_form(request, "_draft");
    if (go != NULL && strcmp(go, "keep") == 0) {
        const char *id = keep(request, holding);
        reply_bytes(reply, id[0] == '\0' ? 507 : 200, "text/plain; charset=utf-8", id, strlen(id));
        return NULL;
    }
    read_typed(request, holding);
    if (go != NULL && strcmp(go, "save") == 0) {
        holding->form.draft = keep(request, holding);
        if (holding->form.draft[0] != '\0') {
            reply_redirect(
                reply, arena_printf(request->arena, "%s?saved=draft", holding->sheet.children[0].frame.path));
            return NULL;
        }
        write_page(request, holding, 507, reply);
        return NULL;
    }
    if (gives_room(request, holding, go)) {
        holding->form.draft = keep(request, holding);
        write_page(request, holding, 200, reply);
        return NULL;
    }
    const struct error *error = holding->faults;
    if (error == NULL) {
        error = record(request, holding, &recorded);
    }
    if (error == NULL) {
        reply_redirect(reply, arena_printf(request->arena, "%s/meetings/%llu/record?done=1",
                                           holding->sheet.children[0].frame.path,
                                           (unsigned long long)recorded.entry->seq));
        return NULL;
    }
    int status = entry_form_status(error);
    if (status == 0) {
        return error;
    }
    holding->faults = status == 422 ? common_named(request->arena, holding, error) : NULL;
    if (error->code == ERROR_CONFLICT) {
        show_conflict(holding, &recorded);
    }
    holding->form.draft = keep(request, holding);
    write_page(request, holding, status, reply);
    return NULL;
}
