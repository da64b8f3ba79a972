/*
 * Records of long ago, so that there is something to see for those who keep records: one that is due, one
 * that was proposed, one that is held, and one that was destroyed.
 */
#include "cli/demo/demo.h"

#include "act/disposal.h"
#include "act/request.h"
#include "base/text.h"
#include "calendar/calendar.h"

enum { YEARS_AGO = 17 };

bool is_of_long_ago(const struct world *world, int number)
{
    return world->children >= LONG_AGO_LEAST && number >= world->children - (LONG_AGO - 1) &&
           number < world->children + 1;
}

void begin_long_ago(struct teller *teller)
{
    const struct pack *pack = teller->world->pack;
    struct day day = day_add_months(calendar_day(pack->calendar, teller->world->now), -12 * YEARS_AGO);
    day.number -= dice_between(&teller->dice, 0, 200);
    teller->scenario = scenario_find("not-confirmed");
    teller->now = instant_add_ms(calendar_day_start(pack->calendar, day), 10 * (int64_t)MS_PER_HOUR);
    teller->stall = 0;
}

void end_long_ago(const struct teller *teller)
{
    struct world *world = teller->world;
    char *reference = world->long_ago[teller->number - (world->children - (LONG_AGO - 1))];
    (void)snprintf(reference, REFERENCE_TEXT, "%s", teller->reference == NULL ? "" : teller->reference);
}

/* ---- what was decided about them ---- */

struct keeping {
    struct arena *arena;
    const struct world *world;
    struct id record;
};

static struct act act_then(const struct keeping *keeping, enum worker who, int days)
{
    struct actor *actor = arena_one(keeping->arena, struct actor);
    struct instant then = instant_add_ms(keeping->world->now, -(int64_t)days * MS_PER_DAY);
    *actor = keeping->world->workers[who];
    actor->proved_at = then;
    return (struct act){keeping->world->service, keeping->arena, actor, then};
}

static const struct error *step(struct keeping *keeping, enum worker who, int days, enum disposal_act what,
                                const char *reason)
{
    struct act act = act_then(keeping, who, days);
    const struct disposal_view *view;
    TRY(act_disposal_read(&act, keeping->record, &view));
    return act_disposal_step(&act, keeping->record, what, view->proposal, reason);
}

static const struct error *find(struct keeping *keeping, int index)
{
    struct act act = act_then(keeping, RECORDS_OFFICER, 0);
    return act_disposal_find(&act, keeping->world->long_ago[index], &keeping->record);
}

/* ---- what somebody asked for ---- */

/* They were children once; now they ask what is held. Of long ago it was answered, of late it waits. */
static const struct error *request_made(struct keeping *keeping, int days)
{
    struct act act = act_then(keeping, RECORDS_OFFICER, days);
    const struct match *matches;
    size_t count;
    struct id id;
    const char *reference = keeping->world->long_ago[2];
    TRY(act_request_search(&act, reference, &matches, &count));
    struct request_input input = {
        .reference = reference,
        .asked_by = count == 0 ? "Somebody" : matches[0].full_name,
        .asks_as = "self",
        .identity = "A driving licence was shown at the desk",
        .wants = "Everything from the year of the referral",
        .has_received = true,
        .received = calendar_day(keeping->world->pack->calendar, act.now),
    };
    TRY(act_request_begin(&act, &input, &id));
    act = act_then(keeping, RECORDS_OFFICER, days - 2);
    TRY(act_request_prepare(&act, id, "The names of other people are left out."));
    if (days < 30) {
        return NULL;
    }
    const struct request_view *view;
    act = act_then(keeping, RECORDS_DEPUTY, days - 4);
    TRY(act_request_read(&act, id, &view));
    return act_request_release(&act, id, view->prepared, "Handed over in person");
}

const struct error *demo_keeping(struct arena *arena, const struct world *world)
{
    struct keeping keeping = {arena, world, {{0}}};
    if (world->children < LONG_AGO_LEAST) {
        return NULL;
    }
    TRY(find(&keeping, 1));
    TRY(step(&keeping, RECORDS_OFFICER, 4, DISPOSAL_PROPOSE, "Its time is over and nobody has asked for it"));
    TRY(find(&keeping, 2));
    TRY(step(&keeping, TEAM_MANAGER, 30, DISPOSAL_HOLD,
             "A review of old referrals needs it until it has reported"));
    TRY(find(&keeping, 3));
    TRY(step(&keeping, RECORDS_OFFICER, 22, DISPOSAL_PROPOSE, "Its time is over"));
    TRY(step(&keeping, RECORDS_DEPUTY, 20, DISPOSAL_AGREE, "No claim, complaint or inquiry is known"));
    TRY(step(&keeping, RECORDS_DEPUTY, 2, DISPOSAL_DESTROY, NULL));
    TRY(request_made(&keeping, 60));
    return request_made(&keeping, 5);
}
