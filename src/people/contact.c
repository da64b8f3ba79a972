/* What a contact of the directory is, what may be in it, and what is missing or stale. */
#include "people/contact.h"

#include "base/text.h"

#include <string.h>

enum { STALE_DAYS = 180, MOST_TEXT = 400 };

#define FIELD(member, title, help, is_open)                                                                  \
    {                                                                                                        \
#member, (title), (help), offsetof(struct contact_view, member), (is_open)                           \
    }
const struct contact_field contact_fields[CONTACT_FIELDS] = {
    FIELD(agency, "Agency", NULL, true),
    FIELD(kind, "Kind", NULL, true),
    FIELD(name, "Name", "Of the duty point, the service, or the function of the contact.", true),
    FIELD(area, "Areas served", "Divided by commas. \"All areas\" for a contact that serves every one.",
          true),
    FIELD(phone, "Telephone", NULL, true),
    FIELD(email, "Email", NULL, true),
    FIELD(hours, "Hours", "For example, Monday to Friday, 9am to 5pm.", true),
    FIELD(person, "Person", "Who it is, with their job. Never part of the open data.", false),
    FIELD(deputy, "Deputy", "Who stands in, with their job.", false),
    FIELD(deputy_phone, "Deputy's telephone", NULL, false),
    FIELD(deputy_email, "Deputy's email", NULL, false),
    FIELD(postcodes, "Postcode districts served",
          "Divided by commas, for example LE13, LE14. A sector such as LE14 2 goes before a district.", true),
    FIELD(within, "Larger areas they lie in", "Divided by commas, for example Leicestershire.", true),
    FIELD(owner, "Kept right by", "The user name of who is asked when it has not been checked for long.",
          false),
    FIELD(fallback, "Takes what no area decides", "\"yes\" for the duty point of last resort.", true),
    FIELD(notes, "Notes", NULL, true),
    FIELD(source, "Source", "Where it was taken from.", true),
};

const char *const contact_kinds[CONTACT_KINDS] = {"duty-point", "key-contact", "service"};
const char *const contact_kind_titles[CONTACT_KINDS] = {"Duty points", "Key contacts", "Services"};

const char *contact_text(const struct contact_view *contact, const struct contact_field *field)
{
    const char *text;
    memcpy(&text, (const char *)contact + field->offset, sizeof text);
    return text == NULL ? "" : text;
}

void contact_set(struct contact_view *contact, const struct contact_field *field, const char *text)
{
    memcpy((char *)contact + field->offset, &text, sizeof text);
}

const char *contact_kind_title(const char *kind)
{
    static const char *const one[CONTACT_KINDS] = {"Duty point", "Key contact", "Service"};
    for (size_t i = 0; i < CONTACT_KINDS; i++) {
        if (text_equal(contact_kinds[i], kind)) {
            return one[i];
        }
    }
    return "";
}

bool mail_address_is_plain(const char *address)
{
    static const char allowed[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_+'@";
    const char *at = address == NULL ? NULL : strchr(address, '@');
    size_t size = address == NULL ? 0 : strlen(address);
    return at != NULL && at != address && at[1] != '\0' && at[1] != '.' && strchr(at + 1, '@') == NULL &&
           strchr(at + 1, '\'') == NULL && size <= 254 && strspn(address, allowed) == size &&
           address[0] != '-' && address[size - 1] != '.' && address[size - 1] != '-';
}

static const struct error *check_text(struct arena *arena, const struct contact_field *field,
                                      const char *text, const struct error *error)
{
    if (text_length(text) > MOST_TEXT) {
        return error_field(arena, ERROR_INVALID, field->name, error, "%s must be %d characters or fewer",
                           field->label, (int)MOST_TEXT);
    }
    for (const unsigned char *c = (const unsigned char *)text; *c != '\0'; c++) {
        if (*c < 0x20 || *c == 0x7f) {
            return error_field(arena, ERROR_INVALID, field->name, error, "%s must be on one line",
                               field->label);
        }
    }
    bool is_mail = strcmp(field->name, "email") == 0 || strcmp(field->name, "deputy_email") == 0;
    if (is_mail && text[0] != '\0' && !mail_address_is_plain(text)) {
        return error_field(arena, ERROR_INVALID, field->name, error,
                           "Enter an email address like name@example.org");
    }
    return error;
}

const struct error *contact_check(struct arena *arena, const struct pack *pack,
                                  const struct contact_view *contact)
{
    const struct error *error = NULL;
    const struct code_list *agencies = pack_codes(pack, "agency");
    for (size_t i = CONTACT_FIELDS; i-- > 0;) {
        error = check_text(arena, &contact_fields[i], contact_text(contact, &contact_fields[i]), error);
    }
    if (!text_is_blank(contact->fallback) && strcmp(contact->fallback, "yes") != 0 &&
        strcmp(contact->fallback, "no") != 0) {
        error = error_field(arena, ERROR_INVALID, "fallback", error, "Answer yes or no");
    }
    if (text_is_blank(contact->name)) {
        error = error_field(arena, ERROR_INVALID, "name", error, "Enter a name");
    }
    if (contact_kind_title(contact->kind)[0] == '\0') {
        error =
            error_field(arena, ERROR_INVALID, "kind", error, "must be duty-point, key-contact or service");
    }
    if (contact->agency == NULL || agencies == NULL || code_find(agencies, contact->agency) == NULL) {
        error = error_field(arena, ERROR_INVALID, "agency", error, "must be the code of an agency");
    }
    return error;
}

bool contact_is_stale(const struct pack *pack, const struct contact_view *contact, struct day today)
{
    int days = pack->stale_days > 0 ? pack->stale_days : STALE_DAYS;
    return !contact->withdrawn && (!contact->verified || today.number - contact->verified_on.number > days);
}

bool contact_is_open(const struct contact_view *contact)
{
    return !contact->withdrawn && !text_equal(contact->kind, "key-contact");
}

void contacts_gaps(struct arena *arena, const struct pack *pack, const struct contact_view *contacts,
                   size_t count, const struct agency_gap **ret_gaps, size_t *ret_count)
{
    const struct code_list *agencies = pack_codes(pack, "agency");
    size_t most = agencies == NULL ? 0 : agencies->code_count;
    struct agency_gap *gaps = arena_many(arena, struct agency_gap, most);
    size_t gap_count = 0;
    for (size_t a = 0; a < most; a++) {
        const struct code *agency = &agencies->codes[a];
        bool contact = false;
        bool deputy = false;
        for (size_t i = 0; i < count; i++) {
            if (!contacts[i].withdrawn && text_equal(contacts[i].kind, "key-contact") &&
                text_equal(contacts[i].agency, agency->id)) {
                contact = true;
                deputy = deputy || !text_is_blank(contacts[i].deputy);
            }
        }
        if (strcmp(agency->id, "other") != 0 && (!contact || !deputy)) {
            gaps[gap_count++] = (struct agency_gap){agency, !contact};
        }
    }
    *ret_gaps = gaps;
    *ret_count = gap_count;
}
