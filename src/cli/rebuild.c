#include "cli/cli.h"
#include "seal/seal.h"
#include "store/store.h"

enum { MEMORY = 256 * 1024 * 1024 };

static const struct error *rebuild(struct arena *arena, const struct store_options *options,
                                   uint64_t *ret_entries)
{
    struct store *store;
    TRY(store_open(arena, options, &store));
    const struct error *error = store_rebuild(store, arena, ret_entries);
    store_close(store);
    return error;
}

int command_rebuild(int argc, char **argv)
{
    struct store_options given = {0};
    const char *pack = NULL;
    uint64_t entries = 0;
    size_t count;
    int status;
    const struct cli_option options[] = {CLI_DATA(&given.dir), CLI_KEY(&given.key_path), CLI_PACK(&pack)};
    if (!cli_parse("rebuild", argc, argv, options, sizeof options / sizeof *options, NULL, 0, 0, &count,
                   &status)) {
        return status;
    }
    if (!cli_needs_data("rebuild", given.dir)) {
        return CLI_ASKED_WRONGLY;
    }
    ARENA_CLEANUP struct arena *arena = arena_new(MEMORY);
    if (arena == NULL) {
        return cli_complain(CLI_FAILED, "out of memory");
    }
    seal_init();
    given.pack_dir = cli_pack_folder(pack);
    const struct error *error = rebuild(arena, &given, &entries);
    if (error != NULL) {
        return cli_fail(arena, error);
    }
    printf("made again from %llu entries\n", (unsigned long long)entries);
    return cli_finish();
}
