/*
 * The file on the keeping of one record: who held it and why, who proposed that it is destroyed, who agreed,
 * and that it was. It is a stream of its own beside the record, under a key of its own, so that it stays when
 * the record is gone. It says nothing of what the record held.
 */
#ifndef WM_ACT_DISPOSAL_FILE_H
#define WM_ACT_DISPOSAL_FILE_H

#include "act/inner.h"
#include "pack/retention.h"

struct disposal_hold {
    uint64_t seq; /* of the entry that placed it */
    struct instant at;
    struct id by;
    const char *reason;
    bool lifted;
};

struct disposal_file {
    struct id record;
    enum retention_record kind;
    struct stream stream; /* count 0: nothing was ever said of the record */
    struct disposal_hold *holds;
    size_t hold_count;
    size_t standing;               /* of them, those not lifted */
    const struct entry *proposal;  /* that stands; NULL: none */
    const struct entry *agreement; /* to it; NULL: not yet */
    const struct entry *done;      /* the record was destroyed; NULL */
};

/* What stands of a record; an empty file where nothing was said of it. */
const struct error *disposal_file_read(const struct act *act, struct store_reader *reader, struct id record,
                                       struct disposal_file *ret_file) MUST_CHECK;
/* All there are, in no order. */
const struct error *disposal_files(const struct act *act, struct store_reader *reader,
                                   struct disposal_file **ret_files, size_t *ret_count) MUST_CHECK;
/* Adds an entry to the file, which it begins where there is none, as part of a write. */
const struct error *disposal_file_add(const struct act *act, struct disposal_file *file,
                                      const struct entry *entry, struct write *write) MUST_CHECK;

/* When what was agreed may be done; never: nothing was. */
struct instant disposal_ready_at(const struct disposal_file *file);

#endif
