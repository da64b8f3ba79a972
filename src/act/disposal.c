/*
 * One record, and the steps of its disposal. Every step is taken on what stands when it is taken, and is
 * refused when somebody wrote first: an old page, a captured request or an agreement to an earlier proposal
 * changes nothing.
 */
#include "act/disposal.h"

#include "act/account.h"
#include "act/disposal_inner.h"
#include "act/shown.h"
#include "act/two_people.h"
#include "base/must.h"
#include "base/text.h"
#include "calendar/calendar.h"
#include "record/decode.h"
#include "store/disposed.h"

#include <string.h>

static void set_value(struct value *values, const struct entry_type *type, const char *field,
                      struct value value)
{
    values[entry_type_field(type, field)->index] = value;
}

static const char *text_in(const struct entry *entry, const char *field)
{
    const char *text = entry == NULL ? NULL : entry_text(entry, field);
    return text == NULL ? "" : text;
}

/* ---- what is known of the record ---- */

static bool is_gone(const struct error *error)
{
    return error != NULL && (error->code == ERROR_NOT_FOUND || error->code == ERROR_DISPOSED);
}

/* Whether this case is the only one that a meeting is still about. */
static const struct error *is_alone(const struct act *act, struct store_reader *reader,
                                    const struct stream *meeting, struct reference own, bool *ret_alone)
{
    const struct value *cases = entry_value(meeting->entries[0], "cases");
    *ret_alone = meeting->head.kind == STREAM_MEETING;
    for (size_t c = 0; *ret_alone && cases->kind == VALUE_TEXTS && c < cases->list.count; c++) {
        struct reference reference;
        struct id other;
        if (!reference_parse(value_texts(cases)[c], &reference) || strcmp(reference.text, own.text) == 0) {
            continue;
        }
        const struct error *error = store_case_by_reference(reader, act->arena, reference, &other);
        *ret_alone = is_gone(error);
        TRY(*ret_alone ? NULL : error); /* what cannot be read is not gone */
    }
    return NULL;
}

/* The records of meetings that this case has a part in and nobody else has any more. */
static const struct error *find_meetings(const struct act *act, struct store_reader *reader,
                                         const struct stream *file, struct record_known *known)
{
    struct id *meetings = arena_many(act->arena, struct id, file->count);
    struct reference own = reference_of(file->head.id);
    for (size_t i = 0; i < file->count; i++) {
        struct id id;
        struct stream meeting;
        const char *named = entry_text(file->entries[i], "meeting");
        bool known_already = named == NULL || !id_parse(named, &id);
        for (size_t m = 0; m < known->meeting_count && !known_already; m++) {
            known_already = id_equal(meetings[m], id);
        }
        const struct error *error =
            known_already ? NULL : store_stream_read(reader, act->arena, id, &meeting);
        if (known_already || is_gone(error)) {
            continue;
        }
        TRY(error);
        bool alone;
        TRY(is_alone(act, reader, &meeting, own, &alone));
        if (alone) {
            meetings[known->meeting_count++] = id;
        }
    }
    known->meetings = meetings;
    return NULL;
}

/* What was decided about giving it out does not outlive it, nor does who was kept from it, which goes with
 * the case by itself (store/disposed.h). */
static const struct error *find_beside(const struct act *act, struct store_reader *reader,
                                       struct record_known *known)
{
    return known->others > 0
               ? NULL
               : requests_ended(act, reader, known->person, &known->beside, &known->beside_count);
}

static const struct error *read_case(const struct act *act, struct store_reader *reader,
                                     struct record_known *known)
{
    struct case_streams streams;
    const struct case_view *view;
    const struct id *cases;
    size_t count;
    bool conflict;
    TRY(has_conflict(act, reader, known->record, &conflict));
    if (conflict) {
        return error_of(ERROR_NOT_FOUND);
    }
    TRY(case_load_id(act, reader, known->record, &streams));
    view = case_view_make(act, &streams, INSTANT_NEVER, act->now);
    kept_fact_of(act, view, &known->kept);
    known->seq = streams.file.head.seq;
    known->person = streams.person.head.id;
    TRY(store_cases_of_person(reader, act->arena, known->person, &cases, &count));
    must(count > 0); /* this one */
    known->others = count - 1;
    TRY(find_beside(act, reader, known));
    return find_meetings(act, reader, &streams.file, known);
}

const struct error *record_known_read(const struct act *act, struct store_reader *reader, struct id record,
                                      struct record_known *ret_known)
{
    struct stream stream;
    struct record_known known = {.record = record};
    TRY(store_stream_read(reader, act->arena, record, &stream));
    if (stream.head.kind == STREAM_CASE) {
        TRY(read_case(act, reader, &known));
    } else if (stream.head.kind == STREAM_OUTSIDE) {
        known.kind = RETENTION_OUTSIDE;
        known.seq = stream.head.seq;
        kept_fact_outside(act, &stream, &known.kept);
    } else {
        return error_of(ERROR_NOT_FOUND);
    }
    *ret_known = known;
    return NULL;
}

static struct day today_of(const struct act *act)
{
    return moment_of_instant(act_pack(act), act->now).day;
}

/* ---- how it stands ---- */

enum disposal_state disposal_state_of(const struct act *act, const struct kept_fact *kept,
                                      const struct disposal_file *file, bool requested)
{
    bool due = kept->rule != NULL && kept->last_day.number < today_of(act).number;
    if (file->done != NULL) {
        return DISPOSAL_DESTROYED;
    }
    if (file->standing > 0 || (requested && due)) {
        return DISPOSAL_HELD;
    }
    if (kept->open) {
        return DISPOSAL_OPEN;
    }
    if (kept->rule == NULL) {
        return DISPOSAL_NO_RULE;
    }
    if (!due) {
        return DISPOSAL_KEPT;
    }
    if (file->proposal == NULL) {
        return DISPOSAL_DUE;
    }
    if (file->agreement == NULL) {
        return DISPOSAL_PROPOSED;
    }
    return instant_compare(act->now, disposal_ready_at(file)) > 0 ? DISPOSAL_READY : DISPOSAL_WAITING;
}

static const char *source_of(const struct act *act, const struct retention_rule *rule)
{
    const char *paragraph = rule->paragraph == NULL ? NULL : paragraph_title(act->arena, rule->paragraph);
    return rule->statute == NULL ? paragraph
           : paragraph == NULL   ? rule->statute
                                 : arena_printf(act->arena, "%s; %s", paragraph, rule->statute);
}

void disposal_row_fill(const struct act *act, const struct kept_fact *kept, const struct disposal_file *file,
                       bool requested, struct disposal_row *row)
{
    const struct entry *last = file->stream.count == 0 ? NULL : file->stream.entries[file->stream.count - 1];
    *row = (struct disposal_row){
        .record = file->record,
        .reference = reference_of(file->record),
        .kind = file->kind,
        .rule_title = "",
        .source = "",
        .at = last == NULL ? INSTANT_NEVER : last->recorded_at,
        .by = last == NULL ? NULL : account_name(act, last->recorded_by),
        .ready_at = disposal_ready_at(file),
    };
    row->state = kept == NULL ? DISPOSAL_DESTROYED : disposal_state_of(act, kept, file, requested);
    if (kept != NULL && kept->rule != NULL) {
        row->rule = kept->rule;
        row->rule_title = kept->rule->title;
        row->source = source_of(act, kept->rule);
        row->has_last_day = true;
        row->last_day = kept->last_day;
    } else if (file->proposal != NULL) { /* it is gone: what the proposal said of it */
        row->rule_title = text_in(file->proposal, "rule_title");
        row->source = text_in(file->proposal, "source");
        row->has_last_day = true;
        row->last_day = entry_day(file->proposal, "last_day");
    }
}

/* ---- reading one ---- */

static const struct hold_view *holds_of(const struct act *act, const struct disposal_file *file)
{
    struct hold_view *holds = arena_many(act->arena, struct hold_view, file->standing);
    size_t count = 0;
    for (size_t i = 0; i < file->hold_count; i++) {
        const struct disposal_hold *hold = &file->holds[i];
        if (!hold->lifted) {
            holds[count++] =
                (struct hold_view){hold->seq, hold->at, account_name(act, hold->by), hold->reason};
        }
    }
    return holds;
}

static const struct disposal_step *steps_of(const struct act *act, const struct disposal_file *file,
                                            size_t *ret_count)
{
    struct disposal_step *steps = arena_many(act->arena, struct disposal_step, file->stream.count);
    *ret_count = 0;
    for (size_t i = file->stream.count; i-- > 1;) { /* the first only begins the file */
        const struct entry *entry = file->stream.entries[i];
        steps[(*ret_count)++] =
            (struct disposal_step){entry->recorded_at, entry->type->title,
                                   account_name(act, entry->recorded_by), text_in(entry, "reason")};
    }
    return steps;
}

static const struct error *allow(const struct act *act, struct store_reader *reader,
                                 const struct disposal_file *file, struct disposal_view *view)
{
    enum disposal_state state = view->row.state;
    bool agrees = permit(act->actor, MAY_AGREE_DISPOSAL);
    bool proposes = permit(act->actor, MAY_PROPOSE_DISPOSAL);
    view->may_hold = permit(act->actor, MAY_HOLD_RECORD) && state != DISPOSAL_DESTROYED;
    view->may_propose = proposes && state == DISPOSAL_DUE;
    view->may_cancel = (agrees || proposes) && file->proposal != NULL && state != DISPOSAL_DESTROYED;
    view->may_destroy = agrees && state == DISPOSAL_READY;
    if (agrees && state == DISPOSAL_PROPOSED) {
        TRY(second_person(act, reader, file->proposal, "proposed", &view->hindrance));
        view->may_agree = view->hindrance == NULL;
    }
    return NULL;
}

static void view_known(const struct record_known *known, struct disposal_view *view)
{
    view->begun = known->kept.begun;
    view->last = known->kept.last;
    view->is_closed = known->kind == RETENTION_CASE && !known->kept.open;
    view->closed = known->kept.closed;
    view->entries = known->kept.entries;
    view->others = known->others;
    view->meetings = known->meeting_count;
    view->consider = known->kept.pack->retention->disposal.text;
    view->waiting_days = known->kept.pack->retention->disposal.waiting_days;
}

/* Whoever reads the case knows how many entries it has for them: how many more there are would tell how much
 * is closed. */
static const struct error *count_entries(const struct act *act, struct store_reader *reader,
                                         const struct record_known *known, struct disposal_view *view)
{
    struct case_streams streams;
    struct reach reach;
    struct shown shown;
    if (known->kind != RETENTION_CASE || !permit(act->actor, MAY_READ_CASE)) {
        return NULL;
    }
    TRY(reach_of(act, reader, known->record, &reach));
    TRY(case_load_id(act, reader, known->record, &streams));
    shown_make(act, &reach, case_view_make(act, &streams, INSTANT_NEVER, act->now), &shown);
    view->entries = shown.view->entry_count;
    return NULL;
}

/* The record is gone: what the last entry of its file says of it. */
static void view_destroyed(const struct disposal_file *file, struct disposal_view *view)
{
    view->begun = entry_day(file->done, "begun_on");
    view->is_closed = entry_value(file->done, "closed_on")->kind == VALUE_DAY;
    view->closed = entry_day(file->done, "closed_on");
    view->entries = (uint64_t)entry_number(file->done, "entries");
    view->meetings = (size_t)entry_number(file->done, "meetings");
    view->others = text_equal(text_in(file->done, "person"), "yes") ? 0 : 1;
}

static const struct error *read_view(const struct act *act, struct store_reader *reader, struct id record,
                                     struct disposal_view *view)
{
    struct disposal_file file;
    struct record_known known;
    struct open_requests requests;
    TRY(disposal_file_read(act, reader, record, &file));
    if (file.done == NULL) {
        TRY(record_known_read(act, reader, record, &known));
        file.kind = known.kind;
        TRY(requests_open(act, reader, &requests));
        view->requested = is_requested(&requests, record);
        disposal_row_fill(act, &known.kept, &file, view->requested, &view->row);
        view_known(&known, view);
        TRY(count_entries(act, reader, &known, view));
    } else {
        disposal_row_fill(act, NULL, &file, false, &view->row);
        view_destroyed(&file, view);
    }
    view->holds = holds_of(act, &file);
    view->hold_count = file.standing;
    view->steps = steps_of(act, &file, &view->step_count);
    view->proposal = file.proposal == NULL ? 0 : file.proposal->seq;
    view->proposed_by = file.proposal == NULL ? NULL : account_name(act, file.proposal->recorded_by);
    view->proposed_why = text_in(file.proposal, "reason");
    view->agreed_by = file.agreement == NULL ? NULL : account_name(act, file.agreement->recorded_by);
    view->agreed_why = text_in(file.agreement, "reason");
    return allow(act, reader, &file, view);
}

const struct error *act_disposal_read(const struct act *act, struct id record,
                                      const struct disposal_view **ret_view)
{
    struct store_reader *reader;
    struct disposal_view *view = arena_one(act->arena, struct disposal_view);
    TRY(act_begin(act, MAY_READ_DISPOSALS, "disposal-read", record));
    TRY(store_reader_take(act->service->store, &reader));
    const struct error *error = read_view(act, reader, record, view);
    store_reader_give(reader);
    TRY(error);
    *ret_view = view;
    return NULL;
}

/* ---- taking a step ---- */

struct stepping {
    const struct act *act;
    struct store_reader *reader;
    struct disposal_file file;
    struct record_known known;
    enum disposal_state state;
    uint64_t about;
    const char *reason;
};

static const struct error *conflict(const struct stepping *stepping, const char *why)
{
    return error_new(stepping->act->arena, ERROR_CONFLICT, "%s", why);
}

static bool is_of_proposal(enum disposal_act what)
{
    return what == DISPOSAL_AGREE || what == DISPOSAL_REFUSE || what == DISPOSAL_CANCEL ||
           what == DISPOSAL_DESTROY;
}

/* Whether what was proposed is still so: the record as it was then, its time over, nobody holding it. */
static const struct error *still_stands(const struct stepping *stepping)
{
    if ((uint64_t)entry_number(stepping->file.proposal, "record_seq") != stepping->known.seq) {
        return conflict(stepping, "something was recorded since this was proposed: cancel the proposal, and "
                                  "propose it anew if it is still right");
    }
    if (stepping->state == DISPOSAL_HELD) {
        return conflict(stepping, "the record is held: it is not destroyed while the hold stands");
    }
    return stepping->state < DISPOSAL_DUE ? conflict(stepping, "the rules keep this record longer now")
                                          : NULL;
}

static const struct error *check_step(struct stepping *stepping, enum disposal_act what)
{
    const struct act *act = stepping->act;
    const char *why = NULL;
    if (stepping->state == DISPOSAL_DESTROYED) {
        return conflict(stepping, "the record was destroyed");
    }
    if (what != DISPOSAL_DESTROY && text_is_blank(stepping->reason)) {
        return error_field(act->arena, ERROR_INVALID, "reason", NULL, "say why");
    }
    if (is_of_proposal(what) &&
        (stepping->file.proposal == NULL || stepping->file.proposal->seq != stepping->about)) {
        return conflict(stepping, "this proposal does not stand any more");
    }
    if (what == DISPOSAL_PROPOSE && stepping->state != DISPOSAL_DUE) {
        return conflict(stepping, stepping->state == DISPOSAL_HELD  ? "the record is held"
                                  : stepping->file.proposal != NULL ? "it was proposed already"
                                                                    : "the time of this record is not over");
    }
    if (what == DISPOSAL_AGREE || what == DISPOSAL_REFUSE) {
        if (stepping->file.agreement != NULL) {
            return conflict(stepping, "somebody decided about this proposal already");
        }
        TRY(second_person(act, stepping->reader, stepping->file.proposal, "proposed", &why));
        if (why != NULL) {
            return error_new(act->arena, ERROR_NOT_ALLOWED, "%s", why);
        }
    }
    if (what == DISPOSAL_AGREE || what == DISPOSAL_DESTROY) {
        TRY(still_stands(stepping));
    }
    if (what == DISPOSAL_DESTROY && stepping->state != DISPOSAL_READY) {
        return conflict(stepping, stepping->file.agreement == NULL ? "nobody has agreed to it"
                                                                   : "the waiting period is not over");
    }
    for (size_t i = 0; what == DISPOSAL_LIFT && i < stepping->file.hold_count; i++) {
        if (stepping->file.holds[i].seq == stepping->about && !stepping->file.holds[i].lifted) {
            return NULL;
        }
    }
    return what == DISPOSAL_LIFT ? conflict(stepping, "this hold does not stand any more") : NULL;
}

static void fill_proposal(const struct stepping *stepping, const struct entry_type *type,
                          struct value *values)
{
    const struct act *act = stepping->act;
    const struct kept_fact *kept = &stepping->known.kept;
    account_set(values, type, "rule", kept->rule->id);
    account_set(values, type, "rule_title", kept->rule->title);
    account_set(values, type, "source", source_of(act, kept->rule));
    account_set(values, type, "name", act->actor->name);
    set_value(values, type, "last_day", (struct value){.kind = VALUE_DAY, .day = kept->last_day});
    set_value(values, type, "record_seq",
              (struct value){.kind = VALUE_NUMBER, .number = (int64_t)stepping->known.seq});
}

static struct entry entry_of_step(const struct stepping *stepping, enum disposal_act what)
{
    static const char *const types[DISPOSAL_ACTS] = {
        [DISPOSAL_HOLD] = "hold-placed",
        [DISPOSAL_LIFT] = "hold-lifted",
        [DISPOSAL_PROPOSE] = "disposal-proposed",
        [DISPOSAL_AGREE] = "disposal-agreed",
        [DISPOSAL_REFUSE] = "disposal-refused",
        [DISPOSAL_CANCEL] = "disposal-cancelled",
        [DISPOSAL_DESTROY] = "disposal-carried-out",
    };
    const struct act *act = stepping->act;
    struct value *values;
    struct entry entry = account_entry(act, types[what], &values);
    struct value about = {.kind = VALUE_NUMBER, .number = (int64_t)stepping->about};
    if (what != DISPOSAL_DESTROY) {
        account_set(values, entry.type, "reason", text_trim(act->arena, stepping->reason));
    }
    if (what == DISPOSAL_LIFT) {
        set_value(values, entry.type, "hold", about);
    } else if (is_of_proposal(what)) {
        set_value(values, entry.type, "proposal", about);
    } else if (what == DISPOSAL_PROPOSE) {
        fill_proposal(stepping, entry.type, values);
    }
    if (what == DISPOSAL_AGREE) {
        const struct pack *pack = stepping->known.kept.pack;
        struct instant ready =
            calendar_due_days(pack->calendar, act->now, pack->retention->disposal.waiting_days);
        account_set(values, entry.type, "name", act->actor->name);
        set_value(values, entry.type, "ready_at", (struct value){.kind = VALUE_NUMBER, .number = ready.ms});
    }
    return entry;
}

/* ---- destroying ---- */

static const char *id_text(const struct act *act, struct id id)
{
    char *text = arena_alloc(act->arena, ID_TEXT);
    id_format(id, text);
    return text;
}

static struct entry entry_of_end(const struct stepping *stepping, const struct id *also, size_t also_count)
{
    const struct record_known *known = &stepping->known;
    const struct kept_fact *kept = &known->kept;
    struct entry entry = entry_of_step(stepping, DISPOSAL_DESTROY);
    struct value *values = arena_many(stepping->act->arena, struct value, entry.type->field_count);
    const char **with = arena_many(stepping->act->arena, const char *, also_count);
    memcpy(values, entry.values, entry.type->field_count * sizeof *values);
    entry.values = values;
    for (size_t i = 0; i < also_count; i++) {
        with[i] = id_text(stepping->act, also[i]);
    }
    set_value(values, entry.type, "entries",
              (struct value){.kind = VALUE_NUMBER, .number = (int64_t)kept->entries});
    set_value(values, entry.type, "begun_on", (struct value){.kind = VALUE_DAY, .day = kept->begun});
    if (known->kind == RETENTION_CASE) {
        set_value(values, entry.type, "closed_on", (struct value){.kind = VALUE_DAY, .day = kept->closed});
    }
    account_set(values, entry.type, "person",
                known->kind == RETENTION_CASE && known->others == 0 ? "yes" : "no");
    set_value(values, entry.type, "meetings",
              (struct value){.kind = VALUE_NUMBER, .number = (int64_t)known->meeting_count});
    if (also_count > 0) {
        set_value(values, entry.type, "with",
                  (struct value){.kind = VALUE_TEXTS, .list = {with, also_count}});
    }
    return entry;
}

/* The record, the child's own where no other case is about them, and meetings that are nobody else's: all of
 * it with the entry that says so, or none. */
static const struct error *destroy(struct stepping *stepping, struct write *write)
{
    const struct act *act = stepping->act;
    const struct record_known *known = &stepping->known;
    struct id *also = arena_many(act->arena, struct id, known->meeting_count + known->beside_count + 1);
    size_t also_count = 0;
    const struct disposal disposal = {.at = act->now,
                                      .asked_by = stepping->file.proposal->recorded_by,
                                      .agreed_by = stepping->file.agreement->recorded_by,
                                      .rule = text_in(stepping->file.proposal, "rule")};
    if (known->kind == RETENTION_CASE && known->others == 0) {
        also[also_count++] = known->person;
    }
    for (size_t i = 0; i < known->meeting_count; i++) {
        also[also_count++] = known->meetings[i];
    }
    for (size_t i = 0; i < known->beside_count; i++) {
        also[also_count++] = known->beside[i];
    }
    struct entry entry = entry_of_end(stepping, also, also_count);
    store_write_entry(write, &stepping->file.stream, &entry);
    TRY(store_record_destroy(write, stepping->reader, known->record, &disposal));
    for (size_t i = 0; i < also_count; i++) {
        TRY(store_record_destroy(write, stepping->reader, also[i], &disposal));
    }
    return NULL;
}

static const struct error *take_step(struct stepping *stepping, struct id record, enum disposal_act what,
                                     struct write *write)
{
    const struct act *act = stepping->act;
    struct open_requests requests = {0};
    TRY(disposal_file_read(act, stepping->reader, record, &stepping->file));
    if (stepping->file.done == NULL) {
        TRY(record_known_read(act, stepping->reader, record, &stepping->known));
        TRY(requests_open(act, stepping->reader, &requests));
        stepping->file.kind = stepping->known.kind;
    }
    stepping->state =
        disposal_state_of(act, &stepping->known.kept, &stepping->file, is_requested(&requests, record));
    TRY(check_step(stepping, what));
    if (what == DISPOSAL_DESTROY) {
        return destroy(stepping, write);
    }
    struct entry entry = entry_of_step(stepping, what);
    return disposal_file_add(act, &stepping->file, &entry, write);
}

const struct error *act_disposal_step(const struct act *act, struct id record, enum disposal_act what,
                                      uint64_t about, const char *reason)
{
    static const struct {
        enum permission permission;
        const char *look;
        bool dangerous;
    } rows[DISPOSAL_ACTS] = {
        [DISPOSAL_HOLD] = {MAY_HOLD_RECORD, "hold-place", false},
        [DISPOSAL_LIFT] = {MAY_HOLD_RECORD, "hold-lift", true},
        [DISPOSAL_PROPOSE] = {MAY_PROPOSE_DISPOSAL, "disposal-propose", false},
        [DISPOSAL_AGREE] = {MAY_AGREE_DISPOSAL, "disposal-agree", true},
        [DISPOSAL_REFUSE] = {MAY_AGREE_DISPOSAL, "disposal-refuse", false},
        [DISPOSAL_CANCEL] = {MAY_CANCEL_DISPOSAL, "disposal-cancel", false},
        [DISPOSAL_DESTROY] = {MAY_AGREE_DISPOSAL, "disposal-destroy", true},
    };
    struct stepping stepping = {.act = act, .about = about, .reason = reason};
    TRY(act_begin(act, rows[what].permission, rows[what].look, record));
    TRY(rows[what].dangerous ? act_dangerous(act) : NULL);
    struct write *write = store_write_new(act->service->store, act->arena);
    TRY(store_reader_take(act->service->store, &stepping.reader));
    const struct error *error = take_step(&stepping, record, what, write);
    store_reader_give(stepping.reader);
    TRY(error);
    TRY(store_commit(write));
    if (what == DISPOSAL_DESTROY) {
        facts_forget(act->service->facts);
    }
    return NULL;
}
