#include "factor/walk.h"

#include <cbor.h>

enum { DEPTH_MOST = 6, ITEMS_MOST = 256 };

struct reading {
    struct cbor_value value;
    bool refused;
};

static void take_number(void *context, uint64_t number, bool negative)
{
    struct reading *reading = context;
    reading->refused = number > INT64_MAX;
    reading->value.kind = CBOR_NUMBER;
    reading->value.number = negative ? -1 - (int64_t)number : (int64_t)number;
}

static void number8(void *context, uint8_t number)
{
    take_number(context, number, false);
}
static void number16(void *context, uint16_t number)
{
    take_number(context, number, false);
}
static void number32(void *context, uint32_t number)
{
    take_number(context, number, false);
}
static void number64(void *context, uint64_t number)
{
    take_number(context, number, false);
}
static void negative8(void *context, uint8_t number)
{
    take_number(context, number, true);
}
static void negative16(void *context, uint16_t number)
{
    take_number(context, number, true);
}
static void negative32(void *context, uint32_t number)
{
    take_number(context, number, true);
}
static void negative64(void *context, uint64_t number)
{
    take_number(context, number, true);
}

static void take_bytes(void *context, cbor_data bytes, size_t size)
{
    struct reading *reading = context;
    reading->value.kind = CBOR_BYTES;
    reading->value.bytes = (struct bytes){bytes, size};
}

static void take_text(void *context, cbor_data bytes, size_t size)
{
    take_bytes(context, bytes, size);
    ((struct reading *)context)->value.kind = CBOR_TEXT;
}

static void take_list(void *context, size_t count)
{
    struct reading *reading = context;
    reading->value.kind = CBOR_LIST;
    reading->value.count = count;
}

static void take_map(void *context, size_t count)
{
    take_list(context, count);
    ((struct reading *)context)->value.kind = CBOR_MAP;
}

static void refuse(void *context)
{
    ((struct reading *)context)->refused = true;
}

static void refuse_tag(void *context, uint64_t tag)
{
    (void)tag;
    refuse(context);
}

bool cbor_next(struct cbor_walk *walk, struct cbor_value *ret_value)
{
    struct cbor_callbacks callbacks = cbor_empty_callbacks;
    callbacks.uint8 = number8;
    callbacks.uint16 = number16;
    callbacks.uint32 = number32;
    callbacks.uint64 = number64;
    callbacks.negint8 = negative8;
    callbacks.negint16 = negative16;
    callbacks.negint32 = negative32;
    callbacks.negint64 = negative64;
    callbacks.byte_string = take_bytes;
    callbacks.string = take_text;
    callbacks.array_start = take_list;
    callbacks.map_start = take_map;
    callbacks.byte_string_start = refuse;
    callbacks.string_start = refuse;
    callbacks.indef_array_start = refuse;
    callbacks.indef_map_start = refuse;
    callbacks.indef_break = refuse;
    callbacks.tag = refuse_tag;
    struct reading reading = {.value = {.kind = CBOR_OTHER}}; /* true, false, null, fractions */
    struct cbor_decoder_result result =
        cbor_stream_decode(walk->rest.at, walk->rest.size, &callbacks, &reading);
    if (result.status != CBOR_DECODER_FINISHED || reading.refused || result.read == 0 ||
        result.read > walk->rest.size) {
        return false;
    }
    walk->rest.at += result.read;
    walk->rest.size -= result.read;
    *ret_value = reading.value;
    return true;
}

/* Bounded in depth and in all: what is skipped here is at most an attestation statement. */
static bool skip(struct cbor_walk *walk, int depth, int *items)
{
    struct cbor_value value;
    if (depth > DEPTH_MOST || ++*items > ITEMS_MOST || !cbor_next(walk, &value)) {
        return false;
    }
    if (value.kind != CBOR_LIST && value.kind != CBOR_MAP) {
        return true;
    }
    if (value.count > ITEMS_MOST) {
        return false;
    }
    size_t inner = value.kind == CBOR_MAP ? value.count * 2 : value.count;
    for (size_t i = 0; i < inner; i++) {
        if (!skip(walk, depth + 1, items)) {
            return false;
        }
    }
    return true;
}

bool cbor_skip(struct cbor_walk *walk)
{
    int items = 0;
    return skip(walk, 0, &items);
}
