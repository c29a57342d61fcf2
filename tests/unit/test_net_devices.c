/* SPDX-License-Identifier: Apache-2.0 */
/*
 * runtime/net_devices.h with veth pairs, in a network namespace of this test's own. Needs root and
 * iproute2.
 */
#include <fcntl.h>
#include <net/if.h>
#include <sched.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

#include "base/fd.h"
#include "runtime/net_devices.h"
#include "box.h"

static int ip(const char *arguments)
{
	char command[256];

	snprintf(command, sizeof command, "ip %s", arguments);
	/* The test's own words. */
	return system(command); /* NOLINT(cert-env33-c) */
}

static int set_up_group(void **state)
{
	(void)state;
	return geteuid() == 0 ? unshare(CLONE_NEWNET) : 0;
}

static int set_up(void **state)
{
	(void)state;
	if (geteuid() != 0)
		return 0;
	/* A namespace ends some time after its last process, and the pair with it. */
	for (int i = 0; i < 3000; i++) {
		(void)!ip("link del v1 2>/dev/null");
		if (ip("link add v0 type veth peer name v1 2>/dev/null") == 0)
			return 0;
		usleep(20000);
	}
	return -1;
}

static int tear_down(void **state)
{
	(void)state;
	/* Gone with the container it went to, or not. */
	if (geteuid() == 0)
		(void)!ip("link del v0 2>/dev/null || ip link del v1 2>/dev/null");
	return 0;
}

static int is_there(const char *name)
{
	return if_nametoindex(name) != 0;
}

static int has(const char *name, const char *part)
{
	char command[128], text[4096];
	size_t n;
	FILE *out;

	snprintf(command, sizeof command, "ip address show dev %s 2>&1", name);
	out = popen(command, "re"); /* NOLINT(cert-env33-c) */
	n = fread(text, 1, sizeof text - 1, out);
	text[n] = '\0';
	pclose(out);
	if (!strstr(text, part))
		print_message("# %s", text);
	return strstr(text, part) != NULL;
}

static void show(const struct box *b)
{
	print_message("# %s (%s) %s\n", b->e.text, b->e.hint, b->out);
}

static void shows(struct box *b, const char *part, int wanted)
{
	if ((strstr(b->out, part) != NULL) != wanted)
		show(b);
	assert_int_equal(strstr(b->out, part) != NULL, wanted);
}

static void a_device_moves_with_what_is_its_own(void **state)
{
	const struct spec_net_device device = { "v0", "eth0" };
	struct box *b = box_new();

	(void)state;
	b->spec.net_devices = &device;
	b->spec.n_net_devices = 1;
	assert_int_equal(ip("link set v0 mtu 1789 address 02:11:22:33:44:55 up"), 0);
	assert_int_equal(ip("address add 10.7.0.2/24 broadcast 10.7.0.200 dev v0"), 0);
	assert_int_equal(ip("address add 10.8.0.1 peer 10.8.0.9 dev v0"), 0);
	assert_int_equal(ip("address add 10.9.0.1/24 dev v0 valid_lft 900 preferred_lft 900"), 0);
	assert_int_equal(ip("address add 169.254.3.3/16 scope link dev v0"), 0);
	assert_int_equal(ip("-6 address add fd00:7::2/64 nodad dev v0"), 0);
	for (int user = 0; user < 2; user++) {
		if (box_run(b, "ip address show dev eth0; ip -6 address show dev eth0") != 0)
			show(b);
		shows(b, "mtu 1789", 1);
		shows(b, "02:11:22:33:44:55", 1);
		shows(b, ",UP", 1);
		shows(b, "10.7.0.2/24 brd 10.7.0.200", 1);
		shows(b, "10.8.0.1 peer 10.8.0.9/32", 1);
		shows(b, "fd00:7::2/64", 1);
		/* Neither what is leased nor what is this link's alone. */
		shows(b, "10.9.0.1", 0);
		shows(b, "169.254.3.3", 0);
		assert_false(is_there("v0"));
		if (user)
			break;
		box_use_user_namespace(b);
		/* A virtual device ended with its namespace. */
		assert_int_equal(set_up(NULL), 0);
		assert_int_equal(ip("link set v0 mtu 1789 address 02:11:22:33:44:55"), 0);
		assert_int_equal(ip("address add 10.7.0.2/24 broadcast 10.7.0.200 dev v0"), 0);
		assert_int_equal(ip("address add 10.8.0.1 peer 10.8.0.9 dev v0"), 0);
		assert_int_equal(ip("-6 address add fd00:7::2/64 dev v0"), 0);
	}
	box_free(b);
}

static void names_may_stay_or_be_counted(void **state)
{
	struct spec_net_device devices[] = { { "v0", NULL }, { "v1", "x%d" } };
	struct box *b = box_new();

	(void)state;
	b->spec.net_devices = devices;
	b->spec.n_net_devices = 2;
	assert_int_equal(box_run(b, "ls /proc/sys/net/ipv4/conf"), 0);
	shows(b, "v0\n", 1);
	shows(b, "x0\n", 1);
	assert_int_equal(set_up(NULL), 0);
	devices[0].name_inside = "x%d";
	assert_int_equal(box_run(b, "ls /proc/sys/net/ipv4/conf"), 0);
	shows(b, "x0\n", 1);
	shows(b, "x1\n", 1);
	box_free(b);
}

/* Refused, and all is as it was: name, state, addresses. */
static void stays(struct box *b, const struct spec_net_device *devices, size_t n, const char *part)
{
	b->spec.net_devices = devices;
	b->spec.n_net_devices = n;
	assert_int_equal(box_run(b, "true"), BOX_FAILED);
	if (!strstr(b->e.text, part))
		show(b);
	assert_non_null(strstr(b->e.text, part));
	assert_true(has("v0", ",UP"));
	assert_true(has("v0", "10.7.0.2/24"));
	assert_true(has("v0", "fd00:7::2/64"));
}

static void what_cannot_move_stays(void **state)
{
	struct box *b = box_new();

	(void)state;
	assert_int_equal(ip("address add 10.7.0.2/24 dev v0"), 0);
	assert_int_equal(ip("-6 address add fd00:7::2/64 nodad dev v0"), 0);
	assert_int_equal(ip("link set v0 up"), 0);
	stays(b, (const struct spec_net_device[]){ { "v0", "lo" } }, 1,
	      "network device v0: the container has a network device lo already");
	stays(b, (const struct spec_net_device[]){ { "nosuch", NULL } }, 1,
	      "network device nosuch: there is no such device");
	stays(b, (const struct spec_net_device[]){ { "lo", "lo7" } }, 1,
	      "network device lo: a loopback device can't be moved");
	stays(b, (const struct spec_net_device[]){ { "a/b", NULL } }, 1, "invalid network device");
	stays(b, (const struct spec_net_device[]){ { "v0", "abcdefghijklmnop" } }, 1, "invalid");
	/* The second one fails: the first comes back. */
	stays(b, (const struct spec_net_device[]){ { "v0", "eth0" }, { "v1", "eth0" } }, 2,
	      "network device v1: the container has a network device eth0 already");
	stays(b, (const struct spec_net_device[]){ { "v0", "eth0" }, { "nosuch", NULL } }, 2,
	      "nosuch");
	b->spec.namespaces[NS_NETWORK].mode = NS_MODE_HOST;
	stays(b, (const struct spec_net_device[]){ { "v0", "eth0" } }, 1,
	      "without a NET namespace");
	box_free(b);
}

/* A namespace that has a device with the same number and name already. */
static int other_namespace(void)
{
	int ready[2], fd;
	char path[64], byte;
	pid_t pid;

	assert_int_equal(pipe(ready), 0);
	pid = fork();
	if (pid == 0) {
		if (unshare(CLONE_NEWNET) < 0 || ip("link add v0 type veth peer name v1") != 0 ||
		    write(ready[1], "x", 1) != 1)
			_exit(1);
		pause();
	}
	close(ready[1]);
	assert_int_equal(read(ready[0], &byte, 1), 1);
	close(ready[0]);
	snprintf(path, sizeof path, "/proc/%d/ns/net", pid);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	return fd;
}

static void numbers_may_be_taken(void **state)
{
	cleanup_fd int there = -1;
	struct err e = {};
	char command[128];

	(void)state;
	if (geteuid() != 0)
		skip();
	there = other_namespace();
	assert_true(there >= 0);
	assert_int_equal(net_devices_move(&(struct spec_net_device){ "v0", NULL }, 1, there, &e),
			 -1);
	assert_int_equal(e.code, ERR_CONFLICT);
	assert_true(is_there("v0"));
	if (net_devices_move(&(struct spec_net_device){ "v0", "w0" }, 1, there, &e) < 0)
		print_message("# %s\n", e.text);
	snprintf(command, sizeof command, "nsenter --net=/proc/%d/fd/%d ip link show w0 >/dev/null",
		 getpid(), there);
	assert_int_equal(system(command), 0); /* NOLINT(cert-env33-c) */
	/* Our own namespace is still ours. */
	assert_true(is_there("v1"));
	assert_false(is_there("w0"));
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_device_moves_with_what_is_its_own),
		TEST(names_may_stay_or_be_counted),
		TEST(what_cannot_move_stays),
		TEST(numbers_may_be_taken),
	};

	return cmocka_run_group_tests(tests, set_up_group, NULL);
}
