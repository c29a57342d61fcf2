/* SPDX-License-Identifier: Apache-2.0 */
/* What a process in a container reads from and writes to: descriptors of the caller. */
#pragma once

struct runtime_io {
	int stdio[3]; /* the process's 0, 1, 2; ignored with a terminal */
	unsigned short rows, columns;
	int preserved; /* how many descriptors from 3 on the program keeps */
};
