/*
 * The chair's page: who came, the agenda of each child part by part with its questions, what was decided and
 * agreed. What is typed is kept as a draft while the meeting runs. Finishing it records the meeting and its
 * actions on every child's case in one write; it does not finish while a part is open or an action has no
 * owner, agency or date.
 */
#include "web/pages/meeting_holding.h"
#include "web/pages/meeting_sheet.h"
#include "web/pages/pages.h"

#include "base/text.h"

#include <string.h>

enum { ROWS_MORE = 3 };

/* ---- opened ---- */

static struct typed with_pairs(struct arena *arena, struct typed typed, const struct pair *pairs,
                               size_t count)
{
    return typed_merge(arena, (struct typed){pairs, count}, typed);
}

/* The chair as it was arranged; the role that the facts ask for. */
static struct typed typed_at_first(struct request *request, const struct holding *holding)
{
    const struct meeting_child *first = &holding->sheet.children[0];
    const struct value *chair = meeting_value(first->arranged, "chair");
    const struct value *role = meeting_value(first->arranged, "chair_role");
    const char *asked = meeting_chair(first->frame.view->position, holding->sheet.kind);
    struct pair *pairs = arena_many(request->arena, struct pair, 2);
    size_t count = 0;
    if (chair->kind == VALUE_TEXT) {
        pairs[count++] = (struct pair){"chair", chair->text};
    }
    if (role->kind == VALUE_CODE || asked != NULL) {
        pairs[count++] = (struct pair){"chair_role", role->kind == VALUE_CODE ? role->code->id : asked};
    }
    struct typed typed = typed_of_moment(request->arena, holding->sheet.pack, "occurred_at",
                                         moment_of_instant(holding->sheet.pack, request->act.now));
    return with_pairs(request->arena, typed, pairs, count);
}

const struct error *page_meeting_hold(struct request *request, struct reply *reply)
{
    struct holding *holding;
    bool found;
    TRY(holding_begin(request, &holding));
    TRY(entry_form_draft(request, holding->type->id, NULL, &holding->form, &found));
    if (!found) {
        holding->form.typed = typed_at_first(request, holding);
    }
    holding_read(request, holding);
    holding->faults = NULL; /* nobody is told of faults in what they have not sent */
    holding_write(request, holding, 200, reply);
    return NULL;
}

/* ---- sent ---- */

/* The draft remembers the page it belongs to. */
static bool keep(struct request *request, struct holding *holding)
{
    struct pair *pair = arena_one(request->arena, struct pair);
    struct entry_form form = holding->form;
    *pair = (struct pair){".hold", holding->sheet.path};
    form.typed = typed_merge(request->arena, form.typed, (struct typed){pair, 1});
    holding->form.kept = entry_form_keep(request, &form, holding->type->id);
    holding->form.draft = form.draft;
    return holding->form.kept;
}

static uint64_t seq_of(const struct request *request, size_t index)
{
    const char *text = request_form(request, arena_printf(request->arena, "_seq%zu", index));
    int64_t seq;
    return index == 0                                               ? entry_form_seq(request)
           : text != NULL && number_parse(text, 0, INT64_MAX, &seq) ? (uint64_t)seq
                                                                    : 0;
}

static const struct error *record(struct request *request, const struct holding *holding,
                                  struct recorded *recorded)
{
    struct case_part *parts = arena_many(request->arena, struct case_part, holding->sheet.count);
    const struct moment *occurred = holding->form.is_dated ? &holding->form.occurred : NULL;
    for (size_t i = 0; i < holding->sheet.count; i++) {
        const struct holding_child *child = &holding->children[i];
        struct part_entry *entries = arena_many(request->arena, struct part_entry, child->action_count + 1);
        entries[0] = (struct part_entry){.type = holding->type,
                                         .values = child->values,
                                         .occurred = occurred,
                                         .prefix = child->child->prefix};
        for (size_t a = 0; a < child->action_count; a++) {
            entries[a + 1] = (struct part_entry){.type = holding->action,
                                                 .values = child->actions[a].values,
                                                 .occurred = occurred,
                                                 .prefix = child->actions[a].prefix};
        }
        parts[i] = (struct case_part){.reference = child->child->frame.view->reference.text,
                                      .expected_seq = seq_of(request, i),
                                      .entries = entries,
                                      .count = child->action_count + 1};
    }
    struct together_input input = {
        .parts = parts, .count = holding->sheet.count, .idempotency_key = request_form(request, "_form")};
    if (holding->form.draft != NULL) {
        (void)id_parse(holding->form.draft, &input.draft);
    }
    return act_together_record(&request->act, &input, recorded);
}

/* "more:PREFIX": room for more actions of that child. */
static bool gives_room(struct request *request, struct holding *holding, const char *go)
{
    if (go == NULL || !text_starts_with(go, "more:")) {
        return false;
    }
    for (size_t i = 0; i < holding->sheet.count; i++) {
        struct holding_child *child = &holding->children[i];
        if (text_equal(go + 5, child->child->prefix)) {
            child->rows = child->rows + ROWS_MORE > MOST_ACTIONS ? MOST_ACTIONS : child->rows + ROWS_MORE;
        }
    }
    holding->faults = NULL;
    (void)request;
    return true;
}

static void show_conflict(struct holding *holding, const struct recorded *recorded)
{
    holding->form.since = recorded->since;
    holding->form.since_count = recorded->since_count;
    for (size_t i = 0; i < holding->sheet.count; i++) {
        struct meeting_child *child = &holding->sheet.children[i];
        if (id_equal(child->frame.view->id, recorded->case_id)) {
            holding->form.frame = &child->frame;
        }
    }
    holding->form.seq = holding->sheet.children[0].frame.view->seq;
}

const struct error *page_meeting_hold_post(struct request *request, struct reply *reply)
{
    struct holding *holding;
    struct recorded recorded = {0};
    TRY(holding_begin(request, &holding));
    const char *go = request_form(request, "_go");
    holding->form.typed = typed_of_request(request);
    holding->form.draft = request_form(request, "_draft");
    if (go != NULL && strcmp(go, "keep") == 0) {
        bool kept = keep(request, holding);
        entry_form_kept_reply(reply, &holding->form, kept);
        return NULL;
    }
    holding_read(request, holding);
    if (go != NULL && strcmp(go, "save") == 0) {
        if (keep(request, holding)) {
            reply_redirect(
                reply, arena_printf(request->arena, "%s?saved=draft", holding->sheet.children[0].frame.path));
            return NULL;
        }
        holding_write(request, holding, 507, reply);
        return NULL;
    }
    if (gives_room(request, holding, go)) {
        (void)keep(request, holding);
        holding_write(request, holding, 200, reply);
        return NULL;
    }
    const struct error *error = holding->faults;
    if (error == NULL) {
        error = record(request, holding, &recorded);
    }
    if (error == NULL) {
        reply_redirect(reply, arena_printf(request->arena, "%s/meetings/%llu/record?done=1",
                                           holding->sheet.children[0].frame.path,
                                           (unsigned long long)recorded.entry->seq));
        return NULL;
    }
    int status = entry_form_status(error);
    if (status == 0) {
        return error;
    }
    holding->faults = status == 422 ? holding_named(request->arena, holding, error) : NULL;
    if (error->code == ERROR_CONFLICT) {
        show_conflict(holding, &recorded);
    }
    (void)keep(request, holding);
    holding_write(request, holding, status, reply);
    return NULL;
}
