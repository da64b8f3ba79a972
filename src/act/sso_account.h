/* Accounts as single sign-on finds, joins and makes them. */
#ifndef WM_ACT_SSO_ACCOUNT_H
#define WM_ACT_SSO_ACCOUNT_H

#include "act/account.h"
#include "act/sso.h"

/* The provider that an account is joined to, by its title, or by its address where the settings have it no
 * more; NULL: it is joined to none. */
const char *sso_title(const struct act *act, const struct account *account);

/* The account of an invitation whose link is still good. */
bool sso_link_account(const struct act *act, const char *link, const struct account **ret_account);

struct sso_settling {
    const struct sso_provider *provider;
    const struct sso_person *person;
    const struct sso_mapped *mapped; /* NULL: the settings give this person nothing */
    const char *link_account;        /* of the ticket; "": none */
    const char *link_hash;
    /* what comes of it */
    const struct account *account;
    bool joined;
    bool made;
    enum sso_refused refused; /* on an error */
};
/*
 * Finds the account of (issuer, subject), or joins that of the link, or makes one; gives it the role that the
 * settings say, or ends all its access when they say none. ERROR_NOT_ALLOWED with `refused`.
 */
const struct error *sso_settle(const struct act *act, struct sso_settling *settling) MUST_CHECK;

#endif
