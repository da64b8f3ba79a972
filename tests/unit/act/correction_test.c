/* Corrections, labels, and whom an entry brings in by name: what is asked before it is written. */
#include "act/inner.h"
#include "pack/screen.h"
#include "scene.h"

static struct {
    struct actor worker;
    struct actor police;
    struct actor sergeant;
    struct actor admin;
} who;

static int set_up_all(void **context)
{
    if (set_up(context) != 0) {
        return 1;
    }
    struct state *state = *context;
    add_account(state, "worker", "social-worker", "social-care", &who.worker);
    add_account(state, "officer", "police-officer", "police", &who.police);
    add_account(state, "sergeant", "police-officer", "police", &who.sergeant);
    add_account(state, "admin", "administrator", "other", &who.admin);
    who.admin.proved_at = start;
    who.admin.strong = true;
    return 0;
}

static const struct entry_type *type_of(const struct state *state, const char *id)
{
    return pack_type(service_pack(state->service), id);
}

static const struct known *known_of(const struct state *state, const char *reference, const char *type)
{
    struct act act = act_at(state, &state->manager, 900000);
    const struct case_view *view;
    GOOD_ONCE(act_case_read(&act, reference, INSTANT_NEVER, &view));
    for (size_t i = 0; i < view->history->count; i++) {
        if (text_equal(view->history->list[i].type->id, type)) {
            return &view->history->list[i];
        }
    }
    return NULL;
}

static void must_say(const struct error *error, const char *field)
{
    assert_non_null(error);
    assert_int_equal(error->code, ERROR_INVALID);
    assert_string_equal(error->field, field);
}

/* As no form and no program could send it. */
static const struct error *correct_by_hand(const struct state *state, const struct act *act,
                                           const char *reference, int64_t seq, const struct fields *fields)
{
    struct entry_input input =
        entry_input_of(state, "correction",
                       arena_printf(state->arena, "{\"corrects\":%lld,\"reason\":\"R\"}", (long long)seq));
    struct value *values = arena_many(state->arena, struct value, input.type->field_count);
    struct recorded recorded;
    memcpy(values, input.values, input.type->field_count * sizeof *values);
    values[entry_type_field(input.type, "fields")->index] =
        (struct value){.kind = VALUE_FIELDS, .fields = fields};
    input.values = values;
    return act_entry_record(act, reference, &input, &recorded);
}

static struct fields no_fields(const struct state *state, const struct entry_type *type)
{
    return (struct fields){.type = type,
                           .values = arena_many(state->arena, struct value, type->field_count),
                           .set = arena_many(state->arena, bool, type->field_count)};
}

/* ---- when it happened ---- */

static const char protection[] = "{\"officer\":\"PC Ray\",\"place\":\"The station\"}";

static void a_clock_in_hours_needs_the_time(void **context)
{
    struct state *state = *context;
    struct act manager = act_at(state, &state->manager, 3600);
    struct recorded recorded;
    const char *reference = new_case(state, "Avocet", 10);
    struct entry_input input = entry_input_of(state, "police-protection-began", protection);
    struct moment moment = moment_of_instant(service_pack(state->service), start);
    moment.day_only = true;
    input.occurred = &moment;
    must_say(act_entry_record(&manager, reference, &input, &recorded), "occurred_at");
    moment.day_only = false;
    GOOD_ONCE(act_entry_record(&manager, reference, &input, &recorded));
    const struct entry_type *type = type_of(state, "police-protection-began");
    static const char when[] = "{\"corrects\":2,\"reason\":\"R\",\"fields\":{\"occurred_at\":\"%s\"}}";
    struct fields day = no_fields(state, type);
    day.sets_occurred = true;
    day.occurred = moment;
    day.occurred.day_only = true;
    must_say(correct_by_hand(state, &manager, reference, 2, &day), "occurred_at");
    must_say(correct(&manager, reference, arena_printf(state->arena, when, "2026-06-28T08:00:00Z"), type),
             "occurred_at");
    GOOD(correct(&manager, reference, arena_printf(state->arena, when, "2026-05-28T20:00:00Z"), type));
    const struct known *known = known_of(state, reference, "police-protection-began");
    assert_int_equal(known->occurred.start.ms, 1779998400000);
}

/* ---- who corrects what ---- */

static void no_clock_begins_with_a_time_that_is_to_come(void **context)
{
    struct state *state = *context;
    struct act nurse = act_at(state, &state->nurse, 96);
    const struct entry_type *type =
        &service_pack(state->service)->types[service_pack(state->service)->start_type];
    struct referral_input input = referral_of(state, "Garganey", NULL);
    const struct moment occurred = moment_of_instant(service_pack(state->service), nurse.now);
    struct value *values = arena_many(state->arena, struct value, type->field_count);
    struct recorded recorded;
    memcpy(values, input.values, type->field_count * sizeof *values);
    struct value *told = &values[entry_type_field(type, "notified_at")->index];
    input.values = values;
    input.occurred = &occurred; /* it happened now, and a day after tomorrow somebody is told of it */
    told->moment =
        moment_of_instant(service_pack(state->service), instant_add_ms(nurse.now, 2 * (int64_t)MS_PER_DAY));
    must_say(act_referral_make(&nurse, &input, &recorded), "notified_at");
    told->moment = moment_of_instant(service_pack(state->service), instant_add_ms(nurse.now, MS_PER_MINUTE));
    GOOD_ONCE(act_referral_make(&nurse, &input, &recorded));
    const char *reference = arena_copy(state->arena, recorded.reference.text);
    must_say(
        correct(&nurse, reference,
                "{\"corrects\":1,\"reason\":\"R\",\"fields\":{\"notified_at\":\"2030-01-01T08:00:00Z\"}}",
                type),
        "notified_at");
    GOOD_ONCE(correct(
        &nurse, reference,
        "{\"corrects\":1,\"reason\":\"R\",\"fields\":{\"notified_at\":\"2026-05-28T08:00:00Z\"}}", type));
}

/* 11.12, 11.13, 11.38, 11.48: what a gate refuses is not brought about by a correction. */
static void a_correction_is_no_way_round_a_gate(void **context)
{
    struct state *state = *context;
    const char *reference = new_case(state, "Curlew", 150);
    struct act act = act_at(state, &state->manager, 170000);
    static const char says[] = "{\"corrects\":%d,\"reason\":\"R\",\"fields\":{%s}}";
    GOOD_ONCE(record_on(state, &act, reference, "consultation",
                        "{\"question\":\"Q\",\"adviser\":\"A\",\"advice\":\"A\",\"involvement\":\"likely\","
                        "\"leads_to_referral\":\"yes\"}",
                        NULL));
    GOOD_ONCE(record_on(state, &act, reference, "meeting-held",
                        "{\"kind\":\"strategy\",\"chair_role\":\"social-care-manager\","
                        "\"exit_plan\":\"agreed\",\"child_views\":\"V\"}",
                        NULL));
    GOOD_ONCE(record_on(state, &act, reference, "vulnerability-began",
                        "{\"vulnerability\":\"looked-after-foster\"}", NULL));
    static const struct {
        int seq;
        const char *type;
        const char *fields;
        const char *refused; /* NULL: it is recorded */
    } rows[] = {
        {2, "consultation", "\"leads_to_referral\":\"no\"", "leads_to_referral"},
        {2, "consultation", "\"leads_to_referral\":\"no\",\"involvement\":\"at-risk\"", NULL},
        {2, "consultation", "\"involvement\":\"involved\"", "leads_to_referral"},
        {3, "meeting-held", "\"child_views\":null", "child_views"},
        {3, "meeting-held", "\"child_views\":null,\"views_not_obtained_reason\":\"Ill\"", NULL},
        {3, "meeting-held", "\"chair_role\":\"conference-chair\"", "chair_role"},
        /* looked after only since: then a manager chaired it rightly */
        {3, "meeting-held", "\"chair_role\":\"reviewing-officer\"", "chair_role"},
        {3, "meeting-held", "\"chair\":\"Ms Ashe\"", NULL},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const struct error *error =
            correct(&act, reference, arena_printf(state->arena, says, rows[i].seq, rows[i].fields),
                    type_of(state, rows[i].type));
        if (rows[i].refused == NULL) {
            GOOD_ONCE(error);
        } else {
            must_say(error, rows[i].refused);
        }
    }
}

static void a_role_corrects_what_it_records(void **context)
{
    struct state *state = *context;
    struct act manager = act_at(state, &state->manager, 40);
    struct act police = act_at(state, &who.police, 41);
    const char *reference = new_case(state, "Bittern", 20);
    bring_in(state, reference, &police);
    GOOD_ONCE(record_on(state, &manager, reference, "referral-decision",
                        "{\"initial_assessment\":\"required\",\"reasons\":\"R\",\"immediate_danger\":\"no\"}",
                        NULL));
    const struct entry_type *type = type_of(state, "referral-decision");
    static const char reasons[] = "{\"corrects\":3,\"reason\":\"R\",\"fields\":{\"reasons\":\"Other\"}}";
    FAILS(ERROR_NOT_ALLOWED, correct(&police, reference, reasons, type));
    GOOD(correct(&manager, reference, reasons, type));
    /* what the program wrote is not for people: where a referral went */
    const struct entry_type *referral = type_of(state, "referral");
    const struct fields fields = no_fields(state, referral);
    int routed = entry_type_field(referral, "routed_to")->index;
    bool *set = arena_many(state->arena, bool, referral->field_count);
    set[routed] = true;
    const struct fields routes = {.type = referral, .values = fields.values, .set = set};
    must_say(correct_by_hand(state, &manager, reference, 1, &routes), "routed_to");
}

static void a_screen_is_scored_anew_when_any_of_it_is_corrected(void **context)
{
    struct state *state = *context;
    struct act manager = act_at(state, &state->manager, 60);
    const char *reference = new_case(state, "Curlew", 50);
    const struct screen *screen = &service_pack(state->service)->screens[0];
    const char *answers = "";
    for (size_t i = 0; i < screen->item_count; i++) {
        answers = arena_printf(state->arena, "%s%s\"%s: %s\"", answers, i == 0 ? "" : ",",
                               screen->items[i].id, screen->items[i].answers[0].id);
    }
    GOOD_ONCE(record_on(
        state, &manager, reference, "risk-screen",
        arena_printf(state->arena, "{\"screen\":\"%s\",\"answers\":[%s]}", screen->id, answers), NULL));
    const struct entry_type *type = type_of(state, "risk-screen");
    GOOD_ONCE(correct(&manager, reference,
                      "{\"corrects\":2,\"reason\":\"R\",\"fields\":{\"override_reason\":\"Seen at home\"}}",
                      type));
    static const struct {
        const char *fields;
        const char *refused; /* the field that it is said of */
    } rows[] = {
        {"\"version\":\"8\"", "version"},
        {"\"answers\":[\"nothing\"]", "answers"},
        {"\"score\":9", "score"},
        {"\"band\":\"no such\"", "band"},
        {"\"professional_band\":\"x\"", "professional_band"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        must_say(correct(&manager, reference,
                         arena_printf(state->arena, "{\"corrects\":2,\"reason\":\"R\",\"fields\":{%s}}",
                                      rows[i].fields),
                         type),
                 rows[i].refused);
    }
}

/* ---- labels ---- */

static void what_opens_and_closes_a_case_bears_no_label(void **context)
{
    struct state *state = *context;
    struct act manager = act_at(state, &state->manager, 80);
    const char *reference = new_case(state, "Dunlin", 70);
    struct recorded recorded;
    const struct pack *pack = service_pack(state->service);
    static const char ends[] = "{\"reasons\":\"R\",\"agreed_by\":\"Ms Rahman\"}";
    struct entry_input referral = {.type = &pack->types[pack->start_type],
                                   .values = referral_values(state, "health", "no", ""),
                                   .labels = "health"};
    must_say(act_entry_record(&manager, reference, &referral, &recorded), "labels");
    must_say(record_on(state, &manager, reference, "case-closed", ends, "health"), "labels");
    must_say(record_on(state, &manager, reference, "case-reopened", ends, "health"), "labels");
    must_say(
        record_on(state, &manager, reference, "correction", "{\"corrects\":1,\"reason\":\"R\"}", "health"),
        "labels");
    assert_false(act_may_label(&pack->types[pack->details_type]));
    /* once is enough */
    GOOD(record_on(state, &manager, reference, "child-views", "{\"views\":\"V\",\"how_obtained\":\"H\"}",
                   "health+third-party+health"));
    assert_string_equal(known_of(state, reference, "child-views")->entry->label, "health+third-party");
}

/* ---- whom it brings in ---- */

static void who_is_brought_in_is_somebody(void **context)
{
    struct state *state = *context;
    struct act manager = act_at(state, &state->manager, 100);
    struct act admin = act_at(state, &who.admin, 99);
    struct act clerk = act_at(state, &who.admin, 98);
    const struct account_change other = {"police-officer", "police", "Oadby ", "Moves"};
    const char *reference = new_case(state, "Eider", 90);
    bool awaits;
    const struct account_change change = {"police-officer", "police", "Hinckley ", "Moves"};
    static const char person[] = "{\"worker\":\"%s\",\"reason\":\"R\"}";
    static const char team[] = "{%s\"team\":\"%s\",\"reason\":\"R\"}";
    must_say(record_on(state, &manager, reference, "involvement-began",
                       arena_printf(state->arena, person, "nobody-here"), NULL),
             "worker");
    GOOD(record_on(state, &manager, reference, "involvement-began",
                   arena_printf(state->arena, person, " worker "), NULL));
    must_say(record_on(state, &manager, reference, "involvement-began",
                       arena_printf(state->arena, team, "", "hinckley"), NULL),
             "agency");
    FAILS(ERROR_INVALID,
          record_on(state, &manager, reference, "involvement-began",
                    arena_printf(state->arena, team, "\"agency\":\"police\",", "hinckley"), NULL));
    GOOD_ONCE(act_account_change(&admin, "officer", &change, &awaits));
    FAILS(ERROR_INVALID,
          record_on(state, &manager, reference, "involvement-began",
                    arena_printf(state->arena, team, "\"agency\":\"police\",", "Oadby"), NULL));
    GOOD(record_on(state, &manager, reference, "involvement-began",
                   arena_printf(state->arena, team, "\"agency\":\"police\",", " HINCKLEY"), NULL));
    GOOD_ONCE(act_account_change(&clerk, "sergeant", &other, &awaits));
    GOOD(record_on(state, &manager, reference, "involvement-began",
                   arena_printf(state->arena, team, "\"agency\":\"police\",", "Oadby"), NULL));
    GOOD_ONCE(act_account_lock(&admin, "officer", true));
    FAILS(ERROR_INVALID,
          record_on(state, &manager, reference, "involvement-began",
                    arena_printf(state->arena, team, "\"agency\":\"police\",", "Hinckley"), NULL));
    /* a team that is no more can be let go */
    GOOD(record_on(state, &manager, reference, "involvement-ended",
                   arena_printf(state->arena, team, "\"agency\":\"police\",", "Wigston"), NULL));
}

/* A correction that brings in another is asked as the entry was; one of something else is not. */
static void who_a_correction_brings_in_is_somebody(void **context)
{
    struct state *state = *context;
    struct act manager = act_at(state, &state->manager, 140);
    struct act admin = act_at(state, &who.admin, 139);
    const struct account_change to = {"police-officer", "police", "Rothley", "Moves"};
    const struct account_change away = {"police-officer", "police", "Syston", "Moves"};
    const struct entry_type *type = type_of(state, "involvement-began");
    bool awaits;
    static const char says[] = "{\"corrects\":%d,\"reason\":\"R\",\"fields\":{%s}}";
    const char *reference = new_case(state, "Gadwall", 130);
    GOOD_ONCE(record_on(state, &manager, reference, "involvement-began",
                        "{\"worker\":\"worker\",\"reason\":\"R\"}", NULL));
    must_say(
        correct(&manager, reference, arena_printf(state->arena, says, 2, "\"worker\":\"nobody-here\""), type),
        "worker");
    must_say(correct(&manager, reference, arena_printf(state->arena, says, 2, "\"team\":\"Rothley\""), type),
             "agency");
    GOOD_ONCE(
        correct(&manager, reference, arena_printf(state->arena, says, 2, "\"worker\":\"sergeant\""), type));
    GOOD_ONCE(act_account_change(&admin, "sergeant", &to, &awaits));
    GOOD_ONCE(record_on(state, &manager, reference, "involvement-began",
                        "{\"agency\":\"police\",\"team\":\"Rothley\",\"reason\":\"R\"}", NULL));
    must_say(
        correct(&manager, reference, arena_printf(state->arena, says, 4, "\"agency\":\"social-care\""), type),
        "team");
    /* the team is no more, and the reason is put right */
    GOOD_ONCE(act_account_change(&admin, "sergeant", &away, &awaits));
    GOOD_ONCE(
        correct(&manager, reference, arena_printf(state->arena, says, 4, "\"reason\":\"Other\""), type));
    must_say(correct(&manager, reference, arena_printf(state->arena, says, 4, "\"team\":\" rothley\""), type),
             "team");
}

/* ---- what no form gives ---- */

static void what_is_not_of_the_case_is_not_recorded(void **context)
{
    struct state *state = *context;
    struct act manager = act_at(state, &state->manager, 120);
    const char *reference = new_case(state, "Fulmar", 110);
    struct recorded recorded;
    const struct value none[8] = {{.kind = VALUE_NONE}};
    const struct entry_input of_program = {.type = system_type("procedure-chosen"), .values = none};
    FAILS(ERROR_NOT_ALLOWED, act_entry_record(&manager, reference, &of_program, &recorded));
    assert_false(act_may_record(&state->manager, service_pack(state->service), of_program.type));
    /* sent on an older head, with a key: it is asked again whether it was this form, sent twice */
    struct entry_input views =
        entry_input_of(state, "child-views", "{\"views\":\"V\",\"how_obtained\":\"H\"}");
    views.expected_seq = 7;
    views.idempotency_key = "views-of-fulmar";
    FAILS(ERROR_CONFLICT, act_entry_record(&manager, reference, &views, &recorded));
}

static void the_draft_goes_with_what_is_recorded(void **context)
{
    struct state *state = *context;
    struct act nurse = act_at(state, &state->nurse, 140);
    struct recorded recorded;
    static const char *const names[] = {"views"};
    static const char *const texts[] = {"Wants to swim."};
    struct draft_view draft = {.kind = "child-views", .names = names, .texts = texts, .count = 1};
    const struct draft_view *drafts;
    size_t count;
    const char *reference = new_case(state, "Gadwall", 130);
    struct entry_input views =
        entry_input_of(state, "child-views", "{\"views\":\"V\",\"how_obtained\":\"H\"}");
    draft.case_reference = reference;
    FAILS(ERROR_NOT_FOUND,
          act_draft_save(&nurse, &(struct draft_view){.case_reference = "2222222222"}, &views.draft));
    FAILS(ERROR_NOT_FOUND,
          act_draft_save(&nurse, &(struct draft_view){.case_reference = "none"}, &views.draft));
    GOOD(act_draft_save(&nurse, &draft, &draft.id));
    GOOD(act_draft_save(&nurse, &draft, &views.draft)); /* the same again */
    assert_true(id_equal(draft.id, views.draft));
    GOOD(act_draft_read(&nurse, draft.id, &draft));
    assert_string_equal(draft.case_reference, reference);
    GOOD(act_entry_record(&nurse, reference, &views, &recorded));
    GOOD(act_draft_list(&nurse, &drafts, &count));
    assert_int_equal(count, 0);

    /* and with a referral, and with what is recorded together */
    struct referral_input referral = referral_of(state, "Garganey", NULL);
    GOOD_ONCE(act_draft_save(&nurse, &(struct draft_view){.kind = "referral"}, &referral.draft));
    GOOD_ONCE(act_referral_make(&nurse, &referral, &recorded));
    const struct part_entry one = {views.type, views.values, NULL, ""};
    const struct case_part part = {reference, 0, &one, 1};
    struct together_input together = {.parts = &part, .count = 1};
    GOOD_ONCE(act_draft_save(&nurse, &(struct draft_view){.kind = "child-views"}, &together.draft));
    GOOD_ONCE(act_together_record(&nurse, &together, &recorded));
    GOOD(act_draft_list(&nurse, &drafts, &count));
    assert_int_equal(count, 0);
}

/* ---- another version, another procedure ---- */

static struct service *open_as(const struct state *state, const char *const *dirs, size_t count,
                               const char *username, struct actor *ret_actor)
{
    struct service *service;
    const char *token;
    GOOD_ONCE(service_open_packs(state->arena, arena_printf(state->arena, "%s/store", state->top), NULL, dirs,
                                 count, &service));
    service_allow_one_factor(service);
    struct act nobody = {service, state->arena, NULL, instant_add_ms(start, 500000)};
    GOOD_ONCE(act_account_token(&nobody, username, &token));
    GOOD_ONCE(act_bearer(&nobody, token, ret_actor));
    return service;
}

static void an_entry_of_another_procedure_is_corrected_as_it_was_written(void **context)
{
    struct state *state = *context;
    const char *const dirs[] = {WM_SOURCE "/procedures/llr-chapter-11",
                                WM_SOURCE "/procedures/working-together"};
    struct actor manager;
    const char *reference = new_case(state, "Heron", 150);
    struct service *service = open_as(state, dirs, 2, "manager", &manager);
    struct act act = {service, state->arena, &manager, instant_add_ms(start, 500000)};
    struct recorded recorded;
    struct state all = state_of(state, service);
    struct entry_input views =
        entry_input_of(&all, "child-views", "{\"views\":\"V\",\"how_obtained\":\"H\"}");
    GOOD_ONCE(act_entry_record(&act, reference, &views, &recorded));
    GOOD_ONCE(act_case_move(&act, reference, "working-together", "Law", 0, &recorded));
    FAILS(ERROR_INVALID, act_entry_record(&act, reference, &views, &recorded)); /* a form of the other */
    static const char words[] = "{\"corrects\":2,\"reason\":\"R\",\"fields\":{\"views\":\"Other\"}}";
    GOOD(correct(&act, reference, words, views.type));
    /* that it was moved is not for people to correct */
    static const char moved[] = "{\"corrects\":3,\"reason\":\"R\",\"fields\":{\"reason\":\"Other\"}}";
    FAILS(ERROR_NOT_ALLOWED, correct(&act, reference, moved, system_type("procedure-changed")));
    service_close(service);
}

/* Two tools: the answers of one are none of the other's. */
static void a_screen_is_asked_again_when_it_is_said_to_be_another(void **context)
{
    struct state *state = *context;
    static const struct pack_edit edits[] = {
        {"pack.yaml", "id: llr-chapter-11", "id: screening"},
        {"screens.yaml", "screens:\n",
         "screens:\n"
         "  - id: school-talk\n    version: \"1\"\n    title: A talk at school\n    source: Written here.\n"
         "    entry: risk-screen\n    total: none\n    sections:\n      - id: talk\n        title: Talk\n"
         "        items: [{id: heard, title: What was heard, words: true}]\n"
         "    bands: [{id: calm, title: Calm}, {id: worried, title: Worried}]\n"}};
    const char *const dirs[] = {
        pack_changed(state, "procedures/llr-chapter-11", "screening", edits, sizeof edits / sizeof *edits)};
    struct actor nurse;
    struct service *service = open_as(state, dirs, 1, "nurse", &nurse);
    struct act act = {service, state->arena, &nurse, instant_add_ms(start, 505000)};
    struct state all = state_of(state, service);
    all.nurse = nurse;
    const char *reference = case_of(&all, &act, "Lapwing", NULL);
    const struct entry_type *type = pack_type(service_pack(service), "risk-screen");
    GOOD_ONCE(record_on(&all, &act, reference, "risk-screen",
                        "{\"screen\":\"school-talk\",\"answers\":[\"heard: She has a new phone\"]}", NULL));
    static const char says[] = "{\"corrects\":2,\"reason\":\"R\",\"fields\":{\"screen\":\"%s\"}}";
    must_say(correct(&act, reference, arena_printf(state->arena, says, "signs-of-exploitation"), type),
             "answers");
    GOOD_ONCE(correct(&act, reference, arena_printf(state->arena, says, "A talk at school"), type));
    service_close(service);
}

/* What it came to then stays, though it would come to something else today. */
static void a_screen_stays_as_it_was_scored_until_it_is_corrected(void **context)
{
    struct state *state = *context;
    static const struct pack_edit edits[] = {{"pack.yaml", "id: llr-chapter-11", "id: scored"},
                                             {"screens.yaml", "{age_under: 13}", "{mark: looked-after}"}};
    const char *const dirs[] = {
        pack_changed(state, "procedures/llr-chapter-11", "scored", edits, sizeof edits / sizeof *edits)};
    struct actor nurse;
    struct service *service = open_as(state, dirs, 1, "nurse", &nurse);
    struct act act = {service, state->arena, &nurse, instant_add_ms(start, 507000)};
    struct state all = state_of(state, service);
    all.nurse = nurse;
    const char *reference = case_of(&all, &act, "Mallard", NULL);
    GOOD_ONCE(record_on(&all, &act, reference, "risk-screen",
                        "{\"screen\":\"signs-of-exploitation\",\"answers\":[\"late-home: no\"]}", NULL));
    GOOD_ONCE(record_on(&all, &act, reference, "vulnerability-began",
                        "{\"vulnerability\":\"looked-after-foster\"}", NULL));
    const struct entry_type *type = pack_type(service_pack(service), "risk-screen");
    GOOD_ONCE(correct(&act, reference,
                      "{\"corrects\":2,\"reason\":\"R\",\"fields\":{\"override_reason\":\"Seen at home\"}}",
                      type));
    must_say(correct(&act, reference,
                     "{\"corrects\":2,\"reason\":\"R\",\"fields\":{\"answers\":[\"late-home: not-known\"]}}",
                     type),
             "band");
    service_close(service);
}

static void what_a_looser_procedure_leaves_out_is_asked_all_the_same(void **context)
{
    struct state *state = *context;
    static const struct pack_edit edits[] = {
        {"pack.yaml", "id: llr-chapter-11", "id: loose"},
        {"access.yaml", "{entry: involvement-ended, agency_in: agency, person",
         "{entry: involvement-ended, person"},
        {"entries-record.yaml", "kind: entry\n            label: Which entry?\n            required: true",
         "kind: entry\n            label: Which entry?"},
        {"entries-record.yaml", "kind: fields\n            label: What is right?\n            required: true",
         "kind: fields\n            label: What is right?"},
        {"entries-referral.yaml", "- id: school\n",
         "- id: school\n            required_when: [{age_from: 16}]\n"}};
    const char *const dirs[] = {
        pack_changed(state, "procedures/llr-chapter-11", "loose", edits, sizeof edits / sizeof *edits)};
    struct actor nurse;
    struct service *service = open_as(state, dirs, 1, "nurse", &nurse);
    struct act act = {service, state->arena, &nurse, instant_add_ms(start, 510000)};
    struct state all = state_of(state, service);
    struct recorded recorded;
    all.nurse = nurse;
    const char *reference = case_of(&all, &act, "Jackdaw", NULL);
    const struct pack *pack = service_pack(service);
    must_say(correct(&act, reference, "{\"reason\":\"R\",\"fields\":{\"narrative\":\"N\"}}",
                     &pack->types[pack->start_type]),
             "corrects");
    must_say(correct(&act, reference, "{\"corrects\":1,\"reason\":\"R\"}", &pack->types[pack->start_type]),
             "corrects");
    struct actor manager;
    const char *token;
    struct act nobody = {service, state->arena, NULL, act.now};
    GOOD_ONCE(act_account_token(&nobody, "manager", &token));
    GOOD_ONCE(act_bearer(&nobody, token, &manager));
    struct act of_manager = {service, state->arena, &manager, act.now};
    must_say(record_on(&all, &of_manager, reference, "involvement-ended",
                       "{\"team\":\"Hinckley\",\"reason\":\"R\"}", NULL),
             "team");
    /* what is asked of a child of sixteen is missing now, though it was whole when it was written */
    const struct value *phone = fields(&all, pack->details_type, "{\"phone\":\"0116 496 0100\"}");
    GOOD_ONCE(act_details_record(&act, reference, 0, phone, &recorded));
    struct act later = {service, state->arena, &nurse, instant_add_ms(start, 400 * (int64_t)MS_PER_DAY)};
    phone = fields(&all, pack->details_type, "{\"phone\":\"0116 496 0101\"}");
    FAILS(ERROR_INVALID, act_details_record(&later, reference, 0, phone, &recorded));
    service_close(service);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_clock_in_hours_needs_the_time),
        cmocka_unit_test(no_clock_begins_with_a_time_that_is_to_come),
        cmocka_unit_test(a_correction_is_no_way_round_a_gate),
        cmocka_unit_test(a_role_corrects_what_it_records),
        cmocka_unit_test(a_screen_is_scored_anew_when_any_of_it_is_corrected),
        cmocka_unit_test(what_opens_and_closes_a_case_bears_no_label),
        cmocka_unit_test(who_is_brought_in_is_somebody),
        cmocka_unit_test(who_a_correction_brings_in_is_somebody),
        cmocka_unit_test(what_is_not_of_the_case_is_not_recorded),
        cmocka_unit_test(the_draft_goes_with_what_is_recorded),
        cmocka_unit_test(an_entry_of_another_procedure_is_corrected_as_it_was_written),
        cmocka_unit_test(a_screen_is_asked_again_when_it_is_said_to_be_another),
        cmocka_unit_test(a_screen_stays_as_it_was_scored_until_it_is_corrected),
        cmocka_unit_test(what_a_looser_procedure_leaves_out_is_asked_all_the_same),
    };
    return cmocka_run_group_tests(tests, set_up_all, tear_down);
}
