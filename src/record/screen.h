/*
 * What the answers to a screening tool come to: score, band, and which rule lifted it. A screen supports
 * judgement and never replaces it, so what a professional sees stands beside what the tool came to, and the
 * higher of the two is acted on. A question without an answer is shown as one; nothing is guessed for it.
 *
 * Answers are kept as lines of the entry: "ITEM: ANSWER", several as "ITEM: ANSWER, ANSWER", what an answer
 * is based on behind it: "ITEM: ANSWER: Away on three nights". A question that is answered in words: "ITEM:
 * words".
 */
#ifndef WM_RECORD_SCREEN_H
#define WM_RECORD_SCREEN_H

#include "pack/screen.h"
#include "record/validate.h"

struct screen_reply {
    const bool *chosen; /* by answer of the item */
    bool answered;
    const char *words; /* the answer in words, or what it is based on; NULL for none */
};

/* By item. *ret_replies is filled also when there are faults, all of them in the name of `answers`. */
const struct error *screen_read(struct arena *arena, const struct screen *screen, const char *const *lines,
                                size_t count, const struct screen_reply **ret_replies) MUST_CHECK;

struct screen_result {
    size_t answered; /* questions */
    size_t unanswered;
    bool has_score; /* none where nothing was answered, and where the screen adds up none */
    int score;
    const int *sections;                    /* score of each */
    const struct screen_band *scored_band;  /* by the score or the table; NULL for none */
    const struct screen_band *band;         /* with the rules: never below scored_band */
    const struct screen_override *override; /* that lifted it; NULL for none */
    const bool *overrides;                  /* by rule: which hold, whether they lifted it or not */
};
void screen_score(struct arena *arena, const struct pack *pack, const struct screen *screen,
                  const struct screen_reply *replies, const struct standing *standing, struct day on,
                  struct screen_result *ret_result);
/* The higher of the two; either may be NULL. */
const struct screen_band *screen_acted_on(const struct screen *screen, const struct screen_band *band,
                                          const struct screen_band *professional);

/*
 * An entry that keeps a screen of the pack: its score and band follow from its answers. What was not given is
 * filled in (version too), what was given otherwise is a fault of that field. An entry without answers, or by
 * a tool that the pack does not know, is taken as it is. A band of the professional's own that differs asks
 * for the reason. Entries of other types are left alone.
 */
const struct error *screen_settle(struct arena *arena, const struct pack *pack, struct entry *entry,
                                  const struct standing *standing) MUST_CHECK;

/* The screen of the pack that these values of its entry type name, or NULL. */
const struct screen *screen_of_values(const struct pack *pack, const struct entry_type *type,
                                      const struct value *values);

#endif
