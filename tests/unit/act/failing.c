#include "failing.h"

#include <errno.h>
#include <sqlite3.h>
#include <stdatomic.h>
#include <string.h>

#include <sys/types.h>
#include <unistd.h>

static atomic_uint until;
static atomic_uint failed;
static atomic_bool goes_on;

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
    atomic_store(&until, n);
}

bool failing_end(void)
{
    atomic_store(&until, 0);
    return atomic_load(&failed) > 0;
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
    if (saves && result == SQLITE_DONE && !atomic_load(&goes_on)) {
        atomic_store(&until, 0);
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
