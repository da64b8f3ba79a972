/*
 * An arena: memory for one piece of work (a request, a command, a job), released at once.
 *
 * Allocation never returns NULL. When the cap is reached, or the machine has no memory, the work is
 * abandoned: control returns to the edge that the owner set with arena_edge(), which answers "too much at
 * once" and frees the arena. So code between needs no checks, but must not hold a lock, or a resource that
 * the owner of the edge cannot give back, while it allocates.
 *
 * Under the address sanitizer each allocation is a real malloc, so that overruns are seen.
 */
#ifndef WM_BASE_ARENA_H
#define WM_BASE_ARENA_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

struct arena;

/* A new arena that may hold up to `cap` bytes. NULL when there is no memory for the arena itself. */
struct arena *arena_new(size_t cap);
/* From now on whatever is freed in this process, here or in a library, is written over first. For a process
 * that serves: what was destroyed must not lie about in its memory. */
void arena_wipe_what_is_freed(void);
/* Frees the arena and everything in it. NULL is allowed. */
void arena_free(struct arena *arena);
void arena_cleanup(struct arena **arena);
#define ARENA_CLEANUP __attribute__((cleanup(arena_cleanup)))

/* Gives everything back but keeps the arena (and some of its memory) for the next piece of work. */
void arena_reset(struct arena *arena);

/*
 * Where control returns to when memory runs out:
 *     if (setjmp(*arena_edge(arena))) { ...give up... }
 * The edge holds until arena_no_edge(). Without an edge, running out ends the program with a message.
 */
jmp_buf *arena_edge(struct arena *arena);
void arena_no_edge(struct arena *arena);

/*
 * Runs `work` and comes back even when memory runs out in it: then false. For code that holds something of a
 * library which must be given back; it gives it back and goes on with arena_run_out.
 */
bool arena_guard(struct arena *arena, void (*work)(void *context), void *context)
    __attribute__((warn_unused_result));
/*
 * Called on the thread whose work is abandoned, before control returns to the edge: what that work held and
 * nobody else will give back (a reader of the store). One for the program.
 */
void arena_on_run_out(void (*hook)(void));
/* Abandons the work, as if memory had run out here. */
_Noreturn void arena_run_out(struct arena *arena);

/* `size` zeroed bytes, aligned for any type. Size 0 gives a unique pointer. */
void *arena_alloc(struct arena *arena, size_t size) __attribute__((returns_nonnull, alloc_size(2)));
/* `count` zeroed elements of `size` bytes; an overflow of the product counts as running out. */
void *arena_array(struct arena *arena, size_t count, size_t size) __attribute__((returns_nonnull));
#define arena_one(arena, type) ((type *)arena_alloc((arena), sizeof(type)))
#define arena_many(arena, type, count) ((type *)arena_array((arena), (count), sizeof(type)))

/* Copies that end with a NUL. */
char *arena_copy(struct arena *arena, const char *text) __attribute__((returns_nonnull));
char *arena_copy_n(struct arena *arena, const void *bytes, size_t size) __attribute__((returns_nonnull));
/* Formatted text. */
char *arena_printf(struct arena *arena, const char *format, ...)
    __attribute__((format(printf, 2, 3), returns_nonnull));

char *arena_vprintf(struct arena *arena, const char *format, va_list args)
    __attribute__((format(printf, 2, 0), returns_nonnull));

/* A larger copy of an array that grows: the old one stays until the arena goes. */
void *arena_grow(struct arena *arena, const void *old, size_t old_count, size_t new_count, size_t size)
    __attribute__((returns_nonnull));

/* The same list when another fits, else a larger copy; *room is how many fit: 0 before there is a list. */
void *arena_room(struct arena *arena, void *list, size_t count, size_t *room, size_t size)
    __attribute__((returns_nonnull));

/* Bytes handed out since the last reset. */
size_t arena_used(const struct arena *arena);
size_t arena_cap(const struct arena *arena);

/*
 * For tests: the n-th allocation from now on (1 is the next) runs out, counted over all arenas; with `sticky`
 * every later one too. 0 turns it off.
 */
void arena_fail_nth(unsigned long n, int sticky);
/* How many ran out since then. */
unsigned long arena_failed(void);

#endif
