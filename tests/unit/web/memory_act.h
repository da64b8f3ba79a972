/*
 * The acts in memory, for tests of the pages alone: the real pack, rules and folds, no store, no seals. One
 * arena holds everything; a lock makes one act wait for another. Accounts are named by their roles; the token
 * of a session is the name of its account.
 */
#ifndef WM_TESTS_MEMORY_ACT_H
#define WM_TESTS_MEMORY_ACT_H

#include "act/act.h"

struct service *memory_service(struct arena *arena, const char *pack_dir);

#endif
