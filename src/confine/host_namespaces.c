/* SPDX-License-Identifier: Apache-2.0 */
/* User namespaces, and the ids that may be mapped into them: user_namespaces(7), subuid(5). */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "base/fd.h"
#include "confine/defaults.h"
#include "confine/host_parts.h"
#include "runtime/accounts.h"
#include "runtime/cgroup_base.h"
#include "runtime/subid.h"

/* Switches that distributions put in front of user namespaces, and the value that opens them. */
static const struct {
	const char *path, *name;
	long open;
} switches[] = {
	{ "/proc/sys/kernel/unprivileged_userns_clone", "kernel.unprivileged_userns_clone", 1 },
	{ "/proc/sys/kernel/apparmor_restrict_unprivileged_userns",
	  "kernel.apparmor_restrict_unprivileged_userns", 0 },
};

static int make_user_namespace(const void *argument)
{
	(void)argument;
	return unshare(CLONE_NEWUSER);
}

static void explain_refusal(const struct host_probe *p, struct host_row *row, int error)
{
	for (size_t i = 0; i < ARRAY_SIZE(switches); i++) {
		long now = host_number(switches[i].path);

		if (now < 0 || now == switches[i].open || !p->question->rootless)
			continue;
		host_lacks(row, HOST_MISSING,
			   arena_printf(p->arena, "%s is %ld", switches[i].name, now),
			   arena_printf(p->arena, "sudo sysctl -w %s=%ld", switches[i].name,
					switches[i].open));
		return;
	}
	if (error == ENOSPC || error == EUSERS)
		host_lacks(row, HOST_MISSING, "user.max_user_namespaces is reached",
			   "sudo sysctl -w user.max_user_namespaces=15000");
	else
		host_lacks(row, HOST_MISSING,
			   arena_printf(p->arena, "the kernel refuses: %s", strerror(error)),
			   "a kernel built with CONFIG_USER_NS, or a less confined parent");
}

void host_ask_user_namespaces(const struct host_probe *p, struct host_row *row)
{
	int error = host_in_child(make_user_namespace, NULL);

	if (error)
		explain_refusal(p, row, error);
	else
		row->detail = arena_printf(p->arena, "at most %ld",
					   host_number("/proc/sys/user/max_user_namespaces"));
}

/* newuidmap must be setuid or have CAP_SETUID as a file capability to be of use. */
static int is_privileged_program(const char *name)
{
	static const char *const folders[] = { "/usr/bin", "/bin", "/usr/local/bin", "/sbin" };
	char path[64];
	struct stat st;

	for (size_t i = 0; i < ARRAY_SIZE(folders); i++) {
		snprintf(path, sizeof(path), "%s/%s", folders[i], name);
		if (stat(path, &st) == 0 && (st.st_mode & S_IXUSR))
			return (st.st_mode & S_ISUID) ||
			       getxattr(path, "security.capability", NULL, 0) > 0;
	}
	return 0;
}

static uint64_t count_ids(const char *path, const char *name, uid_t uid)
{
	const struct subid_user user = { .uid = uid, .name = name };
	struct subid_ranges ranges;
	uint64_t sum = 0;

	subid_read(path, &user, uid, &ranges);
	for (size_t i = 0; i < ranges.n; i++)
		sum += ranges.items[i].count;
	return sum;
}

static const char *user_name(const struct host_probe *p, uid_t uid)
{
	cleanup_fd int fd = open("/etc/passwd", O_RDONLY | O_CLOEXEC);
	char number[16];
	struct account account;
	struct err ignored;

	snprintf(number, sizeof(number), "%u", uid);
	if (account_find(fd, number, &account, &ignored) == 1 && *account.name)
		return arena_strdup(p->arena, account.name);
	return arena_strdup(p->arena, number);
}

static void ask_users_ids(const struct host_probe *p, struct host_row *row)
{
	uid_t uid = cgroup_host_uid();
	const char *name = user_name(p, uid);
	uint64_t uids = count_ids("/etc/subuid", name, uid);
	uint64_t gids = count_ids("/etc/subgid", name, uid);
	uint64_t ids = uids < gids ? uids : gids;

	if (!is_privileged_program("newuidmap") || !is_privileged_program("newgidmap")) {
		host_lacks(row, HOST_PARTLY,
			   "containers have one id: newuidmap and newgidmap aren't installed",
			   "sudo apt-get install uidmap");
		return;
	}
	row->detail = arena_printf(p->arena, "%llu", (unsigned long long)ids);
	if (ids < defaults.id_count)
		host_lacks(
			row, HOST_PARTLY,
			ids > 1 ? "fewer than images use"
				: "containers have one id: no range in /etc/subuid and /etc/subgid",
			arena_printf(p->arena,
				     "sudo usermod --add-subuids 100000-165535 "
				     "--add-subgids 100000-165535 %s",
				     name));
}

void host_ask_user_ids(const struct host_probe *p, struct host_row *row)
{
	if (p->question->rootless)
		ask_users_ids(p, row);
	else
		row->detail = arena_printf(p->arena, "%u ranges of %u from %u", defaults.id_slices,
					   defaults.id_count, defaults.id_base);
}
