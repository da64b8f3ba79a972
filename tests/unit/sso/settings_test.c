/* The settings of single sign-on: every fault by its line, and what claims mean by them. */
#include "sso/settings.h"

#include "base/text.h"
#include "sso/jose.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

static const char good[] = "link: https://waymark.county.example/\n"
                           "providers:\n"
                           "  - id: police\n"
                           "    title: Leicestershire Police\n"
                           "    agency: police\n"
                           "    issuer: https://login.police.example/staff\n"
                           "    client: waymark\n"
                           "    secret_file: police.secret\n"
                           "    hosts: [keys.police.example]\n"
                           "    scopes: [openid, profile, roles]\n"
                           "    algorithms: [ES256, EdDSA]\n"
                           "    second_factor: {acr: [phr], amr: mfa}\n"
                           "    require: {tenant: staff}\n"
                           "    roles:\n"
                           "      - when: {realm_access.roles: waymark-admin}\n"
                           "        role: administrator\n"
                           "      - when: {groups: [cse-team, cse-managers], active: 'true'}\n"
                           "        role: police-officer\n"
                           "        makes_account: true\n"
                           "      - when: {level: 5}\n"
                           "        role: invited\n"
                           "  - id: health\n"
                           "    title: Health\n"
                           "    agency: health\n"
                           "    issuer: https://id.health.example\n"
                           "    client: waymark\n"
                           "    roles: [{when: {groups: x}, role: referrer}]\n";

static const struct sso_settings *parse(struct arena *arena, const char *text, const char **ret_faults)
{
    const struct sso_settings *settings = NULL;
    const struct pack_fault *faults;
    size_t count;
    const struct error *error =
        sso_settings_parse(arena, "sso.yaml", text, strlen(text), false, &settings, &faults, &count);
    assert_true((error == NULL) == (count == 0));
    *ret_faults = "";
    for (size_t i = 0; i < count; i++) {
        *ret_faults =
            arena_printf(arena, "%s%s:%d: %s\n", *ret_faults, faults[i].file, faults[i].line, faults[i].text);
    }
    return error == NULL ? settings : NULL;
}

static void test_good_settings(void **state)
{
    (void)state;
    ARENA_CLEANUP struct arena *arena = arena_new(8 << 20);
    const char *faults;
    const struct sso_settings *settings = parse(arena, good, &faults);
    assert_string_equal(faults, "");
    assert_string_equal(settings->link, "https://waymark.county.example");
    assert_int_equal(settings->count, 2);
    const struct sso_provider *police = sso_provider_find(settings, "police");
    assert_string_equal(police->scopes, "openid profile roles");
    assert_int_equal(police->algorithms, JOSE_ES256 | JOSE_EDDSA);
    assert_int_equal(police->host_count, 2);
    assert_string_equal(police->hosts[0], "login.police.example");
    assert_true(sso_provider_find(settings, "health")->algorithms == JOSE_ALL);
    assert_null(sso_provider_find(settings, "health")->secret);
    assert_null(sso_provider_find(settings, "schools"));
}

/* Puts one line in place of another. */
static const char *with(struct arena *arena, const char *old, const char *new)
{
    const char *at = strstr(good, old);
    assert_non_null(at);
    return arena_printf(arena, "%.*s%s%s", (int)(at - good), good, new, at + strlen(old));
}

static void test_each_fault_has_its_line(void **state)
{
    (void)state;
    ARENA_CLEANUP struct arena *arena = arena_new(32 << 20);
    const struct {
        const char *old;
        const char *new;
        const char *fault;
    } rows[] = {
        {"link: https", "link: http", "sso.yaml:1: 'link' must be the address"},
        {"    agency: police\n", "", "sso.yaml:3: provider: the key 'agency' is missing"},
        {"issuer: https://login", "issuer: http://login", "sso.yaml:6: 'issuer' must be an address"},
        {"example/staff", "example/staff#x", "sso.yaml:6: 'issuer' must be"},
        {"issuer: https://login", "issuer: https://me@login", "sso.yaml:6: 'issuer' must be"},
        {"algorithms: [ES256, EdDSA]", "algorithms: [HS256]", "sso.yaml:11: algorithms are RS256"},
        {"algorithms: [ES256, EdDSA]", "algorithms: [none]", "not 'none'"},
        {"second_factor: {acr: [phr], amr: mfa}", "second_factor: {}", "sso.yaml:12: second_factor names"},
        {"second_factor: {acr: [phr], amr: mfa}", "second_factor: {arc: [phr]}", "unknown key 'arc'"},
        {"hosts: [keys.police.example]", "hosts: ['*.police.example']", "sso.yaml:9: hosts are names"},
        {"hosts: [keys.police.example]", "hosts: ['https://x']", "sso.yaml:9: hosts are names"},
        {"require: {tenant: staff}", "require: {}", "sso.yaml:13: require must say"},
        {"require: {tenant: staff}", "require: {tenant: []}", "the list is empty"},
        {"        role: administrator\n", "", "sso.yaml:15: roles: the key 'role' is missing"},
        {"- when: {level: 5}\n        role", "- role", "sso.yaml:20: roles: the key 'when' is missing"},
        {"role: invited\n", "role: invited\n        makes_account: true\n", "sso.yaml:20: roles: an account"},
        {"makes_account: true", "makes_account: yes",
         "sso.yaml:19: roles: 'makes_account' must be true or false"},
        {"id: health", "id: police", "sso.yaml:22: there are two providers 'police'"},
        {"issuer: https://id.health.example", "issuer: https://login.police.example/staff",
         "the same issuer"},
        {"id: health", "id: Health/../x", "sso.yaml:22"},
        {"client: waymark\n    secret", "client: waymark\n    colour: red\n    secret",
         "unknown key 'colour'"},
        {"scopes: [openid", "scopes: ['a b'", "sso.yaml:10: a scope holds"},
        {"link: https", "seconds: 3000\nlink: https", "'seconds' must be a whole number from 1 to 30"},
        {"link: https", "proxy: socks://x\nlink: https", "'proxy' must begin"},
        {"roles: [{when: {groups: x}, role: referrer}]", "roles: []", "'roles' must be a list with a rule"},
        {"roles: [{when: {groups: x}, role: referrer}]", "roles: [x]", "roles must be a mapping"},
    };
    const char *faults;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        assert_null(parse(arena, with(arena, rows[i].old, rows[i].new), &faults));
        if (strstr(faults, rows[i].fault) == NULL) {
            fail_msg("%s: %s", rows[i].new, faults);
        }
    }
    assert_null(parse(arena, "", &faults));
    assert_null(parse(arena, "[]", &faults));
    assert_null(parse(arena, "link: https://w.example\n", &faults));
    assert_non_null(strstr(faults, "'providers' must be a list"));
    /* plain http to this machine is asked for by name, and to no other machine */
    const char *here =
        with(arena, "issuer: https://login.police.example/staff", "issuer: http://127.0.0.1:9");
    assert_null(parse(arena, here, &faults));
    here = with(arena, "issuer: https://login.police.example/staff",
                "http_on_this_machine: true\n    issuer: http://127.0.0.1:9");
    assert_non_null(parse(arena, here, &faults));
    here = with(arena, "issuer: https://login.police.example/staff",
                "http_on_this_machine: true\n    issuer: http://10.0.0.1:9");
    assert_null(parse(arena, here, &faults));
}

static void test_what_claims_mean(void **state)
{
    (void)state;
    ARENA_CLEANUP struct arena *arena = arena_new(8 << 20);
    const char *faults;
    const struct sso_settings *settings = parse(arena, good, &faults);
    const struct sso_provider *police = sso_provider_find(settings, "police");
    const struct {
        const char *claims;
        const char *role; /* NULL: nobody is signed in; "": invited */
    } rows[] = {
        {"{\"tenant\":\"staff\",\"groups\":[\"cse-team\"],\"active\":true}", "police-officer"},
        {"{\"tenant\":\"staff\",\"groups\":\"cse-managers\",\"active\":true}", "police-officer"},
        {"{\"tenant\":\"staff\",\"groups\":[\"cse-team\"],\"active\":false}", NULL},
        {"{\"tenant\":\"staff\",\"groups\":[\"cse-team\"]}", NULL},
        {"{\"tenant\":\"staff\",\"groups\":[\"CSE-TEAM\"],\"active\":true}", NULL},
        {"{\"tenant\":\"staff\",\"groups\":[\"cse-team2\"],\"active\":true}", NULL},
        {"{\"tenant\":\"staff\",\"groups\":[[\"cse-team\"]],\"active\":true}", NULL},
        {"{\"tenant\":\"staff\",\"groups\":{\"cse-team\":1},\"active\":true}", NULL},
        {"{\"groups\":[\"cse-team\"],\"active\":true}", NULL},
        {"{\"tenant\":\"guest\",\"groups\":[\"cse-team\"],\"active\":true}", NULL},
        {"{\"tenant\":[\"guest\",\"staff\"],\"groups\":[\"cse-team\"],\"active\":true}", "police-officer"},
        {"{\"tenant\":\"staff\",\"realm_access\":{\"roles\":[\"a\",\"waymark-admin\"]}}", "administrator"},
        {"{\"tenant\":\"staff\",\"realm_access.roles\":[\"waymark-admin\"]}", "administrator"},
        {"{\"tenant\":\"staff\",\"realm_access\":\"roles\"}", NULL},
        {"{\"tenant\":\"staff\",\"level\":5}", ""},
        {"{\"tenant\":\"staff\",\"level\":5.5}", NULL},
        {"{\"tenant\":\"staff\",\"level\":null}", NULL},
        {"{\"tenant\":\"staff\"}", NULL},
        {"{}", NULL},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const struct said *claims;
        struct sso_mapped mapped = {0};
        assert_null(said_read(arena, rows[i].claims, strlen(rows[i].claims), &claims));
        const struct error *error = sso_map(arena, police, claims, &mapped);
        if (rows[i].role == NULL) {
            assert_non_null(error);
            assert_int_equal(error->code, ERROR_NOT_ALLOWED);
        } else {
            assert_null(error);
            assert_true(text_equal(mapped.rule->role, rows[i].role[0] == '\0' ? NULL : rows[i].role));
        }
    }
    const struct said *claims;
    struct sso_mapped mapped;
    const char *named =
        "{\"tenant\":\"staff\",\"level\":5,\"name\":\" Ann Example \",\"preferred_username\":7}";
    assert_null(said_read(arena, named, strlen(named), &claims));
    assert_null(sso_map(arena, police, claims, &mapped));
    assert_string_equal(mapped.name, "Ann Example");
    assert_null(mapped.username);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_good_settings),
        cmocka_unit_test(test_each_fault_has_its_line),
        cmocka_unit_test(test_what_claims_mean),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
