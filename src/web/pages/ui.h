/*
 * How pages are put together: a page is begun, its parts are written in order, and it is finished into the
 * reply inside the layout (header, navigation, error summary). All text is escaped by html/; paths are of
 * this site. Every form carries the token of the session and a one-time id.
 */
#ifndef WM_WEB_PAGES_UI_H
#define WM_WEB_PAGES_UI_H

#include "html/html.h"
#include "web/form.h"
#include "web/request.h"
#include "web/show.h"

struct ui_mend {
    const char *name;
    const char *path;
    const struct ui_mend *next;
};
struct ui {
    struct request *request;
    struct arena *arena;
    const struct pack *pack; /* for the words of codes and the zone of times */
    struct html *html;       /* for what no function below writes */
    const char *title;
    const char *section; /* path of the navigation item that is current; NULL for none */
    const char *back;    /* path of the back link; NULL for none */
    const char *back_text;
    const struct error *faults; /* shown in the summary, each linked to where it is mended */
    bool at_box;                /* it was opened at one of its boxes, which keeps the focus from the faults */
    bool wide;                  /* the whole width; else two thirds */
    const struct ui_mend *mends; /* where; the questions of the page say so themselves */
};

/* `section`: "/", "/find", "/duties", "/notices", "/directory", "/procedure", "/accounts" or NULL. */
struct ui *ui_begin(struct request *request, const char *title, const char *section);
/* Writes the layout around what was written and fills the reply. */
void ui_finish(struct ui *ui, struct reply *reply, int status);
/* What is wrong, beginning with a capital: acts say it as part of a sentence. */
const char *ui_fault_text(const struct ui *ui, const struct error *fault);
/* Whether what is wrong is that the form was recorded before, with other words: its page gets a new id. */
bool ui_sent_already(const struct ui *ui);
/* Faults of that name are mended there: "#ID" on this page, or on another one. One of which nothing was said
 * has no link. */
void ui_mends(struct ui *ui, const char *name, const char *path);
/* The id of the first box of a question of the pack. */
const char *ui_box(struct arena *arena, const char *name, const struct field *field);
/* A path with what stands before it in a browser, to be sent to somebody: of the first --public-url, else as
 * this browser came. */
const char *ui_address(const struct ui *ui, const char *path);

/* ---- text ---- */

/* The heading of the page; `caption` stands small above it, NULL for none. */
void ui_title(struct ui *ui, const char *caption, const char *text);
void ui_h2(struct ui *ui, const char *text);
void ui_h3(struct ui *ui, const char *text);
/* Paragraphs divided by blank lines; within one, lines are joined. */
void ui_text(struct ui *ui, const char *text);
void ui_hint(struct ui *ui, const char *text);
void ui_link(struct ui *ui, const char *text, const char *path);
void ui_bullets(struct ui *ui, const char *const *texts, size_t count);
void ui_inset(struct ui *ui, const char *text);
void ui_warning(struct ui *ui, const char *text);
void ui_details(struct ui *ui, const char *summary, const char *text);
/* Guidance for what follows: beside it where there is room, else folded above it. */
void ui_guide(struct ui *ui, const char *summary, const char *text);
void ui_panel(struct ui *ui, const char *title, const char *text, const char *strong);
/* "Success" in green, or "Important" in the brand colour. */
void ui_banner(struct ui *ui, bool success, const char *heading, const char *text);
/* On a form that is shown again: says so when nothing was saved and it is not what was typed (5xx). */
void ui_not_saved(struct ui *ui, int status);
void ui_rule(struct ui *ui);

struct ui_link {
    const char *text;
    const char *path;
    const char *hint; /* NULL for none */
};
void ui_links(struct ui *ui, const struct ui_link *links, size_t count);

struct ui_tag {
    const char *text;
    const char *tone; /* "red", "blue", ...; NULL plain */
};
void ui_tags(struct ui *ui, const struct ui_tag *tags, size_t count);

/* ---- tables ---- */

struct ui_cell {
    const char *text;
    const char *path;  /* makes the text a link */
    const char *tone;  /* makes the text a tag */
    const char *under; /* a second line in grey */
    const char *sort;  /* what a sortable table sorts by; NULL: the text */
};
struct ui_row {
    const char *key;
    struct ui_cell value;
    const char *action; /* "Change" */
    const char *action_path;
};
void ui_summary(struct ui *ui, const struct ui_row *rows, size_t count);
/* `cells` row by row; the first cell of a row heads it. */
void ui_table(struct ui *ui, const char *caption, const char *const *heads, size_t columns,
              const struct ui_cell *cells, size_t rows);
/* The same, whose heads sort it where there is a script. Only for tables that are there in whole: to sort one
 * page of many would hide what is on the others. `sorted`: the column it comes sorted by, -1 none. */
void ui_sortable_table(struct ui *ui, const char *caption, const char *const *heads, size_t columns,
                       const struct ui_cell *cells, size_t rows, int sorted);
/* A button that prints the page, where there is a script. */
void ui_print(struct ui *ui, const char *text);

/* A small line of values over time. What it shows stands beside it as a table, for those who cannot see it.
 */
struct ui_chart {
    const char *title; /* what is drawn, said to a screen reader with the values */
    const int *values;
    const char *const *labels; /* one for each value: a day */
    size_t count;
    int most; /* the top of the scale */
};
void ui_chart(struct ui *ui, const struct ui_chart *chart);

struct ui_event {
    const char *title;
    const char *path; /* NULL: the title is no link */
    const char *by;
    const char *when;
    const char *text;
    const char *note; /* a correction, beside what it corrects; NULL for none */
    const char *note_path;
    const char *note_text;
};
void ui_timeline(struct ui *ui, const struct ui_event *events, size_t count);

struct ui_tab {
    const char *text;
    const char *path;
    bool current;
};
void ui_tabs(struct ui *ui, const char *label, const struct ui_tab *tabs, size_t count);
/* Whether so much stands on the page already that the rest goes on another: what is recorded can always be
 * read, however much it is. From there on a page still takes a whole entry and its correction. */
bool ui_is_long(const struct ui *ui);
/* NULL `next`: nothing is written. */
void ui_next(struct ui *ui, const char *next);

/* ---- forms ---- */

void ui_form(struct ui *ui, const char *path);
/* A form whose text is kept as a draft while it is typed: the page takes `_go` = "keep" and answers with the
 * id of the draft as plain text. `again`: where what is on the page stands to be gone on with; NULL: it is
 * not kept. Of a form that comes back because it was refused, the script puts that in the place of the
 * address that it was sent to, which a browser does not go back to without sending it again. */
void ui_draft_form(struct ui *ui, const char *path, const char *again);
/* Asks by GET: for filters, which change nothing and hold no personal data. */
void ui_filter_form(struct ui *ui, const char *path);
void ui_form_end(struct ui *ui);
void ui_hidden(struct ui *ui, const char *name, const char *text);
/* The one-time id: the one that was sent, so that the same form sent twice makes one record. */
const char *ui_form_id(struct ui *ui);

enum ui_button { BUTTON_MAIN, BUTTON_SECONDARY, BUTTON_WARNING };
void ui_button(struct ui *ui, enum ui_button kind, const char *text, const char *name, const char *value);
void ui_button_link(struct ui *ui, enum ui_button kind, const char *text, const char *path);
void ui_buttons(struct ui *ui); /* buttons until ui_buttons_end stand side by side */
void ui_buttons_end(struct ui *ui);
/* A part of a long form, under a heading. */
void ui_part(struct ui *ui, const char *title);
void ui_part_end(struct ui *ui);
/* What stands until ui_screen_end is not printed. */
void ui_screen(struct ui *ui);
void ui_screen_end(struct ui *ui);

struct ui_choice {
    const char *value;
    const char *text;
    const char *hint;
    bool checked;
    const struct markup *reveals; /* shown when it is chosen; NULL for none */
};
struct ui_field {
    const char *name;
    const char *label;
    const char *hint;
    const char *text; /* what stands in it */
    const char *type; /* of an input: "text", "password", "search" */
    const char *autocomplete;
    const char *error; /* taken from ui->faults when NULL */
    int width;         /* characters: 2, 4, 5, 10, 20, 30; 0 full */
    int rows;          /* of a text area */
    int max;           /* characters that a text area takes, said when most are used; 0 does not say */
    bool heading;      /* the question is the heading of the page */
    bool no_spelling;
    const struct ui_choice *choices;
    size_t choice_count;
};
void ui_input(struct ui *ui, const struct ui_field *field);
void ui_area(struct ui *ui, const struct ui_field *field);
void ui_radios(struct ui *ui, const struct ui_field *field);
void ui_checkboxes(struct ui *ui, const struct ui_field *field);
void ui_select(struct ui *ui, const struct ui_field *field);
/* Day, month, year, and a time when `with_time`; what stands in it comes from `typed`. */
void ui_date(struct ui *ui, const struct ui_field *field, struct typed typed, bool with_time);

/* What is written between these two is kept for ui_choice.reveals. */
void ui_capture(struct ui *ui);
const struct markup *ui_capture_end(struct ui *ui);

/* Fields of the pack, in their order, as their kinds ask. */
struct ui_fields {
    const struct entry_type *type;
    const int *fields;
    size_t count;
    const char *prefix;
    struct typed typed;
    const struct value *values;      /* what is known of the whole form, for what is asked under conditions */
    const struct standing *standing; /* NULL: asks every question */
    struct day on;
    bool heading; /* a single question is the heading of the page */
    bool whole;   /* every question of the type stands on this page; ui_pack_pages sets it */
};
void ui_pack_fields(struct ui *ui, const struct ui_fields *fields);
/* Whether ui_pack_fields puts this question: its condition holds, or hangs on an answer of this very page. */
bool ui_pack_asks(const struct pack *pack, const struct ui_fields *fields, const struct field *field);
/* "Only if you answered “Yes” to “…”."; NULL where it hangs on something else than one answer. */
const char *ui_asked_when(struct ui *ui, const struct entry_type *type, const struct field *field);
/* The pages of a form, each with its title and guidance. */
void ui_pack_pages(struct ui *ui, const struct ui_fields *fields);

#endif
