/* SPDX-License-Identifier: Apache-2.0 */
#include "worker/stage.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/mem.h"

#define UNFINISHED "unfinished"

int stage_begin(struct stage *s, struct err *e)
{
	s->bytes = 0;
	s->file_fd = fd_open(s->fd, UNFINISHED, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW, e);
	if (s->file_fd < 0)
		return -1;
	s->hash = hash_new();
	return 0;
}

int stage_add(struct stage *s, const void *data, size_t n, struct err *e)
{
	hash_add(s->hash, data, n);
	s->bytes += (int64_t)n;
	return fd_write_all(s->file_fd, data, n, e);
}

int stage_end(struct stage *s, char *ret_digest, int64_t *ret_bytes, struct err *e)
{
	hash_end(s->hash, ret_digest);
	hash_free(take_ptr(s->hash));
	close(take_fd(&s->file_fd));
	*ret_bytes = s->bytes;
	if (renameat(s->fd, UNFINISHED, s->fd, digest_hex(ret_digest)) < 0)
		return err_sys(e, "rename a blob");
	return 0;
}

int stage_text(struct stage *s, const char *text, struct descriptor *ret, struct arena *a,
	       struct err *e)
{
	char *digest = arena_alloc(a, DIGEST_SIZE);

	if (stage_begin(s, e) < 0 || stage_add(s, text, strlen(text), e) < 0 ||
	    stage_end(s, digest, &ret->size_bytes, e) < 0)
		return -1;
	ret->digest = digest;
	return 0;
}

int stage_has(const struct stage *s, const char *digest, int64_t *ret_bytes, struct err *e)
{
	struct stat st;

	if (fstatat(s->fd, digest_hex(digest), &st, AT_SYMLINK_NOFOLLOW) < 0)
		return errno == ENOENT ? err_set(e, ERR_NOT_FOUND, "blob %s is missing", digest)
				       : err_sys(e, "blob %s", digest);
	*ret_bytes = st.st_size;
	return 0;
}

json_t *stage_json(const struct stage *s, const char *digest, struct err *e)
{
	return json_parse_file(s->fd, digest_hex(digest), JSON_FOREIGN_BYTES_MAX, e);
}

const char *stage_layer_type(const struct stage *s, const char *digest, struct err *e)
{
	cleanup_fd int fd = fd_open(s->fd, digest_hex(digest), O_RDONLY, e);
	unsigned char magic[4] = {};

	if (fd < 0 || fd_read_full(fd, magic, sizeof magic, e) < 0)
		return NULL;
	if (!memcmp(magic, "\x1f\x8b", 2))
		return MEDIA_OCI_LAYER "+gzip";
	if (!memcmp(magic, "\x28\xb5\x2f\xfd", 4))
		return MEDIA_OCI_LAYER "+zstd";
	return MEDIA_OCI_LAYER;
}
