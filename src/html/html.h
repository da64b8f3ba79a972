/*
 * The writer of HTML. What is text is `const char *` and is always escaped; what is markup already is a
 * `const struct markup *`, which only html/ can make, from what was itself written here (html_capture_end).
 * So no text that a person typed can become an element or an attribute, wherever it is put.
 *
 * Names of elements and attributes are constants of the program: the macros take string literals only.
 * The components of GOV.UK and MOJ are in govuk.h, govuk_form.h and moj.h; the page around them in layout.h.
 */
#ifndef WM_HTML_HTML_H
#define WM_HTML_HTML_H

#include "base/arena.h"

#include <stdbool.h>
#include <stddef.h>

struct html;
struct markup;

/* A list of these ends with {0}: see ATTRIBUTES. An attribute whose value is NULL is not written. */
struct attribute {
    const char *name;
    const char *value;
};
#define ATTRIBUTES(...) ((const struct attribute[]){__VA_ARGS__, {NULL, NULL}})

/* True or false, where leaving it open is a third thing. */
enum html_flag { FLAG_OPEN, FLAG_TRUE, FLAG_FALSE };
static inline enum html_flag html_flag(bool is)
{
    return is ? FLAG_TRUE : FLAG_FALSE;
}

/* A document, or a part of one, of up to `limit` bytes. */
struct html *html_new(struct arena *arena, size_t limit);
/* How many bytes were written so far. */
size_t html_size(const struct html *html);
/* What was written, with a NUL that does not count; NULL when it is longer than the limit. */
const char *html_bytes(struct html *html, size_t *ret_size);

/* Escaped for text and for quoted attributes. NULL writes nothing. */
void html_text(struct html *html, const char *text);
/* The same with line feeds as <br>; one at the end is left out. */
void html_lines(struct html *html, const char *text);
/* NULL writes nothing. */
void html_markup(struct html *html, const struct markup *markup);

/* `attributes` may be NULL. A void element (input, br) is opened and not closed. */
#define html_open(html, name, attributes) html_open_tag((html), "<" name, sizeof("<" name) - 1, (attributes))
#define html_close(html, name) html_close_tag((html), "</" name ">", sizeof("</" name ">") - 1)
/* <name attributes>text</name> */
#define html_element(html, name, attributes, text)                                                           \
    (html_open(html, name, attributes), html_text((html), (text)), html_close(html, name))

/* What is written between these two is taken out and given back as markup. They nest. */
void html_capture(struct html *html);
const struct markup *html_capture_end(struct html *html);

/* For the macros above. */
void html_open_tag(struct html *html, const char *open, size_t size, const struct attribute *attributes);
void html_close_tag(struct html *html, const char *close, size_t size);

#endif
