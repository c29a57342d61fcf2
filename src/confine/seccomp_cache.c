/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Compiled filters, kept in a folder of ours. A file's name is a 64-bit hash of its key, its
 * content the whole key and the program: a hit is one open and one read, and a collision or a
 * half-written file is noticed by comparing the key. Nobody but the folder's owner can write there;
 * losing it costs a compilation.
 */
#include "confine/seccomp.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <seccomp.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/file.h"
#include "base/text.h"
#include "confine/seccomp_plan.h"

#define MAGIC	       0x31434c43U /* "CLC1" */
#define FILE_BYTES_MAX (4 << 20)
#define NAME_SIZE      17

struct header {
	uint32_t magic, key_bytes, instructions, flags;
};

/*
 * All that the program depends on. The kernel's version is in it for the profile's conditions,
 * ours and libseccomp's because generator and tables may change with them.
 */
static void make_key(const struct seccomp_request *r, struct text *key)
{
	const struct scmp_version *v = seccomp_version();
	struct utsname u;

	uname(&u);
	text_add(key, "cale %s %d, libseccomp %u.%u.%u, %s %s, capabilities %" PRIx64 "\n",
		 CALE_VERSION, SECCOMP_DEFAULT_VERSION, v->major, v->minor, v->micro, u.machine,
		 u.release, r->caps);
	if (r->profile)
		seccomp_profile_key(r->profile, key);
	else if (r->text)
		text_add_bytes(key, r->text, strlen(r->text));
	else
		text_add(key, "default");
}

/* FNV-1a: spreads well enough for file names; the key itself is compared. */
static void name_of(const struct text *key, char name[NAME_SIZE])
{
	uint64_t hash = 0xcbf29ce484222325ULL;

	for (size_t i = 0; i < key->n; i++)
		hash = (hash ^ (unsigned char)key->s[i]) * 0x100000001b3ULL;
	snprintf(name, NAME_SIZE, "%016" PRIx64, hash);
}

/* 1 when the file holds this key's program. Anything odd is a miss. */
static int load(int dir_fd, const struct text *key, struct arena *a, struct seccomp_program *ret)
{
	char name[NAME_SIZE];
	cleanup_fd int fd = -1;
	const struct header *h;
	struct stat st;
	size_t n, code_bytes;
	char *bytes;
	struct err ignored;

	name_of(key, name);
	fd = openat(dir_fd, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	if (fd < 0 || fstat(fd, &st) < 0 || st.st_size < (off_t)sizeof(*h) ||
	    st.st_size > FILE_BYTES_MAX)
		return 0;
	n = (size_t)st.st_size;
	bytes = arena_alloc(a, n);
	if (fd_read_full(fd, bytes, n, &ignored) != (ssize_t)n)
		return 0;
	h = (const struct header *)bytes;
	code_bytes = (size_t)h->instructions * sizeof(*ret->code);
	if (h->magic != MAGIC || !h->instructions || h->instructions > BPF_MAXINSNS ||
	    h->key_bytes != key->n || n != sizeof(*h) + code_bytes + key->n ||
	    memcmp(bytes + sizeof(*h) + code_bytes, key->s, key->n) != 0)
		return 0;
	ret->code = (struct sock_filter *)(bytes + sizeof(*h));
	ret->n = h->instructions;
	ret->flags = h->flags;
	ret->notifies = seccomp_program_notifies(ret);
	return 1;
}

/* A cache that can't be written is none; the container starts all the same. */
static void store(int dir_fd, const struct text *key, const struct seccomp_program *p)
{
	struct header h = { MAGIC, (uint32_t)key->n, (uint32_t)p->n, p->flags };
	char name[NAME_SIZE], digits[NAME_SIZE], temporary[64];
	cleanup_by(text_free) struct text t = {};
	cleanup_fd int fd = -1;
	struct err ignored;

	file_random_hex(digits, NAME_SIZE - 1);
	snprintf(temporary, sizeof(temporary), FILE_TEMPORARY_PREFIX "%s", digits);
	fd = openat(dir_fd, temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd < 0)
		return;
	text_add_bytes(&t, (const char *)&h, sizeof(h));
	text_add_bytes(&t, (const char *)p->code, p->n * sizeof(*p->code));
	text_add_bytes(&t, key->s, key->n);
	name_of(key, name);
	if (fd_write_all(fd, t.s, t.n, &ignored) < 0 ||
	    renameat(dir_fd, temporary, dir_fd, name) < 0)
		unlinkat(dir_fd, temporary, 0);
}

static int compile(const struct seccomp_request *r, struct arena *a, struct seccomp_program *ret,
		   struct err *e)
{
	struct seccomp_target target = { .caps = r->caps };
	struct seccomp_profile profile;

	if (r->profile)
		return seccomp_compile(r->profile, &target, a, ret, e);
	if (!r->text)
		return seccomp_compile(&seccomp_default_profile, &target, a, ret, e);
	if (seccomp_parse(r->text, strlen(r->text), a, &profile, e) < 0)
		return err_wrap(e, "seccomp profile");
	return seccomp_compile(&profile, &target, a, ret, e);
}

int seccomp_get(const struct seccomp_request *r, struct arena *a, struct seccomp_program *ret,
		struct err *e)
{
	cleanup_by(text_free) struct text key = {};

	make_key(r, &key);
	if (r->cache_fd >= 0 && load(r->cache_fd, &key, a, ret))
		return 0;
	if (compile(r, a, ret, e) < 0)
		return r->name ? err_wrap(e, "%s", r->name) : -1;
	if (r->cache_fd >= 0)
		store(r->cache_fd, &key, ret);
	return 0;
}
