/*
 * Between the program and its files: a VFS over SQLite's own, and the system calls by which our own files are
 * opened, read, written and cut short (bound in with the linker's --wrap, by the names that `nm -u` shows:
 * those for large files). It counts, fails and cuts. Only files under the given folder are its business.
 */
#ifndef WM_TEST_SHIM_H
#define WM_TEST_SHIM_H

#include <stdbool.h>
#include <stdint.h>

enum shim_kind {
    SHIM_OPEN = 1,
    SHIM_WRITE = 2,
    SHIM_SYNC = 4,
    SHIM_READ = 8,
    SHIM_TRUNCATE = 16,
    SHIM_ALL = 31
};

/* From now on, for files whose path begins with `root`. Once a process. */
void shim_begin(const char *root);
/* The n-th operation of these kinds from now on fails (1 is the next; 0: none), with `sticky` every later one
 * too. `full`: as a disk without room does (a write to a file of our own is cut in half), else as a broken
 * one. */
void shim_fail(int kinds, unsigned n, bool sticky, bool full);
/* How many operations failed since then. */
unsigned shim_failed(void);
/* The kinds of operations that were made to fail on our own files, not those of SQLite, since the beginning.
 */
int shim_own_failed(void);
/*
 * The power goes at the n-th operation from now on: of each sector that was written and not synced, the new
 * content is kept, dropped or torn; a rename that was not synced may not have been. The files are left like
 * that and the process ends with SHIM_CUT.
 */
enum { SHIM_CUT = 99 };
void shim_cut(unsigned n, uint64_t seed);

/* The n-th allocation of SQLite from now on fails. To be called before anything of SQLite. */
void shim_memory_begin(void);
void shim_memory_fail(unsigned n, bool sticky);
unsigned shim_memory_failed(void);

#endif
