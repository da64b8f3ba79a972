/* One case, several readers: what each is shown, by labels, by who recorded it and by what was disclosed. */
#include "act/shown.h"
#include "support.h"

#include <string.h>

static struct {
    struct actor officer;   /* police */
    struct actor doctor;    /* health, beside the nurse */
    struct actor solicitor; /* a team manager of social care */
} who;

static int set_up_all(void **context)
{
    if (set_up(context) != 0) {
        return 1;
    }
    struct state *state = *context;
    add_account(state, "officer", "police-officer", "police", &who.officer);
    add_account(state, "doctor", "referrer", "health", &who.doctor);
    add_account(state, "solicitor", "team-manager", "social-care", &who.solicitor);
    return 0;
}

/* Referred by the nurse; the police take part. */
static const char *case_of(const struct state *state, const char *given)
{
    struct act nurse = act_at(state, &state->nurse, 10);
    struct act officer = act_at(state, &who.officer, 11);
    struct referral_input input = referral_of(state, given, NULL);
    struct recorded recorded;
    GOOD(act_referral_make(&nurse, &input, &recorded));
    const char *reference = arena_copy(state->arena, recorded.reference.text);
    bring_in(state, reference, &officer);
    return reference;
}

static const struct error *record(const struct state *state, const struct actor *actor, const char *reference,
                                  int64_t seconds, const char *type_id, const char *labels, const char *json,
                                  struct recorded *ret_recorded)
{
    const struct entry_type *type = pack_type(service_pack(state->service), type_id);
    struct act act = act_at(state, actor, seconds);
    struct entry_input input = {.type = type, .labels = labels};
    json_t *object = json_loads(json, 0, NULL);
    assert_non_null(object);
    const struct error *error =
        fields_from_json(state->arena, service_pack(state->service), type, object,
                         pack_type(service_pack(state->service), "child-views"), &input.values);
    json_decref(object);
    return error != NULL ? error : act_entry_record(&act, reference, &input, ret_recorded);
}

/* What the child told `actor`; its number for them. */
static uint64_t tell(const struct state *state, const struct actor *actor, const char *reference,
                     int64_t seconds, const char *labels, const char *words)
{
    struct recorded recorded;
    GOOD(record(state, actor, reference, seconds, "child-views", labels,
                arena_printf(state->arena, "{\"views\":\"%s\",\"how_obtained\":\"In a talk\"}", words),
                &recorded));
    return recorded.entry->seq;
}

static const struct error *disclose(const struct state *state, const struct actor *actor,
                                    const char *reference, int64_t seconds, const char *to, const char *what,
                                    struct recorded *ret_recorded)
{
    return record(
        state, actor, reference, seconds, "disclosure", NULL,
        arena_printf(state->arena,
                     "{\"to_agency\":\"%s\",\"what\":\"W\",\"purpose\":\"P\",\"legal_basis\":\"L\",%s"
                     "\"immediate_risk\":\"yes\",\"consent\":\"given\"}",
                     to, what),
        ret_recorded);
}

static const struct case_view *read_by(const struct state *state, const struct actor *actor,
                                       const char *reference, int64_t seconds)
{
    struct act act = act_at(state, actor, seconds);
    const struct case_view *view = NULL;
    GOOD(act_case_read(&act, reference, INSTANT_NEVER, &view));
    for (size_t i = 0; i < view->entry_count; i++) {
        assert_int_equal(view->entries[i]->seq, i + 1); /* without gaps, or a gap would tell */
    }
    return view;
}

/* The number under which these words stand, as they were recorded; 0: they are nowhere. */
static uint64_t number_of(const struct case_view *view, const char *words)
{
    for (size_t i = 0; i < view->entry_count; i++) {
        if (text_equal(entry_text(view->entries[i], "views"), words)) {
            return view->entries[i]->seq;
        }
    }
    return 0;
}

static bool holds(const struct case_view *view, const char *words)
{
    bool found = number_of(view, words) != 0;
    for (size_t i = 0; i < view->history->count; i++) {
        const struct known *known = &view->history->list[i];
        if (text_equal(known->type->id, "child-views")) {
            found =
                found || text_equal(known->values[entry_type_field(known->type, "views")->index].text, words);
        }
    }
    return found;
}

static void what_is_labelled_is_for_those_the_label_names(void **context)
{
    const struct state *state = *context;
    const char *reference = case_of(state, "Plover");
    (void)tell(state, &state->nurse, reference, 20, "sexual-health", "Saw a doctor.");
    (void)tell(state, &state->nurse, reference, 21, "health", "Sleeps badly.");
    (void)tell(state, &who.officer, reference, 22, "police-evidence", "A number plate.");
    (void)tell(state, &state->manager, reference, 23, "child-confidence", "Afraid of him.");
    (void)tell(state, &who.solicitor, reference, 24, "legal-advice", "Apply for an order.");
    (void)tell(state, &state->nurse, reference, 25, NULL, "Likes football.");
    static const struct {
        const char *words;
        bool nurse, doctor, manager, officer, solicitor;
    } rows[] = {
        {"Saw a doctor.", true, true, false, false, false},
        {"Sleeps badly.", true, true, true, false, true},
        {"A number plate.", false, false, false, true, false},
        {"Afraid of him.", false, false, true, false, false},
        {"Apply for an order.", false, false, true, false, true},
        {"Likes football.", true, true, true, true, true},
    };
    const struct case_view *nurse = read_by(state, &state->nurse, reference, 30);
    const struct case_view *doctor = read_by(state, &who.doctor, reference, 30);
    const struct case_view *manager = read_by(state, &state->manager, reference, 30);
    const struct case_view *officer = read_by(state, &who.officer, reference, 30);
    const struct case_view *solicitor = read_by(state, &who.solicitor, reference, 30);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        assert_int_equal(holds(nurse, rows[i].words), rows[i].nurse);
        assert_int_equal(holds(doctor, rows[i].words), rows[i].doctor);
        assert_int_equal(holds(manager, rows[i].words), rows[i].manager);
        assert_int_equal(holds(officer, rows[i].words), rows[i].officer);
        assert_int_equal(holds(solicitor, rows[i].words), rows[i].solicitor);
    }
    assert_int_equal(officer->seq, officer->entry_count); /* no count tells of more */
    struct recorded recorded;
    static const char views[] = "{\"views\":\"V\",\"how_obtained\":\"H\"}";
    FAILS(ERROR_INVALID,
          record(state, &state->nurse, reference, 31, "child-views", "no-label", views, &recorded));
    FAILS(ERROR_INVALID,
          record(state, &state->nurse, reference, 31, "child-views", "standard", views, &recorded));
}

static void one_entry_is_opened_to_one_agency_from_then_on(void **context)
{
    const struct state *state = *context;
    struct recorded recorded;
    const char *reference = case_of(state, "Dotterel");
    uint64_t told = tell(state, &state->nurse, reference, 20, "sexual-health", "Saw a doctor.");
    (void)tell(state, &state->nurse, reference, 21, "sexual-health", "Saw her twice.");
    (void)tell(state, &who.officer, reference, 22, NULL, "Lives near the park.");
    uint64_t last = read_by(state, &who.officer, reference, 23)->seq;
    GOOD(disclose(state, &state->nurse, reference, 30, "police",
                  arena_printf(state->arena, "\"opens_entry\":%d,", (int)told), &recorded));
    const struct case_view *view = read_by(state, &who.officer, reference, 31);
    /* it comes after what says that it was opened: nobody's earlier numbers move */
    assert_int_equal(number_of(view, "Saw a doctor."), last + 2);
    assert_int_equal(number_of(view, "Saw her twice."), 0);
    assert_int_equal(entry_value(view->entries[last], "opens_entry")->number, (int64_t)last + 2);
    /* and who records is told the number that they will find it under */
    assert_int_equal(tell(state, &who.officer, reference, 32, NULL, "Waits at the bus stop."), last + 3);
    view = read_by(state, &who.officer, reference, 33);
    assert_int_equal(number_of(view, "Saw a doctor."), last + 2);
    assert_int_equal(number_of(view, "Waits at the bus stop."), last + 3);
    /* others read that it was shared, not what, nor under which number */
    view = read_by(state, &state->manager, reference, 34);
    assert_false(holds(view, "Saw a doctor."));
    for (size_t i = 0; i < view->entry_count; i++) {
        if (text_equal(view->entries[i]->type->id, "disclosure")) {
            assert_int_equal(entry_value(view->entries[i], "opens_entry")->kind, VALUE_NONE);
        }
    }
    assert_int_equal(number_of(read_by(state, &state->nurse, reference, 35), "Saw a doctor."), told);
}

static void labels_are_opened_up_to_now_and_not_for_later(void **context)
{
    const struct state *state = *context;
    struct recorded recorded;
    const char *reference = case_of(state, "Phalarope");
    (void)tell(state, &state->nurse, reference, 20, "sexual-health", "Saw a doctor.");
    (void)tell(state, &state->nurse, reference, 21, "sexual-health+health", "And a therapist.");
    (void)tell(state, &state->nurse, reference, 22, "health", "Sleeps badly.");
    GOOD(
        disclose(state, &state->nurse, reference, 30, "police", "\"opens\":[\"sexual-health\"],", &recorded));
    (void)tell(state, &state->nurse, reference, 40, "sexual-health", "Saw her again.");
    const struct case_view *view = read_by(state, &who.officer, reference, 41);
    assert_true(holds(view, "Saw a doctor."));
    assert_false(holds(view, "And a therapist.")); /* one of its two labels is still closed */
    assert_false(holds(view, "Sleeps badly."));
    assert_false(holds(view, "Saw her again."));
    GOOD(disclose(state, &state->nurse, reference, 50, "police", "\"opens\":[\"health\"],", &recorded));
    view = read_by(state, &who.officer, reference, 51);
    assert_true(holds(view, "Sleeps badly."));
    assert_true(holds(view, "And a therapist."));
    assert_false(holds(view, "Saw her again."));
    /* what was opened by labels is nobody's business but theirs */
    view = read_by(state, &who.solicitor, reference, 52);
    size_t disclosures = 0;
    for (size_t i = 0; i < view->entry_count; i++) {
        if (text_equal(view->entries[i]->type->id, "disclosure")) {
            disclosures++;
            assert_int_equal(entry_value(view->entries[i], "opens")->kind, VALUE_NONE);
        }
    }
    assert_int_equal(disclosures, 2);
    view = read_by(state, &who.officer, reference, 53);
    for (size_t i = 0; i < view->entry_count; i++) {
        if (text_equal(view->entries[i]->type->id, "disclosure")) {
            assert_int_equal(entry_value(view->entries[i], "opens")->kind, VALUE_CODES);
        }
    }
}

static void nobody_opens_what_they_do_not_read(void **context)
{
    const struct state *state = *context;
    struct recorded recorded;
    const char *reference = case_of(state, "Stint");
    (void)tell(state, &state->nurse, reference, 20, "sexual-health", "Saw a doctor.");
    uint64_t last = read_by(state, &who.officer, reference, 21)->seq;
    FAILS(ERROR_INVALID, disclose(state, &who.officer, reference, 30, "education",
                                  "\"opens\":[\"sexual-health\"],", &recorded));
    FAILS(ERROR_INVALID,
          disclose(state, &who.officer, reference, 30, "education",
                   arena_printf(state->arena, "\"opens_entry\":%d,", (int)last + 1), &recorded));
    GOOD(disclose(state, &who.officer, reference, 31, "education",
                  arena_printf(state->arena, "\"opens_entry\":%d,", (int)last), &recorded));
}

static void a_correction_is_read_by_who_reads_what_it_corrects(void **context)
{
    const struct state *state = *context;
    struct recorded recorded;
    static const char right[] = "{\"corrects\":%d,\"reason\":\"R\",\"fields\":{\"views\":\"%s\"}}";
    const char *reference = case_of(state, "Dunlin");
    int closed = (int)tell(state, &state->nurse, reference, 20, "sexual-health", "Saw a doctor.");
    int open = (int)tell(state, &state->nurse, reference, 21, NULL, "Likes swimming.");
    GOOD(record(state, &state->nurse, reference, 22, "correction", NULL,
                arena_printf(state->arena, right, closed, "Saw a nurse."), &recorded));
    /* it bears no label of its own: what was open is not closed by it */
    FAILS(ERROR_INVALID, record(state, &state->nurse, reference, 23, "correction", "sexual-health",
                                arena_printf(state->arena, right, open, "Likes diving."), &recorded));
    GOOD(record(state, &state->nurse, reference, 23, "correction", NULL,
                arena_printf(state->arena, right, open, "Likes diving."), &recorded));
    const struct case_view *view = read_by(state, &who.officer, reference, 30);
    assert_false(holds(view, "Saw a nurse."));
    assert_true(holds(view, "Likes diving."));
    size_t corrections = 0;
    for (size_t i = 0; i < view->entry_count; i++) {
        if (text_equal(view->entries[i]->type->id, "correction")) {
            corrections++;
            assert_int_equal(entry_value(view->entries[i], "corrects")->number,
                             (int64_t)number_of(view, "Likes swimming."));
        }
    }
    assert_int_equal(corrections, 1);
    view = read_by(state, &who.doctor, reference, 31);
    assert_true(holds(view, "Saw a nurse."));
    /* once the entry is opened, what corrects it is read too */
    GOOD(
        disclose(state, &state->nurse, reference, 40, "police", "\"opens\":[\"sexual-health\"],", &recorded));
    view = read_by(state, &who.officer, reference, 41);
    assert_true(holds(view, "Saw a nurse."));
    /* nobody corrects by a number what they do not read */
    (void)tell(state, &state->nurse, reference, 42, "health", "Sleeps badly.");
    FAILS(ERROR_INVALID,
          record(state, &who.officer, reference, 43, "correction", NULL,
                 arena_printf(state->arena, right, (int)view->seq + 1, "Sleeps well."), &recorded));
}

static void a_restriction_opens_nothing_to_who_made_it_or_recorded(void **context)
{
    const struct state *state = *context;
    struct act solicitor = act_at(state, &who.solicitor, 30);
    const char *reference = case_of(state, "Ruff");
    (void)tell(state, &state->nurse, reference, 20, "child-confidence", "Afraid of him.");
    (void)tell(state, &who.officer, reference, 21, NULL, "Lives near the park.");
    assert_false(holds(read_by(state, &who.solicitor, reference, 22), "Afraid of him."));
    GOOD_ONCE(act_case_restrict(&solicitor, reference, true, "Known to a colleague"));
    assert_false(holds(read_by(state, &who.solicitor, reference, 31), "Afraid of him."));
    assert_false(holds(read_by(state, &who.officer, reference, 31), "Afraid of him."));
    assert_true(holds(read_by(state, &state->nurse, reference, 31), "Afraid of him."));
}

static const struct error *put_right(const struct state *state, const struct actor *actor,
                                     const char *reference, int64_t seconds, uint64_t number,
                                     const char *json, struct recorded *ret_recorded)
{
    const struct pack *pack = service_pack(state->service);
    struct act act = act_at(state, actor, seconds);
    struct entry_input input = {.type = pack_type(pack, "correction")};
    json_t *object = json_loads(
        arena_printf(state->arena, "{\"corrects\":%d,\"reason\":\"R\",\"fields\":{%s}}", (int)number, json),
        0, NULL);
    assert_non_null(object);
    const struct error *error = fields_from_json(state->arena, pack, input.type, object,
                                                 pack_type(pack, "disclosure"), &input.values);
    json_decref(object);
    return error != NULL ? error : act_entry_record(&act, reference, &input, ret_recorded);
}

/* A number that was let stand before it was asked about. */
static void no_number_of_the_case_is_nobodys_to_open(void **context)
{
    const struct state *state = *context;
    const struct pack *pack = service_pack(state->service);
    const struct entry_type *type = pack_type(pack, "disclosure");
    const char *reference = case_of(state, "Turnstone");
    const struct case_view *view = read_by(state, &who.officer, reference, 20);
    struct act act = act_at(state, &who.officer, 20);
    const struct reach reach = {.pack = pack, .policy = &pack->access};
    struct shown shown;
    struct value *values = arena_many(state->arena, struct value, type->field_count);
    values[pack->access.disclosure_entry] =
        (struct value){.kind = VALUE_NUMBER, .number = (int64_t)view->entry_count + 1};
    shown_make(&act, &reach, view, &shown);
    FAILS(ERROR_INVALID, shown_opens(&act, &shown, pack, type, values));
}

/* The last entry of that type. */
static const struct entry *last_of(const struct case_view *view, const char *type)
{
    const struct entry *last = NULL;
    for (size_t i = 0; i < view->entry_count; i++) {
        last = text_equal(view->entries[i]->type->id, type) ? view->entries[i] : last;
    }
    assert_non_null(last);
    return last;
}

static const struct value *new_answer(const struct entry *correction, const char *field, bool *ret_set)
{
    const struct fields *new = entry_value(correction, "fields")->fields;
    int index = entry_type_field(new->type, field)->index;
    *ret_set = new->set[index];
    return &new->values[index];
}

static void nobody_opens_by_a_correction_what_they_do_not_read(void **context)
{
    const struct state *state = *context;
    struct recorded recorded;
    const char *reference = case_of(state, "Whimbrel");
    (void)tell(state, &state->nurse, reference, 20, "sexual-health", "Saw a doctor.");
    (void)tell(state, &who.officer, reference, 21, NULL, "Lives near the park.");
    FAILS(ERROR_INVALID,
          put_right(state, &who.officer, reference, 22, 1, "\"opens\":[\"sexual-health\"]", &recorded));
    GOOD(disclose(state, &who.officer, reference, 22, "police", "", &recorded));
    uint64_t own = recorded.entry->seq;
    FAILS(ERROR_INVALID,
          put_right(state, &who.officer, reference, 23, own, "\"opens\":[\"sexual-health\"]", &recorded));
    FAILS(ERROR_INVALID, put_right(state, &who.officer, reference, 23, own, "\"opens_entry\":99", &recorded));
    /* the number is the reader's: what stands under it for others is not opened */
    int seen = (int)number_of(read_by(state, &who.officer, reference, 23), "Lives near the park.");
    GOOD(put_right(state, &who.officer, reference, 23, own,
                   arena_printf(state->arena, "\"opens_entry\":%d", seen), &recorded));
    assert_false(holds(read_by(state, &who.officer, reference, 24), "Saw a doctor."));
    bool set;
    const struct entry *correction = last_of(read_by(state, &who.officer, reference, 24), "correction");
    assert_int_equal(new_answer(correction, "opens_entry", &set)->number, seen);
    assert_true(set);
    /* nor is what others opened turned to another agency by who does not read it */
    GOOD(disclose(state, &state->nurse, reference, 30, "education", "\"opens\":[\"sexual-health\"],",
                  &recorded));
    uint64_t theirs = last_of(read_by(state, &who.officer, reference, 31), "disclosure")->seq;
    FAILS(ERROR_INVALID,
          put_right(state, &who.officer, reference, 32, theirs, "\"to_agency\":\"police\"", &recorded));
    assert_false(holds(read_by(state, &who.officer, reference, 33), "Saw a doctor."));
    GOOD(put_right(state, &who.officer, reference, 34, theirs, "\"purpose\":\"Another\"", &recorded));
    int told = (int)number_of(read_by(state, &state->nurse, reference, 35), "Saw a doctor.");
    uint64_t hers = last_of(read_by(state, &state->nurse, reference, 35), "disclosure")->seq;
    GOOD(put_right(state, &state->nurse, reference, 36, hers,
                   arena_printf(state->arena, "\"opens_entry\":%d,\"opens\":[\"health\"]", told), &recorded));
    FAILS(ERROR_INVALID, put_right(state, &who.officer, reference, 37, theirs,
                                   "\"opens\":null,\"to_agency\":\"police\"", &recorded));
    /* and others read neither which entry nor which labels it opens now */
    correction = last_of(read_by(state, &who.officer, reference, 38), "correction");
    (void)new_answer(correction, "opens_entry", &set);
    assert_false(set);
    (void)new_answer(correction, "opens", &set);
    assert_false(set);
    /* who reads it turns it to whom they will */
    GOOD(put_right(state, &state->nurse, reference, 40, hers, "\"to_agency\":\"police\"", &recorded));
    assert_true(holds(read_by(state, &who.officer, reference, 41), "Saw a doctor."));
}

static const char *detail_of(const struct case_view *view, const char *field)
{
    const struct pack *pack = view->pack;
    const struct entry_type *type = &pack->types[pack->details_type];
    const struct value *value = &view->child.values[entry_type_field(type, field)->index];
    return value->kind == VALUE_NONE ? NULL : value->text;
}

static void where_a_child_was_placed_is_for_social_care_until_it_is_shared(void **context)
{
    const struct state *state = *context;
    struct recorded recorded;
    const char *reference = case_of(state, "Knot");
    const struct pack *pack = service_pack(state->service);
    struct act manager = act_at(state, &state->manager, 20);
    GOOD(act_details_record(&manager, reference, 0,
                            fields(state, pack->details_type,
                                   "{\"address\":\"1 Mill Lane\",\"placement_address\":\"2 Hill Road\"}"),
                            &recorded));
    assert_string_equal(detail_of(read_by(state, &who.solicitor, reference, 21), "placement_address"),
                        "2 Hill Road");
    const struct case_view *view = read_by(state, &who.officer, reference, 22);
    assert_null(detail_of(view, "placement_address"));
    assert_string_equal(detail_of(view, "address"), "1 Mill Lane");
    assert_string_equal(detail_of(view, "given_name"), "Knot");
    /* what they may not read they do not learn by writing it either: what they write is theirs */
    GOOD(disclose(state, &state->manager, reference, 30, "police", "\"opens\":[\"placement\"],", &recorded));
    assert_string_equal(detail_of(read_by(state, &who.officer, reference, 31), "placement_address"),
                        "2 Hill Road");
    assert_null(detail_of(read_by(state, &state->nurse, reference, 31), "placement_address"));
    /* and not where the child is moved to afterwards */
    struct act later = act_at(state, &state->manager, 40);
    GOOD(act_details_record(&later, reference, 0,
                            fields(state, pack->details_type, "{\"placement_address\":\"3 Park Street\"}"),
                            &recorded));
    assert_null(detail_of(read_by(state, &who.officer, reference, 41), "placement_address"));
    assert_string_equal(detail_of(read_by(state, &state->manager, reference, 41), "placement_address"),
                        "3 Park Street");
    /* nor is it told by whether something changes: the same is written as anything else would be, and what is
     * closed came between for nobody */
    struct act guess = act_at(state, &state->nurse, 50);
    assert_int_equal(act_details_seq(&read_by(state, &state->nurse, reference, 41)->child), 2);
    assert_int_equal(act_details_seq(&read_by(state, &state->manager, reference, 41)->child), 3);
    GOOD(act_details_record(&guess, reference, 2,
                            fields(state, pack->details_type, "{\"placement_address\":\"3 Park Street\"}"),
                            &recorded));
    assert_string_equal(detail_of(recorded.view, "placement_address"), "3 Park Street");
    assert_string_equal(detail_of(read_by(state, &state->nurse, reference, 51), "placement_address"),
                        "3 Park Street");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_labelled_is_for_those_the_label_names),
        cmocka_unit_test(one_entry_is_opened_to_one_agency_from_then_on),
        cmocka_unit_test(labels_are_opened_up_to_now_and_not_for_later),
        cmocka_unit_test(nobody_opens_what_they_do_not_read),
        cmocka_unit_test(a_correction_is_read_by_who_reads_what_it_corrects),
        cmocka_unit_test(a_restriction_opens_nothing_to_who_made_it_or_recorded),
        cmocka_unit_test(nobody_opens_by_a_correction_what_they_do_not_read),
        cmocka_unit_test(no_number_of_the_case_is_nobodys_to_open),
        cmocka_unit_test(where_a_child_was_placed_is_for_social_care_until_it_is_shared),
    };
    return cmocka_run_group_tests(tests, set_up_all, tear_down);
}
