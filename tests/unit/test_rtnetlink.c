/* SPDX-License-Identifier: Apache-2.0 */
/* Requests and replies of rtnetlink as bytes, and the names that devices may have. */
#include <linux/rtnetlink.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "base/mem.h"
#include "runtime/net_devices.h"
#include "runtime/rtnetlink.h"

static void requests_are_aligned_and_nested(void **state)
{
	static const unsigned char want[] = {
		8,  0, 3,  0,	 'a', 'b', 'c', 0,	       /* a string with its end: 8 bytes */
		9,  0, 4,  0,	 1,   2,   3,	4, 5, 0, 0, 0, /* five bytes and three of nothing */
		20, 0, 18, 0x80,			       /* a nest with … */
		8,  0, 1,  0,	 7,   0,   0,	0,	       /* … a number and … */
		8,  0, 2,  0x80, 4,   0,   9,	0, /* … a nest with an empty attribute */
	};
	const struct ifinfomsg head = { .ifi_index = 3 };
	size_t start = NLMSG_HDRLEN + NLMSG_ALIGN(sizeof head), outer, inner;
	struct rtnl_request r;
	struct nlmsghdr h;

	(void)state;
	rtnl_begin(&r, RTM_NEWLINK, NLM_F_CREATE);
	rtnl_put_header(&r, &head, sizeof head);
	rtnl_put_string(&r, IFLA_IFNAME, "abc");
	rtnl_put(&r, IFLA_MTU, (const unsigned char[]){ 1, 2, 3, 4, 5 }, 5);
	outer = rtnl_nest(&r, IFLA_LINKINFO);
	rtnl_put_u32(&r, 1, 7);
	inner = rtnl_nest(&r, 2);
	rtnl_put(&r, 9, NULL, 0);
	rtnl_end(&r, inner);
	rtnl_end(&r, outer);
	memcpy(&h, r.bytes, sizeof h);
	assert_int_equal(h.nlmsg_type, RTM_NEWLINK);
	assert_int_equal(h.nlmsg_flags, NLM_F_REQUEST | NLM_F_ACK | NLM_F_CREATE);
	assert_memory_equal(r.bytes + NLMSG_HDRLEN, &head, sizeof head);
	assert_int_equal(r.n, start + sizeof want);
	assert_memory_equal(r.bytes + start, want, sizeof want);
}

static void too_long_a_request_is_an_error(void **state)
{
	static const char bytes[RTNL_REQUEST_BYTES + 1];
	const struct ifinfomsg head = {};
	struct rtnl_request r;
	struct err e;

	(void)state;
	rtnl_begin(&r, RTM_NEWLINK, 0);
	rtnl_put_header(&r, &head, sizeof head);
	for (int i = 0; i < 100; i++)
		rtnl_put(&r, 1, bytes, 100);
	assert_true(r.n <= sizeof r.bytes);
	assert_int_equal(rtnl_do(-1, &r, &e), -1);
	assert_int_equal(e.code, ERR_LIMIT);
	rtnl_begin(&r, RTM_NEWLINK, 0);
	rtnl_put_header(&r, &head, sizeof head);
	rtnl_put(&r, 1, bytes, sizeof bytes);
	assert_int_equal(rtnl_do(-1, &r, &e), -1);
	assert_int_equal(e.code, ERR_LIMIT);
}

static void replies_are_taken_apart(void **state)
{
	static const unsigned char bytes[] = {
		5, 0, 1,  0,	'x', 0, 0, 0, /* one byte, padded */
		8, 0, 2,  0x80, 1,   2, 3, 4, /* nested: the bit isn't part of the type */
		4, 0, 3,  0,		      /* empty */
		8, 0, 99, 0,	0,   0, 0, 0, /* unknown */
		8, 0, 2,  0,	9,   9, 9, 9, /* a second one */
		5, 0, 4,  0,	'y',	      /* the last one has no padding */
	};
	struct rtnl_attribute a[5];
	uint32_t value;
	struct err e;

	(void)state;
	assert_int_equal(rtnl_parse(bytes, sizeof bytes, a, ARRAY_SIZE(a), &e), 0);
	assert_null(a[0].data);
	assert_int_equal(a[1].n, 1);
	assert_memory_equal(a[1].data, "x", 1);
	assert_int_equal(rtnl_get_u32(&a[2], &value), 1);
	assert_memory_equal(&value, "\1\2\3\4", 4);
	assert_non_null(a[3].data);
	assert_int_equal(a[3].n, 0);
	assert_int_equal(a[4].n, 1);
	assert_int_equal(rtnl_get_u32(&a[1], &value), 0);
	assert_int_equal(rtnl_get_u32(&a[0], &value), 0);
	assert_int_equal(rtnl_parse(NULL, 0, a, ARRAY_SIZE(a), &e), 0);
}

static void torn_replies_are_refused(void **state)
{
	static const struct {
		unsigned char bytes[8];
		size_t n;
	} rows[] = {
		{ { 4 }, 1 }, /* not even a head */
		{ { 4, 0, 1 }, 3 },
		{ { 0, 0, 1, 0 }, 4 }, /* shorter than its head */
		{ { 3, 0, 1, 0 }, 4 },
		{ { 5, 0, 1, 0 }, 4 }, /* longer than all */
		{ { 255, 255, 1, 0, 0 }, 8 },
		{ { 4, 0, 1, 0, 1, 0 }, 6 },
	};
	struct rtnl_attribute a[2];
	struct err e;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		assert_int_equal(rtnl_parse(rows[i].bytes, rows[i].n, a, ARRAY_SIZE(a), &e), -1);
		assert_int_equal(e.code, ERR_INVALID);
	}
}

static void names_of_devices(void **state)
{
	static const char *const good[] = { "a", "eth0", "abcdefghijklmno", "a.b", "ü" };
	static const char *const bad[] = { "",	  ".",	 "..", "abcdefghijklmnop", "a/b", "a:b",
					   "a b", "a\n", "\t" };
	static const char *const templates[] = { "eth%d", "%d", "a%db" };
	static const char *const wrong[] = { "%", "a%", "%s", "%d%d", "%n%d", "%%d" };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(good); i++)
		assert_true(net_device_name_is_valid(good[i], 0));
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++)
		assert_false(net_device_name_is_valid(bad[i], 1));
	for (size_t i = 0; i < ARRAY_SIZE(templates); i++) {
		assert_true(net_device_name_is_valid(templates[i], 1));
		assert_false(net_device_name_is_valid(templates[i], 0));
	}
	for (size_t i = 0; i < ARRAY_SIZE(wrong); i++)
		assert_false(net_device_name_is_valid(wrong[i], 1));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(requests_are_aligned_and_nested),
		cmocka_unit_test(too_long_a_request_is_an_error),
		cmocka_unit_test(replies_are_taken_apart),
		cmocka_unit_test(torn_replies_are_refused),
		cmocka_unit_test(names_of_devices),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
