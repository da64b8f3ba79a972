/* The file that says how e-mail is sent. */
#include "post/post.h"

#include "base/file.h"
#include "base/text.h"

#include <string.h>
#include <sys/stat.h>

enum { FILE_MOST = 16 * 1024, PASSWORD_MOST = 1024, SECONDS = 30 };

struct reading {
    struct arena *arena;
    const char *path;
    int line;
    struct post_options options;
    const char *password_file;
};

static const struct error *fault(const struct reading *reading, const char *text)
{
    return error_new(reading->arena, ERROR_IO, "%s:%d: %s", reading->path, reading->line, text);
}

static bool is_printable(const char *text)
{
    for (const unsigned char *c = (const unsigned char *)text; *c != '\0'; c++) {
        if (*c <= 0x20 || *c >= 0x7f || *c == '<' || *c == '>' || *c == '"') {
            return false;
        }
    }
    return true;
}

static const struct error *take(struct reading *reading, const char *name, const char *text)
{
    struct post_options *options = &reading->options;
    const struct {
        const char *name;
        const char **place;
    } texts[] = {{"server", &options->server}, {"user", &options->user},
                 {"from", &options->from},     {"link", &options->link},
                 {"ca", &options->ca},         {"password_file", &reading->password_file}};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        if (strcmp(texts[i].name, name) == 0) {
            *texts[i].place = text;
            return is_printable(text) ? NULL
                                      : fault(reading, "there is a space or a character that cannot be");
        }
    }
    if (strcmp(name, "tls") == 0) {
        options->plain = strcmp(text, "off") == 0;
        return options->plain || strcmp(text, "on") == 0 ? NULL : fault(reading, "tls is on or off");
    }
    int64_t seconds;
    if (strcmp(name, "seconds") == 0) {
        if (!number_parse(text, 1, 600, &seconds)) {
            return fault(reading, "seconds is a number from 1 to 600");
        }
        options->seconds = (int)seconds;
        return NULL;
    }
    return fault(reading, "the names are server, user, password_file, from, link, tls, ca, seconds");
}

static const struct error *take_line(struct reading *reading, const char *line)
{
    const char *trimmed = text_trim(reading->arena, line);
    const char *sign = strchr(trimmed, '=');
    if (trimmed[0] == '\0' || trimmed[0] == '#') {
        return NULL;
    }
    if (sign == NULL) {
        return fault(reading, "a line is \"name = text\"");
    }
    const char *name =
        text_trim(reading->arena, arena_copy_n(reading->arena, trimmed, (size_t)(sign - trimmed)));
    return take(reading, name, text_trim(reading->arena, arena_copy(reading->arena, sign + 1)));
}

/* The whole name, and not the beginning of another's. */
static bool is_at(const char *address, const char *host)
{
    return text_starts_with(address, host) && strchr(":/", address[strlen(host)]) != NULL;
}

static bool is_loopback(const char *server)
{
    const char *host = strstr(server, "://") + 3;
    return is_at(host, "127.0.0.1") || is_at(host, "localhost") || is_at(host, "[::1]");
}

static const struct error *read_password(struct reading *reading)
{
    const char *bytes;
    size_t size;
    struct stat status;
    if (stat(reading->password_file, &status) == 0 && (status.st_mode & (S_IRWXG | S_IRWXO)) != 0) {
        return error_new(reading->arena, ERROR_KEY,
                         "%s can be read by others: make it readable by its owner alone",
                         reading->password_file);
    }
    TRY(file_read(reading->arena, reading->password_file, PASSWORD_MOST, &bytes, &size));
    reading->options.password = arena_copy_n(reading->arena, bytes, strcspn(bytes, "\r\n"));
    return NULL;
}

static const struct error *check(struct reading *reading)
{
    struct post_options *options = &reading->options;
    if (options->server == NULL || options->from == NULL || options->link == NULL) {
        return fault(reading, "server, from and link are needed");
    }
    if (!text_starts_with(options->server, "smtp://") && !text_starts_with(options->server, "smtps://")) {
        return fault(reading, "server begins with smtp:// or smtps://");
    }
    if (options->plain && !is_loopback(options->server)) {
        return fault(reading, "without TLS it goes to this machine only");
    }
    if (strchr(options->from, '@') == NULL) {
        return fault(reading, "from is an address");
    }
    if (!text_starts_with(options->link, "https://") && !is_at(options->link, "http://127.0.0.1")) {
        return fault(reading, "link is the address of this server, and begins with https://");
    }
    if ((options->user == NULL) != (reading->password_file == NULL)) {
        return fault(reading, "user and password_file go together");
    }
    return options->user == NULL ? NULL : read_password(reading);
}

const struct error *post_options_read(struct arena *arena, const char *path,
                                      const struct post_options **ret_options)
{
    struct reading reading = {.arena = arena, .path = path, .options = {.seconds = SECONDS}};
    const char *bytes;
    size_t size;
    TRY(file_read(arena, path, FILE_MOST, &bytes, &size));
    if (!text_is_valid(bytes, size)) {
        return error_new(arena, ERROR_IO, "%s is not UTF-8 text", path);
    }
    for (const char *line = bytes; *line != '\0';) {
        size_t length = strcspn(line, "\n");
        reading.line++;
        TRY(take_line(&reading, arena_copy_n(arena, line, length)));
        line += length + (line[length] == '\0' ? 0 : 1);
    }
    TRY(check(&reading));
    struct post_options *options = arena_one(arena, struct post_options);
    *options = reading.options;
    size_t end = strlen(options->link);
    if (options->link[end - 1] == '/') {
        options->link = arena_copy_n(arena, options->link, end - 1);
    }
    *ret_options = options;
    return NULL;
}
