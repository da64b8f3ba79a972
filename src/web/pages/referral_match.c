#include "web/pages/referral_match.h"

#include "base/text.h"

#include <string.h>

static void write_matches(struct referral *referral, const struct referral_step *step,
                          const struct match *matches, size_t count, const struct error *faults, int status,
                          struct reply *reply)
{
    struct ui *ui = referral_step_begin(referral, step, "Is it one of these children?");
    ui->faults = faults;
    ui_title(ui, referral_step_caption(referral, step), "Is it one of these children?");
    ui_text(ui, "A child should have one record, so that everybody sees the whole. Look before a second one "
                "is made.");
    const char *chosen = typed_first(referral->typed, referral_case_name);
    struct ui_choice *choices = arena_many(ui->arena, struct ui_choice, count + 1);
    for (size_t i = 0; i < count; i++) {
        const struct match *match = &matches[i];
        choices[i] = (struct ui_choice){
            .value = match->reference.text,
            .text = match->has_birth ? arena_printf(ui->arena, "%s, born %s", match->full_name,
                                                    show_day(ui->arena, match->birth))
                                     : match->full_name,
            .hint = arena_printf(ui->arena, "Reference %s: %s", match->reference.text,
                                 match->reasons == NULL ? "" : match->reasons),
            .checked = chosen != NULL && strcmp(chosen, match->reference.text) == 0};
    }
    choices[count] = (struct ui_choice){.value = referral_no_case,
                                        .text = "None of these",
                                        .checked = chosen != NULL && strcmp(chosen, referral_no_case) == 0};
    referral_form_open(ui, referral, step);
    ui_radios(ui, &(struct ui_field){
                      .name = "same",
                      .label = "Which child is it?",
                      .hint = "If it is one of them, this becomes a further referral on that record.",
                      .choices = choices,
                      .choice_count = count + 1});
    referral_buttons(ui);
    ui_form_end(ui);
    ui_finish(ui, reply, status);
}

const struct error *referral_match_show(struct referral *referral, const struct referral_step *step,
                                        struct reply *reply)
{
    const struct match *matches;
    size_t count;
    referral->request->searched = true;
    TRY(act_matches(&referral->request->act, referral->details_values, &matches, &count));
    if (count == 0) {
        reply_redirect(reply, referral_step_path(referral, step + 1));
        return NULL;
    }
    write_matches(referral, step, matches, count, NULL, 200, reply);
    return NULL;
}

const struct error *referral_match_take(struct referral *referral, const struct referral_step *step,
                                        struct reply *reply)
{
    const struct match *matches;
    size_t count;
    referral->request->searched = true;
    TRY(act_matches(&referral->request->act, referral->details_values, &matches, &count));
    const char *same = request_form(referral->request, "same");
    bool known = same != NULL && strcmp(same, referral_no_case) == 0;
    for (size_t i = 0; i < count && same != NULL; i++) {
        known = known || strcmp(same, matches[i].reference.text) == 0;
    }
    if (!known) {
        write_matches(referral, step, matches, count,
                      error_field(referral->arena, ERROR_INVALID, "same", NULL,
                                  "Choose the child, or that it is none of these"),
                      422, reply);
        return NULL;
    }
    referral_put(referral, referral_case_name, same);
    return NULL;
}
