#include "web/pages/case_frame.h"
#include "web/pages/pages.h"

#include "base/text.h"

#include <string.h>

static bool is_asked_for(const char *asked, const char *id)
{
    return text_is_blank(asked) || strcmp(asked, id) == 0;
}

static bool type_stands(const struct history *history, const struct entry_type *type)
{
    for (size_t i = 0; i < history->count; i++) {
        if (history->list[i].type == type) {
            return true;
        }
    }
    return false;
}

static void write_filter(struct ui *ui, const struct case_frame *frame, const char *type, const char *agency)
{
    const struct pack *pack = frame->view->pack;
    struct ui_choice *types = arena_many(ui->arena, struct ui_choice, pack->type_count + 1);
    size_t count = 0;
    types[count++] = (struct ui_choice){.value = "", .text = "Every kind"};
    for (size_t i = 0; i < pack->type_count; i++) {
        const struct entry_type *one = &pack->types[i];
        if (type_stands(frame->view->history, one)) {
            types[count++] = (struct ui_choice){
                .value = one->id, .text = one->title, .checked = type != NULL && strcmp(type, one->id) == 0};
        }
    }
    const struct code_list *list = pack_codes(pack, "agency");
    size_t agency_count = list == NULL ? 0 : list->code_count;
    struct ui_choice *agencies = arena_many(ui->arena, struct ui_choice, agency_count + 1);
    agencies[0] = (struct ui_choice){.value = "", .text = "Every agency"};
    for (size_t i = 0; i < agency_count; i++) {
        agencies[i + 1] =
            (struct ui_choice){.value = list->codes[i].id,
                               .text = list->codes[i].title,
                               .checked = agency != NULL && strcmp(agency, list->codes[i].id) == 0};
    }
    ui_filter_form(ui, arena_printf(ui->arena, "%s/chronology", frame->path));
    if (frame->as_of != NULL) {
        ui_hidden(ui, "as_of", frame->as_of);
    }
    ui_select(ui, &(struct ui_field){
                      .name = "type", .label = "Kind of entry", .choices = types, .choice_count = count});
    ui_select(ui, &(struct ui_field){.name = "agency",
                                     .label = "Recorded by",
                                     .choices = agencies,
                                     .choice_count = agency_count + 1});
    ui_button(ui, BUTTON_SECONDARY, "Show", NULL, NULL);
    ui_form_end(ui);
}

static const char *recorded_by(struct ui *ui, const struct entry *entry)
{
    const char *agency = show_code(ui->pack, "agency", entry->agency);
    return entry->recorded_name == NULL ? agency
                                        : arena_printf(ui->arena, "%s, %s", entry->recorded_name, agency);
}

/* The day it happened, and the day it was written down where that is another. */
static const char *when(struct ui *ui, const struct known *known)
{
    const char *happened = show_moment(ui->arena, ui->pack, known->occurred);
    const char *day = show_day_of(ui->arena, ui->pack, known->entry->recorded_at);
    return strcmp(show_day(ui->arena, known->occurred.day), day) == 0
               ? happened
               : arena_printf(ui->arena, "%s (recorded %s)", happened, day);
}

static struct ui_event event_of(struct ui *ui, const struct case_frame *frame, const struct known *known)
{
    struct ui_event event = {
        .title = known->type->title,
        .path = case_entry_path(ui, frame, known),
        .by = recorded_by(ui, known->entry),
        .when = when(ui, known),
        .text = show_summary(ui->arena, ui->pack, known->type, known->values),
    };
    if (known->version_count > 1) {
        const struct version *first = &known->versions[0];
        const struct version *last = &known->versions[known->version_count - 1];
        event.note = arena_printf(ui->arena, "Corrected on %s by %s",
                                  show_day_of(ui->arena, ui->pack, last->correction->recorded_at),
                                  recorded_by(ui, last->correction));
        event.note_text = arena_printf(ui->arena, "First recorded: %s, %s",
                                       show_moment(ui->arena, ui->pack, first->occurred),
                                       show_summary(ui->arena, ui->pack, known->type, first->values));
    }
    return event;
}

const struct error *page_case_chronology(struct request *request, struct reply *reply)
{
    struct case_frame frame;
    TRY(case_frame_read(request, &frame));
    struct ui *ui = case_frame_begin(request, &frame, "Chronology", "chronology");
    const char *type = request_query(request, "type");
    const char *agency = request_query(request, "agency");
    const struct history *history = frame.view->history;
    struct ui_event *events = arena_many(ui->arena, struct ui_event, history->count);
    size_t count = 0;
    for (size_t i = history->count; i > 0; i--) {
        const struct known *known = &history->list[i - 1];
        if (is_asked_for(type, known->type->id) && is_asked_for(agency, known->entry->agency)) {
            events[count++] = event_of(ui, &frame, known);
        }
    }
    ui_h2(ui, "Chronology");
    write_filter(ui, &frame, type, agency);
    if (count == 0) {
        ui_text(ui, "No entry of this kind is on the case.");
    } else {
        ui_hint(ui, arena_printf(ui->arena, "%s, newest first",
                                 show_count(ui->arena, count, "entry", "entries")));
        ui_timeline(ui, events, count);
    }
    ui_finish(ui, reply, 200);
    return NULL;
}
