#include "base/arena.h"

#include "base/must.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The one place where memory comes from. */
#undef malloc
#undef calloc

#if defined(__SANITIZE_ADDRESS__)
#define WM_ASAN 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define WM_ASAN 1
#endif
#endif
#ifndef WM_ASAN
#define WM_ASAN 0
#endif

enum { ALIGNMENT = 16, FIRST_BLOCK = 32 * 1024 };

struct block {
    struct block *next;
    size_t size;
    size_t used;
    _Alignas(ALIGNMENT) unsigned char bytes[];
};

struct arena {
    struct block *blocks; /* the newest first; all but the newest are full */
    size_t cap;
    size_t used;
    bool has_edge;
    jmp_buf edge;
};

static atomic_ulong fail_countdown;
static atomic_bool fail_sticky;

void arena_fail_nth(unsigned long n, int sticky)
{
    atomic_store(&fail_sticky, sticky != 0);
    atomic_store(&fail_countdown, n);
}

static bool told_to_fail(void)
{
    unsigned long left = atomic_load_explicit(&fail_countdown, memory_order_relaxed);
    if (left == 0) {
        return false;
    }
    if (left > 1) {
        atomic_store(&fail_countdown, left - 1);
        return false;
    }
    if (!atomic_load(&fail_sticky)) {
        atomic_store(&fail_countdown, 0);
    }
    return true;
}

struct arena *arena_new(size_t cap)
{
    struct arena *arena = calloc(1, sizeof *arena);
    if (arena != NULL) {
        arena->cap = cap;
    }
    return arena;
}

static void free_blocks(struct arena *arena, struct block *keep)
{
    struct block *block = arena->blocks;
    while (block != NULL) {
        struct block *next = block->next;
        if (block != keep) {
            free(block);
        }
        block = next;
    }
    arena->blocks = keep;
    if (keep != NULL) {
        keep->next = NULL;
        keep->used = 0;
    }
    arena->used = 0;
}

void arena_free(struct arena *arena)
{
    if (arena != NULL) {
        free_blocks(arena, NULL);
        free(arena);
    }
}

void arena_cleanup(struct arena **arena)
{
    arena_free(*arena);
}

void arena_reset(struct arena *arena)
{
    struct block *keep = NULL;
    if (!WM_ASAN) {
        for (struct block *block = arena->blocks; block != NULL; block = block->next) {
            if (block->size <= (size_t)FIRST_BLOCK * 8 && (keep == NULL || block->size > keep->size)) {
                keep = block;
            }
        }
    }
    free_blocks(arena, keep);
}

jmp_buf *arena_edge(struct arena *arena)
{
    arena->has_edge = true;
    return &arena->edge;
}

void arena_no_edge(struct arena *arena)
{
    arena->has_edge = false;
}

_Noreturn void arena_run_out(struct arena *arena)
{
    if (!arena->has_edge) {
        fprintf(stderr, "waymark: out of memory (cap %zu bytes, used %zu)\n", arena->cap, arena->used);
        exit(1);
    }
    longjmp(arena->edge, 1);
}

bool arena_guard(struct arena *arena, void (*work)(void *context), void *context)
{
    jmp_buf outer;
    const bool had_edge = arena->has_edge;
    memcpy(&outer, &arena->edge, sizeof outer);
    volatile bool whole = false;
    if (setjmp(*arena_edge(arena)) == 0) {
        work(context);
        whole = true;
    }
    memcpy(&arena->edge, &outer, sizeof outer);
    arena->has_edge = had_edge;
    return whole;
}

static struct block *block_new(struct arena *arena, size_t size)
{
    struct block *block = malloc(sizeof *block + size);
    if (block == NULL) {
        arena_run_out(arena);
    }
    block->size = size;
    block->used = 0;
    block->next = arena->blocks;
    arena->blocks = block;
    return block;
}

void *arena_alloc(struct arena *arena, size_t size)
{
    must(arena != NULL);
    size_t room = size == 0 ? 1 : size;
    if (told_to_fail() || room > arena->cap || arena->used > arena->cap - room ||
        room > SIZE_MAX - ALIGNMENT) {
        arena_run_out(arena);
    }
    size_t rounded = WM_ASAN ? room : (room + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    struct block *block = arena->blocks;
    if (WM_ASAN) {
        block = block_new(arena, rounded);
    } else if (block == NULL || block->size - block->used < rounded) {
        size_t want = block == NULL ? (size_t)FIRST_BLOCK : block->size * 2;
        if (want > (size_t)FIRST_BLOCK * 32) {
            want = (size_t)FIRST_BLOCK * 32;
        }
        block = block_new(arena, rounded > want ? rounded : want);
    }
    unsigned char *bytes = block->bytes + block->used;
    block->used += rounded;
    arena->used += room;
    memset(bytes, 0, room);
    return bytes;
}

void *arena_array(struct arena *arena, size_t count, size_t size)
{
    size_t total;
    if (__builtin_mul_overflow(count, size, &total)) {
        arena_run_out(arena);
    }
    return arena_alloc(arena, total);
}

void *arena_grow(struct arena *arena, const void *old, size_t old_count, size_t new_count, size_t size)
{
    must(new_count >= old_count);
    void *bigger = arena_array(arena, new_count, size);
    if (old_count > 0) {
        memcpy(bigger, old, old_count * size);
    }
    return bigger;
}

char *arena_copy_n(struct arena *arena, const void *bytes, size_t size)
{
    if (size == SIZE_MAX) {
        arena_run_out(arena);
    }
    char *copy = arena_alloc(arena, size + 1);
    if (size > 0) {
        memcpy(copy, bytes, size);
    }
    return copy;
}

char *arena_copy(struct arena *arena, const char *text)
{
    return arena_copy_n(arena, text, strlen(text));
}

char *arena_vprintf(struct arena *arena, const char *format, va_list args)
{
    va_list again;
    va_copy(again, args);
    int size = vsnprintf(NULL, 0, format, args);
    must(size >= 0);
    char *text = arena_alloc(arena, (size_t)size + 1);
    vsnprintf(text, (size_t)size + 1, format, again);
    va_end(again);
    return text;
}

char *arena_printf(struct arena *arena, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    char *text = arena_vprintf(arena, format, args);
    va_end(args);
    return text;
}

size_t arena_used(const struct arena *arena)
{
    return arena->used;
}

size_t arena_cap(const struct arena *arena)
{
    return arena->cap;
}
