/* SPDX-License-Identifier: Apache-2.0 */
#include "runtime/cgroup_probe.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fd.h"
#include "runtime/cgroup_base.h"
#include "runtime/cgroup_settings.h"

#define FILE_BYTES_MAX 65536

/* The file that only exists where the resource can be limited; v1 has all but pids.max at the top. */
static const struct {
	const char *v1, *v2;
	const char *kernel_option;
} rows[RESOURCE_COUNT] = {
	[RESOURCE_MEMORY] = { "memory.limit_in_bytes", "memory.max", "CONFIG_MEMCG" },
	[RESOURCE_SWAP] = { "memory.memsw.limit_in_bytes", "memory.swap.max", "CONFIG_SWAP" },
	[RESOURCE_CPU] = { "cpu.cfs_quota_us", "cpu.max", "CONFIG_CFS_BANDWIDTH" },
	[RESOURCE_CPUSET] = { "cpuset.cpus", "cpuset.cpus", "CONFIG_CPUSETS" },
	[RESOURCE_PIDS] = { NULL, "pids.max", "CONFIG_CGROUP_PIDS" },
};

struct answer {
	char *hint;
	size_t size;
};

/* Is `word` one of the space-separated words of a file? */
static int file_has_word(int dir_fd, const char *file, const char *word)
{
	struct err ignored;
	cleanup_free char *text = fd_read_file(dir_fd, file, FILE_BYTES_MAX, &ignored);
	char *next = text;

	while (next && *next)
		if (!strcmp(strsep(&next, " \n"), word))
			return 1;
	return 0;
}

/* /proc/cgroups: "name hierarchy count enabled"; -1 unknown to the kernel, else `enabled`. */
static int controller_state(const char *name)
{
	struct err ignored;
	cleanup_free char *text = fd_read_file(AT_FDCWD, "/proc/cgroups", FILE_BYTES_MAX, &ignored);
	char *next = text, word[32];
	int enabled;

	while (next && *next) {
		const char *line = strsep(&next, "\n");

		if (sscanf(line, "%31s %*d %*d %d", word, &enabled) == 2 && !strcmp(word, name))
			return enabled;
	}
	return -1;
}

static const char *missing_controller(enum resource r, const struct answer *a)
{
	const char *name = cgroup_controller_name(cgroup_resource_controller(r));
	int state = controller_state(name);

	if (state == 0) {
		snprintf(a->hint, a->size, "boot without cgroup_disable=%s", name);
		return "the kernel's command line turns its controller off";
	}
	if (state < 0) {
		snprintf(a->hint, a->size, "a kernel built with %s", rows[r].kernel_option);
		return "this kernel has no controller for it";
	}
	snprintf(a->hint, a->size,
		 "sudo sh -c 'mkdir -p /sys/fs/cgroup/%s && mount -t cgroup -o %s cgroup "
		 "/sys/fs/cgroup/%s'",
		 name, name, name);
	return "its controller isn't mounted";
}

/* v1: a folder of the user's own at the top; nothing but it has to be the user's. */
static void hint_user_folder(const struct cgroup_hierarchy *h, const struct answer *a)
{
	static const char copy[] = " && for f in cpuset.mems cpuset.cpus; do cat $f >$u/$f; done";
	unsigned uid = cgroup_host_uid();

	snprintf(a->hint, a->size,
		 "sudo sh -c 'cd %s && u=user-%u && mkdir -p $u && chown %u $u%s'", h->point, uid,
		 uid, h->controllers & 1U << CGROUP_CPUSET ? copy : "");
}

static const char *no_base_v1(const struct cgroup_hierarchy *h, const struct answer *a)
{
	hint_user_folder(h, a);
	return "this user may not make groups in its controller";
}

static const char *no_base_v2(const struct answer *a)
{
	if (access("/run/systemd/system", F_OK) == 0)
		snprintf(a->hint, a->size,
			 "run it below the user's service manager: systemd-run --user --scope "
			 "-p Delegate=yes cale … (after: sudo loginctl enable-linger %u)",
			 cgroup_host_uid());
	else
		snprintf(a->hint, a->size,
			 "sudo sh -c 'cd /sys/fs/cgroup && mkdir -p user-%u && chown -R %u "
			 "user-%u', "
			 "then move the shell there",
			 cgroup_host_uid(), cgroup_host_uid(), cgroup_host_uid());
	return "this process isn't in a control group that is delegated to the user";
}

static const char *not_delegated(const char *name, const struct answer *a)
{
	snprintf(a->hint, a->size,
		 "sudo sh -c 'mkdir -p /etc/systemd/system/user@.service.d && printf "
		 "\"[Service]\\nDelegate=cpu cpuset memory pids\\n\" "
		 ">/etc/systemd/system/user@.service.d/cale.conf && systemctl daemon-reload', "
		 "then log in again (%s)",
		 name);
	return "its controller isn't delegated to this user";
}

static const char *no_file(enum resource r, const struct answer *a)
{
	if (r == RESOURCE_SWAP) {
		snprintf(a->hint, a->size, "boot with swapaccount=1, or set no swap limit");
		return "this kernel doesn't account for swap";
	}
	snprintf(a->hint, a->size, "a kernel built with %s", rows[r].kernel_option);
	return "this kernel's controller lacks the limit";
}

static int file_is_empty(int dir_fd, const char *file)
{
	struct err ignored;
	cleanup_free char *text = fd_read_file(dir_fd, file, FILE_BYTES_MAX, &ignored);

	return !text || *text == '\n' || !*text;
}

static const char *probe_v1(int base, enum resource r, const struct cgroup_hierarchy *h,
			    const struct answer *a)
{
	if (rows[r].v1 && faccessat(base, rows[r].v1, F_OK, 0) < 0)
		return no_file(r, a);
	if (r == RESOURCE_CPUSET && file_is_empty(base, rows[r].v1)) {
		hint_user_folder(h, a);
		return "the user's group has no CPUs to give";
	}
	return NULL;
}

/*
 * The files of a controller only show in groups below one that hands it down, so the top can't be
 * asked about them: the folder that Cale's earlier groups are in can.
 */
static const char *probe_v2(int base, enum resource r, const struct answer *a)
{
	const char *name = cgroup_controller_name(cgroup_resource_controller(r));

	if (!file_has_word(base, "cgroup.controllers", name)) {
		if (controller_state(name) <= 0 || geteuid() == 0)
			return missing_controller(r, a);
		return not_delegated(name, a);
	}
	if (!file_has_word(base, "cgroup.subtree_control", name)) {
		if (faccessat(base, "cgroup.subtree_control", W_OK, AT_EACCESS) < 0)
			return not_delegated(name, a);
		return NULL;
	}
	if (faccessat(base, "cale", F_OK, 0) == 0) {
		char file[64];

		snprintf(file, sizeof(file), "cale/%s", rows[r].v2);
		if (faccessat(base, file, F_OK, 0) < 0)
			return no_file(r, a);
	}
	return NULL;
}

const char *cgroup_probe(const struct cgroup_host *host, enum resource r, char *hint,
			 size_t hint_size)
{
	const struct cgroup_hierarchy *h = cgroup_host_find(host, cgroup_resource_controller(r));
	struct answer a = { hint, hint_size };
	cleanup_fd int base = -1;

	if (hint_size)
		*hint = '\0';
	if (!h)
		return missing_controller(r, &a);
	base = cgroup_base_open(h);
	if (base < 0)
		return h->version == 1 ? no_base_v1(h, &a) : no_base_v2(&a);
	return h->version == 1 ? probe_v1(base, r, h, &a) : probe_v2(base, r, &a);
}
