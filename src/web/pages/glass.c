/*
 * Breaking the glass: the page in place of a case that its reader does not get, the form for a reason, and
 * for who reviews looks the list of what was opened so, each to be reviewed.
 */
#include "web/pages/glass.h"

#include "base/text.h"
#include "web/pages/pages.h"

#include <string.h>

enum { REASON_MOST = 4000 };

/* ---- in place of a case ---- */

static void write_form(struct ui *ui, const struct glass_ask *ask)
{
    const char *path = arena_printf(ui->arena, "/cases/%s/break-glass", ask->reference.text);
    ui_h2(ui, "If a child is at risk now");
    ui_text(ui,
            arena_printf(ui->arena,
                         "Give a reason, and the record is open to you for %d hours. The information lead is "
                         "told at once, with your name and what you write, and reviews it on the next "
                         "working day.",
                         ask->hours));
    ui_form(ui, path);
    ui_area(ui, &(struct ui_field){.name = "reason",
                                   .label = "Why do you need this record now?",
                                   .hint = "For example, who is with the child, and what you must decide.",
                                   .text = request_form(ui->request, "reason"),
                                   .rows = 4,
                                   .max = REASON_MOST});
    ui_button(ui, BUTTON_WARNING, "Open the record", NULL, NULL);
    ui_form_end(ui);
}

static const struct error *answer(struct request *request, const struct error *faults, struct reply *reply)
{
    struct glass_ask ask;
    TRY(act_glass_ask(&request->act, request_param(request, "ref"), &ask));
    if (ask.needless) {
        reply_redirect(reply, arena_printf(request->arena, "/cases/%s", ask.reference.text));
        return NULL;
    }
    struct ui *ui = ui_begin(request, "You are not one of those who work on this record", NULL);
    ui->faults = faults;
    ui_title(ui, ask.reference.text, "You are not one of those who work on this record");
    if (ask.why != NULL) {
        ui_text(ui, arena_printf(ui->arena, "%s%s", ask.why, strchr(ask.why, '.') == NULL ? "." : ""));
    }
    if (ask.ask != NULL) {
        ui_text(ui, arena_printf(ui->arena, "%s%s", ask.ask, strchr(ask.ask, '.') == NULL ? "." : ""));
    }
    if (ask.opens) {
        write_form(ui, &ask);
    }
    ui_link(ui, "The directory: whom to telephone", "/directory");
    ui_finish(ui, reply, faults == NULL ? 403 : 422);
    return NULL;
}

void glass_page(struct request *request, struct reply *reply)
{
    const struct error *error = answer(request, NULL, reply);
    if (error != NULL) {
        page_error(request, error_of(error->code == ERROR_NEEDS_REASON ? ERROR_NOT_ALLOWED : error->code),
                   reply);
    }
}

const struct error *page_glass(struct request *request, struct reply *reply)
{
    return answer(request, NULL, reply);
}

const struct error *page_glass_post(struct request *request, struct reply *reply)
{
    struct instant until;
    const char *reference = request_param(request, "ref");
    const struct error *error =
        act_glass_break(&request->act, reference, request_form(request, "reason"), &until);
    if (error != NULL && error->code == ERROR_INVALID) {
        return answer(request, error, reply);
    }
    TRY(error);
    reply_redirect(reply, arena_printf(request->arena, "/cases/%s", reference));
    return NULL;
}

/* ---- what was opened so ---- */

static const char *outcome_title(const char *id)
{
    for (size_t i = 0; i < sizeof review_outcomes / sizeof review_outcomes[0]; i++) {
        if (text_equal(review_outcomes[i].id, id)) {
            return review_outcomes[i].title;
        }
    }
    return id == NULL ? "" : id;
}

struct ui_cell glass_review_cell(struct ui *ui, const struct review_view *review, const char *line)
{
    const char *path = arena_printf(ui->arena, "/reviews/%s", line);
    if (review->outcome == NULL) {
        return (struct ui_cell){.text = "Review", .path = path};
    }
    return (struct ui_cell){.text = outcome_title(review->outcome),
                            .path = path,
                            .under = arena_printf(ui->arena, "%s, %s", review->by,
                                                  show_instant(ui->arena, ui->pack, review->at))};
}

static const char *id_text(struct arena *arena, struct id id)
{
    char *text = arena_alloc(arena, ID_TEXT);
    id_format(id, text);
    return text;
}

static void write_list(struct ui *ui, const struct glass_view *list, size_t count)
{
    static const char *const heads[] = {"When", "Who", "Record", "Why", "State", "Review"};
    enum { COLUMNS = sizeof heads / sizeof heads[0] };
    struct ui_cell *cells = arena_many(ui->arena, struct ui_cell, count * COLUMNS);
    for (size_t i = 0; i < count; i++) {
        const struct glass_view *glass = &list[i];
        struct ui_cell *row = &cells[i * COLUMNS];
        bool to_do = glass->review.outcome == NULL;
        row[0] = (struct ui_cell){.text = show_instant(ui->arena, ui->pack, glass->at),
                                  .sort = arena_printf(ui->arena, "%lld", (long long)glass->at.ms)};
        row[1] = (struct ui_cell){.text = glass->name,
                                  .under = arena_printf(ui->arena, "%s, %s", show_role(ui->pack, glass->role),
                                                        show_code(ui->pack, "agency", glass->agency))};
        row[2] = (struct ui_cell){.text = glass->reference.text,
                                  .path = arena_printf(ui->arena, "/looks?case=%s", glass->reference.text)};
        row[3] = (struct ui_cell){.text = glass->reason};
        row[4] = (struct ui_cell){
            .text = glass->overdue ? "Review overdue"
                    : to_do        ? "To review"
                    : glass->open  ? "Open"
                                   : "Ended",
            .tone = glass->overdue ? "red"
                    : to_do        ? "orange"
                    : glass->open  ? "blue"
                                   : "grey",
        };
        row[5] = glass_review_cell(ui, &glass->review, id_text(ui->arena, glass->id));
        if (to_do) {
            row[5].under =
                arena_printf(ui->arena, "by %s", show_instant(ui->arena, ui->pack, glass->review_by));
        }
    }
    ui_sortable_table(ui, NULL, heads, COLUMNS, cells, count, -1);
}

const struct error *page_glass_list(struct request *request, struct reply *reply)
{
    const struct glass_view *list;
    size_t count;
    size_t waiting = 0;
    TRY(act_glass_list(&request->act, &list, &count));
    for (size_t i = 0; i < count; i++) {
        waiting += list[i].review.outcome == NULL ? 1 : 0;
    }
    struct ui *ui = ui_begin(request, "Broken glass", "/broken-glass");
    ui->wide = true;
    ui_title(ui, NULL, "Broken glass");
    ui_text(ui,
            "Records that somebody opened by giving a reason, because they are not one of those who work on "
            "them. Each stands here until it is reviewed, which is due by the end of the next working day.");
    if (count == 0) {
        ui_text(ui, "Nobody has broken the glass yet.");
    } else {
        ui_text(ui, waiting == 0
                        ? "All are reviewed."
                        : show_count(ui->arena, waiting, "is to be reviewed.", "are to be reviewed."));
        write_list(ui, list, count);
        ui_print(ui, "Print this page");
    }
    ui_finish(ui, reply, 200);
    return NULL;
}

/* ---- one review ---- */

static void write_review_form(struct ui *ui, const char *path, const struct review_view *review)
{
    enum { OUTCOMES = sizeof review_outcomes / sizeof review_outcomes[0] };
    struct ui_choice choices[OUTCOMES];
    const char *chosen = request_form(ui->request, "outcome");
    const char *note = request_form(ui->request, "note");
    chosen = chosen == NULL ? review->outcome : chosen;
    for (size_t i = 0; i < OUTCOMES; i++) {
        choices[i] = (struct ui_choice){.value = review_outcomes[i].id,
                                        .text = review_outcomes[i].title,
                                        .checked = text_equal(review_outcomes[i].id, chosen)};
    }
    if (review->outcome != NULL) {
        ui_inset(ui, arena_printf(ui->arena, "Reviewed by %s on %s: %s. %s", review->by,
                                  show_instant(ui->arena, ui->pack, review->at),
                                  outcome_title(review->outcome), review->note));
    }
    ui_form(ui, path);
    ui_radios(ui, &(struct ui_field){.name = "outcome",
                                     .label = "What did it come to?",
                                     .choices = choices,
                                     .choice_count = OUTCOMES});
    ui_area(ui, &(struct ui_field){.name = "note",
                                   .label = "What did you find?",
                                   .hint = "Whom you asked, and what they said. It is kept with your name.",
                                   .text = note,
                                   .rows = 4,
                                   .max = REASON_MOST});
    ui_button(ui, BUTTON_MAIN, review->outcome == NULL ? "Save the review" : "Save another review", NULL,
              NULL);
    ui_form_end(ui);
}

static void write_glass(struct ui *ui, const struct glass_view *glass)
{
    const char *who = arena_printf(ui->arena, "%s, %s", show_role(ui->pack, glass->role),
                                   show_code(ui->pack, "agency", glass->agency));
    char account[ID_TEXT];
    id_format(glass->account, account);
    const struct ui_row rows[] = {
        {.key = "Who",
         .value = {.text = glass->name,
                   .under = who,
                   .path = arena_printf(ui->arena, "/looks?worker=%s", account)}},
        {.key = "Record",
         .value = {.text = glass->reference.text,
                   .path = arena_printf(ui->arena, "/looks?case=%s", glass->reference.text)}},
        {.key = "Why", .value = {.text = glass->reason}},
        {.key = "When", .value = {.text = show_instant(ui->arena, ui->pack, glass->at)}},
        {.key = "Open until", .value = {.text = show_instant(ui->arena, ui->pack, glass->ends_at)}},
        {.key = "Review by", .value = {.text = show_instant(ui->arena, ui->pack, glass->review_by)}},
    };
    ui_title(ui, NULL, "Broken glass to review");
    ui_summary(ui, rows, sizeof rows / sizeof rows[0]);
}

static void write_unusual(struct ui *ui, const struct unusual_view *flag)
{
    const char *worker = id_text(ui->arena, flag->account);
    const struct ui_row rows[] = {
        {.key = "What", .value = {.text = flag->title, .under = flag->why}},
        {.key = "Who",
         .value = {.text = flag->name,
                   .path = flag->has_worker ? arena_printf(ui->arena, "/looks?days=28&worker=%s", worker)
                                            : NULL}},
        {.key = "Record",
         .value = {.text = flag->has_case ? flag->reference.text : "Several, or none",
                   .path = flag->has_case
                               ? arena_printf(ui->arena, "/looks?days=28&case=%s", flag->reference.text)
                               : NULL}},
        {.key = "How many", .value = {.text = arena_printf(ui->arena, "%d", flag->count)}},
        {.key = "From", .value = {.text = show_instant(ui->arena, ui->pack, flag->from)}},
        {.key = "Until", .value = {.text = show_instant(ui->arena, ui->pack, flag->at)}},
    };
    ui_title(ui, NULL, "Unusual looks to review");
    ui_summary(ui, rows, sizeof rows / sizeof rows[0]);
}

/* The line of the book that is reviewed: broken glass, or unusual looks; both NULL: there is none. */
static const struct error *find_line(struct request *request, const struct glass_view **ret_glass,
                                     const struct unusual_view **ret_flag)
{
    const struct glass_view *glasses;
    const struct unusual_view *flags;
    size_t glass_count;
    size_t flag_count;
    struct id id;
    *ret_glass = NULL;
    *ret_flag = NULL;
    TRY(act_glass_list(&request->act, &glasses, &glass_count));
    TRY(act_unusual_list(&request->act, &flags, &flag_count));
    if (!id_parse(request_param(request, "line"), &id)) {
        return error_of(ERROR_NOT_FOUND);
    }
    for (size_t i = 0; i < glass_count; i++) {
        *ret_glass = id_equal(glasses[i].id, id) ? &glasses[i] : *ret_glass;
    }
    for (size_t i = 0; i < flag_count; i++) {
        *ret_flag = id_equal(flags[i].id, id) ? &flags[i] : *ret_flag;
    }
    return *ret_glass == NULL && *ret_flag == NULL ? error_of(ERROR_NOT_FOUND) : NULL;
}

static const struct error *review_answer(struct request *request, const struct error *faults,
                                         struct reply *reply)
{
    const struct glass_view *glass;
    const struct unusual_view *flag;
    TRY(find_line(request, &glass, &flag));
    struct ui *ui = ui_begin(request, glass != NULL ? "Broken glass to review" : "Unusual looks to review",
                             glass != NULL ? "/broken-glass" : "/unusual-looks");
    ui->back = glass != NULL ? "/broken-glass" : "/unusual-looks";
    ui->back_text = glass != NULL ? "Back to broken glass" : "Back to unusual looks";
    ui->faults = faults;
    const char *path =
        arena_printf(ui->arena, "/reviews/%s", id_text(ui->arena, glass != NULL ? glass->id : flag->id));
    if (glass != NULL) {
        write_glass(ui, glass);
        write_review_form(ui, path, &glass->review);
    } else {
        write_unusual(ui, flag);
        write_review_form(ui, path, &flag->review);
    }
    ui_finish(ui, reply, faults == NULL ? 200 : 422);
    return NULL;
}

const struct error *page_review(struct request *request, struct reply *reply)
{
    return review_answer(request, NULL, reply);
}

const struct error *page_review_post(struct request *request, struct reply *reply)
{
    const struct glass_view *glass;
    const struct unusual_view *flag;
    const struct error *error = act_review(&request->act, request_param(request, "line"),
                                           request_form(request, "outcome"), request_form(request, "note"));
    if (error != NULL && error->code == ERROR_INVALID) {
        return review_answer(request, error, reply);
    }
    TRY(error);
    TRY(find_line(request, &glass, &flag));
    reply_redirect(reply, glass != NULL ? "/broken-glass" : "/unusual-looks");
    return NULL;
}
