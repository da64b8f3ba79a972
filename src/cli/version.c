#include "cli/cli.h"

int command_version(int argc, char **argv)
{
    size_t count;
    int status;
    if (!cli_parse("version", argc, argv, NULL, 0, NULL, 0, 0, &count, &status)) {
        return status;
    }
    printf("waymark %s\n", WAYMARK_VERSION);
    return cli_finish();
}
