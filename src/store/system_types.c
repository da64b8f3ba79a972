/*
 * The entry types of kinds outside packs: accounts and the directory. Plain tables; read, sealed, decoded and
 * shown like any other. Only ever append fields.
 */
#include "store/store.h"

#include "base/text.h"

#define ONE_LINE(position, name, title)                                                                      \
    {                                                                                                        \
        .id = (name), .index = (position), .kind = FIELD_TEXT, .label = (title), .max = 400                  \
    }
#define LONG_LINE(position, name, title)                                                                     \
    {                                                                                                        \
        .id = (name), .index = (position), .kind = FIELD_TEXT, .label = (title), .max = 2000                 \
    }
#define NUMBER(position, name, title)                                                                        \
    {                                                                                                        \
        .id = (name), .index = (position), .kind = FIELD_NUMBER, .label = (title), .min = INT64_MIN,         \
        .max = INT64_MAX                                                                                     \
    }
#define DATE(position, name, title)                                                                          \
    {                                                                                                        \
        .id = (name), .index = (position), .kind = FIELD_DAY, .label = (title)                               \
    }
#define FIELDS(list) .fields = (list), .field_count = sizeof(list) / sizeof(list)[0]

static const struct field added[] = {
    ONE_LINE(0, "username", "User name"),  ONE_LINE(1, "name", "Name"),
    ONE_LINE(2, "role", "Role"),           ONE_LINE(3, "agency", "Agency"),
    ONE_LINE(4, "team", "Team"),           ONE_LINE(5, "email", "E-mail"),
    NUMBER(6, "expires_at", "Good until"), ONE_LINE(7, "awaits", "Awaits a second administrator"),
};
static const struct field account_changed[] = {
    ONE_LINE(0, "role", "Role"),
    ONE_LINE(1, "agency", "Agency"),
    ONE_LINE(2, "team", "Team"),
    ONE_LINE(3, "reason", "Why"),
};
static const struct field account_ends[] = {
    NUMBER(0, "at", "When"),
    ONE_LINE(1, "reason", "Why"),
};
static const struct field account_handed_over[] = {
    ONE_LINE(0, "to", "To"),
    ONE_LINE(1, "reason", "Why"),
};
static const struct field account_reviewed[] = {ONE_LINE(0, "quarter", "Quarter")};
static const struct field link_made[] = {
    ONE_LINE(0, "link_hash", "Hash of the link"),
    NUMBER(1, "ends_at", "Good until"),
    ONE_LINE(2, "code_hash", "Hash of the code to be said with it"),
};
static const struct field password_set[] = {ONE_LINE(0, "password_hash", "Hash of the password")};
static const struct field token_made[] = {
    ONE_LINE(0, "token_hash", "Hash of the token"),
    ONE_LINE(1, "title", "What uses it"),
    NUMBER(2, "ends_at", "Good until"),
    ONE_LINE(3, "keeps_accounts", "Keeps accounts"),
};
static const struct field token_ended[] = {ONE_LINE(0, "token_hash", "Hash of the token")};
static const struct field passkey_added[] = {
    LONG_LINE(0, "passkey", "Passkey"),
    LONG_LINE(1, "key", "Public key"),
    ONE_LINE(2, "title", "Name"),
    NUMBER(3, "copied", "May be copied"),
};
static const struct field passkey_named[] = {LONG_LINE(0, "passkey", "Passkey")};
static const struct field code_set[] = {ONE_LINE(0, "secret", "Secret of the app")};
static const struct field recovery_set[] = {LONG_LINE(0, "hashes", "Hashes of the codes")};
static const struct field recovery_used[] = {ONE_LINE(0, "hash", "Hash of the code")};
static const struct field factors_lost[] = {ONE_LINE(0, "how", "How it was made sure who it is")};
static const struct field contact[] = {
    ONE_LINE(0, "agency", "Agency"),
    ONE_LINE(1, "kind", "Kind"),
    ONE_LINE(2, "name", "Name"),
    ONE_LINE(3, "area", "Area"),
    ONE_LINE(4, "phone", "Phone"),
    ONE_LINE(5, "email", "E-mail"),
    DATE(6, "verified_on", "Verified on"),
    ONE_LINE(7, "hours", "Hours"),
    ONE_LINE(8, "person", "Person"),
    ONE_LINE(9, "deputy", "Deputy"),
    ONE_LINE(10, "deputy_phone", "Deputy's telephone"),
    ONE_LINE(11, "deputy_email", "Deputy's e-mail"),
    ONE_LINE(12, "postcodes", "Postcode districts served"),
    ONE_LINE(13, "within", "Larger areas they lie in"),
    ONE_LINE(14, "owner", "Kept right by"),
    ONE_LINE(15, "fallback", "Takes what no area decides"),
    ONE_LINE(16, "notes", "Notes"),
    ONE_LINE(17, "source", "Source"),
};
static const struct field meeting_begun[] = {
    ONE_LINE(0, "kind", "Kind"),
    {.id = "cases", .index = 1, .kind = FIELD_TEXTS, .label = "Cases", .max = 40},
};
static const struct field contact_verified[] = {DATE(0, "verified_on", "Verified on")};
static const struct field contact_withdrawn[] = {ONE_LINE(0, "reason", "Reason")};
static const struct field mail_set[] = {ONE_LINE(0, "email", "E-mail")};

static const struct field procedure_changed[] = {
    ONE_LINE(0, "from_title", "From"),
    ONE_LINE(1, "to_title", "To"),
    {.id = "reason", .index = 2, .kind = FIELD_NARRATIVE, .label = "Why", .max = 4000},
};
static const struct field procedure_chosen[] = {
    ONE_LINE(0, "pack", "Procedure"),
    {.id = "reason", .index = 1, .kind = FIELD_NARRATIVE, .label = "Why", .max = 4000},
};
static const struct field joined[] = {
    ONE_LINE(0, "issuer", "Signed in by"),
    {.id = "subject", .index = 1, .kind = FIELD_TEXT, .label = "As whom", .max = 400},
};
static const struct field mapped[] = {ONE_LINE(0, "role", "Role")};

#define WHY(position)                                                                                        \
    {                                                                                                        \
        .id = "reason", .index = (position), .kind = FIELD_NARRATIVE, .label = "Why", .max = 4000            \
    }
static const struct field disposal_file_begun[] = {
    ONE_LINE(0, "record", "Record"),
    ONE_LINE(1, "kind", "Kind of record"),
};
static const struct field hold_placed[] = {WHY(0)};
static const struct field hold_lifted[] = {NUMBER(0, "hold", "Hold"), WHY(1)};
static const struct field disposal_proposed[] = {
    WHY(0),
    ONE_LINE(1, "rule", "Rule"),
    ONE_LINE(2, "rule_title", "What the rule is for"),
    ONE_LINE(3, "source", "Who asks for the rule"),
    DATE(4, "last_day", "Kept until"),
    NUMBER(5, "record_seq", "Last entry of the record"),
    ONE_LINE(6, "name", "Name"),
};
static const struct field disposal_agreed[] = {
    NUMBER(0, "proposal", "Proposal"),
    WHY(1),
    {.id = "ready_at", .index = 2, .kind = FIELD_NUMBER, .label = "Not before", .max = INT64_MAX},
    ONE_LINE(3, "name", "Name"),
};
static const struct field disposal_decided[] = {NUMBER(0, "proposal", "Proposal"), WHY(1)};
static const struct field disposal_done[] = {
    NUMBER(0, "proposal", "Proposal"),
    NUMBER(1, "entries", "Entries"),
    DATE(2, "begun_on", "Begun"),
    DATE(3, "closed_on", "Closed"),
    ONE_LINE(4, "person", "The person's record went too"),
    NUMBER(5, "meetings", "Records of meetings that went too"),
    {.id = "with", .index = 6, .kind = FIELD_TEXTS, .label = "Records that went", .max = 40},
};

#define LINES(position, name, title)                                                                         \
    {                                                                                                        \
        .id = (name), .index = (position), .kind = FIELD_NARRATIVE, .label = (title), .max = 4000            \
    }
static const struct field request_received[] = {
    ONE_LINE(0, "case", "Case"),
    ONE_LINE(1, "person", "Person"),
    ONE_LINE(2, "asked_by", "Who asks"),
    ONE_LINE(3, "asks_as", "As what"),
    LINES(4, "authority", "Why they may ask for somebody else"),
    LINES(5, "identity", "How their identity was checked"),
    DATE(6, "received_on", "Received"),
    DATE(7, "due_on", "To be answered by"),
    LINES(8, "wants", "What they ask for"),
};
static const struct field request_extended[] = {WHY(0), DATE(1, "due_on", "To be answered by")};
static const struct field request_decided[] = {
    ONE_LINE(0, "item", "Part"),
    ONE_LINE(1, "left_out", "Left out because"),
    WHY(2),
    {.id = "words", .index = 3, .kind = FIELD_NARRATIVE, .label = "In these words", .max = 40000},
    ONE_LINE(4, "opinion_by", "Health professional"),
    DATE(5, "opinion_on", "Their opinion of"),
};
static const struct field request_prepared[] = {
    NUMBER(0, "as_of", "What was recorded by then"),
    {.id = "items", .index = 1, .kind = FIELD_TEXTS, .label = "What is given", .max = 400},
    ONE_LINE(2, "digest", "Digest"),
    LINES(3, "note", "For the second person"),
};
static const struct field request_returned[] = {NUMBER(0, "prepared", "What was prepared"), WHY(1)};
static const struct field request_released[] = {
    NUMBER(0, "prepared", "What was prepared"),
    ONE_LINE(1, "digest", "Digest"),
    ONE_LINE(2, "how", "How it was given"),
};
static const struct field request_closed[] = {WHY(0)};
/* ---- who may not look, and whose broken glass: the guard of a case */

static const struct field guard_reason[] = {WHY(0)};
static const struct field guard_conflict[] = {ONE_LINE(0, "account", "Worker"), WHY(1)};
static const struct field glass_broken[] = {WHY(0), NUMBER(1, "ends_at", "Open until")};

/* ---- what who reviews looks was told of: the book of a month */

static const struct field book_glass[] = {ONE_LINE(0, "case", "Case"), ONE_LINE(1, "account", "Worker"),
                                          WHY(2), NUMBER(3, "ends_at", "Open until")};
static const struct field book_flag[] = {ONE_LINE(0, "rule", "What is unusual"),
                                         ONE_LINE(1, "account", "Worker"),
                                         ONE_LINE(2, "case", "Case"),
                                         NUMBER(3, "from", "From"),
                                         NUMBER(4, "at", "Reached"),
                                         NUMBER(5, "count", "How many")};
static const struct field book_limit[] = {ONE_LINE(0, "account", "Worker"), NUMBER(1, "count", "Records")};
static const struct field account_home[] = {ONE_LINE(0, "postcode", "Postcode")};
static const struct field book_review[] = {
    ONE_LINE(0, "of", "Of"),
    ONE_LINE(1, "outcome", "Outcome"),
    {.id = "note", .index = 2, .kind = FIELD_NARRATIVE, .label = "What was found", .max = 4000}};

static const struct entry_type types[] = {
    {.id = "account-added", .index = 0, .title = "Account added", .part_key = -1, FIELDS(added)},
    {.id = "account-locked", .index = 1, .title = "Account locked", .part_key = -1},
    {.id = "account-unlocked", .index = 2, .title = "Account unlocked", .part_key = -1},
    {.id = "account-link-made",
     .index = 3,
     .title = "Link to set the password made",
     .part_key = -1,
     FIELDS(link_made)},
    {.id = "account-password-set", .index = 4, .title = "Password set", .part_key = -1, FIELDS(password_set)},
    {.id = "account-token-made",
     .index = 5,
     .title = "Token for the API made",
     .part_key = -1,
     FIELDS(token_made)},
    {.id = "contact-recorded", .index = 6, .title = "Contact recorded", .part_key = -1, FIELDS(contact)},
    {.id = "meeting-begun",
     .index = 7,
     .title = "Meeting about several children",
     .part_key = -1,
     FIELDS(meeting_begun)},
    {.id = "contact-verified",
     .index = 8,
     .title = "Contact checked",
     .part_key = -1,
     FIELDS(contact_verified)},
    {.id = "contact-withdrawn",
     .index = 9,
     .title = "Contact withdrawn",
     .part_key = -1,
     FIELDS(contact_withdrawn)},
    {.id = "account-mail-set", .index = 10, .title = "E-mail address set", .part_key = -1, FIELDS(mail_set)},
    {.id = MOVED_TYPE,
     .index = 11,
     .title = "Moved to another procedure",
     .summary = "From {from_title} to {to_title}: {reason}",
     .part_key = -1,
     FIELDS(procedure_changed)},
    {.id = "procedure-chosen",
     .index = 12,
     .title = "Procedure of new cases chosen",
     .part_key = -1,
     FIELDS(procedure_chosen)},
    {.id = "account-passkey-added",
     .index = 40,
     .title = "Passkey added",
     .part_key = -1,
     FIELDS(passkey_added)},
    {.id = "account-passkey-removed",
     .index = 41,
     .title = "Passkey removed",
     .part_key = -1,
     FIELDS(passkey_named)},
    {.id = "account-passkey-locked",
     .index = 42,
     .title = "Passkey locked: it counted backwards",
     .part_key = -1,
     FIELDS(passkey_named)},
    {.id = "account-code-set",
     .index = 43,
     .title = "App for one-time codes set up",
     .part_key = -1,
     FIELDS(code_set)},
    {.id = "account-code-removed", .index = 44, .title = "App for one-time codes removed", .part_key = -1},
    {.id = "account-recovery-set",
     .index = 45,
     .title = "Recovery codes made",
     .part_key = -1,
     FIELDS(recovery_set)},
    {.id = "account-recovery-used",
     .index = 46,
     .title = "Recovery code used",
     .part_key = -1,
     FIELDS(recovery_used)},
    {.id = "account-factors-lost",
     .index = 47,
     .title = "Second factors said to be lost",
     .part_key = -1,
     FIELDS(factors_lost)},
    {.id = "account-factors-kept",
     .index = 48,
     .title = "Taking second factors away refused",
     .part_key = -1},
    {.id = "account-factors-reset",
     .index = 49,
     .title = "Second factors taken away as lost",
     .part_key = -1},
    {.id = "account-token-ended",
     .index = 50,
     .title = "Token for the API ended",
     .part_key = -1,
     FIELDS(token_ended)},
    {.id = "disposal-file-begun",
     .index = 100,
     .title = "File on the keeping of a record begun",
     .part_key = -1,
     FIELDS(disposal_file_begun)},
    {.id = "hold-placed", .index = 101, .title = "Legal hold placed", .part_key = -1, FIELDS(hold_placed)},
    {.id = "hold-lifted", .index = 102, .title = "Legal hold lifted", .part_key = -1, FIELDS(hold_lifted)},
    {.id = "disposal-proposed",
     .index = 103,
     .title = "Disposal proposed",
     .part_key = -1,
     FIELDS(disposal_proposed)},
    {.id = "disposal-agreed",
     .index = 104,
     .title = "Disposal agreed",
     .part_key = -1,
     FIELDS(disposal_agreed)},
    {.id = "disposal-refused",
     .index = 105,
     .title = "Disposal refused",
     .part_key = -1,
     FIELDS(disposal_decided)},
    {.id = "disposal-cancelled",
     .index = 106,
     .title = "Disposal cancelled",
     .part_key = -1,
     FIELDS(disposal_decided)},
    {.id = "disposal-carried-out",
     .index = 107,
     .title = "Record destroyed",
     .part_key = -1,
     FIELDS(disposal_done)},
    {.id = "request-received",
     .index = 120,
     .title = "Request received",
     .part_key = -1,
     FIELDS(request_received)},
    {.id = "request-extended",
     .index = 121,
     .title = "Time extended",
     .part_key = -1,
     FIELDS(request_extended)},
    {.id = "request-decided", .index = 122, .title = "Part decided", .part_key = -1, FIELDS(request_decided)},
    {.id = "request-prepared",
     .index = 123,
     .title = "Answer prepared",
     .part_key = -1,
     FIELDS(request_prepared)},
    {.id = "request-returned",
     .index = 124,
     .title = "Answer sent back",
     .part_key = -1,
     FIELDS(request_returned)},
    {.id = "request-released",
     .index = 125,
     .title = "Answer released",
     .part_key = -1,
     FIELDS(request_released)},
    {.id = "request-closed",
     .index = 126,
     .title = "Request closed without an answer",
     .part_key = -1,
     FIELDS(request_closed)},
    {.id = "case-restricted", .index = 200, .title = "Case restricted", .part_key = -1, FIELDS(guard_reason)},
    {.id = "case-restriction-lifted",
     .index = 201,
     .title = "Restriction of the case lifted",
     .part_key = -1,
     FIELDS(guard_reason)},
    {.id = "conflict-declared",
     .index = 202,
     .title = "Conflict of interest declared",
     .part_key = -1,
     FIELDS(guard_conflict)},
    {.id = "conflict-ended",
     .index = 203,
     .title = "Conflict of interest ended",
     .part_key = -1,
     FIELDS(guard_conflict)},
    {.id = "glass-broken", .index = 204, .title = "Glass broken", .part_key = -1, FIELDS(glass_broken)},
    {.id = "book-glass", .index = 205, .title = "Broken glass told of", .part_key = -1, FIELDS(book_glass)},
    {.id = "book-flag", .index = 206, .title = "Unusual looks told of", .part_key = -1, FIELDS(book_flag)},
    {.id = "book-limit",
     .index = 207,
     .title = "Limit of records told of",
     .part_key = -1,
     FIELDS(book_limit)},
    {.id = "account-home-set",
     .index = 209,
     .title = "Where they live set",
     .part_key = -1,
     FIELDS(account_home)},
    {.id = "book-review", .index = 208, .title = "Reviewed", .part_key = -1, FIELDS(book_review)},
    {.id = "account-role-asked",
     .index = 127,
     .title = "A second administrator asked to agree to a role",
     .part_key = -1,
     FIELDS(account_changed)},
    {.id = "account-role-agreed",
     .index = 128,
     .title = "Role agreed by a second administrator",
     .part_key = -1},
    {.id = "account-role-refused",
     .index = 129,
     .title = "Role refused by a second administrator",
     .part_key = -1},
    {.id = "account-changed",
     .index = 130,
     .title = "Role, agency or team changed",
     .part_key = -1,
     FIELDS(account_changed)},
    {.id = "account-leaves", .index = 131, .title = "Leaves", .part_key = -1, FIELDS(account_ends)},
    {.id = "account-expires", .index = 132, .title = "Good until", .part_key = -1, FIELDS(account_ends)},
    {.id = "account-handed-over",
     .index = 133,
     .title = "What was held handed over",
     .part_key = -1,
     FIELDS(account_handed_over)},
    {.id = "account-reviewed",
     .index = 134,
     .title = "Account confirmed",
     .part_key = -1,
     FIELDS(account_reviewed)},
    {.id = "account-joined",
     .index = 60,
     .title = "Joined to a sign-in elsewhere",
     .part_key = -1,
     FIELDS(joined)},
    {.id = "account-parted", .index = 61, .title = "Parted from the sign-in elsewhere", .part_key = -1},
    {.id = "account-mapped",
     .index = 62,
     .title = "Role given by the sign-in elsewhere",
     .part_key = -1,
     FIELDS(mapped)},
    {.id = "account-unmapped", .index = 63, .title = "Access ended by the sign-in elsewhere", .part_key = -1},
};

const struct entry_type *system_type(const char *id)
{
    for (size_t i = 0; i < sizeof types / sizeof types[0]; i++) {
        if (text_equal(types[i].id, id)) {
            return &types[i];
        }
    }
    return NULL;
}
