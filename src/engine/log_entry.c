/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/log_entry.h"

#include <ctype.h>
#include <string.h>

#include "base/utf8.h"

static int is_plain(unsigned char c)
{
	return c >= 0x20 && c < 0x80 && c != '"' && c != '\\' && c != '<' && c != '>' && c != '&';
}

/* One ASCII byte that isn't plain. */
static size_t escape_ascii(unsigned char c, char *out)
{
	static const char hex[] = "0123456789abcdef";
	static const struct {
		char c, letter;
	} shorts[] = { { '"', '"' }, { '\\', '\\' }, { '\n', 'n' }, { '\r', 'r' } };

	for (size_t i = 0; i < sizeof shorts / sizeof *shorts; i++) {
		if (c == (unsigned char)shorts[i].c) {
			out[0] = '\\';
			out[1] = shorts[i].letter;
			return 2;
		}
	}
	memcpy(out, "\\u00", 4);
	out[4] = hex[c >> 4];
	out[5] = hex[c & 15];
	return 6;
}

/* One sequence of `length` bytes from 0x80 up; 0: no valid one. */
static size_t escape_wide(const char *s, size_t length, char *out)
{
	if (length == 0) {
		memcpy(out, "\\ufffd", 6);
		return 6;
	}
	if (length == 3 && !memcmp(s, "\xe2\x80", 2) && (s[2] == '\xa8' || s[2] == '\xa9')) {
		memcpy(out, s[2] == '\xa8' ? "\\u2028" : "\\u2029", 6);
		return 6;
	}
	memcpy(out, s, length);
	return length;
}

size_t log_escape(const struct log_escape *r, size_t *ret_used)
{
	size_t i = 0, n = 0;

	while (i < r->n && r->room - n >= LOG_ESCAPE_MAX) {
		size_t plain = 0, most = r->n - i;

		if (most > r->room - n)
			most = r->room - n;
		while (plain < most && is_plain((unsigned char)r->in[i + plain]))
			plain++;
		memcpy(r->out + n, r->in + i, plain);
		i += plain;
		n += plain;
		if (plain || i == r->n)
			continue;
		if ((unsigned char)r->in[i] < 0x80) {
			n += escape_ascii((unsigned char)r->in[i], r->out + n);
			i++;
		} else {
			size_t length = utf8_sequence(r->in + i, r->n - i);

			n += escape_wide(r->in + i, length, r->out + n);
			i += length ? length : 1;
		}
	}
	*ret_used = i;
	return n;
}

/* Four hexadecimal digits of a code point outside the surrogates as UTF-8; its length or 0. */
static size_t unescape_unicode(const char *digits, char *out)
{
	unsigned c = 0;

	for (int i = 0; i < 4; i++) {
		unsigned char d = (unsigned char)digits[i];

		if (!isxdigit(d))
			return 0;
		c = c << 4 | (unsigned)(d <= '9' ? d - '0' : (d | 0x20) - 'a' + 10);
	}
	if (c >= 0xd800 && c < 0xe000)
		return 0;
	if (c < 0x80) {
		out[0] = (char)c;
		return 1;
	}
	if (c < 0x800) {
		out[0] = (char)(0xc0 | c >> 6);
		out[1] = (char)(0x80 | (c & 0x3f));
		return 2;
	}
	out[0] = (char)(0xe0 | c >> 12);
	out[1] = (char)(0x80 | (c >> 6 & 0x3f));
	out[2] = (char)(0x80 | (c & 0x3f));
	return 3;
}

/* What stands behind the backslash at s; the bytes written, *ret_used counts the letters. */
static size_t unescape_one(const char *s, const char *end, char *out, size_t *ret_used)
{
	static const char letters[] = "\"\\/bfnrt", values[] = "\"\\/\b\f\n\r\t";
	const char *found;

	if (s == end)
		return 0;
	*ret_used = 5;
	if (*s == 'u')
		return end - s < 5 ? 0 : unescape_unicode(s + 1, out);
	found = memchr(letters, *s, sizeof letters - 1);
	if (!found)
		return 0;
	*ret_used = 1;
	*out = values[found - letters];
	return 1;
}

/* Unescapes in place up to the closing quote; where that was, or NULL. */
static char *unescape(char *s, char *end, size_t *ret_n)
{
	char *out = s, *start = s;

	while (s < end && *s != '"') {
		size_t used, made;

		if (*s != '\\') {
			*out++ = *s++;
			continue;
		}
		made = unescape_one(s + 1, end, out, &used);
		if (!made)
			return NULL;
		out += made;
		s += 1 + used;
	}
	*ret_n = (size_t)(out - start);
	return s < end ? s : NULL;
}

static char *skip(char *p, char *end, const char *word)
{
	size_t n = strlen(word);

	return p && (size_t)(end - p) >= n && !memcmp(p, word, n) ? p + n : NULL;
}

int log_entry_parse(char *line, size_t n, struct log_entry *ret)
{
	char *end = line + n, *p = skip(line, end, "{\"log\":\""), *p_err, *p_out, *time_end;
	struct log_entry entry = { .text = p };

	p = p ? unescape(p, end, &entry.n) : NULL;
	p = skip(p, end, "\",\"stream\":\"");
	p_out = skip(p, end, "stdout");
	p_err = skip(p, end, "stderr");
	entry.stream = p_err ? LOG_STDERR : LOG_STDOUT;
	p = skip(p_err ? p_err : p_out, end, "\",\"time\":\"");
	time_end = p ? memchr(p, '"', (size_t)(end - p)) : NULL;
	if (!time_end || skip(time_end, end, "\"}") != end)
		return -1;
	*time_end = '\0';
	entry.time = p;
	*ret = entry;
	return 0;
}

size_t log_cut_sequence(const char *s, size_t n)
{
	for (size_t back = 1; back <= 3 && back <= n; back++) {
		unsigned char c = (unsigned char)s[n - back];

		if (c < 0x80)
			return 0;
		if (c >= 0xc0)
			return back < (c >= 0xf0 ? 4U : c >= 0xe0 ? 3U : 2U) ? back : 0;
	}
	return 0;
}
