/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How large an image may be. Workers enforce these while they read; nothing beyond is stored. They
 * are far above what real images need, and low enough that a hostile one ends in minutes.
 */
#pragma once

#include <stdint.h>

/* One archive: its bytes after outer decompression, and its members. */
#define LIMIT_ARCHIVE_BYTES   (INT64_C(128) << 30)
#define LIMIT_ARCHIVE_MEMBERS 8192

/* One layer: bytes of its tar, entries, and how much more than its blob it may be (zip bombs). */
#define LIMIT_LAYER_BYTES   (INT64_C(64) << 30)
#define LIMIT_LAYER_ENTRIES 1000000
#define LIMIT_REPLACED	    100000 /* entries of a name that an earlier one of the layer has */
#define LIMIT_RATIO	    200
#define LIMIT_RATIO_FREE    (INT64_C(1) << 30) /* up to here the ratio isn't looked at */
#define LIMIT_ZSTD_WINDOW   27		       /* log2: 128 MiB, what `zstd -d` takes unasked */

/* One entry of a layer. */
#define LIMIT_PATH_BYTES  4095
#define LIMIT_PATH_DEPTH  512
#define LIMIT_XATTRS	  64
#define LIMIT_XATTR_BYTES (64 << 10)
#define LIMIT_FILE_BYTES  (INT64_C(64) << 30) /* holes too */
#define LIMIT_FOLDERS_BYTES                                                                        \
	(256 << 20) /* names of a layer's folders, kept until their times are set */

/* One worker. */
#define LIMIT_WORKER_MEMORY_BYTES (UINT64_C(768) << 20)
#define LIMIT_WORKER_CPU_SEC	  1800
#define LIMIT_WORKER_WALL_SEC	  3600 /* of a slow stdin or disk */
