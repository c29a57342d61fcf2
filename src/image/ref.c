/* SPDX-License-Identifier: Apache-2.0 */
#include "image/ref.h"

#include <stdio.h>
#include <string.h>

#include "base/mem.h"

#define DEFAULT_HOST	"docker.io"
#define DEFAULT_FOLDER	"library/"
#define DEFAULT_TAG	"latest"
#define LOWER_DIGITS	"abcdefghijklmnopqrstuvwxyz0123456789"
#define LETTERS_DIGITS	LOWER_DIGITS "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
#define TAG_CHARACTERS	LETTERS_DIGITS "_.-"
#define PORT_DIGITS_MAX 5

/* [a-z0-9]+ ((\.|_|__|-+) [a-z0-9]+)*: the length of one path part at `s`, 0 when it is none. */
static size_t path_part(const char *s)
{
	size_t n = strspn(s, LOWER_DIGITS);

	if (n == 0)
		return 0;
	for (;;) {
		size_t mark = strspn(s + n, "-"), more;

		if (s[n] == '.')
			mark = 1;
		else if (s[n] == '_')
			mark = s[n + 1] == '_' ? 2 : 1;
		if (mark == 0)
			return n;
		more = strspn(s + n + mark, LOWER_DIGITS);
		if (more == 0)
			return 0;
		n += mark + more;
	}
}

static int is_path(const char *s)
{
	for (;;) {
		size_t n = path_part(s);

		if (n == 0 || (s[n] != '\0' && s[n] != '/'))
			return 0;
		if (s[n] == '\0')
			return 1;
		s += n + 1;
	}
}

/* Labels of letters, digits and inner hyphens between dots, or an IPv6 address in brackets. */
static size_t host_name(const char *s)
{
	size_t n = 0;

	if (*s == '[') {
		n = strspn(s + 1, "0123456789abcdefABCDEF:");
		return n && s[n + 1] == ']' ? n + 2 : 0;
	}
	for (;;) {
		size_t label = strspn(s + n, LETTERS_DIGITS "-");

		if (label == 0 || s[n] == '-' || s[n + label - 1] == '-')
			return 0;
		n += label;
		if (s[n] != '.')
			return n;
		n++;
	}
}

static int is_host(const char *s)
{
	size_t n = host_name(s), digits;

	if (n == 0)
		return 0;
	if (s[n] == '\0')
		return 1;
	digits = strspn(s + n + 1, "0123456789");
	return s[n] == ':' && digits && digits <= PORT_DIGITS_MAX && s[n + 1 + digits] == '\0';
}

/* The part before the first slash is a host when it can't be a folder at the default host. */
static int looks_like_host(const char *part)
{
	return strpbrk(part, ".:[") || !strcmp(part, "localhost") ||
	       strspn(part, LOWER_DIGITS "_-") != strlen(part);
}

static int take_repository(char *text, struct image_ref *ret, struct err *e)
{
	char *slash = strchr(text, '/');
	const char *host = DEFAULT_HOST, *path = text, *folder = "";

	if (slash) {
		*slash = '\0';
		if (looks_like_host(text)) {
			host = text;
			path = slash + 1;
		} else {
			*slash = '/';
		}
	}
	if (!strcmp(host, "index.docker.io"))
		host = DEFAULT_HOST;
	if (!is_host(host))
		return err_set(e, ERR_USAGE, "\"%s\" is not a host name", host);
	if (!is_path(path)) {
		for (const char *p = path; *p; p++) {
			if (*p >= 'A' && *p <= 'Z')
				return err_set(e, ERR_USAGE, "repository name must be lower case");
		}
		return err_set(e, ERR_USAGE, "not a valid repository name");
	}
	if (path == text && digest_is_hex(path, 64, 64))
		return err_set(e, ERR_USAGE, "64 hexadecimal digits are an image id, not a name");
	if (!strcmp(host, DEFAULT_HOST) && !strchr(path, '/'))
		folder = DEFAULT_FOLDER;
	if (snprintf(ret->repository, sizeof ret->repository, "%s/%s%s", host, folder, path) >=
	    (int)sizeof ret->repository)
		return err_set(e, ERR_USAGE, "repository name is longer than 255 bytes");
	return 0;
}

static int take_tag(const char *tag, struct image_ref *ret, struct err *e)
{
	size_t n = strlen(tag);

	if (n == 0 || n >= sizeof ret->tag || strspn(tag, TAG_CHARACTERS) != n || *tag == '.' ||
	    *tag == '-')
		return err_set(e, ERR_USAGE,
			       "tag \"%.140s\" is not 1 to 128 letters, digits, _ . -", tag);
	memcpy(ret->tag, tag, n + 1);
	return 0;
}

static int parse(const char *text, struct image_ref *ret, struct err *e)
{
	char copy[IMAGE_REF_SIZE], *at, *colon;
	size_t n = strlen(text);

	*ret = (struct image_ref){};
	if (n >= sizeof copy)
		return err_set(e, ERR_USAGE, "longer than %zu bytes", sizeof copy - 1);
	memcpy(copy, text, n + 1);
	at = strchr(copy, '@');
	if (at) {
		*at = '\0';
		if (digest_check(at + 1, e) < 0)
			return -1;
		snprintf(ret->digest, sizeof ret->digest, "%s", at + 1);
	}
	colon = strrchr(copy, ':');
	if (colon && !strchr(colon, '/')) {
		*colon = '\0';
		if (take_tag(colon + 1, ret, e) < 0)
			return -1;
	} else if (!at) {
		memcpy(ret->tag, DEFAULT_TAG, sizeof DEFAULT_TAG);
	}
	return take_repository(copy, ret, e);
}

int image_ref_parse(const char *text, struct image_ref *ret, struct err *e)
{
	if (parse(text, ret, e) == 0)
		return 0;
	e->code = ERR_USAGE;
	return err_wrap(e, "invalid image name \"%.300s\"", text);
}

int image_ref_parse_name(const char *text, struct image_ref *ret, struct err *e)
{
	if (image_ref_parse(text, ret, e) < 0)
		return -1;
	if (*ret->digest)
		return err_set(e, ERR_USAGE, "\"%.300s\": a name to give can't have a digest",
			       text);
	/* "sha256:abc…" would look like an id. */
	if (!strcmp(ret->repository, DEFAULT_HOST "/" DEFAULT_FOLDER "sha256"))
		return err_set(e, ERR_USAGE, "\"%.300s\": a repository can't be called sha256",
			       text);
	return 0;
}

static void join(const struct image_ref *r, const char *repository, char *out)
{
	snprintf(out, IMAGE_REF_SIZE, "%s%s%s%s%s", repository, *r->tag ? ":" : "", r->tag,
		 *r->digest ? "@" : "", r->digest);
}

void image_ref_full(const struct image_ref *r, char *out)
{
	join(r, r->repository, out);
}

const char *image_repository_familiar(const char *repository)
{
	static const char host[] = DEFAULT_HOST "/";
	const char *path = repository;

	if (strncmp(path, host, strlen(host)) != 0)
		return repository;
	path += strlen(host);
	if (!strncmp(path, DEFAULT_FOLDER, strlen(DEFAULT_FOLDER)) &&
	    !strchr(path + strlen(DEFAULT_FOLDER), '/'))
		path += strlen(DEFAULT_FOLDER);
	return path;
}

void image_ref_familiar(const struct image_ref *r, char *out)
{
	join(r, image_repository_familiar(r->repository), out);
}
