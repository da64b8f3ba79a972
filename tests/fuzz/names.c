/* Names made comparable, and how they sound. */
#include "fuzz.h"

#include "people/name.h"

void fuzz_begin(void)
{
}

void fuzz_one(struct arena *arena, const uint8_t *bytes, size_t size)
{
    const char *text = fuzz_text(arena, bytes, size);
    if (text == NULL) {
        return;
    }
    const char *normal = name_normal(arena, text);
    must(text_is_valid(normal, strlen(normal)));
    must(strlen(normal) <= NAME_LIMIT * 4);
    const char *sound = name_sound(arena, text);
    must(text_is_valid(sound, strlen(sound)));
    const char *parts[NAME_PARTS];
    size_t count = name_parts(arena, text, parts);
    must(count <= NAME_PARTS);
    for (size_t i = 0; i < count; i++) {
        must(parts[i][0] != '\0');
    }
    must(name_full_form(arena, normal) != NULL);
    (void)name_is_shared_by_many(normal);
}
