/*
 * Whose word is taken for who asks, and which names are ours.
 */
#include "web/front.h"

#include "base/text.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static struct arena *arena;

static struct address address(const char *text)
{
    struct network network;
    assert_null(front_network_read(arena, text, &network));
    return network.address;
}

static const char *client(const struct front *front, const char *peer, struct forwarding forwarding)
{
    struct address from = address(peer);
    struct client found = front_client(front, &from, &forwarding);
    return arena_printf(arena, "%s%s", address_text(arena, &found.address), found.plain ? " plain" : "");
}

static struct front behind(const char *proxy)
{
    struct network *network = arena_one(arena, struct network);
    assert_null(front_network_read(arena, proxy, network));
    return (struct front){.proxies = network, .proxy_count = 1};
}

static void a_stranger_is_not_believed(void **state)
{
    (void)state;
    struct front alone = {0};
    struct front front = behind("192.0.2.1");
    struct forwarding said = {.x_for = "10.9.9.9", .x_proto = "http", .forwarded = "for=10.9.9.9"};
    assert_string_equal(client(&alone, "127.0.0.1", said), "127.0.0.1");
    assert_string_equal(client(&front, "192.0.2.2", said), "192.0.2.2");
    assert_string_equal(client(&front, "127.0.0.1", said), "127.0.0.1");
}

static void of_a_proxy_one_hop_counts(void **state)
{
    (void)state;
    struct front front = behind("192.0.2.1");
    assert_string_equal(client(&front, "192.0.2.1", (struct forwarding){.x_for = "10.1.1.1, 198.51.100.7"}),
                        "198.51.100.7");
    assert_string_equal(client(&front, "192.0.2.1", (struct forwarding){.x_for = "198.51.100.7:4711"}),
                        "198.51.100.7");
    assert_string_equal(client(&front, "192.0.2.1", (struct forwarding){.x_for = "[2001:db8:1:2:3::9]:80"}),
                        "2001:db8:1:2::/64");
    assert_string_equal(client(&front, "192.0.2.1", (struct forwarding){.x_for = "198.51.100.7, unknown"}),
                        "192.0.2.1");
    assert_string_equal(client(&front, "192.0.2.1", (struct forwarding){0}), "192.0.2.1");
    assert_string_equal(client(&front, "192.0.2.1", (struct forwarding){.x_proto = "https, http"}),
                        "192.0.2.1 plain");
    assert_string_equal(client(&front, "192.0.2.1", (struct forwarding){.x_proto = "https"}), "192.0.2.1");
    /* the header that this proxy does not write is a stranger's */
    assert_string_equal(client(&front, "192.0.2.1",
                               (struct forwarding){.x_for = "198.51.100.7", .forwarded = "for=10.9.9.9"}),
                        "198.51.100.7");
}

static void forwarded_is_read_by_its_rules(void **state)
{
    (void)state;
    struct front front = behind("2001:db8::/32");
    front.forwarded = true;
    assert_string_equal(
        client(
            &front, "2001:db8::1",
            (struct forwarding){.forwarded = "for=10.1.1.1, by=a; For=\"[2001:db8:5::1]:80\";proto=https"}),
        "2001:db8:5::/64");
    assert_string_equal(
        client(&front, "2001:db8::1",
               (struct forwarding){.forwarded = "for=198.51.100.7;proto=http", .x_for = "10.9.9.9"}),
        "198.51.100.7 plain");
    assert_string_equal(client(&front, "2001:db9::1", (struct forwarding){.forwarded = "for=198.51.100.7"}),
                        "2001:db9::/64");
    assert_string_equal(client(&front, "2001:db8::1", (struct forwarding){.forwarded = "for=_hidden;;=;for"}),
                        "2001:db8::/64");
}

static void networks_are_read_strictly(void **state)
{
    (void)state;
    struct network network;
    static const char *const wrong[] = {"",       "proxy",      "10.0.0",     "10.0.0.0/",  "10.0.0.0/33",
                                        "::/129", "10.0.0.0/0", "10.0.0.1 x", "10.0.0.0/a", "0/0"};
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        assert_non_null(front_network_read(arena, wrong[i], &network));
    }
    struct front front = behind("10.1.2.0/23");
    struct address inside = address("10.1.3.255");
    struct address outside = address("10.1.4.0");
    assert_true(front_is_proxy(&front, &inside));
    assert_false(front_is_proxy(&front, &outside));
}

static void names_are_ours_or_not(void **state)
{
    (void)state;
    struct front front = {0};
    assert_true(front_host_is_ours(&front, "localhost"));
    assert_true(front_host_is_ours(&front, "LOCALHOST:8080"));
    assert_true(front_host_is_ours(&front, "127.0.0.1:8080"));
    assert_true(front_host_is_ours(&front, "[::1]:8080"));
    assert_false(front_host_is_ours(&front, "evil.example"));
    assert_false(front_host_is_ours(&front, "localhost:80:80"));
    assert_false(front_host_is_ours(&front, "[::1"));
    assert_false(front_host_is_ours(&front, "[2001:db8::1]"));
    assert_false(front_host_is_ours(&front, ""));
    assert_true(front_host_is_ours(&front, NULL));
    assert_true(front_origin_is_ours(&front, "http://localhost:8080", "localhost:8080"));
    assert_false(front_origin_is_ours(&front, "https://localhost:8080", "localhost:8080"));
    assert_false(front_origin_is_ours(&front, "http://localhost:8081", "localhost:8080"));

    struct public_name origins[2];
    assert_null(front_origin_read(arena, "https://Waymark.Example/", &origins[0]));
    assert_null(front_origin_read(arena, "https://waymark.example:8443", &origins[1]));
    front = (struct front){.origins = origins, .origin_count = 2, .tls = true};
    assert_true(front_host_is_ours(&front, "waymark.example"));
    assert_true(front_host_is_ours(&front, "WAYMARK.example:443"));
    assert_true(front_host_is_ours(&front, "waymark.example:8443"));
    assert_false(front_host_is_ours(&front, "waymark.example:80"));
    assert_false(front_host_is_ours(&front, "waymark.example.evil"));
    assert_false(front_host_is_ours(&front, "localhost"));
    assert_true(front_origin_is_ours(&front, "https://waymark.example", "waymark.example"));
    assert_false(front_origin_is_ours(&front, "http://waymark.example", "waymark.example"));
    assert_false(front_origin_is_ours(&front, "null", "waymark.example"));
    static const char *const wrong[] = {"waymark.example", "https://",    "https://a/b",
                                        "ftp://a",         "https://a@b", "https://a b"};
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        assert_non_null(front_origin_read(arena, wrong[i], &origins[0]));
    }
}

static void what_an_address_is(void **state)
{
    (void)state;
    struct sockaddr_in v4 = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(0x7f000305)};
    struct sockaddr_in6 v6 = {.sin6_family = AF_INET6, .sin6_addr = IN6ADDR_LOOPBACK_INIT};
    struct sockaddr other = {.sa_family = AF_UNIX};
    struct address found;
    assert_true(address_of((const struct sockaddr *)(const void *)&v4, &found));
    assert_true(address_is_loopback(&found));
    assert_string_equal(address_text(arena, &found), "127.0.3.5");
    assert_true(address_of((const struct sockaddr *)(const void *)&v6, &found));
    assert_true(address_is_loopback(&found));
    assert_false(address_of(&other, &found));
    found = address("::ffff:192.0.2.9"); /* one and the same as 192.0.2.9 */
    assert_string_equal(address_text(arena, &found), "192.0.2.9");
}

static int set_up(void **state)
{
    (void)state;
    arena = arena_new(1 << 20);
    return arena == NULL;
}

static int tear_down(void **state)
{
    (void)state;
    arena_free(arena);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_stranger_is_not_believed),     cmocka_unit_test(of_a_proxy_one_hop_counts),
        cmocka_unit_test(forwarded_is_read_by_its_rules), cmocka_unit_test(networks_are_read_strictly),
        cmocka_unit_test(names_are_ours_or_not),          cmocka_unit_test(what_an_address_is),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
