#include "web/framing.h"

#include <string.h>

enum state {
    START, /* zero: a new struct is a new connection */
    METHOD,
    TARGET,
    VERSION,
    LINE_END, /* the LF of the request line */
    LINE,     /* the first byte of a header line */
    NAME,
    SPACE, /* before a value */
    VALUE,
    VALUE_END, /* the LF of a header line */
    HEAD_END,  /* the LF that ends the headers */
    BODY,
    CHUNK_SIZE,
    CHUNK_SIZE_END,
    CHUNK,
    CHUNK_CR,
    CHUNK_LF,
    LAST_CR,
    LAST_LF
};

enum { METHOD_LONGEST = 20, LENGTH_DIGITS = 15, CHUNK_DIGITS = 8 };

/* What decides about a request may not come twice: two readers could each take another. */
static const char *const once[] = {
    "host",       "content-length", "transfer-encoding", "content-type",      "authorization",
    "cookie",     "origin",         "sec-fetch-site",    "idempotency-key",   "expect",
    "connection", "upgrade",        "x-forwarded-for",   "x-forwarded-proto", "forwarded"};
enum { ONCE = sizeof once / sizeof *once, HOST = 1 << 0, LENGTH = 1 << 1, ENCODING = 1 << 2 };

void framing_init(struct framing *framing)
{
    *framing = (struct framing){.state = START};
}

bool framing_between(const struct framing *framing)
{
    return framing->state == START && !framing->refused;
}

bool framing_in_head(const struct framing *framing)
{
    return framing->state > START && framing->state <= HEAD_END;
}

static bool is_token(unsigned char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           (c != '\0' && strchr("!#$%&'*+-.^_`|~", c) != NULL);
}

static int hex(unsigned char c)
{
    return c >= '0' && c <= '9'   ? c - '0'
           : c >= 'a' && c <= 'f' ? c - 'a' + 10
           : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                  : -1;
}

static bool next_request(struct framing *framing)
{
    framing->requests++;
    framing->state = START;
    return true;
}

static bool end_of_head(struct framing *framing)
{
    if (framing->one_dot_one && (framing->seen & HOST) == 0) {
        return false;
    }
    framing->at = 0;
    framing->left = framing->chunked ? 0 : framing->length;
    framing->state = framing->chunked ? CHUNK_SIZE : BODY;
    return !framing->chunked && framing->left == 0 ? next_request(framing) : true;
}

static bool take_length(struct framing *framing)
{
    if (framing->at == 0 || framing->at > LENGTH_DIGITS || (framing->seen & ENCODING) != 0) {
        return false;
    }
    framing->length = 0;
    for (size_t i = 0; i < framing->at; i++) {
        if (framing->value[i] < '0' || framing->value[i] > '9') {
            return false;
        }
        framing->length = framing->length * 10 + (uint64_t)(framing->value[i] - '0');
    }
    return true;
}

static bool take_encoding(struct framing *framing)
{
    framing->chunked = true;
    return framing->one_dot_one && (framing->seen & LENGTH) == 0 && framing->at == 7 &&
           memcmp(framing->value, "chunked", 7) == 0;
}

/* `at` is how much of the value was kept. */
static bool end_of_header(struct framing *framing)
{
    while (framing->at > 0 && framing->at <= FRAMING_VALUE &&
           (framing->value[framing->at - 1] == ' ' || framing->value[framing->at - 1] == '\t')) {
        framing->at--;
    }
    for (uint32_t i = 0; i < ONCE; i++) {
        if (strlen(once[i]) != framing->name_size ||
            memcmp(once[i], framing->name, framing->name_size) != 0) {
            continue;
        }
        uint32_t bit = 1U << i;
        if ((framing->seen & bit) != 0) {
            return false;
        }
        framing->seen |= bit;
        return bit == LENGTH ? take_length(framing) : bit == ENCODING ? take_encoding(framing) : true;
    }
    return true;
}

static void keep(struct framing *framing, unsigned char c)
{
    if (framing->at < FRAMING_VALUE) {
        framing->value[framing->at] = (char)c;
    }
    framing->at += framing->at <= FRAMING_VALUE; /* one past: longer than anything we read */
}

static bool begin_request(struct framing *framing, unsigned char c)
{
    framing->seen = 0;
    framing->length = 0;
    framing->chunked = false;
    framing->at = 1;
    framing->state = METHOD;
    return is_token(c);
}

static bool take_version(struct framing *framing, unsigned char c)
{
    static const char version[] = "HTTP/1.";
    if (framing->at < sizeof version - 1) {
        return version[framing->at++] == (char)c;
    }
    if (framing->at == sizeof version - 1) {
        framing->one_dot_one = c == '1';
        framing->at++;
        return c == '0' || c == '1';
    }
    framing->state = LINE_END;
    return c == '\r';
}

static bool take_name(struct framing *framing, unsigned char c)
{
    if (c == ':') {
        framing->state = SPACE;
        framing->at = 0;
        return true;
    }
    if (framing->name_size < FRAMING_NAME) {
        framing->name[framing->name_size] = c >= 'A' && c <= 'Z' ? (char)(c + 32) : (char)c;
    }
    framing->name_size += framing->name_size <= FRAMING_NAME;
    return is_token(c);
}

static bool take_value(struct framing *framing, unsigned char c)
{
    if (c == '\r') {
        framing->state = VALUE_END;
        return end_of_header(framing);
    }
    if (framing->state == SPACE && (c == ' ' || c == '\t')) {
        return true;
    }
    framing->state = VALUE;
    keep(framing, c);
    return (c >= 0x20 && c != 0x7f) || c == '\t';
}

static bool take_head(struct framing *framing, unsigned char c)
{
    switch ((enum state)framing->state) {
    case START:
        return begin_request(framing, c);
    case METHOD:
        if (c == ' ') {
            framing->state = TARGET;
            framing->at = 0;
            return true;
        }
        return ++framing->at <= METHOD_LONGEST && is_token(c);
    case TARGET:
        if (c == ' ') {
            framing->state = VERSION;
            bool some = framing->at > 0;
            framing->at = 0;
            return some;
        }
        framing->at = 1;
        return c > 0x20 && c < 0x7f;
    case VERSION:
        return take_version(framing, c);
    case LINE_END:
    case VALUE_END:
        framing->state = LINE;
        return c == '\n';
    case LINE:
        if (c == '\r') {
            framing->state = HEAD_END;
            return true;
        }
        framing->state = NAME;
        framing->name_size = 0;
        return c != ':' && take_name(framing, c);
    case NAME:
        return take_name(framing, c);
    case SPACE:
    case VALUE:
        return take_value(framing, c);
    case HEAD_END:
        return c == '\n' && end_of_head(framing);
    case BODY:
    case CHUNK_SIZE:
    case CHUNK_SIZE_END:
    case CHUNK:
    case CHUNK_CR:
    case CHUNK_LF:
    case LAST_CR:
    case LAST_LF:
        break;
    }
    return false;
}

static bool take_chunk_size(struct framing *framing, unsigned char c)
{
    int digit = hex(c);
    if (digit >= 0) {
        framing->left = framing->left * 16 + (uint64_t)digit;
        return ++framing->at <= CHUNK_DIGITS;
    }
    framing->state = CHUNK_SIZE_END;
    return c == '\r' && framing->at > 0;
}

static bool take_chunk(struct framing *framing, unsigned char c)
{
    switch ((enum state)framing->state) {
    case CHUNK_SIZE:
        return take_chunk_size(framing, c);
    case CHUNK_SIZE_END:
        framing->state = framing->left > 0 ? CHUNK : LAST_CR;
        return c == '\n';
    case CHUNK_CR:
        framing->state = CHUNK_LF;
        return c == '\r';
    case CHUNK_LF:
        framing->state = CHUNK_SIZE;
        framing->at = 0;
        return c == '\n';
    case LAST_CR:
        framing->state = LAST_LF;
        return c == '\r';
    case LAST_LF:
        return c == '\n' && next_request(framing);
    case START:
    case METHOD:
    case TARGET:
    case VERSION:
    case LINE_END:
    case LINE:
    case NAME:
    case SPACE:
    case VALUE:
    case VALUE_END:
    case HEAD_END:
    case BODY:
    case CHUNK:
        break;
    }
    return false;
}

bool framing_take(struct framing *framing, const void *bytes, size_t size)
{
    const unsigned char *at = bytes;
    const unsigned char *end = at + size;
    while (at < end && !framing->refused) {
        if (framing->state == BODY || framing->state == CHUNK) {
            size_t there = (size_t)(end - at);
            size_t taken = framing->left < there ? (size_t)framing->left : there;
            at += taken;
            framing->left -= taken;
            if (framing->left == 0 && framing->state == BODY) {
                next_request(framing);
            } else if (framing->left == 0) {
                framing->state = CHUNK_CR;
            }
        } else {
            bool good = framing->state > BODY ? take_chunk(framing, *at) : take_head(framing, *at);
            framing->refused = !good;
            at++;
        }
    }
    return !framing->refused;
}
