#include "web/parse.h"

#include "base/buf.h"
#include "base/text.h"

#include <string.h>
#include <strings.h>

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9') {
        return c - '0';
    }
    if (c >= 'a' && c <= 'f') {
        return c - 'a' + 10;
    }
    if (c >= 'A' && c <= 'F') {
        return c - 'A' + 10;
    }
    return -1;
}

bool parse_percent(struct arena *arena, const char *bytes, size_t size, bool form, const char **ret_text)
{
    char *text = arena_alloc(arena, size + 1);
    size_t length = 0;
    bool after_return = false;
    for (size_t i = 0; i < size; i++) {
        char byte = bytes[i];
        if (byte == '%') {
            if (size - i < 3) {
                return false;
            }
            int high = hex_digit(bytes[i + 1]);
            int low = hex_digit(bytes[i + 2]);
            if (high < 0 || low < 0) {
                return false;
            }
            byte = (char)(unsigned char)(high * 16 + low);
            i += 2;
        } else if (byte == '+' && form) {
            byte = ' ';
        }
        bool second = form && byte == '\n' && after_return;
        after_return = form && byte == '\r';
        if (!second) {
            text[length++] = after_return ? '\n' : byte;
        }
    }
    if (!text_is_valid(text, length)) {
        return false;
    }
    text[length] = '\0';
    *ret_text = text;
    return true;
}

bool parse_target(struct arena *arena, const char *target, const char **ret_path, const char **ret_query)
{
    const char *mark = strchr(target, '?');
    size_t size = mark == NULL ? strlen(target) : (size_t)(mark - target);
    if (size == 0 || target[0] != '/') {
        return false;
    }
    /* an escaped slash would make one segment look like two */
    for (size_t i = 0; i + 2 < size; i++) {
        if (target[i] == '%' && target[i + 1] == '2' && (target[i + 2] == 'f' || target[i + 2] == 'F')) {
            return false;
        }
    }
    const char *path;
    if (!parse_percent(arena, target, size, false, &path)) {
        return false;
    }
    for (const char *c = path; *c != '\0'; c++) {
        if ((unsigned char)*c < 0x20 || *c == 0x7f) {
            return false;
        }
    }
    *ret_path = path;
    *ret_query = mark == NULL ? "" : mark + 1;
    return true;
}

bool parse_pairs(struct arena *arena, const char *bytes, size_t size, size_t limit,
                 const struct pair **ret_pairs, size_t *ret_count)
{
    if (size == 0) {
        *ret_pairs = NULL;
        *ret_count = 0;
        return true;
    }
    size_t count = 1;
    for (size_t i = 0; i < size; i++) {
        count += bytes[i] == '&';
    }
    if (count > limit) {
        return false;
    }
    struct pair *pairs = arena_many(arena, struct pair, count);
    size_t filled = 0;
    const char *end = bytes + size;
    for (const char *at = bytes; at <= end;) {
        const char *stop = memchr(at, '&', (size_t)(end - at));
        if (stop == NULL) {
            stop = end;
        }
        if (stop > at) {
            const char *equals = memchr(at, '=', (size_t)(stop - at));
            const char *name_end = equals == NULL ? stop : equals;
            const char *value = equals == NULL ? stop : equals + 1;
            struct pair *pair = &pairs[filled++];
            if (!parse_percent(arena, at, (size_t)(name_end - at), true, &pair->name) ||
                !parse_percent(arena, value, (size_t)(stop - value), true, &pair->text)) {
                return false;
            }
        }
        at = stop + 1;
    }
    *ret_pairs = pairs;
    *ret_count = filled;
    return true;
}

const char *parse_cookie(struct arena *arena, const char *header, const char *name)
{
    size_t length = strlen(name);
    for (const char *at = header; at != NULL && *at != '\0';) {
        at += strspn(at, " \t;");
        size_t size = strcspn(at, ";");
        if (size > length && strncmp(at, name, length) == 0 && at[length] == '=') {
            return text_trim(arena, arena_copy_n(arena, at + length + 1, size - length - 1));
        }
        at += size;
    }
    return NULL;
}

bool parse_is_type(const char *header, const char *type)
{
    if (header == NULL) {
        return false;
    }
    size_t length = strlen(type);
    if (strncasecmp(header, type, length) != 0) {
        return false;
    }
    const char *rest = header + length;
    rest += strspn(rest, " \t");
    return *rest == '\0' || *rest == ';';
}

const char *percent_encode(struct arena *arena, const char *text)
{
    struct buf buf;
    buf_init(&buf, arena, strlen(text) * 3 + 1);
    for (const char *c = text; *c != '\0'; c++) {
        bool plain = (*c >= 'a' && *c <= 'z') || (*c >= 'A' && *c <= 'Z') || (*c >= '0' && *c <= '9') ||
                     strchr("-._~", *c) != NULL;
        if (plain) {
            buf_byte(&buf, *c);
        } else {
            buf_printf(&buf, "%%%02X", (unsigned)(unsigned char)*c);
        }
    }
    return buf_text(&buf);
}
