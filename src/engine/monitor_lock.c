/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The lock by which others tell that a monitor lives. An open-file-description lock and not flock:
 * asking whether it is held doesn't take it for a moment, so nobody who only asks can make a start
 * fail. It survives the fork into the monitor and ends with the last descriptor.
 */
#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/fd.h"
#include "engine/monitor.h"
#include "engine/monitor_client.h"

#define LOOK_AGAIN_USEC	    1000
#define LOOK_AGAIN_MAX_USEC 20000

int monitor_lock(int run_dir_fd, struct err *e)
{
	struct flock whole = { .l_type = F_WRLCK, .l_whence = SEEK_SET };
	cleanup_fd int fd =
		openat(run_dir_fd, MONITOR_LOCK, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);

	if (fd < 0)
		return err_sys(e, "open the monitor's lock");
	if (fcntl(fd, F_OFD_SETLK, &whole) == 0)
		return take_fd(&fd);
	if (errno == EAGAIN || errno == EACCES)
		return err_set(e, ERR_CONFLICT, "the container has a monitor already");
	return err_sys(e, "take the monitor's lock");
}

int monitor_is_alive(int run_dir_fd)
{
	struct flock whole = { .l_type = F_WRLCK, .l_whence = SEEK_SET };
	cleanup_fd int fd = openat(run_dir_fd, MONITOR_LOCK, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);

	return fd >= 0 && fcntl(fd, F_OFD_GETLK, &whole) == 0 && whole.l_type != F_UNLCK;
}

int monitor_wait_gone(int run_dir_fd, int timeout_msec, struct err *e)
{
	int64_t end = clock_monotonic_usec() + timeout_msec * INT64_C(1000);
	useconds_t pause = LOOK_AGAIN_USEC;

	while (monitor_is_alive(run_dir_fd)) {
		if (timeout_msec >= 0 && clock_monotonic_usec() >= end)
			return err_set(e, ERR_CONFLICT, "the container's monitor is still busy");
		usleep(pause);
		if (pause < LOOK_AGAIN_MAX_USEC)
			pause *= 2;
	}
	return 0;
}
