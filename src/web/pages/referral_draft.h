/*
 * A referral while it is being made: its draft, what was typed, the values that can be read of it, and the
 * steps (pages) that follow from them. All of the request's arena.
 */
#ifndef WM_WEB_PAGES_REFERRAL_DRAFT_H
#define WM_WEB_PAGES_REFERRAL_DRAFT_H

#include "web/pages/ui.h"
#include "web/pages/unasked.h"

extern const char referral_details_prefix[]; /* of the names of the details of the child */
extern const char referral_matches_step[];
extern const char referral_check_step[];
/* Kept in the draft beside the answers: which known child it is about, or none. */
extern const char referral_case_name[];
extern const char referral_no_case[];

struct referral_step {
    const char *id;
    const struct entry_type *type; /* NULL: the matches, or check-your-answers */
    const char *prefix;
    const struct form_page *page;
};

struct referral {
    struct request *request;
    struct arena *arena;
    const struct pack *pack;
    const struct entry_type *details;
    const struct entry_type *start;
    struct draft_view draft;
    const char *draft_id;
    struct typed typed;
    const struct value *details_values;
    const struct value *start_values;
    struct unasked unasked[2];
    struct standing standing;
    struct day today;
    const struct referral_step *steps;
    size_t step_count;
};

/* One of which nothing was typed, and no draft. */
struct referral referral_of(struct request *request);
/* That of the draft in the path; ERROR_NOT_FOUND for one that was sent, or never was. */
const struct error *referral_read(struct request *request, struct referral *ret_referral) MUST_CHECK;
/* Makes its draft, or writes it again. */
const struct error *referral_save(struct referral *referral) MUST_CHECK;
/* What can be read of what was typed, and the steps that follow from it. */
void referral_work_out(struct referral *referral);
void referral_put(struct referral *referral, const char *name, const char *text);

/* The reference of the child it is about; NULL: not known yet. */
const char *referral_known_case(const struct referral *referral);
const struct referral_step *referral_step_of(const struct referral *referral, const char *id);
const char *referral_step_path(const struct referral *referral, const struct referral_step *step);

#endif
