/*
 * Between the acts and the store: the n-th step of a statement, line of the log of looks, reader, key, memory
 * or sealing fails (bound in with the linker's --wrap).
 */
#ifndef WM_ACT_FAILING_H
#define WM_ACT_FAILING_H

#include <stdbool.h>

/* 1: the next. Up to where something is saved, or after that too. */
void failing_begin(unsigned n, bool after_saving);
/* Nothing fails from here on. Whether something did. */
bool failing_end(void);
/* Whether something was saved since failing_begin. */
bool failing_saved(void);

/* What somebody else does once, just before the next write is committed. */
void failing_meanwhile(void (*run)(void *context), void *context);
/* So many writes from now on come second. */
void failing_conflicts(unsigned count);

#endif
