/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Memory: an arena for what lives and dies together (a config, a spec, a record), plain allocation
 * that aborts for the rest, and attributes that close at the end of a scope.
 *
 * Out of memory ends the process with one line; therefore whoever reads input bounds it first.
 * Between clone and exec nothing here may be called.
 */
#pragma once

#include <stddef.h>

/* ---- scope attributes: `cleanup_free char *s`, `cleanup_fd int fd = -1` ---- */
void cleanup_freep(void *p);
void cleanup_fdp(int *fd);
#define cleanup_free  __attribute__((__cleanup__(cleanup_freep)))
#define cleanup_fd    __attribute__((__cleanup__(cleanup_fdp)))
#define cleanup_by(f) __attribute__((__cleanup__(f)))

/* Hands ownership on: returns the value and leaves -1 or NULL behind. */
static inline int take_fd(int *fd)
{
	int v = *fd;

	*fd = -1;
	return v;
}
#define take_ptr(p)                                                                                \
	({                                                                                         \
		typeof(p) taken_ = (p);                                                            \
		(p) = NULL;                                                                        \
		taken_;                                                                            \
	})

#define ARRAY_SIZE(a) (sizeof(a) / sizeof *(a))

void *xcalloc(size_t n, size_t size);
void *xrealloc(void *p, size_t n, size_t size);
char *xstrdup(const char *s);
char *xprintf(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* ---- arena: allocations are zeroed and live until arena_free() ---- */
struct arena;
struct arena *arena_new(void);
void arena_free(struct arena *a); /* accepts NULL */
void arena_freep(struct arena **a);
#define cleanup_arena __attribute__((__cleanup__(arena_freep)))

void *arena_alloc(struct arena *a, size_t bytes);
char *arena_strdup(struct arena *a, const char *s);	       /* NULL gives NULL */
char *arena_strndup(struct arena *a, const char *s, size_t n); /* at most n bytes */
char *arena_printf(struct arena *a, const char *format, ...) __attribute__((format(printf, 2, 3)));
#define arena_new_item(a, type) ((type *)arena_alloc(a, sizeof(type)))

/* Room for one more item at the end of an array in the arena; the array may move. */
void *arena_grow(struct arena *a, void *items, size_t n, size_t item_size);
/* ARENA_PUSH(a, list.items, list.n) = value; appends in amortised constant time. */
#define ARENA_PUSH(a, items, n)                                                                    \
	(*(({                                                                                      \
		(items) = arena_grow(a, items, n, sizeof *(items));                                \
		(n)++;                                                                             \
		&(items)[(n)-1];                                                                   \
	})))
