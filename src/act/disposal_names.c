/* The words by which states, lists and steps are known outside: in addresses, files and the API. */
#include "act/disposal.h"
#include "act/request.h"

#include "base/text.h"

static const char *const state_names[DISPOSAL_STATES] = {
    [DISPOSAL_OPEN] = "open",       [DISPOSAL_NO_RULE] = "no-rule", [DISPOSAL_KEPT] = "kept",
    [DISPOSAL_HELD] = "held",       [DISPOSAL_DUE] = "due",         [DISPOSAL_PROPOSED] = "proposed",
    [DISPOSAL_WAITING] = "waiting", [DISPOSAL_READY] = "ready",     [DISPOSAL_DESTROYED] = "destroyed",
};
static const char *const list_names[DISPOSAL_LISTS] = {
    [DISPOSAL_LIST_DUE] = "due",
    [DISPOSAL_LIST_UNDER_WAY] = "under-way",
    [DISPOSAL_LIST_HELD] = "held",
    [DISPOSAL_LIST_DESTROYED] = "destroyed",
};
static const char *const act_names[DISPOSAL_ACTS] = {
    [DISPOSAL_HOLD] = "hold",       [DISPOSAL_LIFT] = "lift",     [DISPOSAL_PROPOSE] = "propose",
    [DISPOSAL_AGREE] = "agree",     [DISPOSAL_REFUSE] = "refuse", [DISPOSAL_CANCEL] = "cancel",
    [DISPOSAL_DESTROY] = "destroy",
};

const char *disposal_state_name(enum disposal_state state)
{
    return state_names[state];
}

const char *disposal_list_name(enum disposal_list list)
{
    return list_names[list];
}

static int position_in(const char *const *names, int count, const char *name)
{
    for (int i = 0; i < count; i++) {
        if (text_equal(names[i], name)) {
            return i;
        }
    }
    return -1;
}

bool disposal_list_find(const char *name, enum disposal_list *ret_list)
{
    int found = position_in(list_names, DISPOSAL_LISTS, name);
    *ret_list = (enum disposal_list)(found < 0 ? 0 : found);
    return found >= 0;
}

bool disposal_act_find(const char *name, enum disposal_act *ret_act)
{
    int found = position_in(act_names, DISPOSAL_ACTS, name);
    *ret_act = (enum disposal_act)(found < 0 ? 0 : found);
    return found >= 0;
}

static const char *const request_states[] = {[REQUEST_PREPARING] = "preparing",
                                             [REQUEST_PREPARED] = "prepared",
                                             [REQUEST_RELEASED] = "released",
                                             [REQUEST_CLOSED] = "closed"};

const char *request_state_name(enum request_state state)
{
    return request_states[state];
}
