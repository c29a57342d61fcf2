/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/env_file.h"

#include <fcntl.h>
#include <string.h>

#include "base/fd.h"
#include "engine/config.h"

static int add_line(char *line, struct env_list *list, struct err *e)
{
	size_t n = strlen(line);

	if (n && line[n - 1] == '\r')
		line[n - 1] = '\0';
	line += strspn(line, " \t");
	if (!*line || *line == '#')
		return 0;
	if (*line == '=')
		return err_set(e, ERR_USAGE, "\"%s\" has no name in front of \"=\"", line);
	n = strcspn(line, "=");
	if (strcspn(line, " \t") < n)
		return err_set(e, ERR_USAGE, "the name \"%.*s\" has a blank in it", (int)n, line);
	if (list->n >= CONFIG_STRINGS_MAX)
		return err_set(e, ERR_LIMIT, "more than %d variables", CONFIG_STRINGS_MAX);
	config_push(list->arena, &list->items, &list->n, line);
	return 0;
}

int env_file_parse(char *text, const char *name, struct env_list *list, struct err *e)
{
	unsigned number = 1;

	/* Editors on Windows begin a file with a byte order mark. */
	if (!strncmp(text, "\xef\xbb\xbf", 3))
		text += 3;
	for (char *line; (line = strsep(&text, "\n")); number++) {
		if (add_line(line, list, e) < 0)
			return err_wrap(e, "%s:%u", name, number);
	}
	return 0;
}

int env_file_read(const char *path, struct env_list *list, struct err *e)
{
	cleanup_fd int fd = fd_open(AT_FDCWD, path, O_RDONLY, e);
	cleanup_free char *text = NULL;
	size_t n;

	if (fd < 0)
		return -1;
	text = fd_read_text(fd, ENV_FILE_BYTES_MAX, &n, e);
	if (!text)
		return err_wrap(e, "%s", path);
	if (strlen(text) != n)
		return err_set(e, ERR_USAGE, "%s: contains a zero byte", path);
	return env_file_parse(text, path, list, e);
}
