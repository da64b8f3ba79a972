/* Guards, broken glass, the log of looks and the book: what is asked wrongly, and what stands in it. */
#include "act/book.h"
#include "act/factor.h"
#include "act/guard.h"
#include "act/inner.h"
#include "act/taken.h"
#include "scene.h"

#include <string.h>

static struct {
    struct actor police;
    struct actor team;
    struct actor lead;
    struct actor admin;
    struct actor inspector;
    struct actor helper;
} who;

static int set_up_all(void **context)
{
    if (set_up(context) != 0) {
        return 1;
    }
    struct state *state = *context;
    add_account(state, "officer", "police-officer", "police", &who.police);
    add_account(state, "team", "team-manager", "social-care", &who.team);
    add_account(state, "lead", "information-lead", "social-care", &who.lead);
    add_account(state, "admin", "administrator", "other", &who.admin);
    add_account(state, "inspector", "inspector", "other", &who.inspector);
    add_account(state, "helper", "voluntary-worker", "voluntary", &who.helper);
    return 0;
}

/* Who gave their password a moment ago. */
static struct act proved_at(const struct state *state, struct actor *actor, int64_t seconds)
{
    struct act act = act_at(state, actor, seconds);
    actor->proved_at = act.now;
    actor->strong = true;
    return act;
}

static const char *id_text_of(const struct state *state, struct id id)
{
    char *text = arena_alloc(state->arena, ID_TEXT);
    id_format(id, text);
    return text;
}

static const char *words_of(const struct state *state, size_t size)
{
    char *text = arena_alloc(state->arena, size + 1);
    memset(text, 'w', size);
    text[size] = '\0';
    return text;
}

static void must_say(const struct error *error, const char *field)
{
    assert_non_null(error);
    assert_int_equal(error->code, ERROR_INVALID);
    assert_string_equal(error->field, field);
}

/* ---- guards ---- */

static void a_guard_is_changed_with_a_reason_and_told_as_it_stands(void **context)
{
    struct state *state = *context;
    const char *reference = new_case(state, "Avocet", 10);
    struct act manager = act_at(state, &state->manager, 20);
    struct act team = act_at(state, &who.team, 30);
    const char *police = id_text_of(state, who.police.account);
    const char *own = id_text_of(state, state->manager.account);
    struct guard_view view;
    const char *long_words = words_of(state, 4001);
    must_say(act_case_restrict(&manager, reference, false, "R"), "reason"); /* it is not */
    must_say(act_case_restrict(&manager, reference, true, NULL), "reason");
    must_say(act_case_restrict(&manager, reference, true, long_words), "reason");
    GOOD(act_case_restrict(&manager, reference, true, "Known to a colleague"));
    must_say(act_case_restrict(&manager, reference, true, "R"), "reason"); /* it is already */
    GOOD(act_case_guard(&manager, reference, &view));
    assert_true(view.restricted);
    GOOD(act_case_restrict(&manager, reference, false, "No more"));
    GOOD(act_case_guard(&manager, reference, &view));
    assert_false(view.restricted);
    must_say(act_conflict_declare(&manager, reference, "nobody", "R"), "worker");
    must_say(act_conflict_declare(&manager, reference, police, " "), "reason");
    GOOD(act_conflict_declare(&manager, reference, police, "A cousin"));
    GOOD(act_conflict_declare(&manager, reference, id_text_of(state, state->nurse.account), "An aunt"));
    must_say(act_conflict_end(&team, reference, NULL, "R"), "worker");
    must_say(act_conflict_end(&manager, reference, own, "R"), "worker"); /* nobody ends their own */
    must_say(act_conflict_end(&team, reference, police, ""), "reason");
    GOOD(act_case_guard(&team, reference, &view));
    assert_int_equal(view.conflict_count, 2);
    GOOD(act_conflict_end(&team, reference, id_text_of(state, state->nurse.account), "It was another aunt"));
    GOOD(act_case_guard(&team, reference, &view));
    assert_int_equal(view.conflict_count, 1);
    assert_string_equal(view.conflicts[0].name, "officer");
    /* of oneself, of a case that is not there: nothing is told */
    must_say(act_conflict_declare(&manager, "no reference", NULL, "R"), "reference");
    GOOD(act_conflict_declare(&manager, "2222222222", NULL, "R"));
    /* workers of whom nobody can declare it: who reads no case, or is locked */
    struct act admin = proved_at(state, &who.admin, 40);
    GOOD_ONCE(act_account_lock(&admin, "officer", true));
    GOOD(act_case_guard(&team, reference, &view));
    for (size_t i = 0; i < view.worker_count; i++) {
        assert_string_not_equal(view.workers[i].name, "officer");
        assert_string_not_equal(view.workers[i].name, "admin");
    }
    GOOD_ONCE(act_account_lock(&admin, "officer", false));
}

static void the_program_itself_is_let_in(void **context)
{
    struct state *state = *context;
    const char *reference = new_case(state, "Bittern", 50);
    struct act program = act_at(state, NULL, 60);
    struct act manager = act_at(state, &state->manager, 55);
    struct store_reader *reader;
    struct reference parsed;
    struct guard_ruling ruling;
    struct guard guard;
    struct id id;
    GOOD_ONCE(act_case_restrict(&manager, reference, true, "Known to a colleague"));
    assert_true(reference_parse(reference, &parsed));
    GOOD_ONCE(store_reader_take(state->service->store, &reader));
    GOOD_ONCE(store_case_by_reference(reader, state->arena, parsed, &id));
    GOOD(guard_rule(&program, reader, id, &ruling));
    assert_int_equal(ruling.answer, ACCESS_YES);
    GOOD(guard_read(&program, reader, id, &guard));
    assert_true(guard.restricted);
    assert_false(guard.named);
    store_reader_give(reader);
}

/* ---- broken glass ---- */

static void glass_is_broken_where_something_is_to_be_broken(void **context)
{
    struct state *state = *context;
    const char *reference = new_case(state, "Curlew", 100);
    struct act police = proved_at(state, &who.police, 110);
    struct act nurse = act_at(state, &state->nurse, 110);
    struct act lead = act_at(state, &who.lead, 120);
    struct glass_ask ask;
    struct instant until;
    const struct glass_view *list;
    size_t count;
    GOOD(act_glass_ask(&nurse, reference, &ask));
    assert_true(ask.needless);
    assert_false(ask.opens);
    GOOD(act_glass_break(&nurse, reference, "It is open to me already", &until));
    must_say(act_glass_break(&police, reference, NULL, &until), "reason");
    must_say(act_glass_break(&police, reference, "Short", &until), "reason");
    must_say(act_glass_break(&police, reference, words_of(state, 4001), &until), "reason");
    GOOD(act_glass_ask(&police, reference, &ask));
    assert_true(ask.opens);
    struct act inspector = act_at(state, &who.inspector, 115);
    struct act manager = act_at(state, &state->manager, 112);
    const char *closed = new_case(state, "Diver", 111);
    GOOD_ONCE(act_case_restrict(&manager, closed, true, "Known to a colleague"));
    GOOD(act_glass_ask(&inspector, closed, &ask));
    assert_false(ask.opens); /* who inspects opens nothing by a reason */
    FAILS(ERROR_NOT_ALLOWED, act_glass_break(&inspector, closed, "A child may be at risk now", &until));
    /* two of one day, and one of another, of which the first is reviewed */
    for (int i = 0; i < 4; i++) {
        const char *other = new_case(state, "Dunlin", 130 + i);
        struct act act = proved_at(state, &who.police, i < 2 ? 140 + i : 3 * 24 * 3600 + i);
        GOOD_ONCE(act_glass_break(&act, other, "A child may be at risk now", &until));
    }
    GOOD(act_glass_list(&lead, &list, &count));
    assert_int_equal(count, 4);
    struct act later = act_at(state, &who.lead, 10 * 24 * 3600);
    GOOD(act_glass_list(&later, &list, &count));
    assert_true(list[0].overdue);
    assert_true(list[0].review_by.ms <= list[3].review_by.ms);
    const char *first = id_text_of(state, list[0].id);
    const char *second = id_text_of(state, list[1].id);
    FAILS(ERROR_NOT_FOUND, act_review(&later, NULL, "explained", "N"));
    FAILS(ERROR_NOT_FOUND, act_review(&later, "no line", "explained", "N"));
    FAILS(ERROR_NOT_FOUND, act_review(&later, id_text_of(state, who.lead.account), "explained", "N"));
    must_say(act_review(&later, first, "explained", words_of(state, 4001)), "note");
    must_say(act_review(&later, first, "forgiven", "N"), "outcome");
    GOOD(act_review(&later, second, "explained", "There was a child at risk."));
    GOOD(act_review(&later, second, "misuse", "There was not, after all.")); /* the last one holds */
    GOOD(act_review(&later, first, "explained", "There was a child at risk."));
    struct act slow = act_at(state, &who.lead, 9 * 24 * 3600); /* its clock is behind */
    GOOD(act_review(&slow, second, "followed-up", "They were spoken to."));
    GOOD(act_glass_list(&later, &list, &count));
    assert_null(list[0].review.outcome);
    assert_non_null(list[3].review.outcome);
    for (size_t i = 0; i < count; i++) {
        if (strcmp(id_text_of(state, list[i].id), second) == 0) {
            assert_string_equal(list[i].review.outcome, "misuse");
        }
    }
}

static void nobody_reviews_what_they_did_themselves(void **context)
{
    struct state *state = *context;
    struct act own = act_at(state, &who.lead, 200);
    char *account = arena_alloc(state->arena, ID_TEXT);
    id_format(who.police.account, account);
    const struct value values[] = {{.kind = VALUE_TEXT, .text = account},
                                   {.kind = VALUE_NUMBER, .number = 200}};
    struct entry line = book_entry(&own, "book-limit", id_new(), values);
    GOOD_ONCE(book_tell(&own, &line, NULL, (struct id){{0}}));
    FAILS(ERROR_NOT_ALLOWED, act_review(&own, id_text_of(state, line.id), "explained", "It was me"));
    /* nor what the program found of them */
    struct act sweep = act_at(state, NULL, 201);
    char *lead = arena_alloc(state->arena, ID_TEXT);
    id_format(who.lead.account, lead);
    const struct value flag[] = {{.kind = VALUE_TEXT, .text = lead}, {.kind = VALUE_NUMBER, .number = 200}};
    struct entry found = book_entry(&sweep, "book-limit", id_new(), flag);
    GOOD_ONCE(book_tell(&sweep, &found, NULL, (struct id){{0}}));
    FAILS(ERROR_NOT_ALLOWED, act_review(&own, id_text_of(state, found.id), "explained", "I was busy"));
    const struct glass_view *list;
    size_t count;
    GOOD(act_glass_list(&own, &list, &count)); /* nor is it glass */
    assert_int_equal(count, 4);
}

/* By a clock that was put back, and on the page of who guards the case. */
static void glass_is_open_from_when_it_was_broken(void **context)
{
    struct state *state = *context;
    const char *reference = new_case(state, "Diver", 210);
    struct act police = proved_at(state, &who.police, 3 * 3600);
    struct act before = act_at(state, &who.police, 3600);
    struct act manager = act_at(state, &state->manager, 3 * 3600);
    const struct case_view *view;
    struct guard_view guard;
    struct instant until;
    GOOD_ONCE(act_glass_break(&police, reference, "A child may be at risk now", &until));
    GOOD(act_case_read(&police, reference, INSTANT_NEVER, &view));
    FAILS(ERROR_NEEDS_REASON, act_case_read(&before, reference, INSTANT_NEVER, &view));
    GOOD(act_case_guard(&manager, reference, &guard));
    assert_false(guard.restricted);
}

/* An account whose role no procedure knows any more, and a policy that says nothing of reading. */
static void a_procedure_that_is_served_no_more_leaves_accounts_behind(void **context)
{
    struct state *state = *context;
    static const struct pack_edit silent[] = {
        {"codes.yaml", "{id: all, paragraph: \"1.1\", answer: yes",
         "{id: all, paragraph: \"1.1\", when: {act: find}, answer: yes"}};
    (void)small_pack(state, "small");
    const char *const dirs[] = {pack_of_pack(state, "small", "silent", silent, 1)};
    struct service *service = open_with(state, dirs, 1);
    struct state all = state_of(state, service);
    struct actor worker;
    add_account(&all, "small-worker", "worker", "social-care", &worker);
    worker.proved_at = start;
    const char *reference = new_case(state, "Eider", 220);
    struct act act = {service, state->arena, &worker, start};
    const struct case_view *view;
    struct instant until;
    FAILS(ERROR_NOT_FOUND, act_case_read(&act, reference, INSTANT_NEVER, &view));
    FAILS(ERROR_NOT_FOUND, act_glass_break(&act, reference, "A child may be at risk now", &until));
    service_close(service);
    struct act manager = act_at(state, &state->manager, 230);
    struct act program = act_at(state, NULL, 240);
    struct guard_view guard;
    GOOD(act_case_guard(&manager, reference, &guard));
    for (size_t i = 0; i < guard.worker_count; i++) {
        assert_string_not_equal(guard.workers[i].name, "small-worker");
    }
    GOOD(notice_keepers(&program, "factors-of-somebody-lost", who.police.account));
}

/* ---- the log of looks ---- */

static void looks_are_read_by_who_may(void **context)
{
    struct state *state = *context;
    const char *reference = new_case(state, "Egret", 300);
    struct act nurse = act_at(state, &state->nurse, 310);
    struct act manager = act_at(state, &state->manager, 310);
    struct act lead = act_at(state, &who.lead, 310);
    const char *of_nurse = id_text_of(state, state->nurse.account);
    const char *of_team = id_text_of(state, who.team.account);
    const struct worker_view *workers;
    struct looks_view looks;
    size_t count;
    struct looks_asked asked = {.reference = "no reference", .until = INSTANT_NEVER};
    FAILS(ERROR_NOT_FOUND, act_looks(&manager, &asked, &looks));
    asked = (struct looks_asked){.worker = "nobody", .until = INSTANT_NEVER};
    FAILS(ERROR_NOT_FOUND, act_looks(&manager, &asked, &looks));
    asked.worker = of_nurse;
    GOOD(act_looks(&nurse, &asked, &looks));                       /* one's own */
    FAILS(ERROR_NOT_ALLOWED, act_looks(&manager, &asked, &looks)); /* of another agency */
    asked.worker = of_team;
    GOOD(act_looks(&manager, &asked, &looks));
    FAILS(ERROR_NOT_ALLOWED, act_looks(&nurse, &asked, &looks));
    asked = (struct looks_asked){.until = INSTANT_NEVER};
    FAILS(ERROR_NOT_ALLOWED, act_looks(&manager, &asked, &looks)); /* everybody's */
    asked.reference = reference;
    asked.limit = 1;
    GOOD(act_looks(&lead, &asked, &looks));
    assert_int_equal(looks.count, 1);
    asked.cursor = "x";
    FAILS(ERROR_BAD_INPUT, act_looks(&lead, &asked, &looks));
    const char *from = looks.next;
    asked.cursor = "0"; /* before the first of all there is none */
    FAILS_ONCE(ERROR_BAD_INPUT, act_looks(&lead, &asked, &looks));
    asked.cursor = from;
    asked.limit = 5000;
    GOOD(act_looks(&lead, &asked, &looks));
    GOOD(act_look_workers(&nurse, &workers, &count));
    assert_int_equal(count, 1);
    GOOD(act_look_workers(&manager, &workers, &count));
    for (size_t i = 0; i < count; i++) {
        assert_string_equal(workers[i].agency, "social-care");
    }
}

/* Who reads what a worker of theirs did is not told of cases that are not there for them. */
static void a_case_that_is_not_there_is_in_no_log_of_looks(void **context)
{
    struct state *state = *context;
    const char *reference = new_case(state, "Ibis", 312);
    struct act manager = act_at(state, &state->manager, 313);
    struct act team = act_at(state, &who.team, 314);
    struct act lead = act_at(state, &who.lead, 315);
    const struct act *readers[] = {&team, &manager, &lead};
    const struct looks_asked asked = {
        .worker = id_text_of(state, state->manager.account), .act = "case-read", .until = INSTANT_NEVER};
    const struct case_view *view;
    struct looks_view looks;
    GOOD(act_case_read(&manager, reference, INSTANT_NEVER, &view));
    GOOD(act_looks(&team, &asked, &looks));
    assert_true(looks.list[0].has_case);
    GOOD(act_case_restrict(&manager, reference, true, "Known to a colleague"));
    for (size_t i = 0; i < 3; i++) {
        size_t named = 0;
        GOOD(act_looks(readers[i], &asked, &looks));
        assert_true(looks.count > 0);
        for (size_t k = 0; k < looks.count; k++) {
            named += text_equal(looks.list[k].reference.text, reference);
        }
        assert_true(i == 0 ? named == 0 : named > 0);
    }
}

static bool log_is_away;
const struct error *__real_store_looks(struct store *store, struct arena *arena,
                                       const struct look_filter *filter, const struct look **ret_looks,
                                       size_t *ret_count, uint64_t *ret_next);
const struct error *__wrap_store_looks(struct store *store, struct arena *arena,
                                       const struct look_filter *filter, const struct look **ret_looks,
                                       size_t *ret_count, uint64_t *ret_next);
const struct error *__wrap_store_looks(struct store *store, struct arena *arena,
                                       const struct look_filter *filter, const struct look **ret_looks,
                                       size_t *ret_count, uint64_t *ret_next)
{
    return log_is_away ? error_of(ERROR_IO)
                       : __real_store_looks(store, arena, filter, ret_looks, ret_count, ret_next);
}

static void a_log_that_cannot_be_read_is_said(void **context)
{
    struct state *state = *context;
    struct act lead = act_at(state, &who.lead, 400);
    struct looks_view looks;
    const struct looks_asked asked = {.until = INSTANT_NEVER};
    log_is_away = true;
    FAILS_ONCE(ERROR_IO, act_looks(&lead, &asked, &looks));
    log_is_away = false;
    GOOD_ONCE(act_looks(&lead, &asked, &looks));
}

/* ---- who is told ---- */

static size_t told_of(const struct state *state, const struct actor *actor, const char *words)
{
    struct act act = act_at(state, actor, 20 * 24 * 3600);
    const struct notice_view *notices;
    const char *next;
    size_t count;
    size_t told = 0;
    GOOD_ONCE(act_notices(&act, NULL, &notices, &count, &next));
    for (size_t i = 0; i < count; i++) {
        told += strstr(notices[i].title, words) != NULL ? 1 : 0;
    }
    return told;
}

static void who_is_about_is_not_told_as_a_keeper(void **context)
{
    struct state *state = *context;
    struct act program = act_at(state, NULL, 500);
    struct actor second;
    struct act admin = proved_at(state, &who.admin, 490);
    struct actor locked;
    add_account(state, "second-admin", "administrator", "other", &second);
    add_account(state, "locked-admin", "administrator", "other", &locked);
    GOOD_ONCE(act_account_lock(&admin, "locked-admin", true));
    size_t before = told_of(state, &who.lead, "said to be lost");
    GOOD(notice_keepers(&program, "factors-of-somebody-lost", who.admin.account));
    assert_int_equal(told_of(state, &second, "said to be lost"), 1);
    assert_int_equal(told_of(state, &who.lead, "said to be lost"), before + 1);
    assert_int_equal(told_of(state, &state->nurse, "said to be lost"), 0);
    assert_null(notice_path("no such notice"));
    assert_null(notice_own_title("no such notice"));
}

static void without_a_reviewer_the_administrators_are_told(void **context)
{
    struct state *state = *context;
    struct act admin = proved_at(state, &who.admin, 600);
    struct act police = proved_at(state, &who.police, 610);
    struct instant until;
    const char *reference = new_case(state, "Fulmar", 605);
    GOOD_ONCE(act_account_lock(&admin, "lead", true));
    state->service->mails = true;
    size_t before = told_of(state, &who.admin, "Glass was broken");
    GOOD(act_glass_break(&police, reference, "A child may be at risk now", &until));
    state->service->mails = false;
    assert_int_equal(told_of(state, &who.admin, "Glass was broken"), before + 1);
    GOOD_ONCE(act_account_lock(&admin, "lead", false));
    /* with one who reviews, nobody else is */
    struct act again = proved_at(state, &who.police, 630);
    const char *other = new_case(state, "Garganey", 620);
    before = told_of(state, &who.admin, "Glass was broken");
    GOOD(act_glass_break(&again, other, "A child may be at risk now", &until));
    assert_int_equal(told_of(state, &who.admin, "Glass was broken"), before);
}

static void a_notice_of_ones_own_has_a_title_and_leads_somewhere(void **context)
{
    static const char *const rows[][3] = {
        {"factor-changed", "How you sign in was changed", "/my-account/sign-in"},
        {"limit-reached", "Somebody reached the limit of records", "/unusual-looks"}};
    (void)context;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        assert_true(text_starts_with(notice_own_title(rows[i][0]), rows[i][1]));
        assert_string_equal(notice_path(rows[i][0]), rows[i][2]);
    }
}

/* ---- how much is taken ---- */

static void what_was_shown_is_forgotten_when_the_clock_goes_back(void **context)
{
    struct state *state = *context;
    const struct case_view *view;
    const char *references[3];
    for (int i = 0; i < 3; i++) {
        references[i] = new_case(state, "Gadwall", 700 + i);
    }
    service_limit_records(state->service, 2);
    struct act ahead = act_at(state, &state->nurse, 10 * 3600);
    struct act back = act_at(state, &state->nurse, 720);
    for (int i = 0; i < 2; i++) {
        GOOD_ONCE(act_case_read(&ahead, references[i], INSTANT_NEVER, &view));
    }
    FAILS_ONCE(ERROR_TOO_MANY, act_case_read(&ahead, references[2], INSTANT_NEVER, &view));
    GOOD_ONCE(act_case_read(&back, references[2], INSTANT_NEVER, &view));
    service_limit_records(state->service, 0);
    struct act time = act_at(state, NULL, 10 * 3600 + 60);
    GOOD(taken_tell(&time));
    size_t told = told_of(state, &who.lead, "reached the limit");
    assert_true(told > 0);
    GOOD(taken_tell(&time)); /* it was told */
    assert_int_equal(told_of(state, &who.lead, "reached the limit"), told);
    struct act lead = act_at(state, &who.lead, 10 * 3600 + 61);
    const struct unusual_view *list;
    size_t count;
    size_t lines = 0;
    GOOD_ONCE(act_unusual_list(&lead, &list, &count));
    for (size_t i = 0; i < count; i++) {
        lines += text_equal(list[i].rule, "limit-reached") && text_equal(list[i].name, "nurse");
    }
    assert_int_equal(lines, 1);
}

/* Who comes to lie beside another in memory, a look at no record, and memory that runs out. */
static void what_was_taken_is_kept_apart(void **context)
{
    struct state *state = *context;
    struct act nurse = act_at(state, &state->nurse, 800);
    struct actor one = state->nurse;
    struct actor other = state->nurse;
    struct arena *own = arena_new(1 << 20);
    bool first;
    GOOD_ONCE(act_look(&nurse, "case-read", (struct id){{0}}, 0, NULL));
    struct taken *taken = taken_new(own, 1);
    memset(one.account.bytes, 7, ID_BYTES);
    other.account = one.account;
    other.account.bytes[ID_BYTES - 1] = 8;
    struct act by_one = act_at(state, &one, 800);
    struct act by_other = act_at(state, &other, 800);
    struct id record = id_new();
    assert_true(taken_may(taken, &by_one, record, &first));
    assert_true(taken_may(taken, &by_other, record, &first));
    assert_true(taken_may(taken, &by_one, record, &first));
    assert_false(taken_may(taken, &by_one, id_new(), &first));
    assert_true(first);
    other.account.bytes[ID_BYTES - 1] = 9;
    arena_fail_nth(1, 0);
    assert_false(taken_may(taken, &by_other, record, &first));
    arena_fail_nth(0, 0);
    arena_free(own);
    /* of somebody who is not there, the log says that too */
    struct act gone = act_at(state, &one, 810);
    struct act lead = act_at(state, &who.lead, 820);
    struct looks_view looks;
    GOOD_ONCE(act_look(&gone, "case-read", (struct id){{0}}, 0, NULL));
    GOOD_ONCE(act_look(&gone, "case-read", id_new(), 0, NULL)); /* of nothing that is there */
    GOOD_ONCE(unusual_sweep(&lead));
    const struct looks_asked asked = {.act = "case-read", .until = INSTANT_NEVER, .limit = 5};
    GOOD(act_looks(&lead, &asked, &looks));
    bool found = false;
    for (size_t i = 0; i < looks.count; i++) {
        found = found || (id_equal(looks.list[i].account, one.account) && looks.list[i].role[0] == '\0');
    }
    assert_true(found);
}

/* Only a search that showed somebody counts whom it showed. */
static void a_look_counts_whom_it_showed(void **context)
{
    struct state *state = *context;
    struct act lead = act_at(state, &who.lead, 900);
    struct looks_asked asked = {.until = INSTANT_NEVER, .limit = 1000};
    struct looks_view looks;
    do {
        GOOD_ONCE(act_looks(&lead, &asked, &looks));
        for (size_t i = 0; i < looks.count; i++) {
            if (looks.list[i].count != (strstr(looks.list[i].act, "-shown") != NULL)) {
                fail_msg("%s: %d", looks.list[i].act, looks.list[i].count);
            }
        }
        asked.cursor = looks.next;
    } while (looks.next != NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_guard_is_changed_with_a_reason_and_told_as_it_stands),
        cmocka_unit_test(the_program_itself_is_let_in),
        cmocka_unit_test(glass_is_broken_where_something_is_to_be_broken),
        cmocka_unit_test(nobody_reviews_what_they_did_themselves),
        cmocka_unit_test(glass_is_open_from_when_it_was_broken),
        cmocka_unit_test(a_procedure_that_is_served_no_more_leaves_accounts_behind),
        cmocka_unit_test(looks_are_read_by_who_may),
        cmocka_unit_test(a_case_that_is_not_there_is_in_no_log_of_looks),
        cmocka_unit_test(a_log_that_cannot_be_read_is_said),
        cmocka_unit_test(who_is_about_is_not_told_as_a_keeper),
        cmocka_unit_test(without_a_reviewer_the_administrators_are_told),
        cmocka_unit_test(a_notice_of_ones_own_has_a_title_and_leads_somewhere),
        cmocka_unit_test(what_was_taken_is_kept_apart),
        cmocka_unit_test(what_was_shown_is_forgotten_when_the_clock_goes_back),
        cmocka_unit_test(a_look_counts_whom_it_showed),
    };
    return cmocka_run_group_tests(tests, set_up_all, tear_down);
}
