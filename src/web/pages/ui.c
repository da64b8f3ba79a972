#include "web/pages/ui.h"

#include "base/text.h"
#include "html/layout.h"
#include "html/moj.h"
#include "web/site.h"

#include <string.h>

enum { PAGE_LIMIT = 8 * 1024 * 1024, PAGE_LONG = PAGE_LIMIT / 4 };

#define CLASS(class) ATTRIBUTES({"class", class})

static void anchor(struct ui *ui, const char *text, const char *path)
{
    html_element(ui->html, "a", ATTRIBUTES({"class", "govuk-link"}, {"href", path}), text);
}

void ui_capture(struct ui *ui)
{
    html_capture(ui->html);
}

const struct markup *ui_capture_end(struct ui *ui)
{
    return html_capture_end(ui->html);
}

/* ---- text ---- */

void ui_title(struct ui *ui, const char *caption, const char *text)
{
    if (caption != NULL) {
        html_element(ui->html, "span", CLASS("govuk-caption-l"), caption);
    }
    html_element(ui->html, "h1", CLASS("govuk-heading-l"), text);
}

void ui_h2(struct ui *ui, const char *text)
{
    html_element(ui->html, "h2", CLASS("govuk-heading-m"), text);
}

void ui_h3(struct ui *ui, const char *text)
{
    html_element(ui->html, "h3", CLASS("govuk-heading-s"), text);
}

/* Lines of prose are joined again: where the pack breaks a line means nothing. */
static const char *joined(struct ui *ui, const char *text)
{
    char *copy = arena_copy(ui->arena, text);
    for (char *c = copy; *c != '\0'; c++) {
        *c = *c == '\n' ? ' ' : *c;
    }
    return copy;
}

static void paragraphs(struct ui *ui, const char *class, const char *text, bool keep_lines)
{
    while (*text != '\0') {
        const char *blank = strstr(text, "\n\n");
        size_t size = blank == NULL ? strlen(text) : (size_t)(blank - text);
        const char *one = text_trim(ui->arena, arena_copy_n(ui->arena, text, size));
        if (*one != '\0') {
            html_open(ui->html, "p", CLASS(class));
            html_lines(ui->html, keep_lines ? one : joined(ui, one));
            html_close(ui->html, "p");
        }
        text += size;
        text += strspn(text, "\n");
    }
}

static const struct markup *as_paragraphs(struct ui *ui, const char *text, bool keep_lines)
{
    html_capture(ui->html);
    paragraphs(ui, "govuk-body", text, keep_lines);
    return html_capture_end(ui->html);
}

static const struct markup *as_lines(struct ui *ui, const char *text)
{
    html_capture(ui->html);
    html_lines(ui->html, text);
    return html_capture_end(ui->html);
}

void ui_text(struct ui *ui, const char *text)
{
    paragraphs(ui, "govuk-body", text, false);
}

void ui_hint(struct ui *ui, const char *text)
{
    paragraphs(ui, "govuk-hint", text, false);
}

void ui_link(struct ui *ui, const char *text, const char *path)
{
    html_open(ui->html, "p", CLASS("govuk-body"));
    anchor(ui, text, path);
    html_close(ui->html, "p");
}

void ui_bullets(struct ui *ui, const char *const *texts, size_t count)
{
    if (count == 0) {
        return;
    }
    html_open(ui->html, "ul", CLASS("govuk-list govuk-list--bullet"));
    for (size_t i = 0; i < count; i++) {
        html_element(ui->html, "li", NULL, texts[i]);
    }
    html_close(ui->html, "ul");
}

void ui_links(struct ui *ui, const struct ui_link *links, size_t count)
{
    html_open(ui->html, "ul", CLASS("govuk-list"));
    for (size_t i = 0; i < count; i++) {
        html_open(ui->html, "li", NULL);
        anchor(ui, links[i].text, links[i].path);
        if (links[i].hint != NULL) {
            html_open(ui->html, "br", NULL);
            html_element(ui->html, "span", CLASS("wm-under"), links[i].hint);
        }
        html_close(ui->html, "li");
    }
    html_close(ui->html, "ul");
}

void ui_inset(struct ui *ui, const char *text)
{
    govuk_inset_text(ui->html, &(struct govuk_inset_text){.html = as_lines(ui, text)});
}

void ui_warning(struct ui *ui, const char *text)
{
    govuk_warning_text(ui->html, &(struct govuk_warning_text){.text = text});
}

void ui_details(struct ui *ui, const char *summary, const char *text)
{
    govuk_details(ui->html,
                  &(struct govuk_details){.summary = summary, .html = as_paragraphs(ui, text, false)});
}

void ui_guide(struct ui *ui, const char *summary, const char *text)
{
    /* one of the two is shown, by the width of the screen */
    html_open(ui->html, "aside", CLASS("wm-guide"));
    html_element(ui->html, "h2", CLASS("govuk-heading-s"), summary);
    paragraphs(ui, "govuk-body", text, false);
    html_close(ui->html, "aside");
    html_open(ui->html, "div", CLASS("wm-guide-narrow"));
    ui_details(ui, summary, text);
    html_close(ui->html, "div");
}

void ui_panel(struct ui *ui, const char *title, const char *text, const char *strong)
{
    html_capture(ui->html);
    html_text(ui->html, text);
    html_open(ui->html, "br", NULL);
    html_element(ui->html, "strong", NULL, strong);
    const struct markup *body = html_capture_end(ui->html);
    govuk_panel(ui->html, &(struct govuk_panel){.title = title, .html = body});
}

void ui_banner(struct ui *ui, bool success, const char *heading, const char *text)
{
    html_capture(ui->html);
    html_element(ui->html, "h3", CLASS("govuk-notification-banner__heading"), heading);
    paragraphs(ui, "govuk-body", text, true);
    const struct markup *body = html_capture_end(ui->html);
    govuk_notification_banner(
        ui->html, &(struct govuk_notification_banner){.html = body, .type = success ? "success" : NULL});
}

void ui_not_saved(struct ui *ui, int status)
{
    if (status == 507) {
        ui_banner(ui, false, "There is no room left to save",
                  "Nothing was saved. What you typed is kept on this page: tell your administrator, and try "
                  "again.");
    } else if (status >= 500) {
        ui_banner(ui, false, "It could not be saved",
                  "Nothing was saved. What you typed is kept on this page. Wait a moment and try again.");
    }
}

void ui_rule(struct ui *ui)
{
    html_open(ui->html, "hr",
              CLASS("govuk-section-break govuk-section-break--m govuk-section-break--visible"));
}

void ui_print(struct ui *ui, const char *text)
{
    html_element(ui->html, "div", ATTRIBUTES({"class", "wm-print"}, {"data-wm-print", text}), NULL);
}

static void tag(struct ui *ui, const char *text, const char *tone)
{
    const char *classes = tone == NULL ? NULL : arena_printf(ui->arena, "govuk-tag--%s", tone);
    govuk_tag(ui->html, &(struct govuk_tag){.text = text, .classes = classes});
}

void ui_tags(struct ui *ui, const struct ui_tag *tags, size_t count)
{
    if (count == 0) {
        return;
    }
    html_open(ui->html, "p", CLASS("govuk-body wm-tags"));
    for (size_t i = 0; i < count; i++) {
        tag(ui, tags[i].text, tags[i].tone);
        html_text(ui->html, " ");
    }
    html_close(ui->html, "p");
}

/* ---- tables ---- */

struct placed_cell {
    struct ui *ui;
    const struct ui_cell *cell;
};

/* The cell is its text and nothing more. */
static bool is_plain(const struct ui_cell *cell)
{
    return cell->tone == NULL && cell->path == NULL && (cell->under == NULL || cell->under[0] == '\0') &&
           (cell->text == NULL || strchr(cell->text, '\n') == NULL);
}

static void put_cell(struct html *html, const void *what)
{
    const struct placed_cell *placed = what;
    const struct ui_cell *cell = placed->cell;
    if (cell->tone != NULL) {
        tag(placed->ui, cell->text, cell->tone);
    } else if (cell->path != NULL) {
        anchor(placed->ui, cell->text, cell->path);
    } else {
        html_lines(html, cell->text);
    }
    if (cell->under != NULL && cell->under[0] != '\0') {
        html_element(html, "span", CLASS("wm-under"), cell->under);
    }
}

/* NULL when the cell is plain. */
static const struct markup *cell_markup(struct ui *ui, const struct ui_cell *cell)
{
    if (is_plain(cell)) {
        return NULL;
    }
    html_capture(ui->html);
    put_cell(ui->html, &(struct placed_cell){ui, cell});
    return html_capture_end(ui->html);
}

void ui_summary(struct ui *ui, const struct ui_row *rows, size_t count)
{
    if (count == 0) {
        return;
    }
    struct govuk_summary_row *list = arena_many(ui->arena, struct govuk_summary_row, count);
    struct govuk_action *actions = arena_many(ui->arena, struct govuk_action, count);
    for (size_t i = 0; i < count; i++) {
        const struct ui_row *row = &rows[i];
        actions[i] =
            (struct govuk_action){.text = row->action, .href = row->action_path, .hidden_text = row->key};
        list[i] = (struct govuk_summary_row){
            .key = {.text = row->key},
            .value = {.text = row->value.text, .html = cell_markup(ui, &row->value)},
            .actions = &actions[i],
            .action_count = row->action == NULL ? 0 : 1};
    }
    govuk_summary_list(ui->html, &(struct govuk_summary_list){.rows = list, .row_count = count});
}

static void table(struct ui *ui, const char *caption, const char *const *heads, size_t columns,
                  const struct ui_cell *cells, size_t rows, bool sortable, int sorted)
{
    struct govuk_cell *head = arena_many(ui->arena, struct govuk_cell, columns);
    struct govuk_cell *body = arena_many(ui->arena, struct govuk_cell, columns * rows);
    struct govuk_table_row *lines = arena_many(ui->arena, struct govuk_table_row, rows);
    struct attribute(*attributes)[3] = arena_array(ui->arena, columns * (rows + 1), sizeof *attributes);
    struct placed_cell *placed = arena_many(ui->arena, struct placed_cell, columns * rows);
    for (size_t c = 0; c < columns; c++) {
        const char *sort = !sortable ? NULL : (int)c == sorted ? "ascending" : "none";
        (*attributes)[0] = (struct attribute){"aria-sort", sort};
        head[c] = (struct govuk_cell){.text = heads[c], .attributes = *attributes++};
    }
    for (size_t i = 0; i < rows * columns; i++) {
        /* on a narrow screen the heads are gone, and each cell says its own */
        const char *own = i % columns == 0 ? NULL : heads[i % columns];
        (*attributes)[0] = (struct attribute){"data-head", own};
        (*attributes)[1] = (struct attribute){"data-sort-value", sortable ? cells[i].sort : NULL};
        placed[i] = (struct placed_cell){ui, &cells[i]};
        body[i] = (struct govuk_cell){.text = cells[i].text,
                                      .put = is_plain(&cells[i]) ? NULL : put_cell,
                                      .what = &placed[i],
                                      .attributes = *attributes++};
    }
    for (size_t r = 0; r < rows; r++) {
        lines[r] = (struct govuk_table_row){.cells = body + r * columns, .cell_count = columns};
    }
    govuk_table(ui->html,
                &(struct govuk_table){
                    .caption = caption,
                    .caption_classes = "govuk-table__caption--m",
                    .head = head,
                    .head_count = columns,
                    .rows = lines,
                    .row_count = rows,
                    .first_cell_is_header = true,
                    .classes = "wm-table",
                    .attributes = sortable ? ATTRIBUTES({"data-module", "moj-sortable-table"}) : NULL});
}

void ui_table(struct ui *ui, const char *caption, const char *const *heads, size_t columns,
              const struct ui_cell *cells, size_t rows)
{
    table(ui, caption, heads, columns, cells, rows, false, -1);
}

void ui_sortable_table(struct ui *ui, const char *caption, const char *const *heads, size_t columns,
                       const struct ui_cell *cells, size_t rows, int sorted)
{
    table(ui, caption, heads, columns, cells, rows, true, sorted);
}

static const struct markup *event_body(struct ui *ui, const struct ui_event *event)
{
    html_capture(ui->html);
    if (event->text != NULL) {
        paragraphs(ui, "govuk-body", event->text, true);
    }
    if (event->note != NULL) {
        html_capture(ui->html);
        html_element(ui->html, "strong", NULL, event->note);
        html_open(ui->html, "br", NULL);
        html_lines(ui->html, event->note_text);
        const struct markup *note = html_capture_end(ui->html);
        govuk_inset_text(ui->html, &(struct govuk_inset_text){.html = note});
    }
    return html_capture_end(ui->html);
}

void ui_timeline(struct ui *ui, const struct ui_event *events, size_t count)
{
    struct moj_timeline_item *items = arena_many(ui->arena, struct moj_timeline_item, count);
    for (size_t i = 0; i < count; i++) {
        const struct markup *label = NULL;
        if (events[i].path != NULL) {
            html_capture(ui->html);
            anchor(ui, events[i].title, events[i].path);
            label = html_capture_end(ui->html);
        }
        items[i] = (struct moj_timeline_item){.label = label == NULL ? events[i].title : NULL,
                                              .label_html = label,
                                              .byline = events[i].by,
                                              .when = events[i].when,
                                              .html = event_body(ui, &events[i])};
    }
    moj_timeline(ui->html, &(struct moj_timeline){.items = items, .item_count = count, .level = 3});
}

void ui_tabs(struct ui *ui, const char *label, const struct ui_tab *tabs, size_t count)
{
    struct moj_navigation_item *items = arena_many(ui->arena, struct moj_navigation_item, count);
    for (size_t i = 0; i < count; i++) {
        items[i] = (struct moj_navigation_item){
            .text = tabs[i].text, .href = tabs[i].path, .active = tabs[i].current};
    }
    moj_sub_navigation(ui->html,
                       &(struct moj_sub_navigation){.label = label, .items = items, .item_count = count});
}

void ui_next(struct ui *ui, const char *next)
{
    if (next != NULL) {
        govuk_pagination(ui->html, &(struct govuk_pagination){.next = {.href = next, .text = "Next page"}});
    }
}

bool ui_is_long(const struct ui *ui)
{
    return html_size(ui->html) > PAGE_LONG;
}

/* ---- the page around it ---- */

struct ui *ui_begin(struct request *request, const char *title, const char *section)
{
    struct ui *ui = arena_one(request->arena, struct ui);
    *ui = (struct ui){.request = request,
                      .arena = request->arena,
                      .pack = act_pack(&request->act),
                      .html = html_new(request->arena, PAGE_LIMIT),
                      .title = title,
                      .section = section};
    html_capture(ui->html);
    return ui;
}

static const struct govuk_navigation_item *navigation(struct ui *ui, size_t *ret_count)
{
    const struct role *role = ui->request->session.actor.role;
    const struct {
        const char *text;
        const char *path;
        bool shown;
    } rows[] = {
        {"My work", "/", role->reads_cases},
        {"My part", "/my-part", role->own_part},
        {"Make a referral", "/referral/new", role->reads_cases && !role->inspects},
        {"Find a child", "/find", role->reads_cases},
        {"Duties", "/duties", role->reads_cases},
        {"Notices", "/notices", true},
        {"Outside cases", "/records", role->reads_cases || role->own_part || role->counts},
        {"Figures", "/figures", role->counts},
        {"Log of looks", "/looks", role->reads_looks || role->reviews_looks},
        {"Unusual looks", "/unusual-looks", role->reviews_looks},
        {"Broken glass", "/broken-glass", role->reviews_looks},
        {"Directory", "/directory", true},
        {"Procedure", "/procedure", true},
        {"Disposal", "/disposal", role->holds_records || role->proposes_disposal || role->agrees_disposal},
        {"Requests", "/requests", role->answers_requests || role->releases_requests},
        {"Accounts", "/accounts", role->administers || role->administers_agency}};
    enum { ROWS = sizeof rows / sizeof rows[0] };
    struct govuk_navigation_item *items = arena_many(ui->arena, struct govuk_navigation_item, ROWS);
    for (size_t i = 0; i < ROWS; i++) {
        items[i] = (struct govuk_navigation_item){.absent = !rows[i].shown,
                                                  .text = rows[i].text,
                                                  .href = rows[i].path,
                                                  .active = ui->section != NULL &&
                                                            strcmp(ui->section, rows[i].path) == 0};
    }
    *ret_count = ROWS;
    return items;
}

void ui_mends(struct ui *ui, const char *name, const char *path)
{
    struct ui_mend *mend = arena_one(ui->arena, struct ui_mend);
    *mend = (struct ui_mend){.name = name, .path = path, .next = ui->mends};
    ui->mends = mend;
}

static const char *mend_path(const struct ui *ui, const char *name)
{
    const struct ui_mend *mend = ui->mends;
    while (mend != NULL && !text_equal(mend->name, name)) {
        mend = mend->next;
    }
    return mend == NULL ? NULL : mend->path;
}

/* A form that was gone back to, changed, and sent once more. */
static bool is_sent_already(const struct error *fault)
{
    return text_equal(fault->field, "Idempotency-Key");
}

bool ui_sent_already(const struct ui *ui)
{
    const struct error *at = ui->faults;
    while (at != NULL && !is_sent_already(at)) {
        at = at->next;
    }
    return at != NULL;
}

const char *ui_fault_text(const struct ui *ui, const struct error *fault)
{
    if (is_sent_already(fault)) {
        return "This form was sent already, and what it said then is recorded. What stands here now is not: "
               "send "
               "it once more if it is something new";
    }
    return show_sentence(ui->arena, fault->detail == NULL ? fault->sentence : fault->detail);
}

/* A gate says which paragraph asks. */
static const char *fault_text(struct ui *ui, const struct error *fault)
{
    const char *text = ui_fault_text(ui, fault);
    return fault->paragraph == NULL || strstr(text, fault->paragraph) != NULL
               ? text
               : arena_printf(ui->arena, "%s (paragraph %s)", text, fault->paragraph);
}

static const struct govuk_error_summary *faults(struct ui *ui)
{
    size_t count = 0;
    for (const struct error *at = ui->faults; at != NULL; at = at->next) {
        count++;
    }
    if (count == 0) {
        return NULL;
    }
    struct govuk_fault *list = arena_many(ui->arena, struct govuk_fault, count);
    count = 0;
    for (const struct error *at = ui->faults; at != NULL; at = at->next) {
        list[count++] = (struct govuk_fault){.text = fault_text(ui, at), .href = mend_path(ui, at->field)};
    }
    struct govuk_error_summary *summary = arena_one(ui->arena, struct govuk_error_summary);
    *summary = (struct govuk_error_summary){.title = "There is a problem",
                                            .faults = list,
                                            .fault_count = count,
                                            .disable_auto_focus = ui->at_box ? FLAG_TRUE : FLAG_OPEN};
    return summary;
}

const char *ui_address(const struct ui *ui, const char *path)
{
    const struct front *front = ui->request->site->front;
    const char *host = request_header(ui->request, "Host");
    bool tls = front != NULL && front->tls;
    if (front != NULL && front->origin_count > 0) {
        host = front->origins[0].host;
        tls = front->origins[0].tls;
    }
    return host == NULL ? path : arena_printf(ui->arena, "%s://%s%s", tls ? "https" : "http", host, path);
}

void ui_finish(struct ui *ui, struct reply *reply, int status)
{
    const struct request *request = ui->request;
    const struct site *site = request->site;
    const struct govuk_back_link back = {.href = ui->back, .text = ui->back_text};
    struct layout layout = {.main = html_capture_end(ui->html),
                            .title = ui->title,
                            .faults = faults(ui),
                            .back = ui->back == NULL ? NULL : &back,
                            .wide = ui->wide,
                            .style = site_asset(site, "waymark.css"),
                            .icon = site_asset(site, "favicon.svg"),
                            .script_first = site_asset(site, "begin.js"),
                            .script = site_asset(site, "waymark.js")};
    if (request->signed_in) {
        const struct actor *actor = &request->session.actor;
        int64_t left = (request->session.ends_at.ms - request->act.now.ms) / 1000;
        left = left < SESSION_IDLE_SECONDS ? left : SESSION_IDLE_SECONDS;
        layout.who = arena_printf(ui->arena, "%s, %s", actor->name, actor->role->title);
        layout.session_seconds = arena_printf(ui->arena, "%lld", (long long)left);
        layout.csrf = request->csrf;
        layout.items = navigation(ui, &layout.item_count);
    }
    layout_page(ui->html, &layout);
    size_t size;
    const char *bytes = html_bytes(ui->html, &size);
    if (bytes == NULL) {
        arena_run_out(ui->arena); /* more than a page holds: this request ends, and no other */
    }
    reply_bytes(reply, status, "text/html; charset=utf-8", bytes, size);
}
