/* Feeds the kept corpus to a target without a fuzzer: replay FOLDER. One line says how many inputs there
 * were. */
#include "fuzz.h"

#include "base/file.h"

#include <dirent.h>
#include <stdio.h>

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

int main(int argc, char **argv)
{
    must(argc == 2);
    DIR *folder = opendir(argv[1]);
    if (folder == NULL) {
        fprintf(stderr, "%s: no corpus\n", argv[1]);
        return 1;
    }
    (void)LLVMFuzzerInitialize(&argc, &argv);
    int count = 0;
    for (const struct dirent *entry = readdir(folder); entry != NULL; entry = readdir(folder)) {
        if (entry->d_name[0] == '.') {
            continue;
        }
        ARENA_CLEANUP struct arena *arena = arena_new((size_t)64 << 20);
        const char *bytes;
        size_t size;
        if (file_read(arena, arena_printf(arena, "%s/%s", argv[1], entry->d_name), (size_t)16 << 20, &bytes,
                      &size) != NULL) {
            fprintf(stderr, "%s could not be read\n", entry->d_name);
            return 1;
        }
        (void)LLVMFuzzerTestOneInput((const uint8_t *)bytes, size);
        count++;
    }
    closedir(folder);
    printf("%d inputs\n", count);
    return count == 0;
}
