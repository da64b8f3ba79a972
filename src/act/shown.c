#include "act/shown.h"

#include "act/seeing.h"
#include "base/must.h"
#include "base/text.h"

#include <stdlib.h>
#include <string.h>

/* ---- copies of what is shown ---- */

struct copying {
    struct seeing *seeing;
    const uint64_t *numbers;
    const struct entry **entries; /* by sequence: as shown */
    const struct known **knowns;  /* by sequence: as shown */
};

static const struct value *number_value(const struct copying *copying, const struct value *value)
{
    static const struct value none = {.kind = VALUE_NONE};
    const struct seeing *seeing = copying->seeing;
    uint64_t seq = value->kind == VALUE_NUMBER ? (uint64_t)value->number : 0; /* 0 has no number */
    bool known = seq <= seeing->count && copying->numbers[seq] != 0;
    if (!known) {
        return &none;
    }
    struct value *copy = arena_one(seeing->act->arena, struct value);
    *copy = *value;
    copy->number = (int64_t)copying->numbers[value->number];
    return copy;
}

/* What a disclosure opened, by labels, is for who shared it and for whom it was shared with. */
static bool names_labels(const struct seeing *seeing, const struct entry *entry, const struct pack *pack,
                         const struct entry_type *type, const struct value *values, size_t field)
{
    const struct access_policy *policy = &pack->access;
    if (!is_disclosure(pack, type) || (int)field != policy->disclosure_labels ||
        seeing_own(seeing, entry) != OWN_OTHER) {
        return false;
    }
    const struct value *to = &values[policy->disclosure_agency];
    return to->kind != VALUE_CODE || !text_equal(to->code->id, seeing->act->actor->agency);
}

static bool holds_number(const struct pack *pack, const struct entry_type *type, size_t field)
{
    return type->fields[field].kind == FIELD_ENTRY ||
           (is_disclosure(pack, type) && (int)field == pack->access.disclosure_entry);
}

/* Of what a correction corrects: the pack that an entry of that type was written under. */
static const struct pack *pack_of_type(const struct case_view *view, const struct entry_type *type)
{
    for (size_t i = 0; i < view->entry_count; i++) {
        if (view->entries[i]->type == type) {
            return view->entries[i]->pack;
        }
    }
    return view->pack;
}

static const struct fields *fields_shown(const struct copying *copying, const struct entry *entry,
                                         const struct fields *fields)
{
    const struct seeing *seeing = copying->seeing;
    const struct entry_type *type = fields->type;
    const struct pack *pack = pack_of_type(seeing->whole, type);
    struct arena *arena = seeing->act->arena;
    struct fields *copy = arena_one(arena, struct fields);
    struct value *values = arena_many(arena, struct value, type->field_count);
    bool *set = arena_many(arena, bool, type->field_count);
    *copy = *fields;
    for (size_t f = 0; f < type->field_count; f++) {
        const struct value *value = &fields->values[f];
        const struct value *seen = holds_number(pack, type, f) ? number_value(copying, value) : value;
        set[f] = fields->set[f] && seen->kind == value->kind &&
                 seeing_sees_field(seeing, entry, type, f, true) &&
                 !names_labels(seeing, entry, pack, type, fields->values, f);
        values[f] = set[f] ? *seen : (struct value){.kind = VALUE_NONE};
    }
    copy->values = values;
    copy->set = set;
    return copy;
}

/* The same values where nothing is left out. */
static const struct value *values_shown(const struct copying *copying, const struct entry *entry,
                                        const struct entry_type *type, const struct value *values,
                                        bool in_case)
{
    const struct seeing *seeing = copying->seeing;
    if (!seeing_may_differ(seeing, entry, type)) {
        return values;
    }
    const struct pack *pack = seeing_pack(seeing, entry, type);
    struct value *copy = arena_many(seeing->act->arena, struct value, type->field_count);
    for (size_t f = 0; f < type->field_count; f++) {
        bool hidden = values[f].kind != VALUE_NONE && (!seeing_sees_field(seeing, entry, type, f, in_case) ||
                                                       names_labels(seeing, entry, pack, type, values, f));
        copy[f] = hidden                                   ? (struct value){.kind = VALUE_NONE}
                  : in_case && holds_number(pack, type, f) ? *number_value(copying, &values[f])
                                                           : values[f];
        if (copy[f].kind == VALUE_FIELDS) {
            copy[f].fields = fields_shown(copying, entry, values[f].fields);
        }
    }
    return copy;
}

static const struct entry *entry_shown(const struct copying *copying, const struct entry *entry)
{
    uint64_t number = copying->numbers[entry->seq];
    const struct value *values = values_shown(copying, entry, entry->type, entry->values, true);
    if (number == entry->seq && values == entry->values) {
        return entry;
    }
    struct entry *copy = arena_one(copying->seeing->act->arena, struct entry);
    *copy = *entry;
    copy->seq = number;
    copy->values = values;
    return copy;
}

static void copy_entries(struct copying *copying, const uint64_t *seqs, size_t count, struct case_view *view)
{
    struct seeing *seeing = copying->seeing;
    struct arena *arena = seeing->act->arena;
    const struct entry **list = arena_many(arena, const struct entry *, count);
    copying->entries = arena_many(arena, const struct entry *, seeing->count + 1);
    for (size_t i = 0; i < seeing->whole->entry_count; i++) {
        const struct entry *entry = seeing->whole->entries[i];
        if (copying->numbers[entry->seq] != 0) {
            copying->entries[entry->seq] = entry_shown(copying, entry);
        }
    }
    for (size_t i = 0; i < count; i++) {
        list[i] = copying->entries[seqs[i + 1]];
    }
    view->entries = list;
    view->entry_count = count;
    view->seq = count;
}

static bool version_is_shown(const struct copying *copying, const struct version *version)
{
    return version->correction == NULL || copying->numbers[version->correction->seq] != 0;
}

static const struct version *versions_shown(const struct copying *copying, const struct known *known,
                                            size_t *ret_count)
{
    struct version *versions = arena_many(copying->seeing->act->arena, struct version, known->version_count);
    size_t count = 0;
    for (size_t v = 0; v < known->version_count; v++) {
        const struct version *version = &known->versions[v];
        if (version_is_shown(copying, version)) {
            struct version *copy = &versions[count++];
            *copy = *version;
            copy->correction =
                version->correction == NULL ? NULL : copying->entries[version->correction->seq];
            copy->values = values_shown(copying, known->entry, known->type, version->values, true);
        }
    }
    *ret_count = count;
    return versions;
}

static void copy_known(const struct copying *copying, const struct known *known, struct known *ret_known)
{
    *ret_known = *known;
    ret_known->entry = copying->entries[known->entry->seq];
    if (known->version_count > 1 || known->written != NULL ||
        ret_known->entry->values != known->entry->values) {
        ret_known->versions = versions_shown(copying, known, &ret_known->version_count);
        const struct version *last = &ret_known->versions[ret_known->version_count - 1];
        ret_known->values = last->values;
        ret_known->occurred = last->occurred;
    }
    if (known->written != NULL) {
        struct known *written = arena_one(copying->seeing->act->arena, struct known);
        copy_known(copying, known->written, written);
        ret_known->written = written;
    }
}

static int by_place(const void *a, const void *b)
{
    return place_compare(known_place(a), known_place(b));
}

/* A correction that is closed may move one. */
static void put_in_order(struct known *list, size_t count)
{
    for (size_t i = 1; i < count; i++) {
        if (by_place(&list[i - 1], &list[i]) > 0) {
            qsort(list, count, sizeof *list, by_place);
            return;
        }
    }
}

static const struct history *copy_history(struct copying *copying)
{
    struct seeing *seeing = copying->seeing;
    struct arena *arena = seeing->act->arena;
    const struct history *whole = seeing->whole->history;
    struct history *history = arena_one(arena, struct history);
    struct known *list = arena_many(arena, struct known, whole->count);
    *history = *whole;
    history->list = list;
    history->count = 0;
    for (size_t i = 0; i < whole->count; i++) {
        uint64_t seq = whole->list[i].entry->seq;
        if (copying->numbers[seq] != 0) {
            copy_known(copying, &whole->list[i], &list[history->count++]);
        }
    }
    put_in_order(list, history->count);
    copying->knowns = arena_many(arena, const struct known *, seeing->count + 1);
    for (size_t i = 0; i < history->count; i++) {
        copying->knowns[list[i].entry->seq] = &list[i];
    }
    struct kept_clock *kept = arena_many(arena, struct kept_clock, whole->kept_count);
    history->kept = kept;
    history->kept_count = 0;
    for (size_t i = 0; i < whole->kept_count; i++) {
        uint64_t number = copying->numbers[whole->kept[i].begun_seq];
        if (number != 0) {
            kept[history->kept_count] = whole->kept[i];
            kept[history->kept_count++].begun_seq = number;
        }
    }
    return history;
}

static const struct known *known_shown(const struct copying *copying, const struct known *known)
{
    uint64_t number = known == NULL ? 0 : copying->numbers[known->entry->seq];
    return number == 0 ? NULL : copying->knowns[number];
}

/* Of a duty whose ground or answer is closed, its owner is told that it runs and by when, and nobody else. */
static void copy_duties(const struct copying *copying, const struct duty *duties, size_t count,
                        const struct duty **ret_duties, size_t *ret_count)
{
    const struct seeing *seeing = copying->seeing;
    struct duty *list = arena_many(seeing->act->arena, struct duty, count);
    *ret_count = 0;
    for (size_t i = 0; i < count; i++) {
        const struct duty *duty = &duties[i];
        const struct known *begun = known_shown(copying, duty->begun_by);
        const struct known *met = known_shown(copying, duty->met_by);
        bool closed = begun == NULL || (duty->met_by != NULL && met == NULL);
        if (closed && !text_equal(duty->rule->owner_agency, seeing->act->actor->agency)) {
            continue;
        }
        struct duty *copy = &list[(*ret_count)++];
        *copy = *duty;
        copy->begun_by = begun;
        copy->met_by = met;
        copy->key = begun == NULL ? NULL : duty->key;
    }
    *ret_duties = list;
}

static const struct position *copy_position(struct copying *copying, const struct history *history)
{
    const struct position *whole = copying->seeing->whole->position;
    struct position *position = position_of_part(copying->seeing->act->arena, history, whole);
    copy_duties(copying, whole->duties, whole->duty_count, &position->duties, &position->duty_count);
    copy_duties(copying, whole->prompts, whole->prompt_count, &position->prompts, &position->prompt_count);
    return position;
}

/* ---- the child ---- */

/* The last answer to each question, where it is open; one that is closed leaves none, nor one before it. */
static void copy_child(struct copying *copying, struct child_view *child)
{
    const struct seeing *seeing = copying->seeing;
    struct arena *arena = seeing->act->arena;
    const struct history *whole = child->details;
    struct history *details = arena_one(arena, struct history);
    struct known *list = arena_many(arena, struct known, whole->count);
    const struct entry_type *type = &whole->pack->types[whole->pack->details_type];
    struct value *values = arena_many(arena, struct value, type->field_count);
    bool closed = false;
    memcpy(values, child->values, type->field_count * sizeof *values);
    for (size_t i = 0; i < whole->count; i++) {
        const struct known *known = &whole->list[i];
        bool some = seeing_some_closed(seeing, known->entry, known->type, known->values, false);
        closed = closed || some;
        list[i] = *known;
        if (!some) {
            for (size_t f = 0; f < type->field_count && known->type == type; f++) {
                values[f] = known->values[f].kind != VALUE_NONE ? known->values[f] : values[f];
            }
            continue;
        }
        struct entry *entry = arena_one(arena, struct entry);
        struct version *versions = arena_many(arena, struct version, known->version_count);
        *entry = *known->entry;
        entry->values = values_shown(copying, known->entry, known->entry->type, known->entry->values, false);
        list[i].entry = entry;
        list[i].values = values_shown(copying, known->entry, known->type, known->values, false);
        for (size_t v = 0; v < known->version_count; v++) {
            versions[v] = known->versions[v];
            versions[v].values =
                values_shown(copying, known->entry, known->type, known->versions[v].values, false);
        }
        list[i].versions = versions;
        must(known->type == type); /* only details say what can be closed */
        for (size_t f = 0; f < type->field_count; f++) {
            values[f] = known->values[f].kind != VALUE_NONE ? list[i].values[f] : values[f];
        }
    }
    if (!closed) {
        return;
    }
    *details = *whole;
    details->list = list;
    child->details = details;
    child->values = values;
}

/* ---- */

static void show_all(const struct seeing *seeing, struct shown *ret_shown)
{
    uint64_t *numbers = arena_many(seeing->act->arena, uint64_t, seeing->count + 1);
    for (uint64_t seq = 1; seq <= seeing->count; seq++) {
        numbers[seq] = seq;
    }
    *ret_shown =
        (struct shown){.view = seeing->whole, .numbers = numbers, .seqs = numbers, .count = seeing->count};
}

void shown_make(const struct act *act, const struct reach *reach, const struct case_view *whole,
                struct shown *ret_shown)
{
    struct seeing seeing;
    seeing_look(act, reach, whole, &seeing);
    struct case_view *view = arena_one(act->arena, struct case_view);
    struct copying copying = {.seeing = &seeing};
    *view = *whole;
    copy_child(&copying, &view->child);
    if (seeing.all && !seeing.fields && !seeing_discloses(&seeing)) {
        seeing.whole = view;
        show_all(&seeing, ret_shown);
    } else {
        uint64_t *numbers;
        uint64_t *seqs;
        size_t count = seeing_number(&seeing, &numbers, &seqs);
        copying.numbers = numbers;
        copy_entries(&copying, seqs, count, view);
        view->history = copy_history(&copying);
        view->position = copy_position(&copying, view->history);
        view->state = case_fold(act->arena, view->history);
        *ret_shown = (struct shown){.view = view, .numbers = numbers, .seqs = seqs, .count = seeing.count};
    }
    ret_shown->visible = seeing.sight.open[2][0];
}

void shown_recorded(const struct act *act, const struct reach *reach, struct recorded *recorded)
{
    struct shown shown;
    shown_make(act, reach, recorded->view, &shown);
    recorded->view = shown.view;
    for (size_t i = 0; recorded->entry != NULL && i < shown.view->entry_count; i++) {
        if (id_equal(shown.view->entries[i]->id, recorded->entry->id)) {
            recorded->entry = shown.view->entries[i];
            return;
        }
    }
}

/* What the reader wrote under their number of an entry, with that of the case. */
static const struct error *number_back(const struct act *act, const struct shown *shown,
                                       const struct field *field, struct value *value)
{
    if (value->kind != VALUE_NUMBER) {
        return NULL;
    }
    if (value->number < 1 || (uint64_t)value->number > shown->view->seq) {
        return error_field(act->arena, ERROR_INVALID, field->id, NULL, "there is no entry %lld in this case",
                           (long long)value->number);
    }
    value->number = (int64_t)shown->seqs[value->number];
    return NULL;
}

static const struct error *numbers_back(const struct act *act, const struct shown *shown,
                                        const struct pack *pack, const struct entry_type *type,
                                        struct value *values)
{
    for (size_t f = 0; f < type->field_count; f++) {
        if (holds_number(pack, type, f)) {
            TRY(number_back(act, shown, &type->fields[f], &values[f]));
        }
        if (values[f].kind == VALUE_FIELDS) {
            const struct fields *of = values[f].fields;
            struct fields *copy = arena_one(act->arena, struct fields);
            struct value *answers = arena_many(act->arena, struct value, of->type->field_count);
            memcpy(answers, of->values, of->type->field_count * sizeof *answers);
            TRY(numbers_back(act, shown, pack_of_type(shown->view, of->type), of->type, answers));
            *copy = *of;
            copy->values = answers;
            values[f].fields = copy;
        }
    }
    return NULL;
}

const struct error *shown_opens(const struct act *act, const struct shown *shown, const struct pack *pack,
                                const struct entry_type *type, const struct value *values)
{
    const struct access_policy *policy = &pack->access;
    if (!is_disclosure(pack, type)) {
        return NULL;
    }
    const struct value *entry = policy->disclosure_entry < 0 ? NULL : &values[policy->disclosure_entry];
    uint64_t seq = entry != NULL && entry->kind == VALUE_NUMBER ? (uint64_t)entry->number : 0;
    if (seq != 0 && (seq > shown->count || shown->numbers[seq] == 0)) {
        return error_field(act->arena, ERROR_INVALID, type->fields[policy->disclosure_entry].id, NULL,
                           "that entry is not yours to open: only who reads it opens it to others");
    }
    const struct value *labels = policy->disclosure_labels < 0 ? NULL : &values[policy->disclosure_labels];
    for (size_t i = 0; labels != NULL && labels->kind == VALUE_CODES && i < labels->list.count; i++) {
        label_set label = access_labels_parse(&act_pack(act)->access, value_codes(labels)[i]->id);
        if ((label & ~shown->visible) != 0) {
            return error_field(act->arena, ERROR_INVALID, type->fields[policy->disclosure_labels].id, NULL,
                               "%s is not yours to open: only who reads it opens it to others",
                               value_codes(labels)[i]->title);
        }
    }
    return NULL;
}

const struct error *shown_values(const struct act *act, const struct shown *shown,
                                 const struct entry_type *type, const struct value *values,
                                 const struct value **ret_values)
{
    const struct pack *pack = shown->view->pack;
    struct value *copy = arena_many(act->arena, struct value, type->field_count);
    memcpy(copy, values, type->field_count * sizeof *copy);
    TRY(numbers_back(act, shown, pack, type, copy));
    TRY(shown_opens(act, shown, pack, type, copy));
    *ret_values = copy;
    return NULL;
}
