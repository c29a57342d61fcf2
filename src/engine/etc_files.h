/* SPDX-License-Identifier: Apache-2.0 */
/*
 * /etc/hosts, /etc/hostname and /etc/resolv.conf of a container: files in its folder `etc`, which are
 * bound over the image's. hosts(5), resolv.conf(5).
 */
#pragma once

#include "base/err.h"

struct etc_files {
	const char *hostname;
	int host_network; /* its names are the host's: hosts and resolv.conf are copies */
};

int etc_files_write(int container_fd, const struct etc_files *what, struct err *e);
