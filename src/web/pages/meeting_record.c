/*
 * The record of a meeting, for one child: to print, and to say who was given it. It is made from this child's
 * entries alone, so of a meeting about several children nothing of the others is in it.
 */
#include "web/pages/meeting_sheet.h"
#include "web/pages/pages.h"

#include "base/text.h"

#include <string.h>

struct minutes {
    struct case_frame frame;
    const struct known *held;
    const struct entry_type *given; /* the type that says who was given it; NULL: the pack has none */
    struct typed typed;
    const struct error *faults;
};

static const struct error *begin(struct request *request, struct minutes *minutes)
{
    *minutes = (struct minutes){.held = NULL};
    TRY(case_frame_read(request, &minutes->frame));
    const struct case_view *view = minutes->frame.view;
    minutes->held = meeting_known(view, request_param(request, "seq"), STEP_END);
    if (minutes->held == NULL) {
        return error_of(ERROR_NOT_FOUND);
    }
    minutes->given = pack_type(view->pack, "record-distributed");
    if (minutes->given != NULL && !act_may_record(&request->session.actor, view->pack, minutes->given)) {
        minutes->given = NULL;
    }
    return NULL;
}

static const struct code *kind_of(const struct known *held)
{
    const struct value *kind = held->type->part_key < 0 ? NULL : &held->values[held->type->part_key];
    return kind == NULL || kind->kind != VALUE_CODE ? NULL : kind->code;
}

/* ---- the record ---- */

static void add_row(struct ui *ui, struct ui_row *rows, size_t *count, const struct known *held, int field,
                    bool *written)
{
    const char *text = show_value(ui->arena, ui->pack, &held->type->fields[field], &held->values[field]);
    written[field] = true;
    if (text[0] != '\0' && !held->type->fields[field].system) {
        rows[(*count)++] = (struct ui_row){.key = held->type->fields[field].label, .value = {.text = text}};
    }
}

static bool was_dealt_with(const struct known *held, const struct code *part)
{
    const struct value *agenda = meeting_value(held, "agenda");
    for (size_t i = 0; agenda->kind == VALUE_CODES && i < agenda->list.count; i++) {
        if (value_codes(agenda)[i] == part) {
            return true;
        }
    }
    return false;
}

static void write_head(struct ui *ui, const struct known *held, bool *written)
{
    static const char *const names[] = {"chair",   "chair_role", "attended", "apologies",
                                        "invited", "quorate",    NULL};
    struct ui_row *rows = arena_many(ui->arena, struct ui_row, 8);
    size_t count = 0;
    rows[count++] =
        (struct ui_row){.key = "Held", .value = {.text = show_moment(ui->arena, ui->pack, held->occurred)}};
    for (size_t i = 0; names[i] != NULL; i++) {
        const struct field *field = entry_type_field(held->type, names[i]);
        if (field != NULL) {
            add_row(ui, rows, &count, held, field->index, written);
        }
    }
    const struct value *quorate = meeting_value(held, "quorate");
    const char *missing = meeting_value(held, "quorum_missing")->kind == VALUE_TEXT
                              ? meeting_value(held, "quorum_missing")->text
                              : "Not enough of those who are needed came";
    if (quorate->kind == VALUE_CODE && strcmp(quorate->code->id, "no") == 0) {
        ui_warning(
            ui, arena_printf(ui->arena,
                             "This meeting was not quorate. %s. It comes together again with those who were "
                             "missing (paragraph 11.39).",
                             missing));
    }
    ui_summary(ui, rows, count);
}

static void write_parts(struct ui *ui, const struct known *held, bool *written)
{
    const struct pack *pack = ui->pack;
    size_t number = 0;
    for (size_t i = 0; i < pack->agenda_count; i++) {
        const struct agenda_part *part = &pack->agenda[i];
        struct ui_row *rows = arena_many(ui->arena, struct ui_row, part->field_count);
        size_t count = 0;
        for (size_t f = 0; f < part->field_count; f++) {
            add_row(ui, rows, &count, held, part->fields[f], written);
        }
        if (count == 0 && !was_dealt_with(held, part->code)) {
            continue;
        }
        ui_h2(ui, arena_printf(ui->arena, "%zu. %s", ++number, part->code->title));
        if (count > 0) {
            ui_summary(ui, rows, count);
        } else {
            ui_text(ui, "Dealt with. Nothing more was written down.");
        }
    }
}

static void write_rest(struct ui *ui, const struct known *held, bool *written)
{
    struct ui_row *rows = arena_many(ui->arena, struct ui_row, held->type->field_count);
    size_t count = 0;
    for (size_t f = 0; f < held->type->field_count; f++) {
        bool agenda = strcmp(held->type->fields[f].id, "agenda") == 0;
        if (!written[f] && !agenda && (int)f != held->type->part_key) {
            add_row(ui, rows, &count, held, (int)f, written);
        }
    }
    if (count > 0) {
        ui_h2(ui, "Decisions");
        ui_summary(ui, rows, count);
    }
}

static void write_actions(struct ui *ui, const struct minutes *minutes)
{
    static const char *const heads[] = {"Action", "Who", "By when"};
    const struct case_state *state = minutes->frame.view->state;
    struct ui_cell *cells = arena_many(ui->arena, struct ui_cell, state->action_count * 3);
    size_t count = 0;
    for (size_t i = 0; i < state->action_count; i++) {
        const struct known *agreed = state->actions[i].agreed;
        if (instant_compare(agreed->occurred.start, minutes->held->occurred.start) != 0) {
            continue;
        }
        const char *texts[4];
        static const char *const names[] = {"action", "owner", "due_at", "agency"};
        for (size_t n = 0; n < 4; n++) {
            const struct field *field = entry_type_field(agreed->type, names[n]);
            texts[n] =
                field == NULL ? "" : show_value(ui->arena, ui->pack, field, &agreed->values[field->index]);
        }
        struct ui_cell *row = &cells[count++ * 3];
        row[0] = (struct ui_cell){.text = texts[0]};
        row[1] = (struct ui_cell){.text = texts[1], .under = texts[3]};
        row[2] = (struct ui_cell){.text = texts[2]};
    }
    ui_h2(ui, "Actions agreed");
    if (count == 0) {
        ui_text(ui, "No action was agreed.");
    } else {
        ui_table(ui, NULL, heads, 3, cells, count);
    }
}

/* ---- who was given it ---- */

static void write_given(struct ui *ui, const struct minutes *minutes)
{
    static const char *const heads[] = {"Given to", "What for", "When"};
    const struct history *history = minutes->frame.view->history;
    struct ui_cell *cells = arena_many(ui->arena, struct ui_cell, history->count * 3);
    size_t count = 0;
    for (size_t i = 0; i < history->count; i++) {
        const struct known *known = &history->list[i];
        const struct value *kind = meeting_value(known, "kind");
        const struct value *day = meeting_value(known, "held_on");
        if (strcmp(known->type->id, "record-distributed") != 0 || kind->kind != VALUE_CODE ||
            kind->code != kind_of(minutes->held) || day->kind != VALUE_DAY ||
            day->day.number != minutes->held->occurred.day.number) {
            continue;
        }
        const struct field *to = entry_type_field(known->type, "to");
        const struct field *purpose = entry_type_field(known->type, "purpose");
        struct ui_cell *row = &cells[count++ * 3];
        row[0] = (struct ui_cell){.text = show_value(ui->arena, ui->pack, to, &known->values[to->index]),
                                  .path = case_entry_path(ui, &minutes->frame, known)};
        row[1] = (struct ui_cell){
            .text = show_value(ui->arena, ui->pack, purpose, &known->values[purpose->index])};
        row[2] = (struct ui_cell){.text = show_moment(ui->arena, ui->pack, known->occurred)};
    }
    ui_h2(ui, "Who was given this record");
    if (count == 0) {
        ui_text(ui, "Nobody has been given it yet.");
    } else {
        ui_table(ui, NULL, heads, 3, cells, count);
    }
}

/* Everybody who was asked or came, each once. */
static size_t entitled(struct ui *ui, const struct known *held, const char *const **ret_texts)
{
    static const char *const names[] = {"invited", "attended", "apologies"};
    size_t room = 0;
    for (size_t n = 0; n < 3; n++) {
        const struct value *value = meeting_value(held, names[n]);
        room += value->kind == VALUE_TEXTS ? value->list.count : 0;
    }
    const char **texts = arena_many(ui->arena, const char *, room);
    size_t count = 0;
    for (size_t n = 0; n < 3; n++) {
        const struct value *value = meeting_value(held, names[n]);
        for (size_t i = 0; value->kind == VALUE_TEXTS && i < value->list.count; i++) {
            bool known = false;
            for (size_t j = 0; j < count; j++) {
                known = known || text_equal(texts[j], value_texts(value)[i]);
            }
            if (!known) {
                texts[count++] = value_texts(value)[i];
            }
        }
    }
    *ret_texts = texts;
    return count;
}

static const int *asked_of_giving(struct arena *arena, const struct entry_type *type, size_t *ret_count)
{
    static const char *const names[] = {"to_parents", "purpose", "legal_basis"};
    int *fields = arena_many(arena, int, 3);
    *ret_count = 0;
    for (size_t i = 0; i < 3; i++) {
        const struct field *field = entry_type_field(type, names[i]);
        if (field != NULL) {
            fields[(*ret_count)++] = field->index;
        }
    }
    return fields;
}

static void write_giving(struct ui *ui, const struct minutes *minutes)
{
    const char *const *texts;
    size_t count = entitled(ui, minutes->held, &texts);
    struct ui_choice *choices = arena_many(ui->arena, struct ui_choice, count);
    size_t field_count;
    const int *fields = asked_of_giving(ui->arena, minutes->given, &field_count);
    for (size_t i = 0; i < count; i++) {
        choices[i] = (struct ui_choice){
            .value = texts[i], .text = texts[i], .checked = typed_has(minutes->typed, "to", texts[i])};
    }
    ui_h2(ui, "Say who is given it");
    ui_form(ui, arena_printf(ui->arena, "%s/meetings/%llu/record", minutes->frame.path,
                             (unsigned long long)minutes->held->entry->seq));
    if (count > 0) {
        ui_checkboxes(ui, &(struct ui_field){.name = "to",
                                             .label = "Who is given it?",
                                             .hint = "Those who were asked to the meeting.",
                                             .choices = choices,
                                             .choice_count = count});
    }
    ui_area(ui, &(struct ui_field){.name = count > 0 ? "to_more" : "to",
                                   .label = count > 0 ? "Who else? (optional)" : "Who is given it?",
                                   .hint = "One on each line, with their agency.",
                                   .text = typed_first(minutes->typed, count > 0 ? "to_more" : "to"),
                                   .rows = 2});
    ui_pack_fields(ui, &(struct ui_fields){.type = minutes->given,
                                           .fields = fields,
                                           .count = field_count,
                                           .prefix = "",
                                           .typed = minutes->typed});
    ui_button(ui, BUTTON_SECONDARY, "Record that it is given out", NULL, NULL);
    ui_form_end(ui);
}

static void write_page(struct request *request, const struct minutes *minutes, int status,
                       struct reply *reply)
{
    const struct known *held = minutes->held;
    const struct code *kind = kind_of(held);
    const char *title = kind == NULL ? held->type->title : kind->title;
    bool *written = arena_many(request->arena, bool, held->type->field_count);
    struct ui *ui = case_frame_begin(request, &minutes->frame, title, NULL);
    ui->faults = minutes->faults;
    ui->back = arena_printf(ui->arena, "%s/meetings", minutes->frame.path);
    ui->back_text = "Back to meetings";
    const char *done = request_query(request, "done");
    if (done != NULL) {
        ui_banner(ui, true, "Recorded",
                  strcmp(done, "given") == 0 ? "It is on the record who was given it."
                                             : "The meeting and its actions are on the record.");
    }
    ui_title(ui,
             arena_printf(ui->arena, "%s, %s", minutes->frame.view->child.full_name,
                          minutes->frame.view->reference.text),
             arena_printf(ui->arena, "Record of the meeting: %s", title));
    write_head(ui, held, written);
    write_parts(ui, held, written);
    write_rest(ui, held, written);
    write_actions(ui, minutes);
    ui_print(ui, "Print this record");
    write_given(ui, minutes);
    ui_screen(ui);
    if (minutes->given != NULL && minutes->frame.as_of == NULL) {
        write_giving(ui, minutes);
    }
    ui_link(ui, "The entry, and its corrections", case_entry_path(ui, &minutes->frame, held));
    ui_screen_end(ui);
    ui_finish(ui, reply, status);
}

const struct error *page_meeting_record(struct request *request, struct reply *reply)
{
    struct minutes minutes;
    TRY(begin(request, &minutes));
    write_page(request, &minutes, 200, reply);
    return NULL;
}

static struct value to_of(struct request *request)
{
    const char *const *ticked;
    const char *const *more;
    size_t ticked_count = request_form_all(request, "to", &ticked);
    size_t more_count = meeting_lines(request->arena, request_form(request, "to_more"), &more);
    const char **texts = arena_many(request->arena, const char *, ticked_count * 200 + more_count);
    size_t count = 0;
    for (size_t i = 0; i < ticked_count; i++) {
        const char *const *lines;
        size_t lines_count = meeting_lines(request->arena, ticked[i], &lines);
        for (size_t l = 0; l < lines_count; l++) {
            texts[count++] = lines[l];
        }
    }
    for (size_t i = 0; i < more_count; i++) {
        texts[count++] = more[i];
    }
    return meeting_texts(request->arena, texts, count);
}

static const struct error *give(struct request *request, struct minutes *minutes)
{
    const struct case_view *view = minutes->frame.view;
    const struct entry_type *type = minutes->given;
    size_t field_count;
    const int *fields = asked_of_giving(request->arena, type, &field_count);
    const struct value *read;
    TRY(form_values(request->arena, view->pack, type, "", minutes->typed, fields, field_count, &read));
    struct value *values = arena_many(request->arena, struct value, type->field_count);
    memcpy(values, read, type->field_count * sizeof *values);
    values[entry_type_field(type, "to")->index] = to_of(request);
    values[entry_type_field(type, "kind")->index] =
        (struct value){.kind = VALUE_CODE, .code = kind_of(minutes->held)};
    values[entry_type_field(type, "held_on")->index] =
        (struct value){.kind = VALUE_DAY, .day = minutes->held->occurred.day};
    struct entry_input input = {
        .type = type, .values = values, .idempotency_key = request_form(request, "_form")};
    struct recorded recorded;
    return act_entry_record(&request->act, view->reference.text, &input, &recorded);
}

const struct error *page_meeting_record_post(struct request *request, struct reply *reply)
{
    struct minutes minutes;
    TRY(begin(request, &minutes));
    if (minutes.given == NULL || kind_of(minutes.held) == NULL) {
        return error_of(ERROR_NOT_ALLOWED);
    }
    minutes.typed = typed_of_request(request);
    const struct error *error = give(request, &minutes);
    if (error == NULL) {
        reply_redirect(reply, arena_printf(request->arena, "%s/meetings/%llu/record?done=given",
                                           minutes.frame.path, (unsigned long long)minutes.held->entry->seq));
        return NULL;
    }
    if (entry_form_status(error) != 422) {
        return error;
    }
    minutes.faults = error;
    write_page(request, &minutes, 422, reply);
    return NULL;
}
