/* SPDX-License-Identifier: Apache-2.0 */
#include "oci/mounts.h"

#include <linux/mount.h>
#include <string.h>

#include "oci/mappings.h"
#include "oci/mount_options.h"
#include "oci/names.h"
#include "oci/namespaces.h"

/* ---- root ---- */

int oci_root_read(const struct oci_node *document, struct spec *spec, struct err *e)
{
	static const struct oci_field fields[] = {
		{ "path", OCI_TEXT, offsetof(struct spec_rootfs, path), .required = 1 },
		{ "readonly", OCI_SWITCH, offsetof(struct spec_rootfs, readonly) },
		{},
	};
	struct oci_node n;
	int found = oci_object(document, "root", &n, e);

	if (found < 0)
		return -1;
	if (!found)
		return oci_invalid(document, "root", e, "is missing");
	spec->rootfs = (struct spec_rootfs){ .kind = ROOTFS_DIRECTORY, .devices = 1 };
	if (oci_read(&n, fields, &spec->rootfs, e) < 0)
		return -1;
	return *spec->rootfs.path ? 0 : oci_invalid(&n, "path", e, "is empty");
}

/* ---- one mount ---- */

struct entry {
	const char *destination, *source, *type;
	const char *const *options;
	struct oci_mapping uid, gid;
};

static int read_entry(const struct oci_node *n, struct entry *entry, struct err *e)
{
#define AT(member) offsetof(struct entry, member)
	static const struct oci_field fields[] = {
		{ "destination", OCI_TEXT, AT(destination), .required = 1 },
		{ "source", OCI_TEXT, AT(source) },
		{ "type", OCI_TEXT, AT(type) },
		{ "options", OCI_STRINGS, AT(options), 0, OCI_MOUNT_OPTIONS_MAX },
		{},
	};
#undef AT

	if (oci_read(n, fields, entry, e) < 0 ||
	    oci_mapping_read(n, "uidMappings", &entry->uid, e) < 0 ||
	    oci_mapping_read(n, "gidMappings", &entry->gid, e) < 0)
		return -1;
	if (!*entry->destination)
		return oci_invalid(n, "destination", e, "is empty");
	return 0;
}

static int is_type(const struct entry *entry, const char *type)
{
	return entry->type && !strcmp(entry->type, type);
}

static enum mount_kind kind_of(const struct entry *entry, const struct oci_mount_options *o)
{
	if (o->remount)
		return MOUNT_REMOUNT;
	/* Nothing is mounted with this type; who writes it means the option. */
	if (o->bind || is_type(entry, "bind"))
		return MOUNT_BIND;
	if (is_type(entry, "cgroup") || is_type(entry, "cgroup2"))
		return MOUNT_CGROUP;
	return MOUNT_FILESYSTEM;
}

static int check_idmap(const struct oci_node *n, const struct entry *entry,
		       struct oci_mount_options *o, struct err *e)
{
	struct spec_mount *m = o->mount;

	if (entry->uid.n || entry->gid.n) {
		if (!entry->uid.n || !entry->gid.n)
			return oci_invalid(n, entry->uid.n ? "gidMappings" : "uidMappings", e,
					   "is missing");
		m->idmap.uid = entry->uid.ranges;
		m->idmap.n_uid = entry->uid.n;
		m->idmap.gid = entry->gid.ranges;
		m->idmap.n_gid = entry->gid.n;
	} else if (o->idmap && !m->idmap.n_uid) {
		if (!oci_has_namespace(o->spec, NS_USER))
			return oci_invalid(n, "uidMappings", e,
					   "is missing, and there is no user namespace with a map");
		m->idmapped = 1;
	}
	if ((m->idmapped || m->idmap.n_uid) && m->kind != MOUNT_BIND)
		return oci_invalid(n, NULL, e, "only bind mounts can have their ids mapped");
	return 0;
}

/* What an existing file system can't be given by mounting it again. */
static int check_options(const struct oci_node *n, const struct entry *entry,
			 const struct oci_mount_options *o, struct err *e)
{
	const struct spec_mount *m = o->mount;
	int is_new = m->kind == MOUNT_FILESYSTEM || (m->kind == MOUNT_REMOUNT && m->fstype);

	if (!is_new && o->n_data)
		return oci_invalid(n, "options", e,
				   "\"%s\" is an option of file systems, and this is no new one",
				   o->data[0]);
	if (!is_new && o->n_superblock)
		return oci_invalid(n, "options", e,
				   "\"%s\" concerns the whole file system, and this is no new one",
				   o->superblock[0]);
	if (m->copy_up && (!is_new || !is_type(entry, "tmpfs")))
		return oci_invalid(n, "options", e, "\"tmpcopyup\" is for tmpfs");
	if ((m->copy_symlink || m->source_nofollow || m->target_nofollow) && m->kind != MOUNT_BIND)
		return oci_invalid(n, "options", e,
				   "copy-symlink, src-nofollow and dest-nofollow are for binds");
	if (m->kind == MOUNT_BIND && (!m->source || !*m->source))
		return oci_invalid(n, "source", e, "is missing, and this is a bind mount");
	if (is_new && (!m->fstype || !*m->fstype))
		return oci_invalid(n, "type", e, "is missing");
	return 0;
}

/* Options that fsconfig(2) gets. */
static const char *const *new_options(struct arena *a, const struct oci_mount_options *o)
{
	const char **list = o->data;
	size_t n = o->n_data;

	for (size_t i = 0; i < o->n_superblock; i++)
		ARENA_PUSH(a, list, n) = o->superblock[i];
	if (n)
		ARENA_PUSH(a, list, n) = NULL;
	return list;
}

/* Without "//", "." and "..", which leads nowhere above the root. */
static const char *clean(struct arena *a, const char *path)
{
	char *out = arena_alloc(a, strlen(path) + 2);
	size_t used = 0;

	for (const char *p = path; *p;) {
		size_t n;

		p += strspn(p, "/");
		n = strcspn(p, "/");
		if (n == 2 && p[0] == '.' && p[1] == '.') {
			while (used && out[--used] != '/')
				;
		} else if (n && !(n == 1 && *p == '.')) {
			out[used++] = '/';
			memcpy(out + used, p, n);
			used += n;
		}
		p += n;
	}
	if (!used)
		out[used++] = '/';
	out[used] = '\0';
	return out;
}

static int read_mount(const struct oci_node *n, const struct spec *spec, struct spec_mount *m,
		      struct err *e)
{
	struct oci_mount_options options = { .spec = spec, .mount = m };
	struct entry entry = {};

	*m = (struct spec_mount){};
	if (read_entry(n, &entry, e) < 0)
		return -1;
	if (oci_mount_options_read(entry.options, n->arena, &options, e) < 0)
		return oci_wrap(n, "options", e);
	m->kind = kind_of(&entry, &options);
	m->source = entry.source;
	m->target = clean(n->arena, entry.destination);
	m->fstype = m->kind == MOUNT_BIND || options.bind || is_type(&entry, "none") ? NULL
										     : entry.type;
	/* As a runtime's remount has it: who asks for one flag gets that and no other. */
	m->attributes_exact =
		options.attributes && (m->kind == MOUNT_BIND || m->kind == MOUNT_REMOUNT);
	if (check_idmap(n, &entry, &options, e) < 0 || check_options(n, &entry, &options, e) < 0)
		return -1;
	m->options = new_options(n->arena, &options);
	return 0;
}

/* ---- all ---- */

int oci_mounts_read(const struct oci_node *document, struct spec *spec, struct err *e)
{
	struct spec_mount *mounts = NULL, m;
	struct oci_node list, item;
	int found = oci_array(document, "mounts", &list, e);

	if (found < 0 || (found && oci_limit(&list, OCI_MOUNTS_MAX, e) < 0))
		return -1;
	spec->default_devices = 1;
	for (size_t i = 0; found && i < json_array_size(list.json); i++) {
		if (oci_item(&list, i, &item, e) < 0 || read_mount(&item, spec, &m, e) < 0)
			return -1;
		/* The host's own /dev has its devices, and nobody else is to make any there. */
		if (m.kind == MOUNT_BIND && !strcmp(m.target, "/dev"))
			spec->default_devices = 0;
		ARENA_PUSH(document->arena, mounts, spec->n_mounts) = m;
	}
	spec->mounts = mounts;
	return 0;
}

/* A target alone; whatever else an entry says isn't looked at. */
static int read_target(const struct oci_node *n, struct spec_mount *m, struct err *e)
{
	static const struct oci_field fields[] = {
		{ "destination", OCI_TEXT, 0, .required = 1 },
		{},
	};
	const char *destination = NULL;

	if (oci_read(n, fields, &destination, e) < 0)
		return -1;
	*m = (struct spec_mount){ .target = clean(n->arena, destination) };
	return 0;
}

int oci_mounts_parse(const struct oci_mounts_request *r, struct spec *ret, struct err *e)
{
	cleanup_json json_t *json = json_parse_wide(r->text, r->n, JSON_FOREIGN_BYTES_MAX, e);
	const struct oci_node list = { .json = json, .arena = r->arena };
	struct spec_mount *mounts = NULL, m;
	struct oci_node item;
	size_t n_mounts = 0;

	if (!json)
		return -1;
	if (!json_is_array(json))
		return err_set(e, ERR_INVALID, "mounts must be an array");
	if (oci_limit(&list, OCI_MOUNTS_MAX, e) < 0)
		return -1;
	for (size_t i = 0; i < json_array_size(json); i++) {
		if (oci_item(&list, i, &item, e) < 0 ||
		    (r->targets_only ? read_target(&item, &m, e)
				     : read_mount(&item, r->container, &m, e)) < 0)
			return -1;
		ARENA_PUSH(r->arena, mounts, n_mounts) = m;
	}
	*ret = *r->container;
	ret->mounts = mounts;
	ret->n_mounts = n_mounts;
	return 0;
}

int oci_mounts_have_writable_cgroup(const struct spec *spec)
{
	for (size_t i = 0; i < spec->n_mounts; i++) {
		const struct spec_mount *m = &spec->mounts[i];

		if (m->kind == MOUNT_CGROUP && !strcmp(m->target, "/sys/fs/cgroup") &&
		    !(m->attributes & MOUNT_ATTR_RDONLY))
			return 1;
	}
	return 0;
}

/* ---- afterwards ---- */

static int add_paths(const struct oci_node *linux_node, const char *key,
		     const struct spec_mount *like, struct spec *spec, struct err *e)
{
	const struct oci_field fields[] = { { key, OCI_STRINGS, 0, 0, OCI_PATHS_MAX }, {} };
	struct spec_mount *mounts = (struct spec_mount *)spec->mounts;
	const char *const *paths = NULL;

	if (oci_read(linux_node, fields, &paths, e) < 0)
		return -1;
	if (paths && *paths && !oci_has_namespace(spec, NS_MOUNT))
		return oci_invalid(linux_node, key, e,
				   "would hide the host's without a mount namespace");
	for (; paths && *paths; paths++) {
		struct spec_mount m = *like;

		if (**paths != '/')
			return oci_invalid(linux_node, key, e, "\"%s\" is not absolute", *paths);
		m.target = clean(linux_node->arena, *paths);
		ARENA_PUSH(linux_node->arena, mounts, spec->n_mounts) = m;
	}
	spec->mounts = mounts;
	return 0;
}

static const struct oci_name propagations[] = {
	{ "private", 0 },
	{ "rprivate", 0 },
	{ "shared", MS_SHARED },
	{ "rshared", MS_SHARED | MS_REC },
	{ "slave", MS_SLAVE },
	{ "rslave", MS_SLAVE },
	{ "unbindable", MS_UNBINDABLE },
	{ "runbindable", MS_UNBINDABLE | MS_REC },
	{},
};

static int read_propagation(const struct oci_node *linux_node, struct spec *spec, struct err *e)
{
	static const struct oci_field fields[] = { { "rootfsPropagation", OCI_TEXT, 0 }, {} };
	const struct oci_name *known;
	const char *word = NULL;

	if (oci_read(linux_node, fields, &word, e) < 0)
		return -1;
	if (!word || !*word)
		return 0;
	known = oci_name_find(propagations, word);
	if (!known)
		return oci_invalid(linux_node, "rootfsPropagation", e, "unknown value \"%s\"",
				   word);
	spec->rootfs.propagation = known->value;
	return 0;
}

int oci_mounts_read_linux(const struct oci_node *linux_node, struct spec *spec, struct err *e)
{
	static const struct spec_mount readonly = { .kind = MOUNT_READONLY,
						    .attributes = MOUNT_ATTR_RDONLY };
	static const struct spec_mount mask = { .kind = MOUNT_MASK };

	return read_propagation(linux_node, spec, e) < 0 ||
			       add_paths(linux_node, "readonlyPaths", &readonly, spec, e) < 0 ||
			       add_paths(linux_node, "maskedPaths", &mask, spec, e) < 0
		       ? -1
		       : 0;
}
