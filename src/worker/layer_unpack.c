/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cale-layer-unpack MARKS IDS [LOWER…]: reads a plain tar on 0, writes its tree into the folder 3.
 * LOWER are the layers below, topmost first, as names in the folder 4.
 * MARKS: "trusted" or "user", where overlay looks for its marks. IDS: "image" keeps the image's
 * owners, "own" gives everything to the caller (there is no map of ids).
 * Reply: numbers are the members of struct layer_result in order.
 *
 * Its sandbox: the folder 3, and to read the folders LOWER. Both are seen through mounts without
 * devices, so that a node that it makes, or finds in a layer, can't be opened.
 */
#include <fcntl.h>
#include <linux/capability.h>
#include <linux/mount.h>
#include <locale.h>
#include <string.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/mem.h"
#include "base/path.h"
#include "image/bounds.h"
#include "worker/layer_tar.h"
#include "worker/reply.h"
#include "worker/sandbox.h"
#include "worker/tree.h"
#include "worker/tree_inherit.h"
#include "worker/view.h"

#define FD_TREE	  WORKER_FD_FIRST
#define FD_LAYERS (WORKER_FD_FIRST + 1)
#define BIT(cap)  (UINT64_C(1) << (cap))

/* Replaces *fd by its view; 0 when there is none. */
static int take_view(int *fd, uint64_t attributes)
{
	int seen = view_open(*fd, attributes);

	if (seen < 0)
		return 0;
	close(*fd);
	*fd = seen;
	return 1;
}

static int open_lowers(int layers_fd, char **names, struct tree *t, struct err *e)
{
	for (; *names; names++) {
		int fd;

		if (t->n_lowers == ARRAY_SIZE(t->lower_fds))
			return err_set(e, ERR_LIMIT, "too many layers");
		fd = path_open_nofollow(layers_fd, *names, O_RDONLY | O_DIRECTORY, e);
		if (fd < 0)
			return -1;
		t->lower_fds[t->n_lowers++] = fd;
	}
	return 0;
}

static int enter(const struct tree *t, int may_make_devices, struct sandbox_state *state,
		 struct err *e)
{
	struct sandbox_folder folders[1 + IMAGE_LAYERS_MAX] = { { t->out_fd, SANDBOX_TREE } };
	struct sandbox sandbox = {
		.folders = folders,
		.n_folders = 1,
		/* SYS_ADMIN is for trusted.* attributes; seccomp forbids all else that it opens. */
		.capabilities = BIT(CAP_CHOWN) | BIT(CAP_DAC_OVERRIDE) | BIT(CAP_FOWNER) |
				BIT(CAP_FSETID) | BIT(CAP_SETFCAP) | BIT(CAP_SYS_ADMIN) |
				(may_make_devices ? BIT(CAP_MKNOD) : 0),
		.memory_bytes = LIMIT_WORKER_MEMORY_BYTES,
		.cpu_sec = LIMIT_WORKER_CPU_SEC,
		.file_bytes = LIMIT_FILE_BYTES,
	};

	for (size_t i = 0; i < t->n_lowers; i++)
		folders[sandbox.n_folders++] =
			(struct sandbox_folder){ t->lower_fds[i], SANDBOX_READ };
	return sandbox_enter(&sandbox, state, e);
}

static int unpack(char **argv, int64_t *numbers, struct err *e)
{
	struct tree t = {
		.out_fd = FD_TREE,
		.cached_fd = -1,
		.opaque_xattr =
			!strcmp(argv[1], "user") ? "user.overlay.opaque" : "trusted.overlay.opaque",
		.own_ids = !strcmp(argv[2], "own"),
	};
	struct layer_result result;
	struct sandbox_state state;
	int layers_fd = FD_LAYERS, views;

	views = take_view(&t.out_fd, 0) && take_view(&layers_fd, MOUNT_ATTR_RDONLY);
	if (open_lowers(layers_fd, argv + 3, &t, e) < 0)
		return -1;
	close(layers_fd);
	/* Names in the tar are bytes to us; libarchive wants to know that they may be UTF-8. */
	setlocale(LC_CTYPE, "C.UTF-8");
	if (enter(&t, views, &state, e) < 0 ||
	    tree_inherit(&t, t.out_fd, t.n_lowers ? t.lower_fds[0] : -1, e) < 0 ||
	    layer_unpack_tar(WORKER_FD_INPUT, &t, &result, e) < 0)
		return -1;
	numbers[0] = result.bytes;
	numbers[1] = result.entries;
	numbers[2] = (int64_t)result.file_capabilities;
	numbers[3] = result.skipped_devices;
	numbers[4] = result.dropped_xattrs;
	numbers[5] = state.landlock_abi;
	return 0;
}

int main(int argc, char **argv)
{
	int64_t numbers[8] = {};
	struct err e = {};

	if (argc < 3)
		return 2;
	return unpack(argv, numbers, &e) < 0 ? reply_failure(&e) : reply_success(numbers, NULL);
}
