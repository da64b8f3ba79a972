#include "seal/message.h"

#include "base/must.h"
#include "seal/number.h"

#include <string.h>

enum { VERSION = 1 };

/* Bytes in order, put or taken; what does not fit is a fault of ours when writing and of theirs when reading.
 */
struct cursor {
    uint8_t *to;
    const uint8_t *from;
    size_t left;
    bool good;
};

static void put(struct cursor *cursor, const void *bytes, size_t size)
{
    must(size <= cursor->left);
    memcpy(cursor->to, bytes, size);
    cursor->to += size;
    cursor->left -= size;
}

static void put_byte(struct cursor *cursor, size_t number)
{
    must(number <= UINT8_MAX);
    uint8_t byte = (uint8_t)number;
    put(cursor, &byte, 1);
}

static void put_number(struct cursor *cursor, int64_t number)
{
    uint8_t bytes[NUMBER_BYTES];
    number_put(bytes, (uint64_t)number);
    put(cursor, bytes, sizeof bytes);
}

static void take(struct cursor *cursor, void *bytes, size_t size)
{
    if (!cursor->good) {
        memset(bytes, 0, size);
        return;
    }
    must(size <= cursor->left); /* a message has its whole size, and what is counted in it a limit */
    memcpy(bytes, cursor->from, size);
    cursor->from += size;
    cursor->left -= size;
}

static size_t take_byte(struct cursor *cursor)
{
    uint8_t byte;
    take(cursor, &byte, 1);
    return byte;
}

static int64_t take_number(struct cursor *cursor)
{
    uint8_t bytes[NUMBER_BYTES];
    take(cursor, bytes, sizeof bytes);
    return (int64_t)number_of(bytes);
}

/* A word in a field of fixed size: small letters, digits and hyphens, then nothing but NULs. */
static void take_word(struct cursor *cursor, char *ret_word, size_t size, const char *letters)
{
    take(cursor, ret_word, size);
    size_t used = strnlen(ret_word, size);
    bool good = used < size;
    for (size_t i = 0; i < size && good; i++) {
        good = i < used ? strchr(letters, ret_word[i]) != NULL : ret_word[i] == '\0';
    }
    cursor->good = cursor->good && good;
}

static const char act_letters[] = "abcdefghijklmnopqrstuvwxyz0123456789-";
static const char rule_letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.";

static void take_count(struct cursor *cursor, size_t most, size_t *ret_count)
{
    size_t count = take_byte(cursor);
    cursor->good = cursor->good && count <= most;
    *ret_count = cursor->good ? count : 0;
}

/* Nothing but zeros is left. */
static bool ends(struct cursor *cursor)
{
    for (size_t i = 0; i < cursor->left && cursor->good; i++) {
        cursor->good = cursor->from[i] == 0;
    }
    return cursor->good;
}

static void put_destroyed(struct cursor *cursor, const struct destroyed *one)
{
    put(cursor, one->record.bytes, ID_BYTES);
    put_byte(cursor, one->kind);
    put_number(cursor, one->at);
    put(cursor, one->asked_by.bytes, ID_BYTES);
    put(cursor, one->agreed_by.bytes, ID_BYTES);
    put(cursor, one->rule, DESTROYED_RULE);
}

static void take_destroyed(struct cursor *cursor, struct destroyed *one)
{
    take(cursor, one->record.bytes, ID_BYTES);
    one->kind = (uint8_t)take_byte(cursor);
    one->at = take_number(cursor);
    take(cursor, one->asked_by.bytes, ID_BYTES);
    take(cursor, one->agreed_by.bytes, ID_BYTES);
    take_word(cursor, one->rule, DESTROYED_RULE, rule_letters);
}

/* ---- requests
 * ---------------------------------------------------------------------------------------------------- */

bool request_is_of_a_reader(const struct request *request)
{
    return !id_is_zero(request->account) && strcmp(request->act, "figures") != 0;
}

void request_write(const struct request *request, uint8_t ret_bytes[static REQUEST_BYTES])
{
    struct cursor cursor = {.to = ret_bytes, .left = REQUEST_BYTES};
    memset(ret_bytes, 0, REQUEST_BYTES);
    put_byte(&cursor, VERSION);
    put_byte(&cursor, request->kind);
    put(&cursor, request->account.bytes, ID_BYTES);
    put(&cursor, request->act, ASK_ACT);
    switch (request->kind) {
    case ASK_OPEN:
    case ASK_REWRAP:
        put_byte(&cursor, request->count);
        for (size_t i = 0; i < request->count; i++) {
            put(&cursor, request->records[i].record.bytes, ID_BYTES);
            put_byte(&cursor, request->records[i].wrapped_size);
            put(&cursor, request->records[i].wrapped, WRAPPED_KEY_BYTES);
        }
        break;
    case ASK_NEW:
        put(&cursor, request->records[0].record.bytes, ID_BYTES);
        break;
    case ASK_NOTE:
    case ASK_NOTE_NEW:
        put(&cursor, request->purpose, ASK_PURPOSE);
        put(&cursor, request->owner.bytes, ID_BYTES);
        put(&cursor, request->about.bytes, ID_BYTES);
        put_number(&cursor, request->period);
        break;
    case ASK_SIGN:
        put(&cursor, request->hash, HASH_BYTES);
        break;
    case ASK_DESTROY:
        put_byte(&cursor, request->count);
        for (size_t i = 0; i < request->count; i++) {
            put_destroyed(&cursor, &request->destroyed[i]);
        }
        break;
    case ASK_DESTROYED_LIST:
    case ASK_FORGET:
        put_number(&cursor, request->period);
        break;
    case ASK_SHARE:
    case ASK_SERVE:
    case ASK_KINDS:
    default:
        break;
    }
}

static void read_open(struct cursor *cursor, struct request *request)
{
    take_count(cursor, ASK_RECORDS, &request->count);
    for (size_t i = 0; i < request->count; i++) {
        struct ask_record *one = &request->records[i];
        take(cursor, one->record.bytes, ID_BYTES);
        one->wrapped_size = (uint8_t)take_byte(cursor);
        take(cursor, one->wrapped, WRAPPED_KEY_BYTES);
        cursor->good = cursor->good &&
                       (one->wrapped_size == WRAPPED_KEY_BYTES || one->wrapped_size == OLD_WRAPPED_KEY_BYTES);
    }
    cursor->good = cursor->good && request->count > 0;
}

static void read_destroy(struct cursor *cursor, struct request *request)
{
    take_count(cursor, ASK_DESTROYED, &request->count);
    for (size_t i = 0; i < request->count; i++) {
        take_destroyed(cursor, &request->destroyed[i]);
    }
    cursor->good = cursor->good && request->count > 0;
}

bool request_read(const uint8_t *bytes, size_t size, struct request *ret_request)
{
    struct cursor cursor = {.from = bytes, .left = size, .good = size == REQUEST_BYTES};
    struct request request = {0};
    cursor.good = take_byte(&cursor) == VERSION; /* 0 of one that has not its size */
    size_t kind = take_byte(&cursor);
    take(&cursor, request.account.bytes, ID_BYTES);
    take_word(&cursor, request.act, ASK_ACT, act_letters);
    request.kind = (enum ask_kind)(kind < ASK_KINDS ? kind : ASK_KINDS);
    switch (request.kind) {
    case ASK_OPEN:
    case ASK_REWRAP:
        read_open(&cursor, &request);
        break;
    case ASK_NEW:
        take(&cursor, request.records[0].record.bytes, ID_BYTES);
        break;
    case ASK_NOTE:
    case ASK_NOTE_NEW:
        take_word(&cursor, request.purpose, ASK_PURPOSE, act_letters);
        take(&cursor, request.owner.bytes, ID_BYTES);
        take(&cursor, request.about.bytes, ID_BYTES);
        request.period = take_number(&cursor);
        break;
    case ASK_SIGN:
        take(&cursor, request.hash, HASH_BYTES);
        break;
    case ASK_DESTROY:
        read_destroy(&cursor, &request);
        break;
    case ASK_DESTROYED_LIST:
    case ASK_FORGET:
        request.period = take_number(&cursor);
        cursor.good = cursor.good && request.period >= 0;
        break;
    case ASK_SHARE:
    case ASK_SERVE:
        break;
    case ASK_KINDS:
    default:
        cursor.good = false;
        break;
    }
    if (!ends(&cursor)) {
        return false;
    }
    *ret_request = request;
    return true;
}

/* ---- replies
 * ----------------------------------------------------------------------------------------------------- */

static void write_shared(struct cursor *cursor, const struct shared_keys *shared)
{
    put(cursor, shared->token, KEY_BYTES);
    put(cursor, shared->chain, KEY_BYTES);
    put(cursor, shared->secret, KEY_BYTES);
    put(cursor, shared->id, sizeof shared->id);
    put(cursor, shared->sign_public, PUBLIC_KEY_BYTES);
}

static void read_shared(struct cursor *cursor, struct shared_keys *shared)
{
    take(cursor, shared->token, KEY_BYTES);
    take(cursor, shared->chain, KEY_BYTES);
    take(cursor, shared->secret, KEY_BYTES);
    take(cursor, shared->id, sizeof shared->id);
    take(cursor, shared->sign_public, PUBLIC_KEY_BYTES);
}

static bool carries_keys(enum ask_kind kind)
{
    return kind == ASK_OPEN || kind == ASK_NEW || kind == ASK_NOTE || kind == ASK_NOTE_NEW;
}

void reply_write(const struct reply *reply, enum ask_kind kind, uint8_t ret_bytes[static REPLY_BYTES])
{
    struct cursor cursor = {.to = ret_bytes, .left = REPLY_BYTES};
    memset(ret_bytes, 0, REPLY_BYTES);
    put_byte(&cursor, VERSION);
    put_byte(&cursor, reply->code);
    put_number(&cursor, reply->number);
    if (reply->code != ERROR_NONE) {
        put(&cursor, reply->detail, ASK_DETAIL);
        return;
    }
    put_byte(&cursor, reply->count);
    if (carries_keys(kind)) {
        put(&cursor, reply->keys, reply->count * KEY_BYTES);
    }
    if (kind == ASK_NEW || kind == ASK_REWRAP) {
        put(&cursor, reply->wrapped, WRAPPED_KEY_BYTES);
    } else if (kind == ASK_SIGN) {
        put(&cursor, reply->signature, SIGNATURE_BYTES);
    } else if (kind == ASK_SHARE) {
        write_shared(&cursor, &reply->shared);
    } else if (kind == ASK_DESTROYED_LIST) {
        for (size_t i = 0; i < reply->count; i++) {
            put_destroyed(&cursor, &reply->destroyed[i]);
        }
    }
}

bool reply_read(const uint8_t *bytes, size_t size, enum ask_kind kind, struct reply *ret_reply)
{
    struct cursor cursor = {.from = bytes, .left = size, .good = size == REPLY_BYTES};
    cursor.good = take_byte(&cursor) == VERSION;
    size_t code = take_byte(&cursor);
    cursor.good = cursor.good && code < ERROR_CODES;
    ret_reply->code = cursor.good ? (enum error_code)code : ERROR_NONE;
    ret_reply->number = take_number(&cursor);
    if (ret_reply->code != ERROR_NONE) {
        take(&cursor, ret_reply->detail, ASK_DETAIL);
        ret_reply->detail[ASK_DETAIL - 1] = '\0';
        return cursor.good;
    }
    take_count(&cursor, ASK_RECORDS, &ret_reply->count);
    if (carries_keys(kind)) {
        take(&cursor, ret_reply->keys, ret_reply->count * KEY_BYTES);
    }
    if (kind == ASK_NEW || kind == ASK_REWRAP) {
        take(&cursor, ret_reply->wrapped, WRAPPED_KEY_BYTES);
    } else if (kind == ASK_SIGN) {
        take(&cursor, ret_reply->signature, SIGNATURE_BYTES);
    } else if (kind == ASK_SHARE) {
        read_shared(&cursor, &ret_reply->shared);
    } else if (kind == ASK_DESTROYED_LIST) {
        cursor.good = cursor.good && ret_reply->count <= ASK_DESTROYED;
        for (size_t i = 0; cursor.good && i < ret_reply->count; i++) {
            take_destroyed(&cursor, &ret_reply->destroyed[i]);
        }
    }
    return cursor.good;
}
