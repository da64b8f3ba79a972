#include "cli/keys.h"

#include "base/file.h"
#include "store/store.h"

#include <errno.h>
#include <sys/wait.h>
#include <unistd.h>

/* In a process that ends at once, as it reads the master key: only for a store from before there were any. */
static const struct error *make_ready(struct arena *arena, const struct store_options *options)
{
    int status = 0;
    pid_t child = fork();
    if (child == 0) {
        const struct error *error = store_keys_ready(arena, options);
        _exit(error == NULL ? CLI_DONE : cli_fail(arena, error));
    }
    while (child > 0 && waitpid(child, &status, 0) < 0 && errno == EINTR) {
    }
    return child > 0 && status == 0 ? NULL : error_new(arena, ERROR_KEY, "the keystore was not made");
}

const struct error *keys_hold(struct arena *arena, const char *data, const char *key,
                              const struct key_limits *limits, struct keyring **ret_keyring)
{
    struct store_options options = {.dir = data, .key_path = key};
    struct key_place place = store_key_place(arena, &options);
    seal_init();
    if (!file_exists(place.keystore)) {
        TRY(make_ready(arena, &options));
    }
    return keyring_hold(arena, &place, limits, ret_keyring);
}
