/* Drafts: what was typed and not yet recorded. Only their author ever sees them. */
#include "act/reach.h"

static const struct error *case_of_draft(const struct act *act, const char *reference, struct id *ret_id)
{
    struct store_reader *reader;
    struct reference parsed;
    if (reference == NULL) {
        *ret_id = (struct id){{0}};
        return NULL;
    }
    if (!reference_parse(reference, &parsed)) {
        return error_of(ERROR_NOT_FOUND);
    }
    TRY(store_reader_take(act->service->store, &reader));
    struct reach reach;
    const struct error *error = store_case_by_reference(reader, act->arena, parsed, ret_id);
    if (error == NULL) {
        error = reach_gate(act, reader, *ret_id, ACCESS_RECORD, &reach);
    }
    store_reader_give(reader);
    return error;
}

const struct error *act_draft_save(const struct act *act, const struct draft_view *draft, struct id *ret_id)
{
    struct draft kept = {
        .id = id_is_zero(draft->id) ? id_new() : draft->id,
        .account = act->actor == NULL ? (struct id){{0}} : act->actor->account,
        .kind = draft->kind,
        .saved_at = act->now,
        .names = draft->names,
        .texts = draft->texts,
        .count = draft->count,
    };
    TRY(act_begin(act, MAY_DRAFT, "draft-save", kept.id));
    TRY(case_of_draft(act, draft->case_reference, &kept.case_id));
    TRY(store_draft_put(act->service->store, act->arena, &kept));
    *ret_id = kept.id;
    return NULL;
}

static struct draft_view view_of(const struct act *act, const struct draft *draft)
{
    struct reference reference = reference_of(draft->case_id);
    return (struct draft_view){
        .id = draft->id,
        .kind = draft->kind,
        .case_reference = id_is_zero(draft->case_id) ? NULL : arena_copy(act->arena, reference.text),
        .saved_at = draft->saved_at,
        .names = draft->names,
        .texts = draft->texts,
        .count = draft->count,
    };
}

const struct error *act_draft_read(const struct act *act, struct id id, struct draft_view *ret_draft)
{
    struct store_reader *reader;
    struct draft draft;
    TRY(act_begin(act, MAY_DRAFT, "draft-read", id));
    TRY(store_reader_take(act->service->store, &reader));
    const struct error *error = store_draft_get(reader, act->arena, act->actor->account, id, &draft);
    store_reader_give(reader);
    TRY(error);
    *ret_draft = view_of(act, &draft);
    return NULL;
}

const struct error *act_draft_list(const struct act *act, const struct draft_view **ret_drafts,
                                   size_t *ret_count)
{
    struct store_reader *reader;
    const struct draft *drafts;
    TRY(act_begin(act, MAY_DRAFT, "draft-list", (struct id){{0}}));
    TRY(store_reader_take(act->service->store, &reader));
    const struct error *error = store_drafts(reader, act->arena, act->actor->account, &drafts, ret_count);
    store_reader_give(reader);
    TRY(error);
    struct draft_view *views = arena_many(act->arena, struct draft_view, *ret_count);
    for (size_t i = 0; i < *ret_count; i++) {
        views[i] = view_of(act, &drafts[i]);
    }
    *ret_drafts = views;
    return NULL;
}

const struct error *act_draft_drop(const struct act *act, struct id id)
{
    TRY(act_begin(act, MAY_DRAFT, "draft-drop", id));
    return store_draft_drop(act->service->store, act->arena, act->actor->account, id);
}
