/*
 * Recording an entry: load, check against what stands, append with the head that was checked against.
 * Somebody who writes in between makes the head move; then it is checked again on what they wrote, or, where
 * the form says what it was begun on (expected_seq), the other's entries are handed back and nothing is
 * written.
 */
#include "act/account.h"
#include "act/account_state.h"
#include "act/seeing.h"
#include "act/shown.h"

#include "base/must.h"
#include "base/text.h"
#include "procedure/involvement.h"
#include "procedure/moved.h"
#include "record/decode.h"
#include "record/screen.h"

#include <string.h>

enum { TRIES = 200, AHEAD_MS = 5 * MS_PER_MINUTE };

struct entry entry_by(const struct act *act, const struct pack *pack, const struct entry_type *type,
                      const struct value *values, const struct moment *occurred)
{
    return (struct entry){
        .type = type,
        .occurred = occurred == NULL ? moment_of_instant(pack, act->now) : *occurred,
        .recorded_at = act->now,
        .recorded_by = act->actor->account,
        .agency = act->actor->agency,
        .label = type->label == NULL ? "standard" : type->label,
        .values = values,
    };
}

bool act_may_label(const struct entry_type *type)
{
    return type->part != PART_START && type->part != PART_CORRECTION && type->part != PART_CLOSING &&
           type->part != PART_REOPENING && type->part != PART_DETAILS;
}

/* With another label, unless it bears it already. `text`: none, or labels with a plus between them. */
static const char *add_label(const struct act *act, const char *text, const struct label *label)
{
    bool bears = (access_labels_parse(&act_pack(act)->access, text) & LABEL_BIT(label->index)) != 0;
    return bears ? text : arena_printf(act->arena, "%s%s%s", text, *text == '\0' ? "" : "+", label->id);
}

/* What takes a link back is for those who may know of the link, or it would tell others that there was one.
 */
static void label_as_link(const struct act *act, const struct case_view *view, struct entry *entry)
{
    const struct access_policy *policy = &act_pack(act)->access;
    const char *of_link = link_end_label(act, view, entry);
    const char *text = access_labels_parse(policy, entry->label) == 0 ? "" : entry->label;
    label_set labels = of_link == NULL ? 0 : access_labels_parse(policy, of_link);
    for (size_t i = 0; i < policy->label_count; i++) {
        if ((labels & LABEL_BIT(policy->labels[i].index)) != 0) {
            text = add_label(act, text, &policy->labels[i]);
        }
    }
    entry->label = *text == '\0' ? entry->label : text;
}

/* Those of the type stay: an author closes an entry further, and never opens it. */
static const struct error *label_entry(const struct act *act, const struct entry_type *type,
                                       const char *labels, struct entry *entry)
{
    const struct access_policy *policy = &act_pack(act)->access;
    const char *text = access_labels_parse(policy, entry->label) == 0 ? "" : entry->label;
    while (labels != NULL && *labels != '\0') {
        size_t size = strcspn(labels, "+");
        const char *id = arena_copy_n(act->arena, labels, size);
        const struct label *label = access_label(policy, id);
        if (label == NULL || !label->raises || !act_may_label(type)) {
            return error_field(act->arena, ERROR_INVALID, "labels", NULL,
                               "\"%.60s\" is no label that you may put on this entry", id);
        }
        text = add_label(act, text, label);
        labels += size + (labels[size] == '+' ? 1 : 0);
    }
    entry->label = *text == '\0' ? entry->label : text;
    return NULL;
}

/* ---- whom an entry brings in by name: somebody, or nobody would be brought in */

/* `before`: what it was before a correction; NULL: it is new. */
static bool says_anew(const struct entry *before, const struct entry *entry, int field)
{
    return field >= 0 && (before == NULL || !value_equal(&before->values[field], &entry->values[field]));
}

static const struct error *check_person(const struct act *act, const struct entry *before,
                                        const struct entry *entry, int field)
{
    const struct account *account;
    if (!says_anew(before, entry, field) || entry->values[field].kind != VALUE_TEXT) {
        return NULL;
    }
    const char *name = text_trim(act->arena, entry->values[field].text);
    const struct error *error = account_by_name(act, name, &account);
    if (error != NULL && error->code == ERROR_NOT_FOUND) {
        return error_field(act->arena, ERROR_INVALID, entry->type->fields[field].id, NULL,
                           "nobody signs in as \"%.60s\"", name);
    }
    return error;
}

static const struct error *has_members(const struct act *act, const char *agency, const char *team,
                                       bool *ret_has)
{
    const struct account *const *accounts;
    size_t count;
    const char *name = involved_name(act->arena, team);
    TRY(accounts_every(act, &accounts, &count));
    *ret_has = false;
    for (size_t i = 0; i < count && !*ret_has; i++) {
        *ret_has = text_equal(accounts[i]->agency, agency) &&
                   account_opens(account_state_now(act, accounts[i])) &&
                   text_equal(involved_name(act->arena, accounts[i]->team), name);
    }
    return NULL;
}

static const struct error *check_team(const struct act *act, const struct entry *before,
                                      const struct entry *entry, const struct access_involving *involving)
{
    int field = involving->team_field;
    bool anew =
        says_anew(before, entry, field) || (field >= 0 && says_anew(before, entry, involving->agency_field));
    if (!anew || entry->values[field].kind != VALUE_TEXT) {
        return NULL;
    }
    const struct field *fields = entry->type->fields;
    const struct value *agency = involving->agency_field < 0 ? NULL : &entry->values[involving->agency_field];
    if (agency == NULL || agency->kind != VALUE_CODE) {
        return error_field(act->arena, ERROR_INVALID,
                           fields[agency == NULL ? field : involving->agency_field].id, NULL,
                           "say which agency the team is of");
    }
    bool has = involving->as == NULL; /* a team that is no more can be let go */
    TRY(has ? NULL : has_members(act, agency->code->id, entry->values[field].text, &has));
    return has ? NULL
               : error_field(act->arena, ERROR_INVALID, fields[field].id, NULL,
                             "nobody of that agency has an account in a team called \"%.60s\"",
                             text_trim(act->arena, entry->values[field].text));
}

static const struct error *check_named(const struct act *act, const struct pack *pack,
                                       const struct entry *before, const struct entry *entry)
{
    const struct access_policy *policy = &pack->access;
    for (size_t i = 0; i < policy->begin_count + policy->end_count; i++) {
        const struct access_involving *involving =
            i < policy->begin_count ? &policy->begins[i] : &policy->ends[i - policy->begin_count];
        if (involving->type == entry->type->index) {
            TRY(check_person(act, before, entry, involving->person_field));
            TRY(check_team(act, before, entry, involving));
        }
    }
    return NULL;
}

/* Both chains as one, the first first. */
static const struct error *join(struct arena *arena, const struct error *first, const struct error *second)
{
    if (first == NULL) {
        return second;
    }
    struct error *copy = arena_one(arena, struct error);
    *copy = *first;
    copy->next = join(arena, first->next, second);
    return copy;
}

/* A clock does not begin with a time that is still to come: it would not run out in time. */
static const struct error *check_clocks(const struct act *act, const struct pack *pack,
                                        const struct entry *entry)
{
    const struct duty_uses *uses = &pack->uses[entry->type->index];
    for (size_t u = 0; u < uses->count; u++) {
        const struct duty_use *use = &uses->list[u];
        int at = use->kind == USE_BEGIN ? use->begins->at : -1;
        if (at >= 0 && entry->values[at].kind == VALUE_MOMENT &&
            entry->values[at].moment.start.ms > act->now.ms + AHEAD_MS) {
            return error_field(act->arena, ERROR_INVALID, entry->type->fields[at].id, NULL,
                               "this is still to come: say when it happened");
        }
    }
    return NULL;
}

const struct error *entry_check(const struct act *act, const struct position *position, struct entry *entry)
{
    const struct error *error = NULL;
    if (entry->occurred.start.ms > act->now.ms + AHEAD_MS) {
        error = error_field(act->arena, ERROR_INVALID, "occurred_at", NULL,
                            "this is still to come: say when it happened");
    } else if (entry->type->needs_minute && entry->occurred.day_only) {
        error = error_field(act->arena, ERROR_INVALID, "occurred_at", NULL,
                            "a clock in hours begins with it: give the time too");
    }
    error = join(act->arena, error, check_clocks(act, position->history->pack, entry));
    error = join(act->arena, error,
                 screen_settle(act->arena, position->history->pack, entry, &position->standing));
    error = join(act->arena, error,
                 entry_validate(act->arena, position->history->pack, entry, &position->standing));
    return join(act->arena, error, gates_check(act->arena, position, entry));
}

/* ---- corrections
 * -------------------------------------------------------------------------------------------------------- */

static const struct known *known_of_seq(const struct history *history, uint64_t seq)
{
    for (size_t i = 0; i < history->count; i++) {
        if (history->list[i].entry->seq == seq) {
            return &history->list[i];
        }
    }
    return NULL;
}

/* What a correction of a correction is of in the end; 0 where it does not say. That it is of the case was
 * asked (shown_values), and each is of one before it. */
static uint64_t root_of(const struct case_streams *streams, const struct value *target)
{
    uint64_t seq = (uint64_t)target->number;
    while (seq != 0 && streams->file.entries[seq - 1]->type->part == PART_CORRECTION) {
        const struct value *next = entry_value(streams->file.entries[seq - 1], "corrects");
        must(next->number > 0 && (uint64_t)next->number < seq);
        seq = (uint64_t)next->number;
    }
    return seq;
}

/* The entry that is corrected in the end, as it stands and with the new answers in place of the old. */
static const struct error *corrected(const struct act *act, const struct case_streams *streams,
                                     const struct position *position, const struct entry *correction,
                                     struct entry *ret_before, struct entry *ret_entry)
{
    const struct value *target = entry_value(correction, "corrects");
    const struct value *fields = entry_value(correction, "fields");
    const struct known *known = known_of_seq(position->history, root_of(streams, target));
    known = known == NULL ? NULL : known_as_written(known);
    if (known == NULL || fields->kind != VALUE_FIELDS || fields->fields->type != known->type) {
        return error_field(act->arena, ERROR_INVALID, "corrects", NULL, "there is no entry %lld in this case",
                           (long long)target->number);
    }
    struct value *values = arena_many(act->arena, struct value, known->type->field_count);
    for (size_t i = 0; i < known->type->field_count; i++) {
        bool system = known->type->fields[i].system;
        values[i] = fields->fields->set[i] && !system ? fields->fields->values[i] : known->values[i];
        if (fields->fields->set[i] && system) {
            return error_field(act->arena, ERROR_INVALID, known->type->fields[i].id, NULL,
                               "this is not for people to change");
        }
    }
    *ret_before = *known->entry;
    ret_before->values = known->values;
    ret_before->occurred = known->occurred;
    *ret_entry = *ret_before;
    ret_entry->values = values;
    ret_entry->occurred = fields->fields->sets_occurred ? fields->fields->occurred : known->occurred;
    return NULL;
}

/* Whether it touches what was screened: a screen of an older version stays as it was scored. */
static bool changes_screen(const struct pack *pack, const struct entry *correction,
                           const struct entry *result)
{
    static const char *const names[] = {"screen", "version", "answers", "score", "band", "professional_band"};
    const struct value *fields = entry_value(correction, "fields");
    for (size_t i = 0; result->type == pack->screen_type && i < sizeof names / sizeof *names; i++) {
        if (fields->fields->set[entry_type_field(result->type, names[i])->index]) {
            return true;
        }
    }
    return false;
}

/* Whether it touches what a disclosure opens, or to whom. */
static bool changes_opening(const struct pack *pack, const struct entry *correction)
{
    const struct access_policy *policy = &pack->access;
    const struct fields *new = entry_value(correction, "fields")->fields;
    for (int f = 0; is_disclosure(pack, new->type) && f < (int)new->type->field_count; f++) {
        bool opens =
            f == policy->disclosure_agency || f == policy->disclosure_entry || f == policy->disclosure_labels;
        if (opens && new->set[f]) {
            return true;
        }
    }
    return false;
}

/* What the case was when the entry was recorded. */
static const struct position *position_then(const struct act *act, const struct case_streams *streams,
                                            const struct position *position, const struct entry *entry)
{
    const struct pack *pack = streams->file.pack;
    const struct history *history =
        history_if_moved(act->arena, pack, pack, streams->file.entries, (size_t)entry->seq - 1,
                         position->history->child, entry->recorded_at);
    return position_of(act->arena, history, entry->recorded_at);
}

/* What is right after a correction must still be complete, and pass the gates that it passed before it. */
static const struct error *check_correction(const struct act *act, const struct case_streams *streams,
                                            const struct shown *shown, const struct position *position,
                                            const struct entry *correction)
{
    struct entry before;
    struct entry result;
    TRY(corrected(act, streams, position, correction, &before, &result));
    bool ours = pack_owns(streams->file.pack, result.type);
    const struct pack *pack = ours ? streams->file.pack : result.pack;
    if (!act_may_record(act->actor, pack, result.type)) {
        return error_new(act->arena, ERROR_NOT_ALLOWED,
                         "your role does not record \"%s\", so it does not correct it", result.type->title);
    }
    if (changes_opening(pack, correction)) {
        TRY(shown_opens(act, shown, pack, result.type, result.values));
    }
    if (result.occurred.start.ms > act->now.ms + AHEAD_MS) {
        return error_field(act->arena, ERROR_INVALID, "occurred_at", NULL,
                           "this is still to come: say when it happened");
    }
    if (result.type->needs_minute && result.occurred.day_only) {
        return error_field(act->arena, ERROR_INVALID, "occurred_at", NULL,
                           "a clock in hours begins with it: give the time too");
    }
    TRY(check_clocks(act, pack, &result));
    TRY(check_named(act, pack, &before, &result));
    struct standing standing = position->standing;
    if (!ours) {
        standing.marks = NULL; /* its conditions speak of the marks of another procedure */
    }
    const struct error *error = changes_screen(pack, correction, &result)
                                    ? screen_settle(act->arena, pack, &result, &standing)
                                    : NULL;
    error = join(act->arena, error, entry_validate(act->arena, pack, &result, &standing));
    if (!ours) {
        return error;
    }
    const struct position *then = position_then(act, streams, position, &before);
    return join(act->arena, error, gates_check_corrected(act->arena, then, &before, &result));
}

/* ---- recording
 * ----------------------------------------------------------------------------------------------------------
 */

/* `view` is as the actor sees it: what is closed to them is no conflict of theirs. */
static const struct error *conflict(const struct act *act, const struct case_streams *streams,
                                    const struct case_view *view, uint64_t expected,
                                    struct recorded *recorded)
{
    size_t known = expected < view->entry_count ? (size_t)expected : view->entry_count;
    recorded->view = view;
    recorded->case_id = streams->file.head.id;
    recorded->reference = view->reference;
    recorded->since = view->entries + known;
    recorded->since_count = view->entry_count - known;
    return error_new(act->arena, ERROR_CONFLICT,
                     "the case is at entry %llu, and this was begun at entry %llu",
                     (unsigned long long)view->seq, (unsigned long long)expected);
}

static const struct error *try_record(const struct act *act, const char *reference,
                                      const struct entry_input *input, const char *what,
                                      struct recorded *recorded)
{
    struct store_reader *reader;
    struct case_streams streams;
    const struct case_view *view;
    TRY(store_reader_take(act->service->store, &reader));
    const struct error *error = case_load(act, reader, reference, ACCESS_RECORD, &streams);
    store_reader_give(reader);
    TRY(error);
    struct shown shown;
    view = case_view_make(act, &streams, INSTANT_NEVER, act->now);
    shown_make(act, streams.reach, view, &shown);
    if (input->expected_seq != 0 && input->expected_seq != shown.view->seq) {
        return conflict(act, &streams, shown.view, input->expected_seq, recorded);
    }
    if (!pack_owns(streams.file.pack, input->type)) {
        return error_new(act->arena, ERROR_INVALID,
                         "the case is under another procedure than this form is of: begin the form again");
    }
    /* whether the actor may record at all was asked by the act itself */
    const struct role *role = pack_role(streams.file.pack, act->actor->role->id);
    if (role == NULL || !input->type->recorded_by[role->index]) {
        return error_new(act->arena, ERROR_NOT_ALLOWED, "your role does not record \"%s\"",
                         input->type->title);
    }
    const struct value *values;
    TRY(shown_values(act, &shown, input->type, input->values, &values));
    struct entry entry = entry_by(act, streams.file.pack, input->type, values, input->occurred);
    label_as_link(act, shown.view, &entry);
    TRY(label_entry(act, input->type, input->labels, &entry));
    TRY(check_named(act, streams.file.pack, NULL, &entry));
    TRY(entry_check(act, view->position, &entry));
    if (input->type->part == PART_CORRECTION) {
        TRY(check_correction(act, &streams, &shown, view->position, &entry));
    }
    struct write *write = store_write_new(act->service->store, act->arena);
    recorded->entry = store_write_entry(write, &streams.file, &entry);
    TRY(write_lines_of(act, write, &streams.file, &entry));
    TRY(answer_keep(act, write, input->idempotency_key, what, &streams, recorded));
    if (!id_is_zero(input->draft)) {
        store_write_drop_draft(write, act->actor->account, input->draft);
    }
    recorded->view = case_view_make(act, &streams, INSTANT_NEVER, act->now);
    TRY(notices_write(act, write, recorded->view, recorded->entry->seq));
    TRY(store_commit(write));
    recorded->case_id = streams.file.head.id;
    recorded->reference = reference_of(recorded->case_id);
    shown_recorded(act, streams.reach, recorded);
    return NULL;
}

static const struct error *case_id_of(const struct act *act, const char *reference, struct id *ret_id)
{
    struct store_reader *reader;
    struct reference parsed;
    if (!reference_parse(reference, &parsed)) {
        return error_of(ERROR_NOT_FOUND);
    }
    TRY(store_reader_take(act->service->store, &reader));
    const struct error *error = store_case_by_reference(reader, act->arena, parsed, ret_id);
    store_reader_give(reader);
    return error;
}

const struct error *record_entry(const struct act *act, const char *reference,
                                 const struct entry_input *input, struct recorded *ret_recorded)
{
    struct recorded recorded = {0};
    const struct error *error = NULL;
    bool found;
    const struct asked_entry asked = {reference, input->type, input->values, input->occurred, input->labels};
    const char *what = input->idempotency_key == NULL ? NULL : answer_fingerprint(act, &asked, 1);
    TRY(answer_again(act, input->idempotency_key, what, &found, ret_recorded));
    if (found) {
        return NULL;
    }
    for (int i = 0; i < TRIES; i++) {
        error = try_record(act, reference, input, what, &recorded);
        if (error != NULL && error->code == ERROR_EXISTS) {
            must(input->idempotency_key != NULL); /* nothing else of it is there but once */
            return answer_again(act, input->idempotency_key, what, &found, ret_recorded);
        }
        if (error == NULL || error->code != ERROR_CONFLICT) {
            break;
        }
        if (recorded.since != NULL) {
            /* the form was begun on an older head, or it was this very form, sent twice at once */
            TRY(answer_again(act, input->idempotency_key, what, &found, ret_recorded));
            if (found) {
                return NULL;
            }
            break;
        }
    }
    if (error == NULL || recorded.since != NULL) {
        *ret_recorded = recorded;
    }
    return error;
}

const struct error *act_entry_record(const struct act *act, const char *reference,
                                     const struct entry_input *input, struct recorded *ret_recorded)
{
    struct id case_id = {{0}};
    const struct error *error = act->actor == NULL ? NULL : case_id_of(act, reference, &case_id);
    TRY(act_begin(act, MAY_RECORD, "entry-record", case_id));
    TRY(error);
    if (input->type->part == PART_DETAILS || input->type->only_without_child ||
        input->type->recorded_by == NULL) {
        return error_new(act->arena, ERROR_NOT_ALLOWED, "your role does not record \"%s\"",
                         input->type->title);
    }
    return record_entry(act, reference, input, ret_recorded);
}

/* ---- the child's details
 * ------------------------------------------------------------------------------------------------ */

uint64_t act_details_seq(const struct child_view *child)
{
    uint64_t seq = 0;
    for (size_t i = 0; i < child->details->count; i++) {
        const struct known *known = &child->details->list[i];
        bool some = false;
        for (size_t f = 0; f < known->type->field_count; f++) {
            some = some || known->values[f].kind != VALUE_NONE;
        }
        seq = some && known->entry->seq > seq ? known->entry->seq : seq;
    }
    return seq;
}

static const struct error *try_details(const struct act *act, const char *reference, uint64_t expected_seq,
                                       const struct value *values, struct recorded *recorded)
{
    struct store_reader *reader;
    struct case_streams streams;
    struct child_view child;
    struct shown shown;
    TRY(store_reader_take(act->service->store, &reader));
    const struct error *error = case_load(act, reader, reference, ACCESS_RECORD, &streams);
    store_reader_give(reader);
    TRY(error);
    shown_make(act, streams.reach, case_view_make(act, &streams, INSTANT_NEVER, act->now), &shown);
    const struct pack *pack = streams.person.pack;
    const struct entry_type *type = &pack->types[pack->details_type];
    child_view_make(act, &streams.person, INSTANT_NEVER, moment_of_instant(pack, act->now).day, &child);
    /* The whole must be complete; what is written is only what changes. Whether it is the same as what is
     * closed to who writes it they are not told. */
    struct value *whole = arena_many(act->arena, struct value, type->field_count);
    struct value *changed = arena_many(act->arena, struct value, type->field_count);
    size_t changes = 0;
    for (size_t i = 0; i < type->field_count; i++) {
        bool changes_it =
            values[i].kind != VALUE_NONE && !value_equal(&values[i], &shown.view->child.values[i]);
        whole[i] = values[i].kind != VALUE_NONE ? values[i] : child.values[i];
        changed[i] = changes_it ? values[i] : (struct value){.kind = VALUE_NONE};
        changes += changes_it;
    }
    struct entry entry = entry_by(act, pack, type, whole, NULL);
    struct standing standing = {arena_many(act->arena, bool, pack->mark_count),
                                {child.has_birth, child.birth}};
    const struct field *birth = entry_type_field(type, "date_of_birth");
    const struct error *fault = entry_validate(act->arena, pack, &entry, &standing);
    if (birth != NULL && changed[birth->index].kind == VALUE_DAY &&
        changed[birth->index].day.number > entry.occurred.day.number) {
        fault = error_field(act->arena, ERROR_INVALID, birth->id, fault, "this day is still to come");
    }
    TRY(fault);
    if (changes > 0 && expected_seq != 0 && act_details_seq(&shown.view->child) != expected_seq) {
        return error_new(act->arena, ERROR_CONFLICT, "the details were changed since this was begun");
    }
    if (changes > 0) {
        struct write *write = store_write_new(act->service->store, act->arena);
        entry.values = changed;
        recorded->entry = store_write_entry(write, &streams.person, &entry);
        TRY(store_commit(write));
    }
    recorded->case_id = streams.file.head.id;
    recorded->reference = reference_of(recorded->case_id);
    recorded->view = case_view_make(act, &streams, INSTANT_NEVER, act->now);
    shown_recorded(act, streams.reach, recorded);
    return NULL;
}

const struct error *act_details_record(const struct act *act, const char *reference, uint64_t expected_seq,
                                       const struct value *values, struct recorded *ret_recorded)
{
    struct recorded recorded = {0};
    struct id case_id = {{0}};
    const struct error *error = act->actor == NULL ? NULL : case_id_of(act, reference, &case_id);
    TRY(act_begin(act, MAY_RECORD, "details-record", case_id));
    TRY(error);
    for (int i = 0; i < TRIES; i++) {
        error = try_details(act, reference, expected_seq, values, &recorded);
        if (error == NULL || error->code != ERROR_CONFLICT) {
            break;
        }
    }
    if (error == NULL) {
        *ret_recorded = recorded;
    }
    return error;
}
