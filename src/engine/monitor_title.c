/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/monitor_title.h"

#include <fcntl.h>
#include <linux/prctl.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "base/fd.h"

/* Of /proc/PID/stat, counted from 1 as in proc(5). */
enum stat_field {
	STAT_START_CODE = 26,
	STAT_END_CODE = 27,
	STAT_START_STACK = 28,
	STAT_START_DATA = 45,
	STAT_END_DATA = 46,
	STAT_START_BRK = 47,
	STAT_ENV_START = 50,
	STAT_ENV_END = 51,
	STAT_COUNT = 53,
};

/* 0, or -1 when the file has another form. Field 3 is the first behind the command. */
static int read_stat(uint64_t *fields)
{
	cleanup_fd int fd = open("/proc/self/stat", O_RDONLY | O_CLOEXEC);
	char text[2048], *p;
	struct err ignored;
	ssize_t n = fd < 0 ? -1 : fd_read_full(fd, text, sizeof text - 1, &ignored);

	if (n < 0)
		return -1;
	text[n] = '\0';
	p = strrchr(text, ')');
	for (int f = 3; p && f < STAT_COUNT; f++) {
		p = strchr(p + 1, ' ');
		if (p)
			fields[f] = strtoull(p + 1, NULL, 10);
	}
	return p ? 0 : -1;
}

void monitor_title_set(const char *title)
{
	uint64_t fields[STAT_COUNT];
	struct prctl_mm_map map;

	if (read_stat(fields) < 0)
		return;
	map = (struct prctl_mm_map){
		.start_code = fields[STAT_START_CODE],
		.end_code = fields[STAT_END_CODE],
		.start_data = fields[STAT_START_DATA],
		.end_data = fields[STAT_END_DATA],
		.start_brk = fields[STAT_START_BRK],
		.brk = (uint64_t)(uintptr_t)sbrk(0),
		.start_stack = fields[STAT_START_STACK],
		.arg_start = (uint64_t)(uintptr_t)title,
		.arg_end = (uint64_t)(uintptr_t)title + strlen(title) + 1,
		.env_start = fields[STAT_ENV_START],
		.env_end = fields[STAT_ENV_END],
		.exe_fd = (uint32_t)-1,
	};
	prctl(PR_SET_MM, PR_SET_MM_MAP, &map, sizeof map, 0);
}
