#include "act/inner.h"

#include "act/fact.h"
#include "act/factor.h"
#include "act/taken.h"
#include "base/must.h"
#include "base/text.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { SERVICE_BYTES = 512 << 20, PACKS_MOST = 32 };

/* ---- the packs */

struct folders {
    const char *list[PACKS_MOST];
    size_t count;
};

static bool holds_yaml(DIR *dir)
{
    for (const struct dirent *row = readdir(dir); row != NULL; row = readdir(dir)) {
        const char *dot = strrchr(row->d_name, '.');
        if (dot != NULL && strcmp(dot, ".yaml") == 0) {
            return true;
        }
    }
    return false;
}

static bool is_pack(const char *folder)
{
    DIR *dir = opendir(folder);
    bool found = dir != NULL && holds_yaml(dir);
    if (dir != NULL) {
        closedir(dir);
    }
    return found;
}

static int compare_texts(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* A folder of packs: those in it, by name. */
static void add_inner(struct arena *arena, const char *folder, struct folders *folders)
{
    size_t first = folders->count;
    DIR *dir = opendir(folder);
    if (dir == NULL) {
        return;
    }
    for (const struct dirent *row = readdir(dir); row != NULL && folders->count < PACKS_MOST;
         row = readdir(dir)) {
        const char *inner = arena_printf(arena, "%s/%s", folder, row->d_name);
        if (row->d_name[0] != '.' && is_pack(inner)) {
            folders->list[folders->count++] = inner;
        }
    }
    closedir(dir);
    qsort(folders->list + first, folders->count - first, sizeof folders->list[0], compare_texts);
}

static const struct error *find_folders(struct arena *arena, const char *const *dirs, size_t count,
                                        struct folders *folders)
{
    for (size_t i = 0; i < count; i++) {
        size_t before = folders->count;
        if (!is_pack(dirs[i])) {
            add_inner(arena, dirs[i], folders);
        }
        if (folders->count == before) {
            folders->list[folders->count++] = dirs[i]; /* and if it is no pack either, loading says so */
        }
        if (folders->count == PACKS_MOST) {
            return error_new(arena, ERROR_PACK, "%d packs at once are too many", PACKS_MOST);
        }
    }
    return NULL;
}

/* What is wrong with it is told by its first fault. */
static const struct error *load_pack(struct arena *arena, const char *folder, const struct pack **ret_pack)
{
    const struct pack_fault *faults = NULL;
    size_t fault_count = 0;
    const struct error *error = pack_load(arena, folder, ret_pack, &faults, &fault_count);
    return fault_count == 0
               ? error
               : error_new(arena, ERROR_PACK, "%s:%d: %s (%zu in all: waymark check-pack shows them)",
                           faults[0].file, faults[0].line, faults[0].text, fault_count);
}

/* Checks it and keeps its version; the store gives the object that all who read entries of it share. */
static const struct error *keep_pack(struct arena *arena, struct service *service, const char *folder,
                                     struct served *ret_served)
{
    const struct pack *pack;
    const char *bundle;
    size_t size;
    TRY(load_pack(arena, folder, &pack));
    for (const struct served *other = service->served; other < ret_served; other++) {
        if (strcmp(other->pack->id, pack->id) == 0) {
            return error_new(arena, ERROR_PACK, "%s: the pack '%s' is given twice", folder, pack->id);
        }
    }
    TRY(pack_bundle(arena, folder, &bundle, &size));
    TRY(store_pack_keep(service->store, arena, pack, bundle, size, &ret_served->number));
    return store_pack(service->store, arena, ret_served->number, &ret_served->pack);
}

static const struct error *keep_packs(struct arena *arena, struct service *service,
                                      const struct folders *folders)
{
    const char *chosen;
    service->served = arena_many(service->arena, struct served, folders->count);
    for (size_t i = 0; i < folders->count; i++) {
        TRY(keep_pack(arena, service, folders->list[i], &service->served[i]));
        service->served_count++;
    }
    TRY(chosen_procedure(service->store, arena, &chosen));
    const struct served *served = chosen == NULL ? NULL : served_by_id(service, chosen);
    service->current = served == NULL ? &service->served[0] : served;
    return NULL;
}

static const struct error *fill(struct arena *arena, struct service *service,
                                const struct store_options *where, const char *const *pack_dirs, size_t count)
{
    struct folders folders = {.count = 0};
    TRY(find_folders(arena, pack_dirs, count, &folders));
    struct store_options options = *where;
    options.pack_dir = folders.list[0];
    /* a faulty pack is told before a store is opened */
    const struct pack *pack;
    TRY(load_pack(arena, folders.list[0], &pack));
    TRY(store_open(arena, &options, &service->store));
    const struct error *error = keep_packs(arena, service, &folders);
    if (error != NULL) {
        store_close(service->store);
    }
    return error;
}

/* ---- opening */

static const struct error *open_where(struct arena *arena, const struct store_options *where,
                                      const char *const *pack_dirs, size_t count,
                                      struct service **ret_service)
{
    seal_init();
    struct arena *own = arena_new(SERVICE_BYTES);
    if (own == NULL) {
        return error_of(ERROR_BUSY);
    }
    struct service *service = arena_one(own, struct service);
    service->arena = own;
    const struct error *error = facts_new(&service->facts);
    if (error == NULL) {
        error = fill(own, service, where, pack_dirs, count);
        if (error != NULL) {
            facts_free(service->facts);
        }
    }
    if (error != NULL) {
        error = error_new(arena, error->code, "%s", error->detail == NULL ? error->sentence : error->detail);
        arena_free(own);
        return error;
    }
    pthread_mutex_init(&service->lock, NULL);
    service->throttle = throttle_new(own);
    service->challenges = challenges_new(own);
    *ret_service = service;
    return NULL;
}

const struct error *service_open_packs(struct arena *arena, const char *data_dir, const char *key_path,
                                       const char *const *pack_dirs, size_t count,
                                       struct service **ret_service)
{
    struct store_options where = {.dir = data_dir, .key_path = key_path};
    return open_where(arena, &where, pack_dirs, count, ret_service);
}

const struct error *service_open_held(struct arena *arena, const char *data_dir,
                                      const struct keyring *keyring, const char *const *pack_dirs,
                                      size_t count, struct service **ret_service)
{
    struct store_options where = {.dir = data_dir, .keyring = keyring};
    return open_where(arena, &where, pack_dirs, count, ret_service);
}

const struct error *service_open(struct arena *arena, const char *data_dir, const char *key_path,
                                 const char *pack_dir, struct service **ret_service)
{
    return service_open_packs(arena, data_dir, key_path, &pack_dir, 1, ret_service);
}

void service_close(struct service *service)
{
    store_close(service->store);
    pthread_mutex_destroy(&service->lock);
    facts_free(service->facts);
    arena_free(service->arena);
}

void service_limit_records(struct service *service, int most)
{
    int limit = most < 0 ? service_pack(service)->looking.records_an_hour : most;
    service->taken = limit == 0 ? NULL : taken_new(service->arena, limit);
}

void service_allow_one_factor(struct service *service)
{
    service->one_factor = true;
}

const struct pack *service_pack(const struct service *service)
{
    return service->current->pack;
}

const struct pack *act_pack(const struct act *act)
{
    return act->actor == NULL || act->actor->pack == NULL ? service_pack(act->service) : act->actor->pack;
}

struct store *service_store(const struct service *service)
{
    return service->store;
}

int service_pack_number(const struct service *service, const struct pack *pack)
{
    size_t i = 0;
    for (; service->served[i].pack != pack; i++) {
        must(i + 1 < service->served_count); /* nothing begins under a procedure that is not served */
    }
    return service->served[i].number;
}

const struct served *served_by_id(const struct service *service, const char *pack_id)
{
    for (size_t i = 0; i < service->served_count; i++) {
        if (text_equal(service->served[i].pack->id, pack_id)) {
            return &service->served[i];
        }
    }
    return NULL;
}

const struct role *act_role(const struct act *act, const char *id)
{
    const struct role *role = pack_role(act_pack(act), id);
    for (size_t i = 0; i < act->service->served_count && role == NULL; i++) {
        role = pack_role(act->service->served[i].pack, id);
    }
    return role;
}

const struct error *act_reading_begin(const struct act *act, struct store_reader **ret_reader)
{
    return store_reader_take(act->service->store, ret_reader);
}

void act_reading_end(struct store_reader *reader)
{
    store_reader_give(reader);
}
