/*
 * What is kept for a while and is never part of the record: drafts and answers, sealed under a
 * key of their account.
 */
#include "store/db.h"

#include "base/buf.h"
#include "base/text.h"

#include <string.h>

/* ---- drafts
 * ------------------------------------------------------------------------------------------------------- */

static void pack_text(struct buf *buf, const char *text)
{
    buf_put(buf, text);
    buf_byte(buf, '\0');
}

/* kind, case, then name and text in turn, each ended by a NUL (texts hold none). */
static const char *draft_pack(struct arena *arena, const struct draft *draft, size_t *ret_size)
{
    struct buf buf;
    char case_id[ID_TEXT];
    buf_init(&buf, arena, 4u << 20);
    id_format(draft->case_id, case_id);
    pack_text(&buf, draft->kind);
    pack_text(&buf, case_id);
    for (size_t i = 0; i < draft->count; i++) {
        pack_text(&buf, draft->names[i]);
        pack_text(&buf, draft->texts[i]);
    }
    *ret_size = buf_failed(&buf) ? 0 : buf.size;
    return buf_text(&buf);
}

static bool draft_unpack(struct arena *arena, const char *bytes, size_t size, struct draft *draft)
{
    size_t texts = 0;
    for (size_t i = 0; i < size; i++) {
        texts += bytes[i] == '\0' ? 1 : 0;
    }
    if (texts < 2 || texts % 2 != 0 || bytes[size - 1] != '\0') {
        return false;
    }
    const char **names = arena_many(arena, const char *, texts / 2);
    const char **values = arena_many(arena, const char *, texts / 2);
    draft->kind = bytes;
    bytes += strlen(bytes) + 1;
    if (!id_parse(bytes, &draft->case_id)) {
        return false;
    }
    bytes += strlen(bytes) + 1;
    draft->count = texts / 2 - 1;
    for (size_t i = 0; i < draft->count; i++) {
        names[i] = bytes;
        bytes += strlen(bytes) + 1;
        values[i] = bytes;
        bytes += strlen(bytes) + 1;
    }
    draft->names = names;
    draft->texts = values;
    return true;
}

/* One zero byte says that it is about no case; nothing, that it is from before this was kept. */
size_t draft_about(struct id case_id, uint8_t ret_about[static ID_BYTES])
{
    memcpy(ret_about, case_id.bytes, ID_BYTES);
    return id_is_zero(case_id) ? 1 : ID_BYTES;
}

const struct error *store_draft_put(struct store *store, struct arena *arena, const struct draft *draft)
{
    size_t size;
    const char *plain = draft_pack(arena, draft, &size);
    if (size == 0) {
        return error_new(arena, ERROR_TOO_LARGE, "a draft holds at most 4 MiB");
    }
    const uint8_t *sealed;
    size_t sealed_size;
    uint8_t about[ID_BYTES];
    size_t about_size = draft_about(draft->case_id, about);
    struct note_place place = {"draft", draft->account, draft->id, draft->case_id};
    TRY(note_seal(arena, store_keyring(store), &place, draft->saved_at, plain, size, &sealed, &sealed_size));
    struct write *write = store_write_new(store, arena);
    OP(write, SQL_DRAFT_PUT, bind_id(&draft->id), bind_id(&draft->account), bind_number(draft->saved_at.ms),
       bind_blob(sealed, sealed_size), bind_blob(about, about_size));
    enum error_code code = writer_run(store, write);
    return code == ERROR_NONE ? NULL : error_of(code);
}

const struct error *draft_of_row(struct store_reader *reader, struct arena *arena, sqlite3_stmt *row,
                                 struct id account, struct draft *ret_draft)
{
    size_t sealed_size;
    const uint8_t *sealed = column_blob(arena, row, 2, &sealed_size);
    const void *plain;
    size_t size;
    struct draft draft = {
        .id = column_id(row, 0), .account = account, .saved_at = {sqlite3_column_int64(row, 1)}};
    struct note_place place = {"draft", account, draft.id, {{0}}};
    column_bytes(row, 3, place.about.bytes, ID_BYTES);
    TRY(note_open(arena, store_keyring(reader->store), &place, sealed, sealed_size, &plain, &size));
    if (!draft_unpack(arena, plain, size, &draft)) {
        return error_of(ERROR_BROKEN_SEAL);
    }
    *ret_draft = draft;
    return NULL;
}

const struct error *store_draft_get(struct store_reader *reader, struct arena *arena, struct id account,
                                    struct id id, struct draft *ret_draft)
{
    const struct error *error = NULL;
    sqlite3_stmt *row = ASK(&reader->connection, SQL_DRAFT_GET, bind_id(&id), bind_id(&account));
    if (!next_row(arena, &reader->connection, row, &error)) {
        return error == NULL ? error_of(ERROR_NOT_FOUND) : error;
    }
    error = draft_of_row(reader, arena, row, account, ret_draft);
    sqlite3_reset(row);
    return error;
}

/* Past its time: what it was sealed with may be forgotten before its row is pruned. */
static bool draft_is_old(sqlite3_stmt *row)
{
    return sqlite3_column_int64(row, 1) < clock_now().ms - (int64_t)DRAFT_DAYS * MS_PER_DAY;
}

const struct error *store_drafts(struct store_reader *reader, struct arena *arena, struct id account,
                                 const struct draft **ret_drafts, size_t *ret_count)
{
    enum { MOST = 200 };
    struct draft *drafts = arena_many(arena, struct draft, MOST);
    const struct error *error = NULL;
    size_t count = 0;
    sqlite3_stmt *row = ASK(&reader->connection, SQL_DRAFT_LIST, bind_id(&account));
    while (count < MOST && next_row(arena, &reader->connection, row, &error)) {
        const struct error *unread = draft_of_row(reader, arena, row, account, &drafts[count]);
        bool is_forgotten = unread != NULL && unread->code == ERROR_BROKEN_SEAL && draft_is_old(row);
        if (unread != NULL && !is_forgotten) {
            sqlite3_reset(row);
            return unread;
        }
        count += is_forgotten ? 0 : 1;
    }
    *ret_drafts = drafts;
    *ret_count = count;
    return error;
}

const struct error *store_draft_drop(struct store *store, struct arena *arena, struct id account,
                                     struct id id)
{
    struct write *write = store_write_new(store, arena);
    store_write_drop_draft(write, account, id);
    enum error_code code = writer_run(store, write);
    return code == ERROR_NONE ? NULL : error_of(code);
}

void store_write_drop_draft(struct write *write, struct id account, struct id draft)
{
    struct id *ids = arena_many(write->arena, struct id, 2);
    ids[0] = draft;
    ids[1] = account;
    OP(write, SQL_DRAFT_DROP, bind_id(&ids[0]), bind_id(&ids[1]));
}

void store_write_claim_name(struct write *write, struct id account, const char *name)
{
    uint8_t *token = arena_alloc(write->arena, TOKEN_BYTES);
    blind_token(store_keyring(write->store), "account", name, token);
    OP(write, SQL_ACCOUNT_CLAIM, bind_blob(token, TOKEN_BYTES),
       bind_blob(arena_copy_n(write->arena, account.bytes, ID_BYTES), ID_BYTES));
}

/* ---- answers
 * ------------------------------------------------------------------------------------------------------ */

/* The key of a client is anything; its token is bound to the account. */
static void answer_token(struct arena *arena, const struct store *store, struct id account, const char *key,
                         uint8_t ret_token[static TOKEN_BYTES])
{
    char text[ID_TEXT];
    id_format(account, text);
    blind_token(store_keyring(store), "answer", arena_printf(arena, "%s %s", text, key), ret_token);
}

const struct error *store_write_answer(struct write *write, struct id account, const char *key,
                                       struct id record, const char *answer)
{
    const uint8_t *sealed;
    size_t size;
    struct instant now = clock_now();
    struct id *owner = arena_many(write->arena, struct id, 2);
    uint8_t *token = arena_alloc(write->arena, TOKEN_BYTES);
    owner[0] = account;
    owner[1] = record;
    answer_token(write->arena, write->store, account, key, token);
    struct note_place place = {.purpose = "answer", .owner = account, .about = record};
    memcpy(place.id.bytes, token, ID_BYTES);
    TRY(note_seal(write->arena, store_keyring(write->store), &place, now, answer, strlen(answer), &sealed,
                  &size));
    OP(write, SQL_ANSWER_PUT, bind_blob(token, TOKEN_BYTES), bind_id(&owner[0]), bind_number(now.ms),
       bind_blob(sealed, size), bind_id(&owner[1]));
    return NULL;
}

const struct error *store_answer(struct store_reader *reader, struct arena *arena, struct id account,
                                 const char *key, const char **ret_answer)
{
    uint8_t token[TOKEN_BYTES];
    const struct error *error = NULL;
    answer_token(arena, reader->store, account, key, token);
    *ret_answer = NULL;
    sqlite3_stmt *row = ASK(&reader->connection, SQL_ANSWER_GET, bind_blob(token, TOKEN_BYTES));
    if (!next_row(arena, &reader->connection, row, &error)) {
        return error;
    }
    size_t sealed_size;
    const void *plain;
    size_t size;
    struct note_place place = {.purpose = "answer", .owner = account};
    const uint8_t *sealed = column_blob(arena, row, 0, &sealed_size);
    column_bytes(row, 1, place.about.bytes, ID_BYTES);
    sqlite3_reset(row);
    memcpy(place.id.bytes, token, ID_BYTES);
    TRY(note_open(arena, store_keyring(reader->store), &place, sealed, sealed_size, &plain, &size));
    if (!text_is_valid(plain, size)) {
        return error_of(ERROR_BROKEN_SEAL);
    }
    *ret_answer = plain;
    return NULL;
}
