/*
 * A sealed file: "WMBACKUP", one byte of format, the id of the master key, the header of the secretstream,
 * then pieces of at most 64 KiB and 17 bytes each. The last piece is marked, so that a cut file is told from
 * a whole one.
 */
#include "seal/hold.h"

#include "base/must.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

typedef crypto_secretstream_xchacha20poly1305_state stream_state;

static void wipe_state(stream_state *state)
{
    sodium_memzero(state, sizeof *state);
}
#define WIPE_CLEANUP __attribute__((cleanup(wipe_state)))

static const char magic[8] = {'W', 'M', 'B', 'A', 'C', 'K', 'U', 'P'};
enum {
    FORMAT = 1,
    PIECE = 64 * 1024,
    SEALED_PIECE = PIECE + crypto_secretstream_xchacha20poly1305_ABYTES,
    STREAM_HEADER = crypto_secretstream_xchacha20poly1305_HEADERBYTES,
    HEADER = 8 + 1 + 8 + STREAM_HEADER
};

static const struct error *read_full(struct arena *arena, int fd, void *bytes, size_t want, size_t *ret_got)
{
    size_t got = 0;
    while (got < want) {
        ssize_t more = TEMP_FAILURE_RETRY(read(fd, (char *)bytes + got, want - got));
        if (more < 0) {
            return error_new(arena, ERROR_IO, "reading: %s", strerror(errno));
        }
        if (more == 0) {
            break;
        }
        got += (size_t)more;
    }
    *ret_got = got;
    return NULL;
}

static const struct error *write_full(struct arena *arena, int fd, const void *bytes, size_t size)
{
    const char *at = bytes;
    while (size > 0) {
        ssize_t put = TEMP_FAILURE_RETRY(write(fd, at, size));
        if (put < 0) {
            return error_new(arena, errno == ENOSPC ? ERROR_FULL : ERROR_IO, "writing: %s", strerror(errno));
        }
        at += put;
        size -= (size_t)put;
    }
    return NULL;
}

const struct error *stream_seal(struct arena *arena, const struct keyring *keyring, int in, int out)
{
    uint8_t header[HEADER];
    WIPE_CLEANUP stream_state state;
    memcpy(header, magic, sizeof magic);
    header[8] = FORMAT;
    memcpy(header + 9, keyring->shared.id, 8);
    must(crypto_secretstream_xchacha20poly1305_init_push(&state, header + 17,
                                                         hold_backup_key(keyring->hold)) == 0);
    TRY(write_full(arena, out, header, sizeof header));
    uint8_t *plain = arena_alloc(arena, PIECE);
    uint8_t *sealed = arena_alloc(arena, SEALED_PIECE);
    for (bool last = false; !last;) {
        size_t got;
        TRY(read_full(arena, in, plain, PIECE, &got));
        last = got < PIECE;
        unsigned long long size;
        crypto_secretstream_xchacha20poly1305_push(&state, sealed, &size, plain, got, header, 17,
                                                   last ? crypto_secretstream_xchacha20poly1305_TAG_FINAL
                                                        : crypto_secretstream_xchacha20poly1305_TAG_MESSAGE);
        TRY(write_full(arena, out, sealed, (size_t)size));
    }
    return NULL;
}

static const struct error *check_header(struct arena *arena, const struct keyring *keyring,
                                        const uint8_t *header, size_t got)
{
    if (got < 9 || memcmp(header, magic, sizeof magic) != 0) {
        return error_new(arena, ERROR_BAD_INPUT, "this is not a backup of Waymark");
    }
    if (header[8] != FORMAT) {
        return error_new(arena, ERROR_BAD_INPUT,
                         "the backup has format %d; this program reads format %d: use a newer program",
                         header[8], FORMAT);
    }
    if (got < HEADER) {
        return error_new(arena, ERROR_BROKEN_SEAL, "the backup is cut off");
    }
    if (memcmp(header + 9, keyring->shared.id, 8) != 0) {
        return error_new(arena, ERROR_KEY, "the backup was made under another master key");
    }
    return NULL;
}

const struct error *stream_open(struct arena *arena, const struct keyring *keyring, int in, int out)
{
    uint8_t header[HEADER];
    size_t got;
    WIPE_CLEANUP stream_state state;
    TRY(read_full(arena, in, header, sizeof header, &got));
    TRY(check_header(arena, keyring, header, got));
    must(crypto_secretstream_xchacha20poly1305_init_pull(&state, header + 17,
                                                         hold_backup_key(keyring->hold)) == 0);
    uint8_t *plain = arena_alloc(arena, PIECE);
    uint8_t *sealed = arena_alloc(arena, SEALED_PIECE);
    uint8_t tag;
    do {
        TRY(read_full(arena, in, sealed, SEALED_PIECE, &got));
        if (got == 0) {
            return error_new(arena, ERROR_BROKEN_SEAL, "the backup is cut off");
        }
        unsigned long long size;
        if (crypto_secretstream_xchacha20poly1305_pull(&state, plain, &size, &tag, sealed, got, header, 17) !=
            0) {
            return error_new(arena, ERROR_BROKEN_SEAL, "the backup was changed or cut off");
        }
        TRY(write_full(arena, out, plain, (size_t)size));
    } while (tag != crypto_secretstream_xchacha20poly1305_TAG_FINAL);
    return NULL; /* the last piece is never a full one: what lay behind it was read with it, and refused */
}
