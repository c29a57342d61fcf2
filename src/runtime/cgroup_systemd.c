/* SPDX-License-Identifier: Apache-2.0 */
#include "runtime/cgroup_systemd.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/fd.h"
#include "runtime/dbus.h"

#define SYSTEMD		  "org.freedesktop.systemd1"
#define MANAGER_PATH	  "/org/freedesktop/systemd1"
#define MANAGER_INTERFACE SYSTEMD ".Manager"
#define DBUS_ERRORS	  "org.freedesktop.DBus.Error."

/* For one call, and for a job, which may wait for others. */
#define CALL_USEC INT64_C(25000000)
#define JOB_USEC  INT64_C(30000000)

#define GROUPS_BYTES_MAX (1 << 20)
#define ADDRESS_SIZE	 512
#define RULE_SIZE	 512

/* ---- finding the manager ---- */

/* Below $XDG_RUNTIME_DIR, or where logind puts that; `out` has ADDRESS_SIZE bytes. */
static void user_socket(const struct systemd_owner *owner, int from_environment, char *out)
{
	const char *runtime = from_environment ? getenv("XDG_RUNTIME_DIR") : NULL;

	if (runtime && *runtime == '/' && strlen(runtime) < ADDRESS_SIZE / 2)
		snprintf(out, ADDRESS_SIZE, "%s/systemd/private", runtime);
	else
		snprintf(out, ADDRESS_SIZE, "/run/user/%u/systemd/private", owner->uid);
}

/*
 * Its own socket first: that costs no way through a bus, and there needn't be a bus. Addresses that
 * the environment names are a user's own business; root doesn't look at them.
 */
static struct dbus *open_user(const struct systemd_owner *owner, struct err *e)
{
	const char *bus = getenv("DBUS_SESSION_BUS_ADDRESS");
	char path[ADDRESS_SIZE], address[ADDRESS_SIZE + 16];
	struct dbus *d = NULL;

	for (int environment = 1; environment >= 0 && !d; environment--) {
		user_socket(owner, environment, path);
		/* An address has its own special characters; then the other one must do. */
		if (strpbrk(path, ",;%"))
			continue;
		snprintf(address, sizeof(address), "unix:path=%s", path);
		d = dbus_open(address, DBUS_DIRECT, CALL_USEC, e);
	}
	if (!d && bus && *bus)
		d = dbus_open(bus, DBUS_BUS, CALL_USEC, e);
	if (d)
		return d;
	snprintf(address, sizeof(address), "unix:path=/run/user/%u/bus", owner->uid);
	return dbus_open(address, DBUS_BUS, CALL_USEC, e);
}

static struct dbus *open_system(struct err *e)
{
	struct dbus *d = dbus_open("unix:path=/run/systemd/private", DBUS_DIRECT, CALL_USEC, e);

	return d ? d
		 : dbus_open("unix:path=/run/dbus/system_bus_socket;"
			     "unix:path=/var/run/dbus/system_bus_socket",
			     DBUS_BUS, CALL_USEC, e);
}

static struct dbus *open_manager(const struct systemd_owner *owner, struct err *e)
{
	struct dbus *d = owner->is_user ? open_user(owner, e) : open_system(e);

	if (d)
		return d;
	err_wrap(e, owner->is_user ? "no systemd user manager" : "no systemd");
	if (e->code != ERR_DENIED)
		e->code = ERR_NOT_FOUND;
	if (owner->is_user)
		err_hint(e, "loginctl enable-linger, or log in through PAM and systemd-logind");
	return NULL;
}

int cgroup_systemd_is_there(const struct systemd_owner *owner)
{
	char path[ADDRESS_SIZE];
	struct stat s;

	if (!owner->is_user) /* sd_booted(3) */
		return lstat("/run/systemd/system", &s) == 0 && S_ISDIR(s.st_mode);
	for (int environment = 1; environment >= 0; environment--) {
		user_socket(owner, environment, path);
		if (stat(path, &s) == 0 && S_ISSOCK(s.st_mode))
			return 1;
	}
	return 0;
}

/* ---- calls ---- */

static struct dbus_call manager_call(const char *member, const char *signature,
				     const struct text *body)
{
	return (struct dbus_call){ .destination = SYSTEMD,
				   .path = MANAGER_PATH,
				   .interface = MANAGER_INTERFACE,
				   .member = member,
				   .signature = signature,
				   .body = body };
}

static int is_error(const struct dbus *d, const char *name)
{
	return !strcmp(dbus_error_name(d), name);
}

/* A call of one string that answers nothing we need. */
static int call_with_name(struct dbus *d, const char *member, const char *unit, struct err *e)
{
	cleanup_by(text_free) struct text body = {};
	struct dbus_call c = manager_call(member, "s", &body);
	struct dbus_message reply;

	dbus_put_string(&body, unit);
	return dbus_call(d, &c, &reply, e);
}

static void forget_failed(struct dbus *d, const char *unit)
{
	struct err ignored;

	call_with_name(d, "ResetFailedUnit", unit, &ignored);
}

/* Only what happens to this unit; `argN` counts the signal's arguments from 0. */
static int watch_jobs(struct dbus *d, const char *unit, struct err *e)
{
	char rule[RULE_SIZE];

	snprintf(rule, sizeof(rule),
		 "type='signal',sender='" SYSTEMD "',path='" MANAGER_PATH
		 "',interface='" MANAGER_INTERFACE "',member='JobRemoved',arg2='%s'",
		 unit);
	return dbus_watch(d, MANAGER_INTERFACE, "JobRemoved", rule, e);
}

/* Waits for the end of the job that the call was answered with; a result but "done" is an error. */
static int wait_job(struct dbus *d, const char *job, const char *unit, struct err *e)
{
	int64_t deadline = clock_monotonic_usec() + JOB_USEC;
	struct dbus_message m;

	for (;;) {
		struct dbus_reader r;
		const char *removed, *result;

		if (dbus_wait_signal(d, deadline, &m, e) < 0)
			return err_wrap(e, "the job of %s", unit);
		if (strcmp(m.signature, "uoss") != 0)
			continue;
		r = dbus_read(&m);
		dbus_get_u32(&r);
		removed = dbus_get_string(&r);
		dbus_get_string(&r);
		result = dbus_get_string(&r);
		if (r.wrong || strcmp(removed, job) != 0)
			continue;
		if (!strcmp(result, "done"))
			return 0;
		return err_set(e, ERR_SYSTEM, "the job of %s ended as \"%.32s\"", unit, result);
	}
}

/* Makes a call that starts a job; its name, which the caller frees. */
static char *start_job(struct dbus *d, const struct dbus_call *c, struct err *e)
{
	struct dbus_message reply;
	struct dbus_reader r;

	if (dbus_call(d, c, &reply, e) < 0)
		return NULL;
	if (strcmp(reply.signature, "o") != 0)
		return err_set(e, ERR_INVALID, "%s: an unexpected answer", c->member), NULL;
	r = dbus_read(&reply);
	return xstrdup(dbus_get_string(&r));
}

/* "replace": whatever else is to be done with the unit, this comes instead. */
static char *start_stopping(struct dbus *d, const char *unit, struct err *e)
{
	cleanup_by(text_free) struct text body = {};
	struct dbus_call c = manager_call("StopUnit", "ss", &body);

	dbus_put_string(&body, unit);
	dbus_put_string(&body, "replace");
	return start_job(d, &c, e);
}

/* Stops it, waits for the end and forgets how it ended; one that isn't there is success. */
static int stop_unit(struct dbus *d, const char *unit, struct err *e)
{
	cleanup_free char *job = start_stopping(d, unit, e);

	if (!job && !is_error(d, SYSTEMD ".NoSuchUnit"))
		return -1;
	if (job && wait_job(d, job, unit, e) < 0)
		return -1;
	forget_failed(d, unit);
	return 0;
}

/*
 * An old systemd says "Cannot set property NAME, or unknown property." What it needn't know is left
 * out the next time; 0 when there is no such property.
 */
static int leave_out_unknown(const struct dbus *d, const struct err *e,
			     const struct systemd_properties *l, uint8_t *left_out)
{
	static const char words[] = "Cannot set property ";
	const char *name = strstr(e->text, words);
	size_t n;

	if (!is_error(d, DBUS_ERRORS "PropertyReadOnly") || !name)
		return 0;
	name += sizeof(words) - 1;
	n = strcspn(name, ", ");
	for (size_t i = 0; i < l->n; i++) {
		if (strncmp(l->items[i].name, name, n) != 0 || l->items[i].name[n])
			continue;
		if (!l->items[i].may_miss || left_out[i])
			return 0;
		left_out[i] = 1;
		/* Given twice: every one of them. */
		for (size_t k = i + 1; k < l->n; k++)
			left_out[k] |= !strcmp(l->items[k].name, l->items[i].name);
		return 1;
	}
	return 0;
}

/* ---- start ---- */

/* name, mode, properties, no auxiliary units. "fail": never replace a job that somebody waits for. */
static int start_unit(struct dbus *d, const char *unit, const struct systemd_properties *l,
		      const uint8_t *left_out, struct err *e)
{
	cleanup_by(text_free) struct text body = {};
	struct dbus_call c = manager_call("StartTransientUnit", "ssa(sv)a(sa(sv))", &body);
	cleanup_free char *job = NULL;
	struct err ignored;

	dbus_put_string(&body, unit);
	dbus_put_string(&body, "fail");
	systemd_encode(l, left_out, &body);
	dbus_end_array(&body, dbus_begin_array(&body, 8));
	job = start_job(d, &c, e);
	if (!job)
		return -1;
	if (wait_job(d, job, unit, e) == 0)
		return 0;
	free(start_stopping(d, unit, &ignored));
	forget_failed(d, unit);
	return -1;
}

/* As often as there is something to leave out, and once more when a failed unit was in the way. */
static int start_with_retries(struct dbus *d, const struct systemd_name *name,
			      const struct systemd_properties *l, struct err *e)
{
	const char *unit = name->unit;
	uint8_t *left_out = arena_alloc(l->arena, l->n + 1);
	int was_reset = 0;

	while (start_unit(d, unit, l, left_out, e) < 0) {
		if (is_error(d, SYSTEMD ".UnitExists")) {
			if (name->is_slice)
				return 0;
			if (was_reset++) {
				e->code = ERR_CONFLICT;
				return -1;
			}
			forget_failed(d, unit);
		} else if (!leave_out_unknown(d, e, l, left_out)) {
			return -1;
		}
	}
	return 0;
}

/* The path in the line of the hierarchy that systemd itself uses. */
static int find_path(const char *groups, char *out, size_t size)
{
	static const char *const keys[] = { ":name=systemd:", "\n0::", "0::" };
	const char *line = NULL;
	size_t n;

	for (size_t i = 0; i < ARRAY_SIZE(keys) && !line; i++) {
		line = strstr(groups, keys[i]);
		if (line)
			line += strlen(keys[i]);
	}
	n = line ? strcspn(line, "\n") : 0;
	if (!n || n >= size || *line != '/')
		return 0;
	memcpy(out, line, n);
	out[n] = '\0';
	return 1;
}

/* Where the kernel says that the process is, which is as our own mounts show it. */
static int find_scope(const struct systemd_request *r, struct systemd_place *ret, struct err *e)
{
	cleanup_free char *groups = NULL;
	const char *unit = r->name->unit, *last;
	char file[32];

	snprintf(file, sizeof(file), "/proc/%d/cgroup", (int)r->pid);
	groups = fd_read_file(AT_FDCWD, file, GROUPS_BYTES_MAX, e);
	if (!groups)
		return -1;
	if (!find_path(groups, ret->path, sizeof(ret->path)))
		return err_set(e, ERR_SYSTEM, "%s names no group of systemd", file);
	last = strrchr(ret->path, '/');
	if (!last || strcmp(last + 1, unit) != 0)
		return err_set(e, ERR_SYSTEM, "process %d isn't in %s but in %s", (int)r->pid, unit,
			       ret->path);
	return 0;
}

/* A slice has nobody in it yet: the manager's own group and the slice's path below it. */
static int find_slice(struct dbus *d, const struct systemd_request *r, struct systemd_place *ret,
		      struct err *e)
{
	cleanup_by(text_free) struct text body = {};
	struct dbus_call c = { .destination = SYSTEMD,
			       .path = MANAGER_PATH,
			       .interface = "org.freedesktop.DBus.Properties",
			       .member = "Get",
			       .signature = "ss",
			       .body = &body };
	struct dbus_message reply;
	struct dbus_reader reader;
	size_t n;

	dbus_put_string(&body, MANAGER_INTERFACE);
	dbus_put_string(&body, "ControlGroup");
	if (dbus_call(d, &c, &reply, e) < 0)
		return -1;
	reader = dbus_read(&reply);
	n = (size_t)snprintf(ret->path, sizeof(ret->path), "%s", dbus_get_string_variant(&reader));
	if (reader.wrong || n >= sizeof(ret->path) || (n && ret->path[0] != '/'))
		return err_set(e, ERR_INVALID, "systemd doesn't say where its group is");
	return systemd_slice_path(r->name->unit, ret->path + n, sizeof(ret->path) - n, e);
}

int cgroup_systemd_start(const struct systemd_request *r, struct systemd_place *ret, struct err *e)
{
	const char *unit = r->name->unit;
	cleanup_arena struct arena *a = arena_new();
	struct systemd_properties l = { .arena = a };
	cleanup_dbus struct dbus *d = NULL;
	struct err ignored;

	if (systemd_plan_unit(r, &l, e) < 0)
		return err_wrap(e, "systemd unit %s", unit);
	d = open_manager(&r->owner, e);
	if (!d)
		return -1;
	if (watch_jobs(d, unit, e) < 0 || start_with_retries(d, r->name, &l, e) < 0)
		return err_wrap(e, "systemd unit %s", unit);
	if ((r->name->is_slice ? find_slice(d, r, ret, e) : find_scope(r, ret, e)) == 0)
		return 0;
	if (!r->name->is_slice)
		stop_unit(d, unit, &ignored);
	return err_wrap(e, "systemd unit %s", unit);
}

/* ---- the rest of its life ---- */

int cgroup_systemd_update(const struct systemd_request *r, struct err *e)
{
	cleanup_arena struct arena *a = arena_new();
	struct systemd_properties l = { .arena = a };
	cleanup_dbus struct dbus *d = NULL;
	uint8_t *left_out;

	if (systemd_plan_limits(r, &l, e) < 0)
		return err_wrap(e, "systemd unit %s", r->name->unit);
	if (!l.n)
		return 0;
	left_out = arena_alloc(a, l.n);
	d = open_manager(&r->owner, e);
	if (!d)
		return -1;
	for (;;) {
		cleanup_by(text_free) struct text body = {};
		struct dbus_call c = manager_call("SetUnitProperties", "sba(sv)", &body);
		struct dbus_message reply;

		dbus_put_string(&body, r->name->unit);
		dbus_put_u32(&body, 1); /* until the unit ends, not for later boots */
		systemd_encode(&l, left_out, &body);
		if (dbus_call(d, &c, &reply, e) == 0)
			return 0;
		if (!leave_out_unknown(d, e, &l, left_out))
			return err_wrap(e, "systemd unit %s", r->name->unit);
	}
}

int cgroup_systemd_move(const struct systemd_request *r, const char *below, struct err *e)
{
	cleanup_by(text_free) struct text body = {};
	struct dbus_call c = manager_call("AttachProcessesToUnit", "ssau", &body);
	cleanup_dbus struct dbus *d = NULL;
	struct dbus_message reply;
	struct dbus_array pids;

	dbus_put_string(&body, r->name->unit);
	dbus_put_string(&body, below);
	pids = dbus_begin_array(&body, 4);
	dbus_put_u32(&body, (uint32_t)r->pid);
	dbus_end_array(&body, pids);
	d = open_manager(&r->owner, e);
	if (!d)
		return -1;
	if (dbus_call(d, &c, &reply, e) < 0)
		return err_wrap(e, "systemd unit %s", r->name->unit);
	return 0;
}

int cgroup_systemd_stop(const char *unit, const struct systemd_owner *owner, struct err *e)
{
	cleanup_dbus struct dbus *d = open_manager(owner, e);

	if (!d)
		return -1;
	if (watch_jobs(d, unit, e) < 0 || stop_unit(d, unit, e) < 0)
		return err_wrap(e, "systemd unit %s", unit);
	return 0;
}
