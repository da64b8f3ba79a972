/*
 * Sealing. XChaCha20-Poly1305 with a random nonce (24 bytes: no counting needed). The additional data binds a
 * body to its place, so that two sealed bodies cannot be exchanged even by someone who can write the files.
 */
#include "seal/hold.h"

#include "base/must.h"

#include <endian.h>
#include <string.h>

enum {
    SEAL_VERSION = 1,
    NONCE = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES,
    TAG = crypto_aead_xchacha20poly1305_ietf_ABYTES,
    PLACE = HASH_BYTES
};

struct record_key {
    uint8_t bytes[KEY_BYTES];
};

/* version | nonce | sealed | tag */
static void seal_bytes(struct arena *arena, const uint8_t *key, const void *place, size_t place_size,
                       const void *plain, size_t size, const uint8_t **ret_sealed, size_t *ret_size)
{
    uint8_t *sealed = arena_alloc(arena, size + SEAL_OVERHEAD);
    sealed[0] = SEAL_VERSION;
    randombytes_buf(sealed + 1, NONCE);
    unsigned long long written;
    must(crypto_aead_xchacha20poly1305_ietf_encrypt(sealed + 1 + NONCE, &written, plain, size, place,
                                                    place_size, NULL, sealed + 1, key) == 0);
    must(written == size + TAG);
    *ret_sealed = sealed;
    *ret_size = size + SEAL_OVERHEAD;
}

static bool open_into(const uint8_t *key, const void *place, size_t place_size, const uint8_t *sealed,
                      size_t size, void *ret_plain)
{
    return size >= SEAL_OVERHEAD && sealed[0] == SEAL_VERSION &&
           crypto_aead_xchacha20poly1305_ietf_decrypt(ret_plain, NULL, NULL, sealed + 1 + NONCE,
                                                      size - 1 - NONCE, place, place_size, sealed + 1,
                                                      key) == 0;
}

static const struct error *open_bytes(struct arena *arena, const uint8_t *key, const void *place,
                                      size_t place_size, const uint8_t *sealed, size_t size,
                                      const void **ret_plain, size_t *ret_size)
{
    char *plain = arena_alloc(arena, size < SEAL_OVERHEAD ? 0 : size - SEAL_OVERHEAD + 1);
    if (!open_into(key, place, place_size, sealed, size, plain)) {
        return error_of(ERROR_BROKEN_SEAL);
    }
    *ret_plain = plain;
    *ret_size = size - SEAL_OVERHEAD;
    return NULL;
}

static void place_hash(const struct seal_place *place, uint8_t ret_hash[static PLACE])
{
    struct hasher hasher;
    hash_begin(&hasher);
    hash_text(&hasher, "waymark-body-1");
    hash_field(&hasher, place->stream.bytes, ID_BYTES);
    hash_number(&hasher, (int64_t)place->seq);
    hash_text(&hasher, place->type);
    hash_field(&hasher, place->pack, place->pack == NULL ? 0 : HASH_BYTES);
    hash_end(&hasher, ret_hash);
}

const struct error *record_key_new(struct arena *arena, const struct keyring *keyring, struct id record,
                                   struct record_key **ret_key, uint8_t ret_wrapped[static WRAPPED_KEY_BYTES])
{
    struct record_key *key = arena_one(arena, struct record_key);
    struct request request = {.kind = ASK_NEW, .records = {{.record = record}}};
    struct reply reply;
    TRY(hold_ask(arena, keyring->hold, &request, &reply));
    memcpy(key->bytes, reply.keys[0], KEY_BYTES);
    memcpy(ret_wrapped, reply.wrapped, WRAPPED_KEY_BYTES);
    sodium_memzero(&reply, sizeof reply);
    *ret_key = key;
    return NULL;
}

static const struct error *put_record(struct request *request, struct id record, const void *wrapped,
                                      size_t size)
{
    if (size != WRAPPED_KEY_BYTES && size != OLD_WRAPPED_KEY_BYTES) {
        return error_of(ERROR_BROKEN_SEAL);
    }
    struct ask_record *asked = &request->records[request->count++];
    asked->record = record;
    asked->wrapped_size = (uint8_t)size;
    memcpy(asked->wrapped, wrapped, size);
    return NULL;
}

static const struct error *open_some(struct arena *arena, const struct keyring *keyring,
                                     struct locked_key *keys, size_t count)
{
    struct request request = {.kind = ASK_OPEN};
    struct reply reply;
    for (size_t i = 0; i < count; i++) {
        TRY(put_record(&request, keys[i].record, keys[i].wrapped, keys[i].size));
    }
    struct record_key *opened = arena_many(arena, struct record_key, count);
    TRY(hold_ask(arena, keyring->hold, &request, &reply));
    for (size_t i = 0; i < count; i++) {
        memcpy(opened[i].bytes, reply.keys[i], KEY_BYTES);
        keys[i].key = &opened[i];
    }
    sodium_memzero(&reply, sizeof reply);
    return NULL;
}

const struct error *record_keys_open(struct arena *arena, const struct keyring *keyring,
                                     struct locked_key *keys, size_t count)
{
    for (size_t i = 0; i < count; i += ASK_RECORDS) {
        TRY(open_some(arena, keyring, keys + i, count - i < ASK_RECORDS ? count - i : ASK_RECORDS));
    }
    return NULL;
}

const struct error *record_key_open(struct arena *arena, const struct keyring *keyring, struct id record,
                                    const void *wrapped, size_t size, struct record_key **ret_key)
{
    struct locked_key key = {.record = record, .wrapped = wrapped, .size = size};
    TRY(record_keys_open(arena, keyring, &key, 1));
    *ret_key = key.key;
    return NULL;
}

const struct error *record_key_rewrap(struct arena *arena, const struct keyring *keyring, struct id record,
                                      const void *wrapped, size_t size,
                                      uint8_t ret_wrapped[static WRAPPED_KEY_BYTES])
{
    struct request request = {.kind = ASK_REWRAP};
    struct reply reply;
    TRY(put_record(&request, record, wrapped, size));
    TRY(hold_ask(arena, keyring->hold, &request, &reply));
    memcpy(ret_wrapped, reply.wrapped, WRAPPED_KEY_BYTES);
    return NULL;
}

void record_key_wipe(struct record_key *key)
{
    if (key != NULL) {
        sodium_memzero(key, sizeof *key);
    }
}

void body_seal(struct arena *arena, const struct record_key *key, const struct seal_place *place,
               const void *plain, size_t size, const uint8_t **ret_sealed, size_t *ret_size)
{
    uint8_t bound[PLACE];
    place_hash(place, bound);
    seal_bytes(arena, key->bytes, bound, sizeof bound, plain, size, ret_sealed, ret_size);
}

const struct error *body_open(struct arena *arena, const struct record_key *key,
                              const struct seal_place *place, const uint8_t *sealed, size_t size,
                              const void **ret_plain, size_t *ret_size)
{
    uint8_t bound[PLACE];
    place_hash(place, bound);
    return open_bytes(arena, key->bytes, bound, sizeof bound, sealed, size, ret_plain, ret_size);
}

bool body_open_into(const struct record_key *key, const struct seal_place *place, const void *sealed,
                    size_t size, void *ret_plain)
{
    uint8_t bound[PLACE];
    place_hash(place, bound);
    return open_into(key->bytes, bound, sizeof bound, sealed, size, ret_plain);
}

/* ---- notes
 * ------------------------------------------------------------------------------------------------------- */

/* version | the period, four bytes | as a body from here on: nonce | sealed | tag */
enum { NOTE_VERSION = 2, NOTE_PERIOD = sizeof(uint32_t), MONTH_DAYS = 30 };

static int64_t period_of(struct instant at)
{
    int64_t month = (int64_t)MONTH_DAYS * MS_PER_DAY;
    return at.ms < 0 ? 0 : at.ms / month;
}

static const struct error *note_key(struct arena *arena, const struct keyring *keyring, enum ask_kind kind,
                                    const struct note_place *place, int64_t period, struct reply *ret_reply)
{
    struct request request = {.kind = kind, .owner = place->owner, .about = place->about, .period = period};
    size_t size = strlen(place->purpose);
    must(size > 0 && size < ASK_PURPOSE);
    memcpy(request.purpose, place->purpose, size);
    return hold_ask(arena, keyring->hold, &request, ret_reply);
}

const struct error *note_seal(struct arena *arena, const struct keyring *keyring,
                              const struct note_place *place, struct instant made_at, const void *plain,
                              size_t size, const uint8_t **ret_sealed, size_t *ret_size)
{
    struct reply reply;
    TRY(note_key(arena, keyring, ASK_NOTE_NEW, place, period_of(made_at), &reply));
    const uint8_t *body;
    size_t body_size;
    seal_bytes(arena, reply.keys[0], place->id.bytes, ID_BYTES, plain, size, &body, &body_size);
    uint8_t *sealed = arena_alloc(arena, body_size + NOTE_PERIOD);
    sealed[0] = NOTE_VERSION;
    const uint32_t period = htobe32((uint32_t)reply.number);
    memcpy(sealed + 1, &period, sizeof period);
    memcpy(sealed + 1 + NOTE_PERIOD, body + 1, body_size - 1);
    sodium_memzero(&reply, sizeof reply);
    *ret_sealed = sealed;
    *ret_size = body_size + NOTE_PERIOD;
    return NULL;
}

const struct error *note_open(struct arena *arena, const struct keyring *keyring,
                              const struct note_place *place, const uint8_t *sealed, size_t size,
                              const void **ret_plain, size_t *ret_size)
{
    struct reply reply;
    int64_t period = PERIOD_OLD;
    if (size > 0 && sealed[0] == NOTE_VERSION) {
        if (size < NOTE_OVERHEAD) {
            return error_of(ERROR_BROKEN_SEAL);
        }
        uint32_t made;
        memcpy(&made, sealed + 1, sizeof made);
        period = be32toh(made);
        size -= NOTE_PERIOD;
        uint8_t *body = arena_alloc(arena, size);
        body[0] = SEAL_VERSION;
        memcpy(body + 1, sealed + 1 + NOTE_PERIOD, size - 1);
        sealed = body;
    }
    TRY(note_key(arena, keyring, ASK_NOTE, place, period, &reply));
    const struct error *error =
        open_bytes(arena, reply.keys[0], place->id.bytes, ID_BYTES, sealed, size, ret_plain, ret_size);
    sodium_memzero(&reply, sizeof reply);
    return error;
}

const struct error *keyring_forget(struct arena *arena, const struct keyring *keyring, struct instant before)
{
    struct request request = {.kind = ASK_FORGET, .period = period_of(before)};
    struct reply reply;
    return hold_ask(arena, keyring->hold, &request, &reply);
}
