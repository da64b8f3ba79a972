/* The library writes to a file by its name: an unnamed file in memory has one under /proc. */
#include "document/sheet.h"

#include "base/must.h"

#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#include <xlsxwriter.h>

enum { MOST_ROWS = 1 << 20, WIDTH = 26, MOST_BYTES = 32 << 20 };

static bool write_sheet(lxw_workbook *book, lxw_format *bold, const struct sheet *sheet)
{
    lxw_worksheet *page = workbook_add_worksheet(book, sheet->title);
    bool whole = page != NULL && sheet->row_count < MOST_ROWS;
    for (size_t i = 0; whole && i < sheet->head_count; i++) {
        whole = worksheet_write_string(page, 0, (lxw_col_t)i, sheet->heads[i], bold) == LXW_NO_ERROR;
    }
    for (size_t i = 0; whole && i < sheet->row_count * sheet->head_count; i++) {
        const struct sheet_cell *cell = &sheet->cells[i];
        lxw_row_t row = (lxw_row_t)(i / sheet->head_count + 1);
        lxw_col_t column = (lxw_col_t)(i % sheet->head_count);
        lxw_error error = cell->text != NULL ? worksheet_write_string(page, row, column, cell->text, NULL)
                          : cell->empty      ? LXW_NO_ERROR
                                             : worksheet_write_number(page, row, column, cell->number, NULL);
        whole = error == LXW_NO_ERROR;
    }
    if (whole && sheet->head_count > 0) {
        worksheet_set_column(page, 0, (lxw_col_t)(sheet->head_count - 1), WIDTH, NULL);
        worksheet_freeze_panes(page, 1, 0);
    }
    return whole;
}

/* The book is closed, and with it freed, whatever was met. */
static bool write_book(const char *path, const struct sheet *sheets, size_t count)
{
    lxw_workbook *book = workbook_new(path);
    if (book == NULL) {
        return false;
    }
    lxw_format *bold = workbook_add_format(book);
    bool whole = bold != NULL;
    if (whole) {
        format_set_bold(bold);
    }
    for (size_t i = 0; whole && i < count; i++) {
        whole = write_sheet(book, bold, &sheets[i]);
    }
    return workbook_close(book) == LXW_NO_ERROR && whole;
}

/*
 * The one that the library calls for what it puts together, instead of its own, which makes files under /tmp:
 * figures belong on no disk unsealed, and the server may open nothing there (docs/decisions/0042).
 */
FILE *lxw_tmpfile(char *folder)
{
    (void)folder;
    int file = memfd_create("waymark-sheet-part", MFD_CLOEXEC);
    FILE *stream = file < 0 ? NULL : fdopen(file, "w+");
    if (file >= 0 && stream == NULL) {
        close(file);
    }
    return stream;
}

struct fetching {
    struct arena *arena;
    int file;
    char *bytes;
    size_t size;
    bool whole;
};

static void fetch(void *context)
{
    struct fetching *fetching = context;
    struct stat stat;
    if (fstat(fetching->file, &stat) != 0 || stat.st_size <= 0 || stat.st_size > MOST_BYTES) {
        return;
    }
    fetching->size = (size_t)stat.st_size;
    fetching->bytes = arena_alloc(fetching->arena, fetching->size);
    size_t had = 0;
    while (had < fetching->size) {
        ssize_t got = pread(fetching->file, fetching->bytes + had, fetching->size - had, (off_t)had);
        if (got <= 0) {
            return;
        }
        had += (size_t)got;
    }
    fetching->whole = true;
}

const struct error *sheets_write(struct arena *arena, const struct sheet *sheets, size_t count,
                                 const char **ret_bytes, size_t *ret_size)
{
    char path[64];
    must(count > 0);
    int file = memfd_create("waymark-sheet", MFD_CLOEXEC);
    if (file < 0) {
        return error_of(ERROR_BUSY);
    }
    snprintf(path, sizeof path, "/proc/self/fd/%d", file);
    struct fetching fetching = {.arena = arena, .file = file};
    bool fetched = write_book(path, sheets, count) && arena_guard(arena, fetch, &fetching);
    close(file);
    if (!fetched || !fetching.whole) {
        return error_of(ERROR_TOO_LARGE);
    }
    *ret_bytes = fetching.bytes;
    *ret_size = fetching.size;
    return NULL;
}
