#include "cli/cli.h"

enum { MEMORY = 256 * 1024 * 1024 };

int command_check_pack(int argc, char **argv)
{
    const char *folder = NULL;
    size_t count;
    int status;
    if (!cli_parse("check-pack", argc, argv, NULL, 0, &folder, 1, 1, &count, &status)) {
        return status;
    }
    ARENA_CLEANUP struct arena *arena = arena_new(MEMORY);
    if (arena == NULL) {
        return cli_complain(CLI_FAILED, "out of memory");
    }
    const struct pack *pack = NULL;
    const struct pack_fault *faults = NULL;
    size_t fault_count = 0;
    const struct error *error = pack_load(arena, folder, &pack, &faults, &fault_count);
    if (error != NULL) {
        cli_print_faults(faults, fault_count);
        return fault_count > 0 ? CLI_FAILED : cli_fail(arena, error);
    }
    printf("%s %s is good: %zu entry types, %zu duties, %zu gates, %zu marks, %zu roles\n", pack->id,
           pack->version, pack->type_count, pack->rule_count, pack->gate_count, pack->mark_count,
           pack->role_count);
    return cli_finish();
}
