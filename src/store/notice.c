#include "store/notice.h"

#include "base/text.h"
#include "store/cursor.h"
#include "store/db.h"

#include <string.h>

static struct id id_of_hash(struct hasher *hasher)
{
    uint8_t hash[HASH_BYTES];
    struct id id;
    hash_end(hasher, hash);
    memcpy(id.bytes, hash, ID_BYTES);
    return id;
}

struct id notice_id(const char *rule, struct id case_id, const char *duty, uint64_t seq, const char *key,
                    const char *whom)
{
    struct hasher hasher;
    hash_begin(&hasher);
    hash_text(&hasher, "notice");
    hash_text(&hasher, rule);
    hash_bytes(&hasher, case_id.bytes, ID_BYTES);
    hash_text(&hasher, duty);
    hash_number(&hasher, (int64_t)seq);
    hash_text(&hasher, key == NULL ? "" : key);
    hash_text(&hasher, whom);
    return id_of_hash(&hasher);
}

/* Operations point to what they bind, so ids are copied to where the write lives. */
static struct bind bind_kept(struct write *write, struct id id)
{
    return bind_blob(arena_copy_n(write->arena, id.bytes, ID_BYTES), ID_BYTES);
}

void store_write_notice(struct write *write, const struct notice_row *notice)
{
    OP(write, SQL_NOTICE_PUT, bind_kept(write, notice->id), bind_number(notice->made_at.ms),
       bind_text(notice->rule), bind_text(notice->duty), bind_kept(write, notice->case_id),
       bind_number((int64_t)notice->seq), bind_text(notice->role), bind_text(notice->agency),
       bind_kept(write, notice->account), bind_kept(write, notice->contact));
}

void store_write_notice_read(struct write *write, struct id notice, struct id account, const char *role,
                             const char *agency)
{
    OP(write, SQL_NOTICE_READ_PUT, bind_kept(write, account), bind_kept(write, notice), bind_text(agency),
       bind_text(role));
}

void store_write_outbox(struct write *write, struct id notice, struct id account, struct id contact,
                        struct instant now)
{
    struct hasher hasher;
    hash_begin(&hasher);
    hash_text(&hasher, "message");
    hash_bytes(&hasher, notice.bytes, ID_BYTES);
    hash_bytes(&hasher, account.bytes, ID_BYTES);
    hash_bytes(&hasher, contact.bytes, ID_BYTES);
    OP(write, SQL_OUTBOX_PUT, bind_kept(write, id_of_hash(&hasher)), bind_kept(write, notice),
       bind_kept(write, account), bind_kept(write, contact), bind_number(now.ms), bind_number(now.ms));
}

void store_write_outbox_failed(struct write *write, struct id id, struct instant next, const char *fault)
{
    OP(write, SQL_OUTBOX_FAILED, bind_number(next.ms), bind_text(arena_copy(write->arena, fault)),
       bind_kept(write, id));
}

void store_write_outbox_drop(struct write *write, struct id id)
{
    OP(write, SQL_OUTBOX_DROP, bind_kept(write, id));
}

const struct error *store_write_run(struct write *write)
{
    enum error_code code = writer_run(write->store, write);
    return code == ERROR_NONE ? NULL : error_of(code);
}

static struct notice_row notice_of_row(struct arena *arena, sqlite3_stmt *row)
{
    return (struct notice_row){
        .id = column_id(row, 0),
        .made_at = {sqlite3_column_int64(row, 1)},
        .rule = column_text(arena, row, 2),
        .duty = column_text(arena, row, 3),
        .case_id = column_id(row, 4),
        .seq = (uint64_t)sqlite3_column_int64(row, 5),
        .role = column_text(arena, row, 6),
        .agency = column_text(arena, row, 7),
        .account = column_id(row, 8),
        .contact = column_id(row, 9),
        .read = sqlite3_column_int64(row, 10) != 0,
    };
}

static const char notices_list[] = "notices";

/* time.id */
static const struct error *read_cursor(struct store_reader *reader, struct arena *arena, const char *text,
                                       struct notice_row *ret_after)
{
    const char *plain;
    TRY(cursor_open(reader, arena, notices_list, text, &plain));
    if (plain == NULL ||
        !number_parse(cursor_part(arena, &plain), INT64_MIN, INT64_MAX, &ret_after->made_at.ms) ||
        !id_parse(plain, &ret_after->id)) {
        return cursor_fault(arena);
    }
    return NULL;
}

static const struct error *write_cursor(struct store_reader *reader, struct arena *arena, struct instant now,
                                        const struct notice_row *last, const char **ret_text)
{
    char id[ID_TEXT];
    id_format(last->id, id);
    return cursor_seal(reader, arena, notices_list, now,
                       arena_printf(arena, "%lld.%s", (long long)last->made_at.ms, id), ret_text);
}

static const struct error *read_notices(struct store_reader *reader, struct arena *arena,
                                        const struct notice_filter *filter, const struct notice_row *after,
                                        size_t most, struct notice_row *ret_rows, size_t *ret_count)
{
    const struct error *error = NULL;
    size_t count = 0;
    sqlite3_stmt *row = ASK(&reader->connection, SQL_NOTICE_LIST, bind_id(&filter->account),
                            bind_text(filter->agency), bind_text(filter->role),
                            bind_number(after->made_at.ms), bind_id(&after->id), bind_number((int64_t)most));
    while (next_row(arena, &reader->connection, row, &error)) {
        ret_rows[count++] = notice_of_row(arena, row);
    }
    *ret_count = count;
    return error;
}

const struct error *store_notices(struct store_reader *reader, struct arena *arena,
                                  const struct notice_filter *filter, const struct notice_row **ret_rows,
                                  size_t *ret_count, const char **ret_next)
{
    struct notice_row after = {.made_at = INSTANT_NEVER};
    memset(after.id.bytes, 0xFF, ID_BYTES);
    if (filter->after != NULL) {
        TRY(read_cursor(reader, arena, filter->after, &after));
    }
    size_t limit = (size_t)filter->limit;
    size_t most = limit + 1; /* whether there is more */
    struct notice_row *rows = arena_many(arena, struct notice_row, most);
    struct notice_row *read = arena_many(arena, struct notice_row, most);
    size_t count = 0;
    size_t read_count;
    do {
        TRY(read_notices(reader, arena, filter, &after, most, read, &read_count));
        for (size_t i = 0; i < read_count && count < most; i++) {
            bool wanted = true;
            after = read[i];
            TRY(filter->wanted == NULL ? NULL : filter->wanted(filter->context, &after, &wanted));
            if (wanted) {
                rows[count++] = after;
            }
        }
    } while (read_count == most && count < most);
    const char *next = NULL;
    TRY(count < most ? NULL : write_cursor(reader, arena, filter->now, &rows[limit - 1], &next));
    *ret_rows = rows;
    *ret_count = count < most ? count : limit;
    *ret_next = next;
    return NULL;
}

static const struct error *read_count(struct store_reader *reader, struct arena *arena, sqlite3_stmt *row,
                                      size_t *ret_count)
{
    const struct error *error = NULL;
    *ret_count = 0;
    if (next_row(arena, &reader->connection, row, &error)) {
        *ret_count = (size_t)sqlite3_column_int64(row, 0);
        sqlite3_reset(row);
    }
    return error;
}

const struct error *store_notices_unread(struct store_reader *reader, struct arena *arena, struct id account,
                                         const char *role, const char *agency, int most,
                                         const struct id **ret_cases, size_t *ret_count)
{
    const struct error *error = NULL;
    struct id *cases = arena_many(arena, struct id, (size_t)most);
    sqlite3_stmt *row = ASK(&reader->connection, SQL_NOTICE_UNREAD, bind_id(&account), bind_text(agency),
                            bind_text(role), bind_number(most));
    *ret_count = 0;
    while (next_row(arena, &reader->connection, row, &error)) {
        cases[(*ret_count)++] = column_id(row, 0);
    }
    *ret_cases = cases;
    return error;
}

const struct error *store_notice_is_read(struct store_reader *reader, struct arena *arena, struct id account,
                                         struct id notice, bool *ret_read)
{
    size_t count = 0;
    TRY(read_count(reader, arena,
                   ASK(&reader->connection, SQL_NOTICE_IS_READ, bind_id(&account), bind_id(&notice)),
                   &count));
    *ret_read = count > 0;
    return NULL;
}

const struct error *store_notice(struct store_reader *reader, struct arena *arena, struct id id,
                                 struct notice_row *ret_row)
{
    const struct error *error = NULL;
    sqlite3_stmt *row = ASK(&reader->connection, SQL_NOTICE_GET, bind_id(&id));
    if (!next_row(arena, &reader->connection, row, &error)) {
        return error == NULL ? error_of(ERROR_NOT_FOUND) : error;
    }
    *ret_row = notice_of_row(arena, row);
    sqlite3_reset(row);
    return NULL;
}

const struct error *store_notice_read(struct store *store, struct arena *arena, struct id account,
                                      const char *role, const char *agency, struct id notice,
                                      struct instant now)
{
    struct write *write = store_write_new(store, arena);
    if (id_is_zero(notice)) {
        OP(write, SQL_NOTICE_READ_ALL, bind_id(&account), bind_text(agency), bind_text(role),
           bind_number(now.ms));
    } else {
        OP(write, SQL_NOTICE_READ_PUT, bind_id(&account), bind_id(&notice), bind_text(agency),
           bind_text(role));
    }
    return store_write_run(write);
}

const struct error *store_notices_drop(struct store *store, struct arena *arena, struct instant before)
{
    struct write *write = store_write_new(store, arena);
    OP(write, SQL_NOTICE_DROP_READ, bind_number(before.ms));
    OP(write, SQL_NOTICE_DROP, bind_number(before.ms));
    return store_write_run(write);
}

const struct error *store_outbox(struct store_reader *reader, struct arena *arena, struct instant by,
                                 int limit, const struct outbox_row **ret_rows, size_t *ret_count)
{
    const struct error *error = NULL;
    struct outbox_row *rows = arena_many(arena, struct outbox_row, (size_t)limit);
    size_t count = 0;
    sqlite3_stmt *row = ASK(&reader->connection, SQL_OUTBOX_DUE, bind_number(by.ms), bind_number(limit));
    while (next_row(arena, &reader->connection, row, &error)) {
        rows[count++] = (struct outbox_row){
            .id = column_id(row, 0),
            .notice = column_id(row, 1),
            .account = column_id(row, 2),
            .contact = column_id(row, 3),
            .made_at = {sqlite3_column_int64(row, 4)},
            .next_at = {sqlite3_column_int64(row, 5)},
            .tries = sqlite3_column_int(row, 6),
            .fault = column_text(arena, row, 7),
        };
    }
    *ret_rows = rows;
    *ret_count = count;
    return error;
}

const struct error *store_outbox_count(struct store_reader *reader, struct arena *arena, size_t *ret_count)
{
    return read_count(reader, arena, connection_ask(&reader->connection, SQL_OUTBOX_COUNT, NULL, 0),
                      ret_count);
}

const struct error *store_outbox_hurry(struct store *store, struct arena *arena, struct instant now)
{
    struct write *write = store_write_new(store, arena);
    OP(write, SQL_OUTBOX_HURRY, bind_number(now.ms));
    return store_write_run(write);
}
