/*
 * A concern about another child, found on this case: a referral of their own is begun from the entry that
 * found it, with what is known of that child already filled in. When it is sent, this case says so
 * (linked-child-referred).
 */
#include "web/pages/linked.h"
#include "web/pages/pages.h"

#include "base/text.h"

#include <string.h>

static const char linked_type[] = "linked-child-referred";

static bool meets_by_referral(const struct pack *pack, const struct duty_rule *rule)
{
    const struct entry_type *type = pack_type(pack, linked_type);
    for (size_t i = 0; type != NULL && i < rule->met_count; i++) {
        if (rule->met_by[i].type == type->index) {
            return true;
        }
    }
    return false;
}

/* The open step that this entry began and that a referral of another child meets. */
static const struct duty *step_of(const struct case_view *view, const struct known *known)
{
    const struct position *position = view->position;
    for (size_t i = 0; i < position->prompt_count; i++) {
        const struct duty *duty = &position->prompts[i];
        if ((duty->state == DUTY_OPEN || duty->state == DUTY_OVERDUE) && duty->begun_by != NULL &&
            duty->begun_by->entry->seq == known->entry->seq && meets_by_referral(view->pack, duty->rule)) {
            return duty;
        }
    }
    return NULL;
}

void linked_offer(struct ui *ui, const struct case_frame *frame, const struct known *known)
{
    const struct pack *pack = frame->view->pack;
    if (frame->as_of != NULL || step_of(frame->view, known) == NULL ||
        !act_may_record(&ui->request->session.actor, pack, &pack->types[pack->start_type])) {
        return;
    }
    ui_inset(ui, "There is concern for another child here. They have a referral and a case of their own.");
    ui_form(ui, arena_printf(ui->arena, "%s/entries/%llu/refer", frame->path,
                             (unsigned long long)known->entry->seq));
    ui_button(ui, BUTTON_MAIN, "Make a referral for this child", NULL, NULL);
    ui_form_end(ui);
}

enum { MOST_PAIRS = 20 };

struct pairs {
    struct arena *arena;
    struct pair list[MOST_PAIRS];
    size_t count;
};

static void put(struct pairs *pairs, const char *name, const char *text)
{
    if (text != NULL && text[0] != '\0' && pairs->count < MOST_PAIRS) {
        pairs->list[pairs->count++] = (struct pair){name, text};
    }
}

/* The last word is the family name. */
static void put_name(struct pairs *pairs, const char *person)
{
    const char *text = text_trim(pairs->arena, person);
    const char *space = strrchr(text, ' ');
    put(pairs, "c-given_name",
        space == NULL ? text
                      : text_trim(pairs->arena, arena_copy_n(pairs->arena, text, (size_t)(space - text))));
    put(pairs, "c-family_name", space == NULL ? "Unknown" : space + 1);
}

/* The date of birth that any entry on this person gives. */
static void put_birth(struct pairs *pairs, const struct case_view *view, const char *person)
{
    for (size_t i = view->history->count; i > 0; i--) {
        const struct known *known = &view->history->list[i - 1];
        const struct field *name = entry_type_field(known->type, "person");
        const struct field *birth = entry_type_field(known->type, "date_of_birth");
        if (name == NULL || birth == NULL || known->values[birth->index].kind != VALUE_DAY ||
            known->values[name->index].kind != VALUE_TEXT ||
            !text_equal(known->values[name->index].text, person)) {
            continue;
        }
        char text[DAY_TEXT];
        day_format(known->values[birth->index].day, text);
        put(pairs, "c-date_of_birth-year", arena_copy_n(pairs->arena, text, 4));
        put(pairs, "c-date_of_birth-month", arena_copy_n(pairs->arena, text + 5, 2));
        put(pairs, "c-date_of_birth-day", arena_copy_n(pairs->arena, text + 8, 2));
        return;
    }
}

/* A child of the same household lives where this child lives. */
static void put_home(struct pairs *pairs, const struct case_view *view)
{
    static const char *const fields[] = {"address", "postcode", "area"};
    const struct entry_type *details = &view->pack->types[view->pack->details_type];
    for (size_t i = 0; i < sizeof fields / sizeof fields[0]; i++) {
        const struct field *field = entry_type_field(details, fields[i]);
        if (field != NULL && view->child.values[field->index].kind == VALUE_TEXT) {
            put(pairs, arena_printf(pairs->arena, "c-%s", fields[i]), view->child.values[field->index].text);
        }
    }
}

static const struct error *known_of(const struct case_view *view, const char *text,
                                    const struct known **ret_known)
{
    int64_t seq;
    for (size_t i = 0; number_parse(text, 1, INT64_MAX, &seq) && i < view->history->count; i++) {
        if (view->history->list[i].entry->seq == (uint64_t)seq) {
            *ret_known = &view->history->list[i];
            return NULL;
        }
    }
    return error_of(ERROR_NOT_FOUND);
}

const struct error *page_entry_refer_post(struct request *request, struct reply *reply)
{
    struct case_frame frame;
    const struct known *known;
    TRY(case_frame_read(request, &frame));
    TRY(known_of(frame.view, request_param(request, "seq"), &known));
    const struct duty *step = step_of(frame.view, known);
    if (step == NULL) {
        return error_of(ERROR_NOT_FOUND);
    }
    struct pairs *pairs = arena_one(request->arena, struct pairs);
    pairs->arena = request->arena;
    put(pairs, LINKED_FROM, frame.view->reference.text);
    put(pairs, "source_agency", request->session.actor.agency);
    put(pairs, "referrer", request->session.actor.name);
    if (step->key != NULL && step->key->kind == VALUE_TEXT) {
        put(pairs, LINKED_PERSON, step->key->text);
        put_name(pairs, step->key->text);
        put_birth(pairs, frame.view, step->key->text);
        put_home(pairs, frame.view);
    }
    return linked_draft(request, pairs->list, pairs->count, reply);
}

const struct error *linked_draft(struct request *request, const struct pair *pairs, size_t count,
                                 struct reply *reply)
{
    struct draft_view draft = {.kind = "referral", .count = count};
    struct id id;
    char text[ID_TEXT];
    typed_split(request->arena, (struct typed){pairs, count}, &draft.names, &draft.texts);
    TRY(act_draft_save(&request->act, &draft, &id));
    id_format(id, text);
    reply_redirect(reply, arena_printf(request->arena, "/referral/%s/start", text));
    return NULL;
}

const struct error *linked_record(struct request *request, struct typed typed, const struct recorded *made)
{
    const struct pack *pack;
    const char *from = typed_first(typed, LINKED_FROM);
    if (from == NULL) {
        return NULL;
    }
    TRY(act_case_pack(&request->act, from, &pack));
    const struct entry_type *type = pack_type(pack, linked_type);
    if (type == NULL) {
        return NULL;
    }
    struct value *values = arena_many(request->arena, struct value, type->field_count);
    const char *person = typed_first(typed, LINKED_PERSON);
    values[entry_type_field(type, "person")->index] =
        (struct value){.kind = VALUE_TEXT, .text = person == NULL ? made->view->child.full_name : person};
    values[entry_type_field(type, "linked_case")->index] =
        (struct value){.kind = VALUE_TEXT, .text = arena_copy(request->arena, made->reference.text)};
    struct entry_input input = {.type = type, .values = values};
    struct recorded recorded;
    return act_entry_record(&request->act, from, &input, &recorded);
}
