#include "confine/inner.h"

#include <linux/capability.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

bool confine_level_read(const char *text, enum confine_level *ret_level)
{
    static const char *const names[] = {
        [CONFINE_OFF] = "off", [CONFINE_TRY] = "try", [CONFINE_REQUIRE] = "require"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (strcmp(text, names[i]) == 0) {
            *ret_level = (enum confine_level)i;
            return true;
        }
    }
    return false;
}

/* Every right of root is dropped but that of listening below port 1024, which is over when no call for it is
 * answered any more. */
static const char *drop_capabilities(const struct confine_plan *plan)
{
    struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
    struct __user_cap_data_struct data[2];
    memset(data, 0, sizeof data);
    if (syscall(SYS_capget, &header, data) != 0) {
        return "capabilities";
    }
    uint32_t kept = plan->role == CONFINE_SERVER ? data[0].permitted & (1U << CAP_NET_BIND_SERVICE) : 0;
    for (int capability = 0; prctl(PR_CAPBSET_READ, capability, 0, 0, 0) >= 0; capability++) {
        /* without the right to, the set bounds nothing that could still be had: no new rights */
        (void)prctl(PR_CAPBSET_DROP, capability, 0, 0, 0);
    }
    (void)prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
    memset(data, 0, sizeof data);
    data[0].permitted = kept;
    data[0].effective = kept;
    return syscall(SYS_capset, &header, data) == 0 ? NULL : "capabilities";
}

/* What is in memory goes to no core file and to no other process of the same user. */
static const char *keep_memory(void)
{
    const struct rlimit none = {0, 0};
    bool kept = setrlimit(RLIMIT_CORE, &none) == 0;
    if (!CONFINE_SANITIZED) {
        kept = prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) == 0 && kept;
    }
    return kept ? NULL : "a memory that is not dumped";
}

static const struct error *tell(struct arena *arena, const struct confine_plan *plan, const char *missing,
                                const char **ret_missing)
{
    *ret_missing = missing;
    if (missing == NULL || plan->level != CONFINE_REQUIRE) {
        return NULL;
    }
    return error_new(arena, ERROR_BAD_INPUT, "the sandbox is required, and this kernel lacks %s", missing);
}

static const char *with(struct arena *arena, const char *list, const char *one)
{
    return one == NULL ? list : list == NULL ? one : arena_printf(arena, "%s; %s", list, one);
}

const struct error *confine_begin(struct arena *arena, const struct confine_plan *plan,
                                  const char **ret_missing)
{
    const char *missing = NULL;
    *ret_missing = NULL;
    if (plan->level == CONFINE_OFF) {
        return NULL;
    }
    (void)umask(077);
    missing = with(arena, missing, keep_memory());
    missing = with(arena, missing, drop_capabilities(plan));
    missing =
        with(arena, missing, prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 ? NULL : "giving up new privileges");
    missing = with(arena, missing, confine_files(plan));
    return tell(arena, plan, missing, ret_missing);
}

const struct error *confine_finish(struct arena *arena, const struct confine_plan *plan,
                                   const char **ret_missing)
{
    *ret_missing = NULL;
    return plan->level == CONFINE_OFF ? NULL : tell(arena, plan, confine_calls(plan), ret_missing);
}
