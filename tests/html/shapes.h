/*
 * How the options of a component, as the macros of the design systems take them, lie in our structs: a table
 * of names for each struct, and one reader of JSON for all.
 */
#ifndef WM_TESTS_HTML_SHAPES_H
#define WM_TESTS_HTML_SHAPES_H

#include "html/html.h"

#include <jansson.h>

enum option_kind {
    OPTION_TEXT,       /* const char *; a number is written as text; false and null are none */
    OPTION_VALUE,      /* the same, but false is "false" */
    OPTION_MARKUP,     /* const struct markup * */
    OPTION_IS,         /* bool */
    OPTION_FLAG,       /* enum html_flag */
    OPTION_NUMBER,     /* int */
    OPTION_ATTRIBUTES, /* const struct attribute * */
    OPTION_PART,       /* a struct within */
    OPTION_POINTER,    /* a pointer to a struct, NULL when it is not given */
    OPTION_LIST,       /* a pointer to structs, and their count */
    OPTION_TEXTS,      /* const char *const *, and their count */
    OPTION_MAP,        /* names and values: pointer to struct govuk_date_value, and their count */
    OPTION_GIVEN,      /* bool: whether it is given at all */
    OPTION_SAME,       /* options of a struct within, read from the same object */
};
struct shape;
struct option {
    const char *name; /* with dots for what lies deeper */
    enum option_kind kind;
    size_t offset;
    size_t count_offset;
    const struct shape *shape;
};
struct shape {
    size_t size;
    const struct option *options; /* ends with {0} */
    const struct option *absent;  /* where "left out" stands, NULL when it has none */
};
struct component {
    const char *name;
    const struct shape *shape;
    void (*write)(struct html *html, const void *options);
};

/* NULL when there is none of that name. */
const struct component *component_find(const char *name);
/* Ends the program with a message when the options hold a name that the component does not know. */
void options_read(struct arena *arena, const struct shape *shape, json_t *json, void *ret_options);

#endif
