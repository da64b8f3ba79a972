#include "work.h"

#include "base/must.h"
#include "base/text.h"
#include "record/decode.h"

#include <dirent.h>
#include <errno.h>
#include <stdarg.h>
#include <sys/stat.h>
#include <unistd.h>

static const char pack_dir[] = WM_SOURCE "/procedures/llr-chapter-11";

void work_fail(const char *format, ...)
{
    va_list args;
    va_start(args, format);
    fprintf(stderr, "FAILED: ");
    vfprintf(stderr, format, args);
    fprintf(stderr, "\n");
    va_end(args);
    exit(1);
}

void work_good(const struct error *error, const char *what)
{
    if (error != NULL) {
        work_fail("%s: %s: %s", what, error->sentence, error->detail == NULL ? "" : error->detail);
    }
}

int work_rounds(int few, int many)
{
    const char *variable = getenv("WAYMARK_ROUNDS");
    int64_t rounds;
    if (variable != NULL && number_parse(variable, 1, 1000000, &rounds)) {
        return (int)rounds;
    }
    variable = getenv("WAYMARK_LONG");
    return variable != NULL && variable[0] == '1' ? many : few;
}

uint64_t work_seed(void)
{
    const char *variable = getenv("WAYMARK_SEED");
    int64_t seed;
    if (variable != NULL && number_parse(variable, 1, INT64_MAX, &seed)) {
        return (uint64_t)seed;
    }
    random_bytes(&seed, sizeof seed);
    return ((uint64_t)seed & INT64_MAX) | 1;
}

/* xorshift64*: small, and the same everywhere */
unsigned work_random(uint64_t *state, unsigned below)
{
    *state ^= *state >> 12;
    *state ^= *state << 25;
    *state ^= *state >> 27;
    return (unsigned)((*state * 0x2545F4914F6CDD1DULL >> 33) % below);
}

/* ---- folders
 * -------------------------------------------------------------------------------------------------- */

void work_remove(const char *root)
{
    DIR *folder = opendir(root);
    for (struct dirent *file = folder == NULL ? NULL : readdir(folder); file != NULL;
         file = readdir(folder)) {
        char path[2 * WORK_PATH];
        snprintf(path, sizeof path, "%s/%s", root, file->d_name);
        if (strcmp(file->d_name, ".") != 0 && strcmp(file->d_name, "..") != 0 && unlink(path) != 0) {
            work_remove(path);
        }
    }
    if (folder != NULL) {
        closedir(folder);
        rmdir(root);
    }
}

void work_at(struct work *work, const char *root)
{
    *work = (struct work){0};
    snprintf(work->root, sizeof work->root, "%s", root);
    snprintf(work->dir, sizeof work->dir, "%.200s/data", root);
}

struct arena *work_arena(void)
{
    struct arena *arena = arena_new(WORK_BYTES);
    work_check(arena != NULL, "no memory for an arena");
    return arena;
}

void work_new(struct work *work, const char *parent)
{
    const char *link;
    char root[WORK_PATH];
    const char *where = parent != NULL ? parent : getenv("TMPDIR");
    snprintf(root, sizeof root, "%.200s/waymark-test-XXXXXX", where == NULL ? "/tmp" : where);
    work_check(mkdtemp(root) != NULL, "%s: %s", root, strerror(errno));
    work_at(work, root);
    seal_init();
    struct arena *arena = work_arena();
    work_good(store_init(arena, &(struct store_options){.dir = work->dir}), "init");
    work_good(service_open(arena, work->dir, NULL, pack_dir, &work->service), "first opening");
    struct act act = {work->service, arena, NULL, clock_now()};
    work_good(act_account_add(&act, "social-worker", "Robin Ellery", "social-worker", "social-care", &link),
              "account");
    service_close(work->service);
    work->service = NULL;
    arena_free(arena);
}

const struct error *work_open(struct work *work)
{
    const char *token;
    seal_init();
    work->arena = work_arena();
    const struct error *error = service_open(work->arena, work->dir, NULL, pack_dir, &work->service);
    if (error != NULL) {
        work->service = NULL;
        return error;
    }
    service_allow_one_factor(work->service);
    /* whose token it is tells the actor, as the API does it */
    struct act act = {work->service, work->arena, NULL, clock_now()};
    error = act_account_token(&act, "social-worker", &token);
    if (error == NULL) {
        error = act_bearer(&act, token, &work->actor);
    }
    return error;
}

void work_close(struct work *work)
{
    if (work->service != NULL) {
        service_close(work->service);
    }
    arena_free(work->arena);
    work->service = NULL;
    work->arena = NULL;
}

/* ---- acts
 * ---------------------------------------------------------------------------------------------------- */

struct act work_act(const struct work *work, struct arena *arena)
{
    return (struct act){work->service, arena, &work->actor, clock_now()};
}

size_t work_unmet_duties(const struct work *work, struct arena *arena)
{
    const struct work_line *lines;
    size_t count;
    const char *next;
    struct act act = work_act(work, arena);
    work_good(
        act_duties(&act, &(struct duties_filter){.state = "unmet", .limit = 200}, &lines, &count, &next),
        "duties");
    return count;
}

struct reading {
    struct arena *arena;
    const struct pack *pack;
    const struct entry_type *type;
    json_t *object;
    const struct value **ret_values;
    const struct error *error;
};

static void read_values(void *context)
{
    struct reading *reading = context;
    reading->error = fields_from_json(reading->arena, reading->pack, reading->type, reading->object, NULL,
                                      reading->ret_values);
}

static const struct error *values_of(const struct work *work, struct arena *arena, const char *type_id,
                                     const char *json, const struct entry_type **ret_type,
                                     const struct value **ret_values)
{
    json_t *object;
    const struct pack *pack = service_pack(work->service);
    const struct entry_type *type = pack_type(pack, type_id);
    must(type != NULL);
    TRY(json_read(arena, json, strlen(json), &object));
    struct reading reading = {arena, pack, type, object, ret_values, NULL};
    bool whole = arena_guard(arena, read_values, &reading);
    json_decref(object);
    if (!whole) {
        arena_run_out(arena);
    }
    *ret_type = type;
    return reading.error;
}

const struct error *work_referral(struct work *work, struct arena *arena, const char *mark,
                                  struct reference *ret_reference)
{
    const struct entry_type *type;
    struct referral_input input = {0};
    struct recorded recorded;
    struct act act = work_act(work, arena);
    const struct pack *pack = service_pack(work->service);
    TRY(values_of(work, arena, pack->types[pack->details_type].id,
                  arena_printf(arena,
                               "{\"given_name\":\"Ann\",\"family_name\":\"Example %s\",\"date_of_birth\":"
                               "\"2010-05-01\",\"disability\":[\"NONE\"]}",
                               mark),
                  &type, &input.details));
    TRY(values_of(
        work, arena, pack->types[pack->start_type].id,
        arena_printf(arena,
                     "{\"notified_at\":\"2024-03-05T09:30:00Z\",\"source_agency\":\"health\","
                     "\"referrer\":\"School nurse\",\"involvement\":\"likely\","
                     "\"immediate_danger\":\"no\",\"exchange\":[\"gifts\"],\"parents_informed\":"
                     "\"no\",\"parents_informed_reason\":\"Not yet\",\"child_views\":\"Wants help\","
                     "\"narrative\":\"%s\"}",
                     mark),
        &type, &input.values));
    TRY(act_referral_make(&act, &input, &recorded));
    *ret_reference = recorded.reference;
    return NULL;
}

const struct error *work_entry(struct work *work, struct arena *arena, const char *reference,
                               const char *mark, uint64_t *ret_seq)
{
    struct entry_input input = {0};
    struct recorded recorded;
    struct act act = work_act(work, arena);
    TRY(values_of(
        work, arena, "disclosure",
        arena_printf(arena,
                     "{\"to_agency\":\"police\",\"what\":\"%s\",\"purpose\":\"Safety\","
                     "\"legal_basis\":\"Section 47\",\"consent\":\"given\",\"immediate_risk\":\"no\"}",
                     mark),
        &input.type, &input.values));
    TRY(act_entry_record(&act, reference, &input, &recorded));
    *ret_seq = recorded.entry->seq;
    return NULL;
}

const struct error *work_details(struct work *work, struct arena *arena, const char *reference,
                                 const char *mark)
{
    const struct entry_type *type;
    const struct value *values;
    struct recorded recorded;
    struct act act = work_act(work, arena);
    const struct pack *pack = service_pack(work->service);
    TRY(values_of(work, arena, pack->types[pack->details_type].id,
                  arena_printf(arena, "{\"given_name\":\"Ann %s\"}", mark), &type, &values));
    return act_details_record(&act, reference, 0, values, &recorded);
}

const struct error *work_draft(struct work *work, struct arena *arena, const char *mark, struct id *ret_id)
{
    const char *names[] = {"narrative"};
    const char *texts[] = {mark};
    struct act act = work_act(work, arena);
    struct draft_view draft = {.kind = "referral", .names = names, .texts = texts, .count = 1};
    return act_draft_save(&act, &draft, ret_id);
}

const struct error *work_session(struct work *work, struct arena *arena, uint8_t ret_hash[static 32])
{
    struct instant now = clock_now();
    struct session_row row = {.id = id_new(),
                              .account = work->actor.account,
                              .began_at = now,
                              .seen_at = now,
                              .ends_at = instant_add_ms(now, MS_PER_HOUR),
                              .proved_at = now};
    random_bytes(ret_hash, 32);
    return store_session_put(service_store(work->service), arena, ret_hash, &row);
}

const char *work_mark(struct work *work, struct arena *arena, const char *reference, uint64_t seq)
{
    const struct case_view *view;
    struct act act = work_act(work, arena);
    const struct error *error = act_case_read(&act, reference, INSTANT_NEVER, &view);
    if (error != NULL && error->code == ERROR_NOT_FOUND) {
        return NULL;
    }
    work_good(error, "reading a case");
    if (seq < 1 || seq > view->entry_count) {
        return NULL;
    }
    const char *mark = entry_text(view->entries[seq - 1], "what");
    return mark != NULL ? mark : entry_text(view->entries[seq - 1], "narrative");
}

void work_must_verify(struct work *work, const char *when)
{
    struct verify_result result;
    struct arena *arena = work_arena();
    work_good(store_verify(service_store(work->service), arena, &result), when);
    work_check(result.broken == NULL, "%s: %s", when, result.broken);
    arena_free(arena);
}
