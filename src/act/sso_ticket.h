/* The ticket that goes with a browser to a provider and back: sealed against change, and good once. */
#ifndef WM_ACT_SSO_TICKET_H
#define WM_ACT_SSO_TICKET_H

#include "act/inner.h"

struct ticket {
    const char *provider;
    struct instant begun;
    const char *link_account; /* ids and hashes in hexadecimal; "" without a link */
    const char *link_hash;
    const char *session; /* id of the session that proves again; "": signs in */
    const char *next;    /* "": the first page */
    /* what follows from it, and from nothing else */
    const char *text;
    const char *state;
    const char *nonce;
    const char *verifier;
};
enum { TICKET_MINUTES = 10 };

/* Fills `text` and what follows from it. */
void ticket_seal(const struct act *act, struct ticket *ticket);
/* False: it is not ours, is of another provider, or is older than ten minutes. */
bool ticket_open(const struct act *act, const char *text, const char *provider, struct ticket *ret_ticket);

struct used_tickets;
struct used_tickets *used_tickets_new(struct arena *arena);
/* True once for each. Never forgets one that is still good: when too many are, it is false. */
bool ticket_use(struct used_tickets *used, const struct ticket *ticket, struct instant now);

#endif
