/* SPDX-License-Identifier: Apache-2.0 */
#include "oci/mount_label.h"

#include <string.h>
#include <unistd.h>

#define SELINUX_FILE "/sys/fs/selinux/enforce" /* selinuxfs: it is there when SELinux runs */

static int takes_label(const struct spec_mount *m)
{
	static const char *const own[] = { "proc", "sysfs", "cgroup", "cgroup2" };

	if (m->kind != MOUNT_FILESYSTEM)
		return 0;
	for (size_t i = 0; i < ARRAY_SIZE(own); i++) {
		if (!strcmp(m->fstype, own[i]))
			return 0;
	}
	for (const char *const *o = m->options; o && *o; o++) {
		if (!strncmp(*o, "context=", 8))
			return 0;
	}
	return 1;
}

/* One more, behind those that are there. */
static const char *const *with_option(const char *const *options, const char *option,
				      struct arena *a)
{
	const char **ret;
	size_t n = 0;

	while (options && options[n])
		n++;
	ret = arena_alloc(a, (n + 2) * sizeof *ret);
	for (size_t i = 0; i < n; i++)
		ret[i] = options[i];
	ret[n] = option;
	ret[n + 1] = NULL;
	return ret;
}

void oci_mount_label_add(struct spec *spec, const char *label, struct arena *a)
{
	struct spec_mount *mounts = arena_alloc(a, spec->n_mounts * sizeof *mounts);
	const char *option = arena_printf(a, "context=%s", label);

	for (size_t i = 0; i < spec->n_mounts; i++) {
		mounts[i] = spec->mounts[i];
		if (takes_label(&mounts[i]))
			mounts[i].options = with_option(mounts[i].options, option, a);
	}
	spec->mounts = mounts;
}

int oci_mount_label_apply(struct oci_config *c, struct arena *a, struct err *e)
{
	if (!c->mount_label)
		return 0;
	if (access(SELINUX_FILE, F_OK) < 0) {
		err_set(e, ERR_UNENFORCED, "linux.mountLabel: this kernel runs without SELinux");
		return err_hint(e, "leave it out, or boot with selinux=1 security=selinux");
	}
	oci_mount_label_add(&c->spec, c->mount_label, a);
	return 0;
}
