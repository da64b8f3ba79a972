/*
 * A call that runs out of memory, at whatever allocation: it is abandoned, and the trees of the JSON library
 * are given back (the leak sanitizer watches). The acts in memory hold a lock while they work, so only calls
 * that end before an act, or read the pack alone, are tried here.
 */
#include "api/api.h"
#include "web/memory_act.h"

#include "base/text.h"
#include "web/site.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static struct arena *kept;
static struct service *service;
static const struct route_table *const tables[] = {&api_routes};
static struct site site;

static int set_up(void **state)
{
    (void)state;
    kept = arena_new((size_t)512 << 20);
    service = memory_service(kept, WM_SOURCE "/procedures/llr-chapter-11");
    site = (struct site){.service = service, .tables = tables, .table_count = 1};
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    arena_free(kept);
    return 0;
}

/* The status, or 0 when memory ran out at the `fail_at`th allocation (0: it does not). */
static int ask(const char *method, const char *path, const char *body, unsigned long fail_at)
{
    struct arena *arena = arena_new((size_t)64 << 20);
    struct pair *headers = arena_many(kept, struct pair, 2);
    headers[0] = (struct pair){"Authorization", "Bearer duty-manager"};
    headers[1] = (struct pair){"Content-Type", "application/json"};
    struct request request = {
        .arena = arena,
        .site = &site,
        .path = path,
        .headers = headers,
        .header_count = 2,
        .body = body,
        .body_size = strlen(body),
        .act = {.service = service, .arena = arena, .now = {1767607200000}},
        .request_id = "0123",
    };
    struct reply reply = {0};
    volatile int status = 0;
    if (setjmp(*arena_edge(arena)) == 0) {
        arena_fail_nth(fail_at, 0);
        const struct error *error = site_route(&request, &reply, method);
        if (error != NULL) {
            site_fail(&request, error, &reply);
        } else {
            site_answer(&request, &reply);
        }
        status = reply.status;
        assert_int_equal(((const char *)reply.body)[reply.size - 1], '\n');
    }
    arena_fail_nth(0, 0);
    arena_free(arena);
    return status;
}

static void every_allocation_may_be_the_last(const char *method, const char *path, const char *body,
                                             int status)
{
    assert_int_equal(ask(method, path, body, 0), status);
    unsigned long ran_out = 0;
    enum { MOST = 20000 };
    for (unsigned long n = 1; n < MOST; n += n < 200 ? 1 : 17) {
        int got = ask(method, path, body, n);
        if (got != 0) {
            assert_int_equal(got, status);
            break;
        }
        ran_out++;
    }
    assert_in_range(ran_out, 3, MOST - 1);
}

static void the_document_gives_its_tree_back(void **state)
{
    (void)state;
    every_allocation_may_be_the_last("GET", "/api/v1/openapi.json", "", 200);
}

static void a_problem_gives_its_tree_back(void **state)
{
    (void)state;
    every_allocation_may_be_the_last("GET", "/api/v1/nothing", "", 404);
    every_allocation_may_be_the_last("POST", "/api/v1/referrals", "{\"child\":{\"sex\":\"?\"},\"fields\":{}}",
                                     422);
    every_allocation_may_be_the_last("POST", "/api/v1/searches", "{\"text\":", 400);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_document_gives_its_tree_back),
        cmocka_unit_test(a_problem_gives_its_tree_back),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
