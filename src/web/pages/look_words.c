#include "web/pages/look_words.h"

#include "base/text.h"

static const struct ui_choice words[] = {
    {.value = "case-read", .text = "Read the case"},
    {.value = "case-search", .text = "Searched for a child"},
    {.value = "search-shown", .text = "Was shown the child by a search"},
    {.value = "match-search", .text = "Looked for children who may be the same"},
    {.value = "match-shown", .text = "Was shown the child as a possible match"},
    {.value = "entry-record", .text = "Recorded an entry"},
    {.value = "details-record", .text = "Changed the child's details"},
    {.value = "referral-make", .text = "Made a referral"},
    {.value = "links-read", .text = "Followed a link from another case"},
    {.value = "meeting-read", .text = "Read who a meeting is about"},
    {.value = "part-read", .text = "Read their agency's part of a plan"},
    {.value = "case-file", .text = "Took the chronology as a file"},
    {.value = "case-print", .text = "Opened a sheet to print"},
    {.value = "list-file", .text = "Took a list as a file"},
    {.value = "unusual-list", .text = "Read the unusual looks"},
    {.value = "glass-list", .text = "Read the list of broken glass"},
    {.value = "duties-list", .text = "Read a list of duties"},
    {.value = "duties-shown", .text = "Was shown the child in a list of duties"},
    {.value = "work-list", .text = "Read their own work"},
    {.value = "notices-list", .text = "Read their notices"},
    {.value = "figures", .text = "Read the figures"},
    {.value = "glass-broken", .text = "Broke the glass"},
    {.value = "glass-ask", .text = "Asked why the case is not open to them"},
    {.value = "needs-reason", .text = "Was refused, unless they give a reason"},
    {.value = "case-guard", .text = "Read who may not look"},
    {.value = "case-restrict-lift", .text = "Lifted the restriction"},
    {.value = "conflict-declare", .text = "Declared a conflict of interest"},
    {.value = "conflict-end", .text = "Ended a conflict of interest"},
    {.value = "look-review", .text = "Reviewed looks"},
    {.value = "case-restrict", .text = "Restricted the case"},
    {.value = "limit-reached", .text = "Reached the limit of records in an hour"},
    {.value = "disposals-list", .text = "Read a list of records to dispose of"},
    {.value = "disposal-read", .text = "Read how long the record is kept"},
    {.value = "disposal-find", .text = "Looked up how long a record is kept"},
    {.value = "requests-list", .text = "Read a list of requests for what is held"},
    {.value = "request-search", .text = "Looked for whom a request is about"},
    {.value = "request-search-shown", .text = "Was shown the child by a search for a request"},
    {.value = "request-begin", .text = "Received a request for what is held"},
    {.value = "request-read", .text = "Read what is held, for a request"},
    {.value = "request-document", .text = "Read what would be given for a request"},
    {.value = "request-decide", .text = "Decided about a part of what is given"},
    {.value = "request-extend", .text = "Extended the time of a request"},
    {.value = "request-close", .text = "Closed a request without an answer"},
    {.value = "request-prepare", .text = "Prepared the answer to a request"},
    {.value = "request-return", .text = "Sent an answer to a request back"},
    {.value = "request-release", .text = "Released what is held to who asked"},
    {.value = "hold-place", .text = "Held the record"},
    {.value = "hold-lift", .text = "Lifted a hold"},
    {.value = "disposal-propose", .text = "Proposed that the record is destroyed"},
    {.value = "disposal-agree", .text = "Agreed that the record is destroyed"},
    {.value = "disposal-refuse", .text = "Refused that the record is destroyed"},
    {.value = "disposal-cancel", .text = "Cancelled that the record is destroyed"},
    {.value = "disposal-destroy", .text = "Destroyed the record"},
    {.value = "looks-read", .text = "Read who has looked"},
    {.value = "sign-in", .text = "Signed in"},
    {.value = "passkey-add", .text = "Added a passkey"},
    {.value = "passkey-remove", .text = "Removed a passkey"},
    {.value = "passkey-locked", .text = "Had a passkey locked"},
    {.value = "code-offer", .text = "Was shown a secret for an app"},
    {.value = "code-set", .text = "Set up an app for codes"},
    {.value = "code-remove", .text = "Removed the app for codes"},
    {.value = "recovery-make", .text = "Made recovery codes"},
    {.value = "token-make", .text = "Made a token for a program"},
    {.value = "token-end", .text = "Ended a token of a program"},
    {.value = "factors-lost", .text = "Said that second factors are lost"},
    {.value = "factors-reset", .text = "Agreed to take second factors away"},
    {.value = "factors-kept", .text = "Refused to take second factors away"},
    {.value = "sign-in-refused", .text = "Could not sign in"},
    {.value = "denied", .text = "Was refused"},
    {.value = "not-found", .text = "Asked for what is not there, or not theirs"},
};
enum { WORDS = sizeof words / sizeof words[0] };

/* What shows nobody's record: said in words too, and not offered to be asked for. */
static const struct ui_choice more_words[] = {
    {.value = "account-add", .text = "Added an account"},
    {.value = "account-agree", .text = "Decided about a role that was asked for"},
    {.value = "account-change", .text = "Moved somebody to another role, agency or team"},
    {.value = "account-confirm", .text = "Confirmed accounts"},
    {.value = "account-expiry", .text = "Set the end date of an account"},
    {.value = "account-export", .text = "Took the list of accounts as a file"},
    {.value = "account-hand-over", .text = "Recorded what was handed over"},
    {.value = "account-leave", .text = "Recorded that somebody leaves"},
    {.value = "account-link", .text = "Made a link to set a password"},
    {.value = "account-list", .text = "Read the list of accounts"},
    {.value = "account-lock", .text = "Locked an account"},
    {.value = "account-unlock", .text = "Unlocked an account"},
    {.value = "account-part", .text = "Parted an account from its other sign-in"},
    {.value = "account-read", .text = "Read an account"},
    {.value = "account-review", .text = "Read the review of accounts"},
    {.value = "account-token", .text = "Made a token for a program"},
    {.value = "case-move", .text = "Moved the case to another procedure"},
    {.value = "case-move-look", .text = "Read what a move to another procedure would change"},
    {.value = "contact-read", .text = "Read a contact of the directory"},
    {.value = "directory-add", .text = "Added a contact to the directory"},
    {.value = "directory-list", .text = "Read the directory"},
    {.value = "directory-reminders", .text = "Was reminded of contacts to check"},
    {.value = "draft-drop", .text = "Threw a draft away"},
    {.value = "draft-list", .text = "Read the list of their drafts"},
    {.value = "draft-read", .text = "Read a draft of theirs"},
    {.value = "draft-save", .text = "Saved a draft"},
    {.value = "factors", .text = "Read how they sign in"},
    {.value = "factors-lost-list", .text = "Read who has lost second factors"},
    {.value = "home-set", .text = "Changed their postcode"},
    {.value = "mail-address", .text = "Read where they are sent e-mail"},
    {.value = "mail-address-set", .text = "Changed where they are sent e-mail"},
    {.value = "notices-count", .text = "Was told how many notices are unread"},
    {.value = "notices-read", .text = "Marked notices as read"},
    {.value = "outbox-list", .text = "Read the e-mail that waits"},
    {.value = "outbox-hurry", .text = "Had the e-mail that waits sent at once"},
    {.value = "outside-list", .text = "Read what is outside cases"},
    {.value = "outside-read", .text = "Read a record outside cases"},
    {.value = "outside-record", .text = "Recorded outside cases"},
    {.value = "outside-answer", .text = "Answered a recommendation"},
    {.value = "part-list", .text = "Read for whom their agency has a part"},
    {.value = "procedure-choose", .text = "Chose the procedure of new cases"},
    {.value = "procedures-list", .text = "Read the list of procedures"},
    {.value = "referral-begin", .text = "Began a referral"},
    {.value = "referral-again", .text = "Referred a known child again"},
    {.value = "referral-route", .text = "Read where a referral goes"},
    {.value = "session-end", .text = "Ended a session"},
    {.value = "sessions", .text = "Read where they are signed in"},
    {.value = "tokens", .text = "Read their tokens for programs"},
    {.value = "unusual-look", .text = "Had the log gone through for unusual looks"},
    {.value = "workers-list", .text = "Read the list of workers"},
};
enum { MORE_WORDS = sizeof more_words / sizeof more_words[0] };

static const char *word_in(const struct ui_choice *list, size_t count, const char *code)
{
    for (size_t i = 0; i < count; i++) {
        if (text_equal(list[i].value, code)) {
            return list[i].text;
        }
    }
    return NULL;
}

static const char *words_of(struct arena *arena, const char *code)
{
    const char *text = word_in(words, WORDS, code);
    text = text == NULL ? word_in(more_words, MORE_WORDS, code) : text;
    if (text != NULL) {
        return text;
    }
    return code == NULL ? "" : show_sentence(arena, code);
}

const char *look_words(struct arena *arena, const struct look_view *look)
{
    bool refused = text_equal(look->act, "denied") || text_equal(look->act, "not-found");
    const char *what = words_of(arena, look->act);
    return refused && look->shown != NULL ? arena_printf(arena, "%s: %s", what, words_of(arena, look->shown))
                                          : what;
}

const char *look_purpose(struct arena *arena, const char *code)
{
    static const struct ui_choice purposes[] = {
        {.value = "direct-work", .text = "Work with the child"},
        {.value = "sign-in", .text = "Signing in"},
        {.value = "review-of-looks", .text = "Review of looks"},
        {.value = "record-keeping", .text = "Keeping of records"},
    };
    const char *text = word_in(purposes, sizeof purposes / sizeof purposes[0], code);
    return text == NULL ? words_of(arena, code) : text;
}

size_t look_kinds(const struct ui_choice **ret_choices)
{
    *ret_choices = words;
    return WORDS;
}
