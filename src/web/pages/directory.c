#include "web/pages/pages.h"
#include "web/pages/ui.h"

#include "base/text.h"

#include <string.h>

static const struct ui_choice kinds[] = {{.value = "duty-point", .text = "Duty points"},
                                         {.value = "key-contact", .text = "Key contacts"},
                                         {.value = "service", .text = "Services"}};
enum { KINDS = sizeof kinds / sizeof kinds[0] };

static void write_kind(struct ui *ui, const struct ui_choice *kind, const struct contact_view *contacts,
                       size_t count)
{
    static const char *const heads[] = {"Name", "Agency", "Telephone", "Email"};
    struct ui_cell *cells = arena_many(ui->arena, struct ui_cell, count * 4);
    size_t rows = 0;
    for (size_t i = 0; i < count; i++) {
        const struct contact_view *contact = &contacts[i];
        if (strcmp(contact->kind, kind->value) != 0) {
            continue;
        }
        struct ui_cell *row = &cells[rows++ * 4];
        const char *checked = contact->verified ? arena_printf(ui->arena, "Checked on %s",
                                                               show_day(ui->arena, contact->verified_on))
                                                : "Not checked yet";
        row[0] = (struct ui_cell){.text = contact->name, .under = contact->area};
        row[1] = (struct ui_cell){.text = show_code(ui->pack, "agency", contact->agency)};
        row[2] = (struct ui_cell){.text = contact->phone == NULL ? "" : contact->phone, .under = checked};
        row[3] = (struct ui_cell){.text = contact->email == NULL ? "" : contact->email};
    }
    if (rows > 0) {
        ui_h2(ui, kind->text);
        ui_table(ui, NULL, heads, 4, cells, rows);
    }
}

static void write_input(struct ui *ui, const char *name, const char *label, const char *hint)
{
    ui_input(ui, &(struct ui_field){.name = name,
                                    .label = label,
                                    .hint = hint,
                                    .text = request_form(ui->request, name),
                                    .width = 30});
}

static void write_form(struct ui *ui)
{
    const struct code_list *agencies = pack_codes(ui->pack, "agency");
    struct ui_choice *list = arena_many(ui->arena, struct ui_choice, agencies->code_count);
    for (size_t i = 0; i < agencies->code_count; i++) {
        list[i] = (struct ui_choice){.value = agencies->codes[i].id, .text = agencies->codes[i].title};
    }
    ui_h2(ui, "Add a contact");
    ui_form(ui, "/directory");
    ui_select(ui,
              &(struct ui_field){.name = "kind", .label = "Kind", .choices = kinds, .choice_count = KINDS});
    ui_select(
        ui, &(struct ui_field){
                .name = "agency", .label = "Agency", .choices = list, .choice_count = agencies->code_count});
    write_input(ui, "name", "Name", NULL);
    write_input(ui, "area", "Area", "The part of the city or county it serves.");
    write_input(ui, "phone", "Telephone", NULL);
    write_input(ui, "email", "Email", NULL);
    ui_button(ui, BUTTON_MAIN, "Add the contact", NULL, NULL);
    ui_form_end(ui);
}

static const struct error *answer(struct request *request, const struct error *faults, struct reply *reply)
{
    const struct contact_view *contacts;
    size_t count;
    TRY(act_directory_list(&request->act, &contacts, &count));
    struct ui *ui = ui_begin(request, "Directory", "/directory");
    ui->wide = true;
    ui->faults = faults;
    ui_title(ui, NULL, "Directory");
    ui_text(ui, "Whom to ring, and where a referral goes.");
    for (size_t i = 0; i < KINDS; i++) {
        write_kind(ui, &kinds[i], contacts, count);
    }
    if (count == 0) {
        ui_text(ui, "Nobody is in the directory yet.");
    }
    if (request->session.actor.role->administers) {
        write_form(ui);
    }
    ui_finish(ui, reply, faults == NULL ? 200 : 422);
    return NULL;
}

const struct error *page_directory(struct request *request, struct reply *reply)
{
    return answer(request, NULL, reply);
}

const struct error *page_directory_post(struct request *request, struct reply *reply)
{
    struct contact_view contact = {
        .agency = request_form(request, "agency"),
        .kind = request_form(request, "kind"),
        .name = request_form(request, "name"),
        .area = request_form(request, "area"),
        .phone = request_form(request, "phone"),
        .email = request_form(request, "email"),
    };
    const struct error *error = text_is_blank(contact.name)
                                    ? error_field(request->arena, ERROR_INVALID, "name", NULL, "Enter a name")
                                    : act_directory_add(&request->act, &contact);
    if (error != NULL && error->code == ERROR_INVALID) {
        return answer(request, error, reply);
    }
    TRY(error);
    reply_redirect(reply, "/directory");
    return NULL;
}
