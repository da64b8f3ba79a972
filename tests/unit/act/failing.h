/*
 * Between the acts and the store: the n-th step of a statement, or line of the log of looks, fails (bound in
 * with the linker's --wrap).
 */
#ifndef WM_ACT_FAILING_H
#define WM_ACT_FAILING_H

#include <stdbool.h>

/* 1: the next. Up to where something is saved, or after that too. */
void failing_begin(unsigned n, bool after_saving);
/* Nothing fails from here on. Whether something did. */
bool failing_end(void);

#endif
