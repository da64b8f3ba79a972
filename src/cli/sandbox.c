#include "cli/sandbox.h"

#include "base/text.h"
#include "cli/cli.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

enum { PATHS = 128 };

struct list {
    struct arena *arena;
    struct confine_path *paths;
    size_t count;
};

static void add(struct list *list, const char *path, enum confine_right right)
{
    if (path != NULL && list->count < PATHS) {
        list->paths[list->count++] = (struct confine_path){path, right};
    }
}

static const char *folder_of(struct arena *arena, const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash == NULL ? "." : slash == path ? "/" : arena_copy_n(arena, path, (size_t)(slash - path));
}

/* A renewal puts another file in the place of the old: its folder is read, and that to which a link leads. */
static void add_renewed(struct list *list, const char *path)
{
    char real[PATH_MAX];
    add(list, folder_of(list->arena, path), CONFINE_READ);
    if (realpath(path, real) != NULL) {
        add(list, folder_of(list->arena, arena_copy(list->arena, real)), CONFINE_READ);
    }
}

/* Whether `path` lies in `folder`, or is it. */
static bool lies_in(const char *path, const char *folder)
{
    char real[PATH_MAX];
    char place[PATH_MAX];
    if (realpath(path, real) == NULL || realpath(folder, place) == NULL) {
        return false;
    }
    size_t size = strlen(place);
    return strncmp(real, place, size) == 0 && (real[size] == '\0' || real[size] == '/' || size == 1);
}

static const struct error *check_keys(struct arena *arena, const struct sandbox_options *options,
                                      const struct list *list)
{
    for (size_t k = 0; k < options->key_count; k++) {
        for (size_t i = 0; options->keys[k] != NULL && i < list->count; i++) {
            if (lies_in(options->keys[k], list->paths[i].path)) {
                return error_new(
                    arena, ERROR_KEY,
                    "%s lies where the server reads other files (%s): move it, or what is read there",
                    options->keys[k], list->paths[i].path);
            }
        }
    }
    return NULL;
}

const struct error *sandbox_begin(struct arena *arena, const struct sandbox_options *options,
                                  struct sandbox *ret_sandbox)
{
    static const char *const of_machine[] = {"/usr/share/zoneinfo", "/etc/localtime"};
    struct list list = {.arena = arena, .paths = arena_many(arena, struct confine_path, PATHS)};
    for (size_t i = 0; i < sizeof of_machine / sizeof of_machine[0]; i++) {
        add(&list, of_machine[i], CONFINE_READ);
    }
    for (size_t i = 0; i < options->folder_count; i++) {
        add(&list, options->folders[i], CONFINE_READ);
    }
    for (size_t i = 0; i < options->renewed_count; i++) {
        if (options->renewed[i] != NULL) {
            add_renewed(&list, options->renewed[i]);
        }
    }
    add(&list, options->head, CONFINE_WRITE);
    add(&list, options->data, CONFINE_KEEP);
    struct sandbox sandbox = {
        .plan = {
            .role = CONFINE_SERVER, .level = options->level, .paths = list.paths, .path_count = list.count}};
    if (options->level != CONFINE_OFF) {
        TRY(check_keys(arena, options, &list));
    }
    TRY(confine_begin(arena, &sandbox.plan, &sandbox.missing));
    *ret_sandbox = sandbox;
    return NULL;
}

const struct error *sandbox_finish(struct arena *arena, struct sandbox *sandbox)
{
    const char *missing;
    TRY(confine_finish(arena, &sandbox->plan, &missing));
    if (sandbox->plan.level == CONFINE_OFF) {
        (void)cli_complain(CLI_DONE,
                           "serve: --sandbox off: a hole in this program opens all that its user may do");
    }
    const char *const lacks[] = {sandbox->missing, missing};
    for (size_t i = 0; i < sizeof lacks / sizeof lacks[0]; i++) {
        if (lacks[i] != NULL) {
            (void)cli_complain(CLI_DONE, "serve: the sandbox is not whole; this kernel lacks %s", lacks[i]);
        }
    }
    return NULL;
}
