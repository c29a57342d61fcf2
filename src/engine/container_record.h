/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What is known of a container beside its configuration: the file `config` in its folder, written
 * once when it is created. JSON in Docker's terms, ours alone and read strictly.
 */
#pragma once

#include "base/mem.h"
#include "engine/config.h"
#include "engine/container_store.h"
#include "storage/rootfs.h"

struct container_record {
	char id[CONTAINER_ID_SIZE];
	int64_t created_nsec;
	int slice; /* of user ids, or CONTAINER_NO_SLICE */
	enum storage_driver driver;
	struct config config; /* merged with the image's; volumes have their final names */
};

int container_record_write(int dir_fd, const struct container_record *r, struct err *e);
int container_record_read(int dir_fd, struct arena *a, struct container_record *ret, struct err *e);
