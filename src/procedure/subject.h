/*
 * A person's request for what is held about them: by when it is answered, and what of it is proposed to be
 * left out. Pure.
 *
 * The time is counted from the day of receipt to the same day of a later month, or to that month's last day
 * where there is none; where that is no working day, to the next one.
 */
#ifndef WM_PROCEDURE_SUBJECT_H
#define WM_PROCEDURE_SUBJECT_H

#include "pack/retention.h"
#include "record/entry.h"

/* `extended`: the months that a complex request may take more are counted too. */
struct day subject_due(const struct pack *pack, struct day received, bool extended);

/*
 * Why this answer (`field` NULL: that the entry was recorded at all) is proposed to be left out, or NULL.
 * Labels are those of the entry as it was recorded, and of the field; types and fields are known by their
 * ids, so that entries of another version are judged by the reasons of `pack`. `others`: somebody else asks
 * on the person's behalf.
 */
const struct exemption *subject_exemption(const struct pack *pack, const struct entry *entry,
                                          const struct field *field, bool others);

#endif
