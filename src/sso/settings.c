#include "sso/settings.h"

#include "base/file.h"
#include "base/text.h"
#include "pack/loader.h"
#include "sso/jose.h"

#include <string.h>
#include <strings.h>
#include <sys/stat.h>

enum { FILE_MOST = 256 * 1024, SECRET_MOST = 1024, SECONDS = 10, ADDRESS_MOST = 2000, HOST_MOST = 253 };

struct reading {
    struct loader loader;
    struct arena *arena;
    const char *path;
    bool secrets;
};

/* ---- addresses
 * ------------------------------------------------------------------------------------------------------ */

static bool is_printable(const char *text)
{
    for (const unsigned char *c = (const unsigned char *)text; *c != '\0'; c++) {
        if (*c <= 0x20 || *c >= 0x7f || strchr("<>\"\\^`{|}", *c) != NULL) {
            return false;
        }
    }
    return text[0] != '\0';
}

/* The host of "https://HOST:PORT/...", without brackets and port; false when it is written in another way. */
static bool host_of(const char *address, const char **ret_host, size_t *ret_size)
{
    const char *host = strstr(address, "://");
    if (host == NULL) {
        return false;
    }
    host += 3;
    size_t authority = strcspn(host, "/?#");
    if (memchr(host, '@', authority) != NULL) {
        return false;
    }
    size_t size = host[0] == '[' ? strcspn(host, "]") + 1 : strcspn(host, ":/?#");
    if (size == 0 || size > authority || size > HOST_MOST) {
        return false;
    }
    if (size < authority) {
        size_t digits = strspn(host + size + 1, "0123456789");
        if (host[size] != ':' || digits == 0 || digits > 5 || size + 1 + digits != authority) {
            return false;
        }
    }
    *ret_host = host;
    *ret_size = size;
    return true;
}

static bool host_is(const char *host, size_t size, const char *name)
{
    return strlen(name) == size && strncasecmp(host, name, size) == 0;
}

static bool host_is_loopback(const char *host, size_t size)
{
    return host_is(host, size, "127.0.0.1") || host_is(host, size, "localhost") ||
           host_is(host, size, "[::1]");
}

static bool is_secure(const char *address, bool loopback)
{
    const char *host;
    size_t size;
    if (strlen(address) > ADDRESS_MOST || !is_printable(address) || strchr(address, '#') != NULL ||
        !host_of(address, &host, &size)) {
        return false;
    }
    return text_starts_with(address, "https://") ||
           (loopback && text_starts_with(address, "http://") && host_is_loopback(host, size));
}

bool sso_address_is_allowed(const struct sso_provider *provider, const char *address)
{
    const char *host;
    size_t size;
    if (!is_secure(address, provider->loopback) || !host_of(address, &host, &size)) {
        return false;
    }
    for (size_t i = 0; i < provider->host_count; i++) {
        if (host_is(host, size, provider->hosts[i])) {
            return true;
        }
    }
    return false;
}

static size_t add_port(uint16_t *ports, size_t count, size_t room, const char *address)
{
    const char *host;
    size_t size;
    int64_t port = 0;
    if (address == NULL || !host_of(address, &host, &size)) {
        return count;
    }
    for (const char *digit = host + size + 1; host[size] == ':' && *digit >= '0' && *digit <= '9'; digit++) {
        port = port * 10 + (*digit - '0');
    }
    if (host[size] != ':') {
        port = text_starts_with(address, "http://") ? 80 : 443;
    }
    for (size_t i = 0; i < count; i++) {
        if (ports[i] == port) {
            return count;
        }
    }
    if (count == room || port < 1 || port > UINT16_MAX) {
        return count;
    }
    ports[count] = (uint16_t)port;
    return count + 1;
}

size_t sso_ports(const struct sso_settings *settings, uint16_t *ret_ports, size_t room)
{
    size_t count = add_port(ret_ports, 0, room, "https://any");
    count = add_port(ret_ports, count, room, settings->proxy);
    for (size_t i = 0; i < settings->count; i++) {
        count = add_port(ret_ports, count, room, settings->providers[i].issuer);
    }
    return count;
}

/* ---- lists and conditions
 * ----------------------------------------------------------------------------------------------------- */

/* One text, or a list of them. */
static const char *const *texts_of(struct reading *reading, const struct yaml *node, const char *what,
                                   size_t *ret_count)
{
    size_t count = node->kind == YAML_LIST ? node->count : 1;
    const char **texts = arena_many(reading->arena, const char *, count);
    const struct yaml *item = node->kind == YAML_LIST ? node->first : node;
    *ret_count = 0;
    if (count == 0) {
        FAULT(&reading->loader, node, "%s: the list is empty", what);
    }
    for (size_t i = 0; i < count; i++, item = item->next) {
        if (item->kind != YAML_TEXT || text_is_blank(item->text)) {
            FAULT(&reading->loader, item, "%s must be a text or a list of texts", what);
            return texts;
        }
        texts[(*ret_count)++] = item->text;
    }
    return texts;
}

static const struct sso_condition *conditions_of(struct reading *reading, const struct yaml *node,
                                                 const char *what)
{
    struct sso_condition *first = NULL;
    struct sso_condition *last = NULL;
    if (node->kind != YAML_MAP || node->first == NULL) {
        FAULT(&reading->loader, node, "%s must say a claim and its values", what);
        return NULL;
    }
    for (const struct yaml *child = node->first; child != NULL; child = child->next) {
        struct sso_condition *condition = arena_one(reading->arena, struct sso_condition);
        condition->claim = child->key;
        condition->values = texts_of(reading, child, what, &condition->count);
        if (last == NULL) {
            first = condition;
        } else {
            last->next = condition;
        }
        last = condition;
    }
    return first;
}

static struct sso_rule *rule_of(struct reading *reading, const struct yaml *node)
{
    static const char *const keys[] = {"when", "role", "makes_account", NULL};
    struct sso_rule *rule = arena_one(reading->arena, struct sso_rule);
    struct loader *loader = &reading->loader;
    rule->line = node->line;
    if (!load_map(loader, node, "roles", keys)) {
        return rule;
    }
    const struct yaml *when = yaml_get(node, "when");
    if (when == NULL) {
        FAULT(loader, node, "roles: the key 'when' is missing: a role that anybody has is no role");
    } else {
        rule->when = conditions_of(reading, when, "when");
    }
    rule->role = load_text(loader, node, "role", true, "roles");
    rule->makes_account = load_bool(loader, node, "makes_account", "roles");
    if (text_equal(rule->role, "invited")) {
        rule->role = NULL;
        if (rule->makes_account) {
            FAULT(loader, node, "roles: an account that is made needs a role of its own, not 'invited'");
        }
    }
    return rule;
}

static void rules_of(struct reading *reading, const struct yaml *map, struct sso_provider *provider)
{
    const struct yaml *list = yaml_get(map, "roles");
    struct sso_rule *last = NULL;
    if (list == NULL || list->kind != YAML_LIST || list->first == NULL) {
        FAULT(&reading->loader, list == NULL ? map : list, "provider: 'roles' must be a list with a rule");
        return;
    }
    for (const struct yaml *item = list->first; item != NULL; item = item->next) {
        struct sso_rule *rule = rule_of(reading, item);
        if (last == NULL) {
            provider->rules = rule;
        } else {
            last->next = rule;
        }
        last = rule;
    }
}

/* ---- a provider
 * ------------------------------------------------------------------------------------------------------ */

static void hosts_of(struct reading *reading, const struct yaml *map, struct sso_provider *provider)
{
    const struct yaml *node = yaml_get(map, "hosts");
    const char *const *more = NULL;
    size_t more_count = 0;
    const char *host;
    size_t size;
    if (node != NULL) {
        more = texts_of(reading, node, "hosts", &more_count);
    }
    const char **hosts = arena_many(reading->arena, const char *, more_count + 1);
    for (size_t i = 0; i < more_count; i++) {
        if (!is_printable(more[i]) || strpbrk(more[i], ":/?@*") != NULL) {
            FAULT(&reading->loader, node, "hosts are names such as keys.police.example, without a port");
        }
        hosts[i + 1] = more[i];
    }
    if (host_of(provider->issuer, &host, &size)) {
        hosts[0] = arena_copy_n(reading->arena, host, size);
        provider->hosts = hosts;
        provider->host_count = more_count + 1;
    }
}

static void issuer_of(struct reading *reading, const struct yaml *map, struct sso_provider *provider)
{
    struct loader *loader = &reading->loader;
    const char *issuer = load_text(loader, map, "issuer", true, "provider");
    provider->loopback = load_bool(loader, map, "http_on_this_machine", "provider");
    provider->issuer = issuer == NULL ? "" : issuer;
    if (issuer != NULL && (!is_secure(issuer, provider->loopback) || strchr(issuer, '?') != NULL)) {
        FAULT(loader, yaml_get(map, "issuer"),
              "'issuer' must be an address that begins with https://, exactly as the provider writes it");
    }
    hosts_of(reading, map, provider);
}

static void algorithms_of(struct reading *reading, const struct yaml *map, struct sso_provider *provider)
{
    const struct yaml *node = yaml_get(map, "algorithms");
    size_t count = 0;
    provider->algorithms = node == NULL ? JOSE_ALL : 0;
    const char *const *names = node == NULL ? NULL : texts_of(reading, node, "algorithms", &count);
    for (size_t i = 0; i < count; i++) {
        unsigned algorithm = jose_algorithm(names[i]);
        provider->algorithms |= algorithm;
        if (algorithm == 0) {
            FAULT(&reading->loader, node, "algorithms are RS256, PS256, ES256 and EdDSA, not '%.40s'",
                  names[i]);
        }
    }
}

static void strength_of(struct reading *reading, const struct yaml *map, struct sso_provider *provider)
{
    static const char *const keys[] = {"acr", "amr", NULL};
    const struct yaml *node = yaml_get(map, "second_factor");
    if (node == NULL || !load_map(&reading->loader, node, "second_factor", keys)) {
        return;
    }
    const struct yaml *acr = yaml_get(node, "acr");
    const struct yaml *amr = yaml_get(node, "amr");
    if (acr != NULL) {
        provider->strong_acr = texts_of(reading, acr, "acr", &provider->strong_acr_count);
    }
    if (amr != NULL) {
        provider->strong_amr = texts_of(reading, amr, "amr", &provider->strong_amr_count);
    }
    if (acr == NULL && amr == NULL) {
        FAULT(&reading->loader, node, "second_factor names acr or amr values that say that one was used");
    }
}

/* Beside the settings unless it begins with a slash. */
static const char *path_beside(struct reading *reading, const char *name)
{
    const char *slash = strrchr(reading->path, '/');
    if (name[0] == '/' || slash == NULL) {
        return name;
    }
    return arena_printf(reading->arena, "%.*s/%s", (int)(slash - reading->path), reading->path, name);
}

/* RFC 6749, appendix A.2: printable ASCII, spaces too. */
static bool is_secret(const char *text)
{
    for (const unsigned char *c = (const unsigned char *)text; *c != '\0'; c++) {
        if (*c < 0x20 || *c >= 0x7f) {
            return false;
        }
    }
    return text[0] != '\0';
}

static void secret_of(struct reading *reading, const struct yaml *map, struct sso_provider *provider)
{
    struct loader *loader = &reading->loader;
    const char *name = load_text(loader, map, "secret_file", false, "provider");
    const char *way = load_text(loader, map, "secret_sent", false, "provider");
    const char *bytes;
    size_t size;
    struct stat status;
    provider->secret_in_form = text_equal(way, "form");
    if (way != NULL && !text_equal(way, "form") && !text_equal(way, "basic")) {
        FAULT(loader, yaml_get(map, "secret_sent"), "'secret_sent' is basic or form");
    }
    if (name == NULL) {
        return;
    }
    provider->secret = "";
    if (!reading->secrets) {
        return;
    }
    const char *path = path_beside(reading, name);
    const struct yaml *node = yaml_get(map, "secret_file");
    if (stat(path, &status) == 0 && (status.st_mode & (S_IRWXG | S_IRWXO)) != 0) {
        FAULT(loader, node, "%s can be read by others: make it readable by its owner alone", path);
        return;
    }
    if (file_read(reading->arena, path, SECRET_MOST, &bytes, &size) != NULL) {
        FAULT(loader, node, "%s cannot be read", path);
        return;
    }
    provider->secret = arena_copy_n(reading->arena, bytes, strcspn(bytes, "\r\n"));
    if (!is_secret(provider->secret)) {
        FAULT(loader, node, "%s holds no secret on its first line", path);
    }
}

static const char *scopes_of(struct reading *reading, const struct yaml *map)
{
    const struct yaml *node = yaml_get(map, "scopes");
    const char *scopes = "openid";
    size_t count = 0;
    const char *const *names = node == NULL ? NULL : texts_of(reading, node, "scopes", &count);
    if (node == NULL) {
        return "openid profile";
    }
    for (size_t i = 0; i < count; i++) {
        if (!is_printable(names[i])) {
            FAULT(&reading->loader, node, "a scope holds a space or a character that cannot be");
        } else if (!text_equal(names[i], "openid")) {
            scopes = arena_printf(reading->arena, "%s %s", scopes, names[i]);
        }
    }
    return scopes;
}

static void provider_of(struct reading *reading, const struct yaml *node, struct sso_provider *provider)
{
    static const char *const keys[] = {"id",     "title",       "agency",        "issuer",
                                       "client", "secret_file", "secret_sent",   "hosts",
                                       "scopes", "algorithms",  "second_factor", "require",
                                       "roles",  "name",        "user_name",     "http_on_this_machine",
                                       NULL};
    struct loader *loader = &reading->loader;
    provider->line = node->line;
    provider->issuer = provider->id = provider->title = provider->agency = provider->client = "";
    provider->scopes = "openid";
    if (!load_map(loader, node, "provider", keys)) {
        return;
    }
    provider->id = load_id(loader, node, '-', "provider");
    issuer_of(reading, node, provider);
    const struct {
        const char *key;
        const char **place;
    } texts[] = {{"title", &provider->title}, {"agency", &provider->agency}, {"client", &provider->client}};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        const char *text = load_text(loader, node, texts[i].key, true, "provider");
        *texts[i].place = text == NULL ? "" : text;
    }
    algorithms_of(reading, node, provider);
    strength_of(reading, node, provider);
    secret_of(reading, node, provider);
    provider->scopes = scopes_of(reading, node);
    const struct yaml *require = yaml_get(node, "require");
    if (require != NULL) {
        provider->require = conditions_of(reading, require, "require");
    }
    rules_of(reading, node, provider);
    const char *name = load_text(loader, node, "name", false, "provider");
    const char *username = load_text(loader, node, "user_name", false, "provider");
    provider->name_claim = name == NULL ? "name" : name;
    provider->username_claim = username == NULL ? "preferred_username" : username;
}

/* ---- the whole
 * ------------------------------------------------------------------------------------------------------- */

static void check_different(struct reading *reading, const struct yaml *list,
                            const struct sso_provider *providers, size_t count)
{
    const struct yaml *node = list->first;
    for (size_t i = 0; i < count; i++, node = node->next) {
        for (size_t j = 0; j < i; j++) {
            if (text_equal(providers[i].id, providers[j].id)) {
                FAULT(&reading->loader, node, "there are two providers '%s'", providers[i].id);
            } else if (text_equal(providers[i].issuer, providers[j].issuer) &&
                       text_equal(providers[i].client, providers[j].client)) {
                FAULT(&reading->loader, node, "the providers '%s' and '%s' have the same issuer and client",
                      providers[j].id, providers[i].id);
            }
        }
    }
}

static void whole_of(struct reading *reading, const struct yaml *root, struct sso_settings *settings)
{
    static const char *const keys[] = {"link", "ca", "proxy", "seconds", "providers", NULL};
    struct loader *loader = &reading->loader;
    if (!load_map(loader, root, "the settings of single sign-on", keys)) {
        return;
    }
    settings->link = load_text(loader, root, "link", true, "settings");
    settings->ca = load_text(loader, root, "ca", false, "settings");
    settings->proxy = load_text(loader, root, "proxy", false, "settings");
    settings->seconds = (int)load_number(loader, root, "seconds", 1, 30, SECONDS, "settings");
    if (settings->link != NULL) {
        size_t end = strlen(settings->link);
        if (!is_secure(settings->link, true) || strpbrk(settings->link, "?") != NULL) {
            FAULT(loader, yaml_get(root, "link"),
                  "'link' must be the address of this server, and begin with https://");
        } else if (settings->link[end - 1] == '/') {
            settings->link = arena_copy_n(reading->arena, settings->link, end - 1);
        }
    }
    if (settings->ca != NULL) {
        settings->ca = path_beside(reading, settings->ca);
    }
    if (settings->proxy != NULL &&
        (!is_printable(settings->proxy) ||
         (!text_starts_with(settings->proxy, "http://") && !text_starts_with(settings->proxy, "https://")))) {
        FAULT(loader, yaml_get(root, "proxy"), "'proxy' must begin with http:// or https://");
    }
    const struct yaml *list = yaml_get(root, "providers");
    if (list == NULL || list->kind != YAML_LIST || list->count == 0 || list->count > SSO_PROVIDERS_MOST) {
        FAULT(loader, list == NULL ? root : list, "settings: 'providers' must be a list of 1 to %d",
              SSO_PROVIDERS_MOST);
        return;
    }
    struct sso_provider *providers = arena_many(reading->arena, struct sso_provider, list->count);
    size_t count = 0;
    for (const struct yaml *item = list->first; item != NULL; item = item->next) {
        provider_of(reading, item, &providers[count++]);
    }
    check_different(reading, list, providers, count);
    settings->providers = providers;
    settings->count = count;
}

const struct error *sso_settings_parse(struct arena *arena, const char *path, const char *bytes, size_t size,
                                       bool secrets, const struct sso_settings **ret_settings,
                                       const struct pack_fault **ret_faults, size_t *ret_fault_count)
{
    struct faults faults;
    faults_init(&faults, arena);
    struct reading reading = {
        .loader = {.arena = arena, .faults = &faults}, .arena = arena, .path = path, .secrets = secrets};
    struct sso_settings *settings = arena_one(arena, struct sso_settings);
    const struct yaml *root = yaml_read(arena, &faults, path, bytes, size);
    if (root != NULL) {
        whole_of(&reading, root, settings);
    } else if (faults.count == 0) {
        fault_add(&faults, path, 1, "the file is empty");
    }
    faults_sort(&faults);
    *ret_faults = faults.list;
    *ret_fault_count = faults.count;
    if (faults.count > 0) {
        return error_new(arena, ERROR_PACK, "%s:%d: %s", faults.list[0].file, faults.list[0].line,
                         faults.list[0].text);
    }
    *ret_settings = settings;
    return NULL;
}

const struct error *sso_settings_read(struct arena *arena, const char *path,
                                      const struct sso_settings **ret_settings,
                                      const struct pack_fault **ret_faults, size_t *ret_fault_count)
{
    const char *bytes;
    size_t size;
    *ret_faults = NULL;
    *ret_fault_count = 0;
    TRY(file_read(arena, path, FILE_MOST, &bytes, &size));
    return sso_settings_parse(arena, path, bytes, size, true, ret_settings, ret_faults, ret_fault_count);
}

const struct sso_provider *sso_provider_find(const struct sso_settings *settings, const char *id)
{
    for (size_t i = 0; settings != NULL && i < settings->count; i++) {
        if (text_equal(settings->providers[i].id, id)) {
            return &settings->providers[i];
        }
    }
    return NULL;
}
