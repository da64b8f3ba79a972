/*
 * Serves the pages over the acts in memory, to look at them without a store: look_server ADDR:PORT PACK
 * ASSETS. Ends with its standard input.
 */
#include "memory_act.h"

#include "base/must.h"
#include "web/server.h"

int main(int argc, char **argv)
{
    must(argc == 4);
    ARENA_CLEANUP struct arena *arena = arena_new((size_t)1 << 30);
    static const struct route_table *const tables[] = {&web_pages};
    struct server_options options = {.listen = argv[1],
                                     .assets = argv[3],
                                     .service = memory_service(arena, argv[2]),
                                     .tables = tables,
                                     .table_count = 1};
    struct server *server;
    const struct error *error = server_start(arena, &options, &server);
    if (error != NULL) {
        fprintf(stderr, "%s\n", error_text(arena, error));
        return 1;
    }
    printf("listening on http://%s\n", server_address(server));
    fflush(stdout);
    while (getchar() != EOF) {
    }
    server_stop(server);
    return 0;
}
