#include "web/pages/entry_form.h"
#include "web/pages/pages.h"
#include "web/pages/screen.h"

#include "base/text.h"
#include "record/match.h"

#include <string.h>

/* ---- what may be recorded ---- */

static const char stages[] = "Stages of the procedure";
static const char meetings[] = "Meetings";
static const char plans[] = "Plans and actions";
static const char people[] = "People and the household";
static const char other[] = "Anything else";

static const char *heading_of(const struct entry_type *type)
{
    if (type->heading != NULL) {
        return type->heading;
    }
    switch (type->part) {
    case PART_MEETING:
        return meetings;
    case PART_PLAN:
    case PART_ACTION:
        return plans;
    case PART_PERSON:
        return people;
    case PART_START:
    case PART_NONE:
    case PART_CORRECTION:
    case PART_CLOSING:
    case PART_REOPENING:
    case PART_DETAILS:
        break;
    }
    return type->stage > 0 ? stages : other;
}

/* Those that every procedure has, then those of the pack in its order, then what is left. */
static size_t headings_of(struct arena *arena, const struct pack *pack, const char *const **ret_headings)
{
    const char **headings = arena_many(arena, const char *, pack->type_count + 5);
    size_t count = 0;
    headings[count++] = stages;
    headings[count++] = meetings;
    headings[count++] = plans;
    headings[count++] = people;
    for (size_t t = 0; t < pack->type_count; t++) {
        const char *heading = heading_of(&pack->types[t]);
        bool known = heading == other;
        for (size_t i = 0; i < count && !known; i++) {
            known = text_equal(headings[i], heading);
        }
        if (!known) {
            headings[count++] = heading;
        }
    }
    headings[count++] = other;
    *ret_headings = headings;
    return count;
}

/* Whether a type has its place in the menu: corrections and details have pages of their own. */
static bool is_offered(const struct request *request, const struct case_view *view,
                       const struct entry_type *type)
{
    if (type->part == PART_CORRECTION || type->part == PART_DETAILS || type->only_without_child) {
        return false;
    }
    if ((type->part == PART_CLOSING && !view->state->open) ||
        (type->part == PART_REOPENING && view->state->open)) {
        return false;
    }
    return act_may_record(&request->session.actor, view->pack, type);
}

const struct error *page_record_menu(struct request *request, struct reply *reply)
{
    const char *const *headings;
    struct case_frame frame;
    TRY(case_frame_read(request, &frame));
    const struct case_view *view = frame.view;
    struct ui *ui = case_frame_begin(request, &frame, "Record an entry", NULL);
    ui_title(ui, view->child.full_name, "Record an entry");
    ui_text(ui, "Choose what happened. Only what your role records is listed.");
    size_t heading_count = headings_of(ui->arena, view->pack, &headings);
    for (size_t h = 0; h < heading_count; h++) {
        struct ui_link *links = arena_many(ui->arena, struct ui_link, view->pack->type_count);
        size_t count = 0;
        for (size_t i = 0; i < view->pack->type_count; i++) {
            const struct entry_type *type = &view->pack->types[i];
            if (text_equal(heading_of(type), headings[h]) && is_offered(request, view, type)) {
                links[count++] = (struct ui_link){
                    .text = type->verb,
                    .path = arena_printf(ui->arena, "%s/record/%s", frame.path, type->id),
                    .hint = type->paragraph == NULL ? NULL : paragraph_title(ui->arena, type->paragraph)};
            }
        }
        if (count > 0) {
            ui_h2(ui, headings[h]);
            ui_links(ui, links, count);
        }
    }
    ui_finish(ui, reply, 200);
    return NULL;
}

/* ---- the form ---- */

static const char *gate_text(struct ui *ui, const struct gate *gate)
{
    return gate->paragraph == NULL ? gate->message
                                   : arena_printf(ui->arena, "%s (%s)", gate->message,
                                                  paragraph_words(ui->arena, gate->paragraph));
}

/* Whom to ask and to invite: beside the forms that need it, the people the child has. */
static void write_people(struct ui *ui, const struct entry_form *form)
{
    const struct helper *helpers;
    size_t count = case_helpers(ui, form->frame->view, &helpers);
    const char *text = "";
    for (size_t i = 0; i < count; i++) {
        text = arena_printf(ui->arena, "%s%s: %s%s%s\n\n", text, helpers[i].title, helpers[i].name,
                            helpers[i].agency == NULL ? "" : ", ",
                            helpers[i].agency == NULL ? "" : helpers[i].agency);
    }
    if (count > 0) {
        ui_details(ui, "Who is there for the child", text);
    }
}

/* What a meeting still has to answer: steps kept apart by a text that an earlier meeting gave. */
static void write_unanswered(struct ui *ui, const struct entry_form *form)
{
    const struct position *position = form->frame->view->position;
    const char **texts = arena_many(ui->arena, const char *, position->duty_count);
    size_t count = 0;
    for (size_t i = 0; i < position->duty_count; i++) {
        const struct duty *duty = &position->duties[i];
        if (strcmp(duty->rule->id, "answer-looked-after-recommendation") == 0 && duty->key != NULL &&
            duty->key->kind == VALUE_TEXT && (duty->state == DUTY_OPEN || duty->state == DUTY_OVERDUE)) {
            texts[count++] = duty->key->text;
        }
    }
    if (count > 0) {
        ui_h3(ui, "Recommendations still to be answered in the looked-after review");
        ui_bullets(ui, texts, count);
    }
}

/* Said before anything is typed: what is missing on the case, and what this form will have to answer. */
static void write_gates(struct ui *ui, const struct entry_form *form)
{
    const struct gate_view *gates;
    size_t count;
    gates_explain(ui->arena, form->frame->view->position, form->type, &gates, &count);
    const char **asked = arena_many(ui->arena, const char *, count);
    size_t asked_count = 0;
    for (size_t i = 0; i < count; i++) {
        const struct gate *gate = gates[i].gate;
        if (gates[i].passed) {
            continue;
        }
        if (gate->field == NULL && gates[i].applies) {
            ui_warning(ui, arena_printf(ui->arena, "This cannot be recorded yet. %s", gate_text(ui, gate)));
        } else {
            asked[asked_count++] = gate_text(ui, gate);
        }
    }
    if (asked_count > 0) {
        ui_h2(ui, "What the procedure asks of this entry");
        ui_bullets(ui, asked, asked_count);
    }
}

/*
 * What refused the entry: each gate with its paragraph, and a way to what would put it right. Going there
 * saves what is typed here as a draft first.
 */
static void write_refusals(struct ui *ui, const struct entry_form *form)
{
    const struct case_view *view = form->frame->view;
    const struct entry entry = {.type = form->type, .values = form->values, .occurred = form->occurred};
    bool begun = false;
    for (size_t g = 0; g < view->pack->gate_count; g++) {
        const struct gate *gate = &view->pack->gates[g];
        if (!gate_refuses(view->position, gate, &entry)) {
            continue;
        }
        if (!begun) {
            ui_h2(ui, "What is missing");
            begun = true;
        }
        ui_text(ui, gate_text(ui, gate));
        if (gate->field != NULL) {
            ui_link(ui, "Go to the question", arena_printf(ui->arena, "#%s", gate->field));
        }
        const struct gate_way *ways;
        size_t count;
        gate_ways(ui->arena, view->position, gate, &ways, &count);
        for (size_t w = 0; w < count; w++) {
            if (act_may_record(&ui->request->session.actor, view->pack, ways[w].type)) {
                ui_button(ui, BUTTON_SECONDARY,
                          arena_printf(ui->arena, "Keep this as a draft and go to: %s", ways[w].type->verb),
                          "_go",
                          arena_printf(ui->arena, "to:%s?%s", ways[w].type->id,
                                       ways[w].answer == NULL ? "" : ways[w].answer));
            }
        }
    }
}

static void write_page(struct request *request, const struct entry_form *form, int status,
                       struct reply *reply)
{
    const struct case_frame *frame = form->frame;
    struct ui *ui = case_frame_begin(request, frame, form->type->verb, NULL);
    ui->faults = form->faults;
    ui_title(ui, arena_printf(ui->arena, "%s, %s", frame->view->child.full_name, frame->view->reference.text),
             form->type->verb);
    ui_not_saved(ui, status);
    const char *kept = request_query(request, "kept");
    if (kept != NULL && strcmp(kept, "draft") == 0) {
        ui_banner(ui, true, "What you had typed is kept",
                  "It is under My drafts on My work. Record this first, then go on with it.");
    }
    if (form->scored) {
        ui_link(ui, "See what the screen comes to", "#screen-result");
    }
    entry_form_meanwhile(ui, form);
    if (form->type->paragraph != NULL) {
        ui_hint(ui, paragraph_title(ui->arena, form->type->paragraph));
    }
    if (form->type->guidance != NULL) {
        ui_text(ui, form->type->guidance);
    }
    write_people(ui, form);
    if (form->type->part == PART_MEETING) {
        write_unanswered(ui, form);
    }
    for (size_t i = 0; i < form->type->see_count; i++) {
        const struct reference_text *reference = &frame->view->pack->references[form->type->see[i]];
        ui_link(ui, arena_printf(ui->arena, "See %s", reference->title), reference->url);
    }
    if (status != 422) {
        write_gates(ui, form);
    }
    const char *path = arena_printf(ui->arena, "%s/record/%s", frame->path, form->type->id);
    ui_draft_form(ui, path, entry_form_again(ui, form, path));
    entry_form_hidden(ui, form);
    if (status == 422) {
        write_refusals(ui, form);
    }
    unasked_write(ui, &form->unasked, 1);
    entry_form_fields(ui, form);
    entry_form_labels(ui, form);
    ui_buttons(ui);
    ui_button(ui, BUTTON_MAIN, form->since_count > 0 ? "Record it after reading what is new" : "Record",
              "_go", "record");
    ui_button(ui, BUTTON_SECONDARY, "Save and come back later", "_go", "save");
    ui_buttons_end(ui);
    ui_form_end(ui);
    ui_finish(ui, reply, status);
}

static const struct error *form_begin(struct request *request, struct case_frame *frame,
                                      struct entry_form *ret_form)
{
    TRY(case_frame_read(request, frame));
    const struct pack *pack = frame->view->pack;
    const struct entry_type *type = pack_type(pack, request_param(request, "type"));
    if (type == NULL || type->part == PART_CORRECTION || type->part == PART_DETAILS) {
        return error_of(ERROR_NOT_FOUND);
    }
    if (!act_may_record(&request->session.actor, pack, type)) {
        return error_of(ERROR_NOT_ALLOWED);
    }
    *ret_form = (struct entry_form){.frame = frame, .type = type, .seq = frame->view->seq};
    return NULL;
}

/* ?kind=strategy: a code that the link that led here knew already. Never text: addresses are logged
 * elsewhere. */
static struct typed typed_of_query(struct request *request, const struct pack *pack,
                                   const struct entry_type *type)
{
    struct pair *pairs = arena_many(request->arena, struct pair, request->query_count);
    size_t count = 0;
    for (size_t i = 0; i < request->query_count; i++) {
        const struct field *field = entry_type_field(type, request->query[i].name);
        if (type == pack->screen_type && type != NULL && strcmp(request->query[i].name, "screen") == 0) {
            /* another tool: its name is typed, and its lines are given as they are */
            const struct screen *screen = pack_screen(pack, request->query[i].text, NULL);
            pairs[count++] = (struct pair){"screen", screen == NULL ? "" : screen->id};
            continue;
        }
        if (field != NULL && field->kind == FIELD_CODE &&
            code_find(field->codes, request->query[i].text) != NULL) {
            pairs[count++] = request->query[i];
        }
    }
    return (struct typed){pairs, count};
}

/* ?from=SEQ: the action, the person or the plan that an entry named, so that the two are known to belong
 * together. */
static struct typed typed_of_entry(struct request *request, const struct entry_form *form)
{
    const char *from = request_query(request, "from");
    const struct history *history = form->frame->view->history;
    int64_t seq;
    const struct entry_type *type = form->type;
    if (from == NULL || type->part_key < 0 || !number_parse(from, 1, INT64_MAX, &seq)) {
        return (struct typed){NULL, 0};
    }
    for (size_t i = 0; i < history->count; i++) {
        const struct known *known = &history->list[i];
        if (known->entry->seq == (uint64_t)seq) {
            const struct field *key = &type->fields[type->part_key];
            const struct field *same = entry_type_field(known->type, key->id);
            if (same != NULL && same->kind == key->kind) {
                struct value *values = arena_many(request->arena, struct value, type->field_count);
                values[key->index] = known->values[same->index];
                return typed_of_values(request->arena, form->frame->view->pack, type, "", values);
            }
        }
    }
    return (struct typed){NULL, 0};
}

/* What the pack suggests for this form, from the last entry that says it: where something stands already,
 * nothing. */
static struct typed typed_of_suggestions(struct request *request, const struct entry_form *form,
                                         struct typed typed)
{
    const struct case_view *view = form->frame->view;
    const struct history *history = view->history;
    const struct entry_type *type = form->type;
    struct day today = moment_of_instant(view->pack, request->act.now).day;
    const struct value *known_values;
    const struct error *faults =
        form_values(request->arena, view->pack, type, "", typed, NULL, 0, &known_values);
    struct value *values = arena_many(request->arena, struct value, type->field_count);
    for (size_t f = 0; f < type->field_count; f++) {
        const struct suggestion *suggestion = type->fields[f].suggestion;
        if (suggestion == NULL || known_values[f].kind != VALUE_NONE || faults != NULL ||
            !conditions_hold(&suggestion->suggest_when, view->pack, type, known_values,
                             &view->position->standing, today)) {
            continue;
        }
        for (size_t i = history->count; i > 0 && values[f].kind == VALUE_NONE; i--) {
            const struct known *known = &history->list[i - 1];
            if (pattern_matches(&suggestion->from, known->type, known->values, history->child,
                                known->occurred.day)) {
                values[f] = known->values[suggestion->field];
            }
        }
    }
    return typed_merge(request->arena, typed_of_values(request->arena, view->pack, type, "", values), typed);
}

static const struct error *typed_at_first(struct request *request, struct entry_form *form)
{
    bool found;
    TRY(entry_form_draft(request, form->type->id, NULL, form, &found));
    if (found) {
        return NULL;
    }
    struct typed typed = typed_of_moment(request->arena, form->frame->view->pack, "occurred_at",
                                         moment_of_instant(form->frame->view->pack, request->act.now));
    typed = typed_merge(request->arena, typed, typed_of_entry(request, form));
    typed = typed_merge(request->arena, typed, typed_of_query(request, form->frame->view->pack, form->type));
    form->typed = typed_of_suggestions(request, form, typed);
    return NULL;
}

const struct error *page_record(struct request *request, struct reply *reply)
{
    struct case_frame frame;
    struct entry_form form;
    TRY(form_begin(request, &frame, &form));
    TRY(typed_at_first(request, &form));
    form.screen = screen_of_form(frame.view->pack, form.type, form.typed);
    entry_form_read(request, &form);
    form.faults = NULL; /* nobody is told of faults in what they have not sent */
    write_page(request, &form, 200, reply);
    return NULL;
}

static const char *after(struct request *request, const struct entry_form *form,
                         const struct recorded *recorded)
{
    unsigned long long seq = recorded->entry->seq;
    if (form->type->part == PART_START) {
        return arena_printf(request->arena, "%s/referred", form->frame->path);
    }
    if (form->type->part == PART_MEETING && form->type->step == STEP_END) {
        return arena_printf(request->arena, "%s/meetings/%llu/actions?done=%llu", form->frame->path, seq,
                            seq);
    }
    return arena_printf(request->arena, "%s?done=%llu", form->frame->path, seq);
}

/* "to:core-assessment?kind=strategy": to the form that meets a gate, after this one is kept. NULL when what
 * was sent is no such place. */
static const char *place_to_go(struct request *request, const struct entry_form *form, const char *go)
{
    const struct pack *pack = form->frame->view->pack;
    if (go == NULL || !text_starts_with(go, "to:")) {
        return NULL;
    }
    const char *query = strchr(go, '?');
    size_t size = query == NULL ? strlen(go + 3) : (size_t)(query - go - 3);
    const struct entry_type *type = pack_type(pack, arena_copy_n(request->arena, go + 3, size));
    if (type == NULL) {
        return NULL;
    }
    const char *answer = query == NULL ? "" : query + 1;
    bool plain =
        strspn(answer, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_=") == strlen(answer);
    if (type->part == PART_START) {
        return arena_printf(request->arena, "/referral/new?case=%s", form->frame->view->reference.text);
    }
    return arena_printf(request->arena, "%s/record/%s?%s%skept=draft", form->frame->path, type->id,
                        plain ? answer : "", plain && answer[0] != '\0' ? "&" : "");
}

/* A further referral is routed as the first was, and names the child's own record: it is always taken. */
static const struct error *record_entry(struct request *request, const struct entry_form *form,
                                        struct recorded *ret_recorded)
{
    const char *reference = form->frame->view->reference.text;
    const char *key = request_form(request, "_form");
    const struct moment *occurred = form->is_dated ? &form->occurred : NULL;
    struct id draft = {{0}};
    if (form->draft != NULL) {
        (void)id_parse(form->draft, &draft);
    }
    if (form->type->part == PART_START) {
        const struct referral_input referral = {.case_reference = reference,
                                                .values = form->values,
                                                .type = form->type,
                                                .occurred = occurred,
                                                .idempotency_key = key,
                                                .draft = draft};
        return act_referral_make(&request->act, &referral, ret_recorded);
    }
    const struct entry_input input = {.type = form->type,
                                      .values = form->values,
                                      .occurred = occurred,
                                      .expected_seq = form->seq,
                                      .idempotency_key = key,
                                      .draft = draft,
                                      .labels = entry_form_labels_of(request)};
    return act_entry_record(&request->act, reference, &input, ret_recorded);
}

const struct error *page_record_post(struct request *request, struct reply *reply)
{
    struct case_frame frame;
    struct entry_form form;
    TRY(form_begin(request, &frame, &form));
    form.typed = typed_of_request(request);
    form.screen = screen_of_form(frame.view->pack, form.type, form.typed);
    form.seq = entry_form_seq(request);
    form.draft = request_form(request, "_draft");
    const char *go = request_form(request, "_go");
    if (go != NULL && strcmp(go, "keep") == 0) {
        /* sent by the script while somebody types */
        bool kept = entry_form_keep(request, &form, form.type->id);
        entry_form_kept_reply(reply, &form, kept);
        return NULL;
    }
    const char *place = place_to_go(request, &form, go);
    if (place != NULL || (go != NULL && strcmp(go, "save") == 0)) {
        if (entry_form_keep(request, &form, form.type->id)) {
            reply_redirect(reply, place != NULL ? place
                                                : arena_printf(request->arena, "%s?saved=draft", frame.path));
            return NULL;
        }
        entry_form_read(request, &form);
        write_page(request, &form, 507, reply);
        return NULL;
    }
    entry_form_read(request, &form);
    if (go != NULL && strcmp(go, "score") == 0 && form.screen != NULL) {
        form.faults = screen_form_faults(request->arena, form.screen, form.typed);
        form.scored = form.faults == NULL;
        (void)entry_form_keep(request, &form, form.type->id);
        write_page(request, &form, form.scored ? 200 : 422, reply);
        return NULL;
    }
    entry_form_ask(request, &form);
    form.faults = form_faults_join(request->arena, unasked_fault(request, &form.unasked, 1), form.faults);
    struct recorded recorded = {0};
    const struct error *error = form.faults;
    if (error == NULL) {
        error = record_entry(request, &form, &recorded);
    }
    if (error == NULL) {
        reply_redirect(reply, after(request, &form, &recorded));
        return NULL;
    }
    int status = entry_form_status(error);
    if (status == 0) {
        return error;
    }
    if (error->code == ERROR_CONFLICT) {
        form.since = recorded.since;
        form.since_count = recorded.since_count;
        form.seq = recorded.since_count > 0 ? recorded.since[recorded.since_count - 1]->seq : frame.view->seq;
    } else {
        form.faults = status == 422 ? error : NULL;
    }
    (void)entry_form_keep(request, &form, form.type->id);
    write_page(request, &form, status, reply);
    return NULL;
}

/* ---- drafts ---- */

static const struct error *read_draft(struct request *request, struct draft_view *ret_draft)
{
    struct id id;
    if (!id_parse(request_param(request, "draft"), &id)) {
        return error_of(ERROR_NOT_FOUND);
    }
    return act_draft_read(&request->act, id, ret_draft);
}

const struct error *page_draft(struct request *request, struct reply *reply)
{
    struct draft_view draft;
    TRY(read_draft(request, &draft));
    const char *id = request_param(request, "draft");
    const char *kind = draft.kind;
    bool referral = strcmp(kind, "referral") == 0 && draft.case_reference == NULL;
    const char *place = typed_first(typed_of_draft(request->arena, &draft), ".page");
    const char *hold = typed_first(typed_of_draft(request->arena, &draft), ".hold");
    const char *next =
        referral || draft.case_reference == NULL
            ? arena_printf(request->arena, "/referral/%s/%s", id, place == NULL ? "start" : place)
            : arena_printf(request->arena, "/cases/%s/record/%s?draft=%s", draft.case_reference, kind, id);
    if (hold != NULL && text_starts_with(hold, "/cases/")) {
        next = arena_printf(request->arena, "%s/hold?draft=%s", hold, id);
    }
    const char *form = entry_form_place(typed_of_draft(request->arena, &draft));
    if (form != NULL) {
        next = arena_printf(request->arena, "%s?draft=%s", form, id);
    }
    struct ui *ui = ui_begin(request, "Your draft", "/");
    ui->back = "/";
    ui->back_text = "Back to my work";
    const struct entry_type *type = pack_type(ui->pack, kind);
    ui_title(ui, "Draft", type == NULL ? "Referral" : type->title);
    ui_text(ui, arena_printf(ui->arena, "Saved on %s. It is not recorded yet, and nobody else sees it.",
                             show_instant(ui->arena, ui->pack, draft.saved_at)));
    ui_button_link(ui, BUTTON_MAIN, "Go on with it", next);
    ui_form(ui, arena_printf(ui->arena, "/drafts/%s/drop", id));
    ui_button(ui, BUTTON_WARNING, "Throw it away", NULL, NULL);
    ui_form_end(ui);
    ui_finish(ui, reply, 200);
    return NULL;
}

const struct error *page_draft_drop_post(struct request *request, struct reply *reply)
{
    struct draft_view draft;
    TRY(read_draft(request, &draft));
    TRY(act_draft_drop(&request->act, draft.id));
    reply_redirect(reply, "/");
    return NULL;
}
