/* What another process may send to the holder of the keys, and what one may find in the keystore's place:
 * what is a request is answered and comes back as it was sent, and nothing else is taken. */
#include "fuzz.h"

#include "seal/holder.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static struct holder *holder;
static char folder[] = "/tmp/waymark-fuzz-XXXXXX";

void fuzz_begin(void)
{
    seal_init();
    password_cost_least();
    must(mkdtemp(folder) != NULL);
    ARENA_CLEANUP struct arena *arena = arena_new((size_t)1 << 20);
    struct keystore *keystore;
    struct key_place place = {arena_printf(arena, "%s/key", folder),
                              arena_printf(arena, "%s/keystore", folder)};
    must(keyring_create(arena, &place, (struct instant){1800000000000}) == NULL);
    must(keystore_open(arena, place.keystore, place.source, &keystore) == NULL);
    must(unlink(place.source) == 0 && unlink(place.keystore) == 0 && rmdir(folder) == 0);
    holder = holder_new(keystore, NULL);
    must(holder != NULL);
}

static void requests(const uint8_t *bytes, size_t size)
{
    uint8_t whole[REQUEST_BYTES] = {0};
    uint8_t again[REQUEST_BYTES];
    uint8_t replied[REPLY_BYTES];
    struct request request;
    struct reply reply;
    struct reply read;
    memcpy(whole, bytes, size < sizeof whole ? size : sizeof whole);
    must(!request_read(bytes, size, &request) || size == sizeof whole);
    if (!request_read(whole, sizeof whole, &request)) {
        return;
    }
    request_write(&request, again);
    must(memcmp(whole, again, sizeof whole) == 0);
    /* there is no file behind this keystore: what would change it fails, and says so */
    holder_answer(holder, 1000, &request, &reply);
    must(request.kind != ASK_DESTROY || reply.code != ERROR_NONE);
    reply_write(&reply, request.kind, replied);
    must(reply_read(replied, sizeof replied, request.kind, &read));
    must(read.code == reply.code && read.count == (reply.code == ERROR_NONE ? reply.count : read.count));
}

static void replies(const uint8_t *bytes, size_t size)
{
    uint8_t whole[REPLY_BYTES] = {0};
    struct reply reply = {0};
    memcpy(whole, bytes, size < sizeof whole ? size : sizeof whole);
    for (int kind = ASK_SHARE; kind <= ASK_KINDS; kind++) {
        if (reply_read(whole, sizeof whole, (enum ask_kind)kind, &reply)) {
            must(reply.code < ERROR_CODES && reply.count <= ASK_RECORDS);
            must(memchr(reply.detail, '\0', sizeof reply.detail) != NULL);
        }
    }
}

static void trees(const uint8_t *bytes, size_t size)
{
    struct tree tree;
    uint8_t secret[TREE_KEY_BYTES];
    if (!tree_read(bytes, size, &tree)) {
        return;
    }
    for (size_t i = 0; i < 16 && tree.count > 0; i++) {
        uint64_t leaf = tree.nodes[i % tree.count].start;
        must(tree_leaf(&tree, leaf, secret));
        must(tree_take_out(&tree, leaf));
        must(!tree_leaf(&tree, leaf, secret));
    }
    tree_free(&tree);
}

void fuzz_one(struct arena *arena, const uint8_t *bytes, size_t size)
{
    (void)arena;
    if (size == 0) {
        return;
    }
    switch (bytes[0] % 3) {
    case 0:
        requests(bytes + 1, size - 1);
        break;
    case 1:
        replies(bytes + 1, size - 1);
        break;
    default:
        trees(bytes + 1, size - 1);
        break;
    }
}
