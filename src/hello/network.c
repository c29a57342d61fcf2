/* SPDX-License-Identifier: Apache-2.0 */
#include "hello/sections.h"

#include <arpa/inet.h>
#include <net/if.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include "hello/kernel_text.h"

static struct value interface_flag(int fd, const char *name, short flag)
{
	struct ifreq request = {};

	snprintf(request.ifr_name, sizeof request.ifr_name, "%s", name);
	if (ioctl(fd, SIOCGIFFLAGS, &request) < 0)
		return value_text(NULL);
	return value_flag(request.ifr_flags & flag);
}

static struct value interface_address(struct arena *a, int fd, const char *name)
{
	struct ifreq request = {};
	struct sockaddr_in in;
	char text[INET_ADDRSTRLEN];

	snprintf(request.ifr_name, sizeof request.ifr_name, "%s", name);
	if (ioctl(fd, SIOCGIFADDR, &request) < 0)
		return value_text(NULL);
	memcpy(&in, &request.ifr_addr, sizeof in);
	return value_text(arena_strdup(a, inet_ntop(AF_INET, &in.sin_addr, text, sizeof text)));
}

/* /proc/net/dev lists all interfaces, also those without an address, and needs no /sys. */
void network_read(struct report *r)
{
	static const char *const columns[] = { "interface", "up", "loopback", "ipv4" };
	struct section *s = report_table(r, "network", columns, ARRAY_SIZE(columns));
	cleanup_fd int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	char *rest = kernel_file_text(r->arena, "/proc/self/net/dev"), *line;

	if (!rest)
		s->missing = "not visible";
	while ((line = kernel_line(&rest))) {
		const char *name = kernel_net_device(r->arena, line);

		if (!name)
			continue;
		section_row(s, PLAIN,
			    (const struct value[]){ value_text(name),
						    interface_flag(fd, name, IFF_UP),
						    interface_flag(fd, name, IFF_LOOPBACK),
						    interface_address(r->arena, fd, name) });
	}
	/* Only the loopback of its own: nothing can be reached. */
	if (s->n == 1 && s->rows[0].values[2].type == VALUE_FLAG && s->rows[0].values[2].flag)
		s->rows[0].verdict = CONFINED;
}
