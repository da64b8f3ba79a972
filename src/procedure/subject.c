#include "procedure/subject.h"

#include "base/text.h"
#include "calendar/calendar.h"

struct day subject_due(const struct pack *pack, struct day received, bool extended)
{
    const struct subject_terms *terms = &pack->retention->subject;
    struct day due = day_add_months(received, terms->months + (extended ? terms->more_months : 0));
    while (!calendar_is_working_day(pack->calendar, due)) {
        due.number++;
    }
    return due;
}

static bool is_of(const struct pack *pack, const struct exempt_what *what, const struct entry *entry,
                  const struct field *field)
{
    const struct entry_type *type = &pack->types[what->type];
    if (!text_equal(type->id, entry->type->id)) {
        return false;
    }
    return what->field < 0 || (field != NULL && text_equal(type->fields[what->field].id, field->id));
}

static bool matches(const struct pack *pack, const struct exempt_what *what, const struct entry *entry,
                    const struct field *field)
{
    switch (what->match) {
    case EXEMPT_LABEL: {
        label_set labels = access_labels_parse(&pack->access, entry->label) | entry->type->labels |
                           (field == NULL ? 0 : field->labels);
        return (labels & what->labels) != 0;
    }
    case EXEMPT_ENTRY:
        return is_of(pack, what, entry, field);
    case EXEMPT_PERSON:
    default:
        return field != NULL && field->kind == FIELD_PERSON;
    }
}

const struct exemption *subject_exemption(const struct pack *pack, const struct entry *entry,
                                          const struct field *field, bool others)
{
    const struct retention *retention = pack->retention;
    for (size_t i = 0; i < retention->exemption_count; i++) {
        const struct exemption *exemption = &retention->exemptions[i];
        for (size_t w = 0; w < exemption->what_count && (others || !exemption->for_others); w++) {
            if (matches(pack, &exemption->what[w], entry, field)) {
                return exemption;
            }
        }
    }
    return NULL;
}
