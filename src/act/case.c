#include "act/account.h"

/* Finds the case first, so that the look names it: a denied or unknown reference is logged without a record.
 */
static const struct error *load_and_look(const struct act *act, enum permission permission,
                                         enum access_act access, const char *name, const char *reference,
                                         struct case_streams *ret_streams)
{
    struct store_reader *reader;
    TRY(store_reader_take(act->service->store, &reader));
    const struct error *error = act->actor == NULL || !permit(act->actor, permission)
                                    ? NULL
                                    : case_load(act, reader, reference, access, ret_streams);
    store_reader_give(reader);
    struct id record = error == NULL ? ret_streams->file.head.id : (struct id){{0}};
    bool loaded = error == NULL && act->actor != NULL && permit(act->actor, permission);
    if (loaded && !instant_is_never(ret_streams->glass_until)) {
        return act_look(act, name, record, 0, "broken-glass");
    }
    bool refused = error != NULL && error->code == ERROR_NEEDS_REASON;
    TRY(act_begin(act, permission, error == NULL ? name : refused ? "needs-reason" : "not-found", record));
    return error;
}

const struct error *act_case_read(const struct act *act, const char *reference, struct instant as_of,
                                  const struct case_view **ret_case)
{
    struct case_streams streams = {0};
    struct case_view *shown;
    TRY(load_and_look(act, MAY_READ_CASE, ACCESS_READ, "case-read", reference, &streams));
    struct instant now = instant_is_never(as_of) ? act->now : as_of;
    const struct case_view *whole = case_view_make(act, &streams, as_of, now);
    const struct case_view *view = whole == NULL ? NULL : case_view_show(act, &streams, whole);
    if (view == NULL || view->entry_count == 0) {
        return error_new(act->arena, ERROR_NOT_FOUND, "nothing was recorded by then");
    }
    shown = arena_one(act->arena, struct case_view);
    *shown = *view;
    shown->restricted = streams.restricted;
    shown->glass_until = streams.glass_until;
    *ret_case = shown;
    return NULL;
}

const struct error *act_case_pack(const struct act *act, const char *reference, const struct pack **ret_pack)
{
    struct case_streams streams = {0};
    TRY(load_and_look(act, MAY_RECORD, ACCESS_RECORD, "case-record", reference, &streams));
    *ret_pack = streams.file.pack;
    return NULL;
}
