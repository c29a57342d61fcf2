/* SPDX-License-Identifier: Apache-2.0 */
/* The folders that containers live in (container_store.h), open. */
#pragma once

#define CONTAINER_ID_DIGITS 64
#define CONTAINER_ID_SIZE   (CONTAINER_ID_DIGITS + 1)

struct container_store {
	int containers_fd, names_fd, ids_fd, tmp_fd;
	int run_fd; /* <runroot>/containers */
};
