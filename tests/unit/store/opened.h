/* A store of its own for each test, open as a server has it. */
#ifndef WM_TEST_OPENED_H
#define WM_TEST_OPENED_H

#include "work.h"

#include "base/arena.h"

static struct work work;
static struct arena *arena;

static int set_up(void **state)
{
    (void)state;
    work_new(&work, NULL);
    work_good(work_open(&work), "opening");
    arena = work_arena();
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    arena_free(arena);
    work_close(&work);
    work_remove(work.root);
    return 0;
}

static struct store *store(void)
{
    return service_store(work.service);
}

#endif
