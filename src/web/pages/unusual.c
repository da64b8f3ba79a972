/*
 * Unusual looks, for who reviews them: how many each day, drawn and as a table, each flag with why somebody
 * should ask, who and what it is about, and the review. Filtered, as a file, a page at a time.
 */
#include "base/text.h"
#include "web/csv.h"
#include "web/pages/glass.h"
#include "web/pages/pages.h"
#include "web/parse.h"

#include <string.h>

enum { DAYS = 28, PAGE = 50 };

static bool is_shown(const struct unusual_view *flag, const char *state, const char *rule)
{
    bool reviewed = flag->review.outcome != NULL;
    bool of_state = strcmp(state, "all") == 0 || reviewed == (strcmp(state, "reviewed") == 0);
    return of_state && (rule[0] == '\0' || strcmp(flag->rule, rule) == 0);
}

static const char *asked_state(const struct request *request)
{
    const char *state = request_query(request, "state");
    bool known = text_equal(state, "all") || text_equal(state, "reviewed");
    return known ? state : "open";
}

static const char *asked_rule(const struct request *request)
{
    const char *rule = request_query(request, "rule");
    return rule == NULL ? "" : rule;
}

/* Those of the filter, in their order. */
static size_t choose(struct request *request, const struct unusual_view *list, size_t count,
                     const struct unusual_view ***ret_chosen)
{
    const struct unusual_view **chosen = arena_many(request->arena, const struct unusual_view *, count);
    size_t kept = 0;
    for (size_t i = 0; i < count; i++) {
        if (is_shown(&list[i], asked_state(request), asked_rule(request))) {
            chosen[kept++] = &list[i];
        }
    }
    *ret_chosen = chosen;
    return kept;
}

/* ---- drawn ---- */

static void write_days(struct ui *ui, const struct unusual_view *list, size_t count)
{
    static const char *const heads[] = {"Day", "Flags"};
    int values[DAYS] = {0};
    const char *labels[DAYS];
    struct ui_cell cells[DAYS * 2];
    int most = 1;
    size_t rows = 0;
    for (int d = 0; d < DAYS; d++) {
        struct instant day = instant_add_ms(ui->request->act.now, -(DAYS - 1 - d) * (int64_t)MS_PER_DAY);
        labels[d] = show_day_of(ui->arena, ui->pack, day);
    }
    for (size_t i = 0; i < count; i++) {
        const char *day = show_day_of(ui->arena, ui->pack, list[i].at);
        for (int d = 0; d < DAYS; d++) {
            values[d] += strcmp(labels[d], day) == 0 ? 1 : 0;
        }
    }
    for (int d = DAYS - 1; d >= 0; d--) {
        most = values[d] > most ? values[d] : most;
        if (values[d] > 0) {
            cells[rows * 2] = (struct ui_cell){.text = labels[d]};
            cells[rows * 2 + 1] = (struct ui_cell){.text = arena_printf(ui->arena, "%d", values[d])};
            rows++;
        }
    }
    ui_h2(ui, "The last four weeks");
    if (rows == 0) {
        ui_text(ui, "Nothing was flagged in the last four weeks.");
        return;
    }
    ui_chart(
        ui,
        &(struct ui_chart){
            .title = "Flags for each day", .values = values, .labels = labels, .count = DAYS, .most = most});
    ui_table(ui, "Days with flags", heads, 2, cells, rows);
}

static void write_kinds(struct ui *ui, const struct unusual_view *list, size_t count)
{
    static const char *const heads[] = {"What is unusual", "Flags", "To review"};
    struct ui_cell *cells = arena_many(ui->arena, struct ui_cell, count * 3);
    int *totals = arena_many(ui->arena, int, count);
    int *open = arena_many(ui->arena, int, count);
    const struct unusual_view **kinds = arena_many(ui->arena, const struct unusual_view *, count);
    size_t rows = 0;
    for (size_t i = 0; i < count; i++) {
        size_t k = 0;
        while (k < rows && strcmp(kinds[k]->rule, list[i].rule) != 0) {
            k++;
        }
        if (k == rows) {
            kinds[rows++] = &list[i];
        }
        totals[k]++;
        open[k] += list[i].review.outcome == NULL ? 1 : 0;
    }
    for (size_t k = 0; k < rows; k++) {
        cells[k * 3] = (struct ui_cell){.text = kinds[k]->title,
                                        .path = arena_printf(ui->arena, "/unusual-looks?state=all&rule=%s",
                                                             percent_encode(ui->arena, kinds[k]->rule)),
                                        .under = kinds[k]->why};
        cells[k * 3 + 1] = (struct ui_cell){.text = arena_printf(ui->arena, "%d", totals[k])};
        cells[k * 3 + 2] = (struct ui_cell){.text = arena_printf(ui->arena, "%d", open[k])};
    }
    if (rows > 0) {
        ui_sortable_table(ui, "By kind, of all that was flagged", heads, 3, cells, rows, -1);
    }
}

/* ---- the list ---- */

static const char *who_under(struct ui *ui, const struct unusual_view *flag)
{
    return flag->has_worker ? arena_printf(ui->arena, "%s, %s", show_role(ui->pack, flag->role),
                                           show_code(ui->pack, "agency", flag->agency))
                            : NULL;
}

static void write_list(struct ui *ui, const struct unusual_view *const *list, size_t count, bool whole)
{
    static const char *const heads[] = {"When", "What", "Who", "Record", "Review"};
    enum { COLUMNS = sizeof heads / sizeof heads[0] };
    struct ui_cell *cells = arena_many(ui->arena, struct ui_cell, count * COLUMNS);
    for (size_t i = 0; i < count; i++) {
        const struct unusual_view *flag = list[i];
        struct ui_cell *row = &cells[i * COLUMNS];
        char account[ID_TEXT];
        char line[ID_TEXT];
        id_format(flag->account, account);
        id_format(flag->id, line);
        row[0] = (struct ui_cell){.text = show_instant(ui->arena, ui->pack, flag->at),
                                  .sort = arena_printf(ui->arena, "%lld", (long long)flag->at.ms)};
        row[1] = (struct ui_cell){
            .text = flag->title,
            .under = flag->count > 1 ? arena_printf(ui->arena, "%d. %s", flag->count, flag->why) : flag->why};
        row[2] = (struct ui_cell){.text = flag->name, .under = who_under(ui, flag)};
        if (flag->has_worker) {
            row[2].path = arena_printf(ui->arena, "/looks?days=28&worker=%s", account);
        }
        row[3] = (struct ui_cell){.text = flag->has_case ? flag->reference.text : ""};
        if (flag->has_case) {
            row[3].path = arena_printf(ui->arena, "/looks?days=28&case=%s", flag->reference.text);
        }
        row[4] = glass_review_cell(ui, &flag->review, arena_copy(ui->arena, line));
    }
    if (whole) {
        ui_sortable_table(ui, NULL, heads, COLUMNS, cells, count, 0);
    } else {
        ui_table(ui, NULL, heads, COLUMNS, cells, count);
    }
}

static void write_filter(struct ui *ui, const char *state, const char *rule)
{
    static const struct ui_choice states[] = {{.value = "open", .text = "To review"},
                                              {.value = "reviewed", .text = "Reviewed"},
                                              {.value = "all", .text = "All"}};
    enum { STATES = sizeof states / sizeof states[0] };
    const struct looking *looking = &ui->pack->looking;
    struct ui_choice chosen[STATES];
    struct ui_choice *rules = arena_many(ui->arena, struct ui_choice, (size_t)looking->rule_count + 2);
    size_t count = 0;
    for (size_t i = 0; i < STATES; i++) {
        chosen[i] = states[i];
        chosen[i].checked = strcmp(states[i].value, state) == 0;
    }
    rules[count++] = (struct ui_choice){.value = "", .text = "Everything"};
    for (int i = 0; i < looking->rule_count; i++) {
        rules[count++] = (struct ui_choice){.value = looking->rules[i].id,
                                            .text = looking->rules[i].title,
                                            .checked = strcmp(looking->rules[i].id, rule) == 0};
    }
    rules[count++] = (struct ui_choice){.value = "limit-reached",
                                        .text = "Stopped at the limit of records",
                                        .checked = strcmp(rule, "limit-reached") == 0};
    ui_filter_form(ui, "/unusual-looks");
    ui_select(
        ui, &(struct ui_field){.name = "state", .label = "State", .choices = chosen, .choice_count = STATES});
    ui_select(ui,
              &(struct ui_field){.name = "rule", .label = "What", .choices = rules, .choice_count = count});
    ui_button(ui, BUTTON_SECONDARY, "Show", NULL, NULL);
    ui_form_end(ui);
}

/* After which line the page begins; a line that is not there begins it anew. */
static size_t begin_after(const struct request *request, const struct unusual_view *const *list, size_t count)
{
    struct id after;
    const char *text = request_query(request, "after");
    for (size_t i = 0; i < count && text != NULL && id_parse(text, &after); i++) {
        if (id_equal(list[i]->id, after)) {
            return i + 1;
        }
    }
    return 0;
}

static void write_page(struct ui *ui, const struct unusual_view *const *list, size_t count)
{
    const char *asked = arena_printf(ui->arena, "state=%s&rule=%s", asked_state(ui->request),
                                     percent_encode(ui->arena, asked_rule(ui->request)));
    size_t from = begin_after(ui->request, list, count);
    size_t shown = count - from > PAGE ? PAGE : count - from;
    if (count == 0) {
        ui_text(ui,
                "Nothing of that kind. The log is gone through each hour; what it finds stands here until "
                "somebody reviews it.");
        return;
    }
    ui_screen(ui);
    ui_link(ui, "Download this list as a file for a spreadsheet",
            arena_printf(ui->arena, "/unusual-looks.csv?%s", asked));
    ui_screen_end(ui);
    write_list(ui, list + from, shown, shown == count);
    if (from + shown < count) {
        char last[ID_TEXT];
        id_format(list[from + shown - 1]->id, last);
        ui_next(ui, arena_printf(ui->arena, "/unusual-looks?%s&after=%s", asked, last));
    }
}

const struct error *page_unusual(struct request *request, struct reply *reply)
{
    const struct unusual_view *list;
    const struct unusual_view **chosen;
    size_t count;
    TRY(act_unusual_list(&request->act, &list, &count));
    size_t kept = choose(request, list, count, &chosen);
    struct ui *ui = ui_begin(request, "Unusual looks", "/unusual-looks");
    ui->wide = true;
    ui_title(ui, NULL, "Unusual looks");
    ui_text(
        ui,
        "What the log of looks shows that somebody should ask about. A flag is a question, not a finding: "
        "ask the worker or their manager, and write down what you found.");
    write_filter(ui, asked_state(request), asked_rule(request));
    write_page(ui, chosen, kept);
    write_days(ui, list, count);
    write_kinds(ui, list, count);
    ui_screen(ui);
    ui_form(ui, "/unusual-looks");
    ui_button(ui, BUTTON_SECONDARY, "Go through the log now", NULL, NULL);
    ui_form_end(ui);
    ui_print(ui, "Print this page");
    ui_screen_end(ui);
    ui_finish(ui, reply, 200);
    return NULL;
}

const struct error *page_unusual_post(struct request *request, struct reply *reply)
{
    TRY(act_unusual_look(&request->act));
    reply_redirect(reply, "/unusual-looks");
    return NULL;
}

const struct error *page_unusual_file(struct request *request, struct reply *reply)
{
    static const char *const heads[] = {"When",   "What",    "How many", "Who",  "Role",    "Agency",
                                        "Record", "Outcome", "By",       "Note", "Reviewed"};
    const struct pack *pack = act_pack(&request->act);
    const struct unusual_view *list;
    const struct unusual_view **chosen;
    size_t count;
    TRY(act_unusual_list(&request->act, &list, &count));
    size_t kept = choose(request, list, count, &chosen);
    TRY(act_file_taken(&request->act, NULL, "list-file"));
    struct csv csv = csv_begin(request->arena, heads, sizeof heads / sizeof heads[0]);
    for (size_t i = 0; i < kept; i++) {
        const struct unusual_view *flag = chosen[i];
        char at[INSTANT_TEXT];
        char reviewed[INSTANT_TEXT] = "";
        instant_format(flag->at, at);
        if (flag->review.outcome != NULL) {
            instant_format(flag->review.at, reviewed);
        }
        csv_cell(&csv, at);
        csv_cell(&csv, flag->title);
        csv_cell(&csv, arena_printf(request->arena, "%d", flag->count));
        csv_cell(&csv, flag->name);
        csv_cell(&csv, show_role(pack, flag->role));
        csv_cell(&csv, show_code(pack, "agency", flag->agency));
        csv_cell(&csv, flag->has_case ? flag->reference.text : NULL);
        csv_cell(&csv, flag->review.outcome);
        csv_cell(&csv, flag->review.by);
        csv_cell(&csv, flag->review.note);
        csv_cell(&csv, reviewed);
        csv_row_end(&csv);
    }
    return csv_reply(&csv, "unusual-looks.csv", reply);
}
