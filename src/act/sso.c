#include "act/sso.h"

#include "act/factor.h"
#include "act/sso_account.h"
#include "act/sso_ticket.h"
#include "base/text.h"

#include <string.h>

struct sso {
    struct partners *partners;
    struct used_tickets *used;
};

static const struct sso_settings *settings_of(const struct act *act)
{
    return act->service->sso == NULL ? NULL : partners_settings(act->service->sso->partners);
}

/* ---- the settings
 * ------------------------------------------------------------------------------------------------------ */

static void check_provider(struct faults *faults, const char *path, const struct pack *pack,
                           const struct sso_provider *provider)
{
    const struct code_list *agencies = pack_codes(pack, "agency");
    if (agencies == NULL || code_find(agencies, provider->agency) == NULL) {
        fault_add(faults, path, provider->line, "provider '%s': there is no agency '%s'", provider->id,
                  provider->agency);
    }
    for (const struct sso_rule *rule = provider->rules; rule != NULL; rule = rule->next) {
        const struct role *role = rule->role == NULL ? NULL : pack_role(pack, rule->role);
        if (rule->role != NULL && role == NULL) {
            fault_add(faults, path, rule->line, "provider '%s': there is no role '%s'", provider->id,
                      rule->role);
        } else if (role != NULL && role->administers) {
            fault_add(
                faults, path, rule->line,
                "provider '%s': the role %s is given by two administrators here, not by a claim: let its "
                "holders keep it by 'role: invited'",
                provider->id, rule->role);
        } else if (role != NULL && role->agency != NULL && !text_equal(role->agency, provider->agency)) {
            fault_add(faults, path, rule->line, "provider '%s': the role %s exists only in %s", provider->id,
                      rule->role, role->agency);
        }
    }
}

const struct error *sso_settings_check(struct arena *arena, const char *path,
                                       const struct sso_settings *settings, const struct pack *pack,
                                       const struct pack_fault **ret_faults, size_t *ret_fault_count)
{
    struct faults faults;
    faults_init(&faults, arena);
    for (size_t i = 0; i < settings->count; i++) {
        check_provider(&faults, path, pack, &settings->providers[i]);
    }
    faults_sort(&faults);
    *ret_faults = faults.list;
    *ret_fault_count = faults.count;
    return faults.count == 0
               ? NULL
               : error_new(arena, ERROR_PACK, "%s:%d: %s", path, faults.list[0].line, faults.list[0].text);
}

void service_sso(struct service *service, struct arena *arena, const struct sso_settings *settings)
{
    struct sso *sso = arena_one(arena, struct sso);
    sso->partners = partners_new(arena, settings);
    sso->used = used_tickets_new(arena);
    service->sso = sso;
}

/* ---- what is offered
 * ----------------------------------------------------------------------------------------------------- */

void act_sso_ways(const struct act *act, const char *link, const struct sso_way **ret_ways, size_t *ret_count)
{
    const struct sso_settings *settings = settings_of(act);
    const struct account *account = NULL;
    size_t count = 0;
    *ret_ways = NULL;
    *ret_count = 0;
    if (settings == NULL || (link != NULL && !sso_link_account(act, link, &account))) {
        return;
    }
    struct sso_way *ways = arena_many(act->arena, struct sso_way, settings->count);
    for (size_t i = 0; i < settings->count; i++) {
        const struct sso_provider *provider = &settings->providers[i];
        if (account == NULL || text_equal(account->agency, provider->agency)) {
            ways[count++] = (struct sso_way){provider->id, provider->title};
        }
    }
    *ret_ways = ways;
    *ret_count = count;
}

static const struct sso_provider *provider_of(const struct act *act, const struct account *account)
{
    const struct sso_settings *settings = settings_of(act);
    for (size_t i = 0; settings != NULL && account->issuer != NULL && i < settings->count; i++) {
        const struct sso_provider *provider = &settings->providers[i];
        if (text_equal(provider->issuer, account->issuer) && text_equal(provider->agency, account->agency)) {
            return provider;
        }
    }
    return NULL;
}

static const struct sso_provider *provider_of_actor(const struct act *act)
{
    const struct account *account;
    if (settings_of(act) == NULL || act->actor == NULL ||
        account_read(act, act->actor->account, &account) != NULL) {
        return NULL;
    }
    return provider_of(act, account);
}

const char *sso_title(const struct act *act, const struct account *account)
{
    const struct sso_provider *provider = provider_of(act, account);
    return provider == NULL ? account->issuer : provider->title;
}

const struct sso_way *act_sso_mine(const struct act *act)
{
    const struct sso_provider *provider = provider_of_actor(act);
    if (provider == NULL) {
        return NULL;
    }
    struct sso_way *way = arena_one(act->arena, struct sso_way);
    *way = (struct sso_way){provider->id, provider->title};
    return way;
}

/* ---- there
 * -------------------------------------------------------------------------------------------------------------
 */

/* Exactly as it is registered with the provider; one for each, so that no provider answers for another. */
static const char *redirect_of(const struct act *act, const struct sso_provider *provider)
{
    return arena_printf(act->arena, "%s/sign-in/from/%s", settings_of(act)->link, provider->id);
}

static const struct error *ticket_for(const struct act *act, const struct sso_provider *provider,
                                      const struct sso_errand *errand, struct ticket *ticket)
{
    char id[ID_TEXT] = "";
    const struct account *account;
    *ticket = (struct ticket){.provider = provider->id,
                              .begun = act->now,
                              .link_account = "",
                              .link_hash = "",
                              .session = "",
                              .next = errand->next == NULL ? "" : errand->next};
    if (errand->link != NULL) {
        if (!sso_link_account(act, errand->link, &account) ||
            !text_equal(account->agency, provider->agency)) {
            return error_of(ERROR_NOT_FOUND);
        }
        id_format(account->id, id);
        ticket->link_account = arena_copy(act->arena, id);
        ticket->link_hash = account->link_hash;
    }
    if (errand->again) {
        if (act->actor == NULL || provider_of_actor(act) != provider) {
            return error_of(ERROR_NOT_FOUND);
        }
        id_format(act->actor->session, id);
        ticket->session = arena_copy(act->arena, id);
    }
    ticket_seal(act, ticket);
    return NULL;
}

const struct error *act_sso_begin(const struct act *act, const struct sso_errand *errand,
                                  const char **ret_address, const char **ret_ticket)
{
    const struct sso_provider *provider = sso_provider_find(settings_of(act), errand->provider);
    struct sso_description description;
    struct ticket ticket;
    if (provider == NULL) {
        return error_of(ERROR_NOT_FOUND);
    }
    TRY(ticket_for(act, provider, errand, &ticket));
    TRY(partner_describe(act->service->sso->partners, act->arena, provider, act->now, &description));
    const struct sso_request request = {.redirect = redirect_of(act, provider),
                                        .state = ticket.state,
                                        .nonce = ticket.nonce,
                                        .verifier = ticket.verifier,
                                        .again = errand->again};
    const char *address = sso_request_address(act->arena, provider, &description, &request);
    if (address == NULL) {
        return error_new(act->arena, ERROR_BAD_INPUT, "the address of the provider is too long");
    }
    *ret_address = address;
    *ret_ticket = ticket.text;
    return NULL;
}

/* ---- and back
 * ----------------------------------------------------------------------------------------------------------
 */

struct returning {
    const struct act *act;
    const struct sso_provider *provider;
    struct ticket ticket;
    struct sso_person person;
    const struct account *account;
    enum sso_refused refused;
};

/* Who the provider says it is, when everything it says is as it must be. */
static const struct error *ask_provider(struct returning *returning, const struct sso_answer *answer)
{
    const struct act *act = returning->act;
    struct partners *partners = act->service->sso->partners;
    struct sso_description description;
    const struct sso_wanted wanted = {.nonce = returning->ticket.nonce,
                                      .begun = returning->ticket.begun,
                                      .now = act->now,
                                      .again = returning->ticket.session[0] != '\0'};
    returning->refused = SSO_REFUSED_AWAY;
    TRY(partner_describe(partners, act->arena, returning->provider, act->now, &description));
    returning->refused = SSO_REFUSED_ANSWER;
    const struct error *error =
        sso_answer_check(act->arena, returning->provider, &description, answer, returning->ticket.state);
    if (error != NULL) {
        returning->refused = error->code == ERROR_NOT_ALLOWED ? SSO_REFUSED_BY_PROVIDER : SSO_REFUSED_ANSWER;
        return error;
    }
    error = partner_redeem(partners, act->arena, returning->provider, &description, answer->code,
                           redirect_of(act, returning->provider), returning->ticket.verifier, &wanted,
                           &returning->person);
    if (error != NULL) {
        returning->refused = error->code == ERROR_BAD_INPUT ? SSO_REFUSED_ANSWER : SSO_REFUSED_AWAY;
        return error;
    }
    /* taken at last, and once: a code that a provider takes twice signs nobody in twice */
    return ticket_use(act->service->sso->used, &returning->ticket, act->now)
               ? NULL
               : error_new(act->arena, ERROR_BAD_INPUT, "the answer was used before");
}

/* The account, as the settings and the claims have it now. */
static const struct error *settle(struct returning *returning, struct sso_ended *ended)
{
    const struct act *act = returning->act;
    struct sso_mapped mapped = {0};
    const struct error *unmapped =
        sso_map(act->arena, returning->provider, returning->person.claims, &mapped);
    struct sso_settling settling = {.provider = returning->provider,
                                    .person = &returning->person,
                                    .mapped = unmapped == NULL ? &mapped : NULL,
                                    .link_account = returning->ticket.link_account,
                                    .link_hash = returning->ticket.link_hash};
    const struct error *error = sso_settle(act, &settling);
    returning->refused = settling.refused;
    returning->account = settling.account;
    ended->joined = settling.joined;
    ended->made = settling.made;
    return error;
}

/* Another proof of the person whose session it is, and of nobody else. */
static const struct error *prove(struct returning *returning, const char *session, struct sso_ended *ended)
{
    const struct act *act = returning->act;
    struct act own = *act;
    struct session current;
    char id[ID_TEXT];
    returning->refused = SSO_REFUSED_ANSWER;
    if (session == NULL || act_session(act, session, &current) != NULL) {
        return error_new(act->arena, ERROR_BAD_INPUT, "the session has ended");
    }
    id_format(current.actor.session, id);
    if (!text_equal(id, returning->ticket.session)) {
        return error_new(act->arena, ERROR_BAD_INPUT, "it is another session");
    }
    returning->refused = SSO_REFUSED_OTHER;
    if (!id_equal(current.actor.account, returning->account->id)) {
        return error_new(act->arena, ERROR_NOT_ALLOWED, "it is another person");
    }
    own.actor = &current.actor;
    ended->end = SSO_PROVED;
    TRY(factor_note(act, returning->account, "proof"));
    return session_renew(&own, session, returning->person.strong, &ended->sign_in.token);
}

static const struct error *begin(struct returning *returning, const struct origin *from,
                                 struct sso_ended *ended)
{
    const struct act *act = returning->act;
    const struct account *account = returning->account;
    struct sign_in sign_in = {.next = SIGN_IN_DONE};
    returning->refused = SSO_REFUSED_SECOND;
    if (returning->person.strong) {
        returning->refused = SSO_REFUSED_LOCKED;
        TRY(factor_note(act, account, "sign-in"));
        TRY(session_begin(act, account, from, true, &sign_in.token));
    } else {
        TRY(after_one_factor(act, account, from, account->joined_at, &sign_in));
    }
    ended->end = SSO_SIGNED_IN;
    ended->sign_in = sign_in;
    return NULL;
}

static const struct error *come_back(struct returning *returning, const struct sso_answer *answer,
                                     const char *session, const struct origin *from, struct sso_ended *ended)
{
    TRY(ask_provider(returning, answer));
    TRY(settle(returning, ended));
    const char *next = returning->ticket.next;
    ended->next = next[0] == '\0' ? NULL : next;
    return returning->ticket.session[0] != '\0' ? prove(returning, session, ended)
                                                : begin(returning, from, ended);
}

const struct error *act_sso_end(const struct act *act, const char *provider, const char *ticket,
                                const struct sso_answer *answer, const char *session,
                                const struct origin *from, struct sso_ended *ret_ended,
                                enum sso_refused *ret_refused)
{
    struct returning returning = {.act = act, .provider = sso_provider_find(settings_of(act), provider)};
    struct sso_ended ended = {0};
    *ret_refused = SSO_REFUSED_ANSWER;
    if (returning.provider == NULL) {
        return error_of(ERROR_NOT_FOUND);
    }
    if (!ticket_open(act, ticket, returning.provider->id, &returning.ticket)) {
        return error_new(act->arena, ERROR_BAD_INPUT, "this browser did not ask, or not within %d minutes",
                         TICKET_MINUTES);
    }
    const struct error *error = come_back(&returning, answer, session, from, &ended);
    *ret_refused = returning.refused;
    if (error == NULL) {
        *ret_ended = ended;
    }
    return error;
}

/* ---- out
 * ---------------------------------------------------------------------------------------------------------------
 */

const char *act_sso_way_out(const struct act *act, const char *id, const char **ret_title)
{
    const struct sso_provider *provider = sso_provider_find(settings_of(act), id);
    const char *end =
        provider == NULL ? NULL : partner_way_out(act->service->sso->partners, act->arena, provider);
    if (end == NULL) {
        return NULL;
    }
    *ret_title = provider->title;
    return sso_way_out_address(act->arena, provider, end,
                               arena_printf(act->arena, "%s/signed-out", settings_of(act)->link));
}
