#include "pack/loader.h"

#include "base/text.h"

/*
 * `carries_over`: how the entries and duties of another procedure are read here, for cases that are moved.
 * The ids on the other side belong to a pack that is not at hand, so only ours are checked.
 */

static const struct code *our_code(struct loader *loader, const struct yaml *node, const struct field *field,
                                   const char *id, const char *what)
{
    const struct code *code = code_find(field->codes, id);
    if (code == NULL) {
        FAULT(loader, node, "%s: '%s' has no code '%.80s'", what, field->id, id);
    }
    return code;
}

/* {theirs: ours, ...} */
static void load_code_ways(struct loader *loader, const struct yaml *map, const struct field *field,
                           const char *what, struct carried_field *way)
{
    const struct yaml *codes = yaml_get(map, "codes");
    if (codes == NULL) {
        return;
    }
    if (codes->kind != YAML_MAP || field->codes == NULL) {
        FAULT(loader, codes, "%s: 'codes' maps codes of the other procedure to codes of '%s'", what,
              field->id);
        return;
    }
    struct carried_code *rows = arena_many(loader->arena, struct carried_code, codes->count);
    for (const struct yaml *item = codes->first; item != NULL; item = item->next) {
        const struct code *code =
            item->kind == YAML_TEXT ? our_code(loader, item, field, item->text, what) : NULL;
        if (code != NULL) {
            rows[way->code_count++] = (struct carried_code){item->key, code};
        }
    }
    way->codes = rows;
}

static void load_field_way(struct loader *loader, const struct yaml *node, const struct entry_type *type,
                           const char *what, struct carried_type *ways, struct carried_field *rows)
{
    static const char *const keys[] = {"field", "as", "codes", "says", NULL};
    if (!load_map(loader, node, what, keys)) {
        return;
    }
    const char *from = load_text(loader, node, "field", false, what);
    const char *as = load_text(loader, node, "as", false, what);
    const char *says = load_text(loader, node, "says", false, what);
    const char *name = as == NULL ? from : as;
    if (name == NULL || (from == NULL) == (says == NULL)) {
        FAULT(loader, node, "%s: a field is {field: theirs, as: ours}, or {as: ours, says: CODE}", what);
        return;
    }
    const struct field *field = entry_type_field(type, name);
    if (field == NULL) {
        FAULT(loader, node, "%s: '%s' has no field '%.80s'", what, type->id, name);
        return;
    }
    struct carried_field *way = &rows[ways->field_count];
    *way = (struct carried_field){.from = from, .to = field->index};
    load_code_ways(loader, node, field, what, way);
    if (says != NULL) {
        way->says = field->kind == FIELD_CODE ? our_code(loader, node, field, says, what) : NULL;
        if (field->kind != FIELD_CODE) {
            FAULT(loader, node, "%s: 'says' is for a field with one code, and '%s' is none", what, field->id);
        }
    }
    ways->field_count++;
}

static void load_entry_ways(struct loader *loader, const struct yaml *node, const char *what,
                            struct carry *carry)
{
    static const char *const keys[] = {"entry", "as", "fields", NULL};
    size_t count = 0;
    const struct yaml *item = load_list(loader, yaml_get(node, "entries"), &count);
    struct carried_type *types = arena_many(loader->arena, struct carried_type, count);
    for (; item != NULL; item = item->next) {
        if (!load_map(loader, item, what, keys)) {
            continue;
        }
        const char *from = load_text(loader, item, "entry", true, what);
        const char *as = load_text(loader, item, "as", true, what);
        const struct entry_type *type = as == NULL ? NULL : pack_type(loader->pack, as);
        if (as != NULL && type == NULL) {
            FAULT(loader, item, "%s: there is no entry type '%.80s'", what, as);
        }
        if (from == NULL || type == NULL) {
            continue;
        }
        struct carried_type *ways = &types[carry->type_count++];
        *ways = (struct carried_type){.from = from, .to = type->index};
        size_t field_count = 0;
        const struct yaml *field = load_list(loader, yaml_get(item, "fields"), &field_count);
        struct carried_field *rows = arena_many(loader->arena, struct carried_field, field_count);
        for (; field != NULL; field = field->next) {
            load_field_way(loader, field, type, what, ways, rows);
        }
        ways->fields = rows;
    }
    carry->types = types;
}

static void load_duty_ways(struct loader *loader, const struct yaml *node, const char *what,
                           struct carry *carry)
{
    static const char *const keys[] = {"duty", "as", "clock", NULL};
    static const char *const clocks[] = {"keep", "new", NULL};
    size_t count = 0;
    const struct yaml *item = load_list(loader, yaml_get(node, "duties"), &count);
    struct carried_rule *rules = arena_many(loader->arena, struct carried_rule, count);
    for (; item != NULL; item = item->next) {
        if (!load_map(loader, item, what, keys)) {
            continue;
        }
        const char *from = load_text(loader, item, "duty", true, what);
        const char *as = load_text(loader, item, "as", true, what);
        const struct yaml *clock = yaml_get(item, "clock");
        int word = clock == NULL ? -1 : load_word(loader, clock, clocks, "'clock'");
        const struct duty_rule *rule = as == NULL ? NULL : pack_rule(loader->pack, as);
        if (clock == NULL) {
            FAULT(loader, item, "%s: a duty says its 'clock': keep, or new", what);
        }
        if (as != NULL && rule == NULL) {
            FAULT(loader, item, "%s: there is no duty '%.80s'", what, as);
        }
        if (from != NULL && rule != NULL) {
            rules[carry->rule_count++] = (struct carried_rule){from, rule->index, word == 0};
        }
    }
    carry->rules = rules;
}

/* A case without its beginning would stand open and ask for nothing. */
static void check_start(struct loader *loader, const struct yaml *node, const char *what,
                        const struct carry *carry)
{
    for (size_t i = 0; i < carry->type_count; i++) {
        if (loader->pack->types[carry->types[i].to].part == PART_START) {
            return;
        }
    }
    if (strcmp(carry->pack, loader->pack->id) != 0) {
        FAULT(loader, node, "%s: no entry is read as the one that opens a case", what);
    }
}

void load_carries(struct loader *loader)
{
    static const char *const keys[] = {"id", "entries", "duties", NULL};
    const struct items *items = &loader->sections[SECTION_CARRIES];
    struct carry *carries = arena_many(loader->arena, struct carry, items->count);
    for (size_t i = 0; i < items->count; i++) {
        const struct yaml *node = items->list[i];
        struct carry *carry = &carries[i];
        load_map(loader, node, "carries_over", keys);
        carry->pack = load_id(loader, node, '-', "carries_over");
        const char *what = arena_printf(loader->arena, "carried over from '%s'", carry->pack);
        load_entry_ways(loader, node, what, carry);
        load_duty_ways(loader, node, what, carry);
        check_start(loader, node, what, carry);
    }
    loader->pack->carries = carries;
    loader->pack->carry_count = items->count;
}
