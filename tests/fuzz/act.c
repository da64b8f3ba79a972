/*
 * Texts that reach acts over a real store: tokens of sessions and of programs, links, idempotency keys,
 * cursors, searches, references. The first byte says which. No unknown text opens anything.
 */
#include "fuzz.h"

#include "work.h"

#include <stdlib.h>

static struct work work;

static void end(void)
{
    work_close(&work);
    work_remove(work.root);
}

void fuzz_begin(void)
{
    struct reference reference;
    password_cost_least();
    work_new(&work, NULL);
    must(work_open(&work) == NULL);
    ARENA_CLEANUP struct arena *arena = work_arena();
    must(work_referral(&work, arena, "one", &reference) == NULL);
    must(atexit(end) == 0);
}

void fuzz_one(struct arena *arena, const uint8_t *bytes, size_t size)
{
    const char *text = size == 0 ? NULL : fuzz_text(arena, bytes + 1, size - 1);
    if (text == NULL) {
        return;
    }
    struct act act = work_act(&work, arena);
    struct act nobody = act;
    nobody.actor = NULL;
    struct session session;
    struct actor actor;
    const char *name;
    const char *next;
    struct recorded recorded;
    const struct match *matches;
    const struct work_view *view;
    const struct work_line *lines;
    const struct case_view *found;
    size_t count;
    switch (bytes[0] % 8) {
    case 0:
        must(act_session(&nobody, text, &session) != NULL);
        break;
    case 1:
        must(act_bearer(&nobody, text, &actor) != NULL);
        break;
    case 2:
        must(act_password_set(&nobody, text, text, "a long enough password", &name) != NULL);
        break;
    case 3:
        must(act_referral_made(&act, text, &recorded) != NULL);
        break;
    case 4: {
        const struct error *error = act_case_search(&act, text, &matches, &count);
        must(error == NULL ? count <= 50 : error->http_status < 500);
        break;
    }
    case 5: {
        const struct error *error = act_work(&act, text, &view);
        must(error == NULL || error->http_status < 500);
        break;
    }
    case 6: {
        const struct duties_filter filter = {.cursor = text};
        const struct error *error = act_duties(&act, &filter, &lines, &count, &next);
        must(error == NULL || error->http_status < 500);
        break;
    }
    default: {
        const struct error *error = act_case_read(&act, text, INSTANT_NEVER, &found);
        must(error == NULL || error->http_status < 500);
    }
    }
}
