/* What the tests of disposal share: who proposes and who agrees, a closed case, and the steps. */
#ifndef WM_ACT_TEST_DISPOSING_H
#define WM_ACT_TEST_DISPOSING_H

#include "support.h"

#include "act/disposal.h"
#include "act/inner.h"
#include "act/request.h"
#include "store/disposed.h"

#include <string.h>

enum { DAY = 24 * 3600, YEAR = 366 * DAY };
/* The child was born on 2011-02-03: the case is kept to their 25th birthday, and the day after is this. */
static const char due_from[] = "2036-02-04T00:00:00Z";

static struct {
    struct actor clerk;  /* proposes */
    struct actor second; /* agrees */
    struct actor twin;   /* another account of the clerk's */
    struct actor late;   /* whose account was made after the proposal */
    const char *reference;
    struct id record;
} who;

static inline struct act act_on(const struct state *state, const struct actor *actor, const char *at)
{
    struct act act = {state->service, state->arena, actor, {0}};
    struct actor *proved = arena_one(state->arena, struct actor);
    assert_true(instant_parse(at, &act.now));
    if (actor != NULL) {
        *proved = *actor;
        proved->proved_at = act.now;
        act.actor = proved;
    }
    return act;
}

static inline struct actor account(struct state *state, const char *username, const char *name,
                                   const char *at)
{
    struct act act = act_on(state, NULL, at);
    const char *link;
    const char *token;
    struct actor actor;
    GOOD(act_account_add(&act, username, name, "records-officer", "social-care", &link));
    GOOD(act_account_token(&act, username, &token));
    GOOD(act_bearer(&act, token, &actor));
    return actor;
}

static inline void record(const struct state *state, const char *reference, const char *type,
                          const char *json, const char *at)
{
    struct act act = act_on(state, &state->manager, at);
    const struct pack *pack = service_pack(state->service);
    const struct entry_type *found = pack_type(pack, type);
    assert_non_null(found);
    struct entry_input input = {.type = found, .values = fields(state, found->index, json)};
    struct recorded recorded = {0};
    const struct error *error = act_entry_record(&act, reference, &input, &recorded);
    if (error != NULL) {
        fail_msg("%s: %s", type, error_text(state->arena, error));
    }
}

static inline const char *new_case(const struct state *state, const char *given)
{
    struct act act = act_on(state, &state->manager, "2026-06-01T09:00:00Z");
    struct referral_input input = referral_of(state, given, NULL);
    struct recorded recorded = {0};
    GOOD(act_referral_make(&act, &input, &recorded));
    return arena_copy(state->arena, recorded.reference.text);
}

static inline const char *closed_case(const struct state *state, const char *given)
{
    const char *reference = new_case(state, given);
    record(state, reference, "referral-decision",
           "{\"initial_assessment\":\"not-required\",\"immediate_danger\":\"no\",\"reasons\":\"Nothing was "
           "found.\",\"agreed_by\":\"M\"}",
           "2026-06-02T09:00:00Z");
    record(state, reference, "case-closed", "{\"reasons\":\"Safe.\",\"agreed_by\":\"M\"}",
           "2026-06-03T09:00:00Z");
    return reference;
}

static inline struct id record_of(const struct state *state, const char *reference)
{
    struct act act = act_on(state, &who.clerk, "2026-06-04T09:00:00Z");
    struct id id;
    GOOD(act_disposal_find(&act, reference, &id));
    return id;
}

static inline int begin(void **context)
{
    int result = set_up(context);
    struct state *state = *context;
    who.clerk = account(state, "clerk", "Parveen Ashworth", "2026-05-01T09:00:00Z");
    who.second = account(state, "second", "Daniel Okafor", "2026-05-01T09:00:00Z");
    who.twin = account(state, "twin", "Ashworth, P.", "2026-05-01T09:00:00Z");
    return result;
}

static inline const struct disposal_view *look_at(const struct state *state, const struct actor *actor,
                                                  struct id id, const char *at)
{
    struct act act = act_on(state, actor, at);
    const struct disposal_view *view = NULL;
    GOOD(act_disposal_read(&act, id, &view));
    return view;
}

static inline const struct error *step(const struct state *state, const struct actor *actor, struct id id,
                                       enum disposal_act what, uint64_t about, const char *reason,
                                       const char *at)
{
    struct act act = act_on(state, actor, at);
    return act_disposal_step(&act, id, what, about, reason);
}

static inline size_t listed(const struct state *state, enum disposal_list list, const char *at,
                            struct id record)
{
    struct act act = act_on(state, &who.clerk, at);
    struct disposal_filter filter = {.list = list, .limit = 1};
    size_t found = 0;
    for (int page = 0; page < 20; page++) {
        const struct disposal_row *rows;
        size_t count;
        GOOD(act_disposals(&act, &filter, &rows, &count, &filter.cursor));
        found += count == 1 && id_equal(rows[0].record, record) ? 1 : 0;
        if (filter.cursor == NULL) {
            return found;
        }
    }
    fail_msg("%s", "the list does not end");
    return 0;
}

static inline uint64_t propose(const struct state *state, struct id id, const char *at)
{
    GOOD(step(state, &who.clerk, id, DISPOSAL_PROPOSE, 0, "Its time is over.", at));
    uint64_t proposal = look_at(state, &who.clerk, id, at)->proposal;
    assert_true(proposal > 0);
    return proposal;
}

static inline struct store_reader *reader_of(const struct state *state)
{
    struct store_reader *reader;
    GOOD(store_reader_take(service_store(state->service), &reader));
    return reader;
}

static inline bool is_there(const struct state *state, struct id id)
{
    struct entry_head first;
    struct store_reader *reader = reader_of(state);
    const struct error *error = store_entry_head(reader, state->arena, id, 1, &first);
    store_reader_give(reader);
    return error == NULL;
}

static inline struct id person_of(const struct state *state, struct id case_id)
{
    struct id person;
    struct store_reader *reader = reader_of(state);
    GOOD(store_case_person(reader, state->arena, case_id, &person));
    store_reader_give(reader);
    return person;
}

/* Another case about the same person, with the same entries. */
static inline struct id second_case(const struct state *state, struct id first)
{
    struct stream file;
    struct stream copy;
    struct store_reader *reader = reader_of(state);
    GOOD(store_stream_read(reader, state->arena, first, &file));
    store_reader_give(reader);
    GOOD(store_stream_new(service_store(state->service), state->arena, STREAM_CASE, file.head.pack, &copy));
    struct write *write = store_write_new(service_store(state->service), state->arena);
    for (size_t i = 0; i < file.count; i++) {
        struct entry entry = *file.entries[i];
        entry.id = (struct id){{0}};
        store_write_entry(write, &copy, &entry);
    }
    GOOD_ONCE(store_commit(write));
    return copy.head.id;
}

static inline void destroy(const struct state *state, struct id id)
{
    uint64_t proposal = propose(state, id, due_from);
    GOOD(step(state, &who.second, id, DISPOSAL_AGREE, proposal, "Yes.", due_from));
    GOOD(step(state, &who.second, id, DISPOSAL_DESTROY, proposal, NULL, "2036-03-01T00:00:00Z"));
    assert_false(is_there(state, id));
}

#endif
