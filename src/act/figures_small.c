/*
 * A line of the cube is a total and what it is the total of. It gives a hidden number away when it is the
 * only one hidden, or when what is hidden beside a shown total comes to less than 5. Such a line hides one
 * more, the smallest that is not 0, and that may break the lines across it, so it goes round until none does.
 */
#include "act/figures_small.h"

#include <stdint.h>

size_t cube_at(const struct cube *cube, size_t agency, size_t month, size_t value)
{
    return (agency * cube->sizes[1] + month) * cube->sizes[2] + value;
}

static size_t stride(const struct cube *cube, int axis)
{
    return axis == 2 ? 1 : axis == 1 ? cube->sizes[2] : cube->sizes[1] * cube->sizes[2];
}

static size_t cells(const struct cube *cube)
{
    return cube->sizes[0] * cube->sizes[1] * cube->sizes[2];
}

/* The lines of an axis by the place of their total: every cell whose index on the axis is 0. */
static bool is_total(const struct cube *cube, int axis, size_t place)
{
    return place / stride(cube, axis) % cube->sizes[axis] == 0;
}

static void sum(struct cube *cube)
{
    for (int axis = 0; axis < CUBE_AXES; axis++) {
        size_t step = stride(cube, axis);
        for (size_t place = 0; place < cells(cube); place++) {
            for (size_t i = 1; is_total(cube, axis, place) && i < cube->sizes[axis]; i++) {
                cube->counts[place] += cube->counts[place + i * step];
            }
        }
    }
}

static bool gives_away(const struct cube *cube, int axis, size_t total)
{
    size_t step = stride(cube, axis);
    size_t count = cube->hidden[total];
    int hidden_sum = 0;
    for (size_t i = 1; i < cube->sizes[axis]; i++) {
        size_t place = total + i * step;
        count += cube->hidden[place];
        hidden_sum += cube->hidden[place] ? cube->counts[place] : 0;
    }
    return count > 0 && (count == 1 || (!cube->hidden[total] && hidden_sum < SMALL_NUMBER));
}

/* The one more that such a line hides; false when there is none left. */
static bool hide_one(struct cube *cube, int axis, size_t total)
{
    size_t step = stride(cube, axis);
    size_t best = SIZE_MAX;
    for (size_t i = axis == 2 ? 1 : 0; i < cube->sizes[axis]; i++) {
        size_t place = total + i * step;
        bool better =
            best == SIZE_MAX || (cube->counts[place] > 0 &&
                                 (cube->counts[best] == 0 || cube->counts[place] < cube->counts[best]));
        if (!cube->hidden[place] && better) {
            best = place;
        }
    }
    if (best != SIZE_MAX) {
        cube->hidden[best] = true;
    }
    return best != SIZE_MAX;
}

/* `among_totals`: the totals of all values alone, or everything else. Each pass hides more, or is the last.
 */
static void hide_round(struct cube *cube, int axes, bool among_totals)
{
    bool more = true;
    while (more) {
        more = false;
        for (int axis = 0; axis < axes; axis++) {
            for (size_t place = 0; place < cells(cube); place++) {
                bool is_whole = place % cube->sizes[2] == 0;
                if (is_total(cube, axis, place) && (axis == 2 || is_whole == among_totals) &&
                    gives_away(cube, axis, place)) {
                    more = hide_one(cube, axis, place) || more;
                }
            }
        }
    }
}

static void hide_small(struct cube *cube)
{
    for (size_t place = 0; place < cells(cube); place++) {
        cube->hidden[place] = cube->counts[place] > 0 && cube->counts[place] < SMALL_NUMBER;
    }
}

void cube_finish_apart(struct cube *cube)
{
    sum(cube);
    hide_small(cube);
    hide_round(cube, 1, false);
}

void cube_finish(struct cube *cube)
{
    sum(cube);
    hide_small(cube);
    hide_round(cube, 2, true);
    hide_round(cube, CUBE_AXES, false);
}
