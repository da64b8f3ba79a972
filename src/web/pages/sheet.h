/* What a page is written on: markup of our own, and text that is always escaped. Only ui*.c write on it. */
#ifndef WM_WEB_PAGES_SHEET_H
#define WM_WEB_PAGES_SHEET_H

#include "base/buf.h"
#include "web/pages/ui.h"

enum { SHEET_LIMIT = 8 * 1024 * 1024, SHEET_DEPTH = 4 };

struct ui_sheet {
    struct buf bufs[SHEET_DEPTH]; /* the last is written on; the others wait for a capture to end */
    size_t depth;
};

struct markup {
    const char *text;
};

static inline struct buf *sheet_buf(struct ui *ui)
{
    return &ui->sheet->bufs[ui->sheet->depth];
}

/* A constant of the program. */
static inline void raw(struct ui *ui, const char *markup)
{
    buf_put(sheet_buf(ui), markup);
}

/* Anything else: escaped for text and for quoted attributes. NULL is nothing. */
void put(struct ui *ui, const char *text);
/* The same with line feeds as <br>. */
void put_lines(struct ui *ui, const char *text);
/* ` name="text"`; nothing when text is NULL. */
void attribute(struct ui *ui, const char *name, const char *text);

#endif
