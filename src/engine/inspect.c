/* SPDX-License-Identifier: Apache-2.0 */
/* `cale inspect`: the record and state of a container in the shape of Docker's API (v1.51). */
#include <string.h>

#include "base/clock.h"
#include "base/json.h"
#include "engine/config_json.h"
#include "engine/container_image.h"
#include "engine/container_info.h"
#include "engine/explain.h"
#include "engine/planning.h"

static void put_time(json_t *o, const char *key, int64_t nsec)
{
	char text[CLOCK_TEXT_SIZE];

	if (nsec)
		clock_format(nsec, text);
	json_put_string(o, key, nsec ? text : CLOCK_ZERO);
}

static void put_bool(json_t *o, const char *key, int value)
{
	json_object_set_new(o, key, json_boolean(value));
}

static json_t *state_object(const struct container_state *s)
{
	json_t *o = json_object();

	json_put_string(o, "Status", container_status_text(s->status));
	put_bool(o, "Running", s->status == CONTAINER_RUNNING);
	put_bool(o, "Paused", 0);
	put_bool(o, "Restarting", s->status == CONTAINER_RESTARTING);
	put_bool(o, "OOMKilled", s->oom_killed);
	put_bool(o, "Dead", s->status == CONTAINER_DEAD);
	json_object_set_new(o, "Pid", json_integer(s->init.pid));
	json_object_set_new(o, "MonitorPid", json_integer(s->monitor.pid));
	json_object_set_new(o, "ExitCode", json_integer(s->exit_code));
	json_put_string(o, "Error", s->error);
	put_time(o, "StartedAt", s->started_nsec);
	put_time(o, "FinishedAt", s->finished_nsec);
	return o;
}

static json_t *mount_object(const struct engine *en, const struct config_mount *m)
{
	static const char *const kinds[] = { "bind", "volume", "tmpfs" };
	json_t *o = json_object();
	cleanup_free char *data = NULL;

	json_put_string(o, "Type", kinds[m->kind]);
	if (m->kind == CONFIG_MOUNT_VOLUME) {
		data = xprintf("%s/volumes/%s/_data", en->home.root, m->source);
		json_put_string(o, "Name", m->source);
		json_put_string(o, "Source", data);
		json_put_string(o, "Driver", "local");
	} else {
		json_put_string(o, "Source", m->source ?: "");
	}
	json_put_string(o, "Destination", m->target);
	json_put_string(o, "Mode", m->readonly == YES ? "ro" : "");
	put_bool(o, "RW", m->readonly != YES);
	json_put_string(o, "Propagation",
			m->kind == CONFIG_MOUNT_BIND ? m->propagation ?: "rprivate" : "");
	return o;
}

/* The command in two members of its own, as Docker has it. */
static void put_command(json_t *o, const struct config *c)
{
	json_t *args = json_array();

	for (size_t i = 0; i < c->n_entrypoint; i++)
		json_array_append_new(args, json_string(c->entrypoint[i]));
	for (size_t i = 0; i < c->n_cmd; i++)
		json_array_append_new(args, json_string(c->cmd[i]));
	json_put_string(o, "Path", json_string_value(json_array_get(args, 0)) ?: "");
	json_array_remove(args, 0);
	json_object_set_new(o, "Args", args);
}

/* What somebody who asked for nothing got all the same. */
static void put_defaults(json_t *host_config)
{
	json_t *log = json_object();

	if (!*(json_string_value(json_object_get(host_config, "NetworkMode")) ?: ""))
		json_put_string(host_config, "NetworkMode", "none");
	json_put_string(log, "Type", "json-file");
	json_object_set_new(log, "Config", json_object());
	json_object_set_new(host_config, "LogConfig", log);
}

/* Defaults that can't be enforced here, each with its cause and what mends it. */
static json_t *missing(struct engine *en, const struct container_record *r, struct arena *a)
{
	cleanup_json json_t *lines = NULL;
	struct container_image image;
	struct err ignored;
	struct plan plan;
	int failed;

	if (container_image_find(en, r->config.image_id, a, &image, &ignored) < 0)
		return json_null();
	failed = planning_make(&(struct planning_subject){ en, r, &image }, a, &plan, &ignored);
	container_image_end(&image);
	if (failed)
		return json_null();
	lines = explain_json(&plan);
	return json_incref(json_object_get(lines, "Missing"));
}

json_t *container_inspect(struct engine *en, const char *name, struct err *e)
{
	cleanup_arena struct arena *a = arena_new();
	cleanup_free char *log = NULL;
	struct container_summary c;
	const struct config *config = &c.record.config;
	json_t *o, *mounts;

	if (container_summarize(en, name, a, &c, e) < 0)
		return NULL;
	o = config_to_json(config);
	mounts = json_array();
	for (size_t i = 0; i < config->n_mounts; i++)
		json_array_append_new(mounts, mount_object(en, &config->mounts[i]));
	json_put_string(o, "Id", c.record.id);
	put_time(o, "Created", c.record.created_nsec);
	json_put_string(o, "Name", arena_printf(a, "/%s", config->name));
	json_put_string(o, "Image", config->image_id);
	put_command(o, config);
	put_defaults(json_object_get(o, "HostConfig"));
	json_object_set_new(o, "State", state_object(&c.state));
	json_object_set_new(o, "RestartCount", json_integer(c.state.restart_count));
	json_put_string(o, "Driver", storage_driver_name(c.record.driver));
	json_put_string(o, "Platform", "linux");
	log = xprintf("%s/containers/%s/%s-json.log", en->home.root, c.record.id, c.record.id);
	json_put_string(o, "LogPath", log);
	json_object_set_new(o, "Mounts", mounts);
	json_object_set_new(o, "Missing", missing(en, &c.record, a));
	return o;
}
