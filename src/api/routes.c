/* Where every operation stands, what it takes and what it answers: served from here, and documented from
 * here. */
#include "api/api.h"

#include "api/operations.h"
#include "base/must.h"

enum {
    OP_REFERRAL,
    OP_CASE,
    OP_ENTRIES,
    OP_ENTRY,
    OP_CASE_DUTIES,
    OP_DETAILS,
    OP_LOOKS,
    OP_ALL_LOOKS,
    OP_DUTIES,
    OP_MINE,
    OP_SEARCH,
    OP_MATCHES,
    OP_DIRECTORY,
    OP_CONTACT,
    OP_NOTICES,
    OP_NOTICES_READ,
    OP_DISPOSALS,
    OP_DISPOSAL,
    OP_DISPOSAL_STEP,
    OP_REQUESTS,
    OP_REQUEST_BEGIN,
    OP_REQUEST,
    OP_REQUEST_STEP,
    OP_REQUEST_DECIDE,
    OP_REQUEST_DOCUMENT,
    OP_ACCOUNTS,
    OP_ACCOUNT_INVITE,
    OP_ACCOUNT,
    OP_ACCOUNT_STEP,
    OP_ACCOUNT_REVIEW,
    OP_OPENAPI,
    OPERATIONS
};

#define QUERY_LIMIT                                                                                          \
    {                                                                                                        \
        "limit", "limit", "At most so many, 1 to 200; 50 when left out."                                     \
    }
#define QUERY_CURSOR                                                                                         \
    {                                                                                                        \
        "cursor", "cursor", "The \"next\" of the page before; nothing else is taken."                        \
    }
#define QUERY_LOOKS                                                                                          \
    {"from", "moment", "Only looks since. A date means its beginning."},                                     \
        {"until", "moment", "Only looks before. A date means its end."},                                     \
        {"act", "text", "Only looks of this kind: case-read, case-search, denied, ..."}, QUERY_LIMIT,        \
        QUERY_CURSOR
#define QUERY_AS_OF                                                                                          \
    {                                                                                                        \
        "as_of", "moment", "As it stood then: only what was recorded by that time. A date means its end."    \
    }

static const struct operation operations[OPERATIONS] = {
    [OP_REFERRAL] =
        {
            .work = work_record_referral,
            .id = "makeReferral",
            .summary = "Make a referral",
            .description =
                "A new case with its child; or, with `case`, a further referral to a known child. "
                "`possible_matches` are known children who may be the same: ask POST /api/v1/matches before, "
                "so that no second record is made.",
            .takes_key = true,
            .status = 201,
            .input = "ReferralInput",
            .output = "Referred",
        },
    [OP_CASE] =
        {
            .work = work_case,
            .id = "readCase",
            .summary = "A case, as it stands or stood",
            .query = {QUERY_AS_OF},
            .status = 200,
            .output = "Case",
        },
    [OP_ENTRIES] =
        {
            .work = work_entries,
            .id = "listEntries",
            .summary = "The entries of a case, in the order in which they were recorded",
            .query = {QUERY_AS_OF, {"type", "type", "Only entries of this type."}, QUERY_LIMIT, QUERY_CURSOR},
            .status = 200,
            .output = "CaseEntries",
        },
    [OP_ENTRY] =
        {
            .work = work_record_entry,
            .id = "recordEntry",
            .summary = "Record an entry",
            .description = "With `expected_seq` nothing is recorded when somebody wrote since: the answer is "
                           "409 with what they wrote. Without it the entry is checked against what they "
                           "wrote, and recorded.",
            .takes_key = true,
            .has_conflict = true,
            .status = 201,
            .input = "EntryInput",
            .output = "Recorded",
        },
    [OP_CASE_DUTIES] =
        {
            .work = work_case_duties,
            .id = "listCaseDuties",
            .summary = "The duties of a case",
            .query = {{"at", "moment",
                       "Evaluated then, from what was recorded by then. A date means its end; now when left "
                       "out."}},
            .status = 200,
            .output = "CaseDuties",
        },
    [OP_DETAILS] =
        {
            .work = work_record_details,
            .id = "recordDetails",
            .summary = "Record details of the child",
            .description = "Only the fields that are given change.",
            .status = 200,
            .input = "DetailsInput",
            .output = "Case",
        },
    [OP_LOOKS] =
        {
            .work = work_looks,
            .id = "listLooks",
            .summary = "Who has looked at a case, newest first",
            .query = {QUERY_LOOKS},
            .status = 200,
            .output = "Looks",
        },
    [OP_ALL_LOOKS] =
        {
            .work = work_all_looks,
            .id = "listAllLooks",
            .summary = "The log of looks, newest first",
            .description = "All of it for who reviews looks; with `worker` what one worker has looked at, "
                           "for their manager, for who reviews looks, and for the worker.",
            .query = {QUERY_LOOKS,
                      {"case", "text", "Only looks at this case."},
                      {"worker", "text", "Only looks by the account of this id."}},
            .status = 200,
            .output = "Looks",
        },
    [OP_DUTIES] =
        {
            .work = work_duties,
            .id = "listDuties",
            .summary = "The duties of all cases",
            .description = "Unmet ones by due time, those without due time last.",
            .query = {{"state", "state", "unmet means open or overdue."},
                      {"agency", "agency", "Only duties of this agency."},
                      {"role", "role", "Only duties of this role."},
                      QUERY_LIMIT,
                      QUERY_CURSOR},
            .status = 200,
            .output = "Duties",
        },
    [OP_MINE] =
        {
            .work = work_mine,
            .id = "listWork",
            .summary = "What you must do: duties overdue first, actions, meetings, referrals to decide",
            .query = {QUERY_CURSOR},
            .status = 200,
            .output = "Work",
        },
    [OP_SEARCH] =
        {
            .work = work_search,
            .id = "searchCases",
            .summary = "Find a case by reference or by name",
            .description = "Posted, so that no name stands in a URL or a log.",
            .status = 200,
            .input = "SearchInput",
            .output = "Searched",
        },
    [OP_MATCHES] =
        {
            .work = work_matches,
            .id = "findMatches",
            .summary = "Known children who may be the same, before a referral is made",
            .status = 200,
            .input = "MatchInput",
            .output = "Matched",
        },
    [OP_DIRECTORY] =
        {
            .work = work_directory,
            .id = "listDirectory",
            .summary = "Whom to ask and whom to tell",
            .query = {{"agency", "agency", "Only contacts of this agency."}},
            .status = 200,
            .output = "Directory",
        },
    [OP_CONTACT] =
        {
            .work = work_contact,
            .id = "addContact",
            .summary = "Add a contact to the directory",
            .status = 201,
            .input = "ContactInput",
            .output = "ContactAdded",
        },
    [OP_NOTICES] =
        {
            .work = work_notices,
            .id = "listNotices",
            .summary = "What you were told of, newest first",
            .query = {QUERY_CURSOR},
            .status = 200,
            .output = "Notices",
        },
    [OP_NOTICES_READ] =
        {
            .work = work_notices_read,
            .id = "readNotices",
            .summary = "Say that you have read one notice, or all of them",
            .status = 200,
            .input = "NoticesRead",
            .output = "NoticesUnread",
        },
    [OP_DISPOSALS] =
        {
            .work = work_disposals,
            .id = "listDisposals",
            .summary = "Records that are due for disposal, under way, held or destroyed",
            .description = "No record is named but by its reference. The longest due come first; of what was "
                           "destroyed the newest.",
            .query = {{"list", "list", "due (when left out), under-way, held or destroyed."},
                      QUERY_LIMIT,
                      QUERY_CURSOR},
            .status = 200,
            .output = "Disposals",
        },
    [OP_DISPOSAL] =
        {
            .work = work_disposal,
            .id = "readDisposal",
            .summary = "How long a record is kept, and what was decided about it",
            .status = 200,
            .output = "Disposal",
        },
    [OP_DISPOSAL_STEP] =
        {
            .work = work_disposal_step,
            .id = "stepDisposal",
            .summary = "Hold a record, propose its disposal, refuse or cancel a proposal",
            .description =
                "Lifting a hold, agreeing and destroying are for a person at a page, who shows again "
                "who they are: a token is refused.",
            .status = 200,
            .input = "DisposalStep",
            .output = "Disposal",
        },
    [OP_REQUESTS] =
        {
            .work = work_requests,
            .id = "listRequests",
            .summary = "Requests of persons for what is held about them",
            .status = 200,
            .output = "Requests",
        },
    [OP_REQUEST_BEGIN] =
        {
            .work = work_request_begin,
            .id = "receiveRequest",
            .summary = "Receive a request of a person for what is held about them",
            .status = 201,
            .input = "RequestInput",
            .output = "Request",
        },
    [OP_REQUEST] =
        {
            .work = work_request,
            .id = "readRequest",
            .summary = "A request, and each part of what is held with why it is given or left out",
            .description = "For who answers, and for the second person: it never goes out.",
            .status = 200,
            .output = "Request",
        },
    [OP_REQUEST_STEP] =
        {
            .work = work_request_step,
            .id = "stepRequest",
            .summary = "Extend the time of a request, close it, hand the answer over, send it back",
            .description =
                "Releasing is for a person at a page, who shows again who they are: a token is refused.",
            .status = 200,
            .input = "RequestStep",
            .output = "Request",
        },
    [OP_REQUEST_DECIDE] =
        {
            .work = work_request_decide,
            .id = "decideRequestPart",
            .summary = "Decide whether a part of what is held is given",
            .status = 200,
            .input = "RequestDecision",
            .output = "Request",
        },
    [OP_REQUEST_DOCUMENT] =
        {
            .work = work_request_document,
            .id = "readRequestDocument",
            .summary = "What is given, and nothing of what is left out",
            .status = 200,
            .output = "RequestDocument",
        },
    [OP_ACCOUNTS] =
        {
            .work = work_accounts,
            .id = "listAccounts",
            .summary = "The accounts that you keep, by user name",
            .description = "All for an administrator, those of their agency for an agency administrator.",
            .query = {{"agency", "agency", "Only accounts of this agency."}, QUERY_LIMIT, QUERY_CURSOR},
            .status = 200,
            .output = "Accounts",
        },
    [OP_ACCOUNT_INVITE] =
        {
            .work = work_account_invite,
            .id = "inviteAccount",
            .summary = "Make an account and invite its holder",
            .description =
                "With a token made for keeping accounts. A role that administers is only asked for: another "
                "administrator agrees before there is a link.",
            .status = 201,
            .input = "AccountInput",
            .output = "AccountChanged",
        },
    [OP_ACCOUNT] =
        {
            .work = work_account,
            .id = "readAccount",
            .summary = "An account, and what was done with it, newest first",
            .status = 200,
            .output = "AccountRead",
        },
    [OP_ACCOUNT_STEP] =
        {
            .work = work_account_step,
            .id = "stepAccount",
            .summary = "Lock, move, close, hand over or confirm an account, or invite its holder again",
            .description = "With a token made for keeping accounts. Nobody changes their own account; "
                           "`agree` is for another "
                           "administrator than the one who asked.",
            .status = 200,
            .input = "AccountStep",
            .output = "AccountChanged",
        },
    [OP_ACCOUNT_REVIEW] =
        {
            .work = work_account_review,
            .id = "readAccountReview",
            .summary = "The accounts that are still to be confirmed in this quarter",
            .status = 200,
            .output = "AccountReview",
        },
    [OP_OPENAPI] =
        {
            .work = work_openapi,
            .id = "readOpenapi",
            .summary = "This document",
            .is_open = true,
            .status = 200,
        },
};

static const struct error *handle(struct request *request, struct reply *reply);

static const struct route rows[OPERATIONS] = {
    [OP_REFERRAL] = {METHOD_POST, "/api/v1/referrals", ROUTE_BEARER, BODY_JSON, handle},
    [OP_CASE] = {METHOD_GET, "/api/v1/cases/{case}", ROUTE_BEARER, BODY_NONE, handle},
    [OP_ENTRIES] = {METHOD_GET, "/api/v1/cases/{case}/entries", ROUTE_BEARER, BODY_NONE, handle},
    [OP_ENTRY] = {METHOD_POST, "/api/v1/cases/{case}/entries", ROUTE_BEARER, BODY_JSON, handle},
    [OP_CASE_DUTIES] = {METHOD_GET, "/api/v1/cases/{case}/duties", ROUTE_BEARER, BODY_NONE, handle},
    [OP_DETAILS] = {METHOD_POST, "/api/v1/cases/{case}/details", ROUTE_BEARER, BODY_JSON, handle},
    [OP_LOOKS] = {METHOD_GET, "/api/v1/cases/{case}/looks", ROUTE_BEARER, BODY_NONE, handle},
    [OP_ALL_LOOKS] = {METHOD_GET, "/api/v1/looks", ROUTE_BEARER, BODY_NONE, handle},
    [OP_DUTIES] = {METHOD_GET, "/api/v1/duties", ROUTE_BEARER, BODY_NONE, handle},
    [OP_MINE] = {METHOD_GET, "/api/v1/work", ROUTE_BEARER, BODY_NONE, handle},
    [OP_SEARCH] = {METHOD_POST, "/api/v1/searches", ROUTE_BEARER, BODY_JSON, handle},
    [OP_MATCHES] = {METHOD_POST, "/api/v1/matches", ROUTE_BEARER, BODY_JSON, handle},
    [OP_DIRECTORY] = {METHOD_GET, "/api/v1/directory", ROUTE_BEARER, BODY_NONE, handle},
    [OP_CONTACT] = {METHOD_POST, "/api/v1/directory", ROUTE_BEARER, BODY_JSON, handle},
    [OP_NOTICES] = {METHOD_GET, "/api/v1/notices", ROUTE_BEARER, BODY_NONE, handle},
    [OP_NOTICES_READ] = {METHOD_POST, "/api/v1/notices/read", ROUTE_BEARER, BODY_JSON, handle},
    [OP_DISPOSALS] = {METHOD_GET, "/api/v1/disposals", ROUTE_BEARER, BODY_NONE, handle},
    [OP_DISPOSAL] = {METHOD_GET, "/api/v1/disposals/{record}", ROUTE_BEARER, BODY_NONE, handle},
    [OP_DISPOSAL_STEP] = {METHOD_POST, "/api/v1/disposals/{record}", ROUTE_BEARER, BODY_JSON, handle},
    [OP_REQUESTS] = {METHOD_GET, "/api/v1/requests", ROUTE_BEARER, BODY_NONE, handle},
    [OP_REQUEST_BEGIN] = {METHOD_POST, "/api/v1/requests", ROUTE_BEARER, BODY_JSON, handle},
    [OP_REQUEST] = {METHOD_GET, "/api/v1/requests/{request}", ROUTE_BEARER, BODY_NONE, handle},
    [OP_REQUEST_STEP] = {METHOD_POST, "/api/v1/requests/{request}", ROUTE_BEARER, BODY_JSON, handle},
    [OP_REQUEST_DECIDE] = {METHOD_POST, "/api/v1/requests/{request}/parts", ROUTE_BEARER, BODY_JSON, handle},
    [OP_REQUEST_DOCUMENT] = {METHOD_GET, "/api/v1/requests/{request}/document", ROUTE_BEARER, BODY_NONE,
                             handle},
    [OP_ACCOUNTS] = {METHOD_GET, "/api/v1/accounts", ROUTE_BEARER, BODY_NONE, handle},
    [OP_ACCOUNT_INVITE] = {METHOD_POST, "/api/v1/accounts", ROUTE_BEARER, BODY_JSON, handle},
    [OP_ACCOUNT] = {METHOD_GET, "/api/v1/accounts/{account}", ROUTE_BEARER, BODY_NONE, handle},
    [OP_ACCOUNT_STEP] = {METHOD_POST, "/api/v1/accounts/{account}", ROUTE_BEARER, BODY_JSON, handle},
    [OP_ACCOUNT_REVIEW] = {METHOD_GET, "/api/v1/account-review", ROUTE_BEARER, BODY_NONE, handle},
    [OP_OPENAPI] = {METHOD_GET, "/api/v1/openapi.json", ROUTE_OPEN, BODY_NONE, handle},
};

static const struct error *handle(struct request *request, struct reply *reply)
{
    return call_answer(request, &operations[request->route - rows], reply);
}

size_t operation_count(void)
{
    return OPERATIONS;
}

const struct operation *operation_at(size_t index, const struct route **ret_route)
{
    must(index < OPERATIONS);
    *ret_route = &rows[index];
    return &operations[index];
}

const struct route_table api_routes = {"/api/", rows, OPERATIONS, call_fail};
