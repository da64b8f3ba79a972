/* Tokens by which a program works for somebody. Made by that person only, in a session of two factors that
 * was just proved, and ending by themselves. */
#include "act/factor.h"

#include "base/text.h"

#include <string.h>

enum { TITLE_MOST = 60, TOKENS_MOST = 10, ID_LETTERS = 16 };

static size_t standing(const struct act *act, const struct account *account)
{
    size_t count = 0;
    for (size_t i = 0; i < account->token_count; i++) {
        count += account->tokens[i].ends_at.ms > act->now.ms;
    }
    return count;
}

const struct error *act_token_make(const struct act *act, const char *title, int days, const char **ret_token)
{
    const struct account *account;
    TRY(act_begin(act, MAY_WORK, "token-make", act->actor == NULL ? (struct id){{0}} : act->actor->account));
    TRY(act_dangerous(act));
    if (!act->actor->strong) {
        return error_new(act->arena, ERROR_NOT_ALLOWED,
                         "a token is made in a session that was begun with a second factor");
    }
    TRY(account_read(act, act->actor->account, &account));
    const char *name = title == NULL ? "" : text_trim(act->arena, title);
    const struct error *fault = NULL;
    if (days < 1 || days > TOKEN_DAYS_MOST) {
        fault = error_field(act->arena, ERROR_INVALID, "days", fault, "Enter a number of days from 1 to %d",
                            TOKEN_DAYS_MOST);
    }
    if (name[0] == '\0' || text_length(name) > TITLE_MOST) {
        fault = error_field(act->arena, ERROR_INVALID, "title", fault,
                            "Say what uses it, in at most %d characters", TITLE_MOST);
    } else if (standing(act, account) >= TOKENS_MOST) {
        fault = error_field(act->arena, ERROR_INVALID, "title", fault, "You have %d tokens: end one first",
                            TOKENS_MOST);
    }
    TRY(fault);
    struct token_input input = {.title = name,
                                .ends_at = instant_add_ms(act->now, (int64_t)days * MS_PER_DAY)};
    TRY(token_make(act, account, &input, ret_token));
    return notice_own(act, "token-made", account->id);
}

const struct error *act_tokens(const struct act *act, const struct token_view **ret_tokens, size_t *ret_count)
{
    const struct account *account;
    TRY(act_begin(act, MAY_WORK, "tokens", act->actor == NULL ? (struct id){{0}} : act->actor->account));
    TRY(account_read(act, act->actor->account, &account));
    struct token_view *views = arena_many(act->arena, struct token_view, account->token_count);
    size_t count = 0;
    for (size_t i = account->token_count; i-- > 0;) {
        const struct account_token *token = &account->tokens[i];
        if (token->ends_at.ms > act->now.ms) {
            views[count++] = (struct token_view){
                .id = arena_copy_n(act->arena, token->hash, strnlen(token->hash, ID_LETTERS)),
                .title = token->title,
                .made_at = token->made_at,
                .ends_at = token->ends_at,
            };
        }
    }
    *ret_tokens = views;
    *ret_count = count;
    return NULL;
}

const struct error *act_token_end(const struct act *act, const char *id)
{
    const struct account *account;
    struct value *values;
    TRY(act_begin(act, MAY_WORK, "token-end", act->actor == NULL ? (struct id){{0}} : act->actor->account));
    TRY(account_read(act, act->actor->account, &account));
    for (size_t i = 0; i < account->token_count && id != NULL; i++) {
        const char *hash = account->tokens[i].hash;
        if (strlen(id) == ID_LETTERS && text_starts_with(hash, id)) {
            struct entry entry = account_entry(act, "account-token-ended", &values);
            account_set(values, entry.type, "token_hash", hash);
            return account_append(act, account->id, &entry);
        }
    }
    return error_of(ERROR_NOT_FOUND);
}
