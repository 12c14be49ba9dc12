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
waiver_describe(const struct waiver *waiver, enum waiver_step step, struct buffer *out)
{
	const char *who = step == WAIVER_ASKED ? waiver->asked_by : waiver->decided_by;
	char control[SAFE], subject[SAFE], until[TIME_TEXT];

	buffer_print(out, _("waiver %" PRIu64 " of %s for %s: %s"), waiver->seq,
	    safe(waiver->control, control), safe(waiver->subject, subject),
	    _(waiver_step_text(step)));
	if (step != WAIVER_ENDED && who[0] != '\0')
		buffer_print(out, _(" by %s"), safe(who, control));
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
