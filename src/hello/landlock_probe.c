/* SPDX-License-Identifier: Apache-2.0 */
#include "hello/landlock_probe.h"

#include <errno.h>
#include <linux/landlock.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define LAYERS_UNKNOWN 127

int landlock_probe_version(void)
{
	long version =
		syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION);

	return version < 0 ? -errno : (int)version;
}

/* In a child: its exit status is the answer. What it denies itself ends with it. */
static _Noreturn void add_layers(void)
{
	struct landlock_ruleset_attr attr = { .handled_access_fs = LANDLOCK_ACCESS_FS_MAKE_SOCK };
	int added = 0, ruleset;

	ruleset = (int)syscall(SYS_landlock_create_ruleset, &attr, sizeof attr, 0);
	if (ruleset < 0 || prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
		_exit(LAYERS_UNKNOWN);
	while (added <= LANDLOCK_LAYERS_MAX && syscall(SYS_landlock_restrict_self, ruleset, 0) == 0)
		added++;
	/* Anything but "too many" is a filter's answer, and more than expected a newer kernel's. */
	if (added > LANDLOCK_LAYERS_MAX || errno != E2BIG)
		_exit(LAYERS_UNKNOWN);
	_exit(LANDLOCK_LAYERS_MAX - added);
}

int landlock_probe_layers(void)
{
	int status;
	pid_t child = fork();

	if (child < 0)
		return -1;
	if (child == 0)
		add_layers();
	while (waitpid(child, &status, 0) < 0) {
		if (errno != EINTR)
			return -1;
	}
	if (!WIFEXITED(status) || WEXITSTATUS(status) == LAYERS_UNKNOWN)
		return -1;
	return WEXITSTATUS(status);
}
