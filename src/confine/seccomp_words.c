/* SPDX-License-Identifier: Apache-2.0 */
#include "confine/seccomp_words.h"

#include <linux/seccomp.h>
#include <stddef.h>
#include <string.h>

#include "confine/seccomp.h"

const struct seccomp_word seccomp_actions[] = {
	{ "SCMP_ACT_ALLOW", SECCOMP_RET_ALLOW },
	{ "SCMP_ACT_ERRNO", SECCOMP_RET_ERRNO },
	{ "SCMP_ACT_KILL", SECCOMP_RET_KILL_THREAD },
	{ "SCMP_ACT_KILL_PROCESS", SECCOMP_RET_KILL_PROCESS },
	{ "SCMP_ACT_KILL_THREAD", SECCOMP_RET_KILL_THREAD },
	{ "SCMP_ACT_LOG", SECCOMP_RET_LOG },
	{ "SCMP_ACT_NOTIFY", SECCOMP_RET_USER_NOTIF },
	{ "SCMP_ACT_TRACE", SECCOMP_RET_TRACE },
	{ "SCMP_ACT_TRAP", SECCOMP_RET_TRAP },
	{},
};

const struct seccomp_word seccomp_operators[] = {
	{ "SCMP_CMP_EQ", SECCOMP_EQ }, { "SCMP_CMP_GE", SECCOMP_GE },
	{ "SCMP_CMP_GT", SECCOMP_GT }, { "SCMP_CMP_LE", SECCOMP_LE },
	{ "SCMP_CMP_LT", SECCOMP_LT }, { "SCMP_CMP_MASKED_EQ", SECCOMP_MASKED_EQ },
	{ "SCMP_CMP_NE", SECCOMP_NE }, {},
};

const struct seccomp_word seccomp_flags[] = {
	{ "SECCOMP_FILTER_FLAG_LOG", SECCOMP_FILTER_FLAG_LOG },
	{ "SECCOMP_FILTER_FLAG_SPEC_ALLOW", SECCOMP_FILTER_FLAG_SPEC_ALLOW },
	/* With one thread there is nobody to synchronise with. */
	{ "SECCOMP_FILTER_FLAG_TSYNC", 0 },
	{ "SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV", SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV },
	{},
};

const struct seccomp_word *seccomp_word_find(const struct seccomp_word *table, const char *name)
{
	for (; table->name; table++) {
		if (!strcmp(table->name, name))
			return table;
	}
	return NULL;
}
