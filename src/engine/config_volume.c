/* SPDX-License-Identifier: Apache-2.0 */
/* -v and --tmpfs: fields between colons, and the options that all kinds of mounts share. */
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "base/parse.h"
#include "engine/config_text.h"

#define MODE_MAX 07777

/* Which member a word sets, by offset: all are enum tristate. */
#define FIELD(name) offsetof(struct config_mount, name)
static const struct mount_word {
	const char *name;
	size_t field;
	enum tristate value;
} words[] = {
	{ "ro", FIELD(readonly), YES },	  { "readonly", FIELD(readonly), YES },
	{ "rw", FIELD(readonly), NO },	  { "rro", FIELD(recursive_readonly), YES },
	{ "noexec", FIELD(noexec), YES }, { "exec", FIELD(noexec), NO },
	{ "nosuid", FIELD(nosuid), YES }, { "suid", FIELD(nosuid), NO },
	{ "nodev", FIELD(nodev), YES },	  { "dev", FIELD(nodev), NO },
};

static const char *const propagations[] = { "private", "rprivate", "slave",
					    "rslave",  "shared",   "rshared" };

static enum tristate *word_field(struct config_mount *m, const struct mount_word *w)
{
	return (enum tristate *)((char *)m + w->field);
}

static int set_propagation(struct config_mount *m, const char *name, struct err *e)
{
	for (size_t i = 0; i < ARRAY_SIZE(propagations); i++) {
		if (strcmp(name, propagations[i]) != 0)
			continue;
		if (m->kind != CONFIG_MOUNT_BIND)
			return err_set(e, ERR_USAGE, "\"%s\" is for bind mounts only", name);
		if (m->propagation && m->propagation != propagations[i])
			return err_set(e, ERR_USAGE, "\"%s\" contradicts \"%s\"", name,
				       m->propagation);
		m->propagation = propagations[i];
		return 1;
	}
	return 0;
}

int config_mount_flag(struct config_mount *m, const char *name, struct err *e)
{
	for (size_t i = 0; i < ARRAY_SIZE(words); i++) {
		enum tristate *field = word_field(m, &words[i]);

		if (strcmp(name, words[i].name) != 0)
			continue;
		if (*field != UNSET && *field != words[i].value)
			return err_set(e, ERR_USAGE, "\"%s\" contradicts an earlier option", name);
		*field = words[i].value;
		if (m->recursive_readonly == YES && m->readonly == NO)
			return err_set(e, ERR_USAGE, "\"rro\" contradicts \"rw\"");
		if (m->recursive_readonly == YES)
			m->readonly = YES;
		return 1;
	}
	return set_propagation(m, name, e);
}

char **config_mount_flags(const struct config_mount *m, struct arena *a, size_t *ret_n)
{
	struct config_mount copy = *m;
	char **list = NULL;

	*ret_n = 0;
	for (size_t i = 0; i < ARRAY_SIZE(words); i++) {
		enum tristate *field = word_field(&copy, &words[i]);

		if (*field != words[i].value)
			continue;
		*field = UNSET; /* "readonly" is the same as "ro" */
		config_push(a, &list, ret_n, words[i].name);
	}
	return list;
}

int config_parse_tmpfs_mode(const char *text, uint32_t *ret, struct err *e)
{
	uint32_t mode = 0;

	for (const char *p = text; *p; p++) {
		if (*p < '0' || *p > '7' || (mode = mode * 8 + (uint32_t)(*p - '0')) > MODE_MAX)
			return err_set(e, ERR_USAGE, "\"%s\" is not an octal mode such as 1777",
				       text);
	}
	if (!*text)
		return err_set(e, ERR_USAGE, "the mode is missing");
	*ret = mode;
	return 0;
}

int config_parse_tmpfs_size(const char *text, int64_t *ret_bytes, struct err *e)
{
	int64_t bytes;

	if (parse_size(text, &bytes, e) < 0)
		return -1;
	if (!bytes)
		return err_set(e, ERR_USAGE, "a size of 0 would be unlimited; leave it out");
	*ret_bytes = bytes;
	return 0;
}

char *config_clean_path(struct arena *a, const char *absolute)
{
	char *out = arena_alloc(a, strlen(absolute) + 2), *end = out;

	for (const char *p = absolute; *p;) {
		size_t n = strcspn(p, "/");

		if (n == 2 && p[0] == '.' && p[1] == '.') {
			while (end > out && *--end != '/')
				;
		} else if (n && !(n == 1 && *p == '.')) {
			*end++ = '/';
			end = mempcpy(end, p, n);
		}
		p += n + (p[n] == '/');
	}
	if (end == out)
		*end++ = '/';
	*end = '\0';
	return out;
}

const char *config_parse_target(struct arena *a, const char *text, struct err *e)
{
	char *clean;

	if (*text != '/')
		err_set(e, ERR_USAGE, "the path in the container, \"%s\", is not absolute", text);
	else if (strlen(text) >= PATH_MAX)
		err_set(e, ERR_LIMIT, "the path in the container is longer than %d", PATH_MAX - 1);
	else if (clean = config_clean_path(a, text), !clean[1])
		err_set(e, ERR_USAGE, "nothing can be mounted on the container's \"/\"");
	else
		return clean;
	return NULL;
}

/* What stands before the first colon: a path is a bind, anything else names a volume. */
static int read_source(const struct config_reader *r, const char *text, struct config_mount *m,
		       struct err *e)
{
	if (strlen(text) >= PATH_MAX)
		return err_set(e, ERR_LIMIT, "the source is longer than %d", PATH_MAX - 1);
	m->kind = CONFIG_MOUNT_BIND;
	m->create_source = 1;
	if (*text == '/') {
		m->source = config_clean_path(r->arena, text);
	} else if (*text == '.') {
		m->source =
			config_clean_path(r->arena, arena_printf(r->arena, "%s/%s", r->cwd, text));
	} else {
		m->kind = CONFIG_MOUNT_VOLUME;
		m->create_source = 0;
		m->source = text;
		if (strchr(text, '/')) {
			err_set(e, ERR_USAGE, "\"%s\" is no name of a volume", text);
			return err_hint(e, "a folder of the host is written ./%s or absolute",
					text);
		}
		return config_check_name(text, "volume", e);
	}
	return 0;
}

static int read_volume_option(struct config_mount *m, const char *word, struct err *e)
{
	int known = config_mount_flag(m, word, e);

	if (known)
		return known;
	if (!strcmp(word, "nocopy") && m->kind == CONFIG_MOUNT_VOLUME)
		return m->volume_nocopy = 1;
	/* How fresh a file may be on a Mac; here it is always the same file, which satisfies all. */
	if (!strcmp(word, "consistent") || !strcmp(word, "cached") || !strcmp(word, "delegated"))
		return 1;
	if (!strcmp(word, "z") || !strcmp(word, "Z"))
		return err_set(e, ERR_UNENFORCED, "\"%s\": relabelling for SELinux isn't built yet",
			       word);
	return err_set(e, ERR_USAGE, "\"%s\" is not an option of a %s", word,
		       m->kind == CONFIG_MOUNT_BIND ? "bind mount" : "volume");
}

int config_parse_volume(const struct config_reader *r, const char *text, struct config_mount *ret,
			struct err *e)
{
	struct config_mount m = { .kind = CONFIG_MOUNT_VOLUME,
				  .source = "",
				  .origin = ORIGIN_FLAG };
	char *rest = arena_strdup(r->arena, text), *fields[3] = {}, *field;
	size_t n = 0;

	while ((field = strsep(&rest, ":"))) {
		if (n == ARRAY_SIZE(fields) || !*field)
			return err_set(e, ERR_USAGE, "not [SOURCE:]TARGET[:OPTIONS]");
		fields[n++] = field;
	}
	if (fields[1] && read_source(r, fields[0], &m, e) < 0)
		return -1;
	m.target = config_parse_target(r->arena, fields[1] ?: fields[0] ?: "", e);
	if (!m.target)
		return -1;
	while ((field = strsep(&fields[2], ","))) {
		if (read_volume_option(&m, field, e) < 0)
			return -1;
	}
	*ret = m;
	return 0;
}

static int read_tmpfs_option(struct config_mount *m, const char *word, struct err *e)
{
	int known = config_mount_flag(m, word, e);

	if (known)
		return known;
	if (!strncmp(word, "size=", 5))
		return config_parse_tmpfs_size(word + 5, &m->tmpfs_size_bytes, e);
	if (!strncmp(word, "mode=", 5))
		return config_parse_tmpfs_mode(word + 5, &m->tmpfs_mode, e);
	return err_set(e, ERR_USAGE, "\"%s\" is not an option of a tmpfs", word);
}

int config_parse_tmpfs(const struct config_reader *r, const char *text, struct config_mount *ret,
		       struct err *e)
{
	struct config_mount m = { .kind = CONFIG_MOUNT_TMPFS, .origin = ORIGIN_FLAG };
	char *options = arena_strdup(r->arena, text), *target = strsep(&options, ":"), *word;

	m.target = config_parse_target(r->arena, target ?: "", e);
	if (!m.target)
		return -1;
	while ((word = strsep(&options, ","))) {
		if (read_tmpfs_option(&m, word, e) < 0)
			return -1;
	}
	*ret = m;
	return 0;
}
