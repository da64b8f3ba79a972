/* What every field of a form has around its input. Of html/ only. */
#ifndef WM_HTML_FIELDS_H
#define WM_HTML_FIELDS_H

#include "html/govuk_form.h"
#include "html/inner.h"

/* What describes a field: its own, then its hint, then its error. */
struct described {
    const char *own; /* ids of others; NULL for none */
    const char *id;
    bool hint;
    bool error;
};

void put_heading_open(struct html *html, int level, const char *class, const char *classes);
void put_heading_close(struct html *html, int level);
void group_open(struct html *html, const struct govuk_form_group *group, const char *class, bool error);
/* Before or after the inputs, on a line of its own. */
void group_beside(struct html *html, const struct govuk_content *content);
void put_label(struct html *html, const struct govuk_label *label, const char *class, const char *of);
void put_hint(struct html *html, const struct govuk_hint *hint, const char *class, const char *id,
              const char *id_end);
void put_hint_and_error(struct html *html, const char *id, const struct govuk_hint *hint,
                        const struct govuk_error_message *error);
bool is_described(const struct described *described);
/* The ids with a space between; nothing around them. */
void put_described(struct html *html, const struct described *described);
void put_described_by(struct html *html, const struct described *described);
void fieldset_open(struct html *html, const struct govuk_fieldset *fieldset, const char *role,
                   const struct described *described);
/* With `more` after its own classes, and what else stands in the group's tag already. */
void put_textarea(struct html *html, const struct govuk_textarea *textarea, const char *class,
                  const struct described *described);
void put_input(struct html *html, const struct govuk_input *input, const char *class,
               const struct described *described);

#endif
