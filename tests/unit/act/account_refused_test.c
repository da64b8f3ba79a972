/* Keeping accounts: what is refused field by field, what no page asks for, and the store failing beneath it.
 */
#include "support.h"

#include "act/factor.h"

#include <string.h>

enum { DAY = 24 * 3600 };

static struct {
    struct actor admin;
    struct actor second;
    struct actor health; /* keeps the accounts of health */
} keepers;

static int set_up_keepers(void **context)
{
    int result = set_up(context);
    struct state *state = *context;
    add_account(state, "admin", "administrator", "social-care", &keepers.admin);
    add_account(state, "second", "administrator", "police", &keepers.second);
    add_account(state, "health-admin", "agency-administrator", "health", &keepers.health);
    return result;
}

static struct act keeping(const struct state *state, struct actor *actor, int64_t seconds)
{
    actor->proved_at = instant_add_ms(start, seconds * MS_PER_SECOND);
    return act_at(state, actor, seconds);
}

static const char *worker(const struct state *state)
{
    static int workers;
    struct act act = act_at(state, NULL, 0);
    const char *link;
    const char *name = arena_printf(state->arena, "worker.%d", ++workers);
    GOOD_ONCE(act_account_add(&act, name, NULL, "social-worker", "social-care", &link));
    GOOD_ONCE(act_password_give(&act, name, password));
    return name;
}

static const struct account *account_now(const struct act *act, const char *username)
{
    const struct account *account = NULL;
    GOOD_ONCE(account_by_name(act, username, &account));
    return account;
}

/* An entry that no act writes: of another time, or by a fault. */
static void append(const struct act *act, const char *username, const char *type, const char *field,
                   const char *text)
{
    struct value *values;
    struct entry entry = account_entry(act, type, &values);
    if (field != NULL) {
        account_set(values, entry.type, field, text);
    }
    GOOD_ONCE(account_append(act, account_now(act, username)->id, &entry));
}

static void give_role(const struct act *act, const char *username, const char *role, const char *agency)
{
    struct value *values;
    struct entry entry = account_entry(act, "account-changed", &values);
    account_set(values, entry.type, "role", role);
    account_set(values, entry.type, "agency", agency);
    GOOD_ONCE(account_append(act, account_now(act, username)->id, &entry));
}

/* ---- field by field ---- */

static void faulty(const struct act *act, struct account_input input, const char *field)
{
    struct invitation invitation;
    const struct error *error = act_account_invite(act, &input, &invitation);
    assert_non_null(error);
    assert_int_equal(error->code, ERROR_INVALID);
    assert_string_equal(error->field, field);
    assert_null(error->next);
}

static void names_are_small_letters_digits_hyphens_and_full_stops(void **context)
{
    const struct state *state = *context;
    struct act act = act_at(state, NULL, 10);
    const char *link;
    char *longest = arena_alloc(state->arena, 62);
    memset(longest, 'a', 61);
    longest[61] = '\0';
    const char *const wrong[] = {"", "a", "Ab", "a b", "a{", "a~", "a/", "a:", "-ab", ".ab", "a_b", longest};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        faulty(&act, (struct account_input){.username = wrong[i], .role = "referrer", .agency = "health"},
               "username");
    }
    const char *const right[] = {"ab", "0z", "z9-", "q.-", longest + 1};
    for (size_t i = 0; i < sizeof right / sizeof *right; i++) {
        GOOD_ONCE(act_account_add(&act, right[i], NULL, "referrer", "health", &link));
    }
}

static void every_field_of_an_invitation_is_checked(void **context)
{
    const struct state *state = *context;
    struct act act = act_at(state, NULL, 10);
    const struct account_input good = {.username = "checked", .role = "referrer", .agency = "health"};
    struct account_input input = good;
    struct invitation invitation;
    input.email = "not an address";
    faulty(&act, input, "email");
    input = good;
    input.role = "wizard";
    faulty(&act, input, "role");
    input = good;
    input.role = "duty-manager"; /* of social care only */
    faulty(&act, input, "agency");
    input = good;
    input.expires_at = act.now;
    faulty(&act, input, "expires");
    state->service->mails = true;
    input = good;
    input.by_mail = true;
    faulty(&act, input, "email");
    state->service->mails = false;
    input = good;
    input.team = "Hinckley";
    input.expires_at = instant_add_ms(act.now, MS_PER_MINUTE);
    GOOD(act_account_invite(&act, &input, &invitation));
    const struct account *account = account_now(&act, "checked");
    assert_string_equal(account->team, "Hinckley");
    assert_int_equal(account->expires_at.ms, input.expires_at.ms);
    struct actor actor;
    GOOD(account_actor(&act, account, &actor));
    assert_string_equal(actor.team, "Hinckley");
    const char *taken = NULL;
    FAILS(ERROR_EXISTS, act_account_add(&act, "checked", NULL, "referrer", "health", &taken));
}

static void where_no_agencies_are_named_there_are_none(void **context)
{
    const struct state *state = *context;
    struct pack bare = *service_pack(state->service);
    struct account_history history;
    struct actor actor = keepers.admin;
    bare.code_list_count = 0;
    actor.pack = &bare;
    struct act act = keeping(state, &actor, 10);
    faulty(&act, (struct account_input){.username = "bare", .role = "referrer", .agency = "health"},
           "agency");
    GOOD(act_account_read(&act, "nurse", &history));
    assert_non_null(strstr(history.events[history.event_count - 1].text, "health"));
}

static void an_invitation_is_sent_again_only_while_nobody_came(void **context)
{
    const struct state *state = *context;
    struct act act = act_at(state, NULL, 20);
    struct act admin = keeping(state, &keepers.admin, 20);
    struct invitation invitation;
    struct actor actor;
    const char *token;
    struct account_input input = {.username = "mailed",
                                  .role = "referrer",
                                  .agency = "education",
                                  .email = "mailed@school.example",
                                  .by_mail = true};
    state->service->mails = true;
    GOOD(act_account_invite(&act, &input, &invitation));
    const char *code = invitation.code;
    GOOD(act_account_invite_again(&act, "mailed", &invitation));
    assert_true(invitation.mailed);
    assert_string_not_equal(invitation.code, code);
    state->service->mails = false;
    FAILS(ERROR_INVALID, act_account_invite_again(&act, "mailed", &invitation));
    state->service->mails = true;
    struct account_input handed = {.username = "handed", .role = "referrer", .agency = "education"};
    GOOD(act_account_invite(&act, &handed, &invitation));
    FAILS(ERROR_INVALID, act_account_invite_again(&act, "handed", &invitation)); /* has no address */
    struct account_input high = {.username = "high", .role = "administrator", .agency = "police"};
    GOOD(act_account_invite(&admin, &high, &invitation));
    FAILS(ERROR_INVALID, act_account_invite_again(&admin, "high", &invitation)); /* nobody agreed */
    GOOD(act_account_token(&act, "mailed", &token));
    GOOD(act_bearer(&act, token, &actor));
    FAILS(ERROR_INVALID, act_account_invite_again(&act, "mailed", &invitation)); /* a program came */
    state->service->mails = false;
}

/* ---- who may ---- */

static void who_keeps_no_accounts_may_change_none(void **context)
{
    const struct state *state = *context;
    struct act act = act_at(state, &state->nurse, 30);
    assert_false(account_may_change(&act, account_now(&act, "manager")));
    struct act health = keeping(state, &keepers.health, 30);
    assert_false(account_may_change(&health, account_now(&health, "manager")));
    const struct pack *pack = service_pack(state->service);
    struct act command = act_at(state, NULL, 30);
    assert_false(act_account_may_give(&command, pack_role(pack, "duty-manager"), "police"));
    assert_true(act_account_may_give(&command, pack_role(pack, "duty-manager"), "social-care"));
}

/* One who keeps those of an agency leaves its administrators alone, but not a role that is gone. */
static void an_agency_administrator_changes_no_administrator(void **context)
{
    const struct state *state = *context;
    struct act health = keeping(state, &keepers.health, 30);
    struct act command = act_at(state, NULL, 30);
    struct actor ignored;
    struct account_history history;
    const char *token;
    add_account(*context, "health-high", "administrator", "health", &ignored);
    add_account(*context, "health-old", "referrer", "health", &ignored);
    FAILS(ERROR_NOT_ALLOWED, act_account_lock(&health, "health-high", true));
    GOOD(act_account_read(&health, "health-high", &history));
    assert_false(history.account.may_change);
    give_role(&command, "health-old", "gone", "health");
    assert_true(account_may_change(&health, account_now(&health, "health-old")));
    const struct account *old = account_now(&command, "health-old");
    FAILS(ERROR_NOT_SIGNED_IN, account_actor(&command, old, &ignored));
    FAILS(ERROR_INVALID, act_account_keeping_token(&command, "health-old", &token));
    GOOD(act_account_keeping_token(&command, "health-admin", &token));
}

/* The purpose of a look is what the role is for. */
static void who_answers_requests_keeps_records(void **context)
{
    const struct state *state = *context;
    struct pack pack = *service_pack(state->service);
    struct role *roles = arena_many(state->arena, struct role, pack.role_count);
    struct actor nobody = keepers.admin;
    struct actor actor;
    memcpy(roles, pack.roles, pack.role_count * sizeof *roles);
    for (size_t i = 0; i < pack.role_count; i++) {
        roles[i].answers_requests = strcmp(roles[i].id, "referrer") == 0;
    }
    pack.roles = roles;
    nobody.pack = &pack;
    struct act act = act_at(state, &nobody, 30);
    GOOD_ONCE(account_actor(&act, account_now(&act, "nurse"), &actor));
    assert_string_equal(actor.purpose, "record-keeping");
    GOOD_ONCE(account_actor(&act, account_now(&act, "manager"), &actor));
    assert_string_equal(actor.purpose, "direct-work");
}

/* ---- movers, leavers, and the second administrator ---- */

static void a_change_says_what_and_why(void **context)
{
    const struct state *state = *context;
    struct act admin = keeping(state, &keepers.admin, 40);
    const char *name = worker(state);
    bool awaits;
    char *longest = arena_alloc(state->arena, 402);
    memset(longest, 'n', 401);
    longest[401] = '\0';
    char *long_enough = arena_alloc(state->arena, 401);
    memset(long_enough, 'n', 400);
    const struct account_change most = {"social-worker", "social-care", "Melton", long_enough};
    GOOD(act_account_change(&admin, name, &most, &awaits));
    const struct account_change back = {"social-worker", "social-care", NULL, "The team was wrong"};
    GOOD(act_account_change(&admin, name, &back, &awaits));
    struct account_change change = {"social-worker", "social-care", NULL, "Nothing differs"};
    const struct error *error = act_account_change(&admin, name, &change, &awaits);
    assert_string_equal(error->field, "role");
    change = (struct account_change){"wizard", "social-care", NULL, ""};
    error = act_account_change(&admin, name, &change, &awaits); /* both are said */
    assert_string_equal(error->field, "reason");
    assert_string_equal(error->next->field, "role");
    change = (struct account_change){"social-worker", "social-care", "Hinckley", longest};
    error = act_account_change(&admin, name, &change, &awaits);
    assert_string_equal(error->field, "reason");
    change.reason = longest + 1;
    GOOD(act_account_change(&admin, name, &change, &awaits));
    change = (struct account_change){"social-worker", "social-care", NULL, "Leaves the team"};
    GOOD(act_account_change(&admin, name, &change, &awaits));
    assert_string_equal(account_now(&admin, name)->team, "");
    FAILS(ERROR_INVALID, act_account_leaves(&admin, name, admin.now, longest));
    GOOD(act_account_leaves(&admin, name, (struct instant){0}, NULL)); /* stays */
    FAILS(ERROR_INVALID, act_account_hand_over(&admin, name, NULL, "To nobody"));
    FAILS(ERROR_INVALID, act_account_hand_over(&admin, name, "manager", " "));
    const char *locked = worker(state);
    GOOD(act_account_lock(&admin, locked, true));
    FAILS(ERROR_INVALID, act_account_hand_over(&admin, name, locked, "To one that is locked"));
}

static void an_administrator_who_moves_needs_no_second(void **context)
{
    const struct state *state = *context;
    struct act admin = keeping(state, &keepers.admin, 40);
    struct act second = keeping(state, &keepers.second, 41);
    struct act command = act_at(state, NULL, 42);
    struct actor ignored;
    struct invitation invitation;
    bool awaits;
    add_account(*context, "moving", "administrator", "police", &ignored);
    struct account_change change = {"administrator", "health", NULL, "Moves"};
    GOOD(act_account_change(&admin, "moving", &change, &awaits));
    assert_false(awaits);
    /* one whose role is gone does, and who asked may take it back */
    const char *name = worker(state);
    give_role(&command, name, "gone", "social-care");
    GOOD(act_account_change(&admin, name, &change, &awaits));
    assert_true(awaits);
    assert_false(account_may_agree(&admin, account_now(&admin, name)));
    assert_true(account_may_agree(&second, account_now(&admin, name)));
    assert_true(account_may_agree(&command, account_now(&admin, name)));
    const char *at_once = worker(state);
    GOOD(act_account_change(&command, at_once, &change, &awaits)); /* at the command line nobody is asked */
    assert_false(awaits);
    GOOD(act_account_agree(&admin, name, false, &invitation));
    assert_false(account_may_agree(&second, account_now(&admin, name)));
    /* nobody agrees to their own, and who administers no accounts agrees to none */
    GOOD(act_account_change(&admin, name, &change, &awaits));
    struct actor self = keepers.second;
    self.account = account_now(&admin, name)->id;
    struct act by_self = act_at(state, &self, 43);
    assert_false(account_may_agree(&by_self, account_now(&admin, name)));
    struct act nurse = act_at(state, &state->nurse, 43);
    assert_false(account_may_agree(&nurse, account_now(&admin, name)));
}

/* ---- entries that no act writes in this order ---- */

static void entries_out_of_order_open_nothing(void **context)
{
    const struct state *state = *context;
    struct act act = act_at(state, NULL, 50);
    struct act admin = keeping(state, &keepers.admin, 50);
    struct invitation invitation;
    const char *name = worker(state);
    append(&act, name, "account-role-agreed", NULL, NULL); /* nobody asked */
    assert_string_equal(account_now(&act, name)->role, "social-worker");
    struct account_input high = {.username = "higher", .role = "administrator", .agency = "police"};
    GOOD(act_account_invite(&admin, &high, &invitation));
    append(&act, "higher", "account-locked", NULL, NULL);
    append(&act, "higher", "account-role-refused", NULL, NULL);
    assert_true(account_now(&act, "higher")->locked);
    /* what an administrator locked is opened by no claim, whatever was before */
    append(&act, name, "account-locked", NULL, NULL);
    append(&act, name, "account-mapped", "role", "social-worker");
    assert_true(account_now(&act, name)->locked);
    append(&act, name, "account-unmapped", NULL, NULL);
    append(&act, name, "account-mapped", "role", "social-worker");
    assert_true(account_now(&act, name)->locked);
    append(&act, name, "account-unlocked", NULL, NULL);
    append(&act, name, "account-unmapped", NULL, NULL);
    append(&act, name, "account-unmapped", NULL, NULL);
    assert_true(account_now(&act, name)->locked);
    append(&act, name, "account-mapped", "role", "social-worker");
    assert_false(account_now(&act, name)->locked);
}

/* Those of before tokens ended by themselves end as new ones do. */
static void a_token_without_an_end_has_one(void **context)
{
    const struct state *state = *context;
    struct act act = act_at(state, NULL, 50);
    const char *name = worker(state);
    append(&act, name, "account-token-made", "title", "Rota");
    const struct account *account = account_now(&act, name);
    assert_int_equal(account->token_count, 1);
    assert_int_equal(account->tokens[0].ends_at.ms, act.now.ms + 90LL * DAY * MS_PER_SECOND);
}

/* Who leaves next week is locked and unlocked until then: the day stays. */
static void unlocking_one_who_leaves_later_keeps_the_day(void **context)
{
    const struct state *state = *context;
    struct act act = act_at(state, NULL, 50);
    const char *name = worker(state);
    struct instant leaves_at = instant_add_ms(act.now, 7 * MS_PER_DAY);
    GOOD(act_account_leaves(&act, name, leaves_at, "Another post"));
    GOOD(act_account_lock(&act, name, true));
    GOOD(act_account_lock(&act, name, false));
    assert_int_equal(account_now(&act, name)->leaves_at.ms, leaves_at.ms);
}

static void the_history_says_when_and_that_it_was_taken_back(void **context)
{
    const struct state *state = *context;
    struct act act = act_at(state, NULL, 50);
    struct account_history history;
    const char *name = worker(state);
    GOOD(act_account_leaves(&act, name, (struct instant){0}, NULL));
    GOOD(act_account_expires(&act, name, instant_add_ms(act.now, MS_PER_DAY)));
    GOOD(act_account_read(&act, name, &history));
    assert_non_null(strstr(history.events[0].text, "2026"));
    assert_non_null(strstr(history.events[1].text, "taken back"));
}

static void only_what_was_confirmed_in_this_quarter_and_opens_counts(void **context)
{
    const struct state *state = *context;
    struct act act = act_at(state, NULL, 60);
    struct act july = act_at(state, NULL, 36 * DAY);
    struct act none = act_at(state, &keepers.health, 60);
    struct account_review before;
    struct account_review review;
    const char *name = worker(state);
    const char *const names[] = {name};
    GOOD(act_account_review(&july, &before));
    GOOD(act_account_confirm(&july, names, 1));
    GOOD(act_account_review(&july, &review));
    assert_int_equal(review.total, before.total);
    assert_int_equal(review.count, before.count - 1);
    struct act later = act_at(state, NULL, 36 * DAY + 1);
    GOOD(act_account_lock(&later, name, true));
    GOOD(act_account_review(&later, &review));
    assert_int_equal(review.total, before.total - 1);
    GOOD(act_account_review(&none, &review)); /* all of them were made in this quarter */
    assert_int_equal(review.count, 0);
    assert_false(review.overdue);
    (void)act;
}

/* Summer time: a quarter begins at midnight here, an hour before midnight elsewhere. */
static void who_is_confirmed_as_a_quarter_begins_is_confirmed_in_it(void **context)
{
    const struct state *state = *context;
    struct act dawn = act_at(state, NULL, 0);
    assert_true(instant_parse("2026-06-30T23:00:00Z", &dawn.now));
    struct account_review before;
    struct account_review review;
    const char *name = worker(state);
    const char *const names[] = {name};
    GOOD(act_account_review(&dawn, &before));
    for (size_t i = 0; i < before.count; i++) {
        bool ever = before.accounts[i].reviewed_at.ms != 0;
        assert_int_equal(before.accounts[i].reviewed_by[0] != '\0', ever);
    }
    GOOD(act_account_confirm(&dawn, names, 1));
    GOOD(act_account_review(&dawn, &review));
    assert_int_equal(review.total, before.total);
    assert_int_equal(review.count, before.count - 1);
}

/* ---- tokens and sessions ---- */

static const struct account *with_token(const struct act *act)
{
    struct state state = {.arena = act->arena, .service = act->service};
    const char *token;
    const char *name = worker(&state);
    GOOD_ONCE(act_account_token(act, name, &token));
    assert_int_equal(account_now(act, name)->token_count, 1);
    return account_now(act, name);
}

static void whatever_ends_the_sessions_of_an_account_ends_its_tokens(void **context)
{
    const struct state *state = *context;
    struct act act = act_at(state, NULL, 60);
    static const char *const ends[] = {"account-locked", "account-unmapped", "account-factors-reset",
                                       "account-changed"};
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
        const char *name = with_token(&act)->username;
        append(&act, name, ends[i], NULL, NULL);
        assert_int_equal(account_now(&act, name)->token_count, 0);
    }
    /* who left, also when that is taken back; who leaves later keeps theirs until then */
    const char *name = with_token(&act)->username;
    GOOD_ONCE(act_account_leaves(&act, name, act.now, "Another post"));
    assert_int_equal(account_now(&act, name)->token_count, 0);
    GOOD_ONCE(act_account_leaves(&act, name, (struct instant){0}, NULL));
    assert_int_equal(account_now(&act, name)->token_count, 0);
    name = with_token(&act)->username;
    GOOD_ONCE(act_account_leaves(&act, name, instant_add_ms(act.now, MS_PER_DAY), "Another post"));
    assert_int_equal(account_now(&act, name)->token_count, 1);
    struct act gone = act_at(state, NULL, 60 + DAY);
    append(&gone, name, "account-unlocked", NULL, NULL);
    assert_int_equal(account_now(&gone, name)->token_count, 0);
    assert_int_equal(account_now(&gone, name)->leaves_at.ms, 0);
}

static size_t sessions_of(const struct act *act, const struct account *account)
{
    const struct session_found *found;
    size_t count;
    GOOD_ONCE(store_sessions_of_account(act->service->store, act->arena, account->id, &found, &count));
    return count;
}

static void who_leaves_now_is_signed_out_and_who_leaves_later_is_not(void **context)
{
    const struct state *state = *context;
    struct act act = act_at(state, NULL, 60);
    static const int64_t away[] = {0, -1, 1};
    for (size_t i = 0; i < sizeof away / sizeof *away; i++) {
        const char *name = worker(state);
        const char *token;
        const char *device;
        GOOD_ONCE(act_sign_in(&act, name, password, &(struct origin){.client = name}, &token, &device));
        assert_int_equal(sessions_of(&act, account_now(&act, name)), 1);
        GOOD_ONCE(act_account_leaves(&act, name, instant_add_ms(act.now, away[i]), "Another post"));
        assert_int_equal(sessions_of(&act, account_now(&act, name)), away[i] > 0);
        assert_int_equal(account_opens(account_state_now(&act, account_now(&act, name))), away[i] > 0);
    }
}

static void an_account_expires_at_its_moment(void **context)
{
    const struct state *state = *context;
    struct act act = act_at(state, NULL, 60);
    const char *name = worker(state);
    struct act last = act;
    last.now = instant_add_ms(act.now, MS_PER_DAY - 1);
    struct act over = act;
    over.now = instant_add_ms(act.now, MS_PER_DAY);
    GOOD_ONCE(act_account_expires(&act, name, over.now));
    assert_true(account_opens(account_state_now(&last, account_now(&act, name))));
    assert_false(account_opens(account_state_now(&over, account_now(&act, name))));
}

/* ---- failing ---- */

struct trying {
    const struct state *state;
    struct act act;
    const char *name;
};

static void with_one_asked(void *context)
{
    struct trying *trying = context;
    struct act admin = keeping(trying->state, &keepers.admin, 70);
    struct account_change change = {"administrator", "social-care", NULL, "Takes over"};
    bool awaits;
    trying->name = worker(trying->state);
    GOOD_ONCE(act_account_change(&admin, trying->name, &change, &awaits));
}

static const struct error *agree(void *context)
{
    struct trying *trying = context;
    struct act second = keeping(trying->state, &keepers.second, 71);
    struct invitation invitation;
    return act_account_agree(&second, trying->name, true, &invitation);
}

static void with_mailed(void *context)
{
    static int mailed;
    struct trying *trying = context;
    struct invitation invitation;
    trying->name = arena_printf(trying->state->arena, "mailed.%d", ++mailed);
    struct account_input input = {.username = trying->name,
                                  .role = "referrer",
                                  .agency = "education",
                                  .email = "mailed@school.example",
                                  .by_mail = true};
    GOOD_ONCE(act_account_invite(&trying->act, &input, &invitation));
}

static const struct error *invite_again(void *context)
{
    struct trying *trying = context;
    struct invitation invitation;
    return act_account_invite_again(&trying->act, trying->name, &invitation);
}

static void with_worker(void *context)
{
    struct trying *trying = context;
    trying->name = worker(trying->state);
}

static const struct error *export(void *context)
{
    struct trying *trying = context;
    const struct account_view *views;
    size_t count;
    return act_account_export(&trying->act, &views, &count);
}

static const struct error *read_one(void *context)
{
    struct trying *trying = context;
    const struct account *account;
    return account_by_name(&trying->act, trying->name, &account);
}

static void what_fails_is_said_to_be_the_store(void **context)
{
    struct trying trying = {.state = *context, .act = act_at(*context, NULL, 80)};
    EACH_TIME(agree, with_one_asked, &trying, NULL);
    EACH_TIME(export, NULL, &trying, NULL);
    trying.state->service->mails = true;
    EACH_TIME(invite_again, with_mailed, &trying, NULL);
    trying.state->service->mails = false;
    struct act late = act_at(trying.state, &keepers.admin, 10000);
    trying.act = late;
    FAILS(ERROR_PROVE_AGAIN, export(&trying));
}

/* The accounts that are remembered are in the memory of the service: it may run out as well. */
static void no_memory_for_an_account_is_busy(void **context)
{
    struct trying trying = {.state = *context, .act = act_at(*context, NULL, 80)};
    EACH_TIME(read_one, with_worker, &trying, trying.state->arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_are_small_letters_digits_hyphens_and_full_stops),
        cmocka_unit_test(every_field_of_an_invitation_is_checked),
        cmocka_unit_test(where_no_agencies_are_named_there_are_none),
        cmocka_unit_test(an_invitation_is_sent_again_only_while_nobody_came),
        cmocka_unit_test(who_keeps_no_accounts_may_change_none),
        cmocka_unit_test(an_agency_administrator_changes_no_administrator),
        cmocka_unit_test(who_answers_requests_keeps_records),
        cmocka_unit_test(a_change_says_what_and_why),
        cmocka_unit_test(an_administrator_who_moves_needs_no_second),
        cmocka_unit_test(entries_out_of_order_open_nothing),
        cmocka_unit_test(a_token_without_an_end_has_one),
        cmocka_unit_test(unlocking_one_who_leaves_later_keeps_the_day),
        cmocka_unit_test(the_history_says_when_and_that_it_was_taken_back),
        cmocka_unit_test(only_what_was_confirmed_in_this_quarter_and_opens_counts),
        cmocka_unit_test(who_is_confirmed_as_a_quarter_begins_is_confirmed_in_it),
        cmocka_unit_test(whatever_ends_the_sessions_of_an_account_ends_its_tokens),
        cmocka_unit_test(who_leaves_now_is_signed_out_and_who_leaves_later_is_not),
        cmocka_unit_test(an_account_expires_at_its_moment),
        cmocka_unit_test(what_fails_is_said_to_be_the_store),
        cmocka_unit_test(no_memory_for_an_account_is_busy),
    };
    return cmocka_run_group_tests(tests, set_up_keepers, tear_down);
}
