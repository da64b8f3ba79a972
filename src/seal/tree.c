#include "seal/tree.h"

#include "base/must.h"
#include "seal/number.h"

#include <sodium.h>
#include <string.h>

enum { CHILDREN = 4, FIRST_ROOM = 128, MOST_NODES = 1 << 22 };

/* HChaCha20 under the node's key, of the number of the child. */
static void child_key(const uint8_t key[static TREE_KEY_BYTES], unsigned number,
                      uint8_t ret_key[static TREE_KEY_BYTES])
{
    uint8_t made[TREE_KEY_BYTES];
    uint8_t input[crypto_core_hchacha20_INPUTBYTES] = {(uint8_t)number};
    must(crypto_core_hchacha20(made, input, key, NULL) == 0);
    memcpy(ret_key, made, TREE_KEY_BYTES);
    sodium_memzero(made, sizeof made);
}

/* How many bits of a leaf lie below a node of that depth. */
static unsigned bits_below(unsigned depth)
{
    return 2 * (TREE_DEPTH - depth);
}

/* The last leaf of a node. */
static uint64_t last_leaf(const struct tree_node *node)
{
    return node->depth == 0 ? UINT64_MAX : node->start + ((UINT64_C(1) << bits_below(node->depth)) - 1);
}

/* Which child of a node of that depth the leaf is under. */
static unsigned turn(uint64_t leaf, unsigned depth)
{
    return (unsigned)(leaf >> bits_below(depth + 1)) & (CHILDREN - 1);
}

/* The node over a leaf, or NULL; *ret_at: where it is, or where it would be. */
static struct tree_node *node_over(const struct tree *tree, uint64_t leaf, size_t *ret_at)
{
    size_t low = 0;
    size_t high = tree->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (tree->nodes[middle].start <= leaf) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    *ret_at = low == 0 ? 0 : low - 1;
    return low > 0 && leaf <= last_leaf(&tree->nodes[low - 1]) ? &tree->nodes[low - 1] : NULL;
}

static bool make_room(struct tree *tree, size_t want)
{
    if (want <= tree->room) {
        return true;
    }
    size_t room = tree->room == 0 ? FIRST_ROOM : tree->room * 2;
    struct tree_node *nodes = tree->room == MOST_NODES ? NULL : sodium_allocarray(room, sizeof *nodes);
    if (nodes == NULL) {
        return false;
    }
    if (tree->count > 0) {
        memcpy(nodes, tree->nodes, tree->count * sizeof *nodes);
    }
    sodium_free(tree->nodes);
    tree->nodes = nodes;
    tree->room = room;
    return true;
}

bool tree_new(struct tree *tree)
{
    *tree = (struct tree){0};
    if (!make_room(tree, 1)) {
        return false;
    }
    tree->nodes[0] = (struct tree_node){0};
    randombytes_buf(tree->nodes[0].key, TREE_KEY_BYTES);
    tree->count = 1;
    return true;
}

void tree_free(struct tree *tree)
{
    sodium_free(tree->nodes);
    *tree = (struct tree){0};
}

bool tree_leaf(const struct tree *tree, uint64_t leaf, uint8_t ret_secret[static TREE_KEY_BYTES])
{
    size_t at;
    const struct tree_node *node = node_over(tree, leaf, &at);
    if (node == NULL) {
        return false;
    }
    memcpy(ret_secret, node->key, TREE_KEY_BYTES);
    for (unsigned depth = node->depth; depth < TREE_DEPTH; depth++) {
        child_key(ret_secret, turn(leaf, depth), ret_secret);
    }
    return true;
}

bool tree_take_out(struct tree *tree, uint64_t leaf)
{
    size_t at;
    if (node_over(tree, leaf, &at) == NULL) {
        return true;
    }
    size_t more = (size_t)(TREE_DEPTH - tree->nodes[at].depth) *
                  (CHILDREN - 1); /* siblings that take the node's place */
    if (!make_room(tree, tree->count + more)) {
        return false;
    }
    struct tree_node node = tree->nodes[at];
    memmove(tree->nodes + at + more, tree->nodes + at + 1, (tree->count - at - 1) * sizeof node);
    tree->count = tree->count - 1 + more;
    /* siblings to the left of the way come in order of depth, those to the right in the opposite one */
    size_t left = at;
    size_t right = at + more;
    while (node.depth < TREE_DEPTH) {
        unsigned way = turn(leaf, node.depth);
        uint64_t width = UINT64_C(1) << bits_below(node.depth + 1u);
        right -= CHILDREN - 1 - way;
        for (unsigned child = 0; child < CHILDREN; child++) {
            if (child == way) {
                continue;
            }
            size_t place = child < way ? left++ : right + (child - way - 1);
            tree->nodes[place] =
                (struct tree_node){.start = node.start + child * width, .depth = (uint8_t)(node.depth + 1)};
            child_key(node.key, child, tree->nodes[place].key);
        }
        child_key(node.key, way, node.key);
        node.start += way * width;
        node.depth++;
    }
    must(left == right);
    /* what lay behind the end, if the tree shrank, led to the leaf */
    sodium_memzero(tree->nodes + tree->count, (tree->room - tree->count) * sizeof node);
    sodium_memzero(&node, sizeof node);
    return true;
}

size_t tree_size(const struct tree *tree)
{
    return tree->count * TREE_NODE_BYTES;
}

void tree_write(const struct tree *tree, uint8_t *ret_bytes)
{
    for (size_t i = 0; i < tree->count; i++, ret_bytes += TREE_NODE_BYTES) {
        const struct tree_node *node = &tree->nodes[i];
        number_put(ret_bytes, node->start);
        ret_bytes[8] = node->depth;
        memcpy(ret_bytes + 9, node->key, TREE_KEY_BYTES);
    }
}

bool tree_read(const uint8_t *bytes, size_t size, struct tree *ret_tree)
{
    struct tree tree = {0};
    bool good = size % TREE_NODE_BYTES == 0;
    for (size_t i = 0; good && i < size / TREE_NODE_BYTES; i++, bytes += TREE_NODE_BYTES) {
        struct tree_node node = {.start = number_of(bytes), .depth = bytes[8]};
        memcpy(node.key, bytes + 9, TREE_KEY_BYTES);
        /* the bits below its depth are zero: as many as the last leaf of the first node there has */
        good = node.depth <= TREE_DEPTH &&
               (node.start & last_leaf(&(struct tree_node){.depth = node.depth})) == 0 &&
               (i == 0 || node.start > last_leaf(&tree.nodes[i - 1])) && make_room(&tree, i + 1);
        if (good) {
            tree.nodes[tree.count++] = node;
        }
        sodium_memzero(&node, sizeof node);
    }
    if (!good) {
        tree_free(&tree);
        return false;
    }
    *ret_tree = tree;
    return true;
}
