#include "procedure/duty_json.h"

json_t *instant_to_json(struct instant at)
{
    char text[INSTANT_TEXT];
    if (instant_is_never(at)) {
        return json_null();
    }
    instant_format(at, text);
    return json_string(text);
}

json_t *duty_facts_to_json(const struct duty_facts *facts)
{
    json_t *owner = json_object();
    json_object_set_new(owner, "role", json_string(facts->owner_role));
    json_object_set_new(owner, "agency", json_string(facts->owner_agency));
    json_t *json = json_object();
    json_object_set_new(json, "duty", json_string(facts->rule));
    json_object_set_new(json, "paragraph", json_string(facts->paragraph));
    json_object_set_new(json, "owner", owner);
    json_object_set_new(json, "begun_at", instant_to_json(facts->begun_at));
    json_object_set_new(json, "due_at", instant_to_json(facts->due_at));
    json_object_set_new(json, "met_at", instant_to_json(facts->met_at));
    json_object_set_new(json, "state", json_string(duty_state_name(facts->state)));
    return json;
}

json_t *duty_to_json(const struct duty *duty)
{
    struct duty_facts facts = {
        .rule = duty->rule->id,
        .paragraph = duty->rule->paragraph,
        .owner_role = duty->rule->owner_role,
        .owner_agency = duty->rule->owner_agency,
        .begun_at = duty->begun_at,
        .due_at = duty->due_at,
        .met_at = duty->met_at,
        .state = duty->state,
    };
    return duty_facts_to_json(&facts);
}
