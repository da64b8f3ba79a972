#include "web/pages/keep.h"

#include "base/text.h"
#include "web/parse.h"

#include <string.h>

static const char prefix[] = "kept.";

#define PLAIN "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/_-."

bool path_is_ours(const char *path)
{
    if (path == NULL || path[0] != '/' || path[1] == '/') {
        return false;
    }
    const char *query = path + strspn(path, PLAIN);
    return *query == '\0' || (*query == '?' && strspn(query, PLAIN "?=&%~") == strlen(query));
}

const char *path_asked(const struct request *request)
{
    enum { MOST = 500 }; /* of what is asked; a longer one leads to the page alone */
    const char *address = request->path;
    for (size_t i = 0; i < request->query_count && strlen(address) <= MOST; i++) {
        address = arena_printf(request->arena, "%s%c%s=%s", address, i == 0 ? '?' : '&',
                               percent_encode(request->arena, request->query[i].name),
                               percent_encode(request->arena, request->query[i].text));
    }
    address = strlen(address) <= MOST ? address : request->path;
    return path_is_ours(address) ? address : NULL;
}

const char *path_next(const struct request *request)
{
    const char *next = request->is_post ? request_form(request, "_next") : request_query(request, "next");
    return path_is_ours(next) ? next : NULL;
}

const char *path_with_next(const struct request *request, const char *path, const char *next)
{
    return next == NULL || strcmp(next, "/") == 0
               ? path
               : arena_printf(request->arena, "%s?next=%s", path, percent_encode(request->arena, next));
}

static bool is_kept(const char *name)
{
    return strcmp(name, "_csrf") != 0 && strstr(name, "password") == NULL && strstr(name, "fresh") == NULL;
}

/* The pages through which a form is carried hold nothing of their own that is kept. */
static bool carries(const char *path)
{
    return strcmp(path, "/sign-in") == 0 || text_starts_with(path, "/sign-in/") ||
           strcmp(path, "/sign-out") == 0 || strcmp(path, "/confirm") == 0 ||
           strcmp(path, "/confirm/passkey") == 0;
}

bool keep_of(const struct request *request, const char **ret_path, struct typed *ret_typed)
{
    const char *site = request_header(request, "Sec-Fetch-Site");
    /* a page elsewhere must not be able to put its text before somebody who is about to sign in */
    if (!request->is_post || (!request->signed_in && !text_equal(site, "same-origin"))) {
        return false;
    }
    if (keep_read(request, ret_path, ret_typed)) {
        return true;
    }
    *ret_path = request->path;
    *ret_typed = (struct typed){request->form, request->form_count};
    return request->form_count > 0 && path_is_ours(request->path) && !carries(request->path);
}

void keep_carry(struct ui *ui, const char *path, struct typed kept)
{
    ui_hidden(ui, "_kept_path", path);
    for (size_t i = 0; i < kept.count; i++) {
        if (is_kept(kept.pairs[i].name)) {
            ui_hidden(ui, arena_printf(ui->arena, "%s%s", prefix, kept.pairs[i].name), kept.pairs[i].text);
        }
    }
}

void keep_along(struct ui *ui)
{
    const char *next = path_next(ui->request);
    const char *path;
    struct typed kept;
    if (next != NULL) {
        ui_hidden(ui, "_next", next);
    }
    if (ui->request->is_post && keep_read(ui->request, &path, &kept)) {
        keep_carry(ui, path, kept);
    }
}

bool keep_read(const struct request *request, const char **ret_path, struct typed *ret_typed)
{
    const char *path = request_form(request, "_kept_path");
    if (!path_is_ours(path)) {
        return false;
    }
    struct pair *pairs = arena_many(request->arena, struct pair, request->form_count);
    size_t count = 0;
    for (size_t i = 0; i < request->form_count; i++) {
        if (text_starts_with(request->form[i].name, prefix)) {
            pairs[count++] = (struct pair){request->form[i].name + sizeof prefix - 1, request->form[i].text};
        }
    }
    *ret_path = path;
    *ret_typed = (struct typed){pairs, count};
    return true;
}

static const char *as_words(struct arena *arena, const char *name)
{
    char *words = arena_copy(arena, name);
    for (char *c = words; *c != '\0'; c++) {
        if (*c == '_' || *c == '-') {
            *c = ' ';
        }
    }
    return show_sentence(arena, words);
}

/* What was typed, to be read, and the form that sends it again. */
static void write_again(struct ui *ui, const char *path, struct typed typed, bool same_form)
{
    struct ui_row *rows = arena_many(ui->arena, struct ui_row, typed.count);
    size_t count = 0;
    for (size_t i = 0; i < typed.count; i++) {
        if (is_kept(typed.pairs[i].name) && typed.pairs[i].name[0] != '_' &&
            !text_is_blank(typed.pairs[i].text)) {
            rows[count++] = (struct ui_row){.key = as_words(ui->arena, typed.pairs[i].name),
                                            .value = {.text = typed.pairs[i].text}};
        }
    }
    ui_summary(ui, rows, count);
    ui_form(ui, path);
    for (size_t i = 0; i < typed.count; i++) {
        const char *name = typed.pairs[i].name;
        if (is_kept(name) && (same_form || strcmp(name, "_form") != 0)) {
            ui_hidden(ui, name, typed.pairs[i].text);
        }
    }
    ui_button(ui, BUTTON_MAIN, "Send again", NULL, NULL);
    ui_form_end(ui);
}

void keep_go_on(struct ui *ui, const char *path, struct typed kept)
{
    ui_form(ui, path);
    for (size_t i = 0; i < kept.count; i++) {
        if (is_kept(kept.pairs[i].name)) {
            ui_hidden(ui, kept.pairs[i].name, kept.pairs[i].text);
        }
    }
    ui_button(ui, BUTTON_SECONDARY, "I have signed in: go on with what I typed", NULL, NULL);
    ui_form_end(ui);
}

void keep_show(struct ui *ui, const char *path, struct typed typed)
{
    ui_text(ui,
            "Nothing was saved yet, because the page was open for too long or you were signed out. What you "
            "typed was kept. Check that it is yours, then send it again.");
    write_again(ui, path, typed, false);
}

void keep_page(struct request *request, const char *path, struct typed typed, struct reply *reply)
{
    struct ui *ui = ui_begin(request, "Send it again", NULL);
    ui_title(ui, NULL, "Send it again");
    keep_show(ui, path, typed);
    ui_finish(ui, reply, 200);
}

void keep_again(struct ui *ui, const char *path, struct typed typed)
{
    ui_text(ui, "What you typed is kept on this page. Send it again in a moment.");
    write_again(ui, path, typed, true);
}
