#include "procedure/retention.h"

struct day birthday_of(struct day birth, int age)
{
    int year;
    int month;
    int day;
    struct day birthday;
    day_to_civil(birth, &year, &month, &day);
    if (!day_from_civil(year + age, month, day, &birthday)) {
        birthday = day_add_months(birth, 12 * age); /* 28 February */
        birthday.number++;
    }
    return birthday;
}

static struct day counted_from(const struct retention_rule *rule, const struct retention_facts *facts)
{
    switch (rule->from) {
    case RETENTION_FROM_CLOSED:
        return facts->closed;
    case RETENTION_FROM_BIRTHDAY:
        return birthday_of(facts->child.has_birth ? facts->child.birth : facts->begun, rule->age);
    case RETENTION_FROM_LAST_ENTRY:
    default:
        return facts->last;
    }
}

static bool applies(const struct retention_rule *rule, const struct retention_facts *facts)
{
    return rule->record == facts->record &&
           (rule->when.count == 0 || (facts->position != NULL && case_holds(facts->position, &rule->when)));
}

struct retained retention_due(const struct pack *pack, const struct retention_facts *facts, struct day on)
{
    struct retained retained = {.state = RETENTION_NO_RULE};
    const struct retention *retention = pack->retention;
    if (facts->record == RETENTION_CASE && facts->open) {
        retained.state = facts->held ? RETENTION_HELD : RETENTION_OPEN;
        return retained;
    }
    for (size_t i = 0; retention != NULL && i < retention->rule_count; i++) {
        const struct retention_rule *rule = &retention->rules[i];
        if (!applies(rule, facts)) {
            continue;
        }
        struct day last = day_add_months(counted_from(rule, facts), rule->months);
        if (retained.rule == NULL || last.number > retained.last_day.number) {
            retained.rule = rule;
            retained.last_day = last;
        }
    }
    if (retained.rule != NULL) {
        retained.state = retained.last_day.number < on.number ? RETENTION_DUE : RETENTION_KEPT;
    }
    if (facts->held) {
        retained.state = RETENTION_HELD;
    }
    return retained;
}
