/*
 * Restricted cases (a worker's own family, a colleague's child) and conflicts of interest. Both are entries
 * beside the case, with who said so and why; neither changes the case, so that nobody's form is in the way.
 */
#include "act/account.h"
#include "act/guard.h"

#include "base/must.h"
#include "base/text.h"

#include <stdlib.h>
#include <string.h>

enum { TRIES = 8, REASON_MOST = 4000 };

static struct value text_value(const char *text)
{
    return (struct value){.kind = VALUE_TEXT, .text = text};
}

static const struct error *check_reason(const struct act *act, const char *reason)
{
    if (reason == NULL || text_is_blank(reason)) {
        return error_field(act->arena, ERROR_INVALID, "reason", NULL, "Say why");
    }
    return text_length(reason) > REASON_MOST ? error_field(act->arena, ERROR_INVALID, "reason", NULL,
                                                           "Say it in at most %d characters", REASON_MOST)
                                             : NULL;
}

static const struct error *find_case(const struct act *act, const char *reference, struct id *ret_id)
{
    struct store_reader *reader;
    struct reference parsed;
    if (reference == NULL || !reference_parse(reference, &parsed)) {
        return error_of(ERROR_NOT_FOUND);
    }
    TRY(store_reader_take(act->service->store, &reader));
    const struct error *error = store_case_by_reference(reader, act->arena, parsed, ret_id);
    store_reader_give(reader);
    return error;
}

/* A case that a manager guards: it must be one that they get. */
static const struct error *begin(const struct act *act, const char *name, const char *reference,
                                 struct id *ret_case)
{
    struct store_reader *reader;
    struct id found = {{0}};
    struct guard guard;
    const struct error *error =
        act->actor == NULL || !permit(act->actor, MAY_GUARD_CASES) ? NULL : find_case(act, reference, &found);
    if (error == NULL && !id_is_zero(found)) {
        TRY(store_reader_take(act->service->store, &reader));
        error = guard_admit(act, reader, found, &guard);
        store_reader_give(reader);
    }
    TRY(act_begin(act, MAY_GUARD_CASES, error == NULL ? name : "not-found", found));
    *ret_case = found;
    return error;
}

static const struct error *append(const struct act *act, struct id case_id, const struct entry *entry)
{
    const struct error *error = NULL;
    for (int i = 0; i < TRIES; i++) {
        struct store_reader *reader;
        struct stream stream;
        TRY(store_reader_take(act->service->store, &reader));
        error = guard_stream(act, reader, case_id, &stream);
        store_reader_give(reader);
        TRY(error);
        struct write *write = store_write_new(act->service->store, act->arena);
        store_write_entry(write, &stream, entry);
        error = store_commit(write);
        if (error == NULL || error->code != ERROR_CONFLICT) {
            return error;
        }
    }
    return error;
}

/* ---- as it stands ---- */

static struct id conflict_of(const struct entry *entry)
{
    struct id account;
    must(id_parse(entry_text(entry, "account"), &account)); /* it was written so */
    return account;
}

static void end_conflict(struct guard_view *view, struct conflict_view *conflicts, struct id account)
{
    for (size_t i = 0; i < view->conflict_count; i++) {
        if (id_equal(conflicts[i].account, account)) {
            memmove(&conflicts[i], &conflicts[i + 1], (view->conflict_count - i - 1) * sizeof *conflicts);
            view->conflict_count--;
            return;
        }
    }
}

static void fold(const struct act *act, const struct entry *entry, struct conflict_view *conflicts,
                 struct guard_view *view)
{
    const char *type = entry->type->id;
    if (text_equal(type, "case-restricted")) {
        view->restricted = true;
        view->reason = entry_text(entry, "reason");
        view->by = account_name(act, entry->recorded_by);
        view->at = entry->recorded_at;
    } else if (text_equal(type, "case-restriction-lifted")) {
        view->restricted = false;
    } else if (text_equal(type, "conflict-declared")) {
        const struct account *whose = NULL;
        struct id account = conflict_of(entry);
        end_conflict(view, conflicts, account);
        bool known = account_read(act, account, &whose) == NULL;
        conflicts[view->conflict_count++] = (struct conflict_view){
            .account = account,
            .name = account_name(act, account),
            .role = known ? whose->role : "",
            .agency = known ? whose->agency : "",
            .reason = entry_text(entry, "reason"),
            .by = account_name(act, entry->recorded_by),
            .at = entry->recorded_at,
        };
    } else if (text_equal(type, "conflict-ended")) {
        end_conflict(view, conflicts, conflict_of(entry));
    }
}

static int by_name(const void *a, const void *b)
{
    return strcmp(((const struct worker_view *)a)->name, ((const struct worker_view *)b)->name);
}

/* Everybody who might see a case, of every agency. */
static const struct error *list_workers(const struct act *act, struct guard_view *view)
{
    const struct account *const *accounts;
    size_t count;
    TRY(accounts_every(act, &accounts, &count));
    struct worker_view *workers = arena_many(act->arena, struct worker_view, count);
    for (size_t i = 0; i < count; i++) {
        const struct account *account = accounts[i];
        const struct role *role = act_role(act, account->role);
        if (!account->locked && role != NULL && (role->reads_cases || role->own_part)) {
            workers[view->worker_count++] =
                (struct worker_view){account->id, account->name, account->role, account->agency};
        }
    }
    qsort(workers, view->worker_count, sizeof *workers, by_name);
    view->workers = workers;
    return NULL;
}

static const struct error *read_view(const struct act *act, struct store_reader *reader, struct id case_id,
                                     struct guard_view *view)
{
    struct stream stream;
    TRY(guard_stream(act, reader, case_id, &stream));
    TRY(child_name(act, reader, case_id, &view->child_name));
    struct conflict_view *conflicts = arena_many(act->arena, struct conflict_view, stream.count);
    for (size_t i = 0; i < stream.count; i++) {
        fold(act, stream.entries[i], conflicts, view);
    }
    view->conflicts = conflicts;
    return NULL;
}

static const struct error *view_of(const struct act *act, struct id case_id, struct guard_view *ret_view)
{
    struct store_reader *reader;
    *ret_view = (struct guard_view){.reference = reference_of(case_id)};
    TRY(store_reader_take(act->service->store, &reader));
    const struct error *error = read_view(act, reader, case_id, ret_view);
    store_reader_give(reader);
    return error;
}

const struct error *act_case_guard(const struct act *act, const char *reference, struct guard_view *ret_guard)
{
    struct id case_id;
    TRY(begin(act, "case-guard", reference, &case_id));
    TRY(view_of(act, case_id, ret_guard));
    return list_workers(act, ret_guard);
}

/* ---- changing it ---- */

const struct error *act_case_restrict(const struct act *act, const char *reference, bool restricted,
                                      const char *reason)
{
    struct id case_id;
    struct guard_view view;
    TRY(begin(act, restricted ? "case-restrict" : "case-restrict-lift", reference, &case_id));
    TRY(view_of(act, case_id, &view));
    if (view.restricted == restricted) {
        return error_field(act->arena, ERROR_INVALID, "reason", NULL,
                           restricted ? "The case is restricted already" : "The case is not restricted");
    }
    TRY(check_reason(act, reason));
    const struct value values[] = {text_value(reason)};
    struct entry entry = guard_entry(act, restricted ? "case-restricted" : "case-restriction-lifted", values);
    return append(act, case_id, &entry);
}

static const struct error *write_conflict(const struct act *act, const char *type, struct id case_id,
                                          struct id account, const char *reason)
{
    char id[ID_TEXT];
    id_format(account, id);
    const struct value values[] = {text_value(arena_copy(act->arena, id)), text_value(reason)};
    struct entry entry = guard_entry(act, type, values);
    return append(act, case_id, &entry);
}

/* For oneself: whether there is such a case is not told. */
static const struct error *declare_own(const struct act *act, const char *reference, const char *reason)
{
    struct reference parsed;
    struct id case_id = {{0}};
    bool formed = reference != NULL && reference_parse(reference, &parsed);
    const struct error *error = act->actor == NULL || !formed ? NULL : find_case(act, reference, &case_id);
    TRY(act_begin(act, MAY_WORK, "conflict-declare", case_id));
    if (error != NULL && error->code != ERROR_NOT_FOUND) {
        return error;
    }
    error = check_reason(act, reason);
    if (!formed) {
        error = error_field(act->arena, ERROR_INVALID, "reference", error,
                            "Enter a reference: ten letters and digits, like 7KQ2M9XT4C");
    }
    TRY(error);
    return id_is_zero(case_id)
               ? NULL
               : write_conflict(act, "conflict-declared", case_id, act->actor->account, reason);
}

static const struct error *find_worker(const struct act *act, const char *worker, struct id *ret_account)
{
    const struct account *account;
    struct id id;
    const struct error *error = worker == NULL || !id_parse(worker, &id) ? error_of(ERROR_NOT_FOUND)
                                                                         : account_read(act, id, &account);
    if (error == NULL) {
        *ret_account = id;
    }
    return error != NULL && error->code == ERROR_NOT_FOUND
               ? error_field(act->arena, ERROR_INVALID, "worker", NULL, "Choose a worker")
               : error;
}

const struct error *act_conflict_declare(const struct act *act, const char *reference, const char *worker,
                                         const char *reason)
{
    struct id case_id;
    struct id account = {{0}};
    if (worker == NULL) {
        return declare_own(act, reference, reason);
    }
    TRY(begin(act, "conflict-declare", reference, &case_id));
    const struct error *error = find_worker(act, worker, &account);
    TRY(error != NULL ? error : check_reason(act, reason));
    return write_conflict(act, "conflict-declared", case_id, account, reason);
}

const struct error *act_conflict_end(const struct act *act, const char *reference, const char *worker,
                                     const char *reason)
{
    struct id case_id;
    struct id account = {{0}};
    TRY(begin(act, "conflict-end", reference, &case_id));
    TRY(find_worker(act, worker, &account));
    if (id_equal(account, act->actor->account)) {
        return error_field(act->arena, ERROR_INVALID, "worker", NULL, "Nobody ends a conflict of their own");
    }
    TRY(check_reason(act, reason));
    return write_conflict(act, "conflict-ended", case_id, account, reason);
}
