/* Making the lists again, alone and while others write. */
#include "meanwhile.h"

#include <pthread.h>
#include <time.h>

static uint64_t entries_there_are(void)
{
    struct verify_result result;
    work_good(store_verify(store(), arena, &result), "verify");
    work_check(result.broken == NULL, "%s", result.broken);
    return result.entries;
}

/* It goes through, what was to happen meanwhile has happened, and what it wrote is right. Returns how many
 * entries it was made from more than there are now: of what was disposed of when its part was written. */
static uint64_t rebuild_is_right(void)
{
    uint64_t entries;
    work_good(store_rebuild(store(), arena, &entries), "rebuild");
    assert_null(atomic_load(&before_write));
    assert_null(atomic_load(&before_keys));
    uint64_t there_are = entries_there_are();
    assert_true(entries >= there_are);
    return entries - there_are;
}

static void a_rebuild_makes_the_same_lists_again(void **state)
{
    (void)state;
    struct reference reference;
    uint64_t seq;
    for (int i = 0; i < 3; i++) {
        work_good(work_referral(&work, arena, "words", &reference), "referral");
        work_good(work_entry(&work, arena, reference.text, "more", &seq), "entry");
        work_good(work_details(&work, arena, reference.text, "Other"), "details");
    }
    size_t before = work_unmet_duties(&work, arena);
    assert_true(before >= 3);
    work_must_verify(&work, "before the rebuild");
    assert_int_equal(rebuild_is_right(), 0);
    assert_int_equal(work_unmet_duties(&work, arena), before);
}

/* ---- while others write ---- */

/* By its id: while the lists are made again no case is found by its reference. */
static void record_more(void)
{
    struct store_reader *reader;
    struct stream stream;
    struct arena *own = work_arena();
    work_good(store_reader_take(store(), &reader), "reader");
    work_good(store_stream_read(reader, own, made[MIDST].file, &stream), "stream");
    store_reader_give(reader);
    struct entry entry = *stream.entries[stream.count - 1];
    entry.id = (struct id){{0}};
    struct write *write = store_write_new(store(), own);
    store_write_entry(write, &stream, &entry);
    work_good(store_commit(write), "entry");
    arena_free(own);
}

/* That part is left out, and made again. */
static void a_rebuild_goes_on_while_others_record(void **state)
{
    (void)state;
    make_cases();
    uint64_t before = entries_there_are();
    atomic_store(&before_write, record_more);
    assert_int_equal(rebuild_is_right(), 0);
    assert_int_equal(entries_there_are(), before + 1);
}

static void only_these_are_gone(size_t from, size_t until)
{
    for (size_t i = 0; i < MANY; i++) {
        struct store_reader *reader;
        struct id found;
        struct reference reference = reference_of(made[i].file);
        work_good(store_reader_take(store(), &reader), "reader");
        const struct error *error = store_case_by_reference(reader, arena, reference, &found);
        store_reader_give(reader);
        enum error_code code = error == NULL ? ERROR_NONE : error->code;
        assert_int_equal(code, i >= from && i < until ? ERROR_DISPOSED : ERROR_NONE);
    }
}

static void a_rebuild_goes_on_without_what_is_disposed_of_before_a_part_is_written(void **state)
{
    (void)state;
    make_cases();
    decide_on(MIDST, MIDST + 1);
    atomic_store(&before_write, carry_out);
    assert_int_equal(rebuild_is_right(), 0);
    only_these_are_gone(MIDST, MIDST + 1);
}

static void a_rebuild_goes_on_when_nothing_of_a_part_is_left(void **state)
{
    (void)state;
    make_cases();
    decide_on(0, MANY);
    atomic_store(&before_write, carry_out);
    (void)rebuild_is_right(); /* the other thread may have written its part before */
    only_these_are_gone(0, MANY);
}

/* The reader sees it still, and its key is gone. */
static void a_rebuild_goes_on_without_what_is_disposed_of_while_a_part_is_read(void **state)
{
    (void)state;
    make_cases();
    decide_on(MIDST, MIDST + 1);
    atomic_store(&before_keys, carry_out);
    assert_int_equal(rebuild_is_right(), 0);
    only_these_are_gone(MIDST, MIDST + 1);
}

static void ask_for_the_child_alone(void)
{
    static const struct disposal disposal = {{1900000000000}, {{1}}, {{2}}, "closed-six-years"};
    struct store_reader *reader;
    struct arena *own = work_arena();
    work_good(store_reader_take(store(), &reader), "reader");
    const struct error *error =
        store_record_destroy(store_write_new(store(), own), reader, made[MIDST].person, &disposal);
    store_reader_give(reader);
    assert_non_null(error);
    assert_int_equal(error->code, ERROR_BUSY);
    arena_free(own);
}

/* Which cases are about them is not known until the lists are whole. */
static void no_child_is_disposed_of_while_the_lists_are_made_again(void **state)
{
    (void)state;
    make_cases();
    atomic_store(&before_write, ask_for_the_child_alone);
    assert_int_equal(rebuild_is_right(), 0);
    decide_on(MIDST, MIDST + 1);
    carry_out();
    only_these_are_gone(MIDST, MIDST + 1);
}

/* ---- two at a time ---- */

static pthread_t beside;

static void *rebuild_beside(void *context)
{
    struct arena *own = work_arena();
    uint64_t entries;
    (void)context;
    is_beside = true;
    work_good(store_rebuild(store(), own, &entries), "rebuild beside");
    arena_free(own);
    return NULL;
}

static void begin_beside(void)
{
    static const struct timespec enough = {.tv_nsec = 200 * 1000 * 1000};
    assert_int_equal(pthread_create(&beside, NULL, rebuild_beside, NULL), 0);
    nanosleep(&enough, NULL);
    assert_false(atomic_load(&wrote_beside));
}

/* Or it would clear what the first has made, and the first say that all is done: killed then, it would never
 * be. */
static void a_second_rebuild_waits_for_the_first(void **state)
{
    (void)state;
    make_cases();
    atomic_store(&before_write, begin_beside);
    uint64_t entries;
    work_good(store_rebuild(store(), arena, &entries), "rebuild");
    assert_int_equal(pthread_join(beside, NULL), 0);
    assert_true(atomic_load(&wrote_beside));
    (void)entries_there_are();
    atomic_store(&wrote_beside, false);
}

/* ---- names of accounts ---- */

static enum error_code claim(const char *name)
{
    struct stream stream;
    struct arena *own = work_arena();
    work_good(store_stream_new(store(), own, STREAM_ACCOUNT, 0, &stream), "stream");
    const struct entry_type *type = system_type("account-locked");
    struct entry entry = {.type = type,
                          .occurred = {.start = clock_now(), .end = clock_now()},
                          .recorded_at = clock_now(),
                          .recorded_by = work.actor.account,
                          .agency = "social-care",
                          .label = "standard",
                          .values = arena_many(own, struct value, 1)};
    struct write *write = store_write_new(store(), own);
    store_write_claim_name(write, stream.head.id, name);
    store_write_entry(write, &stream, &entry);
    const struct error *error = store_commit(write);
    enum error_code code = error == NULL ? ERROR_NONE : error->code;
    arena_free(own);
    return code;
}

static struct id account_named(const char *name)
{
    struct store_reader *reader;
    struct id account = {{0}};
    struct arena *own = work_arena();
    work_good(store_reader_take(store(), &reader), "reader");
    const struct error *error = store_account_by_name(reader, own, name, &account);
    store_reader_give(reader);
    assert_true(error == NULL || error->code == ERROR_NOT_FOUND);
    arena_free(own);
    return account;
}

static void sign_in_and_take_a_name(void)
{
    assert_true(id_equal(account_named("social-worker"), work.actor.account));
    assert_int_equal(claim("social-worker"), ERROR_EXISTS);
}

static void accounts_keep_their_names_while_the_lists_are_made_again(void **state)
{
    (void)state;
    make_cases();
    atomic_store(&before_write, sign_in_and_take_a_name);
    assert_int_equal(rebuild_is_right(), 0);
}

static void damage(const char *sql)
{
    sqlite3 *db;
    assert_int_equal(
        sqlite3_open_v2(arena_printf(arena, "%s/waymark.db", work.dir), &db, SQLITE_OPEN_READWRITE, NULL),
        SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
    assert_true(sqlite3_changes(db) > 0);
    sqlite3_close(db);
}

/* A name that is gone, one of nobody, and one that was put to somebody else's account. */
static void names_that_were_damaged_are_mended(void **state)
{
    (void)state;
    static const char *const damages[] = {
        "DELETE FROM account_name", "INSERT INTO account_name (token, account) VALUES (x'0011', x'01')",
        "INSERT INTO account_name (token, account) SELECT x'0011', account FROM account_name"};
    for (size_t i = 0; i < sizeof damages / sizeof damages[0]; i++) {
        struct verify_result result;
        damage(damages[i]);
        work_good(store_verify(store(), arena, &result), "verify");
        assert_non_null(result.broken);
        assert_int_equal(rebuild_is_right(), 0);
        assert_true(id_equal(account_named("social-worker"), work.actor.account));
    }
}

int main(void)
{
#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        CASE(a_rebuild_makes_the_same_lists_again),
        CASE(a_rebuild_goes_on_while_others_record),
        CASE(a_rebuild_goes_on_without_what_is_disposed_of_before_a_part_is_written),
        CASE(a_rebuild_goes_on_when_nothing_of_a_part_is_left),
        CASE(a_rebuild_goes_on_without_what_is_disposed_of_while_a_part_is_read),
        CASE(no_child_is_disposed_of_while_the_lists_are_made_again),
        CASE(a_second_rebuild_waits_for_the_first),
        CASE(accounts_keep_their_names_while_the_lists_are_made_again),
        CASE(names_that_were_damaged_are_mended),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
