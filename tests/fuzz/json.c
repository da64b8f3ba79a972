/* JSON, the entries of `waymark duties` made of it, and the duties and gates of whatever case that is. */
#include "fuzz.h"

#include "pack_of.h"
#include "procedure/duty_json.h"
#include "record/decode.h"

static const struct pack *pack;

void fuzz_begin(void)
{
    pack = pack_of_test();
}

static void evaluate(struct arena *arena, const struct entry *const *entries, size_t count,
                     struct child child)
{
    static const struct instant at = {1767607200000};
    const struct duty *duties;
    size_t duty_count;
    const struct history *history = history_new(arena, pack, entries, count, child, at);
    duties_evaluate(arena, history, at, &duties, &duty_count);
    for (size_t i = 0; i < duty_count; i++) {
        const struct duty *duty = &duties[i];
        must(duty->begun_at.ms <= at.ms || duty->begun_by != NULL);
        must((duty->met_by != NULL) == (duty->state == DUTY_MET || duty->state == DUTY_MET_LATE));
        must(duty->state != DUTY_OVERDUE || duty->due_at.ms < at.ms);
        must(i == 0 || duties[i - 1].begun_at.ms <= duty->begun_at.ms);
    }
    const struct duty *again;
    size_t again_count;
    duties_evaluate(arena, history_new(arena, pack, entries, count, child, at), at, &again, &again_count);
    must(again_count == duty_count);
    for (size_t i = 0; i < duty_count; i++) {
        must(again[i].rule == duties[i].rule && again[i].state == duties[i].state &&
             again[i].due_at.ms == duties[i].due_at.ms);
    }
}

void fuzz_one(struct arena *arena, const uint8_t *bytes, size_t size)
{
    json_t *json;
    const char *text = arena_copy_n(arena, bytes, size);
    if (json_read(arena, text, size, &json) == NULL) {
        json_decref(json);
    }
    const struct entry *const *entries;
    size_t count;
    struct child child;
    if (entries_from_json(arena, pack, text, size, &entries, &count, &child) != NULL) {
        return;
    }
    for (size_t i = 0; i < count; i++) {
        json_t *fields = fields_to_json(pack, entries[i]);
        must(fields != NULL);
        json_decref(fields);
    }
    evaluate(arena, entries, count, child);
}
