/* One contact of the directory: how it stands, what changed when, and changing it. */
#include "web/pages/contact.h"

#include "base/text.h"
#include "record/decode.h"
#include "web/pages/pages.h"

#include <string.h>

static const struct error *id_of(struct request *request, struct id *ret_id)
{
    return id_parse(request_param(request, "contact"), ret_id) ? NULL : error_of(ERROR_NOT_FOUND);
}

const struct error *ui_directory_reminders(struct ui *ui)
{
    static const char *const heads[] = {"Contact", "Agency", "Last checked"};
    struct directory_reminders reminders;
    TRY(act_directory_reminders(&ui->request->act, &reminders));
    struct ui_cell *cells = arena_many(ui->arena, struct ui_cell, reminders.stale_count * 3);
    for (size_t i = 0; i < reminders.stale_count; i++) {
        const struct contact_view *contact = &reminders.stale[i];
        struct ui_cell *row = &cells[i * 3];
        row[0] = (struct ui_cell){.text = contact->name, .path = contact_path(ui, contact)};
        row[1] = (struct ui_cell){.text = show_code(ui->pack, "agency", contact->agency)};
        row[2] = (struct ui_cell){.text = contact->verified ? show_day(ui->arena, contact->verified_on)
                                                            : "Not checked yet"};
    }
    if (reminders.stale_count > 0) {
        ui_h2(ui, "Contacts to check");
        ui_text(ui, "You keep these contacts of the directory right. Ring or write, then say that they are "
                    "right, or change them.");
        ui_table(ui, NULL, heads, 3, cells, reminders.stale_count);
    }
    ui_gaps(ui, reminders.gaps, reminders.gap_count);
    return NULL;
}

/* ---- the form ---- */

static void write_one(struct ui *ui, const struct contact_field *field, const struct contact_view *contact)
{
    const char *typed = ui->request->is_post ? request_form(ui->request, field->name) : NULL;
    const char *text = typed != NULL ? typed : contact_text(contact, field);
    bool choice = strcmp(field->name, "agency") == 0 || strcmp(field->name, "kind") == 0 ||
                  strcmp(field->name, "fallback") == 0;
    if (!choice) {
        ui_input(ui, &(struct ui_field){.name = field->name,
                                        .label = field->label,
                                        .hint = field->hint,
                                        .text = text,
                                        .width = 30,
                                        .no_spelling = true});
        return;
    }
    const struct code_list *agencies = pack_codes(ui->pack, "agency");
    struct ui_choice *list = arena_many(ui->arena, struct ui_choice, agencies->code_count + CONTACT_KINDS);
    size_t count = 0;
    if (strcmp(field->name, "agency") == 0) {
        for (size_t i = 0; i < agencies->code_count; i++) {
            list[count++] =
                (struct ui_choice){.value = agencies->codes[i].id, .text = agencies->codes[i].title};
        }
    } else if (strcmp(field->name, "kind") == 0) {
        for (size_t i = 0; i < CONTACT_KINDS; i++) {
            list[count++] =
                (struct ui_choice){.value = contact_kinds[i], .text = contact_kind_title(contact_kinds[i])};
        }
    } else {
        list[count++] = (struct ui_choice){.value = "no", .text = "No"};
        list[count++] = (struct ui_choice){.value = "yes", .text = "Yes"};
    }
    for (size_t i = 0; i < count; i++) {
        list[i].checked = strcmp(list[i].value, text) == 0;
    }
    ui_select(ui, &(struct ui_field){.name = field->name,
                                     .label = field->label,
                                     .hint = strcmp(field->name, "fallback") == 0
                                                 ? "For the duty point of last resort."
                                                 : NULL,
                                     .choices = list,
                                     .choice_count = count});
}

static void write_form(struct request *request, const struct contact_view *contact, const char *title,
                       const char *path, const char *button, const struct error *faults, struct reply *reply)
{
    struct ui *ui = ui_begin(request, title, "/directory");
    ui->faults = faults;
    ui->back = strcmp(path, "/directory") == 0 ? "/directory" : contact_path(ui, contact);
    ui_title(ui, NULL, title);
    ui_form(ui, path);
    for (size_t i = 0; i < CONTACT_FIELDS; i++) {
        write_one(ui, &contact_fields[i], contact);
    }
    ui_checkboxes(
        ui, &(struct ui_field){
                .name = "checked",
                .label = "Is it right today?",
                .choices = (const struct ui_choice[]){{.value = "yes",
                                                       .text = "I have checked that it is right",
                                                       .checked = request_form(request, "checked") != NULL}},
                .choice_count = 1});
    ui_button(ui, BUTTON_MAIN, button, NULL, NULL);
    ui_form_end(ui);
    ui_finish(ui, reply, faults == NULL ? 200 : 422);
}

static struct contact_view typed_contact(struct request *request, const struct contact_view *before)
{
    struct contact_view contact = *before;
    for (size_t i = 0; i < CONTACT_FIELDS; i++) {
        const char *typed = request_form(request, contact_fields[i].name);
        if (typed != NULL) {
            contact_set(&contact, &contact_fields[i], text_trim(request->arena, typed));
        }
    }
    if (text_equal(contact.fallback, "no")) {
        contact.fallback = "";
    }
    contact.verified = request_form(request, "checked") != NULL;
    contact.verified_on = moment_of_instant(act_pack(&request->act), request->act.now).day;
    return contact;
}

const struct error *page_contact_new(struct request *request, struct reply *reply)
{
    static const struct contact_view nothing = {.kind = "duty-point"};
    write_form(request, &nothing, "Add a contact", "/directory", "Add the contact", NULL, reply);
    return NULL;
}

const struct error *page_directory_post(struct request *request, struct reply *reply)
{
    static const struct contact_view nothing = {0};
    struct contact_view contact = typed_contact(request, &nothing);
    const struct error *error = act_directory_add(&request->act, &contact);
    if (error != NULL && error->code == ERROR_INVALID) {
        write_form(request, &contact, "Add a contact", "/directory", "Add the contact", error, reply);
        return NULL;
    }
    TRY(error);
    reply_redirect(reply, "/directory");
    return NULL;
}

static const struct error *begin_change(struct request *request, struct contact_history *ret_history)
{
    struct id id;
    TRY(id_of(request, &id));
    TRY(act_contact_read(&request->act, id, ret_history));
    return ret_history->may_change ? NULL : error_of(ERROR_NOT_ALLOWED);
}

static const char *path_of(struct request *request, const char *rest)
{
    return arena_printf(request->arena, "/directory/contacts/%s%s", request_param(request, "contact"), rest);
}

const struct error *page_contact_change(struct request *request, struct reply *reply)
{
    struct contact_history history;
    TRY(begin_change(request, &history));
    write_form(request, &history.contact, "Change a contact", path_of(request, "/change"), "Save", NULL,
               reply);
    return NULL;
}

const struct error *page_contact_change_post(struct request *request, struct reply *reply)
{
    struct contact_history history;
    TRY(begin_change(request, &history));
    struct contact_view contact = typed_contact(request, &history.contact);
    const struct error *error = act_contact_change(&request->act, &contact);
    if (error != NULL && error->code == ERROR_INVALID) {
        write_form(request, &contact, "Change a contact", path_of(request, "/change"), "Save", error, reply);
        return NULL;
    }
    TRY(error);
    reply_redirect(reply, path_of(request, ""));
    return NULL;
}

const struct error *page_contact_verify_post(struct request *request, struct reply *reply)
{
    struct id id;
    TRY(id_of(request, &id));
    TRY(act_contact_verify(&request->act, id));
    reply_redirect(reply, path_of(request, ""));
    return NULL;
}

/* ---- how it stands ---- */

static void write_facts(struct ui *ui, const struct contact_view *contact)
{
    struct ui_row *rows = arena_many(ui->arena, struct ui_row, CONTACT_FIELDS + 1);
    size_t count = 0;
    for (size_t i = 0; i < CONTACT_FIELDS; i++) {
        const char *text = contact_text(contact, &contact_fields[i]);
        const char *name = contact_fields[i].name;
        text = strcmp(name, "agency") == 0 ? show_code(ui->pack, "agency", text)
               : strcmp(name, "kind") == 0 ? contact_kind_title(text)
                                           : text;
        if (text[0] != '\0') {
            rows[count++] = (struct ui_row){.key = contact_fields[i].label, .value = {.text = text}};
        }
    }
    rows[count++] = (struct ui_row){
        .key = "Checked on",
        .value = {.text = contact->verified ? show_day(ui->arena, contact->verified_on) : "Not checked yet"}};
    ui_summary(ui, rows, count);
}

static void write_changes(struct ui *ui, const struct contact_history *history)
{
    struct ui_event *events = arena_many(ui->arena, struct ui_event, history->count);
    for (size_t i = 0; i < history->count; i++) {
        const struct contact_change *change = &history->changes[i];
        events[i] = (struct ui_event){.title = change->title,
                                      .by = change->by,
                                      .when = show_instant(ui->arena, ui->pack, change->at),
                                      .text = change->text};
    }
    ui_h2(ui, "What changed when");
    ui_timeline(ui, events, history->count);
}

static void write_steps(struct ui *ui)
{
    ui_h2(ui, "Keep it right");
    ui_form(ui, path_of(ui->request, "/verify"));
    ui_buttons(ui);
    ui_button(ui, BUTTON_MAIN, "It is right today", NULL, NULL);
    ui_button_link(ui, BUTTON_SECONDARY, "Change it", path_of(ui->request, "/change"));
    ui_buttons_end(ui);
    ui_form_end(ui);
    ui_h2(ui, "No longer in use");
    ui_form(ui, path_of(ui->request, "/withdraw"));
    ui_input(ui, &(struct ui_field){.name = "reason",
                                    .label = "Why is it no longer in use?",
                                    .hint = "Its history stays.",
                                    .text = request_form(ui->request, "reason"),
                                    .width = 30});
    ui_button(ui, BUTTON_WARNING, "Withdraw it", NULL, NULL);
    ui_form_end(ui);
}

static const struct error *answer(struct request *request, const struct error *faults, struct reply *reply)
{
    struct contact_history history;
    struct id id;
    TRY(id_of(request, &id));
    TRY(act_contact_read(&request->act, id, &history));
    struct ui *ui = ui_begin(request, history.contact.name, "/directory");
    ui->faults = faults;
    ui->back = "/directory";
    ui_title(ui, contact_kind_title(history.contact.kind), history.contact.name);
    struct day today = moment_of_instant(ui->pack, request->act.now).day;
    if (history.contact.withdrawn) {
        ui_inset(ui, "It is no longer in use.");
    } else if (contact_is_stale(ui->pack, &history.contact, today)) {
        ui_warning(ui, "Nobody has said for long that this is right. Check it before you rely on it.");
    }
    write_facts(ui, &history.contact);
    if (history.may_change && !history.contact.withdrawn) {
        write_steps(ui);
    }
    write_changes(ui, &history);
    ui_finish(ui, reply, faults == NULL ? 200 : 422);
    return NULL;
}

const struct error *page_contact(struct request *request, struct reply *reply)
{
    return answer(request, NULL, reply);
}

const struct error *page_contact_withdraw_post(struct request *request, struct reply *reply)
{
    struct id id;
    TRY(id_of(request, &id));
    const struct error *error = act_contact_withdraw(&request->act, id, request_form(request, "reason"));
    if (error != NULL && error->code == ERROR_INVALID) {
        return answer(request, error, reply);
    }
    TRY(error);
    reply_redirect(reply, path_of(request, ""));
    return NULL;
}
