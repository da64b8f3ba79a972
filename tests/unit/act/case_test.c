/* A case as it stood at another time, and how a look at it is logged when it is not to be had. */
#include "support.h"

#include "act/inner.h"

#include <string.h>

static struct actor officer;

static int set_up_officer(void **context)
{
    int result = set_up(context);
    add_account(*context, "officer", "police-officer", "police", &officer);
    return result;
}

static const char *refer(const struct state *state, const char *given)
{
    struct act act = act_at(state, &state->nurse, 10);
    struct referral_input input = referral_of(state, given, NULL);
    struct recorded recorded;
    GOOD_ONCE(act_referral_make(&act, &input, &recorded));
    return arena_copy(state->arena, recorded.reference.text);
}

static void a_case_is_read_as_it_stood(void **context)
{
    const struct state *state = *context;
    const char *reference = refer(state, "Avocet");
    struct act nurse = act_at(state, &state->nurse, 40);
    struct act police = act_at(state, &officer, 30);
    const struct case_view *view;
    bring_in(state, reference, &police);
    GOOD(act_case_read(&nurse, reference, INSTANT_NEVER, &view));
    assert_int_equal(view->entry_count, 2);
    GOOD(act_case_read(&nurse, reference, instant_add_ms(start, 20 * MS_PER_SECOND), &view));
    assert_int_equal(view->entry_count, 1);
    FAILS(ERROR_NOT_FOUND, act_case_read(&nurse, reference, start, &view)); /* before it was recorded */
}

/* The same case again, with a first entry that only its agency may see. */
static const char *labelled(const struct state *state, const char *given)
{
    const char *reference = refer(state, given);
    struct reference parsed;
    struct id first;
    struct stream file;
    struct stream copy;
    struct store_reader *reader;
    assert_true(reference_parse(reference, &parsed));
    GOOD_ONCE(store_reader_take(state->service->store, &reader));
    GOOD_ONCE(store_case_by_reference(reader, state->arena, parsed, &first));
    GOOD_ONCE(store_stream_read(reader, state->arena, first, &file));
    store_reader_give(reader);
    GOOD_ONCE(store_stream_new(state->service->store, state->arena, STREAM_CASE, file.head.pack, &copy));
    struct write *write = store_write_new(state->service->store, state->arena);
    struct entry entry = *file.entries[0];
    entry.id = (struct id){{0}};
    entry.label = "sexual-health";
    store_write_entry(write, &copy, &entry);
    GOOD_ONCE(store_commit(write));
    return arena_copy(state->arena, reference_of(copy.head.id).text);
}

static void what_was_all_hidden_then_was_nothing(void **context)
{
    const struct state *state = *context;
    const char *reference = labelled(state, "Bittern");
    struct act police = act_at(state, &officer, 30);
    const struct case_view *view;
    bring_in(state, reference, &police);
    GOOD(act_case_read(&police, reference, INSTANT_NEVER, &view));
    assert_int_equal(view->entry_count, 1); /* that they were brought in */
    FAILS(ERROR_NOT_FOUND,
          act_case_read(&police, reference, instant_add_ms(start, 20 * MS_PER_SECOND), &view));
}

static void the_procedure_of_a_case_is_told_to_who_records_on_it(void **context)
{
    const struct state *state = *context;
    const char *reference = refer(state, "Curlew");
    struct act nurse = act_at(state, &state->nurse, 40);
    struct act nobody = act_at(state, NULL, 40);
    const struct pack *pack;
    GOOD(act_case_pack(&nurse, reference, &pack));
    assert_string_equal(pack->id, service_pack(state->service)->id);
    FAILS(ERROR_NOT_SIGNED_IN, act_case_pack(&nobody, reference, &pack));
    FAILS(ERROR_NOT_FOUND, act_case_pack(&nurse, reference_of((struct id){{1}}).text, &pack));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_case_is_read_as_it_stood),
        cmocka_unit_test(what_was_all_hidden_then_was_nothing),
        cmocka_unit_test(the_procedure_of_a_case_is_told_to_who_records_on_it),
    };
    return cmocka_run_group_tests(tests, set_up_officer, tear_down);
}
