/* SPDX-License-Identifier: Apache-2.0 */
/* ids: prints the effective user id and capabilities; the tests make it setuid or give it capabilities. */
#include <linux/capability.h>
#include <stdio.h>
#include <sys/syscall.h>
#include <unistd.h>

int main(void)
{
	struct __user_cap_header_struct h = { _LINUX_CAPABILITY_VERSION_3, 0 };
	struct __user_cap_data_struct d[2] = { 0 };

	syscall(SYS_capget, &h, d);
	printf("euid=%u effective=%08x%08x\n", (unsigned)geteuid(), d[1].effective, d[0].effective);
	return 0;
}
