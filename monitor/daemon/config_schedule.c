/* SPDX-License-Identifier: Apache-2.0 */
/*
 * When a target is looked at: its times, with defaults that depend on other settings, and what it
 * follows.  Deep probes are for once a day and after a change, and no service depends on them.
 */
#include <ctype.h>
#include <inttypes.h>
#include <string.h>

#include "monitor/daemon/config_part.h"
#include "probes/probe.h"

enum { DAY_MS = 86400000, DEEP_DEADLINE_MS = 600000, DEADLINE_MS = 10000, DAY_MINUTES = 1440 };

/* What must hold between settings. */
static void
check_times(struct config_reader *reader, const struct config_group *group,
    const struct plan_target *target)
{
	char interval[TIME_TEXT], deadline[TIME_TEXT];

	if (target->window != 0 && target->fail_count > target->window)
		config_fault(reader, config_group_line(group, "fail_count"),
		    "fail_count of %" PRIu32 " can never be reached in a window of %" PRIu32,
		    target->fail_count, target->window);
	/* One wrong time is one fault, not three. */
	if (target->interval_ms == 0 || target->deadline_ms == 0)
		return;
	duration_text(target->interval_ms, interval);
	duration_text(target->deadline_ms, deadline);
	if (target->deadline_ms > target->interval_ms)
		config_fault(reader, config_group_line(group, "deadline"),
		    "the deadline of %s is longer than the interval of %s: a round must end "
		    "before the next begins", deadline, interval);
	if (target->stale_ms != 0 && target->stale_ms < target->interval_ms + target->deadline_ms)
		config_fault(reader, config_group_line(group, "stale"),
		    "stale must be at least interval and deadline together (%s and %s), or the "
		    "target could never be known", interval, deadline);
}

static int64_t
either(const struct config_group *group, const char *row, bool deep, int64_t of_deep)
{
	return deep && !config_group_given(group, row) ? of_deep :
	    config_group_number(group, row);
}

static void
times_take(const struct config_group *group, bool deep, struct plan_target *target)
{
	int64_t deadline = deep ? DEEP_DEADLINE_MS : DEADLINE_MS;

	target->interval_ms = either(group, "interval", deep, DAY_MS);
	target->deadline_ms = config_group_number(group, "deadline");
	target->stale_ms = config_group_number(group, "stale");
	if (!config_group_given(group, "deadline"))
		target->deadline_ms = target->interval_ms < deadline ? target->interval_ms :
		    deadline;
	if (!config_group_given(group, "stale"))
		target->stale_ms = 2 * target->interval_ms + 90000;
	target->fail_count = (uint32_t)either(group, "fail_count", deep, 1);
	target->window = (uint32_t)either(group, "window", deep, 1);
	target->recover_count = (uint32_t)either(group, "recover_count", deep, 1);
}

/* "02:30" of a day of which the intervals are equal parts. */
static void
slot_take(struct config_reader *reader, const struct config_group *group,
    struct plan_target *target)
{
	const char *at = config_group_text(group, "at");
	unsigned hour, minute;
	char interval[TIME_TEXT];

	if (at[0] == '\0')
		return;
	hour = (unsigned)(at[0] - '0') * 10 + (unsigned)(at[1] - '0');
	minute = strlen(at) != 5 ? 60 : (unsigned)(at[3] - '0') * 10 + (unsigned)(at[4] - '0');
	if (strlen(at) != 5 || !isdigit((unsigned char)at[0]) || !isdigit((unsigned char)at[1]) ||
	    at[2] != ':' || !isdigit((unsigned char)at[3]) || hour > 23 || minute > 59) {
		config_fault(reader, config_group_line(group, "at"), "at \"%.20s\" is not a time "
		    "of the day in JST such as \"02:30\"", at);
		return;
	}
	target->at_minute = hour * 60 + minute == 0 ? DAY_MINUTES : hour * 60 + minute;
	duration_text(target->interval_ms, interval);
	if (target->interval_ms > 0 && DAY_MS % target->interval_ms != 0)
		config_fault(reader, config_group_line(group, "at"), "at needs an interval that a "
		    "day is a multiple of, such as 1d, 12h or 6h; it is %s", interval);
}

/*
 * What no service depends on: agents asked about others, keys asked to sign, depths looked into,
 * and what asks no endpoint of the instance at all, such as an inventory.
 */
static bool
is_aside(const struct config_group *group, const struct plan_target *target)
{
	const struct probe_ops *probe = probe_find(target->probe);

	if (config_group_given(group, "carries"))
		return !config_group_flag(group, "carries");
	return strcmp(target->probe, "snmp") == 0 || plan_target_has_key(target) ||
	    probe_is_deep(target->probe) || (probe != NULL && probe->local);
}

void
config_target_schedule(struct config_reader *reader, const struct config_group *group,
    struct plan_target *target)
{
	times_take(group, probe_is_deep(target->probe), target);
	check_times(reader, group, target);
	slot_take(reader, group, target);
	target->follows = config_group_text(group, "follows");
	target->aside = is_aside(group, target);
}

static const struct plan_target *
followed_find(const struct plan_target *target, size_t count, const char *endpoint)
{
	for (size_t i = 0; i < count; i++)
		if (strcmp(target[i].endpoint, endpoint) == 0)
			return &target[i];
	return NULL;
}

void
config_follows_check(struct config_reader *reader, const struct plan_target *target,
    const struct config_name *name, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		const struct plan_target *followed;

		if (target[i].follows[0] == '\0')
			continue;
		followed = followed_find(target, count, target[i].follows);
		if (followed == NULL)
			config_fault(reader, name[i].line, "\"%s\" follows \"%.100s\", and its "
			    "instance has no such target", target[i].name, target[i].follows);
		else if (followed->follows[0] != '\0')
			config_fault(reader, name[i].line, "\"%s\" follows \"%.100s\", which "
			    "itself follows a target: follow that one", target[i].name,
			    target[i].follows);
	}
}
