/* suggest: {entry: meeting-held, field: exit_lead_agency, suggest_when: [{field: kind, is: exit-strategy}]}
 */
#include "pack/loader.h"

void load_suggestion(struct loader *loader, const struct yaml *node, const struct scope *scope,
                     struct field *field)
{
    static const char *const more[] = {"field", "suggest_when", NULL};
    if (node == NULL) {
        return;
    }
    struct suggestion *suggestion = arena_one(loader->arena, struct suggestion);
    load_pattern(loader, node, more, scope->what, &suggestion->from);
    if (node->kind != YAML_MAP || suggestion->from.type == ANY_TYPE) {
        FAULT(loader, node, "%s: 'suggest' names one entry type and the field whose answer is taken",
              scope->what);
        return;
    }
    const char *name = load_text(loader, node, "field", true, scope->what);
    const struct entry_type *type = &loader->types[suggestion->from.type];
    const struct field *from = name == NULL ? NULL : entry_type_field(type, name);
    if (from == NULL || from->kind != field->kind || from->codes != field->codes) {
        FAULT(loader, node, "%s: '%s' has no question '%.80s' that is answered in the same way", scope->what,
              type->id, name == NULL ? "" : name);
        return;
    }
    suggestion->field = from->index;
    load_conditions(loader, yaml_get(node, "suggest_when"), scope, &suggestion->suggest_when);
    field->suggestion = suggestion;
}
