/*
 * Calls of the layers beneath that fail for want of something else than a statement, bound in by --wrap: busy
 * when it is their turn. Whoever includes this has said before when that is: `bool fails_now(void)`.
 */
#ifndef WM_TEST_CAN_FAIL_H
#define WM_TEST_CAN_FAIL_H

#include "factor/code.h"
#include "seal/seal.h"
#include "store/store.h"

#define CAN_FAIL(name, parameters, arguments)                                                                \
    const struct error *__real_##name parameters;                                                            \
    const struct error *__wrap_##name parameters;                                                            \
    const struct error *__wrap_##name parameters                                                             \
    {                                                                                                        \
        return fails_now() ? error_of(ERROR_BUSY) : __real_##name arguments;                                 \
    }                                                                                                        \
    _Static_assert(__builtin_types_compatible_p(__typeof__(name), __typeof__(__wrap_##name)), #name)

CAN_FAIL(record_key_new,
         (struct arena * arena, const struct keyring *keyring, struct id record, struct record_key **ret_key,
          uint8_t ret_wrapped[static WRAPPED_KEY_BYTES]),
         (arena, keyring, record, ret_key, ret_wrapped));
CAN_FAIL(note_seal,
         (struct arena * arena, const struct keyring *keyring, const struct note_place *place,
          struct instant made_at, const void *plain, size_t size, const uint8_t **ret_sealed,
          size_t *ret_size),
         (arena, keyring, place, made_at, plain, size, ret_sealed, ret_size));
CAN_FAIL(password_hash,
         (struct arena * arena, const char *password, char ret_text[static PASSWORD_HASH_TEXT]),
         (arena, password, ret_text));
CAN_FAIL(code_secret_new, (struct arena * arena, const char **ret_secret), (arena, ret_secret));
CAN_FAIL(store_pack, (struct store * store, struct arena *arena, int number, const struct pack **ret_pack),
         (store, arena, number, ret_pack));

#endif
