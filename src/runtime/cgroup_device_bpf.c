/* SPDX-License-Identifier: Apache-2.0 */
#include "runtime/cgroup_device_bpf.h"

#include <errno.h>
#include <linux/bpf.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/mem.h"
#include "runtime/cgroup_device_code.h"

/* How we know our own programs again; at most 15 characters (BPF_OBJ_NAME_LEN). */
#define PROGRAM_NAME "cale_devices"
/* No helper that asks for the GPL is called. */
#define PROGRAM_LICENSE "Apache-2.0"
/* kernel/bpf/cgroup.c: BPF_CGROUP_MAX_PROGS */
#define PROGRAMS_MAX  64
#define LOG_BYTES     (64 << 10)
#define LOG_TAIL_SIZE 400

static int bpf(enum bpf_cmd command, union bpf_attr *a)
{
	return (int)syscall(SYS_bpf, command, a, sizeof(*a));
}

static uint64_t pointer(const void *p)
{
	return (uint64_t)(uintptr_t)p;
}

/* Loads again with the verifier's log and says what its last words were. */
static int refused(union bpf_attr *a, struct err *e)
{
	cleanup_free char *log = xcalloc(LOG_BYTES, 1);
	int why = errno;
	size_t n;

	a->log_level = 1;
	a->log_buf = pointer(log);
	a->log_size = LOG_BYTES;
	if (bpf(BPF_PROG_LOAD, a) >= 0)
		log[0] = '\0';
	log[LOG_BYTES - 1] = '\0';
	n = strlen(log);
	errno = why;
	err_sys(e, "the kernel doesn't take the device rules (%s)",
		n > LOG_TAIL_SIZE ? log + n - LOG_TAIL_SIZE : log);
	e->code = ERR_UNENFORCED;
	return -1;
}

static int load(const struct resource_device_rule *rules, size_t n, struct err *e)
{
	cleanup_free struct bpf_insn *code =
		xcalloc(CGROUP_DEVICE_CODE_ROOM(n), sizeof(struct bpf_insn));
	union bpf_attr a = {
		.prog_type = BPF_PROG_TYPE_CGROUP_DEVICE,
		.insns = pointer(code),
		.license = pointer(PROGRAM_LICENSE),
		.prog_name = PROGRAM_NAME,
	};
	size_t length;
	int fd;

	if (cgroup_device_code(rules, n, code, &length, e) < 0)
		return -1;
	a.insn_cnt = (unsigned)length;
	fd = bpf(BPF_PROG_LOAD, &a);
	if (fd >= 0)
		return fd;
	if (errno != EPERM && errno != ENOSYS)
		return refused(&a, e);
	err_sys(e, "load the device rules");
	e->code = ERR_UNENFORCED;
	err_hint(e, "device rules on cgroup v2 need root of the initial user namespace");
	return -1;
}

/* Is the program that `fd` stands for one of ours? */
static int is_ours(int fd)
{
	struct bpf_prog_info info = {};
	union bpf_attr a = {
		.info = { .bpf_fd = (unsigned)fd, .info_len = sizeof(info), .info = pointer(&info) }
	};

	return bpf(BPF_OBJ_GET_INFO_BY_FD, &a) == 0 && !strcmp(info.name, PROGRAM_NAME);
}

/* The programs of ours that are attached to this very group, as descriptors; how many, or -1. */
static int find_ours(int cgroup_fd, int *fds, struct err *e)
{
	uint32_t ids[PROGRAMS_MAX] = {};
	union bpf_attr query = { .query = { .target_fd = (unsigned)cgroup_fd,
					    .attach_type = BPF_CGROUP_DEVICE,
					    .prog_ids = pointer(ids),
					    .prog_cnt = PROGRAMS_MAX } };
	int n = 0;

	if (bpf(BPF_PROG_QUERY, &query) < 0) {
		err_sys(e, "list the device rules of the group");
		e->code = ERR_UNENFORCED;
		return -1;
	}
	for (uint32_t i = 0; i < query.query.prog_cnt && i < PROGRAMS_MAX; i++) {
		union bpf_attr get = { .prog_id = ids[i] };
		int fd = bpf(BPF_PROG_GET_FD_BY_ID, &get);

		/* Gone meanwhile, or a security module hides it: then it isn't one of ours. */
		if (fd < 0)
			continue;
		if (is_ours(fd))
			fds[n++] = fd;
		else
			close(fd);
	}
	return n;
}

static int attach(int cgroup_fd, int program_fd, int replaced_fd, struct err *e)
{
	union bpf_attr a = { .target_fd = (unsigned)cgroup_fd,
			     .attach_bpf_fd = (unsigned)program_fd,
			     .attach_type = BPF_CGROUP_DEVICE,
			     .attach_flags = BPF_F_ALLOW_MULTI };

	if (replaced_fd >= 0) {
		a.attach_flags |= BPF_F_REPLACE;
		a.replace_bpf_fd = (unsigned)replaced_fd;
	}
	if (bpf(BPF_PROG_ATTACH, &a) == 0)
		return 0;
	err_sys(e, "put the device rules on the group");
	e->code = ERR_UNENFORCED;
	return -1;
}

/* Two of ours on one group is what a writer that raced us leaves; both would have to agree. */
static int detach(int cgroup_fd, int program_fd, struct err *e)
{
	union bpf_attr a = { .target_fd = (unsigned)cgroup_fd,
			     .attach_bpf_fd = (unsigned)program_fd,
			     .attach_type = BPF_CGROUP_DEVICE };

	if (bpf(BPF_PROG_DETACH, &a) < 0 && errno != ENOENT)
		return err_sys(e, "take old device rules off the group");
	return 0;
}

int cgroup_device_bpf_attach(int cgroup_fd, const struct resource_device_rule *rules, size_t n,
			     struct err *e)
{
	int old[PROGRAMS_MAX];
	cleanup_fd int program = load(rules, n, e);
	int n_old, done;

	if (program < 0)
		return -1;
	n_old = find_ours(cgroup_fd, old, e);
	if (n_old < 0)
		return -1;
	done = attach(cgroup_fd, program, n_old ? old[0] : -1, e);
	for (int i = 0; i < n_old; i++) {
		if (i > 0 && done == 0)
			done = detach(cgroup_fd, old[i], e);
		close(old[i]);
	}
	return done;
}
