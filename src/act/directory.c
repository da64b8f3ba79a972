/*
 * The directory: whom to ask and whom to tell, by agency and area. Each contact is a record of its own, and a
 * change of it an entry that holds the whole anew, so that its history says who changed what when.
 */
#include "act/account.h"

#include "base/buf.h"
#include "base/text.h"
#include "record/decode.h"

#include <string.h>

enum { TRIES = 8 };

/* ---- as it stands
 * ------------------------------------------------------------------------------------------------- */

static void fold_contact(const struct entry *entry, struct contact_view *view)
{
    const struct value *verified = entry_value(entry, "verified_on");
    if (text_equal(entry->type->id, "contact-withdrawn")) {
        view->withdrawn = true;
        return;
    }
    if (verified->kind == VALUE_DAY) {
        view->verified = true;
        view->verified_on = verified->day;
    }
    if (text_equal(entry->type->id, "contact-recorded")) {
        view->withdrawn = false;
        for (size_t i = 0; i < CONTACT_FIELDS; i++) {
            const char *text = entry_text(entry, contact_fields[i].name);
            contact_set(view, &contact_fields[i], text == NULL ? "" : text);
        }
        if (verified->kind != VALUE_DAY) {
            view->verified = false; /* what is new is not checked yet */
        }
    }
}

static struct contact_view view_of(const struct act *act, const struct stream *stream)
{
    struct contact_view view = {.id = stream->head.id};
    for (size_t i = 0; i < stream->count; i++) {
        fold_contact(stream->entries[i], &view);
    }
    const struct entry *last = stream->entries[stream->count - 1];
    view.changed_at = last->recorded_at;
    view.changed_by = account_name(act, last->recorded_by);
    view.seq = last->seq;
    return view;
}

const struct error *contact_read(const struct act *act, struct store_reader *reader, struct id id,
                                 struct contact_view *ret_contact)
{
    struct stream stream;
    TRY(store_stream_read(reader, act->arena, id, &stream));
    if (stream.head.kind != STREAM_DIRECTORY) {
        return error_of(ERROR_NOT_FOUND);
    }
    *ret_contact = view_of(act, &stream);
    return NULL;
}

static int by_agency_and_name(const void *a, const void *b)
{
    const struct contact_view *one = a;
    const struct contact_view *other = b;
    int order = strcmp(one->agency, other->agency);
    order = order != 0 ? order : strcmp(one->area, other->area);
    order = order != 0 ? order : strcmp(one->name, other->name);
    return order != 0 ? order : memcmp(one->id.bytes, other->id.bytes, ID_BYTES);
}

const struct error *directory_read(const struct act *act, struct store_reader *reader,
                                   const struct contact_view **ret_contacts, size_t *ret_count)
{
    const struct id *ids;
    size_t count;
    size_t kept = 0;
    TRY(store_streams_of_kind(reader, act->arena, STREAM_DIRECTORY, &ids, &count));
    struct contact_view *views = arena_many(act->arena, struct contact_view, count);
    for (size_t i = 0; i < count; i++) {
        TRY(contact_read(act, reader, ids[i], &views[kept]));
        kept += !views[kept].withdrawn;
    }
    qsort(views, kept, sizeof *views, by_agency_and_name);
    *ret_contacts = views;
    *ret_count = kept;
    return NULL;
}

static const struct error *read_all(const struct act *act, const struct contact_view **ret_contacts,
                                    size_t *ret_count)
{
    struct store_reader *reader;
    TRY(store_reader_take(act->service->store, &reader));
    const struct error *error = directory_read(act, reader, ret_contacts, ret_count);
    store_reader_give(reader);
    return error;
}

const struct error *act_directory_list(const struct act *act, const struct contact_view **ret_contacts,
                                       size_t *ret_count)
{
    if (act->actor != NULL) {
        TRY(act_begin(act, MAY_READ_DIRECTORY, "directory-list", (struct id){{0}}));
    }
    return read_all(act, ret_contacts, ret_count);
}

/* ---- its history
 * -------------------------------------------------------------------------------------------------- */

static const char *quoted(const char *text)
{
    return text[0] == '\0' ? "nothing" : text;
}

/* "Telephone: B, before A; Hours: ..." */
static const char *differences(struct arena *arena, const struct contact_view *before,
                               const struct contact_view *after)
{
    struct buf buf;
    buf_init(&buf, arena, 1u << 20);
    for (size_t i = 0; i < CONTACT_FIELDS; i++) {
        const char *was = contact_text(before, &contact_fields[i]);
        const char *is = contact_text(after, &contact_fields[i]);
        if (strcmp(was, is) != 0) {
            buf_printf(&buf, "%s%s: %s, before %s", buf.size > 0 ? "; " : "", contact_fields[i].label,
                       quoted(is), quoted(was));
        }
    }
    return buf_text(&buf);
}

static struct contact_change change_of(const struct act *act, const struct stream *stream, size_t number,
                                       const struct contact_view *before, const struct contact_view *after)
{
    const struct entry *entry = stream->entries[number];
    const char *reason = entry_text(entry, "reason");
    bool recorded = text_equal(entry->type->id, "contact-recorded");
    return (struct contact_change){
        .title = number > 0 && recorded ? "Contact changed" : entry->type->title,
        .text = reason != NULL           ? reason
                : number > 0 && recorded ? differences(act->arena, before, after)
                                         : "",
        .at = entry->recorded_at,
        .by = account_name(act, entry->recorded_by),
    };
}

static bool may_change(const struct act *act, const struct contact_view *contact)
{
    return act->actor == NULL || permit(act->actor, MAY_KEEP_DIRECTORY) ||
           (!text_is_blank(contact->owner) && text_equal(contact->owner, act->actor->username));
}

static const struct error *load(const struct act *act, struct id id, struct stream *ret_stream)
{
    struct store_reader *reader;
    TRY(store_reader_take(act->service->store, &reader));
    const struct error *error = store_stream_read(reader, act->arena, id, ret_stream);
    store_reader_give(reader);
    TRY(error);
    return ret_stream->head.kind == STREAM_DIRECTORY ? NULL : error_of(ERROR_NOT_FOUND);
}

const struct error *act_contact_read(const struct act *act, struct id id, struct contact_history *ret_history)
{
    struct stream stream;
    TRY(act_begin(act, MAY_READ_DIRECTORY, "contact-read", id));
    TRY(load(act, id, &stream));
    struct contact_change *changes = arena_many(act->arena, struct contact_change, stream.count);
    struct contact_view now = {.id = id};
    for (size_t i = 0; i < stream.count; i++) {
        struct contact_view before = now;
        fold_contact(stream.entries[i], &now);
        changes[stream.count - 1 - i] = change_of(act, &stream, i, &before, &now);
    }
    struct contact_view view = view_of(act, &stream);
    *ret_history = (struct contact_history){view, changes, stream.count, may_change(act, &view)};
    return NULL;
}

/* ---- changing it
 * -------------------------------------------------------------------------------------------------- */

static struct entry entry_of(const struct act *act, const char *type_id, struct value **ret_values)
{
    const struct entry_type *type = system_type(type_id);
    *ret_values = arena_many(act->arena, struct value, type->field_count);
    return (struct entry){
        .type = type,
        .occurred = {.start = act->now, .end = act->now},
        .recorded_at = act->now,
        .recorded_by = act->actor == NULL ? (struct id){{0}} : act->actor->account,
        .agency = act->actor == NULL ? "" : act->actor->agency,
        .label = "standard",
        .values = *ret_values,
    };
}

static struct entry recorded_entry(const struct act *act, const struct contact_view *contact)
{
    struct value *values;
    struct entry entry = entry_of(act, "contact-recorded", &values);
    for (size_t i = 0; i < CONTACT_FIELDS; i++) {
        const char *text = contact_text(contact, &contact_fields[i]);
        if (!text_is_blank(text)) {
            values[entry_type_field(entry.type, contact_fields[i].name)->index] =
                (struct value){.kind = VALUE_TEXT, .text = text_trim(act->arena, text)};
        }
    }
    if (contact->verified) {
        values[entry_type_field(entry.type, "verified_on")->index] =
            (struct value){.kind = VALUE_DAY, .day = contact->verified_on};
    }
    return entry;
}

static const struct error *check(const struct act *act, const struct contact_view *contact)
{
    const struct account *owner;
    const struct error *error = contact_check(act->arena, act_pack(act), contact);
    if (!text_is_blank(contact->owner)) {
        const struct error *missing = account_by_name(act, contact->owner, &owner);
        if (missing != NULL && missing->code == ERROR_NOT_FOUND) {
            error = error_field(act->arena, ERROR_INVALID, "owner", error,
                                "there is no account of this user name");
        } else {
            TRY(missing);
        }
    }
    return error;
}

const struct error *act_directory_add(const struct act *act, const struct contact_view *contact,
                                      const char *idempotency_key)
{
    struct stream stream;
    struct id id;
    if (act->actor != NULL) {
        TRY(act_begin(act, MAY_KEEP_DIRECTORY, "directory-add", (struct id){{0}}));
    }
    TRY(check(act, contact));
    struct entry entry = recorded_entry(act, contact);
    TRY(store_stream_new(act->service->store, act->arena, STREAM_DIRECTORY, 0, &stream));
    return answer_once(act, idempotency_key, &stream, &entry, &id);
}

/* Logs the look first; who keeps it right changes it without being an administrator. */
static const struct error *begin_change(const struct act *act, struct id id, const char *name,
                                        struct contact_view *ret_contact)
{
    struct stream stream;
    if (act->actor != NULL) {
        TRY(act_begin(act, MAY_READ_DIRECTORY, name, id));
    }
    TRY(load(act, id, &stream));
    *ret_contact = view_of(act, &stream);
    return may_change(act, ret_contact) ? NULL : error_of(ERROR_NOT_ALLOWED);
}

static const struct error *append(const struct act *act, struct id id, uint64_t seq,
                                  const struct entry *entry)
{
    const struct error *error = NULL;
    for (int i = 0; i < TRIES; i++) {
        struct stream stream;
        TRY(load(act, id, &stream));
        if (seq != 0 && stream.head.seq != seq) {
            return error_new(act->arena, ERROR_CONFLICT,
                             "somebody changed this contact meanwhile: look at how it stands now");
        }
        struct write *write = store_write_new(act->service->store, act->arena);
        store_write_entry(write, &stream, entry);
        error = store_commit(write);
        if (error == NULL || error->code != ERROR_CONFLICT) {
            break;
        }
    }
    return error;
}

const struct error *act_contact_change(const struct act *act, const struct contact_view *contact)
{
    struct contact_view before;
    TRY(begin_change(act, contact->id, "contact-change", &before));
    TRY(check(act, contact));
    bool same_day = contact->verified == before.verified &&
                    (!contact->verified || contact->verified_on.number == before.verified_on.number);
    if (!before.withdrawn && differences(act->arena, &before, contact)[0] == '\0' && same_day) {
        return NULL;
    }
    struct entry entry = recorded_entry(act, contact);
    return append(act, contact->id, contact->seq, &entry);
}

const struct error *act_contact_verify(const struct act *act, struct id id, uint64_t seq)
{
    struct contact_view before;
    struct value *values;
    TRY(begin_change(act, id, "contact-verify", &before));
    if (before.withdrawn) {
        return error_new(act->arena, ERROR_INVALID, "it is no longer in use");
    }
    struct day today = moment_of_instant(act_pack(act), act->now).day;
    if (before.verified && before.verified_on.number == today.number) {
        return NULL;
    }
    struct entry entry = entry_of(act, "contact-verified", &values);
    values[0] = (struct value){.kind = VALUE_DAY, .day = today};
    return append(act, id, seq, &entry);
}

const struct error *act_contact_withdraw(const struct act *act, struct id id, uint64_t seq,
                                         const char *reason)
{
    struct contact_view before;
    struct value *values;
    TRY(begin_change(act, id, "contact-withdraw", &before));
    if (text_is_blank(reason)) {
        return error_field(act->arena, ERROR_INVALID, "reason", NULL, "Say why it is no longer in use");
    }
    struct entry entry = entry_of(act, "contact-withdrawn", &values);
    values[0] = (struct value){.kind = VALUE_TEXT, .text = text_trim(act->arena, reason)};
    return before.withdrawn ? NULL : append(act, id, seq, &entry);
}

/* ---- what is to be done about it
 * ---------------------------------------------------------------------------------- */

const struct error *act_directory_reminders(const struct act *act, struct directory_reminders *ret_reminders)
{
    const struct contact_view *contacts;
    const struct pack *pack = act_pack(act);
    size_t count;
    struct directory_reminders reminders = {0};
    TRY(act_begin(act, MAY_READ_DIRECTORY, "directory-reminders", (struct id){{0}}));
    TRY(read_all(act, &contacts, &count));
    struct day today = moment_of_instant(pack, act->now).day;
    struct contact_view *stale = arena_many(act->arena, struct contact_view, count);
    bool administers = act->actor->role->administers;
    for (size_t i = 0; i < count; i++) {
        bool mine = text_is_blank(contacts[i].owner) ? administers
                                                     : text_equal(contacts[i].owner, act->actor->username);
        if (mine && contact_is_stale(pack, &contacts[i], today)) {
            stale[reminders.stale_count++] = contacts[i];
        }
    }
    reminders.stale = stale;
    if (administers) {
        contacts_gaps(act->arena, pack, contacts, count, &reminders.gaps, &reminders.gap_count);
    }
    *ret_reminders = reminders;
    return NULL;
}
