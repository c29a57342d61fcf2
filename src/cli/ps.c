/* SPDX-License-Identifier: Apache-2.0 */
/* cale ps: containers, newest first. */
#include <string.h>

#include "base/clock.h"
#include "base/parse.h"
#include "cli/door.h"
#include "cli/listing.h"
#include "cli/ps_filter.h"
#include "cli/session.h"
#include "engine/container_info.h"

#define SHORT_ID	12
#define COMMAND_COLUMNS 20

struct ps_options {
	struct options_head head;
	int all, quiet, no_trunc, latest;
	int64_t last;
	struct option_list filters;
	const char *format;
};

static int set_last(void *options, const char *value, struct err *e)
{
	struct ps_options *o = options;

	return parse_int(value, -1, INT32_MAX, &o->last, e);
}

#define STORE(field) OPTION_STORE(struct ps_options, field)
static const struct option_row rows[] = {
	{ "all", 'a', OPTION_SWITCH, NULL, "Also those that don't run", STORE(all) },
	{ "filter", 'f', OPTION_LIST, "filter",
	  "Filter by ancestor=, exited=, id=, label=, name=, network=, status=, volume=",
	  STORE(filters) },
	{ "format", 0, OPTION_VALUE, "string",
	  "json, 'table TEMPLATE' or TEMPLATE with {{.Names}}, {{.ID}}, {{.Status}} …",
	  STORE(format) },
	{ "last", 'n', OPTION_VALUE, "int", "The N newest, whether they run or not", set_last },
	{ "latest", 'l', OPTION_SWITCH, NULL, "The newest, whether it runs or not", STORE(latest) },
	{ "no-trunc", 0, OPTION_SWITCH, NULL, "Whole ids and commands", STORE(no_trunc) },
	{ "quiet", 'q', OPTION_SWITCH, NULL, "Nothing but ids", STORE(quiet) },
	{},
};
static const struct option_row *const tables[] = { rows, NULL };

static void prepare(void *options)
{
	struct ps_options *o = options;

	o->last = -1;
}

static const struct listing_column columns[] = {
	{ "ID", "CONTAINER ID" },
	{ "Image", "IMAGE" },
	{ "Command", "COMMAND" },
	{ "RunningFor", "CREATED" },
	{ "CreatedAt", "CREATED AT" },
	{ "Status", "STATUS" },
	{ "State", "STATE" },
	{ "Ports", "PORTS" },
	{ "Names", "NAMES" },
	{ "Labels", "LABELS" },
	{ "Networks", "NETWORKS" },
	{ "Mounts", "MOUNTS" },
	{},
};

/* The command as one text in quotes; cut to 20 characters as Docker does, at a whole one. */
static char *command_text(const struct config *c, struct arena *a, int whole)
{
	cleanup_by(text_free) struct text t = {}, cut = {};
	int n = 0;

	for (size_t i = 0; i < c->n_entrypoint; i++)
		text_add(&t, "%s%s", i ? " " : "", c->entrypoint[i]);
	for (size_t i = 0; i < c->n_cmd; i++)
		text_add(&t, "%s%s", i || c->n_entrypoint ? " " : "", c->cmd[i]);
	for (const char *s = t.s ?: ""; *s; s++) {
		n += ((unsigned char)*s & 0xc0) != 0x80;
		if (n == COMMAND_COLUMNS && !whole && strlen(s) > 1) {
			text_add(&cut, "…");
			break;
		}
		text_add_bytes(&cut, s, 1);
	}
	return arena_printf(a, "\"%s\"", cut.s ?: "");
}

static char *labels_text(const struct config *c, struct arena *a)
{
	cleanup_by(text_free) struct text t = {};

	for (size_t i = 0; i < c->n_labels; i++)
		text_add(&t, "%s%s", i ? "," : "", c->labels[i]);
	return arena_strdup(a, t.s ?: "");
}

/* Names of volumes and folders of the host. */
static char *mounts_text(const struct config *c, struct arena *a)
{
	cleanup_by(text_free) struct text t = {};

	for (size_t i = 0; i < c->n_mounts; i++) {
		if (c->mounts[i].source)
			text_add(&t, "%s%s", t.n ? "," : "", c->mounts[i].source);
	}
	return arena_strdup(a, t.s ?: "");
}

/* What the program called itself must not move the cursor. */
static void put_clean(json_t *o, const char *key, const char *value)
{
	cleanup_by(text_free) struct text t = {};

	text_add_printable(&t, value);
	json_put_string(o, key, t.s ?: "");
}

static json_t *row_of(const struct container_summary *c, const struct ps_options *o,
		      struct arena *a)
{
	const struct config *config = &c->record.config;
	char created[CLOCK_TEXT_SIZE], span[32];
	json_t *row = json_object();

	clock_format(c->record.created_nsec, created);
	clock_human_span(clock_now_nsec() - c->record.created_nsec, span);
	put_clean(row, "ID", o->no_trunc ? c->record.id : arena_strndup(a, c->record.id, SHORT_ID));
	put_clean(row, "Image", config->image ?: "");
	put_clean(row, "Command", command_text(config, a, o->no_trunc));
	put_clean(
		row, "CreatedAt",
		arena_printf(a, "%.10s %.8s +0000 UTC", created, created + strlen("2006-01-02T")));
	put_clean(row, "RunningFor", arena_printf(a, "%s ago", span));
	put_clean(row, "Status", container_status_line(c, a));
	put_clean(row, "State", container_status_text(c->state.status));
	put_clean(row, "Ports", "");
	put_clean(row, "Names", config->name ?: "");
	put_clean(row, "Labels", labels_text(config, a));
	put_clean(row, "Networks", config->network ?: "none");
	put_clean(row, "Mounts", mounts_text(config, a));
	return row;
}

static int is_up(const struct container_summary *c)
{
	return c->state.status == CONTAINER_RUNNING || c->state.status == CONTAINER_RESTARTING;
}

/* The rows of those that are asked for. */
static json_t *collect(struct engine *en, const struct ps_options *o, struct err *e)
{
	cleanup_json json_t *list = json_array();
	struct arena *a = o->head.arena;
	int all = o->all || o->last >= 0 || filter_asks_state(ps_filters, &o->filters);
	struct container_summary *found;
	size_t n;

	found = container_list(en, a, &n, e);
	if (!found)
		return NULL;
	for (size_t i = 0; i < n; i++) {
		if (o->last >= 0 && json_array_size(list) >= (size_t)o->last)
			break;
		if ((all || is_up(&found[i])) && filter_matches(ps_filters, &o->filters, &found[i]))
			json_array_append_new(list, row_of(&found[i], o, a));
	}
	return take_ptr(list);
}

static int ps(struct command_call *call, struct err *e)
{
	cleanup_by(text_free) struct text t = {};
	cleanup_json json_t *list = NULL;
	struct ps_options *o = call->options;
	const struct listing listing = {
		.columns = columns,
		.usual = "table {{.ID}}\t{{.Image}}\t{{.Command}}\t{{.RunningFor}}\t{{.Status}}\t"
			 "{{.Ports}}\t{{.Names}}",
		.format = o->quiet ? "{{.ID}}" : o->format,
	};
	struct engine en;

	if (filter_check(ps_filters, &o->filters, e) < 0 || session_open(call, &en, e) < 0)
		return -1;
	if (o->latest)
		o->last = 1;
	list = collect(&en, o, e);
	engine_close(&en);
	if (!list)
		return -1;
	return listing_add(&t, &listing, list, e) < 0 ? -1 : door_print(&t, e);
}

const struct command command_ps = {
	.name = "ps",
	.aliases = "container ls,container list,container ps",
	.section = SECTION_COMMON,
	.usage = "[OPTIONS]",
	.summary = "List containers",
	.options = tables,
	.options_bytes = sizeof(struct ps_options),
	.prepare = prepare,
	.run = ps,
};
