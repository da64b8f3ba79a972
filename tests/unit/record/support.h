/* What the tests of record and procedure share: the pack of chapter 11, and entries written as JSON. */
#ifndef WM_TEST_SUPPORT_H
#define WM_TEST_SUPPORT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/text.h"
#include "record/decode.h"
#include "record/history.h"

struct fixture {
    struct arena *arena;
    const struct pack *pack;
};

static inline int set_up(void **state)
{
    static struct fixture fixture;
    const struct pack_fault *faults = NULL;
    size_t count = 0;
    fixture.arena = arena_new((size_t)256 * 1024 * 1024);
    const struct error *error =
        pack_load(fixture.arena, WM_SOURCE "/procedures/llr-chapter-11", &fixture.pack, &faults, &count);
    *state = &fixture;
    return error != NULL;
}

static inline int tear_down(void **state)
{
    arena_free(((struct fixture *)*state)->arena);
    return 0;
}

struct entries {
    const struct entry *const *list;
    size_t count;
    struct child child;
};

/* Single quotes stand for double ones, so that JSON can be read here. */
static inline const char *quotes(struct arena *arena, const char *text)
{
    char *copy = arena_copy(arena, text);
    for (char *at = copy; *at != '\0'; at++) {
        *at = *at == '\'' ? '"' : *at;
    }
    return copy;
}

static inline const struct error *try_entries(const struct fixture *fixture, const char *json,
                                              struct entries *entries)
{
    const char *text = quotes(fixture->arena, json);
    return entries_from_json(fixture->arena, fixture->pack, text, strlen(text), &entries->list,
                             &entries->count, &entries->child);
}

static inline struct entries entries_of(const struct fixture *fixture, const char *json)
{
    struct entries entries = {0};
    const struct error *error = try_entries(fixture, json, &entries);
    if (error != NULL) {
        fail_msg("%s", error->detail);
    }
    return entries;
}

static inline struct instant instant_of(const char *text)
{
    struct instant at;
    assert_true(instant_parse(text, &at));
    return at;
}

static inline const struct history *history_of(const struct fixture *fixture, const char *json,
                                               const char *at)
{
    struct entries entries = entries_of(fixture, json);
    return history_new(fixture->arena, fixture->pack, entries.list, entries.count, entries.child,
                       instant_of(at));
}

static inline const struct value *known_value(const struct known *known, const char *field)
{
    const struct field *found = entry_type_field(known->type, field);
    assert_non_null(found);
    return &known->values[found->index];
}

#endif
