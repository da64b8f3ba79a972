#include "html/fields.h"

void put_heading_open(struct html *html, int level, const char *class, const char *classes)
{
    RAW(html, "<h");
    put_number(html, level);
    RAW(html, " class=\"");
    html_text(html, class);
    put_classes(html, classes);
    RAW(html, "\">");
}

void put_heading_close(struct html *html, int level)
{
    RAW(html, "</h");
    put_number(html, level);
    RAW(html, ">");
}

void put_label(struct html *html, const struct govuk_label *label, const char *class, const char *of)
{
    if (!has(label->text) && !has_markup(label->html)) {
        return;
    }
    if (label->page_heading) {
        RAW(html, "<h1 class=\"govuk-label-wrapper\">\n");
    }
    RAW(html, "<label class=\"govuk-label");
    put_classes(html, class);
    put_classes(html, label->classes);
    RAW(html, "\"");
    put_attributes(html, label->attributes);
    ATTRIBUTE_IF(html, "for", of);
    RAW(html, ">\n");
    put_content(html, label->text, label->html);
    RAW(html, "\n</label>");
    if (label->page_heading) {
        RAW(html, "\n</h1>");
    }
}

void govuk_label(struct html *html, const struct govuk_label *label)
{
    put_label(html, label, NULL, label->of);
}

void put_hint(struct html *html, const struct govuk_hint *hint, const char *class, const char *id,
              const char *id_end)
{
    RAW(html, "<div");
    if (has(id)) {
        RAW(html, " id=\"");
        html_text(html, id);
        html_text(html, id_end);
        RAW(html, "\"");
    }
    RAW(html, " class=\"govuk-hint");
    put_classes(html, class);
    put_classes(html, hint->classes);
    RAW(html, "\"");
    put_attributes(html, hint->attributes);
    RAW(html, ">\n");
    put_content(html, hint->text, hint->html);
    RAW(html, "\n</div>");
}

void govuk_hint(struct html *html, const struct govuk_hint *hint)
{
    put_hint(html, hint, NULL, hint->id, NULL);
}

static void put_error(struct html *html, const struct govuk_error_message *message, const char *id,
                      const char *id_end)
{
    RAW(html, "<p");
    if (has(id)) {
        RAW(html, " id=\"");
        html_text(html, id);
        html_text(html, id_end);
        RAW(html, "\"");
    }
    RAW(html, " class=\"govuk-error-message");
    put_classes(html, message->classes);
    RAW(html, "\"");
    put_attributes(html, message->attributes);
    RAW(html, ">\n");
    const char *hidden = message->hidden_text == NULL ? "Error" : message->hidden_text;
    if (has(hidden)) {
        RAW(html, "<span class=\"govuk-visually-hidden\">");
        html_text(html, hidden);
        RAW(html, ":</span> ");
    }
    put_content(html, message->text, message->html);
    RAW(html, "\n</p>");
}

void govuk_error_message(struct html *html, const struct govuk_error_message *message)
{
    put_error(html, message, message->id, NULL);
}

void put_hint_and_error(struct html *html, const char *id, const struct govuk_hint *hint,
                        const struct govuk_error_message *error)
{
    if (hint != NULL) {
        put_hint(html, hint, NULL, id, "-hint");
        RAW(html, "\n");
    }
    if (error != NULL) {
        put_error(html, error, id, "-error");
        RAW(html, "\n");
    }
}

void group_open(struct html *html, const struct govuk_form_group *group, const char *class, bool error)
{
    RAW(html, "<div class=\"govuk-form-group");
    if (error) {
        RAW(html, " govuk-form-group--error");
    }
    put_classes(html, class);
    put_classes(html, group->classes);
    RAW(html, "\"");
    put_attributes(html, group->attributes);
}

void group_beside(struct html *html, const struct govuk_content *content)
{
    if (has(content->text) || has_markup(content->html)) {
        put_content(html, content->text, content->html);
        RAW(html, "\n");
    }
}

bool is_described(const struct described *described)
{
    return has(described->own) || described->hint || described->error;
}

void put_described(struct html *html, const struct described *described)
{
    const char *between = "";
    if (has(described->own)) {
        html_text(html, described->own);
        between = " ";
    }
    if (described->hint) {
        html_text(html, between);
        html_text(html, described->id);
        RAW(html, "-hint");
        between = " ";
    }
    if (described->error) {
        html_text(html, between);
        html_text(html, described->id);
        RAW(html, "-error");
    }
}

void put_described_by(struct html *html, const struct described *described)
{
    if (is_described(described)) {
        RAW(html, " aria-describedby=\"");
        put_described(html, described);
        RAW(html, "\"");
    }
}

void fieldset_open(struct html *html, const struct govuk_fieldset *fieldset, const char *role,
                   const struct described *described)
{
    RAW(html, "<fieldset class=\"govuk-fieldset");
    put_classes(html, fieldset->classes);
    RAW(html, "\"");
    ATTRIBUTE_IF(html, "role", role);
    put_described_by(html, described);
    put_attributes(html, fieldset->attributes);
    RAW(html, ">\n");
    const struct govuk_legend *legend = &fieldset->legend;
    if (!has(legend->text) && !has_markup(legend->html)) {
        return;
    }
    RAW(html, "<legend class=\"govuk-fieldset__legend");
    put_classes(html, legend->classes);
    RAW(html, "\">\n");
    if (legend->page_heading) {
        RAW(html, "<h1 class=\"govuk-fieldset__heading\">\n");
    }
    put_content(html, legend->text, legend->html);
    if (legend->page_heading) {
        RAW(html, "\n</h1>");
    }
    RAW(html, "\n</legend>\n");
}

void govuk_fieldset(struct html *html, const struct govuk_fieldset *fieldset)
{
    fieldset_open(html, fieldset, fieldset->role, &(struct described){.own = fieldset->described_by});
    if (has_markup(fieldset->html)) {
        html_markup(html, fieldset->html);
        RAW(html, "\n");
    }
    RAW(html, "</fieldset>");
}
