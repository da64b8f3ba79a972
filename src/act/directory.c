/* The directory: whom to ask and whom to tell, by agency and area. Each contact is a record of its own. */
#include "act/inner.h"

#include "base/text.h"

#include <string.h>

static const char *const columns[] = {"agency", "kind", "name", "area", "phone", "email"};

const struct error *act_directory_add(const struct act *act, const struct contact_view *contact)
{
    const struct entry_type *type = system_type("contact-recorded");
    const char *const texts[] = {contact->agency, contact->kind,  contact->name,
                                 contact->area,   contact->phone, contact->email};
    struct stream stream;
    const struct entry *added;
    if (act->actor != NULL) {
        TRY(act_begin(act, MAY_KEEP_DIRECTORY, "directory-add", (struct id){{0}}));
    }
    if (text_is_blank(contact->name)) {
        return error_field(act->arena, ERROR_INVALID, "name", NULL, "enter a name");
    }
    struct value *values = arena_many(act->arena, struct value, type->field_count);
    for (size_t i = 0; i < sizeof columns / sizeof columns[0]; i++) {
        if (!text_is_blank(texts[i])) {
            values[entry_type_field(type, columns[i])->index] =
                (struct value){.kind = VALUE_TEXT, .text = texts[i]};
        }
    }
    if (contact->verified) {
        values[entry_type_field(type, "verified_on")->index] =
            (struct value){.kind = VALUE_DAY, .day = contact->verified_on};
    }
    struct entry entry = {
        .type = type,
        .occurred = {.start = act->now, .end = act->now},
        .recorded_at = act->now,
        .recorded_by = act->actor == NULL ? (struct id){{0}} : act->actor->account,
        .agency = act->actor == NULL ? "" : act->actor->agency,
        .label = "standard",
        .values = values,
    };
    TRY(store_stream_new(act->service->store, act->arena, STREAM_DIRECTORY, 0, &stream));
    struct write *write = store_write_new(act->service->store, act->arena);
    TRY(store_write_entry(write, &stream, &entry, &added));
    return store_commit(write);
}

static const char *text_of(const struct entry *entry, const char *field)
{
    const char *text = entry_text(entry, field);
    return text == NULL ? "" : text;
}

static struct contact_view view_of(const struct stream *stream)
{
    const struct entry *entry = stream->entries[stream->count - 1];
    const struct value *verified = entry_value(entry, "verified_on");
    return (struct contact_view){
        .agency = text_of(entry, "agency"),
        .kind = text_of(entry, "kind"),
        .name = text_of(entry, "name"),
        .area = text_of(entry, "area"),
        .phone = text_of(entry, "phone"),
        .email = text_of(entry, "email"),
        .verified = verified->kind == VALUE_DAY,
        .verified_on = verified->kind == VALUE_DAY ? verified->day : (struct day){0},
    };
}

static int by_agency_and_name(const void *a, const void *b)
{
    const struct contact_view *one = a;
    const struct contact_view *other = b;
    int order = strcmp(one->agency, other->agency);
    order = order != 0 ? order : strcmp(one->area, other->area);
    return order != 0 ? order : strcmp(one->name, other->name);
}

const struct error *act_directory_list(const struct act *act, const struct contact_view **ret_contacts,
                                       size_t *ret_count)
{
    struct store_reader *reader;
    const struct id *ids = NULL;
    size_t count = 0;
    TRY(act_begin(act, MAY_READ_DIRECTORY, "directory-list", (struct id){{0}}));
    TRY(store_reader_take(act->service->store, &reader));
    const struct error *error = store_streams_of_kind(reader, act->arena, STREAM_DIRECTORY, &ids, &count);
    struct contact_view *views = arena_many(act->arena, struct contact_view, count);
    for (size_t i = 0; i < count && error == NULL; i++) {
        struct stream stream;
        error = store_stream_read(reader, act->arena, ids[i], &stream);
        if (error == NULL) {
            views[i] = view_of(&stream);
        }
    }
    store_reader_give(reader);
    TRY(error);
    if (count > 0) {
        qsort(views, count, sizeof *views, by_agency_and_name);
    }
    *ret_contacts = views;
    *ret_count = count;
    return NULL;
}
