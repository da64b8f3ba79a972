#include "pack/loader.h"

#include "base/text.h"

/* ---- code lists and roles */

static bool is_code(const char *text)
{
    size_t size = strlen(text);
    return size > 0 && size <= 60 &&
           strspn(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-") == size;
}

/* A code is `id: Title`, or `id: {title: …, superseded: true}`. */
static void load_code(struct loader *loader, const struct yaml *node, struct code *ret_code)
{
    static const char *const keys[] = {"title", "superseded", NULL};
    const char *what = arena_printf(loader->arena, "code '%.60s'", node->key);
    if (!is_code(node->key)) {
        FAULT(loader, node, "%s: a code is letters, digits and hyphens", what);
    }
    ret_code->id = node->key;
    ret_code->title = node->key;
    if (node->kind == YAML_TEXT) {
        if (text_is_blank(node->text)) {
            FAULT(loader, node, "%s has no title", what);
        }
        ret_code->title = node->text;
        return;
    }
    if (load_map(loader, node, what, keys)) {
        const char *title = load_text(loader, node, "title", true, what);
        ret_code->title = title == NULL ? "" : title;
        ret_code->superseded = load_bool(loader, node, "superseded", what);
    }
}

void load_codes(struct loader *loader)
{
    static const char *const keys[] = {"id", "codes", NULL};
    const struct items *items = &loader->sections[SECTION_CODES];
    loader->lists = arena_many(loader->arena, struct code_list, items->count);
    loader->list_used = arena_many(loader->arena, bool, items->count);
    for (size_t i = 0; i < items->count; i++) {
        struct code_list *list = &loader->lists[i];
        const struct yaml *node = items->list[i];
        load_map(loader, node, "code list", keys);
        list->id = load_id(loader, node, '-', "code list");
        const struct yaml *codes = yaml_get(node, "codes");
        if (codes == NULL || codes->kind != YAML_MAP || codes->count == 0) {
            FAULT(loader, codes == NULL ? node : codes,
                  "code list '%s': 'codes' must be a mapping of ids and titles", list->id);
            continue;
        }
        struct code *rows = arena_many(loader->arena, struct code, codes->count);
        for (const struct yaml *code = codes->first; code != NULL; code = code->next) {
            load_code(loader, code, &rows[list->code_count++]);
        }
        list->codes = rows;
    }
    loader->pack->code_lists = loader->lists;
    loader->pack->code_list_count = items->count;
}

/* `disposal: [hold, propose, agree]`, `subject_access: [answer, release]`: one word or several. */
static void load_record_keeping(struct loader *loader, const struct yaml *node, struct role *role,
                                const char *what)
{
    static const char *const acts[] = {"hold", "propose", "agree", NULL};
    static const char *const answers[] = {"answer", "release", NULL};
    bool *const act_of[] = {&role->holds_records, &role->proposes_disposal, &role->agrees_disposal};
    bool *const answer_of[] = {&role->answers_requests, &role->releases_requests};
    size_t count = 0;
    const struct yaml *item = load_list(loader, yaml_get(node, "disposal"), &count);
    for (; item != NULL; item = item->next) {
        int word = load_word(loader, item, acts, what);
        if (word >= 0) {
            *act_of[word] = true;
        }
    }
    item = load_list(loader, yaml_get(node, "subject_access"), &count);
    for (; item != NULL; item = item->next) {
        int word = load_word(loader, item, answers, what);
        if (word >= 0) {
            *answer_of[word] = true;
        }
    }
}

void load_roles(struct loader *loader)
{
    static const char *const keys[] = {"id",
                                       "title",
                                       "agency",
                                       "reads_cases",
                                       "reads_looks",
                                       "administers",
                                       "counts",
                                       "own_part",
                                       "moves_cases",
                                       "disposal",
                                       "subject_access",
                                       "reviews_looks",
                                       "inspects",
                                       "administers_agency",
                                       "given_by_administrator",
                                       NULL};
    const struct items *items = &loader->sections[SECTION_ROLES];
    loader->roles = arena_many(loader->arena, struct role, items->count);
    for (size_t i = 0; i < items->count; i++) {
        struct role *role = &loader->roles[i];
        const struct yaml *node = items->list[i];
        load_map(loader, node, "role", keys);
        role->index = (int)i;
        role->id = load_id(loader, node, '-', "role");
        const char *what = arena_printf(loader->arena, "role '%s'", role->id);
        const char *title = load_text(loader, node, "title", true, what);
        role->title = title == NULL ? "" : title;
        role->agency = load_text(loader, node, "agency", false, what);
        role->reads_cases = load_bool(loader, node, "reads_cases", what);
        role->reads_looks = load_bool(loader, node, "reads_looks", what);
        role->administers = load_bool(loader, node, "administers", what);
        role->counts = load_bool(loader, node, "counts", what);
        role->own_part = load_bool(loader, node, "own_part", what);
        role->moves_cases = load_bool(loader, node, "moves_cases", what);
        load_record_keeping(loader, node, role, what);
        role->reviews_looks = load_bool(loader, node, "reviews_looks", what);
        role->inspects = load_bool(loader, node, "inspects", what);
        if (role->reviews_looks && role->reads_cases) {
            FAULT(loader, node, "%s: who reviews looks reads no case", what);
        }
        if (role->inspects && (!role->reads_cases || role->moves_cases || role->administers)) {
            FAULT(loader, node, "%s: who inspects reads cases, and changes nothing", what);
        }
        role->administers_agency = load_bool(loader, node, "administers_agency", what);
        role->given_by_administrator = load_bool(loader, node, "given_by_administrator", what);
        if ((role->administers || role->administers_agency) &&
            (role->reads_cases || role->own_part || role->reads_looks || role->reviews_looks)) {
            FAULT(loader, node, "%s: who keeps accounts reads no case and no log of looks", what);
        }
        if (role->moves_cases && !role->reads_cases) {
            FAULT(loader, node, "%s: who moves cases reads them", what);
        }
    }
    loader->pack->roles = loader->roles;
    loader->pack->role_count = items->count;
}

/* ---- fields and pages */

static const char *const field_kinds[] = {"text",  "narrative", "person",  "code",   "codes",
                                          "texts", "number",    "instant", "moment", "day",
                                          "entry", "fields",    NULL};
static const char *const field_keys[] = {"id",
                                         "use",
                                         "kind",
                                         "codes",
                                         "label",
                                         "hint",
                                         "min",
                                         "max",
                                         "paragraph",
                                         "required",
                                         "required_when",
                                         "shown_when",
                                         "system",
                                         "becomes",
                                         "form_required",
                                         "form_required_when",
                                         "suggest",
                                         "access",
                                         NULL};

const char *field_kind_name(enum field_kind kind)
{
    return field_kinds[kind];
}

/* The shared field or page that an item names with `use`, or the item itself. */
static const struct yaml *shared(struct loader *loader, const struct yaml *node, enum section section,
                                 bool *used)
{
    const struct yaml *use = yaml_get(node, "use");
    if (use == NULL) {
        return node;
    }
    const struct items *items = &loader->sections[section];
    for (size_t i = 0; use->kind == YAML_TEXT && i < items->count; i++) {
        const struct yaml *id = yaml_get(items->list[i], "id");
        if (id != NULL && id->kind == YAML_TEXT && strcmp(id->text, use->text) == 0) {
            used[i] = true;
            return items->list[i];
        }
    }
    FAULT(loader, use, "nothing shared has the id '%.80s'", use->kind == YAML_TEXT ? use->text : "");
    return node;
}

/* The value of a key: of the item, else of the shared field it uses. */
static const struct yaml *owner_of(const struct yaml *node, const struct yaml *base, const char *key)
{
    return yaml_get(node, key) != NULL ? node : base;
}

static int64_t default_max(enum field_kind kind)
{
    switch (kind) {
    case FIELD_NARRATIVE:
        return 20000;
    case FIELD_TEXTS:
        return 2000;
    case FIELD_NUMBER:
        return 1000000;
    case FIELD_TEXT:
    case FIELD_PERSON:
    case FIELD_CODE:
    case FIELD_CODES:
    case FIELD_INSTANT:
    case FIELD_MOMENT:
    case FIELD_DAY:
    case FIELD_ENTRY:
    case FIELD_FIELDS:
        return 200;
    }
    return 200;
}

static const struct code_list *field_codes(struct loader *loader, const struct yaml *node, const char *what,
                                           bool wanted)
{
    const struct yaml *codes = yaml_get(node, "codes");
    const char *id = load_text(loader, node, "codes", wanted, what);
    if (id == NULL) {
        return NULL;
    }
    if (!wanted) {
        FAULT(loader, codes, "%s: only a field of kind code or codes has a code list", what);
        return NULL;
    }
    for (size_t i = 0; i < loader->pack->code_list_count; i++) {
        if (strcmp(loader->lists[i].id, id) == 0) {
            loader->list_used[i] = true;
            return &loader->lists[i];
        }
    }
    FAULT(loader, codes, "%s: there is no code list '%.80s'", what, id);
    return NULL;
}

static void load_field(struct loader *loader, const struct yaml *node, const struct entry_type *type,
                       struct field *ret_field)
{
    struct field *field = ret_field;
    const struct yaml *base = shared(loader, node, SECTION_SHARED_FIELDS, loader->fields_used);
    load_map(loader, node, "field", field_keys);
    field->id = load_id(loader, base, '_', "field");
    const char *what = arena_printf(loader->arena, "field '%s' of '%s'", field->id, type->id);
    const struct yaml *kind = yaml_get(base, "kind");
    int word = -1;
    if (kind == NULL) {
        FAULT(loader, base, "%s: the key 'kind' is missing", what);
    } else {
        word = load_word(loader, kind, field_kinds, what);
    }
    field->kind = word < 0 ? FIELD_TEXT : (enum field_kind)word;
    bool coded = field->kind == FIELD_CODE || field->kind == FIELD_CODES;
    if (word >= 0) {
        field->codes = field_codes(loader, base, what, coded);
    }
    field->system = load_bool(loader, base, "system", what);
    field->label = load_text(loader, owner_of(node, base, "label"), "label", !field->system, what);
    if (field->label == NULL) {
        field->label = field->id;
    }
    field->hint = load_text(loader, owner_of(node, base, "hint"), "hint", false, what);
    field->paragraph = load_paragraph(loader, owner_of(node, base, "paragraph"), "paragraph", false, what);
    field->min = load_number(loader, base, "min", INT32_MIN, INT32_MAX, 0, what);
    field->max = load_number(loader, base, "max", INT32_MIN, INT32_MAX, default_max(field->kind), what);
    if (field->min > field->max) {
        FAULT(loader, base, "%s: 'min' is more than 'max'", what);
    }
    field->required = load_bool(loader, owner_of(node, base, "required"), "required", what);
    field->form_required = load_bool(loader, owner_of(node, base, "form_required"), "form_required", what);
    field->becomes = load_text(loader, owner_of(node, base, "becomes"), "becomes", false, what);
    field->labels = load_label_names(loader, owner_of(node, base, "access"), "access", what, NULL);
}

/* Walks every field of a type in the order of its pages, then those outside pages. */
struct walk {
    struct loader *loader;
    const struct yaml *type;
    const struct yaml *page; /* as written in the type */
    const struct yaml *item; /* the next field */
    bool outside;
    const struct yaml *shown; /* the page of the last field: the shared one where it is */
};

static void walk_begin(struct walk *walk, struct loader *loader, const struct yaml *type)
{
    size_t count = 0;
    *walk = (struct walk){.loader = loader, .type = type};
    walk->page = load_list(loader, yaml_get(type, "pages"), &count);
}

static const struct yaml *walk_next(struct walk *walk)
{
    size_t count = 0;
    while (walk->item == NULL) {
        if (walk->page != NULL) {
            const struct yaml *page =
                walk->page->kind == YAML_MAP
                    ? shared(walk->loader, walk->page, SECTION_SHARED_PAGES, walk->loader->pages_used)
                    : NULL;
            walk->shown = page;
            walk->item = page == NULL ? NULL : load_list(walk->loader, yaml_get(page, "fields"), &count);
            walk->page = walk->page->next;
        } else if (!walk->outside) {
            walk->outside = true;
            walk->shown = NULL;
            walk->item = load_list(walk->loader, yaml_get(walk->type, "system_fields"), &count);
        } else {
            return NULL;
        }
    }
    const struct yaml *item = walk->item;
    walk->item = item->next;
    return item;
}

static void load_pages(struct loader *loader, const struct yaml *node, struct entry_type *type)
{
    static const char *const keys[] = {"id",     "title", "guidance", "guidance_paragraph",
                                       "fields", "use",   NULL};
    size_t count = 0;
    const struct yaml *item = load_list(loader, yaml_get(node, "pages"), &count);
    struct form_page *pages = arena_many(loader->arena, struct form_page, count);
    int next = 0;
    for (; item != NULL; item = item->next) {
        if (!load_map(loader, item, "page", keys)) {
            continue;
        }
        const struct yaml *base = shared(loader, item, SECTION_SHARED_PAGES, loader->pages_used);
        struct form_page *page = &pages[type->page_count++];
        page->id = load_id(loader, base, '-', "page");
        const char *what = arena_printf(loader->arena, "page '%s' of '%s'", page->id, type->id);
        page->title = load_text(loader, base, "title", true, what);
        page->guidance = load_text(loader, base, "guidance", false, what);
        page->guidance_paragraph = load_paragraph(loader, base, "guidance_paragraph", false, what);
        size_t fields = 0;
        const struct yaml *field = load_list(loader, yaml_get(base, "fields"), &fields);
        if (fields == 0) {
            FAULT(loader, base, "%s has no fields", what);
        }
        int *indexes = arena_many(loader->arena, int, fields);
        for (; field != NULL; field = field->next) {
            indexes[page->field_count++] = next++;
        }
        page->fields = indexes;
        for (size_t i = 0; i + 1 < type->page_count; i++) {
            if (strcmp(pages[i].id, page->id) == 0) {
                FAULT(loader, item, "the id '%s' is given to two pages of '%s'", page->id, type->id);
            }
        }
    }
    type->pages = pages;
}

static void load_fields(struct loader *loader, const struct yaml *node, struct entry_type *type)
{
    struct walk walk;
    size_t count = 0;
    walk_begin(&walk, loader, node);
    while (walk_next(&walk) != NULL) {
        count++;
    }
    struct field *fields = arena_many(loader->arena, struct field, count);
    type->fields = fields;
    walk_begin(&walk, loader, node);
    for (const struct yaml *item = walk_next(&walk); item != NULL; item = walk_next(&walk)) {
        struct field *field = &fields[type->field_count];
        if (item->kind != YAML_MAP) {
            FAULT(loader, item, "a field must be a mapping (key: value)");
            field->id = field->label = "";
        } else {
            load_field(loader, item, type, field);
            if (field->system != (walk.shown == NULL)) {
                FAULT(loader, item,
                      field->system ? "field '%s' is set by the program: it belongs to system_fields"
                                    : "field '%s' in system_fields must say system: true",
                      field->id);
            }
        }
        field->index = (int)type->field_count++;
        for (int i = 0; i < field->index; i++) {
            if (strcmp(fields[i].id, field->id) == 0) {
                FAULT(loader, item, "the id '%s' is given to two fields of '%s'", field->id, type->id);
                break;
            }
        }
    }
}

/* ---- entry types */

static const char *const type_keys[] = {
    "id",          "title",        "verb",  "paragraph", "guidance", "label",         "stage",
    "part",        "needs_minute", "step",  "part_key",  "pages",    "system_fields", "summary",
    "recorded_by", "see",          "where", "heading",   NULL};
static const char *const parts[] = {"none",       "start",   "plan",      "meeting", "action", "person",
                                    "correction", "closing", "reopening", "details", NULL};
static const char *const steps[] = {"none", "begin", "continue", "end", NULL};

static void load_recorders(struct loader *loader, const struct yaml *node, struct entry_type *type)
{
    size_t count = loader->pack->role_count;
    bool *by = arena_many(loader->arena, bool, count);
    type->recorded_by = by;
    size_t named = 0;
    const struct yaml *item = load_list(loader, yaml_get(node, "recorded_by"), &named);
    if (named == 0) {
        FAULT(loader, node, "entry type '%s': 'recorded_by' names nobody who may record it", type->id);
    }
    for (; item != NULL; item = item->next) {
        const char *name = item->kind == YAML_TEXT ? item->text : "";
        bool known = false;
        for (size_t i = 0; i < count; i++) {
            bool everybody = strcmp(name, "all") == 0 && loader->roles[i].reads_cases;
            if (everybody || strcmp(loader->roles[i].id, name) == 0) {
                known = by[i] = true;
            }
        }
        if (!known) {
            FAULT(loader, item, "entry type '%s': there is no role '%.80s'", type->id, name);
        }
    }
}

/* The texts in braces are fields of the type. */
static void check_summary(struct loader *loader, const struct yaml *node, const struct entry_type *type)
{
    for (const char *at = strchr(type->summary, '{'); at != NULL; at = strchr(at + 1, '{')) {
        size_t size = strcspn(at + 1, "{}");
        const char *name = arena_copy_n(loader->arena, at + 1, size);
        if (at[1 + size] != '}' || entry_type_field(type, name) == NULL) {
            FAULT(loader, yaml_get(node, "summary"),
                  "entry type '%s': 'summary' speaks of '{%.60s}', which is no field of it", type->id, name);
        }
    }
}

static bool key_fits(enum entry_part part, const struct field *field)
{
    switch (part) {
    case PART_PLAN:
    case PART_MEETING:
        return field->kind == FIELD_CODE;
    case PART_ACTION:
    case PART_PERSON:
        return field->kind == FIELD_TEXT || field->kind == FIELD_NARRATIVE || field->kind == FIELD_PERSON;
    case PART_NONE:
    case PART_START:
    case PART_CORRECTION:
    case PART_CLOSING:
    case PART_REOPENING:
    case PART_DETAILS:
        return false;
    }
    return false;
}

static void load_part(struct loader *loader, const struct yaml *node, struct entry_type *type)
{
    const struct yaml *part = yaml_get(node, "part");
    const struct yaml *step = yaml_get(node, "step");
    int word = part == NULL ? 0 : load_word(loader, part, parts, "'part'");
    type->part = word < 0 ? PART_NONE : (enum entry_part)word;
    word = step == NULL ? 0 : load_word(loader, step, steps, "'step'");
    type->step = word < 0 ? STEP_NONE : (enum entry_step)word;
    bool keyed = type->part == PART_PLAN || type->part == PART_MEETING || type->part == PART_ACTION ||
                 type->part == PART_PERSON;
    if (keyed && type->part != PART_PERSON && type->step == STEP_NONE) {
        FAULT(loader, node, "entry type '%s': a plan, a meeting or an action has a 'step'", type->id);
    }
    type->part_key = -1;
    const char *what = arena_printf(loader->arena, "entry type '%s'", type->id);
    const char *key = load_text(loader, node, "part_key", keyed, what);
    if (key == NULL) {
        return;
    }
    const struct yaml *at = yaml_get(node, "part_key");
    const struct field *field = entry_type_field(type, key);
    if (field == NULL) {
        FAULT(loader, at, "entry type '%s' has no field '%.80s' for 'part_key'", type->id, key);
    } else if (!key_fits(type->part, field)) {
        FAULT(loader, at,
              "entry type '%s': 'part_key' must be a code field for a plan or a meeting, a text or person "
              "field for an action or a person",
              type->id);
    } else {
        type->part_key = field->index;
    }
}

/* On a child's case, outside any case, or either. */
static void load_where(struct loader *loader, const struct yaml *node, struct entry_type *type)
{
    static const char *const places[] = {"case", "either", "outside", NULL};
    const struct yaml *where = yaml_get(node, "where");
    int word = where == NULL ? 0 : load_word(loader, where, places, "'where'");
    type->without_child = word > 0;
    type->only_without_child = word == 2;
    if (type->without_child && type->part != PART_NONE) {
        FAULT(loader, where, "entry type '%s': only an entry without a part can stand outside a case",
              type->id);
    }
}

/* What is asked of every entry that is shown to anybody. */
static void place_labels(struct loader *loader, struct entry_type *type)
{
    label_set *labels = arena_many(loader->arena, label_set, type->field_count);
    for (size_t f = 0; f < type->field_count; f++) {
        labels[f] = type->fields[f].labels;
        type->has_labels = type->has_labels || labels[f] != 0;
        type->names_entry = type->names_entry || type->fields[f].kind == FIELD_ENTRY;
    }
    type->field_labels = labels;
}

static void load_type(struct loader *loader, const struct yaml *node, struct entry_type *type)
{
    const char *what = arena_printf(loader->arena, "entry type '%s'", type->id);
    load_map(loader, node, what, type_keys);
    const char *title = load_text(loader, node, "title", true, what);
    const char *verb = load_text(loader, node, "verb", true, what);
    type->title = title == NULL ? "" : title;
    type->verb = verb == NULL ? "" : verb;
    type->heading = load_text(loader, node, "heading", false, what);
    type->paragraph = load_paragraph(loader, node, "paragraph", true, what);
    type->guidance = load_text(loader, node, "guidance", false, what);
    type->labels = load_label_names(loader, node, "label", what, &type->label);
    type->stage = (int)load_number(loader, node, "stage", 0, 99, 0, what);
    type->needs_minute = load_bool(loader, node, "needs_minute", what);
    load_pages(loader, node, type);
    load_fields(loader, node, type);
    place_labels(loader, type);
    load_part(loader, node, type);
    load_recorders(loader, node, type);
    load_where(loader, node, type);
    load_see(loader, node, type);
    const char *summary = load_text(loader, node, "summary", true, what);
    type->summary = summary == NULL ? "" : summary;
    check_summary(loader, node, type);
}

void load_type_names(struct loader *loader)
{
    const struct items *items = &loader->sections[SECTION_ENTRIES];
    loader->types = arena_many(loader->arena, struct entry_type, items->count);
    loader->pages_used = arena_many(loader->arena, bool, loader->sections[SECTION_SHARED_PAGES].count);
    loader->fields_used = arena_many(loader->arena, bool, loader->sections[SECTION_SHARED_FIELDS].count);
    loader->pack->types = loader->types;
    loader->pack->type_count = items->count;
    for (size_t i = 0; i < items->count; i++) {
        loader->types[i].index = (int)i;
        loader->types[i].id = load_id(loader, items->list[i], '-', "entry type");
    }
    pack_place_types(loader->arena, loader->pack);
    for (size_t i = 0; i < items->count; i++) {
        load_type(loader, items->list[i], &loader->types[i]);
    }
}

/* A line becomes an entry of its own by the first field of that type, which must take a text. */
static void check_becomes(struct loader *loader, const struct yaml *node, const char *what,
                          const struct field *field)
{
    if (field->becomes == NULL) {
        return;
    }
    const struct entry_type *type = pack_type(loader->pack, field->becomes);
    if (field->kind != FIELD_TEXTS) {
        FAULT(loader, node, "%s: only a field of kind texts becomes entries", what);
    } else if (type == NULL) {
        FAULT(loader, node, "%s: there is no entry type '%.80s' for 'becomes'", what, field->becomes);
    } else if (type->field_count == 0 ||
               (type->fields[0].kind != FIELD_TEXT && type->fields[0].kind != FIELD_NARRATIVE)) {
        FAULT(loader, node, "%s: the first question of '%s' takes no text, so no line can become one", what,
              type->id);
    } else {
        for (size_t f = 1; f < type->field_count; f++) {
            if (type->fields[f].required) {
                FAULT(loader, node, "%s: '%s' also needs '%s', which a line does not have", what, type->id,
                      type->fields[f].id);
            }
        }
    }
}

void load_type_wishes(struct loader *loader)
{
    const struct items *items = &loader->sections[SECTION_ENTRIES];
    for (size_t i = 0; i < items->count; i++) {
        struct field *fields = arena_many(loader->arena, struct field, loader->types[i].field_count);
        size_t index = 0;
        struct walk walk;
        walk_begin(&walk, loader, items->list[i]);
        for (const struct yaml *item = walk_next(&walk); item != NULL; item = walk_next(&walk), index++) {
            fields[index] = loader->types[i].fields[index];
            if (item->kind != YAML_MAP) {
                continue;
            }
            const struct yaml *base = shared(loader, item, SECTION_SHARED_FIELDS, loader->fields_used);
            const struct scope scope = {.type = (int)i,
                                        .what = arena_printf(loader->arena, "field '%s' of '%s'",
                                                             fields[index].id, loader->types[i].id)};
            load_conditions(loader, yaml_get(owner_of(item, base, "required_when"), "required_when"), &scope,
                            &fields[index].required_when);
            load_conditions(loader, yaml_get(owner_of(item, base, "shown_when"), "shown_when"), &scope,
                            &fields[index].shown_when);
            load_conditions(loader,
                            yaml_get(owner_of(item, base, "form_required_when"), "form_required_when"),
                            &scope, &fields[index].form_required_when);
            load_suggestion(loader, yaml_get(owner_of(item, base, "suggest"), "suggest"), &scope,
                            &fields[index]);
            check_becomes(loader, item, scope.what, &fields[index]);
        }
        loader->types[i].fields = fields;
    }
}
