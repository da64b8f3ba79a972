/* Where every page stands, and who may ask for it. What somebody may see of it, act decides. */
#include "web/pages/pages.h"
#include "web/server.h"

static const struct route rows[] = {
    {METHOD_GET, "/sign-in", ROUTE_PUBLIC, BODY_NONE, page_sign_in},
    {METHOD_POST, "/sign-in", ROUTE_PUBLIC, BODY_FORM, page_sign_in_post},
    {METHOD_POST, "/sign-out", ROUTE_SIGNED_IN, BODY_FORM, page_sign_out_post},
    {METHOD_GET, "/signed-out", ROUTE_PUBLIC, BODY_NONE, page_signed_out},
    {METHOD_GET, "/set-password/{link}", ROUTE_PUBLIC, BODY_NONE, page_password},
    {METHOD_POST, "/set-password/{link}", ROUTE_PUBLIC, BODY_FORM, page_password_post},

    {METHOD_GET, "/", ROUTE_SIGNED_IN, BODY_NONE, page_work},
    {METHOD_GET, "/duties", ROUTE_CASES, BODY_NONE, page_duties},
    {METHOD_GET, "/drafts/{draft}", ROUTE_CASES, BODY_NONE, page_draft},
    {METHOD_POST, "/drafts/{draft}/drop", ROUTE_CASES, BODY_FORM, page_draft_drop_post},

    {METHOD_GET, "/referral/new", ROUTE_CASES, BODY_NONE, page_referral_new},
    {METHOD_POST, "/referral/new", ROUTE_CASES, BODY_FORM, page_referral_new_post},
    {METHOD_GET, "/referral/{draft}/{page}", ROUTE_CASES, BODY_NONE, page_referral},
    {METHOD_POST, "/referral/{draft}/{page}", ROUTE_CASES, BODY_FORM, page_referral_post},
    {METHOD_GET, "/cases/{ref}/referred", ROUTE_CASES, BODY_NONE, page_referral_sent},

    {METHOD_GET, "/cases/{ref}", ROUTE_CASES, BODY_NONE, page_case},
    {METHOD_GET, "/cases/{ref}/chronology", ROUTE_CASES, BODY_NONE, page_case_chronology},
    {METHOD_GET, "/cases/{ref}/plan", ROUTE_CASES, BODY_NONE, page_case_plans},
    {METHOD_GET, "/cases/{ref}/meetings", ROUTE_CASES, BODY_NONE, page_case_meetings},
    {METHOD_GET, "/cases/{ref}/people", ROUTE_CASES, BODY_NONE, page_case_people},
    {METHOD_GET, "/cases/{ref}/looks", ROUTE_CASES, BODY_NONE, page_case_looks},
    {METHOD_GET, "/cases/{ref}/details", ROUTE_CASES, BODY_NONE, page_details},
    {METHOD_POST, "/cases/{ref}/details", ROUTE_CASES, BODY_FORM, page_details_post},
    {METHOD_GET, "/cases/{ref}/record", ROUTE_CASES, BODY_NONE, page_record_menu},
    {METHOD_GET, "/cases/{ref}/record/{type}", ROUTE_CASES, BODY_NONE, page_record},
    {METHOD_POST, "/cases/{ref}/record/{type}", ROUTE_CASES, BODY_FORM, page_record_post},
    {METHOD_GET, "/cases/{ref}/entries/{seq}", ROUTE_CASES, BODY_NONE, page_entry},
    {METHOD_GET, "/cases/{ref}/entries/{seq}/correct", ROUTE_CASES, BODY_NONE, page_correct},
    {METHOD_POST, "/cases/{ref}/entries/{seq}/correct", ROUTE_CASES, BODY_FORM, page_correct_post},
    {METHOD_GET, "/cases/{ref}/meetings/{seq}/actions", ROUTE_CASES, BODY_NONE, page_meeting_actions},
    {METHOD_POST, "/cases/{ref}/meetings/{seq}/actions", ROUTE_CASES, BODY_FORM, page_meeting_actions_post},

    {METHOD_GET, "/find", ROUTE_CASES, BODY_NONE, page_find},
    {METHOD_POST, "/find", ROUTE_CASES, BODY_FORM, page_find_post},
    {METHOD_GET, "/directory", ROUTE_SIGNED_IN, BODY_NONE, page_directory},
    {METHOD_POST, "/directory", ROUTE_ADMINISTERS, BODY_FORM, page_directory_post},
    {METHOD_GET, "/procedure", ROUTE_SIGNED_IN, BODY_NONE, page_procedure},
    {METHOD_GET, "/accounts", ROUTE_ADMINISTERS, BODY_NONE, page_accounts},
    {METHOD_POST, "/accounts", ROUTE_ADMINISTERS, BODY_FORM, page_accounts_post},
    {METHOD_POST, "/accounts/change", ROUTE_ADMINISTERS, BODY_FORM, page_account_post},
};

const struct route_table web_pages = {"/", rows, sizeof rows / sizeof rows[0], page_error};
