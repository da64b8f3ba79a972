/*
 * Values and entries from outside: JSON of the API and of the command line, texts of forms, and the stored
 * body. One set of rules for what a value may look like; every fault names its field. Checks what is present;
 * whether it is complete is validate.h.
 */
#ifndef WM_RECORD_DECODE_H
#define WM_RECORD_DECODE_H

#include "record/entry.h"

#include <jansson.h>

/* "2024-03-05" or RFC 3339. False when it is neither. */
bool moment_parse(const struct pack *pack, const char *text, struct moment *ret_moment);
struct moment moment_of_instant(const struct pack *pack, struct instant at);
struct moment moment_of_day(const struct pack *pack, struct day day);
/* `occurred_at` of an entry of that type: a bare day is a fault where the type needs its minute. */
const struct error *occurred_from_text(struct arena *arena, const struct pack *pack,
                                       const struct entry_type *type, const char *text,
                                       struct moment *ret_moment) MUST_CHECK;

/* One value of a field. ERROR_INVALID with the field. JSON null is VALUE_NONE. */
const struct error *value_from_json(struct arena *arena, const struct pack *pack, const struct field *field,
                                    const json_t *json, struct value *ret_value) MUST_CHECK;
/* The same from form texts: a list field takes several, any other at most one; blank texts are no answer.
   Instants and moments are RFC 3339 or a date; the web layer has put the parts of its date inputs together
   before. */
const struct error *value_from_texts(struct arena *arena, const struct pack *pack, const struct field *field,
                                     const char *const *texts, size_t count,
                                     struct value *ret_value) MUST_CHECK;
/* NULL for VALUE_NONE never: gives JSON null. The caller owns the reference. */
json_t *value_to_json(const struct pack *pack, const struct value *value);

/*
 * The fields of one entry from a JSON object. Unknown names, wrong kinds and formats are faults, all of them
 * at once (error->next). For a correction, `target_type` is the type of the entry named by `corrects` (NULL:
 * not known, then its FIELD_FIELDS is a fault).
 */
const struct error *fields_from_json(struct arena *arena, const struct pack *pack,
                                     const struct entry_type *type, const json_t *object,
                                     const struct entry_type *target_type,
                                     const struct value **ret_values) MUST_CHECK;
json_t *fields_to_json(const struct pack *pack, const struct entry *entry); /* answered fields only */

/* JSON text with duplicate keys, NUL in a text, or nested deeper than any answer is ERROR_BAD_INPUT. The
   caller gives the reference back. */
const struct error *json_read(struct arena *arena, const char *text, size_t size,
                              json_t **ret_json) MUST_CHECK;

/* The input of `waymark duties`: an array of entries, or {"child":{…},"entries":[…]}. Faults name index and
   field. */
const struct error *entries_from_json(struct arena *arena, const struct pack *pack, const char *text,
                                      size_t size, const struct entry *const **ret_entries, size_t *ret_count,
                                      struct child *ret_child) MUST_CHECK;

/* The stored body: self-describing, names and kinds in it, so that it can be read for as long as its pack
 * version is kept. */
void entry_encode(struct arena *arena, const struct entry *entry, const void **ret_bytes, size_t *ret_size);
/*
 * Fills type->field_count values. `target_type` as above (for a correction). Codes that the pack does not
 * know are ERROR_BROKEN_SEAL: the pack is not the one it was written under.
 */
const struct error *entry_decode(struct arena *arena, const struct pack *pack, const struct entry_type *type,
                                 const struct entry_type *target_type, const void *bytes, size_t size,
                                 const struct value **ret_values) MUST_CHECK;
/* The sequence number in the `corrects` field of an encoded correction, to find its target's type first; 0
 * when none. */
uint64_t entry_decode_target(const void *bytes, size_t size);

#endif
