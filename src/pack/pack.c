#include "pack/pack.h"

#include "base/text.h"

#include <string.h>

const struct code *code_find(const struct code_list *list, const char *id)
{
    for (size_t i = 0; list != NULL && i < list->code_count; i++) {
        if (strcmp(list->codes[i].id, id) == 0) {
            return &list->codes[i];
        }
    }
    return NULL;
}

const struct field *entry_type_field(const struct entry_type *type, const char *id)
{
    for (size_t i = 0; i < type->field_count; i++) {
        /* most differ in the first letter already */
        if (type->fields[i].id[0] == id[0] && strcmp(type->fields[i].id, id) == 0) {
            return &type->fields[i];
        }
    }
    return NULL;
}

static size_t hash_of(const char *id)
{
    uint64_t hash = 0xCBF29CE484222325;
    for (; *id != '\0'; id++) {
        hash = (hash ^ (unsigned char)*id) * 0x100000001B3;
    }
    return (size_t)(hash ^ hash >> 32);
}

void pack_place_types(struct arena *arena, struct pack *pack)
{
    size_t room = 16;
    while (room < 2 * pack->type_count + 1) {
        room *= 2;
    }
    int *places = arena_many(arena, int, room);
    memset(places, 0xFF, room * sizeof *places);
    for (size_t i = 0; i < pack->type_count; i++) {
        size_t at = hash_of(pack->types[i].id) & (room - 1);
        while (places[at] >= 0) {
            at = (at + 1) & (room - 1);
        }
        places[at] = (int)i;
    }
    pack->type_places = places;
    pack->type_mask = room - 1;
}

const struct entry_type *pack_type(const struct pack *pack, const char *id)
{
    size_t at = hash_of(id) & pack->type_mask;
    while (pack->type_places[at] >= 0) {
        const struct entry_type *type = &pack->types[pack->type_places[at]];
        if (strcmp(type->id, id) == 0) {
            return type;
        }
        at = (at + 1) & pack->type_mask;
    }
    return NULL;
}

const struct code_list *pack_codes(const struct pack *pack, const char *id)
{
    for (size_t i = 0; i < pack->code_list_count; i++) {
        if (strcmp(pack->code_lists[i].id, id) == 0) {
            return &pack->code_lists[i];
        }
    }
    return NULL;
}

const struct duty_rule *pack_rule(const struct pack *pack, const char *id)
{
    for (size_t i = 0; i < pack->rule_count; i++) {
        if (strcmp(pack->rules[i].id, id) == 0) {
            return &pack->rules[i];
        }
    }
    return NULL;
}

const struct role *pack_role(const struct pack *pack, const char *id)
{
    for (size_t i = 0; i < pack->role_count; i++) {
        if (strcmp(pack->roles[i].id, id) == 0) {
            return &pack->roles[i];
        }
    }
    return NULL;
}

const struct mark *pack_mark(const struct pack *pack, const char *id)
{
    for (size_t i = 0; i < pack->mark_count; i++) {
        if (strcmp(pack->marks[i].id, id) == 0) {
            return &pack->marks[i];
        }
    }
    return NULL;
}

const struct meeting_kind *pack_meeting(const struct pack *pack, const char *code)
{
    for (size_t i = 0; code != NULL && i < pack->meeting_count; i++) {
        if (strcmp(pack->meetings[i].code->id, code) == 0) {
            return &pack->meetings[i];
        }
    }
    return NULL;
}

const struct entry_type *pack_part(const struct pack *pack, enum entry_part part, enum entry_step step)
{
    for (size_t i = 0; i < pack->type_count; i++) {
        if (pack->types[i].part == part && pack->types[i].step == step) {
            return &pack->types[i];
        }
    }
    return NULL;
}

static bool is_number(const char *paragraph)
{
    return paragraph[0] >= '0' && paragraph[0] <= '9';
}

const char *paragraph_words(struct arena *arena, const char *paragraph)
{
    return is_number(paragraph) ? arena_printf(arena, "paragraph %s", paragraph) : paragraph;
}

const char *paragraph_title(struct arena *arena, const char *paragraph)
{
    return is_number(paragraph) ? arena_printf(arena, "Paragraph %s", paragraph) : paragraph;
}
