#include "web/pages/pages.h"
#include "web/pages/ui.h"

static const char *limit_of(struct ui *ui, const struct duty_rule *rule)
{
    switch (rule->limit_unit) {
    case LIMIT_NONE:
        return "As soon as possible";
    case LIMIT_AT_ONCE:
        return "At once";
    case LIMIT_HOURS:
        return show_count(ui->arena, (size_t)rule->limit, "hour", "hours");
    case LIMIT_DAYS:
        return show_count(ui->arena, (size_t)rule->limit, "day", "days");
    case LIMIT_WORKING_DAYS:
        return show_count(ui->arena, (size_t)rule->limit, "working day", "working days");
    case LIMIT_MONTHS:
        return show_count(ui->arena, (size_t)rule->limit, "month", "months");
    case LIMIT_FIELD:
        return "At the time the entry names";
    case LIMIT_DUTY:
        return arena_printf(ui->arena, "With: %s", ui->pack->rules[rule->limit_rule].title);
    }
    return "";
}

/* The titles of the entry types of some patterns, each once. */
static const char *types_of(struct ui *ui, const struct pattern *patterns, size_t count)
{
    const char *text = "";
    int last = ANY_TYPE - 1;
    for (size_t i = 0; i < count; i++) {
        if (patterns[i].type == last) {
            continue;
        }
        last = patterns[i].type;
        const char *title = last == ANY_TYPE ? "Any entry that says so" : ui->pack->types[last].title;
        text = text[0] == '\0' ? title : arena_printf(ui->arena, "%s; %s", text, title);
    }
    return text;
}

/* The duties of the procedure, or what it asks people to keep in mind beside them. */
static void write_duties(struct ui *ui, bool prompts)
{
    static const char *const heads[] = {"Duty", "Begins with", "Limit", "Met by", "Who"};
    const struct pack *pack = ui->pack;
    struct ui_cell *cells = arena_many(ui->arena, struct ui_cell, pack->rule_count * 5);
    size_t count = 0;
    for (size_t i = 0; i < pack->rule_count; i++) {
        const struct duty_rule *rule = &pack->rules[i];
        if (rule->prompt != prompts) {
            continue;
        }
        struct pattern *begins = arena_many(ui->arena, struct pattern, rule->begin_count);
        for (size_t b = 0; b < rule->begin_count; b++) {
            begins[b] = rule->begins[b].entry;
        }
        struct ui_cell *row = &cells[count++ * 5];
        row[0] = (struct ui_cell){.text = rule->title, .under = paragraph_title(ui->arena, rule->paragraph)};
        row[1] = (struct ui_cell){.text = types_of(ui, begins, rule->begin_count)};
        row[2] = (struct ui_cell){.text = limit_of(ui, rule)};
        row[3] = (struct ui_cell){.text = types_of(ui, rule->met_by, rule->met_count)};
        row[4] = (struct ui_cell){.text = show_role(pack, rule->owner_role),
                                  .under = show_code(pack, "agency", rule->owner_agency)};
    }
    if (count > 0) {
        ui_h2(ui, prompts ? "Prompts" : "Duties");
        ui_sortable_table(ui, NULL, heads, 5, cells, count, -1);
    }
}

static void write_references(struct ui *ui)
{
    static const char *const heads[] = {"Title", "Why it matters here"};
    const struct pack *pack = ui->pack;
    if (pack->reference_count == 0) {
        return;
    }
    struct ui_cell *cells = arena_many(ui->arena, struct ui_cell, pack->reference_count * 2);
    for (size_t i = 0; i < pack->reference_count; i++) {
        const struct reference_text *reference = &pack->references[i];
        cells[i * 2] = (struct ui_cell){.text = reference->title, .path = reference->url};
        cells[i * 2 + 1] = (struct ui_cell){.text = reference->text == NULL ? "" : reference->text,
                                            .under = paragraph_title(ui->arena, reference->paragraph)};
    }
    ui_h2(ui, "Other texts");
    ui_table(ui, NULL, heads, 2, cells, pack->reference_count);
}

static void write_gates(struct ui *ui)
{
    static const char *const heads[] = {"What must be so", "Before"};
    const struct pack *pack = ui->pack;
    struct ui_cell *cells = arena_many(ui->arena, struct ui_cell, pack->gate_count * 2);
    for (size_t i = 0; i < pack->gate_count; i++) {
        const struct gate *gate = &pack->gates[i];
        const char *types = "";
        size_t guarded = 0;
        for (size_t t = 0; t < pack->type_count; t++) {
            if (gate->types[t]) {
                types = guarded++ == 0 ? pack->types[t].title
                                       : arena_printf(ui->arena, "%s; %s", types, pack->types[t].title);
            }
        }
        cells[i * 2] = (struct ui_cell){
            .text = gate->message,
            .under = gate->paragraph == NULL ? NULL : paragraph_title(ui->arena, gate->paragraph)};
        cells[i * 2 + 1] = (struct ui_cell){.text = guarded > 6 ? "Most entries" : types};
    }
    ui_table(ui, NULL, heads, 2, cells, pack->gate_count);
}

static void write_marks(struct ui *ui)
{
    static const char *const heads[] = {"Mark", "What it means"};
    const struct pack *pack = ui->pack;
    struct ui_cell *cells = arena_many(ui->arena, struct ui_cell, pack->mark_count * 2);
    for (size_t i = 0; i < pack->mark_count; i++) {
        const struct mark *mark = &pack->marks[i];
        cells[i * 2] = (struct ui_cell){.text = mark->title, .tone = mark->tone};
        cells[i * 2 + 1] = (struct ui_cell){
            .text = mark->text == NULL ? "" : mark->text,
            .under = mark->paragraph == NULL ? NULL : paragraph_title(ui->arena, mark->paragraph)};
    }
    ui_table(ui, NULL, heads, 2, cells, pack->mark_count);
}

const struct error *page_procedure(struct request *request, struct reply *reply)
{
    struct ui *ui = ui_begin(request, "Procedure", "/procedure");
    ui->wide = true;
    ui_title(ui, arena_printf(ui->arena, "%s, version %s", ui->pack->id, ui->pack->version), ui->pack->title);
    ui_inset(ui, ui->pack->source);
    ui_text(
        ui,
        "This is the procedure as this service keeps it: every duty with its clock, and everything that must "
        "be so before an entry is recorded, each with the paragraph that asks for it.");
    ui_print(ui, "Print the procedure");
    write_duties(ui, false);
    write_duties(ui, true);
    ui_h2(ui, "What must be so first");
    write_gates(ui);
    ui_h2(ui, "Marks");
    write_marks(ui);
    write_references(ui);
    ui_link(ui, "All procedures of this service, and which new cases begin with", "/procedures");
    ui_finish(ui, reply, 200);
    return NULL;
}
