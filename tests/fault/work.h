/*
 * The program's real work, in process: a service over a store, one actor, and the acts that write. What the
 * fault tests and the tests of the store put under strain.
 */
#ifndef WM_TEST_WORK_H
#define WM_TEST_WORK_H

#include "act/act.h"
#include "store/store.h"

enum { WORK_PATH = 256, WORK_BYTES = 256 << 20 };

struct work {
    char dir[WORK_PATH];  /* the data folder */
    char root[WORK_PATH]; /* what it, the key and the head lie in */
    struct arena *arena;
    struct service *service;
    struct actor actor;
};

/* An empty folder in `parent` (NULL: TMPDIR or /tmp), and a store in it with one social worker. */
void work_new(struct work *work, const char *parent);
/* Names the folder of a store that is there. */
void work_at(struct work *work, const char *root);
const struct error *work_open(struct work *work) MUST_CHECK;
void work_close(struct work *work);
/* Removes the folder and everything in it. */
void work_remove(const char *root);

/* Acts, each in an arena of its own unless one is given. `mark` is kept in what is written, to find it again.
 */
const struct error *work_referral(struct work *work, struct arena *arena, const char *mark,
                                  struct reference *ret_reference) MUST_CHECK;
const struct error *work_entry(struct work *work, struct arena *arena, const char *reference,
                               const char *mark, uint64_t *ret_seq) MUST_CHECK;
const struct error *work_details(struct work *work, struct arena *arena, const char *reference,
                                 const char *mark) MUST_CHECK;
const struct error *work_draft(struct work *work, struct arena *arena, const char *mark,
                               struct id *ret_id) MUST_CHECK;
/* A session of the worker, of one hour, under a hash by chance. */
const struct error *work_session(struct work *work, struct arena *arena,
                                 uint8_t ret_hash[static 32]) MUST_CHECK;
/* The mark of an entry of a case, read anew; NULL when there is no such entry. */
const char *work_mark(struct work *work, struct arena *arena, const char *reference, uint64_t seq);
struct act work_act(const struct work *work, struct arena *arena);
/* How many duties stand in the list of those that nobody has met, 200 at most. */
size_t work_unmet_duties(const struct work *work, struct arena *arena);
/* An arena that comes back here when memory runs out is the caller's; this one ends the program. */
struct arena *work_arena(void);

/* Everything is whole: ends the program with what is not, saying `when`. */
void work_must_verify(struct work *work, const char *when);
/* How often a test goes round: `few`, or `many` in the long run. */
int work_rounds(int few, int many);
/* A number below `below`, from a seed that the test prints when it fails. */
unsigned work_random(uint64_t *state, unsigned below);
uint64_t work_seed(void);

/* Ends the test with a message. */
_Noreturn void work_fail(const char *format, ...) __attribute__((format(printf, 1, 2)));
#define work_check(condition, ...) ((condition) ? (void)0 : work_fail(__VA_ARGS__))
/* An error where there must be none. */
void work_good(const struct error *error, const char *what);

#endif
