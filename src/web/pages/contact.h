/* What the pages of the directory share. */
#ifndef WM_WEB_PAGES_CONTACT_H
#define WM_WEB_PAGES_CONTACT_H

#include "web/pages/ui.h"

const char *contact_path(struct ui *ui, const struct contact_view *contact);
/* What is to be done about the directory by who is signed in: contacts to check, agencies that name nobody.
 */
const struct error *ui_directory_reminders(struct ui *ui) MUST_CHECK;
/* The agencies that name nobody, for who administers; nothing when there are none. */
void ui_gaps(struct ui *ui, const struct agency_gap *gaps, size_t count);

#endif
