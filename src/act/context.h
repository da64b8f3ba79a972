/* An open store with its packs, who acts, and in what: what every act needs. */
#ifndef WM_ACT_CONTEXT_H
#define WM_ACT_CONTEXT_H

#include "base/error.h"
#include "base/id.h"
#include "base/instant.h"
#include "pack/pack.h"

struct service; /* one open store with its packs; shared by all threads */

/* `packs` is the folder of the current procedure pack; its bundle is kept in the store. ERROR_PACK: faults
 * printed by check-pack. */
const struct error *service_open(struct arena *arena, const char *data_dir, const char *key_path,
                                 const char *pack_dir, struct service **ret_service) MUST_CHECK;
void service_close(struct service *service);
/* Several packs: a folder each, or folders of such folders. New cases begin with the first, or with the one
 * an administrator chose. */
const struct error *service_open_packs(struct arena *arena, const char *data_dir, const char *key_path,
                                       const char *const *pack_dirs, size_t count,
                                       struct service **ret_service) MUST_CHECK;
/* The same with keys that a process of its own holds (seal.h); the caller's, until the service is closed. */
struct keyring;
const struct error *service_open_held(struct arena *arena, const char *data_dir,
                                      const struct keyring *keyring, const char *const *pack_dirs,
                                      size_t count, struct service **ret_service) MUST_CHECK;
/* A password alone may begin a session, for accounts that have no second factor. Before serving; only for the
 * demonstration and tests, where nobody but this machine can ask. */
void service_allow_one_factor(struct service *service);
const struct pack *service_pack(const struct service *service); /* the current one: new cases begin with it */
struct store *
service_store(const struct service *service); /* for cli/ (verify, rebuild, backup) and act/ only */

/* Stops whoever is shown more records than that within an hour; -1: as the pack says; 0: nobody. Before
 * serving.
 */
void service_limit_records(struct service *service, int most);

struct actor {
    struct id account;
    const char *username; /* "duty-manager" */
    const char *name;     /* for people: "Parveen Ashworth" */
    const struct role *role;
    const char *agency;       /* code id */
    const char *team;         /* of that agency; NULL: none */
    const char *purpose;      /* "direct-work", "administration", ...: a code kept with every look */
    const struct pack *pack;  /* of new cases, as the actor began this piece of work; NULL: as it is now */
    struct instant part_from; /* what they took part in before does not count; 0: all of it does */
    struct instant proved_at; /* when they last gave a password or a passkey in this session; never (0): a
                                 program with a token */
    bool strong;              /* by more than a password */
    bool keeps_accounts;      /* a program whose token was made to keep accounts */
    struct id session;        /* zero: none */
    const char *client; /* a token of the device and address this comes from; NULL: it comes from none */
};

struct act {
    struct service *service;
    struct arena *arena;
    const struct actor *actor;
    struct instant now;
};

/* For what only reads: all that this thread reads until the end of it is of one moment, for which the store
 * is asked once. Work that is abandoned for want of memory ends it. */
struct store_reader;
const struct error *act_reading_begin(const struct act *act, struct store_reader **ret_reader) MUST_CHECK;
void act_reading_end(struct store_reader *reader);
/* The pack that new cases begin with, the same throughout one piece of work. */
const struct pack *act_pack(const struct act *act);

#endif
