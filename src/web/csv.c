#include "web/csv.h"

#include "base/buf.h"
#include "base/must.h"

#include <string.h>

enum { CSV_LIMIT = 8 * 1024 * 1024 };

/* Spreadsheets take a cell for a formula by its first character; tabs and returns are skipped on the way. */
static bool is_taken_for_a_formula(const char *text)
{
    return text[0] != '\0' && strchr("=+-@\t\r", text[0]) != NULL;
}

void csv_cell(struct csv *csv, const char *text)
{
    text = text == NULL ? "" : text;
    if (csv->in_row) {
        buf_byte(csv->buf, ',');
    }
    csv->in_row = true;
    bool inert = is_taken_for_a_formula(text);
    bool quoted = strpbrk(text, ",\"\r\n\t;") != NULL || text[0] == ' ';
    buf_put(csv->buf, quoted ? "\"" : "");
    buf_put(csv->buf, inert ? "'" : "");
    for (const char *c = text; *c != '\0'; c++) {
        buf_put(csv->buf, *c == '"' ? "\"" : "");
        buf_byte(csv->buf, *c);
    }
    buf_put(csv->buf, quoted ? "\"" : "");
}

void csv_row_end(struct csv *csv)
{
    buf_put(csv->buf, "\r\n");
    csv->in_row = false;
}

struct csv csv_begin(struct arena *arena, const char *const *heads, size_t count)
{
    struct csv csv = {.buf = arena_one(arena, struct buf)};
    buf_init(csv.buf, arena, CSV_LIMIT);
    buf_put(csv.buf, "\xef\xbb\xbf");
    for (size_t i = 0; i < count; i++) {
        csv_cell(&csv, heads[i]);
    }
    csv_row_end(&csv);
    return csv;
}

const struct error *csv_reply(struct csv *csv, const char *name, struct reply *reply)
{
    must(!csv->in_row && strpbrk(name, "\"\\/;") == NULL);
    if (buf_failed(csv->buf)) {
        return error_of(ERROR_TOO_LARGE);
    }
    reply_bytes(reply, 200, "text/csv; charset=utf-8", csv->buf->bytes, csv->buf->size);
    reply_header(reply, "Content-Disposition",
                 arena_printf(csv->buf->arena, "attachment; filename=\"%s\"", name));
    return NULL;
}
