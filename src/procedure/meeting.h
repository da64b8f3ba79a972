/*
 * What the pack and the case say of a meeting to come: who chairs, who is asked, what is on the agenda, and
 * whether those who came are enough. Pure, like the duties; the same for every kind (11.27, 11.28, 11.38
 * to 11.48).
 *
 * Who is asked: the invitees of the pack whose conditions hold. One with `from` is whoever the last matching
 * entry names; one with `knows` is each agency that stands in the entries of the case.
 *
 * What is put on the agenda by an earlier entry stays until a meeting of that kind has dealt with that part
 * since, or, where the part says so, until the duty that the entry began is met (11.12, 11.46).
 */
#ifndef WM_PROCEDURE_MEETING_H
#define WM_PROCEDURE_MEETING_H

#include "procedure/gate.h"

/* The code of the chair's role, or NULL when the pack does not say. */
const char *meeting_chair(const struct position *position, const struct meeting_kind *kind);

struct asked {
    const char *text;   /* as it is kept among those invited: "Trusted worker: Ms Rahman (Health)" */
    const char *agency; /* id of a code; NULL: none */
    const char *paragraph;
    bool needed;
    bool as_agency; /* asked for what their agency knows, not by name */
};
void meeting_asked(struct arena *arena, const struct position *position, const struct meeting_kind *kind,
                   const struct asked **ret_asked, size_t *ret_count);
/* Somebody by the text that was kept; what is not known of them is NULL. "Name, agency" finds its agency. */
struct asked meeting_asked_of(struct arena *arena, const struct pack *pack, const struct asked *asked,
                              size_t count, const char *text);

struct agenda_item {
    const struct agenda_part *part;
    const char *const *puts; /* what earlier entries put there */
    size_t put_count;
};
void meeting_agenda(struct arena *arena, const struct position *position, const struct meeting_kind *kind,
                    const struct agenda_item **ret_items, size_t *ret_count);

/* Whether enough came: the number of agencies that the kind asks for, and everybody who is needed. *ret_why
 * says what is missing; NULL when nothing is. */
bool meeting_quorate(struct arena *arena, const struct meeting_kind *kind, const struct asked *asked,
                     size_t count, const bool *came, const char **ret_why);

#endif
