/*
 * The log of looks: of a case, for those who may read who has looked at it; of a worker, for their manager;
 * all of it, for who reviews looks. Filtered by kind and time, a page at a time, or as a file.
 */
#include "base/text.h"
#include "web/csv.h"
#include "web/pages/case_frame.h"
#include "web/pages/look_words.h"
#include "web/pages/pages.h"
#include "web/parse.h"

#include <string.h>

enum { FILE_MOST = 1000, FILE_PAGES = 50 };

/* What is asked for, as it stands in the address. */
struct asked {
    struct looks_asked looks;
    const char *days; /* "" for all */
    const char *kind; /* "" for any */
    const char *path; /* of the page, */
    const char *rest; /* and what stands in its query but where to go on */
};

static const struct ui_choice periods[] = {
    {.value = "1", .text = "Last 24 hours"}, {.value = "7", .text = "Last 7 days"},
    {.value = "28", .text = "Last 28 days"}, {.value = "366", .text = "Last year"},
    {.value = "", .text = "All there is"},
};
enum { PERIODS = sizeof periods / sizeof periods[0] };

static const char *query(const struct request *request, const char *name)
{
    const char *text = request_query(request, name);
    return text_is_blank(text) ? "" : text_trim(request->arena, text);
}

static struct asked read_asked(struct request *request, const char *path, const char *reference)
{
    int64_t days = 0;
    struct asked asked = {.days = query(request, "days"), .kind = query(request, "kind"), .path = path};
    if (!number_parse(asked.days, 1, 3660, &days)) {
        asked.days = "";
    }
    const char *cursor = query(request, "after");
    const char *worker = reference == NULL ? query(request, "worker") : "";
    const char *about = reference == NULL ? query(request, "case") : "";
    asked.looks = (struct looks_asked){
        .reference = reference != NULL  ? reference
                     : about[0] == '\0' ? NULL
                                        : about,
        .worker = worker[0] == '\0' ? NULL : worker,
        .act = asked.kind[0] == '\0' ? NULL : asked.kind,
        .until = INSTANT_NEVER,
        .cursor = cursor[0] == '\0' ? NULL : cursor,
    };
    if (days > 0) {
        asked.looks.from = instant_add_ms(request->act.now, -days * MS_PER_DAY);
    }
    asked.rest = arena_printf(request->arena, "days=%s&kind=%s", asked.days,
                              percent_encode(request->arena, asked.kind));
    if (reference == NULL) {
        asked.rest =
            arena_printf(request->arena, "%s&worker=%s&case=%s", asked.rest,
                         percent_encode(request->arena, worker), percent_encode(request->arena, about));
    }
    return asked;
}

/* ---- what is asked for ---- */

static struct ui_choice *choices_with(struct ui *ui, const struct ui_choice *list, size_t count,
                                      const char *first, const char *chosen)
{
    size_t before = first == NULL ? 0 : 1;
    struct ui_choice *choices = arena_many(ui->arena, struct ui_choice, count + 1);
    choices[0] = (struct ui_choice){.value = "", .text = first};
    for (size_t i = 0; i < count; i++) {
        choices[i + before] = list[i];
        choices[i + before].checked = strcmp(list[i].value, chosen) == 0;
    }
    return choices;
}

static void write_period_and_kind(struct ui *ui, const struct asked *asked)
{
    const struct ui_choice *kinds;
    size_t count = look_kinds(&kinds);
    ui_select(ui, &(struct ui_field){.name = "days",
                                     .label = "When",
                                     .choices = choices_with(ui, periods, PERIODS, NULL, asked->days),
                                     .choice_count = PERIODS});
    ui_select(ui, &(struct ui_field){.name = "kind",
                                     .label = "What",
                                     .choices = choices_with(ui, kinds, count, "Everything", asked->kind),
                                     .choice_count = count + 1});
}

static const struct error *write_whose(struct ui *ui, const struct asked *asked, const char **ret_name)
{
    const struct worker_view *workers;
    size_t count;
    bool reviews = ui->request->session.actor.role->reviews_looks;
    TRY(act_look_workers(&ui->request->act, &workers, &count));
    struct ui_choice *list = arena_many(ui->arena, struct ui_choice, count);
    for (size_t i = 0; i < count; i++) {
        char *id = arena_alloc(ui->arena, ID_TEXT);
        id_format(workers[i].account, id);
        list[i] = (struct ui_choice){
            .value = id,
            .text = arena_printf(ui->arena, "%s, %s", workers[i].name, show_role(ui->pack, workers[i].role))};
        if (text_equal(asked->looks.worker, id)) {
            *ret_name = workers[i].name;
        }
    }
    const char *worker = asked->looks.worker == NULL ? "" : asked->looks.worker;
    ui_select(ui, &(struct ui_field){
                      .name = "worker",
                      .label = "Who",
                      .choices = choices_with(ui, list, count, reviews ? "Everybody" : "Choose", worker),
                      .choice_count = count + 1});
    if (reviews) {
        ui_input(ui, &(struct ui_field){.name = "case",
                                        .label = "Reference of a case",
                                        .text = asked->looks.reference,
                                        .width = 10,
                                        .no_spelling = true});
    }
    return NULL;
}

/* ---- what was found ---- */

static void write_looks(struct ui *ui, const struct looks_view *looks, bool of_case)
{
    static const char *const heads[] = {"When", "Who", "What", "Why", "Case"};
    size_t columns = of_case ? 4 : 5;
    struct ui_cell *cells = arena_many(ui->arena, struct ui_cell, looks->count * columns);
    for (size_t i = 0; i < looks->count; i++) {
        const struct look_view *look = &looks->list[i];
        struct ui_cell *row = &cells[i * columns];
        bool said = look->count > 0;
        bool refused = strcmp(look->act, "denied") == 0 || strcmp(look->act, "not-found") == 0;
        row[0] = (struct ui_cell){.text = show_instant(ui->arena, ui->pack, look->at)};
        row[1] = (struct ui_cell){.text = look->name,
                                  .under = arena_printf(ui->arena, "%s, %s", show_role(ui->pack, look->role),
                                                        show_code(ui->pack, "agency", look->agency))};
        row[2] = (struct ui_cell){.text = look_words(ui->arena, look),
                                  .under = said ? show_count(ui->arena, (size_t)look->count,
                                                             "record was shown", "records were shown")
                                           : look->shown != NULL && !refused ? look->shown
                                                                             : NULL};
        row[3] = (struct ui_cell){.text = look_purpose(ui->arena, look->purpose)};
        if (!of_case) {
            row[4] = (struct ui_cell){.text = look->has_case ? look->reference.text : ""};
        }
    }
    ui_table(ui, NULL, heads, columns, cells, looks->count);
}

static void write_found(struct ui *ui, const struct asked *asked, const struct looks_view *looks,
                        bool of_case)
{
    if (looks->count > 0) {
        ui_screen(ui);
        ui_link(ui, "Download this list as a file for a spreadsheet",
                arena_printf(ui->arena, "%s.csv?%s", asked->path, asked->rest));
        ui_screen_end(ui);
        write_looks(ui, looks, of_case);
    } else {
        ui_text(ui, looks->next == NULL ? "Nobody has looked, in that time and in that way."
                                        : "Nothing among the newest looks. Older ones are on the next page.");
    }
    if (looks->next != NULL) {
        ui_next(ui, arena_printf(ui->arena, "%s?%s&after=%s", asked->path, asked->rest,
                                 percent_encode(ui->arena, looks->next)));
    }
}

const struct error *page_case_looks(struct request *request, struct reply *reply)
{
    struct case_frame frame;
    struct looks_view looks;
    TRY(case_frame_read(request, &frame));
    const char *reference = frame.view->reference.text;
    struct asked asked =
        read_asked(request, arena_printf(request->arena, "/cases/%s/looks", reference), reference);
    TRY(act_looks(&request->act, &asked.looks, &looks));
    struct ui *ui = case_frame_begin(request, &frame, "Looks", "looks");
    ui_h2(ui, "Who has looked at this case");
    ui_text(ui, "Every look is kept, with who, when and why. Newest first.");
    ui_filter_form(ui, asked.path);
    write_period_and_kind(ui, &asked);
    ui_button(ui, BUTTON_SECONDARY, "Show", NULL, NULL);
    ui_form_end(ui);
    write_found(ui, &asked, &looks, true);
    ui_finish(ui, reply, 200);
    return NULL;
}

/* Who reviews begins with everybody; others choose whose they want. */
static bool asks_for_something(const struct request *request, const struct asked *asked)
{
    return request->session.actor.role->reviews_looks || asked->looks.worker != NULL ||
           asked->looks.reference != NULL;
}

const struct error *page_looks(struct request *request, struct reply *reply)
{
    struct looks_view looks = {0};
    struct asked asked = read_asked(request, "/looks", NULL);
    const struct error *error = NULL;
    const char *name = NULL;
    if (asks_for_something(request, &asked)) {
        error = act_looks(&request->act, &asked.looks, &looks);
    }
    bool unknown = error != NULL && error->code == ERROR_NOT_FOUND;
    TRY(unknown ? NULL : error);
    struct ui *ui = ui_begin(request, "Log of looks", "/looks");
    ui->wide = true;
    ui_title(ui, NULL, "Log of looks");
    ui_text(ui,
            "Everything that was read, searched for, recorded or refused, with who, when and why. Reading "
            "it is a look too.");
    ui_filter_form(ui, "/looks");
    write_period_and_kind(ui, &asked);
    TRY(write_whose(ui, &asked, &name));
    ui_button(ui, BUTTON_SECONDARY, "Show", NULL, NULL);
    ui_form_end(ui);
    if (name != NULL) {
        ui_h2(ui, name);
    }
    if (unknown) {
        ui_text(ui, "There is no case of this reference.");
    } else if (asks_for_something(request, &asked)) {
        write_found(ui, &asked, &looks, false);
    }
    ui_finish(ui, reply, 200);
    return NULL;
}

/* ---- as a file ---- */

static void put_look(struct csv *csv, struct request *request, const struct look_view *look)
{
    const struct pack *pack = act_pack(&request->act);
    char at[INSTANT_TEXT];
    instant_format(look->at, at);
    csv_cell(csv, at);
    csv_cell(csv, look->name);
    csv_cell(csv, show_role(pack, look->role));
    csv_cell(csv, show_code(pack, "agency", look->agency));
    csv_cell(csv, look_words(request->arena, look));
    csv_cell(csv, look_purpose(request->arena, look->purpose));
    csv_cell(csv, look->has_case ? look->reference.text : NULL);
    csv_cell(csv, look->count == 0 ? NULL : arena_printf(request->arena, "%d", look->count));
    csv_cell(csv, look->client);
    csv_row_end(csv);
}

static const struct error *file_of(struct request *request, struct asked *asked, struct reply *reply)
{
    static const char *const heads[] = {"When", "Who",  "Role",    "Agency", "What",
                                        "Why",  "Case", "Records", "Client"};
    struct csv csv = csv_begin(request->arena, heads, sizeof heads / sizeof heads[0]);
    asked->looks.limit = FILE_MOST;
    for (int page = 0; page < FILE_PAGES; page++) {
        struct looks_view looks;
        TRY(act_looks(&request->act, &asked->looks, &looks));
        for (size_t i = 0; i < looks.count; i++) {
            put_look(&csv, request, &looks.list[i]);
        }
        asked->looks.cursor = looks.next;
        if (looks.next == NULL) {
            TRY(act_file_taken(&request->act, asked->looks.reference, "list-file"));
            return csv_reply(&csv, "looks.csv", reply);
        }
    }
    return error_of(ERROR_TOO_LARGE);
}

const struct error *page_case_looks_file(struct request *request, struct reply *reply)
{
    struct asked asked = read_asked(request, "", request_param(request, "ref"));
    return file_of(request, &asked, reply);
}

const struct error *page_looks_file(struct request *request, struct reply *reply)
{
    struct asked asked = read_asked(request, "", NULL);
    return file_of(request, &asked, reply);
}
