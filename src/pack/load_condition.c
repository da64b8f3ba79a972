#include "pack/loader.h"

#include "base/text.h"

/* ---- which types */

static int type_named(struct loader *loader, const struct yaml *node, const char *what)
{
    const char *name = node->kind == YAML_TEXT ? node->text : "";
    for (size_t i = 0; i < loader->pack->type_count; i++) {
        if (strcmp(loader->types[i].id, name) == 0) {
            return (int)i;
        }
    }
    FAULT(loader, node, "%s: there is no entry type '%.80s'", what, name);
    return -2;
}

bool load_entry_names(struct loader *loader, const struct yaml *map, const char *what, int *ret_type,
                      const bool **ret_types, bool *ret_listed)
{
    const struct yaml *node = yaml_get(map, "entry");
    *ret_type = ANY_TYPE;
    *ret_types = NULL;
    *ret_listed = false;
    if (node == NULL) {
        FAULT(loader, map, "%s: the key 'entry' is missing", what);
        return false;
    }
    if (node->kind != YAML_LIST) {
        if (node->kind == YAML_TEXT && strcmp(node->text, "any") == 0) {
            return true;
        }
        int type = type_named(loader, node, what);
        *ret_type = type < 0 ? 0 : type;
        return type >= 0;
    }
    bool *types = arena_many(loader->arena, bool, pack_type_rows(loader->pack));
    bool fine = node->count > 0;
    if (!fine) {
        FAULT(loader, node, "%s: 'entry' names no entry type", what);
    }
    for (const struct yaml *item = node->first; item != NULL; item = item->next) {
        int type = type_named(loader, item, what);
        if (type >= 0) {
            types[type] = true;
        } else {
            fine = false;
        }
    }
    *ret_types = types;
    *ret_listed = true;
    return fine;
}

static bool in_scope(const struct scope *scope, size_t type)
{
    return scope->type == ANY_TYPE ? scope->types == NULL || scope->types[type] : scope->type == (int)type;
}

/* ---- conditions on fields */

static bool is_coded(const struct field *field)
{
    return field->kind == FIELD_CODE || field->kind == FIELD_CODES;
}

static bool is_field_condition(const struct condition *condition)
{
    return condition->kind <= CONDITION_UNANSWERED;
}

static bool has_all_codes(const struct field *field, const struct condition *condition)
{
    for (size_t i = 0; i < condition->code_count; i++) {
        if (code_find(field->codes, condition->codes[i]) == NULL) {
            return false;
        }
    }
    return true;
}

static bool field_takes(const struct field *field, const struct condition *condition)
{
    switch (condition->kind) {
    case CONDITION_FIELD_IN:
    case CONDITION_FIELD_NOT_IN:
        return is_coded(field) && has_all_codes(field, condition);
    case CONDITION_FIELD_TEXT:
        return field->kind == FIELD_TEXT || field->kind == FIELD_NARRATIVE || field->kind == FIELD_PERSON;
    case CONDITION_ANSWERED:
    case CONDITION_UNANSWERED:
        return true;
    case CONDITION_MARK:
    case CONDITION_NO_MARK:
    case CONDITION_HAS_ENTRY:
    case CONDITION_NO_ENTRY:
    case CONDITION_DUTY_OPEN:
    case CONDITION_NO_DUTY_OPEN:
    case CONDITION_AGE_UNDER:
    case CONDITION_AGE_FROM:
        return false;
    }
    return false;
}

/* Says what does not fit, most telling first. */
static void refuse_field(struct loader *loader, const struct yaml *node, const struct scope *scope,
                         const struct entry_type *type, const struct condition *condition)
{
    const struct field *field = entry_type_field(type, condition->field_name);
    if (field == NULL) {
        FAULT(loader, node, "%s: '%s' has no field '%.80s'", scope->what, type->id, condition->field_name);
        return;
    }
    if (condition->kind == CONDITION_FIELD_TEXT) {
        FAULT(loader, node, "%s: the field '%s' of '%s' is not a text", scope->what, field->id, type->id);
        return;
    }
    if (!is_coded(field)) {
        FAULT(loader, node, "%s: the field '%s' of '%s' has no codes", scope->what, field->id, type->id);
        return;
    }
    for (size_t i = 0; field->codes != NULL && i < condition->code_count; i++) {
        if (code_find(field->codes, condition->codes[i]) == NULL) {
            FAULT(loader, node, "%s: the field '%s' of '%s' has no code '%.80s'", scope->what, field->id,
                  type->id, condition->codes[i]);
        }
    }
}

static void resolve_one_type(struct loader *loader, const struct yaml *node, const struct scope *scope,
                             struct condition *condition)
{
    const struct entry_type *type = &loader->types[scope->type];
    const struct field *field = entry_type_field(type, condition->field_name);
    if (field == NULL || !field_takes(field, condition)) {
        refuse_field(loader, node, scope, type, condition);
        return;
    }
    condition->field = field->index;
    if (condition->code_count == 0) {
        return;
    }
    const struct code **rows = arena_many(loader->arena, const struct code *, condition->code_count);
    for (size_t i = 0; i < condition->code_count; i++) {
        rows[i] = code_find(field->codes, condition->codes[i]);
    }
    condition->code_rows = rows;
}

static void resolve_any_type(struct loader *loader, const struct yaml *node, const struct scope *scope,
                             const struct condition *condition)
{
    bool some = false;
    for (size_t t = 0; t < loader->pack->type_count; t++) {
        if (!in_scope(scope, t)) {
            continue;
        }
        const struct field *field = entry_type_field(&loader->types[t], condition->field_name);
        if (field != NULL && field_takes(field, condition)) {
            some = true;
        } else if (scope->listed) {
            refuse_field(loader, node, scope, &loader->types[t], condition);
        }
    }
    if (!some && !scope->listed) {
        FAULT(loader, node, "%s: no entry type has the field '%.80s' and these codes", scope->what,
              condition->field_name);
    }
}

static void read_codes(struct loader *loader, const struct yaml *node, const struct scope *scope,
                       struct condition *condition)
{
    size_t count = 0;
    const struct yaml *item = load_list(loader, node, &count);
    const char **codes = arena_many(loader->arena, const char *, count);
    for (; item != NULL; item = item->next) {
        if (item->kind == YAML_TEXT) {
            codes[condition->code_count++] = item->text;
        } else {
            FAULT(loader, item, "%s: a code must be a text", scope->what);
        }
    }
    if (count == 0) {
        FAULT(loader, node, "%s: '%s' names no code", scope->what, node->key);
    }
    condition->codes = codes;
}

static void load_field_condition(struct loader *loader, const struct yaml *node, const struct scope *scope,
                                 struct condition *ret_condition)
{
    static const char *const keys[] = {"field", "is", "in", "not", "not_in", "text", "answered", NULL};
    load_map(loader, node, scope->what, keys);
    const char *name = load_text(loader, node, "field", true, scope->what);
    ret_condition->field_name = name == NULL ? "" : name;
    if (name == NULL || node->count != 2) {
        FAULT(loader, node,
              "%s: a condition on a field has 'field' and one of is, in, not, not_in, text, answered",
              scope->what);
        return;
    }
    const struct yaml *test = strcmp(node->first->key, "field") == 0 ? node->first->next : node->first;
    if (strcmp(test->key, "text") == 0) {
        ret_condition->kind = CONDITION_FIELD_TEXT;
        const char *text = load_text(loader, node, "text", true, scope->what);
        ret_condition->text = text == NULL ? "" : text;
    } else if (strcmp(test->key, "answered") == 0) {
        ret_condition->kind =
            load_bool(loader, node, "answered", scope->what) ? CONDITION_ANSWERED : CONDITION_UNANSWERED;
    } else {
        bool in = strcmp(test->key, "is") == 0 || strcmp(test->key, "in") == 0;
        bool out = strcmp(test->key, "not") == 0 || strcmp(test->key, "not_in") == 0;
        if (!in && !out) {
            return; /* an unknown key: said above */
        }
        ret_condition->kind = in ? CONDITION_FIELD_IN : CONDITION_FIELD_NOT_IN;
        read_codes(loader, test, scope, ret_condition);
    }
    if (scope->type == ANY_TYPE) {
        resolve_any_type(loader, node, scope, ret_condition);
    } else {
        resolve_one_type(loader, node, scope, ret_condition);
    }
}

/* ---- conditions on the case */

static int index_named(struct loader *loader, const struct yaml *node, const struct items *items,
                       const char *kind, const char *what)
{
    const char *name = node->kind == YAML_TEXT ? node->text : "";
    for (size_t i = 0; i < items->count; i++) {
        const struct yaml *id = yaml_get(items->list[i], "id");
        if (id != NULL && id->kind == YAML_TEXT && strcmp(id->text, name) == 0) {
            return (int)i;
        }
    }
    FAULT(loader, node, "%s: there is no %s '%.80s'", what, kind, name);
    return -1;
}

/* `since: TYPE`, or a list: only what came with the last of these or after it counts. */
static const bool *load_since(struct loader *loader, const struct yaml *map, const char *what)
{
    const struct yaml *node = map->kind == YAML_MAP ? yaml_get(map, "since") : NULL;
    if (node == NULL) {
        return NULL;
    }
    size_t count = 0;
    bool *types = arena_many(loader->arena, bool, pack_type_rows(loader->pack));
    for (const struct yaml *item = load_list(loader, node, &count); item != NULL; item = item->next) {
        int type = type_named(loader, item, what);
        if (type >= 0) {
            types[type] = true;
        }
    }
    return types;
}

static void load_case_condition(struct loader *loader, const struct yaml *node, const struct scope *scope,
                                struct condition *ret_condition)
{
    static const char *const keys[] = {"mark",         "no_mark",   "has",      "lacks", "duty_open",
                                       "no_duty_open", "age_under", "age_from", NULL};
    static const enum condition_kind kinds[] = {
        CONDITION_MARK,      CONDITION_NO_MARK,      CONDITION_HAS_ENTRY, CONDITION_NO_ENTRY,
        CONDITION_DUTY_OPEN, CONDITION_NO_DUTY_OPEN, CONDITION_AGE_UNDER, CONDITION_AGE_FROM};
    load_map(loader, node, scope->what, keys);
    if (node->count != 1) {
        FAULT(loader, node, "%s: a condition says one thing; write several as a list", scope->what);
        return;
    }
    const struct yaml *value = node->first;
    size_t word = 0;
    while (keys[word] != NULL && strcmp(keys[word], value->key) != 0) {
        word++;
    }
    if (keys[word] == NULL) {
        return;
    }
    ret_condition->kind = kinds[word];
    if (word <= 1 && scope->of_pattern) {
        FAULT(loader, value, "%s: '%s' cannot be asked here, only of fields and gates", scope->what,
              value->key);
    } else if (word <= 1) {
        ret_condition->mark =
            index_named(loader, value, &loader->sections[SECTION_MARKS], "mark", scope->what);
    } else if (word >= 6) {
        ret_condition->age = (int)load_number(loader, node, value->key, 1, 120, 1, scope->what);
    } else if (!scope->of_case) {
        FAULT(loader, value, "%s: '%s' is for gates only", scope->what, value->key);
    } else if (word <= 3) {
        static const char *const more[] = {"since", NULL};
        struct pattern *pattern = arena_one(loader->arena, struct pattern);
        load_pattern(loader, value, more, scope->what, pattern);
        ret_condition->pattern = pattern;
        ret_condition->since = load_since(loader, value, scope->what);
    } else {
        ret_condition->rule =
            index_named(loader, value, &loader->sections[SECTION_DUTIES], "duty", scope->what);
    }
}

void load_conditions(struct loader *loader, const struct yaml *list, const struct scope *scope,
                     struct conditions *ret_conditions)
{
    size_t count = 0;
    const struct yaml *item = load_list(loader, list, &count);
    struct condition *rows = arena_many(loader->arena, struct condition, count);
    ret_conditions->list = rows;
    for (; item != NULL; item = item->next) {
        struct condition *condition = &rows[ret_conditions->count];
        *condition = (struct condition){
            .kind = CONDITION_ANSWERED, .field_name = "", .field = -1, .mark = -1, .rule = -1};
        if (item->kind != YAML_MAP) {
            FAULT(loader, item, "%s: a condition must be a mapping such as {field: kind, is: strategy}",
                  scope->what);
            continue;
        }
        ret_conditions->count++;
        if (yaml_get(item, "field") != NULL && scope->of_no_entry) {
            FAULT(loader, item, "%s: 'field' cannot be asked here, where there is no entry", scope->what);
        } else if (yaml_get(item, "field") != NULL) {
            load_field_condition(loader, item, scope, condition);
        } else {
            load_case_condition(loader, item, scope, condition);
        }
    }
}

/* ---- what a gate requires of any entry */

/* Whether some answer to the field is as asked. */
static bool can_hold(const struct entry_type *type, const struct condition *condition)
{
    const struct field *field = entry_type_field(type, condition->field_name);
    if (field == NULL) {
        return false;
    }
    for (size_t i = 0; condition->kind == CONDITION_FIELD_IN && i < condition->code_count; i++) {
        if (is_coded(field) && code_find(field->codes, condition->codes[i]) != NULL) {
            return true;
        }
    }
    return condition->kind != CONDITION_FIELD_IN &&
           (condition->kind != CONDITION_FIELD_TEXT || field_takes(field, condition));
}

static bool can_apply(const struct entry_type *type, const struct conditions *when)
{
    for (size_t i = 0; i < when->count; i++) {
        if (is_field_condition(&when->list[i]) && !can_hold(type, &when->list[i])) {
            return false;
        }
    }
    return true;
}

void check_required(struct loader *loader, const struct yaml *list, const char *what,
                    const struct conditions *when, const struct conditions *require, const bool *types)
{
    const struct scope scope = {.type = ANY_TYPE, .what = what};
    size_t count = 0;
    size_t i = 0;
    for (const struct yaml *item = load_list(loader, list, &count); item != NULL; item = item->next) {
        if (item->kind != YAML_MAP) {
            continue; /* it is no condition: said already */
        }
        const struct condition *condition = &require->list[i++];
        for (size_t t = 0; is_field_condition(condition) && t < loader->pack->type_count; t++) {
            const struct entry_type *type = &loader->types[t];
            if (types[t] && can_apply(type, when) && !can_hold(type, condition)) {
                refuse_field(loader, item, &scope, type, condition);
            }
        }
    }
}

/* ---- patterns */

/* A pattern that could not be read speaks of no type: the fault has been said. */
static void take_nothing(struct loader *loader, struct pattern *pattern)
{
    pattern->types = arena_many(loader->arena, bool, pack_type_rows(loader->pack));
    pattern->fields = arena_many(loader->arena, int, 1);
}

void load_pattern(struct loader *loader, const struct yaml *node, const char *const *more, const char *what,
                  struct pattern *ret_pattern)
{
    const char *keys[16] = {"entry", "when"};
    size_t count = 2;
    for (; more != NULL && *more != NULL; more++) {
        keys[count++] = *more;
    }
    *ret_pattern = (struct pattern){.type = ANY_TYPE, .same_round = -1};
    if (!load_map(loader, node, what, keys)) {
        take_nothing(loader, ret_pattern);
        return;
    }
    const bool *listed = NULL;
    struct scope scope = {.of_pattern = true, .what = what};
    bool fine = load_entry_names(loader, node, what, &scope.type, &listed, &scope.listed);
    scope.types = listed;
    if (!fine) {
        take_nothing(loader, ret_pattern);
        return;
    }
    ret_pattern->type = scope.type;
    load_conditions(loader, yaml_get(node, "when"), &scope, &ret_pattern->when);
    if (scope.type != ANY_TYPE) {
        return;
    }
    size_t types = loader->pack->type_count;
    size_t wide = ret_pattern->when.count;
    bool *takes = arena_many(loader->arena, bool, types + 1);
    int *fields = arena_array(loader->arena, (types + 1) * (wide == 0 ? 1 : wide), sizeof(int));
    for (size_t t = 0; t < types; t++) {
        takes[t] = in_scope(&scope, t);
        for (size_t c = 0; c < wide; c++) {
            const struct condition *condition = &ret_pattern->when.list[c];
            fields[t * wide + c] = -1;
            if (!is_field_condition(condition)) {
                continue;
            }
            const struct field *field = entry_type_field(&loader->types[t], condition->field_name);
            if (field == NULL || !field_takes(field, condition)) {
                takes[t] = false;
            } else {
                fields[t * wide + c] = field->index;
            }
        }
    }
    ret_pattern->types = takes;
    ret_pattern->fields = fields;
}
