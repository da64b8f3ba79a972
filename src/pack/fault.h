/*
 * The faults of a pack, gathered while it is read: every one, not only the first, up to a bound that a
 * hostile file cannot pass.
 */
#ifndef WM_PACK_FAULT_H
#define WM_PACK_FAULT_H

#include "pack/pack.h"

#include <stdbool.h>

enum { FAULTS_MAX = 1000 };

struct faults {
    struct arena *arena;
    struct pack_fault *list;
    size_t count;
    size_t room;
    bool full; /* more were found than are kept */
};

void faults_init(struct faults *faults, struct arena *arena);
/* `line` 1 also for the file as a whole. The text says what is wrong, without the file and the line. */
void fault_add(struct faults *faults, const char *file, int line, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
/* By file, line and text; the same fault twice counts once. */
void faults_sort(struct faults *faults);

#endif
