#include "web/pages/unasked.h"

#include "base/text.h"

static const char part_id[] = "not-recorded"; /* where the fault leads */
static const char said_name[] = "_without";

static bool is_unasked(const struct unasked *one, size_t field)
{
    return one->typed[field].kind != VALUE_NONE && one->asked[field].kind == VALUE_NONE;
}

static const char *name_of(struct arena *arena, const struct unasked *one, size_t field)
{
    return arena_printf(arena, "%s%s", one->prefix, one->type->fields[field].id);
}

static bool was_said(const struct request *request, const char *name)
{
    for (size_t i = 0; i < request->form_count; i++) {
        if (text_equal(request->form[i].name, said_name) && text_equal(request->form[i].text, name)) {
            return true;
        }
    }
    return false;
}

const struct error *unasked_fault(const struct request *request, const struct unasked *of, size_t count)
{
    bool all_said = true;
    size_t answers = 0;
    for (size_t i = 0; i < count; i++) {
        for (size_t f = 0; f < of[i].type->field_count; f++) {
            if (is_unasked(&of[i], f)) {
                all_said = all_said && was_said(request, name_of(request->arena, &of[i], f));
                answers++;
            }
        }
    }
    return all_said ? NULL
                    : error_field(request->arena, ERROR_INVALID, part_id, NULL,
                                  "%s not be recorded: read which, then send it again",
                                  answers == 1 ? "One of your answers will" : "Some of your answers will");
}

static const char *why(struct ui *ui, const struct unasked *one, const struct field *field)
{
    const char *when = one->why != NULL ? one->why : ui_asked_when(ui, one->type, field);
    return when == NULL ? "It is not asked, after your other answers and what is known of the child." : when;
}

void unasked_write(struct ui *ui, const struct unasked *of, size_t count)
{
    size_t most = 0;
    size_t answers = 0;
    for (size_t i = 0; i < count; i++) {
        most += of[i].type->field_count;
    }
    struct ui_row *rows = arena_many(ui->arena, struct ui_row, most);
    for (size_t i = 0; i < count; i++) {
        for (size_t f = 0; f < of[i].type->field_count; f++) {
            const struct field *field = &of[i].type->fields[f];
            if (is_unasked(&of[i], f)) {
                ui_hidden(ui, said_name, name_of(ui->arena, &of[i], f));
                rows[answers++] =
                    (struct ui_row){.key = field->label,
                                    .value = {.text = show_value(ui->arena, ui->pack, field, &of[i].typed[f]),
                                              .under = why(ui, &of[i], field)}};
            }
        }
    }
    if (answers == 0) {
        return;
    }
    ui_mends(ui, part_id, arena_printf(ui->arena, "#%s", part_id));
    html_open(ui->html, "div", ATTRIBUTES({"id", part_id}));
    ui_h2(ui, "These answers will not be recorded");
    ui_text(ui,
            "Their questions do not apply after your other answers. If one should be recorded, change the "
            "answer that its question hangs on, or write it where it belongs.");
    ui_summary(ui, rows, answers);
    html_close(ui->html, "div");
}
