/* What somebody was told of, where they are told by e-mail, and what e-mail could not be sent yet. */
#include "base/text.h"
#include "web/pages/pages.h"
#include "web/pages/ui.h"
#include "web/parse.h"

#include <string.h>

static const char *title_of(struct ui *ui, const struct notice_view *notice)
{
    return notice->to == NULL ? notice->title : arena_printf(ui->arena, "%s: %s", notice->title, notice->to);
}

static void write_notices(struct ui *ui, const struct notice_view *notices, size_t count)
{
    static const char *const heads[] = {"What", "For", "When", "State"};
    struct ui_cell *cells = arena_many(ui->arena, struct ui_cell, count * 4);
    for (size_t i = 0; i < count; i++) {
        const struct notice_view *notice = &notices[i];
        struct ui_cell *row = &cells[i * 4];
        row[0] = (struct ui_cell){.text = title_of(ui, notice),
                                  .path = notice->path,
                                  .under = notice->paragraph == NULL
                                               ? NULL
                                               : arena_printf(ui->arena, "Paragraph %s", notice->paragraph)};
        row[1] = (struct ui_cell){
            .text = notice->child_name == NULL ? notice->reference.text : notice->child_name,
            .path = notice->child_name == NULL ? NULL
                                               : arena_printf(ui->arena, "/cases/%s", notice->reference.text),
            .under = notice->child_name == NULL ? NULL : notice->reference.text};
        if (notice->of_account) {
            row[1] = (struct ui_cell){.text = "Your account", .path = "/my-account"};
        } else if (!notice->has_case) {
            row[1] = (struct ui_cell){.text = ""};
        }
        row[2] =
            (struct ui_cell){.text = show_instant(ui->arena, ui->pack, notice->at), .under = notice->when};
        row[3] = (struct ui_cell){.text = notice->read ? "Read" : "Unread",
                                  .tone = notice->read ? "grey" : "blue"};
    }
    ui_table(ui, NULL, heads, 4, cells, count);
}

static void write_address(struct ui *ui, const char *address)
{
    const char *typed = request_form(ui->request, "email");
    ui_h2(ui, "By e-mail");
    ui_text(ui, "An e-mail says that something is due, the reference and where to look. It never names a "
                "child and never says why.");
    ui_form(ui, "/notices/address");
    ui_input(ui, &(struct ui_field){.name = "email",
                                    .label = "Your work e-mail address",
                                    .hint = "Leave it empty to get none.",
                                    .text = typed == NULL ? address : typed,
                                    .autocomplete = "email",
                                    .no_spelling = true,
                                    .width = 30});
    ui_button(ui, BUTTON_SECONDARY, "Save the address", NULL, NULL);
    ui_form_end(ui);
}

static const struct error *answer(struct request *request, const struct error *faults, struct reply *reply)
{
    const struct notice_view *notices;
    size_t count;
    size_t unread;
    const char *next;
    const char *address;
    const char *after = request->is_post ? NULL : request_query(request, "after");
    TRY(act_notices(&request->act, after, &notices, &count, &next));
    TRY(act_notices_unread(&request->act, &unread));
    TRY(act_mail_address(&request->act, &address));
    struct ui *ui = ui_begin(request, "Notices", "/notices");
    ui->wide = true;
    ui->faults = faults;
    ui_title(ui, NULL, "Notices");
    if (count == 0 && after == NULL) {
        ui_text(ui, "Nothing yet. When a referral comes to you, or a duty of your role begins, comes near or "
                    "is late, it stands here.");
    } else {
        if (unread > 0) {
            ui_form(ui, "/notices/read");
            ui_button(ui, BUTTON_SECONDARY, "Mark all as read", NULL, NULL);
            ui_form_end(ui);
        }
        write_notices(ui, notices, count);
    }
    if (next != NULL) {
        ui_next(ui, arena_printf(ui->arena, "/notices?after=%s", percent_encode(ui->arena, next)));
    }
    write_address(ui, address);
    if (request->session.actor.role->administers) {
        ui_h2(ui, "E-mail that waits");
        ui_link(ui, "What is still to be sent, and what went wrong", "/notices/mail");
    }
    ui_finish(ui, reply, faults == NULL ? 200 : 422);
    return NULL;
}

const struct error *page_notices(struct request *request, struct reply *reply)
{
    return answer(request, NULL, reply);
}

const struct error *page_notices_read_post(struct request *request, struct reply *reply)
{
    const char *notice = request_form(request, "notice");
    TRY(act_notices_read(&request->act, text_is_blank(notice) ? NULL : notice));
    reply_redirect(reply, "/notices");
    return NULL;
}

const struct error *page_notices_address_post(struct request *request, struct reply *reply)
{
    const struct error *error = act_mail_address_set(&request->act, request_form(request, "email"));
    if (error != NULL && error->code == ERROR_INVALID) {
        return answer(request, error, reply);
    }
    TRY(error);
    reply_redirect(reply, "/notices");
    return NULL;
}

/* ---- the outbox, for administrators ---- */

static void write_outbox(struct ui *ui, const struct mail_state *state)
{
    static const char *const heads[] = {"To", "Made", "Tries", "What went wrong", "Next try"};
    struct ui_cell *cells = arena_many(ui->arena, struct ui_cell, state->waiting_count * 5);
    for (size_t i = 0; i < state->waiting_count; i++) {
        const struct outbox_view *message = &state->waiting[i];
        struct ui_cell *row = &cells[i * 5];
        row[0] = (struct ui_cell){.text = message->to};
        row[1] = (struct ui_cell){.text = show_instant(ui->arena, ui->pack, message->made_at)};
        row[2] = (struct ui_cell){.text = arena_printf(ui->arena, "%d", message->tries)};
        row[3] = (struct ui_cell){.text = message->fault[0] == '\0' ? "Not tried yet" : message->fault,
                                  .tone = NULL};
        row[4] = (struct ui_cell){.text = show_instant(ui->arena, ui->pack, message->next_at)};
    }
    ui_table(ui, NULL, heads, 5, cells, state->waiting_count);
}

const struct error *page_notices_mail(struct request *request, struct reply *reply)
{
    struct mail_state state;
    TRY(act_outbox(&request->act, &state));
    struct ui *ui = ui_begin(request, "E-mail that waits", "/notices");
    ui->wide = true;
    ui->back = "/notices";
    ui_title(ui, NULL, "E-mail that waits");
    if (!state.on) {
        ui_inset(ui,
                 "Sending e-mail is not set up. Notices stand in the program. \"waymark serve --mail FILE\" "
                 "sets it up.");
    }
    if (state.total == 0) {
        ui_text(ui, "Nothing waits to be sent.");
    } else {
        ui_text(ui, state.total == 1
                        ? "One message waits. Nothing is lost: it is tried again until it is sent."
                        : arena_printf(ui->arena,
                                       "%zu messages wait. Nothing is lost: they are tried again "
                                       "until they are sent.",
                                       state.total));
        ui_form(ui, "/notices/mail");
        ui_button(ui, BUTTON_SECONDARY, "Try all again now", NULL, NULL);
        ui_form_end(ui);
        write_outbox(ui, &state);
    }
    ui_finish(ui, reply, 200);
    return NULL;
}

const struct error *page_notices_mail_post(struct request *request, struct reply *reply)
{
    TRY(act_outbox_hurry(&request->act));
    reply_redirect(reply, "/notices/mail");
    return NULL;
}
