/*
 * Whether the time of a refusal tells what its text does not: a name that there is from one that there is
 * not, a child that is hidden from one that nobody has referred. Each is asked of the program itself, in turn
 * and in an order by chance, and its middle time is taken beside that of the other.
 */
#include "cli/bench.h"

#include "act/act.h"
#include "act/signing.h"
#include "base/file.h"
#include "base/text.h"
#include "seal/seal.h"

#include <netinet/in.h>
#include <string.h>
#include <unistd.h>

enum { MOST_ROUNDS = 2000, SLOW_ROUNDS = 100, QUICK_PART = 20, MOST_PROBES = 8, ANSWERS_BYTES = 8 << 20 };
enum { CASES = 200, ENTRIES = 20, FIRST_SOURCE = 0x010000 };

static const char password[] = "only for measuring 2026";
static const char another[] = "never was the password";

struct probe {
    const char *what;
    const char *request;
    double times[MOST_ROUNDS];
};

struct probes {
    const char *what; /* what the first of them is, with which the others are compared */
    struct probe *list;
    size_t count;
    size_t rounds;
    int status;  /* of every answer */
    bool told;   /* for its own sake: who can ask has the id of the account, which nobody guesses */
    bool slowed; /* each asked from another address, or guessing is slowed */
};

static void add(struct bench *bench, struct probes *probes, const char *what, const char *request)
{
    if (probes->list == NULL) {
        probes->list = arena_many(bench->arena, struct probe, MOST_PROBES);
    }
    probes->list[probes->count++] = (struct probe){.what = what, .request = request};
}

static const struct error *ask_one(struct bench *bench, struct arena *arena, int kept, int port,
                                   const struct probes *probes, struct probe *probe, size_t round)
{
    static uint32_t source = FIRST_SOURCE;
    struct bench_answer answer = {0};
    int fd = probes->slowed ? bench_connect(port, ++source) : kept;
    const struct error *error = bench_ask(arena, fd, probe->request, &answer);
    if (probes->slowed && fd >= 0) {
        close(fd);
    }
    if (error == NULL && answer.status != probes->status) {
        error = error_new(bench->arena, ERROR_IO, "%s: %d and not %d", probe->what, answer.status,
                          probes->status);
    }
    probe->times[round] = answer.us;
    arena_reset(arena);
    return error;
}

static const struct error *run(struct bench *bench, int port, struct probes *probes)
{
    struct bench_random random = {probes->count};
    ARENA_CLEANUP struct arena *arena = arena_new(ANSWERS_BYTES);
    const struct error *error = arena == NULL ? error_of(ERROR_BUSY) : NULL;
    int kept = bench_connect(port, INADDR_LOOPBACK & 0xffffffU);
    size_t order[MOST_PROBES];
    for (size_t i = 0; i < probes->count; i++) {
        order[i] = i;
    }
    for (size_t round = 0; round < probes->rounds && error == NULL; round++) {
        for (size_t i = probes->count; i > 1; i--) {
            size_t other = (size_t)bench_below(&random, i);
            size_t last = order[i - 1];
            order[i - 1] = order[other];
            order[other] = last;
        }
        for (size_t i = 0; i < probes->count && error == NULL; i++) {
            error = ask_one(bench, arena, kept, port, probes, &probes->list[order[i]], round);
        }
    }
    if (kept >= 0) {
        close(kept);
    }
    return error;
}

static const struct error *compare(struct bench *bench, int port, struct probes *probes)
{
    static const double within = 0.05;
    bench_say("refusals: %s, %zu times each", probes->what, probes->rounds);
    TRY(run(bench, port, probes));
    double first = bench_middle(probes->list[0].times, probes->rounds);
    for (size_t i = 1; i < probes->count; i++) {
        double middle = bench_middle(probes->list[i].times, probes->rounds);
        bench_row(bench, (struct bench_row){
                             .what = bench_text(bench, "%s: %s", probes->what, probes->list[i].what),
                             .figure = bench_text(bench, "%.2f ms", middle / 1e3),
                             .beside = bench_text(bench, "%.2f ms for %s", first / 1e3, probes->list[0].what),
                             .ratio = bench_text(bench, "%.3f", middle / first),
                             .aim = probes->told ? NULL : "0.95 to 1.05",
                             .holds = middle > first * (1 - within) && middle < first * (1 + within)});
    }
    return NULL;
}

/* ---- who is asked about ---- */

struct people {
    const char *known; /* user names, all as long */
    const char *nobody;
    const char *shut;
    const char *bare;
    struct id named;   /* the account of `bare` */
    const char *token; /* of a stranger to every case */
    const char *child; /* one that the stranger does not find */
    const char *reference;
};

/* A store that is kept has those of the runs before. */
static struct people people_of(struct bench *bench)
{
    char run[ID_TEXT];
    id_format(id_new(), run);
    run[8] = '\0';
    return (struct people){.known = bench_text(bench, "bench-%s-known", run),
                           .nobody = bench_text(bench, "bench-%s-other", run),
                           .shut = bench_text(bench, "bench-%s-apart", run),
                           .bare = bench_text(bench, "bench-%s-fresh", run)};
}

static const struct error *add_account(const struct act *act, const char *name, const char *role,
                                       const char *agency, bool with_password, const char **ret_link)
{
    TRY(act_account_add(act, name, "Bench Worker", role, agency, ret_link));
    return with_password ? act_password_give(act, name, password) : NULL;
}

static const struct error *hidden_child(struct bench *bench, const struct act *act, struct id case_id,
                                        struct people *people)
{
    const struct case_view *view;
    const char *link;
    const char *token;
    struct actor manager;
    struct act seeing = *act;
    people->reference = arena_copy(bench->arena, reference_of(case_id).text);
    const char *name = bench_text(bench, "%s-manager", people->known);
    TRY(add_account(act, name, "duty-manager", "social-care", false, &link));
    TRY(act_account_token(act, name, &token));
    TRY(act_bearer(act, token, &manager));
    seeing.actor = &manager;
    TRY(act_case_read(&seeing, people->reference, INSTANT_NEVER, &view));
    people->child = view->child.full_name;
    return NULL;
}

static const struct error *fill(struct bench *bench, struct service *service, struct id case_id,
                                struct people *people)
{
    const char *link;
    struct act act = {.service = service, .arena = bench->arena, .now = clock_now()};
    TRY(add_account(&act, people->known, "referrer", "health", true, &link));
    TRY(act_account_token(&act, people->known, &people->token));
    TRY(add_account(&act, people->shut, "referrer", "health", true, &link));
    TRY(act_account_lock(&act, people->shut, true));
    TRY(add_account(&act, people->bare, "referrer", "health", false, &link));
    const char *dot = strchr(link, '.');
    if (dot == NULL || !id_parse(arena_copy_n(bench->arena, link, (size_t)(dot - link)), &people->named)) {
        return error_of(ERROR_IO);
    }
    return hidden_child(bench, &act, case_id, people);
}

/* ---- what is asked ---- */

static const char *between(struct bench *bench, const char *text, const char *before, const char *after)
{
    const char *from = strstr(text, before);
    const char *to = from == NULL ? NULL : strstr(from + strlen(before), after);
    return to == NULL
               ? ""
               : arena_copy_n(bench->arena, from + strlen(before), (size_t)(to - from) - strlen(before));
}

static const struct error *signing_in(struct bench *bench, int port, const struct people *people)
{
    const char *const tries[][3] = {{"a name that there is, a wrong password", people->known, another},
                                    {"a name that nobody has", people->nobody, another},
                                    {"one that is locked, its own password", people->shut, password},
                                    {"one without a password", people->bare, another}};
    struct probes probes = {.what = "refused to sign in",
                            .rounds = bench->quick ? SLOW_ROUNDS / QUICK_PART : SLOW_ROUNDS,
                            .status = 401,
                            .slowed = true};
    struct bench_answer page = {0};
    int fd = bench_connect(port, INADDR_LOOPBACK & 0xffffffU);
    const struct error *error =
        bench_ask(bench->arena, fd, "GET /sign-in HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n", &page);
    if (fd >= 0) {
        close(fd);
    }
    TRY(error);
    const char *cookie = between(bench, page.head, "waymark_form=", ";");
    const char *proof = between(bench, page.body, "name=\"_csrf\" value=\"", "\"");
    for (size_t i = 0; i < sizeof tries / sizeof *tries; i++) {
        const char *form =
            bench_text(bench, "_csrf=%s&username=%s&password=%s", proof, tries[i][1], tries[i][2]);
        add(bench, &probes, tries[i][0],
            bench_text(bench,
                       "POST /sign-in HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: waymark_form=%s\r\n"
                       "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: %zu\r\n\r\n%s",
                       cookie, strlen(form), form));
    }
    return compare(bench, port, &probes);
}

static struct probes quick_probes(struct bench *bench, const char *what, int status)
{
    return (struct probes){
        .what = what, .rounds = bench->quick ? MOST_ROUNDS / QUICK_PART : MOST_ROUNDS, .status = status};
}

static const char *get(struct bench *bench, const char *path, const char *token)
{
    return bench_text(bench, "GET %s HTTP/1.1\r\nHost: 127.0.0.1\r\n%s%s%s\r\n", path,
                      token == NULL ? "" : "Authorization: Bearer ", token == NULL ? "" : token,
                      token == NULL ? "" : "\r\n");
}

static const char *secret_of(struct bench *bench, struct id account)
{
    char id[ID_TEXT];
    char secret[SECRET_TEXT];
    id_format(account, id);
    secret_new(secret);
    return bench_text(bench, "%s.%s", id, secret);
}

static const struct error *links_and_tokens(struct bench *bench, int port, const struct people *people)
{
    struct probes links = quick_probes(bench, "an invitation that is no good", 404);
    const char *here = secret_of(bench, people->named);
    const char *nowhere = secret_of(bench, id_new());
    add(bench, &links, "one of no account", get(bench, bench_text(bench, "/set-password/%s", nowhere), NULL));
    add(bench, &links, "one of an account that there is",
        get(bench, bench_text(bench, "/set-password/%s", here), NULL));
    links.told = true;
    TRY(compare(bench, port, &links));
    struct probes tokens = quick_probes(bench, "a token that is no good", 401);
    add(bench, &tokens, "one of no account", get(bench, "/api/v1/work", nowhere));
    add(bench, &tokens, "one of an account that there is", get(bench, "/api/v1/work", here));
    tokens.told = true;
    return compare(bench, port, &tokens);
}

static const char *search(struct bench *bench, const struct people *people, const char *path,
                          const char *body)
{
    return bench_text(bench,
                      "POST %s HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer %s\r\n"
                      "Content-Type: application/json\r\nContent-Length: %zu\r\n\r\n%s",
                      path, people->token, strlen(body), body);
}

static const struct error *hidden(struct bench *bench, int port, const struct people *people)
{
    static const char nobody[] = "Zvxqwy Qwxzvy";
    struct probes names = quick_probes(bench, "nothing found by name", 200);
    add(bench, &names, "a child that nobody has referred",
        search(bench, people, "/api/v1/searches", bench_text(bench, "{\"text\":\"%s\"}", nobody)));
    add(bench, &names, "a child whose case is hidden",
        search(bench, people, "/api/v1/searches", bench_text(bench, "{\"text\":\"%s\"}", people->child)));
    TRY(compare(bench, port, &names));
    struct probes references = quick_probes(bench, "nothing found by reference", 200);
    add(bench, &references, "one that was never given",
        search(bench, people, "/api/v1/searches",
               bench_text(bench, "{\"text\":\"%s\"}", reference_of(id_new()).text)));
    add(bench, &references, "that of a case that is hidden",
        search(bench, people, "/api/v1/searches", bench_text(bench, "{\"text\":\"%s\"}", people->reference)));
    return compare(bench, port, &references);
}

const struct error *bench_refusals(struct bench *bench)
{
    struct bench_store store;
    struct bench_server server;
    struct service *service;
    struct people people = people_of(bench);
    TRY(bench_store_get(bench, "refusals", CASES, ENTRIES, &store));
    TRY(service_open(bench->arena, store.dir, NULL, bench->pack_dir, &service));
    const struct error *error = fill(bench, service, store.cases[0], &people);
    service_close(service);
    TRY(error);
    TRY(bench_server_start(bench, store.dir, NULL, "/sign-in", &server));
    error = signing_in(bench, server.port, &people);
    error = error == NULL ? links_and_tokens(bench, server.port, &people) : error;
    error = error == NULL ? hidden(bench, server.port, &people) : error;
    bench_server_stop(&server);
    return error;
}
