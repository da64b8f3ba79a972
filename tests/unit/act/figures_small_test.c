/* Random cubes, and somebody who works out from what is shown whatever one line after another tells. */
#include "act/figures_small.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

enum { MOST = 6 * 8 * 7, CUBES = 3000 };

static uint64_t state = 11;

static unsigned next(unsigned below)
{
    state = state * 6364136223846793005u + 1442695040888963407u;
    return (unsigned)(state >> 33) % below;
}

struct made {
    int counts[MOST];
    bool hidden[MOST];
    struct cube cube;
};

static void make(struct made *made, size_t agencies, size_t months, size_t values)
{
    memset(made, 0, sizeof *made);
    made->cube =
        (struct cube){.sizes = {agencies, months, values}, .counts = made->counts, .hidden = made->hidden};
}

/* A hidden number that is alone in a line, the total of the line among it, is told by subtraction. */
static void no_line_gives_a_number_away(void **context)
{
    (void)context;
    static struct made made;
    size_t hidden = 0;
    size_t shown = 0;
    for (int i = 0; i < CUBES; i++) {
        make(&made, 3 + next(4), 3 + next(6), 3 + next(5));
        const struct cube *cube = &made.cube;
        for (size_t a = 1; a < cube->sizes[0]; a++) {
            for (size_t m = 1; m < cube->sizes[1]; m++) {
                for (size_t v = 1; v < cube->sizes[2]; v++) {
                    made.counts[cube_at(cube, a, m, v)] = next(3) == 0 ? 0 : (int)next(i % 2 == 0 ? 9 : 40);
                }
            }
        }
        cube_finish(&made.cube);
        size_t steps[] = {cube->sizes[1] * cube->sizes[2], cube->sizes[2], 1};
        size_t cells = cube->sizes[0] * cube->sizes[1] * cube->sizes[2];
        for (size_t at = 0; at < cells; at++) {
            assert_true(made.hidden[at] || made.counts[at] == 0 || made.counts[at] >= SMALL_NUMBER);
            hidden += made.hidden[at];
            shown += !made.hidden[at];
            for (int axis = 0; axis < CUBE_AXES; axis++) {
                if (at / steps[axis] % cube->sizes[axis] != 0) {
                    continue;
                }
                int alone = made.hidden[at];
                int together = 0;
                for (size_t k = 1; k < cube->sizes[axis]; k++) {
                    size_t place = at + k * steps[axis];
                    alone += made.hidden[place];
                    together += made.hidden[place] ? made.counts[place] : 0;
                }
                assert_int_not_equal(alone, 1);
                /* nor are those of a line all small by what is left of its total */
                bool all = alone == (int)cube->sizes[axis] - 1;
                assert_true(alone == 0 || made.hidden[at] || all || together >= SMALL_NUMBER);
            }
        }
    }
    assert_true(hidden > 1000 && shown > 1000);
}

static void one_small_number_takes_another_and_no_more(void **context)
{
    (void)context;
    static struct made made;
    make(&made, 3, 2, 4); /* two agencies, one month, three values */
    struct cube *cube = &made.cube;
    const int police[] = {2, 9, 30};
    const int health[] = {20, 21, 22};
    for (size_t v = 1; v < 4; v++) {
        made.counts[cube_at(cube, 1, 1, v)] = police[v - 1];
        made.counts[cube_at(cube, 2, 1, v)] = health[v - 1];
    }
    cube_finish(cube);
    assert_int_equal(made.counts[cube_at(cube, 0, 0, 1)], 22);
    assert_int_equal(made.counts[cube_at(cube, 0, 0, 0)], 104);
    assert_true(made.hidden[cube_at(cube, 1, 1, 1)] && made.hidden[cube_at(cube, 1, 1, 2)]);
    assert_true(made.hidden[cube_at(cube, 2, 1, 1)] || made.hidden[cube_at(cube, 0, 1, 1)]);
    assert_false(made.hidden[cube_at(cube, 1, 1, 3)] || made.hidden[cube_at(cube, 0, 0, 3)]);
}

static void large_numbers_and_nothing_are_shown(void **context)
{
    (void)context;
    static struct made made;
    make(&made, 3, 3, 3);
    for (size_t a = 1; a < 3; a++) {
        made.counts[cube_at(&made.cube, a, 1, 1)] = 5;
        made.counts[cube_at(&made.cube, a, 2, 2)] = 50;
    }
    cube_finish(&made.cube);
    for (size_t at = 0; at < 27; at++) {
        assert_false(made.hidden[at]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_line_gives_a_number_away),
        cmocka_unit_test(one_small_number_takes_another_and_no_more),
        cmocka_unit_test(large_numbers_and_nothing_are_shown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
