/* SPDX-License-Identifier: Apache-2.0 */
/* One pulse per heartbeat channel; whether it may beat is the ledger's growth, no clock's word. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "monitor/base/bytes.h"
#include "monitor/base/limits.h"
#include "monitor/daemon/heartbeat.h"

enum { BEAT_MIN_MS = 1000, BEAT_ANSWER_MAX = 160 };

struct pulse {
	char       name[NAME_MAX_LEN];
	bool       used, flying;
	uint64_t   tag;
	int64_t    next_ms;
	enum heard recorded, heard;	/* what the ledger says; what was seen last */
	char       answer[BEAT_ANSWER_MAX];
};

struct heartbeat {
	const struct heartbeat_ops *ops;
	void        *arg;
	uint64_t     last_tag;
	struct pulse pulse[CHANNEL_MAX];
};

struct heartbeat *
heartbeat_new(const struct heartbeat_ops *ops, void *arg)
{
	struct heartbeat *heartbeat = memory_new(1, sizeof(*heartbeat));

	heartbeat->ops = ops;
	heartbeat->arg = arg;
	return heartbeat;
}

void
heartbeat_free(struct heartbeat *heartbeat)
{
	free(heartbeat);
}

static bool
is_heartbeat(const struct plan_channel *channel)
{
	return strcmp(channel->kind, "heartbeat") == 0;
}

static struct pulse *
pulse_of(struct heartbeat *heartbeat, const char *name)
{
	struct pulse *empty = NULL;

	for (int i = 0; i < CHANNEL_MAX; i++) {
		struct pulse *pulse = &heartbeat->pulse[i];

		if (pulse->used && strcmp(pulse->name, name) == 0)
			return pulse;
		if (!pulse->used && empty == NULL)
			empty = pulse;
	}
	if (empty != NULL) {
		*empty = (struct pulse){ .used = true,
		    .recorded = heartbeat->ops->known(heartbeat->arg, name) };
		snprintf(empty->name, sizeof(empty->name), "%s", name);
	}
	return empty;
}

static void
pulses_trim(struct heartbeat *heartbeat, const struct plan *plan)
{
	for (int i = 0; i < CHANNEL_MAX; i++) {
		struct pulse *pulse = &heartbeat->pulse[i];
		bool planned = false;

		for (uint32_t n = 0; n < plan->channels; n++)
			planned = planned || (is_heartbeat(&plan->channel[n]) &&
			    strcmp(plan->channel[n].name, pulse->name) == 0);
		if (!planned && !pulse->flying)
			pulse->used = false;
	}
}

void
heartbeat_pump(struct heartbeat *heartbeat, const struct plan *plan, int64_t grown_ms,
    int64_t now_ms)
{
	bool alive = grown_ms != 0 && now_ms - grown_ms < 3 * TICK_MS;

	pulses_trim(heartbeat, plan);
	for (uint32_t i = 0; i < plan->channels; i++) {
		const struct plan_channel *channel = &plan->channel[i];
		struct pulse *pulse = is_heartbeat(channel) ?
		    pulse_of(heartbeat, channel->name) : NULL;
		int64_t interval = channel->interval_ms > BEAT_MIN_MS ?
		    channel->interval_ms : BEAT_MIN_MS;

		if (pulse == NULL)
			continue;
		if (pulse->heard != HEARD_NEVER_ASKED && pulse->heard != pulse->recorded &&
		    heartbeat->ops->record(heartbeat->arg, pulse->name, pulse->heard == HEARD_YES,
		    pulse->answer) == ERR_OK)
			pulse->recorded = pulse->heard;
		if (!alive || pulse->flying || pulse->next_ms > now_ms)
			continue;
		/* Due times stay on their grid: slow answers do not stretch the interval. */
		pulse->next_ms = pulse->next_ms + interval > now_ms ? pulse->next_ms + interval :
		    now_ms + interval;
		pulse->tag = ++heartbeat->last_tag;
		pulse->flying = true;
		if (heartbeat->ops->send(heartbeat->arg, channel, pulse->tag) != ERR_OK)
			heartbeat_done(heartbeat, pulse->tag, false, "it could not be sent");
	}
}

void
heartbeat_record_again(struct heartbeat *heartbeat)
{
	for (int i = 0; i < CHANNEL_MAX; i++) {
		struct pulse *pulse = &heartbeat->pulse[i];

		if (pulse->used)
			pulse->recorded = heartbeat->ops->known(heartbeat->arg, pulse->name);
	}
}

void
heartbeat_done(struct heartbeat *heartbeat, uint64_t tag, bool heard, const char *answer)
{
	for (int i = 0; i < CHANNEL_MAX; i++) {
		struct pulse *pulse = &heartbeat->pulse[i];

		if (!pulse->used || !pulse->flying || pulse->tag != tag)
			continue;
		pulse->flying = false;
		pulse->heard = heard ? HEARD_YES : HEARD_NO;
		snprintf(pulse->answer, sizeof(pulse->answer), "%s", answer);
		return;
	}
}
