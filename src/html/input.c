#include "html/fields.h"

#include <string.h>

static void put_spellcheck(struct html *html, enum html_flag spellcheck)
{
    if (spellcheck != FLAG_OPEN) {
        ATTRIBUTE(html, "spellcheck", spellcheck == FLAG_TRUE ? "true" : "false");
    }
}

static const char *or_empty(const char *text)
{
    return text == NULL ? "" : text;
}

/* ---- input ---- */

static void put_element(struct html *html, const struct govuk_input *input, const char *class,
                        const struct described *described)
{
    RAW(html, "<input class=\"govuk-input");
    put_classes(html, class);
    put_classes(html, input->classes);
    if (input->error != NULL) {
        RAW(html, " govuk-input--error");
    }
    RAW(html, "\"");
    ATTRIBUTE(html, "id", or_empty(described->id));
    ATTRIBUTE(html, "name", or_empty(input->name));
    ATTRIBUTE(html, "type", or_else(input->type, "text"));
    put_spellcheck(html, input->spellcheck);
    ATTRIBUTE(html, "value", input->value);
    if (input->disabled) {
        RAW(html, " disabled");
    }
    put_described_by(html, described);
    ATTRIBUTE(html, "autocomplete", input->autocomplete);
    ATTRIBUTE(html, "autocapitalize", input->autocapitalize);
    ATTRIBUTE(html, "pattern", input->pattern);
    ATTRIBUTE(html, "inputmode", input->inputmode);
    put_attributes(html, input->attributes);
    RAW(html, ">\n");
}

static bool has_affix(const struct govuk_affix *affix)
{
    return has(affix->text) || has_markup(affix->html);
}

static void put_affix(struct html *html, const struct govuk_affix *affix)
{
    put_classes(html, affix->classes);
    RAW(html, "\" aria-hidden=\"true\"");
    put_attributes(html, affix->attributes);
    RAW(html, ">");
    put_content(html, affix->text, affix->html);
    RAW(html, "</div>\n");
}

static bool has_content(const struct govuk_content *content)
{
    return has(content->text) || has_markup(content->html);
}

/* From the end of the group's opening tag on. */
void put_input(struct html *html, const struct govuk_input *input, const char *class,
               const struct described *described)
{
    RAW(html, ">\n");
    put_label(html, &input->label, NULL, described->id);
    RAW(html, "\n");
    put_hint_and_error(html, described->id, input->hint, input->error);
    bool wrapped = has_affix(&input->prefix) || has_affix(&input->suffix) ||
                   has_content(&input->group.before) || has_content(&input->group.after);
    if (!wrapped) {
        put_element(html, input, class, described);
        RAW(html, "</div>");
        return;
    }
    RAW(html, "<div class=\"govuk-input__wrapper");
    put_classes(html, input->wrapper.classes);
    RAW(html, "\"");
    put_attributes(html, input->wrapper.attributes);
    RAW(html, ">\n");
    group_beside(html, &input->group.before);
    if (has_affix(&input->prefix)) {
        RAW(html, "<div class=\"govuk-input__prefix");
        put_affix(html, &input->prefix);
    }
    put_element(html, input, class, described);
    if (has_affix(&input->suffix)) {
        RAW(html, "<div class=\"govuk-input__suffix");
        put_affix(html, &input->suffix);
    }
    group_beside(html, &input->group.after);
    RAW(html, "</div>\n</div>");
}

void govuk_input(struct html *html, const struct govuk_input *input)
{
    const struct described described = {.own = input->described_by,
                                        .id = or_else(input->id, input->name),
                                        .hint = input->hint != NULL,
                                        .error = input->error != NULL};
    group_open(html, &input->group, NULL, input->error != NULL);
    put_input(html, input, NULL, &described);
}

static void put_toggle(struct html *html, const struct govuk_password_input *password, const char *id)
{
    govuk_button(html,
                 &(struct govuk_button){.type = "button",
                                        .text = password->show_text == NULL ? "Show" : password->show_text,
                                        .classes = password->button_classes,
                                        .attributes = ATTRIBUTES({"aria-controls", or_empty(id)},
                                                                 {"aria-label", password->show_label == NULL
                                                                                    ? "Show password"
                                                                                    : password->show_label},
                                                                 {"hidden", ""})});
    RAW(html, "\n");
    put_content(html, password->input.group.after.text, password->input.group.after.html);
}

void govuk_password_input(struct html *html, const struct govuk_password_input *password)
{
    struct govuk_input input = password->input;
    const struct described described = {.own = input.described_by,
                                        .id = or_else(input.id, input.name),
                                        .hint = input.hint != NULL,
                                        .error = input.error != NULL};
    struct govuk_password_input toggle = *password;
    toggle.button_classes =
        "govuk-button--secondary govuk-password-input__toggle govuk-js-password-input-toggle";
    if (has(password->button_classes)) {
        toggle.button_classes =
            arena_printf(html->buf.arena, "%s %s", toggle.button_classes, password->button_classes);
    }
    html_capture(html);
    put_toggle(html, &toggle, described.id);
    input.group.after = (struct govuk_content){.html = html_capture_end(html)};
    input.wrapper = (struct govuk_wrapper){.classes = "govuk-password-input__wrapper"};
    input.type = "password";
    input.spellcheck = FLAG_FALSE;
    input.autocapitalize = "none";
    input.autocomplete = or_else(input.autocomplete, "current-password");
    group_open(html, &input.group, "govuk-password-input", input.error != NULL);
    RAW(html, " data-module=\"govuk-password-input\"");
    ATTRIBUTE_IF(html, "data-i18n.show-password", password->show_text);
    ATTRIBUTE_IF(html, "data-i18n.hide-password", password->hide_text);
    ATTRIBUTE_IF(html, "data-i18n.show-password-aria-label", password->show_label);
    ATTRIBUTE_IF(html, "data-i18n.hide-password-aria-label", password->hide_label);
    ATTRIBUTE_IF(html, "data-i18n.password-shown-announcement", password->shown_announcement);
    ATTRIBUTE_IF(html, "data-i18n.password-hidden-announcement", password->hidden_announcement);
    put_input(html, &input, "govuk-password-input__input govuk-js-password-input-input", &described);
}

/* ---- text area ---- */

/* From the end of the group's opening tag on. */
void put_textarea(struct html *html, const struct govuk_textarea *textarea, const char *class,
                  const struct described *described)
{
    RAW(html, ">\n");
    put_label(html, &textarea->label, NULL, described->id);
    RAW(html, "\n");
    put_hint_and_error(html, described->id, textarea->hint, textarea->error);
    group_beside(html, &textarea->group.before);
    RAW(html, "<textarea class=\"govuk-textarea");
    if (textarea->error != NULL) {
        RAW(html, " govuk-textarea--error");
    }
    put_classes(html, class);
    put_classes(html, textarea->classes);
    RAW(html, "\"");
    ATTRIBUTE(html, "id", or_empty(described->id));
    ATTRIBUTE(html, "name", or_empty(textarea->name));
    RAW(html, " rows=\"");
    put_number(html, textarea->rows == 0 ? 5 : textarea->rows);
    RAW(html, "\"");
    put_spellcheck(html, textarea->spellcheck);
    if (textarea->disabled) {
        RAW(html, " disabled");
    }
    put_described_by(html, described);
    ATTRIBUTE_IF(html, "autocomplete", textarea->autocomplete);
    put_attributes(html, textarea->attributes);
    RAW(html, ">");
    if (has(textarea->value) && textarea->value[0] == '\n') {
        /* a browser drops the first line feed, which the macros of GOV.UK lose so */
        RAW(html, "\n");
    }
    html_text(html, textarea->value);
    RAW(html, "</textarea>\n");
    group_beside(html, &textarea->group.after);
    RAW(html, "</div>");
}

void govuk_textarea(struct html *html, const struct govuk_textarea *textarea)
{
    const struct described described = {.own = textarea->described_by,
                                        .id = or_else(textarea->id, textarea->name),
                                        .hint = textarea->hint != NULL,
                                        .error = textarea->error != NULL};
    group_open(html, &textarea->group, NULL, textarea->error != NULL);
    put_textarea(html, textarea, NULL, &described);
}

static void put_limit(struct html *html, const char *name, int limit)
{
    if (limit != 0) {
        RAW(html, " data-");
        html_text(html, name);
        RAW(html, "=\"");
        put_number(html, limit);
        RAW(html, "\"");
    }
}

static bool has_plural(const struct govuk_plural *plural)
{
    return plural->one != NULL || plural->other != NULL;
}

#define PUT_PLURAL(html, key, plural)                                                                        \
    do {                                                                                                     \
        if (has_plural(plural)) {                                                                            \
            ATTRIBUTE(html, "data-i18n." key ".one", (plural)->one);                                         \
            ATTRIBUTE(html, "data-i18n." key ".other", (plural)->other);                                     \
        }                                                                                                    \
    } while (0)

/* The message below, with %{count} replaced; empty when the limit is the script's to say. */
static void put_count_message(struct html *html, const struct govuk_character_count *count, const char *id,
                              bool words)
{
    int limit = count->max_words != 0 ? count->max_words : count->max_length;
    char *text = NULL;
    if (limit != 0) {
        static const char mark[] = "%{count}";
        const char *form = has(count->description) ? count->description
                           : words                 ? "You can enter up to %{count} words"
                                                   : "You can enter up to %{count} characters";
        text = arena_copy(html->buf.arena, "");
        for (const char *at = strstr(form, mark); at != NULL; at = strstr(form, mark)) {
            text = arena_printf(html->buf.arena, "%s%.*s%d", text, (int)(at - form), form, limit);
            form = at + sizeof mark - 1;
        }
        text = arena_printf(html->buf.arena, "%s%s", text, form);
    }
    put_hint(html, &(struct govuk_hint){.text = text, .classes = count->count_classes},
             "govuk-character-count__message", id, "-info");
    RAW(html, "\n");
}

void govuk_character_count(struct html *html, const struct govuk_character_count *count)
{
    struct govuk_textarea textarea = count->textarea;
    const char *type = has(count->count_type) ? count->count_type : count->max_words != 0 ? "words" : NULL;
    const char *id = or_else(textarea.id, textarea.name);
    const struct described described = {.own = arena_printf(html->buf.arena, "%s-info", or_empty(id)),
                                        .id = id,
                                        .hint = textarea.hint != NULL,
                                        .error = textarea.error != NULL};
    html_capture(html);
    put_count_message(html, count, or_empty(id), type != NULL && strcmp(type, "words") == 0);
    put_content(html, textarea.group.after.text, textarea.group.after.html);
    textarea.group.after = (struct govuk_content){.html = html_capture_end(html)};
    group_open(html, &(struct govuk_form_group){.classes = textarea.group.classes}, "govuk-character-count",
               textarea.error != NULL);
    RAW(html, " data-module=\"govuk-character-count\"");
    put_limit(html, "maxlength", count->max_length);
    put_limit(html, "maxwords", count->max_words);
    put_limit(html, "threshold", count->threshold);
    ATTRIBUTE(html, "data-count-type", type);
    if (count->max_words == 0 && count->max_length == 0) {
        ATTRIBUTE_IF(html, "data-i18n.textarea-description.other", count->description);
    }
    PUT_PLURAL(html, "characters-under-limit", &count->characters_under);
    ATTRIBUTE_IF(html, "data-i18n.characters-at-limit", count->characters_at);
    PUT_PLURAL(html, "characters-over-limit", &count->characters_over);
    PUT_PLURAL(html, "words-under-limit", &count->words_under);
    ATTRIBUTE_IF(html, "data-i18n.words-at-limit", count->words_at);
    PUT_PLURAL(html, "words-over-limit", &count->words_over);
    put_attributes(html, textarea.group.attributes);
    put_textarea(html, &textarea, "govuk-js-character-count", &described);
}
