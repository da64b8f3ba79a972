/*
 * Other texts that the procedure leans on, and what the law says by age. A reference without a place to go,
 * and one that stands nowhere, are faults: a link that leads nowhere is worse than none.
 */
#include "pack/loader.h"

#include "base/text.h"

static const struct scope on_case = {.type = ANY_TYPE, .of_case = true, .of_no_entry = true, .what = ""};

void load_reference_names(struct loader *loader)
{
    const struct items *items = &loader->sections[SECTION_REFERENCES];
    loader->references = arena_many(loader->arena, struct reference_text, items->count);
    loader->references_used = arena_many(loader->arena, bool, items->count);
    loader->pack->references = loader->references;
    loader->pack->reference_count = items->count;
    for (size_t i = 0; i < items->count; i++) {
        loader->references[i].index = (int)i;
        loader->references[i].id = load_id(loader, items->list[i], '-', "reference");
    }
}

static void load_reference(struct loader *loader, const struct yaml *node, struct reference_text *reference)
{
    static const char *const keys[] = {"id", "title", "url", "text", "paragraph", "while", NULL};
    const char *what = arena_printf(loader->arena, "reference '%s'", reference->id);
    load_map(loader, node, what, keys);
    const char *title = load_text(loader, node, "title", true, what);
    reference->title = title == NULL ? "" : title;
    reference->text = load_text(loader, node, "text", false, what);
    reference->paragraph = load_paragraph(loader, node, "paragraph", true, what);
    const char *url = load_text(loader, node, "url", false, what);
    reference->url = url == NULL ? "" : url;
    if (url == NULL) {
        FAULT(loader, node, "%s has no target: say where it stands with 'url'", what);
    } else if (!text_starts_with(url, "https://") || strlen(url) < 12 || strpbrk(url, " \"<>") != NULL) {
        FAULT(loader, yaml_get(node, "url"),
              "%s: '%.80s' is no target: write an address that begins with https://", what, url);
    }
    const struct yaml *when = yaml_get(node, "while");
    if (when != NULL) {
        struct scope scope = on_case;
        scope.what = what;
        reference->on_case = true;
        load_conditions(loader, when, &scope, &reference->when);
    } else if (!loader->references_used[reference->index]) {
        FAULT(loader, node, "%s stands nowhere: give it 'while', or name it in 'see' of an entry type", what);
    }
}

void load_references(struct loader *loader)
{
    const struct items *items = &loader->sections[SECTION_REFERENCES];
    for (size_t i = 0; i < items->count; i++) {
        load_reference(loader, items->list[i], &loader->references[i]);
    }
}

void load_see(struct loader *loader, const struct yaml *node, struct entry_type *type)
{
    size_t count = 0;
    const struct yaml *item = load_list(loader, yaml_get(node, "see"), &count);
    int *indexes = arena_many(loader->arena, int, count);
    type->see = indexes;
    for (; item != NULL; item = item->next) {
        const char *name = item->kind == YAML_TEXT ? item->text : "";
        int found = -1;
        for (size_t i = 0; i < loader->pack->reference_count; i++) {
            if (strcmp(loader->references[i].id, name) == 0) {
                found = (int)i;
            }
        }
        if (found < 0) {
            FAULT(loader, item, "entry type '%s': there is no reference '%.80s'", type->id, name);
        } else {
            loader->references_used[found] = true;
            indexes[type->see_count++] = found;
        }
    }
}

void load_bands(struct loader *loader)
{
    static const char *const keys[] = {"id", "title", "from", "under", "text", "paragraph", "while", NULL};
    const struct items *items = &loader->sections[SECTION_AGE_BANDS];
    struct age_band *bands = arena_many(loader->arena, struct age_band, items->count);
    for (size_t i = 0; i < items->count; i++) {
        const struct yaml *node = items->list[i];
        struct age_band *band = &bands[i];
        band->id = load_id(loader, node, '-', "age band");
        const char *what = arena_printf(loader->arena, "age band '%s'", band->id);
        load_map(loader, node, what, keys);
        const char *title = load_text(loader, node, "title", true, what);
        const char *text = load_text(loader, node, "text", true, what);
        band->title = title == NULL ? "" : title;
        band->text = text == NULL ? "" : text;
        band->paragraph = load_paragraph(loader, node, "paragraph", true, what);
        band->from = (int)load_number(loader, node, "from", 0, 120, 0, what);
        band->under = (int)load_number(loader, node, "under", 1, 121, 121, what);
        if (band->from >= band->under) {
            FAULT(loader, node, "%s: no age is from %d and under %d", what, band->from, band->under);
        }
        struct scope scope = on_case;
        scope.what = what;
        load_conditions(loader, yaml_get(node, "while"), &scope, &band->when);
    }
    loader->pack->bands = bands;
    loader->pack->band_count = items->count;
}
