/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Sends syslog datagrams to 127.0.0.1 as fast as it can or evenly over some time, each saying one
 * of so many things: for tests and measurements of sekimori-intake.
 */
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

static double
seconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

int
main(int argc, char **argv)
{
	struct sockaddr_in to = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	double begun = seconds(), over;
	long count, kinds, failed = 0;
	int fd = socket(AF_INET, SOCK_DGRAM, 0);

	if (argc != 5 || fd < 0) {
		fputs("usage: syslog_flood PORT COUNT SECONDS KINDS\n", stderr);
		return 2;
	}
	to.sin_port = htons((uint16_t)strtol(argv[1], NULL, 10));
	count = strtol(argv[2], NULL, 10);
	over = strtod(argv[3], NULL);
	kinds = strtol(argv[4], NULL, 10);
	for (long i = 0; i < count; i++) {
		struct timespec pause = { .tv_nsec = 1000000 };
		char text[256];
		int len = snprintf(text, sizeof(text), "<11>1 - flood-1 flood - K%ld - alarm %ld of a "
		    "storm, as long as such messages are in the field", i % kinds, i);

		while (over > 0 && seconds() - begun < over * (double)i / (double)count)
			nanosleep(&pause, NULL);
		failed += sendto(fd, text, (size_t)len, 0, (struct sockaddr *)&to, sizeof(to)) != len;
	}
	printf("%ld sent, %ld failed, %.2f s\n", count - failed, failed, seconds() - begun);
	return failed != 0;
}
