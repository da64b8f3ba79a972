#include "web/pages/ui.h"

#include "html/html.h"

enum { WIDTH = 320, HEIGHT = 90, EDGE = 8 };

static int across(const struct ui_chart *chart, size_t i)
{
    return chart->count < 2 ? WIDTH / 2 : EDGE + (int)((size_t)(WIDTH - 2 * EDGE) * i / (chart->count - 1));
}

static int down(const struct ui_chart *chart, size_t i)
{
    int most = chart->most < 1 ? 1 : chart->most;
    int value = chart->values[i] > most ? most : chart->values[i] < 0 ? 0 : chart->values[i];
    return HEIGHT - EDGE - (HEIGHT - 2 * EDGE) * value / most;
}

static const char *said(struct ui *ui, const struct ui_chart *chart)
{
    const char *text = arena_printf(ui->arena, "%s:", chart->title);
    for (size_t i = 0; i < chart->count; i++) {
        text = arena_printf(ui->arena, "%s %s, %d;", text, chart->labels[i], chart->values[i]);
    }
    return text;
}

void ui_chart(struct ui *ui, const struct ui_chart *chart)
{
    const char *points = "";
    for (size_t i = 0; i < chart->count; i++) {
        points =
            arena_printf(ui->arena, "%s%s%d,%d", points, i == 0 ? "" : " ", across(chart, i), down(chart, i));
    }
    html_open(ui->html, "svg",
              ATTRIBUTES({"xmlns", "http://www.w3.org/2000/svg"}, {"role", "img"}, {"width", "320"},
                         {"height", "90"}, {"viewBox", "0 0 320 90"}, {"aria-label", said(ui, chart)}));
    html_element(
        ui->html, "path",
        ATTRIBUTES({"d", "M8 82H312M8 8V82"}, {"fill", "none"}, {"stroke", "#8d9aa3"}, {"stroke-width", "1"}),
        NULL);
    html_element(
        ui->html, "polyline",
        ATTRIBUTES({"points", points}, {"fill", "none"}, {"stroke", "#1d5a73"}, {"stroke-width", "3"}), NULL);
    for (size_t i = 0; i < chart->count; i++) {
        html_element(ui->html, "circle",
                     ATTRIBUTES({"cx", arena_printf(ui->arena, "%d", across(chart, i))},
                                {"cy", arena_printf(ui->arena, "%d", down(chart, i))}, {"r", "4"},
                                {"fill", "#1d5a73"}),
                     NULL);
    }
    html_close(ui->html, "svg");
}
