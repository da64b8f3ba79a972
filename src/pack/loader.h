/*
 * The pack while it is being read. Internal to src/pack: the sections of the files come first, then names
 * (ids get their indexes), then what refers to names, then the checks that need the whole.
 *
 * Reading goes on after a fault, with an empty text or a first row in place of what was wrong, so that one
 * run tells an author everything.
 */
#ifndef WM_PACK_LOADER_H
#define WM_PACK_LOADER_H

#include "pack/access.h"
#include "pack/fault.h"
#include "pack/yaml.h"

enum section {
    SECTION_PACK,
    SECTION_CODES,
    SECTION_SHARED_PAGES,
    SECTION_SHARED_FIELDS,
    SECTION_ENTRIES,
    SECTION_DUTIES,
    SECTION_GATES,
    SECTION_MARKS,
    SECTION_ROLES,
    SECTION_REFERENCES,
    SECTION_AGE_BANDS,
    SECTION_MEETINGS,
    SECTION_INVITEES,
    SECTION_AGENDA,
    SECTION_NOTICES,
    SECTION_ROUTING,
    SECTION_DIRECTORY,
    SECTION_SCREENS,
    SECTION_CARRIES,
    SECTION_RETENTION,
    SECTION_DISPOSAL,
    SECTION_EXEMPTIONS,
    SECTION_SUBJECT_ACCESS,
    SECTION_LOOKS,
    SECTION_UNUSUAL_LOOKS,
    SECTION_ACCESS,
    SECTIONS
};

/* The items of one section over all files, in order. */
struct items {
    const struct yaml **list;
    size_t count;
    size_t room;
};

struct loader {
    struct arena *arena;
    struct faults *faults;
    struct items sections[SECTIONS];
    struct pack *pack;
    struct code_list *lists;
    struct entry_type *types;
    struct duty_rule *rules;
    struct gate *gates;
    struct mark *marks;
    struct role *roles;
    struct reference_text *references;
    bool *list_used;   /* by code list */
    bool *pages_used;  /* by shared page */
    bool *fields_used; /* by shared field */
    bool *references_used;
    struct meeting_kind *meetings;
    struct access_policy access;
};

/* Whose fields conditions speak of. */
struct scope {
    int type;          /* one type, or ANY_TYPE */
    const bool *types; /* with ANY_TYPE: those allowed; NULL for all */
    bool listed;       /* with ANY_TYPE: `types` was written out, so each of them must have the fields */
    bool of_case;      /* conditions on the whole case (has, lacks, duty_open) are allowed */
    bool of_no_entry;  /* no entry is at hand: conditions on fields are not allowed */
    bool of_pattern;   /* only conditions on the entry itself and the age: marks follow from patterns */
    const char *what;  /* "duty 'x'", for messages */
};

/* load.c: words of every section */
#define FAULT(loader, node, ...) fault_add((loader)->faults, (node)->file, (node)->line, __VA_ARGS__)
/* False, with a fault, when it is not a mapping; unknown keys are faults. `keys` ends with NULL. */
bool load_map(struct loader *loader, const struct yaml *node, const char *what, const char *const *keys);
/* The text of a key; NULL when it is missing (a fault if `required`), or not a text or empty (a fault). */
const char *load_text(struct loader *loader, const struct yaml *map, const char *key, bool required,
                      const char *what);
bool load_bool(struct loader *loader, const struct yaml *map, const char *key, const char *what);
int64_t load_number(struct loader *loader, const struct yaml *map, const char *key, int64_t min, int64_t max,
                    int64_t missing, const char *what);
const char *load_paragraph(struct loader *loader, const struct yaml *map, const char *key, bool required,
                           const char *what);
/* An id: letters, digits and `joint` ('-' or '_') between; "" after a fault. */
const char *load_id(struct loader *loader, const struct yaml *map, char joint, const char *what);
/* The position of a word among `words` (NULL ends them), or -1 with a fault. */
int load_word(struct loader *loader, const struct yaml *node, const char *const *words, const char *what);
/* A list, or one thing alone as a list of one. Iterate with ->next; NULL is an empty list. */
const struct yaml *load_list(struct loader *loader, const struct yaml *node, size_t *ret_count);
/* Faults for ids that two items of a section share. */
void load_unique(struct loader *loader, enum section section, const char *what);

void load_file(struct loader *loader, const struct yaml *root);
/* Fills loader->pack from the sections. */
void load_all(struct loader *loader);

/* load_entry.c */
void load_codes(struct loader *loader);
void load_roles(struct loader *loader);
void load_type_names(struct loader *loader);  /* ids, fields, pages */
void load_type_wishes(struct loader *loader); /* required_when, shown_when: need marks and all fields */
const char *field_kind_name(enum field_kind kind);

/* load_condition.c */
void load_conditions(struct loader *loader, const struct yaml *list, const struct scope *scope,
                     struct conditions *ret_conditions);
/* {entry, when}: the keys beside them that the caller knows are in `more` (NULL for none). */
void load_pattern(struct loader *loader, const struct yaml *node, const char *const *more, const char *what,
                  struct pattern *ret_pattern);
/* Of a gate on any entry, of those that it guards (`types`): each can be as `list` asks, or it could never be
   recorded. `when`: what must hold for the gate to ask at all. */
void check_required(struct loader *loader, const struct yaml *list, const char *what,
                    const struct conditions *when, const struct conditions *require, const bool *types);
/* The types of an `entry:` key: one type, or `any` or a list. False after a fault. */
bool load_entry_names(struct loader *loader, const struct yaml *map, const char *what, int *ret_type,
                      const bool **ret_types, bool *ret_listed);

/* load_rule.c: what is told apart by a field is told apart by answers that can be the same */
struct per {
    const char *field;
    const int *fields; /* by entry type */
    int first;         /* the first type that was looked at; -1: none */
};
void check_same_kind(struct loader *loader, const struct yaml *node, struct per *per, int type,
                     const char *what);
void load_rule_names(struct loader *loader);
void load_rules(struct loader *loader);
void load_mark_names(struct loader *loader);
void load_marks(struct loader *loader);
void load_gates(struct loader *loader);

/* load_reference.c: other texts, and bands of age */
void load_reference_names(struct loader *loader);
void load_references(struct loader *loader);
void load_bands(struct loader *loader);
/* The references that an entry type names with `see`. */
void load_see(struct loader *loader, const struct yaml *node, struct entry_type *type);

/* load_suggestion.c: what a form begins with. `node` NULL: nothing. */
void load_suggestion(struct loader *loader, const struct yaml *node, const struct scope *scope,
                     struct field *field);

/* load_meeting.c: kinds of meetings, who is asked, what they deal with */
void load_meetings(struct loader *loader);
/* load_notice.c: who is told, where a referral goes, and the directory */
void load_notices(struct loader *loader);
void load_directory(struct loader *loader);

/* load_screen.c: screening tools */
void load_screens(struct loader *loader);
/* A screen supports judgement and ends nothing: no rule may meet or cancel a duty, or let anything pass, by
 * what a screen came to. */
void check_screen_pattern(struct loader *loader, const struct yaml *node, const struct pattern *pattern,
                          const char *what);

/* load_looking.c: the log of looks */
void load_looking(struct loader *loader);

/* load_carry.c: what entries and duties of other procedures mean here */
void load_carries(struct loader *loader);

/* load_retention.c: how long records are kept, and what is left out of what a person is given */
void load_retention(struct loader *loader);

/* load_access.c: labels (before the types that bear them), who is involved by what, and the rules */
void load_labels(struct loader *loader);
void load_access(struct loader *loader);
/* The labels that a key of `node` names (one, or a list): a set, and their ids joined as entries keep them.
 */
label_set load_label_names(struct loader *loader, const struct yaml *node, const char *key, const char *what,
                           const char **ret_text);

/* load_access_rules.c: the tables, and what is wrong with them as a whole */
void load_access_rules(struct loader *loader, const struct yaml *access);

/* check.c: what can be said only of the whole */
void check_pack(struct loader *loader);
/* Why no entry of that type can ever meet the pattern, or NULL. */
const char *pattern_contradiction(struct loader *loader, const struct pattern *pattern, int type);
/* True when some entry can. */
bool pattern_possible(struct loader *loader, const struct pattern *pattern);
bool pattern_takes(const struct pattern *pattern, int type);

#endif
