/*
 * The entry types of kinds outside packs: accounts and the directory. Plain tables; read, sealed, decoded and
 * shown like any other. Only ever append fields.
 */
#include "store/store.h"

#include "base/text.h"

#define ONE_LINE(position, name, title)                                                                      \
    {                                                                                                        \
        .id = (name), .index = (position), .kind = FIELD_TEXT, .label = (title), .max = 400                  \
    }
#define NUMBER(position, name, title)                                                                        \
    {                                                                                                        \
        .id = (name), .index = (position), .kind = FIELD_NUMBER, .label = (title), .min = INT64_MIN,         \
        .max = INT64_MAX                                                                                     \
    }
#define DATE(position, name, title)                                                                          \
    {                                                                                                        \
        .id = (name), .index = (position), .kind = FIELD_DAY, .label = (title)                               \
    }
#define FIELDS(list) .fields = (list), .field_count = sizeof(list) / sizeof(list)[0]

static const struct field added[] = {
    ONE_LINE(0, "username", "User name"),
    ONE_LINE(1, "name", "Name"),
    ONE_LINE(2, "role", "Role"),
    ONE_LINE(3, "agency", "Agency"),
};
static const struct field link_made[] = {
    ONE_LINE(0, "link_hash", "Hash of the link"),
    NUMBER(1, "ends_at", "Good until"),
};
static const struct field password_set[] = {ONE_LINE(0, "password_hash", "Hash of the password")};
static const struct field token_made[] = {ONE_LINE(0, "token_hash", "Hash of the token")};
static const struct field contact[] = {
    ONE_LINE(0, "agency", "Agency"),       ONE_LINE(1, "kind", "Kind"),   ONE_LINE(2, "name", "Name"),
    ONE_LINE(3, "area", "Area"),           ONE_LINE(4, "phone", "Phone"), ONE_LINE(5, "email", "E-mail"),
    DATE(6, "verified_on", "Verified on"),
};

static const struct entry_type types[] = {
    {.id = "account-added", .index = 0, .title = "Account added", .part_key = -1, FIELDS(added)},
    {.id = "account-locked", .index = 1, .title = "Account locked", .part_key = -1},
    {.id = "account-unlocked", .index = 2, .title = "Account unlocked", .part_key = -1},
    {.id = "account-link-made",
     .index = 3,
     .title = "Link to set the password made",
     .part_key = -1,
     FIELDS(link_made)},
    {.id = "account-password-set", .index = 4, .title = "Password set", .part_key = -1, FIELDS(password_set)},
    {.id = "account-token-made",
     .index = 5,
     .title = "Token for the API made",
     .part_key = -1,
     FIELDS(token_made)},
    {.id = "contact-recorded", .index = 6, .title = "Contact recorded", .part_key = -1, FIELDS(contact)},
};

const struct entry_type *system_type(const char *id)
{
    for (size_t i = 0; i < sizeof types / sizeof types[0]; i++) {
        if (text_equal(types[i].id, id)) {
            return &types[i];
        }
    }
    return NULL;
}
