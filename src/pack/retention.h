/*
 * How long records are kept and why, how one is disposed of, and what a person who asks for what is held
 * about them is not given. Declared by the pack (retention.yaml); counted by procedure/retention.h, asked by
 * act/. Nothing in C knows a period or a reason.
 */
#ifndef WM_PACK_RETENTION_H
#define WM_PACK_RETENTION_H

#include "pack/pack.h"

/* ---- how long ---- */

enum retention_record {
    RETENTION_CASE,   /* the case of a child; the person goes with the last of their cases */
    RETENTION_OUTSIDE /* an entry that names no child */
};

enum retention_from {
    RETENTION_FROM_CLOSED,     /* the day the case was closed */
    RETENTION_FROM_LAST_ENTRY, /* the day the last entry was recorded */
    RETENTION_FROM_BIRTHDAY    /* the day the child reaches `age` */
};

/*
 * Every rule whose conditions hold keeps the record; the one that keeps it longest decides. A record to which
 * no rule applies is kept.
 */
struct retention_rule {
    const char *id; /* kebab-case */
    int index;
    const char *title; /* "A child who was looked after" */
    const char *why;
    const char *paragraph; /* of the procedure; NULL where `statute` says it */
    const char *statute;   /* "Limitation Act 1980, section 11"; NULL where `paragraph` says it */
    enum retention_record record;
    enum retention_from from;
    int age; /* RETENTION_FROM_BIRTHDAY */
    int months;
    struct conditions when; /* only what stands in the entries (has, lacks): it does not change with time */
};

struct disposal_terms {
    int waiting_days; /* between the second person's agreement and the destruction */
    const char *text; /* what those who agree are to have considered; NULL for none */
};

/* ---- subject access ---- */

enum exempt_match {
    EXEMPT_LABEL, /* an entry or field of that label */
    EXEMPT_ENTRY, /* an entry type, or one field of it */
    EXEMPT_PERSON /* a field that names somebody */
};

struct exempt_what {
    enum exempt_match match;
    label_set labels; /* EXEMPT_LABEL: one of them */
    int type;         /* EXEMPT_ENTRY: index of the entry type */
    int field;        /* its index there; -1: the whole entry */
};

/* Why something is left out. The first that matches is proposed to the reviewer, who decides. */
struct exemption {
    const char *id; /* kebab-case */
    int index;
    const char *title; /* "Somebody else's personal data" */
    const char *help;  /* what the reviewer is to weigh; NULL for none */
    const char *statute;
    const struct exempt_what *what; /* none: never proposed, only chosen */
    size_t what_count;
    bool for_others;    /* only where somebody else asks on the person's behalf */
    bool needs_opinion; /* of a health professional: who gave it and on which day */
};

struct subject_terms {
    const char *statute; /* NULL: the pack answers no requests */
    int months;          /* in which a request is answered, */
    int more_months;     /* and how much longer when it is complex */
};

struct retention {
    const struct retention_rule *rules;
    size_t rule_count;
    struct disposal_terms disposal;
    const struct exemption *exemptions; /* in their order: the first that matches is proposed */
    size_t exemption_count;
    struct subject_terms subject;
};

/* NULL when there is none. */
const struct retention_rule *retention_rule_find(const struct pack *pack, const char *id);
const struct exemption *exemption_find(const struct pack *pack, const char *id);

#endif
