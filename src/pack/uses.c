#include "pack/pack.h"

#include "base/must.h"

#include <string.h>

struct type_list {
    struct duty_use *list;
    size_t count;
    size_t room;
};

struct link {
    struct arena *arena;
    const struct pack *pack;
    struct type_list *types;
};

static void put(struct link *link, size_t type, const struct duty_use *use)
{
    struct type_list *uses = &link->types[type];
    if (uses->count == uses->room) {
        uses->room = uses->count * 2 + 4;
        uses->list = arena_grow(link->arena, uses->list, uses->count, uses->room, sizeof *use);
    }
    uses->list[uses->count++] = *use;
}

/* A pattern for several types, as it is for one of them: its fields and code rows looked up once. */
static const struct pattern *pattern_of_type(struct link *link, const struct pattern *pattern, size_t type)
{
    const struct entry_type *of = &link->pack->types[type];
    struct pattern *own = arena_one(link->arena, struct pattern);
    struct condition *list = arena_many(link->arena, struct condition, pattern->when.count);
    for (size_t c = 0; c < pattern->when.count; c++) {
        struct condition *condition = &list[c];
        *condition = pattern->when.list[c];
        if (pattern->fields != NULL) {
            condition->field = pattern->fields[type * pattern->when.count + c];
        }
        if (condition->field >= 0 && condition->code_count > 0) {
            const struct code **rows = arena_many(link->arena, const struct code *, condition->code_count);
            for (size_t i = 0; i < condition->code_count; i++) {
                rows[i] = code_find(of->fields[condition->field].codes, condition->codes[i]);
            }
            condition->code_rows = rows;
        }
    }
    *own = *pattern;
    own->type = (int)type;
    own->types = NULL;
    own->fields = NULL;
    own->when.list = list;
    return own;
}

/* What nearly every pattern of a duty asks: one code among one or two. */
static void note_codes(const struct link *link, const struct pattern *pattern, struct duty_use *use)
{
    const struct condition *condition = pattern->when.list;
    use->code_field = -1;
    if (pattern->when.count == 1 && condition->kind == CONDITION_FIELD_IN && condition->code_count <= 2 &&
        condition->code_rows != NULL &&
        link->pack->types[pattern->type].fields[condition->field].kind == FIELD_CODE) {
        use->code_field = condition->field;
        for (size_t i = 0; i < condition->code_count; i++) {
            use->codes[i] = condition->code_rows[i];
        }
    }
}

static void use_type(struct link *link, struct duty_use use, const struct pattern *pattern)
{
    const struct duty_rule *rule = use.rule;
    use.pattern = pattern;
    use.places = pattern->later_stage || pattern->same_round >= 0;
    use.per_field = rule->per == NULL ? -1 : rule->per_fields[pattern->type];
    /* a pack whose rule speaks of an entry without it is refused */
    must(rule->per == NULL || use.per_field >= 0 || use.kind > USE_BEGIN);
    note_codes(link, pattern, &use);
    put(link, (size_t)pattern->type, &use);
}

/* The use holds for every type the pattern may be of. */
static void use_pattern(struct link *link, enum duty_use_kind kind, const struct duty_rule *rule,
                        const struct beginning *begins, int beginning, const struct pattern *pattern)
{
    struct duty_use use = {.kind = kind, .rule = rule, .beginning = beginning, .begins = begins};
    if (pattern->type != ANY_TYPE) {
        use_type(link, use, pattern);
        return;
    }
    for (size_t t = 0; t < link->pack->type_count; t++) {
        if (pattern->types == NULL || pattern->types[t]) {
            use_type(link, use, pattern_of_type(link, pattern, t));
        }
    }
}

static bool waits(const struct beginning *begins)
{
    return begins->answered || begins->after || begins->from;
}

static void use_beginning(struct link *link, const struct duty_rule *rule, const struct beginning *begins,
                          int number)
{
    if (begins->answered) {
        use_pattern(link, USE_ANSWER, rule, begins, number, &begins->answer);
    }
    if (begins->after) {
        use_pattern(link, USE_AFTER, rule, begins, number, &begins->after_entry);
        if (begins->has_after_unless) {
            use_pattern(link, USE_UNLESS, rule, begins, number, &begins->after_unless);
        }
    }
    if (begins->from) {
        use_pattern(link, USE_FROM, rule, begins, number, &begins->from_entry);
    }
}

/* `*number` counts the beginnings that wait. */
static void use_rule(struct link *link, const struct duty_rule *rule, int *number)
{
    for (size_t i = 0; i < rule->met_count; i++) {
        use_pattern(link, USE_MEET, rule, NULL, -1, &rule->met_by[i]);
    }
    for (size_t i = 0; i < rule->cancel_count; i++) {
        use_pattern(link, USE_CANCEL, rule, NULL, -1, &rule->cancelled_by[i]);
    }
    int own = *number;
    for (size_t i = 0; i < rule->begin_count; i++) {
        const struct beginning *begins = &rule->begins[i];
        use_pattern(link, USE_BEGIN, rule, begins, waits(begins) ? own++ : -1, &begins->entry);
    }
    for (size_t i = 0; i < rule->begin_count; i++) {
        const struct beginning *begins = &rule->begins[i];
        if (waits(begins)) {
            use_beginning(link, rule, begins, (*number)++);
        }
    }
}

static void note_field(bool *asked, const int *fields, size_t type)
{
    if (fields != NULL && fields[type] >= 0) {
        asked[fields[type]] = true;
    }
}

/* The fields that the duties read of a type. */
static void find_asked(struct link *link, size_t type, struct duty_uses *uses)
{
    size_t field_count = link->pack->types[type].field_count;
    bool *asked = arena_many(link->arena, bool, field_count);
    int *list = arena_many(link->arena, int, field_count);
    for (size_t u = 0; u < uses->duty_count; u++) {
        const struct duty_use *use = &uses->list[u];
        for (size_t c = 0; c < use->pattern->when.count; c++) {
            int field = use->pattern->when.list[c].field;
            if (field >= 0) {
                asked[field] = true;
            }
        }
        if (use->begins != NULL && use->kind == USE_BEGIN && use->begins->at >= 0) {
            asked[use->begins->at] = true;
        }
        note_field(asked, use->rule->per_fields, type);
        note_field(asked, use->rule->limit_fields, type);
        note_field(asked, use->rule->until_fields, type);
    }
    for (size_t f = 0; f < field_count; f++) {
        if (asked[f]) {
            list[uses->asked_count++] = (int)f;
        }
    }
    uses->asked = list;
}

/* Where a duty is due with a prompt, the two are evaluated together. */
static bool is_plain(const struct pack *pack, const struct duty_rule *rule)
{
    for (size_t r = 0; r < pack->rule_count && rule->prompt; r++) {
        const struct duty_rule *other = &pack->rules[r];
        if (!other->prompt && other->limit_unit == LIMIT_DUTY && other->limit_rule == rule->index) {
            return true;
        }
    }
    return !rule->prompt;
}

void pack_link_duties(struct arena *arena, struct pack *pack)
{
    struct link link = {
        .arena = arena, .pack = pack, .types = arena_many(arena, struct type_list, pack->type_count)};
    struct duty_uses *uses = arena_many(arena, struct duty_uses, pack_type_rows(pack));
    int *ranks = arena_many(arena, int, pack->rule_count);
    int beginning = 0;
    for (int prompts = 0; prompts <= 1; prompts++) {
        for (size_t r = 0; r < pack->rule_count; r++) {
            const struct duty_rule *rule = &pack->rules[r];
            if (is_plain(pack, rule) == (prompts == 0)) {
                use_rule(&link, rule, &beginning);
            }
        }
        for (size_t t = 0; t < pack->type_count && prompts == 0; t++) {
            uses[t].duty_count = link.types[t].count;
        }
    }
    for (size_t r = 0; r < pack->rule_count; r++) {
        for (size_t other = 0; other < pack->rule_count; other++) {
            ranks[r] += strcmp(pack->rules[other].id, pack->rules[r].id) < 0;
        }
    }
    size_t total = 0;
    for (size_t t = 0; t < pack->type_count; t++) {
        total += link.types[t].count;
    }
    struct duty_use *all =
        arena_many(arena, struct duty_use, total); /* side by side: they stay in the cache */
    for (size_t t = 0; t < pack->type_count; t++) {
        uses[t].list = all;
        uses[t].count = link.types[t].count;
        for (size_t u = 0; u < uses[t].count; u++) {
            *all++ = link.types[t].list[u];
        }
        find_asked(&link, t, &uses[t]);
    }
    pack->uses = uses;
    pack->rule_ranks = ranks;
    pack->beginning_count = (size_t)beginning;
}
