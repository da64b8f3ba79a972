/*
 * Names made comparable. What people write differently is taken away (case, accents, apostrophes, hyphens,
 * spaces, vowel marks of Arabic and Hebrew); nothing of any script that tells names apart is lost. Pure.
 */
#ifndef WM_PEOPLE_NAME_H
#define WM_PEOPLE_NAME_H

#include "base/arena.h"

#include <stdbool.h>
#include <stddef.h>

/*
 * The whole name as one run: "O'Connor" and "o connor" are "oconnor", "Łukasz" is "lukasz". "" for NULL, for
 * a blank name and for one of punctuation only. Names are cut at NAME_LIMIT bytes.
 */
enum { NAME_LIMIT = 400 };
const char *name_normal(struct arena *arena, const char *name);

/* The parts of a double name, normal, in order, without particles of two letters or fewer. 0 for a name of
 * one part. */
enum { NAME_PARTS = 3 };
size_t name_parts(struct arena *arena, const char *name, const char *ret_parts[static NAME_PARTS]);

/*
 * How a name sounds. A Soundex of our own: the first letter as it is heard (c and q as k, z and x as s, v as
 * w, ph as f, e as i, u as o, the silent letter of kn, gn and wr dropped), then up to five digits for the
 * groups of consonants heard alike; vowels, h, w and y give none, the same group twice in a row gives one. A
 * name that is not in Latin letters sounds only like itself: its normal form. "" for a blank one.
 */
const char *name_sound(struct arena *arena, const char *name);

/* The name of which this one (normal) is a short form or another spelling ("lizzie": "elizabeth"), or itself.
 */
const char *name_full_form(struct arena *arena, const char *normal);

/* True for a name so widely given as a second or religious name that sharing it says little ("kaur",
 * "begum"). */
bool name_is_shared_by_many(const char *normal);

#endif
