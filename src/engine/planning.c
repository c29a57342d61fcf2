/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/planning.h"

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "confine/defaults.h"
#include "confine/seccomp.h"
#include "runtime/cgroup.h"

#define LANDLOCK_VERSION    1 /* LANDLOCK_CREATE_RULESET_VERSION */
#define LANDLOCK_SCOPES_ABI 6

/* What plan_limits.c asks about; each answer costs system calls. */
#define PLANNED_RESOURCES                                                                          \
	(1U << RESOURCE_MEMORY | 1U << RESOURCE_SWAP | 1U << RESOURCE_CPU |                        \
	 1U << RESOURCE_CPUSET | 1U << RESOURCE_PIDS)

/* Which controllers bind here. */
static void ask_resources(struct plan_host *host, struct arena *a)
{
	struct cgroup_lack lacks[RESOURCE_COUNT];

	cgroup_lacks(PLANNED_RESOURCES, lacks);
	for (int r = 0; r < RESOURCE_COUNT; r++) {
		host->resources[r].why = lacks[r].why;
		host->resources[r].mend = lacks[r].why ? arena_strdup(a, lacks[r].hint) : NULL;
	}
}

static int is_on(const char *path, char on)
{
	cleanup_fd int fd = open(path, O_RDONLY | O_CLOEXEC);
	char c = 0;

	return fd >= 0 && read(fd, &c, 1) == 1 && c == on;
}

static void ask_lsms(struct plan_host *host)
{
	if (!is_on("/sys/module/apparmor/parameters/enabled", 'Y')) {
		host->lacks[LACK_APPARMOR].why = "this kernel runs without AppArmor";
		host->lacks[LACK_APPARMOR].mend = "boot with apparmor=1 security=apparmor";
	}
	if (access("/sys/fs/selinux/enforce", F_OK) < 0) {
		host->lacks[LACK_SELINUX].why = "this kernel runs without SELinux";
		host->lacks[LACK_SELINUX].mend = "boot with selinux=1 security=selinux";
	}
	if (syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_VERSION) < LANDLOCK_SCOPES_ABI) {
		host->lacks[LACK_LANDLOCK_SCOPES].why = "this kernel's Landlock has no scopes";
		host->lacks[LACK_LANDLOCK_SCOPES].mend =
			"use Linux 6.12 or later with lsm=landlock,…";
	}
}

static void fill_rootfs(const struct planning_subject *s, struct arena *a, struct spec_rootfs *ret)
{
	const struct engine *en = s->engine;
	const struct container_record *r = s->record;
	const char *folder = arena_printf(a, "%s/containers/%s", en->home.root, r->id);

	*ret = (struct spec_rootfs){
		.kind = r->driver == STORAGE_OVERLAY ? ROOTFS_OVERLAY : ROOTFS_DIRECTORY,
		.layer_store = arena_printf(a, "%s/%s", en->home.root,
					    layer_store_folder(en->layers.form)),
		.layers = s->image->layers.layers,
		.n_layers = s->image->layers.n,
		.path = r->driver == STORAGE_OVERLAY ? folder : arena_printf(a, "%s/root", folder),
		.user_xattrs = !en->privileged,
		.volatile_upper = r->config.auto_remove,
	};
}

/* Those that this kernel knows, and of them those in our own bounding set. */
static void ask_capabilities(struct plan_host *host)
{
	int in_set;

	for (unsigned long cap = 0;
	     cap < 64 && (in_set = prctl(PR_CAPBSET_READ, cap, 0, 0, 0)) >= 0; cap++) {
		host->capabilities |= UINT64_C(1) << cap;
		host->held |= (uint64_t)in_set << cap;
	}
}

static unsigned online_cpus(void)
{
	long n = sysconf(_SC_NPROCESSORS_ONLN);

	return n > 0 ? (unsigned)n : 1;
}

static void fill_host(const struct engine *en, const struct container_record *r, struct arena *a,
		      struct plan_host *host)
{
	*host = (struct plan_host){
		.privileged = en->privileged,
		.maps = en->maps,
		.slice_base = r->slice == CONTAINER_NO_SLICE
				      ? 0
				      : defaults.id_base + (uint32_t)r->slice * defaults.id_count,
		.cpus = online_cpus(),
	};
	ask_capabilities(host);
	ask_resources(host, a);
	ask_lsms(host);
}

/* The filter's program for this container, from the cache where it is there. */
static int compile_seccomp(const struct planning_subject *s, struct plan *plan, struct arena *a,
			   struct err *e)
{
	const struct config_security *security = &s->record->config.security;
	struct spec_process *p = &plan->spec.process;
	struct seccomp_request request = {
		.text = plan->seccomp == PLAN_SECCOMP_PROFILE ? security->seccomp : NULL,
		.name = security->seccomp_name,
		.caps = p->cap_bounding,
	};
	struct seccomp_program program;
	cleanup_fd int cache_fd = -1;

	if (plan->seccomp == PLAN_SECCOMP_NONE)
		return 0;
	/* Without a cache it only takes longer. */
	cache_fd = home_open_folder(&s->engine->home, "seccomp-cache", e);
	request.cache_fd = cache_fd;
	if (seccomp_get(&request, a, &program, e) < 0)
		return err_wrap(e, "seccomp profile %s", security->seccomp_name ?: "default");
	p->seccomp.code = program.code;
	p->seccomp.n = program.n;
	p->seccomp.flags = program.flags;
	return 0;
}

int planning_make(const struct planning_subject *s, struct arena *a, struct plan *ret,
		  struct err *e)
{
	const char *id = s->record->id, *root = s->engine->home.root;
	struct spec_rootfs rootfs;
	struct plan_host host;
	const struct plan_input in = {
		.id = id,
		.config = &s->record->config,
		.image = s->image->record,
		.host = &host,
		.rootfs = &rootfs,
		.cgroup = arena_printf(a, "cale/%s", id),
		.volumes = arena_printf(a, "%s/volumes", root),
		.etc = arena_printf(a, "%s/containers/%s/etc", root, id),
	};

	fill_host(s->engine, s->record, a, &host);
	fill_rootfs(s, a, &rootfs);
	if (plan_make(&in, a, ret, e) < 0)
		return -1;
	return compile_seccomp(s, ret, a, e);
}
