#include "web/pages/pages.h"
#include "web/pages/ui.h"

#include "base/buf.h"
#include "base/text.h"
#include "record/decode.h"
#include "web/csv.h"
#include "web/json_text.h"
#include "web/pages/contact.h"
#include "web/parse.h"

#include <string.h>

static const char *asked(const struct ui *ui, const char *name)
{
    const char *text = ui->request->is_post ? NULL : request_query(ui->request, name);
    return text_is_blank(text) ? NULL : text_trim(ui->arena, text);
}

static void write_filter(struct ui *ui)
{
    const struct code_list *agencies = pack_codes(ui->pack, "agency");
    struct ui_choice *list = arena_many(ui->arena, struct ui_choice, agencies->code_count + 1);
    const char *agency = asked(ui, "of");
    list[0] = (struct ui_choice){.value = "", .text = "Every agency"};
    for (size_t i = 0; i < agencies->code_count; i++) {
        list[i + 1] = (struct ui_choice){.value = agencies->codes[i].id,
                                         .text = agencies->codes[i].title,
                                         .checked = text_equal(agency, agencies->codes[i].id)};
    }
    ui_filter_form(ui, "/directory");
    ui_input(ui, &(struct ui_field){.name = "text",
                                    .label = "What you look for",
                                    .hint = "For example, police child abuse Melton.",
                                    .text = asked(ui, "text"),
                                    .type = "search",
                                    .width = 20});
    ui_select(
        ui, &(struct ui_field){
                .name = "of", .label = "Agency", .choices = list, .choice_count = agencies->code_count + 1});
    ui_button(ui, BUTTON_SECONDARY, "Show", NULL, NULL);
    ui_form_end(ui);
}

static const char *or_empty(const char *text)
{
    return text == NULL ? "" : text;
}

/* A link that rings or writes; NULL for text that is not a number or an address alone. */
static const char *reach(struct ui *ui, const char *scheme, const char *text)
{
    static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789@.-_+";
    if (text_is_blank(text)) {
        return NULL;
    }
    bool is_number = strcmp(scheme, "tel:") == 0;
    char *address = arena_copy(ui->arena, text);
    size_t size = 0;
    for (const char *c = text; *c != '\0'; c++) {
        if (!is_number || *c != ' ') {
            address[size++] = *c;
        }
    }
    address[size] = '\0';
    const char *allowed = is_number ? "+0123456789" : plain;
    bool fits = size > 0 && strspn(address, allowed) == size && (is_number || strchr(address, '@') != NULL);
    return fits ? arena_printf(ui->arena, "%s%s", scheme, address) : NULL;
}

static struct ui_cell checked_cell(struct ui *ui, const struct contact_view *contact)
{
    struct day today = moment_of_instant(ui->pack, ui->request->act.now).day;
    const char *day = contact->verified ? show_day(ui->arena, contact->verified_on) : "Never checked";
    char sort[DAY_TEXT] = "";
    if (contact->verified) {
        day_format(contact->verified_on, sort);
    }
    if (!contact_is_stale(ui->pack, contact, today)) {
        return (struct ui_cell){.text = day, .sort = arena_copy(ui->arena, sort)};
    }
    return (struct ui_cell){
        .text = "To check", .tone = "yellow", .under = day, .sort = arena_copy(ui->arena, sort)};
}

static const char *joined(struct ui *ui, const char *first, const char *second)
{
    return text_is_blank(first)    ? or_empty(second)
           : text_is_blank(second) ? first
                                   : arena_printf(ui->arena, "%s. %s", first, second);
}

static const char *deputy_words(struct ui *ui, const struct contact_view *contact)
{
    const char *reachable = joined(ui, contact->deputy_phone, contact->deputy_email);
    return text_is_blank(contact->deputy) ? NULL
           : reachable[0] == '\0'         ? arena_printf(ui->arena, "Deputy: %s", contact->deputy)
                                  : arena_printf(ui->arena, "Deputy: %s, %s", contact->deputy, reachable);
}

const char *contact_path(struct ui *ui, const struct contact_view *contact)
{
    char id[ID_TEXT];
    id_format(contact->id, id);
    return arena_printf(ui->arena, "/directory/contacts/%s", id);
}

static size_t write_kind(struct ui *ui, size_t kind, const struct contact_view *contacts, size_t count,
                         bool sheet)
{
    static const char *const heads[] = {"Name", "Agency", "Telephone", "Email", "Checked"};
    struct ui_cell *cells = arena_many(ui->arena, struct ui_cell, count * 5);
    size_t rows = 0;
    for (size_t i = 0; i < count; i++) {
        const struct contact_view *contact = &contacts[i];
        if (strcmp(contact->kind, contact_kinds[kind]) != 0) {
            continue;
        }
        struct ui_cell *row = &cells[rows++ * 5];
        row[0] = (struct ui_cell){.text = contact->name,
                                  .path = sheet ? NULL : contact_path(ui, contact),
                                  .under = joined(ui, contact->person, contact->area)};
        row[1] = (struct ui_cell){.text = show_code(ui->pack, "agency", contact->agency),
                                  .under = deputy_words(ui, contact)};
        row[2] = (struct ui_cell){.text = or_empty(contact->phone),
                                  .path = reach(ui, "tel:", contact->phone),
                                  .under = text_is_blank(contact->hours) ? NULL : contact->hours};
        row[3] =
            (struct ui_cell){.text = or_empty(contact->email), .path = reach(ui, "mailto:", contact->email)};
        row[4] = checked_cell(ui, contact);
    }
    if (rows > 0) {
        ui_h2(ui, contact_kind_titles[kind]);
        if (sheet) {
            ui_table(ui, NULL, heads, 5, cells, rows);
        } else {
            ui_sortable_table(ui, NULL, heads, 5, cells, rows, -1);
        }
    }
    return rows;
}

static void write_gaps(struct ui *ui, const struct contact_view *contacts, size_t count)
{
    const struct agency_gap *gaps;
    size_t gap_count;
    contacts_gaps(ui->arena, ui->pack, contacts, count, &gaps, &gap_count);
    ui_gaps(ui, gaps, gap_count);
}

void ui_gaps(struct ui *ui, const struct agency_gap *gaps, size_t count)
{
    if (count == 0) {
        return;
    }
    const char **lines = arena_many(ui->arena, const char *, count);
    for (size_t i = 0; i < count; i++) {
        lines[i] = arena_printf(ui->arena, "%s: %s", gaps[i].agency->title,
                                gaps[i].no_contact ? "no key contact" : "no deputy for the key contact");
    }
    ui_h2(ui, "Agencies without a key contact");
    ui_text(ui, "Every agency names a key contact and a deputy, whom workers ask before they refer "
                "(paragraph 11.11).");
    ui_bullets(ui, lines, count);
}

static const struct error *read_found(struct ui *ui, const struct contact_view **ret_found, size_t *ret_count,
                                      size_t *ret_all)
{
    const struct contact_view *contacts;
    TRY(act_directory_list(&ui->request->act, &contacts, ret_all));
    contacts_find(ui->arena, ui->pack, contacts, *ret_all, asked(ui, "text"), asked(ui, "of"), ret_found,
                  ret_count);
    return NULL;
}

static const char *same_question(struct ui *ui, const char *path)
{
    const char *text = asked(ui, "text");
    const char *agency = asked(ui, "of");
    return arena_printf(ui->arena, "%s?text=%s&of=%s", path,
                        text == NULL ? "" : percent_encode(ui->arena, text),
                        agency == NULL ? "" : percent_encode(ui->arena, agency));
}

static void write_files(struct ui *ui)
{
    const struct ui_link links[] = {
        {"A sheet to print", same_question(ui, "/directory/sheet"), NULL},
        {"Download as a file for a spreadsheet (open data: no named contacts)", "/directory.csv", NULL},
        {"A file for programs (open data: no named contacts)", "/directory.json", NULL},
    };
    ui_h2(ui, "Take it with you");
    ui_links(ui, links, sizeof links / sizeof links[0]);
}

const struct error *page_directory(struct request *request, struct reply *reply)
{
    const struct contact_view *contacts;
    const struct contact_view *found;
    size_t count;
    size_t found_count;
    struct ui *ui = ui_begin(request, "Directory", "/directory");
    ui->wide = true;
    TRY(read_found(ui, &found, &found_count, &count));
    ui_title(ui, NULL, "Directory");
    ui_text(ui, "Whom to ring, and where a referral goes.");
    if (count > 0) {
        write_filter(ui);
    }
    if (request->session.actor.role->administers) {
        ui_button_link(ui, BUTTON_SECONDARY, "Add a contact", "/directory/new");
    }
    size_t shown = 0;
    for (size_t i = 0; i < CONTACT_KINDS; i++) {
        shown += write_kind(ui, i, found, found_count, false);
    }
    if (shown == 0) {
        ui_text(ui, count == 0 ? "Nobody is in the directory yet."
                               : "Nobody in the directory fits. Try fewer words.");
    }
    if (request->session.actor.role->administers && asked(ui, "text") == NULL && asked(ui, "of") == NULL) {
        TRY(act_directory_list(&request->act, &contacts, &count));
        write_gaps(ui, contacts, count);
    }
    if (count > 0) {
        write_files(ui);
    }
    ui_finish(ui, reply, 200);
    return NULL;
}

const struct error *page_directory_sheet(struct request *request, struct reply *reply)
{
    const struct contact_view *found;
    size_t count;
    size_t found_count;
    struct ui *ui = ui_begin(request, "Directory sheet", "/directory");
    ui->wide = true;
    ui->back = "/directory";
    TRY(read_found(ui, &found, &found_count, &count));
    ui_title(ui, ui->pack->title, "Directory");
    ui_text(ui, arena_printf(ui->arena, "As it stood on %s. Numbers change: look in Waymark where you can.",
                             show_instant(ui->arena, ui->pack, request->act.now)));
    if (asked(ui, "text") != NULL) {
        ui_text(ui, arena_printf(ui->arena, "Only what fits \"%s\".", asked(ui, "text")));
    }
    ui_print(ui, "Print the directory");
    size_t shown = 0;
    for (size_t i = 0; i < CONTACT_KINDS; i++) {
        shown += write_kind(ui, i, found, found_count, true);
    }
    if (shown == 0) {
        ui_text(ui, "Nobody in the directory fits.");
    }
    ui_finish(ui, reply, 200);
    return NULL;
}

/* ---- open data: what may be published, and who is never named ---- */

static const struct error *read_open(struct request *request, const struct contact_view **ret_contacts,
                                     size_t *ret_count)
{
    const struct contact_view *contacts;
    size_t count;
    size_t open = 0;
    TRY(act_directory_list(&request->act, &contacts, &count));
    struct contact_view *kept = arena_many(request->arena, struct contact_view, count);
    for (size_t i = 0; i < count; i++) {
        if (contact_is_open(&contacts[i])) {
            kept[open++] = contacts[i];
        }
    }
    *ret_contacts = kept;
    *ret_count = open;
    return NULL;
}

static const char *verified_text(struct request *request, const struct contact_view *contact)
{
    char text[DAY_TEXT] = "";
    if (contact->verified) {
        day_format(contact->verified_on, text);
    }
    return arena_copy(request->arena, text);
}

const struct error *page_directory_csv(struct request *request, struct reply *reply)
{
    const struct contact_view *contacts;
    size_t count;
    const char *heads[CONTACT_FIELDS + 1];
    size_t head_count = 0;
    TRY(read_open(request, &contacts, &count));
    for (size_t f = 0; f < CONTACT_FIELDS; f++) {
        if (contact_fields[f].open) {
            heads[head_count++] = contact_fields[f].name;
        }
    }
    heads[head_count++] = "verified_on";
    struct csv csv = csv_begin(request->arena, heads, head_count);
    for (size_t i = 0; i < count; i++) {
        for (size_t f = 0; f < CONTACT_FIELDS; f++) {
            if (contact_fields[f].open) {
                csv_cell(&csv, contact_text(&contacts[i], &contact_fields[f]));
            }
        }
        csv_cell(&csv, verified_text(request, &contacts[i]));
        csv_row_end(&csv);
    }
    return csv_reply(&csv, "directory.csv", reply);
}

const struct error *page_directory_json(struct request *request, struct reply *reply)
{
    enum { MOST = 16 << 20 };
    const struct contact_view *contacts;
    size_t count;
    struct buf buf;
    TRY(read_open(request, &contacts, &count));
    buf_init(&buf, request->arena, MOST);
    buf_put(&buf, "{\"contacts\": [");
    for (size_t i = 0; i < count; i++) {
        buf_put(&buf, i == 0 ? "\n{" : ",\n{");
        for (size_t f = 0; f < CONTACT_FIELDS; f++) {
            const char *text = contact_text(&contacts[i], &contact_fields[f]);
            if (contact_fields[f].open && text[0] != '\0') {
                put_json_text(&buf, contact_fields[f].name);
                buf_put(&buf, ": ");
                put_json_text(&buf, text);
                buf_put(&buf, ", ");
            }
        }
        buf_put(&buf, "\"verified_on\": ");
        if (contacts[i].verified) {
            put_json_text(&buf, verified_text(request, &contacts[i]));
        } else {
            buf_put(&buf, "null");
        }
        buf_byte(&buf, '}');
    }
    buf_put(&buf, "\n]}\n");
    if (buf_failed(&buf)) {
        return error_of(ERROR_TOO_LARGE);
    }
    reply_bytes(reply, 200, "application/json", buf_text(&buf), buf.size);
    reply_header(reply, "Content-Disposition", "attachment; filename=\"directory.json\"");
    return NULL;
}
