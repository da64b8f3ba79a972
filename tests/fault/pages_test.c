/*
 * Memory runs out in the midst of a page or a call of the API, at the n-th allocation, n = 1, 2, 3 ... until
 * it goes through, for every route there is, over a real store: nobody is sent elsewhere, nothing is answered
 * but "busy", nothing is half saved, and the same form sent again is saved once.
 */
#include "work.h"

#include "api/api.h"
#include "base/text.h"
#include "web/server.h"

#include <setjmp.h>

enum { MOST_TRIES = 20000, EVERY = 30, REQUEST_BYTES = 64 << 20, BUSY = 503 };

static const struct route_table *const tables[] = {&web_pages, &api_routes};
static const char password[] = "a quiet river bends north";

struct person {
    struct id account;
    const char *bearer;
};

static struct work work;
static struct site site;
static struct arena *kept;
static struct person worker;
static struct person manager;
static struct person volunteer;
static struct person keeper;
static const char *link_to_set;
static struct reference reference;
static char draft[ID_TEXT];
static char draft_to_drop[ID_TEXT];
static unsigned long tried;

/* Role NULL: the account is there already. */
static const struct error *make_person(const char *name, const char *role, const char *agency,
                                       struct person *ret_person)
{
    const char *link;
    struct actor actor;
    struct act act = {work.service, kept, NULL, clock_now()};
    if (role != NULL) {
        TRY(act_account_add(&act, name, name, role, agency, &link));
    }
    TRY(act_password_give(&act, name, password));
    TRY(act_account_token(&act, name, &ret_person->bearer));
    TRY(act_bearer(&act, ret_person->bearer, &actor));
    ret_person->account = actor.account;
    return NULL;
}

/* ---- what is asked
 * ------------------------------------------------------------------------------------------- */

/* What a form or a call holds so that it is taken; %d is another number each time. Others are sent nearly
 * empty, and refused. */
static const struct {
    const char *pattern;
    const char *body;
} bodies[] = {
    {"/sign-in", "username=social-worker&password=a+quiet+river+bends+north"},
    {"/set-password/{link}", "password=a+quiet+river+bends+south&password_again=a+quiet+river+bends+south"},
    {"/cases/{ref}/record/{type}",
     "_go=record&_form=form%d&views=words+%d&how_obtained=Asked&occurred_at-day=5&occurred_at-month=3&"
     "occurred_at-year=2024"},
    {"/cases/{ref}/details", "_form=form%d&_go=record&address=%d+High+Street"},
    {"/cases/{ref}/entries/{seq}/correct", "_form=form%d&reason=It+was+wrong&what=words+%d"},
    {"/accounts", "username=person%d&name=Person+%d&role=social-worker&agency=social-care"},
    {"/accounts/change", "username=social-worker&_go=link"},
    {"/directory", "name=Helper+%d&kind=person&agency=health&area=Hinckley&phone=0116+496+%d"},
    {"/find", "text=Ann+Example"},
    {"/api/v1/referrals",
     "{\"child\":{\"given_name\":\"Ann\",\"family_name\":\"Other\"},\"fields\":{\"notified_at\":"
     "\"2024-03-05T09:30:00Z\",\"source_agency\":\"health\",\"referrer\":\"Nurse\",\"involvement\":"
     "\"likely\","
     "\"immediate_danger\":\"no\",\"parents_informed\":\"yes\",\"narrative\":\"words %d\"}}"},
    {"/api/v1/cases/{case}/entries",
     "{\"type\":\"child-views\",\"fields\":{\"views\":\"words %d\",\"how_obtained\":\"Asked\"}}"},
    {"/api/v1/cases/{case}/details", "{\"fields\":{\"address\":\"%d High Street\"}}"},
    {"/api/v1/directory",
     "{\"name\":\"Helper %d\",\"kind\":\"person\",\"agency\":\"health\",\"area\":\"Hinckley\"}"},
    {"/api/v1/searches", "{\"text\":\"Ann Example\"}"},
    {"/api/v1/matches", "{\"child\":{\"given_name\":\"Ann\",\"family_name\":\"Example\"}}"},
};

static const char *body_of(struct arena *arena, const struct route *route, const char *csrf, int number)
{
    const char *body = route->body == BODY_FORM ? "reason=words" : "{}";
    for (size_t i = 0; i < sizeof bodies / sizeof bodies[0]; i++) {
        body = strcmp(bodies[i].pattern, route->pattern) == 0 ? bodies[i].body : body;
    }
    char *filled = arena_alloc(arena, 2048);
    size_t size = 0;
    for (const char *at = body; *at != '\0' && size < 1900;) {
        if (at[0] == '%' && at[1] == 'd') {
            size += (size_t)snprintf(filled + size, 40, "%d", number);
            at += 2;
        } else {
            filled[size++] = *at++;
        }
    }
    return route->body == BODY_FORM ? arena_printf(arena, "_csrf=%s&%s", csrf, filled) : filled;
}

static const char *path_of(const struct route *route)
{
    static const char *const params[][2] = {{"ref", NULL},
                                            {"case", NULL},
                                            {"draft", draft},
                                            {"page", "concern"},
                                            {"seq", "2"},
                                            {"type", "child-views"},
                                            {"id", "AAAAAAAAAAAA"},
                                            {"link", NULL},
                                            {"contact", "AAAAAAAAAAAA"},
                                            {"name", "social-worker"},
                                            {"provider", "none"},
                                            {"line", "AAAAAAAAAAAA"},
                                            {"account", "social-worker"},
                                            {"record", "AAAAAAAAAAAA"},
                                            {"request", "AAAAAAAAAAAA"},
                                            {"step", "hold"},
                                            {"key", "c1.1.narrative"}};
    char *path = arena_alloc(kept, 512);
    size_t size = 0;
    for (const char *at = route->pattern; *at != '\0';) {
        size_t length = strcspn(at, "}") - 1;
        if (*at != '{') {
            path[size++] = *at++;
            continue;
        }
        const char *text = "";
        for (size_t i = 0; i < sizeof params / sizeof params[0]; i++) {
            if (strlen(params[i][0]) == length && strncmp(params[i][0], at + 1, length) == 0) {
                text = i == 2 && strstr(route->pattern, "/drop") != NULL ? draft_to_drop
                       : params[i][1] != NULL                            ? params[i][1]
                       : i < 2                                           ? reference.text
                                                                         : link_to_set;
            }
        }
        work_check(text[0] != '\0', "%s: nothing is known to put there", route->pattern);
        size += (size_t)snprintf(path + size, 512 - size, "%s", text);
        at += length + 2;
    }
    return path;
}

/* ---- asking
 * -------------------------------------------------------------------------------------------------- */

struct asked {
    int status; /* BUSY when the server would answer so, having no memory for the page */
    const char *location;
    bool failed; /* an allocation did */
    unsigned long n;
};

static struct pair *headers_of(struct arena *arena, const struct route *route, const struct person *person,
                               const char *token)
{
    struct pair *headers = arena_many(arena, struct pair, 3);
    bool form = route->body == BODY_FORM;
    headers[0] = (struct pair){"Cookie", arena_printf(arena, "waymark_session=%s", token)};
    headers[1] =
        (struct pair){"Content-Type", form ? "application/x-www-form-urlencoded" : "application/json"};
    headers[2] = (struct pair){"Authorization", arena_printf(arena, "Bearer %s", person->bearer)};
    return headers;
}

static const struct person *person_for(const struct route *route)
{
    if (route->access == ROUTE_ADMINISTERS || route->access == ROUTE_KEEPS_ACCOUNTS ||
        strcmp(route->pattern, "/api/v1/directory") == 0) {
        return &keeper;
    }
    if (text_starts_with(route->pattern, "/my-part")) {
        return &volunteer;
    }
    bool counts = strstr(route->pattern, "/looks") != NULL;
    return counts ? &manager : &worker;
}

/* With a session of its own, as the last may have been ended. `fail_at` 0: nothing fails. */
static struct asked ask(const struct route *route, const char *path, int number, unsigned long fail_at,
                        bool sticky)
{
    struct asked asked = {0};
    struct arena *own = work_arena();
    struct arena *arena = arena_new(REQUEST_BYTES);
    const struct person *person = person_for(route);
    char token[SECRET_TEXT];
    uint8_t hash[HASH_BYTES];
    struct session session;
    struct instant now = clock_now();
    struct act act = {work.service, own, NULL, now};
    struct session_row row = {.account = person->account,
                              .began_at = now,
                              .seen_at = now,
                              .ends_at = instant_add_ms(now, MS_PER_HOUR),
                              .proved_at = now};
    secret_new(token);
    secret_hash(token, hash);
    work_good(store_session_put(service_store(work.service), own, hash, &row), "session");
    work_good(act_session(&act, token, &session), "session");
    struct request *request = arena_one(own, struct request);
    struct reply *reply = arena_one(own, struct reply);
    *request = (struct request){.arena = arena,
                                .site = &site,
                                .path = path,
                                .headers = headers_of(own, route, person, token),
                                .header_count = 3,
                                .body = body_of(own, route, session.csrf, number),
                                .client = "127.0.0.1",
                                .act = {.service = work.service, .arena = arena, .now = now},
                                .request_id = "0123"};
    request->body_size = route->method == METHOD_POST ? strlen(request->body) : 0;
    static bool through;
    through = false;
    if (setjmp(*arena_edge(arena)) == 0) {
        arena_fail_nth(fail_at, sticky ? 1 : 0);
        const struct error *error = site_route(request, reply, route->method == METHOD_POST ? "POST" : "GET");
        if (error != NULL) {
            site_fail(request, error, reply);
        } else {
            site_answer(request, reply);
        }
        through = true;
    }
    arena_fail_nth(0, 0);
    asked.failed = fail_at > 0 && arena_failed() > 0;
    asked.status = through ? reply->status : BUSY;
    for (size_t i = 0; through && i < reply->header_count; i++) {
        if (strcmp(reply->headers[i].name, "Location") == 0) {
            asked.location = arena_copy(kept, reply->headers[i].text);
        }
    }
    arena_free(arena);
    arena_free(own);
    tried++;
    return asked;
}

static bool same_place(const struct asked *a, const struct asked *b)
{
    bool to_sign_in = a->location != NULL && text_starts_with(a->location, "/sign-in");
    bool other_to = b->location != NULL && text_starts_with(b->location, "/sign-in");
    return to_sign_in == other_to;
}

static unsigned long step_after(unsigned long n)
{
    return n < EVERY || work_rounds(0, 1) == 1 ? 1 : 1 + n / 8;
}

static uint64_t seq_of_case(void)
{
    struct arena *arena = work_arena();
    const struct case_view *view;
    struct act act = work_act(&work, arena);
    work_good(act_case_read(&act, reference.text, INSTANT_NEVER, &view), "reading the case");
    uint64_t seq = view->seq;
    arena_free(arena);
    return seq;
}

/* The form of this number was answered in whatever way: sent again it is saved, or was, and is there once. */
static void must_be_there_once(const struct route *route, const char *path, int number, uint64_t before)
{
    struct asked asked = ask(route, path, number, 0, false);
    uint64_t came = seq_of_case() - before;
    work_check(asked.status == 303 && came == 1, "%s sent again was answered %d, and %llu entries came of it",
               route->pattern, asked.status, (unsigned long long)came);
}

static void one_route(const struct route *route)
{
    static int number;
    static struct asked answers[MOST_TRIES];
    const char *method = route->method == METHOD_POST ? "POST" : "GET";
    const char *path = path_of(route);
    bool records = strcmp(route->pattern, "/cases/{ref}/record/{type}") == 0 && route->method == METHOD_POST;
    size_t count = 0;
    for (unsigned long n = 1; count == 0 || answers[count - 1].failed; n += step_after(n)) {
        uint64_t before = records ? seq_of_case() : 0;
        work_check(count < MOST_TRIES, "%s never goes through", route->pattern);
        answers[count] = ask(route, path, ++number, n, n % 2 == 0);
        answers[count++].n = n;
        if (records) {
            must_be_there_once(route, path, number, before);
        }
    }
    const struct asked *whole = &answers[count - 1];
    for (size_t i = 0; i < count; i++) {
        const struct asked *asked = &answers[i];
        bool expected = asked->status == BUSY ||
                        (same_place(asked, whole) && (asked->status == whole->status || asked->status < 400));
        work_check(expected, "%s %s, n = %lu%s: answered %d %s, and %d when there is memory", method,
                   route->pattern, asked->n, asked->n % 2 == 0 ? " and on" : "", asked->status,
                   asked->location == NULL ? "" : asked->location, whole->status);
    }
    printf("%s %s: %d; through at n = %lu\n", method, route->pattern, whole->status, whole->n);
    fflush(stdout);
    work_must_verify(&work, route->pattern);
}

int main(void)
{
    struct id id;
    uint64_t seq;
    size_t routes = 0;
    kept = work_arena();
    work_new(&work, NULL);
    work_good(work_open(&work), "opening");
    work_good(work_referral(&work, kept, "words", &reference), "referral");
    work_good(work_entry(&work, kept, reference.text, "words", &seq), "entry");
    work_good(work_draft(&work, kept, "words", &id), "draft");
    id_format(id, draft);
    work_good(work_draft(&work, kept, "words", &id), "draft");
    id_format(id, draft_to_drop);
    work_good(make_person("social-worker", NULL, NULL, &worker), "account");
    work_good(make_person("manager", "duty-manager", "social-care", &manager), "account");
    work_good(make_person("volunteer", "voluntary-worker", "voluntary", &volunteer), "account");
    work_good(make_person("keeper", "administrator", "other", &keeper), "account");
    struct act act = {work.service, kept, NULL, clock_now()};
    work_good(act_account_add(&act, "spare", "Spare", "social-worker", "social-care", &link_to_set),
              "account");
    site = (struct site){.service = work.service, .tables = tables, .table_count = 2};
    for (size_t t = 0; t < sizeof tables / sizeof tables[0]; t++) {
        for (size_t r = 0; r < tables[t]->count; r++, routes++) {
            one_route(&tables[t]->routes[r]);
        }
    }
    work_close(&work);
    work_remove(work.root);
    arena_free(kept);
    printf("%zu routes, %lu requests\n", routes, tried);
    return 0;
}
