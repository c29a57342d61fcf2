/* SPDX-License-Identifier: Apache-2.0 */
/* What containers on the host's network may do there; with a network of their own they may both. */
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "base/fd.h"
#include "confine/host_parts.h"

#define PORT_START "/proc/sys/net/ipv4/ip_unprivileged_port_start"
#define PING_RANGE "/proc/sys/net/ipv4/ping_group_range"

void host_ask_low_ports(const struct host_probe *p, struct host_row *row)
{
	long start = host_number(PORT_START);

	if (start < 0 || start > 1023) {
		host_lacks(row, p->question->rootless ? HOST_MISSING : HOST_PARTLY,
			   p->question->rootless ? "they are root's on the host's network"
						 : "on the host's network only with --userns=host",
			   "sudo sysctl -w net.ipv4.ip_unprivileged_port_start=80");
		return;
	}
	if (start > 0)
		row->detail = arena_printf(p->arena, "from %ld", start);
}

void host_ask_ping(const struct host_probe *p, struct host_row *row)
{
	struct err ignored;
	cleanup_free char *text = fd_read_file(AT_FDCWD, PING_RANGE, 256, &ignored);
	unsigned long low = 1, high = 0;

	if (text)
		sscanf(text, "%lu %lu", &low, &high);
	if (low <= getegid() && getegid() <= high) {
		row->detail = arena_printf(p->arena, "groups %lu to %lu", low, high);
		return;
	}
	host_lacks(row, HOST_PARTLY, "on the host's network only with CAP_NET_RAW",
		   "sudo sysctl -w net.ipv4.ping_group_range='0 2147483647'");
}
