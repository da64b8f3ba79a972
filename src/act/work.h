/* My work, and the list of duties (work.c). */
#ifndef WM_ACT_WORK_H
#define WM_ACT_WORK_H

#include "act/context.h"
#include "procedure/duty.h"

struct work_line {
    struct id case_id;
    struct reference reference;
    const char *child_name;
    const char *what;      /* title of the duty, text of the action, kind of the meeting */
    const char *rule;      /* id of the duty rule; NULL for actions and meetings */
    const char *paragraph; /* NULL for none */
    const char *owner_role;
    const char *owner_agency;
    struct instant begun_at;
    struct instant due_at; /* never: as soon as possible */
    struct instant met_at;
    enum duty_state state;
    bool decides; /* on what opened the case */
    bool prompt;  /* stands beside the duties */
};
struct work_view {
    const struct work_line
        *urgent; /* due at once, on cases that I own a duty of or recorded on: before all else */
    size_t urgent_count;
    const struct work_line
        *duties; /* mine, with the prompts: overdue first, then by due time, then those without */
    size_t duty_count;
    const char *duties_next;         /* cursor; NULL at the end */
    const struct work_line *actions; /* open actions of my agency */
    size_t action_count;
    const struct work_line *meetings; /* coming; due_at is when */
    size_t meeting_count;
    const struct work_line *referrals; /* to decide; empty for roles that do not decide */
    size_t referral_count;
};
const struct error *act_work(const struct act *act, const char *cursor,
                             const struct work_view **ret_work) MUST_CHECK;

struct duties_filter {
    const char *agency; /* NULL any */
    const char *role;
    const char *state; /* "open", "overdue", "met", "met-late", "cancelled", "unmet" or NULL */
    const char *cursor;
    int limit; /* 1 to 200; 0: 50 */
};
const struct error *act_duties(const struct act *act, const struct duties_filter *filter,
                               const struct work_line **ret_lines, size_t *ret_count,
                               const char **ret_next) MUST_CHECK;

#endif
