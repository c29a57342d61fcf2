/* SPDX-License-Identifier: Apache-2.0 */
#include "worker/entry_xattr.h"

#include <endian.h>
#include <linux/capability.h>
#include <string.h>

#include "base/mem.h"

enum xattr_fate entry_xattr_fate(const char *name)
{
	/* The first row that fits counts; a name ending in "." is a prefix. */
	static const struct {
		const char *name;
		enum xattr_fate fate;
	} rows[] = {
		{ "trusted.overlay.", XATTR_REFUSE },
		{ "user.overlay.", XATTR_REFUSE },
		{ "user.", XATTR_TAKE },
		{ "security.capability", XATTR_TAKE },
		{ "system.posix_acl_access", XATTR_TAKE },
		{ "system.posix_acl_default", XATTR_TAKE },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		size_t n = strlen(rows[i].name);

		if (rows[i].name[n - 1] == '.' ? !strncmp(name, rows[i].name, n)
					       : !strcmp(name, rows[i].name))
			return rows[i].fate;
	}
	return XATTR_DROP;
}

int entry_xattr_capabilities(const void *value, size_t n, uint64_t *ret, struct err *e)
{
	static const struct {
		uint32_t revision;
		size_t bytes;
		int words;
	} rows[] = {
		{ VFS_CAP_REVISION_1, XATTR_CAPS_SZ_1, 1 },
		{ VFS_CAP_REVISION_2, XATTR_CAPS_SZ_2, 2 },
		{ VFS_CAP_REVISION_3, XATTR_CAPS_SZ_3, 2 },
	};
	uint32_t words[1 + 4 + 1] = {};

	*ret = 0;
	memcpy(words, value, n < sizeof words ? n : sizeof words);
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		if ((le32toh(words[0]) & VFS_CAP_REVISION_MASK) != rows[i].revision ||
		    n != rows[i].bytes)
			continue;
		for (int w = 0; w < rows[i].words; w++)
			*ret |= (uint64_t)le32toh(words[1 + 2 * w]) << 32 * w;
		return 0;
	}
	return err_set(e, ERR_INVALID, "file capabilities of an unknown form");
}
