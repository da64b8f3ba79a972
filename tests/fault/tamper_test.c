/*
 * Somebody with write access to the files, but not to the key and the head outside: random edits, deletions,
 * insertions and exchanges in every table that counts and in the log of looks, ends cut off, older copies put
 * back. All must be found; and when all is put right again, nothing may be.
 */
#include "work.h"

#include "base/file.h"

#include <fcntl.h>
#include <sqlite3.h>
#include <sys/stat.h>
#include <unistd.h>

enum { SQL = 2048, MOST_COLUMNS = 16, CHECK = 40, STORE = 250 };

static struct work work;
static uint64_t seed;
static uint64_t state;
static sqlite3 *db;
static char done[SQL]; /* the last tampering, for the message */

static const char *const tables[] = {
    "entry",           "entry",     "entry", "record_key", "record_key",   "checkpoint",   "checkpoint_head",
    "checkpoint_head", "case_file", "duty",  "meeting",    "person_token", "account_name", "pack"};
enum { TABLES = sizeof tables / sizeof tables[0] };

static void run(const char *sql)
{
    char *message = NULL;
    if (sqlite3_exec(db, sql, NULL, NULL, &message) != SQLITE_OK) {
        work_fail("%s: %s", sql, message);
    }
}

static bool try_run(const char *sql)
{
    return sqlite3_exec(db, sql, NULL, NULL, NULL) == SQLITE_OK && sqlite3_changes(db) > 0;
}

__attribute__((format(printf, 2, 3))) static void write_sql(char ret_sql[static SQL], const char *format, ...)
{
    va_list args;
    va_start(args, format);
    int size = vsnprintf(ret_sql, SQL, format, args);
    va_end(args);
    work_check(size > 0 && size < SQL, "a statement is too long");
}

static int64_t number(const char *sql)
{
    sqlite3_stmt *row;
    work_check(sqlite3_prepare_v2(db, sql, -1, &row, NULL) == SQLITE_OK, "%s: %s", sql, sqlite3_errmsg(db));
    int64_t result = sqlite3_step(row) == SQLITE_ROW ? sqlite3_column_int64(row, 0) : -1;
    sqlite3_finalize(row);
    return result;
}

/* ---- tables
 * ---------------------------------------------------------------------------------------------------- */

struct columns {
    char names[MOST_COLUMNS][40];
    bool is_key[MOST_COLUMNS];
    char types[MOST_COLUMNS][16];
    int count;
};

static struct columns columns_of(const char *table)
{
    struct columns columns = {0};
    char sql[SQL];
    sqlite3_stmt *row;
    write_sql(sql, "SELECT name, pk, type FROM pragma_table_info('%s')", table);
    work_check(sqlite3_prepare_v2(db, sql, -1, &row, NULL) == SQLITE_OK, "%s", sql);
    while (sqlite3_step(row) == SQLITE_ROW && columns.count < MOST_COLUMNS) {
        snprintf(columns.names[columns.count], sizeof columns.names[0], "%s", sqlite3_column_text(row, 0));
        columns.is_key[columns.count] = sqlite3_column_int(row, 1) > 0;
        snprintf(columns.types[columns.count], sizeof columns.types[0], "%s", sqlite3_column_text(row, 2));
        columns.count++;
    }
    sqlite3_finalize(row);
    return columns;
}

/* "(k1, k2) = (SELECT k1, k2 FROM table ... one row)" */
static void some_row(const char *table, const struct columns *columns, char ret_where[static SQL])
{
    char keys[200] = "";
    char sql[SQL];
    size_t used = 0;
    for (int i = 0; i < columns->count; i++) {
        if (columns->is_key[i]) {
            int size =
                snprintf(keys + used, sizeof keys - used, "%s%s", used > 0 ? ", " : "", columns->names[i]);
            used += (size_t)size;
        }
    }
    write_sql(sql, "SELECT COUNT(*) FROM %s", table);
    int64_t rows = number(sql);
    write_sql(ret_where, "(%s) = (SELECT %s FROM %s ORDER BY %s LIMIT 1 OFFSET %u)", keys, keys, table, keys,
              rows > 0 ? work_random(&state, (unsigned)rows) : 0);
}

static void changed_value(const char *type, const char *name, char ret_sql[static SQL])
{
    if (strcmp(type, "INTEGER") == 0) {
        write_sql(ret_sql, "%s %s %u", name, work_random(&state, 2) == 0 ? "+" : "-",
                  1 + work_random(&state, work_random(&state, 2) == 0 ? 1 : 100000));
    } else if (strcmp(type, "TEXT") == 0) {
        write_sql(ret_sql, "%s || 'x'", name);
    } else {
        /* one byte somewhere is another */
        unsigned at = work_random(&state, 1u << 16);
        write_sql(
            ret_sql,
            "CAST(substr(%s, 1, %u %% length(%s)) || x'%02x' || substr(%s, %u %% length(%s) + 2) AS BLOB)",
            name, at, name, work_random(&state, 256), name, at, name);
    }
}

static bool edit(const char *table)
{
    char where[SQL];
    char value[SQL];
    struct columns columns = columns_of(table);
    int column = (int)work_random(&state, (unsigned)columns.count);
    some_row(table, &columns, where);
    changed_value(columns.types[column], columns.names[column], value);
    write_sql(done, "UPDATE %.40s SET %.40s = %.600s WHERE %.900s AND %.40s IS NOT %.200s", table,
              columns.names[column], value, where, columns.names[column], value);
    return try_run(done);
}

static bool take_out(const char *table)
{
    char where[SQL];
    struct columns columns = columns_of(table);
    some_row(table, &columns, where);
    write_sql(done, "DELETE FROM %.40s WHERE %.1500s", table, where);
    /* the last pack version, if nothing was written under it, is nobody's loss */
    return try_run(done);
}

static bool put_in(const char *table)
{
    char where[SQL];
    char list[SQL] = "";
    size_t used = 0;
    struct columns columns = columns_of(table);
    int keys = 0;
    for (int i = 0; i < columns.count; i++) {
        keys += columns.is_key[i] ? 1 : 0;
    }
    int changed = (int)work_random(&state, (unsigned)keys);
    for (int i = 0; i < columns.count; i++) {
        const char *name = columns.names[i];
        char value[100];
        snprintf(value, sizeof value, "%s", name);
        if (columns.is_key[i] && changed-- == 0) {
            snprintf(value, sizeof value,
                     strcmp(columns.types[i], "BLOB") == 0   ? "randomblob(length(%s))"
                     : strcmp(columns.types[i], "TEXT") == 0 ? "%s || 'x'"
                                                             : "%s + 1",
                     name);
        }
        used += (size_t)snprintf(list + used, sizeof list - used, "%s%s", i > 0 ? ", " : "", value);
    }
    some_row(table, &columns, where);
    write_sql(done, "INSERT INTO %.40s SELECT %.600s FROM %.40s WHERE %.900s", table, list, table, where);
    return try_run(done);
}

/* The value of one column between two rows. */
static bool exchange(const char *table)
{
    char one[SQL];
    char other[SQL];
    char sql[SQL];
    struct columns columns = columns_of(table);
    int column = (int)work_random(&state, (unsigned)columns.count);
    const char *name = columns.names[column];
    if (columns.is_key[column]) {
        return false;
    }
    some_row(table, &columns, one);
    some_row(table, &columns, other);
    write_sql(
        sql,
        "CREATE TEMP TABLE two AS SELECT (SELECT %.40s FROM %.40s WHERE %.800s) AS a, (SELECT %.40s FROM "
        "%.40s WHERE %.800s) AS b",
        name, table, one, name, table, other);
    run("DROP TABLE IF EXISTS two");
    run(sql);
    if (number("SELECT a IS b FROM two") != 0) {
        return false;
    }
    write_sql(sql, "UPDATE %.40s SET %.40s = (SELECT b FROM two) WHERE %.800s", table, name, one);
    if (!try_run(sql)) {
        return false;
    }
    write_sql(done, "exchange of %.40s.%.40s", table, name);
    write_sql(sql, "UPDATE %.40s SET %.40s = (SELECT a FROM two) WHERE %.800s", table, name, other);
    return sqlite3_exec(db, sql, NULL, NULL, NULL) == SQLITE_OK;
}

/* The end of one record, or of the whole store, with what was signed of it. */
static bool cut_end(void)
{
    switch (work_random(&state, 3)) {
    case 0:
        write_sql(done,
                  "DELETE FROM entry WHERE (stream, seq) IN (SELECT stream, MAX(seq) FROM entry GROUP BY "
                  "stream ORDER BY stream LIMIT 1 OFFSET %u)",
                  work_random(&state, 4));
        return try_run(done);
    case 1:
        write_sql(done, "DELETE FROM checkpoint WHERE number = (SELECT MAX(number) FROM checkpoint)");
        run("DELETE FROM checkpoint_head WHERE number = (SELECT MAX(number) FROM checkpoint)");
        return try_run(done);
    default:
        write_sql(done, "one record with all its traces");
        run("DROP TABLE IF EXISTS two");
        run("CREATE TEMP TABLE two AS SELECT stream AS a FROM record_key WHERE kind = 1 ORDER BY stream "
            "LIMIT 1");
        run("DELETE FROM entry WHERE stream IN (SELECT a FROM two)");
        run("DELETE FROM duty WHERE case_id IN (SELECT a FROM two)");
        run("DELETE FROM case_file WHERE case_id IN (SELECT a FROM two)");
        return try_run("DELETE FROM record_key WHERE stream IN (SELECT a FROM two)");
    }
}

static const char *const kept_tables[] = {"entry",        "record_key",   "checkpoint", "checkpoint_head",
                                          "case_file",    "duty",         "meeting",    "open_action",
                                          "person_token", "account_name", "pack"};

/* Every table as it is in that copy. */
static void take_over(const char *copy)
{
    char sql[SQL];
    for (size_t i = 0; i < sizeof kept_tables / sizeof kept_tables[0]; i++) {
        write_sql(sql, "DELETE FROM main.%s", kept_tables[i]);
        run(sql);
        write_sql(sql, "INSERT INTO main.%s SELECT * FROM %s.%s", kept_tables[i], copy, kept_tables[i]);
        run(sql);
    }
}

/* ---- the looks
 * ------------------------------------------------------------------------------------------------- */

static char looks_path[WORK_PATH + 20];
static char looks[1 << 20];
static size_t looks_size;
static char old_looks[1 << 20];
static size_t old_looks_size;

static size_t read_looks(char *bytes, size_t room)
{
    int fd = open(looks_path, O_RDONLY | O_CLOEXEC);
    ssize_t size = read(fd, bytes, room);
    close(fd);
    work_check(size > 0, "no looks");
    return (size_t)size;
}

static void put_looks(const char *bytes, size_t size)
{
    int fd = open(looks_path, O_WRONLY | O_TRUNC | O_CLOEXEC);
    work_check(fd >= 0 && write(fd, bytes, size) == (ssize_t)size, "the looks could not be written");
    close(fd);
}

static size_t line_start(size_t at)
{
    while (at > 0 && looks[at - 1] != '\n') {
        at--;
    }
    return at;
}

static size_t line_end(size_t at)
{
    while (looks[at] != '\n') {
        at++;
    }
    return at + 1;
}

static bool change_looks(void)
{
    static char bytes[1 << 20];
    size_t at = work_random(&state, (unsigned)looks_size);
    size_t from = line_start(at);
    size_t to = line_end(at);
    size_t size = looks_size;
    memcpy(bytes, looks, looks_size);
    unsigned kind = work_random(&state, 6);
    write_sql(done, "looks, kind %u, at %zu", kind, at);
    switch (kind) {
    case 0:
        bytes[at] = (char)(bytes[at] ^ (1 << work_random(&state, 8)));
        break;
    case 1:
        memmove(bytes + from, bytes + to, size - to);
        size -= to - from;
        break;
    case 2:
        memmove(bytes + to, looks + from, size - from);
        size += to - from;
        break;
    case 3:
        if (to == size) {
            return false;
        }
        memcpy(bytes + from, looks + to, line_end(to) - to);
        memcpy(bytes + from + (line_end(to) - to), looks + from, to - from);
        if (memcmp(bytes, looks, size) == 0) {
            return false;
        }
        break;
    case 4:
        size = work_random(&state, 2) == 0 ? from : at;
        break;
    default:
        put_looks(old_looks, old_looks_size);
        return true;
    }
    put_looks(bytes, size);
    return true;
}

/* ---- rounds
 * ---------------------------------------------------------------------------------------------------- */

static char entry_stays[400];
static char entry_is_kept[400];

static void read_trigger(const char *name, char ret_sql[static 400])
{
    sqlite3_stmt *row;
    char sql[SQL];
    write_sql(sql, "SELECT sql FROM sqlite_schema WHERE name = '%s'", name);
    work_check(sqlite3_prepare_v2(db, sql, -1, &row, NULL) == SQLITE_OK && sqlite3_step(row) == SQLITE_ROW,
               "no trigger");
    snprintf(ret_sql, 400, "%s", sqlite3_column_text(row, 0));
    sqlite3_finalize(row);
}

static void put_right(void)
{
    run("BEGIN IMMEDIATE; DROP TRIGGER IF EXISTS entry_stays; DROP TRIGGER IF EXISTS entry_is_kept; DROP "
        "TRIGGER IF "
        "EXISTS evil; DROP INDEX IF EXISTS evil");
    take_over("good");
    run(entry_stays);
    run(entry_is_kept);
    run("COMMIT");
    put_looks(looks, looks_size);
}

static bool tamper(void)
{
    unsigned kind = work_random(&state, 20);
    const char *table = tables[work_random(&state, TABLES)];
    bool changed = false;
    if (kind < 3) {
        return change_looks();
    }
    if (kind == 19) {
        write_sql(done, "CREATE TRIGGER evil AFTER INSERT ON entry BEGIN DELETE FROM session; END");
        run(done);
        return true;
    }
    run("BEGIN IMMEDIATE; DROP TRIGGER entry_stays; DROP TRIGGER entry_is_kept");
    if (kind < 8) {
        changed = edit(table);
    } else if (kind < 10) {
        changed = strcmp(table, "pack") != 0 && take_out(table);
    } else if (kind < 12) {
        changed = strcmp(table, "pack") != 0 && put_in(table);
    } else if (kind < 16) {
        changed = exchange(table);
    } else if (kind < 18) {
        changed = cut_end();
    } else {
        write_sql(done, "an older copy of the whole store");
        take_over("old");
        changed = true;
    }
    run(entry_stays);
    run(entry_is_kept);
    run(changed ? "COMMIT" : "ROLLBACK");
    return changed;
}

static void copy_to(const char *name)
{
    char sql[SQL];
    write_sql(sql, "VACUUM INTO '%s/%s.db'", work.root, name);
    run(sql);
    write_sql(sql, "ATTACH '%s/%s.db' AS %s", work.root, name, name);
    run(sql);
}

static void fill(int cases)
{
    struct arena *arena = work_arena();
    for (int i = 0; i < cases; i++) {
        struct reference reference;
        uint64_t seq;
        work_good(work_referral(&work, arena, "a", &reference), "referral");
        work_good(work_entry(&work, arena, reference.text, "b", &seq), "entry");
        work_good(work_entry(&work, arena, reference.text, "c", &seq), "entry");
    }
    work_good(store_checkpoint(service_store(work.service), arena), "checkpoint");
    arena_free(arena);
}

static void prepare(void)
{
    char path[WORK_PATH + 20];
    work_new(&work, NULL);
    snprintf(path, sizeof path, "%s/waymark.db", work.dir);
    snprintf(looks_path, sizeof looks_path, "%s/looks.log", work.dir);
    work_good(work_open(&work), "opening");
    fill(2);
    work_check(sqlite3_open(path, &db) == SQLITE_OK, "%s", path);
    sqlite3_busy_timeout(db, 10000); /* the keeper writes now and then */
    copy_to("old");
    old_looks_size = read_looks(old_looks, sizeof old_looks);
    fill(2);
    copy_to("good");
    looks_size = read_looks(looks, sizeof looks);
    read_trigger("entry_stays", entry_stays);
    read_trigger("entry_is_kept", entry_is_kept);
}

static void must_be_found(int round)
{
    struct verify_result result;
    struct arena *arena = work_arena();
    const struct error *error = store_verify(service_store(work.service), arena, &result);
    if (error == NULL && result.broken == NULL) {
        work_fail("round %d, seed %llu: not found: %s", round, (unsigned long long)seed, done);
    }
    arena_free(arena);
}

/* A new one now and then, before it signs a head by itself (every five minutes). */
static void begin_store(void)
{
    prepare();
    work_must_verify(&work, "before anything was touched");
}

static void end_store(void)
{
    work_must_verify(&work, "at the end");
    sqlite3_close(db);
    work_close(&work);
    work_remove(work.root);
}

int main(void)
{
    int rounds = work_rounds(1000, 5000);
    seed = work_seed();
    state = seed;
    for (int round = 0; round < rounds;) {
        if (round % STORE == 0) {
            begin_store();
        }
        while (!tamper()) { /* what there was nothing of to touch: another */
        }
        must_be_found(round);
        put_right();
        round++;
        if (round % STORE == 0 || round == rounds) {
            end_store();
            continue;
        }
        if (round % CHECK == 0) {
            work_must_verify(&work, "when all was put right");
        }
    }
    printf("%d tamperings, all found; seed %llu\n", rounds, (unsigned long long)seed);
    return 0;
}
