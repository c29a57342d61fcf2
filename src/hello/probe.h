/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which system calls are refused, found out by making them.
 *
 * Each attempt is harmless even if all is allowed: either its arguments are such that a permitted
 * call fails with an error of its own after the permission checks, or its effect ends with the
 * process that made it. Attempts run in child processes, so that a filter that kills is an answer
 * like any other, and with a time limit, so that a filter that hands the call to a supervisor can't
 * stop us.
 *
 * What can't be told from inside is who refused: a seccomp filter, a missing capability or a
 * security module. The errno is reported as it came.
 */
#pragma once

#include <stddef.h>

#include "hello/report.h"

/* Answers of an attempt besides 0 (it worked) and -errno. */
#define PROBE_UNTRIED 1000 /* what it needs isn't there, so the answer would say nothing */
#define PROBE_KILLED  2000 /* plus the signal that ended the child */
#define PROBE_FORK    3000 /* plus the errno: no child could be made */

struct probe {
	const char *name;
	int (*attempt)(void);
	int allowed[2];	   /* errno of a permitted call besides success; 0: none */
	int refused[2];	   /* errno that means "no" besides EPERM, EACCES and ENOSYS */
	bool alters;	   /* the child is another one afterwards: no further attempt in it */
	bool everyday;	   /* programs need it: being allowed it is no finding */
	const char *needs; /* what an attempt can't do without: "a terminal"; NULL: nothing */
};

/* The table of all attempts. */
extern const struct probe probe_table[];
extern const size_t probe_table_size;

/* Makes the attempts in order; answers[i] belongs to probes[i]. -1 when no memory can be shared. */
int probe_run(const struct probe *probes, size_t n, int *answers);

/* A row's values and verdict from an answer. Pure. */
struct probe_outcome {
	enum verdict verdict;
	const char *outcome; /* "allowed" "refused" "killed" "unclear" "not tried" "no answer" */
	const char *answer;  /* the errno's or signal's name, or NULL */
	const char *note;    /* why it wasn't tried, or NULL */
};
struct probe_outcome probe_judge(const struct probe *probe, int answer);
