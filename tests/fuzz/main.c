#include "fuzz.h"

#include <setjmp.h>

enum { CAP = 128 << 20 };

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    (void)argc;
    (void)argv;
#ifndef __AFL_COMPILER
    fuzz_begin();
#endif
    return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
#ifdef __AFL_COMPILER
    /* AFL++ forks after the initialisation, and no thread of a store outlives that */
    static bool begun;
    if (!begun) {
        fuzz_begin();
        begun = true;
    }
#endif
    struct arena *arena = arena_new(CAP);
    must(arena != NULL);
    if (setjmp(*arena_edge(arena)) == 0) {
        fuzz_one(arena, bytes, size);
    }
    arena_no_edge(arena);
    arena_free(arena);
    return 0;
}
