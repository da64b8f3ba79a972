/* YAML: the tree of any file, and its bounds. */
#include "fuzz.h"

#include "pack/yaml.h"

void fuzz_begin(void)
{
}

static size_t check(const struct yaml *node, int depth)
{
    must(depth <= YAML_DEPTH);
    if (node->kind == YAML_TEXT) {
        must(node->text != NULL && text_is_valid(node->text, strlen(node->text)));
        return 1;
    }
    size_t nodes = 1;
    size_t count = 0;
    for (const struct yaml *inner = node->first; inner != NULL; inner = inner->next) {
        must((node->kind == YAML_MAP) == (inner->key != NULL));
        must(node->kind != YAML_MAP || yaml_get(node, inner->key) == inner);
        nodes += check(inner, depth + 1);
        count++;
    }
    must(count == node->count && (node->kind != YAML_MAP || count <= YAML_KEYS));
    return nodes;
}

void fuzz_one(struct arena *arena, const uint8_t *bytes, size_t size)
{
    struct faults faults;
    faults_init(&faults, arena);
    const struct yaml *tree = yaml_read(arena, &faults, "fuzz.yaml", (const char *)bytes, size);
    if (tree != NULL) {
        must(check(tree, 0) <= YAML_NODES + 1);
    }
    for (size_t i = 0; i < faults.count; i++) {
        must(faults.list[i].text[0] != '\0');
    }
}
