/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A D-Bus connection over a Unix socket, as a client that calls methods and waits for a few signals:
 * D-Bus Specification 0.41, "Authentication Protocol", "Server Addresses", "Message Bus". With a
 * bus, or with a service directly (systemd's private socket), which needs no Hello.
 *
 * Calls block until the reply is there or the connection's time-out is over. Who we are is what
 * the kernel tells the other end of the socket (SASL EXTERNAL with an empty identity), so it works
 * from within a user namespace too.
 */
#pragma once

#include <stdint.h>

#include "base/err.h"
#include "runtime/dbus_wire.h"

struct dbus;

enum dbus_kind { DBUS_BUS, DBUS_DIRECT };

/*
 * Connects to the first address of the ';'-separated list that takes us ("unix:path=/run/bus",
 * "unix:abstract=name"; other transports are passed over). NULL on error; ERR_NOT_FOUND when there
 * is nobody. `timeout_usec` is for this and for each later wait.
 */
struct dbus *dbus_open(const char *addresses, enum dbus_kind kind, int64_t timeout_usec,
		       struct err *e);
void dbus_close(struct dbus *d); /* accepts NULL */
void dbus_closep(struct dbus **d);
#define cleanup_dbus __attribute__((__cleanup__(dbus_closep)))

/*
 * Calls and waits; `reply` is valid until the next call here. An error reply is -1 with its text, and
 * its name from dbus_error_name() until the next call. On a direct connection the destination is left
 * out of the message.
 */
int dbus_call(struct dbus *d, const struct dbus_call *c, struct dbus_message *reply, struct err *e);
/* "org.freedesktop.systemd1.UnitExists"; "" when the last failure wasn't an error reply. */
const char *dbus_error_name(const struct dbus *d);

/*
 * Signals of this interface and member are kept from now on, also while calls wait for their
 * reply. `rule` is the match rule for a bus. One such interest a connection.
 */
int dbus_watch(struct dbus *d, const char *interface, const char *member, const char *rule,
	       struct err *e);
/* The next such signal, kept or to come; valid until the next call here. ERR_LIMIT: time is over. */
int dbus_wait_signal(struct dbus *d, int64_t deadline_usec, struct dbus_message *ret,
		     struct err *e);
