/*
 * The contacts of the directory: whom to ring and where a referral goes. Searching by what a worker types,
 * what has gone stale, which agency names nobody, and where a child's referral goes (11.14). Pure.
 */
#ifndef WM_PEOPLE_CONTACT_H
#define WM_PEOPLE_CONTACT_H

#include "base/id.h"
#include "base/instant.h"
#include "pack/pack.h"

/* Texts are NULL or "" when there is none. */
struct contact_view {
    const char *agency; /* code */
    const char *kind;   /* duty-point, key-contact, service */
    const char *name;   /* of the point or service */
    const char *area;   /* the areas it serves, divided by commas; "All areas" serves every one */
    const char *phone;
    const char *email;
    bool verified;
    struct day verified_on;
    struct id id;
    const char *person; /* who it is; never part of the open data */
    const char *deputy;
    const char *deputy_phone;
    const char *deputy_email;
    const char *hours;
    const char *postcodes; /* the districts or sectors it serves: "LE13, LE14 2" */
    const char *within;    /* larger areas that hold its areas: "Leicestershire" */
    const char *owner;     /* user name of who keeps it right; none: the administrator */
    const char *fallback;  /* "yes": takes what no area decides */
    const char *notes;
    const char *source;
    bool withdrawn; /* no longer in use; only its history stands */
    struct instant changed_at;
    const char *changed_by; /* name */
    uint64_t seq;           /* of its last entry: what a change of it is begun on; 0: it does not say */
};

/* The texts by their names, as in JSON, files and forms; the first six are asked of everybody. */
struct contact_field {
    const char *name;
    const char *label;
    const char *hint; /* NULL for none */
    size_t offset;
    bool open; /* part of the open data */
};
enum { CONTACT_FIELDS = 17 };
extern const struct contact_field contact_fields[CONTACT_FIELDS];
const char *contact_text(const struct contact_view *contact,
                         const struct contact_field *field); /* never NULL */
void contact_set(struct contact_view *contact, const struct contact_field *field, const char *text);

enum { CONTACT_KINDS = 3 };
extern const char *const contact_kinds[CONTACT_KINDS];
extern const char *const contact_kind_titles[CONTACT_KINDS];
const char *contact_kind_title(const char *kind);

/* What may be in a contact: a name, a known agency and kind, and no text that could not be rung or written
 * to. Chains a fault for each field. */
const struct error *contact_check(struct arena *arena, const struct pack *pack,
                                  const struct contact_view *contact) MUST_CHECK;
/* An address that a message can be sent to and that can hold no header: one "@", no space, no control. */
bool mail_address_is_plain(const char *address);

/* Never checked, or checked longer ago than the pack allows. */
bool contact_is_stale(const struct pack *pack, const struct contact_view *contact, struct day today);
/* May publish it: duty points and services that are in use, never a named contact. */
bool contact_is_open(const struct contact_view *contact);

/*
 * Those that have every word of the text in some field (agency and kind by their titles), in their order. A
 * word may be the beginning of one, misspelled a little, or the name of a smaller area: who serves the county
 * is found for a town in it. `agency` NULL or "": any.
 */
void contacts_find(struct arena *arena, const struct pack *pack, const struct contact_view *contacts,
                   size_t count, const char *text, const char *agency, const struct contact_view **ret_found,
                   size_t *ret_count);

/* The agencies of the pack, without "other", that have no key contact (11.11), or one without a deputy. */
struct agency_gap {
    const struct code *agency;
    bool no_contact; /* else: no deputy */
};
void contacts_gaps(struct arena *arena, const struct pack *pack, const struct contact_view *contacts,
                   size_t count, const struct agency_gap **ret_gaps, size_t *ret_count);

/* ---- where a referral goes (11.14) ---- */

enum route_how {
    ROUTE_NOWHERE, /* the directory has no duty point at all */
    ROUTE_WORKER,  /* looked after: to the named social worker; `point` is told too */
    ROUTE_POSTCODE,
    ROUTE_AREA,
    ROUTE_OUT_OF_AREA, /* an address of elsewhere: to the fallback, which passes it on */
    ROUTE_FALLBACK     /* no area known */
};
struct route_facts {
    const char *area;
    const char *postcode;
    const char *address;
    const char *worker; /* the named social worker of a child who is looked after */
};
struct route_result {
    enum route_how how;
    const char *to;                   /* for people: the name of the point or of the worker; NULL: nowhere */
    const struct contact_view *point; /* NULL: none */
    const char *why;                  /* "Melton serves LE13" */
};
void contact_route(struct arena *arena, const struct contact_view *contacts, size_t count,
                   const struct route_facts *facts, struct route_result *ret_route);
const char *route_how_name(enum route_how how); /* kebab-case */

#endif
