/*
 * One call of the API: its input read strictly, its answer built as a tree, errors as problem documents
 * (RFC 9457). Trees of the JSON library live outside the arena; they hang on the call, so that they are given
 * back also when the arena runs out in the middle of an answer. So a new part of the answer is put into the
 * tree at once (call_put, call_append), before anything is allocated in the arena.
 */
#ifndef WM_API_CALL_H
#define WM_API_CALL_H

#include "web/request.h"

#include <jansson.h>

struct call;
typedef const struct error *call_work(struct call *call);

/* What stands in the query of an operation. */
struct query_name {
    const char *name;
    const char *format; /* "moment", "state", "agency", "role", "type", "list", "limit", "cursor", "text" */
    const char *description; /* for the OpenAPI document */
};
enum { CALL_QUERIES = 8 };

struct operation {
    call_work *work;
    const char *id;      /* "recordEntry" */
    const char *summary; /* one line */
    const char *description;
    struct query_name query[CALL_QUERIES]; /* ends with a NULL name */
    bool takes_key;                        /* Idempotency-Key */
    bool has_conflict;                     /* may answer 409 with what was written since */
    bool is_open;                          /* nobody is asked who they are */
    int status;                            /* of success */
    const char *input;                     /* schema of the body; NULL for none */
    const char *output;                    /* schema of the answer; NULL: any object */
};

struct call {
    struct arena *arena;
    struct request *request;
    const struct act *act;
    const struct operation *operation;
    const struct pack *pack; /* the current one */
    const json_t *input;     /* an object; NULL without a body */
    json_t *output;          /* an object, filled by the work */
    int status;
    const char *content_type;
    const char *location;        /* of what was made; NULL for none */
    const char *idempotency_key; /* NULL for none */
};

/* Checks query, key and body, does the work, fills the reply. */
const struct error *call_answer(struct request *request, const struct operation *operation,
                                struct reply *reply) MUST_CHECK;
/* route_table.fail */
void call_fail(struct request *request, const struct error *error, struct reply *reply);
/* The members of a problem document, put into `output`. */
void call_problem(struct call *call, const struct error *error);

/* Takes the reference `json` (NULL: out of memory) into the tree; gives it back for filling. */
json_t *call_put(struct call *call, json_t *object, const char *name, json_t *json);
json_t *call_append(struct call *call, json_t *array, json_t *json);
/* null for NULL */
void call_put_text(struct call *call, json_t *object, const char *name, const char *text);
void call_put_instant(struct call *call, json_t *object, const char *name, struct instant at);

/* ---- input ---- */

/* Faults of the names in an object that are not in the list (ends with NULL), in front of `next`. */
const struct error *call_names(struct call *call, const json_t *object, const char *const *names,
                               const struct error *next) MUST_CHECK;
/* A member that is a text; *ret_text NULL when it is missing or null. */
const struct error *call_text(struct call *call, const char *name, const char **ret_text) MUST_CHECK;
/* Both chains as one, the first first; either may be NULL. */
const struct error *call_join(struct call *call, const struct error *first, const struct error *second);
/* A moment in the query: RFC 3339, or a date, which means its end. `never` when it is not there. */
const struct error *call_moment(struct call *call, const char *name, struct instant *ret_at) MUST_CHECK;
/* The same of a date that means its beginning. */
const struct error *call_since(struct call *call, const char *name, struct instant *ret_at) MUST_CHECK;
/* `limit` of the query, 1 to 200; 50 when it is not there. */
const struct error *call_limit(struct call *call, int *ret_limit) MUST_CHECK;
/*
 * The answers of an entry in the member `name`, with every fault, the field names behind `prefix`. Fields
 * that the program sets are faults. A missing member is one too.
 */
const struct error *call_fields(struct call *call, const struct pack *pack, const struct entry_type *type,
                                const struct entry_type *target_type, const char *name, const char *prefix,
                                const struct value **ret_values) MUST_CHECK;
/* `occurred_at`; *ret_moment NULL when it is not there. */
const struct error *call_occurred(struct call *call, const struct pack *pack, const struct entry_type *type,
                                  const struct moment **ret_moment) MUST_CHECK;

#endif
