/*
 * The group that a case belongs to (11.41): every link as a table, as far as the reader may know it, and a
 * form to link this case to another. A link is recorded on both cases at once; neither says more of the other
 * child than the reference.
 */
#include "web/pages/entry_form.h"
#include "web/pages/pages.h"

#include "base/text.h"

#include <string.h>

struct linking {
    struct case_frame frame;
    const struct entry_type *type; /* NULL: this role links nothing */
    struct typed typed;
    const struct error *faults;
};

static const struct error *begin(struct request *request, struct linking *linking)
{
    *linking = (struct linking){.type = NULL};
    TRY(case_frame_read(request, &linking->frame));
    const struct pack *pack = linking->frame.view->pack;
    const char *type = request_form(request, "type");
    type = type == NULL ? "case-linked" : type;
    if (strcmp(type, "case-linked") != 0 && strcmp(type, "case-linked-by-evidence") != 0) {
        return error_of(ERROR_BAD_INPUT);
    }
    linking->type = pack_type(pack, type);
    if (linking->type != NULL && !act_may_record(&request->session.actor, pack, linking->type)) {
        linking->type = NULL;
    }
    return NULL;
}

static void write_table(struct ui *ui, const struct case_frame *frame, const struct case_link *links,
                        size_t count)
{
    static const char *const heads[] = {"Case", "Linked to", "Through", "How it is known", "Since"};
    const char *own = frame->view->reference.text;
    struct ui_cell *cells = arena_many(ui->arena, struct ui_cell, count * 5);
    for (size_t i = 0; i < count; i++) {
        const struct case_link *link = &links[i];
        struct ui_cell *row = &cells[i * 5];
        const char *ends[] = {link->from.text, link->to.text};
        for (size_t e = 0; e < 2; e++) {
            row[e] = strcmp(ends[e], own) == 0
                         ? (struct ui_cell){.text = arena_printf(ui->arena, "%s (this case)", ends[e])}
                         : (struct ui_cell){.text = ends[e],
                                            .path = arena_printf(ui->arena, "/cases/%s", ends[e])};
        }
        row[2] = (struct ui_cell){.text = link->what == NULL ? "" : link->what, .under = link->through};
        row[3] = (struct ui_cell){.text = link->reason == NULL ? "" : link->reason};
        row[4] = (struct ui_cell){.text = show_moment(ui->arena, ui->pack, link->since)};
    }
    ui_sortable_table(ui, "Every link of the group", heads, 5, cells, count, -1);
}

static void write_form(struct ui *ui, const struct linking *linking)
{
    const struct entry_type *type = linking->type;
    const struct entry_type *evidence = pack_type(ui->pack, "case-linked-by-evidence");
    ui_h2(ui, type->verb);
    ui_text(ui, type->guidance == NULL ? "" : type->guidance);
    ui_form(ui, arena_printf(ui->arena, "%s/links", linking->frame.path));
    ui_pack_pages(ui, &(struct ui_fields){.type = type, .prefix = "", .typed = linking->typed});
    ui_buttons(ui);
    ui_button(ui, BUTTON_MAIN, "Link the two cases", "type", "case-linked");
    if (evidence != NULL && act_may_record(&ui->request->session.actor, ui->pack, evidence)) {
        ui_button(ui, BUTTON_SECONDARY, "Link them by evidence, for the police only", "type", evidence->id);
    }
    ui_buttons_end(ui);
    ui_form_end(ui);
}

/* The meetings that a group has of its own. */
static void write_meetings(struct ui *ui, const struct case_frame *frame)
{
    const struct entry_type *arranged = pack_part(ui->pack, PART_MEETING, STEP_BEGIN);
    if (arranged == NULL || !act_may_record(&ui->request->session.actor, ui->pack, arranged)) {
        return;
    }
    for (size_t i = 0; i < ui->pack->meeting_count; i++) {
        const struct code *kind = ui->pack->meetings[i].code;
        if (ui->pack->meetings[i].linked) {
            ui_link(ui, arena_printf(ui->arena, "Arrange for the whole group: %s", kind->title),
                    arena_printf(ui->arena, "%s/meetings/arrange?kind=%s", frame->path, kind->id));
        }
    }
}

static const struct error *write_page(struct request *request, const struct linking *linking, int status,
                                      struct reply *reply)
{
    const struct case_frame *frame = &linking->frame;
    const struct case_link *links;
    size_t count;
    bool whole;
    TRY(act_case_links(&request->act, frame->view->reference.text, &links, &count, &whole));
    struct ui *ui = case_frame_begin(request, frame, "Linked cases", NULL);
    ui->wide = true;
    ui->faults = linking->faults;
    if (request_query(request, "done") != NULL) {
        ui_banner(ui, true, "Recorded", "Both cases now say that they are linked.");
    }
    ui_title(ui, arena_printf(ui->arena, "%s, %s", frame->view->child.full_name, frame->view->reference.text),
             "Linked cases");
    ui_text(
        ui,
        "Cases that belong together through people, places, vehicles, telephone numbers, online accounts and "
        "events. The links of linked cases are here too.");
    if (count == 0) {
        ui_text(ui, "This case is not linked to another.");
    } else {
        write_table(ui, frame, links, count);
    }
    if (!whole) {
        ui_text(ui, "The group is larger than what fits here. Open a case at its edge to see on from there.");
    }
    if (count > 0) {
        write_meetings(ui, frame);
    }
    const struct entry_type *ended = pack_type(ui->pack, "case-link-ended");
    if (count > 0 && ended != NULL && act_may_record(&request->session.actor, ui->pack, ended)) {
        ui_link(ui, ended->verb, arena_printf(ui->arena, "%s/record/%s", frame->path, ended->id));
    }
    if (linking->type != NULL) {
        write_form(ui, linking);
    }
    ui_finish(ui, reply, status);
    return NULL;
}

const struct error *page_case_links(struct request *request, struct reply *reply)
{
    struct linking linking;
    TRY(begin(request, &linking));
    return write_page(request, &linking, 200, reply);
}

/* The same link on the other case, which names this one. */
static const struct value *turned(struct arena *arena, const struct linking *linking,
                                  const struct value *values)
{
    struct value *copy = arena_many(arena, struct value, linking->type->field_count);
    memcpy(copy, values, linking->type->field_count * sizeof *copy);
    copy[entry_type_field(linking->type, "linked_case")->index] =
        (struct value){.kind = VALUE_TEXT, .text = linking->frame.view->reference.text};
    return copy;
}

static const struct error *record_link(struct request *request, struct linking *linking)
{
    struct arena *arena = request->arena;
    const struct case_view *view = linking->frame.view;
    const struct entry_type *type = linking->type;
    const struct field *other = entry_type_field(type, "linked_case");
    const struct value *read;
    struct reference reference;
    const struct error *faults = form_values(arena, view->pack, type, "", linking->typed, NULL, 0, &read);
    if (faults == NULL) {
        struct entry entry = {
            .type = type, .values = read, .occurred = moment_of_instant(view->pack, request->act.now)};
        faults = entry_validate(arena, view->pack, &entry, &view->position->standing);
    }
    TRY(faults);
    const char *text = read[other->index].kind == VALUE_TEXT ? read[other->index].text : "";
    if (!reference_parse(text, &reference)) {
        return error_field(arena, ERROR_INVALID, other->id, NULL, "“%s” is no reference of a case", text);
    }
    if (strcmp(reference.text, view->reference.text) == 0) {
        return error_field(arena, ERROR_INVALID, other->id, NULL, "This is the reference of this very case");
    }
    struct value *values = arena_many(arena, struct value, type->field_count);
    memcpy(values, read, type->field_count * sizeof *values);
    values[other->index] = (struct value){.kind = VALUE_TEXT, .text = arena_copy(arena, reference.text)};
    struct part_entry entries[] = {{.type = type, .values = values},
                                   {.type = type, .values = turned(arena, linking, values)}};
    struct case_part parts[] = {{.reference = view->reference.text, .entries = &entries[0], .count = 1},
                                {.reference = values[other->index].text, .entries = &entries[1], .count = 1}};
    struct recorded recorded;
    const struct error *error = act_together_record(
        &request->act,
        &(struct together_input){
            .parts = parts, .count = 2, .idempotency_key = request_form(request, "_form")},
        &recorded);
    return error != NULL && (error->code == ERROR_NOT_FOUND || error->code == ERROR_NEEDS_REASON)
               ? error_field(arena, ERROR_INVALID, other->id, NULL, "There is no case %s", reference.text)
               : error;
}

const struct error *page_case_links_post(struct request *request, struct reply *reply)
{
    struct linking linking;
    TRY(begin(request, &linking));
    if (linking.type == NULL) {
        return error_of(ERROR_NOT_ALLOWED);
    }
    linking.typed = typed_of_request(request);
    const struct error *error = record_link(request, &linking);
    if (error == NULL) {
        reply_redirect(reply, arena_printf(request->arena, "%s/links?done=1", linking.frame.path));
        return NULL;
    }
    if (entry_form_status(error) != 422) {
        return error;
    }
    linking.faults = error;
    return write_page(request, &linking, 422, reply);
}
