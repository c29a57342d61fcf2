/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/info_text.h"

#include <string.h>

/* In Docker's order and words; a member that isn't there is left out. */
static const struct {
	const char *member, *label;
} facts[] = {
	{ "Containers", "Containers" },
	{ "ContainersRunning", " Running" },
	{ "ContainersStopped", " Stopped" },
	{ "Images", "Images" },
	{ "EngineError", "Engine" },
	{ "ServerVersion", "Server Version" },
	{ "Driver", "Storage Driver" },
	{ "LoggingDriver", "Logging Driver" },
	{ "CgroupDriver", "Cgroup Driver" },
	{ "CgroupVersion", "Cgroup Version" },
	{ "KernelVersion", "Kernel Version" },
	{ "OperatingSystem", "Operating System" },
	{ "OSType", "OSType" },
	{ "Architecture", "Architecture" },
	{ "NCPU", "CPUs" },
	{ "MemTotal", "Total Memory" },
	{ "Name", "Name" },
	{ "DockerRootDir", "Root Dir" },
	{ "Rootless", "Rootless" },
};

static void add_value(struct text *t, const char *member, const json_t *v)
{
	if (json_is_string(v))
		text_add_printable(t, json_string_value(v));
	else if (json_is_boolean(v))
		text_add(t, "%s", json_is_true(v) ? "true" : "false");
	else if (!strcmp(member, "MemTotal"))
		text_add(t, "%.4gGiB", (double)json_integer_value(v) / (double)(1 << 30));
	else
		text_add(t, "%lld", (long long)json_integer_value(v));
}

static const char *string_of(const json_t *o, const char *member)
{
	const char *s = json_string_value(json_object_get(o, member));

	return s ? s : "";
}

static void add_features(struct text *t, const json_t *features)
{
	size_t n = json_array_size(features);
	cleanup_free const char **cells = xcalloc((n + 1) * 3, sizeof(*cells));
	const char *const heading[] = { "FEATURE", "STATE", "WHAT THERE IS, OR WHY NOT" };

	memcpy(cells, heading, sizeof(heading));
	for (size_t i = 0; i < n; i++) {
		const json_t *row = json_array_get(features, i);
		const char *cause = string_of(row, "Cause"), *detail = string_of(row, "Detail");

		cells[(i + 1) * 3] = string_of(row, "Name");
		cells[(i + 1) * 3 + 1] = string_of(row, "State");
		cells[(i + 1) * 3 + 2] = *cause ? cause : *detail ? detail : "yes";
	}
	text_add(t, "\nSecurity\n");
	text_add_table(t, cells, n + 1, 3);
}

static void add_mends(struct text *t, const json_t *features)
{
	const char *last = "";

	for (size_t i = 0; i < json_array_size(features); i++) {
		const json_t *row = json_array_get(features, i);
		const char *mend = string_of(row, "Mend");

		if (!*mend || !strcmp(mend, last))
			continue;
		if (!*last)
			text_add(t, "\nHow to get what isn't enforced\n");
		text_add(t, "%s:\n    %s\n", string_of(row, "Name"), mend);
		last = mend;
	}
}

static void add_defaults(struct text *t, const json_t *defaults)
{
	const char *name;
	json_t *value;

	text_add(t, "\nWhat a container gets by default\n");
	json_object_foreach ((json_t *)defaults, name, value) {
		text_add(t, "%s: ", name);
		add_value(t, name, value);
		text_add(t, "\n");
	}
}

void info_add_text(struct text *t, const json_t *info)
{
	const json_t *features = json_object_get(info, "Features");

	for (size_t i = 0; i < ARRAY_SIZE(facts); i++) {
		const json_t *v = json_object_get(info, facts[i].member);

		if (!v)
			continue;
		text_add(t, "%s: ", facts[i].label);
		add_value(t, facts[i].member, v);
		text_add(t, "\n");
	}
	add_features(t, features);
	add_mends(t, features);
	add_defaults(t, json_object_get(info, "Defaults"));
}
