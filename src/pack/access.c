#include "pack/access.h"

#include "base/text.h"

#include <string.h>

static bool asks_for(unsigned asked, unsigned is)
{
    return asked == 0 || (asked & is) != 0;
}

static bool is_among(const char *const *ids, size_t count, const char *id)
{
    if (count == 0) {
        return true;
    }
    for (size_t i = 0; id != NULL && i < count; i++) {
        if (strcmp(ids[i], id) == 0) {
            return true;
        }
    }
    return false;
}

static bool matches(const struct access_rule *rule, const struct access_facts *facts)
{
    return asks_for(rule->acts, 1U << facts->act) && asks_for(rule->involved, facts->involved) &&
           asks_for(rule->restricted, facts->restricted) && asks_for(rule->conflict, facts->conflict) &&
           asks_for(rule->granted, facts->granted) && asks_for(rule->labels, facts->label) &&
           asks_for(rule->own, facts->own) && asks_for(rule->disclosed, facts->disclosed) &&
           is_among(rule->roles, rule->role_count, facts->role) &&
           is_among(rule->agencies, rule->agency_count, facts->agency) &&
           is_among(rule->teams, rule->team_count, facts->team);
}

const struct access_rule *access_decide(const struct access_rule *rules, size_t count,
                                        const struct access_facts *facts)
{
    for (size_t i = 0; i < count; i++) {
        if (matches(&rules[i], facts)) {
            return &rules[i];
        }
    }
    return NULL;
}

static const struct label *label_of(const struct access_policy *policy, const char *id, size_t size)
{
    for (size_t i = 0; i < policy->label_count; i++) {
        const struct label *label = &policy->labels[i];
        if (strlen(label->id) == size && strncmp(label->id, id, size) == 0) {
            return label;
        }
        for (size_t f = 0; f < label->formerly_count; f++) {
            if (strlen(label->formerly[f]) == size && strncmp(label->formerly[f], id, size) == 0) {
                return label;
            }
        }
    }
    return NULL;
}

const struct label *access_label(const struct access_policy *policy, const char *id)
{
    return label_of(policy, id, strlen(id));
}

label_set access_labels_parse(const struct access_policy *policy, const char *text)
{
    label_set set = 0;
    while (text != NULL && *text != '\0') {
        size_t size = strcspn(text, "+");
        const struct label *label = label_of(policy, text, size);
        set |= label == NULL ? LABEL_UNKNOWN : LABEL_BIT(label->index);
        text += size + (text[size] == '+' ? 1 : 0);
    }
    return set & ~LABEL_BIT(LABEL_OPEN);
}
