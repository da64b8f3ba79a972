/* The process that holds the keys: it answers, it watches numbers, it refuses what is no request, and it
 * ends. */
#include "seal/hold.h"

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
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

static struct arena *arena;
static char folder[64];
static struct key_place place;
static const struct key_limits few = {
    .account_burst = 10, .account_per_second = 1, .all_burst = 25, .all_per_second = 1};

static int set_up(void **state)
{
    (void)state;
    seal_init();
    arena = arena_new(512 << 20);
    memcpy(folder, "/tmp/hold_testXXXXXX", sizeof "/tmp/hold_testXXXXXX");
    assert_non_null(mkdtemp(folder));
    place =
        (struct key_place){arena_printf(arena, "%s/key", folder), arena_printf(arena, "%s/keystore", folder)};
    assert_null(keyring_create(arena, &place, clock_now()));
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    unlink(place.source);
    unlink(place.keystore);
    assert_int_equal(rmdir(folder), 0);
    arena_free(arena);
    return 0;
}

static enum error_code code_of(const struct error *error)
{
    return error == NULL ? ERROR_NONE : error->code;
}

static void what_the_process_gives_is_what_a_command_gives(void **state)
{
    (void)state;
    struct keyring *inside;
    struct keyring *held;
    struct record_key *key;
    uint8_t wrapped[WRAPPED_KEY_BYTES];
    uint8_t signature[SIGNATURE_BYTES];
    uint8_t public_key[PUBLIC_KEY_BYTES];
    uint8_t a[TOKEN_BYTES];
    uint8_t b[TOKEN_BYTES];
    const uint8_t *sealed;
    const void *plain;
    size_t size;
    static const uint8_t root[HASH_BYTES] = {7};
    const struct note_place note = {"draft", {{1}}, {{2}}, {{3}}};
    const struct seal_place at = {{{4}}, 1, "referral", NULL};
    assert_null(keyring_hold(arena, &place, NULL, &held));
    assert_null(keyring_open(arena, &place, &inside));
    assert_true(keyring_lives(held) && keyring_lives(inside));
    assert_null(record_key_new(arena, held, at.stream, &key, wrapped));
    body_seal(arena, key, &at, "words", 5, &sealed, &size);
    record_key_wipe(key);
    assert_null(record_key_open(arena, inside, at.stream, wrapped, sizeof wrapped, &key));
    assert_null(body_open(arena, key, &at, sealed, size, &plain, &size));
    assert_null(note_seal(arena, held, &note, clock_now(), "typed", 5, &sealed, &size));
    assert_null(note_open(arena, inside, &note, sealed, size, &plain, &size));
    assert_null(sign(held, root, signature));
    keyring_tidy(inside); /* it keeps none */
    sign_public_key(inside, public_key);
    assert_true(signature_holds(public_key, root, sizeof root, signature));
    blind_token(inside, "name", "ashworth", a);
    blind_token(held, "name", "ashworth", b);
    assert_memory_equal(a, b, sizeof a);
    struct destroyed gone = {at.stream, 1, 5, {{1}}, {{2}}, "rule"};
    assert_null(keyring_destroy(arena, held, &gone, 1));
    assert_int_equal(code_of(record_key_open(arena, held, at.stream, wrapped, sizeof wrapped, &key)),
                     ERROR_DISPOSED);
    keyring_free(inside);
    keyring_free(held);
}

/* What is opened next is 0: what was before is closed again. An error of before says nothing of it. */
static void without_input(void)
{
    assert_int_equal(fcntl(STDIN_FILENO, F_GETFD), -1);
    errno = EEXIST;
}

/* A descriptor that is 0 is one like the others: a server may be started without a standard input. */
static void without_a_standard_input_keys_are_made_opened_and_held(void **state)
{
    (void)state;
    struct key_place other = {arena_printf(arena, "%s/other", folder),
                              arena_printf(arena, "%s/other-keystore", folder)};
    const char *copy = arena_printf(arena, "%s/copy", folder);
    struct keystore_state said;
    struct keyring *inside;
    struct keyring *held;
    struct record_key *key;
    uint8_t wrapped[WRAPPED_KEY_BYTES];
    int input = dup(STDIN_FILENO);
    close(STDIN_FILENO);
    for (int there = 0; there < 2; there++) { /* the second time the key is there, and read first */
        unlink(other.keystore);
        without_input();
        assert_null(keyring_create(arena, &other, clock_now()));
    }
    without_input();
    assert_null(keyring_open(arena, &other, &inside));
    without_input();
    assert_null(keyring_copy(arena, &other, copy, &said));
    without_input();
    assert_null(keyring_rotate(arena, &other, NULL));
    without_input();
    assert_null(keyring_put_back(arena, &other, other.keystore, &said));
    without_input();
    assert_null(keyring_hold(arena, &other, NULL, &held));
    assert_null(record_key_new(arena, held, (struct id){{4}}, &key, wrapped));
    assert_null(record_key_open(arena, inside, (struct id){{4}}, wrapped, sizeof wrapped, &key));
    keyring_free(held);
    keyring_free(inside);
    assert_int_equal(dup2(input, STDIN_FILENO), STDIN_FILENO);
    close(input);
    unlink(other.source);
    unlink(other.keystore);
    unlink(copy);
}

static void a_keystore_that_does_not_open_is_said_by_name(void **state)
{
    (void)state;
    struct keyring *keyring;
    struct key_place wrong = {arena_printf(arena, "%s/nothing", folder), place.keystore};
    const struct error *error = keyring_hold(arena, &wrong, NULL, &keyring);
    assert_int_equal(code_of(error), ERROR_KEY);
    assert_non_null(strstr(error->detail, "/nothing: "));
    wrong = (struct key_place){place.source, wrong.source};
    error = keyring_hold(arena, &wrong, NULL, &keyring);
    assert_int_equal(code_of(error), ERROR_KEY);
    assert_non_null(strstr(error->detail, "keystore is missing"));
}

/* ---- numbers */

struct held {
    struct holder *holder;
    int64_t now;
};

static struct held holder_with(const struct key_limits *limits)
{
    struct keystore *keystore;
    struct request serve = {.kind = ASK_SERVE};
    struct reply reply;
    assert_null(keystore_open(arena, place.keystore, place.source, &keystore));
    struct held held = {holder_new(keystore, limits), 1000};
    assert_non_null(held.holder);
    holder_answer(held.holder, held.now, &serve, &reply);
    assert_int_equal(reply.code, ERROR_NONE);
    return held;
}

static struct ask_record made(struct held *held, unsigned number)
{
    struct request request = {.kind = ASK_NEW};
    struct reply reply;
    struct ask_record record = {.record = {{(uint8_t)number, 9, (uint8_t)(number >> 8)}},
                                .wrapped_size = WRAPPED_KEY_BYTES};
    request.records[0] = record;
    holder_answer(held->holder, held->now, &request, &reply);
    assert_int_equal(reply.code, ERROR_NONE);
    memcpy(record.wrapped, reply.wrapped, sizeof record.wrapped);
    return record;
}

static enum error_code asks(struct held *held, unsigned account, const char *act,
                            const struct ask_record *record, int64_t *ret_wait)
{
    struct request request = {
        .kind = ASK_OPEN, .account = {{(uint8_t)account, (uint8_t)(account >> 8)}}, .count = 1};
    struct reply reply;
    request.records[0] = *record;
    memcpy(request.act, act, strlen(act));
    holder_answer(held->holder, held->now, &request, &reply);
    *ret_wait = reply.number;
    assert_int_equal(reply.count, reply.code == ERROR_NONE ? 1 : 0);
    for (size_t i = 0; i < KEY_BYTES && reply.code != ERROR_NONE; i++) {
        assert_int_equal(reply.keys[0][i], 0); /* what is refused gives no key */
    }
    return reply.code;
}

static void unusual_numbers_are_slowed(void **state)
{
    (void)state;
    struct held held = holder_with(&few);
    struct ask_record records[60];
    int64_t wait;
    int64_t needed;
    for (unsigned i = 0; i < 60; i++) {
        records[i] = made(&held, i);
    }
    for (unsigned i = 0; i < 10; i++) {
        assert_int_equal(asks(&held, 1, "case-read", &records[i], &wait), ERROR_NONE);
    }
    assert_int_equal(asks(&held, 1, "case-read", &records[10], &needed), ERROR_TOO_MANY);
    assert_int_equal(needed, 1001);
    /* what was opened within the hour is not counted again, however often */
    for (unsigned i = 0; i < 100; i++) {
        assert_int_equal(asks(&held, 1, "case-read", &records[i % 10], &wait), ERROR_NONE);
    }
    held.now += needed;
    assert_int_equal(asks(&held, 1, "case-read", &records[10], &wait), ERROR_NONE);
    assert_int_equal(asks(&held, 1, "case-read", &records[11], &wait), ERROR_TOO_MANY);
    /* another account has a supply of its own, until that of all together is empty */
    for (unsigned i = 20; i < 30; i++) {
        assert_int_equal(asks(&held, 2, "case-read", &records[i], &wait), ERROR_NONE);
    }
    unsigned opened = 0;
    for (unsigned i = 30; i < 40; i++) {
        opened += asks(&held, 3, "case-read", &records[i], &wait) == ERROR_NONE ? 1 : 0;
    }
    assert_int_equal(opened, 5);
    /* nor does it help to say that it is for figures, or for the program itself */
    assert_int_equal(asks(&held, 3, "figures", &records[45], &wait), ERROR_TOO_MANY);
    assert_int_equal(asks(&held, 0, "", &records[46], &wait), ERROR_TOO_MANY);
    held.now += 20000;
    assert_int_equal(asks(&held, 3, "figures", &records[45], &wait), ERROR_NONE);
    held.now += INT64_C(3600000) + 1;
    assert_int_equal(asks(&held, 1, "case-read", &records[0], &wait), ERROR_NONE);
    holder_free(held.holder);
}

/* Of several that are asked for at once each counts, and none is opened when they are too many. */
static void each_of_several_at_once_counts(void **state)
{
    (void)state;
    for (size_t count = 1; count <= ASK_RECORDS; count++) {
        struct held held = holder_with(&few);
        struct request request = {.kind = ASK_OPEN, .account = {{1}}, .act = "case-read", .count = count};
        struct reply reply;
        size_t opened = 0;
        for (unsigned times = 0; opened + count <= 10; times++, opened += count) {
            for (unsigned i = 0; i < count; i++) {
                request.records[i] = made(&held, times * ASK_RECORDS + i);
            }
            holder_answer(held.holder, held.now, &request, &reply);
            assert_int_equal(reply.code, ERROR_NONE);
        }
        for (unsigned i = 0; i < count; i++) {
            request.records[i] = made(&held, 200 + i);
        }
        holder_answer(held.holder, held.now, &request, &reply);
        assert_int_equal(reply.code, ERROR_TOO_MANY);
        assert_int_equal(reply.count, 0);
        request.count = 10 - opened; /* as many as are left */
        holder_answer(held.holder, held.now, &request, &reply);
        assert_int_equal(reply.code, ERROR_NONE);
        holder_free(held.holder);
    }
}

/* The name of an act is cut to what a message has room for; the question is answered all the same. */
static void an_act_of_a_long_name_asks_like_another(void **state)
{
    (void)state;
    struct keyring *held;
    struct record_key *key;
    uint8_t wrapped[WRAPPED_KEY_BYTES];
    char act[2 * ASK_ACT] = "";
    assert_null(keyring_hold(arena, &place, NULL, &held));
    for (size_t size = 0; size < sizeof act; size++) {
        keyring_use((struct id){{5}}, act);
        assert_null(record_key_new(arena, held, (struct id){{4}}, &key, wrapped));
        act[size] = 'a';
        act[size + 1 < sizeof act ? size + 1 : size] = '\0';
    }
    keyring_use((struct id){{0}}, "");
    keyring_free(held);
}

/* The wait that is said is the shortest that helps, and what was opened is remembered for an hour. */
static void the_wait_is_as_long_as_it_takes(void **state)
{
    (void)state;
    static const struct key_limits third = {
        .account_burst = 1, .account_per_second = 3, .all_burst = 1e9, .all_per_second = 1};
    static const struct key_limits once = {
        .account_burst = 1, .account_per_second = 1e-6, .all_burst = 1e9, .all_per_second = 1};
    int64_t wait;
    for (int early = 0; early < 2; early++) {
        struct held held = holder_with(&third);
        struct ask_record records[2] = {made(&held, 1), made(&held, 2)};
        assert_int_equal(asks(&held, 1, "case-read", &records[0], &wait), ERROR_NONE);
        assert_int_equal(asks(&held, 1, "case-read", &records[1], &wait), ERROR_TOO_MANY);
        assert_int_equal(wait, 334);
        held.now += 100; /* of which so much is over */
        assert_int_equal(asks(&held, 1, "case-read", &records[1], &wait), ERROR_TOO_MANY);
        assert_int_equal(wait, 234);
        held.now += wait - early;
        assert_int_equal(asks(&held, 1, "case-read", &records[1], &wait),
                         early == 1 ? ERROR_TOO_MANY : ERROR_NONE);
        holder_free(held.holder);
        held = holder_with(&once);
        struct ask_record record = made(&held, 1);
        assert_int_equal(asks(&held, 1, "case-read", &record, &wait), ERROR_NONE);
        held.now += INT64_C(3600000) - early;
        assert_int_equal(asks(&held, 1, "case-read", &record, &wait),
                         early == 1 ? ERROR_NONE : ERROR_TOO_MANY);
        holder_free(held.holder);
    }
}

/* What is said on standard error goes to a file of no name, until it is taken back. */
static int standard_error;
static int said;

static void listen_to_errors(void)
{
    said = open("/tmp", O_RDWR | O_TMPFILE | O_CLOEXEC, 0600);
    standard_error = dup(STDERR_FILENO);
    assert_true(said >= 0 && standard_error >= 0 && dup2(said, STDERR_FILENO) >= 0);
}

static void take_errors_back(char *ret_text, size_t room)
{
    fflush(stderr);
    assert_true(dup2(standard_error, STDERR_FILENO) >= 0);
    close(standard_error);
    ssize_t got = pread(said, ret_text, room - 1, 0);
    assert_true(got >= 0);
    ret_text[got] = '\0';
    close(said);
}

/* Two thousand within the hour are all remembered: none of them is counted a second time. */
static void all_that_was_opened_within_the_hour_is_remembered(void **state)
{
    (void)state;
    enum { BURST = 2000 };
    static const struct key_limits burst = {
        .account_burst = BURST, .account_per_second = 1e-6, .all_burst = 1e9, .all_per_second = 1};
    static struct ask_record records[BURST + 1];
    struct held held = holder_with(&burst);
    int64_t wait;
    for (unsigned i = 0; i <= BURST; i++) {
        records[i] = made(&held, i);
    }
    for (int times = 0; times < 2; times++) {
        for (unsigned i = 0; i < BURST; i++) {
            assert_int_equal(asks(&held, 1, "case-read", &records[i], &wait), ERROR_NONE);
            held.now++;
        }
    }
    char text[256];
    listen_to_errors();
    assert_int_equal(asks(&held, 1, "case-read", &records[BURST], &wait), ERROR_TOO_MANY);
    take_errors_back(text, sizeof text);
    holder_free(held.holder);
}

/* How often it is said that an account was slowed, when it asks again that much later, for no act. */
static unsigned times_told(int64_t later)
{
    static const struct key_limits none = {.all_burst = 100, .all_per_second = 1, .account_per_second = 1};
    struct held held = holder_with(&none);
    struct ask_record record = made(&held, 1);
    char text[4096];
    int64_t wait;
    unsigned count = 0;
    listen_to_errors();
    for (int i = 0; i < 5; i++) {
        assert_int_equal(asks(&held, 1, "case-read", &record, &wait), ERROR_TOO_MANY);
    }
    held.now += later;
    assert_int_equal(asks(&held, 1, "", &record, &wait), ERROR_TOO_MANY);
    take_errors_back(text, sizeof text);
    holder_free(held.holder);
    for (const char *at = text; (at = strstr(at, "one account asked")) != NULL; at++) {
        count++;
    }
    assert_non_null(strstr(text, "act case-read): slowed"));
    assert_int_equal(strstr(text, "act -): slowed") != NULL, count == 2);
    return count;
}

static void who_is_slowed_is_told_of_once_an_hour(void **state)
{
    (void)state;
    assert_int_equal(times_told(INT64_C(3600000)), 1);
    assert_int_equal(times_told(INT64_C(3600001)), 2);
}

/* There is room for a thousand accounts: of more, the one that was longest quiet is forgotten. */
static void more_accounts_than_there_is_room_for_are_counted_too(void **state)
{
    (void)state;
    enum { ACCOUNTS = 4000, AGO = 10 };
    char text[64];
    static const struct key_limits one = {
        .account_burst = 1, .account_per_second = 0.001, .all_burst = 1e9, .all_per_second = 1};
    struct held held = holder_with(&one);
    struct ask_record records[2] = {made(&held, 1), made(&held, 2)};
    int64_t wait;
    listen_to_errors();
    for (unsigned account = 1; account <= ACCOUNTS; account++) {
        held.now++;
        assert_int_equal(asks(&held, account, "case-read", &records[0], &wait), ERROR_NONE);
        assert_int_equal(asks(&held, account, "case-read", &records[1], &wait), ERROR_TOO_MANY);
        assert_int_equal(asks(&held, account, "case-read", &records[0], &wait), ERROR_NONE);
        if (account > AGO) { /* one that was not quiet is not forgotten for those after it */
            assert_int_equal(asks(&held, account - AGO, "case-read", &records[1], &wait), ERROR_TOO_MANY);
        }
    }
    take_errors_back(text, sizeof text);
    holder_free(held.holder);
}

/* Of as many as work at once none takes the place of another, and none is given a supply anew. */
static void each_of_many_accounts_is_counted_by_itself(void **state)
{
    (void)state;
    enum { ACCOUNTS = 150 };
    static const struct key_limits one = {
        .account_burst = 1, .account_per_second = 1e-6, .all_burst = 1e9, .all_per_second = 1};
    struct held held = holder_with(&one);
    struct ask_record records[2] = {made(&held, 1), made(&held, 2)};
    char text[64];
    int64_t wait;
    listen_to_errors();
    for (int second = 0; second < 2; second++) {
        for (unsigned account = 1; account <= ACCOUNTS; account++) {
            held.now++;
            assert_int_equal(asks(&held, account, "case-read", &records[second], &wait),
                             second == 0 ? ERROR_NONE : ERROR_TOO_MANY);
        }
    }
    take_errors_back(text, sizeof text);
    holder_free(held.holder);
}

/* A short wait is waited, four times at most; a long one is said. */
static void a_short_wait_is_better_than_a_refusal(void **state)
{
    (void)state;
    static const struct {
        struct key_limits limits;
        enum error_code second;
    } cases[] = {
        {{.account_burst = 1, .account_per_second = 50, .all_burst = 100, .all_per_second = 100}, ERROR_NONE},
        {{.account_burst = 1, .account_per_second = 1, .all_burst = 100, .all_per_second = 100},
         ERROR_TOO_MANY},
        {{.account_burst = 1, .account_per_second = 50, .all_burst = 1, .all_per_second = 1}, ERROR_TOO_MANY},
        {{.account_burst = 100, .account_per_second = 50, .all_burst = 1.5, .all_per_second = 0.001},
         ERROR_TOO_MANY},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct keyring *keyring;
        struct record_key *key;
        uint8_t wrapped[2][WRAPPED_KEY_BYTES];
        struct id records[2] = {id_new(), id_new()};
        assert_null(keyring_hold(arena, &place, &cases[i].limits, &keyring));
        for (int r = 0; r < 2; r++) {
            assert_null(record_key_new(arena, keyring, records[r], &key, wrapped[r]));
        }
        assert_null(keyring_serve(arena, keyring));
        keyring_use((struct id){{5}}, "case-read");
        assert_null(record_key_open(arena, keyring, records[0], wrapped[0], WRAPPED_KEY_BYTES, &key));
        assert_int_equal(
            code_of(record_key_open(arena, keyring, records[1], wrapped[1], WRAPPED_KEY_BYTES, &key)),
            cases[i].second);
        keyring_use((struct id){{0}}, "");
        keyring_free(keyring);
    }
    /* where no record may be opened at all, waiting does not help */
    static const struct key_limits none = {
        .account_burst = 100, .account_per_second = 1, .all_burst = 0, .all_per_second = 100};
    struct keyring *keyring;
    struct record_key *key;
    uint8_t wrapped[WRAPPED_KEY_BYTES];
    assert_null(keyring_hold(arena, &place, &none, &keyring));
    assert_null(record_key_new(arena, keyring, (struct id){{6}}, &key, wrapped));
    assert_null(keyring_serve(arena, keyring));
    assert_int_equal(
        code_of(record_key_open(arena, keyring, (struct id){{6}}, wrapped, sizeof wrapped, &key)),
        ERROR_TOO_MANY);
    keyring_free(keyring);
}

/* ---- keys of records */

static enum error_code opens(const struct keyring *keyring, unsigned account, const char *act,
                             struct id record, const uint8_t *wrapped)
{
    struct record_key *key;
    keyring_use((struct id){{(uint8_t)account}}, act);
    enum error_code code = code_of(record_key_open(arena, keyring, record, wrapped, WRAPPED_KEY_BYTES, &key));
    keyring_use((struct id){{0}}, "");
    return code;
}

static void a_reader_is_given_again_what_was_given_within_the_minute(void **state)
{
    (void)state;
    static const struct key_limits two = {
        .account_burst = 100, .account_per_second = 1, .all_burst = 2, .all_per_second = 0.001};
    struct keyring *keyring;
    struct record_key *key;
    const struct id records[2] = {id_new(), id_new()};
    uint8_t wrapped[2][WRAPPED_KEY_BYTES];
    assert_null(keyring_hold(arena, &place, &two, &keyring));
    for (int i = 0; i < 2; i++) {
        assert_null(record_key_new(arena, keyring, records[i], &key, wrapped[i]));
    }
    assert_null(keyring_serve(arena, keyring));
    assert_int_equal(opens(keyring, 5, "case-read", records[0], wrapped[0]), ERROR_NONE);
    keyring_tidy(keyring);
    assert_int_equal(opens(keyring, 5, "case-read", records[0], wrapped[0]), ERROR_NONE);
    assert_int_equal(opens(keyring, 5, "figures", records[1], wrapped[1]), ERROR_NONE);
    assert_int_equal(opens(keyring, 5, "case-read", records[1], wrapped[0]), ERROR_BROKEN_SEAL);
    /* what is destroyed is forgotten, and the rest with it */
    struct destroyed gone = {records[0], 1, 5, {{1}}, {{2}}, "rule"};
    assert_null(keyring_destroy(arena, keyring, &gone, 1));
    assert_int_equal(opens(keyring, 5, "case-read", records[0], wrapped[0]), ERROR_DISPOSED);
    keyring_free(keyring);
}

static void any_number_of_records_is_destroyed(void **state)
{
    (void)state;
    enum { MOST = 2 * ASK_DESTROYED + 1 };
    struct keyring *keyring;
    struct destroyed gone[MOST];
    size_t all = 0;
    assert_null(keyring_hold(arena, &place, NULL, &keyring));
    for (size_t count = 0; count <= MOST; count++) {
        const struct destroyed *list;
        size_t size;
        for (size_t i = 0; i < count; i++) {
            gone[i] = (struct destroyed){
                {{(uint8_t)(count + 1), (uint8_t)i}}, 1, (int64_t)(all + i), {{1}}, {{2}}, "rule"};
        }
        assert_null(keyring_destroy(arena, keyring, gone, count));
        all += count;
        assert_null(keyring_destroyed(arena, keyring, &list, &size));
        assert_int_equal(size, all);
        for (size_t i = 0; i < size; i++) {
            assert_int_equal(list[i].at, i);
        }
    }
    keyring_free(keyring);
}

/* As many as are wanted, however many one question holds; none is not asked for. */
static void any_number_of_keys_is_opened(void **state)
{
    (void)state;
    enum { MOST = 2 * ASK_RECORDS + 1 };
    struct keyring *keyring;
    struct locked_key keys[MOST];
    uint8_t wrapped[MOST][WRAPPED_KEY_BYTES];
    const uint8_t *sealed[MOST];
    size_t size;
    const void *plain;
    assert_null(keyring_hold(arena, &place, NULL, &keyring));
    for (size_t i = 0; i < MOST; i++) {
        const struct seal_place at = {{{(uint8_t)(i + 1)}}, 1, "referral", NULL};
        struct record_key *key;
        assert_null(record_key_new(arena, keyring, at.stream, &key, wrapped[i]));
        body_seal(arena, key, &at, "words", 5, &sealed[i], &size);
        keys[i] = (struct locked_key){.record = at.stream, .wrapped = wrapped[i], .size = WRAPPED_KEY_BYTES};
    }
    for (size_t count = 0; count <= MOST; count++) {
        for (size_t i = 0; i < MOST; i++) {
            keys[i].key = NULL;
        }
        assert_null(record_keys_open(arena, keyring, keys, count));
        for (size_t i = 0; i < MOST; i++) {
            const struct seal_place at = {keys[i].record, 1, "referral", NULL};
            assert_int_equal(keys[i].key != NULL, i < count);
            if (i < count) {
                assert_null(body_open(arena, keys[i].key, &at, sealed[i], 5 + SEAL_OVERHEAD, &plain, &size));
            }
        }
    }
    keyring_free(keyring);
}

static enum error_code answers(struct held *held, const struct request *request, struct reply *ret_reply)
{
    holder_answer(held->holder, held->now, request, ret_reply);
    return ret_reply->code;
}

/* A key that was opened is kept, for what it was wrapped as and for nothing else. */
static void a_kept_key_does_not_open_what_was_changed(void **state)
{
    (void)state;
    struct held held = holder_with(NULL);
    struct ask_record good = made(&held, 1);
    int64_t wait;
    for (size_t at = 0; at < WRAPPED_KEY_BYTES; at++) {
        struct ask_record bent = good;
        bent.wrapped[at] ^= 1;
        assert_int_equal(asks(&held, 1, "case-read", &bent, &wait), ERROR_BROKEN_SEAL);
        assert_int_equal(asks(&held, 1, "case-read", &good, &wait), ERROR_NONE);
    }
    struct ask_record other = good;
    other.record.bytes[15] ^= 1; /* it would be kept in the same place */
    assert_int_equal(asks(&held, 1, "case-read", &other, &wait), ERROR_BROKEN_SEAL);
    holder_free(held.holder);
}

/* Of several records asked for at once all open, or none does. */
static void one_that_does_not_open_gives_no_key_of_the_others(void **state)
{
    (void)state;
    static const uint8_t zero[KEY_BYTES];
    struct held held = holder_with(NULL);
    struct request request = {.kind = ASK_OPEN, .count = 2};
    struct reply reply;
    request.records[0] = made(&held, 1);
    request.records[1] = made(&held, 2);
    assert_int_equal(answers(&held, &request, &reply), ERROR_NONE);
    assert_int_equal(reply.count, 2);
    request.records[1].wrapped[30] ^= 1;
    assert_int_equal(answers(&held, &request, &reply), ERROR_BROKEN_SEAL);
    assert_memory_equal(reply.keys[0], zero, KEY_BYTES);
    holder_free(held.holder);
}

/* A new record and a note have one key each, and no other is given with it. */
static void one_key_is_given_for_a_record_or_a_note_that_is_made(void **state)
{
    (void)state;
    static const uint8_t zero[KEY_BYTES];
    static const enum ask_kind kinds[] = {ASK_NEW, ASK_NOTE_NEW, ASK_NOTE, ASK_NOTE};
    struct held held = holder_with(NULL);
    int64_t period = 0;
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        struct request request = {.kind = kinds[i],
                                  .records = {{.record = {{4}}}},
                                  .purpose = "draft",
                                  .owner = {{1}},
                                  .about = {{4}}};
        struct reply reply;
        request.period = i == 3 ? PERIOD_OLD : period;
        assert_int_equal(answers(&held, &request, &reply), ERROR_NONE);
        assert_int_equal(reply.count, 1);
        assert_memory_not_equal(reply.keys[0], zero, KEY_BYTES);
        assert_memory_equal(reply.keys[1], zero, KEY_BYTES);
        period = reply.number;
    }
    holder_free(held.holder);
}

static void a_place_that_was_disposed_of_gets_no_key_again(void **state)
{
    (void)state;
    struct held held = holder_with(NULL);
    struct request request = {.kind = ASK_DESTROY, .count = 1};
    struct reply reply;
    struct ask_record record = made(&held, 1);
    request.destroyed[0] = (struct destroyed){record.record, 1, 5, {{1}}, {{2}}, "rule"};
    assert_int_equal(answers(&held, &request, &reply), ERROR_NONE);
    request = (struct request){.kind = ASK_NEW, .count = 1};
    request.records[0] = record;
    assert_int_equal(answers(&held, &request, &reply), ERROR_DISPOSED);
    request.kind = ASK_REWRAP;
    assert_int_equal(answers(&held, &request, &reply), ERROR_DISPOSED);
    request.records[0] = made(&held, 2);
    assert_int_equal(answers(&held, &request, &reply), ERROR_NONE);
    request.records[0].wrapped[20] ^= 1;
    assert_int_equal(answers(&held, &request, &reply), ERROR_BROKEN_SEAL);
    request.kind = ASK_KINDS;
    assert_int_equal(answers(&held, &request, &reply), ERROR_BAD_INPUT);
    holder_free(held.holder);
}

static void a_destruction_names_its_record_its_rule_and_two_people(void **state)
{
    (void)state;
    struct held held = holder_with(NULL);
    struct reply reply;
    const struct destroyed whole = {{{9}}, 1, 5, {{1}}, {{2}}, "rule"};
    struct destroyed less[5] = {whole, whole, whole, whole, whole};
    less[0].record = less[1].asked_by = less[2].agreed_by = (struct id){{0}};
    less[3].agreed_by = less[3].asked_by;
    less[4].rule[0] = '\0';
    for (size_t i = 0; i < 5; i++) {
        struct request request = {.kind = ASK_DESTROY, .count = 2, .destroyed = {whole, less[i]}};
        assert_int_equal(answers(&held, &request, &reply), ERROR_INVALID);
    }
    struct request list = {.kind = ASK_DESTROYED_LIST};
    assert_int_equal(answers(&held, &list, &reply), ERROR_NONE);
    assert_int_equal(reply.count, 0); /* not even the one that was whole */
    holder_free(held.holder);
}

static void what_keeps_it_from_being_changed_is_said(void **state)
{
    (void)state;
    struct held held = holder_with(NULL);
    struct request request = {
        .kind = ASK_DESTROY, .count = 1, .destroyed = {{{{9}}, 1, 5, {{1}}, {{2}}, "rule"}}};
    struct reply reply;
    unlink(place.keystore);
    assert_int_equal(answers(&held, &request, &reply), ERROR_KEY);
    assert_non_null(strstr(reply.detail, "/keystore: the keystore is missing"));
    request.kind = ASK_FORGET;
    request.period = 1;
    assert_int_equal(answers(&held, &request, &reply), ERROR_KEY);
    assert_non_null(strstr(reply.detail, "/keystore: the keystore is missing"));
    holder_free(held.holder);
}

static void keys_that_follow_the_program_are_given_once(void **state)
{
    (void)state;
    struct held held = holder_with(NULL);
    struct request share = {.kind = ASK_SHARE};
    struct reply reply;
    holder_answer(held.holder, held.now, &share, &reply);
    assert_int_equal(reply.code, ERROR_NONE);
    holder_answer(held.holder, held.now, &share, &reply);
    assert_int_equal(reply.code, ERROR_NOT_ALLOWED);
    holder_free(held.holder);
}

/* ---- messages */

static void every_request_comes_back_as_it_went(void **state)
{
    (void)state;
    for (int kind = ASK_SHARE; kind < ASK_KINDS; kind++) {
        struct request sent = {.kind = (enum ask_kind)kind, .account = {{5}}, .act = "case-read"};
        struct request got;
        uint8_t bytes[REQUEST_BYTES];
        bool lists = kind == ASK_OPEN || kind == ASK_REWRAP;
        if (lists || kind == ASK_DESTROY) {
            sent.count = lists ? ASK_RECORDS : ASK_DESTROYED;
        }
        for (size_t i = 0; lists && i < sent.count; i++) {
            sent.records[i] = (struct ask_record){{{(uint8_t)i}}, WRAPPED_KEY_BYTES, {(uint8_t)(i + 1)}};
        }
        for (size_t i = 0; kind == ASK_DESTROY && i < sent.count; i++) {
            sent.destroyed[i] = (struct destroyed){{{(uint8_t)i}}, 2, -5, {{1}}, {{2}}, "Rule_1.a-b"};
        }
        if (kind == ASK_NEW) {
            sent.records[0].record = (struct id){{8}};
        } else if (kind == ASK_NOTE || kind == ASK_NOTE_NEW) {
            sent.owner = (struct id){{8}};
            sent.about = (struct id){{9}};
            sent.period = PERIOD_OLD;
            memcpy(sent.purpose, "draft", 5);
        } else if (kind == ASK_SIGN) {
            sent.hash[31] = 1;
        } else if (kind == ASK_FORGET || kind == ASK_DESTROYED_LIST) {
            sent.period = 77;
        }
        request_write(&sent, bytes);
        assert_true(request_read(bytes, sizeof bytes, &got));
        assert_memory_equal(&sent, &got, sizeof sent);
        assert_false(request_read(bytes, sizeof bytes - 1, &got));
        bytes[REQUEST_BYTES - 1] ^= 1; /* what is not used is zero */
        assert_false(request_read(bytes, sizeof bytes, &got));
        bytes[REQUEST_BYTES - 1] ^= 1;
        bytes[0]++;
        assert_false(request_read(bytes, sizeof bytes, &got));
    }
}

static void what_is_no_request_is_refused(void **state)
{
    (void)state;
    struct request request = {.kind = ASK_OPEN, .count = 1, .act = "case-read"};
    struct request got;
    uint8_t bytes[REQUEST_BYTES];
    request.records[0].wrapped_size = WRAPPED_KEY_BYTES;
    request_write(&request, bytes);
    enum { KIND_AT = 1, ACT_AT = 18, COUNT_AT = 42, SIZE_AT = 59 };
    static const struct {
        size_t at;
        uint8_t byte;
    } changes[] = {{KIND_AT, 0},       {KIND_AT, ASK_KINDS}, {KIND_AT, 255}, {ACT_AT, 'C'},
                   {ACT_AT + 9, '\n'}, {ACT_AT + 12, 'x'},   {COUNT_AT, 0},  {COUNT_AT, ASK_RECORDS + 1},
                   {SIZE_AT, 0},       {SIZE_AT, 200}};
    assert_true(request_read(bytes, sizeof bytes, &got));
    for (size_t i = 0; i < sizeof changes / sizeof changes[0]; i++) {
        uint8_t bent[REQUEST_BYTES];
        memcpy(bent, bytes, sizeof bent);
        bent[changes[i].at] = changes[i].byte;
        assert_false(request_read(bent, sizeof bent, &got));
    }
}

static void a_request_for_none_is_refused(void **state)
{
    (void)state;
    static const enum ask_kind kinds[] = {ASK_OPEN, ASK_REWRAP, ASK_DESTROY};
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        const struct request request = {.kind = kinds[i]};
        struct request got;
        uint8_t bytes[REQUEST_BYTES];
        request_write(&request, bytes);
        assert_false(request_read(bytes, sizeof bytes, &got));
    }
}

/* A word ends within its field: one that fills it is none. */
static void a_word_that_does_not_end_is_refused(void **state)
{
    (void)state;
    enum { ACT_AT = 18, PURPOSE_AT = 42, RULE_AT = 43 + 16 + 1 + 8 + 16 + 16 };
    static const struct {
        enum ask_kind kind;
        size_t at;
        size_t size;
    } words[] = {{ASK_SHARE, ACT_AT, ASK_ACT},
                 {ASK_NOTE, PURPOSE_AT, ASK_PURPOSE},
                 {ASK_DESTROY, RULE_AT, DESTROYED_RULE}};
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        struct request request = {.kind = words[i].kind, .count = 1};
        struct request got;
        uint8_t bytes[REQUEST_BYTES];
        request_write(&request, bytes);
        memset(bytes + words[i].at, 'a', words[i].size - 1);
        assert_true(request_read(bytes, sizeof bytes, &got));
        bytes[words[i].at + words[i].size - 1] = 'a';
        assert_false(request_read(bytes, sizeof bytes, &got));
    }
}

static void a_request_is_refused_for_any_part_of_it(void **state)
{
    (void)state;
    enum { COUNT_AT = 42, FIRST_SIZE_AT = 59, PERIOD_AT = 42, RULE_AT = 43 + 16 + 1 + 8 + 16 + 16 };
    static const struct {
        enum ask_kind kind;
        size_t count;
        size_t at;
        uint8_t byte;
    } changes[] = {{ASK_OPEN, 2, FIRST_SIZE_AT, 1},
                   {ASK_DESTROY, 2, COUNT_AT, ASK_DESTROYED + 1},
                   {ASK_DESTROY, 1, COUNT_AT, 0},
                   {ASK_DESTROY, 2, RULE_AT, '/'},
                   {ASK_DESTROY, 1, RULE_AT, '/'},
                   {ASK_DESTROYED_LIST, 0, PERIOD_AT, 128},
                   {ASK_FORGET, 0, PERIOD_AT, 255},
                   {ASK_FORGET, 0, 18, '!'},
                   {ASK_NOTE, 0, 42, ' '},
                   {ASK_SIGN, 0, 0, 2},
                   {ASK_SERVE, 0, 100, 1},
                   {ASK_SERVE, 0, COUNT_AT, 1}, /* the first byte that is not used */
                   {ASK_SIGN, 0, COUNT_AT + HASH_BYTES, 1}};
    for (size_t i = 0; i < sizeof changes / sizeof changes[0]; i++) {
        struct request request = {.kind = changes[i].kind, .count = changes[i].count, .act = "case-read"};
        struct request got;
        uint8_t bytes[REQUEST_BYTES];
        for (size_t r = 0; r < 2; r++) {
            request.records[r].wrapped_size = r == 0 ? WRAPPED_KEY_BYTES : OLD_WRAPPED_KEY_BYTES;
            request.destroyed[r] = (struct destroyed){{{1}}, 2, 5, {{1}}, {{2}}, "rule"};
        }
        request_write(&request, bytes);
        assert_true(request_read(bytes, sizeof bytes, &got));
        bytes[changes[i].at] = changes[i].byte;
        assert_false(request_read(bytes, sizeof bytes, &got));
    }
}

static void every_reply_comes_back_as_it_went(void **state)
{
    (void)state;
    for (int kind = ASK_SHARE; kind <= ASK_KINDS; kind++) {
        struct reply sent = {.code = ERROR_NONE, .number = -77};
        struct reply got = {.code = ERROR_NONE};
        uint8_t bytes[REPLY_BYTES];
        bool keys = kind == ASK_OPEN || kind == ASK_NEW || kind == ASK_NOTE || kind == ASK_NOTE_NEW;
        sent.count = kind == ASK_OPEN             ? ASK_RECORDS
                     : keys                       ? 1
                     : kind == ASK_DESTROYED_LIST ? ASK_DESTROYED
                                                  : 0;
        for (size_t i = 0; keys && i < sent.count; i++) {
            memset(sent.keys[i], (int)i + 1, KEY_BYTES);
        }
        if (kind == ASK_NEW || kind == ASK_REWRAP) {
            memset(sent.wrapped, 5, sizeof sent.wrapped);
        } else if (kind == ASK_SIGN) {
            memset(sent.signature, 6, sizeof sent.signature);
        } else if (kind == ASK_SHARE) {
            memset(&sent.shared, 7, sizeof sent.shared);
        } else if (kind == ASK_DESTROYED_LIST) {
            for (size_t i = 0; i < sent.count; i++) {
                sent.destroyed[i] = (struct destroyed){{{(uint8_t)i}}, 2, -5, {{1}}, {{2}}, "Rule_1.a-b"};
            }
        }
        memset(bytes, 8, sizeof bytes);
        reply_write(&sent, (enum ask_kind)kind, bytes);
        assert_int_equal(bytes[REPLY_BYTES - 1], 0); /* what is not used is zero */
        assert_true(reply_read(bytes, sizeof bytes, (enum ask_kind)kind, &got));
        assert_memory_equal(&sent, &got, sizeof sent);
        assert_false(reply_read(bytes, sizeof bytes - 1, (enum ask_kind)kind, &got));
        bytes[0]++;
        assert_false(reply_read(bytes, sizeof bytes, (enum ask_kind)kind, &got));
    }
}

static void a_refusal_comes_back_with_its_words_and_without_keys(void **state)
{
    (void)state;
    static const uint8_t zero[KEY_BYTES];
    struct reply sent = {.code = ERROR_TOO_MANY, .number = 250, .count = 1, .detail = "too many"};
    struct reply got = {.code = ERROR_NONE};
    uint8_t bytes[REPLY_BYTES];
    memset(sent.keys, 1, sizeof sent.keys);
    memset(sent.detail, 'a', sizeof sent.detail - 1);
    reply_write(&sent, ASK_OPEN, bytes);
    assert_true(reply_read(bytes, sizeof bytes, ASK_OPEN, &got));
    assert_int_equal(got.code, ERROR_TOO_MANY);
    assert_int_equal(got.number, 250);
    assert_int_equal(strlen(got.detail), ASK_DETAIL - 1);
    assert_memory_equal(got.keys[0], zero, KEY_BYTES);
    bytes[1] = ERROR_CODES; /* no code of this program */
    assert_false(reply_read(bytes, sizeof bytes, ASK_OPEN, &got));
}

static void a_list_of_the_destroyed_that_is_none_is_refused(void **state)
{
    (void)state;
    enum { COUNT_AT = 10, FIRST_RULE_AT = 11 + 16 + 1 + 8 + 16 + 16 };
    static const struct {
        size_t at;
        uint8_t byte;
    } changes[] = {{COUNT_AT, ASK_DESTROYED + 1}, {COUNT_AT, 255}, {FIRST_RULE_AT, ' '}};
    for (size_t i = 0; i < sizeof changes / sizeof changes[0]; i++) {
        struct reply sent = {.code = ERROR_NONE, .count = 2};
        struct reply got = {.code = ERROR_NONE};
        uint8_t bytes[REPLY_BYTES];
        sent.destroyed[0] = sent.destroyed[1] = (struct destroyed){{{1}}, 2, 5, {{1}}, {{2}}, "rule"};
        reply_write(&sent, ASK_DESTROYED_LIST, bytes);
        assert_true(reply_read(bytes, sizeof bytes, ASK_DESTROYED_LIST, &got));
        bytes[changes[i].at] = changes[i].byte;
        assert_false(reply_read(bytes, sizeof bytes, ASK_DESTROYED_LIST, &got));
    }
}

int main(void)
{
#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        CASE(what_the_process_gives_is_what_a_command_gives),
        CASE(without_a_standard_input_keys_are_made_opened_and_held),
        CASE(a_keystore_that_does_not_open_is_said_by_name),
        CASE(unusual_numbers_are_slowed),
        CASE(each_of_several_at_once_counts),
        CASE(an_act_of_a_long_name_asks_like_another),
        CASE(the_wait_is_as_long_as_it_takes),
        CASE(all_that_was_opened_within_the_hour_is_remembered),
        CASE(who_is_slowed_is_told_of_once_an_hour),
        CASE(more_accounts_than_there_is_room_for_are_counted_too),
        CASE(each_of_many_accounts_is_counted_by_itself),
        CASE(a_short_wait_is_better_than_a_refusal),
        CASE(a_reader_is_given_again_what_was_given_within_the_minute),
        CASE(any_number_of_keys_is_opened),
        CASE(any_number_of_records_is_destroyed),
        CASE(a_kept_key_does_not_open_what_was_changed),
        CASE(one_that_does_not_open_gives_no_key_of_the_others),
        CASE(one_key_is_given_for_a_record_or_a_note_that_is_made),
        CASE(a_place_that_was_disposed_of_gets_no_key_again),
        CASE(a_destruction_names_its_record_its_rule_and_two_people),
        CASE(what_keeps_it_from_being_changed_is_said),
        CASE(keys_that_follow_the_program_are_given_once),
        CASE(every_request_comes_back_as_it_went),
        CASE(what_is_no_request_is_refused),
        CASE(a_request_for_none_is_refused),
        CASE(a_word_that_does_not_end_is_refused),
        CASE(a_request_is_refused_for_any_part_of_it),
        CASE(every_reply_comes_back_as_it_went),
        CASE(a_refusal_comes_back_with_its_words_and_without_keys),
        CASE(a_list_of_the_destroyed_that_is_none_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
