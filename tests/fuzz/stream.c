/* A backup as somebody may hand it over: never opened unless this key sealed it, and whole. */
#include "fuzz.h"

#include "seal/seal.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

static struct keyring *keyring;

void fuzz_begin(void)
{
    static char folder[] = "/tmp/waymark-fuzz-XXXXXX";
    seal_init();
    must(mkdtemp(folder) != NULL);
    ARENA_CLEANUP struct arena *arena = arena_new((size_t)1 << 20);
    struct key_place place = {arena_printf(arena, "%s/key", folder),
                              arena_printf(arena, "%s/keystore", folder)};
    must(keyring_create(arena, &place, clock_now()) == NULL);
    must(keyring_open(arena, &place, &keyring) == NULL);
    must(unlink(place.source) == 0 && unlink(place.keystore) == 0 && rmdir(folder) == 0);
}

static int file_of(const void *bytes, size_t size)
{
    int fd = memfd_create("fuzz", MFD_CLOEXEC);
    must(fd >= 0 && write(fd, bytes, size) == (ssize_t)size && lseek(fd, 0, SEEK_SET) == 0);
    return fd;
}

static void flipped(struct arena *arena, const uint8_t *bytes, size_t size)
{
    int plain = file_of(bytes, size);
    int sealed = file_of("", 0);
    int opened = file_of("", 0);
    must(stream_seal(arena, keyring, plain, sealed) == NULL);
    off_t end = lseek(sealed, 0, SEEK_END);
    size_t chosen = size < 4 ? 0 : (size_t)bytes[0] << 16 | (size_t)bytes[1] << 8 | bytes[2];
    uint8_t byte;
    off_t at = (off_t)(chosen % (size_t)end);
    must(pread(sealed, &byte, 1, at) == 1);
    uint8_t other = (uint8_t)(byte ^ (1U << (size < 4 ? 0 : bytes[3] % 8)));
    must(pwrite(sealed, &other, 1, at) == 1 && lseek(sealed, 0, SEEK_SET) == 0);
    must(stream_open(arena, keyring, sealed, opened) != NULL);
    must(pwrite(sealed, &byte, 1, at) == 1 && lseek(sealed, 0, SEEK_SET) == 0);
    must(ftruncate(opened, 0) == 0 && lseek(opened, 0, SEEK_SET) == 0);
    must(stream_open(arena, keyring, sealed, opened) == NULL);
    must(lseek(opened, 0, SEEK_END) == (off_t)size);
    close(plain);
    close(sealed);
    close(opened);
}

void fuzz_one(struct arena *arena, const uint8_t *bytes, size_t size)
{
    int in = file_of(bytes, size);
    int out = file_of("", 0);
    must(stream_open(arena, keyring, in, out) != NULL); /* nobody guesses a key */
    close(in);
    close(out);
    flipped(arena, bytes, size);
    struct record_key *key;
    uint8_t wrapped[WRAPPED_KEY_BYTES];
    struct seal_place place = {.seq = 1, .type = "fuzz"};
    const void *plain;
    size_t plain_size;
    must(record_key_new(arena, keyring, place.stream, &key, wrapped) == NULL);
    must(body_open(arena, key, &place, bytes, size, &plain, &plain_size) != NULL);
    struct note_place note = {.purpose = "draft", .owner = place.stream, .id = place.stream};
    must(note_open(arena, keyring, &note, bytes, size, &plain, &plain_size) != NULL);
    record_key_wipe(key);
}
