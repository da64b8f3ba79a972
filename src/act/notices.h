/* Notices, where they are mailed to, and what still waits to be sent (notice.c, courier.c). */
#ifndef WM_ACT_NOTICES_H
#define WM_ACT_NOTICES_H

#include "act/context.h"

struct notice_view {
    struct id id;
    struct instant at;
    const char *title;
    const char *paragraph; /* NULL for none */
    const char *when;      /* "begun", "due soon", "overdue"; NULL for an entry */
    const char *to;        /* the duty point; NULL */
    const char *path;      /* where it leads, when not to the case; NULL */
    bool has_case;
    struct reference reference;
    const char *child_name; /* NULL where the reader reads no case */
    bool of_account;        /* about the reader's own account, and no case */
    bool read;
};
/* Mine, newest first. `cursor` NULL: from the newest. */
const struct error *act_notices(const struct act *act, const char *cursor,
                                const struct notice_view **ret_notices, size_t *ret_count,
                                const char **ret_next) MUST_CHECK;
/* At most 100. */
const struct error *act_notices_unread(const struct act *act, size_t *ret_count) MUST_CHECK;
/* NULL: all of mine. */
const struct error *act_notices_read(const struct act *act, const char *id) MUST_CHECK;
/* Where notices are sent to by e-mail; "" for nowhere. */
const struct error *act_mail_address(const struct act *act, const char **ret_address) MUST_CHECK;
const struct error *act_mail_address_set(const struct act *act, const char *address) MUST_CHECK;

struct outbox_view {
    struct id id;
    struct instant made_at;
    struct instant next_at;
    int tries;
    const char *fault; /* "" before the first try */
    const char *to;    /* whose: the name of the account or contact, or "Duty manager, social-care" */
};
struct mail_state {
    bool on;
    const struct outbox_view *waiting; /* the soonest 100 */
    size_t waiting_count;
    size_t total;
};
/* For administrators. */
const struct error *act_outbox(const struct act *act, struct mail_state *ret_state) MUST_CHECK;
const struct error *act_outbox_hurry(const struct act *act) MUST_CHECK;

#endif
