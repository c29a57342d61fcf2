/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/teardown.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/path.h"
#include "engine/container_record.h"
#include "engine/state.h"
#include "runtime/cgroup.h"
#include "storage/volume.h"

#define DROP_VOLUMES "drop-volumes"

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

static int has_anonymous(const struct config *config)
{
	for (size_t i = 0; i < config->n_mounts; i++) {
		if (config->mounts[i].anonymous)
			return 1;
	}
	return 0;
}

int teardown_mark_volumes(int dir_fd, const struct config *config, int drop, struct err *e)
{
	cleanup_fd int fd = -1;

	if (!has_anonymous(config))
		return 0;
	if (!drop)
		return unlinkat(dir_fd, DROP_VOLUMES, 0) < 0 && errno != ENOENT
			       ? err_sys(e, "remove %s", DROP_VOLUMES)
			       : 0;
	fd = openat(dir_fd, DROP_VOLUMES, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	return fd < 0 ? err_sys(e, "create %s", DROP_VOLUMES) : 0;
}

void teardown_volumes(struct engine *en, const struct config *config)
{
	struct err ignored;
	cleanup_fd int volumes_fd = home_open_folder(&en->home, "volumes", &ignored);

	for (size_t i = 0; volumes_fd >= 0 && i < config->n_mounts; i++) {
		if (config->mounts[i].anonymous)
			volume_remove(volumes_fd, config->mounts[i].source, &ignored);
	}
}

void teardown_marked_volumes(struct engine *en, int dir_fd)
{
	cleanup_arena struct arena *a = arena_new();
	struct container_record record;
	struct err ignored;

	if (faccessat(dir_fd, DROP_VOLUMES, F_OK, 0) == 0 &&
	    container_record_read(dir_fd, a, &record, &ignored) == 0)
		teardown_volumes(en, &record.config);
}

void teardown_retired(struct engine *en, const struct container_record *record)
{
	struct err ignored;

	teardown_volumes(en, &record->config);
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
	volumes |= record.config.auto_remove;
	if (!damaged && teardown_mark_volumes(dir_fd, &record.config, volumes, e) < 0)
		return -1;
	if (container_retire(&en->containers, id, record.config.name, record.slice, e) < 0)
		return -1;
	container_remove_run_dir(&en->containers, id);
	if (volumes && !damaged)
		teardown_volumes(en, &record.config);
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
