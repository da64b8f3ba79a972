#include "seal/seal.h"

#include <fcntl.h>
#include <setjmp.h>
#include <sodium.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "vectors.h"

static struct arena *arena;
static struct keyring *keyring;
static char folder[] = "/tmp/seal_testXXXXXX";

static const char *path_of(const char *name)
{
    return arena_printf(arena, "%s/%s", folder, name);
}

/* A key of that name, and its keystore. */
static struct key_place place_of(const char *name)
{
    return (struct key_place){path_of(name), arena_printf(arena, "%s/%s.keystore", folder, name)};
}

static const struct error *create(const char *name)
{
    struct key_place place = place_of(name);
    return keyring_create(arena, &place, clock_now());
}

static const struct error *open_key(const char *name, struct keyring **ret_keyring)
{
    struct key_place place = place_of(name);
    return keyring_open(arena, &place, ret_keyring);
}

/* A key file, with the keystore of another name. */
static const struct error *open_with(const char *path, const char *keystore, struct keyring **ret_keyring)
{
    struct key_place place = {path, path_of(keystore)};
    return keyring_open(arena, &place, ret_keyring);
}

/* As a store from before there were keystores goes on: everything follows from its key. */
static const struct error *upgrade(const char *name)
{
    struct key_place place = place_of(name);
    return keyring_upgrade(arena, &place, clock_now());
}

static int make_keyring(void **state)
{
    (void)state;
    seal_init();
    password_cost_least();
    arena = arena_new(64 << 20);
    assert_non_null(mkdtemp(folder));
    assert_null(create("key"));
    assert_null(open_key("key", &keyring));
    return 0;
}

static int drop_keyring(void **state)
{
    (void)state;
    keyring_free(keyring);
    static const char *const names[] = {"key",    "key2",         "plain",        "sealed",
                                        "opened", "key.keystore", "key2.keystore"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        unlink(path_of(names[i]));
    }
    assert_int_equal(rmdir(folder), 0);
    arena_free(arena);
    return 0;
}

static void put_file(const char *name, const void *bytes, size_t size, mode_t mode)
{
    int fd = open(path_of(name), O_WRONLY | O_CREAT | O_TRUNC, mode);
    assert_true(fd >= 0);
    assert_int_equal(fchmod(fd, mode), 0);
    assert_int_equal(write(fd, bytes, size), (ssize_t)size);
    close(fd);
}

static void a_key_file_is_private_and_never_overwritten(void **state)
{
    (void)state;
    struct stat status;
    assert_int_equal(stat(path_of("key"), &status), 0);
    assert_int_equal(status.st_mode & 0777, 0600);
    assert_int_equal(create("key")->code, ERROR_EXISTS);
}

static void a_wrong_key_file_is_refused_by_name(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        mode_t mode;
    } files[] = {
        {"waymark-key-1 0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef\n", 0640},
        {"waymark-key-1 0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef\n", 0604},
        {"waymark-key-2 0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef\n", 0600},
        {"waymark-key-1 0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdeg\n", 0600},
        {"waymark-key-1 0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef\nx", 0600},
        {"waymark-key-1 0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdefx", 0600},
        {"waymark-key-1 0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef0", 0600},
        {"waymark-key-1 0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcde\n", 0600},
        {"waymark-key-1 0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef\n", 0620},
        {"short", 0600},
        {"", 0600},
    };
    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
        struct keyring *other;
        put_file("key2", files[i].text, strlen(files[i].text), files[i].mode);
        const struct error *error = open_with(path_of("key2"), "key.keystore", &other);
        assert_non_null(error);
        assert_int_equal(error->code, ERROR_KEY);
        assert_non_null(strstr(error->detail, "key2: "));
        assert_non_null(
            strstr(error->detail, files[i].mode == 0600 ? "not a key of this" : "others can read"));
        unlink(path_of("key2"));
    }
    struct keyring *other;
    assert_int_equal(open_with(path_of("key2"), "key.keystore", &other)->code, ERROR_KEY);
    static const char *const no_files[] = {folder, "/dev/zero"};
    for (size_t i = 0; i < sizeof no_files / sizeof no_files[0]; i++) {
        const struct error *error = open_with(no_files[i], "key.keystore", &other);
        assert_int_equal(error->code, ERROR_KEY);
        assert_non_null(strstr(error->detail, ": not a file"));
    }
}

static void a_key_that_cannot_be_kept_is_an_error(void **state)
{
    (void)state;
    struct key_place nowhere = {"/nonexistent/key", path_of("key2.keystore")};
    assert_int_equal(keyring_create(arena, &nowhere, clock_now())->code, ERROR_IO);
    assert_int_equal(symlink("nowhere", path_of("key2")), 0);
    assert_int_equal(create("key2")->code, ERROR_EXISTS);
    unlink(path_of("key2"));
}

static const char fixed_key[] =
    "waymark-key-1 000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";

/* systemd shows the access list of a credential as mode 0440; its folder is closed to everybody else */
static void a_credential_of_the_service_may_show_its_access_list(void **state)
{
    (void)state;
    struct keyring *other;
    put_file("key2", fixed_key, strlen(fixed_key), 0600);
    assert_null(create("key2"));
    assert_int_equal(chmod(path_of("key2"), 0440), 0);
    assert_int_equal(open_key("key2", &other)->code, ERROR_KEY);
    assert_int_equal(setenv("CREDENTIALS_DIRECTORY", folder, 1), 0);
    assert_null(open_key("key2", &other));
    keyring_free(other);
    put_file("key2", fixed_key, strlen(fixed_key), 0444);
    assert_int_equal(open_key("key2", &other)->code, ERROR_KEY);
    assert_int_equal(setenv("CREDENTIALS_DIRECTORY", "/tmp/seal", 1),
                     0); /* not the folder, only its beginning */
    put_file("key2", fixed_key, strlen(fixed_key), 0440);
    assert_int_equal(open_key("key2", &other)->code, ERROR_KEY);
    assert_int_equal(setenv("CREDENTIALS_DIRECTORY", "/run/credentials", 1), 0); /* nor another */
    assert_int_equal(open_key("key2", &other)->code, ERROR_KEY);
    assert_int_equal(setenv("CREDENTIALS_DIRECTORY", "", 1), 0); /* nor none */
    assert_int_equal(open_key("key2", &other)->code, ERROR_KEY);
    unsetenv("CREDENTIALS_DIRECTORY");
    unlink(path_of("key2"));
    unlink(path_of("key2.keystore"));
}

/* What was sealed by an earlier build opens: the values were computed without libsodium. */
static void the_formats_are_those_written_down(void **state)
{
    (void)state;
    struct keyring *fixed;
    put_file("key2", fixed_key, strlen(fixed_key), 0600); /* without its end of line */
    assert_null(upgrade("key2"));
    assert_null(open_key("key2", &fixed));
    unlink(path_of("key2"));
    unlink(path_of("key2.keystore"));
    uint8_t id[8];
    uint8_t public_key[PUBLIC_KEY_BYTES];
    keyring_id(fixed, id);
    assert_memory_equal(id, vector_key_id, sizeof id);
    sign_public_key(fixed, public_key);
    assert_memory_equal(public_key, vector_public_key, sizeof public_key);

    struct id record;
    struct id other;
    uint8_t pack[HASH_BYTES];
    for (unsigned i = 0; i < HASH_BYTES; i++) {
        pack[i] = (uint8_t)(0xC0 + i);
    }
    for (unsigned i = 0; i < ID_BYTES; i++) {
        record.bytes[i] = (uint8_t)(0x10 + i);
        other.bytes[i] = (uint8_t)(0x20 + i);
    }
    static const char text[] = "came home with a new phone";
    const void *plain;
    size_t size;
    struct record_key *key;
    assert_int_equal(sizeof vector_wrapped, OLD_WRAPPED_KEY_BYTES);
    assert_null(record_key_open(arena, fixed, record, vector_wrapped, sizeof vector_wrapped, &key));
    struct seal_place place = {record, 7, "referral", pack};
    assert_null(body_open(arena, key, &place, vector_body, sizeof vector_body, &plain, &size));
    assert_int_equal(size, sizeof text - 1);
    assert_memory_equal(plain, text, size);
    place = (struct seal_place){record, 8, "account", NULL};
    assert_null(body_open(arena, key, &place, vector_body_outside_packs, sizeof vector_body_outside_packs,
                          &plain, &size));
    assert_memory_equal(plain, text, size);
    struct note_place note = {"draft", record, other, {{0}}};
    assert_null(note_open(arena, fixed, &note, vector_note, sizeof vector_note, &plain, &size));
    assert_memory_equal(plain, text, size);

    uint8_t token[TOKEN_BYTES];
    blind_token(fixed, "name", "ashworth", token);
    assert_memory_equal(token, vector_token, sizeof token);
    struct hasher hasher;
    uint8_t hash[HASH_BYTES];
    hash_begin_keyed(&hasher, fixed, "looks");
    hash_text(&hasher, text);
    hash_end(&hasher, hash);
    assert_memory_equal(hash, vector_chain, sizeof hash);
    char derived[SECRET_TEXT];
    char expected[SECRET_TEXT];
    secret_derive(fixed, "csrf", "session", derived);
    sodium_bin2base64(expected, sizeof expected, vector_derived, sizeof vector_derived,
                      sodium_base64_VARIANT_URLSAFE_NO_PADDING);
    assert_string_equal(derived, expected);
    keyring_free(fixed);
}

static const uint8_t pack_hash[HASH_BYTES] = {1, 2, 3};

static void a_body_opens_only_in_its_place(void **state)
{
    (void)state;
    struct id record = id_new();
    struct record_key *key;
    uint8_t wrapped[WRAPPED_KEY_BYTES];
    assert_null(record_key_new(arena, keyring, record, &key, wrapped));
    struct seal_place place = {record, 7, "referral", pack_hash};
    const uint8_t *sealed;
    size_t size;
    body_seal(arena, key, &place, "was seen with an older adult", 28, &sealed, &size);
    assert_int_equal(size, 28 + SEAL_OVERHEAD);
    assert_null(memmem(sealed, size, "older", 5));

    struct record_key *again;
    const void *plain;
    size_t plain_size;
    assert_null(record_key_open(arena, keyring, record, wrapped, sizeof wrapped, &again));
    assert_null(body_open(arena, again, &place, sealed, size, &plain, &plain_size));
    assert_int_equal(plain_size, 28);
    assert_memory_equal(plain, "was seen with an older adult", 28);

    char into[28];
    assert_true(body_open_into(again, &place, sealed, size, into));
    assert_memory_equal(into, "was seen with an older adult", 28);
    assert_false(
        body_open_into(key, &(struct seal_place){record, 8, "referral", pack_hash}, sealed, size, into));

    uint8_t other_pack[HASH_BYTES] = {1, 2, 4};
    const struct seal_place wrong[] = {
        {id_new(), 7, "referral", pack_hash}, {record, 8, "referral", pack_hash},
        {record, 7, "referrals", pack_hash},  {record, 7, "referral", other_pack},
        {record, 7, "referral", NULL},
    };
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        assert_int_equal(body_open(arena, again, &wrong[i], sealed, size, &plain, &plain_size)->code,
                         ERROR_BROKEN_SEAL);
    }
    for (size_t i = 0; i < size; i++) {
        uint8_t *bent = (uint8_t *)arena_copy_n(arena, sealed, size);
        bent[i] ^= 1;
        assert_int_equal(body_open(arena, again, &place, bent, size, &plain, &plain_size)->code,
                         ERROR_BROKEN_SEAL);
        assert_int_equal(body_open(arena, again, &place, sealed, i, &plain, &plain_size)->code,
                         ERROR_BROKEN_SEAL);
    }
}

enum { TIMES = 16, LONGEST = 256 };

/* Behind what says its form, no byte is the same each time: the nonce is of chance from its first to its
 * last. */
static void expect_chance(uint8_t (*sealed)[LONGEST], size_t from, size_t size)
{
    for (size_t at = from; at < size; at++) {
        int same = 0;
        for (int i = 1; i < TIMES; i++) {
            same += sealed[i][at] == sealed[0][at] ? 1 : 0;
        }
        assert_true(same < TIMES - 1);
    }
}

static void what_is_sealed_twice_is_never_alike(void **state)
{
    (void)state;
    static uint8_t keys[TIMES][LONGEST];
    static uint8_t bodies[TIMES][LONGEST];
    static uint8_t notes[TIMES][LONGEST];
    const struct seal_place at = {{{4}}, 1, "referral", NULL};
    const struct note_place place = {"draft", {{1}}, {{2}}, {{3}}};
    struct record_key *key;
    const uint8_t *sealed;
    size_t body_size = 0;
    size_t note_size = 0;
    for (int i = 0; i < TIMES; i++) {
        assert_null(record_key_new(arena, keyring, at.stream, &key, keys[i]));
        body_seal(arena, key, &at, "words", 5, &sealed, &body_size);
        assert_in_range(body_size, 5, LONGEST);
        memcpy(bodies[i], sealed, body_size);
        assert_null(note_seal(arena, keyring, &place, (struct instant){0}, "words", 5, &sealed, &note_size));
        assert_in_range(note_size, 5, LONGEST);
        memcpy(notes[i], sealed, note_size);
    }
    expect_chance(keys, 1, WRAPPED_KEY_BYTES);
    expect_chance(bodies, 1, body_size);
    expect_chance(notes, 5, note_size); /* the form, and the period */
}

static void a_record_key_opens_only_for_its_record(void **state)
{
    (void)state;
    struct id record = id_new();
    struct record_key *key;
    uint8_t wrapped[WRAPPED_KEY_BYTES];
    assert_null(record_key_new(arena, keyring, record, &key, wrapped));
    assert_int_equal(record_key_open(arena, keyring, id_new(), wrapped, sizeof wrapped, &key)->code,
                     ERROR_BROKEN_SEAL);
    wrapped[40] ^= 1;
    assert_int_equal(record_key_open(arena, keyring, record, wrapped, sizeof wrapped, &key)->code,
                     ERROR_BROKEN_SEAL);
    for (size_t size = 0; size < WRAPPED_KEY_BYTES; size++) {
        assert_int_equal(record_key_open(arena, keyring, record, wrapped, size, &key)->code,
                         ERROR_BROKEN_SEAL);
        assert_int_equal(record_key_rewrap(arena, keyring, record, wrapped, size, wrapped)->code,
                         ERROR_BROKEN_SEAL);
    }
    record_key_wipe(NULL);
}

static void a_wiped_key_holds_nothing(void **state)
{
    (void)state;
    struct record_key *key;
    uint8_t wrapped[WRAPPED_KEY_BYTES];
    assert_null(record_key_new(arena, keyring, id_new(), &key, wrapped));
    record_key_wipe(key);
    static const uint8_t zero[32];
    assert_memory_equal(key, zero, sizeof zero);
}

static void a_note_opens_only_for_its_owner_purpose_and_id(void **state)
{
    (void)state;
    struct id owner = id_new();
    struct id id = id_new();
    const uint8_t *sealed;
    size_t size;
    const void *plain;
    size_t plain_size;
    struct id about = id_new();
    const struct note_place place = {"draft", owner, id, about};
    const struct note_place wrong[] = {{"answer", owner, id, about},
                                       {"draft", id_new(), id, about},
                                       {"draft", owner, id_new(), about},
                                       {"draft", owner, id, id_new()},
                                       {"draft", owner, id, {{0}}}};
    assert_null(note_seal(arena, keyring, &place, clock_now(), "typed", 5, &sealed, &size));
    assert_int_equal(size, 5 + NOTE_OVERHEAD);
    assert_null(note_open(arena, keyring, &place, sealed, size, &plain, &plain_size));
    assert_memory_equal(plain, "typed", 5);
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        assert_non_null(note_open(arena, keyring, &wrong[i], sealed, size, &plain, &plain_size));
    }
    for (size_t i = 0; i < size; i++) {
        uint8_t *bent = (uint8_t *)arena_copy_n(arena, sealed, size);
        bent[i] ^= 1;
        assert_non_null(note_open(arena, keyring, &place, bent, size, &plain, &plain_size));
        assert_non_null(note_open(arena, keyring, &place, sealed, i, &plain, &plain_size));
    }
}

/* A field that was left empty is sealed as any other. */
static void nothing_is_sealed_and_opened_too(void **state)
{
    (void)state;
    const struct note_place note = {"draft", id_new(), id_new(), {{0}}};
    const struct seal_place place = {id_new(), 1, "referral", NULL};
    struct record_key *key;
    uint8_t wrapped[WRAPPED_KEY_BYTES];
    const uint8_t *sealed;
    const void *plain;
    size_t size;
    assert_null(record_key_new(arena, keyring, place.stream, &key, wrapped));
    body_seal(arena, key, &place, "", 0, &sealed, &size);
    assert_int_equal(size, SEAL_OVERHEAD);
    assert_null(body_open(arena, key, &place, sealed, size, &plain, &size));
    assert_int_equal(size, 0);
    assert_null(note_seal(arena, keyring, &note, clock_now(), "", 0, &sealed, &size));
    assert_int_equal(size, NOTE_OVERHEAD);
    assert_null(note_open(arena, keyring, &note, sealed, size, &plain, &size));
    assert_int_equal(size, 0);
}

static void a_note_of_a_clock_before_1970_opens_too(void **state)
{
    (void)state;
    const struct note_place place = {"draft", id_new(), id_new(), {{0}}};
    const uint8_t *sealed;
    const void *plain;
    size_t size;
    assert_null(note_seal(arena, keyring, &place, (struct instant){-1}, "typed", 5, &sealed, &size));
    assert_null(note_open(arena, keyring, &place, sealed, size, &plain, &size));
    assert_memory_equal(plain, "typed", 5);
}

static void blind_tokens_are_equal_for_equal_texts_of_one_purpose(void **state)
{
    (void)state;
    uint8_t a[TOKEN_BYTES];
    uint8_t b[TOKEN_BYTES];
    blind_token(keyring, "name", "ashworth", a);
    blind_token(keyring, "name", "ashworth", b);
    assert_memory_equal(a, b, TOKEN_BYTES);
    blind_token(keyring, "name", "ashworti", b);
    assert_memory_not_equal(a, b, TOKEN_BYTES);
    blind_token(keyring, "namea", "shworth", b);
    assert_memory_not_equal(a, b, TOKEN_BYTES);
}

static void hex_of(const uint8_t *bytes, size_t size, char *ret_text)
{
    for (size_t i = 0; i < size; i++) {
        snprintf(ret_text + 2 * i, 3, "%02x", bytes[i]);
    }
}

static void hashes_are_blake2b_and_fields_cannot_be_shifted(void **state)
{
    (void)state;
    struct hasher hasher;
    uint8_t a[HASH_BYTES];
    uint8_t b[HASH_BYTES];
    char text[HASH_BYTES * 2 + 1];
    hash_begin(&hasher);
    hash_bytes(&hasher, "abc", 3);
    hash_end(&hasher, a);
    hex_of(a, sizeof a, text);
    assert_string_equal(text, "bddd813c634239723171ef3fee98579b94964e3bb1cb3e427262c8c068d52319");
    hash_begin(&hasher);
    hash_text(&hasher, "ab");
    hash_text(&hasher, "c");
    hash_end(&hasher, a);
    hash_begin(&hasher);
    hash_text(&hasher, "a");
    hash_text(&hasher, "bc");
    hash_end(&hasher, b);
    assert_false(hash_equal(a, b));
    hash_begin(&hasher);
    hash_bytes(&hasher, "ab", 2);
    hash_bytes(&hasher, "", 0); /* nothing is nothing */
    hash_bytes(&hasher, "c", 1);
    hash_end(&hasher, a);
    hash_begin(&hasher);
    hash_bytes(&hasher, "abc", 3);
    hash_end(&hasher, b);
    assert_true(hash_equal(a, b));
    hash_begin(&hasher);
    hash_text(&hasher, NULL);
    hash_end(&hasher, a);
    hash_begin(&hasher);
    hash_text(&hasher, "");
    hash_end(&hasher, b);
    assert_false(hash_equal(a, b));
    hash_begin_keyed(&hasher, keyring, "looks");
    hash_end(&hasher, a);
    hash_begin_keyed(&hasher, keyring, "look");
    hash_end(&hasher, b);
    assert_false(hash_equal(a, b));
    assert_true(hash_equal(a, a));
}

/* Bytes, and a field after them with its size before it, however they fill what is hashed at once. */
static void a_hash_is_of_the_bytes_and_not_of_their_pieces(void **state)
{
    (void)state;
    enum { MOST = 2 * sizeof((struct hasher *)0)->pieces + 2 };
    uint8_t bytes[MOST + 8 + MOST];
    for (size_t i = 0; i < sizeof bytes; i++) {
        bytes[i] = (uint8_t)(i * 7 + 3);
    }
    for (size_t first = 0; first < MOST; first++) {
        for (size_t second = 0; second < MOST; second += second < 4 || second + 8 > MOST ? 1 : 5) {
            struct hasher hasher;
            uint8_t hash[HASH_BYTES];
            uint8_t expected[HASH_BYTES];
            uint8_t whole[sizeof bytes];
            memcpy(whole, bytes, first);
            memset(whole + first, 0, 8);
            whole[first + 6] = (uint8_t)(second >> 8);
            whole[first + 7] = (uint8_t)second;
            memcpy(whole + first + 8, bytes, second);
            crypto_generichash(expected, HASH_BYTES, whole, first + 8 + second, NULL, 0);
            hash_begin(&hasher);
            hash_bytes(&hasher, bytes, first);
            hash_field(&hasher, bytes, second);
            hash_end(&hasher, hash);
            assert_memory_equal(hash, expected, HASH_BYTES);
        }
    }
}

static void a_signature_holds_for_its_text_alone(void **state)
{
    (void)state;
    uint8_t public_key[PUBLIC_KEY_BYTES];
    uint8_t signature[SIGNATURE_BYTES];
    sign_public_key(keyring, public_key);
    static const uint8_t root[HASH_BYTES] = {1, 2, 3};
    assert_null(sign(keyring, root, signature));
    assert_true(signature_holds(public_key, root, HASH_BYTES, signature));
    assert_false(signature_holds(public_key, root, HASH_BYTES - 1, signature));
    signature[10] ^= 1;
    assert_false(signature_holds(public_key, root, HASH_BYTES, signature));
    /* RFC 8032, 7.1, test 2 */
    static const uint8_t vector_key[PUBLIC_KEY_BYTES] = {
        0x3d, 0x40, 0x17, 0xc3, 0xe8, 0x43, 0x89, 0x5a, 0x92, 0xb7, 0x0a, 0xa7, 0x4d, 0x1b, 0x7e, 0xbc,
        0x9c, 0x98, 0x2c, 0xcf, 0x2e, 0xc4, 0x96, 0x8c, 0xc0, 0xcd, 0x55, 0xf1, 0x2a, 0xf4, 0x66, 0x0c};
    static const uint8_t vector[SIGNATURE_BYTES] = {
        0x92, 0xa0, 0x09, 0xa9, 0xf0, 0xd4, 0xca, 0xb8, 0x72, 0x0e, 0x82, 0x0b, 0x5f, 0x64, 0x25, 0x40,
        0xa2, 0xb2, 0x7b, 0x54, 0x16, 0x50, 0x3f, 0x8f, 0xb3, 0x76, 0x22, 0x23, 0xeb, 0xdb, 0x69, 0xda,
        0x08, 0x5a, 0xc1, 0xe4, 0x3e, 0x15, 0x99, 0x6e, 0x45, 0x8f, 0x36, 0x13, 0xd0, 0xf1, 0x1d, 0x8c,
        0x38, 0x7b, 0x2e, 0xae, 0xb4, 0x30, 0x2a, 0xee, 0xb0, 0x0d, 0x29, 0x16, 0x12, 0xbb, 0x0c, 0x00};
    assert_true(signature_holds(vector_key, "\x72", 1, vector));
}

static void passwords_hold_only_for_themselves(void **state)
{
    (void)state;
    char hash[PASSWORD_HASH_TEXT];
    assert_null(password_hash(arena, "correct horse battery", hash));
    assert_int_equal(strncmp(hash, "$argon2id$", 10), 0);
    assert_true(password_holds(hash, "correct horse battery"));
    assert_false(password_holds(hash, "correct horse batterz"));
    assert_false(password_holds(NULL, "correct horse battery"));
    assert_false(password_holds("nonsense", "correct horse battery"));
    assert_false(password_is_outdated(hash));
    assert_true(password_is_outdated("nonsense"));
    assert_true(password_is_outdated(/* the cost of tests is not that of this one */
                                     "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$"
                                     "CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc"));
    /* made by the reference implementation (argon2 tool: password "password", salt "somesalt", t=2, m=64 MiB,
     * p=1) */
    assert_true(password_holds(
        "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc",
        "password"));
}

static void secrets_are_long_and_never_alike(void **state)
{
    (void)state;
    char a[SECRET_TEXT];
    char b[SECRET_TEXT];
    secret_new(a);
    secret_new(b);
    assert_int_equal(strlen(a), 43);
    assert_string_not_equal(a, b);
    assert_true(text_equal_secret(a, a));
    assert_false(text_equal_secret(a, b));
    assert_false(text_equal_secret(a, "x"));
    uint8_t hash[HASH_BYTES];
    uint8_t other[HASH_BYTES];
    secret_hash(a, hash);
    secret_hash(b, other);
    assert_false(hash_equal(hash, other));
    char derived[SECRET_TEXT];
    char again[SECRET_TEXT];
    secret_derive(keyring, "csrf", a, derived);
    secret_derive(keyring, "csrf", a, again);
    assert_string_equal(derived, again);
    secret_derive(keyring, "form", a, again);
    assert_string_not_equal(derived, again);
    assert_false(id_equal(id_new(), id_new()));
}

static const struct error *through(const struct keyring *keys, bool seal, const char *from, const char *to)
{
    int in = open(path_of(from), O_RDONLY);
    int out = open(path_of(to), O_WRONLY | O_CREAT | O_TRUNC, 0600);
    const struct error *error = seal ? stream_seal(arena, keys, in, out) : stream_open(arena, keys, in, out);
    close(in);
    close(out);
    return error;
}

static size_t read_back(const char *name, uint8_t *bytes, size_t room)
{
    int fd = open(path_of(name), O_RDONLY);
    ssize_t got = read(fd, bytes, room);
    close(fd);
    assert_true(got >= 0);
    return (size_t)got;
}

static void a_backup_comes_back_whole_or_not_at_all(void **state)
{
    (void)state;
    static const size_t sizes[] = {0, 1, 65535, 65536, 65537, 200000};
    static uint8_t plain[200000];
    static uint8_t bytes[300000];
    random_bytes(plain, sizeof plain);
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        put_file("plain", plain, sizes[i], 0600);
        assert_null(through(keyring, true, "plain", "sealed"));
        assert_null(through(keyring, false, "sealed", "opened"));
        assert_int_equal(read_back("opened", bytes, sizeof bytes), sizes[i]);
        assert_memory_equal(bytes, plain, sizes[i]);
    }
    size_t size = read_back("sealed", bytes, sizeof bytes);
    for (size_t at = 0; at < size; at += at < 64 ? 1 : 997) {
        bytes[at] ^= 4;
        put_file("opened", bytes, size, 0600);
        assert_non_null(through(keyring, false, "opened", "plain"));
        bytes[at] ^= 4;
    }
    for (size_t cut = 0; cut < size; cut += cut < 64 ? 1 : 997) {
        put_file("opened", bytes, cut, 0600);
        assert_non_null(through(keyring, false, "opened", "plain"));
    }
    put_file("opened", bytes, size + 1, 0600);
    assert_non_null(through(keyring, false, "opened", "plain"));
    bytes[8] = 2;
    put_file("opened", bytes, size, 0600);
    assert_non_null(strstr(through(keyring, false, "opened", "plain")->detail, "newer"));
    bytes[8] = 1;
    put_file("sealed", bytes, size, 0600);
    assert_null(create("key2"));
    struct keyring *other;
    assert_null(open_key("key2", &other));
    assert_int_equal(through(other, false, "sealed", "plain")->code, ERROR_KEY);
    uint8_t a[8];
    uint8_t b[8];
    keyring_id(keyring, a);
    keyring_id(other, b);
    assert_memory_not_equal(a, b, 8);
    keyring_free(other);
}

static void the_refusals_of_a_backup_are_told_apart(void **state)
{
    (void)state;
    static uint8_t bytes[4096];
    put_file("plain", "entries", 7, 0600);
    assert_null(through(keyring, true, "plain", "sealed"));
    size_t size = read_back("sealed", bytes, sizeof bytes);
    static const struct {
        size_t size; /* 0: whole */
        size_t bent; /* 0: none */
        enum error_code code;
        const char *says;
    } cases[] = {
        {5, 0, ERROR_BAD_INPUT, "not a backup"},
        {0, 1, ERROR_BAD_INPUT, "not a backup"},
        {0, 8, ERROR_BAD_INPUT, "use a newer"},
        {9, 0, ERROR_BROKEN_SEAL, "is cut off"},
        {12, 0, ERROR_BROKEN_SEAL, "cut off"},
        {0, 9, ERROR_KEY, "another master key"},
        {41, 0, ERROR_BROKEN_SEAL, "is cut off"},
        {0, 20, ERROR_BROKEN_SEAL, "changed"},
        {50, 0, ERROR_BROKEN_SEAL, "changed or cut off"},
        {0, 60, ERROR_BROKEN_SEAL, "changed"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        bytes[cases[i].bent] ^= cases[i].bent > 0 ? 0x40 : 0;
        put_file("opened", bytes, cases[i].size > 0 ? cases[i].size : size, 0600);
        bytes[cases[i].bent] ^= cases[i].bent > 0 ? 0x40 : 0;
        const struct error *error = through(keyring, false, "opened", "plain");
        assert_non_null(error);
        assert_int_equal(error->code, cases[i].code);
        assert_non_null(strstr(error->detail, cases[i].says));
    }
    bytes[size] = 0;
    put_file("opened", bytes, size + 1, 0600);
    assert_non_null(strstr(through(keyring, false, "opened", "plain")->detail, "changed or cut off"));
}

static void a_backup_says_what_kept_it_from_being_read_or_written(void **state)
{
    (void)state;
    put_file("plain", "entries", 7, 0600);
    assert_null(through(keyring, true, "plain", "sealed"));
    int dir = open(folder, O_RDONLY | O_DIRECTORY);
    int full = open("/dev/full", O_WRONLY);
    int in = open(path_of("sealed"), O_RDONLY);
    int out = open("/dev/null", O_WRONLY);
    assert_int_equal(stream_seal(arena, keyring, in, full)->code, ERROR_FULL);
    assert_int_equal(stream_seal(arena, keyring, in, in)->code, ERROR_IO);
    assert_int_equal(stream_seal(arena, keyring, dir, out)->code, ERROR_IO);
    assert_int_equal(stream_open(arena, keyring, dir, out)->code, ERROR_IO);
    assert_int_equal(lseek(in, 0, SEEK_SET), 0);
    assert_int_equal(stream_open(arena, keyring, in, full)->code, ERROR_FULL);
    close(dir);
    close(full);
    close(in);
    close(out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_key_file_is_private_and_never_overwritten),
        cmocka_unit_test(a_wrong_key_file_is_refused_by_name),
        cmocka_unit_test(a_key_that_cannot_be_kept_is_an_error),
        cmocka_unit_test(a_credential_of_the_service_may_show_its_access_list),
        cmocka_unit_test(the_formats_are_those_written_down),
        cmocka_unit_test(a_body_opens_only_in_its_place),
        cmocka_unit_test(what_is_sealed_twice_is_never_alike),
        cmocka_unit_test(a_record_key_opens_only_for_its_record),
        cmocka_unit_test(a_wiped_key_holds_nothing),
        cmocka_unit_test(a_note_opens_only_for_its_owner_purpose_and_id),
        cmocka_unit_test(nothing_is_sealed_and_opened_too),
        cmocka_unit_test(a_note_of_a_clock_before_1970_opens_too),
        cmocka_unit_test(blind_tokens_are_equal_for_equal_texts_of_one_purpose),
        cmocka_unit_test(hashes_are_blake2b_and_fields_cannot_be_shifted),
        cmocka_unit_test(a_hash_is_of_the_bytes_and_not_of_their_pieces),
        cmocka_unit_test(a_signature_holds_for_its_text_alone),
        cmocka_unit_test(passwords_hold_only_for_themselves),
        cmocka_unit_test(secrets_are_long_and_never_alike),
        cmocka_unit_test(a_backup_comes_back_whole_or_not_at_all),
        cmocka_unit_test(the_refusals_of_a_backup_are_told_apart),
        cmocka_unit_test(a_backup_says_what_kept_it_from_being_read_or_written),
    };
    return cmocka_run_group_tests_name("seal/seal", tests, make_keyring, drop_keyring);
}
