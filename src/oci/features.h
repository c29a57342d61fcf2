/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What this runtime can do: features.md and features-linux.md, from the tables that the parser reads
 * by. It says nothing of the host. Pure.
 */
#pragma once

#include "base/json.h"

struct oci_features {
	const char *version; /* of Cale */
	int checkpoint;	     /* is there a command for it? */
};

json_t *oci_features_document(const struct oci_features *f);
