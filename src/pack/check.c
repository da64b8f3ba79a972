/*
 * What can be said only of the whole pack: rules that can never hold, lists nobody uses, parts that are
 * missing. A duty that can never be met would stand open on every case for ever, so it is refused here.
 */
#include "pack/loader.h"

#include "base/text.h"

bool pattern_takes(const struct pattern *pattern, int type)
{
    return pattern->type == ANY_TYPE ? pattern->types != NULL && pattern->types[type] : pattern->type == type;
}

static const struct field *condition_field(const struct condition *condition, const struct entry_type *type)
{
    return condition->kind <= CONDITION_UNANSWERED ? entry_type_field(type, condition->field_name) : NULL;
}

static bool names_code(const struct condition *condition, const char *code)
{
    for (size_t i = 0; i < condition->code_count; i++) {
        if (strcmp(condition->codes[i], code) == 0) {
            return true;
        }
    }
    return false;
}

enum { CONDITIONS_MAX = 64 };

/* The reason of a pattern whose fault stands at the condition already. */
static const char said[] = "";

/* All that must hold for a pattern: its own conditions, and those under which its fields are asked at all. */
static size_t gather(const struct pattern *pattern, const struct entry_type *type,
                     const struct condition *all[CONDITIONS_MAX])
{
    size_t count = 0;
    for (size_t i = 0; i < pattern->when.count && count < CONDITIONS_MAX; i++) {
        all[count++] = &pattern->when.list[i];
    }
    size_t own = count;
    for (size_t i = 0; i < own; i++) {
        const struct field *field = condition_field(all[i], type);
        for (size_t s = 0; field != NULL && all[i]->kind != CONDITION_UNANSWERED &&
                           s < field->shown_when.count && count < CONDITIONS_MAX;
             s++) {
            all[count++] = &field->shown_when.list[s];
        }
    }
    return count;
}

static bool lacks_code(const struct field *field, const struct condition *condition)
{
    for (size_t i = 0; i < condition->code_count; i++) {
        if (code_find(field->codes, condition->codes[i]) == NULL) {
            return true;
        }
    }
    return false;
}

/* For a field with one code: is there a code that every condition on it allows? */
static bool some_code_left(const struct field *field, const struct condition *const *all, size_t count)
{
    for (size_t c = 0; field->codes != NULL && c < field->codes->code_count; c++) {
        const char *code = field->codes->codes[c].id;
        bool left = true;
        for (size_t i = 0; i < count && left; i++) {
            if (strcmp(all[i]->field_name, field->id) == 0) {
                left = all[i]->kind == CONDITION_FIELD_IN       ? names_code(all[i], code)
                       : all[i]->kind == CONDITION_FIELD_NOT_IN ? !names_code(all[i], code)
                                                                : true;
            }
        }
        if (left) {
            return true;
        }
    }
    return field->codes == NULL; /* a fault of its own */
}

static bool wants_answer(const struct condition *condition)
{
    return condition->kind <= CONDITION_ANSWERED;
}

static bool clash(const struct condition *a, const struct condition *b)
{
    if (a->kind == CONDITION_MARK && b->kind == CONDITION_NO_MARK) {
        return a->mark == b->mark;
    }
    if (a->kind == CONDITION_DUTY_OPEN && b->kind == CONDITION_NO_DUTY_OPEN) {
        return a->rule == b->rule;
    }
    if (a->kind == CONDITION_AGE_UNDER && b->kind == CONDITION_AGE_FROM) {
        return a->age <= b->age;
    }
    if (b->kind == CONDITION_UNANSWERED && wants_answer(a)) {
        return strcmp(a->field_name, b->field_name) == 0;
    }
    return a->kind == CONDITION_FIELD_TEXT && b->kind == CONDITION_FIELD_TEXT &&
           strcmp(a->field_name, b->field_name) == 0 && strcmp(a->text, b->text) != 0;
}

const char *pattern_contradiction(struct loader *loader, const struct pattern *pattern, int type)
{
    const struct entry_type *entry = &loader->types[type];
    const struct condition *all[CONDITIONS_MAX];
    size_t count = gather(pattern, entry, all);
    for (size_t i = 0; i < count; i++) {
        const struct field *field = condition_field(all[i], entry);
        if (all[i]->kind <= CONDITION_UNANSWERED && (field == NULL || lacks_code(field, all[i]))) {
            return said;
        }
        if (field != NULL && field->kind == FIELD_CODE && wants_answer(all[i]) &&
            !some_code_left(field, all, count)) {
            return arena_printf(loader->arena, "the conditions on '%s' of '%s' exclude each other", field->id,
                                entry->id);
        }
        for (size_t j = 0; j < count; j++) {
            if (clash(all[i], all[j])) {
                return arena_printf(loader->arena, "its conditions on '%s' exclude each other", entry->id);
            }
        }
    }
    for (size_t r = 0; r < loader->pack->role_count; r++) {
        if (entry->recorded_by[r]) {
            return NULL;
        }
    }
    return arena_printf(loader->arena, "no role may record '%s'", entry->id);
}

bool pattern_possible(struct loader *loader, const struct pattern *pattern)
{
    for (size_t t = 0; t < loader->pack->type_count; t++) {
        if (pattern_takes(pattern, (int)t) && pattern_contradiction(loader, pattern, (int)t) == NULL) {
            return true;
        }
    }
    return false;
}

/* Says why, for each type it speaks of. */
static bool check_pattern(struct loader *loader, const struct yaml *node, const struct pattern *pattern,
                          const char *what)
{
    bool possible = false;
    const char *reason = said;
    for (size_t t = 0; t < loader->pack->type_count; t++) {
        if (pattern_takes(pattern, (int)t)) {
            const char *why = pattern_contradiction(loader, pattern, (int)t);
            if (why == NULL) {
                possible = true;
            } else {
                reason = why;
            }
        }
    }
    if (!possible && reason != said) {
        FAULT(loader, node, "%s: this can never match: %s", what, reason);
    }
    return possible;
}

/* ---- duties */

static bool begins_with(const struct duty_rule *rule, int type)
{
    for (size_t i = 0; i < rule->begin_count; i++) {
        if (pattern_takes(&rule->begins[i].entry, type)) {
            return true;
        }
    }
    return false;
}

static void check_per(struct loader *loader, const struct yaml *node, const struct pattern *pattern,
                      struct per *per, const char *what)
{
    for (size_t t = 0; per->field != NULL && t < loader->pack->type_count; t++) {
        if (!pattern_takes(pattern, (int)t)) {
            continue;
        }
        if (per->fields[t] < 0) {
            FAULT(loader, node, "%s: it is kept apart per '%s', but '%s' has no such field", what, per->field,
                  loader->types[t].id);
        }
        check_same_kind(loader, node, per, (int)t, what);
    }
}

/* A way of meeting by a later stage needs a type of a later stage than some beginning one. */
static bool stage_possible(const struct loader *loader, const struct duty_rule *rule,
                           const struct pattern *pattern)
{
    if (!pattern->later_stage) {
        return true;
    }
    int first = INT32_MAX;
    int last = 0;
    for (size_t t = 0; t < loader->pack->type_count; t++) {
        int stage = loader->types[t].stage;
        if (begins_with(rule, (int)t) && stage < first) {
            first = stage;
        }
        if (pattern_takes(pattern, (int)t) && stage > last) {
            last = stage;
        }
    }
    return last > first;
}

static void check_begins(struct loader *loader, const struct yaml *node, const struct duty_rule *rule,
                         struct per *per, const char *what)
{
    bool possible = false;
    size_t count = 0;
    const struct yaml *item = load_list(loader, yaml_get(node, "begins"), &count);
    for (size_t i = 0; i < rule->begin_count && item != NULL; i++, item = item->next) {
        const struct beginning *begin = &rule->begins[i];
        bool fine = check_pattern(loader, item, &begin->entry, what);
        fine = (!begin->answered || check_pattern(loader, item, &begin->answer, what)) && fine;
        fine = (!begin->after || check_pattern(loader, item, &begin->after_entry, what)) && fine;
        fine = (!begin->from || check_pattern(loader, item, &begin->from_entry, what)) && fine;
        check_per(loader, item, &begin->entry, per, what);
        possible = possible || fine;
        if (rule->limit_unit == LIMIT_DUTY && !begin->from) {
            FAULT(loader, item, "%s: its limit is that of another duty, so it must begin 'from' an entry",
                  what);
        }
        for (size_t t = 0; rule->limit_unit == LIMIT_FIELD && t < loader->pack->type_count; t++) {
            int field = rule->limit_fields[t];
            if (pattern_takes(&begin->entry, (int)t) &&
                (field < 0 || loader->types[t].fields[field].kind < FIELD_INSTANT ||
                 loader->types[t].fields[field].kind > FIELD_DAY)) {
                FAULT(loader, item, "%s: '%s' has no field of that name that holds its limit", what,
                      loader->types[t].id);
            }
        }
    }
    if (!possible && count > 0) {
        FAULT(loader, node, "%s can never begin", what);
    }
}

static void check_limit(struct loader *loader, const struct yaml *node, const struct duty_rule *rule,
                        const char *what)
{
    if (rule->limit_unit != LIMIT_DUTY || rule->limit_rule < 0) {
        return;
    }
    const struct duty_rule *at = rule;
    for (size_t steps = 0; at->limit_unit == LIMIT_DUTY && at->limit_rule >= 0; steps++) {
        at = &loader->rules[at->limit_rule];
        if (at == rule || steps > loader->pack->rule_count) {
            FAULT(loader, yaml_get(node, "limit"), "%s: its limit leads back to itself", what);
            return;
        }
    }
    const struct duty_rule *other = &loader->rules[rule->limit_rule];
    bool shared = false;
    for (size_t i = 0; i < rule->begin_count; i++) {
        for (size_t t = 0; t < loader->pack->type_count; t++) {
            shared = shared || (rule->begins[i].from && pattern_takes(&rule->begins[i].from_entry, (int)t) &&
                                begins_with(other, (int)t));
        }
    }
    if (!shared) {
        FAULT(loader, yaml_get(node, "limit"),
              "%s: the duty '%s' of its limit never begins with the entry it begins from", what, other->id);
    }
}

static void check_rule(struct loader *loader, const struct yaml *node, const struct duty_rule *rule)
{
    const char *what = arena_printf(loader->arena, "duty '%s'", rule->id);
    struct per per = {rule->per, rule->per_fields, -1};
    check_begins(loader, node, rule, &per, what);
    check_limit(loader, node, rule, what);
    bool possible = false;
    size_t count = 0;
    const struct yaml *item = load_list(loader, yaml_get(node, "met_by"), &count);
    for (size_t i = 0; i < rule->met_count && item != NULL; i++, item = item->next) {
        bool fine = check_pattern(loader, item, &rule->met_by[i], what);
        if (fine && !stage_possible(loader, rule, &rule->met_by[i])) {
            FAULT(loader, item, "%s: no entry type is of a later stage than those it begins with", what);
            fine = false;
        }
        check_per(loader, item, &rule->met_by[i], &per, what);
        check_screen_pattern(loader, item, &rule->met_by[i], what);
        possible = possible || fine;
    }
    if (!possible && rule->met_count > 0) {
        FAULT(loader, node, "%s can never be met", what);
    }
    item = load_list(loader, yaml_get(node, "cancelled_by"), &count);
    for (size_t i = 0; i < rule->cancel_count && item != NULL; i++, item = item->next) {
        check_pattern(loader, item, &rule->cancelled_by[i], what);
        check_per(loader, item, &rule->cancelled_by[i], &per, what);
        check_screen_pattern(loader, item, &rule->cancelled_by[i], what);
    }
}

/* ---- gates, marks and parts */

/* A gate whose own demands exclude each other would close its entry types for good. */
static void check_gate(struct loader *loader, const struct yaml *node, const struct gate *gate)
{
    bool guards = false;
    for (size_t t = 0; t < loader->pack->type_count; t++) {
        if (!gate->types[t]) {
            continue;
        }
        guards = true;
        struct condition *both =
            arena_many(loader->arena, struct condition, gate->when.count + gate->require.count);
        for (size_t i = 0; i < gate->when.count; i++) {
            both[i] = gate->when.list[i];
        }
        for (size_t i = 0; i < gate->require.count; i++) {
            both[gate->when.count + i] = gate->require.list[i];
        }
        const struct pattern all = {.type = (int)t,
                                    .when = {.list = both, .count = gate->when.count + gate->require.count}};
        const char *why = pattern_contradiction(loader, &all, (int)t);
        if (why != NULL && why != said) {
            FAULT(loader, node, "gate '%s' lets nothing pass: %s", gate->id, why);
        }
    }
    for (size_t i = 0; i < gate->require.count + gate->require_any.count; i++) {
        const struct condition *condition = i < gate->require.count
                                                ? &gate->require.list[i]
                                                : &gate->require_any.list[i - gate->require.count];
        if (condition->kind == CONDITION_HAS_ENTRY) {
            check_screen_pattern(loader, node, condition->pattern,
                                 arena_printf(loader->arena, "gate '%s'", gate->id));
        }
        if (condition->kind == CONDITION_HAS_ENTRY && !pattern_possible(loader, condition->pattern)) {
            FAULT(loader, node, "gate '%s' asks for an entry that can never be", gate->id);
        }
    }
    if (!guards) {
        FAULT(loader, node, "gate '%s' guards no entry type", gate->id);
    }
}

static void check_mark(struct loader *loader, const struct yaml *node, const struct mark *mark)
{
    const char *what = arena_printf(loader->arena, "mark '%s'", mark->id);
    for (size_t i = 0; mark->has_span && i < mark->began_count; i++) {
        check_pattern(loader, node, &mark->began[i], what);
    }
    for (size_t i = 0; mark->has_span && i < mark->ended_count; i++) {
        check_pattern(loader, node, &mark->ended[i], what);
        check_screen_pattern(loader, node, &mark->ended[i], what);
    }
}

static int part_type(struct loader *loader, enum entry_part part, const char *name)
{
    int found = -1;
    const struct items *items = &loader->sections[SECTION_ENTRIES];
    for (size_t i = 0; i < items->count; i++) {
        if (loader->types[i].part != part) {
            continue;
        }
        if (found >= 0) {
            FAULT(loader, items->list[i], "entry type '%s': 'part: %s' belongs to '%s' already",
                  loader->types[i].id, name, loader->types[found].id);
        } else {
            found = (int)i;
        }
    }
    if (found < 0) {
        fault_add(loader->faults, items->count == 0 ? "entries.yaml" : items->list[0]->file, 1,
                  "no entry type has 'part: %s'", name);
    }
    return found;
}

static void check_correction(struct loader *loader)
{
    const struct pack *pack = loader->pack;
    if (pack->correction_type < 0) {
        return;
    }
    const struct entry_type *type = &pack->types[pack->correction_type];
    bool target = false;
    bool fields = false;
    for (size_t i = 0; i < type->field_count; i++) {
        target =
            target || (type->fields[i].kind == FIELD_ENTRY && strcmp(type->fields[i].id, "corrects") == 0);
        fields =
            fields || (type->fields[i].kind == FIELD_FIELDS && strcmp(type->fields[i].id, "fields") == 0);
    }
    if (!target || !fields) {
        FAULT(
            loader, loader->sections[SECTION_ENTRIES].list[pack->correction_type],
            "entry type '%s': a correction has the fields 'corrects' (kind entry) and 'fields' (kind fields)",
            type->id);
    }
}

/* Whom the case is about. */
static void check_start(struct loader *loader)
{
    const struct pack *pack = loader->pack;
    if (pack->start_type < 0) {
        return;
    }
    const struct entry_type *type = &pack->types[pack->start_type];
    const struct field *child = entry_type_field(type, "child");
    if (child == NULL || child->kind != FIELD_TEXT || !child->system) {
        FAULT(loader, loader->sections[SECTION_ENTRIES].list[pack->start_type],
              "entry type '%s': what opens a case has the system field 'child' (kind text)", type->id);
    }
}

/* Types that pages write by themselves, and the answers that they put there. */
static const struct {
    const char *type;
    const char *field;
    enum field_kind kind; /* FIELD_TEXT: whatever holds a text */
    const char *words;
} written[] = {
    {"invitations-answered", "kind", FIELD_CODE, "a code of the kinds of meetings"},
    {"invitations-answered", "coming", FIELD_TEXTS, "of kind texts"},
    {"invitations-answered", "apologies", FIELD_TEXTS, "of kind texts"},
    {"record-distributed", "kind", FIELD_CODE, "a code of the kinds of meetings"},
    {"record-distributed", "held_on", FIELD_DAY, "of kind day"},
    {"record-distributed", "to", FIELD_TEXTS, "of kind texts"},
    {"case-linked", "linked_case", FIELD_TEXT, "a text"},
    {"case-linked-by-evidence", "linked_case", FIELD_TEXT, "a text"},
    {"linked-child-referred", "person", FIELD_TEXT, "a text or a person"},
    {"linked-child-referred", "linked_case", FIELD_TEXT, "a text"},
};

static bool holds_text(const struct field *field)
{
    return field->kind == FIELD_TEXT || field->kind == FIELD_NARRATIVE || field->kind == FIELD_PERSON;
}

static bool takes_written(const struct pack *pack, const struct field *field, size_t row)
{
    const struct entry_type *held = pack_part(pack, PART_MEETING, STEP_END);
    bool same_kind = written[row].kind == FIELD_TEXT ? holds_text(field) : field->kind == written[row].kind;
    if (field->kind == FIELD_CODE && held != NULL && held->part_key >= 0) {
        same_kind = same_kind && held->fields[held->part_key].codes == field->codes;
    }
    return same_kind;
}

static void check_written(struct loader *loader)
{
    for (size_t i = 0; i < sizeof written / sizeof *written; i++) {
        const struct entry_type *type = pack_type(loader->pack, written[i].type);
        const struct field *field = type == NULL ? NULL : entry_type_field(type, written[i].field);
        if (type != NULL && (field == NULL || !takes_written(loader->pack, field, i))) {
            FAULT(loader, loader->sections[SECTION_ENTRIES].list[type->index],
                  "entry type '%s': a page of the program writes it, and needs its field '%s' to be %s",
                  type->id, written[i].field, written[i].words);
        }
    }
}

static void check_unused(struct loader *loader, enum section section, const bool *used, const char *what)
{
    const struct items *items = &loader->sections[section];
    for (size_t i = 0; i < items->count; i++) {
        if (!used[i]) {
            const struct yaml *id = yaml_get(items->list[i], "id");
            FAULT(loader, items->list[i], "%s '%.80s' is used nowhere", what,
                  id != NULL && id->kind == YAML_TEXT ? id->text : "");
        }
    }
}

void check_pack(struct loader *loader)
{
    const struct pack *pack = loader->pack;
    loader->pack->start_type = part_type(loader, PART_START, "start");
    loader->pack->correction_type = part_type(loader, PART_CORRECTION, "correction");
    loader->pack->details_type = part_type(loader, PART_DETAILS, "details");
    check_start(loader);
    check_correction(loader);
    check_written(loader);
    for (size_t i = 0; i < pack->rule_count; i++) {
        check_rule(loader, loader->sections[SECTION_DUTIES].list[i], &pack->rules[i]);
    }
    for (size_t i = 0; i < pack->gate_count; i++) {
        check_gate(loader, loader->sections[SECTION_GATES].list[i], &pack->gates[i]);
    }
    for (size_t i = 0; i < pack->mark_count; i++) {
        check_mark(loader, loader->sections[SECTION_MARKS].list[i], &pack->marks[i]);
    }
    const struct code_list *agencies = pack_codes(pack, "agency");
    if (agencies == NULL) {
        fault_add(loader->faults, "codes.yaml", 1,
                  "there is no code list 'agency': who works with a case is of one of them");
    } else {
        loader->list_used[agencies - loader->lists] = true;
    }
    for (size_t i = 0; i < pack->role_count; i++) {
        const struct role *role = &pack->roles[i];
        if (role->agency != NULL && (agencies == NULL || code_find(agencies, role->agency) == NULL)) {
            FAULT(loader, loader->sections[SECTION_ROLES].list[i],
                  "role '%s': the code list 'agency' has no code '%.80s'", role->id, role->agency);
        }
    }
    check_unused(loader, SECTION_CODES, loader->list_used, "code list");
    check_unused(loader, SECTION_SHARED_PAGES, loader->pages_used, "shared page");
    check_unused(loader, SECTION_SHARED_FIELDS, loader->fields_used, "shared field");
}
