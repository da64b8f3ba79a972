/*
 * A procedure pack: the procedure as data, read once from YAML, checked, and frozen. Nothing in C knows what
 * the procedure is about: entry types, fields, code lists, duties, gates, marks and roles all come from here.
 *
 * The pack lives in the arena it was loaded into and is never changed, so any thread may read it. Arrays are
 * in the order of the files; `index` members are positions in them, so that entries, rules and counts are
 * arrays, not maps. Texts for users (titles, labels, hints, guidance, messages) all stand in the pack.
 *
 * The YAML (procedures/NAME, every .yaml file) is described for authors in docs/procedure-authors.md.
 */
#ifndef WM_PACK_PACK_H
#define WM_PACK_PACK_H

#include "base/error.h"
#include "base/instant.h"
#include "pack/access.h"
#include "pack/looking.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct calendar;
struct pack;
struct retention;
struct screen;

/* ---- code lists
 * ---------------------------------------------------------------------------------------------- */

struct code {
    const char *id;    /* kebab-case, or the code of a national code set as it is */
    const char *title; /* for people */
    bool superseded;   /* readable in old entries, not offered in forms */
};

struct code_list {
    const char *id;
    const struct code *codes;
    size_t code_count;
};

/* The code of that id, or NULL. Pointers of one pack compare equal when the code is the same. */
const struct code *code_find(const struct code_list *list, const char *id);

/* ---- entry types
 * --------------------------------------------------------------------------------------------- */

enum field_kind {
    FIELD_TEXT,      /* one line */
    FIELD_NARRATIVE, /* several lines */
    FIELD_PERSON,    /* one line, or the id of a person record */
    FIELD_CODE,      /* one of a code list */
    FIELD_CODES,     /* several of a code list; a JSON array */
    FIELD_TEXTS,     /* several lines of text; a JSON array */
    FIELD_NUMBER,    /* a whole number in [min, max] */
    FIELD_INSTANT,   /* a time with its minute */
    FIELD_MOMENT,    /* a time, or only its day */
    FIELD_DAY,       /* a date */
    FIELD_ENTRY,     /* the sequence number of an entry of the same stream */
    FIELD_FIELDS     /* fields of the entry that FIELD_ENTRY names: only in a correction */
};

/* What is known of a case when a condition is asked. All of a list must hold; an empty list holds. */
enum condition_kind {
    CONDITION_FIELD_IN,     /* the field holds one of `codes` (a list field: any of them) */
    CONDITION_FIELD_NOT_IN, /* the field is answered and holds none of them */
    CONDITION_FIELD_TEXT,   /* the text field equals `text` */
    CONDITION_ANSWERED,     /* the field is answered */
    CONDITION_UNANSWERED,
    CONDITION_MARK, /* the case bears the mark `mark` */
    CONDITION_NO_MARK,
    CONDITION_HAS_ENTRY, /* an entry that matches `pattern` is known */
    CONDITION_NO_ENTRY,
    CONDITION_DUTY_OPEN, /* the duty `rule` is open or overdue */
    CONDITION_NO_DUTY_OPEN,
    CONDITION_AGE_UNDER, /* the child is younger than `age` years on the day of the entry; unknown does not
                            hold */
    CONDITION_AGE_FROM
};

struct pattern;

struct condition {
    enum condition_kind kind;
    const char *field_name; /* FIELD_…, ANSWERED, UNANSWERED */
    int field; /* its index in the entry type concerned; -1 where the pattern or gate is for several types:
                  then go by field_name */
    const char *const *codes; /* ids */
    const struct code *const
        *code_rows; /* the same as rows of the field's list; NULL where the pattern is for any type */
    size_t code_count;
    const char *text;
    int mark;                      /* index of a mark */
    const struct pattern *pattern; /* HAS_ENTRY, NO_ENTRY */
    const bool *since; /* ... by entry type: only entries at or after the last of these; NULL: all */
    int rule;          /* index of a duty rule */
    int age;
};

struct conditions {
    const struct condition *list;
    size_t count;
};

/* Which entries: those of one type, of several types written out, or of every type that has the condition
   fields and their codes, that meet the conditions. */
struct pattern {
    int type; /* index of the entry type, or ANY_TYPE (also where several are written out) */
    struct conditions when;
    /* With ANY_TYPE: types[t] is true where the pattern speaks of type t, and fields[t * when.count + c] is
       the field index of condition c in type t; code rows are then compared by id. */
    const bool *types;
    const int *fields;
    bool later_stage; /* only entries of a later stage than the entry that began the duty */
    int same_round; /* no entry of this type lies between the one that began the duty and this; -1 for no such
                       rule */
};
enum { ANY_TYPE = -1 };

/* Where a form finds an answer to begin with: the last entry that matches. Nobody is bound by it. */
struct suggestion;

struct field {
    const char *id; /* snake_case, as in JSON */
    int index;      /* in its entry type */
    enum field_kind kind;
    const char *label;             /* the question, as on the form */
    const char *hint;              /* NULL for none */
    const char *paragraph;         /* that asks for it; NULL for none */
    const struct code_list *codes; /* FIELD_CODE, FIELD_CODES */
    int64_t min;                   /* FIELD_NUMBER; for texts: characters */
    int64_t max;
    bool required;
    struct conditions
        required_when;  /* required when these hold of the entry (only field, mark, age conditions) */
    bool form_required; /* asked of whoever fills in the form; an entry from elsewhere may lack it */
    struct conditions form_required_when; /* ... when these hold */
    const char *becomes; /* FIELD_TEXTS: each line is also recorded as an entry of this type, in its own
                            right; NULL */
    const struct suggestion *suggestion; /* NULL for none */
    struct conditions shown_when;        /* asked only when these hold; empty: always */
    bool system;                         /* set by the program, not asked in a form nor taken from the API */
    label_set labels;                    /* who may read the answer, besides those of the type */
};

struct suggestion {
    struct pattern from;            /* of one entry type */
    int field;                      /* its index there; of the same kind and code list */
    struct conditions suggest_when; /* of what stands in the form already; empty: always */
};

/* One page of the form: one thing a page. */
struct form_page {
    const char *id;
    const char *title;
    const char *guidance; /* paragraphs separated by a blank line; NULL for none */
    const char *guidance_paragraph;
    const int *fields; /* indexes */
    size_t field_count;
};

/* Which part of the case page an entry belongs to besides the chronology. */
enum entry_part {
    PART_NONE,
    PART_START,   /* opens the case: the referral */
    PART_PLAN,    /* makes, reviews or ends a plan; see plan_step */
    PART_MEETING, /* arranges or holds a meeting */
    PART_ACTION,  /* agrees or progresses an action */
    PART_PERSON,  /* names a person */
    PART_CORRECTION,
    PART_CLOSING,
    PART_REOPENING,
    PART_DETAILS /* details of a person: identity, not procedure; held in the person's stream */
};
enum entry_step {
    STEP_NONE,
    STEP_BEGIN,
    STEP_CONTINUE,
    STEP_END
}; /* plans: made, reviewed, ended; meetings: arranged is BEGIN, held is END; actions: agreed is BEGIN,
      progressed is CONTINUE; people: named is BEGIN, assessed is CONTINUE, left is END */

struct entry_type {
    const char *id; /* kebab-case */
    int index;
    const char *title;   /* "Referral" */
    const char *verb;    /* "Record a referral" */
    const char *heading; /* under which it is offered; NULL: that of its part or stage */
    const char *paragraph;
    const char *guidance; /* NULL for none */
    const char *label;    /* who may read it: ids of labels joined by '+' ("standard", "police-evidence") */
    label_set labels;     /* the same as a set */
    int stage;            /* of the procedure, 1 first; 0 stands outside the stages */
    bool needs_minute;    /* occurred_at must be a time, not a day: it starts a clock in hours */
    enum entry_part part;
    enum entry_step step;
    int part_key; /* the field that says which plan, meeting kind, action or person; -1 none */
    const struct field *fields;
    size_t field_count;
    const label_set *field_labels; /* those of the fields, beside each other; NULL outside packs */
    bool has_labels;               /* some field bears one */
    bool names_entry;              /* some field is of kind entry */
    const struct form_page *pages;
    size_t page_count;
    const char *summary;     /* its line in the chronology: text with {field} references */
    const bool *recorded_by; /* by role index */
    bool without_child;      /* it may also be recorded on its own, outside any child's case */
    bool only_without_child; /* ... and is never part of a case */
    const int *see;          /* references that stand beside its form: indexes */
    size_t see_count;
};

const struct field *entry_type_field(const struct entry_type *type,
                                     const char *id); /* NULL when there is none */

/* ---- duties
 * -------------------------------------------------------------------------------------------------- */

enum duty_anchor { ANCHOR_EACH, ANCHOR_LAST };

enum limit_unit {
    LIMIT_NONE,    /* as soon as possible: no due time */
    LIMIT_AT_ONCE, /* due when it begins */
    LIMIT_HOURS,
    LIMIT_DAYS,
    LIMIT_WORKING_DAYS,
    LIMIT_MONTHS,
    LIMIT_FIELD, /* the moment in a field of the entry that begins it (a day: its end) */
    LIMIT_DUTY   /* the due time of the duty of `limit_rule` that began with the entry of begins.from */
};

/* One way a duty begins. */
struct beginning {
    int at;        /* the field that holds the moment it begins, or -1: occurred_at */
    bool answered; /* only when its answer (the later entries of that type that decide it) matches `answer` */
    bool after; /* only when an earlier entry matches `after_entry` and none since matches `after_unless` */
    bool has_after_unless;
    bool from; /* it begins with the later of its own moment and the entry that matches from_entry */
    struct pattern entry;
    struct pattern answer; /* the last answer counts; see procedure/duty.h */
    struct pattern after_entry;
    struct pattern after_unless;
    struct pattern from_entry;
};

struct duty_rule {
    const char *id; /* kebab-case */
    int index;
    enum duty_anchor anchor;
    enum limit_unit limit_unit;
    int limit;
    int limit_rule;     /* LIMIT_DUTY */
    int until_age;      /* no duty falls due after the day the child reaches this age; 0 for no end */
    bool met_by_itself; /* the entry that begins it may also meet it */
    bool prompt; /* something a paragraph asks people to keep in mind; it stands beside the duties of the
                    procedure, on the case and the work list, and is never listed among them */
    const int *limit_fields; /* LIMIT_FIELD: by entry type */
    const char *until_field; /* a FIELD_DAY of the beginning entry that moves that end later; NULL for none */
    const int *until_fields; /* by entry type */
    const char
        *per; /* a field that keeps duties apart: one line of duties for each of its values; NULL for none */
    const int *per_fields; /* by entry type: index of the field `per`, or -1 */
    const struct beginning *begins;
    size_t begin_count;
    const struct pattern *met_by;
    size_t met_count;
    const struct pattern *cancelled_by;
    size_t cancel_count;
    const char *paragraph;
    const char *title; /* what is to be done: "Decide whether an initial assessment is required" */
    const char *help;  /* NULL for none */
    const char *owner_role;
    const char *owner_agency;
};

/*
 * What an entry of one type can do to the duties, made from the rules once (pack_link_duties), so that an
 * evaluation asks of an entry only what can be. In the order of the rules, and within a rule in the order of
 * the kinds: an entry first meets, then cancels, then begins.
 */
enum duty_use_kind {
    USE_MEET,
    USE_CANCEL,
    USE_BEGIN,
    USE_ANSWER, /* of a beginning */
    USE_AFTER,  /* it opens the way for a beginning with `after` */
    USE_UNLESS, /* ... and closes it */
    USE_FROM
};

/* A line of the cache: what it takes to ask most of them stands in it, and its rule and pattern need not be
 * read. */
struct duty_use {
    enum duty_use_kind kind;
    int beginning; /* the number among all beginnings that wait for other entries; -1 for none */
    int per_field; /* where the type has the field `per` of the rule; -1 for none */
    bool places;   /* the pattern asks how the entry stands to the one that began the duty */
    /* Where its only condition is one code among two at most: that field; -1: the pattern is asked. */
    int code_field;
    const struct code *codes[2]; /* NULL for none */
    const struct duty_rule *rule;
    const struct beginning *begins; /* NULL for USE_MEET, USE_CANCEL */
    const struct pattern *pattern;  /* of this type */
};

struct duty_uses {
    const struct duty_use *list; /* those of duties, then those of prompts */
    size_t count;
    size_t duty_count;
    const int *asked; /* the fields that those of duties read */
    size_t asked_count;
};

/* ---- gates, marks, roles
 * ------------------------------------------------------------------------------------- */

/* What must be so before an entry may be recorded. */
struct gate {
    const char *id;
    const char *paragraph;
    const bool *types;             /* by entry type: which it guards */
    struct conditions when;        /* it applies when all hold ... */
    struct conditions require;     /* ... and then asks all of these */
    struct conditions require_any; /* ... and one of these, unless there are none */
    const char *message;           /* what is missing, said to the person who records */
    const char *field;             /* beside which field; NULL for the whole */
};

/* A mark is something about the child everybody must see. It holds when one of its ways holds. */
struct mark {
    const char *id; /* kebab-case: looked-after, under-16, immediate-danger, police-protection */
    int index;
    const char *title;
    const char *tone;            /* "red", "orange", ...: the colour of its tag */
    bool has_span;               /* began and not ended, entry by entry */
    const struct pattern *began; /* any of them begins it */
    size_t began_count;
    const struct pattern *ended;
    size_t ended_count;
    const bool *spans; /* by entry type: one of them begins or ends it */
    const char *per;   /* the field that pairs an ending with its beginning; NULL: any ending ends all */
    const int *per_fields;
    int rule;         /* a duty that is open; -1 for none */
    int age_under;    /* 0 for none */
    const char *text; /* what it means here, with its paragraph */
    const char *paragraph;
};

/* Another text that the procedure leans on: a chapter, a protocol. Shown where it applies. */
struct reference_text {
    const char *id;
    int index;
    const char *title;
    const char *url;  /* https: where it stands */
    const char *text; /* why it matters here; NULL for none */
    const char *paragraph;
    bool on_case; /* it stands on the case while `when` holds */
    struct conditions when;
};

/* What the law says of the child's age on the day of the concern. The first band that fits is shown. */
struct age_band {
    const char *id;
    const char *title;
    int from;               /* years */
    int under;              /* years */
    struct conditions when; /* marks; empty: always */
    const char *text;
    const char *paragraph;
};

/* ---- meetings
 * ------------------------------------------------------------------------------------------------ */

/* What earlier entries say: the text of a field of those that match. */
struct drawn {
    struct pattern from; /* of one entry type */
    int field;           /* its index there: a text, or a list of texts */
};

/* Who is asked to come. Each expands into people and agencies by the facts of a case; see
 * procedure/meeting.h. */
struct invitee {
    const char *id;
    const char *title;
    const char *agency;    /* id of a code; NULL: not of one */
    const char *paragraph; /* NULL for none */
    const bool *kinds;     /* by meeting kind: to which */
    struct conditions when;
    struct conditions when_any;
    bool needed; /* without them there is no quorum */
    bool knows;  /* one for each agency that stands in the entries of the case */
    const struct drawn
        *from; /* by name: the last entry that matches names them; nobody named, nobody asked */
    size_t from_count;
};

/* One part of the agenda. */
struct agenda_part {
    const struct code *code; /* of the list of the field `agenda` */
    const char *paragraph;
    const bool *kinds;
    struct conditions when;
    struct conditions when_any;
    const int *fields; /* of the entry that records the meeting: asked under this part */
    size_t field_count;
    const struct drawn *puts; /* it stands there because of what these say, which is read out under it ... */
    size_t put_count;
    bool open_actions; /* the actions that are still open are read out under it */
    int until_rule; /* ... until the duty that each began is met; -1: until a meeting has dealt with the part
                     */
};

struct chair_choice {
    const char *role; /* id of a code of the field `chair_role` */
    struct conditions when;
};

struct meeting_kind {
    const struct code *code; /* of the part_key of the types that arrange and hold meetings */
    const char *paragraph;
    const char *help;                  /* NULL for none */
    const struct chair_choice *chairs; /* the first whose conditions hold */
    size_t chair_count;
    int quorum;  /* how many agencies must be there; 0: not asked */
    bool linked; /* about the children of all linked cases, unless its chair says otherwise */
};

/* ---- cases of other procedures, once they are moved here: what their ids mean. See record/carry.h.
 * -------------------------------------------------------------------------------------------------------- */

struct carried_code {
    const char *from;
    const struct code *to;
};
struct carried_field {
    const char *from;                 /* their field; NULL with `says` */
    int to;                           /* index of ours */
    const struct code *says;          /* ours always says this; NULL */
    const struct carried_code *codes; /* where they are not called the same */
    size_t code_count;
};
struct carried_type {
    const char *from;
    int to;
    const struct carried_field *fields; /* where they are not called the same */
    size_t field_count;
};
struct carried_rule {
    const char *from;
    int to;
    bool keeps; /* a duty that was running keeps the due time it had */
};
struct carry {
    const char *pack; /* id of the other procedure */
    const struct carried_type *types;
    size_t type_count;
    const struct carried_rule *rules;
    size_t rule_count;
};

struct role {
    const char *id;
    int index;
    const char *title;
    const char *agency; /* the only agency it exists in; NULL for any */
    bool reads_cases;
    bool reads_looks;   /* may see who has looked at a case */
    bool reviews_looks; /* is told of break glass and of unusual looks, and reviews them; reads no case */
    bool inspects;      /* reads cases and changes nothing */
    bool administers;
    bool administers_agency;     /* keeps the accounts of its own agency, and nothing else */
    bool given_by_administrator; /* no agency administrator gives it */
    bool moves_cases;            /* may move an open case to another procedure */
    bool counts;                 /* sees the figures of the partnership, which name nobody */
    bool own_part; /* works on the parts of plans that are its agency's, and sees nothing else of a case */
    bool holds_records;     /* places and lifts a legal hold */
    bool proposes_disposal; /* of records whose time is over; another person agrees */
    bool agrees_disposal;
    bool answers_requests;  /* of a person for what is held about them: prepares the answer */
    bool releases_requests; /* reads what was prepared by another, and lets it go out */
};

/* ---- notices and the directory
 * ------------------------------------------------------------------------------------------- */

enum notice_on { NOTICE_ENTRY, NOTICE_BEGUN, NOTICE_DUE_SOON, NOTICE_OVERDUE };

/* Who is told: the duty point or named worker a referral goes to, who owns the duty, or a role. */
struct addressee {
    bool routed;
    bool owner;
    const char *role;
    const char *agency;
};

/* What tells whom. In an e-mail nothing of it stands but that something is due. */
struct notice_rule {
    const char *id; /* kebab-case */
    int index;
    const char *title; /* what stands in the list of notices; NULL with a duty: the duty's title */
    const char *paragraph;
    enum notice_on on;
    struct pattern entry; /* NOTICE_ENTRY */
    const bool *rules;    /* by duty rule; prompts are never told of */
    int hours;            /* NOTICE_DUE_SOON: how long before */
    const struct addressee *to;
    size_t to_count;
};

/* Where the facts that route a referral stand: fields of the start type and of the details; -1 for none. */
struct routing {
    const char *paragraph; /* NULL: referrals are not routed */
    int area;              /* of the start type */
    int worker;            /* of the start type: the social worker of a child who is looked after */
    int child_area;        /* of the details */
    int postcode;
    int address;
};

struct pack {
    const char *id;      /* "llr-chapter-11" */
    const char *version; /* "1.0" */
    const char *title;
    const char *source;         /* what it implements, quoted */
    const char *const *sources; /* short names of the texts that paragraphs are of; none: numbers alone */
    size_t source_count;
    const char *zone;     /* "Europe/London" */
    const char *holidays; /* path, relative to the folder of the pack */
    const struct calendar *calendar;
    uint8_t hash[32]; /* of all its files: what entries name as the version they were written under */
    const struct code_list *code_lists;
    size_t code_list_count;
    const struct entry_type *types;
    size_t type_count;
    const struct duty_rule *rules;
    size_t rule_count;
    const struct gate *gates;
    size_t gate_count;
    const struct mark *marks;
    size_t mark_count;
    const struct role *roles;
    size_t role_count;
    const struct reference_text *references;
    size_t reference_count;
    const struct age_band *bands;
    size_t band_count;
    const struct meeting_kind *meetings; /* none: meetings are recorded by their forms alone */
    size_t meeting_count;
    const struct invitee *invitees;
    size_t invitee_count;
    const struct agenda_part *agenda; /* in its order */
    size_t agenda_count;
    const struct notice_rule *notices;
    size_t notice_count;
    struct routing routing;
    int stale_days;               /* a contact checked longer ago is to be checked again; 0: not said */
    const struct screen *screens; /* pack/screen.h */
    size_t screen_count;
    const struct entry_type *screen_type; /* records them; NULL where the pack has no screens */
    const struct carry *carries;
    size_t carry_count;
    struct access_policy access;       /* pack/access.h */
    const struct retention *retention; /* pack/retention.h; NULL in a pack made by hand */
    struct looking looking;
    const struct duty_uses *uses; /* by entry type */
    const int *rule_ranks;        /* by rule: its place in the order of the ids */
    const int *type_places;       /* by a hash of its id; -1: none */
    size_t type_mask;
    size_t beginning_count; /* that wait for other entries, of all rules */
    int start_type;         /* PART_START */
    int correction_type;    /* PART_CORRECTION */
    int details_type;       /* PART_DETAILS */
};

/*
 * Every table by entry type has one row more than there are types: the last is for entries that are not of
 * this pack, and says nothing of them.
 */
static inline size_t pack_type_rows(const struct pack *pack)
{
    return pack->type_count + 1;
}
static inline bool pack_owns(const struct pack *pack, const struct entry_type *type)
{
    return type->index >= 0 && (size_t)type->index < pack->type_count && &pack->types[type->index] == type;
}

const struct entry_type *pack_type(const struct pack *pack, const char *id); /* NULL when there is none */
/* When the types have their ids: so that one is found by it. */
void pack_place_types(struct arena *arena, struct pack *pack);
const struct code_list *pack_codes(const struct pack *pack, const char *id);
const struct duty_rule *pack_rule(const struct pack *pack, const char *id);
const struct role *pack_role(const struct pack *pack, const char *id);
const struct mark *pack_mark(const struct pack *pack, const char *id);
const struct meeting_kind *pack_meeting(const struct pack *pack, const char *code);
/* The type of a part and a step, or NULL. */
const struct entry_type *pack_part(const struct pack *pack, enum entry_part part, enum entry_step step);

/* A paragraph in a sentence: "paragraph 11.18", or "Working Together 2023, chapter 3" as it is. */
const char *paragraph_words(struct arena *arena, const char *paragraph);
/* ... and where a line begins: "Paragraph 11.18". */
const char *paragraph_title(struct arena *arena, const char *paragraph);

/* Fills `uses`, `rule_ranks` and `beginning_count` when types and rules stand: the last step of loading (and
   of a pack made by hand in a test). */
void pack_link_duties(struct arena *arena, struct pack *pack);

/* ---- loading
 * ------------------------------------------------------------------------------------------------- */

struct pack_fault {
    const char *file; /* with its folder, as it was given */
    int line;         /* 1 is the first, and the file as a whole */
    const char *text;
};

/*
 * Reads and checks every *.yaml of a folder, in name order. On faults: ERROR_PACK, and *ret_faults holds
 * every one (sorted by file and line). YAML with anchors, aliases, tags or duplicate keys, files over 4 MB
 * and text that is not UTF-8 are faults. Memory is bounded by the cap of the arena (256 MB is plenty).
 */
const struct error *pack_load(struct arena *arena, const char *folder, const struct pack **ret_pack,
                              const struct pack_fault **ret_faults, size_t *ret_fault_count) MUST_CHECK;

/*
 * The files of a pack as one text, so that a store can keep every version it has used, and back. The hash is
 * over this text.
 */
const struct error *pack_bundle(struct arena *arena, const char *folder, const char **ret_text,
                                size_t *ret_size) MUST_CHECK;
/* `folder` is only what the path of the holidays is relative to: the calendar is always today's. */
const struct error *pack_load_bundle(struct arena *arena, const char *text, size_t size, const char *folder,
                                     const struct pack **ret_pack, const struct pack_fault **ret_faults,
                                     size_t *ret_fault_count) MUST_CHECK;

#endif
