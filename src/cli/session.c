/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/session.h"

#include <stdio.h>

#include "cli/door.h"

int session_open(const struct command_call *call, struct engine *ret, struct err *e)
{
	const struct engine_options options = {
		.home = { call->globals->root, call->globals->runroot },
		.storage_driver = call->globals->storage_driver,
		.starts_processes = call->command->starts_processes,
	};

	if (engine_open(&options, ret, e) < 0)
		return -1;
	if (*ret->notice.text)
		door_report(&ret->notice);
	return 0;
}

static int for_each(struct command_call *call, session_action *act, int printed, struct err *e)
{
	struct engine en;
	int status = 0;

	if (session_open(call, &en, e) < 0)
		return -1;
	for (size_t i = 0; i < call->n_arguments; i++) {
		if (act(&en, call->arguments[i], call->options, e) < 0) {
			door_report(e);
			status = 1;
		} else if (printed) {
			printf("%s\n", call->arguments[i]);
		}
	}
	engine_close(&en);
	return status;
}

int session_for_each(struct command_call *call, session_action *act, struct err *e)
{
	return for_each(call, act, 0, e);
}

int session_for_each_printed(struct command_call *call, session_action *act, struct err *e)
{
	return for_each(call, act, 1, e);
}

void session_close(struct engine *en)
{
	if (en->arena)
		engine_close(en);
}
