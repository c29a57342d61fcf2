/* SPDX-License-Identifier: Apache-2.0 */
#include "oci/privilege.h"

#include <linux/capability.h>
#include <sys/stat.h>

#include "runtime/capset.h"

#define INITIAL_USER_NAMESPACE 0xeffffffdU /* the kernel's inode of it: PROC_USER_INIT_INO */

int oci_is_privileged(void)
{
	struct capset held;
	struct err ignored;

	return capset_get(&held, &ignored) == 0 && held.effective >> CAP_SYS_ADMIN & 1;
}

int oci_is_initial_user_namespace(void)
{
	struct stat st;

	return stat("/proc/self/ns/user", &st) == 0 && st.st_ino == INITIAL_USER_NAMESPACE;
}
