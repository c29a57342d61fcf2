/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Flags that Docker has and Cale hasn't yet: they are known, so that the answer says what is
 * missing, and refused, so that nobody believes in something that isn't there.
 */
#include <string.h>

#include "cli/container_options.h"

static int not_built(void *options, const char *value, struct err *e)
{
	(void)options, (void)value;
	return err_set(e, ERR_UNENFORCED, "isn't built yet");
}

static int publish(void *options, const char *value, struct err *e)
{
	(void)options, (void)value;
	return err_set(e, ERR_UNENFORCED, "publishing ports isn't built yet; use --network host");
}

/* "never" is what happens anyway, and "missing" comes to the same where the image is here. */
static int set_pull(void *options, const char *value, struct err *e)
{
	(void)options;
	if (!strcmp(value, "never") || !strcmp(value, "missing"))
		return 0;
	return err_set(e, ERR_UNENFORCED, "pulling isn't built yet; load images with `cale load`");
}

#define LIST(name)                                                                                 \
	{                                                                                          \
		name, 0, OPTION_LIST, "list", NULL, not_built, 0                                   \
	}
#define VALUE(name)                                                                                \
	{                                                                                          \
		name, 0, OPTION_VALUE, "string", NULL, not_built, 0                                \
	}
#define OPTIONAL(name)                                                                             \
	{                                                                                          \
		name, 0, OPTION_OPTIONAL, "string", NULL, not_built, 0                             \
	}

const struct option_row container_refused_rows[] = {
	{ "publish", 'p', OPTION_LIST, "list", NULL, publish },
	{ "publish-all", 'P', OPTION_OPTIONAL, "string", NULL, publish },
	{ "pull", 0, OPTION_VALUE, "string",
	  "never or missing: only images that are here; pulling isn't built yet", set_pull },
	LIST("add-host"),
	LIST("annotation"),
	LIST("device"),
	LIST("device-cgroup-rule"),
	LIST("device-read-bps"),
	LIST("device-read-iops"),
	LIST("device-write-bps"),
	LIST("device-write-iops"),
	LIST("dns"),
	LIST("dns-option"),
	LIST("dns-search"),
	LIST("expose"),
	LIST("gpus"),
	LIST("group-add"),
	LIST("link"),
	LIST("log-opt"),
	LIST("network-alias"),
	LIST("storage-opt"),
	LIST("sysctl"),
	LIST("volumes-from"),
	VALUE("blkio-weight"),
	VALUE("cgroup-parent"),
	VALUE("cgroupns"),
	VALUE("cpu-rt-period"),
	VALUE("cpu-rt-runtime"),
	VALUE("domainname"),
	VALUE("health-cmd"),
	VALUE("health-interval"),
	VALUE("health-retries"),
	VALUE("health-start-period"),
	VALUE("health-timeout"),
	VALUE("ip"),
	VALUE("ip6"),
	VALUE("ipc"),
	VALUE("isolation"),
	VALUE("log-driver"),
	VALUE("mac-address"),
	VALUE("memory-swappiness"),
	VALUE("oom-score-adj"),
	VALUE("pid"),
	VALUE("platform"),
	VALUE("runtime"),
	VALUE("uts"),
	VALUE("volume-driver"),
	OPTIONAL("no-healthcheck"),
	OPTIONAL("oom-kill-disable"),
	OPTIONAL("use-api-socket"),
	{},
};
