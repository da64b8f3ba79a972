/*
 * A tree of secrets from which single ones can be taken out for good: 2^64 leaves, each following from one
 * secret at the root (the four children of a node from the node), of which only as many nodes are kept as
 * still lead to a leaf that stands. Taking out a leaf replaces the node above it by its siblings along the
 * way: at most 96 of them, and from what is kept afterwards the leaf does not follow. So a tree of no gaps is
 * one secret; an old copy of it knows every record that will ever be made; a new copy forgets exactly what
 * was destroyed. (Goldreich, Goldwasser and Micali's construction; "punctured" in the literature.) Four
 * children and not two: the way to a leaf takes half the steps, for half as much again to keep.
 */
#ifndef WM_SEAL_TREE_H
#define WM_SEAL_TREE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { TREE_KEY_BYTES = 32, TREE_DEPTH = 32, TREE_NODE_BYTES = 8 + 1 + TREE_KEY_BYTES };

struct tree_node {
    uint64_t start; /* its first leaf */
    uint8_t depth;  /* 0: the root, over all of them; TREE_DEPTH: a leaf */
    uint8_t key[TREE_KEY_BYTES];
};

/* In locked memory. */
struct tree {
    struct tree_node *nodes; /* by start; no two overlap */
    size_t count;
    size_t room;
};

/* A new tree without gaps, of a random root. False: no memory. */
bool tree_new(struct tree *tree);
void tree_free(struct tree *tree);
/* The secret of a leaf; false when it was taken out. */
bool tree_leaf(const struct tree *tree, uint64_t leaf, uint8_t ret_secret[static TREE_KEY_BYTES]);
/* Takes a leaf out; once more does nothing. False: no memory, and nothing changed. */
bool tree_take_out(struct tree *tree, uint64_t leaf);

/* TREE_NODE_BYTES for each node, in order. */
size_t tree_size(const struct tree *tree);
void tree_write(const struct tree *tree, uint8_t *ret_bytes);
/* False when they are not a tree (wrong order, overlaps, a node that does not lie on its own depth). */
bool tree_read(const uint8_t *bytes, size_t size, struct tree *ret_tree);

#endif
