/* What second factors an account has, folded from its entries. */
#include "act/factor.h"

#include "base/text.h"

#include <string.h>

static const char *kept(struct arena *arena, const struct entry *entry, const char *field)
{
    const char *text = entry_text(entry, field);
    return text == NULL ? "" : arena_copy(arena, text);
}

static int find(const struct factors *factors, const char *id)
{
    for (size_t i = 0; i < factors->passkey_count; i++) {
        if (id != NULL && text_equal(factors->passkeys[i].id, id)) {
            return (int)i;
        }
    }
    return -1;
}

static void add_passkey(struct arena *arena, const struct entry *entry, struct factors *factors)
{
    const struct value *copied = entry_value(entry, "copied");
    struct factor_passkey *list = arena_grow(arena, factors->passkeys, factors->passkey_count,
                                             factors->passkey_count + 1, sizeof *list);
    list[factors->passkey_count++] = (struct factor_passkey){
        .id = kept(arena, entry, "passkey"),
        .key = kept(arena, entry, "key"),
        .title = kept(arena, entry, "title"),
        .may_be_copied = copied->kind == VALUE_NUMBER && copied->number != 0,
        .made_at = entry->recorded_at,
    };
    factors->passkeys = list;
}

/* Into a new list: the old one may be another thread's. */
static void change_passkey(struct arena *arena, const struct entry *entry, bool remove,
                           struct factors *factors)
{
    int at = find(factors, entry_text(entry, "passkey"));
    if (at < 0) {
        return;
    }
    struct factor_passkey *list = arena_many(arena, struct factor_passkey, factors->passkey_count);
    size_t count = 0;
    for (size_t i = 0; i < factors->passkey_count; i++) {
        if ((int)i != at || !remove) {
            list[count] = factors->passkeys[i];
            list[count].locked = list[count].locked || (int)i == at;
            count++;
        }
    }
    factors->passkeys = list;
    factors->passkey_count = count;
}

static void set_recovery(struct arena *arena, const struct entry *entry, struct factors *factors)
{
    const char *text = kept(arena, entry, "hashes");
    const char **list = NULL;
    size_t count = 0;
    for (size_t size; *text != '\0'; text += size + (text[size] == ' ')) {
        size = strcspn(text, " ");
        list = arena_grow(arena, list, count, count + 1, sizeof *list);
        list[count++] = arena_copy_n(arena, text, size);
    }
    factors->recovery = list;
    factors->recovery_count = count;
}

static void use_recovery(struct arena *arena, const struct entry *entry, struct factors *factors)
{
    const char *used = entry_text(entry, "hash");
    const char **list = arena_many(arena, const char *, factors->recovery_count);
    size_t count = 0;
    for (size_t i = 0; i < factors->recovery_count; i++) {
        if (!text_equal(factors->recovery[i], used)) {
            list[count++] = factors->recovery[i];
        }
    }
    factors->recovery = list;
    factors->recovery_count = count;
}

bool factors_fold(struct arena *arena, const struct entry *entry, struct factors *factors)
{
    const char *type = entry->type->id;
    if (text_equal(type, "account-password-set")) {
        factors->password_at = entry->recorded_at;
        return false; /* the account takes the rest of it */
    }
    if (text_equal(type, "account-passkey-added")) {
        add_passkey(arena, entry, factors);
    } else if (text_equal(type, "account-passkey-removed")) {
        change_passkey(arena, entry, true, factors);
    } else if (text_equal(type, "account-passkey-locked")) {
        change_passkey(arena, entry, false, factors);
    } else if (text_equal(type, "account-code-set")) {
        factors->code_secret = kept(arena, entry, "secret");
        factors->code_made_at = entry->recorded_at;
    } else if (text_equal(type, "account-code-removed")) {
        factors->code_secret = NULL;
    } else if (text_equal(type, "account-recovery-set")) {
        set_recovery(arena, entry, factors);
    } else if (text_equal(type, "account-recovery-used")) {
        use_recovery(arena, entry, factors);
    } else if (text_equal(type, "account-factors-lost")) {
        factors->lost = true;
        factors->lost_by = entry->recorded_by;
        factors->lost_at = entry->recorded_at;
        factors->lost_how = kept(arena, entry, "how");
    } else if (text_equal(type, "account-factors-kept")) {
        factors->lost = false;
    } else if (text_equal(type, "account-factors-reset")) {
        *factors = (struct factors){0};
    } else {
        return false;
    }
    return true;
}

size_t factors_count(const struct factors *factors)
{
    size_t count = factors->code_secret != NULL;
    for (size_t i = 0; i < factors->passkey_count; i++) {
        count += !factors->passkeys[i].locked;
    }
    return count;
}

/* A locked passkey counts: whoever has one is asked for a second factor, and does not begin anew. */
bool factors_any(const struct factors *factors)
{
    return factors->code_secret != NULL || factors->passkey_count > 0 || factors->recovery_count > 0;
}

const struct factor_passkey *factors_passkey(const struct factors *factors, const char *id)
{
    int at = find(factors, id);
    return at < 0 ? NULL : &factors->passkeys[at];
}
