/* SPDX-License-Identifier: Apache-2.0 */
#include "runtime/rtnetlink.h"

#include <errno.h>
#include <linux/rtnetlink.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/mem.h"

/* The kernel's dumps come in pieces of at most this. */
#define REPLY_BYTES 32768
#define STACK_BYTES 16384
#define HEADER	    NLMSG_ALIGN(sizeof(struct nlmsghdr))

/* ---- requests ---- */

static struct nlmsghdr *head_of(struct rtnl_request *r)
{
	return (struct nlmsghdr *)(void *)r->bytes;
}

/* Room for n bytes, zeroed and aligned, or NULL. */
static unsigned char *reserve(struct rtnl_request *r, size_t n)
{
	size_t aligned = NLMSG_ALIGN(n);
	unsigned char *at = r->bytes + r->n;

	if (r->overflow || n > sizeof r->bytes || aligned > sizeof r->bytes - r->n) {
		r->overflow = 1;
		return NULL;
	}
	memset(at, 0, aligned);
	r->n += aligned;
	return at;
}

void rtnl_begin(struct rtnl_request *r, unsigned type, unsigned flags)
{
	r->n = 0;
	r->overflow = 0;
	reserve(r, sizeof(struct nlmsghdr));
	head_of(r)->nlmsg_type = (uint16_t)type;
	head_of(r)->nlmsg_flags = (uint16_t)(flags | NLM_F_REQUEST | NLM_F_ACK);
}

void rtnl_put_header(struct rtnl_request *r, const void *header, size_t n)
{
	unsigned char *at = reserve(r, n);

	if (at)
		memcpy(at, header, n);
}

static unsigned char *put_head(struct rtnl_request *r, unsigned attribute, size_t n)
{
	struct rtattr head = { .rta_len = (unsigned short)RTA_LENGTH(n),
			       .rta_type = (unsigned short)attribute };
	unsigned char *at;

	if (n > RTNL_REQUEST_BYTES) {
		r->overflow = 1;
		return NULL;
	}
	at = reserve(r, RTA_LENGTH(n));
	if (!at)
		return NULL;
	memcpy(at, &head, sizeof head);
	return at + RTA_LENGTH(0);
}

void rtnl_put(struct rtnl_request *r, unsigned attribute, const void *data, size_t n)
{
	unsigned char *at = put_head(r, attribute, n);

	if (at && n)
		memcpy(at, data, n);
}

void rtnl_put_u32(struct rtnl_request *r, unsigned attribute, uint32_t value)
{
	rtnl_put(r, attribute, &value, sizeof value);
}

void rtnl_put_string(struct rtnl_request *r, unsigned attribute, const char *text)
{
	rtnl_put(r, attribute, text, strlen(text) + 1);
}

size_t rtnl_nest(struct rtnl_request *r, unsigned attribute)
{
	size_t at = r->n;

	put_head(r, attribute | NLA_F_NESTED, 0);
	return at;
}

void rtnl_end(struct rtnl_request *r, size_t nest)
{
	unsigned short n = (unsigned short)(r->n - nest);

	if (!r->overflow)
		memcpy(r->bytes + nest + offsetof(struct rtattr, rta_len), &n, sizeof n);
}

/* ---- replies ---- */

int rtnl_parse(const void *data, size_t n, struct rtnl_attribute *table, size_t count,
	       struct err *e)
{
	const unsigned char *p = data;

	memset(table, 0, count * sizeof *table);
	while (n) {
		struct rtattr head;
		size_t type, whole;

		if (n < sizeof head)
			return err_set(e, ERR_INVALID, "rtnetlink: a torn attribute");
		memcpy(&head, p, sizeof head);
		if (head.rta_len < sizeof head || head.rta_len > n)
			return err_set(e, ERR_INVALID, "rtnetlink: an attribute of %u bytes in %zu",
				       head.rta_len, n);
		type = head.rta_type & NLA_TYPE_MASK;
		if (type < count && !table[type].data)
			table[type] = (struct rtnl_attribute){ p + RTA_LENGTH(0),
							       head.rta_len - RTA_LENGTH(0) };
		whole = RTA_ALIGN((size_t)head.rta_len);
		if (whole > n)
			whole = n;
		p += whole;
		n -= whole;
	}
	return 0;
}

int rtnl_get_u32(const struct rtnl_attribute *a, uint32_t *ret)
{
	*ret = 0;
	if (!a->data || a->n != sizeof *ret)
		return 0;
	memcpy(ret, a->data, sizeof *ret);
	return 1;
}

/* The kernel's answer: 0, or its error with the words that NETLINK_EXT_ACK brings. */
static int take_error(const struct nlmsghdr *head, const unsigned char *body, size_t n,
		      struct err *e)
{
	struct rtnl_attribute extra[NLMSGERR_ATTR_MAX + 1] = {};
	struct nlmsgerr error;
	struct err ignored;
	size_t used = sizeof error;
	char words[160] = "";

	if (n < sizeof error)
		return err_set(e, ERR_INVALID, "rtnetlink: a torn answer");
	memcpy(&error, body, sizeof error);
	if (!error.error)
		return 0;
	/* It repeats the request, or only its head. */
	if (!(head->nlmsg_flags & NLM_F_CAPPED) && error.msg.nlmsg_len >= sizeof error.msg)
		used += NLMSG_ALIGN(error.msg.nlmsg_len) - HEADER;
	if (head->nlmsg_flags & NLM_F_ACK_TLVS && used <= n &&
	    rtnl_parse(body + used, n - used, extra, ARRAY_SIZE(extra), &ignored) == 0 &&
	    extra[NLMSGERR_ATTR_MSG].data && extra[NLMSGERR_ATTR_MSG].n < sizeof words)
		memcpy(words, extra[NLMSGERR_ATTR_MSG].data, extra[NLMSGERR_ATTR_MSG].n);
	errno = -error.error;
	return *words ? err_sys(e, "%s", words) : err_sys(e, "rtnetlink");
}

/* ---- conversation ---- */

int rtnl_open(struct err *e)
{
	cleanup_fd int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
	int on = 1;

	if (fd < 0)
		return err_sys(e, "open an rtnetlink socket");
	/* What an old kernel doesn't have it only answers less well. */
	(void)setsockopt(fd, SOL_NETLINK, NETLINK_EXT_ACK, &on, sizeof on);
	(void)setsockopt(fd, SOL_NETLINK, NETLINK_CAP_ACK, &on, sizeof on);
	(void)setsockopt(fd, SOL_NETLINK, NETLINK_GET_STRICT_CHK, &on, sizeof on);
	return take_fd(&fd);
}

struct opener {
	_Alignas(16) char stack[STACK_BYTES];
	int netns_fd, fd;
	struct err error;
};

static int open_there(void *argument)
{
	struct opener *o = argument;

	if (setns(o->netns_fd, CLONE_NEWNET) < 0)
		return err_sys(&o->error, "join the network namespace") < 0;
	o->fd = rtnl_open(&o->error);
	return o->fd < 0;
}

/*
 * A socket stays in the namespace where it was made. It is made by a short-lived process that shares
 * memory and descriptors, so that the caller itself never is anywhere else.
 */
int rtnl_open_in(int netns_fd, struct err *e)
{
	struct opener o;
	int status;
	pid_t pid;

	o.netns_fd = netns_fd;
	o.fd = -1;
	o.error = (struct err){};
	pid = clone(open_there, o.stack + sizeof o.stack,
		    CLONE_VM | CLONE_VFORK | CLONE_FILES | SIGCHLD, &o);
	if (pid < 0)
		return err_sys(e, "clone");
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	if (o.fd < 0)
		*e = o.error;
	return o.fd;
}

static int send_request(int fd, struct rtnl_request *r, struct err *e)
{
	const struct sockaddr_nl kernel = { .nl_family = AF_NETLINK };
	static _Atomic uint32_t sequence;
	ssize_t sent;

	if (r->overflow)
		return err_set(e, ERR_LIMIT, "rtnetlink: the request is larger than %d bytes",
			       RTNL_REQUEST_BYTES);
	head_of(r)->nlmsg_len = (uint32_t)r->n;
	head_of(r)->nlmsg_seq = ++sequence;
	do {
		sent = sendto(fd, r->bytes, r->n, 0, (const struct sockaddr *)&kernel,
			      sizeof kernel);
	} while (sent < 0 && errno == EINTR);
	return sent < 0 ? err_sys(e, "rtnetlink") : 0;
}

/* One datagram of the kernel's; how many bytes. */
static ssize_t receive(int fd, unsigned char *bytes, size_t size, struct err *e)
{
	for (;;) {
		struct sockaddr_nl from = {};
		struct iovec part = { bytes, size };
		struct msghdr message = { .msg_name = &from,
					  .msg_namelen = sizeof from,
					  .msg_iov = &part,
					  .msg_iovlen = 1 };
		ssize_t n = recvmsg(fd, &message, 0);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return err_sys(e, "rtnetlink");
		if (message.msg_flags & MSG_TRUNC)
			return err_set(e, ERR_LIMIT, "rtnetlink: an answer is too long");
		/* Any process of the namespace could send us something. */
		if (message.msg_namelen == sizeof from && from.nl_pid == 0)
			return n;
	}
}

struct conversation {
	const struct rtnl_visit *visit;
	uint32_t sequence;
	int dump, interrupted, done;
};

static int take_message(struct conversation *c, const struct nlmsghdr *head,
			const unsigned char *body, struct err *e)
{
	size_t n = head->nlmsg_len - HEADER;
	struct rtnl_reply reply = { .type = head->nlmsg_type, .header = body };
	size_t skipped;

	if (head->nlmsg_seq != c->sequence)
		return 0;
	c->interrupted |= head->nlmsg_flags & NLM_F_DUMP_INTR;
	if (head->nlmsg_type == NLMSG_ERROR || head->nlmsg_type == NLMSG_DONE) {
		int error = 0;

		c->done = 1;
		if (head->nlmsg_type == NLMSG_ERROR)
			return take_error(head, body, n, e);
		/* A dump may end with an errno. */
		if (n >= sizeof error)
			memcpy(&error, body, sizeof error);
		errno = -error;
		return error < 0 ? err_sys(e, "rtnetlink") : 0;
	}
	if (!c->visit || head->nlmsg_type == NLMSG_NOOP)
		return 0;
	skipped = NLMSG_ALIGN(c->visit->header_size);
	if (n < c->visit->header_size)
		return err_set(e, ERR_INVALID, "rtnetlink: a torn answer");
	if (n > skipped) {
		reply.attributes = body + skipped;
		reply.attributes_n = n - skipped;
	}
	return c->visit->visit(c->visit->context, &reply, e);
}

int rtnl_ask(int fd, struct rtnl_request *r, const struct rtnl_visit *v, struct err *e)
{
	_Alignas(struct nlmsghdr) unsigned char bytes[REPLY_BYTES];
	struct conversation c = { .visit = v };

	if (send_request(fd, r, e) < 0)
		return -1;
	c.sequence = head_of(r)->nlmsg_seq;
	while (!c.done) {
		ssize_t got = receive(fd, bytes, sizeof bytes, e);
		size_t n = got < 0 ? 0 : (size_t)got, at = 0;

		if (got < 0)
			return -1;
		while (!c.done && n - at >= HEADER) {
			struct nlmsghdr head;

			memcpy(&head, bytes + at, sizeof head);
			if (head.nlmsg_len < HEADER || head.nlmsg_len > n - at)
				return err_set(e, ERR_INVALID, "rtnetlink: a torn answer");
			if (take_message(&c, &head, bytes + at + HEADER, e) < 0)
				return -1;
			at += NLMSG_ALIGN(head.nlmsg_len);
			if (at > n)
				at = n;
		}
	}
	if (c.interrupted)
		return err_set(e, ERR_CONFLICT, "rtnetlink: the list changed while it was read");
	return 0;
}

int rtnl_do(int fd, struct rtnl_request *r, struct err *e)
{
	return rtnl_ask(fd, r, NULL, e);
}
