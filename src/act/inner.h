/* The inside of act/: the open service, accounts as they stand, permissions, reading and looking. */
#ifndef WM_ACT_INNER_H
#define WM_ACT_INNER_H

#include "act/act.h"
#include "store/store.h"

#include <pthread.h>
#include <stdatomic.h>

struct account; /* account.h */
struct throttle;
struct sso;
struct facts;
struct taken;
struct challenges;

struct served {
    const struct pack *pack;
    int number; /* in the store */
};

struct service {
    struct arena *arena;
    struct store *store;
    struct served *served; /* by the order they were given */
    size_t served_count;
    _Atomic(const struct served *) current; /* new cases begin with it */
    pthread_mutex_t lock;                   /* of accounts */
    struct account *accounts;
    struct throttle *throttle;
    struct facts *facts;
    bool one_factor;                    /* see service_allow_one_factor */
    const char *reached_at;             /* see service_reached_at; NULL: not known */
    _Atomic(const char *) passkey_name; /* the host of it; set after that */
    struct challenges *challenges;
    struct sso *sso;     /* NULL: nobody signs in by another service; set before serving */
    struct taken *taken; /* NULL: nobody is stopped for what they take */
    atomic_bool to_tell; /* somebody was, and it is to be told */
    bool mails;          /* e-mail is set up: notices are put into the outbox too; set before serving */
};

/* ---- permit.c ---- */

/* One row an act: who may do it. An act that has no row cannot be permitted. */
enum permission {
    MAY_READ_CASE,
    MAY_RECORD,
    MAY_REFER,
    MAY_SEARCH,
    MAY_WORK,
    MAY_DRAFT,
    MAY_READ_DIRECTORY,
    MAY_KEEP_DIRECTORY,
    MAY_READ_LOOKS,
    MAY_REVIEW_LOOKS,
    MAY_GUARD_CASES,
    MAY_BREAK_GLASS,
    MAY_KEEP_ACCOUNTS,
    MAY_ADMINISTER,
    MAY_WORK_OUTSIDE,
    MAY_COUNT,
    MAY_WORK_ON_PART,
    MAY_MOVE_CASE,
    MAY_CHOOSE_PROCEDURE,
    MAY_READ_DISPOSALS,
    MAY_HOLD_RECORD,
    MAY_PROPOSE_DISPOSAL,
    MAY_AGREE_DISPOSAL,
    MAY_CANCEL_DISPOSAL,
    MAY_READ_REQUESTS,
    MAY_ANSWER_REQUESTS,
    MAY_RELEASE_REQUESTS,
    PERMISSIONS
};
bool permit(const struct actor *actor, enum permission permission);
/* A look by the actor: how many records it shows (0: not said), and what of them (words with commas between;
 * NULL). */
const struct error *act_look(const struct act *act, const char *name, struct id record, int count,
                             const char *shown) MUST_CHECK;
/* Logs the look, or the denial; ERROR_NOT_ALLOWED. An act whose look cannot be logged does not happen. */
const struct error *act_begin(const struct act *act, enum permission permission, const char *name,
                              struct id record) MUST_CHECK;

/* ---- unusual.c ---- */

/* Goes through the log of looks and writes what is unusual into the book. */
const struct error *unusual_sweep(const struct act *act) MUST_CHECK;

/* ---- service.c ---- */

int service_pack_number(const struct service *service, const struct pack *pack);
const struct served *served_by_id(const struct service *service, const char *pack_id);
/* The role of that name in the pack of new cases, else in any that is served; NULL. */
const struct role *act_role(const struct act *act, const char *id);
/* The procedure that was chosen last for new cases; NULL: none was. */
const struct error *chosen_procedure(struct store *store, struct arena *arena,
                                     const char **ret_pack_id) MUST_CHECK;

/* ---- account_fold.c ---- */

/* For display; "an account that cannot be read" when it cannot. */
const char *account_name(const struct act *act, struct id id);

/* ---- directory.c ---- */

/* All that are in use, without a look: whoever asks logs their own. */
const struct error *directory_read(const struct act *act, struct store_reader *reader,
                                   const struct contact_view **ret_contacts, size_t *ret_count) MUST_CHECK;
const struct error *contact_read(const struct act *act, struct store_reader *reader, struct id id,
                                 struct contact_view *ret_contact) MUST_CHECK;

/* ---- route.c ---- */

/* Where it goes, and the values with that put into the fields that the program sets. */
const struct error *route_referral(const struct act *act, const struct pack *pack,
                                   const struct value *details, const struct value **values,
                                   struct route_result *ret_route) MUST_CHECK;

/* ---- links.c ---- */

/* The labels of the link that the entry takes back, of those that `view` shows: NULL where it takes back
   none, or one that all may know. */
const char *link_end_label(const struct act *act, const struct case_view *view, const struct entry *entry);

/* ---- notice.c ---- */

/* The notices of what this write adds to the case (`view`: with it), from that entry on: before it is
 * committed. */
const struct error *notices_write(const struct act *act, struct write *write, const struct case_view *view,
                                  uint64_t from_seq) MUST_CHECK;
/* Of the duties that begin as the case is moved to another procedure (`after`), and that are nothing that ran
 * before it: with the write of the move, the entry of that number. */
void notices_of_move(const struct act *act, struct write *write, const struct case_view *before,
                     const struct case_view *after, uint64_t move_seq);
/* Tells everybody who reviews looks; where there is nobody, who administers. */
const struct error *notices_tell_reviewers(const struct act *act, struct write *write, const char *rule,
                                           struct id case_id, const char *about) MUST_CHECK;
/* Where a notice of the program itself leads; NULL for those of packs: to their case. */
const char *notice_path(const char *rule);
/* What time brings: due soon, overdue. Actor NULL. */
const struct error *notices_sweep(const struct act *act) MUST_CHECK;

/* ---- throttle.c ---- */

struct throttle *throttle_new(struct arena *arena);
/* How many milliseconds to wait before the next try; 0: go on. */
int64_t throttle_wait(struct throttle *throttle, const char *who, struct instant now, int free_tries,
                      int64_t most_ms);
void throttle_failed(struct throttle *throttle, const char *who, struct instant now);
void throttle_passed(struct throttle *throttle, const char *who);

/* ---- view.c ---- */

/* The record of a case and of its child, as read in one transaction. */
struct reach;
struct case_streams {
    struct stream file;
    struct stream person;
    bool restricted;            /* read by its reference: what its guard says to the actor */
    struct instant glass_until; /* never: they broke no glass */
    const struct reach *reach;  /* of the actor, who may; NULL where the program itself reads */
};
/* The gate (reach.h): ERROR_NOT_FOUND or ERROR_NEEDS_REASON, and a look that was denied, where the policy
 * does not let the actor do that. */
const struct error *case_load(const struct act *act, struct store_reader *reader, const char *reference,
                              enum access_act access, struct case_streams *ret_streams) MUST_CHECK;
const struct error *case_load_id(const struct act *act, struct store_reader *reader, struct id id,
                                 struct case_streams *ret_streams) MUST_CHECK;
/* What of it the actor sees: for whatever an act answers with. */
const struct case_view *case_view_show(const struct act *act, const struct case_streams *streams,
                                       const struct case_view *whole);
/* As it stood at `at` (never: with everything), evaluated at `now`. NULL: nothing was recorded by then. */
const struct case_view *case_view_make(const struct act *act, const struct case_streams *streams,
                                       struct instant at, struct instant now);
void child_view_make(const struct act *act, const struct stream *person, struct instant at, struct day on,
                     struct child_view *ret_child);
/* Only the name, for lists: no look is logged here (the list's is). */
const struct error *child_name(const struct act *act, struct store_reader *reader, struct id case_id,
                               const char **ret_name) MUST_CHECK;
/* Of the children of several cases, whose keys are asked for at once. */
const struct error *child_names(const struct act *act, struct store_reader *reader, const struct id *case_ids,
                                size_t count, const char **ret_names) MUST_CHECK;

/* ---- record.c ---- */

/* Records on a case, when it was decided already that the actor may. */
const struct error *record_entry(const struct act *act, const char *reference,
                                 const struct entry_input *input, struct recorded *ret_recorded) MUST_CHECK;

/* ---- outside.c ---- */

/* Writes each line of a field that says `becomes` as an entry of that type: on the case, or, where that type
 * may stand outside, as a record of its own that does not name the child. */
const struct error *write_lines_of(const struct act *act, struct write *write, struct stream *file,
                                   const struct entry *entry) MUST_CHECK;

/* ---- match.c ---- */
struct person;
/* Words are names, the first the given one; a word that is a date is the date of birth. */
struct person person_of_text(struct arena *arena, const char *text);
struct person person_of_values(const struct pack *pack, const struct value *details);
/* Fills in the name and birth of a match that was kept by its reference; *ret_there: false when the record
 * was disposed of since, or is not there for the actor any more. */
const struct error *match_named(const struct act *act, struct store_reader *reader, struct match *match,
                                bool *ret_there) MUST_CHECK;
/* Each is looked at, as a possible match. Where the actor was shown as many records as may be, none is shown:
 * *ret_count is 0, and what they are shown beside goes on. */
const struct error *matches_look(const struct act *act, const struct match *matches,
                                 size_t *ret_count) MUST_CHECK;
const struct error *find_matches(const struct act *act, const struct person *person, int least, size_t most,
                                 const struct match **ret_matches, size_t *ret_count) MUST_CHECK;

/* ---- answer.c: what an idempotency key gives again (NULL: no key) ---- */

struct asked_entry {
    const char *reference; /* of its case; NULL: a new one */
    const struct entry_type *type;
    const struct value *values;
    const struct moment *occurred; /* NULL: it was not said, and is now */
    const char *labels;            /* NULL: none */
};
/* What was asked, so that a retry is told from a key used for something else. */
const char *answer_fingerprint(const struct act *act, const struct asked_entry *asked, size_t count);
const struct error *answer_keep(const struct act *act, struct write *write, const char *key, const char *what,
                                const struct case_streams *streams,
                                const struct recorded *recorded) MUST_CHECK;
/* Adds the entry to a record that is new or was read, once: for the same key of the same account *ret_record
 * is that of the first time. */
const struct error *answer_once(const struct act *act, const char *key, struct stream *stream,
                                const struct entry *entry, struct id *ret_record) MUST_CHECK;
/* *ret_found false: the key is new. A key used for something else is ERROR_INVALID; `what` NULL: not asked.
 */
const struct error *answer_again(const struct act *act, const char *key, const char *what, bool *ret_found,
                                 struct recorded *ret_recorded) MUST_CHECK;

/* ---- record.c ---- */

/* An entry by this actor, now; occurred at `occurred`, or now. */
struct entry entry_by(const struct act *act, const struct pack *pack, const struct entry_type *type,
                      const struct value *values, const struct moment *occurred);
/* An error chain whose fields have that before their names. */
const struct error *error_prefixed(struct arena *arena, const struct error *error, const char *prefix);
/* May it be recorded in this position: complete, not in the future, past every gate. Chains every fault. What
 * follows from its answers (the score of a screen) is filled in. */
const struct error *entry_check(const struct act *act, const struct position *position,
                                struct entry *entry) MUST_CHECK;

#endif
