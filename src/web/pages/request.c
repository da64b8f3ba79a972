/* One request: how it stands, each part with why it is given or left out, and the steps to the answer. */
#include "web/pages/requests.h"

#include "web/form.h"
#include "web/pages/pages.h"

#include "base/text.h"

#include <string.h>

enum { PARTS_A_PAGE = 60 };

static const char *number(struct arena *arena, uint64_t count)
{
    return arena_printf(arena, "%llu", (unsigned long long)count);
}

/* ---- how it stands ---- */

static struct ui *begin_page(struct request *request, const struct request_view *view, const char *title)
{
    struct ui *ui = ui_begin(request, title, requests_section);
    ui->back = request_path(ui->arena, view->row.id);
    ui->back_text = "Back to the request";
    ui_title(ui, view->full_name, title);
    return ui;
}

static void add_row(struct ui_row *rows, size_t *count, const char *key, const char *text)
{
    if (text != NULL && *text != '\0') {
        rows[(*count)++] = (struct ui_row){.key = key, .value = {.text = text}};
    }
}

static const char *nothing_here(const struct request_view *view)
{
    return view->row.state == REQUEST_CLOSED ? "The request was closed: nothing is read out for it any more."
           : view->row.state == REQUEST_PREPARING && !view->may_answer
               ? "The parts are read here when the answer is prepared."
               : "Nothing is held about this person any more.";
}

static void write_facts(struct ui *ui, const struct request_view *view)
{
    struct ui_row rows[12];
    size_t count = 0;
    const struct request_row *row = &view->row;
    rows[count++] = (struct ui_row){.key = "How it stands", .value = request_state_cell(row)};
    rows[count++] = (struct ui_row){.key = "Who asks",
                                    .value = {.text = row->asked_by, .under = request_as(row->asks_as)}};
    add_row(rows, &count, "Why they may", view->authority);
    add_row(rows, &count, "How it was checked who they are", view->identity);
    add_row(rows, &count, "What they ask for", *view->wants == '\0' ? "Everything" : view->wants);
    add_row(rows, &count, "Received", show_day(ui->arena, row->received));
    rows[count++] = (struct ui_row){
        .key = "To be answered by",
        .value = {.text = show_day(ui->arena, row->due),
                  .under = row->extended ? "The time was extended" : view->pack->retention->subject.statute}};
    if (view->prepared != 0) {
        rows[count++] = (struct ui_row){.key = "Prepared by",
                                        .value = {.text = view->prepared_by, .under = view->digest}};
        add_row(rows, &count, "As it was recorded by", show_instant(ui->arena, ui->pack, view->as_of));
    }
    if (view->released_by != NULL) {
        rows[count++] =
            (struct ui_row){.key = "Released by",
                            .value = {.text = view->released_by,
                                      .under = show_instant(ui->arena, ui->pack, view->released_at)}};
    }
    ui_summary(ui, rows, count);
}

static void write_ways(struct ui *ui, const struct request_view *view)
{
    const char *path = request_path(ui->arena, view->row.id);
    bool prepared = view->row.state == REQUEST_PREPARED;
    const char *about = number(ui->arena, view->prepared);
    if (view->hindrance != NULL) {
        ui_inset(ui, view->hindrance);
    }
    ui_buttons(ui);
    if (view->may_release) {
        ui_button_link(ui, BUTTON_MAIN, "Release the answer",
                       arena_printf(ui->arena, "%s/do/release?about=%s", path, about));
        ui_button_link(ui, BUTTON_SECONDARY, "Send it back",
                       arena_printf(ui->arena, "%s/do/return?about=%s", path, about));
    }
    if (view->may_answer && !prepared) {
        ui_button_link(ui, BUTTON_MAIN, "Hand it to the second person",
                       arena_printf(ui->arena, "%s/do/prepare", path));
    }
    if (view->may_extend) {
        ui_button_link(ui, BUTTON_SECONDARY, "Extend the time",
                       arena_printf(ui->arena, "%s/do/extend", path));
    }
    if (view->may_answer) {
        ui_button_link(ui, BUTTON_SECONDARY, "Close without an answer",
                       arena_printf(ui->arena, "%s/do/close", path));
    }
    ui_buttons_end(ui);
}

static void write_steps(struct ui *ui, const struct request_view *view)
{
    struct ui_event *events = arena_many(ui->arena, struct ui_event, view->step_count);
    for (size_t i = 0; i < view->step_count; i++) {
        const struct request_step *step = &view->steps[i];
        events[i] = (struct ui_event){.title = step->what,
                                      .by = step->by,
                                      .when = show_instant(ui->arena, ui->pack, step->at),
                                      .text = step->reason};
    }
    ui_h2(ui, "What was done");
    ui_timeline(ui, events, view->step_count);
}

const struct error *page_request(struct request *request, struct reply *reply)
{
    struct id id;
    const struct request_view *view;
    TRY(request_id_of(request, &id));
    TRY(act_request_read(&request->act, id, &view));
    struct ui *ui = begin_page(request, view, "Request for what is held");
    const char *path = request_path(ui->arena, id);
    ui->back = requests_section;
    ui->back_text = "Back to requests";
    if (request_query(request, "done") != NULL) {
        ui_banner(ui, true, "Saved", "It stands below with your name.");
    }
    write_facts(ui, view);
    ui_h2(ui, "The parts");
    if (view->item_count == 0) {
        ui_text(ui, nothing_here(view));
    } else {
        ui_text(ui, arena_printf(ui->arena, "%s, %s of them left out.",
                                 show_count(ui->arena, view->item_count, "part", "parts"),
                                 view->out_count == 0 ? "none" : number(ui->arena, view->out_count)));
        const struct ui_link links[] = {
            {"Go through all parts", arena_printf(ui->arena, "%s/parts", path), NULL},
            {"Only what is left out, and why", arena_printf(ui->arena, "%s/parts?show=left-out", path),
             "For you and the second person: it never goes out"},
            {"The document as it would go out", arena_printf(ui->arena, "%s/document", path), NULL},
        };
        ui_links(ui, links, 3);
    }
    write_ways(ui, view);
    write_steps(ui, view);
    ui_finish(ui, reply, 200);
    return NULL;
}

/* ---- all parts ---- */

enum showing { SHOW_ALL, SHOW_GIVEN, SHOW_OUT, SHOWINGS };
static const struct {
    const char *value;
    const char *text;
} showings[SHOWINGS] = {[SHOW_ALL] = {"all", "All parts"},
                        [SHOW_GIVEN] = {"given", "Given"},
                        [SHOW_OUT] = {"left-out", "Left out, and why"}};

static enum showing showing_of(const struct request *request)
{
    for (int i = 0; i < SHOWINGS; i++) {
        if (text_equal(showings[i].value, request_query(request, "show"))) {
            return (enum showing)i;
        }
    }
    return SHOW_ALL;
}

static bool is_shown(const struct request_item *item, enum showing showing)
{
    return showing == SHOW_ALL || (showing == SHOW_OUT) == item->is_out;
}

static const char *why(struct ui *ui, const struct request_item *item)
{
    const char *by = item->reason == NULL ? item->is_out ? "Proposed by its label or kind" : NULL
                                          : arena_printf(ui->arena, "%s: %s", item->decided_by, item->reason);
    const char *exemption =
        item->exemption == NULL
            ? item->words == NULL ? NULL : "In other words"
            : arena_printf(ui->arena, "%s (%s)", item->exemption->title, item->exemption->statute);
    return exemption == NULL ? by : by == NULL ? exemption : arena_printf(ui->arena, "%s. %s", exemption, by);
}

static void write_group(struct ui *ui, const struct request_view *view,
                        const struct request_item *const *items, size_t count)
{
    static const char *const heads[] = {"Question", "Answer", "Is it given?", "Decide"};
    size_t columns = view->may_answer ? 4 : 3;
    struct ui_cell *cells = arena_many(ui->arena, struct ui_cell, count * columns);
    for (size_t i = 0; i < count; i++) {
        struct ui_cell *at = &cells[i * columns];
        at[0] = (struct ui_cell){.text = request_question(ui->arena, ui->pack, items[i])};
        at[1] = (struct ui_cell){.text = request_answer(ui->arena, ui->pack, items[i])};
        at[2] = (struct ui_cell){.text = items[i]->is_out ? "Left out" : "Given",
                                 .tone = items[i]->is_out ? "orange" : "green",
                                 .under = why(ui, items[i])};
        if (view->may_answer) {
            at[3] =
                (struct ui_cell){.text = arena_printf(ui->arena, "Decide about %s",
                                                      request_question(ui->arena, ui->pack, items[i])),
                                 .path = arena_printf(ui->arena, "%s/parts/%s",
                                                      request_path(ui->arena, view->row.id), items[i]->key)};
        }
    }
    ui_h2(ui, request_heading(ui->arena, items[0]));
    ui_table(ui, NULL, heads, columns, cells, count);
}

static size_t page_of(const struct request *request)
{
    int64_t page = 1;
    const char *text = request_query(request, "page");
    return text != NULL && number_parse(text, 1, 100000, &page) ? (size_t)page : 1;
}

/* A page holds whole groups: it ends with the group in which it is full. */
static size_t write_page(struct ui *ui, const struct request_view *view, enum showing showing, size_t wanted)
{
    const struct request_item **group = arena_many(ui->arena, const struct request_item *, view->item_count);
    size_t count = 0;
    size_t on_page = 0;
    size_t page = 1;
    for (size_t i = 0; i <= view->item_count; i++) {
        const struct request_item *item = i == view->item_count ? NULL : &view->items[i];
        if (item != NULL && !is_shown(item, showing)) {
            continue;
        }
        bool same = item != NULL && count > 0 && request_goes_on(group[count - 1], item);
        if (!same && count > 0) {
            if (page == wanted) {
                write_group(ui, view, group, count);
            }
            on_page += count;
            count = 0;
            if (on_page >= PARTS_A_PAGE && item != NULL) {
                page++;
                on_page = 0;
            }
        }
        if (item != NULL) {
            group[count++] = item;
        }
    }
    return page;
}

const struct error *page_request_parts(struct request *request, struct reply *reply)
{
    struct id id;
    const struct request_view *view;
    enum showing showing = showing_of(request);
    size_t wanted = page_of(request);
    struct ui_tab tabs[SHOWINGS];
    TRY(request_id_of(request, &id));
    TRY(act_request_read(&request->act, id, &view));
    struct ui *ui = begin_page(request, view, "What is held, part by part");
    const char *path = arena_printf(ui->arena, "%s/parts", request_path(ui->arena, id));
    ui->wide = true;
    for (int i = 0; i < SHOWINGS; i++) {
        tabs[i] = (struct ui_tab){.text = showings[i].text,
                                  .path = arena_printf(ui->arena, "%s?show=%s", path, showings[i].value),
                                  .current = i == (int)showing};
    }
    ui_tabs(ui, "Which parts", tabs, SHOWINGS);
    if (showing != SHOW_GIVEN) {
        ui_inset(ui,
                 "This page is for who answers the request, and for the second person. It never goes out.");
    }
    if (view->row.state == REQUEST_PREPARED && view->may_answer) {
        ui_inset(ui, "The answer waits for the second person. A change of any part takes it back.");
    }
    size_t pages = write_page(ui, view, showing, wanted);
    if (view->item_count == 0 || (showing == SHOW_OUT && view->out_count == 0)) {
        ui_text(ui, view->item_count > 0 ? "Nothing is left out." : nothing_here(view));
    }
    if (wanted < pages) {
        ui_next(ui,
                arena_printf(ui->arena, "%s?show=%s&page=%zu", path, showings[showing].value, wanted + 1));
    }
    ui_finish(ui, reply, 200);
    return NULL;
}

/* ---- deciding about one ---- */

static const struct request_item *item_of(const struct request_view *view, const char *key)
{
    for (size_t i = 0; i < view->item_count; i++) {
        if (text_equal(view->items[i].key, key)) {
            return &view->items[i];
        }
    }
    return NULL;
}

/* A part is given as it is, given in other words, or left out for one of the reasons of the pack. */
static const char given[] = "given";
static const char in_words[] = "words";

static size_t choices_of(struct ui *ui, const struct request_view *view, const struct request_item *item,
                         struct ui_choice *choices)
{
    const struct retention *retention = view->pack->retention;
    const char *chosen = request_form(ui->request, "decision");
    bool others = !text_equal(view->row.asks_as, "self");
    size_t count = 0;
    choices[count++] = (struct ui_choice){.value = given, .text = "It is given as it is"};
    if (item->field != NULL) {
        choices[count++] = (struct ui_choice){
            .value = in_words, .text = "It is given in other words", .hint = "Where a part of it is to stay"};
    }
    for (size_t i = 0; i < retention->exemption_count; i++) {
        const struct exemption *exemption = &retention->exemptions[i];
        if (others || !exemption->for_others) {
            choices[count++] = (struct ui_choice){
                .value = exemption->id,
                .text = arena_printf(ui->arena, "Left out: %s", exemption->title),
                .hint = exemption->help == NULL
                            ? exemption->statute
                            : arena_printf(ui->arena, "%s %s", exemption->help, exemption->statute)};
        }
    }
    const char *stands = item->is_out && item->exemption != NULL ? item->exemption->id
                         : item->words != NULL                   ? in_words
                                                                 : given;
    for (size_t i = 0; i < count; i++) {
        choices[i].checked = text_equal(chosen == NULL ? stands : chosen, choices[i].value);
    }
    return count;
}

static void write_item_form(struct ui *ui, const struct request_view *view, const struct request_item *item)
{
    const struct request *request = ui->request;
    struct ui_choice *choices =
        arena_many(ui->arena, struct ui_choice, view->pack->retention->exemption_count + 2);
    const char *words = request_form(request, "words");
    ui_form(ui, request->path);
    ui_radios(ui, &(struct ui_field){.name = "decision",
                                     .label = "Is it given?",
                                     .choices = choices,
                                     .choice_count = choices_of(ui, view, item, choices)});
    if (item->field != NULL) {
        ui_area(ui,
                &(struct ui_field){.name = "words",
                                   .label = "In these words",
                                   .hint = "Only where it is given in other words",
                                   .text = words != NULL         ? words
                                           : item->words != NULL ? item->words
                                                                 : request_answer(ui->arena, ui->pack, item),
                                   .rows = 4});
    }
    ui_input(ui, &(struct ui_field){.name = "opinion_by",
                                    .label = "Whose opinion is it?",
                                    .hint = "Of a health professional, where serious harm is the reason",
                                    .text = request_form(request, "opinion_by")});
    ui_date(ui, &(struct ui_field){.name = "opinion_on", .label = "Of which day is the opinion?"},
            typed_of_request(request), false);
    ui_area(ui, &(struct ui_field){.name = "reason",
                                   .label = "Why do you decide so?",
                                   .text = request_form(request, "reason"),
                                   .rows = 2});
    ui_button(ui, BUTTON_MAIN, "Save the decision", NULL, NULL);
    ui_form_end(ui);
}

static const struct error *write_item(struct request *request, const struct error *faults,
                                      struct reply *reply)
{
    struct id id;
    const struct request_view *view;
    TRY(request_id_of(request, &id));
    TRY(act_request_read(&request->act, id, &view));
    const struct request_item *item = item_of(view, request_param(request, "key"));
    if (item == NULL) {
        return error_of(ERROR_NOT_FOUND);
    }
    struct ui *ui = begin_page(request, view, "Decide about a part");
    ui->faults = faults;
    ui->back = arena_printf(ui->arena, "%s/parts", request_path(ui->arena, id));
    ui->back_text = "Back to the parts";
    const struct ui_row rows[] = {
        {.key = "Where", .value = {.text = request_heading(ui->arena, item)}},
        {.key = request_question(ui->arena, ui->pack, item),
         .value = {.text = item->words == NULL || item->field == NULL
                               ? request_answer(ui->arena, ui->pack, item)
                               : show_value(ui->arena, item->pack, item->field, item->value)}},
        {.key = "Recorded by", .value = {.text = show_code(ui->pack, "agency", item->agency)}},
        {.key = "As it stands",
         .value = {.text = item->is_out ? "Left out" : "Given",
                   .tone = item->is_out ? "orange" : "green",
                   .under = why(ui, item)}},
    };
    ui_summary(ui, rows, sizeof rows / sizeof rows[0]);
    if (view->may_answer) {
        write_item_form(ui, view, item);
    }
    ui_finish(ui, reply, faults == NULL ? 200 : faults->http_status);
    return NULL;
}

const struct error *page_request_part(struct request *request, struct reply *reply)
{
    return write_item(request, NULL, reply);
}

const struct error *page_request_part_post(struct request *request, struct reply *reply)
{
    struct id id;
    struct moment opinion = {.start = {0}};
    const char *chosen = request_form(request, "decision");
    bool words = text_equal(chosen, in_words);
    bool out = chosen != NULL && !words && !text_equal(chosen, given);
    struct request_decision decision = {
        .key = request_param(request, "key"),
        .left_out = out ? chosen : NULL,
        .words = words ? request_form(request, "words") : NULL,
        .reason = request_form(request, "reason"),
        .opinion_by = request_form(request, "opinion_by"),
    };
    TRY(request_id_of(request, &id));
    const struct error *error =
        form_moment(request->arena, act_pack(&request->act), "opinion_on", "The day of the opinion",
                    typed_of_request(request), false, &opinion, &decision.has_opinion);
    decision.opinion_on = opinion.day;
    if (error == NULL && chosen == NULL) {
        error = error_field(request->arena, ERROR_INVALID, "decision", NULL, "Choose whether it is given");
    }
    if (error == NULL && words && text_is_blank(decision.words)) {
        error =
            error_field(request->arena, ERROR_INVALID, "words", NULL, "Enter the words in which it is given");
    }
    if (error == NULL) {
        error = act_request_decide(&request->act, id, &decision);
    }
    if (error != NULL && error->code == ERROR_INVALID && error->field != NULL &&
        strcmp(error->field, "left_out") == 0) {
        error = error_field(request->arena, ERROR_INVALID, "decision", NULL, "%s", error->detail);
    }
    if (error != NULL && (error->code == ERROR_INVALID || error->code == ERROR_CONFLICT)) {
        return write_item(request, error, reply);
    }
    TRY(error);
    reply_redirect(reply, arena_printf(request->arena, "%s/parts", request_path(request->arena, id)));
    return NULL;
}
