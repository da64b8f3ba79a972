#include "act/inner.h"

/* Finds the case first, so that the look names it: a denied or unknown reference is logged without a record.
 */
static const struct error *load_and_look(const struct act *act, enum permission permission, const char *name,
                                         const char *reference, struct case_streams *ret_streams)
{
    struct store_reader *reader;
    TRY(store_reader_take(act->service->store, &reader));
    const struct error *error = act->actor == NULL || !permit(act->actor, permission)
                                    ? NULL
                                    : case_load(act, reader, reference, ret_streams);
    store_reader_give(reader);
    struct id record = error == NULL ? ret_streams->file.head.id : (struct id){{0}};
    TRY(act_begin(act, permission, error == NULL ? name : "not-found", record));
    return error;
}

const struct error *act_case_read(const struct act *act, const char *reference, struct instant as_of,
                                  const struct case_view **ret_case)
{
    struct case_streams streams = {0};
    TRY(load_and_look(act, MAY_READ_CASE, "case-read", reference, &streams));
    return case_view_make(act, &streams, as_of, instant_is_never(as_of) ? act->now : as_of, ret_case);
}

const struct error *act_case_pack(const struct act *act, const char *reference, const struct pack **ret_pack)
{
    struct case_streams streams = {0};
    TRY(load_and_look(act, MAY_RECORD, "case-record", reference, &streams));
    *ret_pack = streams.file.pack;
    return NULL;
}

const struct error *act_case_looks(const struct act *act, const char *reference,
                                   const struct look_view **ret_looks, size_t *ret_count)
{
    enum { MOST = 500 };
    struct case_streams streams = {0};
    const struct look *looks;
    size_t count;
    TRY(load_and_look(act, MAY_READ_LOOKS, "looks-read", reference, &streams));
    TRY(store_looks(act->service->store, act->arena, streams.file.head.id, MOST, &looks, &count));
    struct look_view *views = arena_many(act->arena, struct look_view, count);
    for (size_t i = 0; i < count; i++) {
        const struct account *account = NULL;
        const struct error *error = account_read(act, looks[i].account, &account);
        const struct role *role = error == NULL ? pack_role(act->service->pack, account->role) : NULL;
        views[i] = (struct look_view){
            .at = looks[i].at,
            .name = account_name(act, looks[i].account),
            .role = role == NULL ? "" : role->title,
            .agency = looks[i].agency,
            .act = looks[i].act,
            .purpose = looks[i].purpose,
        };
    }
    *ret_looks = views;
    *ret_count = count;
    return NULL;
}
