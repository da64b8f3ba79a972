/*
 * The group of cases that are linked to one (11.41), walked from case to case. What is shown of a link is
 * what this actor may know: of one by evidence only that it is there, unless they are of the agency that
 * recorded it. Nothing else of the other cases is read out; who follows a link looks at that case, and that
 * look is its own.
 */
#include "act/shown.h"

#include "base/text.h"
#include "record/history.h"

#include <string.h>

enum { MOST_CASES = 40, MOST_LINKS = 400 };

struct walk {
    const struct act *act;
    struct reference seen[MOST_CASES];
    size_t seen_count;
    struct case_link *links;
    size_t count;
    bool whole;
};

static const struct value *value_in(const struct known *known, const char *name)
{
    static const struct value none = {.kind = VALUE_NONE};
    const struct field *field = entry_type_field(known->type, name);
    return field == NULL ? &none : &known->values[field->index];
}

static const char *text_in(const struct known *known, const char *name)
{
    const struct value *value = value_in(known, name);
    return value->kind == VALUE_TEXT ? value->text : NULL;
}

static bool is_link(const struct known *known)
{
    return strcmp(known->type->id, "case-linked") == 0 ||
           strcmp(known->type->id, "case-linked-by-evidence") == 0;
}

/* Taken back by a later entry on the same thing. */
static bool is_ended(const struct history *history, const struct known *link)
{
    for (size_t i = 0; i < history->count; i++) {
        const struct known *known = &history->list[i];
        if (strcmp(known->type->id, "case-link-ended") == 0 && known_ends(known, link) &&
            text_equal(text_in(known, "linked_case"), text_in(link, "linked_case")) &&
            text_equal(text_in(known, "what"), text_in(link, "what"))) {
            return true;
        }
    }
    return false;
}

const char *link_end_label(const struct act *act, const struct case_view *view, const struct entry *entry)
{
    const struct history *history = view->history;
    const char *label = NULL;
    if (!text_equal(entry->type->id, "case-link-ended")) {
        return NULL;
    }
    for (size_t i = 0; i < history->count; i++) {
        const struct known *link = &history->list[i];
        if (!is_link(link) || !text_equal(entry_text(entry, "linked_case"), text_in(link, "linked_case")) ||
            !text_equal(entry_text(entry, "what"), text_in(link, "what"))) {
            continue;
        }
        if (access_labels_parse(&act_pack(act)->access, link->entry->label) == 0) {
            return NULL;
        }
        label = link->entry->label;
    }
    return label;
}

static bool same_reference(struct reference a, struct reference b)
{
    return strcmp(a.text, b.text) == 0;
}

/* The other side of a link that stands already. */
static bool stands(const struct walk *walk, const struct case_link *link)
{
    for (size_t i = 0; i < walk->count; i++) {
        const struct case_link *other = &walk->links[i];
        bool same = same_reference(other->from, link->from) && same_reference(other->to, link->to);
        bool turned = same_reference(other->from, link->to) && same_reference(other->to, link->from);
        if ((same || turned) && text_equal(other->through, link->through) &&
            text_equal(other->what, link->what)) {
            return true;
        }
    }
    return false;
}

static void reach(struct walk *walk, struct reference reference)
{
    for (size_t i = 0; i < walk->seen_count; i++) {
        if (same_reference(walk->seen[i], reference)) {
            return;
        }
    }
    if (walk->seen_count == MOST_CASES) {
        walk->whole = false;
        return;
    }
    walk->seen[walk->seen_count++] = reference;
}

static void take_link(struct walk *walk, struct reference from, const struct history *history,
                      const struct known *known)
{
    const char *other = text_in(known, "linked_case");
    struct reference to;
    if (other == NULL || !reference_parse(other, &to) || is_ended(history, known)) {
        return;
    }
    struct case_link link = {.from = from, .to = to, .since = known->occurred, .seq = known->entry->seq};
    const struct value *through = value_in(known, "through");
    link.through = through->kind == VALUE_CODE ? through->code->title : "";
    link.what = text_in(known, "what");
    link.reason = text_in(known, "reason");
    if (walk->count == MOST_LINKS) {
        walk->whole = false;
    } else if (!stands(walk, &link)) {
        walk->links[walk->count++] = link;
    }
    reach(walk, to);
}

static const struct error *walk_case(struct walk *walk, struct store_reader *reader,
                                     struct reference reference)
{
    const struct act *act = walk->act;
    struct case_streams streams;
    const struct case_view *whole;
    struct id id;
    bool finds;
    const struct error *error = store_case_by_reference(reader, act->arena, reference, &id);
    if (error != NULL && (error->code == ERROR_NOT_FOUND || error->code == ERROR_DISPOSED)) {
        return NULL; /* of another partnership, or gone: known by its reference alone */
    }
    TRY(error);
    TRY(reach_finds(act, reader, id, &finds));
    if (!finds) {
        return NULL; /* nor does this actor learn more of this one */
    }
    TRY(case_load(act, reader, reference.text, ACCESS_READ, &streams));
    TRY(act_begin(act, MAY_READ_CASE, "links-read", streams.file.head.id));
    whole = case_view_make(act, &streams, INSTANT_NEVER, act->now);
    const struct history *history = case_view_show(act, &streams, whole)->history;
    for (size_t i = 0; i < history->count; i++) {
        if (is_link(&history->list[i])) {
            take_link(walk, reference, history, &history->list[i]);
        }
    }
    return NULL;
}

const struct error *act_case_links(const struct act *act, const char *reference,
                                   const struct case_link **ret_links, size_t *ret_count, bool *ret_whole)
{
    struct store_reader *reader;
    struct reference first;
    const struct error *error = NULL;
    if (act->actor == NULL || !permit(act->actor, MAY_READ_CASE)) {
        return act_begin(act, MAY_READ_CASE, "links-read", (struct id){{0}});
    }
    if (!reference_parse(reference, &first)) {
        return error_of(ERROR_NOT_FOUND);
    }
    struct walk *walk = arena_one(act->arena, struct walk);
    *walk = (struct walk){
        .act = act, .links = arena_many(act->arena, struct case_link, MOST_LINKS), .whole = true};
    reach(walk, first);
    TRY(store_reader_take(act->service->store, &reader));
    for (size_t i = 0; i < walk->seen_count && error == NULL; i++) {
        error = walk_case(walk, reader, walk->seen[i]);
    }
    store_reader_give(reader);
    TRY(error);
    *ret_links = walk->links;
    *ret_count = walk->count;
    *ret_whole = walk->whole;
    return NULL;
}
