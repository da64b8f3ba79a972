/* The pack of chapter 11, for targets that need one. */
#ifndef WM_TEST_PACK_OF_H
#define WM_TEST_PACK_OF_H

#include "base/must.h"
#include "pack/pack.h"

#include <stdlib.h>

static struct arena *pack_of_kept;

static inline void pack_of_free(void)
{
    arena_free(pack_of_kept);
}

static inline const struct pack *pack_of_test(void)
{
    const struct pack *pack;
    const struct pack_fault *faults;
    size_t count;
    pack_of_kept = arena_new((size_t)256 << 20);
    must(pack_of_kept != NULL);
    must(pack_load(pack_of_kept, WM_SOURCE "/procedures/llr-chapter-11", &pack, &faults, &count) == NULL);
    must(atexit(pack_of_free) == 0);
    return pack;
}

#endif
