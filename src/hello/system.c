/* SPDX-License-Identifier: Apache-2.0 */
#include "hello/sections.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "hello/kernel_text.h"

#define DEVICES_MAX 64

static void read_names(struct section *s)
{
	struct utsname names;

	if (uname(&names) < 0)
		return;
	section_fact(s, "hostname", PLAIN, value_text(arena_strdup(s->arena, names.nodename)));
	section_fact(s, "kernel", PLAIN, value_text(arena_strdup(s->arena, names.release)));
	section_fact(s, "machine", PLAIN, value_text(arena_strdup(s->arena, names.machine)));
}

static void closedirp(DIR **dir)
{
	if (*dir)
		closedir(*dir);
}

static void read_processes(struct section *s)
{
	cleanup_by(closedirp) DIR *proc = opendir("/proc");
	struct dirent *entry;
	int64_t n = 0;

	section_fact(s, "own_pid", PLAIN, value_number(getpid()));
	while (proc && (entry = readdir(proc)))
		n += isdigit((unsigned char)entry->d_name[0]) != 0;
	section_fact(s, "processes", PLAIN, n ? value_number(n) : value_text(NULL));
}

/* faccessat asks for the effective user and, other than plain permissions, knows read-only mounts.
 */
static void read_root(struct section *s)
{
	bool writable = faccessat(AT_FDCWD, "/", W_OK, AT_EACCESS) == 0;
	int error = errno;
	struct row *row;

	row = section_fact(s, "root_writable", writable ? OPEN : CONFINED, value_flag(writable));
	if (!writable)
		row->note = error == EROFS ? "mounted read-only" : "no permission";
}

/* The nodes that every container has; terminals are its own. */
static bool is_ordinary(const char *name)
{
	static const char *const ordinary[] = { "null",	   "zero", "full",    "random",
						"urandom", "tty",  "console", "ptmx" };

	for (size_t i = 0; i < ARRAY_SIZE(ordinary); i++) {
		if (strcmp(name, ordinary[i]) == 0)
			return true;
	}
	return false;
}

static void read_devices(struct section *s)
{
	cleanup_by(closedirp) DIR *dev = opendir("/dev");
	const char **names = NULL;
	struct dirent *entry;
	size_t n = 0, more = 0;
	struct row *row;

	while (dev && (entry = readdir(dev))) {
		struct stat st;

		if (fstatat(dirfd(dev), entry->d_name, &st, AT_SYMLINK_NOFOLLOW) < 0 ||
		    !(S_ISCHR(st.st_mode) || S_ISBLK(st.st_mode)) || is_ordinary(entry->d_name))
			continue;
		if (n == DEVICES_MAX)
			more++;
		else
			ARENA_PUSH(s->arena, names, n) = arena_strdup(s->arena, entry->d_name);
	}
	row = section_fact(s, "special_devices",
			   n	 ? OPEN
			   : dev ? CONFINED
				 : PLAIN,
			   dev ? value_list(names, n) : value_text(NULL));
	if (more)
		row->note = arena_printf(s->arena, "and %zu more", more);
}

void system_read(struct report *r)
{
	struct section *s = report_facts(r, "system");

	read_names(s);
	read_processes(s);
	read_root(s);
	read_devices(s);
}
