/*
 * Nothing is kept for a browser that has only asked to be sent to a provider: all that is needed when it
 * comes back is in the ticket, proved under the master key; the state, the nonce and the verifier follow from
 * it by that key, so whoever reads the ticket cannot make them. Only those that signed somebody in are
 * remembered.
 */
#include "act/sso_ticket.h"

#include "base/must.h"
#include "base/text.h"
#include "sso/jose.h"

#include <string.h>

enum { PARTS = 7, TICKET_MOST = 3000, REMEMBERED = 8192, TICKET_MS = TICKET_MINUTES * MS_PER_MINUTE };

static const char *derived(const struct act *act, const char *purpose, const char *text)
{
    char *made = arena_alloc(act->arena, SECRET_TEXT);
    secret_derive(store_keyring(act->service->store), purpose, text, made);
    return made;
}

static void follow(const struct act *act, struct ticket *ticket)
{
    ticket->state = derived(act, "sso state", ticket->text);
    ticket->nonce = derived(act, "sso nonce", ticket->text);
    ticket->verifier = derived(act, "sso verifier", ticket->text);
}

void ticket_seal(const struct act *act, struct ticket *ticket)
{
    char random[SECRET_TEXT];
    secret_new(random);
    const char *inside = arena_printf(act->arena, "%s\n%lld\n%s\n%s\n%s\n%s\n%s", ticket->provider,
                                      (long long)ticket->begun.ms, ticket->link_account, ticket->link_hash,
                                      ticket->session, ticket->next, random);
    const char *encoded = jose_encode(act->arena, inside, strlen(inside));
    ticket->text = arena_printf(act->arena, "%s.%s", encoded, derived(act, "sso ticket", encoded));
    follow(act, ticket);
}

/* The lines of the inside; false unless there are exactly so many. */
static bool divide(struct arena *arena, const char *inside, const char *parts[static PARTS])
{
    size_t count = 0;
    for (const char *line = inside;; line += strcspn(line, "\n") + 1) {
        size_t size = strcspn(line, "\n");
        if (count == PARTS) {
            return false;
        }
        parts[count++] = arena_copy_n(arena, line, size);
        if (line[size] == '\0') {
            return count == PARTS;
        }
    }
}

bool ticket_open(const struct act *act, const char *text, const char *provider, struct ticket *ret_ticket)
{
    const char *parts[PARTS];
    struct jose_bytes inside;
    int64_t begun;
    const char *dot = text == NULL || strlen(text) > TICKET_MOST ? NULL : strchr(text, '.');
    if (dot == NULL) {
        return false;
    }
    const char *encoded = arena_copy_n(act->arena, text, (size_t)(dot - text));
    if (!text_equal_secret(dot + 1, derived(act, "sso ticket", encoded)) ||
        !jose_decode(act->arena, encoded, strlen(encoded), &inside) ||
        !text_is_valid(inside.bytes, inside.size) ||
        !divide(act->arena, arena_copy_n(act->arena, inside.bytes, inside.size), parts) ||
        !number_parse(parts[1], 0, INT64_MAX / 2, &begun)) {
        return false;
    }
    int64_t age = act->now.ms - begun;
    if (!text_equal(parts[0], provider) || age < -MS_PER_MINUTE || age >= TICKET_MS) {
        return false;
    }
    *ret_ticket = (struct ticket){.provider = provider,
                                  .begun = {begun},
                                  .link_account = parts[2],
                                  .link_hash = parts[3],
                                  .session = parts[4],
                                  .next = parts[5],
                                  .text = text};
    follow(act, ret_ticket);
    return true;
}

/* ---- those that were used ---- */

struct used_tickets {
    pthread_mutex_t lock;
    struct {
        uint8_t hash[HASH_BYTES];
        struct instant ends_at; /* 0: free */
    } list[REMEMBERED];
};

struct used_tickets *used_tickets_new(struct arena *arena)
{
    struct used_tickets *used = arena_one(arena, struct used_tickets);
    must(pthread_mutex_init(&used->lock, NULL) == 0);
    return used;
}

bool ticket_use(struct used_tickets *used, const struct ticket *ticket, struct instant now)
{
    uint8_t hash[HASH_BYTES];
    bool known = false;
    size_t place = REMEMBERED;
    secret_hash(ticket->text, hash);
    pthread_mutex_lock(&used->lock);
    for (size_t i = 0; i < REMEMBERED; i++) {
        /* longer than a ticket is good, so that a clock that is put back a little makes none good again */
        bool over = now.ms >= used->list[i].ends_at.ms;
        known = known || (!over && hash_equal(used->list[i].hash, hash));
        place = over && place == REMEMBERED ? i : place;
    }
    if (!known && place < REMEMBERED) {
        memcpy(used->list[place].hash, hash, HASH_BYTES);
        used->list[place].ends_at = instant_add_ms(ticket->begun, 2 * (int64_t)TICKET_MS);
    }
    pthread_mutex_unlock(&used->lock);
    return !known && place < REMEMBERED;
}
