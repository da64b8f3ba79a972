#include "base/buf.h"

#include "base/must.h"

#include <stdio.h>
#include <string.h>

enum { FIRST_ROOM = 256 };

void buf_init(struct buf *buf, struct arena *arena, size_t limit)
{
    *buf = (struct buf){.arena = arena, .limit = limit};
}

bool buf_reserve(struct buf *buf, size_t more)
{
    if (buf->failed || more > buf->limit - buf->size) {
        buf->failed = true;
        buf->room = 0;
        return false;
    }
    size_t need = buf->size + more + 1;
    if (need > buf->room) {
        size_t room = buf->room == 0 ? FIRST_ROOM : buf->room * 2;
        while (room < need) {
            room *= 2;
        }
        room = room - 1 > buf->limit ? buf->limit + 1 : room;
        buf->bytes = arena_grow(buf->arena, buf->bytes, buf->size, room, 1);
        buf->room = room;
    }
    return true;
}

void buf_put(struct buf *buf, const char *text)
{
    buf_put_n(buf, text, strlen(text));
}

void buf_byte(struct buf *buf, char byte)
{
    buf_put_n(buf, &byte, 1);
}

void buf_vprintf(struct buf *buf, const char *format, va_list args)
{
    va_list again;
    va_copy(again, args);
    int size = vsnprintf(NULL, 0, format, args);
    must(size >= 0);
    if (size > 0 && buf_reserve(buf, (size_t)size)) {
        vsnprintf(buf->bytes + buf->size, (size_t)size + 1, format, again);
        buf->size += (size_t)size;
    }
    va_end(again);
}

void buf_printf(struct buf *buf, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    buf_vprintf(buf, format, args);
    va_end(args);
}

void buf_cut(struct buf *buf, size_t size)
{
    must(size <= buf->size);
    buf->size = size;
    if (buf->bytes != NULL) {
        buf->bytes[size] = '\0';
    }
}

const char *buf_text(struct buf *buf)
{
    return buf->bytes == NULL ? "" : buf->bytes;
}

bool buf_failed(const struct buf *buf)
{
    return buf->failed;
}
