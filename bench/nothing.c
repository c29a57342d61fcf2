/* SPDX-License-Identifier: Apache-2.0 */
/* The program of measured containers: nothing, or, when it is called "pause", waiting for its end. */
#include <string.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	(void)argc;
	if (strstr(argv[0], "pause"))
		pause();
	return 0;
}
