#include "web/pages/passkey_form.h"

#include "base/buf.h"
#include "factor/qr.h"
#include "html/html.h"
#include "web/pages/keep.h"

enum { DEVICE_SECONDS = 365 * 24 * 3600, SQUARE = 6, MARGIN = 4 };

bool passkeys_here(const struct request *request)
{
    return service_passkey_name(request->act.service) != NULL;
}

static void trouble(struct ui *ui)
{
    html_element(ui->html, "p",
                 ATTRIBUTES({"class", "govuk-error-message"}, {"role", "alert"},
                            {"data-wm-passkey-trouble", ""}, {"hidden", "hidden"}),
                 NULL);
}

void passkey_use_form(struct ui *ui, const char *purpose, const char *path)
{
    static const char *const parts[] = {"challenge",          "id",       "user", "client_data",
                                        "authenticator_data", "signature"};
    html_open(ui->html, "template",
              ATTRIBUTES({"data-wm-passkey", "use"}, {"data-wm-purpose", purpose},
                         {"data-wm-name", service_passkey_name(ui->request->act.service)}));
    ui_form(ui, path);
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        ui_hidden(ui, parts[i], "");
    }
}

static void go_button(struct ui *ui, const char *text)
{
    html_element(ui->html, "button",
                 ATTRIBUTES({"type", "button"}, {"class", "govuk-button"}, {"data-wm-passkey-go", ""}), text);
}

void passkey_use_form_end(struct ui *ui, const char *text)
{
    go_button(ui, text);
    trouble(ui);
    ui_form_end(ui);
    html_close(ui->html, "template");
}

void passkey_add_form(struct ui *ui, const char *path, const struct passkey_offer *offer)
{
    html_open(ui->html, "template",
              ATTRIBUTES({"data-wm-passkey", "add"}, {"data-wm-name", offer->name},
                         {"data-wm-user", offer->user}, {"data-wm-username", offer->username},
                         {"data-wm-full-name", offer->full_name}, {"data-wm-known", offer->known}));
    ui_form(ui, path);
    keep_along(ui);
    ui_hidden(ui, "challenge", offer->challenge);
    ui_hidden(ui, "client_data", "");
    ui_hidden(ui, "attestation", "");
    ui_input(ui, &(struct ui_field){.name = "title",
                                    .label = "A name for this passkey",
                                    .hint = "So that you know it in your list, for example “Work telephone”.",
                                    .text = request_form(ui->request, "title"),
                                    .width = 20,
                                    .autocomplete = "off"});
    go_button(ui, "Make a passkey");
    trouble(ui);
    ui_form_end(ui);
    html_close(ui->html, "template");
    html_element(ui->html, "p", ATTRIBUTES({"class", "govuk-body"}, {"data-wm-passkey-none", ""}),
                 "This browser cannot make passkeys here. Use an app for one-time codes.");
}

struct passkey_answer passkey_answer_of(const struct request *request)
{
    return (struct passkey_answer){
        .challenge = request_form(request, "challenge"),
        .id = request_form(request, "id"),
        .user = request_form(request, "user"),
        .client_data = request_form(request, "client_data"),
        .authenticator_data = request_form(request, "authenticator_data"),
        .signature = request_form(request, "signature"),
    };
}

/* Dark squares as one path, a run of them in a row at a time; a light ground, because apps want one. */
static void write_picture(struct ui *ui, const struct qr *qr)
{
    struct buf path;
    int side = (qr->width + 2 * MARGIN) * SQUARE;
    const char *size = arena_printf(ui->arena, "%d", side);
    buf_init(&path, ui->arena, 65536);
    for (int row = 0; row < qr->width; row++) {
        for (int from = 0; from < qr->width; from++) {
            int to = from;
            while (to < qr->width && qr->square[row * qr->width + to] == 1) {
                to++;
            }
            if (to > from) {
                buf_printf(&path, "M%d %dh%dv%dh-%dz", (from + MARGIN) * SQUARE, (row + MARGIN) * SQUARE,
                           (to - from) * SQUARE, SQUARE, (to - from) * SQUARE);
                from = to;
            }
        }
    }
    html_open(ui->html, "svg",
              ATTRIBUTES({"xmlns", "http://www.w3.org/2000/svg"}, {"role", "img"}, {"width", size},
                         {"height", size}, {"viewBox", arena_printf(ui->arena, "0 0 %s %s", size, size)},
                         {"class", "wm-qr"},
                         {"aria-label", "The secret as a picture, to be taken with the camera of the app. It "
                                        "stands below as text too"}));
    html_element(ui->html, "rect", ATTRIBUTES({"width", size}, {"height", size}, {"fill", "#ffffff"}), NULL);
    html_element(ui->html, "path", ATTRIBUTES({"d", buf_text(&path)}, {"fill", "#000000"}), NULL);
    html_close(ui->html, "svg");
}

void code_form(struct ui *ui, const char *path, const struct code_offer *offer)
{
    struct qr qr;
    static const char *const steps[] = {
        "Open the app on your telephone or computer and choose to add an account.",
        "Take the picture below with the camera, or type the letters that stand under it.",
        "Enter the six digits that the app then shows.",
    };
    ui_bullets(ui, steps, sizeof steps / sizeof steps[0]);
    if (qr_make(ui->arena, offer->address, &qr) == NULL) {
        write_picture(ui, &qr);
    }
    ui_inset(ui, offer->words);
    ui_form(ui, path);
    keep_along(ui);
    ui_hidden(ui, "sealed", offer->sealed);
    ui_input(ui, &(struct ui_field){.name = "code",
                                    .label = "Code that the app shows",
                                    .width = 10,
                                    .autocomplete = "one-time-code",
                                    .no_spelling = true});
    ui_button(ui, BUTTON_MAIN, "Set up the app", NULL, NULL);
    ui_form_end(ui);
}

void recovery_list(struct ui *ui, const char *const *codes, size_t count)
{
    ui_text(
        ui,
        "Each of these signs you in once, with your password, when you do not have your telephone or key. "
        "Print them or write them down, and keep them where you would keep a key: not beside the computer. "
        "They are not shown again.");
    html_open(ui->html, "ul", ATTRIBUTES({"class", "govuk-list wm-codes"}));
    for (size_t i = 0; i < count; i++) {
        html_open(ui->html, "li", NULL);
        html_element(ui->html, "code", NULL, codes[i]);
        html_close(ui->html, "li");
    }
    html_close(ui->html, "ul");
    ui_print(ui, "Print the codes");
}

void reply_signed_in(const struct request *request, struct reply *reply, const struct sign_in *sign_in)
{
    /* a new id at each sign-in: one planted before it is worth nothing */
    reply_cookie(request, reply, "waymark_session", sign_in->token, 0);
    reply_cookie(request, reply, "waymark_device", sign_in->device, DEVICE_SECONDS);
    if (request_cookie(request, "waymark_half") != NULL) {
        reply_cookie(request, reply, "waymark_half", "", -1);
    }
}
