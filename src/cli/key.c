#include "cli/cli.h"
#include "seal/seal.h"
#include "store/store.h"

#include <inttypes.h>

enum { MEMORY = 1 << 30 };

/* What the commands about keys have in common: --data, --key, and a file or none. */
struct asked {
    struct store_options store;
    const char *to;
    const char *file;
};

typedef const struct error *key_work(struct arena *arena, const struct key_place *place,
                                     const struct asked *asked);

static int run(const char *name, int argc, char **argv, size_t files, bool takes_to, key_work *work)
{
    struct asked asked = {.to = NULL};
    size_t count;
    int status;
    const struct cli_option options[] = {
        CLI_DATA(&asked.store.dir),
        CLI_KEY(&asked.store.key_path),
        {"--to", "FILE", "the new master key: FILE (made when there is none), ask: or fd:N", &asked.to, NULL},
    };
    size_t option_count = sizeof options / sizeof *options - (takes_to ? 0 : 1);
    if (!cli_parse(name, argc, argv, options, option_count, &asked.file, files, files, &count, &status)) {
        return status;
    }
    if (!cli_needs_data(name, asked.store.dir)) {
        return CLI_ASKED_WRONGLY;
    }
    ARENA_CLEANUP struct arena *arena = arena_new(MEMORY);
    if (arena == NULL) {
        return cli_complain(CLI_FAILED, "out of memory");
    }
    seal_init();
    struct key_place place = store_key_place(arena, &asked.store);
    const struct error *error = work(arena, &place, &asked);
    return error == NULL ? cli_finish() : cli_fail(arena, error);
}

static void print_state(const char *file, const struct keystore_state *state)
{
    printf("%s: change %" PRIu64 ", %" PRIu64 " records disposed of, opens with a %s\n", file,
           state->generation, state->destroyed, state->is_of_passphrase ? "passphrase" : "key file");
}

static const struct error *rotate(struct arena *arena, const struct key_place *place,
                                  const struct asked *asked)
{
    TRY(store_keys_ready(arena, &asked->store));
    TRY(keyring_rotate(arena, place, asked->to));
    printf("%s opens with the new master key alone. Copy it now (waymark key copy), and destroy its older "
           "copies and the old key\n",
           place->keystore);
    return NULL;
}

int command_key_rotate(int argc, char **argv)
{
    return run("key rotate", argc, argv, 0, true, rotate);
}

static const struct error *copy(struct arena *arena, const struct key_place *place, const struct asked *asked)
{
    struct keystore_state state;
    TRY(store_keys_ready(arena, &asked->store));
    TRY(keyring_copy(arena, place, asked->file, &state));
    print_state(asked->file, &state);
    return NULL;
}

int command_key_copy(int argc, char **argv)
{
    return run("key copy", argc, argv, 1, false, copy);
}

static const struct error *put_back(struct arena *arena, const struct key_place *place,
                                    const struct asked *asked)
{
    struct keystore_state state;
    TRY(keyring_put_back(arena, place, asked->file, &state));
    print_state(place->keystore, &state);
    return NULL;
}

int command_key_restore(int argc, char **argv)
{
    return run("key restore", argc, argv, 1, false, put_back);
}

static const struct error *show(struct arena *arena, const struct key_place *place, const struct asked *asked)
{
    struct keystore_state state;
    (void)asked;
    TRY(keyring_state(arena, place, &state));
    print_state(place->keystore, &state);
    return NULL;
}

int command_key_show(int argc, char **argv)
{
    return run("key show", argc, argv, 0, false, show);
}
