/*
 * The page around what a page says: head, header with the way out, navigation, summary of faults, main part,
 * footer. No crown, no font of GOV.UK: those are for its own domains.
 */
#ifndef WM_HTML_LAYOUT_H
#define WM_HTML_LAYOUT_H

#include "html/govuk.h"

struct layout {
    const char *title;
    const struct govuk_error_summary *faults; /* NULL for none */
    const struct govuk_back_link *back;       /* NULL for none */
    bool wide;                                /* the whole width; else two thirds */
    const struct markup *main;

    /* who is signed in; NULL when nobody is */
    const char *who;
    const char *csrf;
    const char *session_seconds; /* until the session ends, for the script to say so in time */
    const struct govuk_navigation_item *items;
    size_t item_count;

    /* paths of files of this site; NULL is left out */
    const char *style;
    const char *icon;
    const char *script_first; /* before the page is shown */
    const char *script;
};
void layout_page(struct html *html, const struct layout *layout);

#endif
