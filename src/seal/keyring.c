#include "seal/hold.h"

#include "base/file.h"
#include "base/must.h"

#include <string.h>

enum { MONTH_DAYS = 30 };

void seal_init(void)
{
    must(sodium_init() >= 0);
}

static int64_t period_at(struct instant now)
{
    return now.ms / ((int64_t)MONTH_DAYS * MS_PER_DAY);
}

/* ---- making
 * ------------------------------------------------------------------------------------------------------ */

/* The key before the keystore: killed between, there is a key that opens nothing yet, and this is done again.
 */
const struct error *keyring_create(struct arena *arena, const struct key_place *place, struct instant now)
{
    if (file_exists(place->keystore)) {
        return error_new(arena, ERROR_EXISTS, "%s: a keystore is never overwritten", place->keystore);
    }
    if (!source_is_passphrase(place->source) && !file_exists(place->source)) {
        TRY(master_create(arena, place->source));
    }
    return keystore_create(arena, place->keystore, place->source, NULL, period_at(now));
}

const struct error *keyring_upgrade(struct arena *arena, const struct key_place *place, struct instant now)
{
    uint8_t master[KEY_BYTES];
    TRY(master_read(arena, place->source, master));
    const struct error *error =
        keystore_create(arena, place->keystore, place->source, master, period_at(now));
    sodium_memzero(master, sizeof master);
    return error;
}

const struct error *keyring_rotate(struct arena *arena, const struct key_place *place, const char *new_source)
{
    if (new_source == NULL && source_is_passphrase(place->source)) {
        return error_new(arena, ERROR_KEY, "say what the new master key is: --to FILE, ask: or fd:N");
    }
    if (new_source == NULL) {
        return keystore_relock_in_place(arena, place->keystore, place->source);
    }
    if (!source_is_passphrase(new_source) && !file_exists(new_source)) {
        TRY(master_create(arena, new_source));
    }
    return keystore_relock(arena, place->keystore, place->source, new_source);
}

const struct error *keyring_state(struct arena *arena, const struct key_place *place,
                                  struct keystore_state *ret_state)
{
    struct keystore *keystore;
    TRY(keystore_open(arena, place->keystore, place->source, &keystore));
    *ret_state = (struct keystore_state){.generation = keystore->generation,
                                         .destroyed = keystore->destroyed_count,
                                         .is_of_passphrase = lock_is_of_passphrase(&keystore->lock)};
    keystore_free(keystore);
    return NULL;
}

const struct error *keyring_copy(struct arena *arena, const struct key_place *place, const char *to,
                                 struct keystore_state *ret_state)
{
    return keystore_copy(arena, place->keystore, place->source, to, ret_state);
}

const struct error *keyring_put_back(struct arena *arena, const struct key_place *place, const char *from,
                                     struct keystore_state *ret_state)
{
    return keystore_put_back(arena, place->keystore, place->source, from, ret_state);
}

/* ---- opening
 * ----------------------------------------------------------------------------------------------------- */

/* What this process uses itself is asked for once. */
static const struct error *keyring_of(struct arena *arena, struct hold *hold, struct keyring **ret_keyring)
{
    struct request request = {.kind = ASK_SHARE};
    struct reply reply;
    const struct error *error = hold_ask(arena, hold, &request, &reply);
    struct keyring *keyring = error == NULL ? sodium_malloc(sizeof *keyring) : NULL;
    if (keyring != NULL) {
        *keyring = (struct keyring){.shared = reply.shared, .hold = hold};
        sodium_mprotect_readonly(keyring);
    }
    sodium_memzero(&reply, sizeof reply);
    if (keyring == NULL) {
        hold_end(hold);
        return error != NULL ? error : error_new(arena, ERROR_BUSY, "no locked memory for the keys");
    }
    *ret_keyring = keyring;
    return NULL;
}

const struct error *keyring_open(struct arena *arena, const struct key_place *place,
                                 struct keyring **ret_keyring)
{
    struct keystore *keystore;
    TRY(keystore_open(arena, place->keystore, place->source, &keystore));
    struct holder *holder = holder_new(keystore, NULL);
    struct hold *hold = holder == NULL ? NULL : hold_inside(holder);
    if (hold == NULL) {
        return error_new(arena, ERROR_BUSY, "no locked memory for the keys");
    }
    return keyring_of(arena, hold, ret_keyring);
}

const struct error *keyring_hold(struct arena *arena, const struct key_place *place,
                                 const struct key_limits *limits, struct keyring **ret_keyring)
{
    struct hold *hold;
    TRY(hold_begin(arena, place, limits, &hold));
    return keyring_of(arena, hold, ret_keyring);
}

const struct error *keyring_serve(struct arena *arena, const struct keyring *keyring)
{
    struct request request = {.kind = ASK_SERVE};
    struct reply reply;
    return hold_ask(arena, keyring->hold, &request, &reply);
}

bool keyring_lives(const struct keyring *keyring)
{
    return hold_lives(keyring->hold);
}

void keyring_tidy(const struct keyring *keyring)
{
    hold_tidy(keyring->hold);
}

void keyring_free(struct keyring *keyring)
{
    if (keyring != NULL) {
        hold_end(keyring->hold);
        sodium_free(keyring);
    }
}

void keyring_id(const struct keyring *keyring, uint8_t ret_id[static 8])
{
    memcpy(ret_id, keyring->shared.id, sizeof keyring->shared.id);
}

/* ---- signing
 * ----------------------------------------------------------------------------------------------------- */

const struct error *sign(const struct keyring *keyring, const uint8_t hash[static HASH_BYTES],
                         uint8_t ret_signature[static SIGNATURE_BYTES])
{
    ARENA_CLEANUP struct arena *arena = arena_new(1 << 20);
    struct request request = {.kind = ASK_SIGN};
    struct reply reply;
    if (arena == NULL) {
        return error_of(ERROR_BUSY);
    }
    memcpy(request.hash, hash, HASH_BYTES);
    const struct error *error = hold_ask(arena, keyring->hold, &request, &reply);
    if (error != NULL) {
        return error_of(error->code);
    }
    memcpy(ret_signature, reply.signature, SIGNATURE_BYTES);
    return NULL;
}

void sign_public_key(const struct keyring *keyring, uint8_t ret_public[static PUBLIC_KEY_BYTES])
{
    memcpy(ret_public, keyring->shared.sign_public, PUBLIC_KEY_BYTES);
}

bool signature_holds(const uint8_t public_key[static PUBLIC_KEY_BYTES], const void *bytes, size_t size,
                     const uint8_t signature[static SIGNATURE_BYTES])
{
    return crypto_sign_verify_detached(signature, bytes, size, public_key) == 0;
}

/* ---- destruction
 * ------------------------------------------------------------------------------------------------- */

const struct error *keyring_destroy(struct arena *arena, const struct keyring *keyring,
                                    const struct destroyed *records, size_t count)
{
    for (size_t done = 0; done < count; done += ASK_DESTROYED) {
        struct request request = {.kind = ASK_DESTROY};
        struct reply reply;
        request.count = count - done < ASK_DESTROYED ? count - done : ASK_DESTROYED;
        memcpy(request.destroyed, records + done, request.count * sizeof *records);
        TRY(hold_ask(arena, keyring->hold, &request, &reply));
    }
    return NULL;
}

const struct error *keyring_destroyed(struct arena *arena, const struct keyring *keyring,
                                      const struct destroyed **ret_list, size_t *ret_count)
{
    struct destroyed *list = NULL;
    size_t count = 0;
    struct reply reply;
    do {
        struct request request = {.kind = ASK_DESTROYED_LIST, .period = (int64_t)count};
        TRY(hold_ask(arena, keyring->hold, &request, &reply));
        list = arena_grow(arena, list, count, count + reply.count, sizeof *list);
        memcpy(list + count, reply.destroyed, reply.count * sizeof *list);
        count += reply.count;
    } while (reply.count > 0);
    *ret_list = list;
    *ret_count = count;
    return NULL;
}
