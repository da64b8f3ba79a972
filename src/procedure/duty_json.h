/*
 * A duty as JSON: one shape for the command line and the API. Times are RFC 3339 UTC with milliseconds, null
 * where there is none.
 */
#ifndef WM_PROCEDURE_DUTY_JSON_H
#define WM_PROCEDURE_DUTY_JSON_H

#include "procedure/duty.h"

#include <jansson.h>

/* What is said of a duty, also where only its row in a list is at hand. */
struct duty_facts {
    const char *rule; /* id */
    const char *paragraph;
    const char *owner_role;
    const char *owner_agency;
    struct instant begun_at;
    struct instant due_at; /* never: none */
    struct instant met_at; /* never: unmet */
    enum duty_state state;
};

/* The caller owns the reference. */
json_t *duty_facts_to_json(const struct duty_facts *facts);
json_t *duty_to_json(const struct duty *duty);
json_t *instant_to_json(struct instant at);

#endif
