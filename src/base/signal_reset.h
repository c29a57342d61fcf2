/* SPDX-License-Identifier: Apache-2.0 */
/*
 * All signals as a new program should find them: at their defaults, and none blocked. Also 32 and 33,
 * which the C library keeps for itself and refuses to touch: a caller that ignores them would be
 * inherited from. sigaction(2). Async-signal-safe.
 */
#pragma once

void signal_reset_all(void);
