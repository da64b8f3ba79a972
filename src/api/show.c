#include "api/show.h"

#include "procedure/duty_json.h"
#include "record/decode.h"

#include <string.h>

/* ---- entries ---- */

static const struct known *known_of(const struct case_view *view, const struct entry *entry)
{
    for (size_t i = 0; view != NULL && i < view->history->count; i++) {
        if (view->history->list[i].entry->seq == entry->seq) {
            return known_as_written(&view->history->list[i]);
        }
    }
    return NULL;
}

static json_t *moment_json(const struct moment *moment)
{
    char day[DAY_TEXT];
    if (!moment->day_only) {
        return instant_to_json(moment->start);
    }
    day_format(moment->day, day);
    return json_string(day);
}

/* What corrections have made of it; the entry itself stays as it was written. */
static void put_corrections(struct call *call, json_t *json, const struct case_view *view,
                            const struct known *known)
{
    json_t *by = call_put(call, json, "corrected_by", json_array());
    for (size_t v = 1; known != NULL && v < known->version_count; v++) {
        call_append(call, by, json_integer((json_int_t)known->versions[v].correction->seq));
    }
    if (known == NULL || known->version_count < 2) {
        call_put(call, json, "now", json_null());
        return;
    }
    struct entry now = *known->entry;
    now.values = known->values;
    json_t *object = call_put(call, json, "now", json_object());
    call_put(call, object, "occurred_at", moment_json(&known->occurred));
    call_put(call, object, "fields", fields_to_json(view->pack, &now));
}

static void fill_entry(struct call *call, json_t *json, const struct case_view *view,
                       const struct entry *entry)
{
    char id[ID_TEXT];
    id_format(entry->id, id);
    call_put(call, json, "seq", json_integer((json_int_t)entry->seq));
    call_put(call, json, "id", json_string(id));
    call_put(call, json, "type", json_string(entry->type->id));
    call_put(call, json, "occurred_at", moment_json(&entry->occurred));
    call_put(call, json, "recorded_at", instant_to_json(entry->recorded_at));
    id_format(entry->recorded_by, id);
    json_t *by = call_put(call, json, "recorded_by", json_object());
    call_put(call, by, "account", json_string(id));
    call_put_text(call, by, "name", entry->recorded_name);
    call_put_text(call, by, "agency", entry->agency);
    call_put_text(call, json, "label", entry->label);
    call_put(call, json, "fields", fields_to_json(view->pack, entry));
    put_corrections(call, json, view, known_of(view, entry));
}

/* The one of the view, where the name of who recorded it is filled in. */
static const struct entry *named(const struct case_view *view, const struct entry *entry)
{
    for (size_t i = 0; i < view->entry_count; i++) {
        if (view->entries[i]->seq == entry->seq) {
            return view->entries[i];
        }
    }
    return entry;
}

void show_entry(struct call *call, json_t *array, const struct case_view *view, const struct entry *entry)
{
    fill_entry(call, call_append(call, array, json_object()), view, entry);
}

void show_entry_at(struct call *call, json_t *object, const char *name, const struct case_view *view,
                   const struct entry *entry)
{
    fill_entry(call, call_put(call, object, name, json_object()), view, named(view, entry));
}

/* ---- duties ---- */

void show_duties(struct call *call, json_t *object, const struct position *position)
{
    json_t *array = call_put(call, object, "duties", json_array());
    for (size_t i = 0; i < position->duty_count; i++) {
        call_append(call, array, duty_to_json(&position->duties[i]));
    }
    array = call_put(call, object, "prompts", json_array());
    for (size_t i = 0; i < position->prompt_count; i++) {
        call_append(call, array, duty_to_json(&position->prompts[i]));
    }
}

static void put_lines(struct call *call, json_t *object, const char *name, const struct work_line *lines,
                      size_t count, bool prompts)
{
    json_t *array = call_put(call, object, name, json_array());
    for (size_t i = 0; i < count; i++) {
        const struct work_line *line = &lines[i];
        if (line->prompt != prompts) {
            continue;
        }
        char case_text[REFERENCE_TEXT];
        memcpy(case_text, line->reference.text, sizeof case_text);
        json_t *json = call_append(call, array, json_object());
        if (line->rule != NULL) {
            struct duty_facts facts = {line->rule,     line->paragraph, line->owner_role, line->owner_agency,
                                       line->begun_at, line->due_at,    line->met_at,     line->state};
            json_t *duty = duty_facts_to_json(&facts);
            int failed = duty == NULL ? -1 : json_object_update(json, duty);
            json_decref(duty);
            if (failed != 0) {
                arena_run_out(call->arena);
            }
        } else {
            call_put_text(call, json, "paragraph", line->paragraph);
            call_put_text(call, json, "owner", line->owner_role);
            call_put_text(call, json, "agency", line->owner_agency);
            call_put_instant(call, json, "due_at", line->due_at);
            call_put(call, json, "state", json_string(duty_state_name(line->state)));
        }
        call_put(call, json, "case", json_string(case_text));
        call_put_text(call, json, "child", line->child_name);
        call_put_text(call, json, "title", line->what);
    }
}

void show_lines(struct call *call, json_t *object, const char *name, const struct work_line *lines,
                size_t count)
{
    put_lines(call, object, name, lines, count, false);
}

void show_prompts(struct call *call, json_t *object, const struct work_line *lines, size_t count)
{
    put_lines(call, object, "prompts", lines, count, true);
}

void show_matches(struct call *call, json_t *object, const char *name, const struct match *matches,
                  size_t count)
{
    json_t *array = call_put(call, object, name, json_array());
    for (size_t i = 0; i < count; i++) {
        char birth[DAY_TEXT];
        if (matches[i].has_birth) {
            day_format(matches[i].birth, birth);
        }
        json_t *json = call_append(call, array, json_object());
        call_put(call, json, "case", json_string(matches[i].reference.text));
        call_put_text(call, json, "name", matches[i].full_name);
        call_put_text(call, json, "date_of_birth", matches[i].has_birth ? birth : NULL);
        call_put(call, json, "score", json_integer(matches[i].score));
        call_put_text(call, json, "reasons", matches[i].reasons);
    }
}

/* ---- a case ---- */

static void put_seq(struct call *call, json_t *json, const char *name, const struct known *known)
{
    call_put(call, json, name, known == NULL ? json_null() : json_integer((json_int_t)known->entry->seq));
}

static void put_child(struct call *call, json_t *object, const struct case_view *view)
{
    const struct entry_type *type = &view->pack->types[view->pack->details_type];
    json_t *child = call_put(call, object, "child", json_object());
    for (size_t f = 0; f < type->field_count; f++) {
        if (view->child.values[f].kind != VALUE_NONE) {
            call_put(call, child, type->fields[f].id, value_to_json(view->pack, &view->child.values[f]));
        }
    }
    call_put(call, object, "age", view->child.age < 0 ? json_null() : json_integer(view->child.age));
}

static void put_marks(struct call *call, json_t *object, const struct case_view *view)
{
    json_t *array = call_put(call, object, "marks", json_array());
    for (size_t m = 0; m < view->pack->mark_count; m++) {
        const struct mark *mark = &view->pack->marks[m];
        if (!view->position->marks[m]) {
            continue;
        }
        json_t *json = call_append(call, array, json_object());
        call_put(call, json, "mark", json_string(mark->id));
        call_put_text(call, json, "title", mark->title);
        call_put_text(call, json, "text", mark->text);
        call_put_text(call, json, "paragraph", mark->paragraph);
        put_seq(call, json, "since", view->position->mark_since[m]);
    }
}

static void put_parts(struct call *call, json_t *object, const struct case_state *state)
{
    json_t *plans = call_put(call, object, "plans", json_array());
    for (size_t i = 0; i < state->plan_count; i++) {
        json_t *json = call_append(call, plans, json_object());
        call_put_text(call, json, "kind", state->plans[i].kind == NULL ? NULL : state->plans[i].kind->id);
        put_seq(call, json, "made", state->plans[i].made);
        put_seq(call, json, "reviewed", state->plans[i].reviewed);
        put_seq(call, json, "ended", state->plans[i].ended);
    }
    json_t *meetings = call_put(call, object, "meetings", json_array());
    for (size_t i = 0; i < state->meeting_count; i++) {
        const struct code *kind = state->meetings[i].kind;
        json_t *json = call_append(call, meetings, json_object());
        call_put_text(call, json, "kind", kind == NULL ? NULL : kind->id);
        put_seq(call, json, "arranged", state->meetings[i].arranged);
        put_seq(call, json, "held", state->meetings[i].held);
    }
    json_t *actions = call_put(call, object, "actions", json_array());
    for (size_t i = 0; i < state->action_count; i++) {
        json_t *json = call_append(call, actions, json_object());
        put_seq(call, json, "agreed", state->actions[i].agreed);
        put_seq(call, json, "progress", state->actions[i].progress);
        call_put(call, json, "open", json_boolean(state->actions[i].open));
    }
    json_t *people = call_put(call, object, "people", json_array());
    for (size_t i = 0; i < state->person_count; i++) {
        json_t *json = call_append(call, people, json_object());
        call_put_text(call, json, "person", state->people[i].text);
        put_seq(call, json, "named", state->people[i].by);
    }
}

void show_case(struct call *call, json_t *object, const struct case_view *view)
{
    const struct entry *last = view->entries[view->entry_count - 1];
    call_put(call, object, "case", json_string(view->reference.text));
    call_put_instant(call, object, "as_of", view->at);
    call_put(call, object, "seq", json_integer((json_int_t)last->seq));
    call_put(call, object, "open", json_boolean(view->state->open));
    json_t *pack = call_put(call, object, "pack", json_object());
    call_put(call, pack, "id", json_string(view->pack->id));
    call_put(call, pack, "version", json_string(view->pack->version));
    put_child(call, object, view);
    put_marks(call, object, view);
    show_duties(call, object, view->position);
    put_parts(call, object, view->state);
}
