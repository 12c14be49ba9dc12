/* SPDX-License-Identifier: Apache-2.0 */
/* One line for each key whose custody is declared; see closed.h. */
#include <stdio.h>

#include "monitor/base/i18n.h"
#include "monitor/state/describe_custody.h"
#include "tui/closed.h"

bool
custody_line(const struct scene *scene, uint32_t key, struct closed_line *line)
{
	static const struct { char letter; enum style style; } looks[CUSTODY_STANDS] = {
		[CUSTODY_PROVEN] = { '.', STYLE_UP }, [CUSTODY_OBSERVED] = { '.', STYLE_UP },
		[CUSTODY_DECLARED] = { '!', STYLE_DEGRADED },
		[CUSTODY_UNKNOWN] = { '?', STYLE_UNKNOWN }, [CUSTODY_SHORT] = { 'X', STYLE_DOWN },
		[CUSTODY_CONTRADICTED] = { 'X', STYLE_DOWN } };
	struct custody c;

	custody_make(&c, scene->state, key);
	*line = (struct closed_line){ .link = _("custody"), .style = looks[c.stand].style,
		.problem = c.stand >= CUSTODY_SHORT && !c.destroyed,
		.why = c.destroyed ? _("destroyed") : _(custody_why_text(c.why[c.weakest])) };
	snprintf(line->state, sizeof(line->state), "%c %s", looks[c.stand].letter,
	    _(custody_stand_word(c.stand)));
	buffer_print(&line->what, "%s: ", c.key->name);
	party_describe(&c.holder, &line->what);
	for (uint32_t i = 0; i < c.hosts; i++) {
		buffer_put_text(&line->what, i > 0 ? ", " : " / ");
		party_describe(&c.host[i], &line->what);
	}
	return true;
}
