/*
 * The plan in plain words, for the child: one page to print. It names the people who help and nobody else,
 * and takes no free text from the record, so nothing about other people can stand in it.
 */
#include "web/pages/case_frame.h"
#include "web/pages/pages.h"

#include <string.h>

static void write_helpers(struct ui *ui, const struct case_view *view)
{
    const struct helper *helpers;
    size_t count = case_helpers(ui, view, &helpers);
    const char **lines = arena_many(ui->arena, const char *, count + 1);
    for (size_t i = 0; i < count; i++) {
        lines[i] = helpers[i].phone == NULL
                       ? arena_printf(ui->arena, "%s: %s.", helpers[i].title, helpers[i].name)
                       : arena_printf(ui->arena, "%s: %s. Call them on %s.", helpers[i].title,
                                      helpers[i].name, helpers[i].phone);
    }
    ui_h2(ui, "Who helps you");
    if (count == 0) {
        ui_text(ui, "Ask your social worker who is there for you. You can choose somebody you trust.");
    } else {
        ui_bullets(ui, lines, count);
    }
}

static const struct plan *running_strategy(const struct case_state *state)
{
    for (size_t i = state->plan_count; i > 0; i--) {
        const struct plan *plan = &state->plans[i - 1];
        if (plan->ended == NULL && plan->kind != NULL && strcmp(plan->kind->id, "exit-strategy") == 0) {
            return plan;
        }
    }
    return NULL;
}

/* The parts that the plan was made with, in the words of the pack. */
static void write_parts(struct ui *ui, const struct case_view *view)
{
    const struct plan *plan = running_strategy(view->state);
    const struct known *made = plan == NULL ? NULL : plan->made != NULL ? plan->made : plan->reviewed;
    const struct field *field = made == NULL ? NULL : entry_type_field(made->type, "strategy_parts");
    const struct value *parts = field == NULL ? NULL : &made->values[field->index];
    ui_h2(ui, "What we work on together");
    if (parts == NULL || parts->kind != VALUE_CODES || parts->list.count == 0) {
        ui_text(ui, "There is no plan yet. We will make one with you.");
        return;
    }
    const char **lines = arena_many(ui->arena, const char *, parts->list.count);
    for (size_t i = 0; i < parts->list.count; i++) {
        lines[i] = value_codes(parts)[i]->title;
    }
    ui_bullets(ui, lines, parts->list.count);
    ui_text(ui, "You can say what you want to change. Your plan belongs to you.");
}

static const struct value *value_of(const struct known *known, const char *name)
{
    const struct field *field = entry_type_field(known->type, name);
    return field == NULL ? NULL : &known->values[field->index];
}

/* Days only: the next meeting, and when the plan is looked at again. */
static void write_next(struct ui *ui, const struct case_view *view)
{
    const char *lines[3];
    size_t count = 0;
    for (size_t i = 0; i < view->state->meeting_count && count < 1; i++) {
        const struct meeting *meeting = &view->state->meetings[i];
        const struct value *starts = meeting->held != NULL || meeting->arranged == NULL
                                         ? NULL
                                         : value_of(meeting->arranged, "starts_at");
        if (starts != NULL && starts->kind == VALUE_MOMENT) {
            lines[count++] = arena_printf(ui->arena, "There is a meeting about your plan on %s.",
                                          show_day(ui->arena, starts->moment.day));
        }
    }
    const struct plan *plan = running_strategy(view->state);
    const struct known *latest = plan == NULL ? NULL : plan->reviewed != NULL ? plan->reviewed : plan->made;
    const struct value *review = latest == NULL ? NULL : value_of(latest, "next_review_at");
    if (review != NULL && review->kind == VALUE_MOMENT) {
        lines[count++] = arena_printf(ui->arena, "We look at your plan again on %s.",
                                      show_day(ui->arena, review->moment.day));
    }
    lines[count++] = "We ask you what you think before we decide.";
    ui_h2(ui, "What happens next");
    ui_bullets(ui, lines, count);
}

const struct error *page_child_summary(struct request *request, struct reply *reply)
{
    static const char *const calls[] = {
        "If you are in danger now, call 999.",
        "To talk to somebody at any time, call Childline on 0800 1111. It is free.",
        "You can call any of the people who help you.",
    };
    struct case_frame frame;
    TRY(case_frame_read(request, &frame));
    TRY(act_file_taken(&request->act, frame.view->reference.text, "case-print"));
    const struct case_view *view = frame.view;
    struct ui *ui = case_frame_begin(request, &frame, "Your plan", NULL);
    ui_title(ui, NULL, arena_printf(ui->arena, "Your plan, %s", view->child.given_name));
    ui_text(ui, "This page is for you. What happened to you is not your fault. You are not in trouble.");
    write_helpers(ui, view);
    write_parts(ui, view);
    write_next(ui, view);
    ui_h2(ui, "Whom to call");
    ui_bullets(ui, calls, sizeof calls / sizeof calls[0]);
    ui_print(ui, "Print this page");
    ui_finish(ui, reply, 200);
    return NULL;
}
