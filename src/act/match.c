/* Finding children: who may be the same as somebody typed in, and whom a search text means. */
#include "act/reach.h"

#include "base/text.h"
#include "people/person.h"

#include <string.h>

enum { CANDIDATES = 200, MOST_MATCHES = 50, SEARCH_SCORE = 40 };

static const struct value *value_of(const struct pack *pack, const struct value *values, const char *field)
{
    static const struct value none = {.kind = VALUE_NONE};
    const struct field *found = entry_type_field(&pack->types[pack->details_type], field);
    return found == NULL ? &none : &values[found->index];
}

struct person person_of_values(const struct pack *pack, const struct value *details)
{
    const struct value *given = value_of(pack, details, "given_name");
    const struct value *family = value_of(pack, details, "family_name");
    const struct value *birth = value_of(pack, details, "date_of_birth");
    return (struct person){
        .given_name = given->kind == VALUE_TEXT ? given->text : NULL,
        .family_name = family->kind == VALUE_TEXT ? family->text : NULL,
        .has_birth = birth->kind == VALUE_DAY,
        .birth = birth->kind == VALUE_DAY ? birth->day : (struct day){0},
    };
}

static int by_score(const void *a, const void *b)
{
    const struct match *one = a;
    const struct match *other = b;
    return other->score != one->score ? other->score - one->score : strcmp(one->full_name, other->full_name);
}

static const struct error *match_case(const struct act *act, struct store_reader *reader, struct id case_id,
                                      const struct person *wanted, struct match *ret_match)
{
    struct id person_id;
    struct stream stream;
    struct child_view child;
    TRY(store_case_person(reader, act->arena, case_id, &person_id));
    TRY(store_stream_read(reader, act->arena, person_id, &stream));
    child_view_make(act, &stream, INSTANT_NEVER, (struct day){0}, &child);
    struct person person = {child.given_name, child.family_name, child.has_birth, child.birth};
    *ret_match = (struct match){
        .case_id = case_id,
        .reference = reference_of(case_id),
        .full_name = child.full_name,
        .has_birth = child.has_birth,
        .birth = child.birth,
    };
    ret_match->score = person_compare(act->arena, wanted, &person, &ret_match->reasons);
    return NULL;
}

const struct error *match_named(const struct act *act, struct store_reader *reader, struct match *match,
                                bool *ret_there)
{
    struct id person_id;
    struct stream stream;
    struct child_view child;
    const struct error *error =
        store_case_by_reference(reader, act->arena, match->reference, &match->case_id);
    *ret_there = false;
    if (error != NULL) {
        return error->code == ERROR_DISPOSED ? NULL : error;
    }
    TRY(reach_finds(act, reader, match->case_id, ret_there));
    if (!*ret_there) {
        return NULL;
    }
    TRY(store_case_person(reader, act->arena, match->case_id, &person_id));
    TRY(store_stream_read(reader, act->arena, person_id, &stream));
    child_view_make(act, &stream, INSTANT_NEVER, (struct day){0}, &child);
    match->full_name = child.full_name;
    match->has_birth = child.has_birth;
    match->birth = child.birth;
    return NULL;
}

static const struct error *find_with(const struct act *act, struct store_reader *reader,
                                     const struct person *person, int least, size_t most,
                                     const struct match **ret_matches, size_t *ret_count)
{
    const char *texts[PERSON_TOKENS];
    const struct id *cases;
    size_t case_count;
    size_t token_count = person_tokens(act->arena, person, texts);
    TRY(store_cases_by_tokens(reader, act->arena, texts, token_count, CANDIDATES, &cases, &case_count));
    struct match *matches = arena_many(act->arena, struct match, case_count);
    size_t count = 0;
    for (size_t i = 0; i < case_count; i++) {
        bool finds;
        TRY(reach_finds(act, reader, cases[i], &finds));
        if (!finds) {
            continue;
        }
        TRY(match_case(act, reader, cases[i], person, &matches[count]));
        count += matches[count].score >= least;
    }
    qsort(matches, count, sizeof *matches, by_score);
    *ret_matches = matches;
    *ret_count = count > most ? most : count;
    return NULL;
}

const struct error *find_matches(const struct act *act, const struct person *person, int least, size_t most,
                                 const struct match **ret_matches, size_t *ret_count)
{
    struct store_reader *reader;
    TRY(store_reader_take(act->service->store, &reader));
    const struct error *error = find_with(act, reader, person, least, most, ret_matches, ret_count);
    store_reader_give(reader);
    return error;
}

/* Each child that was shown by it is a look at that case. */
static const struct error *look_at_each(const struct act *act, const char *name, const struct match *matches,
                                        size_t count)
{
    for (size_t i = 0; i < count; i++) {
        TRY(act_look(act, name, matches[i].case_id, 1, "name"));
    }
    return NULL;
}

const struct error *matches_look(const struct act *act, const struct match *matches, size_t *ret_count)
{
    const struct error *error = look_at_each(act, "match-shown", matches, *ret_count);
    if (error != NULL && error->code == ERROR_TOO_MANY) {
        *ret_count = 0;
        return NULL;
    }
    return error;
}

const struct error *act_matches(const struct act *act, const struct value *details,
                                const struct match **ret_matches, size_t *ret_count)
{
    TRY(act_begin(act, MAY_REFER, "match-search", (struct id){{0}}));
    struct person person = person_of_values(act_pack(act), details);
    TRY(find_matches(act, &person, POSSIBLE_MATCH, MOST_MATCHES, ret_matches, ret_count));
    return look_at_each(act, "match-shown", *ret_matches, *ret_count);
}

static const struct error *match_reference(const struct act *act, struct reference reference,
                                           struct match *ret_match)
{
    struct store_reader *reader;
    struct id id;
    struct person nobody = {0};
    TRY(store_reader_take(act->service->store, &reader));
    const struct error *error = store_case_by_reference(reader, act->arena, reference, &id);
    bool finds = false;
    if (error == NULL) {
        error = reach_finds(act, reader, id, &finds);
    }
    if (error == NULL) {
        error = finds ? match_case(act, reader, id, &nobody, ret_match) : error_of(ERROR_NOT_FOUND);
    }
    store_reader_give(reader);
    return error;
}

/* Words are names, the first the given one; a word that is a date is the date of birth. */
struct person person_of_text(struct arena *arena, const char *text)
{
    struct person person = {0};
    for (const char *word = text_trim(arena, text); *word != '\0';) {
        size_t size = strcspn(word, " ");
        const char *one = arena_copy_n(arena, word, size);
        struct day day;
        word += size + strspn(word + size, " ");
        if (day_parse(one, &day)) {
            person.has_birth = true;
            person.birth = day;
        } else if (person.given_name == NULL) {
            person.given_name = one;
        } else {
            person.family_name =
                person.family_name == NULL ? one : arena_printf(arena, "%s %s", person.family_name, one);
        }
    }
    if (person.family_name == NULL) {
        person.family_name = person.given_name; /* one word may be either */
    }
    return person;
}

const struct error *act_case_search(const struct act *act, const char *text, const struct match **ret_matches,
                                    size_t *ret_count)
{
    struct reference reference;
    TRY(act_begin(act, MAY_SEARCH, "case-search", (struct id){{0}}));
    *ret_count = 0;
    *ret_matches = NULL;
    if (text_is_blank(text)) {
        return NULL;
    }
    if (reference_parse(text, &reference)) {
        struct match *match = arena_one(act->arena, struct match);
        const struct error *error = match_reference(act, reference, match);
        if (error == NULL) {
            match->score = 100;
            match->reasons = "this reference";
            *ret_matches = match;
            *ret_count = 1;
            return look_at_each(act, "search-shown", match, 1);
        }
        return error->code == ERROR_NOT_FOUND ? NULL : error;
    }
    struct person person = person_of_text(act->arena, text);
    TRY(find_matches(act, &person, SEARCH_SCORE, MOST_MATCHES, ret_matches, ret_count));
    return look_at_each(act, "search-shown", *ret_matches, *ret_count);
}
