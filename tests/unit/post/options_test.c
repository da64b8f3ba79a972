/* The file of the options: each fault is told with the file and the line, and nothing is taken that is not
 * whole. */
#include "post/post.h"

#include "base/file.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define WHOLE "server = smtps://mail.example\nfrom = w@county.example\nlink = https://w.example/\n"

static char folder[] = "/tmp/waymark-post-XXXXXX";
static char path[64];
static char password[64];

static int make_folder(void **state)
{
    (void)state;
    assert_non_null(mkdtemp(folder));
    snprintf(path, sizeof path, "%s/mail.conf", folder);
    snprintf(password, sizeof password, "%s/password", folder);
    return 0;
}

static int remove_folder(void **state)
{
    (void)state;
    (void)unlink(path);
    (void)unlink(password);
    return rmdir(folder);
}

static void write_file(const char *name, const char *text)
{
    FILE *file = fopen(name, "w");
    assert_non_null(file);
    assert_true(fputs(text, file) >= 0);
    assert_int_equal(fclose(file), 0);
}

static const struct error *read_text(struct arena *arena, const char *text,
                                     const struct post_options **ret_options)
{
    write_file(path, text);
    return post_options_read(arena, path, ret_options);
}

static void test_each_fault_is_told_with_its_line(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        const char *told;
    } faults[] = {
        {"", ":0: server, from and link are needed"},
        {"server = smtp://x\nfrom = a@b\n", ":2: server, from and link are needed"},
        {"server = smtp://x\nlink = https://x\n", ":2: server, from and link are needed"},
        {"\n# a remark\nserver = smtp://a b\n", ":3: there is a space or a character that cannot be"},
        {"server = smtp://a<b\n", ":1: there is a space or a character that cannot be"},
        {"server = smtp://a>b\n", ":1: there is a space or a character that cannot be"},
        {"server = smtp://a\"b\n", ":1: there is a space or a character that cannot be"},
        {"server = smtp://\xC3\xA9\n", ":1: there is a space or a character that cannot be"},
        {"tls = perhaps\n", ":1: tls is on or off"},
        {"seconds = 0\n", ":1: seconds is a number from 1 to 600"},
        {"seconds = soon\n", ":1: seconds is a number from 1 to 600"},
        {"colour = red\n", ":1: the names are server, user, password_file, from, link, tls, ca, seconds"},
        {"hello\n", ":1: a line is \"name = text\""},
        {"server = http://x\nfrom = a@b\nlink = https://x\n", ":3: server begins with smtp:// or smtps://"},
        {WHOLE "tls = off\n", ":4: without TLS it goes to this machine only"},
        {"server = smtp://127.0.0.1.example:25\nfrom = a@b\nlink = https://x\ntls = off",
         ":4: without TLS it goes to this machine only"},
        {"server = smtp://localhost.example\nfrom = a@b\nlink = https://x\ntls = off",
         ":4: without TLS it goes to this machine only"},
        {"server = smtp://x\nfrom = nobody\nlink = https://x\n", ":3: from is an address"},
        {"server = smtp://x\nfrom = a@b\nlink = http://x\n",
         ":3: link is the address of this server, and begins with https://"},
        {"server = smtp://x\nfrom = a@b\nlink = http://127.0.0.1.example\n",
         ":3: link is the address of this server, and begins with https://"},
        {WHOLE "user = a\n", ":4: user and password_file go together"},
        {WHOLE "password_file = /nowhere\n", ":4: user and password_file go together"},
    };
    ARENA_CLEANUP struct arena *arena = arena_new(1 << 20);
    const struct post_options *options = NULL;
    for (size_t i = 0; i < sizeof faults / sizeof faults[0]; i++) {
        const struct error *error = read_text(arena, faults[i].text, &options);
        assert_non_null(error);
        assert_true(strncmp(error->detail, path, strlen(path)) == 0);
        assert_string_equal(error->detail + strlen(path), faults[i].told);
        assert_null(options);
    }
}

static void test_a_file_that_is_none_is_named(void **state)
{
    (void)state;
    ARENA_CLEANUP struct arena *arena = arena_new(1 << 20);
    const struct post_options *options = NULL;
    const struct error *error = post_options_read(arena, "/nowhere/mail.conf", &options);
    assert_non_null(error);
    assert_non_null(strstr(error->detail, "/nowhere/mail.conf"));
    error = read_text(arena, "server = \xFF\n", &options);
    assert_non_null(error);
    assert_non_null(strstr(error->detail, "is not UTF-8 text"));
    assert_null(options);
}

static void test_a_whole_file_is_taken(void **state)
{
    (void)state;
    ARENA_CLEANUP struct arena *arena = arena_new(1 << 20);
    const struct post_options *options;
    assert_null(read_text(arena, "# by us\n" WHOLE "tls = on\nseconds = 7\nca = /etc/ca.pem", &options));
    assert_string_equal(options->server, "smtps://mail.example");
    assert_string_equal(options->link, "https://w.example"); /* without the slash */
    assert_string_equal(options->ca, "/etc/ca.pem");
    assert_int_equal(options->seconds, 7);
    assert_false(options->plain);
    assert_null(options->user);
}

static void test_without_tls_it_goes_to_this_machine(void **state)
{
    (void)state;
    static const char *const servers[] = {"smtp://127.0.0.1:25", "smtp://127.0.0.1", "smtp://localhost:2525/",
                                          "smtp://localhost", "smtp://[::1]:25"};
    ARENA_CLEANUP struct arena *arena = arena_new(1 << 20);
    for (size_t i = 0; i < sizeof servers / sizeof servers[0]; i++) {
        const struct post_options *options;
        const char *text = arena_printf(
            arena, "server = %s\nfrom = a@b\nlink = http://127.0.0.1:8080\ntls = off\n", servers[i]);
        assert_null(read_text(arena, text, &options));
        assert_true(options->plain);
    }
}

static void test_the_password_is_its_owners_alone(void **state)
{
    (void)state;
    ARENA_CLEANUP struct arena *arena = arena_new(1 << 20);
    const struct post_options *options = NULL;
    const char *text = arena_printf(arena, "%suser = robin\npassword_file = %s\n", WHOLE, password);
    const struct error *error = read_text(arena, text, &options);
    assert_non_null(error); /* it is not there */
    assert_non_null(strstr(error->detail, password));
    write_file(password, "a quiet river\r\nand more\n");
    assert_int_equal(chmod(password, 0640), 0);
    error = read_text(arena, text, &options);
    assert_non_null(error);
    assert_int_equal(error->code, ERROR_KEY);
    assert_non_null(strstr(error->detail, "can be read by others"));
    assert_null(options);
    assert_int_equal(chmod(password, 0600), 0);
    assert_null(read_text(arena, text, &options));
    assert_string_equal(options->password, "a quiet river");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_each_fault_is_told_with_its_line),
        cmocka_unit_test(test_a_file_that_is_none_is_named),
        cmocka_unit_test(test_a_whole_file_is_taken),
        cmocka_unit_test(test_without_tls_it_goes_to_this_machine),
        cmocka_unit_test(test_the_password_is_its_owners_alone),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
