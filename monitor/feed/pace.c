/* SPDX-License-Identifier: Apache-2.0 */
/* See pace.h. */
#include "monitor/feed/pace.h"

enum { SPREAD_MS = 5000 };

static int64_t
least(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

/* A tenth more or less. */
static int64_t
jitter(int64_t ms, uint32_t random)
{
	int64_t span = ms / 5;

	return ms - span / 2 + (int64_t)((uint64_t)random % (uint64_t)(span + 1));
}

int64_t
pace_first_ms(const struct pace *pace, int64_t now_ms, uint32_t random)
{
	int64_t span = least(pace->interval_ms, SPREAD_MS);

	return now_ms + (int64_t)((uint64_t)random % (uint64_t)(span + 1));
}

static int64_t
failed_ms(const struct pace *pace)
{
	int64_t longest = pace->interval_ms > PACE_SLOW_MS ? pace->interval_ms : PACE_SLOW_MS;
	int64_t wait = pace->interval_ms;

	if (pace->failures <= 1)
		return least(pace->interval_ms, PACE_AGAIN_MS);
	for (unsigned i = 2; i < pace->failures && wait < longest; i++)
		wait = 2 * wait;
	return least(wait, longest);
}

enum pace_news
pace_take(struct pace *pace, bool ok, int64_t asked_ms, int64_t now_ms, uint32_t random,
    int64_t *next_ms)
{
	int64_t asked = least(asked_ms, PACE_ASKED_MS);
	bool before = pace->told;

	pace->failures = ok ? 0 : pace->failures + (pace->failures < 1000);
	*next_ms = now_ms + jitter(ok ? pace->interval_ms : failed_ms(pace), random);
	if (*next_ms < now_ms + asked)
		*next_ms = now_ms + asked;
	/* One failure may be chance; one that asks for a long silence is none. */
	pace->told = !ok && (before || pace->failures >= PACE_TELL_AFTER ||
	    asked > 2 * pace->interval_ms);
	return before == pace->told ? PACE_NOTHING : before ? PACE_ENDED : PACE_BEGAN;
}
