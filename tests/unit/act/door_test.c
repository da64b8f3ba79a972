/* The one door: each act asks who it is and what they may, and the pack's roles open what they are to open.
 */
#include "act/disposal.h"
#include "act/inner.h"
#include "act/request.h"
#include "act/signing.h"
#include "act/sso.h"
#include "support.h"

static const char *const roles[] = {
    "referrer",          "duty-manager",        "social-worker",   "team-manager",
    "reviewing-officer", "police-officer",      "administrator",   "agency-administrator",
    "voluntary-worker",  "partnership-analyst", "records-officer", "information-lead",
    "inspector"};
enum { ROLES = sizeof roles / sizeof *roles };

/* What each role may, in the order of `roles`. */
static const struct {
    enum permission permission;
    const char *by;
} rules[] = {
    {MAY_READ_CASE, "xxxxxx......x"},
    {MAY_RECORD, "xxxxxx......."},
    {MAY_REFER, "xxxxxx......."},
    {MAY_SEARCH, "xxxxxx......x"},
    {MAY_WORK, "xxxxxxxxxxxxx"},
    {MAY_DRAFT, "xxxxxx......."},
    {MAY_READ_DIRECTORY, "xxxxxxxxxxxxx"},
    {MAY_KEEP_DIRECTORY, "......x......"},
    {MAY_READ_LOOKS, ".x.xx........"},
    {MAY_REVIEW_LOOKS, "...........x."},
    {MAY_GUARD_CASES, ".x.xx........"},
    {MAY_BREAK_GLASS, "xxxxxx......."},
    {MAY_KEEP_ACCOUNTS, "......xx....."},
    {MAY_ADMINISTER, "......x......"},
    {MAY_WORK_OUTSIDE, "xxxxxx..xx..x"},
    {MAY_COUNT, "...xx....x..."},
    {MAY_WORK_ON_PART, "........x...."},
    {MAY_MOVE_CASE, "xxxxxx......."},
    {MAY_CHOOSE_PROCEDURE, "......x......"},
    {MAY_READ_DISPOSALS, ".x.x......xx."},
    {MAY_HOLD_RECORD, ".x.x......xx."},
    {MAY_PROPOSE_DISPOSAL, "..........x.."},
    {MAY_AGREE_DISPOSAL, "..........xx."},
    {MAY_CANCEL_DISPOSAL, "..........xx."},
    {MAY_READ_REQUESTS, "...x......x.."},
    {MAY_ANSWER_REQUESTS, "..........x.."},
    {MAY_RELEASE_REQUESTS, "...x......x.."},
};

static struct actor actors[ROLES];

static int set_up_roles(void **context)
{
    if (set_up(context) != 0) {
        return 1;
    }
    struct state *state = *context;
    for (int i = 0; i < ROLES; i++) {
        const struct role *role = pack_role(service_pack(state->service), roles[i]);
        assert_non_null(role);
        add_account(state, arena_printf(state->arena, "person%d", i), roles[i],
                    role->agency == NULL ? "health" : role->agency, &actors[i]);
        actors[i].proved_at = start;
        actors[i].strong = true;
    }
    return 0;
}

static void a_role_opens_what_the_pack_says(void **context)
{
    (void)context;
    assert_int_equal(sizeof rules / sizeof *rules, PERMISSIONS);
    for (size_t r = 0; r < sizeof rules / sizeof *rules; r++) {
        for (int i = 0; i < ROLES; i++) {
            if (permit(&actors[i], rules[r].permission) != (rules[r].by[i] == 'x')) {
                fail_msg("%s and permission %d", roles[i], (int)rules[r].permission);
            }
        }
    }
}

/* Each of what a role may be given opens its own door, also when it is given alone. */
static void each_right_of_a_role_stands_alone(void **context)
{
    static const struct {
        struct role role;
        enum permission permission;
    } alone[] = {
        {{.own_part = true}, MAY_WORK_OUTSIDE},
        {{.counts = true}, MAY_WORK_OUTSIDE},
        {{.reads_cases = true}, MAY_WORK_OUTSIDE},
        {{.holds_records = true}, MAY_READ_DISPOSALS},
        {{.proposes_disposal = true}, MAY_READ_DISPOSALS},
        {{.agrees_disposal = true}, MAY_READ_DISPOSALS},
        {{.proposes_disposal = true}, MAY_CANCEL_DISPOSAL},
        {{.agrees_disposal = true}, MAY_CANCEL_DISPOSAL},
        {{.answers_requests = true}, MAY_READ_REQUESTS},
        {{.releases_requests = true}, MAY_READ_REQUESTS},
        {{.administers = true}, MAY_KEEP_ACCOUNTS},
        {{.administers_agency = true}, MAY_KEEP_ACCOUNTS},
    };
    static const struct role nothing = {.id = "nothing"};
    (void)context;
    for (size_t i = 0; i < sizeof alone / sizeof *alone; i++) {
        struct actor actor = {.role = &alone[i].role};
        assert_true(permit(&actor, alone[i].permission));
        actor.role = &nothing;
        assert_false(permit(&actor, alone[i].permission));
    }
}

/* ---- each act asks for its own */

static const struct actor *asking;

static void check(const char *act, enum permission permission, const struct error *error)
{
    enum error_code said = error == NULL ? ERROR_NONE : error->code;
    if (asking == NULL && said != ERROR_NOT_SIGNED_IN) {
        fail_msg("%s: nobody is signed in, and it says %s", act, error_of(said)->name);
    }
    if (asking != NULL && !permit(asking, permission) && said != ERROR_NOT_ALLOWED) {
        fail_msg("%s by %s: %s", act, asking->role->id, error_of(said)->name);
    }
    if (asking != NULL && permit(asking, permission) && said == ERROR_NOT_SIGNED_IN) {
        fail_msg("%s by %s is not let in", act, asking->role->id);
    }
}
#define ASK(permission, expression) check(#expression, permission, (expression))

static const char unknown[] = "2222222222";
static const char nonsense[] = "not a reference";
static const struct id none = {{0}};

static void ask_about_cases(const struct state *state, const struct act *act)
{
    const struct pack *pack = service_pack(state->service);
    const struct entry_type *type = pack_type(pack, "action-agreed");
    const struct value *details =
        arena_many(state->arena, struct value, pack->types[pack->details_type].field_count);
    const struct value *values = arena_many(state->arena, struct value, 200);
    const struct entry_input input = {.type = type, .values = values};
    const struct referral_input referral = {.details = details, .values = values};
    const struct part_entry part = {.type = type, .values = values, .prefix = ""};
    const struct case_view *view;
    const struct pack *of_case;
    const struct match *matches;
    struct recorded recorded;
    const struct work_line *lines;
    const struct work_view *work;
    const char *next;
    const struct case_link *links;
    const char *const *references;
    struct route_view route;
    struct draft_view draft = {.kind = "referral"};
    const struct draft_view *drafts;
    struct move_view move;
    struct id id;
    size_t count;
    bool whole;
    const char *const cases[] = {unknown, nonsense};
    for (size_t i = 0; i < 2; i++) {
        const char *reference = cases[i];
        const struct case_part parts[] = {{reference, 0, &part, 1}};
        const struct together_input together = {.parts = parts, .count = 1};
        ASK(MAY_READ_CASE, act_case_read(act, reference, INSTANT_NEVER, &view));
        ASK(MAY_RECORD, act_case_pack(act, reference, &of_case));
        ASK(MAY_RECORD, act_entry_record(act, reference, &input, &recorded));
        ASK(MAY_RECORD, act_details_record(act, reference, 0, details, &recorded));
        ASK(MAY_RECORD, act_together_record(act, &together, &recorded));
        ASK(MAY_READ_CASE, act_case_links(act, reference, &links, &count, &whole));
        ASK(MAY_MOVE_CASE, act_case_move_look(act, reference, "llr-chapter-11", &move));
        draft.case_reference = i == 0 ? NULL : reference;
        ASK(MAY_DRAFT, act_draft_save(act, &draft, &id));
    }
    ASK(MAY_REFER, act_referral_make(act, &referral, &recorded));
    ASK(MAY_REFER, act_referral_made(act, "no-such-key", &recorded));
    ASK(MAY_REFER, act_route(act, NULL, details, values, &route));
    ASK(MAY_REFER, act_matches(act, details, &matches, &count));
    ASK(MAY_SEARCH, act_case_search(act, "Nobody", &matches, &count));
    ASK(MAY_SEARCH, act_duties(act, &(struct duties_filter){0}, &lines, &count, &next));
    ASK(MAY_WORK, act_work(act, NULL, &work));
    ASK(MAY_READ_CASE, act_meeting_cases(act, "0123456789abcdef0123456789abcdef", &references, &count));
    ASK(MAY_DRAFT, act_draft_read(act, none, &draft));
    ASK(MAY_DRAFT, act_draft_list(act, &drafts, &count));
    ASK(MAY_DRAFT, act_draft_drop(act, none));
}

static void ask_about_looks(const struct act *act)
{
    struct guard_view guard;
    struct glass_ask ask;
    struct instant until;
    const struct glass_view *glass;
    const struct unusual_view *unusual;
    const struct worker_view *workers;
    char worker[ID_TEXT];
    size_t count;
    id_format(act->actor == NULL ? none : act->actor->account, worker);
    const char *const cases[] = {unknown, nonsense, NULL};
    for (size_t i = 0; i < 3; i++) {
        ASK(MAY_GUARD_CASES, act_case_guard(act, cases[i], &guard));
        ASK(MAY_GUARD_CASES, act_case_restrict(act, cases[i], true, "Why"));
        ASK(MAY_GUARD_CASES, act_conflict_declare(act, cases[i], worker, "Why"));
        ASK(MAY_GUARD_CASES, act_conflict_end(act, cases[i], worker, "Why"));
        ASK(MAY_WORK, act_conflict_declare(act, cases[i], NULL, "Why"));
    }
    for (size_t i = 0; i < 2; i++) {
        ASK(MAY_READ_CASE, act_glass_ask(act, cases[i], &ask));
        ASK(MAY_READ_CASE, act_glass_break(act, cases[i], "Why", &until));
    }
    ASK(MAY_REVIEW_LOOKS, act_glass_list(act, &glass, &count));
    ASK(MAY_REVIEW_LOOKS, act_review(act, "no line", "explained", "Why"));
    ASK(MAY_REVIEW_LOOKS, act_unusual_list(act, &unusual, &count));
    ASK(MAY_REVIEW_LOOKS, act_unusual_look(act));
    ASK(MAY_WORK, act_home_set(act, "LE1 1ZZ"));
    ASK(MAY_WORK, act_look_workers(act, &workers, &count));
}

static void ask_about_keeping(const struct state *state, const struct act *act)
{
    const struct disposal_row *disposals;
    const struct disposal_view *disposal;
    const struct request_row *requests;
    const struct request_view *request;
    const struct match *matches;
    const struct request_input input = {0};
    const struct request_decision decision = {0};
    const char *next;
    struct id id;
    size_t count;
    ASK(MAY_READ_DISPOSALS, act_disposals(act, &(struct disposal_filter){0}, &disposals, &count, &next));
    ASK(MAY_READ_DISPOSALS, act_disposal_find(act, unknown, &id));
    ASK(MAY_READ_DISPOSALS, act_disposal_read(act, none, &disposal));
    ASK(MAY_HOLD_RECORD, act_disposal_step(act, none, DISPOSAL_HOLD, 0, "Why"));
    ASK(MAY_HOLD_RECORD, act_disposal_step(act, none, DISPOSAL_LIFT, 0, "Why"));
    ASK(MAY_PROPOSE_DISPOSAL, act_disposal_step(act, none, DISPOSAL_PROPOSE, 0, "Why"));
    ASK(MAY_AGREE_DISPOSAL, act_disposal_step(act, none, DISPOSAL_AGREE, 0, "Why"));
    ASK(MAY_AGREE_DISPOSAL, act_disposal_step(act, none, DISPOSAL_REFUSE, 0, "Why"));
    ASK(MAY_CANCEL_DISPOSAL, act_disposal_step(act, none, DISPOSAL_CANCEL, 0, "Why"));
    ASK(MAY_AGREE_DISPOSAL, act_disposal_step(act, none, DISPOSAL_DESTROY, 0, "Why"));
    ASK(MAY_READ_REQUESTS, act_requests(act, &requests, &count));
    ASK(MAY_READ_REQUESTS, act_request_read(act, none, &request));
    ASK(MAY_READ_REQUESTS, act_request_document(act, none, &request));
    ASK(MAY_ANSWER_REQUESTS, act_request_search(act, "Nobody", &matches, &count));
    ASK(MAY_ANSWER_REQUESTS, act_request_begin(act, &input, &id));
    ASK(MAY_ANSWER_REQUESTS, act_request_decide(act, none, &decision));
    ASK(MAY_ANSWER_REQUESTS, act_request_extend(act, none, "Why"));
    ASK(MAY_ANSWER_REQUESTS, act_request_close(act, none, "Why"));
    ASK(MAY_ANSWER_REQUESTS, act_request_prepare(act, none, "Why"));
    ASK(MAY_RELEASE_REQUESTS, act_request_return(act, none, 0, "Why"));
    ASK(MAY_RELEASE_REQUESTS, act_request_release(act, none, 0, "post"));
    (void)state;
}

static void ask_about_the_rest(const struct state *state, const struct act *act)
{
    const struct pack *pack = service_pack(state->service);
    const struct value *values = arena_many(state->arena, struct value, 200);
    const struct entry_type *type = pack_type(pack, "training-given");
    const struct entry_input input = {.type = pack_type(pack, "action-agreed"), .values = values};
    const struct contact_view contact = {.name = ""};
    struct contact_history contacts;
    struct directory_reminders reminders;
    const struct procedure_view *procedures;
    const struct figures_view *figures;
    struct mail_state mail;
    const struct notice_view *notices;
    const struct session_view *sessions;
    const struct token_view *tokens;
    const struct part_view *const *parts;
    const struct part_view *part;
    const struct outside_view *outside;
    const struct outside_view *const *all;
    struct factors_view factors;
    struct passkey_offer passkey;
    struct code_offer code;
    struct sign_in sign_in;
    struct recorded recorded;
    static const struct origin from = {.client = "10.0.0.1"};
    const char *const *codes;
    const char *next;
    const char *text;
    struct id id;
    size_t count;
    type = type == NULL ? input.type : type;
    ASK(MAY_READ_DIRECTORY, act_contact_read(act, none, &contacts));
    ASK(MAY_READ_DIRECTORY, act_directory_reminders(act, &reminders));
    ASK(MAY_READ_DIRECTORY, act_procedures(act, &procedures, &count));
    ASK(MAY_CHOOSE_PROCEDURE, act_procedure_choose(act, NULL, "Why"));
    ASK(MAY_COUNT, act_figures(act, "sex", NULL, &figures));
    ASK(MAY_ADMINISTER, act_outbox(act, &mail));
    ASK(MAY_ADMINISTER, act_outbox_hurry(act));
    ASK(MAY_WORK, act_notices(act, NULL, &notices, &count, &next));
    ASK(MAY_WORK, act_notices_unread(act, &count));
    ASK(MAY_WORK, act_notices_read(act, NULL));
    ASK(MAY_WORK, act_mail_address(act, &text));
    ASK(MAY_WORK, act_mail_address_set(act, ""));
    ASK(MAY_WORK, act_sessions(act, &sessions, &count));
    ASK(MAY_WORK, act_session_end(act, none));
    ASK(MAY_WORK, act_sessions_end_others(act, &count));
    ASK(MAY_WORK, act_tokens(act, &tokens, &count));
    ASK(MAY_WORK, act_token_make(act, "", 0, &text));
    ASK(MAY_WORK, act_token_end(act, NULL));
    ASK(MAY_WORK, act_factors(act, NULL, &factors));
    ASK(MAY_WORK, act_passkey_offer(act, NULL, "binding", &passkey));
    ASK(MAY_WORK, act_passkey_add(act, NULL, "binding", NULL, NULL, NULL, "Key", &from, &sign_in));
    ASK(MAY_WORK, act_passkey_remove(act, "none"));
    ASK(MAY_WORK, act_code_offer(act, NULL, NULL, &code));
    ASK(MAY_WORK, act_code_set(act, NULL, "", "", &from, &sign_in));
    ASK(MAY_WORK, act_code_remove(act));
    if (act->actor == NULL) {
        ASK(MAY_WORK, act_recovery_make(act, &codes, &count));
        ASK(MAY_WORK, act_prove_again(act, "no token", "no password", &from, &text));
        ASK(MAY_WORK, act_password_change(act, "no token", "no password", "no other", &from, &text));
        ASK(MAY_WORK, act_prove_by_passkey(act, "no token", "binding", &(struct passkey_answer){0}, &text));
        ASK(MAY_WORK, act_looks(act, &(struct looks_asked){0}, &(struct looks_view){0}));
    }
    ASK(MAY_WORK_ON_PART, act_part_list(act, &parts, &count));
    ASK(MAY_WORK_ON_PART, act_part_read(act, unknown, &part));
    ASK(MAY_WORK_ON_PART, act_part_record(act, unknown, &input, &recorded));
    ASK(MAY_WORK_OUTSIDE, act_outside_read(act, none, &outside));
    ASK(MAY_WORK_OUTSIDE, act_outside_list(act, NULL, &all, &count));
    ASK(MAY_WORK_OUTSIDE, act_outside_answer(act, none, type, values, NULL));
    if (act->actor == NULL || !permit(act->actor, MAY_WORK_OUTSIDE)) {
        ASK(MAY_WORK_OUTSIDE, act_outside_record(act, type, values, NULL, &id));
    }
    if (act->actor != NULL) { /* at the command line nobody is signed in */
        ASK(MAY_KEEP_DIRECTORY, act_directory_add(act, &contact, NULL));
    }
}

static void ask_about_accounts(const struct act *act)
{
    const struct account_view *accounts;
    struct account_history history;
    struct account_review review;
    struct invitation invitation;
    const struct lost_view *lost;
    const char *const nobody[] = {"nobody"};
    const struct account_change change = {.role = "referrer", .agency = "health"};
    const char *text;
    size_t count;
    bool awaits;
    ASK(MAY_KEEP_ACCOUNTS,
        act_account_invite(act, &(struct account_input){.username = "", .role = "", .agency = ""},
                           &invitation));
    ASK(MAY_KEEP_ACCOUNTS, act_account_add(act, "", "", "", "", &text));
    ASK(MAY_KEEP_ACCOUNTS, act_account_link(act, "nobody", &text));
    ASK(MAY_KEEP_ACCOUNTS, act_account_invite_again(act, "nobody", &invitation));
    ASK(MAY_KEEP_ACCOUNTS, act_account_lock(act, "nobody", true));
    ASK(MAY_KEEP_ACCOUNTS, act_account_change(act, "nobody", &change, &awaits));
    ASK(MAY_KEEP_ACCOUNTS, act_account_agree(act, "nobody", true, &invitation));
    ASK(MAY_KEEP_ACCOUNTS, act_account_leaves(act, "nobody", start, "Why"));
    ASK(MAY_KEEP_ACCOUNTS, act_account_expires(act, "nobody", start));
    ASK(MAY_KEEP_ACCOUNTS, act_account_hand_over(act, "nobody", "nobody", "Why"));
    ASK(MAY_KEEP_ACCOUNTS, act_account_list(act, &accounts, &count));
    ASK(MAY_KEEP_ACCOUNTS, act_account_export(act, &accounts, &count));
    ASK(MAY_KEEP_ACCOUNTS, act_account_read(act, "nobody", &history));
    ASK(MAY_KEEP_ACCOUNTS, act_account_review(act, &review));
    ASK(MAY_KEEP_ACCOUNTS, act_account_confirm(act, nobody, 1));
    ASK(MAY_KEEP_ACCOUNTS, act_lost_ask(act, "nobody", "in-person"));
    ASK(MAY_KEEP_ACCOUNTS, act_lost_answer(act, "nobody", true, &text));
    ASK(MAY_KEEP_ACCOUNTS, act_lost_list(act, &lost, &count));
    ASK(MAY_KEEP_ACCOUNTS, act_sso_part(act, "nobody"));
}

static void every_act_asks_who_it_is_and_what_they_may(void **context)
{
    const struct state *state = *context;
    for (int i = -1; i < ROLES; i++) {
        struct act act = act_at(state, i < 0 ? NULL : &actors[i], 10);
        asking = act.actor;
        ask_about_cases(state, &act);
        ask_about_looks(&act);
        ask_about_keeping(state, &act);
        ask_about_the_rest(state, &act);
        if (asking != NULL) { /* at the command line nobody is signed in */
            ask_about_accounts(&act);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_role_opens_what_the_pack_says),
        cmocka_unit_test(each_right_of_a_role_stands_alone),
        cmocka_unit_test(every_act_asks_who_it_is_and_what_they_may),
    };
    return cmocka_run_group_tests(tests, set_up_roles, tear_down);
}
