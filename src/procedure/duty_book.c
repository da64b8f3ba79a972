#include "procedure/duty_book.h"

#include <string.h>

void duty_book_fill(struct arena *arena, struct duty_book *book, const struct history *history,
                    struct instant at)
{
    const struct duty *duties;
    duties_evaluate(arena, history, at, &duties, &book->count);
    book->list = arena_many(arena, struct duty, book->count);
    memcpy(book->list, duties, book->count * sizeof *duties);
    book->next_due = INSTANT_NEVER;
    for (size_t i = 0; i < book->count; i++) {
        const struct duty *duty = &book->list[i];
        if (duty->state == DUTY_OPEN) {
            book->next_due = instant_earlier(duty->due_at, book->next_due);
        }
    }
}

void duty_book_pass(struct duty_book *book, struct instant at)
{
    if (instant_compare(at, book->next_due) <= 0) {
        return;
    }
    book->next_due = INSTANT_NEVER;
    for (size_t i = 0; i < book->count; i++) {
        struct duty *duty = &book->list[i];
        if (duty->state != DUTY_OPEN) {
            continue;
        }
        if (instant_compare(at, duty->due_at) > 0) {
            duty->state = DUTY_OVERDUE;
        } else {
            book->next_due = instant_earlier(duty->due_at, book->next_due);
        }
    }
}

static uint64_t seq_of(const struct known *known)
{
    return known == NULL ? 0 : known->entry->seq;
}

static bool same(const struct duty *a, const struct duty *b)
{
    bool same_key = a->key == NULL || b->key == NULL ? a->key == b->key : value_equal(a->key, b->key);
    return a->rule == b->rule && a->begun_at.ms == b->begun_at.ms && a->due_at.ms == b->due_at.ms &&
           a->met_at.ms == b->met_at.ms && a->state == b->state &&
           seq_of(a->begun_by) == seq_of(b->begun_by) && seq_of(a->met_by) == seq_of(b->met_by) && same_key;
}

static const char *words(struct arena *arena, const struct duty *duty)
{
    char begun[INSTANT_TEXT];
    char due[INSTANT_TEXT];
    instant_format(duty->begun_at, begun);
    instant_format(duty->due_at, due);
    return arena_printf(arena, "%s of entry %llu, begun %s, due %s, %s", duty->rule->id,
                        (unsigned long long)seq_of(duty->begun_by), begun,
                        instant_is_never(duty->due_at) ? "at no time" : due, duty_state_name(duty->state));
}

const char *duties_differ(struct arena *arena, const struct duty *a, size_t a_count, const struct duty *b,
                          size_t b_count)
{
    for (size_t i = 0; i < a_count && i < b_count; i++) {
        if (!same(&a[i], &b[i])) {
            return arena_printf(arena, "%s; against %s", words(arena, &a[i]), words(arena, &b[i]));
        }
    }
    return a_count == b_count ? NULL : arena_printf(arena, "%zu duties against %zu", a_count, b_count);
}
