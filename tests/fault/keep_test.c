/* Backups and their refusals, formats and migrations, sessions when the clock is moved. */
#include "work.h"

#include "base/file.h"

#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <sqlite3.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

static struct work work;
static struct arena *arena;
static struct reference reference;
static const char *backup;
static const char *other_dir;
static struct store_options other;

static int set_up(void **state)
{
    (void)state;
    work_new(&work, NULL);
    work_good(work_open(&work), "opening");
    arena = work_arena();
    work_good(work_referral(&work, arena, "words", &reference), "referral");
    backup = arena_printf(arena, "%s/backup", work.root);
    other_dir = arena_printf(arena, "%s/other", work.root);
    other = (struct store_options){.dir = other_dir, .key_path = arena_printf(arena, "%s.key", work.dir)};
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    work_close(&work);
    arena_free(arena);
    work_remove(work.root);
    return 0;
}

static void refused(enum error_code code, const char *word)
{
    const struct error *error = store_restore(arena, &other, backup);
    assert_non_null(error);
    assert_int_equal(error->code, code);
    if (error->detail == NULL || strstr(error->detail, word) == NULL) {
        fail_msg("\"%s\" does not say \"%s\"", error->detail == NULL ? "" : error->detail, word);
    }
    assert_false(file_exists(other_dir)); /* nothing half done */
}

static void change_backup(off_t at, uint8_t with, off_t cut)
{
    int fd = open(backup, O_RDWR | O_CLOEXEC);
    uint8_t byte;
    assert_int_equal(pread(fd, &byte, 1, at), 1);
    byte ^= with;
    assert_int_equal(pwrite(fd, &byte, 1, at), 1);
    if (cut > 0) {
        struct stat status;
        assert_int_equal(fstat(fd, &status), 0);
        assert_int_equal(ftruncate(fd, status.st_size - cut), 0);
    }
    close(fd);
}

static void a_backup_is_restored_whole_on_an_empty_machine(void **state)
{
    (void)state;
    struct store *restored;
    struct verify_result result;
    uint64_t seq;
    work_good(store_backup(service_store(work.service), arena, backup), "backup");
    work_good(work_entry(&work, arena, reference.text, "after the backup", &seq), "entry");
    work_good(store_restore(arena, &other, backup), "restore");
    other.pack_dir = WM_SOURCE "/procedures/llr-chapter-11";
    work_good(store_open(arena, &other, &restored), "opening what was restored");
    work_good(store_verify(restored, arena, &result), "verify");
    assert_null(result.broken);
    assert_true(result.streams >= 3);
    store_close(restored);
    const struct error *error = store_restore(arena, &other, backup);
    assert_non_null(error);
    assert_int_equal(error->code, ERROR_EXISTS);
}

static void a_changed_cut_foreign_or_newer_backup_is_refused(void **state)
{
    (void)state;
    struct stat status;
    work_good(store_backup(service_store(work.service), arena, backup), "backup");
    assert_int_equal(stat(backup, &status), 0);
    change_backup(status.st_size / 2, 4, 0);
    refused(ERROR_BROKEN_SEAL, "changed");
    change_backup(status.st_size / 2, 4, 10); /* put right, and cut */
    refused(ERROR_BROKEN_SEAL, "cut off");
    work_good(store_backup(service_store(work.service), arena, backup), "backup");
    change_backup(8, 2, 0);
    refused(ERROR_BAD_INPUT, "newer program");
    change_backup(8, 2, 0);
    const char *key = other.key_path;
    other.key_path = arena_printf(arena, "%s/foreign.key", work.root);
    struct key_place place = {other.key_path, arena_printf(arena, "%s/foreign.keystore", work.root)};
    work_good(keyring_create(arena, &place, clock_now()), "key");
    refused(ERROR_KEY, "another master key"); /* its own keystore: it opens, and the backup is not of it */
    other.keystore_path = arena_printf(arena, "%s.keystore", work.dir);
    refused(ERROR_KEY, "another master key"); /* the store's keystore: this key does not open it */
    other.keystore_path = NULL;
    other.key_path = key;
    work_good(store_restore(arena, &other, backup), "restore");
}

static void an_older_backup_does_not_silently_take_the_place_of_newer_records(void **state)
{
    (void)state;
    uint64_t seq;
    work_good(store_backup(service_store(work.service), arena, backup), "backup");
    work_good(work_entry(&work, arena, reference.text, "later", &seq), "entry");
    work_good(store_checkpoint(service_store(work.service), arena), "checkpoint");
    other.head_path = arena_printf(arena, "%s.head", work.dir);
    refused(ERROR_EXISTS, "newer than the backup");
}

static void set_format(const char *path, int format)
{
    sqlite3 *db;
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    assert_int_equal(
        sqlite3_exec(db, arena_printf(arena, "PRAGMA user_version = %d", format), NULL, NULL, NULL),
        SQLITE_OK);
    sqlite3_close(db);
}

static void an_older_program_refuses_a_newer_store(void **state)
{
    (void)state;
    work_close(&work);
    set_format(arena_printf(arena, "%s/waymark.db", work.dir), 99);
    const struct error *error = work_open(&work);
    assert_non_null(error);
    assert_non_null(strstr(error->detail, "format 99"));
    assert_non_null(strstr(error->detail, "newer program"));
}

/* ---- migrations
 * ------------------------------------------------------------------------------------------------ */

static int statements_left;

static int on_statement(unsigned what, void *context, void *statement, void *text)
{
    (void)what;
    (void)context;
    (void)statement;
    (void)text;
    if (--statements_left == 0) {
        kill(getpid(), SIGKILL);
    }
    return 0;
}

static int watch(sqlite3 *db, const char **message, const void *api)
{
    (void)message;
    (void)api;
    sqlite3_trace_v2(db, SQLITE_TRACE_STMT, on_statement, NULL);
    return SQLITE_OK;
}

static void a_migration_killed_at_any_statement_completes_at_the_next_start(void **state)
{
    (void)state;
    bool whole = false;
    int n = 1;
    for (; !whole && n < 500; n++) {
        struct store *store;
        struct verify_result result;
        char *dir = arena_printf(arena, "%s/migrated-%d", work.root, n);
        struct store_options options = {.dir = dir};
        pid_t child = fork();
        if (child == 0) {
            statements_left = n;
            sqlite3_auto_extension((void (*)(void))watch);
            _exit(store_init(arena, &options) == NULL ? 0 : 1);
        }
        int status;
        assert_int_equal(waitpid(child, &status, 0), child);
        whole = WIFEXITED(status) && WEXITSTATUS(status) == 0;
        assert_true(whole || WIFSIGNALED(status));
        if (!file_exists(arena_printf(arena, "%s/waymark.db", dir)) ||
            !file_exists(arena_printf(arena, "%s.head", dir))) {
            const struct error *error = store_init(arena, &options);
            if (error != NULL && error->code != ERROR_EXISTS) {
                fail_msg("statement %d: %s", n, error->detail);
            }
        }
        work_good(store_open(arena, &options, &store), "the next start");
        work_good(store_verify(store, arena, &result), "verify");
        if (result.broken != NULL) {
            fail_msg("killed at statement %d: %s", n, result.broken);
        }
        store_close(store);
    }
    assert_true(whole);
    assert_true(n > 20); /* it was killed at every one of them */
}

/* ---- the clock
 * ------------------------------------------------------------------------------------------------- */

static bool is_in(const uint8_t hash[static 32], struct instant now, const char *token)
{
    struct session session;
    struct act act = {work.service, arena, NULL, now};
    (void)hash;
    return act_session(&act, token, &session) == NULL;
}

static void moving_the_clock_makes_no_session_longer(void **state)
{
    (void)state;
    static const char token[] = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
    for (int hours = 1; hours <= 24; hours += 23) {
        struct instant began = clock_now();
        uint8_t hash[32];
        char *mine = arena_printf(arena, "b%d%s", hours % 10, token + 2);
        secret_hash(mine, hash);
        struct session_row row = {.account = work.actor.account,
                                  .began_at = began,
                                  .seen_at = began,
                                  .ends_at = instant_add_ms(began, 12 * MS_PER_HOUR),
                                  .proved_at = began};
        work_good(store_session_put(service_store(work.service), arena, hash, &row), "session");
        assert_true(is_in(hash, instant_add_ms(began, 20 * MS_PER_MINUTE), mine));
        /* put back by an hour, by a day; put forward by as much */
        assert_false(is_in(hash, instant_add_ms(began, -hours * (int64_t)MS_PER_HOUR), mine));
        assert_false(is_in(hash, instant_add_ms(began, hours * (int64_t)MS_PER_HOUR), mine));
    }
    /* before both changes of the clocks, before 29 February, before 2038 */
    static const char *const nights[] = {"2026-03-29T00:30:00Z", "2026-10-25T00:30:00Z",
                                         "2028-02-28T23:30:00Z", "2038-01-19T03:10:00Z"};
    for (size_t i = 0; i < sizeof nights / sizeof nights[0]; i++) {
        struct instant began;
        uint8_t hash[32];
        assert_true(instant_parse(nights[i], &began));
        struct act used = {work.service, arena, NULL, began};
        work_good(act_account_lock(&used, work.actor.username, false),
                  "an account that nobody used for years");
        char *mine = arena_printf(arena, "%zu%s", i, token + 1);
        secret_hash(mine, hash);
        struct session_row row = {.account = work.actor.account,
                                  .began_at = began,
                                  .seen_at = began,
                                  .ends_at = instant_add_ms(began, 12 * MS_PER_HOUR),
                                  .proved_at = began};
        work_good(store_session_put(service_store(work.service), arena, hash, &row), "session");
        assert_true(is_in(hash, began, mine));
        assert_true(is_in(hash, instant_add_ms(began, 29 * MS_PER_MINUTE), mine));
        assert_true(is_in(hash, instant_add_ms(began, 58 * MS_PER_MINUTE), mine));
        /* idle for half an hour */
        assert_false(is_in(hash, instant_add_ms(began, 58 * MS_PER_MINUTE + 30 * MS_PER_MINUTE), mine));
    }
}

static void entries_are_in_the_order_of_their_recording_whatever_the_clock_says(void **state)
{
    (void)state;
    const struct case_view *view;
    uint64_t seq;
    for (int i = 0; i < 4; i++) {
        work_good(work_entry(&work, arena, reference.text, "words", &seq), "entry");
        assert_int_equal(seq, i + 2);
    }
    struct act act = work_act(&work, arena);
    work_good(act_case_read(&act, reference.text, INSTANT_NEVER, &view), "case");
    for (size_t i = 0; i < view->entry_count; i++) {
        assert_int_equal(view->entries[i]->seq, i + 1);
    }
}

/* ---- by hand
 * --------------------------------------------------------------------------------------------------- */

static void a_session_put_into_the_table_by_hand_opens_nothing(void **state)
{
    (void)state;
    sqlite3 *db;
    uint8_t hash[32] = {3};
    struct session_row row;
    struct instant now = clock_now();
    assert_int_equal(sqlite3_open(arena_printf(arena, "%s/waymark.db", work.dir), &db), SQLITE_OK);
    sqlite3_stmt *put;
    assert_int_equal(sqlite3_prepare_v2(db,
                                        "INSERT INTO session VALUES (?1, zeroblob(16), ?2, ?3, ?3, ?4, ?3, "
                                        "1, zeroblob(40), zeroblob(32))",
                                        -1, &put, NULL),
                     SQLITE_OK);
    sqlite3_bind_blob(put, 1, hash, 32, SQLITE_STATIC);
    sqlite3_bind_blob(put, 2, work.actor.account.bytes, ID_BYTES, SQLITE_STATIC);
    sqlite3_bind_int64(put, 3, now.ms);
    sqlite3_bind_int64(put, 4, now.ms + MS_PER_HOUR);
    assert_int_equal(sqlite3_step(put), SQLITE_DONE);
    sqlite3_finalize(put);
    sqlite3_close(db);
    const struct error *error = store_session_get(service_store(work.service), arena, hash, now, &row);
    assert_non_null(error);
    assert_int_equal(error->code, ERROR_NOT_FOUND);
}

/* ---- two processes on one store
 * -------------------------------------------------------------------------------- */

static void two_processes_write_without_breaking_a_chain(void **state)
{
    (void)state;
    enum { EACH = 40 };
    uint64_t seq;
    work_close(&work);
    pid_t child = fork();
    if (child == 0) {
        work_good(work_open(&work), "opening");
        for (int i = 0; i < EACH; i++) {
            work_good(work_entry(&work, arena, reference.text, "child", &seq), "entry of the child");
            if (i % 10 == 0) {
                work_good(store_checkpoint(service_store(work.service), arena), "checkpoint of the child");
            }
        }
        work_close(&work);
        _exit(0);
    }
    work_good(work_open(&work), "opening");
    for (int i = 0; i < EACH; i++) {
        work_good(work_entry(&work, arena, reference.text, "parent", &seq), "entry of the parent");
        if (i % 7 == 0) {
            work_good(store_checkpoint(service_store(work.service), arena), "checkpoint of the parent");
        }
    }
    int status;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    struct act act = work_act(&work, arena);
    const struct case_view *view;
    work_good(act_case_read(&act, reference.text, INSTANT_NEVER, &view), "case");
    assert_int_equal(view->entry_count, 1 + 2 * EACH);
    work_must_verify(&work, "after two processes");
}

int main(void)
{
#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        CASE(a_backup_is_restored_whole_on_an_empty_machine),
        CASE(a_changed_cut_foreign_or_newer_backup_is_refused),
        CASE(an_older_backup_does_not_silently_take_the_place_of_newer_records),
        CASE(an_older_program_refuses_a_newer_store),
        CASE(a_migration_killed_at_any_statement_completes_at_the_next_start),
        CASE(moving_the_clock_makes_no_session_longer),
        CASE(entries_are_in_the_order_of_their_recording_whatever_the_clock_says),
        CASE(a_session_put_into_the_table_by_hand_opens_nothing),
        CASE(two_processes_write_without_breaking_a_chain),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
