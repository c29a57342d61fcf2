/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The names of Linux capabilities: capabilities(7), include/uapi/linux/capability.h. A set is a
  * word with bit 1 << number. Pure but for capability_all().
 *
 * Names are taken as people write them: "CAP_NET_RAW", "net_raw", "Cap_Net_Raw"; "ALL" is all that
 * Cale knows, of which the kernel may know fewer: capability_all().
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "base/capability_name.h"
#include "base/err.h"
#include "base/mem.h"
#include "base/text.h"

/* The number, or -1 with ERR_USAGE for an unknown name (also for "ALL"). */
int capability_number(const char *text, struct err *e);
/* The canonical word for a name or ALL in any spelling ("CAP_NET_RAW", "ALL"), static; or NULL. */
const char *capability_canonical(const char *text, struct err *e);
/* Adds the bits of n names, ALL among them, to *ret. */
int capability_set_parse(char *const *names, size_t n, uint64_t *ret, struct err *e);

/* --cap-add and --cap-drop against a base set, in Docker's order of precedence. */
struct capability_request {
	uint64_t base; /* what a container gets when nothing is asked */
	char *const *add, *const *drop;
	size_t n_add, n_drop;
};
/*
 * Adding ALL gives all but what is dropped; dropping ALL gives just what is added; otherwise the
 * base without the dropped ones and with the added ones, an added one winning. ALL in both is
 * ERR_USAGE.
 */
int capability_combine(const struct capability_request *r, uint64_t *ret, struct err *e);

/* "CHOWN, KILL, SETUID": names without CAP_ in the order of their numbers; "none", "all". */
void capability_set_add_text(struct text *t, uint64_t set);
/* The same as an array of "CAP_…" for JSON, NULL-terminated. */
const char **capability_set_names(struct arena *a, uint64_t set, size_t *ret_n);
