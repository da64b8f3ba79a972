/*
 * The demonstration: invented children whose cases go through the procedure by the same acts as everybody
 * else's, with the clock of each act moved. A story is told from its beginning to the present moment and
 * simply stops there, so that cases stand in every stage, with what is then running, late and overdue.
 *
 * The same seed, number and time give the same children, entries and times. Every name, address and event is
 * invented; telephone numbers are of Ofcom's ranges for drama; postcodes end in letters that no postcode has.
 */
#ifndef WM_CLI_DEMO_DEMO_H
#define WM_CLI_DEMO_DEMO_H

#include "act/act.h"
#include "pack/pack.h"

#include <jansson.h>
#include <pthread.h>
#include <stdatomic.h>

/* ---- dice: the same throws for the same seed ---- */

struct dice {
    uint64_t state;
};
struct dice dice_new(uint64_t seed, uint64_t number, uint64_t purpose);
uint64_t dice_throw(struct dice *dice);
int dice_between(struct dice *dice, int least, int most); /* both included */
bool dice_chance(struct dice *dice, int percent);

/* ---- who works with them (accounts.c) ---- */

enum worker {
    SCHOOL_NURSE,
    DUTY_MANAGER,
    SOCIAL_WORKER,
    TEAM_MANAGER,
    REVIEWING_OFFICER,
    POLICE_OFFICER,
    ADMINISTRATOR,
    TEACHER,
    YOUTH_WORKER,
    HOUSING_OFFICER,
    VOLUNTARY_WORKER,
    PARTNERSHIP_ANALYST,
    INFORMATION_LEAD,
    INSPECTOR,
    RECORDS_OFFICER,
    RECORDS_DEPUTY,
    WORKERS
};
extern const char demo_password[];
void demo_print(enum worker worker); /* its line in the list of accounts */

/* The last children of a demonstration, and one more that is not counted: closed long ago (keeping.c). */
enum { LONG_AGO = 4, LONG_AGO_LEAST = 20 };

struct world {
    struct service *service;
    const struct pack *pack;
    struct instant now;
    uint64_t seed;
    int children;
    struct actor workers[WORKERS];
    char long_ago[LONG_AGO][REFERENCE_TEXT];
    /* shared by the tellers */
    atomic_int next;
    atomic_ullong entries;
    pthread_mutex_t lock; /* of the two below */
    const struct error *error;
    struct arena *error_arena;
};
const struct error *demo_accounts(struct arena *arena, struct world *world) MUST_CHECK;
const struct error *demo_directory(struct arena *arena, const struct world *world) MUST_CHECK;

/* ---- what happens (scenarios.c) ---- */

/*
 * Texts hold {words} of the child (teller.c) and [one|of|these]. Lists of texts are lines; lists of codes are
 * words. NULL: there is none.
 */
struct scenario {
    const char *id;
    int weight; /* how often */
    int age_least;
    int age_most;
    int girls; /* of a hundred */
    enum worker referrer;
    const char *source; /* code of the national list */
    const char *involvement;
    bool danger;
    const char *danger_reason;
    const char *referral;
    const char *exchange;
    const char *route;
    const char *parents_reason; /* why they are not told yet; NULL: they were */
    const char *views;
    const char *views_how;
    const char *vulnerability; /* codes */
    const char *vulnerability_notes;
    const char *decision;
    const char *abuser; /* how the alleged abuser is known */
    const char *abuser_notes;
    bool abuser_has_children;
    const char *finding; /* of the initial assessment */
    const char *assessment;
    const char *harm; /* lines; NULL: no significant harm was found */
    const char *enquiry;
    const char *meeting;
    const char *decisions; /* lines */
    const char *health;
    const char *education;
    const char *family;
    const char *outcome;
    const char *concluded;
    bool family_protects;
    const char *goals; /* lines */
    const char *parts; /* codes of the exit strategy */
    const char *barriers;
    const char *barrier_help;
    const char *plan_views;
    const char *reviews[3];
    const char *closing;
    const char *again; /* the referral after it was closed */
};
extern const struct scenario scenarios[];
extern const size_t scenario_count;
const struct scenario *scenario_find(const char *id);

/* ---- who it happens to (child.c) ---- */

struct child_facts {
    bool girl;
    const char *given;
    const char *family;
    const char *background; /* ethnicity code */
    const char *language;
    const char *disability; /* codes */
    const char *learning;
    const char *area;
    const char *address;
    const char *postcode;
    const char *phone;
    const char *school;
    const char *practice;
    const char *parent;      /* "mother" */
    const char *parent_name; /* "Nasreen Malik" */
    const char *sibling;
    const char *friend_name;
    const char *gift;
    const char *place;
    const char *app;
};
/* Of the child of that number; two of ten are brother and sister of the one before. */
struct child_facts child_facts(struct arena *arena, const struct world *world, int number,
                               const struct scenario *scenario);

/* ---- telling (teller.c) ---- */

struct teller {
    struct world *world;
    struct arena *arena; /* of the child */
    struct arena *work;  /* of one act */
    int number;
    struct dice dice;
    const struct scenario *scenario;
    struct child_facts child;
    struct instant now;
    struct day birth;
    const char *reference; /* NULL before the first referral */
    uint64_t seq;          /* of the last entry */
    uint64_t referral_seq;
    int64_t late_ms; /* the next entry happened that long before it is written down */
    int stall;       /* enum stage of the story that nobody gets round to; 0: none */
    bool looked_after;
    bool over;
    const struct error *error;
};

/* A text of the scenario with its words put in, in the arena of the child. NULL stays NULL. */
const char *say(struct teller *teller, const char *text);
json_t *say_lines(struct teller *teller, const char *lines); /* NULL when there are none */
json_t *words_json(const char *codes);
/* Time goes on; past the present the story is over. */
void wait_minutes(struct teller *teller, int least, int most);
void wait_hours(struct teller *teller, int least, int most); /* then to office hours */
void wait_days(struct teller *teller, int least, int most);  /* then to office hours */
void wait_until(struct teller *teller, struct instant at);
struct instant in_days(struct teller *teller, int least, int most); /* a time in office hours from now on */
const char *time_text(struct teller *teller, struct instant at);
/* Records it, unless the story is over. Takes the reference of `fields`. */
void tell(struct teller *teller, enum worker who, const char *type, json_t *fields);
void tell_referral(struct teller *teller, enum worker who, json_t *details, json_t *fields);
void tell_correction(struct teller *teller, enum worker who, uint64_t seq, const char *type, json_t *fields,
                     const char *reason);

/* ---- records of long ago (keeping.c) ---- */

bool is_of_long_ago(const struct world *world, int number);
void begin_long_ago(struct teller *teller); /* instead of what its band says */
void end_long_ago(const struct teller *teller);
/* What was decided about them. */
const struct error *demo_keeping(struct arena *arena, const struct world *world) MUST_CHECK;

/* ---- the story (story.c) ---- */

void story_of(struct teller *teller, int number);

#endif
