/* SPDX-License-Identifier: Apache-2.0 */
#include "hello/sections.h"

#include <string.h>

#include "hello/kernel_text.h"

static const char *const columns[] = { "point", "type", "ro", "nosuid", "nodev", "noexec" };
enum { POINT, TYPE, RO, NOSUID, NODEV, NOEXEC };

/*
 * Set-user-id programs and devices matter where the process could put or find them. /dev itself is for
 * devices: which ones it has is told elsewhere.
 */
static enum verdict judge(const char *point, const bool *flags)
{
	bool is_dev = strcmp(point, "/dev") == 0 || strncmp(point, "/dev/", 5) == 0;

	if (flags[RO])
		return CONFINED;
	return flags[NOSUID] && (flags[NODEV] || is_dev) ? PLAIN : OPEN;
}

static void add_mount(struct section *s, const struct mount_line *m)
{
	struct value values[ARRAY_SIZE(columns)] = { value_text(m->point), value_text(m->type) };
	bool flags[ARRAY_SIZE(columns)] = {};

	for (size_t i = RO; i <= NOEXEC; i++)
		flags[i] = kernel_has_option(m->options, columns[i]);
	/* Either the mount or the whole file system may be read-only. */
	flags[RO] |= kernel_has_option(m->super_options, "ro");
	for (size_t i = RO; i <= NOEXEC; i++)
		values[i] = value_flag(flags[i]);
	section_row(s, judge(m->point, flags), values);
}

void mounts_read(struct report *r)
{
	struct section *s = report_table(r, "mounts", columns, ARRAY_SIZE(columns));
	char *rest = kernel_file_text(r->arena, "/proc/self/mountinfo"), *line;

	if (!rest)
		s->missing = "not visible";
	while ((line = kernel_line(&rest))) {
		struct mount_line m;

		if (kernel_mount_line(r->arena, line, &m) == 0)
			add_mount(s, &m);
	}
}
