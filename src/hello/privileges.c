/* SPDX-License-Identifier: Apache-2.0 */
#include "hello/sections.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "hello/kernel_text.h"
#include "hello/landlock_probe.h"

static const struct {
	const char *name, *field;
} sets[] = {
	{ "effective", "CapEff" }, { "permitted", "CapPrm" }, { "inheritable", "CapInh" },
	{ "bounding", "CapBnd" },  { "ambient", "CapAmb" },
};

static void read_capabilities(struct report *r, const char *status)
{
	struct section *s = report_facts(r, "capabilities");

	for (size_t i = 0; i < ARRAY_SIZE(sets); i++) {
		const char *hex = kernel_status_field(r->arena, status, sets[i].field);
		struct capability_set set;

		if (!hex || kernel_capabilities(r->arena, hex, &set) < 0) {
			section_fact(s, sets[i].name, PLAIN, value_text(NULL));
			continue;
		}
		section_fact(s, sets[i].name, set.beyond_default ? OPEN : CONFINED,
			     value_list(set.names, set.n));
	}
}

/* Numbers of /proc/self/status; zero of them means that nothing holds the process back. */
static const struct {
	const char *name, *field;
	const char *notes[3]; /* what 0, 1, 2 mean */
} numbers[] = {
	{ "no_new_privs", "NoNewPrivs", { "setuid programs would give privileges" } },
	{ "seccomp_mode", "Seccomp", { "no filter", "strict", "filter" } },
	{ "seccomp_filters", "Seccomp_filters", {} },
};

static void read_numbers(struct section *s, const char *status)
{
	for (size_t i = 0; i < ARRAY_SIZE(numbers); i++) {
		const char *field = kernel_status_field(s->arena, status, numbers[i].field);
		int64_t n =
			field && field[0] >= '0' && field[0] <= '9' ? strtoll(field, NULL, 10) : -1;
		struct row *row;

		row = section_fact(s, numbers[i].name,
				   n > 0    ? CONFINED
				   : n == 0 ? OPEN
					    : PLAIN,
				   n < 0 ? value_text(NULL) : value_number(n));
		if (n >= 0 && n < (int64_t)ARRAY_SIZE(numbers[i].notes))
			row->note = numbers[i].notes[n];
	}
}

static void read_landlock(struct section *s)
{
	int version = landlock_probe_version();
	int layers = version > 0 ? landlock_probe_layers() : -1;
	struct row *row;

	row = section_fact(s, "landlock_version", PLAIN,
			   version > 0 ? value_number(version) : value_text(NULL));
	if (version <= 0)
		row->note = version == -EOPNOTSUPP ? "disabled in this kernel"
						   : "not offered by this kernel or filtered";
	row = section_fact(s, "landlock_rulesets", layers > 0 ? CONFINED : PLAIN,
			   layers >= 0 ? value_number(layers) : value_text(NULL));
	if (layers < 0)
		row->note = version > 0 ? "not visible from inside" : "no Landlock here";
}

/* attr/current belongs to whichever module registered first; AppArmor has a place of its own. */
static const struct {
	const char *name, *path;
} labels[] = {
	{ "lsm_label", "/proc/self/attr/current" },
	{ "apparmor_profile", "/proc/self/attr/apparmor/current" },
};

static void read_labels(struct section *s, bool visible)
{
	for (size_t i = 0; i < ARRAY_SIZE(labels); i++) {
		const char *label = kernel_file_text(s->arena, labels[i].path);
		bool none = !label || !*label;
		struct row *row;

		row = section_fact(s, labels[i].name,
				   none				 ? PLAIN
				   : strstr(label, "unconfined") ? OPEN
								 : CONFINED,
				   value_text(none ? NULL : label));
		if (none && visible)
			row->note = "no label";
	}
}

void privileges_read(struct report *r)
{
	const char *status = kernel_file_text(r->arena, "/proc/self/status") ?: "";
	struct section *s;

	read_capabilities(r, status);
	s = report_facts(r, "privileges");
	read_numbers(s, status);
	read_landlock(s);
	read_labels(s, *status);
}
