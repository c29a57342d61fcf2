/* SPDX-License-Identifier: Apache-2.0 */
/* What the steps of unpacking one layer share. */
#pragma once

#include <archive.h>
#include <stdint.h>

#include "worker/folders.h"
#include "worker/tree_state.h"

struct layer_result {
	int64_t bytes, entries;	    /* of file content; of the tar */
	uint64_t file_capabilities; /* union of all, as bits */
	int64_t skipped_devices;    /* not permitted here */
	int64_t dropped_xattrs;	    /* not for here, or the file system can't keep them */
};

struct layer_writer {
	struct archive *archive; /* positioned at the entry's content */
	struct tree *tree;
	struct folders folders;
	int64_t replaced; /* entries that took the place of an earlier one */
	struct layer_result *result;
};
