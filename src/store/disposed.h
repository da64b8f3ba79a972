/*
 * Records that were disposed of. What stays of one is its row here: that it was there, when it was disposed
 * of, who asked and who agreed, and under which rule; nothing of its content. Gone in the same transaction:
 * its entries, its key, its rows in every list, its blind tokens, notices and what was still to be sent of
 * them, the drafts and the answers that were about it. Then, before the commit returns, the secret without
 * which its key in an old backup cannot be opened is taken out of the keystore (seal/), and the write-ahead
 * log is emptied. Killed between, the next opening goes on with what is left; a backup from before that is
 * restored is brought up to date from the keystore when it is opened.
 */
#ifndef WM_STORE_DISPOSED_H
#define WM_STORE_DISPOSED_H

#include "store/store.h"

enum { DISPOSED_RULE_MOST = 63 };

/* Who decided it. `rule` is the id of a retention rule (letters, digits, '-', '_', '.'), never free text. */
struct disposal {
    struct instant at;
    struct id asked_by;
    struct id agreed_by; /* another account: nobody disposes of a record alone */
    const char *rule;
};

/*
 * Makes the destruction of a record part of the write, beside the entry (in another record) that says so.
 * Give it every record of a case at once: its own, the child's when no other case is about the child, and
 * those of meetings and contexts that are its alone. What is kept beside a case of who may not look at it
 * goes by itself. Nothing else in the write may touch a record that it destroys. ERROR_NOT_FOUND: there is
 * none; ERROR_DISPOSED: it was done before; ERROR_INVALID: a case is still about this child and this write
 * does not destroy it before (destroy the cases first), or the two accounts are one, or the rule has no such
 * form; ERROR_BUSY: a child whose cases are not known, since the lists are being made again. The commit is an
 * ERROR_CONFLICT when another case about this child was opened meanwhile.
 */
const struct error *store_record_destroy(struct write *write, struct store_reader *reader, struct id record,
                                         const struct disposal *disposal) MUST_CHECK;

struct disposed_row {
    struct id record;
    enum stream_kind kind;
    struct reference reference; /* what people called it */
    uint64_t entries;           /* how many there were; 0 when this store never held it (an older backup) */
    struct disposal disposal;
    bool is_finished; /* false: the keystore could not be written yet; it is tried again every minute */
};
/* The newest first; go on after the last row. `after` NULL: from the start. */
const struct error *store_disposed(struct store_reader *reader, struct arena *arena,
                                   const struct disposed_row *after, int limit,
                                   const struct disposed_row **ret_rows, size_t *ret_count) MUST_CHECK;
/* ERROR_NOT_FOUND when the record was not disposed of. Reading such a record gives ERROR_DISPOSED anyway, as
 * does looking for its reference. */
const struct error *store_disposed_find(struct store_reader *reader, struct arena *arena, struct id record,
                                        struct disposed_row *ret_row) MUST_CHECK;

#endif
