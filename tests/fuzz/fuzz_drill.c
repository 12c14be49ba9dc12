/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Any file as the scenario of an exercise: it ends in one all of whose promises hold, or in one
 * sentence that names the file.
 */
#include <stdlib.h>
#include <string.h>

#include "monitor/base/cbor.h"
#include "monitor/state/drill.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check_text(const char *text)
{
	if (text == NULL || !utf8_valid(bytes_of_text(text)))
		abort();
	for (; *text != '\0'; text++)
		if ((uint8_t)*text < 0x20 || *text == 0x7f)
			abort();
}

static void
check_step(const struct drill_step *step, const struct drill_step *before)
{
	check_text(step->title);
	check_text(step->cause);
	if (step->at_ms < 0 || step->at_ms > DRILL_LONGEST_MS ||
	    (before != NULL && step->at_ms < before->at_ms))
		abort();
	if ((unsigned)step->does >= DRILL_DOES || (unsigned)step->on >= DRILL_ONS ||
	    (unsigned)step->outcome >= OUTCOME_COUNT || (unsigned)step->error >= ERR_COUNT ||
	    (unsigned)step->severity >= SEVERITIES || step->metric >= METRICS ||
	    step->count > INSTANCE_MAX || step->started_ms < -1)
		abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct drill *drill;
	struct why why = { .text = "" };

	if (drill_read(bytes_of(data, size), "fuzz", &drill, &why) != ERR_OK) {
		if (drill != NULL || strncmp(why.text, "fuzz:", 5) != 0)
			abort();
		return 0;
	}
	check_text(drill->id);
	check_text(drill->title);
	check_text(drill->where);
	check_text(drill->of);
	if (drill->speed < 1 || drill->speed > DRILL_SPEED_MAX || drill->steps < 1 ||
	    drill->steps > DRILL_STEPS_MAX)
		abort();
	for (uint32_t i = 0; i < drill->steps; i++)
		check_step(&drill->step[i], i > 0 ? &drill->step[i - 1] : NULL);
	drill_free(drill);
	return 0;
}
