/* The work of every operation; routes.c says where each stands. */
#ifndef WM_API_OPERATIONS_H
#define WM_API_OPERATIONS_H

#include "api/call.h"
#include "web/route.h"

/* case.c */
call_work work_case;
call_work work_entries;
call_work work_case_duties;
call_work work_looks;
call_work work_all_looks;
/* record.c */
call_work work_record_referral;
call_work work_record_entry;
call_work work_record_details;
/* list.c */
call_work work_duties;
call_work work_mine;
call_work work_search;
call_work work_matches;
call_work work_directory;
call_work work_contact;
call_work work_notices;
call_work work_notices_read;
/* keeping.c */
call_work work_disposals;
call_work work_disposal;
call_work work_disposal_step;
/* requests.c */
call_work work_requests;
call_work work_request;
call_work work_request_document;
call_work work_request_begin;
call_work work_request_decide;
call_work work_request_step;
/* accounts.c */
call_work work_accounts;
call_work work_account;
call_work work_account_review;
call_work work_account_invite;
call_work work_account_step;
/* openapi.c */
call_work work_openapi;

/* Every row with its operation, for the OpenAPI document. */
size_t operation_count(void);
const struct operation *operation_at(size_t index, const struct route **ret_route);

#endif
