/*
 * A table as a file for a spreadsheet: RFC 4180, UTF-8 with its mark, one line a row. A cell that a
 * spreadsheet would take for a formula is made inert by an apostrophe before it, because what is in it was
 * typed by somebody else than the one who opens the file.
 */
#ifndef WM_WEB_CSV_H
#define WM_WEB_CSV_H

#include "web/request.h"

struct csv {
    struct buf *buf;
    bool in_row;
};

/* Begins with the row of heads. */
struct csv csv_begin(struct arena *arena, const char *const *heads, size_t count);
/* NULL is an empty cell. */
void csv_cell(struct csv *csv, const char *text);
void csv_row_end(struct csv *csv);
/* Answers with the file; `name` as it is to be kept, without characters that need quoting. ERROR_TOO_LARGE.
 */
const struct error *csv_reply(struct csv *csv, const char *name, struct reply *reply) MUST_CHECK;

#endif
