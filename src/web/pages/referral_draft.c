#include "web/pages/referral_draft.h"

#include "base/text.h"

#include <string.h>

const char referral_details_prefix[] = "c-";
const char referral_matches_step[] = "possible-matches";
const char referral_check_step[] = "check";
const char referral_case_name[] = ".case";
const char referral_no_case[] = "none";

const char *referral_known_case(const struct referral *referral)
{
    const char *text = typed_first(referral->typed, referral_case_name);
    return text == NULL || strcmp(text, referral_no_case) == 0 ? NULL : text;
}

/* ---- the steps ---- */

/* Only then may the child have been found among those who are known, and the page that asked stays. */
static bool child_is_described(const struct referral *referral)
{
    for (size_t i = 0; i < referral->typed.count; i++) {
        if (text_starts_with(referral->typed.pairs[i].name, referral_details_prefix)) {
            return true;
        }
    }
    return false;
}

static bool page_is_asked(const struct referral *referral, const struct entry_type *type,
                          const struct value *values, const struct form_page *page)
{
    for (size_t i = 0; i < page->field_count; i++) {
        const struct field *field = &type->fields[page->fields[i]];
        if (!field->system &&
            field_is_shown(referral->pack, type, field, values, &referral->standing, referral->today)) {
            return true;
        }
    }
    return false;
}

static void add_pages(struct referral *referral, struct referral_step *steps, const struct entry_type *type,
                      const struct value *values, const char *prefix, const char *id_prefix)
{
    for (size_t i = 0; i < type->page_count; i++) {
        if (page_is_asked(referral, type, values, &type->pages[i])) {
            steps[referral->step_count++] =
                (struct referral_step){arena_printf(referral->arena, "%s%s", id_prefix, type->pages[i].id),
                                       type, prefix, &type->pages[i]};
        }
    }
}

void referral_work_out(struct referral *referral)
{
    const struct pack *pack = referral->pack;
    struct arena *arena = referral->arena;
    const struct value *details;
    const struct value *start;
    /* faults are told on the page they belong to, and all of them on check-your-answers */
    const struct error *ignored = form_values(arena, pack, referral->details, referral_details_prefix,
                                              referral->typed, NULL, 0, &details);
    ignored = form_values(arena, pack, referral->start, "", referral->typed, NULL, 0, &start);
    (void)ignored;
    referral->standing = (struct standing){.marks = arena_many(arena, bool, pack->mark_count)};
    const struct field *birth = entry_type_field(referral->details, "date_of_birth");
    if (birth != NULL && details[birth->index].kind == VALUE_DAY) {
        referral->standing.child = (struct child){true, details[birth->index].day};
    }
    referral->today = moment_of_instant(pack, referral->request->act.now).day;
    referral->details_values =
        form_asked(arena, pack, referral->details, details, &referral->standing, referral->today);
    referral->start_values =
        form_asked(arena, pack, referral->start, start, &referral->standing, referral->today);
    bool known = referral_known_case(referral) != NULL;
    referral->unasked[0] = (struct unasked){
        .type = referral->details,
        .prefix = referral_details_prefix,
        .typed = details,
        .asked = known ? arena_many(arena, struct value, referral->details->field_count)
                       : referral->details_values,
        .why =
            known ? "The child has a record already. If it is new, change the child’s details there." : NULL};
    referral->unasked[1] = (struct unasked){
        .type = referral->start, .prefix = "", .typed = start, .asked = referral->start_values};
    struct referral_step *steps = arena_many(arena, struct referral_step,
                                             referral->details->page_count + referral->start->page_count + 2);
    referral->step_count = 0;
    if (!known || child_is_described(referral)) {
        add_pages(referral, steps, referral->details, referral->details_values, referral_details_prefix,
                  "child-");
        steps[referral->step_count++] = (struct referral_step){.id = referral_matches_step};
    }
    add_pages(referral, steps, referral->start, referral->start_values, "", "");
    steps[referral->step_count++] = (struct referral_step){.id = referral_check_step};
    referral->steps = steps;
}

const struct referral_step *referral_step_of(const struct referral *referral, const char *id)
{
    for (size_t i = 0; i < referral->step_count; i++) {
        if (strcmp(referral->steps[i].id, id) == 0) {
            return &referral->steps[i];
        }
    }
    return NULL;
}

const char *referral_step_path(const struct referral *referral, const struct referral_step *step)
{
    return arena_printf(referral->arena, "/referral/%s/%s", referral->draft_id, step->id);
}

struct referral referral_of(struct request *request)
{
    const struct pack *pack = act_pack(&request->act);
    return (struct referral){.request = request,
                             .arena = request->arena,
                             .pack = pack,
                             .details = &pack->types[pack->details_type],
                             .start = &pack->types[pack->start_type]};
}

const struct error *referral_read(struct request *request, struct referral *ret_referral)
{
    struct referral referral = referral_of(request);
    struct id id;
    referral.draft_id = request_param(request, "draft");
    if (!id_parse(referral.draft_id, &id)) {
        return error_of(ERROR_NOT_FOUND);
    }
    TRY(act_draft_read(&request->act, id, &referral.draft));
    if (strcmp(referral.draft.kind, "referral") != 0) {
        return error_of(ERROR_NOT_FOUND);
    }
    referral.typed = typed_of_draft(request->arena, &referral.draft);
    referral_work_out(&referral);
    *ret_referral = referral;
    return NULL;
}

const struct error *referral_save(struct referral *referral)
{
    struct draft_view draft = {.id = referral->draft.id, .kind = "referral", .count = referral->typed.count};
    typed_split(referral->arena, referral->typed, &draft.names, &draft.texts);
    struct id id;
    TRY(act_draft_save(&referral->request->act, &draft, &id));
    char *text = arena_alloc(referral->arena, ID_TEXT);
    id_format(id, text);
    referral->draft.id = id;
    referral->draft_id = text;
    return NULL;
}

static struct typed one_pair(struct arena *arena, const char *name, const char *text)
{
    struct pair *pair = arena_one(arena, struct pair);
    *pair = (struct pair){name, text};
    return (struct typed){pair, 1};
}

void referral_put(struct referral *referral, const char *name, const char *text)
{
    referral->typed = typed_merge(referral->arena, referral->typed, one_pair(referral->arena, name, text));
}
