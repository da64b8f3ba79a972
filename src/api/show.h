/* What the acts answer, as parts of a JSON tree. Each has its schema of the same name in schema.c. */
#ifndef WM_API_SHOW_H
#define WM_API_SHOW_H

#include "api/call.h"

/* An entry as it was recorded. */
void show_entry(struct call *call, json_t *array, const struct case_view *view, const struct entry *entry);
/* The same as a member. */
void show_entry_at(struct call *call, json_t *object, const char *name, const struct case_view *view,
                   const struct entry *entry);
/* {"duties":[...],"prompts":[...]} of a case: the shape of `waymark duties`. */
void show_duties(struct call *call, json_t *object, const struct position *position);
/* {"prompts":[...]}: the prompts among these. show_lines leaves them out. */
void show_prompts(struct call *call, json_t *object, const struct work_line *lines, size_t count);
void show_lines(struct call *call, json_t *object, const char *name, const struct work_line *lines,
                size_t count);
void show_matches(struct call *call, json_t *object, const char *name, const struct match *matches,
                  size_t count);
void show_case(struct call *call, json_t *object, const struct case_view *view);

#endif
