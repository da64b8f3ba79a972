#include "act/account_state.h"

#include "act/account.h"

static struct instant later(struct instant a, struct instant b)
{
    return a.ms > b.ms ? a : b;
}

struct instant account_awake_at(const struct account *account, struct instant used_at)
{
    return later(later(account->added_at, account->unlocked_at),
                 later(account->factors.password_at, used_at));
}

struct instant account_locks_at(const struct account *account, struct instant used_at)
{
    return instant_add_ms(account_awake_at(account, used_at), (int64_t)ACCOUNT_UNUSED_DAYS * MS_PER_DAY);
}

enum account_state account_state(const struct account *account, struct instant used_at, struct instant now)
{
    if (account->leaves_at.ms != 0 && account->leaves_at.ms <= now.ms) {
        return ACCOUNT_LEFT;
    }
    if (account->locked) {
        return ACCOUNT_LOCKED;
    }
    if (account->awaits) {
        return ACCOUNT_AWAITS;
    }
    if (account->expires_at.ms != 0 && account->expires_at.ms <= now.ms) {
        return ACCOUNT_EXPIRED;
    }
    if (account_locks_at(account, used_at).ms <= now.ms) {
        return ACCOUNT_UNUSED;
    }
    return account->password_hash == NULL && used_at.ms == 0 ? ACCOUNT_INVITED : ACCOUNT_IN_USE;
}

bool account_opens(enum account_state state)
{
    return state == ACCOUNT_IN_USE || state == ACCOUNT_INVITED;
}

struct review_quarter review_quarter(struct arena *arena, struct day on)
{
    int year;
    int month;
    int day;
    struct review_quarter quarter = {{0}, {0}, NULL};
    day_to_civil(on, &year, &month, &day);
    (void)day_from_civil(year, (month - 1) / 3 * 3 + 1, 1, &quarter.first);
    quarter.due = quarter.first;
    quarter.due.number += ACCOUNT_REVIEW_DAYS - 1;
    quarter.name = arena_printf(arena, "%d-Q%d", year, (month - 1) / 3 + 1);
    return quarter;
}

bool account_to_review(const struct account *account, enum account_state state, struct instant quarter_began)
{
    return (account_opens(state) || state == ACCOUNT_UNUSED) && account->added_at.ms < quarter_began.ms &&
           account->reviewed_at.ms < quarter_began.ms;
}
