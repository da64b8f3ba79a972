#include "web/json_text.h"

void put_json_text(struct buf *buf, const char *text)
{
    buf_byte(buf, '"');
    for (const unsigned char *c = (const unsigned char *)text; *c != '\0'; c++) {
        if (*c == '"' || *c == '\\') {
            buf_byte(buf, '\\');
            buf_byte(buf, (char)*c);
        } else if (*c < 0x20) {
            buf_printf(buf, "\\u%04x", *c);
        } else {
            buf_byte(buf, (char)*c);
        }
    }
    buf_byte(buf, '"');
}
