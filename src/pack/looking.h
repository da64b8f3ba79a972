/*
 * What the pack says of the log of looks: how many records somebody may be shown within an hour, how long
 * broken glass stays open, what hours are worked in, and what makes looks unusual. A pack that says nothing
 * gets what stands in load_looking.c.
 */
#ifndef WM_PACK_LOOKING_H
#define WM_PACK_LOOKING_H

#include <stdbool.h>

/* What is looked for. The words of a pack are in load_looking.c, in this order. */
enum watch_kind {
    WATCH_MANY,       /* so many records opened */
    WATCH_UNINVOLVED, /* so many records opened without involvement */
    WATCH_TRAWL,      /* the same over weeks */
    WATCH_NAME,       /* a child of the worker's own family name, without involvement */
    WATCH_ADDRESS,    /* a child who lives where the worker does, or next door */
    WATCH_HOURS,      /* records opened out of hours without involvement, by one who does not work then */
    WATCH_NIGHT_FILE, /* a file taken out of hours */
    WATCH_FORMER,     /* a case that ended, or that the worker left, so many days ago */
    WATCH_FILES,      /* so many files taken and sheets printed */
    WATCH_TWO_PLACES, /* one account from two devices at once, to and fro so many times */
    WATCH_STALE,      /* an account that was not used for so many days; a role its worker moved on from */
    WATCH_SEARCHES,   /* so many searches */
    WATCH_SOUGHT,     /* one record opened by so many without involvement */
    WATCH_KINDS
};

struct watch_rule {
    const char *id;    /* kebab-case: kept with every flag */
    const char *title; /* "Many records within an hour" */
    const char *why;   /* why somebody should ask about it */
    enum watch_kind kind;
    int least;        /* how many */
    int within_hours; /* of time that slides */
    int days;         /* of the kinds that say so */
};

struct looking {
    int records_an_hour; /* that one account is shown; 0: no limit */
    int glass_hours;     /* how long broken glass stays open */
    int begins_hour;     /* of a working day, local time */
    int ends_hour;
    const struct watch_rule *rules;
    int rule_count;
};

#endif
