/* SPDX-License-Identifier: Apache-2.0 */
/* What is done when a container has ended, or goes for good. */
#pragma once

#include "engine/container_record.h"
#include "engine/engine.h"

/* Path of a container's group below ours; `out` has CONTAINER_ID_SIZE + 8 bytes. */
void container_cgroup_path(const char *id, char *out);
/* Kills what is left in its cgroup and removes it. */
void teardown_cgroup(const char *id);
/* Removes a stopped container whose lock the caller holds; its anonymous volumes with `volumes` or --rm. */
int teardown_container(struct engine *en, const char *id, int volumes, struct err *e);
/*
 * Notes in a container's folder whether its anonymous volumes go with it, before it gets into `tmp` or
 * while it is there: whoever finds it there removes them, too.
 */
int teardown_mark_volumes(int dir_fd, const struct config *config, int drop, struct err *e);
/* Removes them where it was noted so. */
void teardown_marked_volumes(struct engine *en, int dir_fd);
/* Removes those that were made for this config. */
void teardown_volumes(struct engine *en, const struct config *config);
/* The rest of that after container_retire(): folders, and the anonymous volumes of a --rm container. */
void teardown_retired(struct engine *en, const struct container_record *record);
/* Removes it if it was created with --rm and doesn't run any more; 1 when it did. */
int teardown_if_unwanted(struct engine *en, const char *id, int dir_fd);
