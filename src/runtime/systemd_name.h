/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Names of systemd units for containers, as the runtimes agree on them: systemd.unit(5), "unit name";
 * systemd.slice(5). Pure.
 *
 * cgroupsPath of the OCI specification is "SLICE:PREFIX:NAME" with the systemd manager: the unit is
 * PREFIX-NAME.scope in SLICE, or the slice NAME itself when it ends in ".slice". Without a
 * SLICE it is system.slice, for a user's manager user.slice; "-" is the topmost one.
 */
#pragma once

#include <stddef.h>

#include "base/err.h"

/* systemd: UNIT_NAME_MAX, with the NUL. */
#define SYSTEMD_NAME_SIZE 256

struct systemd_name {
	int is_slice; /* the unit is a slice, not a scope */
	char slice[SYSTEMD_NAME_SIZE];
	char unit[SYSTEMD_NAME_SIZE];
};

/*
 * The unit for `cgroups_path`; NULL or "" means ":cale:ID", and then bytes of the id that unit names
 * can't have are written as "\xNN". ERR_INVALID.
 */
int systemd_name_parse(const char *cgroups_path, const char *id, int is_user,
		       struct systemd_name *ret, struct err *e);
/* "a-b.slice" lies in "/a.slice/a-b.slice", "-.slice" in "/". ERR_INVALID, ERR_LIMIT. */
int systemd_slice_path(const char *slice, char *out, size_t size, struct err *e);
/* Letters, digits, ":-_.\@" and one of systemd's suffixes. */
int systemd_is_unit_name(const char *name);
