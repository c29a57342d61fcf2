/* SPDX-License-Identifier: Apache-2.0 */
/*
 * runtime/cgroup_systemd.h with a real systemd and cgroup v2: scopes with limits are made, read back
 * from the kernel's files, changed and removed. As root with the system's manager, as anybody else with
 * their own one. Prints TAP. Linked with nothing that a bare system lacks.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/mem.h"
#include "runtime/cgroup_device_bpf.h"
#include "runtime/cgroup_systemd.h"
#include "runtime/cgroup_quota.h"
#include "runtime/cgroup_settings.h"
#include "runtime/dbus.h"

#define MIB (INT64_C(1) << 20)

static int tests, failures;
static struct systemd_owner owner;

static int ok(int good, const char *what)
{
	printf("%sok %d - %s\n", good ? "" : "not ", ++tests, what);
	fflush(stdout);
	failures += !good;
	return good;
}

static int ok_call(int result, const struct err *e, const char *what)
{
	if (result < 0)
		printf("# %s (code %d, %s)\n", e->text, (int)e->code, e->hint);
	return ok(result == 0, what);
}

static pid_t sleeper(void)
{
	pid_t pid = fork();

	if (pid == 0)
		for (;;)
			pause();
	return pid;
}

static void end(pid_t pid)
{
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
}

static int exists(const char *path)
{
	char name[PATH_MAX + 32];

	snprintf(name, sizeof(name), "/sys/fs/cgroup%s", path);
	return access(name, F_OK) == 0;
}

/* Is that the first line of the file? One that the kernel doesn't have is passed over. */
static void ok_file(const char *path, const char *file, const char *want)
{
	char name[PATH_MAX + 64], line[256] = "", what[512];
	FILE *f;

	snprintf(name, sizeof(name), "/sys/fs/cgroup%s/%s", path, file);
	snprintf(what, sizeof(what), "%s is %s", file, want);
	f = fopen(name, "re");
	if (!f) {
		printf("ok %d - %s # skip %s\n", ++tests, what, strerror(errno));
		return;
	}
	if (fgets(line, sizeof(line), f))
		line[strcspn(line, "\n")] = '\0';
	fclose(f);
	if (!ok(!strcmp(line, want), what))
		printf("# it is \"%s\"\n", line);
}

static struct systemd_name name_of(const char *cgroups_path)
{
	struct systemd_name name;
	struct err e = {};

	if (systemd_name_parse(cgroups_path, "vm+test", owner.is_user, &name, &e) < 0) {
		printf("Bail out! %s\n", e.text);
		exit(1);
	}
	return name;
}

static const struct resource_device_rule devices[] = {
	{ .allow = 0, .type = 'a', .major = -1, .minor = -1, .access = 7 },
	{ .allow = 1, .type = 'c', .major = 1, .minor = 3, .access = 7 },
};

static void limits_are_the_kernels(void)
{
	struct resources r = { .memory_bytes = 64 * MIB,
			       .memory_swap_bytes = 96 * MIB,
			       .memory_reservation_bytes = 16 * MIB,
			       .cpu_quota_usec = 75000,
			       .cpu_period_usec = 50000,
			       .cpu_shares = 512,
			       .pids_max = 50,
			       .cpuset_cpus = "0",
			       .cpuset_mems = "0",
			       .devices = devices,
			       .n_devices = ARRAY_SIZE(devices),
			       .devices_limited = 1 };
	struct resources changed = {
		.memory_bytes = 32 * MIB, .cpu_quota_usec = -1, .cpu_shares = 1024, .pids_max = -1
	};
	struct systemd_name name = name_of(NULL);
	struct systemd_request request = { .owner = owner,
					   .name = &name,
					   .description = "limits",
					   .pid = sleeper(),
					   .cgroup_version = 2,
					   .resources = &r };
	struct systemd_place place = {}, other = {};
	struct err e = {};
	char weight[32];

	if (!ok_call(cgroup_systemd_start(&request, &place, &e), &e, "a scope is started"))
		return;
	printf("# %s\n", place.path);
	ok(strstr(place.path, "/cale-vm\\x2btest.scope") != NULL, "it has the name");
	ok_file(place.path, "memory.max", "67108864");
	ok_file(place.path, "memory.low", "16777216");
	ok_file(place.path, "memory.swap.max", "33554432");
	ok_file(place.path, "cpu.max", "75000 50000");
	snprintf(weight, sizeof(weight), "%llu", (unsigned long long)cgroup_weight_of_shares(512));
	ok_file(place.path, "cpu.weight", weight);
	ok_file(place.path, "pids.max", "50");
	ok_file(place.path, "cpuset.cpus", "0");
	ok_file(place.path, "cpuset.mems", "0");

	ok(cgroup_systemd_start(&request, &other, &e) < 0 && e.code == ERR_CONFLICT,
	   "a second one of that name is a conflict");
	printf("# %s\n", e.text);
	ok(exists(place.path), "and the first one is still there");

	request.resources = &changed;
	ok_call(cgroup_systemd_update(&request, &e), &e, "limits are changed");
	ok_file(place.path, "memory.max", "33554432");
	ok_file(place.path, "cpu.max", "max 100000");
	ok_file(place.path, "cpu.weight", "100");
	ok_file(place.path, "pids.max", "max");

	end(request.pid);
	ok_call(cgroup_systemd_stop(name.unit, &owner, &e), &e, "it is stopped");
	ok(!exists(place.path), "its group is gone");
	ok_call(cgroup_systemd_stop(name.unit, &owner, &e), &e, "stopping it again is no error");
}

static void others_can_be_moved_in(void)
{
	struct systemd_name name = name_of("::vm-move");
	struct systemd_request request = { .owner = owner,
					   .name = &name,
					   .description = "move",
					   .pid = sleeper(),
					   .cgroup_version = 2 };
	struct systemd_place place = {};
	struct err e = {};
	char folder[PATH_MAX + 64], procs[256], file[64];
	pid_t second = sleeper();
	int fd, n;

	if (!ok_call(cgroup_systemd_start(&request, &place, &e), &e, "one more scope is started"))
		return;
	snprintf(folder, sizeof(folder), "/sys/fs/cgroup%s/inner", place.path);
	ok(mkdir(folder, 0755) == 0, "groups can be made in it");
	request.pid = second;
	ok_call(cgroup_systemd_move(&request, "/inner", &e), &e, "a process is moved into one");
	snprintf(file, sizeof(file), "/proc/%d/cgroup", (int)second);
	fd = open(file, O_RDONLY | O_CLOEXEC);
	n = (int)read(fd, procs, sizeof(procs) - 1);
	procs[n > 0 ? n : 0] = '\0';
	close(fd);
	ok(strstr(procs, "vm-move.scope/inner") != NULL, "the kernel says so too");
	/* Stopping ends everybody in it, wherever they are below. */
	ok_call(cgroup_systemd_stop(name.unit, &owner, &e), &e, "it is stopped with its processes");
	ok(waitpid(second, NULL, 0) == second && !exists(place.path), "they are gone");
	waitpid(-1, NULL, 0);
}

static void a_failed_unit_is_cleared_away(void)
{
	static const struct systemd_annotation soon[] = {
		{ "org.systemd.property.RuntimeMaxSec", "0.5" },
		{ "org.systemd.property.TimeoutStopSec", "uint64 1" },
	};
	struct systemd_name name = name_of("-:cale:vm-failed");
	struct systemd_request request = { .owner = owner,
					   .name = &name,
					   .description = "failed",
					   .pid = sleeper(),
					   .cgroup_version = 2,
					   .annotations = soon,
					   .n_annotations = ARRAY_SIZE(soon) };
	struct systemd_place place = {};
	struct err e = {};

	if (!ok_call(cgroup_systemd_start(&request, &place, &e), &e, "a scope with little time"))
		return;
	waitpid(request.pid, NULL, 0);
	ok(1, "systemd ends it");
	sleep(1);
	request.pid = sleeper();
	request.n_annotations = 0;
	ok_call(cgroup_systemd_start(&request, &place, &e), &e, "its name can be had again");
	end(request.pid);
	ok_call(cgroup_systemd_stop(name.unit, &owner, &e), &e, "and is stopped");
}

static void a_hostile_annotation_starts_nothing(void)
{
	static const struct systemd_annotation hostile = { "org.systemd.property.SuccessAction",
							   "'reboot-force'" };
	struct systemd_name name = name_of("::vm-hostile");
	struct systemd_request request = { .owner = owner,
					   .name = &name,
					   .description = "hostile",
					   .pid = sleeper(),
					   .cgroup_version = 2,
					   .annotations = &hostile,
					   .n_annotations = 1 };
	struct systemd_place place = {};
	struct err e = {};

	ok(cgroup_systemd_start(&request, &place, &e) < 0 && e.code == ERR_DENIED,
	   "an annotation that reboots the host is refused");
	printf("# %s (%s)\n", e.text, e.hint);
	end(request.pid);
}

static void slices(void)
{
	struct systemd_name name = name_of("::cale-vmtest-inner.slice");
	struct systemd_request request = {
		.owner = owner, .name = &name, .description = "slice", .cgroup_version = 2
	};
	struct systemd_place place = {};
	struct err e = {};

	ok_call(cgroup_systemd_start(&request, &place, &e), &e, "a slice is made");
	printf("# %s\n", place.path);
	ok(exists(place.path), "it is where it should be");
	ok_call(cgroup_systemd_start(&request, &place, &e), &e, "once more is no error");
	ok_call(cgroup_systemd_stop(name.unit, &owner, &e), &e, "it is stopped");
}

static void over_a_bus(void)
{
	static const struct dbus_call id = { .destination = "org.freedesktop.DBus",
					     .path = "/org/freedesktop/DBus",
					     .interface = "org.freedesktop.DBus",
					     .member = "GetId",
					     .signature = "" };
	struct systemd_owner nobody = { .is_user = 1, .uid = 54321 };
	struct systemd_name name = name_of("::vm-bus");
	struct systemd_request request = {
		.owner = nobody, .name = &name, .description = "bus", .cgroup_version = 2
	};
	struct systemd_place place = {};
	struct dbus_message reply = {};
	struct err e = {};
	char bus[128];
	struct dbus *d;

	snprintf(bus, sizeof(bus), "unix:path=/run/user/%u/bus", owner.uid);
	d = dbus_open(owner.is_user ? bus : "unix:path=/run/dbus/system_bus_socket", DBUS_BUS,
		      5000000, &e);
	ok_call(d ? 0 : -1, &e, "the bus takes us");
	if (d)
		ok_call(dbus_call(d, &id, &reply, &e), &e, "and answers");
	if (d)
		ok(strlen(dbus_first_string(&reply)) == 32, "with its id");
	dbus_close(d);
	setenv("XDG_RUNTIME_DIR", "/nonexistent", 1);
	unsetenv("DBUS_SESSION_BUS_ADDRESS");
	ok(cgroup_systemd_start(&request, &place, &e) < 0 && e.code == ERR_NOT_FOUND,
	   "who has no manager is told so");
	printf("# %s (%s)\n", e.text, e.hint);
	if (!owner.is_user)
		return;
	/* Only the bus is left as the way to the manager. */
	setenv("DBUS_SESSION_BUS_ADDRESS", bus, 1);
	request.pid = sleeper();
	ok_call(cgroup_systemd_start(&request, &place, &e), &e, "a scope over the bus");
	end(request.pid);
	ok_call(cgroup_systemd_stop(name.unit, &nobody, &e), &e, "and its end");
}

/* What a process in the group can do with a device that isn't allowed; 1: open it. */
static int can_open_full(const char *path)
{
	char procs[PATH_MAX + 64];
	int status = 0, fd, out;
	pid_t pid = fork();

	if (pid == 0) {
		snprintf(procs, sizeof(procs), "/sys/fs/cgroup%s/cgroup.procs", path);
		out = open(procs, O_WRONLY | O_CLOEXEC);
		if (out < 0 || write(out, "0", 1) != 1)
			_exit(9);
		fd = open("/dev/full", O_WRONLY | O_CLOEXEC);
		_exit(fd >= 0 ? 1 : errno == EPERM ? 0 : 8);
	}
	waitpid(pid, &status, 0);
	return WEXITSTATUS(status);
}

/* All but one device: what systemd can't say, so only our own program decides. */
static void device_rules_outlive_a_reload(void)
{
	static const struct resource_device_rule hole[] = {
		{ .allow = 1, .type = 'a', .major = -1, .minor = -1, .access = 7 },
		{ .allow = 0, .type = 'c', .major = 1, .minor = 7, .access = 7 },
	};
	struct resources r = { .devices = hole,
			       .n_devices = ARRAY_SIZE(hole),
			       .devices_limited = 1 };
	struct systemd_name name = name_of("::vm-devices");
	struct systemd_request request = { .owner = owner,
					   .name = &name,
					   .description = "devices",
					   .pid = sleeper(),
					   .cgroup_version = 2,
					   .resources = &r };
	struct systemd_place place = {};
	struct err e = {};
	char folder[PATH_MAX + 64];
	int fd;

	ok_call(cgroup_systemd_start(&request, &place, &e), &e, "a scope with device rules");
	ok(can_open_full(place.path) == 1, "systemd alone lets the device through");
	snprintf(folder, sizeof(folder), "/sys/fs/cgroup%s", place.path);
	fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	ok_call(cgroup_device_bpf_attach(fd, hole, ARRAY_SIZE(hole), &e), &e,
		"our rules are put on");
	ok(can_open_full(place.path) == 0, "now it is refused");
	ok(system("systemctl daemon-reload") == 0, "systemd is reloaded");
	ok(can_open_full(place.path) == 0, "it still is");

	r.devices = devices;
	r.n_devices = ARRAY_SIZE(devices);
	ok_call(cgroup_systemd_update(&request, &e), &e, "systemd gets a list that it understands");
	ok_call(cgroup_device_bpf_attach(fd, devices, ARRAY_SIZE(devices), &e), &e, "and we");
	ok(can_open_full(place.path) == 0, "the device is refused by both");
	close(fd);
	end(request.pid);
	ok_call(cgroup_systemd_stop(name.unit, &owner, &e), &e, "it is stopped");
}

/* argv: the uid of the user's manager, when it isn't this process's own (in a user namespace). */
int main(int argc, char **argv)
{
	owner.uid = argc > 1 ? (uid_t)strtoul(argv[1], NULL, 10) : geteuid();
	owner.is_user = owner.uid != 0;
	ok(cgroup_systemd_is_there(&owner), "there is a manager");
	limits_are_the_kernels();
	others_can_be_moved_in();
	a_failed_unit_is_cleared_away();
	a_hostile_annotation_starts_nothing();
	slices();
	if (!owner.is_user)
		device_rules_outlive_a_reload();
	over_a_bus();
	printf("1..%d\n", tests);
	return failures != 0;
}
