#include "pack/pack.h"

#include "base/text.h"

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
        if (strcmp(type->fields[i].id, id) == 0) {
            return &type->fields[i];
        }
    }
    return NULL;
}

const struct entry_type *pack_type(const struct pack *pack, const char *id)
{
    for (size_t i = 0; i < pack->type_count; i++) {
        if (strcmp(pack->types[i].id, id) == 0) {
            return &pack->types[i];
        }
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
