/* SPDX-License-Identifier: Apache-2.0 */
/*
 * --env-file and --label-file: a KEY=value per line, "#" begins a comment line, nothing is quoted.
 * As in Docker: blanks before the key are dropped, blanks in it are refused, the value is raw.
 */
#pragma once

#include "base/err.h"
#include "base/mem.h"

#define ENV_FILE_BYTES_MAX (1 << 20)

struct env_list {
	struct arena *arena;
	char **items; /* NULL-terminated */
	size_t n;
};

/* Appends the lines of the text; `name` is for messages. A key alone is appended as it is. */
int env_file_parse(char *text, const char *name, struct env_list *list, struct err *e);
/* The same for a file, opened and read with the limit above. */
int env_file_read(const char *path, struct env_list *list, struct err *e);
