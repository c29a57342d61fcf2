/* SPDX-License-Identifier: Apache-2.0 */
/*
 * linux.mountLabel: the SELinux context of the file systems that are made for a container, config-linux.md
 * "Mount Label". As in runc, proc, sysfs and cgroup file systems keep the kernel's, and binds their own.
 */
#pragma once

#include "oci/config.h"

/* Pure: "context=LABEL" for every mount that takes one and has none. */
void oci_mount_label_add(struct spec *spec, const char *label, struct arena *a);
/* ERR_UNENFORCED where the kernel runs without SELinux. */
int oci_mount_label_apply(struct oci_config *c, struct arena *a, struct err *e);
