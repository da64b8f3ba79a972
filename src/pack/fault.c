#include "pack/fault.h"

#include "base/text.h"

#include <stdarg.h>

void faults_init(struct faults *faults, struct arena *arena)
{
    *faults = (struct faults){.arena = arena};
}

void fault_add(struct faults *faults, const char *file, int line, const char *format, ...)
{
    if (faults->count == FAULTS_MAX) {
        faults->full = true;
        return;
    }
    if (faults->count == faults->room) {
        size_t more = faults->room == 0 ? 16 : faults->room * 2;
        faults->list = arena_grow(faults->arena, faults->list, faults->count, more, sizeof *faults->list);
        faults->room = more;
    }
    va_list args;
    va_start(args, format);
    const char *text = arena_vprintf(faults->arena, format, args);
    va_end(args);
    faults->list[faults->count++] = (struct pack_fault){.file = file, .line = line, .text = text};
}

static int fault_compare(const void *left, const void *right)
{
    const struct pack_fault *a = left;
    const struct pack_fault *b = right;
    int files = strcmp(a->file, b->file);
    if (files != 0) {
        return files;
    }
    if (a->line != b->line) {
        return a->line < b->line ? -1 : 1;
    }
    return strcmp(a->text, b->text);
}

void faults_sort(struct faults *faults)
{
    if (faults->count < 2) {
        return;
    }
    qsort(faults->list, faults->count, sizeof *faults->list, fault_compare);
    size_t kept = 1;
    for (size_t i = 1; i < faults->count; i++) {
        if (fault_compare(&faults->list[i], &faults->list[kept - 1]) != 0) {
            faults->list[kept++] = faults->list[i];
        }
    }
    faults->count = kept;
}
