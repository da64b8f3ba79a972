#include "people/same.h"

#include "people/name.h"

#include <string.h>

enum { WORDS_MOST = 12 };

struct words {
    const char *list[WORDS_MOST]; /* normal */
    size_t count;
};

static bool parts_words(char c)
{
    return strchr(" \t,.;", c) != NULL && c != '\0';
}

static struct words words_of(struct arena *arena, const char *name)
{
    struct words words = {.count = 0};
    while (name != NULL && *name != '\0' && words.count < WORDS_MOST) {
        size_t size = 0;
        while (name[size] != '\0' && !parts_words(name[size])) {
            size++;
        }
        const char *normal = name_normal(arena, arena_copy_n(arena, name, size));
        if (*normal != '\0') {
            words.list[words.count++] = name_full_form(arena, normal);
        }
        name += size;
        name += *name == '\0' ? 0 : 1;
    }
    return words;
}

static bool is_initial(const char *word)
{
    return strlen(word) == 1;
}

static bool words_match(const char *a, const char *b)
{
    return strcmp(a, b) == 0 || ((is_initial(a) || is_initial(b)) && a[0] == b[0]);
}

bool names_may_be_one(struct arena *arena, const char *a, const char *b)
{
    struct words one = words_of(arena, a);
    struct words two = words_of(arena, b);
    bool used[WORDS_MOST] = {false};
    size_t shared = 0;
    size_t whole = 0; /* of them, those that are no initials */
    for (size_t i = 0; i < one.count; i++) {
        for (size_t j = 0; j < two.count; j++) {
            if (!used[j] && words_match(one.list[i], two.list[j])) {
                used[j] = true;
                shared++;
                whole += is_initial(one.list[i]) || is_initial(two.list[j]) ? 0 : 1;
                break;
            }
        }
    }
    size_t fewer = one.count < two.count ? one.count : two.count;
    return fewer == 0 || (whole > 0 && (shared == fewer || shared >= 2));
}
