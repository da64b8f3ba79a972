/*
 * Sending e-mail, by SMTP with TLS and authentication. What is sent says that something is due, where to
 * look, and nothing else: the text is made here from a reference and a link, so that nobody can put more into
 * it. The only user of libcurl.
 */
#ifndef WM_POST_POST_H
#define WM_POST_POST_H

#include "base/error.h"
#include "base/instant.h"

#include <stdatomic.h>
#include <stdbool.h>

struct post_options {
    const char *server;   /* "smtp://mail.example:587" or "smtps://mail.example:465" */
    bool plain;           /* without TLS: to this machine only */
    const char *user;     /* NULL: no authentication */
    const char *password; /* NULL with no user */
    const char *from;     /* "waymark@county.example" */
    const char *link;     /* "https://waymark.county.example", without a slash at its end */
    const char *ca;       /* the certificates to trust; NULL: those of the machine */
    int seconds;          /* the most that one message may take */
};

/*
 * The file of the options: "name = text" on each line, "#" begins a remark. server, from, link; user and
 * password_file (or neither); tls = off (loopback only); ca; seconds. The password is read from its file,
 * which nobody else may be able to read. Faults name the file and the line.
 */
const struct error *post_options_read(struct arena *arena, const char *path,
                                      const struct post_options **ret_options) MUST_CHECK;

/* Once, before any thread. */
const struct error *post_init(void) MUST_CHECK;

enum post_what {
    POST_DUE,        /* something is due */
    POST_INVITATION, /* to an account: the link works with a code that is said by voice */
    POST_ACCOUNT     /* something about the reader's own account */
};
struct post_message {
    const char *to;        /* one address, mail_address_is_plain */
    const char *id;        /* the same for the same message, sent again: hexadecimal */
    const char *reference; /* of the record; NULL: of none */
    const char *path;      /* within the site: "/cases/REF" */
    struct instant at;
    enum post_what what;
};
/* The whole message as it is sent; for tests. ERROR_INVALID when a part of it could be taken for a header. */
const struct error *post_text(struct arena *arena, const struct post_options *options,
                              const struct post_message *message, const char **ret_text) MUST_CHECK;
/*
 * Sends it; the error's detail says what the server or the network said, without the address. `stop` ends it
 * early when it becomes true.
 */
const struct error *post_send(struct arena *arena, const struct post_options *options,
                              const struct post_message *message, const atomic_bool *stop) MUST_CHECK;

#endif
