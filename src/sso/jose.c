#include "sso/jose.h"

#include "base/text.h"

#include <string.h>

enum { RSA_LEAST = 256, RSA_MOST = 1024, EXPONENT_MOST = 8, NAME_MOST = 256 };

static const struct {
    const char *name;
    unsigned algorithm;
} algorithms[] = {
    {"RS256", JOSE_RS256},
    {"PS256", JOSE_PS256},
    {"ES256", JOSE_ES256},
    {"EdDSA", JOSE_EDDSA},
};
enum { ALGORITHMS = sizeof algorithms / sizeof algorithms[0] };

unsigned jose_algorithm(const char *name)
{
    for (size_t i = 0; i < ALGORITHMS; i++) {
        if (text_equal(algorithms[i].name, name)) {
            return algorithms[i].algorithm;
        }
    }
    return 0;
}

const char *jose_algorithm_name(unsigned algorithm)
{
    for (size_t i = 0; i < ALGORITHMS; i++) {
        if (algorithms[i].algorithm == algorithm) {
            return algorithms[i].name;
        }
    }
    return "none of ours";
}

/* ---- base64url
 * ------------------------------------------------------------------------------------------------------ */

static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

static int sign_value(char c)
{
    const char *at = c == '\0' ? NULL : strchr(letters, c);
    return at == NULL ? -1 : (int)(at - letters);
}

bool jose_decode(struct arena *arena, const char *text, size_t length, struct jose_bytes *ret_bytes)
{
    uint8_t *bytes = arena_alloc(arena, length * 3 / 4 + 1);
    size_t size = 0;
    uint32_t bits = 0;
    unsigned held = 0;
    if (length % 4 == 1) {
        return false;
    }
    for (size_t i = 0; i < length; i++) {
        int value = sign_value(text[i]);
        if (value < 0) {
            return false;
        }
        bits = bits << 6 | (uint32_t)value;
        held += 6;
        if (held >= 8) {
            held -= 8;
            bytes[size++] = (uint8_t)(bits >> held);
            bits &= (1U << held) - 1;
        }
    }
    if (bits != 0) {
        return false; /* two texts would be the same bytes */
    }
    *ret_bytes = (struct jose_bytes){bytes, size};
    return true;
}

const char *jose_encode(struct arena *arena, const void *bytes, size_t size)
{
    const uint8_t *from = bytes;
    char *text = arena_alloc(arena, size * 4 / 3 + 4);
    size_t length = 0;
    uint32_t bits = 0;
    unsigned held = 0;
    for (size_t i = 0; i < size; i++) {
        bits = (bits << 8 | from[i]) & 0xffff;
        held += 8;
        while (held >= 6) {
            held -= 6;
            text[length++] = letters[bits >> held & 63];
        }
    }
    if (held > 0) {
        text[length++] = letters[bits << (6 - held) & 63];
    }
    text[length] = '\0';
    return text;
}

/* ---- the token
 * ------------------------------------------------------------------------------------------------------ */

static const struct error *read_head(struct arena *arena, struct jose_bytes head, unsigned allowed,
                                     struct jose_token *token)
{
    const struct said *tree;
    if (said_read(arena, (const char *)head.bytes, head.size, &tree) != NULL) {
        return error_new(arena, ERROR_BAD_INPUT, "the head of the token is no JSON object");
    }
    const char *name = said_text(tree, "alg");
    token->algorithm = jose_algorithm(name == NULL ? "" : name);
    token->kid = said_text(tree, "kid");
    token->type = said_text(tree, "typ");
    if ((token->algorithm & allowed) == 0) {
        return error_new(arena, ERROR_BAD_INPUT, "the token is signed with an algorithm that is not allowed");
    }
    if (said_get(tree, "crit") != NULL || said_get(tree, "b64") != NULL || said_get(tree, "zip") != NULL) {
        return error_new(arena, ERROR_BAD_INPUT, "the token asks for more than a signature");
    }
    if ((said_get(tree, "kid") != NULL && token->kid == NULL) ||
        (token->kid != NULL && (token->kid[0] == '\0' || strlen(token->kid) > NAME_MOST))) {
        return error_new(arena, ERROR_BAD_INPUT, "the name of the token's key is no text");
    }
    return NULL;
}

const struct error *jose_split(struct arena *arena, const char *text, unsigned allowed,
                               struct jose_token *ret_token)
{
    struct jose_token token = {0};
    struct jose_bytes head;
    size_t length = strlen(text);
    if (length > JOSE_TOKEN_MOST) {
        return error_new(arena, ERROR_BAD_INPUT, "the token is larger than %d bytes", JOSE_TOKEN_MOST);
    }
    const char *first = strchr(text, '.');
    const char *second = first == NULL ? NULL : strchr(first + 1, '.');
    if (second == NULL || strchr(second + 1, '.') != NULL) {
        return error_new(arena, ERROR_BAD_INPUT, "the token is not of three parts");
    }
    token.said = (struct jose_bytes){(const uint8_t *)text, (size_t)(second - text)};
    if (!jose_decode(arena, text, (size_t)(first - text), &head) ||
        !jose_decode(arena, first + 1, (size_t)(second - first - 1), &token.payload) ||
        !jose_decode(arena, second + 1, length - (size_t)(second + 1 - text), &token.signature)) {
        return error_new(arena, ERROR_BAD_INPUT, "a part of the token is not base64url");
    }
    TRY(read_head(arena, head, allowed, &token));
    if (token.signature.size == 0) {
        return error_new(arena, ERROR_BAD_INPUT, "the token is not signed");
    }
    *ret_token = token;
    return NULL;
}

/* ---- the keys
 * ------------------------------------------------------------------------------------------------------- */

static bool number_of(struct arena *arena, const struct said *tree, const char *name,
                      struct jose_bytes *ret_bytes)
{
    const char *text = said_text(tree, name);
    return text != NULL && jose_decode(arena, text, strlen(text), ret_bytes);
}

static size_t bits_from(struct jose_bytes number)
{
    size_t skip = 0;
    while (skip < number.size && number.bytes[skip] == 0) {
        skip++;
    }
    return number.size - skip;
}

/* A modulus or an exponent that no honest provider has may cost the library more than it is worth. */
static bool read_rsa(struct arena *arena, const struct said *tree, struct jose_key *key)
{
    if (!number_of(arena, tree, "n", &key->first) || !number_of(arena, tree, "e", &key->second)) {
        return false;
    }
    size_t modulus = bits_from(key->first);
    size_t exponent = bits_from(key->second);
    const uint8_t *e = key->second.bytes;
    return modulus >= RSA_LEAST && modulus <= RSA_MOST && exponent >= 1 && exponent <= EXPONENT_MOST &&
           (key->first.bytes[key->first.size - 1] & 1) == 1 && (e[key->second.size - 1] & 1) == 1 &&
           (exponent > 1 || e[key->second.size - 1] >= 3);
}

static bool read_key(struct arena *arena, const struct said *tree, struct jose_key *ret_key)
{
    struct jose_key key = {.kid = said_text(tree, "kid")};
    const char *kind = said_text(tree, "kty");
    const char *curve = said_text(tree, "crv");
    const char *named = said_text(tree, "alg");
    const struct said *use = said_get(tree, "use");
    const struct said *operations = said_get(tree, "key_ops");
    if ((use != NULL && !said_holds(use, "sig")) ||
        (operations != NULL && !said_holds(operations, "verify"))) {
        return false;
    }
    if (text_equal(kind, "RSA")) {
        key.kind = JOSE_RSA;
        key.algorithms = JOSE_RS256 | JOSE_PS256;
        if (!read_rsa(arena, tree, &key)) {
            return false;
        }
    } else if (text_equal(kind, "EC") && text_equal(curve, "P-256")) {
        key.kind = JOSE_P256;
        key.algorithms = JOSE_ES256;
        if (!number_of(arena, tree, "x", &key.first) || !number_of(arena, tree, "y", &key.second) ||
            key.first.size != 32 || key.second.size != 32) {
            return false;
        }
    } else if (text_equal(kind, "OKP") && text_equal(curve, "Ed25519")) {
        key.kind = JOSE_ED25519;
        key.algorithms = JOSE_EDDSA;
        if (!number_of(arena, tree, "x", &key.first) || key.first.size != 32) {
            return false;
        }
    } else {
        return false;
    }
    if (named != NULL) {
        key.algorithms &= jose_algorithm(named);
    }
    *ret_key = key;
    return key.algorithms != 0;
}

const struct error *jose_keys(struct arena *arena, const char *bytes, size_t size,
                              const struct jose_key **ret_keys, size_t *ret_count)
{
    const struct said *set;
    if (size > JOSE_KEYS_BYTES_MOST) {
        return error_new(arena, ERROR_BAD_INPUT, "the keys are larger than %d bytes", JOSE_KEYS_BYTES_MOST);
    }
    const struct error *error = said_read(arena, bytes, size, &set);
    const struct said *list = error == NULL ? said_get(set, "keys") : NULL;
    if (list == NULL || list->kind != SAID_LIST) {
        return error_new(arena, ERROR_BAD_INPUT, "the keys are no JSON Web Key Set");
    }
    if (list->count > JOSE_KEYS_MOST) {
        return error_new(arena, ERROR_BAD_INPUT, "there are more than %d keys", JOSE_KEYS_MOST);
    }
    struct jose_key *keys = arena_many(arena, struct jose_key, list->count);
    size_t count = 0;
    for (const struct said *part = list->first; part != NULL; part = part->next) {
        count += read_key(arena, part, &keys[count]);
    }
    if (count == 0) {
        return error_new(arena, ERROR_BAD_INPUT, "there is no key that can check a signature");
    }
    *ret_keys = keys;
    *ret_count = count;
    return NULL;
}

const struct error *jose_key_of(struct arena *arena, const struct jose_token *token,
                                const struct jose_key *keys, size_t count, const struct jose_key **ret_key)
{
    const struct jose_key *found = NULL;
    for (size_t i = 0; i < count; i++) {
        if ((keys[i].algorithms & token->algorithm) == 0 ||
            (token->kid != NULL && !text_equal(keys[i].kid, token->kid))) {
            continue;
        }
        if (found != NULL) {
            return error_new(arena, ERROR_BAD_INPUT, "several keys could be meant");
        }
        found = &keys[i];
    }
    if (found == NULL) {
        return error_new(arena, ERROR_NOT_FOUND, "the provider has no such key");
    }
    *ret_key = found;
    return NULL;
}
