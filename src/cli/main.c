#include "cli/commands.h"

static const struct command commands[] = {
    {"check-pack", "check a procedure pack", "DIR",
     "Reads a procedure pack and prints every fault as \"file:line: what is wrong\".", command_check_pack},
    {"duties", "the duties that follow from entries", "FILE",
     "Reads a JSON array of entries (or an object with \"child\" and \"entries\"; \"-\" is standard input)\n"
     "and prints the duties that follow from them at a time, ordered by when they began.",
     command_duties},
    {"version", "the version of this program", "", "Prints the version.", command_version},
};
enum { COMMANDS = sizeof commands / sizeof *commands };

const struct command *command_find(const char *name)
{
    for (size_t i = 0; i < COMMANDS; i++) {
        if (strcmp(commands[i].name, name) == 0) {
            return &commands[i];
        }
    }
    return NULL;
}

static int print_commands(void)
{
    printf("Waymark: a published safeguarding procedure as duties with clocks, on an append-only record.\n\n"
           "Usage: waymark COMMAND [options]\n\nCommands:\n");
    for (size_t i = 0; i < COMMANDS; i++) {
        printf("  %-12s %s\n", commands[i].name, commands[i].help);
    }
    printf("\nwaymark COMMAND --help says more.\n");
    return cli_finish();
}

int main(int argc, char **argv)
{
    if (argc < 2) {
        return cli_complain(CLI_ASKED_WRONGLY, "needs a command (try waymark --help)");
    }
    if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0 || strcmp(argv[1], "help") == 0) {
        return print_commands();
    }
    const struct command *command = command_find(strcmp(argv[1], "--version") == 0 ? "version" : argv[1]);
    if (command == NULL) {
        return cli_complain(CLI_ASKED_WRONGLY, "there is no command %s (try waymark --help)", argv[1]);
    }
    return command->run(argc - 1, argv + 1);
}
