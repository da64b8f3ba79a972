#include "base/arena.h"

#include "base/must.h"
#include "base/text.h"

#include <malloc.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The one place where memory comes from. */
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

/* Kept for the next piece of work: as much as most requests take. */
enum {
    ALIGNMENT = 16,
    LINE = 64,
    FIRST_BLOCK = 32 * 1024,
    LARGEST_BLOCK = 1024 * 1024,
    KEPT_BYTES = 1024 * 1024
};

/* What is as long as a line of the cache begins one, so that it lies in no more lines than it must. */

/* Zeroed once, when it is made or given back, and not again for each thing that is put into it: whatever lies
 * behind `used` is zero. */
struct block {
    struct block *next;
    size_t size;
    size_t used;
    _Alignas(ALIGNMENT) unsigned char bytes[];
};

struct arena {
    struct block *blocks; /* the newest first; all but the newest are full */
    struct block *spare;  /* of the work before, empty */
    size_t cap;
    size_t used;
    bool has_edge;
    int guards; /* how many arena_guard are under way: the work then goes on after them */
    jmp_buf edge;
};

static void (*_Atomic run_out_hook)(void);
static atomic_ulong fail_countdown;
static atomic_bool fail_sticky;
static atomic_ulong fail_count;

void arena_fail_nth(unsigned long n, int sticky)
{
    atomic_store(&fail_sticky, sticky != 0);
    if (n != 0) {
        atomic_store(&fail_count, 0);
    }
    atomic_store(&fail_countdown, n);
}

unsigned long arena_failed(void)
{
    return atomic_load(&fail_count);
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
    atomic_fetch_add(&fail_count, 1);
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

static void free_blocks(struct block *block)
{
    while (block != NULL) {
        struct block *next = block->next;
        free(block);
        block = next;
    }
}

void arena_wipe_what_is_freed(void)
{
    (void)mallopt(M_PERTURB, 0x5A);
}

void arena_free(struct arena *arena)
{
    if (arena != NULL) {
        free_blocks(arena->blocks);
        free_blocks(arena->spare);
        free(arena);
    }
}

void arena_cleanup(struct arena **arena)
{
    arena_free(*arena);
}

void arena_reset(struct arena *arena)
{
    size_t kept = 0;
    for (const struct block *block = arena->spare; block != NULL; block = block->next) {
        kept += block->size;
    }
    while (arena->blocks != NULL) {
        struct block *block = arena->blocks;
        arena->blocks = block->next;
        if (WM_ASAN || block->size > KEPT_BYTES - kept) {
            free(block);
            continue;
        }
        memset(block->bytes, 0, block->used); /* what the last request read is not left for the next */
        block->used = 0;
        block->next = arena->spare;
        arena->spare = block;
        kept += block->size;
    }
    arena->used = 0;
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

void arena_on_run_out(void (*hook)(void))
{
    atomic_store(&run_out_hook, hook);
}

_Noreturn void arena_run_out(struct arena *arena)
{
    void (*hook)(void) = atomic_load(&run_out_hook);
    if (!arena->has_edge) {
        fprintf(stderr, "waymark: out of memory (cap %zu bytes, used %zu)\n", arena->cap, arena->used);
        exit(1);
    }
    if (hook != NULL && arena->guards == 0) {
        hook();
    }
    longjmp(arena->edge, 1);
}

bool arena_guard(struct arena *arena, void (*work)(void *context), void *context)
{
    jmp_buf outer;
    const bool had_edge = arena->has_edge;
    memcpy(&outer, &arena->edge, sizeof outer);
    volatile bool whole = false;
    arena->guards++;
    if (setjmp(*arena_edge(arena)) == 0) {
        work(context);
        whole = true;
    }
    arena->guards--;
    memcpy(&arena->edge, &outer, sizeof outer);
    arena->has_edge = had_edge;
    return whole;
}

/* An empty block with room for `size`: a spare one, or one of `want` bytes. */
static struct block *block_new(struct arena *arena, size_t size, size_t want)
{
    struct block **link = &arena->spare;
    while (*link != NULL && (*link)->size < size) {
        link = &(*link)->next;
    }
    struct block *block = *link;
    if (block != NULL) {
        *link = block->next;
    } else {
        block = calloc(1, sizeof *block + want);
        if (block == NULL) {
            arena_run_out(arena);
        }
        block->size = want;
    }
    block->next = arena->blocks;
    arena->blocks = block;
    return block;
}

static void *take(struct arena *arena, size_t size)
{
    must(arena != NULL);
    size_t room = size + (size == 0);
    if (told_to_fail() || room > arena->cap || arena->used > arena->cap - room || room > SIZE_MAX - LINE) {
        arena_run_out(arena);
    }
    size_t rounded = WM_ASAN ? room : (room + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    /* no branch: which sizes are asked for cannot be guessed */
    uintptr_t within_line = !WM_ASAN && room >= LINE ? LINE - ALIGNMENT : 0;
    size_t most = rounded + within_line;
    struct block *block = arena->blocks;
    if (WM_ASAN) {
        block = block_new(arena, rounded, rounded);
    } else if (block == NULL || block->size - block->used < most) {
        size_t want = block == NULL ? (size_t)FIRST_BLOCK : block->size * 2;
        if (want > LARGEST_BLOCK) {
            want = LARGEST_BLOCK;
        }
        block = block_new(arena, most, most > want ? most : want);
    }
    block->used += (size_t)(-(uintptr_t)(block->bytes + block->used) & within_line);
    unsigned char *bytes = block->bytes + block->used;
    block->used += rounded;
    arena->used += room;
    return bytes;
}

void *arena_alloc(struct arena *arena, size_t size)
{
    return take(arena, size);
}

void *arena_array(struct arena *arena, size_t count, size_t size)
{
    size_t total;
    if (__builtin_mul_overflow(count, size, &total)) {
        arena_run_out(arena);
    }
    return take(arena, total);
}

void *arena_grow(struct arena *arena, const void *old, size_t old_count, size_t new_count, size_t size)
{
    must(new_count >= old_count);
    size_t total;
    if (__builtin_mul_overflow(new_count, size, &total)) {
        arena_run_out(arena);
    }
    unsigned char *bigger = take(arena, total);
    if (old_count > 0) {
        memcpy(bigger, old, old_count * size);
    }
    return bigger;
}

void *arena_room(struct arena *arena, void *list, size_t count, size_t *room, size_t size)
{
    if (count < *room) {
        return list;
    }
    *room = *room == 0 ? 16 : *room * 2;
    return arena_grow(arena, list, count, *room, size);
}

char *arena_copy_n(struct arena *arena, const void *bytes, size_t size)
{
    if (size == SIZE_MAX) {
        arena_run_out(arena);
    }
    char *copy = take(arena, size + 1);
    if (size > 0) {
        memcpy(copy, bytes, size);
    }
    copy[size] = '\0';
    return copy;
}

char *arena_copy(struct arena *arena, const char *text)
{
    return arena_copy_n(arena, text, strlen(text));
}

/* The whole number that a conversion asks for, and how many letters it has; 0: another conversion. */
static size_t join_number(const char *conversion, va_list *args, char ret_digits[static NUMBER_TEXT],
                          size_t *ret_size)
{
    bool is_long = conversion[0] == 'l' && conversion[1] == 'l';
    if (conversion[0] == 'd') {
        *ret_size = number_write(va_arg(*args, int), ret_digits);
        return 1;
    }
    if (is_long && conversion[2] == 'd') {
        *ret_size = number_write(va_arg(*args, long long), ret_digits);
        return 3;
    }
    if ((is_long && conversion[2] == 'u') || (conversion[0] == 'z' && conversion[1] == 'u')) {
        uint64_t number = is_long ? va_arg(*args, unsigned long long) : va_arg(*args, size_t);
        *ret_size = number > INT64_MAX ? SIZE_MAX : number_write((int64_t)number, ret_digits);
        return is_long ? 3 : 2;
    }
    return 0;
}

/* Most formats are text, whole texts and whole numbers. False: something else, or no room. */
static bool join(char *to, size_t room, const char *format, va_list *args, size_t *ret_size)
{
    size_t size = 0;
    for (const char *at = format; *at != '\0'; at++) {
        char digits[NUMBER_TEXT];
        const char *part = digits;
        size_t length = 1;
        if (*at != '%') {
            part = at;
            length = (size_t)(strchrnul(at, '%') - at);
            at += length - 1;
        } else if (at[1] == 's') {
            part = va_arg(*args, const char *);
            length = part == NULL ? SIZE_MAX : strlen(part);
            at++;
        } else {
            size_t letters = join_number(at + 1, args, digits, &length);
            length = letters == 0 ? SIZE_MAX : length;
            at += letters;
        }
        if (length >= room - size) {
            return false;
        }
        memcpy(to + size, part, length);
        size += length;
    }
    *ret_size = size;
    return true;
}

char *arena_vprintf(struct arena *arena, const char *format, va_list args)
{
    char first[512]; /* most texts fit, and are formatted once */
    size_t joined;
    va_list again;
    va_copy(again, args);
    bool plain = join(first, sizeof first, format, &again, &joined);
    va_end(again);
    if (plain) {
        return arena_copy_n(arena, first, joined);
    }
    va_copy(again, args);
    int size = vsnprintf(first, sizeof first, format, args);
    must(size >= 0);
    char *text = take(arena, (size_t)size + 1);
    if ((size_t)size < sizeof first) {
        memcpy(text, first, (size_t)size + 1);
    } else {
        vsnprintf(text, (size_t)size + 1, format, again);
    }
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
