/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/own_file.h"

#include <string.h>

#include "base/self.h"

int own_file_is_apart(const struct engine *en, const struct config *config)
{
	return en->privileged && !config->privileged &&
	       !(config->userns && !strcmp(config->userns, "host"));
}

int own_file_protect(const struct engine *en, const struct config *config, struct err *e)
{
	/* A user's engine has seen to it when it was opened, before it joined the namespaces. */
	if (!en->privileged || own_file_is_apart(en, config) || !self_is_exposed())
		return 0;
	return self_seal_overlay(en->home.runroot_fd, e);
}
