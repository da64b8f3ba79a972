/* What the tests of act share: a store of its own for each program, a nurse and a manager, a referral. */
#ifndef WM_ACT_TEST_SUPPORT_H
#define WM_ACT_TEST_SUPPORT_H

#include "failing.h"

#include "act/act.h"
#include "base/text.h"
#include "record/decode.h"
#include "seal/seal.h"
#include "store/store.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>

#include <cmocka.h>
#include <ftw.h>
#include <unistd.h>

static const char password[] = "seven otters on a raft";
static const struct instant start = {1780000000000};

struct state {
    char top[40];
    struct arena *arena;
    struct service *service;
    struct actor nurse;
    struct actor manager;
};

/* The same, with another service. */
static inline struct state state_of(const struct state *state, struct service *service)
{
    struct state other = *state;
    other.service = service;
    return other;
}

static inline int remove_one(const char *path, const struct stat *status, int flag, struct FTW *walk)
{
    (void)status;
    (void)flag;
    (void)walk;
    return remove(path);
}

/*
 * GOOD and FAILS do an act again and again while the store fails beneath it, at its first statement, its
 * second and so on, until it goes through untouched: an act that fails says that it was the store, what is
 * refused is refused all the same, and nothing half done is in the way of the next. TURNS of those that come
 * by one line. GOOD up to where something is saved; GOOD_AGAIN for an act that may be done again after that
 * too. GOOD_ONCE and FAILS_ONCE: for what may not be asked again (a guess is counted, a code is used up); to
 * have the statements after that fail, EACH_TIME does it on something new each time.
 */
enum { TURNS = 2, STEPS_MOST = 5000 };

struct trial {
    const char *where;
    const struct error *fault;
    unsigned n; /* the statement that fails; 0: none */
    bool good;  /* is to succeed, else to be refused */
    bool again; /* may be done again once it is saved */
    bool over;
};

static inline bool is_of_the_store(const struct error *error)
{
    return error->code == ERROR_STORE || error->code == ERROR_BUSY || error->code == ERROR_FULL ||
           error->code == ERROR_IO;
}

static inline void must_be_good(const char *where, const struct error *fault)
{
    if (fault != NULL) {
        fail_msg("%s: %s: %s", where, fault->name, fault->detail == NULL ? fault->sentence : fault->detail);
    }
}

static inline void must_be_refused(const char *where, enum error_code code, const struct error *fault)
{
    if (fault == NULL || fault->code != code) {
        fail_msg("%s: %s in place of %s", where, fault == NULL ? "goes through" : fault->name,
                 error_of(code)->name);
    }
}

static inline bool trial_goes_on(struct trial *trial)
{
    if (trial->n > 0) {
        bool failed = failing_end();
        if (failed && trial->fault == NULL && !trial->good) {
            fail_msg("%s: goes through when statement %u fails", trial->where, trial->n);
        }
        if (failed && trial->fault != NULL && trial->good && !is_of_the_store(trial->fault)) {
            fail_msg("%s: statement %u fails, and it says %s", trial->where, trial->n, trial->fault->name);
        }
        bool done = trial->good && trial->fault == NULL && failing_saved() && !trial->again;
        trial->over = !failed || done;
    }
    if (trial->over) {
        return false;
    }
    trial->n += trial->n < 60 ? 1 : 1 + trial->n / 30;
    if (trial->n > STEPS_MOST) {
        fail_msg("%s: never goes through", trial->where);
    }
    failing_begin(trial->n, trial->again);
    return true;
}

#define WHERE_OF(line) __FILE__ ":" #line
#define WHERE(line) WHERE_OF(line)
#define TRIED(expression, is_good, is_again)                                                                 \
    static unsigned turns;                                                                                   \
    struct trial trial = {.where = WHERE(__LINE__), .good = (is_good), .again = (is_again)};                 \
    if (turns++ >= TURNS) {                                                                                  \
        trial.fault = (expression);                                                                          \
    } else {                                                                                                 \
        while (trial_goes_on(&trial)) {                                                                      \
            trial.fault = (expression);                                                                      \
        }                                                                                                    \
    }
#define GOOD(expression)                                                                                     \
    do {                                                                                                     \
        TRIED(expression, true, false)                                                                       \
        must_be_good(trial.where, trial.fault);                                                              \
    } while (0)
#define GOOD_AGAIN(expression)                                                                               \
    do {                                                                                                     \
        TRIED(expression, true, true)                                                                        \
        must_be_good(trial.where, trial.fault);                                                              \
    } while (0)
#define FAILS(expected, expression)                                                                          \
    do {                                                                                                     \
        TRIED(expression, false, true)                                                                       \
        must_be_refused(trial.where, (expected), trial.fault);                                               \
    } while (0)
#define GOOD_ONCE(expression) must_be_good(WHERE(__LINE__), (expression))
#define FAILS_ONCE(expected, expression) must_be_refused(WHERE(__LINE__), (expected), (expression))

/*
 * `prepare` makes what `run` is done on, anew for each statement of it that fails. Memory that runs out in
 * its place: each allocation in its turn, or, of many, one after another; then it is busy.
 */
struct each {
    const struct error *(*run)(void *context);
    void (*prepare)(void *context); /* NULL: nothing is used up */
    void *context;
    struct arena
        *arena; /* memory runs out, in this one or in those that the act makes; NULL: statements fail */
    bool grows; /* there is more to read each time: not every statement of many */
};

static inline const struct error *run_short_of_memory(const struct each *each, unsigned n, bool *ret_failed)
{
    const struct error *volatile error = error_of(ERROR_BUSY);
    if (setjmp(*arena_edge(each->arena)) == 0) {
        arena_fail_nth(n, 0);
        error = each->run(each->context);
    }
    *ret_failed = arena_failed() > 0;
    arena_fail_nth(0, 0);
    arena_no_edge(each->arena);
    return error;
}

static inline void each_time(const char *where, struct each each)
{
    bool failed = true;
    for (unsigned n = 1; failed; n += n < 60 || !(each.grows || each.arena != NULL) ? 1 : 1 + n / 15) {
        const struct error *error;
        if (each.prepare != NULL) {
            each.prepare(each.context);
        }
        if (each.arena != NULL) {
            error = run_short_of_memory(&each, n, &failed);
        } else {
            failing_begin(n, true);
            error = each.run(each.context);
            failed = failing_end();
        }
        if (failed && error != NULL && !is_of_the_store(error)) {
            fail_msg("%s: the %uth fails, and it says %s", where, n, error->name);
        }
        if (!failed) {
            must_be_good(where, error);
        }
    }
}
#define EACH_TIME(does, first, with, memory)                                                                 \
    each_time(WHERE(__LINE__),                                                                               \
              (struct each){.run = (does), .prepare = (first), .context = (with), .arena = (memory)})
#define EACH_TIME_MORE(does, first, with)                                                                    \
    each_time(WHERE(__LINE__),                                                                               \
              (struct each){.run = (does), .prepare = (first), .context = (with), .grows = true})

static inline struct act act_at(const struct state *state, const struct actor *actor, int64_t seconds)
{
    return (struct act){state->service, state->arena, actor, instant_add_ms(start, seconds * MS_PER_SECOND)};
}

static inline void add_account(struct state *state, const char *username, const char *role,
                               const char *agency, struct actor *ret_actor)
{
    struct act act = act_at(state, NULL, -10);
    const char *link;
    const char *token;
    GOOD_ONCE(act_account_add(&act, username, NULL, role, agency, &link));
    GOOD_ONCE(act_password_give(&act, username, password));
    GOOD_ONCE(act_account_token(&act, username, &token));
    GOOD_ONCE(act_bearer(&act, token, ret_actor));
}

static inline int set_up(void **context)
{
    static struct state state;
    snprintf(state.top, sizeof state.top, "/tmp/waymark-act-XXXXXX");
    assert_non_null(mkdtemp(state.top));
    seal_init();
    password_cost_least();
    state.arena = arena_new((size_t)1 << 30);
    assert_non_null(state.arena);
    const char *dir = arena_printf(state.arena, "%s/store", state.top);
    GOOD_ONCE(store_init(state.arena, &(struct store_options){.dir = dir}));
    GOOD_ONCE(service_open(state.arena, dir, NULL, WM_SOURCE "/procedures/llr-chapter-11", &state.service));
    service_allow_one_factor(state.service);
    add_account(&state, "nurse", "referrer", "health", &state.nurse);
    add_account(&state, "manager", "duty-manager", "social-care", &state.manager);
    *context = &state;
    return 0;
}

static inline int tear_down(void **context)
{
    struct state *state = *context;
    service_close(state->service);
    arena_free(state->arena);
    return nftw(state->top, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

static inline const struct value *fields(const struct state *state, int type_index, const char *json_text)
{
    const struct pack *pack = service_pack(state->service);
    const struct value *values;
    json_t *json = json_loads(json_text, 0, NULL);
    assert_non_null(json);
    GOOD(fields_from_json(state->arena, pack, &pack->types[type_index], json, NULL, &values));
    json_decref(json);
    return values;
}

static inline struct referral_input referral_of(const struct state *state, const char *given, const char *key)
{
    const struct pack *pack = service_pack(state->service);
    return (struct referral_input){
        .details = fields(state, pack->details_type,
                          arena_printf(state->arena,
                                       "{\"given_name\":\"%s\",\"family_name\":\"Tarn\",\"date_of_birth\":"
                                       "\"2011-02-03\"}",
                                       given)),
        .values =
            fields(state, pack->start_type,
                   "{\"narrative\":\"Came home with a new phone.\",\"involvement\":\"likely\","
                   "\"immediate_danger\":\"no\",\"notified_at\":\"2026-05-28T08:00:00Z\",\"referrer\":\"N\","
                   "\"source_agency\":\"health\",\"parents_informed\":\"yes\"}"),
        .idempotency_key = key,
    };
}

/* Who has no business with a case is brought in by who answers for it. */
static inline void bring_in(const struct state *state, const char *reference, const struct act *whom)
{
    const struct pack *pack = service_pack(state->service);
    const struct entry_type *type = pack_type(pack, "involvement-began");
    struct act manager = *whom;
    struct entry_input input = {.type = type};
    struct recorded recorded;
    manager.actor = &state->manager;
    input.values = fields(
        state, type->index,
        arena_printf(state->arena, "{\"agency\":\"%s\",\"reason\":\"Asked to act\"}", whom->actor->agency));
    assert_null(act_entry_record(&manager, reference, &input, &recorded));
}

#endif
