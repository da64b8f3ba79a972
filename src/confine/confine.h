/*
 * Giving up what a process does not need, for good: after confine_begin only the files that were named can be
 * opened, no more rights can be had and nothing of its memory is left behind; after confine_finish only the
 * system calls of its role are answered: no program is run, no process traced or signalled, nothing connected
 * to. What a hole in it lets an attacker do is then what the process itself could do anyway.
 *
 * Landlock and seccomp (libseccomp lives only here), docs/decisions/0042. Nothing here is ever undone;
 * children and threads made afterwards inherit it.
 */
#ifndef WM_CONFINE_CONFINE_H
#define WM_CONFINE_CONFINE_H

#include "base/error.h"

#include <stddef.h>
#include <stdint.h>

enum confine_level {
    CONFINE_OFF,
    CONFINE_TRY,    /* what the kernel can do is done; what it cannot is told */
    CONFINE_REQUIRE /* an error names what the kernel cannot do */
};

enum confine_role {
    CONFINE_SERVER,   /* serves what is connected to it, and connects to nothing */
    CONFINE_MESSENGER /* asks other machines, by the ports named, and serves nobody */
};

enum confine_right {
    CONFINE_READ,  /* a file, or all that lies in a folder */
    CONFINE_WRITE, /* a file that is there: read and written where it stands */
    CONFINE_KEEP   /* a folder: files in it are read, written, made and removed */
};

/* What is not there is passed over. */
struct confine_path {
    const char *path;
    enum confine_right right;
};

struct confine_plan {
    enum confine_role role;
    enum confine_level level;
    const struct confine_path *paths;
    size_t path_count;
    const uint16_t *ports; /* of a messenger: TCP ports that may be connected to */
    size_t port_count;
};

/*
 * Before any other thread begins. *ret_missing says what the kernel could not do ("Landlock (kernel 5.13)"),
 * NULL when nothing is missing.
 */
const struct error *confine_begin(struct arena *arena, const struct confine_plan *plan,
                                  const char **ret_missing) MUST_CHECK;
/* When everything that is needed is open, listens and runs: for all threads of the process. */
const struct error *confine_finish(struct arena *arena, const struct confine_plan *plan,
                                   const char **ret_missing) MUST_CHECK;
/* "require", "try", "off". */
bool confine_level_read(const char *text, enum confine_level *ret_level);

#endif
