#include "people/person.h"

#include "base/buf.h"
#include "base/text.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

/* ---- tokens */

struct tokens {
    struct arena *arena;
    const char **texts;
    size_t count;
};

static void add_token(struct tokens *tokens, const char *kind, const char *text)
{
    const char *token = arena_printf(tokens->arena, "%s %s", kind, text);
    for (size_t i = 0; i < tokens->count; i++) {
        if (strcmp(tokens->texts[i], token) == 0) {
            return;
        }
    }
    if (*text != '\0' && tokens->count < PERSON_TOKENS) {
        tokens->texts[tokens->count++] = token;
    }
}

static void add_name(struct tokens *tokens, const char *name)
{
    add_token(tokens, "name", name_normal(tokens->arena, name));
    add_token(tokens, "sound", name_sound(tokens->arena, name));
    add_token(tokens, "name", name_full_form(tokens->arena, name_normal(tokens->arena, name)));
}

static void add_names(struct tokens *tokens, const char *name)
{
    const char *parts[NAME_PARTS];
    size_t count = name_parts(tokens->arena, name, parts);
    add_name(tokens, name);
    for (size_t i = 0; i < count; i++) {
        add_name(tokens, parts[i]);
    }
}

size_t person_tokens(struct arena *arena, const struct person *person,
                     const char *ret_texts[static PERSON_TOKENS])
{
    struct tokens tokens = {arena, ret_texts, 0};
    const char *given = name_normal(arena, person->given_name);
    const char *family = name_normal(arena, person->family_name);
    if (person->has_birth) {
        char birth[DAY_TEXT];
        day_format(person->birth, birth);
        add_token(&tokens, "birth", birth);
    }
    if (*given != '\0' && *family != '\0') {
        add_token(&tokens, "full", arena_printf(arena, "%s%s", given, family));
        add_token(&tokens, "full", arena_printf(arena, "%s%s", family, given));
    }
    add_names(&tokens, person->family_name);
    add_names(&tokens, person->given_name);
    return tokens.count;
}

/* ---- likeness of two names */

enum { LIKENESS_LETTERS = 64 };

struct letters {
    uint32_t at[LIKENESS_LETTERS];
    size_t count;
    bool used[LIKENESS_LETTERS];
};

/* A letter is the bytes of its UTF-8, as a number: only ever compared. */
static struct letters letters_of(const char *name)
{
    struct letters letters = {0};
    for (; *name != '\0'; name++) {
        unsigned char byte = (unsigned char)*name;
        if ((byte & 0xC0) == 0x80) {
            letters.at[letters.count - 1] = letters.at[letters.count - 1] << 8 | byte;
        } else if (letters.count == LIKENESS_LETTERS) {
            break;
        } else {
            letters.at[letters.count++] = byte;
        }
    }
    return letters;
}

/* Marks the letters of a that stand at about the same place in b; their count. */
static double pair_up(struct letters *a, struct letters *b)
{
    size_t longer = a->count > b->count ? a->count : b->count;
    size_t window = longer >= 4 ? longer / 2 - 1 : 0;
    double common = 0;
    for (size_t i = 0; i < a->count; i++) {
        for (size_t j = i > window ? i - window : 0; j < b->count && j <= i + window; j++) {
            if (!b->used[j] && a->at[i] == b->at[j]) {
                a->used[i] = true;
                b->used[j] = true;
                common++;
                break;
            }
        }
    }
    return common;
}

/* Jaro-Winkler, 0 to 100. */
static int likeness(const char *name, const char *other)
{
    struct letters a = letters_of(name);
    struct letters b = letters_of(other);
    double common = pair_up(&a, &b);
    if (common == 0) {
        return 0;
    }
    double exchanged = 0;
    for (size_t i = 0, j = 0; i < a.count; i++) {
        if (a.used[i]) {
            while (!b.used[j]) {
                j++;
            }
            exchanged += a.at[i] != b.at[j] ? 1 : 0;
            j++;
        }
    }
    double jaro =
        (common / (double)a.count + common / (double)b.count + (common - exchanged / 2) / common) / 3;
    size_t prefix = 0;
    while (prefix < 4 && prefix < a.count && prefix < b.count && a.at[prefix] == b.at[prefix]) {
        prefix++;
    }
    return (int)((jaro + (double)prefix * 0.1 * (1 - jaro)) * 100 + 0.5);
}

/* ---- comparing */

/* Of one thing compared: how alike, 0 to 100, and why. */
struct likely {
    int score;
    const char *reason;
};
enum {
    UNKNOWN = 50,
    ALIKE = 85, /* from here on it speaks for the same person */
    SAME = 90,  /* from here on it is the same name, if written differently */
    HEARD_ALIKE =
        70, /* what sounds alike by the code must be written alike this far: Smith and Sandhu are not */
};

static bool share_a_part(struct arena *arena, const char *a, const char *b)
{
    const char *a_parts[NAME_PARTS + 1];
    const char *b_parts[NAME_PARTS + 1];
    size_t a_count = name_parts(arena, a, a_parts);
    size_t b_count = name_parts(arena, b, b_parts);
    a_parts[a_count++] = name_normal(arena, a);
    b_parts[b_count++] = name_normal(arena, b);
    for (size_t i = 0; i < a_count; i++) {
        for (size_t j = 0; j < b_count; j++) {
            if (strcmp(a_parts[i], b_parts[j]) == 0 &&
                !name_is_shared_by_many(name_full_form(arena, a_parts[i]))) {
                return true;
            }
        }
    }
    return false;
}

static struct likely compare_names(struct arena *arena, const char *what, const char *a, const char *b)
{
    const char *a_normal = name_normal(arena, a);
    const char *b_normal = name_normal(arena, b);
    if (*a_normal == '\0' || *b_normal == '\0') {
        return (struct likely){UNKNOWN, NULL};
    }
    if (strcmp(a_normal, b_normal) == 0) {
        return (struct likely){100, arena_printf(arena, "same %s name", what)};
    }
    if (strcmp(name_full_form(arena, a_normal), name_full_form(arena, b_normal)) == 0) {
        return (struct likely){95, arena_printf(arena, "%s name is a form of the same name", what)};
    }
    int like = likeness(a_normal, b_normal);
    if (share_a_part(arena, a, b)) {
        return (struct likely){like > SAME ? like : SAME,
                               arena_printf(arena, "same part of the %s name", what)};
    }
    if (like >= HEARD_ALIKE && strcmp(name_sound(arena, a), name_sound(arena, b)) == 0) {
        return (struct likely){like > ALIKE ? like : ALIKE,
                               arena_printf(arena, "%s name sounds alike", what)};
    }
    return (struct likely){like, like >= ALIKE ? arena_printf(arena, "%s name nearly the same", what) : NULL};
}

static struct likely compare_births(const struct person *a, const struct person *b)
{
    if (!a->has_birth || !b->has_birth) {
        return (struct likely){UNKNOWN, NULL};
    }
    if (a->birth.number == b->birth.number) {
        return (struct likely){100, "same date of birth"};
    }
    char one[DAY_TEXT];
    char other[DAY_TEXT];
    char swapped[DAY_TEXT];
    day_format(a->birth, one);
    day_format(b->birth, other);
    snprintf(swapped, sizeof swapped, "%.4s-%.2s-%.2s", one, one + 8, one + 5);
    if (strcmp(swapped, other) == 0) {
        return (struct likely){90, "day and month of birth exchanged"};
    }
    int differing = 0;
    for (int i = 0; i < 10; i++) {
        differing += one[i] != other[i] ? 1 : 0;
    }
    return differing == 1 ? (struct likely){ALIKE, "date of birth differs in one digit"}
                          : (struct likely){0, NULL};
}

static bool may_be_the_same(struct likely given, struct likely family, struct likely birth)
{
    bool one_alike = given.score >= ALIKE || family.score >= ALIKE;
    bool both_alike = given.score >= ALIKE && family.score >= ALIKE;
    bool both_same = given.score >= SAME && family.score >= SAME;
    /* people of one family, or of one birthday, share one thing; who may be the same shares two */
    return birth.score == 100 ? one_alike : birth.score >= UNKNOWN ? both_alike : both_same;
}

static void put_reason(struct buf *buf, const char *between, const char *reason)
{
    if (reason != NULL) {
        buf_put(buf, buf->size > 0 ? between : "");
        buf_put(buf, reason);
    }
}

/* What speaks for it, then what speaks against. */
static const char *join_reasons(struct arena *arena, struct likely given, struct likely family,
                                struct likely birth, bool is_one_word)
{
    struct buf buf;
    buf_init(&buf, arena, 400);
    put_reason(&buf, "; ", birth.reason);
    put_reason(&buf, "; ", given.reason);
    put_reason(&buf, "; ", family.reason);
    if (buf.size > 0) {
        put_reason(&buf, "; but ", birth.score < UNKNOWN ? "another date of birth" : NULL);
        put_reason(&buf, "; but ", given.score < UNKNOWN && !is_one_word ? "another given name" : NULL);
        put_reason(&buf, "; but ", family.score < UNKNOWN && !is_one_word ? "another family name" : NULL);
    }
    return buf_text(&buf);
}

/* One word that was typed to search by, and stands for either name. */
static bool is_word(const struct person *person)
{
    return text_equal(person->given_name, person->family_name);
}

int person_compare(struct arena *arena, const struct person *a, const struct person *b,
                   const char **ret_reasons)
{
    struct likely given = compare_names(arena, "given", a->given_name, b->given_name);
    struct likely family = compare_names(arena, "family", a->family_name, b->family_name);
    struct likely across = compare_names(arena, "given", a->given_name, b->family_name);
    struct likely back = compare_names(arena, "family", a->family_name, b->given_name);
    bool is_exchanged = across.score >= ALIKE && back.score >= ALIKE &&
                        across.score + back.score > given.score + family.score;
    if (is_exchanged) {
        given = (struct likely){across.score, "given and family name exchanged"};
        family = (struct likely){back.score, NULL};
    }
    struct likely birth = compare_births(a, b);
    int score = (given.score * 30 + family.score * 35 + birth.score * 35) / 100;
    if (may_be_the_same(given, family, birth)) {
        score = score < POSSIBLE_MATCH ? POSSIBLE_MATCH : score;
    } else {
        score = score < POSSIBLE_MATCH ? score : POSSIBLE_MATCH - 1;
    }
    *ret_reasons = join_reasons(arena, given, family, birth, is_word(a) || is_word(b));
    return score;
}
