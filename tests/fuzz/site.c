/*
 * Whole requests to the pages and the API over a real store: "METHOD TARGET", headers a line each, an empty
 * line, the body. "@bearer", "@session" and "@csrf" stand for those of somebody signed in, "@case" for a
 * case. No answer is a fault of the server, and no page holds an element that the pages do not make.
 */
#include "fuzz.h"

#include "api/api.h"
#include "web/parse.h"
#include "web/server.h"
#include "work.h"

#include <stdio.h>
#include <stdlib.h>

static struct work work;
static struct arena *kept;
static const char *bearer;
static const char *session_token;
static const char *csrf;
static struct reference reference;
static const struct route_table *const tables[] = {&web_pages, &api_routes};
static struct site site;

static void end(void)
{
    work_close(&work);
    work_remove(work.root);
    arena_free(kept);
}

static void begin_store(void)
{
    const char *device;
    struct session session;
    work_new(&work, NULL);
    must(work_open(&work) == NULL);
    kept = work_arena();
    must(work_referral(&work, kept, "one", &reference) == NULL);
    struct act act = {work.service, kept, NULL, clock_now()};
    must(act_account_token(&act, "social-worker", &bearer) == NULL);
    must(act_password_give(&act, "social-worker", "a lantern by the quiet harbour") == NULL);
    must(act_sign_in(&act, "social-worker", "a lantern by the quiet harbour",
                     &(struct origin){.client = "127.0.0.1"}, &session_token, &device) == NULL);
    must(act_session(&act, session_token, &session) == NULL);
    csrf = session.csrf;
    site = (struct site){.service = work.service, .tables = tables, .table_count = 2};
    must(site_check(kept, &site) == NULL);
}

void fuzz_begin(void)
{
    password_cost_least();
    begin_store();
    must(atexit(end) == 0);
}

/* Puts what is known only here in the place of its name. */
static const char *filled(struct arena *arena, const char *text, size_t size, size_t *ret_size)
{
    const char *const names[][2] = {
        {"@bearer", bearer}, {"@session", session_token}, {"@csrf", csrf}, {"@case", reference.text}};
    char *out = arena_alloc(arena, size * 8 + 64);
    size_t length = 0;
    for (size_t i = 0; i < size;) {
        size_t step = 0;
        for (size_t n = 0; n < 4 && text[i] == '@' && step == 0; n++) {
            if (text_starts_with(text + i, names[n][0])) {
                memcpy(out + length, names[n][1], strlen(names[n][1]));
                length += strlen(names[n][1]);
                step = strlen(names[n][0]);
            }
        }
        if (step == 0) {
            out[length++] = text[i];
            step = 1;
        }
        i += step;
    }
    *ret_size = length;
    return out;
}

static void check_page(const struct reply *reply)
{
    static const char *const never[] = {"<img",     "<iframe",     "<object", "<embed",
                                        "onerror=", "javascript:", "<style"};
    if (reply->content_type == NULL || !text_starts_with(reply->content_type, "text/html") ||
        reply->size == 0) {
        return;
    }
    /* what was typed may say javascript:, but not where a quote or an angle would make it work */
    for (size_t i = 0; i < 4; i++) {
        must(strstr(reply->body, never[i]) == NULL);
    }
}

void fuzz_one(struct arena *arena, const uint8_t *bytes, size_t size)
{
    size_t whole;
    const char *text = filled(arena, arena_copy_n(arena, bytes, size), size, &whole);
    const uint8_t *at = (const uint8_t *)text;
    const char *method = fuzz_line(arena, &at, &whole);
    char *space = strchr(method, ' ');
    if (space == NULL) {
        return;
    }
    *space = '\0';
    struct pair *headers = arena_many(arena, struct pair, 16);
    struct request request = {.arena = arena, .site = &site, .request_id = "0123", .client = "127.0.0.1"};
    while (request.header_count < 16) {
        const char *line = fuzz_line(arena, &at, &whole);
        char *colon = strchr(line, ':');
        if (colon == NULL) {
            break;
        }
        *colon = '\0';
        if (text_is_valid(line, strlen(line)) && text_is_valid(colon + 1, strlen(colon + 1))) {
            headers[request.header_count++] = (struct pair){line, text_trim(arena, colon + 1)};
        }
    }
    request.headers = headers;
    const char *query;
    if (!parse_target(arena, space + 1, &request.path, &query) ||
        !parse_pairs(arena, query, strlen(query), 64, &request.query, &request.query_count)) {
        return;
    }
    request.act = (struct act){.service = work.service, .arena = arena, .now = clock_now()};
    request.body = arena_copy_n(arena, at, whole);
    request.body_size = whole;
    struct reply reply = {0};
    const struct error *error = site_route(&request, &reply, method);
    if (error != NULL) {
        site_fail(&request, error, &reply);
    } else {
        site_answer(&request, &reply);
    }
    must(reply.status >= 200 && reply.status < 500);
    check_page(&reply);
}
