/*
 * Where a referral goes (11.14). A postcode decides before the name of an area, a sector before a district,
 * and what somebody says of the area before the words of an address. Only duty points receive.
 */
#include "people/contact.h"

#include "base/text.h"
#include "people/name.h"

#include <string.h>

const char *route_how_name(enum route_how how)
{
    static const char *const names[] = {"nowhere", "named-worker", "postcode",
                                        "area",    "out-of-area",  "fallback"};
    return names[how];
}

static bool receives(const struct contact_view *contact)
{
    return !contact->withdrawn && text_equal(contact->kind, "duty-point");
}

/* Capital letters and digits only: "le13 1aa" is "LE131AA". */
static const char *postcode_normal(struct arena *arena, const char *text)
{
    char *normal = arena_copy(arena, text == NULL ? "" : text);
    size_t size = 0;
    for (const char *c = normal; *c != '\0'; c++) {
        if ((*c >= 'A' && *c <= 'Z') || (*c >= '0' && *c <= '9')) {
            normal[size++] = *c;
        } else if (*c >= 'a' && *c <= 'z') {
            normal[size++] = (char)(*c - 'a' + 'A');
        }
    }
    normal[size] = '\0';
    return normal;
}

/* One part of a list divided by commas, moved on past it; NULL at the end. */
static const char *next_part(struct arena *arena, const char **text)
{
    while (*text != NULL && **text != '\0') {
        size_t size = strcspn(*text, ",;");
        const char *part = text_trim(arena, arena_copy_n(arena, *text, size));
        *text += size + ((*text)[size] == '\0' ? 0 : 1);
        if (part[0] != '\0') {
            return part;
        }
    }
    return NULL;
}

/* "LE141AA" is of the sector "LE14 1" and the district "LE14": how many characters of it a part decides. */
static size_t postcode_fits(struct arena *arena, const char *normal, const char *part)
{
    size_t size = strlen(normal);
    size_t outward = size > 3 ? size - 3 : size; /* the last three stand inside the district */
    const char *served = postcode_normal(arena, part);
    size_t served_size = strlen(served);
    bool is_sector = strchr(part, ' ') != NULL;
    if (is_sector) {
        return size > 3 && served_size == outward + 1 && strncmp(normal, served, served_size) == 0
                   ? served_size
                   : 0;
    }
    if (served_size == size && strcmp(normal, served) == 0) {
        return size; /* only the district was given */
    }
    return served_size == outward && strncmp(normal, served, outward) == 0 ? outward : 0;
}

/* The parts of a normal postcode are letters, digits, a digit, two letters; a district alone has the first.
 */
static bool is_postcode(const char *normal)
{
    size_t letters = strspn(normal, "ABCDEFGHIJKLMNOPQRSTUVWXYZ");
    size_t size = strlen(normal);
    return letters >= 1 && letters <= 2 && size >= letters + 1 && size <= 7 && normal[letters] >= '0' &&
           normal[letters] <= '9';
}

static const struct contact_view *by_postcode(struct arena *arena, const struct contact_view *contacts,
                                              size_t count, const char *postcode, const char **ret_part)
{
    const char *normal = postcode_normal(arena, postcode);
    const struct contact_view *best = NULL;
    size_t best_size = 0;
    if (!is_postcode(normal)) {
        return NULL;
    }
    for (size_t i = 0; i < count; i++) {
        const char *list = contacts[i].postcodes;
        const char *part;
        while (receives(&contacts[i]) && (part = next_part(arena, &list)) != NULL) {
            size_t size = postcode_fits(arena, normal, part);
            if (size > best_size) {
                best = &contacts[i];
                best_size = size;
                *ret_part = part;
            }
        }
    }
    return best;
}

/* The last two words of an address that could be a postcode. */
static const char *postcode_in(struct arena *arena, const char *address)
{
    const char *found = NULL;
    for (const char *c = address == NULL ? "" : address; *c != '\0';) {
        size_t size = strcspn(c, " ,\n\r\t");
        const char *rest = c + size + (c[size] == ' ' ? 1 : 0);
        size_t next = c[size] == ' ' ? strcspn(rest, " ,\n\r\t") : 0;
        const char *one = postcode_normal(arena, arena_copy_n(arena, c, size));
        const char *both = next == 3 ? arena_printf(arena, "%s%s", one,
                                                    postcode_normal(arena, arena_copy_n(arena, rest, next)))
                                     : one;
        if (is_postcode(one) && strlen(both) >= 5) {
            found = both;
        }
        c += size + (c[size] == '\0' ? 0 : 1);
    }
    return found;
}

/* How well an area that is served fits what was said: 0 not. The longer name decides ("Melton Mowbray"). */
static size_t area_fits(struct arena *arena, const char *said, const char *area, bool within_text)
{
    const char *normal = name_normal(arena, area);
    if (normal[0] == '\0' || said[0] == '\0' || strcmp(normal, "allareas") == 0) {
        return 0;
    }
    if (strcmp(said, normal) == 0) {
        return 1000 + strlen(normal);
    }
    return (within_text && strstr(said, normal) != NULL) ? strlen(normal) : 0;
}

static const struct contact_view *by_area(struct arena *arena, const struct contact_view *contacts,
                                          size_t count, const char *text, const char **ret_part)
{
    const char *said = name_normal(arena, text);
    const struct contact_view *best = NULL;
    size_t best_size = 0;
    for (size_t i = 0; i < count; i++) {
        const char *list = contacts[i].area;
        const char *part;
        while (receives(&contacts[i]) && (part = next_part(arena, &list)) != NULL) {
            size_t size = area_fits(arena, said, part, true);
            if (size > best_size) {
                best = &contacts[i];
                best_size = size;
                *ret_part = part;
            }
        }
    }
    /* a city of several points: the first, which knows the others */
    for (size_t i = 0; i < count && best == NULL; i++) {
        const char *list = contacts[i].within;
        const char *part;
        while (receives(&contacts[i]) && best == NULL && (part = next_part(arena, &list)) != NULL) {
            if (area_fits(arena, said, part, false) > 0) {
                best = &contacts[i];
                *ret_part = part;
            }
        }
    }
    return best;
}

static bool is_marked(const struct contact_view *contact)
{
    return text_equal(contact->fallback, "yes");
}

static const struct contact_view *last_resort(const struct contact_view *contacts, size_t count)
{
    const struct contact_view *first = NULL;
    for (size_t i = 0; i < count; i++) {
        if (receives(&contacts[i]) && is_marked(&contacts[i])) {
            return &contacts[i];
        }
        if (first == NULL && receives(&contacts[i])) {
            first = &contacts[i];
        }
    }
    return first;
}

static void route_point(struct arena *arena, const struct contact_view *contacts, size_t count,
                        const struct route_facts *facts, struct route_result *route)
{
    const char *part = NULL;
    const char *postcode =
        text_is_blank(facts->postcode) ? postcode_in(arena, facts->address) : facts->postcode;
    route->how = ROUTE_POSTCODE;
    route->point = by_postcode(arena, contacts, count, postcode, &part);
    if (route->point == NULL) {
        route->how = ROUTE_AREA;
        route->point = by_area(arena, contacts, count, facts->area, &part);
    }
    if (route->point == NULL && text_is_blank(facts->area)) {
        route->point = by_area(arena, contacts, count, facts->address, &part);
    }
    if (route->point != NULL) {
        route->why = arena_printf(arena, "It serves %s.", part);
        return;
    }
    bool elsewhere = !text_is_blank(facts->area) || is_postcode(postcode_normal(arena, postcode));
    route->point = last_resort(contacts, count);
    route->how = route->point == NULL ? ROUTE_NOWHERE : elsewhere ? ROUTE_OUT_OF_AREA : ROUTE_FALLBACK;
    route->why = route->point == NULL ? "The directory has no duty point yet. Children's social care sees "
                                        "the referral on its list at once."
                 : elsewhere ? "No duty point of this partnership serves the area that was given. This one "
                               "passes it on to the authority where the child lives."
                             : "No area is known yet. This duty point finds out and passes it on.";
}

void contact_route(struct arena *arena, const struct contact_view *contacts, size_t count,
                   const struct route_facts *facts, struct route_result *ret_route)
{
    struct route_result route = {0};
    route_point(arena, contacts, count, facts, &route);
    route.to = route.point == NULL ? NULL : route.point->name;
    if (!text_is_blank(facts->worker)) {
        route.how = ROUTE_WORKER;
        route.to = text_trim(arena, facts->worker);
        route.why = "The child is looked after, so it goes to their own social worker.";
    }
    *ret_route = route;
}
