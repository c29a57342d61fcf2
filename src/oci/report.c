/* SPDX-License-Identifier: Apache-2.0 */
#include "oci/report.h"

#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "base/clock.h"
#include "runtime/accounts.h"

#define COLUMNS 6

struct owner_name {
	char text[64];
};

/* From the host's passwd file; a number where it isn't in there. */
static void find_owner(uint32_t uid, struct owner_name *ret)
{
	cleanup_fd int fd = open("/etc/passwd", O_RDONLY | O_CLOEXEC);
	struct account account;
	struct err ignored;

	snprintf(ret->text, sizeof ret->text, "%u", uid);
	if (account_find(fd, ret->text, &account, &ignored) == 1 && *account.name)
		snprintf(ret->text, sizeof ret->text, "%s", account.name);
}

static struct oci_state describe(const struct oci_container *c, const struct owner_name *owner)
{
	enum oci_status status = oci_container_status(c);
	struct oci_state state =
		oci_container_describe(c, status, status == OCI_STOPPED ? 0 : c->record.init.pid);

	state.owner = owner->text;
	return state;
}

void oci_report_add_state(struct text *t, const struct oci_container *c)
{
	struct owner_name owner;
	struct oci_state state;
	cleanup_json json_t *j = NULL;
	cleanup_free char *text = NULL;

	find_owner(c->record.owner, &owner);
	state = describe(c, &owner);
	j = oci_state_for_commands(&state);
	text = oci_document_text(j, 2);
	text_add(t, "%s\n", text);
}

void oci_report_add_list_json(struct text *t, const struct oci_store *s, char *const *ids, size_t n)
{
	cleanup_json json_t *list = json_array();
	cleanup_free char *text = NULL;

	for (size_t i = 0; i < n; i++) {
		cleanup_arena struct arena *a = arena_new();
		cleanup_oci_container struct oci_container c = { .dir_fd = -1 };
		struct owner_name owner;
		struct oci_state state;
		struct err ignored;

		if (oci_container_open(s, ids[i], a, &c, &ignored) < 0)
			continue;
		find_owner(c.record.owner, &owner);
		state = describe(&c, &owner);
		json_array_append_new(list, oci_state_for_commands(&state));
	}
	text = oci_document_text(list, 0);
	text_add(t, "%s\n", text);
}

static void add_row(struct arena *a, const char **cells, const struct oci_container *c)
{
	char *created = arena_alloc(a, CLOCK_TEXT_SIZE);
	struct owner_name owner;
	struct oci_state state;

	find_owner(c->record.owner, &owner);
	state = describe(c, &owner);
	clock_format(state.created_nsec, created);
	cells[0] = c->id;
	cells[1] = arena_printf(a, "%d", state.pid);
	cells[2] = state.status;
	cells[3] = state.bundle;
	cells[4] = created;
	cells[5] = arena_strdup(a, owner.text);
}

void oci_report_add_list(struct text *t, const struct oci_store *s, char *const *ids, size_t n)
{
	static const char *const heading[COLUMNS] = { "ID",	"PID",	   "STATUS",
						      "BUNDLE", "CREATED", "OWNER" };
	cleanup_arena struct arena *a = arena_new();
	const char **cells = arena_alloc(a, (n + 1) * COLUMNS * sizeof *cells);
	size_t n_rows = 1;

	for (size_t i = 0; i < COLUMNS; i++)
		cells[i] = heading[i];
	for (size_t i = 0; i < n; i++) {
		cleanup_oci_container struct oci_container c = { .dir_fd = -1 };
		struct err ignored;

		if (oci_container_open(s, ids[i], a, &c, &ignored) == 0)
			add_row(a, cells + COLUMNS * n_rows++, &c);
	}
	text_add_table(t, cells, n_rows, COLUMNS);
}
