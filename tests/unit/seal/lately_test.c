/* Keys that were given out within the minute: for the same account, for what they were wrapped as, and not a
 * moment longer. */
#include "seal/lately.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct lately *lately;

static int set_up(void **state)
{
    (void)state;
    seal_init();
    lately = lately_new();
    return lately == NULL ? -1 : 0;
}

static int tear_down(void **state)
{
    (void)state;
    lately_free(lately);
    return 0;
}

/* A record whose key is the same byte throughout. */
static struct ask_record record(unsigned number)
{
    struct ask_record asked = {.record = {{(uint8_t)(number >> 8), (uint8_t)number}},
                               .wrapped_size = WRAPPED_KEY_BYTES};
    memset(asked.wrapped, (int)(number % 251), sizeof asked.wrapped);
    return asked;
}

static struct request asking(unsigned account, const struct ask_record *records, size_t count)
{
    struct request request = {.kind = ASK_OPEN, .account = {{(uint8_t)account}}, .count = count};
    memcpy(request.records, records, count * sizeof *records);
    return request;
}

static void keep(int64_t now, uint64_t turn, unsigned account, const struct ask_record *records, size_t count)
{
    struct request request = asking(account, records, count);
    struct reply reply = {.count = count};
    for (size_t i = 0; i < count; i++) {
        memset(reply.keys[i], records[i].wrapped[0] + 1, KEY_BYTES);
    }
    lately_keep(lately, now, turn, &request, &reply);
}

static bool recalls(int64_t now, unsigned account, const struct ask_record *records, size_t count)
{
    struct request request = asking(account, records, count);
    struct reply reply = {.code = ERROR_BUSY};
    static const struct reply untouched = {.code = ERROR_BUSY};
    bool known = lately_recall(lately, now, &request, &reply);
    if (!known) {
        assert_memory_equal(&reply, &untouched, sizeof reply);
        return false;
    }
    assert_int_equal(reply.code, ERROR_NONE);
    assert_int_equal(reply.count, count);
    for (size_t i = 0; i < count; i++) {
        for (size_t at = 0; at < KEY_BYTES; at++) {
            assert_int_equal(reply.keys[i][at], records[i].wrapped[0] + 1);
        }
    }
    return true;
}

static void a_key_is_recalled_for_a_minute(void **state)
{
    (void)state;
    const struct ask_record two[] = {record(1), record(2)};
    assert_false(recalls(5, 7, two, 1));
    keep(5, lately_turn(lately), 7, two, 2);
    assert_true(recalls(5, 7, two, 2));
    assert_true(recalls(5 + LATELY_MS - 1, 7, &two[1], 1));
    assert_false(recalls(5 + LATELY_MS, 7, &two[1], 1));
    /* asking again does not make it longer, being given again does */
    keep(1000, lately_turn(lately), 7, &two[0], 1);
    assert_true(recalls(5 + LATELY_MS, 7, &two[0], 1));
    assert_false(recalls(1000 + LATELY_MS, 7, &two[0], 1));
}

/* What stands in a request behind those it asks for was not asked for. */
static void so_many_as_are_asked_for_and_no_more(void **state)
{
    (void)state;
    const struct ask_record two[] = {record(1), record(2)};
    struct request request = asking(7, two, 2);
    struct reply reply = {.count = 1};
    request.count = 1;
    lately_keep(lately, 0, lately_turn(lately), &request, &reply);
    assert_false(recalls(1, 7, &two[1], 1));
    keep(0, lately_turn(lately), 7, two, 2);
    assert_true(lately_recall(lately, 1, &request, &reply));
    assert_int_equal(reply.count, 1);
    assert_int_equal(reply.keys[1][0], 0);
}

static void for_that_account_and_what_it_was_wrapped_as(void **state)
{
    (void)state;
    const struct ask_record one = record(1);
    keep(0, lately_turn(lately), 7, &one, 1);
    assert_false(recalls(1, 8, &one, 1));
    for (size_t at = 0; at < WRAPPED_KEY_BYTES; at++) {
        struct ask_record bent = one;
        bent.wrapped[at] ^= 1;
        assert_false(recalls(1, 7, &bent, 1));
    }
    struct ask_record other = one;
    other.wrapped_size = OLD_WRAPPED_KEY_BYTES;
    assert_false(recalls(1, 7, &other, 1));
    other = one;
    other.record.bytes[15] ^= 1; /* it would lie in the same set */
    assert_false(recalls(1, 7, &other, 1));
    assert_true(recalls(1, 7, &one, 1));
}

static void of_several_all_or_none(void **state)
{
    (void)state;
    const struct ask_record three[] = {record(1), record(2), record(3)};
    keep(0, lately_turn(lately), 7, three, 2);
    assert_false(recalls(1, 7, three, 3));
    assert_false(recalls(1, 7, &three[1], 2));
    assert_false(recalls(1, 7, (const struct ask_record[]){three[2], three[0]}, 2));
    assert_true(recalls(1, 7, three, 2));
}

static void what_was_asked_for_before_all_was_forgotten_is_not_kept(void **state)
{
    (void)state;
    const struct ask_record one = record(1);
    uint64_t turn = lately_turn(lately);
    keep(0, turn, 7, &one, 1);
    lately_forget(lately);
    assert_false(recalls(1, 7, &one, 1));
    keep(1, turn, 7, &one, 1);
    assert_false(recalls(2, 7, &one, 1));
    keep(2, lately_turn(lately), 7, &one, 1);
    assert_true(recalls(3, 7, &one, 1));
}

static void the_one_that_ends_first_makes_room(void **state)
{
    (void)state;
    enum { WAYS = 8 };
    struct ask_record many[WAYS + 1];
    for (unsigned i = 0; i <= WAYS; i++) {
        many[i] = record(1); /* of one set, since their first bytes are the same */
        many[i].record.bytes[15] = (uint8_t)i;
    }
    static const int64_t times[WAYS] = {30, 10, 20, 40, 35, 15, 25, 45};
    for (unsigned i = 0; i < WAYS; i++) {
        keep(times[i], lately_turn(lately), 7, &many[i], 1);
    }
    keep(50, lately_turn(lately), 7, &many[WAYS], 1);
    for (unsigned i = 0; i <= WAYS; i++) {
        assert_int_equal(recalls(50, 7, &many[i], 1), i != 1);
    }
    /* one that is given again takes its own place, not that of another */
    keep(60, lately_turn(lately), 7, &many[0], 1);
    for (unsigned i = 0; i <= WAYS; i++) {
        assert_int_equal(recalls(60, 7, &many[i], 1), i != 1);
    }
}

/* From where it begins to the end of its piece of memory. */
static size_t size_of_memory(void)
{
    char line[512];
    size_t size = 0;
    FILE *maps = fopen("/proc/self/maps", "re");
    assert_non_null(maps);
    while (size == 0 && fgets(line, sizeof line, maps) != NULL) {
        char *dash;
        uintptr_t begin = strtoull(line, &dash, 16);
        uintptr_t end = strtoull(dash + 1, NULL, 16);
        size = begin <= (uintptr_t)lately && (uintptr_t)lately < end ? end - (uintptr_t)lately : 0;
    }
    fclose(maps);
    return size;
}

static bool stands_there(unsigned byte)
{
    uint8_t key[KEY_BYTES];
    memset(key, (int)byte, sizeof key);
    return memmem(lately, size_of_memory(), key, sizeof key) != NULL;
}

static void when_the_minute_is_over_it_is_written_over(void **state)
{
    (void)state;
    struct ask_record old = record(2);
    struct ask_record new = record(77);
    memset(old.wrapped, 10, sizeof old.wrapped - 1); /* the key is of 11 */
    memset(new.wrapped, 76, sizeof new.wrapped - 1);
    keep(0, lately_turn(lately), 7, &old, 1);
    keep(10, lately_turn(lately), 7, &new, 1);
    lately_tidy(lately, LATELY_MS - 1);
    assert_true(stands_there(11));
    lately_tidy(lately, LATELY_MS);
    assert_false(stands_there(11));
    assert_true(stands_there(77));
    assert_true(recalls(LATELY_MS, 7, &new, 1));
    lately_forget(lately);
    assert_false(stands_there(77));
}

/* Wherever it lies: in the first place of all, in the last, and in each between. */
static void all_whose_minute_is_over_are_written_over(void **state)
{
    (void)state;
    enum { WAYS = 8, SETS = 2048, KEY_OF = 11 };
    for (unsigned set = SETS; set < 2 * SETS; set += SETS - 1) {
        struct ask_record one = record(set);
        memset(one.wrapped, KEY_OF - 1, sizeof one.wrapped);
        for (unsigned i = 0; i < WAYS; i++) {
            one.record.bytes[15] = (uint8_t)i;
            keep((int64_t)i, lately_turn(lately), 7, &one, 1);
        }
    }
    lately_tidy(lately, LATELY_MS + WAYS - 2); /* of each set one is left */
    assert_true(stands_there(KEY_OF));
    lately_tidy(lately, LATELY_MS + WAYS - 1);
    assert_false(stands_there(KEY_OF));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_key_is_recalled_for_a_minute, set_up, tear_down),
        cmocka_unit_test_setup_teardown(so_many_as_are_asked_for_and_no_more, set_up, tear_down),
        cmocka_unit_test_setup_teardown(for_that_account_and_what_it_was_wrapped_as, set_up, tear_down),
        cmocka_unit_test_setup_teardown(of_several_all_or_none, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_was_asked_for_before_all_was_forgotten_is_not_kept, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(the_one_that_ends_first_makes_room, set_up, tear_down),
        cmocka_unit_test_setup_teardown(when_the_minute_is_over_it_is_written_over, set_up, tear_down),
        cmocka_unit_test_setup_teardown(all_whose_minute_is_over_are_written_over, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
