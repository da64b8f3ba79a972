#include "web/pages/entry_form.h"

#include "base/text.h"
#include "calendar/calendar.h"

#include <string.h>

static const char occurred_name[] = "occurred_at";
static const char occurred_label[] = "When did it happen?";

uint64_t entry_form_seq(const struct request *request)
{
    const char *text = request_form(request, "_seq");
    int64_t seq;
    return text != NULL && number_parse(text, 0, INT64_MAX, &seq) ? (uint64_t)seq : 0;
}

void entry_form_read(struct request *request, struct entry_form *form)
{
    const struct pack *pack = form->frame->view->pack;
    const struct position *position = form->frame->view->position;
    struct arena *arena = request->arena;
    bool given;
    form->occurred = moment_of_instant(pack, request->act.now);
    const struct error *faults = form_moment(arena, pack, occurred_name, occurred_label, form->typed,
                                             form->type->needs_minute, &form->occurred, &given);
    const struct value *values;
    const struct error *more = form_values(arena, pack, form->type, "", form->typed, NULL, 0, &values);
    form->faults = form_faults_join(arena, faults, more);
    form->values = form_asked(arena, pack, form->type, values, &position->standing, form->occurred.day);
}

void entry_form_fields(struct ui *ui, const struct entry_form *form)
{
    const struct case_view *view = form->frame->view;
    ui_date(
        ui,
        &(struct ui_field){
            .name = occurred_name,
            .label = occurred_label,
            .hint = form->type->needs_minute
                        ? "Day and time, such as 27 3 2026 at 14:30. A clock starts with it."
                        : "For example, 27 3 2026 at 14:30. Leave out the time if only the day is known."},
        form->typed, true);
    ui_pack_pages(ui, &(struct ui_fields){.type = form->type,
                                          .prefix = "",
                                          .typed = form->typed,
                                          .values = form->values,
                                          .standing = &view->position->standing,
                                          .on = form->occurred.day});
}

void entry_form_hidden(struct ui *ui, const struct entry_form *form)
{
    ui_hidden(ui, "_seq", arena_printf(ui->arena, "%llu", (unsigned long long)form->seq));
    ui_hidden(ui, "_draft", form->draft == NULL ? "" : form->draft);
}

void entry_form_since(struct ui *ui, const struct entry_form *form)
{
    if (form->since_count == 0) {
        return;
    }
    struct ui_event *events = arena_many(ui->arena, struct ui_event, form->since_count);
    for (size_t i = 0; i < form->since_count; i++) {
        const struct entry *entry = form->since[i];
        events[i] = (struct ui_event){
            .title = entry->type->title,
            .path =
                arena_printf(ui->arena, "%s/entries/%llu", form->frame->path, (unsigned long long)entry->seq),
            .by = entry->recorded_name,
            .when = show_moment(ui->arena, ui->pack, entry->occurred),
            .text = show_summary(ui->arena, ui->pack, entry->type, entry->values),
        };
    }
    ui_banner(
        ui, false, "Somebody recorded on this case while you were writing",
        "Your text is kept below and is not recorded yet. Read what is new, change yours if you need to, and "
        "record it.");
    ui_h2(ui, "What is new on the case");
    ui_timeline(ui, events, form->since_count);
    ui_h2(ui, "Your entry");
}

const char *entry_form_keep(struct request *request, const struct entry_form *form, const char *kind)
{
    struct draft_view draft = {
        .kind = kind, .case_reference = form->frame->view->reference.text, .count = form->typed.count};
    if (form->draft != NULL && form->draft[0] != '\0' && !id_parse(form->draft, &draft.id)) {
        return "";
    }
    typed_split(request->arena, form->typed, &draft.names, &draft.texts);
    struct id id;
    if (act_draft_save(&request->act, &draft, &id) != NULL) {
        /* the page still holds it, and says what is wrong with the store if the store is */
        return form->draft == NULL ? "" : form->draft;
    }
    char *text = arena_alloc(request->arena, ID_TEXT);
    id_format(id, text);
    return text;
}

int entry_form_status(const struct error *error)
{
    return error->code == ERROR_NOT_FOUND || error->code == ERROR_NOT_ALLOWED ||
                   error->code == ERROR_NOT_SIGNED_IN
               ? 0
               : error->http_status;
}
