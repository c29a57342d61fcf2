/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a container claims beside its folder: its name and its slice of user ids. See
 * container_store.h for the rules; only that file uses this one.
 */
#pragma once

#include "engine/container_folders.h"

/*
 * Does the claim `name` belong to a container that exists or is being made? `ret_owner` gets the id,
 * CONTAINER_ID_SIZE bytes, "" when the claim can't be read.
 */
int claim_is_valid(const struct container_store *s, int claims_fd, const char *name,
		   char *ret_owner);
/* Gives up one claim if it is `id`'s. */
void claim_release(int claims_fd, const char *name, const char *id);
/* Gives up all claims of a container whose record is lost; looks through all of them. */
void claims_release(const struct container_store *s, const char *id);
