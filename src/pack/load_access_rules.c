/*
 * The tables of access.yaml. Who may see what is too dear to be left to reading: every combination of what
 * rules can ask is tried, and a rule that never decides (an earlier one always does) is a fault, as is a
 * label that no rule speaks of.
 */
#include "pack/loader.h"

#include "base/text.h"

static const char *const acts[] = {"find", "read", "record", NULL};
static const char *const involved[] = {"no", "person", "team", "agency", NULL};
static const char *const owns[] = {"self", "agency", "other", NULL};
static const char *const answers[] = {"no", "yes", "with-reason", NULL};
static const char *const no_yes[] = {"no", "yes", NULL};

/* The bits of the words that a key names; 0 where it is not there. */
static unsigned bits_of(struct loader *loader, const struct yaml *node, const char *key,
                        const char *const *words, const char *what)
{
    size_t count = 0;
    unsigned bits = 0;
    for (const struct yaml *item = load_list(loader, yaml_get(node, key), &count); item != NULL;
         item = item->next) {
        int word = load_word(loader, item, words, what);
        bits |= word < 0 ? 0 : 1U << word;
    }
    return bits;
}

static const char *const *names_of(struct loader *loader, const struct yaml *node, const char *key,
                                   const char *what, size_t *ret_count)
{
    size_t count = 0;
    const struct yaml *item = load_list(loader, yaml_get(node, key), &count);
    const char **names = arena_many(loader->arena, const char *, count);
    for (; item != NULL; item = item->next) {
        if (item->kind != YAML_TEXT || item->text[0] == '\0') {
            FAULT(loader, item, "%s: each of '%s' must be a text", what, key);
        } else {
            names[(*ret_count)++] = item->text;
        }
    }
    return names;
}

static void check_names(struct loader *loader, const struct yaml *when, const struct access_rule *rule,
                        const char *what)
{
    const struct code_list *agencies = pack_codes(loader->pack, "agency");
    for (size_t i = 0; i < rule->role_count; i++) {
        if (pack_role(loader->pack, rule->roles[i]) == NULL) {
            FAULT(loader, yaml_get(when, "role"), "%s: there is no role '%.80s'", what, rule->roles[i]);
        }
    }
    for (size_t i = 0; i < rule->agency_count; i++) {
        if (agencies == NULL || code_find(agencies, rule->agencies[i]) == NULL) {
            FAULT(loader, yaml_get(when, "agency"), "%s: the code list 'agency' has no code '%.80s'", what,
                  rule->agencies[i]);
        }
    }
}

static void load_when(struct loader *loader, const struct yaml *when, bool of_entry, const char *what,
                      struct access_rule *rule)
{
    static const char *const case_keys[] = {"act",        "role",     "agency",  "team", "involved",
                                            "restricted", "conflict", "granted", NULL};
    static const char *const entry_keys[] = {"label",    "recorded_by", "disclosed", "role",
                                             "agency",   "team",        "involved",  "restricted",
                                             "conflict", "granted",     NULL};
    if (when == NULL || !load_map(loader, when, what, of_entry ? entry_keys : case_keys)) {
        return;
    }
    rule->acts = bits_of(loader, when, "act", acts, what);
    rule->involved = bits_of(loader, when, "involved", involved, what);
    rule->own = bits_of(loader, when, "recorded_by", owns, what);
    rule->disclosed = bits_of(loader, when, "disclosed", no_yes, what);
    rule->restricted = bits_of(loader, when, "restricted", no_yes, what);
    rule->conflict = bits_of(loader, when, "conflict", no_yes, what);
    rule->granted = bits_of(loader, when, "granted", no_yes, what);
    rule->roles = names_of(loader, when, "role", what, &rule->role_count);
    rule->agencies = names_of(loader, when, "agency", what, &rule->agency_count);
    rule->teams = names_of(loader, when, "team", what, &rule->team_count);
    size_t count = 0;
    for (const struct yaml *item = load_list(loader, yaml_get(when, "label"), &count); item != NULL;
         item = item->next) {
        const struct label *label =
            item->kind == YAML_TEXT ? access_label(&loader->access, item->text) : NULL;
        if (label == NULL) {
            FAULT(loader, item, "%s: there is no label '%.80s'", what,
                  item->kind == YAML_TEXT ? item->text : "");
        } else {
            rule->labels |= LABEL_BIT(label->index);
        }
    }
    check_names(loader, when, rule, what);
}

static void load_rule(struct loader *loader, const struct yaml *node, bool of_entry, struct access_rule *rule)
{
    static const char *const keys[] = {"id", "paragraph", "when", "answer", "why", "ask", NULL};
    rule->id = load_id(loader, node, '-', "rule of access");
    const char *what = arena_printf(loader->arena, "rule of access '%s'", rule->id);
    load_map(loader, node, what, keys);
    rule->paragraph = load_paragraph(loader, node, "paragraph", true, what);
    load_when(loader, yaml_get(node, "when"), of_entry, what, rule);
    const struct yaml *answer = yaml_get(node, "answer");
    int word = answer == NULL ? -1 : load_word(loader, answer, answers, what);
    if (answer == NULL) {
        FAULT(loader, node, "%s: the key 'answer' is missing", what);
    }
    rule->answer = word < 0 ? ACCESS_NO : (enum access_answer)word;
    if (of_entry && rule->answer == ACCESS_WITH_REASON) {
        FAULT(loader, answer, "%s: the glass is broken of a case, not of an entry", what);
    }
    const char *why = load_text(loader, node, "why", true, what);
    rule->why = why == NULL ? "" : why;
    rule->ask = load_text(loader, node, "ask", rule->answer != ACCESS_YES, what);
}

static const struct access_rule *load_table(struct loader *loader, const struct yaml *access, const char *key,
                                            bool of_entry, const struct yaml ***ret_nodes, size_t *ret_count)
{
    size_t count = 0;
    const struct yaml *item = load_list(loader, yaml_get(access, key), &count);
    struct access_rule *rules = arena_many(loader->arena, struct access_rule, count);
    *ret_nodes = arena_many(loader->arena, const struct yaml *, count);
    for (; item != NULL; item = item->next) {
        if (item->kind != YAML_MAP) {
            FAULT(loader, item, "each of '%s' must be a mapping (key: value)", key);
            continue;
        }
        rules[*ret_count].index = (int)*ret_count;
        load_rule(loader, item, of_entry, &rules[*ret_count]);
        for (size_t i = 0; i < *ret_count; i++) {
            if (strcmp(rules[i].id, rules[*ret_count].id) == 0) {
                FAULT(loader, item, "the id '%s' is given to two rules of access", rules[i].id);
            }
        }
        (*ret_nodes)[(*ret_count)++] = item;
    }
    if (*ret_count == 0) {
        FAULT(loader, access, "access: '%s' has no rule, so nobody could work", key);
    }
    return rules;
}

/* ---- rules that can never decide ---- */

enum { VALUES_MAX = 64 };

/* What a table can be asked: the values of each thing that some rule asks about, or one for all. */
struct space {
    struct loader *loader;
    const struct access_rule *rules;
    size_t count;
    bool of_entry;
    bool *decided;
    size_t left;
    const char *agencies[VALUES_MAX + 1];
    size_t agency_count;
    const char *teams[VALUES_MAX + 1];
    size_t team_count;
    unsigned asked; /* bits of enum dimension that no rule leaves out */
};

enum dimension { ASKS_INVOLVED, ASKS_RESTRICTED, ASKS_CONFLICT, ASKS_GRANTED, ASKS_OWN, ASKS_DISCLOSED };

static bool asks(const struct space *space, enum dimension dimension)
{
    return (space->asked & 1U << dimension) != 0;
}

static void add_names(const char **names, size_t *count, const char *const *more, size_t more_count)
{
    for (size_t i = 0; i < more_count; i++) {
        bool known = false;
        for (size_t j = 0; j < *count; j++) {
            known = known || (names[j] != NULL && strcmp(names[j], more[i]) == 0);
        }
        if (!known && *count < VALUES_MAX) {
            names[(*count)++] = more[i];
        }
    }
}

static void survey(struct space *space)
{
    for (size_t i = 0; i < space->count; i++) {
        const struct access_rule *rule = &space->rules[i];
        add_names(space->agencies, &space->agency_count, rule->agencies, rule->agency_count);
        add_names(space->teams, &space->team_count, rule->teams, rule->team_count);
        space->asked |=
            (rule->involved != 0 ? 1U << ASKS_INVOLVED : 0) |
            (rule->restricted != 0 ? 1U << ASKS_RESTRICTED : 0) |
            (rule->conflict != 0 ? 1U << ASKS_CONFLICT : 0) | (rule->granted != 0 ? 1U << ASKS_GRANTED : 0) |
            (rule->own != 0 ? 1U << ASKS_OWN : 0) | (rule->disclosed != 0 ? 1U << ASKS_DISCLOSED : 0);
    }
    space->agencies[space->agency_count++] = ""; /* any other */
    space->teams[space->team_count++] = NULL;
}

static void try_facts(struct space *space, const struct access_facts *facts)
{
    const struct access_rule *rule = access_decide(space->rules, space->count, facts);
    if (rule != NULL && !space->decided[rule->index]) {
        space->decided[rule->index] = true;
        space->left--;
    }
}

/* What is so of the entry, or of the act on the case. */
static void try_things(struct space *space, struct access_facts facts)
{
    if (!space->of_entry) {
        for (int act = 0; act < ACCESS_ACTS; act++) {
            facts.act = (enum access_act)act;
            try_facts(space, &facts);
        }
        return;
    }
    facts.act = ACCESS_READ;
    for (size_t label = 0; label < space->loader->access.label_count; label++) {
        facts.label = LABEL_BIT(label);
        for (unsigned own = OWN_SELF; own <= (asks(space, ASKS_OWN) ? OWN_OTHER : OWN_SELF); own <<= 1) {
            facts.own = own;
            for (unsigned d = ASKED_NO; d <= (asks(space, ASKS_DISCLOSED) ? ASKED_YES : ASKED_NO); d++) {
                facts.disclosed = d;
                try_facts(space, &facts);
            }
        }
    }
}

/* Of four things at once: each is a bit of `ways`. */
static void try_ways(struct space *space, struct access_facts facts)
{
    static const enum dimension dimensions[] = {ASKS_RESTRICTED, ASKS_CONFLICT, ASKS_GRANTED};
    for (unsigned way = 0; way < 1U << 3; way++) {
        bool needed = true;
        for (unsigned d = 0; d < 3; d++) {
            needed = needed && ((way & 1U << d) == 0 || asks(space, dimensions[d]));
        }
        facts.restricted = (way & 1) != 0 ? ASKED_YES : ASKED_NO;
        facts.conflict = (way & 2) != 0 ? ASKED_YES : ASKED_NO;
        facts.granted = (way & 4) != 0 ? ASKED_YES : ASKED_NO;
        for (unsigned i = 0; needed && i < (asks(space, ASKS_INVOLVED) ? 8U : 1U); i++) {
            facts.involved = i == 0 ? (unsigned)INVOLVED_NOT : i << 1;
            try_things(space, facts);
        }
    }
}

static void try_all(struct space *space)
{
    const struct pack *pack = space->loader->pack;
    for (size_t r = 0; r < pack->role_count && space->left > 0; r++) {
        for (size_t a = 0; a < space->agency_count; a++) {
            const char *agency = space->agencies[a];
            if (pack->roles[r].agency != NULL && a > 0 && strcmp(pack->roles[r].agency, agency) != 0) {
                continue;
            }
            for (size_t t = 0; t < space->team_count && space->left > 0; t++) {
                struct access_facts facts = {
                    .role = pack->roles[r].id,
                    .agency = pack->roles[r].agency != NULL ? pack->roles[r].agency : agency,
                    .team = space->teams[t],
                };
                try_ways(space, facts);
            }
        }
    }
}

static void check_table(struct loader *loader, const struct yaml *const *nodes,
                        const struct access_rule *rules, size_t count, bool of_entry)
{
    struct space *space = arena_one(loader->arena, struct space);
    space->loader = loader;
    space->rules = rules;
    space->count = space->left = count;
    space->of_entry = of_entry;
    space->decided = arena_many(loader->arena, bool, count);
    survey(space);
    try_all(space);
    for (size_t i = 0; i < count; i++) {
        if (!space->decided[i]) {
            FAULT(loader, nodes[i], "rule of access '%s' can never decide: those before it always do",
                  rules[i].id);
        }
    }
}

static void check_labels(struct loader *loader, const struct yaml *access)
{
    const struct access_policy *policy = &loader->access;
    size_t count = 0;
    const struct yaml *node = load_list(loader, yaml_get(access, "labels"), &count);
    for (size_t i = 0; i < policy->label_count && node != NULL; i++, node = node->next) {
        bool named = false;
        for (size_t r = 0; r < policy->entry_count; r++) {
            named = named || (policy->entries[r].labels & LABEL_BIT(i)) != 0;
        }
        if (!named) {
            FAULT(loader, node, "label '%s' has no rule: say with 'label' in 'entries' who sees it",
                  policy->labels[i].id);
        }
    }
}

void load_access_rules(struct loader *loader, const struct yaml *access)
{
    struct access_policy *policy = &loader->access;
    const struct yaml **nodes;
    const struct yaml **entry_nodes;
    policy->cases = load_table(loader, access, "cases", false, &nodes, &policy->case_count);
    policy->entries = load_table(loader, access, "entries", true, &entry_nodes, &policy->entry_count);
    check_table(loader, nodes, policy->cases, policy->case_count, false);
    check_table(loader, entry_nodes, policy->entries, policy->entry_count, true);
    check_labels(loader, access);
}
