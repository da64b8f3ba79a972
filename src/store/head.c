/*
 * The signed head outside the store: the last checkpoint's number and root and where the log of looks ended,
 * signed together. Who can write to the folder but not to this file cannot cut the record or the looks, nor
 * put an older copy back, without it being seen.
 *
 *     waymark-head-1 CHECKPOINT LOOKS-SIZE TIME
 *     root
 *     hash of the last look
 *     signature
 *
 * It stands twice in its file, each time in a place of 512 bytes of its own that ends with zeros: the older
 * of the two is written over and synced, so that one is whole at any moment. Written where it stands and not
 * renamed into place, it needs no right to its folder, where the master key may lie (docs/decisions/0042).
 */
#include "store/db.h"

#include "base/buf.h"
#include "base/file.h"
#include "base/text.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

enum { PLACES = 2, PLACE = 512, HEAD_LIMIT = PLACES * PLACE };

static void hash_of_head(const struct signed_head *head, uint8_t ret_hash[static HASH_BYTES])
{
    struct hasher hasher;
    hash_begin(&hasher);
    hash_text(&hasher, "waymark-head-1");
    hash_number(&hasher, head->checkpoint);
    hash_number(&hasher, head->made_at);
    hash_bytes(&hasher, head->root, HASH_BYTES);
    hash_number(&hasher, head->looks.size);
    hash_text(&hasher, head->looks.hash);
    hash_end(&hasher, ret_hash);
}

static void put_hex(struct buf *buf, const uint8_t *bytes, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        buf_printf(buf, "%02x", bytes[i]);
    }
    buf_byte(buf, '\n');
}

static const char *text_of_head(struct arena *arena, const struct signed_head *head)
{
    struct buf buf;
    buf_init(&buf, arena, PLACE);
    buf_printf(&buf, "waymark-head-1 %lld %lld %lld\n", (long long)head->checkpoint,
               (long long)head->looks.size, (long long)head->made_at);
    put_hex(&buf, head->root, HASH_BYTES);
    buf_printf(&buf, "%s\n", head->looks.hash);
    put_hex(&buf, head->signature, SIGNATURE_BYTES);
    return buf_text(&buf);
}

static int nibble(char digit)
{
    return digit >= '0' && digit <= '9' ? digit - '0' : digit >= 'a' && digit <= 'f' ? digit - 'a' + 10 : -1;
}

static bool read_hex(const char *text, uint8_t *ret_bytes, size_t size)
{
    if (strlen(text) != 2 * size) {
        return false;
    }
    for (size_t i = 0; i < size; i++) {
        int high = nibble(text[2 * i]);
        int low = nibble(text[2 * i + 1]);
        if (high < 0 || low < 0) {
            return false;
        }
        ret_bytes[i] = (uint8_t)(high << 4 | low);
    }
    return true;
}

/* Cuts the text at the next `end`, in place. */
static const char *cut(char **text, char end)
{
    char *part = *text;
    char *found = strchr(part, end);
    if (found == NULL) {
        *text = part + strlen(part);
    } else {
        *found = '\0';
        *text = found + 1;
    }
    return part;
}

static bool head_parse(char *text, struct signed_head *ret_head)
{
    struct signed_head head = {0};
    bool whole = strcmp(cut(&text, ' '), "waymark-head-1") == 0;
    whole = number_parse(cut(&text, ' '), 0, INT64_MAX, &head.checkpoint) && whole;
    whole = number_parse(cut(&text, ' '), 0, INT64_MAX, &head.looks.size) && whole;
    whole = number_parse(cut(&text, '\n'), INT64_MIN, INT64_MAX, &head.made_at) && whole;
    whole = read_hex(cut(&text, '\n'), head.root, HASH_BYTES) && whole;
    const char *look = cut(&text, '\n');
    whole = (strlen(look) == LOOK_HASH_TEXT || strcmp(look, "-") == 0) && whole;
    if (whole) {
        memcpy(head.looks.hash, look, strlen(look));
    }
    whole = read_hex(cut(&text, '\n'), head.signature, SIGNATURE_BYTES) && whole;
    *ret_head = head;
    return whole && *text == '\0';
}

static bool is_later(const struct signed_head *a, const struct signed_head *b)
{
    return a->checkpoint != b->checkpoint   ? a->checkpoint > b->checkpoint
           : a->looks.size != b->looks.size ? a->looks.size > b->looks.size
                                            : a->made_at > b->made_at;
}

/* ERROR_BROKEN_SEAL when nothing there is a head at all. */
static const struct error *read_places(struct arena *arena, const struct keyring *keyring, const char *path,
                                       struct signed_head ret_heads[static PLACES],
                                       bool ret_holds[static PLACES])
{
    const char *bytes;
    size_t size;
    uint8_t public_key[PUBLIC_KEY_BYTES];
    bool some = false;
    TRY(file_read(arena, path, HEAD_LIMIT, &bytes, &size));
    sign_public_key(keyring, public_key);
    for (size_t i = 0; i < PLACES; i++) {
        size_t from = i * PLACE;
        size_t most = size > from ? size - from : 0;
        uint8_t hash[HASH_BYTES];
        char *text = arena_copy_n(arena, bytes + from * (most > 0), most < PLACE ? most : PLACE);
        bool whole = head_parse(text, &ret_heads[i]);
        some = some || whole;
        hash_of_head(&ret_heads[i], hash);
        ret_holds[i] = whole && signature_holds(public_key, hash, HASH_BYTES, ret_heads[i].signature);
    }
    return some ? NULL : error_new(arena, ERROR_BROKEN_SEAL, "%s is not a signed head", path);
}

const struct error *head_read(struct arena *arena, const struct keyring *keyring, const char *path,
                              struct signed_head *ret_head)
{
    struct signed_head heads[PLACES];
    bool holds[PLACES];
    TRY(read_places(arena, keyring, path, heads, holds));
    if (!holds[0] && !holds[1]) {
        return error_new(arena, ERROR_BROKEN_SEAL, "%s is not signed with the key of this store", path);
    }
    *ret_head = !holds[1] || (holds[0] && is_later(&heads[0], &heads[1])) ? heads[0] : heads[1];
    return NULL;
}

bool head_is_blank(struct arena *arena, const char *path)
{
    const char *bytes;
    size_t size;
    if (file_read(arena, path, HEAD_LIMIT, &bytes, &size) != NULL) {
        return false;
    }
    while (size > 0 && bytes[size - 1] == '\0') {
        size--;
    }
    return size == 0;
}

/* ---- writing */

static const struct error *put_place(struct arena *arena, int fd, const char *path, int place,
                                     const char *text)
{
    char bytes[PLACE] = {0};
    memcpy(bytes, text, strlen(text));
    if (lseek(fd, (off_t)place * PLACE, SEEK_SET) < 0 || write(fd, bytes, PLACE) != PLACE || fsync(fd) != 0) {
        return error_new(arena, errno == ENOSPC ? ERROR_FULL : ERROR_IO, "%s: %s", path, strerror(errno));
    }
    return NULL;
}

/* The one with an older head, or with none that holds; -1 for both: what is there is not to be believed. One
 * that cannot be read is not written over. */
static const struct error *place_to_write(struct arena *arena, const struct keyring *keyring,
                                          const char *path, const struct signed_head *head, int *ret_place)
{
    struct signed_head there[PLACES];
    bool holds[PLACES];
    const struct error *error = read_places(arena, keyring, path, there, holds);
    if (error != NULL) {
        *ret_place = -1;
        return error->code == ERROR_IO ? error : NULL;
    }
    int place = !holds[0] ? 0 : !holds[1] ? 1 : is_later(&there[0], &there[1]) ? 1 : 0;
    for (int i = 0; i < PLACES; i++) {
        if (holds[i] && is_later(&there[i], head)) {
            place = -1;
        }
    }
    *ret_place = place;
    return NULL;
}

const struct error *head_write(struct arena *arena, const struct keyring *keyring, const char *path,
                               struct signed_head *head)
{
    uint8_t hash[HASH_BYTES];
    hash_of_head(head, hash);
    TRY(sign(keyring, hash, head->signature));
    const char *text = text_of_head(arena, head);
    bool there = file_exists(path);
    int place = -1;
    if (there) {
        TRY(place_to_write(arena, keyring, path, head, &place));
    }
    FD_CLEANUP int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    if (fd < 0) {
        return error_new(arena, ERROR_IO, "%s: %s", path, strerror(errno));
    }
    for (int i = 0; i < PLACES; i++) {
        if (place < 0 || place == i) {
            TRY(put_place(arena, fd, path, i, text));
        }
    }
    return there ? NULL : file_sync_folder(arena, path);
}
