/* SPDX-License-Identifier: Apache-2.0 */
#include "oci/processes.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/process.h"
#include "runtime/cgroup_control.h"

#define PS_BYTES_MAX   (64 << 20)
#define PS_OPTIONS_MAX 64

static int by_number(const void *a, const void *b)
{
	pid_t x = *(const pid_t *)a, y = *(const pid_t *)b;

	return (x > y) - (x < y);
}

int oci_processes(const struct oci_container *c, struct oci_pids *ret, struct err *e)
{
	cleanup_cgroup struct cgroup *groups = NULL;
	ssize_t n = 0;

	*ret = (struct oci_pids){};
	if (oci_container_groups(c, &groups, e) < 0)
		return -1;
	if (groups)
		n = cgroup_pids(groups, c->arena, &ret->items, e);
	if (n < 0)
		return -1;
	ret->n = (size_t)n;
	if (n)
		qsort(ret->items, ret->n, sizeof *ret->items, by_number);
	return 0;
}

void oci_processes_add_json(struct text *t, const struct oci_pids *pids)
{
	text_add(t, "[");
	for (size_t i = 0; i < pids->n; i++)
		text_add(t, "%s%d", i ? "," : "", pids->items[i]);
	text_add(t, "]\n");
}

/* The text of ps(1), which the caller frees. */
static char *run_ps(char *const *options, struct err *e)
{
	static const char *const usual[] = { "-ef", NULL };
	const char *argv[PS_OPTIONS_MAX + 2] = { "/usr/bin/ps" };
	cleanup_fd int out = memfd_create("ps", MFD_CLOEXEC);
	const int fds[] = { -1, out, STDERR_FILENO };
	const char *const env[] = { "LC_ALL=C", "PATH=/usr/bin:/bin", NULL };
	size_t n = 1;

	if (out < 0)
		return err_sys(e, "create a file in memory"), NULL;
	if (access(argv[0], X_OK) < 0)
		argv[0] = "/bin/ps";
	if (!*options)
		argv[n++] = usual[0];
	for (; *options; options++) {
		if (n > PS_OPTIONS_MAX)
			return err_set(e, ERR_LIMIT, "more than %d options for ps", PS_OPTIONS_MAX),
			       NULL;
		argv[n++] = *options;
	}
	argv[n] = NULL;
	if (process_run(&(struct process_run){ argv, fds, 3, env }, e) < 0)
		return NULL;
	if (lseek(out, 0, SEEK_SET) < 0)
		return err_sys(e, "read what ps wrote"), NULL;
	return fd_read_text(out, PS_BYTES_MAX, NULL, e);
}

/* Which word of the heading is PID, or -1. */
static int find_column(const char *heading)
{
	char *copy = xstrdup(heading), *rest = copy;
	int column = -1, i = 0;

	for (char *word; (word = strtok_r(rest, " \t\n", &rest)); i++) {
		if (!strcmp(word, "PID"))
			column = i;
	}
	free(copy);
	return column;
}

static long number_at(const char *line, int column)
{
	for (; column > 0; column--) {
		line += strspn(line, " \t");
		line += strcspn(line, " \t");
	}
	return strtol(line, NULL, 10);
}

int oci_processes_add_table(struct text *t, const struct oci_pids *pids, char *const *options,
			    struct err *e)
{
	cleanup_free char *all = run_ps(options, e);
	char *rest = all, *line;
	int column = -1, n = 0;

	if (!all)
		return err_wrap(e, "ps");
	for (; (line = strsep(&rest, "\n")) && (*line || rest); n++) {
		pid_t pid;

		if (n == 0) {
			column = find_column(line);
			if (column < 0)
				return err_set(e, ERR_USAGE,
					       "couldn't find PID field in ps output");
			text_add(t, "%s\n", line);
			continue;
		}
		pid = (pid_t)number_at(line, column);
		if (bsearch(&pid, pids->items, pids->n, sizeof pid, by_number))
			text_add(t, "%s\n", line);
	}
	return 0;
}
