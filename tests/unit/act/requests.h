/* What the tests of requests share: who keeps records, a case, and a request about its child. */
#ifndef WM_ACT_TEST_REQUESTS_H
#define WM_ACT_TEST_REQUESTS_H

#include "support.h"

#include "act/inner.h"
#include "act/request.h"

#include <string.h>

static struct {
    struct actor clerk;
    struct actor second;
    struct actor twin;
} who;

static inline struct act act_by(const struct state *state, const struct actor *actor, int64_t seconds)
{
    struct act act = act_at(state, actor, seconds);
    struct actor *proved = arena_one(state->arena, struct actor);
    *proved = *actor;
    proved->proved_at = act.now;
    act.actor = proved;
    return act;
}

static inline struct actor account(struct state *state, const char *username, const char *name)
{
    struct act act = act_at(state, NULL, -1000);
    const char *link;
    const char *token;
    struct actor actor;
    GOOD(act_account_add(&act, username, name, "records-officer", "social-care", &link));
    GOOD(act_account_token(&act, username, &token));
    GOOD(act_bearer(&act, token, &actor));
    return actor;
}

static inline int begin(void **context)
{
    int result = set_up(context);
    struct state *state = *context;
    who.clerk = account(state, "clerk", "Parveen Ashworth");
    who.second = account(state, "second", "Daniel Okafor");
    who.twin = account(state, "twin", "Ashworth, P.");
    return result;
}

static inline const char *new_case(const struct state *state, const char *given)
{
    struct act act = act_by(state, &state->manager, 10);
    struct referral_input input = referral_of(state, given, NULL);
    struct recorded recorded = {0};
    GOOD(act_referral_make(&act, &input, &recorded));
    return arena_copy(state->arena, recorded.reference.text);
}

static inline void record(const struct state *state, const char *reference, const char *type,
                          const char *json)
{
    struct act act = act_by(state, &state->manager, 20);
    const struct entry_type *found = pack_type(service_pack(state->service), type);
    assert_non_null(found);
    struct entry_input input = {.type = found, .values = fields(state, found->index, json)};
    struct recorded recorded = {0};
    GOOD(act_entry_record(&act, reference, &input, &recorded));
}

static inline struct request_input input_for(const char *reference)
{
    struct request_input input = {.reference = reference,
                                  .asked_by = "Robin Tarn",
                                  .asks_as = "self",
                                  .identity = "A passport was shown",
                                  .has_received = true};
    assert_true(day_parse("2026-05-28", &input.received));
    return input;
}

static inline struct id begun(const struct state *state, const char *reference, const char *as)
{
    struct act act = act_by(state, &who.clerk, 100);
    struct request_input input = input_for(reference);
    struct id id;
    input.asks_as = as;
    input.authority = "They have parental responsibility";
    GOOD(act_request_begin(&act, &input, &id));
    return id;
}

static inline const struct request_view *read_as(const struct state *state, const struct actor *actor,
                                                 struct id id, int64_t seconds)
{
    struct act act = act_by(state, actor, seconds);
    const struct request_view *view = NULL;
    GOOD(act_request_read(&act, id, &view));
    return view;
}

static inline const struct request_item *item_named(const struct request_view *view, const char *type,
                                                    const char *field)
{
    for (size_t i = 0; i < view->item_count; i++) {
        const struct request_item *item = &view->items[i];
        if (item->type != NULL && strcmp(item->type->id, type) == 0 &&
            (field == NULL || (item->field != NULL && strcmp(item->field->id, field) == 0))) {
            return item;
        }
    }
    return NULL;
}

#endif
