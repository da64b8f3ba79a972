/* The directory of contacts (directory.c). */
#ifndef WM_ACT_DIRECTORY_H
#define WM_ACT_DIRECTORY_H

#include "act/context.h"
#include "people/contact.h"

/* By an administrator, or from the command line (actor NULL). Each contact is a record of its own: a change
 * is a new entry, so that what stood before stays known. ERROR_INVALID chains a fault for each field. With
 * the same key of the same account it is added once; NULL: none. */
const struct error *act_directory_add(const struct act *act, const struct contact_view *contact,
                                      const char *idempotency_key) MUST_CHECK;
/* Those in use, by agency, area and name. */
const struct error *act_directory_list(const struct act *act, const struct contact_view **ret_contacts,
                                       size_t *ret_count) MUST_CHECK;

struct contact_change {
    const char *title; /* "Contact changed" */
    const char *text;  /* what changed: "Telephone: 0116 496 0101, before 0116 496 0100" */
    struct instant at;
    const char *by;
};
struct contact_history {
    struct contact_view contact; /* as it stands; perhaps withdrawn */
    const struct contact_change *changes;
    size_t count;    /* newest first */
    bool may_change; /* this actor */
};
const struct error *act_contact_read(const struct act *act, struct id id,
                                     struct contact_history *ret_history) MUST_CHECK;
/* By an administrator, or by who keeps it right. `contact->id` says which. Nothing is written when nothing
 * differs. ERROR_CONFLICT: somebody changed it after `contact->seq`, or after `seq`; 0: as it stands now. */
const struct error *act_contact_change(const struct act *act, const struct contact_view *contact) MUST_CHECK;
/* It was checked today and is right. */
const struct error *act_contact_verify(const struct act *act, struct id id, uint64_t seq) MUST_CHECK;
const struct error *act_contact_withdraw(const struct act *act, struct id id, uint64_t seq,
                                         const char *reason) MUST_CHECK;

struct directory_reminders {
    const struct contact_view *stale; /* that this actor keeps right */
    size_t stale_count;
    const struct agency_gap *gaps; /* for administrators */
    size_t gap_count;
};
const struct error *act_directory_reminders(const struct act *act,
                                            struct directory_reminders *ret_reminders) MUST_CHECK;

#endif
