/* The keystore: what opens it, what is taken out of it, and that a kill at any system call leaves it whole.
 */
#include "base/file.h"
#include "seal/keystore.h"
#include "seal/message.h"
#include "seal/number.h"

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

static struct arena *arena;
static char folder[64];
static struct key_place place;

static const char *path_of(const char *name)
{
    return arena_printf(arena, "%s/%s", folder, name);
}

static int set_up(void **state)
{
    (void)state;
    seal_init();
    password_cost_least();
    arena = arena_new(512 << 20);
    /* in memory where that is: hundreds of kills, each with its syncs */
    (void)snprintf(folder, sizeof folder, "%s/keystore_testXXXXXX",
                   access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp");
    assert_non_null(mkdtemp(folder));
    place = (struct key_place){path_of("key"), path_of("keystore")};
    assert_null(keyring_create(arena, &place, clock_now()));
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    master_forget();
    static const char *const names[] = {"key",   "keystore", "key.new", "keystore.new",
                                        "other", "copy",     "older"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        unlink(path_of(names[i]));
    }
    assert_int_equal(rmdir(folder), 0);
    arena_free(arena);
    return 0;
}

static enum error_code code_of(const struct error *error)
{
    return error == NULL ? ERROR_NONE : error->code;
}

static enum error_code opening(const char *source)
{
    struct keystore_state state;
    struct key_place with = {source, place.keystore};
    return code_of(keyring_state(arena, &with, &state));
}

static void copy(const char *from, const char *to)
{
    const char *bytes;
    size_t size;
    assert_null(file_read(arena, from, 64 << 20, &bytes, &size));
    assert_null(file_write_private(arena, to, bytes, size));
}

static struct destroyed decided(struct id record)
{
    return (struct destroyed){record, 1, 1900000000000, {{1}}, {{2}}, "closed-six-years"};
}

/* ---- what is destroyed */

struct held {
    struct id record;
    uint8_t wrapped[WRAPPED_KEY_BYTES];
};

static struct held new_record(const struct keyring *keyring)
{
    struct held held = {.record = id_new()};
    struct record_key *key;
    assert_null(record_key_new(arena, keyring, held.record, &key, held.wrapped));
    return held;
}

static enum error_code opening_record(const struct keyring *keyring, const struct held *held)
{
    struct record_key *key;
    return code_of(record_key_open(arena, keyring, held->record, held->wrapped, sizeof held->wrapped, &key));
}

static void a_record_that_is_destroyed_opens_no_more_and_the_others_do(void **state)
{
    (void)state;
    struct keyring *keyring;
    struct held held[20];
    const struct destroyed *list;
    size_t count;
    assert_null(keyring_open(arena, &place, &keyring));
    for (size_t i = 0; i < 20; i++) {
        held[i] = new_record(keyring);
    }
    struct destroyed gone[10];
    for (size_t i = 0; i < 10; i++) {
        gone[i] = decided(held[2 * i].record);
        assert_int_equal(opening_record(keyring, &held[2 * i]), ERROR_NONE);
    }
    assert_null(keyring_destroy(arena, keyring, gone, 10));
    assert_null(keyring_destroy(arena, keyring, gone, 10));
    for (int round = 0; round < 2; round++) {
        for (size_t i = 0; i < 20; i++) {
            assert_int_equal(opening_record(keyring, &held[i]), i % 2 == 0 ? ERROR_DISPOSED : ERROR_NONE);
        }
        assert_null(keyring_destroyed(arena, keyring, &list, &count));
        assert_int_equal(count, 10);
        assert_true(id_equal(list[9].record, gone[9].record));
        assert_string_equal(list[9].rule, "closed-six-years");
        keyring_free(keyring);
        assert_null(keyring_open(arena, &place, &keyring));
    }
    struct destroyed alone = decided(held[1].record);
    alone.agreed_by = alone.asked_by;
    assert_int_equal(code_of(keyring_destroy(arena, keyring, &alone, 1)), ERROR_INVALID);
    alone = decided(held[1].record);
    alone.rule[0] = '\0';
    assert_int_equal(code_of(keyring_destroy(arena, keyring, &alone, 1)), ERROR_INVALID);
    assert_int_equal(opening_record(keyring, &held[1]), ERROR_NONE);
    keyring_free(keyring);
}

/* More than are asked for, written or kept at once: in their order, and all of them. */
static void many_are_destroyed_and_listed(void **state)
{
    (void)state;
    enum { MANY = 75 };
    struct keyring *keyring;
    struct destroyed gone[MANY];
    const struct destroyed *list;
    size_t count;
    assert_null(keyring_open(arena, &place, &keyring));
    assert_null(keyring_destroyed(arena, keyring, &list, &count));
    assert_int_equal(count, 0);
    for (size_t i = 0; i < MANY; i++) {
        gone[i] = decided(id_new());
        gone[i].kind = (uint8_t)i;
    }
    assert_null(keyring_destroy(arena, keyring, gone, MANY));
    for (int round = 0; round < 2; round++) {
        assert_null(keyring_destroyed(arena, keyring, &list, &count));
        assert_int_equal(count, MANY);
        for (size_t i = 0; i < MANY; i++) {
            assert_true(id_equal(list[i].record, gone[i].record));
            assert_int_equal(list[i].kind, i);
        }
        keyring_free(keyring);
        assert_null(keyring_open(arena, &place, &keyring));
    }
    keyring_free(keyring);
    keyring_free(NULL);
    struct keystore *keystore;
    struct destroyed more[MANY];
    for (size_t i = 0; i < MANY; i++) {
        more[i] = decided(id_new());
    }
    assert_null(keystore_open(arena, place.keystore, place.source, &keystore));
    assert_null(keystore_destroy(arena, keystore, more, MANY)); /* all at once */
    assert_int_equal(keystore->destroyed_count, 2 * MANY);
    assert_true(id_equal(keystore->destroyed[0].record, gone[0].record));
    assert_true(id_equal(keystore->destroyed[2 * MANY - 1].record, more[MANY - 1].record));
    keystore_free(keystore);
}

/* Two processes at once: each reads what the other did before it writes. */
static void two_who_destroy_lose_nothing(void **state)
{
    (void)state;
    struct keyring *one;
    struct keyring *other;
    assert_null(keyring_open(arena, &place, &one));
    assert_null(keyring_open(arena, &place, &other));
    struct held a = new_record(one);
    struct held b = new_record(one);
    struct destroyed gone_a = decided(a.record);
    struct destroyed gone_b = decided(b.record);
    assert_null(keyring_destroy(arena, one, &gone_a, 1));
    assert_null(keyring_destroy(arena, other, &gone_b, 1));
    assert_int_equal(opening_record(other, &a), ERROR_DISPOSED);
    keyring_free(one);
    keyring_free(other);
    assert_null(keyring_open(arena, &place, &one));
    assert_int_equal(opening_record(one, &a), ERROR_DISPOSED);
    assert_int_equal(opening_record(one, &b), ERROR_DISPOSED);
    keyring_free(one);
}

static void a_note_goes_with_its_record_and_with_its_month(void **state)
{
    (void)state;
    struct keyring *keyring;
    const struct instant then = {1800000000000};
    const struct instant later = {then.ms + INT64_C(100) * MS_PER_DAY};
    const uint8_t *sealed[3];
    size_t sizes[3];
    const void *plain;
    size_t size;
    assert_null(keyring_open(arena, &place, &keyring));
    struct held held = new_record(keyring);
    const struct note_place of_record = {"draft", {{1}}, {{2}}, held.record};
    const struct note_place of_nothing = {"draft", {{1}}, {{2}}, {{0}}};
    assert_null(note_seal(arena, keyring, &of_record, later, "typed", 5, &sealed[0], &sizes[0]));
    assert_null(note_seal(arena, keyring, &of_nothing, then, "typed", 5, &sealed[1], &sizes[1]));
    assert_null(note_seal(arena, keyring, &of_nothing, later, "typed", 5, &sealed[2], &sizes[2]));
    struct destroyed gone = decided(held.record);
    assert_null(keyring_destroy(arena, keyring, &gone, 1));
    assert_non_null(note_open(arena, keyring, &of_record, sealed[0], sizes[0], &plain, &size));
    assert_null(note_open(arena, keyring, &of_nothing, sealed[1], sizes[1], &plain, &size));
    assert_null(keyring_forget(arena, keyring, later));
    assert_non_null(note_open(arena, keyring, &of_nothing, sealed[1], sizes[1], &plain, &size));
    assert_null(note_open(arena, keyring, &of_nothing, sealed[2], sizes[2], &plain, &size));
    /* nor does a clock that runs a hundred years ahead make it forget the present */
    const struct instant ahead = {later.ms + INT64_C(1201) * 30 * MS_PER_DAY};
    assert_null(keyring_forget(arena, keyring, ahead));
    assert_null(note_open(arena, keyring, &of_nothing, sealed[2], sizes[2], &plain, &size));
    assert_non_null(note_seal(arena, keyring, &of_nothing, ahead, "typed", 5, &sealed[0], &sizes[0]));
    /* one of a clock that was put back is sealed for the first month that is known */
    assert_null(note_seal(arena, keyring, &of_nothing, then, "typed", 5, &sealed[1], &sizes[1]));
    assert_null(note_open(arena, keyring, &of_nothing, sealed[1], sizes[1], &plain, &size));
    keyring_free(keyring);
}

/* ---- what opens it */

static int pipe_of(const char *text)
{
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    assert_int_equal(write(ends[1], text, strlen(text)), (ssize_t)strlen(text));
    close(ends[1]);
    return ends[0];
}

static const char *source_of(const char *text)
{
    return arena_printf(arena, "fd:%d", pipe_of(text));
}

static void a_passphrase_opens_it_and_another_does_not(void **state)
{
    (void)state;
    static const char *const words = "lantern river seven chairs\n";
    assert_null(keyring_rotate(arena, &place, source_of(words)));
    assert_int_equal(opening(place.source), ERROR_KEY);
    assert_int_equal(opening(source_of(words)), ERROR_NONE);
    assert_int_equal(opening(source_of("lantern river seven chairs")), ERROR_NONE);
    assert_int_equal(opening(source_of("lantern river seven chair\n")), ERROR_KEY);
    assert_int_equal(opening(source_of("\n")), ERROR_KEY);
    assert_int_equal(opening("fd:x"), ERROR_KEY);
    assert_int_equal(opening("fd:-1"), ERROR_KEY);
    assert_int_equal(opening("fd:999999"), ERROR_KEY);
    struct key_place with = {source_of(words), place.keystore};
    assert_int_equal(code_of(keyring_rotate(arena, &with, source_of("too short\n"))), ERROR_KEY);
    assert_int_equal(opening(source_of(words)), ERROR_NONE);
    with.source = source_of(words);
    assert_null(keyring_rotate(arena, &with, path_of("other")));
    assert_int_equal(opening(path_of("other")), ERROR_NONE);
    assert_int_equal(opening(source_of(words)), ERROR_KEY);
}

static void a_passphrase_is_one_line_of_a_thousand_characters_at_most(void **state)
{
    (void)state;
    char text[PASSPHRASE_MOST + 3];
    memset(text, 'a', sizeof text);
    memcpy(text + PASSPHRASE_MOST, "\nb", 3);
    assert_null(keyring_rotate(arena, &place, source_of(text)));
    assert_int_equal(opening(source_of(text)), ERROR_NONE);
    memcpy(text + PASSPHRASE_MOST, "a\n", 3);
    assert_int_equal(opening(source_of(text)), ERROR_KEY);
    assert_int_equal(opening(source_of("")), ERROR_KEY);
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    text[PASSPHRASE_MOST] = '\n';
    text[3] = '\0'; /* a NUL would cut it short */
    assert_int_equal(write(ends[1], text, PASSPHRASE_MOST + 1), PASSPHRASE_MOST + 1);
    close(ends[1]);
    assert_int_equal(opening(arena_printf(arena, "fd:%d", ends[0])), ERROR_KEY);
    assert_int_equal(opening("fd:000000000000000003"), ERROR_KEY);
}

static void a_new_passphrase_has_twenty_characters_at_least(void **state)
{
    (void)state;
    assert_int_equal(code_of(keyring_rotate(arena, &place, source_of("lantern river seven\n"))), ERROR_KEY);
    assert_int_equal(opening(place.source), ERROR_NONE);
    assert_null(keyring_rotate(arena, &place, source_of("lantern river seven!\n")));
    assert_int_equal(opening(source_of("lantern river seven!\n")), ERROR_NONE);
}

/* "fd:0" as any other; of what is longer than any number nothing is read. */
static void a_passphrase_may_come_from_the_standard_input(void **state)
{
    (void)state;
    static const char *const words = "lantern river seven chairs\n";
    int input = dup(STDIN_FILENO);
    int words_fd = pipe_of(words);
    assert_null(keyring_rotate(arena, &place, source_of(words)));
    assert_int_equal(dup2(words_fd, STDIN_FILENO), STDIN_FILENO);
    assert_int_equal(opening("fd:0000000000000"), ERROR_KEY); /* sixteen characters */
    assert_int_equal(opening("fd:0"), ERROR_NONE);
    assert_int_equal(dup2(input, STDIN_FILENO), STDIN_FILENO);
    close(input);
    close(words_fd);
}

/* A source of a shorter name than that before it is remembered by its own name. */
static void the_last_source_is_the_one_that_is_remembered(void **state)
{
    (void)state;
    static const char *const words = "lantern river seven chairs\n";
    assert_null(keyring_rotate(arena, &place, source_of(words)));
    int low = pipe_of(words);
    int high = pipe_of(words);
    assert_in_range(low, 0, 99);
    assert_int_equal(dup2(high, 1000), 1000);
    assert_int_equal(opening("fd:1000"), ERROR_NONE);
    const char *source = arena_printf(arena, "fd:%d", low);
    assert_int_equal(opening(source), ERROR_NONE);
    assert_int_equal(opening(source), ERROR_NONE);
    close(low);
    close(high);
    close(1000);
}

/* Nothing is no passphrase; an empty line, and a letter that is the last of all, are another one. */
static void what_is_no_passphrase_is_told_from_another(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        const char *said;
    } cases[] = {
        {"", "no passphrase could be read there"}, {"\n", "another passphrase"}, {"x", "another passphrase"}};
    assert_null(keyring_rotate(arena, &place, source_of("lantern river seven chairs\n")));
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct key_place with = {source_of(cases[i].text), place.keystore};
        struct keyring *keyring;
        const struct error *error = keyring_open(arena, &with, &keyring);
        assert_int_equal(code_of(error), ERROR_KEY);
        assert_non_null(strstr(error->detail, cases[i].said));
    }
}

/* A command that opens twice asks once. */
static void a_passphrase_is_remembered_for_its_source(void **state)
{
    (void)state;
    static const char *const words = "lantern river seven chairs\n";
    const char *source = source_of(words);
    unlink(place.keystore);
    struct key_place with = {source, place.keystore};
    assert_null(keyring_create(arena, &with, clock_now())); /* a passphrase from the beginning */
    assert_int_equal(opening(source), ERROR_NONE);
    assert_int_equal(opening(source), ERROR_NONE);
    master_forget();
    assert_int_equal(opening(source), ERROR_KEY); /* the line was read */
    with.source = source_of(words);
    const struct error *error = keyring_rotate(arena, &with, NULL);
    assert_int_equal(code_of(error), ERROR_KEY);
    assert_non_null(strstr(error->detail, "say what the new master key is"));
    assert_int_equal(opening(with.source = source_of(words)), ERROR_NONE);
    assert_null(keyring_rotate(arena, &with, place.source)); /* to a key file that is there */
    assert_int_equal(opening(place.source), ERROR_NONE);
}

/* Whoever changed the file cannot make the program work for hours or fill the memory. */
static void a_lock_that_asks_for_too_much_is_refused(void **state)
{
    (void)state;
    static const char *const words = "lantern river seven chairs\n";
    enum { AT_OPS = 8 + 1, AT_MEMORY = 8 + 9 };
    static const struct {
        size_t at;
        uint64_t number;
        bool refused_for_it;
    } locks[] = {{AT_OPS, 20, false},
                 {AT_OPS, 21, true},
                 {AT_OPS, UINT64_MAX, true},
                 {AT_MEMORY, (UINT64_C(1) << 30) + 1, true},
                 {AT_MEMORY, UINT64_MAX, true}};
    const char *bytes;
    size_t size;
    assert_null(keyring_rotate(arena, &place, source_of(words)));
    assert_null(file_read(arena, place.keystore, 1 << 20, &bytes, &size));
    for (size_t i = 0; i < sizeof locks / sizeof locks[0]; i++) {
        char *bent = arena_copy_n(arena, bytes, size);
        for (int b = 0; b < 8; b++) {
            bent[locks[i].at + (size_t)b] = (char)(locks[i].number >> (56 - 8 * b));
        }
        assert_null(file_write_private(arena, place.keystore, bent, size));
        struct keystore_state state_of;
        struct key_place with = {source_of(words), place.keystore};
        const struct error *error = keyring_state(arena, &with, &state_of);
        assert_int_equal(code_of(error), ERROR_KEY);
        assert_int_equal(strcmp(error->detail, "the keystore was changed") == 0, locks[i].refused_for_it);
    }
}

/* Where what is sealed lies in the file, and what lies where in it. */
enum { HEAD = 8 + LOCK_BYTES, NONCE = 24, TAG = 16, NODES_AT = 8 + KEY_BYTES + 8 + KEY_BYTES };
enum { GONE_AT = NODES_AT + 8, FIXED = GONE_AT + 8 };

/* What is sealed in a file of `size` bytes. */
static uint8_t *unsealed(const struct keystore *keystore, const char *bytes, size_t size)
{
    const uint8_t *nonce = (const uint8_t *)bytes + HEAD;
    uint8_t *plain = arena_alloc(arena, size);
    assert_int_equal(crypto_aead_xchacha20poly1305_ietf_decrypt(plain, NULL, NULL, nonce + NONCE,
                                                                size - HEAD - NONCE, (const uint8_t *)bytes,
                                                                8, nonce, keystore->key),
                     0);
    return plain;
}

/* Opens a file of that head in which that much of that is sealed. */
static enum error_code opening_sealed(const struct keystore *keystore, const char *head, const uint8_t *plain,
                                      size_t size)
{
    uint8_t *sealed = arena_alloc(arena, HEAD + NONCE + size + TAG);
    memcpy(sealed, head, HEAD + NONCE);
    crypto_aead_xchacha20poly1305_ietf_encrypt(sealed + HEAD + NONCE, NULL, plain, size, sealed, 8, NULL,
                                               sealed + HEAD, keystore->key);
    assert_null(file_write_private(arena, place.keystore, sealed, HEAD + NONCE + size + TAG));
    return opening(place.source);
}

/* What an earlier program wrote is read by each later one: what is in a file stands where it always stood. */
static void a_keystore_is_written_as_it_always_was(void **state)
{
    (void)state;
    enum { GONE_BYTES = 16 + 1 + 8 + 16 + 16 + 64, GONE = 3 };
    struct keystore *keystore;
    struct destroyed gone[GONE];
    const char *bytes;
    size_t size;
    for (uint8_t i = 0; i < GONE; i++) {
        gone[i] = (struct destroyed){{{(uint8_t)(i + 1)}}, (uint8_t)(i + 2), 0x0102, {{7}}, {{8}}, "rule"};
    }
    assert_null(keystore_open(arena, place.keystore, place.source, &keystore));
    assert_null(keystore_destroy(arena, keystore, gone, GONE));
    assert_null(file_read(arena, place.keystore, 1 << 20, &bytes, &size));
    const size_t list_at = FIXED + keystore->tree.count * 41;
    assert_int_equal(size, HEAD + NONCE + list_at + GONE * (size_t)GONE_BYTES + TAG);
    assert_memory_equal(bytes, "WMKEYS1\n", 8);
    const uint8_t *plain = unsealed(keystore, bytes, size);
    assert_int_equal(plain[7], 2); /* the generation */
    assert_memory_equal(plain + 8, keystore->root, KEY_BYTES);
    assert_memory_equal(plain + 8 + KEY_BYTES + 8, keystore->period_key, KEY_BYTES);
    assert_int_equal(plain[NODES_AT + 6] << 8 | plain[NODES_AT + 7], keystore->tree.count);
    assert_int_equal(plain[GONE_AT + 7], GONE);
    for (size_t i = 0; i < GONE; i++) {
        const uint8_t *at = plain + list_at + i * GONE_BYTES;
        assert_memory_equal(at, gone[i].record.bytes, ID_BYTES);
        assert_int_equal(at[16], gone[i].kind);
        assert_memory_equal(at + 17, "\0\0\0\0\0\0\1\2", 8);
        assert_memory_equal(at + 25, gone[i].asked_by.bytes, ID_BYTES);
        assert_memory_equal(at + 41, gone[i].agreed_by.bytes, ID_BYTES);
        assert_memory_equal(at + 57, gone[i].rule, DESTROYED_RULE);
    }
    keystore_free(keystore);
}

/* The name of a rule ends within its room, whatever stands there. */
static void a_rule_that_fills_its_room_is_cut(void **state)
{
    (void)state;
    struct keystore *keystore;
    const struct destroyed gone[] = {decided(id_new()), decided(id_new())};
    const char *bytes;
    size_t size;
    assert_null(keystore_open(arena, place.keystore, place.source, &keystore));
    assert_null(keystore_destroy(arena, keystore, gone, 2));
    assert_null(file_read(arena, place.keystore, 1 << 20, &bytes, &size));
    const size_t plain_size = size - HEAD - NONCE - TAG;
    uint8_t *plain = unsealed(keystore, bytes, size);
    memset(plain + plain_size - DESTROYED_RULE, 'a', DESTROYED_RULE);
    assert_int_equal(opening_sealed(keystore, bytes, plain, plain_size), ERROR_NONE);
    keystore_free(keystore);
    assert_null(keystore_open(arena, place.keystore, place.source, &keystore));
    assert_string_equal(keystore->destroyed[0].rule, gone[0].rule);
    assert_int_equal(strnlen(keystore->destroyed[1].rule, DESTROYED_RULE), DESTROYED_RULE - 1);
    keystore_free(keystore);
}

static struct keystore *open_and_read(const char **ret_bytes, size_t *ret_size)
{
    struct keystore *keystore;
    assert_null(keystore_open(arena, place.keystore, place.source, &keystore));
    assert_null(file_read(arena, place.keystore, 1 << 20, ret_bytes, ret_size));
    return keystore;
}

/* What was sealed under the right key and is not whole: a fault of ours, refused and not gone on with. */
static void what_is_sealed_and_not_whole_is_refused(void **state)
{
    (void)state;
    static const struct {
        size_t at;
        uint8_t byte;
    } changes[] = {{NODES_AT, 1},
                   {NODES_AT + 7, 2},
                   {NODES_AT + 7, 0},
                   {NODES_AT + 8, 1},
                   {NODES_AT + 15, 1},
                   {NODES_AT + 16 + 7, 1},
                   {NODES_AT + 16 + 8, TREE_DEPTH + 1}};
    const char *bytes;
    size_t size;
    struct keystore *keystore = open_and_read(&bytes, &size);
    for (size_t i = 0; i < sizeof changes / sizeof changes[0]; i++) {
        uint8_t *plain = unsealed(keystore, bytes, size);
        plain[changes[i].at] = changes[i].byte;
        assert_int_equal(opening_sealed(keystore, bytes, plain, size - HEAD - NONCE - TAG), ERROR_BUSY);
    }
    keystore_free(keystore);
    assert_null(file_write_private(arena, place.keystore, bytes, size));
}

/* The number by which an odd one has to be multiplied to give 1, where numbers have 64 bits. */
static uint64_t inverse(uint64_t odd)
{
    uint64_t made = odd;
    for (int i = 0; i < 6; i++) {
        made *= 2 - odd * made;
    }
    return made;
}

/* Numbers so large that together they come to the size of the file again. */
static void numbers_that_go_round_are_refused(void **state)
{
    (void)state;
    enum { GONE_BYTES = ID_BYTES + 1 + 8 + ID_BYTES + ID_BYTES + DESTROYED_RULE };
    const uint64_t numbers[][2] = {
        {1 - GONE_BYTES * inverse(TREE_NODE_BYTES), 1}, /* of nodes, and of what was destroyed */
        {2, 0 - TREE_NODE_BYTES * inverse(GONE_BYTES)},
        {1 + ((uint64_t)GONE_BYTES << 40), 0 - ((uint64_t)TREE_NODE_BYTES << 40)}};
    const char *bytes;
    size_t size;
    struct keystore *keystore = open_and_read(&bytes, &size);
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
        uint8_t *plain = unsealed(keystore, bytes, size);
        assert_true(numbers[i][0] * TREE_NODE_BYTES + numbers[i][1] * GONE_BYTES == TREE_NODE_BYTES);
        number_put(plain + NODES_AT, numbers[i][0]);
        number_put(plain + GONE_AT, numbers[i][1]);
        assert_int_equal(opening_sealed(keystore, bytes, plain, size - HEAD - NONCE - TAG), ERROR_BUSY);
    }
    keystore_free(keystore);
    assert_null(file_write_private(arena, place.keystore, bytes, size));
}

/* Of which every record was taken out: it opens, and what is in it is the size of its head. */
static void a_keystore_in_which_nothing_stands_opens(void **state)
{
    (void)state;
    struct keystore *keystore;
    const char *bytes;
    size_t size;
    assert_null(keystore_open(arena, place.keystore, place.source, &keystore));
    assert_null(file_read(arena, place.keystore, 1 << 20, &bytes, &size));
    uint8_t *plain = unsealed(keystore, bytes, size);
    memset(plain + NODES_AT, 0, FIXED - NODES_AT);
    assert_int_equal(opening_sealed(keystore, bytes, plain, FIXED), ERROR_NONE);
    assert_int_equal(opening_sealed(keystore, bytes, plain, FIXED - 1), ERROR_KEY);
    keystore_free(keystore);
    assert_null(file_write_private(arena, place.keystore, bytes, size));
}

static void every_changed_or_cut_file_is_refused(void **state)
{
    (void)state;
    const char *bytes;
    size_t size;
    assert_null(file_read(arena, place.keystore, 1 << 20, &bytes, &size));
    char *bent = arena_copy_n(arena, bytes, size);
    for (size_t i = 0; i < size; i++) {
        bent[i] ^= 1;
        assert_null(file_write_private(arena, place.keystore, bent, size));
        assert_int_equal(opening(place.source), ERROR_KEY);
        bent[i] ^= 1;
        if (i % 7 == 0) {
            assert_null(file_write_private(arena, place.keystore, bytes, i));
            assert_int_equal(opening(place.source), ERROR_KEY);
        }
    }
    assert_null(file_write_private(arena, place.keystore, bytes, size));
    assert_int_equal(opening(place.source), ERROR_NONE);
}

/* What the file held is written over, to its end: whoever kept it open reads nothing of it. */
static void a_keystore_that_was_replaced_is_written_over(void **state)
{
    (void)state;
    enum { PIECE = 32 };
    struct keyring *keyring;
    const char *before;
    size_t size;
    assert_null(keyring_open(arena, &place, &keyring));
    for (uint8_t n = 1; n <= 4; n++) {
        const struct destroyed gone = {{{n}}, 1, 5, {{1}}, {{2}}, "rule"};
        int old = open(place.keystore, O_RDONLY | O_CLOEXEC);
        assert_null(file_read(arena, place.keystore, 1 << 20, &before, &size));
        assert_null(keyring_destroy(arena, keyring, &gone, 1));
        char *after = arena_alloc(arena, size);
        assert_int_equal(pread(old, after, size, 0), size);
        for (size_t at = 0; at + PIECE <= size; at += PIECE) {
            assert_memory_not_equal(after + at, before + at, PIECE);
        }
        assert_memory_not_equal(after + size - PIECE, before + size - PIECE, PIECE);
        assert_int_equal(close(old), 0);
    }
    assert_true(size > 8192);
    keyring_free(keyring);
}

/* The list is asked for in pieces: of one, of as many as one answer holds, and of one more. */
static void every_record_that_was_destroyed_is_listed(void **state)
{
    (void)state;
    static const size_t counts[] = {0, 1, ASK_DESTROYED - 1, 1, ASK_DESTROYED};
    struct keyring *keyring;
    struct destroyed records[ASK_DESTROYED];
    size_t all = 0;
    assert_null(keyring_open(arena, &place, &keyring));
    for (size_t c = 0; c < sizeof counts / sizeof counts[0]; c++) {
        const struct destroyed *list;
        size_t count;
        for (size_t i = 0; i < counts[c]; i++) {
            size_t number = all + i + 1;
            records[i] = (struct destroyed){
                {{(uint8_t)number, (uint8_t)(number >> 8)}}, 1, (int64_t)number, {{1}}, {{2}}, "rule"};
        }
        assert_null(keyring_destroy(arena, keyring, records, counts[c]));
        all += counts[c];
        assert_null(keyring_destroyed(arena, keyring, &list, &count));
        assert_int_equal(count, all);
        for (size_t i = 0; i < count; i++) {
            assert_int_equal(list[i].at, i + 1);
        }
    }
    keyring_free(keyring);
}

/* So it was always worked out: what was sealed under one of them must open under every later program. */
static void expect_secret(const struct keystore *keystore, int64_t period, const uint8_t *first, int steps)
{
    uint8_t expected[KEY_BYTES];
    uint8_t key[KEY_BYTES];
    memcpy(expected, first, KEY_BYTES);
    for (int i = 0; i < steps; i++) {
        uint8_t made[KEY_BYTES];
        crypto_generichash(made, KEY_BYTES, (const uint8_t *)"next period", 11, expected, KEY_BYTES);
        memcpy(expected, made, KEY_BYTES);
    }
    assert_true(keystore_period_key(keystore, period, key));
    assert_memory_equal(key, expected, KEY_BYTES);
}

/* A hundred years ahead, of twelve periods each, and never back; a step further is taken for a mistake. */
static void the_secret_of_a_period_follows_from_that_before(void **state)
{
    (void)state;
    enum { MOST = 1200 };
    struct keystore *keystore;
    uint8_t first[KEY_BYTES];
    uint8_t key[KEY_BYTES];
    assert_null(keystore_open(arena, place.keystore, place.source, &keystore));
    const int64_t period = keystore->period;
    const uint64_t generation = keystore->generation;
    assert_int_equal(generation, 1);
    memcpy(first, keystore->period_key, KEY_BYTES);
    for (int n = 0; n < 4; n++) {
        expect_secret(keystore, period + n, first, n);
    }
    assert_false(keystore_period_key(keystore, period - 1, key));
    assert_true(keystore_period_key(keystore, period + MOST, key));
    assert_false(keystore_period_key(keystore, period + MOST + 1, key));
    const struct {
        int ahead; /* of the first */
        int then;
        unsigned changes;
    } cases[] = {{0, 0, 0}, {-1, 0, 0}, {MOST + 1, 0, 0}, {2, 2, 1}, {1, 2, 1}, {2 + MOST, 2 + MOST, 2}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        assert_null(keystore_forget(arena, keystore, period + cases[i].ahead));
        assert_int_equal(keystore->period, period + cases[i].then);
        assert_int_equal(keystore->generation, generation + cases[i].changes);
        expect_secret(keystore, keystore->period, first, cases[i].then);
    }
    keystore_free(keystore);
}

/* What stands there by another name, or is pointed to, is not an older copy. */
static void a_copy_in_the_place_of_a_link_leaves_the_keystore_whole(void **state)
{
    (void)state;
    struct keystore_state there;
    const struct key_place copied = {place.source, path_of("copy")};
    for (int round = 0; round < 2; round++) {
        unlink(copied.keystore);
        assert_int_equal(
            round == 0 ? link(place.keystore, copied.keystore) : symlink(place.keystore, copied.keystore), 0);
        assert_null(keyring_copy(arena, &place, copied.keystore, &there));
        assert_int_equal(opening(place.source), ERROR_NONE);
        assert_null(keyring_state(arena, &copied, &there));
    }
}

static void an_older_copy_does_not_take_the_place_of_a_newer_one(void **state)
{
    (void)state;
    struct keystore_state copied;
    struct keyring *keyring;
    assert_null(keyring_copy(arena, &place, path_of("copy"), &copied));
    copy(path_of("copy"), path_of("older"));
    assert_null(keyring_put_back(arena, &place, path_of("copy"), &copied));
    assert_null(keyring_open(arena, &place, &keyring));
    /* what was forgotten since would open again, even if nothing was destroyed */
    assert_null(keyring_forget(arena, keyring, (struct instant){clock_now().ms + INT64_C(90) * MS_PER_DAY}));
    assert_int_equal(code_of(keyring_put_back(arena, &place, path_of("older"), &copied)), ERROR_EXISTS);
    struct destroyed gone = decided(id_new());
    assert_null(keyring_destroy(arena, keyring, &gone, 1));
    keyring_free(keyring);
    assert_int_equal(code_of(keyring_put_back(arena, &place, path_of("older"), &copied)), ERROR_EXISTS);
    assert_null(keyring_copy(arena, &place, path_of("copy"), &copied));
    assert_int_equal(copied.destroyed, 1);
    unlink(place.keystore);
    assert_int_equal(opening(place.source), ERROR_KEY);
    assert_null(keyring_put_back(arena, &place, path_of("copy"), &copied));
    assert_int_equal(opening(place.source), ERROR_NONE);
}

/* Of two copies that went on apart neither takes the other's place, if it knows less of what was destroyed.
 */
static void a_copy_that_went_on_elsewhere_brings_nothing_back(void **state)
{
    (void)state;
    struct keystore_state copied;
    struct keyring *keyring;
    const struct key_place elsewhere = {place.source, path_of("copy")};
    assert_null(keyring_copy(arena, &place, elsewhere.keystore, &copied));
    assert_null(keyring_rotate(arena, &elsewhere, path_of("other")));
    const struct key_place with_other = {path_of("other"), elsewhere.keystore};
    assert_null(keyring_rotate(arena, &with_other, place.source)); /* two changes, nothing destroyed */
    assert_null(keyring_open(arena, &place, &keyring));
    struct destroyed gone = decided(id_new());
    assert_null(keyring_destroy(arena, keyring, &gone, 1)); /* one change */
    keyring_free(keyring);
    assert_int_equal(code_of(keyring_put_back(arena, &place, elsewhere.keystore, &copied)), ERROR_EXISTS);
    assert_int_equal(copied.destroyed, 0);
    assert_int_equal(copied.generation, 3);
    assert_null(keyring_state(arena, &place, &copied));
    assert_int_equal(copied.destroyed, 1);
}

static void what_is_no_keystore_of_this_store_stays_where_it_is(void **state)
{
    (void)state;
    struct keystore_state copied;
    assert_null(keyring_copy(arena, &place, path_of("copy"), &copied));
    assert_null(file_write_private(arena, place.keystore, "of another program", 18));
    assert_int_equal(code_of(keyring_put_back(arena, &place, path_of("copy"), &copied)), ERROR_EXISTS);
    assert_int_equal(opening(place.source), ERROR_KEY);
    assert_int_equal(code_of(keyring_upgrade(arena, &place, clock_now())), ERROR_EXISTS);
    assert_int_equal(code_of(keyring_create(arena, &place, clock_now())), ERROR_EXISTS);
    unlink(place.keystore);
    assert_null(keyring_create(arena, &place, clock_now())); /* the key that is there stays the key */
    assert_int_equal(opening(place.source), ERROR_NONE);
}

static void a_keystore_may_lie_in_the_present_folder(void **state)
{
    (void)state;
    int before = open(".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    struct keyring *keyring;
    const struct key_place here = {"key", "keystore"};
    struct destroyed gone = decided(id_new());
    assert_int_equal(chdir(folder), 0);
    assert_null(keyring_open(arena, &here, &keyring));
    assert_null(keyring_destroy(arena, keyring, &gone, 1));
    assert_null(keyring_rotate(arena, &here, NULL));
    keyring_free(keyring);
    assert_int_equal(fchdir(before), 0);
    close(before);
    assert_int_equal(opening(place.source), ERROR_NONE);
}

/* ---- kills */

typedef void work(void);

/*
 * Runs `work` in a process that is killed before its n-th system call; false when it ended before that. The
 * process stops itself first, so what is counted is its work.
 */
static bool killed_at(work *what, unsigned n)
{
    int status;
    pid_t child = fork();
    if (child == 0) {
        ptrace(PTRACE_TRACEME, 0, NULL, NULL);
        raise(SIGSTOP);
        what();
        _exit(0);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    for (unsigned i = 0; i < n && WIFSTOPPED(status); i++) {
        ptrace(PTRACE_SYSCALL, child, NULL, NULL); /* to the next entry or exit of a call */
        assert_int_equal(waitpid(child, &status, 0), child);
    }
    if (!WIFSTOPPED(status)) {
        assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
        return false;
    }
    kill(child, SIGKILL);
    assert_int_equal(waitpid(child, &status, 0), child);
    return true;
}

static struct held survivor;

static void rotate_in_place(void)
{
    if (keyring_rotate(arena, &place, NULL) != NULL) {
        _exit(1);
    }
}

static enum error_code survivor_opens(const char *source)
{
    struct keyring *keyring;
    struct key_place with = {source, place.keystore};
    const struct error *error = keyring_open(arena, &with, &keyring);
    if (error != NULL) {
        return error->code;
    }
    enum error_code code = opening_record(keyring, &survivor);
    keyring_free(keyring);
    return code;
}

/* Killed anywhere, what lies in the place of the key opens the store; done to its end, the old key does not.
 */
static void a_change_of_key_that_is_killed_anywhere_loses_nothing(void **state)
{
    (void)state;
    struct keyring *keyring;
    unsigned n = 0;
    unsigned changed = 0;
    assert_null(keyring_open(arena, &place, &keyring));
    survivor = new_record(keyring);
    bool was_killed = true;
    for (; was_killed && n < 2000; n++) {
        copy(place.source, path_of("older"));
        was_killed = killed_at(rotate_in_place, n);
        assert_int_equal(survivor_opens(place.source), ERROR_NONE);
        /* a server that began before goes on */
        assert_int_equal(opening_record(keyring, &survivor), ERROR_NONE);
        changed += survivor_opens(path_of("older")) == ERROR_KEY ? 1 : 0;
        assert_null(keyring_rotate(arena, &place, NULL)); /* done again, it comes to its end */
        assert_int_equal(survivor_opens(place.source), ERROR_NONE);
        assert_int_equal(survivor_opens(path_of("older")), ERROR_KEY);
        assert_false(file_exists(path_of("key.new")));
    }
    assert_false(was_killed);
    assert_true(n > 40 && changed > 2 && changed < n);
    struct destroyed gone = decided(id_new());
    assert_null(keyring_destroy(arena, keyring, &gone, 1)); /* the lock that was made meanwhile stays */
    assert_int_equal(survivor_opens(place.source), ERROR_NONE);
    keyring_free(keyring);
}

/* Killed before the new key has its place, that key is the only one there is. */
static void a_new_key_that_cannot_be_read_is_not_made_again(void **state)
{
    (void)state;
    const char *next = path_of("key.new");
    assert_null(master_create(arena, next));
    assert_null(keystore_relock(arena, place.keystore, place.source, next));
    assert_int_equal(chmod(next, 0644), 0);
    const struct error *error = keyring_rotate(arena, &place, NULL);
    assert_int_equal(code_of(error), ERROR_KEY);
    assert_non_null(strstr(error->detail, "key.new"));
    assert_int_equal(chmod(next, 0600), 0);
    assert_int_equal(opening(place.source), ERROR_NONE);
    assert_null(keyring_rotate(arena, &place, NULL));
    assert_int_equal(opening(place.source), ERROR_NONE);
    assert_false(file_exists(next));
}

/* One of another store, or of a change that was cut short before it opened anything. */
static void a_new_key_that_opens_nothing_is_made_again(void **state)
{
    (void)state;
    assert_null(master_create(arena, path_of("key.new")));
    assert_null(keyring_rotate(arena, &place, NULL));
    assert_int_equal(opening(place.source), ERROR_NONE);
    assert_null(master_create(arena, path_of("other")));
    struct key_place with = {path_of("other"), place.keystore};
    assert_int_equal(code_of(keyring_rotate(arena, &with, NULL)), ERROR_KEY);
    assert_false(file_exists(path_of("other.new")));
}

static struct destroyed victim;

static void destroy_one(void)
{
    struct keyring *keyring;
    if (keyring_open(arena, &place, &keyring) != NULL ||
        keyring_destroy(arena, keyring, &victim, 1) != NULL) {
        _exit(1);
    }
}

static void a_destruction_that_is_killed_anywhere_is_done_or_not(void **state)
{
    (void)state;
    struct keyring *keyring;
    unsigned done = 0;
    unsigned n = 0;
    assert_null(keyring_open(arena, &place, &keyring));
    survivor = new_record(keyring);
    struct held held = new_record(keyring);
    keyring_free(keyring);
    victim = decided(held.record);
    copy(place.keystore, path_of("older"));
    bool was_killed = true;
    for (; was_killed && n < 2000; n++) {
        copy(path_of("older"), place.keystore);
        was_killed = killed_at(destroy_one, n);
        assert_null(keyring_open(arena, &place, &keyring));
        assert_int_equal(opening_record(keyring, &survivor), ERROR_NONE);
        enum error_code code = opening_record(keyring, &held);
        assert_true(code == ERROR_NONE || code == ERROR_DISPOSED);
        done += code == ERROR_DISPOSED ? 1 : 0;
        keyring_free(keyring);
    }
    assert_false(was_killed);
    assert_true(n > 20 && done > 1 && done < n);
}

int main(void)
{
#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        CASE(a_record_that_is_destroyed_opens_no_more_and_the_others_do),
        CASE(many_are_destroyed_and_listed),
        CASE(two_who_destroy_lose_nothing),
        CASE(a_note_goes_with_its_record_and_with_its_month),
        CASE(a_passphrase_opens_it_and_another_does_not),
        CASE(a_passphrase_is_one_line_of_a_thousand_characters_at_most),
        CASE(a_new_passphrase_has_twenty_characters_at_least),
        CASE(a_passphrase_may_come_from_the_standard_input),
        CASE(the_last_source_is_the_one_that_is_remembered),
        CASE(what_is_no_passphrase_is_told_from_another),
        CASE(a_passphrase_is_remembered_for_its_source),
        CASE(a_lock_that_asks_for_too_much_is_refused),
        CASE(a_keystore_is_written_as_it_always_was),
        CASE(a_rule_that_fills_its_room_is_cut),
        CASE(what_is_sealed_and_not_whole_is_refused),
        CASE(numbers_that_go_round_are_refused),
        CASE(a_keystore_in_which_nothing_stands_opens),
        CASE(every_changed_or_cut_file_is_refused),
        CASE(a_keystore_that_was_replaced_is_written_over),
        CASE(every_record_that_was_destroyed_is_listed),
        CASE(the_secret_of_a_period_follows_from_that_before),
        CASE(a_copy_in_the_place_of_a_link_leaves_the_keystore_whole),
        CASE(an_older_copy_does_not_take_the_place_of_a_newer_one),
        CASE(a_copy_that_went_on_elsewhere_brings_nothing_back),
        CASE(what_is_no_keystore_of_this_store_stays_where_it_is),
        CASE(a_keystore_may_lie_in_the_present_folder),
        CASE(a_change_of_key_that_is_killed_anywhere_loses_nothing),
        CASE(a_new_key_that_cannot_be_read_is_not_made_again),
        CASE(a_new_key_that_opens_nothing_is_made_again),
        CASE(a_destruction_that_is_killed_anywhere_is_done_or_not),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
