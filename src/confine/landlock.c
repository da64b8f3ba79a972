/*
 * Landlock by system call: the header of Debian 12 is older than the kernels this runs on, so what it says is
 * written here. Each version of it can refuse more; what the running kernel has is used.
 */
#include "confine/inner.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#ifndef SYS_landlock_create_ruleset
#define SYS_landlock_create_ruleset 444
#define SYS_landlock_add_rule 445
#define SYS_landlock_restrict_self 446
#endif

struct ruleset {
    uint64_t files;
    uint64_t network;
    uint64_t scopes;
};
struct beneath {
    uint64_t allowed;
    int32_t folder;
} __attribute__((packed));
struct port {
    uint64_t allowed;
    uint64_t port;
};

enum { RULE_BENEATH = 1, RULE_PORT = 2, ASK_VERSION = 1, SECOND_WORDS = 6 };

#define EXECUTE (1ULL << 0)
#define WRITE_FILE (1ULL << 1)
#define READ_FILE (1ULL << 2)
#define READ_FOLDER (1ULL << 3)
#define REMOVE_FILE (1ULL << 5)
#define MAKE_FILE (1ULL << 8)
#define FIRST_VERSION ((1ULL << 13) - 1)
#define REFER (1ULL << 13)          /* version 2 */
#define TRUNCATE (1ULL << 14)       /* 3 */
#define IOCTL_DEVICE (1ULL << 15)   /* 5 */
#define BIND_TCP (1ULL << 0)        /* 4 */
#define CONNECT_TCP (1ULL << 1)     /* 4 */
#define ABSTRACT_SOCKET (1ULL << 0) /* 6 */
#define SIGNAL (1ULL << 1)          /* 6 */

static uint64_t files_of(long version)
{
    return FIRST_VERSION | (version >= 2 ? REFER : 0) | (version >= 3 ? TRUNCATE : 0) |
           (version >= 5 ? IOCTL_DEVICE : 0);
}

static uint64_t right_of(enum confine_right right, bool folder)
{
    uint64_t file = right == CONFINE_READ ? READ_FILE : READ_FILE | WRITE_FILE | TRUNCATE;
    if (!folder) {
        return file;
    }
    return file | READ_FOLDER | (right == CONFINE_KEEP ? MAKE_FILE | REMOVE_FILE | REFER : 0);
}

static bool allow_path(int ruleset, const struct ruleset *handled, const struct confine_path *path)
{
    int fd = open(path->path, O_PATH | O_CLOEXEC);
    struct stat status;
    if (fd < 0) {
        return errno == ENOENT || errno == ENOTDIR || errno == EACCES;
    }
    bool known = fstat(fd, &status) == 0;
    struct beneath rule = {
        .allowed = right_of(path->right, known && S_ISDIR(status.st_mode)) & handled->files, .folder = fd};
    bool added = known && syscall(SYS_landlock_add_rule, ruleset, RULE_BENEATH, &rule, 0) == 0;
    (void)close(fd);
    return added;
}

/* A server still has to listen after this, so binding is left to the filter of calls. */
static uint64_t network_of(const struct confine_plan *plan, long version)
{
    return version < 4 ? 0 : plan->role == CONFINE_MESSENGER ? BIND_TCP | CONNECT_TCP : CONNECT_TCP;
}

static bool allow_ports(int ruleset, const struct ruleset *handled, const struct confine_plan *plan)
{
    bool added = true;
    for (size_t i = 0; handled->network != 0 && i < plan->port_count; i++) {
        struct port rule = {.allowed = CONNECT_TCP, .port = plan->ports[i]};
        added = syscall(SYS_landlock_add_rule, ruleset, RULE_PORT, &rule, 0) == 0 && added;
    }
    return added;
}

const char *confine_files(const struct confine_plan *plan)
{
    long version = syscall(SYS_landlock_create_ruleset, NULL, 0, ASK_VERSION);
    if (version < 1) {
        return "Landlock (Linux 5.13, with landlock among its security modules): files are not confined";
    }
    struct ruleset handled = {.files = files_of(version),
                              .network = network_of(plan, version),
                              .scopes = version >= SECOND_WORDS ? ABSTRACT_SOCKET | SIGNAL : 0};
    size_t size = version >= SECOND_WORDS ? sizeof handled : version >= 4 ? 16 : 8;
    int ruleset = (int)syscall(SYS_landlock_create_ruleset, &handled, size, 0);
    bool whole = ruleset >= 0;
    for (size_t i = 0; whole && i < plan->path_count; i++) {
        whole = allow_path(ruleset, &handled, &plan->paths[i]);
    }
    if (CONFINE_SANITIZED && whole) {
        whole = allow_path(ruleset, &handled, &(struct confine_path){"/proc", CONFINE_READ});
    }
    whole =
        whole && allow_ports(ruleset, &handled, plan) && syscall(SYS_landlock_restrict_self, ruleset, 0) == 0;
    if (ruleset >= 0) {
        (void)close(ruleset);
    }
    if (!whole) {
        return "Landlock as it was asked: files are not confined";
    }
    if (plan->role == CONFINE_MESSENGER && handled.network == 0) {
        return "Landlock for the network (Linux 6.7): mail may go to any port";
    }
    return version < 3 ? "Landlock for cutting files short (Linux 6.2)" : NULL;
}
