#include "html/fields.h"
#include "html/govuk.h"

static bool has_title(const struct govuk_card *card)
{
    return card != NULL && (has(card->title) || has_markup(card->title_html));
}

/* Of many links that say "Change", a screen reader hears which is which: the hidden text, and the card's
 * title. */
static void put_action(struct html *html, const struct govuk_action *action, const struct govuk_card *card)
{
    RAW(html, "<a class=\"govuk-link");
    put_classes(html, action->classes);
    RAW(html, "\"");
    ATTRIBUTE(html, "href", action->href == NULL ? "" : action->href);
    put_attributes(html, action->attributes);
    RAW(html, ">");
    put_content(html, action->text, action->html);
    if (has(action->hidden_text) || has_title(card)) {
        RAW(html, "<span class=\"govuk-visually-hidden\">");
        if (has(action->hidden_text)) {
            RAW(html, " ");
            html_text(html, action->hidden_text);
        }
        if (has_title(card)) {
            RAW(html, " (");
            put_content(html, card->title, card->title_html);
            RAW(html, ")");
        }
        RAW(html, "</span>");
    }
    RAW(html, "</a>\n");
}

static void put_card_actions(struct html *html, const struct govuk_card *card)
{
    if (card->action_count == 1) {
        RAW(html, "<div class=\"govuk-summary-card__actions");
        put_classes(html, card->action_classes);
        RAW(html, "\">\n");
        put_action(html, &card->actions[0], card);
        RAW(html, "</div>\n");
        return;
    }
    RAW(html, "<ul class=\"govuk-summary-card__actions");
    put_classes(html, card->action_classes);
    RAW(html, "\">\n");
    for (size_t i = 0; i < card->action_count; i++) {
        RAW(html, "<li class=\"govuk-summary-card__action\">\n");
        put_action(html, &card->actions[i], card);
        RAW(html, "</li>\n");
    }
    RAW(html, "</ul>\n");
}

static void card_open(struct html *html, const struct govuk_card *card)
{
    int level = card->title_level == 0 ? 2 : card->title_level;
    RAW(html, "<div class=\"govuk-summary-card");
    put_classes(html, card->classes);
    RAW(html, "\"");
    put_attributes(html, card->attributes);
    RAW(html, ">\n<div class=\"govuk-summary-card__title-wrapper\">\n");
    if (has_title(card)) {
        put_heading_open(html, level, "govuk-summary-card__title", card->title_classes);
        RAW(html, "\n");
        put_content(html, card->title, card->title_html);
        RAW(html, "\n");
        put_heading_close(html, level);
        RAW(html, "\n");
    }
    if (card->action_count > 0) {
        put_card_actions(html, card);
    }
    RAW(html, "</div>\n\n<div class=\"govuk-summary-card__content\">\n");
}

static void put_row_actions(struct html *html, const struct govuk_summary_row *row,
                            const struct govuk_card *card)
{
    RAW(html, "<dd class=\"govuk-summary-list__actions");
    put_classes(html, row->action_classes);
    RAW(html, "\">\n");
    if (row->action_count == 1) {
        put_action(html, &row->actions[0], card);
    } else {
        RAW(html, "<ul class=\"govuk-summary-list__actions-list\">\n");
        for (size_t i = 0; i < row->action_count; i++) {
            RAW(html, "<li class=\"govuk-summary-list__actions-list-item\">\n");
            put_action(html, &row->actions[i], card);
            RAW(html, "</li>\n");
        }
        RAW(html, "</ul>\n");
    }
    RAW(html, "</dd>\n");
}

static void put_row(struct html *html, const struct govuk_summary_row *row, const struct govuk_card *card,
                    bool any_actions)
{
    RAW(html, "<div class=\"govuk-summary-list__row");
    if (any_actions && row->action_count == 0) {
        RAW(html, " govuk-summary-list__row--no-actions");
    }
    put_classes(html, row->classes);
    RAW(html, "\">\n<dt class=\"govuk-summary-list__key");
    put_classes(html, row->key.classes);
    RAW(html, "\">\n");
    put_content(html, row->key.text, row->key.html);
    RAW(html, "\n</dt>\n<dd class=\"govuk-summary-list__value");
    put_classes(html, row->value.classes);
    RAW(html, "\">\n");
    put_content(html, row->value.text, row->value.html);
    RAW(html, "\n</dd>\n");
    if (row->action_count > 0) {
        put_row_actions(html, row, card);
    }
    RAW(html, "</div>\n");
}

void govuk_summary_list(struct html *html, const struct govuk_summary_list *list)
{
    bool any_actions = false;
    for (size_t i = 0; i < list->row_count; i++) {
        any_actions = any_actions || list->rows[i].action_count > 0;
    }
    if (list->card != NULL) {
        card_open(html, list->card);
    }
    RAW(html, "<dl class=\"govuk-summary-list");
    put_classes(html, list->classes);
    RAW(html, "\"");
    put_attributes(html, list->attributes);
    RAW(html, ">\n");
    for (size_t i = 0; i < list->row_count; i++) {
        if (!list->rows[i].absent) {
            put_row(html, &list->rows[i], list->card, any_actions);
        }
    }
    RAW(html, "</dl>");
    if (list->card != NULL) {
        RAW(html, "\n</div>\n</div>");
    }
}

/* ---- task list ---- */

static void put_task_id(struct html *html, const char *prefix, size_t number)
{
    html_text(html, prefix);
    RAW(html, "-");
    put_number(html, (int)number);
}

static void put_task_name(struct html *html, const struct govuk_task *task, const char *prefix, size_t number)
{
    if (has(task->href)) {
        RAW(html, "<a class=\"govuk-link govuk-task-list__link");
        put_classes(html, task->title.classes);
        RAW(html, "\"");
        ATTRIBUTE(html, "href", task->href);
        RAW(html, " aria-describedby=\"");
        if (task->hint != NULL) {
            put_task_id(html, prefix, number);
            RAW(html, "-hint ");
        }
        put_task_id(html, prefix, number);
        RAW(html, "-status\">\n");
    } else {
        RAW(html, "<div");
        ATTRIBUTE_IF(html, "class", task->title.classes);
        RAW(html, ">\n");
    }
    put_content(html, task->title.text, task->title.html);
    if (has(task->href)) {
        RAW(html, "\n</a>\n");
    } else {
        RAW(html, "\n</div>\n");
    }
}

static void put_task(struct html *html, const struct govuk_task *task, const char *prefix, size_t number)
{
    RAW(html, "<li class=\"govuk-task-list__item");
    if (has(task->href)) {
        RAW(html, " govuk-task-list__item--with-link");
    }
    put_classes(html, task->classes);
    RAW(html, "\">\n<div class=\"govuk-task-list__name-and-hint\">\n");
    put_task_name(html, task, prefix, number);
    if (task->hint != NULL) {
        RAW(html, "<div id=\"");
        put_task_id(html, prefix, number);
        RAW(html, "-hint\" class=\"govuk-task-list__hint\">\n");
        put_content(html, task->hint->text, task->hint->html);
        RAW(html, "\n</div>\n");
    }
    RAW(html, "</div>\n<div class=\"govuk-task-list__status");
    put_classes(html, task->status.classes);
    RAW(html, "\" id=\"");
    put_task_id(html, prefix, number);
    RAW(html, "-status\">\n");
    if (task->status.tag != NULL) {
        govuk_tag(html, task->status.tag);
    } else {
        put_content(html, task->status.text, task->status.html);
    }
    RAW(html, "\n</div>\n</li>\n");
}

void govuk_task_list(struct html *html, const struct govuk_task_list *list)
{
    RAW(html, "<ul class=\"govuk-task-list");
    put_classes(html, list->classes);
    RAW(html, "\"");
    put_attributes(html, list->attributes);
    RAW(html, ">\n");
    for (size_t i = 0; i < list->item_count; i++) {
        if (!list->items[i].absent) {
            put_task(html, &list->items[i], or_else(list->id_prefix, "task-list"), i + 1);
        }
    }
    RAW(html, "</ul>");
}
