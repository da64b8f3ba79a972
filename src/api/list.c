/* Lists across cases, searches, the directory. Names are never in a URL: who searches posts. */
#include "api/operations.h"
#include "api/show.h"

#include "base/text.h"
#include "record/decode.h"

static const struct error *read_filter(struct call *call, struct duties_filter *ret_filter)
{
    const struct code_list *agencies = pack_codes(call->pack, "agency");
    *ret_filter = (struct duties_filter){
        .agency = request_query(call->request, "agency"),
        .role = request_query(call->request, "role"),
        .state = request_query(call->request, "state"),
        .cursor = request_query(call->request, "cursor"),
    };
    if (ret_filter->agency != NULL && agencies != NULL && code_find(agencies, ret_filter->agency) == NULL) {
        return error_field(call->arena, ERROR_BAD_INPUT, "agency", NULL, "there is no agency of this code");
    }
    if (ret_filter->role != NULL && pack_role(call->pack, ret_filter->role) == NULL) {
        bool owns = false;
        for (size_t r = 0; r < call->pack->rule_count; r++) {
            owns = owns || text_equal(call->pack->rules[r].owner_role, ret_filter->role);
        }
        if (!owns) {
            return error_field(call->arena, ERROR_BAD_INPUT, "role", NULL, "there is no role of this id");
        }
    }
    return call_limit(call, &ret_filter->limit);
}

const struct error *work_duties(struct call *call)
{
    struct duties_filter filter;
    const struct work_line *lines;
    size_t count;
    const char *next = NULL;
    TRY(read_filter(call, &filter));
    TRY(act_duties(call->act, &filter, &lines, &count, &next));
    show_lines(call, call->output, "duties", lines, count);
    call_put_text(call, call->output, "next", next);
    return NULL;
}

const struct error *work_mine(struct call *call)
{
    const struct work_view *view;
    TRY(act_work(call->act, request_query(call->request, "cursor"), &view));
    show_lines(call, call->output, "duties", view->duties, view->duty_count);
    show_prompts(call, call->output, view->duties, view->duty_count);
    show_lines(call, call->output, "referrals", view->referrals, view->referral_count);
    show_lines(call, call->output, "actions", view->actions, view->action_count);
    show_lines(call, call->output, "meetings", view->meetings, view->meeting_count);
    call_put_text(call, call->output, "next", view->duties_next);
    return NULL;
}

const struct error *work_search(struct call *call)
{
    static const char *const names[] = {"text", NULL};
    const struct match *matches;
    size_t count;
    const char *text;
    TRY(call_names(call, call->input, names, NULL));
    TRY(call_text(call, "text", &text));
    if (text_is_blank(text)) {
        return error_field(call->arena, ERROR_INVALID, "text", NULL,
                           "give a reference, or names and perhaps a date of birth");
    }
    call->request->searched = true;
    TRY(act_case_search(call->act, text, &matches, &count));
    show_matches(call, call->output, "matches", matches, count);
    return NULL;
}

const struct error *work_matches(struct call *call)
{
    static const char *const names[] = {"child", NULL};
    const struct match *matches;
    const struct value *details = NULL;
    size_t count;
    const struct entry_type *type = &call->pack->types[call->pack->details_type];
    const struct error *error = call_names(call, call->input, names, NULL);
    TRY(call_join(call, call_fields(call, call->pack, type, NULL, "child", "child.", &details), error));
    call->request->searched = true;
    TRY(act_matches(call->act, details, &matches, &count));
    show_matches(call, call->output, "possible_matches", matches, count);
    return NULL;
}

/* ---- the directory ---- */

static void put_contact(struct call *call, json_t *array, const struct contact_view *contact)
{
    char text[ID_TEXT];
    char day[DAY_TEXT];
    json_t *json = call_append(call, array, json_object());
    id_format(contact->id, text);
    call_put_text(call, json, "id", text);
    for (size_t f = 0; f < CONTACT_FIELDS; f++) {
        call_put_text(call, json, contact_fields[f].name, contact_text(contact, &contact_fields[f]));
    }
    if (contact->verified) {
        day_format(contact->verified_on, day);
    }
    call_put_text(call, json, "verified_on", contact->verified ? day : NULL);
    call_put(call, json, "to_check",
             json_boolean(
                 contact_is_stale(call->pack, contact, moment_of_instant(call->pack, call->act->now).day)));
}

const struct error *work_directory(struct call *call)
{
    const struct contact_view *contacts;
    const struct contact_view *found;
    const struct agency_gap *gaps;
    size_t count;
    size_t found_count;
    size_t gap_count;
    TRY(act_directory_list(call->act, &contacts, &count));
    contacts_find(call->arena, call->pack, contacts, count, NULL, request_query(call->request, "agency"),
                  &found, &found_count);
    json_t *array = call_put(call, call->output, "contacts", json_array());
    for (size_t i = 0; i < found_count; i++) {
        put_contact(call, array, &found[i]);
    }
    contacts_gaps(call->arena, call->pack, contacts, count, &gaps, &gap_count);
    json_t *without = call_put(call, call->output, "agencies_without_key_contact", json_array());
    for (size_t i = 0; i < gap_count; i++) {
        if (gaps[i].no_contact) {
            call_append(call, without, json_string(gaps[i].agency->id));
        }
    }
    return NULL;
}

static const struct error *read_contact(struct call *call, struct contact_view *ret_contact)
{
    const char *names[CONTACT_FIELDS + 2];
    const char *verified = NULL;
    for (size_t f = 0; f < CONTACT_FIELDS; f++) {
        names[f] = contact_fields[f].name;
    }
    names[CONTACT_FIELDS] = "verified_on";
    names[CONTACT_FIELDS + 1] = NULL;
    const struct error *error = call_names(call, call->input, names, NULL);
    for (size_t f = 0; f < CONTACT_FIELDS; f++) {
        const char *text = NULL;
        error = call_join(call, error, call_text(call, names[f], &text));
        contact_set(ret_contact, &contact_fields[f], text);
    }
    error = call_join(call, error, call_text(call, "verified_on", &verified));
    ret_contact->verified = verified != NULL;
    if (error == NULL && verified != NULL && !day_parse(verified, &ret_contact->verified_on)) {
        error =
            error_field(call->arena, ERROR_INVALID, "verified_on", NULL, "must be a date such as 2024-02-29");
    }
    return error;
}

const struct error *work_contact(struct call *call)
{
    struct contact_view contact = {0};
    TRY(read_contact(call, &contact));
    TRY(act_directory_add(call->act, &contact, NULL));
    call_put_text(call, call->output, "name", contact.name);
    call_put_text(call, call->output, "agency", contact.agency);
    call_put_text(call, call->output, "kind", contact.kind);
    return NULL;
}

/* ---- notices ---- */

const struct error *work_notices(struct call *call)
{
    const struct notice_view *notices;
    size_t count;
    const char *next;
    TRY(act_notices(call->act, request_query(call->request, "cursor"), &notices, &count, &next));
    json_t *array = call_put(call, call->output, "notices", json_array());
    for (size_t i = 0; i < count; i++) {
        char id[ID_TEXT];
        json_t *json = call_append(call, array, json_object());
        id_format(notices[i].id, id);
        call_put_text(call, json, "id", id);
        call_put_instant(call, json, "at", notices[i].at);
        call_put_text(call, json, "title", notices[i].title);
        call_put_text(call, json, "paragraph", notices[i].paragraph);
        call_put_text(call, json, "to", notices[i].to);
        call_put_text(call, json, "case", notices[i].of_account ? NULL : notices[i].reference.text);
        call_put(call, json, "read", json_boolean(notices[i].read));
    }
    call_put_text(call, call->output, "next", next);
    return NULL;
}

const struct error *work_notices_read(struct call *call)
{
    static const char *const names[] = {"notice", NULL};
    const char *notice = NULL;
    size_t unread;
    TRY(call_names(call, call->input, names, NULL));
    TRY(call_text(call, "notice", &notice));
    TRY(act_notices_read(call->act, notice));
    TRY(act_notices_unread(call->act, &unread));
    call_put(call, call->output, "unread", json_integer((json_int_t)unread));
    return NULL;
}
