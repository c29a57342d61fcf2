/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cale-image-load KIND: gathers the blobs of images in the folder 3, each named by the hash of what
 * was written, and replies which images there are (found_images.h).
 *
 *	archive  0 is a stream: a docker-archive or an OCI archive, plain, gzip or zstd
 *	layout   0 is a folder: an OCI image layout
 *	import   0 is a stream: a root file system's tar; 4 is the config to give it
 *
 * Its sandbox: the folder 3, and with "layout" to read the folder 0.
 */
#include <fcntl.h>
#include <linux/capability.h>
#include <locale.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/mem.h"
#include "base/path.h"
#include "image/bounds.h"
#include "worker/image_archive.h"
#include "worker/import_tar.h"
#include "worker/oci_layout.h"
#include "worker/reply.h"
#include "worker/sandbox.h"

#define FD_STAGE   WORKER_FD_FIRST
#define FD_CONFIG  (WORKER_FD_FIRST + 1)
#define COPY_BYTES (256 << 10)

static int fetch_file(void *context, const char *digest, struct err *e)
{
	static char buffer[COPY_BYTES];
	struct stage *stage = context;
	char path[128], found[DIGEST_SIZE];
	cleanup_fd int fd = -1;
	struct stat st;
	int64_t bytes;
	ssize_t n;

	if (stage_has(stage, digest, &bytes, e) == 0)
		return 0;
	snprintf(path, sizeof path, "blobs/sha256/%s", digest_hex(digest));
	fd = path_open_nofollow(WORKER_FD_INPUT, path, O_RDONLY | O_NONBLOCK, e);
	if (fd < 0)
		return -1;
	if (fstat(fd, &st) < 0 || !S_ISREG(st.st_mode))
		return err_set(e, ERR_INVALID, "%s is not a file", path);
	if (stage_begin(stage, e) < 0)
		return -1;
	while ((n = fd_read_full(fd, buffer, sizeof buffer, e)) > 0) {
		if (stage_add(stage, buffer, (size_t)n, e) < 0)
			return -1;
	}
	if (n < 0 || stage_end(stage, found, &bytes, e) < 0)
		return -1;
	return strcmp(found, digest) == 0
		       ? 0
		       : err_set(e, ERR_INVALID, "%s has digest %s", path, found);
}

static json_t *layout_json(const char *name, struct err *e)
{
	cleanup_fd int fd = path_open_nofollow(WORKER_FD_INPUT, name, O_RDONLY | O_NONBLOCK, e);
	cleanup_free char *text = NULL;
	size_t n;
	json_t *doc;

	if (fd < 0)
		return NULL;
	text = fd_read_text(fd, JSON_FOREIGN_BYTES_MAX, &n, e);
	doc = text ? json_parse(text, n, JSON_FOREIGN_BYTES_MAX, e) : NULL;
	if (!doc)
		err_wrap(e, "%s", name);
	return doc;
}

static int load_layout(struct found_images *found, struct err *e)
{
	const struct blob_source source = { fetch_file, found->stage };
	cleanup_json json_t *layout = layout_json("oci-layout", e), *index = NULL;

	if (!layout) {
		err_wrap(e, "not an OCI image layout");
		return -1;
	}
	if (oci_layout_check(layout, e) < 0)
		return -1;
	index = layout_json("index.json", e);
	return index ? oci_layout_load(&source, index, found, e) : -1;
}

static int load_import(struct found_images *found, struct err *e)
{
	cleanup_free char *text = NULL;
	cleanup_json json_t *config = NULL;
	size_t n;

	text = fd_read_text(FD_CONFIG, JSON_FOREIGN_BYTES_MAX, &n, e);
	config = text ? json_parse(text, n, JSON_FOREIGN_BYTES_MAX, e) : NULL;
	return config ? import_tar(WORKER_FD_INPUT, config, found, e) : -1;
}

static int load_archive(struct found_images *found, struct err *e)
{
	return image_archive_load(WORKER_FD_INPUT, found, e);
}

static const struct kind {
	const char *name;
	int reads_folder;
	int (*load)(struct found_images *, struct err *);
} kinds[] = {
	{ "archive", 0, load_archive },
	{ "layout", 1, load_layout },
	{ "import", 0, load_import },
};

static int enter(const struct kind *k, struct sandbox_state *state, struct err *e)
{
	const struct sandbox_folder folders[] = { { FD_STAGE, SANDBOX_WRITE },
						  { WORKER_FD_INPUT, SANDBOX_READ } };
	const struct sandbox sandbox = {
		.folders = folders,
		.n_folders = k->reads_folder ? 2 : 1,
		/* Root may load a layout from a folder that is private to somebody. */
		.capabilities = k->reads_folder ? UINT64_C(1) << CAP_DAC_READ_SEARCH : 0,
		.memory_bytes = LIMIT_WORKER_MEMORY_BYTES,
		.cpu_sec = LIMIT_WORKER_CPU_SEC,
		.file_bytes = LIMIT_FILE_BYTES,
	};

	return sandbox_enter(&sandbox, state, e);
}

static int run(const struct kind *k, struct err *e)
{
	cleanup_arena struct arena *a = arena_new();
	struct stage stage = { .fd = FD_STAGE, .file_fd = -1 };
	struct found_images found = { .arena = a, .stage = &stage };
	struct sandbox_state state;
	cleanup_free char *text = NULL;
	int64_t numbers[8] = {};

	/* Jansson reads /dev/urandom for its hash tables, once. */
	json_object_seed(0);
	if (hash_prepare(e) < 0 || enter(k, &state, e) < 0 || k->load(&found, e) < 0)
		return -1;
	if (found.n == 0)
		return err_set(e, ERR_INVALID, "no image in it");
	text = found_images_to_json(&found);
	numbers[0] = state.landlock_abi;
	return reply_success(numbers, text);
}

int main(int argc, char **argv)
{
	struct err e = {};
	int r;

	setlocale(LC_CTYPE, "C.UTF-8");
	for (size_t i = 0; argc == 2 && i < ARRAY_SIZE(kinds); i++) {
		if (strcmp(argv[1], kinds[i].name) != 0)
			continue;
		r = run(&kinds[i], &e);
		return r < 0 ? reply_failure(&e) : r;
	}
	return 2;
}
