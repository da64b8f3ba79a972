/* One's own account: who one is here, and where one is signed in. */
#include "web/pages/pages.h"
#include "web/pages/ui.h"

#include <string.h>

static void write_who(struct ui *ui)
{
    const struct session *session = &ui->request->session;
    const struct actor *actor = &session->actor;
    const struct ui_row rows[] = {
        {.key = "Name", .value = {.text = actor->name}},
        {.key = "User name", .value = {.text = actor->username}},
        {.key = "Role", .value = {.text = actor->role->title}},
        {.key = "Agency", .value = {.text = show_code(ui->pack, "agency", actor->agency)}},
    };
    ui_summary(ui, rows, sizeof rows / sizeof rows[0]);
    ui_link(ui, "How you sign in: passkeys, app, recovery codes", "/my-account/sign-in");
}

static const char *seen_words(struct ui *ui, const struct session_view *session)
{
    int64_t minutes = (ui->request->act.now.ms - session->seen_at.ms) / MS_PER_MINUTE;
    return session->is_this || minutes < 1
               ? "now"
               : arena_printf(ui->arena, "%s ago",
                              show_count(ui->arena, (size_t)minutes, "minute", "minutes"));
}

static void write_session(struct ui *ui, const struct session_view *session)
{
    char id[ID_TEXT];
    id_format(session->id, id);
    ui_h3(ui, session->is_this ? arena_printf(ui->arena, "%s (this one)", session->device) : session->device);
    const struct ui_row rows[] = {
        {.key = "Where", .value = {.text = session->place}},
        {.key = "Signed in", .value = {.text = show_instant(ui->arena, ui->pack, session->began_at)}},
        {.key = "Last used", .value = {.text = seen_words(ui, session)}},
        {.key = "Ends at the latest", .value = {.text = show_instant(ui->arena, ui->pack, session->ends_at)}},
    };
    ui_summary(ui, rows, sizeof rows / sizeof rows[0]);
    if (session->is_this) {
        return;
    }
    ui_form(ui, "/my-account/sessions");
    ui_hidden(ui, "session", id);
    ui_button(ui, BUTTON_SECONDARY, arena_printf(ui->arena, "End this session (%s)", session->device), NULL,
              NULL);
    ui_form_end(ui);
}

static void write_sessions(struct ui *ui, const struct session_view *sessions, size_t count)
{
    ui_h2(ui, "Where you are signed in");
    ui_text(
        ui,
        "A session ends after 30 minutes without use, and after 12 hours at most. If you do not know one of "
        "these, end it and tell whoever keeps the accounts of your agency.");
    for (size_t i = 0; i < count; i++) {
        write_session(ui, &sessions[i]);
    }
    if (count > 1) {
        ui_form(ui, "/my-account/sessions");
        ui_button(ui, BUTTON_WARNING, "End all other sessions", NULL, NULL);
        ui_form_end(ui);
    } else {
        ui_hint(ui, "You are signed in nowhere else.");
    }
}

static const struct error *answer(struct request *request, const char *done, struct reply *reply)
{
    const struct session_view *sessions;
    size_t count;
    TRY(act_sessions(&request->act, &sessions, &count));
    struct ui *ui = ui_begin(request, "Your account", NULL);
    ui_title(ui, NULL, "Your account");
    if (done != NULL) {
        ui_banner(ui, true, "Ended", done);
    }
    write_who(ui);
    write_sessions(ui, sessions, count);
    ui_h2(ui, "Conflicts of interest");
    ui_link(ui, "Declare that you have an interest of your own in a record", "/conflict");
    ui_finish(ui, reply, 200);
    return NULL;
}

const struct error *page_my_account(struct request *request, struct reply *reply)
{
    const char *ended = request_query(request, "ended");
    return answer(request,
                  ended == NULL               ? NULL
                  : strcmp(ended, "one") == 0 ? "That session ended."
                                              : "All other sessions ended.",
                  reply);
}

/* Ends the one that is named, or all others. */
const struct error *page_my_sessions_post(struct request *request, struct reply *reply)
{
    const char *session = request_form(request, "session");
    struct id id;
    size_t count;
    if (session == NULL) {
        TRY(act_sessions_end_others(&request->act, &count));
        reply_redirect(reply, "/my-account?ended=others");
        return NULL;
    }
    if (!id_parse(session, &id)) {
        return error_of(ERROR_BAD_INPUT);
    }
    const struct error *error = act_session_end(&request->act, id);
    if (error != NULL && error->code != ERROR_NOT_FOUND) { /* it ended meanwhile: what was wanted */
        return error;
    }
    reply_redirect(reply, "/my-account?ended=one");
    return NULL;
}
