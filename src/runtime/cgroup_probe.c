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

/*
 * The file that only exists where the resource can be limited; NULL: this version has nothing for
 * it, or (devices, unified) it isn't one file. Some files are in every group but the topmost.
 */
static const struct row {
	const char *v1, *v2;
	const char *kernel_option;
	int not_at_top; /* v1; v2's never are */
} rows[RESOURCE_COUNT] = {
	[RESOURCE_MEMORY] = { "memory.limit_in_bytes", "memory.max", "CONFIG_MEMCG" },
	[RESOURCE_SWAP] = { "memory.memsw.limit_in_bytes", "memory.swap.max", "CONFIG_SWAP" },
	[RESOURCE_KERNEL_MEMORY] = { "memory.kmem.limit_in_bytes", NULL, "CONFIG_MEMCG_V1" },
	[RESOURCE_SWAPPINESS] = { "memory.swappiness", NULL, "CONFIG_MEMCG_V1" },
	[RESOURCE_OOM_KILLER] = { "memory.oom_control", NULL, "CONFIG_MEMCG_V1" },
	[RESOURCE_CPU] = { "cpu.cfs_quota_us", "cpu.max", "CONFIG_CFS_BANDWIDTH" },
	[RESOURCE_CPU_BURST] = { "cpu.cfs_burst_us", "cpu.max.burst", "CONFIG_CFS_BANDWIDTH" },
	[RESOURCE_CPU_IDLE] = { "cpu.idle", "cpu.idle", "CONFIG_FAIR_GROUP_SCHED", 1 },
	[RESOURCE_CPU_REALTIME] = { "cpu.rt_runtime_us", NULL, "CONFIG_RT_GROUP_SCHED" },
	[RESOURCE_CPUSET] = { "cpuset.cpus", "cpuset.cpus", "CONFIG_CPUSETS" },
	[RESOURCE_PIDS] = { "pids.max", "pids.max", "CONFIG_CGROUP_PIDS", 1 },
	[RESOURCE_IO_WEIGHT] = { "blkio.bfq.weight", "io.bfq.weight", "CONFIG_BFQ_GROUP_IOSCHED",
				 1 },
	[RESOURCE_IO_LEAF_WEIGHT] = { "blkio.leaf_weight", NULL, "CONFIG_CFQ_GROUP_IOSCHED", 1 },
	[RESOURCE_IO_RATE] = { "blkio.throttle.read_bps_device", "io.max",
			       "CONFIG_BLK_DEV_THROTTLING" },
	[RESOURCE_HUGEPAGES] = { NULL, NULL, "CONFIG_CGROUP_HUGETLB" },
	[RESOURCE_RDMA] = { "rdma.max", "rdma.max", "CONFIG_CGROUP_RDMA", 1 },
	[RESOURCE_NETWORK_CLASS] = { "net_cls.classid", NULL, "CONFIG_CGROUP_NET_CLASSID" },
	[RESOURCE_NETWORK_PRIORITY] = { "net_prio.ifpriomap", NULL, "CONFIG_CGROUP_NET_PRIO" },
	[RESOURCE_DEVICES] = { "devices.allow", NULL, "CONFIG_CGROUP_DEVICE" },
	[RESOURCE_UNIFIED] = { NULL, NULL, "CONFIG_CGROUPS" },
};

#define V1_ONLY                                                                                    \
	(1U << RESOURCE_KERNEL_MEMORY | 1U << RESOURCE_SWAPPINESS | 1U << RESOURCE_OOM_KILLER |    \
	 1U << RESOURCE_CPU_REALTIME | 1U << RESOURCE_IO_LEAF_WEIGHT |                             \
	 1U << RESOURCE_NETWORK_CLASS | 1U << RESOURCE_NETWORK_PRIORITY)

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

const char *cgroup_probe_instead(enum resource r)
{
	static const char *const instead[RESOURCE_COUNT] = {
		[RESOURCE_KERNEL_MEMORY] = "limit the memory, which includes the kernel's",
		[RESOURCE_SWAPPINESS] = "set the sysctl vm.swappiness, or limit the swap",
		[RESOURCE_OOM_KILLER] =
			"set memory.high by `unified`, which slows down and kills nothing",
		[RESOURCE_CPU_REALTIME] = "use cpu shares and a quota",
		[RESOURCE_IO_LEAF_WEIGHT] = "use the weight without \"leaf\"",
		[RESOURCE_NETWORK_CLASS] = "match the group by nftables' `socket cgroupv2`",
		[RESOURCE_NETWORK_PRIORITY] = "match the group by nftables' `socket cgroupv2`",
	};

	return instead[r];
}

/* What v1 alone has, on a host where the controller that has it is v2's or nobody's. */
static const char *only_v1(enum resource r, const struct answer *a)
{
	snprintf(a->hint, a->size, "%s", cgroup_probe_instead(r));
	return "control groups v2 have no such limit";
}

static const char *missing_controller(enum resource r, int version, const struct answer *a)
{
	enum cgroup_controller controller = cgroup_resource_controller(r);
	const char *name = cgroup_controller_name(controller, 1);
	int state = name ? controller_state(name) : -1;

	if (version == 2 && V1_ONLY & 1U << r)
		return only_v1(r, a);
	if (controller == CGROUP_CORE) {
		snprintf(a->hint, a->size, "boot with systemd.unified_cgroup_hierarchy=1");
		return "this host has no control groups v2";
	}
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
		 uid, h->controllers & CGROUP_BIT(CGROUP_CPUSET) ? copy : "");
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
		 "\"[Service]\\nDelegate=cpu cpuset io memory pids\\n\" "
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
	/* No option brings it back: Linux 5.16 and newer don't limit it. */
	if (r == RESOURCE_KERNEL_MEMORY) {
		snprintf(a->hint, a->size, "%s", cgroup_probe_instead(r));
		return "this kernel has no such limit";
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

/* The folders of groups that were made earlier show what the top doesn't. */
static int is_missing_below(int base, const char *name)
{
	static const char *const folders[] = { "cale", "cale-oci" };
	char file[96];

	for (size_t i = 0; i < ARRAY_SIZE(folders); i++) {
		snprintf(file, sizeof(file), "%s/%s", folders[i], name);
		if (faccessat(base, folders[i], F_OK, 0) == 0 && faccessat(base, file, F_OK, 0) < 0)
			return 1;
	}
	return 0;
}

static const char *probe_v1(int base, enum resource r, const struct cgroup_hierarchy *h,
			    const struct answer *a)
{
	const char *file = rows[r].v1;

	if (file && (rows[r].not_at_top ? is_missing_below(base, file)
					: faccessat(base, file, F_OK, 0) < 0))
		return no_file(r, a);
	if (r == RESOURCE_CPUSET && file_is_empty(base, file)) {
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
	const char *name = cgroup_controller_name(cgroup_resource_controller(r), 2);

	if (!name)
		return NULL;
	if (!file_has_word(base, "cgroup.controllers", name)) {
		if (controller_state(name) <= 0 || geteuid() == 0)
			return missing_controller(r, 2, a);
		return not_delegated(name, a);
	}
	if (!file_has_word(base, "cgroup.subtree_control", name)) {
		if (faccessat(base, "cgroup.subtree_control", W_OK, AT_EACCESS) < 0)
			return not_delegated(name, a);
		return NULL;
	}
	return rows[r].v2 && is_missing_below(base, rows[r].v2) ? no_file(r, a) : NULL;
}

/* Both the files of v1 and BPF want the host's root, in whatever group. */
static const char *probe_devices(const struct answer *a)
{
	if (cgroup_host_uid() == 0)
		return NULL;
	snprintf(a->hint, a->size, "sudo, or leave the devices to their permissions");
	return "only root may limit the use of devices";
}

const char *cgroup_probe(const struct cgroup_host *host, enum resource r, char *hint,
			 size_t hint_size)
{
	const struct cgroup_hierarchy *h = cgroup_host_find(host, cgroup_resource_controller(r));
	int version = host->n ? host->list[host->n - 1].version : 1;
	struct answer a = { hint, hint_size };
	cleanup_fd int base = -1;
	const char *why;

	if (hint_size)
		*hint = '\0';
	if (!h)
		return missing_controller(r, host->n == 1 ? version : 1, &a);
	if (h->version == 2 && V1_ONLY & 1U << r)
		return only_v1(r, &a);
	base = cgroup_base_open(h);
	if (base < 0)
		return h->version == 1 ? no_base_v1(h, &a) : no_base_v2(&a);
	why = r == RESOURCE_DEVICES ? probe_devices(&a) : NULL;
	if (why)
		return why;
	return h->version == 1 ? probe_v1(base, r, h, &a) : probe_v2(base, r, &a);
}
