#include "pack/loader.h"

#include "base/text.h"

/* ---- what is told apart by a field */

/* Of the kinds whose answers are told apart in the same way. */
static enum field_kind kind_of_answers(enum field_kind kind)
{
    bool is_text = kind == FIELD_NARRATIVE || kind == FIELD_PERSON;
    return is_text ? FIELD_TEXT : kind == FIELD_INSTANT ? FIELD_MOMENT : kind;
}

void check_same_kind(struct loader *loader, const struct yaml *node, struct per *per, int type,
                     const char *what)
{
    if (per->fields[type] < 0) {
        return; /* it has no such field: said by itself */
    }
    per->first = per->first < 0 ? type : per->first;
    const struct entry_type *first = &loader->types[per->first];
    enum field_kind kind = first->fields[per->fields[per->first]].kind;
    enum field_kind other = loader->types[type].fields[per->fields[type]].kind;
    if (kind_of_answers(kind) != kind_of_answers(other)) {
        FAULT(loader, node, "%s: '%s' is of kind %s in '%s' and of kind %s in '%s': no answer is the same",
              what, per->field, field_kind_name(kind), first->id, field_kind_name(other),
              loader->types[type].id);
    }
}

/* ---- duties */

/* The index of a field of each type, for rules that follow a field through several types. */
static const int *fields_by_type(struct loader *loader, const char *name)
{
    int *fields = arena_many(loader->arena, int, pack_type_rows(loader->pack));
    fields[loader->pack->type_count] = -1;
    for (size_t t = 0; t < loader->pack->type_count; t++) {
        const struct field *field = entry_type_field(&loader->types[t], name);
        fields[t] = field == NULL ? -1 : field->index;
    }
    return fields;
}

static bool some_type_has(const struct loader *loader, const int *fields)
{
    for (size_t t = 0; t < loader->pack->type_count; t++) {
        if (fields[t] >= 0) {
            return true;
        }
    }
    return false;
}

static int rule_named(struct loader *loader, const char *name)
{
    for (size_t i = 0; i < loader->pack->rule_count; i++) {
        if (strcmp(loader->rules[i].id, name) == 0) {
            return (int)i;
        }
    }
    return -1;
}

static void load_limit_of(struct loader *loader, const struct yaml *node, const char *what,
                          struct duty_rule *rule)
{
    static const char *const keys[] = {"field", "duty", NULL};
    load_map(loader, node, what, keys);
    if (node->count != 1) {
        FAULT(loader, node, "%s: 'limit' has one of field, duty", what);
        return;
    }
    const char *field = load_text(loader, node, "field", false, what);
    const char *duty = load_text(loader, node, "duty", false, what);
    if (field != NULL) {
        rule->limit_unit = LIMIT_FIELD;
        rule->limit_fields = fields_by_type(loader, field);
        if (!some_type_has(loader, rule->limit_fields)) {
            FAULT(loader, node, "%s: no entry type has the field '%.80s'", what, field);
        }
    } else if (duty != NULL) {
        rule->limit_unit = LIMIT_DUTY;
        rule->limit_rule = rule_named(loader, duty);
        if (rule->limit_rule < 0) {
            FAULT(loader, node, "%s: there is no duty '%.80s'", what, duty);
        }
    }
}

/* "24 hours", "15 days", "35 working days", "6 months", "at once", "as soon as possible" */
static bool limit_parse(struct loader *loader, const char *text, struct duty_rule *rule)
{
    if (strcmp(text, "at once") == 0) {
        rule->limit_unit = LIMIT_AT_ONCE;
        return true;
    }
    if (strcmp(text, "as soon as possible") == 0) {
        rule->limit_unit = LIMIT_NONE;
        return true;
    }
    static const struct {
        const char *word;
        enum limit_unit unit;
        int64_t max;
    } units[] = {{"hour", LIMIT_HOURS, 24 * 366},
                 {"day", LIMIT_DAYS, 3660},
                 {"working day", LIMIT_WORKING_DAYS, 2600},
                 {"month", LIMIT_MONTHS, 240}};
    const char *space = strchr(text, ' ');
    if (space == NULL) {
        return false;
    }
    for (size_t i = 0; i < sizeof units / sizeof units[0]; i++) {
        size_t size = strlen(units[i].word);
        int64_t number = 0;
        if (strncmp(space + 1, units[i].word, size) == 0 &&
            (strcmp(space + 1 + size, "s") == 0 || space[1 + size] == '\0') &&
            number_parse(arena_copy_n(loader->arena, text, (size_t)(space - text)), 1, units[i].max,
                         &number)) {
            rule->limit_unit = units[i].unit;
            rule->limit = (int)number;
            return true;
        }
    }
    return false;
}

static void load_limit(struct loader *loader, const struct yaml *map, const char *what,
                       struct duty_rule *rule)
{
    const struct yaml *node = yaml_get(map, "limit");
    rule->limit_rule = -1;
    if (node != NULL && node->kind == YAML_MAP) {
        load_limit_of(loader, node, what, rule);
        return;
    }
    const char *text = load_text(loader, map, "limit", true, what);
    if (text != NULL && !limit_parse(loader, text, rule)) {
        FAULT(loader, node,
              "%s: '%.80s' is no limit: write \"24 hours\", \"7 days\", \"35 working days\", \"6 months\", "
              "\"at once\", \"as soon as possible\", {field: …} or {duty: …}",
              what, text);
    }
}

static bool is_time(enum field_kind kind)
{
    return kind == FIELD_INSTANT || kind == FIELD_MOMENT || kind == FIELD_DAY;
}

static bool load_part_pattern(struct loader *loader, const struct yaml *map, const char *key,
                              const char *what, struct pattern *ret_pattern)
{
    const struct yaml *node = yaml_get(map, key);
    *ret_pattern = (struct pattern){.type = ANY_TYPE, .same_round = -1};
    if (node == NULL) {
        return false;
    }
    load_pattern(loader, node, NULL, what, ret_pattern);
    return true;
}

static void load_beginning(struct loader *loader, const struct yaml *node, const char *what,
                           struct beginning *begin)
{
    static const char *const more[] = {"at", "answer", "after", "after_unless", "from", NULL};
    load_pattern(loader, node, more, what, &begin->entry);
    begin->at = -1;
    begin->answered = load_part_pattern(loader, node, "answer", what, &begin->answer);
    begin->after = load_part_pattern(loader, node, "after", what, &begin->after_entry);
    begin->has_after_unless = load_part_pattern(loader, node, "after_unless", what, &begin->after_unless);
    begin->from = load_part_pattern(loader, node, "from", what, &begin->from_entry);
    if (begin->has_after_unless && !begin->after) {
        FAULT(loader, node, "%s: 'after_unless' without 'after'", what);
    }
    if (begin->answered && begin->answer.type == ANY_TYPE) {
        FAULT(loader, yaml_get(node, "answer"), "%s: an answer is of one entry type", what);
    }
    const char *at = load_text(loader, node, "at", false, what);
    if (at == NULL) {
        return;
    }
    const struct field *field =
        begin->entry.type == ANY_TYPE ? NULL : entry_type_field(&loader->types[begin->entry.type], at);
    if (field == NULL || !is_time(field->kind)) {
        FAULT(loader, yaml_get(node, "at"), "%s: 'at' must be a field that holds a time, of one entry type",
              what);
        return;
    }
    begin->at = field->index;
}

static void load_begins(struct loader *loader, const struct yaml *map, const char *what,
                        struct duty_rule *rule)
{
    size_t count = 0;
    const struct yaml *item = load_list(loader, yaml_get(map, "begins"), &count);
    if (count == 0) {
        FAULT(loader, map, "%s: 'begins' names nothing it begins with", what);
    }
    struct beginning *begins = arena_many(loader->arena, struct beginning, count);
    for (; item != NULL; item = item->next) {
        load_beginning(loader, item, what, &begins[rule->begin_count++]);
    }
    rule->begins = begins;
}

static size_t load_ways(struct loader *loader, const struct yaml *map, const char *key, const char *what,
                        bool *ret_itself, const struct pattern **ret_patterns)
{
    static const char *const more[] = {"itself", "later_stage", "same_round", NULL};
    size_t count = 0;
    size_t filled = 0;
    const struct yaml *item = load_list(loader, yaml_get(map, key), &count);
    struct pattern *patterns = arena_many(loader->arena, struct pattern, count);
    for (; item != NULL; item = item->next) {
        struct pattern *pattern = &patterns[filled++];
        load_pattern(loader, item, more, what, pattern);
        if (item->kind != YAML_MAP) {
            continue;
        }
        pattern->later_stage = load_bool(loader, item, "later_stage", what);
        bool itself = load_bool(loader, item, "itself", what);
        if (itself && ret_itself == NULL) {
            FAULT(loader, item, "%s: 'itself' is for met_by", what);
        } else if (itself) {
            *ret_itself = true;
        }
        const char *round = load_text(loader, item, "same_round", false, what);
        if (round != NULL) {
            const struct entry_type *type = pack_type(loader->pack, round);
            if (type == NULL) {
                FAULT(loader, yaml_get(item, "same_round"), "%s: there is no entry type '%.80s'", what,
                      round);
            } else {
                pattern->same_round = type->index;
            }
        }
    }
    *ret_patterns = patterns;
    return filled;
}

static void load_owner(struct loader *loader, const struct yaml *map, const char *what,
                       struct duty_rule *rule)
{
    static const char *const keys[] = {"role", "agency", NULL};
    rule->owner_role = rule->owner_agency = "";
    const struct yaml *node = yaml_get(map, "owner");
    if (node == NULL) {
        FAULT(loader, map, "%s: the key 'owner' is missing", what);
        return;
    }
    if (!load_map(loader, node, what, keys)) {
        return;
    }
    const char *role = load_text(loader, node, "role", true, what);
    const char *agency = load_text(loader, node, "agency", true, what);
    if (agency != NULL) {
        const struct code_list *agencies = pack_codes(loader->pack, "agency");
        if (agencies == NULL) {
            FAULT(loader, node, "%s: there is no code list 'agency'", what);
        } else {
            loader->list_used[agencies - loader->lists] = true;
            if (code_find(agencies, agency) == NULL) {
                FAULT(loader, node, "%s: the code list 'agency' has no code '%.80s'", what, agency);
            }
        }
        rule->owner_agency = agency;
    }
    if (role != NULL) {
        const struct role *known = pack_role(loader->pack, role);
        if (known == NULL) {
            FAULT(loader, node, "%s: there is no role '%.80s'", what, role);
        } else if (known->agency != NULL && agency != NULL && strcmp(known->agency, agency) != 0) {
            FAULT(loader, node, "%s: the role '%s' exists only in the agency '%s'", what, role,
                  known->agency);
        }
        rule->owner_role = role;
    }
}

static void load_until(struct loader *loader, const struct yaml *map, const char *what,
                       struct duty_rule *rule)
{
    static const char *const keys[] = {"age", "or_later", NULL};
    const struct yaml *node = yaml_get(map, "until");
    if (node == NULL || !load_map(loader, node, what, keys)) {
        return;
    }
    if (load_text(loader, node, "age", true, what) != NULL) {
        rule->until_age = (int)load_number(loader, node, "age", 1, 120, 21, what);
    }
    rule->until_field = load_text(loader, node, "or_later", false, what);
    if (rule->until_field == NULL) {
        return;
    }
    rule->until_fields = fields_by_type(loader, rule->until_field);
    bool some = false;
    for (size_t t = 0; t < loader->pack->type_count; t++) {
        some = some || (rule->until_fields[t] >= 0 &&
                        loader->types[t].fields[rule->until_fields[t]].kind == FIELD_DAY);
    }
    if (!some) {
        FAULT(loader, node, "%s: no entry type has the day '%.80s'", what, rule->until_field);
    }
}

void load_rule_names(struct loader *loader)
{
    const struct items *items = &loader->sections[SECTION_DUTIES];
    loader->rules = arena_many(loader->arena, struct duty_rule, items->count);
    loader->pack->rules = loader->rules;
    loader->pack->rule_count = items->count;
    for (size_t i = 0; i < items->count; i++) {
        loader->rules[i].index = (int)i;
        loader->rules[i].id = load_id(loader, items->list[i], '-', "duty");
    }
}

void load_rules(struct loader *loader)
{
    static const char *const keys[] = {"id",     "paragraph",    "title",  "help",  "owner",
                                       "anchor", "per",          "begins", "limit", "until",
                                       "met_by", "cancelled_by", "prompt", NULL};
    static const char *const anchors[] = {"each", "last", NULL};
    const struct items *items = &loader->sections[SECTION_DUTIES];
    for (size_t i = 0; i < items->count; i++) {
        struct duty_rule *rule = &loader->rules[i];
        const struct yaml *node = items->list[i];
        const char *what = arena_printf(loader->arena, "duty '%s'", rule->id);
        load_map(loader, node, what, keys);
        rule->paragraph = load_paragraph(loader, node, "paragraph", true, what);
        const char *title = load_text(loader, node, "title", true, what);
        rule->title = title == NULL ? "" : title;
        rule->help = load_text(loader, node, "help", false, what);
        rule->prompt = load_bool(loader, node, "prompt", what);
        load_owner(loader, node, what, rule);
        const struct yaml *anchor = yaml_get(node, "anchor");
        rule->anchor =
            anchor != NULL && load_word(loader, anchor, anchors, "'anchor'") == 1 ? ANCHOR_LAST : ANCHOR_EACH;
        rule->per = load_text(loader, node, "per", false, what);
        if (rule->per != NULL) {
            rule->per_fields = fields_by_type(loader, rule->per);
        }
        load_begins(loader, node, what, rule);
        load_limit(loader, node, what, rule);
        rule->met_count = load_ways(loader, node, "met_by", what, &rule->met_by_itself, &rule->met_by);
        if (rule->met_count == 0) {
            FAULT(loader, node, "%s: 'met_by' names nothing: it can never be met", what);
        }
        rule->cancel_count = load_ways(loader, node, "cancelled_by", what, NULL, &rule->cancelled_by);
        load_until(loader, node, what, rule);
    }
}

/* ---- marks */

void load_mark_names(struct loader *loader)
{
    const struct items *items = &loader->sections[SECTION_MARKS];
    loader->marks = arena_many(loader->arena, struct mark, items->count);
    loader->pack->marks = loader->marks;
    loader->pack->mark_count = items->count;
    for (size_t i = 0; i < items->count; i++) {
        loader->marks[i].index = (int)i;
        loader->marks[i].id = load_id(loader, items->list[i], '-', "mark");
    }
}

static const struct pattern *load_patterns(struct loader *loader, const struct yaml *map, const char *key,
                                           const char *what, size_t *ret_count)
{
    size_t filled = 0;
    const struct yaml *item = load_list(loader, yaml_get(map, key), ret_count);
    struct pattern *patterns = arena_many(loader->arena, struct pattern, *ret_count);
    for (; item != NULL; item = item->next) {
        load_pattern(loader, item, NULL, what, &patterns[filled++]);
    }
    return patterns;
}

static bool some_take(const struct pattern *patterns, size_t count, int type)
{
    for (size_t i = 0; i < count; i++) {
        if (pattern_takes(&patterns[i], type)) {
            return true;
        }
    }
    return false;
}

static const bool *types_of_span(struct loader *loader, const struct mark *mark)
{
    bool *spans = arena_many(loader->arena, bool, pack_type_rows(loader->pack));
    for (size_t i = 0; i < mark->began_count + mark->ended_count; i++) {
        const struct pattern *pattern =
            i < mark->began_count ? &mark->began[i] : &mark->ended[i - mark->began_count];
        for (size_t t = 0; t < pack_type_rows(loader->pack); t++) {
            spans[t] = spans[t] || (pattern->type == ANY_TYPE ? pattern->types == NULL || pattern->types[t]
                                                              : pattern->type == (int)t);
        }
    }
    return spans;
}

static void load_span(struct loader *loader, const struct yaml *node, const char *what, struct mark *mark)
{
    static const char *const keys[] = {"began", "ended", "per", NULL};
    if (node == NULL || !load_map(loader, node, what, keys)) {
        return;
    }
    mark->has_span = true;
    mark->began = load_patterns(loader, node, "began", what, &mark->began_count);
    mark->ended = load_patterns(loader, node, "ended", what, &mark->ended_count);
    if (mark->began_count == 0 || mark->ended_count == 0) {
        FAULT(loader, node, "%s: a span has 'began' and 'ended'", what);
        mark->has_span = false;
    }
    mark->spans = types_of_span(loader, mark);
    mark->per = load_text(loader, node, "per", false, what);
    if (mark->per == NULL) {
        return;
    }
    mark->per_fields = fields_by_type(loader, mark->per);
    struct per per = {mark->per, mark->per_fields, -1};
    for (size_t t = 0; t < loader->pack->type_count; t++) {
        if (!some_take(mark->began, mark->began_count, (int)t) &&
            !some_take(mark->ended, mark->ended_count, (int)t)) {
            continue;
        }
        if (mark->per_fields[t] < 0) {
            FAULT(loader, node, "%s: '%s' has no field '%.80s' to pair by", what, loader->types[t].id,
                  mark->per);
        }
        check_same_kind(loader, node, &per, (int)t, what);
    }
}

void load_marks(struct loader *loader)
{
    static const char *const keys[] = {"id",   "title", "tone",      "text", "paragraph",
                                       "span", "duty",  "age_under", NULL};
    const struct items *items = &loader->sections[SECTION_MARKS];
    for (size_t i = 0; i < items->count; i++) {
        struct mark *mark = &loader->marks[i];
        const struct yaml *node = items->list[i];
        const char *what = arena_printf(loader->arena, "mark '%s'", mark->id);
        load_map(loader, node, what, keys);
        static const char *const tones[] = {"grey",    "green", "turquoise", "blue",   "light-blue",
                                            "purple",  "pink",  "red",       "orange", "yellow",
                                            "magenta", "teal",  NULL};
        const char *title = load_text(loader, node, "title", true, what);
        const char *text = load_text(loader, node, "text", true, what);
        const char *tone = load_text(loader, node, "tone", true, what);
        mark->title = title == NULL ? "" : title;
        mark->text = text == NULL ? "" : text;
        mark->tone =
            tone == NULL || load_word(loader, yaml_get(node, "tone"), tones, "'tone'") < 0 ? "grey" : tone;
        mark->paragraph = load_paragraph(loader, node, "paragraph", true, what);
        load_span(loader, yaml_get(node, "span"), what, mark);
        mark->age_under = (int)load_number(loader, node, "age_under", 1, 120, 0, what);
        mark->rule = -1;
        const char *duty = load_text(loader, node, "duty", false, what);
        if (duty != NULL) {
            mark->rule = rule_named(loader, duty);
            if (mark->rule < 0) {
                FAULT(loader, yaml_get(node, "duty"), "%s: there is no duty '%.80s'", what, duty);
            }
        }
        if (!mark->has_span && mark->rule < 0 && mark->age_under == 0) {
            FAULT(loader, node, "%s: it has neither span, duty nor age_under: it can never hold", what);
        }
    }
}

/* ---- gates */

static bool names_field(const struct conditions *conditions, size_t i)
{
    return conditions->list[i].kind <= CONDITION_UNANSWERED;
}

static bool type_has_fields(const struct entry_type *type, const struct conditions *conditions)
{
    for (size_t i = 0; i < conditions->count; i++) {
        if (names_field(conditions, i) && entry_type_field(type, conditions->list[i].field_name) == NULL) {
            return false;
        }
    }
    return true;
}

static void load_gate(struct loader *loader, const struct yaml *node, struct gate *gate)
{
    static const char *const keys[] = {"id",          "paragraph", "entry", "when", "require",
                                       "require_any", "message",   "field", NULL};
    gate->id = load_id(loader, node, '-', "gate");
    const char *what = arena_printf(loader->arena, "gate '%s'", gate->id);
    load_map(loader, node, what, keys);
    gate->paragraph = load_paragraph(loader, node, "paragraph", true, what);
    const char *message = load_text(loader, node, "message", true, what);
    gate->message = message == NULL ? "" : message;
    gate->field = load_text(loader, node, "field", false, what);
    bool *types = arena_many(loader->arena, bool, pack_type_rows(loader->pack));
    gate->types = types;
    struct scope scope = {.of_case = true, .what = what};
    if (!load_entry_names(loader, node, what, &scope.type, &scope.types, &scope.listed)) {
        return;
    }
    load_conditions(loader, yaml_get(node, "when"), &scope, &gate->when);
    load_conditions(loader, yaml_get(node, "require"), &scope, &gate->require);
    load_conditions(loader, yaml_get(node, "require_any"), &scope, &gate->require_any);
    if (gate->require.count == 0 && gate->require_any.count == 0) {
        FAULT(loader, node, "%s: 'require' asks nothing", what);
    }
    for (size_t t = 0; t < loader->pack->type_count; t++) {
        bool named = scope.type == ANY_TYPE ? scope.types == NULL || scope.types[t] : scope.type == (int)t;
        types[t] = named && type_has_fields(&loader->types[t], &gate->when) &&
                   type_has_fields(&loader->types[t], &gate->require) &&
                   type_has_fields(&loader->types[t], &gate->require_any);
        if (named && scope.types != NULL && gate->field != NULL &&
            entry_type_field(&loader->types[t], gate->field) == NULL) {
            FAULT(loader, yaml_get(node, "field"), "%s: '%s' has no field '%.80s'", what, loader->types[t].id,
                  gate->field);
        }
    }
    if (scope.type == ANY_TYPE && !scope.listed) {
        check_required(loader, yaml_get(node, "require"), what, &gate->when, &gate->require, gate->types);
    }
    if (scope.type != ANY_TYPE && gate->field != NULL &&
        entry_type_field(&loader->types[scope.type], gate->field) == NULL) {
        FAULT(loader, yaml_get(node, "field"), "%s: '%s' has no field '%.80s'", what,
              loader->types[scope.type].id, gate->field);
    }
}

void load_gates(struct loader *loader)
{
    const struct items *items = &loader->sections[SECTION_GATES];
    loader->gates = arena_many(loader->arena, struct gate, items->count);
    loader->pack->gates = loader->gates;
    loader->pack->gate_count = items->count;
    for (size_t i = 0; i < items->count; i++) {
        load_gate(loader, items->list[i], &loader->gates[i]);
    }
}
