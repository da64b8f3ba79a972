/*
 * What goes out: a page to print and a file. It is made of what is given alone (act_request_document): a part
 * that is left out has no line, no number and no gap, and nothing here counts. Whether something was left out
 * is said by the same sentence whatever was.
 */
#include "web/pages/requests.h"

#include "web/json_text.h"
#include "web/pages/pages.h"

#include "base/text.h"

static const char left_out_or_not[] =
    "The law lets some things stay out, such as what is about somebody else. This document does not say "
    "whether that is "
    "so here. You can ask who sent it to you, and you can complain to the Information Commissioner's Office.";

enum chapter { CHAPTER_DETAILS, CHAPTER_RECORDED, CHAPTER_LOOKS, CHAPTERS };
static const struct {
    const char *title;
    const char *text;
} chapters[CHAPTERS] = {
    [CHAPTER_DETAILS] = {"Details", "Who the person is, as it was written down."},
    [CHAPTER_RECORDED] = {"What was recorded", "In the order in which it happened."},
    [CHAPTER_LOOKS] = {"Who has looked", "Which agencies have looked at the record, and how often."},
};

static enum chapter chapter_of(const struct request_item *item)
{
    return item->kind == REQUEST_DETAIL  ? CHAPTER_DETAILS
           : item->kind == REQUEST_LOOKS ? CHAPTER_LOOKS
                                         : CHAPTER_RECORDED;
}

static bool has_chapter(const struct request_view *view, enum chapter chapter)
{
    for (size_t i = 0; i < view->item_count; i++) {
        if (chapter_of(&view->items[i]) == chapter) {
            return true;
        }
    }
    return false;
}

static const char *recorded_by(struct ui *ui, const struct request_item *item)
{
    const char *agency = show_code(ui->pack, "agency", item->agency);
    return item->kind == REQUEST_LOOKS || *agency == '\0' ? NULL : agency;
}

/* Parts that stand under one heading, as one list. */
static size_t write_group(struct ui *ui, const struct request_view *view, size_t from)
{
    const struct request_item *first = &view->items[from];
    struct ui_row *rows = arena_many(ui->arena, struct ui_row, view->item_count - from + 1);
    size_t count = 0;
    size_t i = from;
    for (; i < view->item_count && (i == from || request_goes_on(&view->items[i - 1], &view->items[i]));
         i++) {
        rows[count++] =
            (struct ui_row){.key = request_question(ui->arena, ui->pack, &view->items[i]),
                            .value = {.text = request_answer(ui->arena, ui->pack, &view->items[i])}};
    }
    if (recorded_by(ui, first) != NULL) {
        rows[count++] = (struct ui_row){.key = "Recorded by", .value = {.text = recorded_by(ui, first)}};
    }
    if (first->kind != REQUEST_LOOKS) {
        ui_h3(ui, request_heading(ui->arena, first));
    }
    ui_summary(ui, rows, count);
    return i;
}

static void write_chapter(struct ui *ui, const struct request_view *view, enum chapter chapter)
{
    html_open(ui->html, "section",
              ATTRIBUTES({"id", arena_printf(ui->arena, "chapter-%d", (int)chapter + 1)}));
    ui_h2(ui, chapters[chapter].title);
    ui_text(ui, chapters[chapter].text);
    for (size_t i = 0; i < view->item_count;) {
        i = chapter_of(&view->items[i]) == chapter ? write_group(ui, view, i) : i + 1;
    }
    html_close(ui->html, "section");
}

static void write_contents(struct ui *ui, const struct request_view *view)
{
    struct ui_link links[CHAPTERS];
    size_t count = 0;
    for (int c = 0; c < CHAPTERS; c++) {
        if (has_chapter(view, (enum chapter)c)) {
            links[count++] =
                (struct ui_link){chapters[c].title, arena_printf(ui->arena, "#chapter-%d", c + 1), NULL};
        }
    }
    ui_h2(ui, "Contents");
    ui_links(ui, links, count);
}

static const struct error *read_document(struct request *request, const struct request_view **ret_view)
{
    struct id id;
    TRY(request_id_of(request, &id));
    return act_request_document(&request->act, id, ret_view);
}

const struct error *page_request_document(struct request *request, struct reply *reply)
{
    const struct request_view *view;
    TRY(read_document(request, &view));
    struct ui *ui = ui_begin(request, "What is held about you", requests_section);
    struct reference reference = reference_of(view->row.id);
    const char *path = request_path(ui->arena, view->row.id);
    bool self = text_equal(view->row.asks_as, "self");
    ui->back = path;
    ui->back_text = "Back to the request";
    ui_title(ui, arena_printf(ui->arena, "Request %s", reference.text),
             self ? "What is held about you" : "What is held about the person you asked for");
    if (view->row.state != REQUEST_RELEASED) {
        /* on paper too, which goes further than a screen */
        ui_inset(ui, "This is how it would go out. It is not released: do not give it to anybody.");
    }
    const struct ui_row rows[] = {
        {.key = "Asked for by", .value = {.text = view->row.asked_by}},
        {.key = "Received", .value = {.text = show_day(ui->arena, view->row.received)}},
        {.key = "As it was recorded by", .value = {.text = show_instant(ui->arena, ui->pack, view->as_of)}},
    };
    ui_summary(ui, rows, 3);
    ui_text(ui, left_out_or_not);
    if (view->item_count == 0) {
        ui_text(ui, "Nothing is held that is given.");
    } else {
        write_contents(ui, view);
    }
    for (int c = 0; c < CHAPTERS; c++) {
        if (has_chapter(view, (enum chapter)c)) {
            write_chapter(ui, view, (enum chapter)c);
        }
    }
    ui_screen(ui);
    ui_link(ui, "Take it as a file (JSON)", arena_printf(ui->arena, "%s/document.json", path));
    ui_screen_end(ui);
    ui_print(ui, "Print, or save as PDF");
    ui_finish(ui, reply, 200);
    return NULL;
}

/* ---- as a file ---- */

static void put_pair(struct buf *buf, const char *name, const char *text)
{
    put_json_text(buf, name);
    buf_put(buf, ": ");
    put_json_text(buf, text);
}

static size_t put_group(struct ui *ui, struct buf *buf, const struct request_view *view, size_t from)
{
    const struct request_item *first = &view->items[from];
    size_t i = from;
    buf_put(buf, "{");
    put_pair(buf, "what", request_heading(ui->arena, first));
    if (recorded_by(ui, first) != NULL) {
        buf_put(buf, ", ");
        put_pair(buf, "recorded_by", recorded_by(ui, first));
    }
    buf_put(buf, ", \"answers\": [");
    for (; i < view->item_count && (i == from || request_goes_on(&view->items[i - 1], &view->items[i]));
         i++) {
        buf_put(buf, i == from ? "{" : ", {");
        put_pair(buf, "question", request_question(ui->arena, ui->pack, &view->items[i]));
        buf_put(buf, ", ");
        put_pair(buf, "answer", request_answer(ui->arena, ui->pack, &view->items[i]));
        buf_put(buf, "}");
    }
    buf_put(buf, "]}");
    return i;
}

const struct error *page_request_document_json(struct request *request, struct reply *reply)
{
    enum { MOST = 32 << 20 };
    const struct request_view *view;
    struct buf buf;
    char at[INSTANT_TEXT];
    TRY(read_document(request, &view));
    struct ui *ui = ui_begin(request, "", NULL); /* for the words */
    buf_init(&buf, request->arena, MOST);
    instant_format(view->as_of, at);
    buf_put(&buf, "{");
    put_pair(&buf, "request", reference_of(view->row.id).text);
    buf_put(&buf, ", ");
    put_pair(&buf, "asked_for_by", view->row.asked_by);
    buf_put(&buf, ", ");
    put_pair(&buf, "as_of", at);
    buf_put(&buf, ", ");
    put_pair(&buf, "note", left_out_or_not);
    buf_put(&buf, ", \"parts\": [");
    for (size_t i = 0; i < view->item_count;) {
        buf_put(&buf, i == 0 ? "\n" : ",\n");
        i = put_group(ui, &buf, view, i);
    }
    buf_put(&buf, "]}\n");
    if (buf_failed(&buf)) {
        return error_of(ERROR_TOO_LARGE);
    }
    reply_bytes(reply, 200, "application/json", buf_text(&buf), buf.size);
    reply_header(reply, "Content-Disposition", "attachment; filename=\"what-is-held.json\"");
    return NULL;
}
