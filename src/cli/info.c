/* SPDX-License-Identifier: Apache-2.0 */
/* cale info: what there is, and what this host can and can't enforce. */
#include <fcntl.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/json.h"
#include "cli/command.h"
#include "cli/door.h"
#include "cli/info_text.h"
#include "cli/session.h"
#include "cli/template.h"
#include "confine/capability.h"
#include "confine/defaults.h"
#include "confine/host.h"
#include "engine/container_info.h"
#include "engine/images.h"

/* Where containers would be if the engine can't be opened. */
#define USUAL_FOLDER "/var/lib"

struct info_options {
	struct options_head head;
	const char *format;
};

static const struct option_row rows[] = {
	{ "format", 'f', OPTION_VALUE, "string",
	  "Format output: \"json\", or a template such as '{{.Driver}}'",
	  OPTION_STORE(struct info_options, format) },
	{},
};
static const struct option_row *const tables[] = { rows, NULL };

static void put_int(json_t *o, const char *key, int64_t value)
{
	json_object_set_new(o, key, json_integer(value));
}

/* ---- the engine ---- */

static int is_running(const struct container_summary *c)
{
	return c->state.status == CONTAINER_RUNNING || c->state.status == CONTAINER_RESTARTING;
}

static int put_containers(json_t *o, struct engine *en, struct arena *a, struct err *e)
{
	struct images images = { &en->images, &en->layers };
	struct container_summary *list;
	struct image_item *items;
	size_t n, n_images, running = 0;

	list = container_list(en, a, &n, e);
	if (!list || images_list(&images, a, &items, &n_images, e) < 0)
		return -1;
	for (size_t i = 0; i < n; i++)
		running += (size_t)is_running(&list[i]);
	put_int(o, "Containers", (int64_t)n);
	put_int(o, "ContainersRunning", (int64_t)running);
	put_int(o, "ContainersPaused", 0);
	put_int(o, "ContainersStopped", (int64_t)(n - running));
	put_int(o, "Images", (int64_t)n_images);
	return 0;
}

/* Also a broken home must not hide what the host can do: its error is one of the facts. */
static void put_engine(json_t *o, const struct command_call *call, struct host_question *q)
{
	cleanup_session struct engine en = {};
	struct err e;

	if (session_open(call, &en, &e) < 0) {
		json_put_string(o, "EngineError", e.text);
		return;
	}
	if (put_containers(o, &en, call->arena, &e) < 0)
		json_put_string(o, "EngineError", e.text);
	q->folder = arena_strdup(call->arena, en.home.root);
	q->rootless = !en.privileged;
	json_put_string(o, "Driver", storage_driver_name(en.driver));
	json_put_string(o, "DockerRootDir", q->folder);
}

/* ---- the host ---- */

/* PRETTY_NAME="Debian GNU/Linux 12 (bookworm)" of os-release(5). */
static const char *system_name(struct arena *a)
{
	static const char key[] = "\nPRETTY_NAME=";
	struct err ignored;
	cleanup_free char *text = fd_read_file(AT_FDCWD, "/etc/os-release", 65536, &ignored);
	char *with_start = text ? arena_printf(a, "\n%s", text) : NULL;
	char *found = with_start ? strstr(with_start, key) : NULL;

	if (!found)
		return "Linux";
	found += sizeof(key) - 1;
	found += *found == '"';
	found[strcspn(found, "\"\n")] = '\0';
	return found;
}

static void put_host(json_t *o, struct arena *a)
{
	struct utsname u;

	json_put_string(o, "ServerVersion", CALE_VERSION);
	json_put_string(o, "LoggingDriver", "json-file");
	json_put_string(o, "OSType", "linux");
	json_put_string(o, "OperatingSystem", system_name(a));
	if (uname(&u) == 0) {
		json_put_string(o, "KernelVersion", u.release);
		json_put_string(o, "Architecture", u.machine);
		json_put_string(o, "Name", u.nodename);
	}
	put_int(o, "NCPU", sysconf(_SC_NPROCESSORS_ONLN));
	put_int(o, "MemTotal", (int64_t)sysconf(_SC_PHYS_PAGES) * sysconf(_SC_PAGESIZE));
}

static json_t *feature_of(const struct host_row *row)
{
	json_t *o = json_object();

	json_put_string(o, "Name", row->name);
	json_put_string(o, "State", host_state_text(row->state));
	json_put_string(o, "Detail", row->detail ? row->detail : "");
	json_put_string(o, "Cause", row->cause ? row->cause : "");
	json_put_string(o, "Mend", row->mend ? row->mend : "");
	return o;
}

/* Docker's list of strings, from the rows that have a word for it there. */
static void put_security_options(json_t *o, const struct host_row *all, int rootless)
{
	static const struct {
		enum host_feature feature;
		const char *text;
	} words[] = {
		{ HOST_APPARMOR, "name=apparmor" },
		{ HOST_SELINUX, "name=selinux" },
		{ HOST_SECCOMP, "name=seccomp,profile=builtin" },
		{ HOST_LANDLOCK, "name=landlock" },
		{ HOST_NO_NEW_PRIVILEGES, "name=no-new-privileges" },
		{ HOST_USER_NAMESPACES, "name=userns" },
	};
	json_t *list = json_array();

	for (size_t i = 0; i < ARRAY_SIZE(words); i++)
		if (all[words[i].feature].state != HOST_MISSING)
			json_array_append_new(list, json_string(words[i].text));
	json_array_append_new(list, json_string("name=cgroupns"));
	if (rootless)
		json_array_append_new(list, json_string("name=rootless"));
	json_object_set_new(o, "SecurityOptions", list);
}

static int is_v1(const struct host_row *cgroups)
{
	return cgroups->detail && !strncmp(cgroups->detail, "v1", 2);
}

static void put_features(json_t *o, const struct host_question *q, struct arena *a)
{
	struct host_row all[HOST_FEATURE_COUNT];
	json_t *list = json_array();

	for (int f = 0; f < HOST_FEATURE_COUNT; f++) {
		all[f] = host_ask((enum host_feature)f, q, a);
		json_array_append_new(list, feature_of(&all[f]));
	}
	json_object_set_new(o, "Features", list);
	json_put_string(o, "CgroupDriver", all[HOST_CGROUPS].detail ? "cgroupfs" : "none");
	/* Docker knows one number; with both, the controllers are v1's. */
	json_put_string(o, "CgroupVersion", is_v1(&all[HOST_CGROUPS]) ? "1" : "2");
	json_object_set_new(o, "Rootless", json_boolean(q->rootless));
	json_object_set_new(o, "MemoryLimit",
			    json_boolean(all[HOST_MEMORY_LIMIT].state != HOST_MISSING));
	json_object_set_new(o, "SwapLimit",
			    json_boolean(all[HOST_SWAP_LIMIT].state != HOST_MISSING));
	json_object_set_new(o, "PidsLimit",
			    json_boolean(all[HOST_PIDS_LIMIT].state != HOST_MISSING));
	put_security_options(o, all, q->rootless);
}

/* ---- the defaults ---- */

static void put_defaults(json_t *o)
{
	cleanup_by(text_free) struct text caps = {};
	json_t *d = json_object();

	capability_set_add_text(&caps, defaults.capabilities);
	json_put_string(d, "Capabilities", caps.s);
	json_object_set_new(d, "No new privileges", json_boolean(defaults.no_new_privileges));
	json_put_string(d, "System calls", "an allow-list, also for root in the container");
	put_int(d, "Processes", defaults.pids_max);
	json_put_string(d, "Core dumps", "off");
	put_int(d, "Masked paths", (int64_t)defaults.n_masked_paths);
	put_int(d, "Read-only paths", (int64_t)defaults.n_readonly_paths);
	put_int(d, "Shared memory bytes", defaults.shm_bytes);
	put_int(d, "Log bytes", defaults.log_bytes);
	put_int(d, "Log files", defaults.log_files);
	json_put_string(d, "Stop signal", defaults.stop_signal);
	put_int(d, "Stop timeout seconds", defaults.stop_timeout_sec);
	json_object_set_new(o, "Defaults", d);
}

static int is_json(const char *format)
{
	return !strcmp(format, "json") || !strcmp(format, "{{json .}}");
}

static int info(struct command_call *call, struct err *e)
{
	const struct info_options *options = call->options;
	cleanup_json json_t *o = json_object();
	cleanup_by(text_free) struct text t = {};
	struct host_question q = { .folder = USUAL_FOLDER, .rootless = geteuid() != 0 };

	put_engine(o, call, &q);
	put_host(o, call->arena);
	put_features(o, &q, call->arena);
	put_defaults(o);
	if (!options->format) {
		info_add_text(&t, o);
	} else if (is_json(options->format)) {
		cleanup_free char *json = json_dump(o, 0);

		text_add(&t, "%s\n", json);
	} else {
		if (template_add(&t, options->format, o, e) < 0)
			return -1;
		text_add(&t, "\n");
	}
	return door_print(&t, e);
}

const struct command command_info = {
	.name = "info",
	.aliases = "system info",
	.section = SECTION_OTHER,
	.usage = "[OPTIONS]",
	.summary = "Show what there is and what this host can enforce",
	.options = tables,
	.options_bytes = sizeof(struct info_options),
	.run = info,
};
