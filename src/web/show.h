/*
 * Values as people read them: dates in the pack's zone, the titles of codes, how long is left, and the line
 * an entry has in the chronology. Plain text, to be escaped by whoever writes it into a page.
 */
#ifndef WM_WEB_SHOW_H
#define WM_WEB_SHOW_H

#include "procedure/duty.h"

/* "" for no answer; the parts of a list are divided by "; ", lines of text by a line feed. */
const char *show_value(struct arena *arena, const struct pack *pack, const struct field *field,
                       const struct value *value);
const char *show_moment(struct arena *arena, const struct pack *pack, struct moment moment);
const char *show_instant(struct arena *arena, const struct pack *pack, struct instant at);
const char *show_day(struct arena *arena, struct day day);
/* The day alone: "24 November 2026". */
const char *show_day_of(struct arena *arena, const struct pack *pack, struct instant at);

/* How a duty or an action stands, in words and in the tone of its tag. */
struct standing_words {
    const char *tag;  /* "Overdue", "Due soon", "To do", "Met", ... */
    const char *tone; /* "red", "orange", "blue", "green", "grey" */
    const char *left; /* "by 2 days 3 hours", "3 hours left", "as soon as possible", "on 3 March 2026" */
};
struct standing_words show_standing(struct arena *arena, const struct pack *pack, enum duty_state state,
                                    struct instant due_at, struct instant met_at, struct instant now);

/* Screens and bands are kept by their ids, and people read their titles: the title, or NULL where it is no
 * such field. */
const char *show_screen_word(const struct pack *pack, const struct entry_type *type,
                             const struct value *values, const struct field *field);
/* The pack's summary of that type with the answers in it. */
const char *show_summary(struct arena *arena, const struct pack *pack, const struct entry_type *type,
                         const struct value *values);
/* The title of a code, by the id of its list; the id itself when the pack does not know it. */
const char *show_code(const struct pack *pack, const char *list, const char *id);
const char *show_role(const struct pack *pack, const char *id);
/* For whom it is: the titles of the labels it bears. */
const char *show_labels(struct arena *arena, const struct pack *pack, label_set labels);
/* "1 goal", "2 goals" */
const char *show_count(struct arena *arena, size_t count, const char *one, const char *many);
/* First letter in upper case. */
const char *show_sentence(struct arena *arena, const char *text);

#endif
