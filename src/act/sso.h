/*
 * Signing in by the identity provider of one's own agency (OpenID Connect, authorisation code with PKCE). The
 * browser is sent there with a ticket of ours in a cookie, comes back with a code, and the code is redeemed
 * and judged here. Who it is is found by the provider and its name for them, never by an address or a name;
 * what they may do follows from the settings each time they sign in, and ends at once when the settings no
 * longer say so. The provider being away opens nothing and stops nobody who signs in in another way.
 */
#ifndef WM_ACT_SSO_H
#define WM_ACT_SSO_H

#include "act/signing.h"
#include "sso/partner.h"

/* Checks that the agencies and roles of settings are those of the pack. ERROR_PACK: every fault by file and
 * line. */
const struct error *sso_settings_check(struct arena *arena, const char *path,
                                       const struct sso_settings *settings, const struct pack *pack,
                                       const struct pack_fault **ret_faults,
                                       size_t *ret_fault_count) MUST_CHECK;
/* Lets the service sign people in by them. Before serving; both outlive it. */
void service_sso(struct service *service, struct arena *arena, const struct sso_settings *settings);

struct sso_way {
    const char *id;    /* /sign-in/with/ID */
    const char *title; /* of the button */
};
/* What the page of signing in offers. `link`: a link of an invitation, of which only the providers of its
 * agency are shown (none when it is no longer good); NULL: all. Actor NULL. */
void act_sso_ways(const struct act *act, const char *link, const struct sso_way **ret_ways,
                  size_t *ret_count);
/* The provider that the actor's account is joined to; NULL: none. */
const struct sso_way *act_sso_mine(const struct act *act);

/* What the browser is to come back for. */
struct sso_errand {
    const char *provider;
    const char *link; /* joins the account of this invitation; NULL: signs in */
    const char *next; /* path of this site to go on to; NULL: the first page */
    bool again;       /* the actor proves again who they are */
};
/*
 * *ret_address: where the browser is to go. *ret_ticket: for a cookie, good for ten minutes. May block for
 * some seconds. ERROR_NOT_FOUND: there is no such provider (or link); ERROR_IO, ERROR_BAD_INPUT: it is away,
 * or its description is not as it must be; ERROR_BUSY. The detail is for the log: it holds no personal data.
 */
const struct error *act_sso_begin(const struct act *act, const struct sso_errand *errand,
                                  const char **ret_address, const char **ret_ticket) MUST_CHECK;

enum sso_end {
    SSO_SIGNED_IN, /* or as far as a password alone: sign_in says what is asked still */
    SSO_PROVED     /* the session goes on under sign_in.token */
};
struct sso_ended {
    enum sso_end end;
    struct sign_in sign_in;
    const char *next; /* NULL: the first page */
    bool joined;      /* the account was joined just now */
    bool made;        /* ... or made */
};
/* Why not, in the words of sso_refusal. */
enum sso_refused {
    SSO_REFUSED_BY_PROVIDER, /* it did not sign them in, or they turned back there */
    SSO_REFUSED_ANSWER,      /* the answer is not as it must be, is stale, or was used */
    SSO_REFUSED_AWAY,
    SSO_REFUSED_NO_ROLE, /* the settings give this person nothing */
    SSO_REFUSED_UNKNOWN, /* there is no account of theirs */
    SSO_REFUSED_LOCKED,  /* there is one, and it is locked */
    SSO_REFUSED_OTHER,   /* it is of another agency or another person */
    SSO_REFUSED_LINK,    /* the invitation is no longer good */
    SSO_REFUSED_SECOND,  /* a second factor is asked for, and was not given */
};
/*
 * The browser is back. `provider` is of the path, `ticket` of the cookie, `session` of the cookie of a
 * session (NULL: none; needed to prove again). Blocks for some seconds at most. On an error *ret_refused says
 * why.
 */
const struct error *act_sso_end(const struct act *act, const char *provider, const char *ticket,
                                const struct sso_answer *answer, const char *session,
                                const struct origin *from, struct sso_ended *ret_ended,
                                enum sso_refused *ret_refused) MUST_CHECK;

/* Where the browser ends its session with that provider too; NULL: it offers nothing, or there is none of
 * that name. Never blocks: only what is known already is used. *ret_title: what it is called. */
const char *act_sso_way_out(const struct act *act, const char *provider, const char **ret_title);

/* An account signs in by its provider no more; by name, by an administrator or from the command line. */
const struct error *act_sso_part(const struct act *act, const char *username) MUST_CHECK;

#endif
