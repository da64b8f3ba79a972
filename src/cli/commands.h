/* The table of commands, in main.c. */
#ifndef WM_CLI_COMMANDS_H
#define WM_CLI_COMMANDS_H

#include "cli/cli.h"

const struct command *command_find(const char *name); /* NULL when there is none */

#endif
