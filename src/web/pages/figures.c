/*
 * The figures of the partnership: how many children, over time, by what the chapter asks to be known, and how
 * well it is known. Small numbers are not shown, because they could tell who it is.
 */
#include "web/pages/contact.h"
#include "web/pages/pages.h"
#include "web/pages/ui.h"

#include "base/text.h"
#include "document/sheet.h"
#include "web/csv.h"

#include <string.h>

enum { SMALL = 5 };

static const struct ui_choice splits[] = {
    {.value = "source", .text = "Agency that referred"},
    {.value = "route", .text = "Route into exploitation"},
    {.value = "exchange", .text = "What was given or promised"},
    {.value = "age", .text = "Age at the concern"},
    {.value = "sex", .text = "Sex"},
    {.value = "gender", .text = "Gender identity"},
    {.value = "ethnicity", .text = "Ethnicity"},
    {.value = "disability", .text = "Disability"},
    {.value = "locality", .text = "Locality"},
    {.value = "outcome", .text = "Outcome"},
    {.value = "barrier", .text = "Barriers to leaving"},
};
enum { SPLITS = sizeof splits / sizeof splits[0] };

static const struct ui_choice *split_of(const struct request *request)
{
    const char *by = request_query(request, "by");
    for (size_t i = 0; i < SPLITS; i++) {
        if (text_equal(splits[i].value, by)) {
            return &splits[i];
        }
    }
    return &splits[0];
}

static const char *agency_of(const struct request *request)
{
    const struct code_list *agencies = pack_codes(act_pack(&request->act), "agency");
    const char *agency = request_query(request, "agency");
    return text_is_blank(agency) || agencies == NULL || code_find(agencies, agency) == NULL ? NULL : agency;
}

static const char not_shown[] = "not shown";

static const char *number(struct arena *arena, int count, bool hidden)
{
    return hidden ? not_shown : arena_printf(arena, "%d", count);
}

static void write_filter(struct ui *ui, const struct ui_choice *by, const char *agency)
{
    struct ui_choice *choices = arena_many(ui->arena, struct ui_choice, SPLITS);
    for (size_t i = 0; i < SPLITS; i++) {
        choices[i] = splits[i];
        choices[i].checked = &splits[i] == by;
    }
    const struct code_list *agencies = pack_codes(ui->pack, "agency");
    size_t count = agencies == NULL ? 0 : agencies->code_count;
    struct ui_choice *list = arena_many(ui->arena, struct ui_choice, count + 1);
    list[0] = (struct ui_choice){.value = "", .text = "The partnership"};
    for (size_t i = 0; i < count; i++) {
        const struct code *code = &agencies->codes[i];
        list[i + 1] = (struct ui_choice){
            .value = code->id, .text = code->title, .checked = text_equal(agency, code->id)};
    }
    ui_filter_form(ui, "/figures");
    ui_select(ui, &(struct ui_field){
                      .name = "by", .label = "Split by", .choices = choices, .choice_count = SPLITS});
    ui_select(ui, &(struct ui_field){
                      .name = "agency", .label = "Referred by", .choices = list, .choice_count = count + 1});
    ui_button(ui, BUTTON_SECONDARY, "Show", NULL, NULL);
    ui_form_end(ui);
}

static void write_totals(struct ui *ui, const struct figures_view *view, const struct ui_choice *by)
{
    const char *heads[] = {by->text, "Confirmed", "Some concern"};
    struct ui_cell *cells = arena_many(ui->arena, struct ui_cell, view->total_count * 3);
    for (size_t i = 0; i < view->total_count; i++) {
        cells[i * 3] = (struct ui_cell){.text = view->totals[i].value};
        cells[i * 3 + 1] = (struct ui_cell){
            .text = number(ui->arena, view->totals[i].confirmed, view->totals[i].confirmed_hidden)};
        cells[i * 3 + 2] = (struct ui_cell){
            .text = number(ui->arena, view->totals[i].concern, view->totals[i].concern_hidden)};
    }
    ui_h2(ui, "Children, all together");
    ui_table(ui, NULL, heads, 3, cells, view->total_count);
}

static void write_months(struct ui *ui, const struct figures_view *view, const struct ui_choice *by)
{
    const char *heads[] = {"Month of the concern", by->text, "Confirmed", "Some concern"};
    struct ui_cell *cells = arena_many(ui->arena, struct ui_cell, view->month_count * 4);
    for (size_t i = 0; i < view->month_count; i++) {
        const struct figure *figure = &view->months[i];
        cells[i * 4] = (struct ui_cell){.text = figure->month};
        cells[i * 4 + 1] = (struct ui_cell){.text = figure->value};
        cells[i * 4 + 2] =
            (struct ui_cell){.text = number(ui->arena, figure->confirmed, figure->confirmed_hidden)};
        cells[i * 4 + 3] =
            (struct ui_cell){.text = number(ui->arena, figure->concern, figure->concern_hidden)};
    }
    ui_h2(ui, "Over time");
    ui_table(ui, NULL, heads, 4, cells, view->month_count);
}

/* A row's four numbers come to the number of children, so one is never hidden alone, nor few. */
static void hide_in_row(const int counts[static 4], bool ret_hidden[static 4])
{
    int hidden = 0;
    int sum = 0;
    for (size_t i = 0; i < 4; i++) {
        ret_hidden[i] = counts[i] > 0 && counts[i] < SMALL;
        hidden += ret_hidden[i];
        sum += ret_hidden[i] ? counts[i] : 0;
    }
    while (hidden > 0 && hidden < 4 && (hidden == 1 || sum < SMALL)) {
        size_t best = 4;
        for (size_t i = 0; i < 4; i++) {
            bool better = best == 4 || (counts[i] > 0 && (counts[best] == 0 || counts[i] < counts[best]));
            best = !ret_hidden[i] && better ? i : best;
        }
        ret_hidden[best] = true;
        hidden++;
        sum += counts[best];
    }
}

/* In tenths where a number of the row is hidden. */
static const char *share(struct arena *arena, const struct completeness *row, bool hidden)
{
    int all = row->recorded + row->refused + row->not_known + row->empty;
    int percent = all == 0 ? 0 : (all - row->empty) * 100 / all;
    return hidden ? arena_printf(arena, "about %d%%", (percent + 5) / 10 * 10)
                  : arena_printf(arena, "%d%%", percent);
}

static void write_completeness(struct ui *ui, const struct figures_view *view)
{
    static const char *const heads[] = {
        "Agency that referred", "What", "Answered", "Recorded", "Refused", "Not known", "Left empty"};
    struct ui_cell *cells = arena_many(ui->arena, struct ui_cell, view->completeness_count * 7);
    for (size_t i = 0; i < view->completeness_count; i++) {
        const struct completeness *row = &view->completeness[i];
        struct ui_cell *at = &cells[i * 7];
        at[0] = (struct ui_cell){.text = show_code(ui->pack, "agency", row->agency)};
        at[1] = (struct ui_cell){.text = row->what};
        const int counts[4] = {row->recorded, row->refused, row->not_known, row->empty};
        bool hidden[4];
        hide_in_row(counts, hidden);
        at[2] =
            (struct ui_cell){.text = share(ui->arena, row, hidden[0] || hidden[1] || hidden[2] || hidden[3])};
        for (size_t c = 0; c < 4; c++) {
            at[3 + c] = (struct ui_cell){.text = number(ui->arena, counts[c], hidden[c])};
        }
    }
    ui_h2(ui, "How well it is known");
    ui_text(ui, "Refused and not known are answers. Empty means that nobody wrote one down.");
    ui_table(ui, NULL, heads, 7, cells, view->completeness_count);
}

static void write_tallies(struct ui *ui, const struct figures_view *view)
{
    static const char *const heads[] = {"What", "Agency", "Area", "How many", "People reached"};
    struct ui_cell *cells = arena_many(ui->arena, struct ui_cell, view->tally_count * 5);
    for (size_t i = 0; i < view->tally_count; i++) {
        const struct tally *tally = &view->tallies[i];
        struct ui_cell *at = &cells[i * 5];
        at[0] = (struct ui_cell){.text = tally->what};
        at[1] = (struct ui_cell){
            .text = tally->agency == NULL ? "" : show_code(ui->pack, "agency", tally->agency)};
        at[2] = (struct ui_cell){.text = tally->area == NULL ? "" : tally->area};
        at[3] = (struct ui_cell){.text = number(ui->arena, tally->count, tally->hidden)};
        at[4] =
            (struct ui_cell){.text = tally->reached < 0 ? "" : arena_printf(ui->arena, "%d", tally->reached)};
    }
    ui_h2(ui, "Views, barriers, decisions, outreach and training");
    if (view->tally_count == 0) {
        ui_text(ui, "Nothing is recorded yet.");
    } else {
        ui_table(ui, NULL, heads, 5, cells, view->tally_count);
    }
}

/* Whom nobody can ask is a figure of the partnership too (11.11). */
static const struct error *write_directory(struct ui *ui)
{
    const struct contact_view *contacts;
    const struct agency_gap *gaps;
    size_t count;
    size_t gap_count;
    TRY(act_directory_list(&ui->request->act, &contacts, &count));
    contacts_gaps(ui->arena, ui->pack, contacts, count, &gaps, &gap_count);
    ui_gaps(ui, gaps, gap_count);
    return NULL;
}

const struct error *page_figures(struct request *request, struct reply *reply)
{
    const struct ui_choice *by = split_of(request);
    const char *agency = agency_of(request);
    const struct figures_view *view;
    TRY(act_figures(&request->act, by->value, agency, &view));
    struct ui *ui = ui_begin(request, "Figures", "/figures");
    ui->wide = true;
    ui_title(ui, agency == NULL ? "The partnership" : show_code(ui->pack, "agency", agency), "Figures");
    ui_text(
        ui,
        "Confirmed means that an assessment or enquiry found that the child is exploited. Everything "
        "else that "
        "was referred is some concern. A number from 1 to 4 is not shown, because it could tell who it is, "
        "and neither is a number that it could be worked out from.");
    write_filter(ui, by, agency);
    if (view->cases == 0) {
        ui_text(ui, "No child has been referred yet. Figures show here with the first referral.");
    } else {
        const char *asked =
            arena_printf(ui->arena, "by=%s&agency=%s", by->value, agency == NULL ? "" : agency);
        ui_link(ui, "Download these figures as a workbook (XLSX)",
                arena_printf(ui->arena, "/figures.xlsx?%s", asked));
        ui_link(ui, "Download these figures as a text file (CSV)",
                arena_printf(ui->arena, "/figures.csv?%s", asked));
        write_totals(ui, view, by);
        write_months(ui, view, by);
        write_completeness(ui, view);
    }
    write_tallies(ui, view);
    TRY(write_directory(ui));
    ui_finish(ui, reply, 200);
    return NULL;
}

const struct error *page_figures_csv(struct request *request, struct reply *reply)
{
    const struct ui_choice *by = split_of(request);
    const char *heads[] = {"month", by->text, "confirmed", "some concern"};
    const struct figures_view *view;
    TRY(act_figures(&request->act, by->value, agency_of(request), &view));
    struct csv csv = csv_begin(request->arena, heads, 4);
    for (size_t i = 0; i < view->total_count + view->month_count; i++) {
        bool total = i < view->total_count;
        const struct figure *figure = total ? &view->totals[i] : &view->months[i - view->total_count];
        csv_cell(&csv, total ? "all" : figure->month);
        csv_cell(&csv, figure->value);
        csv_cell(&csv, number(request->arena, figure->confirmed, figure->confirmed_hidden));
        csv_cell(&csv, number(request->arena, figure->concern, figure->concern_hidden));
        csv_row_end(&csv);
    }
    return csv_reply(&csv, arena_printf(request->arena, "figures-by-%s.csv", by->value), reply);
}

static struct sheet_cell sheet_number(int count, bool hidden)
{
    return hidden ? (struct sheet_cell){.text = not_shown} : (struct sheet_cell){.number = count};
}

static struct sheet figure_sheet(struct arena *arena, const char *title, const char *by,
                                 const struct figure *figures, size_t count)
{
    const char **heads = arena_many(arena, const char *, 4);
    struct sheet_cell *cells = arena_many(arena, struct sheet_cell, count * 4);
    heads[0] = "Month";
    heads[1] = by;
    heads[2] = "Confirmed";
    heads[3] = "Some concern";
    for (size_t i = 0; i < count; i++) {
        const struct figure *figure = &figures[i];
        cells[i * 4] = (struct sheet_cell){.text = figure->month == NULL ? "all" : figure->month};
        cells[i * 4 + 1] = (struct sheet_cell){.text = figure->value};
        cells[i * 4 + 2] = sheet_number(figure->confirmed, figure->confirmed_hidden);
        cells[i * 4 + 3] = sheet_number(figure->concern, figure->concern_hidden);
    }
    return (struct sheet){
        .title = title, .heads = heads, .head_count = 4, .cells = cells, .row_count = count};
}

const struct error *page_figures_xlsx(struct request *request, struct reply *reply)
{
    const struct ui_choice *by = split_of(request);
    const struct figures_view *view;
    const char *bytes;
    size_t size;
    TRY(act_figures(&request->act, by->value, agency_of(request), &view));
    const struct sheet sheets[] = {
        figure_sheet(request->arena, "All together", by->text, view->totals, view->total_count),
        figure_sheet(request->arena, "By month", by->text, view->months, view->month_count),
    };
    TRY(sheets_write(request->arena, sheets, 2, &bytes, &size));
    reply_bytes(reply, 200, SHEET_TYPE, bytes, size);
    reply_header(reply, "Content-Disposition",
                 arena_printf(request->arena, "attachment; filename=\"figures-by-%s.xlsx\"", by->value));
    return NULL;
}
