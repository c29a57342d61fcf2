/* SPDX-License-Identifier: Apache-2.0 */
/* cale oci spec: writes a config.json to begin with. */
#include <errno.h>
#include <fcntl.h>
#include <sys/vfs.h>
#include <linux/magic.h>
#include <string.h>
#include <unistd.h>

#include "base/fd.h"
#include "cli/oci.h"
#include "oci/spec_default.h"
#include "oci/state_document.h"

#ifndef CGROUP2_SUPER_MAGIC
#define CGROUP2_SUPER_MAGIC 0x63677270
#endif

struct spec_options {
	struct options_head head;
	const char *bundle;
	int rootless;
};

static const struct option_row rows[] = {
	{ "bundle", 'b', OPTION_VALUE, "dir", "Folder to write it into (default: where we are)",
	  OPTION_STORE(struct spec_options, bundle) },
	{ "rootless", 0, OPTION_SWITCH, NULL, "For a container of an ordinary user",
	  OPTION_STORE(struct spec_options, rootless) },
	{},
};
static const struct option_row *const tables[] = { rows, NULL };

static int has_pure_v2(void)
{
	struct statfs fs;

	return statfs("/sys/fs/cgroup", &fs) == 0 && fs.f_type == CGROUP2_SUPER_MAGIC;
}

/* Somebody's document isn't written over. */
static int write_new(int dir_fd, const char *text, struct err *e)
{
	cleanup_fd int fd =
		openat(dir_fd, OCI_CONFIG_FILE, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);

	if (fd < 0 && errno == EEXIST)
		return err_set(e, ERR_CONFLICT, "File config.json exists. Remove it first");
	if (fd < 0)
		return err_sys(e, "create config.json");
	return fd_write_all(fd, text, strlen(text), e);
}

static int spec(struct command_call *call, struct err *e)
{
	const struct spec_options *o = call->options;
	const struct oci_spec_default d = {
		.cgroup_namespace = has_pure_v2(),
		.rootless = o->rootless,
		.uid = geteuid(),
		.gid = getegid(),
	};
	cleanup_json json_t *document = oci_spec_default(&d);
	cleanup_free char *text = oci_document_text(document, -1);
	cleanup_fd int dir_fd = fd_open(AT_FDCWD, o->bundle ?: ".", O_RDONLY | O_DIRECTORY, e);

	if (dir_fd < 0)
		return err_wrap(e, "--bundle");
	return write_new(dir_fd, text, e);
}

const struct command command_oci_spec = {
	.name = "oci spec",
	.section = SECTION_HIDDEN,
	.usage = "[OPTIONS]",
	.summary = "Write a config.json to begin with",
	.options = tables,
	.options_bytes = sizeof(struct spec_options),
	.run = spec,
};
