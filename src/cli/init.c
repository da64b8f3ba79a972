#include "cli/cli.h"
#include "seal/seal.h"
#include "store/store.h"

enum { MEMORY = 64 * 1024 * 1024 };

int command_init(int argc, char **argv)
{
    struct store_options store = {0};
    size_t count;
    int status;
    const struct cli_option options[] = {CLI_DATA(&store.dir), CLI_KEY(&store.key_path)};
    if (!cli_parse("init", argc, argv, options, sizeof options / sizeof *options, NULL, 0, 0, &count,
                   &status)) {
        return status;
    }
    if (!cli_needs_data("init", store.dir)) {
        return CLI_ASKED_WRONGLY;
    }
    ARENA_CLEANUP struct arena *arena = arena_new(MEMORY);
    if (arena == NULL) {
        return cli_complain(CLI_FAILED, "out of memory");
    }
    seal_init();
    const struct error *error = store_init(arena, &store);
    if (error != NULL) {
        return cli_fail(arena, error);
    }
    printf("%s is ready. Next: waymark account add --data %s --role administrator --agency other NAME\n",
           store.dir, store.dir);
    return cli_finish();
}
