/*
 * What of the machine `waymark serve` goes on using, and that it gives up the rest (confine.h).
 */
#ifndef WM_CLI_SANDBOX_H
#define WM_CLI_SANDBOX_H

#include "confine/confine.h"

struct sandbox_options {
    enum confine_level level;
    const char *data;
    const char *head;        /* the signed head outside the folder */
    const char *const *keys; /* what opens the store: never to be read from here on */
    size_t key_count;
    const char *const *folders; /* packs and assets; NULL among them is passed over */
    size_t folder_count;
    const char *const *renewed; /* files that are read again when they are replaced (TLS) */
    size_t renewed_count;
};

struct sandbox {
    struct confine_plan plan;
    const char *missing; /* told once, at the end */
};

/* Before any thread. ERROR_KEY: a key lies where the server must read. */
const struct error *sandbox_begin(struct arena *arena, const struct sandbox_options *options,
                                  struct sandbox *ret_sandbox) MUST_CHECK;
/* When it serves. Says on standard error what is missing, where it was not required. */
const struct error *sandbox_finish(struct arena *arena, struct sandbox *sandbox) MUST_CHECK;

#endif
