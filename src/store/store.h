/*
 * The one storage door. Entries are append-only, sealed under the key of their record, and hash-chained per
 * stream; every other table (duties by due time, cases, persons by blind token, accounts by blind token) is a
 * projection that store_rebuild makes again from the entries. SQLite: WAL, synchronous=FULL (NORMAL loses
 * acknowledged commits at a power cut), one writer thread that commits what waits as one transaction with a
 * savepoint each, a pool of readers.
 *
 * Reading: take a reader, read, give it back (store_reader_give releases whatever is open on it, so an edge
 * that was reached by longjmp gives it back too). Never hold one while waiting for a commit.
 *
 * Writing: everything is computed before the writer sees it: bodies sealed, hashes chained on the head that
 * was read, projections made. The writer checks that the heads are still those (else ERROR_CONFLICT) and
 * inserts. store_commit returns when the transaction is durable.
 */
#ifndef WM_STORE_STORE_H
#define WM_STORE_STORE_H

#include "base/error.h"
#include "base/id.h"
#include "base/instant.h"
#include "pack/pack.h"
#include "record/entry.h"
#include "seal/seal.h"

struct store;
struct store_reader;

struct store_options {
    const char *dir;      /* data folder: waymark.db, packs are kept inside */
    const char *key_path; /* NULL: $CREDENTIALS_DIRECTORY/waymark-key, else DIR.key beside the folder */
    const char *pack_dir; /* what the paths inside kept packs are relative to; NULL where no pack is needed */
    int readers;          /* 0: a sane number */
};

/* Makes folder, key and database; ERROR_EXISTS when there is a store already. */
const struct error *store_init(struct arena *arena, const struct store_options *options) MUST_CHECK;
/* Opens, migrates, starts the writer. The store owns its memory until store_close. */
const struct error *store_open(struct arena *arena, const struct store_options *options,
                               struct store **ret_store) MUST_CHECK;
/* Waits for what was handed in, writes a checkpoint, closes, frees. */
void store_close(struct store *store);
const struct keyring *store_keyring(const struct store *store);

/* ---- packs
 * --------------------------------------------------------------------------------------------------- */

/* Keeps a pack version (by the hash of its bundle) and gives its number; the same bundle gives the same
 * number. */
const struct error *store_pack_keep(struct store *store, struct arena *arena, const struct pack *pack,
                                    const char *bundle, size_t size, int *ret_number) MUST_CHECK;
/* A kept pack, loaded once and shared; lives as long as the store. */
const struct error *store_pack(struct store *store, struct arena *arena, int number,
                               const struct pack **ret_pack) MUST_CHECK;

/* ---- streams
 * ------------------------------------------------------------------------------------------------- */

/* What a record is about. Stored as its number: only ever append to this list. */
enum stream_kind {
    STREAM_CASE = 1, /* a child's case: the procedure's entries */
    STREAM_PERSON = 2,
    STREAM_ACCOUNT = 3,
    STREAM_AGENCY = 4,
    STREAM_DIRECTORY = 5,
    STREAM_MEETING = 6,
    STREAM_CONTEXT = 7
};

struct stream_head {
    struct id id;
    enum stream_kind kind;
    uint64_t seq; /* of the last entry; 0 for a stream not yet begun */
    uint8_t hash[32];
    int pack; /* the number of the pack version it began with; 0: kinds outside packs */
};

/* A stream as read: its head, its opened key, its entries in sequence, bodies unsealed and decoded. */
struct stream {
    struct stream_head head;
    struct record_key *key;
    const struct pack *pack; /* NULL for kinds outside packs */
    const struct entry *const *entries;
    size_t count;
    bool is_new; /* its key is written with its first entry */
    uint8_t wrapped[WRAPPED_KEY_BYTES];
};

const struct error *store_reader_take(struct store *store, struct store_reader **ret_reader) MUST_CHECK;
void store_reader_give(struct store_reader *reader);

/* ERROR_NOT_FOUND; ERROR_BROKEN_SEAL names stream and sequence. */
const struct error *store_stream_read(struct store_reader *reader, struct arena *arena, struct id id,
                                      struct stream *ret_stream) MUST_CHECK;
/* The sequence number of its last entry: to tell whether what is remembered of it still stands. */
const struct error *store_stream_seq(struct store_reader *reader, struct arena *arena, struct id id,
                                     uint64_t *ret_seq) MUST_CHECK;
/* A stream to be begun by the next commit: fresh random id and key. */
const struct error *store_stream_new(struct store *store, struct arena *arena, enum stream_kind kind,
                                     int pack, struct stream *ret_stream) MUST_CHECK;
/* Ids by reference (ten characters). */
const struct error *store_case_by_reference(struct store_reader *reader, struct arena *arena,
                                            struct reference reference, struct id *ret_id) MUST_CHECK;

/*
 * Entry types of the kinds outside packs (accounts, agencies, the directory): plain tables in
 * store/system_types.c, read, sealed, decoded and shown like any other.
 */
const struct entry_type *system_type(const char *id); /* NULL when there is none */

/* ---- writing
 * ------------------------------------------------------------------------------------------------- */

struct write; /* one act's write, in the arena of the act */

/* What this write was computed from must still be so when it is applied: for streams read but not written to.
 */
void store_write_expect(struct write *write, const struct stream *stream);
struct write *store_write_new(struct store *store, struct arena *arena);
/*
 * Adds an entry to a stream that was read or is new: gives it its sequence, seals and chains it, and adds it
 * to the stream, so that a second entry of the same write follows it. `entry` needs type, id (zero: one is
 * made), occurred, recorded_at, recorded_by, agency, label and values.
 */
const struct error *store_write_entry(struct write *write, struct stream *stream, const struct entry *entry,
                                      const struct entry **ret_entry) MUST_CHECK;
/* The answer that an idempotency key will give from now on (sealed); the key is per account. */
const struct error *store_write_answer(struct write *write, struct id account, const char *key,
                                       const char *answer) MUST_CHECK;
/* Claims the name of an account that this write begins; ERROR_EXISTS at commit when it is taken. */
void store_write_claim_name(struct write *write, struct id account, const char *name);
/* The draft that this write makes superfluous. */
void store_write_drop_draft(struct write *write, struct id account, struct id draft);
/*
 * Projections of every stream in the write are made here, on the caller's thread; then the writer commits.
 * NULL means durable. ERROR_CONFLICT: a head moved: read again. ERROR_FULL: no room; nothing was saved.
 */
const struct error *store_commit(struct write *write) MUST_CHECK;

/* The answer kept under an idempotency key, or NULL. */
const struct error *store_answer(struct store_reader *reader, struct arena *arena, struct id account,
                                 const char *key, const char **ret_answer) MUST_CHECK;

/* ---- lists (keyset: give the last row's key back to go on)
 * ---------------------------------------------------- */

struct duty_row {
    struct id case_id;
    const char *rule; /* id */
    const char *paragraph;
    const char *owner_role;
    const char *owner_agency;
    const char *title;
    struct instant begun_at;
    struct instant due_at; /* never: none */
    struct instant met_at;
    bool cancelled;
    uint64_t begun_seq;
    const char
        *key; /* "" for none: keeps two duties of one rule and entry apart (never personal data: a hash) */
};
enum { DUTY_STATE_ANY = -1, DUTY_STATE_UNMET = -2 }; /* unmet: open or overdue */
struct duty_filter {
    const char *agency; /* NULL: any */
    const char *role;
    int state;          /* enum duty_state, or one of these */
    struct instant now; /* overdue is later than due */
    const char *after;  /* opaque cursor; NULL from the start */
    int limit;
};
/* Unmet ones by due time (those without due time last), then by begun time. */
const struct error *store_duties(struct store_reader *reader, struct arena *arena,
                                 const struct duty_filter *filter, const struct duty_row **ret_rows,
                                 size_t *ret_count, const char **ret_next) MUST_CHECK;

struct meeting_row {
    struct id case_id;
    const char *kind; /* code id */
    struct instant at;
    uint64_t seq;
};
/* Meetings arranged and not yet held, from `from` on. */
const struct error *store_meetings(struct store_reader *reader, struct arena *arena, struct instant from,
                                   int limit, const struct meeting_row **ret_rows,
                                   size_t *ret_count) MUST_CHECK;

struct action_row {
    struct id case_id;
    uint64_t seq;
    const char *agency;
    struct instant due_at;
};
/* Open actions of an agency by due time. */
const struct error *store_actions(struct store_reader *reader, struct arena *arena, const char *agency,
                                  int limit, const struct action_row **ret_rows,
                                  size_t *ret_count) MUST_CHECK;

/* Cases by blind tokens of the child (see people/): ids of cases whose person has any of the tokens, most
 * shared first. */
const struct error *store_cases_by_tokens(struct store_reader *reader, struct arena *arena,
                                          const char *const *texts, size_t count, int limit,
                                          const struct id **ret_cases, size_t *ret_count) MUST_CHECK;
/* The person record of the child of a case. */
const struct error *store_case_person(struct store_reader *reader, struct arena *arena, struct id case_id,
                                      struct id *ret_person) MUST_CHECK;
/* All streams of a kind outside cases (accounts, agencies, directory: small), by id. */
const struct error *store_streams_of_kind(struct store_reader *reader, struct arena *arena,
                                          enum stream_kind kind, const struct id **ret_ids,
                                          size_t *ret_count) MUST_CHECK;
/* An account by its name (blind token). */
const struct error *store_account_by_name(struct store_reader *reader, struct arena *arena, const char *name,
                                          struct id *ret_account) MUST_CHECK;

/* ---- sessions, tokens, drafts (kept, never entries)
 * ------------------------------------------------------------ */

struct session_row {
    struct id account;
    struct instant began_at;
    struct instant seen_at;
    struct instant ends_at;
};
/* Keyed by the hash of the cookie's token, so a stolen database opens no session. */
const struct error *store_session_put(struct store *store, struct arena *arena, const uint8_t hash[32],
                                      const struct session_row *row) MUST_CHECK;
/* Served from memory; moves seen_at in memory and writes it at most once a minute. */
const struct error *store_session_get(struct store *store, struct arena *arena, const uint8_t hash[32],
                                      struct instant now, struct session_row *ret_row) MUST_CHECK;
const struct error *store_session_drop(struct store *store, struct arena *arena,
                                       const uint8_t hash[32]) MUST_CHECK;
const struct error *store_sessions_of_account_drop(struct store *store, struct arena *arena,
                                                   struct id account) MUST_CHECK;

struct draft {
    struct id id;
    struct id account;
    const char *kind;  /* "referral", or the id of an entry type */
    struct id case_id; /* zero for none */
    struct instant saved_at;
    const char *const *names; /* what was typed: pairs */
    const char *const *texts;
    size_t count;
};
/* Sealed; durable when it returns. Drafts older than 60 days are dropped at opening. */
const struct error *store_draft_put(struct store *store, struct arena *arena,
                                    const struct draft *draft) MUST_CHECK;
const struct error *store_draft_get(struct store_reader *reader, struct arena *arena, struct id account,
                                    struct id id, struct draft *ret_draft) MUST_CHECK;
const struct error *store_drafts(struct store_reader *reader, struct arena *arena, struct id account,
                                 const struct draft **ret_drafts, size_t *ret_count) MUST_CHECK;
const struct error *store_draft_drop(struct store *store, struct arena *arena, struct id account,
                                     struct id id) MUST_CHECK;

/* ---- looks
 * ---------------------------------------------------------------------------------------------------- */

struct look {
    struct instant at;
    struct id account;
    struct id record;    /* zero for a list or a search */
    const char *act;     /* "case-read", "entry-record", "case-search", "sign-in", "denied" ... */
    const char *purpose; /* a code, never free text about a child */
    const char *agency;
};
/* Handed to the kernel, chained, before this returns; synced within a second. An error means: do not show the
 * page. */
const struct error *store_look(struct store *store, const struct look *look) MUST_CHECK;
/* The looks at one record, newest first. */
const struct error *store_looks(struct store *store, struct arena *arena, struct id record, int limit,
                                const struct look **ret_looks, size_t *ret_count) MUST_CHECK;

/* ---- keeping the store
 * ------------------------------------------------------------------------------------------ */

struct verify_result {
    uint64_t streams;
    uint64_t entries;
    uint64_t looks;
    uint64_t checkpoints;
    const char *broken; /* names the first broken thing; NULL when all is whole */
};
/* Every chain, every seal, every checkpoint signature and the chain of looks. */
const struct error *store_verify(struct store *store, struct arena *arena,
                                 struct verify_result *ret_result) MUST_CHECK;
/* Signs one root over all stream heads. Also done at closing and, when something was written, every five
 * minutes. */
const struct error *store_checkpoint(struct store *store, struct arena *arena) MUST_CHECK;
/* Drops and makes again every projection. */
const struct error *store_rebuild(struct store *store, struct arena *arena, uint64_t *ret_entries) MUST_CHECK;
/* A sealed copy of the whole store, taken while serving; restore makes a new data folder from it. */
const struct error *store_backup(struct store *store, struct arena *arena, const char *path) MUST_CHECK;
const struct error *store_restore(struct arena *arena, const struct store_options *options,
                                  const char *path) MUST_CHECK;

#endif
