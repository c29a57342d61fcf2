/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Users and groups from a container's /etc/passwd and /etc/group: passwd(5), group(5).
 *
 * The text is hostile. It is read in pieces on the stack; lines longer than ACCOUNTS_LINE_MAX and
 * what lies beyond ACCOUNTS_FILE_MAX are skipped. Ids above 2^31 - 1 are refused (CVE-2024-40635).
 * A number is never looked up as a name (CVE-2016-3697). Async-signal-safe.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

#define ACCOUNTS_LINE_MAX 8192
#define ACCOUNTS_FILE_MAX (4 << 20)
#define ACCOUNTS_ID_MAX	  INT32_MAX

struct account {
	uint32_t uid, gid;
	char name[64]; /* "" when the uid has no entry */
	char home[240];
};

/*
 * `user` is a name or number. 1 when found; 0 when it isn't: for a number that is no error, and
 * *ret has it with group 0. passwd_fd may be -1 for a missing file.
 */
int account_find(int passwd_fd, const char *user, struct account *ret, struct err *e);
/* The group's number; an unknown name is ERR_NOT_FOUND. */
int account_find_group(int group_fd, const char *group, uint32_t *ret, struct err *e);
/* Groups that list `name` as a member; returns how many were stored. */
size_t account_list_groups(int group_fd, const char *name, uint32_t *groups, size_t room);
