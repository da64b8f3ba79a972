/* The program itself, serving a store of the bench in a process of its own. */
#include "cli/bench.h"

#include "act/act.h"
#include "base/file.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { FIRST_PAGE_SECONDS = 60, LINE = 256 };

static const struct error *sign_in(struct bench *bench, struct service *service, const char *role,
                                   const char **ret_token)
{
    static const char password[] = "only for measuring 2026";
    const char *name = bench_text(bench, "bench-%s", role);
    struct act act = {.service = service, .arena = bench->arena, .now = clock_now()};
    const char *ignored;
    const struct error *error = act_account_add(&act, name, "Bench Worker", role, "social-care", &ignored);
    if (error != NULL && error->code != ERROR_EXISTS) {
        return error;
    }
    TRY(act_password_give(&act, name, password));
    return act_sign_in(&act, name, password, &(struct origin){.client = "127.0.0.1"}, ret_token, &ignored);
}

const struct error *bench_sign_in(struct bench *bench, const char *dir, const char *role,
                                  const char **ret_cookie)
{
    struct service *service;
    const char *token;
    TRY(service_open(bench->arena, dir, NULL, bench->pack_dir, &service));
    service_allow_one_factor(service);
    const struct error *error = sign_in(bench, service, role, &token);
    service_close(service);
    TRY(error);
    *ret_cookie = bench_text(bench, "waymark_session=%s", token);
    return NULL;
}

/* In the child: becomes the server, saying its address into the pipe. */
_Noreturn static void become_server(const char *dir, const char *assets, const char *pack, int to)
{
    const char *arguments[] = {"waymark",
                               "serve",
                               "--data",
                               dir,
                               "--pack",
                               pack,
                               "--listen",
                               "127.0.0.1:0",
                               "--quiet",
                               "--one-factor",
                               "--records-an-hour",
                               "0",
                               "--account-keys",
                               "10000000",
                               "--all-keys",
                               "10000000",
                               "--account-rate",
                               "10000000",
                               "--address-rate",
                               "10000000",
                               "--assets",
                               assets == NULL ? "" : assets,
                               NULL};
    if (assets == NULL) {
        arguments[20] = NULL;
    }
    char *unqualified[sizeof arguments / sizeof arguments[0]];
    memcpy(unqualified, arguments, sizeof arguments); /* execv does not change them */
    int nothing = open("/dev/null", O_RDWR | O_CLOEXEC);
    if (dup2(to, STDOUT_FILENO) >= 0 && dup2(nothing, STDIN_FILENO) >= 0 &&
        dup2(nothing, STDERR_FILENO) >= 0) {
        execv("/proc/self/exe", unqualified);
    }
    _exit(127);
}

static const struct error *read_port(struct bench *bench, int from, int *ret_port)
{
    char line[LINE];
    size_t size = 0;
    while (size < sizeof line - 1 && (size == 0 || line[size - 1] != '\n')) {
        ssize_t got = read(from, line + size, 1);
        if (got <= 0) {
            break;
        }
        size++;
    }
    line[size] = '\0';
    const char *colon = strrchr(line, ':');
    if (colon == NULL) {
        return error_new(bench->arena, ERROR_IO, "the server did not start");
    }
    *ret_port = (int)strtol(colon + 1, NULL, 10);
    return NULL;
}

const struct error *bench_server_start(struct bench *bench, const char *dir, const char *assets,
                                       const char *first_path, struct bench_server *ret_server)
{
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0) {
        return error_of(ERROR_IO);
    }
    int64_t began = bench_ns();
    pid_t pid = fork();
    if (pid == 0) {
        become_server(dir, assets, bench->pack_dir, ends[1]);
    }
    close(ends[1]);
    struct bench_server server = {.pid = pid};
    const struct error *error = pid < 0 ? error_of(ERROR_BUSY) : read_port(bench, ends[0], &server.port);
    close(ends[0]);
    if (error == NULL) {
        int status;
        const char *body;
        size_t size;
        error = bench_get(bench, server.port,
                          bench_text(bench, "GET %s HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n", first_path),
                          &status, &body, &size);
    }
    server.start_ms = (double)(bench_ns() - began) / 1e6;
    if (error != NULL) {
        bench_server_stop(&server);
        return error;
    }
    *ret_server = server;
    return NULL;
}

void bench_server_stop(struct bench_server *server)
{
    if (server->pid > 0) {
        (void)kill(server->pid, SIGTERM);
        (void)waitpid(server->pid, NULL, 0);
        server->pid = 0;
    }
}

long bench_server_memory(const struct bench_server *server, const char *what)
{
    char path[64];
    char line[LINE];
    long kilobytes = -1;
    snprintf(path, sizeof path, "/proc/%d/status", (int)server->pid);
    FILE *file = fopen(path, "re");
    while (file != NULL && kilobytes < 0 && fgets(line, sizeof line, file) != NULL) {
        size_t size = strlen(what);
        if (strncmp(line, what, size) == 0 && line[size] == ':') {
            kilobytes = strtol(line + size + 1, NULL, 10);
        }
    }
    if (file != NULL) {
        fclose(file);
    }
    return kilobytes;
}
