/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The command line that /proc and ps(1) show for this process. The monitor is a fork of `cale run`
 * and would show that one's arguments for ever: misleading on the host, and with --init also inside
 * of the container, where pid 1 is a fork of the monitor and everybody may read its command line.
 */
#pragma once

#include <stddef.h>

/*
 * `title` isn't copied: it stays readable there as long as the process lives. The arguments
 * themselves aren't touched, since a plan may point into them. Where the kernel has no
 * PR_SET_MM_MAP (CONFIG_CHECKPOINT_RESTORE) the old command line stays.
 */
void monitor_title_set(const char *title);
