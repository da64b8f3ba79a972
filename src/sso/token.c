#include "sso/token.h"

#include "base/buf.h"
#include "base/must.h"
#include "base/text.h"

#include <string.h>

enum { BODY_MOST = 8 * 1024, CODE_MOST = 2048, OLDEST_SECONDS = 15 * 60 };
static const int64_t last_second = 9007199254740992 / 1000; /* of an instant that can be reckoned with */

/* ---- the description
 * ----------------------------------------------------------------------------------------------------- */

const char *sso_description_address(struct arena *arena, const struct sso_provider *provider)
{
    size_t size = strlen(provider->issuer);
    size -= size > 0 && provider->issuer[size - 1] == '/';
    return arena_printf(arena, "%.*s/.well-known/openid-configuration", (int)size, provider->issuer);
}

static const struct error *address_of(struct arena *arena, const struct sso_provider *provider,
                                      const struct said *tree, const char *name, const char **ret_address)
{
    const char *address = said_text(tree, name);
    if (address == NULL || !sso_address_is_allowed(provider, address)) {
        return error_new(arena, ERROR_BAD_INPUT,
                         "%s is not an https address on a host of the provider's settings", name);
    }
    *ret_address = address;
    return NULL;
}

/* Where it says at all what it can do, it must be able to do that. */
static bool offers(const struct said *tree, const char *name, const char *text)
{
    const struct said *list = said_get(tree, name);
    return list == NULL || said_holds(list, text);
}

const struct error *sso_description_read(struct arena *arena, const struct sso_provider *provider,
                                         const char *bytes, size_t size,
                                         struct sso_description *ret_description)
{
    struct sso_description description = {0};
    const struct said *tree;
    if (size > SSO_DESCRIPTION_MOST || said_read(arena, bytes, size, &tree) != NULL) {
        return error_new(arena, ERROR_BAD_INPUT, "the description is no JSON object");
    }
    if (!text_equal(said_text(tree, "issuer"), provider->issuer)) {
        return error_new(arena, ERROR_BAD_INPUT, "the description is of another issuer");
    }
    TRY(address_of(arena, provider, tree, "authorization_endpoint", &description.authorization));
    TRY(address_of(arena, provider, tree, "token_endpoint", &description.token));
    TRY(address_of(arena, provider, tree, "jwks_uri", &description.keys));
    if (!offers(tree, "response_types_supported", "code") ||
        !offers(tree, "code_challenge_methods_supported", "S256")) {
        return error_new(arena, ERROR_BAD_INPUT, "the provider does not offer the code flow with PKCE");
    }
    const char *end = said_text(tree, "end_session_endpoint");
    description.end_session = end != NULL && sso_address_is_allowed(provider, end) ? end : NULL;
    description.names_itself =
        said_holds(said_get(tree, "authorization_response_iss_parameter_supported"), "true");
    *ret_description = description;
    return NULL;
}

/* ---- what is sent
 * ------------------------------------------------------------------------------------------------------ */

/* RFC 3986: everything but the unreserved. */
static void put_pair(struct buf *buf, const char *name, const char *text)
{
    static const char hex[] = "0123456789ABCDEF";
    buf_printf(buf, "%s%s=", buf->size == 0 ? "" : "&", name);
    for (const unsigned char *c = (const unsigned char *)text; *c != '\0'; c++) {
        bool plain = (*c >= 'a' && *c <= 'z') || (*c >= 'A' && *c <= 'Z') || (*c >= '0' && *c <= '9') ||
                     strchr("-._~", *c) != NULL;
        if (plain) {
            buf_byte(buf, (char)*c);
        } else {
            buf_printf(buf, "%%%c%c", hex[*c >> 4], hex[*c & 15]);
        }
    }
}

static const char *joined(struct arena *arena, const char *const *texts, size_t count)
{
    const char *all = count == 0 ? "" : texts[0];
    for (size_t i = 1; i < count; i++) {
        all = arena_printf(arena, "%s %s", all, texts[i]);
    }
    return all;
}

const char *sso_request_address(struct arena *arena, const struct sso_provider *provider,
                                const struct sso_description *description, const struct sso_request *request)
{
    struct buf query;
    buf_init(&query, arena, BODY_MOST);
    put_pair(&query, "response_type", "code");
    put_pair(&query, "client_id", provider->client);
    put_pair(&query, "redirect_uri", request->redirect);
    put_pair(&query, "scope", provider->scopes);
    put_pair(&query, "state", request->state);
    put_pair(&query, "nonce", request->nonce);
    put_pair(&query, "code_challenge", jose_challenge(arena, request->verifier));
    put_pair(&query, "code_challenge_method", "S256");
    if (provider->strong_acr_count > 0) {
        put_pair(&query, "acr_values", joined(arena, provider->strong_acr, provider->strong_acr_count));
    }
    if (request->again) {
        put_pair(&query, "prompt", "login");
        put_pair(&query, "max_age", "0");
    }
    const char *to = description->authorization;
    return buf_failed(&query)
               ? NULL
               : arena_printf(arena, "%s%c%s", to, strchr(to, '?') == NULL ? '?' : '&', buf_text(&query));
}

const char *sso_way_out_address(struct arena *arena, const struct sso_provider *provider,
                                const char *end_session, const char *back)
{
    struct buf query;
    buf_init(&query, arena, BODY_MOST);
    put_pair(&query, "client_id", provider->client);
    put_pair(&query, "post_logout_redirect_uri", back);
    return buf_failed(&query) ? NULL
                              : arena_printf(arena, "%s%c%s", end_session,
                                             strchr(end_session, '?') == NULL ? '?' : '&', buf_text(&query));
}

const char *sso_redeem_body(struct arena *arena, const struct sso_provider *provider, const char *code,
                            const char *redirect, const char *verifier)
{
    struct buf body;
    buf_init(&body, arena, BODY_MOST);
    put_pair(&body, "grant_type", "authorization_code");
    put_pair(&body, "code", code);
    put_pair(&body, "redirect_uri", redirect);
    put_pair(&body, "code_verifier", verifier);
    if (provider->secret == NULL || provider->secret_in_form) {
        put_pair(&body, "client_id", provider->client);
    }
    if (provider->secret != NULL && provider->secret_in_form) {
        put_pair(&body, "client_secret", provider->secret);
    }
    return buf_failed(&body) ? NULL : buf_text(&body);
}

/* ---- what comes back
 * ----------------------------------------------------------------------------------------------------- */

const struct error *sso_redeemed(struct arena *arena, const char *bytes, size_t size, const char **ret_token)
{
    const struct said *tree;
    if (said_read(arena, bytes, size, &tree) != NULL) {
        return error_new(arena, ERROR_BAD_INPUT, "the answer to the code is no JSON object");
    }
    const char *token = said_text(tree, "id_token");
    if (token == NULL) {
        return error_new(arena, ERROR_BAD_INPUT, "the answer to the code holds no id token");
    }
    *ret_token = token;
    return NULL;
}

const struct error *sso_answer_check(struct arena *arena, const struct sso_provider *provider,
                                     const struct sso_description *description,
                                     const struct sso_answer *answer, const char *state)
{
    if (!text_equal(answer->state, state)) {
        return error_new(arena, ERROR_BAD_INPUT, "the answer is not to what this browser asked");
    }
    if (answer->issuer == NULL ? description->names_itself : !text_equal(answer->issuer, provider->issuer)) {
        return error_new(arena, ERROR_BAD_INPUT, "the answer is from another provider");
    }
    if (answer->fault != NULL) {
        return error_new(arena, ERROR_NOT_ALLOWED, "the provider refused");
    }
    if (answer->code == NULL || answer->code[0] == '\0' || strlen(answer->code) > CODE_MOST) {
        return error_new(arena, ERROR_BAD_INPUT, "the answer holds no code");
    }
    return NULL;
}

/* ---- the id token
 * ------------------------------------------------------------------------------------------------------ */

static const struct error *check_parties(struct arena *arena, const struct sso_provider *provider,
                                         const struct said *claims)
{
    const struct said *audience = said_get(claims, "aud");
    const struct said *party = said_get(claims, "azp");
    if (!text_equal(said_text(claims, "iss"), provider->issuer)) {
        return error_new(arena, ERROR_BAD_INPUT, "the token is of another issuer");
    }
    if (audience != NULL && audience->kind == SAID_LIST) {
        audience = audience->count == 1 ? audience->first : NULL; /* nobody else's is trusted with ours */
    }
    if (audience == NULL || audience->kind != SAID_TEXT || !text_equal(audience->text, provider->client)) {
        return error_new(arena, ERROR_BAD_INPUT, "the token is for another program");
    }
    if (party != NULL && (party->kind != SAID_TEXT || !text_equal(party->text, provider->client))) {
        return error_new(arena, ERROR_BAD_INPUT, "the token was asked for by another program");
    }
    return NULL;
}

static bool second_of(const struct said *claims, const char *name, int64_t *ret_second)
{
    return said_number(claims, name, ret_second) && *ret_second >= 0 && *ret_second <= last_second;
}

static const struct error *check_times(struct arena *arena, const struct said *claims,
                                       const struct sso_wanted *wanted, struct sso_person *person)
{
    int64_t now = wanted->now.ms / MS_PER_SECOND;
    int64_t begun = wanted->begun.ms / MS_PER_SECOND;
    int64_t ends;
    int64_t issued;
    int64_t from;
    int64_t proved;
    if (!second_of(claims, "exp", &ends) || !second_of(claims, "iat", &issued) || ends <= issued) {
        return error_new(arena, ERROR_BAD_INPUT, "the token does not say how long it is good");
    }
    if (now >= ends + SSO_SKEW_SECONDS) {
        return error_new(arena, ERROR_BAD_INPUT, "the token has ended; or the clocks differ");
    }
    if (issued > now + SSO_SKEW_SECONDS || issued < begun - SSO_SKEW_SECONDS ||
        issued < now - OLDEST_SECONDS - SSO_SKEW_SECONDS) {
        return error_new(arena, ERROR_BAD_INPUT, "the token was not made for this; or the clocks differ");
    }
    if (said_get(claims, "nbf") != NULL &&
        (!second_of(claims, "nbf", &from) || from > now + SSO_SKEW_SECONDS)) {
        return error_new(arena, ERROR_BAD_INPUT, "the token is not good yet; or the clocks differ");
    }
    bool says = said_get(claims, "auth_time") != NULL;
    if (says && (!second_of(claims, "auth_time", &proved) || proved > now + SSO_SKEW_SECONDS)) {
        return error_new(arena, ERROR_BAD_INPUT, "the token does not say rightly when it was proved");
    }
    if (wanted->again && (!says || proved < begun - SSO_SKEW_SECONDS)) {
        return error_new(arena, ERROR_BAD_INPUT, "the provider did not ask again who it is");
    }
    int64_t at = says ? proved : issued;
    person->proved.ms = (at < now ? at : now) * MS_PER_SECOND;
    return NULL;
}

/* An identifier that is never shown; what could divide a line is none. */
static bool is_subject(const char *text)
{
    size_t size = text == NULL ? 0 : strlen(text);
    for (size_t i = 0; i < size; i++) {
        if ((unsigned char)text[i] < 0x20 || text[i] == 0x7f) {
            return false;
        }
    }
    return size >= 1 && size <= SSO_SUBJECT_MOST;
}

static bool is_strong(const struct sso_provider *provider, const struct said *claims)
{
    const struct said *acr = said_get(claims, "acr");
    const struct said *amr = said_get(claims, "amr");
    bool strong = false;
    for (size_t i = 0; i < provider->strong_acr_count && acr != NULL && acr->kind == SAID_TEXT; i++) {
        strong = strong || text_equal(acr->text, provider->strong_acr[i]);
    }
    for (size_t i = 0; i < provider->strong_amr_count && amr != NULL && amr->kind == SAID_LIST; i++) {
        strong = strong || said_holds(amr, provider->strong_amr[i]);
    }
    return strong;
}

const struct error *sso_claims_check(struct arena *arena, const struct sso_provider *provider,
                                     const struct said *claims, const struct sso_wanted *wanted,
                                     struct sso_person *ret_person)
{
    struct sso_person person = {
        .issuer = provider->issuer, .subject = said_text(claims, "sub"), .claims = claims};
    TRY(check_parties(arena, provider, claims));
    TRY(check_times(arena, claims, wanted, &person));
    if (!text_equal(said_text(claims, "nonce"), wanted->nonce)) {
        return error_new(arena, ERROR_BAD_INPUT, "the token answers another request");
    }
    if (!is_subject(person.subject)) {
        return error_new(arena, ERROR_BAD_INPUT, "the token does not say whom it is about");
    }
    person.strong = is_strong(provider, claims);
    *ret_person = person;
    return NULL;
}

const struct error *sso_token_check(struct arena *arena, const struct sso_provider *provider,
                                    const char *token, const struct jose_key *keys, size_t count,
                                    const struct sso_wanted *wanted, struct sso_person *ret_person)
{
    struct jose_token split;
    const struct jose_key *key;
    const struct said *claims;
    must(wanted->nonce != NULL && wanted->nonce[0] != '\0');
    TRY(jose_split(arena, token, provider->algorithms, &split));
    if (split.type != NULL && !text_equal(split.type, "JWT")) {
        return error_new(arena, ERROR_BAD_INPUT, "the token is of another type");
    }
    TRY(jose_key_of(arena, &split, keys, count, &key));
    if (!jose_holds(&split, key)) {
        return error_new(arena, ERROR_BAD_INPUT, "the signature does not hold");
    }
    if (said_read(arena, (const char *)split.payload.bytes, split.payload.size, &claims) != NULL) {
        return error_new(arena, ERROR_BAD_INPUT, "the claims are no JSON object");
    }
    return sso_claims_check(arena, provider, claims, wanted, ret_person);
}
