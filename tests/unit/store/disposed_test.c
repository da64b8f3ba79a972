/* Disposing of a record: what goes, what stays, what is refused, and that the rest of the store is whole. */
#include "opened.h"

#include "base/file.h"
#include "base/must.h"
#include "store/disposed.h"

#include <pthread.h>
#include <setjmp.h>
#include <sqlite3.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

static const struct disposal decided = {{1900000000000}, {{1}}, {{2}}, "closed-six-years"};

static void reopen(void)
{
    work_close(&work);
    work_good(work_open(&work), "opening again");
}

struct made {
    struct reference reference;
    struct id file;
    struct id person;
};

static struct made make_case(const char *mark)
{
    struct made made;
    uint64_t seq;
    struct store_reader *reader;
    work_good(work_referral(&work, arena, mark, &made.reference), "referral");
    work_good(work_entry(&work, arena, made.reference.text, mark, &seq), "entry");
    work_good(store_reader_take(store(), &reader), "reader");
    work_good(store_case_by_reference(reader, arena, made.reference, &made.file), "case");
    work_good(store_case_person(reader, arena, made.file, &made.person), "person");
    store_reader_give(reader);
    return made;
}

static const struct error *destroy(const struct id *records, size_t count, const struct disposal *disposal)
{
    struct store_reader *reader;
    struct write *write = store_write_new(store(), arena);
    const struct error *error = NULL;
    work_good(store_reader_take(store(), &reader), "reader");
    for (size_t i = 0; i < count && error == NULL; i++) {
        error = store_record_destroy(write, reader, records[i], disposal);
    }
    store_reader_give(reader);
    return error == NULL ? store_commit(write) : error;
}

static enum error_code code_of(const struct error *error)
{
    return error == NULL ? ERROR_NONE : error->code;
}

static enum error_code reading(struct id record)
{
    struct store_reader *reader;
    struct stream stream;
    work_good(store_reader_take(store(), &reader), "reader");
    const struct error *error = store_stream_read(reader, arena, record, &stream);
    store_reader_give(reader);
    return code_of(error);
}

static size_t disposed_count(struct disposed_row *ret_first)
{
    struct store_reader *reader;
    const struct disposed_row *rows;
    size_t count;
    work_good(store_reader_take(store(), &reader), "reader");
    work_good(store_disposed(reader, arena, NULL, 10, &rows, &count), "list");
    if (count > 0) {
        *ret_first = rows[0];
    }
    store_reader_give(reader);
    return count;
}

static void what_was_disposed_of_is_gone_and_listed(void **state)
{
    (void)state;
    struct disposed_row row = {0};
    struct id found;
    struct store_reader *reader;
    struct made gone = make_case("words to go");
    struct made stays = make_case("words to stay");
    work_good(store_checkpoint(store(), arena), "checkpoint");
    work_good(destroy((struct id[]){gone.file, gone.person}, 2, &decided), "destroying");
    assert_int_equal(reading(gone.file), ERROR_DISPOSED);
    assert_int_equal(reading(gone.person), ERROR_DISPOSED);
    assert_int_equal(reading(stays.file), ERROR_NONE);
    work_good(store_reader_take(store(), &reader), "reader");
    assert_int_equal(code_of(store_case_by_reference(reader, arena, gone.reference, &found)), ERROR_DISPOSED);
    work_good(store_disposed_find(reader, arena, gone.file, &row), "finding");
    assert_int_equal(code_of(store_disposed_find(reader, arena, stays.file, &row)), ERROR_NOT_FOUND);
    store_reader_give(reader);
    assert_int_equal(row.entries, 2);
    assert_int_equal(row.kind, STREAM_CASE);
    assert_string_equal(row.reference.text, gone.reference.text);
    assert_string_equal(row.disposal.rule, "closed-six-years");
    assert_int_equal(row.disposal.at.ms, decided.at.ms);
    assert_true(id_equal(row.disposal.asked_by, decided.asked_by));
    assert_true(id_equal(row.disposal.agreed_by, decided.agreed_by));
    assert_int_equal(disposed_count(&row), 2);
    work_must_verify(&work, "after a disposal");
    work_close(&work);
    work_good(work_open(&work), "opening again");
    assert_int_equal(reading(gone.file), ERROR_DISPOSED);
    assert_string_equal(work_mark(&work, arena, stays.reference.text, 2), "words to stay");
    assert_int_equal(disposed_count(&row), 2);
    work_must_verify(&work, "after opening again");
}

static void what_must_not_be_done_is_refused(void **state)
{
    (void)state;
    struct disposal alone = decided;
    struct disposal ruleless = decided;
    struct disposal chatty = decided;
    struct disposed_row row;
    struct made made = make_case("words");
    alone.agreed_by = alone.asked_by;
    ruleless.rule = "";
    chatty.rule = "because Alex asked";
    assert_int_equal(code_of(destroy(&made.file, 1, &alone)), ERROR_INVALID);
    assert_int_equal(code_of(destroy(&made.file, 1, &ruleless)), ERROR_INVALID);
    assert_int_equal(code_of(destroy(&made.file, 1, &chatty)), ERROR_INVALID);
    assert_int_equal(code_of(destroy(&made.person, 1, &decided)), ERROR_INVALID);
    assert_int_equal(code_of(destroy(&(struct id){{9}}, 1, &decided)), ERROR_NOT_FOUND);
    assert_int_equal(code_of(destroy((struct id[]){made.file, made.file}, 2, &decided)), ERROR_DISPOSED);
    assert_int_equal(reading(made.file), ERROR_NONE);
    assert_int_equal(disposed_count(&row), 0);
    work_good(destroy((struct id[]){made.file, made.person}, 2, &decided), "destroying");
    assert_int_equal(code_of(destroy(&made.file, 1, &decided)), ERROR_DISPOSED);
    assert_int_equal(code_of(work_entry(&work, arena, made.reference.text, "late", &(uint64_t){0})),
                     ERROR_DISPOSED);
    work_must_verify(&work, "after refusals");
}

static void what_was_written_meanwhile_is_not_destroyed_unseen(void **state)
{
    (void)state;
    uint64_t seq;
    struct store_reader *reader;
    struct made made = make_case("words");
    struct write *write = store_write_new(store(), arena);
    work_good(store_reader_take(store(), &reader), "reader");
    work_good(store_record_destroy(write, reader, made.file, &decided), "asking");
    store_reader_give(reader);
    work_good(work_entry(&work, arena, made.reference.text, "more words", &seq), "entry");
    assert_int_equal(code_of(store_commit(write)), ERROR_CONFLICT);
    assert_int_equal(reading(made.file), ERROR_NONE);
    work_must_verify(&work, "after a conflict");
}

static void a_draft_goes_with_its_case(void **state)
{
    (void)state;
    struct id id;
    struct id other;
    const struct draft *drafts;
    size_t count;
    struct store_reader *reader;
    struct made made = make_case("words");
    struct draft draft = {.id = id_new(),
                          .account = work.actor.account,
                          .kind = "note",
                          .case_id = made.file,
                          .saved_at = clock_now()};
    work_good(store_draft_put(store(), arena, &draft), "draft");
    id = draft.id;
    work_good(work_draft(&work, arena, "of nobody yet", &other), "draft");
    work_good(destroy((struct id[]){made.file, made.person}, 2, &decided), "destroying");
    work_good(store_reader_take(store(), &reader), "reader");
    work_good(store_drafts(reader, arena, work.actor.account, &drafts, &count), "drafts");
    assert_int_equal(count, 1);
    assert_true(id_equal(drafts[0].id, other));
    assert_int_equal(code_of(store_draft_get(reader, arena, work.actor.account, id, &draft)),
                     ERROR_NOT_FOUND);
    store_reader_give(reader);
}

/* ---- the keystore, backups, kills */

static const char *beside(const char *name)
{
    return arena_printf(arena, "%s.%s", work.dir, name);
}

static void copy_file(const char *from, const char *to)
{
    const char *bytes;
    size_t size;
    work_good(file_read(arena, from, 64 << 20, &bytes, &size), "reading");
    work_good(file_write_private(arena, to, bytes, size), "writing");
}

static struct made gone;
static struct made stays;

/* A backup of before, then a disposal, then the backup restored in the place of the store. */
static void dispose_and_go_back(bool with_old_keystore)
{
    gone = make_case("words to go");
    stays = make_case("words to stay");
    work_good(store_checkpoint(store(), arena), "checkpoint");
    work_good(store_backup(store(), arena, beside("backup")), "backup");
    copy_file(beside("keystore"), beside("keystore.old"));
    work_good(destroy((struct id[]){gone.file, gone.person}, 2, &decided), "destroying");
    work_close(&work);
    work_remove(work.dir);
    unlink(beside("head"));
    if (with_old_keystore) {
        copy_file(beside("keystore.old"), beside("keystore"));
    }
    work_good(store_restore(arena, &(struct store_options){.dir = work.dir}, beside("backup")), "restoring");
}

static void a_backup_from_before_does_not_bring_it_back(void **state)
{
    (void)state;
    struct disposed_row row;
    dispose_and_go_back(false);
    work_good(work_open(&work), "opening the older state");
    assert_int_equal(reading(gone.file), ERROR_DISPOSED);
    assert_int_equal(reading(gone.person), ERROR_DISPOSED);
    assert_string_equal(work_mark(&work, arena, stays.reference.text, 2), "words to stay");
    assert_int_equal(disposed_count(&row), 2);
    assert_string_equal(row.disposal.rule, "closed-six-years");
    assert_true(id_equal(row.disposal.agreed_by, decided.agreed_by));
    assert_true(row.is_finished);
    work_must_verify(&work, "after an older backup");
    work_good(work_referral(&work, arena, "new words", &gone.reference), "going on");
    work_must_verify(&work, "after going on");
}

/* What makes the test above mean something: with the keystore of then, the backup opens. */
static void with_the_old_keystore_it_would_come_back(void **state)
{
    (void)state;
    dispose_and_go_back(true);
    work_good(work_open(&work), "opening the older state");
    assert_int_equal(reading(gone.file), ERROR_NONE);
    work_must_verify(&work, "the older state");
}

static void an_older_copy_of_the_keystore_is_brought_up_to_date(void **state)
{
    (void)state;
    struct disposed_row row;
    gone = make_case("words to go");
    copy_file(beside("keystore"), beside("keystore.old"));
    work_good(destroy((struct id[]){gone.file, gone.person}, 2, &decided), "destroying");
    work_close(&work);
    copy_file(beside("keystore.old"), beside("keystore")); /* or killed before it was written */
    work_good(work_open(&work), "opening");
    work_must_verify(&work, "after the older keystore");
    assert_int_equal(disposed_count(&row), 2);
    const struct destroyed *list;
    size_t count;
    work_good(keyring_destroyed(arena, store_keyring(store()), &list, &count), "list");
    assert_int_equal(count, 2);
}

static void verify_names_a_keystore_that_still_opens_it(void **state)
{
    (void)state;
    struct verify_result result;
    struct disposed_row row;
    struct stat status;
    gone = make_case("words to go");
    const char *folder = arena_printf(arena, "%s.keystore.new", work.dir);
    assert_int_equal(mkdir(folder, 0700), 0); /* it cannot be written beside itself */
    work_good(destroy((struct id[]){gone.file, gone.person}, 2, &decided), "destroying");
    assert_int_equal(reading(gone.file), ERROR_DISPOSED);
    assert_int_equal(disposed_count(&row), 2);
    assert_false(row.is_finished);
    work_good(store_verify(store(), arena, &result), "verify");
    assert_non_null(result.broken);
    assert_non_null(strstr(result.broken, "keystore still opens"));
    assert_int_equal(stat(folder, &status), 0);
    assert_int_equal(rmdir(folder), 0);
    reopen();
    work_must_verify(&work, "after opening again");
    assert_int_equal(disposed_count(&row), 2);
    assert_true(row.is_finished);
}

struct late {
    const char *folder;
    struct destroyed records[2];
};

/* The keystore can be written again, and lists what the store has committed. */
static void *list_late(void *context)
{
    static const struct timespec a_moment = {.tv_nsec = 120 * 1000 * 1000};
    const struct late *late = context;
    ARENA_CLEANUP struct arena *mine = arena_new(1 << 20);
    (void)nanosleep(&a_moment, NULL);
    must(rmdir(late->folder) == 0);
    must(keyring_destroy(mine, store_keyring(store()), late->records, 2) == NULL);
    return NULL;
}

static void verify_waits_for_a_disposal_that_is_being_made(void **state)
{
    (void)state;
    struct disposed_row row;
    pthread_t thread;
    gone = make_case("words to go");
    struct late late = {.folder = arena_printf(arena, "%s.keystore.new", work.dir)};
    for (int i = 0; i < 2; i++) {
        late.records[i] = (struct destroyed){.record = i == 0 ? gone.file : gone.person,
                                             .kind = i == 0 ? STREAM_CASE : STREAM_PERSON,
                                             .at = decided.at.ms,
                                             .asked_by = decided.asked_by,
                                             .agreed_by = decided.agreed_by,
                                             .rule = "closed-six-years"};
    }
    assert_int_equal(mkdir(late.folder, 0700), 0);
    work_good(destroy((struct id[]){gone.file, gone.person}, 2, &decided), "destroying");
    assert_int_equal(disposed_count(&row), 2);
    assert_false(row.is_finished);
    assert_int_equal(pthread_create(&thread, NULL, list_late, &late), 0);
    work_must_verify(&work, "while it is being made");
    assert_int_equal(pthread_join(thread, NULL), 0);
}

static bool is_in_the_keystore(struct id record)
{
    const struct destroyed *list;
    size_t count;
    work_good(keyring_destroyed(arena, store_keyring(store()), &list, &count), "list of the keystore");
    for (size_t i = 0; i < count; i++) {
        if (id_equal(list[i].record, record)) {
            return true;
        }
    }
    return false;
}

/* False when there was memory enough. */
static bool commit_without_memory(unsigned long nth, struct id record, enum error_code *ret_code)
{
    struct arena *own = work_arena();
    struct store_reader *reader;
    struct write *write = store_write_new(store(), own);
    volatile enum error_code code = ERROR_BUSY;
    work_good(store_reader_take(store(), &reader), "reader");
    work_good(store_record_destroy(write, reader, record, &decided), "destroying");
    store_reader_give(reader);
    if (setjmp(*arena_edge(own)) == 0) {
        arena_fail_nth(nth, 0);
        code = code_of(store_commit(write));
    }
    arena_fail_nth(0, 0);
    arena_free(own);
    *ret_code = code;
    return arena_failed() > 0;
}

/* What is gone from the store is gone from the keystore, or is said not to be yet, and the commit is good. */
static void without_memory_nothing_is_said_to_be_finished_that_is_not(void **state)
{
    (void)state;
    unsigned committed = 0;
    bool ran_out = true;
    for (unsigned long nth = 1; ran_out; nth++) {
        struct made made = make_case("words");
        struct disposed_row row;
        struct store_reader *reader;
        enum error_code code;
        ran_out = commit_without_memory(nth, made.file, &code);
        work_good(store_reader_take(store(), &reader), "reader");
        bool found = store_disposed_find(reader, arena, made.file, &row) == NULL;
        store_reader_give(reader);
        assert_int_equal(code == ERROR_NONE, found);
        assert_true(!found || !row.is_finished || is_in_the_keystore(made.file));
        committed += found && ran_out ? 1 : 0;
    }
    assert_true(committed > 2);
}

static void a_row_put_in_by_hand_destroys_nothing(void **state)
{
    (void)state;
    sqlite3 *db;
    struct verify_result result;
    gone = make_case("words that stay");
    work_close(&work);
    assert_int_equal(sqlite3_open(arena_printf(arena, "%s/waymark.db", work.dir), &db), SQLITE_OK);
    assert_int_equal(
        sqlite3_exec(db,
                     "INSERT INTO disposed SELECT stream, kind, 'AAAAAAAAAA', 2, zeroblob(32), 1, "
                     "randomblob(16), randomblob(16), 'rule', zeroblob(32) FROM record_key",
                     NULL, NULL, NULL),
        SQLITE_OK);
    sqlite3_close(db);
    work_good(work_open(&work), "opening");
    const struct destroyed *list;
    size_t count;
    work_good(keyring_destroyed(arena, store_keyring(store()), &list, &count), "list");
    assert_int_equal(count, 0);
    assert_int_equal(reading(gone.file), ERROR_NONE);
    work_good(store_verify(store(), arena, &result), "verify");
    assert_non_null(result.broken);
    assert_non_null(strstr(result.broken, "did not write that"));
}

static bool file_holds(const char *path, const void *bytes, size_t size)
{
    const char *all;
    size_t length;
    if (!file_exists(path)) {
        return false;
    }
    work_good(file_read(arena, path, 64 << 20, &all, &length), "reading");
    return memmem(all, length, bytes, size) != NULL;
}

/* The sealed body itself, byte for byte, is in no file of the store any more. */
static void what_was_deleted_is_not_left_in_the_files(void **state)
{
    (void)state;
    sqlite3 *db;
    sqlite3_stmt *row;
    uint8_t piece[64];
    const char *database = arena_printf(arena, "%s/waymark.db", work.dir);
    const char *log = arena_printf(arena, "%s/waymark.db-wal", work.dir);
    gone = make_case("words to go");
    assert_int_equal(sqlite3_open(database, &db), SQLITE_OK);
    assert_int_equal(
        sqlite3_prepare_v2(db, "SELECT body FROM entry WHERE stream = ?1 AND seq = 1", -1, &row, NULL),
        SQLITE_OK);
    sqlite3_bind_blob(row, 1, gone.file.bytes, ID_BYTES, SQLITE_STATIC);
    assert_int_equal(sqlite3_step(row), SQLITE_ROW);
    assert_true(sqlite3_column_bytes(row, 0) > (int)sizeof piece);
    memcpy(piece, sqlite3_column_blob(row, 0), sizeof piece);
    sqlite3_finalize(row);
    sqlite3_close(db);
    assert_true(file_holds(database, piece, sizeof piece) || file_holds(log, piece, sizeof piece));
    work_good(destroy((struct id[]){gone.file, gone.person}, 2, &decided), "destroying");
    assert_false(file_holds(log, piece, sizeof piece));
    assert_false(file_holds(database, piece, sizeof piece));
}

int main(void)
{
#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        CASE(what_was_disposed_of_is_gone_and_listed),
        CASE(what_must_not_be_done_is_refused),
        CASE(what_was_written_meanwhile_is_not_destroyed_unseen),
        CASE(a_draft_goes_with_its_case),
        CASE(a_backup_from_before_does_not_bring_it_back),
        CASE(with_the_old_keystore_it_would_come_back),
        CASE(an_older_copy_of_the_keystore_is_brought_up_to_date),
        CASE(verify_names_a_keystore_that_still_opens_it),
        CASE(verify_waits_for_a_disposal_that_is_being_made),
        CASE(without_memory_nothing_is_said_to_be_finished_that_is_not),
        CASE(a_row_put_in_by_hand_destroys_nothing),
        CASE(what_was_deleted_is_not_left_in_the_files),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
