/* The people of the demonstration, an account for each role, all with the one password. */
#include "cli/demo/demo.h"

#include "base/text.h"
#include "store/store.h"

const char demo_password[] = "heron lantern bicycle";

static const struct {
    const char *username;
    const char *name;
    const char *role;
    const char *agency;
} people[WORKERS] = {
    [SCHOOL_NURSE] = {"school-nurse", "Grace Achebe", "referrer", "health"},
    [DUTY_MANAGER] = {"duty-manager", "Parveen Ashworth", "duty-manager", "social-care"},
    [SOCIAL_WORKER] = {"social-worker", "Daniel Kowalczyk", "social-worker", "social-care"},
    [TEAM_MANAGER] = {"team-manager", "Meera Chauhan", "team-manager", "social-care"},
    [REVIEWING_OFFICER] = {"reviewing-officer", "Siobhan Farrell", "reviewing-officer", "social-care"},
    [POLICE_OFFICER] = {"police-officer", "DC Tom Bradshaw", "police-officer", "police"},
    [ADMINISTRATOR] = {"administrator", "Yusuf Patel", "administrator", "social-care"},
    [TEACHER] = {"teacher", "Helen Marsh", "referrer", "education"},
    [YOUTH_WORKER] = {"youth-worker", "Amina Warsame", "referrer", "voluntary"},
    [HOUSING_OFFICER] = {"housing-officer", "Leon Campbell", "referrer", "housing"},
    [VOLUNTARY_WORKER] = {"voluntary-worker", "Farzana Iqbal", "voluntary-worker", "voluntary"},
    [PARTNERSHIP_ANALYST] = {"partnership-analyst", "Owen Marriott", "partnership-analyst", "social-care"},
    [INFORMATION_LEAD] = {"information-lead", "Ingrid Okafor", "information-lead", "social-care"},
    [RECORDS_OFFICER] = {"records-officer", "Joan Pettifer", "records-officer", "social-care"},
    [RECORDS_DEPUTY] = {"records-deputy", "Victor Lindqvist", "records-officer", "social-care"},
    [INSPECTOR] = {"inspector", "Robert Haines", "inspector", "other"},
};

void demo_print(enum worker worker)
{
    printf("  %-18s %s (%s, %s)\n", people[worker].username, people[worker].name, people[worker].role,
           people[worker].agency);
}

static struct actor actor_of(const struct pack *pack, const struct account_view *view)
{
    const struct role *role = pack_role(pack, view->role);
    return (struct actor){
        .account = view->id,
        .username = view->username,
        .name = view->name,
        .role = role,
        .agency = view->agency,
        .purpose = role->administers         ? "administration"
                   : role->reviews_looks     ? "review-of-looks"
                   : role->inspects          ? "inspection"
                   : role->proposes_disposal ? "record-keeping"
                                             : "direct-work",
    };
}

const struct error *demo_accounts(struct arena *arena, struct world *world)
{
    enum { YEARS_AGO = 3 };
    struct instant then = instant_add_ms(world->now, -(int64_t)YEARS_AGO * 365 * MS_PER_DAY);
    const struct act act = {world->service, arena, NULL, then};
    const struct account_view *views;
    size_t count;
    const char *names[WORKERS];
    for (int i = 0; i < WORKERS; i++) {
        const char *link;
        names[i] = people[i].username;
        TRY(act_account_add(&act, people[i].username, people[i].name, people[i].role, people[i].agency,
                            &link));
    }
    TRY(act_password_share(&act, names, WORKERS, demo_password));
    TRY(act_account_list(&act, &views, &count));
    for (size_t v = 0; v < count; v++) {
        for (int i = 0; i < WORKERS; i++) {
            if (text_equal(views[v].username, people[i].username)) {
                world->workers[i] = actor_of(world->pack, &views[v]);
                /* they have worked until now: what nobody uses is locked */
                store_account_used(service_store(world->service), views[v].id, world->now);
            }
        }
    }
    return NULL;
}
