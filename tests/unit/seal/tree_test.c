/* The tree of secrets: what is taken out does not come back, and nothing else changes. */
#include "seal/seal.h"
#include "seal/tree.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

enum { LEAVES = 400 };
static uint64_t leaves[LEAVES];
static uint8_t secrets[LEAVES][TREE_KEY_BYTES];
static struct tree tree;

static int set_up(void **state)
{
    (void)state;
    static const uint64_t edges[] = {
        0, 1, 2, 3, UINT64_MAX, UINT64_MAX - 1, UINT64_C(1) << 63, (UINT64_C(1) << 63) - 1};
    seal_init();
    assert_true(tree_new(&tree));
    random_bytes(leaves, sizeof leaves);
    memcpy(leaves, edges, sizeof edges);
    for (size_t i = 0; i < LEAVES; i++) {
        assert_true(tree_leaf(&tree, leaves[i], secrets[i]));
    }
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    tree_free(&tree);
    return 0;
}

static void expect(size_t i, bool stands)
{
    uint8_t secret[TREE_KEY_BYTES];
    assert_int_equal(tree_leaf(&tree, leaves[i], secret), stands);
    if (stands) {
        assert_memory_equal(secret, secrets[i], TREE_KEY_BYTES);
    }
}

static void what_is_taken_out_is_gone_and_the_rest_stands(void **state)
{
    (void)state;
    for (size_t i = 0; i < LEAVES; i += 2) {
        assert_true(tree_take_out(&tree, leaves[i]));
        assert_true(tree_take_out(&tree, leaves[i]));
        expect(i, false);
    }
    for (size_t i = 0; i < LEAVES; i++) {
        expect(i, i % 2 == 1);
    }
    assert_true(tree.count <= LEAVES / 2 * 96);
}

static void a_copy_that_is_read_back_is_the_same(void **state)
{
    (void)state;
    static uint8_t bytes[LEAVES * 96 * TREE_NODE_BYTES];
    for (size_t i = 0; i < LEAVES; i += 3) {
        assert_true(tree_take_out(&tree, leaves[i]));
    }
    size_t size = tree_size(&tree);
    assert_true(size <= sizeof bytes);
    tree_write(&tree, bytes);
    tree_free(&tree);
    assert_true(tree_read(bytes, size, &tree));
    for (size_t i = 0; i < LEAVES; i++) {
        expect(i, i % 3 != 0);
    }
}

/* The secret of a leaf that was taken out, and of every node above it, must be nowhere in what is kept. */
static void what_is_kept_holds_no_way_back(void **state)
{
    (void)state;
    static uint8_t bytes[96 * TREE_NODE_BYTES];
    uint8_t root[TREE_KEY_BYTES];
    memcpy(root, tree.nodes[0].key, sizeof root);
    assert_true(tree_take_out(&tree, leaves[20]));
    assert_int_equal(tree_size(&tree), sizeof bytes);
    tree_write(&tree, bytes);
    for (size_t at = 0; at + TREE_KEY_BYTES <= sizeof bytes; at++) {
        assert_memory_not_equal(bytes + at, root, sizeof root);
        assert_memory_not_equal(bytes + at, secrets[20], TREE_KEY_BYTES);
    }
    for (size_t i = 0; i < tree.count; i++) { /* no kept node lies over the leaf */
        const struct tree_node *node = &tree.nodes[i];
        uint64_t span = (UINT64_C(1) << (64 - 2 * node->depth)) - 1;
        assert_false(leaves[20] >= node->start && leaves[20] - node->start <= span);
    }
}

static void all_of_a_branch_can_go(void **state)
{
    (void)state;
    uint8_t secret[TREE_KEY_BYTES];
    for (uint64_t leaf = 0; leaf < 16; leaf++) {
        assert_true(tree_take_out(&tree, leaf));
        assert_false(tree_leaf(&tree, leaf, secret));
    }
    assert_true(tree_leaf(&tree, 16, secret));
    assert_int_equal(tree.count, 90);
}

/* A leaf, and the node over the leaves from 4 to 7, in their order. */
static void expect_read_beside(uint64_t leaf, bool good)
{
    struct tree_node nodes[2] = {{.start = 4, .depth = TREE_DEPTH - 1}, {.start = leaf, .depth = TREE_DEPTH}};
    uint8_t bytes[2 * TREE_NODE_BYTES];
    struct tree read;
    if (leaf < nodes[0].start) {
        nodes[1] = nodes[0];
        nodes[0] = (struct tree_node){.start = leaf, .depth = TREE_DEPTH};
    }
    tree_write(&(struct tree){.nodes = nodes, .count = 2}, bytes);
    assert_int_equal(tree_read(bytes, sizeof bytes, &read), good);
    if (good) {
        tree_free(&read);
    }
}

static void what_is_no_tree_is_refused(void **state)
{
    (void)state;
    static uint8_t bytes[96 * TREE_NODE_BYTES];
    struct tree other;
    assert_true(tree_take_out(&tree, 5));
    tree_write(&tree, bytes);
    assert_false(tree_read(bytes, sizeof bytes - 1, &other));
    bytes[8] = 33;
    assert_false(tree_read(bytes, sizeof bytes, &other));
    bytes[8] = 0; /* over everything: overlaps the next */
    assert_false(tree_read(bytes, sizeof bytes, &other));
    tree_write(&tree, bytes);
    bytes[TREE_NODE_BYTES + 7] ^= 1; /* not where a node of that depth lies, or out of order */
    bytes[TREE_NODE_BYTES + 8] = 31;
    assert_false(tree_read(bytes, sizeof bytes, &other));
    expect_read_beside(3, true);
    expect_read_beside(4, false);
    expect_read_beside(7, false);
    expect_read_beside(8, true);
    assert_true(tree_read(bytes, 0, &other)); /* nothing stands any more */
    assert_false(tree_leaf(&other, 1, secrets[0]));
    tree_free(&other);
}

/* Four million nodes are as many as it takes, to the last: then nothing is taken out, and it is said. */
static void a_full_tree_stays_as_it_is(void **state)
{
    (void)state;
    enum { MOST = 1 << 22, SIBLINGS = 3 * TREE_DEPTH };
    static struct tree_node nodes[MOST]; /* of which only a few are looked at */
    struct tree full = {.nodes = nodes, .count = MOST, .room = MOST};
    assert_false(tree_take_out(&full, 5));
    assert_int_equal(full.count, MOST);
    /* a leaf that stands alone takes no room to go */
    nodes[MOST - 1] = (struct tree_node){.start = 5, .depth = TREE_DEPTH};
    assert_true(tree_take_out(&full, 5));
    assert_int_equal(full.count, MOST - 1);
    full.count = MOST - SIBLINGS + 1;
    assert_false(tree_take_out(&full, 5));
    full.count--;
    assert_true(tree_take_out(&full, 5));
    assert_int_equal(full.count, MOST - 1);
}

int main(void)
{
#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        CASE(what_is_taken_out_is_gone_and_the_rest_stands),
        CASE(a_copy_that_is_read_back_is_the_same),
        CASE(what_is_kept_holds_no_way_back),
        CASE(all_of_a_branch_can_go),
        CASE(what_is_no_tree_is_refused),
        CASE(a_full_tree_stays_as_it_is),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
