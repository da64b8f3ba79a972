/*
 * Signing in by two factors: passkeys, one-time codes, recovery codes, and what happens when all are lost.
 * Part of the one door; apart from act.h because only pages, and no other act, need it.
 *
 * A password begins no session by itself (but see service_allow_one_factor): it gives a half, good for ten
 * minutes in that browser, which asks for a code or, of an account that has no second factor yet, for making
 * one. A passkey is both factors at once. `binding` is what ties a challenge to a browser: the token of its
 * forms.
 */
#ifndef WM_ACT_SIGNING_H
#define WM_ACT_SIGNING_H

#include "act/act.h"

/* Where browsers reach this server, as "https://waymark.example.org": passkeys are bound to it. Before
 * serving. ERROR_BAD_INPUT: not https (or http://localhost), or with a path. Without it there are no
 * passkeys. */
const struct error *service_reached_at(struct service *service, struct arena *arena,
                                       const char *origin) MUST_CHECK;
/* NULL: there are none. */
const char *service_passkey_name(const struct service *service);

/* ---- what an account has (folded of its entries) */

struct factor_passkey {
    const char *id;  /* base64url */
    const char *key; /* base64url of COSE */
    const char *title;
    bool locked; /* its counter went back */
    bool may_be_copied;
    struct instant made_at;
};
struct factors {
    const struct factor_passkey *passkeys;
    size_t passkey_count;
    const char *code_secret; /* NULL: no app */
    struct instant code_made_at;
    const char *const *recovery; /* hashes of those that are left */
    size_t recovery_count;
    struct instant password_at; /* when the password was set last */
    /* lost, and a second person is to agree */
    bool lost;
    struct id lost_by; /* who asks; zero: at the command line */
    struct instant lost_at;
    const char *lost_how;
};

/* ---- signing in */

enum sign_in_next { SIGN_IN_DONE, SIGN_IN_SECOND, SIGN_IN_ENROL };
struct sign_in {
    enum sign_in_next next;
    const char *token;  /* SIGN_IN_DONE: of the session */
    const char *device; /* SIGN_IN_DONE */
    const char *half;   /* else */
};
/* The password; like act_sign_in, but says what is asked next. An account that has no second factor, and
 * whose password was set longer ago than 72 hours, needs a new link: ERROR_NOT_ALLOWED. */
const struct error *act_sign_in_password(const struct act *act, const char *username, const char *password,
                                         const struct origin *from, struct sign_in *ret_sign_in) MUST_CHECK;
/* A code of the app, or a recovery code. ERROR_INVALID (field `code`) when it is wrong, was used, or is too
 * old; ERROR_TOO_MANY; ERROR_NOT_SIGNED_IN when the half is no longer good. *ret_left: recovery codes that
 * are left, -1 when none was used now. */
const struct error *act_sign_in_code(const struct act *act, const char *half, const char *code,
                                     const struct origin *from, struct sign_in *ret_sign_in,
                                     int *ret_left) MUST_CHECK;
/* Whether the account behind the half has an app, passkeys, recovery codes: what to offer. */
struct second_view {
    bool has_code;
    bool has_passkeys;
    bool has_recovery;
};
const struct error *act_sign_in_second(const struct act *act, const char *half,
                                       struct second_view *ret_view) MUST_CHECK;

/* Good for five minutes, once, for this purpose and browser. `purpose`: "sign-in", "add", "confirm". */
const char *act_passkey_challenge(const struct act *act, const char *purpose, const char *binding);
/* What the browser answers, as base64url. */
struct passkey_answer {
    const char *challenge;
    const char *id;
    const char *user; /* handle */
    const char *client_data;
    const char *authenticator_data;
    const char *signature;
};
/* By a passkey alone. ERROR_NOT_SIGNED_IN says what was wrong with it, and nothing of whose it might be. */
const struct error *act_sign_in_passkey(const struct act *act, const char *binding,
                                        const struct passkey_answer *answer, const struct origin *from,
                                        struct sign_in *ret_sign_in) MUST_CHECK;
/* The same before a dangerous act: of the actor's own. The session goes on under another token, strong. */
const struct error *act_prove_by_passkey(const struct act *act, const char *session_token,
                                         const char *binding, const struct passkey_answer *answer,
                                         const char **ret_token) MUST_CHECK;

/*
 * The actor's own password, changed with the one before. Every session ends, and this one goes on under
 * *ret_token, which is also set when the new password is refused (ERROR_INVALID, field `fresh`): the session
 * was proved anew. A wrong one (field `password`) counts like those of signing in.
 */
const struct error *act_password_change(const struct act *act, const char *token, const char *password,
                                        const char *fresh, const struct origin *from,
                                        const char **ret_token) MUST_CHECK;

/* ---- keeping one's own: signed in (half NULL), or with the half of SIGN_IN_ENROL */

struct factors_view {
    const struct factor_passkey *passkeys;
    const struct instant *used_at; /* one for each; never (0) */
    size_t passkey_count;
    bool has_code;
    struct instant code_made_at;
    size_t recovery_left;
    size_t ways; /* that sign in: the last cannot be removed */
};
const struct error *act_factors(const struct act *act, const char *half,
                                struct factors_view *ret_view) MUST_CHECK;

/* What the browser needs to make a passkey. */
struct passkey_offer {
    const char *challenge;
    const char *name;     /* of the relying party */
    const char *user;     /* handle, base64url */
    const char *username; /* for people */
    const char *full_name;
    const char *known; /* ids of those there are, with spaces between */
};
const struct error *act_passkey_offer(const struct act *act, const char *half, const char *binding,
                                      struct passkey_offer *ret_offer) MUST_CHECK;
/* With a half the session begins, and sign_in is filled. ERROR_INVALID (field `title` or none). */
const struct error *act_passkey_add(const struct act *act, const char *half, const char *binding,
                                    const char *challenge, const char *client_data, const char *attestation,
                                    const char *title, const struct origin *from,
                                    struct sign_in *ret_sign_in) MUST_CHECK;
const struct error *act_passkey_remove(const struct act *act, const char *id) MUST_CHECK;

/* A new secret for an app; nothing is kept until a code of it is given. `sealed` is to be given back. */
struct code_offer {
    const char *sealed;
    const char *words;   /* to be typed into the app */
    const char *address; /* for the picture */
};
/* `sealed` not NULL: the same again. */
const struct error *act_code_offer(const struct act *act, const char *half, const char *sealed,
                                   struct code_offer *ret_offer) MUST_CHECK;
const struct error *act_code_set(const struct act *act, const char *half, const char *sealed,
                                 const char *code, const struct origin *from,
                                 struct sign_in *ret_sign_in) MUST_CHECK;
const struct error *act_code_remove(const struct act *act) MUST_CHECK;
/* Ten new ones, shown once; those before are worth nothing. */
const struct error *act_recovery_make(const struct act *act, const char *const **ret_codes,
                                      size_t *ret_count) MUST_CHECK;

/* ---- lost: one who keeps accounts has seen who it is and asks, another agrees; the person is told */

struct lost_view {
    const char *username;
    const char *name;
    const char *asked_by;
    const char *how;
    struct instant asked_at;
    bool mine; /* asked by, or about, the actor: somebody else has to agree */
};
/* `how` is a code of lost_ways. */
const struct error *act_lost_ask(const struct act *act, const char *username, const char *how) MUST_CHECK;
/* Agreed: every factor, session and the password are gone; *ret_link is for /set-password/. Else NULL. */
const struct error *act_lost_answer(const struct act *act, const char *username, bool agreed,
                                    const char **ret_link) MUST_CHECK;
const struct error *act_lost_list(const struct act *act, const struct lost_view **ret_list,
                                  size_t *ret_count) MUST_CHECK;
struct lost_way {
    const char *id;
    const char *title;
};
const struct lost_way *act_lost_ways(size_t *ret_count);

/* ---- tokens of programs: one's own, made in a strong session that was just proved, and not for ever */

enum { TOKEN_DAYS_MOST = 90 };
struct token_view {
    const char *id; /* the beginning of its hash */
    const char *title;
    struct instant made_at;
    struct instant ends_at;
};
const struct error *act_token_make(const struct act *act, const char *title, int days,
                                   const char **ret_token) MUST_CHECK;
const struct error *act_tokens(const struct act *act, const struct token_view **ret_tokens,
                               size_t *ret_count) MUST_CHECK;
const struct error *act_token_end(const struct act *act, const char *id) MUST_CHECK;

#endif
