/*
 * How the two processes talk: a lane is a pair of sockets on which one question is asked and answered at a
 * time. A question is a kind and texts, of which any may be absent; an answer is an error or none, a number,
 * and bytes.
 */
#ifndef WM_POST_LANE_H
#define WM_POST_LANE_H

#include "base/error.h"

#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>

enum { LANES = 4, LANE_TEXTS = 12, LANE_MOST = 4 << 20 };

enum lane_kind { LANE_MAIL = 1, LANE_FETCH };

struct question {
    enum lane_kind kind;
    const char *texts[LANE_TEXTS];
    size_t count;
    int seconds; /* that the answer may take */
};

struct answer {
    enum error_code code; /* ERROR_NONE: done */
    const char *detail;   /* NULL: none */
    int status;
    const char *bytes; /* end with a NUL not counted */
    size_t size;
};

/* Whether there is a messenger. */
bool apart_is_on(void);
/* Waits for a free lane and for the answer. ERROR_IO when the messenger is gone, or `stop` became true. */
const struct error *apart_ask(struct arena *arena, const struct question *question, const atomic_bool *stop,
                              struct answer *ret_answer) MUST_CHECK;

/* On the other side. */
bool question_give(struct arena *arena, int fd, const struct question *question);
bool answer_take(struct arena *arena, int fd, struct answer *ret_answer);
/* On the messenger's side; false at the end of the lane, or when what came is no question. */
bool question_take(struct arena *arena, int fd, struct question *ret_question);
bool answer_give(int fd, const struct answer *answer);

/* What the messenger does with each kind: in its own process. */
struct post_options;
void post_answer(struct arena *arena, const struct post_options *mail, const struct question *question,
                 struct answer *ret_answer);
void fetch_answer(struct arena *arena, const struct question *question, struct answer *ret_answer);

#endif
