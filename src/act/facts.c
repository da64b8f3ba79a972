/*
 * The facts of all cases, held in order of their ids. A look at the figures asks for the last sequence number
 * of every case and child and reads only the cases that moved. The list is made anew beside the old one,
 * which stays as it is when anything fails.
 */
#include "act/fact.h"
#include "act/inner.h"

#include <string.h>

enum { FACTS_BYTES = 512 << 20, CASE_BYTES = 64 << 20 };

struct facts {
    pthread_mutex_t lock;
    struct arena *own;  /* this struct */
    struct arena *held; /* the list and all in it; NULL: nothing was asked yet */
    struct fact *list;
    size_t count;
};

const struct error *facts_new(struct facts **ret_facts)
{
    struct arena *own = arena_new(sizeof(struct facts) + 4096);
    if (own == NULL) {
        return error_of(ERROR_BUSY);
    }
    *ret_facts = arena_one(own, struct facts);
    (*ret_facts)->own = own;
    pthread_mutex_init(&(*ret_facts)->lock, NULL);
    return NULL;
}

void facts_free(struct facts *facts)
{
    pthread_mutex_destroy(&facts->lock);
    arena_free(facts->held);
    arena_free(facts->own);
}

void facts_forget(struct facts *facts)
{
    pthread_mutex_lock(&facts->lock);
    arena_free(facts->held);
    facts->held = NULL;
    facts->list = NULL;
    facts->count = 0;
    pthread_mutex_unlock(&facts->lock);
}

/* ---- one case that moved ---- */

struct reading {
    struct act act; /* with an arena for this case */
    struct store_reader *reader;
    struct id id;
    struct fact fact; /* in that arena */
    enum error_code code;
};

static const struct error *read_case(struct reading *reading)
{
    struct case_streams streams;
    const struct case_view *view;
    TRY(case_load_id(&reading->act, reading->reader, reading->id, &streams));
    view = case_view_make(&reading->act, &streams, INSTANT_NEVER, reading->act.now);
    fact_of(reading->act.arena, view, &reading->fact);
    kept_fact_of(&reading->act, view, &reading->fact.kept);
    reading->fact.seq = streams.file.head.seq;
    reading->fact.person_seq = streams.person.head.seq;
    return NULL;
}

static void read_guarded(void *context)
{
    struct reading *reading = context;
    const struct error *error = read_case(reading);
    reading->code = error == NULL ? ERROR_NONE : error->code;
}

/* ---- all of them ---- */

struct renewing {
    const struct act *act;
    struct store_reader *reader;
    const struct facts *old;
    const struct case_head *heads;
    size_t count;
    struct arena *held; /* the new list is here */
    struct fact *list;
    size_t made; /* of the list */
    struct arena *work;
    const struct fact *one; /* to be kept */
    enum error_code code;
};

static void keep_one(void *context)
{
    struct renewing *renewing = context;
    struct fact *kept = &renewing->list[renewing->made];
    fact_copy(renewing->held, renewing->one, kept);
    renewing->made++;
}

static void make_list(void *context)
{
    struct renewing *renewing = context;
    renewing->list = arena_many(renewing->held, struct fact, renewing->count);
}

static int by_case(const void *a, const void *b)
{
    return memcmp(((const struct fact *)a)->case_id.bytes, ((const struct fact *)b)->case_id.bytes, ID_BYTES);
}

static const struct fact *known_fact(const struct facts *old, const struct case_head *head)
{
    struct fact key = {.case_id = head->case_id};
    const struct fact *fact =
        old->count == 0 ? NULL : bsearch(&key, old->list, old->count, sizeof key, by_case);
    return fact != NULL && fact->seq == head->seq && fact->person_seq == head->person_seq ? fact : NULL;
}

static enum error_code renew_one(struct renewing *renewing, const struct case_head *head)
{
    struct reading reading = {.act = *renewing->act, .reader = renewing->reader, .id = head->case_id};
    renewing->one = known_fact(renewing->old, head);
    if (renewing->one == NULL) {
        arena_reset(renewing->work);
        reading.act.arena = renewing->work;
        reading.fact.case_id = head->case_id;
        if (!arena_guard(renewing->work, read_guarded, &reading)) {
            return ERROR_BUSY;
        }
        if (reading.code != ERROR_NONE) {
            return reading.code;
        }
        renewing->one = &reading.fact;
    }
    return arena_guard(renewing->held, keep_one, renewing) ? ERROR_NONE : ERROR_BUSY;
}

static enum error_code renew_all(struct renewing *renewing)
{
    if (!arena_guard(renewing->held, make_list, renewing)) {
        return ERROR_BUSY;
    }
    for (size_t i = 0; i < renewing->count; i++) {
        enum error_code code = renew_one(renewing, &renewing->heads[i]);
        if (code != ERROR_NONE) {
            return code;
        }
    }
    return ERROR_NONE;
}

static bool all_stand(const struct facts *facts, const struct case_head *heads, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (known_fact(facts, &heads[i]) == NULL) {
            return false;
        }
    }
    return facts->held != NULL && facts->count == count;
}

static enum error_code renew(struct facts *facts, const struct act *act, struct store_reader *reader,
                             const struct case_head *heads, size_t count)
{
    if (all_stand(facts, heads, count)) {
        return ERROR_NONE;
    }
    struct renewing renewing = {.act = act, .reader = reader, .old = facts, .heads = heads, .count = count};
    renewing.held = arena_new(FACTS_BYTES);
    renewing.work = arena_new(CASE_BYTES);
    enum error_code code = renewing.held == NULL || renewing.work == NULL ? ERROR_BUSY : renew_all(&renewing);
    arena_free(renewing.work);
    if (code != ERROR_NONE) {
        arena_free(renewing.held);
        return code;
    }
    arena_free(facts->held);
    facts->held = renewing.held;
    facts->list = renewing.list;
    facts->count = renewing.made;
    return ERROR_NONE;
}

struct using
{
    const struct facts *facts;
    void (*use)(void *context, const struct fact *list, size_t count);
    void *context;
};

static void use_guarded(void *context)
{
    struct using *using = context;
    using->use(using->context, using->facts->list, using->facts->count);
}

const struct error *facts_use(struct facts *facts, const struct act *act, struct store_reader *reader,
                              void (*use)(void *context, const struct fact *list, size_t count),
                              void *context)
{
    const struct case_head *heads;
    size_t count;
    struct using using = {.facts = facts, .use = use, .context = context};
    TRY(store_case_heads(reader, act->arena, &heads, &count));
    pthread_mutex_lock(&facts->lock);
    enum error_code code = renew(facts, act, reader, heads, count);
    bool whole = code == ERROR_NONE && arena_guard(act->arena, use_guarded, &using);
    pthread_mutex_unlock(&facts->lock);
    return code != ERROR_NONE ? error_of(code) : whole ? NULL : error_of(ERROR_BUSY);
}
