/*
 * Notices: who is told of what, as the pack says. Those of an entry, and of the duties it begins, are made in
 * the write of the entry; those that only time brings (due soon, overdue) by notices_sweep, which may run as
 * often as it likes: the id of a notice follows from what it is about.
 */
#include "act/factor.h"
#include "act/reach.h"

#include "base/text.h"
#include "people/name.h"
#include "record/carry.h"
#include "record/match.h"
#include "store/notice.h"

#include <string.h>

enum { SHOWN = 50, UNREAD_MOST = 100, OUTBOX_SHOWN = 100, SWEEP_ROWS = 200, SWEEP_DAYS = 7 };

/* ---- making them
 * ------------------------------------------------------------------------------------------------- */

static void put_notice(const struct act *act, struct write *write, const struct notice_row *row)
{
    static const struct id nobody = {{0}};
    store_write_notice(write, row);
    if (act->actor != NULL) { /* nobody is told of what they did themselves */
        store_write_notice_read(write, row->id, act->actor->account, act->actor->role->id,
                                act->actor->agency);
    }
    if (act->service->mails) {
        bool role_only = id_is_zero(row->account) && id_is_zero(row->contact);
        store_write_outbox(write, row->id, row->account, row->contact, act->now);
        if (!role_only && row->role[0] != '\0') {
            store_write_outbox(write, row->id, nobody, nobody, act->now);
        }
    }
}

static struct notice_row notice_for(const struct act *act, const struct notice_rule *rule, struct id case_id,
                                    const char *duty, uint64_t seq)
{
    return (struct notice_row){.made_at = act->now,
                               .rule = rule->id,
                               .duty = duty,
                               .case_id = case_id,
                               .seq = seq,
                               .role = "",
                               .agency = ""};
}

/* "Ruth Bell, social worker" means the account of Ruth Bell; all of that name, since nothing tells them
 * apart. */
static const struct error *tell_worker(const struct act *act, struct write *write, const char *worker,
                                       const struct notice_row *wanted, bool *ret_told)
{
    const struct account *const *accounts;
    size_t count;
    TRY(accounts_every(act, &accounts, &count));
    const char *name = name_normal(act->arena, arena_copy_n(act->arena, worker, strcspn(worker, ",(")));
    for (size_t i = 0; i < count; i++) {
        const struct account *account = accounts[i];
        char id[ID_TEXT];
        if (!account_opens(account_state_now(act, account)) || name[0] == '\0' ||
            strcmp(name_normal(act->arena, account->name), name) != 0) {
            continue;
        }
        struct notice_row row = *wanted;
        row.account = account->id;
        id_format(account->id, id);
        row.id = notice_id(row.rule, row.case_id, row.duty, row.seq, NULL, arena_copy(act->arena, id));
        put_notice(act, write, &row);
        *ret_told = true;
    }
    return NULL;
}

/* To whom the referral was routed; the role beside it sees it in any case. */
static const struct error *tell_routed(const struct act *act, struct write *write, const struct entry *entry,
                                       const struct addressee *to, struct notice_row row)
{
    const char *point = entry_text(entry, "routed_point");
    const char *how = entry_text(entry, "routed_how");
    bool told = false;
    if (how != NULL && strcmp(how, route_how_name(ROUTE_WORKER)) == 0) {
        TRY(tell_worker(act, write, entry_text(entry, "routed_to"), &row, &told));
    }
    row.role = to->role == NULL ? "" : to->role;
    row.agency = to->agency == NULL ? "" : to->agency;
    if (point != NULL) {
        (void)id_parse(point, &row.contact); /* else nobody of the directory is told */
    }
    if (!id_is_zero(row.contact) || row.role[0] != '\0') {
        row.id = notice_id(row.rule, row.case_id, row.duty, row.seq, NULL, point == NULL ? "" : point);
        put_notice(act, write, &row);
    }
    return NULL;
}

/* A role, or who owns the duty. */
static void tell_role(const struct act *act, struct write *write, const struct addressee *to,
                      const struct duty_row *duty, const struct notice_row *wanted)
{
    struct notice_row row = *wanted;
    row.role = to->owner ? duty->owner_role : to->role;
    row.agency = to->owner ? duty->owner_agency : to->agency;
    row.id = notice_id(row.rule, row.case_id, row.duty, row.seq, duty == NULL ? NULL : duty->key,
                       arena_printf(act->arena, "%s@%s", row.role, row.agency));
    put_notice(act, write, &row);
}

static void tell_of_duty(const struct act *act, struct write *write, const struct notice_rule *rule,
                         const struct duty_row *duty, const struct notice_row *wanted)
{
    for (size_t i = 0; i < rule->to_count; i++) {
        tell_role(act, write, &rule->to[i], duty, wanted);
    }
}

static const struct error *of_entry(const struct act *act, struct write *write, const struct case_view *view,
                                    const struct notice_rule *rule, const struct known *known)
{
    if (!pattern_matches(&rule->entry, known->type, known->values, view->history->child,
                         known->occurred.day)) {
        return NULL;
    }
    const struct notice_row row = notice_for(act, rule, view->id, "", known->entry->seq);
    for (size_t i = 0; i < rule->to_count; i++) {
        if (rule->to[i].routed) {
            TRY(tell_routed(act, write, known->entry, &rule->to[i], row));
        } else {
            tell_role(act, write, &rule->to[i], NULL, &row);
        }
    }
    return NULL;
}

/* `number` keeps two duties of one rule and entry apart; their subject may be a name and stays out of it. */
static void of_duty(const struct act *act, struct write *write, const struct case_view *view,
                    const struct notice_rule *rule, const struct duty *duty, const char *number)
{
    struct notice_row row = notice_for(act, rule, view->id, duty->rule->id, duty->begun_by->entry->seq);
    const struct duty_row owner = {
        .owner_role = duty->rule->owner_role, .owner_agency = duty->rule->owner_agency, .key = number};
    tell_of_duty(act, write, rule, &owner, &row);
}

static bool is_unmet(const struct duty *duty)
{
    return duty->state == DUTY_OPEN || duty->state == DUTY_OVERDUE;
}

static bool is_told(const struct notice_rule *rule, const struct duty *duty)
{
    return is_unmet(duty) && rule->rules[duty->rule->index];
}

const struct error *notices_write(const struct act *act, struct write *write, const struct case_view *view,
                                  uint64_t from_seq)
{
    const struct pack *pack = view->pack;
    for (size_t n = 0; n < pack->notice_count; n++) {
        const struct notice_rule *rule = &pack->notices[n];
        for (size_t i = 0; i < view->history->count && rule->on == NOTICE_ENTRY; i++) {
            if (view->history->list[i].entry->seq >= from_seq) {
                TRY(of_entry(act, write, view, rule, &view->history->list[i]));
            }
        }
        for (size_t i = 0; i < view->position->duty_count && rule->on == NOTICE_BEGUN; i++) {
            const struct duty *duty = &view->position->duties[i];
            if (is_told(rule, duty) && duty->begun_by->entry->seq >= from_seq) {
                of_duty(act, write, view, rule, duty, arena_printf(act->arena, "%zu", i));
            }
        }
    }
    return NULL;
}

static bool ran_before(const struct case_view *before, const struct pack *to, const struct duty *duty)
{
    for (size_t i = 0; i < before->position->duty_count; i++) {
        const struct duty *earlier = &before->position->duties[i];
        bool keeps;
        if (is_unmet(earlier) && earlier->begun_by->entry->seq == duty->begun_by->entry->seq &&
            rule_carried(to, before->pack, earlier->rule, &keeps) == duty->rule) {
            return true;
        }
    }
    return false;
}

void notices_of_move(const struct act *act, struct write *write, const struct case_view *before,
                     const struct case_view *after, uint64_t move_seq)
{
    const struct pack *pack = after->pack;
    for (size_t n = 0; n < pack->notice_count; n++) {
        const struct notice_rule *rule = &pack->notices[n];
        for (size_t i = 0; i < after->position->duty_count && rule->on == NOTICE_BEGUN; i++) {
            const struct duty *duty = &after->position->duties[i];
            if (is_told(rule, duty) && !ran_before(before, pack, duty)) {
                /* the same may have begun here before, when the case was moved to and fro */
                const char *number = arena_printf(act->arena, "%zu of %llu", i, (unsigned long long)move_seq);
                of_duty(act, write, after, rule, duty, number);
            }
        }
    }
}

/* ---- what time brings
 * ---------------------------------------------------------------------------------------------- */

static const struct error *is_new(struct store_reader *reader, const struct act *act, struct id id,
                                  bool *ret_new)
{
    struct notice_row known;
    const struct error *error = store_notice(reader, act->arena, id, &known);
    *ret_new = error != NULL && error->code == ERROR_NOT_FOUND;
    return *ret_new ? NULL : error;
}

/* One page of unmet duties by their due time; *ret_done when it went past what is told of now. */
static const struct error *sweep_rows(const struct act *act, struct store_reader *reader, struct write *write,
                                      const struct pack *pack, const struct notice_rule *rule,
                                      const struct duty_row *rows, size_t count, size_t *ret_made,
                                      bool *ret_done)
{
    int64_t until = act->now.ms + (rule->on == NOTICE_DUE_SOON ? (int64_t)rule->hours * MS_PER_HOUR : 0);
    int64_t from = rule->on == NOTICE_DUE_SOON ? act->now.ms : act->now.ms - (int64_t)SWEEP_DAYS * MS_PER_DAY;
    for (size_t i = 0; i < count; i++) {
        bool same = text_equal(rows[i].pack->id, pack->id); /* the case is under that procedure */
        const struct duty_rule *duty = same ? pack_rule(pack, rows[i].rule) : NULL;
        if (rows[i].due_at.ms > until) {
            *ret_done = true;
            return NULL;
        }
        if (rows[i].due_at.ms < from || duty == NULL || !rule->rules[duty->index]) {
            continue;
        }
        struct notice_row row = notice_for(act, rule, rows[i].case_id, rows[i].rule, rows[i].begun_seq);
        const struct addressee *first = &rule->to[0];
        const char *role = first->owner ? rows[i].owner_role : first->role;
        const char *agency = first->owner ? rows[i].owner_agency : first->agency;
        bool is_wanted;
        row.id = notice_id(row.rule, row.case_id, row.duty, row.seq, rows[i].key,
                           arena_printf(act->arena, "%s@%s", role, agency));
        TRY(is_new(reader, act, row.id, &is_wanted));
        if (is_wanted) {
            tell_of_duty(act, write, rule, &rows[i], &row);
            ++*ret_made;
        }
    }
    return NULL;
}

static const struct error *sweep_page(const struct act *act, const struct pack *pack,
                                      const struct notice_rule *rule, struct duty_filter *filter,
                                      struct write *write, size_t *ret_made, bool *ret_done)
{
    struct store_reader *reader;
    const struct duty_row *rows;
    size_t count;
    TRY(store_reader_take(act->service->store, &reader));
    const struct error *error = store_duties(reader, act->arena, filter, &rows, &count, &filter->after);
    if (error == NULL) {
        error = sweep_rows(act, reader, write, pack, rule, rows, count, ret_made, ret_done);
    }
    store_reader_give(reader);
    *ret_done = *ret_done || filter->after == NULL;
    return error;
}

static const struct error *sweep_pack(const struct act *act, const struct pack *pack)
{
    for (size_t n = 0; n < pack->notice_count; n++) {
        const struct notice_rule *rule = &pack->notices[n];
        bool done = rule->on != NOTICE_DUE_SOON && rule->on != NOTICE_OVERDUE;
        struct duty_filter filter = {.state = rule->on == NOTICE_OVERDUE ? DUTY_OVERDUE : DUTY_OPEN,
                                     .now = act->now,
                                     .limit = SWEEP_ROWS};
        while (!done) {
            size_t made = 0;
            struct write *write = store_write_new(act->service->store, act->arena);
            TRY(sweep_page(act, pack, rule, &filter, write, &made, &done));
            if (made > 0) {
                TRY(store_write_run(write));
            }
        }
    }
    return NULL;
}

const struct error *notices_sweep(const struct act *act)
{
    for (size_t p = 0; p < act->service->served_count; p++) {
        TRY(sweep_pack(act, act->service->served[p].pack));
    }
    return NULL;
}

/* ---- reading them
 * -------------------------------------------------------------------------------------------------- */

static const struct notice_rule *rule_named(const struct pack *pack, const char *id)
{
    for (size_t i = 0; i < pack->notice_count; i++) {
        if (text_equal(pack->notices[i].id, id)) {
            return &pack->notices[i];
        }
    }
    return NULL;
}

static const struct error *view_notice(const struct act *act, struct store_reader *reader,
                                       const struct notice_row *row, struct notice_view *ret_view)
{
    static const char *const when[] = {NULL, "New", "Due soon", "Overdue"};
    const struct pack *pack = act_pack(act);
    const struct notice_rule *rule = rule_named(pack, row->rule);
    const struct duty_rule *duty = pack_rule(pack, row->duty);
    for (size_t p = 0; p < act->service->served_count; p++) {
        const struct pack *other = act->service->served[p].pack;
        rule = rule == NULL ? rule_named(other, row->rule) : rule;
        duty = duty == NULL ? pack_rule(other, row->duty) : duty;
    }
    int of_account = account_notice_of(row->rule);
    if (of_account >= 0) {
        *ret_view = (struct notice_view){.id = row->id,
                                         .at = row->made_at,
                                         .title = account_notice_title((enum account_notice)of_account),
                                         .of_account = true,
                                         .read = row->read};
        return NULL;
    }
    const char *own = rule == NULL ? notice_own_title(row->rule) : NULL;
    *ret_view = (struct notice_view){
        .id = row->id,
        .at = row->made_at,
        .title = rule != NULL && rule->title != NULL ? rule->title
                 : duty != NULL                      ? duty->title
                 : own != NULL                       ? own
                                                     : "Something is due",
        .path = notice_path(row->rule),
        .has_case = !id_is_zero(row->case_id),
        .paragraph = duty != NULL   ? duty->paragraph
                     : rule != NULL ? rule->paragraph
                                    : NULL,
        .when = rule == NULL ? NULL : when[rule->on],
        .reference = reference_of(row->case_id),
        .read = row->read,
    };
    if (!id_is_zero(row->contact)) {
        struct contact_view contact;
        const struct error *error = contact_read(act, reader, row->contact, &contact);
        ret_view->to = error == NULL ? contact.name : NULL;
    }
    if (permit(act->actor, MAY_READ_CASE) && !id_is_zero(row->case_id)) {
        TRY(child_name(act, reader, row->case_id, &ret_view->child_name));
    }
    return NULL;
}

/* Of a case that is not there for the reader, no notice is either. Who reads no case is told that something
 * is due, and not of whom. */
static const struct error *may_be_told(const struct act *act, struct store_reader *reader, struct id case_id,
                                       bool *ret_may)
{
    *ret_may = true;
    return id_is_zero(case_id) || !permit(act->actor, MAY_READ_CASE)
               ? NULL
               : reach_finds(act, reader, case_id, ret_may);
}

const struct error *notice_may_reach(const struct act *act, struct store_reader *reader,
                                     const struct account *account, struct id case_id, bool *ret_may)
{
    struct actor actor;
    struct act as = *act;
    as.actor = &actor;
    *ret_may = account_actor(act, account, &actor) == NULL;
    return *ret_may ? may_be_told(&as, reader, case_id, ret_may) : NULL;
}

struct listing {
    const struct act *act;
    struct store_reader *reader;
};

static const struct error *wants_notice(void *context, const struct notice_row *row, bool *ret_wanted)
{
    const struct listing *listing = context;
    return may_be_told(listing->act, listing->reader, row->case_id, ret_wanted);
}

static const struct error *read_page(const struct act *act, struct store_reader *reader, const char *cursor,
                                     const struct notice_view **ret_notices, size_t *ret_count,
                                     const char **ret_next)
{
    struct listing listing = {act, reader};
    const struct notice_filter filter = {.account = act->actor->account,
                                         .role = act->actor->role->id,
                                         .agency = act->actor->agency,
                                         .now = act->now,
                                         .after = cursor,
                                         .limit = SHOWN,
                                         .wanted = wants_notice,
                                         .context = &listing};
    const struct notice_row *rows;
    TRY(store_notices(reader, act->arena, &filter, &rows, ret_count, ret_next));
    struct notice_view *views = arena_many(act->arena, struct notice_view, *ret_count);
    for (size_t i = 0; i < *ret_count; i++) {
        TRY(view_notice(act, reader, &rows[i], &views[i]));
    }
    *ret_notices = views;
    return NULL;
}

const struct error *act_notices(const struct act *act, const char *cursor,
                                const struct notice_view **ret_notices, size_t *ret_count,
                                const char **ret_next)
{
    struct store_reader *reader;
    TRY(act_begin(act, MAY_WORK, "notices-list", (struct id){{0}}));
    TRY(store_reader_take(act->service->store, &reader));
    const struct error *error = read_page(act, reader, cursor, ret_notices, ret_count, ret_next);
    store_reader_give(reader);
    return error;
}

static const struct error *count_unread(const struct act *act, struct store_reader *reader, size_t *ret_count)
{
    const struct id *cases;
    size_t count;
    TRY(store_notices_unread(reader, act->arena, act->actor->account, act->actor->role->id,
                             act->actor->agency, UNREAD_MOST, &cases, &count));
    bool *told = arena_many(act->arena, bool, count);
    *ret_count = 0;
    for (size_t i = 0; i < count; i++) {
        size_t same = 0;
        while (!id_equal(cases[same], cases[i])) {
            same++;
        }
        if (same == i) {
            TRY(may_be_told(act, reader, cases[i], &told[i]));
        }
        told[i] = told[same];
        *ret_count += told[i];
    }
    return NULL;
}

const struct error *act_notices_unread(const struct act *act, size_t *ret_count)
{
    struct store_reader *reader;
    TRY(act_begin(act, MAY_WORK, "notices-count", (struct id){{0}}));
    TRY(store_reader_take(act->service->store, &reader));
    const struct error *error = count_unread(act, reader, ret_count);
    store_reader_give(reader);
    return error;
}

const struct error *act_notices_read(const struct act *act, const char *id)
{
    struct id notice = {{0}};
    TRY(act_begin(act, MAY_WORK, "notices-read", (struct id){{0}}));
    if (id != NULL && !id_parse(id, &notice)) {
        return error_field(act->arena, ERROR_INVALID, "notice", NULL, "is not the id of a notice");
    }
    return store_notice_read(act->service->store, act->arena, act->actor->account, act->actor->role->id,
                             act->actor->agency, notice, act->now);
}

/* ---- what is to be sent
 * -------------------------------------------------------------------------------------------- */

static const char *whose(const struct act *act, struct store_reader *reader, const struct outbox_row *row)
{
    struct contact_view contact;
    struct notice_row notice;
    if (!id_is_zero(row->account)) {
        return account_name(act, row->account);
    }
    if (!id_is_zero(row->contact)) {
        return contact_read(act, reader, row->contact, &contact) == NULL ? contact.name : "a contact";
    }
    if (store_notice(reader, act->arena, row->notice, &notice) != NULL) {
        return "";
    }
    const struct role *role = pack_role(act_pack(act), notice.role);
    return role == NULL ? notice.role : role->title;
}

static const struct error *read_outbox(const struct act *act, struct store_reader *reader,
                                       struct mail_state *ret_state)
{
    const struct outbox_row *rows;
    size_t count;
    struct mail_state state = {.on = act->service->mails};
    TRY(store_outbox(reader, act->arena, INSTANT_NEVER, OUTBOX_SHOWN, &rows, &count));
    TRY(store_outbox_count(reader, act->arena, &state.total));
    struct outbox_view *views = arena_many(act->arena, struct outbox_view, count);
    for (size_t i = 0; i < count; i++) {
        views[i] = (struct outbox_view){.id = rows[i].id,
                                        .made_at = rows[i].made_at,
                                        .next_at = rows[i].next_at,
                                        .tries = rows[i].tries,
                                        .fault = rows[i].fault,
                                        .to = whose(act, reader, &rows[i])};
    }
    state.waiting = views;
    state.waiting_count = count;
    *ret_state = state;
    return NULL;
}

const struct error *act_outbox(const struct act *act, struct mail_state *ret_state)
{
    struct store_reader *reader;
    TRY(act_begin(act, MAY_ADMINISTER, "outbox-list", (struct id){{0}}));
    TRY(store_reader_take(act->service->store, &reader));
    const struct error *error = read_outbox(act, reader, ret_state);
    store_reader_give(reader);
    return error;
}

const struct error *act_outbox_hurry(const struct act *act)
{
    TRY(act_begin(act, MAY_ADMINISTER, "outbox-hurry", (struct id){{0}}));
    return store_outbox_hurry(act->service->store, act->arena, act->now);
}

/* ---- where to
 * ------------------------------------------------------------------------------------------------------ */

const struct error *act_mail_address(const struct act *act, const char **ret_address)
{
    const struct account *account;
    TRY(act_begin(act, MAY_WORK, "mail-address",
                  act->actor == NULL ? (struct id){{0}} : act->actor->account));
    TRY(account_read(act, act->actor->account, &account));
    *ret_address = account->email == NULL ? "" : account->email;
    return NULL;
}

const struct error *act_mail_address_set(const struct act *act, const char *address)
{
    TRY(act_begin(act, MAY_WORK, "mail-address-set",
                  act->actor == NULL ? (struct id){{0}} : act->actor->account));
    const char *trimmed = address == NULL ? "" : text_trim(act->arena, address);
    if (trimmed[0] != '\0' && !mail_address_is_plain(trimmed)) {
        return error_field(act->arena, ERROR_INVALID, "email", NULL,
                           "Enter an email address like name@example.org");
    }
    return account_mail_set(act, trimmed);
}
