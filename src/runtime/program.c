/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The last step: working directory and exec of the container's program, with Docker's words for
 * what a user most often gets wrong.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/close_range.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "runtime/child.h"
#include "runtime/child_process.h"

#define DEFAULT_PATH "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

static const char *env_value(char *const *env, const char *name)
{
	size_t n = strlen(name);

	for (; env && *env; env++) {
		if (!strncmp(*env, name, n) && (*env)[n] == '=')
			return *env + n + 1;
	}
	return NULL;
}

/* The container's variables, with HOME of its user where they have none. */
int child_fill_env(const struct child *c, char *ret_env[CHILD_ENV_MAX + 2], struct err *e)
{
	char *const *env = c->spec->process.env;
	size_t n = 0;

	for (; env && env[n]; n++) {
		if (n == CHILD_ENV_MAX)
			return err_set(e, ERR_LIMIT, "more than %d environment variables",
				       CHILD_ENV_MAX);
		ret_env[n] = env[n];
	}
	if (*c->home && !env_value(env, "HOME"))
		ret_env[n++] = (char *)c->home;
	ret_env[n] = NULL;
	return 0;
}

static int enter_cwd(const struct child *c, struct err *e)
{
	const char *cwd = c->spec->process.cwd ?: "/";
	char now[PATH_MAX];

	if (chdir(cwd) < 0) {
		err_sys(e, "chdir to cwd (\"%s\") set in the container's configuration", cwd);
		/* As Docker. Only exec's can be missing: run makes it. */
		if (e->sys == ENOENT)
			e->code = ERR_COMMAND_NOT_FOUND;
		return -1;
	}
	/* A folder outside of the root, reached through a leaked descriptor, has no path (CVE-2024-21626). */
	if (syscall(SYS_getcwd, now, sizeof now) < 0 || *now != '/')
		return err_set(e, ERR_DENIED,
			       "working directory \"%s\" is outside of the container", cwd);
	return 0;
}

/* `missing`: the file itself isn't there, and not the interpreter that it names. */
static int exec_error(const char *name, int sys, int missing, struct err *e)
{
	char why[128];

	/* In small letters, as all of the field's runtimes have it and others look for. */
	snprintf(why, sizeof why, "%s", strerror(sys));
	if (why[0] >= 'A' && why[0] <= 'Z' && why[1] >= 'a')
		why[0] += 'a' - 'A';
	err_set(e, ERR_SYSTEM, "exec: \"%s\": %s%s%s%s", name, missing ? "stat " : "",
		missing ? name : "", missing ? ": " : "", why);
	e->sys = sys;
	e->code = sys == ENOENT || sys == ENOTDIR ? ERR_COMMAND_NOT_FOUND : ERR_COMMAND_NOT_RUN;
	if (sys == ENOEXEC)
		err_hint(e, "is it a script without a \"#!\" line, or a program of another "
			    "architecture?");
	return -1;
}

/*
 * "/proc/self/exe" as the program is still Cale itself, from the host (CVE-2019-5736). Its file can't
 * be written from inside, but there is no reason to run it either.
 */
static int is_ourselves(const struct child *c, const char *file)
{
	struct stat own, asked;

	return fstatat(c->proc_fd, "self/exe", &own, 0) == 0 && stat(file, &asked) == 0 &&
	       own.st_ino == asked.st_ino && own.st_dev == asked.st_dev;
}

/* As execvpe(3), but without its fall-back to a shell, and remembering the most telling error. */
static int exec_in_path(char *const *args, char *const *env, struct err *e)
{
	const char *path = env_value(env, "PATH") ?: DEFAULT_PATH;
	char file[PATH_MAX];
	int seen = ENOENT;

	while (*path) {
		size_t n = strcspn(path, ":");
		int length = snprintf(file, sizeof file, "%.*s/%s", n ? (int)n : 1, n ? path : ".",
				      args[0]);

		if (length > 0 && (size_t)length < sizeof file) {
			execve(file, args, env);
			if (errno != ENOENT && errno != ENOTDIR)
				seen = errno;
		}
		path += n + (path[n] == ':');
	}
	if (seen != ENOENT)
		return exec_error(args[0], seen, 0, e);
	return err_set(e, ERR_COMMAND_NOT_FOUND, "exec: \"%s\": executable file not found in $PATH",
		       args[0]);
}

/* All that can be done before the seccomp filter, which may allow nothing but the exec. */
int child_prepare_program(struct child *c, struct err *e)
{
	char *const *args = c->spec->process.args;

	if (!args || !args[0] || !*args[0])
		return err_set(e, ERR_USAGE, "no command specified");
	if (enter_cwd(c, e) < 0)
		return -1;
	/* Whatever a caller forgot to mark: nothing above the program's own survives the exec. */
	if (close_range(3 + (unsigned)c->io->preserved, ~0U, CLOSE_RANGE_CLOEXEC) < 0)
		return err_sys(e, "close descriptors");
	if (!strchr(args[0], '/'))
		return 0;
	c->program_missing = faccessat(AT_FDCWD, args[0], F_OK, 0) < 0 && errno == ENOENT;
	if (is_ourselves(c, args[0])) {
		err_set(e, ERR_COMMAND_NOT_RUN, "exec: \"%s\" is Cale's own program", args[0]);
		return -1;
	}
	return 0;
}

int child_run_program(struct child *c, struct err *e)
{
	char *const *args = c->spec->process.args;
	char *env[CHILD_ENV_MAX + 2];
	struct stat st;

	if (child_fill_env(c, env, e) < 0)
		return -1;
	if (!strchr(args[0], '/'))
		return exec_in_path(args, env, e);
	execve(args[0], args, env);
	if (errno == EACCES && stat(args[0], &st) == 0 && S_ISDIR(st.st_mode))
		errno = EISDIR;
	return exec_error(args[0], errno, c->program_missing, e);
}
