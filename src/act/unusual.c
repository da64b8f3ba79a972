/*
 * Unusual looks: the log of some weeks is read, with what is known of the workers and the records in it, and
 * what the rules of the pack flag is written into the book of who reviews looks. By the courier, each hour,
 * and when who reviews asks for it. What was flagged already is not flagged again while it goes on.
 */
#include "act/account.h"
#include "act/book.h"

#include "base/must.h"
#include "base/text.h"
#include "people/name.h"
#include "procedure/watch.h"

#include <stdlib.h>
#include <string.h>

enum { BACK_DAYS = 35, FLAG_DAYS = 7, LOOKS_MOST = 2000000, ROOM_LEAST = 16, POSTCODE_MOST = 10 };
static const size_t memory = (size_t)512 << 20;
static const size_t memory_of_record = (size_t)64 << 20;

/* ---- numbers for ids: what the rules count by ---- */

struct numbers {
    struct id *list;
    int count;
    int room;
    int *table; /* places in `list`, counted from 1; 0 for free */
    int size;
};

static unsigned place_of(struct id id, int size)
{
    unsigned hash;
    memcpy(&hash, id.bytes, sizeof hash); /* ids are random */
    return hash % (unsigned)size;
}

/* Where it stands in the table, else the free place where it belongs: at least half of them are free. */
static int *find_place(const struct numbers *numbers, struct id id)
{
    unsigned place = place_of(id, numbers->size);
    while (numbers->table[place] != 0 && !id_equal(numbers->list[numbers->table[place] - 1], id)) {
        place = (place + 1) % (unsigned)numbers->size;
    }
    return &numbers->table[place];
}

static void make_room(struct arena *arena, struct numbers *numbers)
{
    int room = numbers->room == 0 ? ROOM_LEAST : numbers->room * 2;
    numbers->list = arena_grow(arena, numbers->list, (size_t)numbers->count, (size_t)room, sizeof(struct id));
    numbers->room = room;
    numbers->size = room * 2;
    numbers->table = arena_many(arena, int, (size_t)numbers->size);
    for (int i = 0; i < numbers->count; i++) {
        *find_place(numbers, numbers->list[i]) = i + 1;
    }
}

static int number_of_id(struct arena *arena, struct numbers *numbers, struct id id)
{
    if (numbers->count == numbers->room) {
        make_room(arena, numbers);
    }
    int *place = find_place(numbers, id);
    if (*place == 0) {
        numbers->list[numbers->count++] = id;
        *place = numbers->count;
    }
    return *place - 1;
}

/* ---- the looks ---- */

struct gathering {
    struct act act; /* its arena lives as long as this */
    struct numbers workers;
    struct numbers records;
    struct watch_look *looks;
    size_t look_count;
    size_t look_room;
    struct watch_tie *ties;
    size_t tie_count;
    size_t tie_room;
    struct watch_worker *known_workers;
    struct watch_record *known_records;
    int record; /* the one that is read now */
    const struct error *error;
};

static enum watch_did did_of(const char *act)
{
    static const struct {
        const char *act;
        enum watch_did did;
    } rows[] = {{"case-read", WATCH_OPENED},     {"links-read", WATCH_OPENED},
                {"part-read", WATCH_OPENED},     {"entry-record", WATCH_WROTE},
                {"details-record", WATCH_WROTE}, {"referral-make", WATCH_WROTE},
                {"case-search", WATCH_SEARCHED}, {"case-file", WATCH_TOOK},
                {"case-print", WATCH_TOOK},      {"list-file", WATCH_TOOK}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        if (strcmp(rows[i].act, act) == 0) {
            return rows[i].did;
        }
    }
    return WATCH_OTHER;
}

static uint64_t client_of(const char *text)
{
    uint64_t client = 0;
    if (text != NULL) {
        size_t size = strlen(text);
        memcpy(&client, text, size < sizeof client ? size : sizeof client);
    }
    return client;
}

static bool take_look(void *context, const struct look *look)
{
    struct gathering *gathering = context;
    struct arena *arena = gathering->act.arena;
    enum watch_did did = did_of(look->act);
    gathering->looks = arena_room(arena, gathering->looks, gathering->look_count, &gathering->look_room,
                                  sizeof *gathering->looks);
    gathering->looks[gathering->look_count++] = (struct watch_look){
        .at = look->at,
        .worker = number_of_id(arena, &gathering->workers, look->account),
        .record = did == WATCH_OTHER || id_is_zero(look->record)
                      ? -1
                      : number_of_id(arena, &gathering->records, look->record),
        .did = did,
        .client = client_of(look->client),
    };
    return gathering->look_count < LOOKS_MOST;
}

static int by_time(const void *a, const void *b)
{
    const struct watch_look *one = a;
    const struct watch_look *other = b;
    return instant_compare(one->at, other->at);
}

/* ---- the workers ---- */

static const char *last_word(const char *name)
{
    const char *space = strrchr(name, ' ');
    return space == NULL ? name : space + 1;
}

static const char *home_of(struct arena *arena, const char *postcode)
{
    char *text = arena_copy(arena, postcode == NULL ? "" : postcode);
    size_t size = 0;
    for (size_t i = 0; text[i] != '\0'; i++) {
        char c = text[i];
        if (c != ' ') {
            text[size++] = c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c;
        }
    }
    text[size] = '\0';
    return text;
}

static bool is_gone(const struct error *error)
{
    return error != NULL && (error->code == ERROR_NOT_FOUND || error->code == ERROR_DISPOSED);
}

static const struct error *know_worker(struct gathering *gathering, struct store_reader *reader, int number)
{
    struct arena *arena = gathering->act.arena;
    const struct account *account;
    struct stream stream;
    struct watch_worker *worker = &gathering->known_workers[number];
    *worker = (struct watch_worker){.moved_at = INSTANT_NEVER, .used_at = INSTANT_NEVER};
    const struct error *error = account_read(&gathering->act, gathering->workers.list[number], &account);
    if (is_gone(error)) {
        return NULL; /* what it looked at is still counted */
    }
    TRY(error);
    const struct role *role = act_role(&gathering->act, account->role);
    worker->family_name = name_normal(arena, last_word(account->name));
    worker->oversees = role != NULL && (role->reads_looks || role->inspects);
    TRY(store_stream_read(reader, arena, account->id, &stream));
    for (size_t i = 0; i < stream.count; i++) {
        const struct entry *entry = stream.entries[i];
        if (text_equal(entry->type->id, "account-home-set")) {
            worker->home = home_of(arena, entry_text(entry, "postcode"));
        } else if (text_equal(entry->type->id, "account-role-agreed") ||
                   text_equal(entry->type->id, "account-changed")) {
            worker->moved_at = entry->recorded_at;
        }
    }
    return NULL;
}

/* ---- the records ---- */

static void add_tie(struct gathering *gathering, struct id account, int record, struct instant from)
{
    struct arena *arena = gathering->act.arena;
    gathering->ties = arena_room(arena, gathering->ties, gathering->tie_count, &gathering->tie_room,
                                 sizeof *gathering->ties);
    gathering->ties[gathering->tie_count++] = (struct watch_tie){
        .worker = number_of_id(arena, &gathering->workers, account),
        .record = record,
        .from = from,
        .until = INSTANT_NEVER,
    };
}

/* Whoever recorded on it takes part in it from then on. */
static void find_ties(struct gathering *gathering, const struct case_view *view, int record)
{
    for (size_t i = 0; i < view->entry_count; i++) {
        bool before = false;
        for (size_t k = 0; k < i && !before; k++) {
            before = id_equal(view->entries[k]->recorded_by, view->entries[i]->recorded_by);
        }
        if (!before) {
            add_tie(gathering, view->entries[i]->recorded_by, record, view->entries[i]->recorded_at);
        }
    }
}

struct reading {
    struct gathering *gathering;
    struct act act; /* with an arena of its own */
    struct store_reader *reader;
    const struct case_view *view;
    const struct error *error;
};

static void read_one(void *context)
{
    struct reading *reading = context;
    struct case_streams streams = {0};
    struct id id = reading->gathering->records.list[reading->gathering->record];
    reading->view = NULL;
    reading->error = case_load_id(&reading->act, reading->reader, id, &streams);
    if (reading->error == NULL) {
        reading->view = case_view_make(&reading->act, &streams, INSTANT_NEVER, reading->act.now);
    }
}

static const char *postcode_of(const struct case_view *view)
{
    const struct pack *pack = view->pack;
    const struct value *value =
        pack->routing.postcode < 0 ? NULL : &view->child.values[pack->routing.postcode];
    return value != NULL && value->kind == VALUE_TEXT ? value->text : NULL;
}

static void know_record(struct gathering *gathering, const struct case_view *view, int number)
{
    struct arena *arena = gathering->act.arena;
    struct watch_record *record = &gathering->known_records[number];
    record->family_name = arena_copy(arena, name_normal(arena, view->child.family_name));
    record->home = home_of(arena, postcode_of(view));
    if (!view->state->open) {
        record->ended_at = view->entries[view->entry_count - 1]->recorded_at;
    }
    find_ties(gathering, view, number);
}

/* One after the other, each in memory that is given back. What is no case any more, or does not open, is left
 * without a name: its looks are still counted. */
static const struct error *know_records(struct gathering *gathering, struct store_reader *reader,
                                        struct arena *scratch)
{
    struct reading reading = {.gathering = gathering, .reader = reader, .act = gathering->act};
    reading.act.arena = scratch;
    int count = gathering->records.count;
    gathering->known_records = arena_many(gathering->act.arena, struct watch_record, (size_t)count);
    for (gathering->record = 0; gathering->record < count; gathering->record++) {
        gathering->known_records[gathering->record].ended_at = INSTANT_NEVER;
        const struct error *error = NULL;
        if (arena_guard(scratch, read_one, &reading)) {
            error = reading.error;
            if (error == NULL) {
                know_record(gathering, reading.view, gathering->record);
            } else if (is_gone(error) || error->code == ERROR_BROKEN_SEAL) {
                error = NULL;
            }
        }
        error = error == NULL ? NULL : error_of(error->code);
        arena_reset(scratch);
        TRY(error);
    }
    return NULL;
}

static const struct error *know_all(struct gathering *gathering, struct arena *scratch)
{
    struct store_reader *reader;
    TRY(store_reader_take(gathering->act.service->store, &reader));
    const struct error *error = know_records(gathering, reader, scratch);
    int count = gathering->workers.count;
    gathering->known_workers = arena_many(gathering->act.arena, struct watch_worker, (size_t)count);
    for (int i = 0; i < count && error == NULL; i++) {
        error = know_worker(gathering, reader, i);
    }
    store_reader_give(reader);
    return error;
}

/* ---- flags ---- */

static const char *id_or_empty(struct arena *arena, const struct numbers *numbers, int number)
{
    char *text = arena_alloc(arena, ID_TEXT);
    text[0] = '\0';
    if (number >= 0) {
        id_format(numbers->list[number], text);
    }
    return text;
}

static const char *or_empty(const char *text)
{
    return text == NULL ? "" : text;
}

/* The same rule, worker and record, within the time that the rule looks at. */
static bool is_of(const struct entry *entry, const struct watch_flag *flag, const char *worker,
                  const char *record)
{
    const char *account = or_empty(entry_text(entry, "account"));
    const char *of = or_empty(entry_text(entry, "case"));
    if (!text_equal(entry_text(entry, "rule"), flag->rule->id) || !text_equal(account, worker)) {
        return false;
    }
    int64_t within = flag->rule->within_hours * (int64_t)MS_PER_HOUR;
    return text_equal(of, record) && llabs(entry_number(entry, "at") - flag->at.ms) < within;
}

static bool is_known(const struct book *book, const struct watch_flag *flag, const char *worker,
                     const char *record)
{
    for (size_t i = 0; i < book->count; i++) {
        const struct entry *entry = book->list[i].entry;
        if (text_equal(entry->type->id, "book-flag") && is_of(entry, flag, worker, record)) {
            return true;
        }
    }
    return false;
}

static const struct error *raise(const struct act *act, const struct gathering *gathering,
                                 const struct book *book, const struct watch_flag *flag)
{
    const char *worker = id_or_empty(act->arena, &gathering->workers, flag->worker);
    const char *record = id_or_empty(act->arena, &gathering->records, flag->record);
    if (is_known(book, flag, worker, record)) {
        return NULL;
    }
    const struct value none = {.kind = VALUE_NONE};
    const struct value values[] = {
        {.kind = VALUE_TEXT, .text = flag->rule->id},
        worker[0] == '\0' ? none : (struct value){.kind = VALUE_TEXT, .text = worker},
        record[0] == '\0' ? none : (struct value){.kind = VALUE_TEXT, .text = record},
        {.kind = VALUE_NUMBER, .number = flag->from.ms},
        {.kind = VALUE_NUMBER, .number = flag->at.ms},
        {.kind = VALUE_NUMBER, .number = flag->count},
    };
    struct entry entry = book_entry(act, "book-flag", (struct id){{0}}, values);
    return book_tell(act, &entry, "unusual-looks", (struct id){{0}});
}

static const struct error *gather_and_flag(struct gathering *gathering, struct arena *scratch)
{
    const struct act *act = &gathering->act;
    const struct pack *pack = act_pack(act);
    const struct watch_flag *flags;
    size_t count;
    struct book book;
    struct instant since = instant_add_ms(act->now, -BACK_DAYS * (int64_t)MS_PER_DAY);
    TRY(store_looks_since(act->service->store, act->arena, since, take_look, gathering));
    if (gathering->look_count == 0) {
        return NULL;
    }
    qsort(gathering->looks, gathering->look_count, sizeof *gathering->looks, by_time);
    TRY(know_all(gathering, scratch));
    const struct watch_input input = {
        .looking = &pack->looking,
        .calendar = pack->calendar,
        .looks = gathering->looks,
        .look_count = gathering->look_count,
        .workers = gathering->known_workers,
        .worker_count = (size_t)gathering->workers.count,
        .records = gathering->known_records,
        .record_count = (size_t)gathering->records.count,
        .ties = gathering->ties,
        .tie_count = gathering->tie_count,
        .since = instant_add_ms(act->now, -FLAG_DAYS * (int64_t)MS_PER_DAY),
    };
    watch_looks(act->arena, &input, &flags, &count);
    TRY(book_read(act, &book));
    for (size_t i = 0; i < count; i++) {
        TRY(raise(act, gathering, &book, &flags[i]));
    }
    return NULL;
}

struct sweep {
    const struct act *act;
    struct arena *arena;
    struct arena *scratch;
    const struct error *error;
};

static void sweep_guarded(void *context)
{
    struct sweep *sweep = context;
    struct gathering gathering = {.act = *sweep->act};
    gathering.act.arena = sweep->arena;
    gathering.act.actor = NULL; /* the program says so, whoever asked it to look */
    const struct error *error = gather_and_flag(&gathering, sweep->scratch);
    sweep->error = error == NULL ? NULL : error_of(error->code); /* its words are gone with the arena */
}

const struct error *unusual_sweep(const struct act *act)
{
    struct sweep sweep = {.act = act, .arena = arena_new(memory), .scratch = arena_new(memory_of_record)};
    unsigned held = store_readers_held();
    bool whole =
        sweep.arena != NULL && sweep.scratch != NULL && arena_guard(sweep.arena, sweep_guarded, &sweep);
    store_readers_give(held);
    arena_free(sweep.scratch);
    arena_free(sweep.arena);
    return whole ? sweep.error : error_of(ERROR_BUSY);
}

const struct error *act_unusual_look(const struct act *act)
{
    TRY(act_begin(act, MAY_REVIEW_LOOKS, "unusual-look", (struct id){{0}}));
    return unusual_sweep(act);
}

/* ---- what was flagged ---- */

static const struct watch_rule *rule_named(const struct act *act, const char *id)
{
    const struct looking *looking = &act_pack(act)->looking;
    for (int i = 0; i < looking->rule_count; i++) {
        if (text_equal(looking->rules[i].id, id)) {
            return &looking->rules[i];
        }
    }
    return NULL;
}

/* As the sweep wrote it. */
static struct id id_of(const char *text)
{
    struct id id;
    bool is_id = id_parse(text, &id);
    must(is_id);
    return id;
}

static void fill_whose(const struct act *act, const char *text, struct unusual_view *view)
{
    const struct account *account = NULL;
    view->name = "Several workers";
    view->role = "";
    view->agency = "";
    if (text != NULL) {
        view->account = id_of(text);
        view->has_worker = true;
        view->name = account_name(act, view->account);
        if (account_read(act, view->account, &account) == NULL) {
            view->role = account->role;
            view->agency = account->agency;
        }
    }
}

static struct unusual_view view_of(const struct act *act, const struct book_line *line)
{
    const struct entry *entry = line->entry;
    bool limit = text_equal(entry->type->id, "book-limit");
    const struct watch_rule *rule = limit ? NULL : rule_named(act, entry_text(entry, "rule"));
    const char *id = limit ? "limit-reached" : entry_text(entry, "rule");
    const char *record = limit ? NULL : entry_text(entry, "case");
    struct unusual_view view = {
        .id = entry->id,
        .rule = id,
        .title = limit          ? "As many records within an hour as anybody may see"
                 : rule != NULL ? rule->title
                                : id,
        .why = limit          ? "They were stopped there, and told whom to ask."
               : rule != NULL ? rule->why
                              : "",
        .from = limit ? entry->recorded_at : (struct instant){entry_number(entry, "from")},
        .at = limit ? entry->recorded_at : (struct instant){entry_number(entry, "at")},
        .count = (int)entry_number(entry, "count"),
        .review = review_of(act, line->review),
    };
    fill_whose(act, entry_text(entry, "account"), &view);
    if (record != NULL) {
        view.has_case = true;
        view.reference = reference_of(id_of(record));
    }
    return view;
}

static int newest_first(const void *a, const void *b)
{
    const struct unusual_view *one = a;
    const struct unusual_view *other = b;
    return instant_compare(other->at, one->at);
}

const struct error *act_unusual_list(const struct act *act, const struct unusual_view **ret_list,
                                     size_t *ret_count)
{
    struct book book;
    size_t count = 0;
    TRY(act_begin(act, MAY_REVIEW_LOOKS, "unusual-list", (struct id){{0}}));
    TRY(book_read(act, &book));
    struct unusual_view *list = arena_many(act->arena, struct unusual_view, book.count);
    for (size_t i = 0; i < book.count; i++) {
        const char *type = book.list[i].entry->type->id;
        if (text_equal(type, "book-flag") || text_equal(type, "book-limit")) {
            list[count++] = view_of(act, &book.list[i]);
        }
    }
    qsort(list, count, sizeof *list, newest_first);
    *ret_list = list;
    *ret_count = count;
    return NULL;
}

/* ---- what helps to see it ---- */

const struct error *act_file_taken(const struct act *act, const char *reference, const char *name)
{
    struct store_reader *reader;
    struct reference parsed;
    struct id record = {{0}};
    if (reference != NULL && reference_parse(reference, &parsed)) {
        TRY(store_reader_take(act->service->store, &reader));
        const struct error *error = store_case_by_reference(reader, act->arena, parsed, &record);
        store_reader_give(reader);
        TRY(error);
    }
    return act_look(act, name, record, 0, NULL);
}

const struct error *act_home_set(const struct act *act, const char *postcode)
{
    struct value *values;
    TRY(act_begin(act, MAY_WORK, "home-set", act->actor == NULL ? (struct id){{0}} : act->actor->account));
    const char *home = home_of(act->arena, postcode);
    size_t size = strlen(home);
    bool formed = strspn(home, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789") == size &&
                  (size == 0 || (size >= 5 && size <= POSTCODE_MOST && strpbrk(home, "0123456789") != NULL));
    if (!formed) {
        return error_field(act->arena, ERROR_INVALID, "postcode", NULL, "Enter a postcode, like LE1 1ZZ");
    }
    struct entry entry = account_entry(act, "account-home-set", &values);
    account_set(values, entry.type, "postcode", home);
    return account_append(act, act->actor->account, &entry);
}
