/* SPDX-License-Identifier: Apache-2.0 */
/* Messages as a server writes them, which Cale itself never is: answers, errors, signals. */
#pragma once

#include <stdint.h>

#include "base/text.h"

/* NULL and 0: it has none. */
struct dbus_made {
	unsigned type;
	uint32_t reply_serial;
	const char *path, *interface, *member, *error, *signature;
};

void dbus_make(const struct dbus_made *m, const struct text *body, struct text *out);
