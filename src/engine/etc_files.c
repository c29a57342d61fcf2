/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/etc_files.h"

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/text.h"

#define HOST_FILE_MAX (1 << 20)

/* Readable by every user of the container. */
static int write_file(int dir_fd, const char *name, const char *text, struct err *e)
{
	cleanup_fd int fd = openat(dir_fd, name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);

	if (fd < 0 || fchmod(fd, 0644) < 0)
		return err_sys(e, "create etc/%s", name);
	return fd_write_all(fd, text, strlen(text), e);
}

/* The host's own text, or the one given where it has none. */
static int copy_host_file(int dir_fd, const char *name, const char *otherwise, struct err *e)
{
	cleanup_fd int etc = open("/etc", O_PATH | O_DIRECTORY | O_CLOEXEC);
	struct err ignored;
	cleanup_free char *text = fd_read_file(etc, name, HOST_FILE_MAX, &ignored);

	return write_file(dir_fd, name, text ?: otherwise, e);
}

int etc_files_write(int container_fd, const struct etc_files *what, struct err *e)
{
	cleanup_by(text_free) struct text hosts = {}, hostname = {};
	cleanup_fd int dir_fd = -1;

	if (mkdirat(container_fd, "etc", 0755) < 0)
		return err_sys(e, "create the container's etc folder");
	dir_fd = fd_open(container_fd, "etc", O_RDONLY | O_DIRECTORY, e);
	if (dir_fd < 0)
		return -1;
	text_add(&hosts,
		 "127.0.0.1\tlocalhost\n::1\tlocalhost ip6-localhost ip6-loopback\n"
		 "127.0.0.1\t%s\n",
		 what->hostname);
	text_add(&hostname, "%s\n", what->hostname);
	if (write_file(dir_fd, "hostname", hostname.s, e) < 0)
		return -1;
	if (what->host_network)
		return copy_host_file(dir_fd, "hosts", hosts.s, e) < 0
			       ? -1
			       : copy_host_file(dir_fd, "resolv.conf", "", e);
	/* Without a network there is no server to ask. */
	return write_file(dir_fd, "hosts", hosts.s, e) < 0
		       ? -1
		       : write_file(dir_fd, "resolv.conf", "", e);
}
