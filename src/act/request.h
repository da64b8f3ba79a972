/*
 * A person's request for what is held about them: part of the one door (act.h).
 *
 * One person receives it, says how it was checked who asks, and decides of each part whether it is given;
 * what is proposed to be left out follows from the labels and the reasons of the pack. Another person reads
 * what was prepared and lets it go out. What was prepared is of one moment: what is recorded later is not in
 * it, and every change of a decision takes it back. The other person reads no part before it is prepared, and
 * of a request that was closed nobody does.
 *
 * Whoever answers reads of the record what the request is about, and each reading is a look at those cases.
 */
#ifndef WM_ACT_REQUEST_H
#define WM_ACT_REQUEST_H

#include "act/act.h"
#include "pack/retention.h"

enum request_state {
    REQUEST_PREPARING,
    REQUEST_PREPARED, /* the second person is to read it */
    REQUEST_RELEASED,
    REQUEST_CLOSED /* without an answer: withdrawn, refused, or nothing was held */
};
const char *request_state_name(enum request_state state);

struct request_row {
    struct id id;
    struct reference reference; /* of the case by which the person was found */
    enum request_state state;
    const char *asked_by;
    const char *asks_as; /* "self", "parent", "representative" */
    struct day received;
    struct day due;
    bool extended;
    struct instant at; /* of the last step */
    const char *by;
};
/* Open ones by due day, then the others, newest first. At most 500 of each. */
const struct error *act_requests(const struct act *act, const struct request_row **ret_rows,
                                 size_t *ret_count) MUST_CHECK;

/* Whom a name (and a date of birth), or a reference, means. Each who is shown is a look. */
const struct error *act_request_search(const struct act *act, const char *text,
                                       const struct match **ret_matches, size_t *ret_count) MUST_CHECK;

struct request_input {
    const char *reference;
    const char *asked_by;
    const char *asks_as;
    const char *authority; /* asked of who asks for somebody else */
    const char *identity;  /* how it was checked */
    const char *wants;     /* NULL or blank: everything */
    bool has_received;
    struct day received;
    const char *idempotency_key; /* NULL: none. The same key of the same account gives the first request */
};
/* ERROR_INVALID chains a fault a field. */
const struct error *act_request_begin(const struct act *act, const struct request_input *input,
                                      struct id *ret_id) MUST_CHECK;

enum request_kind {
    REQUEST_DETAIL,   /* an answer of the details of the person */
    REQUEST_ANSWER,   /* of an entry */
    REQUEST_EARLIER,  /* the same before it was corrected */
    REQUEST_RECORDED, /* an entry without answers: that it was recorded */
    REQUEST_LOOKS     /* how often an agency has looked */
};

/* One part, about which is decided. */
struct request_item {
    const char *key; /* "c1.5.narrative": for addresses and entries */
    enum request_kind kind;
    const struct pack *pack;   /* it was written under */
    const struct entry *entry; /* NULL: looks */
    const struct entry_type *type;
    const struct field *field; /* NULL: the entry as a whole, looks */
    const struct value *value;
    struct moment occurred;
    const char *agency; /* that recorded it, or that looked */
    int looks;
    struct instant first;
    struct instant last;
    bool is_out;
    const struct exemption *proposed;  /* NULL: to be given */
    const struct exemption *exemption; /* why it is out */
    const char *words;                 /* it is given in these words; NULL: as it is */
    /* where somebody decided */
    const char *reason; /* NULL: nobody did, what is proposed stands */
    const char *decided_by;
    const char *opinion_by; /* "" for none */
    bool has_opinion;
    struct day opinion_on;
};

struct request_step {
    struct instant at;
    const char *what;
    const char *by;
    const char *reason;
};

struct request_view {
    struct request_row row;
    const struct pack *pack; /* whose reasons count */
    const char *full_name;   /* of the person; "" when their record is gone */
    const char *authority;
    const char *identity;
    const char *wants;
    struct instant as_of;             /* what was recorded by then */
    const struct request_item *items; /* details, then entries in the order of the case, then looks: none
                                       * where the actor reads none now */
    size_t item_count;
    size_t out_count;
    const struct request_step *steps; /* newest first; decisions about parts are not among them */
    size_t step_count;
    uint64_t prepared; /* the number of what waits or went out; 0: none */
    const char *prepared_by;
    const char *note;
    const char *digest;
    const char *released_by;
    struct instant released_at;
    const char *hindrance; /* why this actor does not decide about what was prepared; NULL: they may */
    bool may_answer;
    bool may_extend;
    bool may_release;
};
const struct error *act_request_read(const struct act *act, struct id id,
                                     const struct request_view **ret_view) MUST_CHECK;

struct request_decision {
    const char *key;
    const char *left_out; /* id of an exemption; NULL or "": it is given */
    const char *words;    /* it is given in these words; NULL or blank: as it is */
    const char *reason;
    const char *opinion_by;
    bool has_opinion;
    struct day opinion_on;
};
const struct error *act_request_decide(const struct act *act, struct id id,
                                       const struct request_decision *decision) MUST_CHECK;
const struct error *act_request_extend(const struct act *act, struct id id, const char *reason) MUST_CHECK;
const struct error *act_request_close(const struct act *act, struct id id, const char *reason) MUST_CHECK;
const struct error *act_request_prepare(const struct act *act, struct id id, const char *note) MUST_CHECK;
/* By another person than who prepared it. ERROR_CONFLICT: it is not what stands any more. */
const struct error *act_request_return(const struct act *act, struct id id, uint64_t prepared,
                                       const char *reason) MUST_CHECK;
const struct error *act_request_release(const struct act *act, struct id id, uint64_t prepared,
                                        const char *how) MUST_CHECK;

/* What is given, and nothing else: `view->items` holds no part that is left out, and no count of any. */
const struct error *act_request_document(const struct act *act, struct id id,
                                         const struct request_view **ret_view) MUST_CHECK;

#endif
