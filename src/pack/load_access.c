/*
 * access.yaml, all but the tables of rules: the labels that entry types and fields name, what makes somebody
 * be involved in a case, and what opens a labelled entry to another agency.
 */
#include "pack/loader.h"

#include "base/buf.h"
#include "base/text.h"

static const struct yaml *access_of(struct loader *loader)
{
    const struct items *items = &loader->sections[SECTION_ACCESS];
    return items->count == 0 || items->list[0]->kind != YAML_MAP ? NULL : items->list[0];
}

/* ---- labels ---- */

static void load_former(struct loader *loader, const struct yaml *node, struct label *label)
{
    size_t count = 0;
    const struct yaml *item = load_list(loader, yaml_get(node, "formerly"), &count);
    const char **names = arena_many(loader->arena, const char *, count);
    label->formerly = names;
    for (; item != NULL; item = item->next) {
        if (item->kind != YAML_TEXT || item->text[0] == '\0') {
            FAULT(loader, item, "label '%s': each of 'formerly' is what old entries call it", label->id);
        } else {
            names[label->formerly_count++] = item->text;
        }
    }
}

static void load_label(struct loader *loader, const struct yaml *node, struct label *label)
{
    static const char *const keys[] = {"id", "title", "text", "paragraph", "formerly", "raises", NULL};
    const char *what = arena_printf(loader->arena, "label '%s'", label->id);
    load_map(loader, node, what, keys);
    const char *title = load_text(loader, node, "title", true, what);
    const char *text = load_text(loader, node, "text", true, what);
    label->title = title == NULL ? "" : title;
    label->text = text == NULL ? "" : text;
    label->paragraph = load_paragraph(loader, node, "paragraph", true, what);
    label->raises = load_bool(loader, node, "raises", what);
    if (label->raises && label->index == LABEL_OPEN) {
        FAULT(loader, yaml_get(node, "raises"), "%s: the first label closes nothing, so nobody raises to it",
              what);
    }
    load_former(loader, node, label);
}

void load_labels(struct loader *loader)
{
    const struct items *items = &loader->sections[SECTION_ACCESS];
    for (size_t i = 1; i < items->count; i++) {
        FAULT(loader, items->list[i], "'access' stands twice (the other: %s:%d)", items->list[0]->file,
              items->list[0]->line);
    }
    const struct yaml *access = access_of(loader);
    if (access == NULL) {
        if (items->count > 0) {
            FAULT(loader, items->list[0], "access must be a mapping (key: value)");
        }
        return;
    }
    size_t count = 0;
    const struct yaml *item = load_list(loader, yaml_get(access, "labels"), &count);
    if (count == 0 || count > LABELS_MAX) {
        FAULT(loader, access, "access: 'labels' names from 1 to %d labels", LABELS_MAX);
        return;
    }
    struct label *labels = arena_many(loader->arena, struct label, count);
    struct access_policy *policy = &loader->access;
    policy->labels = labels;
    for (; item != NULL; item = item->next) {
        if (item->kind != YAML_MAP) {
            FAULT(loader, item, "each of 'labels' must be a mapping (key: value)");
            continue;
        }
        struct label *label = &labels[policy->label_count];
        label->index = (int)policy->label_count;
        label->id = load_id(loader, item, '-', "label");
        load_label(loader, item, label);
        if (access_label(policy, label->id) != NULL) {
            FAULT(loader, item, "the id '%s' is given to two labels", label->id);
        }
        policy->label_count++;
    }
}

/* Packs that stores keep from before there was a policy: two words, and nobody was kept out by them. */
static bool is_word_of_before(const struct access_policy *policy, const char *name)
{
    return policy->label_count == 0 &&
           (strcmp(name, "standard") == 0 || strcmp(name, "police-evidence") == 0 ||
            strcmp(name, "restricted") == 0);
}

label_set load_label_names(struct loader *loader, const struct yaml *node, const char *key, const char *what,
                           const char **ret_text)
{
    size_t count = 0;
    label_set set = 0;
    const struct access_policy *policy = &loader->access;
    struct buf text;
    buf_init(&text, loader->arena, 1024);
    for (const struct yaml *item = load_list(loader, yaml_get(node, key), &count); item != NULL;
         item = item->next) {
        const char *name = item->kind == YAML_TEXT ? item->text : "";
        const struct label *label = access_label(policy, name);
        if (is_word_of_before(policy, name)) {
            buf_put(&text, name);
        } else if (label == NULL || strcmp(label->id, name) != 0) {
            FAULT(loader, item, "%s: there is no label '%.80s'", what, name);
        } else if (label->index != LABEL_OPEN && (set & LABEL_BIT(label->index)) == 0) {
            set |= LABEL_BIT(label->index);
            buf_printf(&text, "%s%s", text.size > 0 ? "+" : "", label->id);
        }
    }
    if (ret_text != NULL) {
        *ret_text = text.size > 0             ? buf_text(&text)
                    : policy->label_count > 0 ? policy->labels[LABEL_OPEN].id
                                              : "standard";
    }
    return set;
}

/* ---- involvement ---- */

/* The index of a field that a key names; -1 where there is none, with a fault where it does not fit. */
static int field_of(struct loader *loader, const struct yaml *node, const char *key, int type,
                    const char *what, unsigned kinds)
{
    const char *name = load_text(loader, node, key, false, what);
    const struct field *field =
        name == NULL || type < 0 ? NULL : entry_type_field(&loader->types[type], name);
    if (name != NULL && type >= 0 && (field == NULL || (kinds & (1U << field->kind)) == 0)) {
        FAULT(loader, yaml_get(node, key), "%s: '%s' has no question '%.80s' of that kind", what,
              loader->types[type].id, name);
        return -1;
    }
    return field == NULL ? -1 : field->index;
}

static int type_of(struct loader *loader, const struct yaml *node, const char *what)
{
    const char *name = load_text(loader, node, "entry", true, what);
    const struct entry_type *type = name == NULL ? NULL : pack_type(loader->pack, name);
    if (name != NULL && type == NULL) {
        FAULT(loader, yaml_get(node, "entry"), "%s: there is no entry type '%.80s'", what, name);
    }
    return type == NULL ? -1 : type->index;
}

static bool is_agency(const struct pack *pack, const char *agency)
{
    const struct code_list *list = pack_codes(pack, "agency");
    return list != NULL && code_find(list, agency) != NULL;
}

static void load_involving(struct loader *loader, const struct yaml *node, bool begins,
                           struct access_involving *involving)
{
    static const char *const keys[] = {"entry", "agency_in", "agency", "person_in", "team_in", "as", NULL};
    const char *what = begins ? "access: what begins involvement" : "access: what ends involvement";
    load_map(loader, node, what, keys);
    involving->type = type_of(loader, node, what);
    involving->agency_field = field_of(loader, node, "agency_in", involving->type, what,
                                       1U << FIELD_CODE | 1U << FIELD_CODES | 1U << FIELD_TEXTS);
    involving->person_field = field_of(loader, node, "person_in", involving->type, what, 1U << FIELD_TEXT);
    involving->team_field = field_of(loader, node, "team_in", involving->type, what, 1U << FIELD_TEXT);
    involving->agency = load_text(loader, node, "agency", false, what);
    involving->as = load_text(loader, node, "as", begins, what);
    if (involving->agency != NULL && !is_agency(loader->pack, involving->agency)) {
        FAULT(loader, yaml_get(node, "agency"), "%s: the code list 'agency' has no code '%.80s'", what,
              involving->agency);
    }
    if (involving->agency == NULL && involving->agency_field < 0 && involving->person_field < 0 &&
        involving->team_field < 0) {
        FAULT(loader, node, "%s: it says neither which agency, nor which person or team", what);
    }
}

static void load_involvings(struct loader *loader, const struct yaml *list, bool begins,
                            const struct access_involving **ret_list, size_t *ret_count)
{
    size_t count = 0;
    const struct yaml *item = load_list(loader, list, &count);
    struct access_involving *rows = arena_many(loader->arena, struct access_involving, count);
    *ret_list = rows;
    for (; item != NULL; item = item->next) {
        if (item->kind != YAML_MAP) {
            FAULT(loader, item, "access: each of 'begins' and 'ends' must be a mapping (key: value)");
            continue;
        }
        load_involving(loader, item, begins, &rows[*ret_count]);
        *ret_count += rows[*ret_count].type >= 0 ? 1 : 0;
    }
}

/* ---- disclosure ---- */

static void load_disclosure(struct loader *loader, const struct yaml *node)
{
    static const char *const keys[] = {"entry", "agency_in", "entry_in", "labels_in", NULL};
    static const char what[] = "access: what opens an entry";
    struct access_policy *policy = &loader->access;
    policy->disclosure_type = policy->disclosure_agency = -1;
    policy->disclosure_entry = policy->disclosure_labels = -1;
    if (node == NULL || !load_map(loader, node, what, keys)) {
        return;
    }
    int type = type_of(loader, node, what);
    policy->disclosure_agency = field_of(loader, node, "agency_in", type, what, 1U << FIELD_CODE);
    policy->disclosure_entry = field_of(loader, node, "entry_in", type, what, 1U << FIELD_NUMBER);
    policy->disclosure_labels = field_of(loader, node, "labels_in", type, what, 1U << FIELD_CODES);
    policy->disclosure_type = policy->disclosure_agency < 0 ? -1 : type;
    if (policy->disclosure_agency < 0 || (policy->disclosure_entry < 0 && policy->disclosure_labels < 0)) {
        FAULT(loader, node, "%s: it says with 'agency_in' to whom, and with 'entry_in' or 'labels_in' what",
              what);
    }
    const struct code_list *list =
        policy->disclosure_labels < 0 ? NULL : loader->types[type].fields[policy->disclosure_labels].codes;
    for (size_t i = 0; list != NULL && i < list->code_count; i++) {
        if (access_label(policy, list->codes[i].id) == NULL) {
            FAULT(loader, yaml_get(node, "labels_in"), "%s: '%s' is no label", what, list->codes[i].id);
        }
    }
}

void load_access(struct loader *loader)
{
    static const char *const keys[] = {"labels", "involvement", "disclosure", "cases", "entries", NULL};
    static const char *const involvement_keys[] = {"begins", "ends", NULL};
    struct access_policy *policy = &loader->access;
    const struct yaml *access = access_of(loader);
    policy->disclosure_type = policy->disclosure_agency = -1;
    policy->disclosure_entry = policy->disclosure_labels = -1;
    if (access != NULL && load_map(loader, access, "access", keys)) {
        const struct yaml *involvement = yaml_get(access, "involvement");
        if (involvement != NULL && load_map(loader, involvement, "access: involvement", involvement_keys)) {
            load_involvings(loader, yaml_get(involvement, "begins"), true, &policy->begins,
                            &policy->begin_count);
            load_involvings(loader, yaml_get(involvement, "ends"), false, &policy->ends, &policy->end_count);
        }
        load_disclosure(loader, yaml_get(access, "disclosure"));
        load_access_rules(loader, access);
    }
    loader->pack->access = *policy;
}
