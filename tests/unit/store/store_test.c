/* The store at its everyday work: writing, reading back, conflicts, projections, checkpoints, looks, backups.
 */
#include "work.h"

#include "base/file.h"
#include "record/decode.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

static struct work work;

static int set_up(void **state)
{
    (void)state;
    work_new(&work, NULL);
    work_good(work_open(&work), "opening");
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    work_close(&work);
    work_remove(work.root);
    return 0;
}

static void reopen(void)
{
    work_close(&work);
    work_good(work_open(&work), "opening again");
}

static void what_was_recorded_is_read_back_after_opening_again(void **state)
{
    (void)state;
    struct reference reference;
    uint64_t seq;
    struct arena *arena = work_arena();
    work_good(work_referral(&work, arena, "first words", &reference), "referral");
    work_good(work_entry(&work, arena, reference.text, "second words", &seq), "entry");
    assert_int_equal(seq, 2);
    reopen();
    assert_string_equal(work_mark(&work, arena, reference.text, 1), "first words");
    assert_string_equal(work_mark(&work, arena, reference.text, 2), "second words");
    assert_null(work_mark(&work, arena, reference.text, 3));
    work_must_verify(&work, "after opening again");
    arena_free(arena);
}

static const struct error *append_on(const struct stream *read, const char *text)
{
    struct arena *arena = work_arena();
    struct stream stream = *read;
    struct entry entry = *read->entries[read->count - 1];
    (void)text;
    entry.id = (struct id){{0}};
    struct write *write = store_write_new(service_store(work.service), arena);
    store_write_entry(write, &stream, &entry);
    const struct error *error = store_commit(write);
    enum error_code code = error == NULL ? ERROR_NONE : error->code;
    arena_free(arena);
    return code == ERROR_NONE ? NULL : error_of(code);
}

static void of_two_who_write_on_one_head_one_is_told(void **state)
{
    (void)state;
    struct reference reference;
    struct store_reader *reader;
    struct id id;
    struct stream stream;
    struct arena *arena = work_arena();
    work_good(work_referral(&work, arena, "words", &reference), "referral");
    work_good(store_reader_take(service_store(work.service), &reader), "reader");
    work_good(store_case_by_reference(reader, arena, reference, &id), "case");
    work_good(store_stream_read(reader, arena, id, &stream), "stream");
    store_reader_give(reader);
    assert_null(append_on(&stream, "one"));
    const struct error *error = append_on(&stream, "two");
    assert_non_null(error);
    assert_int_equal(error->code, ERROR_CONFLICT);
    work_must_verify(&work, "after a conflict");
    arena_free(arena);
}

static struct id case_of(struct arena *arena, struct reference reference)
{
    struct store_reader *reader;
    struct id id;
    work_good(store_reader_take(service_store(work.service), &reader), "reader");
    work_good(store_case_by_reference(reader, arena, reference, &id), "case");
    store_reader_give(reader);
    return id;
}

static struct value *answer_of(struct arena *arena, const struct entry_type *type, const char *field,
                               struct value value)
{
    struct value *values = arena_many(arena, struct value, type->field_count);
    values[entry_type_field(type, field)->index] = value;
    return values;
}

static void append_values(struct arena *arena, struct id id, const char *type_id, struct value *values)
{
    struct store_reader *reader;
    struct stream stream;
    work_good(store_reader_take(service_store(work.service), &reader), "reader");
    work_good(store_stream_read(reader, arena, id, &stream), "stream");
    store_reader_give(reader);
    struct entry entry = *stream.entries[0];
    entry.id = (struct id){{0}};
    entry.type = pack_type(stream.pack, type_id);
    entry.values = values;
    struct write *write = store_write_new(service_store(work.service), arena);
    store_write_entry(write, &stream, &entry);
    work_good(store_commit(write), "commit");
    work_must_verify(&work, type_id);
}

static size_t meetings_of(struct arena *arena, struct id id, struct instant *ret_at)
{
    static const struct instant ever = {0};
    struct store_reader *reader;
    const struct meeting_row *rows;
    size_t count;
    size_t of_case = 0;
    work_good(store_reader_take(service_store(work.service), &reader), "reader");
    work_good(store_meetings(reader, arena, ever, NULL, 200, &rows, &count), "meetings");
    store_reader_give(reader);
    for (size_t i = 0; i < count; i++) {
        if (id_equal(rows[i].case_id, id)) {
            *ret_at = rows[i].at;
            of_case++;
        }
    }
    return of_case;
}

/* As many as stood before, and yet not the same: the row is written again. */
static void a_meeting_that_was_corrected_is_listed_at_its_new_time(void **state)
{
    (void)state;
    static const struct instant first = {1767261600000}; /* 2026-01-01T10:00Z */
    static const struct instant later = {1767348000000};
    struct reference reference;
    struct id id;
    struct instant at = INSTANT_NEVER;
    uint64_t seq;
    struct arena *arena = work_arena();
    work_good(work_referral(&work, arena, "words", &reference), "referral");
    id = case_of(arena, reference);
    const struct pack *pack = service_pack(work.service);
    const struct entry_type *arranged = pack_type(pack, "meeting-arranged");
    const struct entry_type *correction = &pack->types[pack->correction_type];
    append_values(arena, id, "meeting-arranged",
                  answer_of(arena, arranged, "starts_at",
                            (struct value){.kind = VALUE_MOMENT, .moment = moment_of_instant(pack, first)}));
    assert_int_equal(meetings_of(arena, id, &at), 1);
    assert_int_equal(at.ms, first.ms);
    work_good(work_entry(&work, arena, reference.text, "more", &seq), "entry");
    assert_int_equal(meetings_of(arena, id, &at), 1);
    struct fields *fields = arena_one(arena, struct fields);
    bool *set = arena_many(arena, bool, arranged->field_count);
    set[entry_type_field(arranged, "starts_at")->index] = true;
    *fields = (struct fields){
        .type = arranged,
        .values = answer_of(arena, arranged, "starts_at",
                            (struct value){.kind = VALUE_MOMENT, .moment = moment_of_instant(pack, later)}),
        .set = set};
    struct value *values =
        answer_of(arena, correction, "corrects", (struct value){.kind = VALUE_NUMBER, .number = 2});
    values[entry_type_field(correction, "fields")->index] =
        (struct value){.kind = VALUE_FIELDS, .fields = fields};
    append_values(arena, id, correction->id, values);
    assert_int_equal(meetings_of(arena, id, &at), 1);
    assert_int_equal(at.ms, later.ms);
    arena_free(arena);
}

static void verify_counts_what_there_is(void **state)
{
    (void)state;
    struct reference reference;
    struct verify_result result;
    struct arena *arena = work_arena();
    work_good(work_referral(&work, arena, "words", &reference), "referral");
    work_good(store_checkpoint(service_store(work.service), arena), "checkpoint");
    work_good(store_verify(service_store(work.service), arena, &result), "verify");
    assert_null(result.broken);
    assert_int_equal(result.streams, 3);
    assert_true(result.entries >= 4);
    assert_true(result.checkpoints >= 2);
    assert_true(result.looks >= 1);
    arena_free(arena);
}

static void a_reader_taken_twice_by_one_thread_is_one(void **state)
{
    (void)state;
    struct store_reader *one;
    struct store_reader *two;
    struct store *store = service_store(work.service);
    /* more often than there are readers */
    for (int i = 0; i < 100; i++) {
        work_good(store_reader_take(store, &one), "reader");
        work_good(store_reader_take(store, &two), "reader");
        assert_ptr_equal(one, two);
        store_reader_give(two);
        store_reader_give(one);
    }
}

static void work_that_runs_out_of_memory_gives_its_reader_back(void **state)
{
    (void)state;
    /* volatile: changed between setjmp and longjmp */
    for (volatile int i = 0; i < 100; i++) {
        struct store_reader *reader;
        struct arena *arena = work_arena();
        if (setjmp(*arena_edge(arena)) == 0) {
            work_good(store_reader_take(service_store(work.service), &reader), "reader");
            arena_run_out(arena);
        }
        arena_free(arena);
    }
    struct arena *arena = work_arena();
    assert_true(work_unmet_duties(&work, arena) == 0);
    arena_free(arena);
}

static void a_session_that_was_ended_stays_ended(void **state)
{
    (void)state;
    uint8_t hash[32] = {7};
    struct arena *arena = work_arena();
    struct store *store = service_store(work.service);
    struct instant now = clock_now();
    struct session_row row = {.account = work.actor.account,
                              .began_at = now,
                              .seen_at = now,
                              .ends_at = instant_add_ms(now, MS_PER_HOUR),
                              .proved_at = now};
    struct session_row got;
    work_good(store_session_put(store, arena, hash, &row), "session");
    work_good(store_session_get(store, arena, hash, now, &got), "session");
    work_good(store_session_drop(store, arena, hash), "drop");
    const struct error *error = store_session_get(store, arena, hash, now, &got);
    assert_true(error != NULL || got.ends_at.ms < now.ms);
    reopen();
    error = store_session_get(service_store(work.service), arena, hash, now, &got);
    assert_non_null(error);
    assert_int_equal(error->code, ERROR_NOT_FOUND);
    arena_free(arena);
}

/* More than are written at once. */
static void when_everybody_was_last_seen_is_kept_at_closing(void **state)
{
    enum { MANY = 450 };
    (void)state;
    uint8_t hashes[MANY][32];
    struct id accounts[MANY];
    struct session_row got;
    struct instant at;
    struct arena *arena = work_arena();
    struct store *store = service_store(work.service);
    struct instant later = instant_add_ms(clock_now(), 5 * MS_PER_MINUTE);
    for (size_t i = 0; i < MANY; i++) {
        accounts[i] = id_new();
        work_good(work_session(&work, arena, hashes[i]), "session");
        work_good(store_session_get(store, arena, hashes[i], later, &got), "session");
        store_account_used(store, accounts[i], later);
    }
    reopen();
    store = service_store(work.service);
    for (size_t i = 0; i < MANY; i++) {
        work_good(store_session_get(store, arena, hashes[i], later, &got), "session");
        assert_int_equal(got.seen_at.ms, later.ms);
        assert_true(store_account_use(store, accounts[i], &at));
        assert_int_equal(at.ms, later.ms);
    }
    arena_free(arena);
}

static void a_draft_is_kept_for_its_author(void **state)
{
    (void)state;
    struct id id;
    struct draft draft;
    struct store_reader *reader;
    struct arena *arena = work_arena();
    work_good(work_draft(&work, arena, "half a sentence", &id), "draft");
    reopen();
    work_good(store_reader_take(service_store(work.service), &reader), "reader");
    work_good(store_draft_get(reader, arena, work.actor.account, id, &draft), "draft");
    assert_string_equal(draft.texts[0], "half a sentence");
    assert_non_null(store_draft_get(reader, arena, (struct id){{1}}, id, &draft));
    store_reader_give(reader);
    arena_free(arena);
}

static void looks_come_back_newest_first(void **state)
{
    (void)state;
    const struct look *looks;
    size_t count;
    uint64_t next;
    struct arena *arena = work_arena();
    struct store *store = service_store(work.service);
    struct id record = {{9}};
    struct look look = {.account = work.actor.account,
                        .record = record,
                        .act = "case-read",
                        .purpose = "direct-work",
                        .agency = "health",
                        .client = "abc",
                        .count = 3,
                        .shown = "open,health"};
    for (int i = 0; i < 40; i++) { /* more than are asked for, by more than a line */
        look.at.ms = 1700000000000 + i;
        work_good(store_look(store, &look), "look");
    }
    struct look_filter filter = {.record = record, .until = INSTANT_NEVER, .limit = 3};
    work_good(store_looks(store, arena, &filter, &looks, &count, &next), "looks");
    assert_int_equal(count, 3);
    assert_int_equal(looks[0].at.ms, 1700000000039);
    assert_int_equal(looks[2].at.ms, 1700000000037);
    assert_string_equal(looks[0].client, "abc");
    assert_string_equal(looks[0].shown, "open,health");
    assert_int_equal(looks[0].count, 3);
    /* page by page each comes once, however many there are of others */
    int seen = 3;
    for (filter.before = next; next != 0; filter.before = next) {
        work_good(store_looks(store, arena, &filter, &looks, &count, &next), "more looks");
        for (size_t i = 0; i < count; i++) {
            assert_int_equal(looks[i].at.ms, 1700000000039 - seen++);
        }
    }
    assert_int_equal(seen, 40);
    reopen();
    work_must_verify(&work, "after looks");
    arena_free(arena);
}

struct counted {
    int64_t first;
    int count;
    int most;
};

static bool count_look(void *context, const struct look *look)
{
    struct counted *counted = context;
    if (counted->count++ == 0) {
        counted->first = look->at.ms;
    }
    return counted->count < counted->most;
}

static void looks_are_filtered(void **state)
{
    (void)state;
    enum { LOOKS = 3000 }; /* some blocks of the file */
    const struct look *looks;
    size_t count;
    uint64_t next;
    struct arena *arena = work_arena();
    struct store *store = service_store(work.service);
    for (int i = 0; i < LOOKS; i++) {
        struct look look = {.at = {1800000000000 + i * MS_PER_MINUTE},
                            .account = {{(uint8_t)(1 + i % 2)}},
                            .record = {{(uint8_t)(1 + i % 3)}},
                            .act = i % 5 == 0 ? "case-search" : "case-read",
                            .purpose = "direct-work",
                            .agency = "police"};
        work_good(store_look(store, &look), "look");
    }
    struct look_filter filter = {.account = {{2}},
                                 .act = "case-search",
                                 .from = {1800000000000 + 1000 * MS_PER_MINUTE},
                                 .until = {1800000000000 + 2000 * MS_PER_MINUTE},
                                 .limit = 1000};
    work_good(store_looks(store, arena, &filter, &looks, &count, &next), "looks");
    assert_int_equal(count, 100); /* those that 10 leaves 5 of */
    assert_int_equal(next, 0);
    assert_int_equal(looks[0].at.ms, 1800000000000 + 1995 * MS_PER_MINUTE);
    assert_int_equal(looks[99].at.ms, 1800000000000 + 1005 * MS_PER_MINUTE);
    assert_null(looks[0].client);
    struct counted counted = {.most = 100000};
    struct instant since = {1800000000000 + 2500 * MS_PER_MINUTE};
    work_good(store_looks_since(store, arena, since, count_look, &counted), "since");
    assert_int_equal(counted.count, 500);
    assert_int_equal(counted.first, since.ms);
    counted = (struct counted){.most = 7};
    work_good(store_looks_since(store, arena, since, count_look, &counted), "since, stopped");
    assert_int_equal(counted.count, 7);
    arena_free(arena);
}

static void init_overwrites_nothing(void **state)
{
    (void)state;
    struct arena *arena = work_arena();
    const struct error *error = store_init(arena, &(struct store_options){.dir = work.dir});
    assert_non_null(error);
    assert_int_equal(error->code, ERROR_EXISTS);
    arena_free(arena);
}

static const char *beside(struct arena *arena, const char *what)
{
    return arena_printf(arena, "%s.%s", work.dir, what);
}

static const char *content(struct arena *arena, const char *path)
{
    const char *bytes;
    size_t size;
    work_good(file_read(arena, path, 1 << 16, &bytes, &size), path);
    return arena_printf(arena, "%zu %s", size, bytes);
}

static void write_file(const char *path, const void *bytes, size_t size)
{
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, size, file), size);
    assert_int_equal(fclose(file), 0);
}

static void init_says(struct arena *arena, enum error_code code, const char *words)
{
    const struct error *error = store_init(arena, &(struct store_options){.dir = work.dir});
    assert_non_null(error);
    assert_int_equal(error->code, code);
    assert_non_null(strstr(error->detail, words));
}

static void init_leaves_what_is_left_of_a_store_as_it_is(void **state)
{
    (void)state;
    struct arena *arena = work_arena();
    const char *database = arena_printf(arena, "%s/waymark.db", work.dir);
    work_close(&work);
    const char *head = content(arena, beside(arena, "head"));
    const char *keystore = content(arena, beside(arena, "keystore"));
    assert_int_equal(unlink(database), 0);
    init_says(arena, ERROR_EXISTS, "holds looks.log of a store");
    work_remove(work.dir);
    init_says(arena, ERROR_EXISTS, "is the signed head of a store");
    assert_string_equal(content(arena, beside(arena, "head")), head);
    assert_string_equal(content(arena, beside(arena, "keystore")), keystore);
    assert_false(file_exists(work.dir));
    assert_int_equal(rename(beside(arena, "keystore"), beside(arena, "away")), 0);
    init_says(arena, ERROR_EXISTS, "its keystore");
    assert_false(file_exists(beside(arena, "keystore")));
    assert_int_equal(rename(beside(arena, "away"), beside(arena, "keystore")), 0);
    write_file(beside(arena, "head"), "of another store", 16);
    init_says(arena, ERROR_EXISTS, "is the signed head of a store");
    arena_free(arena);
}

static void a_log_without_its_database_is_left_as_it_is(void **state)
{
    (void)state;
    struct arena *arena = work_arena();
    work_close(&work);
    work_remove(work.dir);
    unlink(beside(arena, "head"));
    assert_int_equal(mkdir(work.dir, 0700), 0);
    write_file(arena_printf(arena, "%s/waymark.db-wal", work.dir), "pages", 5);
    init_says(arena, ERROR_EXISTS, "holds waymark.db-wal");
    assert_string_equal(content(arena, arena_printf(arena, "%s/waymark.db-wal", work.dir)), "5 pages");
    assert_false(file_exists(beside(arena, "head")));
    arena_free(arena);
}

static void opens(struct arena *arena, const struct store_options *options)
{
    struct store *store;
    work_good(store_open(arena, options, &store), "opening");
    store_close(store);
}

static void init_uses_the_keys_that_are_there(void **state)
{
    (void)state;
    struct arena *arena = work_arena();
    struct store_options options = {.dir = work.dir};
    work_close(&work);
    work_remove(work.dir);
    unlink(beside(arena, "head"));
    const char *key = content(arena, beside(arena, "key"));
    const char *keystore = content(arena, beside(arena, "keystore"));
    work_good(store_init(arena, &options), "both keys");
    assert_string_equal(content(arena, beside(arena, "key")), key);
    assert_string_equal(content(arena, beside(arena, "keystore")), keystore);
    work_remove(work.dir);
    unlink(beside(arena, "head"));
    assert_int_equal(rename(beside(arena, "key"), beside(arena, "away")), 0);
    init_says(arena, ERROR_KEY, "is a keystore already, and does not open");
    assert_false(file_exists(work.dir));
    assert_false(file_exists(beside(arena, "key")));
    assert_int_equal(rename(beside(arena, "away"), beside(arena, "key")), 0);
    unlink(beside(arena, "keystore"));
    work_good(store_init(arena, &options), "the master key alone");
    assert_string_equal(content(arena, beside(arena, "key")), key);
    opens(arena, &options);
    arena_free(arena);
}

static void init_goes_on_after_one_that_was_cut_short(void **state)
{
    (void)state;
    static const char zeros[1024];
    struct arena *arena = work_arena();
    struct store_options options = {.dir = work.dir};
    work_close(&work);
    work_remove(work.dir);
    for (size_t size = 0; size <= sizeof zeros; size += sizeof zeros) {
        write_file(beside(arena, "head"), zeros, size);
        work_good(store_init(arena, &options), "a head that was not written");
        work_remove(work.dir);
    }
    const char *head = content(arena, beside(arena, "head"));
    work_good(store_init(arena, &options), "a head of nothing yet");
    assert_string_equal(content(arena, beside(arena, "head")), head);
    opens(arena, &options);
    arena_free(arena);
}

static void as_many_packs_are_kept_as_come(void **state)
{
    (void)state;
    const struct pack *first;
    const struct pack *pack;
    const char *bundle;
    size_t size;
    int number = 0;
    struct arena *arena = work_arena();
    struct store *store = service_store(work.service);
    work_good(store_pack(store, arena, 1, &first), "pack");
    struct pack other = *first;
    work_good(pack_bundle(arena, WM_SOURCE "/procedures/llr-chapter-11", &bundle, &size), "bundle");
    for (int i = 2; i <= 70; i++) {
        memset(other.hash, i, sizeof other.hash);
        work_good(store_pack_keep(store, arena, &other, bundle, size, &number), "keeping");
        assert_int_equal(number, i);
    }
    for (int i = 70; i >= 63; i--) {
        work_good(store_pack(store, arena, i, &pack), "one of many");
        assert_string_equal(pack->id, first->id);
    }
    work_good(store_pack(store, arena, 1, &pack), "the first");
    assert_ptr_equal(pack, first);
    assert_non_null(store_pack(store, arena, 71, &pack));
    assert_non_null(store_pack(store, arena, 0, &pack));
    assert_non_null(store_pack(store, arena, -1, &pack));
    arena_free(arena);
    reopen();
}

static void a_kept_pack_has_one_number(void **state)
{
    (void)state;
    const struct pack *pack;
    struct arena *arena = work_arena();
    reopen();
    reopen();
    work_good(store_pack(service_store(work.service), arena, 1, &pack), "pack");
    assert_non_null(store_pack(service_store(work.service), arena, 2, &pack));
    arena_free(arena);
}

int main(void)
{
#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        CASE(what_was_recorded_is_read_back_after_opening_again),
        CASE(of_two_who_write_on_one_head_one_is_told),
        CASE(a_meeting_that_was_corrected_is_listed_at_its_new_time),
        CASE(verify_counts_what_there_is),
        CASE(a_reader_taken_twice_by_one_thread_is_one),
        CASE(work_that_runs_out_of_memory_gives_its_reader_back),
        CASE(a_session_that_was_ended_stays_ended),
        CASE(when_everybody_was_last_seen_is_kept_at_closing),
        CASE(a_draft_is_kept_for_its_author),
        CASE(looks_come_back_newest_first),
        CASE(looks_are_filtered),
        CASE(init_overwrites_nothing),
        CASE(init_leaves_what_is_left_of_a_store_as_it_is),
        CASE(a_log_without_its_database_is_left_as_it_is),
        CASE(init_uses_the_keys_that_are_there),
        CASE(init_goes_on_after_one_that_was_cut_short),
        CASE(as_many_packs_are_kept_as_come),
        CASE(a_kept_pack_has_one_number),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
