/* The handlers of the pages, one file a page or small family; routes.c says where each stands. */
#ifndef WM_WEB_PAGES_PAGES_H
#define WM_WEB_PAGES_PAGES_H

#include "web/route.h"

void page_error(struct request *request, const struct error *error, struct reply *reply);

route_handler page_sso_with, page_sso_from, page_sso_join, page_sso_again, page_signed_in;
route_handler page_sign_in, page_sign_in_post, page_sign_out_post, page_signed_out;
route_handler page_password, page_password_post;
route_handler page_passkey_challenge, page_sign_in_passkey_post, page_second, page_second_post;
route_handler page_set_up, page_set_up_passkey_post, page_set_up_code_post;
route_handler page_factors, page_passkey_add_post, page_passkey_remove_post, page_code, page_code_post,
    page_code_remove_post, page_recovery_post;
route_handler page_my_password, page_my_password_post;
route_handler page_tokens, page_tokens_post, page_token_end_post;
route_handler page_lost, page_lost_post, page_lost_answer_post;
route_handler page_confirm_passkey_post;
route_handler page_work, page_duties, page_duties_file;
route_handler page_draft, page_draft_drop_post;
route_handler page_referral_new, page_referral_new_post, page_referral, page_referral_post,
    page_referral_sent;
route_handler page_case, page_case_chronology, page_case_chronology_file, page_case_plans, page_case_meetings,
    page_case_people;
route_handler page_glass, page_glass_post, page_glass_list, page_review, page_review_post;
route_handler page_unusual, page_unusual_post, page_unusual_file, page_my_home_post;
route_handler page_restrict, page_restrict_post, page_conflict, page_conflict_post;
route_handler page_case_looks, page_case_looks_file, page_looks, page_looks_file;
route_handler page_entry, page_record_menu, page_record, page_record_post, page_correct, page_correct_post;
route_handler page_entry_refer_post, page_child_summary;
route_handler page_parts, page_part, page_part_form, page_part_form_post;
route_handler page_figures, page_figures_csv, page_figures_xlsx;
route_handler page_records, page_record_outside, page_record_outside_post, page_record_of, page_record_answer,
    page_record_answer_post, page_record_refer_post;
route_handler page_details, page_details_post;
route_handler page_meeting_actions, page_meeting_actions_post;
route_handler page_meeting_arrange, page_meeting_arrange_post, page_meeting_hold, page_meeting_hold_post;
route_handler page_meeting_answers, page_meeting_answers_post, page_meeting_record, page_meeting_record_post;
route_handler page_case_move, page_case_move_post, page_procedures, page_procedures_post;
route_handler page_case_links, page_case_links_post;
route_handler page_find, page_find_post;
route_handler page_directory, page_directory_post, page_directory_csv, page_directory_json,
    page_directory_sheet, page_procedure;
route_handler page_contact, page_contact_new, page_contact_change, page_contact_change_post,
    page_contact_verify_post, page_contact_withdraw_post;
route_handler page_notices, page_notices_read_post, page_notices_address_post, page_notices_mail,
    page_notices_mail_post;
route_handler page_disposals, page_disposals_csv, page_disposal_find_post;
route_handler page_disposal, page_disposal_step, page_disposal_step_post, page_disposal_certificate;
route_handler page_requests, page_requests_find, page_requests_find_post, page_request_new,
    page_request_new_post;
route_handler page_request, page_request_parts, page_request_part, page_request_part_post, page_request_step,
    page_request_step_post, page_request_document, page_request_document_json;
route_handler page_accounts, page_accounts_post, page_accounts_csv, page_account, page_account_new,
    page_account_post, page_account_review, page_account_review_post;
route_handler page_confirm, page_confirm_post;
route_handler page_my_account, page_my_sessions_post;

#endif
