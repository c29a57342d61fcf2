/* SPDX-License-Identifier: Apache-2.0 */
#include "confine/capability.h"

#include <string.h>
#include <strings.h>

#define PREFIX	 "CAP_"
#define N_PREFIX (sizeof(PREFIX) - 1)

static int find(const char *text)
{
	if (!strncasecmp(text, PREFIX, N_PREFIX))
		text += N_PREFIX;
	for (int i = 0; i < CAPABILITY_COUNT; i++)
		if (!strcasecmp(capability_name((unsigned)i) + N_PREFIX, text))
			return i;
	return -1;
}

static int is_all(const char *text)
{
	return !strcasecmp(text, "ALL") || !strcasecmp(text, "CAP_ALL");
}

int capability_number(const char *text, struct err *e)
{
	int number = find(text);

	if (number < 0)
		return err_set(e, ERR_USAGE, "unknown capability \"%s\"", text);
	return number;
}

const char *capability_canonical(const char *text, struct err *e)
{
	int number;

	if (is_all(text))
		return "ALL";
	number = capability_number(text, e);
	return number < 0 ? NULL : capability_name((unsigned)number);
}

int capability_set_parse(char *const *list, size_t n, uint64_t *ret, struct err *e)
{
	uint64_t set = 0;

	for (size_t i = 0; i < n; i++) {
		int number;

		if (is_all(list[i])) {
			set |= CAPABILITY_ALL;
			continue;
		}
		number = capability_number(list[i], e);
		if (number < 0)
			return -1;
		set |= 1ULL << number;
	}
	*ret |= set;
	return 0;
}

static int names_all(char *const *list, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (is_all(list[i]))
			return 1;
	return 0;
}

int capability_combine(const struct capability_request *r, uint64_t *ret, struct err *e)
{
	uint64_t add = 0, drop = 0;

	if (capability_set_parse(r->add, r->n_add, &add, e) < 0)
		return err_wrap(e, "--cap-add");
	if (capability_set_parse(r->drop, r->n_drop, &drop, e) < 0)
		return err_wrap(e, "--cap-drop");
	if (names_all(r->add, r->n_add) && names_all(r->drop, r->n_drop))
		return err_set(e, ERR_USAGE, "--cap-add ALL and --cap-drop ALL exclude each other");
	if (names_all(r->add, r->n_add))
		*ret = CAPABILITY_ALL & ~drop;
	else
		*ret = (r->base & ~drop) | add;
	return 0;
}

void capability_set_add_text(struct text *t, uint64_t set)
{
	const char *between = "";

	if (!(set & CAPABILITY_ALL) || (set & CAPABILITY_ALL) == CAPABILITY_ALL) {
		text_add(t, "%s", set & CAPABILITY_ALL ? "all" : "none");
		return;
	}
	for (int i = 0; i < CAPABILITY_COUNT; i++) {
		if (!(set & 1ULL << i))
			continue;
		text_add(t, "%s%s", between, capability_name((unsigned)i) + N_PREFIX);
		between = ", ";
	}
}

const char **capability_set_names(struct arena *a, uint64_t set, size_t *ret_n)
{
	const char **list = arena_alloc(a, (CAPABILITY_COUNT + 1) * sizeof(*list));
	size_t n = 0;

	for (int i = 0; i < CAPABILITY_COUNT; i++)
		if (set & 1ULL << i)
			list[n++] = capability_name(i);
	if (ret_n)
		*ret_n = n;
	return list;
}
