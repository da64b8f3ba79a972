/* Requests of persons for what is held about them: which there are, and receiving one. */
#include "web/pages/requests.h"

#include "web/form.h"
#include "web/pages/pages.h"

#include "base/text.h"
#include "record/decode.h"

#include <string.h>

const char requests_section[] = "/requests";

const char *request_path(struct arena *arena, struct id id)
{
    char text[ID_TEXT];
    id_format(id, text);
    return arena_printf(arena, "/request/%s", text);
}

const struct error *request_id_of(const struct request *request, struct id *ret_id)
{
    return id_parse(request_param(request, "request"), ret_id) ? NULL : error_of(ERROR_NOT_FOUND);
}

static const struct {
    const char *tag;
    const char *tone;
} state_words[] = {[REQUEST_PREPARING] = {"To prepare", "blue"},
                   [REQUEST_PREPARED] = {"To release", "yellow"},
                   [REQUEST_RELEASED] = {"Answered", "green"},
                   [REQUEST_CLOSED] = {"Closed", "grey"}};

struct ui_cell request_state_cell(const struct request_row *row)
{
    return (struct ui_cell){.text = state_words[row->state].tag, .tone = state_words[row->state].tone};
}

static const struct ui_choice asks_as[] = {
    {.value = "self", .text = "For themselves", .hint = "The person whom the record is about"},
    {.value = "parent", .text = "As a parent, for their child", .hint = "With parental responsibility"},
    {.value = "representative",
     .text = "For somebody else, who asked them to or whom a court gave them",
     .hint = "A solicitor, an advocate, a deputy"},
};
enum { ASKS_AS = sizeof asks_as / sizeof asks_as[0] };

const char *request_as(const char *as)
{
    for (size_t i = 0; i < ASKS_AS; i++) {
        if (text_equal(asks_as[i].value, as)) {
            return asks_as[i].text;
        }
    }
    return "";
}

/* ---- the list ---- */

static const char *left_words(struct ui *ui, const struct request_row *row)
{
    struct day today = moment_of_instant(ui->pack, ui->request->act.now).day;
    int days = row->due.number - today.number;
    if (row->state == REQUEST_RELEASED || row->state == REQUEST_CLOSED) {
        return NULL;
    }
    return days < 0
               ? arena_printf(ui->arena, "Overdue by %s", show_count(ui->arena, (size_t)-days, "day", "days"))
           : days == 0
               ? "Today"
               : arena_printf(ui->arena, "%s left", show_count(ui->arena, (size_t)days, "day", "days"));
}

const struct error *page_requests(struct request *request, struct reply *reply)
{
    static const char *const heads[] = {"Who asks", "About the person of case", "Received",
                                        "To be answered by", "How it stands"};
    const struct request_row *rows;
    size_t count;
    TRY(act_requests(&request->act, &rows, &count));
    struct ui *ui = ui_begin(request, "Requests for what is held", requests_section);
    ui->wide = true;
    ui_title(ui, NULL, "Requests for what is held");
    ui_text(ui,
            "People may ask for what is held about them. One person receives the request and prepares the "
            "answer, another reads it and lets it go out.");
    if (request->session.actor.role->answers_requests) {
        ui_button_link(ui, BUTTON_MAIN, "Receive a request", "/requests/find");
    }
    struct ui_cell *cells = arena_many(ui->arena, struct ui_cell, count * 5);
    for (size_t i = 0; i < count; i++) {
        struct ui_cell *at = &cells[i * 5];
        at[0] = (struct ui_cell){.text = rows[i].asked_by,
                                 .path = request_path(ui->arena, rows[i].id),
                                 .under = request_as(rows[i].asks_as)};
        at[1] = (struct ui_cell){.text = arena_copy(ui->arena, rows[i].reference.text)};
        at[2] = (struct ui_cell){.text = show_day(ui->arena, rows[i].received),
                                 .sort = arena_printf(ui->arena, "%d", rows[i].received.number)};
        at[3] = (struct ui_cell){.text = show_day(ui->arena, rows[i].due),
                                 .under = left_words(ui, &rows[i]),
                                 .sort = arena_printf(ui->arena, "%d", rows[i].due.number)};
        at[4] = request_state_cell(&rows[i]);
    }
    if (count == 0) {
        ui_text(
            ui,
            "Nobody has asked yet. A request shows here from the day it is received until it is answered, "
            "and stays as proof of how it was.");
    } else {
        ui_sortable_table(ui, NULL, heads, 5, cells, count, -1);
    }
    ui_finish(ui, reply, 200);
    return NULL;
}

/* ---- whom it is about ---- */

static void write_found(struct ui *ui, const struct match *matches, size_t count)
{
    static const char *const heads[] = {"Name", "Date of birth", "Case"};
    struct ui_cell *cells = arena_many(ui->arena, struct ui_cell, count * 3);
    for (size_t i = 0; i < count; i++) {
        const struct match *match = &matches[i];
        cells[i * 3] =
            (struct ui_cell){.text = match->full_name,
                             .path = arena_printf(ui->arena, "/requests/new?case=%s", match->reference.text),
                             .under = match->reasons};
        cells[i * 3 + 1] =
            (struct ui_cell){.text = match->has_birth ? show_day(ui->arena, match->birth) : "Not recorded"};
        cells[i * 3 + 2] = (struct ui_cell){.text = arena_copy(ui->arena, match->reference.text)};
    }
    if (count == 0) {
        ui_inset(
            ui,
            "Nobody of that name is found. Try another spelling, or the reference of a case. When nothing is "
            "held, say so to who asked.");
    } else {
        ui_h2(ui, "Who is it?");
        ui_table(ui, NULL, heads, 3, cells, count);
    }
}

static const struct error *write_search(struct request *request, const struct match *matches, size_t count,
                                        bool searched, const struct error *faults, struct reply *reply)
{
    struct ui *ui = ui_begin(request, "Whom is the request about?", requests_section);
    ui->back = requests_section;
    ui->back_text = "Back to requests";
    ui->faults = faults;
    ui_title(ui, "Receive a request", "Whom is the request about?");
    ui_form(ui, "/requests/find");
    ui_input(ui, &(struct ui_field){.name = "text",
                                    .label = "Name, or the reference of a case",
                                    .hint = "With a date of birth it finds better: Robin Tarn 2011-02-03",
                                    .text = request_form(request, "text"),
                                    .autocomplete = "off",
                                    .no_spelling = true});
    ui_button(ui, BUTTON_MAIN, "Find", NULL, NULL);
    ui_form_end(ui);
    if (searched) {
        write_found(ui, matches, count);
    }
    ui_finish(ui, reply, faults == NULL ? 200 : 422);
    return NULL;
}

const struct error *page_requests_find(struct request *request, struct reply *reply)
{
    return request->session.actor.role->answers_requests ? write_search(request, NULL, 0, false, NULL, reply)
                                                         : act_denied(&request->act);
}

const struct error *page_requests_find_post(struct request *request, struct reply *reply)
{
    const struct match *matches = NULL;
    size_t count = 0;
    const struct error *error =
        act_request_search(&request->act, request_form(request, "text"), &matches, &count);
    if (error != NULL && error->code == ERROR_INVALID) {
        return write_search(request, NULL, 0, false, error, reply);
    }
    TRY(error);
    return write_search(request, matches, count, true, NULL, reply);
}

/* ---- receiving one ---- */

static void write_new_fields(struct ui *ui, const struct request *request)
{
    struct ui_choice choices[ASKS_AS];
    struct typed typed = typed_of_request(request);
    for (size_t i = 0; i < ASKS_AS; i++) {
        choices[i] = asks_as[i];
        choices[i].checked = text_equal(request_form(request, "asks_as"), asks_as[i].value);
    }
    ui_input(ui, &(struct ui_field){
                     .name = "asked_by", .label = "Who asks?", .text = request_form(request, "asked_by")});
    ui_radios(ui, &(struct ui_field){.name = "asks_as",
                                     .label = "As what do they ask?",
                                     .choices = choices,
                                     .choice_count = ASKS_AS});
    ui_area(ui, &(struct ui_field){
                    .name = "authority",
                    .label = "Why may they ask for somebody else?",
                    .hint = "Only where they do not ask for themselves: what was shown, and whether the "
                            "person was asked",
                    .text = request_form(request, "authority"),
                    .rows = 2});
    ui_area(ui, &(struct ui_field){.name = "identity",
                                   .label = "How was it checked who they are?",
                                   .hint = "For example: a passport was shown on 3 March",
                                   .text = request_form(request, "identity"),
                                   .rows = 2});
    ui_date(ui, &(struct ui_field){.name = "received_on", .label = "When was the request received?"}, typed,
            false);
    ui_area(ui, &(struct ui_field){.name = "wants",
                                   .label = "What do they ask for?",
                                   .hint = "Leave it empty where they ask for everything",
                                   .text = request_form(request, "wants"),
                                   .rows = 3});
}

static const struct error *write_new(struct request *request, const struct error *faults, struct reply *reply)
{
    const char *reference = request_form(request, "case");
    reference = reference == NULL ? request_query(request, "case") : reference;
    if (!request->session.actor.role->answers_requests) {
        return act_denied(&request->act);
    }
    if (reference == NULL || *reference == '\0') {
        reply_redirect(reply, "/requests/find");
        return NULL;
    }
    struct ui *ui = ui_begin(request, "Receive a request", requests_section);
    ui->back = "/requests/find";
    ui->back_text = "Back to who it is about";
    ui->faults = faults;
    ui_title(ui, arena_printf(ui->arena, "About the person of case %s", reference), "Receive a request");
    ui_text(ui,
            "The time begins on the day the request was received. While it is open nothing of the record is "
            "destroyed.");
    ui_form(ui, "/requests/new");
    ui_hidden(ui, "case", reference);
    write_new_fields(ui, request);
    ui_button(ui, BUTTON_MAIN, "Save the request", NULL, NULL);
    ui_form_end(ui);
    ui_finish(ui, reply, faults == NULL ? 200 : 422);
    return NULL;
}

const struct error *page_request_new(struct request *request, struct reply *reply)
{
    return write_new(request, NULL, reply);
}

const struct error *page_request_new_post(struct request *request, struct reply *reply)
{
    struct moment received;
    struct request_input input = {
        .reference = request_form(request, "case"),
        .asked_by = request_form(request, "asked_by"),
        .asks_as = request_form(request, "asks_as"),
        .authority = request_form(request, "authority"),
        .identity = request_form(request, "identity"),
        .wants = request_form(request, "wants"),
        .idempotency_key = request_form(request, "_form"),
    };
    struct id id;
    const struct error *error =
        form_moment(request->arena, act_pack(&request->act), "received_on", "The day it was received",
                    typed_of_request(request), false, &received, &input.has_received);
    if (error == NULL) {
        input.received = received.day;
        error = act_request_begin(&request->act, &input, &id);
    }
    if (error != NULL && error->code == ERROR_INVALID) {
        return write_new(request, error, reply);
    }
    TRY(error);
    reply_redirect(reply, arena_printf(request->arena, "%s?done=yes", request_path(request->arena, id)));
    return NULL;
}
