/* What the pages of disposal share. */
#ifndef WM_WEB_PAGES_DISPOSAL_H
#define WM_WEB_PAGES_DISPOSAL_H

#include "act/disposal.h"
#include "web/pages/ui.h"

extern const char disposal_section[];
const char *disposal_path(struct arena *arena, struct id record);
struct ui_cell disposal_state_cell(const struct disposal_row *row);
const char *disposal_kind(enum retention_record kind);

#endif
