/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Restart policies, as Docker has them: shall a container that has just ended be started again, and
 * after how long? Pure.
 *
 * The delay starts at 100 ms and doubles with each restart up to a minute; a run of 10 s or more
 * brings it back to 100 ms.
 */
#pragma once

#include <stdint.h>

#include "engine/config.h"

struct restart_end {
	int exit_code;
	int stopped_by_user; /* or by the end of the host: no policy restarts then */
	uint32_t restarts;   /* so far */
	int64_t ran_usec;
	int64_t last_delay_usec; /* before this run; 0: it was the first */
};

/* The delay in microseconds, or -1: it stays ended. */
int64_t restart_delay_usec(const struct config_restart *policy, const struct restart_end *end);
