/* SPDX-License-Identifier: Apache-2.0 */
#include "oci/names.h"

#include <string.h>

const struct oci_name *oci_name_find(const struct oci_name *table, const char *word)
{
	for (; table->name; table++) {
		if (!strcmp(table->name, word))
			return table;
	}
	return NULL;
}
