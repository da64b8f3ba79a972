/* The log of looks in words. */
#ifndef WM_WEB_PAGES_LOOK_WORDS_H
#define WM_WEB_PAGES_LOOK_WORDS_H

#include "web/pages/ui.h"

/* "Read the case"; what was refused: "Was refused: read the case". */
const char *look_words(struct arena *arena, const struct look_view *look);
/* Why: "Work with the child". A code that has no words yet is shown as it is. */
const char *look_purpose(struct arena *arena, const char *code);
/* Kinds that the log is asked for by, each with a code and its words. */
size_t look_kinds(const struct ui_choice **ret_choices);

#endif
