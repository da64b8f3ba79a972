/*
 * Making a referral: one thing a page, from the pack's form pages of the child's details and of the start
 * type. Every page saves the draft, with faults or without, so it survives signing out, a crash and a closed
 * browser. The draft's id is the idempotency key: sent twice, it is one referral.
 */
#include "web/pages/linked.h"
#include "web/pages/pages.h"
#include "web/pages/unasked.h"

#include "base/must.h"
#include "base/text.h"

#include <string.h>

static const char details_prefix[] = "c-";
static const char matches_step[] = "possible-matches";
static const char check_step[] = "check";
/* Kept in the draft beside the answers: where to go on, and which known child it is about. */
static const char page_name[] = ".page";
static const char case_name[] = ".case";
static const char no_case[] = "none";

struct step {
    const char *id;
    const struct entry_type *type; /* NULL: the matches, or check-your-answers */
    const char *prefix;
    const struct form_page *page;
};

struct referral {
    struct request *request;
    struct arena *arena;
    const struct pack *pack;
    const struct entry_type *details;
    const struct entry_type *start;
    struct draft_view draft;
    const char *draft_id;
    struct typed typed;
    const struct value *details_values;
    const struct value *start_values;
    struct unasked unasked[2];
    struct standing standing;
    struct day today;
    const struct step *steps;
    size_t step_count;
};

static const char *known_case(const struct referral *referral)
{
    const char *text = typed_first(referral->typed, case_name);
    return text == NULL || strcmp(text, no_case) == 0 ? NULL : text;
}

/* ---- the steps ---- */

static bool page_is_asked(const struct referral *referral, const struct entry_type *type,
                          const struct value *values, const struct form_page *page)
{
    for (size_t i = 0; i < page->field_count; i++) {
        const struct field *field = &type->fields[page->fields[i]];
        if (!field->system &&
            field_is_shown(referral->pack, type, field, values, &referral->standing, referral->today)) {
            return true;
        }
    }
    return false;
}

static void add_pages(struct referral *referral, struct step *steps, const struct entry_type *type,
                      const struct value *values, const char *prefix, const char *id_prefix)
{
    for (size_t i = 0; i < type->page_count; i++) {
        if (page_is_asked(referral, type, values, &type->pages[i])) {
            steps[referral->step_count++] =
                (struct step){arena_printf(referral->arena, "%s%s", id_prefix, type->pages[i].id), type,
                              prefix, &type->pages[i]};
        }
    }
}

/* What can be read of what was typed, and the steps that follow from it. */
static void work_out(struct referral *referral)
{
    const struct pack *pack = referral->pack;
    struct arena *arena = referral->arena;
    const struct value *details;
    const struct value *start;
    /* faults are told on the page they belong to, and all of them on check-your-answers */
    const struct error *ignored =
        form_values(arena, pack, referral->details, details_prefix, referral->typed, NULL, 0, &details);
    ignored = form_values(arena, pack, referral->start, "", referral->typed, NULL, 0, &start);
    (void)ignored;
    referral->standing = (struct standing){.marks = arena_many(arena, bool, pack->mark_count)};
    const struct field *birth = entry_type_field(referral->details, "date_of_birth");
    if (birth != NULL && details[birth->index].kind == VALUE_DAY) {
        referral->standing.child = (struct child){true, details[birth->index].day};
    }
    referral->today = moment_of_instant(pack, referral->request->act.now).day;
    referral->details_values =
        form_asked(arena, pack, referral->details, details, &referral->standing, referral->today);
    referral->start_values =
        form_asked(arena, pack, referral->start, start, &referral->standing, referral->today);
    bool known = known_case(referral) != NULL;
    referral->unasked[0] = (struct unasked){
        .type = referral->details,
        .prefix = details_prefix,
        .typed = details,
        .asked = known ? arena_many(arena, struct value, referral->details->field_count)
                       : referral->details_values,
        .why =
            known ? "The child has a record already. If it is new, change the child’s details there." : NULL};
    referral->unasked[1] = (struct unasked){
        .type = referral->start, .prefix = "", .typed = start, .asked = referral->start_values};
    struct step *steps =
        arena_many(arena, struct step, referral->details->page_count + referral->start->page_count + 2);
    referral->step_count = 0;
    if (known_case(referral) == NULL || typed_first(referral->typed, "c-family_name") != NULL) {
        add_pages(referral, steps, referral->details, referral->details_values, details_prefix, "child-");
        steps[referral->step_count++] = (struct step){.id = matches_step};
    }
    add_pages(referral, steps, referral->start, referral->start_values, "", "");
    steps[referral->step_count++] = (struct step){.id = check_step};
    referral->steps = steps;
}

static const struct step *step_of(const struct referral *referral, const char *id)
{
    for (size_t i = 0; i < referral->step_count; i++) {
        if (strcmp(referral->steps[i].id, id) == 0) {
            return &referral->steps[i];
        }
    }
    return NULL;
}

static const char *step_path(const struct referral *referral, const struct step *step)
{
    return arena_printf(referral->arena, "/referral/%s/%s", referral->draft_id, step->id);
}

static struct referral referral_of(struct request *request)
{
    const struct pack *pack = act_pack(&request->act);
    return (struct referral){.request = request,
                             .arena = request->arena,
                             .pack = pack,
                             .details = &pack->types[pack->details_type],
                             .start = &pack->types[pack->start_type]};
}

static const struct error *referral_read(struct request *request, struct referral *ret_referral)
{
    struct referral referral = referral_of(request);
    struct id id;
    referral.draft_id = request_param(request, "draft");
    if (!id_parse(referral.draft_id, &id)) {
        return error_of(ERROR_NOT_FOUND);
    }
    TRY(act_draft_read(&request->act, id, &referral.draft));
    if (strcmp(referral.draft.kind, "referral") != 0) {
        return error_of(ERROR_NOT_FOUND);
    }
    referral.typed = typed_of_draft(request->arena, &referral.draft);
    work_out(&referral);
    *ret_referral = referral;
    return NULL;
}

static const struct error *referral_save(struct referral *referral)
{
    struct draft_view draft = {.id = referral->draft.id, .kind = "referral", .count = referral->typed.count};
    typed_split(referral->arena, referral->typed, &draft.names, &draft.texts);
    struct id id;
    TRY(act_draft_save(&referral->request->act, &draft, &id));
    char *text = arena_alloc(referral->arena, ID_TEXT);
    id_format(id, text);
    referral->draft.id = id;
    referral->draft_id = text;
    return NULL;
}

static struct typed one_pair(struct arena *arena, const char *name, const char *text)
{
    struct pair *pair = arena_one(arena, struct pair);
    *pair = (struct pair){name, text};
    return (struct typed){pair, 1};
}

static void put(struct referral *referral, const char *name, const char *text)
{
    referral->typed = typed_merge(referral->arena, referral->typed, one_pair(referral->arena, name, text));
}

/* ---- the beginning ---- */

const struct error *page_referral_new(struct request *request, struct reply *reply)
{
    struct referral referral = referral_of(request);
    struct ui *ui = ui_begin(request, referral.start->verb, "/referral/new");
    ui_title(ui, NULL, referral.start->verb);
    if (referral.start->guidance != NULL) {
        ui_text(ui, referral.start->guidance);
    }
    ui_warning(ui, "If a child is in immediate danger, call 999 first.");
    ui_text(ui,
            "It takes about ten minutes. Every page you send is saved, so you can stop at any time and go on "
            "later from My work.");
    ui_form(ui, "/referral/new");
    const char *reference = request_query(request, "case");
    struct reference parsed;
    if (reference != NULL && reference_parse(reference, &parsed)) {
        ui_inset(ui, arena_printf(ui->arena,
                                  "This will be a further referral for the child with the reference %s.",
                                  parsed.text));
        ui_hidden(ui, "case", parsed.text);
    }
    ui_button(ui, BUTTON_MAIN, "Start", NULL, NULL);
    ui_form_end(ui);
    ui_finish(ui, reply, 200);
    return NULL;
}

const struct error *page_referral_new_post(struct request *request, struct reply *reply)
{
    struct referral referral = referral_of(request);
    struct reference parsed;
    const char *reference = request_form(request, "case");
    if (reference != NULL && reference_parse(reference, &parsed)) {
        put(&referral, case_name, arena_copy(request->arena, parsed.text));
    }
    put(&referral, "source_agency", request->session.actor.agency);
    put(&referral, "referrer", request->session.actor.name);
    work_out(&referral);
    put(&referral, page_name, referral.steps[0].id);
    TRY(referral_save(&referral));
    reply_redirect(reply, step_path(&referral, &referral.steps[0]));
    return NULL;
}

/* ---- one page ---- */

static struct ui *begin_step(struct referral *referral, const struct step *step, const char *title)
{
    struct ui *ui = ui_begin(referral->request, title, "/referral/new");
    ui->pack = referral->pack;
    size_t at = (size_t)(step - referral->steps);
    ui->back = at == 0 ? "/" : step_path(referral, &referral->steps[at - 1]);
    ui->back_text = "Back";
    return ui;
}

static const char *caption(struct referral *referral, const struct step *step)
{
    return arena_printf(referral->arena, "Make a referral, page %zu of %zu",
                        (size_t)(step - referral->steps) + 1, referral->step_count);
}

static void write_buttons(struct ui *ui)
{
    ui_buttons(ui);
    ui_button(ui, BUTTON_MAIN, "Save and continue", "_go", "on");
    ui_button(ui, BUTTON_SECONDARY, "Save and come back later", "_go", "save");
    ui_buttons_end(ui);
}

static bool returns(const struct request *request)
{
    const char *text = request->is_post ? request_form(request, "_return") : request_query(request, "return");
    return text != NULL && strcmp(text, check_step) == 0;
}

static void open_form(struct ui *ui, struct referral *referral, const struct step *step)
{
    if (step->type != NULL) {
        ui_draft_form(ui, step_path(referral, step));
    } else {
        ui_form(ui, step_path(referral, step));
    }
    if (returns(referral->request)) {
        ui_hidden(ui, "_return", check_step);
    }
}

static struct ui_fields fields_of(const struct referral *referral, const struct step *step)
{
    return (struct ui_fields){
        .type = step->type,
        .fields = step->page->fields,
        .count = step->page->field_count,
        .prefix = step->prefix,
        .typed = referral->typed,
        .values = step->type == referral->start ? referral->start_values : referral->details_values,
        .standing = &referral->standing,
        .on = referral->today,
    };
}

static void write_step(struct referral *referral, const struct step *step, const struct error *faults,
                       int status, struct reply *reply)
{
    const struct form_page *page = step->page;
    struct ui *ui = begin_step(referral, step, page->title);
    ui->faults = faults;
    ui_title(ui, caption(referral, step), page->title);
    if (page->guidance != NULL) {
        const char *summary = page->guidance_paragraph == NULL
                                  ? "Help with this page"
                                  : arena_printf(ui->arena, "Help with this page (%s)",
                                                 paragraph_words(ui->arena, page->guidance_paragraph));
        ui_guide(ui, summary, page->guidance);
    }
    open_form(ui, referral, step);
    const struct ui_fields fields = fields_of(referral, step);
    ui_pack_fields(ui, &fields);
    write_buttons(ui);
    ui_form_end(ui);
    ui_finish(ui, reply, status);
}

/* ---- possible matches ---- */

static void write_matches(struct referral *referral, const struct step *step, const struct match *matches,
                          size_t count, const struct error *faults, int status, struct reply *reply)
{
    struct ui *ui = begin_step(referral, step, "Is it one of these children?");
    ui->faults = faults;
    ui_title(ui, caption(referral, step), "Is it one of these children?");
    ui_text(ui, "A child should have one record, so that everybody sees the whole. Look before a second one "
                "is made.");
    const char *chosen = typed_first(referral->typed, case_name);
    struct ui_choice *choices = arena_many(ui->arena, struct ui_choice, count + 1);
    for (size_t i = 0; i < count; i++) {
        const struct match *match = &matches[i];
        choices[i] = (struct ui_choice){
            .value = match->reference.text,
            .text = match->has_birth ? arena_printf(ui->arena, "%s, born %s", match->full_name,
                                                    show_day(ui->arena, match->birth))
                                     : match->full_name,
            .hint = arena_printf(ui->arena, "Reference %s: %s", match->reference.text,
                                 match->reasons == NULL ? "" : match->reasons),
            .checked = chosen != NULL && strcmp(chosen, match->reference.text) == 0};
    }
    choices[count] = (struct ui_choice){
        .value = no_case, .text = "None of these", .checked = chosen != NULL && strcmp(chosen, no_case) == 0};
    open_form(ui, referral, step);
    ui_radios(ui, &(struct ui_field){
                      .name = "same",
                      .label = "Which child is it?",
                      .hint = "If it is one of them, this becomes a further referral on that record.",
                      .choices = choices,
                      .choice_count = count + 1});
    write_buttons(ui);
    ui_form_end(ui);
    ui_finish(ui, reply, status);
}

static const struct error *show_matches(struct referral *referral, const struct step *step,
                                        struct reply *reply)
{
    const struct match *matches;
    size_t count;
    referral->request->searched = true;
    TRY(act_matches(&referral->request->act, referral->details_values, &matches, &count));
    if (count == 0) {
        reply_redirect(reply, step_path(referral, step + 1));
        return NULL;
    }
    write_matches(referral, step, matches, count, NULL, 200, reply);
    return NULL;
}

static const struct error *take_match(struct referral *referral, const struct step *step, struct reply *reply)
{
    const struct match *matches;
    size_t count;
    referral->request->searched = true;
    TRY(act_matches(&referral->request->act, referral->details_values, &matches, &count));
    const char *same = request_form(referral->request, "same");
    bool known = same != NULL && strcmp(same, no_case) == 0;
    for (size_t i = 0; i < count && same != NULL; i++) {
        known = known || strcmp(same, matches[i].reference.text) == 0;
    }
    if (!known) {
        write_matches(referral, step, matches, count,
                      error_field(referral->arena, ERROR_INVALID, "same", NULL,
                                  "Choose the child, or that it is none of these"),
                      422, reply);
        return NULL;
    }
    put(referral, case_name, same);
    return NULL;
}

/* ---- check your answers ---- */

static void write_answers(struct ui *ui, struct referral *referral, const struct step *step)
{
    const struct entry_type *type = step->type;
    const struct value *values = type == referral->start ? referral->start_values : referral->details_values;
    struct ui_row *rows = arena_many(ui->arena, struct ui_row, step->page->field_count);
    size_t count = 0;
    for (size_t i = 0; i < step->page->field_count; i++) {
        const struct field *field = &type->fields[step->page->fields[i]];
        if (field->system ||
            !field_is_shown(referral->pack, type, field, values, &referral->standing, referral->today)) {
            continue;
        }
        const char *text = show_value(ui->arena, referral->pack, field, &values[field->index]);
        rows[count++] = (struct ui_row){
            .key = field->label,
            .value = {.text = text[0] == '\0' ? "Not answered" : text},
            .action = "Change",
            .action_path = arena_printf(ui->arena, "%s?return=check", step_path(referral, step))};
    }
    ui_summary(ui, rows, count);
}

static void write_route(struct ui *ui, const struct route_view *route)
{
    if (route->to == NULL) {
        return;
    }
    struct ui_row rows[3];
    size_t count = 0;
    rows[count++] =
        (struct ui_row){.key = "This referral goes to", .value = {.text = route->to, .under = route->why}};
    if (route->phone != NULL) {
        rows[count++] = (struct ui_row){.key = "Telephone", .value = {.text = route->phone}};
    }
    if (route->point != NULL) {
        rows[count++] = (struct ui_row){.key = "Told as well", .value = {.text = route->point}};
    }
    ui_h2(ui, "Where it goes");
    ui_summary(ui, rows, count);
}

static void write_check(struct referral *referral, const struct step *step, const struct error *faults,
                        int status, struct reply *reply)
{
    struct route_view route = {0};
    struct ui *ui = begin_step(referral, step, "Check your answers");
    ui->faults = faults;
    ui_title(ui, caption(referral, step), "Check your answers");
    ui_not_saved(ui, status);
    const char *reference = known_case(referral);
    if (reference != NULL) {
        ui_inset(ui, arena_printf(ui->arena, "A further referral for the child with the reference %s.",
                                  reference));
    }
    const struct entry_type *last = NULL;
    for (size_t i = 0; i < referral->step_count; i++) {
        const struct step *one = &referral->steps[i];
        if (one->type == NULL || (one->type == referral->details && reference != NULL)) {
            continue;
        }
        if (one->type != last) {
            ui_h2(ui, one->type == referral->details ? "The child" : "The referral");
            last = one->type;
        }
        write_answers(ui, referral, one);
    }
    /* where it goes is worked out again when it is sent, so a directory that cannot be read stops nothing */
    if (act_route(&referral->request->act, reference, reference == NULL ? referral->details_values : NULL,
                  referral->start_values, &route) == NULL) {
        write_route(ui, &route);
    }
    open_form(ui, referral, step);
    unasked_write(ui, referral->unasked, 2);
    ui_h2(ui, "Send the referral");
    ui_text(ui, "When you send it, the clock for the first decision runs from the time you gave, and "
                "children's social "
                "care sees it at once.");
    ui_buttons(ui);
    ui_button(ui, BUTTON_MAIN, "Send the referral", "_go", "on");
    ui_button(ui, BUTTON_SECONDARY, "Save and come back later", "_go", "save");
    ui_buttons_end(ui);
    ui_form_end(ui);
    ui_finish(ui, reply, status);
}

/* Every fault of the whole form, with the names of its fields as the pages have them. */
static const struct error *all_faults(struct referral *referral)
{
    const struct value *values;
    const struct error *faults = NULL;
    if (known_case(referral) == NULL) {
        faults = form_values(referral->arena, referral->pack, referral->details, details_prefix,
                             referral->typed, NULL, 0, &values);
    }
    const struct error *more =
        form_values(referral->arena, referral->pack, referral->start, "", referral->typed, NULL, 0, &values);
    return form_faults_join(referral->arena, faults, more);
}

static const struct error *send(struct referral *referral, struct recorded *ret_recorded)
{
    const struct error *faults = form_faults_join(
        referral->arena, unasked_fault(referral->request, referral->unasked, 2), all_faults(referral));
    if (faults != NULL) {
        return faults;
    }
    const char *reference = known_case(referral);
    struct referral_input input = {
        .case_reference = reference,
        .details = reference == NULL ? referral->details_values : NULL,
        .values = referral->start_values,
        .idempotency_key = arena_printf(referral->arena, "referral-%s", referral->draft_id),
        .draft = referral->draft.id,
    };
    const struct error *error = act_referral_make(&referral->request->act, &input, ret_recorded);
    if (error == NULL || error->code != ERROR_INVALID) {
        return error;
    }
    /* the details have a prefix here: a fault of theirs is one whose field only they have */
    const struct error *named = NULL;
    for (const struct error *at = error; at != NULL; at = at->next) {
        bool of_details = at->field != NULL && entry_type_field(referral->start, at->field) == NULL;
        named = form_faults_join(referral->arena, named,
                                 error_field(referral->arena, at->code,
                                             at->field == NULL
                                                 ? NULL
                                                 : arena_printf(referral->arena, "%s%s",
                                                                of_details ? details_prefix : "", at->field),
                                             NULL, "%s", at->detail == NULL ? at->sentence : at->detail));
    }
    return named;
}

static void to_sent(struct request *request, const struct recorded *recorded, struct reply *reply)
{
    reply_redirect(reply, arena_printf(request->arena, "/cases/%s/referred", recorded->reference.text));
}

static const struct error *take_check(struct referral *referral, const struct step *step, struct reply *reply)
{
    struct recorded recorded = {0};
    const struct error *error = send(referral, &recorded);
    if (error == NULL) {
        TRY(linked_record(referral->request, referral->typed, &recorded));
        to_sent(referral->request, &recorded, reply);
        return NULL;
    }
    if (error->code == ERROR_INVALID || error->http_status >= 500) {
        write_check(referral, step, error->code == ERROR_INVALID ? error : NULL, error->http_status, reply);
        return NULL;
    }
    return error;
}

/* Sent already, and sent again by the back button: the key gives the first answer. */
static const struct error *sent_before(struct request *request, struct reply *reply)
{
    struct recorded recorded = {0};
    TRY(act_referral_made(&request->act,
                          arena_printf(request->arena, "referral-%s", request_param(request, "draft")),
                          &recorded));
    to_sent(request, &recorded, reply);
    return NULL;
}

/* ---- GET and POST of any step ---- */

const struct error *page_referral(struct request *request, struct reply *reply)
{
    struct referral referral;
    const char *id = request_param(request, "page");
    const struct error *error = referral_read(request, &referral);
    if (error != NULL && error->code == ERROR_NOT_FOUND) {
        return sent_before(request, reply);
    }
    TRY(error);
    const struct step *step = strcmp(id, "start") == 0 ? &referral.steps[0] : step_of(&referral, id);
    if (step == NULL) {
        return error_of(ERROR_NOT_FOUND);
    }
    if (step->type != NULL) {
        write_step(&referral, step, NULL, 200, reply);
        return NULL;
    }
    if (strcmp(step->id, matches_step) == 0) {
        return show_matches(&referral, step, reply);
    }
    write_check(&referral, step, NULL, 200, reply);
    return NULL;
}

/* The answers of one page replace those it had. One to a question that it does not put any more is kept: the
 * answer that the question hangs on may be changed back. */
static void take_answers(struct referral *referral, const struct step *step)
{
    struct typed sent = typed_of_request(referral->request);
    const struct ui_fields fields = fields_of(referral, step);
    int *asked = arena_many(referral->arena, int, fields.count);
    size_t asked_count = 0;
    for (size_t i = 0; i < fields.count; i++) {
        if (ui_pack_asks(referral->pack, &fields, &step->type->fields[fields.fields[i]])) {
            asked[asked_count++] = fields.fields[i];
        }
    }
    struct typed others = typed_without(referral->arena, sent, step->type, step->prefix, step->page->fields,
                                        step->page->field_count);
    struct typed kept =
        typed_without(referral->arena, referral->typed, step->type, step->prefix, asked, asked_count);
    /* what the page does not ask is not taken from it */
    struct pair *pairs = arena_many(referral->arena, struct pair, sent.count);
    size_t count = 0;
    for (size_t i = 0; i < sent.count; i++) {
        if (typed_first(others, sent.pairs[i].name) == NULL) {
            pairs[count++] = sent.pairs[i];
        }
    }
    referral->typed = typed_merge(referral->arena, kept, (struct typed){pairs, count});
}

static const struct error *faults_of_step(struct referral *referral, const struct step *step)
{
    const struct value *values;
    const struct error *faults =
        form_values(referral->arena, referral->pack, step->type, step->prefix, referral->typed,
                    step->page->fields, step->page->field_count, &values);
    const struct value *all =
        step->type == referral->start ? referral->start_values : referral->details_values;
    const struct error *missing = NULL;
    for (size_t i = step->page->field_count; i > 0; i--) {
        const struct field *field = &step->type->fields[step->page->fields[i - 1]];
        const char *name = arena_printf(referral->arena, "%s%s", step->prefix, field->id);
        bool faulty = false;
        for (const struct error *at = faults; at != NULL; at = at->next) {
            faulty = faulty || text_equal(at->field, name);
        }
        if (!field->system && !faulty && all[field->index].kind == VALUE_NONE &&
            field_is_shown(referral->pack, step->type, field, all, &referral->standing, referral->today) &&
            field_is_required(referral->pack, step->type, field, all, &referral->standing, referral->today)) {
            missing = error_field(referral->arena, ERROR_INVALID, name, missing, "Answer “%s”", field->label);
        }
    }
    return form_faults_join(referral->arena, faults, missing);
}

const struct error *page_referral_post(struct request *request, struct reply *reply)
{
    struct referral referral;
    const char *id = request_param(request, "page");
    const struct error *error = referral_read(request, &referral);
    if (error != NULL && error->code == ERROR_NOT_FOUND) {
        return sent_before(request, reply);
    }
    TRY(error);
    const struct step *step = step_of(&referral, id);
    if (step == NULL) {
        return error_of(ERROR_NOT_FOUND);
    }
    const char *go = request_form(request, "_go");
    bool keep = go != NULL && strcmp(go, "keep") == 0; /* by the script, while somebody types */
    bool later = keep || (go != NULL && strcmp(go, "save") == 0);
    if (step->type != NULL) {
        take_answers(&referral, step);
    } else if (!later && strcmp(id, matches_step) == 0) {
        TRY(take_match(&referral, step, reply));
        if (reply->status != 0) {
            return NULL;
        }
    } else if (!later) {
        return take_check(&referral, step, reply);
    }
    put(&referral, page_name, id);
    TRY(referral_save(&referral));
    if (keep) {
        reply_bytes(reply, 200, "text/plain; charset=utf-8", referral.draft_id, strlen(referral.draft_id));
        return NULL;
    }
    work_out(&referral);
    step = step_of(&referral, id);
    must(step != NULL);
    if (later) {
        reply_redirect(reply, "/?saved=draft");
        return NULL;
    }
    const struct error *faults = step->type == NULL ? NULL : faults_of_step(&referral, step);
    if (faults != NULL) {
        write_step(&referral, step, faults, 422, reply);
        return NULL;
    }
    const struct step *next = returns(request) ? step_of(&referral, check_step) : step + 1;
    reply_redirect(reply, step_path(&referral, next));
    return NULL;
}

/* ---- the confirmation ---- */

/* Of the last referral, as it was recorded with it. */
static void write_routed(struct ui *ui, const struct case_view *view)
{
    for (size_t i = view->entry_count; i-- > 0;) {
        const struct entry *entry = view->entries[i];
        const char *to = entry->type->part == PART_START ? entry_text(entry, "routed_to") : NULL;
        const char *why = to == NULL ? NULL : entry_text(entry, "routed_why");
        if (to != NULL) {
            ui_text(ui, arena_printf(ui->arena, "This referral goes to %s, who has been told. %s", to,
                                     why == NULL ? "" : why));
            return;
        }
    }
}

const struct error *page_referral_sent(struct request *request, struct reply *reply)
{
    const struct case_view *view;
    TRY(act_case_read(&request->act, request_param(request, "ref"), INSTANT_NEVER, &view));
    struct ui *ui = ui_begin(request, "Referral sent", "/referral/new");
    ui->pack = view->pack;
    ui_panel(ui, "Referral sent", "The reference of the case is", view->reference.text);
    write_routed(ui, view);
    ui_h2(ui, "What happens next");
    struct ui_row *rows = arena_many(ui->arena, struct ui_row, view->position->duty_count);
    size_t count = 0;
    for (size_t i = 0; i < view->position->duty_count; i++) {
        const struct duty *duty = &view->position->duties[i];
        if (duty->state == DUTY_OPEN || duty->state == DUTY_OVERDUE) {
            rows[count++] = (struct ui_row){
                .key = duty->rule->title,
                .value = {.text = instant_is_never(duty->due_at)
                                      ? "As soon as possible"
                                      : arena_printf(ui->arena, "By %s",
                                                     show_instant(ui->arena, ui->pack, duty->due_at)),
                          .under =
                              arena_printf(ui->arena, "%s, %s", show_role(ui->pack, duty->rule->owner_role),
                                           paragraph_words(ui->arena, duty->rule->paragraph))}};
        }
    }
    ui_summary(ui, rows, count);
    ui_text(ui, "Keep the reference: it finds the case. If something changes, record it on the case. If the "
                "child is in "
                "danger, call 999.");
    ui_button_link(ui, BUTTON_MAIN, "Go to the case",
                   arena_printf(ui->arena, "/cases/%s", view->reference.text));
    ui_finish(ui, reply, 200);
    return NULL;
}
