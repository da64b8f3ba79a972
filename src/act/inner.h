/* The inside of act/: the open service, accounts as they stand, permissions, reading and looking. */
#ifndef WM_ACT_INNER_H
#define WM_ACT_INNER_H

#include "act/act.h"
#include "store/store.h"

#include <pthread.h>

struct account {
    struct id id;
    uint64_t seq; /* of the last entry it was folded from */
    const char *username;
    const char *name;
    const char *role;
    const char *agency;
    bool locked;
    const char *password_hash; /* NULL: none set */
    const char *link_hash;     /* hexadecimal; NULL: none, or used */
    int64_t link_ends_ms;
    const char *const *token_hashes;
    size_t token_count;
    struct account *next;
};

struct throttle;

struct service {
    struct arena *arena;
    struct store *store;
    const struct pack *pack;
    int pack_number;
    pthread_mutex_t lock; /* of accounts */
    struct account *accounts;
    struct throttle *throttle;
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
    MAY_KEEP_ACCOUNTS,
    PERMISSIONS
};
bool permit(const struct actor *actor, enum permission permission);
/* Logs the look, or the denial; ERROR_NOT_ALLOWED. An act whose look cannot be logged does not happen. */
const struct error *act_begin(const struct act *act, enum permission permission, const char *name,
                              struct id record) MUST_CHECK;

/* ---- account.c ---- */

/* As it stands now, however it was changed, here or by another process. Lives as long as the service. */
const struct error *account_read(const struct act *act, struct id id,
                                 const struct account **ret_account) MUST_CHECK;
const struct error *account_by_name(const struct act *act, const char *username,
                                    const struct account **ret_account) MUST_CHECK;
/* For display; "an account that is gone" when it cannot be read. */
const char *account_name(const struct act *act, struct id id);
/* ERROR_NOT_SIGNED_IN when the account is locked or its role is not in the pack. */
const struct error *account_actor(const struct act *act, const struct account *account,
                                  struct actor *ret_actor) MUST_CHECK;
void hash_text_hex(struct arena *arena, const char *secret, const char **ret_text);

/* ---- throttle.c ---- */

struct throttle *throttle_new(struct arena *arena);
/* How many milliseconds to wait before the next try; 0: go on. */
int64_t throttle_wait(struct throttle *throttle, const char *who, struct instant now, int free_tries,
                      int64_t most_ms);
void throttle_failed(struct throttle *throttle, const char *who, struct instant now);
void throttle_passed(struct throttle *throttle, const char *who);

/* ---- view.c ---- */

/* The record of a case and of its child, as read in one transaction. */
struct case_streams {
    struct stream file;
    struct stream person;
};
const struct error *case_load(const struct act *act, struct store_reader *reader, const char *reference,
                              struct case_streams *ret_streams) MUST_CHECK;
const struct error *case_load_id(const struct act *act, struct store_reader *reader, struct id id,
                                 struct case_streams *ret_streams) MUST_CHECK;
/* As it stood at `at` (never: with everything), evaluated at `now`. */
const struct error *case_view_make(const struct act *act, const struct case_streams *streams,
                                   struct instant at, struct instant now,
                                   const struct case_view **ret_view) MUST_CHECK;
void child_view_make(const struct act *act, const struct stream *person, struct instant at, struct day on,
                     struct child_view *ret_child);
/* Only the name, for lists: no look is logged here (the list's is). */
const struct error *child_name(const struct act *act, struct store_reader *reader, struct id case_id,
                               const char **ret_name, const struct stream **ret_file) MUST_CHECK;

/* ---- match.c ---- */
struct person;
struct person person_of_values(const struct pack *pack, const struct value *details);
const struct error *find_matches(const struct act *act, const struct person *person, int least, size_t most,
                                 const struct match **ret_matches, size_t *ret_count) MUST_CHECK;

/* ---- answer.c: what an idempotency key gives again (NULL: no key) ---- */

/* What was asked, so that a retry is told from a key used for something else. */
const char *answer_fingerprint(const struct act *act, const char *reference, const struct entry *entry,
                               const struct entry *details);
const struct error *answer_keep(const struct act *act, struct write *write, const char *key, const char *what,
                                const struct case_streams *streams,
                                const struct recorded *recorded) MUST_CHECK;
/* *ret_found false: the key is new. A key used for something else is ERROR_INVALID. */
const struct error *answer_again(const struct act *act, const char *key, const char *what, bool *ret_found,
                                 struct recorded *ret_recorded) MUST_CHECK;

/* ---- record.c ---- */

/* An entry by this actor, now; occurred at `occurred`, or now. */
struct entry entry_by(const struct act *act, const struct pack *pack, const struct entry_type *type,
                      const struct value *values, const struct moment *occurred);
/* May it be recorded in this position: complete, not in the future, past every gate. Chains every fault. */
const struct error *entry_check(const struct act *act, const struct position *position,
                                const struct entry *entry) MUST_CHECK;

#endif
