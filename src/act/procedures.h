/* Procedures: which there are, and moving a case from one to another (procedure.c). */
#ifndef WM_ACT_PROCEDURES_H
#define WM_ACT_PROCEDURES_H

#include "act/cases.h"

struct procedure_view {
    const struct pack *pack;
    bool for_new_cases;
};
/* Those that are served. */
const struct error *act_procedures(const struct act *act, const struct procedure_view **ret_procedures,
                                   size_t *ret_count) MUST_CHECK;
/* New cases begin with it from now on; by an administrator, with a reason that is kept. */
const struct error *act_procedure_choose(const struct act *act, const char *pack_id,
                                         const char *reason) MUST_CHECK;

/* A duty as it runs now, and as what it goes on. */
struct moved_duty {
    const struct duty *before; /* NULL: it begins with the move */
    const struct duty *after;  /* NULL: it ends with the move */
    bool keeps;                /* the due time it had */
};
struct move_view {
    const struct case_view *view; /* as it stands */
    const struct pack *to;        /* NULL: no procedure was named */
    const struct moved_duty *duties;
    size_t duty_count;
    size_t unread; /* entries that mean nothing to the rules of the other procedure */
};
/* What a move would do, before it is done. pack_id NULL: only the case. */
const struct error *act_case_move_look(const struct act *act, const char *reference, const char *pack_id,
                                       struct move_view *ret_move) MUST_CHECK;
/* The procedures that this case may be moved to, by this actor; none: they may not. */
const struct error *act_case_move_targets(const struct act *act, const struct case_view *view,
                                          const struct pack *const **ret_packs, size_t *ret_count) MUST_CHECK;
/* An entry that says who, when and why; what follows it is under the other procedure. */
const struct error *act_case_move(const struct act *act, const char *reference, const char *pack_id,
                                  const char *reason, uint64_t expected_seq,
                                  struct recorded *ret_recorded) MUST_CHECK;

#endif
