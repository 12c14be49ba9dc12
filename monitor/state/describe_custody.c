/* SPDX-License-Identifier: Apache-2.0 */
/* See describe_custody.h.  Names of others are escaped: they may hold anything. */
#include <inttypes.h>
#include <string.h>

#include "monitor/base/i18n.h"
#include "monitor/base/log.h"
#include "monitor/state/describe_custody.h"

enum { SAFE = 4 * 256 + 1 };

static const char *
safe(const char *text, size_t len, char out[SAFE])
{
	text_escape(text, strnlen(text, len < 256 ? len : 256), out, SAFE);
	return out;
}

bool
ceremony_describe(const struct transition *t, struct buffer *out)
{
	char subject[SAFE], who[SAFE], present[SAFE];

	if (t->kind != TRANSITION_CEREMONY)
		return false;
	buffer_print(out, _("%s %s (number %" PRIu64 "): "),
	    safe(t->subject, sizeof(t->subject), subject),
	    _(ceremony_kind_text((enum ceremony_kind)t->index)), t->about);
	safe(t->author, sizeof(t->author), who);
	if (t->value == CEREMONY_TOLD)
		buffer_print(out, _("told by %s, waits for a second person"), who);
	else
		buffer_print(out, _("%s by %s"),
		    _(ceremony_step_text((enum ceremony_step)t->value)), who);
	if (t->detail[0] != '\0')
		buffer_print(out, _("; present: %s"), safe(t->detail, sizeof(t->detail), present));
	return true;
}

void
party_describe(const struct party *party, struct buffer *out)
{
	char name[SAFE];

	if (party->kind == PARTY_CARRIER)
		buffer_put_text(out, _("the carrier"));
	else
		buffer_print(out, party->kind == PARTY_PROVIDER ? _("provider %s") : "%s",
		    safe(party->name, strlen(party->name), name));
}
