/* Screens as they were recorded: beneath their entry, and over time on the case. */
#include "web/pages/screen.h"

#include "base/text.h"

#include <string.h>

static const struct value *value_of(const struct known *known, const char *name)
{
    return &known->values[entry_type_field(known->type, name)->index];
}

static const char *text_of(const struct known *known, const char *name)
{
    const struct value *value = value_of(known, name);
    return value->kind == VALUE_TEXT ? value->text : NULL;
}

/* ---- beneath the entry ---- */

static const char *answer_text(struct ui *ui, const struct screen_item *item,
                               const struct screen_reply *reply)
{
    const char *text = item->answer_count == 0 && reply->words != NULL ? reply->words : "";
    for (size_t a = 0; a < item->answer_count && reply->answered; a++) {
        if (reply->chosen[a]) {
            text = arena_printf(ui->arena, "%s%s%s", text, *text == '\0' ? "" : "; ", item->answers[a].title);
        }
    }
    return *text == '\0' ? "Not answered" : text;
}

void screen_entry_write(struct ui *ui, const struct known *known)
{
    static const char *const heads[] = {"Question", "Answer"};
    const struct screen *screen = screen_of_values(ui->pack, known->type, known->values);
    const struct value *answers = screen == NULL ? NULL : value_of(known, "answers");
    const struct screen_reply *replies;
    if (answers == NULL || answers->kind != VALUE_TEXTS ||
        screen_read(ui->arena, screen, value_texts(answers), answers->list.count, &replies) != NULL) {
        return; /* its lines stand among the answers as they were given */
    }
    ui_h2(ui, "The questions of the screen");
    for (size_t s = 0; s < screen->section_count; s++) {
        const struct screen_section *section = &screen->sections[s];
        struct ui_cell *cells = arena_many(ui->arena, struct ui_cell, section->count * 2);
        for (size_t i = 0; i < section->count; i++) {
            const struct screen_item *item = &screen->items[(size_t)section->first + i];
            const struct screen_reply *reply = &replies[item->index];
            cells[i * 2] = (struct ui_cell){.text = item->title};
            cells[i * 2 + 1] = (struct ui_cell){.text = answer_text(ui, item, reply),
                                                .under = item->answer_count > 0 ? reply->words : NULL};
        }
        ui_table(ui, section->title, heads, 2, cells, section->count);
    }
    ui_text(ui, "The screen supports professional judgement and never overrides it.");
}

/* ---- over time ---- */

static bool same_screen(const struct known *a, const struct known *b)
{
    return text_equal(text_of(a, "screen"), text_of(b, "screen")) &&
           text_equal(text_of(a, "version"), text_of(b, "version"));
}

static const char *band_text(const struct screen *screen, const char *name)
{
    const struct screen_band *band = screen == NULL || name == NULL ? NULL : screen_band(screen, name);
    return band != NULL ? band->title : name == NULL ? "" : name;
}

static const char *acted_on(const struct screen *screen, const char *band, const char *own)
{
    if (screen == NULL) {
        return own != NULL ? own : band == NULL ? "" : band;
    }
    const struct screen_band *higher =
        screen_acted_on(screen, band == NULL ? NULL : screen_band(screen, band),
                        own == NULL ? NULL : screen_band(screen, own));
    return higher == NULL ? band_text(NULL, own != NULL ? own : band) : higher->title;
}

static void write_row(struct ui *ui, const struct case_frame *frame, const struct known *known,
                      const struct screen *screen, struct ui_cell *cells)
{
    const char *band = text_of(known, "band");
    const char *own = text_of(known, "professional_band");
    const struct value *score = value_of(known, "score");
    cells[0] = (struct ui_cell){.text = show_day(ui->arena, known->occurred.day),
                                .path = case_entry_path(ui, frame, known),
                                .under = show_code(ui->pack, "agency", known->entry->agency)};
    cells[1] = (struct ui_cell){.text = score->kind == VALUE_NUMBER
                                            ? arena_printf(ui->arena, "%lld", (long long)score->number)
                                            : "None"};
    cells[2] = (struct ui_cell){.text = band == NULL ? "None" : band_text(screen, band)};
    cells[3] = (struct ui_cell){.text = own == NULL ? "As the screen" : band_text(screen, own),
                                .under = text_of(known, "override_reason")};
    cells[4] = (struct ui_cell){.text = acted_on(screen, band, own)};
}

/* All screens by one version of one tool: scores of two tools cannot be compared. */
static void write_group(struct ui *ui, const struct case_frame *frame, const struct known *first)
{
    static const char *const heads[] = {"When", "Score", "Band of the screen", "Professional judgement",
                                        "Acted on"};
    const struct history *history = frame->view->history;
    const struct screen *screen = screen_of_values(ui->pack, first->type, first->values);
    int *values = arena_many(ui->arena, int, history->count);
    const char **labels = arena_many(ui->arena, const char *, history->count);
    struct ui_cell *cells = arena_many(ui->arena, struct ui_cell, history->count * 5);
    size_t count = 0;
    size_t drawn = 0;
    int most = 1;
    for (size_t i = 0; i < history->count; i++) {
        const struct known *known = &history->list[i];
        if (known->type != first->type || !same_screen(known, first)) {
            continue;
        }
        const struct value *score = value_of(known, "score");
        if (score->kind == VALUE_NUMBER) {
            values[drawn] = (int)score->number;
            labels[drawn++] = show_day(ui->arena, known->occurred.day);
            most = (int)score->number > most ? (int)score->number : most;
        }
        write_row(ui, frame, known, screen, &cells[count * 5]);
        count++;
    }
    const char *name = screen != NULL ? screen->title : text_of(first, "screen");
    const char *version = text_of(first, "version");
    const char *title = version == NULL ? name : arena_printf(ui->arena, "%s (version %s)", name, version);
    ui_h3(ui, title == NULL ? "Screen" : title);
    if (drawn > 0) {
        ui_chart(ui,
                 &(struct ui_chart){.title = arena_printf(ui->arena, "Scores of %s, up to %d", title, most),
                                    .values = values,
                                    .labels = labels,
                                    .count = drawn,
                                    .most = most});
    }
    ui_table(ui, NULL, heads, 5, cells, count);
}

void case_screens_write(struct ui *ui, const struct case_frame *frame)
{
    const struct history *history = frame->view->history;
    const struct entry_type *type = ui->pack->screen_type;
    bool begun = false;
    for (size_t i = 0; type != NULL && i < history->count; i++) {
        const struct known *known = &history->list[i];
        bool first = known->type == type;
        for (size_t j = 0; j < i && first; j++) {
            first = history->list[j].type != type || !same_screen(&history->list[j], known);
        }
        if (first && !begun) {
            ui_h2(ui, "Risk screens over time");
            ui_text(
                ui,
                "A screen supports professional judgement and never overrides it. A low score ends nothing.");
            begun = true;
        }
        if (first) {
            write_group(ui, frame, known);
        }
    }
}
