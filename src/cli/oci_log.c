/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/oci_log.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/fd.h"
#include "base/json.h"
#include "base/text.h"

int oci_log_open(const char *path, const char *format, struct oci_log *ret, struct err *e)
{
	*ret = (struct oci_log){ .fd = -1 };
	if (format && *format && strcmp(format, "text") != 0 && strcmp(format, "json") != 0)
		return err_set(e, ERR_USAGE, "--log-format: \"%s\": text or json", format);
	ret->json = format && !strcmp(format, "json");
	if (!path || !*path)
		return 0;
	ret->fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_NOCTTY | O_CLOEXEC, 0644);
	return ret->fd < 0 ? err_sys(e, "--log: %s", path) : 0;
}

void oci_log_close(struct oci_log *log)
{
	cleanup_fdp(&log->fd);
	log->fd = -1;
}

static void add_quoted(struct text *t, const char *message)
{
	text_add(t, "\"");
	for (; *message; message++) {
		if (*message == '"' || *message == '\\')
			text_add(t, "\\");
		text_add_bytes(t, message, 1);
	}
	text_add(t, "\"");
}

void oci_log_write(const struct oci_log *log, enum oci_log_level level, const char *message)
{
	static const char *const names[] = { "debug", "warning", "error" };
	cleanup_by(text_free) struct text t = {};
	char now[CLOCK_TEXT_SIZE];
	struct err ignored;
	int fd = log->fd;

	/* Errors and warnings are on standard error in any case. */
	if (fd < 0 && level == OCI_LOG_DEBUG)
		fd = STDERR_FILENO;
	if (fd < 0 || (level == OCI_LOG_DEBUG && !log->debug))
		return;
	clock_format(clock_now_nsec(), now);
	if (log->json) {
		cleanup_json json_t *o = json_object();
		cleanup_free char *line = NULL;

		json_put_string(o, "level", names[level]);
		json_put_string(o, "msg", message);
		json_put_string(o, "time", now);
		line = json_dump(o, 0);
		text_add(&t, "%s\n", line);
	} else {
		text_add(&t, "time=\"%s\" level=%s msg=", now, names[level]);
		add_quoted(&t, message);
		text_add(&t, "\n");
	}
	(void)fd_write_all(fd, t.s, t.n, &ignored);
}
