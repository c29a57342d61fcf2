/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Landlock on real containers: each rule denies, and what it denies works without it. Needs root and a
 * kernel with Landlock.
 */
#include <fcntl.h>
#include <linux/landlock.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include "base/fd.h"
#include "runtime/landlock.h"
#include "box.h"

/* linux/landlock.h; older headers don't have them. */
#define FS_TRUNCATE	  (1ULL << 14)
#define FS_IOCTL_DEV	  (1ULL << 15)
#define NET_BIND	  (1ULL << 0)
#define NET_CONNECT	  (1ULL << 1)
#define SCOPE_UNIX	  (1ULL << 0)
#define SCOPE_SIGNAL	  (1ULL << 1)
#define FS_NEWER_THAN_ALL (1ULL << 40)

#define READ	(LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR)
#define EXECUTE LANDLOCK_ACCESS_FS_EXECUTE
#define WRITE	(LANDLOCK_ACCESS_FS_WRITE_FILE | LANDLOCK_ACCESS_FS_MAKE_REG)

static struct box *box_with_landlock(int abi)
{
	struct box *b;

	if (landlock_abi() < abi)
		skip();
	b = box_new();
	return b;
}

static void show(const struct box *b)
{
	print_message("# %s (%s) %s\n", b->e.text, b->e.hint, b->out);
}

static void ends_with(struct box *b, const char *script, int status, const char *part)
{
	int got = box_run(b, script);

	if (got != status || !strstr(b->out, part))
		show(b);
	assert_int_equal(got, status);
	assert_non_null(strstr(b->out, part));
}

static const struct spec_landlock_path usual[] = {
	{ "/", READ | EXECUTE },
	{ "/data", WRITE },
	{ "/dev/null", LANDLOCK_ACCESS_FS_WRITE_FILE },
};
static const struct spec_landlock rules = {
	.handled_fs = READ | EXECUTE | WRITE,
	.best_effort = 1, /* /dev/null isn't there */
	.paths = usual,
	.n_paths = ARRAY_SIZE(usual),
};

static void paths_are_denied(void **state)
{
	struct box *b = box_with_landlock(1);
	struct spec_process bare;

	(void)state;
	b->mounts[2] = b->mounts[1];
	b->mounts[2].target = "/data";
	b->spec.n_mounts = 3;
	for (unsigned i = 0; i < 4; i++) {
		b->spec.process.no_new_privileges = i & 1;
		if (i == 2)
			box_use_user_namespace(b);
		bare = b->spec.process;
		ends_with(b, "echo x > /tmp/b && cat /tmp/b", 0, "x\n");
		b->spec.process.landlock = rules;
		ends_with(b, "echo x > /data/b && cat /data/b", 0, "x\n");
		ends_with(b, "echo x > /tmp/b", 1, "Permission denied");
		assert_int_equal(box_start(b), 0);
		assert_int_equal(box_exec(b, NULL, "echo x > /tmp/b"), 1);
		assert_non_null(strstr(b->out, "Permission denied"));
		assert_int_equal(box_exec(b, NULL, "echo x > /data/b"), 0);
		assert_int_equal(box_exec(b, &bare, "echo x > /tmp/b"), 0);
		box_stop(b);
		b->spec.process = bare;
	}
	box_free(b);
}

static void a_program_needs_the_right_to_be_executed(void **state)
{
	struct box *b = box_with_landlock(1);
	struct spec_landlock_path only_read = { "/", READ };

	(void)state;
	b->spec.process.landlock = (struct spec_landlock){ .handled_fs = READ | EXECUTE,
							   .paths = &only_read,
							   .n_paths = 1 };
	assert_int_equal(box_run(b, "true"), BOX_FAILED);
	assert_int_equal(b->e.code, ERR_COMMAND_NOT_RUN);
	only_read.access |= EXECUTE;
	assert_int_equal(box_run(b, "true"), 0);
	box_free(b);
}

/* A link can lead to another place inside, never outside, and magic links lead nowhere. */
static void links_stay_inside(void **state)
{
	struct box *b = box_with_landlock(1);
	struct spec_landlock_path paths[] = { { "/bin", READ | EXECUTE }, { "/link", READ } };
	char link[128], sentinel[] = "/tmp/cale-sentinel-XXXXXX";
	int fd = mkstemp(sentinel);

	(void)state;
	assert_true(fd >= 0);
	close(fd);
	snprintf(link, sizeof link, "%s/link", b->root);
	b->spec.process.landlock = (struct spec_landlock){ .handled_fs = READ | EXECUTE,
							   .paths = paths,
							   .n_paths = ARRAY_SIZE(paths) };
	/* The host has it and the container doesn't: an error, not a rule for the host's file. */
	assert_int_equal(symlink(sentinel, link), 0);
	assert_int_equal(box_run(b, "true"), BOX_FAILED);
	assert_non_null(strstr(b->e.text, "Landlock rule"));
	unlink(link);
	assert_int_equal(symlink("../../../../../etc", link), 0);
	ends_with(b, "ls /etc", 0, "");
	ends_with(b, "ls /data", 1, "Permission denied");
	unlink(link);
	assert_int_equal(symlink("/proc/self/fd/4", link), 0);
	assert_int_equal(box_run(b, "true"), BOX_FAILED);
	unlink(link);
	assert_int_equal(symlink("/proc/1/root", link), 0);
	assert_int_equal(box_run(b, "true"), BOX_FAILED);
	unlink(link);
	unlink(sentinel);
	box_free(b);
}

static void files_take_the_rights_of_files(void **state)
{
	struct box *b = box_with_landlock(1);
	/* The kernel would refuse read_dir and make_reg for a file. */
	struct spec_landlock_path paths[] = { { "/bin", READ | EXECUTE },
					      { "/data/file", READ | WRITE } };
	char path[128];

	(void)state;
	snprintf(path, sizeof path, "%s/data/file", b->root);
	close(open(path, O_CREAT | O_WRONLY, 0644));
	b->spec.process.landlock = (struct spec_landlock){ .handled_fs = READ | EXECUTE | WRITE,
							   .paths = paths,
							   .n_paths = ARRAY_SIZE(paths) };
	ends_with(b, "echo y > /data/file && cat /data/file", 0, "y");
	ends_with(b, "echo y > /data/other", 1, "Permission denied");
	box_free(b);
}

static void ports_are_denied(void **state)
{
	struct box *b = box_with_landlock(4);
	struct spec_landlock_port ports[] = { { 80, NET_CONNECT }, { 8080, NET_BIND } };

	(void)state;
	/* Nobody listens: refused by the network when the rule lets it through. */
	ends_with(b, "nc 127.0.0.1 81 < /dev/null 2>&1 || nc 127.0.0.1 81", 1, "refused");
	b->spec.process.landlock = (struct spec_landlock){ .handled_net = NET_BIND | NET_CONNECT,
							   .ports = ports,
							   .n_ports = ARRAY_SIZE(ports) };
	ends_with(b, "nc 127.0.0.1 81", 1, "Permission denied");
	ends_with(b, "nc 127.0.0.1 80", 1, "refused");
	ends_with(b, "nc -l -p 8081 127.0.0.1", 1, "Permission denied");
	ends_with(b, "(nc -l -p 8080 & sleep 0.2; kill $!); echo bound", 0, "bound");
	assert_null(strstr(b->out, "denied"));
	box_free(b);
}

static void scopes_hold_for_the_first_process_only(void **state)
{
	struct box *b = box_with_landlock(6);

	(void)state;
	b->spec.process.landlock.scopes = SCOPE_SIGNAL;
	assert_int_equal(box_start(b), 0);
	/* A process that joins isn't in the domain: it may signal the first one, as `exec … reload` does. */
	assert_int_equal(box_exec(b, NULL, "kill -0 1"), 0);
	box_stop(b);
	/* The host's first process, without a pid namespace in between. */
	b->spec.namespaces[NS_PID].mode = NS_MODE_HOST;
	b->spec.process.landlock.scopes = 0;
	assert_int_equal(box_run(b, "kill -0 1"), 0);
	b->spec.process.landlock.scopes = SCOPE_SIGNAL;
	ends_with(b, "kill -0 1", 1, "Operation not permitted");
	box_free(b);
}

static void is_refused(struct box *b, enum err_code code, const char *part)
{
	assert_int_equal(box_run(b, "true"), BOX_FAILED);
	if (b->e.code != code || !strstr(b->e.text, part))
		show(b);
	assert_int_equal(b->e.code, code);
	assert_non_null(strstr(b->e.text, part));
}

static void what_cannot_be_had_is_said_or_left_out(void **state)
{
	struct box *b = box_with_landlock(1);
	struct spec_landlock *l = &b->spec.process.landlock;
	struct spec_landlock_path path = { "/missing", READ };
	struct spec_landlock_port port = { 80, NET_CONNECT };

	(void)state;
	*l = (struct spec_landlock){ .handled_fs = WRITE | FS_NEWER_THAN_ALL };
	is_refused(b, ERR_UNENFORCED, "Landlock");
	l->best_effort = 1;
	ends_with(b, "echo x > /tmp/a", 1, "Permission denied");
	*l = (struct spec_landlock){ .handled_fs = READ, .paths = &path, .n_paths = 1 };
	is_refused(b, ERR_SYSTEM, "Landlock rule: open /missing");
	*l = (struct spec_landlock){ .paths = &path, .n_paths = 1 };
	is_refused(b, ERR_INVALID, "without handled rights");
	*l = (struct spec_landlock){ .handled_fs = WRITE, .paths = &path, .n_paths = 1 };
	is_refused(b, ERR_INVALID, "aren't handled");
	*l = (struct spec_landlock){ .handled_net = NET_BIND, .ports = &port, .n_ports = 1 };
	if (landlock_abi() >= 4)
		is_refused(b, ERR_INVALID, "aren't handled");
	port = (struct spec_landlock_port){ 65536, NET_BIND };
	if (landlock_abi() >= 4)
		is_refused(b, ERR_SYSTEM, "port 65536");
	box_free(b);
}

/* The kernel's answer is what decides; here its number only makes the message. */
static void the_needed_abi_is_named(void **state)
{
	static const struct {
		struct spec_landlock l;
		int abi;
	} rows[] = {
		{ { .handled_fs = EXECUTE }, 1 },
		{ { .handled_fs = EXECUTE | LANDLOCK_ACCESS_FS_REFER }, 2 },
		{ { .handled_fs = FS_TRUNCATE }, 3 },
		{ { .handled_net = NET_CONNECT }, 4 },
		{ { .handled_fs = FS_IOCTL_DEV }, 5 },
		{ { .scopes = SCOPE_UNIX }, 6 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct err e = {};
		int fd = -1, result = landlock_prepare(&rows[i].l, rows[i].l.scopes, -1, &fd, &e);
		char text[64];

		if (landlock_abi() >= rows[i].abi) {
			assert_int_equal(result, 0);
			assert_true(fd >= 0);
			close(fd);
			continue;
		}
		snprintf(text, sizeof text, "Landlock ABI %d is needed", rows[i].abi);
		assert_int_equal(result, -1);
		assert_int_equal(e.code, ERR_UNENFORCED);
		assert_non_null(strstr(e.text, text));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(paths_are_denied),
		cmocka_unit_test(a_program_needs_the_right_to_be_executed),
		cmocka_unit_test(links_stay_inside),
		cmocka_unit_test(files_take_the_rights_of_files),
		cmocka_unit_test(ports_are_denied),
		cmocka_unit_test(scopes_hold_for_the_first_process_only),
		cmocka_unit_test(what_cannot_be_had_is_said_or_left_out),
		cmocka_unit_test(the_needed_abi_is_named),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
