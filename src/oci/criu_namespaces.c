/* SPDX-License-Identifier: Apache-2.0 */
#include "oci/criu_namespaces.h"

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fd.h"

/* CRIU's words, and the name under which an outside one is known in the images. */
static const struct {
	const char *word, *outside;
} kinds[NS_COUNT] = {
	[NS_USER] = { "user", NULL }, [NS_PID] = { "pid", "extRootPidNS" },
	[NS_MOUNT] = { "mnt", NULL }, [NS_NETWORK] = { "net", "extRootNetNS" },
	[NS_IPC] = { "ipc", NULL },   [NS_UTS] = { "uts", NULL },
	[NS_CGROUP] = { NULL, NULL }, [NS_TIME] = { "time", NULL },
};

static int refuse(int kind, struct err *e)
{
	err_set(e, ERR_UNENFORCED, "criu can't join a %s namespace again",
		kind == NS_CGROUP ? "cgroup" : kinds[kind].word);
	return err_hint(e, "let the container have one of its own");
}

int criu_namespaces_name(const struct oci_container *c, struct text *options, struct err *e)
{
	for (int i = 0; i < NS_COUNT; i++) {
		const struct spec_namespace *n = &c->config.spec.namespaces[i];
		cleanup_free char *name = NULL;
		struct stat st;

		if (n->mode != NS_MODE_JOIN)
			continue;
		if (!kinds[i].word)
			return refuse(i, e);
		if (!kinds[i].outside)
			continue;
		if (stat(n->path, &st) < 0)
			return err_sys(e, "%s namespace %s", kinds[i].word, n->path);
		name = xprintf("%s[%ju]:%s", kinds[i].word, (uintmax_t)st.st_ino, kinds[i].outside);
		criu_put_string(options, CRIU_EXTERNAL, name);
	}
	return 0;
}

int criu_namespaces_supply(const struct oci_container *c, int first_fd, int *ret_fds,
			   struct text *options, struct err *e)
{
	int used = 0;

	for (int i = 0; i < NS_COUNT; i++) {
		const struct spec_namespace *n = &c->config.spec.namespaces[i];

		if (n->mode != NS_MODE_JOIN)
			continue;
		if (!kinds[i].word)
			return refuse(i, e);
		if (!kinds[i].outside) {
			criu_put_pair(options, CRIU_JOIN_NS, kinds[i].word, n->path);
			continue;
		}
		ret_fds[used] = fd_open(AT_FDCWD, n->path, O_RDONLY, e);
		if (ret_fds[used] < 0) {
			while (used)
				close(ret_fds[--used]);
			return -1;
		}
		criu_put_inherited(options, kinds[i].outside, first_fd + used++);
	}
	return used;
}
