/* SPDX-License-Identifier: Apache-2.0 */
/* New instances of file systems: proc, sysfs, tmpfs, devpts, mqueue, overlay, anything of the kernel. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/copy.h"
#include "base/fd.h"
#include "base/path.h"
#include "runtime/mount_api.h"
#include "runtime/tree.h"

/* Whom the kernel names for ids that the caller's user namespace doesn't have. */
#define OVERFLOW_ID 65534

/* All mounts of one of these show the same file system: its own flags are nobody's to change. */
static const char *const of_the_kernel[] = {
	"binfmt_misc", "cgroup",    "cgroup2", "configfs", "debugfs",
	"efivarfs",    "fusectl",   "mqueue",  "pstore",   "rpc_pipefs",
	"securityfs",  "selinuxfs", "smackfs", "sysfs",	   "tracefs",
};

/*
 * Kernel file systems whose namespace is the caller's: who doesn't own that may not mount them anew,
 * and sees the same through the host's.
 */
static const struct {
	const char *type, *host_path;
	enum namespace_kind space;
} of_the_host[] = {
	{ "proc", "/proc", NS_PID },
	{ "sysfs", "/sys", NS_NETWORK },
	{ "mqueue", "/dev/mqueue", NS_IPC },
};

/* A file system on its way to its place. */
struct new_filesystem {
	const struct spec_mount *m;
	struct tree_options options;
	uint64_t attributes;
	char inherited[3][24]; /* mode, uid and gid of the folder below */
	int at;
};

static int is_tmpfs(const struct spec_mount *m)
{
	return m->fstype && !strcmp(m->fstype, "tmpfs");
}

int tree_is_sealed_late(const struct spec_mount *m)
{
	return (m->kind == MOUNT_FILESYSTEM || m->kind == MOUNT_DEV) &&
	       (m->attributes | m->recursive_attributes) & MOUNT_ATTR_RDONLY &&
	       (is_tmpfs(m) || !strcmp(m->target, "/dev"));
}

static int is_of_the_kernel(const char *type)
{
	for (size_t i = 0; i < ARRAY_SIZE(of_the_kernel); i++) {
		if (!strcmp(type, of_the_kernel[i]))
			return 1;
	}
	return 0;
}

/*
 * A tmpfs looks as the folder did that it covers. The ids are the caller's already; without an
 * option it is the container's root's.
 */
static int inherit(const struct child *c, struct new_filesystem *n, struct err *e)
{
	int owned = tree_has_option(&n->options, "uid") || tree_has_option(&n->options, "gid");
	struct stat st;

	if (tree_has_option(&n->options, "mode"))
		return 0;
	if (fstat(n->at, &st) < 0)
		return err_sys(e, "stat %s", n->m->target);
	if (!S_ISDIR(st.st_mode))
		return 0;
	snprintf(n->inherited[0], sizeof n->inherited[0], "mode=%04o", st.st_mode & 07777);
	if (tree_add_option(&n->options, n->inherited[0], e) < 0)
		return -1;
	if (owned || st.st_uid == OVERFLOW_ID || st.st_gid == OVERFLOW_ID ||
	    !holder_maps(c->holder, ID_MAP_USERS, st.st_uid) ||
	    !holder_maps(c->holder, ID_MAP_GROUPS, st.st_gid) ||
	    ((int64_t)st.st_uid == holder_outside(c->holder, ID_MAP_USERS, 0) &&
	     (int64_t)st.st_gid == holder_outside(c->holder, ID_MAP_GROUPS, 0)))
		return 0;
	snprintf(n->inherited[1], sizeof n->inherited[1], "uid=%u", st.st_uid);
	snprintf(n->inherited[2], sizeof n->inherited[2], "gid=%u", st.st_gid);
	return tree_add_option(&n->options, n->inherited[1], e) < 0
		       ? -1
		       : tree_add_option(&n->options, n->inherited[2], e);
}

/* What needs no target; "ro" is the file system's own matter, too, where nobody else has it. */
static int set_options(const struct child *c, struct new_filesystem *n, struct err *e)
{
	const struct spec_mount *m = n->m;

	if (tree_map_options(c, m, &n->options, e) < 0)
		return -1;
	n->attributes = m->attributes | m->recursive_attributes;
	if (n->attributes & MOUNT_ATTR_RDONLY && !is_tmpfs(m) && !is_of_the_kernel(m->fstype) &&
	    !tree_is_sealed_late(m))
		return tree_add_option(&n->options, "ro", e);
	return 0;
}

static int prepare(const struct child *c, struct new_filesystem *n, struct err *e)
{
	const struct spec_mount *m = n->m;
	int proc = !strcmp(m->fstype, "proc"), existed;
	int flags = (proc || !strcmp(m->fstype, "sysfs") ? TARGET_ORDINARY : TARGET_FOLDER) |
		    (proc ? TARGET_PROCFS : 0);

	if (set_options(c, n, e) < 0)
		return -1;
	n->at = tree_open_target(c, m, flags, &existed, e);
	if (n->at < 0)
		return -1;
	if (is_tmpfs(m) && existed && inherit(c, n, e) < 0)
		return -1;
	if (tree_is_sealed_late(m))
		n->attributes &= ~(uint64_t)MOUNT_ATTR_RDONLY;
	return 0;
}

static int clone_hosts(const struct child *c, const struct spec_mount *m, struct err *e)
{
	for (size_t i = 0; i < ARRAY_SIZE(of_the_host); i++) {
		const struct spec_mount bind = {
			.kind = MOUNT_BIND,
			.source = of_the_host[i].host_path,
			.target = m->target,
			.attributes = m->attributes,
			.attributes_recursive = 1,
			.recursive = 1,
		};

		if (!strcmp(m->fstype, of_the_host[i].type) &&
		    c->spec->namespaces[of_the_host[i].space].mode == NS_MODE_HOST)
			return tree_clone_source(c, &bind, e);
	}
	return -1;
}

static int create(const struct child *c, const struct new_filesystem *n, struct err *e)
{
	const struct mount_filesystem f = {
		.type = n->m->fstype,
		.source = n->m->source,
		.options = n->options.list,
		.attributes = n->attributes,
	};
	int fd = mount_new(&f, e);
	struct err first;

	if (fd >= 0 || e->sys != EPERM)
		return fd;
	first = *e;
	fd = clone_hosts(c, n->m, e);
	if (fd < 0)
		*e = first;
	return fd;
}

static int copy_up(const struct new_filesystem *n, int fd, struct err *e)
{
	cleanup_fd int from = -1, to = -1;

	if (!strcmp(n->m->target, "/"))
		return err_set(e, ERR_INVALID, "tmpcopyup on the root");
	from = openat(n->at, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	to = from < 0 ? -1 : openat(fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (to < 0)
		return err_sys(e, "open %s", n->m->target);
	return copy_tree(from, to, COPY_NO_DEVICES, e);
}

static int has_long_option(const struct tree_options *options)
{
	for (size_t i = 0; i < options->n; i++) {
		const char *value = strchr(options->list[i], '=');

		if (value && strlen(value + 1) >= MOUNT_VALUE_MAX)
			return 1;
	}
	return 0;
}

/* mount(2) for what fsconfig(2) doesn't take: long lists of layers, above all. */
static int mount_by_name(struct child *c, const struct new_filesystem *n, struct err *e)
{
	const struct spec_mount *m = n->m;
	char data[TREE_DATA_MAX], at[32];
	cleanup_fd int fd = -1;

	if (tree_join_options(&n->options, data, e) < 0)
		return -1;
	snprintf(at, sizeof at, "/proc/self/fd/%d", n->at);
	if (mount(m->source ? m->source : m->fstype, at, m->fstype, tree_mount_flags(n->attributes),
		  data) < 0)
		return err_sys(e, "mount %s", m->fstype);
	if (!m->propagation && !tree_is_sealed_late(m))
		return 0;
	/* The descriptor is of what lies below now. */
	fd = path_open_in_root(c->root_fd, m->target, O_PATH, e);
	if (fd < 0 || mount_propagate(fd, m->propagation, e) < 0)
		return -1;
	tree_keep(c, m, &fd);
	return 0;
}

static int place(struct child *c, const struct new_filesystem *n, struct err *e)
{
	cleanup_fd int fd = -1;

	if (has_long_option(&n->options) && !c->unattached)
		return mount_by_name(c, n, e);
	fd = create(c, n, e);
	if (fd < 0)
		return -1;
	if (n->m->copy_up && copy_up(n, fd, e) < 0)
		return err_wrap(e, "fill");
	if (mount_propagate(fd, n->m->propagation & ~(uint64_t)MS_PRIVATE, e) < 0 ||
	    tree_attach(c, n->m, fd, n->at, e) < 0)
		return -1;
	tree_keep(c, n->m, &fd);
	return 0;
}

int tree_new_filesystem(const struct child *c, const struct spec_mount *m, struct err *e)
{
	struct new_filesystem n = { .m = m, .at = -1 };
	struct mount_filesystem f = { .type = m->fstype, .source = m->source };
	cleanup_fd int fd = -1;

	if (set_options(c, &n, e) < 0)
		return -1;
	if (has_long_option(&n.options))
		return err_set(e, ERR_LIMIT, "a mount option is longer than %d bytes",
			       MOUNT_VALUE_MAX - 1);
	f.options = n.options.list;
	f.attributes = n.attributes;
	fd = mount_new(&f, e);
	if (fd < 0 || mount_propagate(fd, m->propagation & ~(uint64_t)MS_PRIVATE, e) < 0)
		return -1;
	return take_fd(&fd);
}

int tree_mount_filesystem(struct child *c, const struct spec_mount *m, struct err *e)
{
	struct new_filesystem n = { .m = m, .at = -1 };
	int failed = prepare(c, &n, e) < 0 || place(c, &n, e) < 0;

	if (n.at >= 0)
		close(n.at);
	return failed ? -1 : 0;
}

int tree_remount(struct child *c, const struct spec_mount *m, struct err *e)
{
	cleanup_fd int fd = path_open_in_root(c->root_fd, m->target, O_PATH, e);
	struct tree_options options;

	if (fd < 0 || tree_set_attributes(c, m, fd, e) < 0)
		return -1;
	if (mount_propagate(fd, m->propagation, e) < 0)
		return -1;
	if (!m->fstype)
		return 0;
	if (tree_map_options(c, m, &options, e) < 0)
		return -1;
	if ((m->attributes | m->attributes_cleared) & MOUNT_ATTR_RDONLY &&
	    tree_add_option(&options, m->attributes & MOUNT_ATTR_RDONLY ? "ro" : "rw", e) < 0)
		return -1;
	return options.n ? mount_reconfigure(fd, options.list, e) : 0;
}
