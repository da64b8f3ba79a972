/*
 * Signing in by the provider of one's own agency: there by an ordinary link, back with a code in the address.
 * Both ends may wait for the provider, so they run on the blocking workers. The session's cookie is Strict,
 * and a browser that comes from elsewhere does not send it on until it has seen a page of ours: so it is
 * given with a page, which goes on by itself.
 */
#include "web/pages/sso.h"

#include "act/sso.h"
#include "base/text.h"
#include "web/pages/keep.h"
#include "web/pages/pages.h"
#include "web/pages/signing.h"
#include "web/parse.h"

#include <string.h>

enum { TICKET_SECONDS = 10 * 60, DEVICE_SECONDS = 365 * 24 * 3600 };
static const char cookie[] = "waymark_sso";

static struct act nobody(const struct request *request)
{
    struct act act = request->act;
    act.actor = NULL;
    return act;
}

/* ---- the buttons ---- */

static void write_way(struct ui *ui, const char *verb, const struct sso_way *way, const char *path,
                      bool apart)
{
    const char *text = arena_printf(ui->arena, "%s with %s", verb, way->title);
    if (!apart) {
        ui_button_link(ui, BUTTON_SECONDARY, text, path);
        return;
    }
    html_open(ui->html, "p", ATTRIBUTES({"class", "govuk-body"}));
    html_open(ui->html, "a",
              ATTRIBUTES({"class", "govuk-link"}, {"href", path}, {"target", "_blank"}, {"rel", "noopener"}));
    html_text(ui->html, arena_printf(ui->arena, "%s (opens in a new tab)", text));
    html_close(ui->html, "a");
    html_close(ui->html, "p");
}

bool sso_write_ways(struct ui *ui, const char *link, const char *next, bool apart)
{
    const struct sso_way *ways;
    size_t count;
    const struct act act = nobody(ui->request);
    act_sso_ways(&act, link, &ways, &count);
    if (count == 0) {
        return false;
    }
    ui_h2(ui,
          link == NULL ? "Or sign in with your own organisation" : "Or use the sign-in of your organisation");
    if (link != NULL) {
        ui_text(ui, "Then you need no password here: you sign in as you do at work.");
    } else if (apart) {
        ui_text(ui, "What you typed stays on this page. Sign in in the new tab, come back to this one, and "
                    "send it again.");
    }
    for (size_t i = 0; i < count; i++) {
        const char *path = link == NULL
                               ? arena_printf(ui->arena, "/sign-in/with/%s", ways[i].id)
                               : arena_printf(ui->arena, "/set-password/%s/with/%s", link, ways[i].id);
        if (link == NULL && (apart || path_is_ours(next))) {
            path = arena_printf(ui->arena, "%s?next=%s", path,
                                apart ? "/signed-in" : percent_encode(ui->arena, next));
        }
        write_way(ui, "Sign in", &ways[i], path, apart);
    }
    return true;
}

bool sso_write_again(struct ui *ui, const char *next, bool apart)
{
    const struct sso_way *way = act_sso_mine(&ui->request->act);
    if (way == NULL) {
        return false;
    }
    const char *path = arena_printf(ui->arena, "/confirm/with/%s", way->id);
    if (apart || path_is_ours(next)) {
        path = arena_printf(ui->arena, "%s?next=%s", path,
                            apart ? "/signed-in" : percent_encode(ui->arena, next));
    }
    ui_h2(ui, "Or confirm where you sign in at work");
    write_way(ui, "Confirm", way, path, apart);
    return true;
}

void sso_write_way_out(struct ui *ui, const char *provider)
{
    const struct act act = nobody(ui->request);
    const char *title;
    const char *address = provider == NULL ? NULL : act_sso_way_out(&act, provider, &title);
    if (address != NULL) {
        ui_warning(ui, arena_printf(ui->arena,
                                    "You may still be signed in with %s in this browser. On a computer "
                                    "that others use, sign out there too.",
                                    title));
        ui_buttons(ui);
        ui_button_link(ui, BUTTON_SECONDARY, arena_printf(ui->arena, "Sign out of %s", title), address);
        ui_buttons_end(ui);
    }
}

/* ---- refused ---- */

struct words {
    int status;
    const char *title;
    const char *text;
};

/* %s: the title of the provider */
static const struct words refusals[] = {
    [SSO_REFUSED_BY_PROVIDER] = {403, "You are not signed in",
                                 "%s did not sign you in. If you turned back there, you can try again."},
    [SSO_REFUSED_ANSWER] = {400, "You are not signed in",
                            "What %s answered could not be taken. That happens when a page was open for more "
                            "than 10 minutes, was opened twice, or was reached by the back button. Try again "
                            "from the beginning; if it happens once more, tell your administrator."},
    [SSO_REFUSED_AWAY] = {503, "You are not signed in",
                          "%s cannot be reached just now. Try again in a moment, or sign in in another way. "
                          "Who is signed in stays signed in."},
    [SSO_REFUSED_NO_ROLE] =
        {403, "You have no access",
         "%s says who you are, but not that you work with this record. What access you had "
         "by it has ended. Ask the administrator of your organisation to put you into the "
         "right group."},
    [SSO_REFUSED_UNKNOWN] = {403, "You have no account here yet",
                             "%s says who you are, but nobody has invited you. Ask the administrator of your "
                             "organisation for an invitation to Waymark, and open its link first."},
    [SSO_REFUSED_LOCKED] = {403, "Your account is locked",
                            "%s says who you are, but your account here is locked. Ask the administrator of "
                            "your organisation."},
    [SSO_REFUSED_OTHER] =
        {403, "You are not signed in",
         "The account is not one that %s may sign in: it belongs to another organisation, or "
         "to somebody else. Sign out there if you share this computer, and try again."},
    [SSO_REFUSED_LINK] = {403, "This invitation is no longer good",
                          "It was used, or is older than 72 hours. Ask your administrator for a new one, and "
                          "sign in with %s from there."},
    [SSO_REFUSED_SECOND] = {403, "A second factor is needed",
                            "%s asked you for one thing only, such as a password. Waymark asks for a second, "
                            "such as a code from an app. Ask the administrator of your organisation."},
};

static const char *filled(struct arena *arena, const char *text, const char *title)
{
    const char *place = strstr(text, "%s");
    return place == NULL ? text
                         : arena_printf(arena, "%.*s%s%s", (int)(place - text), text, title, place + 2);
}

/* What the provider is called: only what the settings say, whatever stands in the address. */
static const char *title_of(const struct request *request, const char *id)
{
    const struct sso_way *ways;
    size_t count;
    const struct act act = nobody(request);
    act_sso_ways(&act, NULL, &ways, &count);
    for (size_t i = 0; i < count; i++) {
        if (text_equal(ways[i].id, id)) {
            return ways[i].title;
        }
    }
    return NULL;
}

static void refuse(struct request *request, enum sso_refused refused, struct reply *reply)
{
    const struct words *words = &refusals[refused];
    const char *id = request_param(request, "provider");
    const char *title = title_of(request, id);
    struct ui *ui = ui_begin(request, words->title, NULL);
    ui_title(ui, NULL, words->title);
    ui_text(ui, filled(ui->arena, words->text, title == NULL ? "The service" : title));
    ui_buttons(ui);
    if (refused != SSO_REFUSED_LINK && title != NULL) {
        ui_button_link(ui, BUTTON_MAIN, "Try again", arena_printf(ui->arena, "/sign-in/with/%s", id));
    }
    ui_button_link(ui, BUTTON_SECONDARY, "Sign in in another way", "/sign-in");
    ui_buttons_end(ui);
    ui_finish(ui, reply, words->status);
}

/* For the log, which may hold what was wrong and nothing of whom. */
static void log_it(struct request *request, const char *id, const struct error *error)
{
    request->note = arena_printf(request->arena, "single sign-on %s: %s", id,
                                 error->detail == NULL ? error->sentence : error->detail);
}

/* ---- there ---- */

static const struct error *go(struct request *request, const struct sso_errand *errand, const struct act *act,
                              struct reply *reply)
{
    const char *address;
    const char *ticket;
    const struct error *error = act_sso_begin(act, errand, &address, &ticket);
    if (error != NULL && error->code != ERROR_NOT_FOUND) {
        log_it(request, errand->provider, error);
        refuse(request, SSO_REFUSED_AWAY, reply);
        return NULL;
    }
    TRY(error);
    reply_cookie_returning(request, reply, cookie, ticket, TICKET_SECONDS);
    reply_redirect_away(reply, address);
    return NULL;
}

/* As long as the ticket takes. */
static const char *short_next(const struct request *request)
{
    const char *next = path_next(request);
    return next != NULL && strlen(next) <= 500 ? next : NULL;
}

const struct error *page_sso_with(struct request *request, struct reply *reply)
{
    const struct act act = nobody(request);
    const struct sso_errand errand = {.provider = request_param(request, "provider"),
                                      .next = short_next(request)};
    return go(request, &errand, &act, reply);
}

const struct error *page_sso_join(struct request *request, struct reply *reply)
{
    const struct act act = nobody(request);
    const struct sso_errand errand = {.provider = request_param(request, "provider"),
                                      .link = request_param(request, "link")};
    return go(request, &errand, &act, reply);
}

const struct error *page_sso_again(struct request *request, struct reply *reply)
{
    const struct sso_errand errand = {
        .provider = request_param(request, "provider"), .next = short_next(request), .again = true};
    return go(request, &errand, &request->act, reply);
}

/* ---- and back ---- */

/* Each at most once: which of two is meant is not for us to choose. */
static bool once(const struct request *request, const char *name, const char **ret_text)
{
    size_t count = 0;
    *ret_text = NULL;
    for (size_t i = 0; i < request->query_count; i++) {
        if (strcmp(request->query[i].name, name) == 0) {
            *ret_text = request->query[i].text;
            count++;
        }
    }
    return count <= 1;
}

static bool read_answer(const struct request *request, struct sso_answer *ret_answer)
{
    return once(request, "state", &ret_answer->state) && once(request, "code", &ret_answer->code) &&
           once(request, "iss", &ret_answer->issuer) && once(request, "error", &ret_answer->fault);
}

/* The pages of the second factor read from the address where to go on to; there it is only known by the
 * ticket. */
static void go_on_with(struct request *request, const char *next)
{
    static const struct pair none = {"", ""};
    struct pair *query = arena_one(request->arena, struct pair);
    *query = next == NULL ? none : (struct pair){"next", next};
    request->query = query;
    request->query_count = 1;
}

/*
 * From another site the browser brings no Strict cookie: neither that of a session that is to be proved
 * again, nor that of the forms. So it comes once more, from a page of ours. The code is not looked at before.
 */
static bool comes_from_elsewhere(const struct request *request)
{
    const char *site = request_header(request, "Sec-Fetch-Site");
    return site != NULL && strcmp(site, "cross-site") == 0 && request_query(request, "here") == NULL;
}

static void come_once_more(struct request *request, struct reply *reply)
{
    const char *path = arena_printf(request->arena, "%s?here=1", request->path);
    for (size_t i = 0; i < request->query_count; i++) {
        path = arena_printf(request->arena, "%s&%s=%s", path,
                            percent_encode(request->arena, request->query[i].name),
                            percent_encode(request->arena, request->query[i].text));
    }
    struct ui *ui = ui_begin(request, "Signing you in", NULL);
    ui_title(ui, NULL, "Signing you in");
    ui_text(ui, "This page goes on by itself.");
    ui_button_link(ui, BUTTON_MAIN, "Go on", path);
    reply_header(reply, "Refresh", arena_printf(request->arena, "0;url=%s", path));
    ui_finish(ui, reply, 200);
}

static void arrive(struct request *request, const struct sso_ended *ended, struct reply *reply)
{
    const char *next = path_is_ours(ended->next) ? ended->next : "/";
    const char *title = ended->end == SSO_PROVED ? "It is you" : "You are signed in";
    struct ui *ui = ui_begin(request, title, NULL);
    ui_title(ui, NULL, title);
    ui_text(ui, ended->joined ? "From now on you sign in here as you do at work. This page goes on by itself."
                              : "This page goes on by itself.");
    ui_button_link(ui, BUTTON_MAIN, "Go on", next);
    reply_header(reply, "Refresh", arena_printf(request->arena, "0;url=%s", next));
    ui_finish(ui, reply, 200);
}

const struct error *page_sso_from(struct request *request, struct reply *reply)
{
    const char *id = request_param(request, "provider");
    const struct act act = nobody(request);
    const struct origin from = request_origin(request);
    struct sso_answer answer;
    struct sso_ended ended;
    enum sso_refused refused = SSO_REFUSED_ANSWER;
    if (!path_is_ours(request->path)) {
        return error_of(ERROR_NOT_FOUND);
    }
    if (comes_from_elsewhere(request)) {
        come_once_more(request, reply);
        return NULL;
    }
    const struct error *error =
        read_answer(request, &answer)
            ? act_sso_end(&act, id, request_cookie(request, cookie), &answer,
                          request_cookie(request, "waymark_session"), &from, &ended, &refused)
            : error_new(request->arena, ERROR_BAD_INPUT, "the answer says one thing twice");
    if (error != NULL && error->code == ERROR_NOT_FOUND) {
        return error; /* no such provider */
    }
    reply_cookie_returning(request, reply, cookie, "", -1);
    if (error != NULL) {
        log_it(request, id, error);
        if (error->http_status >= 500 && error->code != ERROR_IO && error->code != ERROR_BUSY) {
            return error; /* ours, not theirs */
        }
        refuse(request, refused, reply);
        return NULL;
    }
    if (ended.sign_in.next != SIGN_IN_DONE) {
        go_on_with(request, ended.next);
        if (ended.sign_in.next == SIGN_IN_ENROL) {
            return set_up_ask(request, ended.sign_in.half, reply);
        }
        second_ask(request, ended.sign_in.half, reply);
        return NULL;
    }
    /* a new id at each sign-in: one planted before it is worth nothing */
    reply_cookie(request, reply, "waymark_session", ended.sign_in.token, 0);
    if (ended.sign_in.device != NULL) {
        reply_cookie(request, reply, "waymark_device", ended.sign_in.device, DEVICE_SECONDS);
    }
    arrive(request, &ended, reply);
    return NULL;
}

/* In the tab that was opened for it. */
const struct error *page_signed_in(struct request *request, struct reply *reply)
{
    struct ui *ui = ui_begin(request, "You are signed in", NULL);
    ui_title(ui, NULL, "You are signed in");
    ui_text(ui,
            "Close this tab and go back to the one where you were writing. What you typed is still there: "
            "send it again.");
    ui_link(ui, "Go to my work instead", "/");
    ui_finish(ui, reply, 200);
    return NULL;
}
