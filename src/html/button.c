#include "html/govuk_form.h"

#include "html/inner.h"

static void put_common(struct html *html, const struct govuk_button *button)
{
    RAW(html, " class=\"govuk-button");
    put_classes(html, button->classes);
    if (button->start) {
        RAW(html, " govuk-button--start");
    }
    RAW(html, "\" data-module=\"govuk-button\"");
    put_attributes(html, button->attributes);
    ATTRIBUTE_IF(html, "id", button->id);
    RAW(html, ">\n");
    /* a start button is a flex box, which drops the white space between its elements */
    bool wrapped = button->start && has_markup(button->html);
    if (wrapped) {
        RAW(html, "<span>");
    }
    put_content(html, button->text, button->html);
    if (wrapped) {
        RAW(html, "</span>");
    }
    RAW(html, "\n");
    if (button->start) {
        RAW(html,
            "<svg class=\"govuk-button__start-icon\" xmlns=\"http://www.w3.org/2000/svg\" width=\"17.5\" "
            "height=\"19\" viewBox=\"0 0 33 40\" aria-hidden=\"true\" focusable=\"false\">\n"
            "<path fill=\"currentColor\" d=\"M0 0h13l20 20-20 20H0l20-20z\"/>\n</svg>\n");
    }
}

void govuk_button(struct html *html, const struct govuk_button *button)
{
    if (has(button->href)) {
        RAW(html, "<a");
        ATTRIBUTE(html, "href", button->href);
        RAW(html, " role=\"button\" draggable=\"false\"");
        put_common(html, button);
        RAW(html, "</a>");
        return;
    }
    RAW(html, "<button");
    ATTRIBUTE(html, "type", or_else(button->type, "submit"));
    ATTRIBUTE_IF(html, "value", button->value);
    ATTRIBUTE_IF(html, "name", button->name);
    if (button->disabled) {
        RAW(html, " disabled aria-disabled=\"true\"");
    }
    if (button->prevent_double_click != FLAG_OPEN) {
        ATTRIBUTE(html, "data-prevent-double-click",
                  button->prevent_double_click == FLAG_TRUE ? "true" : "false");
    }
    put_common(html, button);
    RAW(html, "</button>");
}
