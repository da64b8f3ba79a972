/* Accounts from the command line, also while a server serves the same store: it sees what changed at once. */
#include "act/act.h"
#include "act/sso.h"
#include "cli/cli.h"
#include "web/front.h"

enum { MEMORY = 256 * 1024 * 1024 };

/* What the commands of accounts take. */
struct account_options {
    const char *data;
    const char *key;
    const char *pack;
    const char *role;
    const char *agency;
    const char *team;
    const char *name; /* of the person */
    const char *username;
    const char *url; /* how browsers reach the server; NULL: not said */
    bool keeps;      /* the token is for keeping accounts */
};

typedef const struct error *(*account_act)(const struct act *act, const struct account_options *given);

/* Opens the store, acts as the command line, closes. */
static int with_store(const struct account_options *given, const char *command, account_act run)
{
    struct service *service;
    if (!cli_needs_data(command, given->data)) {
        return CLI_ASKED_WRONGLY;
    }
    ARENA_CLEANUP struct arena *arena = arena_new(MEMORY);
    if (arena == NULL) {
        return cli_complain(CLI_FAILED, "out of memory");
    }
    const struct error *error = cli_service_open(arena, given->data, given->key, given->pack, &service);
    if (error == NULL) {
        struct act act = {service, arena, NULL, clock_now()};
        error = run(&act, given);
        service_close(service);
    }
    return error == NULL ? cli_finish() : cli_fail(arena, error);
}

/* For the commands that take a store and the name of an account. */
static int of_one_account(const char *command, int argc, char **argv, account_act run)
{
    struct account_options given = {0};
    size_t count;
    int status;
    const struct cli_option options[] = {CLI_DATA(&given.data), CLI_KEY(&given.key), CLI_PACK(&given.pack)};
    if (!cli_parse(command, argc, argv, options, sizeof options / sizeof *options, &given.username, 1, 1,
                   &count, &status)) {
        return status;
    }
    return with_store(&given, command, run);
}

/* ---- add, link ---- */

#define URL(given)                                                                                           \
    {                                                                                                        \
        "--public-url", "URL", "how browsers reach the server, to print the whole address of the link",      \
            &(given).url, NULL                                                                               \
    }

/* Before anything is done: a link is printed once. */
static const struct error *read_url(const struct act *act, const struct account_options *given,
                                    const char **ret_before)
{
    struct public_name name;
    *ret_before = "";
    if (given->url != NULL) {
        TRY(front_origin_read(act->arena, given->url, &name));
        *ret_before = arena_printf(act->arena, "%s://%s", name.tls ? "https" : "http", name.host);
    }
    return NULL;
}

static const struct error *add(const struct act *act, const struct account_options *given)
{
    struct invitation invitation;
    const char *before;
    TRY(read_url(act, given, &before));
    const struct account_input input = {.username = given->username,
                                        .name = given->name,
                                        .role = given->role,
                                        .agency = given->agency,
                                        .team = given->team};
    TRY(act_account_invite(act, &input, &invitation));
    printf("%s/set-password/%s\n", before, invitation.link);
    return NULL;
}

int command_account_add(int argc, char **argv)
{
    static const char command[] = "account add";
    struct account_options given = {0};
    size_t count;
    int status;
    const struct cli_option options[] = {
        CLI_DATA(&given.data),
        CLI_KEY(&given.key),
        CLI_PACK(&given.pack),
        {"--role", "ROLE", "a role of the pack: duty-manager, administrator, ...", &given.role, NULL},
        {"--agency", "AGENCY", "an agency of the pack: social-care, police, health, ...", &given.agency,
         NULL},
        {"--team", "TEAM", "the team of that agency they work in (none)", &given.team, NULL},
        {"--name", "TEXT", "the name of the person, as others see it (NAME)", &given.name, NULL},
        URL(given),
    };
    if (!cli_parse(command, argc, argv, options, sizeof options / sizeof *options, &given.username, 1, 1,
                   &count, &status)) {
        return status;
    }
    if (given.role == NULL || given.agency == NULL) {
        return cli_complain(CLI_ASKED_WRONGLY, "%s: needs %s", command,
                            given.role == NULL ? "--role ROLE" : "--agency AGENCY");
    }
    return with_store(&given, command, add);
}

static const struct error *new_link(const struct act *act, const struct account_options *given)
{
    const char *link;
    const char *before;
    TRY(read_url(act, given, &before));
    TRY(act_account_link(act, given->username, &link));
    printf("%s/set-password/%s\n", before, link);
    return NULL;
}

int command_account_link(int argc, char **argv)
{
    static const char command[] = "account link";
    struct account_options given = {0};
    size_t count;
    int status;
    const struct cli_option options[] = {CLI_DATA(&given.data), CLI_KEY(&given.key), CLI_PACK(&given.pack),
                                         URL(given)};
    if (!cli_parse(command, argc, argv, options, sizeof options / sizeof *options, &given.username, 1, 1,
                   &count, &status)) {
        return status;
    }
    return with_store(&given, command, new_link);
}

/* ---- list ---- */

static const struct error *list(const struct act *act, const struct account_options *given)
{
    const struct account_view *accounts;
    size_t count;
    (void)given;
    TRY(act_account_list(act, &accounts, &count));
    printf("%-22s %-18s %-14s %-10s %s\n", "NAME", "ROLE", "AGENCY", "STATE", "PERSON");
    for (size_t i = 0; i < count; i++) {
        const struct account_view *account = &accounts[i];
        printf("%-22s %-18s %-14s %-10s %s\n", account->username, account->role, account->agency,
               account->locked         ? "locked"
               : account->has_password ? "active"
                                       : "invited",
               account->name);
    }
    return NULL;
}

int command_account_list(int argc, char **argv)
{
    struct account_options given = {0};
    size_t count;
    int status;
    const struct cli_option options[] = {CLI_DATA(&given.data), CLI_KEY(&given.key), CLI_PACK(&given.pack)};
    if (!cli_parse("account list", argc, argv, options, sizeof options / sizeof *options, NULL, 0, 0, &count,
                   &status)) {
        return status;
    }
    return with_store(&given, "account list", list);
}

/* ---- lock, unlock, token ---- */

static const struct error *lock(const struct act *act, const struct account_options *given)
{
    return act_account_lock(act, given->username, true);
}

int command_account_lock(int argc, char **argv)
{
    return of_one_account("account lock", argc, argv, lock);
}

static const struct error *unlock(const struct act *act, const struct account_options *given)
{
    return act_account_lock(act, given->username, false);
}

int command_account_unlock(int argc, char **argv)
{
    return of_one_account("account unlock", argc, argv, unlock);
}

static const struct error *part(const struct act *act, const struct account_options *given)
{
    return act_sso_part(act, given->username);
}

int command_account_part(int argc, char **argv)
{
    return of_one_account("account part", argc, argv, part);
}

static const struct error *token(const struct act *act, const struct account_options *given)
{
    const char *made;
    TRY(given->keeps ? act_account_keeping_token(act, given->username, &made)
                     : act_account_token(act, given->username, &made));
    printf("%s\n", made);
    return NULL;
}

int command_account_token(int argc, char **argv)
{
    struct account_options given = {0};
    size_t count;
    int status;
    const struct cli_option options[] = {CLI_DATA(&given.data),
                                         CLI_KEY(&given.key),
                                         CLI_PACK(&given.pack),
                                         {"--keeps-accounts", NULL,
                                          "with it a program may keep accounts, as far as this account may",
                                          NULL, &given.keeps}};
    if (!cli_parse("account token", argc, argv, options, sizeof options / sizeof *options, &given.username, 1,
                   1, &count, &status)) {
        return status;
    }
    return with_store(&given, "account token", token);
}
