/*
 * Accounts: made, changed, reviewed and given up, by who keeps them; their links, passwords and tokens
 * (account*.c, password.c, token.c, two_people.c).
 */
#ifndef WM_ACT_ACCOUNTS_H
#define WM_ACT_ACCOUNTS_H

#include "act/context.h"

enum account_state {
    ACCOUNT_IN_USE,
    ACCOUNT_INVITED, /* not yet used, and no password set */
    ACCOUNT_AWAITS,  /* a second administrator has to agree first */
    ACCOUNT_LOCKED,
    ACCOUNT_UNUSED, /* locked because nobody used it for 90 days */
    ACCOUNT_EXPIRED,
    ACCOUNT_LEFT
};
/* "in-use", "invited", ...: of files and the API. */
const char *account_state_name(enum account_state state);

struct account_view {
    struct id id;
    const char *username;
    const char *name;
    const char *role;
    const char *agency;
    const char *team; /* "" for none */
    const char *email;
    bool locked; /* does not open, for whatever reason */
    bool has_password;
    const char *signs_in_by; /* title of the other service it is joined to; NULL: none */
    enum account_state state;
    struct instant added_at;
    struct instant used_at;     /* 0: never */
    struct instant locks_at;    /* when nobody uses it */
    bool locks_soon;            /* within 14 days */
    struct instant expires_at;  /* 0: never */
    struct instant leaves_at;   /* 0: stays */
    struct instant reviewed_at; /* 0: never */
    const char *reviewed_by;
    bool to_review;         /* in this quarter */
    const char *asked_role; /* that a second administrator has to agree to; NULL: none */
    const char *asked_agency;
    const char *asked_by;
    bool may_change; /* this actor: not their own */
    bool may_agree;  /* this actor to the role that was asked */
};
struct account_input {
    const char *username;
    const char *name;
    const char *role;
    const char *agency;
    const char *team;          /* NULL or "": none */
    const char *email;         /* NULL or "": none */
    struct instant expires_at; /* 0: never */
    bool by_mail;              /* the invitation is sent; else there is a link to hand over */
};
/* What the new holder needs to begin; none of it is shown again. */
struct invitation {
    const char *link; /* for /set-password/LINK, good once within 72 hours; NULL when it is sent */
    const char *code; /* to be said by voice to who gets the mail: the link in it is nothing without it */
    bool mailed;
    bool awaits; /* a second administrator has to agree before there is a link */
};
/*
 * Keeping accounts: by an administrator, by an agency administrator within their agency, or from the command
 * line (actor NULL). What changes an account is dangerous (act_dangerous); a program needs a token made for
 * it. Nobody changes their own account. ERROR_NOT_FOUND also for accounts of other agencies.
 *
 * An account whose role administers opens when a second administrator has agreed (act_account_agree); the
 * command line needs no second.
 */
const struct error *act_account_invite(const struct act *act, const struct account_input *input,
                                       struct invitation *ret_invitation) MUST_CHECK;
/* The same with a link to hand over. */
const struct error *act_account_add(const struct act *act, const char *username, const char *name,
                                    const char *role, const char *agency, const char **ret_link) MUST_CHECK;
/* A new link to set the password, e.g. when the first expired (72 hours). */
const struct error *act_account_link(const struct act *act, const char *username,
                                     const char **ret_link) MUST_CHECK;
/* The invitation is sent once more; only while the account was never used. */
const struct error *act_account_invite_again(const struct act *act, const char *username,
                                             struct invitation *ret_invitation) MUST_CHECK;
/* Locked at once: sessions and tokens end. Unlocking also brings back one that was not used or whose holder
 * left. */
const struct error *act_account_lock(const struct act *act, const char *username, bool locked) MUST_CHECK;
/* A mover: sessions and tokens end at once, and what they took part in before counts no more. To a role that
 * administers, it is asked of a second administrator. */
struct account_change {
    const char *role;
    const char *agency;
    const char *team;
    const char *reason;
};
const struct error *act_account_change(const struct act *act, const char *username,
                                       const struct account_change *change, bool *ret_awaits) MUST_CHECK;
/* The second administrator: not who asked, and not the account itself. *ret_invitation of a new account. */
const struct error *act_account_agree(const struct act *act, const char *username, bool agreed,
                                      struct invitation *ret_invitation) MUST_CHECK;
/* A leaver: from that time the account does not open; 0: stays. */
const struct error *act_account_leaves(const struct act *act, const char *username, struct instant at,
                                       const char *reason) MUST_CHECK;
/* 0: never. */
const struct error *act_account_expires(const struct act *act, const char *username,
                                        struct instant at) MUST_CHECK;
/* What a leaver holds is given to another of the agency: said, dated, kept. */
const struct error *act_account_hand_over(const struct act *act, const char *username, const char *to,
                                          const char *reason) MUST_CHECK;

/* Those that the actor keeps, by user name. */
const struct error *act_account_list(const struct act *act, const struct account_view **ret_accounts,
                                     size_t *ret_count) MUST_CHECK;
/* The same, to be taken away: dangerous. */
const struct error *act_account_export(const struct act *act, const struct account_view **ret_accounts,
                                       size_t *ret_count) MUST_CHECK;
struct account_event {
    const char *title;
    const char *text; /* "" for none */
    struct instant at;
    const char *by;
};
struct account_history {
    struct account_view account;
    const struct account_event *events; /* newest first */
    size_t event_count;
    size_t drafts;            /* that they have not sent; only they can */
    size_t contacts;          /* of the directory that they keep right */
    const char *const *cases; /* references of open cases they take part in */
    size_t case_count;
};
const struct error *act_account_read(const struct act *act, const char *username,
                                     struct account_history *ret_history) MUST_CHECK;

/* The review: every quarter, who keeps accounts confirms each or changes it. */
struct account_review {
    const char *quarter; /* "2026-Q4" */
    struct day due;
    bool overdue;
    const struct account_view *accounts; /* still to be confirmed by this actor or another */
    size_t count;
    size_t total; /* of this actor's, to be confirmed or confirmed in this quarter */
};
const struct error *act_account_review(const struct act *act, struct account_review *ret_review) MUST_CHECK;
/* Confirms that these people still work here, in this role. ERROR_INVALID names the first that it cannot. */
const struct error *act_account_confirm(const struct act *act, const char *const *usernames,
                                        size_t count) MUST_CHECK;
/* The roles this actor may give in an agency, for menus. */
bool act_account_may_give(const struct act *act, const struct role *role, const char *agency);

/* A bearer token for the API, good for 90 days; shown once. From the command line only: people make their own
 * (signing.h). */
const struct error *act_account_token(const struct act *act, const char *username,
                                      const char **ret_token) MUST_CHECK;
/* One with which a program may keep accounts: good for 90 days. */
const struct error *act_account_keeping_token(const struct act *act, const char *username,
                                              const char **ret_token) MUST_CHECK;
/* Actor NULL. Whether a link may still be used (ERROR_NOT_FOUND), and whether it asks for a code. */
const struct error *act_password_link(const struct act *act, const char *link,
                                      bool *ret_asks_code) MUST_CHECK;
/* Actor NULL. ERROR_INVALID when the code is wrong (NULL: none), or the password is too short (15
 * characters), too long (128 code points) or a common one. */
const struct error *act_password_set(const struct act *act, const char *link, const char *code,
                                     const char *password, const char **ret_username) MUST_CHECK;
/* From the command line and the demonstration only: sets it without a link. */
const struct error *act_password_give(const struct act *act, const char *username,
                                      const char *password) MUST_CHECK;
/* For the demonstration: one password, hashed once, for several accounts. */
const struct error *act_password_share(const struct act *act, const char *const *usernames, size_t count,
                                       const char *password) MUST_CHECK;

#endif
