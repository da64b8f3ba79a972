/* What the claims of a provider mean here: pure, from the settings alone. */
#include "base/text.h"
#include "sso/settings.h"

#include <string.h>

enum { DOTS_MOST = 8 };

const struct said *sso_claim(struct arena *arena, const struct said *claims, const char *name)
{
    const struct said *claim = said_get(claims, name);
    const char *rest = name;
    for (int i = 0; claim == NULL && i < DOTS_MOST; i++) {
        const char *dot = strchr(rest, '.');
        if (dot == NULL) {
            return said_get(claims, rest);
        }
        claims = said_get(claims, arena_copy_n(arena, rest, (size_t)(dot - rest)));
        rest = dot + 1;
    }
    return claim;
}

static bool all_hold(struct arena *arena, const struct sso_condition *conditions, const struct said *claims)
{
    for (; conditions != NULL; conditions = conditions->next) {
        const struct said *claim = sso_claim(arena, claims, conditions->claim);
        bool holds = false;
        for (size_t i = 0; i < conditions->count && !holds; i++) {
            holds = said_holds(claim, conditions->values[i]);
        }
        if (!holds) {
            return false;
        }
    }
    return true;
}

static const char *text_of(struct arena *arena, const struct said *claims, const char *name)
{
    const struct said *claim = sso_claim(arena, claims, name);
    return claim == NULL || claim->kind != SAID_TEXT || text_is_blank(claim->text)
               ? NULL
               : text_trim(arena, claim->text);
}

const struct error *sso_map(struct arena *arena, const struct sso_provider *provider,
                            const struct said *claims, struct sso_mapped *ret_mapped)
{
    if (!all_hold(arena, provider->require, claims)) {
        return error_new(arena, ERROR_NOT_ALLOWED, "what the settings require does not hold");
    }
    for (const struct sso_rule *rule = provider->rules; rule != NULL; rule = rule->next) {
        if (rule->when != NULL && all_hold(arena, rule->when, claims)) {
            *ret_mapped = (struct sso_mapped){
                .rule = rule,
                .name = text_of(arena, claims, provider->name_claim),
                .username = text_of(arena, claims, provider->username_claim),
            };
            return NULL;
        }
    }
    return error_new(arena, ERROR_NOT_ALLOWED, "no rule of the settings gives a role");
}
