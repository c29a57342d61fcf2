/* SPDX-License-Identifier: Apache-2.0 */
#include "oci/criu_options.h"

#include <sched.h>
#include <string.h>

#include "base/mem.h"
#include "base/parse.h"
#include "oci/criu_wire.h"
#include "oci/names.h"

#define LOG_LEVEL 4
/* Of a deleted file that is still open and goes into the images. */
#define GHOST_BYTES_MAX (64 << 20)

static int add_page_server(struct text *t, const char *address, struct err *e)
{
	const char *colon = strrchr(address, ':');
	int in_brackets = colon && colon > address + 1 && *address == '[' && colon[-1] == ']';
	cleanup_by(text_free) struct text inner = {};
	cleanup_free char *host = NULL;
	uint64_t port;

	if (!colon || colon == address || parse_uint(colon + 1, UINT16_MAX, &port, e) < 0 || !port)
		return err_set(e, ERR_USAGE, "--page-server: \"%s\" is not ADDRESS:PORT", address);
	host = xprintf("%.*s", (int)(colon - address) - 2 * in_brackets, address + in_brackets);
	criu_put_string(&inner, CRIU_PAGE_SERVER_ADDRESS, host);
	criu_put_number(&inner, CRIU_PAGE_SERVER_PORT, port);
	criu_put_message(t, CRIU_PAGE_SERVER, &inner);
	return 0;
}

static int add_cgroups_mode(struct text *t, const char *mode, struct err *e)
{
	static const struct oci_name modes[] = {
		{ "", 6 }, { "full", 4 }, { "ignore", 0 }, { "soft", 3 }, { "strict", 5 }, {},
	};
	const struct oci_name *known = oci_name_find(modes, mode ?: "");

	if (!known)
		return err_set(e, ERR_USAGE,
			       "--manage-cgroups-mode: \"%s\": soft, full, strict or ignore", mode);
	criu_put_number(t, CRIU_MANAGE_CGROUPS_MODE, (uint64_t)known->value);
	return 0;
}

/*
 * A network namespace's content is always left to who made it: hooks, and ourselves. Restored from the images
 * it would have the other ends of its links missing, and firewall rules that the images' author chose.
 */
static int add_empty_namespaces(struct text *t, const struct criu_options *o, struct err *e)
{
	for (size_t i = 0; i < o->n_empty_ns; i++) {
		if (strcmp(o->empty_ns[i], "network") != 0)
			return err_set(e, ERR_USAGE,
				       "--empty-ns: \"%s\": criu can leave only network empty",
				       o->empty_ns[i]);
	}
	criu_put_number(t, CRIU_EMPTY_NS, CLONE_NEWNET);
	return 0;
}

static void add_switches(struct text *t, const struct criu_options *o)
{
	const struct {
		int on;
		enum criu_option option;
	} rows[] = {
		{ 1, CRIU_NOTIFY_SCRIPTS },
		{ 1, CRIU_ORPHAN_PTS_MASTER },
		{ o->leave_running, CRIU_LEAVE_RUNNING },
		{ o->tcp_established, CRIU_TCP_ESTABLISHED },
		{ o->tcp_skip_in_flight, CRIU_TCP_SKIP_IN_FLIGHT },
		{ o->ext_unix_sk, CRIU_EXT_UNIX_SK },
		{ o->shell_job, CRIU_SHELL_JOB },
		{ o->lazy_pages, CRIU_LAZY_PAGES },
		{ o->file_locks, CRIU_FILE_LOCKS },
		{ o->auto_dedup, CRIU_AUTO_DEDUP },
		{ o->link_remap, CRIU_LINK_REMAP },
		{ o->parent_path != NULL, CRIU_TRACK_MEM },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		if (rows[i].on)
			criu_put_number(t, rows[i].option, 1);
	}
}

int criu_add_options(const struct criu_options *o, struct text *t, struct err *e)
{
	criu_put_number(t, CRIU_LOG_LEVEL, LOG_LEVEL);
	criu_put_number(t, CRIU_GHOST_LIMIT, GHOST_BYTES_MAX);
	add_switches(t, o);
	if (o->parent_path)
		criu_put_string(t, CRIU_PARENT_IMG, o->parent_path);
	if (o->lsm_profile)
		criu_put_string(t, CRIU_LSM_PROFILE, o->lsm_profile);
	if (o->lsm_mount_context)
		criu_put_string(t, CRIU_LSM_MOUNT_CONTEXT, o->lsm_mount_context);
	if (o->page_server && add_page_server(t, o->page_server, e) < 0)
		return -1;
	return add_cgroups_mode(t, o->cgroups_mode, e) < 0 ? -1 : add_empty_namespaces(t, o, e);
}
