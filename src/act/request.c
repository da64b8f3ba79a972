/* Requests of persons for what is held about them: what stands, and each step. */
#include "act/request.h"

#include "act/account.h"
#include "act/request_file.h"
#include "act/two_people.h"
#include "base/text.h"
#include "people/person.h"
#include "procedure/subject.h"
#include "record/decode.h"

#include <stdlib.h>
#include <string.h>

enum { ROWS_MOST = 500, OPINION_MONTHS = 6 };

static const char *text_in(const struct entry *entry, const char *field)
{
    const char *text = entry == NULL ? NULL : entry_text(entry, field);
    return text == NULL ? "" : text;
}

static void set_value(struct value *values, const struct entry_type *type, const char *field,
                      struct value value)
{
    values[entry_type_field(type, field)->index] = value;
}

static struct day today_of(const struct act *act)
{
    return moment_of_instant(act_pack(act), act->now).day;
}

static enum request_state state_of(const struct request_file *file)
{
    return file->released != NULL   ? REQUEST_RELEASED
           : file->closed != NULL   ? REQUEST_CLOSED
           : file->prepared != NULL ? REQUEST_PREPARED
                                    : REQUEST_PREPARING;
}

static struct request_row row_of(const struct act *act, const struct request_file *file)
{
    const struct entry *last = file->stream.entries[file->stream.count - 1];
    return (struct request_row){
        .id = file->id,
        .reference = reference_of(file->case_id),
        .state = state_of(file),
        .asked_by = text_in(file->received, "asked_by"),
        .asks_as = text_in(file->received, "asks_as"),
        .received = entry_day(file->received, "received_on"),
        .due = file->due,
        .extended = file->extended,
        .at = last->recorded_at,
        .by = account_name(act, last->recorded_by),
    };
}

/* ---- the list ---- */

static bool is_open_row(const struct request_row *row)
{
    return row->state == REQUEST_PREPARING || row->state == REQUEST_PREPARED;
}

static int by_time(const void *a, const void *b)
{
    const struct request_row *one = a;
    const struct request_row *two = b;
    if (is_open_row(one) != is_open_row(two)) {
        return is_open_row(two) - is_open_row(one);
    }
    int order = is_open_row(one) ? one->due.number - two->due.number : 0;
    return order != 0 ? order : instant_compare(two->at, one->at);
}

static const struct error *list_rows(const struct act *act, struct store_reader *reader,
                                     struct request_row **ret_rows, size_t *ret_count)
{
    struct request_file *files;
    size_t count;
    TRY(request_files(act, reader, &files, &count));
    struct request_row *rows = arena_many(act->arena, struct request_row, count);
    for (size_t i = 0; i < count; i++) {
        bool conflict;
        TRY(has_conflict(act, reader, files[i].case_id, &conflict));
        if (!conflict) {
            rows[(*ret_count)++] = row_of(act, &files[i]);
        }
    }
    *ret_rows = rows;
    return NULL;
}

const struct error *act_requests(const struct act *act, const struct request_row **ret_rows,
                                 size_t *ret_count)
{
    struct store_reader *reader;
    struct request_row *rows = NULL;
    size_t count = 0;
    TRY(act_begin(act, MAY_READ_REQUESTS, "requests-list", (struct id){{0}}));
    TRY(store_reader_take(act->service->store, &reader));
    const struct error *error = list_rows(act, reader, &rows, &count);
    store_reader_give(reader);
    TRY(error);
    qsort(rows, count, sizeof *rows, by_time);
    *ret_rows = rows;
    *ret_count = count > ROWS_MOST ? ROWS_MOST : count;
    return NULL;
}

/* ---- one ---- */

/* The reasons of the procedure that is served now: the law of the day of the answer counts. */
static const struct pack *pack_for(const struct act *act)
{
    const struct pack *pack = act_pack(act);
    return pack->retention != NULL ? pack : service_pack(act->service);
}

static const struct request_step *steps_of(const struct act *act, const struct request_file *file,
                                           size_t *ret_count)
{
    struct request_step *steps = arena_many(act->arena, struct request_step, file->stream.count);
    *ret_count = 0;
    for (size_t i = file->stream.count; i-- > 0;) {
        const struct entry *entry = file->stream.entries[i];
        if (!text_equal(entry->type->id, "request-decided")) {
            const char *reason = text_in(entry, "reason");
            const char *note = text_in(entry, "note");
            steps[(*ret_count)++] =
                (struct request_step){entry->recorded_at, entry->type->title,
                                      account_name(act, entry->recorded_by), *reason == '\0' ? note : reason};
        }
    }
    return steps;
}

/* What is given, in one number that changes with any of it. */
static const char *digest_of(const struct act *act, const struct request_gathered *gathered,
                             struct instant as_of)
{
    struct hasher hasher;
    uint8_t hash[HASH_BYTES];
    hash_begin(&hasher);
    hash_text(&hasher, "request");
    hash_number(&hasher, as_of.ms);
    for (size_t i = 0; i < gathered->count; i++) {
        if (!gathered->items[i].is_out) {
            hash_text(&hasher, gathered->items[i].key);
            hash_text(&hasher, gathered->items[i].words);
        }
    }
    hash_end(&hasher, hash);
    return text_hex(act->arena, hash, 16);
}

static const struct error *fill_view(const struct act *act, struct store_reader *reader,
                                     const struct request_file *file, const struct request_gathered *gathered,
                                     struct request_view *view)
{
    view->row = row_of(act, file);
    view->full_name = gathered->full_name;
    view->authority = text_in(file->received, "authority");
    view->identity = text_in(file->received, "identity");
    view->wants = text_in(file->received, "wants");
    view->items = gathered->items;
    view->item_count = gathered->count;
    for (size_t i = 0; i < gathered->count; i++) {
        view->out_count += gathered->items[i].is_out;
    }
    view->steps = steps_of(act, file, &view->step_count);
    view->prepared = file->prepared == NULL ? 0 : file->prepared->seq;
    view->prepared_by = file->prepared == NULL ? NULL : account_name(act, file->prepared->recorded_by);
    view->note = text_in(file->prepared, "note");
    view->digest = text_in(file->prepared, "digest");
    view->released_by = file->released == NULL ? NULL : account_name(act, file->released->recorded_by);
    view->released_at = file->released == NULL ? INSTANT_NEVER : file->released->recorded_at;
    view->may_answer = request_is_open(file) && permit(act->actor, MAY_ANSWER_REQUESTS);
    view->may_extend = view->may_answer && !file->extended && view->pack->retention->subject.more_months > 0;
    if (view->row.state == REQUEST_PREPARED && permit(act->actor, MAY_RELEASE_REQUESTS)) {
        TRY(second_person(act, reader, file->prepared, "prepared", &view->hindrance));
        view->may_release = view->hindrance == NULL;
    }
    return NULL;
}

/* Who answers, to prepare it; the other person what was prepared; and nobody any more for a request that was
 * closed: it would open the record for good, with all that is recorded later. */
static bool reads_parts(const struct act *act, const struct request_file *file)
{
    return file->closed == NULL && (file->prepared != NULL || permit(act->actor, MAY_ANSWER_REQUESTS));
}

static const struct error *read_view(const struct act *act, struct store_reader *reader, struct id id,
                                     struct request_file *file, struct request_view *view,
                                     struct request_gathered *gathered)
{
    bool conflict;
    TRY(request_file_read(act, reader, id, file));
    TRY(has_conflict(act, reader, file->case_id, &conflict));
    if (conflict) {
        return error_of(ERROR_NOT_FOUND);
    }
    view->pack = pack_for(act);
    view->as_of = file->prepared == NULL ? act->now : (struct instant){entry_number(file->prepared, "as_of")};
    TRY(request_gather(act, reader, file, view->pack, view->as_of, gathered));
    gathered->count = reads_parts(act, file) ? gathered->count : 0;
    return fill_view(act, reader, file, gathered, view);
}

static const struct error *read_once(const struct act *act, struct id id, struct request_file *file,
                                     struct request_view *view, struct request_gathered *gathered)
{
    struct store_reader *reader;
    TRY(store_reader_take(act->service->store, &reader));
    const struct error *error = read_view(act, reader, id, file, view, gathered);
    store_reader_give(reader);
    return error;
}

/* Whoever answers reads the record: a look at each case of the person. */
static const struct error *look_at_cases(const struct act *act, const char *name,
                                         const struct request_gathered *gathered)
{
    for (size_t i = 0; i < gathered->case_count; i++) {
        TRY(act_look(act, name, gathered->cases[i], 1, "everything"));
    }
    return NULL;
}

const struct error *act_request_read(const struct act *act, struct id id,
                                     const struct request_view **ret_view)
{
    struct request_file file;
    struct request_gathered gathered;
    struct request_view *view = arena_one(act->arena, struct request_view);
    TRY(act_begin(act, MAY_READ_REQUESTS, "request-read", id));
    TRY(read_once(act, id, &file, view, &gathered));
    TRY(look_at_cases(act, "request-read", &gathered));
    *ret_view = view;
    return NULL;
}

const struct error *act_request_document(const struct act *act, struct id id,
                                         const struct request_view **ret_view)
{
    struct request_file file;
    struct request_gathered gathered;
    struct request_view *view = arena_one(act->arena, struct request_view);
    TRY(act_begin(act, MAY_READ_REQUESTS, "request-document", id));
    TRY(read_once(act, id, &file, view, &gathered));
    TRY(look_at_cases(act, "request-document", &gathered));
    struct request_item *given = arena_many(act->arena, struct request_item, view->item_count);
    size_t count = 0;
    for (size_t i = 0; i < view->item_count; i++) {
        if (!view->items[i].is_out) {
            given[count] = view->items[i];
            given[count].proposed = given[count].exemption = NULL;
            given[count].reason = given[count].decided_by = NULL;
            given[count++].opinion_by = NULL;
        }
    }
    view->items = given;
    view->item_count = count;
    view->out_count = 0;
    view->steps = NULL;
    view->step_count = 0;
    view->note = NULL;
    *ret_view = view;
    return NULL;
}

/* ---- beginning one ---- */

static const struct error *needs(const struct act *act, const char *field, const char *text, const char *what,
                                 const struct error *next)
{
    return text_is_blank(text) ? error_field(act->arena, ERROR_INVALID, field, next, "%s", what) : next;
}

static const struct error *check_input(const struct act *act, const struct request_input *input)
{
    bool self = text_equal(input->asks_as, "self");
    bool known = self || text_equal(input->asks_as, "parent") || text_equal(input->asks_as, "representative");
    struct day today = today_of(act);
    const struct error *error = NULL;
    if (!input->has_received) {
        error = error_field(act->arena, ERROR_INVALID, "received_on", error, "Enter the day it was received");
    } else if (input->received.number > today.number) {
        error = error_field(act->arena, ERROR_INVALID, "received_on", error, "This day is still to come");
    }
    error = needs(act, "identity", input->identity, "Say how it was checked who asks", error);
    if (known && !self) {
        error = needs(act, "authority", input->authority, "Say why they may ask for somebody else", error);
    }
    if (!known) {
        error = error_field(act->arena, ERROR_INVALID, "asks_as", error, "Choose as what they ask");
    }
    return needs(act, "asked_by", input->asked_by, "Enter the name of who asks", error);
}

static const struct error *find_person(const struct act *act, const char *reference, struct id *ret_case,
                                       struct id *ret_person)
{
    struct reference parsed;
    struct store_reader *reader;
    if (reference == NULL || !reference_parse(reference, &parsed)) {
        return error_field(act->arena, ERROR_INVALID, "case", NULL, "Choose the person first");
    }
    TRY(store_reader_take(act->service->store, &reader));
    bool conflict = false;
    const struct error *error = store_case_by_reference(reader, act->arena, parsed, ret_case);
    error = error == NULL ? has_conflict(act, reader, *ret_case, &conflict) : error;
    error = error == NULL && conflict ? error_of(ERROR_NOT_FOUND) : error;
    error = error == NULL ? store_case_person(reader, act->arena, *ret_case, ret_person) : error;
    store_reader_give(reader);
    return error;
}

static const char *id_text(const struct act *act, struct id id)
{
    char *text = arena_alloc(act->arena, ID_TEXT);
    id_format(id, text);
    return text;
}

static void set_text(const struct act *act, struct value *values, const struct entry_type *type,
                     const char *field, const char *text)
{
    if (!text_is_blank(text)) {
        account_set(values, type, field, text_trim(act->arena, text));
    }
}

const struct error *act_request_begin(const struct act *act, const struct request_input *input,
                                      struct id *ret_id)
{
    struct id case_id;
    struct id person;
    struct stream stream;
    struct value *values;
    TRY(act_begin(act, MAY_ANSWER_REQUESTS, "request-begin", (struct id){{0}}));
    const struct pack *pack = pack_for(act);
    if (pack->retention == NULL || pack->retention->subject.statute == NULL) {
        return error_new(act->arena, ERROR_INVALID, "the procedure does not say how requests are answered");
    }
    TRY(find_person(act, input->reference, &case_id, &person));
    TRY(check_input(act, input));
    struct entry entry = account_entry(act, "request-received", &values);
    account_set(values, entry.type, "case", id_text(act, case_id));
    account_set(values, entry.type, "person", id_text(act, person));
    set_text(act, values, entry.type, "asked_by", input->asked_by);
    set_text(act, values, entry.type, "asks_as", input->asks_as);
    set_text(act, values, entry.type, "authority", input->authority);
    set_text(act, values, entry.type, "identity", input->identity);
    set_text(act, values, entry.type, "wants", input->wants);
    set_value(values, entry.type, "received_on", (struct value){.kind = VALUE_DAY, .day = input->received});
    set_value(values, entry.type, "due_on",
              (struct value){.kind = VALUE_DAY, .day = subject_due(pack, input->received, false)});
    TRY(store_stream_new(act->service->store, act->arena, STREAM_REQUEST, 0, &stream));
    TRY(answer_once(act, input->idempotency_key, &stream, &entry, ret_id));
    return act_look(act, "request-begin", case_id, 1, NULL);
}

/* ---- steps ---- */

struct stepping {
    const struct act *act;
    struct request_file file;
    struct request_view view;
    struct request_gathered gathered;
    struct value *values;
    struct entry entry;
};

static const struct error *begin_step(struct stepping *stepping, struct id id, enum permission permission,
                                      const char *look, const char *type)
{
    const struct act *act = stepping->act;
    TRY(act_begin(act, permission, look, id));
    TRY(read_once(act, id, &stepping->file, &stepping->view, &stepping->gathered));
    if (!request_is_open(&stepping->file)) {
        return error_new(act->arena, ERROR_CONFLICT, "the request was answered or closed");
    }
    stepping->entry = account_entry(act, type, &stepping->values);
    return NULL;
}

static const struct error *end_step(struct stepping *stepping)
{
    struct write *write = store_write_new(stepping->act->service->store, stepping->act->arena);
    store_write_entry(write, &stepping->file.stream, &stepping->entry);
    return store_commit(write);
}

static const struct error *with_reason(struct stepping *stepping, const char *reason)
{
    const struct act *act = stepping->act;
    TRY(needs(act, "reason", reason, "Say why", NULL));
    set_text(act, stepping->values, stepping->entry.type, "reason", reason);
    return end_step(stepping);
}

const struct error *act_request_extend(const struct act *act, struct id id, const char *reason)
{
    struct stepping stepping = {.act = act};
    TRY(begin_step(&stepping, id, MAY_ANSWER_REQUESTS, "request-extend", "request-extended"));
    if (!stepping.view.may_extend) {
        return error_new(act->arena, ERROR_CONFLICT, "the time was extended already");
    }
    struct day due = subject_due(stepping.view.pack, stepping.view.row.received, true);
    set_value(stepping.values, stepping.entry.type, "due_on", (struct value){.kind = VALUE_DAY, .day = due});
    return with_reason(&stepping, reason);
}

const struct error *act_request_close(const struct act *act, struct id id, const char *reason)
{
    struct stepping stepping = {.act = act};
    TRY(begin_step(&stepping, id, MAY_ANSWER_REQUESTS, "request-close", "request-closed"));
    return with_reason(&stepping, reason);
}

static const struct request_item *item_of(const struct stepping *stepping, const char *key)
{
    for (size_t i = 0; i < stepping->gathered.count; i++) {
        if (text_equal(stepping->gathered.items[i].key, key)) {
            return &stepping->gathered.items[i];
        }
    }
    return NULL;
}

static const struct error *check_opinion(const struct act *act, const struct request_decision *decision)
{
    struct day today = today_of(act);
    struct day oldest = day_add_months(today, -OPINION_MONTHS);
    const struct error *error = NULL;
    if (!decision->has_opinion) {
        error = error_field(act->arena, ERROR_INVALID, "opinion_on", error, "Enter the day of the opinion");
    } else if (decision->opinion_on.number > today.number || decision->opinion_on.number < oldest.number) {
        error = error_field(act->arena, ERROR_INVALID, "opinion_on", error,
                            "The opinion must be of the last six months");
    }
    return needs(act, "opinion_by", decision->opinion_by, "Name the health professional whose opinion it is",
                 error);
}

static const struct error *check_decision(const struct stepping *stepping,
                                          const struct request_decision *decision,
                                          const struct exemption **ret_exemption)
{
    const struct act *act = stepping->act;
    bool out = !text_is_blank(decision->left_out);
    const struct exemption *exemption = out ? exemption_find(stepping->view.pack, decision->left_out) : NULL;
    const struct error *error = needs(act, "reason", decision->reason, "Say why", NULL);
    bool others = !text_equal(stepping->view.row.asks_as, "self");
    if (out && (exemption == NULL || (exemption->for_others && !others))) {
        error = error_field(act->arena, ERROR_INVALID, "left_out", error,
                            "Choose a reason that fits this request");
    } else if (out && exemption->needs_opinion) {
        error = error == NULL ? check_opinion(act, decision) : error;
    }
    if (out && !text_is_blank(decision->words)) {
        error = error_field(act->arena, ERROR_INVALID, "words", error,
                            "What is left out is not given in other words: choose one of the two");
    }
    *ret_exemption = exemption;
    return error;
}

const struct error *act_request_decide(const struct act *act, struct id id,
                                       const struct request_decision *decision)
{
    struct stepping stepping = {.act = act};
    const struct exemption *exemption;
    TRY(begin_step(&stepping, id, MAY_ANSWER_REQUESTS, "request-decide", "request-decided"));
    if (item_of(&stepping, decision->key) == NULL) {
        return error_of(ERROR_NOT_FOUND);
    }
    TRY(check_decision(&stepping, decision, &exemption));
    const struct entry_type *type = stepping.entry.type;
    account_set(stepping.values, type, "item", decision->key);
    if (exemption != NULL) {
        account_set(stepping.values, type, "left_out", exemption->id);
    } else {
        set_text(act, stepping.values, type, "words", decision->words);
    }
    if (exemption != NULL && exemption->needs_opinion) {
        set_text(act, stepping.values, type, "opinion_by", decision->opinion_by);
        set_value(stepping.values, type, "opinion_on",
                  (struct value){.kind = VALUE_DAY, .day = decision->opinion_on});
    }
    set_text(act, stepping.values, type, "reason", decision->reason);
    return end_step(&stepping);
}

/* ---- prepared by one, released by another ---- */

const struct error *act_request_prepare(const struct act *act, struct id id, const char *note)
{
    struct stepping stepping = {.act = act};
    TRY(begin_step(&stepping, id, MAY_ANSWER_REQUESTS, "request-prepare", "request-prepared"));
    if (stepping.view.row.state == REQUEST_PREPARED) {
        return error_new(act->arena, ERROR_CONFLICT, "the answer is prepared already");
    }
    const struct request_gathered *gathered = &stepping.gathered;
    const char **keys = arena_many(act->arena, const char *, gathered->count);
    size_t count = 0;
    for (size_t i = 0; i < gathered->count; i++) {
        if (!gathered->items[i].is_out) {
            keys[count++] = gathered->items[i].key;
        }
    }
    const struct entry_type *type = stepping.entry.type;
    set_value(stepping.values, type, "as_of",
              (struct value){.kind = VALUE_NUMBER, .number = stepping.view.as_of.ms});
    if (count > 0) {
        set_value(stepping.values, type, "items", (struct value){.kind = VALUE_TEXTS, .list = {keys, count}});
    }
    account_set(stepping.values, type, "digest", digest_of(act, gathered, stepping.view.as_of));
    set_text(act, stepping.values, type, "note", note);
    return end_step(&stepping);
}

/* The answer that stands, by its number, and not by who prepared it. */
static const struct error *begin_second(struct stepping *stepping, struct id id, uint64_t prepared,
                                        const char *look, const char *type)
{
    const struct act *act = stepping->act;
    TRY(begin_step(stepping, id, MAY_RELEASE_REQUESTS, look, type));
    if (stepping->file.prepared == NULL || stepping->file.prepared->seq != prepared) {
        return error_new(act->arena, ERROR_CONFLICT,
                         "what you read does not stand any more: read what is prepared now");
    }
    if (stepping->view.hindrance != NULL) {
        return error_new(act->arena, ERROR_NOT_ALLOWED, "%s", stepping->view.hindrance);
    }
    set_value(stepping->values, stepping->entry.type, "prepared",
              (struct value){.kind = VALUE_NUMBER, .number = (int64_t)prepared});
    return NULL;
}

const struct error *act_request_return(const struct act *act, struct id id, uint64_t prepared,
                                       const char *reason)
{
    struct stepping stepping = {.act = act};
    TRY(begin_second(&stepping, id, prepared, "request-return", "request-returned"));
    return with_reason(&stepping, reason);
}

const struct error *act_request_release(const struct act *act, struct id id, uint64_t prepared,
                                        const char *how)
{
    struct stepping stepping = {.act = act};
    TRY(begin_second(&stepping, id, prepared, "request-release", "request-released"));
    TRY(act_dangerous(act));
    TRY(needs(act, "how", how, "Say how it is given", NULL));
    const char *digest = digest_of(act, &stepping.gathered, stepping.view.as_of);
    if (!text_equal(digest, stepping.view.digest)) {
        return error_new(act->arena, ERROR_CONFLICT,
                         "the record is not what it was when this was prepared: prepare it anew");
    }
    account_set(stepping.values, stepping.entry.type, "digest", digest);
    set_text(act, stepping.values, stepping.entry.type, "how", how);
    TRY(look_at_cases(act, "request-release", &stepping.gathered));
    return end_step(&stepping);
}
