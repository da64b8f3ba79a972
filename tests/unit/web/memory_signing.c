/* Signing in by two factors, in memory: one passkey, an app and a token, whoever asks; nothing changes. */
#include "act/signing.h"

const char *service_passkey_name(const struct service *service)
{
    (void)service;
    return "localhost";
}

const struct error *act_sign_in_password(const struct act *act, const char *username, const char *password,
                                         const struct origin *from, struct sign_in *ret_sign_in)
{
    *ret_sign_in = (struct sign_in){.next = SIGN_IN_DONE};
    return act_sign_in(act, username, password, from, &ret_sign_in->token, &ret_sign_in->device);
}

const struct error *act_sign_in_code(const struct act *act, const char *half, const char *code,
                                     const struct origin *from, struct sign_in *ret_sign_in, int *ret_left)
{
    (void)half;
    (void)code;
    (void)from;
    (void)ret_sign_in;
    *ret_left = -1;
    return error_field(act->arena, ERROR_INVALID, "code", NULL, "The code is not right");
}

const struct error *act_sign_in_second(const struct act *act, const char *half, struct second_view *ret_view)
{
    (void)act;
    (void)half;
    *ret_view = (struct second_view){.has_code = true, .has_passkeys = true, .has_recovery = true};
    return NULL;
}

const char *act_passkey_challenge(const struct act *act, const char *purpose, const char *binding)
{
    (void)act;
    (void)purpose;
    (void)binding;
    return "Y2hhbGxlbmdl";
}

const struct error *act_sign_in_passkey(const struct act *act, const char *binding,
                                        const struct passkey_answer *answer, const struct origin *from,
                                        struct sign_in *ret_sign_in)
{
    (void)binding;
    (void)answer;
    (void)from;
    (void)ret_sign_in;
    return error_new(act->arena, ERROR_NOT_SIGNED_IN, "this passkey is not known here");
}

const struct error *act_prove_by_passkey(const struct act *act, const char *session_token,
                                         const char *binding, const struct passkey_answer *answer,
                                         const char **ret_token)
{
    (void)session_token;
    (void)binding;
    (void)answer;
    (void)ret_token;
    return error_field(act->arena, ERROR_INVALID, "password", NULL, "The passkey was refused");
}

const struct error *act_factors(const struct act *act, const char *half, struct factors_view *ret_view)
{
    static const struct factor_passkey passkeys[] = {
        {.id = "AAAA", .key = "AAAA", .title = "Work telephone"}};
    (void)half;
    struct instant *used = arena_many(act->arena, struct instant, 1);
    *used = act->now;
    *ret_view = (struct factors_view){.passkeys = passkeys,
                                      .used_at = used,
                                      .passkey_count = 1,
                                      .has_code = true,
                                      .code_made_at = act->now,
                                      .recovery_left = 9,
                                      .ways = 2};
    return NULL;
}

const struct error *act_passkey_offer(const struct act *act, const char *half, const char *binding,
                                      struct passkey_offer *ret_offer)
{
    (void)half;
    *ret_offer = (struct passkey_offer){.challenge = act_passkey_challenge(act, "add", binding),
                                        .name = "localhost",
                                        .user = "AAAAAAAAAAAAAAAAAAAAAA",
                                        .username = "somebody",
                                        .full_name = "Some Body",
                                        .known = "AAAA"};
    return NULL;
}

const struct error *act_passkey_add(const struct act *act, const char *half, const char *binding,
                                    const char *challenge, const char *client_data, const char *attestation,
                                    const char *title, const struct origin *from, struct sign_in *ret_sign_in)
{
    (void)half;
    (void)binding;
    (void)challenge;
    (void)client_data;
    (void)attestation;
    (void)title;
    (void)from;
    (void)ret_sign_in;
    return error_field(act->arena, ERROR_INVALID, "title", NULL, "Give the passkey a name");
}

const struct error *act_password_change(const struct act *act, const char *token, const char *password,
                                        const char *fresh, const struct origin *from, const char **ret_token)
{
    (void)token;
    (void)password;
    (void)fresh;
    (void)from;
    *ret_token = NULL;
    return error_field(act->arena, ERROR_INVALID, "fresh", NULL, "It is too short");
}

const struct error *act_passkey_remove(const struct act *act, const char *id)
{
    (void)act;
    (void)id;
    return NULL;
}

const struct error *act_code_offer(const struct act *act, const char *half, const char *sealed,
                                   struct code_offer *ret_offer)
{
    (void)act;
    (void)half;
    (void)sealed;
    *ret_offer = (struct code_offer){.sealed = "AAAA",
                                     .words = "GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ",
                                     .address = "otpauth://totp/Waymark:somebody?secret=GEZDGNBVGY3TQOJQ"};
    return NULL;
}

const struct error *act_code_set(const struct act *act, const char *half, const char *sealed,
                                 const char *code, const struct origin *from, struct sign_in *ret_sign_in)
{
    (void)half;
    (void)sealed;
    (void)code;
    (void)from;
    (void)ret_sign_in;
    return error_field(act->arena, ERROR_INVALID, "code", NULL, "The code is not right");
}

const struct error *act_code_remove(const struct act *act)
{
    (void)act;
    return NULL;
}

const struct error *act_recovery_make(const struct act *act, const char *const **ret_codes, size_t *ret_count)
{
    static const char *const codes[] = {"abcd-efgh-jkmn-pqrs-tuvw-xyz2", "2345-6789-abcd-efgh-jkmn-pqrs"};
    (void)act;
    *ret_codes = codes;
    *ret_count = sizeof codes / sizeof codes[0];
    return NULL;
}

const struct error *act_lost_ask(const struct act *act, const char *username, const char *how)
{
    (void)act;
    (void)username;
    (void)how;
    return NULL;
}

const struct error *act_lost_answer(const struct act *act, const char *username, bool agreed,
                                    const char **ret_link)
{
    (void)act;
    (void)username;
    *ret_link = agreed ? "0123.abcd" : NULL;
    return NULL;
}

const struct error *act_lost_list(const struct act *act, const struct lost_view **ret_list, size_t *ret_count)
{
    struct lost_view *list = arena_many(act->arena, struct lost_view, 1);
    *list = (struct lost_view){.username = "somebody",
                               .name = "Some Body",
                               .asked_by = "Ada Keeper",
                               .how = "I saw them",
                               .asked_at = act->now};
    *ret_list = list;
    *ret_count = 1;
    return NULL;
}

const struct lost_way *act_lost_ways(size_t *ret_count)
{
    static const struct lost_way ways[] = {{"in-person", "I saw them"}};
    *ret_count = 1;
    return ways;
}

const struct error *act_token_make(const struct act *act, const char *title, int days, const char **ret_token)
{
    (void)act;
    (void)title;
    (void)days;
    *ret_token = "0123.abcd";
    return NULL;
}

const struct error *act_tokens(const struct act *act, const struct token_view **ret_tokens, size_t *ret_count)
{
    struct token_view *list = arena_many(act->arena, struct token_view, 1);
    *list = (struct token_view){.id = "0123", .title = "Rota", .made_at = act->now, .ends_at = act->now};
    *ret_tokens = list;
    *ret_count = 1;
    return NULL;
}

const struct error *act_token_end(const struct act *act, const char *id)
{
    (void)act;
    (void)id;
    return NULL;
}
