/* SPDX-License-Identifier: Apache-2.0 */
/* `cale exec`: a further process in a running container, with at most the container's own rights. */
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/process.h"
#include "engine/container.h"
#include "engine/container_record.h"
#include "engine/exec_relay.h"
#include "engine/own_file.h"
#include "engine/planning.h"
#include "engine/state.h"
#include "engine/teardown.h"
#include "runtime/init.h"
#include "runtime/exec.h"
#include "runtime/runtime.h"
#include "engine/tty.h"

/* Our pipes to it: [0] for reading, [1] for writing. */
struct exec_pipes {
	int in[2], out[2], err[2];
};

static void pipes_close(struct exec_pipes *p)
{
	int *fds[] = { &p->in[0], &p->in[1], &p->out[0], &p->out[1], &p->err[0], &p->err[1] };

	for (size_t i = 0; i < ARRAY_SIZE(fds); i++) {
		cleanup_fdp(fds[i]);
		*fds[i] = -1;
	}
}

static int pipes_open(struct exec_pipes *p, struct err *e)
{
	if (pipe2(p->in, O_CLOEXEC) < 0 || pipe2(p->out, O_CLOEXEC) < 0 ||
	    pipe2(p->err, O_CLOEXEC) < 0)
		return err_sys(e, "create a pipe");
	return 0;
}

/* The container's variables with the request's put over them. */
static char **merge_env(const struct container_exec *request, char *const *base, struct arena *a)
{
	char **env = NULL;
	size_t n = 0;

	for (; base && *base; base++) {
		size_t length = strcspn(*base, "=") + 1, i = 0;

		for (; i < request->n_env; i++) {
			if (!strncmp(request->env[i], *base, length))
				break;
		}
		if (i == request->n_env)
			ARENA_PUSH(a, env, n) = *base;
	}
	for (size_t i = 0; i < request->n_env; i++)
		ARENA_PUSH(a, env, n) = request->env[i];
	if (request->tty)
		ARENA_PUSH(a, env, n) = arena_strdup(a, "TERM=xterm");
	ARENA_PUSH(a, env, n) = NULL;
	return env;
}

static void fill_process(const struct container_exec *request, struct spec *spec, struct arena *a)
{
	struct spec_process *p = &spec->process;

	p->args = request->args;
	p->env = merge_env(request, p->env, a);
	p->terminal = request->tty;
	p->init = 0;
	/* A domain can't be joined, and a new one would keep it from signalling the container. */
	p->landlock.scopes = 0;
	if (request->workdir)
		p->cwd = request->workdir;
	if (request->user)
		p->user = (struct spec_user){ .name = request->user };
	if (request->privileged) {
		p->cap_bounding = p->cap_permitted = p->cap_effective = ~UINT64_C(0);
		p->seccomp.code = NULL;
		p->no_new_privileges = 0;
	}
}

static int start(const struct container_exec *request, struct runtime_exec *run,
		 struct exec_pipes *pipes, struct runtime_process *ret, struct err *e)
{
	char path[CONTAINER_ID_SIZE + 8];
	cleanup_cgroup struct cgroup *cgroup = NULL;
	cleanup_fd int null = open("/dev/null", O_RDWR | O_CLOEXEC);
	struct runtime_io io = { .stdio = { null, null, null } };
	struct err ignored;

	if (!request->detach && !request->tty) {
		if (pipes_open(pipes, e) < 0)
			return -1;
		io.stdio[0] = request->open_stdin ? pipes->in[0] : null;
		io.stdio[1] = pipes->out[1];
		io.stdio[2] = pipes->err[1];
	}
	tty_size(STDIN_FILENO, &io.rows, &io.columns);
	container_cgroup_path(run->spec->id, path);
	cgroup = cgroup_open(path, &ignored);
	if (runtime_exec(run, cgroup, &io, ret, e) < 0)
		return -1;
	return runtime_start(ret, NULL, e);
}

static int relay(const struct container_exec *request, struct exec_pipes *pipes,
		 const struct runtime_process *process, struct err *e)
{
	struct exec_relay r = {
		.pid_fd = process->pid_fd,
		.stdin_fd = -1,
		.stdout_fd = pipes->out[0],
		.stderr_fd = pipes->err[0],
		.pty_fd = process->pty_fd,
		.forward_stdin = request->open_stdin,
	};
	int result;

	if (detach_keys_parse(request->detach_keys ?: DETACH_KEYS_DEFAULT, &r.detach_keys, e) < 0)
		return -1;
	/* The process's own ends must not be ours too, or end of file never comes. */
	cleanup_fdp(&pipes->in[0]);
	cleanup_fdp(&pipes->out[1]);
	cleanup_fdp(&pipes->err[1]);
	pipes->in[0] = pipes->out[1] = pipes->err[1] = -1;
	r.stdin_fd = take_fd(&pipes->in[1]);
	result = exec_relay_run(&r, e);
	cleanup_fdp(&r.stdin_fd);
	return result;
}

/* Whose namespaces are joined: the first process, or with --init its program (init.h says why). */
static int open_target(const struct container_state *state, const struct config *config)
{
	struct err ignored;
	cleanup_fd int init = process_open(&state->init, &ignored), again = -1;
	cleanup_fd int program = -1;

	if (init < 0 || !config->init)
		return take_fd(&init);
	program = init_open_program(state->init.pid, &ignored);
	again = process_open(&state->init, &ignored);
	return again < 0 ? -1 : take_fd(&program);
}

static int run_in(struct engine *en, const char *id, const struct container_exec *request,
		  int *ret_exit_code, struct err *e)
{
	cleanup_arena struct arena *a = arena_new();
	struct exec_pipes pipes = { { -1, -1 }, { -1, -1 }, { -1, -1 } };
	struct container_image image = { .hold_fd = -1 };
	cleanup_fd int dir_fd = container_open_dir(&en->containers, id, 0, e), target_fd = -1;
	struct runtime_process process;
	struct container_record record;
	struct container_state state;
	struct runtime_exec run;
	struct plan plan;
	int status = 0, detached = request->detach;

	if (dir_fd < 0 || container_state_read(dir_fd, &state, e) < 0)
		return -1;
	if (container_record_read(dir_fd, a, &record, e) < 0)
		return -1;
	if (state.status == CONTAINER_RUNNING)
		target_fd = open_target(&state, &record.config);
	if (target_fd < 0)
		return err_set(e, ERR_CONFLICT, "container %.12s is not running", id);
	if (own_file_protect(en, &record.config, e) < 0 ||
	    container_image_find(en, record.config.image_id, a, &image, e) < 0)
		return -1;
	status = planning_make(&(struct planning_subject){ en, &record, &image }, a, &plan, e);
	container_image_end(&image);
	if (status < 0)
		return -1;
	fill_process(request, &plan.spec, a);
	run = (struct runtime_exec){ target_fd, &plan.spec, request->detach };
	if (start(request, &run, &pipes, &process, e) < 0) {
		pipes_close(&pipes);
		return -1;
	}
	if (!detached)
		detached = relay(request, &pipes, &process, e);
	pipes_close(&pipes);
	if (detached == 0)
		status = process_wait(process.pid, e);
	*ret_exit_code = detached > 0 ? 0 : process_exit_code(status);
	return detached < 0 || status < 0 ? -1 : 0;
}

int container_exec(struct engine *en, const char *name, const struct container_exec *request,
		   int *ret_exit_code, struct err *e)
{
	char id[CONTAINER_ID_SIZE];

	if (container_resolve(&en->containers, name, id, e) < 0)
		return -1;
	return run_in(en, id, request, ret_exit_code, e);
}
