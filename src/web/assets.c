#include "web/site.h"

#include "base/file.h"
#include "base/text.h"

#include <string.h>

enum { MANIFEST_LIMIT = 64 * 1024, ASSET_LIMIT = 4 * 1024 * 1024 };

static const struct {
    const char *ending;
    const char *type;
} types[] = {
    {".css", "text/css; charset=utf-8"},
    {".js", "text/javascript; charset=utf-8"},
    {".svg", "image/svg+xml"},
    {".png", "image/png"},
    {".ico", "image/x-icon"},
    {".woff2", "font/woff2"},
    {".txt", "text/plain; charset=utf-8"},
    {".json", "application/json"},
};

static const char *type_of(const char *file)
{
    size_t length = strlen(file);
    for (size_t i = 0; i < sizeof types / sizeof types[0]; i++) {
        size_t ending = strlen(types[i].ending);
        if (length > ending && strcmp(file + length - ending, types[i].ending) == 0) {
            return types[i].type;
        }
    }
    return NULL;
}

static bool file_name_is_plain(const char *file)
{
    return file[0] != '\0' && file[0] != '.' && file[0] != '/' && strstr(file, "..") == NULL &&
           strspn(file, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_./") == strlen(file);
}

static const struct error *asset_load(struct arena *arena, const char *folder, const char *name,
                                      const char *file, struct asset *ret_asset)
{
    const char *type = type_of(file);
    if (!file_name_is_plain(file) || type == NULL) {
        return error_new(arena, ERROR_BAD_INPUT, "%s/manifest.txt: %s", folder, file);
    }
    const char *bytes;
    size_t size;
    TRY(file_read(arena, arena_printf(arena, "%s/%s", folder, file), ASSET_LIMIT, &bytes, &size));
    /* the name of the file holds a hash of what is in it, so the name is the tag */
    *ret_asset = (struct asset){.name = name,
                                .path = arena_printf(arena, "/assets/%s", file),
                                .type = type,
                                .etag = arena_printf(arena, "\"%s\"", file),
                                .bytes = bytes,
                                .size = size};
    return NULL;
}

const struct error *assets_load(struct arena *arena, const char *folder, const struct asset **ret_assets,
                                size_t *ret_count)
{
    const char *text;
    size_t size;
    TRY(file_read(arena, arena_printf(arena, "%s/manifest.txt", folder), MANIFEST_LIMIT, &text, &size));
    size_t lines = 1;
    for (size_t i = 0; i < size; i++) {
        lines += text[i] == '\n';
    }
    struct asset *assets = arena_many(arena, struct asset, lines);
    size_t count = 0;
    for (const char *at = text; *at != '\0';) {
        size_t length = strcspn(at, "\n");
        if (length > 0) {
            size_t name = strcspn(at, " \n");
            if (name == 0 || name >= length - 1) {
                return error_new(arena, ERROR_BAD_INPUT, "%s/manifest.txt: a line is NAME FILE", folder);
            }
            TRY(asset_load(arena, folder, arena_copy_n(arena, at, name),
                           arena_copy_n(arena, at + name + 1, length - name - 1), &assets[count]));
            count++;
        }
        at += length + (at[length] == '\n');
    }
    *ret_assets = assets;
    *ret_count = count;
    return NULL;
}

const char *site_asset(const struct site *site, const char *name)
{
    for (size_t i = 0; i < site->asset_count; i++) {
        if (strcmp(site->assets[i].name, name) == 0) {
            return site->assets[i].path;
        }
    }
    return NULL;
}

const struct asset *site_asset_at(const struct site *site, const char *path)
{
    for (size_t i = 0; i < site->asset_count; i++) {
        if (strcmp(site->assets[i].path, path) == 0) {
            return &site->assets[i];
        }
    }
    return NULL;
}
