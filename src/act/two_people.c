#include "act/two_people.h"

#include "act/account.h"
#include "act/guard.h"
#include "base/text.h"
#include "people/same.h"

const struct error *second_person(const struct act *act, struct store_reader *reader,
                                  const struct entry *first, const char *done, const char **ret_why)
{
    const struct account *own;
    const struct account *other;
    struct stream stream;
    *ret_why = NULL;
    if (id_equal(first->recorded_by, act->actor->account)) {
        *ret_why = arena_printf(act->arena, "You %s it. Another person decides.", done);
        return NULL;
    }
    TRY(account_read(act, act->actor->account, &own));
    TRY(account_read(act, first->recorded_by, &other));
    const char *then = entry_text(first, "name"); /* what they were called when they did it */
    bool one_name = names_may_be_one(act->arena, own->name, other->name) ||
                    (then != NULL && names_may_be_one(act->arena, own->name, then));
    bool one_address = own->email != NULL && other->email != NULL && text_equal(own->email, other->email);
    if (one_name || one_address) {
        *ret_why =
            arena_printf(act->arena,
                         "Your account and that of the person who %s it may be one person's: they share "
                         "a name or an address. Another person decides.",
                         done);
        return NULL;
    }
    TRY(store_stream_read(reader, act->arena, own->id, &stream));
    if (instant_compare(stream.entries[0]->recorded_at, first->recorded_at) >= 0) {
        *ret_why = arena_printf(
            act->arena, "Your account was made after this was %s. Somebody who had theirs before decides.",
            done);
    }
    return NULL;
}

const struct error *has_conflict(const struct act *act, struct store_reader *reader, struct id case_id,
                                 bool *ret_has)
{
    struct guard guard;
    TRY(guard_read(act, reader, case_id, &guard));
    *ret_has = guard.conflict;
    return NULL;
}
