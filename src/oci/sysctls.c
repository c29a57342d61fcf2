/* SPDX-License-Identifier: Apache-2.0 */
#include "oci/sysctls.h"

#include <string.h>

#include "base/path.h"
#include "oci/namespaces.h"

static const struct {
	const char *name; /* with a "." at the end: all that begin so */
	enum namespace_kind kind;
	const char *instead; /* the member that is for it */
} rows[] = {
	{ "kernel.msgmax", NS_IPC },
	{ "kernel.msgmnb", NS_IPC },
	{ "kernel.msgmni", NS_IPC },
	{ "kernel.sem", NS_IPC },
	{ "kernel.shmall", NS_IPC },
	{ "kernel.shmmax", NS_IPC },
	{ "kernel.shmmni", NS_IPC },
	{ "kernel.shm_rmid_forced", NS_IPC },
	{ "fs.mqueue.", NS_IPC },
	{ "net.", NS_NETWORK },
	{ "kernel.domainname", NS_UTS },
	{ "kernel.hostname", NS_UTS, "hostname" },
	{ "user.", NS_USER },
};

static const char *const namespace_words[NS_COUNT] = {
	[NS_IPC] = "an ipc",
	[NS_NETWORK] = "a network",
	[NS_UTS] = "a uts",
	[NS_USER] = "a user",
};

static void swap_separators(char *s)
{
	for (; *s; s++) {
		if (*s == '.')
			*s = '/';
		else if (*s == '/')
			*s = '.';
	}
}

/*
 * sysctl(8): where the first separator is a slash, slashes separate and dots are part of names. Here
 * dots always separate, and a slash is a dot in a name: "net.ipv4.conf.eth0/100.rp_filter".
 */
static char *canonical(struct arena *a, const char *name)
{
	char *dotted = arena_strdup(a, name);

	if (name[strcspn(name, "./")] == '/')
		swap_separators(dotted);
	return dotted;
}

static int is_clean(const char *dotted)
{
	cleanup_free char *path = xstrdup(dotted);

	swap_separators(path);
	for (const char *s = path; *s; s++) {
		if ((unsigned char)*s <= ' ' || *s == 0x7f)
			return 0;
	}
	return path_is_plain_relative(path);
}

static int row_of(const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		size_t n = strlen(rows[i].name);
		int prefix = rows[i].name[n - 1] == '.';

		if (prefix ? !strncmp(name, rows[i].name, n) : !strcmp(name, rows[i].name))
			return (int)i;
	}
	return -1;
}

static int read_one(const struct oci_node *n, struct spec *spec, struct spec_sysctl *to,
		    struct err *e)
{
	const char *value = json_string_only(n->json);
	char *name = canonical(n->arena, n->key);
	int row = row_of(name);

	if (!value)
		return oci_invalid(n, NULL, e, "is not a string");
	if (!is_clean(name))
		return oci_invalid(n, NULL, e, "is no name of a kernel parameter");
	if (strpbrk(value, "\n"))
		return oci_invalid(n, NULL, e, "has a value of more than one line");
	if (row < 0)
		return oci_invalid(n, NULL, e, "belongs to no namespace, but to the host");
	if (!oci_has_namespace(spec, rows[row].kind))
		return oci_invalid(n, NULL, e, "belongs to the host without %s namespace",
				   namespace_words[rows[row].kind]);
	if (rows[row].instead)
		return oci_invalid(n, NULL, e, "there is a member \"%s\" for it",
				   rows[row].instead);
	if (!strcmp(name, "kernel.domainname") && spec->domainname && *spec->domainname &&
	    strcmp(value, spec->domainname) != 0)
		return oci_invalid(n, NULL, e, "conflicts with the member \"domainname\"");
	*to = (struct spec_sysctl){ name, arena_strdup(n->arena, value) };
	return row;
}

int oci_sysctls_read(const struct oci_node *linux_node, struct spec *spec, struct err *e)
{
	struct spec_sysctl *list;
	struct oci_node n;
	const char *name;
	size_t count = 0;
	json_t *value;
	int found = oci_object(linux_node, "sysctl", &n, e);

	if (found <= 0)
		return found;
	if (oci_limit(&n, OCI_SYSCTLS_MAX, e) < 0)
		return -1;
	list = arena_alloc(n.arena, (json_object_size(n.json) + 1) * sizeof *list);
	json_object_foreach ((json_t *)n.json, name, value) {
		const struct oci_node entry = oci_entry(&n, name, value);
		int row = read_one(&entry, spec, &list[count++], e);

		if (row < 0)
			return -1;
		spec->sysctl_namespaces |= 1U << rows[row].kind;
	}
	spec->sysctls = list;
	spec->n_sysctls = count;
	return 0;
}
