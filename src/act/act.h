/*
 * The one door. Every read and write of the record passes here, with a named actor, agency and purpose: who
 * may do it is decided here, once, and every look is logged before the answer is given. Pages, API and
 * command line are faces of the same acts. One use case a file; this header is their table of contents.
 *
 * An act needs a context: where the data is, whose arena, who acts, and what time it is. Errors come back as
 * the user should see them: ERROR_INVALID chains one fault a field, ERROR_NOT_FOUND says the same for "is not
 * there" and "is not yours to see", ERROR_CONFLICT means that somebody wrote first.
 */
#ifndef WM_ACT_ACT_H
#define WM_ACT_ACT_H

#include "base/error.h"
#include "base/id.h"
#include "base/instant.h"
#include "procedure/gate.h"
#include "record/case.h"

struct service; /* one open store with its packs; shared by all threads */

/* `packs` is the folder of the current procedure pack; its bundle is kept in the store. ERROR_PACK: faults
 * printed by check-pack. */
const struct error *service_open(struct arena *arena, const char *data_dir, const char *key_path,
                                 const char *pack_dir, struct service **ret_service) MUST_CHECK;
void service_close(struct service *service);
const struct pack *service_pack(const struct service *service); /* the current one: new cases begin with it */
struct store *
service_store(const struct service *service); /* for cli/ (verify, rebuild, backup) and act/ only */

struct actor {
    struct id account;
    const char *username; /* "duty-manager" */
    const char *name;     /* for people: "Parveen Ashworth" */
    const struct role *role;
    const char *agency;  /* code id */
    const char *purpose; /* "direct-work", "administration", ...: a code kept with every look */
};

struct act {
    struct service *service;
    struct arena *arena;
    const struct actor *actor;
    struct instant now;
};

/* ---- accounts and sessions (account.c, session.c)
 * ---------------------------------------------------------------- */

struct account_view {
    struct id id;
    const char *username;
    const char *name;
    const char *role;
    const char *agency;
    bool locked;
    bool has_password;
};
/* By an administrator, or from the command line (actor NULL). *ret_link: a token good once, for
 * /set-password/TOKEN. */
const struct error *act_account_add(const struct act *act, const char *username, const char *name,
                                    const char *role, const char *agency, const char **ret_link) MUST_CHECK;
const struct error *act_account_list(const struct act *act, const struct account_view **ret_accounts,
                                     size_t *ret_count) MUST_CHECK;
const struct error *act_account_lock(const struct act *act, const char *username, bool locked) MUST_CHECK;
/* A new link to set the password, e.g. when the first expired (72 hours). */
const struct error *act_account_link(const struct act *act, const char *username,
                                     const char **ret_link) MUST_CHECK;
/* A bearer token for the API; shown once. */
const struct error *act_account_token(const struct act *act, const char *username,
                                      const char **ret_token) MUST_CHECK;
/* Actor NULL. ERROR_INVALID when the password is too short (15 characters), too long (128 code points) or a
 * common one. */
const struct error *act_password_set(const struct act *act, const char *link, const char *password,
                                     const char **ret_username) MUST_CHECK;
/* From the command line and the demonstration only: sets it without a link. */
const struct error *act_password_give(const struct act *act, const char *username,
                                      const char *password) MUST_CHECK;

struct session {
    struct actor actor;
    const char *csrf; /* what every form of this session carries */
    struct instant ends_at;
};
/*
 * Actor NULL. Unknown name, wrong password and locked account answer alike (ERROR_NOT_SIGNED_IN) and cost
 * alike. Guessing is slowed per account and client together, and per client, so that an outsider does not
 * lock a worker out: ERROR_TOO_MANY says how long to wait. `client` is the address of the peer;
 * `known_device` a token of an earlier successful sign-in on this device, or NULL.
 */
const struct error *act_sign_in(const struct act *act, const char *username, const char *password,
                                const char *client, const char *known_device, const char **ret_token,
                                const char **ret_device) MUST_CHECK;
/* Whose session the cookie's token is; ends after 30 minutes without use and 12 hours at most. Actor NULL. */
const struct error *act_session(const struct act *act, const char *token,
                                struct session *ret_session) MUST_CHECK;
const struct error *act_sign_out(const struct act *act, const char *token) MUST_CHECK;
/* Whose bearer token it is. Actor NULL. */
const struct error *act_bearer(const struct act *act, const char *token, struct actor *ret_actor) MUST_CHECK;

/* ---- the case
 * ------------------------------------------------------------------------------------------------------ */

struct child_view {
    struct id person;
    const char *given_name;
    const char *family_name;
    const char *full_name;
    bool has_birth;
    struct day birth;
    int age;                       /* on the day asked; -1 unknown */
    const struct history *details; /* of the person stream: every detail with who wrote it when */
    const struct value *values;    /* the details in force, by field of pack->details_type */
};

struct case_view {
    struct id id;
    struct reference reference;
    const struct pack *pack; /* the version this case stays on */
    uint64_t seq;            /* of the last entry: the expected_seq of a form begun now */
    struct child_view child;
    const struct history *history;   /* as it stood at `at` */
    const struct position *position; /* duties, marks */
    const struct case_state *state;  /* plans, meetings, actions, people */
    const struct entry *const
        *entries; /* as recorded by then, corrections included, in sequence; recorded_name is filled */
    size_t entry_count;
    struct instant at;
};
/* `as_of` never: now. Only what was recorded by then. */
const struct error *act_case_read(const struct act *act, const char *reference, struct instant as_of,
                                  const struct case_view **ret_case) MUST_CHECK;
/* The pack of a case, and its head, to decode what a client sends before act_entry_record. */
const struct error *act_case_pack(const struct act *act, const char *reference,
                                  const struct pack **ret_pack) MUST_CHECK;

struct match {
    struct reference reference;
    const char *full_name;
    bool has_birth;
    struct day birth;
    int score;           /* 0 to 100 */
    const char *reasons; /* "same date of birth; family name sounds alike" */
};
/* Known children who may be the same; `details` are values of the current pack's details type. */
const struct error *act_matches(const struct act *act, const struct value *details,
                                const struct match **ret_matches, size_t *ret_count) MUST_CHECK;
/* By reference or by name (and optionally date of birth); at most 50. */
const struct error *act_case_search(const struct act *act, const char *text, const struct match **ret_matches,
                                    size_t *ret_count) MUST_CHECK;

struct recorded {
    struct id case_id;
    struct reference reference;
    const struct entry *entry;
    const struct case_view *view; /* the case after it: duties and all */
    const struct match *matches;  /* possible matches, for a new case */
    size_t match_count;
    /* on ERROR_CONFLICT: what was recorded since expected_seq, in sequence */
    const struct entry *const *since;
    size_t since_count;
};

struct referral_input {
    const char *case_reference;    /* a further referral to a known child; NULL: a new case */
    const struct value *details;   /* values of the details type; NULL with case_reference */
    const struct value *values;    /* values of the start type */
    const struct moment *occurred; /* NULL: at notified_at when given, else now */
    const char *idempotency_key;   /* NULL: none. The same key of the same account gives the first answer */
    struct id draft;               /* dropped in the same write; zero for none */
};
const struct error *act_referral_make(const struct act *act, const struct referral_input *input,
                                      struct recorded *ret_recorded) MUST_CHECK;

struct entry_input {
    const struct entry_type *type;
    const struct value *values;
    const struct moment *occurred; /* NULL: now */
    uint64_t expected_seq;         /* 0: none; then it is tried again on what others wrote */
    const char *idempotency_key;
    struct id draft;
};
/* Validates, asks the gates, appends. ERROR_INVALID chains every fault; ERROR_CONFLICT fills
 * ret_recorded->since. */
const struct error *act_entry_record(const struct act *act, const char *reference,
                                     const struct entry_input *input,
                                     struct recorded *ret_recorded) MUST_CHECK;
/* New details of the child (only the fields that are answered change). */
const struct error *act_details_record(const struct act *act, const char *reference,
                                       const struct value *values, struct recorded *ret_recorded) MUST_CHECK;
/* Whether this actor's role may record that type (for menus; act_entry_record asks again). */
bool act_may_record(const struct actor *actor, const struct pack *pack, const struct entry_type *type);

/* ---- work
 * ------------------------------------------------------------------------------------------------------------
 */

struct work_line {
    struct reference reference;
    const char *child_name;
    const char *what;      /* title of the duty, text of the action, kind of the meeting */
    const char *rule;      /* id of the duty rule; NULL for actions and meetings */
    const char *paragraph; /* NULL for none */
    const char *owner_role;
    const char *owner_agency;
    struct instant begun_at;
    struct instant due_at; /* never: as soon as possible */
    struct instant met_at;
    enum duty_state state;
};
struct work_view {
    const struct work_line *duties; /* mine: overdue first, then by due time, then those without */
    size_t duty_count;
    const char *duties_next;         /* cursor; NULL at the end */
    const struct work_line *actions; /* open actions of my agency */
    size_t action_count;
    const struct work_line *meetings; /* coming; due_at is when */
    size_t meeting_count;
    const struct work_line *referrals; /* to decide; empty for roles that do not decide */
    size_t referral_count;
};
const struct error *act_work(const struct act *act, const char *cursor,
                             const struct work_view **ret_work) MUST_CHECK;

struct duties_filter {
    const char *agency; /* NULL any */
    const char *role;
    const char *state; /* "open", "overdue", "met", "met-late", "cancelled", "unmet" or NULL */
    const char *cursor;
    int limit; /* 1 to 200; 0: 50 */
};
const struct error *act_duties(const struct act *act, const struct duties_filter *filter,
                               const struct work_line **ret_lines, size_t *ret_count,
                               const char **ret_next) MUST_CHECK;

/* ---- drafts
 * ------------------------------------------------------------------------------------------------------------
 */

struct draft_view {
    struct id id;
    const char *kind;           /* "referral", or an entry type */
    const char *case_reference; /* NULL for none */
    struct instant saved_at;
    const char *const *names;
    const char *const *texts;
    size_t count;
};
/* Saves; a zero id makes a new one, given back. Only the author ever sees a draft. */
const struct error *act_draft_save(const struct act *act, const struct draft_view *draft,
                                   struct id *ret_id) MUST_CHECK;
const struct error *act_draft_read(const struct act *act, struct id id,
                                   struct draft_view *ret_draft) MUST_CHECK;
const struct error *act_draft_list(const struct act *act, const struct draft_view **ret_drafts,
                                   size_t *ret_count) MUST_CHECK;
const struct error *act_draft_drop(const struct act *act, struct id id) MUST_CHECK;

/* ---- directory and looks
 * --------------------------------------------------------------------------------------------- */

struct contact_view {
    const char *agency;
    const char *kind; /* duty-point, key-contact, service */
    const char *name;
    const char *area;
    const char *phone;
    const char *email;
    bool verified;
    struct day verified_on;
};
const struct error *act_directory_add(const struct act *act, const struct contact_view *contact) MUST_CHECK;
const struct error *act_directory_list(const struct act *act, const struct contact_view **ret_contacts,
                                       size_t *ret_count) MUST_CHECK;

struct look_view {
    struct instant at;
    const char *name; /* who */
    const char *role;
    const char *agency;
    const char *act;
    const char *purpose;
};
/* Who has looked at this case, newest first: for social care managers and reviewing officers. */
const struct error *act_case_looks(const struct act *act, const char *reference,
                                   const struct look_view **ret_looks, size_t *ret_count) MUST_CHECK;

#endif
