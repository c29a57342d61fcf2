/* SPDX-License-Identifier: Apache-2.0 */
#include "storage/layer_unpack.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/worker.h"
#include "image/bounds.h"
#include "image/record.h"

static int64_t deadline(void)
{
	return clock_monotonic_usec() + LIMIT_WORKER_WALL_SEC * INT64_C(1000000);
}

static int start_expand(const struct layer_unpack *what, int out_fd, struct worker *ret,
			struct err *e)
{
	const char *const argv[] = { "cale-blob-expand", what->digest, what->diff_id, NULL };
	const struct worker_start s = { argv, what->blob_fd, &out_fd, 1 };

	return worker_start(&s, ret, e);
}

static int start_unpack(const struct layer_store *s, const struct layer_unpack *what,
			const int *stream_and_tree, struct worker *ret, struct err *e)
{
	const char *argv[3 + IMAGE_LAYERS_MAX + 1] = {
		"cale-layer-unpack",
		s->form == LAYER_TRUSTED ? "trusted" : "user",
		s->form == LAYER_ONE_ID ? "own" : "image",
	};
	const int fds[] = { stream_and_tree[1], s->fd };
	const struct worker_start start = { argv, stream_and_tree[0], fds, 2 };

	if (what->n_lowers > IMAGE_LAYERS_MAX)
		return err_set(e, ERR_LIMIT, "more than %d layers", IMAGE_LAYERS_MAX);
	for (size_t i = 0; i < what->n_lowers; i++)
		argv[3 + i] = what->lowers[i];
	return worker_start(&start, ret, e);
}

/* What it says is bounded by what it can have done; the rest is its own image's affair. */
static int take_meta(const struct worker_reply *r, struct layer_meta *ret, struct err *e)
{
	for (size_t i = 0; i < ARRAY_SIZE(r->numbers); i++) {
		if (r->numbers[i] < 0)
			return err_set(e, ERR_INVALID, "malformed reply");
	}
	*ret = (struct layer_meta){ .unpacked_bytes = r->numbers[0],
				    .entries = r->numbers[1],
				    .file_capabilities = (uint64_t)r->numbers[2],
				    .skipped_devices = r->numbers[3],
				    .dropped_xattrs = r->numbers[4] };
	return 0;
}

/*
 * Which of two failures is the cause? One that ended early breaks the other's pipe: the reader then
 * sees a tar that is cut off, the writer dies of SIGPIPE without a word of its own.
 */
static int finish_both(struct worker *expand, struct worker *unpack, struct layer_meta *ret,
		       struct err *e)
{
	struct worker_reply expanded = {}, unpacked = {};
	struct err expand_error = {}, unpack_error = {};
	int64_t until = deadline();
	int u = worker_finish(unpack, until, &unpacked, NULL, &unpack_error);
	int x = worker_finish(expand, until, &expanded, NULL, &expand_error);

	if (x < 0 && (u == 0 || expanded.err.code != ERR_NONE)) {
		*e = expand_error;
		return -1;
	}
	if (u < 0) {
		*e = unpack_error;
		return -1;
	}
	return take_meta(&unpacked, ret, e);
}

static int run_both(const struct layer_store *s, const struct layer_unpack *what,
		    struct layer_new *n, struct err *e)
{
	cleanup_by(worker_abort) struct worker expand = {}, unpack = {};
	cleanup_fd int read_end = -1, write_end = -1;
	int pipe_fds[2];

	if (pipe2(pipe_fds, O_CLOEXEC) < 0)
		return err_sys(e, "pipe");
	read_end = pipe_fds[0];
	write_end = pipe_fds[1];
	/* Larger than a read of either; it is only a hint. */
	fcntl(write_end, F_SETPIPE_SZ, 1 << 20);
	if (start_expand(what, write_end, &expand, e) < 0 ||
	    start_unpack(s, what, (int[]){ read_end, n->lock_fd }, &unpack, e) < 0)
		return -1;
	close(take_fd(&read_end));
	close(take_fd(&write_end));
	return finish_both(&expand, &unpack, &n->meta, e);
}

int layer_unpack(const struct layer_store *s, const struct layer_unpack *what,
		 struct layer_new *ret, struct err *e)
{
	struct layer_new n = { .lock_fd = -1 };

	memcpy(n.chain_id, what->chain_id, DIGEST_SIZE);
	n.lock_fd = temporary_folder(s->fd, n.name, e);
	if (n.lock_fd < 0)
		return -1;
	if (run_both(s, what, &n, e) < 0) {
		layer_abandon(s, &n);
		return err_wrap(e, "layer %s", what->diff_id);
	}
	memcpy(n.meta.blob, what->digest, DIGEST_SIZE);
	*ret = n;
	return 0;
}

int layer_verify(int blob_fd, const char *digest, const char *diff_id, struct err *e)
{
	cleanup_by(worker_abort) struct worker expand = {};
	const struct layer_unpack what = { .blob_fd = blob_fd,
					   .digest = digest,
					   .diff_id = diff_id };
	cleanup_fd int null = open("/dev/null", O_WRONLY | O_CLOEXEC);
	struct worker_reply reply;

	if (null < 0)
		return err_sys(e, "/dev/null");
	if (start_expand(&what, null, &expand, e) < 0 ||
	    worker_finish(&expand, deadline(), &reply, NULL, e) < 0)
		return err_wrap(e, "layer %s", diff_id);
	return 0;
}
