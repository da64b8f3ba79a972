/*
 * A small procedure with rules of its own, for what the vocabulary allows and neither procedure that ships
 * asks for: tests/golden/packs/base, what stands here, and what a test adds.
 */
#ifndef WM_TEST_SMALL_H
#define WM_TEST_SMALL_H

#include "../record/support.h"

#include "base/file.h"

#include <stdlib.h>
#include <unistd.h>

/* A third stage, after base's report and assessment. */
static const char small_entries[] = "entries:\n"
                                    "  - id: visit\n"
                                    "    title: Visit\n"
                                    "    verb: Record a visit\n"
                                    "    paragraph: '1.5'\n"
                                    "    stage: 3\n"
                                    "    recorded_by: [worker]\n"
                                    "    summary: '{person}'\n"
                                    "    pages:\n"
                                    "      - id: main\n"
                                    "        title: Visit\n"
                                    "        fields:\n"
                                    "          - {id: person, kind: person, label: Who?}\n"
                                    "          - {id: day, kind: day, label: Which day?}\n"
                                    "          - {id: again, kind: moment, label: When again?}\n"
                                    "          - {id: outcome, kind: code, codes: kind, label: Which?}\n"
                                    "      - use: safety\n"
                                    "  - id: letter\n"
                                    "    title: Letter\n"
                                    "    verb: Write a letter\n"
                                    "    paragraph: '1.6'\n"
                                    "    recorded_by: [worker]\n"
                                    "    summary: '{outcome}'\n"
                                    "    pages:\n"
                                    "      - id: main\n"
                                    "        title: Letter\n"
                                    "        fields:\n"
                                    "          - {id: outcome, kind: code, codes: kind, label: Which?}\n"
                                    "          - {id: again, kind: day, label: When again?}\n"
                                    "  - id: stay\n"
                                    "    title: Stay\n"
                                    "    verb: Record a stay\n"
                                    "    paragraph: '1.8'\n"
                                    "    recorded_by: [worker]\n"
                                    "    summary: '{until}'\n"
                                    "    pages:\n"
                                    "      - id: main\n"
                                    "        title: Stay\n"
                                    "        fields:\n"
                                    "          - {id: until, kind: day, label: Until when?}\n";

static inline struct fixture small_pack(const struct fixture *fixture, const char *rules)
{
    static const char *const files[] = {"codes.yaml", "duties.yaml", "entries.yaml", "holidays.csv",
                                        "pack.yaml"};
    struct arena *arena = fixture->arena;
    struct fixture small = {.arena = arena};
    const struct pack_fault *faults = NULL;
    size_t count = 0;
    char folder[] = "/tmp/small-pack-XXXXXX";
    assert_non_null(mkdtemp(folder));
    const char *extra = arena_printf(arena, "%s/extra.yaml", folder);
    const char *text = arena_printf(arena, "%s%s", small_entries, rules);
    assert_null(file_write_private(arena, extra, text, strlen(text)));
    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
        const char *bytes;
        size_t size;
        assert_null(file_read(arena, arena_printf(arena, WM_SOURCE "/tests/golden/packs/base/%s", files[i]),
                              1 << 20, &bytes, &size));
        assert_null(file_write_private(arena, arena_printf(arena, "%s/%s", folder, files[i]), bytes, size));
    }
    const struct error *error = pack_load(arena, folder, &small.pack, &faults, &count);
    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
        unlink(arena_printf(arena, "%s/%s", folder, files[i]));
    }
    unlink(extra);
    rmdir(folder);
    if (error != NULL) {
        fail_msg("%s:%d: %s", faults[0].file, faults[0].line, faults[0].text);
    }
    return small;
}

#endif
