/* The handlers of the pages, one file a page or small family; routes.c says where each stands. */
#ifndef WM_WEB_PAGES_PAGES_H
#define WM_WEB_PAGES_PAGES_H

#include "web/route.h"

void page_error(struct request *request, const struct error *error, struct reply *reply);

route_handler page_sign_in, page_sign_in_post, page_sign_out_post, page_signed_out;
route_handler page_password, page_password_post;
route_handler page_work, page_duties;
route_handler page_draft, page_draft_drop_post;
route_handler page_referral_new, page_referral_new_post, page_referral, page_referral_post,
    page_referral_sent;
route_handler page_case, page_case_chronology, page_case_plans, page_case_meetings, page_case_people,
    page_case_looks;
route_handler page_entry, page_record_menu, page_record, page_record_post, page_correct, page_correct_post;
route_handler page_details, page_details_post;
route_handler page_meeting_actions, page_meeting_actions_post;
route_handler page_find, page_find_post;
route_handler page_directory, page_directory_post, page_procedure;
route_handler page_accounts, page_accounts_post, page_account_post;

#endif
