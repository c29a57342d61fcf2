/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The messages of CRIU's service, rpc.proto of CRIU 4: requests as they go out, answers as they come in.
 * The encoding is Protocol Buffers' (protobuf.dev/programming-guides/encoding), of which it takes numbers,
 * strings and messages in messages. Pure.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/mem.h"
#include "base/text.h"

enum criu_kind {
	CRIU_DUMP = 1,
	CRIU_RESTORE = 2,
	CRIU_PRE_DUMP = 4,
	CRIU_NOTIFY = 6,
	CRIU_FEATURES = 9,
};

/* Field numbers of criu_opts. */
enum criu_option {
	CRIU_IMAGES_DIR_FD = 1,
	CRIU_PID = 2,
	CRIU_LEAVE_RUNNING = 3,
	CRIU_EXT_UNIX_SK = 4,
	CRIU_TCP_ESTABLISHED = 5,
	CRIU_EVASIVE_DEVICES = 6,
	CRIU_SHELL_JOB = 7,
	CRIU_FILE_LOCKS = 8,
	CRIU_LOG_LEVEL = 9,
	CRIU_LOG_FILE = 10,
	CRIU_PAGE_SERVER = 11, /* message: */
	CRIU_PAGE_SERVER_ADDRESS = 1,
	CRIU_PAGE_SERVER_PORT = 2,
	CRIU_NOTIFY_SCRIPTS = 12,
	CRIU_ROOT = 13,
	CRIU_PARENT_IMG = 14,
	CRIU_TRACK_MEM = 15,
	CRIU_AUTO_DEDUP = 16,
	CRIU_WORK_DIR_FD = 17,
	CRIU_LINK_REMAP = 18,
	CRIU_EXT_MNT = 23, /* pair of key and value */
	CRIU_CG_ROOT = 25, /* pair of controller and path */
	CRIU_RST_SIBLING = 26,
	CRIU_INHERIT_FD = 27, /* key and number */
	CRIU_MANAGE_CGROUPS_MODE = 34,
	CRIU_GHOST_LIMIT = 35,
	CRIU_EXTERNAL = 37,
	CRIU_EMPTY_NS = 38,
	CRIU_JOIN_NS = 39, /* pair of kind and path */
	CRIU_FREEZE_CGROUP = 44,
	CRIU_TCP_SKIP_IN_FLIGHT = 46,
	CRIU_LAZY_PAGES = 48,
	CRIU_ORPHAN_PTS_MASTER = 50,
	CRIU_LSM_PROFILE = 53,
	CRIU_LSM_MOUNT_CONTEXT = 63,
};

void criu_put_number(struct text *message, unsigned field, uint64_t value);
void criu_put_string(struct text *message, unsigned field, const char *value);
void criu_put_message(struct text *message, unsigned field, const struct text *inner);
/* A message of two strings, fields 1 and 2. */
void criu_put_pair(struct text *message, unsigned field, const char *one, const char *two);
void criu_put_inherited(struct text *message, const char *key, int fd);

void criu_make_request(struct text *message, enum criu_kind kind, const struct text *options);
/* Which of the features in struct criu_answer it has here. */
void criu_make_feature_request(struct text *message);
/* Of a notification; without `success` criu gives up. */
void criu_make_acknowledgement(struct text *message, int success);

struct criu_answer {
	unsigned kind;
	int success;
	int pid;	 /* of what was restored, or that a notification is about */
	char script[32]; /* which notification */
	int error;	 /* errno, or 0 */
	int tracks_memory, has_lazy_pages;
	char error_text[256]; /* or "" */
};
int criu_read_answer(const char *bytes, size_t n, struct criu_answer *ret, struct err *e);
