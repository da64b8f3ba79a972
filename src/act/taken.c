#include "act/taken.h"

#include "act/book.h"
#include "base/text.h"

#include <pthread.h>
#include <string.h>

enum { HOUR = MS_PER_HOUR, ROOM = 4096 };

struct shown {
    struct id record;
    int64_t at;
};
struct taker {
    struct id account;
    struct shown *list;
    int count;
    int64_t told_at; /* when a refusal was last told of */
    struct taker *next;
};
struct taken {
    pthread_mutex_t lock;
    struct arena *arena; /* of the service */
    int most;
    atomic_bool seeded;
    struct taker *takers[ROOM];
};

struct taken *taken_new(struct arena *arena, int most)
{
    struct taken *taken = arena_one(arena, struct taken);
    taken->arena = arena;
    taken->most = most;
    pthread_mutex_init(&taken->lock, NULL);
    return taken;
}

bool taken_counts(const char *name)
{
    static const char *const names[] = {"case-read",    "case-record",   "entry-record", "details-record",
                                        "links-read",   "part-read",     "search-shown", "match-shown",
                                        "duties-shown", "case-move-look"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (strcmp(names[i], name) == 0) {
            return true;
        }
    }
    return false;
}

static struct taker *taker_of(struct taken *taken, struct id account)
{
    unsigned place = (unsigned)(account.bytes[0] << 8 | account.bytes[1]) % ROOM;
    for (struct taker *taker = taken->takers[place]; taker != NULL; taker = taker->next) {
        if (id_equal(taker->account, account)) {
            return taker;
        }
    }
    struct taker *taker = arena_one(taken->arena, struct taker);
    taker->account = account;
    taker->told_at = -HOUR;
    taker->list = arena_many(taken->arena, struct shown, (size_t)taken->most);
    taker->next = taken->takers[place];
    taken->takers[place] = taker;
    return taker;
}

/* Forgets what is an hour old (or of a clock that was put back since), and adds the record. */
static bool add(struct taken *taken, struct taker *taker, struct id record, int64_t now)
{
    int kept = 0;
    bool known = false;
    for (int i = 0; i < taker->count; i++) {
        struct shown *one = &taker->list[i];
        if (id_equal(one->record, record)) {
            one->at = now;
            known = true;
        }
        if (one->at > now - HOUR && one->at <= now + HOUR) {
            taker->list[kept++] = *one;
        }
    }
    taker->count = kept;
    if (known) {
        return true;
    }
    if (taker->count == taken->most) {
        return false;
    }
    taker->list[taker->count++] = (struct shown){record, now};
    return true;
}

/* What the log says of the hour before: read in the memory of the act, which may run out, and under no lock.
 */
struct seen {
    struct id account;
    struct shown shown;
};
struct before {
    struct arena *arena;
    struct seen *list;
    size_t count;
    size_t room;
};

static bool note_one(void *context, const struct look *look)
{
    struct before *before = context;
    if (taken_counts(look->act) && !id_is_zero(look->record)) {
        before->list =
            arena_room(before->arena, before->list, before->count, &before->room, sizeof *before->list);
        before->list[before->count++] = (struct seen){look->account, {look->record, look->at.ms}};
    }
    return true;
}

struct asking {
    struct taken *taken;
    const struct act *act;
    struct before before;
    struct id record;
    bool may;
    bool first;
};

static void ask(void *context)
{
    struct asking *asking = context;
    struct taken *taken = asking->taken;
    int64_t now = asking->act->now.ms;
    if (!atomic_exchange(&taken->seeded, true)) {
        for (size_t i = 0; i < asking->before.count; i++) {
            const struct seen *seen = &asking->before.list[i];
            (void)add(taken, taker_of(taken, seen->account), seen->shown.record, seen->shown.at);
        }
    }
    struct taker *taker = taker_of(taken, asking->act->actor->account);
    asking->may = add(taken, taker, asking->record, now);
    asking->first = !asking->may && now - taker->told_at >= HOUR;
    if (asking->first) {
        taker->told_at = now;
    }
}

bool taken_may(struct taken *taken, const struct act *act, struct id record, bool *ret_first)
{
    struct asking asking = {.taken = taken, .act = act, .record = record, .before = {.arena = act->arena}};
    if (!atomic_load(&taken->seeded)) {
        struct instant since = {act->now.ms - HOUR};
        const struct error *unread =
            store_looks_since(act->service->store, act->arena, since, note_one, &asking.before);
        (void)unread; /* then the hour begins with what was read, or now */
    }
    pthread_mutex_lock(&taken->lock);
    bool whole = arena_guard(taken->arena, ask, &asking);
    pthread_mutex_unlock(&taken->lock);
    *ret_first = asking.first;
    return whole && asking.may;
}

const struct error *taken_stopped(const struct act *act)
{
    return error_field(
        act->arena, ERROR_TOO_MANY, "records", NULL,
        "You were shown as many records as anybody may see within an hour. The information lead "
        "was told. If you need more for your work, ask the information lead of your agency, or "
        "wait an hour");
}

/* ---- told ---- */

struct stops {
    const struct act *act;
    struct id accounts[64];
    struct id lines[64];
    struct instant at[64];
    size_t count;
};

/* The same for the same stop. */
static struct id line_id(struct id account, struct instant at)
{
    struct hasher hasher;
    uint8_t hash[HASH_BYTES];
    struct id id;
    hash_begin(&hasher);
    hash_text(&hasher, "limit-reached");
    hash_bytes(&hasher, account.bytes, ID_BYTES);
    hash_number(&hasher, at.ms);
    hash_end(&hasher, hash);
    memcpy(id.bytes, hash, ID_BYTES);
    return id;
}

static bool collect(void *context, const struct look *look)
{
    struct stops *stops = context;
    if (strcmp(look->act, "limit-reached") == 0) {
        size_t i = stops->count++;
        stops->accounts[i] = look->account;
        stops->at[i] = look->at;
        stops->lines[i] = line_id(look->account, look->at);
    }
    return stops->count < sizeof stops->lines / sizeof stops->lines[0];
}

static bool is_told(const struct book *book, struct id line)
{
    for (size_t i = 0; i < book->count; i++) {
        if (id_equal(book->list[i].entry->id, line)) {
            return true;
        }
    }
    return false;
}

const struct error *taken_tell(const struct act *act)
{
    struct stops *stops = arena_one(act->arena, struct stops);
    struct book book;
    struct instant since = {act->now.ms - MS_PER_DAY};
    TRY(store_looks_since(act->service->store, act->arena, since, collect, stops));
    if (stops->count == 0) {
        return NULL;
    }
    TRY(book_read(act, &book));
    for (size_t i = 0; i < stops->count; i++) {
        if (is_told(&book, stops->lines[i])) {
            continue;
        }
        char *account = arena_alloc(act->arena, ID_TEXT);
        id_format(stops->accounts[i], account);
        const struct value values[] = {
            {.kind = VALUE_TEXT, .text = account},
            {.kind = VALUE_NUMBER, .number = act_pack(act)->looking.records_an_hour}};
        struct entry line = book_entry(act, "book-limit", stops->lines[i], values);
        TRY(book_tell(act, &line, "limit-reached", (struct id){{0}}));
    }
    return NULL;
}
