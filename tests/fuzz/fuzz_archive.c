/* SPDX-License-Identifier: Apache-2.0 */
/*
 * worker/image_archive.h. Input that begins with "J" is up to TEXTS_MAX texts with a zero byte between
 * them: manifest.json, index.json, and blobs; in each, "@3" is the digest of the fourth text and "#3" its
 * hexadecimal part, so that changed documents still point at each other. Anything else is an archive.
 */
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/json.h"
#include "base/mem.h"
#include "base/path.h"
#include "base/text.h"
#include "image/digest.h"
#include "worker/image_archive.h"

#define TEXTS_MAX  8
#define TAR_BLOCK  512
#define OCI_LAYOUT "{\"imageLayoutVersion\":\"1.0.0\"}"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerInitialize(int *argc, char ***argv);

static char folder[64];
static int parent_fd;

static void remove_folder(void)
{
	struct err e;

	path_remove_tree(parent_fd, folder, &e);
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	(void)argv;
	parent_fd = open(access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp",
			 O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	snprintf(folder, sizeof folder, "cale-fuzz-archive-%d", getpid());
	atexit(remove_folder);
	return 0;
}

static void add_member(struct text *tar, const char *name, const char *content, size_t n)
{
	char header[TAR_BLOCK] = "";
	unsigned sum = 0;

	snprintf(header, 100, "%s", name);
	memcpy(header + 100, "0000644", 8);
	snprintf(header + 124, 12, "%011zo", n);
	header[156] = '0';
	memcpy(header + 257, "ustar\00000", 8);
	memset(header + 148, ' ', 8);
	for (size_t i = 0; i < sizeof header; i++)
		sum += (unsigned char)header[i];
	snprintf(header + 148, 8, "%06o", sum);
	text_add_bytes(tar, header, sizeof header);
	text_add_bytes(tar, content, n);
	for (; tar->n % TAR_BLOCK;)
		text_add_bytes(tar, "", 1);
}

/* With the digests of later texts put in. */
static void expand(struct text *t, const char *text, size_t n, char digests[][DIGEST_SIZE])
{
	for (size_t i = 0; i < n; i++) {
		size_t other = i + 1 < n ? (size_t)(text[i + 1] - '0') : TEXTS_MAX;
		int mark = text[i] == '@' || text[i] == '#';

		if (!mark || other >= TEXTS_MAX || !*digests[other]) {
			text_add_bytes(t, text + i, 1);
			continue;
		}
		text_add(t, "%s", text[i] == '@' ? digests[other] : digest_hex(digests[other]));
		i++;
	}
}

static void make_archive(struct text *tar, const char *data, size_t size)
{
	char digests[TEXTS_MAX][DIGEST_SIZE] = {};
	const char *texts[TEXTS_MAX];
	size_t sizes[TEXTS_MAX], n = 0;

	for (size_t at = 0; at < size && n < TEXTS_MAX; n++) {
		texts[n] = data + at;
		sizes[n] = strnlen(data + at, size - at);
		at += sizes[n] + 1;
	}
	add_member(tar, "oci-layout", OCI_LAYOUT, strlen(OCI_LAYOUT));
	while (n--) {
		cleanup_by(text_free) struct text t = {};
		char name[128];

		text_add_bytes(&t, "", 0);
		expand(&t, texts[n], sizes[n], digests);
		digest_of(t.s ?: "", t.n, digests[n]);
		snprintf(name, sizeof name, "blobs/sha256/%s", digest_hex(digests[n]));
		if (n < 2 && !t.n)
			continue;
		add_member(tar,
			   n == 0   ? "manifest.json"
			   : n == 1 ? "index.json"
				    : name,
			   t.s ?: "", t.n);
	}
}

static void check(const struct found_images *found)
{
	cleanup_free char *json = found_images_to_json(found);
	struct err e;
	int64_t bytes;

	if (!*json)
		abort();
	for (size_t i = 0; i < found->n; i++) {
		if (stage_has(found->stage, found->items[i].manifest, &bytes, &e) < 0 ||
		    stage_has(found->stage, found->items[i].config, &bytes, &e) < 0)
			abort();
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	cleanup_arena struct arena *a = arena_new();
	cleanup_by(text_free) struct text tar = {};
	cleanup_fd int archive = memfd_create("archive", MFD_CLOEXEC), dir = -1;
	struct stage stage = { .file_fd = -1 };
	struct found_images found = { .arena = a, .stage = &stage };
	struct err e = {};

	if (size && *data == 'J')
		make_archive(&tar, (const char *)data + 1, size - 1);
	else
		text_add_bytes(&tar, (const char *)data, size);
	if (mkdirat(parent_fd, folder, 0700) < 0 ||
	    (tar.n && write(archive, tar.s, tar.n) != (ssize_t)tar.n))
		abort();
	lseek(archive, 0, SEEK_SET);
	dir = openat(parent_fd, folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	stage.fd = dir;
	if (hash_prepare(&e) < 0)
		abort();
	if (image_archive_load(archive, &found, &e) == 0)
		check(&found);
	hash_free(stage.hash);
	cleanup_fdp(&stage.file_fd);
	remove_folder();
	return 0;
}
