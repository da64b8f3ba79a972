/* The settings of single sign-on: read for a server, or checked by whoever writes them. */
#include "act/sso.h"
#include "cli/cli.h"
#include "post/post.h"

enum { MEMORY = 256 * 1024 * 1024 };

/* Every fault is printed, not only the first. */
static const struct error *say_faults(struct arena *arena, const char *path, const struct error *error,
                                      const struct pack_fault *faults, size_t count)
{
    if (error == NULL || count == 0) {
        return error;
    }
    cli_print_faults(faults, count);
    return error_new(arena, ERROR_INVALID, "%s: the settings of single sign-on have a fault", path);
}

const struct error *cli_sso_read(struct arena *arena, const char *path,
                                 const struct sso_settings **ret_settings)
{
    const struct pack_fault *faults = NULL;
    size_t count = 0;
    const struct error *error = sso_settings_read(arena, path, ret_settings, &faults, &count);
    return say_faults(arena, path, error, faults, count);
}

const struct error *cli_sso_check(struct arena *arena, const char *path, const struct sso_settings *settings,
                                  const struct pack *pack)
{
    const struct pack_fault *faults = NULL;
    size_t count = 0;
    const struct error *error = sso_settings_check(arena, path, settings, pack, &faults, &count);
    return say_faults(arena, path, error, faults, count);
}

static bool ask(struct arena *arena, struct partners *partners, const struct sso_provider *provider)
{
    struct sso_description description;
    size_t count = 0;
    const struct instant now = clock_now();
    const struct error *error = partner_describe(partners, arena, provider, now, &description);
    if (error == NULL) {
        error = partner_count_keys(partners, arena, provider, &description, now, &count);
    }
    if (error != NULL) {
        printf("  does not answer as it must: %s\n", error->detail == NULL ? error->sentence : error->detail);
        return false;
    }
    printf("  answers; %zu keys; %s itself in its answers; %s\n", count,
           description.names_itself ? "names" : "does not name",
           description.end_session == NULL ? "no way to sign out there" : "people can sign out there");
    return true;
}

/* What is registered with the provider is printed, since it has to be the same to the letter. */
static int check(struct arena *arena, const char *folder, const char *path, bool asks)
{
    const struct pack *pack;
    const struct sso_settings *settings;
    const struct error *error = cli_pack_load(arena, cli_pack_folder(folder), &pack);
    if (error == NULL) {
        error = cli_sso_read(arena, path, &settings);
    }
    if (error == NULL) {
        error = cli_sso_check(arena, path, settings, pack);
    }
    if (error == NULL && asks) {
        error = post_init();
    }
    if (error != NULL) {
        return cli_fail(arena, error);
    }
    bool good = true;
    struct partners *partners = partners_new(arena, settings);
    for (size_t i = 0; i < settings->count; i++) {
        const struct sso_provider *provider = &settings->providers[i];
        printf("%s (%s)\n  to be registered there: %s/sign-in/from/%s, and after signing out %s/signed-out\n",
               provider->id, provider->title, settings->link, provider->id, settings->link);
        good = (!asks || ask(arena, partners, provider)) && good;
    }
    int status = cli_finish();
    return good ? status : CLI_FAILED;
}

int command_check_sso(int argc, char **argv)
{
    const char *pack = NULL;
    const char *path = NULL;
    bool asks = false;
    size_t count;
    int status;
    const struct cli_option options[] = {
        CLI_PACK(&pack), {"--ask", NULL, "ask each provider for its description and keys too", NULL, &asks}};
    if (!cli_parse("check-sso", argc, argv, options, sizeof options / sizeof *options, &path, 1, 1, &count,
                   &status)) {
        return status;
    }
    ARENA_CLEANUP struct arena *arena = arena_new(MEMORY);
    return arena == NULL ? cli_complain(CLI_FAILED, "out of memory") : check(arena, pack, path, asks);
}
