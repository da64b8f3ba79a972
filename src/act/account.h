/* Accounts as act/ holds them, and what the acts that change them are made of. */
#ifndef WM_ACT_ACCOUNT_H
#define WM_ACT_ACCOUNT_H

#include "act/account_state.h"
#include "act/inner.h"
#include "act/signing.h"

struct account_token {
    const char *hash; /* hexadecimal */
    const char *title;
    struct instant made_at;
    struct instant ends_at;
    bool keeps_accounts; /* may do what else asks who they are again */
};

struct account {
    struct id id;
    uint64_t seq; /* of the last entry it was folded from */
    const char *username;
    const char *name;
    const char *role;
    const char *agency;
    bool locked;
    struct instant sessions_from; /* those begun before ended with a lock or another password */
    uint64_t ended_by;            /* the entry that ended them */
    const char *password_hash;    /* NULL: none set */
    const char *link_hash;        /* hexadecimal; NULL: none, or used */
    const char *issuer;           /* who signs it in, and as whom there; NULL: nobody does */
    const char *subject;
    struct instant joined_at;
    bool unmapped;     /* locked because its provider's claims give it nothing any more */
    const char *email; /* for notices; NULL: none */
    int64_t link_ends_ms;
    const struct account_token *tokens;
    size_t token_count;
    struct factors factors;
    const char *code_hash; /* of the code that is to be said with a link that was sent by mail; NULL: none */
    const char *team;
    struct instant added_at;
    struct instant unlocked_at; /* 0: never */
    struct instant expires_at;  /* 0: never */
    struct instant leaves_at;   /* 0: stays */
    /* What they took part in before does not count: their role, agency or team changed, or they had left. */
    struct instant part_from;
    struct instant reviewed_at; /* 0: never */
    struct id reviewed_by;
    bool awaits;            /* new, and opens when a second administrator agrees */
    const char *asked_role; /* that a second administrator has yet to agree to; NULL: none */
    const char *asked_agency;
    const char *asked_team;
    struct id asked_by;
    struct account *next;
};

/* ---- account_fold.c ---- */

/* As it stands now, however it was changed, here or by another process. Lives as long as the service. */
const struct error *account_read(const struct act *act, struct id id,
                                 const struct account **ret_account) MUST_CHECK;
const struct error *account_by_name(const struct act *act, const char *username,
                                    const struct account **ret_account) MUST_CHECK;
const struct error *accounts_every(const struct act *act, const struct account *const **ret_accounts,
                                   size_t *ret_count) MUST_CHECK;
struct instant account_used_at(const struct act *act, const struct account *account); /* 0: never */
enum account_state account_state_now(const struct act *act, const struct account *account);
/* ERROR_NOT_SIGNED_IN when the account does not open or its role is not in the pack. */
const struct error *account_actor(const struct act *act, const struct account *account,
                                  struct actor *ret_actor) MUST_CHECK;

/* ---- account.c ---- */

/* May the actor keep accounts? Logged. The command line (actor NULL) may. */
const struct error *account_begin(const struct act *act, const char *name, struct id record) MUST_CHECK;
/* Of the actor's agency, unless they administer all. */
bool account_is_within(const struct act *act, const struct account *account);
/* Nobody changes their own; only an administrator that of an administrator. */
bool account_may_change(const struct act *act, const struct account *account);
bool account_may_give(const struct act *act, const struct role *role, const char *agency);
/* ERROR_INVALID names the fields `role` and `agency`. */
const struct error *account_check_role(const struct act *act, const char *role_id,
                                       const char *agency) MUST_CHECK;
/* One that the actor keeps, to read it; logged as `name`. ERROR_NOT_FOUND also for those of other agencies.
 */
const struct error *account_of(const struct act *act, const char *name, const char *username,
                               const struct account **ret_account) MUST_CHECK;
/* ... to change it: dangerous. */
const struct error *account_to_change(const struct act *act, const char *name, const char *username,
                                      const struct account **ret_account) MUST_CHECK;
/* By name, whoever asks; ERROR_NOT_FOUND names the field `username`. */
const struct error *account_named(const struct act *act, const char *username,
                                  const struct account **ret_account) MUST_CHECK;
/* ---- account_move.c ---- */
bool account_may_agree(const struct act *act, const struct account *account);

/* ---- account.c ---- */
/* What a link that is sent by mail is, by the entry that made it. */
const char *account_mailed_link(const struct act *act, struct id account, uint64_t seq);
const char *account_code_hash(const struct act *act, struct id account, const char *code);
/* A new entry of a system type, by the actor, now; *ret_values to be filled with account_set. */
struct entry account_entry(const struct act *act, const char *type_id, struct value **ret_values);
void account_set(struct value *values, const struct entry_type *type, const char *field, const char *text);
/* Appends it to the account's stream, whatever was written there meanwhile. */
const struct error *account_append(const struct act *act, struct id id, const struct entry *entry) MUST_CHECK;
/* The actor's own. */
const struct error *account_mail_set(const struct act *act, const char *address) MUST_CHECK;
struct token_input {
    const char *title; /* what uses it */
    struct instant ends_at;
    bool keeps_accounts;
};
/* A new token of that account. */
const struct error *token_make(const struct act *act, const struct account *account,
                               const struct token_input *input, const char **ret_token) MUST_CHECK;
void hash_text_hex(struct arena *arena, const char *secret, const char **ret_text);

/* ---- account_notice.c: what is told to the holder of an account ---- */

enum account_notice {
    ACCOUNT_NOTICE_INVITATION, /* only by mail */
    ACCOUNT_NOTICE_CHANGED,    /* role, agency, team */
    ACCOUNT_NOTICE_UNUSED,     /* is about to be locked, because nobody used it */
    ACCOUNT_NOTICES
};
/* Tells it, in the write of what causes it. `seq`: of the entry; told twice about one it is told once. */
void account_tell(const struct act *act, struct write *write, struct id account, enum account_notice what,
                  uint64_t seq);
/* The rule of such a notice, or -1. */
int account_notice_of(const char *rule);
const char *account_notice_title(enum account_notice what);
/* Warns those whose accounts lock soon for want of use. Actor NULL. */
const struct error *account_notices_sweep(const struct act *act) MUST_CHECK;

/* ---- session.c: what every way of signing in ends with ---- */

/* A new session of an account that was proved to be theirs: `strong` by more than a password. Looks again
 * whether the account still stands as it was read. */
const struct error *session_begin(const struct act *act, const struct account *account,
                                  const struct origin *from, bool strong, const char **ret_token) MUST_CHECK;
/* Whose name and password that is: not locked, not slowed. Of every sign-in that begins with a password. */
const struct error *sign_in_by_password(const struct act *act, const char *username, const char *password,
                                        const struct origin *from,
                                        const struct account **ret_account) MUST_CHECK;
/* The session goes on under another token, proved now. Never makes a strong one weak, nor one longer. */
const struct error *session_renew(const struct act *act, const char *token, bool strong,
                                  const char **ret_token) MUST_CHECK;

/* ---- device.c ---- */

/* "Firefox on Windows", of what a browser says it is; "an unknown device". */
const char *device_words(struct arena *arena, const char *agent);
/* "10.20.x.x", "2001:db8:…": enough to tell the office from elsewhere. */
const char *place_words(struct arena *arena, const char *client);

#endif
