#include "shapes.h"

#include "html/govuk.h"
#include "html/govuk_form.h"
#include "html/moj.h"

#include <string.h>

#define AT(kind_, json, field)                                                                               \
    {                                                                                                        \
        .name = json, .kind = OPTION_##kind_, .offset = offsetof(SELF, field)                                \
    }
#define PART(json, field, of)                                                                                \
    {                                                                                                        \
        .name = json, .kind = OPTION_PART, .offset = offsetof(SELF, field), .shape = &of##_shape             \
    }
#define POINTER(json, field, of)                                                                             \
    {                                                                                                        \
        .name = json, .kind = OPTION_POINTER, .offset = offsetof(SELF, field), .shape = &of##_shape          \
    }
#define SAME(field, of)                                                                                      \
    {                                                                                                        \
        .name = "", .kind = OPTION_SAME, .offset = offsetof(SELF, field), .shape = &of##_shape               \
    }
#define LIST(json, field, count, of)                                                                         \
    {                                                                                                        \
        .name = json, .kind = OPTION_LIST, .offset = offsetof(SELF, field),                                  \
        .count_offset = offsetof(SELF, count), .shape = &of##_shape                                          \
    }
#define TEXT_AND_HTML AT(TEXT, "text", text), AT(MARKUP, "html", html)
#define CLASSES AT(TEXT, "classes", classes)
#define COMMON CLASSES, AT(ATTRIBUTES, "attributes", attributes)
#define SHAPE(of, ...)                                                                                       \
    static const struct option of##_options[] = {__VA_ARGS__, {0}};                                          \
    static const struct shape of##_shape = {.size = sizeof(SELF), .options = of##_options}
#define SHAPE_OF_ITEM(of, ...)                                                                               \
    static const struct option of##_options[] = {__VA_ARGS__, {0}};                                          \
    static const struct option of##_absent = {.name = "", .offset = offsetof(SELF, absent)};                 \
    static const struct shape of##_shape = {                                                                 \
        .size = sizeof(SELF), .options = of##_options, .absent = &of##_absent}

/* ---- forms ---- */

#define SELF struct govuk_content
SHAPE(content, TEXT_AND_HTML);
#undef SELF
#define SELF struct govuk_form_group
SHAPE(form_group, PART("beforeInput", before, content), PART("afterInput", after, content),
      PART("beforeInputs", before, content), PART("afterInputs", after, content), COMMON);
#undef SELF
#define SELF struct govuk_label
SHAPE(label, TEXT_AND_HTML, AT(TEXT, "for", of), AT(IS, "isPageHeading", page_heading), COMMON);
#undef SELF
#define SELF struct govuk_hint
SHAPE(hint, TEXT_AND_HTML, AT(TEXT, "id", id), COMMON);
#undef SELF
#define SELF struct govuk_error_message
SHAPE(error_message, TEXT_AND_HTML, AT(TEXT, "id", id), AT(TEXT, "visuallyHiddenText", hidden_text), COMMON);
#undef SELF
#define SELF struct govuk_legend
SHAPE(legend, TEXT_AND_HTML, AT(IS, "isPageHeading", page_heading), CLASSES);
#undef SELF
#define SELF struct govuk_fieldset
SHAPE(fieldset, PART("legend", legend, legend), AT(MARKUP, "html", html), AT(TEXT, "role", role),
      AT(TEXT, "describedBy", described_by), COMMON);
#undef SELF
#define SELF struct govuk_button
SHAPE(button, TEXT_AND_HTML, AT(TEXT, "href", href), AT(TEXT, "name", name), AT(TEXT, "value", value),
      AT(TEXT, "type", type), AT(TEXT, "id", id), AT(IS, "disabled", disabled),
      AT(IS, "isStartButton", start), AT(FLAG, "preventDoubleClick", prevent_double_click), COMMON);
#undef SELF
#define SELF struct govuk_affix
SHAPE(affix, TEXT_AND_HTML, COMMON);
#undef SELF
#define SELF struct govuk_wrapper
SHAPE(wrapper, COMMON);
#undef SELF
#define FIELD                                                                                                \
    AT(TEXT, "id", id), AT(TEXT, "name", name), PART("label", label, label), POINTER("hint", hint, hint),    \
        POINTER("errorMessage", error, error_message), AT(TEXT, "value", value),                             \
        AT(IS, "disabled", disabled), AT(TEXT, "describedBy", described_by),                                 \
        PART("formGroup", group, form_group), COMMON
#define SELF struct govuk_input
SHAPE(input, FIELD, AT(TEXT, "type", type), AT(TEXT, "inputmode", inputmode),
      AT(TEXT, "autocomplete", autocomplete), AT(TEXT, "autocapitalize", autocapitalize),
      AT(TEXT, "pattern", pattern), AT(FLAG, "spellcheck", spellcheck), PART("prefix", prefix, affix),
      PART("suffix", suffix, affix), PART("inputWrapper", wrapper, wrapper));
#undef SELF
#define SELF struct govuk_textarea
SHAPE(textarea, FIELD, AT(NUMBER, "rows", rows), AT(TEXT, "autocomplete", autocomplete),
      AT(FLAG, "spellcheck", spellcheck));
#undef SELF
#define SELF struct govuk_plural
SHAPE(plural, AT(TEXT, "one", one), AT(TEXT, "other", other));
#undef SELF
#define SELF struct govuk_character_count
SHAPE(character_count, SAME(textarea, textarea), AT(NUMBER, "maxlength", max_length),
      AT(NUMBER, "maxwords", max_words), AT(NUMBER, "threshold", threshold),
      AT(TEXT, "countMessage.classes", count_classes), AT(TEXT, "textareaDescriptionText", description),
      PART("charactersUnderLimitText", characters_under, plural),
      AT(TEXT, "charactersAtLimitText", characters_at),
      PART("charactersOverLimitText", characters_over, plural),
      PART("wordsUnderLimitText", words_under, plural), AT(TEXT, "wordsAtLimitText", words_at),
      PART("wordsOverLimitText", words_over, plural), AT(TEXT, "countType", count_type));
#undef SELF
#define SELF struct govuk_password_input
SHAPE(password_input, SAME(input, input), AT(TEXT, "button.classes", button_classes),
      AT(TEXT, "showPasswordText", show_text), AT(TEXT, "hidePasswordText", hide_text),
      AT(TEXT, "showPasswordAriaLabelText", show_label), AT(TEXT, "hidePasswordAriaLabelText", hide_label),
      AT(TEXT, "passwordShownAnnouncementText", shown_announcement),
      AT(TEXT, "passwordHiddenAnnouncementText", hidden_announcement));
#undef SELF
#define SELF struct govuk_choice_label
SHAPE(choice_label, COMMON);
#undef SELF
#define SELF struct govuk_choice
SHAPE_OF_ITEM(choice, AT(TEXT, "divider", divider), AT(TEXT, "id", id), AT(TEXT, "name", name),
              AT(TEXT, "value", value), TEXT_AND_HTML, PART("label", label, choice_label),
              PART("hint", hint, hint), AT(FLAG, "checked", checked), AT(IS, "disabled", disabled),
              AT(TEXT, "behaviour", behaviour), AT(MARKUP, "conditional.html", conditional),
              AT(ATTRIBUTES, "attributes", attributes));
#undef SELF
#define CHOICES                                                                                              \
    AT(TEXT, "idPrefix", id_prefix), AT(TEXT, "name", name), POINTER("fieldset", fieldset, fieldset),        \
        POINTER("hint", hint, hint), POINTER("errorMessage", error, error_message),                          \
        LIST("items", items, item_count, choice), PART("formGroup", group, form_group), COMMON
#define SELF struct govuk_radios
SHAPE(radios, CHOICES, AT(TEXT, "value", value));
#undef SELF
#define SELF struct govuk_checkboxes
SHAPE(checkboxes, CHOICES, AT(TEXT, "describedBy", described_by),
      {.name = "values",
       .kind = OPTION_TEXTS,
       .offset = offsetof(SELF, values),
       .count_offset = offsetof(SELF, value_count)});
#undef SELF
#define SELF struct govuk_option
SHAPE_OF_ITEM(option, AT(VALUE, "value", value), AT(TEXT, "text", text), AT(FLAG, "selected", selected),
              AT(IS, "disabled", disabled), AT(ATTRIBUTES, "attributes", attributes));
#undef SELF
#define SELF struct govuk_select
SHAPE(select, FIELD, LIST("items", items, item_count, option));
#undef SELF
#define SELF struct govuk_date_part
SHAPE_OF_ITEM(date_part, AT(TEXT, "id", id), AT(TEXT, "name", name), AT(TEXT, "label", label),
              AT(TEXT, "value", value), AT(TEXT, "inputmode", inputmode),
              AT(TEXT, "autocomplete", autocomplete), AT(TEXT, "pattern", pattern), AT(FLAG, "error", error),
              COMMON);
#undef SELF
#define SELF struct govuk_date_input
SHAPE(date_input, AT(TEXT, "id", id), AT(TEXT, "namePrefix", name_prefix),
      {.name = "values",
       .kind = OPTION_MAP,
       .offset = offsetof(SELF, values),
       .count_offset = offsetof(SELF, value_count)},
      LIST("items", items, item_count, date_part), POINTER("day", day, date_part),
      POINTER("month", month, date_part), POINTER("year", year, date_part),
      POINTER("fieldset", fieldset, fieldset), POINTER("hint", hint, hint),
      POINTER("errorMessage", error, error_message), PART("formGroup", group, form_group), COMMON);
#undef SELF

/* ---- ways ---- */

#define SELF struct govuk_back_link
SHAPE(back_link, TEXT_AND_HTML, AT(TEXT, "href", href), COMMON);
#undef SELF
#define SELF struct govuk_skip_link
SHAPE(skip_link, TEXT_AND_HTML, AT(TEXT, "href", href), COMMON);
#undef SELF
#define SELF struct govuk_crumb
SHAPE(crumb, TEXT_AND_HTML, AT(TEXT, "href", href), AT(ATTRIBUTES, "attributes", attributes));
#undef SELF
#define SELF struct govuk_breadcrumbs
SHAPE(breadcrumbs, LIST("items", items, item_count, crumb), AT(TEXT, "labelText", label),
      AT(IS, "collapseOnMobile", collapse_on_mobile), COMMON);
#undef SELF
#define SELF struct govuk_navigation_item
SHAPE_OF_ITEM(navigation_item, TEXT_AND_HTML, AT(TEXT, "href", href), AT(IS, "current", current),
              AT(IS, "active", active), AT(ATTRIBUTES, "attributes", attributes));
#undef SELF
#define SELF struct govuk_service_navigation
SHAPE(service_navigation, AT(TEXT, "serviceName", service_name), AT(TEXT, "serviceUrl", service_url),
      LIST("navigation", items, item_count, navigation_item), AT(TEXT, "navigationLabel", label),
      AT(TEXT, "ariaLabel", section_label), AT(TEXT, "menuButtonText", menu_text),
      AT(TEXT, "menuButtonLabel", menu_label), AT(TEXT, "navigationId", navigation_id),
      AT(TEXT, "navigationClasses", navigation_classes),
      AT(FLAG, "collapseNavigationOnMobile", collapse_on_mobile), AT(MARKUP, "slots.start", slot_start),
      AT(MARKUP, "slots.end", slot_end), AT(MARKUP, "slots.navigationStart", slot_navigation_start),
      AT(MARKUP, "slots.navigationEnd", slot_navigation_end), AT(IS, "slots.endInline", slot_end_inline),
      COMMON);
#undef SELF
#define SELF struct govuk_page_link
SHAPE(page_link, AT(TEXT, "href", href), TEXT_AND_HTML, AT(TEXT, "labelText", label),
      AT(ATTRIBUTES, "attributes", attributes));
#undef SELF
#define SELF struct govuk_page_item
SHAPE_OF_ITEM(page_item, AT(TEXT, "number", number), AT(TEXT, "visuallyHiddenText", hidden_text),
              AT(TEXT, "href", href), AT(IS, "current", current), AT(IS, "ellipsis", ellipsis),
              AT(ATTRIBUTES, "attributes", attributes));
#undef SELF
#define SELF struct govuk_pagination
SHAPE(pagination, PART("previous", previous, page_link), PART("next", next, page_link),
      LIST("items", items, item_count, page_item), AT(TEXT, "landmarkLabel", label), COMMON);
#undef SELF

/* ---- words to the reader ---- */

#define SELF struct govuk_fault
SHAPE(fault, TEXT_AND_HTML, AT(TEXT, "href", href), AT(ATTRIBUTES, "attributes", attributes));
#undef SELF
#define SELF struct govuk_error_summary
SHAPE(error_summary, AT(TEXT, "titleText", title), AT(MARKUP, "titleHtml", title_html),
      AT(TEXT, "descriptionText", description), AT(MARKUP, "descriptionHtml", description_html),
      LIST("errorList", faults, fault_count, fault), AT(FLAG, "disableAutoFocus", disable_auto_focus),
      COMMON);
#undef SELF
#define SELF struct govuk_notification_banner
SHAPE(notification_banner, TEXT_AND_HTML, AT(TEXT, "titleText", title), AT(MARKUP, "titleHtml", title_html),
      AT(NUMBER, "titleHeadingLevel", title_level), AT(TEXT, "titleId", title_id), AT(TEXT, "type", type),
      AT(TEXT, "role", role), AT(FLAG, "disableAutoFocus", disable_auto_focus), COMMON);
#undef SELF
#define SELF struct govuk_panel_action
SHAPE(panel_action, AT(TEXT, "text", text), AT(TEXT, "href", href), AT(TEXT, "type", type), COMMON);
#undef SELF
#define SELF struct govuk_panel
SHAPE(panel, AT(TEXT, "titleText", title), AT(MARKUP, "titleHtml", title_html), TEXT_AND_HTML,
      AT(NUMBER, "headingLevel", level), AT(GIVEN, "actions", has_actions),
      LIST("actions.items", actions, action_count, panel_action), AT(TEXT, "actions.classes", action_classes),
      AT(ATTRIBUTES, "actions.attributes", action_attributes), COMMON);
#undef SELF
#define SELF struct govuk_inset_text
SHAPE(inset_text, TEXT_AND_HTML, AT(TEXT, "id", id), COMMON);
#undef SELF
#define SELF struct govuk_warning_text
SHAPE(warning_text, TEXT_AND_HTML, AT(TEXT, "iconFallbackText", icon_text), COMMON);
#undef SELF
#define SELF struct govuk_details
SHAPE(details, AT(TEXT, "summaryText", summary), AT(MARKUP, "summaryHtml", summary_html), TEXT_AND_HTML,
      AT(TEXT, "id", id), AT(IS, "open", open), COMMON);
#undef SELF
#define SELF struct govuk_tag
SHAPE(tag, TEXT_AND_HTML, COMMON);
#undef SELF

/* ---- lists and tables ---- */

#define SELF struct govuk_action
SHAPE(action, TEXT_AND_HTML, AT(TEXT, "href", href), AT(TEXT, "visuallyHiddenText", hidden_text), COMMON);
#undef SELF
#define SELF struct govuk_cell_text
SHAPE(cell_text, TEXT_AND_HTML, CLASSES);
#undef SELF
#define SELF struct govuk_summary_row
SHAPE_OF_ITEM(summary_row, PART("key", key, cell_text), PART("value", value, cell_text),
              LIST("actions.items", actions, action_count, action),
              AT(TEXT, "actions.classes", action_classes), CLASSES);
#undef SELF
#define SELF struct govuk_card
SHAPE(card, AT(TEXT, "title.text", title), AT(MARKUP, "title.html", title_html),
      AT(NUMBER, "title.headingLevel", title_level), AT(TEXT, "title.classes", title_classes),
      LIST("actions.items", actions, action_count, action), AT(TEXT, "actions.classes", action_classes),
      COMMON);
#undef SELF
#define SELF struct govuk_summary_list
SHAPE(summary_list, LIST("rows", rows, row_count, summary_row), POINTER("card", card, card), COMMON);
#undef SELF
#define SELF struct govuk_cell
SHAPE(cell, TEXT_AND_HTML, AT(TEXT, "format", format), AT(NUMBER, "colspan", colspan),
      AT(NUMBER, "rowspan", rowspan), COMMON);
#undef SELF
#define SELF struct govuk_table_row
SHAPE_OF_ITEM(table_row, LIST("", cells, cell_count, cell));
#undef SELF
#define SELF struct govuk_table
SHAPE(table, AT(TEXT, "caption", caption), AT(TEXT, "captionClasses", caption_classes),
      LIST("head", head, head_count, cell), LIST("rows", rows, row_count, table_row),
      AT(IS, "firstCellIsHeader", first_cell_is_header), COMMON);
#undef SELF
#define SELF struct govuk_task_status
SHAPE(task_status, TEXT_AND_HTML, POINTER("tag", tag, tag), CLASSES);
#undef SELF
#define SELF struct govuk_task
SHAPE_OF_ITEM(task, PART("title", title, cell_text), POINTER("hint", hint, cell_text),
              PART("status", status, task_status), AT(TEXT, "href", href), CLASSES);
#undef SELF
#define SELF struct govuk_task_list
SHAPE(task_list, LIST("items", items, item_count, task), AT(TEXT, "idPrefix", id_prefix), COMMON);
#undef SELF

/* ---- MOJ ---- */

#define SELF struct moj_timeline_item
SHAPE(moj_timeline_item, AT(TEXT, "label.text", label), AT(MARKUP, "label.html", label_html),
      AT(TEXT, "byline.text", byline), AT(TEXT, "datetime.timestamp", timestamp),
      AT(TEXT, "datetime.type", when), TEXT_AND_HTML, COMMON);
#undef SELF
#define SELF struct moj_timeline
SHAPE(moj_timeline, LIST("items", items, item_count, moj_timeline_item), AT(NUMBER, "headingLevel", level),
      COMMON);
#undef SELF
#define SELF struct moj_navigation_item
SHAPE(moj_navigation_item, TEXT_AND_HTML, AT(TEXT, "href", href), AT(IS, "active", active), COMMON);
#undef SELF
#define SELF struct moj_sub_navigation
SHAPE(moj_sub_navigation, AT(TEXT, "label", label), LIST("items", items, item_count, moj_navigation_item),
      COMMON);
#undef SELF

#define WRITER(function)                                                                                     \
    static void write_##function(struct html *html, const void *options)                                     \
    {                                                                                                        \
        function(html, options);                                                                             \
    }
#define COMPONENTS(ROW)                                                                                      \
    ROW("back-link", govuk_back_link, back_link)                                                             \
    ROW("breadcrumbs", govuk_breadcrumbs, breadcrumbs)                                                       \
    ROW("button", govuk_button, button)                                                                      \
    ROW("character-count", govuk_character_count, character_count)                                           \
    ROW("checkboxes", govuk_checkboxes, checkboxes)                                                          \
    ROW("date-input", govuk_date_input, date_input)                                                          \
    ROW("details", govuk_details, details)                                                                   \
    ROW("error-message", govuk_error_message, error_message)                                                 \
    ROW("error-summary", govuk_error_summary, error_summary)                                                 \
    ROW("fieldset", govuk_fieldset, fieldset)                                                                \
    ROW("hint", govuk_hint, hint)                                                                            \
    ROW("input", govuk_input, input)                                                                         \
    ROW("inset-text", govuk_inset_text, inset_text)                                                          \
    ROW("label", govuk_label, label)                                                                         \
    ROW("notification-banner", govuk_notification_banner, notification_banner)                               \
    ROW("pagination", govuk_pagination, pagination)                                                          \
    ROW("panel", govuk_panel, panel)                                                                         \
    ROW("password-input", govuk_password_input, password_input)                                              \
    ROW("radios", govuk_radios, radios)                                                                      \
    ROW("select", govuk_select, select)                                                                      \
    ROW("service-navigation", govuk_service_navigation, service_navigation)                                  \
    ROW("skip-link", govuk_skip_link, skip_link)                                                             \
    ROW("summary-list", govuk_summary_list, summary_list)                                                    \
    ROW("table", govuk_table, table)                                                                         \
    ROW("tag", govuk_tag, tag)                                                                               \
    ROW("task-list", govuk_task_list, task_list)                                                             \
    ROW("textarea", govuk_textarea, textarea)                                                                \
    ROW("warning-text", govuk_warning_text, warning_text)                                                    \
    ROW("moj-sub-navigation", moj_sub_navigation, moj_sub_navigation)                                        \
    ROW("moj-timeline", moj_timeline, moj_timeline)

#define ROW_WRITER(name, function, shape) WRITER(function)
COMPONENTS(ROW_WRITER)
#define ROW_COMPONENT(name, function, shape) {name, &shape##_shape, write_##function},
static const struct component components[] = {COMPONENTS(ROW_COMPONENT)};

const struct component *component_find(const char *name)
{
    for (size_t i = 0; i < sizeof components / sizeof components[0]; i++) {
        if (strcmp(components[i].name, name) == 0) {
            return &components[i];
        }
    }
    return NULL;
}
