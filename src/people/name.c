#include "people/name.h"

#include "base/buf.h"
#include "base/text.h"

#include <stdint.h>
#include <string.h>

/* Latin letters with marks as plain ones; '+' is two letters (below), '-' a letter or sign that stays. */
static const char latin_c0_24f[] =
    "aaaaaa+ceeeeiiiidnooooo-ouuuuy++aaaaaa+ceeeeiiiidnooooo-ouuuuy+y" /* C0 */
    "aaaaaaccccccccddddeeeeeeeeeegggggggghhhhiiiiiiiiii++jjkk-lllllll" /* 100 */
    "lllnnnnnnnnnoooooo++rrrrrrssssssssttttttuuuuuuuuuuuuwwyyyzzzzzzs" /* 140 */
    "bbbb--occdddd-eeeffg-+-ikkl-mnnooo++pp+----ttttuu-vyyzz--------w" /* 180 */
    "----+++++++++aaiioouuuuuuuuuueaaaa++ggggkkoooo--j+++gg+wnnaa++oo" /* 1C0 */
    "aaaaeeeeiiiioooorrrruuuussttyyhhnd++zzaaeeooooooooyylntj++acclts" /* 200 */
    "z--b-veejj-qrryy" /* 240 */;
static const char latin_1e00_1eff[] = "aabbbbbbccddddddddddeeeeeeeeeeffgghhhhhhhhhhiiiikkkkkkllllllllmm"
                                      "mmmmnnnnnnnnoooooooopppprrrrrrrrssssssssssttttttttuuuuuuuuuuvvvv"
                                      "wwwwwwwwwwxxxxyyzzzzzzhtwyasss+-aaaaaaaaaaaaaaaaaaaaaaaaeeeeeeee"
                                      "eeeeeeeeiiiioooooooooooooooooooooooouuuuuuuuuuuuuuyyyyyyyy----yy";
_Static_assert(sizeof latin_c0_24f == 0x250 - 0xC0 + 1, "a letter for each code point");
_Static_assert(sizeof latin_1e00_1eff == 0x100 + 1, "a letter for each code point");

static const struct {
    uint32_t first;
    uint32_t last;
    char plain[3];
} two_letters[] = {
    {0xC6, 0xC6, "ae"},     {0xDE, 0xDE, "th"},   {0xDF, 0xDF, "ss"},   {0xE6, 0xE6, "ae"},
    {0xFE, 0xFE, "th"},     {0x132, 0x133, "ij"}, {0x152, 0x153, "oe"}, {0x195, 0x195, "hv"},
    {0x1A2, 0x1A3, "oi"},   {0x1A6, 0x1A6, "yr"}, {0x1C4, 0x1C6, "dz"}, {0x1C7, 0x1C9, "lj"},
    {0x1CA, 0x1CC, "nj"},   {0x1E2, 0x1E3, "ae"}, {0x1F1, 0x1F3, "dz"}, {0x1F6, 0x1F6, "hv"},
    {0x1FC, 0x1FD, "ae"},   {0x222, 0x223, "ou"}, {0x238, 0x238, "db"}, {0x239, 0x239, "qp"},
    {0x1E9E, 0x1E9E, "ss"},
};

/* One code point of valid UTF-8. */
static uint32_t next_point(const char **text)
{
    const unsigned char *p = (const unsigned char *)*text;
    int more = p[0] < 0x80 ? 0 : p[0] < 0xE0 ? 1 : p[0] < 0xF0 ? 2 : 3;
    uint32_t point = more == 0 ? p[0] : p[0] & (0x3Fu >> more);
    for (int i = 1; i <= more; i++) {
        point = point << 6 | (p[i] & 0x3Fu);
    }
    *text += more + 1;
    return point;
}

static void put_point(struct buf *buf, uint32_t point)
{
    if (point < 0x800) {
        buf_put_n(buf, (const char[]){(char)(0xC0 | point >> 6), (char)(0x80 | (point & 0x3F))}, 2);
    } else if (point < 0x10000) {
        buf_put_n(buf,
                  (const char[]){(char)(0xE0 | point >> 12), (char)(0x80 | (point >> 6 & 0x3F)),
                                 (char)(0x80 | (point & 0x3F))},
                  3);
    } else {
        buf_put_n(buf,
                  (const char[]){(char)(0xF0 | point >> 18), (char)(0x80 | (point >> 12 & 0x3F)),
                                 (char)(0x80 | (point >> 6 & 0x3F)), (char)(0x80 | (point & 0x3F))},
                  4);
    }
}

static bool put_latin(struct buf *buf, uint32_t point)
{
    char plain = point >= 0xC0 && point < 0x250       ? latin_c0_24f[point - 0xC0]
                 : point >= 0x1E00 && point <= 0x1EFF ? latin_1e00_1eff[point - 0x1E00]
                 : point == 0x259                     ? 'e' /* schwa, as in Azerbaijani names */
                                                      : '-';
    if (plain == '+') {
        for (size_t i = 0; i < sizeof two_letters / sizeof two_letters[0]; i++) {
            if (point >= two_letters[i].first && point <= two_letters[i].last) {
                buf_put(buf, two_letters[i].plain);
            }
        }
    } else if (plain != '-') {
        buf_byte(buf, plain);
    }
    return plain != '-';
}

/* Marks that some write and some leave out: accents, vowel points, the stretcher of Arabic, joiners. */
static bool is_mark(uint32_t point)
{
    return (point >= 0x300 && point <= 0x36F) || (point >= 0x591 && point <= 0x5C7) ||
           (point >= 0x610 && point <= 0x61A) || point == 0x640 || (point >= 0x64B && point <= 0x65F) ||
           point == 0x670 || (point >= 0x200B && point <= 0x200F) || point == 0xAD || point == 0xFEFF;
}

static bool is_apostrophe(uint32_t point)
{
    return point == '\'' || point == '`' || point == 0xB4 || (point >= 0x2B0 && point <= 0x2FF) ||
           (point >= 0x2018 && point <= 0x201F) || point == 0x2032;
}

static bool is_separator(uint32_t point)
{
    bool is_ascii_letter = (point >= 'a' && point <= 'z') || (point >= 'A' && point <= 'Z');
    bool is_digit = point >= '0' && point <= '9';
    return point < 0x80 ? !is_ascii_letter && !is_digit
                        : point < 0xC0 || point == 0xD7 || point == 0xF7 ||
                              (point >= 0x2000 && point <= 0x206F) || point == 0x3000 || point == 0x30FB;
}

/* Lower case of Greek and Cyrillic; the letters of Arabic script that are typed in more than one way. */
static uint32_t fold_other(uint32_t point)
{
    static const uint16_t alike[][2] = {
        {0x386, 0x3B1}, {0x3AC, 0x3B1}, {0x388, 0x3B5}, {0x3AD, 0x3B5}, {0x389, 0x3B7}, {0x3AE, 0x3B7},
        {0x38A, 0x3B9}, {0x3AF, 0x3B9}, {0x38C, 0x3BF}, {0x3CC, 0x3BF}, {0x38E, 0x3C5}, {0x3CD, 0x3C5},
        {0x38F, 0x3C9}, {0x3CE, 0x3C9}, {0x3C2, 0x3C3}, {0x451, 0x435}, {0x401, 0x435}, {0x622, 0x627},
        {0x623, 0x627}, {0x625, 0x627}, {0x671, 0x627}, {0x629, 0x647}, {0x6C0, 0x647}, {0x6C1, 0x647},
        {0x6C3, 0x647}, {0x649, 0x64A}, {0x6CC, 0x64A}, {0x6A9, 0x643},
    };
    for (size_t i = 0; i < sizeof alike / sizeof alike[0]; i++) {
        if (alike[i][0] == point) {
            return alike[i][1];
        }
    }
    if ((point >= 0x391 && point <= 0x3A9) || (point >= 0x410 && point <= 0x42F)) {
        return point + 0x20;
    }
    if (point >= 0x400 && point <= 0x40F) {
        return point + 0x50;
    }
    bool paired = (point >= 0x460 && point <= 0x481) || (point >= 0x48A && point <= 0x4BF) ||
                  (point >= 0x4D0 && point <= 0x52F);
    return paired ? point | 1 : point;
}

static void put_folded(struct buf *buf, uint32_t point)
{
    if (point < 0x80) {
        buf_byte(buf, (char)(point >= 'A' && point <= 'Z' ? point + 'a' - 'A' : point));
    } else if (!put_latin(buf, point)) {
        put_point(buf, fold_other(point));
    }
}

/* Writes the part that begins at *name and moves behind it. */
static void put_part(struct buf *buf, const char **name)
{
    while (**name != '\0' && buf->size < NAME_LIMIT) {
        uint32_t point = next_point(name);
        if (is_mark(point) || is_apostrophe(point)) {
            continue;
        }
        if (is_separator(point)) {
            return;
        }
        put_folded(buf, point);
    }
}

const char *name_normal(struct arena *arena, const char *name)
{
    struct buf buf;
    buf_init(&buf, arena, NAME_LIMIT + 8);
    while (name != NULL && *name != '\0' && buf.size < NAME_LIMIT) {
        put_part(&buf, &name);
    }
    return buf_text(&buf);
}

size_t name_parts(struct arena *arena, const char *name, const char *ret_parts[static NAME_PARTS])
{
    const char *whole = name_normal(arena, name);
    size_t count = 0;
    while (name != NULL && *name != '\0' && count < NAME_PARTS) {
        struct buf buf;
        buf_init(&buf, arena, NAME_LIMIT + 8);
        put_part(&buf, &name);
        const char *part = buf_text(&buf);
        if (strcmp(part, whole) == 0) {
            return 0;
        }
        if (text_length(part) > 2) {
            ret_parts[count++] = part;
        }
    }
    return count;
}

/* Groups of consonants that are heard alike; 0 is silent or a vowel. */
static char sound_group(char c)
{
    static const char groups[] = "01230120022455012623010202"; /* a to z */
    return c >= 'a' && c <= 'z' ? groups[c - 'a'] : '0';
}

static char first_sound(const char **rest)
{
    static const struct {
        const char *written;
        char heard;
    } openings[] = {{"kn", 'n'}, {"gn", 'n'}, {"wr", 'r'}, {"ph", 'f'}, {"c", 'k'}, {"q", 'k'},
                    {"z", 's'},  {"x", 's'},  {"v", 'w'},  {"e", 'i'},  {"u", 'o'}};
    for (size_t i = 0; i < sizeof openings / sizeof openings[0]; i++) {
        if (text_starts_with(*rest, openings[i].written)) {
            *rest += strlen(openings[i].written);
            return openings[i].heard;
        }
    }
    return *(*rest)++;
}

const char *name_sound(struct arena *arena, const char *name)
{
    const char *normal = name_normal(arena, name);
    for (const char *p = normal; *p != '\0'; p++) {
        if (*p < 'a' || *p > 'z') {
            return normal;
        }
    }
    if (*normal == '\0') {
        return "";
    }
    struct buf buf;
    buf_init(&buf, arena, 16);
    const char *rest = normal;
    buf_byte(&buf, first_sound(&rest));
    char last = sound_group(buf.bytes[0]);
    for (; *rest != '\0' && buf.size < 6; rest++) {
        char group = sound_group(*rest);
        if (group != '0' && group != last) {
            buf_byte(&buf, group);
        }
        last = group;
    }
    return buf_text(&buf);
}
