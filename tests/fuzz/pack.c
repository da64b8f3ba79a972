/* A whole pack as its bundle: what is loaded has passed every check, what is not names its faults. */
#include "fuzz.h"

#include "pack/pack.h"

void fuzz_begin(void)
{
}

void fuzz_one(struct arena *arena, const uint8_t *bytes, size_t size)
{
    static const char head[] = "waymark-pack 1\n";
    const struct pack *pack = NULL;
    const struct pack_fault *faults = NULL;
    size_t count = 0;
    /* the bundle as it is, and the input as the one file of a bundle */
    const char *text = arena_printf(arena, "%sfile a.yaml %zu\n", head, size);
    size_t before = strlen(text);
    char *bundle = arena_alloc(arena, before + size + 2);
    memcpy(bundle, text, before);
    memcpy(bundle + before, bytes, size);
    bundle[before + size] = '\n';
    bool whole = size > sizeof head && memcmp(bytes, head, sizeof head - 1) == 0;
    const struct error *error = pack_load_bundle(
        arena, whole ? arena_copy_n(arena, bytes, size) : bundle, whole ? size : before + size + 1,
        WM_SOURCE "/procedures/llr-chapter-11", &pack, &faults, &count);
    if (error == NULL) {
        must(pack != NULL && pack->type_count > 0 && pack->calendar != NULL);
    } else {
        must(error->code != ERROR_PACK || count > 0 || error->detail != NULL);
    }
}
