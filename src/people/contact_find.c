/*
 * Finding contacts by what a worker types. Words are compared as name_normal leaves them. A place is also
 * found under the larger areas it lies in, which the contacts themselves say.
 */
#include "people/contact.h"

#include "base/buf.h"
#include "base/text.h"
#include "people/name.h"

#include <string.h>

enum { MOST_WORDS = 24, MOST_FIELD_WORDS = 400, NEAR_FROM = 5, NEARER_FROM = 9, LONGEST = 32 };

struct words {
    const char *list[MOST_FIELD_WORDS];
    size_t count;
};

static bool divides(char c)
{
    return c == ' ' || c == ',' || c == '.' || c == ';' || c == '(' || c == ')' || c == '/' || c == ':' ||
           c == '\t' || c == '\n' || c == '&' || c == '-';
}

static bool says_nothing(const char *word)
{
    static const char *const small[] = {"and", "the", "for", "of", "in", "at", "to"};
    for (size_t i = 0; i < sizeof small / sizeof small[0]; i++) {
        if (strcmp(small[i], word) == 0) {
            return true;
        }
    }
    return false;
}

static void add_words(struct arena *arena, const char *text, size_t most, struct words *words)
{
    if (text == NULL) {
        return;
    }
    for (const char *c = text; *c != '\0' && words->count < most;) {
        size_t size = 0;
        while (c[size] != '\0' && !divides(c[size])) {
            size++;
        }
        const char *word = name_normal(arena, arena_copy_n(arena, c, size));
        if (word[0] != '\0' && !says_nothing(word)) {
            words->list[words->count++] = word;
        }
        c += size + (c[size] == '\0' ? 0 : 1);
    }
}

static size_t least_of(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* Letters to change, add, leave out or exchange with their neighbour. */
static size_t distance(const char *a, const char *b)
{
    size_t rows[3][LONGEST + 1];
    size_t a_size = strlen(a);
    size_t b_size = strlen(b);
    if (a_size > LONGEST || b_size > LONGEST) {
        return LONGEST;
    }
    for (size_t j = 0; j <= b_size; j++) {
        rows[0][j] = j;
    }
    for (size_t i = 1; i <= a_size; i++) {
        size_t *now = rows[i % 3];
        const size_t *before = rows[(i - 1) % 3];
        now[0] = i;
        for (size_t j = 1; j <= b_size; j++) {
            now[j] = least_of(least_of(before[j], now[j - 1]) + 1, before[j - 1] + (a[i - 1] != b[j - 1]));
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
                now[j] = least_of(now[j], rows[(i - 2) % 3][j - 2] + 1);
            }
        }
    }
    return rows[a_size % 3][b_size];
}

/* The beginning of it, or it with a slip or two; short words have no near spellings. */
static bool word_fits(const char *typed, const char *word)
{
    size_t size = strlen(typed);
    if (text_starts_with(word, typed)) {
        return true;
    }
    size_t slips = size >= NEARER_FROM ? 2 : size >= NEAR_FROM ? 1 : 0;
    return slips > 0 && typed[0] == word[0] && distance(typed, word) <= slips;
}

static bool any_fits(const char *typed, const struct words *words)
{
    for (size_t i = 0; i < words->count; i++) {
        if (word_fits(typed, words->list[i])) {
            return true;
        }
    }
    return false;
}

static bool all_fit(const struct words *typed, const struct words *words)
{
    for (size_t i = 0; i < typed->count; i++) {
        if (!any_fits(typed->list[i], words)) {
            return false;
        }
    }
    return typed->count > 0;
}

static struct words words_of(struct arena *arena, const struct pack *pack, const struct contact_view *contact)
{
    struct words words = {.count = 0};
    const struct code_list *agencies = pack_codes(pack, "agency");
    const struct code *agency =
        agencies == NULL || contact->agency == NULL ? NULL : code_find(agencies, contact->agency);
    add_words(arena, agency == NULL ? contact->agency : agency->title, MOST_FIELD_WORDS, &words);
    add_words(arena, contact_kind_title(contact->kind), MOST_FIELD_WORDS, &words);
    for (size_t i = 2; i < CONTACT_FIELDS; i++) {
        if (strcmp(contact_fields[i].name, "fallback") != 0 &&
            strcmp(contact_fields[i].name, "source") != 0) {
            add_words(arena, contact_text(contact, &contact_fields[i]), MOST_FIELD_WORDS, &words);
        }
    }
    /* a number is found with and without its spaces */
    const char *phone = name_normal(arena, contact->phone);
    if (phone[0] != '\0' && words.count < MOST_FIELD_WORDS) {
        words.list[words.count++] = phone;
    }
    return words;
}

/* What serves all areas is found for every area that anybody serves. */
static bool serves_all(const struct contact_view *contact)
{
    return contact->area != NULL &&
           (strcasestr(contact->area, "all areas") != NULL || strcasestr(contact->area, "national") != NULL);
}

struct place {
    bool is_place;       /* somebody serves an area of this name */
    struct words within; /* the larger areas */
};

static struct place place_of(struct arena *arena, const struct contact_view *contacts, size_t count,
                             const char *typed)
{
    struct place place = {.is_place = false, .within = {.count = 0}};
    for (size_t i = 0; i < count; i++) {
        struct words area = {.count = 0};
        add_words(arena, contacts[i].area, MOST_FIELD_WORDS, &area);
        if (!serves_all(&contacts[i]) && any_fits(typed, &area)) {
            place.is_place = true;
            add_words(arena, contacts[i].within, MOST_FIELD_WORDS, &place.within);
        }
    }
    return place;
}

static bool serves(struct arena *arena, const struct contact_view *contact, const struct place *place)
{
    struct words area = {.count = 0};
    if (!place->is_place) {
        return false;
    }
    if (serves_all(contact)) {
        return true;
    }
    add_words(arena, contact->area, MOST_FIELD_WORDS, &area);
    for (size_t i = 0; i < area.count; i++) {
        for (size_t j = 0; j < place->within.count; j++) {
            if (strcmp(area.list[i], place->within.list[j]) == 0) {
                return true;
            }
        }
    }
    return false;
}

void contacts_find(struct arena *arena, const struct pack *pack, const struct contact_view *contacts,
                   size_t count, const char *text, const char *agency, const struct contact_view **ret_found,
                   size_t *ret_count)
{
    struct contact_view *found = arena_many(arena, struct contact_view, count);
    struct words typed = {.count = 0};
    size_t found_count = 0;
    add_words(arena, text, MOST_WORDS, &typed);
    struct place *places = arena_many(arena, struct place, typed.count);
    for (size_t w = 0; w < typed.count; w++) {
        places[w] = place_of(arena, contacts, count, typed.list[w]);
    }
    for (size_t i = 0; i < count; i++) {
        if (!text_is_blank(agency) && !text_equal(agency, contacts[i].agency)) {
            continue;
        }
        struct words words = words_of(arena, pack, &contacts[i]);
        bool fits = true;
        for (size_t w = 0; w < typed.count && fits; w++) {
            struct words one = {.list = {typed.list[w]}, .count = 1};
            fits = all_fit(&one, &words) || serves(arena, &contacts[i], &places[w]);
        }
        if (fits) {
            found[found_count++] = contacts[i];
        }
    }
    *ret_found = found;
    *ret_count = found_count;
}
