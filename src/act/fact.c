/*
 * A case as it is counted. Titles of codes belong to the pack that the store keeps; the area a child lives in
 * is the only text that somebody typed.
 */
#include "act/fact.h"

#include "base/text.h"
#include "record/decode.h"

#include <string.h>

/* What is split by, and the field that says it: of the entry that began the case, of the last that answers
 * it, or of the details of the child; NULL: it is worked out. */
static const struct {
    const char *id;
    enum { OF_START, OF_LAST, OF_CHILD } of;
    const char *field;
} splits[SPLITS] = {
    [SPLIT_SOURCE] = {"source", OF_START, "source_agency"},
    [SPLIT_ROUTE] = {"route", OF_LAST, "route"},
    [SPLIT_EXCHANGE] = {"exchange", OF_LAST, "exchange"},
    [SPLIT_AGE] = {"age", OF_CHILD, NULL},
    [SPLIT_SEX] = {"sex", OF_CHILD, "sex"},
    [SPLIT_GENDER] = {"gender", OF_CHILD, "gender_identity"},
    [SPLIT_ETHNICITY] = {"ethnicity", OF_CHILD, "ethnicity"},
    [SPLIT_DISABILITY] = {"disability", OF_CHILD, "disability"},
    [SPLIT_LOCALITY] = {"locality", OF_CHILD, NULL},
    [SPLIT_OUTCOME] = {"outcome", OF_LAST, NULL},
    [SPLIT_BARRIER] = {"barrier", OF_LAST, "barriers"},
};

bool split_find(const char *id, enum split *ret_split)
{
    for (size_t i = 0; i < SPLITS; i++) {
        if (text_equal(splits[i].id, id)) {
            *ret_split = (enum split)i;
            return true;
        }
    }
    return false;
}

struct texts {
    struct arena *arena;
    const char **list;
    size_t count;
    size_t room;
};

static const struct value *value_of(const struct known *known, const char *name)
{
    static const struct value none = {.kind = VALUE_NONE};
    const struct field *field = known == NULL ? NULL : entry_type_field(known->type, name);
    return field == NULL ? &none : &known->values[field->index];
}

static const struct value *detail_of(const struct case_view *view, const char *name)
{
    static const struct value none = {.kind = VALUE_NONE};
    const struct field *field = entry_type_field(&view->pack->types[view->pack->details_type], name);
    return field == NULL ? &none : &view->child.values[field->index];
}

static bool holds(const struct value *value, const char *code)
{
    return value->kind == VALUE_CODE && strcmp(value->code->id, code) == 0;
}

static void add_text(struct texts *texts, const char *text)
{
    texts->list = arena_room(texts->arena, texts->list, texts->count, &texts->room, sizeof *texts->list);
    texts->list[texts->count++] = text;
}

static void add_codes(struct texts *texts, const struct value *value)
{
    if (value->kind == VALUE_CODE) {
        add_text(texts, value->code->title);
    }
    for (size_t i = 0; value->kind == VALUE_CODES && i < value->list.count; i++) {
        add_text(texts, value_codes(value)[i]->title);
    }
}

static const char *age_title(const struct case_view *view, const struct known *start)
{
    int age = view->child.has_birth ? day_years_between(view->child.birth, start->occurred.day) : -1;
    return age < 0    ? "Not known"
           : age < 13 ? "Under 13"
           : age < 16 ? "13 to 15"
           : age < 18 ? "16 and 17"
                      : "18 and over";
}

/* The value of the last entry that answers a field. */
static const struct value *last_value(const struct case_view *view, const char *name)
{
    const struct value *last = value_of(NULL, name);
    for (size_t i = 0; i < view->history->count; i++) {
        const struct value *value = value_of(&view->history->list[i], name);
        last = value->kind == VALUE_NONE ? last : value;
    }
    return last;
}

static void add_outcome(struct texts *texts, const struct case_view *view)
{
    const char *outcome = NULL;
    for (size_t i = 0; i < view->history->count; i++) {
        const struct value *value = value_of(&view->history->list[i], "outcome");
        outcome = value->kind == VALUE_CODE ? value->code->title : outcome;
    }
    add_text(texts, outcome != NULL ? outcome : view->state->open ? "Open" : "Closed without an enquiry");
}

static void add_locality(struct texts *texts, const struct case_view *view, const struct known *start)
{
    const struct value *area = value_of(start, "area");
    area = area->kind == VALUE_TEXT ? area : detail_of(view, "area");
    if (area->kind == VALUE_TEXT) {
        add_text(texts, area->text);
    }
}

static void split_case(const struct case_view *view, const struct known *start, enum split split,
                       struct texts *texts)
{
    const char *field = splits[split].field;
    if (split == SPLIT_AGE) {
        add_text(texts, age_title(view, start));
    } else if (split == SPLIT_LOCALITY) {
        add_locality(texts, view, start);
    } else if (split == SPLIT_OUTCOME) {
        add_outcome(texts, view);
    } else {
        add_codes(texts, splits[split].of == OF_START  ? value_of(start, field)
                         : splits[split].of == OF_LAST ? last_value(view, field)
                                                       : detail_of(view, field));
    }
    if (texts->count == 0) {
        add_text(texts, "Not recorded");
    }
}

/* Exploited by the last finding, or by the outcome of an enquiry; anything else is a concern. */
static bool is_confirmed(const struct case_view *view)
{
    bool confirmed = false;
    for (size_t i = 0; i < view->history->count; i++) {
        const struct known *known = &view->history->list[i];
        const struct value *outcome = value_of(known, "outcome");
        if (outcome->kind == VALUE_CODE) {
            confirmed = text_starts_with(outcome->code->id, "substantiated");
        } else if (known->type->part != PART_START && value_of(known, "involvement")->kind == VALUE_CODE &&
                   entry_type_field(known->type, "significant_harm") != NULL) {
            confirmed = holds(value_of(known, "involvement"), "involved");
        }
    }
    return confirmed;
}

static enum known_how known_how(const struct value *value)
{
    return value->kind == VALUE_NONE ? KNOWN_EMPTY
           : holds(value, "REFU")    ? KNOWN_REFUSED
           : holds(value, "NOBT")    ? KNOWN_NOT
                                     : KNOWN_RECORDED;
}

/* The child's views at a decision or meeting: had, or the coded reason, or only why in words, or nothing. */
static void tally_views(const struct known *known, struct texts *tallies)
{
    if (known->type->part == PART_START || entry_type_field(known->type, "child_views") == NULL) {
        return;
    }
    const struct value *code = value_of(known, "views_missing_because");
    if (value_of(known, "child_views")->kind != VALUE_NONE) {
        add_text(tallies, "Child's views: heard");
    } else if (code->kind == VALUE_CODE) {
        add_text(tallies, arena_printf(tallies->arena, "Child's views: not heard: %s", code->code->title));
    } else if (value_of(known, "views_not_obtained_reason")->kind != VALUE_NONE) {
        add_text(tallies, "Child's views: not heard: reason in words only");
    } else {
        add_text(tallies, "Child's views: not heard: no reason written down");
    }
}

static void tally_entries(const struct case_view *view, struct texts *tallies)
{
    for (size_t i = 0; i < view->history->count; i++) {
        const struct known *known = &view->history->list[i];
        tally_views(known, tallies);
        if (strcmp(known->type->id, "enquiry-not-started") == 0) {
            add_text(tallies, known->type->title);
        }
        const struct value *barriers = value_of(known, "barriers");
        for (size_t b = 0;
             known->type->step == STEP_BEGIN && barriers->kind == VALUE_CODES && b < barriers->list.count;
             b++) {
            add_text(tallies, arena_printf(tallies->arena, "Barrier: %s", value_codes(barriers)[b]->title));
        }
    }
}

static void keep(struct arena *arena, const char *const *list, size_t count, struct fact_texts *ret_kept)
{
    ret_kept->list = arena_many(arena, const char *, count);
    ret_kept->count = count;
    for (size_t i = 0; i < count; i++) {
        ret_kept->list[i] = arena_copy(arena, list[i]);
    }
}

void fact_of(struct arena *arena, const struct case_view *view, struct fact *ret_fact)
{
    const struct known *start = NULL;
    for (size_t i = 0; i < view->history->count && start == NULL; i++) {
        start = view->history->list[i].type->part == PART_START ? &view->history->list[i] : NULL;
    }
    ret_fact->counted = start != NULL;
    if (start == NULL) {
        return;
    }
    const struct value *source = value_of(start, "source_agency");
    char day[DAY_TEXT];
    day_format(start->occurred.day, day);
    memcpy(ret_fact->month, day, 7);
    ret_fact->agency = arena_copy(arena, source->kind == VALUE_CODE ? source->code->id : "");
    ret_fact->confirmed = is_confirmed(view);
    struct texts texts = {.arena = arena};
    for (size_t i = 0; i < SPLITS; i++) {
        texts.count = 0;
        split_case(view, start, (enum split)i, &texts);
        keep(arena, texts.list, texts.count, &ret_fact->values[i]);
    }
    ret_fact->complete[0] = known_how(detail_of(view, "ethnicity"));
    ret_fact->complete[1] = known_how(detail_of(view, "disability"));
    ret_fact->complete[2] = known_how(detail_of(view, "learning_needs"));
    texts.count = 0;
    tally_entries(view, &texts);
    keep(arena, texts.list, texts.count, &ret_fact->tallies);
}

void fact_copy(struct arena *arena, const struct fact *fact, struct fact *ret_fact)
{
    *ret_fact = *fact;
    if (!fact->counted) {
        return;
    }
    ret_fact->agency = arena_copy(arena, fact->agency);
    for (size_t i = 0; i < SPLITS; i++) {
        keep(arena, fact->values[i].list, fact->values[i].count, &ret_fact->values[i]);
    }
    keep(arena, fact->tallies.list, fact->tallies.count, &ret_fact->tallies);
}
