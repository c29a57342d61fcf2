/* SPDX-License-Identifier: Apache-2.0 */
#include "oci/landlock_words.h"

#include <stddef.h>
#include <string.h>

/* linux/landlock.h; the oldest headers that Cale is built with lack the later ones. */
enum {
	EXECUTE = 1 << 0,
	WRITE_FILE = 1 << 1,
	READ_FILE = 1 << 2,
	READ_DIR = 1 << 3,
	REMOVE_DIR = 1 << 4,
	REMOVE_FILE = 1 << 5,
	MAKE_CHAR = 1 << 6,
	MAKE_DIR = 1 << 7,
	MAKE_REG = 1 << 8,
	MAKE_SOCK = 1 << 9,
	MAKE_FIFO = 1 << 10,
	MAKE_BLOCK = 1 << 11,
	MAKE_SYM = 1 << 12,
	REFER = 1 << 13,
	TRUNCATE = 1 << 14,
	IOCTL_DEV = 1 << 15,
	ALL_FS = (1 << 16) - 1,
};

enum { BIND_TCP = 1, CONNECT_TCP = 2, ALL_NET = 3 };
enum { ABSTRACT_UNIX_SOCKET = 1, SIGNAL = 2, ALL_SCOPES = 3 };

const struct oci_landlock_word oci_landlock_fs[] = {
	{ "execute", EXECUTE },
	{ "write_file", WRITE_FILE },
	{ "read_file", READ_FILE },
	{ "read_dir", READ_DIR },
	{ "remove_dir", REMOVE_DIR },
	{ "remove_file", REMOVE_FILE },
	{ "make_char", MAKE_CHAR },
	{ "make_dir", MAKE_DIR },
	{ "make_reg", MAKE_REG },
	{ "make_sock", MAKE_SOCK },
	{ "make_fifo", MAKE_FIFO },
	{ "make_block", MAKE_BLOCK },
	{ "make_sym", MAKE_SYM },
	{ "refer", REFER },
	{ "truncate", TRUNCATE },
	{ "ioctl_dev", IOCTL_DEV },
	{ "abi.all", ALL_FS, 1 },
	{ "abi.read_execute", EXECUTE | READ_FILE | READ_DIR | REFER, 1 },
	{ "abi.read_write", ALL_FS & ~EXECUTE, 1 },
	{},
};

const struct oci_landlock_word oci_landlock_net[] = {
	{ "bind_tcp", BIND_TCP },
	{ "connect_tcp", CONNECT_TCP },
	{ "abi.all", ALL_NET, 1 },
	{},
};

const struct oci_landlock_word oci_landlock_scopes[] = {
	{ "abstract_unix_socket", ABSTRACT_UNIX_SOCKET },
	{ "signal", SIGNAL },
	{ "abi.all", ALL_SCOPES, 1 },
	{},
};

/* From which version on. */
static const struct {
	const struct oci_landlock_word *table;
	int abi;
	uint64_t bits;
} since[] = {
	{ oci_landlock_fs, 1, REFER - 1 }, { oci_landlock_fs, 2, REFER },
	{ oci_landlock_fs, 3, TRUNCATE },  { oci_landlock_net, 4, ALL_NET },
	{ oci_landlock_fs, 5, IOCTL_DEV }, { oci_landlock_scopes, 6, ALL_SCOPES },
};

const struct oci_landlock_word *oci_landlock_word_find(const struct oci_landlock_word *table,
						       const char *name)
{
	for (; table->name; table++) {
		if (!strcmp(table->name, name))
			return table;
	}
	return NULL;
}

static int is_in(const struct oci_landlock_word *word, const struct oci_landlock_word *table)
{
	for (; table->name; table++) {
		if (table == word)
			return 1;
	}
	return 0;
}

uint64_t oci_landlock_of_abi(const struct oci_landlock_word *group, int abi)
{
	uint64_t bits = 0;

	for (size_t i = 0; i < sizeof since / sizeof *since; i++) {
		if (abi >= since[i].abi && is_in(group, since[i].table))
			bits |= since[i].bits;
	}
	return bits;
}
