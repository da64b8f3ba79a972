#include "cli/cli.h"

#include "act/act.h"
#include "base/file.h"
#include "cli/commands.h"

#include <dirent.h>
#include <errno.h>
#include <stdarg.h>
#include <unistd.h>

static void print_help(const struct command *command, const struct cli_option *options, size_t option_count)
{
    printf("Usage: waymark %s%s%s%s\n\n%s\n", command->name, option_count > 0 ? " [options]" : "",
           command->operands[0] == '\0' ? "" : " ", command->operands, command->about);
    if (option_count > 0) {
        printf("\nOptions:\n");
    }
    for (size_t i = 0; i < option_count; i++) {
        char left[64];
        snprintf(left, sizeof left, "%s%s%s", options[i].name, options[i].value == NULL ? "" : " ",
                 options[i].value == NULL ? "" : options[i].value);
        printf("  %-22s %s\n", left, options[i].help);
    }
}

/* Which option an argument is, with or without "=value". */
static const struct cli_option *find_option(const struct cli_option *options, size_t count,
                                            const char *argument, const char **ret_value)
{
    for (size_t i = 0; i < count; i++) {
        size_t size = strlen(options[i].name);
        if (strncmp(argument, options[i].name, size) == 0 &&
            (argument[size] == '\0' || argument[size] == '=')) {
            *ret_value = argument[size] == '=' ? argument + size + 1 : NULL;
            return &options[i];
        }
    }
    return NULL;
}

/* Takes the option at argv[*index] and its value; false with a complaint. */
static bool take_option(const char *command, const struct cli_option *options, size_t option_count, int argc,
                        char **argv, int *index)
{
    const char *value = NULL;
    const char *argument = argv[*index];
    const struct cli_option *option = find_option(options, option_count, argument, &value);
    if (option == NULL) {
        (void)cli_complain(CLI_ASKED_WRONGLY, "%s: there is no option %s (try waymark %s --help)", command,
                           argument, command);
        return false;
    }
    if (option->value == NULL) {
        if (value != NULL) {
            (void)cli_complain(CLI_ASKED_WRONGLY, "%s: %s takes no value", command, option->name);
            return false;
        }
        *option->ret_switch = true;
        return true;
    }
    if (value == NULL) {
        if (*index + 1 >= argc) {
            (void)cli_complain(CLI_ASKED_WRONGLY, "%s: %s needs a value: %s", command, option->name,
                               option->value);
            return false;
        }
        value = argv[++*index];
    }
    *option->ret_text = value;
    return true;
}

bool cli_parse(const char *command, int argc, char **argv, const struct cli_option *options,
               size_t option_count, const char **ret_operands, size_t min_operands, size_t max_operands,
               size_t *ret_operand_count, int *ret_status)
{
    bool options_over = false;
    size_t operand_count = 0;
    *ret_status = CLI_ASKED_WRONGLY;
    for (int i = 1; i < argc; i++) {
        const char *argument = argv[i];
        if (!options_over && strcmp(argument, "--") == 0) {
            options_over = true;
        } else if (!options_over && (strcmp(argument, "--help") == 0 || strcmp(argument, "-h") == 0)) {
            print_help(command_find(command), options, option_count);
            *ret_status = cli_finish();
            return false;
        } else if (!options_over && argument[0] == '-' && argument[1] != '\0') {
            if (!take_option(command, options, option_count, argc, argv, &i)) {
                return false;
            }
        } else if (operand_count == max_operands) {
            (void)cli_complain(CLI_ASKED_WRONGLY, "%s: %s is one too many (try waymark %s --help)", command,
                               argument, command);
            return false;
        } else {
            ret_operands[operand_count++] = argument;
        }
    }
    if (operand_count < min_operands) {
        (void)cli_complain(CLI_ASKED_WRONGLY, "%s: needs %s (try waymark %s --help)", command,
                           command_find(command)->operands, command);
        return false;
    }
    *ret_operand_count = operand_count;
    *ret_status = CLI_DONE;
    return true;
}

size_t cli_all(int argc, char **argv, const char *name, const char **ret_texts, size_t room)
{
    size_t size = strlen(name);
    size_t count = 0;
    for (int i = 1; i < argc && count < room && strcmp(argv[i], "--") != 0; i++) {
        if (strcmp(argv[i], name) == 0 && i + 1 < argc) {
            ret_texts[count++] = argv[++i];
        } else if (strncmp(argv[i], name, size) == 0 && argv[i][size] == '=') {
            ret_texts[count++] = argv[i] + size + 1;
        }
    }
    return count;
}

int cli_fail(struct arena *arena, const struct error *error)
{
    for (; error != NULL; error = error->next) {
        const char *text =
            error->code == ERROR_INVALID && error->detail != NULL ? error->detail : error_text(arena, error);
        fprintf(stderr, "waymark: %s\n", text);
    }
    return CLI_FAILED;
}

int cli_complain(int status, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    fputs("waymark: ", stderr);
    vfprintf(stderr, format, args);
    fputc('\n', stderr);
    va_end(args);
    return status;
}

int cli_finish(void)
{
    if (fflush(stdout) != 0 || ferror(stdout)) {
        return cli_complain(CLI_FAILED, "standard output could not be written");
    }
    return CLI_DONE;
}

const char *cli_pack_folder(const char *option)
{
    static const char installed[] = WAYMARK_SHARE "/procedures/llr-chapter-11";
    const char *environment = getenv("WAYMARK_PACKS");
    if (option != NULL) {
        return option;
    }
    if (environment != NULL && environment[0] != '\0') {
        return environment;
    }
    return file_exists(installed) ? installed : "./procedures/llr-chapter-11";
}

bool cli_needs_data(const char *command, const char *option)
{
    if (option != NULL) {
        return true;
    }
    (void)cli_complain(CLI_ASKED_WRONGLY, "%s: needs --data DIR, the folder of the store", command);
    return false;
}

void cli_print_faults(const struct pack_fault *faults, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        fprintf(stderr, "%s:%d: %s\n", faults[i].file, faults[i].line < 1 ? 1 : faults[i].line,
                faults[i].text);
    }
}

const struct error *cli_pack_load(struct arena *arena, const char *folder, const struct pack **ret_pack)
{
    const struct pack_fault *faults = NULL;
    size_t count = 0;
    const struct error *error = pack_load(arena, folder, ret_pack, &faults, &count);
    if (error != NULL) {
        cli_print_faults(faults, count);
    }
    return error;
}

const struct error *cli_service_open(struct arena *arena, const char *data, const char *key, const char *pack,
                                     struct service **ret_service)
{
    return service_open(arena, data, key, cli_pack_folder(pack), ret_service);
}

const struct error *cli_needs_empty(struct arena *arena, const char *folder)
{
    DIR *dir = opendir(folder);
    if (dir == NULL) {
        return errno == ENOENT ? NULL : error_new(arena, ERROR_IO, "%s: %s", folder, strerror(errno));
    }
    size_t count = 0;
    for (const struct dirent *row = readdir(dir); row != NULL; row = readdir(dir)) {
        count += strcmp(row->d_name, ".") != 0 && strcmp(row->d_name, "..") != 0 ? 1 : 0;
    }
    closedir(dir);
    return count == 0 ? NULL
                      : error_new(arena, ERROR_EXISTS,
                                  "%s is not empty: give a new folder; nothing was changed", folder);
}
