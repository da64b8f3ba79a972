/* What an identity provider says: tokens, keys, its description, claims; and the settings it is judged by. */
#include "fuzz.h"

#include "sso/token.h"

static const char *const hosts[] = {"login.police.example"};
static const char *const strong[] = {"mfa"};
static const char *const values[] = {"c"};
static const struct sso_condition when = {"a.b", values, 1, NULL};
static const struct sso_rule rule = {.when = &when, .role = "referrer"};
static struct sso_provider provider = {
    .rules = &rule,
    .id = "police",
    .name_claim = "name",
    .username_claim = "preferred_username",
    .issuer = "https://login.police.example",
    .client = "waymark",
    .hosts = hosts,
    .host_count = 1,
    .scopes = "openid",
    .algorithms = JOSE_ALL,
    .strong_amr = strong,
    .strong_amr_count = 1,
};

void fuzz_begin(void)
{
}

/* What is encoded is decoded, and what is decoded is what an encoder writes. */
static void try_text(struct arena *arena, const uint8_t *bytes, size_t size)
{
    struct jose_bytes back;
    const char *encoded = jose_encode(arena, bytes, size);
    must(jose_decode(arena, encoded, strlen(encoded), &back));
    must(back.size == size && memcmp(back.bytes, bytes, size) == 0);
    if (jose_decode(arena, (const char *)bytes, size, &back)) {
        const char *again = jose_encode(arena, back.bytes, back.size);
        must(strlen(again) == size && memcmp(again, bytes, size) == 0);
    }
}

static void try_token(struct arena *arena, const char *token, const char *keys_text)
{
    const struct sso_wanted wanted = {"n", {1800000000000}, {1800000000000}, false};
    const struct jose_key *keys;
    size_t count;
    struct sso_person person;
    struct jose_token split;
    if (jose_keys(arena, keys_text, strlen(keys_text), &keys, &count) != NULL) {
        return;
    }
    must(count >= 1 && count <= JOSE_KEYS_MOST);
    if (jose_split(arena, token, JOSE_ALL, &split) == NULL) {
        for (size_t i = 0; i < count; i++) {
            must(!jose_holds(&split, &keys[i]) || (keys[i].algorithms & split.algorithm) != 0);
        }
    }
    if (sso_token_check(arena, &provider, token, keys, count, &wanted, &person) == NULL) {
        must(person.subject != NULL && strlen(person.subject) <= SSO_SUBJECT_MOST);
    }
}

static void try_claims(struct arena *arena, const uint8_t *bytes, size_t size)
{
    static const struct sso_wanted wanted = {"n", {1800000000000}, {1800000000000}, true};
    const struct said *claims;
    struct sso_person person;
    struct sso_mapped mapped;
    if (said_read(arena, (const char *)bytes, size, &claims) == NULL &&
        sso_claims_check(arena, &provider, claims, &wanted, &person) == NULL) {
        must(person.subject[0] != '\0' && strlen(person.subject) <= SSO_SUBJECT_MOST);
        must(person.proved.ms <= wanted.now.ms && person.proved.ms >= wanted.now.ms - 60 * MS_PER_SECOND);
        must(sso_map(arena, &provider, claims, &mapped) != NULL ||
             said_holds(sso_claim(arena, claims, "a.b"), "c"));
    }
}

static void try_description(struct arena *arena, const uint8_t *bytes, size_t size)
{
    struct sso_description description;
    if (sso_description_read(arena, &provider, (const char *)bytes, size, &description) == NULL) {
        must(sso_address_is_allowed(&provider, description.keys));
        must(strncmp(description.token, "https://", 8) == 0);
    }
}

static void try_settings(struct arena *arena, const uint8_t *bytes, size_t size)
{
    const struct sso_settings *settings;
    const struct pack_fault *faults;
    size_t count;
    const struct error *error =
        sso_settings_parse(arena, "sso.yaml", (const char *)bytes, size, false, &settings, &faults, &count);
    must((error == NULL) == (count == 0));
    if (error == NULL) {
        for (size_t i = 0; i < settings->count; i++) {
            must(settings->providers[i].rules != NULL && settings->providers[i].host_count >= 1);
            must(settings->providers[i].algorithms != 0);
        }
    }
}

void fuzz_one(struct arena *arena, const uint8_t *bytes, size_t size)
{
    uint8_t what = size == 0 ? 0 : bytes[0];
    bytes += size > 0;
    size -= size > 0;
    if (what == 't') {
        const char *token = fuzz_line(arena, &bytes, &size);
        try_token(arena, token, arena_copy_n(arena, bytes, size));
    } else if (what == 'c') {
        try_claims(arena, bytes, size);
    } else if (what == 'd') {
        try_description(arena, bytes, size);
    } else if (what == 's') {
        try_settings(arena, bytes, size);
    } else {
        try_text(arena, bytes, size);
    }
}
