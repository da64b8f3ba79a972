#include "sso/said.h"

#include "base/text.h"
#include "record/decode.h"

#include <jansson.h>
#include <string.h>

/* What is larger is no number of seconds, and no other number is asked for. */
static const double most = 9007199254740992.0;

struct copying {
    struct arena *arena;
    const json_t *json;
    struct said *tree;
};

static struct said *copy(struct arena *arena, const char *name, const json_t *json);

static void add(struct said *parent, struct said *child, struct said **last)
{
    if (*last == NULL) {
        parent->first = child;
    } else {
        (*last)->next = child;
    }
    *last = child;
    parent->count++;
}

static void copy_parts(struct arena *arena, const json_t *json, struct said *tree)
{
    struct said *last = NULL;
    const char *name;
    const json_t *part;
    size_t index;
    if (tree->kind == SAID_LIST) {
        for (index = 0; index < json_array_size(json); index++) {
            add(tree, copy(arena, NULL, json_array_get(json, index)), &last);
        }
        return;
    }
    for (void *at = json_object_iter((json_t *)(uintptr_t)json); at != NULL;
         at = json_object_iter_next((json_t *)(uintptr_t)json, at)) {
        name = json_object_iter_key(at);
        part = json_object_iter_value(at);
        add(tree, copy(arena, arena_copy(arena, name), part), &last);
    }
}

static void copy_number(struct arena *arena, const json_t *json, struct said *tree)
{
    double real = json_number_value(json);
    tree->kind = SAID_NUMBER;
    if (json_is_integer(json)) {
        tree->number = json_integer_value(json);
    } else if (real > -most && real < most) {
        tree->number = (int64_t)real;
    } else {
        tree->kind = SAID_NULL;
    }
    tree->text = json_is_integer(json) ? arena_printf(arena, "%lld", (long long)tree->number) : NULL;
}

/* As deep as json_read lets it be. */
static struct said *copy(struct arena *arena, const char *name, const json_t *json)
{
    struct said *tree = arena_one(arena, struct said);
    tree->name = name;
    switch (json_typeof(json)) {
    case JSON_OBJECT:
    case JSON_ARRAY:
        tree->kind = json_is_object(json) ? SAID_OBJECT : SAID_LIST;
        copy_parts(arena, json, tree);
        break;
    case JSON_STRING:
        tree->kind = SAID_TEXT;
        tree->text = arena_copy(arena, json_string_value(json));
        break;
    case JSON_INTEGER:
    case JSON_REAL:
        copy_number(arena, json, tree);
        break;
    case JSON_TRUE:
    case JSON_FALSE:
        tree->kind = SAID_BOOL;
        tree->text = json_is_true(json) ? "true" : "false";
        break;
    case JSON_NULL:
        break;
    }
    return tree;
}

static void copy_guarded(void *context)
{
    struct copying *copying = context;
    copying->tree = copy(copying->arena, NULL, copying->json);
}

const struct error *said_read(struct arena *arena, const char *bytes, size_t size,
                              const struct said **ret_tree)
{
    json_t *json;
    TRY(json_read(arena, bytes, size, &json));
    struct copying copying = {arena, json, NULL};
    bool is_object = json_is_object(json);
    bool whole = !is_object || arena_guard(arena, copy_guarded, &copying);
    json_decref(json);
    if (!whole) {
        arena_run_out(arena);
    }
    if (!is_object) {
        return error_new(arena, ERROR_BAD_INPUT, "JSON that is no object");
    }
    *ret_tree = copying.tree;
    return NULL;
}

const struct said *said_get(const struct said *tree, const char *name)
{
    if (tree == NULL || tree->kind != SAID_OBJECT) {
        return NULL;
    }
    for (const struct said *part = tree->first; part != NULL; part = part->next) {
        if (text_equal(part->name, name)) {
            return part;
        }
    }
    return NULL;
}

const char *said_text(const struct said *tree, const char *name)
{
    const struct said *part = said_get(tree, name);
    return part == NULL || part->kind != SAID_TEXT ? NULL : part->text;
}

bool said_number(const struct said *tree, const char *name, int64_t *ret_number)
{
    const struct said *part = said_get(tree, name);
    if (part == NULL || part->kind != SAID_NUMBER) {
        return false;
    }
    *ret_number = part->number;
    return true;
}

bool said_holds(const struct said *tree, const char *text)
{
    if (tree == NULL) {
        return false;
    }
    if (tree->kind != SAID_LIST) {
        return tree->text != NULL && text_equal(tree->text, text);
    }
    for (const struct said *part = tree->first; part != NULL; part = part->next) {
        if (part->kind != SAID_LIST && part->text != NULL && text_equal(part->text, text)) {
            return true;
        }
    }
    return false;
}
