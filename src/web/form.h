/*
 * Forms made from the declarations of the pack. What was typed (in a request, or kept in a draft) is a list
 * of names and texts; this turns it into values, and values back into what would have been typed.
 *
 * The name of a field in a form is PREFIX + its id. Dates and times are asked in parts: NAME-day, NAME-month,
 * NAME-year and NAME-time, in the zone of the pack. Only declared fields are looked at.
 */
#ifndef WM_WEB_FORM_H
#define WM_WEB_FORM_H

#include "record/decode.h"
#include "record/validate.h"
#include "web/request.h"

struct typed {
    const struct pair *pairs;
    size_t count;
};

struct typed typed_of_request(const struct request *request); /* without the program's own fields ("_…") */
struct typed typed_of_draft(struct arena *arena, const struct draft_view *draft);
const char *typed_first(struct typed typed, const char *name); /* NULL when there is none */
bool typed_has(struct typed typed, const char *name, const char *text);
/* The names and texts of a draft. */
void typed_split(struct arena *arena, struct typed typed, const char *const **ret_names,
                 const char *const **ret_texts);
/* Both together; where both have a name, or a part of it, those of `newer` count. */
struct typed typed_merge(struct arena *arena, struct typed older, struct typed newer);
/* Without the answers of these fields, so that an unticked box is an answer too. */
struct typed typed_without(struct arena *arena, struct typed typed, const struct entry_type *type,
                           const char *prefix, const int *fields, size_t count);

/*
 * Values of the listed fields (NULL: all that are not set by the program). Every fault is chained, each with
 * the name of its field in the form. *ret_values has type->field_count values; those with a fault are
 * VALUE_NONE. It is filled also when there are faults.
 */
const struct error *form_values(struct arena *arena, const struct pack *pack, const struct entry_type *type,
                                const char *prefix, struct typed typed, const int *fields, size_t count,
                                const struct value **ret_values) MUST_CHECK;
/* Takes away the answers to questions that are not asked, given the others. */
const struct value *form_asked(struct arena *arena, const struct pack *pack, const struct entry_type *type,
                               const struct value *values, const struct standing *standing, struct day on);
/* What a person filling in the form must answer beyond what every entry must have: one fault a field that is
 * asked and empty, named with the prefix. NULL when nothing is missing. */
const struct error *form_asks(struct arena *arena, const struct pack *pack, const struct entry_type *type,
                              const char *prefix, const struct value *values, const int *fields, size_t count,
                              const struct standing *standing, struct day on) MUST_CHECK;
/* A moment from its parts; *ret_given tells whether anything was typed. `needs_minute`: a day is not enough.
 */
const struct error *form_moment(struct arena *arena, const struct pack *pack, const char *name,
                                const char *label, struct typed typed, bool needs_minute,
                                struct moment *ret_moment, bool *ret_given) MUST_CHECK;
/* What would have been typed to give these values. */
struct typed typed_of_values(struct arena *arena, const struct pack *pack, const struct entry_type *type,
                             const char *prefix, const struct value *values);
struct typed typed_of_moment(struct arena *arena, const struct pack *pack, const char *name,
                             struct moment moment);
/* The faults of acts name fields; forms name them with a prefix. */
const struct error *form_prefixed(struct arena *arena, const struct error *error, const char *prefix);
/* Two chains of faults as one. Either may be NULL. */
const struct error *form_faults_join(struct arena *arena, const struct error *first,
                                     const struct error *second);

/* "9:05", "09.05", "0905", "9am", "9:05 pm". False when it is no time of day. */
bool form_time_parse(const char *text, int *ret_hour, int *ret_minute);

#endif
