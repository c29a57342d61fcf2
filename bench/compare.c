/* SPDX-License-Identifier: Apache-2.0 */
/*
 * compare [-n ROUNDS] [-l LOWER -s SCRATCH] NAME CMD ARG… [+ CMD ARG…]… ';' NAME CMD ARG… ';' …
 *
 * Runs the floor and every contestant once per round, in an order that is another one each time, so that
 * whatever the machine does meanwhile (also clearing away what the last one left) hits all alike. From fork to reaped child of all its commands, one after the other;
 * output goes to /dev/null. The table shows medians and p95, and how many times its floor each took: the
 * median of the ratios within a round. A NAME that contains "host network" is compared with the floor of
 * that, "userns" with the one that makes a user namespace. Without a floor the first contestant is the
 * measure, and the last column is how many milliseconds each took longer: the median of the differences.
 */
#include <fcntl.h>
#include <spawn.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "floor.h"

#define CONTESTANTS_MAX 24
#define WARM_UP		3
extern char **environ;

struct contestant {
	const char *name;
	char **argv; /* NULL: a floor */
	struct floor floor;
	int floor_index; /* which contestant it is measured by */
	int n_commands;	 /* in argv, each ends with NULL */
	double *ms;
};

static int by_value(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static double quantile(const double *values, int n, double q)
{
	double sorted[n];

	memcpy(sorted, values, sizeof sorted);
	qsort(sorted, (size_t)n, sizeof *sorted, by_value);
	return sorted[(int)((n - 1) * q)];
}

static void run_command(const struct contestant *c, char **argv)
{
	posix_spawn_file_actions_t files;
	pid_t pid;
	int status;

	posix_spawn_file_actions_init(&files);
	posix_spawn_file_actions_addopen(&files, 0, "/dev/null", O_RDONLY, 0);
	posix_spawn_file_actions_addopen(&files, 1, "/dev/null", O_WRONLY, 0);
	if (posix_spawnp(&pid, argv[0], &files, NULL, argv, environ) != 0 ||
	    waitpid(pid, &status, 0) < 0 || status != 0) {
		fprintf(stderr, "compare: %s failed\n", c->name);
		exit(1);
	}
	posix_spawn_file_actions_destroy(&files);
}

static double run_once(const struct contestant *c)
{
	char **argv = c->argv;
	double begin;

	if (!argv)
		return floor_round(&c->floor);
	begin = bench_now_ms();
	for (int i = 0; i < c->n_commands; i++) {
		run_command(c, argv);
		while (*argv++)
			;
	}
	return bench_now_ms() - begin;
}

static void print_table(const struct contestant *all, int n, int rounds, int has_floor)
{
	double compared[rounds];

	printf("%-34s %9s %9s %9s %9s\n", "", "min ms", "median", "p95",
	       has_floor ? "x floor" : "more ms");
	for (int i = 0; i < n; i++) {
		for (int r = 0; r < rounds; r++) {
			double own = all[i].ms[r], measure = all[all[i].floor_index].ms[r];

			compared[r] = has_floor ? own / measure : own - measure;
		}
		printf("%-34s %9.2f %9.2f %9.2f %9.2f\n", all[i].name,
		       quantile(all[i].ms, rounds, 0), quantile(all[i].ms, rounds, 0.5),
		       quantile(all[i].ms, rounds, 0.95), quantile(compared, rounds, 0.5));
	}
}

/* The four floors: index 1 has a user namespace, 2 the host's network. */
static int add_floors(struct contestant *all, const char *lower, const char *scratch)
{
	static char path[] = "/bin/true", *program[] = { path, NULL };
	static const char *const names[] = { "floor", "floor, userns", "floor, host network",
					     "floor, host network, userns" };

	for (int i = 0; i < 4; i++) {
		all[i] = (struct contestant){
			.name = names[i],
			.floor_index = i,
			.floor = { lower, scratch, program, i & 1, i >> 1 },
		};
	}
	return 4;
}

/* Words up to ';', in which '+' begins a further command. The words after it. */
static char **take_commands(struct contestant *c, char **words)
{
	c->argv = words;
	c->n_commands = 1;
	for (; *words && strcmp(*words, ";") != 0; words++) {
		if (strcmp(*words, "+") != 0)
			continue;
		*words = NULL;
		c->n_commands++;
	}
	if (*words)
		*words++ = NULL;
	return words;
}

static int add_contestants(struct contestant *all, int n, char **words)
{
	int has_floor = n > 0;

	while (*words && n < CONTESTANTS_MAX) {
		struct contestant *c = &all[n++];

		c->name = *words++;
		if (has_floor)
			c->floor_index = (strstr(c->name, "userns") != NULL) +
					 2 * (strstr(c->name, "host network") != NULL);
		words = take_commands(c, words);
	}
	return n;
}

/* The same orders every time. */
static void shuffle(int *turns, int n)
{
	static uint32_t state = 1;

	for (int i = 0; i < n; i++) {
		int j;

		state = state * 1664525 + 1013904223;
		j = (int)((state >> 8) % (uint32_t)(i + 1));
		turns[i] = turns[j];
		turns[j] = i;
	}
}

int main(int argc, char **argv)
{
	static struct contestant all[CONTESTANTS_MAX];
	const char *lower = NULL, *scratch = NULL;
	int rounds = 50, turns[CONTESTANTS_MAX], n, opt;

	while ((opt = getopt(argc, argv, "+n:l:s:")) != -1) {
		switch (opt) {
		case 'n':
			rounds = (int)strtol(optarg, NULL, 10);
			break;
		case 'l':
			lower = optarg;
			break;
		case 's':
			scratch = optarg;
			break;
		default:
			return 2;
		}
	}
	if (!lower != !scratch || rounds < 1) {
		fprintf(stderr, "usage: compare [-n ROUNDS] [-l LOWER -s SCRATCH] [NAME CMD ARG... "
				"[+ CMD ARG...]... ';']...\n");
		return 2;
	}
	n = add_contestants(all, lower ? add_floors(all, lower, scratch) : 0, argv + optind);
	for (int i = 0; i < n; i++)
		all[i].ms = calloc((size_t)rounds, sizeof(double));
	for (int r = -WARM_UP; r < rounds; r++) {
		shuffle(turns, n);
		for (int i = 0; i < n; i++) {
			double ms = run_once(&all[turns[i]]);

			if (r >= 0)
				all[turns[i]].ms[r] = ms;
		}
	}
	print_table(all, n, rounds, lower != NULL);
	return 0;
}
