/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A small encoder and decoder for rtnetlink(7): requests with nested attributes, strict parsing of what
 * comes back, the kernel's own words in errors.
 *
 *	struct rtnl_request r;
 *	rtnl_begin(&r, RTM_NEWLINK, 0);
 *	rtnl_put_header(&r, &(struct ifinfomsg){ .ifi_index = 7 }, sizeof(struct ifinfomsg));
 *	rtnl_put_string(&r, IFLA_IFNAME, "eth0");
 *	if (rtnl_do(fd, &r, e) < 0) …
 *
 * Async-signal-safe but for rtnl_open_in(). Replies come from the kernel and are still checked: every
 * length stays within its container.
 */
#pragma once

#include <linux/netlink.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

#define RTNL_REQUEST_BYTES 4096

struct rtnl_request {
	_Alignas(struct nlmsghdr) unsigned char bytes[RTNL_REQUEST_BYTES];
	size_t n;
	int overflow; /* reported when it is sent */
};

/* `type` RTM_*, `flags` NLM_F_* beside REQUEST and ACK; then the family's own struct, once. */
void rtnl_begin(struct rtnl_request *r, unsigned type, unsigned flags);
void rtnl_put_header(struct rtnl_request *r, const void *header, size_t n);
void rtnl_put(struct rtnl_request *r, unsigned attribute, const void *data, size_t n);
void rtnl_put_u32(struct rtnl_request *r, unsigned attribute, uint32_t value);
void rtnl_put_string(struct rtnl_request *r, unsigned attribute, const char *text);
/* Attributes that are put between the two are inside this one; the value goes to rtnl_end(). */
size_t rtnl_nest(struct rtnl_request *r, unsigned attribute);
void rtnl_end(struct rtnl_request *r, size_t nest);

/* One attribute of a reply; data NULL: it wasn't there. */
struct rtnl_attribute {
	const void *data;
	size_t n;
};
struct rtnl_reply {
	unsigned type;
	const void *header; /* as large as was said */
	const void *attributes;
	size_t attributes_n;
};
/*
 * Fills table[0 … count - 1] by type; unknown types are passed over, of two the first counts.
 * ERR_INVALID when a length doesn't fit. Works on nested ones too: (data, n) of the outer.
 */
int rtnl_parse(const void *data, size_t n, struct rtnl_attribute *table, size_t count,
	       struct err *e);
/* 0 with 0 in *ret when it is missing or has another size. */
int rtnl_get_u32(const struct rtnl_attribute *a, uint32_t *ret);

/* In this network namespace, or in another one, which needs CAP_SYS_ADMIN over it. */
int rtnl_open(struct err *e);
int rtnl_open_in(int netns_fd, struct err *e);

/* Sends and waits for the kernel's answer; e->sys is its errno. */
int rtnl_do(int fd, struct rtnl_request *r, struct err *e);
/*
 * The same for a request with one reply or, with NLM_F_DUMP, many; each goes to `visit`, which gets no
 * reply smaller than `header_size`; a negative result of it ends the whole. ERR_CONFLICT: the
 * list changed meanwhile, ask again.
 */
struct rtnl_visit {
	size_t header_size;
	int (*visit)(void *context, const struct rtnl_reply *reply, struct err *e);
	void *context;
};
int rtnl_ask(int fd, struct rtnl_request *r, const struct rtnl_visit *v, struct err *e);
