#include "cli/cli.h"
#include "seal/seal.h"
#include "store/store.h"

enum { MEMORY = 256 * 1024 * 1024 };

static const struct error *verify(struct arena *arena, const struct store_options *options, const char *head,
                                  bool renew, struct verify_result *ret_result)
{
    struct store *store;
    TRY(store_open(arena, options, &store));
    const struct error *error = renew ? store_head_renew(store, arena) : NULL;
    if (error == NULL) {
        error = store_verify_against(store, arena, head, ret_result);
    }
    store_close(store);
    return error;
}

int command_verify(int argc, char **argv)
{
    struct store_options given = {0};
    struct verify_result result = {0};
    const char *pack = NULL;
    const char *head = NULL;
    bool renew = false;
    size_t count;
    int status;
    const struct cli_option options[] = {
        CLI_DATA(&given.dir),
        CLI_KEY(&given.key_path),
        CLI_PACK(&pack),
        {"--head", "FILE", "a signed head kept elsewhere (DIR.head beside the folder)", &head, NULL},
        {"--renew-head", NULL, "an older copy was put back on purpose: sign what is there", NULL, &renew},
    };
    if (!cli_parse("verify", argc, argv, options, sizeof options / sizeof *options, NULL, 0, 0, &count,
                   &status)) {
        return status;
    }
    if (!cli_needs_data("verify", given.dir)) {
        return CLI_ASKED_WRONGLY;
    }
    ARENA_CLEANUP struct arena *arena = arena_new(MEMORY);
    if (arena == NULL) {
        return cli_complain(CLI_FAILED, "out of memory");
    }
    seal_init();
    given.pack_dir = cli_pack_folder(pack);
    const struct error *error = verify(arena, &given, head, renew, &result);
    if (error != NULL) {
        return cli_fail(arena, error);
    }
    if (result.broken != NULL) {
        return cli_complain(CLI_FAILED, "broken: %s", result.broken);
    }
    printf("whole: %llu records, %llu entries, %llu signed checkpoints, %llu looks%s\n",
           (unsigned long long)result.streams, (unsigned long long)result.entries,
           (unsigned long long)result.checkpoints, (unsigned long long)result.looks,
           head == NULL ? "" : "; the head kept elsewhere agrees");
    return cli_finish();
}
