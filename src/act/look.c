/*
 * The log of looks, read: who has looked at a case, at what a worker has looked, and both for who reviews.
 * Reading it is a look of its own.
 */
#include "act/account.h"
#include "act/reach.h"

#include "base/text.h"

#include <stdlib.h>
#include <string.h>

enum { SHOWN = 50, MOST = 1000 };

/* What is asked for, found: ids in place of names. */
struct wanted {
    struct id record;
    struct id account;
    const char *agency; /* of the worker; NULL for none */
};

static const struct error *find_case(const struct act *act, const char *reference, struct id *ret_id)
{
    struct store_reader *reader;
    struct reference parsed;
    if (!reference_parse(reference, &parsed)) {
        return error_of(ERROR_NOT_FOUND);
    }
    TRY(store_reader_take(act->service->store, &reader));
    struct reach reach;
    const struct error *error = store_case_by_reference(reader, act->arena, parsed, ret_id);
    if (error == NULL && permit(act->actor, MAY_READ_LOOKS)) {
        error = reach_gate(act, reader, *ret_id, ACCESS_READ, &reach);
    }
    store_reader_give(reader);
    return error;
}

static const struct error *find_wanted(const struct act *act, const struct looks_asked *asked,
                                       struct wanted *ret_wanted)
{
    struct wanted wanted = {{{0}}, {{0}}, NULL};
    if (asked->reference != NULL) {
        TRY(find_case(act, asked->reference, &wanted.record));
    }
    if (asked->worker != NULL) {
        const struct account *account;
        struct id id;
        if (!id_parse(asked->worker, &id)) {
            return error_of(ERROR_NOT_FOUND);
        }
        TRY(account_read(act, id, &account));
        wanted.account = account->id;
        wanted.agency = account->agency;
    }
    *ret_wanted = wanted;
    return NULL;
}

static bool may_read(const struct actor *actor, const struct looks_asked *asked, const struct wanted *wanted)
{
    if (permit(actor, MAY_REVIEW_LOOKS)) {
        return true;
    }
    if (asked->worker != NULL && id_equal(wanted->account, actor->account)) {
        return true;
    }
    if (!permit(actor, MAY_READ_LOOKS)) {
        return false;
    }
    return asked->reference != NULL || (wanted->agency != NULL && text_equal(wanted->agency, actor->agency));
}

/* Logged whatever comes of it: the case or the worker asked about, or the refusal. */
static const struct error *begin(const struct act *act, const struct looks_asked *asked,
                                 struct wanted *ret_wanted)
{
    static const struct id none = {{0}};
    if (act->actor == NULL) {
        return error_of(ERROR_NOT_SIGNED_IN);
    }
    const struct error *error = find_wanted(act, asked, ret_wanted);
    if (error != NULL) {
        TRY(act_look(act, "not-found", none, 0, "looks-read"));
        return error;
    }
    struct id record = asked->reference != NULL ? ret_wanted->record : ret_wanted->account;
    bool may = may_read(act->actor, asked, ret_wanted);
    TRY(act_look(act, may ? "looks-read" : "denied", record, 0, may ? NULL : "looks-read"));
    return may ? NULL : error_of(ERROR_NOT_ALLOWED);
}

static const struct error *read_cursor(const struct act *act, const char *cursor, uint64_t *ret_before)
{
    int64_t before = 0;
    if (cursor != NULL && !number_parse(cursor, 1, INT64_MAX, &before)) {
        return error_field(act->arena, ERROR_BAD_INPUT, "cursor", NULL,
                           "is not one that was handed out as \"next\"");
    }
    *ret_before = (uint64_t)before;
    return NULL;
}

/* What is not there, or is no case, is said of a look; what could not be read fails the page. */
static bool is_fault(const struct error *error)
{
    return error != NULL && error->code != ERROR_NOT_FOUND;
}

/* That somebody looked is told to their manager; at which case, where it is there for the manager. */
static const struct error *may_name(const struct act *act, struct store_reader *reader,
                                    const struct look *look, bool *ret_may)
{
    *ret_may = permit(act->actor, MAY_REVIEW_LOOKS) || id_equal(look->account, act->actor->account);
    return *ret_may ? NULL : reach_finds(act, reader, look->record, ret_may);
}

static const struct error *view_of(const struct act *act, struct store_reader *reader,
                                   const struct look *look, struct look_view *ret_view)
{
    const struct account *account = NULL;
    const struct error *gone = account_read(act, look->account, &account);
    struct id person;
    if (is_fault(gone)) {
        return gone;
    }
    *ret_view = (struct look_view){
        .at = look->at,
        .account = look->account,
        .name = account_name(act, look->account),
        .role = gone == NULL ? account->role : "",
        .agency = look->agency,
        .act = look->act,
        .purpose = look->purpose,
        .count = look->count,
        .shown = look->shown,
        .client = look->client,
    };
    if (id_is_zero(look->record)) {
        return NULL;
    }
    const struct error *none = store_case_person(reader, act->arena, look->record, &person);
    if (none == NULL) {
        TRY(may_name(act, reader, look, &ret_view->has_case));
    }
    if (ret_view->has_case) {
        ret_view->reference = reference_of(look->record);
    }
    return is_fault(none) ? none : NULL;
}

const struct error *act_looks(const struct act *act, const struct looks_asked *asked,
                              struct looks_view *ret_looks)
{
    struct wanted wanted;
    const struct look *looks;
    size_t count;
    uint64_t next;
    struct store_reader *reader;
    TRY(begin(act, asked, &wanted));
    int limit = asked->limit < 1 ? SHOWN : asked->limit > MOST ? MOST : asked->limit;
    struct look_filter filter = {.record = wanted.record,
                                 .account = wanted.account,
                                 .act = asked->act,
                                 .from = asked->from,
                                 .until = asked->until,
                                 .limit = limit};
    TRY(read_cursor(act, asked->cursor, &filter.before));
    TRY(store_looks(act->service->store, act->arena, &filter, &looks, &count, &next));
    struct look_view *views = arena_many(act->arena, struct look_view, count);
    TRY(store_reader_take(act->service->store, &reader));
    const struct error *error = NULL;
    for (size_t i = 0; error == NULL && i < count; i++) {
        error = view_of(act, reader, &looks[i], &views[i]);
    }
    store_reader_give(reader);
    TRY(error);
    *ret_looks = (struct looks_view){
        .list = views,
        .count = count,
        .next = next == 0 ? NULL : arena_printf(act->arena, "%llu", (unsigned long long)next),
    };
    return NULL;
}

/* ---- whose ---- */

static int by_name(const void *a, const void *b)
{
    const struct worker_view *one = a;
    const struct worker_view *other = b;
    return strcmp(one->name, other->name);
}

const struct error *act_look_workers(const struct act *act, const struct worker_view **ret_workers,
                                     size_t *ret_count)
{
    const struct account *const *accounts;
    size_t all;
    size_t count = 0;
    TRY(act_begin(act, MAY_WORK, "workers-list", (struct id){{0}}));
    TRY(accounts_every(act, &accounts, &all));
    struct worker_view *workers = arena_many(act->arena, struct worker_view, all);
    for (size_t i = 0; i < all; i++) {
        const struct account *account = accounts[i];
        bool same = text_equal(account->agency, act->actor->agency);
        if (permit(act->actor, MAY_REVIEW_LOOKS) || (permit(act->actor, MAY_READ_LOOKS) && same) ||
            id_equal(account->id, act->actor->account)) {
            workers[count++] =
                (struct worker_view){account->id, account->name, account->role, account->agency};
        }
    }
    qsort(workers, count, sizeof *workers, by_name);
    *ret_workers = workers;
    *ret_count = count;
    return NULL;
}
