/* Requests: what is said wrongly, all that is held, what is compared before it goes out, and the store
 * failing. */
#include "act/account.h"
#include "act/disposal_inner.h"
#include "requests.h"
#include "store/disposed.h"

/* ---- what is said wrongly ---- */

static void as_what_they_ask_is_one_of_three(void **context)
{
    struct state *state = *context;
    const char *reference = new_case(state, "Askers");
    struct act act = act_by(state, &who.clerk, 100);
    struct request_input input = input_for(reference);
    struct id id;
    input.asks_as = "friend";
    const struct error *error = act_request_begin(&act, &input, &id);
    assert_string_equal(error->field, "asks_as");
    assert_null(error->next);
    input.asks_as = "representative";
    error = act_request_begin(&act, &input, &id);
    assert_string_equal(error->field, "authority");
    input.authority = "A letter was shown";
    GOOD(act_request_begin(&act, &input, &id));
    input = input_for(reference);
    input.has_received = false;
    error = act_request_begin(&act, &input, &id);
    assert_string_equal(error->field, "received_on");
}

/* By a procedure that has nothing to say about requests none is answered. */
static void a_procedure_without_terms_answers_no_requests(void **context)
{
    struct state *state = *context;
    const char *reference = new_case(state, "Terms");
    struct act act = act_by(state, &who.clerk, 100);
    struct actor actor = *act.actor;
    struct pack pack = *service_pack(state->service);
    struct retention retention = *pack.retention;
    struct request_input input = input_for(reference);
    struct id id;
    pack.retention = NULL; /* that of new cases counts in its place */
    actor.pack = &pack;
    act.actor = &actor;
    GOOD(act_request_begin(&act, &input, &id));
    pack.retention = &retention;
    retention.subject.more_months = 0;
    const struct request_view *view;
    GOOD(act_request_read(&act, id, &view));
    assert_true(view->may_answer && !view->may_extend);
    FAILS(ERROR_CONFLICT, act_request_extend(&act, id, "There are many papers"));
    retention.subject.statute = NULL;
    FAILS(ERROR_INVALID, act_request_begin(&act, &input, &id));
    const struct served *served = atomic_load(&state->service->current);
    struct served none = *served;
    pack.retention = NULL;
    none.pack = &pack;
    atomic_store(&state->service->current, &none);
    FAILS(ERROR_INVALID, act_request_begin(&act, &input, &id));
    atomic_store(&state->service->current, served);
}

static void a_decision_fits_the_request(void **context)
{
    struct state *state = *context;
    const char *reference = new_case(state, "Fitting");
    struct id id = begun(state, reference, "parent");
    struct act act = act_by(state, &who.clerk, 130);
    const char *key = item_named(read_as(state, &who.clerk, id, 120), "referral", "narrative")->key;
    struct request_decision decision = {.key = key, .left_out = "no-such-reason", .reason = "Theirs"};
    FAILS(ERROR_INVALID, act_request_decide(&act, id, &decision));
    decision.left_out = "confidence";
    decision.words = "And other words";
    const struct error *error = act_request_decide(&act, id, &decision);
    assert_string_equal(error->field, "words");
    decision.words = NULL;
    GOOD(act_request_decide(&act, id, &decision)); /* somebody else asks */
    decision.left_out = "serious-harm";
    decision.opinion_by = "Dr A. Lane";
    error = act_request_decide(&act, id, &decision);
    assert_string_equal(error->field, "opinion_on");
    decision.has_opinion = true;
    assert_true(day_parse("2026-05-30", &decision.opinion_on)); /* tomorrow is no day of an opinion */
    FAILS(ERROR_INVALID, act_request_decide(&act, id, &decision));
    decision = (struct request_decision){.key = key, .reason = "It can be given as it is"};
    GOOD(act_request_decide(&act, id, &decision));
    const struct request_item *item =
        item_named(read_as(state, &who.clerk, id, 150), "referral", "narrative");
    assert_false(item->is_out);
    assert_null(item->words);
}

/* ---- who may ---- */

static void who_answers_and_who_releases_may_be_two_roles(void **context)
{
    struct state *state = *context;
    struct id id = begun(state, new_case(state, "Roles"), "self");
    struct act clerk = act_by(state, &who.clerk, 200);
    struct actor actor = who.second;
    struct role role = *actor.role;
    actor.role = &role;
    GOOD(act_request_prepare(&clerk, id, NULL));
    FAILS(ERROR_CONFLICT, act_request_prepare(&clerk, id, NULL));
    role.answers_requests = false;
    const struct request_view *view = read_as(state, &actor, id, 210);
    assert_true(view->may_release && !view->may_answer && !view->may_extend);
    role.answers_requests = true;
    role.releases_requests = false;
    view = read_as(state, &actor, id, 210);
    assert_true(!view->may_release && view->may_answer && view->may_extend);
}

/* ---- the list ---- */

static size_t place_in(const struct request_row *rows, size_t count, struct id id)
{
    for (size_t i = 0; i < count; i++) {
        if (id_equal(rows[i].id, id)) {
            return i;
        }
    }
    fail_msg("%s", "it is not listed");
    return 0;
}

static void what_is_open_comes_first_by_when_it_is_due(void **context)
{
    struct state *state = *context;
    struct act act = act_by(state, &who.clerk, 400);
    struct act later = act_by(state, &who.clerk, 500);
    const struct request_row *rows;
    struct id ids[6];
    size_t count;
    for (size_t i = 0; i < 6; i++) {
        ids[i] = begun(state, new_case(state, "Listed"), "self");
    }
    GOOD(act_request_extend(&act, ids[0], "There are many papers"));
    GOOD(act_request_close(&act, ids[1], "It was withdrawn"));
    GOOD(act_request_close(&later, ids[2], "It was withdrawn"));
    GOOD(act_request_prepare(&later, ids[3], NULL));
    GOOD(act_requests(&act, &rows, &count));
    size_t at[6];
    for (size_t i = 0; i < 6; i++) {
        at[i] = place_in(rows, count, ids[i]);
    }
    assert_true(at[3] < at[4]); /* due on one day: what something was done about last */
    assert_true(at[4] < at[0] && at[5] < at[0]);
    assert_true(at[0] < at[2] && at[2] < at[1]);
}

/* ---- everything that is held ---- */

static struct stream stream_of(const struct state *state, struct id id)
{
    struct store_reader *reader;
    struct stream stream;
    GOOD_ONCE(store_reader_take(state->service->store, &reader));
    GOOD_ONCE(store_stream_read(reader, state->arena, id, &stream));
    store_reader_give(reader);
    return stream;
}

static void write_on(const struct state *state, struct stream *stream, const struct entry *entry)
{
    struct write *write = store_write_new(state->service->store, state->arena);
    store_write_entry(write, stream, entry);
    GOOD_ONCE(store_commit(write));
}

static struct id case_of(const struct state *state, const char *reference)
{
    struct act act = act_by(state, &who.clerk, 100);
    const struct match *matches;
    size_t count;
    GOOD_ONCE(act_request_search(&act, reference, &matches, &count));
    assert_int_equal(count, 1);
    return matches[0].case_id;
}

static size_t items_of(const struct request_view *view, enum request_kind kind)
{
    size_t count = 0;
    for (size_t i = 0; i < view->item_count; i++) {
        count += view->items[i].kind == kind;
    }
    return count;
}

static void what_was_corrected_is_given_with_what_stood_before(void **context)
{
    struct state *state = *context;
    const char *reference = new_case(state, "Corrected");
    const struct pack *pack = service_pack(state->service);
    const struct entry_type *type = pack_type(pack, "correction");
    struct act act = act_by(state, &state->manager, 30);
    record(state, reference, "child-views", "{\"views\":\"Wants to swim.\",\"how_obtained\":\"In a talk\"}");
    struct entry_input input = {.type = type};
    struct recorded recorded;
    json_t *object = json_loads(
        "{\"corrects\":2,\"reason\":\"Misheard\",\"fields\":{\"views\":\"Wants to sing.\"}}", 0, NULL);
    GOOD_ONCE(
        fields_from_json(state->arena, pack, type, object, pack_type(pack, "child-views"), &input.values));
    json_decref(object);
    GOOD_ONCE(act_entry_record(&act, reference, &input, &recorded));
    struct stream stream = stream_of(state, case_of(state, reference));
    struct entry bare = *stream.entries[stream.count - 1]; /* one that does not say why */
    struct value *values = arena_many(state->arena, struct value, type->field_count);
    memcpy(values, bare.values, type->field_count * sizeof *values);
    values[entry_type_field(type, "reason")->index] = (struct value){0};
    bare.values = values;
    write_on(state, &stream, &bare);
    const struct request_view *view = read_as(state, &who.clerk, begun(state, reference, "self"), 120);
    bool now = false;
    bool before = false;
    bool why = false;
    for (size_t i = 0; i < view->item_count; i++) {
        const struct request_item *item = &view->items[i];
        const char *text = item->value != NULL && item->value->kind == VALUE_TEXT ? item->value->text : "";
        now = now || (item->kind == REQUEST_ANSWER && strcmp(text, "Wants to sing.") == 0);
        before = before || (item->kind == REQUEST_EARLIER && strcmp(text, "Wants to swim.") == 0);
        why = why || (item->kind == REQUEST_ANSWER && strcmp(text, "Misheard") == 0);
    }
    assert_true(now && before && why);
    for (size_t i = 0; i < view->item_count; i++) { /* by these keys a decision is kept */
        const struct request_item *item = &view->items[i];
        if (item->kind == REQUEST_EARLIER) {
            assert_string_equal(item->key,
                                arena_printf(state->arena, "c1.%llu.%s.1",
                                             (unsigned long long)item->entry->seq, item->field->id));
        }
    }
    assert_int_equal(items_of(view, REQUEST_EARLIER), 1); /* what is the same is given once */
}

static void an_entry_without_an_answer_is_given_as_recorded(void **context)
{
    struct state *state = *context;
    const char *reference = new_case(state, "Unanswered");
    const struct entry_type *type = pack_type(service_pack(state->service), "child-views");
    struct act act = act_by(state, &state->manager, 30);
    struct entry entry = account_entry(&act, "account-locked", &(struct value *){NULL});
    entry.type = type;
    entry.values = arena_many(state->arena, struct value, type->field_count);
    struct stream stream = stream_of(state, case_of(state, reference));
    write_on(state, &stream, &entry);
    const struct request_view *view = read_as(state, &who.clerk, begun(state, reference, "self"), 120);
    assert_int_equal(items_of(view, REQUEST_RECORDED), 1);
}

static void of_a_long_record_nothing_is_missing(void **context)
{
    enum { ENTRIES = 90 };
    struct state *state = *context;
    const char *reference = new_case(state, "Lengthy");
    const struct entry_type *type = pack_type(service_pack(state->service), "child-views");
    struct act act = act_by(state, &state->manager, 30);
    struct entry entry = account_entry(&act, "account-locked", &(struct value *){NULL});
    struct stream stream = stream_of(state, case_of(state, reference));
    struct write *write = store_write_new(state->service->store, state->arena);
    entry.type = type;
    entry.values =
        fields(state, type->index, "{\"views\":\"Wants to swim.\",\"how_obtained\":\"In a talk\"}");
    size_t before = read_as(state, &who.clerk, begun(state, reference, "self"), 120)->item_count;
    for (int i = 0; i < ENTRIES; i++) {
        store_write_entry(write, &stream, &entry);
    }
    GOOD_ONCE(store_commit(write));
    const struct request_view *view = read_as(state, &who.clerk, begun(state, reference, "self"), 120);
    assert_int_equal(view->item_count, before + 2 * ENTRIES);
}

/* What is recorded after the answer was prepared is in no part of it. */
static void what_comes_after_it_was_prepared_is_not_given(void **context)
{
    struct state *state = *context;
    const char *reference = new_case(state, "Afterwards");
    struct id id = begun(state, reference, "self");
    struct act clerk = act_by(state, &who.clerk, 200);
    struct act nurse = act_by(state, &state->nurse, 300);
    GOOD_ONCE(act_request_prepare(&clerk, id, NULL));
    size_t before = read_as(state, &who.second, id, 250)->item_count;
    struct id case_id = case_of(state, reference);
    struct id person;
    struct store_reader *reader;
    GOOD_ONCE(store_reader_take(state->service->store, &reader));
    GOOD_ONCE(store_case_person(reader, state->arena, case_id, &person));
    store_reader_give(reader);
    struct stream stream = stream_of(state, person);
    struct entry entry = *stream.entries[0];
    entry.recorded_at = nurse.now;
    write_on(state, &stream, &entry);
    const struct entry_type *type = pack_type(service_pack(state->service), "correction");
    struct value *values = arena_many(state->arena, struct value, type->field_count);
    values[entry_type_field(type, "reason")->index] = (struct value){.kind = VALUE_TEXT, .text = "Misheard"};
    values[entry_type_field(type, "corrects")->index] = (struct value){.kind = VALUE_NUMBER, .number = 1};
    entry.type = type;
    entry.values = values;
    write_on(state, &stream, &entry); /* of the details, */
    stream = stream_of(state, case_id);
    write_on(state, &stream, &entry); /* and of the referral */
    assert_int_equal(read_as(state, &who.second, id, 350)->item_count, before);
    const struct request_view *anew = read_as(state, &who.clerk, begun(state, reference, "self"), 350);
    assert_true(anew->item_count > before);
}

static void every_look_counts_and_no_refusal_does(void **context)
{
    enum { LOOKS = 1200 };
    struct state *state = *context;
    const char *reference = new_case(state, "Lookedat");
    struct look look = {.at = instant_add_ms(start, 50 * MS_PER_SECOND),
                        .account = state->nurse.account,
                        .record = case_of(state, reference),
                        .act = "case-read",
                        .purpose = "direct-work"};
    for (int i = 0; i < LOOKS; i++) {
        look.agency = i % 2 == 0 ? "police" : "health";
        GOOD_ONCE(store_look(state->service->store, &look));
    }
    static const char *const refusals[] = {"denied", "not-found"};
    look.agency = "education";
    for (size_t i = 0; i < 2; i++) {
        look.act = refusals[i];
        GOOD_ONCE(store_look(state->service->store, &look));
    }
    look.act = "case-read";
    look.at = instant_add_ms(start, 130 * MS_PER_SECOND); /* later than it is asked */
    GOOD_ONCE(store_look(state->service->store, &look));
    const struct request_view *view = read_as(state, &who.clerk, begun(state, reference, "self"), 120);
    for (size_t i = 0; i < view->item_count; i++) {
        const struct request_item *item = &view->items[i];
        if (item->kind == REQUEST_LOOKS) {
            assert_string_not_equal(item->agency, "education");
            if (strcmp(item->agency, "police") == 0) {
                assert_int_equal(item->looks, LOOKS / 2);
            }
        }
    }
    assert_int_equal(items_of(view, REQUEST_LOOKS), 3); /* the police, health, social care */
}

/* ---- what was prepared ---- */

static void when_everything_is_left_out_nothing_is_given(void **context)
{
    struct state *state = *context;
    struct id id = begun(state, new_case(state, "Nothing"), "self");
    struct act act = act_by(state, &who.clerk, 130);
    const struct request_view *view = read_as(state, &who.clerk, id, 120);
    for (size_t i = 0; i < view->item_count; i++) {
        struct request_decision decision = {
            .key = view->items[i].key, .left_out = "not-theirs", .reason = "About another child"};
        GOOD_ONCE(act_request_decide(&act, id, &decision));
    }
    GOOD_ONCE(act_request_prepare(&act, id, NULL));
    view = read_as(state, &who.second, id, 140);
    assert_int_equal(view->out_count, view->item_count);
    GOOD(act_request_document(&act, id, &view));
    assert_int_equal(view->item_count, 0);
}

static void no_request_of_another_goes_with_a_record(void **context)
{
    struct state *state = *context;
    struct act act = act_by(state, &who.clerk, 200);
    const char *reference = new_case(state, "Ownrequest");
    const struct id *ids;
    size_t count;
    struct id person;
    struct store_reader *reader;
    struct id own = begun(state, reference, "self");
    struct id other = begun(state, new_case(state, "Otherrequest"), "self");
    struct id open = begun(state, reference, "self");
    GOOD(act_request_close(&act, own, "It was withdrawn"));
    GOOD(act_request_close(&act, other, "It was withdrawn"));
    struct id case_id = case_of(state, reference);
    GOOD_ONCE(store_reader_take(state->service->store, &reader));
    GOOD_ONCE(store_case_person(reader, state->arena, case_id, &person));
    GOOD_ONCE(requests_ended(&act, reader, person, &ids, &count));
    store_reader_give(reader);
    assert_int_equal(count, 1);
    assert_true(id_equal(ids[0], own));
    assert_false(id_equal(ids[0], open));
}

static struct entry entry_of(const struct state *state, const char *type, const char *field, const char *text)
{
    struct act act = act_by(state, &who.clerk, 200);
    struct value *values;
    struct entry entry = account_entry(&act, type, &values);
    if (field != NULL) {
        account_set(values, entry.type, field, text);
    }
    return entry;
}

/* What was read and what goes out are compared, not only counted. */
static void what_is_not_what_was_prepared_does_not_go_out(void **context)
{
    struct state *state = *context;
    struct id id = begun(state, new_case(state, "Digested"), "self");
    struct stream stream = stream_of(state, id);
    struct entry entry = entry_of(state, "request-prepared", "digest", "of something else");
    write_on(state, &stream, &entry);
    struct act second = act_by(state, &who.second, 230);
    uint64_t prepared = read_as(state, &who.second, id, 210)->prepared;
    FAILS(ERROR_CONFLICT, act_request_release(&second, id, prepared, "By post"));
}

static struct id crafted(const struct state *state, struct entry entry)
{
    struct stream stream;
    GOOD_ONCE(store_stream_new(state->service->store, state->arena, STREAM_REQUEST, 0, &stream));
    write_on(state, &stream, &entry);
    return stream.head.id;
}

static void what_is_no_request_is_not_found(void **context)
{
    struct state *state = *context;
    struct act act = act_by(state, &who.clerk, 200);
    const struct request_view *view;
    struct id case_id = case_of(state, new_case(state, "Elsewhere"));
    FAILS(ERROR_NOT_FOUND, act_request_read(&act, case_id, &view));
    FAILS(ERROR_NOT_FOUND, act_request_read(&act, (struct id){{1}}, &view));
}

/* A person of whom nothing is held any more: the request stands, and there is nothing to give. */
static void of_a_person_who_is_gone_nothing_is_held(void **context)
{
    struct state *state = *context;
    struct id nobody = crafted(state, entry_of(state, "request-received", NULL, NULL));
    struct id garbage = crafted(state, entry_of(state, "request-received", "person", "no id"));
    assert_int_equal(read_as(state, &who.clerk, nobody, 210)->item_count, 0);
    assert_int_equal(read_as(state, &who.clerk, garbage, 210)->item_count, 0);
    struct id case_id = case_of(state, new_case(state, "Goesaway"));
    struct id person;
    struct store_reader *reader;
    struct id id = begun(state, reference_of(case_id).text, "self");
    assert_true(read_as(state, &who.clerk, id, 210)->item_count > 0);
    struct stream file = stream_of(state, id);
    struct entry closed = entry_of(state, "request-closed", NULL, NULL);
    struct write *write = store_write_new(state->service->store, state->arena);
    const struct disposal disposal = {
        .at = start, .asked_by = who.clerk.account, .agreed_by = who.second.account, .rule = "case"};
    GOOD_ONCE(store_reader_take(state->service->store, &reader));
    GOOD_ONCE(store_case_person(reader, state->arena, case_id, &person));
    store_write_entry(write, &file, &closed);
    GOOD_ONCE(store_record_destroy(write, reader, case_id, &disposal));
    GOOD_ONCE(store_record_destroy(write, reader, person, &disposal));
    store_reader_give(reader);
    GOOD_ONCE(store_commit(write));
    const struct request_view *view = read_as(state, &who.clerk, id, 210);
    assert_int_equal(view->item_count, 0);
    assert_string_equal(view->full_name, "");
    struct act act = act_by(state, &who.clerk, 200);
    const struct match *matches;
    size_t count;
    GOOD(act_request_search(&act, reference_of(case_id).text, &matches, &count));
    assert_int_equal(count, 0);
    GOOD(act_request_search(&act, reference_of((struct id){{1}}).text, &matches, &count));
    assert_int_equal(count, 0);
}

/* ---- the search ---- */

static void who_is_not_meant_or_is_their_own_family_is_not_found(void **context)
{
    struct state *state = *context;
    struct act clerk = act_by(state, &who.clerk, 200);
    struct act manager = act_by(state, &state->manager, 200);
    const struct match *matches;
    char account[ID_TEXT];
    size_t count;
    const char *own = new_case(state, "Gwendolen");
    id_format(who.clerk.account, account);
    GOOD(act_request_search(&clerk, "Gwendolen Tarn", &matches, &count));
    assert_string_equal(matches[0].reference.text, own);
    GOOD(act_conflict_declare(&manager, own, account, "A cousin of theirs"));
    GOOD(act_request_search(&clerk, "Gwendolen Tarn", &matches, &count));
    for (size_t i = 0; i < count; i++) {
        assert_string_not_equal(matches[i].reference.text, own);
    }
    GOOD(act_request_search(&clerk, "Zebedee 2011-02-03", &matches, &count)); /* only the day is the same */
    for (size_t i = 0; i < count; i++) {
        assert_true(matches[i].score >= 40);
    }
}

/* ---- failing ---- */

struct trying {
    struct state *state;
    struct act act;
    struct id id;
    uint64_t prepared;
    const char *text;
};

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

static void with_request(void *context)
{
    struct trying *trying = context;
    trying->id = begun(trying->state, new_case(trying->state, "Trying"), "self");
}

static void with_prepared(void *context)
{
    struct trying *trying = context;
    struct act act = act_by(trying->state, &who.clerk, 200);
    with_request(trying);
    GOOD_ONCE(act_request_prepare(&act, trying->id, NULL));
    trying->prepared = 2;
}

static const struct error *read_one(void *context)
{
    struct trying *trying = context;
    const struct request_view *view;
    return act_request_read(&trying->act, trying->id, &view);
}

static const struct error *release(void *context)
{
    struct trying *trying = context;
    return act_request_release(&trying->act, trying->id, trying->prepared, "By post");
}

static const struct error *search(void *context)
{
    struct trying *trying = context;
    const struct match *matches;
    size_t count;
    return act_request_search(&trying->act, trying->text, &matches, &count);
}

static const struct error *list(void *context)
{
    struct trying *trying = context;
    const struct request_row *rows;
    size_t count;
    return act_requests(&trying->act, &rows, &count);
}

static void nothing_goes_out_by_what_fails(void **context)
{
    struct trying trying = {.state = *context, .act = act_by(*context, &who.second, 230)};
    with_prepared(&trying);
    EACH_TIME(read_one, NULL, &trying, NULL);
    EACH_TIME(release, with_prepared, &trying, NULL);
    EACH_TIME(list, NULL, &trying, NULL);
    log_is_away = true;
    FAILS(ERROR_IO, release(&trying));
    log_is_away = false;
    trying.text = "Trying Tarn";
    EACH_TIME(search, NULL, &trying, NULL);
    trying.text = reference_of(case_of(trying.state, new_case(trying.state, "Byreference"))).text;
    EACH_TIME(search, NULL, &trying, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(as_what_they_ask_is_one_of_three),
        cmocka_unit_test(a_procedure_without_terms_answers_no_requests),
        cmocka_unit_test(a_decision_fits_the_request),
        cmocka_unit_test(who_answers_and_who_releases_may_be_two_roles),
        cmocka_unit_test(what_is_open_comes_first_by_when_it_is_due),
        cmocka_unit_test(what_was_corrected_is_given_with_what_stood_before),
        cmocka_unit_test(an_entry_without_an_answer_is_given_as_recorded),
        cmocka_unit_test(of_a_long_record_nothing_is_missing),
        cmocka_unit_test(what_comes_after_it_was_prepared_is_not_given),
        cmocka_unit_test(every_look_counts_and_no_refusal_does),
        cmocka_unit_test(when_everything_is_left_out_nothing_is_given),
        cmocka_unit_test(no_request_of_another_goes_with_a_record),
        cmocka_unit_test(what_is_not_what_was_prepared_does_not_go_out),
        cmocka_unit_test(what_is_no_request_is_not_found),
        cmocka_unit_test(of_a_person_who_is_gone_nothing_is_held),
        cmocka_unit_test(who_is_not_meant_or_is_their_own_family_is_not_found),
        cmocka_unit_test(nothing_goes_out_by_what_fails),
    };
    return cmocka_run_group_tests(tests, begin, tear_down);
}
