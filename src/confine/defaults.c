/* SPDX-License-Identifier: Apache-2.0 */
#include "confine/defaults.h"

#include <linux/capability.h>
#include <linux/mount.h>
#include <string.h>
#include <sys/resource.h>

#define CAP(name) (1ULL << CAP_##name)

/*
 * What root in the container needs to install packages, change owners and become somebody else.
 * Compared with Docker's list MKNOD, NET_RAW and AUDIT_WRITE are missing: no device is made by a
 * container, ping works by net.ipv4.ping_group_range.
 */
#define CAPABILITIES                                                                               \
	(CAP(CHOWN) | CAP(DAC_OVERRIDE) | CAP(FOWNER) | CAP(FSETID) | CAP(KILL) |                  \
	 CAP(NET_BIND_SERVICE) | CAP(SETFCAP) | CAP(SETGID) | CAP(SETPCAP) | CAP(SETUID) |         \
	 CAP(SYS_CHROOT))

#define NOSUID_NODEV_NOEXEC (MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV | MOUNT_ATTR_NOEXEC)

#define SHM_BYTES 67108864
#define STRING(x) #x
#define TEXT(x)	  STRING(x)

static const char *const dev_options[] = { "mode=0755", "size=65536k", NULL };
static const char *const pts_options[] = { "newinstance", "ptmxmode=0666", "mode=0620", "gid=5",
					   NULL };
static const char *const shm_options[] = { "mode=1777", "size=" TEXT(SHM_BYTES), NULL };

static const struct spec_mount mounts[] = {
	{ .kind = MOUNT_FILESYSTEM,
	  .source = "proc",
	  .target = "/proc",
	  .fstype = "proc",
	  .attributes = NOSUID_NODEV_NOEXEC },
	{ .kind = MOUNT_DEV,
	  .source = "tmpfs",
	  .target = "/dev",
	  .fstype = "tmpfs",
	  .options = dev_options,
	  .attributes = MOUNT_ATTR_NOSUID | MOUNT_ATTR_NOEXEC | MOUNT_ATTR_STRICTATIME },
	{ .kind = MOUNT_FILESYSTEM,
	  .source = "devpts",
	  .target = "/dev/pts",
	  .fstype = "devpts",
	  .options = pts_options,
	  .attributes = MOUNT_ATTR_NOSUID | MOUNT_ATTR_NOEXEC },
	{ .kind = MOUNT_FILESYSTEM,
	  .source = "shm",
	  .target = "/dev/shm",
	  .fstype = "tmpfs",
	  .options = shm_options,
	  .attributes = NOSUID_NODEV_NOEXEC },
	{ .kind = MOUNT_FILESYSTEM,
	  .source = "mqueue",
	  .target = "/dev/mqueue",
	  .fstype = "mqueue",
	  .attributes = NOSUID_NODEV_NOEXEC,
	  .optional = 1 },
	{ .kind = MOUNT_FILESYSTEM,
	  .source = "sysfs",
	  .target = "/sys",
	  .fstype = "sysfs",
	  .attributes = NOSUID_NODEV_NOEXEC | MOUNT_ATTR_RDONLY },
	{ .kind = MOUNT_CGROUP,
	  .source = "cgroup",
	  .target = "/sys/fs/cgroup",
	  .fstype = "cgroup",
	  .attributes = NOSUID_NODEV_NOEXEC | MOUNT_ATTR_RDONLY,
	  .optional = 1 },
};

/* The union of what Docker and Podman hide, each since some attack or leak became known. */
static const char *const masked_paths[] = {
	"/proc/acpi",
	"/proc/asound",
	"/proc/interrupts", /* timing of keys and other tenants */
	"/proc/kcore",
	"/proc/keys",
	"/proc/latency_stats",
	"/proc/sched_debug",
	"/proc/scsi",
	"/proc/timer_list",
	"/proc/timer_stats",
	"/sys/dev/block",
	"/sys/devices/system/cpu/cpu%u/thermal_throttle",
	"/sys/devices/virtual/powercap", /* power draw tells keys apart (CVE-2020-8694) */
	"/sys/firmware",
	"/sys/fs/selinux",
};

static const char *const readonly_paths[] = {
	"/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger",
};

/*
 * Both only concern the container's own network. The range must be inside its id map: a slice has
 * 65,536 ids, a smaller map has to narrow it.
 */
static const struct spec_sysctl sysctls[] = {
	{ "net.ipv4.ip_unprivileged_port_start", "0" },
	{ "net.ipv4.ping_group_range", "0 65535" },
};

static const struct resource_limit limits[] = {
	{ RLIMIT_CORE, 0, 0, "core" },
};

const struct defaults defaults = {
	.capabilities = CAPABILITIES,
	.no_new_privileges = 1,
	.pids_max = 2048,
	.limits = limits,
	.n_limits = ARRAY_SIZE(limits),
	.mounts = mounts,
	.n_mounts = ARRAY_SIZE(mounts),
	.masked_paths = masked_paths,
	.n_masked_paths = ARRAY_SIZE(masked_paths),
	.readonly_paths = readonly_paths,
	.n_readonly_paths = ARRAY_SIZE(readonly_paths),
	.sysctls = sysctls,
	.n_sysctls = ARRAY_SIZE(sysctls),
	.shm_bytes = SHM_BYTES,
	.path_env = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
	.stop_signal = "SIGTERM",
	.stop_timeout_sec = 10,
	.log_bytes = 10 * 1000 * 1000,
	.log_files = 3,
	.id_base = 1879048192, /* 0x70000000: above what distributions hand out in /etc/subuid */
	.id_count = 65536,
	.id_slices = 4096, /* up to 2^31: some programs take ids for signed */
	.memory_swap_factor = 2,
};

const char **defaults_masked_paths(struct arena *a, unsigned cpus, size_t *ret_n)
{
	const char **list = NULL;
	size_t n = 0;

	for (size_t i = 0; i < ARRAY_SIZE(masked_paths); i++) {
		const char *mark = strstr(masked_paths[i], "%u");

		if (!mark)
			ARENA_PUSH(a, list, n) = masked_paths[i];
		for (unsigned cpu = 0; mark && cpu < cpus; cpu++)
			ARENA_PUSH(a, list, n) =
				arena_printf(a, "%.*s%u%s", (int)(mark - masked_paths[i]),
					     masked_paths[i], cpu, mark + 2);
	}
	*ret_n = n;
	ARENA_PUSH(a, list, n) = NULL;
	return list;
}
