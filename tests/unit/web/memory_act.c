#include "memory_act.h"
#include "act/sso.h"

#include "base/must.h"
#include "base/text.h"
#include "calendar/calendar.h"
#include "record/decode.h"

#include <pthread.h>
#include <string.h>

enum { MOST = 200 };

struct memory_case {
    struct id id;
    const struct value *details;
    const struct entry *entries[MOST];
    size_t count;
};

struct service {
    struct arena *arena;
    const struct pack *pack;
    pthread_mutex_t lock;
    struct memory_case cases[MOST];
    size_t case_count;
    struct draft_view drafts[MOST];
    struct id draft_authors[MOST];
    size_t draft_count;
    const char *keys[MOST];
    struct id key_cases[MOST];
    uint64_t key_seqs[MOST];
    size_t key_count;
    uint8_t next_id;
    struct contact_view contacts[MOST];
    size_t contact_count;
};

static const struct {
    const char *username;
    const char *name;
    const char *role;
    const char *agency;
} people[] = {
    {"school-nurse", "Grace Okafor", "referrer", "health"},
    {"duty-manager", "Parveen Ashworth", "duty-manager", "social-care"},
    {"social-worker", "Tomasz Wright", "social-worker", "social-care"},
    {"team-manager", "Ruth Adeyemi", "team-manager", "social-care"},
    {"reviewing-officer", "Colin Mistry", "reviewing-officer", "social-care"},
    {"police-officer", "Hannah Bird", "police-officer", "police"},
    {"administrator", "Ade Fox", "administrator", "other"},
};
enum { PEOPLE = sizeof people / sizeof people[0] };

struct service *memory_service(struct arena *arena, const char *pack_dir)
{
    struct service *service = arena_one(arena, struct service);
    const struct pack_fault *faults;
    size_t count;
    service->arena = arena;
    must(pthread_mutex_init(&service->lock, NULL) == 0);
    must(pack_load(arena, pack_dir, &service->pack, &faults, &count) == NULL);
    return service;
}

const struct pack *service_pack(const struct service *service)
{
    return service->pack;
}

const struct pack *act_pack(const struct act *act)
{
    return service_pack(act->service);
}

const struct error *act_procedures(const struct act *act, const struct procedure_view **ret_procedures,
                                   size_t *ret_count)
{
    struct procedure_view *view = arena_one(act->arena, struct procedure_view);
    *view = (struct procedure_view){act_pack(act), true};
    *ret_procedures = view;
    *ret_count = 1;
    return NULL;
}

const struct error *act_procedure_choose(const struct act *act, const char *pack_id, const char *reason)
{
    (void)act;
    (void)pack_id;
    (void)reason;
    return error_of(ERROR_NOT_ALLOWED);
}

const struct error *act_case_move_targets(const struct act *act, const struct case_view *view,
                                          const struct pack *const **ret_packs, size_t *ret_count)
{
    (void)act;
    (void)view;
    *ret_packs = NULL;
    *ret_count = 0;
    return NULL;
}

const struct error *act_case_move_look(const struct act *act, const char *reference, const char *pack_id,
                                       struct move_view *ret_move)
{
    (void)act;
    (void)reference;
    (void)pack_id;
    (void)ret_move;
    return error_of(ERROR_NOT_ALLOWED);
}

const struct error *act_case_move(const struct act *act, const char *reference, const char *pack_id,
                                  const char *reason, uint64_t expected_seq, struct recorded *ret_recorded)
{
    (void)act;
    (void)reference;
    (void)pack_id;
    (void)reason;
    (void)expected_seq;
    (void)ret_recorded;
    return error_of(ERROR_NOT_ALLOWED);
}

static struct id new_id(struct service *service)
{
    struct id id = {{0x5a, ++service->next_id}};
    return id;
}

static void lock(const struct act *act)
{
    must(pthread_mutex_lock(&act->service->lock) == 0);
}

static void unlock(const struct act *act)
{
    must(pthread_mutex_unlock(&act->service->lock) == 0);
}

/* ---- accounts ---- */

static bool actor_of(const struct act *act, const char *username, struct actor *ret_actor)
{
    for (size_t i = 0; i < PEOPLE; i++) {
        if (strcmp(people[i].username, username) == 0) {
            *ret_actor = (struct actor){.account = {{(uint8_t)(i + 1)}},
                                        .username = people[i].username,
                                        .name = people[i].name,
                                        .role = pack_role(act->service->pack, people[i].role),
                                        .agency = people[i].agency,
                                        .purpose = "direct-work"};
            return true;
        }
    }
    return false;
}

static const char *name_of(struct id account)
{
    size_t index = account.bytes[0];
    return index >= 1 && index <= PEOPLE ? people[index - 1].name : NULL;
}

void act_by_nobody(void)
{
}

const struct error *act_session(const struct act *act, const char *token, struct session *ret_session)
{
    *ret_session = (struct session){.csrf = "0123456789abcdef0123456789abcdef"};
    return actor_of(act, token, &ret_session->actor) ? NULL : error_of(ERROR_NOT_SIGNED_IN);
}

const struct error *act_reading_begin(const struct act *act, struct store_reader **ret_reader)
{
    (void)act;
    *ret_reader = NULL;
    return NULL;
}

void act_reading_end(struct store_reader *reader)
{
    (void)reader;
}

const struct error *act_denied(const struct act *act)
{
    (void)act;
    return error_of(ERROR_NOT_ALLOWED);
}

const struct error *act_bearer(const struct act *act, const char *token, struct actor *ret_actor)
{
    return actor_of(act, token, ret_actor) ? NULL : error_of(ERROR_NOT_SIGNED_IN);
}

const struct error *act_sign_in(const struct act *act, const char *username, const char *password,
                                const struct origin *from, const char **ret_token, const char **ret_device)
{
    (void)from;
    struct actor actor;
    if (!actor_of(act, username, &actor) || strcmp(password, "correct horse battery") != 0) {
        return error_of(ERROR_NOT_SIGNED_IN);
    }
    *ret_token = actor.username;
    *ret_device = "device";
    return NULL;
}

const struct error *act_sign_out(const struct act *act, const char *token)
{
    (void)act;
    (void)token;
    return NULL;
}

const struct error *act_prove_again(const struct act *act, const char *token, const char *password,
                                    const struct origin *from, const char **ret_token)
{
    const char *device;
    return act_sign_in(act, token, password, from, ret_token, &device);
}

const struct error *act_sessions(const struct act *act, const struct session_view **ret_sessions,
                                 size_t *ret_count)
{
    struct session_view *views = arena_many(act->arena, struct session_view, 2);
    views[0] = (struct session_view){
        .id = {{1}}, .device = "Firefox on Windows", .place = "10.20.x.x", .is_this = true};
    views[1] = (struct session_view){.id = {{2}}, .device = "Chrome on Android", .place = "10.30.x.x"};
    *ret_sessions = views;
    *ret_count = 2;
    return NULL;
}

const struct error *act_session_end(const struct act *act, struct id session)
{
    (void)act;
    return session.bytes[0] == 2 ? NULL : error_of(ERROR_NOT_FOUND);
}

const struct error *act_sessions_end_others(const struct act *act, size_t *ret_count)
{
    (void)act;
    *ret_count = 1;
    return NULL;
}

const struct error *act_password_link(const struct act *act, const char *link, bool *ret_asks_code)
{
    (void)act;
    *ret_asks_code = false;
    return strcmp(link, "good-link") == 0 ? NULL : error_of(ERROR_NOT_FOUND);
}

const struct error *act_password_set(const struct act *act, const char *link, const char *code,
                                     const char *password, const char **ret_username)
{
    (void)code;
    if (strcmp(link, "good-link") != 0) {
        return error_of(ERROR_NOT_FOUND);
    }
    if (text_length(password) < 15) {
        return error_new(act->arena, ERROR_INVALID, "The password must have at least 15 characters");
    }
    *ret_username = "school-nurse";
    return NULL;
}

const struct error *act_account_list(const struct act *act, const struct account_view **ret_accounts,
                                     size_t *ret_count)
{
    struct account_view *accounts = arena_many(act->arena, struct account_view, PEOPLE);
    for (size_t i = 0; i < PEOPLE; i++) {
        accounts[i] = (struct account_view){.username = people[i].username,
                                            .name = people[i].name,
                                            .role = people[i].role,
                                            .agency = people[i].agency,
                                            .has_password = i != 3,
                                            .locked = i == 4};
    }
    *ret_accounts = accounts;
    *ret_count = PEOPLE;
    return NULL;
}

const struct error *act_account_add(const struct act *act, const char *username, const char *name,
                                    const char *role, const char *agency, const char **ret_link)
{
    (void)name;
    (void)role;
    (void)agency;
    struct actor actor;
    if (actor_of(act, username, &actor)) {
        return error_of(ERROR_EXISTS);
    }
    *ret_link = "good-link";
    return NULL;
}

const struct error *act_account_lock(const struct act *act, const char *username, bool locked)
{
    (void)act;
    (void)username;
    (void)locked;
    return NULL;
}

const struct error *act_account_link(const struct act *act, const char *username, const char **ret_link)
{
    (void)act;
    (void)username;
    *ret_link = "good-link";
    return NULL;
}

bool act_may_record(const struct actor *actor, const struct pack *pack, const struct entry_type *type)
{
    (void)pack;
    return type->recorded_by[actor->role->index];
}

bool act_may_label(const struct entry_type *type)
{
    (void)type;
    return false;
}

/* ---- cases ---- */

static struct memory_case *find_case(const struct act *act, const char *reference)
{
    struct reference parsed;
    if (reference == NULL || !reference_parse(reference, &parsed)) {
        return NULL;
    }
    for (size_t i = 0; i < act->service->case_count; i++) {
        if (strcmp(reference_of(act->service->cases[i].id).text, parsed.text) == 0) {
            return &act->service->cases[i];
        }
    }
    return NULL;
}

static const char *text_of(const struct act *act, const struct value *details, const char *name)
{
    const struct pack *pack = act->service->pack;
    const struct field *field = entry_type_field(&pack->types[pack->details_type], name);
    return field != NULL && details[field->index].kind == VALUE_TEXT ? details[field->index].text : "";
}

static struct child child_of(const struct act *act, const struct value *details)
{
    const struct pack *pack = act->service->pack;
    const struct field *field = entry_type_field(&pack->types[pack->details_type], "date_of_birth");
    struct child child = {.has_birth = details[field->index].kind == VALUE_DAY};
    if (child.has_birth) {
        child.birth = details[field->index].day;
    }
    return child;
}

static const struct case_view *view_of(const struct act *act, const struct memory_case *one,
                                       struct instant at)
{
    const struct pack *pack = act->service->pack;
    struct instant when = instant_is_never(at) ? act->now : at;
    struct case_view *view = arena_one(act->arena, struct case_view);
    struct child child = child_of(act, one->details);
    view->id = one->id;
    view->reference = reference_of(one->id);
    view->pack = pack;
    view->seq = one->count;
    view->child = (struct child_view){
        .given_name = text_of(act, one->details, "given_name"),
        .family_name = text_of(act, one->details, "family_name"),
        .full_name = arena_printf(act->arena, "%s %s", text_of(act, one->details, "given_name"),
                                  text_of(act, one->details, "family_name")),
        .has_birth = child.has_birth,
        .birth = child.birth,
        .age = child.has_birth ? day_years_between(child.birth, calendar_day(pack->calendar, when)) : -1,
        .values = one->details,
    };
    view->history = history_new(act->arena, pack, one->entries, one->count, child, when);
    view->position = position_of(act->arena, view->history, when);
    view->state = case_fold(act->arena, view->history);
    view->entries = one->entries;
    view->entry_count = one->count;
    view->at = when;
    return view;
}

const struct error *act_case_read(const struct act *act, const char *reference, struct instant as_of,
                                  const struct case_view **ret_case)
{
    lock(act);
    const struct memory_case *one = find_case(act, reference);
    if (one != NULL) {
        *ret_case = view_of(act, one, as_of);
    }
    unlock(act);
    return one == NULL ? error_of(ERROR_NOT_FOUND) : NULL;
}

const struct error *act_case_pack(const struct act *act, const char *reference, const struct pack **ret_pack)
{
    (void)reference;
    *ret_pack = service_pack(act->service);
    return NULL;
}

/* A copy that outlives the request: by the stored form and back. */
static const struct value *kept_values(struct service *service, const struct entry_type *type,
                                       const struct entry_type *target, const struct value *values)
{
    struct entry entry = {.type = type, .values = values};
    const void *bytes;
    size_t size;
    const struct value *kept;
    entry_encode(service->arena, &entry, &bytes, &size);
    must(entry_decode(service->arena, service->pack, type, target, bytes, size, &kept) == NULL);
    return kept;
}

static const struct entry *add_entry(const struct act *act, struct memory_case *one,
                                     const struct entry_type *type, const struct value *values,
                                     struct moment occurred)
{
    struct service *service = act->service;
    const struct entry_type *target = NULL;
    for (size_t i = 0; i < type->field_count; i++) {
        if (values[i].kind == VALUE_FIELDS) {
            target = values[i].fields->type;
        }
    }
    must(one->count < MOST);
    struct entry *entry = arena_one(service->arena, struct entry);
    *entry = (struct entry){.type = type,
                            .seq = one->count + 1,
                            .occurred = occurred,
                            .recorded_at = act->now,
                            .recorded_by = act->actor->account,
                            .recorded_name = name_of(act->actor->account),
                            .agency = act->actor->agency,
                            .label = type->label,
                            .values = kept_values(service, type, target, values)};
    one->entries[one->count++] = entry;
    return entry;
}

static bool key_known(const struct act *act, const char *key, struct recorded *ret_recorded)
{
    struct service *service = act->service;
    for (size_t i = 0; key != NULL && i < service->key_count; i++) {
        if (strcmp(service->keys[i], key) == 0) {
            for (size_t c = 0; c < service->case_count; c++) {
                if (id_equal(service->cases[c].id, service->key_cases[i])) {
                    ret_recorded->reference = reference_of(service->cases[c].id);
                    ret_recorded->entry = service->cases[c].entries[service->key_seqs[i] - 1];
                    return true;
                }
            }
        }
    }
    return false;
}

static void key_keep(const struct act *act, const char *key, const struct memory_case *one, uint64_t seq)
{
    struct service *service = act->service;
    if (key != NULL) {
        must(service->key_count < MOST);
        service->keys[service->key_count] = arena_copy(service->arena, key);
        service->key_cases[service->key_count] = one->id;
        service->key_seqs[service->key_count++] = seq;
    }
}

static void drop_draft(struct service *service, struct id id)
{
    for (size_t i = 0; i < service->draft_count; i++) {
        if (id_equal(service->drafts[i].id, id)) {
            service->draft_count--;
            service->drafts[i] = service->drafts[service->draft_count];
            service->draft_authors[i] = service->draft_authors[service->draft_count];
            return;
        }
    }
}

static const struct error *check(const struct act *act, const struct case_view *view,
                                 const struct entry *entry)
{
    TRY(entry_validate(act->arena, view->pack, entry, &view->position->standing));
    return gates_check(act->arena, view->position, entry);
}

static const struct error *record(const struct act *act, struct memory_case *one,
                                  const struct entry_input *input, struct recorded *ret_recorded)
{
    if (input->expected_seq != 0 && input->expected_seq != one->count) {
        ret_recorded->since = one->entries + input->expected_seq;
        ret_recorded->since_count = one->count - input->expected_seq;
        return error_of(ERROR_CONFLICT);
    }
    struct moment now = moment_of_instant(act->service->pack, act->now);
    struct entry entry = {.type = input->type,
                          .occurred = input->occurred == NULL ? now : *input->occurred,
                          .recorded_at = act->now,
                          .values = input->values};
    TRY(check(act, view_of(act, one, INSTANT_NEVER), &entry));
    ret_recorded->entry = add_entry(act, one, input->type, input->values, entry.occurred);
    ret_recorded->reference = reference_of(one->id);
    key_keep(act, input->idempotency_key, one, ret_recorded->entry->seq);
    drop_draft(act->service, input->draft);
    return NULL;
}

const struct error *act_entry_record(const struct act *act, const char *reference,
                                     const struct entry_input *input, struct recorded *ret_recorded)
{
    lock(act);
    struct memory_case *one = find_case(act, reference);
    const struct error *error = NULL;
    if (one == NULL) {
        error = error_of(ERROR_NOT_FOUND);
    } else if (!key_known(act, input->idempotency_key, ret_recorded)) {
        error = record(act, one, input, ret_recorded);
    }
    unlock(act);
    return error;
}

/* Together, one after the other: enough for pages, which send nothing that is refused half way. */
const struct error *act_together_record(const struct act *act, const struct together_input *input,
                                        struct recorded *ret_recorded)
{
    for (size_t i = 0; i < input->count; i++) {
        for (size_t e = 0; e < input->parts[i].count; e++) {
            const struct part_entry *one = &input->parts[i].entries[e];
            struct recorded recorded = {0};
            struct entry_input entry = {.type = one->type, .values = one->values, .occurred = one->occurred};
            TRY(act_entry_record(act, input->parts[i].reference, &entry, &recorded));
            if (i == 0 && e == 0) {
                *ret_recorded = recorded;
            }
        }
    }
    return NULL;
}

const struct error *act_meeting_cases(const struct act *act, const char *meeting,
                                      const char *const **ret_references, size_t *ret_count)
{
    (void)act;
    (void)meeting;
    (void)ret_references;
    (void)ret_count;
    return error_of(ERROR_NOT_FOUND);
}

const struct error *act_case_links(const struct act *act, const char *reference,
                                   const struct case_link **ret_links, size_t *ret_count, bool *ret_whole)
{
    (void)act;
    (void)reference;
    *ret_links = NULL;
    *ret_count = 0;
    *ret_whole = true;
    return NULL;
}

const struct error *act_referral_make(const struct act *act, const struct referral_input *input,
                                      struct recorded *ret_recorded)
{
    lock(act);
    struct service *service = act->service;
    const struct pack *pack = service->pack;
    const struct error *error = NULL;
    struct memory_case *one = find_case(act, input->case_reference);
    if (!key_known(act, input->idempotency_key, ret_recorded)) {
        struct memory_case fresh = {.id = new_id(service), .details = input->details};
        bool is_new = one == NULL;
        one = is_new ? &fresh : one;
        if (is_new) {
            struct entry details = {.type = &pack->types[pack->details_type], .values = input->details};
            struct standing standing = {.marks = arena_many(act->arena, bool, pack->mark_count)};
            error = entry_validate(act->arena, pack, &details, &standing);
        }
        struct entry_input entry = {.type = &pack->types[pack->start_type],
                                    .values = input->values,
                                    .occurred = input->occurred,
                                    .idempotency_key = NULL,
                                    .draft = input->draft};
        const struct field *notified = entry_type_field(entry.type, "notified_at");
        if (entry.occurred == NULL && input->values[notified->index].kind == VALUE_MOMENT) {
            entry.occurred = &input->values[notified->index].moment;
        }
        if (error == NULL) {
            error = record(act, one, &entry, ret_recorded);
        }
        if (error == NULL && is_new) {
            fresh.details = kept_values(service, &pack->types[pack->details_type], NULL, input->details);
            service->cases[service->case_count++] = fresh;
        }
        if (error == NULL) {
            key_keep(act, input->idempotency_key, one, ret_recorded->entry->seq);
        }
    }
    unlock(act);
    return error;
}

const struct error *act_referral_made(const struct act *act, const char *idempotency_key,
                                      struct recorded *ret_recorded)
{
    lock(act);
    bool known = key_known(act, idempotency_key, ret_recorded);
    unlock(act);
    return known ? NULL : error_of(ERROR_NOT_FOUND);
}

uint64_t act_details_seq(const struct child_view *child)
{
    return child->details->count;
}

const struct error *act_details_record(const struct act *act, const char *reference, uint64_t expected_seq,
                                       const struct value *values, struct recorded *ret_recorded)
{
    (void)expected_seq;
    (void)ret_recorded;
    lock(act);
    struct memory_case *one = find_case(act, reference);
    if (one != NULL) {
        const struct entry_type *type = &act->service->pack->types[act->service->pack->details_type];
        struct value *all = arena_many(act->service->arena, struct value, type->field_count);
        const struct value *new = kept_values(act->service, type, NULL, values);
        for (size_t i = 0; i < type->field_count; i++) {
            all[i] = new[i].kind == VALUE_NONE ? one->details[i] : new[i];
        }
        one->details = all;
    }
    unlock(act);
    return one == NULL ? error_of(ERROR_NOT_FOUND) : NULL;
}

static size_t matching(const struct act *act, const char *text, struct match *matches)
{
    size_t count = 0;
    for (size_t i = 0; i < act->service->case_count; i++) {
        const struct memory_case *one = &act->service->cases[i];
        const char *family = text_of(act, one->details, "family_name");
        const char *reference = reference_of(one->id).text;
        if (family[0] != '\0' && (strcasestr(text, family) != NULL || strcmp(text, reference) == 0)) {
            struct child child = child_of(act, one->details);
            matches[count++] =
                (struct match){.reference = reference_of(one->id),
                               .full_name = arena_printf(act->arena, "%s %s",
                                                         text_of(act, one->details, "given_name"), family),
                               .has_birth = child.has_birth,
                               .birth = child.birth,
                               .score = 80,
                               .reasons = "same family name"};
        }
    }
    return count;
}

const struct error *act_matches(const struct act *act, const struct value *details,
                                const struct match **ret_matches, size_t *ret_count)
{
    lock(act);
    struct match *matches = arena_many(act->arena, struct match, MOST);
    *ret_count = matching(act, text_of(act, details, "family_name"), matches);
    *ret_matches = matches;
    unlock(act);
    return NULL;
}

const struct error *act_case_search(const struct act *act, const char *text, const struct match **ret_matches,
                                    size_t *ret_count)
{
    lock(act);
    struct match *matches = arena_many(act->arena, struct match, MOST);
    *ret_count = matching(act, text, matches);
    *ret_matches = matches;
    unlock(act);
    return NULL;
}

const struct error *act_looks(const struct act *act, const struct looks_asked *asked,
                              struct looks_view *ret_looks)
{
    (void)asked;
    struct look_view *looks = arena_many(act->arena, struct look_view, 1);
    looks[0] = (struct look_view){.at = act->now,
                                  .name = act->actor->name,
                                  .role = act->actor->role->id,
                                  .agency = act->actor->agency,
                                  .act = "case-read",
                                  .purpose = act->actor->purpose};
    *ret_looks = (struct looks_view){looks, 1, NULL};
    return NULL;
}

const struct error *act_look_workers(const struct act *act, const struct worker_view **ret_workers,
                                     size_t *ret_count)
{
    struct worker_view *workers = arena_many(act->arena, struct worker_view, 1);
    workers[0] =
        (struct worker_view){act->actor->account, act->actor->name, act->actor->role->id, act->actor->agency};
    *ret_workers = workers;
    *ret_count = 1;
    return NULL;
}

/* ---- who may not look ---- */

const struct review_outcome review_outcomes[3] = {{"a", "A"}, {"b", "B"}, {"c", "C"}};

const struct error *act_case_guard(const struct act *act, const char *reference, struct guard_view *ret_guard)
{
    (void)act;
    (void)reference;
    *ret_guard = (struct guard_view){.child_name = "Somebody"};
    return NULL;
}

const struct error *act_case_restrict(const struct act *act, const char *reference, bool restricted,
                                      const char *reason)
{
    (void)reference;
    (void)restricted;
    return text_is_blank(reason) ? error_field(act->arena, ERROR_INVALID, "reason", NULL, "Say why") : NULL;
}

const struct error *act_conflict_declare(const struct act *act, const char *reference, const char *worker,
                                         const char *reason)
{
    (void)worker;
    return act_case_restrict(act, reference, true, reason);
}

const struct error *act_conflict_end(const struct act *act, const char *reference, const char *worker,
                                     const char *reason)
{
    (void)worker;
    return act_case_restrict(act, reference, false, reason);
}

const struct error *act_glass_ask(const struct act *act, const char *reference, struct glass_ask *ret_ask)
{
    (void)act;
    (void)reference;
    *ret_ask = (struct glass_ask){.why = "Because", .ask = "Ask somebody", .hours = 4, .opens = true};
    return NULL;
}

const struct error *act_glass_break(const struct act *act, const char *reference, const char *reason,
                                    struct instant *ret_until)
{
    *ret_until = act->now;
    return act_case_restrict(act, reference, true, reason);
}

const struct error *act_glass_list(const struct act *act, const struct glass_view **ret_list,
                                   size_t *ret_count)
{
    (void)act;
    *ret_list = NULL;
    *ret_count = 0;
    return NULL;
}

const struct error *act_unusual_list(const struct act *act, const struct unusual_view **ret_list,
                                     size_t *ret_count)
{
    (void)act;
    *ret_list = NULL;
    *ret_count = 0;
    return NULL;
}

const struct error *act_unusual_look(const struct act *act)
{
    (void)act;
    return NULL;
}

const struct error *act_file_taken(const struct act *act, const char *reference, const char *name)
{
    (void)act;
    (void)reference;
    (void)name;
    return NULL;
}

const struct error *act_home_set(const struct act *act, const char *postcode)
{
    return act_case_restrict(act, NULL, true, postcode);
}

const struct error *act_review(const struct act *act, const char *line, const char *outcome, const char *note)
{
    (void)outcome;
    return act_case_restrict(act, line, true, note);
}

const char *act_client(const struct act *act, const char *address, const char *device)
{
    (void)act;
    (void)device;
    return address;
}

/* ---- work ---- */

static size_t duty_lines(const struct act *act, struct work_line *lines, const char *role, bool unmet)
{
    size_t count = 0;
    for (size_t i = 0; i < act->service->case_count; i++) {
        const struct case_view *view = view_of(act, &act->service->cases[i], INSTANT_NEVER);
        for (size_t d = 0; d < view->position->duty_count && count < MOST; d++) {
            const struct duty *duty = &view->position->duties[d];
            bool open = duty->state == DUTY_OPEN || duty->state == DUTY_OVERDUE;
            if (open == unmet && (role == NULL || strcmp(role, duty->rule->owner_role) == 0)) {
                lines[count++] = (struct work_line){.reference = view->reference,
                                                    .child_name = view->child.full_name,
                                                    .what = duty->rule->title,
                                                    .rule = duty->rule->id,
                                                    .paragraph = duty->rule->paragraph,
                                                    .owner_role = duty->rule->owner_role,
                                                    .owner_agency = duty->rule->owner_agency,
                                                    .begun_at = duty->begun_at,
                                                    .due_at = duty->due_at,
                                                    .met_at = duty->met_at,
                                                    .state = duty->state};
            }
        }
    }
    return count;
}

const struct error *act_work(const struct act *act, const char *cursor, const struct work_view **ret_work)
{
    (void)cursor;
    lock(act);
    struct work_view *work = arena_one(act->arena, struct work_view);
    struct work_line *lines = arena_many(act->arena, struct work_line, MOST);
    work->duty_count = duty_lines(act, lines, act->actor->role->id, true);
    work->duties = lines;
    struct work_line *meetings = arena_many(act->arena, struct work_line, MOST);
    struct work_line *actions = arena_many(act->arena, struct work_line, MOST);
    for (size_t i = 0; i < act->service->case_count; i++) {
        const struct case_view *view = view_of(act, &act->service->cases[i], INSTANT_NEVER);
        for (size_t m = 0; m < view->state->meeting_count; m++) {
            const struct meeting *meeting = &view->state->meetings[m];
            if (meeting->held == NULL) {
                const struct value *at = entry_value(meeting->arranged->entry, "starts_at");
                meetings[work->meeting_count++] =
                    (struct work_line){.reference = view->reference,
                                       .child_name = view->child.full_name,
                                       .what = meeting->kind->title,
                                       .due_at = at->kind == VALUE_MOMENT ? at->moment.start : INSTANT_NEVER};
            }
        }
        for (size_t a = 0; a < view->state->action_count; a++) {
            const struct action *action = &view->state->actions[a];
            const struct value *due = entry_value(action->agreed->entry, "due_at");
            if (action->open) {
                actions[work->action_count++] =
                    (struct work_line){.reference = view->reference,
                                       .child_name = view->child.full_name,
                                       .what = entry_text(action->agreed->entry, "action"),
                                       .due_at = due->kind == VALUE_MOMENT ? due->moment.end : INSTANT_NEVER,
                                       .state = DUTY_OPEN};
            }
        }
    }
    work->meetings = meetings;
    work->actions = actions;
    *ret_work = work;
    unlock(act);
    return NULL;
}

const struct error *act_duties(const struct act *act, const struct duties_filter *filter,
                               const struct work_line **ret_lines, size_t *ret_count, const char **ret_next)
{
    lock(act);
    struct work_line *lines = arena_many(act->arena, struct work_line, MOST);
    *ret_count = duty_lines(act, lines, NULL, filter->state == NULL || strcmp(filter->state, "met") != 0);
    *ret_lines = lines;
    *ret_next = *ret_count > 3 ? "next" : NULL;
    unlock(act);
    return NULL;
}

/* ---- drafts ---- */

const struct error *act_draft_save(const struct act *act, const struct draft_view *draft, struct id *ret_id)
{
    struct service *service = act->service;
    lock(act);
    size_t at = service->draft_count;
    for (size_t i = 0; i < service->draft_count; i++) {
        if (id_equal(service->drafts[i].id, draft->id) && !id_is_zero(draft->id)) {
            at = i;
        }
    }
    must(at < MOST);
    struct draft_view *kept = &service->drafts[at];
    const char **names = arena_many(service->arena, const char *, draft->count);
    const char **texts = arena_many(service->arena, const char *, draft->count);
    for (size_t i = 0; i < draft->count; i++) {
        names[i] = arena_copy(service->arena, draft->names[i]);
        texts[i] = arena_copy(service->arena, draft->texts[i]);
    }
    struct id id = at < service->draft_count ? draft->id : new_id(service);
    *kept = (struct draft_view){.id = id,
                                .kind = arena_copy(service->arena, draft->kind),
                                .case_reference = draft->case_reference == NULL
                                                      ? NULL
                                                      : arena_copy(service->arena, draft->case_reference),
                                .saved_at = act->now,
                                .names = names,
                                .texts = texts,
                                .count = draft->count};
    service->draft_authors[at] = act->actor->account;
    service->draft_count += at == service->draft_count;
    *ret_id = id;
    unlock(act);
    return NULL;
}

const struct error *act_draft_read(const struct act *act, struct id id, struct draft_view *ret_draft)
{
    const struct service *service = act->service;
    lock(act);
    bool found = false;
    for (size_t i = 0; i < service->draft_count; i++) {
        if (id_equal(service->drafts[i].id, id) && id_equal(service->draft_authors[i], act->actor->account)) {
            *ret_draft = service->drafts[i];
            found = true;
        }
    }
    unlock(act);
    return found ? NULL : error_of(ERROR_NOT_FOUND);
}

const struct error *act_draft_list(const struct act *act, const struct draft_view **ret_drafts,
                                   size_t *ret_count)
{
    const struct service *service = act->service;
    lock(act);
    struct draft_view *drafts = arena_many(act->arena, struct draft_view, MOST);
    size_t count = 0;
    for (size_t i = 0; i < service->draft_count; i++) {
        if (id_equal(service->draft_authors[i], act->actor->account)) {
            drafts[count++] = service->drafts[i];
        }
    }
    *ret_drafts = drafts;
    *ret_count = count;
    unlock(act);
    return NULL;
}

const struct error *act_draft_drop(const struct act *act, struct id id)
{
    lock(act);
    drop_draft(act->service, id);
    unlock(act);
    return NULL;
}

/* ---- directory ---- */

static void keep_texts(struct service *service, struct contact_view *kept, const struct contact_view *contact)
{
    for (size_t i = 0; i < CONTACT_FIELDS; i++) {
        contact_set(kept, &contact_fields[i],
                    arena_copy(service->arena, contact_text(contact, &contact_fields[i])));
    }
    kept->verified = contact->verified;
    kept->verified_on = contact->verified_on;
}

const struct error *act_directory_add(const struct act *act, const struct contact_view *contact,
                                      const char *idempotency_key)
{
    (void)idempotency_key;
    struct service *service = act->service;
    TRY(contact_check(act->arena, service->pack, contact));
    lock(act);
    struct contact_view *kept = &service->contacts[service->contact_count++];
    *kept = (struct contact_view){.id = new_id(service)};
    keep_texts(service, kept, contact);
    unlock(act);
    return NULL;
}

const struct error *act_directory_list(const struct act *act, const struct contact_view **ret_contacts,
                                       size_t *ret_count)
{
    *ret_contacts = act->service->contacts;
    *ret_count = act->service->contact_count;
    return NULL;
}

static struct contact_view *contact_of(const struct act *act, struct id id)
{
    for (size_t i = 0; i < act->service->contact_count; i++) {
        if (id_equal(act->service->contacts[i].id, id)) {
            return &act->service->contacts[i];
        }
    }
    return NULL;
}

const struct error *act_contact_read(const struct act *act, struct id id, struct contact_history *ret_history)
{
    const struct contact_view *contact = contact_of(act, id);
    if (contact == NULL) {
        return error_of(ERROR_NOT_FOUND);
    }
    *ret_history = (struct contact_history){.contact = *contact, .may_change = act->actor->role->administers};
    return NULL;
}

const struct error *act_contact_change(const struct act *act, const struct contact_view *contact)
{
    struct contact_view *kept = contact_of(act, contact->id);
    if (kept == NULL) {
        return error_of(ERROR_NOT_FOUND);
    }
    TRY(contact_check(act->arena, act->service->pack, contact));
    keep_texts(act->service, kept, contact);
    return NULL;
}

const struct error *act_contact_verify(const struct act *act, struct id id, uint64_t seq)
{
    (void)seq;
    struct contact_view *kept = contact_of(act, id);
    if (kept != NULL) {
        kept->verified = true;
        kept->verified_on = moment_of_instant(act->service->pack, act->now).day;
    }
    return kept == NULL ? error_of(ERROR_NOT_FOUND) : NULL;
}

const struct error *act_contact_withdraw(const struct act *act, struct id id, uint64_t seq,
                                         const char *reason)
{
    (void)seq;
    struct contact_view *kept = contact_of(act, id);
    if (text_is_blank(reason)) {
        return error_field(act->arena, ERROR_INVALID, "reason", NULL, "Say why it is no longer in use");
    }
    if (kept != NULL) {
        kept->withdrawn = true;
    }
    return kept == NULL ? error_of(ERROR_NOT_FOUND) : NULL;
}

const struct error *act_directory_reminders(const struct act *act, struct directory_reminders *ret_reminders)
{
    *ret_reminders = (struct directory_reminders){.stale_count = 0};
    if (act->actor->role->administers) {
        contacts_gaps(act->arena, act->service->pack, act->service->contacts, act->service->contact_count,
                      &ret_reminders->gaps, &ret_reminders->gap_count);
    }
    return NULL;
}

const struct error *act_route(const struct act *act, const char *case_reference, const struct value *details,
                              const struct value *values, struct route_view *ret_route)
{
    (void)act;
    (void)case_reference;
    (void)details;
    (void)values;
    *ret_route = (struct route_view){.to = NULL};
    return NULL;
}

/* ---- notices: there are none in memory ---- */

const struct error *act_notices(const struct act *act, const char *cursor,
                                const struct notice_view **ret_notices, size_t *ret_count,
                                const char **ret_next)
{
    (void)act;
    (void)cursor;
    *ret_notices = NULL;
    *ret_count = 0;
    *ret_next = NULL;
    return NULL;
}

const struct error *act_notices_unread(const struct act *act, size_t *ret_count)
{
    (void)act;
    *ret_count = 0;
    return NULL;
}

const struct error *act_notices_read(const struct act *act, const char *id)
{
    (void)act;
    (void)id;
    return NULL;
}

const struct error *act_mail_address(const struct act *act, const char **ret_address)
{
    (void)act;
    *ret_address = "";
    return NULL;
}

const struct error *act_mail_address_set(const struct act *act, const char *address)
{
    return text_is_blank(address) || mail_address_is_plain(address)
               ? NULL
               : error_field(act->arena, ERROR_INVALID, "email", NULL,
                             "Enter an email address like name@example.org");
}

const struct error *act_outbox(const struct act *act, struct mail_state *ret_state)
{
    (void)act;
    *ret_state = (struct mail_state){.on = false};
    return NULL;
}

const struct error *act_outbox_hurry(const struct act *act)
{
    (void)act;
    return NULL;
}

/* ---- outside cases: the pages are tried through the real program ---- */

bool act_may_record_outside(const struct actor *actor, const struct pack *pack, const struct entry_type *type)
{
    (void)actor;
    (void)pack;
    return type->without_child;
}

const struct error *act_outside_record(const struct act *act, const struct entry_type *type,
                                       const struct value *values, const char *idempotency_key,
                                       struct id *ret_id)
{
    (void)act;
    (void)type;
    (void)values;
    (void)idempotency_key;
    (void)ret_id;
    return error_of(ERROR_NOT_FOUND);
}

const struct error *act_outside_answer(const struct act *act, struct id id, const struct entry_type *type,
                                       const struct value *values, const char *idempotency_key)
{
    (void)act;
    (void)id;
    (void)type;
    (void)values;
    (void)idempotency_key;
    return error_of(ERROR_NOT_FOUND);
}

const struct error *act_outside_read(const struct act *act, struct id id,
                                     const struct outside_view **ret_view)
{
    (void)act;
    (void)id;
    (void)ret_view;
    return error_of(ERROR_NOT_FOUND);
}

const struct error *act_outside_list(const struct act *act, const struct entry_type *type,
                                     const struct outside_view *const **ret_views, size_t *ret_count)
{
    (void)act;
    (void)type;
    *ret_views = NULL;
    *ret_count = 0;
    return NULL;
}

const struct error *act_figures(const struct act *act, const char *by, const char *agency,
                                const struct figures_view **ret_figures)
{
    (void)by;
    (void)agency;
    *ret_figures = arena_one(act->arena, struct figures_view);
    return NULL;
}

bool act_may_record_part(const struct actor *actor, const struct pack *pack, const struct entry_type *type)
{
    (void)actor;
    (void)pack;
    (void)type;
    return false;
}

const struct error *act_part_list(const struct act *act, const struct part_view *const **ret_views,
                                  size_t *ret_count)
{
    (void)act;
    *ret_views = NULL;
    *ret_count = 0;
    return NULL;
}

const struct error *act_part_read(const struct act *act, const char *reference,
                                  const struct part_view **ret_view)
{
    (void)act;
    (void)reference;
    (void)ret_view;
    return error_of(ERROR_NOT_FOUND);
}

const struct error *act_part_record(const struct act *act, const char *reference,
                                    const struct entry_input *input, struct recorded *ret_recorded)
{
    (void)act;
    (void)reference;
    (void)input;
    (void)ret_recorded;
    return error_of(ERROR_NOT_FOUND);
}

/* ---- single sign-on: there is none here ---- */

void act_sso_ways(const struct act *act, const char *link, const struct sso_way **ret_ways, size_t *ret_count)
{
    (void)act;
    (void)link;
    *ret_ways = NULL;
    *ret_count = 0;
}

const struct sso_way *act_sso_mine(const struct act *act)
{
    (void)act;
    return NULL;
}

const struct error *act_sso_begin(const struct act *act, const struct sso_errand *errand,
                                  const char **ret_address, const char **ret_ticket)
{
    (void)act;
    (void)errand;
    (void)ret_address;
    (void)ret_ticket;
    return error_of(ERROR_NOT_FOUND);
}

const struct error *act_sso_end(const struct act *act, const char *provider, const char *ticket,
                                const struct sso_answer *answer, const char *session,
                                const struct origin *from, struct sso_ended *ret_ended,
                                enum sso_refused *ret_refused)
{
    (void)act;
    (void)provider;
    (void)ticket;
    (void)answer;
    (void)session;
    (void)from;
    (void)ret_ended;
    *ret_refused = SSO_REFUSED_ANSWER;
    return error_of(ERROR_NOT_FOUND);
}

const char *act_sso_way_out(const struct act *act, const char *provider, const char **ret_title)
{
    (void)act;
    (void)provider;
    (void)ret_title;
    return NULL;
}
