/*
 * Who may see what, asked of the policy of a pack for every role, agency and way of being involved: as a page
 * for people (docs/who-sees-what.md), or cell by cell for the test that compares it with the running program.
 */
#include "base/buf.h"
#include "base/text.h"
#include "cli/cli.h"
#include "procedure/access.h"

#include <string.h>

enum { MEMORY = 64 * 1024 * 1024, WAYS = 8, OWNS = 4 };

static const struct instant some_time = {1};
static const struct access_span always = {{0}, {INT64_MAX}};

/* The ways in which somebody may stand to a case. */
static const struct way {
    const char *id;
    const char *title;
    enum access_involved as;
    bool restricted;
    bool conflict;
    bool granted;
} ways[WAYS] = {
    {"not", "Not involved", INVOLVED_NOT, false, false, false},
    {"agency", "Agency involved", INVOLVED_AGENCY, false, false, false},
    {"team", "Team involved", INVOLVED_TEAM, false, false, false},
    {"person", "Named on it", INVOLVED_PERSON, false, false, false},
    {"restricted", "Restricted case, agency involved", INVOLVED_AGENCY, true, false, false},
    {"restricted-named", "Restricted case, named on it", INVOLVED_PERSON, true, false, false},
    {"conflict", "Interest of their own", INVOLVED_PERSON, false, true, false},
    {"granted", "Gave a reason", INVOLVED_NOT, false, false, true},
};
static const char *const act_ids[ACCESS_ACTS] = {
    [ACCESS_FIND] = "find", [ACCESS_READ] = "read", [ACCESS_RECORD] = "record"};
static const char *const answers[] = {
    [ACCESS_NO] = "no", [ACCESS_YES] = "yes", [ACCESS_WITH_REASON] = "with a reason"};

/* The ways in which an entry may stand to its reader. */
static const struct own {
    const char *id;
    const char *title;
    enum access_own own;
    bool disclosed;
} owns[OWNS] = {
    {"other", "Recorded elsewhere", OWN_OTHER, false},
    {"agency", "Recorded in their agency", OWN_AGENCY, false},
    {"self", "Recorded by them", OWN_SELF, false},
    {"disclosed", "Disclosed to their agency", OWN_OTHER, true},
};

struct asking {
    struct arena *arena;
    const struct pack *pack;
    const struct role *role;
    const char *agency;
    struct access_involvement involvement;
    struct access_actor actor;
    struct access_thing thing;
};

static void stand(struct asking *asking, const struct way *way)
{
    asking->involvement = (struct access_involvement){way->as, always};
    asking->actor = (struct access_actor){.role = asking->role->id,
                                          .agency = asking->agency,
                                          .team = way->as == INVOLVED_TEAM ? "a team" : NULL,
                                          .involvements = &asking->involvement,
                                          .involvement_count = way->as == INVOLVED_NOT ? 0 : 1,
                                          .conflict = way->conflict};
    if (way->granted) {
        asking->actor.granted = always;
    }
    asking->thing = (struct access_thing){.about = ABOUT_CASE, .restricted = way->restricted};
}

static struct access_ruling ask_case(struct asking *asking, const struct way *way, enum access_act act)
{
    stand(asking, way);
    return access_may(&asking->pack->access, &asking->actor, act, &asking->thing, some_time);
}

static struct access_ruling ask_entry(struct asking *asking, const struct way *way, const struct own *own,
                                      const struct label *label)
{
    stand(asking, way);
    asking->thing.about = ABOUT_ENTRY;
    asking->thing.own = own->own;
    asking->thing.label = label->index == LABEL_OPEN ? 0 : LABEL_BIT(label->index);
    if (own->disclosed) {
        asking->thing.disclosed = always;
    }
    return access_may(&asking->pack->access, &asking->actor, ACCESS_READ, &asking->thing, some_time);
}

/* Roles that get cases at all; the others are named beneath the table. */
static bool gets_cases(const struct role *role)
{
    return role->reads_cases;
}

/* ---- as cells */

static void print_cells_of(struct asking *asking)
{
    for (size_t w = 0; w < WAYS; w++) {
        for (int act = 0; act < ACCESS_ACTS; act++) {
            struct access_ruling ruling = ask_case(asking, &ways[w], (enum access_act)act);
            printf("case\t%s\t%s\t%s\t%s\t%s\t%s\n", asking->role->id, asking->agency, ways[w].id,
                   act_ids[act], answers[ruling.answer], ruling.rule == NULL ? "-" : ruling.rule->id);
        }
        for (size_t l = 0; l < asking->pack->access.label_count; l++) {
            for (size_t o = 0; o < OWNS; o++) {
                const struct label *label = &asking->pack->access.labels[l];
                struct access_ruling ruling = ask_entry(asking, &ways[w], &owns[o], label);
                printf("entry\t%s\t%s\t%s\t%s\t%s\t%s\t%s\n", asking->role->id, asking->agency, ways[w].id,
                       label->id, owns[o].id, answers[ruling.answer],
                       ruling.rule == NULL ? "-" : ruling.rule->id);
            }
        }
    }
}

/* ---- as a page */

/* What makes a row; agencies of a role whose rows are the same stand in one. */
typedef void row_of(struct asking *asking, const void *about, struct buf *row);

static void case_row(struct asking *asking, const void *about, struct buf *row)
{
    (void)about;
    for (size_t w = 0; w < WAYS; w++) {
        enum access_answer found = ask_case(asking, &ways[w], ACCESS_FIND).answer;
        enum access_answer read = ask_case(asking, &ways[w], ACCESS_READ).answer;
        enum access_answer record = ask_case(asking, &ways[w], ACCESS_RECORD).answer;
        buf_printf(row, " %s%s%s |", answers[read],
                   found == read || read == ACCESS_NO ? "" : ", and not found",
                   record == read ? "" : ", reads only");
    }
}

static const char *entry_word(struct asking *asking, const struct own *own, const struct label *label)
{
    enum access_answer agency = ask_entry(asking, &ways[1], own, label).answer;
    enum access_answer person = ask_entry(asking, &ways[3], own, label).answer;
    return agency == person       ? answers[agency]
           : person == ACCESS_YES ? "if named on the case"
                                  : "if not named";
}

static void entry_row(struct asking *asking, const void *about, struct buf *row)
{
    const struct label *label = about;
    for (size_t o = 0; o < OWNS; o++) {
        buf_printf(row, " %s |", entry_word(asking, &owns[o], label));
    }
}

static void print_rows_of(struct asking *asking, row_of *make, const void *about)
{
    const struct code_list *agencies = pack_codes(asking->pack, "agency");
    const char **rows = arena_many(asking->arena, const char *, agencies->code_count);
    bool *done = arena_many(asking->arena, bool, agencies->code_count);
    for (size_t i = 0; i < agencies->code_count; i++) {
        struct buf row;
        buf_init(&row, asking->arena, 4096);
        asking->agency = agencies->codes[i].id;
        make(asking, about, &row);
        rows[i] = buf_text(&row);
        done[i] = asking->role->agency != NULL && strcmp(asking->role->agency, asking->agency) != 0;
    }
    for (size_t i = 0; i < agencies->code_count; i++) {
        if (done[i]) {
            continue;
        }
        printf("| %s: %s", asking->role->title, agencies->codes[i].title);
        for (size_t j = i + 1; j < agencies->code_count; j++) {
            if (!done[j] && strcmp(rows[i], rows[j]) == 0) {
                printf(", %s", agencies->codes[j].title);
                done[j] = true;
            }
        }
        printf(" |%s\n", rows[i]);
    }
}

static void print_head(const char *const *titles, size_t count)
{
    printf("\n| Who |");
    for (size_t i = 0; i < count; i++) {
        printf(" %s |", titles[i]);
    }
    printf("\n|---|");
    for (size_t i = 0; i < count; i++) {
        printf("---|");
    }
    printf("\n");
}

static void print_table(struct asking *asking, row_of *make, const void *about)
{
    for (size_t r = 0; r < asking->pack->role_count; r++) {
        asking->role = &asking->pack->roles[r];
        if (gets_cases(asking->role)) {
            print_rows_of(asking, make, about);
        }
    }
}

static void print_others(const struct pack *pack)
{
    printf("\nNo case, however they stand to it:");
    const char *comma = "";
    for (size_t r = 0; r < pack->role_count; r++) {
        if (!gets_cases(&pack->roles[r])) {
            printf("%s %s", comma, pack->roles[r].title);
            comma = ",";
        }
    }
    printf(".\n");
}

static void print_page(struct asking *asking)
{
    const struct pack *pack = asking->pack;
    const char *titles[WAYS];
    printf(
        "# Who sees what: %s\n\nMade by `waymark who-sees-what` from `access.yaml` of %s %s, and compared "
        "with it "
        "and with the running program by the tests. A person who is\nrefused is told whom to ask. \"With a "
        "reason\" is broken glass: for a time, told to the information lead at once, and reviewed.\n\n## The "
        "case\n",
        pack->title, pack->id, pack->version);
    for (size_t w = 0; w < WAYS; w++) {
        titles[w] = ways[w].title;
    }
    print_head(titles, WAYS);
    print_table(asking, case_row, NULL);
    print_others(pack);
    for (size_t l = 0; l < pack->access.label_count; l++) {
        const struct label *label = &pack->access.labels[l];
        printf("\n## %s\n%s (paragraph %s)\n", label->title, label->text, label->paragraph);
        for (size_t o = 0; o < OWNS; o++) {
            titles[o] = owns[o].title;
        }
        print_head(titles, OWNS);
        print_table(asking, entry_row, label);
    }
}

static void print_cells(struct asking *asking)
{
    const struct code_list *agencies = pack_codes(asking->pack, "agency");
    for (size_t r = 0; r < asking->pack->role_count; r++) {
        asking->role = &asking->pack->roles[r];
        for (size_t a = 0; gets_cases(asking->role) && a < agencies->code_count; a++) {
            asking->agency = agencies->codes[a].id;
            if (asking->role->agency == NULL || strcmp(asking->role->agency, asking->agency) == 0) {
                print_cells_of(asking);
            }
        }
    }
}

int command_who_sees(int argc, char **argv)
{
    const char *folder = NULL;
    bool cells = false;
    size_t count;
    int status;
    const struct cli_option options[] = {
        CLI_PACK(&folder),
        {"--cells", NULL, "each answer on a line, with the rule that decided", NULL, &cells}};
    if (!cli_parse("who-sees-what", argc, argv, options, sizeof options / sizeof *options, NULL, 0, 0, &count,
                   &status)) {
        return status;
    }
    ARENA_CLEANUP struct arena *arena = arena_new(MEMORY);
    if (arena == NULL) {
        return cli_complain(CLI_FAILED, "out of memory");
    }
    struct asking asking = {.arena = arena};
    const struct error *error = cli_pack_load(arena, cli_pack_folder(folder), &asking.pack);
    if (error != NULL) {
        return cli_fail(arena, error);
    }
    (cells ? print_cells : print_page)(&asking);
    return cli_finish();
}
