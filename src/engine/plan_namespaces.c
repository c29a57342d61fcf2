/* SPDX-License-Identifier: Apache-2.0 */
/* Which namespaces are the container's own, and which ids it has. */
#include <string.h>

#include "base/parse.h"
#include "confine/defaults.h"
#include "engine/plan_parts.h"

static void choose(struct planning *p)
{
	const struct config *c = p->config;

	if (c->privileged) {
		plan_imply(p, SETTING_USER_NAMESPACE, SETTING_PRIVILEGED);
		plan_say(
			p, MAY(PRIVILEGED),
			"do to %s what %s can do: --privileged gives up the protection of the host",
			p->host->privileged ? "this host" : "your files and processes",
			p->host->privileged ? "root" : "you");
	}
	p->own_users = !c->privileged && !(c->userns && !strcmp(c->userns, "host"));
	p->own_network = !c->network || strcmp(c->network, "host") != 0;
	for (int i = 0; i < NS_COUNT; i++)
		p->spec->namespaces[i].mode = i == NS_TIME ? NS_MODE_HOST : NS_MODE_NEW;
	if (!p->own_users)
		p->spec->namespaces[NS_USER].mode = NS_MODE_HOST;
	if (!p->own_network)
		p->spec->namespaces[NS_NETWORK].mode = NS_MODE_HOST;
}

/* Ids as the container's parent namespace has them: those that it maps, one to one. */
static struct id_range *same_ids(struct planning *p, const struct id_range *have, size_t n)
{
	struct id_range *map = arena_alloc(p->arena, (n + 1) * sizeof *map);

	for (size_t i = 0; i < n; i++)
		map[i] = (struct id_range){ have[i].inside, have[i].inside, have[i].count };
	return map;
}

static uint64_t count_ids(const struct id_range *map, size_t n)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < n; i++)
		sum += map[i].count;
	return sum;
}

static void map_slice(struct planning *p)
{
	struct id_range *map = arena_new_item(p->arena, struct id_range);

	*map = (struct id_range){ 0, p->host->slice_base, defaults.id_count };
	p->spec->uid_map = p->spec->gid_map = map;
	p->spec->n_uid_map = p->spec->n_gid_map = 1;
	plan_say(p, MAY(USER_NAMESPACE),
		 "have %u user and group ids of its own: root in it is uid %u outside, which owns "
		 "nothing",
		 defaults.id_count, p->host->slice_base);
}

static void map_users(struct planning *p)
{
	const struct id_maps *m = &p->host->maps;

	p->spec->uid_map = same_ids(p, m->uids, m->n_uids);
	p->spec->gid_map = same_ids(p, m->gids, m->n_gids);
	p->spec->n_uid_map = m->n_uids;
	p->spec->n_gid_map = m->n_gids;
	plan_say(p, MAY(USER_NAMESPACE),
		 "have %ju user id%s in a user namespace: root in it is your uid %u outside",
		 (uintmax_t)count_ids(m->uids, m->n_uids),
		 count_ids(m->uids, m->n_uids) == 1 ? "" : "s", m->n_uids ? m->uids[0].outside : 0);
	if (count_ids(m->uids, m->n_uids) == 1)
		plan_miss(p, SETTING_USER_NAMESPACE, "ids beside root's",
			  (struct plan_cause){
				  "there is no range for this user in /etc/subuid and /etc/subgid",
				  "as root: usermod --add-subuids 100000-165535 --add-subgids "
				  "100000-165535 USER" });
}

static int is_mapped(const struct id_range *map, size_t n, uint64_t id)
{
	for (size_t i = 0; i < n; i++) {
		if (id >= map[i].inside && id - map[i].inside < map[i].count)
			return 1;
	}
	return 0;
}

/* A number is checked now; names are looked up in the container's files when it starts. */
static int check_user(const struct planning *p, struct err *e)
{
	const char *user = p->config->user;
	char *text = arena_strdup(p->arena, user ?: ""), *group = text;
	const char *uid = strsep(&group, ":");
	struct err ignored;
	uint64_t id;

	if (parse_uint(uid, UINT32_MAX, &id, &ignored) == 0 &&
	    !is_mapped(p->spec->uid_map, p->spec->n_uid_map, id))
		err_set(e, ERR_UNENFORCED, "user %s: the container has no such id", uid);
	else if (group && parse_uint(group, UINT32_MAX, &id, &ignored) == 0 &&
		 !is_mapped(p->spec->gid_map, p->spec->n_gid_map, id))
		err_set(e, ERR_UNENFORCED, "group %s: the container has no such id", group);
	else
		return 0;
	return err_hint(e, p->host->privileged
				   ? "--userns=host has all ids of the host"
				   : "more ids come from ranges in /etc/subuid and /etc/subgid: "
				     "sudo usermod --add-subuids 100000-165535 --add-subgids "
				     "100000-165535 USER");
}

static void describe_network(struct planning *p)
{
	if (p->own_network) {
		plan_say(p, MAY_NOT(NETWORK),
			 "reach any network: it has only a loopback of its own%s",
			 p->config->network ? "" : " (until bridge networks are built)");
		return;
	}
	plan_say(p, MAY(NETWORK),
		 "use the host's network as any program of %s: every address, every local service",
		 p->host->privileged ? "the host" : "yours");
	if (p->own_users || !p->host->privileged)
		plan_say(p, MAY_NOT(NETWORK),
			 "listen on ports below 1024 or change the host's network%s",
			 p->host->privileged ? " (--userns=host would allow it)" : "");
}

int plan_namespaces(struct planning *p, struct err *e)
{
	choose(p);
	if (p->own_users) {
		if (p->host->privileged)
			map_slice(p);
		else
			map_users(p);
		if (check_user(p, e) < 0)
			return -1;
	} else if (!p->config->privileged) {
		plan_say(p, MAY(USER_NAMESPACE), "use %s ids: root in it is %s",
			 p->host->privileged ? "the host's" : "your",
			 p->host->privileged ? "root of the host" : "you");
	}
	plan_say(p, MAY_NOT(NAMESPACES),
		 "see the host's processes, mounts, IPC, host name or control groups");
	describe_network(p);
	return 0;
}
