/*
 * The request of an exchange as it comes in: who asks and whether they may ask now, the target, the headers,
 * the route, and the body within its limit. What is refused is ready to be sent (EXCHANGE_READY).
 */
#ifndef WM_WEB_RECEIVE_H
#define WM_WEB_RECEIVE_H

#include "web/exchange.h"

/* After the headers: the exchange is EXCHANGE_BODY or EXCHANGE_READY. For exchange_attempt. */
void receive_begin(struct exchange *exchange);
/* One more piece of the body, exchange->chunk. For exchange_attempt. */
void receive_chunk(struct exchange *exchange);

/* A body where the method takes none is how requests are smuggled past a proxy. */
bool receive_has_body(const struct request *request);
/* Who closes on what was not read takes the answer away with it: a person whose form is too large is to read
 * that it is, so what they send is let pass unread, within reason. */
bool receive_hears_out(const struct exchange *exchange);

#endif
