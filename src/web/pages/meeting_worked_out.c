/* What is not asked but follows from who was asked and who came. */
#include "web/pages/meeting_holding.h"

#include "base/text.h"

#include <string.h>

static void put_texts(struct value *values, const struct entry_type *type, const char *name,
                      const char **texts, size_t count)
{
    const struct field *field = entry_type_field(type, name);
    if (field != NULL && count > 0) {
        values[field->index] = (struct value){.kind = VALUE_TEXTS, .list = {texts, count}};
    }
}

static size_t more_who_came(struct request *request, const struct holding *holding,
                            const struct meeting_child *child, const char *const **ret_lines)
{
    return meeting_lines(
        request->arena,
        typed_first(holding->form.typed, arena_printf(request->arena, "%sattended_more", child->prefix)),
        ret_lines);
}

void holding_put_attendance(struct request *request, const struct holding *holding, size_t index,
                            struct value *values)
{
    const struct meeting_child *child = &holding->sheet.children[index];
    const char *const *more;
    size_t more_count = more_who_came(request, holding, child, &more);
    const char **invited = arena_many(request->arena, const char *, holding->row_count);
    const char **came = arena_many(request->arena, const char *, holding->row_count + more_count);
    const char **sorry = arena_many(request->arena, const char *, holding->row_count);
    size_t counts[3] = {0};
    for (size_t i = 0; i < holding->row_count; i++) {
        const struct attendance *row = &holding->rows[i];
        if ((row->children & (uint32_t)1 << index) == 0) {
            continue;
        }
        invited[counts[0]++] = row->asked.text;
        if (strcmp(row->answer, "came") == 0) {
            came[counts[1]++] = row->asked.text;
        } else if (strcmp(row->answer, "apologies") == 0) {
            sorry[counts[2]++] = row->asked.text;
        }
    }
    for (size_t i = 0; i < more_count; i++) {
        came[counts[1]++] = more[i];
    }
    put_texts(values, holding->type, "invited", invited, counts[0]);
    put_texts(values, holding->type, "attended", came, counts[1]);
    put_texts(values, holding->type, "apologies", sorry, counts[2]);
}

void holding_put_meeting(const struct holding *holding, size_t index, struct value *values)
{
    const struct field *field = entry_type_field(holding->type, "meeting");
    const struct value *meeting = meeting_value(holding->sheet.children[index].arranged, "meeting");
    if (field != NULL && meeting->kind == VALUE_TEXT) {
        values[field->index] = *meeting;
    }
}

void holding_put_quorum(struct request *request, const struct holding *holding, struct value *values)
{
    const struct field *quorate = entry_type_field(holding->type, "quorate");
    const struct field *missing = entry_type_field(holding->type, "quorum_missing");
    struct arena *arena = request->arena;
    struct asked *asked = arena_many(arena, struct asked, holding->row_count + (size_t)MOST_CHILDREN * 200);
    bool *came = arena_many(arena, bool, holding->row_count + (size_t)MOST_CHILDREN * 200);
    size_t count = 0;
    for (size_t i = 0; i < holding->row_count; i++, count++) {
        asked[count] = holding->rows[i].asked;
        came[count] = strcmp(holding->rows[i].answer, "came") == 0;
    }
    for (size_t c = 0; c < holding->sheet.count; c++) {
        const char *const *more;
        size_t more_count = more_who_came(request, holding, &holding->sheet.children[c], &more);
        for (size_t i = 0; i < more_count; i++, count++) {
            asked[count] = meeting_asked_of(arena, holding->sheet.pack, NULL, 0, more[i]);
            came[count] = true;
        }
    }
    const char *why;
    bool enough = meeting_quorate(arena, holding->sheet.kind, asked, count, came, &why);
    if (quorate != NULL && quorate->codes != NULL) {
        values[quorate->index] =
            (struct value){.kind = VALUE_CODE, .code = code_find(quorate->codes, enough ? "yes" : "no")};
    }
    if (missing != NULL && !enough) {
        values[missing->index] = (struct value){.kind = VALUE_TEXT, .text = show_sentence(arena, why)};
    }
}
