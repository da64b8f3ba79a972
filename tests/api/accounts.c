/*
 * Accounts for the tests of the API, before anything serves: api_accounts DATA PACK, then ROLE and AGENCY by
 * turns ("keeps:ROLE": with a token for keeping accounts). Prints a bearer token for each, in that order.
 */
#include "act/act.h"
#include "base/must.h"
#include "base/text.h"

#include <stdio.h>
#include <string.h>

int main(int argc, char **argv)
{
    must(argc >= 5 && argc % 2 == 1);
    ARENA_CLEANUP struct arena *arena = arena_new((size_t)256 << 20);
    struct service *service;
    const struct error *error = service_open(arena, argv[1], NULL, argv[2], &service);
    if (error != NULL) {
        fprintf(stderr, "%s\n", error_text(arena, error));
        return 1;
    }
    struct act act = {.service = service, .arena = arena, .now = clock_now()};
    for (int i = 3; i + 1 < argc && error == NULL; i += 2) {
        bool keeps = text_starts_with(argv[i], "keeps:");
        const char *role = argv[i] + (keeps ? strlen("keeps:") : 0);
        const char *username = arena_printf(arena, "%s-%d", role, i);
        const char *secret;
        error = act_account_add(&act, username, username, role, argv[i + 1], &secret);
        if (error == NULL) {
            error = keeps ? act_account_keeping_token(&act, username, &secret)
                          : act_account_token(&act, username, &secret);
        }
        if (error == NULL) {
            printf("%s\n", secret);
        } else {
            fprintf(stderr, "%s\n", error_text(arena, error));
        }
    }
    service_close(service);
    return error != NULL;
}
