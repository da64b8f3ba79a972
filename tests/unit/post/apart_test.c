/* The messenger that is gone: who asks it is told so, again and again, and nobody waits for it for ever. */
#include "post/apart.h"

#include "post/fetch.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { MORE_THAN_LANES = 8, LONG_ENOUGH = 60 };

/* The only child of this process. */
static pid_t messenger(void)
{
    char path[64];
    char text[32] = "";
    snprintf(path, sizeof path, "/proc/self/task/%d/children", (int)getpid());
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    assert_non_null(fgets(text, sizeof text, file));
    (void)fclose(file);
    pid_t pid = (pid_t)strtol(text, NULL, 10);
    assert_true(pid > 1);
    return pid;
}

static void who_asks_a_messenger_that_is_gone_is_told_so(void **state)
{
    (void)state;
    const char *missing;
    struct arena *arena = arena_new((size_t)16 << 20);
    const struct apart_options apart = {.level = CONFINE_OFF};
    const struct fetch fetch = {.address = "http://127.0.0.1:1/", .plain = true, .most = 1024, .seconds = 1};
    assert_null(apart_begin(arena, &apart, &missing));
    for (int i = 0; i < MORE_THAN_LANES; i++) {
        const char *bytes;
        size_t size;
        int status;
        if (i == 1) { /* it has answered once, and that nobody listens there */
            assert_int_equal(kill(messenger(), SIGKILL), 0);
            (void)alarm(LONG_ENOUGH);
        }
        const struct error *error = post_fetch(arena, &fetch, &bytes, &size, &status);
        assert_non_null(error);
        assert_int_equal(error->code, ERROR_IO);
    }
    (void)alarm(0);
    apart_end();
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(who_asks_a_messenger_that_is_gone_is_told_so)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
