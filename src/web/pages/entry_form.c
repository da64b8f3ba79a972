#include "web/pages/entry_form.h"

#include "base/text.h"
#include "calendar/calendar.h"
#include "record/validate.h"
#include "web/pages/screen.h"

#include <string.h>

static const char occurred_name[] = "occurred_at";
static const char occurred_label[] = "When did it happen?";

static uint64_t seq_of(const char *text, uint64_t otherwise)
{
    int64_t seq;
    return text != NULL && number_parse(text, 0, INT64_MAX, &seq) ? (uint64_t)seq : otherwise;
}

uint64_t entry_form_seq(const struct request *request)
{
    return seq_of(request_form(request, "_seq"), 0);
}

/* When the form was opened: what stands in the time box until somebody changes it. */
static struct instant opened_at(const struct request *request)
{
    const char *text = request_form(request, "_opened");
    struct instant opened;
    bool fine =
        text != NULL && instant_parse(text, &opened) && instant_compare(opened, request->act.now) <= 0;
    return fine ? opened : request->act.now;
}

/* The box knows minutes, the record milliseconds: a time that was left as it stood is the moment of opening,
 * so that it is not before what was recorded a few seconds earlier. */
void entry_form_sharpen(const struct request *request, const struct pack *pack, struct moment *moment)
{
    struct instant opened = opened_at(request);
    int64_t later = opened.ms - moment->start.ms;
    if (!moment->day_only && later > 0 && later < MS_PER_MINUTE) {
        *moment = moment_of_instant(pack, opened);
    }
}

static const struct error *fault_of(const struct error *faults, const char *field)
{
    const struct error *at = faults;
    while (at != NULL && !text_equal(at->field, field)) {
        at = at->next;
    }
    return at;
}

/* Whoever mistyped one answer and left out another is told of both at once, in the order of the form. */
static const struct error *with_missing(struct arena *arena, const struct entry_form *form,
                                        const struct error *mistyped, const struct value *values)
{
    const struct case_view *view = form->frame->view;
    struct entry entry = {.type = form->type, .values = values, .occurred = form->occurred};
    const struct error *missing = entry_validate(arena, view->pack, &entry, &view->position->standing);
    const struct error *faults = NULL;
    for (size_t i = form->type->field_count; i > 0; i--) {
        const char *id = form->type->fields[i - 1].id;
        const struct error *fault = fault_of(mistyped, id);
        fault = fault == NULL ? fault_of(missing, id) : fault;
        if (fault != NULL) {
            faults = error_field(arena, fault->code, id, faults, "%s",
                                 fault->detail == NULL ? fault->sentence : fault->detail);
        }
    }
    return faults;
}

void entry_form_read(struct request *request, struct entry_form *form)
{
    const struct pack *pack = form->frame->view->pack;
    const struct position *position = form->frame->view->position;
    struct arena *arena = request->arena;
    form->occurred = moment_of_instant(pack, request->act.now);
    const struct error *faults = form_moment(arena, pack, occurred_name, occurred_label, form->typed,
                                             form->type->needs_minute, &form->occurred, &form->is_dated);
    const struct value *values;
    struct typed typed =
        form->screen == NULL ? form->typed : screen_form_typed(arena, form->screen, form->typed);
    const struct error *more = form_values(arena, pack, form->type, "", typed, NULL, 0, &values);
    if (faults != NULL || more != NULL) {
        more = with_missing(arena, form, more, values);
    }
    form->faults = form_faults_join(arena, faults, more);
    form->values = form_asked(arena, pack, form->type, values, &position->standing, form->occurred.day);
    form->unasked =
        (struct unasked){.type = form->type, .prefix = "", .typed = values, .asked = form->values};
}

void entry_form_ask(struct request *request, struct entry_form *form)
{
    const struct case_view *view = form->frame->view;
    entry_form_sharpen(request, view->pack, &form->occurred);
    form->faults = form_faults_join(request->arena, form->faults,
                                    form_asks(request->arena, view->pack, form->type, "", form->values, NULL,
                                              0, &view->position->standing, form->occurred.day));
    if (form->screen != NULL) {
        form->faults = form_faults_join(
            request->arena, screen_form_faults(request->arena, form->screen, form->typed), form->faults);
    }
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
    if (form->screen != NULL) {
        screen_form_fields(ui, form);
        return;
    }
    ui_pack_pages(ui, &(struct ui_fields){.type = form->type,
                                          .prefix = "",
                                          .typed = form->typed,
                                          .values = form->values,
                                          .standing = &view->position->standing,
                                          .on = form->occurred.day});
}

static const char labels_name[] = "labels";

static bool is_typed(struct typed typed, const char *name, const char *text)
{
    for (size_t i = 0; i < typed.count; i++) {
        if (text_equal(typed.pairs[i].name, name) && text_equal(typed.pairs[i].text, text)) {
            return true;
        }
    }
    return false;
}

void entry_form_labels(struct ui *ui, const struct entry_form *form)
{
    const struct access_policy *policy = &ui->pack->access;
    struct ui_choice *choices = arena_many(ui->arena, struct ui_choice, policy->label_count);
    size_t count = 0;
    for (size_t i = 0; i < policy->label_count && act_may_label(form->type); i++) {
        const struct label *label = &policy->labels[i];
        if (label->raises && (form->type->labels & LABEL_BIT(i)) == 0) {
            choices[count++] = (struct ui_choice){.value = label->id,
                                                  .text = label->title,
                                                  .hint = label->text,
                                                  .checked = is_typed(form->typed, labels_name, label->id)};
        }
    }
    if (count > 0) {
        ui_checkboxes(
            ui, &(struct ui_field){
                    .name = labels_name,
                    .label = "Is it only for those who need to know? (optional)",
                    .hint = "Others on the case will not see that it is there. It cannot be taken back; "
                            "what was shared is recorded as information shared.",
                    .choices = choices,
                    .choice_count = count});
    }
}

const char *entry_form_labels_of(struct request *request)
{
    const char *text = "";
    for (size_t i = 0; i < request->form_count; i++) {
        if (text_equal(request->form[i].name, labels_name) && strlen(text) < 1000) {
            text =
                arena_printf(request->arena, "%s%s%s", text, *text == '\0' ? "" : "+", request->form[i].text);
        }
    }
    return text;
}

void entry_form_hidden(struct ui *ui, const struct entry_form *form)
{
    ui_hidden(ui, "_seq", arena_printf(ui->arena, "%llu", (unsigned long long)form->seq));
    ui_hidden(ui, "_draft", form->draft == NULL ? "" : form->draft);
    char opened[INSTANT_TEXT];
    instant_format(opened_at(ui->request), opened);
    ui_hidden(ui, "_opened", opened);
}

void entry_form_meanwhile(struct ui *ui, const struct entry_form *form)
{
    if (form->gone) {
        ui_banner(ui, false, "This draft is not here any more",
                  "It was recorded, or thrown away. The form below is a new one.");
    }
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

bool entry_form_keep(struct request *request, struct entry_form *form, const char *kind)
{
    struct draft_view draft = {
        .kind = kind, .case_reference = form->frame->view->reference.text, .count = form->typed.count};
    if (form->draft != NULL && form->draft[0] != '\0' && !id_parse(form->draft, &draft.id)) {
        form->draft = NULL;
        return false;
    }
    typed_split(request->arena, form->typed, &draft.names, &draft.texts);
    struct id id;
    if (act_draft_save(&request->act, &draft, &id) != NULL) {
        return false; /* the page still holds it, and says what is wrong with the store if the store is */
    }
    char *text = arena_alloc(request->arena, ID_TEXT);
    id_format(id, text);
    form->draft = text;
    form->kept = true;
    return true;
}

const char *entry_form_again(struct ui *ui, const struct entry_form *form, const char *path)
{
    return form->kept ? arena_printf(ui->arena, "%s?draft=%s", path, form->draft) : NULL;
}

void entry_form_kept_reply(struct reply *reply, const struct entry_form *form, bool kept)
{
    const char *draft = kept ? form->draft : "";
    reply_bytes(reply, kept ? 200 : 507, "text/plain; charset=utf-8", draft, strlen(draft));
}

static const char place_name[] = ".place";
static const char seq_name[] = ".seq";

bool entry_form_keep_at(struct request *request, struct entry_form *form, const char *kind, const char *path)
{
    struct pair *pairs = arena_many(request->arena, struct pair, 2);
    struct entry_form placed = *form;
    pairs[0] = (struct pair){place_name, path};
    pairs[1] = (struct pair){seq_name, arena_printf(request->arena, "%llu", (unsigned long long)form->seq)};
    placed.typed = typed_merge(request->arena, form->typed, (struct typed){pairs, form->edits ? 2 : 1});
    form->kept = entry_form_keep(request, &placed, kind);
    form->draft = placed.draft;
    return form->kept;
}

const char *entry_form_place(struct typed draft)
{
    const char *place = typed_first(draft, place_name);
    return place != NULL && text_starts_with(place, "/cases/") ? place : NULL;
}

const struct error *entry_form_draft(struct request *request, const char *kind, const char *path,
                                     struct entry_form *form, bool *ret_found)
{
    const char *draft_id = request_query(request, "draft");
    struct draft_view draft;
    struct id id;
    *ret_found = false;
    if (draft_id == NULL || !id_parse(draft_id, &id)) {
        return NULL;
    }
    const struct error *error = act_draft_read(&request->act, id, &draft);
    if (error != NULL) {
        form->gone = error->code == ERROR_NOT_FOUND;
        return form->gone ? NULL : error;
    }
    struct typed typed = typed_of_draft(request->arena, &draft);
    if (strcmp(draft.kind, kind) == 0 && text_equal(entry_form_place(typed), path)) {
        form->draft = draft_id;
        form->typed = typed;
        form->seq = form->edits ? seq_of(typed_first(typed, seq_name), form->seq) : form->seq;
        *ret_found = true;
    }
    return NULL;
}

bool entry_form_kept(struct request *request, struct entry_form *form, const char *kind, const char *path,
                     struct reply *reply)
{
    const char *go = request_form(request, "_go");
    bool while_typing = text_equal(go, "keep"); /* by the script */
    if (!while_typing && !text_equal(go, "save")) {
        return false;
    }
    bool kept = entry_form_keep_at(request, form, kind, path);
    if (while_typing) {
        entry_form_kept_reply(reply, form, kept);
        return true;
    }
    if (kept) {
        reply_redirect(reply, arena_printf(request->arena, "%s?saved=draft", form->frame->path));
    }
    return kept;
}

int entry_form_status(const struct error *error)
{
    return error->code == ERROR_NOT_FOUND || error->code == ERROR_NOT_ALLOWED ||
                   error->code == ERROR_NOT_SIGNED_IN
               ? 0
               : error->http_status;
}
