/*
 * Tables as a workbook for a spreadsheet (XLSX). What is text stays text, whatever it begins with: no cell is
 * ever a formula or a link. libxlsxwriter lives only here.
 */
#ifndef WM_DOCUMENT_SHEET_H
#define WM_DOCUMENT_SHEET_H

#include "base/arena.h"
#include "base/error.h"

struct sheet_cell {
    const char *text; /* NULL: a number, or with `empty` nothing */
    int number;
    bool empty;
};

struct sheet {
    const char *title; /* of its tab: at most 31 characters, none of []:*?/\ */
    const char *const *heads;
    size_t head_count;
    const struct sheet_cell *cells; /* by rows, head_count to a row */
    size_t row_count;
};

#define SHEET_TYPE "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

/* The bytes of the file, in the arena. ERROR_TOO_LARGE: more than a sheet or the arena holds. */
const struct error *sheets_write(struct arena *arena, const struct sheet *sheets, size_t count,
                                 const char **ret_bytes, size_t *ret_size) MUST_CHECK;

#endif
