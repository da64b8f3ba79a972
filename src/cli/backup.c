#include "cli/cli.h"
#include "seal/seal.h"
#include "store/store.h"

enum { MEMORY = 256 * 1024 * 1024 };

static const struct error *backup(struct arena *arena, const struct store_options *options, const char *file)
{
    struct store *store;
    TRY(store_open(arena, options, &store));
    const struct error *error = store_backup(store, arena, file);
    store_close(store);
    return error;
}

int command_backup(int argc, char **argv)
{
    struct store_options given = {0};
    const char *file = NULL;
    size_t count;
    int status;
    const struct cli_option options[] = {CLI_DATA(&given.dir), CLI_KEY(&given.key_path)};
    if (!cli_parse("backup", argc, argv, options, sizeof options / sizeof *options, &file, 1, 1, &count,
                   &status)) {
        return status;
    }
    if (!cli_needs_data("backup", given.dir)) {
        return CLI_ASKED_WRONGLY;
    }
    ARENA_CLEANUP struct arena *arena = arena_new(MEMORY);
    if (arena == NULL) {
        return cli_complain(CLI_FAILED, "out of memory");
    }
    seal_init();
    const struct error *error = backup(arena, &given, file);
    if (error != NULL) {
        return cli_fail(arena, error);
    }
    printf("%s holds a sealed copy of %s; its master key is not in it\n", file, given.dir);
    return cli_finish();
}
