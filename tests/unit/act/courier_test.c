/* What waits in the outbox, sent: to whom, with which way in, how often it is tried, and what is never sent.
 */
#include "support.h"

#include "act/account.h"
#include "act/courier.h"
#include "act/inner.h"
#include "store/notice.h"

#include <errno.h>
#include <pthread.h>
#include <semaphore.h>
#include <string.h>

enum { MESSAGES = 200 };
static struct {
    struct post_message list[MESSAGES];
    size_t count;
    const struct error *answer; /* NULL: the server takes it */
    const atomic_bool *stop;
    atomic_bool *turned_to; /* set to true while it sends */
    sem_t sent;
} server;
static struct instant now;
static atomic_bool stopped;
static struct arena *kept;

const struct error *__wrap_post_send(struct arena *arena, const struct post_options *options,
                                     const struct post_message *message, const atomic_bool *stop);
const struct error *__wrap_post_send(struct arena *arena, const struct post_options *options,
                                     const struct post_message *message, const atomic_bool *stop)
{
    (void)arena;
    (void)options;
    assert_true(server.count < MESSAGES);
    struct post_message *copy = &server.list[server.count++];
    *copy = *message;
    copy->to = arena_copy(kept, message->to);
    copy->path = arena_copy(kept, message->path);
    copy->id = arena_copy(kept, message->id);
    server.stop = stop;
    if (server.turned_to != NULL) {
        atomic_store(server.turned_to, true);
    }
    sem_post(&server.sent);
    return server.answer;
}

/* The rounds of the thread follow each other at once, and between two of them the test is asked; what the
 * thread needs to begin is not always there. */
static struct {
    bool (*between)(void); /* false: the last round was gone */
    void *(*run)(void *context);
    pthread_t thread;
    bool is_on;
    bool no_memory;
    bool no_thread;
    bool no_post;
    sem_t over;
} rounds;

int __real_pthread_cond_timedwait(pthread_cond_t *condition, pthread_mutex_t *lock,
                                  const struct timespec *until);
int __wrap_pthread_cond_timedwait(pthread_cond_t *condition, pthread_mutex_t *lock,
                                  const struct timespec *until);
int __wrap_pthread_cond_timedwait(pthread_cond_t *condition, pthread_mutex_t *lock,
                                  const struct timespec *until)
{
    if (rounds.is_on && pthread_equal(rounds.thread, pthread_self())) {
        if (rounds.between()) {
            return ETIMEDOUT;
        }
        rounds.is_on = false;
        sem_post(&rounds.over);
    }
    return __real_pthread_cond_timedwait(condition, lock, until);
}

static void *begin_thread(void *context)
{
    rounds.thread = pthread_self();
    if (rounds.no_memory) {
        failing_begin(1, true); /* what it asks for first */
    }
    return rounds.run(context);
}

int __real_pthread_create(pthread_t *thread, const pthread_attr_t *attributes, void *(*run)(void *context),
                          void *context);
int __wrap_pthread_create(pthread_t *thread, const pthread_attr_t *attributes, void *(*run)(void *context),
                          void *context);
int __wrap_pthread_create(pthread_t *thread, const pthread_attr_t *attributes, void *(*run)(void *context),
                          void *context)
{
    if (!rounds.is_on && !rounds.no_memory) {
        return rounds.no_thread ? EAGAIN : __real_pthread_create(thread, attributes, run, context);
    }
    rounds.run = run;
    return __real_pthread_create(thread, attributes, begin_thread, context);
}

const struct error *__real_post_init(void);
const struct error *__wrap_post_init(void);
const struct error *__wrap_post_init(void)
{
    return rounds.no_post ? error_of(ERROR_BUSY) : __real_post_init();
}

static struct instant clock_of_test(void)
{
    return now;
}

static const struct post_options options = {.server = "smtp://localhost", .plain = true};
static const struct courier_way way = {&options, clock_of_test, &stopped};

static int set_up_all(void **context)
{
    if (set_up(context) != 0) {
        return 1;
    }
    struct state *state = *context;
    kept = arena_new(1 << 20);
    state->service->mails = true;
    return sem_init(&server.sent, 0, 0) + sem_init(&rounds.over, 0, 0);
}

static int tear_down_all(void **context)
{
    arena_free(kept);
    return tear_down(context);
}

static const struct post_message *last(void)
{
    return &server.list[server.count - 1];
}

/* Sends what waits at this moment, and what came of it; how many messages went out. What was sent before the
 * store failed is sent again: a message may come twice. */
static size_t round_at(const struct state *state, int64_t seconds)
{
    struct act act = act_at(state, NULL, seconds);
    now = act.now;
    size_t before = server.count;
    for (int i = 0; i < 3; i++) { /* a message for a role becomes those for its accounts */
        GOOD_ONCE(courier_send(&way, &act));
    }
    return server.count - before;
}

static struct mail_state waiting(const struct state *state)
{
    struct mail_state mail;
    struct actor admin;
    static int number;
    add_account((struct state *)(uintptr_t)state, arena_printf(state->arena, "admin%d", ++number),
                "administrator", "other", &admin);
    struct act act = act_at(state, &admin, 0);
    GOOD(act_outbox(&act, &mail));
    return mail;
}

static const char *refer(const struct state *state, const char *given, int64_t seconds)
{
    struct act act = act_at(state, &state->nurse, seconds);
    struct referral_input input = referral_of(state, given, NULL);
    struct recorded recorded;
    GOOD_ONCE(act_referral_make(&act, &input, &recorded));
    return arena_copy(state->arena, recorded.reference.text);
}

static void address(const struct state *state, const struct actor *actor, const char *text)
{
    struct act act = act_at(state, actor, 0);
    GOOD(act_mail_address_set(&act, text));
}

static void a_notice_for_a_role_goes_to_each_of_it_who_has_an_address(void **context)
{
    struct state *state = *context;
    struct actor second;
    struct actor team;
    add_account(state, "second", "duty-manager", "social-care", &second);
    add_account(state, "team", "team-manager", "social-care", &team);
    address(state, &state->manager, "manager@county.example");
    address(state, &team, "team@county.example");
    const char *reference = refer(state, "Avocet", 100);
    assert_int_equal(round_at(state, 99), 0);  /* it is not yet time */
    assert_int_equal(round_at(state, 101), 2); /* the referral, and the decision that is due */
    assert_string_equal(last()->to, "manager@county.example");
    assert_string_equal(last()->path, arena_printf(state->arena, "/cases/%s", reference));
    assert_int_equal(last()->what, POST_DUE);
    assert_int_equal(round_at(state, 102), 0);
    assert_int_equal(waiting(state).total, 0);
}

static void who_may_not_know_of_a_case_gets_no_message_of_it(void **context)
{
    struct state *state = *context;
    struct actor guards;
    char id[ID_TEXT];
    id_format(state->manager.account, id);
    add_account(state, "guards", "team-manager", "social-care", &guards);
    address(state, &state->manager, "manager@county.example");
    struct act guarding = act_at(state, &guards, 151);
    const char *restricted = refer(state, "Bittern", 150);
    GOOD_ONCE(act_case_restrict(&guarding, restricted, true, "Known to a colleague"));
    const char *own = refer(state, "Crake", 150);
    GOOD_ONCE(act_conflict_declare(&guarding, own, id, "His niece"));
    assert_int_equal(round_at(state, 152), 0);
    assert_int_equal(waiting(state).total, 0);
    (void)refer(state, "Scoter", 153);
    assert_int_equal(round_at(state, 154), 2);
}

static void who_has_read_it_or_was_locked_gets_no_message(void **context)
{
    struct state *state = *context;
    struct act manager = act_at(state, &state->manager, 201);
    struct act keeper = act_at(state, NULL, 202);
    address(state, &state->manager, "manager@county.example");
    (void)refer(state, "Bittern", 200);
    struct act act = act_at(state, NULL, 200);
    now = act.now;
    server.answer = error_of(ERROR_IO);
    GOOD_ONCE(courier_send(&way, &act)); /* for the role: now there is one for the manager */
    GOOD(act_notices_read(&manager, NULL));
    server.answer = NULL;
    assert_int_equal(round_at(state, 300), 0);
    (void)refer(state, "Brambling", 301);
    act = act_at(state, NULL, 301);
    now = act.now;
    GOOD_ONCE(courier_send(&way, &act));
    GOOD(act_account_lock(&keeper, "manager", true));
    assert_int_equal(round_at(state, 302), 0);
    GOOD(act_account_lock(&keeper, "manager", false));
    assert_int_equal(waiting(state).total, 0);
}

static void what_is_not_taken_is_tried_later_and_later(void **context)
{
    enum { FIRST = 1000 };
    struct state *state = *context;
    static const int waits[] = {60, 120, 240, 480, 960, 1920, 3840, 7680, 15360, 21600, 21600};
    int64_t at = FIRST;
    struct act act = act_at(state, NULL, FIRST);
    struct invitation invitation;
    struct account_input input = {.username = "kate",
                                  .name = "Kate Fell",
                                  .role = "social-worker",
                                  .agency = "social-care",
                                  .email = "kate@county.example",
                                  .by_mail = true};
    GOOD(act_account_invite(&act, &input, &invitation));
    server.answer = error_new(kept, ERROR_IO, "the server says 451");
    assert_int_equal(round_at(state, at), 1);
    const char *id = last()->id;
    for (size_t i = 0; i < sizeof waits / sizeof *waits; i++) {
        assert_int_equal(round_at(state, at + waits[i] - 1), 0);
        at += waits[i];
        assert_int_equal(round_at(state, at), 1);
        assert_string_equal(last()->id, id); /* the same message, told by its number */
    }
    struct mail_state mail = waiting(state);
    assert_true(mail.on);
    assert_int_equal(mail.total, 1);
    assert_string_equal(mail.waiting[0].fault, "the server says 451");
    assert_int_equal(mail.waiting[0].tries, 12);
    server.answer = error_of(ERROR_BUSY); /* without a word of its own */
    assert_int_equal(round_at(state, at + 21600), 1);
    assert_string_equal(waiting(state).waiting[0].fault, error_of(ERROR_BUSY)->sentence);
    /* being stopped is no fault of the server: it is tried at once when the program is there again */
    static atomic_bool *const stop = &stopped;
    int tries = waiting(state).waiting[0].tries;
    server.turned_to = stop;
    assert_int_equal(round_at(state, at + 3 * 21600), 1);
    assert_int_equal(round_at(state, at + 3 * 21600), 0); /* nothing more is begun */
    server.turned_to = NULL;
    atomic_store(stop, false);
    assert_int_equal(waiting(state).waiting[0].tries, tries);
    server.answer = NULL;
    assert_int_equal(round_at(state, at + 3 * 21600), 1);
    assert_int_equal(waiting(state).total, 0);
}

static void an_invitation_leads_in_until_its_link_is_used_or_made_anew(void **context)
{
    struct state *state = *context;
    struct act act = act_at(state, NULL, 2000);
    struct invitation invitation;
    struct invitation again;
    const char *username;
    struct account_input input = {.username = "ida",
                                  .name = "Ida Marsh",
                                  .role = "social-worker",
                                  .agency = "social-care",
                                  .email = "ida@county.example",
                                  .by_mail = true};
    GOOD(act_account_invite(&act, &input, &invitation));
    GOOD(act_account_invite_again(&act, "ida", &again));
    assert_int_equal(round_at(state, 2001), 1); /* the first of the two leads nowhere any more */
    assert_string_equal(last()->to, "ida@county.example");
    assert_int_equal(last()->what, POST_INVITATION);
    assert_memory_equal(last()->path, "/set-password/", 14);
    const char *link = last()->path + 14;
    act.now = instant_add_ms(start, 2002 * 1000);
    GOOD(act_account_invite_again(&act, "ida", &again));
    FAILS(ERROR_NOT_FOUND, act_password_set(&act, link, again.code, password, &username));
    server.answer = error_of(ERROR_IO);
    assert_int_equal(round_at(state, 2003), 1);
    server.answer = NULL;
    link = arena_copy(state->arena, last()->path + 14);
    GOOD(act_password_set(&act, link, again.code, password, &username));
    assert_string_equal(username, "ida");
    const char *token;
    const char *next;
    struct actor ida;
    const struct notice_view *notices;
    size_t count;
    GOOD_ONCE(act_account_token(&act, "ida", &token));
    GOOD_ONCE(act_bearer(&act, token, &ida));
    struct act hers = act_at(state, &ida, 2010);
    GOOD_ONCE(act_notices(&hers, NULL, &notices, &count, &next));
    assert_true(count > 0);
    assert_string_equal(notices[count - 1].title, "You were invited");
    assert_true(notices[count - 1].of_account && notices[count - 1].read);
    assert_int_equal(round_at(state, 3000), 1); /* it was used: she is told of that, and not invited again */
    assert_string_equal(last()->path, "/my-account/sign-in");
    assert_int_equal(waiting(state).total, 0);
    input.username = "late";
    GOOD(act_account_invite(&act, &input, &invitation));
    assert_int_equal(round_at(state, 2002 + 5 * 24 * 3600), 0); /* too old to be good */
}

static void a_failing_store_loses_no_message(void **context)
{
    struct state *state = *context;
    struct act act = act_at(state, NULL, 5001);
    struct invitation invitation;
    struct account_input input = {.username = "jane",
                                  .name = "Jane Reed",
                                  .role = "social-worker",
                                  .agency = "social-care",
                                  .email = "jane@county.example",
                                  .by_mail = true};
    address(state, &state->manager, "manager@county.example");
    (void)refer(state, "Dipper", 5000);
    (void)round_at(state, 5000);
    (void)refer(state, "Dunlin", 5000);
    GOOD_ONCE(act_account_invite(&act, &input, &invitation));
    now = act.now;
    size_t before = server.count;
    GOOD(courier_send(&way, &act));
    GOOD(courier_send(&way, &act));
    GOOD(courier_send(&way, &act));
    size_t manager = 0;
    size_t jane = 0;
    for (size_t i = before; i < server.count; i++) {
        manager += strcmp(server.list[i].to, "manager@county.example") == 0;
        jane += strcmp(server.list[i].to, "jane@county.example") == 0;
    }
    assert_true(manager >= 1 && jane >= 1);
    assert_int_equal(waiting(state).total, 0);
}

static void the_thread_sends_and_ends(void **context)
{
    struct state *state = *context;
    struct courier *courier;
    address(state, &state->manager, "manager@county.example");
    (void)refer(state, "Eider", 6000);
    now = instant_add_ms(start, 6001 * 1000);
    while (sem_trywait(&server.sent) == 0) {
    }
    GOOD_ONCE(courier_start(state->arena, state->service, &options, clock_of_test, &courier));
    assert_int_equal(sem_wait(&server.sent), 0);
    courier_stop(courier);
    assert_string_equal(last()->to, "manager@county.example");
    assert_true(atomic_load(server.stop));
    /* without mail it goes its rounds all the same */
    GOOD_ONCE(courier_start(state->arena, state->service, NULL, clock_of_test, &courier));
    courier_stop(courier);
}

/* ---- rows that are not usual */

static struct id notice_of(const struct state *state, const struct actor *actor)
{
    struct act act = act_at(state, actor, 10000);
    const struct notice_view *notices;
    const char *next;
    size_t count;
    GOOD_ONCE(act_notices(&act, NULL, &notices, &count, &next));
    assert_true(count > 0);
    return notices[0].id;
}

static void put(const struct state *state, struct id notice, struct id account, struct id contact,
                int64_t seconds)
{
    struct write *write = store_write_new(state->service->store, state->arena);
    store_write_outbox(write, notice, account, contact, instant_add_ms(start, seconds * MS_PER_SECOND));
    GOOD_ONCE(store_write_run(write));
}

static struct id contact_called(const struct state *state, const char *name)
{
    struct act act = act_at(state, NULL, 7000);
    const struct contact_view *contacts;
    size_t count;
    GOOD_ONCE(act_directory_list(&act, &contacts, &count));
    for (size_t i = 0; i < count; i++) {
        if (strcmp(contacts[i].name, name) == 0) {
            return contacts[i].id;
        }
    }
    fail_msg("%s", name);
    return (struct id){{0}};
}

static void a_contact_is_written_to_while_it_stands_and_has_an_address(void **context)
{
    struct state *state = *context;
    struct act act = act_at(state, NULL, 7000);
    struct contact_view contact = {.agency = "health",
                                   .kind = "service",
                                   .name = "Posted",
                                   .area = "Melton",
                                   .email = "posted@health.example"};
    GOOD_ONCE(act_directory_add(&act, &contact, NULL));
    struct contact_view silent = {
        .agency = "health", .kind = "service", .name = "Silent", .area = "Melton", .phone = "0116 496 0100"};
    GOOD_ONCE(act_directory_add(&act, &silent, NULL));
    (void)refer(state, "Egret", 7000);
    (void)round_at(state, 7001);
    struct id notice = notice_of(state, &state->manager);
    struct id posted = contact_called(state, "Posted");
    put(state, notice, (struct id){{0}}, posted, 7002);
    put(state, notice, (struct id){{0}}, contact_called(state, "Silent"), 7002);
    assert_int_equal(round_at(state, 7003), 1);
    assert_string_equal(last()->to, "posted@health.example");
    GOOD_ONCE(act_contact_withdraw(&act, posted, 0, "Closed"));
    put(state, notice, (struct id){{0}}, posted, 7004);
    assert_int_equal(round_at(state, 7005), 0);
    assert_int_equal(waiting(state).total, 0);
    /* the contact is no contact: that is a fault, and it waits */
    put(state, notice, (struct id){{0}}, state->nurse.account, 7006);
    act = act_at(state, NULL, 7007);
    now = act.now;
    FAILS_ONCE(ERROR_NOT_FOUND, courier_send(&way, &act));
    struct write *write = store_write_new(state->service->store, state->arena);
    store_write_outbox_drop(write, waiting(state).waiting[0].id);
    GOOD_ONCE(store_write_run(write));
}

static void what_was_struck_from_the_notices_is_not_sent(void **context)
{
    struct state *state = *context;
    put(state, (struct id){{5}}, state->manager.account, (struct id){{0}}, 7100);
    assert_int_equal(round_at(state, 7101), 0);
    assert_int_equal(waiting(state).total, 0);
}

static void an_address_that_is_none_gets_no_message(void **context)
{
    struct state *state = *context;
    struct act manager = act_at(state, &state->manager, 7200);
    GOOD_ONCE(account_mail_set(&manager, "not an address"));
    (void)refer(state, "Fieldfare", 7200);
    assert_int_equal(round_at(state, 7201), 0);
    assert_int_equal(waiting(state).total, 0);
    address(state, &state->manager, "manager@county.example");
}

static void who_is_locked_or_of_another_agency_is_none_of_a_role(void **context)
{
    struct state *state = *context;
    struct act act = act_at(state, NULL, 7300);
    struct actor locked;
    struct value *values;
    add_account(state, "locked", "duty-manager", "social-care", &locked);
    address(state, &locked, "locked@county.example");
    GOOD_ONCE(act_account_lock(&act, "locked", true));
    struct actor elsewhere;
    add_account(state, "elsewhere", "duty-manager", "social-care", &elsewhere);
    address(state, &elsewhere, "elsewhere@county.example");
    struct entry entry = account_entry(&act, "account-changed", &values);
    account_set(values, entry.type, "role", "duty-manager");
    account_set(values, entry.type, "agency", "police");
    GOOD_ONCE(account_append(&act, elsewhere.account, &entry));
    (void)refer(state, "Firecrest", 7300);
    assert_int_equal(round_at(state, 7301), 2);
    assert_string_equal(last()->to, "manager@county.example");
    assert_int_equal(waiting(state).total, 0);
}

static void a_change_of_an_account_is_told_by_mail(void **context)
{
    struct state *state = *context;
    struct act act = act_at(state, NULL, 7400);
    struct actor mover;
    bool awaits;
    add_account(state, "mover", "social-worker", "social-care", &mover);
    address(state, &mover, "mover@county.example");
    struct account_change change = {"team-manager", "social-care", NULL, "Is a manager now"};
    GOOD_ONCE(act_account_change(&act, "mover", &change, &awaits));
    assert_int_equal(round_at(state, 7401), 1);
    assert_int_equal(last()->what, POST_ACCOUNT);
    assert_string_equal(last()->path, "/notices");
}

static void with_invitation(void *context)
{
    static int count;
    struct act act = act_at(context, NULL, 7500);
    struct invitation invitation;
    struct account_input input = {.username = arena_printf(act.arena, "invited.%d", ++count),
                                  .role = "social-worker",
                                  .agency = "social-care",
                                  .email = "invited@county.example",
                                  .by_mail = true};
    server.count = 0;
    (void)round_at(context, 7500); /* what failed before */
    GOOD_ONCE(act_account_invite(&act, &input, &invitation));
}

static const struct error *send(void *context)
{
    struct act act = act_at(context, NULL, 7500);
    return courier_send(&way, &act);
}

static void an_invitation_is_sent_however_the_store_fails(void **context)
{
    EACH_TIME(send, with_invitation, *context, NULL);
    (void)round_at(*context, 7501);
    assert_int_equal(waiting(*context).total, 0);
}

/* ---- the thread, round by round */

static struct {
    unsigned gone;
    unsigned most;
    int64_t later_ms;        /* that much later it is after the first round */
    unsigned long no_memory; /* for that allocation of the second round; 0: there is */
} course;

static bool until_most(void)
{
    arena_fail_nth(course.gone == 0 ? course.no_memory : 0, 0);
    now = instant_add_ms(now, course.gone == 0 ? course.later_ms : 0);
    return ++course.gone < course.most;
}

static void go_rounds(const struct state *state, const struct post_options *mail, unsigned most)
{
    struct courier *courier;
    course.gone = 0;
    course.most = most;
    rounds.between = until_most;
    rounds.is_on = true;
    GOOD_ONCE(courier_start(state->arena, state->service, mail, clock_of_test, &courier));
    assert_int_equal(sem_wait(&rounds.over), 0);
    courier_stop(courier);
}

static void the_sweeps_have_their_rounds(void **context)
{
    struct state *state = *context;
    size_t before = server.count;
    now = instant_add_ms(start, 8000 * 1000);
    (void)refer(state, "Gadwall", 7999);
    atomic_store(&state->service->to_tell, true);
    go_rounds(state, &options, 62);
    assert_false(atomic_load(&state->service->to_tell));
    assert_int_equal(course.gone, 62);
    assert_true(server.count > before);
    go_rounds(state, NULL, 2); /* without mail */
    assert_int_equal(course.gone, 2);
}

static size_t unread(const struct state *state)
{
    struct act act = act_at(state, &state->manager, 0);
    size_t count;
    GOOD_ONCE(act_notices_unread(&act, &count));
    return count;
}

/* The decision on the referral is due on the next morning at eight. */
static void what_is_due_is_told_at_once_and_then_every_minute(void **context)
{
    struct state *state = *context;
    struct act later = act_at(state, &state->manager, 7 * 24 * 3600);
    (void)refer(state, "Smew", 8500);
    struct instant before;
    assert_true(instant_parse("2026-05-29T03:00:00Z", &before));
    GOOD(act_notices_read(&later, NULL));
    now = before;
    go_rounds(state, NULL, 1);
    assert_true(unread(state) > 0); /* due soon */
    GOOD(act_notices_read(&later, NULL));
    course.later_ms = 6 * (int64_t)MS_PER_HOUR;
    for (unsigned more = 0; more < 2; more++) {
        now = before;
        go_rounds(state, NULL, 60 + more);
        assert_int_equal(unread(state) > 0, more == 1); /* overdue */
    }
    course.later_ms = 0;
}

/* One that fails in a round is left for the next, which is gone all the same. */
static void a_round_that_fails_is_followed_by_the_next(void **context)
{
    struct state *state = *context;
    bool failed = true;
    for (unsigned n = 1; failed; n++) {
        now = instant_add_ms(start, 8100 * 1000 + (int64_t)n);
        failing_begin(n, true);
        go_rounds(state, NULL, 2);
        failed = failing_end();
        assert_int_equal(course.gone, 2);
        assert_true(n < 10000);
    }
    /* nor does it end when there is no memory for it */
    now = instant_add_ms(start, 8200 * 1000);
    (void)refer(state, "Goldeneye", 8199);
    size_t before = server.count;
    course.no_memory = 3;
    go_rounds(state, &options, 3);
    course.no_memory = 0;
    assert_int_equal(course.gone, 3);
    assert_true(server.count > before);
}

static void without_a_thread_memory_or_mail_it_does_not_begin(void **context)
{
    struct state *state = *context;
    struct courier *courier;
    rounds.no_post = true;
    FAILS_ONCE(ERROR_BUSY, courier_start(state->arena, state->service, &options, clock_of_test, &courier));
    rounds.no_post = false;
    rounds.no_thread = true;
    FAILS_ONCE(ERROR_BUSY, courier_start(state->arena, state->service, NULL, clock_of_test, &courier));
    rounds.no_thread = false;
    rounds.no_memory = true;
    GOOD_ONCE(courier_start(state->arena, state->service, NULL, clock_of_test, &courier));
    courier_stop(courier);
    assert_true(failing_end());
    rounds.no_memory = false;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_notice_for_a_role_goes_to_each_of_it_who_has_an_address),
        cmocka_unit_test(who_may_not_know_of_a_case_gets_no_message_of_it),
        cmocka_unit_test(who_has_read_it_or_was_locked_gets_no_message),
        cmocka_unit_test(what_is_not_taken_is_tried_later_and_later),
        cmocka_unit_test(an_invitation_leads_in_until_its_link_is_used_or_made_anew),
        cmocka_unit_test(a_failing_store_loses_no_message),
        cmocka_unit_test(the_thread_sends_and_ends),
        cmocka_unit_test(a_contact_is_written_to_while_it_stands_and_has_an_address),
        cmocka_unit_test(what_was_struck_from_the_notices_is_not_sent),
        cmocka_unit_test(an_address_that_is_none_gets_no_message),
        cmocka_unit_test(who_is_locked_or_of_another_agency_is_none_of_a_role),
        cmocka_unit_test(a_change_of_an_account_is_told_by_mail),
        cmocka_unit_test(an_invitation_is_sent_however_the_store_fails),
        cmocka_unit_test(the_sweeps_have_their_rounds),
        cmocka_unit_test(what_is_due_is_told_at_once_and_then_every_minute),
        cmocka_unit_test(a_round_that_fails_is_followed_by_the_next),
        cmocka_unit_test(without_a_thread_memory_or_mail_it_does_not_begin),
    };
    return cmocka_run_group_tests(tests, set_up_all, tear_down_all);
}
