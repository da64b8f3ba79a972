/*
 * What is held about a person: their details, what stands in each of their cases (with what was corrected,
 * and what is a part of a meeting), and which agencies have looked. Drafts are nobody's record, and are not
 * in it; what the program sets for itself is not either.
 */
#include "act/request_file.h"

#include "base/must.h"
#include "base/text.h"
#include "procedure/moved.h"
#include "procedure/subject.h"

#include <string.h>

enum { LOOKS_AT_ONCE = 1000 };

struct gathering {
    const struct act *act;
    struct store_reader *reader;
    const struct request_file *file;
    const struct pack *pack; /* whose reasons count */
    struct instant as_of;
    bool others; /* somebody else asks */
    struct request_item *items;
    size_t count;
    size_t room;
};

static struct request_item item_of(const struct entry *entry)
{
    return (struct request_item){.pack = entry->pack,
                                 .entry = entry,
                                 .type = entry->type,
                                 .occurred = entry->occurred,
                                 .agency = entry->agency};
}

static void propose(struct request_item *item, const struct exemption *exemption)
{
    item->proposed = exemption;
    item->exemption = exemption;
    item->is_out = exemption != NULL;
}

static struct request_item *add(struct gathering *gathering, const struct request_item *item)
{
    gathering->items = arena_room(gathering->act->arena, gathering->items, gathering->count, &gathering->room,
                                  sizeof *gathering->items);
    struct request_item *added = &gathering->items[gathering->count++];
    *added = *item;
    if (item->entry != NULL) {
        propose(added, subject_exemption(gathering->pack, item->entry, item->field, gathering->others));
    }
    return added;
}

static bool is_asked_by_people(const struct field *field)
{
    return !field->system && field->kind != FIELD_ENTRY && field->kind != FIELD_FIELDS;
}

static bool is_known(const struct gathering *gathering, const struct entry *entry)
{
    return instant_compare(entry->recorded_at, gathering->as_of) <= 0;
}

/* By these a decision is kept. `record` is "p", or "c1" for the first case. */
static const char *key_of(const struct gathering *gathering, const char *record, const struct entry *entry,
                          const struct field *field)
{
    return arena_printf(gathering->act->arena, "%s.%llu.%s", record, (unsigned long long)entry->seq,
                        field->id);
}

/* What an entry answers itself. Where `of` is left out as a whole, so is this. */
static void gather_answers(struct gathering *gathering, const char *record, enum request_kind kind,
                           const struct entry *entry, const struct entry *of)
{
    for (size_t f = 0; f < entry->type->field_count; f++) {
        const struct field *field = &entry->type->fields[f];
        if (is_asked_by_people(field) && entry->values[f].kind != VALUE_NONE) {
            struct request_item item = item_of(entry);
            item.kind = kind;
            item.key = key_of(gathering, record, entry, field);
            item.field = field;
            item.value = &entry->values[f];
            struct request_item *added = add(gathering, &item);
            if (added->proposed == NULL) {
                propose(added, subject_exemption(gathering->pack, of, NULL, gathering->others));
            }
        }
    }
}

/* ---- details ---- */

static void gather_details(struct gathering *gathering, const struct stream *person)
{
    for (size_t i = 0; i < person->count; i++) {
        const struct entry *entry = person->entries[i];
        if (is_known(gathering, entry)) {
            gather_answers(gathering, "p", REQUEST_DETAIL, entry, entry);
        }
    }
}

/* ---- a case ---- */

static void gather_field(struct gathering *gathering, const char *record, const struct known *known,
                         const struct request_item *base, size_t f)
{
    const struct field *field = &known->type->fields[f];
    for (size_t v = known->version_count; v-- > 0;) {
        const struct value *value = &known->versions[v].values[f];
        bool last = v + 1 == known->version_count;
        if (value->kind == VALUE_NONE || (!last && value_equal(value, &known->versions[v + 1].values[f]))) {
            continue;
        }
        struct request_item item = *base;
        const char *key = key_of(gathering, record, known->entry, field);
        item.kind = last ? REQUEST_ANSWER : REQUEST_EARLIER;
        item.key = last ? key : arena_printf(gathering->act->arena, "%s.%zu", key, v + 1);
        item.field = field;
        item.value = value;
        add(gathering, &item);
    }
}

static void gather_known(struct gathering *gathering, const char *record, const struct known *known)
{
    const struct known *shown = known_as_written(known);
    size_t before = gathering->count;
    struct request_item base = item_of(known->entry);
    base.type = shown->type;
    base.occurred = shown->occurred;
    for (size_t f = 0; f < shown->type->field_count; f++) {
        if (is_asked_by_people(&shown->type->fields[f])) {
            gather_field(gathering, record, shown, &base, f);
        }
    }
    if (gathering->count == before) {
        base.kind = REQUEST_RECORDED;
        base.key =
            arena_printf(gathering->act->arena, "%s.%llu", record, (unsigned long long)known->entry->seq);
        add(gathering, &base);
    }
}

/* The entry that a correction is of in the end. */
static const struct entry *corrected_by(const struct stream *file, const struct entry *entry)
{
    while (entry->type->part == PART_CORRECTION) {
        const struct value *target = entry_value(entry, "corrects");
        must(target->number > 0 && (uint64_t)target->number < entry->seq); /* or it was not recorded */
        entry = file->entries[target->number - 1];
    }
    return entry;
}

/* Why something was corrected is said in the correction, which is no line of its own: it bears no label, and
 * is as closed as what it corrects. */
static void gather_corrections(struct gathering *gathering, const char *record, const struct stream *file)
{
    for (size_t i = 0; i < file->count; i++) {
        const struct entry *entry = file->entries[i];
        if (entry->type->part == PART_CORRECTION && is_known(gathering, entry)) {
            gather_answers(gathering, record, REQUEST_ANSWER, entry, corrected_by(file, entry));
        }
    }
}

static const struct error *gather_case(struct gathering *gathering, int number, struct id id)
{
    struct stream file;
    struct child nobody = {0};
    struct arena *arena = gathering->act->arena;
    const char *record = arena_printf(arena, "c%d", number);
    TRY(store_stream_read(gathering->reader, arena, id, &file));
    const struct history *history =
        history_of_case(arena, file.pack, file.entries, file.count, nobody, gathering->as_of);
    for (size_t i = 0; i < history->count; i++) {
        gather_known(gathering, record, &history->list[i]);
    }
    gather_corrections(gathering, record, &file);
    return NULL;
}

/* ---- looks ---- */

static struct request_item *of_agency(struct gathering *gathering, size_t from, const struct look *look)
{
    for (size_t i = from; i < gathering->count; i++) {
        if (text_equal(gathering->items[i].agency, look->agency)) {
            return &gathering->items[i];
        }
    }
    return add(gathering,
               &(struct request_item){.key = arena_printf(gathering->act->arena, "looks.%s", look->agency),
                                      .kind = REQUEST_LOOKS,
                                      .pack = gathering->pack,
                                      .agency = arena_copy(gathering->act->arena, look->agency),
                                      .first = look->at,
                                      .last = look->at});
}

/* Refusals were no looks: nothing was shown. */
static bool was_shown(const struct look *look)
{
    return !text_equal(look->act, "denied") && !text_equal(look->act, "not-found");
}

static const struct error *gather_looks(struct gathering *gathering, struct id record, size_t from)
{
    struct look_filter filter = {
        .record = record, .until = gathering->as_of, .limit = LOOKS_AT_ONCE, .from = {INT64_MIN}};
    do {
        const struct look *looks;
        size_t count;
        TRY(store_looks(gathering->act->service->store, gathering->act->arena, &filter, &looks, &count,
                        &filter.before));
        for (size_t i = 0; i < count; i++) {
            if (was_shown(&looks[i])) {
                struct request_item *item = of_agency(gathering, from, &looks[i]);
                item->looks++;
                item->first = instant_compare(looks[i].at, item->first) < 0 ? looks[i].at : item->first;
                item->last = instant_compare(looks[i].at, item->last) > 0 ? looks[i].at : item->last;
            }
        }
    } while (filter.before != 0);
    return NULL;
}

/* ---- what was decided about each ---- */

static const struct entry *decision_of(const struct request_file *file, const char *key)
{
    for (size_t i = file->stream.count; i-- > 0;) {
        const struct entry *entry = file->stream.entries[i];
        if (text_equal(entry->type->id, "request-decided") && text_equal(entry_text(entry, "item"), key)) {
            return entry;
        }
    }
    return NULL;
}

static const char *text_in(const struct entry *entry, const char *field)
{
    const char *text = entry_text(entry, field);
    return text == NULL ? "" : text;
}

static void apply_decision(struct gathering *gathering, struct request_item *item)
{
    const struct entry *entry = decision_of(gathering->file, item->key);
    if (entry == NULL) {
        return;
    }
    const char *words = entry_text(entry, "words");
    const struct value *opinion = entry_value(entry, "opinion_on");
    item->exemption = exemption_find(gathering->pack, text_in(entry, "left_out"));
    item->is_out = *text_in(entry, "left_out") != '\0';
    item->words = item->is_out || text_is_blank(words) ? NULL : words;
    item->reason = text_in(entry, "reason");
    item->decided_by = account_name(gathering->act, entry->recorded_by);
    item->opinion_by = text_in(entry, "opinion_by");
    item->has_opinion = opinion->kind == VALUE_DAY;
    item->opinion_on = item->has_opinion ? opinion->day : (struct day){0};
}

static bool is_listed(const struct value *list, const char *key)
{
    for (size_t i = 0; list->kind == VALUE_TEXTS && i < list->list.count; i++) {
        if (strcmp(value_texts(list)[i], key) == 0) {
            return true;
        }
    }
    return false;
}

/* What was prepared is what was listed then, whatever the reasons of the pack propose today. */
static void apply_prepared(struct gathering *gathering)
{
    const struct entry *prepared = gathering->file->prepared;
    const struct value *list = prepared == NULL ? NULL : entry_value(prepared, "items");
    for (size_t i = 0; i < gathering->count; i++) {
        apply_decision(gathering, &gathering->items[i]);
        if (list != NULL) {
            gathering->items[i].is_out = !is_listed(list, gathering->items[i].key);
        }
    }
}

/* ---- all of it ---- */

static bool is_gone(const struct error *error)
{
    return error != NULL && (error->code == ERROR_NOT_FOUND || error->code == ERROR_DISPOSED);
}

static const struct error *gather_cases(struct gathering *gathering, const struct id *cases, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        TRY(gather_case(gathering, (int)i + 1, cases[i]));
    }
    size_t from = gathering->count;
    for (size_t i = 0; i < count; i++) {
        TRY(gather_looks(gathering, cases[i], from));
    }
    return NULL;
}

const struct error *request_gather(const struct act *act, struct store_reader *reader,
                                   const struct request_file *file, const struct pack *pack,
                                   struct instant as_of, struct request_gathered *ret_gathered)
{
    struct gathering gathering = {
        .act = act,
        .reader = reader,
        .file = file,
        .pack = pack,
        .as_of = as_of,
        .others = !text_equal(entry_text(file->received, "asks_as"), "self"),
    };
    struct stream person;
    const struct id *cases;
    size_t count;
    *ret_gathered = (struct request_gathered){.full_name = ""};
    const struct error *error = store_stream_read(reader, act->arena, file->person, &person);
    if (is_gone(error)) {
        return NULL;
    }
    TRY(error);
    struct child_view child;
    child_view_make(act, &person, as_of, (struct day){0}, &child);
    gather_details(&gathering, &person);
    TRY(store_cases_of_person(reader, act->arena, file->person, &cases, &count));
    TRY(gather_cases(&gathering, cases, count));
    apply_prepared(&gathering);
    *ret_gathered =
        (struct request_gathered){child.full_name, gathering.items, gathering.count, cases, count};
    return NULL;
}
