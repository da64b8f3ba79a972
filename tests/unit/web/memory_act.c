#include "memory_act.h"

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

const struct error *act_session(const struct act *act, const char *token, struct session *ret_session)
{
    *ret_session = (struct session){.csrf = "0123456789abcdef0123456789abcdef"};
    return actor_of(act, token, &ret_session->actor) ? NULL : error_of(ERROR_NOT_SIGNED_IN);
}

const struct error *act_bearer(const struct act *act, const char *token, struct actor *ret_actor)
{
    return actor_of(act, token, ret_actor) ? NULL : error_of(ERROR_NOT_SIGNED_IN);
}

const struct error *act_sign_in(const struct act *act, const char *username, const char *password,
                                const char *client, const char *known_device, const char **ret_token,
                                const char **ret_device)
{
    (void)client;
    (void)known_device;
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

const struct error *act_password_set(const struct act *act, const char *link, const char *password,
                                     const char **ret_username)
{
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

const struct error *act_details_record(const struct act *act, const char *reference,
                                       const struct value *values, struct recorded *ret_recorded)
{
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

const struct error *act_case_looks(const struct act *act, const char *reference,
                                   const struct look_view **ret_looks, size_t *ret_count)
{
    (void)reference;
    struct look_view *looks = arena_many(act->arena, struct look_view, 1);
    looks[0] = (struct look_view){act->now,           act->actor->name, act->actor->role->id,
                                  act->actor->agency, "case-read",      act->actor->purpose};
    *ret_looks = looks;
    *ret_count = 1;
    return NULL;
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

const struct error *act_directory_add(const struct act *act, const struct contact_view *contact)
{
    struct service *service = act->service;
    lock(act);
    service->contacts[service->contact_count++] =
        (struct contact_view){.agency = arena_copy(service->arena, contact->agency),
                              .kind = arena_copy(service->arena, contact->kind),
                              .name = arena_copy(service->arena, contact->name),
                              .area = arena_copy(service->arena, contact->area),
                              .phone = arena_copy(service->arena, contact->phone),
                              .email = arena_copy(service->arena, contact->email)};
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
