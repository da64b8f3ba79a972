/*
 * A case whose entries may be of several procedures: under which it stands, and the history of it as that
 * procedure reads it. Duties that were running when it was moved keep their due time where the present pack
 * says so (history->kept), as it is by what was corrected since; the others are counted anew.
 */
#ifndef WM_PROCEDURE_MOVED_H
#define WM_PROCEDURE_MOVED_H

#include "record/history.h"

/* The pack of the last entry recorded by then; `otherwise` where no entry names one. Entries in sequence. */
const struct pack *pack_of_case(const struct entry *const *entries, size_t count, struct instant at,
                                const struct pack *otherwise);
/* As pack_of_case says, or, for a look ahead, as if the case were moved to `pack` now (`ahead`). */
const struct history *history_of_case(struct arena *arena, const struct pack *otherwise,
                                      const struct entry *const *entries, size_t count, struct child child,
                                      struct instant at);
const struct history *history_if_moved(struct arena *arena, const struct pack *to,
                                       const struct pack *otherwise, const struct entry *const *entries,
                                       size_t count, struct child child, struct instant at);

#endif
