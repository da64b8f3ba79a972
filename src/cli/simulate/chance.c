#include "cli/simulate/simulate.h"

/* splitmix64 */
static uint64_t mixed(uint64_t z)
{
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}

uint64_t chance_next(struct chance *chance)
{
    chance->state += UINT64_C(0x9e3779b97f4a7c15);
    return mixed(chance->state);
}

size_t chance_below(struct chance *chance, size_t limit)
{
    return limit == 0 ? 0 : (size_t)(chance_next(chance) % limit);
}

bool chance_is(struct chance *chance, int percent)
{
    return chance_below(chance, 100) < (size_t)percent;
}

uint64_t chance_mix(uint64_t a, uint64_t b)
{
    return mixed(a * UINT64_C(0x9e3779b97f4a7c15) + mixed(b + UINT64_C(0x632be59bd9b4e019)));
}

uint64_t chance_text(uint64_t seed, const char *text)
{
    for (; *text != '\0'; text++) {
        seed = chance_mix(seed, (unsigned char)*text);
    }
    return seed;
}
