/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/attached.h"

#include <unistd.h>

#include "base/mem.h"
#include "engine/attach.h"

int attached_check_tty(int tty, int interactive, struct err *e)
{
	if (tty && interactive && !isatty(STDIN_FILENO))
		return err_set(e, ERR_USAGE, "the input device is not a TTY");
	return 0;
}

int attached_run(const struct attached *a, struct err *e)
{
	cleanup_fd int socket_fd = a->socket_fd;
	struct attach_options options = {
		.socket_fd = socket_fd,
		.stdin_fd = a->forward_stdin ? STDIN_FILENO : -1,
		.stdout_fd = a->show_stdout ? STDOUT_FILENO : -1,
		.stderr_fd = a->show_stderr ? STDERR_FILENO : -1,
		.tty = a->tty,
		/* A terminal's keys are the program's, and its end isn't the container's (as Docker). */
		.sig_proxy = a->sig_proxy && !a->tty,
	};
	struct attach_result result;

	if (detach_keys_parse(a->detach_keys ?: DETACH_KEYS_DEFAULT, &options.detach_keys, e) < 0)
		return err_wrap(e, "--detach-keys");
	if (attach_run(&options, &result, e) < 0)
		return -1;
	return result.outcome == ATTACH_ENDED ? result.end.exit_code : 0;
}
