/* Keeping and disposing of records, and requests of persons, in memory: nothing is kept, and nothing is due.
 */
#include "act/disposal.h"
#include "act/request.h"

const struct error *act_disposals(const struct act *act, const struct disposal_filter *filter,
                                  const struct disposal_row **ret_rows, size_t *ret_count,
                                  const char **ret_next)
{
    (void)act;
    (void)filter;
    *ret_rows = NULL;
    *ret_count = 0;
    *ret_next = NULL;
    return NULL;
}

const struct error *act_disposal_find(const struct act *act, const char *reference, struct id *ret_record)
{
    (void)reference;
    (void)ret_record;
    return error_field(act->arena, ERROR_INVALID, "reference", NULL, "No record is called this");
}

const struct error *act_disposal_read(const struct act *act, struct id record,
                                      const struct disposal_view **ret_view)
{
    (void)act;
    (void)record;
    (void)ret_view;
    return error_of(ERROR_NOT_FOUND);
}

const struct error *act_disposal_step(const struct act *act, struct id record, enum disposal_act what,
                                      uint64_t about, const char *reason)
{
    (void)act;
    (void)record;
    (void)what;
    (void)about;
    (void)reason;
    return error_of(ERROR_NOT_FOUND);
}

const struct error *act_requests(const struct act *act, const struct request_row **ret_rows,
                                 size_t *ret_count)
{
    (void)act;
    *ret_rows = NULL;
    *ret_count = 0;
    return NULL;
}

const struct error *act_request_search(const struct act *act, const char *text,
                                       const struct match **ret_matches, size_t *ret_count)
{
    (void)act;
    (void)text;
    *ret_matches = NULL;
    *ret_count = 0;
    return NULL;
}

const struct error *act_request_begin(const struct act *act, const struct request_input *input,
                                      struct id *ret_id)
{
    (void)input;
    (void)ret_id;
    return error_field(act->arena, ERROR_INVALID, "case", NULL, "Choose the person first");
}

const struct error *act_request_read(const struct act *act, struct id id,
                                     const struct request_view **ret_view)
{
    (void)act;
    (void)id;
    (void)ret_view;
    return error_of(ERROR_NOT_FOUND);
}

const struct error *act_request_document(const struct act *act, struct id id,
                                         const struct request_view **ret_view)
{
    return act_request_read(act, id, ret_view);
}

const struct error *act_request_decide(const struct act *act, struct id id,
                                       const struct request_decision *decision)
{
    (void)act;
    (void)id;
    (void)decision;
    return error_of(ERROR_NOT_FOUND);
}

const struct error *act_request_extend(const struct act *act, struct id id, const char *reason)
{
    (void)act;
    (void)id;
    (void)reason;
    return error_of(ERROR_NOT_FOUND);
}

const struct error *act_request_close(const struct act *act, struct id id, const char *reason)
{
    (void)act;
    (void)id;
    (void)reason;
    return error_of(ERROR_NOT_FOUND);
}

const struct error *act_request_prepare(const struct act *act, struct id id, const char *note)
{
    (void)act;
    (void)id;
    (void)note;
    return error_of(ERROR_NOT_FOUND);
}

const struct error *act_request_return(const struct act *act, struct id id, uint64_t prepared,
                                       const char *reason)
{
    (void)act;
    (void)id;
    (void)prepared;
    (void)reason;
    return error_of(ERROR_NOT_FOUND);
}

const struct error *act_request_release(const struct act *act, struct id id, uint64_t prepared,
                                        const char *how)
{
    (void)act;
    (void)id;
    (void)prepared;
    (void)how;
    return error_of(ERROR_NOT_FOUND);
}
