#include "post/fetch.h"

#include "base/text.h"
#include "post/lane.h"

#include <curl/curl.h>
#include <string.h>
#include <strings.h>

enum { CONNECT_SECONDS = 5, HEAD_MOST = 32 * 1024 };

/* The library must not be left by a jump: all room is taken before it is called. */
struct taking {
    char *bytes;
    size_t size;
    size_t most;
    size_t head;
    bool too_large;
};

static size_t take(char *part, size_t size, size_t count, void *context)
{
    struct taking *taking = context;
    size_t length = size * count;
    if (length > taking->most - taking->size) {
        taking->too_large = true;
        return 0;
    }
    memcpy(taking->bytes + taking->size, part, length);
    taking->size += length;
    return length;
}

static size_t take_head(char *part, size_t size, size_t count, void *context)
{
    struct taking *taking = context;
    size_t length = size * count;
    (void)part;
    if (length > HEAD_MOST - taking->head) {
        taking->too_large = true;
        return 0;
    }
    taking->head += length;
    return length;
}

static CURLcode set_up(CURL *curl, const struct fetch *fetch, struct curl_slist *headers,
                       struct taking *taking)
{
    CURLcode code = CURLE_OK;
#define SET(option, value) code = code != CURLE_OK ? code : curl_easy_setopt(curl, (option), (value))
    SET(CURLOPT_URL, fetch->address);
    SET(CURLOPT_PROTOCOLS_STR, fetch->plain ? "http,https" : "https");
    SET(CURLOPT_PROXY, fetch->proxy == NULL ? "" : fetch->proxy);
    SET(CURLOPT_FOLLOWLOCATION, 0L);
    SET(CURLOPT_NETRC, (long)CURL_NETRC_IGNORED);
    SET(CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
    SET(CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
    SET(CURLOPT_SSL_VERIFYPEER, 1L);
    SET(CURLOPT_SSL_VERIFYHOST, 2L);
    if (fetch->ca != NULL) {
        SET(CURLOPT_CAINFO, fetch->ca);
    }
    if (fetch->user != NULL) {
        SET(CURLOPT_HTTPAUTH, (long)CURLAUTH_BASIC);
        SET(CURLOPT_USERNAME, fetch->user);
        SET(CURLOPT_PASSWORD, fetch->password);
    }
    if (fetch->body != NULL) {
        SET(CURLOPT_POSTFIELDS, fetch->body);
    }
    SET(CURLOPT_HTTPHEADER, headers);
    SET(CURLOPT_WRITEFUNCTION, take);
    SET(CURLOPT_WRITEDATA, taking);
    SET(CURLOPT_HEADERFUNCTION, take_head);
    SET(CURLOPT_HEADERDATA, taking);
    SET(CURLOPT_NOSIGNAL, 1L);
    SET(CURLOPT_CONNECTTIMEOUT, (long)CONNECT_SECONDS);
    SET(CURLOPT_TIMEOUT, (long)fetch->seconds);
#undef SET
    return code;
}

/* "application/json", "application/jwk-set+json; charset=utf-8" */
static bool is_json(const char *type)
{
    size_t size = type == NULL ? 0 : strcspn(type, "; \t");
    return (size == 16 && strncasecmp(type, "application/json", size) == 0) ||
           (size > 17 && strncasecmp(type, "application/", 12) == 0 &&
            strncasecmp(type + size - 5, "+json", 5) == 0);
}

static const struct error *fetch_here(struct arena *arena, const struct fetch *fetch, const char **ret_bytes,
                                      size_t *ret_size, int *ret_status)
{
    struct taking taking = {.bytes = arena_alloc(arena, fetch->most + 1), .most = fetch->most};
    CURL *curl = curl_easy_init();
    struct curl_slist *headers = curl == NULL ? NULL : curl_slist_append(NULL, "Accept: application/json");
    CURLcode code = headers == NULL ? CURLE_OUT_OF_MEMORY : set_up(curl, fetch, headers, &taking);
    long status = 0;
    const char *type = NULL;
    bool json = false;
    if (code == CURLE_OK) {
        code = curl_easy_perform(curl);
        (void)curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
        (void)curl_easy_getinfo(curl, CURLINFO_CONTENT_TYPE, &type);
        json = is_json(type);
    }
    curl_slist_free_all(headers);
    curl_easy_cleanup(curl);
    *ret_status = (int)status;
    if (taking.too_large) {
        return error_new(arena, ERROR_IO, "it answered more than %zu bytes", fetch->most);
    }
    if (code != CURLE_OK) {
        return error_new(arena, ERROR_IO, "%s", curl_easy_strerror(code));
    }
    if (status != 200) {
        return error_new(arena, ERROR_IO, "it answered %ld", status);
    }
    if (!json) {
        return error_new(arena, ERROR_IO, "it answered something else than JSON");
    }
    taking.bytes[taking.size] = '\0';
    *ret_bytes = taking.bytes;
    *ret_size = taking.size;
    return NULL;
}

/* ---- by the messenger
 * ------------------------------------------------------------------------------------------------------- */

enum { ADDRESS, BODY, USER, PASSWORD, CA, PROXY, PLAIN, MOST, SECONDS, TEXTS };

const struct error *post_fetch(struct arena *arena, const struct fetch *fetch, const char **ret_bytes,
                               size_t *ret_size, int *ret_status)
{
    struct answer answer;
    if (!apart_is_on()) {
        return fetch_here(arena, fetch, ret_bytes, ret_size, ret_status);
    }
    const struct question question = {.kind = LANE_FETCH,
                                      .texts = {[ADDRESS] = fetch->address,
                                                [BODY] = fetch->body,
                                                [USER] = fetch->user,
                                                [PASSWORD] = fetch->password,
                                                [CA] = fetch->ca,
                                                [PROXY] = fetch->proxy,
                                                [PLAIN] = fetch->plain ? "yes" : NULL,
                                                [MOST] = arena_printf(arena, "%zu", fetch->most),
                                                [SECONDS] = arena_printf(arena, "%d", fetch->seconds)},
                                      .count = TEXTS,
                                      .seconds = fetch->seconds};
    *ret_status = 0;
    TRY(apart_ask(arena, &question, NULL, &answer));
    *ret_status = answer.status;
    if (answer.code != ERROR_NONE || answer.size > fetch->most) {
        return error_new(arena, ERROR_IO, "%s", answer.detail == NULL ? "no answer came" : answer.detail);
    }
    *ret_bytes = answer.bytes;
    *ret_size = answer.size;
    return NULL;
}

void fetch_answer(struct arena *arena, const struct question *question, struct answer *ret_answer)
{
    const char *const *texts = question->texts;
    int64_t most;
    int64_t seconds;
    *ret_answer = (struct answer){.code = ERROR_BAD_INPUT};
    if (question->count != TEXTS || texts[ADDRESS] == NULL || texts[MOST] == NULL || texts[SECONDS] == NULL ||
        !number_parse(texts[MOST], 1, LANE_MOST / 2, &most) ||
        !number_parse(texts[SECONDS], 1, 600, &seconds)) {
        return;
    }
    struct fetch fetch = {.address = texts[ADDRESS],
                          .body = texts[BODY],
                          .user = texts[USER],
                          .password = texts[PASSWORD],
                          .ca = texts[CA],
                          .proxy = texts[PROXY],
                          .plain = texts[PLAIN] != NULL,
                          .most = (size_t)most,
                          .seconds = (int)seconds};
    const struct error *error =
        fetch_here(arena, &fetch, &ret_answer->bytes, &ret_answer->size, &ret_answer->status);
    ret_answer->code = error == NULL ? ERROR_NONE : error->code;
    ret_answer->detail = error == NULL ? NULL : error->detail;
}
