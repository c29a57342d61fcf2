/* SPDX-License-Identifier: Apache-2.0 */
#include "base/mem.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define BLOCK_BYTES 16384

struct block {
	struct block *next;
	size_t used, size;
	_Alignas(max_align_t) char data[];
};

struct arena {
	struct block *head;
};

static _Noreturn void out_of_memory(void)
{
	static const char text[] = "cale: out of memory\n";

	(void)!write(STDERR_FILENO, text, sizeof text - 1);
	abort();
}

void cleanup_freep(void *p)
{
	free(*(void **)p);
}

void cleanup_fdp(int *fd)
{
	if (*fd >= 0)
		close(*fd);
}

void *xcalloc(size_t n, size_t size)
{
	return calloc(n ? n : 1, size ? size : 1) ?: (out_of_memory(), NULL);
}

void *xrealloc(void *p, size_t n, size_t size)
{
	return reallocarray(p, n ? n : 1, size ? size : 1) ?: (out_of_memory(), NULL);
}

char *xstrdup(const char *s)
{
	return strdup(s) ?: (out_of_memory(), NULL);
}

char *xprintf(const char *format, ...)
{
	va_list ap;
	char *s;

	va_start(ap, format);
	if (vasprintf(&s, format, ap) < 0)
		out_of_memory();
	va_end(ap);
	return s;
}

struct arena *arena_new(void)
{
	return xcalloc(1, sizeof(struct arena));
}

void arena_free(struct arena *a)
{
	struct block *next;

	if (!a)
		return;
	for (struct block *b = a->head; b; b = next) {
		next = b->next;
		free(b);
	}
	free(a);
}

void arena_freep(struct arena **a)
{
	arena_free(*a);
}

void *arena_alloc(struct arena *a, size_t bytes)
{
	const size_t align = _Alignof(max_align_t);
	struct block *b = a->head;
	void *p;

	if (bytes > SIZE_MAX / 2)
		out_of_memory();
	bytes = (bytes + align - 1) / align * align;
	if (!b || b->size - b->used < bytes) {
		size_t size = bytes > BLOCK_BYTES ? bytes : BLOCK_BYTES;

		b = xcalloc(1, sizeof *b + size);
		b->size = size;
		b->next = a->head;
		a->head = b;
	}
	p = b->data + b->used;
	b->used += bytes;
	return p;
}

char *arena_strndup(struct arena *a, const char *s, size_t n)
{
	size_t length = strnlen(s, n);
	char *copy = arena_alloc(a, length + 1);

	memcpy(copy, s, length);
	return copy;
}

char *arena_strdup(struct arena *a, const char *s)
{
	return s ? arena_strndup(a, s, strlen(s)) : NULL;
}

char *arena_printf(struct arena *a, const char *format, ...)
{
	va_list ap, again;
	char *s;
	int n;

	va_start(ap, format);
	va_copy(again, ap);
	n = vsnprintf(NULL, 0, format, ap);
	va_end(ap);
	if (n < 0)
		out_of_memory();
	s = arena_alloc(a, (size_t)n + 1);
	vsnprintf(s, (size_t)n + 1, format, again);
	va_end(again);
	return s;
}

/* Capacity is never stored: it is the power of two that n has reached, so it grows exactly there. */
void *arena_grow(struct arena *a, void *items, size_t n, size_t item_size)
{
	void *bigger;

	if (n && (n < 4 || (n & (n - 1))))
		return items;
	bigger = arena_alloc(a, (n ? n * 2 : 4) * item_size);
	if (n)
		memcpy(bigger, items, n * item_size);
	return bigger;
}
