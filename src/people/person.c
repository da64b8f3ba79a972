#include "people/person.h"

#include "base/buf.h"
#include "base/text.h"

#include <stdio.h>
#include <string.h>

enum { NAME_LIMIT = 400 };

/* Latin letters with marks, U+00C0 to U+017F, as plain letters. */
static const char *const plain_latin[] = {
    "a", "a", "a",  "a",  "a", "a", "ae", "c", "e", "e", "e", "e", "i", "i", "i",  "i", /* C0 */
    "d", "n", "o",  "o",  "o", "o", "o",  "",  "o", "u", "u", "u", "u", "y", "th", "ss",
    "a", "a", "a",  "a",  "a", "a", "ae", "c", "e", "e", "e", "e", "i", "i", "i",  "i", /* E0 */
    "d", "n", "o",  "o",  "o", "o", "o",  "",  "o", "u", "u", "u", "u", "y", "th", "y",
    "a", "a", "a",  "a",  "a", "a", "c",  "c", "c", "c", "c", "c", "c", "c", "d",  "d", /* 100 */
    "d", "d", "e",  "e",  "e", "e", "e",  "e", "e", "e", "e", "e", "g", "g", "g",  "g",
    "g", "g", "g",  "g",  "h", "h", "h",  "h", "i", "i", "i", "i", "i", "i", "i",  "i", /* 120 */
    "i", "i", "ij", "ij", "j", "j", "k",  "k", "k", "l", "l", "l", "l", "l", "l",  "l",
    "l", "l", "l",  "n",  "n", "n", "n",  "n", "n", "n", "n", "n", "o", "o", "o",  "o", /* 140 */
    "o", "o", "oe", "oe", "r", "r", "r",  "r", "r", "r", "s", "s", "s", "s", "s",  "s",
    "s", "s", "t",  "t",  "t", "t", "t",  "t", "u", "u", "u", "u", "u", "u", "u",  "u", /* 160 */
    "u", "u", "u",  "u",  "w", "w", "y",  "y", "y", "z", "z", "z", "z", "z", "z",  "s",
};

/* Decodes one code point of valid UTF-8 and moves on. */
static unsigned next_point(const char **text)
{
    const unsigned char *p = (const unsigned char *)*text;
    int more = p[0] < 0x80 ? 0 : p[0] < 0xE0 ? 1 : p[0] < 0xF0 ? 2 : 3;
    unsigned point = more == 0 ? p[0] : p[0] & (0x3Fu >> more);
    for (int i = 1; i <= more; i++) {
        point = point << 6 | (p[i] & 0x3Fu);
    }
    *text += more + 1;
    return point;
}

const char *name_normal(struct arena *arena, const char *name)
{
    struct buf buf;
    buf_init(&buf, arena, NAME_LIMIT * 2);
    while (name != NULL && *name != '\0') {
        const char *at = name;
        unsigned point = next_point(&name);
        if (point < 0x80) {
            char c = (char)point;
            if (c >= 'A' && c <= 'Z') {
                buf_byte(&buf, (char)(c - 'A' + 'a'));
            } else if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')) {
                buf_byte(&buf, c);
            }
        } else if (point >= 0xC0 && point <= 0x17F) {
            buf_put(&buf, plain_latin[point - 0xC0]);
        } else if ((point < 0x300 || point > 0x36F) && (point < 0x2010 || point > 0x201F) && point != 0xA0) {
            buf_put_n(&buf, at, (size_t)(name - at)); /* not a combining mark, a dash or a quotation mark */
        }
    }
    return buf_text(&buf);
}

/* Groups of consonants that are heard alike; 0 is silent or a vowel. */
static char sound_group(char c)
{
    static const char groups[] = "01230120022455012623010202"; /* a to z */
    return c >= 'a' && c <= 'z' ? groups[c - 'a'] : '0';
}

const char *name_sound(struct arena *arena, const char *name)
{
    const char *rest = name_normal(arena, name);
    if (*rest == '\0') {
        return "";
    }
    /* what begins alike to the ear */
    static const struct {
        const char *written;
        char heard;
    } openings[] = {{"kn", 'n'}, {"gn", 'n'}, {"wr", 'r'}, {"ph", 'f'}, {"c", 'k'}, {"q", 'k'}, {"z", 's'}};
    struct buf buf;
    buf_init(&buf, arena, 16);
    char first = *rest;
    for (size_t i = 0; i < sizeof openings / sizeof openings[0]; i++) {
        if (text_starts_with(rest, openings[i].written)) {
            first = openings[i].heard;
            rest += strlen(openings[i].written) - 1;
            break;
        }
    }
    buf_byte(&buf, first);
    char last = sound_group(first);
    for (rest++; *rest != '\0' && buf.size < 6; rest++) {
        char group = sound_group(*rest);
        if (group != '0' && group != last) {
            buf_byte(&buf, group);
        }
        last = group;
    }
    return buf_text(&buf);
}

size_t person_tokens(struct arena *arena, const struct person *person,
                     const char *ret_texts[static PERSON_TOKENS])
{
    const char *given = name_normal(arena, person->given_name);
    const char *family = name_normal(arena, person->family_name);
    char birth[DAY_TEXT];
    size_t count = 0;
    if (person->has_birth) {
        day_format(person->birth, birth);
        ret_texts[count++] = arena_printf(arena, "birth %s", birth);
    }
    if (*family != '\0') {
        ret_texts[count++] = arena_printf(arena, "name %s", family);
        ret_texts[count++] = arena_printf(arena, "sound %s", name_sound(arena, family));
    }
    if (*given != '\0') {
        ret_texts[count++] = arena_printf(arena, "name %s", given);
        ret_texts[count++] = arena_printf(arena, "sound %s", name_sound(arena, given));
    }
    if (*given != '\0' && *family != '\0') {
        ret_texts[count++] = arena_printf(arena, "full %s%s", given, family);
        ret_texts[count++] = arena_printf(arena, "full %s%s", family, given);
    }
    return count;
}

/* Jaro-Winkler likeness of two normal names, 0 to 100, byte by byte. */
enum { LIKENESS_BYTES = 64 };
static int likeness(const char *a, const char *b)
{
    size_t a_size = strlen(a);
    size_t b_size = strlen(b);
    if (a_size > LIKENESS_BYTES || b_size > LIKENESS_BYTES) {
        return 0;
    }
    size_t longer = a_size > b_size ? a_size : b_size;
    size_t window = longer >= 4 ? longer / 2 - 1 : 0;
    bool a_used[LIKENESS_BYTES] = {false};
    bool b_used[LIKENESS_BYTES] = {false};
    double common = 0;
    for (size_t i = 0; i < a_size; i++) {
        for (size_t j = i > window ? i - window : 0; j < b_size && j <= i + window; j++) {
            if (!b_used[j] && a[i] == b[j]) {
                a_used[i] = true;
                b_used[j] = true;
                common++;
                break;
            }
        }
    }
    if (common == 0) {
        return 0;
    }
    double exchanged = 0;
    for (size_t i = 0, j = 0; i < a_size; i++) {
        if (a_used[i]) {
            while (!b_used[j]) {
                j++;
            }
            exchanged += a[i] != b[j] ? 1 : 0;
            j++;
        }
    }
    double jaro = (common / (double)a_size + common / (double)b_size + (common - exchanged / 2) / common) / 3;
    size_t prefix = 0;
    while (prefix < 4 && prefix < a_size && prefix < b_size && a[prefix] == b[prefix]) {
        prefix++;
    }
    return (int)((jaro + (double)prefix * 0.1 * (1 - jaro)) * 100 + 0.5);
}

/* Of one thing compared: how alike, 0 to 100 (50: nothing known), and why. */
struct likely {
    int score;
    const char *reason;
};

static struct likely compare_names(struct arena *arena, const char *what, const char *a, const char *b)
{
    if (*a == '\0' || *b == '\0') {
        return (struct likely){50, NULL};
    }
    if (strcmp(a, b) == 0) {
        return (struct likely){100, arena_printf(arena, "same %s name", what)};
    }
    int like = likeness(a, b);
    if (strcmp(name_sound(arena, a), name_sound(arena, b)) == 0) {
        return (struct likely){like > 80 ? like : 80, arena_printf(arena, "%s name sounds alike", what)};
    }
    return (struct likely){like, like >= 85 ? arena_printf(arena, "%s name nearly the same", what) : NULL};
}

static struct likely compare_births(const struct person *a, const struct person *b)
{
    if (!a->has_birth || !b->has_birth) {
        return (struct likely){50, NULL};
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
        return (struct likely){85, "day and month of birth exchanged"};
    }
    int differing = 0;
    for (int i = 0; i < 10; i++) {
        differing += one[i] != other[i] ? 1 : 0;
    }
    return differing == 1 ? (struct likely){80, "date of birth differs in one digit"}
                          : (struct likely){0, NULL};
}

static const char *join_reasons(struct arena *arena, const struct likely *parts, size_t count)
{
    struct buf buf;
    buf_init(&buf, arena, 400);
    for (size_t i = 0; i < count; i++) {
        if (parts[i].reason != NULL) {
            buf_put(&buf, buf.size > 0 ? "; " : "");
            buf_put(&buf, parts[i].reason);
        }
    }
    return buf_text(&buf);
}

int person_compare(struct arena *arena, const struct person *a, const struct person *b,
                   const char **ret_reasons)
{
    const char *a_given = name_normal(arena, a->given_name);
    const char *a_family = name_normal(arena, a->family_name);
    const char *b_given = name_normal(arena, b->given_name);
    const char *b_family = name_normal(arena, b->family_name);
    struct likely given = compare_names(arena, "given", a_given, b_given);
    struct likely family = compare_names(arena, "family", a_family, b_family);
    struct likely across = compare_names(arena, "given", a_given, b_family);
    struct likely back = compare_names(arena, "family", a_family, b_given);
    if (across.score + back.score > given.score + family.score + 20) {
        given = (struct likely){across.score, "given and family name exchanged"};
        family = (struct likely){back.score, NULL};
    }
    struct likely birth = compare_births(a, b);
    /* people of one family, or of one birthday, share one thing; who may be the same shares two */
    bool alike = (given.score >= 80 && family.score >= 80) ||
                 (birth.score >= 80 && (given.score >= 80 || family.score >= 80));
    int score = (given.score * 30 + family.score * 35 + birth.score * 35) / 100;
    if (alike && score < POSSIBLE_MATCH) {
        score = POSSIBLE_MATCH;
    }
    if (!alike && score >= POSSIBLE_MATCH) {
        score = POSSIBLE_MATCH - 1;
    }
    *ret_reasons = join_reasons(arena, (const struct likely[]){birth, given, family}, 3);
    return score;
}
