/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/oci_version.h"

#include "oci/config.h"
#include "oci/criu.h"

#ifndef CALE_COMMIT
#define CALE_COMMIT CALE_VERSION
#endif

void oci_add_version(struct text *t)
{
	text_add(t, "cale-oci version %s\ncommit: %s\nspec: %s\n", CALE_VERSION, CALE_COMMIT,
		 OCI_VERSION);
	text_add(t, "+SYSTEMD +SELINUX +APPARMOR +CAP +SECCOMP +EBPF +LANDLOCK%s +JANSSON\n",
		 criu_is_there() ? " +CRIU" : "");
}
