#include "web/pages/screen.h"

#include "base/text.h"

#include <string.h>

static const char *name_of(struct arena *arena, const char *part, const struct screen_item *item)
{
    return arena_printf(arena, "%s.%s", part, item->id);
}

const struct screen *screen_of_form(const struct pack *pack, const struct entry_type *type,
                                    struct typed typed)
{
    if (type != pack->screen_type || type == NULL) {
        return NULL;
    }
    const char *name = typed_first(typed, "screen");
    if (name != NULL) {
        return typed_first(typed, "answers") != NULL ? NULL
                                                     : pack_screen(pack, name, typed_first(typed, "version"));
    }
    for (size_t i = 0; i < pack->screen_count; i++) {
        if (!pack->screens[i].superseded) {
            return &pack->screens[i];
        }
    }
    return NULL;
}

/* Kept in one line, so what was typed on several is joined. */
static const char *one_line(struct arena *arena, const char *text)
{
    char *copy = arena_copy(arena, text == NULL ? "" : text);
    for (char *at = copy; *at != '\0'; at++) {
        *at = *at == '\n' || *at == '\r' ? ' ' : *at;
    }
    return text_trim(arena, copy);
}

static const char *line_of(struct arena *arena, const struct screen_item *item, struct typed typed)
{
    const char *name = name_of(arena, "answer", item);
    const char *words = one_line(arena, typed_first(typed, name_of(arena, "words", item)));
    if (item->answer_count == 0) {
        const char *text = one_line(arena, typed_first(typed, name));
        return *text == '\0' ? NULL : arena_printf(arena, "%s: %s", item->id, text);
    }
    const char *line = NULL;
    for (size_t i = 0; i < typed.count; i++) {
        if (strcmp(typed.pairs[i].name, name) == 0 && typed.pairs[i].text[0] != '\0') {
            line = line == NULL ? arena_printf(arena, "%s: %s", item->id, typed.pairs[i].text)
                                : arena_printf(arena, "%s, %s", line, typed.pairs[i].text);
        }
    }
    return line == NULL || *words == '\0' ? line : arena_printf(arena, "%s: %s", line, words);
}

struct typed screen_form_typed(struct arena *arena, const struct screen *screen, struct typed typed)
{
    struct pair *pairs = arena_many(arena, struct pair, typed.count + screen->item_count);
    size_t count = 0;
    for (size_t i = 0; i < typed.count; i++) {
        if (strcmp(typed.pairs[i].name, "answers") != 0) {
            pairs[count++] = typed.pairs[i];
        }
    }
    for (size_t i = 0; i < screen->item_count; i++) {
        const char *line = line_of(arena, &screen->items[i], typed);
        if (line != NULL) {
            pairs[count++] = (struct pair){"answers", line};
        }
    }
    return (struct typed){pairs, count};
}

static const struct screen_reply *replies_of(struct arena *arena, const struct screen *screen,
                                             struct typed typed)
{
    const char **lines = arena_many(arena, const char *, screen->item_count);
    const struct screen_reply *replies;
    size_t count = 0;
    for (size_t i = 0; i < screen->item_count; i++) {
        const char *line = line_of(arena, &screen->items[i], typed);
        if (line != NULL) {
            lines[count++] = line;
        }
    }
    const struct error *faults = screen_read(arena, screen, lines, count, &replies);
    (void)faults; /* they are told beside their questions by screen_form_faults */
    return replies;
}

static bool is_above(const struct screen_item *item, const struct screen_reply *reply)
{
    for (size_t a = 0; a < item->answer_count && reply->answered; a++) {
        if (reply->chosen[a] && item->answers[a].score > 0) {
            return true;
        }
    }
    return false;
}

const struct error *screen_form_faults(struct arena *arena, const struct screen *screen, struct typed typed)
{
    const struct screen_reply *replies = replies_of(arena, screen, typed);
    const struct error *faults = NULL;
    size_t answered = 0;
    for (size_t i = screen->item_count; i > 0; i--) {
        const struct screen_item *item = &screen->items[i - 1];
        const char *words = typed_first(typed, name_of(arena, "words", item));
        answered += replies[i - 1].answered ? 1 : 0;
        if (item->answer_count > 0 && !text_is_blank(words) && !replies[i - 1].answered) {
            faults = error_field(arena, ERROR_INVALID, name_of(arena, "answer", item), faults,
                                 "“%s”: choose the answer that this is about", item->title);
        } else if (item->evidence && is_above(item, &replies[i - 1]) && text_is_blank(words)) {
            faults = error_field(arena, ERROR_INVALID, name_of(arena, "words", item), faults,
                                 "“%s”: say what the answer is based on", item->title);
        }
    }
    if (answered == 0 && faults == NULL && screen->item_count > 0) {
        faults = error_field(arena, ERROR_INVALID, name_of(arena, "answer", &screen->items[0]), NULL,
                             "Answer at least one question of the screen");
    }
    return faults;
}

/* ---- the questions ---- */

static void write_item(struct ui *ui, const struct screen_item *item, struct typed typed)
{
    const char *name = name_of(ui->arena, "answer", item);
    if (item->answer_count == 0) {
        const char *text = typed_first(typed, name);
        ui_area(ui, &(struct ui_field){.name = name,
                                       .label = item->title,
                                       .hint = item->hint,
                                       .text = text == NULL ? "" : text,
                                       .rows = 3});
        return;
    }
    struct ui_choice *choices = arena_many(ui->arena, struct ui_choice, item->answer_count);
    for (size_t a = 0; a < item->answer_count; a++) {
        choices[a] = (struct ui_choice){.value = item->answers[a].id,
                                        .text = item->answers[a].title,
                                        .checked = typed_has(typed, name, item->answers[a].id)};
    }
    const struct ui_field field = {.name = name,
                                   .label = item->title,
                                   .hint = item->hint,
                                   .choices = choices,
                                   .choice_count = item->answer_count};
    if (item->several) {
        ui_checkboxes(ui, &field);
    } else {
        ui_radios(ui, &field);
    }
    if (item->evidence) {
        const char *words = name_of(ui->arena, "words", item);
        const char *text = typed_first(typed, words);
        ui_area(ui,
                &(struct ui_field){.name = words,
                                   .label = arena_printf(ui->arena, "What is it based on? (%s)", item->title),
                                   .text = text == NULL ? "" : text,
                                   .rows = 2});
    }
}

static const char *unanswered(struct ui *ui, const struct screen *screen, const struct screen_reply *replies)
{
    const char *text = "";
    for (size_t i = 0; i < screen->item_count; i++) {
        if (!replies[i].answered) {
            text = arena_printf(ui->arena, "%s%s%s", text, *text == '\0' ? "" : "; ", screen->items[i].title);
        }
    }
    return *text == '\0' ? "Every question is answered" : text;
}

static void write_outcome(struct ui *ui, const struct screen *screen, const struct screen_reply *replies,
                          const struct screen_result *result)
{
    static const char *const heads[] = {"Part", "Score"};
    struct ui_row rows[3];
    size_t count = 0;
    if (result->has_score) {
        rows[count++] =
            (struct ui_row){.key = "Score", .value = {.text = arena_printf(ui->arena, "%d", result->score)}};
    }
    if (result->band != NULL) {
        const char *why = result->override != NULL
                              ? arena_printf(ui->arena, "%s%s%s", result->override->title,
                                             result->override->text == NULL ? "" : ". ",
                                             result->override->text == NULL ? "" : result->override->text)
                              : result->band->text;
        rows[count++] = (struct ui_row){.key = "Band", .value = {.text = result->band->title, .under = why}};
    }
    rows[count++] = (struct ui_row){
        .key = arena_printf(ui->arena, "Not answered (%zu of %zu)", result->unanswered, screen->item_count),
        .value = {.text = unanswered(ui, screen, replies)}};
    ui_summary(ui, rows, count);
    if (!result->has_score) {
        return;
    }
    struct ui_cell *cells = arena_many(ui->arena, struct ui_cell, screen->section_count * 2);
    for (size_t s = 0; s < screen->section_count; s++) {
        cells[s * 2] = (struct ui_cell){.text = screen->sections[s].title};
        cells[s * 2 + 1] = (struct ui_cell){.text = arena_printf(ui->arena, "%d", result->sections[s])};
    }
    ui_table(ui, "The score by part", heads, 2, cells, screen->section_count);
}

static void write_result(struct ui *ui, const struct entry_form *form)
{
    const struct case_view *view = form->frame->view;
    const struct screen_reply *replies = replies_of(ui->arena, form->screen, form->typed);
    struct screen_result result;
    screen_score(ui->arena, view->pack, form->screen, replies, &view->position->standing, form->occurred.day,
                 &result);
    html_open(ui->html, "div", ATTRIBUTES({"id", "screen-result"}));
    ui_h2(ui, "What the screen comes to");
    write_outcome(ui, form->screen, replies, &result);
    ui_text(ui, "It is not recorded yet. Your own judgement comes next.");
    html_close(ui->html, "div");
}

static void write_own_band(struct ui *ui, const struct entry_form *form, const struct field *field)
{
    const struct screen *screen = form->screen;
    struct ui_choice *choices = arena_many(ui->arena, struct ui_choice, screen->band_count + 1);
    size_t count = 0;
    if (screen->total != SCREEN_NONE) {
        choices[count++] = (struct ui_choice){.value = "", .text = "I see it as the screen does"};
    }
    for (size_t b = 0; b < screen->band_count; b++) {
        choices[count++] =
            (struct ui_choice){.value = screen->bands[b].id,
                               .text = screen->bands[b].title,
                               .hint = screen->bands[b].text,
                               .checked = typed_has(form->typed, field->id, screen->bands[b].id)};
    }
    ui_radios(ui, &(struct ui_field){.name = field->id,
                                     .label = "Which band is it in your professional judgement?",
                                     .choices = choices,
                                     .choice_count = count});
}

/* What the type asks beyond the screen itself: the judgement, and what a board added. */
static void write_rest(struct ui *ui, const struct entry_form *form)
{
    static const char *const own[] = {"screen", "version", "answers", "score", "band", "professional_band"};
    const struct entry_type *type = form->type;
    const struct case_view *view = form->frame->view;
    int *fields = arena_many(ui->arena, int, type->field_count);
    size_t count = 0;
    for (size_t f = 0; f < type->field_count; f++) {
        bool asked = !type->fields[f].system;
        for (size_t i = 0; i < sizeof own / sizeof *own; i++) {
            asked = asked && strcmp(type->fields[f].id, own[i]) != 0;
        }
        if (asked) {
            fields[count++] = (int)f;
        }
    }
    ui_pack_fields(ui, &(struct ui_fields){.type = type,
                                           .fields = fields,
                                           .count = count,
                                           .prefix = "",
                                           .typed = form->typed,
                                           .values = form->values,
                                           .standing = &view->position->standing,
                                           .on = form->occurred.day});
}

static void write_others(struct ui *ui, const struct entry_form *form)
{
    const struct pack *pack = form->frame->view->pack;
    const char *path = arena_printf(ui->arena, "%s/record/%s", form->frame->path, form->type->id);
    struct ui_link *links = arena_many(ui->arena, struct ui_link, pack->screen_count + 1);
    size_t count = 0;
    for (size_t i = 0; i < pack->screen_count; i++) {
        const struct screen *screen = &pack->screens[i];
        if (!screen->superseded && screen != form->screen) {
            links[count++] = (struct ui_link){
                .text = screen->title, .path = arena_printf(ui->arena, "%s?screen=%s", path, screen->id)};
        }
    }
    links[count++] = (struct ui_link){.text = "Record the result of another tool",
                                      .path = arena_printf(ui->arena, "%s?screen=other", path)};
    ui_links(ui, links, count);
}

void screen_form_fields(struct ui *ui, const struct entry_form *form)
{
    const struct screen *screen = form->screen;
    ui_hidden(ui, "screen", screen->id);
    ui_hidden(ui, "version", screen->version);
    ui_h2(ui, arena_printf(ui->arena, "%s (version %s)", screen->title, screen->version));
    ui_hint(ui, screen->source);
    if (screen->guidance != NULL) {
        ui_text(ui, screen->guidance);
    }
    write_others(ui, form);
    for (size_t s = 0; s < screen->section_count; s++) {
        const struct screen_section *section = &screen->sections[s];
        ui_part(ui, section->title);
        if (section->guidance != NULL) {
            ui_text(ui, section->guidance);
        }
        for (size_t i = 0; i < section->count; i++) {
            write_item(ui, &screen->items[(size_t)section->first + i], form->typed);
        }
        ui_part_end(ui);
    }
    if (form->scored) {
        write_result(ui, form);
    }
    ui_button(ui, BUTTON_SECONDARY, "Check the score", "_go", "score");
    ui_part(ui, "Your judgement");
    ui_inset(
        ui,
        "The screen never overrides your professional judgement. Both are kept, and the higher of the two "
        "is acted on.");
    const struct field *own = entry_type_field(form->type, "professional_band");
    write_own_band(ui, form, own);
    write_rest(ui, form);
    ui_part_end(ui);
}
