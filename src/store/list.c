/*
 * Lists, by keyset: a cursor is the key of the last row, so a page costs the same wherever it lies; anything
 * else than what was handed out is ERROR_BAD_INPUT.
 */
#include "store/cursor.h"
#include "store/db.h"

#include "base/text.h"
#include "procedure/duty.h"
#include "procedure/involvement.h"

#include <string.h>

/* ---- duties
 * -------------------------------------------------------------------------------------------------------- */

struct duty_cursor {
    int64_t due_at;
    int64_t begun_at;
    struct id case_id;
    const char *rule;
    int64_t begun_seq;
    uint8_t subject[TOKEN_BYTES];
    size_t subject_size;
};

static const char duties_list[] = "cursor";

/* due.begun.case.seq.subject.rule */
static const struct error *cursor_write(struct store_reader *reader, struct arena *arena, struct instant now,
                                        const struct duty_cursor *cursor, const char **ret_text)
{
    const char *plain =
        arena_printf(arena, "%lld.%lld.%s.%lld.%s.%s", (long long)cursor->due_at, (long long)cursor->begun_at,
                     text_hex(arena, cursor->case_id.bytes, ID_BYTES), (long long)cursor->begun_seq,
                     text_hex(arena, cursor->subject, cursor->subject_size), cursor->rule);
    return cursor_seal(reader, arena, duties_list, now, plain, ret_text);
}

static bool cursor_read(struct arena *arena, const char *text, struct duty_cursor *ret_cursor)
{
    const char *due = cursor_part(arena, &text);
    const char *begun = cursor_part(arena, &text);
    const char *case_id = cursor_part(arena, &text);
    const char *seq = cursor_part(arena, &text);
    const char *subject = cursor_part(arena, &text);
    struct id subject_id = {0};
    *ret_cursor = (struct duty_cursor){.rule = text};
    if (!number_parse(due, INT64_MIN, INT64_MAX, &ret_cursor->due_at) ||
        !number_parse(begun, INT64_MIN, INT64_MAX, &ret_cursor->begun_at) ||
        !id_parse(case_id, &ret_cursor->case_id) ||
        !number_parse(seq, 0, INT64_MAX, &ret_cursor->begun_seq) ||
        (*subject != '\0' && !id_parse(subject, &subject_id)) || strlen(text) > 100 || *text == '\0') {
        return false;
    }
    ret_cursor->subject_size = *subject == '\0' ? 0 : TOKEN_BYTES;
    memcpy(ret_cursor->subject, subject_id.bytes, TOKEN_BYTES);
    return true;
}

static void row_read(struct arena *arena, sqlite3_stmt *row, struct duty_row *ret_row,
                     struct duty_cursor *ret_cursor)
{
    *ret_row = (struct duty_row){
        .case_id = column_id(row, 0),
        .rule = column_text(arena, row, 1),
        .begun_seq = (uint64_t)sqlite3_column_int64(row, 2),
        .owner_role = column_text(arena, row, 4),
        .owner_agency = column_text(arena, row, 5),
        .begun_at = {sqlite3_column_int64(row, 6)},
        .due_at = {sqlite3_column_int64(row, 7)},
        .met_at = {sqlite3_column_int64(row, 8)},
        .cancelled = sqlite3_column_int64(row, 9) != 0,
        .key = "",
        .paragraph = "",
        .title = "",
    };
    *ret_cursor = (struct duty_cursor){
        .due_at = ret_row->due_at.ms,
        .begun_at = ret_row->begun_at.ms,
        .case_id = ret_row->case_id,
        .rule = ret_row->rule,
        .begun_seq = (int64_t)ret_row->begun_seq,
        .subject_size = (size_t)sqlite3_column_bytes(row, 3) == TOKEN_BYTES ? TOKEN_BYTES : 0,
    };
    if (ret_cursor->subject_size > 0) {
        column_bytes(row, 3, ret_cursor->subject, TOKEN_BYTES);
        ret_row->key = text_hex(arena, ret_cursor->subject, TOKEN_BYTES);
    }
}

/* The pack of the case that a row is of; a case may have rows before it. */
static const struct error *pack_of_row(struct store_reader *reader, struct arena *arena,
                                       const struct duty_row *rows, size_t at, const struct pack **ret_pack)
{
    const struct error *error = NULL;
    for (size_t i = 0; i < at; i++) {
        if (id_equal(rows[i].case_id, rows[at].case_id)) {
            *ret_pack = rows[i].pack;
            return NULL;
        }
    }
    sqlite3_stmt *row = ASK(&reader->connection, SQL_PACK_OF_STREAM, bind_id(&rows[at].case_id));
    if (!next_row(arena, &reader->connection, row, &error)) {
        return error == NULL ? error_of(ERROR_NOT_FOUND) : error;
    }
    int number = sqlite3_column_int(row, 0);
    sqlite3_reset(row);
    return store_pack(reader->store, arena, number, ret_pack);
}

/* Paragraph and title come from the pack of the case. */
static const struct error *name_rules(struct store_reader *reader, struct arena *arena, struct duty_row *rows,
                                      size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const struct pack *pack;
        TRY(pack_of_row(reader, arena, rows, i, &pack));
        const struct duty_rule *rule = pack_rule(pack, rows[i].rule);
        rows[i].pack = pack;
        rows[i].of = rule;
        if (rule != NULL) {
            rows[i].paragraph = rule->paragraph;
            rows[i].title = rule->title;
        }
    }
    return NULL;
}

/* ---- who is involved */

void store_involved(const struct store *store, struct arena *arena, const char *agency, const char *person,
                    const char *team, struct involved *ret_involved)
{
    _Static_assert(sizeof ret_involved->agency == TOKEN_BYTES, "tokens are of one size");
    memset(ret_involved, 0, sizeof *ret_involved); /* no token is all zeros but by a chance of 2^-128 */
    involved_token(store, INVOLVED_AGENCY, agency, ret_involved->agency);
    involved_token(store, INVOLVED_PERSON, involved_name(arena, person), ret_involved->person);
    if (team != NULL && *team != '\0') {
        involved_token(store, INVOLVED_TEAM, involved_team(arena, agency, team), ret_involved->team);
    }
}

const struct error *store_involvement(struct store_reader *reader, struct arena *arena, struct id case_id,
                                      const struct involved *involved, unsigned *ret_bits)
{
    static const enum access_involved bits[] = {INVOLVED_AGENCY, INVOLVED_PERSON, INVOLVED_TEAM};
    const struct error *error = NULL;
    *ret_bits = 0;
    sqlite3_stmt *row = ASK(
        &reader->connection, SQL_INVOLVEMENT_ASKED, bind_blob(involved->agency, TOKEN_BYTES),
        bind_blob(involved->person, TOKEN_BYTES), bind_blob(involved->team, TOKEN_BYTES), bind_id(&case_id));
    while (next_row(arena, &reader->connection, row, &error)) {
        for (int i = 0; i < 3; i++) {
            *ret_bits |= sqlite3_column_int(row, i) != 0 ? (unsigned)bits[i] : 0;
        }
    }
    return error;
}

static struct bind bind_involved(const struct involved *involved, const uint8_t *token)
{
    return involved == NULL ? (struct bind){.kind = BIND_NULL} : bind_blob(token, TOKEN_BYTES);
}
#define INVOLVED(of)                                                                                         \
    bind_involved((of), (of) == NULL ? NULL : (of)->agency),                                                 \
        bind_involved((of), (of) == NULL ? NULL : (of)->person),                                             \
        bind_involved((of), (of) == NULL ? NULL : (of)->team)

static sqlite3_stmt *ask_duties(struct store_reader *reader, const struct duty_filter *filter,
                                const struct duty_cursor *after, int limit)
{
    struct bind agency = bind_text(filter->agency);
    struct bind role = bind_text(filter->role);
    struct bind case_id = bind_id(&after->case_id);
    struct bind rule = bind_text(after->rule);
    struct bind seq = bind_number(after->begun_seq);
    struct bind subject = bind_blob(after->subject, after->subject_size);
    struct bind count = bind_number(limit);
    bool unmet =
        filter->state == DUTY_OPEN || filter->state == DUTY_OVERDUE || filter->state == DUTY_STATE_UNMET;
    if (!unmet) {
        struct bind cancelled = filter->state == DUTY_STATE_ANY
                                    ? (struct bind){.kind = BIND_NULL}
                                    : bind_number(filter->state == DUTY_CANCELLED);
        struct bind met = filter->state == DUTY_MET        ? bind_number(1)
                          : filter->state == DUTY_MET_LATE ? bind_number(2)
                                                           : (struct bind){.kind = BIND_NULL};
        return ASK(&reader->connection, SQL_DUTY_ANY_LIST, agency, role, case_id, rule, seq, subject,
                   cancelled, met, INVOLVED(filter->involved), count);
    }
    /* at exactly the due instant a duty is open; one millisecond later it is overdue */
    struct bind from = bind_number(filter->state == DUTY_OPEN ? filter->now.ms : INT64_MIN);
    /* one without a due time is due later than any instant, and is listed last */
    struct bind until = bind_number(filter->state == DUTY_OVERDUE ? filter->now.ms - 1 : INT64_MAX);
    if (filter->at_once && filter->rule != NULL && filter->state == DUTY_OVERDUE) {
        return ASK(&reader->connection, SQL_DUTY_AT_ONCE_LIST, bind_text(filter->rule), until,
                   bind_number(after->due_at), bind_number(after->begun_at), case_id, seq, subject, count);
    }
    if (filter->agency != NULL && filter->role != NULL && filter->rule == NULL) {
        return ASK(&reader->connection, SQL_DUTY_OWNER_LIST, agency, role, bind_number(after->due_at),
                   bind_number(after->begun_at), case_id, rule, seq, subject, from, until, count);
    }
    return ASK(&reader->connection, SQL_DUTY_UNMET_LIST, agency, role, bind_number(after->due_at),
               bind_number(after->begun_at), case_id, rule, seq, subject, from, until,
               bind_text(filter->rule), INVOLVED(filter->involved), count);
}

/* The next `most` of them, each with the cursor that it is. */
static const struct error *read_duties(struct store_reader *reader, struct arena *arena,
                                       const struct duty_filter *filter, const struct duty_cursor *after,
                                       size_t most, struct duty_row *ret_rows,
                                       struct duty_cursor *ret_cursors, size_t *ret_count)
{
    const struct error *error = NULL;
    size_t count = 0;
    sqlite3_stmt *row = ask_duties(reader, filter, after, (int)most);
    while (next_row(arena, &reader->connection, row, &error)) {
        row_read(arena, row, &ret_rows[count], &ret_cursors[count]);
        count++;
    }
    if (error != NULL) {
        return error;
    }
    *ret_count = count;
    return name_rules(reader, arena, ret_rows, count);
}

const struct error *store_duties(struct store_reader *reader, struct arena *arena,
                                 const struct duty_filter *filter, const struct duty_row **ret_rows,
                                 size_t *ret_count, const char **ret_next)
{
    struct duty_cursor after = {.due_at = INT64_MIN, .begun_at = INT64_MIN, .rule = "", .begun_seq = -1};
    if (filter->after != NULL) {
        const char *plain;
        TRY(cursor_open(reader, arena, duties_list, filter->after, &plain));
        if (plain == NULL || !cursor_read(arena, plain, &after)) {
            return cursor_fault(arena);
        }
    }
    size_t limit = filter->limit < 1 ? 1 : (size_t)filter->limit;
    size_t most = limit + 1; /* whether there is more */
    struct duty_row *rows = arena_many(arena, struct duty_row, most);
    struct duty_row *read = arena_many(arena, struct duty_row, most);
    struct duty_cursor *cursors = arena_many(arena, struct duty_cursor, most);
    struct duty_cursor last = after;
    size_t count = 0;
    size_t read_count;
    do {
        TRY(read_duties(reader, arena, filter, &after, most, read, cursors, &read_count));
        for (size_t i = 0; i < read_count && count < most; i++) {
            bool wanted = true;
            after = cursors[i];
            TRY(filter->wanted == NULL ? NULL : filter->wanted(filter->context, &read[i], &wanted));
            if (wanted) {
                last = count < limit ? after : last;
                rows[count++] = read[i];
            }
        }
    } while (read_count == most && count < most);
    const char *next = NULL;
    TRY(count < most ? NULL : cursor_write(reader, arena, filter->now, &last, &next));
    *ret_rows = rows;
    *ret_count = count < most ? count : limit;
    *ret_next = next;
    return NULL;
}

/* ---- meetings, actions
 * ------------------------------------------------------------------------------------------- */

const struct error *store_meetings(struct store_reader *reader, struct arena *arena, struct instant from,
                                   const struct involved *involved, int limit,
                                   const struct meeting_row **ret_rows, size_t *ret_count)
{
    struct meeting_row *rows = arena_many(arena, struct meeting_row, (size_t)limit);
    const struct error *error = NULL;
    size_t count = 0;
    sqlite3_stmt *row = ASK(&reader->connection, SQL_MEETING_LIST, bind_number(from.ms), INVOLVED(involved),
                            bind_number(limit));
    while (next_row(arena, &reader->connection, row, &error)) {
        rows[count++] = (struct meeting_row){column_id(row, 0),
                                             column_text(arena, row, 2),
                                             {sqlite3_column_int64(row, 3)},
                                             (uint64_t)sqlite3_column_int64(row, 1)};
    }
    *ret_rows = rows;
    *ret_count = count;
    return error;
}

const struct error *store_actions(struct store_reader *reader, struct arena *arena, const char *agency,
                                  int limit, const struct action_row **ret_rows, size_t *ret_count)
{
    struct action_row *rows = arena_many(arena, struct action_row, (size_t)limit);
    const struct error *error = NULL;
    size_t count = 0;
    sqlite3_stmt *row = ASK(&reader->connection, SQL_ACTION_LIST, bind_text(agency), bind_number(limit));
    while (next_row(arena, &reader->connection, row, &error)) {
        rows[count++] = (struct action_row){column_id(row, 0),
                                            (uint64_t)sqlite3_column_int64(row, 1),
                                            column_text(arena, row, 2),
                                            {sqlite3_column_int64(row, 3)}};
    }
    *ret_rows = rows;
    *ret_count = count;
    return error;
}

/* ---- finding
 * ------------------------------------------------------------------------------------------------------- */

static const struct error *one_id(struct arena *arena, struct connection *connection, sqlite3_stmt *row,
                                  struct id *ret_id)
{
    const struct error *error = NULL;
    if (!next_row(arena, connection, row, &error)) {
        return error == NULL ? error_of(ERROR_NOT_FOUND) : error;
    }
    *ret_id = column_id(row, 0);
    sqlite3_reset(row);
    return NULL;
}

const struct error *store_case_by_reference(struct store_reader *reader, struct arena *arena,
                                            struct reference reference, struct id *ret_id)
{
    struct id disposed;
    const struct error *error =
        one_id(arena, &reader->connection,
               ASK(&reader->connection, SQL_CASE_BY_REFERENCE, bind_text(reference.text)), ret_id);
    if (error == NULL || error->code != ERROR_NOT_FOUND) {
        return error;
    }
    error = one_id(arena, &reader->connection,
                   ASK(&reader->connection, SQL_DISPOSED_BY_REFERENCE, bind_text(reference.text)), &disposed);
    return error == NULL ? error_of(ERROR_DISPOSED) : error;
}

const struct error *store_case_person(struct store_reader *reader, struct arena *arena, struct id case_id,
                                      struct id *ret_person)
{
    return one_id(arena, &reader->connection, ASK(&reader->connection, SQL_CASE_PERSON, bind_id(&case_id)),
                  ret_person);
}

const struct error *store_account_by_name(struct store_reader *reader, struct arena *arena, const char *name,
                                          struct id *ret_account)
{
    uint8_t token[TOKEN_BYTES];
    blind_token(store_keyring(reader->store), "account", name, token);
    return one_id(arena, &reader->connection,
                  ASK(&reader->connection, SQL_ACCOUNT_FIND, bind_blob(token, TOKEN_BYTES)), ret_account);
}

struct found {
    struct id person;
    int shared;
};

enum { TOKEN_ROWS = 500 };

static const struct error *count_token(struct store_reader *reader, struct arena *arena, const char *text,
                                       struct found **found, size_t *count, size_t *room)
{
    uint8_t token[TOKEN_BYTES];
    const struct error *error = NULL;
    blind_token(store_keyring(reader->store), "person", text, token);
    sqlite3_stmt *row =
        ASK(&reader->connection, SQL_TOKEN_FIND, bind_blob(token, TOKEN_BYTES), bind_number(TOKEN_ROWS));
    while (next_row(arena, &reader->connection, row, &error)) {
        struct id person = column_id(row, 0);
        size_t i = 0;
        while (i < *count && !id_equal((*found)[i].person, person)) {
            i++;
        }
        if (i == *count) {
            if (*count == *room) {
                size_t more = *room == 0 ? 64 : *room * 2;
                *found = arena_grow(arena, *found, *count, more, sizeof **found);
                *room = more;
            }
            (*found)[(*count)++] = (struct found){person, 0};
        }
        (*found)[i].shared++;
    }
    return error;
}

static int by_shared(const void *a, const void *b)
{
    const struct found *one = a;
    const struct found *other = b;
    return other->shared != one->shared ? other->shared - one->shared
                                        : memcmp(one->person.bytes, other->person.bytes, ID_BYTES);
}

const struct error *store_cases_by_tokens(struct store_reader *reader, struct arena *arena,
                                          const char *const *texts, size_t count, int limit,
                                          const struct id **ret_cases, size_t *ret_count)
{
    struct found *found = NULL;
    size_t found_count = 0;
    size_t room = 0;
    for (size_t i = 0; i < count; i++) {
        TRY(count_token(reader, arena, texts[i], &found, &found_count, &room));
    }
    if (found_count > 0) {
        qsort(found, found_count, sizeof *found, by_shared);
    }
    struct id *cases = arena_many(arena, struct id, (size_t)limit);
    size_t case_count = 0;
    for (size_t i = 0; i < found_count && case_count < (size_t)limit; i++) {
        const struct error *error = NULL;
        sqlite3_stmt *row = ASK(&reader->connection, SQL_CASE_OF_PERSON, bind_id(&found[i].person));
        while (case_count < (size_t)limit && next_row(arena, &reader->connection, row, &error)) {
            cases[case_count++] = column_id(row, 0);
        }
        sqlite3_reset(row);
        if (error != NULL) {
            return error;
        }
    }
    *ret_cases = cases;
    *ret_count = case_count;
    return NULL;
}

const struct error *store_case_heads(struct store_reader *reader, struct arena *arena,
                                     const struct case_head **ret_heads, size_t *ret_count)
{
    struct case_head *heads = NULL;
    size_t count = 0;
    size_t room = 0;
    const struct error *error = NULL;
    sqlite3_stmt *row = connection_ask(&reader->connection, SQL_CASE_HEAD_ALL, NULL, 0);
    while (next_row(arena, &reader->connection, row, &error)) {
        if (count == room) {
            size_t more = room == 0 ? 256 : room * 2;
            heads = arena_grow(arena, heads, count, more, sizeof *heads);
            room = more;
        }
        heads[count++] = (struct case_head){.case_id = column_id(row, 0),
                                            .seq = (uint64_t)sqlite3_column_int64(row, 1),
                                            .person_seq = (uint64_t)sqlite3_column_int64(row, 2)};
    }
    *ret_heads = heads;
    *ret_count = count;
    return error;
}

static const struct error *many_ids(struct store_reader *reader, struct arena *arena, sqlite3_stmt *row,
                                    const struct id **ret_ids, size_t *ret_count)
{
    struct id *ids = NULL;
    size_t count = 0;
    size_t room = 0;
    const struct error *error = NULL;
    while (next_row(arena, &reader->connection, row, &error)) {
        if (count == room) {
            size_t more = room == 0 ? 32 : room * 2;
            ids = arena_grow(arena, ids, count, more, sizeof *ids);
            room = more;
        }
        ids[count++] = column_id(row, 0);
    }
    *ret_ids = ids;
    *ret_count = count;
    return error;
}

const struct error *store_streams_of_kind(struct store_reader *reader, struct arena *arena,
                                          enum stream_kind kind, const struct id **ret_ids, size_t *ret_count)
{
    enum sql sql = kind > STREAM_PERSON ? SQL_STREAM_OF_KIND : SQL_STREAM_OF_LARGE_KIND;
    return many_ids(reader, arena, ASK(&reader->connection, sql, bind_number(kind)), ret_ids, ret_count);
}

const struct error *store_cases_of_person(struct store_reader *reader, struct arena *arena, struct id person,
                                          const struct id **ret_cases, size_t *ret_count)
{
    return many_ids(reader, arena, ASK(&reader->connection, SQL_CASE_OF_PERSON, bind_id(&person)), ret_cases,
                    ret_count);
}
