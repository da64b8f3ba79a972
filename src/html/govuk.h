/*
 * The components of the GOV.UK Design System that are not part of a form; see govuk_form.h for what holds of
 * the options of all.
 */
#ifndef WM_HTML_GOVUK_H
#define WM_HTML_GOVUK_H

#include "html/html.h"

/* ---- ways ---- */

struct govuk_back_link {
    const char *text; /* "Back" */
    const struct markup *html;
    const char *href;
    const char *classes;
    const struct attribute *attributes;
};
void govuk_back_link(struct html *html, const struct govuk_back_link *link);

struct govuk_skip_link {
    const char *text;
    const struct markup *html;
    const char *href; /* "#content" */
    const char *classes;
    const struct attribute *attributes;
};
void govuk_skip_link(struct html *html, const struct govuk_skip_link *link);

struct govuk_crumb {
    const char *text;
    const struct markup *html;
    const char *href; /* none: the page itself */
    const struct attribute *attributes;
};
struct govuk_breadcrumbs {
    const struct govuk_crumb *items;
    size_t item_count;
    const char *label; /* "Breadcrumb" */
    bool collapse_on_mobile;
    const char *classes;
    const struct attribute *attributes;
};
void govuk_breadcrumbs(struct html *html, const struct govuk_breadcrumbs *crumbs);

struct govuk_navigation_item {
    bool absent;
    const char *text;
    const struct markup *html;
    const char *href;
    bool current; /* this very page */
    bool active;  /* a page below it */
    const struct attribute *attributes;
};
struct govuk_service_navigation {
    const char *service_name;
    const char *service_url;
    const struct govuk_navigation_item *items;
    size_t item_count;
    const char *label; /* of the landmark */
    const char *section_label;
    const char *menu_text; /* "Menu" */
    const char *menu_label;
    const char *navigation_id; /* "navigation" */
    const char *navigation_classes;
    enum html_flag collapse_on_mobile; /* open: when there is more than one item */
    const struct markup *slot_start;
    const struct markup *slot_end;
    const struct markup *slot_navigation_start;
    const struct markup *slot_navigation_end;
    bool slot_end_inline;
    const char *classes;
    const struct attribute *attributes;
};
void govuk_service_navigation(struct html *html, const struct govuk_service_navigation *navigation);

struct govuk_page_link {
    const char *href; /* NULL: the link is left out */
    const char *text;
    const struct markup *html;
    const char *label;
    const struct attribute *attributes;
};
struct govuk_page_item {
    bool absent;
    const char *number;
    const char *hidden_text;
    const char *href;
    bool current;
    bool ellipsis;
    const struct attribute *attributes;
};
struct govuk_pagination {
    struct govuk_page_link previous;
    struct govuk_page_link next;
    const struct govuk_page_item *items;
    size_t item_count;
    const char *label; /* "Pagination" */
    const char *classes;
    const struct attribute *attributes;
};
void govuk_pagination(struct html *html, const struct govuk_pagination *pagination);

/* ---- words to the reader ---- */

struct govuk_fault {
    const char *text;
    const struct markup *html;
    const char *href; /* "#" and the id of the field */
    const struct attribute *attributes;
};
struct govuk_error_summary {
    const char *title;
    const struct markup *title_html;
    const char *description;
    const struct markup *description_html;
    const struct govuk_fault *faults;
    size_t fault_count;
    enum html_flag disable_auto_focus;
    const char *classes;
    const struct attribute *attributes;
};
void govuk_error_summary(struct html *html, const struct govuk_error_summary *summary);

struct govuk_notification_banner {
    const char *text; /* one line; for more see `html` */
    const struct markup *html;
    const char *title; /* "Success" or "Important" */
    const struct markup *title_html;
    int title_level; /* 2 */
    const char *title_id;
    const char *type; /* "success" */
    const char *role;
    enum html_flag disable_auto_focus;
    const char *classes;
    const struct attribute *attributes;
};
void govuk_notification_banner(struct html *html, const struct govuk_notification_banner *banner);

struct govuk_panel_action {
    const char *text;
    const char *href;
    const char *type;
    const char *classes;
    const struct attribute *attributes;
};
struct govuk_panel {
    const char *title;
    const struct markup *title_html;
    const char *text;
    const struct markup *html;
    int level; /* of the heading; 1 */
    /* of an interruption, which the class govuk-panel--interruption makes it */
    bool has_actions;
    const struct govuk_panel_action *actions;
    size_t action_count;
    const char *action_classes;
    const struct attribute *action_attributes;
    const char *classes;
    const struct attribute *attributes;
};
void govuk_panel(struct html *html, const struct govuk_panel *panel);

struct govuk_inset_text {
    const char *text;
    const struct markup *html;
    const char *id;
    const char *classes;
    const struct attribute *attributes;
};
void govuk_inset_text(struct html *html, const struct govuk_inset_text *inset);

struct govuk_warning_text {
    const char *text;
    const struct markup *html;
    const char *icon_text; /* "Warning" */
    const char *classes;
    const struct attribute *attributes;
};
void govuk_warning_text(struct html *html, const struct govuk_warning_text *warning);

struct govuk_details {
    const char *summary;
    const struct markup *summary_html;
    const char *text;
    const struct markup *html;
    const char *id;
    bool open;
    const char *classes;
    const struct attribute *attributes;
};
void govuk_details(struct html *html, const struct govuk_details *details);

struct govuk_tag {
    const char *text;
    const struct markup *html;
    const char *classes; /* "govuk-tag--red" */
    const struct attribute *attributes;
};
void govuk_tag(struct html *html, const struct govuk_tag *tag);

/* ---- lists and tables ---- */

struct govuk_action {
    const char *text;
    const struct markup *html;
    const char *href;
    const char *hidden_text;
    const char *classes;
    const struct attribute *attributes;
};
struct govuk_cell_text {
    const char *text;
    const struct markup *html;
    const char *classes;
};
struct govuk_summary_row {
    bool absent;
    struct govuk_cell_text key;
    struct govuk_cell_text value;
    const struct govuk_action *actions;
    size_t action_count;
    const char *action_classes;
    const char *classes;
};
struct govuk_card {
    const char *title;
    const struct markup *title_html;
    int title_level; /* 2 */
    const char *title_classes;
    const struct govuk_action *actions;
    size_t action_count;
    const char *action_classes;
    const char *classes;
    const struct attribute *attributes;
};
struct govuk_summary_list {
    const struct govuk_summary_row *rows;
    size_t row_count;
    const struct govuk_card *card;
    const char *classes;
    const struct attribute *attributes;
};
void govuk_summary_list(struct html *html, const struct govuk_summary_list *list);

struct govuk_cell {
    const char *text;
    const struct markup *html;
    void (*put)(struct html *html, const void *what); /* writes what is in the cell; NULL: text or html */
    const void *what;
    const char *format; /* "numeric" */
    int colspan;
    int rowspan;
    const char *classes;
    const struct attribute *attributes;
};
struct govuk_table_row {
    bool absent;
    const struct govuk_cell *cells;
    size_t cell_count;
};
struct govuk_table {
    const char *caption;
    const char *caption_classes;
    const struct govuk_cell *head; /* NULL: the table has none */
    size_t head_count;
    const struct govuk_table_row *rows;
    size_t row_count;
    bool first_cell_is_header;
    const char *classes;
    const struct attribute *attributes;
};
void govuk_table(struct html *html, const struct govuk_table *table);

struct govuk_task_status {
    const char *text;
    const struct markup *html;
    const struct govuk_tag *tag;
    const char *classes;
};
struct govuk_task {
    bool absent;
    struct govuk_cell_text title;
    const struct govuk_cell_text *hint;
    struct govuk_task_status status;
    const char *href;
    const char *classes;
};
struct govuk_task_list {
    const struct govuk_task *items;
    size_t item_count;
    const char *id_prefix; /* "task-list" */
    const char *classes;
    const struct attribute *attributes;
};
void govuk_task_list(struct html *html, const struct govuk_task_list *list);

#endif
