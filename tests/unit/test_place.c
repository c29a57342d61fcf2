/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A process that others put into its groups once it exists, as systemd does: nothing is done before,
 * and everything that depends on the groups after. This machine's kernel.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/mount.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

#include "base/fd.h"
#include "runtime/cgroup_control.h"
#include "runtime/exec.h"
#include "runtime/place.h"
#include "tree_cases.h"

#define WHERE "cale-test-place/one"

struct placing {
	struct cgroup *group;
	int refuse, calls;
	char cgroup_space[64], mount_space[64]; /* of the process while it waits */
};

static void space_of(pid_t pid, const char *kind, char out[64])
{
	char path[64];
	ssize_t n;

	snprintf(path, sizeof path, "/proc/%d/ns/%s", (int)pid, kind);
	n = readlink(path, out, 63);
	out[n > 0 ? n : 0] = '\0';
}

static int place(void *data, pid_t pid, const struct cgroup **ret, struct err *e)
{
	struct placing *p = data;

	p->calls++;
	space_of(pid, "cgroup", p->cgroup_space);
	space_of(pid, "mnt", p->mount_space);
	if (p->refuse)
		return err_set(e, ERR_UNENFORCED, "no room");
	*ret = p->group;
	return cgroup_join_process(p->group, pid, e);
}

/* In how many hierarchies the process is in the group. */
static size_t count_places(pid_t pid)
{
	char path[64], line[4096];
	size_t n = 0;
	FILE *f;

	snprintf(path, sizeof path, "/proc/%d/cgroup", (int)pid);
	f = fopen(path, "re");
	assert_non_null(f);
	while (fgets(line, sizeof line, f))
		n += strstr(line, "/" WHERE "\n") != NULL;
	fclose(f);
	return n;
}

static struct cgroup *make_group(void)
{
	const struct resources none = {};
	struct err e = {};
	struct cgroup *group = cgroup_create(WHERE, &none, &e);

	if (!group)
		print_message("# not here: %s\n", e.text);
	return group;
}

static void end_group(struct cgroup *group)
{
	struct err e = {};

	assert_int_equal(cgroup_kill(group, &e), 0);
	assert_int_equal(cgroup_remove(group, &e), 0);
	cgroup_close(group);
}

static struct container create_placed(const struct spec *spec, struct placing *p)
{
	const struct runtime_io io = { .stdio = { -1, -1, -1 } };
	const struct runtime_events events = { .data = p, .place = place };
	const struct runtime_request request = {
		.spec = spec, .io = &io, .start_fd = -1, .events = &events
	};
	struct container c = {};

	c.failed = runtime_create(&request, &c.process, &c.e) < 0;
	if (c.failed)
		print_message("# %s\n", c.e.text);
	return c;
}

/* What the container sees at its place is the group itself. */
static void assert_views(const struct container *c, const struct cgroup *group)
{
	struct cgroup_view views[16];
	size_t n = cgroup_views(group, views, ARRAY_SIZE(views));

	assert_true(n > 0);
	assert_int_equal(count_places(c->process.pid), n);
	for (size_t i = 0; i < n; i++) {
		struct stat own, seen;
		char path[128];

		snprintf(path, sizeof path, "/sys/fs/cgroup%s%s", *views[i].name ? "/" : "",
			 views[i].name);
		assert_int_equal(fstat(views[i].fd, &own), 0);
		assert_int_equal(stat(inside(c, path), &seen), 0);
		assert_true(own.st_dev == seen.st_dev && own.st_ino == seen.st_ino);
		assert_mount(c, path, "ro");
	}
}

static void the_process_waits_for_its_place(void **state)
{
	const struct spec_mount m = { .kind = MOUNT_CGROUP,
				      .target = "/sys/fs/cgroup",
				      .attributes = MOUNT_ATTR_RDONLY };

	(void)state;
	for (int users = 0; users < 2; users++) {
		struct spec spec = tree_spec(users, &m, 1);
		struct placing p = { .group = make_group() };
		char own[64], space[64];
		struct container c;

		if (!p.group)
			return;
		work_reset();
		spec.namespaces[NS_CGROUP].mode = NS_MODE_NEW;
		c = create_placed(&spec, &p);
		assert_false(c.failed);
		assert_int_equal(p.calls, 1);
		space_of(getpid(), "cgroup", own);
		space_of(c.process.pid, "cgroup", space);
		/* It has taken its own one after it was put there, else the group's name would show. */
		assert_string_equal(p.cgroup_space, own);
		assert_string_not_equal(space, own);
		space_of(c.process.pid, "mnt", space);
		assert_true(users == !!strcmp(p.mount_space, space));
		assert_views(&c, p.group);
		destroy(&c);
		end_group(p.group);
	}
}

static void exec_waits_too(void **state)
{
	static char program[] = "/none", *const args[] = { program, NULL };
	struct spec spec = tree_spec(0, NULL, 0);
	const struct runtime_io io = { .stdio = { -1, -1, -1 } };
	struct placing p = { .group = make_group() };
	const struct runtime_events events = { .data = &p, .place = place };
	struct runtime_exec request = { .spec = &spec, .events = &events };
	struct runtime_process process;
	struct container c;
	struct err e = {};

	(void)state;
	if (!p.group)
		return;
	work_reset();
	spec.process.args = args;
	c = create_well(&spec);
	request.target_fd = c.process.pid_fd;
	if (runtime_exec(&request, NULL, &io, &process, &e) < 0)
		fail_msg("%s", e.text);
	assert_int_equal(p.calls, 1);
	assert_true(count_places(process.pid) > 0);
	assert_int_equal(count_places(c.process.pid), 0);
	runtime_abort(&process);
	p.refuse = 1;
	assert_int_equal(runtime_exec(&request, NULL, &io, &process, &e), -1);
	assert_string_equal(e.text, "no room");
	destroy(&c);
	assert_true(waitpid(-1, NULL, WNOHANG) < 0 && errno == ECHILD);
	end_group(p.group);
}

static void without_a_place_nothing_is_left(void **state)
{
	struct spec spec = tree_spec(1, NULL, 0);
	struct placing p = { .refuse = 1 };
	struct container c;

	(void)state;
	work_reset();
	c = create_placed(&spec, &p);
	assert_true(c.failed);
	assert_int_equal(c.e.code, ERR_UNENFORCED);
	assert_string_equal(c.e.text, "no room");
	assert_true(waitpid(-1, NULL, WNOHANG) < 0 && errno == ECHILD);
}

/* Told of no group at all, it goes on without one. */
static void no_groups_are_a_place(void **state)
{
	struct text t = {};

	(void)state;
	place_describe(NULL, &t);
	assert_string_equal(t.s, "");
	text_free(&t);
}

static void what_is_below_is_found(void **state)
{
	const char *const paths[] = { "a/b" };
	const struct cgroup_join j = { .paths = paths, .n = 1 }, top = {};
	struct cgroup *group = make_group(), *inner;
	struct cgroup_view views[16];
	struct err e = {};
	char *below;
	size_t n;

	(void)state;
	if (!group)
		return;
	n = cgroup_views(group, views, ARRAY_SIZE(views));
	for (size_t i = 0; i < n; i++) {
		assert_int_equal(mkdirat(views[i].fd, "a", 0755), 0);
		assert_int_equal(mkdirat(views[i].fd, "a/b", 0755), 0);
	}
	inner = cgroup_open_join(group, &j, &e);
	assert_non_null(inner);
	below = cgroup_path_below(group, inner, &e);
	/* Only v2 has an answer. */
	if (*views[n - 1].name && strcmp(views[n - 1].name, "unified") != 0) {
		assert_null(below);
		assert_int_equal(e.code, ERR_NOT_FOUND);
	} else {
		assert_string_equal(below, "/a/b");
		free(below);
		below = cgroup_path_below(inner, group, &e);
		assert_null(below);
		cgroup_close(inner);
		inner = cgroup_open_join(group, &top, &e);
		below = cgroup_path_below(group, inner, &e);
		assert_string_equal(below, "");
	}
	free(below);
	cgroup_close(inner);
	end_group(group);
}

static int set_up(void **state)
{
	(void)state;
	work_open();
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	work_close();
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_process_waits_for_its_place),
		cmocka_unit_test(exec_waits_too),
		cmocka_unit_test(without_a_place_nothing_is_left),
		cmocka_unit_test(no_groups_are_a_place),
		cmocka_unit_test(what_is_below_is_found),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
