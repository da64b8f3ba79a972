/* Figures: what the partnership counts (figures.c). Codes, months and numbers only; nobody is named. */
#ifndef WM_ACT_FIGURES_H
#define WM_ACT_FIGURES_H

#include "act/context.h"

struct figure {
    const char *month; /* "2026-03", of the concern */
    const char *value; /* title of the code it is split by */
    int confirmed;
    int concern;
    bool confirmed_hidden; /* too small to be shown, or another that is could be worked out from it */
    bool concern_hidden;
};
struct completeness {
    const char *agency; /* code */
    const char *what;   /* "Ethnicity" */
    int recorded;
    int refused;
    int not_known;
    int empty;
};
struct tally {
    const char *what;
    const char *agency; /* code; NULL for the partnership */
    const char *area;   /* NULL for none */
    int count;
    bool hidden; /* as of a figure */
    int reached; /* -1: not counted */
};
struct figures_view {
    const struct figure *totals; /* by value; month is NULL */
    size_t total_count;
    const struct figure *months; /* by month and value, newest first */
    size_t month_count;
    const struct completeness *completeness;
    size_t completeness_count;
    const struct tally *tallies; /* enquiries decided against, views, barriers, outreach, training */
    size_t tally_count;
    int cases;
};
/* `by`: source, route, age, sex, gender, ethnicity, disability, locality, outcome, exchange, barrier.
 * `agency`: those it referred; NULL: all. */
const struct error *act_figures(const struct act *act, const char *by, const char *agency,
                                const struct figures_view **ret_figures) MUST_CHECK;

#endif
