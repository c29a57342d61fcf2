/* SPDX-License-Identifier: Apache-2.0 */
/* What the child does in its new network namespace: netdevice(7), and sysctls of its namespaces. */
#include "runtime/network.h"

#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/mem.h"
#include "runtime/child.h"
#include "runtime/procfs.h"

#define SYSCTL_PATH_MAX 256

static int raise_loopback(struct err *e)
{
	struct ifreq request = { .ifr_name = "lo" };
	cleanup_fd int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	if (fd < 0)
		return err_sys(e, "create a socket");
	request.ifr_flags = IFF_UP | IFF_RUNNING;
	if (ioctl(fd, SIOCSIFFLAGS, &request) < 0)
		return err_sys(e, "raise the loopback device");
	return 0;
}

/* "net.ipv4.ip_forward" is /proc/sys/net/ipv4/ip_forward; a "/" in the name stays a dot there. */
static int write_sysctl(const struct child *c, const struct spec_sysctl *s, struct err *e)
{
	char path[SYSCTL_PATH_MAX];
	int n = snprintf(path, sizeof path, "sys/%s", s->name);

	if (n < 0 || (size_t)n >= sizeof path)
		return err_set(e, ERR_LIMIT, "sysctl name %s is too long", s->name);
	for (char *p = path + 4; *p; p++)
		*p = *p == '.' ? '/' : *p == '/' ? '.' : *p;
	if (procfs_write(c->proc_fd, path, s->value, e) < 0)
		return err_wrap(e, "sysctl %s", s->name);
	return 0;
}

int child_configure_network(struct child *c, struct err *e)
{
	if (c->spec->namespaces[NS_NETWORK].mode == NS_MODE_NEW && raise_loopback(e) < 0)
		return -1;
	for (size_t i = 0; i < c->spec->n_sysctls; i++) {
		if (write_sysctl(c, &c->spec->sysctls[i], e) < 0)
			return -1;
	}
	return 0;
}

static int is_of_network(const char *sysctl)
{
	return !strncmp(sysctl, "net", 3) && (sysctl[3] == '.' || sysctl[3] == '/');
}

static int configure(const struct spec *spec, struct err *e)
{
	cleanup_fd int proc_fd = procfs_open(e);
	const struct child c = { .spec = spec, .proc_fd = proc_fd };

	if (proc_fd < 0 || raise_loopback(e) < 0)
		return -1;
	for (size_t i = 0; i < spec->n_sysctls; i++) {
		if (is_of_network(spec->sysctls[i].name) &&
		    write_sysctl(&c, &spec->sysctls[i], e) < 0)
			return -1;
	}
	return 0;
}

int network_configure(const struct spec *spec, pid_t pid, struct err *e)
{
	cleanup_fd int own_fd = -1, its_fd = -1;
	struct stat own, its;
	char path[64];
	int failed;

	if (spec->namespaces[NS_NETWORK].mode != NS_MODE_NEW)
		return 0;
	snprintf(path, sizeof path, "/proc/%d/ns/net", pid);
	own_fd = fd_open(AT_FDCWD, "/proc/self/ns/net", O_RDONLY, e);
	its_fd = own_fd < 0 ? -1 : fd_open(AT_FDCWD, path, O_RDONLY, e);
	if (its_fd < 0)
		return -1;
	if (fstat(own_fd, &own) < 0 || fstat(its_fd, &its) < 0)
		return err_sys(e, "network namespace");
	if (own.st_ino == its.st_ino && own.st_dev == its.st_dev)
		return err_set(e, ERR_SYSTEM, "the process has no network namespace of its own");
	if (setns(its_fd, CLONE_NEWNET) < 0)
		return err_sys(e, "join the network namespace");
	failed = configure(spec, e) < 0;
	if (setns(own_fd, CLONE_NEWNET) < 0)
		return err_sys(e, "go back to the caller's network namespace");
	return failed ? -1 : 0;
}
