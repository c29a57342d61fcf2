/* SPDX-License-Identifier: Apache-2.0 */
/* runtime/systemd_plan.h and systemd_name.h: tests/golden/systemd.txt holds the cases. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "golden.h"
#include "runtime/cgroup_quota.h"
#include "runtime/cgroup_settings.h"
#include "runtime/dbus_wire.h"
#include "runtime/systemd_plan.h"

#define ITEMS_MAX 16

struct a_case {
	struct systemd_request request;
	struct resources resources;
	struct resource_device_rule devices[ITEMS_MAX];
	struct resource_file unified[ITEMS_MAX];
	struct systemd_annotation annotations[ITEMS_MAX];
	const char *path, *id;
	int is_update;
};

/* A number, or "*" for any. */
static long long number_or_any(const char *text)
{
	return *text == '*' ? RESOURCE_DEVICE_ANY : strtoll(text, NULL, 10);
}

/* "+c:1:3:rwm" */
static struct resource_device_rule rule(const char *text)
{
	struct resource_device_rule r = { .allow = *text == '+', .type = text[1] };
	char major[8], minor[8], at[8];

	assert_int_equal(sscanf(text + 2, ":%7[^:]:%7[^:]:%7s", major, minor, at), 3);
	r.major = number_or_any(major);
	r.minor = number_or_any(minor);
	r.access = (strchr(at, 'r') ? RESOURCE_ACCESS_READ : 0) |
		   (strchr(at, 'w') ? RESOURCE_ACCESS_WRITE : 0) |
		   (strchr(at, 'm') ? RESOURCE_ACCESS_MKNOD : 0);
	return r;
}

static void take_number(struct resources *r, const char *key, const char *value)
{
	long long n = strtoll(value, NULL, 10);

	if (!strcmp(key, "memory"))
		r->memory_bytes = n;
	else if (!strcmp(key, "swap"))
		r->memory_swap_bytes = n;
	else if (!strcmp(key, "reservation"))
		r->memory_reservation_bytes = n;
	else if (!strcmp(key, "quota"))
		r->cpu_quota_usec = n;
	else if (!strcmp(key, "period"))
		r->cpu_period_usec = (uint64_t)n;
	else if (!strcmp(key, "shares"))
		r->cpu_shares = (uint64_t)n;
	else if (!strcmp(key, "idle"))
		r->cpu_idle = (struct resource_value){ 1, n };
	else if (!strcmp(key, "pids"))
		r->pids_max = n;
	else if (!strcmp(key, "blkio"))
		r->io.weight = (uint16_t)n;
	else
		fail_msg("no such word: %s", key);
}

static void take_pair(struct a_case *c, char *key, char *value)
{
	struct resources *r = &c->resources;

	if (!strcmp(key, "path"))
		c->path = value;
	else if (!strcmp(key, "id"))
		c->id = value;
	else if (!strcmp(key, "pid"))
		c->request.pid = (pid_t)strtol(value, NULL, 10);
	else if (!strcmp(key, "cpus"))
		r->cpuset_cpus = value;
	else if (!strcmp(key, "mems"))
		r->cpuset_mems = value;
	else if (!strncmp(key, "unified:", 8))
		c->unified[r->n_unified++] = (struct resource_file){ key + 8, value };
	else if (!strcmp(key, "device"))
		c->devices[r->n_devices++] = rule(value);
	else if (strchr(key, '.'))
		c->annotations[c->request.n_annotations++] =
			(struct systemd_annotation){ key, value };
	else
		take_number(r, key, value);
}

static void take_word(struct a_case *c, char *word)
{
	char *equals = strchr(word, '=');

	if (equals) {
		*equals = '\0';
		take_pair(c, word, equals + 1);
	} else if (!strcmp(word, "v1") || !strcmp(word, "v2")) {
		c->request.cgroup_version = word[1] - '0';
	} else if (!strcmp(word, "user")) {
		c->request.owner = (struct systemd_owner){ 1, 1000 };
	} else if (!strcmp(word, "update")) {
		c->is_update = 1;
	} else if (!strcmp(word, "devices")) {
		c->resources.devices_limited = 1;
	} else {
		fail_msg("no such word: %s", word);
	}
}

/* What is said in every case says nothing of any. */
static int is_usual(const char *line)
{
	static const char *const usual[] = {
		"Description=Cale container\n",
		"CPUAccounting=yes",
		"MemoryAccounting=yes",
		"TasksAccounting=yes",
		"IOAccounting=yes",
		"BlockIOAccounting=yes",
		"Delegate=yes",
		"DefaultDependencies=no",
	};

	for (size_t i = 0; i < ARRAY_SIZE(usual); i++) {
		if (!strncmp(line, usual[i], strlen(usual[i])))
			return 1;
	}
	return 0;
}

static void answer(char **words, struct text *out)
{
	cleanup_arena struct arena *a = arena_new();
	cleanup_by(text_free) struct text lines = {};
	struct systemd_properties l = { .arena = a };
	struct a_case c = { .request = { .cgroup_version = 2, .pid = 42 }, .id = "x" };
	struct systemd_name name;
	struct err e = {};
	int all = 0, failed;

	for (; *words; words++) {
		if (!strcmp(*words, "all"))
			all = 1;
		else
			take_word(&c, *words);
	}
	c.resources.devices = c.devices;
	c.resources.unified = c.unified;
	c.request.resources = &c.resources;
	c.request.annotations = c.annotations;
	c.request.description = "Cale container";
	c.request.name = &name;
	failed = systemd_name_parse(c.path, c.id, c.request.owner.is_user, &name, &e) < 0 ||
		 (c.is_update ? systemd_plan_limits(&c.request, &l, &e)
			      : systemd_plan_unit(&c.request, &l, &e)) < 0;
	if (failed) {
		text_add(out, "%d: %s\n", (int)e.code, e.text);
		return;
	}
	if (!c.is_update)
		text_add(out, "%s\n", name.unit);
	systemd_print(&l, &lines);
	for (char *line = lines.s, *next; line && *line; line = next) {
		next = strchr(line, '\n') + 1;
		if (all || !is_usual(line))
			text_add(out, "%.*s", (int)(next - line), line);
	}
}

static void cases(void **state)
{
	(void)state;
	golden_check("systemd", answer);
}

static void slices_are_nested_by_their_dashes(void **state)
{
	static const struct {
		const char *slice, *path;
	} good[] = {
		{ "-.slice", "/" },
		{ "a.slice", "/a.slice" },
		{ "user-1000.slice", "/user.slice/user-1000.slice" },
		{ "a-b-c.slice", "/a.slice/a-b.slice/a-b-c.slice" },
	};
	static const char *const bad[] = { "",		".slice",   "a.service",  "a/b.slice",
					   "-a.slice",	"a-.slice", "a--b.slice", "--.slice",
					   "a b.slice", "a" };
	char path[256];
	struct err e = {};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(good); i++) {
		assert_int_equal(systemd_slice_path(good[i].slice, path, sizeof(path), &e), 0);
		assert_string_equal(path, good[i].path);
	}
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		assert_int_equal(systemd_slice_path(bad[i], path, sizeof(path), &e), -1);
		assert_int_equal(e.code, ERR_INVALID);
	}
	assert_int_equal(systemd_slice_path("a-b-c.slice", path, 20, &e), -1);
	assert_int_equal(e.code, ERR_LIMIT);
}

/* What is sent must be what it says it is: the decoder walks it along its signature. */
static void properties_are_well_formed_messages(void **state)
{
	cleanup_arena struct arena *a = arena_new();
	cleanup_by(text_free) struct text body = {}, whole = {};
	struct systemd_properties l = { .arena = a };
	static const char *const strings[] = { "/dev/char/1:3", "rwm", "char-136", "rw" };
	static const uint8_t bytes[] = { 5, 1 };
	struct dbus_call c = { .path = "/o",
			       .interface = "i.f",
			       .member = "M",
			       .body = &body,
			       .signature = "ssa(sv)a(sa(sv))" };
	uint8_t left_out[8] = { 0, 1 };
	struct dbus_message m;
	struct err e = {};

	(void)state;
	systemd_add_bool(&l, "Delegate", 1);
	systemd_add_string(&l, "LeftOut", "x");
	systemd_add_u64(&l, "MemoryMax", UINT64_MAX);
	systemd_add(&l, "PIDs", SYSTEMD_PIDS)->number = 1;
	systemd_add(&l, "DeviceAllow", SYSTEMD_DEVICES);
	*systemd_add(&l, "DeviceAllow", SYSTEMD_DEVICES) =
		(struct systemd_property){ "DeviceAllow", SYSTEMD_DEVICES, .strings = strings,
					   .n = 4 };
	*systemd_add(&l, "After", SYSTEMD_STRINGS) =
		(struct systemd_property){ "After", SYSTEMD_STRINGS, .strings = strings, .n = 3 };
	*systemd_add(&l, "AllowedCPUs", SYSTEMD_BYTES) =
		(struct systemd_property){ "AllowedCPUs", SYSTEMD_BYTES, .bytes = bytes, .n = 2 };
	dbus_put_string(&body, "unit");
	dbus_put_string(&body, "fail");
	systemd_encode(&l, left_out, &body);
	dbus_end_array(&body, dbus_begin_array(&body, 8));
	assert_int_equal(dbus_encode_call(&c, 7, &whole, &e), 0);
	assert_int_equal(dbus_decode((const uint8_t *)whole.s, whole.n, &m, &e), 0);
	assert_null(memmem(whole.s, whole.n, "LeftOut", 7));
	assert_non_null(memmem(whole.s, whole.n, "AllowedCPUs", 11));
}

/* The first and last, the default, and figures that other runtimes give. */
static void shares_become_weights(void **state)
{
	static const struct {
		uint64_t shares, weight;
	} cases[] = { { 0, 1 },		 { 2, 1 },
		      { 3, 2 },		 { 512, 59 },
		      { 1024, 100 },	 { 2048, 174 },
		      { 3333, 256 },	 { 261000, 9962 },
		      { 262144, 10000 }, { UINT64_MAX, 10000 } };
	uint64_t last = 0;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
		assert_int_equal(cgroup_weight_of_shares(cases[i].shares), cases[i].weight);
	for (uint64_t shares = 2; shares <= 262144; shares++) {
		uint64_t weight = cgroup_weight_of_shares(shares);

		assert_true(weight >= last && weight >= 1 && weight <= 10000);
		last = weight;
	}
}

static void quotas_are_whole_percents(void **state)
{
	(void)state;
	assert_int_equal(cgroup_quota_in_percent(-1, 0), -1);
	assert_int_equal(cgroup_quota_in_percent(0, 100000), 0);
	assert_int_equal(cgroup_quota_in_percent(50000, 0), 50000);
	assert_int_equal(cgroup_quota_in_percent(33333, 100000), 34000);
	assert_int_equal(cgroup_quota_in_percent(4001, 10000), 4100);
	assert_int_equal(cgroup_quota_in_percent(INT64_MAX, 1), INT64_MAX);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(cases),
		cmocka_unit_test(slices_are_nested_by_their_dashes),
		cmocka_unit_test(properties_are_well_formed_messages),
		cmocka_unit_test(shares_become_weights),
		cmocka_unit_test(quotas_are_whole_percents),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
