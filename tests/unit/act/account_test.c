/* Keeping accounts: who may keep which, two people for an administrator, movers and leavers, what time
 * brings, the review of every quarter, invitations. */
#include "scene.h"

#include "store/notice.h"

#include "act/account.h"

#include <string.h>

enum { DAY = 24 * 3600 };

static struct {
    struct actor admin;  /* at home in social care */
    struct actor second; /* another administrator */
    struct actor health; /* keeps the accounts of health */
} keepers;

/* As they are after signing in just now. */
static struct act keeping(const struct state *state, struct actor *actor, int64_t seconds)
{
    actor->proved_at = instant_add_ms(start, seconds * MS_PER_SECOND);
    return act_at(state, actor, seconds);
}

static struct account_view view_of(const struct act *act, const char *username)
{
    struct account_history history;
    GOOD(act_account_read(act, username, &history));
    return history.account;
}

static bool signs_in(const struct state *state, const char *username, int64_t seconds)
{
    struct act act = act_at(state, NULL, seconds);
    const char *token;
    const char *device;
    return act_sign_in(&act, username, password, &(struct origin){.client = username}, &token, &device) ==
           NULL;
}

static void new_worker(const struct state *state, const char *username, const char *role, const char *agency,
                       int64_t seconds)
{
    struct act act = act_at(state, NULL, seconds);
    const char *link;
    GOOD(act_account_add(&act, username, NULL, role, agency, &link));
    GOOD(act_password_give(&act, username, password));
}

static int set_up_keepers(void **context)
{
    int result = set_up(context);
    struct state *state = *context;
    add_account(state, "admin", "administrator", "social-care", &keepers.admin);
    add_account(state, "second", "administrator", "police", &keepers.second);
    add_account(state, "health-admin", "agency-administrator", "health", &keepers.health);
    return result;
}

/* ---- who may keep which ---- */

static void an_agency_administrator_keeps_only_their_own(void **context)
{
    struct state *state = *context;
    struct act act = keeping(state, &keepers.health, 10);
    const struct account_view *list;
    size_t count;
    const char *text;
    bool awaits;
    GOOD(act_account_list(&act, &list, &count));
    for (size_t i = 0; i < count; i++) {
        assert_string_equal(list[i].agency, "health");
        assert_int_equal(list[i].may_change, strcmp(list[i].username, "health-admin") != 0);
    }
    assert_int_equal(count, 2);
    /* those of others are not there at all */
    FAILS(ERROR_NOT_FOUND, act_account_lock(&act, "manager", true));
    FAILS(ERROR_NOT_FOUND, act_account_link(&act, "manager", &text));
    struct account_history history;
    FAILS(ERROR_NOT_FOUND, act_account_read(&act, "manager", &history));
    FAILS(ERROR_NOT_FOUND, act_account_leaves(&act, "manager", act.now, "why"));
    struct account_change away = {"social-worker", "social-care", "", "Moves"};
    FAILS(ERROR_INVALID, act_account_change(&act, "nurse", &away, &awaits));
    FAILS(ERROR_INVALID, act_account_add(&act, "spy", NULL, "referrer", "police", &text));
    /* nor may they give what is not theirs to give */
    static const char *const beyond[] = {"administrator", "agency-administrator", "partnership-analyst"};
    for (size_t i = 0; i < sizeof beyond / sizeof beyond[0]; i++) {
        const struct error *error = act_account_add(&act, "spy", NULL, beyond[i], "health", &text);
        assert_non_null(error);
        assert_int_equal(error->code, ERROR_INVALID);
        assert_string_equal(error->field, "role");
        struct account_change raise = {beyond[i], "health", "", "Wants it"};
        FAILS(ERROR_INVALID, act_account_change(&act, "nurse", &raise, &awaits));
    }
    GOOD(act_account_add(&act, "midwife", NULL, "referrer", "health", &text));
    GOOD(act_account_lock(&act, "midwife", true));
}

static void nobody_changes_their_own_account(void **context)
{
    struct state *state = *context;
    struct act act = keeping(state, &keepers.admin, 20);
    const char *text;
    bool awaits;
    struct account_change raise = {"duty-manager", "social-care", "", "I want it"};
    FAILS(ERROR_NOT_ALLOWED, act_account_change(&act, "admin", &raise, &awaits));
    FAILS(ERROR_NOT_ALLOWED, act_account_lock(&act, "admin", false));
    FAILS(ERROR_NOT_ALLOWED, act_account_link(&act, "admin", &text));
    FAILS(ERROR_NOT_ALLOWED, act_account_expires(&act, "admin", (struct instant){0}));
    const char *const own[] = {"admin"};
    FAILS(ERROR_NOT_ALLOWED, act_account_confirm(&act, own, 1));
    assert_false(view_of(&act, "admin").may_change);
}

/* Who keeps accounts must not read cases by a token made for somebody who does. */
static void a_token_is_made_by_its_holder(void **context)
{
    struct state *state = *context;
    struct act act = keeping(state, &keepers.admin, 30);
    struct actor actor;
    const char *token;
    struct act command = act_at(state, NULL, 30);
    FAILS(ERROR_NOT_ALLOWED, act_account_token(&act, "manager", &token));
    FAILS(ERROR_NOT_ALLOWED, act_account_keeping_token(&act, "second", &token));
    FAILS(ERROR_INVALID, act_account_keeping_token(&command, "manager", &token));
    GOOD(act_account_keeping_token(&command, "admin", &token));
    struct act later = act_at(state, NULL, 40);
    GOOD(act_bearer(&later, token, &actor));
    assert_true(actor.keeps_accounts);
    later.actor = &actor;
    GOOD(act_account_lock(&later, "nurse", false));
    struct act over = act_at(state, NULL, 30 + 90 * DAY);
    FAILS(ERROR_NOT_SIGNED_IN, act_bearer(&over, token, &actor));
    /* a plain one keeps nothing */
    GOOD(act_account_token(&command, "admin", &token));
    later.actor = NULL;
    GOOD(act_bearer(&later, token, &actor));
    later.actor = &actor;
    FAILS(ERROR_NOT_ALLOWED, act_account_lock(&later, "nurse", true));
}

static void keeping_accounts_asks_again_who_one_is(void **context)
{
    struct state *state = *context;
    (void)keeping(state, &keepers.admin, 50);
    struct act late = act_at(state, &keepers.admin, 50 + PROOF_SECONDS);
    const struct account_view *list;
    size_t count;
    const char *text;
    bool awaits;
    struct account_change change = {"referrer", "education", "", "Moves"};
    const char *const names[] = {"nurse"};
    struct invitation invitation;
    GOOD(act_account_list(&late, &list, &count)); /* looking does not */
    FAILS(ERROR_PROVE_AGAIN, act_account_lock(&late, "nurse", true));
    FAILS(ERROR_PROVE_AGAIN, act_account_link(&late, "nurse", &text));
    FAILS(ERROR_PROVE_AGAIN, act_account_add(&late, "someone", NULL, "referrer", "health", &text));
    FAILS(ERROR_PROVE_AGAIN, act_account_change(&late, "nurse", &change, &awaits));
    FAILS(ERROR_PROVE_AGAIN, act_account_agree(&late, "nurse", true, &invitation));
    FAILS(ERROR_PROVE_AGAIN, act_account_leaves(&late, "nurse", late.now, "Goes"));
    FAILS(ERROR_PROVE_AGAIN, act_account_expires(&late, "nurse", late.now));
    FAILS(ERROR_PROVE_AGAIN, act_account_hand_over(&late, "nurse", "midwife", "Goes"));
    FAILS(ERROR_PROVE_AGAIN, act_account_confirm(&late, names, 1));
}

/* ---- two people for an administrator ---- */

static void a_new_administrator_opens_when_a_second_agrees(void **context)
{
    struct state *state = *context;
    struct act first = keeping(state, &keepers.admin, 100);
    struct act second = keeping(state, &keepers.second, 110);
    struct invitation invitation;
    const char *text;
    const char *username;
    struct account_input input = {
        .username = "third", .name = "Third", .role = "administrator", .agency = "police"};
    GOOD(act_account_invite(&first, &input, &invitation));
    assert_true(invitation.awaits);
    assert_null(invitation.link);
    assert_int_equal(view_of(&first, "third").state, ACCOUNT_AWAITS);
    FAILS(ERROR_INVALID, act_account_link(&first, "third", &text));
    FAILS(ERROR_NOT_ALLOWED, act_account_agree(&first, "third", true, &invitation)); /* who asked */
    struct act health = keeping(state, &keepers.health, 110);
    FAILS(ERROR_NOT_FOUND, act_account_agree(&health, "third", true, &invitation));
    GOOD(act_account_agree(&second, "third", true, &invitation));
    assert_non_null(invitation.link);
    struct act nobody = act_at(state, NULL, 120);
    GOOD(act_password_set(&nobody, invitation.link, NULL, password, &username));
    assert_true(signs_in(state, "third", 130));
    FAILS(ERROR_INVALID, act_account_agree(&second, "third", true, &invitation)); /* once */
}

static void an_account_is_raised_when_a_second_agrees(void **context)
{
    struct state *state = *context;
    struct act first = keeping(state, &keepers.admin, 200);
    struct act second = keeping(state, &keepers.second, 210);
    struct invitation invitation;
    bool awaits;
    new_worker(state, "clerk", "referrer", "police", 150);
    struct account_change raise = {"administrator", "police", "", "Takes over"};
    GOOD(act_account_change(&first, "clerk", &raise, &awaits));
    assert_true(awaits);
    assert_string_equal(view_of(&first, "clerk").role, "referrer");
    assert_false(view_of(&first, "clerk").may_agree);
    assert_true(view_of(&second, "clerk").may_agree);
    FAILS(ERROR_NOT_ALLOWED, act_account_agree(&first, "clerk", true, &invitation));
    GOOD(act_account_agree(&second, "clerk", false, &invitation));
    assert_string_equal(view_of(&first, "clerk").role, "referrer");
    FAILS(ERROR_INVALID,
          act_account_agree(&second, "clerk", true, &invitation)); /* what was refused is over */
    GOOD(act_account_change(&first, "clerk", &raise, &awaits));
    GOOD(act_account_agree(&second, "clerk", true, &invitation));
    assert_string_equal(view_of(&first, "clerk").role, "administrator");
    assert_null(invitation.link); /* they have a password */
}

/* Asking for somebody, leaving, and agreeing as another is what the record shows; one refused new one stays
 * shut. */
static void a_refused_new_administrator_stays_locked(void **context)
{
    struct state *state = *context;
    struct act first = keeping(state, &keepers.admin, 300);
    struct act second = keeping(state, &keepers.second, 310);
    struct invitation invitation;
    struct account_input input = {.username = "fourth", .role = "administrator", .agency = "police"};
    GOOD(act_account_invite(&first, &input, &invitation));
    GOOD(act_account_agree(&second, "fourth", false, &invitation));
    assert_int_equal(view_of(&first, "fourth").state, ACCOUNT_LOCKED);
    FAILS(ERROR_INVALID, act_account_agree(&second, "fourth", true, &invitation));
}

/* ---- movers and leavers ---- */

static void a_mover_is_signed_out_at_once(void **context)
{
    struct state *state = *context;
    struct act admin = keeping(state, &keepers.admin, 1000);
    struct act nobody = act_at(state, NULL, 990);
    const char *token;
    const char *device;
    const char *bearer;
    struct session session;
    struct actor actor;
    bool awaits;
    new_worker(state, "mover", "social-worker", "social-care", 980);
    GOOD(act_account_token(&nobody, "mover", &bearer));
    GOOD(act_sign_in(&nobody, "mover", password, &(struct origin){.client = "mover"}, &token, &device));
    struct account_change same = {"social-worker", "social-care", "", "Nothing"};
    FAILS(ERROR_INVALID, act_account_change(&admin, "mover", &same, &awaits));
    struct account_change team = {"social-worker", "social-care", "Hinckley", " "};
    const struct error *error = act_account_change(&admin, "mover", &team, &awaits);
    assert_non_null(error);
    assert_string_equal(error->field, "reason");
    nobody = act_at(state, NULL, 1001);
    GOOD(act_session(&nobody, token, &session));
    team.reason = "Moves to the other team";
    GOOD(act_account_change(&admin, "mover", &team, &awaits));
    assert_false(awaits);
    FAILS(ERROR_NOT_SIGNED_IN, act_session(&nobody, token, &session));
    FAILS(ERROR_NOT_SIGNED_IN, act_bearer(&nobody, bearer, &actor));
    assert_string_equal(view_of(&admin, "mover").team, "Hinckley");
    assert_true(signs_in(state, "mover", 1010));
    const struct account *account;
    GOOD(account_by_name(&admin, "mover", &account));
    assert_int_equal(account->part_from.ms, admin.now.ms); /* what they took part in before is over */
}

/* As they are by a token made now. */
static struct act as_they_are(const struct state *state, const char *username, struct actor *actor,
                              int64_t seconds)
{
    struct act act = act_at(state, NULL, seconds);
    const char *token;
    GOOD_ONCE(act_account_token(&act, username, &token));
    GOOD_ONCE(act_bearer(&act, token, actor));
    return act_at(state, actor, seconds);
}

static void move_to(const struct state *state, const char *username, const char *role, const char *agency,
                    const char *team, int64_t seconds)
{
    struct act admin = keeping(state, &keepers.admin, seconds);
    bool awaits;
    GOOD_ONCE(act_account_change(
        &admin, username,
        &(struct account_change){.role = role, .agency = agency, .team = team, .reason = "Has another post"},
        &awaits));
}

static bool reads(const struct act *act, const char *reference)
{
    const struct case_view *view;
    const struct error *error = act_case_read(act, reference, INSTANT_NEVER, &view);
    assert_true(error == NULL || error->code == ERROR_NEEDS_REASON);
    return error == NULL;
}

/* Who opened a case for a reason, and works somewhere else since. */
static void a_broken_glass_closes_with_the_move(void **context)
{
    struct state *state = *context;
    struct actor before;
    struct actor after;
    struct actor information;
    struct instant until;
    const struct glass_view *list;
    size_t count;
    static const char reason[] = "She is in my car and has nowhere to go";
    new_worker(state, "rushed", "police-officer", "police", 1200);
    new_worker(state, "rushed-lead", "information-lead", "social-care", 1200);
    const char *reference = new_case(state, "Corncrake", 1201);
    struct act officer = as_they_are(state, "rushed", &before, 1210);
    before.proved_at = officer.now;
    assert_false(reads(&officer, reference));
    GOOD_ONCE(act_glass_break(&officer, reference, reason, &until));
    assert_true(reads(&officer, reference));
    struct act lead = as_they_are(state, "rushed-lead", &information, 1211);
    GOOD(act_glass_list(&lead, &list, &count));
    assert_int_equal(count, 1);
    assert_true(list[0].open);
    move_to(state, "rushed", "police-officer", "police", "Hinckley", 1220);
    officer = as_they_are(state, "rushed", &after, 1221);
    after.proved_at = officer.now;
    assert_false(reads(&officer, reference));
    lead = as_they_are(state, "rushed-lead", &information, 1222);
    GOOD(act_glass_list(&lead, &list, &count));
    assert_int_equal(count, 1);
    assert_false(list[0].open);
    /* and opens again for a reason of their new post */
    GOOD_ONCE(act_glass_break(&officer, reference, reason, &until));
    assert_true(reads(&officer, reference));
    GOOD(act_glass_list(&lead, &list, &count));
    assert_int_equal(count, 2);
    assert_int_equal(list[0].open + list[1].open, 1);
}

static void what_a_mover_took_part_in_is_theirs_no_more(void **context)
{
    struct state *state = *context;
    struct actor before;
    struct actor after;
    struct actor again;
    static const char named[] = "{\"agency\":\"housing\",\"worker\":\"roving\",\"reason\":\"R\"}";
    static const char views[] = "{\"views\":\"V\",\"how_obtained\":\"H\"}";
    new_worker(state, "roving", "referrer", "housing", 1100);
    const char *on_it = new_case(state, "Dunnock", 1101);
    const char *closed = new_case(state, "Siskin", 1102);
    struct act manager = act_at(state, &state->manager, 1110);
    const char *const references[] = {on_it, closed};
    for (size_t i = 0; i < 2; i++) {
        GOOD_ONCE(record_on(state, &manager, references[i], "involvement-began", named, NULL));
    }
    struct act worker = as_they_are(state, "roving", &before, 1120);
    assert_true(reads(&worker, on_it));
    GOOD_ONCE(record_on(state, &worker, closed, "child-views", views, NULL));
    GOOD_ONCE(record_on(state, &manager, closed, "involvement-ended", named, NULL));
    GOOD_ONCE(act_case_restrict(&manager, closed, true, "Known to a colleague"));
    assert_true(reads(&worker, closed)); /* they have recorded on it */
    move_to(state, "roving", "referrer", "education", NULL, 1130);
    worker = as_they_are(state, "roving", &after, 1131);
    assert_false(reads(&worker, on_it));
    assert_false(reads(&worker, closed));
    const struct match *matches;
    size_t count;
    GOOD(act_case_search(&worker, on_it, &matches, &count));
    assert_int_equal(count, 0);
    /* until they are named in their new post, and until that ends */
    manager = act_at(state, &state->manager, 1140);
    GOOD_ONCE(record_on(state, &manager, on_it, "involvement-began", named, NULL));
    assert_true(reads(&worker, on_it));
    GOOD_ONCE(record_on(state, &manager, on_it, "involvement-ended", named, NULL));
    assert_false(reads(&worker, on_it));
    /* who restricted a case and manages no more gets it no more */
    new_worker(state, "roving-manager", "team-manager", "social-care", 1150);
    struct act lead = as_they_are(state, "roving-manager", &again, 1151);
    const char *by_them = new_case(state, "Linnet", 1152);
    GOOD_ONCE(act_case_restrict(&lead, by_them, true, "Known to a colleague"));
    assert_true(reads(&lead, by_them));
    move_to(state, "roving-manager", "team-manager", "social-care", "Hinckley", 1160);
    lead = as_they_are(state, "roving-manager", &again, 1161);
    assert_true(reads(&lead, by_them)); /* or nobody could lift it */
    move_to(state, "roving-manager", "social-worker", "social-care", "Hinckley", 1170);
    lead = as_they_are(state, "roving-manager", &again, 1171);
    assert_false(reads(&lead, by_them));
}

static void a_leaver_is_shut_out_from_that_moment(void **context)
{
    struct state *state = *context;
    new_worker(state, "leaver", "social-worker", "social-care", 2000);
    struct act admin = keeping(state, &keepers.admin, 2010);
    struct act nobody = act_at(state, NULL, 2010);
    const char *token;
    const char *device;
    struct session session;
    FAILS(ERROR_INVALID, act_account_leaves(&admin, "leaver", instant_add_ms(admin.now, 900000), ""));
    GOOD(act_account_leaves(&admin, "leaver", instant_add_ms(admin.now, 900000), "Another post"));
    assert_int_equal(view_of(&admin, "leaver").state, ACCOUNT_IN_USE);
    GOOD(act_sign_in(&nobody, "leaver", password, &(struct origin){.client = "leaver"}, &token, &device));
    nobody = act_at(state, NULL, 2909);
    GOOD(act_session(&nobody, token, &session));
    nobody = act_at(state, NULL, 2910);
    FAILS(ERROR_NOT_SIGNED_IN, act_session(&nobody, token, &session));
    assert_false(signs_in(state, "leaver", 2911));
    admin = keeping(state, &keepers.admin, 2920);
    assert_int_equal(view_of(&admin, "leaver").state, ACCOUNT_LEFT);
    GOOD(act_account_hand_over(&admin, "leaver", "manager", "Works on them from today"));
    FAILS(ERROR_INVALID, act_account_hand_over(&admin, "leaver", "nurse", "Is of another agency"));
    FAILS(ERROR_INVALID, act_account_hand_over(&admin, "leaver", "leaver", "Keeps it"));
    FAILS(ERROR_INVALID, act_account_hand_over(&admin, "leaver", "nobody", "Is not there"));
    /* back again: what they took part in before does not count, nor does the session of before */
    GOOD(act_account_lock(&admin, "leaver", false));
    nobody = act_at(state, NULL, 2925);
    FAILS(ERROR_NOT_SIGNED_IN, act_session(&nobody, token, &session));
    assert_true(signs_in(state, "leaver", 2930));
    const struct account *account;
    GOOD(account_by_name(&admin, "leaver", &account));
    assert_int_equal(account->part_from.ms, admin.now.ms);
    /* today, at once; and taken back */
    GOOD(act_account_leaves(&admin, "leaver", admin.now, "Goes now"));
    assert_false(signs_in(state, "leaver", 2931));
    GOOD(act_account_leaves(&admin, "leaver", (struct instant){0}, "Stays"));
    assert_true(signs_in(state, "leaver", 2932));
    /* who was to go and stays is not signed out by it */
    nobody = act_at(state, NULL, 2940);
    GOOD(act_sign_in(&nobody, "leaver", password, &(struct origin){.client = "leaver"}, &token, &device));
    GOOD(act_account_leaves(&admin, "leaver", instant_add_ms(admin.now, 900000), "Another post"));
    GOOD(act_account_leaves(&admin, "leaver", (struct instant){0}, "Stays"));
    GOOD(act_session(&nobody, token, &session));
}

/* ---- what time brings ---- */

static void an_account_expires_and_is_renewed(void **context)
{
    struct state *state = *context;
    struct act admin = keeping(state, &keepers.admin, 4000);
    new_worker(state, "student", "social-worker", "social-care", 3990);
    GOOD(act_account_expires(&admin, "student", instant_add_ms(start, 5000 * MS_PER_SECOND)));
    assert_true(signs_in(state, "student", 4999));
    assert_false(signs_in(state, "student", 5000));
    admin = keeping(state, &keepers.admin, 5010);
    assert_int_equal(view_of(&admin, "student").state, ACCOUNT_EXPIRED);
    GOOD(act_account_expires(&admin, "student", (struct instant){0}));
    assert_true(signs_in(state, "student", 5020));
}

static size_t mails_waiting(const struct state *state)
{
    struct store_reader *reader;
    struct mail_state mail;
    GOOD_ONCE(store_reader_take(state->service->store, &reader));
    GOOD_ONCE(store_outbox_count(reader, state->arena, &mail.total));
    store_reader_give(reader);
    return mail.total;
}

static void an_account_that_nobody_uses_is_locked_after_warning(void **context)
{
    struct state *state = *context;
    int64_t used = 10 * DAY;
    new_worker(state, "idler", "social-worker", "social-care", 9 * DAY);
    assert_true(signs_in(state, "idler", used - 1));
    struct act nobody = act_at(state, NULL, used);
    struct actor actor;
    const char *token;
    GOOD(act_account_token(&nobody, "idler", &token));
    GOOD(act_bearer(&nobody, token, &actor)); /* a program's use counts */
    const char *device;
    const char *worn;
    struct act warned = act_at(state, NULL, used + 76 * DAY);
    const struct account_view *views;
    size_t view_count;
    size_t soon = 0;
    GOOD(act_account_list(&warned, &views, &view_count));
    for (size_t i = 0; i < view_count; i++) {
        soon += views[i].locks_soon;
    }
    state->service->mails = true;
    size_t waiting = mails_waiting(state);
    GOOD(account_notices_sweep(&warned));
    state->service->mails = false;
    assert_true(soon > 1);
    assert_int_equal(mails_waiting(state), waiting + soon);
    GOOD(account_notices_sweep(&warned)); /* told once */
    GOOD(act_bearer(&(struct act){state->service, state->arena, NULL,
                                  instant_add_ms(start, (int64_t)(used + 76 * DAY) * MS_PER_SECOND)},
                    token, &actor));
    struct act idler = act_at(state, &actor, used + 76 * DAY);
    const struct notice_view *notices;
    size_t count;
    const char *next;
    GOOD(act_notices(&idler, NULL, &notices, &count, &next));
    assert_int_equal(count, 1);
    assert_true(notices[0].of_account);
    /* that was a use too: ninety days from then */
    used += 76 * DAY;
    assert_true(view_of(&(struct act){state->service, state->arena, NULL,
                                      instant_add_ms(start, (int64_t)(used + 77 * DAY) * MS_PER_SECOND)},
                        "idler")
                    .locks_soon);
    struct act before = act_at(state, NULL, used + 90 * DAY - 1);
    struct act after = act_at(state, NULL, used + 90 * DAY);
    assert_int_equal(view_of(&before, "idler").state, ACCOUNT_IN_USE);
    assert_int_equal(view_of(&after, "idler").state, ACCOUNT_UNUSED);
    FAILS(ERROR_NOT_SIGNED_IN,
          act_sign_in(&after, "idler", password, &(struct origin){.client = "idler"}, &worn, &device));
    FAILS(ERROR_NOT_SIGNED_IN, act_bearer(&after, token, &actor));
    GOOD(act_account_lock(&after, "idler", false));
    assert_true(signs_in(state, "idler", used + 90 * DAY + 1));
}

/* ---- the review ---- */

static void every_account_is_confirmed_in_every_quarter(void **context)
{
    struct state *state = *context;
    struct account_review review;
    /* start is 28 May 2026: by the beginning of July a quarter began */
    int64_t july = 36 * DAY;
    struct act health = keeping(state, &keepers.health, july);
    GOOD(act_account_review(&health, &review));
    assert_string_equal(review.quarter, "2026-Q3");
    size_t to_do = review.count;
    assert_true(to_do >= 2);
    assert_int_equal(review.total, to_do);
    assert_false(review.overdue);
    const char *const nurse[] = {"nurse"};
    GOOD(act_account_confirm(&health, nurse, 1));
    GOOD(act_account_review(&health, &review));
    assert_int_equal(review.count, to_do - 1);
    assert_int_equal(review.total, to_do);
    struct account_view view = view_of(&health, "nurse");
    assert_string_equal(view.reviewed_by, "health-admin");
    assert_int_equal(view.reviewed_at.ms, health.now.ms);
    const char *const others[] = {"manager"};
    FAILS(ERROR_NOT_FOUND, act_account_confirm(&health, others, 1));
    /* what is left is overdue after the first thirty days, and nothing of it in the next quarter is done */
    struct act august = keeping(state, &keepers.health, july + 30 * DAY);
    GOOD(act_account_review(&august, &review));
    assert_true(review.overdue);
    struct act october = keeping(state, &keepers.health, july + 92 * DAY);
    GOOD(act_account_review(&october, &review));
    assert_string_equal(review.quarter, "2026-Q4");
    assert_true(review.count >= 1);
    assert_false(review.overdue);
}

static void quarters_begin_and_are_due_on_their_days(void **context)
{
    struct state *state = *context;
    static const char *const rows[][4] = {{"2026-01-01", "2026-01-01", "2026-01-30", "2026-Q1"},
                                          {"2026-03-31", "2026-01-01", "2026-01-30", "2026-Q1"},
                                          {"2026-04-01", "2026-04-01", "2026-04-30", "2026-Q2"},
                                          {"2028-02-29", "2028-01-01", "2028-01-30", "2028-Q1"},
                                          {"2026-12-31", "2026-10-01", "2026-10-30", "2026-Q4"}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct day on;
        char text[DAY_TEXT];
        assert_true(day_parse(rows[i][0], &on));
        struct review_quarter quarter = review_quarter(state->arena, on);
        day_format(quarter.first, text);
        assert_string_equal(text, rows[i][1]);
        day_format(quarter.due, text);
        assert_string_equal(text, rows[i][2]);
        assert_string_equal(quarter.name, rows[i][3]);
    }
}

/* ---- invitations ---- */

static void who_has_only_the_mailbox_takes_nothing(void **context)
{
    struct state *state = *context;
    struct act admin = keeping(state, &keepers.admin, 6000);
    struct invitation invitation;
    const struct account *account;
    const char *username;
    bool asks;
    struct account_input input = {.username = "newcomer",
                                  .role = "referrer",
                                  .agency = "education",
                                  .email = "newcomer@school.example",
                                  .by_mail = true};
    FAILS(ERROR_INVALID, act_account_invite(&admin, &input, &invitation)); /* mail is off */
    state->service->mails = true;
    GOOD(act_account_invite(&admin, &input, &invitation));
    assert_true(invitation.mailed);
    assert_null(invitation.link);
    assert_non_null(invitation.code);
    /* what stands in the mail */
    struct act nobody = act_at(state, NULL, 6010);
    GOOD(account_by_name(&nobody, "newcomer", &account));
    const char *link = account_mailed_link(&nobody, account->id, 2);
    GOOD(act_password_link(&nobody, link, &asks));
    assert_true(asks);
    FAILS(ERROR_INVALID, act_password_set(&nobody, link, NULL, password, &username));
    FAILS(ERROR_INVALID, act_password_set(&nobody, link, "", password, &username));
    for (int i = 0; i < 5; i++) {
        FAILS(ERROR_INVALID, act_password_set(&nobody, link, "0000000000", password, &username));
    }
    FAILS(ERROR_INVALID,
          act_password_set(&nobody, link, invitation.code, password, &username)); /* guessed enough */
    nobody = act_at(state, NULL, 6010 + 301);
    GOOD(act_password_set(&nobody, link, invitation.code, password, &username));
    FAILS(ERROR_NOT_FOUND, act_password_link(&nobody, link, &asks));
    /* once it was used, no link is ever sent */
    admin = keeping(state, &keepers.admin, 6400);
    FAILS(ERROR_INVALID, act_account_invite_again(&admin, "newcomer", &invitation));
    state->service->mails = false;
}

static void an_invitation_ends_after_three_days(void **context)
{
    struct state *state = *context;
    struct act admin = keeping(state, &keepers.admin, 7000);
    const char *link;
    bool asks;
    GOOD(act_account_add(&admin, "slow-one", NULL, "referrer", "education", &link));
    struct act late = act_at(state, NULL, 7000 + 3 * DAY + 1);
    FAILS(ERROR_NOT_FOUND, act_password_link(&late, link, &asks));
    struct act just = act_at(state, NULL, 7000 + 3 * DAY);
    GOOD(act_password_link(&just, link, &asks));
    assert_false(asks);
}

/* What is shown of an account never holds what opens it. */
static void the_history_holds_no_secret(void **context)
{
    struct state *state = *context;
    struct act admin = keeping(state, &keepers.admin, 8000);
    struct account_history history;
    const struct account *account;
    GOOD(act_account_read(&admin, "mover", &history));
    GOOD(account_by_name(&admin, "mover", &account));
    assert_true(history.event_count >= 4);
    for (size_t i = 0; i < history.event_count; i++) {
        assert_null(strstr(history.events[i].text, account->password_hash));
        assert_null(strstr(history.events[i].text, "argon2"));
        assert_true(strlen(history.events[i].text) < 200);
    }
    assert_string_equal(history.events[history.event_count - 1].title, "Account added");
    const char *added = history.events[history.event_count - 1].text;
    assert_true(added[0] != ';');
    assert_non_null(strstr(added, "; "));
    assert_non_null(strstr(added, ": mover;"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_agency_administrator_keeps_only_their_own),
        cmocka_unit_test(nobody_changes_their_own_account),
        cmocka_unit_test(a_token_is_made_by_its_holder),
        cmocka_unit_test(keeping_accounts_asks_again_who_one_is),
        cmocka_unit_test(a_new_administrator_opens_when_a_second_agrees),
        cmocka_unit_test(an_account_is_raised_when_a_second_agrees),
        cmocka_unit_test(a_refused_new_administrator_stays_locked),
        cmocka_unit_test(a_mover_is_signed_out_at_once),
        cmocka_unit_test(a_broken_glass_closes_with_the_move),
        cmocka_unit_test(what_a_mover_took_part_in_is_theirs_no_more),
        cmocka_unit_test(a_leaver_is_shut_out_from_that_moment),
        cmocka_unit_test(an_account_expires_and_is_renewed),
        cmocka_unit_test(who_has_only_the_mailbox_takes_nothing),
        cmocka_unit_test(an_invitation_ends_after_three_days),
        cmocka_unit_test(the_history_holds_no_secret),
        cmocka_unit_test(an_account_that_nobody_uses_is_locked_after_warning),
        cmocka_unit_test(every_account_is_confirmed_in_every_quarter),
        cmocka_unit_test(quarters_begin_and_are_due_on_their_days),
    };
    return cmocka_run_group_tests(tests, set_up_keepers, tear_down);
}
