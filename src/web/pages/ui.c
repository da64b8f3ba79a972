#include "web/pages/ui.h"

#include "base/must.h"
#include "base/text.h"
#include "web/pages/sheet.h"
#include "web/site.h"

#include <string.h>

/* ---- text and markup ---- */

static void put_n(struct ui *ui, const char *text, size_t size)
{
    struct buf *buf = sheet_buf(ui);
    size_t from = 0;
    for (size_t i = 0; i < size; i++) {
        const char *entity = text[i] == '&'    ? "&amp;"
                             : text[i] == '<'  ? "&lt;"
                             : text[i] == '>'  ? "&gt;"
                             : text[i] == '"'  ? "&quot;"
                             : text[i] == '\'' ? "&#39;"
                                               : NULL;
        if (entity != NULL) {
            buf_put_n(buf, text + from, i - from);
            buf_put(buf, entity);
            from = i + 1;
        }
    }
    buf_put_n(buf, text + from, size - from);
}

void put(struct ui *ui, const char *text)
{
    if (text != NULL) {
        put_n(ui, text, strlen(text));
    }
}

void put_lines(struct ui *ui, const char *text)
{
    while (text != NULL && *text != '\0') {
        size_t line = strcspn(text, "\n");
        put_n(ui, text, line);
        text += line;
        if (*text == '\n') {
            text++;
            if (*text != '\0') {
                raw(ui, "<br>");
            }
        }
    }
}

void attribute(struct ui *ui, const char *name, const char *text)
{
    if (text != NULL) {
        raw(ui, " ");
        raw(ui, name);
        raw(ui, "=\"");
        put(ui, text);
        raw(ui, "\"");
    }
}

static void element(struct ui *ui, const char *open, const char *text, const char *close)
{
    raw(ui, open);
    put(ui, text);
    raw(ui, close);
}

static void anchor(struct ui *ui, const char *class, const char *text, const char *path)
{
    raw(ui, "<a");
    attribute(ui, "class", class);
    attribute(ui, "href", path);
    raw(ui, ">");
    put(ui, text);
    raw(ui, "</a>");
}

void ui_capture(struct ui *ui)
{
    must(ui->sheet->depth + 1 < SHEET_DEPTH);
    ui->sheet->depth++;
    buf_init(sheet_buf(ui), ui->arena, SHEET_LIMIT);
}

const struct markup *ui_capture_end(struct ui *ui)
{
    must(ui->sheet->depth > 0);
    struct markup *markup = arena_one(ui->arena, struct markup);
    markup->text = buf_text(sheet_buf(ui));
    must(!buf_failed(sheet_buf(ui)));
    ui->sheet->depth--;
    return markup;
}

void ui_title(struct ui *ui, const char *caption, const char *text)
{
    if (caption != NULL) {
        element(ui, "<span class=\"govuk-caption-l\">", caption, "</span>");
    }
    element(ui, "<h1 class=\"govuk-heading-l\">", text, "</h1>");
}

void ui_h2(struct ui *ui, const char *text)
{
    element(ui, "<h2 class=\"govuk-heading-m\">", text, "</h2>");
}

void ui_h3(struct ui *ui, const char *text)
{
    element(ui, "<h3 class=\"govuk-heading-s\">", text, "</h3>");
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

/* Each paragraph of a text, between `open` and `</p>`. */
static void paragraphs(struct ui *ui, const char *open, const char *text, bool keep_lines)
{
    while (*text != '\0') {
        const char *blank = strstr(text, "\n\n");
        size_t size = blank == NULL ? strlen(text) : (size_t)(blank - text);
        const char *one = text_trim(ui->arena, arena_copy_n(ui->arena, text, size));
        if (*one != '\0') {
            raw(ui, open);
            put_lines(ui, keep_lines ? one : joined(ui, one));
            raw(ui, "</p>");
        }
        text += size;
        text += strspn(text, "\n");
    }
}

void ui_text(struct ui *ui, const char *text)
{
    paragraphs(ui, "<p class=\"govuk-body\">", text, false);
}

void ui_hint(struct ui *ui, const char *text)
{
    paragraphs(ui, "<p class=\"govuk-hint\">", text, false);
}

void ui_link(struct ui *ui, const char *text, const char *path)
{
    raw(ui, "<p class=\"govuk-body\">");
    anchor(ui, "govuk-link", text, path);
    raw(ui, "</p>");
}

void ui_bullets(struct ui *ui, const char *const *texts, size_t count)
{
    if (count == 0) {
        return;
    }
    raw(ui, "<ul class=\"govuk-list govuk-list--bullet\">");
    for (size_t i = 0; i < count; i++) {
        element(ui, "<li>", texts[i], "</li>");
    }
    raw(ui, "</ul>");
}

void ui_links(struct ui *ui, const struct ui_link *links, size_t count)
{
    raw(ui, "<ul class=\"govuk-list\">");
    for (size_t i = 0; i < count; i++) {
        raw(ui, "<li>");
        anchor(ui, "govuk-link", links[i].text, links[i].path);
        if (links[i].hint != NULL) {
            element(ui, "<br><span class=\"wm-under\">", links[i].hint, "</span>");
        }
        raw(ui, "</li>");
    }
    raw(ui, "</ul>");
}

void ui_inset(struct ui *ui, const char *text)
{
    raw(ui, "<div class=\"govuk-inset-text\">");
    put_lines(ui, text);
    raw(ui, "</div>");
}

void ui_warning(struct ui *ui, const char *text)
{
    element(ui,
            "<div class=\"govuk-warning-text\"><span class=\"govuk-warning-text__icon\" "
            "aria-hidden=\"true\">!</span>"
            "<strong class=\"govuk-warning-text__text\"><span class=\"govuk-visually-hidden\">Warning</span>",
            text, "</strong></div>");
}

void ui_details(struct ui *ui, const char *summary, const char *text)
{
    element(ui,
            "<details class=\"govuk-details\"><summary class=\"govuk-details__summary\">"
            "<span class=\"govuk-details__summary-text\">",
            summary, "</span></summary><div class=\"govuk-details__text\">");
    paragraphs(ui, "<p class=\"govuk-body\">", text, false);
    raw(ui, "</div></details>");
}

void ui_panel(struct ui *ui, const char *title, const char *text, const char *strong)
{
    element(ui, "<div class=\"govuk-panel govuk-panel--confirmation\"><h1 class=\"govuk-panel__title\">",
            title, "</h1>");
    element(ui, "<div class=\"govuk-panel__body\">", text, "<br>");
    element(ui, "<strong>", strong, "</strong></div></div>");
}

void ui_banner(struct ui *ui, bool success, const char *heading, const char *text)
{
    raw(ui,
        success
            ? "<div class=\"govuk-notification-banner govuk-notification-banner--success\" role=\"alert\" "
              "aria-labelledby=\"banner-title\" data-module=\"govuk-notification-banner\">"
            : "<div class=\"govuk-notification-banner\" role=\"region\" aria-labelledby=\"banner-title\" "
              "data-module=\"govuk-notification-banner\">");
    element(ui,
            "<div class=\"govuk-notification-banner__header\">"
            "<h2 class=\"govuk-notification-banner__title\" id=\"banner-title\">",
            success ? "Success" : "Important",
            "</h2></div><div class=\"govuk-notification-banner__content\">");
    element(ui, "<h3 class=\"govuk-notification-banner__heading\">", heading, "</h3>");
    paragraphs(ui, "<p class=\"govuk-body\">", text, true);
    raw(ui, "</div></div>");
}

void ui_rule(struct ui *ui)
{
    raw(ui, "<hr class=\"govuk-section-break govuk-section-break--m govuk-section-break--visible\">");
}

static void tag(struct ui *ui, const char *text, const char *tone)
{
    raw(ui, "<strong class=\"govuk-tag");
    if (tone != NULL) {
        raw(ui, " govuk-tag--");
        put(ui, tone);
    }
    element(ui, "\">", text, "</strong>");
}

void ui_tags(struct ui *ui, const struct ui_tag *tags, size_t count)
{
    if (count == 0) {
        return;
    }
    raw(ui, "<p class=\"govuk-body wm-tags\">");
    for (size_t i = 0; i < count; i++) {
        tag(ui, tags[i].text, tags[i].tone);
        raw(ui, " ");
    }
    raw(ui, "</p>");
}

/* ---- tables ---- */

static void cell(struct ui *ui, const struct ui_cell *cell)
{
    if (cell->tone != NULL) {
        tag(ui, cell->text, cell->tone);
    } else if (cell->path != NULL) {
        anchor(ui, "govuk-link", cell->text, cell->path);
    } else {
        put_lines(ui, cell->text);
    }
    if (cell->under != NULL && cell->under[0] != '\0') {
        element(ui, "<span class=\"wm-under\">", cell->under, "</span>");
    }
}

void ui_summary(struct ui *ui, const struct ui_row *rows, size_t count)
{
    if (count == 0) {
        return;
    }
    raw(ui, "<dl class=\"govuk-summary-list\">");
    for (size_t i = 0; i < count; i++) {
        const struct ui_row *row = &rows[i];
        element(ui, "<div class=\"govuk-summary-list__row\"><dt class=\"govuk-summary-list__key\">", row->key,
                "</dt><dd class=\"govuk-summary-list__value\">");
        cell(ui, &row->value);
        raw(ui, "</dd>");
        if (row->action != NULL) {
            raw(ui, "<dd class=\"govuk-summary-list__actions\"><a class=\"govuk-link\"");
            attribute(ui, "href", row->action_path);
            element(ui, ">", row->action, "<span class=\"govuk-visually-hidden\"> ");
            element(ui, "", row->key, "</span></a></dd>");
        }
        raw(ui, "</div>");
    }
    raw(ui, "</dl>");
}

void ui_table(struct ui *ui, const char *caption, const char *const *heads, size_t columns,
              const struct ui_cell *cells, size_t rows)
{
    raw(ui, "<table class=\"govuk-table wm-table\">");
    if (caption != NULL) {
        element(ui, "<caption class=\"govuk-table__caption govuk-table__caption--m\">", caption,
                "</caption>");
    }
    raw(ui, "<thead class=\"govuk-table__head\"><tr class=\"govuk-table__row\">");
    for (size_t c = 0; c < columns; c++) {
        element(ui, "<th scope=\"col\" class=\"govuk-table__header\">", heads[c], "</th>");
    }
    raw(ui, "</tr></thead><tbody class=\"govuk-table__body\">");
    for (size_t r = 0; r < rows; r++) {
        raw(ui, "<tr class=\"govuk-table__row\">");
        for (size_t c = 0; c < columns; c++) {
            /* on a narrow screen the heads are gone, and each cell says its own */
            raw(ui, c == 0 ? "<th scope=\"row\" class=\"govuk-table__header\""
                           : "<td class=\"govuk-table__cell\"");
            attribute(ui, "data-head", c == 0 ? NULL : heads[c]);
            raw(ui, ">");
            cell(ui, &cells[r * columns + c]);
            raw(ui, c == 0 ? "</th>" : "</td>");
        }
        raw(ui, "</tr>");
    }
    raw(ui, "</tbody></table>");
}

void ui_timeline(struct ui *ui, const struct ui_event *events, size_t count)
{
    raw(ui, "<div class=\"moj-timeline\">");
    for (size_t i = 0; i < count; i++) {
        const struct ui_event *event = &events[i];
        raw(ui, "<div class=\"moj-timeline__item\"><div class=\"moj-timeline__header\"><h3 "
                "class=\"moj-timeline__title\">");
        anchor(ui, "govuk-link", event->title, event->path);
        raw(ui, "</h3>");
        if (event->by != NULL) {
            element(ui, " <p class=\"moj-timeline__byline\">by ", event->by, "</p>");
        }
        element(ui, "</div><p class=\"moj-timeline__date\">", event->when,
                "</p><div class=\"moj-timeline__description\">");
        if (event->text != NULL && event->text[0] != '\0') {
            paragraphs(ui, "<p class=\"govuk-body\">", event->text, true);
        }
        if (event->note != NULL) {
            element(ui, "<div class=\"govuk-inset-text\"><strong>", event->note, "</strong><br>");
            put_lines(ui, event->note_text);
            raw(ui, "</div>");
        }
        raw(ui, "</div></div>");
    }
    raw(ui, "</div>");
}

void ui_tabs(struct ui *ui, const char *label, const struct ui_tab *tabs, size_t count)
{
    raw(ui, "<nav class=\"moj-sub-navigation\"");
    attribute(ui, "aria-label", label);
    raw(ui, "><ul class=\"moj-sub-navigation__list\">");
    for (size_t i = 0; i < count; i++) {
        raw(ui, "<li class=\"moj-sub-navigation__item\"><a class=\"moj-sub-navigation__link\"");
        raw(ui, tabs[i].current ? " aria-current=\"page\"" : "");
        attribute(ui, "href", tabs[i].path);
        element(ui, ">", tabs[i].text, "</a></li>");
    }
    raw(ui, "</ul></nav>");
}

void ui_next(struct ui *ui, const char *next)
{
    if (next == NULL) {
        return;
    }
    raw(ui,
        "<nav class=\"govuk-pagination govuk-pagination--block\" aria-label=\"Pagination\">"
        "<div class=\"govuk-pagination__next\"><a class=\"govuk-link govuk-pagination__link\" rel=\"next\"");
    attribute(ui, "href", next);
    raw(ui,
        "><svg class=\"govuk-pagination__icon govuk-pagination__icon--next\" "
        "xmlns=\"http://www.w3.org/2000/svg\" height=\"13\" width=\"15\" aria-hidden=\"true\" "
        "focusable=\"false\" "
        "viewBox=\"0 0 15 13\"><path d=\"m8.107-0.0078125-1.4136 1.414 4.2926 4.293h-12.986v2h12.896l-4.1855 "
        "3.9766 1.377 1.4492 6.7441-6.4062-6.7246-6.7266z\"></path></svg>"
        "<span class=\"govuk-pagination__link-title\">Next page</span></a></div></nav>");
}

/* ---- the page around it ---- */

struct ui *ui_begin(struct request *request, const char *title, const char *section)
{
    struct ui *ui = arena_one(request->arena, struct ui);
    *ui = (struct ui){.request = request,
                      .arena = request->arena,
                      .pack = service_pack(request->act.service),
                      .sheet = arena_one(request->arena, struct ui_sheet),
                      .title = title,
                      .section = section};
    buf_init(&ui->sheet->bufs[0], request->arena, SHEET_LIMIT);
    return ui;
}

static void asset_line(struct ui *ui, const char *name, const char *open, const char *close)
{
    const char *path = site_asset(ui->request->site, name);
    if (path != NULL) {
        element(ui, open, path, close);
    }
}

static void write_head(struct ui *ui)
{
    raw(ui,
        "<!DOCTYPE html><html lang=\"en\" class=\"govuk-template\"><head><meta charset=\"utf-8\"><title>");
    put(ui, ui->faults != NULL ? "Error: " : "");
    element(ui, "", ui->title, " - Waymark</title>");
    raw(ui, "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1, viewport-fit=cover\">"
            "<meta name=\"robots\" content=\"noindex\">");
    asset_line(ui, "waymark.css", "<link rel=\"stylesheet\" href=\"", "\">");
    asset_line(ui, "favicon.svg", "<link rel=\"icon\" type=\"image/svg+xml\" href=\"", "\">");
    asset_line(ui, "begin.js", "<script src=\"", "\"></script>");
    asset_line(ui, "waymark.js", "<script type=\"module\" src=\"", "\"></script>");
    raw(ui, "</head><body class=\"govuk-template__body\"><a href=\"#main-content\" class=\"govuk-skip-link\" "
            "data-module=\"govuk-skip-link\">Skip to main content</a>");
}

static void write_navigation(struct ui *ui)
{
    static const struct {
        const char *text;
        const char *path;
        bool cases;
        bool administers;
    } items[] = {{"My work", "/", true, false},
                 {"Make a referral", "/referral/new", true, false},
                 {"Find a child", "/find", true, false},
                 {"Duties", "/duties", true, false},
                 {"Directory", "/directory", false, false},
                 {"Procedure", "/procedure", false, false},
                 {"Accounts", "/accounts", false, true}};
    const struct role *role = ui->request->session.actor.role;
    raw(ui, "<nav aria-label=\"Menu\" class=\"govuk-service-navigation__wrapper\">"
            "<button type=\"button\" class=\"govuk-service-navigation__toggle "
            "govuk-js-service-navigation-toggle\" "
            "aria-controls=\"navigation\" hidden aria-hidden=\"true\">Menu</button>"
            "<ul class=\"govuk-service-navigation__list\" id=\"navigation\">");
    for (size_t i = 0; i < sizeof items / sizeof items[0]; i++) {
        if ((items[i].cases && !role->reads_cases) || (items[i].administers && !role->administers)) {
            continue;
        }
        bool current = ui->section != NULL && strcmp(ui->section, items[i].path) == 0;
        raw(ui, current
                    ? "<li class=\"govuk-service-navigation__item govuk-service-navigation__item--active\">"
                    : "<li class=\"govuk-service-navigation__item\">");
        raw(ui, current ? "<a class=\"govuk-service-navigation__link\" aria-current=\"true\""
                        : "<a class=\"govuk-service-navigation__link\"");
        attribute(ui, "href", items[i].path);
        element(ui, ">", items[i].text, "</a></li>");
    }
    raw(ui, "</ul></nav>");
}

static void write_header(struct ui *ui)
{
    const struct request *request = ui->request;
    raw(ui, "<header class=\"wm-header\"><div class=\"govuk-width-container wm-header__inner\">"
            "<a class=\"wm-header__name\" href=\"/\">Waymark</a>");
    if (request->signed_in) {
        const struct actor *actor = &request->session.actor;
        element(ui, "<form class=\"wm-header__who\" method=\"post\" action=\"/sign-out\"><span>", actor->name,
                ", ");
        element(ui, "", actor->role->title, "</span>");
        raw(ui, "<input type=\"hidden\" name=\"_csrf\"");
        attribute(ui, "value", request->csrf);
        raw(ui, "><button class=\"wm-header__out\">Sign out</button></form>");
    }
    raw(ui, "</div></header>");
    if (request->signed_in) {
        raw(ui, "<div class=\"govuk-service-navigation\" data-module=\"govuk-service-navigation\">"
                "<div class=\"govuk-width-container\"><div class=\"govuk-service-navigation__container\">");
        write_navigation(ui);
        raw(ui, "</div></div></div>");
    }
}

static void write_faults(struct ui *ui)
{
    if (ui->faults == NULL) {
        return;
    }
    raw(ui, "<div class=\"govuk-error-summary\" data-module=\"govuk-error-summary\"><div role=\"alert\">"
            "<h2 class=\"govuk-error-summary__title\">There is a problem</h2><div "
            "class=\"govuk-error-summary__body\">"
            "<ul class=\"govuk-list govuk-error-summary__list\">");
    for (const struct error *at = ui->faults; at != NULL; at = at->next) {
        const char *text = at->detail == NULL ? at->sentence : at->detail;
        raw(ui, "<li>");
        if (at->field != NULL) {
            anchor(ui, NULL, text, arena_printf(ui->arena, "#%s", at->field));
        } else {
            put(ui, text);
        }
        raw(ui, "</li>");
    }
    raw(ui, "</ul></div></div></div>");
}

void ui_finish(struct ui *ui, struct reply *reply, int status)
{
    must(ui->sheet->depth == 0);
    struct buf body = *sheet_buf(ui);
    buf_init(sheet_buf(ui), ui->arena, SHEET_LIMIT);
    write_head(ui);
    write_header(ui);
    raw(ui, "<div class=\"govuk-width-container\">");
    if (ui->back != NULL) {
        anchor(ui, "govuk-back-link", ui->back_text, ui->back);
    }
    raw(ui, "<main class=\"govuk-main-wrapper\" id=\"main-content\">");
    raw(ui,
        ui->wide ? "<div>" : "<div class=\"govuk-grid-row\"><div class=\"govuk-grid-column-two-thirds\">");
    write_faults(ui);
    buf_put_n(sheet_buf(ui), body.bytes, body.size);
    raw(ui, ui->wide ? "</div>" : "</div></div>");
    raw(ui, "</main></div><footer class=\"wm-footer\"><div class=\"govuk-width-container\"><p "
            "class=\"govuk-body-s\">"
            "If a child is in immediate danger, call 999.</p></div></footer></body></html>\n");
    must(!buf_failed(&body));
    must(!buf_failed(sheet_buf(ui)));
    reply_bytes(reply, status, "text/html; charset=utf-8", sheet_buf(ui)->bytes, sheet_buf(ui)->size);
}
