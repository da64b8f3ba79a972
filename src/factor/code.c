#include "factor/code.h"

#include "base/buf.h"
#include "seal/seal.h"

#include <liboath/oath.h>
#include <stdlib.h>
#include <string.h>

enum { DIGITS_MOST = 8, ADDRESS_MOST = 512, RECOVERY_LETTERS = 24, RECOVERY_GROUP = 4 };

const struct error *code_secret_new(struct arena *arena, const char **ret_secret)
{
    char bytes[CODE_SECRET_BYTES];
    char *text = NULL;
    random_bytes(bytes, sizeof bytes);
    int said = oath_base32_encode(bytes, sizeof bytes, &text, NULL);
    secret_wipe(bytes, sizeof bytes);
    if (said != OATH_OK) {
        return error_of(ERROR_BUSY);
    }
    char kept[64] = "";
    size_t size = strlen(text);
    memcpy(kept, text, size < sizeof kept ? size + 1 : 0);
    secret_wipe(text, size);
    free(text);
    *ret_secret = arena_copy(arena, kept);
    return NULL;
}

const char *code_secret_words(struct arena *arena, const char *secret)
{
    struct buf buf;
    buf_init(&buf, arena, ADDRESS_MOST);
    for (size_t i = 0; secret[i] != '\0'; i++) {
        if (i > 0 && i % 4 == 0) {
            buf_byte(&buf, ' ');
        }
        buf_byte(&buf, secret[i]);
    }
    return buf_text(&buf);
}

const char *code_address(struct arena *arena, const char *secret, const char *issuer, const char *username)
{
    return arena_printf(arena, "otpauth://totp/%s:%s?secret=%s&issuer=%s&algorithm=SHA1&digits=%d&period=%d",
                        issuer, username, secret, issuer, CODE_DIGITS, CODE_SECONDS);
}

const struct error *code_at(struct arena *arena, const char *secret, int64_t step, unsigned digits,
                            const char **ret_code)
{
    char *bytes = NULL;
    size_t size = 0;
    char code[DIGITS_MOST + 2];
    if (step < 0 || digits < CODE_DIGITS || digits > DIGITS_MOST ||
        oath_base32_decode(secret, strlen(secret), &bytes, &size) != OATH_OK) {
        return error_of(ERROR_BAD_INPUT);
    }
    int said =
        oath_hotp_generate(bytes, size, (uint64_t)step, digits, false, OATH_HOTP_DYNAMIC_TRUNCATION, code);
    secret_wipe(bytes, size);
    free(bytes);
    if (said != OATH_OK) {
        return error_of(ERROR_BAD_INPUT);
    }
    *ret_code = arena_copy(arena, code);
    return NULL;
}

/* Six digits, whatever spaces are between them; NULL. */
static const char *digits_of(struct arena *arena, const char *typed)
{
    struct buf buf;
    buf_init(&buf, arena, CODE_DIGITS + 1);
    for (const char *c = typed; *c != '\0'; c++) {
        if (*c >= '0' && *c <= '9') {
            buf_byte(&buf, *c);
        } else if (*c != ' ') {
            return NULL;
        }
    }
    const char *digits = buf_text(&buf);
    return !buf_failed(&buf) && strlen(digits) == CODE_DIGITS ? digits : NULL;
}

bool code_holds(struct arena *arena, const char *secret, const char *typed, struct instant now, int64_t used,
                int64_t *ret_step)
{
    const char *digits = digits_of(arena, typed);
    int64_t step = now.ms / MS_PER_SECOND / CODE_SECONDS;
    bool holds = false;
    for (int64_t at = step - 1; at <= step + 1; at++) {
        const char *code;
        if (digits != NULL && at > used && code_at(arena, secret, at, CODE_DIGITS, &code) == NULL &&
            text_equal_secret(code, digits) && !holds) {
            holds = true;
            *ret_step = at;
        }
    }
    return holds;
}

static const char letters[] = "abcdefghjkmnpqrstuvwxyz023456789"; /* 32: no i, l, o, 1 */

const char *recovery_new(struct arena *arena)
{
    uint8_t bytes[RECOVERY_LETTERS];
    struct buf buf;
    random_bytes(bytes, sizeof bytes);
    buf_init(&buf, arena, 2 * RECOVERY_LETTERS);
    for (int i = 0; i < RECOVERY_LETTERS; i++) {
        if (i > 0 && i % RECOVERY_GROUP == 0) {
            buf_byte(&buf, '-');
        }
        buf_byte(&buf, letters[bytes[i] % 32]);
    }
    secret_wipe(bytes, sizeof bytes);
    return buf_text(&buf);
}

const char *recovery_normal(struct arena *arena, const char *typed)
{
    struct buf buf;
    buf_init(&buf, arena, RECOVERY_LETTERS + 1);
    for (const char *c = typed; *c != '\0'; c++) {
        char small = *c >= 'A' && *c <= 'Z' ? (char)(*c - 'A' + 'a') : *c;
        if (small == '-' || small == ' ') {
            continue;
        }
        if (strchr(letters, small) == NULL) {
            return NULL;
        }
        buf_byte(&buf, small);
    }
    const char *normal = buf_text(&buf);
    return !buf_failed(&buf) && strlen(normal) == RECOVERY_LETTERS ? normal : NULL;
}
