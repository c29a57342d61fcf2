/* SPDX-License-Identifier: Apache-2.0 */
/*
 * System call filters on real containers: what they refuse, that loading them needs nothing from what
 * they refuse, and listeners with an agent. Needs root.
 */
#include <errno.h>
#include <linux/seccomp.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

#include "base/fd.h"
#include "runtime/seccomp_filter.h"
#include "runtime/seccomp_listener.h"
#include "box.h"

#ifndef SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV
#define SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV (1UL << 5)
#endif
#define CALLS_MAX 64
#define DOTS	  "/./././././././././././././././././." /* 32 bytes that lead nowhere */

struct filter {
	struct sock_filter code[2 * CALLS_MAX + 2];
	size_t n;
};

/* `named` calls get `action`, all others `otherwise`. */
static void make_filter(struct filter *f, const int *named, size_t n, const uint32_t actions[2])
{
	f->n = 0;
	f->code[f->n++] = (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
						       offsetof(struct seccomp_data, nr));
	for (size_t i = 0; i < n; i++) {
		f->code[f->n++] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K,
							       (uint32_t)named[i], 0, 1);
		f->code[f->n++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, actions[0]);
	}
	f->code[f->n++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, actions[1]);
}

static void use(struct box *b, const struct filter *f)
{
	b->spec.process.seccomp.code = f->code;
	b->spec.process.seccomp.n = f->n;
}

static void show(const struct box *b)
{
	print_message("# %s (%s) %s\n", b->e.text, b->e.hint, b->out);
}

static const int mkdirs[] = {
#ifdef SYS_mkdir
	SYS_mkdir,
#endif
	SYS_mkdirat,
};
static const uint32_t refuse[] = { SECCOMP_RET_ERRNO | ENOTTY, SECCOMP_RET_ALLOW };
static const uint32_t ask[] = { SECCOMP_RET_USER_NOTIF, SECCOMP_RET_ALLOW };

static void a_filter_refuses(void **state)
{
	struct box *b = box_new();
	struct spec_process bare;
	struct filter f;

	(void)state;
	make_filter(&f, mkdirs, ARRAY_SIZE(mkdirs), refuse);
	/* As root and not, with and without a user namespace and no_new_privs. */
	for (unsigned i = 0; i < 8; i++) {
		b->spec.process.no_new_privileges = i & 1;
		b->spec.process.user.uid = i & 2 ? 1000 : 0;
		if (i == 4)
			box_use_user_namespace(b);
		b->mounts[1].options = (const char *const[]){ "mode=1777", NULL };
		bare = b->spec.process;
		assert_int_equal(box_run(b, "mkdir /tmp/x"), 0);
		use(b, &f);
		assert_int_equal(box_run(b, "mkdir /tmp/x"), 1);
		assert_non_null(strstr(b->out, "Inappropriate ioctl"));
		assert_int_equal(box_start(b), 0);
		assert_int_equal(box_exec(b, NULL, "mkdir /tmp/x"), 1);
		assert_int_equal(box_exec(b, &bare, "mkdir /tmp/x"), 0);
		box_stop(b);
		b->spec.process = bare;
	}
	box_free(b);
}

static void flags_are_taken(void **state)
{
	unsigned known = seccomp_filter_known_flags();
	struct box *b = box_new();
	struct filter f;

	(void)state;
	make_filter(&f, mkdirs, ARRAY_SIZE(mkdirs), refuse);
	use(b, &f);
	/* All that are in Linux 6.1. */
	assert_int_equal(known, SECCOMP_FILTER_FLAG_TSYNC | SECCOMP_FILTER_FLAG_LOG |
					SECCOMP_FILTER_FLAG_SPEC_ALLOW |
					SECCOMP_FILTER_FLAG_NEW_LISTENER |
					SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV);
	b->spec.process.seccomp.flags = SECCOMP_FILTER_FLAG_TSYNC | SECCOMP_FILTER_FLAG_LOG |
					SECCOMP_FILTER_FLAG_SPEC_ALLOW;
	assert_int_equal(box_run(b, "grep ^Seccomp: /proc/self/status"), 0);
	assert_string_equal(b->out, "Seccomp:\t2\n");
	b->spec.process.seccomp.flags = 0;
	assert_int_equal(box_run(b, "grep ^Speculation_S /proc/self/status"), 0);
	box_free(b);
}

static void is_refused(struct box *b, enum err_code code, const char *part)
{
	assert_int_equal(box_run(b, "true"), BOX_FAILED);
	if (b->e.code != code || !strstr(b->e.text, part))
		show(b);
	assert_int_equal(b->e.code, code);
	assert_non_null(strstr(b->e.text, part));
}

static void bad_filters_are_refused(void **state)
{
	static struct sock_filter many[BPF_MAXINSNS + 1];
	struct box *b = box_new();
	struct spec_seccomp *s = &b->spec.process.seccomp;
	struct filter f;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(many); i++)
		many[i] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
	*s = (struct spec_seccomp){ many, BPF_MAXINSNS, 0, 0 };
	assert_int_equal(box_run(b, "true"), 0);
	s->n++;
	is_refused(b, ERR_LIMIT, "4097 instructions");
	/* Cut down to 16 bits it would be a small one. */
	s->n = 65536 + 1;
	is_refused(b, ERR_LIMIT, "65537 instructions");
	s->n = 0;
	is_refused(b, ERR_LIMIT, "0 instructions");
	make_filter(&f, mkdirs, ARRAY_SIZE(mkdirs), refuse);
	use(b, &f);
	s->flags = SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV;
	is_refused(b, ERR_INVALID, "WAIT_KILLABLE_RECV needs");
	s->flags = 1U << 30;
	is_refused(b, ERR_SYSTEM, "error loading seccomp filter: Invalid argument");
	s->flags = 0;
	f.code[1].jt = 200; /* a jump out of the program */
	is_refused(b, ERR_SYSTEM, "error loading seccomp filter: Invalid argument");
	/* The same with a listener, whose thread has to end. */
	s->notifies = 1;
	is_refused(b, ERR_SYSTEM, "error loading seccomp filter: Invalid argument");
	box_free(b);
}

/* All that the set-up uses somewhere is deadly once the filter is loaded: only the exec is left. */
static void loading_needs_nothing_of_it(void **state)
{
	static const int calls[] = {
		SYS_chdir,
		SYS_getcwd,
		SYS_close_range,
		SYS_newfstatat,
		SYS_sendmsg,
		SYS_sendto,
		SYS_recvfrom,
		SYS_recvmsg,
		SYS_futex,
		SYS_nanosleep,
		SYS_clone,
		SYS_clone3,
		SYS_openat2,
		SYS_openat,
		SYS_close,
		SYS_fcntl,
		SYS_read,
		SYS_write,
		SYS_setresuid,
		SYS_setresgid,
		SYS_setgroups,
		SYS_fstat,
		SYS_sched_yield,
		SYS_capget,
		SYS_landlock_restrict_self,
		SYS_capset,
	};
	static const uint32_t kill[] = { SECCOMP_RET_KILL_PROCESS, SECCOMP_RET_ALLOW };
	struct box *b = box_new();
	struct filter f;

	(void)state;
	b->applet = "true";
	b->spec.process.landlock.scopes = 1;
	b->spec.process.landlock.best_effort = 1;
	make_filter(&f, calls, ARRAY_SIZE(calls), kill);
	use(b, &f);
	assert_int_equal(box_run(b, ""), 0);
	/* Without no_new_privs capabilities drop after it. */
	b->spec.process.no_new_privileges = 0;
	assert_int_equal(box_run(b, ""), 128 + SIGSYS);
	make_filter(&f, calls, ARRAY_SIZE(calls) - 1, kill);
	assert_int_equal(box_run(b, ""), 0);
	box_free(b);
}

/* ---- listeners ---- */

struct agent {
	int fails;
	int error; /* answered for mkdir; 0: let it go on */
	pid_t pid;
};

static int is_mkdir(int nr)
{
	for (size_t i = 0; i < ARRAY_SIZE(mkdirs); i++) {
		if (mkdirs[i] == nr)
			return 1;
	}
	return 0;
}

static _Noreturn void answer(int fd, int error)
{
	struct seccomp_notif request;
	struct seccomp_notif_resp response;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	for (;;) {
		memset(&request, 0, sizeof request);
		if (ioctl(fd, SECCOMP_IOCTL_NOTIF_RECV, &request) < 0) {
			if (errno == EINTR)
				continue;
			_exit(0);
		}
		response = (struct seccomp_notif_resp){ .id = request.id };
		if (error && is_mkdir(request.data.nr))
			response.error = -error;
		else
			response.flags = SECCOMP_USER_NOTIF_FLAG_CONTINUE;
		(void)ioctl(fd, SECCOMP_IOCTL_NOTIF_SEND, &response);
	}
}

static int take(void *context, int listener_fd, struct err *e)
{
	struct agent *a = context;

	if (a->fails)
		return err_set(e, ERR_SYSTEM, "no agent today");
	a->pid = fork();
	if (a->pid == 0)
		answer(listener_fd, a->error);
	return 0;
}

static void end_agent(struct agent *a)
{
	if (a->pid > 0) {
		kill(a->pid, SIGKILL);
		waitpid(a->pid, NULL, 0);
	}
	a->pid = 0;
}

static void an_agent_decides(void **state)
{
	struct box *b = box_new();
	struct agent a = { .error = ENOMEDIUM };
	struct filter f;

	(void)state;
	make_filter(&f, mkdirs, ARRAY_SIZE(mkdirs), ask);
	use(b, &f);
	b->spec.process.seccomp.notifies = 1;
	b->spec.process.seccomp.flags =
		SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV | SECCOMP_FILTER_FLAG_TSYNC;
	b->listener = (struct runtime_listener){ take, &a };
	for (unsigned i = 0; i < 4; i++) {
		b->spec.process.no_new_privileges = i & 1;
		if (i == 2)
			box_use_user_namespace(b);
		a.error = ENOMEDIUM;
		assert_int_equal(box_run(b, "mkdir /tmp/x"), 1);
		assert_non_null(strstr(b->out, "No medium found"));
		end_agent(&a);
		a.error = 0;
		assert_int_equal(box_run(b, "mkdir /tmp/x && echo $(ls /proc/self/task | wc -l)"),
				 0);
		assert_string_equal(b->out, "1\n");
		end_agent(&a);
	}
	box_free(b);
}

/* Nothing that the process does could go on if the listener had to be sent under the filter. */
static void even_every_call_may_be_asked_for(void **state)
{
	static const uint32_t all[] = { SECCOMP_RET_USER_NOTIF, SECCOMP_RET_USER_NOTIF };
	struct box *b = box_new();
	struct spec_process bare = b->spec.process;
	struct agent a = {};
	struct filter f;

	(void)state;
	make_filter(&f, NULL, 0, all);
	b->listener = (struct runtime_listener){ take, &a };
	assert_int_equal(box_start(b), 0);
	for (int nnp = 0; nnp < 2; nnp++) {
		use(b, &f);
		b->spec.process.seccomp.notifies = 1;
		b->spec.process.no_new_privileges = nnp;
		assert_int_equal(box_run(b, "echo run"), 0);
		assert_string_equal(b->out, "run\n");
		end_agent(&a);
		assert_int_equal(box_exec(b, NULL, "echo exec"), 0);
		assert_string_equal(b->out, "exec\n");
		end_agent(&a);
		b->spec.process = bare;
	}
	box_free(b);
}

static void without_an_agent_it_does_not_start(void **state)
{
	struct box *b = box_new();
	struct agent a = { .fails = 1 };
	struct filter f;

	(void)state;
	make_filter(&f, mkdirs, ARRAY_SIZE(mkdirs), ask);
	use(b, &f);
	b->spec.process.seccomp.notifies = 1;
	is_refused(b, ERR_INVALID, "nobody listens");
	b->listener = (struct runtime_listener){ take, &a };
	is_refused(b, ERR_SYSTEM, "no agent today");
	assert_int_equal(waitpid(-1, NULL, WNOHANG), -1); /* nothing is left */
	box_free(b);
}

/* ---- handing it on ---- */

static int listen_at(const struct sockaddr_un *address, socklen_t n)
{
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	assert_true(fd >= 0);
	assert_int_equal(bind(fd, (const struct sockaddr *)address, n), 0);
	assert_int_equal(listen(fd, 1), 0);
	return fd;
}

/* What came: its length, and whether exactly one descriptor, of this pipe, came with the first byte. */
static size_t receive_state(int listen_fd, int pipe_fd)
{
	int fd = accept(listen_fd, NULL, NULL), got = -1, marks = 0;
	static char bytes[4096];
	size_t total = 0;
	struct stat a, b;

	for (;;) {
		union {
			char space[CMSG_SPACE(2 * sizeof(int))];
			struct cmsghdr align;
		} control;
		struct iovec part = { bytes, sizeof bytes };
		struct msghdr m = { .msg_iov = &part,
				    .msg_iovlen = 1,
				    .msg_control = control.space,
				    .msg_controllen = sizeof control.space };
		ssize_t n = recvmsg(fd, &m, MSG_CMSG_CLOEXEC);
		struct cmsghdr *head = CMSG_FIRSTHDR(&m);

		if (n <= 0)
			break;
		if (head) {
			assert_int_equal(total, 0);
			assert_int_equal(head->cmsg_len, CMSG_LEN(sizeof(int)));
			memcpy(&got, CMSG_DATA(head), sizeof got);
			marks++;
		}
		total += (size_t)n;
	}
	close(fd);
	assert_int_equal(marks, 1);
	assert_int_equal(fstat(got, &a), 0);
	assert_int_equal(fstat(pipe_fd, &b), 0);
	assert_int_equal(a.st_ino, b.st_ino);
	close(got);
	return total;
}

static void sends(const char *path, int listen_fd, size_t n)
{
	char *json = xcalloc(n + 1, 1);
	int fds[2], status;
	struct err e = {};
	pid_t pid;

	memset(json, 'j', n);
	assert_int_equal(pipe(fds), 0);
	pid = fork();
	if (pid == 0)
		_exit(seccomp_listener_send(path, json, fds[0], &e) < 0);
	assert_int_equal(receive_state(listen_fd, fds[0]), n);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	close(fds[0]);
	close(fds[1]);
	free(json);
}

static void the_state_goes_to_the_agent(void **state)
{
	char folder[] = "/tmp/cale-agent-XXXXXX", path[256];
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	cleanup_fd int plain = -1, abstract = -1;
	struct err e = {};

	(void)state;
	assert_non_null(mkdtemp(folder));
	snprintf(address.sun_path, sizeof address.sun_path, "%s/s", folder);
	plain = listen_at(&address, sizeof address);
	sends(address.sun_path, plain, 10);
	sends(address.sun_path, plain, 1 << 20);
	/* Longer than an address: the same socket on another way. */
	snprintf(path, sizeof path, "%s" DOTS DOTS DOTS DOTS "/s", folder);
	sends(path, plain, 10);
	snprintf(path, sizeof path, "@cale-agent-%d", getpid());
	address = (struct sockaddr_un){ .sun_family = AF_UNIX };
	memcpy(address.sun_path + 1, path + 1, strlen(path) - 1);
	abstract = listen_at(&address,
			     (socklen_t)(offsetof(struct sockaddr_un, sun_path) + strlen(path)));
	sends(path, abstract, 10);
	assert_int_equal(seccomp_listener_send("@cale-nobody", "{}", 0, &e), -1);
	assert_non_null(strstr(e.text, "failed to connect with seccomp agent"));
	assert_int_equal(seccomp_listener_send("/tmp/cale-nobody.sock", "{}", 0, &e), -1);
	assert_non_null(strstr(e.text, "failed to connect with seccomp agent"));
	assert_int_equal(seccomp_listener_send("", "{}", 0, &e), -1);
	assert_int_equal(e.code, ERR_INVALID);
	snprintf(path, sizeof path, "%s/s", folder);
	unlink(path);
	rmdir(folder);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_filter_refuses),
		cmocka_unit_test(flags_are_taken),
		cmocka_unit_test(bad_filters_are_refused),
		cmocka_unit_test(loading_needs_nothing_of_it),
		cmocka_unit_test(an_agent_decides),
		cmocka_unit_test(even_every_call_may_be_asked_for),
		cmocka_unit_test(without_an_agent_it_does_not_start),
		cmocka_unit_test(the_state_goes_to_the_agent),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
