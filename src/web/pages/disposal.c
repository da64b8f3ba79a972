/*
 * Records whose time is over, what people decided about them, and the register of what was destroyed. No name
 * stands on these pages: who keeps records reads no case.
 */
#include "web/pages/disposal.h"

#include "web/csv.h"
#include "web/pages/pages.h"

#include "base/text.h"

#include <string.h>

const char disposal_section[] = "/disposal";

const char *disposal_path(struct arena *arena, struct id record)
{
    char text[ID_TEXT];
    id_format(record, text);
    return arena_printf(arena, "/disposal/%s", text);
}

static const struct {
    const char *tag;
    const char *tone;
} state_words[DISPOSAL_STATES] = {
    [DISPOSAL_OPEN] = {"Open", "blue"},           [DISPOSAL_NO_RULE] = {"Kept", "grey"},
    [DISPOSAL_KEPT] = {"Kept", "grey"},           [DISPOSAL_HELD] = {"Held", "purple"},
    [DISPOSAL_DUE] = {"Due", "orange"},           [DISPOSAL_PROPOSED] = {"Proposed", "yellow"},
    [DISPOSAL_WAITING] = {"Agreed", "yellow"},    [DISPOSAL_READY] = {"To be destroyed", "red"},
    [DISPOSAL_DESTROYED] = {"Destroyed", "grey"},
};

struct ui_cell disposal_state_cell(const struct disposal_row *row)
{
    return (struct ui_cell){.text = state_words[row->state].tag, .tone = state_words[row->state].tone};
}

const char *disposal_kind(enum retention_record kind)
{
    return kind == RETENTION_OUTSIDE ? "Record outside cases" : "Case of a child";
}

/* ---- lists ---- */

static const struct {
    const char *tab;
    const char *text;
    const char *none;
    const char *at; /* head of the last column */
} list_words[DISPOSAL_LISTS] = {
    [DISPOSAL_LIST_DUE] =
        {"Due",
         "The time that these records are kept for is over. One person proposes that a record "
         "is destroyed, another decides. Until then it stays.",
         "No record is due. A closed case shows here on the day after the last day that the "
         "rules keep it for.",
         "Last step"},
    [DISPOSAL_LIST_UNDER_WAY] = {"Under way",
                                 "Somebody proposed that these records are destroyed. Nothing is destroyed "
                                 "before another person has agreed and the waiting period is over.",
                                 "Nothing is proposed.", "Last step"},
    [DISPOSAL_LIST_HELD] =
        {"Held",
         "These records are held for a reason, and are not destroyed while the hold stands, "
         "whatever the rules say.",
         "No record is held. A hold is placed on the page of a record: look it up by its "
         "reference.",
         "Last step"},
    [DISPOSAL_LIST_DESTROYED] =
        {"Register of disposals",
         "What was destroyed, when, and under which rule. Nothing of what these records "
         "held is left here.",
         "No record was destroyed.", "Destroyed"},
};

static struct disposal_filter filter_of(const struct request *request)
{
    struct disposal_filter filter = {.cursor = request_query(request, "after")};
    (void)disposal_list_find(request_query(request, "list"), &filter.list);
    return filter;
}

static void write_tabs(struct ui *ui, enum disposal_list current)
{
    struct ui_tab tabs[DISPOSAL_LISTS];
    for (int i = 0; i < DISPOSAL_LISTS; i++) {
        tabs[i] = (struct ui_tab){
            .text = list_words[i].tab,
            .path = arena_printf(ui->arena, "/disposal?list=%s", disposal_list_name((enum disposal_list)i)),
            .current = i == (int)current};
    }
    ui_tabs(ui, "Lists of records", tabs, DISPOSAL_LISTS);
}

static void write_rows(struct ui *ui, const struct disposal_row *rows, size_t count, enum disposal_list list)
{
    bool no_step = list == DISPOSAL_LIST_DUE; /* nobody has done anything about them yet */
    size_t columns = no_step ? 4 : 5;
    const char *heads[] = {"Record", "Kept because", "Kept until", "How it stands", list_words[list].at};
    struct ui_cell *cells = arena_many(ui->arena, struct ui_cell, count * columns);
    for (size_t i = 0; i < count; i++) {
        const struct disposal_row *row = &rows[i];
        struct ui_cell *at = &cells[i * columns];
        at[0] = (struct ui_cell){.text = arena_copy(ui->arena, row->reference.text),
                                 .path = disposal_path(ui->arena, row->record),
                                 .under = disposal_kind(row->kind)};
        at[1] = (struct ui_cell){.text = row->rule_title, .under = row->source};
        at[2] = (struct ui_cell){.text = row->has_last_day ? show_day(ui->arena, row->last_day) : ""};
        at[3] = disposal_state_cell(row);
        if (!no_step) {
            at[4] = (struct ui_cell){.text = show_day_of(ui->arena, ui->pack, row->at), .under = row->by};
        }
    }
    ui_table(ui, NULL, heads, columns, cells, count);
}

static const struct error *write_list(struct request *request, const struct error *faults,
                                      struct reply *reply)
{
    struct disposal_filter filter = filter_of(request);
    const struct disposal_row *rows;
    size_t count;
    const char *next;
    TRY(act_disposals(&request->act, &filter, &rows, &count, &next));
    const char *list = disposal_list_name(filter.list);
    struct ui *ui = ui_begin(request, "Keeping and disposing of records", disposal_section);
    ui->wide = true;
    ui->faults = faults;
    ui_title(ui, NULL, "Keeping and disposing of records");
    write_tabs(ui, filter.list);
    ui_text(ui, list_words[filter.list].text);
    if (count == 0) {
        ui_text(ui, filter.cursor == NULL ? list_words[filter.list].none : "There is nothing after that.");
    } else {
        ui_link(ui, "Download this list as a file for a spreadsheet",
                arena_printf(ui->arena, "/disposal.csv?list=%s", list));
        write_rows(ui, rows, count, filter.list);
    }
    if (next != NULL) {
        ui_next(ui, arena_printf(ui->arena, "/disposal?list=%s&after=%s", list, next));
    }
    ui_h2(ui, "Look up a record");
    ui_form(ui, "/disposal/find");
    ui_input(ui, &(struct ui_field){.name = "reference",
                                    .label = "Reference",
                                    .hint = "Ten characters, such as those of a case",
                                    .text = request_form(request, "reference"),
                                    .autocomplete = "off",
                                    .no_spelling = true,
                                    .width = 20});
    ui_button(ui, BUTTON_SECONDARY, "Look up", NULL, NULL);
    ui_form_end(ui);
    ui_finish(ui, reply, faults == NULL ? 200 : 422);
    return NULL;
}

const struct error *page_disposals(struct request *request, struct reply *reply)
{
    return write_list(request, NULL, reply);
}

const struct error *page_disposal_find_post(struct request *request, struct reply *reply)
{
    struct id record;
    const struct error *error = act_disposal_find(&request->act, request_form(request, "reference"), &record);
    if (error != NULL && error->code == ERROR_INVALID) {
        return write_list(request, error, reply);
    }
    TRY(error);
    reply_redirect(reply, disposal_path(request->arena, record));
    return NULL;
}

/* ---- as a file ---- */

enum { FILE_PAGES = 100 }; /* of 200 rows */

static void csv_rows(struct request *request, struct csv *csv, const struct disposal_row *rows, size_t count)
{
    struct arena *arena = request->arena;
    for (size_t i = 0; i < count; i++) {
        const struct disposal_row *row = &rows[i];
        char day[DAY_TEXT] = "";
        if (row->has_last_day) {
            day_format(row->last_day, day);
        }
        csv_cell(csv, arena_copy(arena, row->reference.text));
        csv_cell(csv, disposal_kind(row->kind));
        csv_cell(csv, row->rule_title);
        csv_cell(csv, row->source);
        csv_cell(csv, arena_copy(arena, day));
        csv_cell(csv, disposal_state_name(row->state));
        csv_cell(csv, instant_is_never(row->at) ? "" : show_day_of(arena, act_pack(&request->act), row->at));
        csv_cell(csv, row->by);
        csv_row_end(csv);
    }
}

const struct error *page_disposals_csv(struct request *request, struct reply *reply)
{
    static const char *const heads[] = {"reference",  "kind",          "kept because", "asked for by",
                                        "kept until", "how it stands", "last step",    "by"};
    struct disposal_filter filter = filter_of(request);
    struct csv csv = csv_begin(request->arena, heads, 8);
    filter.cursor = NULL;
    filter.limit = 200;
    for (int page = 0; page < FILE_PAGES; page++) {
        const struct disposal_row *rows;
        size_t count;
        TRY(act_disposals(&request->act, &filter, &rows, &count, &filter.cursor));
        csv_rows(request, &csv, rows, count);
        if (filter.cursor == NULL) {
            break;
        }
    }
    return csv_reply(&csv, arena_printf(request->arena, "records-%s.csv", disposal_list_name(filter.list)),
                     reply);
}
