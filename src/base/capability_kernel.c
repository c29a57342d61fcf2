/* SPDX-License-Identifier: Apache-2.0 */
#include "base/capability_name.h"

#include <sys/prctl.h>

uint64_t capability_all(void)
{
	int last = CAPABILITY_COUNT - 1;

	/* EINVAL beyond the kernel's last one; one call on any kernel since 5.9. */
	while (last > 0 && prctl(PR_CAPBSET_READ, last, 0, 0, 0) < 0)
		last--;
	return (2ULL << last) - 1;
}
