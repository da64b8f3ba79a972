#include "act/inner.h"

enum { SERVICE_BYTES = 512 << 20 };

static const struct error *fill(struct arena *arena, struct service *service, const char *data_dir,
                                const char *key_path, const char *pack_dir)
{
    const struct pack_fault *faults = NULL;
    size_t fault_count = 0;
    const char *bundle;
    size_t size;
    const struct error *error = pack_load(service->arena, pack_dir, &service->pack, &faults, &fault_count);
    if (error != NULL && fault_count > 0) {
        return error_new(arena, ERROR_PACK, "%s:%d: %s (%zu in all: waymark check-pack shows them)",
                         faults[0].file, faults[0].line, faults[0].text, fault_count);
    }
    TRY(error);
    TRY(pack_bundle(arena, pack_dir, &bundle, &size));
    TRY(store_open(arena,
                   &(struct store_options){.dir = data_dir, .key_path = key_path, .pack_dir = pack_dir},
                   &service->store));
    error = store_pack_keep(service->store, arena, service->pack, bundle, size, &service->pack_number);
    if (error == NULL) {
        /* one pack object for each version, so that pointers of the current pack and of read entries compare
         */
        error = store_pack(service->store, arena, service->pack_number, &service->pack);
    }
    if (error != NULL) {
        store_close(service->store);
    }
    return error;
}

const struct error *service_open(struct arena *arena, const char *data_dir, const char *key_path,
                                 const char *pack_dir, struct service **ret_service)
{
    seal_init();
    struct arena *own = arena_new(SERVICE_BYTES);
    if (own == NULL) {
        return error_of(ERROR_BUSY);
    }
    struct service *service = arena_one(own, struct service);
    service->arena = own;
    const struct error *error = fill(arena, service, data_dir, key_path, pack_dir);
    if (error != NULL) {
        error = error_new(arena, error->code, "%s", error->detail == NULL ? error->sentence : error->detail);
        arena_free(own);
        return error;
    }
    pthread_mutex_init(&service->lock, NULL);
    service->throttle = throttle_new(own);
    *ret_service = service;
    return NULL;
}

void service_close(struct service *service)
{
    store_close(service->store);
    pthread_mutex_destroy(&service->lock);
    arena_free(service->arena);
}

const struct pack *service_pack(const struct service *service)
{
    return service->pack;
}

struct store *service_store(const struct service *service)
{
    return service->store;
}
