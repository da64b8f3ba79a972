/* Between the two processes: what is given is taken whole, and what is no question or no answer is refused.
 */
#include "post/lane.h"

#include "base/arena.h"
#include "post/post.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static int pair[2];

static int open_pair(void **state)
{
    (void)state;
    return socketpair(AF_UNIX, SOCK_STREAM, 0, pair);
}

static int close_pair(void **state)
{
    (void)state;
    close(pair[0]);
    close(pair[1]);
    return 0;
}

/* Only these bytes, and then the end of the lane. */
static void give(const void *bytes, size_t size)
{
    assert_int_equal(send(pair[0], bytes, size, 0), size);
    assert_int_equal(shutdown(pair[0], SHUT_WR), 0);
}

static void test_a_question_is_taken_as_it_was_given(void **state)
{
    (void)state;
    ARENA_CLEANUP struct arena *arena = arena_new(1 << 20);
    struct question asked = {
        .kind = LANE_FETCH, .texts = {"https://x.example", NULL, ""}, .count = 3, .seconds = 9};
    struct question taken;
    assert_true(question_give(arena, pair[0], &asked));
    assert_true(question_take(arena, pair[1], &taken));
    assert_int_equal(taken.kind, LANE_FETCH);
    assert_int_equal(taken.count, 3);
    assert_int_equal(taken.seconds, 9);
    assert_string_equal(taken.texts[0], "https://x.example");
    assert_null(taken.texts[1]);
    assert_string_equal(taken.texts[2], "");
}

static void test_an_answer_is_taken_as_it_was_given(void **state)
{
    (void)state;
    ARENA_CLEANUP struct arena *arena = arena_new(1 << 20);
    struct answer given = {.code = ERROR_IO, .detail = "it hung up", .status = 451};
    struct answer taken;
    assert_true(answer_give(pair[0], &given));
    assert_true(answer_take(arena, pair[1], &taken));
    assert_int_equal(taken.code, ERROR_IO);
    assert_string_equal(taken.detail, "it hung up");
    assert_int_equal(taken.status, 451);
    assert_int_equal(taken.size, 0);
    given = (struct answer){.code = ERROR_NONE, .status = 200, .bytes = "{}", .size = 2};
    assert_true(answer_give(pair[0], &given));
    assert_true(answer_take(arena, pair[1], &taken));
    assert_null(taken.detail);
    assert_string_equal(taken.bytes, "{}");
}

/* kind, size, number, count; then the texts, each with its size before it */
static void test_what_is_no_question_is_refused(void **state)
{
    (void)state;
    static const struct {
        uint32_t words[6];
        size_t size;
    } wrong[] = {
        {{LANE_MAIL, 0}, 8},                                /* a head that is cut off */
        {{LANE_MAIL, LANE_MOST + 1, 5, 0}, 16},             /* larger than any */
        {{LANE_MAIL, 0, 5, LANE_TEXTS + 1}, 16},            /* more texts than any has */
        {{LANE_MAIL, 8, 5, 1, 4}, 20},                      /* its text is cut off */
        {{LANE_MAIL, 2, 5, 1, 0}, 18},                      /* no room for the size of its text */
        {{LANE_MAIL, 4, 5, 1, 4}, 20},                      /* its text is larger than all there is */
        {{LANE_MAIL, 8, 5, 1, UINT32_MAX, UINT32_MAX}, 24}, /* more than it has texts */
    };
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        ARENA_CLEANUP struct arena *arena = arena_new(8 << 20);
        struct question taken;
        close_pair(state);
        assert_int_equal(open_pair(state), 0);
        give(wrong[i].words, wrong[i].size);
        assert_false(question_take(arena, pair[1], &taken));
    }
}

static void test_what_is_no_answer_is_refused(void **state)
{
    (void)state;
    static const struct {
        uint32_t words[5];
        size_t size;
    } wrong[] = {
        {{ERROR_NONE}, 4},                         /* cut off */
        {{ERROR_NONE, LANE_MOST + 1, 200, 0}, 16}, /* larger than any */
        {{ERROR_NONE, 0, 200, 1}, 16},             /* a detail that is not in it */
        {{ERROR_CODES, 0, 200, 0}, 16},            /* no error that there is */
        {{ERROR_IO, 8, 200, 8, 0}, 20},            /* its detail is cut off */
    };
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        ARENA_CLEANUP struct arena *arena = arena_new(8 << 20);
        struct answer taken;
        close_pair(state);
        assert_int_equal(open_pair(state), 0);
        give(wrong[i].words, wrong[i].size);
        assert_false(answer_take(arena, pair[1], &taken));
    }
}

static void test_nothing_is_given_to_one_that_is_gone_or_that_is_too_large(void **state)
{
    (void)state;
    ARENA_CLEANUP struct arena *arena = arena_new(32 << 20);
    char *large = arena_alloc(arena, LANE_MOST + 2);
    memset(large, 'x', LANE_MOST + 1);
    large[LANE_MOST + 1] = '\0';
    struct question question = {.kind = LANE_MAIL, .texts = {large}, .count = 1};
    struct answer answer = {.bytes = large, .size = LANE_MOST + 1};
    assert_false(question_give(arena, pair[0], &question));
    assert_false(answer_give(pair[0], &answer));
    question.texts[0] = "words";
    answer = (struct answer){.detail = "words"};
    close(pair[1]);
    pair[1] = -1;
    assert_false(question_give(arena, pair[0], &question));
    assert_false(answer_give(pair[0], &answer));
}

/* The messenger takes no question whose texts are not what it asks for. */
static void test_the_messenger_answers_nothing_but_its_own_questions(void **state)
{
    (void)state;
    ARENA_CLEANUP struct arena *arena = arena_new(8 << 20);
    const struct post_options mail = {
        .server = "smtp://127.0.0.1:1", .plain = true, .from = "a@b", .seconds = 1};
    static const struct question wrong[] = {
        {.kind = LANE_MAIL, .count = 0},
        {.kind = LANE_MAIL, .texts = {"a@b", "00", NULL, "/x", "soon", "0"}, .count = 6},
        {.kind = LANE_MAIL, .texts = {"a@b", "00", NULL, "/x", "0", "99"}, .count = 6},
        {.kind = LANE_MAIL, .texts = {NULL, "00", NULL, "/x", "0", "0"}, .count = 6},
        {.kind = LANE_MAIL, .texts = {"a@b", NULL, NULL, "/x", "0", "0"}, .count = 6},
        {.kind = LANE_MAIL, .texts = {"a@b", "00", NULL, NULL, "0", "0"}, .count = 6},
        {.kind = LANE_MAIL, .texts = {"a@b", "00", NULL, "/x", NULL, "0"}, .count = 6},
        {.kind = LANE_MAIL, .texts = {"a@b", "00", NULL, "/x", "0", NULL}, .count = 6},
    };
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        struct answer answer = {.code = ERROR_NONE};
        post_answer(arena, &mail, &wrong[i], &answer);
        assert_int_equal(answer.code, ERROR_BAD_INPUT);
    }
    struct answer answer = {.code = ERROR_NONE};
    post_answer(arena, NULL, &wrong[1], &answer); /* it was given no server of mail */
    assert_int_equal(answer.code, ERROR_BAD_INPUT);
    static const struct question fetches[] = {
        {.kind = LANE_FETCH, .count = 2},
    };
    for (size_t i = 0; i < sizeof fetches / sizeof fetches[0]; i++) {
        answer = (struct answer){.code = ERROR_NONE};
        fetch_answer(arena, &fetches[i], &answer);
        assert_int_equal(answer.code, ERROR_BAD_INPUT);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_a_question_is_taken_as_it_was_given, open_pair, close_pair),
        cmocka_unit_test_setup_teardown(test_an_answer_is_taken_as_it_was_given, open_pair, close_pair),
        cmocka_unit_test_setup_teardown(test_what_is_no_question_is_refused, open_pair, close_pair),
        cmocka_unit_test_setup_teardown(test_what_is_no_answer_is_refused, open_pair, close_pair),
        cmocka_unit_test_setup_teardown(test_nothing_is_given_to_one_that_is_gone_or_that_is_too_large,
                                        open_pair, close_pair),
        cmocka_unit_test(test_the_messenger_answers_nothing_but_its_own_questions),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
