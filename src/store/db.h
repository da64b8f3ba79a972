/*
 * Connections to SQLite and the two things done with them: asking (a reader) and applying operations (the
 * writer). For store/ alone. Every statement is prepared when a connection is opened, so a wrong one is a
 * failed start.
 */
#ifndef WM_STORE_DB_H
#define WM_STORE_DB_H

#include "store/disposed.h"
#include "store/held.h"
#include "store/sql.h"
#include "store/store.h"

#include <semaphore.h>
#include <sqlite3.h>

struct connection {
    sqlite3 *db;
    sqlite3_stmt *statements[SQL_STATEMENTS];
    uint64_t asked[SQL_STATEMENTS / 64 + 1]; /* which of them since it last rested, bit by bit */
};

/* Opens and prepares; `create` makes the file and migrates. The connection is left closed on error. */
const struct error *connection_open(struct arena *arena, const char *path, bool create,
                                    struct connection *ret_connection) MUST_CHECK;
/* An empty store of today's format that goes when it is closed. */
const struct error *connection_open_scratch(struct arena *arena,
                                            struct connection *ret_connection) MUST_CHECK;
/* Empties the write-ahead log; false when somebody still reads from it. */
bool database_empty_log(const char *path);
void connection_close(struct connection *connection);
/* What SQLite's result means; the last error of the connection. */
enum error_code connection_code(const struct connection *connection, int result);
const struct error *connection_error(struct arena *arena, const struct connection *connection, int result);

enum bind_kind { BIND_NULL, BIND_NUMBER, BIND_TEXT, BIND_BLOB };
struct bind {
    enum bind_kind kind;
    int size;
    union {
        int64_t number;
        const void *bytes;
    };
};
struct bind bind_number(int64_t number);
struct bind bind_text(const char *text); /* NULL binds null */
struct bind bind_blob(const void *bytes, size_t size);
struct bind bind_id(const struct id *id);

/* The statement, reset and bound: step it. */
sqlite3_stmt *connection_ask(struct connection *connection, enum sql sql, const struct bind *binds,
                             int count);
#define ASK(connection, sql, ...)                                                                            \
    connection_ask((connection), (sql), (const struct bind[]){__VA_ARGS__},                                  \
                   (int)(sizeof((const struct bind[]){__VA_ARGS__}) / sizeof(struct bind)))
/* Resets whatever was left under way. */
void connection_rest(struct connection *connection);
/* Steps: true for a row; false at the end, or on an error, which *ret_error then holds. */
bool next_row(struct arena *arena, struct connection *connection, sqlite3_stmt *statement,
              const struct error **ret_error);
struct id column_id(sqlite3_stmt *statement, int column);
/* Valid until the next step; NULL for a null. */
const char *column_text_here(struct arena *arena, sqlite3_stmt *statement, int column);
const char *column_text(struct arena *arena, sqlite3_stmt *statement, int column);
const void *column_blob(struct arena *arena, sqlite3_stmt *statement, int column, size_t *ret_size);
/* False when the column does not hold exactly that many bytes. */
bool column_bytes(sqlite3_stmt *statement, int column, void *ret_bytes, size_t size);

/* ---- what a write is made of
 * ------------------------------------------------------------------------------------ */

/* What stands or falls by itself: left out of its write when a head that it was made from has moved. */
struct part {
    bool moved; /* set by the writer */
};

struct op {
    struct op *next;
    struct part *part; /* NULL: of the whole write */
    enum sql sql;
    int count;
    struct bind binds[];
};

/* A head that must still be so when the write is applied. */
struct expected {
    struct expected *next;
    struct part *part;
    struct id stream;
    uint64_t seq;
    uint8_t hash[HASH_BYTES];
};

/* How far a rebuild has come: changes with each of its writes; empty when there is none. */
enum { REBUILD_STEP = ID_TEXT + 8 };
struct rebuild_step {
    char text[REBUILD_STEP];
};

struct touched {
    struct touched *next;
    struct stream *stream;
};

/* What is kept of a record that is disposed of: the head it had, and who decided it. */
struct tombstone {
    struct tombstone *next;
    struct stream_head head;
    struct disposal disposal;
};

struct write {
    struct store *store;
    struct arena *arena; /* of what it holds until it is applied */
    struct arena *work;  /* of what it is made from: the same one, but for a rebuild */
    struct part *part;   /* what is added belongs to it */
    struct op *first;
    struct op *last;
    struct expected *expected;
    struct touched *touched;
    struct tombstone *destroyed;
    bool every_stream; /* all are gone through: the cases of a person come by themselves */
    bool has_step;     /* it was made from the lists as they stood at that step */
    struct rebuild_step step;
    /* set by the writer */
    struct write *next;
    sem_t done; /* posted when it is durable, or refused */
    enum error_code code;
    bool lists_moved; /* refused because the step is another one now */
};

void write_op(struct write *write, enum sql sql, const struct bind *binds, int count);
#define OP(write, sql, ...)                                                                                  \
    write_op((write), (sql), (const struct bind[]){__VA_ARGS__},                                             \
             (int)(sizeof((const struct bind[]){__VA_ARGS__}) / sizeof(struct bind)))
void write_expect(struct write *write, const struct stream_head *head);
/* Carries out its operations, and nothing else, on a connection of the caller. */
enum error_code write_carry_out(struct connection *connection, const struct write *write);
/* Hands it to the writer and waits: ERROR_NONE when durable. */
enum error_code writer_run(struct store *store, struct write *write);

/* ---- the inside of a store
 * ----------------------------------------------------------------------------------------- */

struct store_reader {
    struct store *store;
    struct connection connection;
    bool taken;
    int depth;                      /* how often the thread that holds it took it */
    struct store_reader *next_held; /* of the same thread */
};

const char *store_dir(const struct store *store);
struct held *store_held(const struct store *store);
struct connection *reader_connection(struct store_reader *reader);
/* True when something was written since the last checkpoint of this process. */
void store_note_written(struct store *store);
/* The write-ahead log still holds what was deleted: emptied as soon as no reader needs it. */
void store_note_deleted(struct store *store);
void store_empty_log(struct store *store, struct arena *arena);
/* The keystore could not be written when a record was disposed of: it is tried again every minute. */
void store_note_unfinished(struct store *store);
bool store_is_finished(struct store *store);

/* stream.c: an entry's hash over what is stored. */
struct stored {
    struct id stream;
    int64_t kind; /* of the stream */
    uint64_t seq;
    struct id id;
    int64_t pack;
    const char *type;
    int64_t occurred_at;
    int64_t day_only;
    int64_t recorded_at;
    struct id author;
    const char *agency;
    const char *label;
    const uint8_t *body;
    size_t body_size;
};
void chain_hash(const uint8_t previous[static HASH_BYTES], const struct stored *stored,
                uint8_t ret_hash[static HASH_BYTES]);
/* At the end of a stream; *room is how many its list takes before it is made larger. */
void stream_add(struct arena *arena, struct stream *stream, const struct entry *entry, size_t *room);

/* Reads a stream with its chain checked; *ret_broken names what does not hold (and the stream is not to be
 * used). */
const struct error *stream_load(struct store_reader *reader, struct arena *arena, struct id id,
                                bool check_chain, struct stream *ret_stream,
                                const char **ret_broken) MUST_CHECK;

/* projection.c: operations that make the projections of the streams of a write what they should be, from
 * those that the reader sees; in a rebuild none stand. */
const struct error *projections_refresh(struct store_reader *reader, struct write *write) MUST_CHECK;
/* The hash that stands for the subject of a duty, so that no name is in the table. */
void involved_token(const struct store *store, enum access_involved as, const char *who,
                    uint8_t ret_token[static TOKEN_BYTES]);
void subject_hash(struct store *store, const struct value *key, uint8_t ret_hash[static TOKEN_BYTES],
                  size_t *ret_size);

/* disposed.c */
void write_dispose(struct write *write, const struct tombstone *tombstone);
/* False when it was not this store that put the row there. */
bool tombstone_of_row(const struct store *store, struct arena *arena, sqlite3_stmt *row,
                      struct tombstone *ret_tombstone);
void disposed_proof(const struct store *store, const struct tombstone *tombstone,
                    uint8_t ret_proof[static HASH_BYTES]);
/* Does the rest of what was disposed of, durable or put off to the next time; `write` was committed. */
void disposed_finish(struct store *store, struct arena *arena, const struct tombstone *tombstones);
/* At opening: what a kill left undone, and what an older copy of the data does not know yet. */
const struct error *disposed_settle(struct store *store, struct arena *arena) MUST_CHECK;
/* Of a record that has no key: ERROR_DISPOSED or ERROR_NOT_FOUND. */
const struct error *disposed_or_missing(struct store_reader *reader, struct arena *arena,
                                        struct id record) MUST_CHECK;
/* looks.c */
struct looks;
enum { LOOK_LINE = 512 };
/* To read what stands in it; belongs to the looks. */
int looks_file(const struct looks *looks, const char **ret_path);
/* They live in `own`; whoever opens them syncs their folder. */
const struct error *looks_open(struct arena *own, struct arena *arena, const char *path,
                               const struct keyring *keyring, struct looks **ret_looks) MUST_CHECK;
void looks_close(struct looks *looks);
/* False when it failed: no look is taken until it succeeds. */
bool looks_sync(struct looks *looks);
/* A place in the log: after how many bytes, and the hash that ends there. Texts. */
enum { LOOK_HASH_TEXT = 2 * TOKEN_BYTES };
struct looks_mark {
    int64_t size;
    char hash[LOOK_HASH_TEXT + 1]; /* "-" before the first look */
};
/* Where the log ends now, synced. */
const struct error *looks_mark(struct looks *looks, struct looks_mark *ret_mark) MUST_CHECK;
/* Whether the log holds that hash at that place (without going through what is before). */
bool looks_hold(struct looks *looks, const struct looks_mark *mark);
/* Goes through all of it; what the mark says must be in it. */
const struct error *looks_verify(struct arena *arena, const char *path, const struct keyring *keyring,
                                 const struct looks_mark *mark, uint64_t *ret_count,
                                 const char **ret_broken) MUST_CHECK;

/* upgrade.c: what was written before there were keystores, as it is written now. */
const struct error *upgrade_kept(struct store *store, struct arena *arena) MUST_CHECK;
/* Makes the keystore of a store that is from before there were any. */
const struct error *upgrade_keystore(struct arena *arena, const struct key_place *place,
                                     const char *database) MUST_CHECK;

/* kept.c */
enum { DRAFT_DAYS = 60 };
/* The bytes that say what a draft is about. */
size_t draft_about(struct id case_id, uint8_t ret_about[static ID_BYTES]);
/* Of a row of id, saved_at, body and about. */
const struct error *draft_of_row(struct store_reader *reader, struct arena *arena, sqlite3_stmt *row,
                                 struct id account, struct draft *ret_draft) MUST_CHECK;
struct sessions;
struct sessions *sessions_new(struct arena *arena);
void sessions_flush(struct store *store, struct arena *arena);

struct uses;
const struct error *uses_open(struct store *store, struct arena *own, struct arena *arena) MUST_CHECK;
void uses_flush(struct store *store, struct arena *arena);
struct uses **store_uses(struct store *store);

/* store.c */
/* Where the signed head is kept. */
const char *store_head_path(const struct store *store);
const struct error *make_folder(struct arena *arena, const char *dir) MUST_CHECK;
const char *database_path(struct arena *arena, const char *dir);

/* head.c */
struct signed_head {
    int64_t checkpoint; /* 0: none yet */
    int64_t made_at;
    uint8_t root[HASH_BYTES];
    struct looks_mark looks;
    uint8_t signature[SIGNATURE_BYTES];
};
/* ERROR_BROKEN_SEAL when it is not a head, or not signed with this key; ERROR_IO when it cannot be read. */
const struct error *head_read(struct arena *arena, const struct keyring *keyring, const char *path,
                              struct signed_head *ret_head) MUST_CHECK;
/* A file of nothing, or of zeros alone: a power cut took the first head before it was on the disk. */
bool head_is_blank(struct arena *arena, const char *path);
/* Signs it and puts it in place of what is there. */
const struct error *head_write(struct arena *arena, const struct keyring *keyring, const char *path,
                               struct signed_head *head) MUST_CHECK;
/* keep.c: works under the lock of a file of that name in the folder of the store, and waits for it: what no
 * two do at a time, in whatever process. */
const struct error *store_alone(struct store *store, struct arena *arena, const char *name,
                                const struct error *(*work)(void *context), void *context) MUST_CHECK;
/* Number and root of the last checkpoint; 0 and zeros when there is none. */
const struct error *last_checkpoint(struct store_reader *reader, struct arena *arena, int64_t *ret_number,
                                    uint8_t ret_root[static HASH_BYTES]) MUST_CHECK;
/* Whether the checkpoint a head names is in the store (or the head names none). */
const struct error *head_is_held(struct store_reader *reader, struct arena *arena,
                                 const struct signed_head *head, bool *ret_held) MUST_CHECK;
struct head_row {
    struct id stream;
    uint64_t seq;
    uint8_t hash[HASH_BYTES];
};
void root_begin(struct hasher *hasher, int64_t number, int64_t made_at,
                const uint8_t previous[static HASH_BYTES]);
void root_add(struct hasher *hasher, const struct head_row *head);

/* rebuild.c: makes every projection in an empty store of its own, of what the reader sees. */
const struct error *projections_make(struct store_reader *reader, struct arena *arena,
                                     struct connection *scratch) MUST_CHECK;
/* False when it could not be read: *ret_result is what SQLite said. */
bool rebuild_step_read(struct connection *connection, struct rebuild_step *ret_step, int *ret_result);
/* Whether the lists are being made again, or were when the program ended: they are not whole then. */
const struct error *rebuild_is_unfinished(struct store_reader *reader, struct arena *arena,
                                          bool *ret_unfinished) MUST_CHECK;
/* Goes on with one that was cut short. */
const struct error *rebuild_unfinished(struct store *store, struct arena *arena) MUST_CHECK;
enum { KEEP_STREAM_BYTES = 512 << 20 }; /* what a batch of streams may take while all are gone through */
struct looks *store_looks_log(struct store *store);
struct sessions *store_sessions(struct store *store);

#endif
