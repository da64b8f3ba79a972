/*
 * How long records are kept, how one is disposed of, and what is left out of what a person is given. A rule
 * that no law and no paragraph asks for is a fault, and so is one that would let a record go by what changes
 * with the time of day.
 */
#include "pack/loader.h"
#include "pack/retention.h"

#include "base/text.h"

#include <string.h>

enum { LONGEST_YEARS = 150, LONGEST_WAIT = 366 };

static const char *text_of(struct loader *loader, const struct yaml *map, const char *key, const char *what)
{
    const char *text = load_text(loader, map, key, true, what);
    return text == NULL ? "" : text;
}

static const struct yaml *only_one(struct loader *loader, enum section section, const char *name)
{
    const struct items *items = &loader->sections[section];
    for (size_t i = 1; i < items->count; i++) {
        FAULT(loader, items->list[i], "'%s' stands twice (the other: %s:%d)", name, items->list[0]->file,
              items->list[0]->line);
    }
    return items->count == 0 ? NULL : items->list[0];
}

/* ---- how long ---- */

/* Only what stands in the entries may decide: a mark, a duty or an age would make a record due by itself. */
static void check_when(struct loader *loader, const struct yaml *node, const char *what,
                       const struct conditions *when)
{
    size_t count = 0;
    const struct yaml *item = load_list(loader, yaml_get(node, "when"), &count);
    for (size_t i = 0; i < when->count && item != NULL; i++, item = item->next) {
        enum condition_kind kind = when->list[i].kind;
        if (kind != CONDITION_HAS_ENTRY && kind != CONDITION_NO_ENTRY && kind != CONDITION_ANSWERED) {
            FAULT(loader, item, "%s: only what the entries say may be asked here: has or lacks", what);
        }
    }
}

static void load_from(struct loader *loader, const struct yaml *node, const char *what,
                      struct retention_rule *rule)
{
    static const char *const events[] = {"closed", "last-entry", "birthday", NULL};
    const struct yaml *from = yaml_get(node, "from");
    int word = from == NULL ? -1 : load_word(loader, from, events, what);
    if (from == NULL) {
        FAULT(loader, node, "%s: the key 'from' is missing: closed, last-entry or birthday", what);
    }
    rule->from = word < 0 ? RETENTION_FROM_CLOSED : (enum retention_from)word;
    rule->age = (int)load_number(loader, node, "age", 1, LONGEST_YEARS, 0, what);
    if (word >= 0 && (rule->from == RETENTION_FROM_BIRTHDAY) != (yaml_get(node, "age") != NULL)) {
        FAULT(loader, node, "%s: 'age' says which birthday: it stands with 'from: birthday', and only there",
              what);
    }
    if (rule->record == RETENTION_OUTSIDE && word >= 0 && rule->from != RETENTION_FROM_LAST_ENTRY) {
        FAULT(loader, from, "%s: a record outside a case has neither a closing nor a birthday: 'last-entry'",
              what);
    }
    int64_t years = load_number(loader, node, "years", 0, LONGEST_YEARS, 0, what);
    rule->months = (int)(12 * years + load_number(loader, node, "months", 0, 12 * LONGEST_YEARS, 0, what));
    if (rule->months == 0 && rule->age == 0) {
        FAULT(loader, node, "%s: say how long: 'years' or 'months'", what);
    }
}

static bool some_type_outside(const struct pack *pack)
{
    for (size_t i = 0; i < pack->type_count; i++) {
        if (pack->types[i].without_child) {
            return true;
        }
    }
    return false;
}

static void load_retention_rule(struct loader *loader, const struct yaml *node, struct retention_rule *rule)
{
    static const char *const keys[] = {"id",   "title", "why",   "paragraph", "statute", "record",
                                       "from", "age",   "years", "months",    "when",    NULL};
    static const char *const records[] = {"case", "outside", NULL};
    static const struct scope on_case = {.type = ANY_TYPE, .of_case = true, .of_no_entry = true};
    const char *what = arena_printf(loader->arena, "retention '%s'", rule->id);
    struct scope scope = on_case;
    scope.what = what;
    load_map(loader, node, what, keys);
    rule->title = text_of(loader, node, "title", what);
    rule->why = text_of(loader, node, "why", what);
    rule->paragraph = load_paragraph(loader, node, "paragraph", false, what);
    rule->statute = load_text(loader, node, "statute", false, what);
    if (yaml_get(node, "paragraph") == NULL && yaml_get(node, "statute") == NULL) {
        FAULT(loader, node, "%s: say who asks for it: 'paragraph' or 'statute'", what);
    }
    const struct yaml *record = yaml_get(node, "record");
    int word = record == NULL ? -1 : load_word(loader, record, records, what);
    if (record == NULL) {
        FAULT(loader, node, "%s: the key 'record' is missing: case or outside", what);
    }
    rule->record = word < 0 ? RETENTION_CASE : (enum retention_record)word;
    load_from(loader, node, what, rule);
    if (rule->record == RETENTION_OUTSIDE && record != NULL && !some_type_outside(loader->pack)) {
        FAULT(loader, record, "%s: no entry type of this pack stands outside a case", what);
    }
    if (rule->record == RETENTION_OUTSIDE && yaml_get(node, "when") != NULL) {
        FAULT(loader, yaml_get(node, "when"), "%s: 'when' asks of a case: there is none", what);
        return;
    }
    load_conditions(loader, yaml_get(node, "when"), &scope, &rule->when);
    check_when(loader, node, what, &rule->when);
}

static void load_disposal(struct loader *loader, struct retention *retention)
{
    static const char *const keys[] = {"waiting_days", "consider", NULL};
    const struct yaml *node = only_one(loader, SECTION_DISPOSAL, "disposal");
    retention->disposal.waiting_days = 14;
    if (node == NULL || !load_map(loader, node, "disposal", keys)) {
        return;
    }
    retention->disposal.waiting_days =
        (int)load_number(loader, node, "waiting_days", 1, LONGEST_WAIT, 14, "disposal");
    retention->disposal.text = load_text(loader, node, "consider", false, "disposal");
}

/* ---- what is left out ---- */

static int type_named(struct loader *loader, const struct yaml *node, const char *what)
{
    for (size_t i = 0; node->kind == YAML_TEXT && i < loader->pack->type_count; i++) {
        if (strcmp(loader->types[i].id, node->text) == 0) {
            return (int)i;
        }
    }
    FAULT(loader, node, "%s: there is no entry type '%.80s'", what,
          node->kind == YAML_TEXT ? node->text : "");
    return -1;
}

static void load_what(struct loader *loader, const struct yaml *node, const char *what,
                      struct exempt_what *ret_what)
{
    static const char *const keys[] = {"label", "entry", "field", "person", NULL};
    *ret_what = (struct exempt_what){.match = EXEMPT_LABEL, .type = -1, .field = -1};
    if (!load_map(loader, node, what, keys)) {
        return;
    }
    const struct yaml *entry = yaml_get(node, "entry");
    const struct yaml *field = yaml_get(node, "field");
    bool label = yaml_get(node, "label") != NULL;
    bool person = yaml_get(node, "person") != NULL;
    if ((label ? 1 : 0) + (entry != NULL ? 1 : 0) + (person ? 1 : 0) != 1 ||
        (field != NULL && entry == NULL)) {
        FAULT(loader, node,
              "%s: each of 'what' is a label, an entry (with a field, or whole), or person: true", what);
        return;
    }
    if (label) {
        const char *name = text_of(loader, node, "label", what);
        const struct label *found = access_label(&loader->pack->access, name);
        if (found == NULL || found->index == LABEL_OPEN) {
            FAULT(loader, yaml_get(node, "label"), "%s: there is no label '%.80s' that keeps anything back",
                  what, name);
            return;
        }
        ret_what->labels = LABEL_BIT(found->index);
    } else if (person) {
        ret_what->match = EXEMPT_PERSON;
        if (!load_bool(loader, node, "person", what)) {
            FAULT(loader, node, "%s: 'person' is true, or left out", what);
        }
    } else {
        ret_what->match = EXEMPT_ENTRY;
        ret_what->type = type_named(loader, entry, what);
        const char *name = load_text(loader, node, "field", false, what);
        const struct field *found = name == NULL || ret_what->type < 0
                                        ? NULL
                                        : entry_type_field(&loader->types[ret_what->type], name);
        if (name != NULL && ret_what->type >= 0 && found == NULL) {
            FAULT(loader, field, "%s: '%s' has no field '%.80s'", what, loader->types[ret_what->type].id,
                  name);
        }
        ret_what->field = found == NULL ? -1 : found->index;
    }
}

static void load_exemption(struct loader *loader, const struct yaml *node, struct exemption *exemption)
{
    static const char *const keys[] = {"id",   "title",      "help",          "statute",
                                       "what", "for_others", "needs_opinion", NULL};
    const char *what = arena_printf(loader->arena, "exemption '%s'", exemption->id);
    load_map(loader, node, what, keys);
    exemption->title = text_of(loader, node, "title", what);
    exemption->help = load_text(loader, node, "help", false, what);
    exemption->statute = text_of(loader, node, "statute", what);
    exemption->for_others = load_bool(loader, node, "for_others", what);
    exemption->needs_opinion = load_bool(loader, node, "needs_opinion", what);
    size_t count = 0;
    const struct yaml *item = load_list(loader, yaml_get(node, "what"), &count);
    struct exempt_what *list = arena_many(loader->arena, struct exempt_what, count);
    for (; item != NULL; item = item->next) {
        load_what(loader, item, what, &list[exemption->what_count++]);
    }
    exemption->what = list;
}

static void load_subject(struct loader *loader, struct retention *retention)
{
    static const char *const keys[] = {"statute", "months", "more_months", NULL};
    const struct yaml *node = only_one(loader, SECTION_SUBJECT_ACCESS, "subject_access");
    if (node == NULL) {
        if (retention->exemption_count > 0) {
            FAULT(
                loader, loader->sections[SECTION_EXEMPTIONS].list[0],
                "'exemptions' stand without 'subject_access', which says in what time a request is answered");
        }
        return;
    }
    if (!load_map(loader, node, "subject_access", keys)) {
        return;
    }
    retention->subject.statute = text_of(loader, node, "statute", "subject_access");
    retention->subject.months = (int)load_number(loader, node, "months", 1, 12, 1, "subject_access");
    retention->subject.more_months =
        (int)load_number(loader, node, "more_months", 0, 12, 2, "subject_access");
}

void load_retention(struct loader *loader)
{
    struct retention *retention = arena_one(loader->arena, struct retention);
    const struct items *rules = &loader->sections[SECTION_RETENTION];
    const struct items *exemptions = &loader->sections[SECTION_EXEMPTIONS];
    struct retention_rule *rule_rows = arena_many(loader->arena, struct retention_rule, rules->count);
    struct exemption *exemption_rows = arena_many(loader->arena, struct exemption, exemptions->count);
    for (size_t i = 0; i < rules->count; i++) {
        rule_rows[i].index = (int)i;
        rule_rows[i].id = load_id(loader, rules->list[i], '-', "retention");
        load_retention_rule(loader, rules->list[i], &rule_rows[i]);
    }
    for (size_t i = 0; i < exemptions->count; i++) {
        exemption_rows[i].index = (int)i;
        exemption_rows[i].id = load_id(loader, exemptions->list[i], '-', "exemption");
        load_exemption(loader, exemptions->list[i], &exemption_rows[i]);
    }
    retention->rules = rule_rows;
    retention->rule_count = rules->count;
    retention->exemptions = exemption_rows;
    retention->exemption_count = exemptions->count;
    load_disposal(loader, retention);
    load_subject(loader, retention);
    loader->pack->retention = retention;
}

/* ---- asked of a pack ---- */

const struct retention_rule *retention_rule_find(const struct pack *pack, const char *id)
{
    for (size_t i = 0; pack->retention != NULL && i < pack->retention->rule_count; i++) {
        if (text_equal(pack->retention->rules[i].id, id)) {
            return &pack->retention->rules[i];
        }
    }
    return NULL;
}

const struct exemption *exemption_find(const struct pack *pack, const char *id)
{
    for (size_t i = 0; pack->retention != NULL && i < pack->retention->exemption_count; i++) {
        if (text_equal(pack->retention->exemptions[i].id, id)) {
            return &pack->retention->exemptions[i];
        }
    }
    return NULL;
}
