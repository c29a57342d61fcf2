/* SPDX-License-Identifier: Apache-2.0 */
#include "runtime/gvariant_text.h"

#include <string.h>

#define BLANKS " \t\n"

static void skip_blanks(const char **at)
{
	*at += strspn(*at, BLANKS);
}

/* Steps over `word` when a blank follows it. */
static int take_type(const char **at, const char *word)
{
	size_t n = strlen(word);

	if (strncmp(*at, word, n) != 0 || !(*at)[n] || !strchr(BLANKS, (*at)[n]))
		return 0;
	*at += n;
	skip_blanks(at);
	return 1;
}

/* The type in front, or -1 when there is none. */
static int parse_type(const char **at)
{
	static const struct {
		const char *word;
		enum gvariant_kind kind;
	} types[] = {
		{ "boolean", GVARIANT_BOOL },  { "byte", GVARIANT_NUMBER },
		{ "int16", GVARIANT_NUMBER },  { "uint16", GVARIANT_NUMBER },
		{ "int32", GVARIANT_NUMBER },  { "uint32", GVARIANT_NUMBER },
		{ "int64", GVARIANT_NUMBER },  { "uint64", GVARIANT_NUMBER },
		{ "double", GVARIANT_NUMBER }, { "string", GVARIANT_STRING },
		{ "@as", GVARIANT_STRINGS },
	};

	for (size_t i = 0; i < ARRAY_SIZE(types); i++) {
		if (take_type(at, types[i].word))
			return (int)types[i].kind;
	}
	return -1;
}

static int is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* Decimal only: a leading zero would be octal to some and isn't to others. */
static int parse_number(const char **at, struct gvariant *ret)
{
	uint32_t unit = 100000;

	ret->kind = GVARIANT_NUMBER;
	ret->negative = **at == '-';
	*at += ret->negative;
	if (!is_digit(**at) || (**at == '0' && is_digit((*at)[1])))
		return 0;
	for (; is_digit(**at); (*at)++) {
		if (__builtin_mul_overflow(ret->whole, 10, &ret->whole) ||
		    __builtin_add_overflow(ret->whole, (uint64_t)(**at - '0'), &ret->whole))
			return 0;
	}
	if (**at != '.')
		return 1;
	for ((*at)++; is_digit(**at); (*at)++, unit /= 10)
		ret->millionths += unit * (uint32_t)(**at - '0');
	return is_digit((*at)[-1]);
}

static const char *parse_string(const char **at, struct arena *a)
{
	char quote = **at, *out = arena_alloc(a, strlen(*at) + 1);
	size_t n = 0;

	if (quote != '\'' && quote != '"')
		return NULL;
	for ((*at)++; **at && **at != quote; (*at)++) {
		if (**at == '\\') {
			(*at)++;
			if (!**at || !strchr("\\'\"", **at))
				return NULL;
		}
		out[n++] = **at;
	}
	if (!**at)
		return NULL;
	(*at)++;
	return out;
}

static int parse_strings(const char **at, struct arena *a, struct gvariant *ret)
{
	const char **strings = arena_alloc(a, GVARIANT_STRINGS_MAX * sizeof(*strings));

	ret->kind = GVARIANT_STRINGS;
	ret->strings = strings;
	(*at)++;
	skip_blanks(at);
	while (**at != ']') {
		if (ret->n == GVARIANT_STRINGS_MAX || !(strings[ret->n++] = parse_string(at, a)))
			return 0;
		skip_blanks(at);
		if (**at == ',') {
			(*at)++;
			skip_blanks(at);
			if (**at == ']')
				return 0;
		} else if (**at != ']') {
			return 0;
		}
	}
	(*at)++;
	return 1;
}

static int parse_bool(const char **at, struct gvariant *ret)
{
	ret->kind = GVARIANT_BOOL;
	if (!strncmp(*at, "true", 4))
		ret->whole = 1;
	else if (strncmp(*at, "false", 5) != 0)
		return 0;
	*at += ret->whole ? 4 : 5;
	return 1;
}

static int parse_value(const char **at, struct arena *a, struct gvariant *ret)
{
	if (**at == '[')
		return parse_strings(at, a, ret);
	if (**at == '\'' || **at == '"') {
		ret->kind = GVARIANT_STRING;
		return (ret->string = parse_string(at, a)) != NULL;
	}
	if (**at == 't' || **at == 'f')
		return parse_bool(at, ret);
	return parse_number(at, ret);
}

int gvariant_parse(const char *text, struct arena *a, struct gvariant *ret)
{
	const char *at = text;
	int type;

	*ret = (struct gvariant){};
	skip_blanks(&at);
	type = parse_type(&at);
	if (!parse_value(&at, a, ret) || (type >= 0 && type != (int)ret->kind))
		return 0;
	skip_blanks(&at);
	return !*at;
}
