/* SPDX-License-Identifier: Apache-2.0 */
#include "hello/sections.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/statvfs.h>
#include <unistd.h>

/*
 * Files through which a container could read the host's memory and keys or change its settings.
 * They are opened, which does nothing by itself, and never read or written.
 */
static const struct kernel_file {
	const char *path;
	int access;
} files[] = {
	{ "/proc/sys/kernel/core_pattern", O_WRONLY },
	{ "/proc/sys/kernel/modprobe", O_WRONLY },
	{ "/proc/sys/vm/overcommit_memory", O_WRONLY },
	{ "/proc/sys/net/ipv4/ip_forward", O_WRONLY },
	{ "/proc/sysrq-trigger", O_WRONLY },
	{ "/proc/irq", O_RDONLY },
	{ "/proc/bus", O_RDONLY },
	{ "/proc/acpi", O_RDONLY },
	{ "/proc/asound", O_RDONLY },
	{ "/proc/scsi", O_RDONLY },
	{ "/proc/kcore", O_RDONLY },
	{ "/proc/kmsg", O_RDONLY },
	{ "/proc/keys", O_RDONLY },
	{ "/proc/kpagecount", O_RDONLY },
	{ "/proc/timer_list", O_RDONLY },
	{ "/proc/interrupts", O_RDONLY },
	{ "/sys/firmware", O_RDONLY },
	{ "/sys/devices/virtual/powercap", O_RDONLY },
	{ "/sys/kernel/uevent_helper", O_WRONLY },
	{ "/dev/mem", O_RDONLY },
	{ "/dev/kmsg", O_RDONLY },
	{ "/dev/fuse", O_RDWR },
	{ "/dev/kvm", O_RDWR },
	{ "/dev/net/tun", O_RDWR },
};

struct finding {
	const char *state;
	enum verdict verdict;
};

static const struct {
	int error;
	struct finding finding;
} refusals[] = {
	{ ENOENT, { "absent", PLAIN } },
	{ EROFS, { "read-only", CONFINED } },
	{ EACCES, { "refused", CONFINED } },
	{ EPERM, { "refused", CONFINED } },
	/* A node whose driver isn't there, or one of a nodev mount. */
	{ ENXIO, { "no device", CONFINED } },
	{ ENODEV, { "no device", CONFINED } },
};

/* Bind mounts of /dev/null and empty read-only tmpfs are the usual masks over /proc and /sys. */
static bool is_masked(const struct statfs *fs, const char *path)
{
	static const struct {
		const char *below;
		long type;
	} trees[] = { { "/proc/", PROC_SUPER_MAGIC }, { "/sys/", SYSFS_MAGIC } };

	for (size_t i = 0; i < ARRAY_SIZE(trees); i++) {
		if (strncmp(path, trees[i].below, strlen(trees[i].below)) == 0)
			return fs->f_type != trees[i].type;
	}
	return false;
}

/* A directory can't be opened for writing: what counts is whether its mount lets through. */
static struct finding judge_open(int fd, const struct kernel_file *file)
{
	struct statfs fs;
	struct stat st;

	if (fstatfs(fd, &fs) < 0 || fstat(fd, &st) < 0)
		return (struct finding){ "unclear", PLAIN };
	if (is_masked(&fs, file->path))
		return (struct finding){ "masked", CONFINED };
	if (S_ISDIR(st.st_mode) && fs.f_flags & ST_RDONLY)
		return (struct finding){ "read-only", CONFINED };
	return (struct finding){ file->access == O_RDONLY ? "readable" : "writable", OPEN };
}

static struct finding inspect(const struct kernel_file *file)
{
	cleanup_fd int fd = open(file->path, file->access | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);

	for (size_t i = 0; fd < 0 && i < ARRAY_SIZE(refusals); i++) {
		if (errno == refusals[i].error)
			return refusals[i].finding;
	}
	if (fd < 0)
		return (struct finding){ strerrorname_np(errno) ?: "error", PLAIN };
	return judge_open(fd, file);
}

void kernel_files_read(struct report *r)
{
	static const char *const columns[] = { "file", "state" };
	struct section *s = report_table(r, "kernel_files", columns, ARRAY_SIZE(columns));

	for (size_t i = 0; i < ARRAY_SIZE(files); i++) {
		struct finding f = inspect(&files[i]);

		section_row(
			s, f.verdict,
			(const struct value[]){ value_text(files[i].path), value_text(f.state) });
	}
}
