#include "procedure/involvement.h"

#include "base/text.h"
#include "procedure/meeting.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

struct list {
    struct arena *arena;
    struct involvement *rows;
    size_t count;
    size_t room;
};

const char *involved_name(struct arena *arena, const char *text)
{
    char *name = arena_copy(arena, text_trim(arena, text));
    for (char *at = name; *at != '\0'; at++) {
        *at = (char)tolower((unsigned char)*at);
    }
    return name;
}

const char *involved_team(struct arena *arena, const char *agency, const char *team)
{
    return arena_printf(arena, "%s/%s", agency, involved_name(arena, team));
}

static struct involvement *going_on(struct list *list, enum access_involved as, const char *who)
{
    for (size_t i = 0; i < list->count; i++) {
        struct involvement *row = &list->rows[i];
        if (row->as == as && instant_is_never(row->span.until) && strcmp(row->who, who) == 0) {
            return row;
        }
    }
    return NULL;
}

static void begin(struct list *list, enum access_involved as, const char *who, const char *why,
                  struct instant at)
{
    if (who == NULL || *who == '\0' || going_on(list, as, who) != NULL) {
        return;
    }
    if (list->count == list->room) {
        size_t more = list->room == 0 ? 8 : list->room * 2;
        list->rows = arena_grow(list->arena, list->rows, list->count, more, sizeof *list->rows);
        list->room = more;
    }
    list->rows[list->count++] = (struct involvement){as, who, why, {at, INSTANT_NEVER}};
}

static void end(struct list *list, enum access_involved as, const char *who, struct instant at)
{
    struct involvement *row = who == NULL ? NULL : going_on(list, as, who);
    if (row != NULL) {
        row->span.until = at;
    }
}

/* One agency, person or team that an entry names. */
static void apply(struct list *list, const struct access_involving *involving, enum access_involved as,
                  const char *who, struct instant at)
{
    if (involving->as != NULL) {
        begin(list, as, who, involving->as, at);
    } else {
        end(list, as, who, at);
    }
}

static void apply_agencies(struct list *list, const struct pack *pack,
                           const struct access_involving *involving, const struct value *value,
                           struct instant at)
{
    if (value->kind == VALUE_CODE) {
        apply(list, involving, INVOLVED_AGENCY, value->code->id, at);
    }
    for (size_t i = 0; value->kind == VALUE_CODES && i < value->list.count; i++) {
        apply(list, involving, INVOLVED_AGENCY, value_codes(value)[i]->id, at);
    }
    for (size_t i = 0; value->kind == VALUE_TEXTS && i < value->list.count; i++) {
        struct asked asked = meeting_asked_of(list->arena, pack, NULL, 0, value_texts(value)[i]);
        apply(list, involving, INVOLVED_AGENCY, asked.agency, at);
    }
}

static void apply_person(struct list *list, const struct access_involving *involving,
                         const struct known *known)
{
    const struct value *value = involving->person_field < 0 ? NULL : &known->values[involving->person_field];
    if (value != NULL && value->kind == VALUE_TEXT) {
        apply(list, involving, INVOLVED_PERSON, involved_name(list->arena, value->text),
              known->entry->recorded_at);
    }
}

/* Without its agency it is nobody's team. */
static void apply_team(struct list *list, const struct access_involving *involving, const struct known *known)
{
    if (involving->team_field < 0 || involving->agency_field < 0) {
        return;
    }
    const struct value *team = &known->values[involving->team_field];
    const struct value *agency = &known->values[involving->agency_field];
    if (team->kind == VALUE_TEXT && agency->kind == VALUE_CODE) {
        apply(list, involving, INVOLVED_TEAM, involved_team(list->arena, agency->code->id, team->text),
              known->entry->recorded_at);
    }
}

/* An agency that stands beside a worker or a team says where they work, and is not brought in as a whole. */
static bool names_somebody(const struct access_involving *involving, const struct known *known)
{
    const int fields[] = {involving->person_field, involving->team_field};
    for (size_t i = 0; i < 2; i++) {
        if (fields[i] >= 0 && known->values[fields[i]].kind != VALUE_NONE) {
            return true;
        }
    }
    return false;
}

static void apply_all(struct list *list, const struct pack *pack, const struct access_involving *involvings,
                      size_t count, const struct known *known)
{
    struct instant at = known->entry->recorded_at;
    for (size_t i = 0; i < count; i++) {
        const struct access_involving *involving = &involvings[i];
        if (involving->type != known->type->index) {
            continue;
        }
        apply_person(list, involving, known);
        apply_team(list, involving, known);
        if (involving->agency != NULL) {
            apply(list, involving, INVOLVED_AGENCY, involving->agency, at);
        }
        if (involving->agency_field >= 0 && !names_somebody(involving, known)) {
            apply_agencies(list, pack, involving, &known->values[involving->agency_field], at);
        }
    }
}

static int by_seq(const void *a, const void *b)
{
    const struct known *one = *(const struct known *const *)a;
    const struct known *other = *(const struct known *const *)b;
    return (one->entry->seq > other->entry->seq) - (one->entry->seq < other->entry->seq);
}

/* Of those that were recorded from `since` on. */
static void from_entries(struct list *list, const struct history *history, struct instant since)
{
    const struct pack *pack = history->pack;
    const struct known **order = arena_many(list->arena, const struct known *, history->count);
    for (size_t i = 0; i < history->count; i++) {
        order[i] = &history->list[i];
    }
    qsort(order, history->count, sizeof *order, by_seq);
    for (size_t i = 0; i < history->count; i++) {
        const struct known *known = order[i];
        if (instant_compare(known->entry->recorded_at, since) < 0) {
            continue;
        }
        begin(list, INVOLVED_AGENCY, known->entry->agency, "recorded on the case", known->entry->recorded_at);
        if (pack_owns(pack, known->type)) {
            apply_all(list, pack, pack->access.begins, pack->access.begin_count, known);
            apply_all(list, pack, pack->access.ends, pack->access.end_count, known);
        }
    }
}

static const char *agency_of(const struct known *known)
{
    const struct field *field = known == NULL ? NULL : entry_type_field(known->type, "agency");
    const struct value *value = field == NULL ? NULL : &known->values[field->index];
    return value == NULL || value->kind != VALUE_CODE ? NULL : value->code->id;
}

void involvements_of(struct arena *arena, const struct history *history, const struct case_state *state,
                     const struct duty *duties, size_t duty_count, const struct involvement **ret_list,
                     size_t *ret_count)
{
    struct list list = {.arena = arena};
    from_entries(&list, history, (struct instant){INT64_MIN});
    for (size_t i = 0; i < duty_count; i++) {
        bool open = duties[i].state == DUTY_OPEN || duties[i].state == DUTY_OVERDUE;
        if (open && !duties[i].rule->prompt) {
            begin(&list, INVOLVED_AGENCY, duties[i].rule->owner_agency, "has a duty that is open",
                  duties[i].begun_by->entry->recorded_at);
        }
    }
    for (size_t i = 0; i < state->action_count; i++) {
        const struct action *action = &state->actions[i];
        const char *moved = agency_of(action->progress);
        if (action->open) {
            begin(&list, INVOLVED_AGENCY, moved != NULL ? moved : agency_of(action->agreed),
                  "has an action of the plan that is open", action->agreed->entry->recorded_at);
        }
    }
    *ret_list = list.rows;
    *ret_count = list.count;
}

bool involvement_is_named(struct arena *arena, const struct history *history, const char *username,
                          struct instant since)
{
    struct list list = {.arena = arena};
    from_entries(&list, history, since);
    return going_on(&list, INVOLVED_PERSON, involved_name(arena, username)) != NULL;
}
