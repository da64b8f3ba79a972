#include "web/pages/case_frame.h"
#include "web/pages/pages.h"

#include "base/text.h"
#include "web/csv.h"
#include "web/parse.h"

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

/* Each further start of the procedure begins a round; what went before stays as it was. */
static const char *title_of(struct ui *ui, const struct case_frame *frame, const struct known *known)
{
    size_t round = 0;
    for (const struct known *one = frame->view->history->list; one <= known; one++) {
        round += one->type->part == PART_START;
    }
    return known->type->part == PART_START && round > 1
               ? arena_printf(ui->arena, "Round %zu: %s", round, known_as_written(known)->type->title)
               : known_as_written(known)->type->title;
}

static struct ui_event event_of(struct ui *ui, const struct case_frame *frame, const struct known *known)
{
    const char *title = title_of(ui, frame, known);
    known = known_as_written(known);
    struct ui_event event = {
        .title = title,
        .path = case_listed_entry_path(ui, frame, known),
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

/* Of the list, and of the file of it, as it was filtered. */
static const char *list_path(struct ui *ui, const struct case_frame *frame, const char *name,
                             const char *type, const char *agency)
{
    return arena_printf(ui->arena, "%s/%s?type=%s&agency=%s&as_of=%s", frame->path, name,
                        percent_encode(ui->arena, type == NULL ? "" : type),
                        percent_encode(ui->arena, agency == NULL ? "" : agency),
                        frame->as_of == NULL ? "" : frame->as_of);
}

/* What an event takes of a page beside its words, which escaping makes six times as long at most. */
enum { PART_BYTES = 256 * 1024, EVENT_BYTES = 512 };

static size_t event_bytes(const struct ui_event *event)
{
    return EVENT_BYTES + strlen(event->text) + (event->note_text == NULL ? 0 : strlen(event->note_text));
}

/* Where a page of the list goes on: below the entry that the one before ended with; else from the newest. */
static size_t events_from(const struct request *request, const struct history *history)
{
    int64_t after;
    size_t at = history->count;
    const char *text = request_query(request, "after");
    if (text == NULL || !number_parse(text, 1, INT64_MAX, &after)) {
        return at;
    }
    while (at > 0 && history->list[at - 1].entry->seq != (uint64_t)after) {
        at--;
    }
    return at == 0 ? history->count : at - 1;
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
    size_t from = events_from(request, history);
    size_t count = 0;
    size_t shown = 0;
    size_t bytes = 0;
    bool more = false;
    const struct known *last = NULL;
    for (size_t i = history->count; i > 0; i--) {
        const struct known *known = &history->list[i - 1];
        if (!is_asked_for(type, known_as_written(known)->type->id) ||
            !is_asked_for(agency, known->entry->agency)) {
            continue;
        }
        count++;
        bool follows = i <= from;
        if (follows && bytes < PART_BYTES) {
            events[shown] = event_of(ui, &frame, known);
            bytes += event_bytes(&events[shown++]);
            last = known;
        } else if (follows) {
            more = true;
        }
    }
    ui_h2(ui, "Chronology");
    write_filter(ui, &frame, type, agency);
    if (count == 0) {
        ui_text(ui, "No entry of this kind is on the case.");
    } else {
        const char *path = list_path(ui, &frame, "chronology", type, agency);
        ui_link(ui, "Download this list as a file for a spreadsheet",
                list_path(ui, &frame, "chronology.csv", type, agency));
        const char *here = shown < count ? arena_printf(ui->arena, "; %zu of them on this page", shown) : "";
        ui_hint(ui, arena_printf(ui->arena, "%s, newest first%s",
                                 show_count(ui->arena, count, "entry", "entries"), here));
        ui_timeline(ui, events, shown);
        ui_next(ui, more
                        ? arena_printf(ui->arena, "%s&after=%llu", path, (unsigned long long)last->entry->seq)
                        : NULL);
        ui_print(ui, "Print the chronology");
    }
    ui_finish(ui, reply, 200);
    return NULL;
}

const struct error *page_case_chronology_file(struct request *request, struct reply *reply)
{
    static const char *const heads[] = {"Number",       "When it happened", "Recorded at", "What",
                                        "What it says", "Recorded by",      "Agency",      "Corrected"};
    struct case_frame frame;
    TRY(case_frame_read(request, &frame));
    TRY(act_file_taken(&request->act, frame.view->reference.text, "case-file"));
    const struct pack *pack = frame.view->pack;
    const char *type = request_query(request, "type");
    const char *agency = request_query(request, "agency");
    struct csv csv = csv_begin(request->arena, heads, sizeof heads / sizeof heads[0]);
    for (size_t i = frame.view->history->count; i > 0; i--) {
        const struct known *known = known_as_written(&frame.view->history->list[i - 1]);
        const struct entry *entry = known->entry;
        if (!is_asked_for(type, known->type->id) || !is_asked_for(agency, entry->agency)) {
            continue;
        }
        csv_cell(&csv, arena_printf(request->arena, "%llu", (unsigned long long)entry->seq));
        csv_cell(&csv, show_moment(request->arena, pack, known->occurred));
        csv_cell(&csv, show_instant(request->arena, pack, entry->recorded_at));
        csv_cell(&csv, known->type->title);
        csv_cell(&csv, show_summary(request->arena, pack, known->type, known->values));
        csv_cell(&csv, entry->recorded_name);
        csv_cell(&csv, show_code(pack, "agency", entry->agency));
        csv_cell(&csv, known->version_count > 1 ? "Yes" : "No");
        csv_row_end(&csv);
    }
    return csv_reply(&csv, arena_printf(request->arena, "chronology-%s.csv", frame.view->reference.text),
                     reply);
}
