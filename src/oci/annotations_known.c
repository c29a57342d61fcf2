/* SPDX-License-Identifier: Apache-2.0 */
/*
 * crun's annotations (crun.1, "Extensions to OCI"), each with what is done with it here; docs/oci.md has
 * the same table. They change what a container is or may do, so what isn't carried out is refused, also
 * what we don't know.
 */
#include <string.h>

#include "oci/annotations.h"

#define PREFIX "run.oci."

enum rule {
	TAKEN,	  /* it is carried out, and checked where that is done */
	ABSOLUTE, /* the same; its value is an absolute path */
	ONLY,	  /* this value alone, which asks for what is done anyway */
	REFUSED,
};

static const struct known {
	const char *key;
	enum rule rule;
	const char *value, *instead;
} rows[] = {
	{ OCI_KEEP_GROUPS_ANNOTATION, TAKEN },
	{ OCI_HOOKS_STDOUT_ANNOTATION, ABSOLUTE },
	{ OCI_HOOKS_STDERR_ANNOTATION, ABSOLUTE },
	{ OCI_PIDFD_RECEIVER_ANNOTATION, ABSOLUTE },
	{ PREFIX "systemd.subgroup", ONLY, "",
	  "leave it empty: the container is in the scope itself" },
	{ PREFIX "delegate-cgroup", ONLY, "",
	  "mount the cgroup file system without \"ro\": the container gets its own group" },
	{ PREFIX "mount_context_type", ONLY, "context", "leave it out" },
	{ PREFIX "seccomp_fail_unknown_syscall", ONLY, "0",
	  "leave it out: a call that the kernel doesn't have can't be made" },
	{ PREFIX "seccomp.receiver", REFUSED, NULL, "linux.seccomp.listenerPath" },
	{ PREFIX "seccomp.plugins", REFUSED, NULL, "an agent at linux.seccomp.listenerPath" },
	{ PREFIX "seccomp_bpf_data", REFUSED, NULL, "write the rules as linux.seccomp.syscalls" },
	{ PREFIX "systemd.force_cgroup_v1", REFUSED, NULL,
	  "mount that hierarchy by an entry of `mounts`" },
	{ PREFIX "handler", REFUSED, NULL, "run it with a runtime that has this handler" },
};

static int refuse(const struct oci_annotation *a, const char *instead, struct err *e)
{
	err_set(e, ERR_UNENFORCED, "annotations.%s: \"%.64s\" is not carried out here", a->key,
		a->value);
	return err_hint(e, "%s", instead);
}

static int check(const struct known *k, const struct oci_annotation *a, struct err *e)
{
	switch (k->rule) {
	case TAKEN:
		return 0;
	case ABSOLUTE:
		return *a->value == '/' ? 0
					: err_set(e, ERR_INVALID,
						  "annotations.%s: \"%.64s\" is not absolute",
						  a->key, a->value);
	case ONLY:
		return !strcmp(a->value, k->value) ? 0 : refuse(a, k->instead, e);
	case REFUSED:
		break;
	}
	return refuse(a, k->instead, e);
}

static int check_one(const struct oci_annotation *a, struct err *e)
{
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		if (!strcmp(a->key, rows[i].key))
			return check(&rows[i], a, e);
	}
	return refuse(a, "leave it out: it isn't known what it asks for", e);
}

int oci_annotations_check(const struct oci_config *c, struct err *e)
{
	for (size_t i = 0; i < c->n_annotations; i++) {
		if (!strncmp(c->annotations[i].key, PREFIX, strlen(PREFIX)) &&
		    check_one(&c->annotations[i], e) < 0)
			return -1;
	}
	return 0;
}
