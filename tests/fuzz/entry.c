/* The stored body of an entry: the first byte chooses its type. What is read is written back and read again.
 */
#include "fuzz.h"

#include "pack_of.h"
#include "record/decode.h"

static const struct pack *pack;

void fuzz_begin(void)
{
    pack = pack_of_test();
}

void fuzz_one(struct arena *arena, const uint8_t *bytes, size_t size)
{
    if (size < 2) {
        return;
    }
    const struct entry_type *type = &pack->types[bytes[0] % pack->type_count];
    const struct entry_type *target =
        type->part == PART_CORRECTION ? &pack->types[bytes[1] % pack->type_count] : NULL;
    bytes += 2;
    size -= 2;
    const struct value *values;
    (void)entry_decode_target(bytes, size);
    if (entry_decode(arena, pack, type, target, bytes, size, &values) != NULL) {
        return;
    }
    const struct entry entry = {.type = type, .values = values};
    json_t *before = fields_to_json(pack, &entry);
    must(before != NULL);
    const void *again;
    size_t again_size;
    entry_encode(arena, &entry, &again, &again_size);
    const struct value *second;
    const struct error *error = entry_decode(arena, pack, type, target, again, again_size, &second);
    must(error == NULL);
    const struct entry other = {.type = type, .values = second};
    json_t *after = fields_to_json(pack, &other);
    bool same = json_equal(before, after);
    json_decref(before);
    json_decref(after);
    must(same);
}
