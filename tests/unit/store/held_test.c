/* What is held of records that were read: that it is used, only when it is still so, and only by who may. */
#include "opened.h"

#include "store/disposed.h"
#include "store/held.h"

#include <setjmp.h>
#include <sqlite3.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static const struct error *read_stream(struct id id, struct stream *ret_stream)
{
    struct store_reader *reader;
    work_good(store_reader_take(store(), &reader), "reader");
    const struct error *error = store_stream_read(reader, arena, id, ret_stream);
    store_reader_give(reader);
    return error;
}

/* Its entries after reading it so often. */
static struct stream read_often(struct id id, int times)
{
    struct stream stream = {.count = 0};
    for (int i = 0; i < times; i++) {
        work_good(read_stream(id, &stream), "reading");
    }
    return stream;
}

static struct id id_of_case(struct reference reference)
{
    struct id id;
    struct store_reader *reader;
    work_good(store_reader_take(store(), &reader), "reader");
    work_good(store_case_by_reference(reader, arena, reference, &id), "case");
    store_reader_give(reader);
    return id;
}

static const char *mark_of(const struct stream *stream, uint64_t seq)
{
    return entry_text(stream->entries[seq - 1], "what");
}

static struct reference make_case(int entries)
{
    struct reference reference;
    uint64_t seq = 0;
    work_good(work_referral(&work, arena, "first", &reference), "referral");
    for (int i = 0; i < entries; i++) {
        work_good(work_entry(&work, arena, reference.text, arena_printf(arena, "entry %d", i + 2), &seq),
                  "entry");
    }
    assert_int_equal(seq, entries + 1);
    work_close(&work); /* what was held while it was recorded is forgotten */
    work_good(work_open(&work), "opening again");
    return reference;
}

/* Behind the back of the store, by who can write its file. */
static void change_file(const char *sql)
{
    sqlite3 *db;
    char path[WORK_PATH + 32];
    snprintf(path, sizeof path, "%s/waymark.db", work.dir);
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    char *message = NULL;
    if (sqlite3_exec(db, sql, NULL, NULL, &message) != SQLITE_OK) {
        fail_msg("%s", message);
    }
    sqlite3_close(db);
}

static const char loosen[] = "DROP TRIGGER entry_stays; DROP TRIGGER entry_is_kept;";

static void what_is_read_again_is_what_was_recorded(void **state)
{
    (void)state;
    struct reference reference = make_case(12);
    struct id id = id_of_case(reference);
    struct stream first = read_often(id, 1);
    for (int i = 0; i < 5; i++) {
        struct stream again = read_often(id, 1);
        assert_int_equal(again.count, 13);
        assert_int_equal(again.head.seq, first.head.seq);
        assert_int_equal(again.head.pack, first.head.pack);
        assert_ptr_equal(again.pack, first.pack);
        assert_memory_equal(again.head.hash, first.head.hash, HASH_BYTES);
        for (uint64_t seq = 2; seq <= 13; seq++) {
            assert_string_equal(mark_of(&again, seq), mark_of(&first, seq));
            assert_int_equal(again.entries[seq - 1]->seq, seq);
        }
    }
}

static void entries_that_are_held_are_not_read_again(void **state)
{
    (void)state;
    static const char *const ends[] = {"last_hash = zeroblob(32)", "last_hash = x'00'", "last_seq = 12",
                                       "last_seq = 14"};
    struct id id = id_of_case(make_case(12));
    struct stream stream;
    read_often(id, 3);
    change_file(loosen);
    change_file("UPDATE entry SET body = x'00' WHERE seq = 5");
    stream = read_often(id, 1);
    assert_int_equal(stream.count, 13);
    assert_string_equal(mark_of(&stream, 5), "entry 5");
    /* where the record ends otherwise nothing is taken from memory any more, and the fault is found */
    change_file("CREATE TABLE kept AS SELECT * FROM record_key");
    for (size_t i = 0; i < sizeof ends / sizeof ends[0]; i++) {
        change_file(arena_printf(arena, "UPDATE record_key SET %s WHERE last_seq = 13", ends[i]));
        assert_int_equal(read_stream(id, &stream)->code, ERROR_BROKEN_SEAL);
        change_file("UPDATE record_key SET (last_seq, last_hash) = "
                    "(SELECT last_seq, last_hash FROM kept WHERE kept.stream = record_key.stream)");
        assert_null(read_stream(id, &stream));
    }
    change_file("DELETE FROM entry");
    change_file("UPDATE record_key SET last_seq = last_seq + 1");
    assert_int_equal(read_stream(id, &stream)->code, ERROR_BROKEN_SEAL);
}

static void a_record_whose_end_was_cut_off_is_not_read(void **state)
{
    (void)state;
    static const struct {
        const char *change;
        const char *back;
        const char *says;
    } cuts[] = {
        {"UPDATE record_key SET last_pack = last_pack + 1", "UPDATE record_key SET last_pack = last_pack - 1",
         "entry 13: it is not the last one that was recorded"},
        {"UPDATE record_key SET last_hash = x'' WHERE last_seq = 13",
         "UPDATE record_key SET last_hash = (SELECT hash FROM entry WHERE seq = 13) WHERE last_seq = 13",
         "entry 13: it is not the last one that was recorded"},
        {"UPDATE record_key SET last_hash = zeroblob(32) WHERE last_seq = 13",
         "UPDATE record_key SET last_hash = (SELECT hash FROM entry WHERE seq = 13) WHERE last_seq = 13",
         "entry 13: it is not the last one that was recorded"},
        {"DELETE FROM entry WHERE seq = 13", "SELECT 1",
         "entry 12: it is not the last one that was recorded"},
    };
    struct id id = id_of_case(make_case(12));
    struct stream stream;
    change_file(loosen);
    for (size_t i = 0; i < sizeof cuts / sizeof cuts[0]; i++) {
        change_file(cuts[i].change);
        const struct error *error = read_stream(id, &stream);
        assert_non_null(error);
        assert_int_equal(error->code, ERROR_BROKEN_SEAL);
        assert_non_null(strstr(error->detail, cuts[i].says));
        change_file(cuts[i].back);
    }
}

static void one_that_is_read_once_is_not_held(void **state)
{
    (void)state;
    struct id once = id_of_case(make_case(12));
    struct id brief = id_of_case(make_case(1));
    struct stream stream;
    read_often(once, 1);
    read_often(brief, 2);
    change_file(loosen);
    change_file("UPDATE entry SET body = x'00' WHERE seq = 2");
    assert_int_equal(read_stream(once, &stream)->code, ERROR_BROKEN_SEAL);
    stream = read_often(brief, 1);
    assert_string_equal(mark_of(&stream, 2), "entry 2");
}

/* What was held is sealed again when eight more were added, and not for each of them. */
static void what_has_grown_is_held_anew(void **state)
{
    (void)state;
    struct reference reference = make_case(12);
    struct id id = id_of_case(reference);
    struct stream stream;
    uint64_t seq;
    read_often(id, 3);
    change_file(loosen);
    for (int i = 14; i <= 20; i++) {
        work_good(work_entry(&work, arena, reference.text, arena_printf(arena, "entry %d", i), &seq),
                  "entry");
    }
    read_often(id, 3);
    change_file("CREATE TABLE kept AS SELECT * FROM entry WHERE seq = 14");
    change_file("UPDATE entry SET body = x'00' WHERE seq = 14");
    assert_int_equal(read_stream(id, &stream)->code, ERROR_BROKEN_SEAL);
    change_file("UPDATE entry SET body = (SELECT body FROM kept) WHERE seq = 14");
    work_good(work_entry(&work, arena, reference.text, "entry 21", &seq), "entry");
    read_often(id, 3);
    change_file("UPDATE entry SET body = x'00' WHERE seq = 14");
    stream = read_often(id, 1);
    assert_string_equal(mark_of(&stream, 14), "entry 14");
}

static void what_was_added_since_is_read_behind_it(void **state)
{
    (void)state;
    struct reference reference = make_case(12);
    struct id id = id_of_case(reference);
    uint64_t seq;
    read_often(id, 3);
    for (int i = 14; i <= 30; i++) {
        work_good(work_entry(&work, arena, reference.text, arena_printf(arena, "entry %d", i), &seq),
                  "entry");
        struct stream stream = read_often(id, 1);
        assert_int_equal(stream.count, i);
        assert_int_equal(stream.head.seq, i);
        assert_string_equal(mark_of(&stream, (uint64_t)i), arena_printf(arena, "entry %d", i));
        assert_string_equal(mark_of(&stream, 2), "entry 2");
    }
    work_must_verify(&work, "after reading what is held");
}

static void of_a_record_that_is_disposed_of_nothing_is_read(void **state)
{
    (void)state;
    struct id id = id_of_case(make_case(12));
    struct stream stream;
    struct store_reader *reader;
    read_often(id, 3);
    struct write *write = store_write_new(store(), arena);
    static const struct disposal decided = {{1900000000000}, {{1}}, {{2}}, "closed-six-years"};
    work_good(store_reader_take(store(), &reader), "reader");
    work_good(store_record_destroy(write, reader, id, &decided), "destroying");
    store_reader_give(reader);
    work_good(store_commit(write), "commit");
    assert_int_equal(read_stream(id, &stream)->code, ERROR_DISPOSED);
}

/* ---- the ring by itself */

static struct record_key *key_for(struct id id)
{
    struct record_key *key;
    uint8_t wrapped[WRAPPED_KEY_BYTES];
    work_good(record_key_new(arena, store_keyring(store()), id, &key, wrapped), "key");
    return key;
}

static bool opens(struct held *held, const struct record_key *key, const struct held_run *run, size_t size,
                  unsigned char first)
{
    ARENA_CLEANUP struct arena *own = arena_new(WORK_BYTES);
    const void *plain;
    size_t got = 0;
    bool good = run->seq > 0 && held_open(held, own, key, run, &plain, &got);
    return good && got == size && *(const unsigned char *)plain == first;
}

/* Put in as by who read it from the store. */
static void put(struct held *held, const struct record_key *key, const struct held_run *run,
                const void *plain, size_t size)
{
    ARENA_CLEANUP struct arena *own = arena_new(WORK_BYTES);
    (void)held_wants(held, run->stream);
    held_put(held, own, key, run, plain, size);
}

/* Those of 1 to `many` that are held, all as they were put in. */
static int count_held(struct held *held, const struct record_key *key, int many, size_t size)
{
    int still = 0;
    struct held_run run;
    for (int i = 1; i <= many; i++) {
        held_find(held, (struct id){{0, (unsigned char)i}}, &run);
        assert_true(run.seq == 0 || opens(held, key, &run, size, (unsigned char)i));
        still += run.seq != 0;
    }
    return still;
}

static void the_oldest_make_room(void **state)
{
    (void)state;
    enum { SIZE = 1000 * 1000, MANY = 200 };
    struct held *held = held_new(arena);
    struct record_key *key = key_for((struct id){{1}});
    unsigned char *plain = arena_alloc(arena, SIZE);
    struct held_run run;
    struct held_run first;
    for (int i = 1; i <= MANY; i++) {
        struct id id = {{0, (unsigned char)i}};
        held_find(held, id, &run);
        assert_int_equal(run.seq, 0);
        run.seq = (uint64_t)i;
        plain[0] = (unsigned char)i;
        put(held, key, &run, plain, SIZE);
        held_find(held, run.stream, &run);
        assert_true(opens(held, key, &run, SIZE, (unsigned char)i));
        first = i == 1 ? run : first;
    }
    assert_in_range(count_held(held, key, MANY, SIZE), 60, 67); /* of a megabyte each, in 64 MiB */
    held_find(held, (struct id){{0, MANY - 50}}, &run);
    assert_int_not_equal(run.seq, 0); /* the newest are there */
    assert_false(opens(held, key, &first, SIZE, 1));
    held_free(held);
}

/* A record that grows and is held anew does not make the ring grow. */
static void who_reads_little_takes_little(void **state)
{
    (void)state;
    enum { SIZE = 500 * 1000, TIMES = 40 };
    struct held *held = held_new(arena);
    struct id id = {{2}};
    struct record_key *key = key_for(id);
    unsigned char *plain = arena_alloc(arena, SIZE);
    struct held_run run = {.stream = id};
    struct held_run now;
    for (int i = 1; i <= TIMES; i++) {
        run.seq = (uint64_t)i;
        plain[0] = (unsigned char)i;
        put(held, key, &run, plain, SIZE);
        held_find(held, id, &now);
        assert_int_equal(now.seq, i);
        assert_true(opens(held, key, &now, SIZE, (unsigned char)i));
    }
    /* another one is put out when the first chunk has gone round again */
    const struct held_run other = {.stream = {{0, 1}}, .seq = 1};
    put(held, key, &other, plain, SIZE);
    held_find(held, other.stream, &now);
    assert_int_equal(now.seq, 1);
    for (int i = 0; i < 9; i++) {
        run.seq++;
        put(held, key, &run, plain, SIZE);
    }
    held_find(held, other.stream, &now);
    assert_int_equal(now.seq, 0);
    held_free(held);
}

static void only_the_key_of_the_record_opens_it(void **state)
{
    (void)state;
    struct held *held = held_new(arena);
    struct id id = {{3, 3}};
    struct record_key *key = key_for(id);
    struct held_run run = {.stream = id, .seq = 9, .hash = {9}};
    put(held, key, &run, "words", 5);
    held_find(held, id, &run);
    assert_true(opens(held, key, &run, 5, 'w'));
    assert_false(opens(held, key_for(id), &run, 5, 'w'));
    struct held_run other = run;
    other.hash[0] = 8;
    assert_false(opens(held, key, &other, 5, 'w'));
    other = run;
    other.size++;
    assert_false(opens(held, key, &other, 6, 'w'));
    /* an older run does not take the place of a newer one; one too large is left alone */
    other = run;
    other.seq = 8;
    put(held, key, &other, "older", 5);
    held_find(held, id, &other);
    assert_int_equal(other.seq, 9);
    other.seq = 10;
    put(held, key, &other, arena_alloc(arena, 2 << 20), 2 << 20);
    held_find(held, id, &other);
    assert_int_equal(other.seq, 9);
    held_free(held);
}

static void a_crowd_in_one_set_forgets_who_was_read_longest_ago(void **state)
{
    (void)state;
    struct held *held = held_new(arena);
    for (unsigned char i = 0; i < 9; i++) {
        assert_false(held_wants(held, (struct id){{7, 7, i}}));
    }
    assert_true(held_wants(held, (struct id){{7, 7, 8}}));
    assert_true(held_wants(held, (struct id){{7, 7, 1}}));
    assert_false(held_wants(held, (struct id){{7, 7, 0}}));
    struct held_run run = {.stream = {{7, 7, 10}}, .seq = 1};
    held_put(held, arena, key_for(run.stream), &run, "x", 1); /* not noted as read: nowhere to put it */
    held_find(held, run.stream, &run);
    assert_int_equal(run.seq, 0);
    held_free(held);
}

/* Of so many small ones that they cannot all be held, those that come round once a round are not. */
static void who_goes_round_more_than_there_is_room_for_puts_nobody_out(void **state)
{
    (void)state;
    enum { USUAL_ROOM = (64 << 20) / (16 << 10) };
    struct held *held = held_new(arena);
    for (unsigned i = 0; i < USUAL_ROOM + 10; i++) {
        assert_false(held_wants(held, (struct id){{(unsigned char)(i >> 8), (unsigned char)i}}));
    }
    assert_false(held_wants(held, (struct id){{0, 5}}));
    assert_true(held_wants(held, (struct id){{0, 5}}));
    assert_true(held_wants(held, (struct id){{1, 5}}));
    held_free(held);
}

static void without_memory_nothing_is_held(void **state)
{
    (void)state;
    struct held *held = held_new(arena);
    struct id id = {{5, 5}};
    struct record_key *key = key_for(id);
    struct held_run run = {.stream = id, .seq = 4};
    assert_false(held_wants(held, id));
    arena_fail_nth(2, 0); /* the first is for what is sealed */
    held_put(held, arena, key, &run, "words", 5);
    assert_int_equal(arena_failed(), 1);
    arena_fail_nth(0, 0);
    held_find(held, id, &run);
    assert_int_equal(run.seq, 0);
    run.seq = 4;
    held_put(held, arena, key, &run, "words", 5);
    held_find(held, id, &run);
    assert_true(opens(held, key, &run, 5, 'w'));
    held_free(held);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(what_is_read_again_is_what_was_recorded, set_up, tear_down),
        cmocka_unit_test_setup_teardown(entries_that_are_held_are_not_read_again, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_record_whose_end_was_cut_off_is_not_read, set_up, tear_down),
        cmocka_unit_test_setup_teardown(one_that_is_read_once_is_not_held, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_has_grown_is_held_anew, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_was_added_since_is_read_behind_it, set_up, tear_down),
        cmocka_unit_test_setup_teardown(of_a_record_that_is_disposed_of_nothing_is_read, set_up, tear_down),
        cmocka_unit_test_setup_teardown(the_oldest_make_room, set_up, tear_down),
        cmocka_unit_test_setup_teardown(who_reads_little_takes_little, set_up, tear_down),
        cmocka_unit_test_setup_teardown(only_the_key_of_the_record_opens_it, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_crowd_in_one_set_forgets_who_was_read_longest_ago, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(who_goes_round_more_than_there_is_room_for_puts_nobody_out, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(without_memory_nothing_is_held, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
