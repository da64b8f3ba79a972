#include "pack/loader.h"

#include "base/text.h"

#include <ctype.h>

bool load_map(struct loader *loader, const struct yaml *node, const char *what, const char *const *keys)
{
    if (node->kind != YAML_MAP) {
        FAULT(loader, node, "%s must be a mapping (key: value)", what);
        return false;
    }
    for (const struct yaml *child = node->first; child != NULL; child = child->next) {
        const char *const *key = keys;
        while (*key != NULL && strcmp(*key, child->key) != 0) {
            key++;
        }
        if (*key == NULL) {
            FAULT(loader, child, "%s: unknown key '%.80s'", what, child->key);
        }
    }
    return true;
}

const char *load_text(struct loader *loader, const struct yaml *map, const char *key, bool required,
                      const char *what)
{
    const struct yaml *node = yaml_get(map, key);
    if (node == NULL) {
        if (required) {
            FAULT(loader, map, "%s: the key '%s' is missing", what, key);
        }
        return NULL;
    }
    if (node->kind != YAML_TEXT) {
        FAULT(loader, node, "%s: '%s' must be a text", what, key);
        return NULL;
    }
    const char *text = text_trim(loader->arena, node->text);
    if (*text == '\0') {
        FAULT(loader, node, "%s: '%s' is empty", what, key);
        return NULL;
    }
    return text;
}

bool load_bool(struct loader *loader, const struct yaml *map, const char *key, const char *what)
{
    const char *text = load_text(loader, map, key, false, what);
    if (text == NULL || strcmp(text, "false") == 0) {
        return false;
    }
    if (strcmp(text, "true") != 0) {
        FAULT(loader, yaml_get(map, key), "%s: '%s' must be true or false", what, key);
    }
    return true;
}

int64_t load_number(struct loader *loader, const struct yaml *map, const char *key, int64_t min, int64_t max,
                    int64_t missing, const char *what)
{
    const char *text = load_text(loader, map, key, false, what);
    int64_t number = missing;
    if (text != NULL && !number_parse(text, min, max, &number)) {
        FAULT(loader, yaml_get(map, key), "%s: '%s' must be a whole number from %lld to %lld", what, key,
              (long long)min, (long long)max);
        return missing;
    }
    return number;
}

/* N.N, as the paragraphs of a procedure are numbered. */
static bool is_paragraph(const char *text)
{
    int groups = 0;
    while (groups < 3) {
        size_t digits = strspn(text, "0123456789");
        if (digits == 0 || digits > 4) {
            return false;
        }
        groups++;
        text += digits;
        if (*text == '\0') {
            return groups >= 2;
        }
        if (*text++ != '.') {
            return false;
        }
    }
    return false;
}

/* "SOURCE" or "SOURCE, where in it", of a text that the pack names under `sources`. */
static bool is_of_source(const struct pack *pack, const char *text)
{
    for (size_t i = 0; i < pack->source_count; i++) {
        size_t size = strlen(pack->sources[i]);
        if (strncmp(text, pack->sources[i], size) == 0 &&
            (text[size] == '\0' || (strncmp(text + size, ", ", 2) == 0 && text[size + 2] != '\0'))) {
            return true;
        }
    }
    return false;
}

const char *load_paragraph(struct loader *loader, const struct yaml *map, const char *key, bool required,
                           const char *what)
{
    const char *text = load_text(loader, map, key, required, what);
    if (text != NULL && !is_paragraph(text) && !is_of_source(loader->pack, text)) {
        FAULT(loader, yaml_get(map, key),
              loader->pack->source_count == 0
                  ? "%s: '%s' must be a paragraph such as \"11.18\", not '%.40s'"
                  : "%s: '%s' must be a paragraph such as \"11.18\", or one of 'sources' and where in it, "
                    "not '%.40s'",
              what, key, text);
    }
    return text;
}

const char *load_id(struct loader *loader, const struct yaml *map, char joint, const char *what)
{
    const char *text = load_text(loader, map, "id", true, what);
    if (text == NULL) {
        return "";
    }
    bool fine = islower((unsigned char)text[0]) != 0 && strlen(text) <= 60;
    for (const char *at = text; fine && *at != '\0'; at++) {
        unsigned char c = (unsigned char)*at;
        fine = islower(c) || isdigit(c) || (*at == joint && at[1] != '\0' && at[1] != joint);
    }
    if (!fine) {
        FAULT(loader, yaml_get(map, "id"),
              "%s: the id '%.80s' must be lower-case words joined by '%c', 60 letters at most", what, text,
              joint);
    }
    return text;
}

int load_word(struct loader *loader, const struct yaml *node, const char *const *words, const char *what)
{
    if (node->kind == YAML_TEXT) {
        for (int i = 0; words[i] != NULL; i++) {
            if (strcmp(words[i], node->text) == 0) {
                return i;
            }
        }
        FAULT(loader, node, "%s: '%.80s' is none of the words allowed here", what, node->text);
    } else {
        FAULT(loader, node, "%s must be one word", what);
    }
    return -1;
}

const struct yaml *load_list(struct loader *loader, const struct yaml *node, size_t *ret_count)
{
    if (node == NULL) {
        *ret_count = 0;
        return NULL;
    }
    if (node->kind == YAML_LIST) {
        *ret_count = node->count;
        return node->first;
    }
    struct yaml *alone = arena_one(loader->arena, struct yaml);
    *alone = *node;
    alone->next = NULL;
    *ret_count = 1;
    return alone;
}

void load_unique(struct loader *loader, enum section section, const char *what)
{
    const struct items *items = &loader->sections[section];
    for (size_t i = 1; i < items->count; i++) {
        const struct yaml *id = yaml_get(items->list[i], "id");
        for (size_t j = 0; id != NULL && id->kind == YAML_TEXT && j < i; j++) {
            const struct yaml *other = yaml_get(items->list[j], "id");
            if (other != NULL && other->kind == YAML_TEXT && strcmp(id->text, other->text) == 0) {
                FAULT(loader, id, "the id '%.80s' is given to two %s (the other: %s:%d)", id->text, what,
                      other->file, other->line);
                break;
            }
        }
    }
}

/* ---- the sections of the files */

static const char *const section_names[SECTIONS + 1] = {
    "pack",       "codes",          "shared_pages", "shared_fields", "entries",      "duties",    "gates",
    "marks",      "roles",          "references",   "age_bands",     "meetings",     "invitees",  "agenda",
    "notices",    "routing",        "directory",    "screens",       "carries_over", "retention", "disposal",
    "exemptions", "subject_access", "looks",        "unusual_looks", "access",       NULL};

static void take_item(struct loader *loader, enum section section, const struct yaml *node)
{
    struct items *items = &loader->sections[section];
    if (items->count == items->room) {
        size_t more = items->room == 0 ? 32 : items->room * 2;
        items->list = arena_grow(loader->arena, items->list, items->count, more, sizeof(const struct yaml *));
        items->room = more;
    }
    items->list[items->count++] = node;
}

void load_file(struct loader *loader, const struct yaml *root)
{
    if (!load_map(loader, root, "the file", section_names)) {
        return;
    }
    for (const struct yaml *part = root->first; part != NULL; part = part->next) {
        enum section section = SECTION_PACK;
        while (section < SECTIONS && strcmp(part->key, section_names[section]) != 0) {
            section++;
        }
        if (section == SECTIONS) {
            continue;
        }
        if (section == SECTION_PACK || section == SECTION_ROUTING || section == SECTION_DIRECTORY ||
            section == SECTION_DISPOSAL || section == SECTION_SUBJECT_ACCESS || section == SECTION_LOOKS ||
            section == SECTION_ACCESS) {
            take_item(loader, section, part);
            continue;
        }
        if (part->kind != YAML_LIST) {
            FAULT(loader, part, "'%s' must be a list", part->key);
            continue;
        }
        for (const struct yaml *item = part->first; item != NULL; item = item->next) {
            if (item->kind == YAML_MAP) {
                take_item(loader, section, item);
            } else {
                FAULT(loader, item, "each of '%s' must be a mapping (key: value)", part->key);
            }
        }
    }
}

/* The texts that paragraphs are of, where there are several. */
static void load_sources(struct loader *loader, const struct yaml *head)
{
    size_t count = 0;
    const struct yaml *item = load_list(loader, yaml_get(head, "sources"), &count);
    const char **sources = arena_many(loader->arena, const char *, count);
    for (; item != NULL; item = item->next) {
        if (item->kind != YAML_TEXT || item->text[0] == '\0' || isdigit((unsigned char)item->text[0]) != 0) {
            FAULT(loader, item,
                  "pack: each of 'sources' is the short name of a text, and begins with a letter");
            continue;
        }
        sources[loader->pack->source_count++] = item->text;
    }
    loader->pack->sources = sources;
}

static void load_head(struct loader *loader)
{
    static const char *const keys[] = {"id",   "version",  "title",   "source",
                                       "zone", "holidays", "sources", NULL};
    const struct items *heads = &loader->sections[SECTION_PACK];
    struct pack *pack = loader->pack;
    pack->id = pack->version = pack->title = pack->source = pack->zone = pack->holidays = "";
    for (size_t i = 1; i < heads->count; i++) {
        FAULT(loader, heads->list[i], "'pack' stands twice (the other: %s:%d)", heads->list[0]->file,
              heads->list[0]->line);
    }
    if (heads->count == 0) {
        fault_add(loader->faults, "pack.yaml", 1, "no file has the part 'pack' (id, version, title, ...)");
        return;
    }
    const struct yaml *head = heads->list[0];
    if (!load_map(loader, head, "pack", keys)) {
        return;
    }
    pack->id = load_id(loader, head, '-', "pack");
    const char **texts[] = {&pack->version, &pack->title, &pack->source, &pack->zone, &pack->holidays};
    for (size_t i = 0; i < 5; i++) {
        const char *text = load_text(loader, head, keys[i + 1], true, "pack");
        *texts[i] = text == NULL ? "" : text;
    }
    load_sources(loader, head);
}

void load_all(struct loader *loader)
{
    load_head(loader);
    load_unique(loader, SECTION_CODES, "code lists");
    load_unique(loader, SECTION_SHARED_PAGES, "shared pages");
    load_unique(loader, SECTION_SHARED_FIELDS, "shared fields");
    load_unique(loader, SECTION_ENTRIES, "entry types");
    load_unique(loader, SECTION_DUTIES, "duties");
    load_unique(loader, SECTION_GATES, "gates");
    load_unique(loader, SECTION_MARKS, "marks");
    load_unique(loader, SECTION_ROLES, "roles");
    load_unique(loader, SECTION_REFERENCES, "references");
    load_unique(loader, SECTION_AGE_BANDS, "age bands");
    load_unique(loader, SECTION_MEETINGS, "meetings");
    load_unique(loader, SECTION_INVITEES, "invitees");
    load_unique(loader, SECTION_AGENDA, "parts of the agenda");
    load_unique(loader, SECTION_CARRIES, "procedures that are carried over");
    load_unique(loader, SECTION_NOTICES, "notices");
    load_unique(loader, SECTION_RETENTION, "retention rules");
    load_unique(loader, SECTION_EXEMPTIONS, "exemptions");
    load_unique(loader, SECTION_UNUSUAL_LOOKS, "unusual looks");
    load_codes(loader);
    load_roles(loader);
    load_reference_names(loader);
    load_mark_names(loader);
    load_rule_names(loader);
    load_labels(loader);
    load_type_names(loader);
    load_type_wishes(loader);
    load_rules(loader);
    load_marks(loader);
    load_gates(loader);
    load_references(loader);
    load_bands(loader);
    load_meetings(loader);
    load_notices(loader);
    load_screens(loader);
    check_pack(loader);
    load_carries(loader);
    load_access(loader);
    load_retention(loader);
    load_looking(loader);
    load_directory(loader); /* the types that open a case and hold the details are known by now */
}
