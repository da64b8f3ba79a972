/*
 * The directory as a file: a table of RFC 4180 whose first row names the fields. What is read again changes
 * what is there (by agency, kind and name) and adds the rest, so a file can be loaded as often as one likes.
 */
#include "act/act.h"
#include "base/buf.h"
#include "base/file.h"
#include "base/text.h"
#include "cli/cli.h"

#include <string.h>

enum { MEMORY = 256 * 1024 * 1024, FILE_MOST = 8 * 1024 * 1024, COLUMNS = 64 };

struct directory_options {
    const char *data;
    const char *key;
    const char *pack;
    const char *file;
    bool open;
};

/* ---- reading a table ---- */

struct table {
    struct arena *arena;
    const char *path;
    const char *at;
    int line;
};

static const struct error *fault(const struct table *table, const char *text)
{
    return error_new(table->arena, ERROR_BAD_INPUT, "%s:%d: %s", table->path, table->line, text);
}

static const struct error *read_quoted(struct table *table, struct buf *buf)
{
    for (table->at++; *table->at != '\0'; table->at++) {
        if (*table->at == '"' && table->at[1] == '"') {
            table->at++;
        } else if (*table->at == '"') {
            table->at++;
            return NULL;
        }
        table->line += *table->at == '\n' ? 1 : 0;
        buf_byte(buf, *table->at);
    }
    return fault(table, "a quotation mark is not closed");
}

/* One row; *ret_count 0 at the end of the file. A line without anything is passed over. */
static const struct error *read_row(struct table *table, const char *cells[static COLUMNS], size_t *ret_count)
{
    size_t count = 0;
    while (*table->at == '\r' || *table->at == '\n') {
        table->line += *table->at == '\n' ? 1 : 0;
        table->at++;
    }
    while (*table->at != '\0') {
        struct buf buf;
        buf_init(&buf, table->arena, 1u << 20);
        if (count == COLUMNS) {
            return fault(table, "too many cells");
        }
        if (*table->at == '"') {
            TRY(read_quoted(table, &buf));
        } else {
            size_t size = strcspn(table->at, ",\r\n");
            buf_put_n(&buf, table->at, size);
            table->at += size;
        }
        cells[count++] = text_trim(table->arena, buf_text(&buf));
        if (*table->at == ',') {
            table->at++;
            if (*table->at == '\0' || *table->at == '\r' || *table->at == '\n') {
                cells[count++] = "";
                break;
            }
            continue;
        }
        if (*table->at != '\0' && *table->at != '\r' && *table->at != '\n') {
            return fault(table, "after a quotation mark comes a comma or the end of the line");
        }
        break;
    }
    *ret_count = count;
    return NULL;
}

static const struct contact_field *field_named(const char *name)
{
    for (size_t i = 0; i < CONTACT_FIELDS; i++) {
        if (strcmp(contact_fields[i].name, name) == 0) {
            return &contact_fields[i];
        }
    }
    return NULL;
}

static const struct error *contact_of_row(const struct table *table, const char *const *heads,
                                          const char *const *cells, size_t count,
                                          struct contact_view *contact)
{
    *contact = (struct contact_view){.verified = false};
    for (size_t i = 0; i < count; i++) {
        const struct contact_field *field = field_named(heads[i]);
        if (field != NULL) {
            contact_set(contact, field, cells[i]);
        } else if (cells[i][0] != '\0') {
            contact->verified = day_parse(cells[i], &contact->verified_on);
            if (!contact->verified) {
                return fault(table, "verified_on is a date such as 2024-02-29");
            }
        }
    }
    if (text_equal(contact->fallback, "no")) {
        contact->fallback = "";
    }
    return NULL;
}

static const struct error *check_row(const struct act *act, const struct table *table,
                                     const struct contact_view *contact)
{
    const struct error *error = contact_check(act->arena, service_pack(act->service), contact);
    return error == NULL ? NULL
                         : error_new(act->arena, ERROR_BAD_INPUT, "%s:%d: %s: %s", table->path, table->line,
                                     error->field == NULL ? "" : error->field,
                                     error->detail == NULL ? error->sentence : error->detail);
}

static const struct error *read_table(const struct act *act, const char *path,
                                      const struct contact_view **ret_contacts, size_t *ret_count)
{
    const char *bytes;
    const char *heads[COLUMNS];
    const char *cells[COLUMNS];
    size_t size;
    size_t columns;
    size_t count;
    size_t room = 0;
    size_t used = 0;
    struct contact_view *contacts = NULL;
    TRY(file_read(act->arena, path, FILE_MOST, &bytes, &size));
    if (!text_is_valid(bytes, size)) {
        return error_new(act->arena, ERROR_BAD_INPUT, "%s is not UTF-8 text", path);
    }
    struct table table = {act->arena, path, text_starts_with(bytes, "\xEF\xBB\xBF") ? bytes + 3 : bytes, 1};
    TRY(read_row(&table, heads, &columns));
    for (size_t i = 0; i < columns; i++) {
        if (field_named(heads[i]) == NULL && strcmp(heads[i], "verified_on") != 0) {
            return error_new(act->arena, ERROR_BAD_INPUT, "%s:1: there is no field \"%s\"", path, heads[i]);
        }
    }
    for (;;) {
        TRY(read_row(&table, cells, &count));
        if (count == 0) {
            break;
        }
        if (count != columns) {
            return error_new(act->arena, ERROR_BAD_INPUT, "%s:%d: %zu cells, and the first row has %zu", path,
                             table.line, count, columns);
        }
        if (used == room) {
            room = room == 0 ? 64 : room * 2;
            contacts = arena_grow(act->arena, contacts, used, room, sizeof *contacts);
        }
        TRY(contact_of_row(&table, heads, cells, count, &contacts[used]));
        TRY(check_row(act, &table, &contacts[used]));
        used++;
    }
    *ret_contacts = contacts;
    *ret_count = used;
    return NULL;
}

/* ---- the two commands ---- */

static const struct contact_view *same(const struct contact_view *contacts, size_t count,
                                       const struct contact_view *wanted)
{
    for (size_t i = 0; i < count; i++) {
        if (text_equal(contacts[i].agency, wanted->agency) && text_equal(contacts[i].kind, wanted->kind) &&
            text_equal(contacts[i].name, wanted->name)) {
            return &contacts[i];
        }
    }
    return NULL;
}

static const struct error *import(const struct act *act, const struct directory_options *given)
{
    const struct contact_view *wanted;
    const struct contact_view *there;
    size_t count;
    size_t there_count;
    size_t added = 0;
    TRY(read_table(act, given->file, &wanted, &count));
    TRY(act_directory_list(act, &there, &there_count));
    for (size_t i = 0; i < count; i++) {
        const struct contact_view *known = same(there, there_count, &wanted[i]);
        struct contact_view contact = wanted[i];
        if (known == NULL) {
            TRY(act_directory_add(act, &contact, NULL));
            added++;
        } else {
            contact.id = known->id;
            TRY(act_contact_change(act, &contact));
        }
    }
    printf("%zu contacts: %zu new, %zu known\n", count, added, count - added);
    return NULL;
}

static void put_cell(const char *text, bool first)
{
    printf("%s", first ? "" : ",");
    if (strpbrk(text, ",\"\r\n") == NULL) {
        printf("%s", text);
        return;
    }
    putchar('"');
    for (const char *c = text; *c != '\0'; c++) {
        printf(*c == '"' ? "\"\"" : "%c", *c);
    }
    putchar('"');
}

static const struct error *export(const struct act *act, const struct directory_options *given)
{
    const struct contact_view *contacts;
    size_t count;
    TRY(act_directory_list(act, &contacts, &count));
    for (size_t f = 0; f < CONTACT_FIELDS; f++) {
        if (!given->open || contact_fields[f].open) {
            put_cell(contact_fields[f].name, f == 0);
        }
    }
    printf(",verified_on\n");
    for (size_t i = 0; i < count; i++) {
        char day[DAY_TEXT] = "";
        if (given->open && !contact_is_open(&contacts[i])) {
            continue;
        }
        for (size_t f = 0; f < CONTACT_FIELDS; f++) {
            if (!given->open || contact_fields[f].open) {
                put_cell(contact_text(&contacts[i], &contact_fields[f]), f == 0);
            }
        }
        if (contacts[i].verified) {
            day_format(contacts[i].verified_on, day);
        }
        printf(",%s\n", day);
    }
    return NULL;
}

static int with_store(const struct directory_options *given, const char *command,
                      const struct error *(*run)(const struct act *act,
                                                 const struct directory_options *given))
{
    struct service *service;
    if (!cli_needs_data(command, given->data)) {
        return CLI_ASKED_WRONGLY;
    }
    ARENA_CLEANUP struct arena *arena = arena_new(MEMORY);
    if (arena == NULL) {
        return cli_complain(CLI_FAILED, "out of memory");
    }
    const struct error *error = cli_service_open(arena, given->data, given->key, given->pack, &service);
    if (error == NULL) {
        struct act act = {service, arena, NULL, clock_now()};
        error = run(&act, given);
        service_close(service);
    }
    return error == NULL ? cli_finish() : cli_fail(arena, error);
}

int command_directory_import(int argc, char **argv)
{
    struct directory_options given = {0};
    size_t count;
    int status;
    const struct cli_option options[] = {CLI_DATA(&given.data), CLI_KEY(&given.key), CLI_PACK(&given.pack)};
    if (!cli_parse("directory import", argc, argv, options, sizeof options / sizeof *options, &given.file, 1,
                   1, &count, &status)) {
        return status;
    }
    return with_store(&given, "directory import", import);
}

int command_directory_export(int argc, char **argv)
{
    struct directory_options given = {0};
    size_t count;
    int status;
    const struct cli_option options[] = {
        CLI_DATA(&given.data),
        CLI_KEY(&given.key),
        CLI_PACK(&given.pack),
        {"--open", NULL, "only what may be published: no named contacts", NULL, &given.open},
    };
    if (!cli_parse("directory export", argc, argv, options, sizeof options / sizeof *options, NULL, 0, 0,
                   &count, &status)) {
        return status;
    }
    return with_store(&given, "directory export", export);
}
