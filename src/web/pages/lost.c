/* For those who keep accounts: somebody has lost every second factor. One asks, another agrees. */
#include "web/pages/pages.h"
#include "web/pages/ui.h"

#include "act/signing.h"
#include "base/text.h"

#include <string.h>

static void write_asked(struct ui *ui, const struct lost_view *lost)
{
    const struct ui_row rows[] = {
        {.key = "User name", .value = {.text = lost->username}},
        {.key = "Asked by", .value = {.text = lost->asked_by}},
        {.key = "When", .value = {.text = show_instant(ui->arena, ui->pack, lost->asked_at)}},
        {.key = "How it was made sure", .value = {.text = lost->how}},
    };
    ui_h3(ui, lost->name);
    ui_summary(ui, rows, sizeof rows / sizeof rows[0]);
    if (lost->mine) {
        ui_text(ui, "Somebody else has to agree: neither you nor the person it is about. You can still take "
                    "it back.");
    }
    ui_form(ui, "/accounts/lost/answer");
    ui_hidden(ui, "username", lost->username);
    ui_buttons(ui);
    if (!lost->mine) {
        ui_button(ui, BUTTON_WARNING,
                  arena_printf(ui->arena, "Agree, and take them away from %s", lost->name), "answer",
                  "agree");
    }
    ui_button(ui, BUTTON_SECONDARY, arena_printf(ui->arena, "Refuse for %s", lost->name), "answer", "refuse");
    ui_buttons_end(ui);
    ui_form_end(ui);
}

static void write_ask(struct ui *ui)
{
    size_t count;
    const struct lost_way *ways = act_lost_ways(&count);
    const char *how = request_form(ui->request, "how");
    const char *typed =
        ui->request->is_post ? request_form(ui->request, "username") : request_query(ui->request, "name");
    struct ui_choice *choices = arena_many(ui->arena, struct ui_choice, count);
    for (size_t i = 0; i < count; i++) {
        choices[i] = (struct ui_choice){
            .value = ways[i].id, .text = ways[i].title, .checked = text_equal(how, ways[i].id)};
    }
    ui_h2(ui, "Somebody has lost theirs");
    ui_form(ui, "/accounts/lost");
    ui_input(ui,
             &(struct ui_field){
                 .name = "username", .label = "User name", .text = typed, .width = 20, .no_spelling = true});
    ui_radios(ui, &(struct ui_field){
                      .name = "how",
                      .label = "How did you make sure who it is?",
                      .hint = "An e-mail or a call from them is not enough: whoever has their mailbox "
                              "or telephone could send it.",
                      .choices = choices,
                      .choice_count = count});
    ui_button(ui, BUTTON_MAIN, "Ask for a second person", NULL, NULL);
    ui_form_end(ui);
}

static const struct error *answer(struct request *request, const char *done, const char *link,
                                  const struct error *faults, struct reply *reply)
{
    const struct lost_view *list;
    size_t count;
    TRY(act_lost_list(&request->act, &list, &count));
    struct ui *ui = ui_begin(request, "Lost second factors", "/accounts");
    ui->faults = faults;
    ui->back = "/accounts";
    ui->back_text = "Accounts";
    ui_title(ui, NULL, "Lost second factors");
    if (link != NULL) {
        ui_banner(
            ui, true, "Taken away",
            arena_printf(ui->arena,
                         "Give this link to them in person, never by e-mail. It is good once, for 72 hours, "
                         "and is not shown again. With it they set a new password, and a second factor "
                         "before anything else.\n\n%s",
                         ui_address(ui, arena_printf(ui->arena, "/set-password/%s", link))));
    } else if (done != NULL) {
        ui_banner(ui, true, "Done", done);
    }
    ui_text(ui, "When somebody has lost their passkeys, their app and their recovery codes, you make sure "
                "who they are, "
                "and a second person who keeps accounts agrees. The person is told at both steps.");
    ui_h2(ui, "Waiting for a second person");
    if (count == 0) {
        ui_text(ui, "Nobody is waiting.");
    }
    for (size_t i = 0; i < count; i++) {
        write_asked(ui, &list[i]);
    }
    write_ask(ui);
    ui_finish(ui, reply, faults == NULL ? 200 : 422);
    return NULL;
}

const struct error *page_lost(struct request *request, struct reply *reply)
{
    const char *done = request_query(request, "done");
    return answer(request,
                  done == NULL ? NULL
                  : strcmp(done, "refused") == 0
                      ? "It was refused. Nothing changed for them."
                      : "It was asked, and the person was told. A second person has seven "
                        "days to agree.",
                  NULL, NULL, reply);
}

static const struct error *as_fault(struct request *request, const struct error *error)
{
    return error != NULL && error->code == ERROR_NOT_FOUND
               ? error_field(request->arena, ERROR_INVALID, "username", NULL,
                             "There is no account of this name")
               : error;
}

const struct error *page_lost_post(struct request *request, struct reply *reply)
{
    const char *username = request_form(request, "username");
    const char *how = request_form(request, "how");
    const struct error *error =
        text_is_blank(username)
            ? error_field(request->arena, ERROR_INVALID, "username", NULL, "Enter a user name")
            : as_fault(request, act_lost_ask(&request->act, text_trim(request->arena, username),
                                             how == NULL ? "" : how));
    if (error != NULL && error->code == ERROR_INVALID) {
        return answer(request, NULL, NULL, error, reply);
    }
    TRY(error);
    reply_redirect(reply, "/accounts/lost?done=asked");
    return NULL;
}

const struct error *page_lost_answer_post(struct request *request, struct reply *reply)
{
    const char *username = request_form(request, "username");
    bool agreed = text_equal(request_form(request, "answer"), "agree");
    const char *link;
    const struct error *error =
        as_fault(request, act_lost_answer(&request->act, username == NULL ? "" : username, agreed, &link));
    if (error != NULL && error->code == ERROR_INVALID) {
        return answer(request, NULL, NULL, error, reply);
    }
    TRY(error);
    if (link == NULL) {
        reply_redirect(reply, "/accounts/lost?done=refused");
        return NULL;
    }
    return answer(request, NULL, link, NULL, reply);
}
