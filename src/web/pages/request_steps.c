/* The steps of a request, each on a page of its own: extend, close, hand over, send back, release. */
#include "web/pages/requests.h"

#include "web/pages/pages.h"

#include "base/text.h"

enum step { STEP_EXTEND, STEP_CLOSE, STEP_PREPARE, STEP_RETURN, STEP_RELEASE, STEPS };

static const struct {
    const char *name;
    const char *title;
    const char *text;
    const char *label;
    const char *field;
    const char *button;
} steps[STEPS] = {
    [STEP_EXTEND] =
        {"extend", "Extend the time",
         "Only where the request is complex, or where the person has made several. Tell who asked within the "
         "first month, and say why. It can be done once.",
         "Why is the time extended?", "reason", "Extend the time"},
    [STEP_CLOSE] =
        {"close", "Close without an answer",
         "Where it was withdrawn, where it is refused, or where nothing is held. Who asked is told why, and "
         "where they can complain.",
         "Why is it closed?", "reason", "Close the request"},
    [STEP_PREPARE] =
        {"prepare", "Hand it to the second person",
         "What is recorded by now is in it, and what is recorded later is not. The second person reads all "
         "of it, with what is left out and why, and lets it go out or sends it back.",
         "What should they know? (you can leave it empty)", "note", "Hand it over"},
    [STEP_RETURN] = {"return", "Send it back", "Whoever prepared it changes it and hands it over anew.",
                     "What is not right?", "reason", "Send it back"},
    [STEP_RELEASE] =
        {"release", "Release the answer",
         "You have read the document and what is left out of it. It goes out as it is; what was left out "
         "is not in it.",
         "How is it given?", "how", "Release the answer"},
};

static const struct error *step_of(const struct request *request, struct id *ret_id, enum step *ret_step)
{
    TRY(request_id_of(request, ret_id));
    for (int i = 0; i < STEPS; i++) {
        if (text_equal(steps[i].name, request_param(request, "step"))) {
            *ret_step = (enum step)i;
            return NULL;
        }
    }
    return error_of(ERROR_NOT_FOUND);
}

static const struct error *write_step(struct request *request, struct id id, enum step step,
                                      const struct error *faults, struct reply *reply)
{
    const struct request_view *view;
    const char *about = request_form(request, "about");
    about = about == NULL ? request_query(request, "about") : about;
    TRY(act_request_read(&request->act, id, &view));
    struct ui *ui = ui_begin(request, steps[step].title, requests_section);
    ui->back = request_path(ui->arena, id);
    ui->back_text = "Back to the request";
    ui->faults = faults;
    ui_title(ui, view->full_name, steps[step].title);
    ui_text(ui, steps[step].text);
    if (step == STEP_RELEASE || step == STEP_RETURN) {
        const struct ui_link links[] = {
            {"Read the document", arena_printf(ui->arena, "%s/document", ui->back), NULL},
            {"Read what is left out, and why", arena_printf(ui->arena, "%s/parts?show=left-out", ui->back),
             NULL},
        };
        ui_links(ui, links, 2);
        if (view->note != NULL && *view->note != '\0') {
            ui_inset(ui, arena_printf(ui->arena, "%s says: %s", view->prepared_by, view->note));
        }
    }
    ui_form(ui, request->path);
    ui_hidden(ui, "about", about == NULL ? "" : about);
    ui_area(ui, &(struct ui_field){.name = steps[step].field,
                                   .label = steps[step].label,
                                   .hint = step == STEP_RELEASE
                                               ? "For example: handed over in person, or by recorded post"
                                               : NULL,
                                   .text = request_form(request, steps[step].field),
                                   .rows = 3});
    ui_button(ui, BUTTON_MAIN, steps[step].button, NULL, NULL);
    ui_form_end(ui);
    ui_link(ui, "Leave it as it is", ui->back);
    ui_finish(ui, reply, faults == NULL ? 200 : faults->http_status);
    return NULL;
}

const struct error *page_request_step(struct request *request, struct reply *reply)
{
    struct id id;
    enum step step;
    TRY(step_of(request, &id, &step));
    return write_step(request, id, step, NULL, reply);
}

static const struct error *take_step(const struct request *request, struct id id, enum step step,
                                     uint64_t about)
{
    const struct act *act = &request->act;
    const char *text = request_form(request, steps[step].field);
    switch (step) {
    case STEP_EXTEND:
        return act_request_extend(act, id, text);
    case STEP_CLOSE:
        return act_request_close(act, id, text);
    case STEP_PREPARE:
        return act_request_prepare(act, id, text);
    case STEP_RETURN:
        return act_request_return(act, id, about, text);
    case STEP_RELEASE:
        return act_request_release(act, id, about, text);
    case STEPS:
        break;
    }
    return error_of(ERROR_NOT_FOUND);
}

const struct error *page_request_step_post(struct request *request, struct reply *reply)
{
    struct id id;
    enum step step;
    int64_t about = 0;
    const char *text = request_form(request, "about");
    TRY(step_of(request, &id, &step));
    if (text != NULL && *text != '\0' && !number_parse(text, 1, INT64_MAX, &about)) {
        return error_of(ERROR_BAD_INPUT);
    }
    const struct error *error = take_step(request, id, step, (uint64_t)about);
    if (error != NULL && (error->code == ERROR_INVALID || error->code == ERROR_CONFLICT)) {
        return write_step(request, id, step, error, reply);
    }
    TRY(error);
    reply_redirect(reply, arena_printf(request->arena, "%s?done=yes", request_path(request->arena, id)));
    return NULL;
}
