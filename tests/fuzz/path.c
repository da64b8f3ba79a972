/* Percent-encoding, path, query, cookie, content type, route patterns, and the assets' paths. */
#include "fuzz.h"

#include "web/parse.h"
#include "web/route.h"

#include <strings.h>

void fuzz_begin(void)
{
}

static void path(struct arena *arena, const char *target)
{
    const char *found;
    const char *query;
    struct pair params[ROUTE_PARAMS];
    size_t count;
    if (!parse_target(arena, target, &found, &query)) {
        return;
    }
    must(found[0] == '/' && text_is_valid(found, strlen(found)));
    for (const char *c = found; *c != '\0'; c++) {
        must((unsigned char)*c >= 0x20 && *c != 0x7f);
    }
    const char *again;
    size_t slashes = 0;
    for (const char *c = found; *c != '\0'; c++) {
        slashes += *c == '/';
    }
    size_t kept = 0;
    for (const char *c = target; *c != '\0' && *c != '?'; c++) {
        kept += *c == '/';
    }
    must(slashes == kept);
    static const char *const patterns[] = {"/", "/cases/{case}", "/cases/{case}/entries/{seq}", "/find"};
    for (size_t i = 0; i < sizeof patterns / sizeof *patterns; i++) {
        if (route_matches(arena, patterns[i], found, params, &count)) {
            for (size_t p = 0; p < count; p++) {
                must(params[p].text[0] != '\0' && strchr(params[p].text, '/') == NULL);
                must(parse_percent(arena, percent_encode(arena, params[p].text),
                                   strlen(percent_encode(arena, params[p].text)), false, &again));
                must(strcmp(again, params[p].text) == 0);
            }
        }
    }
}

static void pairs(struct arena *arena, const uint8_t *bytes, size_t size)
{
    const struct pair *list;
    size_t count;
    if (!parse_pairs(arena, (const char *)bytes, size, 2000, &list, &count)) {
        return;
    }
    must(count <= 2000);
    for (size_t i = 0; i < count; i++) {
        must(text_is_valid(list[i].name, strlen(list[i].name)) &&
             text_is_valid(list[i].text, strlen(list[i].text)));
        must(strchr(list[i].text, '\r') == NULL);
    }
}

void fuzz_one(struct arena *arena, const uint8_t *bytes, size_t size)
{
    if (size == 0) {
        return;
    }
    uint8_t which = bytes[0] % 5;
    bytes++;
    size--;
    const char *text = arena_copy_n(arena, bytes, size);
    const char *decoded;
    switch (which) {
    case 0:
        path(arena, text);
        break;
    case 1:
        pairs(arena, bytes, size);
        break;
    case 2:
        if (parse_percent(arena, text, size, true, &decoded)) {
            must(text_is_valid(decoded, strlen(decoded)));
        }
        break;
    case 3: {
        const char *cookie = parse_cookie(arena, text, "waymark_session");
        must(cookie == NULL || strchr(cookie, ';') == NULL);
        break;
    }
    default:
        if (parse_is_type(text, "application/json")) {
            must(strncasecmp(text, "application/json", 16) == 0);
        }
    }
}
