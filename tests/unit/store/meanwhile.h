/*
 * A store of many cases, and what happens to one of them while others are gone through: between the reading
 * of a part and its writing, or between the reading of a record and the opening of its key. The linker's
 * --wrap calls it there. Ids are given out in their order, so that it is known which records share a part.
 */
#ifndef WM_TEST_MEANWHILE_H
#define WM_TEST_MEANWHILE_H

#include "opened.h"

#include "store/db.h"
#include "store/disposed.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

/* Three parts: the first begins with what every store holds, the second holds nothing but these. */
enum { MANY = 40, MIDST = 20 };

struct made {
    struct id file;
    struct id person;
};

static struct made made[MANY];

/* ---- what happens meanwhile ---- */

static void (*_Atomic before_write)(void); /* of the part that holds the case in the midst; once */
static void (*_Atomic before_keys)(void);  /* of it are opened; once */
static struct write *decided;              /* to dispose of some of them */
static _Thread_local bool is_beside;       /* of a thread that is to write nothing meanwhile, */
static atomic_bool wrote_beside;           /* and whether it did */

enum error_code __real_writer_run(struct store *store, struct write *write);
enum error_code __wrap_writer_run(struct store *store, struct write *write);
const struct error *__real_record_keys_open(struct arena *into, const struct keyring *keyring,
                                            struct locked_key *keys, size_t count);
const struct error *__wrap_record_keys_open(struct arena *into, const struct keyring *keyring,
                                            struct locked_key *keys, size_t count);
struct id __wrap_id_new(void);

static void once(void (*_Atomic *what)(void))
{
    void (*now)(void) = atomic_exchange(what, NULL);
    if (now != NULL) {
        now();
    }
}

enum error_code __wrap_writer_run(struct store *store, struct write *write)
{
    if (is_beside) {
        atomic_store(&wrote_beside, true);
    }
    for (const struct expected *head = write->expected; head != NULL; head = head->next) {
        if (head->part != NULL && id_equal(head->stream, made[MIDST].file)) {
            once(&before_write);
        }
    }
    return __real_writer_run(store, write);
}

const struct error *__wrap_record_keys_open(struct arena *into, const struct keyring *keyring,
                                            struct locked_key *keys, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (id_equal(keys[i].record, made[MIDST].file)) {
            once(&before_keys);
        }
    }
    return __real_record_keys_open(into, keyring, keys, count);
}

struct id __wrap_id_new(void)
{
    static atomic_uint given;
    unsigned number = atomic_fetch_add(&given, 1) + 1;
    struct id id = {{0}};
    for (int i = 0; i < 4; i++) {
        id.bytes[i] = (uint8_t)(number >> (24 - 8 * i));
    }
    return id;
}

/* ---- the store ---- */

static void make_cases(void)
{
    for (int i = 0; i < MANY; i++) {
        struct store_reader *reader;
        struct reference reference;
        work_good(work_referral(&work, arena, "words", &reference), "referral");
        work_good(store_reader_take(store(), &reader), "reader");
        work_good(store_case_by_reference(reader, arena, reference, &made[i].file), "case");
        work_good(store_case_person(reader, arena, made[i].file, &made[i].person), "person");
        store_reader_give(reader);
    }
}

static void decide_on(size_t from, size_t until)
{
    static const struct disposal disposal = {{1900000000000}, {{1}}, {{2}}, "closed-six-years"};
    struct store_reader *reader;
    decided = store_write_new(store(), arena);
    work_good(store_reader_take(store(), &reader), "reader");
    for (size_t i = from; i < until; i++) {
        work_good(store_record_destroy(decided, reader, made[i].file, &disposal), "the case");
        work_good(store_record_destroy(decided, reader, made[i].person, &disposal), "its child");
    }
    store_reader_give(reader);
}

static void carry_out(void)
{
    work_good(store_commit(decided), "disposal");
}

#endif
