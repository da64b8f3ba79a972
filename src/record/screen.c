#include "record/screen.h"

#include "base/text.h"

#include <string.h>

/* ---- reading answers ---- */

/* The text before `mark`, trimmed, and *rest behind it; the whole where there is none. */
static const char *cut(struct arena *arena, const char **rest, char mark)
{
    const char *at = *rest;
    const char *end = strchr(at, mark);
    size_t size = end == NULL ? strlen(at) : (size_t)(end - at);
    *rest = end == NULL ? at + size : end + 1;
    return text_trim(arena, arena_copy_n(arena, at, size));
}

static int answer_of(const struct screen_item *item, const char *name)
{
    for (size_t i = 0; i < item->answer_count; i++) {
        if (text_equal(item->answers[i].id, name) || text_equal(item->answers[i].title, name)) {
            return (int)i;
        }
    }
    return -1;
}

static const struct error *fault(struct arena *arena, const struct error *next, const char *text)
{
    return error_field(arena, ERROR_INVALID, "answers", next, "%s", text);
}

static const struct error *read_choices(struct arena *arena, const struct screen_item *item, const char *text,
                                        struct screen_reply *reply)
{
    bool *chosen = arena_many(arena, bool, item->answer_count);
    size_t count = 0;
    bool above = false;
    const char *choices = cut(arena, &text, ':');
    reply->chosen = chosen;
    reply->words = text_is_blank(text) ? NULL : text_trim(arena, text);
    do {
        const char *name = cut(arena, &choices, ',');
        int answer = answer_of(item, name);
        if (answer < 0) {
            return fault(arena, NULL, arena_printf(arena, "“%s” has no answer “%.80s”", item->id, name));
        }
        count += chosen[answer] ? 0 : 1;
        chosen[answer] = true;
        above = above || item->answers[answer].score > 0;
    } while (*choices != '\0');
    if (count > 1 && !item->several) {
        return fault(arena, NULL, arena_printf(arena, "“%s” takes one answer", item->id));
    }
    reply->answered = true;
    if (item->evidence && above && reply->words == NULL) {
        return fault(arena, NULL, arena_printf(arena, "“%s”: say what the answer is based on", item->title));
    }
    return NULL;
}

static const struct error *read_line(struct arena *arena, const struct screen *screen, const char *line,
                                     struct screen_reply *replies)
{
    const char *rest = line;
    const char *id = cut(arena, &rest, ':');
    const struct screen_item *item = screen_item(screen, id);
    if (item == NULL) {
        return fault(arena, NULL,
                     arena_printf(arena, "“%.80s” is no question of “%s”: write each as “question: answer”",
                                  id, screen->title));
    }
    struct screen_reply *reply = &replies[item->index];
    if (reply->answered) {
        return fault(arena, NULL, arena_printf(arena, "“%s” is answered twice", item->id));
    }
    if (text_is_blank(rest)) {
        return fault(arena, NULL, arena_printf(arena, "“%s” has no answer behind it", item->id));
    }
    if (item->answer_count > 0) {
        return read_choices(arena, item, rest, reply);
    }
    reply->words = text_trim(arena, rest);
    reply->answered = true;
    return NULL;
}

const struct error *screen_read(struct arena *arena, const struct screen *screen, const char *const *lines,
                                size_t count, const struct screen_reply **ret_replies)
{
    struct screen_reply *replies = arena_many(arena, struct screen_reply, screen->item_count);
    const struct error *faults = NULL;
    for (size_t i = 0; i < count; i++) {
        const struct error *error = read_line(arena, screen, lines[i], replies);
        if (error != NULL) {
            faults = fault(arena, faults, error->detail);
        }
    }
    *ret_replies = replies;
    return faults;
}

/* ---- scoring ---- */

static bool is_given(const struct screen *screen, const struct screen_reply *replies,
                     const struct screen_given *given)
{
    for (size_t i = 0; i < screen->item_count; i++) {
        const struct screen_item *item = &screen->items[i];
        bool meant = (given->item < 0 || given->item == item->index) &&
                     (given->section < 0 || given->section == item->section);
        for (size_t a = 0; a < item->answer_count && meant && replies[i].answered; a++) {
            const struct screen_answer *answer = &item->answers[a];
            if (replies[i].chosen[a] && (given->answer == NULL || text_equal(given->answer, answer->id)) &&
                (given->level == NULL || text_equal(given->level, answer->level))) {
                return true;
            }
        }
    }
    return false;
}

static int level_count(const struct screen *screen, const struct screen_reply *replies, int section,
                       const char *level)
{
    int count = 0;
    for (size_t i = 0; i < screen->item_count; i++) {
        const struct screen_item *item = &screen->items[i];
        bool meant = replies[i].answered && (section < 0 || section == item->section);
        for (size_t a = 0; a < item->answer_count && meant; a++) {
            count += replies[i].chosen[a] && text_equal(item->answers[a].level, level) ? 1 : 0;
        }
    }
    return count;
}

static bool row_holds(const struct screen *screen, const struct screen_reply *replies,
                      const struct screen_row *row, const struct screen_result *result)
{
    for (size_t i = 0; i < row->need_count; i++) {
        const struct screen_need *need = &row->needs[i];
        int value = need->level != NULL  ? level_count(screen, replies, need->section, need->level)
                    : need->section >= 0 ? result->sections[need->section]
                                         : result->score;
        if (value < need->from || value > need->to) {
            return false;
        }
    }
    return true;
}

static int band_by_score(const struct screen *screen, const struct screen_reply *replies,
                         const struct screen_result *result)
{
    int band = -1;
    for (size_t i = 0; i < screen->band_count; i++) {
        if (screen->bands[i].has_from && result->score >= screen->bands[i].from) {
            band = (int)i;
        }
    }
    for (size_t i = 0; i < screen->row_count; i++) {
        if (screen->table[i].band > band && row_holds(screen, replies, &screen->table[i], result)) {
            band = screen->table[i].band;
        }
    }
    return band;
}

static void add_up(struct arena *arena, const struct screen *screen, const struct screen_reply *replies,
                   struct screen_result *result)
{
    int *sections = arena_many(arena, int, screen->section_count);
    result->sections = sections;
    for (size_t i = 0; i < screen->item_count; i++) {
        const struct screen_item *item = &screen->items[i];
        result->answered += replies[i].answered ? 1 : 0;
        for (size_t a = 0; a < item->answer_count && replies[i].answered; a++) {
            sections[item->section] += replies[i].chosen[a] ? item->answers[a].score : 0;
        }
    }
    for (size_t s = 0; s < screen->section_count; s++) {
        result->score += sections[s];
    }
    result->unanswered = screen->item_count - result->answered;
    result->has_score = screen->total == SCREEN_SUM && result->answered > 0;
}

void screen_score(struct arena *arena, const struct pack *pack, const struct screen *screen,
                  const struct screen_reply *replies, const struct standing *standing, struct day on,
                  struct screen_result *ret_result)
{
    *ret_result = (struct screen_result){.score = 0};
    bool *holds = arena_many(arena, bool, screen->override_count);
    ret_result->overrides = holds;
    add_up(arena, screen, replies, ret_result);
    if (ret_result->answered == 0 || screen->total == SCREEN_NONE) {
        return;
    }
    int scored = band_by_score(screen, replies, ret_result);
    int band = scored;
    for (size_t i = 0; i < screen->override_count; i++) {
        const struct screen_override *rule = &screen->overrides[i];
        holds[i] = conditions_hold(&rule->when, pack, pack->screen_type, NULL, standing, on) &&
                   rule->given_count == 0;
        for (size_t g = 0; g < rule->given_count && !holds[i]; g++) {
            holds[i] = conditions_hold(&rule->when, pack, pack->screen_type, NULL, standing, on) &&
                       is_given(screen, replies, &rule->given[g]);
        }
        if (holds[i] && rule->band > band) {
            band = rule->band;
            ret_result->override = rule;
        }
    }
    ret_result->scored_band = scored < 0 ? NULL : &screen->bands[scored];
    ret_result->band = band < 0 ? NULL : &screen->bands[band];
}

const struct screen_band *screen_acted_on(const struct screen *screen, const struct screen_band *band,
                                          const struct screen_band *professional)
{
    if (band == NULL || professional == NULL) {
        return band == NULL ? professional : band;
    }
    return professional - screen->bands > band - screen->bands ? professional : band;
}

/* ---- entries ---- */

static const char *text_in(const struct entry_type *type, const struct value *values, const char *name)
{
    const struct field *field = entry_type_field(type, name);
    return field != NULL && values[field->index].kind == VALUE_TEXT ? values[field->index].text : NULL;
}

const struct screen *screen_of_values(const struct pack *pack, const struct entry_type *type,
                                      const struct value *values)
{
    if (type != pack->screen_type || type == NULL) {
        return NULL;
    }
    const char *version = text_in(type, values, "version");
    return pack_screen(pack, text_in(type, values, "screen"), version);
}

struct settling {
    struct arena *arena;
    const struct entry_type *type;
    struct value *values;
    const struct error *faults;
};

static void refuse(struct settling *settling, const char *field, const char *text)
{
    settling->faults = error_field(settling->arena, ERROR_INVALID, field, settling->faults, "%s", text);
}

static void put_text(struct settling *settling, const char *name, const char *text)
{
    const struct field *field = entry_type_field(settling->type, name);
    settling->values[field->index] =
        text == NULL ? (struct value){.kind = VALUE_NONE} : (struct value){.kind = VALUE_TEXT, .text = text};
}

/* What the tool came to is not for anybody to write: it follows from the answers. */
static void settle_result(struct settling *settling, const struct screen *screen,
                          const struct screen_result *result)
{
    struct arena *arena = settling->arena;
    struct value *score = &settling->values[entry_type_field(settling->type, "score")->index];
    const char *band = text_in(settling->type, settling->values, "band");
    if (score->kind == VALUE_NUMBER && !result->has_score) {
        refuse(settling, "score", arena_printf(arena, "“%s” gives no score", screen->title));
    } else if (score->kind == VALUE_NUMBER && score->number != result->score) {
        refuse(settling, "score",
               arena_printf(arena, "The answers come to %d, not %lld: leave the score out, or correct it",
                            result->score, (long long)score->number));
    }
    if (band != NULL && result->band == NULL) {
        refuse(settling, "band",
               arena_printf(arena,
                            "“%s” gives no band for these answers: your own judgement goes in the "
                            "professional band",
                            screen->title));
    } else if (band != NULL && screen_band(screen, band) != result->band) {
        refuse(settling, "band",
               arena_printf(arena,
                            "The answers come to the band “%s”, not “%.80s”: leave the band out, or "
                            "correct it",
                            result->band->id, band));
    }
    *score = result->has_score ? (struct value){.kind = VALUE_NUMBER, .number = result->score}
                               : (struct value){.kind = VALUE_NONE};
    put_text(settling, "band", result->band == NULL ? NULL : result->band->id);
}

static void settle_bands(struct settling *settling, const struct screen *screen)
{
    static const char *const names[] = {"band", "professional_band"};
    for (size_t i = 0; i < 2; i++) {
        const char *text = text_in(settling->type, settling->values, names[i]);
        const struct screen_band *band = text == NULL ? NULL : screen_band(screen, text);
        if (band != NULL) {
            put_text(settling, names[i], band->id);
        } else if (text != NULL) {
            refuse(settling, names[i],
                   arena_printf(settling->arena, "“%.80s” is no band of “%s”", text, screen->title));
        }
    }
}

/* Both are kept, and the difference is explained. */
static void settle_reason(struct settling *settling, bool no_band_of_its_own)
{
    const char *band = text_in(settling->type, settling->values, "band");
    const char *own = text_in(settling->type, settling->values, "professional_band");
    if (own == NULL || text_equal(band, own) || no_band_of_its_own) {
        return;
    }
    if (text_in(settling->type, settling->values, "override_reason") == NULL) {
        refuse(settling, "override_reason", "Say why your judgement differs from the band of the tool");
    }
}

const struct error *screen_settle(struct arena *arena, const struct pack *pack, struct entry *entry,
                                  const struct standing *standing)
{
    if (entry->type != pack->screen_type || entry->type == NULL) {
        return NULL;
    }
    struct settling settling = {.arena = arena, .type = entry->type};
    settling.values = arena_many(arena, struct value, entry->type->field_count);
    memcpy(settling.values, entry->values, entry->type->field_count * sizeof *settling.values);
    const char *name = text_in(entry->type, entry->values, "screen");
    const char *version = text_in(entry->type, entry->values, "version");
    const struct screen *screen = pack_screen(pack, name, version);
    const struct value *answers = &settling.values[entry_type_field(entry->type, "answers")->index];
    bool no_band = false;
    if (screen == NULL && pack_screen(pack, name, NULL) != NULL && version != NULL) {
        refuse(&settling, "version",
               arena_printf(arena, "The procedure has no version “%.80s” of this screen, but “%s”", version,
                            pack_screen(pack, name, NULL)->version));
    } else if (screen != NULL && answers->kind == VALUE_TEXTS && answers->list.count > 0) {
        const struct screen_reply *replies;
        struct screen_result result;
        settling.faults = screen_read(arena, screen, value_texts(answers), answers->list.count, &replies);
        if (settling.faults == NULL) {
            screen_score(arena, pack, screen, replies, standing, entry->occurred.day, &result);
            settle_result(&settling, screen, &result);
        }
        put_text(&settling, "screen", screen->id);
        put_text(&settling, "version", screen->version);
    }
    if (screen != NULL) {
        no_band = screen->total == SCREEN_NONE;
        settle_bands(&settling, screen);
    }
    settle_reason(&settling, no_band);
    entry->values = settling.values;
    return settling.faults;
}
