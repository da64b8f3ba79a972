/* A part of what is held about a person, in the words in which they read it. Plain text. */
#ifndef WM_WEB_REQUEST_WORDS_H
#define WM_WEB_REQUEST_WORDS_H

#include "act/request.h"
#include "web/show.h"

/* What stands over parts that belong together, the question, and the answer: codes by their titles. */
const char *request_heading(struct arena *arena, const struct request_item *item);
const char *request_question(struct arena *arena, const struct pack *pack, const struct request_item *item);
const char *request_answer(struct arena *arena, const struct pack *pack, const struct request_item *item);
/* Whether it stands under the same heading as the one before. */
bool request_goes_on(const struct request_item *before, const struct request_item *item);

#endif
