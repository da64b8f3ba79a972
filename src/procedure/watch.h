/*
 * Unusual looks: of what was looked at, by whom and when, what somebody should ask about. Pure: looks, and
 * what is known of the workers and the records, go in; flags come out, by the rules of the pack. A flag is a
 * question, not a finding.
 *
 * Involvement is a tie between a worker and a record, with a beginning and perhaps an end. It reaches a day
 * back before it began, since who records on a case opens it first.
 */
#ifndef WM_PROCEDURE_WATCH_H
#define WM_PROCEDURE_WATCH_H

#include "base/id.h"
#include "calendar/calendar.h"
#include "pack/pack.h"

enum watch_did {
    WATCH_OTHER,
    WATCH_OPENED, /* read the record */
    WATCH_WROTE,
    WATCH_SEARCHED,
    WATCH_TOOK /* a file, or a sheet to print */
};

struct watch_look {
    struct instant at;
    int worker;
    int record; /* -1 for none */
    enum watch_did did;
    uint64_t client; /* of the device and address; 0 for none */
};
struct watch_worker {
    const char *family_name; /* as name_normal makes it; NULL for none */
    const char *home;        /* postcode without spaces, in capitals; NULL not known */
    struct instant moved_at; /* to another role, team or agency; never: did not */
    bool oversees;           /* answers for the work on every case: to read many of others is their work */
    struct instant used_at;  /* last before the looks that are given; never: not known */
};
struct watch_record {
    const char *family_name;
    const char *home;
    struct instant ended_at; /* never: open */
};
struct watch_tie {
    int worker;
    int record;
    struct instant from;
    struct instant until; /* never: goes on */
};

struct watch_input {
    const struct looking *looking;
    const struct calendar *calendar;
    const struct watch_look *looks; /* in the order of time */
    size_t look_count;
    const struct watch_worker *workers;
    size_t worker_count;
    const struct watch_record *records;
    size_t record_count;
    const struct watch_tie *ties; /* in any order */
    size_t tie_count;
    struct instant since; /* flags that were reached before are not given */
};

struct watch_flag {
    const struct watch_rule *rule;
    int worker; /* -1: several */
    int record; /* -1: several, or none */
    struct instant from;
    struct instant at; /* when it was reached */
    int count;         /* of what the rule counts, then */
};

/* By worker, then record, rule and time; of one rule, worker and record (where the rule is of one) at most
 * one within the time that the rule looks at. */
void watch_looks(struct arena *arena, const struct watch_input *input, const struct watch_flag **ret_flags,
                 size_t *ret_count);

#endif
