/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/container_claims.h"

#include <dirent.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/fd.h"

static int read_owner(int claims_fd, const char *name, char *ret_owner)
{
	cleanup_fd int fd = openat(claims_fd, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	struct err ignored;

	*ret_owner = '\0';
	if (fd < 0 ||
	    fd_read_full(fd, ret_owner, CONTAINER_ID_DIGITS, &ignored) != CONTAINER_ID_DIGITS)
		return 0;
	ret_owner[CONTAINER_ID_DIGITS] = '\0';
	return 1;
}

int claim_is_valid(const struct container_store *s, int claims_fd, const char *name,
		   char *ret_owner)
{
	if (!read_owner(claims_fd, name, ret_owner))
		return 0;
	/* `tmp` first: a container moves from there to `containers` when it is made. */
	return faccessat(s->tmp_fd, ret_owner, F_OK, 0) == 0 ||
	       faccessat(s->containers_fd, ret_owner, F_OK, 0) == 0;
}

void claim_release(int claims_fd, const char *name, const char *id)
{
	char owner[CONTAINER_ID_SIZE];

	if (read_owner(claims_fd, name, owner) && !strcmp(owner, id))
		unlinkat(claims_fd, name, 0);
}

static void release_in(int claims_fd, const char *id)
{
	int copy = openat(claims_fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *dir = copy < 0 ? NULL : fdopendir(copy);
	struct dirent *entry;

	while (dir && (entry = readdir(dir))) {
		if (entry->d_name[0] != '.')
			claim_release(claims_fd, entry->d_name, id);
	}
	if (dir)
		closedir(dir);
}

void claims_release(const struct container_store *s, const char *id)
{
	release_in(s->names_fd, id);
	release_in(s->ids_fd, id);
}
