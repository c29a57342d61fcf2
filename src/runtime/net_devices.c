/* SPDX-License-Identifier: Apache-2.0 */
#include "runtime/net_devices.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/if_addr.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/fd.h"
#include "runtime/rtnetlink.h"

#define DEVICES_MAX   256
#define ADDRESSES_MAX 1024
#define ADDRESS_BYTES 16
#define DUMP_RETRIES  16
/* What of an address's flags is the user's wish and not the kernel's finding. */
#define FLAGS_KEPT                                                                                 \
	(IFA_F_NODAD | IFA_F_HOMEADDRESS | IFA_F_MANAGETEMPADDR | IFA_F_NOPREFIXROUTE |            \
	 IFA_F_MCAUTOJOIN)

struct link {
	int index;
	unsigned flags; /* IFF_* */
	char name[IFNAMSIZ];
};

struct address {
	struct ifaddrmsg head;
	uint32_t flags, metric;
	size_t n; /* bytes of each of the following; 0: not there */
	unsigned char address[ADDRESS_BYTES], local[ADDRESS_BYTES], broadcast[ADDRESS_BYTES];
	int has_local, has_broadcast;
};

struct addresses {
	int index; /* of the device that is asked about */
	struct address *items;
	size_t n;
};

struct move {
	const struct spec_net_device *device;
	int here_fd, there_fd; /* rtnetlink sockets */
	int here_ns_fd, there_ns_fd;
	struct link link; /* here */
	int index_there;
	struct addresses addresses;
};

int net_device_name_is_valid(const char *name, int template)
{
	size_t n = strlen(name);
	const char *percent = strchr(name, '%');

	if (!n || n >= IFNAMSIZ || !strcmp(name, ".") || !strcmp(name, ".."))
		return 0;
	for (const char *p = name; *p; p++) {
		if (*p == '/' || *p == ':' || isspace((unsigned char)*p))
			return 0;
	}
	return !percent || (template && percent[1] == 'd' && !strchr(percent + 1, '%'));
}

/* ---- looking ---- */

static int see_link(void *context, const struct rtnl_reply *reply, struct err *e)
{
	struct rtnl_attribute table[IFLA_IFNAME + 1];
	struct link *link = context;
	struct ifinfomsg head;

	if (reply->type != RTM_NEWLINK)
		return 0;
	memcpy(&head, reply->header, sizeof head);
	if (rtnl_parse(reply->attributes, reply->attributes_n, table, ARRAY_SIZE(table), e) < 0)
		return -1;
	link->index = head.ifi_index;
	link->flags = head.ifi_flags;
	if (table[IFLA_IFNAME].data && table[IFLA_IFNAME].n <= sizeof link->name)
		memcpy(link->name, table[IFLA_IFNAME].data, table[IFLA_IFNAME].n);
	link->name[IFNAMSIZ - 1] = '\0';
	return 0;
}

/* By name, or with NULL by index; e->sys ENODEV when there is none. */
static int find_link(int fd, const char *name, int index, struct link *ret, struct err *e)
{
	const struct ifinfomsg head = { .ifi_index = index };
	const struct rtnl_visit v = { sizeof head, see_link, ret };
	struct rtnl_request r;

	*ret = (struct link){};
	rtnl_begin(&r, RTM_GETLINK, 0);
	rtnl_put_header(&r, &head, sizeof head);
	if (name)
		rtnl_put_string(&r, IFLA_IFNAME, name);
	return rtnl_ask(fd, &r, &v, e);
}

static int copy_bytes(const struct rtnl_attribute *a, size_t n, unsigned char ret[ADDRESS_BYTES])
{
	if (!a->data || a->n != n)
		return 0;
	memcpy(ret, a->data, n);
	return 1;
}

/* Keeps those that the specification wants to be kept. */
static int see_address(void *context, const struct rtnl_reply *reply, struct err *e)
{
	struct rtnl_attribute table[IFA_RT_PRIORITY + 1];
	struct addresses *all = context;
	struct address a = {};

	if (reply->type != RTM_NEWADDR)
		return 0;
	memcpy(&a.head, reply->header, sizeof a.head);
	if (rtnl_parse(reply->attributes, reply->attributes_n, table, ARRAY_SIZE(table), e) < 0)
		return -1;
	if (!rtnl_get_u32(&table[IFA_FLAGS], &a.flags))
		a.flags = a.head.ifa_flags;
	if ((int)a.head.ifa_index != all->index || a.head.ifa_scope != RT_SCOPE_UNIVERSE ||
	    !(a.flags & IFA_F_PERMANENT))
		return 0;
	if (all->n == ADDRESSES_MAX)
		return err_set(e, ERR_LIMIT, "more than %d addresses", ADDRESSES_MAX);
	rtnl_get_u32(&table[IFA_RT_PRIORITY], &a.metric);
	a.n = a.head.ifa_family == AF_INET6 ? 16 : 4;
	if (!copy_bytes(&table[IFA_ADDRESS], a.n, a.address))
		return 0;
	a.has_local = copy_bytes(&table[IFA_LOCAL], a.n, a.local);
	a.has_broadcast = copy_bytes(&table[IFA_BROADCAST], a.n, a.broadcast);
	all->items = xrealloc(all->items, all->n + 1, sizeof *all->items);
	all->items[all->n++] = a;
	return 0;
}

static int list_addresses(int fd, struct addresses *all, struct err *e)
{
	const struct ifaddrmsg head = { .ifa_index = (unsigned)all->index };
	const struct rtnl_visit v = { sizeof head, see_address, all };
	struct rtnl_request r;

	for (int i = 0; i < DUMP_RETRIES; i++) {
		all->n = 0;
		*e = (struct err){};
		rtnl_begin(&r, RTM_GETADDR, NLM_F_DUMP);
		rtnl_put_header(&r, &head, sizeof head);
		if (rtnl_ask(fd, &r, &v, e) == 0)
			return 0;
		if (e->code != ERR_CONFLICT)
			break;
	}
	return -1;
}

static int see_index(void *context, const struct rtnl_reply *reply, struct err *e)
{
	struct ifinfomsg head;
	int *greatest = context;

	(void)e;
	memcpy(&head, reply->header, sizeof head);
	if (reply->type == RTM_NEWLINK && head.ifi_index > *greatest)
		*greatest = head.ifi_index;
	return 0;
}

/*
 * The device's number over there is chosen by us, so that it is known whatever its name becomes: the one
 * that it has, or one above all others.
 */
static int choose_index(int fd, int index, int *ret, struct err *e)
{
	const struct ifinfomsg head = {};
	int greatest = 0;
	const struct rtnl_visit v = { sizeof head, see_index, &greatest };
	struct rtnl_request r;
	struct link taken;

	*ret = index;
	if (find_link(fd, NULL, index, &taken, e) < 0)
		return e->sys == ENODEV ? 0 : -1;
	rtnl_begin(&r, RTM_GETLINK, NLM_F_DUMP);
	rtnl_put_header(&r, &head, sizeof head);
	/* A list that changed is good enough: the kernel refuses a number that is taken. */
	if (rtnl_ask(fd, &r, &v, e) < 0 && e->code != ERR_CONFLICT)
		return -1;
	*ret = greatest + 1;
	return 0;
}

/* ---- doing ---- */

struct destination {
	int ns_fd, index;
	const char *name;
};

static int send_link(int fd, int index, const struct destination *to, struct err *e)
{
	const struct ifinfomsg head = { .ifi_index = index };
	struct rtnl_request r;

	rtnl_begin(&r, RTM_NEWLINK, 0);
	rtnl_put_header(&r, &head, sizeof head);
	rtnl_put_string(&r, IFLA_IFNAME, to->name);
	rtnl_put_u32(&r, IFLA_NET_NS_FD, (uint32_t)to->ns_fd);
	rtnl_put_u32(&r, IFLA_NEW_IFINDEX, (uint32_t)to->index);
	return rtnl_do(fd, &r, e);
}

static int raise_link(int fd, int index, struct err *e)
{
	const struct ifinfomsg head = { .ifi_index = index,
					.ifi_flags = IFF_UP,
					.ifi_change = IFF_UP };
	struct rtnl_request r;

	rtnl_begin(&r, RTM_NEWLINK, 0);
	rtnl_put_header(&r, &head, sizeof head);
	return rtnl_do(fd, &r, e);
}

static int add_address(int fd, int index, const struct address *a, struct err *e)
{
	struct ifaddrmsg head = a->head;
	struct rtnl_request r;

	head.ifa_index = (unsigned)index;
	head.ifa_flags = 0;
	rtnl_begin(&r, RTM_NEWADDR, NLM_F_CREATE | NLM_F_EXCL);
	rtnl_put_header(&r, &head, sizeof head);
	rtnl_put(&r, IFA_ADDRESS, a->address, a->n);
	if (a->has_local)
		rtnl_put(&r, IFA_LOCAL, a->local, a->n);
	if (a->has_broadcast)
		rtnl_put(&r, IFA_BROADCAST, a->broadcast, a->n);
	if (a->metric)
		rtnl_put_u32(&r, IFA_RT_PRIORITY, a->metric);
	rtnl_put_u32(&r, IFA_FLAGS, a->flags & FLAGS_KEPT);
	return rtnl_do(fd, &r, e);
}

static int add_addresses(int fd, int index, const struct addresses *all, struct err *e)
{
	for (size_t i = 0; i < all->n; i++) {
		if (add_address(fd, index, &all->items[i], e) < 0)
			return err_wrap(e, "add an address");
	}
	return 0;
}

static int refuse_taken(const struct move *m, const char *name, struct err *e)
{
	struct link taken;

	if (strchr(name, '%'))
		return 0;
	if (find_link(m->there_fd, name, 0, &taken, e) == 0)
		return err_set(e, ERR_CONFLICT, "the container has a network device %s already",
			       name);
	return e->sys == ENODEV ? 0 : -1;
}

/* Its addresses are lost on the way: they are read before and put on again. */
static int move_one(struct move *m, struct err *e)
{
	struct destination to = { .ns_fd = m->there_ns_fd,
				  .name = m->device->name_inside ?: m->device->name };

	if (find_link(m->here_fd, m->device->name, 0, &m->link, e) < 0)
		return e->sys == ENODEV ? err_set(e, ERR_NOT_FOUND, "there is no such device") : -1;
	if (m->link.flags & IFF_LOOPBACK)
		return err_set(e, ERR_INVALID, "a loopback device can't be moved");
	m->addresses.index = m->link.index;
	if (refuse_taken(m, to.name, e) < 0 || list_addresses(m->here_fd, &m->addresses, e) < 0 ||
	    choose_index(m->there_fd, m->link.index, &to.index, e) < 0)
		return -1;
	if (send_link(m->here_fd, m->link.index, &to, e) < 0) {
		struct link left;
		struct err ignored;

		/* It may have been moved and not renamed. */
		if (find_link(m->here_fd, NULL, m->link.index, &left, &ignored) < 0 &&
		    ignored.sys == ENODEV)
			m->index_there = to.index;
		return err_wrap(e, "move it");
	}
	m->index_there = to.index;
	if (add_addresses(m->there_fd, to.index, &m->addresses, e) < 0)
		return -1;
	return raise_link(m->there_fd, to.index, e);
}

/* As well as it goes: the error that made it necessary is the one to tell. */
static void bring_back(struct move *m)
{
	const struct destination to = { m->here_ns_fd, m->link.index, m->link.name };
	struct err ignored;

	if (!m->index_there || send_link(m->there_fd, m->index_there, &to, &ignored) < 0)
		return;
	add_addresses(m->here_fd, m->link.index, &m->addresses, &ignored);
	if (m->link.flags & IFF_UP)
		raise_link(m->here_fd, m->link.index, &ignored);
}

static int check_names(const struct spec_net_device *devices, size_t n, struct err *e)
{
	if (n > DEVICES_MAX)
		return err_set(e, ERR_LIMIT, "more than %d network devices", DEVICES_MAX);
	for (size_t i = 0; i < n; i++) {
		const char *inside = devices[i].name_inside;

		if (!net_device_name_is_valid(devices[i].name, 0))
			return err_set(e, ERR_INVALID, "invalid network device name \"%s\"",
				       devices[i].name);
		if (inside && !net_device_name_is_valid(inside, 1))
			return err_set(e, ERR_INVALID, "invalid network device name \"%s\"",
				       inside);
	}
	return 0;
}

int net_devices_move(const struct spec_net_device *devices, size_t n, int netns_fd, struct err *e)
{
	cleanup_fd int here_ns_fd = -1, here_fd = -1, there_fd = -1;
	struct move *moves;
	size_t i = 0;
	int failed = 0;

	if (!n)
		return 0;
	if (check_names(devices, n, e) < 0)
		return -1;
	here_ns_fd = fd_open(AT_FDCWD, "/proc/thread-self/ns/net", O_RDONLY, e);
	if (here_ns_fd < 0)
		return -1;
	here_fd = rtnl_open(e);
	if (here_fd < 0)
		return -1;
	there_fd = rtnl_open_in(netns_fd, e);
	if (there_fd < 0)
		return -1;
	moves = xcalloc(n, sizeof *moves);
	for (; i < n && !failed; i++) {
		moves[i] = (struct move){ .device = &devices[i],
					  .here_fd = here_fd,
					  .there_fd = there_fd,
					  .here_ns_fd = here_ns_fd,
					  .there_ns_fd = netns_fd };
		failed = move_one(&moves[i], e) < 0;
		if (failed)
			err_wrap(e, "network device %s", devices[i].name);
	}
	while (i--) {
		if (failed)
			bring_back(&moves[i]);
		free(moves[i].addresses.items);
	}
	free(moves);
	return failed ? -1 : 0;
}

int net_devices_give(const struct spec *spec, pid_t pid, struct err *e)
{
	cleanup_fd int netns_fd = -1;
	char path[64];

	if (!spec->n_net_devices)
		return 0;
	if (spec->namespaces[NS_NETWORK].mode == NS_MODE_HOST)
		return err_set(e, ERR_INVALID,
			       "unable to move network devices without a NET namespace");
	snprintf(path, sizeof path, "/proc/%d/ns/net", pid);
	netns_fd = fd_open(AT_FDCWD, path, O_RDONLY, e);
	if (netns_fd < 0)
		return -1;
	return net_devices_move(spec->net_devices, spec->n_net_devices, netns_fd, e);
}
