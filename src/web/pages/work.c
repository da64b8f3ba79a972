#include "web/pages/contact.h"
#include "web/pages/pages.h"
#include "web/pages/ui.h"

#include "base/text.h"
#include "web/csv.h"
#include "web/parse.h"

#include <string.h>

static const char *case_path(struct ui *ui, const struct work_line *line)
{
    return arena_printf(ui->arena, "/cases/%s", line->reference.text);
}

static const char *paragraph_of(struct ui *ui, const struct work_line *line)
{
    return line->paragraph == NULL ? NULL : paragraph_title(ui->arena, line->paragraph);
}

/* What, for whom, how it stands: one row a line. */
static void write_lines(struct ui *ui, const struct work_line *lines, size_t count, bool owner, bool whole)
{
    static const char *const heads[] = {"What", "For", "How long is left", "Who"};
    size_t columns = owner ? 4 : 3;
    struct ui_cell *cells = arena_many(ui->arena, struct ui_cell, count * columns);
    for (size_t i = 0; i < count; i++) {
        const struct work_line *line = &lines[i];
        struct standing_words words =
            show_standing(ui->arena, ui->pack, line->state, line->due_at, line->met_at, ui->request->act.now);
        const char *due = instant_is_never(line->due_at)
                              ? words.left
                              : arena_printf(ui->arena, "%s; due %s", words.left,
                                             show_instant(ui->arena, ui->pack, line->due_at));
        struct ui_cell *row = &cells[i * columns];
        row[0] = (struct ui_cell){.text = line->what, .under = paragraph_of(ui, line)};
        row[1] = (struct ui_cell){
            .text = line->child_name, .path = case_path(ui, line), .under = line->reference.text};
        /* those without a time stand after all others, whatever the time of those */
        row[2] = (struct ui_cell){.text = words.tag,
                                  .tone = words.tone,
                                  .under = due,
                                  .sort = arena_printf(ui->arena, "%lld", (long long)line->due_at.ms)};
        if (owner) {
            row[3] = (struct ui_cell){.text = show_role(ui->pack, line->owner_role),
                                      .under = show_code(ui->pack, "agency", line->owner_agency)};
        }
    }
    if (whole) {
        ui_sortable_table(ui, NULL, heads, columns, cells, count, 2);
    } else {
        ui_table(ui, NULL, heads, columns, cells, count);
    }
}

static void write_meetings(struct ui *ui, const struct work_view *work)
{
    static const char *const heads[] = {"Meeting", "For", "When"};
    ui_h2(ui, "Meetings coming");
    if (work->meeting_count == 0) {
        ui_text(ui, "No meeting is arranged. A meeting that somebody arranges on a case shows here until it "
                    "is held.");
        return;
    }
    struct ui_cell *cells = arena_many(ui->arena, struct ui_cell, work->meeting_count * 3);
    for (size_t i = 0; i < work->meeting_count; i++) {
        const struct work_line *line = &work->meetings[i];
        cells[i * 3] = (struct ui_cell){.text = show_code(ui->pack, "meeting-kind", line->what)};
        cells[i * 3 + 1] =
            (struct ui_cell){.text = line->child_name,
                             .path = arena_printf(ui->arena, "/cases/%s/meetings", line->reference.text),
                             .under = line->reference.text};
        cells[i * 3 + 2] = (struct ui_cell){.text = instant_is_never(line->due_at)
                                                        ? "No time set"
                                                        : show_instant(ui->arena, ui->pack, line->due_at),
                                            .under = instant_compare(line->due_at, ui->request->act.now) < 0
                                                         ? "Its time has passed. Record it when it was held."
                                                         : NULL};
    }
    ui_table(ui, NULL, heads, 3, cells, work->meeting_count);
}

static const char *draft_title(struct ui *ui, const struct draft_view *draft)
{
    if (strcmp(draft->kind, "referral") == 0) {
        return "Referral";
    }
    const struct entry_type *type = pack_type(ui->pack, draft->kind);
    return type == NULL ? draft->kind : type->title;
}

static const struct error *write_drafts(struct ui *ui)
{
    static const char *const heads[] = {"Draft", "For", "Saved"};
    const struct draft_view *drafts;
    size_t count;
    TRY(act_draft_list(&ui->request->act, &drafts, &count));
    ui_h2(ui, "My drafts");
    if (count == 0) {
        ui_text(
            ui,
            "You have no drafts. A form that you save and leave waits here for you; nobody else sees it.");
        return NULL;
    }
    struct ui_cell *cells = arena_many(ui->arena, struct ui_cell, count * 3);
    for (size_t i = 0; i < count; i++) {
        char id[ID_TEXT];
        id_format(drafts[i].id, id);
        const char *given = typed_first(typed_of_draft(ui->arena, &drafts[i]), "c-given_name");
        const char *family = typed_first(typed_of_draft(ui->arena, &drafts[i]), "c-family_name");
        const char *name =
            arena_printf(ui->arena, "%s %s", given == NULL ? "" : given, family == NULL ? "" : family);
        bool has_case = drafts[i].case_reference != NULL;
        cells[i * 3] = (struct ui_cell){.text = draft_title(ui, &drafts[i]),
                                        .path = arena_printf(ui->arena, "/drafts/%s", id)};
        cells[i * 3 + 1] = (struct ui_cell){
            .text = has_case              ? drafts[i].case_reference
                    : text_is_blank(name) ? "A child not named yet"
                                          : text_trim(ui->arena, name),
            .path = has_case ? arena_printf(ui->arena, "/cases/%s", drafts[i].case_reference) : NULL};
        cells[i * 3 + 2] = (struct ui_cell){.text = show_instant(ui->arena, ui->pack, drafts[i].saved_at)};
    }
    ui_table(ui, NULL, heads, 3, cells, count);
    return NULL;
}

static bool is_among(const struct work_line *lines, size_t count, const struct work_line *line)
{
    for (size_t i = 0; i < count; i++) {
        if (strcmp(lines[i].reference.text, line->reference.text) == 0 &&
            text_equal(lines[i].rule, line->rule) && lines[i].begun_at.ms == line->begun_at.ms) {
            return true;
        }
    }
    return false;
}

/* Each duty stands once, under the most urgent heading that it has: those of the list that no heading above
 * has. */
static void write_rest(struct ui *ui, const struct work_view *work, const struct work_line *list, size_t size,
                       bool prompts, const char *heading, const char *none)
{
    struct work_line *lines = arena_many(ui->arena, struct work_line, size);
    size_t count = 0;
    for (size_t i = 0; i < size; i++) {
        bool above = is_among(work->urgent, work->urgent_count, &list[i]) ||
                     (list != work->referrals && is_among(work->referrals, work->referral_count, &list[i]));
        if (list[i].prompt == prompts && !above) {
            lines[count++] = list[i];
        }
    }
    if (count > 0 || none != NULL) {
        ui_h2(ui, heading);
    }
    if (count > 0) {
        bool whole = work->duties_next == NULL && request_query(ui->request, "after") == NULL;
        write_lines(ui, lines, count, false, whole);
    } else if (none != NULL) {
        ui_text(ui, none);
    }
}

static void write_duties(struct ui *ui, const struct work_view *work)
{
    const char *none =
        work->urgent_count > 0 || work->referral_count > 0
            ? "Nothing else is asked of you now."
            : "Nothing is asked of you now. When an entry on a case begins a duty of your role, "
              "it shows here with its clock.";
    write_rest(ui, work, work->referrals, work->referral_count, false, "Referrals to decide", NULL);
    write_rest(ui, work, work->duties, work->duty_count, false, "My duties", none);
    write_rest(ui, work, work->duties, work->duty_count, true, "Steps to keep in mind", NULL);
    if (work->duties_next != NULL) {
        ui_next(ui, arena_printf(ui->arena, "/?after=%s", percent_encode(ui->arena, work->duties_next)));
    }
}

static const struct error *write_unread(struct ui *ui)
{
    size_t unread;
    TRY(act_notices_unread(&ui->request->act, &unread));
    if (unread > 0) {
        ui_link(ui,
                unread == 1    ? "One notice that you have not read"
                : unread < 100 ? arena_printf(ui->arena, "%zu notices that you have not read", unread)
                               : "100 notices or more that you have not read",
                "/notices");
    }
    return NULL;
}

const struct error *page_work(struct request *request, struct reply *reply)
{
    if (!request->session.actor.role->reads_cases) {
        const struct role *role = request->session.actor.role;
        reply_redirect(reply, role->administers || role->administers_agency      ? "/accounts"
                              : role->own_part                                   ? "/my-part"
                              : role->reviews_looks                              ? "/broken-glass"
                              : role->counts                                     ? "/figures"
                              : role->proposes_disposal || role->agrees_disposal ? "/disposal"
                                                                                 : "/directory");
        return NULL;
    }
    const struct work_view *work;
    TRY(act_work(&request->act, request_query(request, "after"), &work));
    struct ui *ui = ui_begin(request, "My work", "/");
    ui->wide = true;
    size_t overdue = 0;
    for (size_t i = 0; i < work->duty_count; i++) {
        overdue += work->duties[i].state == DUTY_OVERDUE;
    }
    const struct actor *actor = &request->session.actor;
    ui_title(
        ui,
        arena_printf(ui->arena, "%s, %s", actor->role->title, show_code(ui->pack, "agency", actor->agency)),
        "My work");
    const char *saved = request_query(request, "saved");
    if (saved != NULL && strcmp(saved, "draft") == 0) {
        ui_banner(ui, true, "Your draft is saved",
                  "It is listed below under My drafts. Only you can see it.");
    }
    if (overdue > 0) {
        bool more = overdue == work->duty_count && work->duties_next != NULL;
        ui_warning(ui, overdue == 1 && !more ? "One duty is overdue."
                                             : arena_printf(ui->arena, "%zu duties%s are overdue.", overdue,
                                                            more ? " or more" : ""));
    }
    if (work->urgent_count > 0) {
        ui_h2(ui, "Immediate danger");
        ui_warning(ui, "A child is in immediate danger. Act now, then record what made them safe.");
        write_lines(ui, work->urgent, work->urgent_count, true, false);
    }
    TRY(write_unread(ui));
    write_duties(ui, work);
    write_meetings(ui, work);
    ui_h2(ui, arena_printf(ui->arena, "Actions of %s",
                           show_code(ui->pack, "agency", request->session.actor.agency)));
    if (work->action_count > 0) {
        write_lines(ui, work->actions, work->action_count, false, true);
    } else {
        ui_text(ui, "No action is open. Actions that a meeting agrees for your agency show here until they "
                    "are done.");
    }
    if (!request->session.actor.role->inspects) {
        TRY(write_drafts(ui));
    }
    TRY(ui_directory_reminders(ui));
    ui_finish(ui, reply, 200);
    return NULL;
}

/* ---- the list of all duties ---- */

static const struct ui_choice states[] = {
    {.value = "unmet", .text = "Not yet met"},  {.value = "overdue", .text = "Overdue"},
    {.value = "open", .text = "Open, in time"}, {.value = "met", .text = "Met in time"},
    {.value = "met-late", .text = "Met late"},  {.value = "cancelled", .text = "Fell away"},
};
enum { STATES = sizeof states / sizeof states[0] };

static const char *one_of_states(const char *state)
{
    for (size_t i = 0; i < STATES; i++) {
        if (state != NULL && strcmp(states[i].value, state) == 0) {
            return states[i].value;
        }
    }
    return "unmet";
}

static void write_filter(struct ui *ui, const char *state, const char *agency)
{
    struct ui_choice *choices = arena_many(ui->arena, struct ui_choice, STATES);
    for (size_t i = 0; i < STATES; i++) {
        choices[i] = states[i];
        choices[i].checked = strcmp(states[i].value, state) == 0;
    }
    const struct code_list *agencies = pack_codes(ui->pack, "agency");
    size_t count = agencies == NULL ? 0 : agencies->code_count;
    struct ui_choice *list = arena_many(ui->arena, struct ui_choice, count + 1);
    list[0] = (struct ui_choice){.value = "", .text = "All agencies"};
    for (size_t i = 0; i < count; i++) {
        const struct code *code = &agencies->codes[i];
        list[i + 1] = (struct ui_choice){.value = code->id,
                                         .text = code->title,
                                         .checked = agency != NULL && strcmp(agency, code->id) == 0};
    }
    ui_filter_form(ui, "/duties");
    ui_select(ui, &(struct ui_field){
                      .name = "state", .label = "State", .choices = choices, .choice_count = STATES});
    ui_select(ui, &(struct ui_field){
                      .name = "agency", .label = "Agency", .choices = list, .choice_count = count + 1});
    ui_button(ui, BUTTON_SECONDARY, "Show", NULL, NULL);
    ui_form_end(ui);
}

const struct error *page_duties(struct request *request, struct reply *reply)
{
    const char *state = one_of_states(request_query(request, "state"));
    const char *agency = request_query(request, "agency");
    agency = text_is_blank(agency) ? NULL : agency;
    struct duties_filter filter = {
        .agency = agency, .state = state, .cursor = request_query(request, "after")};
    const struct work_line *lines;
    size_t count;
    const char *next;
    TRY(act_duties(&request->act, &filter, &lines, &count, &next));
    struct ui *ui = ui_begin(request, "Duties", "/duties");
    ui->wide = true;
    ui_title(ui, NULL, "Duties");
    ui_text(ui, "Everything the procedure asks of anybody, by when it is due.");
    write_filter(ui, state, agency);
    const char *asked = arena_printf(ui->arena, "state=%s&agency=%s", state,
                                     agency == NULL ? "" : percent_encode(ui->arena, agency));
    if (count == 0) {
        ui_text(ui, "No duty is in this state.");
    } else {
        ui_link(ui, "Download this list as a file for a spreadsheet",
                arena_printf(ui->arena, "/duties.csv?%s", asked));
        write_lines(ui, lines, count, true, next == NULL && filter.cursor == NULL);
    }
    if (next != NULL) {
        ui_next(ui, arena_printf(ui->arena, "/duties?%s&after=%s", asked, percent_encode(ui->arena, next)));
    }
    ui_finish(ui, reply, 200);
    return NULL;
}

/* ---- the list as a file ---- */

enum { FILE_PAGES = 25, FILE_PAGE = 200 };

static void put_line(struct csv *csv, struct request *request, const struct pack *pack,
                     const struct work_line *line)
{
    struct standing_words words =
        show_standing(request->arena, pack, line->state, line->due_at, line->met_at, request->act.now);
    csv_cell(csv, line->what);
    csv_cell(csv, line->paragraph);
    csv_cell(csv, line->child_name);
    csv_cell(csv, line->reference.text);
    csv_cell(csv, show_role(pack, line->owner_role));
    csv_cell(csv, show_code(pack, "agency", line->owner_agency));
    csv_cell(csv, words.tag);
    csv_cell(csv, words.left);
    const struct instant times[] = {line->begun_at, line->due_at, line->met_at};
    for (size_t i = 0; i < sizeof times / sizeof times[0]; i++) {
        char text[INSTANT_TEXT] = "";
        if (!instant_is_never(times[i])) {
            instant_format(times[i], text);
        }
        csv_cell(csv, arena_copy(request->arena, text));
    }
    csv_row_end(csv);
}

const struct error *page_duties_file(struct request *request, struct reply *reply)
{
    static const char *const heads[] = {"Duty",  "Paragraph", "Child", "Reference", "Role", "Agency",
                                        "State", "How long",  "Begun", "Due",       "Met"};
    const struct pack *pack = act_pack(&request->act);
    TRY(act_file_taken(&request->act, NULL, "list-file"));
    const char *agency = request_query(request, "agency");
    struct duties_filter filter = {.agency = text_is_blank(agency) ? NULL : agency,
                                   .state = one_of_states(request_query(request, "state")),
                                   .limit = FILE_PAGE};
    struct csv csv = csv_begin(request->arena, heads, sizeof heads / sizeof heads[0]);
    for (int page = 0; page < FILE_PAGES; page++) {
        const struct work_line *lines;
        size_t count;
        TRY(act_duties(&request->act, &filter, &lines, &count, &filter.cursor));
        for (size_t i = 0; i < count; i++) {
            put_line(&csv, request, pack, &lines[i]);
        }
        if (filter.cursor == NULL) {
            break;
        }
    }
    if (filter.cursor != NULL) {
        csv_cell(&csv, "There are more duties than a file holds. Choose an agency or a state first.");
        csv_row_end(&csv);
    }
    char day[DAY_TEXT];
    day_format(moment_of_instant(pack, request->act.now).day, day);
    return csv_reply(&csv, arena_printf(request->arena, "duties-%s-%s.csv", filter.state, day), reply);
}
