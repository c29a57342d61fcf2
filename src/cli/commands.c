/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/commands.h"

#include <string.h>

#define COMMAND_POINTER(name) &command_##name,
static const struct command *const all[] = { COMMANDS(COMMAND_POINTER) NULL };
#undef COMMAND_POINTER

static const struct command_group groups[] = {
	{ "container", "Manage containers" },
	{ "image", "Manage images" },
	{ "oci", "Run OCI bundles: what containerd, CRI-O, Podman and Docker call a runtime" },
	{ "system", "Manage Cale" },
	{ "volume", "Manage volumes" },
	{},
};

static const struct option_row global_rows[] = {
	{ "debug", 'D', OPTION_SWITCH, NULL, "Say more about what is done, on standard error",
	  OPTION_STORE(struct command_globals, debug) },
	{ "root", 0, OPTION_VALUE, "string",
	  "Folder of images, layers and containers (default /var/lib/cale or "
	  "$XDG_DATA_HOME/cale)",
	  OPTION_STORE(struct command_globals, root) },
	{ "runroot", 0, OPTION_VALUE, "string",
	  "Folder of what ends with a reboot (default /run/cale or $XDG_RUNTIME_DIR/cale)",
	  OPTION_STORE(struct command_globals, runroot) },
	{ "storage-driver", 0, OPTION_VALUE, "string",
	  "How layers become a root file system: overlay or vfs (default: what works)",
	  OPTION_STORE(struct command_globals, storage_driver) },
	{ "version", 'v', OPTION_SWITCH, NULL, "Show the version",
	  OPTION_STORE(struct command_globals, version) },
	{},
};
const struct option_row *const commands_global_options[] = { global_rows, NULL };

const struct command *const *commands_all(void)
{
	return all;
}

const struct command_group *commands_groups(void)
{
	return groups;
}

/* Is `spelling` (n bytes) the first word, or the first two, of argv? Returns how many, or 0. */
static size_t words_match(const char *spelling, size_t n, char **argv)
{
	const char *space = memchr(spelling, ' ', n);
	size_t first = space ? (size_t)(space - spelling) : n;

	if (strlen(argv[0]) != first || memcmp(argv[0], spelling, first) != 0)
		return 0;
	if (!space)
		return 1;
	if (!argv[1] || strlen(argv[1]) != n - first - 1 ||
	    memcmp(argv[1], space + 1, n - first - 1))
		return 0;
	return 2;
}

/* Calls for each spelling of a command: its name, then its aliases. Returns NULL after the last. */
static const char *spelling_next(const struct command *c, const char *previous, size_t *n)
{
	const char *s = c->name;

	if (previous == c->name)
		s = c->aliases;
	else if (previous)
		s = previous[*n] == ',' ? previous + *n + 1 : NULL;
	*n = s ? strcspn(s, ",") : 0;
	return s;
}

const struct command *commands_find(char **argv, size_t *ret_words,
				    const struct command_group **ret_group)
{
	size_t n = 0;

	*ret_group = NULL;
	*ret_words = 1;
	for (const struct command *const *c = all; *c; c++) {
		for (const char *s = NULL; (s = spelling_next(*c, s, &n));) {
			size_t words = words_match(s, n, argv);

			if (words) {
				*ret_words = words;
				return *c;
			}
		}
	}
	for (const struct command_group *g = groups; g->name; g++) {
		if (!strcmp(argv[0], g->name))
			*ret_group = g;
	}
	return NULL;
}

int commands_in_group(const struct command *c, const struct command_group *g, const char **ret_name,
		      size_t *ret_n)
{
	size_t length = strlen(g->name), n = 0;

	for (const char *s = NULL; (s = spelling_next(c, s, &n));) {
		if (n > length && !memcmp(s, g->name, length) && s[length] == ' ') {
			*ret_name = s + length + 1;
			*ret_n = n - length - 1;
			return 1;
		}
	}
	return 0;
}
