#include "record/case.h"

#include "base/text.h"
#include "record/match.h"

static const struct value no_value = {.kind = VALUE_NONE};

struct fold {
    struct case_state *state;
    struct plan *plans;
    struct meeting *meetings;
    struct action *actions;
    struct person_named *people;
};

static const struct value *part_key(const struct known *known)
{
    return known->type->part_key < 0 ? &no_value : &known->values[known->type->part_key];
}

static const struct code *key_code(const struct known *known)
{
    const struct value *value = part_key(known);
    return value->kind == VALUE_CODE ? value->code : NULL;
}

static const char *key_text(const struct known *known)
{
    const struct value *value = part_key(known);
    return value->kind == VALUE_TEXT ? value->text : NULL;
}

/* Codes of one list are the same row; two types may ask the kind from lists of their own. */
static bool same_kind(const struct code *a, const struct code *b)
{
    return a == b || (a != NULL && b != NULL && text_equal(a->id, b->id));
}

static struct plan *plan_running(struct fold *fold, const struct code *kind)
{
    for (size_t i = fold->state->plan_count; i-- > 0;) {
        if (fold->plans[i].ended == NULL && same_kind(fold->plans[i].kind, kind)) {
            return &fold->plans[i];
        }
    }
    return NULL;
}

static void fold_plan(struct fold *fold, const struct known *known)
{
    const struct code *kind = key_code(known);
    if (known->type->step == STEP_END) {
        for (struct plan *plan = plan_running(fold, kind); plan != NULL; plan = plan_running(fold, kind)) {
            plan->ended = known;
        }
        return;
    }
    struct plan *plan = known->type->step == STEP_CONTINUE ? plan_running(fold, kind) : NULL;
    if (plan == NULL) {
        plan = &fold->plans[fold->state->plan_count++];
        *plan = (struct plan){.kind = kind};
    }
    if (known->type->step == STEP_CONTINUE) {
        plan->reviewed = known;
    } else {
        plan->made = known;
    }
}

static void fold_meeting(struct fold *fold, const struct known *known)
{
    const struct code *kind = key_code(known);
    if (known->type->step != STEP_BEGIN) {
        for (size_t i = 0; i < fold->state->meeting_count; i++) {
            if (fold->meetings[i].held == NULL && same_kind(fold->meetings[i].kind, kind)) {
                fold->meetings[i].held = known;
                return;
            }
        }
    }
    struct meeting *meeting = &fold->meetings[fold->state->meeting_count++];
    *meeting = (struct meeting){.kind = kind};
    if (known->type->step == STEP_BEGIN) {
        meeting->arranged = known;
    } else {
        meeting->held = known;
    }
}

/* An action is open until its progress says anything but `open`. */
static bool leaves_open(const struct known *known)
{
    const struct field *field = entry_type_field(known->type, "progress");
    const struct value *value = field == NULL ? &no_value : &known->values[field->index];
    return value->kind != VALUE_CODE || text_equal(value->code->id, "open");
}

static void fold_action(struct fold *fold, const struct known *known)
{
    if (known->type->step == STEP_BEGIN) {
        fold->actions[fold->state->action_count++] = (struct action){.agreed = known, .open = true};
        return;
    }
    const char *text = key_text(known);
    struct action *found = NULL;
    for (size_t i = fold->state->action_count; i-- > 0;) {
        struct action *action = &fold->actions[i];
        if (text_equal(key_text(action->agreed), text) && (found == NULL || (action->open && !found->open))) {
            found = action;
        }
    }
    if (found != NULL) {
        found->progress = known;
        found->open = leaves_open(known);
    }
}

static void fold_person(struct fold *fold, const struct known *known)
{
    const char *text = key_text(known);
    size_t count = fold->state->person_count;
    size_t i = 0;
    while (i < count && !text_equal(fold->people[i].text, text)) {
        i++;
    }
    if (known->type->step == STEP_END) {
        if (i < count) {
            memmove(&fold->people[i], &fold->people[i + 1], (count - i - 1) * sizeof *fold->people);
            fold->state->person_count--;
        }
    } else if (i == count && text != NULL) {
        fold->people[fold->state->person_count++] = (struct person_named){known, text};
    }
}

const struct case_state *case_fold(struct arena *arena, const struct history *history)
{
    size_t counts[PART_DETAILS + 1] = {0};
    struct case_state *state = arena_one(arena, struct case_state);
    state->open = true;
    for (size_t i = 0; i < history->count; i++) {
        counts[history->list[i].type->part]++;
    }
    struct fold fold = {.state = state,
                        .plans = arena_many(arena, struct plan, counts[PART_PLAN]),
                        .meetings = arena_many(arena, struct meeting, counts[PART_MEETING]),
                        .actions = arena_many(arena, struct action, counts[PART_ACTION]),
                        .people = arena_many(arena, struct person_named, counts[PART_PERSON])};
    const struct known *const *came = history_came(arena, history);
    const struct known *begun = NULL; /* what begins or reopens it, recorded last so far */
    for (size_t i = 0; i < history->count; i++) {
        const struct known *known = came[i];
        switch (known->type->part) {
        case PART_PLAN:
            fold_plan(&fold, known);
            break;
        case PART_MEETING:
            fold_meeting(&fold, known);
            break;
        case PART_ACTION:
            fold_action(&fold, known);
            break;
        case PART_PERSON:
            fold_person(&fold, known);
            break;
        case PART_CLOSING:
            state->closed = begun != NULL && known_recorded_after(begun, known) ? NULL : known;
            break;
        case PART_REOPENING:
        case PART_START: /* a new concern always starts the procedure, on a closed case too */
            state->closed = NULL;
            begun = begun != NULL && known_recorded_after(begun, known) ? begun : known;
            break;
        case PART_NONE:
        case PART_CORRECTION:
        case PART_DETAILS:
            break;
        }
    }
    state->open = state->closed == NULL;
    state->plans = fold.plans;
    state->meetings = fold.meetings;
    state->actions = fold.actions;
    state->people = fold.people;
    return state;
}
