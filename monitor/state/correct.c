/* SPDX-License-Identifier: Apache-2.0 */
/* Corrections of an incident as readers see them: the newest one of its kind and name counts. */
#include <string.h>

#include "monitor/state/correct.h"

const struct correction *
incident_correction(const struct incident *incident, enum correct what, const char *name)
{
	for (uint32_t i = incident->corrections; i > 0; i--) {
		const struct correction *correction = &incident->correction[i - 1];

		if (correction->what == what &&
		    (name[0] == '\0' || strcmp(correction->name, name) == 0))
			return correction;
	}
	return NULL;
}

static int64_t
time_of(const struct incident *incident, enum correct what, int64_t recorded_ms)
{
	const struct correction *correction = incident_correction(incident, what, "");

	return correction != NULL ? correction->at_ms : recorded_ms;
}

int64_t
incident_occurred_ms(const struct incident *incident)
{
	return time_of(incident, CORRECT_OCCURRED, incident->occurred_ms);
}

/* Incidents of before it was kept were known when they were opened. */
int64_t
incident_known_ms(const struct incident *incident)
{
	return time_of(incident, CORRECT_KNOWN,
	    incident->known_ms != 0 ? incident->known_ms : incident->opened_ms);
}

int64_t
incident_restored_ms(const struct incident *incident)
{
	return time_of(incident, CORRECT_RESTORED, incident->resolved_ms);
}
