/* SPDX-License-Identifier: Apache-2.0 */
/* See meter.h. */
#include "monitor/feed/meter.h"

static bool
is_due(const struct meter *meter, bool known, uint64_t value, uint64_t step, int64_t now_ms)
{
	uint64_t moved = value > meter->value ? value - meter->value : meter->value - value;

	if (!meter->begun || known != meter->known)
		return true;
	if (!known)
		return false;
	if (value < meter->value && moved >= step && moved >= (meter->value + 9) / 10)
		return true;
	return now_ms - meter->recorded_ms >= METER_MS && moved >= step;
}

bool
meter_take(struct meter *meter, bool known, uint64_t value, uint64_t step, int64_t now_ms,
    uint64_t *before)
{
	*before = meter->value;
	if (!is_due(meter, known, value, step, now_ms))
		return false;
	meter->begun = true;
	meter->known = known;
	meter->recorded_ms = now_ms;
	if (known)
		meter->value = value;
	return true;
}
