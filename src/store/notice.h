/*
 * Notices and the outbox: who is told of what, and what is still to be sent by e-mail. They are made in the
 * write of the entry that causes them, so there is no entry without its notices. They are no part of the
 * record, and hold no name: a rule of the pack, a case, a role, an account.
 */
#ifndef WM_STORE_NOTICE_H
#define WM_STORE_NOTICE_H

#include "store/store.h"

struct notice_row {
    struct id id;
    struct instant made_at;
    const char *rule;  /* of the pack's notices */
    const char *duty;  /* id of the duty rule; "" for an entry */
    struct id case_id; /* zero: none */
    uint64_t seq;      /* the entry that caused it, or began the duty */
    const char *role;  /* "" with an account or a contact alone */
    const char *agency;
    struct id account; /* zero: none */
    struct id contact; /* the duty point a referral goes to; zero: none */
    bool read;         /* by the account that lists */
};

/* An id that follows from what it is about: made twice, it is the same notice. */
struct id notice_id(const char *rule, struct id case_id, const char *duty, uint64_t seq, const char *key,
                    const char *whom);
void store_write_notice(struct write *write, const struct notice_row *notice);
/* That account has no need to read it, when it is for it or its role. */
void store_write_notice_read(struct write *write, struct id notice, struct id account, const char *role,
                             const char *agency);
/* What is to be sent of it; both zero: to everybody of its role. The id follows from these. */
void store_write_outbox(struct write *write, struct id notice, struct id account, struct id contact,
                        struct instant now);
void store_write_outbox_failed(struct write *write, struct id id, struct instant next, const char *fault);
void store_write_outbox_drop(struct write *write, struct id id);
/* For writes that touch no stream. */
const struct error *store_write_run(struct write *write) MUST_CHECK;

typedef const struct error *notice_wanted(void *context, const struct notice_row *row, bool *ret_wanted);
struct notice_filter {
    struct id account;
    const char *role;
    const char *agency;
    struct instant now;
    const char *after; /* opaque cursor; NULL from the newest */
    int limit;
    notice_wanted *wanted; /* NULL: every one; else as of a duty_filter */
    void *context;
};
/* Newest first. */
const struct error *store_notices(struct store_reader *reader, struct arena *arena,
                                  const struct notice_filter *filter, const struct notice_row **ret_rows,
                                  size_t *ret_count, const char **ret_next) MUST_CHECK;
/* The cases (zero: none) of those not read, one each; at most `most`. */
const struct error *store_notices_unread(struct store_reader *reader, struct arena *arena, struct id account,
                                         const char *role, const char *agency, int most,
                                         const struct id **ret_cases, size_t *ret_count) MUST_CHECK;
/* Whether that account has read it. */
const struct error *store_notice_is_read(struct store_reader *reader, struct arena *arena, struct id account,
                                         struct id notice, bool *ret_read) MUST_CHECK;
/* ERROR_NOT_FOUND */
const struct error *store_notice(struct store_reader *reader, struct arena *arena, struct id id,
                                 struct notice_row *ret_row) MUST_CHECK;
/* One, or with a zero id all that were made by `now`. Only what is for this account or role. */
const struct error *store_notice_read(struct store *store, struct arena *arena, struct id account,
                                      const char *role, const char *agency, struct id notice,
                                      struct instant now) MUST_CHECK;
/* Forgets those made before. */
const struct error *store_notices_drop(struct store *store, struct arena *arena,
                                       struct instant before) MUST_CHECK;

struct outbox_row {
    struct id id;
    struct id notice;
    struct id account;
    struct id contact;
    struct instant made_at;
    struct instant next_at;
    int tries;
    const char *fault; /* what the last try said; "" before the first */
};
/* Those to be tried by `by` (never: all), soonest first. */
const struct error *store_outbox(struct store_reader *reader, struct arena *arena, struct instant by,
                                 int limit, const struct outbox_row **ret_rows, size_t *ret_count) MUST_CHECK;
const struct error *store_outbox_count(struct store_reader *reader, struct arena *arena,
                                       size_t *ret_count) MUST_CHECK;
/* All are tried at once. */
const struct error *store_outbox_hurry(struct store *store, struct arena *arena,
                                       struct instant now) MUST_CHECK;

#endif
