/*
 * The system calls that are answered, measured with strace on the released program (serving pages, forms, the
 * API, workbooks, TLS and its renewal, mail, a full disk, stopping) and read against what glibc, SQLite,
 * libsodium, libmicrohttpd, GnuTLS and libcurl may do besides. Everything else gets EPERM: an error in one
 * request, and not the end of the program, if a library of tomorrow asks for something new.
 */
#include "confine/inner.h"

#include <errno.h>
#include <sched.h>
#include <seccomp.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

/* Files, memory, threads that run, clocks, and what is already connected. A name that a machine does not have
 * is passed over. */
static const char *const always[] = {"read",
                                     "write",
                                     "readv",
                                     "writev",
                                     "pread64",
                                     "pwrite64",
                                     "lseek",
                                     "open",
                                     "openat",
                                     "close",
                                     "fstat",
                                     "stat",
                                     "lstat",
                                     "newfstatat",
                                     "statx",
                                     "fstatfs",
                                     "access",
                                     "faccessat",
                                     "faccessat2",
                                     "readlink",
                                     "readlinkat",
                                     "getdents64",
                                     "getcwd",
                                     "unlink",
                                     "unlinkat",
                                     "rename",
                                     "renameat",
                                     "renameat2",
                                     "fsync",
                                     "fdatasync",
                                     "ftruncate",
                                     "fallocate",
                                     "fadvise64",
                                     "flock",
                                     "fcntl",
                                     "fchmod",
                                     "fchown",
                                     "memfd_create",
                                     "munmap",
                                     "mremap",
                                     "madvise",
                                     "brk",
                                     "mlock",
                                     "mlock2",
                                     "munlock",
                                     "msync",
                                     "membarrier",
                                     "futex",
                                     "set_robust_list",
                                     "get_robust_list",
                                     "rseq",
                                     "set_tid_address",
                                     "sched_yield",
                                     "sched_getaffinity",
                                     "gettid",
                                     "getpid",
                                     "getppid",
                                     "getuid",
                                     "geteuid",
                                     "getgid",
                                     "getegid",
                                     "rt_sigaction",
                                     "rt_sigprocmask",
                                     "rt_sigreturn",
                                     "rt_sigtimedwait",
                                     "sigaltstack",
                                     "restart_syscall",
                                     "exit",
                                     "exit_group",
                                     "clock_gettime",
                                     "clock_getres",
                                     "clock_nanosleep",
                                     "nanosleep",
                                     "gettimeofday",
                                     "time",
                                     "times",
                                     "getrandom",
                                     "uname",
                                     "sysinfo",
                                     "getrlimit",
                                     "getrusage",
                                     "getcpu",
                                     "umask",
                                     "poll",
                                     "ppoll",
                                     "select",
                                     "pselect6",
                                     "epoll_wait",
                                     "epoll_pwait",
                                     "epoll_pwait2",
                                     "epoll_ctl",
                                     "recvfrom",
                                     "recvmsg",
                                     "sendto",
                                     "sendmsg",
                                     "sendfile",
                                     "shutdown",
                                     "getsockopt",
                                     "setsockopt",
                                     "getsockname",
                                     "getpeername",
                                     "ioctl",
                                     "wait4",
                                     "waitid",
                                     "dup",
                                     "pipe2",
                                     "eventfd2"};
static const char *const of_server[] = {"accept", "accept4"};
static const char *const of_messenger[] = {"connect", "sendmmsg", "recvmmsg", "epoll_create1", "socketpair"};
static const char *const of_sanitizer[] = {
    "clone",   "clone3", "ptrace",   "kill",  "tkill",     "process_vm_readv", "getdents",
    "mincore", "mmap",   "mprotect", "prctl", "prlimit64", "set_tid_address"};

static bool allow(scmp_filter_ctx filter, const char *const *names, size_t count)
{
    bool added = true;
    for (size_t i = 0; i < count; i++) {
        int number = seccomp_syscall_resolve_name(names[i]);
        if (number >= 0) {
            added = seccomp_rule_add(filter, SCMP_ACT_ALLOW, number, 0) == 0 && added;
        }
    }
    return added;
}

#define ALLOW_IF(call, ...) (seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(call), __VA_ARGS__) == 0)

/* Calls that are answered for some of what can be asked by them. */
static bool allow_in_part(scmp_filter_ctx filter)
{
    static const unsigned long names[] = {PR_SET_NAME, PR_GET_NAME, 0x53564d41 /* PR_SET_VMA */};
    bool added = true;
    /* memory that could be written is never run */
    added = ALLOW_IF(mmap, 1, SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0)) && added;
    added = ALLOW_IF(mprotect, 1, SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0)) && added;
    /* limits are read, not set */
    added = ALLOW_IF(prlimit64, 1, SCMP_A2(SCMP_CMP_EQ, 0, 0)) && added;
    /* abort() */
    added = ALLOW_IF(tgkill, 1, SCMP_A0(SCMP_CMP_EQ, (scmp_datum_t)getpid(), 0)) && added;
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        added = ALLOW_IF(prctl, 1, SCMP_A0(SCMP_CMP_EQ, names[i], 0)) && added;
    }
    /* glibc falls back from clone3, whose flags cannot be seen, to clone, whose can */
    added = seccomp_rule_add(filter, SCMP_ACT_ERRNO(ENOSYS), SCMP_SYS(clone3), 0) == 0 && added;
    return added;
}

/* A resolver and its threads, TCP by IP and nothing else: no socket of this machine's own services. */
static bool allow_asking(scmp_filter_ctx filter)
{
    const scmp_datum_t thread = CLONE_VM | CLONE_THREAD | CLONE_SIGHAND;
    bool added = ALLOW_IF(socket, 1, SCMP_A0(SCMP_CMP_EQ, AF_INET, 0));
    added = ALLOW_IF(socket, 1, SCMP_A0(SCMP_CMP_EQ, AF_INET6, 0)) && added;
    added = ALLOW_IF(socket, 1, SCMP_A0(SCMP_CMP_EQ, AF_NETLINK, 0)) && added; /* which addresses are there */
    added = ALLOW_IF(bind, 0) && added;
    added = ALLOW_IF(clone, 1, SCMP_A0(SCMP_CMP_MASKED_EQ, thread, thread)) && added;
    return added;
}

const char *confine_calls(const struct confine_plan *plan)
{
    scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ERRNO(EPERM));
    bool whole = filter != NULL;
#define ALLOW(list) whole = whole && allow(filter, list, sizeof list / sizeof list[0])
    if (CONFINE_SANITIZED) {
        ALLOW(of_sanitizer);
    }
    ALLOW(always);
    if (plan->role == CONFINE_SERVER) {
        ALLOW(of_server);
    } else {
        ALLOW(of_messenger);
        whole = whole && allow_asking(filter);
    }
    whole = whole && (CONFINE_SANITIZED || allow_in_part(filter));
    /* for every thread there is, at once */
    whole = whole && seccomp_attr_set(filter, SCMP_FLTATR_CTL_TSYNC, 1) == 0 && seccomp_load(filter) == 0;
    seccomp_release(filter);
    return whole ? NULL : "seccomp (Linux 3.17, CONFIG_SECCOMP_FILTER): system calls are not confined";
}
