#include "procedure/meeting.h"

#include "base/text.h"
#include "calendar/calendar.h"
#include "record/match.h"

#include <string.h>
#include <strings.h>

static bool any_of(const struct position *position, const struct conditions *any)
{
    for (size_t i = 0; i < any->count; i++) {
        const struct conditions one = {&any->list[i], 1};
        if (case_holds(position, &one)) {
            return true;
        }
    }
    return any->count == 0;
}

static bool is_for(const struct position *position, const struct meeting_kind *kind, const bool *kinds,
                   const struct conditions *when, const struct conditions *any)
{
    return kinds[kind - position->history->pack->meetings] && case_holds(position, when) &&
           any_of(position, any);
}

const char *meeting_chair(const struct position *position, const struct meeting_kind *kind)
{
    for (size_t i = 0; i < kind->chair_count; i++) {
        if (case_holds(position, &kind->chairs[i].when)) {
            return kind->chairs[i].role;
        }
    }
    return NULL;
}

static bool drawn_from(const struct history *history, const struct drawn *drawn, const struct known *known)
{
    return pattern_matches(&drawn->from, known->type, known->values, history->child, known->occurred.day) &&
           known->values[drawn->field].kind != VALUE_NONE;
}

static const char *agency_title(const struct pack *pack, const char *id)
{
    const struct code *code = id == NULL ? NULL : code_find(pack_codes(pack, "agency"), id);
    return code == NULL ? id : code->title;
}

/* ---- who is asked ---- */

struct askings {
    struct arena *arena;
    const struct position *position;
    struct asked *list;
    size_t count;
};

static void ask(struct askings *askings, struct asked asked)
{
    for (size_t i = 0; i < askings->count; i++) {
        if (text_equal(askings->list[i].text, asked.text)) {
            askings->list[i].needed = askings->list[i].needed || asked.needed;
            return;
        }
    }
    askings->list[askings->count++] = asked;
}

static const char *with_agency(struct askings *askings, const char *text, const char *agency)
{
    const char *title = agency_title(askings->position->history->pack, agency);
    return title == NULL ? text : arena_printf(askings->arena, "%s (%s)", text, title);
}

/* The last entry that names them. */
static void ask_by_name(struct askings *askings, const struct invitee *invitee)
{
    const struct history *history = askings->position->history;
    for (size_t i = history->count; i > 0; i--) {
        const struct known *known = askings->position->came[i - 1];
        for (size_t f = 0; f < invitee->from_count; f++) {
            const struct drawn *drawn = &invitee->from[f];
            if (!drawn_from(history, drawn, known) || known->values[drawn->field].kind != VALUE_TEXT) {
                continue;
            }
            const struct field *field = entry_type_field(known->type, "agency");
            const struct value *value = field == NULL ? NULL : &known->values[field->index];
            const char *agency =
                value != NULL && value->kind == VALUE_CODE ? value->code->id : invitee->agency;
            const char *text =
                arena_printf(askings->arena, "%s: %s", invitee->title, known->values[drawn->field].text);
            ask(askings, (struct asked){with_agency(askings, text, agency), agency, invitee->paragraph,
                                        invitee->needed, false});
            return;
        }
    }
}

/* Whether an agency stands in an entry: it recorded it, or is named in it. */
static bool stands_in(const struct known *known, const struct code_list *agencies, const struct code *agency)
{
    if (text_equal(known->entry->agency, agency->id)) {
        return true;
    }
    for (size_t f = 0; f < known->type->field_count; f++) {
        const struct value *value = &known->values[f];
        if (known->type->fields[f].codes == agencies && value->kind == VALUE_CODE && value->code == agency) {
            return true;
        }
    }
    return false;
}

/* The police know the child, and their unit is asked: nobody is asked twice. */
static bool is_asked_as_agency(const struct askings *askings, const char *agency)
{
    for (size_t i = 0; i < askings->count; i++) {
        if (askings->list[i].as_agency && text_equal(askings->list[i].agency, agency)) {
            return true;
        }
    }
    return false;
}

static void ask_who_knows(struct askings *askings, const struct invitee *invitee)
{
    const struct history *history = askings->position->history;
    const struct code_list *agencies = pack_codes(history->pack, "agency");
    for (size_t a = 0; a < agencies->code_count; a++) {
        const struct code *agency = &agencies->codes[a];
        for (size_t i = 0; i < history->count; i++) {
            const struct known *known = &history->list[i];
            if (known->type->part != PART_MEETING && stands_in(known, agencies, agency) &&
                !is_asked_as_agency(askings, agency->id)) {
                ask(askings, (struct asked){with_agency(askings, invitee->title, agency->id), agency->id,
                                            invitee->paragraph, invitee->needed, true});
                break;
            }
        }
    }
}

void meeting_asked(struct arena *arena, const struct position *position, const struct meeting_kind *kind,
                   const struct asked **ret_asked, size_t *ret_count)
{
    const struct pack *pack = position->history->pack;
    size_t agencies = pack_codes(pack, "agency")->code_count;
    /* as one that knows the child no agency is asked twice */
    struct askings askings = {arena, position,
                              arena_many(arena, struct asked, pack->invitee_count + agencies), 0};
    for (size_t i = 0; i < pack->invitee_count; i++) {
        const struct invitee *invitee = &pack->invitees[i];
        if (!is_for(position, kind, invitee->kinds, &invitee->when, &invitee->when_any)) {
            continue;
        }
        if (invitee->knows) {
            ask_who_knows(&askings, invitee);
        } else if (invitee->from_count > 0) {
            ask_by_name(&askings, invitee);
        } else {
            ask(&askings,
                (struct asked){with_agency(&askings, invitee->title, invitee->agency), invitee->agency,
                               invitee->paragraph, invitee->needed, invitee->agency != NULL});
        }
    }
    *ret_asked = askings.list;
    *ret_count = askings.count;
}

/* Both in lower case; ASCII is enough for the titles of agencies. */
static bool ends_with_title(const char *text, const char *title)
{
    size_t size = strlen(text);
    size_t wanted = strlen(title);
    return size >= wanted && strncasecmp(text + size - wanted, title, wanted) == 0;
}

struct asked meeting_asked_of(struct arena *arena, const struct pack *pack, const struct asked *asked,
                              size_t count, const char *text)
{
    for (size_t i = 0; i < count; i++) {
        if (text_equal(asked[i].text, text)) {
            return asked[i];
        }
    }
    struct asked found = {.text = text};
    const struct code_list *agencies = pack_codes(pack, "agency");
    for (size_t a = 0; a < agencies->code_count; a++) {
        const char *title = agencies->codes[a].title;
        if (ends_with_title(text, title) || ends_with_title(text, arena_printf(arena, "%s)", title))) {
            found.agency = agencies->codes[a].id;
        }
    }
    return found;
}

/* ---- the agenda ---- */

/* Whether it is a meeting of that kind that dealt with the part. */
static bool dealt_with(const struct known *known, const struct meeting_kind *kind,
                       const struct agenda_part *part)
{
    const struct field *field = entry_type_field(known->type, "agenda");
    if (known->type->part != PART_MEETING || known->type->step != STEP_END || field == NULL ||
        known->type->part_key < 0 || known->values[field->index].kind != VALUE_CODES ||
        known->values[known->type->part_key].kind != VALUE_CODE ||
        !text_equal(known->values[known->type->part_key].code->id, kind->code->id)) {
        return false;
    }
    const struct value *dealt = &known->values[field->index];
    for (size_t c = 0; c < dealt->list.count; c++) {
        if (value_codes(dealt)[c] == part->code) {
            return true;
        }
    }
    return false;
}

/* By itself, or by a meeting after it. */
static bool was_dealt_with(const struct history *history, const struct meeting_kind *kind,
                           const struct agenda_part *part, const struct known *known)
{
    for (size_t i = 0; i < history->count; i++) {
        const struct known *held = &history->list[i];
        if (dealt_with(held, kind, part) && (held == known || known_came_after(held, known))) {
            return true;
        }
    }
    return false;
}

static bool duty_runs(const struct duty *duties, size_t count, int rule, const struct known *begun_by)
{
    for (size_t i = 0; i < count; i++) {
        if (duties[i].rule->index == rule && duties[i].begun_by->entry == begun_by->entry &&
            (duties[i].state == DUTY_OPEN || duties[i].state == DUTY_OVERDUE)) {
            return true;
        }
    }
    return false;
}

static bool still_stands(const struct position *position, const struct meeting_kind *kind,
                         const struct agenda_part *part, const struct known *known)
{
    if (part->until_rule < 0) {
        return !was_dealt_with(position->history, kind, part, known);
    }
    return duty_runs(position->duties, position->duty_count, part->until_rule, known) ||
           duty_runs(position->prompts, position->prompt_count, part->until_rule, known);
}

/* Counts them first, and puts them when there is room for them. */
static void put(struct agenda_item *item, const char **texts, const char *text)
{
    if (texts != NULL) {
        texts[item->put_count] = text;
    }
    item->put_count++;
}

static void put_value(struct agenda_item *item, const char **texts, const struct value *value)
{
    if (value->kind == VALUE_TEXT) {
        put(item, texts, value->text);
    }
    for (size_t i = 0; value->kind == VALUE_TEXTS && i < value->list.count; i++) {
        put(item, texts, value_texts(value)[i]);
    }
}

static void put_all(const struct position *position, const struct meeting_kind *kind,
                    struct agenda_item *item, const char **texts)
{
    const struct history *history = position->history;
    const struct agenda_part *part = item->part;
    item->put_count = 0;
    item->puts = texts;
    for (size_t i = 0; i < history->count; i++) {
        const struct known *known = &history->list[i];
        for (size_t p = 0; p < part->put_count; p++) {
            if (drawn_from(history, &part->puts[p], known) && still_stands(position, kind, part, known)) {
                put_value(item, texts, &known->values[part->puts[p].field]);
            }
        }
    }
}

void meeting_agenda(struct arena *arena, const struct position *position, const struct meeting_kind *kind,
                    const struct agenda_item **ret_items, size_t *ret_count)
{
    const struct pack *pack = position->history->pack;
    struct agenda_item *items = arena_many(arena, struct agenda_item, pack->agenda_count);
    size_t count = 0;
    for (size_t i = 0; i < pack->agenda_count; i++) {
        const struct agenda_part *part = &pack->agenda[i];
        if (!is_for(position, kind, part->kinds, &part->when, &part->when_any)) {
            continue;
        }
        struct agenda_item item = {.part = part};
        put_all(position, kind, &item, NULL);
        put_all(position, kind, &item, arena_many(arena, const char *, item.put_count));
        /* a part that lives by what is put there, and by nothing else */
        bool only_put = part->put_count > 0 && part->when.count == 0 && part->when_any.count == 0;
        if (!only_put || item.put_count > 0) {
            items[count++] = item;
        }
    }
    *ret_items = items;
    *ret_count = count;
}

/* ---- quorum ---- */

bool meeting_quorate(struct arena *arena, const struct meeting_kind *kind, const struct asked *asked,
                     size_t count, const bool *came, const char **ret_why)
{
    const char *missing = NULL;
    int agencies = 0;
    for (size_t i = 0; i < count; i++) {
        bool counted = !came[i] || asked[i].agency == NULL;
        for (size_t j = 0; j < i && !counted; j++) {
            counted = came[j] && text_equal(asked[j].agency, asked[i].agency);
        }
        agencies += counted ? 0 : 1;
        if (asked[i].needed && !came[i]) {
            missing = missing == NULL ? asked[i].text : arena_printf(arena, "%s; %s", missing, asked[i].text);
        }
    }
    *ret_why = NULL;
    if (agencies < kind->quorum) {
        *ret_why = arena_printf(arena, "%d of the %d agencies that are needed came", agencies, kind->quorum);
    }
    if (missing != NULL) {
        *ret_why = *ret_why == NULL ? arena_printf(arena, "did not come: %s", missing)
                                    : arena_printf(arena, "%s, and did not come: %s", *ret_why, missing);
    }
    return *ret_why == NULL;
}
