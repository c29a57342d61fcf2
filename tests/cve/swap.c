/* SPDX-License-Identifier: Apache-2.0 */
/*
 * swap A B [A B…]: exchanges the names of each pair, as fast as the kernel does it, until it is killed. A is
 * what a runtime checks, B what it should use instead. Ends if it can't.
 */
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	int said = 0;

	if (argc < 3 || argc % 2 == 0)
		return 2;
	while (getppid() != 1) {
		for (int i = 1; i < argc; i += 2) {
			if (renameat2(AT_FDCWD, argv[i], AT_FDCWD, argv[i + 1], RENAME_EXCHANGE) <
			    0) {
				perror(argv[i]);
				return 1;
			}
		}
		if (!said) {
			said = 1;
			puts("swapping");
			fflush(stdout);
		}
	}
	return 0;
}
