/*
 * must(): a promise of our own code. Kept in release builds: a program that has broken its own promise
 * may not go on deciding who reads what.
 */
#ifndef WM_BASE_MUST_H
#define WM_BASE_MUST_H

#include <stdbool.h>

#define must(condition) ((condition) ? (void)0 : must_failed(__FILE__, __LINE__, __func__, #condition))

_Noreturn void must_failed(const char *file, int line, const char *function, const char *condition);

#endif
