/* Numbers as bytes, the highest first, as they stand in every file and message of this layer. */
#ifndef WM_SEAL_NUMBER_H
#define WM_SEAL_NUMBER_H

#include <endian.h>
#include <stdint.h>
#include <string.h>

enum { NUMBER_BYTES = 8 };

static inline void number_put(uint8_t ret_bytes[static NUMBER_BYTES], uint64_t number)
{
    number = htobe64(number);
    memcpy(ret_bytes, &number, NUMBER_BYTES);
}

static inline uint64_t number_of(const uint8_t bytes[static NUMBER_BYTES])
{
    uint64_t number;
    memcpy(&number, bytes, NUMBER_BYTES);
    return be64toh(number);
}

#endif
