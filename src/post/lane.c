#include "post/lane.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* Before the bytes of either: fixed in size and order, on one machine. */
struct head {
    uint32_t kind; /* of an answer: its error */
    uint32_t size;
    int32_t number; /* seconds, or status */
    uint32_t count; /* texts, or the size of the detail */
};

static bool send_all(int fd, const void *bytes, size_t size)
{
    const char *at = bytes;
    while (size > 0) {
        ssize_t put = send(fd, at, size, MSG_NOSIGNAL);
        if (put < 0 && errno == EINTR) {
            continue;
        }
        if (put <= 0) {
            return false;
        }
        at += put;
        size -= (size_t)put;
    }
    return true;
}

static bool take_all(int fd, void *bytes, size_t size)
{
    char *at = bytes;
    while (size > 0) {
        ssize_t got = recvfrom(fd, at, size, 0, NULL, NULL);
        if (got < 0 && errno == EINTR) {
            continue;
        }
        if (got <= 0) {
            return false;
        }
        at += got;
        size -= (size_t)got;
    }
    return true;
}

/* ---- questions: each text with its size before it, UINT32_MAX for one that is absent */

static size_t size_of(const struct question *question)
{
    size_t size = 0;
    for (size_t i = 0; i < question->count; i++) {
        size += sizeof(uint32_t) + (question->texts[i] == NULL ? 0 : strlen(question->texts[i]));
    }
    return size;
}

bool question_give(struct arena *arena, int fd, const struct question *question)
{
    struct head head = {.kind = (uint32_t)question->kind,
                        .size = (uint32_t)size_of(question),
                        .number = question->seconds,
                        .count = (uint32_t)question->count};
    char *bytes = arena_alloc(arena, head.size + 1);
    char *at = bytes;
    for (size_t i = 0; i < question->count; i++) {
        const char *text = question->texts[i];
        uint32_t size = text == NULL ? UINT32_MAX : (uint32_t)strlen(text);
        memcpy(at, &size, sizeof size);
        at += sizeof size;
        if (text != NULL) {
            memcpy(at, text, size);
            at += size;
        }
    }
    return head.size <= LANE_MOST && send_all(fd, &head, sizeof head) && send_all(fd, bytes, head.size);
}

bool question_take(struct arena *arena, int fd, struct question *ret_question)
{
    struct head head;
    if (!take_all(fd, &head, sizeof head) || head.size > LANE_MOST || head.count > LANE_TEXTS) {
        return false;
    }
    char *bytes = arena_alloc(arena, (size_t)head.size + 1);
    if (!take_all(fd, bytes, head.size)) {
        return false;
    }
    struct question question = {
        .kind = (enum lane_kind)head.kind, .count = head.count, .seconds = head.number};
    size_t left = head.size;
    const char *at = bytes;
    for (size_t i = 0; i < head.count; i++) {
        uint32_t size;
        if (left < sizeof size) {
            return false;
        }
        memcpy(&size, at, sizeof size);
        at += sizeof size;
        left -= sizeof size;
        if (size == UINT32_MAX) {
            continue;
        }
        if (size > left) {
            return false;
        }
        question.texts[i] = arena_copy_n(arena, at, size);
        at += size;
        left -= size;
    }
    *ret_question = question;
    return left == 0;
}

/* ---- answers */

bool answer_give(int fd, const struct answer *answer)
{
    size_t detail = answer->detail == NULL ? 0 : strlen(answer->detail);
    struct head head = {.kind = (uint32_t)answer->code,
                        .size = (uint32_t)(detail + answer->size),
                        .number = answer->status,
                        .count = (uint32_t)detail};
    return detail + answer->size <= LANE_MOST && send_all(fd, &head, sizeof head) &&
           send_all(fd, answer->detail, detail) && send_all(fd, answer->bytes, answer->size);
}

bool answer_take(struct arena *arena, int fd, struct answer *ret_answer)
{
    struct head head;
    if (!take_all(fd, &head, sizeof head) || head.size > LANE_MOST || head.count > head.size ||
        head.kind >= ERROR_CODES) {
        return false;
    }
    char *bytes = arena_alloc(arena, (size_t)head.size + 1);
    if (!take_all(fd, bytes, head.size)) {
        return false;
    }
    *ret_answer = (struct answer){.code = (enum error_code)head.kind,
                                  .detail = head.count == 0 ? NULL : arena_copy_n(arena, bytes, head.count),
                                  .status = head.number,
                                  .bytes = arena_copy_n(arena, bytes + head.count, head.size - head.count),
                                  .size = head.size - head.count};
    return true;
}
