/*
 * Who guesses learns of no name: what they are told, and what is done before it, is the same for a name that
 * there is, one that nobody has, one that is locked, one that has left, one that never had a password. What
 * costs is counted, not timed: script/bench times it.
 */
#include "support.h"

#include "act/signing.h"
#include "seal/seal.h"

#include <sodium.h>
#include <string.h>

static int checks; /* of Argon2, whichever way */
static void (*while_checking)(void);

int __wrap_crypto_pwhash(unsigned char *out, unsigned long long size, const char *text,
                         unsigned long long length, const unsigned char *salt, unsigned long long operations,
                         size_t memory, int algorithm);
int __real_crypto_pwhash(unsigned char *out, unsigned long long size, const char *text,
                         unsigned long long length, const unsigned char *salt, unsigned long long operations,
                         size_t memory, int algorithm);
int __wrap_crypto_pwhash_str_verify(const char *hash, const char *text, unsigned long long length);
int __real_crypto_pwhash_str_verify(const char *hash, const char *text, unsigned long long length);

int __wrap_crypto_pwhash(unsigned char *out, unsigned long long size, const char *text,
                         unsigned long long length, const unsigned char *salt, unsigned long long operations,
                         size_t memory, int algorithm)
{
    checks++;
    return __real_crypto_pwhash(out, size, text, length, salt, operations, memory, algorithm);
}

int __wrap_crypto_pwhash_str_verify(const char *hash, const char *text, unsigned long long length)
{
    void (*run)(void) = while_checking;
    checks++;
    if (run != NULL) {
        while_checking = NULL;
        run();
    }
    return __real_crypto_pwhash_str_verify(hash, text, length);
}

static const struct error *try(struct act *act, const char *name, const char *secret, const char *client)
{
    struct sign_in ignored;
    checks = 0;
    return act_sign_in_password(act, name, secret, &(struct origin){.client = client}, &ignored);
}

static void make_people(struct state *state)
{
    struct act act = act_at(state, NULL, -5);
    struct actor ignored;
    const char *link;
    add_account(state, "locked", "referrer", "health", &ignored);
    GOOD(act_account_lock(&act, "locked", true));
    add_account(state, "leaver", "referrer", "health", &ignored);
    GOOD(act_account_leaves(&act, "leaver", instant_add_ms(start, -MS_PER_SECOND), "Moved away"));
    GOOD(act_account_add(&act, "invited", NULL, "referrer", "health", &link));
}

static const struct {
    const char *name;
    bool right; /* its own password */
} people[] = {{"nurse", false},  {"nobody", false}, {"locked", false}, {"locked", true},
              {"leaver", false}, {"leaver", true},  {"invited", false}};
enum { PEOPLE = sizeof people / sizeof *people };

static void one_check_and_one_answer_for_each(void **context)
{
    struct state *state = *context;
    struct act act = act_at(state, NULL, 0);
    make_people(state);
    for (size_t i = 0; i < PEOPLE; i++) {
        const char *client = arena_printf(state->arena, "10.0.0.%zu", i);
        const struct error *error =
            try(&act, people[i].name, people[i].right ? password : "none of them", client);
        assert_non_null(error);
        assert_int_equal(error->code, ERROR_NOT_SIGNED_IN);
        assert_string_equal(error->detail, "the user name or the password is not right");
        assert_null(error->field);
        assert_int_equal(checks, 1);
    }
    GOOD(try(&act, "nurse", password, "10.0.1.1"));
    assert_int_equal(checks, 1); /* nor does it cost more when it is right */
}

/* The fifth at once is told to wait, as long whoever it is, and costs nothing. */
static void slowed_alike(void **context)
{
    const struct state *state = *context;
    struct act act = act_at(state, NULL, 60);
    for (size_t i = 0; i < PEOPLE; i++) {
        const char *client = arena_printf(state->arena, "10.0.2.%zu", i);
        for (int n = 0; n < 4; n++) {
            const struct error *refused = try(&act, people[i].name, "none of them", client);
            assert_non_null(refused);
            assert_int_equal(refused->code, ERROR_NOT_SIGNED_IN);
            assert_int_equal(checks, 1);
        }
        const struct error *error = try(&act, people[i].name, "none of them", client);
        assert_non_null(error);
        assert_int_equal(error->code, ERROR_TOO_MANY);
        assert_string_equal(error->detail, "try again in 5 seconds");
        assert_int_equal(checks, 0);
    }
}

/* Ten thousand guesses, one a second, from one place: in no five minutes are more than ten tried. */
static void at_most_ten_in_five_minutes(void **context)
{
    enum { GUESSES = 10000, WINDOW = 300, MOST = 10 };
    static const char *const names[] = {"nurse", "nobody"};
    static int tried[2][GUESSES];
    const struct state *state = *context;
    for (size_t who = 0; who < 2; who++) {
        int in_window = 0;
        for (int second = 0; second < GUESSES; second++) {
            struct act act = act_at(state, NULL, 1000 + second);
            const struct error *error =
                try(&act, names[who], "none of them", who == 0 ? "10.0.3.1" : "10.0.3.2");
            assert_non_null(error);
            tried[who][second] = checks;
            in_window += checks - (second < WINDOW ? 0 : tried[who][second - WINDOW]);
            assert_true(in_window <= MOST);
        }
    }
    assert_memory_equal(tried[0], tried[1], sizeof tried[0]);
}

/* Links and tokens name an account by its id. */
static void links_and_tokens_tell_nothing(void **context)
{
    const struct state *state = *context;
    struct act act = act_at(state, NULL, 0);
    struct actor actor;
    bool asks;
    char id[ID_TEXT];
    char nowhere[ID_TEXT];
    const char *used;
    const char *name;
    GOOD(act_account_add(&act, "newcomer", NULL, "referrer", "health", &used));
    id_format(state->nurse.account, id);
    id_format(id_new(), nowhere);
    GOOD(act_password_set(&act, used, NULL, "three herons by a weir", &name));
    const char *const links[] = {arena_printf(state->arena, "%s.%s", nowhere, "aaaa"),
                                 arena_printf(state->arena, "%s.%s", id, "aaaa"), used, "nothing", ""};
    checks = 0;
    for (size_t i = 0; i < sizeof links / sizeof *links; i++) {
        const struct error *error = act_password_link(&act, links[i], &asks);
        assert_non_null(error);
        assert_int_equal(error->code, ERROR_NOT_FOUND);
        assert_string_equal(
            error->detail,
            "this link was used, is older than 72 hours, or was never good: ask for a new one");
        error = act_password_set(&act, links[i], NULL, "four herons by a weir", &name);
        assert_non_null(error);
        assert_int_equal(error->code, ERROR_NOT_FOUND);
        error = act_bearer(&act, links[i], &actor);
        assert_non_null(error);
        assert_int_equal(error->code, ERROR_NOT_SIGNED_IN);
        assert_null(error->detail);
    }
    assert_int_equal(checks, 0);
}

static const struct state *busy;

static void come_meanwhile(void)
{
    struct act act = act_at(busy, NULL, 30000);
    struct sign_in ignored;
    const struct error *error =
        act_sign_in_password(&act, "manager", password, &(struct origin){.client = "10.0.4.2"}, &ignored);
    assert_non_null(error);
    assert_int_equal(error->code, ERROR_TOO_MANY);
    assert_string_equal(error->detail, "many people are signing in at this moment");
}

static void who_finds_no_room_is_told_to_come_back(void **context)
{
    struct act act = act_at(*context, NULL, 30000);
    busy = *context;
    password_places(1, 0);
    while_checking = come_meanwhile;
    GOOD_ONCE(try(&act, "nurse", password, "10.0.4.1"));
    assert_null(while_checking);
    password_places(4, 16);
    GOOD_ONCE(try(&act, "manager", password, "10.0.4.2"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_check_and_one_answer_for_each),
        cmocka_unit_test(slowed_alike),
        cmocka_unit_test(at_most_ten_in_five_minutes),
        cmocka_unit_test(links_and_tokens_tell_nothing),
        cmocka_unit_test(who_finds_no_room_is_told_to_come_back),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
