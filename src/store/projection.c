/*
 * Projections: what lists need, computed from the streams a write touches and handed to the writer as
 * operations. Only what differs from the rows that stand is written, since random index writes are what a
 * commit costs.
 */
#include "store/db.h"

#include "base/text.h"
#include "people/person.h"
#include "procedure/duty.h"
#include "procedure/involvement.h"
#include "procedure/moved.h"
#include "record/case.h"

#include <string.h>

void subject_hash(struct store *store, const struct value *key, uint8_t ret_hash[static TOKEN_BYTES],
                  size_t *ret_size)
{
    *ret_size = 0;
    const char *text = key == NULL               ? NULL
                       : key->kind == VALUE_TEXT ? key->text
                       : key->kind == VALUE_CODE ? key->code->id
                                                 : NULL;
    if (text != NULL) {
        blind_token(store_keyring(store), "duty-subject", text, ret_hash);
        *ret_size = TOKEN_BYTES;
    }
}

/* For what is written: a rebuild gives streams back before. */
static const struct id *kept_id(struct write *write, struct id id)
{
    struct id *kept = arena_one(write->arena, struct id);
    *kept = id;
    return kept;
}

/* ---- a person
 * ---------------------------------------------------------------------------------------------------- */

/* The last answer to a field of the details; NULL when there is none. */
static const struct value *detail(const struct stream *person, const char *field)
{
    for (size_t i = person->count; i-- > 0;) {
        const struct value *value = entry_value(person->entries[i], field);
        if (value->kind != VALUE_NONE) {
            return value;
        }
    }
    return NULL;
}

static const char *detail_text(const struct stream *person, const char *field)
{
    const struct value *value = detail(person, field);
    return value != NULL && value->kind == VALUE_TEXT ? value->text : NULL;
}

static struct child child_of(const struct stream *person)
{
    const struct value *birth = detail(person, "date_of_birth");
    return birth != NULL && birth->kind == VALUE_DAY ? (struct child){true, birth->day} : (struct child){0};
}

static void refresh_tokens(struct write *write, const struct stream *stream)
{
    const struct id *person_id = kept_id(write, stream->head.id);
    struct child child = child_of(stream);
    struct person person = {detail_text(stream, "given_name"), detail_text(stream, "family_name"),
                            child.has_birth, child.birth};
    const char *texts[PERSON_TOKENS];
    size_t count = person_tokens(write->work, &person, texts);
    if (!write->every_stream) {
        OP(write, SQL_TOKEN_CLEAR_PERSON, bind_id(person_id));
    }
    for (size_t i = 0; i < count; i++) {
        uint8_t *token = arena_alloc(write->arena, TOKEN_BYTES);
        blind_token(store_keyring(write->store), "person", texts[i], token);
        OP(write, SQL_TOKEN_PUT, bind_blob(token, TOKEN_BYTES), bind_id(person_id));
    }
}

/* ---- a case
 * ------------------------------------------------------------------------------------------------------ */

/* The person record that the entry which opens the case names. */
static bool person_of_case(const struct stream *stream, struct id *ret_person)
{
    for (size_t i = 0; i < stream->count; i++) {
        const char *child =
            stream->entries[i]->type->part == PART_START ? entry_text(stream->entries[i], "child") : NULL;
        if (child != NULL && id_parse(child, ret_person)) {
            return true;
        }
    }
    return false;
}

static struct stream *touched_stream(const struct write *write, struct id id)
{
    for (const struct touched *touched = write->touched; touched != NULL; touched = touched->next) {
        if (id_equal(touched->stream->head.id, id)) {
            return touched->stream;
        }
    }
    return NULL;
}

static struct duty_row row_of_duty(struct store *store, struct arena *arena, struct id case_id,
                                   const struct duty *duty, uint8_t **ret_subject, size_t *ret_size)
{
    *ret_subject = arena_alloc(arena, TOKEN_BYTES);
    subject_hash(store, duty->key, *ret_subject, ret_size);
    return (struct duty_row){
        .case_id = case_id,
        .rule = duty->rule->id,
        .owner_role = duty->rule->owner_role,
        .owner_agency = duty->rule->owner_agency,
        .begun_at = duty->begun_at,
        .due_at = duty->due_at,
        .met_at = duty->met_at,
        .cancelled = duty->state == DUTY_CANCELLED,
        .begun_seq = duty->begun_by->entry->seq,
    };
}

struct standing_row {
    struct duty_row row;
    const void *subject;
    size_t subject_size;
    bool stays;
};

static const struct error *read_standing(struct connection *connection, struct arena *arena,
                                         const struct id *case_id, struct standing_row **ret_rows,
                                         size_t *ret_count)
{
    const struct error *error = NULL;
    size_t room = 0;
    struct standing_row *rows = NULL;
    size_t count = 0;
    sqlite3_stmt *row = connection == NULL ? NULL : ASK(connection, SQL_DUTY_OF_CASE, bind_id(case_id));
    while (row != NULL && next_row(arena, connection, row, &error)) {
        if (count == room) {
            room = room == 0 ? 16 : room * 2;
            rows = arena_grow(arena, rows, count, room, sizeof *rows);
        }
        struct standing_row *standing = &rows[count++];
        standing->row = (struct duty_row){
            .rule = column_text(arena, row, 0),
            .begun_seq = (uint64_t)sqlite3_column_int64(row, 1),
            .owner_role = column_text(arena, row, 3),
            .owner_agency = column_text(arena, row, 4),
            .begun_at = {sqlite3_column_int64(row, 5)},
            .due_at = {sqlite3_column_int64(row, 6)},
            .met_at = {sqlite3_column_int64(row, 7)},
            .cancelled = sqlite3_column_int64(row, 8) != 0,
        };
        standing->subject = column_blob(arena, row, 2, &standing->subject_size);
    }
    *ret_rows = rows;
    *ret_count = count;
    return error;
}

static bool same_key(const struct standing_row *standing, const struct duty_row *row, const void *subject,
                     size_t size)
{
    return standing->row.begun_seq == row->begun_seq && strcmp(standing->row.rule, row->rule) == 0 &&
           standing->subject_size == size && memcmp(standing->subject, subject, size) == 0;
}

static bool same_facts(const struct duty_row *a, const struct duty_row *b)
{
    return a->begun_at.ms == b->begun_at.ms && a->due_at.ms == b->due_at.ms && a->met_at.ms == b->met_at.ms &&
           a->cancelled == b->cancelled && strcmp(a->owner_role, b->owner_role) == 0 &&
           strcmp(a->owner_agency, b->owner_agency) == 0;
}

static const struct error *refresh_duties(struct connection *connection, struct write *write,
                                          const struct id *case_id, const struct duty *duties, size_t count)
{
    struct standing_row *standing;
    size_t standing_count;
    TRY(read_standing(connection, write->arena, case_id, &standing, &standing_count));
    for (size_t i = 0; i < count; i++) {
        uint8_t *subject;
        size_t size;
        struct duty_row row = row_of_duty(write->store, write->arena, *case_id, &duties[i], &subject, &size);
        bool stands = false;
        for (size_t j = 0; j < standing_count && !stands; j++) {
            if (!standing[j].stays && same_key(&standing[j], &row, subject, size)) {
                standing[j].stays = true;
                stands = same_facts(&standing[j].row, &row);
                break;
            }
        }
        if (!stands) {
            OP(write, SQL_DUTY_PUT, bind_id(case_id), bind_text(row.rule),
               bind_number((int64_t)row.begun_seq), bind_blob(subject, size), bind_text(row.owner_role),
               bind_text(row.owner_agency), bind_number(row.begun_at.ms), bind_number(row.due_at.ms),
               bind_number(row.met_at.ms), bind_number(row.cancelled));
        }
    }
    for (size_t j = 0; j < standing_count; j++) {
        if (!standing[j].stays) {
            OP(write, SQL_DUTY_DELETE, bind_id(case_id), bind_text(standing[j].row.rule),
               bind_number((int64_t)standing[j].row.begun_seq),
               bind_blob(standing[j].subject, standing[j].subject_size));
        }
    }
    return NULL;
}

/* When an arranged meeting meets: its field starts_at, or the first time of its type. */
static struct instant meets_at(const struct known *arranged)
{
    const struct field *named = entry_type_field(arranged->type, "starts_at");
    for (size_t i = 0; i < arranged->type->field_count; i++) {
        const struct value *value = &arranged->values[i];
        if (value->kind == VALUE_MOMENT && (named == NULL || named->index == (int)i)) {
            return value->moment.start;
        }
    }
    return arranged->occurred.start;
}

/* A meeting to come, or an open action: what a list shows of it. */
struct listed {
    uint64_t seq;
    const char *text;
    struct instant at;
};

struct listing {
    enum sql of_case;
    enum sql clear;
    enum sql put;
    struct listed *list;
    size_t count;
};

static const struct error *all_stand(struct connection *connection, struct arena *arena,
                                     const struct id *case_id, const struct listing *listing, bool *ret_all)
{
    const struct error *error = NULL;
    size_t standing = 0;
    size_t same = 0;
    sqlite3_stmt *row = connection == NULL ? NULL : ASK(connection, listing->of_case, bind_id(case_id));
    while (row != NULL && next_row(arena, connection, row, &error)) {
        standing++;
        for (size_t i = 0; i < listing->count; i++) {
            const struct listed *listed = &listing->list[i];
            same += (uint64_t)sqlite3_column_int64(row, 0) == listed->seq &&
                    sqlite3_column_int64(row, 2) == listed->at.ms &&
                    strcmp(column_text(arena, row, 1), listed->text) == 0;
        }
    }
    *ret_all = same == listing->count && standing == listing->count;
    return error;
}

static const struct error *refresh_listing(struct connection *connection, struct write *write,
                                           const struct id *case_id, const struct listing *listing)
{
    bool stands;
    TRY(all_stand(connection, write->arena, case_id, listing, &stands));
    if (stands) {
        return NULL;
    }
    OP(write, listing->clear, bind_id(case_id));
    for (size_t i = 0; i < listing->count; i++) {
        const struct listed *listed = &listing->list[i];
        OP(write, listing->put, bind_id(case_id), bind_number((int64_t)listed->seq), bind_text(listed->text),
           bind_number(listed->at.ms));
    }
    return NULL;
}

static const struct error *refresh_meetings(struct connection *connection, struct write *write,
                                            const struct id *case_id, const struct case_state *state)
{
    struct listing listing = {SQL_MEETING_OF_CASE, SQL_MEETING_CLEAR_CASE, SQL_MEETING_PUT,
                              arena_many(write->work, struct listed, state->meeting_count), 0};
    for (size_t i = 0; i < state->meeting_count; i++) {
        const struct meeting *meeting = &state->meetings[i];
        if (meeting->held == NULL && meeting->arranged != NULL) {
            listing.list[listing.count++] =
                (struct listed){.seq = meeting->arranged->entry->seq,
                                .text = meeting->kind == NULL ? "" : meeting->kind->id,
                                .at = meets_at(meeting->arranged)};
        }
    }
    return refresh_listing(connection, write, case_id, &listing);
}

static const struct value *known_value(const struct known *known, const char *name)
{
    static const struct value none = {.kind = VALUE_NONE};
    const struct field *field = entry_type_field(known->type, name);
    return field == NULL ? &none : &known->values[field->index];
}

static const struct error *refresh_actions(struct connection *connection, struct write *write,
                                           const struct id *case_id, const struct case_state *state)
{
    struct listing listing = {SQL_ACTION_OF_CASE, SQL_ACTION_CLEAR_CASE, SQL_ACTION_PUT,
                              arena_many(write->work, struct listed, state->action_count), 0};
    for (size_t i = 0; i < state->action_count; i++) {
        const struct action *action = &state->actions[i];
        if (action->open) {
            const struct value *agency = known_value(action->agreed, "agency");
            const struct value *due = known_value(action->agreed, "due_at");
            listing.list[listing.count++] =
                (struct listed){.seq = action->agreed->entry->seq,
                                .text = agency->kind == VALUE_CODE ? agency->code->id : "",
                                .at = due->kind == VALUE_MOMENT ? due->moment.end : INSTANT_NEVER};
        }
    }
    return refresh_listing(connection, write, case_id, &listing);
}

/* ---- who is involved */

void involved_token(const struct store *store, enum access_involved as, const char *who,
                    uint8_t ret_token[static TOKEN_BYTES])
{
    const char *kinds[] = {[INVOLVED_PERSON] = "involved-person",
                           [INVOLVED_TEAM] = "involved-team",
                           [INVOLVED_AGENCY] = "involved-agency"};
    blind_token(store_keyring(store), kinds[as], who, ret_token);
}

struct who {
    uint8_t token[TOKEN_BYTES];
    bool stays;
};

static bool take_who(struct who *list, size_t count, const uint8_t *token)
{
    for (size_t i = 0; i < count; i++) {
        if (memcmp(list[i].token, token, TOKEN_BYTES) == 0) {
            list[i].stays = true;
            return true;
        }
    }
    return false;
}

static const struct error *read_involved(struct connection *connection, struct arena *arena,
                                         const struct id *case_id, struct who **ret_list, size_t *ret_count)
{
    const struct error *error = NULL;
    struct who *list = NULL;
    size_t count = 0;
    size_t room = 0;
    sqlite3_stmt *row =
        connection == NULL ? NULL : ASK(connection, SQL_INVOLVEMENT_OF_CASE, bind_id(case_id));
    while (row != NULL && next_row(arena, connection, row, &error)) {
        if (count == room) {
            room = room == 0 ? 8 : room * 2;
            list = arena_grow(arena, list, count, room, sizeof *list);
        }
        list[count].stays = false;
        if (column_bytes(row, 0, list[count].token, TOKEN_BYTES)) {
            count++;
        }
    }
    *ret_list = list;
    *ret_count = count;
    return error;
}

static const struct error *refresh_involved(struct connection *connection, struct write *write,
                                            const struct id *case_id, const struct involvement *involved,
                                            size_t count)
{
    struct who *standing;
    size_t standing_count;
    TRY(read_involved(connection, write->arena, case_id, &standing, &standing_count));
    for (size_t i = 0; i < count; i++) {
        if (instant_is_never(involved[i].span.until)) {
            uint8_t *token = arena_alloc(write->arena, TOKEN_BYTES);
            involved_token(write->store, involved[i].as, involved[i].who, token);
            if (!take_who(standing, standing_count, token)) {
                OP(write, SQL_INVOLVEMENT_PUT, bind_id(case_id), bind_blob(token, TOKEN_BYTES));
            }
        }
    }
    for (size_t i = 0; i < standing_count; i++) {
        if (!standing[i].stays) {
            OP(write, SQL_INVOLVEMENT_DELETE, bind_id(case_id), bind_blob(standing[i].token, TOKEN_BYTES));
        }
    }
    return NULL;
}

/* `person`: the child's record as this write leaves it. */
static const struct error *refresh_case(struct connection *standing, struct write *write,
                                        const struct stream *stream, const struct stream *person)
{
    struct arena *arena = write->work;
    const struct id *case_id = kept_id(write, stream->head.id);
    const struct history *history =
        history_of_case(arena, stream->pack, stream->entries, stream->count, child_of(person), INSTANT_NEVER);
    const struct case_state *state = case_fold(arena, history);
    struct reference reference = reference_of(*case_id);
    OP(write, SQL_CASE_PUT, bind_id(case_id), bind_id(kept_id(write, person->head.id)),
       bind_text(arena_copy(write->arena, reference.text)), bind_number(state->open));
    TRY(refresh_meetings(standing, write, case_id, state));
    TRY(refresh_actions(standing, write, case_id, state));
    const struct duty *duties;
    size_t count;
    const struct involvement *involved;
    size_t involved_count;
    duties_evaluate(arena, history, history->at, &duties, &count);
    involvements_of(arena, history, state, duties, count, &involved, &involved_count);
    TRY(refresh_involved(standing, write, case_id, involved, involved_count));
    return refresh_duties(standing, write, case_id, duties, count);
}

static const struct error *refresh_one_case(struct store_reader *reader, struct connection *standing,
                                            struct write *write, const struct stream *stream)
{
    struct id person_id;
    if (!person_of_case(stream, &person_id)) {
        return error_new(write->work, ERROR_STORE, "a case names no child");
    }
    struct stream *person = touched_stream(write, person_id);
    if (person == NULL) {
        person = arena_one(write->work, struct stream);
        TRY(store_stream_read(reader, write->work, person_id, person));
        write_expect(write, &person->head); /* a new date of birth meanwhile would change the duties */
    }
    return refresh_case(standing, write, stream, person);
}

/* New details of a child change the duties of every case about them that this write does not touch anyway. */
static const struct error *refresh_cases_of(struct store_reader *reader, struct connection *standing,
                                            struct write *write, const struct stream *person)
{
    const struct error *error = NULL;
    struct id *cases = NULL;
    size_t count = 0;
    size_t room = 0;
    sqlite3_stmt *row = ASK(standing, SQL_CASE_OF_PERSON, bind_id(&person->head.id));
    while (next_row(write->arena, standing, row, &error)) {
        if (count == room) {
            room = room == 0 ? 4 : room * 2;
            cases = arena_grow(write->arena, cases, count, room, sizeof *cases);
        }
        cases[count++] = column_id(row, 0);
    }
    for (size_t i = 0; i < count && error == NULL; i++) {
        if (touched_stream(write, cases[i]) == NULL) {
            struct stream *stream = arena_one(write->arena, struct stream);
            TRY(store_stream_read(reader, write->arena, cases[i], stream));
            write_expect(write, &stream->head);
            TRY(refresh_case(standing, write, stream, person));
        }
    }
    return error;
}

static const uint8_t *account_token(struct write *write, const char *name)
{
    uint8_t *token = arena_alloc(write->arena, TOKEN_BYTES);
    blind_token(store_keyring(write->store), "account", name, token);
    return token;
}

/* By its name, and by what the provider that signs it in calls its person. */
static const struct error *refresh_account(struct write *write, const struct stream *stream)
{
    const struct id *account = kept_id(write, stream->head.id);
    const char *joined = NULL;
    if (write->every_stream) {
        OP(write, SQL_DISPOSE_ACCOUNT,
           bind_id(account)); /* all the names that a rebuild leaves it are these */
    }
    for (size_t i = 0; i < stream->count; i++) {
        const struct entry *entry = stream->entries[i];
        const char *name = entry_text(entry, "username");
        if (name != NULL) {
            OP(write, SQL_ACCOUNT_PUT, bind_blob(account_token(write, name), TOKEN_BYTES), bind_id(account));
        }
        if (text_equal(entry->type->id, "account-joined")) {
            joined = arena_printf(write->work, "sso\n%s\n%s", entry_text(entry, "issuer"),
                                  entry_text(entry, "subject"));
        } else if (text_equal(entry->type->id, "account-parted") && joined != NULL) {
            OP(write, SQL_ACCOUNT_FORGET, bind_blob(account_token(write, joined), TOKEN_BYTES),
               bind_id(account));
            joined = NULL;
        }
    }
    if (joined != NULL) {
        OP(write, SQL_ACCOUNT_PUT, bind_blob(account_token(write, joined), TOKEN_BYTES), bind_id(account));
    }
    return NULL;
}

const struct error *projections_refresh(struct store_reader *reader, struct write *write)
{
    /* a rebuild has cleared them: nothing stands but what would be written again, and the names of accounts
     */
    struct connection *standing = write->every_stream ? NULL : reader_connection(reader);
    int result;
    write->has_step = standing != NULL && write->touched != NULL;
    if (write->has_step && !rebuild_step_read(standing, &write->step, &result)) {
        return connection_error(write->work, standing, result);
    }
    for (const struct touched *touched = write->touched; touched != NULL; touched = touched->next) {
        const struct stream *stream = touched->stream;
        switch (stream->head.kind) {
        case STREAM_CASE:
            TRY(refresh_one_case(reader, standing, write, stream));
            break;
        case STREAM_PERSON:
            refresh_tokens(write, stream);
            if (!write->every_stream) {
                TRY(refresh_cases_of(reader, standing, write, stream));
            }
            break;
        case STREAM_ACCOUNT:
            TRY(refresh_account(write, stream));
            break;
        case STREAM_AGENCY:
        case STREAM_DIRECTORY:
        case STREAM_MEETING:
        case STREAM_CONTEXT:
        case STREAM_OUTSIDE:
        case STREAM_SETTING:
        case STREAM_DISPOSAL:
        case STREAM_REQUEST:
        case STREAM_GUARD:
        case STREAM_BOOK:
            break;
        }
    }
    return NULL;
}
