/* SPDX-License-Identifier: Apache-2.0 */
#include "runtime/dbus_address.h"

#include <string.h>

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if ((c | 0x20) >= 'a' && (c | 0x20) <= 'f')
		return (c | 0x20) - 'a' + 10;
	return -1;
}

/* "%2f" is a byte; 0 when the value can't be the name of a socket. */
static int unescape(const char *value, size_t n, struct dbus_address *ret)
{
	*ret = (struct dbus_address){};
	for (size_t i = 0; i < n; i++) {
		int high, low;
		char c = value[i];

		if (c == '%') {
			high = i + 2 < n ? hex_digit(value[i + 1]) : -1;
			low = high >= 0 ? hex_digit(value[i + 2]) : -1;
			if (low < 0)
				return 0;
			c = (char)(high << 4 | low);
			i += 2;
		}
		/* Room for a path's NUL or the one before an abstract name. */
		if (!c || ret->n >= sizeof(ret->name) - 1)
			return 0;
		ret->name[ret->n++] = c;
	}
	return ret->n > 0;
}

/* The keys behind "unix:" up to the end of this address. */
static int parse_unix(const char *keys, size_t n, struct dbus_address *ret)
{
	static const struct {
		const char *key;
		int abstract;
	} kinds[] = { { "path=", 0 }, { "abstract=", 1 } };
	const char *end = keys + n;

	while (keys < end) {
		const char *comma = memchr(keys, ',', (size_t)(end - keys));
		size_t length = (size_t)((comma ? comma : end) - keys);

		for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++) {
			size_t key = strlen(kinds[i].key);

			if (length <= key || strncmp(keys, kinds[i].key, key) != 0)
				continue;
			if (!unescape(keys + key, length - key, ret))
				return 0;
			ret->abstract = kinds[i].abstract;
			return 1;
		}
		keys += length + 1;
	}
	return 0;
}

int dbus_address_next(const char **list, struct dbus_address *ret)
{
	static const char transport[] = "unix:";

	while (**list) {
		const char *address = *list;
		size_t n = strcspn(address, ";");

		*list += n + (address[n] == ';');
		if (n > sizeof(transport) - 1 &&
		    !strncmp(address, transport, sizeof(transport) - 1) &&
		    parse_unix(address + sizeof(transport) - 1, n - (sizeof(transport) - 1), ret))
			return 1;
	}
	return 0;
}
