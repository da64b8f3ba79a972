/* What tells whom, where a referral goes, and how long a contact of the directory stands unchecked. */
#include "pack/loader.h"

#include "base/text.h"

/* ---- who is told ---- */

static void load_addressee(struct loader *loader, const struct yaml *node, const char *what, bool of_duty,
                           struct addressee *addressee)
{
    static const char *const keys[] = {"routed", "owner", "role", "agency", NULL};
    if (!load_map(loader, node, what, keys)) {
        return;
    }
    addressee->routed = load_bool(loader, node, "routed", what);
    addressee->owner = load_bool(loader, node, "owner", what);
    addressee->role = load_text(loader, node, "role", false, what);
    addressee->agency = load_text(loader, node, "agency", false, what);
    bool named = addressee->role != NULL || addressee->agency != NULL;
    if (addressee->owner ? addressee->routed || named : !addressee->routed && !named) {
        FAULT(loader, node,
              "%s: each of 'to' is owner: true, a role and an agency, or routed: true with them or without",
              what);
    }
    if (named && (addressee->role == NULL || addressee->agency == NULL)) {
        FAULT(loader, node, "%s: a role is told in an agency: give both", what);
    }
    if (addressee->role != NULL && pack_role(loader->pack, addressee->role) == NULL) {
        FAULT(loader, node, "%s: there is no role '%.80s'", what, addressee->role);
    }
    const struct code_list *agencies = pack_codes(loader->pack, "agency");
    if (addressee->agency != NULL && (agencies == NULL || code_find(agencies, addressee->agency) == NULL)) {
        FAULT(loader, node, "%s: there is no agency '%.80s'", what, addressee->agency);
    }
    if (addressee->owner && !of_duty) {
        FAULT(loader, node, "%s: an entry has no owner: only a duty has", what);
    }
    if (addressee->routed && of_duty) {
        FAULT(loader, node, "%s: only an entry is routed", what);
    }
}

static void load_addressees(struct loader *loader, const struct yaml *node, const char *what,
                            struct notice_rule *notice)
{
    size_t count = 0;
    const struct yaml *item = load_list(loader, yaml_get(node, "to"), &count);
    struct addressee *list = arena_many(loader->arena, struct addressee, count);
    if (count == 0) {
        FAULT(loader, node, "%s tells nobody: give it 'to'", what);
    }
    for (; item != NULL; item = item->next) {
        load_addressee(loader, item, what, notice->on != NOTICE_ENTRY, &list[notice->to_count++]);
    }
    notice->to = list;
}

/* ---- of what ---- */

static void load_rules_named(struct loader *loader, const struct yaml *node, const char *what,
                             struct notice_rule *notice)
{
    const struct pack *pack = loader->pack;
    bool *rules = arena_many(loader->arena, bool, pack->rule_count);
    size_t count = 0;
    notice->rules = rules;
    for (const struct yaml *item = load_list(loader, node, &count); item != NULL; item = item->next) {
        const char *name = item->kind == YAML_TEXT ? item->text : "";
        bool every = strcmp(name, "any") == 0;
        bool found = every;
        for (size_t r = 0; r < pack->rule_count; r++) {
            if (every || strcmp(loader->rules[r].id, name) == 0) {
                rules[r] = !loader->rules[r].prompt;
                found = true;
            }
        }
        if (!found) {
            FAULT(loader, item, "%s: there is no duty '%.80s'", what, name);
        }
    }
}

static void load_notice(struct loader *loader, const struct yaml *node, struct notice_rule *notice)
{
    static const char *const keys[] = {"id",   "title", "paragraph",    "entry", "when",
                                       "duty", "at",    "hours_before", "to",    NULL};
    static const char *const beside[] = {"id", "title", "paragraph", "to", NULL};
    static const char *const times[] = {"begun", "due-soon", "overdue", NULL};
    static const enum notice_on on[] = {NOTICE_BEGUN, NOTICE_DUE_SOON, NOTICE_OVERDUE};
    const char *what = arena_printf(loader->arena, "notice '%s'", notice->id);
    const struct yaml *duty = yaml_get(node, "duty");
    const struct yaml *at = yaml_get(node, "at");
    load_map(loader, node, what, keys);
    notice->title = load_text(loader, node, "title", duty == NULL, what);
    notice->paragraph = load_paragraph(loader, node, "paragraph", false, what);
    if ((duty == NULL) == (yaml_get(node, "entry") == NULL)) {
        FAULT(loader, node, "%s: it is told of an entry, or of a duty with 'at'", what);
    } else if (duty == NULL) {
        notice->on = NOTICE_ENTRY;
        load_pattern(loader, node, beside, what, &notice->entry);
    } else {
        int word = at == NULL ? -1 : load_word(loader, at, times, what);
        if (at == NULL) {
            FAULT(loader, node, "%s: say when it is told of a duty: 'at' is begun, due-soon or overdue",
                  what);
        }
        notice->on = word < 0 ? NOTICE_BEGUN : on[word];
        load_rules_named(loader, duty, what, notice);
    }
    notice->hours = (int)load_number(loader, node, "hours_before", 1, 24 * 90, 24, what);
    if (yaml_get(node, "hours_before") != NULL && notice->on != NOTICE_DUE_SOON) {
        FAULT(loader, node, "%s: 'hours_before' is for a duty that is due soon", what);
    }
    load_addressees(loader, node, what, notice);
}

void load_notices(struct loader *loader)
{
    const struct items *items = &loader->sections[SECTION_NOTICES];
    struct notice_rule *notices = arena_many(loader->arena, struct notice_rule, items->count);
    loader->pack->notices = notices;
    loader->pack->notice_count = items->count;
    for (size_t i = 0; i < items->count; i++) {
        notices[i].index = (int)i;
        notices[i].id = load_id(loader, items->list[i], '-', "notice");
        load_notice(loader, items->list[i], &notices[i]);
    }
}

/* ---- routing and the directory ---- */

static const struct yaml *only_one(struct loader *loader, enum section section, const char *name)
{
    const struct items *items = &loader->sections[section];
    for (size_t i = 1; i < items->count; i++) {
        FAULT(loader, items->list[i], "'%s' stands twice (the other: %s:%d)", name, items->list[0]->file,
              items->list[0]->line);
    }
    return items->count == 0 ? NULL : items->list[0];
}

static int field_named(struct loader *loader, const struct yaml *node, const char *key, int type)
{
    const char *name = load_text(loader, node, key, false, "routing");
    const struct field *field =
        name == NULL || type < 0 ? NULL : entry_type_field(&loader->types[type], name);
    if (name != NULL && field == NULL) {
        FAULT(loader, yaml_get(node, key), "routing: there is no field '%.80s' where it is looked for", name);
    }
    if (field != NULL && field->kind != FIELD_TEXT && field->kind != FIELD_PERSON &&
        field->kind != FIELD_NARRATIVE) {
        FAULT(loader, yaml_get(node, key), "routing: '%.80s' is no text", name);
        return -1;
    }
    return field == NULL ? -1 : field->index;
}

static void load_routing(struct loader *loader)
{
    static const char *const keys[] = {"paragraph", "area", "named_worker", "child", NULL};
    static const char *const child_keys[] = {"area", "postcode", "address", NULL};
    struct routing *routing = &loader->pack->routing;
    *routing = (struct routing){.area = -1, .worker = -1, .child_area = -1, .postcode = -1, .address = -1};
    const struct yaml *node = only_one(loader, SECTION_ROUTING, "routing");
    if (node == NULL || !load_map(loader, node, "routing", keys)) {
        return;
    }
    routing->paragraph = load_paragraph(loader, node, "paragraph", true, "routing");
    routing->area = field_named(loader, node, "area", loader->pack->start_type);
    routing->worker = field_named(loader, node, "named_worker", loader->pack->start_type);
    const struct yaml *child = yaml_get(node, "child");
    if (child != NULL && load_map(loader, child, "routing: child", child_keys)) {
        routing->child_area = field_named(loader, child, "area", loader->pack->details_type);
        routing->postcode = field_named(loader, child, "postcode", loader->pack->details_type);
        routing->address = field_named(loader, child, "address", loader->pack->details_type);
    }
}

void load_directory(struct loader *loader)
{
    static const char *const keys[] = {"check_every_days", "paragraph", NULL};
    const struct yaml *node = only_one(loader, SECTION_DIRECTORY, "directory");
    if (node != NULL && load_map(loader, node, "directory", keys)) {
        loader->pack->stale_days =
            (int)load_number(loader, node, "check_every_days", 1, 3660, 180, "directory");
        (void)load_paragraph(loader, node, "paragraph", false, "directory");
    }
    load_routing(loader);
}
