/*
 * Screening tools as data: their questions, what each answer weighs, the bands, and the rules that lift a
 * band whatever the score. Owners of published tools keep them; a board adds the one it is licensed for to
 * its pack. How answers are scored is record/screen.h.
 */
#ifndef WM_PACK_SCREEN_H
#define WM_PACK_SCREEN_H

#include "pack/pack.h"

enum screen_total {
    SCREEN_SUM,    /* the weights of all answers */
    SCREEN_LEVELS, /* no number: how many answers stand at each level, and the table of bands */
    SCREEN_NONE    /* neither number nor band: the conversation, and what the professional makes of it */
};

struct screen_answer {
    const char *id;
    const char *title;
    int score;
    const char *level; /* "low", "high": words of the author; NULL for none */
};

struct screen_item {
    const char *id; /* in the whole screen */
    int index;
    int section;
    const char *title;
    const char *hint;                    /* NULL for none */
    const struct screen_answer *answers; /* none: it is answered in words */
    size_t answer_count;
    bool several;  /* more than one answer may be given: their scores add up */
    bool evidence; /* an answer above 0 says what it is based on */
};

struct screen_section {
    const char *id;
    const char *title;
    const char *guidance; /* NULL for none */
    int first;            /* item */
    size_t count;
};

struct screen_band {
    const char *id;
    const char *title;
    const char *text; /* what it asks for; NULL for none */
    bool has_from;    /* it holds from this score on */
    int from;
};

/* One thing that a row of the table asks: the score of a section, the whole score, or how many answers stand
 * at a level (of a section, or of all). */
struct screen_need {
    int section;       /* -1: all */
    const char *level; /* NULL: the score is asked */
    int from;
    int to;
};
struct screen_row {
    int band;
    const struct screen_need *needs; /* all of them */
    size_t need_count;
};

/* An answer that a rule speaks of; what is NULL or -1 is any. */
struct screen_given {
    int section;
    int item;
    const char *level;
    const char *answer;
};
/* A rule that lifts the band to at least this one; it never lowers it. */
struct screen_override {
    const char *id;
    const char *title;
    const char *text;                 /* what is to be done; NULL for none */
    struct conditions when;           /* the child's age and marks */
    const struct screen_given *given; /* any of them; none: whatever was answered */
    size_t given_count;
    int band;
};

struct screen {
    const char *id;
    const char *version;
    const char *title;
    const char *source;
    const char *guidance;  /* NULL for none */
    const char *paragraph; /* NULL for none */
    bool superseded;       /* reads old entries, is not offered */
    enum screen_total total;
    const struct screen_section *sections;
    size_t section_count;
    const struct screen_item *items;
    size_t item_count;
    const struct screen_band *bands; /* the lowest first */
    size_t band_count;
    const struct screen_row *table;
    size_t row_count;
    const struct screen_override *overrides;
    size_t override_count;
};

/* By id (or title) and version; without a version the last that is not superseded. NULL when there is none.
 */
const struct screen *pack_screen(const struct pack *pack, const char *name, const char *version);
/* By id or title. */
const struct screen_band *screen_band(const struct screen *screen, const char *name);
const struct screen_item *screen_item(const struct screen *screen, const char *id);

#endif
