/*
 * Connections to SQLite and the two things done with them: asking (a reader) and applying operations (the
 * writer). For store/ alone. Every statement is prepared when a connection is opened, so a wrong one is a
 * failed start.
 */
#ifndef WM_STORE_DB_H
#define WM_STORE_DB_H

#include "store/sql.h"
#include "store/store.h"

#include <sqlite3.h>

struct connection {
    sqlite3 *db;
    sqlite3_stmt *statements[SQL_STATEMENTS];
};

/* Opens and prepares; `create` makes the file and migrates. The connection is left closed on error. */
const struct error *connection_open(struct arena *arena, const char *path, bool create,
                                    struct connection *ret_connection) MUST_CHECK;
void connection_close(struct connection *connection);
/* What SQLite's result means; the last error of the connection. */
enum error_code connection_code(const struct connection *connection, int result);
const struct error *connection_error(struct arena *arena, const struct connection *connection, int result);

enum bind_kind { BIND_NULL, BIND_NUMBER, BIND_TEXT, BIND_BLOB };
struct bind {
    enum bind_kind kind;
    int64_t number;
    const void *bytes;
    size_t size;
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
/* Steps: true for a row; false at the end, or on an error, which *ret_error then holds. */
bool next_row(struct arena *arena, struct connection *connection, sqlite3_stmt *statement,
              const struct error **ret_error);
struct id column_id(sqlite3_stmt *statement, int column);
const char *column_text(struct arena *arena, sqlite3_stmt *statement, int column);
const void *column_blob(struct arena *arena, sqlite3_stmt *statement, int column, size_t *ret_size);
/* False when the column does not hold exactly that many bytes. */
bool column_bytes(sqlite3_stmt *statement, int column, void *ret_bytes, size_t size);

/* ---- what a write is made of
 * ------------------------------------------------------------------------------------ */

enum { OP_BINDS = 13 };
struct op {
    struct op *next;
    enum sql sql;
    int count;
    struct bind binds[OP_BINDS];
};

/* A head that must still be so when the write is applied. */
struct expected {
    struct expected *next;
    struct id stream;
    uint64_t seq;
    uint8_t hash[HASH_BYTES];
};

struct touched {
    struct touched *next;
    struct stream *stream;
};

struct write {
    struct store *store;
    struct arena *arena;
    struct op *first;
    struct op *last;
    struct expected *expected;
    struct touched *touched;
    /* set by the writer */
    struct write *next;
    bool done;
    enum error_code code;
};

void write_op(struct write *write, enum sql sql, const struct bind *binds, int count);
#define OP(write, sql, ...)                                                                                  \
    write_op((write), (sql), (const struct bind[]){__VA_ARGS__},                                             \
             (int)(sizeof((const struct bind[]){__VA_ARGS__}) / sizeof(struct bind)))
void write_expect(struct write *write, const struct stream_head *head);
/* Hands it to the writer and waits: ERROR_NONE when durable. */
enum error_code writer_run(struct store *store, struct write *write);

/* ---- the inside of a store
 * ----------------------------------------------------------------------------------------- */

struct store_reader {
    struct store *store;
    struct connection connection;
    bool taken;
    bool in_transaction;
};

const char *store_dir(const struct store *store);
struct connection *reader_connection(struct store_reader *reader);
/* True when something was written since the last checkpoint of this process. */
void store_note_written(struct store *store);

/* stream.c: an entry's hash over what is stored. */
struct stored {
    struct id stream;
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

/* Reads a stream with its chain checked; *ret_broken names what does not hold (and the stream is not to be
 * used). */
const struct error *stream_load(struct store_reader *reader, struct arena *arena, struct id id,
                                bool check_chain, struct stream *ret_stream,
                                const char **ret_broken) MUST_CHECK;

/* projection.c: operations that make the projections of the streams of a write what they should be. */
const struct error *projections_refresh(struct store_reader *reader, struct write *write) MUST_CHECK;
/* The hash that stands for the subject of a duty, so that no name is in the table. */
void subject_hash(struct store *store, const struct value *key, uint8_t ret_hash[static TOKEN_BYTES],
                  size_t *ret_size);

/* looks.c */
struct looks;
const struct error *looks_open(struct arena *arena, const char *path, const struct keyring *keyring,
                               struct looks **ret_looks) MUST_CHECK;
void looks_close(struct looks *looks);
void looks_sync(struct looks *looks);
const struct error *looks_verify(struct arena *arena, const char *path, const struct keyring *keyring,
                                 uint64_t *ret_count, const char **ret_broken) MUST_CHECK;

/* kept.c */
struct sessions;
struct sessions *sessions_new(struct arena *arena);
void sessions_flush(struct store *store, struct arena *arena);

/* store.c */
const char *store_key_path(struct arena *arena, const struct store_options *options);
enum { KEEP_STREAM_BYTES = 512 << 20 }; /* what a batch of streams may take while all are gone through */
struct looks *store_looks_log(struct store *store);
struct sessions *store_sessions(struct store *store);

#endif
