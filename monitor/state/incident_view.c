/* SPDX-License-Identifier: Apache-2.0 */
/* Figures and choices of incidents as people corrected them. */
#include <string.h>

#include "monitor/state/incident_view.h"

bool
incident_number(const struct incident *incident, enum correct what, const char *name,
    uint64_t *number)
{
	const struct correction *correction = incident_correction(incident, what, name);

	if (correction != NULL)
		*number = correction->number;
	return correction != NULL;
}

bool
incident_choice(const struct incident *incident, enum correct what, uint64_t *number)
{
	const struct correction *correction = incident_correction(incident, what, "");

	if (correction != NULL)
		*number = correction->number;
	return correction != NULL;
}
