/* SPDX-License-Identifier: Apache-2.0 */
/* Verdicts and waivers as sentences. */
#include <inttypes.h>
#include <string.h>

#include "monitor/base/i18n.h"
#include "monitor/base/log.h"
#include "monitor/base/timetext.h"
#include "monitor/state/describe_judged.h"

enum { SAFE = 4 * SUBJECT_TEXT + 1 };

/* What came from a record or a pack, with its control octets escaped. */
static const char *
safe(const char *text, char out[SAFE])
{
	text_escape(text, strnlen(text, SUBJECT_TEXT), out, SAFE);
	return out;
}

void
judged_change_describe(const struct judged_change *change, struct buffer *out)
{
	char control[SAFE], subject[SAFE];

	buffer_print(out, _("%s for %s: %s -> %s"), safe(change->control, control),
	    safe(change->subject, subject), _(verdict_text(change->before)),
	    _(verdict_text(change->after)));
	if (change->level == LEVEL_CONTRADICTION)
		buffer_print(out, " [%s]", _(level_text(change->level)));
}

void
finding_describe(const struct judgement *j, uint32_t c, const struct finding *finding,
    struct buffer *out)
{
	char text[SUBJECT_TEXT], control[SAFE], subject[SAFE], since[TIME_TEXT];

	judgement_subject_text(j, finding->subject, text);
	time_jst_s(finding->since_ms, since);
	buffer_print(out, _("%s for %s: %s since %s, record #%" PRIu64),
	    safe(judgement_control(j, c)->id, control), safe(text, subject),
	    _(verdict_text(finding->verdict)), since, finding->seq);
}

void
waiver_describe(const struct waiver *waiver, enum waiver_step step, struct buffer *out)
{
	static const char *const steps[] = {
		[WAIVER_ASKED] = N_("asked for by"), [WAIVER_AGREED] = N_("agreed by"),
		[WAIVER_REFUSED] = N_("refused by"), [WAIVER_WITHDRAWN] = N_("withdrawn by"),
		[WAIVER_ENDED] = N_("ended, asked for by") };
	bool decided = step == WAIVER_AGREED || step == WAIVER_REFUSED || step == WAIVER_WITHDRAWN;
	char control[SAFE], subject[SAFE], who[SAFE], until[TIME_TEXT];

	buffer_print(out, _("waiver %" PRIu64 " of %s for %s: %s %s"), waiver->seq,
	    safe(waiver->control, control), safe(waiver->subject, subject),
	    _(steps[step]), safe(decided ? waiver->decided_by : waiver->asked_by, who));
	time_jst_s(waiver->until_ms, until);
	if (step == WAIVER_ASKED || step == WAIVER_AGREED)
		buffer_print(out, _(", until %s"), until);
}

const char *
level_text(enum level level)
{
	static const char *const texts[LEVELS] = {
		[LEVEL_CONTRADICTION] = N_("contradiction"), [LEVEL_MANDATORY] = N_("mandatory"),
		[LEVEL_RECOMMENDED] = N_("recommended") };

	return (unsigned)level < LEVELS ? texts[level] : "";
}
