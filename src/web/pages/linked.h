/* A referral for another child, begun from an entry of this case or from a consultation. */
#ifndef WM_WEB_PAGES_LINKED_H
#define WM_WEB_PAGES_LINKED_H

#include "web/pages/case_frame.h"

/* What a draft of such a referral remembers beside the answers. */
#define LINKED_FROM ".from"
#define LINKED_PERSON ".from-person"

/* The button, where an entry calls for it. */
void linked_offer(struct ui *ui, const struct case_frame *frame, const struct known *known);
/* Keeps what is known already as a draft of a referral, and goes to its first page. */
const struct error *linked_draft(struct request *request, const struct pair *pairs, size_t count,
                                 struct reply *reply) MUST_CHECK;
/* After such a referral was made: the case it came from says so. Nothing for any other. */
const struct error *linked_record(struct request *request, struct typed typed,
                                  const struct recorded *made) MUST_CHECK;

#endif
