#include "html/govuk.h"

#include "html/inner.h"

#include <string.h>

void govuk_back_link(struct html *html, const struct govuk_back_link *link)
{
    RAW(html, "<a");
    ATTRIBUTE(html, "href", or_else(link->href, "#"));
    RAW(html, " class=\"govuk-back-link");
    put_classes(html, link->classes);
    RAW(html, "\"");
    put_attributes(html, link->attributes);
    RAW(html, ">");
    put_content(html, or_else(link->text, "Back"), link->html);
    RAW(html, "</a>");
}

void govuk_skip_link(struct html *html, const struct govuk_skip_link *link)
{
    RAW(html, "<a");
    ATTRIBUTE(html, "href", or_else(link->href, "#content"));
    RAW(html, " class=\"govuk-skip-link");
    put_classes(html, link->classes);
    RAW(html, "\"");
    put_attributes(html, link->attributes);
    RAW(html, " data-module=\"govuk-skip-link\">");
    put_content(html, link->text, link->html);
    RAW(html, "</a>");
}

void govuk_breadcrumbs(struct html *html, const struct govuk_breadcrumbs *crumbs)
{
    RAW(html, "<nav class=\"govuk-breadcrumbs");
    put_classes(html, crumbs->classes);
    if (crumbs->collapse_on_mobile) {
        RAW(html, " govuk-breadcrumbs--collapse-on-mobile");
    }
    RAW(html, "\"");
    put_attributes(html, crumbs->attributes);
    ATTRIBUTE(html, "aria-label", crumbs->label == NULL ? "Breadcrumb" : crumbs->label);
    RAW(html, ">\n<ol class=\"govuk-breadcrumbs__list\">\n");
    for (size_t i = 0; i < crumbs->item_count; i++) {
        const struct govuk_crumb *item = &crumbs->items[i];
        if (has(item->href)) {
            RAW(html, "<li class=\"govuk-breadcrumbs__list-item\">\n<a class=\"govuk-breadcrumbs__link\"");
            ATTRIBUTE(html, "href", item->href);
            put_attributes(html, item->attributes);
            RAW(html, ">");
            put_content(html, item->text, item->html);
            RAW(html, "</a>\n</li>\n");
        } else {
            RAW(html, "<li class=\"govuk-breadcrumbs__list-item\" aria-current=\"page\">");
            put_content(html, item->text, item->html);
            RAW(html, "</li>\n");
        }
    }
    RAW(html, "</ol>\n</nav>");
}

/* ---- service navigation ---- */

static void put_service_name(struct html *html, const struct govuk_service_navigation *navigation)
{
    RAW(html, "<span class=\"govuk-service-navigation__service-name\">\n");
    if (has(navigation->service_url)) {
        RAW(html, "<a");
        ATTRIBUTE(html, "href", navigation->service_url);
        RAW(html, " class=\"govuk-service-navigation__link\">\n");
        html_text(html, navigation->service_name);
        RAW(html, "\n</a>\n");
    } else {
        RAW(html, "<span class=\"govuk-service-navigation__text\">");
        html_text(html, navigation->service_name);
        RAW(html, "</span>\n");
    }
    RAW(html, "</span>\n");
}

static void put_item_text(struct html *html, const struct govuk_navigation_item *item, bool marked)
{
    if (marked) {
        /* seen as current even where colours are the reader's own */
        RAW(html, "<strong class=\"govuk-service-navigation__active-fallback\">");
    }
    put_content(html, item->text, item->html);
    if (marked) {
        RAW(html, "</strong>");
    }
}

static void put_item(struct html *html, const struct govuk_navigation_item *item)
{
    bool marked = item->active || item->current;
    const char *current = item->current ? "page" : item->active ? "true" : NULL;
    RAW(html, "<li class=\"govuk-service-navigation__item");
    if (marked) {
        RAW(html, " govuk-service-navigation__item--active");
    }
    RAW(html, "\">\n");
    if (has(item->href)) {
        RAW(html, "<a class=\"govuk-service-navigation__link\"");
        ATTRIBUTE(html, "href", item->href);
        ATTRIBUTE(html, "aria-current", current);
        put_attributes(html, item->attributes);
        RAW(html, ">\n");
        put_item_text(html, item, marked);
        RAW(html, "\n</a>\n");
    } else if (has(item->text) || has_markup(item->html)) {
        RAW(html, "<span class=\"govuk-service-navigation__text\"");
        ATTRIBUTE(html, "aria-current", current);
        RAW(html, ">\n");
        put_item_text(html, item, marked);
        RAW(html, "\n</span>\n");
    }
    RAW(html, "</li>\n");
}

static void put_navigation(struct html *html, const struct govuk_service_navigation *navigation, size_t shown)
{
    const char *menu = or_else(navigation->menu_text, "Menu");
    const char *id = or_else(navigation->navigation_id, "navigation");
    RAW(html, "<nav");
    ATTRIBUTE(html, "aria-label", or_else(navigation->label, menu));
    RAW(html, " class=\"govuk-service-navigation__wrapper");
    put_classes(html, navigation->navigation_classes);
    RAW(html, "\">\n");
    if (navigation->collapse_on_mobile == FLAG_TRUE ||
        (navigation->collapse_on_mobile == FLAG_OPEN && shown > 1)) {
        RAW(html, "<button type=\"button\" class=\"govuk-service-navigation__toggle "
                  "govuk-js-service-navigation-toggle\"");
        ATTRIBUTE(html, "aria-controls", id);
        if (has(navigation->menu_label) && strcmp(navigation->menu_label, menu) != 0) {
            ATTRIBUTE(html, "aria-label", navigation->menu_label);
        }
        RAW(html, " hidden aria-hidden=\"true\">\n");
        html_text(html, menu);
        RAW(html, "\n</button>\n");
    }
    RAW(html, "<ul class=\"govuk-service-navigation__list\"");
    ATTRIBUTE(html, "id", id);
    RAW(html, ">\n");
    html_markup(html, navigation->slot_navigation_start);
    for (size_t i = 0; i < navigation->item_count; i++) {
        if (!navigation->items[i].absent) {
            put_item(html, &navigation->items[i]);
        }
    }
    RAW(html, "\n");
    html_markup(html, navigation->slot_navigation_end);
    RAW(html, "</ul>\n</nav>\n");
}

void govuk_service_navigation(struct html *html, const struct govuk_service_navigation *navigation)
{
    /* with a name it is a landmark of its own; without, its <nav> is enough */
    bool section = has(navigation->service_name) || has_markup(navigation->slot_start) ||
                   has_markup(navigation->slot_end);
    if (section) {
        RAW(html, "<section");
        ATTRIBUTE(html, "aria-label",
                  navigation->section_label == NULL ? "Service information" : navigation->section_label);
    } else {
        RAW(html, "<div");
    }
    RAW(html, " class=\"govuk-service-navigation");
    put_classes(html, navigation->classes);
    RAW(html, "\" data-module=\"govuk-service-navigation\"");
    put_attributes(html, navigation->attributes);
    RAW(html, ">\n<div class=\"govuk-width-container");
    if (navigation->slot_end_inline) {
        RAW(html, " govuk-service-navigation__inlining-container");
    }
    RAW(html, "\">\n");
    html_markup(html, navigation->slot_start);
    RAW(html, "<div class=\"govuk-service-navigation__container\">\n");
    if (has(navigation->service_name)) {
        put_service_name(html, navigation);
    }
    size_t shown = 0;
    for (size_t i = 0; i < navigation->item_count; i++) {
        shown += !navigation->items[i].absent;
    }
    if (shown > 0 || has_markup(navigation->slot_navigation_start) ||
        has_markup(navigation->slot_navigation_end)) {
        put_navigation(html, navigation, shown);
    }
    RAW(html, "</div>\n");
    html_markup(html, navigation->slot_end);
    RAW(html, "</div>\n");
    if (section) {
        RAW(html, "</section>");
    } else {
        RAW(html, "</div>");
    }
}

/* ---- pagination ---- */

static void put_arrow(struct html *html, bool next)
{
    RAW(html, "<svg class=\"govuk-pagination__icon govuk-pagination__icon--");
    html_text(html, next ? "next" : "prev");
    RAW(html, "\" xmlns=\"http://www.w3.org/2000/svg\" height=\"13\" width=\"15\" aria-hidden=\"true\" "
              "focusable=\"false\" viewBox=\"0 0 15 13\">\n<path d=\"");
    if (next) {
        RAW(html, "m8.107-0.0078125-1.4136 1.414 4.2926 4.293h-12.986v2h12.896l-4.1855 3.9766 1.377 1.4492 "
                  "6.7441-6.4062-6.7246-6.7266z");
    } else {
        RAW(html, "m6.5938-0.0078125-6.7266 6.7266 6.7441 6.4062 1.377-1.449-4.1856-3.9768h12.896v-2h-12.984l"
                  "4.2931-4.293-1.414-1.414z");
    }
    RAW(html, "\"></path>\n</svg>\n");
}

static void put_arrow_link(struct html *html, const struct govuk_page_link *link, bool next, bool block)
{
    RAW(html, "<div class=\"govuk-pagination__");
    html_text(html, next ? "next" : "prev");
    RAW(html, "\">\n<a class=\"govuk-link govuk-pagination__link\"");
    ATTRIBUTE(html, "href", link->href);
    ATTRIBUTE(html, "rel", next ? "next" : "prev");
    put_attributes(html, link->attributes);
    RAW(html, ">\n");
    if (block || !next) {
        put_arrow(html, next);
    }
    RAW(html, "<span class=\"govuk-pagination__link-title");
    if (block && !has(link->label)) {
        RAW(html, " govuk-pagination__link-title--decorated");
    }
    RAW(html, "\">\n");
    if (has(link->text) || has_markup(link->html)) {
        put_content(html, link->text, link->html);
    } else {
        html_text(html, next ? "Next" : "Previous");
        RAW(html, "<span class=\"govuk-visually-hidden\"> page</span>");
    }
    RAW(html, "\n</span>\n");
    if (has(link->label) && block) {
        RAW(html,
            "<span class=\"govuk-visually-hidden\">:</span>\n<span class=\"govuk-pagination__link-label\">");
        html_text(html, link->label);
        RAW(html, "</span>\n");
    }
    if (!block && next) {
        put_arrow(html, next);
    }
    RAW(html, "</a>\n</div>\n");
}

static void put_page_item(struct html *html, const struct govuk_page_item *item)
{
    RAW(html, "<li class=\"govuk-pagination__item");
    if (item->current) {
        RAW(html, " govuk-pagination__item--current");
    }
    if (item->ellipsis) {
        RAW(html, " govuk-pagination__item--ellipsis\">\n&ctdot;\n</li>\n");
        return;
    }
    const char *number = item->number == NULL ? "" : item->number;
    RAW(html, "\">\n<a class=\"govuk-link govuk-pagination__link\"");
    ATTRIBUTE(html, "href", item->href == NULL ? "" : item->href);
    RAW(html, " aria-label=\"");
    if (item->hidden_text == NULL) {
        RAW(html, "Page ");
    }
    html_text(html, item->hidden_text == NULL ? number : item->hidden_text);
    RAW(html, "\"");
    if (item->current) {
        RAW(html, " aria-current=\"page\"");
    }
    put_attributes(html, item->attributes);
    RAW(html, ">\n");
    html_text(html, number);
    RAW(html, "\n</a>\n</li>\n");
}

void govuk_pagination(struct html *html, const struct govuk_pagination *pagination)
{
    bool previous = has(pagination->previous.href);
    bool next = has(pagination->next.href);
    bool block = pagination->items == NULL && (previous || next);
    RAW(html, "<nav class=\"govuk-pagination");
    if (block) {
        RAW(html, " govuk-pagination--block");
    }
    put_classes(html, pagination->classes);
    RAW(html, "\"");
    ATTRIBUTE(html, "aria-label", or_else(pagination->label, "Pagination"));
    put_attributes(html, pagination->attributes);
    RAW(html, ">\n");
    if (previous) {
        put_arrow_link(html, &pagination->previous, false, block);
    }
    if (pagination->items != NULL) {
        RAW(html, "<ul class=\"govuk-pagination__list\">\n");
        for (size_t i = 0; i < pagination->item_count; i++) {
            if (!pagination->items[i].absent) {
                put_page_item(html, &pagination->items[i]);
            }
        }
        RAW(html, "</ul>\n");
    }
    if (next) {
        put_arrow_link(html, &pagination->next, true, block);
    }
    RAW(html, "</nav>");
}
