/* The log of looks: limits, hours, and what is unusual. */
#include "pack/loader.h"

#include <string.h>

static const char *const kinds[WATCH_KINDS + 1] = {
    "many",  "uninvolved", "trawl",      "family-name", "address",  "out-of-hours", "file-out-of-hours",
    "ended", "files",      "two-places", "stale-role",  "searches", "sought-after", NULL};

/* As they are for a pack that says nothing, and for versions of packs from before it could be said. */
static const struct watch_rule usual[] = {
    {"many-records", "Many records within an hour", "More than somebody works on in that time.", WATCH_MANY,
     40, 1, 0},
    {"uninvolved", "Many cases without involvement", "Nothing on these cases says why.", WATCH_UNINVOLVED, 12,
     24, 0},
    {"slow-trawl", "Many cases without involvement, over weeks", "A few each day come to many.", WATCH_TRAWL,
     60, 672, 0},
    {"family-name", "A child of the worker's own family name", "They may be of the worker's own family.",
     WATCH_NAME, 1, 168, 0},
    {"address", "A child who lives where the worker lives", "They may be family, or neighbours.",
     WATCH_ADDRESS, 1, 168, 0},
    {"out-of-hours", "Cases without involvement, out of hours",
     "By somebody who does not otherwise work at that time.", WATCH_HOURS, 3, 24, 5},
    {"file-out-of-hours", "A file taken out of hours",
     "By somebody who does not otherwise work at that time.", WATCH_NIGHT_FILE, 1, 24, 5},
    {"ended", "A case that ended, or that the worker left", "Nothing on it says why it is opened again.",
     WATCH_FORMER, 2, 168, 30},
    {"files", "Many files or printed sheets", "Paper and files are out of reach of this log.", WATCH_FILES,
     12, 24, 0},
    {"two-places", "One account on two devices at once", "Somebody else may be using it.", WATCH_TWO_PLACES,
     4, 1, 0},
    {"stale-role", "A role that is no longer needed",
     "The account was not used for long, or its worker moved on.", WATCH_STALE, 2, 168, 30},
    {"many-searches", "Many searches", "More than somebody needs to find their own cases.", WATCH_SEARCHES,
     40, 24, 0},
    {"sought-after", "A child many look at without involvement", "A case that is talked about.", WATCH_SOUGHT,
     5, 168, 0},
};
static const struct looking usually = {.records_an_hour = 200,
                                       .glass_hours = 4,
                                       .begins_hour = 7,
                                       .ends_hour = 20,
                                       .rules = usual,
                                       .rule_count = sizeof usual / sizeof usual[0]};

static int number(struct loader *loader, const struct yaml *node, const char *key, int least, int most,
                  int missing, const char *what)
{
    return (int)load_number(loader, node, key, least, most, missing, what);
}

static void load_watch(struct loader *loader, const struct yaml *node, struct watch_rule *rule)
{
    static const char *const keys[] = {"id", "title", "why", "of", "least", "within_hours", "days", NULL};
    *rule = (struct watch_rule){.id = load_id(loader, node, '-', "unusual look")};
    const char *what = arena_printf(loader->arena, "unusual look '%s'", rule->id);
    const struct yaml *of = yaml_get(node, "of");
    load_map(loader, node, what, keys);
    rule->title = load_text(loader, node, "title", true, what);
    rule->why = load_text(loader, node, "why", true, what);
    int kind = of == NULL ? -1 : load_word(loader, of, kinds, what);
    if (of == NULL) {
        FAULT(loader, node, "%s: say of what: 'of' is many, uninvolved, searches, ...", what);
    }
    rule->kind = kind < 0 ? WATCH_MANY : (enum watch_kind)kind;
    rule->least = number(loader, node, "least", 1, 100000, 1, what);
    rule->within_hours = number(loader, node, "within_hours", 1, 24 * 56, 24, what);
    rule->days = number(loader, node, "days", 1, 3660, 30, what);
}

void load_looking(struct loader *loader)
{
    static const char *const keys[] = {"records_an_hour", "break_glass_hours", "day_begins", "day_ends",
                                       NULL};
    const struct items *heads = &loader->sections[SECTION_LOOKS];
    const struct items *items = &loader->sections[SECTION_UNUSUAL_LOOKS];
    struct looking *looking = &loader->pack->looking;
    *looking = usually;
    for (size_t i = 0; i < heads->count; i++) {
        const struct yaml *node = heads->list[i];
        if (i > 0) {
            FAULT(loader, node, "'looks' stands twice (the other: %s:%d)", heads->list[0]->file,
                  heads->list[0]->line);
        }
        load_map(loader, node, "looks", keys);
        looking->records_an_hour = number(loader, node, "records_an_hour", 0, 100000, 200, "looks");
        looking->glass_hours = number(loader, node, "break_glass_hours", 1, 24 * 14, 4, "looks");
        looking->begins_hour = number(loader, node, "day_begins", 0, 23, 7, "looks");
        looking->ends_hour = number(loader, node, "day_ends", 1, 24, 20, "looks");
        if (looking->ends_hour <= looking->begins_hour) {
            FAULT(loader, node, "looks: the day ends before it begins");
        }
    }
    if (items->count > 0) {
        struct watch_rule *rules = arena_many(loader->arena, struct watch_rule, items->count);
        for (size_t i = 0; i < items->count; i++) {
            load_watch(loader, items->list[i], &rules[i]);
        }
        looking->rules = rules;
        looking->rule_count = (int)items->count;
    }
}
