/* What the lists and the steps of disposal share. */
#ifndef WM_ACT_DISPOSAL_INNER_H
#define WM_ACT_DISPOSAL_INNER_H

#include "act/disposal.h"
#include "act/disposal_file.h"
#include "act/fact.h"

/* ---- disposal.c ---- */

struct record_known {
    struct id record;
    enum retention_record kind;
    struct kept_fact kept;
    uint64_t seq;              /* of its last entry */
    struct id person;          /* of a case, */
    size_t others;             /* and how many other cases are about them */
    const struct id *meetings; /* records of meetings that go with it */
    size_t meeting_count;
    const struct id *beside; /* and what is kept beside it: answered requests of the person */
    size_t beside_count;
};
/* ERROR_NOT_FOUND for what is no record of these kinds, ERROR_DISPOSED for what was destroyed. */
const struct error *record_known_read(const struct act *act, struct store_reader *reader, struct id record,
                                      struct record_known *ret_known) MUST_CHECK;
enum disposal_state disposal_state_of(const struct act *act, const struct kept_fact *kept,
                                      const struct disposal_file *file, bool requested);
/* `kept` NULL: the record is gone. */
void disposal_row_fill(const struct act *act, const struct kept_fact *kept, const struct disposal_file *file,
                       bool requested, struct disposal_row *row);

/* ---- request_file.c ---- */

/* The cases about whose person somebody asked and has no answer yet: until then nothing of them goes. */
struct open_requests {
    const struct id *cases;
    size_t count;
};
const struct error *requests_open(const struct act *act, struct store_reader *reader,
                                  struct open_requests *ret_requests) MUST_CHECK;
bool is_requested(const struct open_requests *requests, struct id record);
/* The requests that were answered or closed, about one person: what was decided there quotes the record. */
const struct error *requests_ended(const struct act *act, struct store_reader *reader, struct id person,
                                   const struct id **ret_ids, size_t *ret_count) MUST_CHECK;

#endif
