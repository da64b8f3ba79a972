/*
 * Until when a case is kept. The rules are those of the version that is served now: a case that was closed
 * under an older version is kept as long as today's law says, though it is read as it was written.
 */
#include "act/fact.h"
#include "act/inner.h"

#include "base/text.h"
#include "procedure/moved.h"
#include "procedure/retention.h"
#include "record/decode.h"

static const struct pack *rules_for(const struct service *service, const struct pack *pack)
{
    const struct served *same = served_by_id(service, pack->id);
    return same != NULL ? same->pack : pack;
}

static struct day day_in(const struct pack *pack, struct instant at)
{
    return moment_of_instant(pack, at).day;
}

/* The history as the pack whose rules count reads it. */
static const struct position *position_under(const struct act *act, const struct case_view *view,
                                             const struct pack *pack)
{
    if (pack == view->pack) {
        return view->position;
    }
    struct child child = {view->child.has_birth, view->child.birth};
    const struct history *history =
        history_if_moved(act->arena, pack, view->pack, view->entries, view->entry_count, child, act->now);
    return position_of(act->arena, history, act->now);
}

static struct kept_fact fact_from(const struct pack *pack, const struct entry *const *entries, size_t count)
{
    struct kept_fact kept = {.pack = pack, .entries = count};
    for (size_t i = 0; i < count; i++) {
        struct day day = day_in(pack, entries[i]->recorded_at);
        kept.begun = i == 0 || day.number < kept.begun.number ? day : kept.begun;
        kept.last = i == 0 || day.number > kept.last.number ? day : kept.last;
    }
    return kept;
}

void kept_fact_outside(const struct act *act, const struct stream *stream, struct kept_fact *ret_kept)
{
    const struct pack *pack = rules_for(act->service, stream->pack);
    *ret_kept = fact_from(pack, stream->entries, stream->count);
    struct retention_facts facts = {
        .record = RETENTION_OUTSIDE, .begun = ret_kept->begun, .last = ret_kept->last};
    struct retained retained = retention_due(pack, &facts, ret_kept->last);
    ret_kept->rule = retained.rule;
    ret_kept->last_day = retained.last_day;
}

void kept_fact_of(const struct act *act, const struct case_view *view, struct kept_fact *ret_kept)
{
    const struct pack *pack = rules_for(act->service, view->pack);
    struct kept_fact kept = fact_from(pack, view->entries, view->entry_count);
    kept.open = view->state->open;
    if (!kept.open) {
        kept.closed = view->state->closed->occurred.day;
        struct retention_facts facts = {.record = RETENTION_CASE,
                                        .position = position_under(act, view, pack),
                                        .begun = kept.begun,
                                        .last = kept.last,
                                        .closed = kept.closed,
                                        .child = {view->child.has_birth, view->child.birth}};
        struct retained retained = retention_due(pack, &facts, kept.last);
        kept.rule = retained.rule;
        kept.last_day = retained.last_day;
    }
    *ret_kept = kept;
}
