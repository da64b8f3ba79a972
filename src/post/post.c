/*
 * One message, one connection. TLS is asked for always, and the certificate of the server is checked; only to
 * this machine may it be left out. What could end a line is refused before anything is made of it.
 */
#include "post/post.h"
#include "post/lane.h"

#include "base/buf.h"
#include "base/must.h"
#include "base/text.h"

#include <curl/curl.h>
#include <string.h>

enum { TEXT_MOST = 8192, CONNECT_SECONDS = 10, LINE_MOST = 400 };

const struct error *post_init(void)
{
    if (apart_is_on()) {
        return NULL; /* it is the messenger who speaks to others */
    }
    return curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK ? NULL : error_of(ERROR_IO);
}

/* ---- the text
 * ------------------------------------------------------------------------------------------------------ */

/* One printable line without what brackets an address. */
static bool fits_header(const char *text)
{
    size_t size = 0;
    for (const unsigned char *c = (const unsigned char *)text; *c != '\0'; c++, size++) {
        if (*c <= 0x20 || *c >= 0x7f || *c == '<' || *c == '>' || *c == '"' || *c == '\\') {
            return false;
        }
    }
    return size > 0 && size <= LINE_MOST;
}

static void put_date(struct buf *buf, struct instant at)
{
    static const char *const days[] = {"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};
    static const char *const months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                         "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    int year;
    int month;
    int day_of_month;
    struct day day = {(int32_t)(at.ms / MS_PER_DAY)};
    int seconds = (int)(at.ms % MS_PER_DAY / MS_PER_SECOND);
    day_to_civil(day, &year, &month, &day_of_month);
    buf_printf(buf, "Date: %s, %d %s %d %02d:%02d:%02d +0000\r\n", days[day_of_week(day)], day_of_month,
               months[month - 1], year, seconds / 3600, seconds / 60 % 60, seconds % 60);
}

struct words {
    const char *subject;
    const char *first;
    const char *asks;
    const char *last;
};
static const struct words words_of[] = {
    [POST_DUE] =
        {"something is due", "Something is due in Waymark.", "Sign in to see it",
         "This message never says what it is about. Do not write anything about a child in an answer "
         "to it."},
    [POST_INVITATION] = {"you are invited", "An account was made for you in Waymark.",
                         "Set your password within 72 hours",
                         "The page asks for a code. Who made the account tells it to you, in person or by "
                         "telephone; never send it by e-mail. If you expected no invitation, tell them."},
    [POST_ACCOUNT] = {"about your account", "Something about your account in Waymark changed, or will.",
                      "Sign in to see it",
                      "If you did not expect this, tell who keeps the accounts of your agency."},
};

const struct error *post_text(struct arena *arena, const struct post_options *options,
                              const struct post_message *message, const char **ret_text)
{
    const char *at = strchr(options->from, '@');
    const char *const parts[] = {options->from, message->to, message->id, options->link, message->path};
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        if (!fits_header(parts[i])) {
            return error_new(arena, ERROR_INVALID, "a part of the message holds what it must not");
        }
    }
    if (at == NULL || strchr(message->to, '@') == NULL ||
        (message->reference != NULL && !fits_header(message->reference))) {
        return error_new(arena, ERROR_INVALID, "a part of the message holds what it must not");
    }
    struct buf buf;
    buf_init(&buf, arena, TEXT_MOST);
    put_date(&buf, message->at);
    buf_printf(&buf, "From: Waymark <%s>\r\nTo: <%s>\r\n", options->from, message->to);
    buf_printf(&buf, "Message-ID: <%s%s>\r\n", message->id, at);
    const struct words *words = &words_of[message->what];
    buf_printf(&buf,
               "Subject: Waymark: %s\r\n"
               "Auto-Submitted: auto-generated\r\n"
               "MIME-Version: 1.0\r\n"
               "Content-Type: text/plain; charset=us-ascii\r\n"
               "\r\n"
               "%s\r\n\r\n",
               words->subject, words->first);
    if (message->reference != NULL) {
        buf_printf(&buf, "Reference: %s\r\n", message->reference);
    }
    buf_printf(&buf, "%s: %s%s\r\n\r\n", words->asks, options->link, message->path);
    buf_printf(&buf, "%s\r\n", words->last);
    must(!buf_failed(&buf));
    *ret_text = buf_text(&buf);
    return NULL;
}

/* ---- sending
 * ------------------------------------------------------------------------------------------------------- */

struct sending {
    const char *text;
    size_t size;
    size_t sent;
    const atomic_bool *stop;
};

static size_t give(char *room, size_t size, size_t count, void *context)
{
    struct sending *sending = context;
    size_t left = sending->size - sending->sent;
    size_t part = size * count < left ? size * count : left;
    memcpy(room, sending->text + sending->sent, part);
    sending->sent += part;
    return part;
}

static int goes_on(void *context, curl_off_t a, curl_off_t b, curl_off_t c, curl_off_t d)
{
    const struct sending *sending = context;
    (void)a;
    (void)b;
    (void)c;
    (void)d;
    return sending->stop != NULL && atomic_load(sending->stop) ? 1 : 0;
}

static CURLcode set_up(CURL *curl, const struct post_options *options, const char *from,
                       struct curl_slist *to, struct sending *sending)
{
    CURLcode code = CURLE_OK;
#define SET(option, value) code = code != CURLE_OK ? code : curl_easy_setopt(curl, (option), (value))
    SET(CURLOPT_URL, options->server);
    SET(CURLOPT_PROTOCOLS_STR, "smtp,smtps");
    SET(CURLOPT_PROXY, ""); /* a proxy of the environment is not for this */
    SET(CURLOPT_USE_SSL, options->plain ? (long)CURLUSESSL_NONE : (long)CURLUSESSL_ALL);
    SET(CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
    SET(CURLOPT_SSL_VERIFYPEER, 1L);
    SET(CURLOPT_SSL_VERIFYHOST, 2L);
    if (options->ca != NULL) {
        SET(CURLOPT_CAINFO, options->ca);
    }
    if (options->user != NULL) {
        SET(CURLOPT_USERNAME, options->user);
        SET(CURLOPT_PASSWORD, options->password);
    }
    SET(CURLOPT_MAIL_FROM, from);
    SET(CURLOPT_MAIL_RCPT, to);
    SET(CURLOPT_UPLOAD, 1L);
    SET(CURLOPT_READFUNCTION, give);
    SET(CURLOPT_READDATA, sending);
    SET(CURLOPT_XFERINFOFUNCTION, goes_on);
    SET(CURLOPT_XFERINFODATA, sending);
    SET(CURLOPT_NOPROGRESS, 0L);
    SET(CURLOPT_NOSIGNAL, 1L);
    SET(CURLOPT_CONNECTTIMEOUT, (long)CONNECT_SECONDS);
    SET(CURLOPT_TIMEOUT, (long)options->seconds);
#undef SET
    return code;
}

static const struct error *send_here(struct arena *arena, const struct post_options *options,
                                     const struct post_message *message, const atomic_bool *stop)
{
    struct sending sending = {.stop = stop};
    TRY(post_text(arena, options, message, &sending.text));
    sending.size = strlen(sending.text);
    const char *from = arena_printf(arena, "<%s>", options->from);
    const char *address = arena_printf(arena, "<%s>", message->to);
    CURL *curl = curl_easy_init();
    struct curl_slist *to = curl == NULL ? NULL : curl_slist_append(NULL, address);
    CURLcode code = to == NULL ? CURLE_OUT_OF_MEMORY : set_up(curl, options, from, to, &sending);
    if (code == CURLE_OK) {
        code = curl_easy_perform(curl);
    }
    long status = 0; /* with the words of the library: neither holds an address */
    if (curl != NULL) {
        (void)curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
    }
    curl_slist_free_all(to);
    curl_easy_cleanup(curl);
    if (code == CURLE_OK) {
        return NULL;
    }
    return status == 0
               ? error_new(arena, ERROR_IO, "%s", curl_easy_strerror(code))
               : error_new(arena, ERROR_IO, "%s (the server answered %ld)", curl_easy_strerror(code), status);
}

/* ---- by the messenger
 * ------------------------------------------------------------------------------------------------------- */

enum { TO, ID, REFERENCE, PATH, AT, WHAT, TEXTS };

const struct error *post_send(struct arena *arena, const struct post_options *options,
                              const struct post_message *message, const atomic_bool *stop)
{
    struct answer answer;
    const char *text;
    if (!apart_is_on()) {
        return send_here(arena, options, message, stop);
    }
    TRY(post_text(arena, options, message,
                  &text)); /* what could be taken for a header is not even handed over */
    const struct question question = {.kind = LANE_MAIL,
                                      .texts = {[TO] = message->to,
                                                [ID] = message->id,
                                                [REFERENCE] = message->reference,
                                                [PATH] = message->path,
                                                [AT] = arena_printf(arena, "%lld", (long long)message->at.ms),
                                                [WHAT] = arena_printf(arena, "%d", (int)message->what)},
                                      .count = TEXTS,
                                      .seconds = options->seconds};
    TRY(apart_ask(arena, &question, stop, &answer));
    return answer.code == ERROR_NONE
               ? NULL
               : error_new(arena, answer.code, "%s", answer.detail == NULL ? "not sent" : answer.detail);
}

static const struct error *send_asked(struct arena *arena, const struct post_options *mail,
                                      const struct question *question)
{
    struct post_message message = {.to = question->texts[TO],
                                   .id = question->texts[ID],
                                   .reference = question->texts[REFERENCE],
                                   .path = question->texts[PATH]};
    const char *at = question->texts[AT];
    const char *what = question->texts[WHAT];
    int64_t number;
    if (mail == NULL || question->count != TEXTS || message.to == NULL || message.id == NULL ||
        message.path == NULL || at == NULL || !number_parse(at, INT64_MIN, INT64_MAX, &message.at.ms) ||
        what == NULL || !number_parse(what, POST_DUE, POST_ACCOUNT, &number)) {
        return error_of(ERROR_BAD_INPUT);
    }
    message.what = (enum post_what)number;
    return send_here(arena, mail, &message, NULL);
}

void post_answer(struct arena *arena, const struct post_options *mail, const struct question *question,
                 struct answer *ret_answer)
{
    if (question->kind == LANE_FETCH) {
        fetch_answer(arena, question, ret_answer);
        return;
    }
    const struct error *error =
        question->kind == LANE_MAIL ? send_asked(arena, mail, question) : error_of(ERROR_BAD_INPUT);
    *ret_answer = (struct answer){.code = error == NULL ? ERROR_NONE : error->code,
                                  .detail = error == NULL ? NULL : error->detail};
}
