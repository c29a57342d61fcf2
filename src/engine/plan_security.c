/* SPDX-License-Identifier: Apache-2.0 */
/* no_new_privs, seccomp, the kernel's security modules, Landlock. */
#include <string.h>

#include "confine/defaults.h"
#include "engine/plan_parts.h"

/* linux/landlock.h since 6.12; older headers don't have it. */
#define SCOPE_ABSTRACT_UNIX_SOCKET (1ULL << 0)

int plan_privileges(struct planning *p, struct err *e)
{
	const struct config_security *s = &p->config->security;
	struct spec *spec = p->spec;
	uint64_t carried = p->in->image->file_capabilities;
	int on = s->no_new_privileges == YES ||
		 (s->no_new_privileges == UNSET && !p->config->privileged);

	(void)e;
	if (s->no_new_privileges == UNSET && p->config->privileged)
		plan_imply(p, SETTING_NO_NEW_PRIVILEGES, SETTING_PRIVILEGED);
	spec->process.no_new_privileges = on;
	/*
	 * With no_new_privs a file capability gives nothing, but one outside the bounding set still
	 * makes exec fail: then, and where there are none, nosuid lets the kernel overlook them all.
	 */
	spec->rootfs.nosuid = on && !(carried && !(carried & ~spec->process.cap_bounding));
	if (on)
		plan_say(p, MAY_NOT(NO_NEW_PRIVILEGES),
			 "gain privileges by setuid programs or file capabilities (sudo, su)");
	else
		plan_say(p, MAY(NO_NEW_PRIVILEGES),
			 "gain privileges by setuid programs and file capabilities");
	return 0;
}

static int plan_filter(struct planning *p, struct err *e)
{
	const struct config_security *s = &p->config->security;
	struct plan_cause lack = p->host->lacks[LACK_SECCOMP];
	int unconfined = s->seccomp && !strcmp(s->seccomp, "unconfined");
	int builtin = !s->seccomp || !strcmp(s->seccomp, "builtin");

	p->plan->seccomp = PLAN_SECCOMP_NONE;
	if (p->config->privileged && !s->seccomp)
		plan_imply(p, SETTING_SECCOMP, SETTING_PRIVILEGED);
	if (unconfined || (p->config->privileged && !s->seccomp)) {
		plan_say(p, MAY(SECCOMP), "make every system call");
		return 0;
	}
	if (lack.why && s->seccomp)
		return plan_refuse(e, "--security-opt seccomp", lack);
	if (lack.why) {
		plan_miss(p, SETTING_SECCOMP, "seccomp filter", lack);
		return 0;
	}
	p->plan->seccomp = builtin ? PLAN_SECCOMP_DEFAULT : PLAN_SECCOMP_PROFILE;
	plan_say(p, MAY_NOT(SECCOMP), "make system calls that %s doesn't list",
		 !builtin ? arena_printf(p->arena, "the profile %s", s->seccomp_name ?: "given")
			  : "the default profile");
	return 0;
}

static int plan_apparmor(struct planning *p, struct err *e)
{
	const char *profile = p->config->security.apparmor;

	if (!profile || !strcmp(profile, "unconfined"))
		return 0;
	if (p->host->lacks[LACK_APPARMOR].why)
		return plan_refuse(e, "--security-opt apparmor", p->host->lacks[LACK_APPARMOR]);
	p->spec->process.apparmor_profile = profile;
	plan_say(p, MAY_NOT(APPARMOR), "do what the AppArmor profile %s forbids", profile);
	return 0;
}

static int plan_selinux(struct planning *p, struct err *e)
{
	const struct config_security *s = &p->config->security;
	struct plan_cause lack = p->host->lacks[LACK_SELINUX];

	for (size_t i = 0; i < s->n_labels; i++) {
		if (!strcmp(s->labels[i], "disable"))
			continue;
		if (!lack.why)
			lack.why = "SELinux labels aren't built yet";
		return plan_refuse(e, "--security-opt label", lack);
	}
	return 0;
}

/* One line for both: a kernel has one of them at most in charge. */
static void miss_module(struct planning *p)
{
	const struct config_security *s = &p->config->security;
	const char *apparmor = p->host->lacks[LACK_APPARMOR].why;
	const char *selinux = p->host->lacks[LACK_SELINUX].why;

	if (p->config->privileged || s->apparmor || s->n_labels)
		return;
	if (apparmor && selinux)
		plan_miss(
			p, SETTING_APPARMOR, "AppArmor or SELinux confinement",
			(struct plan_cause){ arena_printf(p->arena, "%s, %s", apparmor, selinux) });
	else
		plan_miss(p, apparmor ? SETTING_SELINUX : SETTING_APPARMOR,
			  apparmor ? "SELinux label" : "AppArmor profile",
			  (struct plan_cause){
				  "Cale brings none of its own yet",
				  apparmor ? NULL
					   : "--security-opt apparmor=NAME uses a loaded one" });
}

/* The one thing that lies in the network namespace and isn't guarded by it: abstract sockets. */
static void plan_landlock(struct planning *p)
{
	if (p->own_network || p->config->privileged)
		return;
	if (p->host->lacks[LACK_LANDLOCK_SCOPES].why) {
		plan_miss(p, SETTING_LANDLOCK, "guard of the host's abstract Unix sockets",
			  p->host->lacks[LACK_LANDLOCK_SCOPES]);
		return;
	}
	p->spec->process.landlock.scopes = SCOPE_ABSTRACT_UNIX_SOCKET;
	plan_say(p, MAY_NOT(LANDLOCK),
		 "connect to the host's abstract Unix sockets (programs by `exec` may)");
}

int plan_confinement(struct planning *p, struct err *e)
{
	if (plan_filter(p, e) < 0 || plan_apparmor(p, e) < 0 || plan_selinux(p, e) < 0)
		return -1;
	miss_module(p);
	plan_landlock(p);
	return 0;
}
