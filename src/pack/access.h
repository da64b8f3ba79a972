/*
 * The access policy of a pack, read from access.yaml: the labels that entries and fields bear, who becomes
 * involved in a case by what, what opens a labelled entry to another agency, and the ordered tables of rules
 * of which the first that matches decides. Data only: procedure/access.h is what asks it.
 */
#ifndef WM_PACK_ACCESS_H
#define WM_PACK_ACCESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { LABELS_MAX = 30, LABEL_OPEN = 0 };

/* Labels as a set: bit i is the label of index i. No bit means open to the case's professionals. A label that
 * the policy does not know is LABEL_UNKNOWN: no rule that names labels matches it. */
typedef uint32_t label_set;
#define LABEL_BIT(index) ((label_set)1 << (index))
#define LABEL_UNKNOWN LABEL_BIT(31)

struct label {
    const char *id; /* kebab-case; the first is the one that asks for nothing */
    int index;
    const char *title; /* "Police evidence" */
    const char *text;  /* what it is for, said to the person who records */
    const char *paragraph;
    const char *const *formerly; /* what old entries call it */
    size_t formerly_count;
    bool raises; /* whoever records an entry may put it on */
};

enum access_answer { ACCESS_NO, ACCESS_YES, ACCESS_WITH_REASON };

/* To know that the case is there (lists, searches, matches, notices, links), to open it, to write on it. */
enum access_act { ACCESS_FIND, ACCESS_READ, ACCESS_RECORD, ACCESS_ACTS };

/* How the actor is involved in the case. Bits, so that a rule can name several. */
enum access_involved { INVOLVED_NOT = 1, INVOLVED_PERSON = 2, INVOLVED_TEAM = 4, INVOLVED_AGENCY = 8 };

/* Who recorded the entry: the actor, somebody else of their agency, or another agency. Bits. */
enum access_own { OWN_SELF = 1, OWN_AGENCY = 2, OWN_OTHER = 4 };

/* Bits of what a rule asks of something that is or is not so; all of them, or none, means it is not asked. */
enum access_asked { ASKED_NO = 1, ASKED_YES = 2 };

struct access_rule {
    const char *id; /* kebab-case */
    int index;      /* in its table */
    const char *paragraph;
    unsigned acts;            /* bits 1 << enum access_act; 0: all */
    const char *const *roles; /* ids; none: any */
    size_t role_count;
    const char *const *agencies; /* ids of codes; none: any */
    size_t agency_count;
    const char *const *teams; /* none: any */
    size_t team_count;
    unsigned involved;   /* enum access_involved; 0: not asked */
    label_set labels;    /* 0: not asked; only for entries */
    unsigned own;        /* enum access_own; 0: not asked; only for entries */
    unsigned disclosed;  /* enum access_asked, to the actor's agency; only for entries */
    unsigned restricted; /* the case is */
    unsigned conflict;   /* the actor has one of interest with the case */
    unsigned granted;    /* the actor broke the glass, and it is not closed again */
    enum access_answer answer;
    const char *why; /* a sentence: why it is so */
    const char *ask; /* a sentence: whom to ask; NULL only where the answer is yes */
};

/* An entry that makes an agency, a person or a team be involved from then on. */
struct access_involving {
    int type;           /* index of the entry type */
    int agency_field;   /* a code or codes that say which agency; -1 */
    const char *agency; /* always this one; NULL */
    int person_field;   /* a text: the username of an account; -1 */
    int team_field;     /* a text; -1 */
    const char *as;     /* for people: "asked to act" */
};

struct access_policy {
    const struct label *labels; /* none: the pack has no policy, and the answer to all is no */
    size_t label_count;
    const struct access_rule *cases; /* who gets the case */
    size_t case_count;
    const struct access_rule *entries; /* who of those sees what on it, label by label */
    size_t entry_count;
    const struct access_involving *begins;
    size_t begin_count;
    const struct access_involving *ends;
    size_t end_count;
    /* the entry that opens others: to which agency, and what; -1 where there is none */
    int disclosure_type;
    int disclosure_agency; /* a code field */
    int disclosure_entry;  /* a FIELD_NUMBER: of the one it opens */
    int disclosure_labels; /* a codes field of label ids: all of the case that bears them, up to then */
};

/* What is so when a rule is asked: one bit of each, but for `involved` (all that hold). */
struct access_facts {
    const char *role;
    const char *agency;
    const char *team; /* NULL for none */
    enum access_act act;
    unsigned involved;
    unsigned restricted;
    unsigned conflict;
    unsigned granted;
    label_set label; /* of an entry: exactly one bit; 0 for a case */
    unsigned own;
    unsigned disclosed;
};
/* The first rule that matches; NULL. */
const struct access_rule *access_decide(const struct access_rule *rules, size_t count,
                                        const struct access_facts *facts);

/* The label of that id, of today or of before; NULL. */
const struct label *access_label(const struct access_policy *policy, const char *id);
/* The set that a text of ids (joined by '+', as entries are stored) means; LABEL_OPEN's is empty. */
label_set access_labels_parse(const struct access_policy *policy, const char *text);

#endif
