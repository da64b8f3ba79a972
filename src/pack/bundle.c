/*
 * A pack as one text: a head line, then each file in name order as "file NAME SIZE", its bytes and a line
 * end. Loading goes through the bundle always, so what is hashed is what was read.
 */
#include "pack/loader.h"

#include "base/buf.h"
#include "base/file.h"
#include "base/text.h"
#include "calendar/calendar.h"
#include "seal/seal.h"

#include <dirent.h>
#include <errno.h>
#include <sys/stat.h>

enum { FILE_MAX = 4 * 1024 * 1024, PACK_MAX = 12 * 1024 * 1024, FILES_MAX = 64, NAME_MAX_ = 80 };

static const char head[] = "waymark-pack 1\n";

static bool is_pack_file(const char *name)
{
    size_t size = strlen(name);
    return size > 5 && size <= NAME_MAX_ && name[0] != '.' && strcmp(name + size - 5, ".yaml") == 0 &&
           strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.") == size;
}

static int by_name(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static void close_folder(DIR **folder)
{
    if (*folder != NULL) {
        closedir(*folder);
    }
}

enum { NAME_ROOM = FILES_MAX * (NAME_MAX_ + 1) };

/* The names, sorted. The folder is read into a buffer of fixed size before anything is allocated. */
static const struct error *list_files(struct arena *arena, const char *path, const char **names,
                                      size_t *ret_count)
{
    char room[NAME_ROOM];
    size_t used = 0;
    size_t count = 0;
    {
        DIR *folder __attribute__((cleanup(close_folder))) = opendir(path);
        if (folder == NULL) {
            return error_new(arena, ERROR_IO, "%s: %s", path, strerror(errno));
        }
        for (const struct dirent *entry = readdir(folder); entry != NULL; entry = readdir(folder)) {
            if (!is_pack_file(entry->d_name)) {
                continue;
            }
            if (count == FILES_MAX) {
                return error_of(ERROR_TOO_LARGE);
            }
            size_t size = strlen(entry->d_name) + 1;
            memcpy(room + used, entry->d_name, size);
            used += size;
            count++;
        }
    }
    const char *at = arena_copy_n(arena, room, used);
    for (size_t i = 0; i < count; i++) {
        names[i] = at;
        at += strlen(at) + 1;
    }
    qsort(names, count, sizeof *names, by_name);
    *ret_count = count;
    return NULL;
}

static const struct error *bundle(struct arena *arena, const char *folder, struct faults *faults,
                                  const char **ret_text, size_t *ret_size)
{
    const char *names[FILES_MAX];
    size_t count = 0;
    TRY(list_files(arena, folder, names, &count));
    size_t total = 0;
    struct buf buf;
    buf_init(&buf, arena, PACK_MAX + 16 * 1024);
    buf_put(&buf, head);
    for (size_t i = 0; i < count; i++) {
        const char *path = arena_printf(arena, "%s/%s", folder, names[i]);
        struct stat status;
        if (stat(path, &status) != 0 || !S_ISREG(status.st_mode)) {
            fault_add(faults, names[i], 1, "not a file that can be read");
            continue;
        }
        if (status.st_size > FILE_MAX) {
            fault_add(faults, names[i], 1, "larger than 4 MB (%lld bytes)", (long long)status.st_size);
            continue;
        }
        total += (size_t)status.st_size;
        if (total > PACK_MAX) {
            fault_add(faults, names[i], 1, "with the files before it the pack is larger than 12 MB");
            break;
        }
        const char *bytes = NULL;
        size_t size = 0;
        const struct error *error = file_read(arena, path, FILE_MAX, &bytes, &size);
        if (error != NULL) {
            fault_add(faults, names[i], 1, "cannot be read: %s",
                      error->detail == NULL ? error->sentence : error->detail);
            continue;
        }
        buf_printf(&buf, "file %s %zu\n", names[i], size);
        buf_put_n(&buf, bytes, size);
        buf_byte(&buf, '\n');
    }
    if (buf_failed(&buf)) {
        return error_new(arena, ERROR_TOO_LARGE, "%s: the files together are more than 12 MB", folder);
    }
    *ret_text = buf_text(&buf);
    *ret_size = buf.size;
    return NULL;
}

/* Reads "file NAME SIZE\n"; false when the bundle is not of that form. */
static bool next_file(struct arena *arena, const char **at, size_t *left, const char **ret_name,
                      const char **ret_bytes, size_t *ret_size)
{
    const char *end = memchr(*at, '\n', *left);
    if (end == NULL || strncmp(*at, "file ", 5) != 0) {
        return false;
    }
    const char *line = arena_copy_n(arena, *at + 5, (size_t)(end - *at) - 5);
    const char *space = strchr(line, ' ');
    int64_t size = 0;
    size_t rest = *left - (size_t)(end + 1 - *at);
    if (space == NULL || !number_parse(space + 1, 0, FILE_MAX, &size) || (size_t)size + 1 > rest) {
        return false;
    }
    *ret_name = arena_copy_n(arena, line, (size_t)(space - line));
    *ret_bytes = end + 1;
    *ret_size = (size_t)size;
    *at = end + 1 + size + 1;
    *left = rest - (size_t)size - 1;
    return is_pack_file(*ret_name);
}

static const struct error *give_faults(struct arena *arena, struct faults *faults, const char *folder,
                                       const struct pack_fault **ret_faults, size_t *ret_fault_count)
{
    faults_sort(faults);
    if (faults->full) {
        faults->list[faults->count - 1].text = "and more faults than are listed";
    }
    for (size_t i = 0; i < faults->count; i++) {
        faults->list[i].file = arena_printf(arena, "%s/%s", folder, faults->list[i].file);
    }
    *ret_faults = faults->list;
    *ret_fault_count = faults->count;
    if (faults->count == 0) {
        return NULL;
    }
    return error_new(arena, ERROR_PACK, "%s:%d: %s%s", faults->list[0].file, faults->list[0].line,
                     faults->list[0].text, faults->count > 1 ? " (and more)" : "");
}

static const struct error *load(struct arena *arena, struct faults *faults, const char *folder,
                                const char *text, size_t size, const struct pack **ret_pack)
{
    struct loader loader = {.arena = arena, .faults = faults, .pack = arena_one(arena, struct pack)};
    if (size < strlen(head) || memcmp(text, head, strlen(head)) != 0) {
        return error_new(arena, ERROR_PACK, "not the text of a pack");
    }
    const char *at = text + strlen(head);
    size_t left = size - strlen(head);
    bool any = false;
    bool whole = true;
    while (left > 0) {
        const char *name = NULL;
        const char *bytes = NULL;
        size_t length = 0;
        if (!next_file(arena, &at, &left, &name, &bytes, &length)) {
            return error_new(arena, ERROR_PACK, "the text of the pack is damaged");
        }
        any = true;
        size_t before = faults->count;
        const struct yaml *root = yaml_read(arena, faults, name, bytes, length);
        if (root != NULL) {
            load_file(&loader, root);
        } else if (faults->count > before) {
            whole = false; /* what it says is not known: the rest would be blamed for it */
        }
    }
    if (!any && faults->count == 0) {
        fault_add(faults, "pack.yaml", 1, "there is no *.yaml file here");
    } else if (whole && any) {
        load_all(&loader);
    }
    if (faults->count > 0) {
        return NULL;
    }
    const char *holidays = arena_printf(arena, "%s/%s", folder, loader.pack->holidays);
    const struct error *error = calendar_open(arena, loader.pack->zone, holidays, &loader.pack->calendar);
    if (error != NULL) {
        const struct yaml *node = loader.sections[SECTION_PACK].list[0];
        fault_add(faults, node->file, node->line, "the calendar cannot be opened: %s",
                  error->detail == NULL ? error->sentence : error->detail);
        return NULL;
    }
    pack_link_duties(arena, loader.pack);
    struct hasher hasher;
    hash_begin(&hasher);
    hash_bytes(&hasher, text, size);
    hash_end(&hasher, loader.pack->hash);
    *ret_pack = loader.pack;
    return NULL;
}

const struct error *pack_load_bundle(struct arena *arena, const char *text, size_t size, const char *folder,
                                     const struct pack **ret_pack, const struct pack_fault **ret_faults,
                                     size_t *ret_fault_count)
{
    struct faults faults;
    faults_init(&faults, arena);
    *ret_faults = NULL;
    *ret_fault_count = 0;
    const struct pack *pack = NULL;
    TRY(load(arena, &faults, folder, text, size, &pack));
    TRY(give_faults(arena, &faults, folder, ret_faults, ret_fault_count));
    *ret_pack = pack;
    return NULL;
}

const struct error *pack_load(struct arena *arena, const char *folder, const struct pack **ret_pack,
                              const struct pack_fault **ret_faults, size_t *ret_fault_count)
{
    struct faults faults;
    faults_init(&faults, arena);
    *ret_faults = NULL;
    *ret_fault_count = 0;
    const char *text = NULL;
    size_t size = 0;
    const struct pack *pack = NULL;
    TRY(bundle(arena, folder, &faults, &text, &size));
    if (faults.count == 0) {
        TRY(load(arena, &faults, folder, text, size, &pack));
    }
    TRY(give_faults(arena, &faults, folder, ret_faults, ret_fault_count));
    *ret_pack = pack;
    return NULL;
}

const struct error *pack_bundle(struct arena *arena, const char *folder, const char **ret_text,
                                size_t *ret_size)
{
    struct faults faults;
    faults_init(&faults, arena);
    const char *text = NULL;
    size_t size = 0;
    TRY(bundle(arena, folder, &faults, &text, &size));
    if (faults.count > 0) {
        return error_new(arena, ERROR_PACK, "%s/%s: %s", folder, faults.list[0].file, faults.list[0].text);
    }
    *ret_text = text;
    *ret_size = size;
    return NULL;
}
