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

static const char *const columns[] = { "interface", "up", "loopback", "ipv4" };
enum { UP = 1, LOOPBACK = 2 };

static bool is_set(const struct row *row, int column)
{
	return row->values[column].type == VALUE_FLAG && row->values[column].flag;
}

/* If all that is up is the loopback, nothing can be reached. */
static void judge(struct section *s)
{
	struct row *loopback = NULL;

	for (size_t i = 0; i < s->n; i++) {
		/* Flags that couldn't be read may be of an interface that is up. */
		if (is_set(&s->rows[i], LOOPBACK))
			loopback = &s->rows[i];
		else if (s->rows[i].values[UP].type == VALUE_ABSENT || is_set(&s->rows[i], UP))
			return;
	}
	if (loopback)
		loopback->verdict = CONFINED;
}

/* /proc/net/dev lists all interfaces, also those without an address, and needs no /sys. */
void network_read(struct report *r)
{
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
	judge(s);
}
