/* SPDX-License-Identifier: Apache-2.0 */
/* What `state` and `list` show of containers, in runc's layouts. */
#pragma once

#include "base/text.h"
#include "oci/container.h"

void oci_report_add_state(struct text *t, const struct oci_container *c);
/* A container that can't be read (one that is just being removed) is passed over. */
void oci_report_add_list(struct text *t, const struct oci_store *s, char *const *ids, size_t n);
void oci_report_add_list_json(struct text *t, const struct oci_store *s, char *const *ids,
			      size_t n);
