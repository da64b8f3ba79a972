#include "base/file.h"
#include "cli/cli.h"
#include "procedure/duty_json.h"
#include "record/decode.h"

enum { PACK_MEMORY = 256 * 1024 * 1024, INPUT_LIMIT = 256 * 1024 * 1024 };
static const size_t input_memory = (size_t)4 * 1024 * 1024 * 1024;

static int print_duties(const struct duty *duties, size_t count)
{
    json_t *array = json_array();
    for (size_t i = 0; i < count; i++) {
        json_array_append_new(array, duty_to_json(&duties[i]));
    }
    int failed = json_dumpf(array, stdout, JSON_INDENT(2));
    json_decref(array);
    putchar('\n');
    return failed != 0 ? cli_complain(CLI_FAILED, "standard output could not be written") : cli_finish();
}

/* A day means its end: all that was recorded on it is known. */
static bool parse_at(const struct pack *pack, const char *text, struct instant *ret_at)
{
    struct moment moment;
    if (text == NULL) {
        *ret_at = clock_now();
        return true;
    }
    if (!moment_parse(pack, text, &moment)) {
        return false;
    }
    *ret_at = moment.end;
    return true;
}

int command_duties(int argc, char **argv)
{
    const char *folder = NULL;
    const char *at_text = NULL;
    const char *file = NULL;
    bool prompts = false;
    size_t count;
    int status;
    const struct cli_option options[] = {
        CLI_PACK(&folder),
        {"--prompts", NULL, "also what the pack asks people to keep in mind beside the duties", NULL,
         &prompts},
        {"--at", "TIME", "evaluate at this time, as in 2024-03-05T17:00:00Z (now)", &at_text, NULL},
    };
    if (!cli_parse("duties", argc, argv, options, sizeof options / sizeof *options, &file, 1, 1, &count,
                   &status)) {
        return status;
    }
    ARENA_CLEANUP struct arena *pack_arena = arena_new(PACK_MEMORY);
    ARENA_CLEANUP struct arena *arena = arena_new(input_memory);
    if (pack_arena == NULL || arena == NULL) {
        return cli_complain(CLI_FAILED, "out of memory");
    }
    const struct pack *pack = NULL;
    const struct error *error = cli_pack_load(pack_arena, cli_pack_folder(folder), &pack);
    if (error != NULL) {
        return cli_fail(arena, error);
    }
    struct instant at;
    if (!parse_at(pack, at_text, &at)) {
        return cli_complain(CLI_ASKED_WRONGLY, "duties: --at must be a date and time with its zone, not %s",
                            at_text);
    }
    const char *text = NULL;
    size_t size = 0;
    const struct entry *const *entries = NULL;
    struct child child;
    error = file_read(arena, file, INPUT_LIMIT, &text, &size);
    if (error == NULL) {
        error = entries_from_json(arena, pack, text, size, &entries, &count, &child);
    }
    if (error != NULL) {
        return cli_fail(arena, error);
    }
    const struct history *history = history_new(arena, pack, entries, count, child, at);
    const struct duty *duties = NULL;
    size_t duty_count = 0;
    if (prompts) {
        duties_evaluate(arena, history, at, &duties, &duty_count);
    } else {
        duties_evaluate_plain(arena, history, at, &duties, &duty_count);
    }
    return print_duties(duties, duty_count);
}
