/* SPDX-License-Identifier: Apache-2.0 */
#include "runtime/landlock.h"

#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/path.h"

/* linux/landlock.h; older headers don't have all of it. */
#define CREATE_RULESET_VERSION (1U << 0)
#define RULE_PATH_BENEATH      1
#define RULE_NET_PORT	       2

struct ruleset_attributes {
	uint64_t handled_fs, handled_net, scoped;
};

struct path_rule {
	uint64_t access;
	int32_t parent_fd;
} __attribute__((packed));

struct port_rule {
	uint64_t access, port;
};

/* execute, write_file, read_file, truncate, ioctl_dev: the rights that a file can have. */
#define FILE_RIGHTS (UINT64_C(1) << 0 | 1 << 1 | 1 << 2 | 1 << 14 | 1 << 15)

/* What each ABI brought. */
static const struct {
	int abi;
	uint64_t fs, net, scopes;
	const char *kernel;
} abis[] = {
	{ 1, (1 << 13) - 1, 0, 0, "5.13" },   /* execute … make_sym */
	{ 2, 1 << 13, 0, 0, "5.19" },	      /* refer */
	{ 3, 1 << 14, 0, 0, "6.2" },	      /* truncate */
	{ 4, 0, 1 << 0 | 1 << 1, 0, "6.7" },  /* bind_tcp, connect_tcp */
	{ 5, 1 << 15, 0, 0, "6.10" },	      /* ioctl_dev */
	{ 6, 0, 0, 1 << 0 | 1 << 1, "6.12" }, /* abstract_unix_socket, signal */
};

int landlock_abi(void)
{
	return (int)syscall(SYS_landlock_create_ruleset, NULL, 0, CREATE_RULESET_VERSION);
}

/* The part of `asked` that this ABI has. */
static struct ruleset_attributes known(int abi, const struct ruleset_attributes *asked)
{
	struct ruleset_attributes all = {};

	for (size_t i = 0; i < ARRAY_SIZE(abis) && abis[i].abi <= abi; i++) {
		all.handled_fs |= abis[i].fs;
		all.handled_net |= abis[i].net;
		all.scoped |= abis[i].scopes;
	}
	return (struct ruleset_attributes){ all.handled_fs & asked->handled_fs,
					    all.handled_net & asked->handled_net,
					    all.scoped & asked->scoped };
}

static int is_same(const struct ruleset_attributes *a, const struct ruleset_attributes *b)
{
	return a->handled_fs == b->handled_fs && a->handled_net == b->handled_net &&
	       a->scoped == b->scoped;
}

static int lacking(int abi, const struct ruleset_attributes *asked, struct err *e)
{
	for (size_t i = 0; i < ARRAY_SIZE(abis); i++) {
		struct ruleset_attributes can = known(abis[i].abi, asked);

		if (!is_same(&can, asked))
			continue;
		err_set(e, ERR_UNENFORCED, "Landlock ABI %d is needed and this kernel has %d",
			abis[i].abi, abi < 0 ? 0 : abi);
		if (abi < 0)
			return err_hint(e, "boot Linux %s or newer with lsm=landlock,…",
					abis[i].kernel);
		return err_hint(e, "Linux %s brought it", abis[i].kernel);
	}
	return err_set(e, ERR_UNENFORCED, "Landlock: no known ABI has the rights %jx %jx %jx",
		       (uintmax_t)asked->handled_fs, (uintmax_t)asked->handled_net,
		       (uintmax_t)asked->scoped);
}

static int add_path(const struct spec_landlock *l, const struct spec_landlock_path *p,
		    const struct ruleset_attributes *handled, const int fds[2], struct err *e)
{
	struct path_rule rule = { .access = p->access & handled->handled_fs };
	cleanup_fd int fd = -1;
	struct stat st;

	if (p->access & ~l->handled_fs)
		return err_set(e, ERR_INVALID,
			       "Landlock rule for %s: it allows rights that aren't handled",
			       p->path);
	fd = path_open_in_root(fds[0], p->path, O_PATH, e);
	if (fd < 0 && l->best_effort && (e->sys == ENOENT || e->sys == ENOTDIR)) {
		*e = (struct err){};
		return 0;
	}
	if (fd < 0)
		return err_wrap(e, "Landlock rule");
	if (fstat(fd, &st) < 0)
		return err_sys(e, "Landlock rule for %s", p->path);
	if (!S_ISDIR(st.st_mode))
		rule.access &= FILE_RIGHTS;
	rule.parent_fd = fd;
	if (rule.access && syscall(SYS_landlock_add_rule, fds[1], RULE_PATH_BENEATH, &rule, 0) < 0)
		return err_sys(e, "Landlock rule for %s", p->path);
	return 0;
}

static int add_port(const struct spec_landlock *l, const struct spec_landlock_port *p,
		    const struct ruleset_attributes *handled, int ruleset_fd, struct err *e)
{
	const struct port_rule rule = { p->access & handled->handled_net, p->port };

	if (p->access & ~l->handled_net)
		return err_set(e, ERR_INVALID,
			       "Landlock rule for port %ju: it allows rights that aren't handled",
			       (uintmax_t)p->port);
	if (rule.access && syscall(SYS_landlock_add_rule, ruleset_fd, RULE_NET_PORT, &rule, 0) < 0)
		return err_sys(e, "Landlock rule for port %ju", (uintmax_t)p->port);
	return 0;
}

int landlock_prepare(const struct spec_landlock *l, uint64_t scopes, int root_fd, int *ret,
		     struct err *e)
{
	const struct ruleset_attributes asked = { l->handled_fs, l->handled_net, scopes };
	struct ruleset_attributes handled;
	cleanup_fd int fd = -1;
	int abi, fds[2];

	*ret = -1;
	if (!asked.handled_fs && !asked.handled_net && !asked.scoped) {
		if (l->n_paths || l->n_ports)
			return err_set(e, ERR_INVALID, "Landlock rules without handled rights");
		return 0;
	}
	abi = landlock_abi();
	handled = known(abi, &asked);
	if (!l->best_effort && !is_same(&handled, &asked))
		return lacking(abi, &asked, e);
	if (!handled.handled_fs && !handled.handled_net && !handled.scoped)
		return 0;
	fd = (int)syscall(SYS_landlock_create_ruleset, &handled, sizeof handled, 0);
	if (fd < 0)
		return err_sys(e, "create a Landlock ruleset");
	fds[0] = root_fd;
	fds[1] = fd;
	for (size_t i = 0; i < l->n_paths; i++) {
		if (add_path(l, &l->paths[i], &handled, fds, e) < 0)
			return -1;
	}
	for (size_t i = 0; i < l->n_ports; i++) {
		if (add_port(l, &l->ports[i], &handled, fd, e) < 0)
			return -1;
	}
	*ret = take_fd(&fd);
	return 0;
}

int landlock_enter(int ruleset_fd, struct err *e)
{
	if (ruleset_fd >= 0 && syscall(SYS_landlock_restrict_self, ruleset_fd, 0) < 0)
		return err_sys(e, "enter the Landlock domain");
	return 0;
}
