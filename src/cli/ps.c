/* SPDX-License-Identifier: Apache-2.0 */
/* cale ps: lists containers. */
#include <string.h>

#include "base/clock.h"
#include "base/json.h"
#include "base/parse.h"
#include "cli/door.h"
#include "cli/session.h"
#include "engine/container_info.h"

#define SHORT_ID_DIGITS 12
#define COMMAND_SHOWN	20 /* characters, quotes included */
#define COLUMNS_MAX	7

struct ps_options {
	struct options_head head;
	int all, latest, no_trunc, quiet;
	const char *last, *format;
	struct option_list filters;
};

static const struct option_row rows[] = {
	{ "all", 'a', OPTION_SWITCH, NULL, "Show all containers (default shows just running)",
	  OPTION_STORE(struct ps_options, all) },
	{ "filter", 'f', OPTION_LIST, "filter",
	  "Filter output: name=, id=, status=, label=, ancestor=, exited=",
	  OPTION_STORE(struct ps_options, filters) },
	{ "format", 0, OPTION_VALUE, "string", "\"json\" prints one JSON object a line",
	  OPTION_STORE(struct ps_options, format) },
	{ "last", 'n', OPTION_VALUE, "int", "Show n last created containers (includes all states)",
	  OPTION_STORE(struct ps_options, last) },
	{ "latest", 'l', OPTION_SWITCH, NULL,
	  "Show the latest created container (includes all states)",
	  OPTION_STORE(struct ps_options, latest) },
	{ "no-trunc", 0, OPTION_SWITCH, NULL, "Don't truncate output",
	  OPTION_STORE(struct ps_options, no_trunc) },
	{ "quiet", 'q', OPTION_SWITCH, NULL, "Only display container IDs",
	  OPTION_STORE(struct ps_options, quiet) },
	{},
};
static const struct option_row *const tables[] = { rows, NULL };

static int name_matches(const struct container_summary *c, const char *value)
{
	return strstr(c->record.config.name ?: "", value) != NULL;
}

static int id_matches(const struct container_summary *c, const char *value)
{
	return !strncmp(c->record.id, value, strlen(value));
}

static int status_matches(const struct container_summary *c, const char *value)
{
	return !strcmp(container_status_text(c->state.status), value);
}

static int label_matches(const struct container_summary *c, const char *value)
{
	size_t n = strlen(value);

	for (size_t i = 0; i < c->record.config.n_labels; i++) {
		const char *label = c->record.config.labels[i];

		if (!strcmp(label, value) ||
		    (!strchr(value, '=') && !strncmp(label, value, n) && label[n] == '='))
			return 1;
	}
	return 0;
}

static int ancestor_matches(const struct container_summary *c, const char *value)
{
	return !strcmp(c->record.config.image, value) ||
	       !strncmp(c->record.config.image_id, value, strlen(value));
}

static int exited_matches(const struct container_summary *c, const char *value)
{
	struct err ignored;
	uint64_t code;

	return c->state.status == CONTAINER_EXITED &&
	       parse_uint(value, 255, &code, &ignored) == 0 && (int)code == c->state.exit_code;
}

static const struct filter {
	const char *name;
	int (*matches)(const struct container_summary *c, const char *value);
} filters[] = {
	{ "name", name_matches },	  { "id", id_matches },
	{ "status", status_matches },	  { "label", label_matches },
	{ "ancestor", ancestor_matches }, { "exited", exited_matches },
};

static const struct filter *find_filter(const char *text, const char **ret_value)
{
	size_t n = strcspn(text, "=");

	for (size_t i = 0; text[n] && i < ARRAY_SIZE(filters); i++) {
		if (strlen(filters[i].name) == n && !memcmp(filters[i].name, text, n)) {
			*ret_value = text + n + 1;
			return &filters[i];
		}
	}
	return NULL;
}

static int check_filters(const struct ps_options *o, struct err *e)
{
	const char *value;

	for (size_t i = 0; i < o->filters.n; i++) {
		if (!find_filter(o->filters.items[i], &value))
			return err_set(e, ERR_USAGE, "invalid filter '%s'", o->filters.items[i]);
	}
	return 0;
}

/* All filters must hold. Without -a, -n, -l and a status filter only running ones are shown. */
static int is_shown(const struct ps_options *o, const struct container_summary *c)
{
	int any_state = o->all || o->latest || o->last;

	for (size_t i = 0; i < o->filters.n; i++) {
		const char *value;
		const struct filter *f = find_filter(o->filters.items[i], &value);

		if (!f->matches(c, value))
			return 0;
		any_state |= f->matches == status_matches || f->matches == exited_matches;
	}
	return any_state || c->state.status == CONTAINER_RUNNING ||
	       c->state.status == CONTAINER_RESTARTING;
}

/* What runs, in quotes: entrypoint and command. */
static const char *command_text(const struct config *config, int no_trunc, struct arena *a)
{
	const char *text = "";
	size_t n;

	for (size_t i = 0; i < config->n_entrypoint; i++)
		text = arena_printf(a, "%s%s%s", text, *text ? " " : "", config->entrypoint[i]);
	for (size_t i = 0; i < config->n_cmd; i++)
		text = arena_printf(a, "%s%s%s", text, *text ? " " : "", config->cmd[i]);
	n = strlen(text);
	if (no_trunc || n + 2 <= COMMAND_SHOWN)
		return arena_printf(a, "\"%s\"", text);
	return arena_printf(a, "\"%.*s…\"", COMMAND_SHOWN - 3, text);
}

static void fill_row(const struct ps_options *o, const struct container_summary *c,
		     const char **row)
{
	struct arena *a = o->head.arena;
	char span[32];

	clock_human_span(clock_now_nsec() - c->record.created_nsec, span);
	row[0] = o->no_trunc ? c->record.id : arena_strndup(a, c->record.id, SHORT_ID_DIGITS);
	row[1] = c->record.config.image;
	row[2] = command_text(&c->record.config, o->no_trunc, a);
	row[3] = arena_printf(a, "%s ago", span);
	row[4] = container_status_line(c, a);
	row[5] = "";
	row[6] = c->record.config.name;
}

static const char *const titles[COLUMNS_MAX] = {
	"CONTAINER ID", "IMAGE", "COMMAND", "CREATED", "STATUS", "PORTS", "NAMES",
};
/* Docker's members for the same columns. */
static const char *const members[COLUMNS_MAX] = {
	"ID", "Image", "Command", "RunningFor", "Status", "Ports", "Names",
};

static void add_json(struct text *t, const struct container_summary *c, const char *const *row)
{
	cleanup_json json_t *o = json_object();
	cleanup_free char *line = NULL;

	for (size_t i = 0; i < COLUMNS_MAX; i++)
		json_put_string(o, members[i], row[i]);
	json_put_string(o, "State", container_status_text(c->state.status));
	line = json_dump(o, 0);
	text_add(t, "%s\n", line);
}

static void show(const struct ps_options *o, const struct container_summary *list, size_t n,
		 struct text *t)
{
	const char **cells = arena_alloc(o->head.arena, (n + 1) * COLUMNS_MAX * sizeof *cells);

	memcpy(cells, titles, sizeof titles);
	for (size_t i = 0; i < n; i++) {
		const char **row = cells + (i + 1) * COLUMNS_MAX;

		fill_row(o, &list[i], row);
		if (o->quiet)
			text_add(t, "%s\n", row[0]);
		else if (o->format)
			add_json(t, &list[i], row);
	}
	if (!o->quiet && !o->format)
		text_add_table(t, cells, n + 1, COLUMNS_MAX);
}

static int ps(struct command_call *call, struct err *e)
{
	const struct ps_options *o = call->options;
	cleanup_by(text_free) struct text t = {};
	struct container_summary *list;
	uint64_t last = UINT64_MAX;
	size_t n, shown = 0;
	struct engine en;

	if (o->format && strcmp(o->format, "json") != 0)
		return err_set(e, ERR_USAGE, "--format %s: only json is known", o->format);
	if (o->last && parse_uint(o->last, UINT32_MAX, &last, e) < 0)
		return err_wrap(e, "--last");
	if (check_filters(o, e) < 0 || session_open(call, &en, e) < 0)
		return -1;
	if (o->latest)
		last = 1;
	list = container_list(&en, call->arena, &n, e);
	for (size_t i = 0; list && i < n && shown < last; i++) {
		if (is_shown(o, &list[i]))
			list[shown++] = list[i];
	}
	engine_close(&en);
	if (!list)
		return -1;
	show(o, list, shown, &t);
	return t.s ? door_print(&t, e) : 0;
}

const struct command command_ps = {
	.name = "ps",
	.aliases = "container ls,container list,container ps",
	.section = SECTION_COMMON,
	.usage = "[OPTIONS]",
	.summary = "List containers",
	.options = tables,
	.options_bytes = sizeof(struct ps_options),
	.run = ps,
};
