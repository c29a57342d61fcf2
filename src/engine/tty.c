/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/tty.h"

#include <sys/ioctl.h>

int tty_raw(int fd, struct tty_mode *ret, struct err *e)
{
	struct termios raw;

	if (tcgetattr(fd, &ret->saved) < 0)
		return err_sys(e, "read the terminal's mode");
	raw = ret->saved;
	cfmakeraw(&raw);
	raw.c_cc[VMIN] = 1;
	raw.c_cc[VTIME] = 0;
	/* What was typed before stays: it is meant for the container. */
	if (tcsetattr(fd, TCSANOW, &raw) < 0)
		return err_sys(e, "set the terminal to raw mode");
	ret->fd = fd;
	return 0;
}

void tty_restore(struct tty_mode *mode)
{
	if (mode->fd < 0)
		return;
	tcsetattr(mode->fd, TCSADRAIN, &mode->saved);
	mode->fd = -1;
}

void tty_size(int fd, unsigned short *ret_rows, unsigned short *ret_columns)
{
	struct winsize size = {};

	if (ioctl(fd, TIOCGWINSZ, &size) < 0)
		size = (struct winsize){};
	*ret_rows = size.ws_row;
	*ret_columns = size.ws_col;
}
