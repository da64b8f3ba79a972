#include "pack/yaml.h"

#include "base/text.h"

#include <libfyaml.h>

/* A tree is made in an arena of its own, so that running out of memory (a bomb, or a test that takes it away)
   comes back here, where the parser can be given back. */
enum { SCRATCH = 96 * 1024 * 1024 };

struct draft {
    enum yaml_kind kind;
    int line;
    const char *key;
    const char *text;
    struct draft *first;
    struct draft *last;
    struct draft *next;
    size_t count;
};

struct frame {
    struct draft *node;
    const char *key; /* read, its value to come */
    int key_line;
    bool key_used; /* duplicate: its value is read and dropped */
};

struct tree {
    struct arena *arena;
    struct faults *faults;
    const char *file;
    struct frame stack[YAML_DEPTH];
    size_t depth;
    struct draft *root;
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
static void place(struct tree *tree, struct draft *node)
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
    if (frame->node->last == NULL) {
        frame->node->first = node;
    } else {
        frame->node->last->next = node;
    }
    frame->node->last = node;
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
    for (const struct draft *other = frame->node->first; other != NULL; other = other->next) {
        if (strcmp(other->key, text) == 0) {
            fault_add(tree->faults, tree->file, line, "the key '%s' stands twice in one mapping", text);
            frame->key_used = true;
            return;
        }
    }
}

static struct draft *draft_new(struct tree *tree, enum yaml_kind kind, int line)
{
    struct draft *node = arena_one(tree->arena, struct draft);
    node->kind = kind;
    node->line = line;
    return node;
}

static void open_node(struct tree *tree, enum yaml_kind kind, int line)
{
    if (wants_key(tree)) {
        stop(tree, line, "a key must be a text");
        return;
    }
    struct draft *node = draft_new(tree, kind, line);
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
        struct draft *node = draft_new(tree, YAML_TEXT, line);
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
        struct draft *node = draft_new(tree, YAML_TEXT, line);
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

static void parse(struct tree *tree, struct fy_parser *parser, struct fy_diag *diag)
{
    while (!tree->stopped) {
        struct fy_event *event = fy_parser_parse(parser);
        if (event == NULL) {
            if (fy_parser_get_stream_error(parser)) {
                report_syntax(tree, diag);
                tree->stopped = true;
            }
            return;
        }
        bool last = event->type == FYET_STREAM_END;
        /* an event that runs out of memory here is given back with its parser */
        take_event(tree, event);
        fy_parser_event_free(parser, event);
        if (last) {
            return;
        }
    }
}

/* Recursion is bounded by YAML_DEPTH. */
static struct yaml *keep(struct arena *arena, const char *file, const struct draft *draft)
{
    struct yaml *node = arena_one(arena, struct yaml);
    node->kind = draft->kind;
    node->file = file;
    node->line = draft->line;
    node->key = draft->key == NULL ? NULL : arena_copy(arena, draft->key);
    node->text = draft->text == NULL ? NULL : arena_copy(arena, draft->text);
    node->count = draft->count;
    const struct yaml **link = &node->first;
    for (const struct draft *child = draft->first; child != NULL; child = child->next) {
        struct yaml *copy = keep(arena, file, child);
        *link = copy;
        link = &copy->next;
    }
    return node;
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
    struct arena *scratch = arena_new(SCRATCH);
    if (scratch == NULL) {
        fault_add(faults, file, 0, "no memory to read it");
        return NULL;
    }
    struct faults found; /* in the scratch arena: the caller's may not be asked for memory here */
    faults_init(&found, scratch);
    struct tree tree = {.arena = scratch, .faults = &found, .file = file};
    struct fy_diag *diag = fy_diag_create(NULL);
    struct fy_parser *parser = NULL;
    volatile bool whole = false;
    if (diag != NULL) {
        fy_diag_set_collect_errors(diag, true);
        struct fy_parse_cfg cfg = {.flags = FYPCF_QUIET, .diag = diag};
        parser = fy_parser_create(&cfg);
    }
    if (parser != NULL && setjmp(*arena_edge(scratch)) == 0) {
        if (fy_parser_set_string(parser, bytes, size) == 0) {
            parse(&tree, parser, diag);
            whole = true;
        }
    }
    arena_no_edge(scratch);
    if (parser != NULL) {
        fy_parser_destroy(parser);
    }
    if (diag != NULL) {
        fy_diag_destroy(diag);
    }
    struct yaml *root = NULL;
    if (!whole) {
        fault_add(faults, file, 0, "no memory to read it");
    } else {
        for (size_t i = 0; i < found.count; i++) {
            fault_add(faults, file, found.list[i].line, "%s", found.list[i].text);
        }
        if (tree.root != NULL && !tree.stopped) {
            root = keep(arena, file, tree.root);
        }
    }
    arena_free(scratch);
    return root;
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
