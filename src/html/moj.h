/*
 * The components of the Ministry of Justice's design system that our pages use; see govuk_form.h for what
 * holds of the options of all.
 */
#ifndef WM_HTML_MOJ_H
#define WM_HTML_MOJ_H

#include "html/html.h"

struct moj_timeline_item {
    const char *label;
    const struct markup *label_html;
    const char *byline; /* NULL for none */
    const char *when;
    const char *timestamp; /* the same for machines; NULL when only a day or less is known */
    const char *text;
    const struct markup *html;
    const char *classes;
    const struct attribute *attributes;
};
struct moj_timeline {
    const struct moj_timeline_item *items;
    size_t item_count;
    int level; /* of the headings; 2 */
    const char *classes;
    const struct attribute *attributes;
};
void moj_timeline(struct html *html, const struct moj_timeline *timeline);

struct moj_navigation_item {
    const char *text;
    const struct markup *html;
    const char *href;
    bool active;
    const char *classes;
    const struct attribute *attributes;
};
struct moj_sub_navigation {
    const char *label;
    const struct moj_navigation_item *items;
    size_t item_count;
    const char *classes;
    const struct attribute *attributes;
};
void moj_sub_navigation(struct html *html, const struct moj_sub_navigation *navigation);

#endif
