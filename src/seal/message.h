/*
 * What is asked of the holder of the keys and what it answers. Each message has one fixed size; what of it is
 * not used is zero, and is checked to be. A request that is not of this form is refused whole.
 */
#ifndef WM_SEAL_MESSAGE_H
#define WM_SEAL_MESSAGE_H

#include "seal/keyring.h"

enum {
    REQUEST_BYTES = 1024,
    REPLY_BYTES = 1024,
    ASK_ACT = 24,     /* "case-read" and its NUL */
    ASK_PURPOSE = 16, /* "draft" and its NUL */
    ASK_RECORDS = 8,  /* at once */
    ASK_DESTROYED = 6,
    ASK_DETAIL = 256,
    PERIOD_OLD = -1,
};

enum ask_kind {
    ASK_SHARE = 1, /* once, at the start: the keys that the asking process uses itself */
    ASK_SERVE,     /* from now on numbers are watched */
    ASK_OPEN,      /* the keys of records */
    ASK_NEW,       /* a key for a new record */
    ASK_REWRAP,    /* one that was wrapped before there were keystores, wrapped as one is now */
    ASK_NOTE,      /* the key of a draft or an answer that is there, */
    ASK_NOTE_NEW,  /* and of one that is made now: of its period, or of the first that is still known */
    ASK_SIGN,
    ASK_DESTROY,
    ASK_DESTROYED_LIST,
    ASK_FORGET,
    ASK_KINDS
};

struct ask_record {
    struct id record;
    uint8_t wrapped_size; /* WRAPPED_KEY_BYTES, or OLD_WRAPPED_KEY_BYTES */
    uint8_t wrapped[WRAPPED_KEY_BYTES];
};

struct request {
    enum ask_kind kind;
    struct id account; /* who asks; zero: the program itself */
    char act[ASK_ACT]; /* for what; "" for no act of a person */
    size_t count;
    struct ask_record records[ASK_RECORDS]; /* open; new (the id alone) */
    char purpose[ASK_PURPOSE];              /* note */
    struct id owner;
    struct id about;
    int64_t
        period; /* note: its own; PERIOD_OLD: from before. Forget: the first that stays. List: from where */
    uint8_t hash[HASH_BYTES]; /* sign */
    struct destroyed destroyed[ASK_DESTROYED];
};

struct reply {
    enum error_code code; /* ERROR_NONE, or what was wrong */
    char detail[ASK_DETAIL];
    int64_t number; /* the period; for ERROR_TOO_MANY the wait in milliseconds */
    size_t count;
    uint8_t keys[ASK_RECORDS][KEY_BYTES];
    uint8_t wrapped[WRAPPED_KEY_BYTES];
    uint8_t signature[SIGNATURE_BYTES];
    struct shared_keys shared;
    struct destroyed destroyed[ASK_DESTROYED];
};

/* Of somebody who reads what they ask for. Figures read every case and show none; the program itself reads
 * for nobody. */
bool request_is_of_a_reader(const struct request *request);
void request_write(const struct request *request, uint8_t ret_bytes[static REQUEST_BYTES]);
/* False when it is not a request. */
bool request_read(const uint8_t *bytes, size_t size, struct request *ret_request);
void reply_write(const struct reply *reply, enum ask_kind kind, uint8_t ret_bytes[static REPLY_BYTES]);
bool reply_read(const uint8_t *bytes, size_t size, enum ask_kind kind, struct reply *ret_reply);

#endif
