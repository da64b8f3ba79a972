/*
 * A bounded text buffer in an arena. It grows up to its limit; what does not fit is dropped and the buffer
 * says so for good (buf_failed), so a writer checks once at the end. Always ends with a NUL that does not
 * count.
 */
#ifndef WM_BASE_BUF_H
#define WM_BASE_BUF_H

#include "base/arena.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>

struct buf {
    struct arena *arena;
    char *bytes;
    size_t size; /* bytes written */
    size_t room; /* 0 when it failed */
    size_t limit;
    bool failed;
};

void buf_init(struct buf *buf, struct arena *arena, size_t limit);
void buf_put(struct buf *buf, const char *text);
/* Makes room for so many more bytes. False: they are more than the limit. */
bool buf_reserve(struct buf *buf, size_t more);
static inline bool buf_room(struct buf *buf, size_t more)
{
    return buf->size + more < buf->room || buf_reserve(buf, more);
}
static inline void buf_put_n(struct buf *buf, const void *bytes, size_t size)
{
    if (size > 0 && buf_room(buf, size)) {
        memcpy(buf->bytes + buf->size, bytes, size);
        buf->size += size;
        buf->bytes[buf->size] = '\0';
    }
}
void buf_byte(struct buf *buf, char byte);
void buf_printf(struct buf *buf, const char *format, ...) __attribute__((format(printf, 2, 3)));
void buf_vprintf(struct buf *buf, const char *format, va_list args) __attribute__((format(printf, 2, 0)));
/* Takes away what was written after the first `size` bytes. */
void buf_cut(struct buf *buf, size_t size);
/* The text so far; valid until the next write. */
const char *buf_text(struct buf *buf);
bool buf_failed(const struct buf *buf);

#endif
