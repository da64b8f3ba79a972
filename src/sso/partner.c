#include "sso/partner.h"

#include "base/buf.h"
#include "base/must.h"
#include "base/text.h"
#include "post/fetch.h"

#include <pthread.h>
#include <string.h>

enum {
    KEPT_MS = MS_PER_HOUR,
    LEFT_ALONE_MS = 5 * MS_PER_SECOND,
    ASKED_AGAIN_MS = MS_PER_MINUTE,
    CALLS_OF_ONE = 3,
    CALLS = 8,
    REDEEMED_MOST = 64 * 1024,
    FAULT_MOST = 200
};

/* A document as it came, and when. */
struct kept {
    char *bytes;
    size_t size;
    size_t most;
    struct instant at;
    bool is;
};

struct partner {
    struct kept description;
    struct kept keys;
    struct instant asked_again; /* for a key that was not known */
    bool has_asked_again;
    struct instant failed;
    char fault[FAULT_MOST + 1]; /* empty: none */
    int calls;
};

struct partners {
    const struct sso_settings *settings;
    pthread_mutex_t lock;
    struct partner *list; /* one a provider */
    int calls;
};

struct partners *partners_new(struct arena *arena, const struct sso_settings *settings)
{
    struct partners *partners = arena_one(arena, struct partners);
    partners->settings = settings;
    partners->list = arena_many(arena, struct partner, settings->count);
    pthread_mutex_init(&partners->lock, NULL);
    for (size_t i = 0; i < settings->count; i++) {
        partners->list[i].description.most = SSO_DESCRIPTION_MOST;
        partners->list[i].description.bytes = arena_alloc(arena, SSO_DESCRIPTION_MOST);
        partners->list[i].keys.most = JOSE_KEYS_BYTES_MOST;
        partners->list[i].keys.bytes = arena_alloc(arena, JOSE_KEYS_BYTES_MOST);
    }
    return partners;
}

const struct sso_settings *partners_settings(const struct partners *partners)
{
    return partners->settings;
}

static struct partner *partner_of(struct partners *partners, const struct sso_provider *provider)
{
    return &partners->list[provider - partners->settings->providers];
}

/* ---- what is kept
 * ------------------------------------------------------------------------------------------------------ */

/* A clock that was put back makes nothing last longer. */
static bool is_within(struct instant at, struct instant now, int64_t ms)
{
    return now.ms >= at.ms && now.ms - at.ms < ms;
}

/* False: there is none. Nothing is allocated with the lock held. */
static bool recall_any(struct partners *partners, struct arena *arena, const struct kept *kept,
                       struct instant *ret_at, const char **ret_bytes, size_t *ret_size)
{
    char *bytes = arena_alloc(arena, kept->most + 1);
    pthread_mutex_lock(&partners->lock);
    bool is = kept->is;
    size_t size = is ? kept->size : 0;
    *ret_at = kept->at;
    memcpy(bytes, kept->bytes, size);
    pthread_mutex_unlock(&partners->lock);
    *ret_bytes = bytes;
    *ret_size = size;
    return is;
}

/* False: there is none, or it is too old. */
static bool recall(struct partners *partners, struct arena *arena, const struct kept *kept,
                   struct instant now, const char **ret_bytes, size_t *ret_size)
{
    struct instant at;
    return recall_any(partners, arena, kept, &at, ret_bytes, ret_size) && is_within(at, now, KEPT_MS);
}

static void keep(struct partners *partners, struct kept *kept, struct instant now, const char *bytes,
                 size_t size)
{
    must(size <= kept->most);
    pthread_mutex_lock(&partners->lock);
    memcpy(kept->bytes, bytes, size);
    kept->size = size;
    kept->at = now;
    kept->is = true;
    pthread_mutex_unlock(&partners->lock);
}

static void note_fault(struct partners *partners, struct partner *partner, struct instant now,
                       const char *fault)
{
    size_t size = fault == NULL ? 0 : strlen(fault);
    size = size < FAULT_MOST ? size : FAULT_MOST;
    pthread_mutex_lock(&partners->lock);
    memcpy(partner->fault, fault == NULL ? "" : fault, size);
    partner->fault[size] = '\0';
    partner->failed = now;
    pthread_mutex_unlock(&partners->lock);
}

/* ---- one call
 * ------------------------------------------------------------------------------------------------------- */

struct call {
    struct arena *arena;
    struct fetch fetch;
    const char *what; /* "keys" */
    const char *bytes;
    size_t size;
    int status;
    const struct error *error;
};

static void call_guarded(void *context)
{
    struct call *call = context;
    const struct error *error =
        post_fetch(call->arena, &call->fetch, &call->bytes, &call->size, &call->status);
    call->error =
        error == NULL ? NULL : error_new(call->arena, error->code, "%s: %s", call->what, error->detail);
}

static bool begin_call(struct partners *partners, struct partner *partner)
{
    pthread_mutex_lock(&partners->lock);
    bool may = partner->calls < CALLS_OF_ONE && partners->calls < CALLS;
    partner->calls += may;
    partners->calls += may;
    pthread_mutex_unlock(&partners->lock);
    return may;
}

static void end_call(struct partners *partners, struct partner *partner)
{
    pthread_mutex_lock(&partners->lock);
    partner->calls--;
    partners->calls--;
    pthread_mutex_unlock(&partners->lock);
}

/* The place in the count is given back however the call ends. */
static const struct error *make_call(struct partners *partners, const struct sso_provider *provider,
                                     struct call *call)
{
    struct partner *partner = partner_of(partners, provider);
    if (!begin_call(partners, partner)) {
        return error_new(call->arena, ERROR_BUSY, "too many are signing in by this provider at once");
    }
    call->fetch.ca = partners->settings->ca;
    call->fetch.proxy = partners->settings->proxy;
    call->fetch.seconds = partners->settings->seconds;
    call->fetch.plain = provider->loopback;
    bool whole = arena_guard(call->arena, call_guarded, call);
    end_call(partners, partner);
    if (!whole) {
        arena_run_out(call->arena);
    }
    return call->error;
}

/* Where it failed a moment ago it is not asked again yet. */
static const struct error *left_alone(struct partners *partners, struct arena *arena,
                                      const struct partner *partner, struct instant now)
{
    char *fault = arena_alloc(arena, FAULT_MOST + 1);
    pthread_mutex_lock(&partners->lock);
    bool alone = partner->fault[0] != '\0' && is_within(partner->failed, now, LEFT_ALONE_MS);
    memcpy(fault, partner->fault, FAULT_MOST + 1);
    pthread_mutex_unlock(&partners->lock);
    return alone ? error_new(arena, ERROR_IO, "%s", fault) : NULL;
}

/* ---- the description and the keys
 * ------------------------------------------------------------------------------------------ */

static const struct error *get(struct partners *partners, struct arena *arena,
                               const struct sso_provider *provider, struct call *call)
{
    call->arena = arena;
    return sso_address_is_allowed(provider, call->fetch.address)
               ? make_call(partners, provider, call)
               : error_new(arena, ERROR_BAD_INPUT, "%s: the address is not allowed", call->what);
}

static const struct error *describe_anew(struct partners *partners, struct arena *arena,
                                         const struct sso_provider *provider, struct instant now,
                                         struct sso_description *ret_description)
{
    struct partner *partner = partner_of(partners, provider);
    struct call call = {
        .what = "description",
        .fetch = {.address = sso_description_address(arena, provider), .most = SSO_DESCRIPTION_MOST}};
    TRY(get(partners, arena, provider, &call));
    TRY(sso_description_read(arena, provider, call.bytes, call.size, ret_description));
    keep(partners, &partner->description, now, call.bytes, call.size);
    return NULL;
}

const struct error *partner_describe(struct partners *partners, struct arena *arena,
                                     const struct sso_provider *provider, struct instant now,
                                     struct sso_description *ret_description)
{
    struct partner *partner = partner_of(partners, provider);
    const char *bytes;
    size_t size;
    if (recall(partners, arena, &partner->description, now, &bytes, &size)) {
        return sso_description_read(arena, provider, bytes, size, ret_description);
    }
    TRY(left_alone(partners, arena, partner, now));
    const struct error *error = describe_anew(partners, arena, provider, now, ret_description);
    if (error == NULL || error->code != ERROR_BUSY) {
        note_fault(partners, partner, now, error == NULL ? NULL : error->detail);
    }
    return error;
}

const char *partner_way_out(struct partners *partners, struct arena *arena,
                            const struct sso_provider *provider)
{
    struct sso_description description;
    struct instant at;
    const char *bytes;
    size_t size;
    return recall_any(partners, arena, &partner_of(partners, provider)->description, &at, &bytes, &size) &&
                   sso_description_read(arena, provider, bytes, size, &description) == NULL
               ? description.end_session
               : NULL;
}

struct keys {
    const struct jose_key *list;
    size_t count;
};

static const struct error *keys_anew(struct partners *partners, struct arena *arena,
                                     const struct sso_provider *provider,
                                     const struct sso_description *description, struct instant now,
                                     struct keys *ret_keys)
{
    struct call call = {.what = "keys",
                        .fetch = {.address = description->keys, .most = JOSE_KEYS_BYTES_MOST}};
    TRY(get(partners, arena, provider, &call));
    TRY(jose_keys(arena, call.bytes, call.size, &ret_keys->list, &ret_keys->count));
    keep(partners, &partner_of(partners, provider)->keys, now, call.bytes, call.size);
    return NULL;
}

const struct error *partner_count_keys(struct partners *partners, struct arena *arena,
                                       const struct sso_provider *provider,
                                       const struct sso_description *description, struct instant now,
                                       size_t *ret_count)
{
    struct keys keys;
    TRY(keys_anew(partners, arena, provider, description, now, &keys));
    *ret_count = keys.count;
    return NULL;
}

static const struct error *keys_of(struct partners *partners, struct arena *arena,
                                   const struct sso_provider *provider,
                                   const struct sso_description *description, struct instant now,
                                   struct keys *ret_keys)
{
    const char *bytes;
    size_t size;
    if (recall(partners, arena, &partner_of(partners, provider)->keys, now, &bytes, &size)) {
        return jose_keys(arena, bytes, size, &ret_keys->list, &ret_keys->count);
    }
    return keys_anew(partners, arena, provider, description, now, ret_keys);
}

/* A token may name any key: that alone must not make us ask for ever. */
static bool may_ask_again(struct partners *partners, struct partner *partner, struct instant now)
{
    pthread_mutex_lock(&partners->lock);
    bool may = !partner->has_asked_again || !is_within(partner->asked_again, now, ASKED_AGAIN_MS);
    if (may) {
        partner->has_asked_again = true;
        partner->asked_again = now;
    }
    pthread_mutex_unlock(&partners->lock);
    return may;
}

/* ---- the code
 * ------------------------------------------------------------------------------------------------------- */

/* RFC 6749 2.3.1: both are encoded before they are put into the header. */
static const char *encoded(struct arena *arena, const char *text)
{
    struct buf buf;
    buf_init(&buf, arena, 3 * strlen(text) + 1);
    for (const unsigned char *c = (const unsigned char *)text; *c != '\0'; c++) {
        bool plain = (*c >= 'a' && *c <= 'z') || (*c >= 'A' && *c <= 'Z') || (*c >= '0' && *c <= '9') ||
                     strchr("-._~", *c) != NULL;
        buf_printf(&buf, plain ? "%c" : "%%%02X", *c);
    }
    return buf_text(&buf);
}

static const struct error *redeem(struct partners *partners, struct arena *arena,
                                  const struct sso_provider *provider,
                                  const struct sso_description *description, const char *body,
                                  const char **ret_token)
{
    struct call call = {.what = "token",
                        .fetch = {.address = description->token, .body = body, .most = REDEEMED_MOST}};
    if (body == NULL) {
        return error_new(arena, ERROR_BAD_INPUT, "token: the code is too long");
    }
    if (provider->secret != NULL && !provider->secret_in_form) {
        call.fetch.user = encoded(arena, provider->client);
        call.fetch.password = encoded(arena, provider->secret);
    }
    const struct error *error = get(partners, arena, provider, &call);
    if (error != NULL &&
        call.status == 400) { /* a code that is not good: nothing is wrong with the provider */
        return error_new(arena, ERROR_BAD_INPUT, "token: the provider does not take the code");
    }
    TRY(error);
    return sso_redeemed(arena, call.bytes, call.size, ret_token);
}

static const struct error *redeem_and_check(struct partners *partners, struct arena *arena,
                                            const struct sso_provider *provider,
                                            const struct sso_description *description, const char *body,
                                            const struct sso_wanted *wanted, struct sso_person *ret_person)
{
    struct keys keys;
    const char *token;
    TRY(redeem(partners, arena, provider, description, body, &token));
    TRY(keys_of(partners, arena, provider, description, wanted->now, &keys));
    const struct error *error =
        sso_token_check(arena, provider, token, keys.list, keys.count, wanted, ret_person);
    if (error != NULL && error->code == ERROR_NOT_FOUND &&
        may_ask_again(partners, partner_of(partners, provider), wanted->now)) {
        TRY(keys_anew(partners, arena, provider, description, wanted->now, &keys));
        error = sso_token_check(arena, provider, token, keys.list, keys.count, wanted, ret_person);
    }
    return error != NULL && error->code == ERROR_NOT_FOUND
               ? error_new(arena, ERROR_BAD_INPUT, "%s", error->detail)
               : error;
}

const struct error *partner_redeem(struct partners *partners, struct arena *arena,
                                   const struct sso_provider *provider,
                                   const struct sso_description *description, const char *code,
                                   const char *redirect, const char *verifier,
                                   const struct sso_wanted *wanted, struct sso_person *ret_person)
{
    struct partner *partner = partner_of(partners, provider);
    const char *body = sso_redeem_body(arena, provider, code, redirect, verifier);
    const struct error *error =
        redeem_and_check(partners, arena, provider, description, body, wanted, ret_person);
    if (error != NULL && error->code == ERROR_IO) {
        note_fault(partners, partner, wanted->now, error->detail);
    }
    return error;
}
