/*
 * Passkeys: the published examples, and every thing that must be refused. The examples of signing in say that
 * the device did not verify the person, which is not taken here; so the good ones are signed by the published
 * key.
 */
#include "factor/passkey.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>
#include <sodium.h>
#include <string.h>

#include "vectors.h"

static struct arena *arena;

static struct bytes hex(const char *text)
{
    size_t size = strlen(text) / 2;
    uint8_t *bytes = arena_alloc(arena, size + 1);
    assert_int_equal(0, sodium_hex2bin(bytes, size, text, size * 2, NULL, &size, NULL));
    return (struct bytes){bytes, size};
}

static struct bytes of_text(const char *text)
{
    return (struct bytes){(const uint8_t *)arena_copy(arena, text), strlen(text)};
}

static struct passkey_expected expect(const char *challenge)
{
    return (struct passkey_expected){.origin = "https://example.org",
                                     .name = "example.org",
                                     .challenge = base64url_write(arena, hex(challenge))};
}

static void refused(const struct error *error, const char *why)
{
    assert_non_null(error);
    assert_int_equal(error->code, ERROR_BAD_INPUT);
    assert_string_equal(error->detail, why);
}

static const char not_asked[] = "the device did not ask who you are (a fingerprint, a face, or its PIN)";

/* ---- base64url ---- */

static void base64url_has_one_text_for_the_same_bytes(void **state)
{
    (void)state;
    struct bytes bytes;
    assert_true(base64url_read(arena, "", 9, &bytes));
    assert_int_equal(bytes.size, 0);
    assert_true(base64url_read(arena, "AP-_", 3, &bytes));
    assert_memory_equal(bytes.at, "\x00\xff\xbf", 3);
    assert_false(base64url_read(arena, "AP-_", 2, &bytes));
    assert_true(base64url_read(arena, "_w", 9, &bytes));
    assert_int_equal(bytes.at[0], 0xff);
    static const char *const bad[] = {"A", "AP+/", "AA==", "_x", "AAB", "A A", "AAAAA", "A\n"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        assert_false(base64url_read(arena, bad[i], 99, &bytes));
    }
    for (size_t size = 0; size < 40; size++) {
        uint8_t some[40];
        randombytes_buf(some, sizeof some);
        const char *text = base64url_write(arena, (struct bytes){some, size});
        assert_true(base64url_read(arena, text, size, &bytes));
        assert_true(bytes_equal(bytes, (struct bytes){some, size}));
    }
}

/* ---- making one ---- */

static void the_published_passkey_is_taken(void **state)
{
    (void)state;
    struct passkey passkey;
    struct passkey_expected expected = expect(SELF_CHALLENGE);
    struct passkey_made made = {hex(SELF_CLIENT), hex(SELF_ATTESTATION)};
    assert_null(passkey_make(arena, &expected, &made, &passkey));
    assert_true(bytes_equal(passkey.id, hex(SELF_ID)));
    assert_int_equal(passkey.key.size, 77);
    assert_int_equal(passkey.count, 0);
    assert_true(passkey.may_be_copied);
}

static void the_published_passkey_of_an_unverified_person_is_not(void **state)
{
    (void)state;
    struct passkey passkey;
    struct passkey_expected expected = expect(NONE_CHALLENGE);
    struct passkey_made made = {hex(NONE_CLIENT), hex(NONE_ATTESTATION)};
    refused(passkey_make(arena, &expected, &made, &passkey), not_asked);
}

static void one_made_for_something_else_is_refused(void **state)
{
    (void)state;
    struct passkey passkey;
    struct passkey_made made = {hex(SELF_CLIENT), hex(SELF_ATTESTATION)};
    struct passkey_expected expected = expect(NONE_CHALLENGE);
    refused(passkey_make(arena, &expected, &made, &passkey), "it answers another challenge");
    expected = expect(SELF_CHALLENGE);
    expected.origin = "https://example.org:8443";
    refused(passkey_make(arena, &expected, &made, &passkey), "it was made for another site");
    expected = expect(SELF_CHALLENGE);
    expected.name = "example.com";
    refused(passkey_make(arena, &expected, &made, &passkey), "the device made it for another site");
    expected = expect(SELF_USE_CHALLENGE);
    made.client_data = hex(SELF_USE_CLIENT);
    refused(passkey_make(arena, &expected, &made, &passkey), "the browser did something else than was asked");
}

/* Every cut, and every byte changed: never more is taken than the bytes that do not matter. */
static void a_changed_attestation_never_gives_another_key(void **state)
{
    (void)state;
    struct passkey passkey;
    struct passkey_expected expected = expect(SELF_CHALLENGE);
    struct bytes whole = hex(SELF_ATTESTATION);
    for (size_t size = 0; size < whole.size; size++) {
        struct passkey_made made = {hex(SELF_CLIENT), {whole.at, size}};
        assert_non_null(passkey_make(arena, &expected, &made, &passkey));
    }
    uint8_t longer[512];
    memcpy(longer, whole.at, whole.size);
    longer[whole.size] = 0;
    struct passkey_made made = {hex(SELF_CLIENT), {longer, whole.size + 1}};
    assert_non_null(passkey_make(arena, &expected, &made, &passkey));
    size_t taken = 0;
    for (size_t i = 0; i < whole.size; i++) {
        uint8_t changed[512];
        memcpy(changed, whole.at, whole.size);
        changed[i] ^= 0x20;
        made.attestation = (struct bytes){changed, whole.size};
        taken += passkey_make(arena, &expected, &made, &passkey) == NULL;
    }
    /* the statement, the model, the id and the counter are only read, the points of the curve are few */
    assert_in_range(taken, 32, 160);
}

/* ---- using one ---- */

static struct bytes device_says(uint8_t flags, uint32_t count, const char *name)
{
    uint8_t *data = arena_alloc(arena, 37);
    crypto_hash_sha256(data, (const uint8_t *)name, strlen(name));
    data[32] = flags;
    data[33] = (uint8_t)(count >> 24);
    data[34] = (uint8_t)(count >> 16);
    data[35] = (uint8_t)(count >> 8);
    data[36] = (uint8_t)count;
    return (struct bytes){data, 37};
}

static struct passkey_used sign_it(const char *client, struct bytes data)
{
    struct bytes seed = hex(ED_SEED);
    struct passkey_used used = {of_text(client), data, {NULL, 64}};
    uint8_t public_key[32];
    uint8_t secret_key[64];
    uint8_t message[512];
    uint8_t *signature = arena_alloc(arena, 64);
    crypto_sign_seed_keypair(public_key, secret_key, seed.at);
    memcpy(message, data.at, data.size);
    crypto_hash_sha256(message + data.size, used.client_data.at, used.client_data.size);
    crypto_sign_detached(signature, NULL, message, data.size + 32, secret_key);
    used.signature.at = signature;
    return used;
}

#define GOOD_CLIENT                                                                                          \
    "{\"type\":\"webauthn.get\",\"challenge\":\"iVlX4BxjOmmDSKLYoxpUt9sn6MHEOyCA15riGQJnv9I\","              \
    "\"origin\":\"https://example.org\",\"crossOrigin\":false}"

static void the_published_signatures_hold_and_no_other(void **state)
{
    (void)state;
    const struct {
        struct bytes key;
        struct passkey_used used;
        const char *challenge;
    } published[] = {
        {hex(NONE_KEY),
         {hex(NONE_USE_CLIENT), hex(NONE_USE_DATA), hex(NONE_USE_SIGNATURE)},
         NONE_USE_CHALLENGE},
        {hex(ED_KEY), {hex(ED_USE_CLIENT), hex(ED_USE_DATA), hex(ED_USE_SIGNATURE)}, ED_USE_CHALLENGE},
    };
    for (size_t i = 0; i < 2; i++) {
        struct passkey_used used = published[i].used;
        struct passkey_expected expected = expect(published[i].challenge);
        uint32_t count;
        assert_true(passkey_signature_holds(published[i].key, "example.org", &used));
        assert_false(passkey_signature_holds(published[1 - i].key, "example.org", &used));
        /* whole, and yet refused: the device did not verify the person */
        refused(passkey_use(arena, &expected, published[i].key, &used, &count), not_asked);
        for (size_t at = 0; at < used.signature.size; at += 7) {
            uint8_t changed[128];
            memcpy(changed, used.signature.at, used.signature.size);
            changed[at] ^= 1;
            struct passkey_used other = used;
            other.signature.at = changed;
            assert_false(passkey_signature_holds(published[i].key, "example.org", &other));
        }
        used.authenticator_data = device_says(0x05, 1, "example.org");
        assert_false(passkey_signature_holds(published[i].key, "example.org", &used));
    }
    struct passkey passkey;
    struct passkey_expected expected = expect(SELF_CHALLENGE);
    struct passkey_made made = {hex(SELF_CLIENT), hex(SELF_ATTESTATION)};
    struct passkey_used used = {hex(SELF_USE_CLIENT), hex(SELF_USE_DATA), hex(SELF_USE_SIGNATURE)};
    assert_null(passkey_make(arena, &expected, &made, &passkey));
    assert_true(passkey_signature_holds(passkey.key, "example.org", &used));
}

static void a_good_use_is_taken_and_counts(void **state)
{
    (void)state;
    uint32_t count = 0;
    struct passkey_expected expected = expect(ED_USE_CHALLENGE);
    struct passkey_used used = sign_it(GOOD_CLIENT, device_says(0x05, 0x01020304, "example.org"));
    assert_null(passkey_use(arena, &expected, hex(ED_KEY), &used, &count));
    assert_int_equal(count, 0x01020304);
}

static void every_bad_use_is_refused(void **state)
{
    (void)state;
    uint32_t count;
    struct passkey_expected expected = expect(ED_USE_CHALLENGE);
    static const struct {
        const char *client;
        uint8_t flags;
        const char *name;
        const char *why;
    } bad[] = {
        {GOOD_CLIENT, 0x01, "example.org", not_asked},
        {GOOD_CLIENT, 0x04, "example.org", "nobody touched the device"},
        {GOOD_CLIENT, 0x00, "example.org", "nobody touched the device"},
        {GOOD_CLIENT, 0x15, "example.org", "the device contradicts itself"},
        {GOOD_CLIENT, 0x45, "example.org", "the device says more than was asked"},
        {GOOD_CLIENT, 0x85, "example.org", "the device says more than was asked"},
        {GOOD_CLIENT, 0x05, "example.com", "the device made it for another site"},
        {"{\"type\":\"webauthn.create\",\"challenge\":\"iVlX4BxjOmmDSKLYoxpUt9sn6MHEOyCA15riGQJnv9I\","
         "\"origin\":\"https://example.org\"}",
         0x05, "example.org", "the browser did something else than was asked"},
        {"{\"type\":\"webauthn.get\",\"challenge\":\"iVlX4BxjOmmDSKLYoxpUt9sn6MHEOyCA15riGQJnv9J\","
         "\"origin\":\"https://example.org\"}",
         0x05, "example.org", "it answers another challenge"},
        {"{\"type\":\"webauthn.get\",\"challenge\":\"\",\"origin\":\"https://example.org\"}", 0x05,
         "example.org", "it answers another challenge"},
        {"{\"type\":\"webauthn.get\",\"origin\":\"https://example.org\"}", 0x05, "example.org",
         "it answers another challenge"},
        {"{\"type\":\"webauthn.get\",\"challenge\":\"iVlX4BxjOmmDSKLYoxpUt9sn6MHEOyCA15riGQJnv9I\","
         "\"origin\":\"https://example.org.evil.example\"}",
         0x05, "example.org", "it was made for another site"},
        {"{\"type\":\"webauthn.get\",\"challenge\":\"iVlX4BxjOmmDSKLYoxpUt9sn6MHEOyCA15riGQJnv9I\","
         "\"origin\":\"http://example.org\"}",
         0x05, "example.org", "it was made for another site"},
        {"{\"type\":\"webauthn.get\",\"challenge\":\"iVlX4BxjOmmDSKLYoxpUt9sn6MHEOyCA15riGQJnv9I\","
         "\"origin\":\"https://example.org\",\"crossOrigin\":true}",
         0x05, "example.org", "it was made within another site"},
        {"{\"type\":\"webauthn.get\",\"challenge\":\"iVlX4BxjOmmDSKLYoxpUt9sn6MHEOyCA15riGQJnv9I\","
         "\"origin\":\"https://example.org\",\"topOrigin\":\"https://evil.example\"}",
         0x05, "example.org", "it was made within another site"},
        {"{\"type\":\"webauthn.get\",\"type\":\"webauthn.get\","
         "\"challenge\":\"iVlX4BxjOmmDSKLYoxpUt9sn6MHEOyCA15riGQJnv9I\",\"origin\":\"https://example.org\"}",
         0x05, "example.org", "the browser did something else than was asked"},
        {"[]", 0x05, "example.org", "the browser did something else than was asked"},
        {"", 0x05, "example.org", "the browser did something else than was asked"},
    };
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        struct passkey_used used = sign_it(bad[i].client, device_says(bad[i].flags, 1, bad[i].name));
        refused(passkey_use(arena, &expected, hex(ED_KEY), &used, &count), bad[i].why);
    }
    struct passkey_used used = sign_it(GOOD_CLIENT, device_says(0x05, 1, "example.org"));
    refused(passkey_use(arena, &expected, hex(NONE_KEY), &used, &count),
            "the signature is not of this passkey");
    used.signature.size = 63;
    refused(passkey_use(arena, &expected, hex(ED_KEY), &used, &count),
            "the signature is not of this passkey");
    used.authenticator_data.size = 36;
    refused(passkey_use(arena, &expected, hex(ED_KEY), &used, &count), "what the device says is cut short");
}

static void keys_of_other_kinds_are_refused(void **state)
{
    (void)state;
    size_t size;
    static const char *const bad[] = {
        "a0",
        /* ES384 (-35), P-384 under ES256, ES256 with the type of Ed25519 */
        "a501020338222001215820afefa16f97ca9b2d23eb86ccb64098d20db90856062eb249c33a9b672f26df61225820930a56b8"
        "7a2f"
        "ca66334b03458abf879717c12cc68ed73290af2e2664796b9220",
        "a5010203262002215820afefa16f97ca9b2d23eb86ccb64098d20db90856062eb249c33a9b672f26df61225820930a56b87a"
        "2fca"
        "66334b03458abf879717c12cc68ed73290af2e2664796b9220",
        "a5010103262001215820afefa16f97ca9b2d23eb86ccb64098d20db90856062eb249c33a9b672f26df61225820930a56b87a"
        "2fca"
        "66334b03458abf879717c12cc68ed73290af2e2664796b9220",
        /* not on the curve */
        "a5010203262001215820afefa16f97ca9b2d23eb86ccb64098d20db90856062eb249c33a9b672f26df61225820930a56b87a"
        "2fca"
        "66334b03458abf879717c12cc68ed73290af2e2664796b9221",
        /* the type twice; no algorithm; an indefinite map */
        "a501020102262001215820afefa16f97ca9b2d23eb86ccb64098d20db90856062eb249c33a9b672f26df61225820930a56b8"
        "7a2f"
        "ca66334b03458abf879717c12cc68ed73290af2e2664796b9220",
        "a301010621582044e06ddd331c36a8dc667bab52bcae63486c916aa5e339e6acebaa84934bf832",
        "bf01010327200621582044e06ddd331c36a8dc667bab52bcae63486c916aa5e339e6acebaa84934bf832ff",
    };
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        assert_false(passkey_key_is_good(hex(bad[i]), &size));
    }
    assert_true(passkey_key_is_good(hex(NONE_KEY), &size));
    assert_int_equal(size, 77);
    assert_true(passkey_key_is_good(hex(ED_KEY), &size));
}

static void a_counter_only_goes_on(void **state)
{
    (void)state;
    assert_true(passkey_count_goes_on(0, 0));
    assert_true(passkey_count_goes_on(0, 1));
    assert_true(passkey_count_goes_on(7, 8));
    assert_true(passkey_count_goes_on(7, UINT32_MAX));
    assert_false(passkey_count_goes_on(7, 7));
    assert_false(passkey_count_goes_on(7, 6));
    assert_false(passkey_count_goes_on(7, 0));
    assert_false(passkey_count_goes_on(UINT32_MAX, 0));
}

static void only_safe_origins_have_a_name(void **state)
{
    (void)state;
    const char *name;
    static const struct {
        const char *origin;
        const char *name;
    } rows[] = {
        {"https://waymark.example.org", "waymark.example.org"},
        {"https://waymark.example.org:8443", "waymark.example.org"},
        {"http://localhost:8080", "localhost"},
        {"http://waymark.example.org", NULL},
        {"http://127.0.0.1:8080", NULL},
        {"https://192.0.2.1", NULL},
        {"https://[::1]", NULL},
        {"https://waymark.example.org/", NULL},
        {"https://waymark.example.org/x", NULL},
        {"https://WAYMARK.example.org", NULL},
        {"https://u@waymark.example.org", NULL},
        {"https://waymark.example.org:", NULL},
        {"https://waymark.example.org:0443", NULL},
        {"https://waymark.example.org:99999", NULL},
        {"https://", NULL},
        {"ftp://waymark.example.org", NULL},
        {"", NULL},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        bool has = passkey_origin_name(arena, rows[i].origin, &name);
        assert_int_equal(has, rows[i].name != NULL);
        if (has) {
            assert_string_equal(name, rows[i].name);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(base64url_has_one_text_for_the_same_bytes),
        cmocka_unit_test(the_published_passkey_is_taken),
        cmocka_unit_test(the_published_passkey_of_an_unverified_person_is_not),
        cmocka_unit_test(one_made_for_something_else_is_refused),
        cmocka_unit_test(a_changed_attestation_never_gives_another_key),
        cmocka_unit_test(the_published_signatures_hold_and_no_other),
        cmocka_unit_test(a_good_use_is_taken_and_counts),
        cmocka_unit_test(every_bad_use_is_refused),
        cmocka_unit_test(keys_of_other_kinds_are_refused),
        cmocka_unit_test(a_counter_only_goes_on),
        cmocka_unit_test(only_safe_origins_have_a_name),
    };
    arena = arena_new(64 << 20);
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    arena_free(arena);
    return failed;
}
