/*
 * Which identity providers there are, and what their claims mean here: one YAML file beside the store,
 * checked whole before the server begins. A provider is of one agency, by this file and by nothing that it
 * says itself, so that no provider signs in another agency's people. docs/administrators.md says what may
 * stand in the file.
 */
#ifndef WM_SSO_SETTINGS_H
#define WM_SSO_SETTINGS_H

#include "pack/fault.h"
#include "sso/said.h"

#include <stdint.h>

/* A claim, and the values of which it must have one. */
struct sso_condition {
    const char *claim;
    const char *const *values;
    size_t count;
    const struct sso_condition *next; /* all must hold */
};
struct sso_rule {
    const struct sso_condition *when; /* never NULL */
    const char *role;                 /* NULL: the one that the account was invited with */
    bool makes_account;
    int line;
    const struct sso_rule *next; /* the first that holds decides */
};
struct sso_provider {
    const char *id;     /* "police": stands in /sign-in/with/police */
    const char *title;  /* "Leicestershire Police": on the button */
    const char *agency; /* code id; of every account that signs in by it */
    const char *issuer; /* exactly as the provider writes it in its tokens */
    const char *client;
    const char *secret;       /* NULL: a public client, with PKCE alone */
    bool secret_in_form;      /* client_secret_post; else HTTP Basic */
    const char *const *hosts; /* where it may be fetched from: the issuer's own, and those named beside it */
    size_t host_count;
    const char *scopes; /* "openid profile" */
    unsigned algorithms;
    const char *const *strong_acr; /* either of these says that a second factor was used */
    size_t strong_acr_count;
    const char *const *strong_amr;
    size_t strong_amr_count;
    const struct sso_condition *require; /* else nobody signs in; NULL: nothing more */
    const struct sso_rule *rules;
    const char *name_claim;
    const char *username_claim;
    bool loopback; /* http on this machine alone, for tests */
    int line;
};
struct sso_settings {
    const char *link;  /* "https://waymark.county.example", without a slash at its end */
    const char *ca;    /* the certificates to trust; NULL: those of the machine */
    const char *proxy; /* "http://proxy.example:3128"; NULL: none */
    int seconds;       /* the most that one call may take */
    const struct sso_provider *providers;
    size_t count;
};

enum { SSO_PROVIDERS_MOST = 16 };

/* ERROR_PACK, with every fault by file and line; secrets are read from their files. */
const struct error *sso_settings_read(struct arena *arena, const char *path,
                                      const struct sso_settings **ret_settings,
                                      const struct pack_fault **ret_faults,
                                      size_t *ret_fault_count) MUST_CHECK;
/* The same from bytes; `path` is what faults are named by, and what the paths in it are relative to. For
 * tests and fuzzing the files of secrets are not opened when `secrets` is false. */
const struct error *sso_settings_parse(struct arena *arena, const char *path, const char *bytes, size_t size,
                                       bool secrets, const struct sso_settings **ret_settings,
                                       const struct pack_fault **ret_faults,
                                       size_t *ret_fault_count) MUST_CHECK;
const struct sso_provider *sso_provider_find(const struct sso_settings *settings, const char *id);

/* https (or http on this machine, where that is allowed), one of the provider's hosts, no user and no
 * fragment, printable ASCII, at most 2000 bytes. */
bool sso_address_is_allowed(const struct sso_provider *provider, const char *address);

/* The ports that are called: those of the issuers, of https and of the proxy; each once, at most `room`. */
size_t sso_ports(const struct sso_settings *settings, uint16_t *ret_ports, size_t room);

/* ---- what claims mean */

struct sso_mapped {
    const struct sso_rule *rule;
    const char *name;     /* of the person; NULL: the claim is not there */
    const char *username; /* a wish, not checked; NULL: the claim is not there */
};
/* A claim by its name; "realm_access.roles" is also one inside another. NULL: not there. */
const struct said *sso_claim(struct arena *arena, const struct said *claims, const char *name);
/* ERROR_NOT_ALLOWED: what is required does not hold, or no rule does. */
const struct error *sso_map(struct arena *arena, const struct sso_provider *provider,
                            const struct said *claims, struct sso_mapped *ret_mapped) MUST_CHECK;

#endif
