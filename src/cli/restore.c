#include "cli/cli.h"
#include "seal/seal.h"
#include "store/store.h"

enum { MEMORY = 256 * 1024 * 1024 };

static const struct error *restore(struct arena *arena, const struct store_options *options, const char *file,
                                   struct verify_result *ret_result)
{
    struct store *store;
    TRY(cli_needs_empty(arena, options->dir));
    TRY(store_restore(arena, options, file));
    TRY(store_open(arena, options, &store));
    const struct error *error = store_verify(store, arena, ret_result);
    store_close(store);
    return error;
}

int command_restore(int argc, char **argv)
{
    struct store_options given = {0};
    struct verify_result result = {0};
    const char *pack = NULL;
    const char *file = NULL;
    size_t count;
    int status;
    const struct cli_option options[] = {CLI_DATA(&given.dir), CLI_KEY(&given.key_path), CLI_PACK(&pack)};
    if (!cli_parse("restore", argc, argv, options, sizeof options / sizeof *options, &file, 1, 1, &count,
                   &status)) {
        return status;
    }
    if (!cli_needs_data("restore", given.dir)) {
        return CLI_ASKED_WRONGLY;
    }
    ARENA_CLEANUP struct arena *arena = arena_new(MEMORY);
    if (arena == NULL) {
        return cli_complain(CLI_FAILED, "out of memory");
    }
    seal_init();
    given.pack_dir = cli_pack_folder(pack);
    const struct error *error = restore(arena, &given, file, &result);
    if (error != NULL) {
        return cli_fail(arena, error);
    }
    if (result.broken != NULL) {
        return cli_complain(CLI_FAILED, "restored, but broken: %s", result.broken);
    }
    printf("%s is restored and whole: %llu records, %llu entries\n", given.dir,
           (unsigned long long)result.streams, (unsigned long long)result.entries);
    return cli_finish();
}
