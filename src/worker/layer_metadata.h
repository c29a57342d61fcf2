/* SPDX-License-Identifier: Apache-2.0 */
/* Owner, mode, attributes and times of one entry of a layer's tar. */
#pragma once

#include <archive_entry.h>
#include <time.h>

#include "base/err.h"
#include "worker/layer_writer.h"

struct layer_metadata {
	uid_t uid;
	gid_t gid;
	mode_t mode; /* permission bits and setuid, setgid, sticky */
	struct timespec times[2];
};

/* Checks ids and times. */
int layer_metadata_read(struct archive_entry *entry, struct layer_metadata *ret, struct err *e);
/* To an open file or folder, all of it. */
int layer_metadata_set(const struct layer_writer *w, int fd, struct archive_entry *entry,
		       const struct layer_metadata *m, struct err *e);
/* To a link or node that can't be opened: owner, times and, but for links, mode. */
int layer_metadata_set_at(const struct layer_writer *w, int dir_fd, const char *name,
			  const struct layer_metadata *m, struct err *e);
