/* SPDX-License-Identifier: Apache-2.0 */
/* The press is looked for beside the program that asks for it: here, beside a test. */
#ifndef TESTS_UNIT_PRESS_BESIDE_H
#define TESTS_UNIT_PRESS_BESIDE_H

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static inline void
press_beside(void)
{
	char path[512];
	ssize_t len = readlink("/proc/self/exe", path, sizeof(path) - 32);
	char *slash;

	path[len > 0 ? len : 0] = '\0';
	slash = strrchr(path, '/');
	snprintf(slash, 32, "/sekimori-press");
	if ((symlink("../../sekimori-press", path) != 0 && errno != EEXIST) ||
	    access(path, X_OK) != 0) {
		fprintf(stderr, "%s is not there: make it first\n", path);
		exit(1);
	}
}

#endif
