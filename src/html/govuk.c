#include "html/govuk.h"

#include "html/fields.h"

#include <string.h>

void govuk_tag(struct html *html, const struct govuk_tag *tag)
{
    RAW(html, "<strong class=\"govuk-tag");
    put_classes(html, tag->classes);
    RAW(html, "\"");
    put_attributes(html, tag->attributes);
    RAW(html, ">\n");
    put_content(html, tag->text, tag->html);
    RAW(html, "\n</strong>");
}

void govuk_inset_text(struct html *html, const struct govuk_inset_text *inset)
{
    RAW(html, "<div");
    ATTRIBUTE_IF(html, "id", inset->id);
    RAW(html, " class=\"govuk-inset-text");
    put_classes(html, inset->classes);
    RAW(html, "\"");
    put_attributes(html, inset->attributes);
    RAW(html, ">\n");
    put_content(html, inset->text, inset->html);
    RAW(html, "\n</div>");
}

void govuk_warning_text(struct html *html, const struct govuk_warning_text *warning)
{
    RAW(html, "<div class=\"govuk-warning-text");
    put_classes(html, warning->classes);
    RAW(html, "\"");
    put_attributes(html, warning->attributes);
    RAW(html, ">\n<span class=\"govuk-warning-text__icon\" aria-hidden=\"true\">!</span>\n"
              "<strong class=\"govuk-warning-text__text\">\n<span class=\"govuk-visually-hidden\">");
    html_text(html, or_else(warning->icon_text, "Warning"));
    RAW(html, "</span>\n");
    put_content(html, warning->text, warning->html);
    RAW(html, "\n</strong>\n</div>");
}

void govuk_details(struct html *html, const struct govuk_details *details)
{
    RAW(html, "<details");
    ATTRIBUTE_IF(html, "id", details->id);
    RAW(html, " class=\"govuk-details");
    put_classes(html, details->classes);
    RAW(html, "\"");
    put_attributes(html, details->attributes);
    if (details->open) {
        RAW(html, " open");
    }
    RAW(html,
        ">\n<summary class=\"govuk-details__summary\">\n<span class=\"govuk-details__summary-text\">\n");
    put_content(html, details->summary, details->summary_html);
    RAW(html, "\n</span>\n</summary>\n<div class=\"govuk-details__text\">\n");
    put_content(html, details->text, details->html);
    RAW(html, "\n</div>\n</details>");
}

static void put_panel_action(struct html *html, const struct govuk_panel_action *action)
{
    if (!has(action->href) || (action->type != NULL && strcmp(action->type, "button") == 0)) {
        govuk_button(html, &(struct govuk_button){.text = action->text,
                                                  .type = or_else(action->type, "button"),
                                                  .classes = has(action->classes)
                                                                 ? arena_printf(html->buf.arena, "%s %s",
                                                                                "govuk-button--inverse",
                                                                                action->classes)
                                                                 : "govuk-button--inverse",
                                                  .href = action->href,
                                                  .attributes = action->attributes});
        return;
    }
    RAW(html, "<a class=\"govuk-link govuk-link--inverse");
    put_classes(html, action->classes);
    RAW(html, "\"");
    ATTRIBUTE(html, "href", action->href);
    put_attributes(html, action->attributes);
    RAW(html, ">");
    html_text(html, action->text);
    RAW(html, "</a>");
}

static void put_panel_actions(struct html *html, const struct govuk_panel *panel)
{
    RAW(html, "<div class=\"govuk-panel__actions");
    put_classes(html, panel->action_classes);
    RAW(html, "\"");
    put_attributes(html, panel->action_attributes);
    RAW(html, ">");
    if (panel->action_count > 0) {
        RAW(html, "<div class=\"govuk-button-group\">\n");
        for (size_t i = 0; i < panel->action_count; i++) {
            put_panel_action(html, &panel->actions[i]);
            RAW(html, "\n");
        }
        RAW(html, "</div>");
    }
    RAW(html, "</div>\n");
}

void govuk_panel(struct html *html, const struct govuk_panel *panel)
{
    bool interrupts = panel->classes != NULL && strstr(panel->classes, "govuk-panel--interruption") != NULL;
    int level = panel->level == 0 ? 1 : panel->level;
    RAW(html, "<div class=\"govuk-panel");
    if (!interrupts) {
        RAW(html, " govuk-panel--confirmation");
    }
    put_classes(html, panel->classes);
    RAW(html, "\"");
    put_attributes(html, panel->attributes);
    RAW(html, ">\n");
    put_heading_open(html, level, "govuk-panel__title", NULL);
    RAW(html, "\n");
    put_content(html, panel->title, panel->title_html);
    RAW(html, "\n");
    put_heading_close(html, level);
    RAW(html, "\n");
    if (has(panel->text) || has_markup(panel->html)) {
        RAW(html, "<div class=\"govuk-panel__body\">\n");
        put_content(html, panel->text, panel->html);
        RAW(html, "\n</div>\n");
    }
    if (interrupts && panel->has_actions) {
        put_panel_actions(html, panel);
    }
    RAW(html, "</div>");
}

void govuk_notification_banner(struct html *html, const struct govuk_notification_banner *banner)
{
    bool success = banner->type != NULL && strcmp(banner->type, "success") == 0;
    const char *id = or_else(banner->title_id, "govuk-notification-banner-title");
    int level = banner->title_level == 0 ? 2 : banner->title_level;
    RAW(html, "<div class=\"govuk-notification-banner");
    if (success) {
        RAW(html, " govuk-notification-banner--success");
    }
    put_classes(html, banner->classes);
    RAW(html, "\"");
    ATTRIBUTE(html, "role", has(banner->role) ? banner->role : success ? "alert" : "region");
    ATTRIBUTE(html, "aria-labelledby", id);
    RAW(html, " data-module=\"govuk-notification-banner\"");
    if (banner->disable_auto_focus != FLAG_OPEN) {
        ATTRIBUTE(html, "data-disable-auto-focus",
                  banner->disable_auto_focus == FLAG_TRUE ? "true" : "false");
    }
    put_attributes(html, banner->attributes);
    RAW(html, ">\n<div class=\"govuk-notification-banner__header\">\n<h");
    put_number(html, level);
    RAW(html, " class=\"govuk-notification-banner__title\"");
    ATTRIBUTE(html, "id", id);
    RAW(html, ">\n");
    put_content(html,
                has(banner->title) ? banner->title
                : success          ? "Success"
                                   : "Important",
                banner->title_html);
    RAW(html, "\n");
    put_heading_close(html, level);
    RAW(html, "\n</div>\n<div class=\"govuk-notification-banner__content\">\n");
    if (has_markup(banner->html)) {
        html_markup(html, banner->html);
        RAW(html, "\n");
    } else if (has(banner->text)) {
        RAW(html, "<p class=\"govuk-notification-banner__heading\">\n");
        html_text(html, banner->text);
        RAW(html, "\n</p>\n");
    }
    RAW(html, "</div>\n</div>");
}

static void put_fault(struct html *html, const struct govuk_fault *fault)
{
    RAW(html, "<li>\n");
    if (has(fault->href)) {
        RAW(html, "<a");
        ATTRIBUTE(html, "href", fault->href);
        put_attributes(html, fault->attributes);
        RAW(html, ">");
    }
    put_content(html, fault->text, fault->html);
    if (has(fault->href)) {
        RAW(html, "</a>");
    }
    RAW(html, "\n</li>\n");
}

void govuk_error_summary(struct html *html, const struct govuk_error_summary *summary)
{
    RAW(html, "<div class=\"govuk-error-summary");
    put_classes(html, summary->classes);
    RAW(html, "\"");
    if (summary->disable_auto_focus != FLAG_OPEN) {
        ATTRIBUTE(html, "data-disable-auto-focus",
                  summary->disable_auto_focus == FLAG_TRUE ? "true" : "false");
    }
    put_attributes(html, summary->attributes);
    RAW(html, " data-module=\"govuk-error-summary\">\n<div role=\"alert\">\n"
              "<h2 class=\"govuk-error-summary__title\">\n");
    put_content(html, summary->title, summary->title_html);
    RAW(html, "\n</h2>\n<div class=\"govuk-error-summary__body\">\n");
    if (has(summary->description) || has_markup(summary->description_html)) {
        RAW(html, "<p>\n");
        put_content(html, summary->description, summary->description_html);
        RAW(html, "\n</p>\n");
    }
    if (summary->fault_count > 0) {
        RAW(html, "<ul class=\"govuk-list govuk-error-summary__list\">\n");
        for (size_t i = 0; i < summary->fault_count; i++) {
            put_fault(html, &summary->faults[i]);
        }
        RAW(html, "</ul>\n");
    }
    RAW(html, "</div>\n</div>\n</div>");
}

/* ---- tables ---- */

static void put_span(struct html *html, const struct govuk_cell *cell)
{
    if (cell->colspan != 0) {
        RAW(html, " colspan=\"");
        put_number(html, cell->colspan);
        RAW(html, "\"");
    }
    if (cell->rowspan != 0) {
        RAW(html, " rowspan=\"");
        put_number(html, cell->rowspan);
        RAW(html, "\"");
    }
    put_attributes(html, cell->attributes);
    RAW(html, ">");
    if (cell->put != NULL) {
        cell->put(html, cell->what);
    } else {
        put_content(html, cell->text, cell->html);
    }
}

static void put_head(struct html *html, const struct govuk_table *table)
{
    RAW(html, "<thead class=\"govuk-table__head\">\n<tr class=\"govuk-table__row\">\n");
    for (size_t i = 0; i < table->head_count; i++) {
        const struct govuk_cell *cell = &table->head[i];
        RAW(html, "<th scope=\"col\" class=\"govuk-table__header");
        if (has(cell->format)) {
            RAW(html, " govuk-table__header--");
            html_text(html, cell->format);
        }
        put_classes(html, cell->classes);
        RAW(html, "\"");
        put_span(html, cell);
        RAW(html, "</th>\n");
    }
    RAW(html, "</tr>\n</thead>\n");
}

static void put_cell(struct html *html, const struct govuk_cell *cell, bool heads)
{
    if (heads) {
        RAW(html, "<th scope=\"row\" class=\"govuk-table__header");
    } else {
        RAW(html, "<td class=\"govuk-table__cell");
        if (has(cell->format)) {
            RAW(html, " govuk-table__cell--");
            html_text(html, cell->format);
        }
    }
    put_classes(html, cell->classes);
    RAW(html, "\"");
    put_span(html, cell);
    if (heads) {
        RAW(html, "</th>\n");
    } else {
        RAW(html, "</td>\n");
    }
}

void govuk_table(struct html *html, const struct govuk_table *table)
{
    RAW(html, "<table class=\"govuk-table");
    put_classes(html, table->classes);
    RAW(html, "\"");
    put_attributes(html, table->attributes);
    RAW(html, ">\n");
    if (has(table->caption)) {
        RAW(html, "<caption class=\"govuk-table__caption");
        put_classes(html, table->caption_classes);
        RAW(html, "\">");
        html_text(html, table->caption);
        RAW(html, "</caption>\n");
    }
    if (table->head != NULL) {
        put_head(html, table);
    }
    RAW(html, "<tbody class=\"govuk-table__body\">\n");
    for (size_t r = 0; r < table->row_count; r++) {
        const struct govuk_table_row *row = &table->rows[r];
        if (row->absent) {
            continue;
        }
        RAW(html, "<tr class=\"govuk-table__row\">\n");
        for (size_t c = 0; c < row->cell_count; c++) {
            put_cell(html, &row->cells[c], c == 0 && table->first_cell_is_header);
        }
        RAW(html, "</tr>\n");
    }
    RAW(html, "</tbody>\n</table>");
}
