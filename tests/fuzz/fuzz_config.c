/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Any text as a configuration file: it ends in a plan that its own reader takes, or in faults
 * with a line and a sentence each, and what the first look lets pass libconfig reads too.
 */
#include <stdlib.h>
#include <string.h>

#include "monitor/daemon/config.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct config_faults faults = { .count = 0 };
	struct why why = { .err = ERR_OK };
	struct config config;
	enum err err;

	/* The file that comes with the program would be read anew for every input. */
	if (setenv("SEKIMORI_DUTIES", "/nonexistent", 1) != 0)
		abort();
	err = config_parse(bytes_of(data, size), "fuzz.conf", "/nonexistent", &config, &faults, &why);
	if ((err == ERR_OK) != (faults.total == 0) || (err == ERR_OK) != (config.plan != NULL))
		abort();
	if (faults.count > faults.total || (err != ERR_OK && why.text[0] == '\0'))
		abort();
	for (size_t i = 0; i < faults.count; i++)
		if (faults.fault[i].text[0] == '\0' || faults.fault[i].line > size + 1 ||
		    (i > 0 && faults.fault[i].line < faults.fault[i - 1].line))
			abort();
	config_faults_free(&faults);
	config_free(&config);
	return 0;
}
