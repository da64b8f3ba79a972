#include "failing.h"

#include "store/store.h"

#include <errno.h>
#include <pthread.h>
#include <sqlite3.h>
#include <stdatomic.h>
#include <string.h>

#include <sys/types.h>
#include <unistd.h>

static atomic_uint until;
static atomic_uint failed;
static atomic_bool goes_on;
static atomic_bool has_saved;
static pthread_t asked_by;

static bool fails_now(void)
{
    unsigned left = atomic_load(&until);
    while (left > 0 && !atomic_compare_exchange_weak(&until, &left, left - 1)) {
    }
    if (left == 1) {
        atomic_fetch_add(&failed, 1);
    }
    return left == 1;
}

void failing_begin(unsigned n, bool after_saving)
{
    atomic_store(&goes_on, after_saving);
    atomic_store(&failed, 0);
    atomic_store(&has_saved, false);
    asked_by = pthread_self();
    atomic_store(&until, n);
}

bool failing_end(void)
{
    atomic_store(&until, 0);
    return atomic_load(&failed) > 0;
}

bool failing_saved(void)
{
    return atomic_load(&has_saved);
}

static bool is_commit(sqlite3_stmt *statement)
{
    return strcmp(sqlite3_sql(statement), "COMMIT") == 0;
}

static bool writes(sqlite3_stmt *statement)
{
    return sqlite3_txn_state(sqlite3_db_handle(statement), NULL) == SQLITE_TXN_WRITE;
}

int __real_sqlite3_step(sqlite3_stmt *statement);
int __wrap_sqlite3_step(sqlite3_stmt *statement);
int __wrap_sqlite3_step(sqlite3_stmt *statement)
{
    bool saves = is_commit(statement) && writes(statement);
    if ((saves || !is_commit(statement)) && fails_now()) {
        return SQLITE_IOERR;
    }
    int result = __real_sqlite3_step(statement);
    if (saves && result == SQLITE_DONE) {
        atomic_store(&has_saved, true);
        if (!atomic_load(&goes_on)) {
            atomic_store(&until, 0);
        }
    }
    return result;
}

ssize_t __real_write(int file, const void *bytes, size_t size);
ssize_t __wrap_write(int file, const void *bytes, size_t size);
ssize_t __wrap_write(int file, const void *bytes, size_t size)
{
    if (fails_now()) {
        errno = EIO;
        return -1;
    }
    return __real_write(file, bytes, size);
}

/* ---- what fails for want of something else than a statement */

#include "../../failing/can_fail.h"

CAN_FAIL(pack_bundle, (struct arena * arena, const char *folder, const char **ret_text, size_t *ret_size),
         (arena, folder, ret_text, ret_size));

CAN_FAIL(store_looks_since,
         (struct store * store, struct arena *arena, struct instant since, look_visit *visit, void *context),
         (store, arena, since, visit, context));
struct arena *__real_arena_new(size_t cap);
struct arena *__wrap_arena_new(size_t cap);
struct arena *__wrap_arena_new(size_t cap)
{
    /* what the threads of the store begin with is a promise */
    bool is_act = atomic_load(&until) > 0 && pthread_equal(pthread_self(), asked_by) != 0;
    return is_act && fails_now() ? NULL : __real_arena_new(cap);
}

/* ---- what others write meanwhile */

static struct {
    void (*run)(void *context);
    void *context;
    unsigned conflicts;
} meanwhile;

void failing_meanwhile(void (*run)(void *context), void *context)
{
    meanwhile.run = run;
    meanwhile.context = context;
}

void failing_conflicts(unsigned count)
{
    meanwhile.conflicts = count;
}

const struct error *__real_store_commit(struct write *write);
const struct error *__wrap_store_commit(struct write *write);
const struct error *__wrap_store_commit(struct write *write)
{
    void (*run)(void *context) = meanwhile.run;
    if (meanwhile.conflicts > 0) {
        meanwhile.conflicts--;
        return error_of(ERROR_CONFLICT);
    }
    if (run != NULL) {
        meanwhile.run = NULL;
        run(meanwhile.context);
    }
    return __real_store_commit(write);
}
