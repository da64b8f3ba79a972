/*
 * Who is there for the child: the workers named for them (helper-named of the pack), the last of each kind,
 * and the trusted worker that a referral or the child's details name.
 */
#include "web/pages/case_frame.h"

#include "base/text.h"

#include <string.h>

static const struct value *value_of(const struct known *known, const char *name)
{
    static const struct value none = {.kind = VALUE_NONE};
    const struct field *field = entry_type_field(known->type, name);
    return field == NULL ? &none : &known->values[field->index];
}

static const char *text_of(const struct known *known, const char *name)
{
    const struct value *value = value_of(known, name);
    return value->kind == VALUE_TEXT ? value->text : NULL;
}

static void add(struct helper *list, size_t *count, struct helper helper)
{
    for (size_t i = 0; i < *count; i++) {
        if (strcmp(list[i].kind, helper.kind) == 0) {
            list[i] = helper;
            return;
        }
    }
    list[(*count)++] = helper;
}

size_t case_helpers(struct ui *ui, const struct case_view *view, const struct helper **ret_helpers)
{
    const struct history *history = view->history;
    struct helper *list = arena_many(ui->arena, struct helper, history->count + 2);
    size_t count = 0;
    const struct field *detail =
        entry_type_field(&view->pack->types[view->pack->details_type], "trusted_worker");
    if (detail != NULL && view->child.values[detail->index].kind == VALUE_TEXT) {
        add(list, &count,
            (struct helper){.kind = "trusted",
                            .title = "Trusted worker",
                            .name = view->child.values[detail->index].text});
    }
    for (size_t i = 0; i < history->count; i++) {
        const struct known *known = &history->list[i];
        const struct value *kind = value_of(known, "helper_role");
        const char *name = kind->kind == VALUE_CODE ? text_of(known, "name") : NULL;
        const char *trusted = known->type->part == PART_START ? text_of(known, "trusted_worker") : NULL;
        if (name != NULL) {
            const struct value *agency = value_of(known, "agency");
            add(list, &count,
                (struct helper){.kind = kind->code->id,
                                .title = kind->code->title,
                                .name = name,
                                .agency = agency->kind == VALUE_CODE ? agency->code->title : NULL,
                                .phone = text_of(known, "phone")});
        } else if (trusted != NULL) {
            add(list, &count, (struct helper){.kind = "trusted", .title = "Trusted worker", .name = trusted});
        }
    }
    *ret_helpers = list;
    return count;
}

void case_helpers_write(struct ui *ui, const struct case_view *view)
{
    const struct helper *helpers;
    size_t count = case_helpers(ui, view, &helpers);
    if (count == 0) {
        return;
    }
    struct ui_row *rows = arena_many(ui->arena, struct ui_row, count);
    for (size_t i = 0; i < count; i++) {
        const char *under = helpers[i].agency == NULL ? "" : helpers[i].agency;
        under = helpers[i].phone == NULL ? under
                                         : arena_printf(ui->arena, "%s%s%s", under,
                                                        under[0] == '\0' ? "" : ", ", helpers[i].phone);
        rows[i] =
            (struct ui_row){.key = helpers[i].title,
                            .value = {.text = helpers[i].name, .under = under[0] == '\0' ? NULL : under}};
    }
    ui_h2(ui, "Who is there for the child");
    ui_summary(ui, rows, count);
}
