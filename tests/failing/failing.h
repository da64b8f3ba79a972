/*
 * What can fail beneath the program (a statement, a file, a thread, a key, memory for an arena), bound in
 * with the linker's --wrap. A call fails when some call that leads to it has not failed yet; so each way to
 * what can fail has failed once when nothing fails any more.
 */
#ifndef WM_TEST_FAILING_H
#define WM_TEST_FAILING_H

#include <stdbool.h>

enum failing_in {
    FAILING_THREAD,
    FAILING_PROGRAM
}; /* this thread alone; or all threads and what they begin */

/* One thing fails from here on, up to where something is saved. */
void failing_begin(enum failing_in in);
/* Nothing fails from here on. */
void failing_end(enum failing_in in);
bool failing_failed(enum failing_in in);
bool failing_saved(enum failing_in in);
/* Where it failed: places in the program, for addr2line. */
const char *failing_way(void);

#endif
