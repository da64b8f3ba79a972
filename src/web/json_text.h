/* A text of JSON in a file of open data; the API has a library for its own. */
#ifndef WM_WEB_JSON_TEXT_H
#define WM_WEB_JSON_TEXT_H

#include "base/buf.h"

void put_json_text(struct buf *buf, const char *text);

#endif
