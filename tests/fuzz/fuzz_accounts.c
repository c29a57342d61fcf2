/* SPDX-License-Identifier: Apache-2.0 */
/* runtime/accounts.h: the first line is who is looked for, the rest a container's passwd or group file. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/mem.h"
#include "runtime/accounts.h"

#define GROUPS_MAX 4

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const uint8_t *newline = memchr(data, '\n', size);
	size_t n = newline ? (size_t)(newline - data) : size;
	cleanup_free char *who = xcalloc(n + 1, 1);
	cleanup_fd int fd = memfd_create("accounts", MFD_CLOEXEC);
	uint32_t groups[GROUPS_MAX], gid;
	struct account account;
	struct err e;

	memcpy(who, data, n);
	if (newline && write(fd, newline + 1, size - n - 1) < 0)
		abort();
	lseek(fd, 0, SEEK_SET);
	if (account_find(fd, who, &account, &e) >= 0 &&
	    (account.uid > ACCOUNTS_ID_MAX || account.gid > ACCOUNTS_ID_MAX ||
	     *account.home != '/' || strlen(account.name) >= sizeof account.name))
		abort();
	lseek(fd, 0, SEEK_SET);
	if (account_find_group(fd, who, &gid, &e) == 0 && gid > ACCOUNTS_ID_MAX)
		abort();
	lseek(fd, 0, SEEK_SET);
	if (account_list_groups(fd, who, groups, GROUPS_MAX) > GROUPS_MAX)
		abort();
	return 0;
}
