/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Any file as outlines of countries: it ends in outlines by which every place has a distance to
 * each of them that makes sense, or in one sentence with its line.
 */
#include <stdlib.h>
#include <string.h>

#include "monitor/base/outline.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct place places[] = { { 0, 0 }, { 90000000, 0 }, { -90000000, 180000000 },
	{ 35689500, 139691700 }, { 1, -180000000 } };

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct outlines *outlines;
	struct why why = { .err = ERR_OK };
	enum err err = outlines_read(bytes_of(data, size), &outlines, &why);

	if ((err == ERR_OK) != (outlines != NULL))
		abort();
	if (err != ERR_OK) {
		if ((err != ERR_INVALID && err != ERR_LIMIT) ||
		    strncmp(why.text, "line ", 5) != 0)
			abort();
		return 0;
	}
	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
		uint32_t km[300];

		outlines_reach(outlines, places[i], km);
		for (size_t k = 0; k < outlines_count(outlines); k++) {
			double alone = outline_reach(outlines, k, places[i]);

			if (km[k] > 20038 || km[k] != (alone > 0 ? (uint32_t)alone : 0) ||
			    strlen(outlines_code(outlines, k)) != 2)
				abort();
		}
	}
	outlines_free(outlines);
	return 0;
}
