/* One contact of the directory: how it stands, what changed when, and changing it. */
#include "web/pages/contact.h"

#include "base/text.h"
#include "record/decode.h"
#include "web/pages/entry_form.h"
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

/* How it stood when the page was made. */
static void write_seq(struct ui *ui, const struct contact_view *contact)
{
    ui_hidden(ui, "_seq", arena_printf(ui->arena, "%llu", (unsigned long long)contact->seq));
}

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

static void write_events(struct ui *ui, const struct contact_change *changes, size_t count)
{
    struct ui_event *events = arena_many(ui->arena, struct ui_event, count);
    for (size_t i = 0; i < count; i++) {
        events[i] = (struct ui_event){.title = changes[i].title,
                                      .by = changes[i].by,
                                      .when = show_instant(ui->arena, ui->pack, changes[i].at),
                                      .text = changes[i].text};
    }
    ui_timeline(ui, events, count);
}

/* As the pages of an entry do: what came between, and what was typed below it. */
static void write_meanwhile(struct ui *ui, const struct contact_history *history)
{
    uint64_t begun_on = entry_form_seq(ui->request);
    size_t count = history->contact.seq > begun_on ? (size_t)(history->contact.seq - begun_on) : 0;
    ui_banner(
        ui, false, "Somebody changed this contact while you were writing",
        "What you typed is kept below and is not saved yet. Read what changed, change yours if you need "
        "to, and save it.");
    ui_h2(ui, "What changed meanwhile");
    write_events(ui, history->changes, count < history->count ? count : history->count);
    ui_h2(ui, "Your change");
}

struct contact_form {
    const struct contact_view *contact;
    const struct contact_history *meanwhile; /* NULL: nobody changed it */
    const char *title;
    const char *path;
    const char *button;
    const struct error *faults;
    int status;
};

static void write_form(struct request *request, const struct contact_form *form, struct reply *reply)
{
    const struct contact_view *contact = form->contact;
    struct ui *ui = ui_begin(request, form->title, "/directory");
    ui->faults = form->faults;
    ui->back = strcmp(form->path, "/directory") == 0 ? "/directory" : contact_path(ui, contact);
    ui_title(ui, NULL, form->title);
    if (form->meanwhile != NULL) {
        write_meanwhile(ui, form->meanwhile);
    }
    ui_form(ui, form->path);
    write_seq(ui, form->meanwhile != NULL ? &form->meanwhile->contact : contact);
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
    ui_button(ui, BUTTON_MAIN, form->button, NULL, NULL);
    ui_form_end(ui);
    ui_finish(ui, reply, form->status);
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
    contact.seq = entry_form_seq(request);
    return contact;
}

static struct contact_form form_new(const struct contact_view *contact)
{
    return (struct contact_form){.contact = contact,
                                 .title = "Add a contact",
                                 .path = "/directory",
                                 .button = "Add the contact",
                                 .status = 200};
}

const struct error *page_contact_new(struct request *request, struct reply *reply)
{
    static const struct contact_view nothing = {.kind = "duty-point"};
    const struct contact_form form = form_new(&nothing);
    write_form(request, &form, reply);
    return NULL;
}

const struct error *page_directory_post(struct request *request, struct reply *reply)
{
    static const struct contact_view nothing = {0};
    struct contact_view contact = typed_contact(request, &nothing);
    const struct error *error = act_directory_add(&request->act, &contact, request_form(request, "_form"));
    if (error != NULL && error->code == ERROR_INVALID) {
        struct contact_form form = form_new(&contact);
        form.faults = error;
        form.status = error->http_status;
        write_form(request, &form, reply);
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

static struct contact_form form_of_change(struct request *request, const struct contact_view *contact)
{
    return (struct contact_form){.contact = contact,
                                 .title = "Change a contact",
                                 .path = path_of(request, "/change"),
                                 .button = "Save",
                                 .status = 200};
}

const struct error *page_contact_change(struct request *request, struct reply *reply)
{
    struct contact_history history;
    TRY(begin_change(request, &history));
    const struct contact_form form = form_of_change(request, &history.contact);
    write_form(request, &form, reply);
    return NULL;
}

const struct error *page_contact_change_post(struct request *request, struct reply *reply)
{
    struct contact_history history;
    TRY(begin_change(request, &history));
    struct contact_view contact = typed_contact(request, &history.contact);
    const struct error *error = act_contact_change(&request->act, &contact);
    struct contact_form form = form_of_change(request, &contact);
    if (error != NULL && error->code == ERROR_CONFLICT) {
        TRY(begin_change(request, &history));
        form.meanwhile = &history;
    } else if (error != NULL && error->code == ERROR_INVALID) {
        form.faults = error;
    } else {
        TRY(error);
        reply_redirect(reply, path_of(request, ""));
        return NULL;
    }
    form.status = error->http_status;
    write_form(request, &form, reply);
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
    ui_h2(ui, "What changed when");
    write_events(ui, history->changes, history->count);
}

static void write_steps(struct ui *ui, const struct contact_view *contact)
{
    ui_h2(ui, "Keep it right");
    ui_form(ui, path_of(ui->request, "/verify"));
    write_seq(ui, contact);
    ui_buttons(ui);
    ui_button(ui, BUTTON_MAIN, "It is right today", NULL, NULL);
    ui_button_link(ui, BUTTON_SECONDARY, "Change it", path_of(ui->request, "/change"));
    ui_buttons_end(ui);
    ui_form_end(ui);
    ui_h2(ui, "No longer in use");
    ui_form(ui, path_of(ui->request, "/withdraw"));
    write_seq(ui, contact);
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
        write_steps(ui, &history.contact);
    }
    write_changes(ui, &history);
    ui_finish(ui, reply, faults == NULL ? 200 : faults->http_status);
    return NULL;
}

const struct error *page_contact(struct request *request, struct reply *reply)
{
    return answer(request, NULL, reply);
}

static const struct error *after_step(struct request *request, const struct error *error, struct reply *reply)
{
    if (error != NULL && (error->code == ERROR_INVALID || error->code == ERROR_CONFLICT)) {
        return answer(request, error, reply);
    }
    TRY(error);
    reply_redirect(reply, path_of(request, ""));
    return NULL;
}

const struct error *page_contact_verify_post(struct request *request, struct reply *reply)
{
    struct id id;
    TRY(id_of(request, &id));
    return after_step(request, act_contact_verify(&request->act, id, entry_form_seq(request)), reply);
}

const struct error *page_contact_withdraw_post(struct request *request, struct reply *reply)
{
    struct id id;
    TRY(id_of(request, &id));
    const char *reason = request_form(request, "reason");
    return after_step(request, act_contact_withdraw(&request->act, id, entry_form_seq(request), reason),
                      reply);
}
