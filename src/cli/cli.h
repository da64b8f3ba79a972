/*
 * The command line. A command is a row in the table of main.c and a file of its own. Options are the same
 * everywhere (CLI_DATA, CLI_LISTEN, CLI_PACK); every command answers --help; an option that a command does
 * not know is named. Exit status: 0 done, 1 it could not be done (said on standard error), 2 asked wrongly.
 */
#ifndef WM_CLI_CLI_H
#define WM_CLI_CLI_H

#include "base/error.h"
#include "pack/pack.h"

#include <stdbool.h>
#include <stddef.h>

struct command {
    const char *name;
    const char *help;                  /* one line, for the list of commands */
    const char *operands;              /* after the options in the usage line: "FILE"; "" for none */
    const char *about;                 /* paragraphs for --help */
    int (*run)(int argc, char **argv); /* argv[0] is the name of the command */
};

enum { CLI_DONE = 0, CLI_FAILED = 1, CLI_ASKED_WRONGLY = 2 };

struct cli_option {
    const char *name;  /* "--at" */
    const char *value; /* what follows it: "TIME"; NULL for a switch */
    const char *help;
    const char **ret_text; /* set when it is given */
    bool *ret_switch;
};
#define CLI_DATA(ret)                                                                                        \
    {                                                                                                        \
        "--data", "DIR", "the folder of the store", (ret), NULL                                              \
    }
#define CLI_KEY(ret)                                                                                         \
    {                                                                                                        \
        "--key", "FILE",                                                                                     \
            "the master key (the systemd credential waymark-key, or DIR.key); ask: or fd:N for a "           \
            "passphrase",                                                                                    \
            (ret), NULL                                                                                      \
    }
#define CLI_LISTEN(ret)                                                                                      \
    {                                                                                                        \
        "--listen", "ADDR:PORT", "where to serve (127.0.0.1:8080)", (ret), NULL                              \
    }
#define CLI_PACK(ret)                                                                                        \
    {                                                                                                        \
        "--pack", "DIR", "the folder of the procedure pack (WAYMARK_PACKS, or the one installed)", (ret),    \
            NULL                                                                                             \
    }

/*
 * Reads "--name value", "--name=value" and operands, in any order; "--" ends the options, "-" is an operand.
 * True to go on; false when the command is over (help was printed, or the fault was named): return
 * *ret_status. `ret_operands` has room for `max_operands`; fewer than `min_operands` is asked wrongly.
 */
bool cli_parse(const char *command, int argc, char **argv, const struct cli_option *options,
               size_t option_count, const char **ret_operands, size_t min_operands, size_t max_operands,
               size_t *ret_operand_count, int *ret_status) MUST_CHECK;

/* Every value of an option that may be given several times, once cli_parse has found all well. */
size_t cli_all(int argc, char **argv, const char *name, const char **ret_texts, size_t room);

/* "waymark: …" on standard error; CLI_FAILED. A chain of errors is a line each. */
int cli_fail(struct arena *arena, const struct error *error);
/* The same for a sentence of the command itself. */
int cli_complain(int status, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* Flushes standard output; CLI_FAILED when it could not be written whole. */
int cli_finish(void);

/* The option, else the environment's WAYMARK_PACKS, else the installed pack, else the one of the source
   tree. */
const char *cli_pack_folder(const char *option);
/* Loads a pack; its faults go to standard error, a line each. */
const struct error *cli_pack_load(struct arena *arena, const char *folder,
                                  const struct pack **ret_pack) MUST_CHECK;
/* The settings of single sign-on, read, and checked against the pack; their faults go to standard error too.
 */
struct sso_settings;
const struct error *cli_sso_read(struct arena *arena, const char *path,
                                 const struct sso_settings **ret_settings) MUST_CHECK;
const struct error *cli_sso_check(struct arena *arena, const char *path, const struct sso_settings *settings,
                                  const struct pack *pack) MUST_CHECK;
/* "file:line: what is wrong" for each. */
void cli_print_faults(const struct pack_fault *faults, size_t count);

/* `option`, or the message that --data is missing. */
bool cli_needs_data(const char *command, const char *option);

struct service;
/* The store of --data with the current pack. The caller closes it. */
const struct error *cli_service_open(struct arena *arena, const char *data, const char *key, const char *pack,
                                     struct service **ret_service) MUST_CHECK;
/* Whether a store may be made there: ERROR_EXISTS names a folder that holds anything. */
const struct error *cli_needs_empty(struct arena *arena, const char *folder) MUST_CHECK;

int command_account_add(int argc, char **argv);
int command_account_link(int argc, char **argv);
int command_account_list(int argc, char **argv);
int command_account_lock(int argc, char **argv);
int command_account_token(int argc, char **argv);
int command_account_unlock(int argc, char **argv);
int command_account_part(int argc, char **argv);
int command_backup(int argc, char **argv);
int command_bench(int argc, char **argv);
int command_check_pack(int argc, char **argv);
int command_check_sso(int argc, char **argv);
int command_demo(int argc, char **argv);
int command_directory_export(int argc, char **argv);
int command_directory_import(int argc, char **argv);
int command_duties(int argc, char **argv);
int command_init(int argc, char **argv);
int command_key_copy(int argc, char **argv);
int command_key_restore(int argc, char **argv);
int command_key_rotate(int argc, char **argv);
int command_key_show(int argc, char **argv);
int command_rebuild(int argc, char **argv);
int command_restore(int argc, char **argv);
int command_screen(int argc, char **argv);
int command_serve(int argc, char **argv);
int command_simulate(int argc, char **argv);
int command_verify(int argc, char **argv);
int command_version(int argc, char **argv);
int command_who_sees(int argc, char **argv);

#endif
