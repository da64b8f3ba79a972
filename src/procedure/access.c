#include "procedure/access.h"

static bool holds(struct access_span span, struct instant at)
{
    return !instant_is_never(span.from) && instant_compare(span.from, at) <= 0 &&
           instant_compare(at, span.until) < 0;
}

/* What is so of the actor before the thing at that moment. */
static struct access_facts facts_of(const struct access_actor *actor, enum access_act act,
                                    const struct access_thing *thing, struct instant at)
{
    struct access_facts facts = {
        .role = actor->role,
        .agency = actor->agency,
        .team = actor->team,
        .act = act,
        .restricted = thing->restricted ? ASKED_YES : ASKED_NO,
        .conflict = actor->conflict ? ASKED_YES : ASKED_NO,
        .granted = holds(actor->granted, at) ? ASKED_YES : ASKED_NO,
    };
    for (size_t i = 0; i < actor->involvement_count; i++) {
        facts.involved |= holds(actor->involvements[i].span, at) ? (unsigned)actor->involvements[i].as : 0;
    }
    facts.involved = facts.involved == 0 ? (unsigned)INVOLVED_NOT : facts.involved;
    if (thing->about == ABOUT_ENTRY) {
        facts.label = thing->label == 0 ? LABEL_BIT(LABEL_OPEN) : thing->label;
        facts.own = thing->own;
        facts.disclosed = holds(thing->disclosed, at) ? ASKED_YES : ASKED_NO;
    }
    return facts;
}

static struct access_ruling ruling_of(const struct access_policy *policy, enum access_about about,
                                      const struct access_facts *facts)
{
    const struct access_rule *rule = about == ABOUT_CASE
                                         ? access_decide(policy->cases, policy->case_count, facts)
                                         : access_decide(policy->entries, policy->entry_count, facts);
    return (struct access_ruling){rule == NULL ? ACCESS_NO : rule->answer, rule};
}

struct access_ruling access_may(const struct access_policy *policy, const struct access_actor *actor,
                                enum access_act act, const struct access_thing *thing, struct instant at)
{
    struct access_facts facts = facts_of(actor, act, thing, at);
    return ruling_of(policy, thing->about, &facts);
}

static const enum access_own owns[] = {OWN_SELF, OWN_AGENCY, OWN_OTHER};

void access_look(const struct access_policy *policy, const struct access_actor *actor, bool restricted,
                 struct instant at, struct access_sight *ret_sight)
{
    struct access_thing thing = {.about = ABOUT_ENTRY, .restricted = restricted, .own = OWN_OTHER};
    struct access_facts facts = facts_of(actor, ACCESS_READ, &thing, at);
    *ret_sight = (struct access_sight){0};
    for (size_t o = 0; o < sizeof owns / sizeof *owns; o++) {
        for (size_t d = 0; d < 2; d++) {
            for (size_t l = 0; l < policy->label_count; l++) {
                facts.label = LABEL_BIT(l);
                facts.own = owns[o];
                facts.disclosed = d == 1 ? ASKED_YES : ASKED_NO;
                bool open = ruling_of(policy, ABOUT_ENTRY, &facts).answer == ACCESS_YES;
                ret_sight->open[o][d] |= open ? facts.label : 0;
            }
        }
    }
}

bool access_sees(const struct access_sight *sight, enum access_own own, label_set labels, label_set disclosed)
{
    size_t o = own == OWN_SELF ? 0 : own == OWN_AGENCY ? 1 : 2;
    label_set all = labels == 0 ? LABEL_BIT(LABEL_OPEN) : labels;
    label_set closed = all & ~sight->open[o][0];
    return (closed & ~(disclosed & sight->open[o][1])) == 0;
}
