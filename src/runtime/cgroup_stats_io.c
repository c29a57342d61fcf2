/* SPDX-License-Identifier: Apache-2.0 */
/* Block I/O. Kernel: cgroup-v1/blkio-controller.rst, block/bfq-iosched.rst; cgroup-v2.rst "IO". */
#include <stdio.h>
#include <string.h>

#include "runtime/cgroup_stats_parts.h"

/*
 * What counts depends on the scheduler: BFQ with and without its debugging files, the older CFQ, or
 * only throttling. The first set whose first file has lines is the one.
 */
static const struct file_set {
	const char *files[CGROUP_IO_KINDS];
} sets[] = {
	{ {
		[CGROUP_IO_SECTORS] = "blkio.bfq.sectors_recursive",
		[CGROUP_IO_SERVICE_TIME] = "blkio.bfq.io_service_time_recursive",
		[CGROUP_IO_WAIT_TIME] = "blkio.bfq.io_wait_time_recursive",
		[CGROUP_IO_MERGED] = "blkio.bfq.io_merged_recursive",
		[CGROUP_IO_QUEUED] = "blkio.bfq.io_queued_recursive",
		[CGROUP_IO_TIME] = "blkio.bfq.time_recursive",
		[CGROUP_IO_SERVICED] = "blkio.bfq.io_serviced_recursive",
		[CGROUP_IO_SERVICE_BYTES] = "blkio.bfq.io_service_bytes_recursive",
	} },
	{ {
		[CGROUP_IO_SECTORS] = "blkio.sectors_recursive",
		[CGROUP_IO_SERVICE_TIME] = "blkio.io_service_time_recursive",
		[CGROUP_IO_WAIT_TIME] = "blkio.io_wait_time_recursive",
		[CGROUP_IO_MERGED] = "blkio.io_merged_recursive",
		[CGROUP_IO_QUEUED] = "blkio.io_queued_recursive",
		[CGROUP_IO_TIME] = "blkio.time_recursive",
		[CGROUP_IO_SERVICED] = "blkio.io_serviced_recursive",
		[CGROUP_IO_SERVICE_BYTES] = "blkio.io_service_bytes_recursive",
	} },
	{ {
		[CGROUP_IO_SERVICED] = "blkio.throttle.io_serviced_recursive",
		[CGROUP_IO_SERVICE_BYTES] = "blkio.throttle.io_service_bytes_recursive",
	} },
	{ {
		[CGROUP_IO_SERVICED] = "blkio.throttle.io_serviced",
		[CGROUP_IO_SERVICE_BYTES] = "blkio.throttle.io_service_bytes",
	} },
};

void cgroup_io_parse_v1(const char *text, struct arena *a, struct cgroup_io_entries *ret)
{
	for (const char *line = text; line && *line;) {
		unsigned long long major, minor, value;
		char operation[32] = "";

		/* "Total N" ends the list. */
		if (sscanf(line, "%llu:%llu %31[A-Za-z] %llu", &major, &minor, operation, &value) ==
			    4 ||
		    sscanf(line, "%llu:%llu %llu", &major, &minor, &value) == 3)
			ARENA_PUSH(a, ret->items, ret->n) =
				(struct cgroup_io_entry){ major, minor, arena_strdup(a, operation),
							  value };
		line = strchr(line, '\n');
		if (line)
			line++;
	}
}

static void read_v1(const struct cgroup_reading *r, const struct cgroup_group *g)
{
	struct cgroup_io_stats *s = &r->stats->io;

	for (size_t i = 0; i < ARRAY_SIZE(sets); i++) {
		for (int kind = 0; kind < CGROUP_IO_KINDS; kind++) {
			const char *file = sets[i].files[kind];
			const char *text = file ? cgroup_stat_text(r, g, file) : NULL;

			if (text)
				cgroup_io_parse_v1(text, r->arena, &s->kinds[kind]);
		}
		if (s->kinds[CGROUP_IO_SERVICED].n)
			return;
	}
}

void cgroup_io_parse_v2(const char *text, struct arena *a, struct cgroup_io_stats *ret)
{
	static const struct {
		const char *key, *operation;
		enum cgroup_io_kind kind;
	} keys[] = {
		{ "rbytes=", "Read", CGROUP_IO_SERVICE_BYTES },
		{ "wbytes=", "Write", CGROUP_IO_SERVICE_BYTES },
		{ "rios=", "Read", CGROUP_IO_SERVICED },
		{ "wios=", "Write", CGROUP_IO_SERVICED },
	};
	char *next = arena_strdup(a, text);

	while (next && *next) {
		char *line = strsep(&next, "\n");
		unsigned long long major, minor;

		if (sscanf(line, "%llu:%llu ", &major, &minor) != 2)
			continue;
		for (const char *word; (word = strsep(&line, " "));) {
			for (size_t i = 0; i < ARRAY_SIZE(keys); i++) {
				struct cgroup_io_entries *to = &ret->kinds[keys[i].kind];
				size_t n = strlen(keys[i].key);

				if (!strncmp(word, keys[i].key, n))
					ARENA_PUSH(a, to->items, to->n) = (struct cgroup_io_entry){
						major, minor, keys[i].operation,
						cgroup_number_parse(word + n)
					};
			}
		}
	}
}

void cgroup_stats_io(const struct cgroup_reading *r)
{
	const struct cgroup_group *g = cgroup_group_with(r->cgroup, CGROUP_IO);
	const char *text;

	if (g && g->ops->version == 1) {
		read_v1(r, g);
	} else if (g) {
		text = cgroup_stat_text(r, g, "io.stat");
		if (text)
			cgroup_io_parse_v2(text, r->arena, &r->stats->io);
	}
	cgroup_pressure_read(r, "io.pressure", &r->stats->io.pressure);
}
