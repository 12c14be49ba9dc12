/* SPDX-License-Identifier: Apache-2.0 */
/* Entries of a story: which kind a transition is, and records that are told by themselves. */
#include <inttypes.h>
#include <stdlib.h>

#include "monitor/base/i18n.h"
#include "monitor/base/log.h"
#include "monitor/base/timetext.h"
#include "monitor/replay/story_part.h"

void
story_add(struct story *story, struct story_entry entry, struct buffer *text)
{
	if (story->entries == STORY_MAX) {
		story->passed_over++;
		buffer_free(text);
		return;
	}
	if (story->entries == story->entry_cap) {
		story->entry_cap = story->entry_cap > 0 ? 2 * story->entry_cap : 64;
		story->entry = memory_resize(story->entry, story->entry_cap,
		    sizeof(*story->entry));
	}
	entry.text = memory_text(bytes_of_buffer(text));
	story->entry[story->entries++] = entry;
	buffer_free(text);
}

void
story_free(struct story *story)
{
	if (story == NULL)
		return;
	for (size_t i = 0; i < story->entries; i++)
		free(story->entry[i].text);
	free(story->entry);
	state_free(story->state);
	free(story);
}

enum story_kind
story_kind_of(enum transition_kind kind)
{
	switch (kind) {
	case TRANSITION_HEALTH:
	case TRANSITION_FLAPPING:
	case TRANSITION_STEADY:
	case TRANSITION_PARTIAL:
		return STORY_HEALTH;
	case TRANSITION_ALARM_RAISED:
	case TRANSITION_ALARM_CHANGED:
	case TRANSITION_ALARM_CLEARED:
	case TRANSITION_ALARM_FLOOD:
	case TRANSITION_EVENT:
		return STORY_ALARM;
	case TRANSITION_PROVIDER:
		return STORY_PROVIDER;
	case TRANSITION_ACKED:
	case TRANSITION_NOTED:
	case TRANSITION_CORRECTED:
	case TRANSITION_MERGED:
	case TRANSITION_SPLIT:
		return STORY_PERSON;
	case TRANSITION_DUTY:
		return STORY_DUTY;
	case TRANSITION_PEAK:
	case TRANSITION_DEMARCATION:
		return STORY_IMPACT;
	case TRANSITION_OPENED:
	case TRANSITION_GREW:
	case TRANSITION_RESOLVED:
	case TRANSITION_ABSORBED:
	case TRANSITION_EXPLAINED:
	case TRANSITION_HELD:
	case TRANSITION_REVEALED:
		return STORY_INCIDENT;
	default:
		return STORY_MONITOR;
	}
}

bool
story_is_problem(const struct transition *t)
{
	switch (t->kind) {
	case TRANSITION_HEALTH:
		return t->after != HEALTH_UP;
	case TRANSITION_ALARM_RAISED:
	case TRANSITION_ALARM_CHANGED:
		return t->severity >= PERCEIVED_MAJOR;
	case TRANSITION_OPENED:
	case TRANSITION_GREW:
	case TRANSITION_REVEALED:
	case TRANSITION_GAP:
	case TRANSITION_FORK:
	case TRANSITION_ALARM_FLOOD:
		return true;
	default:
		return false;
	}
}

bool
story_is_apart(enum record_kind kind)
{
	return kind == RECORD_NOTICE || kind == RECORD_ENTRY || kind == RECORD_FILING;
}

static uint64_t
incident_of(const struct record *record)
{
	switch (record->kind) {
	case RECORD_NOTICE:
		return record->notice.incident;
	case RECORD_OPERATOR:
		return record->operator.incident;
	case RECORD_CORRECTION:
		return record->correction.incident;
	case RECORD_ENTRY:
		return record->entry.incident;
	case RECORD_FILING:
		return record->filing.incident;
	default:
		return 0;
	}
}

static void
put_safe(struct buffer *out, struct bytes text)
{
	char safe[512];

	text_escape((const char *)text.at, text.len, safe, sizeof(safe));
	buffer_put_text(out, safe);
}

static struct story_entry
describe(const struct record *record, struct buffer *text)
{
	struct story_entry entry = { .kind = STORY_PERSON, .recorded_ms = record->recorded_ms,
	    .observed_ms = record->observed_ms, .seq = record->seq };

	switch (record->kind) {
	case RECORD_NOTICE:
		entry.kind = STORY_NOTICE;
		buffer_put_text(text, _("notice accepted by "));
		put_safe(text, record->notice.channel);
		break;
	case RECORD_OPERATOR:
		entry.said = record->operator.text;
		put_safe(text, record->operator.author);
		buffer_print(text, " %s", record->operator.act == ACT_ACK ? _("acknowledged it") :
		    _("noted"));
		break;
	case RECORD_CORRECTION:
		entry.said = record->correction.text;
		put_safe(text, record->correction.author);
		buffer_print(text, _(" corrected: %s"), correct_name(record->correction.what) !=
		    NULL ? _(correct_name(record->correction.what)) : "?");
		break;
	case RECORD_ENTRY:
		put_safe(text, record->entry.author);
		buffer_put_text(text, _(" filled "));
		put_safe(text, record->entry.report);
		buffer_put_text(text, ", ");
		put_safe(text, record->entry.field);
		break;
	default:
		entry.kind = STORY_FILING;
		put_safe(text, record->filing.author);
		buffer_put_text(text, _(" recorded "));
		put_safe(text, record->filing.report);
		if (record->filing.paper_edition > 0)
			buffer_print(text, _(", edition %" PRIu64),
			    record->filing.paper_edition);
	}
	return entry;
}

void
story_record(struct story *story, const struct record *record, const uint64_t *id, size_t ids)
{
	uint64_t incident = incident_of(record);
	struct buffer text = { .max = 0 };
	struct story_entry entry;
	bool ours = false;

	for (size_t i = 0; i < ids; i++)
		ours = ours || id[i] == incident;
	if (!ours || incident == 0)
		return;
	entry = describe(record, &text);
	story_add(story, entry, &text);
}

const char *
story_kind_name(enum story_kind kind)
{
	static const char *const names[STORY_KINDS] = {
		[STORY_HEALTH] = N_("observation"), [STORY_INCIDENT] = N_("incident"),
		[STORY_ALARM] = N_("alarm"), [STORY_PROVIDER] = N_("provider's notice"),
		[STORY_VERDICT] = N_("verdict"), [STORY_PERSON] = N_("person"),
		[STORY_NOTICE] = N_("notice"), [STORY_DUTY] = N_("legal duty"),
		[STORY_IMPACT] = N_("impact"), [STORY_FILING] = N_("paper"),
		[STORY_MONITOR] = N_("monitor"),
	};

	return (unsigned)kind < STORY_KINDS ? names[kind] : "";
}

char
story_kind_letter(enum story_kind kind)
{
	return (unsigned)kind < STORY_KINDS ? "oiasvpndufm"[kind] : '?';
}
