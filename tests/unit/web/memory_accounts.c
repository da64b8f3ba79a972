/* Keeping accounts, in memory: there is one, nothing is kept of what is done with it. */
#include "act/accounts.h"

#include <stddef.h>

const char *account_state_name(enum account_state state)
{
    (void)state;
    return "in-use";
}

const struct error *act_account_read(const struct act *act, const char *username,
                                     struct account_history *ret_history)
{
    (void)act;
    *ret_history = (struct account_history){.account = {.username = username,
                                                        .name = "Tom Okafor",
                                                        .role = "social-worker",
                                                        .agency = "social-care",
                                                        .team = "",
                                                        .email = "",
                                                        .reviewed_by = ""}};
    return NULL;
}

const struct error *act_account_invite(const struct act *act, const struct account_input *input,
                                       struct invitation *ret_invitation)
{
    (void)act;
    (void)input;
    *ret_invitation = (struct invitation){.link = "0.link"};
    return NULL;
}

const struct error *act_account_invite_again(const struct act *act, const char *username,
                                             struct invitation *ret_invitation)
{
    (void)act;
    (void)username;
    *ret_invitation = (struct invitation){.mailed = true, .code = "7KQ2M9XT4C"};
    return NULL;
}

const struct error *act_account_change(const struct act *act, const char *username,
                                       const struct account_change *change, bool *ret_awaits)
{
    (void)act;
    (void)username;
    (void)change;
    *ret_awaits = false;
    return NULL;
}

const struct error *act_account_agree(const struct act *act, const char *username, bool agreed,
                                      struct invitation *ret_invitation)
{
    (void)act;
    (void)username;
    (void)agreed;
    *ret_invitation = (struct invitation){0};
    return NULL;
}

const struct error *act_account_leaves(const struct act *act, const char *username, struct instant at,
                                       const char *reason)
{
    (void)act;
    (void)username;
    (void)at;
    (void)reason;
    return NULL;
}

const struct error *act_account_expires(const struct act *act, const char *username, struct instant at)
{
    (void)act;
    (void)username;
    (void)at;
    return NULL;
}

const struct error *act_account_hand_over(const struct act *act, const char *username, const char *to,
                                          const char *reason)
{
    (void)act;
    (void)username;
    (void)to;
    (void)reason;
    return NULL;
}

const struct error *act_account_review(const struct act *act, struct account_review *ret_review)
{
    (void)act;
    *ret_review = (struct account_review){.quarter = "2026-Q4"};
    return NULL;
}

const struct error *act_account_confirm(const struct act *act, const char *const *usernames, size_t count)
{
    (void)act;
    (void)usernames;
    (void)count;
    return NULL;
}
