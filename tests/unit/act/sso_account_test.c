/* Accounts that another service signs in: found, joined by an invitation, made, given a role, and refused. */
#include "support.h"

#include "act/account.h"
#include "act/sso_account.h"
#include "sso/settings.h"
#include "sso/token.h"

#include <string.h>

/* ---- what somebody else does meanwhile, and names that are not drawn by chance */

static struct {
    void (*run)(void);
    unsigned readers; /* before that one is taken; 0: never */
    bool same_names;
} meanwhile;

const struct error *__real_store_reader_take(struct store *store, struct store_reader **ret_reader);
const struct error *__wrap_store_reader_take(struct store *store, struct store_reader **ret_reader);
const struct error *__wrap_store_reader_take(struct store *store, struct store_reader **ret_reader)
{
    if (meanwhile.readers > 0 && --meanwhile.readers == 0) {
        meanwhile.run();
    }
    return __real_store_reader_take(store, ret_reader);
}

void __real_random_bytes(void *bytes, size_t size);
void __wrap_random_bytes(void *bytes, size_t size);
void __wrap_random_bytes(void *bytes, size_t size)
{
    __real_random_bytes(bytes, size);
    if (meanwhile.same_names && size == 3) {
        memset(bytes, 7, size);
    }
}

/* ---- */

static const char *const hosts[] = {"police.example"};
static const struct sso_provider police = {.id = "police",
                                           .title = "Police",
                                           .agency = "police",
                                           .issuer = "https://police.example",
                                           .hosts = hosts,
                                           .host_count = 1};
static const struct sso_provider other = {.id = "county",
                                          .title = "County",
                                          .agency = "social-care",
                                          .issuer = "https://county.example",
                                          .hosts = hosts,
                                          .host_count = 1};
static const struct sso_rule makes = {.role = "police-officer", .makes_account = true};
static const struct sso_rule knows = {.role = "police-officer"};
static const struct sso_rule keeps = {.role = NULL};
static const struct sso_rule inspects = {.role = "inspector"};

/* One who comes back from the provider. `rule` NULL: the settings give them nothing. */
struct comer {
    const struct sso_provider *provider;
    const char *subject;
    const struct sso_rule *rule;
    const char *name;
    const char *username;
    const char *link;
};

static const struct error *come(const struct state *state, const struct comer *comer, int64_t seconds,
                                struct sso_settling *ret_settling)
{
    struct act act = act_at(state, NULL, seconds);
    const struct sso_provider *provider = comer->provider == NULL ? &police : comer->provider;
    struct sso_person *person = arena_one(state->arena, struct sso_person);
    struct sso_mapped *mapped = arena_one(state->arena, struct sso_mapped);
    const struct account *account = NULL;
    char *id = arena_alloc(state->arena, ID_TEXT);
    *person = (struct sso_person){.issuer = provider->issuer, .subject = comer->subject};
    *mapped = (struct sso_mapped){comer->rule, comer->name, comer->username};
    *ret_settling = (struct sso_settling){.provider = provider,
                                          .person = person,
                                          .mapped = comer->rule == NULL ? NULL : mapped,
                                          .link_account = "",
                                          .link_hash = ""};
    if (comer->link != NULL) {
        hash_text_hex(state->arena, comer->link, &ret_settling->link_hash);
        const char *dot = strchr(comer->link, '.');
        ret_settling->link_account = arena_copy_n(state->arena, comer->link, (size_t)(dot - comer->link));
        if (sso_link_account(&act, comer->link, &account)) {
            id_format(account->id, id);
            assert_string_equal(ret_settling->link_account, id);
        }
    }
    return sso_settle(&act, ret_settling);
}

static void refused(const struct state *state, const struct comer *comer, int64_t seconds,
                    enum sso_refused why)
{
    struct sso_settling settling;
    FAILS(ERROR_NOT_ALLOWED, come(state, comer, seconds, &settling));
    assert_int_equal(settling.refused, why);
}

static const char *invite(const struct state *state, const char *username, const char *role,
                          const char *agency)
{
    struct act act = act_at(state, NULL, 0);
    const char *link = NULL;
    GOOD_ONCE(act_account_add(&act, username, username, role, agency, &link));
    return link;
}

static void a_stranger_comes_in_only_where_the_settings_make_an_account(void **context)
{
    const struct state *state = *context;
    struct sso_settling settling;
    refused(state, &(struct comer){.subject = "s1"}, 10, SSO_REFUSED_NO_ROLE);
    refused(state, &(struct comer){.subject = "s1", .rule = &knows}, 10, SSO_REFUSED_UNKNOWN);
    GOOD(come(
        state,
        &(struct comer){.subject = "s1", .rule = &makes, .name = "Bea Ware", .username = "Bea.Ware@police"},
        11, &settling));
    assert_true(settling.made && settling.joined);
    assert_string_equal(settling.account->username, "bea.ware");
    assert_string_equal(settling.account->name, "Bea Ware");
    assert_string_equal(settling.account->role, "police-officer");
    assert_string_equal(settling.account->agency, "police");
    struct id id = settling.account->id;
    GOOD_AGAIN(come(state, &(struct comer){.subject = "s1", .rule = &makes}, 12, &settling));
    assert_false(settling.made || settling.joined);
    assert_true(id_equal(settling.account->id, id));
}

static void two_of_one_name_get_two_accounts(void **context)
{
    const struct state *state = *context;
    struct sso_settling settling;
    GOOD(come(state, &(struct comer){.subject = "t1", .rule = &makes, .username = "Carl"}, 10, &settling));
    assert_string_equal(settling.account->username, "carl");
    assert_string_equal(settling.account->name, "carl"); /* the provider says no other */
    GOOD(come(state, &(struct comer){.subject = "t2", .rule = &makes, .username = "carl"}, 10, &settling));
    assert_string_equal(settling.account->username, "carl.police");
    GOOD(come(state, &(struct comer){.subject = "t3", .rule = &makes, .username = "carl"}, 10, &settling));
    assert_memory_equal(settling.account->username, "police-", 7);
    GOOD(come(state, &(struct comer){.subject = "t4", .rule = &makes, .username = "-.7_Z@x"}, 10, &settling));
    assert_string_equal(settling.account->username, "7z"); /* begins with a letter or a digit */
    GOOD(come(state, &(struct comer){.subject = "t8", .rule = &makes, .username = "A-Z.a-z09/:@x"}, 10,
              &settling));
    assert_string_equal(settling.account->username, "a-z.a-z09");
    GOOD(
        come(state, &(struct comer){.subject = "t9", .rule = &makes, .username = "zA`[{9@x"}, 10, &settling));
    assert_string_equal(settling.account->username, "za9");
    GOOD(come(state, &(struct comer){.subject = "t10", .rule = &makes, .username = "zz@x"}, 10, &settling));
    assert_string_equal(settling.account->username, "zz"); /* two are enough */
    GOOD(come(state, &(struct comer){.subject = "t5", .rule = &makes, .username = "q"}, 10, &settling));
    assert_memory_equal(settling.account->username, "police-", 7); /* too short to be a name */
    GOOD(come(state, &(struct comer){.subject = "t6", .rule = &makes}, 10, &settling));
    assert_memory_equal(settling.account->username, "police-", 7);
    char *longest = arena_alloc(state->arena, 502);
    memset(longest, 'n', 501);
    longest[501] = '\0';
    GOOD(come(state, &(struct comer){.subject = "t7", .rule = &makes, .name = longest, .username = longest},
              10, &settling));
    assert_int_equal(strlen(settling.account->username), 40);
    assert_string_equal(settling.account->name, settling.account->username);
}

static void an_invitation_is_joined_once_and_only_by_who_holds_its_link(void **context)
{
    const struct state *state = *context;
    struct sso_settling settling;
    const char *link = invite(state, "dora", "police-officer", "police");
    const char *wrong = arena_printf(state->arena, "%.*s.%s", (int)(strchr(link, '.') - link), link, "AAAA");
    refused(state, &(struct comer){.subject = "u1", .rule = &knows, .link = wrong}, 10, SSO_REFUSED_LINK);
    refused(state, &(struct comer){.subject = "u1", .link = link}, 10, SSO_REFUSED_NO_ROLE);
    refused(state, &(struct comer){.provider = &other, .subject = "u1", .rule = &knows, .link = link}, 10,
            SSO_REFUSED_OTHER);
    refused(state, &(struct comer){.subject = "u1", .rule = &knows, .link = link}, 5 * 24 * 3600,
            SSO_REFUSED_LINK); /* too late */
    GOOD(come(state, &(struct comer){.subject = "u1", .rule = &knows, .link = link}, 11, &settling));
    assert_true(settling.joined);
    assert_false(settling.made);
    assert_string_equal(settling.account->username, "dora");
    /* it was used */
    refused(state, &(struct comer){.subject = "u2", .rule = &knows, .link = link}, 12, SSO_REFUSED_LINK);
    refused(state, &(struct comer){.subject = "u1", .rule = &knows, .link = link}, 12, SSO_REFUSED_LINK);
    /* who has an account takes no other's */
    const char *second = invite(state, "eric", "police-officer", "police");
    refused(state, &(struct comer){.subject = "u1", .rule = &knows, .link = second}, 13, SSO_REFUSED_OTHER);
    GOOD(come(state, &(struct comer){.subject = "u3", .rule = &keeps, .link = second}, 14, &settling));
    assert_string_equal(settling.account->role, "police-officer"); /* that of the invitation */
}

static void a_new_link_joins_again_the_same_person(void **context)
{
    const struct state *state = *context;
    struct sso_settling settling;
    struct act act = act_at(state, NULL, 20);
    const char *again;
    const char *link = invite(state, "fay", "police-officer", "police");
    GOOD(come(state, &(struct comer){.subject = "v1", .rule = &knows, .link = link}, 11, &settling));
    GOOD(act_account_link(&act, "fay", &again));
    GOOD(come(state, &(struct comer){.subject = "v1", .rule = &knows, .link = again}, 21, &settling));
    assert_string_equal(settling.account->username, "fay");
    refused(state, &(struct comer){.subject = "v1", .rule = &knows, .link = again}, 22, SSO_REFUSED_LINK);
    /* parted, nobody comes in by the provider; with a new link the same person does */
    FAILS(ERROR_INVALID, act_sso_part(&act, "nurse"));
    struct act nurse = act_at(state, &state->nurse, 23);
    FAILS(ERROR_NOT_ALLOWED, act_sso_part(&nurse, "fay"));
    GOOD(act_sso_part(&act, "fay"));
    refused(state, &(struct comer){.subject = "v1", .rule = &knows}, 24, SSO_REFUSED_UNKNOWN);
    act = act_at(state, NULL, 25);
    GOOD(act_account_link(&act, "fay", &again));
    GOOD(come(state, &(struct comer){.subject = "v1", .rule = &knows, .link = again}, 26, &settling));
    assert_string_equal(settling.account->username, "fay");
    GOOD_AGAIN(come(state, &(struct comer){.subject = "v1", .rule = &knows}, 27, &settling));
}

static void the_role_follows_the_claims_and_ends_with_them(void **context)
{
    const struct state *state = *context;
    struct sso_settling settling;
    struct session session;
    const char *token;
    const char *link = invite(state, "gail", "police-officer", "police");
    GOOD(come(state, &(struct comer){.subject = "w1", .rule = &knows, .link = link}, 10, &settling));
    GOOD(come(state, &(struct comer){.subject = "w1", .rule = &inspects}, 11, &settling));
    assert_string_equal(settling.account->role, "inspector");
    refused(state, &(struct comer){.provider = &other, .subject = "w1", .rule = &knows}, 12,
            SSO_REFUSED_UNKNOWN);
    /* the claims give nothing any more: every door is shut, also that of the password */
    struct act act = act_at(state, NULL, 12);
    GOOD(act_account_token(&act, "gail", &token));
    refused(state, &(struct comer){.subject = "w1"}, 13, SSO_REFUSED_NO_ROLE);
    struct act later = act_at(state, NULL, 14);
    struct actor actor;
    FAILS(ERROR_NOT_SIGNED_IN, act_bearer(&later, token, &actor));
    FAILS(ERROR_NOT_SIGNED_IN, act_session(&later, token, &session));
    refused(state, &(struct comer){.subject = "w1"}, 15, SSO_REFUSED_NO_ROLE);
    /* and opens with them */
    GOOD(come(state, &(struct comer){.subject = "w1", .rule = &knows}, 16, &settling));
    assert_string_equal(settling.account->role, "police-officer");
    assert_false(settling.account->locked);
    FAILS(ERROR_NOT_SIGNED_IN, act_bearer(&later, token, &actor)); /* what ended does not come back */
}

static void claims_do_not_open_what_somebody_locked(void **context)
{
    const struct state *state = *context;
    struct sso_settling settling;
    const char *link = invite(state, "hugh", "police-officer", "police");
    GOOD(come(state, &(struct comer){.subject = "x1", .rule = &knows, .link = link}, 10, &settling));
    struct act act = act_at(state, NULL, 11);
    GOOD(act_account_lock(&act, "hugh", true));
    refused(state, &(struct comer){.subject = "x1", .rule = &knows}, 12, SSO_REFUSED_LOCKED);
    refused(state, &(struct comer){.subject = "x1"}, 13, SSO_REFUSED_NO_ROLE);
    refused(state, &(struct comer){.subject = "x1", .rule = &knows}, 14, SSO_REFUSED_LOCKED);
    act = act_at(state, NULL, 15);
    GOOD(act_account_lock(&act, "hugh", false));
    GOOD(come(state, &(struct comer){.subject = "x1", .rule = &knows}, 16, &settling));
}

static void a_link_that_is_none_opens_nothing(void **context)
{
    const struct state *state = *context;
    const struct account *account;
    struct act act = act_at(state, NULL, 10);
    const char *link = invite(state, "ida", "police-officer", "police");
    assert_false(sso_link_account(&act, "no-dot", &account));
    assert_false(sso_link_account(&act, "zz.AAAA", &account));
    assert_false(sso_link_account(&act, "00000000000000000000000000000000.AAAA", &account));
    assert_true(sso_link_account(&act, link, &account));
    assert_string_equal(account->username, "ida");
}

static void claim(const struct state *state, const char *username, const char *subject)
{
    struct act act = act_at(state, NULL, 10);
    const struct account *account;
    GOOD_ONCE(account_by_name(&act, username, &account));
    struct write *write = store_write_new(state->service->store, state->arena);
    store_write_claim_name(write, account->id,
                           arena_printf(state->arena, "sso\n%s\n%s", police.issuer, subject));
    GOOD_ONCE(store_commit(write));
}

/* Whoever can write into the table of names signs nobody in by it: the account itself says who it is joined
 * to. */
static void a_name_that_leads_to_another_account_opens_nothing(void **context)
{
    const struct state *state = *context;
    struct sso_settling settling;
    const char *link = invite(state, "jane", "police-officer", "police");
    GOOD(come(state, &(struct comer){.subject = "y1", .rule = &knows, .link = link}, 10, &settling));
    claim(state, "manager", "y2"); /* joined to nobody */
    claim(state, "jane", "y3");    /* joined to another */
    refused(state, &(struct comer){.subject = "y2", .rule = &knows}, 11, SSO_REFUSED_UNKNOWN);
    refused(state, &(struct comer){.subject = "y3", .rule = &knows}, 11, SSO_REFUSED_UNKNOWN);
    GOOD_ONCE(
        come(state, &(struct comer){.subject = "y2", .rule = &makes, .username = "kit"}, 12, &settling));
    assert_string_equal(settling.account->username, "kit");
    link = invite(state, "lena", "police-officer", "police");
    GOOD_ONCE(come(state, &(struct comer){.subject = "y3", .rule = &knows, .link = link}, 12, &settling));
    assert_string_equal(settling.account->username, "lena");
}

static void a_link_of_nobody_or_of_one_who_is_joined_is_no_good(void **context)
{
    const struct state *state = *context;
    struct sso_settling settling;
    struct act act = act_at(state, NULL, 20);
    const struct account *account;
    const char *again;
    refused(state, &(struct comer){.subject = "z1", .rule = &knows, .link = "zz.AAAA"}, 20, SSO_REFUSED_LINK);
    refused(state,
            &(struct comer){.subject = "z1", .rule = &knows, .link = "00000000000000000000000000000000.AAAA"},
            20, SSO_REFUSED_LINK);
    const char *link = invite(state, "mona", "police-officer", "police");
    GOOD(come(state, &(struct comer){.subject = "z2", .rule = &knows, .link = link}, 20, &settling));
    GOOD(act_account_link(&act, "mona", &again));
    refused(state, &(struct comer){.subject = "z3", .rule = &knows, .link = again}, 21, SSO_REFUSED_LINK);
    GOOD(act_account_lock(&act, "mona", true));
    assert_false(sso_link_account(&act, again, &account));
}

static void who_moved_or_left_does_not_come_in(void **context)
{
    const struct state *state = *context;
    struct sso_settling settling;
    struct act act = act_at(state, NULL, 20);
    bool awaits;
    const char *link = invite(state, "nell", "inspector", "police");
    GOOD(come(state, &(struct comer){.subject = "m1", .rule = &keeps, .link = link}, 10, &settling));
    GOOD(act_account_leaves(&act, "nell", act.now, "Another post"));
    refused(state, &(struct comer){.subject = "m1", .rule = &keeps}, 21, SSO_REFUSED_LOCKED);
    GOOD(act_account_leaves(&act, "nell", (struct instant){0}, "Stays"));
    struct account_change change = {"inspector", "health", NULL, "Moves"};
    GOOD(act_account_change(&act, "nell", &change, &awaits));
    refused(state, &(struct comer){.subject = "m1", .rule = &keeps}, 22, SSO_REFUSED_OTHER);
}

static const struct state *used_meanwhile;

static void make_another_link(void)
{
    struct act act = act_at(used_meanwhile, NULL, 11);
    const char *ignored;
    GOOD_ONCE(act_account_link(&act, "olga", &ignored));
}

static void a_link_that_is_changed_meanwhile_is_a_conflict(void **context)
{
    struct sso_settling settling;
    used_meanwhile = *context;
    const char *link = invite(used_meanwhile, "olga", "police-officer", "police");
    struct act act = act_at(used_meanwhile, NULL, 10);
    const struct account *account;
    assert_true(sso_link_account(&act, link, &account));
    meanwhile.run = make_another_link;
    meanwhile.readers = 4; /* after the link was found good for the second time */
    FAILS_ONCE(
        ERROR_CONFLICT,
        come(used_meanwhile, &(struct comer){.subject = "n1", .rule = &knows, .link = link}, 10, &settling));
    assert_int_equal(meanwhile.readers, 0);
    refused(used_meanwhile, &(struct comer){.subject = "n1", .rule = &knows, .link = link}, 12,
            SSO_REFUSED_LINK);
}

static void signs_that_are_in_no_name_are_left_out(void **context)
{
    const struct state *state = *context;
    struct sso_settling settling;
    GOOD_ONCE(come(state, &(struct comer){.subject = "o1", .rule = &makes, .username = "P{e}~g:/0_9.-@x"}, 10,
                   &settling));
    assert_string_equal(settling.account->username, "peg09.-");
}

/* Of all names that are tried none is free: nobody comes in under the name of another. */
static void when_every_name_is_taken_none_is_made(void **context)
{
    const struct state *state = *context;
    struct sso_settling settling;
    meanwhile.same_names = true;
    for (int i = 0; i < 3; i++) {
        const char *subject = arena_printf(state->arena, "p%d", i);
        GOOD_ONCE(come(state, &(struct comer){.subject = subject, .rule = &makes, .username = "rosa"}, 10,
                       &settling));
    }
    FAILS_ONCE(ERROR_EXISTS, come(state, &(struct comer){.subject = "p4", .rule = &makes, .username = "rosa"},
                                  10, &settling));
    meanwhile.same_names = false;
}

/* ---- failing */

struct trying {
    const struct state *state;
    struct comer comer;
    enum sso_refused refused; /* SSO_REFUSED_ANSWER: let in */
};

static void with_link(void *context)
{
    static int count;
    struct trying *trying = context;
    const char *name = arena_printf(trying->state->arena, "tried.%d", ++count);
    trying->comer = (struct comer){
        .subject = name, .rule = &knows, .link = invite(trying->state, name, "police-officer", "police")};
}

static void with_joined(void *context)
{
    struct trying *trying = context;
    struct sso_settling settling;
    with_link(trying);
    GOOD_ONCE(come(trying->state, &trying->comer, 10, &settling));
    trying->comer.link = NULL;
}

static void with_another_link(void *context)
{
    struct trying *trying = context;
    struct act act = act_at(trying->state, NULL, 10);
    with_joined(trying);
    GOOD_ONCE(act_account_link(&act, trying->comer.subject, &trying->comer.link));
}

static void with_another_role(void *context)
{
    struct trying *trying = context;
    with_joined(trying);
    trying->comer.rule = &inspects;
}

static void with_no_role(void *context)
{
    struct trying *trying = context;
    with_joined(trying);
    trying->comer.rule = NULL;
}

static const struct error *come_in(void *context)
{
    struct trying *trying = context;
    struct sso_settling settling;
    const struct error *error = come(trying->state, &trying->comer, 11, &settling);
    if (error != NULL && error->code == ERROR_NOT_ALLOWED) {
        assert_int_equal(settling.refused, trying->refused);
        return NULL;
    }
    return error;
}

static void nobody_comes_in_by_what_fails(void **context)
{
    struct trying trying = {.state = *context, .refused = SSO_REFUSED_LINK};
    EACH_TIME(come_in, with_another_link, &trying, NULL);
    EACH_TIME(come_in, with_another_role, &trying, NULL);
    EACH_TIME(come_in, with_link, &trying, NULL);
    trying.refused = SSO_REFUSED_NO_ROLE;
    EACH_TIME(come_in, with_no_role, &trying, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_stranger_comes_in_only_where_the_settings_make_an_account),
        cmocka_unit_test(two_of_one_name_get_two_accounts),
        cmocka_unit_test(an_invitation_is_joined_once_and_only_by_who_holds_its_link),
        cmocka_unit_test(a_new_link_joins_again_the_same_person),
        cmocka_unit_test(the_role_follows_the_claims_and_ends_with_them),
        cmocka_unit_test(claims_do_not_open_what_somebody_locked),
        cmocka_unit_test(a_link_that_is_none_opens_nothing),
        cmocka_unit_test(a_name_that_leads_to_another_account_opens_nothing),
        cmocka_unit_test(a_link_of_nobody_or_of_one_who_is_joined_is_no_good),
        cmocka_unit_test(who_moved_or_left_does_not_come_in),
        cmocka_unit_test(a_link_that_is_changed_meanwhile_is_a_conflict),
        cmocka_unit_test(signs_that_are_in_no_name_are_left_out),
        cmocka_unit_test(when_every_name_is_taken_none_is_made),
        cmocka_unit_test(nobody_comes_in_by_what_fails),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
