/* SPDX-License-Identifier: Apache-2.0 */
#include "worker/sandbox_landlock.h"

#include <errno.h>
#include <linux/landlock.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/mem.h"

/* The kernel's structure of ABI 6; headers of Debian 12 stop at 2. Older kernels take its start. */
struct ruleset {
	uint64_t fs, net, scoped;
};

#define FS_ALL(abi) ((UINT64_C(1) << fs_rights[abi]) - 1)
#define NET_ALL	    UINT64_C(3) /* bind and connect TCP */
#define SCOPED_ALL  UINT64_C(3) /* abstract Unix sockets, signals */
#define ABI_MAX	    7
#define FS_TRUNCATE (UINT64_C(1) << 14)

/* How many access rights of files each ABI has: REFER came with 2, TRUNCATE 3, IOCTL_DEV 5. */
static const int fs_rights[ABI_MAX + 1] = { 0, 13, 14, 15, 15, 16, 16, 16 };

static const uint64_t access_rights[] = {
	[SANDBOX_READ] = LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR,
	[SANDBOX_WRITE] = LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR |
			  LANDLOCK_ACCESS_FS_WRITE_FILE | FS_TRUNCATE |
			  LANDLOCK_ACCESS_FS_MAKE_REG | LANDLOCK_ACCESS_FS_MAKE_DIR |
			  LANDLOCK_ACCESS_FS_REMOVE_FILE | LANDLOCK_ACCESS_FS_REMOVE_DIR,
	/* No EXECUTE, no IOCTL_DEV. Landlock can't tell a device from a file when it is opened: that the
	 * nodes made here stay shut is the work of the nodev mount that the folder is seen through. */
	[SANDBOX_TREE] = LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR |
			 LANDLOCK_ACCESS_FS_WRITE_FILE | FS_TRUNCATE | LANDLOCK_ACCESS_FS_REFER |
			 LANDLOCK_ACCESS_FS_MAKE_REG | LANDLOCK_ACCESS_FS_MAKE_DIR |
			 LANDLOCK_ACCESS_FS_MAKE_SYM | LANDLOCK_ACCESS_FS_MAKE_FIFO |
			 LANDLOCK_ACCESS_FS_MAKE_CHAR | LANDLOCK_ACCESS_FS_MAKE_BLOCK |
			 LANDLOCK_ACCESS_FS_REMOVE_FILE | LANDLOCK_ACCESS_FS_REMOVE_DIR,
};

static int usable_abi(const struct sandbox *s)
{
	long abi = syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION);

	for (size_t i = 0; i < s->n_folders && abi == 1; i++) {
		if (s->folders[i].access == SANDBOX_TREE)
			return 0;
	}
	return abi < 0 ? 0 : abi > ABI_MAX ? ABI_MAX : (int)abi;
}

static int add_folder(int ruleset, const struct sandbox_folder *f, int abi, struct err *e)
{
	struct landlock_path_beneath_attr rule = {
		.allowed_access = access_rights[f->access] & FS_ALL(abi),
		.parent_fd = f->fd,
	};

	if (syscall(SYS_landlock_add_rule, ruleset, LANDLOCK_RULE_PATH_BENEATH, &rule, 0) < 0)
		return err_sys(e, "Landlock rule");
	return 0;
}

int sandbox_landlock(const struct sandbox *s, int *ret_abi, struct err *e)
{
	int abi = usable_abi(s);
	struct ruleset rules = { FS_ALL(abi), abi >= 4 ? NET_ALL : 0, abi >= 6 ? SCOPED_ALL : 0 };
	size_t size = abi >= 6 ? 24 : abi >= 4 ? 16 : 8;
	cleanup_fd int ruleset = -1;

	*ret_abi = abi;
	if (abi == 0)
		return 0;
	ruleset = (int)syscall(SYS_landlock_create_ruleset, &rules, size, 0);
	if (ruleset < 0)
		return err_sys(e, "Landlock ruleset");
	for (size_t i = 0; i < s->n_folders; i++) {
		if (add_folder(ruleset, &s->folders[i], abi, e) < 0)
			return -1;
	}
	if (syscall(SYS_landlock_restrict_self, ruleset, 0) < 0)
		return err_sys(e, "Landlock");
	return 0;
}
