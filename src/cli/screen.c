/* Scores a screen of a pack, so that its author can try it out before anybody uses it. */
#include "record/screen.h"
#include "base/file.h"
#include "base/text.h"
#include "cli/cli.h"
#include "record/decode.h"

enum { MEMORY = 256 * 1024 * 1024, INPUT_LIMIT = 1024 * 1024 };

static const char *text_at(const json_t *object, const char *key)
{
    return json_string_value(json_object_get(object, key));
}

static const struct error *wrong(struct arena *arena, const char *file, const char *text)
{
    return error_new(arena, ERROR_INVALID, "%s: %s", file, text);
}

/* "marks" are those the child bears, "date_of_birth" and "on" give the age. */
static const struct error *read_child(struct arena *arena, const struct pack *pack, const char *file,
                                      const json_t *json, struct standing *standing, struct day *ret_on)
{
    bool *marks = arena_many(arena, bool, pack->mark_count);
    const char *birth = text_at(json, "date_of_birth");
    const char *on = text_at(json, "on");
    size_t i;
    const json_t *name;
    json_array_foreach(json_object_get(json, "marks"), i, name)
    {
        const struct mark *mark = json_is_string(name) ? pack_mark(pack, json_string_value(name)) : NULL;
        if (mark == NULL) {
            return wrong(arena, file, "\"marks\" names a mark that the pack does not have");
        }
        marks[mark->index] = true;
    }
    *standing = (struct standing){.marks = marks};
    if (!day_parse(on == NULL ? "2024-01-01" : on, ret_on)) {
        return wrong(arena, file, "\"on\" must be a date, as in 2024-03-05");
    }
    standing->child.has_birth = birth != NULL;
    if (birth != NULL && !day_parse(birth, &standing->child.birth)) {
        return wrong(arena, file, "\"date_of_birth\" must be a date, as in 2009-03-05");
    }
    return NULL;
}

static const struct error *read_lines(struct arena *arena, const char *file, const json_t *json,
                                      const char *const **ret_lines, size_t *ret_count)
{
    const json_t *list = json_object_get(json, "answers");
    const char **lines = arena_many(arena, const char *, json_array_size(list));
    size_t i;
    const json_t *line;
    json_array_foreach(list, i, line)
    {
        if (!json_is_string(line)) {
            return wrong(arena, file, "\"answers\" must be texts such as \"missing-episodes: recent\"");
        }
        lines[i] = json_string_value(line);
    }
    *ret_lines = lines;
    *ret_count = json_array_size(list);
    return NULL;
}

static json_t *text_or_null(const char *text)
{
    return text == NULL ? json_null() : json_string(text);
}

static int print_result(const struct screen *screen, const struct screen_reply *replies,
                        const struct screen_result *result)
{
    json_t *sections = json_object();
    json_t *unanswered = json_array();
    json_t *overrides = json_array();
    for (size_t s = 0; s < screen->section_count; s++) {
        json_object_set_new(sections, screen->sections[s].id, json_integer(result->sections[s]));
    }
    for (size_t i = 0; i < screen->item_count; i++) {
        if (!replies[i].answered) {
            json_array_append_new(unanswered, json_string(screen->items[i].id));
        }
    }
    for (size_t i = 0; i < screen->override_count; i++) {
        if (result->overrides[i]) {
            json_array_append_new(overrides, json_string(screen->overrides[i].id));
        }
    }
    json_t *json = json_object();
    json_object_set_new(json, "screen", json_string(screen->id));
    json_object_set_new(json, "version", json_string(screen->version));
    json_object_set_new(json, "score", result->has_score ? json_integer(result->score) : json_null());
    json_object_set_new(json, "sections", sections);
    json_object_set_new(json, "band_by_score",
                        text_or_null(result->scored_band == NULL ? NULL : result->scored_band->id));
    json_object_set_new(json, "band", text_or_null(result->band == NULL ? NULL : result->band->id));
    json_object_set_new(json, "overrides", overrides);
    json_object_set_new(json, "unanswered", unanswered);
    int failed = json_dumpf(json, stdout, JSON_INDENT(2));
    json_decref(json);
    putchar('\n');
    return failed != 0 ? cli_complain(CLI_FAILED, "standard output could not be written") : cli_finish();
}

static int score(struct arena *arena, const struct pack *pack, const char *file, const json_t *json)
{
    struct standing standing;
    struct day on;
    const char *const *lines = NULL;
    size_t count = 0;
    const struct screen_reply *replies;
    struct screen_result result;
    const char *name = text_at(json, "screen");
    const struct screen *screen = pack_screen(pack, name, text_at(json, "version"));
    const struct error *error = screen != NULL ? NULL : wrong(arena, file, "the pack has no such screen");
    error = error != NULL ? error : read_child(arena, pack, file, json, &standing, &on);
    error = error != NULL ? error : read_lines(arena, file, json, &lines, &count);
    error = error != NULL ? error : screen_read(arena, screen, lines, count, &replies);
    if (error != NULL) {
        return cli_fail(arena, error);
    }
    screen_score(arena, pack, screen, replies, &standing, on, &result);
    return print_result(screen, replies, &result);
}

int command_screen(int argc, char **argv)
{
    const char *folder = NULL;
    const char *file = NULL;
    size_t count;
    int status;
    const struct cli_option options[] = {CLI_PACK(&folder)};
    if (!cli_parse("screen", argc, argv, options, sizeof options / sizeof *options, &file, 1, 1, &count,
                   &status)) {
        return status;
    }
    ARENA_CLEANUP struct arena *arena = arena_new(MEMORY);
    if (arena == NULL) {
        return cli_complain(CLI_FAILED, "out of memory");
    }
    const struct pack *pack = NULL;
    const char *text = NULL;
    size_t size = 0;
    const struct error *error = cli_pack_load(arena, cli_pack_folder(folder), &pack);
    error = error != NULL ? error : file_read(arena, file, INPUT_LIMIT, &text, &size);
    if (error != NULL) {
        return cli_fail(arena, error);
    }
    json_error_t fault;
    json_t *json = json_loadb(text, size, JSON_REJECT_DUPLICATES, &fault);
    if (!json_is_object(json)) {
        json_decref(json);
        return cli_fail(arena, wrong(arena, file, "must be a JSON object with \"screen\" and \"answers\""));
    }
    status = score(arena, pack, file, json);
    json_decref(json);
    return status;
}
