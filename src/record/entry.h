/*
 * An entry: one thing that happened, as it is known after decoding. Entries are only ever added; a correction
 * is an entry that names another, and both stay.
 *
 * Times: `occurred` may be known only by its day. Then it begins things at the start of that day and meets
 * them at its end (vocabulary, Time).
 */
#ifndef WM_RECORD_ENTRY_H
#define WM_RECORD_ENTRY_H

#include "base/id.h"
#include "base/instant.h"
#include "pack/pack.h"

/* A time, or only its day in the zone of the pack. */
struct moment {
    struct instant start; /* of the day, when only the day is known */
    struct instant end;   /* the same as start for a time; the last millisecond of a day */
    bool day_only;
    struct day day; /* the local day it lies in */
};

enum value_kind {
    VALUE_NONE, /* not answered */
    VALUE_TEXT, /* FIELD_TEXT, FIELD_NARRATIVE, FIELD_PERSON */
    VALUE_CODE,
    VALUE_CODES,
    VALUE_TEXTS,
    VALUE_NUMBER, /* FIELD_NUMBER, FIELD_ENTRY */
    VALUE_MOMENT, /* FIELD_INSTANT, FIELD_MOMENT */
    VALUE_DAY,
    VALUE_FIELDS
};

struct fields;

struct value {
    enum value_kind kind;
    union {
        const char *text;
        const struct code *code;
        int64_t number;
        struct moment moment;
        struct day day;
        struct {
            const void *items; /* const struct code *const * or const char *const * */
            size_t count;
        } list;
        const struct fields *fields;
    };
};
static inline const struct code *const *value_codes(const struct value *value)
{
    return (const struct code *const *)value->list.items;
}
static inline const char *const *value_texts(const struct value *value)
{
    return (const char *const *)value->list.items;
}

/* The `fields` of a correction: new answers of the entry it corrects (for a correction of a correction, of
   the entry that one corrects). Where `set` is true the value replaces the answer; a VALUE_NONE takes it
   away. */
struct fields {
    const struct entry_type *type;
    const struct value *values; /* type->field_count */
    const bool *set;            /* type->field_count */
    bool sets_occurred;         /* "occurred_at" among the names: corrects when it happened */
    struct moment occurred;
};

struct entry {
    /* what the order of a case and its duties read lies together: entries come from memory, not the cache */
    const struct entry_type *type;
    const struct pack *pack; /* it was written under; NULL: the one at hand, or none */
    struct moment occurred;
    struct instant recorded_at;
    const struct value *values; /* type->field_count of them */
    uint64_t seq;               /* in its stream, from 1 */
    struct id id;
    struct id recorded_by;     /* an account */
    const char *recorded_name; /* filled by act for display; NULL otherwise */
    const char *agency;        /* of the person who recorded it */
    const char *label;
};

/* What is known of the child apart from the entries, where rules need it. */
struct child {
    bool has_birth;
    struct day birth;
};

/* The value of a field by name; a VALUE_NONE when the type has no such field. */
const struct value *entry_value(const struct entry *entry, const char *field);
/* The id of the code in that field, or NULL. */
const char *entry_code(const struct entry *entry, const char *field);
const char *entry_text(const struct entry *entry, const char *field);
/* 0, or no day, where there is none. */
int64_t entry_number(const struct entry *entry, const char *field);
struct day entry_day(const struct entry *entry, const char *field);
/* Same kind and same answer. Answers in fields of corrections are the same only when they are one. */
bool value_equal(const struct value *a, const struct value *b);

/* Where something stands in the order of a case: occurred, then recorded, then sequence. */
struct place {
    struct instant occurred; /* the start of a day */
    struct instant recorded;
    uint64_t seq;
};
static inline int place_compare(struct place a, struct place b)
{
    if (a.occurred.ms != b.occurred.ms) {
        return a.occurred.ms < b.occurred.ms ? -1 : 1;
    }
    if (a.recorded.ms != b.recorded.ms) {
        return a.recorded.ms < b.recorded.ms ? -1 : 1;
    }
    return (a.seq > b.seq) - (a.seq < b.seq);
}
struct place entry_place(const struct entry *entry); /* as recorded, without corrections */
int entry_compare(const struct entry *a, const struct entry *b);

#endif
