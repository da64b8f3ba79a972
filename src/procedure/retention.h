/*
 * Until when a record is kept. Pure: the rules of the pack, what is known of the record, and the day asked.
 *
 * - An open case is kept; so is a held record, and one to which no rule applies.
 * - Of the rules that apply the one that keeps the record longest decides, and of several as long the first.
 *   It is kept on that last day too, and due on the day after.
 * - Months are counted by the calendar: the same day of the month, or that month's last day.
 * - Who was born on 29 February has their birthday on 1 March in common years. Where the birth is not known,
 *   the child counts as born on the day the record began: no child is older than that makes them too young.
 */
#ifndef WM_PROCEDURE_RETENTION_H
#define WM_PROCEDURE_RETENTION_H

#include "pack/retention.h"
#include "procedure/gate.h"

struct retention_facts {
    enum retention_record record;
    bool open;                       /* of a case */
    bool held;                       /* a legal hold stands */
    const struct position *position; /* of a case: what its entries say; NULL outside one */
    struct day begun;                /* the first entry was recorded */
    struct day last;                 /* the last */
    struct day closed;               /* of a case that is not open */
    struct child child;
};

enum retention_state {
    RETENTION_OPEN,    /* kept: the case is open */
    RETENTION_HELD,    /* kept: a legal hold stands, whatever the rules say */
    RETENTION_NO_RULE, /* kept: no rule of the pack applies */
    RETENTION_KEPT,    /* until `last_day` */
    RETENTION_DUE      /* its time is over */
};

struct retained {
    enum retention_state state;
    const struct retention_rule *rule; /* that decides; NULL with OPEN and NO_RULE */
    struct day last_day;               /* with a rule */
};

/* The day on which somebody born then reaches that age. */
struct day birthday_of(struct day birth, int age);
struct retained retention_due(const struct pack *pack, const struct retention_facts *facts, struct day on);

#endif
