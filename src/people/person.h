/*
 * Who somebody is: names made comparable, the texts under which a person is found by blind token, and how
 * alike two persons are. Pure. Matching only ever proposes: a person decides.
 */
#ifndef WM_PEOPLE_PERSON_H
#define WM_PEOPLE_PERSON_H

#include "base/arena.h"
#include "base/instant.h"

#include <stdbool.h>
#include <stddef.h>

struct person {
    const char *given_name; /* NULL or blank: not known */
    const char *family_name;
    bool has_birth;
    struct day birth;
};

/*
 * A name without what people write differently: case, accents of Latin letters, apostrophes, hyphens, spaces.
 * Other scripts stay as they are. "" for a blank one.
 */
const char *name_normal(struct arena *arena, const char *name);
/* How a name sounds, roughly: a first letter and up to five digits of groups of like consonants ("" for a
 * blank one). */
const char *name_sound(struct arena *arena, const char *name);

/* The texts under which a person is found: every one that one of the ways of searching needs. */
enum { PERSON_TOKENS = 8 };
size_t person_tokens(struct arena *arena, const struct person *person,
                     const char *ret_texts[static PERSON_TOKENS]);

enum { POSSIBLE_MATCH = 60 };
/* 0 to 100; from POSSIBLE_MATCH on they may be the same. *ret_reasons says why in words. */
int person_compare(struct arena *arena, const struct person *a, const struct person *b,
                   const char **ret_reasons);

#endif
