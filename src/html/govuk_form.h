/*
 * The components of the GOV.UK Design System that a form is made of, one function each. Every option may be
 * left out, and its meaning is that of the macro of the same name in govuk-frontend 6 (tests/html proves it
 * against the fixtures of that package and against the macros themselves). Of `text` and `html`, `html` is
 * taken when both are given. `classes` are added to the component's own. `attributes` end with {0}.
 *
 * An item of a list that is `absent` is left out, and the others keep their numbers.
 */
#ifndef WM_HTML_GOVUK_FORM_H
#define WM_HTML_GOVUK_FORM_H

#include "html/html.h"

struct govuk_content {
    const char *text;
    const struct markup *html;
};

struct govuk_label {
    const char *text;
    const struct markup *html;
    const char *of; /* the id of what it labels; the component that has the label fills it in */
    bool page_heading;
    const char *classes;
    const struct attribute *attributes;
};
void govuk_label(struct html *html, const struct govuk_label *label);

struct govuk_hint {
    const char *text;
    const struct markup *html;
    const char *id; /* the component that has the hint fills it in */
    const char *classes;
    const struct attribute *attributes;
};
void govuk_hint(struct html *html, const struct govuk_hint *hint);

struct govuk_error_message {
    const char *text;
    const struct markup *html;
    const char *id;          /* the component that has the message fills it in */
    const char *hidden_text; /* NULL is "Error", "" none */
    const char *classes;
    const struct attribute *attributes;
};
void govuk_error_message(struct html *html, const struct govuk_error_message *message);

struct govuk_legend {
    const char *text;
    const struct markup *html;
    bool page_heading;
    const char *classes;
};
struct govuk_fieldset {
    struct govuk_legend legend;
    const struct markup *html;
    const char *role;
    const char *described_by;
    const char *classes;
    const struct attribute *attributes;
};
void govuk_fieldset(struct html *html, const struct govuk_fieldset *fieldset);

struct govuk_form_group {
    struct govuk_content before; /* before the input or the items, and after */
    struct govuk_content after;
    const char *classes;
    const struct attribute *attributes;
};

struct govuk_button {
    const char *text;
    const struct markup *html;
    const char *href; /* makes it a link */
    const char *name;
    const char *value;
    const char *type; /* "submit" */
    const char *id;
    bool disabled;
    bool start;
    enum html_flag prevent_double_click;
    const char *classes;
    const struct attribute *attributes;
};
void govuk_button(struct html *html, const struct govuk_button *button);

/* The part that a text beside an input takes: "£", "days". */
struct govuk_affix {
    const char *text;
    const struct markup *html;
    const char *classes;
    const struct attribute *attributes;
};
struct govuk_wrapper {
    const char *classes;
    const struct attribute *attributes;
};
struct govuk_input {
    const char *id; /* the name when NULL */
    const char *name;
    struct govuk_label label;
    const struct govuk_hint *hint;
    const struct govuk_error_message *error;
    const char *type; /* "text" */
    const char *value;
    const char *inputmode;
    const char *autocomplete;
    const char *autocapitalize;
    const char *pattern;
    enum html_flag spellcheck;
    bool disabled;
    struct govuk_affix prefix;
    struct govuk_affix suffix;
    struct govuk_wrapper wrapper; /* around the input, when something stands beside it */
    const char *described_by;
    struct govuk_form_group group;
    const char *classes;
    const struct attribute *attributes;
};
void govuk_input(struct html *html, const struct govuk_input *input);

/* A message by how many there are; NULL is left to the script. */
struct govuk_plural {
    const char *one;
    const char *other;
};
struct govuk_textarea {
    const char *id; /* the name when NULL */
    const char *name;
    struct govuk_label label;
    const struct govuk_hint *hint;
    const struct govuk_error_message *error;
    const char *value;
    int rows; /* 5 when 0 */
    const char *autocomplete;
    enum html_flag spellcheck;
    bool disabled;
    const char *described_by;
    struct govuk_form_group group;
    const char *classes;
    const struct attribute *attributes;
};
void govuk_textarea(struct html *html, const struct govuk_textarea *textarea);

/* A text area that says how much more may be written. Nothing is cut: too much is a fault beside the field.
 */
struct govuk_character_count {
    struct govuk_textarea textarea;
    int max_length; /* characters; 0 for no limit */
    int max_words;
    int threshold; /* per cent of the limit from which on the count is shown */
    const char *count_classes;
    const char *description; /* "You can enter up to %{count} characters" */
    struct govuk_plural characters_under;
    const char *characters_at;
    struct govuk_plural characters_over;
    struct govuk_plural words_under;
    const char *words_at;
    struct govuk_plural words_over;
    const char *count_type; /* how the script counts, when not by what the limit is of */
};
void govuk_character_count(struct html *html, const struct govuk_character_count *count);

/* An input with a button that shows what is typed. */
struct govuk_password_input {
    struct govuk_input input; /* `type`, `wrapper`, `spellcheck` and `autocapitalize` are the component's */
    const char *button_classes;
    const char *show_text;
    const char *hide_text;
    const char *show_label;
    const char *hide_label;
    const char *shown_announcement;
    const char *hidden_announcement;
};
void govuk_password_input(struct html *html, const struct govuk_password_input *password);

struct govuk_choice_label {
    const char *classes;
    const struct attribute *attributes;
};
struct govuk_choice {
    bool absent;
    const char *divider; /* a word between the choices, in place of one */
    const char *id;
    const char *name; /* of a checkbox, when not that of all */
    const char *value;
    const char *text;
    const struct markup *html;
    struct govuk_choice_label label;
    struct govuk_hint hint;
    enum html_flag checked; /* open: when its value is among the values of all */
    bool disabled;
    const char *behaviour;            /* of a checkbox: "exclusive" */
    const struct markup *conditional; /* shown when it is chosen */
    const struct attribute *attributes;
};
struct govuk_radios {
    const char *id_prefix; /* the name when NULL; the id of the first item */
    const char *name;
    const char *value; /* of the item that is chosen */
    const struct govuk_fieldset *fieldset;
    const struct govuk_hint *hint;
    const struct govuk_error_message *error;
    const struct govuk_choice *items;
    size_t item_count;
    struct govuk_form_group group;
    const char *classes;
    const struct attribute *attributes;
};
void govuk_radios(struct html *html, const struct govuk_radios *radios);

struct govuk_checkboxes {
    const char *id_prefix; /* the name when NULL; the id of the first item */
    const char *name;
    const char *const *values; /* of the items that are chosen */
    size_t value_count;
    const struct govuk_fieldset *fieldset;
    const char *described_by;
    const struct govuk_hint *hint;
    const struct govuk_error_message *error;
    const struct govuk_choice *items;
    size_t item_count;
    struct govuk_form_group group;
    const char *classes;
    const struct attribute *attributes;
};
void govuk_checkboxes(struct html *html, const struct govuk_checkboxes *checkboxes);

struct govuk_option {
    bool absent;
    const char *value; /* NULL: the text is the value */
    const char *text;
    enum html_flag selected; /* open: when it is the value of the whole */
    bool disabled;
    const struct attribute *attributes;
};
struct govuk_select {
    const char *id; /* the name when NULL */
    const char *name;
    const char *value;
    struct govuk_label label;
    const struct govuk_hint *hint;
    const struct govuk_error_message *error;
    const struct govuk_option *items;
    size_t item_count;
    bool disabled;
    const char *described_by;
    struct govuk_form_group group;
    const char *classes;
    const struct attribute *attributes;
};
void govuk_select(struct html *html, const struct govuk_select *select);

struct govuk_date_part {
    bool absent;
    const char *id; /* the id of the date, a hyphen and the name */
    const char *name;
    const char *label; /* the name with a capital letter */
    const char *value;
    const char *inputmode; /* "numeric" */
    const char *autocomplete;
    const char *pattern;
    enum html_flag error; /* whether this part is wrong; open in all: the error is of every part */
    const char *classes;
    const struct attribute *attributes;
};
/* Day, month and year unless `items` says otherwise. A value is by its name when the part itself has none. */
struct govuk_date_value {
    const char *name;
    const char *value;
};
struct govuk_date_input {
    const char *id;
    const char *name_prefix;
    const struct govuk_date_value *values;
    size_t value_count;
    const struct govuk_date_part *items;
    size_t item_count;
    const struct govuk_date_part *day; /* of the three, each when it is not the usual one */
    const struct govuk_date_part *month;
    const struct govuk_date_part *year;
    const struct govuk_fieldset *fieldset;
    const struct govuk_hint *hint;
    const struct govuk_error_message *error;
    struct govuk_form_group group;
    const char *classes;
    const struct attribute *attributes;
};
void govuk_date_input(struct html *html, const struct govuk_date_input *date);

#endif
