/* What the list of one's sessions says of where each was begun: enough to know one's own, and no more. */
#include "act/account.h"

#include <stdio.h>
#include <string.h>

struct word {
    const char *mark; /* in what the browser says */
    const char *text;
};

/* The first that is found: a browser names those it is like as well. */
static const struct word browsers[] = {
    {"Edg", "Edge"},         {"OPR/", "Opera"},     {"SamsungBrowser/", "Samsung Internet"},
    {"Firefox/", "Firefox"}, {"FxiOS/", "Firefox"}, {"CriOS/", "Chrome"},
    {"Chrome/", "Chrome"},   {"Safari/", "Safari"}, {"curl/", "curl"},
};
static const struct word systems[] = {
    {"iPhone", "an iPhone"}, {"iPad", "an iPad"},    {"Android", "Android"}, {"Windows", "Windows"},
    {"CrOS", "ChromeOS"},    {"Macintosh", "a Mac"}, {"Linux", "Linux"},
};

static const char *find(const struct word *words, size_t count, const char *text)
{
    for (size_t i = 0; i < count; i++) {
        if (strstr(text, words[i].mark) != NULL) {
            return words[i].text;
        }
    }
    return NULL;
}

const char *device_words(struct arena *arena, const char *agent)
{
    const char *text = agent == NULL ? "" : agent;
    const char *browser = find(browsers, sizeof browsers / sizeof browsers[0], text);
    const char *system = find(systems, sizeof systems / sizeof systems[0], text);
    if (browser == NULL && system == NULL) {
        return "An unknown device";
    }
    if (system == NULL) {
        return browser;
    }
    return arena_printf(arena, "%s on %s", browser == NULL ? "A browser" : browser, system);
}

const char *place_words(struct arena *arena, const char *client)
{
    unsigned first;
    unsigned second;
    if (client == NULL) {
        return "";
    }
    const char *plain = strncmp(client, "::ffff:", 7) == 0 ? client + 7 : client;
    if (strchr(plain, ':') == NULL && sscanf(plain, "%3u.%3u.", &first, &second) == 2) {
        return first == 127 ? "this computer" : arena_printf(arena, "%u.%u.x.x", first, second);
    }
    const char *colon = strchr(plain, ':');
    const char *next = colon == NULL ? NULL : strchr(colon + 1, ':');
    if (strcmp(plain, "::1") == 0) {
        return "this computer";
    }
    if (next == NULL || next == colon + 1) {
        return "an unknown address";
    }
    return arena_printf(arena, "%.*s:x", (int)(next - plain < 20 ? next - plain : 20), plain);
}
