#include "web/request_words.h"

const char *request_heading(struct arena *arena, const struct request_item *item)
{
    switch (item->kind) {
    case REQUEST_DETAIL:
        return arena_printf(arena, "Details, written on %s", show_moment(arena, item->pack, item->occurred));
    case REQUEST_ANSWER:
    case REQUEST_EARLIER:
    case REQUEST_RECORDED:
        return arena_printf(arena, "%s, %s", item->type->title,
                            show_moment(arena, item->pack, item->occurred));
    case REQUEST_LOOKS:
        break;
    }
    return "Who has looked at the record";
}

const char *request_question(struct arena *arena, const struct pack *pack, const struct request_item *item)
{
    if (item->kind == REQUEST_LOOKS) {
        const char *agency = show_code(pack, "agency", item->agency);
        return *agency == '\0' ? "Who keeps the service running" : agency;
    }
    if (item->field == NULL) {
        return "It was recorded";
    }
    return item->kind == REQUEST_EARLIER
               ? arena_printf(arena, "%s (before it was corrected)", item->field->label)
               : item->field->label;
}

const char *request_answer(struct arena *arena, const struct pack *pack, const struct request_item *item)
{
    if (item->words != NULL) {
        return item->words;
    }
    if (item->kind == REQUEST_LOOKS) {
        return arena_printf(arena, "%s, from %s to %s",
                            show_count(arena, (size_t)item->looks, "time", "times"),
                            show_day_of(arena, pack, item->first), show_day_of(arena, pack, item->last));
    }
    return item->field == NULL ? "Yes" : show_value(arena, item->pack, item->field, item->value);
}

bool request_goes_on(const struct request_item *before, const struct request_item *item)
{
    return before != NULL && before->entry == item->entry &&
           (item->entry != NULL || item->kind == before->kind);
}
