/*
 * Breaking the glass. Who is refused a case, and might need it to keep a child safe now, types a reason and
 * gets it for a time. The entry beside the case, the line in the book of who reviews looks and their notices
 * are one write: there is no opened case that nobody was told of.
 */
#include "act/account.h"
#include "act/book.h"
#include "act/guard.h"

#include "base/must.h"
#include "base/text.h"
#include "calendar/calendar.h"

#include <stdlib.h>
#include <string.h>

enum { TRIES = 8, REASON_LEAST = 10, REASON_MOST = 4000 };

const struct review_outcome review_outcomes[3] = {
    {"explained", "There was a good reason"},
    {"followed-up", "The worker and their manager were spoken to"},
    {"misuse", "It was misuse, and is dealt with as that"},
};

static struct value text_value(const char *text)
{
    return (struct value){.kind = VALUE_TEXT, .text = text};
}

static const char *id_text(struct arena *arena, struct id id)
{
    char *text = arena_alloc(arena, ID_TEXT);
    id_format(id, text);
    return text;
}

static const struct error *find_and_rule(const struct act *act, const char *reference, struct id *ret_case,
                                         struct guard_ruling *ret_ruling)
{
    struct store_reader *reader;
    struct reference parsed;
    if (!reference_parse(reference, &parsed)) {
        return error_of(ERROR_NOT_FOUND);
    }
    TRY(store_reader_take(act->service->store, &reader));
    const struct error *error = store_case_by_reference(reader, act->arena, parsed, ret_case);
    if (error == NULL) {
        error = guard_rule(act, reader, *ret_case, ret_ruling);
    }
    store_reader_give(reader);
    TRY(error);
    return ret_ruling->answer == ACCESS_NO ? error_of(ERROR_NOT_FOUND) : NULL;
}

/* Refused to who may not break glass at all; looked for before the look, so that this names the case. */
static const struct error *begin(const struct act *act, const char *name, const char *reference,
                                 struct id *ret_case, struct guard_ruling *ret_ruling)
{
    struct id found = {{0}};
    const struct error *error = act->actor == NULL || !permit(act->actor, MAY_READ_CASE)
                                    ? NULL
                                    : find_and_rule(act, reference, &found, ret_ruling);
    struct id record = error == NULL ? found : (struct id){{0}};
    TRY(act_begin(act, MAY_READ_CASE, error == NULL ? name : "not-found", record));
    *ret_case = found;
    return error;
}

const struct error *act_glass_ask(const struct act *act, const char *reference, struct glass_ask *ret_ask)
{
    struct id case_id;
    struct guard_ruling ruling;
    TRY(begin(act, "glass-ask", reference, &case_id, &ruling));
    *ret_ask = (struct glass_ask){
        .reference = reference_of(case_id),
        .why = ruling.why,
        .ask = ruling.ask,
        .hours = act_pack(act)->looking.glass_hours,
        .opens = ruling.answer == ACCESS_WITH_REASON && permit(act->actor, MAY_BREAK_GLASS),
        .needless = ruling.answer == ACCESS_YES,
    };
    return NULL;
}

static const struct error *write_broken(const struct act *act, struct id case_id, const char *reason,
                                        struct instant until)
{
    struct store_reader *reader;
    struct stream guard;
    struct stream book = {0};
    TRY(store_reader_take(act->service->store, &reader));
    const struct error *error = guard_stream(act, reader, case_id, &guard);
    if (error == NULL) {
        error = book_stream(act, reader, &book);
    }
    store_reader_give(reader);
    TRY(error);
    struct write *write = store_write_new(act->service->store, act->arena);
    const struct value ends = {.kind = VALUE_NUMBER, .number = until.ms};
    const struct value of_guard[] = {text_value(reason), ends};
    struct entry broken = guard_entry(act, "glass-broken", of_guard);
    store_write_entry(write, &guard, &broken);
    const struct value of_book[] = {text_value(id_text(act->arena, case_id)),
                                    text_value(id_text(act->arena, act->actor->account)), text_value(reason),
                                    ends};
    struct entry line = book_entry(act, "book-glass", (struct id){{0}}, of_book);
    const struct entry *added = store_write_entry(write, &book, &line);
    TRY(notices_tell_reviewers(act, write, "glass-broken", case_id, id_text(act->arena, added->id)));
    return store_commit(write);
}

const struct error *act_glass_break(const struct act *act, const char *reference, const char *reason,
                                    struct instant *ret_until)
{
    struct id case_id;
    struct guard_ruling ruling;
    TRY(begin(act, "glass-broken", reference, &case_id, &ruling));
    if (ruling.answer == ACCESS_YES) {
        *ret_until = ruling.guard.until;
        return NULL; /* it is open to them: nothing is to be broken */
    }
    if (!permit(act->actor, MAY_BREAK_GLASS)) {
        return error_new(act->arena, ERROR_NOT_ALLOWED, "your role opens no case by a reason");
    }
    if (reason == NULL || text_length(text_trim(act->arena, reason)) < REASON_LEAST) {
        return error_field(act->arena, ERROR_INVALID, "reason", NULL,
                           "Say why you need this record now, in at least %d characters", REASON_LEAST);
    }
    if (text_length(reason) > REASON_MOST) {
        return error_field(act->arena, ERROR_INVALID, "reason", NULL, "Say it in at most %d characters",
                           REASON_MOST);
    }
    TRY(act_dangerous(act));
    struct instant until =
        instant_add_ms(act->now, act_pack(act)->looking.glass_hours * (int64_t)MS_PER_HOUR);
    const struct error *error = NULL;
    for (int i = 0; i < TRIES; i++) {
        error = write_broken(act, case_id, reason, until);
        if (error == NULL || error->code != ERROR_CONFLICT) {
            break;
        }
    }
    TRY(error);
    *ret_until = until;
    return NULL;
}

/* ---- reviews ---- */

struct review_view review_of(const struct act *act, const struct entry *review)
{
    return review == NULL ? (struct review_view){.at = INSTANT_NEVER}
                          : (struct review_view){.outcome = entry_text(review, "outcome"),
                                                 .note = entry_text(review, "note"),
                                                 .by = account_name(act, review->recorded_by),
                                                 .at = review->recorded_at};
}

static struct glass_view glass_of(const struct act *act, const struct book_line *line)
{
    const struct entry *entry = line->entry;
    const struct account *account = NULL;
    struct id case_id = {{0}};
    bool known = account_read(act, entry->recorded_by, &account) == NULL;
    must(id_parse(entry_text(entry, "case"), &case_id)); /* it was written so */
    struct glass_view view = {
        .id = entry->id,
        .name = account_name(act, entry->recorded_by),
        .role = known ? account->role : "",
        .agency = entry->agency,
        .account = entry->recorded_by,
        .reason = entry_text(entry, "reason"),
        .at = entry->recorded_at,
        .ends_at = {entry_number(entry, "ends_at")},
        .review_by = calendar_due_working_days(act_pack(act)->calendar, entry->recorded_at, 1),
        .review = review_of(act, line->review),
        .reference = reference_of(case_id),
    };
    view.open = known && act->now.ms < view.ends_at.ms && entry->recorded_at.ms >= account->part_from.ms;
    view.overdue = line->review == NULL && act->now.ms > view.review_by.ms;
    return view;
}

/* To be reviewed before reviewed; of those the soonest due first, of these the newest. */
static int by_urgency(const void *a, const void *b)
{
    const struct glass_view *one = a;
    const struct glass_view *other = b;
    bool first = one->review.outcome == NULL;
    bool second = other->review.outcome == NULL;
    if (first != second) {
        return second - first;
    }
    return first ? instant_compare(one->review_by, other->review_by) : instant_compare(other->at, one->at);
}

const struct error *act_glass_list(const struct act *act, const struct glass_view **ret_list,
                                   size_t *ret_count)
{
    struct book book;
    size_t count = 0;
    TRY(act_begin(act, MAY_REVIEW_LOOKS, "glass-list", (struct id){{0}}));
    TRY(book_read(act, &book));
    struct glass_view *list = arena_many(act->arena, struct glass_view, book.count);
    for (size_t i = 0; i < book.count; i++) {
        if (text_equal(book.list[i].entry->type->id, "book-glass")) {
            list[count++] = glass_of(act, &book.list[i]);
        }
    }
    qsort(list, count, sizeof *list, by_urgency);
    *ret_list = list;
    *ret_count = count;
    return NULL;
}

static const struct error *find_line(const struct act *act, const char *text,
                                     const struct book_line **ret_line)
{
    struct book book;
    struct id id;
    TRY(book_read(act, &book));
    for (size_t i = 0; i < book.count && text != NULL && id_parse(text, &id); i++) {
        if (id_equal(book.list[i].entry->id, id)) {
            *ret_line = &book.list[i];
            return NULL;
        }
    }
    return error_of(ERROR_NOT_FOUND);
}

static bool is_outcome(const char *outcome)
{
    for (size_t i = 0; i < sizeof review_outcomes / sizeof review_outcomes[0]; i++) {
        if (text_equal(review_outcomes[i].id, outcome)) {
            return true;
        }
    }
    return false;
}

const struct error *act_review(const struct act *act, const char *line, const char *outcome, const char *note)
{
    const struct book_line *found;
    TRY(act_begin(act, MAY_REVIEW_LOOKS, "look-review", (struct id){{0}}));
    TRY(find_line(act, line, &found));
    const struct error *error = NULL;
    if (text_is_blank(note) || text_length(note) > REASON_MOST) {
        error = error_field(act->arena, ERROR_INVALID, "note", NULL,
                            "Say what you found, in at most %d characters", REASON_MOST);
    }
    if (!is_outcome(outcome)) {
        error = error_field(act->arena, ERROR_INVALID, "outcome", error, "Choose what it came to");
    }
    const char *whose = entry_text(found->entry, "account"); /* NULL: of several */
    bool own = id_equal(found->entry->recorded_by, act->actor->account) ||
               text_equal(whose, id_text(act->arena, act->actor->account));
    if (error == NULL && own) {
        error = error_new(act->arena, ERROR_NOT_ALLOWED, "nobody reviews what they did themselves");
    }
    TRY(error);
    const struct value values[] = {text_value(id_text(act->arena, found->entry->id)), text_value(outcome),
                                   text_value(note)};
    struct entry review = book_entry(act, "book-review", (struct id){{0}}, values);
    return book_tell(act, &review, NULL, (struct id){{0}});
}
