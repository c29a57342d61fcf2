/* SPDX-License-Identifier: Apache-2.0 */
/*
 * compare [-n ROUNDS] -l LOWER -s SCRATCH NAME CMD ARG… ';' NAME CMD ARG… ';' …
 *
 * Runs the floor and every command once per round, in turns that rotate, so that whatever the machine
 * does meanwhile hits all alike. From fork to reaped child; output goes to /dev/null. The table shows
 * medians and p95, and how many times its floor each took: the median of the ratios within a round.
 * A NAME that contains "host" is compared with the floor of a host network, "userns" with the one
 * that makes a user namespace.
 */
#include <fcntl.h>
#include <spawn.h>
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

static double run_once(const struct contestant *c)
{
	posix_spawn_file_actions_t files;
	double begin;
	pid_t pid;
	int status;

	if (!c->argv)
		return floor_round(&c->floor);
	posix_spawn_file_actions_init(&files);
	posix_spawn_file_actions_addopen(&files, 0, "/dev/null", O_RDONLY, 0);
	posix_spawn_file_actions_addopen(&files, 1, "/dev/null", O_WRONLY, 0);
	begin = bench_now_ms();
	if (posix_spawnp(&pid, c->argv[0], &files, NULL, c->argv, environ) != 0 ||
	    waitpid(pid, &status, 0) < 0 || status != 0) {
		fprintf(stderr, "compare: %s failed\n", c->name);
		exit(1);
	}
	posix_spawn_file_actions_destroy(&files);
	return bench_now_ms() - begin;
}

static void print_table(const struct contestant *all, int n, int rounds)
{
	double ratios[rounds];

	printf("%-34s %9s %9s %9s %9s\n", "", "min ms", "median", "p95", "x floor");
	for (int i = 0; i < n; i++) {
		for (int r = 0; r < rounds; r++)
			ratios[r] = all[i].ms[r] / all[all[i].floor_index].ms[r];
		printf("%-34s %9.2f %9.2f %9.2f %9.2f\n", all[i].name,
		       quantile(all[i].ms, rounds, 0), quantile(all[i].ms, rounds, 0.5),
		       quantile(all[i].ms, rounds, 0.95), quantile(ratios, rounds, 0.5));
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

static int add_commands(struct contestant *all, int n, char **words)
{
	while (*words && n < CONTESTANTS_MAX) {
		struct contestant *c = &all[n++];

		c->name = *words++;
		c->argv = words;
		c->floor_index =
			(strstr(c->name, "userns") != NULL) + 2 * (strstr(c->name, "host") != NULL);
		while (*words && strcmp(*words, ";") != 0)
			words++;
		if (*words)
			*words++ = NULL;
	}
	return n;
}

int main(int argc, char **argv)
{
	static struct contestant all[CONTESTANTS_MAX];
	const char *lower = NULL, *scratch = NULL;
	int rounds = 50, n, opt;

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
	if (!lower || !scratch || rounds < 1) {
		fprintf(stderr, "usage: compare [-n ROUNDS] -l LOWER -s SCRATCH [NAME CMD ARG... "
				"';']...\n");
		return 2;
	}
	n = add_commands(all, add_floors(all, lower, scratch), argv + optind);
	for (int i = 0; i < n; i++)
		all[i].ms = calloc((size_t)rounds, sizeof(double));
	for (int r = -WARM_UP; r < rounds; r++) {
		for (int i = 0; i < n; i++) {
			int turn = (i + r + WARM_UP) % n;
			double ms = run_once(&all[turn]);

			if (r >= 0)
				all[turn].ms[r] = ms;
		}
	}
	print_table(all, n, rounds);
	return 0;
}
