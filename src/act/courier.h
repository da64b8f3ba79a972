/*
 * The courier: one thread that makes the notices which only time brings (due soon, overdue) and sends what
 * waits in the outbox. What cannot be sent stays, is tried again later and later, and is shown to
 * administrators. A message may come twice (after a crash between sending and striking it out); then both
 * have the same Message-ID.
 */
#ifndef WM_ACT_COURIER_H
#define WM_ACT_COURIER_H

#include "act/act.h"
#include "post/post.h"

struct courier;

/* `mail` NULL: notices stay in the program. Before serving; `clock` tells the time. */
const struct error *courier_start(struct arena *arena, struct service *service,
                                  const struct post_options *mail, struct instant (*clock)(void),
                                  struct courier **ret_courier) MUST_CHECK;
/* One round of it: what waits to be sent by now. An error leaves the rest for the next. */
struct courier_way {
    const struct post_options *mail;
    struct instant (*clock)(void);
    const atomic_bool *stop;
};
const struct error *courier_send(const struct courier_way *way, const struct act *act) MUST_CHECK;
/* Ends what it is sending (it stays in the outbox) and the thread. */
void courier_stop(struct courier *courier);

#endif
