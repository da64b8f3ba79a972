#include "pack/screen.h"

#include "base/text.h"

static bool is_named(const char *id, const char *title, const char *name)
{
    return text_equal(id, name) || text_equal(title, name);
}

const struct screen *pack_screen(const struct pack *pack, const char *name, const char *version)
{
    const struct screen *found = NULL;
    for (size_t i = 0; name != NULL && i < pack->screen_count; i++) {
        const struct screen *screen = &pack->screens[i];
        bool fits = version == NULL ? !screen->superseded : text_equal(screen->version, version);
        if (fits && is_named(screen->id, screen->title, name)) {
            found = screen;
        }
    }
    return found;
}

const struct screen_band *screen_band(const struct screen *screen, const char *name)
{
    for (size_t i = 0; i < screen->band_count; i++) {
        if (is_named(screen->bands[i].id, screen->bands[i].title, name)) {
            return &screen->bands[i];
        }
    }
    return NULL;
}

const struct screen_item *screen_item(const struct screen *screen, const char *id)
{
    for (size_t i = 0; i < screen->item_count; i++) {
        if (text_equal(screen->items[i].id, id)) {
            return &screen->items[i];
        }
    }
    return NULL;
}
