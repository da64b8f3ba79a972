/*
 * Challenges and halves: both are made so that nothing is kept for who only asks, and so that nobody else can
 * make them. A challenge holds its time and a proof under a secret of this process, for one purpose and one
 * browser; only those that were answered rightly are remembered, until they are too old anyway. A half is
 * proved under the master key, and by the password it was given for: another password ends it.
 */
#include "act/factor.h"

#include "base/must.h"
#include "base/text.h"

#include <string.h>

enum { CHALLENGE_MS = 5 * MS_PER_MINUTE, HALF_MS = 10 * MS_PER_MINUTE, REMEMBERED = 4096, RANDOM = 16 };

struct challenges {
    pthread_mutex_t lock;
    char secret[SECRET_TEXT]; /* those of a process before are worth nothing */
    struct {
        uint8_t hash[HASH_BYTES];
        struct instant ends_at; /* 0: free */
    } used[REMEMBERED];
};

struct challenges *challenges_new(struct arena *arena)
{
    struct challenges *challenges = arena_one(arena, struct challenges);
    must(pthread_mutex_init(&challenges->lock, NULL) == 0);
    secret_new(challenges->secret);
    return challenges;
}

/* ---- challenges: base64url of "TIME.RANDOM.PROOF" ---- */

static const char *challenge_proof(const struct act *act, const char *purpose, const char *binding,
                                   const char *what)
{
    char *proof = arena_alloc(act->arena, SECRET_TEXT);
    secret_derive(
        store_keyring(act->service->store), "challenge",
        arena_printf(act->arena, "%s\n%s\n%s\n%s", act->service->challenges->secret, purpose, binding, what),
        proof);
    return proof;
}

const char *act_passkey_challenge(const struct act *act, const char *purpose, const char *binding)
{
    uint8_t random[RANDOM];
    random_bytes(random, sizeof random);
    const char *what = arena_printf(act->arena, "%lld.%s", (long long)act->now.ms,
                                    base64url_write(act->arena, (struct bytes){random, sizeof random}));
    const char *text = arena_printf(act->arena, "%s.%s", what, challenge_proof(act, purpose, binding, what));
    return base64url_write(act->arena, (struct bytes){(const uint8_t *)text, strlen(text)});
}

static bool read_time(const char *text, struct arena *arena, struct instant *ret_at)
{
    const char *dot = strchr(text, '.');
    must(dot != NULL); /* the last one was found */
    return number_parse(arena_copy_n(arena, text, (size_t)(dot - text)), 0, INT64_MAX, &ret_at->ms);
}

static bool is_of_now(const struct act *act, struct instant at, int64_t most)
{
    int64_t age = act->now.ms - at.ms;
    return age >= -MS_PER_MINUTE && age < most; /* a clock that is being set right */
}

bool challenge_is_good(const struct act *act, const char *purpose, const char *binding, const char *challenge)
{
    struct bytes bytes;
    struct instant at;
    if (challenge == NULL || binding == NULL || !base64url_read(act->arena, challenge, 200, &bytes) ||
        !text_is_valid(bytes.at, bytes.size)) {
        return false;
    }
    const char *text = arena_copy_n(act->arena, bytes.at, bytes.size);
    const char *dot = strrchr(text, '.');
    if (dot == NULL || !read_time(text, act->arena, &at) || !is_of_now(act, at, CHALLENGE_MS)) {
        return false;
    }
    const char *what = arena_copy_n(act->arena, text, (size_t)(dot - text));
    return text_equal_secret(dot + 1, challenge_proof(act, purpose, binding, what));
}

bool challenge_take(const struct act *act, const char *purpose, const char *binding, const char *challenge,
                    bool *ret_busy)
{
    struct challenges *challenges = act->service->challenges;
    uint8_t hash[HASH_BYTES];
    bool known = false;
    int free_slot = -1;
    *ret_busy = false;
    if (!challenge_is_good(act, purpose, binding, challenge)) {
        return false;
    }
    secret_hash(challenge, hash);
    must(pthread_mutex_lock(&challenges->lock) == 0);
    for (int i = 0; i < REMEMBERED; i++) {
        /* twice as long as they are good, so that a clock put back a little lets none be good again */
        bool old = act->now.ms >= challenges->used[i].ends_at.ms;
        known = known || (!old && hash_equal(challenges->used[i].hash, hash));
        free_slot = old && free_slot < 0 ? i : free_slot;
    }
    if (!known && free_slot >= 0) {
        memcpy(challenges->used[free_slot].hash, hash, HASH_BYTES);
        challenges->used[free_slot].ends_at = instant_add_ms(act->now, 2 * (int64_t)CHALLENGE_MS);
    }
    must(pthread_mutex_unlock(&challenges->lock) == 0);
    *ret_busy = !known && free_slot < 0; /* never forgets one that is good still */
    return !known && free_slot >= 0;
}

/* ---- halves: "ACCOUNT.KIND.TIME.PROOF" ---- */

static const char *half_proof(const struct act *act, const struct account *account, const char *what)
{
    char *proof = arena_alloc(act->arena, SECRET_TEXT);
    secret_derive(store_keyring(act->service->store), "half",
                  arena_printf(act->arena, "%s\n%llu\n%s", what, (unsigned long long)account->ended_by,
                               account->password_hash == NULL ? "" : account->password_hash),
                  proof);
    return proof;
}

const char *half_new(const struct act *act, const struct account *account, enum half_kind kind)
{
    char id[ID_TEXT];
    id_format(account->id, id);
    const char *what = arena_printf(act->arena, "%s.%d.%lld", id, (int)kind, (long long)act->now.ms);
    return arena_printf(act->arena, "%s.%s", what, half_proof(act, account, what));
}

const struct error *half_read(const struct act *act, const char *half, enum half_kind kind,
                              const struct account **ret_account)
{
    struct id id;
    struct instant at;
    const struct account *account;
    const char *first = half == NULL ? NULL : strchr(half, '.');
    const char *last = half == NULL ? NULL : strrchr(half, '.');
    if (first == NULL || first[1] != '0' + (char)kind || first[2] != '.' || last <= first + 2 ||
        !id_parse(arena_copy_n(act->arena, half, (size_t)(first - half)), &id) ||
        !read_time(first + 3, act->arena, &at) || !is_of_now(act, at, HALF_MS)) {
        return error_of(ERROR_NOT_SIGNED_IN);
    }
    const struct error *error = account_read(act, id, &account);
    if (error != NULL) {
        return error->code == ERROR_NOT_FOUND ? error_of(ERROR_NOT_SIGNED_IN) : error;
    }
    const char *what = arena_copy_n(act->arena, half, (size_t)(last - half));
    if (!account_opens(account_state_now(act, account)) ||
        !text_equal_secret(last + 1, half_proof(act, account, what))) {
        return error_of(ERROR_NOT_SIGNED_IN);
    }
    *ret_account = account;
    return NULL;
}
