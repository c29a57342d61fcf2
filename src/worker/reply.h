/* SPDX-License-Identifier: Apache-2.0 */
/* A worker's answer on descriptor 1, in the form of base/worker.h. */
#pragma once

#include <stdint.h>

#include "base/worker.h"

#define WORKER_FD_INPUT 0
#define WORKER_FD_REPLY 1
#define WORKER_FD_FIRST 3 /* the first of its own */

/* Both return the exit status of main. A reply that can't be written has nobody to read it. */
int reply_failure(const struct err *e);
/* `numbers` has 8 items or is NULL, `text` may be NULL. */
int reply_success(const int64_t *numbers, const char *text);
