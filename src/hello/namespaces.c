/* SPDX-License-Identifier: Apache-2.0 */
#include "hello/sections.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "hello/kernel_text.h"

/*
 * The first namespace of each kind has an inode number that is fixed in the kernel
 * (include/linux/proc_ns.h; uapi linux/nsfs.h), so that the host's own ones can be told from
 * inside. Those of network and mounts are fixed since Linux 6.17 only: before, no match says
 * nothing.
 */
enum { ALWAYS_FIXED = 1, FIXED_SINCE_6_17 = 2, HARMLESS = 4 };

static const struct {
	const char *name;
	int64_t host_inode;
	int traits;
} namespaces[] = {
	{ "user", 4026531837, ALWAYS_FIXED },
	{ "mnt", 4026531832, FIXED_SINCE_6_17 },
	{ "pid", 4026531836, ALWAYS_FIXED },
	{ "net", 4026531833, FIXED_SINCE_6_17 },
	{ "ipc", 4026531839, ALWAYS_FIXED },
	{ "uts", 4026531838, ALWAYS_FIXED },
	{ "cgroup", 4026531835, ALWAYS_FIXED },
	/* Shows the host's uptime, and setting the clock needs a capability anyway. */
	{ "time", 4026531834, ALWAYS_FIXED | HARMLESS },
};

static int fixed_inodes(void)
{
	struct utsname system;
	long major, minor;
	char *end;

	if (uname(&system) < 0)
		return ALWAYS_FIXED;
	major = strtol(system.release, &end, 10);
	minor = *end == '.' ? strtol(end + 1, NULL, 10) : 0;
	return major > 6 || (major == 6 && minor >= 17) ? ALWAYS_FIXED | FIXED_SINCE_6_17
							: ALWAYS_FIXED;
}

static int64_t read_inode(const char *name)
{
	char path[64], link[64];
	ssize_t n;

	snprintf(path, sizeof path, "/proc/self/ns/%s", name);
	n = readlink(path, link, sizeof link - 1);
	if (n < 0)
		return -1;
	link[n] = '\0';
	return kernel_namespace_inode(link);
}

void namespaces_read(struct report *r)
{
	struct section *s = report_facts(r, "namespaces");
	int fixed = fixed_inodes();

	for (size_t i = 0; i < ARRAY_SIZE(namespaces); i++) {
		int64_t inode = read_inode(namespaces[i].name);
		bool host = inode == namespaces[i].host_inode;
		bool own = inode >= 0 && !host && (namespaces[i].traits & fixed);
		enum verdict verdict = own ? CONFINED : host ? OPEN : PLAIN;
		struct row *row;

		if (namespaces[i].traits & HARMLESS && host)
			verdict = PLAIN;
		row = section_fact(s, namespaces[i].name, verdict,
				   inode < 0 ? value_text(NULL) : value_number(inode));
		if (inode >= 0)
			row->note = host ? "the host's" : own ? "its own" : "can't be told whose";
	}
}
