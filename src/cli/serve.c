#include "act/courier.h"
#include "act/signing.h"
#include "act/sso.h"
#include "api/api.h"
#include "base/file.h"
#include "base/text.h"
#include "cli/cli.h"
#include "cli/keys.h"
#include "cli/sandbox.h"
#include "post/apart.h"
#include "seal/seal.h"
#include "store/store.h"
#include "web/server.h"

#include <signal.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { LIMITS = 20 };

static const size_t memory = (size_t)256 * 1024 * 1024;

enum { PACKS_MOST = 32, FRONT_MOST = 16, LOOK_SECONDS = 2 };

/* What the command line says of a server. */
struct serve_options {
    const char *data;
    const char *key;
    const char *packs[PACKS_MOST]; /* none: the usual one */
    size_t pack_count;
    const char *listen;
    const char *assets;
    const char *limits[LIMITS];
    const char *mail;
    const char *sso;
    bool one_factor;
    const char *records; /* that an account may be shown within an hour; NULL: as the pack says */
    int records_an_hour; /* the same read; -1 */
    const char *proxies[FRONT_MOST];
    size_t proxy_count;
    const char *proxy_header;
    const char *urls[FRONT_MOST];
    size_t url_count;
    struct tls_options tls;
    enum confine_level sandbox;
    bool quiet;
};

/* Each limit with its least and greatest sensible value; in the order of read_limits. */
static const struct {
    const char *name;
    const char *unit;
    const char *help;
    int64_t least;
    int64_t most;
} limit_rows[LIMITS] = {
    {"--max-body", "BYTES", "of a form or of a body of the API (262144)", 1024, 64 << 20},
    {"--max-headers", "BYTES", "of the request line and the headers together (32768)", 4096, 1 << 20},
    {"--max-memory", "BYTES", "for answering one request (67108864)", 4 << 20, (int64_t)1 << 32},
    {"--max-connections", "NUMBER", "at once (4000)", 8, 100000},
    {"--max-per-client", "NUMBER", "connections of one address at once; behind a proxy, requests (no limit)",
     1, 100000},
    {"--idle", "SECONDS", "a connection may say nothing (20)", 1, 3600},
    {"--slowest-head", "SECONDS", "the headers of a request may take (20)", 1, 3600},
    {"--slowest-transfer", "SECONDS", "a request, or the taking of an answer, may last (60)", 1, 3600},
    {"--max-wait", "MILLISECONDS", "a request may lie unread before it is refused as busy (1000)", 10, 60000},
    {"--workers", "NUMBER", "forms and API calls that are worked on at once (32)", 1, 1024},
    {"--queue", "NUMBER", "of those that may wait for a worker; beyond, busy (256)", 1, 100000},
    {"--address-rate", "NUMBER", "requests a minute from one address, a quarter of them at once (6000)", 1,
     10000000},
    {"--account-rate", "NUMBER", "requests a minute of one account, half of them at once (600)", 1, 10000000},
    {"--passwords", "NUMBER", "that are checked at once, each in 64 MiB (4)", 1, 1024},
    {"--passwords-waiting", "NUMBER", "that may wait for it; beyond, too many (16)", 1, 1024},
    {"--account-keys", "NUMBER",
     "of records that one account may open at once, not opened within the hour (2000)", 1, 100000000},
    {"--account-keys-rate", "NUMBER", "of those that it may open again each minute (120)", 1, 100000000},
    {"--all-keys", "NUMBER", "of records that all accounts may open at once (5000)", 1, 100000000},
    {"--all-keys-rate", "NUMBER", "of those that they may open again each minute (3000)", 1, 100000000},
    {"--search-step", "MILLISECONDS", "answers to searches wait for a multiple of it (20)", 1, 1000},
};

static const char *assets_folder(const char *option)
{
    static const char installed[] = WAYMARK_SHARE "/assets";
    const char *environment = getenv("WAYMARK_ASSETS");
    if (option != NULL) {
        return option;
    }
    if (environment != NULL && environment[0] != '\0') {
        return environment;
    }
    if (file_exists(WAYMARK_SHARE "/assets/manifest.txt")) {
        return installed;
    }
    return file_exists("./assets/dist/manifest.txt") ? "./assets/dist" : NULL;
}

/* Before any thread begins, so that every thread leaves these signals to the one that waits for them. */
static void hold_signals(sigset_t *ret_stopping)
{
    struct sigaction ignore = {.sa_handler = SIG_IGN};
    (void)sigaction(SIGPIPE, &ignore, NULL);
    sigemptyset(ret_stopping);
    sigaddset(ret_stopping, SIGTERM);
    sigaddset(ret_stopping, SIGINT);
    sigaddset(ret_stopping, SIGHUP);
    (void)pthread_sigmask(SIG_BLOCK, ret_stopping, NULL);
}

/* False when one is no number or out of its range: it was named. */
static bool read_limits(const struct serve_options *options, struct server_limits *ret_limits,
                        struct key_limits *ret_keys)
{
    int64_t read[LIMITS] = {0};
    for (size_t i = 0; i < LIMITS; i++) {
        const char *text = options->limits[i];
        if (text != NULL && !number_parse(text, limit_rows[i].least, limit_rows[i].most, &read[i])) {
            (void)cli_complain(CLI_ASKED_WRONGLY, "serve: %s takes a number from %lld to %lld, not %s",
                               limit_rows[i].name, (long long)limit_rows[i].least,
                               (long long)limit_rows[i].most, text);
            return false;
        }
    }
    *ret_limits = (struct server_limits){
        .body_bytes = (size_t)read[0],
        .header_bytes = (size_t)read[1],
        .request_memory = (size_t)read[2],
        .connections = (unsigned)read[3],
        .per_client = (unsigned)read[4],
        .idle_seconds = (unsigned)read[5],
        .head_seconds = (unsigned)read[6],
        .transfer_seconds = (unsigned)read[7],
        .lag_ms = (unsigned)read[8],
        .workers = (unsigned)read[9],
        .waiting = (unsigned)read[10],
        .address_rate = (unsigned)read[11],
        .account_rate = (unsigned)read[12],
        .search_step_ms = (unsigned)read[19],
    };
    *ret_keys = (struct key_limits){
        .account_burst = read[15] == 0 ? 2000 : (double)read[15],
        .account_per_second = (read[16] == 0 ? 120 : (double)read[16]) / 60,
        .all_burst = read[17] == 0 ? 5000 : (double)read[17],
        .all_per_second = (read[18] == 0 ? 3000 : (double)read[18]) / 60,
    };
    password_places(read[13] == 0 ? 4 : (unsigned)read[13], read[14] == 0 ? 16 : (unsigned)read[14]);
    return true;
}

/* What is said of the names, of proxies and of TLS. */
static const struct error *read_front(struct arena *arena, const struct serve_options *options,
                                      struct front *ret_front, const struct tls_options **ret_tls)
{
    const char *header = options->proxy_header == NULL ? "x-forwarded" : options->proxy_header;
    struct network *proxies = arena_many(arena, struct network, options->proxy_count);
    struct public_name *origins = arena_many(arena, struct public_name, options->url_count);
    for (size_t i = 0; i < options->proxy_count; i++) {
        TRY(front_network_read(arena, options->proxies[i], &proxies[i]));
    }
    for (size_t i = 0; i < options->url_count; i++) {
        TRY(front_origin_read(arena, options->urls[i], &origins[i]));
    }
    if (strcmp(header, "x-forwarded") != 0 && strcmp(header, "forwarded") != 0) {
        return error_new(arena, ERROR_BAD_INPUT, "--proxy-header takes x-forwarded or forwarded, not %s",
                         header);
    }
    if ((options->tls.certificate == NULL) != (options->tls.key == NULL)) {
        return error_new(arena, ERROR_BAD_INPUT, "--tls-certificate and --tls-key go together");
    }
    *ret_tls = options->tls.certificate == NULL ? NULL : &options->tls;
    *ret_front = (struct front){.proxies = proxies,
                                .proxy_count = options->proxy_count,
                                .forwarded = strcmp(header, "forwarded") == 0,
                                .origins = origins,
                                .origin_count = options->url_count};
    return NULL;
}

/* Until it is told to end; a certificate that changes is taken meanwhile. */
static const struct error *serve_on(struct arena *memory_of_error, struct server *server,
                                    const struct keyring *keyring, const sigset_t *signals)
{
    const struct timespec pause = {.tv_sec = LOOK_SECONDS};
    bool said = false;
    for (;;) {
        int signal_number = sigtimedwait(signals, NULL, &pause);
        if (signal_number == SIGTERM || signal_number == SIGINT) {
            return NULL;
        }
        if (!keyring_lives(keyring)) {
            return error_new(memory_of_error, ERROR_KEY, "the process that holds the keys has ended");
        }
        keyring_tidy(keyring);
        ARENA_CLEANUP struct arena *arena = arena_new((size_t)1024 * 1024);
        const struct error *error;
        if (arena != NULL && server_renew(arena, server, signal_number == SIGHUP, &error)) {
            (void)cli_complain(CLI_DONE, "the certificate was read again");
            said = false;
        } else if (arena != NULL && error != NULL && !said) {
            (void)cli_fail(arena, error);
            (void)cli_complain(CLI_DONE, "the certificate that was there before stays");
            said = true;
        }
    }
}

/* Passkeys are bound to the first name that browsers take for one; without names, to this machine. */
static void name_for_passkeys(struct arena *arena, struct service *service, const struct front *front,
                              const struct tls_options *tls, const struct server *server)
{
    const char *scheme = tls == NULL ? "http" : "https";
    const char *port = strrchr(server_address(server), ':');
    if (front->origin_count == 0) {
        const struct error *ignored =
            service_reached_at(service, arena, arena_printf(arena, "%s://localhost%s", scheme, port));
        (void)ignored; /* is of the form that it takes */
        return;
    }
    for (size_t i = 0; i < front->origin_count; i++) {
        const struct public_name *name = &front->origins[i];
        const char *origin = arena_printf(arena, "%s://%s", name->tls ? "https" : "http", name->host);
        if (service_reached_at(service, arena, origin) == NULL) {
            return;
        }
    }
    (void)cli_complain(CLI_DONE,
                       "serve: no passkeys: browsers take none for an address of numbers, or without "
                       "https. Give a name by --public-url");
}

/* What a server is made of, in the order in which its parts begin. */
struct parts {
    struct keyring *keyring; /* in a process of its own */
    struct sandbox sandbox;
    const struct post_options *mail; /* NULL: none is sent */
    const struct sso_settings *sso;  /* NULL: nobody signs in by another */
    struct server_options server;
    const char *const *packs;
    size_t pack_count;
    const struct key_limits *key_limits;
};

/* After what must read the keys has begun, and before any thread. */
static const struct error *begin_sandbox(struct arena *arena, const struct serve_options *options,
                                         const struct store_options *store, const struct parts *parts,
                                         struct sandbox *ret_sandbox)
{
    const struct key_place keys = store_key_place(arena, store);
    const char *const secrets[] = {keys.source, keys.keystore};
    const char *const renewed[] = {options->tls.certificate, options->tls.key};
    const char **folders = arena_many(arena, const char *, parts->pack_count * 2 + 1);
    for (size_t i = 0; i < parts->pack_count; i++) {
        folders[i * 2] = parts->packs[i];
        folders[i * 2 + 1] = arena_printf(arena, "%s/../calendars", parts->packs[i]); /* packs share them */
    }
    folders[parts->pack_count * 2] = parts->server.assets;
    struct sandbox_options sandbox = {
        .level = options->sandbox,
        .data = options->data,
        .head = store_head_path_of(arena, store),
        .keys = secrets,
        .key_count = sizeof secrets / sizeof secrets[0],
        .folders = folders,
        .folder_count = parts->pack_count * 2 + 1,
        .renewed = renewed,
        .renewed_count = sizeof renewed / sizeof renewed[0],
    };
    return sandbox_begin(arena, &sandbox, ret_sandbox);
}

static const struct error *open_sso(struct arena *arena, struct service *service, const char *path,
                                    const struct sso_settings *settings)
{
    if (settings == NULL) {
        return NULL;
    }
    TRY(cli_sso_check(arena, path, settings, service_pack(service)));
    service_sso(service, arena, settings);
    return post_init();
}

/* The whole server, for as long as it serves. */
static const struct error *serve_parts(struct arena *arena, const struct serve_options *options,
                                       struct parts *parts, const sigset_t *signals)
{
    struct service *service;
    struct courier *courier;
    struct server *server;
    TRY(service_open_held(arena, options->data, parts->keyring, parts->packs, parts->pack_count, &service));
    parts->server.service = service;
    const struct error *error = keyring_serve(arena, parts->keyring);
    if (error != NULL) {
        service_close(service);
        return error;
    }
    if (options->one_factor) {
        service_allow_one_factor(service);
        (void)cli_complain(CLI_DONE, "serve: --one-factor: a password alone is enough to sign in here. Never "
                                     "serve real records so");
    }
    service_limit_records(service, options->records_an_hour);
    error = open_sso(arena, service, options->sso, parts->sso);
    if (error == NULL) {
        error = courier_start(arena, service, parts->mail, clock_now, &courier);
    }
    if (error != NULL) {
        service_close(service);
        return error;
    }
    error = server_start(arena, &parts->server, &server);
    if (error == NULL) {
        name_for_passkeys(arena, service, &parts->server.front, parts->server.tls, server);
        error = sandbox_finish(arena, &parts->sandbox);
        if (error == NULL) {
            printf("Waymark serves on %s://%s\n", parts->server.tls == NULL ? "http" : "https",
                   server_address(server));
            (void)cli_finish();
            error = serve_on(arena, server, parts->keyring, signals);
        }
        server_stop(server);
    }
    courier_stop(courier);
    service_close(service);
    return error;
}

/* The process that alone connects to others, before there is a key or a descriptor that it could inherit. */
static const struct error *begin_messenger(struct arena *arena, const struct serve_options *options,
                                           const struct parts *parts)
{
    uint16_t ports[SSO_PROVIDERS_MOST + 2];
    const char *missing = NULL;
    if (parts->mail == NULL && parts->sso == NULL) {
        return NULL;
    }
    struct apart_options apart = {.level = options->sandbox, .mail = parts->mail};
    if (parts->sso != NULL) {
        apart.ports = ports;
        apart.port_count = sso_ports(parts->sso, ports, sizeof ports / sizeof *ports);
        apart.files = &parts->sso->ca;
        apart.file_count = 1;
    }
    TRY(apart_begin(arena, &apart, &missing));
    if (missing != NULL) {
        (void)cli_complain(CLI_DONE, "serve: the sandbox of the messenger is not whole; this kernel lacks %s",
                           missing);
    }
    return NULL;
}

/* With the keys in a process of their own, and everything given up that is not needed. */
static const struct error *serve_confined(struct arena *arena, const struct serve_options *options,
                                          struct parts *parts, const sigset_t *signals)
{
    const struct store_options store = {.dir = options->data, .key_path = options->key};
    TRY(keys_hold(arena, options->data, options->key, parts->key_limits, &parts->keyring));
    const struct error *error = begin_sandbox(arena, options, &store, parts, &parts->sandbox);
    if (error == NULL) {
        error = serve_parts(arena, options, parts, signals);
    }
    keyring_free(parts->keyring);
    return error;
}

static const struct error *serve(struct arena *arena, const struct serve_options *options,
                                 const struct server_limits *limits, const struct key_limits *key_limits,
                                 const sigset_t *signals)
{
    static const struct route_table *const tables[] = {&web_pages, &api_routes};
    arena_wipe_what_is_freed();
    const char *usual = cli_pack_folder(NULL);
    struct parts parts = {
        .packs = options->pack_count == 0 ? &usual : options->packs,
        .key_limits = key_limits,
        .pack_count = options->pack_count == 0 ? 1 : options->pack_count,
        .server = {.listen = options->listen == NULL ? "127.0.0.1:8080" : options->listen,
                   .loopback_only = options->one_factor,
                   .assets = assets_folder(options->assets),
                   .tables = tables,
                   .table_count = sizeof tables / sizeof *tables,
                   .limits = *limits,
                   .quiet = options->quiet},
    };
    TRY(read_front(arena, options, &parts.server.front, &parts.server.tls));
    if (options->mail != NULL) {
        TRY(post_options_read(arena, options->mail, &parts.mail));
    }
    if (options->sso != NULL) {
        TRY(cli_sso_read(arena, options->sso, &parts.sso));
    }
    if (parts.server.assets == NULL) {
        (void)cli_complain(CLI_DONE, "no assets found (--assets DIR): the pages come without their style");
    }
    TRY(begin_messenger(arena, options, &parts));
    const struct error *error = serve_confined(arena, options, &parts, signals);
    apart_end();
    return error;
}

int command_serve(int argc, char **argv)
{
    struct serve_options given = {.sandbox = CONFINE_TRY};
    const char *sandbox = NULL;
    const char *pack = NULL;
    const char *one = NULL;
    size_t count;
    int status;
    const struct cli_option others[] = {
        CLI_DATA(&given.data),
        CLI_KEY(&given.key),
        {"--pack", "DIR",
         "a procedure pack, or a folder of packs; may be given several times (WAYMARK_PACKS, or the one "
         "installed)",
         &pack, NULL},
        CLI_LISTEN(&given.listen),
        {"--assets", "DIR", "the folder of the built assets (WAYMARK_ASSETS, or the ones installed)",
         &given.assets, NULL},
        {"--sso", "FILE", "the identity providers that people may sign in by (waymark check-sso FILE)",
         &given.sso, NULL},
        {"--mail", "FILE", "how e-mail is sent; without it notices stay in the program", &given.mail, NULL},
        {"--public-url", "URL", "how browsers reach this server: https://NAME; may be given several times",
         &one, NULL},
        {"--tls-certificate", "FILE", "PEM, with what leads to a root; read again when it changes",
         &given.tls.certificate, NULL},
        {"--tls-key", "FILE", "its private key, not readable by everybody", &given.tls.key, NULL},
        {"--tls-1.2", NULL, "take TLS 1.2 too, with its strong ciphers (otherwise 1.3 only)", NULL,
         &given.tls.also_1_2},
        {"--behind-proxy", "ADDRESS",
         "of a proxy with TLS before this server, or its network; may be given several times", &one, NULL},
        {"--proxy-header", "KIND", "by which it says who asks: x-forwarded or forwarded (x-forwarded)",
         &given.proxy_header, NULL},
        {"--one-factor", NULL,
         "a password alone is enough to sign in: for demonstrations and tests, on the loopback only", NULL,
         &given.one_factor},
        {"--records-an-hour", "NUMBER",
         "that one account may be shown before it is stopped; 0: without limit (as the pack says)",
         &given.records, NULL},
        {"--sandbox", "LEVEL", "require, try or off: give up what serving does not need (try)", &sandbox,
         NULL},
        {"--quiet", NULL, "no line for each request", NULL, &given.quiet},
    };
    enum { OTHERS = sizeof others / sizeof *others };
    struct cli_option options[OTHERS + LIMITS];
    memcpy(options, others, sizeof others);
    for (size_t i = 0; i < LIMITS; i++) {
        options[OTHERS + i] = (struct cli_option){limit_rows[i].name, limit_rows[i].unit, limit_rows[i].help,
                                                  &given.limits[i], NULL};
    }
    if (!cli_parse("serve", argc, argv, options, sizeof options / sizeof *options, NULL, 0, 0, &count,
                   &status)) {
        return status;
    }
    given.proxy_count = cli_all(argc, argv, "--behind-proxy", given.proxies, FRONT_MOST);
    given.url_count = cli_all(argc, argv, "--public-url", given.urls, FRONT_MOST);
    given.pack_count = cli_all(argc, argv, "--pack", given.packs, PACKS_MOST);
    if (!cli_needs_data("serve", given.data)) {
        return CLI_ASKED_WRONGLY;
    }
    int64_t records = -1;
    if (given.records != NULL && !number_parse(given.records, 0, 100000, &records)) {
        return cli_complain(CLI_ASKED_WRONGLY, "serve: --records-an-hour is a number from 0 to 100000");
    }
    given.records_an_hour = (int)records;
    if (sandbox != NULL && !confine_level_read(sandbox, &given.sandbox)) {
        return cli_complain(CLI_ASKED_WRONGLY, "serve: --sandbox takes require, try or off, not %s", sandbox);
    }
    struct server_limits limits;
    struct key_limits key_limits;
    if (!read_limits(&given, &limits, &key_limits)) {
        return CLI_ASKED_WRONGLY;
    }
    ARENA_CLEANUP struct arena *arena = arena_new(memory);
    if (arena == NULL) {
        return cli_complain(CLI_FAILED, "out of memory");
    }
    sigset_t stopping;
    hold_signals(&stopping);
    const struct error *error = serve(arena, &given, &limits, &key_limits, &stopping);
    return error == NULL ? CLI_DONE : cli_fail(arena, error);
}
