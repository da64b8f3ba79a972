#include "html/layout.h"

#include "html/inner.h"

static void put_head(struct html *html, const struct layout *layout)
{
    RAW(html,
        "<!DOCTYPE html>\n<html lang=\"en\" class=\"govuk-template\">\n<head>\n<meta charset=\"utf-8\">\n"
        "<title>");
    if (layout->faults != NULL) {
        RAW(html, "Error: ");
    }
    html_text(html, layout->title);
    RAW(html, " - Waymark</title>\n"
              "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1, viewport-fit=cover\">\n"
              "<meta name=\"robots\" content=\"noindex\">\n");
    if (layout->style != NULL) {
        html_open(html, "link", ATTRIBUTES({"rel", "stylesheet"}, {"href", layout->style}));
    }
    if (layout->icon != NULL) {
        html_open(html, "link",
                  ATTRIBUTES({"rel", "icon"}, {"type", "image/svg+xml"}, {"href", layout->icon}));
    }
    if (layout->script_first != NULL) {
        html_element(html, "script", ATTRIBUTES({"src", layout->script_first}), NULL);
    }
    if (layout->script != NULL) {
        html_element(html, "script", ATTRIBUTES({"type", "module"}, {"src", layout->script}), NULL);
    }
    RAW(html, "\n</head>\n");
}

static void put_header(struct html *html, const struct layout *layout)
{
    RAW(html, "<header class=\"wm-header\">\n<div class=\"govuk-width-container wm-header__inner\">\n"
              "<a class=\"wm-header__name\" href=\"/\">Waymark</a>\n");
    if (layout->who != NULL) {
        RAW(html, "<form class=\"wm-header__who\" method=\"post\" action=\"/sign-out\">\n"
                  "<a class=\"wm-header__me\" href=\"/my-account\">");
        html_text(html, layout->who);
        RAW(html, "</a>\n<input type=\"hidden\" name=\"_csrf\"");
        ATTRIBUTE(html, "value", layout->csrf);
        RAW(html, ">\n<button class=\"wm-header__out\">Sign out</button>\n</form>\n");
    }
    RAW(html, "</div>\n</header>\n");
    if (layout->who != NULL) {
        govuk_service_navigation(html, &(struct govuk_service_navigation){.items = layout->items,
                                                                          .item_count = layout->item_count});
        RAW(html, "\n");
    }
}

static void put_main(struct html *html, const struct layout *layout)
{
    RAW(html, "<div class=\"govuk-width-container\">\n");
    if (layout->back != NULL) {
        govuk_back_link(html, layout->back);
        RAW(html, "\n");
    }
    RAW(html, "<main class=\"govuk-main-wrapper\" id=\"main-content\">\n");
    if (!layout->wide) {
        RAW(html, "<div class=\"govuk-grid-row\">\n<div class=\"govuk-grid-column-two-thirds\">\n");
    }
    if (layout->faults != NULL) {
        govuk_error_summary(html, layout->faults);
        RAW(html, "\n");
    }
    html_markup(html, layout->main);
    if (!layout->wide) {
        RAW(html, "</div>\n</div>\n");
    }
    RAW(html, "</main>\n</div>\n");
}

void layout_page(struct html *html, const struct layout *layout)
{
    put_head(html, layout);
    RAW(html, "<body class=\"govuk-template__body\"");
    ATTRIBUTE(html, "data-wm-session", layout->session_seconds);
    RAW(html, ">\n");
    govuk_skip_link(html, &(struct govuk_skip_link){.text = "Skip to main content", .href = "#main-content"});
    RAW(html, "\n");
    put_header(html, layout);
    put_main(html, layout);
    RAW(html,
        "<footer class=\"wm-footer\">\n<div class=\"govuk-width-container\">\n"
        "<p class=\"govuk-body-s\">If a child is in immediate danger, call 999.</p>\n</div>\n</footer>\n"
        "</body>\n</html>\n");
}
