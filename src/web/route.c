#include "web/route.h"

#include <string.h>

bool route_matches(struct arena *arena, const char *pattern, const char *path,
                   struct pair ret_params[static ROUTE_PARAMS], size_t *ret_count)
{
    struct {
        const char *name;
        size_t name_size;
        const char *text;
        size_t text_size;
    } found[ROUTE_PARAMS];
    size_t count = 0;
    while (*pattern != '\0') {
        if (*pattern == '{') {
            size_t name = strcspn(pattern, "}");
            size_t text = strcspn(path, "/");
            if (text == 0 || count == ROUTE_PARAMS || pattern[name] != '}') {
                return false;
            }
            found[count].name = pattern + 1;
            found[count].name_size = name - 1;
            found[count].text = path;
            found[count].text_size = text;
            count++;
            pattern += name + 1;
            path += text;
        } else if (*pattern++ != *path++) {
            return false;
        }
    }
    if (*path != '\0') {
        return false;
    }
    /* copied only now: most patterns that are tried do not match */
    for (size_t i = 0; i < count; i++) {
        ret_params[i].name = arena_copy_n(arena, found[i].name, found[i].name_size);
        ret_params[i].text = arena_copy_n(arena, found[i].text, found[i].text_size);
    }
    *ret_count = count;
    return true;
}
