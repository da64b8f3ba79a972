/*
 * Screening tools: sections with their questions and answers, bands by score or by a table, and rules that
 * lift a band. What can never come about (a band below one before it, a level that no answer has) is a fault.
 */
#include "pack/loader.h"
#include "pack/screen.h"

#include "base/text.h"

#include <string.h>

enum { SCORE_MAX = 1000, ITEMS_MAX = 300, COUNT_MAX = 1000000 };

static const char *text_of(struct loader *loader, const struct yaml *map, const char *key, const char *what)
{
    const char *text = load_text(loader, map, key, true, what);
    return text == NULL ? "" : text;
}

static int section_of(const struct screen *screen, const char *id)
{
    for (size_t i = 0; i < screen->section_count; i++) {
        if (text_equal(screen->sections[i].id, id)) {
            return (int)i;
        }
    }
    return -1;
}

static bool has_level(const struct screen *screen, const char *level)
{
    for (size_t i = 0; i < screen->item_count; i++) {
        for (size_t a = 0; a < screen->items[i].answer_count; a++) {
            if (text_equal(screen->items[i].answers[a].level, level)) {
                return true;
            }
        }
    }
    return false;
}

/* ---- questions ---- */

static const struct screen_answer *load_answers(struct loader *loader, const struct yaml *list,
                                                const char *what, size_t *ret_count)
{
    static const char *const keys[] = {"id", "title", "score", "level", NULL};
    const struct yaml *item = load_list(loader, list, ret_count);
    struct screen_answer *answers = arena_many(loader->arena, struct screen_answer, *ret_count);
    for (size_t i = 0; item != NULL; item = item->next, i++) {
        struct screen_answer *answer = &answers[i];
        *answer = (struct screen_answer){.id = "", .title = ""};
        if (!load_map(loader, item, what, keys)) {
            continue;
        }
        answer->id = load_id(loader, item, '-', what);
        answer->title = text_of(loader, item, "title", what);
        answer->score = (int)load_number(loader, item, "score", 0, SCORE_MAX, 0, what);
        answer->level = load_text(loader, item, "level", false, what);
        for (size_t j = 0; j < i; j++) {
            if (text_equal(answers[j].id, answer->id)) {
                FAULT(loader, item, "%s: the answer '%.80s' stands twice", what, answer->id);
            }
        }
    }
    return answers;
}

static void load_item(struct loader *loader, const struct yaml *node, const struct yaml *section,
                      const struct screen *screen, struct screen_item *item)
{
    static const char *const keys[] = {"id",      "title",    "hint",  "answers",
                                       "several", "evidence", "words", NULL};
    const char *what = arena_printf(loader->arena, "screen '%s'", screen->id);
    if (!load_map(loader, node, what, keys)) {
        item->id = item->title = "";
        return;
    }
    item->id = load_id(loader, node, '-', what);
    what = arena_printf(loader->arena, "screen '%s', '%s'", screen->id, item->id);
    item->title = text_of(loader, node, "title", what);
    item->hint = load_text(loader, node, "hint", false, what);
    const struct yaml *own = yaml_get(node, "answers");
    const struct yaml *shared = yaml_get(section, "answers");
    bool words = load_bool(loader, node, "words", what) || load_bool(loader, section, "words", what);
    if (!words) {
        item->answers = load_answers(loader, own != NULL ? own : shared, what, &item->answer_count);
        if (item->answer_count < 1) {
            FAULT(loader, node, "%s has no answers: give them here or to the section, or say 'words: true'",
                  what);
        }
    } else if (own != NULL) {
        FAULT(loader, own, "%s is answered in words: leave out 'answers'", what);
    }
    item->several = load_bool(loader, node, "several", what) || load_bool(loader, section, "several", what);
    item->evidence =
        load_bool(loader, node, "evidence", what) || load_bool(loader, section, "evidence", what);
    if (screen_item(screen, item->id) != NULL) {
        FAULT(loader, node, "%s stands twice in the screen", what);
    }
}

static size_t count_items(const struct yaml *node)
{
    size_t count = 0;
    const struct yaml *sections = yaml_get(node, "sections");
    for (const struct yaml *s = sections == NULL ? NULL : sections->first; s != NULL; s = s->next) {
        const struct yaml *items = s->kind == YAML_MAP ? yaml_get(s, "items") : NULL;
        count += items == NULL || items->kind != YAML_LIST ? 0 : items->count;
    }
    return count;
}

static void load_sections(struct loader *loader, const struct yaml *node, const char *what,
                          struct screen *screen)
{
    static const char *const keys[] = {"id",      "title",    "guidance", "items", "answers",
                                       "several", "evidence", "words",    NULL};
    size_t most = count_items(node);
    if (most == 0 || most > ITEMS_MAX) {
        FAULT(loader, node, "%s: a screen has 'sections', each with its 'items': 1 to %d of them", what,
              ITEMS_MAX);
        return;
    }
    size_t count = 0;
    const struct yaml *part = load_list(loader, yaml_get(node, "sections"), &count);
    struct screen_section *sections = arena_many(loader->arena, struct screen_section, count);
    struct screen_item *items = arena_many(loader->arena, struct screen_item, most);
    screen->sections = sections;
    screen->items = items;
    for (; part != NULL; part = part->next) {
        struct screen_section *section = &sections[screen->section_count];
        if (!load_map(loader, part, what, keys)) {
            continue;
        }
        const char *id = load_id(loader, part, '-', what);
        if (section_of(screen, id) >= 0) {
            FAULT(loader, part, "%s: the section '%.80s' stands twice", what, id);
        }
        section->id = id;
        section->title = text_of(loader, part, "title", what);
        section->guidance = load_text(loader, part, "guidance", false, what);
        section->first = (int)screen->item_count;
        const struct yaml *list = yaml_get(part, "items");
        for (const struct yaml *one = list == NULL || list->kind != YAML_LIST ? NULL : list->first;
             one != NULL; one = one->next) {
            struct screen_item *item = &items[screen->item_count];
            load_item(loader, one, part, screen, item);
            item->index = (int)screen->item_count++;
            item->section = (int)screen->section_count;
            section->count++;
        }
        if (section->count == 0) {
            FAULT(loader, part, "%s: the section '%.80s' has no 'items'", what, id);
        }
        screen->section_count++;
    }
}

/* ---- bands ---- */

static void load_screen_bands(struct loader *loader, const struct yaml *node, const char *what,
                              struct screen *screen)
{
    static const char *const keys[] = {"id", "title", "text", "from", NULL};
    size_t count = 0;
    const struct yaml *item = load_list(loader, yaml_get(node, "bands"), &count);
    struct screen_band *bands = arena_many(loader->arena, struct screen_band, count);
    const struct screen_band *before = NULL;
    screen->bands = bands;
    if (count == 0) {
        FAULT(loader, node, "%s has no 'bands': the words of a judgement, the lowest first", what);
    }
    for (; item != NULL; item = item->next) {
        struct screen_band *band = &bands[screen->band_count];
        if (!load_map(loader, item, what, keys)) {
            continue;
        }
        const char *id = load_id(loader, item, '-', what);
        if (screen_band(screen, id) != NULL) {
            FAULT(loader, item, "%s: the band '%.80s' stands twice", what, id);
        }
        band->id = id;
        band->title = text_of(loader, item, "title", what);
        band->text = load_text(loader, item, "text", false, what);
        band->has_from = yaml_get(item, "from") != NULL;
        band->from = (int)load_number(loader, item, "from", 0, COUNT_MAX, 0, what);
        if (band->has_from && screen->total != SCREEN_SUM) {
            FAULT(loader, item, "%s: 'from' is a score, and this screen adds up none", what);
        }
        if (band->has_from && before != NULL && band->from <= before->from) {
            FAULT(loader, item, "%s: the bands rise, so '%.80s' must begin above %d", what, id, before->from);
        }
        before = band->has_from ? band : before;
        screen->band_count++;
    }
}

static int band_of(struct loader *loader, const struct yaml *node, const char *what,
                   const struct screen *screen)
{
    const char *id = text_of(loader, node, "band", what);
    const struct screen_band *band = screen_band(screen, id);
    if (band == NULL && *id != '\0') {
        FAULT(loader, node, "%s: there is no band '%.80s'", what, id);
    }
    return band == NULL ? 0 : (int)(band - screen->bands);
}

static int section_named(struct loader *loader, const struct yaml *node, const char *what,
                         const struct screen *screen)
{
    const char *id = load_text(loader, node, "section", false, what);
    int section = id == NULL ? -1 : section_of(screen, id);
    if (id != NULL && section < 0) {
        FAULT(loader, node, "%s: there is no section '%.80s'", what, id);
    }
    return section;
}

static const char *level_named(struct loader *loader, const struct yaml *node, const char *what,
                               const struct screen *screen)
{
    const char *level = load_text(loader, node, "level", false, what);
    if (level != NULL && !has_level(screen, level)) {
        FAULT(loader, node, "%s: no answer has the level '%.80s'", what, level);
    }
    return level;
}

static void load_table(struct loader *loader, const struct yaml *node, const char *what,
                       struct screen *screen)
{
    static const char *const keys[] = {"band", "needs", NULL};
    static const char *const need_keys[] = {"section", "level", "from", "to", NULL};
    size_t count = 0;
    const struct yaml *item = load_list(loader, yaml_get(node, "table"), &count);
    struct screen_row *rows = arena_many(loader->arena, struct screen_row, count);
    screen->table = rows;
    for (; item != NULL; item = item->next) {
        struct screen_row *row = &rows[screen->row_count];
        if (!load_map(loader, item, what, keys)) {
            continue;
        }
        row->band = band_of(loader, item, what, screen);
        size_t needs_count = 0;
        const struct yaml *one = load_list(loader, yaml_get(item, "needs"), &needs_count);
        struct screen_need *needs = arena_many(loader->arena, struct screen_need, needs_count);
        row->needs = needs;
        if (needs_count == 0) {
            FAULT(loader, item, "%s: a row of the table says what it 'needs'", what);
        }
        for (; one != NULL; one = one->next) {
            if (!load_map(loader, one, what, need_keys)) {
                continue;
            }
            struct screen_need *need = &needs[row->need_count++];
            need->section = section_named(loader, one, what, screen);
            need->level = level_named(loader, one, what, screen);
            need->from = (int)load_number(loader, one, "from", 0, COUNT_MAX, 0, what);
            need->to = (int)load_number(loader, one, "to", 0, COUNT_MAX, COUNT_MAX, what);
            if (need->from > need->to) {
                FAULT(loader, one, "%s: nothing is from %d to %d", what, need->from, need->to);
            }
        }
        screen->row_count++;
    }
}

/* ---- rules that lift a band ---- */

static const struct screen_given *load_given(struct loader *loader, const struct yaml *list, const char *what,
                                             const struct screen *screen, size_t *ret_count)
{
    static const char *const keys[] = {"section", "item", "level", "answer", NULL};
    size_t count = 0;
    const struct yaml *item = load_list(loader, list, &count);
    struct screen_given *given = arena_many(loader->arena, struct screen_given, count);
    *ret_count = 0;
    for (; item != NULL; item = item->next) {
        if (!load_map(loader, item, what, keys)) {
            continue;
        }
        struct screen_given *one = &given[(*ret_count)++];
        const char *id = load_text(loader, item, "item", false, what);
        const struct screen_item *asked = id == NULL ? NULL : screen_item(screen, id);
        if (id != NULL && asked == NULL) {
            FAULT(loader, item, "%s: there is no item '%.80s'", what, id);
        }
        one->item = asked == NULL ? -1 : asked->index;
        one->section = section_named(loader, item, what, screen);
        one->level = level_named(loader, item, what, screen);
        one->answer = load_text(loader, item, "answer", false, what);
        bool known = one->answer == NULL;
        for (size_t i = 0; i < screen->item_count && !known; i++) {
            const struct screen_item *row = &screen->items[i];
            bool meant = (one->item < 0 || one->item == row->index) &&
                         (one->section < 0 || one->section == row->section);
            for (size_t a = 0; a < row->answer_count && meant && !known; a++) {
                known = text_equal(row->answers[a].id, one->answer);
            }
        }
        if (!known) {
            FAULT(loader, item, "%s: no question has the answer '%.80s'", what, one->answer);
        }
        if (one->answer == NULL && one->level == NULL) {
            FAULT(loader, item, "%s: say which 'answer' or 'level' is meant", what);
        }
    }
    return given;
}

static void load_overrides(struct loader *loader, const struct yaml *node, struct screen *screen)
{
    static const char *const keys[] = {"id", "title", "text", "when", "answers", "band", NULL};
    size_t count = 0;
    const struct yaml *item = load_list(loader, yaml_get(node, "overrides"), &count);
    struct screen_override *overrides = arena_many(loader->arena, struct screen_override, count);
    screen->overrides = overrides;
    for (; item != NULL; item = item->next) {
        struct screen_override *one = &overrides[screen->override_count];
        const char *what = arena_printf(loader->arena, "screen '%s', overrides", screen->id);
        if (!load_map(loader, item, what, keys)) {
            continue;
        }
        one->id = load_id(loader, item, '-', what);
        one->title = text_of(loader, item, "title", what);
        one->text = load_text(loader, item, "text", false, what);
        one->band = band_of(loader, item, what, screen);
        const struct scope scope = {.type = ANY_TYPE, .of_no_entry = true, .what = what};
        load_conditions(loader, yaml_get(item, "when"), &scope, &one->when);
        one->given = load_given(loader, yaml_get(item, "answers"), what, screen, &one->given_count);
        if (one->when.count == 0 && one->given_count == 0) {
            FAULT(loader, item, "%s: '%.80s' would always hold: give it 'when' or 'answers'", what, one->id);
        }
        screen->override_count++;
    }
}

/* ---- the whole ---- */

/* The most that can be scored, so that the score always fits the field it is kept in. */
static int64_t most_of(const struct screen *screen)
{
    int64_t most = 0;
    for (size_t i = 0; i < screen->item_count; i++) {
        const struct screen_item *item = &screen->items[i];
        int highest = 0;
        int sum = 0;
        for (size_t a = 0; a < item->answer_count; a++) {
            highest = item->answers[a].score > highest ? item->answers[a].score : highest;
            sum += item->answers[a].score;
        }
        most += item->several ? sum : highest;
    }
    return most;
}

static bool is_text(const struct field *field)
{
    return field != NULL && (field->kind == FIELD_TEXT || field->kind == FIELD_NARRATIVE);
}

/* The entry type that keeps what was screened. */
static void load_keeper(struct loader *loader, const struct yaml *node, const char *what,
                        const struct screen *screen)
{
    const char *name = text_of(loader, node, "entry", what);
    const struct entry_type *type = pack_type(loader->pack, name);
    if (type == NULL) {
        if (*name != '\0') {
            FAULT(loader, node, "%s: there is no entry type '%.80s'", what, name);
        }
        return;
    }
    if (loader->pack->screen_type != NULL && loader->pack->screen_type != type) {
        FAULT(loader, node, "%s: all screens are kept by one entry type, '%s'", what,
              loader->pack->screen_type->id);
        return;
    }
    const struct field *answers = entry_type_field(type, "answers");
    const struct field *score = entry_type_field(type, "score");
    bool fine = is_text(entry_type_field(type, "screen")) && is_text(entry_type_field(type, "version")) &&
                is_text(entry_type_field(type, "band")) &&
                is_text(entry_type_field(type, "professional_band")) &&
                is_text(entry_type_field(type, "override_reason")) && answers != NULL &&
                answers->kind == FIELD_TEXTS && score != NULL && score->kind == FIELD_NUMBER;
    if (!fine) {
        FAULT(loader, node,
              "%s: the entry type '%s' must have the fields screen, version, band, professional_band and "
              "override_reason (text), answers (texts) and score (number)",
              what, type->id);
        return;
    }
    if (most_of(screen) > score->max) {
        FAULT(loader, node, "%s: up to %lld can be scored, and the field 'score' of '%s' takes %lld", what,
              (long long)most_of(screen), type->id, (long long)score->max);
    }
    loader->pack->screen_type = type;
}

static void load_screen(struct loader *loader, const struct yaml *node, struct screen *screen)
{
    static const char *const keys[] = {"id",        "version",    "title", "source",   "guidance",
                                       "paragraph", "superseded", "entry", "sections", "total",
                                       "bands",     "overrides",  "table", NULL};
    static const char *const totals[] = {"sum", "levels", "none", NULL};
    screen->id = load_id(loader, node, '-', "screen");
    const char *what = arena_printf(loader->arena, "screen '%s'", screen->id);
    load_map(loader, node, what, keys);
    screen->version = text_of(loader, node, "version", what);
    screen->title = text_of(loader, node, "title", what);
    screen->source = text_of(loader, node, "source", what);
    screen->guidance = load_text(loader, node, "guidance", false, what);
    screen->paragraph = load_paragraph(loader, node, "paragraph", false, what);
    screen->superseded = load_bool(loader, node, "superseded", what);
    const struct yaml *total = yaml_get(node, "total");
    int word = total == NULL ? 0 : load_word(loader, total, totals, what);
    screen->total = word < 0 ? SCREEN_SUM : (enum screen_total)word;
    load_sections(loader, node, what, screen);
    load_screen_bands(loader, node, what, screen);
    load_table(loader, node, what, screen);
    load_overrides(loader, node, screen);
    bool ways = screen->row_count > 0;
    for (size_t i = 0; i < screen->band_count; i++) {
        ways = ways || screen->bands[i].has_from;
    }
    if (screen->total == SCREEN_NONE && (ways || screen->override_count > 0)) {
        FAULT(loader, node, "%s comes to nothing by itself (total: none): leave out 'table' and 'overrides'",
              what);
    } else if (screen->total != SCREEN_NONE && !ways) {
        FAULT(loader, node, "%s: nothing leads to a band: give bands their 'from', or write a 'table'", what);
    }
    load_keeper(loader, node, what, screen);
}

void load_screens(struct loader *loader)
{
    const struct items *items = &loader->sections[SECTION_SCREENS];
    struct screen *screens = arena_many(loader->arena, struct screen, items->count);
    for (size_t i = 0; i < items->count; i++) {
        load_screen(loader, items->list[i], &screens[i]);
        for (size_t j = 0; j < i; j++) {
            if (text_equal(screens[i].id, screens[j].id) &&
                text_equal(screens[i].version, screens[j].version)) {
                FAULT(loader, items->list[i], "the version '%.80s' of screen '%s' stands twice",
                      screens[i].version, screens[i].id);
            }
        }
    }
    loader->pack->screens = screens;
    loader->pack->screen_count = items->count;
}

void check_screen_pattern(struct loader *loader, const struct yaml *node, const struct pattern *pattern,
                          const char *what)
{
    const struct entry_type *type = loader->pack->screen_type;
    bool meant = type != NULL &&
                 (pattern->type == type->index || (pattern->types != NULL && pattern->types[type->index]));
    for (size_t c = 0; meant && c < pattern->when.count; c++) {
        const char *field = pattern->when.list[c].field_name;
        if (text_equal(field, "band") || text_equal(field, "score")) {
            FAULT(loader, node,
                  "%s: what a screen came to ends nothing: '%s' cannot be asked of '%s' here (a screen "
                  "supports "
                  "judgement and never replaces it)",
                  what, field, type->id);
        }
    }
}
