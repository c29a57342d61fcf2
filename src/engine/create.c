/* SPDX-License-Identifier: Apache-2.0 */
/* Making containers, and the two ways to start one. */
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/path.h"
#include "engine/config_merge.h"
#include "engine/container.h"
#include "engine/etc_files.h"
#include "engine/container_image.h"
#include "engine/launch.h"
#include "engine/names.h"
#include "engine/own_file.h"
#include "engine/planning.h"
#include "engine/state.h"
#include "engine/sweep.h"
#include "engine/teardown.h"
#include "storage/volume.h"

#define NAME_ATTEMPTS 16

/* A container on its way: what create and run share. */
struct creation {
	struct engine *engine;
	struct arena *arena;
	struct container_draft draft;
	struct container_record record;
	struct container_image image;
	struct plan plan;
};

static int claim_name(struct creation *c, struct err *e)
{
	struct config *config = &c->record.config;
	char made_up[NAMES_SIZE];

	if (config->name)
		return container_draft_claim_name(&c->engine->containers, &c->draft, config->name,
						  e);
	for (unsigned i = 0; i < NAME_ATTEMPTS; i++) {
		names_make(i, made_up);
		if (container_draft_claim_name(&c->engine->containers, &c->draft, made_up, e) ==
		    0) {
			config->name = arena_strdup(c->arena, made_up);
			return 0;
		}
		if (e->code != ERR_CONFLICT)
			return -1;
	}
	return -1;
}

static void name_volumes(struct creation *c)
{
	struct config *config = &c->record.config;

	for (size_t i = 0; i < config->n_mounts; i++) {
		struct config_mount *m = &config->mounts[i];
		char name[CONTAINER_ID_SIZE];

		if (m->kind != CONFIG_MOUNT_VOLUME || *m->source)
			continue;
		file_random_hex(name, CONTAINER_ID_DIGITS);
		m->source = arena_strdup(c->arena, name);
		m->anonymous = 1;
	}
}

/* -v makes a missing folder of the host, --mount doesn't. */
static int make_source(const struct config_mount *m, struct err *e)
{
	if (access(m->source, F_OK) == 0)
		return 0;
	if (!m->create_source)
		return err_sys(e, "bind source %s", m->source);
	return path_make_own_dirs(m->source, 0755, e);
}

/* After the plan and the record: what is refused or killed leaves no volume. */
static int make_volumes(struct creation *c, struct err *e)
{
	const struct config *config = &c->record.config;
	cleanup_fd int volumes_fd = -1;
	int made;

	for (size_t i = 0; i < config->n_mounts; i++) {
		const struct config_mount *m = &config->mounts[i];

		if (m->kind == CONFIG_MOUNT_BIND && make_source(m, e) < 0)
			return -1;
		if (m->kind != CONFIG_MOUNT_VOLUME)
			continue;
		if (volumes_fd < 0)
			volumes_fd = home_open_folder(&c->engine->home, "volumes", e);
		if (volumes_fd < 0 || volume_use(volumes_fd, m->source, &made, e) < 0)
			return -1;
	}
	return 0;
}

static int write_files(struct creation *c, struct err *e)
{
	const struct container_state state = { .status = CONTAINER_CREATED };

	const char *network = c->record.config.network;
	const struct etc_files etc = {
		.hostname = c->plan.spec.hostname,
		.host_network = network && !strcmp(network, "host"),
	};

	if (rootfs_create(c->draft.dir_fd, c->record.driver, &c->image.layers, e) < 0 ||
	    etc_files_write(c->draft.dir_fd, &etc, e) < 0)
		return -1;
	if (container_record_write(c->draft.dir_fd, &c->record, e) < 0)
		return -1;
	return container_state_write(c->draft.dir_fd, &state, FILE_VOLATILE, e);
}

/* In this order nothing is left by a request that can't be carried out here. */
static int prepare(struct creation *c, struct config *config, struct err *e)
{
	struct container_record *r = &c->record;
	const struct planning_subject subject = { c->engine, r, &c->image };

	if (container_image_find(c->engine, config->image, c->arena, &c->image, e) < 0)
		return -1;
	config->image_id = c->image.record->id;
	if (config_merge(config, c->image.record, c->arena, e) < 0)
		return -1;
	if (own_file_protect(c->engine, config, e) < 0 ||
	    container_draft_new(&c->engine->containers, &c->draft, e) < 0)
		return -1;
	r->config = *config;
	r->created_nsec = clock_now_nsec();
	r->driver = c->engine->driver;
	memcpy(r->id, c->draft.id, sizeof r->id);
	if (claim_name(c, e) < 0)
		return -1;
	if (own_file_is_apart(c->engine, &r->config) &&
	    container_draft_claim_slice(&c->engine->containers, &c->draft, e) < 0)
		return -1;
	r->slice = c->draft.slice;
	name_volumes(c);
	if (planning_make(&subject, c->arena, &c->plan, e) < 0 || write_files(c, e) < 0 ||
	    teardown_mark_volumes(c->draft.dir_fd, &r->config, 1, e) < 0 ||
	    make_volumes(c, e) < 0 ||
	    container_draft_publish(&c->engine->containers, &c->draft, e) < 0)
		return -1;
	/* With --rm they go with the container, however it ends. */
	return config->auto_remove ? 0 : teardown_mark_volumes(c->draft.dir_fd, &r->config, 0, e);
}

int container_explain(struct engine *en, struct config *config, struct arena *a, struct plan *ret,
		      struct err *e)
{
	struct container_record record = { .slice = 0, .driver = en->driver };
	struct container_image image;
	const struct planning_subject subject = { en, &record, &image };
	int failed;

	if (container_image_find(en, config->image, a, &image, e) < 0)
		return -1;
	config->image_id = image.record->id;
	if (!config->name)
		config->name = "";
	memset(record.id, '0', CONTAINER_ID_DIGITS);
	failed = config_merge(config, image.record, a, e);
	if (!failed) {
		record.config = *config;
		failed = planning_make(&subject, a, ret, e);
	}
	container_image_end(&image);
	return failed;
}

static void creation_end(struct creation *c)
{
	if (c->draft.dir_fd >= 0 && !c->draft.done)
		teardown_volumes(c->engine, &c->record.config);
	container_draft_end(&c->engine->containers, &c->draft);
	container_image_end(&c->image);
	arena_free(c->arena);
}

static int creation_begin(struct creation *c, struct engine *en, struct config *config,
			  struct err *e)
{
	*c = (struct creation){ .engine = en, .arena = arena_new(), .image = { .hold_fd = -1 } };
	c->draft.dir_fd = -1;
	if (prepare(c, config, e) == 0)
		return 0;
	creation_end(c);
	return -1;
}

int container_create(struct engine *en, struct config *config, char *ret_id, struct err *e)
{
	struct creation c;

	if (creation_begin(&c, en, config, e) < 0)
		return -1;
	memcpy(ret_id, c.record.id, CONTAINER_ID_SIZE);
	creation_end(&c);
	return 0;
}

int container_run(struct engine *en, struct config *config, struct container_begin *begin,
		  struct err *e)
{
	struct launch l = { .engine = en };
	struct creation c;
	struct err ignored;
	int failed;

	if (creation_begin(&c, en, config, e) < 0)
		return -1;
	l.record = &c.record;
	l.plan = &c.plan;
	l.dir_fd = c.draft.dir_fd;
	failed = launch_container(&l, begin, e);
	if (failed && config->auto_remove)
		teardown_container(en, c.record.id, 1, &ignored);
	creation_end(&c);
	return failed;
}

/* `dir_fd` is the container's folder, whose lock we hold. */
static int start_stopped(struct engine *en, int dir_fd, struct container_begin *begin,
			 struct err *e)
{
	cleanup_arena struct arena *a = arena_new();
	struct container_image image = { .hold_fd = -1 };
	struct container_record record;
	struct plan plan;
	const struct planning_subject subject = { en, &record, &image };
	const struct launch l = { en, &record, &plan, dir_fd };
	int failed;

	if (container_record_read(dir_fd, a, &record, e) < 0)
		return -1;
	failed = own_file_protect(en, &record.config, e) < 0 ||
		 container_image_find(en, record.config.image_id, a, &image, e) < 0 ||
		 planning_make(&subject, a, &plan, e) < 0 || launch_container(&l, begin, e) < 0;
	container_image_end(&image);
	return failed ? -1 : 0;
}

int container_start(struct engine *en, const char *name, struct container_begin *begin,
		    struct err *e)
{
	char id[CONTAINER_ID_SIZE];
	struct container_state state;
	cleanup_fd int dir_fd = -1;

	begin->client_fd = -1;
	if (container_resolve(&en->containers, name, id, e) < 0)
		return -1;
	dir_fd = container_open_dir(&en->containers, id, 1, e);
	if (dir_fd < 0)
		return -1;
	/* Not more: who starts a --rm container again doesn't want it to be removed. */
	container_mend(en, id, dir_fd);
	if (container_state_read(dir_fd, &state, e) < 0)
		return -1;
	if (state.status == CONTAINER_RUNNING || state.status == CONTAINER_RESTARTING)
		return 0;
	return start_stopped(en, dir_fd, begin, e);
}
