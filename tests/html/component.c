/*
 * Writes components from the options that the macros of the design systems take.
 *
 *     component    reads a line a time, {"component": "button", "options": {…}}, and answers each with a
 * line: the HTML as a JSON string. Ends when its input ends.
 */
#include "base/must.h"
#include "html/govuk_form.h"
#include "html/inner.h"
#include "shapes.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ARENA_CAP = 64 * 1024 * 1024, HTML_LIMIT = 4 * 1024 * 1024 };

static _Noreturn void refuse(const char *what, const char *name)
{
    fprintf(stderr, "component: %s: %s\n", what, name);
    exit(1);
}

static json_t *at(json_t *json, const char *name)
{
    if (name[0] == '\0') {
        return json;
    }
    const char *dot = strchr(name, '.');
    if (dot == NULL) {
        return json_object_get(json, name);
    }
    char first[64];
    must((size_t)(dot - name) < sizeof first);
    memcpy(first, name, (size_t)(dot - name));
    first[dot - name] = '\0';
    return at(json_object_get(json, first), dot + 1);
}

static bool is_true(json_t *json)
{
    return json != NULL && !json_is_null(json) && !json_is_false(json) &&
           !(json_is_string(json) && json_string_length(json) == 0);
}

static const char *text_of(struct arena *arena, json_t *json, bool value)
{
    if (json_is_string(json)) {
        return arena_copy_n(arena, json_string_value(json), json_string_length(json));
    }
    if (json_is_integer(json)) {
        return arena_printf(arena, "%lld", (long long)json_integer_value(json));
    }
    if (json_is_true(json)) {
        return "true";
    }
    return value && json_is_false(json) ? "false" : NULL;
}

static const struct attribute *attributes_of(struct arena *arena, json_t *json)
{
    struct attribute *list = arena_many(arena, struct attribute, json_object_size(json) + 1);
    size_t count = 0;
    const char *name;
    json_t *value;
    json_object_foreach(json, name, value)
    {
        bool optional = json_is_object(value) && json_is_true(json_object_get(value, "optional"));
        json_t *item = json_is_object(value) ? json_object_get(value, "value") : value;
        const char *text = optional && json_is_true(item) ? "" : text_of(arena, item, !optional);
        if (text != NULL || !optional) {
            list[count++] = (struct attribute){arena_copy(arena, name), text == NULL ? "" : text};
        }
    }
    return list;
}

static void read_list(struct arena *arena, const struct option *option, json_t *json, char *base)
{
    const struct shape *shape = option->shape;
    size_t count = json_array_size(json);
    char *items = arena_array(arena, count + 1, shape->size);
    for (size_t i = 0; i < count; i++) {
        json_t *item = json_array_get(json, i);
        char *struct_of_item = items + i * shape->size;
        if (shape->absent != NULL) {
            *(bool *)(void *)(struct_of_item + shape->absent->offset) = !is_true(item);
        }
        options_read(arena, shape, item, struct_of_item);
    }
    *(const void **)(void *)(base + option->offset) = items;
    *(size_t *)(void *)(base + option->count_offset) = count;
}

static void read_texts(struct arena *arena, const struct option *option, json_t *json, char *base)
{
    size_t count = json_array_size(json);
    const char **texts = arena_many(arena, const char *, count);
    for (size_t i = 0; i < count; i++) {
        texts[i] = text_of(arena, json_array_get(json, i), false);
        must(texts[i] != NULL);
    }
    *(const char *const **)(void *)(base + option->offset) = texts;
    *(size_t *)(void *)(base + option->count_offset) = count;
}

static void read_map(struct arena *arena, const struct option *option, json_t *json, char *base)
{
    struct govuk_date_value *values = arena_many(arena, struct govuk_date_value, json_object_size(json));
    size_t count = 0;
    const char *name;
    json_t *value;
    json_object_foreach(json, name, value)
    {
        values[count++] = (struct govuk_date_value){arena_copy(arena, name), text_of(arena, value, false)};
    }
    *(const struct govuk_date_value **)(void *)(base + option->offset) = values;
    *(size_t *)(void *)(base + option->count_offset) = count;
}

static void read_option(struct arena *arena, const struct option *option, json_t *json, char *base)
{
    void *field = base + option->offset;
    switch (option->kind) {
    case OPTION_TEXT:
    case OPTION_VALUE:
        *(const char **)field = text_of(arena, json, option->kind == OPTION_VALUE);
        break;
    case OPTION_MARKUP:
        *(const struct markup **)field =
            json_is_string(json) ? markup_trusted(arena, text_of(arena, json, false)) : NULL;
        break;
    case OPTION_IS:
    case OPTION_GIVEN:
        *(bool *)field = is_true(json);
        break;
    case OPTION_FLAG:
        *(enum html_flag *)field = json == NULL || json_is_null(json) ? FLAG_OPEN : html_flag(is_true(json));
        break;
    case OPTION_NUMBER:
        *(int *)field = (int)json_integer_value(json);
        break;
    case OPTION_ATTRIBUTES:
        *(const struct attribute **)field = attributes_of(arena, json);
        break;
    case OPTION_PART:
    case OPTION_SAME:
        options_read(arena, option->shape, json, field);
        break;
    case OPTION_POINTER:
        if (json != NULL) {
            char *part = arena_alloc(arena, option->shape->size);
            if (option->shape->absent != NULL) {
                *(bool *)(void *)(part + option->shape->absent->offset) = !is_true(json);
            }
            options_read(arena, option->shape, json, part);
            *(const void **)field = is_true(json) || option->shape->absent != NULL ? part : NULL;
        }
        break;
    case OPTION_LIST:
        read_list(arena, option, json, base);
        break;
    case OPTION_TEXTS:
        read_texts(arena, option, json, base);
        break;
    case OPTION_MAP:
        read_map(arena, option, json, base);
        break;
    }
}

static bool knows(const struct shape *shape, const char *name)
{
    size_t size = strlen(name);
    for (const struct option *option = shape->options; option->name != NULL; option++) {
        bool here = strncmp(option->name, name, size) == 0 &&
                    (option->name[size] == '\0' || option->name[size] == '.');
        if (here || (option->kind == OPTION_SAME && knows(option->shape, name))) {
            return true;
        }
    }
    return false;
}

void options_read(struct arena *arena, const struct shape *shape, json_t *json, void *ret_options)
{
    for (const struct option *option = shape->options; option->name != NULL; option++) {
        json_t *value = at(json, option->name);
        if (value != NULL) {
            read_option(arena, option, value, ret_options);
        }
    }
}

/* The names at the top: an option that we do not know would pass as one that changes nothing. */
static void check_names(const struct component *component, json_t *options)
{
    const char *name;
    json_t *value;
    json_object_foreach(options, name, value)
    {
        if (!knows(component->shape, name)) {
            refuse(component->name, name);
        }
    }
}

static void answer(struct arena *arena, json_t *line)
{
    const char *name = json_string_value(json_object_get(line, "component"));
    json_t *options = json_object_get(line, "options");
    const struct component *component = name == NULL ? NULL : component_find(name);
    if (component == NULL) {
        refuse("there is no such component", name == NULL ? "" : name);
    }
    check_names(component, options);
    void *parsed = arena_alloc(arena, component->shape->size);
    options_read(arena, component->shape, options, parsed);
    struct html *html = html_new(arena, HTML_LIMIT);
    component->write(html, parsed);
    size_t size;
    const char *bytes = html_bytes(html, &size);
    if (bytes == NULL) {
        refuse("too long", name);
    }
    json_t *text = json_stringn(bytes, size);
    must(text != NULL);
    must(json_dumpf(text, stdout, JSON_ENCODE_ANY) == 0);
    json_decref(text);
    putchar('\n');
    fflush(stdout);
}

int main(void)
{
    struct arena *arena = arena_new(ARENA_CAP);
    must(arena != NULL);
    char *line = NULL;
    size_t room = 0;
    ssize_t size;
    while ((size = getline(&line, &room, stdin)) > 0) {
        json_error_t error;
        json_t *json = json_loadb(line, (size_t)size, 0, &error);
        if (json == NULL) {
            refuse("not JSON", error.text);
        }
        answer(arena, json);
        json_decref(json);
        arena_reset(arena);
    }
    (free)(line);
    arena_free(arena);
    return 0;
}
