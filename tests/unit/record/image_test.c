#include "record/support.h"

#include "record/image.h"

/* Answers of every kind that there is, and a correction that sets, changes and takes away. */
static const char full[] =
    "[{'type':'referral','occurred_at':'2024-01-02','fields':{'notified_at':'2024-01-02T10:00:00+00:00',"
    "'narrative':'Was seen with an older adult; came home with a new phone.\\nÀ café, twice.',"
    "'exchange':['money','gifts'],'involvement':'likely','immediate_danger':'no','referrer':'School nurse'}},"
    "{'type':'plan-made','occurred_at':'2024-01-03T10:00:00Z','fields':{'kind':'pathway',"
    "'next_review_at':'2024-06-01','support_until':'2028-02-29'}},"
    "{'type':'initial-assessment','occurred_at':'2024-01-03T10:00:00Z','fields':{'harm_criteria':['one',"
    "'another']}},"
    "{'type':'risk-screen','occurred_at':'2024-01-03T12:00:00Z','fields':{'score':7}},"
    "{'type':'correction','occurred_at':'2024-01-04T10:00:00Z','fields':{'corrects':1,'reason':'typed "
    "wrongly',"
    "'fields':{'notified_at':null,'occurred_at':'2024-01-01','exchange':['drink'],'referrer':'A teacher'}}}]";

enum { MOST = 16 };

static void assert_same(const struct pack *pack, const struct entry *entry, const struct entry *again)
{
    assert_ptr_equal(entry->type, again->type);
    assert_ptr_equal(entry->pack, again->pack);
    assert_int_equal(entry->seq, again->seq);
    assert_true(id_equal(entry->id, again->id));
    assert_true(id_equal(entry->recorded_by, again->recorded_by));
    assert_int_equal(entry->occurred.start.ms, again->occurred.start.ms);
    assert_int_equal(entry->occurred.end.ms, again->occurred.end.ms);
    assert_int_equal(entry->occurred.day.number, again->occurred.day.number);
    assert_int_equal(entry->occurred.day_only, again->occurred.day_only);
    assert_int_equal(entry->recorded_at.ms, again->recorded_at.ms);
    assert_string_equal(entry->agency, again->agency);
    assert_string_equal(entry->label, again->label);
    assert_null(again->recorded_name);
    json_t *before = fields_to_json(pack, entry);
    json_t *after = fields_to_json(pack, again);
    assert_true(json_object_size(before) > 0);
    assert_true(json_equal(before, after));
    json_decref(before);
    json_decref(after);
}

/* Headers that stay the same and that change from one entry to the next. */
static size_t varied(const struct fixture *fixture, struct entry *list, const struct entry **ret_entries)
{
    static const char *const agencies[] = {"police", "police", "social-care", "", "police"};
    static const char *const labels[] = {"", "health", "health", "health", ""};
    struct entries entries = entries_of(fixture, full);
    assert_true(entries.count <= MOST);
    for (size_t i = 0; i < entries.count; i++) {
        list[i] = *entries.list[i];
        list[i].seq = i + 3;
        list[i].id = (struct id){{(unsigned char)i, 7}};
        list[i].recorded_by = (struct id){{(unsigned char)(i / 2)}};
        list[i].agency = agencies[i];
        list[i].label = labels[i];
        list[i].pack = i == 1 ? NULL : fixture->pack;
        list[i].recorded_name = "A Worker";
        ret_entries[i] = &list[i];
    }
    return entries.count;
}

static void what_is_made_opens_as_it_was(void **state)
{
    const struct fixture *fixture = *state;
    struct entry list[MOST];
    const struct entry *entries[MOST];
    size_t count = varied(fixture, list, entries);
    for (size_t some = 1; some <= count; some++) {
        const void *bytes;
        size_t size;
        const struct entry *const *again;
        size_t again_count = 0;
        image_make(fixture->arena, entries, some, &bytes, &size);
        /* a copy of its own size, so that the sanitizer sees a read past it */
        unsigned char *copy = arena_alloc(fixture->arena, size);
        memcpy(copy, bytes, size);
        image_open(fixture->arena, copy, size, &again, &again_count);
        assert_int_equal(again_count, some);
        for (size_t i = 0; i < some; i++) {
            assert_same(fixture->pack, entries[i], again[i]);
        }
    }
}

static void a_correction_sets_what_it_set(void **state)
{
    const struct fixture *fixture = *state;
    struct entry list[MOST];
    const struct entry *entries[MOST];
    size_t count = varied(fixture, list, entries);
    const void *bytes;
    size_t size;
    const struct entry *const *again;
    image_make(fixture->arena, entries, count, &bytes, &size);
    image_open(fixture->arena, bytes, size, &again, &count);
    const struct fields *before = entry_value(entries[count - 1], "fields")->fields;
    const struct fields *after = entry_value(again[count - 1], "fields")->fields;
    assert_ptr_equal(before->type, after->type);
    assert_true(after->sets_occurred);
    assert_int_equal(before->occurred.start.ms, after->occurred.start.ms);
    assert_true(after->occurred.day_only);
    size_t set = 0;
    for (size_t f = 0; f < before->type->field_count; f++) {
        assert_int_equal(before->set[f], after->set[f]);
        assert_int_equal(before->values[f].kind, after->values[f].kind);
        set += before->set[f];
    }
    assert_int_equal(set, 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_made_opens_as_it_was),
        cmocka_unit_test(a_correction_sets_what_it_set),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
