#include "act/courier.h"
#include "act/taken.h"

#include "act/factor.h"
#include "base/text.h"
#include "store/notice.h"

#include <string.h>

enum {
    ROUND_MS = 1000,
    ROUNDS_TO_SWEEP = 60,
    AT_ONCE = 20,
    FIRST_WAIT_MS = 60 * 1000,
    LONGEST_WAIT_MS = 6 * 60 * 60 * 1000,
    KEEP_DAYS = 400
};
static const size_t memory = (size_t)64 * 1024 * 1024;

struct courier {
    struct service *service;
    const struct post_options *mail;
    struct instant (*clock)(void);
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t wake;
    atomic_bool stop;
    unsigned rounds;
};

/* One minute, then twice as long each time, at most six hours. */
static int64_t wait_after(int tries)
{
    int64_t wait = FIRST_WAIT_MS;
    for (int i = 0; i < tries && wait < LONGEST_WAIT_MS; i++) {
        wait *= 2;
    }
    return wait < LONGEST_WAIT_MS ? wait : LONGEST_WAIT_MS;
}

/* Where one message goes; NULL when there is no address, or nobody to tell any more. */
static const struct error *address_of(const struct act *act, struct store_reader *reader,
                                      const struct outbox_row *row, struct id case_id, bool unread_only,
                                      const char **ret_address)
{
    *ret_address = NULL;
    if (!id_is_zero(row->account)) {
        const struct account *account;
        bool read = false;
        bool may;
        TRY(account_read(act, row->account, &account));
        TRY(notice_may_reach(act, reader, account, case_id, &may));
        TRY(store_notice_is_read(reader, act->arena, row->account, row->notice, &read));
        *ret_address = !may || (read && unread_only) ? NULL : account->email;
    } else {
        struct contact_view contact;
        TRY(contact_read(act, reader, row->contact, &contact));
        *ret_address = contact.withdrawn || text_is_blank(contact.email) ? NULL : contact.email;
    }
    if (*ret_address != NULL && !mail_address_is_plain(*ret_address)) {
        *ret_address = NULL;
    }
    return NULL;
}

/* A message for everybody of a role becomes one for each account that has an address. */
static const struct error *spread(const struct act *act, const struct outbox_row *row,
                                  const struct notice_row *notice, struct write *write)
{
    const struct account *const *accounts;
    size_t count;
    TRY(accounts_every(act, &accounts, &count));
    for (size_t i = 0; i < count; i++) {
        const struct account *account = accounts[i];
        if (account_opens(account_state_now(act, account)) && account->email != NULL &&
            text_equal(account->role, notice->role) && text_equal(account->agency, notice->agency)) {
            store_write_outbox(write, notice->id, account->id, (struct id){{0}}, act->now);
        }
    }
    store_write_outbox_drop(write, row->id);
    return NULL;
}

/* Where the message of an account leads. An invitation is the link itself, made again here; NULL when it was
 * used, is too old or another was made since. */
static const struct error *account_path(const struct act *act, const struct outbox_row *row,
                                        const struct notice_row *notice, int what, const char **ret_path)
{
    const struct account *account;
    const char *hash;
    *ret_path = "/notices";
    if (what != ACCOUNT_NOTICE_INVITATION) {
        return NULL;
    }
    const char *link = account_mailed_link(act, row->account, notice->seq);
    hash_text_hex(act->arena, link, &hash);
    TRY(account_read(act, row->account, &account));
    bool holds = account->link_hash != NULL && text_equal_secret(account->link_hash, hash) &&
                 account->link_ends_ms >= act->now.ms;
    *ret_path = holds ? arena_printf(act->arena, "/set-password/%s", link) : NULL;
    return NULL;
}

static const struct error *path_of(const struct act *act, const struct outbox_row *row,
                                   const struct notice_row *notice, int of_account, const char **ret_path)
{
    struct reference reference = reference_of(notice->case_id);
    if (of_account >= 0) {
        return account_path(act, row, notice, of_account, ret_path);
    }
    *ret_path = notice_path(notice->rule) != NULL ? notice_path(notice->rule)
                                                  : arena_printf(act->arena, "/cases/%s", reference.text);
    return NULL;
}

static const struct error *send_one(const struct courier_way *way, const struct act *act,
                                    const struct outbox_row *row, const struct notice_row *notice,
                                    const char *address, struct write *write)
{
    char id[ID_TEXT];
    struct reference reference = reference_of(notice->case_id);
    int of_account = account_notice_of(notice->rule);
    id_format(row->id, id);
    struct post_message message = {
        .to = address,
        .id = id,
        .reference = id_is_zero(notice->case_id) ? NULL : reference.text,
        .at = act->now,
        .what = of_account < 0                            ? POST_DUE
                : of_account == ACCOUNT_NOTICE_INVITATION ? POST_INVITATION
                                                          : POST_ACCOUNT,
    };
    TRY(path_of(act, row, notice, of_account, &message.path));
    if (message.path == NULL) {
        store_write_outbox_drop(write, row->id);
        return NULL;
    }
    const struct error *error = post_send(act->arena, way->mail, &message, way->stop);
    if (error == NULL) {
        store_write_outbox_drop(write, row->id);
    } else if (!atomic_load(way->stop)) {
        const char *fault = error->detail == NULL ? error->sentence : error->detail;
        store_write_outbox_failed(write, row->id, instant_add_ms(act->now, wait_after(row->tries)), fault);
    }
    return NULL;
}

static const struct error *deliver(const struct courier_way *way, const struct act *act,
                                   const struct outbox_row *row)
{
    struct store_reader *reader;
    struct notice_row notice;
    const char *address = NULL;
    bool to_role = id_is_zero(row->account) && id_is_zero(row->contact);
    TRY(store_reader_take(act->service->store, &reader));
    const struct error *error = store_notice(reader, act->arena, row->notice, &notice);
    bool gone = error != NULL && error->code == ERROR_NOT_FOUND;
    if (error == NULL && !to_role) {
        bool invites = account_notice_of(notice.rule) == ACCOUNT_NOTICE_INVITATION;
        error = address_of(act, reader, row, notice.case_id, !invites, &address);
    }
    store_reader_give(reader);
    struct write *write = store_write_new(act->service->store, act->arena);
    if (gone) {
        store_write_outbox_drop(write, row->id);
        return store_write_run(write);
    }
    TRY(error);
    if (to_role) {
        TRY(spread(act, row, &notice, write));
    } else if (address == NULL) {
        store_write_outbox_drop(write, row->id); /* it stands in the list of notices */
    } else {
        TRY(send_one(way, act, row, &notice, address, write));
    }
    return store_write_run(write);
}

const struct error *courier_send(const struct courier_way *way, const struct act *act)
{
    struct store_reader *reader;
    const struct outbox_row *rows;
    size_t count;
    TRY(store_reader_take(act->service->store, &reader));
    const struct error *error = store_outbox(reader, act->arena, act->now, AT_ONCE, &rows, &count);
    store_reader_give(reader);
    TRY(error);
    for (size_t i = 0; i < count && !atomic_load(way->stop); i++) {
        struct act one = *act;
        one.now = way->clock();
        TRY(deliver(way, &one, &rows[i]));
    }
    return NULL;
}

struct round {
    struct courier *courier;
    struct arena *arena;
    const struct error *error;
};

static const struct error *sweep(struct courier *courier, const struct act *act)
{
    unsigned of_hour = courier->rounds % (ROUNDS_TO_SWEEP * 60);
    if (courier->rounds % ROUNDS_TO_SWEEP == 0) {
        TRY(notices_sweep(act));
    }
    if (courier->rounds == 0 || atomic_exchange(&act->service->to_tell, false)) {
        TRY(taken_tell(act));
    }
    if (of_hour == 0) {
        TRY(account_notices_sweep(act));
        return store_notices_drop(courier->service->store, act->arena,
                                  instant_add_ms(act->now, -(int64_t)KEEP_DAYS * MS_PER_DAY));
    }
    return of_hour == ROUNDS_TO_SWEEP / 2 ? unusual_sweep(act) : NULL;
}

/* A round that fails is left for the next: everything it would have done is still in the store. */
static void go_round(void *context)
{
    struct round *round = context;
    struct courier *courier = round->courier;
    const struct act act = {courier->service, round->arena, NULL, courier->clock()};
    round->error = sweep(courier, &act);
    if (courier->mail != NULL) {
        const struct courier_way way = {courier->mail, courier->clock, &courier->stop};
        round->error = courier_send(&way, &act);
    }
}

static void wait_a_round(struct courier *courier)
{
    struct timespec until;
    (void)clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_sec += ROUND_MS / 1000;
    pthread_mutex_lock(&courier->lock);
    int result = 0;
    while (!atomic_load(&courier->stop) && result == 0) {
        result = pthread_cond_timedwait(&courier->wake, &courier->lock, &until);
    }
    pthread_mutex_unlock(&courier->lock);
}

static void *courier_thread(void *context)
{
    struct courier *courier = context;
    struct arena *arena = arena_new(memory);
    while (arena != NULL && !atomic_load(&courier->stop)) {
        struct round round = {.courier = courier, .arena = arena};
        if (!arena_guard(arena, go_round, &round)) {
            store_readers_give(0);
        }
        courier->rounds++;
        arena_reset(arena);
        wait_a_round(courier);
    }
    arena_free(arena);
    return NULL;
}

const struct error *courier_start(struct arena *arena, struct service *service,
                                  const struct post_options *mail, struct instant (*clock)(void),
                                  struct courier **ret_courier)
{
    struct courier *courier = arena_one(arena, struct courier);
    pthread_condattr_t steady;
    if (mail != NULL) {
        TRY(post_init());
        service->mails = true;
    }
    *courier = (struct courier){.service = service, .mail = mail, .clock = clock};
    atomic_init(&courier->stop, false);
    pthread_mutex_init(&courier->lock, NULL);
    pthread_condattr_init(&steady);
    pthread_condattr_setclock(&steady, CLOCK_MONOTONIC);
    pthread_cond_init(&courier->wake, &steady);
    pthread_condattr_destroy(&steady);
    if (pthread_create(&courier->thread, NULL, courier_thread, courier) != 0) {
        return error_new(arena, ERROR_BUSY, "no thread for the courier");
    }
    *ret_courier = courier;
    return NULL;
}

void courier_stop(struct courier *courier)
{
    pthread_mutex_lock(&courier->lock);
    atomic_store(&courier->stop, true);
    pthread_cond_broadcast(&courier->wake);
    pthread_mutex_unlock(&courier->lock);
    pthread_join(courier->thread, NULL);
    pthread_cond_destroy(&courier->wake);
    pthread_mutex_destroy(&courier->lock);
}
