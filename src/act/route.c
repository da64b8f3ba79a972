/* Where a referral goes (11.14): the facts are read where the pack says they stand. */
#include "act/inner.h"

#include "base/text.h"

#include <string.h>

static const char *text_of(const struct value *values, int field)
{
    const struct value *value = values == NULL || field < 0 ? NULL : &values[field];
    return value != NULL && value->kind == VALUE_TEXT ? value->text : NULL;
}

static const struct error *route(const struct act *act, const struct pack *pack, const struct value *details,
                                 const struct value *values, struct route_result *ret_route)
{
    const struct routing *routing = &pack->routing;
    const struct contact_view *contacts;
    size_t count;
    struct store_reader *reader;
    const char *area = text_of(values, routing->area);
    struct route_facts facts = {
        .area = text_is_blank(area) ? text_of(details, routing->child_area) : area,
        .postcode = text_of(details, routing->postcode),
        .address = text_of(details, routing->address),
        .worker = text_of(values, routing->worker),
    };
    TRY(store_reader_take(act->service->store, &reader));
    const struct error *error = directory_read(act, reader, &contacts, &count);
    store_reader_give(reader);
    TRY(error);
    contact_route(act->arena, contacts, count, &facts, ret_route);
    return NULL;
}

static void set(struct value *values, const struct entry_type *type, const char *field, const char *text)
{
    const struct field *found = entry_type_field(type, field);
    if (found != NULL && found->system && !text_is_blank(text)) {
        values[found->index] = (struct value){.kind = VALUE_TEXT, .text = text};
    }
}

const struct error *route_referral(const struct act *act, const struct pack *pack,
                                   const struct value *details, const struct value **values,
                                   struct route_result *ret_route)
{
    const struct entry_type *type = &pack->types[pack->start_type];
    *ret_route = (struct route_result){0};
    if (pack->routing.paragraph == NULL) {
        return NULL;
    }
    TRY(route(act, pack, details, *values, ret_route));
    struct value *copy = arena_many(act->arena, struct value, type->field_count);
    memcpy(copy, *values, type->field_count * sizeof *copy);
    set(copy, type, "routed_to", ret_route->to);
    set(copy, type, "routed_how", route_how_name(ret_route->how));
    set(copy, type, "routed_why", ret_route->why);
    if (ret_route->point != NULL) {
        char *id = arena_alloc(act->arena, ID_TEXT);
        id_format(ret_route->point->id, id);
        set(copy, type, "routed_point", id);
    }
    *values = copy;
    return NULL;
}

const struct error *act_route(const struct act *act, const char *case_reference, const struct value *details,
                              const struct value *values, struct route_view *ret_route)
{
    const struct pack *pack = act_pack(act);
    struct route_result result = {0};
    *ret_route = (struct route_view){0};
    TRY(act_begin(act, MAY_REFER, "referral-route", (struct id){{0}}));
    if (details == NULL && case_reference != NULL) {
        struct store_reader *reader;
        struct case_streams streams;
        struct child_view child;
        TRY(store_reader_take(act->service->store, &reader));
        const struct error *error = case_load(act, reader, case_reference, ACCESS_READ, &streams);
        store_reader_give(reader);
        TRY(error);
        TRY(act_look(act, "referral-route", streams.file.head.id, 0, NULL));
        child_view_make(act, &streams.person, INSTANT_NEVER, (struct day){0}, &child);
        details = streams.person.pack == pack ? child.values : NULL;
    }
    if (pack->routing.paragraph == NULL) {
        return NULL;
    }
    TRY(route(act, pack, details, values, &result));
    const struct contact_view *point = result.point;
    bool worker = result.how == ROUTE_WORKER;
    *ret_route = (struct route_view){
        .to = result.to,
        .why = result.why,
        .phone = point == NULL || worker || text_is_blank(point->phone) ? NULL : point->phone,
        .point = worker && point != NULL ? point->name : NULL,
        .how = route_how_name(result.how),
    };
    return NULL;
}
