/* SPDX-License-Identifier: Apache-2.0 */
/*
 * notify [-f] MESSAGE…: sends each of them to $NOTIFY_SOCKET, as it is ("\n" in it is a new line); with -f
 * a descriptor comes along, which a supervisor could be made to keep.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

static void unescape(char *text)
{
	char *to = text;

	for (; *text; text++) {
		if (text[0] == '\\' && text[1] == 'n') {
			*to++ = '\n';
			text++;
		} else {
			*to++ = *text;
		}
	}
	*to = '\0';
}

static int say(int fd, const struct sockaddr_un *to, char *text, int with_descriptor)
{
	union {
		char bytes[CMSG_SPACE(sizeof(int))];
		struct cmsghdr align;
	} space = {};
	struct iovec part = { text, strlen(text) };
	struct msghdr message = {
		.msg_name = (void *)to,
		.msg_namelen = sizeof *to,
		.msg_iov = &part,
		.msg_iovlen = 1,
	};

	if (with_descriptor) {
		message.msg_control = space.bytes;
		message.msg_controllen = sizeof space.bytes;
		struct cmsghdr *head = CMSG_FIRSTHDR(&message);
		head->cmsg_level = SOL_SOCKET;
		head->cmsg_type = SCM_RIGHTS;
		head->cmsg_len = CMSG_LEN(sizeof(int));
		memcpy(CMSG_DATA(head), &fd, sizeof fd);
	}
	return sendmsg(fd, &message, 0) < 0;
}

int main(int argc, char **argv)
{
	struct sockaddr_un to = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_DGRAM, 0), failed = 0, with = 0;
	const char *where = getenv("NOTIFY_SOCKET");

	if (!where || strlen(where) >= sizeof to.sun_path)
		return 2;
	strcpy(to.sun_path, where);
	for (int i = 1; i < argc; i++) {
		unescape(argv[i]);
		if (!strcmp(argv[i], "-f"))
			with = 1;
		else if (say(fd, &to, argv[i], with))
			failed = 1;
	}
	return failed;
}
