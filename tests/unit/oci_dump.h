/* SPDX-License-Identifier: Apache-2.0 */
/* What was read from a config.json, as text for golden tests: all that isn't 0, by lines. */
#pragma once

#include "base/text.h"
#include "oci/config.h"

void oci_dump_config(const struct oci_config *c, struct text *t);
void oci_dump_process(const struct spec_process *p, struct text *t);
void oci_dump_mount(const struct spec_mount *m, struct text *t);
void oci_dump_landlock(const struct spec_landlock *l, struct text *t);
void oci_dump_resources(const struct resources *r, struct text *t);
