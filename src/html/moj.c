#include "html/moj.h"

#include "html/fields.h"

static void put_event(struct html *html, const struct moj_timeline_item *item, int level)
{
    RAW(html, "<div class=\"moj-timeline__item");
    put_classes(html, item->classes);
    RAW(html, "\"");
    put_attributes(html, item->attributes);
    RAW(html, ">\n<div class=\"moj-timeline__header\">\n");
    put_heading_open(html, level, "moj-timeline__title", NULL);
    put_content(html, item->label, item->label_html);
    put_heading_close(html, level);
    RAW(html, "\n");
    if (has(item->byline)) {
        RAW(html, "<p class=\"moj-timeline__byline\">by ");
        html_text(html, item->byline);
        RAW(html, "</p>\n");
    }
    RAW(html, "</div>\n<p class=\"moj-timeline__date\">\n");
    if (has(item->timestamp)) {
        RAW(html, "<time");
        ATTRIBUTE(html, "datetime", item->timestamp);
        RAW(html, ">");
        html_text(html, item->when);
        RAW(html, "</time>");
    } else {
        html_text(html, item->when);
    }
    RAW(html, "\n</p>\n<div class=\"moj-timeline__description\">");
    put_content(html, item->text, item->html);
    RAW(html, "</div>\n</div>\n");
}

void moj_timeline(struct html *html, const struct moj_timeline *timeline)
{
    RAW(html, "<div class=\"moj-timeline");
    put_classes(html, timeline->classes);
    RAW(html, "\"");
    put_attributes(html, timeline->attributes);
    RAW(html, ">");
    if (timeline->item_count > 0) {
        RAW(html, "\n");
    }
    for (size_t i = 0; i < timeline->item_count; i++) {
        put_event(html, &timeline->items[i], timeline->level == 0 ? 2 : timeline->level);
    }
    RAW(html, "</div>");
}

void moj_sub_navigation(struct html *html, const struct moj_sub_navigation *navigation)
{
    RAW(html, "<nav class=\"moj-sub-navigation");
    put_classes(html, navigation->classes);
    RAW(html, "\"");
    ATTRIBUTE(html, "aria-label", or_else(navigation->label, "Secondary navigation region"));
    put_attributes(html, navigation->attributes);
    RAW(html, ">\n<ul class=\"moj-sub-navigation__list\">");
    if (navigation->item_count > 0) {
        RAW(html, "\n");
    }
    for (size_t i = 0; i < navigation->item_count; i++) {
        const struct moj_navigation_item *item = &navigation->items[i];
        RAW(html, "<li class=\"moj-sub-navigation__item");
        put_classes(html, item->classes);
        RAW(html, "\">\n<a class=\"moj-sub-navigation__link\"");
        if (item->active) {
            RAW(html, " aria-current=\"page\"");
        }
        ATTRIBUTE(html, "href", item->href == NULL ? "" : item->href);
        put_attributes(html, item->attributes);
        RAW(html, ">");
        put_content(html, item->text, item->html);
        RAW(html, "</a>\n</li>\n");
    }
    RAW(html, "</ul>\n</nav>");
}
