/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Addresses of D-Bus servers, as environment variables hold them: D-Bus Specification 0.41,
 * "Server Addresses" and "Unix Domain Sockets". Pure.
 */
#pragma once

#include <stddef.h>
#include <sys/un.h>

struct dbus_address {
	int abstract; /* the socket's name begins with a NUL that isn't in `name` */
	size_t n;     /* bytes of the name; a path's without its NUL */
	char name[sizeof(((struct sockaddr_un *)NULL)->sun_path)];
};

/*
 * Steps `*list` behind the next address that we can connect to and fills `ret`: 1, or 0 at the end.
 * Malformed ones, too long names and other transports are passed over.
 */
int dbus_address_next(const char **list, struct dbus_address *ret);
