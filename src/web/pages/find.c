#include "web/pages/pages.h"
#include "web/pages/ui.h"

#include "base/text.h"

static void write_matches(struct ui *ui, const struct match *matches, size_t count)
{
    static const char *const heads[] = {"Child", "Born", "Why"};
    struct ui_cell *cells = arena_many(ui->arena, struct ui_cell, count * 3);
    for (size_t i = 0; i < count; i++) {
        cells[i * 3] =
            (struct ui_cell){.text = matches[i].full_name,
                             .path = arena_printf(ui->arena, "/cases/%s", matches[i].reference.text),
                             .under = matches[i].reference.text};
        cells[i * 3 + 1] = (struct ui_cell){
            .text = matches[i].has_birth ? show_day(ui->arena, matches[i].birth) : "Not known"};
        cells[i * 3 + 2] = (struct ui_cell){
            .text = show_sentence(ui->arena, matches[i].reasons == NULL ? "" : matches[i].reasons)};
    }
    ui_table(ui, NULL, heads, 3, cells, count);
}

static const struct error *answer(struct request *request, const char *text, struct reply *reply)
{
    struct ui *ui = ui_begin(request, "Find a child", "/find");
    ui_title(ui, NULL, "Find a child");
    ui_text(
        ui,
        "Search by reference, or by name, with the date of birth if you know it. Every search is kept with "
        "your name.");
    /* by POST: what is searched for stays out of addresses, histories and logs */
    ui_form(ui, "/find");
    ui_input(ui, &(struct ui_field){.name = "text",
                                    .label = "Name or reference",
                                    .hint = "For example, Amira Khan 12 4 2010, or 7KQ2M9XT4C.",
                                    .text = text,
                                    .type = "search",
                                    .width = 30,
                                    .no_spelling = true});
    ui_button(ui, BUTTON_MAIN, "Find", NULL, NULL);
    ui_form_end(ui);
    if (!text_is_blank(text)) {
        const struct match *matches;
        size_t count;
        request->searched = true;
        TRY(act_case_search(&request->act, text_trim(request->arena, text), &matches, &count));
        ui_h2(ui, count == 0 ? "No child is found"
                             : show_count(ui->arena, count, "child is found", "children are found"));
        if (count > 0) {
            write_matches(ui, matches, count);
        } else {
            ui_text(
                ui,
                "Try another spelling, or only the family name. A record that you may not see is not shown.");
        }
    }
    ui_finish(ui, reply, 200);
    return NULL;
}

const struct error *page_find(struct request *request, struct reply *reply)
{
    return answer(request, NULL, reply);
}

const struct error *page_find_post(struct request *request, struct reply *reply)
{
    return answer(request, request_form(request, "text"), reply);
}
