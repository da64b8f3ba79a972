/*
 * The inside of html/: raw markup. No other layer may include this (script/check-layers); a test does, to
 * make the markup that the fixtures of the design system hold.
 */
#ifndef WM_HTML_INNER_H
#define WM_HTML_INNER_H

#include "base/buf.h"
#include "html/html.h"

enum { HTML_DEPTH = 16 };

struct html {
    struct buf buf;
    size_t begin; /* where it begins in there: the frame of a page is put before what is written already */
    const struct markup *page; /* the whole of what was written first, until it is put into its frame; NULL */
    struct buf page_buf;
    size_t captures[HTML_DEPTH]; /* where each capture began */
    size_t depth;
};

struct markup {
    const char *bytes;
    size_t size;
};

/* A string literal of ours, as it is. */
#define RAW(html, literal) buf_put_n(&(html)->buf, "" literal "", sizeof(literal) - 1)
/* ` name="text"`; nothing when text is NULL. */
#define ATTRIBUTE(html, name, text)                                                                          \
    do {                                                                                                     \
        const char *attribute_text = (text);                                                                 \
        if (attribute_text != NULL) {                                                                        \
            RAW(html, " " name "=\"");                                                                       \
            html_text(html, attribute_text);                                                                 \
            RAW(html, "\"");                                                                                 \
        }                                                                                                    \
    } while (0)

/* An empty text counts as none, as in the macros of GOV.UK. */
static inline bool has(const char *text)
{
    return text != NULL && text[0] != '\0';
}
static inline bool has_markup(const struct markup *markup)
{
    return markup != NULL && markup->size > 0;
}
static inline const char *or_else(const char *text, const char *other)
{
    return has(text) ? text : other;
}

/* Trusts `bytes` to be well-formed markup. */
const struct markup *markup_trusted(struct arena *arena, const char *bytes);
/* The markup when there is some, else the text. */
void put_content(struct html *html, const char *text, const struct markup *markup);
/* ` classes` when there are some, to stand after our own class. */
void put_classes(struct html *html, const char *classes);
void put_attributes(struct html *html, const struct attribute *attributes);
void put_number(struct html *html, int number);
/* ` id="…"` and the like, but not when it is empty. */
#define ATTRIBUTE_IF(html, name, text) ATTRIBUTE(html, name, or_else(text, NULL))

#endif
