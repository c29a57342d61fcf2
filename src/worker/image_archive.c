/* SPDX-License-Identifier: Apache-2.0 */
#include "worker/image_archive.h"

#include "worker/archive_members.h"
#include "worker/docker_archive.h"
#include "worker/oci_layout.h"

static json_t *member_json(const struct archive_members *m, const char *name, struct err *e)
{
	const struct archive_member *member = archive_members_find(m, name);
	json_t *doc;

	if (!member)
		return err_set(e, ERR_NOT_FOUND, "%s is missing", name), NULL;
	doc = stage_json(m->stage, member->digest, e);
	if (!doc)
		err_wrap(e, "%s", name);
	return doc;
}

/* In an archive all blobs are staged already, under their true digests. */
static int fetch_staged(void *stage, const char *digest, struct err *e)
{
	int64_t bytes;

	return stage_has(stage, digest, &bytes, e);
}

static int load_oci_archive(const struct archive_members *m, struct found_images *found,
			    struct err *e)
{
	const struct blob_source source = { fetch_staged, found->stage };
	cleanup_json json_t *layout = member_json(m, "oci-layout", e), *index = NULL;
	cleanup_json json_t *docker = NULL;

	if (!layout || oci_layout_check(layout, e) < 0)
		return -1;
	index = member_json(m, "index.json", e);
	if (!index)
		return -1;
	if (oci_layout_load(&source, index, found, e) < 0)
		return err_wrap(e, "index.json");
	if (!archive_members_find(m, "manifest.json"))
		return 0;
	docker = member_json(m, "manifest.json", e);
	return docker ? docker_archive_names(m, docker, found, e) : -1;
}

int image_archive_load(int fd, struct found_images *found, struct err *e)
{
	struct archive_members m = { .arena = found->arena, .stage = found->stage };
	cleanup_json json_t *docker = NULL;

	if (archive_members_read(&m, fd, e) < 0)
		return -1;
	if (archive_members_find(&m, "oci-layout") && archive_members_find(&m, "index.json"))
		return load_oci_archive(&m, found, e);
	if (archive_members_find(&m, "manifest.json")) {
		docker = member_json(&m, "manifest.json", e);
		return docker ? docker_archive_load(&m, docker, found, e) : -1;
	}
	err_set(e, ERR_INVALID, "not an image archive: neither manifest.json nor oci-layout in it");
	return err_hint(e, "a root file system's tar is taken by `cale import`");
}
