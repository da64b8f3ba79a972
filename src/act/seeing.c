#include "act/seeing.h"

#include "base/must.h"
#include "base/text.h"

#include <stdlib.h>
#include <string.h>

/* What was opened to the reader's agency, by which entry. */
struct opening {
    uint64_t by;       /* sequence of the disclosure */
    struct instant at; /* when it was recorded */
    uint64_t seq;      /* the entry it opens; 0: none */
    label_set labels;  /* ... and what bears these, up to then */
};

/* ---- labels ---- */

/* Labels of a pack, as labels of the policy. */
static label_set as_policy(const struct seeing *seeing, const struct pack *pack, label_set labels)
{
    label_set mapped = 0;
    for (size_t i = 0; i < pack->access.label_count; i++) {
        if ((labels & LABEL_BIT(i)) != 0) {
            mapped |= access_labels_parse(seeing->reach->policy, pack->access.labels[i].id);
        }
    }
    return mapped;
}

bool is_disclosure(const struct pack *pack, const struct entry_type *type)
{
    int disclosure = pack->access.disclosure_type;
    return disclosure >= 0 && type == &pack->types[disclosure];
}

const struct pack *seeing_pack(const struct seeing *seeing, const struct entry *entry,
                               const struct entry_type *type)
{
    return pack_owns(entry->pack, type) ? entry->pack : seeing->whole->pack;
}

static const char *label_text(const struct entry_type *type)
{
    return type->label == NULL ? "" : type->label;
}

/* The field of that name; mostly it stands where it stood. */
static const struct field *same_field(const struct entry_type *today, const struct field *field)
{
    size_t at = (size_t)field->index;
    bool there = at < today->field_count && strcmp(today->fields[at].id, field->id) == 0;
    return there ? &today->fields[at] : entry_type_field(today, field->id);
}

/* What the policy says of a type, worked out once: a case that was written under an earlier pack names all by
 * its ids. */
struct type_seen {
    struct type_seen *next;
    const struct entry_type *type;
    label_set labels;
    const label_set *fields;
    bool has_labels; /* some field bears one */
    bool may_differ;
};

static void look_at_earlier(const struct seeing *seeing, const struct pack *pack, struct type_seen *seen)
{
    const struct entry_type *type = seen->type;
    const struct entry_type *today = pack_type(seeing->reach->pack, type->id);
    label_set *labels = arena_many(seeing->act->arena, label_set, type->field_count);
    bool of_pack = pack_owns(pack, type);
    seen->labels =
        (today == NULL ? 0 : today->labels) | access_labels_parse(seeing->reach->policy, label_text(type));
    for (size_t f = 0; f < type->field_count; f++) {
        const struct field *own = &type->fields[f];
        const struct field *same = today == NULL ? NULL : same_field(today, own);
        labels[f] = (same == NULL ? 0 : same->labels) | (of_pack ? as_policy(seeing, pack, own->labels) : 0);
        seen->has_labels = seen->has_labels || labels[f] != 0;
    }
    seen->fields = labels;
}

static void look_at_type(const struct seeing *seeing, const struct pack *pack, struct type_seen *seen)
{
    const struct entry_type *type = seen->type;
    if (pack_owns(seeing->reach->pack, type)) {
        seen->labels = type->labels;
        seen->fields = type->field_labels;
        seen->has_labels = type->has_labels;
    } else {
        look_at_earlier(seeing, pack, seen);
    }
    /* a correction has an entry that it is of */
    seen->may_differ = seen->has_labels || type->names_entry || is_disclosure(pack, type);
}

static const struct type_seen *type_seen(const struct seeing *seeing, const struct entry *entry,
                                         const struct entry_type *type)
{
    struct type_seen **bucket = &seeing->types[(unsigned)type->index % SEEING_BUCKETS];
    for (const struct type_seen *seen = *bucket; seen != NULL; seen = seen->next) {
        if (seen->type == type) { /* and so of the same pack */
            return seen;
        }
    }
    struct type_seen *made = arena_one(seeing->act->arena, struct type_seen);
    *made = (struct type_seen){.next = *bucket, .type = type};
    look_at_type(seeing, seeing_pack(seeing, entry, type), made);
    *bucket = made;
    return made;
}

bool seeing_may_differ(const struct seeing *seeing, const struct entry *entry, const struct entry_type *type)
{
    return type_seen(seeing, entry, type)->may_differ;
}

static label_set labels_of(struct seeing *seeing, const struct entry *entry)
{
    if (seeing->label != entry->label) {
        seeing->label = entry->label;
        seeing->parsed = access_labels_parse(seeing->reach->policy, entry->label);
    }
    return seeing->parsed | type_seen(seeing, entry, entry->type)->labels;
}

/* ---- who sees what ---- */

enum access_own seeing_own(const struct seeing *seeing, const struct entry *entry)
{
    const struct actor *actor = seeing->act->actor;
    bool ours = text_equal(entry->agency, actor->agency);
    return !ours ? OWN_OTHER : id_equal(entry->recorded_by, actor->account) ? OWN_SELF : OWN_AGENCY;
}

static bool opens(const struct opening *opening, const struct entry *entry, bool in_case)
{
    return in_case && opening->seq == entry->seq;
}

/* From which entry on the reader sees what bears these labels: 0 never, else the later of its own and of the
 * disclosure that opened it. */
static uint64_t seen_since(const struct seeing *seeing, const struct entry *entry, label_set labels,
                           bool in_case)
{
    enum access_own own = seeing_own(seeing, entry);
    label_set disclosed = 0;
    if (access_sees(&seeing->sight, own, labels, 0)) {
        return entry->seq;
    }
    for (size_t i = 0; i < seeing->opening_count; i++) {
        const struct opening *opening = &seeing->openings[i];
        bool before =
            instant_compare(entry->recorded_at, opening->at) <= 0 && (!in_case || entry->seq < opening->by);
        disclosed |= opens(opening, entry, in_case) ? ~(label_set)0 : before ? opening->labels : 0;
        if (access_sees(&seeing->sight, own, labels, disclosed)) {
            return opening->by;
        }
    }
    return 0;
}

bool seeing_sees_field(const struct seeing *seeing, const struct entry *entry, const struct entry_type *type,
                       size_t field, bool in_case)
{
    label_set labels = type_seen(seeing, entry, type)->fields[field];
    return labels == 0 || seen_since(seeing, entry, labels, in_case) != 0;
}

/* ---- disclosures ---- */

static label_set opened_labels(const struct seeing *seeing, const struct value *value)
{
    label_set labels = 0;
    for (size_t i = 0; value != NULL && value->kind == VALUE_CODES && i < value->list.count; i++) {
        labels |= access_labels_parse(seeing->reach->policy, value_codes(value)[i]->id);
    }
    return labels;
}

static const struct value *answer(const struct known *known, int field)
{
    return field < 0 ? NULL : &known->values[field];
}

static int by_sequence(const void *a, const void *b)
{
    const struct opening *one = a;
    const struct opening *other = b;
    return (one->by > other->by) - (one->by < other->by);
}

static void find_openings(struct seeing *seeing)
{
    const struct history *history = seeing->whole->history;
    const struct access_policy *policy = &history->pack->access;
    struct opening *openings = NULL;
    for (size_t i = 0; i < history->count; i++) {
        const struct known *known = &history->list[i];
        if (!is_disclosure(history->pack, known->type)) {
            continue;
        }
        const struct value *to = answer(known, policy->disclosure_agency);
        const struct value *entry = answer(known, policy->disclosure_entry);
        if (to->kind != VALUE_CODE || !text_equal(to->code->id, seeing->act->actor->agency)) {
            continue;
        }
        if (openings == NULL) {
            openings = arena_many(seeing->act->arena, struct opening, history->count - i);
        }
        openings[seeing->opening_count++] = (struct opening){
            .by = known->entry->seq,
            .at = known->entry->recorded_at,
            .seq = entry != NULL && entry->kind == VALUE_NUMBER ? (uint64_t)entry->number : 0,
            .labels = opened_labels(seeing, answer(known, policy->disclosure_labels)),
        };
    }
    if (openings != NULL) {
        qsort(openings, seeing->opening_count, sizeof *openings, by_sequence);
    }
    seeing->openings = openings;
}

/* ---- which entries ---- */

static uint64_t target_of(const struct entry *correction)
{
    const struct value *target = entry_value(correction, "corrects");
    must(target->number > 0 && (uint64_t)target->number < correction->seq); /* or it was not recorded */
    return (uint64_t)target->number;
}

bool seeing_some_closed(const struct seeing *seeing, const struct entry *entry, const struct entry_type *type,
                        const struct value *values, bool in_case)
{
    const struct type_seen *seen = type_seen(seeing, entry, type);
    const label_set *labels = seen->fields;
    for (size_t f = 0; seen->has_labels && f < type->field_count; f++) {
        if (labels[f] != 0 && values[f].kind != VALUE_NONE &&
            seen_since(seeing, entry, labels[f], in_case) == 0) {
            return true;
        }
    }
    return false;
}

static void look_at_entry(struct seeing *seeing, const struct entry *entry)
{
    uint64_t since = seen_since(seeing, entry, labels_of(seeing, entry), true);
    if (entry->type->part == PART_CORRECTION && since != 0) {
        uint64_t of = seeing->since[target_of(entry)];
        since = of == 0 ? 0 : of > since ? of : since;
        const struct value *fields = entry_value(entry, "fields");
        must(fields->kind == VALUE_FIELDS);
        seeing->fields |=
            seeing_some_closed(seeing, entry, fields->fields->type, fields->fields->values, true);
    }
    seeing->since[entry->seq] = since;
    seeing->all = seeing->all && since == entry->seq;
    seeing->fields =
        seeing->fields || (since != 0 && seeing_some_closed(seeing, entry, entry->type, entry->values, true));
}

static void look_at_all(struct seeing *seeing)
{
    const struct case_view *whole = seeing->whole;
    seeing->count = (size_t)whole->entries[whole->entry_count - 1]->seq;
    seeing->since = arena_many(seeing->act->arena, uint64_t, seeing->count + 1);
    seeing->all = true;
    for (size_t i = 0; i < whole->entry_count; i++) {
        look_at_entry(seeing, whole->entries[i]);
    }
}

void seeing_look(const struct act *act, const struct reach *reach, const struct case_view *whole,
                 struct seeing *ret_seeing)
{
    struct access_actor actor = reach->actor;
    actor.involvements = reach->involvements;
    *ret_seeing = (struct seeing){.act = act, .reach = reach, .whole = whole};
    ret_seeing->types = arena_many(act->arena, struct type_seen *, SEEING_BUCKETS);
    access_look(reach->policy, &actor, reach->restricted, act->now, &ret_seeing->sight);
    find_openings(ret_seeing);
    look_at_all(ret_seeing);
}

bool seeing_discloses(const struct seeing *seeing)
{
    const struct case_view *whole = seeing->whole;
    for (size_t i = 0; i < whole->entry_count; i++) {
        const struct entry *entry = whole->entries[i];
        if (is_disclosure(whole->pack, entry->type) && seeing_own(seeing, entry) == OWN_OTHER) {
            return true;
        }
    }
    return false;
}

/* ---- numbers for the reader ---- */

struct place_seen {
    uint64_t since;
    uint64_t seq;
};

static int by_since(const void *a, const void *b)
{
    const struct place_seen *one = a;
    const struct place_seen *other = b;
    if (one->since != other->since) {
        return one->since < other->since ? -1 : 1;
    }
    /* the disclosure before what it opens */
    int opened = (one->seq != one->since) - (other->seq != other->since);
    return opened != 0 ? opened : (one->seq > other->seq) - (one->seq < other->seq);
}

size_t seeing_number(const struct seeing *seeing, uint64_t **ret_numbers, uint64_t **ret_seqs)
{
    struct arena *arena = seeing->act->arena;
    struct place_seen *places = arena_many(arena, struct place_seen, seeing->count);
    uint64_t *numbers = arena_many(arena, uint64_t, seeing->count + 1);
    uint64_t *seqs = arena_many(arena, uint64_t, seeing->count + 1);
    size_t count = 0;
    bool in_order = true;
    for (uint64_t seq = 1; seq <= seeing->count; seq++) {
        if (seeing->since[seq] != 0) {
            places[count] = (struct place_seen){seeing->since[seq], seq};
            in_order = in_order && (count == 0 || by_since(&places[count - 1], &places[count]) < 0);
            count++;
        }
    }
    if (!in_order) { /* something was opened after others had been recorded */
        qsort(places, count, sizeof *places, by_since);
    }
    for (size_t i = 0; i < count; i++) {
        numbers[places[i].seq] = i + 1;
        seqs[i + 1] = places[i].seq;
    }
    *ret_numbers = numbers;
    *ret_seqs = seqs;
    return count;
}
