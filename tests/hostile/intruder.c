/*
 * Somebody who has taken over the serving process: loaded into it (LD_PRELOAD) before it begins, and woken by
 * SIGUSR2 when it serves. Tries what a hole would be used for, and writes a line for each into the data
 * folder: "denied WHAT ERRNO" or "DONE WHAT". Built and used by confined.py only.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sched.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <unistd.h>

static int out = -1;

static void tell(const char *what, long result)
{
    int cause = errno;
    dprintf(out, result < 0 ? "denied %s %s\n" : "DONE %s%.0s\n", what, strerrorname_np(cause));
    errno = 0;
}

static const char *told(const char *name)
{
    const char *text = getenv(name);
    return text == NULL ? "/nowhere" : text;
}

static void try_files(void)
{
    static const char *const names[] = {"KEY", "KEYSTORE", "ELSEWHERE"};
    char text[4096];
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        char variable[64];
        snprintf(variable, sizeof variable, "INTRUDER_%s", names[i]);
        const char *path = told(variable);
        snprintf(text, sizeof text, "read %s", names[i]);
        tell(text, open(path, O_RDONLY));
        snprintf(text, sizeof text, "write %s", names[i]);
        tell(text, open(path, O_WRONLY));
        snprintf(text, sizeof text, "cut %s", names[i]);
        tell(text, truncate(path, 0));
        snprintf(text, sizeof text, "remove %s", names[i]);
        tell(text, unlink(path));
        snprintf(text, sizeof text, "open by rights %s", names[i]);
        tell(text, chmod(path, 0666));
        snprintf(text, sizeof text, "%s/stolen", told("INTRUDER_DATA"));
        tell("link into the folder", link(path, text));
        tell("symlink", symlink(path, text));
        tell("move into the folder", rename(path, text));
    }
    tell("make a file elsewhere", open("/tmp/waymark-intruder", O_CREAT | O_WRONLY, 0600));
    tell("list /", opendir("/") == NULL ? -1 : 0);
    tell("read /etc/passwd", open("/etc/passwd", O_RDONLY));
    tell("read the environment", open("/proc/self/environ", O_RDONLY));
    tell("write own memory", open("/proc/self/mem", O_RDWR));
    snprintf(text, sizeof text, "/proc/%s/mem", told("INTRUDER_HOLDER"));
    tell("read the memory of the keys", open(text, O_RDONLY));
    snprintf(text, sizeof text, "/proc/%s/maps", told("INTRUDER_HOLDER"));
    tell("read the maps of the keys", open(text, O_RDONLY));
    tell("make a folder in the data", mkdir(told("INTRUDER_MADE"), 0700));
    tell("run from the folder", mknod(told("INTRUDER_MADE"), S_IFREG | 0700, 0));
}

static void try_processes(void)
{
    pid_t holder = (pid_t)atol(told("INTRUDER_HOLDER"));
    char *const nothing[] = {"/bin/true", NULL};
    char byte;
    struct iovec here = {&byte, 1};
    struct iovec there = {(void *)0x10000, 1};
    tell("fork", syscall(SYS_fork));
    tell("vfork", syscall(SYS_clone, SIGCHLD, 0, 0, 0, 0));
    tell("clone3", syscall(SYS_clone3, 0, 0));
    tell("run a program", execve(nothing[0], nothing, NULL));
    tell("run a descriptor", syscall(SYS_execveat, AT_FDCWD, nothing[0], nothing, NULL, 0));
    tell("trace the keys", ptrace(PTRACE_ATTACH, holder, 0, 0));
    tell("be traced", ptrace(PTRACE_TRACEME, 0, 0, 0));
    tell("read another's memory", process_vm_readv(holder, &here, 1, &there, 1, 0));
    tell("signal the keys", kill(holder, 0));
    tell("kill the keys", kill(holder, SIGKILL));
    tell("signal by thread", syscall(SYS_tgkill, holder, holder, SIGKILL));
    tell("open a process", syscall(SYS_pidfd_open, holder, 0));
    tell("be dumpable again", prctl(PR_SET_DUMPABLE, 1, 0, 0, 0));
    const struct rlimit more = {1 << 20, 1 << 20};
    tell("raise a limit", setrlimit(RLIMIT_CORE, &more));
    tell("be root again", setuid(0));
    tell("another root", chroot("/tmp"));
    tell("mount", mount("none", "/mnt", "tmpfs", 0, NULL));
    tell("a namespace of users", unshare(CLONE_NEWUSER));
    tell("memory to write and run", mmap(NULL, 4096, PROT_READ | PROT_WRITE | PROT_EXEC,
                                         MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) == MAP_FAILED
                                        ? -1
                                        : 0);
    void *page = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    tell("run what was written", mprotect(page, 4096, PROT_READ | PROT_EXEC));
}

static void try_network(void)
{
    struct sockaddr_in address = {.sin_family = AF_INET,
                                  .sin_port = htons((uint16_t)atoi(told("INTRUDER_PORT"))),
                                  .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    struct sockaddr_un local = {.sun_family = AF_UNIX, .sun_path = "/run/docker.sock"};
    int standing = atoi(told("INTRUDER_SOCKET"));
    tell("a TCP socket", socket(AF_INET, SOCK_STREAM, 0));
    tell("a UDP socket", socket(AF_INET, SOCK_DGRAM, 0));
    tell("a raw socket", socket(AF_INET, SOCK_RAW, IPPROTO_ICMP));
    tell("a local socket", socket(AF_UNIX, SOCK_STREAM, 0));
    tell("a packet socket", socket(AF_PACKET, SOCK_RAW, 0));
    tell("connect by a socket that is there", connect(standing, (struct sockaddr *)&address, sizeof address));
    tell("connect to a service of this machine", connect(standing, (struct sockaddr *)&local, sizeof local));
    tell("listen elsewhere", bind(standing, (struct sockaddr *)&address, sizeof address));
    tell("listen", listen(standing, 1));
}

static void try_calls(void)
{
    static const struct {
        const char *name;
        long number;
    } calls[] = {{"bpf", SYS_bpf},
                 {"perf_event_open", SYS_perf_event_open},
                 {"userfaultfd", SYS_userfaultfd},
                 {"keyctl", SYS_keyctl},
                 {"add_key", SYS_add_key},
                 {"io_uring_setup", SYS_io_uring_setup},
                 {"ioperm", SYS_ioperm},
                 {"init_module", SYS_init_module},
                 {"kexec_load", SYS_kexec_load},
                 {"reboot", SYS_reboot},
                 {"swapon", SYS_swapon},
                 {"settimeofday", SYS_settimeofday},
                 {"setns", SYS_setns},
                 {"pivot_root", SYS_pivot_root},
                 {"move_mount", SYS_move_mount},
                 {"open_tree", SYS_open_tree},
                 {"name_to_handle_at", SYS_name_to_handle_at},
                 {"open_by_handle_at", SYS_open_by_handle_at},
                 {"personality", SYS_personality},
                 {"acct", SYS_acct},
                 {"socketpair", SYS_socketpair},
                 {"sethostname", SYS_sethostname},
                 {"syslog", SYS_syslog},
                 {"seccomp", SYS_seccomp},
                 {"quotactl", SYS_quotactl},
                 {"splice", SYS_splice},
                 {"shmget", SYS_shmget},
                 {"msgget", SYS_msgget},
                 {"fanotify_init", SYS_fanotify_init},
                 {"inotify_init1", SYS_inotify_init1},
                 {"lookup_dcookie", SYS_lookup_dcookie},
                 {"capset", SYS_capset}};
    for (size_t i = 0; i < sizeof calls / sizeof calls[0]; i++) {
        long result = syscall(calls[i].number, 0, 0, 0, 0, 0, 0);
        /* what is refused for its arguments got past the filter */
        if (result < 0 && errno != EPERM) {
            dprintf(out, "DONE %s past the filter (%s)\n", calls[i].name, strerrorname_np(errno));
        } else {
            tell(calls[i].name, result);
        }
    }
}

static void wake(int number)
{
    (void)number;
    char path[4096];
    int before = errno;
    snprintf(path, sizeof path, "%s/intruder.new", told("INTRUDER_DATA"));
    out = open(path, O_CREAT | O_WRONLY | O_TRUNC, 0600);
    try_files();
    try_network();
    try_calls();
    try_processes();
    char done[4096];
    snprintf(done, sizeof done, "%s/intruder.txt", told("INTRUDER_DATA"));
    rename(path, done);
    close(out);
    errno = before;
}

__attribute__((constructor)) static void settle_in(void)
{
    struct sigaction action = {.sa_handler = wake};
    if (getenv("INTRUDER_DATA") != NULL) {
        char text[16];
        snprintf(text, sizeof text, "%d", fcntl(socket(AF_INET, SOCK_STREAM, 0), F_DUPFD, 900));
        setenv("INTRUDER_SOCKET", text, 1);
        sigaction(SIGUSR2, &action, NULL);
    }
}

/* A kernel that has not what the sandbox is made of. */
long syscall(long number, ...)
{
    va_list list;
    va_start(list, number);
    long a[6];
    for (int i = 0; i < 6; i++) {
        a[i] = va_arg(list, long);
    }
    va_end(list);
    if (getenv("INTRUDER_NO_LANDLOCK") != NULL && number == 444) {
        errno = ENOSYS;
        return -1;
    }
    long result;
    register long r10 __asm__("r10") = a[3];
    register long r8 __asm__("r8") = a[4];
    register long r9 __asm__("r9") = a[5];
    __asm__ volatile("syscall"
                     : "=a"(result)
                     : "a"(number), "D"(a[0]), "S"(a[1]), "d"(a[2]), "r"(r10), "r"(r8), "r"(r9)
                     : "rcx", "r11", "memory");
    if (result < 0 && result > -4096) {
        errno = (int)-result;
        return -1;
    }
    return result;
}

int seccomp_load(const void *filter);
int seccomp_load(const void *filter)
{
    static int (*really)(const void *);
    if (getenv("INTRUDER_NO_SECCOMP") != NULL) {
        return -EINVAL;
    }
    if (really == NULL) {
        extern void *dlsym(void *, const char *);
        *(void **)&really = dlsym((void *)-1L, "seccomp_load");
    }
    return really(filter);
}
