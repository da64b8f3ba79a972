#include "pack/yaml.h"

#include "base/text.h"

#include <libfyaml.h>

struct frame {
    struct yaml *node;
    struct yaml *last; /* child */
    const char *key;   /* read, its value to come */
    int key_line;
    bool key_used; /* duplicate: its value is read and dropped */
};

struct tree {
    struct arena *arena;
    struct faults *faults;
    const char *file;
    struct frame stack[YAML_DEPTH];
    size_t depth;
    const struct yaml *root;
    size_t nodes;
    size_t documents;
    bool stopped;
};

static void stop(struct tree *tree, int line, const char *text)
{
    fault_add(tree->faults, tree->file, line, "%s", text);
    tree->stopped = true;
}

/* Puts a value where it belongs: the root, a list, or behind the key that waits. */
static void place(struct tree *tree, struct yaml *node)
{
    if (++tree->nodes > YAML_NODES) {
        stop(tree, node->line, "more values than a pack may hold");
        return;
    }
    if (tree->depth == 0) {
        tree->root = node;
        return;
    }
    struct frame *frame = &tree->stack[tree->depth - 1];
    if (frame->node->kind == YAML_MAP) {
        node->key = frame->key;
        frame->key = NULL;
        if (frame->key_used) {
            return;
        }
    }
    if (frame->last == NULL) {
        frame->node->first = node;
    } else {
        frame->last->next = node;
    }
    frame->last = node;
    frame->node->count++;
}

static bool wants_key(const struct tree *tree)
{
    return tree->depth > 0 && tree->stack[tree->depth - 1].node->kind == YAML_MAP &&
           tree->stack[tree->depth - 1].key == NULL;
}

static void take_key(struct tree *tree, const char *text, int line)
{
    struct frame *frame = &tree->stack[tree->depth - 1];
    frame->key = text;
    frame->key_line = line;
    frame->key_used = false;
    if (frame->node->count >= YAML_KEYS) {
        stop(tree, line, "more keys in one mapping than a pack may hold");
        return;
    }
    for (const struct yaml *other = frame->node->first; other != NULL; other = other->next) {
        if (strcmp(other->key, text) == 0) {
            fault_add(tree->faults, tree->file, line, "the key '%s' stands twice in one mapping", text);
            frame->key_used = true;
            return;
        }
    }
}

static struct yaml *draft_new(struct tree *tree, enum yaml_kind kind, int line)
{
    struct yaml *node = arena_one(tree->arena, struct yaml);
    node->kind = kind;
    node->file = tree->file;
    node->line = line;
    return node;
}

static void open_node(struct tree *tree, enum yaml_kind kind, int line)
{
    if (wants_key(tree)) {
        stop(tree, line, "a key must be a text");
        return;
    }
    struct yaml *node = draft_new(tree, kind, line);
    place(tree, node);
    if (tree->depth == YAML_DEPTH) {
        stop(tree, line, "nested deeper than a pack may be");
        return;
    }
    tree->stack[tree->depth++] = (struct frame){.node = node};
}

static const char *token_text(struct tree *tree, struct fy_token *token, int line)
{
    size_t size = 0;
    const char *bytes = token == NULL ? NULL : fy_token_get_text(token, &size);
    if (bytes == NULL) {
        return "";
    }
    if (!text_is_valid(bytes, size)) {
        fault_add(tree->faults, tree->file, line, "a text holds a character that is not allowed");
        return "";
    }
    return arena_copy_n(tree->arena, bytes, size);
}

static void refuse_marks(struct tree *tree, const struct fy_token *anchor, const struct fy_token *tag,
                         int line)
{
    if (anchor != NULL) {
        fault_add(tree->faults, tree->file, line, "anchors (&) are not allowed in a pack");
    }
    if (tag != NULL) {
        fault_add(tree->faults, tree->file, line, "tags (!) are not allowed in a pack");
    }
}

static int event_line(struct fy_event *event)
{
    const struct fy_mark *mark = fy_event_start_mark(event);
    return mark == NULL ? 1 : mark->line + 1;
}

static void take_event(struct tree *tree, struct fy_event *event)
{
    int line = event_line(event);
    switch (event->type) {
    case FYET_DOCUMENT_START:
        if (++tree->documents > 1) {
            stop(tree, line, "a second document (---) in one file");
        } else if (fy_document_state_version_explicit(event->document_start.document_state) ||
                   fy_document_state_tags_explicit(event->document_start.document_state)) {
            fault_add(tree->faults, tree->file, line, "directives (%%) are not allowed in a pack");
        }
        return;
    case FYET_MAPPING_START:
        refuse_marks(tree, event->mapping_start.anchor, event->mapping_start.tag, line);
        open_node(tree, YAML_MAP, line);
        return;
    case FYET_SEQUENCE_START:
        refuse_marks(tree, event->sequence_start.anchor, event->sequence_start.tag, line);
        open_node(tree, YAML_LIST, line);
        return;
    case FYET_MAPPING_END:
    case FYET_SEQUENCE_END:
        tree->depth--;
        return;
    case FYET_ALIAS: {
        fault_add(tree->faults, tree->file, line, "aliases (*) are not allowed in a pack");
        struct yaml *node = draft_new(tree, YAML_TEXT, line);
        node->text = "";
        if (wants_key(tree)) {
            take_key(tree, "", line);
        } else {
            place(tree, node);
        }
        return;
    }
    case FYET_SCALAR: {
        refuse_marks(tree, event->scalar.anchor, event->scalar.tag, line);
        const char *text = token_text(tree, event->scalar.value, line);
        if (wants_key(tree)) {
            take_key(tree, text, line);
            return;
        }
        struct yaml *node = draft_new(tree, YAML_TEXT, line);
        node->text = text;
        place(tree, node);
        return;
    }
    case FYET_NONE:
    case FYET_STREAM_START:
    case FYET_STREAM_END:
    case FYET_DOCUMENT_END:
        return;
    }
}

static void report_syntax(struct tree *tree, struct fy_diag *diag)
{
    void *at = NULL;
    bool any = false;
    for (struct fy_diag_error *error = fy_diag_errors_iterate(diag, &at); error != NULL;
         error = fy_diag_errors_iterate(diag, &at)) {
        const char *text = error->msg == NULL ? "" : error->msg;
        fault_add(tree->faults, tree->file, error->line < 1 ? 1 : error->line, "not YAML: %s",
                  text_is_valid(text, strlen(text)) ? text : "");
        any = true;
    }
    if (!any) {
        fault_add(tree->faults, tree->file, 1, "not YAML");
    }
}

/* What the library holds while a tree is made. */
struct reading {
    struct tree tree;
    struct fy_parser *parser;
    struct fy_diag *diag;
    struct fy_event *event; /* the one in hand */
};

static void parse(void *context)
{
    struct reading *reading = context;
    struct tree *tree = &reading->tree;
    while (!tree->stopped) {
        reading->event = fy_parser_parse(reading->parser);
        if (reading->event == NULL) {
            if (fy_parser_get_stream_error(reading->parser)) {
                report_syntax(tree, reading->diag);
                tree->stopped = true;
            }
            return;
        }
        bool last = reading->event->type == FYET_STREAM_END;
        take_event(tree, reading->event);
        fy_parser_event_free(reading->parser, reading->event);
        reading->event = NULL;
        if (last) {
            return;
        }
    }
}

static int line_of_bad_byte(const char *bytes, size_t size)
{
    int line = 1;
    size_t start = 0;
    for (size_t i = 0; i <= size; i++) {
        if (i == size || bytes[i] == '\n') {
            if (!text_is_valid(bytes + start, i - start)) {
                return line;
            }
            line++;
            start = i + 1;
        }
    }
    return line;
}

const struct yaml *yaml_read(struct arena *arena, struct faults *faults, const char *file, const char *bytes,
                             size_t size)
{
    if (!text_is_valid(bytes, size)) {
        fault_add(faults, file, line_of_bad_byte(bytes, size), "not UTF-8 text");
        return NULL;
    }
    struct reading reading = {.tree = {.arena = arena, .faults = faults, .file = file}};
    reading.diag = fy_diag_create(NULL);
    bool ready = false;
    if (reading.diag != NULL) {
        fy_diag_set_collect_errors(reading.diag, true);
        struct fy_parse_cfg cfg = {.flags = FYPCF_QUIET, .diag = reading.diag};
        reading.parser = fy_parser_create(&cfg);
        ready = reading.parser != NULL && fy_parser_set_string(reading.parser, bytes, size) == 0;
    }
    bool whole = ready && arena_guard(arena, parse, &reading);
    if (reading.event != NULL) {
        fy_parser_event_free(reading.parser, reading.event);
    }
    if (reading.parser != NULL) {
        fy_parser_destroy(reading.parser);
    }
    if (reading.diag != NULL) {
        fy_diag_destroy(reading.diag);
    }
    if (!whole) {
        arena_run_out(arena);
    }
    return reading.tree.stopped ? NULL : reading.tree.root;
}

const struct yaml *yaml_get(const struct yaml *map, const char *key)
{
    if (map == NULL || map->kind != YAML_MAP) {
        return NULL;
    }
    for (const struct yaml *child = map->first; child != NULL; child = child->next) {
        if (strcmp(child->key, key) == 0) {
            return child;
        }
    }
    return NULL;
}
