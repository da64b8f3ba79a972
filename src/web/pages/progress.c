/*
 * How the exit strategy goes: the progress of each of its parts over time, drawn and as a table, and the
 * direct work with the child. Folded from reviews (progress_PART) and from what the agencies say of their
 * parts.
 */
#include "web/pages/case_frame.h"

#include "base/text.h"

#include <ctype.h>
#include <string.h>

static const struct value *value_of(const struct known *known, const char *name)
{
    static const struct value none = {.kind = VALUE_NONE};
    const struct field *field = entry_type_field(known->type, name);
    return field == NULL ? &none : &known->values[field->index];
}

/* "safety" is asked as progress_safety in a review. */
static const char *review_field(struct ui *ui, const char *part)
{
    char *name = arena_printf(ui->arena, "progress_%s", part);
    for (char *at = name; *at != '\0'; at++) {
        *at = (char)(*at == '-' ? '_' : *at);
    }
    return name;
}

/* The level that this entry gives for the part; -1 for none. Codes of levels begin with their number. */
static int level_of(struct ui *ui, const struct known *known, const char *part, const char **ret_title)
{
    const struct value *value = value_of(known, review_field(ui, part));
    const struct value *own = value_of(known, "strategy_part");
    if (own->kind == VALUE_CODE && strcmp(own->code->id, part) == 0) {
        value = value_of(known, "progress_level");
    }
    if (value->kind != VALUE_CODE || isdigit((unsigned char)value->code->id[0]) == 0) {
        return -1;
    }
    *ret_title = value->code->title;
    return value->code->id[0] - '0';
}

static void write_part(struct ui *ui, const struct case_frame *frame, const struct code *part)
{
    static const char *const heads[] = {"When", "How far along", "Recorded by"};
    const struct history *history = frame->view->history;
    int *values = arena_many(ui->arena, int, history->count);
    const char **labels = arena_many(ui->arena, const char *, history->count);
    struct ui_cell *cells = arena_many(ui->arena, struct ui_cell, history->count * 3);
    size_t count = 0;
    for (size_t i = 0; i < history->count; i++) {
        const struct known *known = &history->list[i];
        const char *title = "";
        int level = level_of(ui, known, part->id, &title);
        if (level < 0) {
            continue;
        }
        values[count] = level;
        labels[count] = show_day(ui->arena, known->occurred.day);
        cells[count * 3] = (struct ui_cell){.text = labels[count], .path = case_entry_path(ui, frame, known)};
        cells[count * 3 + 1] = (struct ui_cell){.text = title};
        cells[count * 3 + 2] = (struct ui_cell){.text = show_code(ui->pack, "agency", known->entry->agency)};
        count++;
    }
    if (count == 0) {
        return;
    }
    ui_h3(ui, part->title);
    ui_chart(ui,
             &(struct ui_chart){.title = arena_printf(ui->arena, "Progress of %s, from 0 to 4", part->title),
                                .values = values,
                                .labels = labels,
                                .count = count,
                                .most = 4});
    ui_table(ui, NULL, heads, 3, cells, count);
}

static void write_direct_work(struct ui *ui, const struct case_frame *frame)
{
    static const char *const heads[] = {"When", "What about", "How the child responded"};
    const struct history *history = frame->view->history;
    struct ui_cell *cells = arena_many(ui->arena, struct ui_cell, history->count * 3);
    size_t count = 0;
    for (size_t i = history->count; i > 0; i--) {
        const struct known *known = &history->list[i - 1];
        const struct value *topic = value_of(known, "topic");
        const struct value *response = value_of(known, "response");
        if (topic->kind != VALUE_TEXT || response->kind != VALUE_TEXT) {
            continue;
        }
        const struct value *worker = value_of(known, "worker");
        cells[count * 3] = (struct ui_cell){.text = show_moment(ui->arena, ui->pack, known->occurred),
                                            .path = case_entry_path(ui, frame, known),
                                            .under = worker->kind == VALUE_TEXT ? worker->text : NULL};
        cells[count * 3 + 1] = (struct ui_cell){.text = topic->text};
        cells[count * 3 + 2] = (struct ui_cell){.text = response->text};
        count++;
    }
    if (count > 0) {
        ui_h2(ui, "Direct work with the child");
        ui_table(ui, NULL, heads, 3, cells, count);
    }
}

static bool is_looked_at(struct ui *ui, const struct history *history, const char *part)
{
    const char *title;
    for (size_t i = 0; i < history->count; i++) {
        if (level_of(ui, &history->list[i], part, &title) >= 0) {
            return true;
        }
    }
    return false;
}

void case_progress_write(struct ui *ui, const struct case_frame *frame)
{
    const struct code_list *parts = pack_codes(ui->pack, "strategy-part");
    bool begun = false;
    for (size_t i = 0; parts != NULL && i < parts->code_count; i++) {
        if (is_looked_at(ui, frame->view->history, parts->codes[i].id)) {
            if (!begun) {
                ui_h2(ui, "Progress over time");
                begun = true;
            }
            write_part(ui, frame, &parts->codes[i]);
        }
    }
    write_direct_work(ui, frame);
}
