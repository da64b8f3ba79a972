/*
 * Signing in by a password, proving it again, sessions and bearer tokens (session.c, device.c). Of second
 * factors see signing.h.
 */
#ifndef WM_ACT_SESSIONS_H
#define WM_ACT_SESSIONS_H

#include "act/context.h"

enum { SESSION_IDLE_SECONDS = 30 * 60 }; /* without use */

struct session {
    struct actor actor; /* with when it was last proved who they are, and how strongly */
    const char *csrf;   /* what every form of this session carries; stays when its token changes */
    struct instant began_at;
    struct instant ends_at; /* at the latest */
};
/* From where somebody signs in. */
struct origin {
    const char *client; /* the address of the peer */
    const char *device; /* a token of an earlier successful sign-in on this device, or NULL */
    const char *agent;  /* what the browser says it is (User-Agent), or NULL */
};
/*
 * Actor NULL. Unknown name, wrong password and locked account answer alike (ERROR_NOT_SIGNED_IN) and cost
 * alike. Guessing is slowed per account and client together, and per client, so that an outsider does not
 * lock a worker out: ERROR_TOO_MANY says how long to wait.
 */
const struct error *act_sign_in(const struct act *act, const char *username, const char *password,
                                const struct origin *from, const char **ret_token,
                                const char **ret_device) MUST_CHECK;
/* Before anything is asked of a request: what this thread did before was somebody else's, and the records
 * that are opened from here on are not counted for them. */
void act_by_nobody(void);
/* Whose session the cookie's token is; ends after 30 minutes without use and 12 hours at most. Actor NULL. */
const struct error *act_session(const struct act *act, const char *token,
                                struct session *ret_session) MUST_CHECK;
/*
 * Dangerous acts (keeping accounts, tokens, exports, disposal, break glass) call act_dangerous after it is
 * decided that the actor may do them: ERROR_PROVE_AGAIN when it is longer ago than this that they gave a
 * password or a passkey. The page of that error asks for it, keeps what was typed, and goes on with the same
 * request when it is given. The command line (actor NULL) passes; a program's token (proved never) is refused
 * with ERROR_NOT_ALLOWED.
 */
enum { PROOF_SECONDS = 10 * 60 };
const struct error *act_dangerous(const struct act *act) MUST_CHECK;
/* The actor's password once more: wrong ones count like those of signing in. The session goes on under
 * another token; the old one is worth nothing. */
const struct error *act_prove_again(const struct act *act, const char *token, const char *password,
                                    const struct origin *from, const char **ret_token) MUST_CHECK;

/* One of my sessions. */
struct session_view {
    struct id id;
    const char *device; /* "Firefox on Windows" */
    const char *place;  /* coarse: "10.20.x.x" */
    struct instant began_at;
    struct instant seen_at;
    struct instant ends_at; /* at the latest */
    bool strong;
    bool is_this;
};
/* The actor's own that still go on, this one first, then the latest seen. */
const struct error *act_sessions(const struct act *act, const struct session_view **ret_sessions,
                                 size_t *ret_count) MUST_CHECK;
/* Ends one of the actor's own, at once; ERROR_NOT_FOUND. */
const struct error *act_session_end(const struct act *act, struct id session) MUST_CHECK;
/* All of the actor's own but this one. */
const struct error *act_sessions_end_others(const struct act *act, size_t *ret_count) MUST_CHECK;
const struct error *act_sign_out(const struct act *act, const char *token) MUST_CHECK;
/* A token of the device and the address that something comes from, which gives neither away: for the log of
 * looks. */
const char *act_client(const struct act *act, const char *address, const char *device);
/* Whose bearer token it is. Actor NULL. */
const struct error *act_bearer(const struct act *act, const char *token, struct actor *ret_actor) MUST_CHECK;

#endif
