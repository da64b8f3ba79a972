/* Escaping: no text becomes markup, in an element, an attribute, or over several lines. */
#include "fuzz.h"

#include "html/html.h"

void fuzz_begin(void)
{
}

/* Reads escaped text back. */
static const char *unescaped(struct arena *arena, const char *text, size_t size)
{
    static const char *const entities[][2] = {{"&lt;", "<"},    {"&gt;", ">"},  {"&amp;", "&"},
                                              {"&quot;", "\""}, {"&#39;", "'"}, {"&#039;", "'"}};
    char *out = arena_alloc(arena, size + 1);
    size_t length = 0;
    for (size_t i = 0; i < size;) {
        must(text[i] != '<' && text[i] != '>' && text[i] != '"');
        size_t step = 0;
        for (size_t e = 0; e < sizeof entities / sizeof *entities && step == 0; e++) {
            if (text_starts_with(text + i, entities[e][0])) {
                out[length++] = entities[e][1][0];
                step = strlen(entities[e][0]);
            }
        }
        if (step == 0) {
            must(text[i] != '&');
            out[length++] = text[i];
            step = 1;
        }
        i += step;
    }
    return out;
}

void fuzz_one(struct arena *arena, const uint8_t *bytes, size_t size)
{
    const char *text = fuzz_text(arena, bytes, size);
    if (text == NULL) {
        return;
    }
    struct html *html = html_new(arena, size * 12 + 200);
    html_open(html, "p", ATTRIBUTES({"title", text}));
    html_text(html, text);
    html_close(html, "p");
    size_t written;
    const char *page = html_bytes(html, &written);
    must(page != NULL);
    static const char begin[] = "<p title=\"";
    must(text_starts_with(page, begin));
    const char *value = page + sizeof begin - 1;
    const char *quote = strchr(value, '"');
    must(quote != NULL && quote[1] == '>');
    must(strcmp(unescaped(arena, value, (size_t)(quote - value)), text) == 0);
    const char *inner = quote + 2;
    size_t rest = written - (size_t)(inner - page);
    must(rest >= 4 && strcmp(inner + rest - 4, "</p>") == 0);
    must(strcmp(unescaped(arena, inner, rest - 4), text) == 0);

    html = html_new(arena, size * 12 + 200);
    html_lines(html, text);
    const char *lines = html_bytes(html, &written);
    must(lines != NULL);
    for (const char *at = strchr(lines, '<'); at != NULL; at = strchr(at + 1, '<')) {
        must(text_starts_with(at, "<br>"));
    }
}
