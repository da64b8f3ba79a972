/* What other pages show of single sign-on. */
#ifndef WM_WEB_PAGES_SSO_H
#define WM_WEB_PAGES_SSO_H

#include "web/pages/ui.h"

/* A heading and a button for each provider; false, and nothing, when there is none. `link`: of an invitation,
 * whose account is then joined; NULL: to sign in, and to go on to `next` (NULL: the first page). `apart`: in
 * another tab, because this page holds what was typed. */
bool sso_write_ways(struct ui *ui, const char *link, const char *next, bool apart);
/* To show again who one is, by the provider that signs the actor in; false when none does. */
bool sso_write_again(struct ui *ui, const char *next, bool apart);
/* On the page of who has signed out here: that they may be signed in there still, and where that ends. NULL,
 * or one that offers nothing: nothing is written. */
void sso_write_way_out(struct ui *ui, const char *provider);

#endif
