#include "web/pages/case_frame.h"

#include "base/text.h"
#include "calendar/calendar.h"
#include "web/parse.h"

#include <string.h>

/* The three boxes of the date form become one parameter, so that the address can be kept and shared. */
static const struct error *as_of_parts(struct request *request, const struct pack *pack, const char **ret_day)
{
    struct typed typed = {request->query, request->query_count};
    struct moment moment;
    bool given;
    TRY(form_moment(request->arena, pack, "as_of", "The day", typed, false, &moment, &given));
    if (given) {
        char *text = arena_alloc(request->arena, DAY_TEXT);
        day_format(moment.day, text);
        *ret_day = text;
    }
    return NULL;
}

const struct error *case_frame_read(struct request *request, struct case_frame *ret_frame)
{
    const struct pack *pack = act_pack(&request->act);
    const char *as_of = request_query(request, "as_of");
    struct instant at = INSTANT_NEVER;
    TRY(as_of_parts(request, pack, &as_of));
    if (as_of != NULL && as_of[0] != '\0') {
        struct day day;
        if (!day_parse(as_of, &day)) {
            return error_of(ERROR_BAD_INPUT);
        }
        at = calendar_day_end(pack->calendar, day);
        as_of = instant_compare(at, request->act.now) < 0 ? as_of : NULL;
    } else {
        as_of = NULL;
    }
    struct case_frame frame = {.as_of = as_of};
    const struct error *error = act_case_read(&request->act, request_param(request, "ref"),
                                              as_of == NULL ? INSTANT_NEVER : at, &frame.view);
    if (error != NULL && error->code == ERROR_NOT_FOUND && error->detail != NULL && as_of != NULL) {
        return error_new(request->arena, ERROR_NOT_FOUND, "nothing was recorded on this case by %s",
                         show_day_of(request->arena, pack, at));
    }
    TRY(error);
    frame.path = arena_printf(request->arena, "/cases/%s", frame.view->reference.text);
    *ret_frame = frame;
    return NULL;
}

const char *case_frame_path(struct ui *ui, const struct case_frame *frame, const char *below)
{
    return frame->as_of == NULL ? arena_printf(ui->arena, "%s%s", frame->path, below)
                                : arena_printf(ui->arena, "%s%s?as_of=%s", frame->path, below, frame->as_of);
}

const char *case_entry_path(struct ui *ui, const struct case_frame *frame, const struct known *known)
{
    return case_frame_path(ui, frame,
                           arena_printf(ui->arena, "/entries/%llu", (unsigned long long)known->entry->seq));
}

const char *case_listed_entry_path(struct ui *ui, const struct case_frame *frame, const struct known *known)
{
    const char *type = request_query(ui->request, "type");
    const char *agency = request_query(ui->request, "agency");
    return arena_printf(
        ui->arena, "%s/entries/%llu?from=chronology&type=%s&agency=%s&as_of=%s", frame->path,
        (unsigned long long)known->entry->seq, percent_encode(ui->arena, type == NULL ? "" : type),
        percent_encode(ui->arena, agency == NULL ? "" : agency), frame->as_of == NULL ? "" : frame->as_of);
}

static const char *who_line(struct ui *ui, const struct case_view *view)
{
    const struct child_view *child = &view->child;
    const char *born = child->has_birth
                           ? arena_printf(ui->arena, "Born %s", show_day(ui->arena, child->birth))
                           : "Date of birth not known";
    const char *age = child->age < 0 ? "" : arena_printf(ui->arena, ", age %d", child->age);
    return arena_printf(ui->arena, "%s%s. Reference %s", born, age, view->reference.text);
}

static void write_marks(struct ui *ui, const struct case_view *view)
{
    const struct pack *pack = view->pack;
    struct ui_tag *tags = arena_many(ui->arena, struct ui_tag, pack->mark_count + 2);
    size_t count = 0;
    for (size_t i = 0; i < pack->mark_count; i++) {
        if (view->position->marks[i]) {
            tags[count++] = (struct ui_tag){pack->marks[i].title, pack->marks[i].tone};
        }
    }
    if (view->restricted) {
        tags[count++] = (struct ui_tag){"Restricted", "purple"};
    }
    if (!view->state->open) {
        tags[count++] = (struct ui_tag){"Closed", "grey"};
    }
    ui_tags(ui, tags, count);
}

static bool may_see_looks(const struct request *request)
{
    const struct role *role = request->session.actor.role;
    return role->reads_cases && role->reads_looks;
}

static void write_tabs(struct ui *ui, const struct case_frame *frame, const char *tab)
{
    static const struct {
        const char *text;
        const char *id;
    } all[] = {{"Overview", ""},         {"Chronology", "chronology"}, {"Plan", "plan"},
               {"Meetings", "meetings"}, {"People", "people"},         {"Looks", "looks"}};
    struct ui_tab tabs[sizeof all / sizeof all[0]];
    size_t count = 0;
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) {
        if (strcmp(all[i].id, "looks") == 0 && !may_see_looks(ui->request)) {
            continue;
        }
        const char *below = all[i].id[0] == '\0' ? "" : arena_printf(ui->arena, "/%s", all[i].id);
        tabs[count++] =
            (struct ui_tab){all[i].text, case_frame_path(ui, frame, below), strcmp(all[i].id, tab) == 0};
    }
    ui_tabs(ui, "Parts of the case", tabs, count);
}

struct ui *case_frame_begin(struct request *request, const struct case_frame *frame, const char *title,
                            const char *tab)
{
    const struct case_view *view = frame->view;
    const char *name = view->child.full_name;
    /* browsers keep the title in their history: it names no child */
    const char *reference = arena_printf(request->arena, "Case %s", view->reference.text);
    struct ui *ui = ui_begin(
        request, title == NULL ? reference : arena_printf(request->arena, "%s: %s", title, reference), NULL);
    ui->pack = view->pack;
    if (tab == NULL) {
        ui->back = frame->path;
        ui->back_text = arena_printf(ui->arena, "Back to %s", name);
        return ui;
    }
    ui->wide = true;
    if (frame->as_of != NULL) {
        ui_banner(
            ui, false,
            arena_printf(ui->arena, "The case as it stood on %s", show_day_of(ui->arena, ui->pack, view->at)),
            "Only what was recorded by the end of that day is shown. Nothing can be recorded from here.");
        ui_link(ui, "Show the case as it stands now", frame->path);
    }
    bool by_glass = !instant_is_never(view->glass_until) && request->act.now.ms < view->glass_until.ms;
    if (by_glass) {
        ui_banner(ui, false, "Open to you because you gave a reason",
                  arena_printf(ui->arena, "Until %s. The information lead was told.",
                               show_instant(ui->arena, ui->pack, view->glass_until)));
    }
    ui_title(ui, NULL, name);
    ui_text(ui, who_line(ui, view));
    write_marks(ui, view);
    write_tabs(ui, frame, tab);
    return ui;
}

/* "?kind=strategy": the code that the pattern asks for. */
static const char *wanted_code(struct ui *ui, const struct entry_type *type, const struct pattern *pattern)
{
    for (size_t i = 0; i < pattern->when.count; i++) {
        const struct condition *condition = &pattern->when.list[i];
        if (condition->kind == CONDITION_FIELD_IN && condition->code_count == 1 && condition->field >= 0) {
            return arena_printf(ui->arena, "%s=%s&", type->fields[condition->field].id, condition->codes[0]);
        }
    }
    return "";
}

const char *case_meeting_path(struct ui *ui, const struct case_frame *frame, const struct duty *duty,
                              const char **ret_verb)
{
    const struct pack *pack = frame->view->pack;
    for (size_t i = 0; i < duty->rule->met_count && frame->as_of == NULL && duty->begun_by != NULL; i++) {
        const struct pattern *pattern = &duty->rule->met_by[i];
        if (pattern->type == ANY_TYPE) {
            continue;
        }
        const struct entry_type *type = &pack->types[pattern->type];
        if (act_may_record(&ui->request->session.actor, pack, type)) {
            *ret_verb = type->verb;
            return arena_printf(ui->arena, "%s/record/%s?%sfrom=%llu", frame->path, type->id,
                                wanted_code(ui, type, pattern),
                                (unsigned long long)duty->begun_by->entry->seq);
        }
    }
    return NULL;
}

bool case_duty_unmet(const struct duty *duty)
{
    return duty->state == DUTY_OPEN || duty->state == DUTY_OVERDUE;
}

const char *case_duty_title(struct ui *ui, const struct duty *duty)
{
    if (duty->key == NULL || duty->key->kind == VALUE_NONE) {
        return duty->rule->title;
    }
    return arena_printf(ui->arena, "%s: %s", duty->rule->title,
                        show_value(ui->arena, ui->pack, NULL, duty->key));
}

/* What the entry just recorded brought about. */
static void write_outcome(struct ui *ui, const struct case_view *view, uint64_t seq)
{
    const char *text = "";
    for (size_t i = 0; i < view->position->duty_count; i++) {
        const struct duty *duty = &view->position->duties[i];
        bool begun = duty->begun_by != NULL && duty->begun_by->entry->seq == seq;
        bool met = duty->met_by != NULL && duty->met_by->entry->seq == seq;
        if (met) {
            text = arena_printf(ui->arena, "%sMet%s: %s.\n", text,
                                duty->state == DUTY_MET_LATE ? " late" : "", case_duty_title(ui, duty));
        } else if (begun && case_duty_unmet(duty)) {
            text = instant_is_never(duty->due_at)
                       ? arena_printf(ui->arena, "%sBegun: %s, as soon as possible.\n", text,
                                      case_duty_title(ui, duty))
                       : arena_printf(ui->arena, "%sBegun: %s, due %s.\n", text, case_duty_title(ui, duty),
                                      show_instant(ui->arena, ui->pack, duty->due_at));
        }
    }
    for (size_t i = 0; i < view->entry_count; i++) {
        if (view->entries[i]->seq == seq) {
            ui_banner(ui, true, arena_printf(ui->arena, "“%s” is recorded", view->entries[i]->type->title),
                      text);
        }
    }
}

void case_outcome_write(struct ui *ui, const struct case_frame *frame)
{
    const char *done = request_query(ui->request, "done");
    int64_t seq;
    if (done != NULL && number_parse(done, 1, INT64_MAX, &seq)) {
        write_outcome(ui, frame->view, (uint64_t)seq);
    }
}
