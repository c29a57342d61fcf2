/* SPDX-License-Identifier: Apache-2.0 */
#include "plan_cases.h"

#include <linux/capability.h>
#include <string.h>

#include "cli/container_options.h"
#include "confine/capability.h"
#include "engine/config_merge.h"

#define NO_LSM "this kernel has no "

static struct id_range every_id = { 0, 0, UINT32_MAX };
static struct id_range users_ids[] = { { 0, 1000, 1 }, { 1, 100000, 65536 } };

#define MAPS(list, n)                                                                              \
	{                                                                                          \
		.uids = list, .gids = list, .n_uids = n, .n_gids = n                               \
	}
#define NO_MODULES                                                                                 \
	[LACK_APPARMOR] = { NO_LSM "AppArmor", NULL }, [LACK_SELINUX] = { NO_LSM "SELinux", NULL }

static const struct {
	const char *name;
	struct plan_host host;
} hosts[] = {
	{ "root",
	  { .privileged = 1,
	    .maps = MAPS(&every_id, 1),
	    .slice_base = 1879048192,
	    .cpus = 4,
	    .capabilities = CAPABILITY_ALL,
	    .held = CAPABILITY_ALL,
	    .lacks = { NO_MODULES } } },
	/* As on a kernel without swap accounting, with AppArmor, before Landlock's scopes. */
	{ "older",
	  { .privileged = 1,
	    .maps = MAPS(&every_id, 1),
	    .slice_base = 1879113728,
	    .cpus = 1,
	    .capabilities = CAPABILITY_ALL & ~(1ULL << CAP_CHECKPOINT_RESTORE),
	    .held = CAPABILITY_ALL & ~(1ULL << CAP_CHECKPOINT_RESTORE | 1ULL << CAP_SYS_RESOURCE),
	    .resources[RESOURCE_SWAP] = { "swap isn't counted", "boot with swapaccount=1" },
	    .lacks = { [LACK_SELINUX] = { NO_LSM "SELinux", NULL },
		       [LACK_LANDLOCK_SCOPES] = { "Landlock of this kernel has no scopes",
						  "Linux 6.12 has them" } } } },
	{ "user",
	  { .maps = MAPS(users_ids, 2),
	    .cpus = 4,
	    .capabilities = CAPABILITY_ALL,
	    .held = CAPABILITY_ALL,
	    .lacks = { NO_MODULES } } },
	/* No subuid range, no delegated control group. */
	{ "poor",
	  { .maps = MAPS(users_ids, 1),
	    .cpus = 2,
	    .capabilities = CAPABILITY_ALL,
	    .held = CAPABILITY_ALL,
	    .resources = { [RESOURCE_MEMORY] = { "no cgroup is delegated", "cale setup" },
			   [RESOURCE_SWAP] = { "no cgroup is delegated", "cale setup" },
			   [RESOURCE_CPU] = { "no cgroup is delegated", "cale setup" },
			   [RESOURCE_CPUSET] = { "no cgroup is delegated", "cale setup" },
			   [RESOURCE_PIDS] = { "no cgroup is delegated", "cale setup" } },
	    .lacks = { NO_MODULES, [LACK_SECCOMP] = { "this kernel has no seccomp", NULL } } } },
};

#define LIST(...)                                                                                  \
	(char *[])                                                                                 \
	{                                                                                          \
		__VA_ARGS__, NULL                                                                  \
	}
#define PATH                                                                                       \
	(char[])                                                                                   \
	{                                                                                          \
		"PATH=/usr/bin:/bin"                                                               \
	}
#define T(s)                                                                                       \
	(char[])                                                                                   \
	{                                                                                          \
		s                                                                                  \
	}

static int find_image(const char *name, struct arena *a, struct image_record *ret)
{
	const struct {
		const char *name;
		struct image_record record;
	} images[] = {
		{ "alpine",
		  { .env = LIST(PATH), .n_env = 1, .cmd = LIST(T("/bin/sh")), .n_cmd = 1 } },
		{ "nginx",
		  { .env = LIST(PATH, T("NGINX_VERSION=1.27")),
		    .n_env = 2,
		    .entrypoint = LIST(T("/docker-entrypoint.sh")),
		    .n_entrypoint = 1,
		    .cmd = LIST(T("nginx"), T("-g"), T("daemon off;")),
		    .n_cmd = 3,
		    .labels = LIST(T("maintainer=x"), T("privileged=true")),
		    .n_labels = 2,
		    .stop_signal = "SIGQUIT" } },
		{ "app",
		  { .cmd = LIST(T("/app")),
		    .n_cmd = 1,
		    .volumes = LIST(T("/data"), T("/var//log/")),
		    .n_volumes = 2,
		    .user = "1000:1000",
		    .workdir = "srv/./x" } },
		{ "ping",
		  { .cmd = LIST(T("ping")),
		    .n_cmd = 1,
		    .file_capabilities = 1ULL << CAP_NET_RAW } },
		{ "carrier",
		  { .cmd = LIST(T("x")), .n_cmd = 1, .file_capabilities = 1ULL << CAP_CHOWN } },
		{ "scratch", { .id = NULL } },
		{ "far", { .cmd = LIST(T("x")), .n_cmd = 1, .user = "70000" } },
		{ "odd-signal", { .cmd = LIST(T("x")), .n_cmd = 1, .stop_signal = "SIGFOO" } },
		{ "odd-volume",
		  { .cmd = LIST(T("x")), .n_cmd = 1, .volumes = LIST(T("/..")), .n_volumes = 1 } },
		{ "over-proc",
		  { .cmd = LIST(T("x")),
		    .n_cmd = 1,
		    .volumes = LIST(T("/proc/self")),
		    .n_volumes = 1 } },
	};

	for (size_t i = 0; i < ARRAY_SIZE(images); i++) {
		struct image_record r = images[i].record;

		if (strcmp(name, images[i].name) != 0)
			continue;
		/* Deep copies: the tables above end with this function. */
		for (size_t l = 0; l < 5; l++) {
			char ***lists[] = { &r.env, &r.entrypoint, &r.cmd, &r.labels, &r.volumes };
			size_t counts[] = { r.n_env, r.n_entrypoint, r.n_cmd, r.n_labels,
					    r.n_volumes };
			char **copy = NULL;
			size_t n = 0;

			for (size_t k = 0; k < counts[l]; k++)
				config_push(a, &copy, &n, (*lists[l])[k]);
			*lists[l] = copy;
		}
		*ret = r;
		return 0;
	}
	return -1;
}

static int read_words(char **words, struct container_options *o, struct err *e)
{
	struct options_parse parse = {
		.tables = container_run_tables,
		.stop_at_positional = 1,
		.options = o,
	};

	container_options_prepare(o);
	if (options_parse(&parse, words, e) < 0)
		return -1;
	return container_options_finish(o, words, parse.n_arguments, e);
}

int plan_case(char **words, struct arena *a, struct plan *ret, struct err *e)
{
	static const char *const layers[] = { "layer2", "layer1", NULL };
	static const struct spec_rootfs rootfs = {
		.kind = ROOTFS_OVERLAY,
		.layer_store = "/layers",
		.layers = layers,
		.n_layers = 2,
		.path = "/c",
	};
	struct container_options *o = arena_new_item(a, struct container_options);
	struct image_record *image = arena_new_item(a, struct image_record);
	struct plan_input in = {
		.id = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
		.config = &o->config,
		.image = image,
		.rootfs = &rootfs,
		.cgroup = "cale/0123",
		.volumes = "/volumes",
	};

	o->head.arena = a;
	o->cwd = "/home/me";
	for (size_t i = 0; i < ARRAY_SIZE(hosts); i++) {
		if (!strcmp(words[0], hosts[i].name))
			in.host = &hosts[i].host;
	}
	if (!in.host)
		return err_set(e, ERR_NOT_FOUND, "no host %s", words[0]);
	if (read_words(words + 1, o, e) < 0)
		return -1;
	if (find_image(o->config.image, a, image) < 0)
		return err_set(e, ERR_NOT_FOUND, "no image %s", o->config.image);
	if (config_merge(&o->config, image, a, e) < 0)
		return -1;
	return plan_make(&in, a, ret, e);
}
