/*
 * Who somebody is: the texts under which a person is found by blind token, and how alike two persons are.
 * Pure. Matching only ever proposes: a person decides.
 */
#ifndef WM_PEOPLE_PERSON_H
#define WM_PEOPLE_PERSON_H

#include "base/instant.h"
#include "people/name.h"

struct person {
    const char *given_name; /* NULL or blank: not known */
    const char *family_name;
    bool has_birth;
    struct day birth;
};

/*
 * The texts under which a person is found, each once: the date of birth; each name and each part of a double
 * name, as it is, by its sound and by the name it is a form of; the full name in either order. Two persons
 * who may be the same share at least one, and the likelier the more.
 */
enum { PERSON_TOKENS = 28 };
size_t person_tokens(struct arena *arena, const struct person *person,
                     const char *ret_texts[static PERSON_TOKENS]);

/*
 * 0 to 100; from POSSIBLE_MATCH on they may be the same: both names alike and the date of birth the same,
 * near (day and month exchanged, one digit off) or not known; or the same date of birth and one name alike;
 * or both names the same whatever the date. *ret_reasons says why in words, never naming what was compared:
 * "same date of birth; family name sounds alike".
 */
enum { POSSIBLE_MATCH = 60 };
int person_compare(struct arena *arena, const struct person *a, const struct person *b,
                   const char **ret_reasons);

#endif
