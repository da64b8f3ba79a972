/*
 * The one storage door. Entries are append-only, sealed under the key of their record, and hash-chained per
 * stream; every other table (duties by due time, cases, persons by blind token, accounts by blind token) is a
 * projection that store_rebuild makes again from the entries. SQLite: WAL, synchronous=FULL (NORMAL loses
 * acknowledged commits at a power cut), one thread at a time that commits what waits as one transaction with
 * a savepoint each, a pool of readers.
 *
 * Reading: take a reader, read, give it back (store_reader_give releases whatever is open on it, so an edge
 * that was reached by longjmp gives it back too). Never hold one while waiting for a commit.
 *
 * Writing: everything is computed before the writer sees it: bodies sealed, hashes chained on the head that
 * was read, projections made. The writer checks that the heads are still those (else ERROR_CONFLICT) and
 * inserts. store_commit returns when the transaction is durable.
 *
 * Disposing of a record: store/disposed.h.
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
    const char *key_path; /* NULL: $CREDENTIALS_DIRECTORY/waymark-key, else DIR.key beside the folder; "ask:"
                             or "fd:N": a passphrase */
    const char *keystore_path; /* NULL: WAYMARK_KEYSTORE, or NAME.keystore beside a key file NAME.key where
                                  there is one, or DIR.keystore beside the folder. Never in it: of it only
                                  the latest copy is kept */
    const struct keyring *keyring; /* opened already (keyring_hold), and the caller's; NULL: opened here */
    const char *head_path; /* of the signed head; NULL: DIR.head beside the folder. Best where who can write
                              to the folder cannot */
    const char *pack_dir; /* what the paths inside kept packs are relative to; NULL where no pack is needed */
    int readers;          /* 0: a sane number */
};

/* Where its keys are. */
struct key_place store_key_place(struct arena *arena, const struct store_options *options);
/* And its signed head. */
const char *store_head_path_of(struct arena *arena, const struct store_options *options);
/* To be called before keyring_hold: makes the keystore of a store that is from before there were any. */
const struct error *store_keys_ready(struct arena *arena, const struct store_options *options) MUST_CHECK;
/* Makes folder, key, keystore and database. ERROR_EXISTS when there is a store already, or what is left of
 * one (a log in the folder, a signed head that says of anything): it is left as it is. A key or a keystore
 * alone is used; ERROR_KEY when they do not fit together. */
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
    STREAM_CONTEXT = 7,
    STREAM_OUTSIDE = 8,   /* an entry that names no child: a consultation, a training, a recommendation */
    STREAM_SETTING = 9,   /* what an administrator chose: the procedure of new cases */
    STREAM_DISPOSAL = 10, /* holds on one record, and how it was disposed of: stays when the record is gone */
    STREAM_REQUEST = 11,  /* a person's request for what is held about them */
    STREAM_GUARD = 12,    /* who may not look at a case, and whose broken glass opened it */
    STREAM_BOOK = 13      /* a month of what who reviews looks was told of, and what they found */
};

struct stream_head {
    struct id id;
    enum stream_kind kind;
    uint64_t seq; /* of the last entry; 0 for a stream not yet begun */
    uint8_t hash[32];
    int pack; /* the number of the pack version it is under: that of its last entry; 0: kinds outside packs */
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
/* For who goes on when work was abandoned for want of memory (arena_guard): what this thread held before, and
 * giving back what was taken since. */
unsigned store_readers_held(void);
void store_readers_give(unsigned held);

/* At least one entry. ERROR_NOT_FOUND; ERROR_BROKEN_SEAL names stream and sequence. */
const struct error *store_stream_read(struct store_reader *reader, struct arena *arena, struct id id,
                                      struct stream *ret_stream) MUST_CHECK;
/* Several, whose keys are asked for at once; an error is that of any of them. */
const struct error *store_streams_read(struct store_reader *reader, struct arena *arena, const struct id *ids,
                                       size_t count, struct stream *ret_streams) MUST_CHECK;
/* Whether an account recorded on it, from then on, by the headers alone: nothing is opened. */
const struct error *store_stream_has_author(struct store_reader *reader, struct arena *arena, struct id id,
                                            struct id author, struct instant since, bool *ret_has) MUST_CHECK;
/* The head of one entry: its type, author, agency and label, the last two as kept. Nothing is opened. */
struct entry_head {
    const char *type;
    struct id author;
    const char *agency;
    const char *label;
};
const struct error *store_entry_head(struct store_reader *reader, struct arena *arena, struct id id,
                                     uint64_t seq, struct entry_head *ret_head) MUST_CHECK;
/* Those of all its entries. */
const struct error *store_entry_heads(struct store_reader *reader, struct arena *arena, struct id id,
                                      const struct entry_head **ret_heads, size_t *ret_count) MUST_CHECK;
/* The sequence number of its last entry: to tell whether what is remembered of it still stands, or whether
 * there is such a record at all. Of a kind beside cases and persons: the index of those is small. */
const struct error *store_stream_seq(struct store_reader *reader, struct arena *arena, enum stream_kind kind,
                                     struct id id, uint64_t *ret_seq) MUST_CHECK;
/* A stream to be begun by the next commit: fresh random id and key. */
const struct error *store_stream_new(struct store *store, struct arena *arena, enum stream_kind kind,
                                     int pack, struct stream *ret_stream) MUST_CHECK;
/*
 * The same under an id that follows from another record's: that record can have but one of the kind. When it
 * was begun meanwhile the commit is an ERROR_CONFLICT.
 */
const struct error *store_stream_new_beside(struct store *store, struct arena *arena, enum stream_kind kind,
                                            struct id record, struct stream *ret_stream) MUST_CHECK;
struct id stream_id_beside(enum stream_kind kind, struct id record);
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
const struct entry *store_write_entry(struct write *write, struct stream *stream, const struct entry *entry);
/* The entry of MOVED_TYPE that says so, and all that follow, are under another pack version. */
#define MOVED_TYPE "procedure-changed"
const struct error *store_write_move(struct write *write, struct stream *stream, int pack,
                                     const struct entry *entry, const struct entry **ret_entry) MUST_CHECK;
/* The answer that an idempotency key will give from now on (sealed); the key is per account, and it goes when
 * the record it is about is disposed of. */
const struct error *store_write_answer(struct write *write, struct id account, const char *key,
                                       struct id record, const char *answer) MUST_CHECK;
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

/* Somebody as who they are involved in cases: blind tokens, so that lists can ask without names. */
struct involved {
    uint8_t agency[16];
    uint8_t person[16];
    uint8_t team[16];
};
/* `person` is a username; `team` NULL for none. */
void store_involved(const struct store *store, struct arena *arena, const char *agency, const char *person,
                    const char *team, struct involved *ret_involved);
/* How they are involved in that case now: bits of enum access_involved; 0: not. */
const struct error *store_involvement(struct store_reader *reader, struct arena *arena, struct id case_id,
                                      const struct involved *involved, unsigned *ret_bits) MUST_CHECK;

struct duty_row {
    struct id case_id;
    const struct pack *pack;    /* of the case, in lists */
    const struct duty_rule *of; /* the rule in it; NULL: its version has none of that id */
    const char *rule;           /* id */
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
typedef const struct error *duty_wanted(void *context, const struct duty_row *row, bool *ret_wanted);
enum { DUTY_STATE_ANY = -1, DUTY_STATE_UNMET = -2 }; /* unmet: open or overdue */
struct duty_filter {
    const char *agency; /* NULL: any */
    const char *role;
    const char *rule;   /* with state unmet only; NULL: any */
    bool at_once;       /* with a rule and overdue only: those due when they began, of anybody */
    int state;          /* enum duty_state, or one of these */
    struct instant now; /* overdue is later than due */
    const char *after;  /* opaque cursor; NULL from the start */
    int limit;
    const struct involved *involved; /* only of cases in which they are; NULL: of all */
    duty_wanted *wanted; /* NULL: every one. Read on until `limit` of them are, so that how many there are
                            does not tell that others were left out */
    void *context;       /* its */
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
/* Meetings arranged and not yet held, from `from` on; `involved` as for duties. */
const struct error *store_meetings(struct store_reader *reader, struct arena *arena, struct instant from,
                                   const struct involved *involved, int limit,
                                   const struct meeting_row **ret_rows, size_t *ret_count) MUST_CHECK;

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
/* Every case about a person. */
const struct error *store_cases_of_person(struct store_reader *reader, struct arena *arena, struct id person,
                                          const struct id **ret_cases, size_t *ret_count) MUST_CHECK;
struct case_head {
    struct id case_id;
    uint64_t seq;        /* of the last entry of the case, */
    uint64_t person_seq; /* and of its child */
};
/* Every case, by id: to tell which moved since they were last read. */
const struct error *store_case_heads(struct store_reader *reader, struct arena *arena,
                                     const struct case_head **ret_heads, size_t *ret_count) MUST_CHECK;
/* All streams of a kind, by id. Cases and persons are many: only what counts them all asks for them. */
const struct error *store_streams_of_kind(struct store_reader *reader, struct arena *arena,
                                          enum stream_kind kind, const struct id **ret_ids,
                                          size_t *ret_count) MUST_CHECK;
/* An account by its name (blind token). */
const struct error *store_account_by_name(struct store_reader *reader, struct arena *arena, const char *name,
                                          struct id *ret_account) MUST_CHECK;

/* ---- sessions, tokens, drafts (kept, never entries)
 * ------------------------------------------------------------ */

/* Of an account, by a session or a program; in memory, written once a minute. */
void store_account_used(struct store *store, struct id account, struct instant now);
/* When it was last used; false: never. */
bool store_account_use(struct store *store, struct id account, struct instant *ret_at);

enum { SESSION_DEVICE_TEXT = 64, SESSION_PLACE_TEXT = 48 };
struct session_row {
    struct id id; /* stays when its token changes */
    struct id account;
    struct instant began_at;
    struct instant seen_at;
    struct instant ends_at;
    struct instant proved_at; /* its person last gave a password, or more */
    bool strong;              /* more than a password */
    char device[SESSION_DEVICE_TEXT];
    char place[SESSION_PLACE_TEXT];
};
/* Keyed by the hash of the cookie's token, so a stolen database opens no session. */
const struct error *store_session_put(struct store *store, struct arena *arena, const uint8_t hash[32],
                                      const struct session_row *row) MUST_CHECK;
/* The same session under another token, in one write: the old one is worth nothing from then on. */
const struct error *store_session_renew(struct store *store, struct arena *arena, const uint8_t old_hash[32],
                                        const uint8_t hash[32], const struct session_row *row) MUST_CHECK;
/* Served from memory; moves seen_at in memory and writes it at most once a minute. */
const struct error *store_session_get(struct store *store, struct arena *arena, const uint8_t hash[32],
                                      struct instant now, struct session_row *ret_row) MUST_CHECK;
/* Those of an account, as they were last seen, also those that idled too long; without those that ended. */
struct session_found {
    uint8_t hash[32];
    struct session_row row;
};
const struct error *store_sessions_of_account(struct store *store, struct arena *arena, struct id account,
                                              const struct session_found **ret_sessions,
                                              size_t *ret_count) MUST_CHECK;
/* Ends it at once; its row is deleted with the next round: the clock was put back, or it idled too long. */
void store_session_end(struct store *store, const uint8_t hash[32]);
/* Ends it at once, whatever the disk does. On an error its row is still there, and is deleted as soon as it
 * can be; a crash before that lets the session go on until it has idled. */
const struct error *store_session_drop(struct store *store, struct arena *arena,
                                       const uint8_t hash[32]) MUST_CHECK;
const struct error *store_sessions_of_account_drop(struct store *store, struct arena *arena,
                                                   struct id account) MUST_CHECK;

/* ---- second factors */

/* Notes that it was used up to `value`, at once and for good: ERROR_EXISTS when it was used so far already (0
 * after 0 is a passkey that does not count). */
const struct error *store_factor_use(struct store *store, struct arena *arena, const uint8_t factor[32],
                                     int64_t value, struct instant now) MUST_CHECK;
/* ERROR_NOT_FOUND: never. */
const struct error *store_factor_used(struct store_reader *reader, struct arena *arena,
                                      const uint8_t factor[32], int64_t *ret_value,
                                      struct instant *ret_at) MUST_CHECK;

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
    const char
        *client;       /* a token of the device and address it came from, the same for the same; NULL: none */
    int count;         /* how many records were shown; 0 where that is not said */
    const char *shown; /* what of them: words with commas between; of "denied": the act that was; NULL */
};
/* Handed to the kernel, chained, before this returns; synced within a second. An error means: do not show the
 * page. */
const struct error *store_look(struct store *store, const struct look *look) MUST_CHECK;

struct look_filter {
    struct id record;  /* zero: any, and looks at none */
    struct id account; /* zero: any */
    const char *act;   /* NULL: any */
    struct instant from;
    struct instant until; /* never: to the newest */
    uint64_t before;      /* a place that was handed out as next; 0: from the newest */
    int limit;
};
/* Newest first. *ret_next is where to go on, 0 when there are no older ones: not every call fills `limit`,
 * since one goes through so much of the log and no more. */
const struct error *store_looks(struct store *store, struct arena *arena, const struct look_filter *filter,
                                const struct look **ret_looks, size_t *ret_count,
                                uint64_t *ret_next) MUST_CHECK;
/* Those since, oldest first, for what goes through all of them. Returns false to stop. */
typedef bool look_visit(void *context, const struct look *look);
const struct error *store_looks_since(struct store *store, struct arena *arena, struct instant since,
                                      look_visit *visit, void *context) MUST_CHECK;

/* ---- keeping the store
 * ------------------------------------------------------------------------------------------ */

struct verify_result {
    uint64_t streams;
    uint64_t entries;
    uint64_t looks;
    uint64_t checkpoints;
    uint64_t disposed;
    const char *broken; /* names the first broken thing; NULL when all is whole */
};
/*
 * Every chain, every seal, every checkpoint, every projection against what a rebuild would make, the schema,
 * the chain of looks, and all of it against the signed head kept outside. Of one moment, while serving.
 * ERROR_CONFLICT: records were disposed of all the while.
 */
const struct error *store_verify(struct store *store, struct arena *arena,
                                 struct verify_result *ret_result) MUST_CHECK;
/* The same against another copy of the signed head (one kept on another machine). NULL: the store's own. */
const struct error *store_verify_against(struct store *store, struct arena *arena, const char *head_path,
                                         struct verify_result *ret_result) MUST_CHECK;
/*
 * Signs one root over the stream heads that moved, and writes the signed head outside the store, which covers
 * the looks too. Also done at closing and, when something was written or looked at, every five minutes.
 * ERROR_BROKEN_SEAL when the store does not hold what the signed head outside says: an older copy was put
 * back; that head is then left as it is.
 */
const struct error *store_checkpoint(struct store *store, struct arena *arena) MUST_CHECK;
/* Begins the signed head anew from what the store holds, for who has decided that it is right. */
const struct error *store_head_renew(struct store *store, struct arena *arena) MUST_CHECK;
/* Drops and makes again every projection; lists fill again while it runs, but accounts keep their names.
 * Killed, the next opening goes on; of two at a time the later waits. */
const struct error *store_rebuild(struct store *store, struct arena *arena, uint64_t *ret_entries) MUST_CHECK;
/*
 * A sealed copy of the whole store, taken while serving; restore makes a new data folder from it, or leaves
 * nothing. ERROR_EXISTS: there is a store, or a signed head that is newer than the backup.
 */
const struct error *store_backup(struct store *store, struct arena *arena, const char *path) MUST_CHECK;
const struct error *store_restore(struct arena *arena, const struct store_options *options,
                                  const char *path) MUST_CHECK;

#endif
