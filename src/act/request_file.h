/*
 * A person's request for what is held about them, as it stands: a stream of its own, so that what was decided
 * about each part, by whom and why, stays however the record goes on.
 */
#ifndef WM_ACT_REQUEST_FILE_H
#define WM_ACT_REQUEST_FILE_H

#include "act/disposal_inner.h"
#include "act/inner.h"
#include "act/request.h"

struct request_file {
    struct id id;
    struct stream stream;
    const struct entry *received;
    struct id case_id; /* by which the person was found */
    struct id person;
    struct day due; /* the extension counted */
    bool extended;
    const struct entry *prepared; /* the answer that waits for the second person, or was released */
    const struct entry *released;
    const struct entry *closed;
};

/* ERROR_NOT_FOUND for what is no request. */
const struct error *request_file_read(const struct act *act, struct store_reader *reader, struct id id,
                                      struct request_file *ret_file) MUST_CHECK;
const struct error *request_files(const struct act *act, struct store_reader *reader,
                                  struct request_file **ret_files, size_t *ret_count) MUST_CHECK;
bool request_is_open(const struct request_file *file);

/* ---- request_gather.c ---- */

struct request_gathered {
    const char *full_name;
    struct request_item *items;
    size_t count;
    const struct id *cases;
    size_t case_count;
};
/* Everything in the record about the person, as it was recorded by then, with what was decided about each
 * part. Nothing where the record is gone. */
const struct error *request_gather(const struct act *act, struct store_reader *reader,
                                   const struct request_file *file, const struct pack *pack,
                                   struct instant as_of, struct request_gathered *ret_gathered) MUST_CHECK;

#endif
