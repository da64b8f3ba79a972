/*
 * YAML as a tree of texts, lists and mappings with their lines: the part of YAML that packs use. Every scalar
 * is a text, so `no` is the text "no". Anchors, aliases, tags, directives, duplicate keys and a second
 * document are faults; depth, keys and nodes are bounded, so that no file costs more than its size allows.
 *
 * The only user of libfyaml, by its events: it never builds documents, so nothing is ever expanded.
 */
#ifndef WM_PACK_YAML_H
#define WM_PACK_YAML_H

#include "pack/fault.h"

enum yaml_kind { YAML_TEXT, YAML_LIST, YAML_MAP };
enum { YAML_DEPTH = 24, YAML_KEYS = 512, YAML_NODES = 200000 };

struct yaml {
    enum yaml_kind kind;
    const char *file;
    int line;         /* of its beginning */
    const char *key;  /* in a mapping; NULL in a list */
    const char *text; /* YAML_TEXT */
    const struct yaml *first;
    const struct yaml *next; /* of the same list or mapping */
    size_t count;
};

/*
 * The tree of one file, NULL when it is empty or not YAML. Faults go to `faults`. `bytes` may hold anything;
 * what is not UTF-8 is a fault that names the line.
 */
const struct yaml *yaml_read(struct arena *arena, struct faults *faults, const char *file, const char *bytes,
                             size_t size);

/* The value of a key, or NULL. */
const struct yaml *yaml_get(const struct yaml *map, const char *key);

#endif
