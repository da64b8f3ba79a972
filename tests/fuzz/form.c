/*
 * A form as it is sent: its first byte chooses the type of entry, then name=text pairs. What was read into
 * values and typed back gives the same values; of each fault the page can say at which field it stands.
 */
#include "fuzz.h"

#include "pack_of.h"
#include "web/form.h"
#include "web/parse.h"

static const struct pack *pack;

void fuzz_begin(void)
{
    pack = pack_of_test();
}

void fuzz_one(struct arena *arena, const uint8_t *bytes, size_t size)
{
    if (size == 0) {
        return;
    }
    const struct entry_type *type = &pack->types[bytes[0] % pack->type_count];
    const struct pair *pairs;
    size_t count;
    if (!parse_pairs(arena, (const char *)bytes + 1, size - 1, 2000, &pairs, &count)) {
        return;
    }
    const struct value *values;
    const struct error *faults =
        form_values(arena, pack, type, "", (struct typed){pairs, count}, NULL, 0, &values);
    for (const struct error *fault = faults; fault != NULL; fault = fault->next) {
        must(fault->field != NULL && fault->detail != NULL);
    }
    struct typed typed = typed_of_values(arena, pack, type, "", values);
    const struct value *again;
    must(form_values(arena, pack, type, "", typed, NULL, 0, &again) == NULL);
    for (size_t i = 0; i < type->field_count; i++) {
        must(value_equal(&values[i], &again[i]));
    }
}
