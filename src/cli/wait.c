/* SPDX-License-Identifier: Apache-2.0 */
/* cale wait: blocks until containers stop, then prints their exit codes. */
#include <stdio.h>

#include "cli/session.h"
#include "engine/container.h"

static int wait_one(struct engine *en, const char *name, void *options, struct err *e)
{
	int code;

	(void)options;
	if (container_wait(en, name, &code, e) < 0)
		return -1;
	printf("%d\n", code);
	return 0;
}

static int wait_all(struct command_call *call, struct err *e)
{
	return session_for_each(call, wait_one, e);
}

const struct command command_wait = {
	.name = "wait",
	.aliases = "container wait",
	.section = SECTION_OTHER,
	.usage = "CONTAINER [CONTAINER...]",
	.summary = "Wait until containers end; print their exit codes",
	.arguments_min = 1,
	.arguments_max = ARGUMENTS_ANY,
	.run = wait_all,
};
