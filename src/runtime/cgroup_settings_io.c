/* SPDX-License-Identifier: Apache-2.0 */
/* OCI runtime specification 1.3, config-linux.md "Block IO". */
#include <inttypes.h>

#include "runtime/cgroup_settings_parts.h"

#define WEIGHT_MIN 10
#define WEIGHT_MAX 1000

/* Linear, 10 … 1000 onto 1 … 10000, as runc and crun do. */
uint64_t cgroup_io_weight(uint16_t weight)
{
	return 1 + (uint64_t)(weight - WEIGHT_MIN) * 9999 / (WEIGHT_MAX - WEIGHT_MIN);
}

static int check(uint16_t weight, struct err *e)
{
	if (weight && (weight < WEIGHT_MIN || weight > WEIGHT_MAX))
		return err_set(e, ERR_INVALID, "block I/O weight %u (valid range is 10-1000)",
			       (unsigned)weight);
	return 0;
}

/* `device` is "" or "MAJOR:MINOR ". v2 and newer v1 kernels have the BFQ scheduler's weights. */
static void plan_weight(const struct cgroup_planning *p, const char *device, uint16_t weight)
{
	const char *suffix = *device ? "_device" : "", *value;
	struct cgroup_setting *s;

	if (!weight)
		return;
	value = arena_printf(p->arena, "%s%u", device, (unsigned)weight);
	if (p->settings->version == 1) {
		s = cgroup_row(p, RESOURCE_IO_WEIGHT,
			       arena_printf(p->arena, "blkio.bfq.weight%s", suffix), value);
		cgroup_row_otherwise(p, s, arena_printf(p->arena, "blkio.weight%s", suffix), value);
		return;
	}
	s = cgroup_row(p, RESOURCE_IO_WEIGHT, "io.bfq.weight", value);
	cgroup_row_otherwise(
		p, s, "io.weight",
		arena_printf(p->arena, "%s%" PRIu64, device, cgroup_io_weight(weight)));
}

static void plan_leaf_weight(const struct cgroup_planning *p, const char *device, uint16_t weight)
{
	if (!weight)
		return;
	if (p->settings->version == 2)
		cgroup_row_impossible(p, RESOURCE_IO_LEAF_WEIGHT, NULL);
	else
		cgroup_row_printf(p, RESOURCE_IO_LEAF_WEIGHT,
				  *device ? "blkio.leaf_weight_device" : "blkio.leaf_weight",
				  "%s%u", device, (unsigned)weight);
}

static void plan_throttle(const struct cgroup_planning *p, enum resource_throttle_kind kind,
			  const struct resource_throttle *t)
{
	static const struct {
		const char *v1, *v2;
	} names[RESOURCE_THROTTLE_COUNT] = {
		[RESOURCE_READ_BYTES] = { "blkio.throttle.read_bps_device", "rbps" },
		[RESOURCE_WRITE_BYTES] = { "blkio.throttle.write_bps_device", "wbps" },
		[RESOURCE_READ_OPERATIONS] = { "blkio.throttle.read_iops_device", "riops" },
		[RESOURCE_WRITE_OPERATIONS] = { "blkio.throttle.write_iops_device", "wiops" },
	};
	const char *rate = arena_printf(p->arena, "%" PRIu64, t->rate);

	if (p->settings->version == 1)
		cgroup_row_printf(p, RESOURCE_IO_RATE, names[kind].v1, "%" PRIu32 ":%" PRIu32 " %s",
				  t->major, t->minor, rate);
	else
		cgroup_row_printf(p, RESOURCE_IO_RATE, "io.max", "%" PRIu32 ":%" PRIu32 " %s=%s",
				  t->major, t->minor, names[kind].v2, t->rate ? rate : "max");
}

int cgroup_plan_io(const struct cgroup_planning *p, struct err *e)
{
	const struct resource_io *io = &p->settings->resources->io;

	if (check(io->weight, e) < 0 || check(io->leaf_weight, e) < 0)
		return -1;
	plan_weight(p, "", io->weight);
	plan_leaf_weight(p, "", io->leaf_weight);
	for (size_t i = 0; i < io->n_weights; i++) {
		const struct resource_weight *w = &io->weights[i];
		const char *device =
			arena_printf(p->arena, "%" PRIu32 ":%" PRIu32 " ", w->major, w->minor);

		if (check(w->weight, e) < 0 || check(w->leaf_weight, e) < 0)
			return -1;
		plan_weight(p, device, w->weight);
		plan_leaf_weight(p, device, w->leaf_weight);
	}
	for (int kind = 0; kind < RESOURCE_THROTTLE_COUNT; kind++)
		for (size_t i = 0; i < io->throttles[kind].n; i++)
			plan_throttle(p, (enum resource_throttle_kind)kind,
				      &io->throttles[kind].items[i]);
	return 0;
}
