/*
 * The messenger: a process of its own that alone speaks to other machines, so that the one that serves needs
 * no right to connect to anything (docs/decisions/0042). It is begun before the store is opened, holds no key
 * and no entry, and is confined to the ports and files that sending needs. What it is handed is one message
 * at a time; what it gives back is whether that was taken, and the words of the other side.
 *
 * While it runs, post_send and post_fetch go through it; without it they work in the process that calls them
 * (commands, tests).
 */
#ifndef WM_POST_APART_H
#define WM_POST_APART_H

#include "confine/confine.h"
#include "post/post.h"

struct apart_options {
    enum confine_level level;
    const struct post_options *mail; /* NULL: it sends no mail. Its password stays there and is wiped here */
    const uint16_t *ports;           /* that may be connected to besides the one of the mail server */
    size_t port_count;
    const char *const *files; /* certificates to trust besides those of the machine; NULL is passed over */
    size_t file_count;
};

/* Before any thread. *ret_missing as of confine_begin. */
const struct error *apart_begin(struct arena *arena, const struct apart_options *options,
                                const char **ret_missing) MUST_CHECK;
/* It ends too when this process does, however it ends. */
void apart_end(void);

#endif
