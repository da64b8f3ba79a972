#include "html/html.h"

#include "base/must.h"
#include "base/text.h"
#include "html/inner.h"

#include <string.h>

struct entity {
    const char *text;
    size_t size;
};
#define ENTITY(literal)                                                                                      \
    {                                                                                                        \
        literal, sizeof(literal) - 1                                                                         \
    }

/* By byte: what stands for it. */
static const struct entity entities[256] = {
    ['&'] = ENTITY("&amp;"),  ['<'] = ENTITY("&lt;"),   ['>'] = ENTITY("&gt;"),
    ['"'] = ENTITY("&quot;"), ['\''] = ENTITY("&#39;"),
};

/* By byte: what ends a run of bytes that are written as they are. */
enum { ENDS_TEXT = 1, ENDS_LINE = 2, ENDS_BOTH = ENDS_TEXT | ENDS_LINE };
static const unsigned char ends[256] = {
    ['\0'] = ENDS_BOTH, ['&'] = ENDS_BOTH,  ['<'] = ENDS_BOTH,  ['>'] = ENDS_BOTH,
    ['"'] = ENDS_BOTH,  ['\''] = ENDS_BOTH, ['\n'] = ENDS_LINE,
};

/* What most pages take, so that they are not copied as they grow, and what the frame before one may take. */
enum { PAGE = 32 * 1024, FRAME = 8 * 1024 };

struct html *html_new(struct arena *arena, size_t limit)
{
    struct html *html = arena_one(arena, struct html);
    buf_init(&html->buf, arena, FRAME + limit);
    (void)buf_reserve(&html->buf, FRAME + (limit < PAGE ? limit : PAGE - 1));
    html->buf.size = FRAME; /* of zeros */
    html->begin = FRAME;
    return html;
}

size_t html_size(const struct html *html)
{
    return html->buf.size - html->begin;
}

const char *html_bytes(struct html *html, size_t *ret_size)
{
    must(html->depth == 0);
    if (buf_failed(&html->buf)) {
        return NULL;
    }
    *ret_size = html->buf.size - html->begin;
    return buf_text(&html->buf) + html->begin;
}

typedef unsigned char sixteen __attribute__((vector_size(16)));

/* Whether none of sixteen bytes ends a line of text. Two that differ in one bit are compared as one. */
static bool sixteen_plain(sixteen bytes)
{
    uint64_t found[2];
    sixteen ended = (sixteen)((bytes & 0xFE) == '&') | (sixteen)((bytes & 0xFD) == '<') |
                    (sixteen)(bytes == '"') | (sixteen)(bytes == '\n');
    memcpy(found, &ended, sizeof found);
    return (found[0] | found[1]) == 0;
}
_Static_assert(('&' ^ '\'') == 1 && ('<' ^ '>') == 2, "what sixteen_plain compares as one");

/* The first and the last `half` of fewer than twice as many bytes go over, unless one of them ends a line. */
static inline bool copy_halves(char *to, const char *from, size_t size, size_t half)
{
    sixteen bytes = {0};
    unsigned char *piece = (unsigned char *)&bytes;
    memcpy(piece, from, half);
    memcpy(piece + 8, from + size - half, half);
    if (!sixteen_plain(bytes)) {
        return false;
    }
    memcpy(to, piece, half);
    memcpy(to + size - half, piece + 8, half);
    return true;
}

/* Copies plain bytes in few steps, sixteen at once and then the rest of less than sixteen in two halves that
 * overlap; how many. What is left begins with a byte that is not plain, or is looked at one by one. */
static size_t copy_plain(char *to, const char *from, size_t size)
{
    size_t done = 0;
    for (; size - done >= sizeof(sixteen); done += sizeof(sixteen)) {
        sixteen bytes;
        memcpy(&bytes, from + done, sizeof bytes);
        if (!sixteen_plain(bytes)) {
            return done;
        }
        memcpy(to + done, &bytes, sizeof bytes);
    }
    size_t left = size - done;
    bool whole = left >= 8   ? copy_halves(to + done, from + done, left, 8)
                 : left >= 4 ? copy_halves(to + done, from + done, left, 4)
                             : false;
    return whole ? size : done;
}

/* Writes up to the NUL, or to what else ends it and has no entity, and returns where that is. */
static const char *put_run(struct html *html, const char *text, unsigned char end)
{
    struct buf *buf = &html->buf;
    const char *last = text + strlen(text);
    while (text < last && buf_room(buf, (size_t)(last - text))) {
        char *to = buf->bytes + buf->size;
        size_t size = copy_plain(to, text, (size_t)(last - text));
        while ((ends[(unsigned char)text[size]] & end) == 0) {
            to[size] = text[size];
            size++;
        }
        to[size] = '\0';
        buf->size += size;
        text += size;
        if (text == last || *text == '\n') {
            return text;
        }
        const struct entity *entity = &entities[(unsigned char)*text];
        buf_put_n(buf, entity->text, entity->size);
        text++;
    }
    return last;
}

void html_text(struct html *html, const char *text)
{
    if (text != NULL) {
        put_run(html, text, ENDS_TEXT);
    }
}

void html_lines(struct html *html, const char *text)
{
    while (text != NULL && *text != '\0') {
        text = put_run(html, text, ENDS_LINE);
        if (*text == '\n') {
            text++;
            if (*text != '\0') {
                RAW(html, "<br>");
            }
        }
    }
}

/* The page itself stays where it is, and what was written of its frame is put before it. */
static void put_before_page(struct html *html)
{
    struct buf frame = html->buf;
    html->buf = html->page_buf;
    html->page = NULL;
    html->begin = FRAME - frame.size;
    memcpy(html->buf.bytes + html->begin, buf_text(&frame), frame.size);
}

void html_markup(struct html *html, const struct markup *markup)
{
    if (markup == NULL) {
        return;
    }
    if (markup == html->page && html->depth == 0 && html->buf.size <= FRAME && !buf_failed(&html->buf)) {
        put_before_page(html);
    } else {
        buf_put_n(&html->buf, markup->bytes, markup->size);
    }
}

void put_attributes(struct html *html, const struct attribute *attributes)
{
    for (; attributes != NULL && attributes->name != NULL; attributes++) {
        if (attributes->value != NULL) {
            RAW(html, " ");
            buf_put(&html->buf, attributes->name); /* a constant of the program */
            RAW(html, "=\"");
            html_text(html, attributes->value);
            RAW(html, "\"");
        }
    }
}

void html_open_tag(struct html *html, const char *open, size_t size, const struct attribute *attributes)
{
    buf_put_n(&html->buf, open, size);
    put_attributes(html, attributes);
    RAW(html, ">");
}

void html_close_tag(struct html *html, const char *close, size_t size)
{
    buf_put_n(&html->buf, close, size);
}

void html_capture(struct html *html)
{
    must(html->depth < HTML_DEPTH);
    html->captures[html->depth++] = html->buf.size;
}

const struct markup *html_capture_end(struct html *html)
{
    must(html->depth > 0);
    size_t from = html->captures[--html->depth];
    struct buf *buf = &html->buf;
    struct markup *markup = arena_one(buf->arena, struct markup);
    markup->size = buf->size - from;
    if (html->depth == 0 && html->begin == FRAME && from == FRAME && !buf_failed(buf)) {
        /* a whole page: its bytes stay where they are */
        markup->bytes = buf_text(buf) + from;
        html->page = markup;
        html->page_buf = *buf;
        html->begin = 0;
        buf_init(buf, buf->arena, buf->limit);
        (void)buf_reserve(buf, FRAME / 2);
        return markup;
    }
    markup->bytes = arena_copy_n(buf->arena, buf_text(buf) + from, markup->size);
    buf_cut(buf, from);
    return markup;
}

const struct markup *markup_trusted(struct arena *arena, const char *bytes)
{
    struct markup *markup = arena_one(arena, struct markup);
    *markup = (struct markup){.bytes = bytes, .size = strlen(bytes)};
    return markup;
}

void put_content(struct html *html, const char *text, const struct markup *markup)
{
    if (has_markup(markup)) {
        html_markup(html, markup);
    } else {
        html_text(html, text);
    }
}

void put_classes(struct html *html, const char *classes)
{
    if (has(classes)) {
        RAW(html, " ");
        html_text(html, classes);
    }
}

void put_number(struct html *html, int number)
{
    char digits[NUMBER_TEXT];
    buf_put_n(&html->buf, digits, number_write(number, digits));
}
