/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/teardown.h"

#include <stdio.h>
#include <string.h>

#include "base/path.h"
#include "engine/container_record.h"
#include "engine/state.h"
#include "runtime/cgroup.h"
#include "storage/volume.h"

void container_cgroup_path(const char *id, char *out)
{
	snprintf(out, CONTAINER_ID_SIZE + 8, "cale/%s", id);
}

void teardown_cgroup(const char *id)
{
	char path[CONTAINER_ID_SIZE + 8];
	cleanup_cgroup struct cgroup *c = NULL;
	struct err ignored;

	container_cgroup_path(id, path);
	c = cgroup_open(path, &ignored);
	if (!c)
		return;
	cgroup_kill(c, &ignored);
	cgroup_remove(c, &ignored);
}

/* Made up by us: 64 hexadecimal digits. */
static int is_anonymous(const struct config_mount *m)
{
	return m->kind == CONFIG_MOUNT_VOLUME && strlen(m->source) == CONTAINER_ID_DIGITS &&
	       strspn(m->source, "0123456789abcdef") == CONTAINER_ID_DIGITS;
}

static void remove_volumes(struct engine *en, const struct config *config)
{
	struct err ignored;
	cleanup_fd int volumes_fd = home_open_folder(&en->home, "volumes", &ignored);

	for (size_t i = 0; volumes_fd >= 0 && i < config->n_mounts; i++) {
		if (is_anonymous(&config->mounts[i]))
			volume_remove(volumes_fd, config->mounts[i].source, &ignored);
	}
}

void teardown_retired(struct engine *en, const struct container_record *record)
{
	struct err ignored;

	remove_volumes(en, &record->config);
	path_remove_tree(en->containers.tmp_fd, record->id, &ignored);
}

int teardown_container(struct engine *en, const char *id, int volumes, struct err *e)
{
	cleanup_arena struct arena *a = arena_new();
	struct container_record record = { .slice = CONTAINER_NO_SLICE };
	cleanup_fd int dir_fd = container_open_dir(&en->containers, id, 0, e);
	struct err ignored;
	int damaged;

	if (dir_fd < 0)
		return -1;
	/* A damaged record must not keep a container from being removed. */
	damaged = container_record_read(dir_fd, a, &record, &ignored) < 0;
	if (container_retire(&en->containers, id, record.config.name, record.slice, e) < 0)
		return -1;
	container_remove_run_dir(&en->containers, id);
	if (volumes && !damaged)
		remove_volumes(en, &record.config);
	return path_remove_tree(en->containers.tmp_fd, id, e);
}

int teardown_if_unwanted(struct engine *en, const char *id, int dir_fd)
{
	cleanup_arena struct arena *a = arena_new();
	struct container_record record;
	struct container_state state;
	struct err ignored;

	if (container_record_read(dir_fd, a, &record, &ignored) < 0 || !record.config.auto_remove ||
	    container_state_read(dir_fd, &state, &ignored) < 0 || state.status != CONTAINER_EXITED)
		return 0;
	return teardown_container(en, id, 1, &ignored) == 0;
}
