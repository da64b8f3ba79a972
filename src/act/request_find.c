/*
 * Whom a request is about. Who answers requests reads no case, so this search is its own: by a reference, or
 * by a name with a date of birth or without, and each who is shown is a look.
 */
#include "act/inner.h"
#include "act/request.h"
#include "act/two_people.h"

#include "base/text.h"
#include "people/person.h"

#include <stdlib.h>
#include <string.h>

enum { MOST_SHOWN = 20, LEAST_SCORE = 40, CANDIDATES = 200 };

/* `wanted` NULL: whoever it is. */
static const struct error *describe(const struct act *act, struct store_reader *reader, struct id case_id,
                                    const struct person *wanted, struct match *ret_match)
{
    struct id person;
    struct stream stream;
    struct child_view child;
    TRY(store_case_person(reader, act->arena, case_id, &person));
    TRY(store_stream_read(reader, act->arena, person, &stream));
    child_view_make(act, &stream, INSTANT_NEVER, (struct day){0}, &child);
    struct person found = {child.given_name, child.family_name, child.has_birth, child.birth};
    *ret_match = (struct match){
        .case_id = case_id,
        .reference = reference_of(case_id),
        .full_name = child.full_name,
        .has_birth = child.has_birth,
        .birth = child.birth,
        .reasons = "",
    };
    if (wanted != NULL) {
        ret_match->score = person_compare(act->arena, wanted, &found, &ret_match->reasons);
    }
    return NULL;
}

static const struct error *by_reference(const struct act *act, struct store_reader *reader,
                                        struct reference reference, const struct match **ret_matches,
                                        size_t *ret_count)
{
    struct match *match = arena_one(act->arena, struct match);
    struct id case_id;
    bool conflict;
    *ret_matches = match;
    *ret_count = 0;
    const struct error *error = store_case_by_reference(reader, act->arena, reference, &case_id);
    if (error != NULL && (error->code == ERROR_NOT_FOUND || error->code == ERROR_DISPOSED)) {
        return NULL;
    }
    TRY(error);
    TRY(has_conflict(act, reader, case_id, &conflict));
    *ret_count = conflict ? 0 : 1;
    return conflict ? NULL : describe(act, reader, case_id, NULL, match);
}

static int by_score(const void *a, const void *b)
{
    const struct match *one = a;
    const struct match *other = b;
    return other->score != one->score ? other->score - one->score : strcmp(one->full_name, other->full_name);
}

static const struct error *by_name(const struct act *act, struct store_reader *reader, const char *text,
                                   const struct match **ret_matches, size_t *ret_count)
{
    const char *texts[PERSON_TOKENS];
    const struct id *cases;
    size_t case_count;
    struct person person = person_of_text(act->arena, text);
    size_t token_count = person_tokens(act->arena, &person, texts);
    TRY(store_cases_by_tokens(reader, act->arena, texts, token_count, CANDIDATES, &cases, &case_count));
    struct match *matches = arena_many(act->arena, struct match, case_count);
    size_t count = 0;
    for (size_t i = 0; i < case_count; i++) {
        bool conflict;
        TRY(has_conflict(act, reader, cases[i], &conflict));
        TRY(conflict ? NULL : describe(act, reader, cases[i], &person, &matches[count]));
        count += !conflict && matches[count].score >= LEAST_SCORE;
    }
    qsort(matches, count, sizeof *matches, by_score);
    *ret_matches = matches;
    *ret_count = count > MOST_SHOWN ? MOST_SHOWN : count;
    return NULL;
}

const struct error *act_request_search(const struct act *act, const char *text,
                                       const struct match **ret_matches, size_t *ret_count)
{
    struct reference reference;
    struct store_reader *reader;
    TRY(act_begin(act, MAY_ANSWER_REQUESTS, "request-search", (struct id){{0}}));
    if (text_is_blank(text)) {
        return error_field(act->arena, ERROR_INVALID, "text", NULL,
                           "Enter a name, or the reference of a case");
    }
    TRY(store_reader_take(act->service->store, &reader));
    const struct error *error = reference_parse(text, &reference)
                                    ? by_reference(act, reader, reference, ret_matches, ret_count)
                                    : by_name(act, reader, text, ret_matches, ret_count);
    store_reader_give(reader);
    TRY(error);
    for (size_t i = 0; i < *ret_count; i++) {
        TRY(act_look(act, "request-search-shown", (*ret_matches)[i].case_id, 1, "name"));
    }
    return NULL;
}
