/* SPDX-License-Identifier: Apache-2.0 */
#include "hello/sections.h"

#include <string.h>
#include <unistd.h>

#include "hello/kernel_text.h"

#define GROUPS_MAX 256

static const struct {
	const char *which, *path;
} maps[] = {
	{ "user", "/proc/self/uid_map" },
	{ "group", "/proc/self/gid_map" },
};

static void read_id_map(struct report *r, struct section *s, size_t which)
{
	char *rest = kernel_file_text(r->arena, maps[which].path), *line;

	if (!rest)
		s->missing = "not visible";
	while ((line = kernel_line(&rest))) {
		struct id_range range;

		if (kernel_id_range(line, &range) < 0)
			continue;
		section_row(s, kernel_id_range_is_identity(&range) ? OPEN : CONFINED,
			    (const struct value[]){
				    value_text(maps[which].which), value_number(range.inside),
				    value_number(range.outside), value_number(range.count) });
	}
}

static void read_ids(struct section *s)
{
	uid_t user, user_effective, user_saved;
	gid_t group, group_effective, group_saved;

	if (getresuid(&user, &user_effective, &user_saved) < 0 ||
	    getresgid(&group, &group_effective, &group_saved) < 0)
		return;
	/* Root of a user namespace of its own is root over that only; the id map below tells. */
	section_fact(s, "user", user ? CONFINED : PLAIN, value_number(user));
	section_fact(s, "effective_user", user_effective ? CONFINED : PLAIN,
		     value_number(user_effective));
	section_fact(s, "saved_user", user_saved ? CONFINED : PLAIN, value_number(user_saved));
	section_fact(s, "group", PLAIN, value_number(group));
	section_fact(s, "effective_group", PLAIN, value_number(group_effective));
	section_fact(s, "saved_group", PLAIN, value_number(group_saved));
}

static void read_groups(struct section *s)
{
	gid_t groups[GROUPS_MAX];
	int n = getgroups(GROUPS_MAX, groups);
	const char **names = NULL;
	size_t n_names = 0;

	for (int i = 0; i < n; i++)
		ARENA_PUSH(s->arena, names, n_names) = arena_printf(s->arena, "%u", groups[i]);
	section_fact(s, "more_groups", PLAIN,
		     n < 0 ? value_text(NULL) : value_list(names, n_names));
}

void identity_read(struct report *r)
{
	static const char *const columns[] = { "of", "inside", "outside", "count" };
	struct section *s = report_facts(r, "identity");

	read_ids(s);
	read_groups(s);
	s = report_table(r, "id_maps", columns, ARRAY_SIZE(columns));
	for (size_t i = 0; i < ARRAY_SIZE(maps); i++)
		read_id_map(r, s, i);
}
